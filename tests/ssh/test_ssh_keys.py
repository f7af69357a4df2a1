"""Keys at the door: who a key signs in, what stays asked for, what a removed key opens, and who is believed."""
import json
import re
import subprocess

import pytest

from daemon import PASSWORD, wait_until
from keys import add_key
from northwind import ANA, MARIA, Northwind
from pty_screen import ENTER
from sshd import Door


@pytest.fixture(scope="module")
def door():
    with Door(kind=Northwind) as d:
        yield d


@pytest.fixture
def register(door):
    """register(client) → a fresh key of that person; removed again afterwards."""
    made = []

    def add(client, kind="ed25519", **more):
        key = door.key(kind)
        row = add_key(client, key, password=PASSWORD, **more)
        assert row["fingerprint"] == door.fingerprint(key)
        made.append((client, row["id"]))
        return key
    yield add
    for client, number in made:
        if any(k["id"] == number for k in client.ask("key.list")["keys"]):
            client.ask("key.remove", key=number)


def who(door, key, **more):
    return json.loads(door.ssh("account", "--json", key=key, **more).stdout)["me"]


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_registered_key_signs_its_owner_in(door, register, kind):
    key = register(door.daemon.maria, kind)
    me = who(door, key)
    assert (me["email"], me["role"], me["customer_name"], me["means"]) == (MARIA, "customer", "Bodega Sur", "key")


def test_a_key_opens_the_portal_on_a_terminal(door, register):
    key = register(door.daemon.maria)
    with door.screen(key=key) as t:
        t.wait_for("Maria Ruiz").wait_for("Bodega Sur").wait_for("Recent")
        t.keys("Q")
        assert t.wait_end() == 0


def test_staff_come_in_by_key_too(door, register):
    key = register(door.daemon.ana)
    assert who(door, key)["role"] == "admin"
    with door.screen(key=key) as t:
        t.wait_for("Ana Kelly").wait_for("Today")
        t.keys("Q")
        assert t.wait_end() == 0


def test_the_session_says_where_from_and_by_what(door, register):
    key = register(door.daemon.maria)
    rows = json.loads(door.ssh("sessions", "--json", key=key).stdout)["sessions"]
    (mine,) = [r for r in rows if r.get("current")]
    assert mine["means"] == "key" and mine["bound"] is True and "127.0.0.1" in mine["place"]
    used = [k for k in door.daemon.maria.ask("key.list")["keys"] if k["fingerprint"] == door.fingerprint(key)]
    assert used[0]["used"] and "127.0.0.1" in used[0]["place"]


def test_a_removed_key_is_refused_and_its_sessions_end(door, register):
    key = register(door.daemon.maria)
    with door.screen(key=key) as t:
        t.wait_for("Recent")
        number = next(k["id"] for k in door.daemon.maria.ask("key.list")["keys"] if k["fingerprint"] == door.fingerprint(key))
        door.daemon.maria.ask("key.remove", key=number)
        t.wait_gone("Recent")
    assert "Permission denied" in door.ssh("account", key=key, code=255).stderr


def test_a_key_of_nobody_who_may_sign_in_is_refused(door, register):
    """Access that was switched off."""
    b = door.daemon
    contact = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"].startswith("Jos"))
    b.ana.ask("access.enable", contacts=[contact["id"]], password=PASSWORD, keep_password=True)
    jose = b.sign_in(contact["email"])
    key = door.key()
    add_key(jose, key, password=PASSWORD)
    assert who(door, key)["email"] == contact["email"]
    b.ana.ask("access.disable", contacts=[contact["id"]])
    assert "Permission denied" in door.ssh("account", key=key, code=255).stderr


# --- the second factor -------------------------------------------------------------------------------------------------------
def code_of(secret, step=0):
    words = ["oathtool", "--totp", "-b", secret.replace(" ", "")]
    if step:
        words += ["--now", f"{step * 30} seconds"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def factor(door):
    """Switches a second factor on for somebody; gives codes that were not used."""
    undo = []

    def on(client):
        secret = client.ask("mfa.begin", password=PASSWORD)["secret"]
        codes = client.ask("mfa.confirm", code=code_of(secret))["codes"]
        undo.append(codes)
        return codes
    yield on


def test_the_second_factor_is_asked_for_all_the_same(door, register, factor):
    b = door.daemon
    key = register(b.maria)
    codes = factor(b.maria)
    try:
        refused = door.ssh("invoices", key=key, code=4)
        assert refused.stdout == "" and "--code" in refused.stderr
        assert "Office closed" not in door.ssh("home", "--code", "000000", key=key, code=4).stdout
        assert who(door, key)["stage"] == "code"  # who one is may be asked
        done = door.ssh("invoices", "--code", codes[0], key=key)
        assert "INV-" in done.stdout
        assert door.ssh("invoices", "--code", codes[0], key=key, code=4).stdout == ""  # each is good once
        with door.screen("invoices", key=key) as t:
            t.wait_for("Code of your second factor")
            t.keys(codes[1], ENTER).wait_for("INV-")
            assert t.wait_end() == 0
        with door.screen(key=key) as t:
            t.wait_for(re.compile("[Cc]ode").search and (lambda s: re.search("[Cc]ode", s.text())))
            assert "Recent" not in t.text()
            t.keys(codes[2], ENTER).wait_for("Recent")
    finally:
        b.ana.ask("mfa.reset", contact=b.maria_id)
        b.maria.sign_in("northwind", MARIA, PASSWORD)


# --- who is believed ---------------------------------------------------------------------------------------------------------
ASK = """
import sys, msgpack, secrets, sp
peer = sp.Polite(sys.argv[1], 20.0)
for op, args in {asked!r}:
    got = msgpack.unpackb(peer.ask(msgpack.packb(dict(v=1, op=op, args=args, id=secrets.token_bytes(16)))))
    print(op, got["error"]["code"] if "error" in got else "fine")
"""


def test_only_the_account_that_sshd_lets_keys_into_is_believed(door, register):
    key = register(door.daemon.maria)
    asked = [("key.known", {"fingerprint": door.fingerprint(key)}),
             ("key.portals", {"fingerprint": door.fingerprint(key)}),
             ("session.sign_in_key", {"portal": "northwind", "fingerprint": door.fingerprint(key), "from": "192.0.2.1"})]
    program = ASK.format(asked=asked)
    no, yes = "forbidden", "fine"
    for account, answers in (("portal", (yes, yes, yes)), ("portal-keys", (yes, no, no)), ("portal-login", (no, no, no)), ("postern", (no, no, no))):
        got = [line.split()[1] for line in door.as_account(account, program).splitlines()]
        assert tuple(got) == answers, account
    # the daemon's own account is the operator, and no voucher
    op, args = asked[-1]
    assert door.daemon.client().refused(op, **args).code == "forbidden"


def test_a_forged_proof_convinces_nobody(door, register, tmp_path):
    """Whoever can become the account that signs in on the screen can write any file and set any variable."""
    key = register(door.daemon.maria)
    forged = door.daemon.temp / "forged"
    kind, blob = door.public(key).split()[:2]
    forged.write_text(f"publickey {kind} {blob}\n")
    forged.chmod(0o644)
    env = {"SSH_USER_AUTH": str(forged), "SSH_ORIGINAL_COMMAND": "account", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22",
           "PATH": "/usr/bin:/bin", "TERM": "dumb"}
    run = subprocess.run([str(door.home / "postern"), "--door", str(door.home / "door.conf")], env=env, capture_output=True, text=True,
                         user=door.accounts.uids["portal-login"], group=0, extra_groups=[], timeout=60)
    assert run.returncode != 0 and MARIA not in run.stdout + run.stderr
    # through sshd: the client's own variable, and a file of its own
    got = door.ssh("account", user="portal-login", more=["-o", f"SetEnv=SSH_USER_AUTH={forged}"], code=2)
    assert "registered key" in got.stderr and got.stdout == ""
    # the account for keys believes only what sshd wrote, or itself
    run = subprocess.run([str(door.home / "postern"), "--door", str(door.home / "door.conf")], env=env, capture_output=True, text=True,
                         user=door.accounts.uids["portal"], group=0, extra_groups=[], timeout=60)
    assert run.returncode != 0 or MARIA in run.stdout  # root made that file: whoever is root needs no proof
    forged.chmod(0o666)
    run = subprocess.run([str(door.home / "postern"), "--door", str(door.home / "door.conf")], env=env, capture_output=True, text=True,
                         user=door.accounts.uids["portal"], group=0, extra_groups=[], timeout=60)
    assert run.returncode == 4 and "which key" in run.stderr, run


def test_a_key_of_somebody_else_is_not_taken_along(door, register):
    """The operations that take the door's word are not for those who come in by it."""
    mine, hers = register(door.daemon.maria), register(door.daemon.ana)
    for words in (["session.sign_in_key", "portal=northwind", f"fingerprint={door.fingerprint(hers)}"],
                  ["key.portals", f"fingerprint={door.fingerprint(hers)}"], ["key.known", f"fingerprint={door.fingerprint(hers)}"],
                  ["session.sign_in", "portal=northwind", f"email={ANA}", "password=-"], ["session.switch", "customer=1"],
                  ["system.backup", "path=/tmp/x"], ["business.create", "portal=x"]):
        done = door.ssh(*words, key=mine, input=PASSWORD + "\n", code=2)
        assert done.stdout == "" and "no command" in done.stderr, done


# --- the end -----------------------------------------------------------------------------------------------------------------
def bound_sessions(door):
    return [s["id"] for s in door.daemon.maria.ask("session.list")["sessions"] if s.get("bound")]


@pytest.mark.parametrize("terminal", [False, True])
def test_the_session_ends_when_the_connection_dies(door, register, terminal):
    key = register(door.daemon.maria)
    if terminal:
        t = door.screen(key=key)
        t.wait_for("Recent")
        wait_until(lambda: bound_sessions(door), 10, "the session")
        t.signal(9)
        t.close()
    else:
        p = door.start("events", "--follow", key=key)
        wait_until(lambda: bound_sessions(door), 20, "the session")
        p.kill()
        p.communicate()
    wait_until(lambda: not bound_sessions(door), 10, "the end of the session")
    wait_until(lambda: not door.running(), 10, "the end of the process")


def test_the_session_ends_with_its_process(door, register):
    key = register(door.daemon.maria)
    p = door.start("events", "--follow", key=key)
    wait_until(lambda: bound_sessions(door) and door.running(), 20, "the session")
    for pid in door.running():
        subprocess.run(["kill", "-KILL", str(pid)], check=True)
    p.communicate(timeout=20)
    wait_until(lambda: not bound_sessions(door), 10, "the end of the session")


def test_a_command_leaves_no_session_behind(door, register):
    key = register(door.daemon.maria)
    door.ssh("invoices", key=key)
    assert not bound_sessions(door)
