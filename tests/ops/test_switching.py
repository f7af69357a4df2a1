"""One person of several customers: sees all of them, and goes only where what was shown at sign-in, or is shown now, lets in."""
import os
import re
import threading

import pytest

from clock import forward
from daemon import PASSWORD, Daemon, Refused, add_customer, wait_until
from keys import add_key, new_key
from phone import enrol
from stranger import Stranger
from test_door import used
from test_session_origin import VOUCHER

OTHER, NEW = "another lantern gravel", "a third heron umbrella"
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can ask as another account")


@pytest.fixture()
def d():
    with Daemon(arguments=["--vouch", str(VOUCHER)]) as daemon:
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


def contacts(admin, customers):
    return [admin.ask("customer.get", customer=customer)["contacts"][0]["id"] for customer in customers]


def by_key(d, fingerprint, customer):
    c = Stranger(d, VOUCHER)
    got = c.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint, customer=customer)
    c.token, c.me = got["token"], got["me"]
    return c


def switch(c, customer, **args):
    got = c.ask("session.switch", customer=customer, **args)
    c.token, c.me = got["token"], got["me"]
    return c.me


def asks_for_password(c, customer):
    refused = c.refused("session.switch", customer=customer)
    marked = {choice["customer"]: choice.get("password", False) for choice in c.ask("session.me")["choices"]}
    return (refused.code, refused.field, marked[customer]) == ("credentials", "password", True)


# --- what was shown lets in -------------------------------------------------------------------------------------------------------
@only_root
def test_who_came_by_key_has_shown_no_password(d):
    """Staff set the same one-time password for both: equal hashes, and nobody typed either."""
    admin, (one, other) = two(d)
    line, fingerprint = new_key()
    add_key(d.sign_in("zoe@both.test", customer=one), line, password=PASSWORD)
    for contact in contacts(admin, (one, other)):
        admin.ask("access.enable", contacts=[contact], password=OTHER)
    zoe = by_key(d, fingerprint, one)
    assert zoe.me["stage"] == "full" and asks_for_password(zoe, other)
    me = switch(zoe, other, password=OTHER)
    assert (me["must_change"], me["stage"], me["means"]) == (True, "password", "password")
    assert zoe.refused("home.get").code == "password_change"
    zoe.close()


@only_root
def test_a_key_opens_the_other_where_it_is_registered_too_and_only_there(d):
    admin, (one, other) = two(d, second=OTHER)
    third, contact = add_customer(admin, "Three Ltd", "zoe@both.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    (line, fingerprint), (second, _) = new_key(), new_key()
    add_key(d.sign_in("zoe@both.test", customer=one), line, password=PASSWORD)
    there = d.sign_in("zoe@both.test", OTHER, customer=other)
    add_key(there, second, password=OTHER)
    registered = add_key(there, line, password=OTHER)["id"]
    zoe = by_key(d, fingerprint, one)
    assert asks_for_password(zoe, third), "it has the same password, which was not shown"
    assert switch(zoe, other)["means"] == "key"
    assert [k["used"] for k in there.ask("key.list")["keys"] if k["id"] == registered]
    assert switch(zoe, one)["means"] == "key"
    phone, _ = enrol(there, password=OTHER)
    assert switch(zoe, other)["stage"] == "code" and zoe.ask("mfa.verify", code=phone.code())["me"]["stage"] == "full"
    switch(zoe, one)
    there.ask("key.remove", key=registered)
    assert asks_for_password(zoe, other)
    zoe.close()


@only_root
def test_a_one_time_password_there_is_changed_first_whatever_led_there(d):
    admin, (one, other) = two(d)
    line, fingerprint = new_key()
    for customer in (one, other):
        add_key(d.sign_in("zoe@both.test", customer=customer), line, password=PASSWORD)
    admin.ask("access.enable", contacts=contacts(admin, [other]), password=PASSWORD)
    zoe, keyed = d.sign_in("zoe@both.test", customer=one), by_key(d, fingerprint, one)
    assert switch(keyed, other)["must_change"] and keyed.refused("home.get").code == "password_change"
    assert asks_for_password(zoe, other), "one that staff set was never chosen there"
    assert switch(zoe, other, password=PASSWORD)["must_change"] and zoe.refused("home.get").code == "password_change"
    zoe.ask("password.change", old=PASSWORD, password=NEW)
    assert zoe.ask("home.get")
    keyed.close()


def test_a_code_by_mail_opens_only_what_it_was_sent_for(d):
    admin, (one, other) = two(d)
    admin.ask("access.disable", contacts=contacts(admin, [one]))
    admin.ask("access.invite", contacts=contacts(admin, [one]))
    mail = next(m["id"] for m in admin.ask("mail.list", limit=20)["mails"] if m["template"] == "invitation")
    code = re.search(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", admin.ask("mail.get", mail=mail, code=True)["mail"]["text"]).group()
    zoe = d.client()
    got = zoe.ask("invitation.accept", portal="acme", code=code, password=PASSWORD)
    zoe.token = got["token"]
    assert got["me"]["customer"] == one and asks_for_password(zoe, other)
    assert switch(zoe, other, password=PASSWORD)["means"] == "password"
    assert switch(zoe, one)["means"] == "password", "that one is the same, and was shown now"


def test_nobody_sets_up_a_second_factor_there_who_has_shown_nothing_for_it(d):
    """Otherwise whoever finds a session open enrols a phone of their own there, and adds a key with its code."""
    admin, (one, other) = two(d)
    admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "mfa": True})
    zoe = d.sign_in("zoe@both.test", customer=one)
    enrol(zoe)
    assert zoe.ask("home.get") and asks_for_password(zoe, other)
    assert switch(zoe, other, password=PASSWORD)["stage"] == "enrol" and zoe.ask("mfa.begin")["secret"]


@only_root
def test_who_comes_by_key_is_told_where_a_password_will_be_asked_for(d):
    admin, (one, other) = two(d)
    line, fingerprint = new_key()
    for customer in (one, other):
        add_key(d.sign_in("zoe@both.test", customer=customer), line, password=PASSWORD)
    voucher = Stranger(d, VOUCHER)

    def marked():
        got = voucher.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint, customer=one)
        return {choice["customer"]: choice.get("password", False) for choice in got["choices"]}
    assert marked() == {one: False, other: False}
    admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "mfa": True})
    assert marked() == {one: False, other: True}, "a second factor is to be set up there first"
    voucher.close()


def test_two_spellings_of_one_address_have_one_password(d):
    admin = d.sign_in()
    for n, pair in enumerate([("zoe@münchen.example", "zoe@XN--mnchen-3ya.example"), ("zoë@both.test", "ZOË@both.test")]):
        made = [add_customer(admin, f"Spelled {n} {i}", email) for i, email in enumerate(pair)]
        admin.ask("access.enable", contacts=[contact for _, contact in made], password=PASSWORD, keep_password=True)
        zoe = d.sign_in(pair[0], customer=made[0][0])
        assert not any(choice.get("password") for choice in zoe.ask("session.me")["choices"])
        assert switch(zoe, made[1][0])["customer"] == made[1][0]


def test_a_password_of_an_earlier_key_is_taken_up_at_the_next_sign_in(d):
    admin, (one, other) = two(d)
    d.stop()
    (d.data / "server.key").unlink()
    d.arguments.append("--new-key")
    d.start()
    d.arguments.remove("--new-key")
    admin = d.sign_in()
    admin.ask("access.enable", contacts=contacts(admin, [other]), password=PASSWORD, keep_password=True)
    zoe = d.sign_in("zoe@both.test", customer=one)
    assert switch(zoe, other)["customer"] == other, "both have the salt of today, and compare"
    assert d.sign_in("zoe@both.test", customer=one) and d.client().refused("session.sign_in", portal="acme", email="zoe@both.test",
                                                                          password=OTHER).code == "credentials"


# --- for how long -------------------------------------------------------------------------------------------------------------------
def test_a_switch_gives_no_more_time(d):
    _, (one, other) = two(d)
    zoe = d.sign_in("zoe@both.test", customer=one)
    expires, customers = zoe.me["expires"], [other, one]
    for n in range(24):
        forward(d, minutes=29)
        assert switch(zoe, customers[n % 2])["expires"] == expires
        (session,) = zoe.ask("session.list")["sessions"]
        assert session["expires"] == expires and (n == 0 or session["entered"] > session["created"])
    forward(d, minutes=25)
    assert zoe.refused("session.me").code == "sign_in", "twelve hours are over"


def test_the_time_for_the_code_begins_with_the_switch(d):
    _, (one, other) = two(d)
    _, codes = enrol(d.sign_in("zoe@both.test", customer=other), password=PASSWORD)
    zoe, late = d.sign_in("zoe@both.test", customer=one), d.sign_in("zoe@both.test", customer=one)
    forward(d, minutes=20)
    used(late)
    assert switch(zoe, other)["stage"] == switch(late, other)["stage"] == "code"
    assert zoe.ask("mfa.verify", code=codes[0])["me"]["stage"] == "full"
    forward(d, minutes=11)
    assert late.refused("mfa.verify", code=codes[1]).code == "sign_in"


# --- where it came from ---------------------------------------------------------------------------------------------------------------
def test_a_session_elsewhere_is_in_the_list_of_where_it_was_signed_in_and_ends_from_there(d):
    admin, (one, other) = two(d, second=OTHER)
    before = admin.ask("access.count").get("sessions", 0)
    gone, here = (d.sign_in("zoe@both.test", customer=one) for _ in range(2))
    switch(gone, other, password=OTHER)
    there = d.sign_in("zoe@both.test", OTHER, customer=other)
    assert admin.ask("access.count")["sessions"] == before + 3
    at_one, at_other = here.ask("session.list")["sessions"], there.ask("session.list")["sessions"]
    assert [(s.get("now_at", ""), s.get("signed_in_for", "")) for s in at_one] == [("Two Ltd", "One Ltd"), ("", "")]
    assert [(s.get("now_at", ""), s.get("signed_in_for", "")) for s in at_other] == [("", ""), ("", "One Ltd")]
    session = at_one[0]
    assert session["id"] == at_other[1]["id"] and (session["means"], session["origin_means"]) == ("password", "password")
    assert (session["customer"], session["origin_customer"]) == (other, one) and session["origin"] == at_one[1]["person"]
    for contact, listed in zip(contacts(admin, (one, other)), (at_one, at_other)):
        assert [s["id"] for s in admin.ask("session.list", contact=contact)["sessions"]] == [s["id"] for s in listed]
    assert here.ask("session.revoke", session=session["id"])["ended"] == 1
    assert gone.refused("session.me").code == "sign_in" and there.ask("session.me") and here.ask("session.me")
    assert [s["id"] for s in there.ask("session.list")["sessions"]] == [at_other[0]["id"]]


def test_the_log_says_where_somebody_signed_in_who_came_from_elsewhere(d):
    admin, (one, other) = two(d, second=OTHER)
    switch(d.sign_in("zoe@both.test", customer=one), other, password=OTHER)
    event = next(e for e in admin.ask("event.list", limit=20)["events"] if e["what"] == "signed_in" and e["customer"] == other)
    assert event["text"] == "password; signed in for One Ltd by password"


def test_a_session_that_went_through_several_ends_with_the_first_and_the_last(d):
    admin, (one, other) = two(d)
    third, contact = add_customer(admin, "Three Ltd", "zoe@both.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    for ends, disabled in ((False, other), (True, one), (True, third)):
        zoe = d.sign_in("zoe@both.test", customer=one)
        switch(zoe, other), switch(zoe, third)
        forward(d, minutes=1)  # the daemon is another one: it is kept, and where it came from too
        admin.ask("access.disable", contacts=contacts(admin, [disabled]))
        if ends:
            assert zoe.refused("session.me").code == "sign_in"
        else:
            assert zoe.ask("session.me")["me"]["customer"] == third
        admin.ask("access.enable", contacts=contacts(admin, [disabled]), password=PASSWORD, keep_password=True)
    assert d.client().ask("system.check")["problems"] == []


def test_who_waits_for_news_elsewhere_is_told_at_once(d):
    admin, (one, other) = two(d, second=OTHER)
    zoe = d.sign_in("zoe@both.test", customer=one)
    switch(zoe, other, password=OTHER)
    since = zoe.ask("session.me")["me"]["last_event"]
    told = []

    def wait():
        try:
            told.append(zoe.ask("event.wait", since=since, timeout=60000))
        except Refused as refusal:
            told.append(refusal.code)
    waiting = threading.Thread(target=wait)
    waiting.start()
    wait_until(lambda: d.client().ask("system.stats")["waits"] == 1, what="the wait")
    admin.ask("access.disable", contacts=contacts(admin, [one]))
    waiting.join(20)
    assert told == ["sign_in"]


def test_nobody_switches_to_what_ended_meanwhile(d):
    admin, (one, other) = two(d)
    zoe = d.sign_in("zoe@both.test", customer=one)
    (contact,) = contacts(admin, [other])
    revision = admin.ask("customer.get", customer=other)["customer"]["revision"]
    revision = admin.ask("customer.update", id=other, customer={"active": False, "revision": revision})["customer"]["revision"]
    assert zoe.refused("session.switch", customer=other).code == "not_found"
    admin.ask("customer.update", id=other, customer={"active": True, "revision": revision})
    assert switch(zoe, other) and switch(zoe, one)
    admin.ask("access.disable", contacts=[contact])
    assert zoe.refused("session.switch", customer=other).code == "not_found"
    admin.ask("contact.delete", contact=contact)
    assert zoe.refused("session.switch", customer=other).code == "not_found" and zoe.ask("home.get")


# --- one password stays one -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("here", [False, True])
def test_a_new_password_is_not_carried_past_a_second_factor(d, here):
    """Who knows the password can enrol a phone of their own here; that says nothing about the owner's there."""
    _, (one, other) = two(d)
    enrol(d.sign_in("zoe@both.test", customer=other), password=PASSWORD)
    thief = d.sign_in("zoe@both.test", customer=one)
    if here:
        enrol(thief, password=PASSWORD)
    thief.ask("password.change", old=PASSWORD, password=NEW)
    assert d.sign_in("zoe@both.test", customer=other).me["stage"] == "code"
    assert d.client().refused("session.sign_in", portal="acme", email="zoe@both.test", password=NEW, customer=other).code == "credentials"


def test_who_changes_the_password_goes_on_also_where_it_changes_along(d):
    _, (one, other) = two(d)
    zoe, at_one, at_other = (d.sign_in("zoe@both.test", customer=customer) for customer in (one, one, other))
    switch(zoe, other)
    zoe.ask("password.change", old=PASSWORD, password=NEW)
    assert zoe.ask("session.me")["me"]["customer"] == other
    assert at_one.refused("session.me").code == at_other.refused("session.me").code == "sign_in"
    assert switch(zoe, one)["customer"] == one and d.sign_in("zoe@both.test", NEW, customer=one)


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
        return [(m["state"], admin.ask("mail.get", mail=m["id"], code=True)["mail"]) for m in rows]
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


# --- one-time passwords ------------------------------------------------------------------------------------------------
def at_customer(admin, customer):
    (contact,) = admin.ask("customer.get", customer=customer)["contacts"]
    return contact


def test_one_time_passwords_are_changed_at_each(d):
    """The same for both was chosen by nobody: who changes it at one has shown nothing for the other."""
    admin, (one, other) = two(d)
    admin.ask("access.enable", contacts=contacts(admin, [one, other]), password=OTHER)
    zoe = d.sign_in("zoe@both.test", OTHER, customer=one)
    zoe.ask("password.change", old=OTHER, password=NEW)
    assert at_customer(admin, other)["must_change"] and not at_customer(admin, one).get("must_change")
    assert asks_for_password(zoe, other) and zoe.refused("session.switch", customer=other, password=NEW).code == "credentials"
    assert switch(zoe, other, password=OTHER)["stage"] == "password"
    zoe.ask("password.change", old=OTHER, password=NEW)
    assert switch(zoe, one)["customer"] == one, "now it is the same, and was chosen at both"


def test_a_one_time_password_that_is_changed_carries_nothing_along(d):
    """It happens to be the one that the person has elsewhere: that was not shown to be theirs."""
    admin, (one, other) = two(d)
    admin.ask("access.enable", contacts=contacts(admin, [one]), password=PASSWORD)
    d.sign_in("zoe@both.test", customer=one).ask("password.change", old=PASSWORD, password=NEW)
    assert d.sign_in("zoe@both.test", customer=other).me["stage"] == "full"


def test_what_is_changed_elsewhere_leaves_a_one_time_password_alone(d):
    admin, (one, other) = two(d)
    admin.ask("access.enable", contacts=contacts(admin, [other]), password=PASSWORD)
    d.sign_in("zoe@both.test", customer=one).ask("password.change", old=PASSWORD, password=NEW)
    assert d.sign_in("zoe@both.test", customer=other).me["stage"] == "password"
