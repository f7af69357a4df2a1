"""The screens of signing in as they are over SSH: with the key that sshd has proved, from an address it knows."""
import pytest

from daemon import PASSWORD, add_customer
from keys import add_key
from northwind import MARIA, Northwind
from phone import Phone, secret_on
from pty_screen import ENTER, ESC, TAB
from sshd import Door


@pytest.fixture(scope="module")
def door():
    with Door(kind=Northwind) as d:
        yield d


def register(door, client):
    key = door.key()
    add_key(client, key, password=PASSWORD)
    return key


def test_a_key_that_opens_several_customers_asks_for_which(door):
    b = door.daemon
    first, one = add_customer(b.ana, "First of many", "both@many.test", person="Pat Both")
    second, two = add_customer(b.ana, "Second of many", "both@many.test", person="Pat Both")
    b.ana.ask("access.enable", contacts=[one, two], password=PASSWORD, keep_password=True)
    key = register(door, b.sign_in("both@many.test", customer=first))
    add_key(b.sign_in("both@many.test", customer=second), key, password=PASSWORD)
    with door.screen(key=key) as t:
        t.wait_for("Your key opens more than one door here.").wait_for("for First of many").wait_for("for Second of many")
        t.wait_for("[ Go there ]").choose("Second of many").keys(TAB, ENTER)
        t.wait_for("Pat Both").wait_for("Second of many  ")
    for number, which in enumerate(("First", "Second"), 1):  # the same without cursor addressing
        done = door.ssh("line", key=key, input=f"{number}\nquit\n", code=None)
        assert "Where to" in done.stdout and f"Pat Both, {which} of many" in done.stdout, done.stdout
    with door.screen(key=key) as t:
        t.wait_for("Your key opens").keys(TAB, TAB, ENTER).wait_for("[ Sign in ]").keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0


def test_a_removed_key_ends_the_terminal_it_had_opened_at_once(door):
    b = door.daemon
    key = register(door, b.maria)
    with door.screen(key=key) as t:
        t.wait_for("Recent").keys("5").wait_for("Your company").keys("i").wait_for("Sessions").wait_for("SSH keys")
        t.keys("S").wait_for("this one").wait_for("ssh 127.0.0.1").wait_for("SSH key")
        b.maria.ask("key.remove", key=b.maria.ask("key.list")["keys"][0]["id"])
        t.wait_for("Your session has ended.")
        assert "this one" not in t.text()
        t.keys(PASSWORD, ENTER).wait_for("this one")


def test_a_receipt_is_not_saved_to_a_disk_that_is_not_theirs_and_the_command_is_told(door):
    made = door.daemon.maria.ask("payment.list", state="succeeded", limit=1)["payments"][0]
    key = register(door, door.daemon.maria)
    with door.screen(key=key, rows=40, columns=100) as t:
        t.wait_for("Recent").keys("4").wait_for(made["number"]).go_to(made["number"]).keys(ENTER).wait_for("RECEIPT " + made["number"])
        t.keys("d").wait_for("Here is no disk of yours").wait_for(f"receipt save {made['number']} > {made['number']}.pdf")
        told = next(x for x in t.text().splitlines() if "receipt save" in x).strip()
    assert told == f"ssh {door.accounts.name('portal')}@127.0.0.1 receipt save {made['number']} > {made['number']}.pdf"


def test_backup_codes_are_not_saved_to_a_disk_that_is_not_theirs(door):
    b = door.daemon
    with door.screen() as t:
        t.wait_for("[ Sign in ]").wait_for("Northwind").keys(MARIA, TAB, PASSWORD, ENTER).wait_for("Recent")
        t.keys("5").wait_for("Your company").keys("i").wait_for("off: the password alone").keys("F")
        t.wait_for("A code of your phone").keys(PASSWORD, ENTER)
        phone = Phone(secret_on(t))
        t.keys(phone.code(), ENTER).wait_for("Your backup codes")
        t.keys("w").wait_for("Here is no disk of yours").keys(ENTER).wait_gone("Here is no disk")
        t.keys("w").wait_for("Here is no disk of yours").keys(TAB, ENTER).wait_for("Sent to your terminal: the backup codes")
        assert b"\x1b]52;c;" in bytes(t.raw)
        t.keys(" ", ENTER).wait_for("5 are left")
    b.ana.ask("mfa.reset", contact=b.maria_id)
