"""One person of several customers: sees all of them, and goes only where what was shown at sign-in, or is shown now, lets in."""
import re

import pytest

from daemon import PASSWORD, Daemon, add_customer, wait_until

OTHER, NEW = "another lantern gravel", "a third heron umbrella"


@pytest.fixture()
def d():
    with Daemon() as daemon:
        yield daemon


def two(d, first=PASSWORD, second=PASSWORD, email="zoe@both.test"):
    admin = d.sign_in()
    made = [add_customer(admin, name, email) for name in ("One Ltd", "Two Ltd")]
    for (_, contact), password in zip(made, (first, second)):
        admin.ask("access.enable", contacts=[contact], password=password, keep_password=True)
    return admin, [customer for customer, _ in made]


def test_all_customers_are_seen_also_with_different_passwords(d):
    _, (one, other) = two(d, second=OTHER)
    zoe = d.client()
    got = zoe.sign_in("acme", "zoe@both.test", PASSWORD)
    assert {(c["customer"], c.get("password", False)) for c in got["choices"]} == {(one, False), (other, True)} and got["me"]["customer"] == one
    assert zoe.ask("session.me")["choices"] == got["choices"]
    refused = zoe.refused("session.switch", customer=other)
    assert (refused.code, refused.field) == ("credentials", "password")
    refused = zoe.refused("session.switch", customer=other, password=PASSWORD)
    assert (refused.code, refused.field) == ("credentials", "password") and zoe.ask("home.get")
    got = zoe.ask("session.switch", customer=other, password=OTHER)
    zoe.token = got["token"]
    assert zoe.ask("session.me")["me"]["customer"] == other
    assert zoe.refused("session.switch", customer=one).field == "password"


def test_the_same_password_lets_in_without_being_asked_again_and_changes_along(d):
    _, (one, other) = two(d)
    zoe = d.sign_in("zoe@both.test")
    at_other = d.sign_in("zoe@both.test", customer=other)
    zoe.ask("password.change", old=PASSWORD, password=NEW)
    assert at_other.refused("home.get").code == "sign_in"
    got = zoe.ask("session.switch", customer=other)
    assert got["me"]["customer"] == other
    assert d.client().refused("session.sign_in", portal="acme", email="zoe@both.test", password=PASSWORD, customer=other).code == "credentials"
    assert d.sign_in("zoe@both.test", NEW, customer=other).me["customer"] == other


def test_guesses_at_the_switch_are_slowed(d):
    _, (_, other) = two(d, second=OTHER)
    zoe = d.sign_in("zoe@both.test")
    codes = [zoe.refused("session.switch", customer=other, password=f"wrong guess {i}").code for i in range(8)]
    assert codes[0] == "credentials" and codes[-1] == "slow_down"


def test_a_customer_that_does_not_fit_is_refused_like_a_wrong_password(d):
    admin, (one, other) = two(d, second=OTHER)
    stranger, _ = add_customer(admin, "Three Ltd", "x@three.test")
    wrong = d.client().refused("session.sign_in", portal="acme", email="nobody@both.test", password=PASSWORD)
    for customer in (stranger, 999_999):
        refused = d.client().refused("session.sign_in", portal="acme", email="zoe@both.test", password=PASSWORD, customer=customer)
        assert refused.code == "credentials" and refused.field == wrong.field
        assert re.sub(r"\d+", "#", refused.message) == re.sub(r"\d+", "#", wrong.message)
    assert d.sign_in("zoe@both.test", OTHER, customer=other).me["customer"] == other
    assert d.client().refused("session.sign_in", portal="acme", email="zoe@both.test", password=OTHER, customer=one).code == "credentials"
    assert d.client().refused("session.sign_in", portal="acme", email=d.email, password=PASSWORD, customer=one).code == "credentials"


def test_invitations_of_staff_follow_the_portals_name(d):
    admin = d.sign_in()
    admin.ask("staff.invite", name="Bo", email="bo@acme.test", role="staff")

    def mails():
        rows = [m for m in admin.ask("mail.list", limit=100)["mails"] if m["to"] == "bo@acme.test"]
        return [(m["state"], admin.ask("mail.get", mail=m["id"])["mail"]) for m in rows]
    before = mails()[0][1]
    revision = admin.ask("settings.get")["business"]["revision"]
    admin.ask("settings.update", business={"revision": revision, "portal": "renamed"})
    wait_until(lambda: len(mails()) == 2, 10, "the second mail")
    (state, now), (old, _) = mails()
    code = lambda mail: re.search(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", mail["text"]).group()
    assert (state, old) == ("held", "withdrawn") and "renamed" in now["text"] and code(now) != code(before)
    got = d.client().ask("invitation.show", portal="renamed", code=code(now))
    assert got["email"] == "bo@acme.test"
    assert d.client().refused("invitation.show", portal="renamed", code=code(before)).code == "code"
