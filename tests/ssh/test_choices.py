"""Keys that open more than one thing, and sessions that have something to show first."""
import json
import re

import pytest

from daemon import PASSWORD, add_customer
from keys import add_key
from pty_screen import ENTER, TAB
from sshd import Door

OTHER = "harbour at daybreak"


@pytest.fixture(scope="module")
def door():
    with Door() as d:
        d.admin = d.daemon.sign_in()
        yield d


def new_key(door, client, password=PASSWORD):
    key = door.key()
    add_key(client, key, password=password)
    return key


def me(door, key, *words):
    return json.loads(door.ssh("account", "--json", *words, key=key).stdout)["me"]


def test_one_key_for_several_customers_says_which(door):
    b, admin = door.daemon, door.admin
    first, one = add_customer(admin, "First of many", "both@many.test")
    second, two = add_customer(admin, "Second of many", "both@many.test")
    admin.ask("access.enable", contacts=[one, two], password=PASSWORD, keep_password=True)
    key = new_key(door, b.sign_in("both@many.test", customer=first))
    assert me(door, key)["customer"] == me(door, key, "--as", str(first))["customer"] == first
    done = door.ssh("account", "--as", str(second), key=key, code=None)
    assert done.returncode == 4 and done.stdout == "" and "Give your password there" in done.stderr, "it has the same password, which was not shown"
    add_key(b.sign_in("both@many.test", customer=second), key, password=PASSWORD)
    assert me(door, key)["customer"] in (first, second)
    for customer in (first, second):
        assert me(door, key, "--as", str(customer))["customer"] == customer
    for wrong in ("999", "-1", "x", ""):
        done = door.ssh("account", "--as", f"'{wrong}'", key=key, code=None)
        assert done.returncode in (2, 3, 4) and done.stdout == "", (wrong, done)


def test_one_key_of_a_colleague_who_is_a_customer_too_says_as_what(door):
    b, admin = door.daemon, door.admin
    customer, contact = add_customer(admin, "Colleague at home", "rory@acme.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    key = new_key(door, b.sign_in("rory@acme.test", customer=customer))
    admin.ask("staff.create", name="Rory Lynch", email="rory@acme.test", role="reader", password=OTHER)
    done = door.ssh("account", "--as", "staff", key=key, code=None)
    assert done.returncode == 4 and done.stdout == ""  # the key is the contact person's only, so far
    colleague = b.sign_in("rory@acme.test", OTHER)
    colleague.ask("password.change", old=OTHER, password=OTHER + " rory")
    add_key(colleague, key, password=OTHER + " rory")
    assert me(door, key, "--as", "staff")["role"] == "reader"
    assert me(door, key, "--as", str(customer))["customer"] == customer
    for row, role in (("as its staff", "Rory Lynch · reader"), ("for Colleague at home", "Colleague at home")):
        with door.screen(key=key) as t:
            t.wait_for("Where to?").wait_for(row)
            t.wait_for("[ Go there ]").choose(row).keys(TAB, ENTER).wait_for(role)


def test_one_key_in_several_portals_says_which(door):
    """A door without a portal of its own."""
    b, admin = door.daemon, door.admin
    b.client().ask("business.create", portal="lantern", name="Lantern Ltd", currency="USD", admin_email="ada@acme.test", password=OTHER)
    key = new_key(door, admin)
    conf = door.home / "door.conf"
    text = conf.read_text()
    conf.write_text(re.sub(r"(?m)^portal = .*\n", "", text))
    try:
        assert me(door, key)["portal"] == "acme"  # the only one it opens
        other = b.sign_in("ada@acme.test", OTHER, portal="lantern")
        add_key(other, key, password=OTHER)
        done = door.ssh("account", key=key, code=2)
        assert "several portals" in done.stderr and "--at" in done.stderr
        for portal in ("acme", "lantern"):
            assert me(door, key, "--at", portal)["portal"] == portal
        assert door.ssh("account", "--at", "nowhere", key=key, code=4).stdout == ""
        with door.screen() as t:
            t.wait_for("Portal")
    finally:
        conf.write_text(text)
    assert me(door, key)["portal"] == "acme"
    assert "acme only" in door.ssh("account", "--at", "lantern", key=key, code=3).stderr


def test_a_password_that_staff_set_does_not_hold_up_a_key(door):
    """Whoever proves a key needs no password; changing it works over ssh."""
    b, admin = door.daemon, door.admin
    _, contact = add_customer(admin, "Fresh start", "fresh@start.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    key = new_key(door, b.sign_in("fresh@start.test"))
    admin.ask("access.enable", contacts=[contact], password="pelican in the rain", keep_password=False)
    assert me(door, key)["stage"] == "full"
    door.ssh("password", key=key, input="pelican in the rain\nlantern over marzipan\n")
    assert b.sign_in("fresh@start.test", "lantern over marzipan").me["stage"] == "full"
    assert "credentials" in door.ssh("password", key=key, input="pelican in the rain\nanother lantern here\n", code=4).stderr


def test_a_factor_that_the_business_asks_for_is_set_up_in_the_portal_first(door):
    b, admin = door.daemon, door.admin
    _, contact = add_customer(admin, "Second steps", "two@steps.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    key = new_key(door, b.sign_in("two@steps.test"))
    revision = admin.ask("settings.get")["business"]["revision"]
    admin.ask("settings.update", business={"revision": revision, "mfa": True})
    try:
        done = door.ssh("invoices", key=key, code=4)
        assert done.stdout == "" and "second factor" in done.stderr
    finally:
        revision = admin.ask("settings.get")["business"]["revision"]
        admin.ask("settings.update", business={"revision": revision, "mfa": False})
    assert door.ssh("invoices", key=key).returncode == 0


def test_a_command_whose_answer_was_lost_is_repeated_by_its_id(door):
    """The daemon dies under a command that waits for its standard input; afterwards the same id does it once."""
    admin = door.admin
    customer, contact = add_customer(admin, "Once only", "once@only.test")
    key = new_key(door, admin)
    words = ("customer.update", "-", "--id", "0123456789abcdef0123456789abcdef", "--json")
    revision = admin.ask("customer.get", id=customer)["customer"]["revision"]
    arguments = json.dumps({"id": customer, "customer": {"revision": revision, "company": "Once only Ltd"}})
    first = door.ssh(*words, key=key, input=arguments)
    again = door.ssh(*words, key=key, input=arguments)
    assert first.stdout == again.stdout
    assert admin.ask("customer.get", id=customer)["customer"]["revision"] == revision + 1
    other = arguments.replace("Once only Ltd", "Twice Ltd")
    assert "id_reused" in door.ssh(*words, key=key, input=other, code=5).stderr
    assert "32 hexadecimal" in door.ssh(*words[:3], "zz", key=key, input=arguments, code=2).stderr
    door.daemon.stop(9)
    p = door.ssh("help", key=None)
    assert p.returncode == 0
    door.daemon.start()
