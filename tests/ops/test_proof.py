"""A key is registered by who holds it (B12): what a signature proves and what not, and keys that nobody proves."""
import base64
import os
import subprocess
import time

import pytest

from clock import forward
from daemon import PASSWORD, Daemon, add_customer, open_portal, wait_until
from keys import SPACE, add_key, fingerprint, pair, prove, public, sign
from stranger import Stranger

VOUCHER, DOOR, KEYS, PROVER = 3001, 3002, 3003, 3004
OPTIONS = ["--vouch", str(VOUCHER), "--door", str(DOOR), "--keys", str(KEYS), "--prove", str(PROVER), "--ssh-address", "portal-login@portal.test"]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can ask as another account")


DAEMON = dict(arguments=OPTIONS)


@pytest.fixture
def key(tmp_path):
    count = iter(range(100))
    return lambda kind="ed25519", *more: pair(tmp_path, kind, *more, name=f"key{next(count)}")


names = iter(range(1000))


@pytest.fixture
def maria(d, admin):
    return somebody(d, admin)


@pytest.fixture
def mallory(d, admin):
    return somebody(d, admin)


def somebody(d, admin, email=None):
    email = email or f"p{next(names)}@proof.test"
    _, contact = add_customer(admin, f"{email} {next(names)} Ltd", email)
    return open_portal(d, admin, contact, email)


def known(d, path):
    keys = Stranger(d, KEYS)
    got = keys.ask("key.known", fingerprint=fingerprint(path))["known"]
    keys.close()
    return got


def add(client, path):
    return client.ask("key.add", key=public(path), password=PASSWORD)["key"]


# --- signatures ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind, more", [("ed25519", ()), ("ecdsa", ("-b", "256")), ("ecdsa", ("-b", "384")), ("ecdsa", ("-b", "521")), ("rsa", ("-b", "2048")),
                                        ("rsa", ("-b", "4096"))])
@only_root
def test_a_signature_of_the_challenge_proves_a_key_of_any_kind(d, maria, key, kind, more):
    mine = key(kind, *more)
    row = add(maria, mine)
    assert not known(d, mine) and row["expires"] and "proved" not in row and row["challenge"] in row["sign"]
    proved = prove(maria, mine, row)
    assert proved["proved"] and not {"expires", "challenge", "sign", "visit"} & set(proved)
    assert known(d, mine)
    assert maria.refused("key.prove", key=row["id"], signature=sign(mine, row["challenge"])).code == "state", "it waits no more"


def mutated(text):
    """One byte of what is signed with, changed."""
    raw = bytearray(base64.b64decode("".join(text.split("\n")[1:-2])))
    raw[-5] ^= 1
    body = base64.b64encode(bytes(raw)).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n"


def test_any_other_signature_is_refused_with_one_answer(maria, mallory, key):
    mine, other = key(), key()
    row, second = add(maria, mine), add(maria, other)
    hers = add(mallory, mine)
    wrong = {"of another challenge": sign(mine, row["challenge"][:-1]), "with a line end": sign(mine, row["challenge"] + "\n"),
             "of another key's challenge": sign(mine, second["challenge"]), "of another person's challenge": sign(mine, hers["challenge"]),
             "in another namespace": sign(mine, row["challenge"], "file"), "in none of ours": sign(mine, row["challenge"], SPACE + "x"),
             "by another key": sign(other, row["challenge"]), "changed": mutated(sign(mine, row["challenge"]))}
    answers = set()
    for what, signature in wrong.items():
        refusal = maria.refused("key.prove", key=row["id"], signature=signature)
        answers.add((refusal.code, refusal.field, refusal.message))
        assert len(answers) == 1, what
    assert {(code, field) for code, field, _ in answers} == {("invalid", "signature")}
    assert prove(maria, mine, row)["proved"], "and it is none the worse for that"


@pytest.mark.parametrize("what", ["nothing", "one line", "no end", "something before", "something behind", "other letters", "not SSHSIG", "a private key", "long"])
def test_what_is_no_signature_is_refused_by_name(maria, key, what):
    mine = key()
    row = add(maria, mine)
    good = sign(mine, row["challenge"])
    bad = {"nothing": " " * 30, "one line": "-----BEGIN SSH SIGNATURE-----", "no end": good[:-20], "something before": "x" + good,
           "something behind": good + "x", "other letters": good.replace("U1NIU0lH", "U1NIU0lH;$(id)"), "not SSHSIG": good.replace("U1NI", "V1NI"),
           "a private key": mine.read_text(), "long": good.replace("U1NIU0lH", "U1NIU0lH" + "A" * 9000)}[what]
    refusal = maria.refused("key.prove", key=row["id"], signature=bad)
    assert (refusal.code, refusal.field) == ("invalid", "signature")


def test_a_signature_may_come_broken_or_indented(maria, key):
    mine = key()
    row = add(maria, mine)
    lines = sign(mine, row["challenge"]).strip().split("\n")
    signature = "\n\n  " + lines[0] + "\n" + "\n ".join("".join(lines[1:-1])[i:i + 17] for i in range(0, 400, 17)) + "\n\t" + lines[-1] + " \n"
    assert maria.ask("key.prove", key=row["id"], signature=signature)["key"]["proved"]


def test_nobody_proves_for_somebody_else(maria, mallory, key):
    mine = key()
    row = add(maria, mine)
    for number in (row["id"], row["id"] + 1000):
        refusal = mallory.refused("key.prove", key=number, signature=sign(mine, row["challenge"]))
        assert (refusal.code, refusal.field) == ("not_found", "key")


def test_a_challenge_is_safe_in_a_shell_and_says_whose_access_it_is(d, admin, key):
    c = somebody(d, admin, email="o'brien&{x}`id`|a=b@proof.test")
    row = add(c, key())
    assert subprocess.run(["sh", "-c", f"printf %s {row['challenge']}"], capture_output=True, text=True).stdout == row["challenge"]
    portal, address, code = row["challenge"].split("/")
    assert portal == "acme" and address == "o_brien__x__id__a_b@proof.test" and len(code) == 29


# --- what others have ------------------------------------------------------------------------------------------------------------
@only_root
def test_the_answer_is_the_same_whoever_else_has_the_key(d, maria, mallory, key):
    new, waits, proved = key(), key(), key()
    add(maria, waits)
    add_key(maria, proved, password=PASSWORD)
    rows = [add(mallory, path) for path in (new, waits, proved)]
    assert len({tuple(sorted(row)) for row in rows}) == 1
    for path in (new, waits, proved):
        refusal = mallory.refused("key.add", key=public(path), password=PASSWORD)
        assert (refusal.code, refusal.message) == ("exists", "you have that key already; it waits to be proved")
    assert not known(d, new) and not known(d, waits) and known(d, proved)
    assert maria.refused("key.add", key=public(proved), password=PASSWORD).message == "you have that key already"


@only_root
def test_only_a_proved_key_opens_anything(d, maria, key):
    mine = key()
    add(maria, mine)
    voucher = Stranger(d, VOUCHER)
    assert voucher.ask("key.portals", fingerprint=fingerprint(mine))["portals"] == []
    refusal = voucher.refused("session.sign_in_key", portal="acme", fingerprint=fingerprint(mine))
    assert (refusal.code, refusal.message) == ("credentials", "That did not match.")
    voucher.close()


@only_root
def test_the_same_human_proves_a_key_with_each_customer(d, admin, key):
    email = "both@proof.test"
    mine = key()
    first = somebody(d, admin, email)
    add_key(first, mine, password=PASSWORD)
    somebody(d, admin, email).close()
    others = [c["customer"] for c in first.ask("session.me")["choices"] if c["customer"] != first.me["customer"]]
    second = d.client()
    second.sign_in("acme", email, PASSWORD, customer=others[0])
    row = add(second, mine)
    voucher = Stranger(d, VOUCHER)
    assert len(voucher.ask("key.portals", fingerprint=fingerprint(mine))["portals"]) == 1, "the second waits"
    keyed = Stranger(d, VOUCHER)
    got = keyed.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint(mine), customer=first.me["customer"])
    keyed.token = got["token"]
    assert keyed.refused("session.switch", customer=others[0]).field == "password", "a key that waits there opens nothing there"
    prove(second, mine, row)
    assert len(voucher.ask("key.portals", fingerprint=fingerprint(mine))["portals"]) == 2
    assert keyed.ask("session.switch", customer=others[0])["token"]
    voucher.close()
    keyed.close()


def test_few_keys_wait_at_once(maria, key):
    rows = [add(maria, key()) for _ in range(3)]
    refusal = maria.refused("key.add", key=public(key()), password=PASSWORD)
    assert (refusal.code, refusal.field) == ("state", "key") and "prove or remove" in refusal.message
    maria.ask("key.remove", key=rows[0]["id"])
    add(maria, key())


def test_of_one_person_there_are_twenty_keys(maria, key):
    rows = [add_key(maria, key(), password=PASSWORD) for _ in range(20)]
    refusal = maria.refused("key.add", key=public(key()), password=PASSWORD)
    assert (refusal.code, refusal.field) == ("state", "key") and "there are 20 keys" in refusal.message
    assert len(maria.ask("key.list")["keys"]) == 20
    maria.ask("key.remove", key=rows[7]["id"])
    add(maria, key())


def test_staff_see_a_key_that_waits_and_not_what_proves_it(admin, maria, key):
    add(maria, key())
    (seen,) = admin.ask("key.list", contact=maria.me["person"])["keys"]
    assert seen["expires"] and not {"challenge", "sign", "visit"} & set(seen)


def test_it_is_told_when_a_key_is_proved_and_not_before(admin, maria, key):
    mine = key()
    row = add(maria, mine)
    assert maria.me["email"] not in [m["to"] for m in admin.ask("mail.list", limit=5)["mails"] if m["template"] == "key_added"]
    prove(maria, mine, row)
    mail = admin.ask("mail.get", mail=admin.ask("mail.list", limit=1)["mails"][0]["id"])["mail"]
    assert mail["template"] == "key_added" and fingerprint(mine) in mail["text"]
    told = [(e["what"], e["name"]) for e in admin.ask("event.list", limit=5)["events"] if e["subject"] == "key"]
    assert told[:2] == [("key_proved", "Maria Ruiz"), ("key_added", "Maria Ruiz")]


# --- by coming in, as the daemon sees it --------------------------------------------------------------------------------------------
@only_root
def test_what_sshd_has_proved_and_the_challenge_prove_a_key_together(d, admin, maria, mallory, key):
    mine, other = key(), key()
    row, hers = add(maria, mine), add(mallory, other)
    assert row["visit"] == f"ssh -o IdentitiesOnly=yes -i ~/.ssh/id_ed25519 {PROVER}@portal.test {row['challenge']}"
    prover = Stranger(d, PROVER)
    wrong = [(fingerprint(other), row["challenge"]), (fingerprint(mine), hers["challenge"]), ("SHA256:" + "A" * 43, row["challenge"]),
             ("?" + fingerprint(mine), row["challenge"]), (fingerprint(mine), row["challenge"].lower()), (fingerprint(mine), row["challenge"][:-1]),
             (fingerprint(mine), "acme/x/"), (fingerprint(mine), "nowhere" + row["challenge"][4:]), (fingerprint(mine), "x")]
    answers = set()
    for n, (print_of, challenge) in enumerate(wrong):
        refusal = prover.refused("key.vouch", fingerprint=print_of, challenge=challenge, **{"from": f"192.0.2.{n + 1}"})
        answers.add((refusal.code, refusal.field, refusal.message))
    assert len(answers) == 1 and answers.pop()[:2] == ("code", "challenge")
    got = prover.ask("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"], **{"from": "192.0.2.99"})
    assert got["portal"] == "acme" and got["key"]["proved"] and known(d, mine)
    event = admin.ask("event.list", limit=1)["events"][0]
    assert (event["what"], event["side"], event["name"], event["place"]) == ("key_proved", "customer", "Maria Ruiz", "ssh 192.0.2.99")
    assert prover.refused("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"]).code == "code", "once"
    prover.close()


@only_root
def test_a_key_is_vouched_for_after_the_portal_got_another_name(key):
    """What its owner was shown begins with the name of then, and sshd brings it as it was shown."""
    with Daemon(arguments=OPTIONS) as d:
        admin, mine = d.sign_in(), key()
        maria, prover = somebody(d, admin), Stranger(d, PROVER)
        row = add(maria, mine)
        assert row["challenge"].startswith("acme/")
        business = admin.ask("settings.get")["business"]
        admin.ask("settings.update", business={"revision": business["revision"], "portal": "renamed"})
        got = prover.ask("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"], **{"from": "192.0.2.1"})
        assert got["portal"] == "renamed" and got["key"]["proved"] and known(d, mine)
        prover.close()


@only_root
def test_wrong_challenges_are_slowed_down_for_where_they_come_from(d, maria, key):
    mine = key()
    row = add(maria, mine)
    prover = Stranger(d, PROVER)
    codes = [prover.refused("key.vouch", fingerprint=fingerprint(mine), challenge=f"acme/x/{n}", **{"from": "198.51.100.7"}).code for n in range(8)]
    assert codes[0] == "code" and codes[-1] == "slow_down"
    assert prover.ask("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"], **{"from": "198.51.100.8"})["key"]["proved"]
    prover.close()


@only_root
def test_nobody_without_access_proves_a_key(d, admin, maria, key):
    mine = key()
    row = add(maria, mine)
    admin.ask("access.disable", contacts=[maria.me["person"]])
    prover = Stranger(d, PROVER)
    assert prover.refused("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"], **{"from": "203.0.113.5"}).code == "code"
    prover.close()


# --- without ssh-keygen, or with one that hangs ----------------------------------------------------------------------------------------
@only_root
def test_without_ssh_keygen_the_other_way_is_said_and_works(tmp_path, key):
    with Daemon(arguments=[*OPTIONS, "--ssh-keygen", str(tmp_path / "none")]) as d:
        c, mine = d.sign_in(), key()
        row = add(c, mine)
        refusal = c.refused("key.prove", key=row["id"], signature=sign(mine, row["challenge"]))
        assert (refusal.code, refusal.field) == ("state", "signature") and "ssh-keygen is not installed" in refusal.message and "come in once" in refusal.message
        prover = Stranger(d, PROVER)
        assert prover.ask("key.vouch", fingerprint=fingerprint(mine), challenge=row["challenge"])["key"]["proved"]
        prover.close()


@pytest.mark.parametrize("how", ["exec sleep 1000", "kill -9 $$", "exit 1"])
def test_a_program_that_hangs_dies_or_says_no_proves_nothing(tmp_path, key, how):
    program = tmp_path / "keygen"
    program.write_text(f"#!/bin/sh\n{how}\n")
    program.chmod(0o755)
    with Daemon(arguments=["--ssh-keygen", str(program)]) as d:
        c, mine = d.sign_in(), key()
        row = add(c, mine)
        refusal = c.refused("key.prove", key=row["id"], signature=sign(mine, row["challenge"]))
        assert (refusal.code, refusal.field) == ("invalid" if how == "exit 1" else "busy", "signature")
        assert "proved" not in c.ask("key.list")["keys"][0]


@pytest.mark.parametrize("megabytes", [64, 300])
def test_the_program_gets_so_much_memory_and_no_more(tmp_path, key, megabytes):
    """256 MB. What wants more dies of it, and proves nothing."""
    program = tmp_path / "keygen"
    program.write_text(f"#!/bin/sh\nexec /usr/bin/python3 -ISB -c 'bytearray({megabytes} << 20)'\n")
    program.chmod(0o755)
    with Daemon(arguments=["--ssh-keygen", str(program)]) as d:
        c, mine = d.sign_in(), key()
        row = add(c, mine)
        if megabytes < 256:
            assert prove(c, mine, row)["proved"]
        else:
            assert c.refused("key.prove", key=row["id"], signature=sign(mine, row["challenge"])).code == "invalid"


def test_the_program_gets_nothing_of_the_daemons(tmp_path, key):
    """No environment, no descriptor. It may write no file either, so that it tells what it sees through a pipe."""
    program, seen = tmp_path / "keygen", tmp_path / "seen"
    os.mkfifo(seen)
    reader = os.open(seen, os.O_RDONLY | os.O_NONBLOCK)
    program.write_text(f"#!/bin/sh\nexec > {seen}\nprintf '%s\\n' \"$@\"\nfor f in /proc/self/fd/*; do readlink $f; done\ntr '\\0' '\\n' < /proc/self/environ\n")
    program.chmod(0o755)
    with Daemon(arguments=["--ssh-keygen", str(program)], env={"SECRET_OF_THE_DAEMON": "1"}) as d:
        c, mine = d.sign_in(), key()
        row = add(c, mine)
        prove(c, mine, row)
    told = os.read(reader, 65536).decode()
    os.close(reader)
    assert "SECRET" not in told and "socket" not in told and "data.mdb" not in told and str(d.data) not in told
    assert told.split("\n")[:10] == ["-Y", "verify", "-n", SPACE, "-I", "holder", "-f", "/proc/self/fd/3", "-s", "/proc/self/fd/4"]


# --- time ----------------------------------------------------------------------------------------------------------------------------
def test_a_key_that_nobody_proves_is_gone_after_a_day(key):
    with Daemon(arguments=OPTIONS) as d:
        admin, mine, other = d.sign_in(), key(), key()
        row = add(admin, mine)
        add_key(admin, other, password=PASSWORD)
        signature = sign(mine, row["challenge"])
        forward(d, hours=23)
        admin = d.sign_in()
        assert len(admin.ask("key.list")["keys"]) == 2
        forward(d, hours=2)
        admin = d.sign_in()
        assert [k["fingerprint"] for k in admin.ask("key.list")["keys"]] == [fingerprint(other)]
        refusal = admin.refused("key.prove", key=row["id"], signature=signature)
        assert (refusal.code, refusal.field) == ("not_found", "key")
        wait_until(lambda: admin.refused("key.remove", key=row["id"]).code == "not_found", what="the sweeper")
        assert add(admin, mine)["challenge"] != row["challenge"], "and may be added again"


def test_waiting_is_over_when_it_says_so(maria, key):
    row = add(maria, key())
    ends = time.mktime(time.strptime(row["expires"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert 23.9 * 3600 < ends - time.time() < 24.1 * 3600
