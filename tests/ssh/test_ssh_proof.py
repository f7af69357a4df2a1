"""A key is registered by who holds it: what somebody else's public key is good for (nothing), and the two ways to show that one holds it."""
import json
import re
import subprocess

import pytest

from daemon import PASSWORD
from keys import add_key, sign
from northwind import MARIA, Northwind
from sshd import Door


@pytest.fixture(scope="module")
def door():
    with Door(kind=Northwind) as d:
        b = d.daemon
        contact = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"].startswith("Jos"))
        b.ana.ask("access.enable", contacts=[contact["id"]], password=PASSWORD, keep_password=True)
        d.mallory_email = contact["email"]
        yield d


@pytest.fixture
def mallory(door):
    return door.daemon.sign_in(door.mallory_email)


def who(door, key):
    return json.loads(door.ssh("account", "--json", key=key).stdout)["me"]["email"]


def test_nobody_comes_in_as_who_registered_their_public_key(door, mallory):
    hers = door.key()
    mallory.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert "Permission denied" in door.ssh("account", key=hers, code=255).stderr, "not as Mallory"


def test_who_holds_a_key_registers_it_whoever_registered_it_before(door, mallory):
    hers = door.key()
    mallory.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert door.daemon.maria.ask("key.add", key=door.public(hers), password=PASSWORD)["key"]["fingerprint"] == door.fingerprint(hers)


def test_registering_tells_nobody_whose_keys_are_known(door, mallory):
    hers = door.key()
    door.daemon.maria.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert mallory.ask("key.add", key=door.public(hers), password=PASSWORD)["key"]["fingerprint"] == door.fingerprint(hers)


# --- with a signature ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_proved_key_signs_its_owner_in(door, kind):
    key = door.key(kind)
    add_key(door.daemon.maria, key, password=PASSWORD)
    assert who(door, key) == MARIA


def test_the_command_that_is_shown_makes_the_signature_that_is_wanted(door):
    """As a person does it: the line is pasted into a shell, with the file's name changed."""
    key = door.key()
    row = door.daemon.maria.ask("key.add", key=door.public(key), password=PASSWORD)["key"]
    assert row["sign"].endswith(" -f ~/.ssh/id_ed25519") and re.fullmatch(r"[\w/@.+-]+", row["challenge"])
    shown = row["sign"].replace("~/.ssh/id_ed25519", str(key))
    signature = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, check=True, timeout=60).stdout
    assert door.daemon.maria.ask("key.prove", key=row["id"], signature=signature)["key"]["proved"]
    assert who(door, key) == MARIA


def test_a_key_is_proved_with_another_key_over_ssh(door):
    first, second = door.key(), door.key()
    add_key(door.daemon.maria, first, password=PASSWORD)
    row = json.loads(door.ssh("key", "add", f"'{door.public(second)}'", "--password", "-", "--json", key=first, input=PASSWORD + "\n").stdout)["key"]
    done = door.ssh("key", "prove", str(row["id"]), "-", "--json", key=first, input=sign(second, row["challenge"]))
    assert json.loads(done.stdout)["key"]["proved"]
    assert who(door, second) == MARIA


# --- by coming in --------------------------------------------------------------------------------------------------------------
def waiting(door, client, kind="ed25519"):
    key = door.key(kind)
    return key, client.ask("key.add", key=door.public(key), password=PASSWORD)["key"]


@pytest.fixture(autouse=True)
def no_keys_are_left(door, mallory):
    """There may be so many."""
    yield
    for client in (door.daemon.maria, door.daemon.ana, mallory):
        for row in client.ask("key.list")["keys"]:
            client.ask("key.remove", key=row["id"])


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_who_comes_in_with_the_key_and_the_challenge_has_proved_it(door, kind):
    key, row = waiting(door, door.daemon.maria, kind)
    assert "Permission denied" in door.ssh("account", key=key, code=255).stderr
    shown = row["visit"].split()
    assert shown[:4] == ["ssh", "-o", "IdentitiesOnly=yes", "-i"]
    assert shown[5:] == [f"{door.accounts.name('portal-prove')}@127.0.0.1", row["challenge"]]
    done = door.ssh(row["challenge"], key=key, user="portal-prove")
    assert done.stdout == f"Proved: {door.fingerprint(key)} signs you in to the portal northwind from now on.\n"
    assert who(door, key) == MARIA
    mail = door.daemon.ana.ask("mail.list", limit=1)["mails"][0]
    assert mail["template"] == "key_added"
    again = door.ssh(row["challenge"], key=key, user="portal-prove", code=4)
    assert again.stdout == "" and "not valid" in again.stderr, "good once"


def test_a_challenge_is_good_for_the_key_it_was_made_for(door, mallory):
    """Whoever has somebody's challenge, or somebody's key waiting, has nothing."""
    mine, row = waiting(door, door.daemon.maria)
    other, hers = waiting(door, mallory)
    for key, challenge in ((other, row["challenge"]), (mine, hers["challenge"])):
        done = door.ssh(challenge, key=key, user="portal-prove", code=4)
        assert done.stdout == "" and "That code is not valid" in done.stderr and door.fingerprint(key) in done.stderr
    door.ssh(row["challenge"], key=mine, user="portal-prove")


def test_a_stranger_learns_nothing_of_any_key(door, mallory):
    """sshd is asked with the public key alone, as anybody can: it says the same of a known, a waiting and an unknown one."""
    known, claimed, unknown = door.key(), door.key(), door.key()
    add_key(door.daemon.maria, known, password=PASSWORD)
    mallory.ask("key.add", key=door.public(claimed), password=PASSWORD)

    def accepted(key, account):
        """Would it be? Asked without a signature (RFC 4252, section 7)."""
        alone = door.daemon.temp / f"{key.name}-alone.pub"
        alone.write_text(door.public(key) + "\n")
        done = subprocess.run(["ssh", *door.options(alone), "-v", *door.target(account), "x"], capture_output=True, text=True, timeout=60)
        return "Server accepts key" in done.stderr
    assert [accepted(key, "portal-prove") for key in (known, claimed, unknown)] == [True] * 3
    assert not accepted(claimed, "portal") and not accepted(unknown, "portal")


@pytest.mark.parametrize("words", [(), ("account",), ("help",), ("key", "list"), ("a", "b"), ("internal-sftp",), ("line",)])
def test_nothing_else_is_done_where_keys_are_proved(door, words):
    key = door.key()
    add_key(door.daemon.maria, key, password=PASSWORD)
    done = door.ssh(*words, key=key, user="portal-prove", code=None)
    assert done.returncode in (2, 4) and done.stdout == "" and MARIA not in done.stderr


def test_the_account_where_keys_are_proved_is_believed_of_nothing_else(door):
    key = door.key()
    add_key(door.daemon.maria, key, password=PASSWORD)
    program = """
import sys, msgpack, secrets, sp
peer = sp.Polite(sys.argv[1], 20.0)
for op, args in %r:
    got = msgpack.unpackb(peer.ask(msgpack.packb(dict(v=1, op=op, args=args, id=secrets.token_bytes(16)))))
    print(op, got["error"]["code"] if "error" in got else "fine")
""" % [("session.sign_in_key", {"portal": "northwind", "fingerprint": door.fingerprint(key)}), ("key.portals", {"fingerprint": door.fingerprint(key)}),
       ("key.known", {"fingerprint": door.fingerprint(key)}), ("key.vouch", {"fingerprint": door.fingerprint(key), "challenge": "x"})]
    answers = {account: [row.split()[1] for row in door.as_account(account, program).splitlines()]
               for account in ("portal-prove", "portal", "portal-keys", "portal-login")}
    assert answers["portal-prove"] == ["forbidden", "forbidden", "forbidden", "code"]
    assert {answers[account][3] for account in ("portal", "portal-keys", "portal-login")} == {"forbidden"}


def test_somebody_elses_waiting_key_is_in_nobodys_way(door, mallory):
    """Mallory registers all of Maria's public keys: she comes in with the one that is hers here, whatever her agent offers first."""
    first, hers = door.key(), door.key()
    add_key(door.daemon.maria, hers, password=PASSWORD)
    for key in (first, hers):
        mallory.ask("key.add", key=door.public(key), password=PASSWORD)
    done = door.ssh("account", "--json", key=first, more=["-i", str(hers)])
    assert json.loads(done.stdout)["me"]["email"] == MARIA


def test_a_key_that_two_registered_is_whose_it_is_proved_for(door, mallory):
    hers = door.key()
    claimed = mallory.ask("key.add", key=door.public(hers), password=PASSWORD)["key"]
    add_key(door.daemon.maria, hers, password=PASSWORD)
    assert who(door, hers) == MARIA
    assert mallory.refused("key.prove", key=claimed["id"], signature=sign(hers, claimed["challenge"])).code == "exists", "only who holds it is told"
