"""Commands over SSH: the same operations, rights, data and exit codes as everywhere, and no shell between."""
import concurrent.futures
import json
import os
import re
import secrets
import subprocess

import paramiko
import pytest

from ctl import Ctl
from daemon import PASSWORD, line, wait_until
from keys import add_key, sign
from northwind import ANA, MARIA, VISA, Northwind
from pty_screen import ENTER
from qr_reader import HALVES, read
from sshd import Door

CARD = "\n".join((VISA["card_number"], VISA["card_expiry"], VISA["card_code"])) + "\n"


@pytest.fixture(scope="module")
def door():
    with Door(kind=Northwind) as d:
        d.maria_key, d.ana_key = d.key(), d.key()
        add_key(d.daemon.maria, d.maria_key, password=PASSWORD)
        add_key(d.daemon.ana, d.ana_key, password=PASSWORD)
        yield d


@pytest.fixture
def maria(door):
    return lambda *words, **more: door.ssh(*words, key=door.maria_key, **more)


@pytest.fixture
def ana(door):
    return lambda *words, **more: door.ssh(*words, key=door.ana_key, **more)


def ctl(door, email=MARIA):
    return Ctl(door.daemon, session=f"session-{email}").login(email)


# --- reading -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words, same", [
    ("invoices", "invoice.list"),
    ("invoices --unpaid", "invoice.list status=unpaid"),
    ("invoices --overdue --limit 1", "invoice.list status=overdue limit=1"),
    ("invoices --sort=due --reverse", "invoice.list sort=due reverse=true"),
    ("invoice.list status=paid", "invoice.list status=paid"),
    ("estimates --open", "estimate.list status=open"),
    ("payments", "payment.list"),
    ("company", "customer.get"),
    ("home", "home.get"),
    ("how", "payment.how"),
    ("business", "settings.get"),
    ("bell", "event.list bell=true"),
    ("events --limit 3", "event.list limit=3"),
    ("keys", "key.list"),
    ("factor", "mfa.show"),
])
def test_data_is_the_same_as_on_the_command_line(door, maria, words, same):
    def still(text):
        """Without what signing in itself moves on."""
        return re.sub(r'"(last|last_sign_in)": [^,\n]*', r'"\1": 0', text)
    local = ctl(door)
    over_ssh = maria(words + " --json")
    assert still(over_ssh.stdout) == still(local.run("--json", *same.split()).stdout), "byte for byte"
    assert over_ssh.stderr == "" and json.loads(over_ssh.stdout)


def test_people_read_tables(door, maria):
    out = maria("invoices --unpaid").stdout
    assert door.daemon.late["number"] in out and "EUR" in out and door.daemon.paid["number"] not in out
    assert re.search(r"^matched +[1-9]", out, re.M) and "sums (1)" in out and "none" not in out
    assert door.daemon.late["number"] in maria("invoice", door.daemon.late["number"]).stdout
    assert door.daemon.late["number"] in maria("invoice", re.sub("-0+", "-", door.daemon.late["number"])).stdout


def test_lists_go_out_as_rows_and_a_part_is_paid(door, maria):
    local = ctl(door)
    for words in ("invoices --csv", "payments --tsv", "invoices --all --json"):
        assert maria(words).stdout.replace("\r", "") == local.run(*words.split()).stdout.replace("\r", ""), words
    one = door.daemon.invoice([line("Tape", "1", "100")], 10)
    paid = json.loads(maria(f"pay {one['number']} --part 40 --yes --json", input=CARD).stdout)["payment"]
    assert paid["amount"] == {"amount": 4000, "currency": "EUR"}
    told = json.loads(maria("invocies --json", code=2).stderr)
    assert told["code"] == "unknown_operation" and "did you mean invoices?" in told["message"]


def test_what_only_posternctl_has_says_why(maria):
    assert "import is not here: it reads or writes files" in maria("import zoho x", code=2).stderr
    assert "--token-file is not here: your key signs you in" in maria("invoices --token-file x", code=2).stderr
    assert "choose one" in maria("invoices --csv --json", code=2).stderr
    assert "--part belongs to pay" in maria("invoices --part 5", code=2).stderr
    assert "--follow belongs to events" in maria("invoices --follow", code=2).stderr


def test_help_needs_no_key_and_names_every_command(door):
    for done in (door.ssh("help", key=door.maria_key), door.ssh("help", user="portal-login"), door.ssh("--help", key=door.maria_key, code=None)):
        if done.returncode == 0:
            assert "invoices" in done.stdout and "estimate accept" in done.stdout and "Exit codes" in done.stdout
    said = door.ssh("help pay", key=door.maria_key).stdout
    assert said.startswith("payment.pay") and "card_number" in said and "ssh " in said


# --- writing -----------------------------------------------------------------------------------------------------------------
def test_an_estimate_is_accepted_as_it_was_shown(door, maria):
    b = door.daemon
    e = b.estimate([line("Pallets", "2", "10")], terms="Paid within ten days.")
    shown = maria(f"estimate accept {e['number']} 'Maria Ruiz'", code=2)
    assert shown.stdout == "" and "20.00 EUR" in shown.stderr and "ten days" in shown.stderr and "--yes" in shown.stderr
    assert b.maria.ask("estimate.get", estimate=e["id"])["estimate"]["state"] == "open"
    done = json.loads(maria(f"estimate accept {e['number']} 'Maria Ruiz' --revision {e['revision']} --yes --json").stdout)
    assert done["estimate"]["state"] == "accepted" and done["estimate"]["answers"][0]["signed_by"] == "Maria Ruiz"
    assert "state" in maria(f"estimate accept {e['number']} 'Maria Ruiz' --yes", code=5).stderr


def test_an_estimate_that_changed_is_not_accepted_unseen(door, maria):
    b = door.daemon
    e = b.estimate([line("Pallets", "2", "10")])
    changed = b.ana.ask("estimate.update", estimate=e["id"], revision=e["revision"], document={"lines": [line("Pallets", "2", "11")]})
    b.ana.ask("estimate.send", estimate=e["id"], revision=changed["estimate"]["revision"])
    assert "stale" in maria(f"estimate accept {e['number']} Maria --revision {e['revision']} --yes", code=5).stderr


def test_a_key_alone_lets_nobody_in_and_the_password_is_asked_for_on_a_terminal(door, ana):
    """A key shows nothing: who may get in is told only after the password, or a code."""
    b = door.daemon
    jose = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"] == "José Ferrer")["id"]
    words = f"access.invite contacts={jose}"
    refused = ana(words, code=4)
    assert "confirm: " in refused.stderr and "ssh -t" in refused.stderr and not refused.stdout
    with door.screen(words, key=door.ana_key) as t:
        t.wait_for("Your password, or a code of your phone:").keys(PASSWORD, ENTER).wait_for("invited")
        assert t.wait_end() == 0 and PASSWORD not in t.text()


def test_on_a_terminal_the_word_is_typed(door):
    e = door.daemon.estimate([line("Pallets", "1", "7")])
    with door.screen(f"estimate accept {e['number']} 'Maria Ruiz'", key=door.maria_key) as t:
        t.wait_for("7.00 EUR").wait_for("Type ACCEPT")
        t.keys("ACCEPT", ENTER).wait_for(f"{e['number']} is accepted.")
        assert t.wait_end() == 0
    e = door.daemon.estimate([line("Pallets", "1", "8")])
    with door.screen(f"estimate accept {e['number']} 'Maria Ruiz'", key=door.maria_key) as t:
        t.wait_for("Type ACCEPT")
        t.keys("yes", ENTER).wait_for("Nothing was accepted")
        assert t.wait_end() == 2


def test_declining_takes_a_reason(door, maria):
    e = door.daemon.estimate([line("Pallets", "1", "9")])
    assert maria(f"estimate decline {e['number']}", code=2).stdout == ""
    done = json.loads(maria(f"estimate decline {e['number']} 'Too dear; ask again' --json").stdout)
    assert done["estimate"]["state"] == "declined" and done["estimate"]["answers"][0]["reason"] == "Too dear; ask again"


def test_paying_is_shown_first_and_happens_once(door, maria):
    b = door.daemon
    one, two = b.invoice([line("Tape", "1", "12.50")], 10), b.invoice([line("Tape", "2", "3.75")], 10)
    words = f"pay {one['number']} {two['number']}"
    shown = maria(words, code=2, input=CARD)
    assert "Pay 20.00 EUR" in shown.stderr and "Nothing was paid" in shown.stderr and shown.stdout == ""
    assert "sandbox: no money moves" in shown.stderr
    again = f"{words} --expect '20.00 EUR' --yes --id {secrets.token_hex(16)} --json"
    first = maria(again, input=CARD)
    payment = json.loads(first.stdout)["payment"]
    assert payment["state"] == "succeeded" and payment["amount"] == {"amount": 2000, "currency": "EUR"}
    assert payment["note"] == "sandbox: no money moves" and first.stderr == ""  # what a person reads is in the answer
    assert json.loads(maria(again, input=CARD).stdout)["payment"]["id"] == payment["id"]
    paid = [p for p in b.maria.ask("payment.list", limit=100)["payments"] if p["id"] >= payment["id"]]
    assert len(paid) == 1
    assert b.maria.ask("invoice.get", invoice=one["id"])["invoice"]["state"] == "paid"
    assert "4242424242" not in b.log.read_text() + door.sshd_log.read_text()


def test_without_cards_pay_tells_how_and_draws_the_code_on_a_terminal(tmp_path):
    with Door(kind=Northwind, sandbox=False) as door:
        b, key = door.daemon, door.key()
        add_key(b.maria, key, password=PASSWORD)
        row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
        b.ana.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], "bank": {
            "holder": "Northwind Paper Ltd", "iban": "IE29 AIBK 9311 5212 3456 78"}})
        [told] = b.maria.ask("invoice.get", invoice=b.open["id"], peek=True)["told"]
        words = f"pay {b.open['number']}"
        said = door.ssh(words, key=key).stdout
        assert "IE29 AIBK 9311 5212 3456 78" in said and told["reference"] in said.replace(" ", "") and "█" not in said, "no terminal, no picture"
        with door.screen(words, key=key, rows=40, columns=100) as t:
            t.wait_for("Reference").wait_for("█").settle()
            drawn = [line for line in (x.rstrip() for x in t.screen()) if line and set(line) <= set(HALVES)]
        assert read([[not HALVES[c][half] for c in row] for row in drawn for half in (0, 1)], tmp_path) == told["qr"]


def test_a_payment_that_fails_says_so(door, maria):
    inv = door.daemon.invoice([line("Tape", "1", "5")], 10)
    declined = CARD.replace("4242 4242 4242 4242", "4000 0000 0000 0002")
    done = maria(f"pay {inv['number']} --yes", input=declined, code=7)
    assert "payment_failed" in done.stderr
    assert "stale" in maria(f"pay {inv['number']} --yes --expect '4.00 EUR'", input=CARD, code=5).stderr
    assert door.daemon.maria.ask("invoice.get", invoice=inv["id"])["invoice"]["state"] == "open"


def test_what_can_not_be_paid_by_card_is_said_before_a_card_is_asked_for(door, maria):
    fine, blocked = door.daemon.invoice([line("Tape", "1", "5")], 10), door.daemon.invoice([line("Tape", "1", "6")], 10, no_card=True)
    done = maria(f"pay {fine['number']} {blocked['number']} --yes", input=CARD, code=None)
    assert done.returncode != 0 and f"{blocked['number']}: can not be paid by card" in done.stderr and "switched_off" in done.stderr
    assert door.daemon.maria.ask("invoice.get", invoice=fine["id"])["invoice"]["state"] == "open"


def test_a_card_is_no_word_of_a_command(door, maria):
    done = maria(f"pay {door.daemon.late['number']} --yes --card-number 4242424242424242", input=CARD, code=2)
    assert "standard input" in done.stderr and "4242" not in done.stderr


def test_comments_come_as_a_word_or_from_standard_input(door, maria):
    number = door.daemon.late["number"]
    maria(f"comment {number} 'When does it come? $(id) `id` \\ ; | & > x'")
    text = "First line\nsecond line, with \"quotes\" and 'others'\n"
    maria(f"comment {number} -", input=text)
    said = [c["text"] for c in door.daemon.maria.ask("comment.list", document=door.daemon.late["id"], limit=100)["comments"]]
    assert said[-2:] == ["When does it come? $(id) `id` \\ ; | & > x", text.rstrip("\n")]


def test_no_file_of_the_server_is_read_for_a_word(door, maria):
    i = door.daemon.invoice([line("Tape", "1", "5")], 10)
    for word in ("text=@/etc/hostname", "@/etc/hostname"):
        maria(f"comment {i['number']} {word}")
    texts = [c["text"] for c in door.daemon.maria.ask("comment.list", document=i["id"])["comments"]]
    assert texts == ["@/etc/hostname"] * 2


def test_keys_are_added_and_removed_over_ssh(door, maria):
    key = door.key()
    done = json.loads(maria("key add - --password - --label laptop --json", input=f"{door.public(key)}\n{PASSWORD}\n").stdout)
    assert done["key"]["fingerprint"] == door.fingerprint(key) and done["key"]["label"] == "laptop"
    door.ssh("account", key=key, code=255)
    maria(f"key prove {done['key']['id']} -", input=sign(key, done["key"]["challenge"]))
    assert json.loads(door.ssh("account --json", key=key).stdout)["me"]["email"] == MARIA
    maria(f"key remove {done['key']['id']}")
    door.ssh("account", key=key, code=255)
    refused = maria("key add - --password -", input=f"{door.public(door.key())}\nwrong password here\n", code=4)
    assert "credentials" in refused.stderr and refused.stdout == ""
    refused = maria(f"key add '{door.public(key)}'", code=4)
    assert "password=- reads it from standard input" in refused.stderr and "ssh -t asks for it" in refused.stderr and "@FILE" not in refused.stderr


def test_staff_work_over_ssh(door, ana, maria):
    done = json.loads(ana(f"invoice.create customer={door.daemon.bodega} send=true document.lines.0.name='Tape; box' "
                          "document.lines.0.quantity=2 document.lines.0.price=4.20 --json").stdout)
    assert done["invoice"]["lines"][0]["name"] == "Tape; box" and done["invoice"]["total"]["amount"] == 840
    assert "Bodega Sur" in ana("customers").stdout and "queue" not in ana("queue").stderr
    document = {"customer": door.daemon.bodega, "document": {"lines": [{"name": "x", "quantity": "1", "price": "1"}]}}
    assert json.loads(ana("invoice.create - --json", input=json.dumps(document)).stdout)["invoice"]["state"] == "draft"
    assert "forbidden" in maria("invoice.create -", input=json.dumps(document), code=4).stderr
    assert "forbidden" in maria("queue", code=4).stderr


def test_what_looks_like_a_shells_is_looked_for_as_it_stands(maria):
    for words in ("invoices '$(id)'", "invoices $(id)", "invoices `id`"):
        done = maria(words, code=0)
        assert "uid=" not in done.stdout + done.stderr and "invoices: none" in done.stdout, done


# --- what is refused ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words, code", [
    ("invoice INV-999999", 3), ("invoice 999999", 3), ("invoice", 2), ("invoices --status nonsense", 2), ("invoices limit=1000", 2),
    ("nonsense", 2), ("invoices ; id", 2), ("invoices | id", 2), ("invoices && id", 2), ("invoices > /tmp/x", 2),
    ("invoices 'not closed", 2), ("invoices \\", 2), ("invoices\nid", 2), ("invoices\rid", 2), ("\x1b[2J", 2),
    ("invoices --json=1", 2), ("invoices --id", 2), ("customer.list", 4), ("estimate accept EST-999999 me --yes", 3), ("--", 2), ("''", 2),
    ("key add @/etc/passwd", 2), ("password.change old=@/etc/passwd password=@/etc/passwd", 2), ("key.add key=@/etc/hostname", 2),
    ("--url ipc:///tmp/x invoices", 2), ("--session /tmp/x invoices", 2), ("import zoho --contacts /etc/passwd", 2), ("login", 2),
    ("backup /tmp/x", 2), ("help nonsense", 2), ("caf\u00e9 \u202e", 2),
])
def test_what_is_wrong_is_said_and_has_its_exit_code(maria, words, code):
    done = maria(words, code=code)
    assert done.stdout == "" and done.stderr.startswith("postern: "), done
    assert "uid=" not in done.stderr and "\x1b" not in done.stderr and "root:" not in done.stderr


def test_bytes_that_are_no_text_are_refused(door):
    for words in (b"invoices \xff", b"invoices \xc3", b"\xed\xa0\x80"):
        done = subprocess.run([*door.command(key=door.maria_key), words], capture_output=True, timeout=60)
        assert done.returncode == 2 and b"UTF-8" in done.stderr, done


@pytest.fixture
def stranger(door):
    """A client that does not keep to what ssh lets one type: run(bytes of a command) → exit code (None: cut off) and what was said."""
    clients = []

    def run(command, subsystem=None, environment=()):
        client = paramiko.SSHClient()
        clients.append(client)
        client.set_missing_host_key_policy(paramiko.MissingHostKeyPolicy())  # our own sshd, on loopback
        client.connect("127.0.0.1", door.sshd.port, username=door.accounts.name("portal"), key_filename=str(door.maria_key),
                       allow_agent=False, look_for_keys=False, timeout=20)
        channel = client.get_transport().open_session(timeout=20)
        channel.settimeout(20)
        try:
            for name, value in environment:
                channel.set_environment_variable(name, value)
            channel.invoke_subsystem(subsystem) if subsystem else channel.exec_command(command)
            said = channel.makefile("rb").read() + channel.makefile_stderr("rb").read()
            code = channel.recv_exit_status()
            return (None if code < 0 else code), said
        except (paramiko.SSHException, OSError, EOFError):
            return None, b""
    yield run
    for client in clients:
        client.close()


ODD = {"nul inside": b"acc\0ount", "nul and more": b"account\0 --json", "nul alone": b"\0", "newline": b"account\n", "two lines": b"account\nid\n",
       "carriage return": b"account\r\nid", "64 KiB and one": b"x" * 65_537, "more than a process takes": b"account " + b"x" * 140_000,
       "a megabyte": b"account " + b"x" * 1_000_000, "newlines in quotes": b"account '" + b"\n" * 60_000 + b"'"}


@pytest.mark.parametrize("name", ODD)
def test_a_client_of_ones_own_gets_no_further(stranger, maria, name):
    code, said = stranger(ODD[name])
    assert code != 0 and MARIA.encode() not in said and b"uid=" not in said, (code, said[:300])
    assert maria("account").returncode == 0


def test_the_client_of_these_tests_gets_in_with_what_is_right(stranger):
    code, said = stranger(b"account --json", environment=[("LANG", "C")])
    assert code == 0 and json.loads(said)["me"]["email"] == MARIA
    for name in ("SSH_USER_AUTH", "SSH_ORIGINAL_COMMAND", "POSTERN_URL", "LD_PRELOAD", "LANG\0X"):
        code, said = stranger(b"account --json", environment=[(name, "/tmp/evil")])
        assert code is None or json.loads(said)["me"]["email"] == MARIA
    for subsystem in ("sftp", "netconf", "postern", "../../bin/sh", "account"):
        code, said = stranger(b"", subsystem=subsystem)
        assert code != 0 and MARIA.encode() not in said


@pytest.mark.parametrize("size", [60_000, 70_000, 120_000])
def test_long_commands_are_read_or_refused(door, maria, size):
    number = door.daemon.late["number"]
    done = maria(f"comment {number} '{'x' * size}'", code=None)
    assert done.returncode != 0 and done.stdout == "", done.returncode
    assert re.search("too_large|at most|invalid|too long", done.stderr), done.stderr


def test_a_megabyte_of_text_is_refused_and_harms_nobody(door, maria):
    done = maria(f"comment {door.daemon.late['number']} -", input="x" * 1_000_000, code=2)
    assert "too long" in done.stderr or "too_large" in done.stderr
    assert maria("account").returncode == 0


def test_a_reader_that_goes_away_ends_the_command(door):
    p = door.start("events", "--follow", key=door.maria_key)
    wait_until(door.running, 20, "the process")
    p.stdout.close()
    p.kill()
    p.wait(20)
    wait_until(lambda: not door.running(), 10, "its end")


def test_news_arrive_over_ssh(door):
    p = door.start("events", "--follow", "--json", key=door.maria_key)
    try:
        wait_until(lambda: any(s.get("bound") for s in door.daemon.maria.ask("session.list")["sessions"]), 20, "the session")
        os.set_blocking(p.stdout.fileno(), False)
        got = b""

        def told():
            nonlocal got
            door.daemon.ana.ask("comment.add", document=door.daemon.late["id"], text="News for you", portal=True)
            got += p.stdout.read() or b""
            return b"News for you" in got
        wait_until(told, 20, "the news")
    finally:
        p.kill()
        p.communicate()


def test_many_at_once(door):
    """As many as the shipped configuration lets in from one address at a time."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for done in pool.map(lambda _: door.ssh("invoices --json", key=door.maria_key), range(24)):
            assert json.loads(done.stdout)["invoices"]


def test_a_daemon_that_is_away_is_said(door):
    with Door() as other:
        other.daemon.stop()
        done = other.ssh("help", user="portal-login")
        assert "invoices" in done.stdout
        before = len(other.sshd_log.read_text())
        assert "Permission denied" in other.ssh("account", key=other.key(), code=255).stderr
        wait_until(lambda: "postern-keys:" in other.sshd_log.read_text()[before:], 10, "what the helper says")
        other.daemon.start()
