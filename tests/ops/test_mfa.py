"""The second factor: setting up, signing in with it, backup codes, reset, and what the portal asks for (C1–C7). (tsan: yes)"""
import base64
import concurrent.futures

import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer, open_portal
from phone import Phone, enrol


def person(d, admin, name):
    """(client of a customer's person who is signed in, address, contact id)"""
    email = f"{name}@mfa.test"
    _, contact = add_customer(admin, f"{name} Ltd", email)
    return open_portal(d, admin, contact, email), email, contact


def events(admin, what):
    return admin.ask("event.list", limit=100, what=what)["events"] if what else admin.ask("event.list", limit=100)["events"]


def test_setting_up_takes_the_password_and_one_code_and_gives_five_codes_once(d, admin):
    c, email, _ = person(d, admin, "setup")
    assert c.ask("mfa.show") == {"enrolled": False, "required": False, "codes_left": 0}
    assert c.refused("mfa.confirm", code="123456").code == "state"
    refusal = c.refused("mfa.begin")
    assert (refusal.code, refusal.field) == ("credentials", "password")
    assert c.refused("mfa.begin", password="not the password").code == "credentials"
    begun = c.ask("mfa.begin", password=PASSWORD)
    phone = Phone(begun["secret"])
    assert begun["uri"].startswith("otpauth://totp/") and f"secret={phone.secret}" in begun["uri"] and len(begun["uri"]) <= 106
    assert c.refused("mfa.confirm", code=phone.wrong()).code == "credentials"
    assert c.ask("mfa.show")["enrolled"] is False
    assert d.sign_in(email).me["stage"] == "full", "nothing changes before it is confirmed"
    got = c.ask("mfa.confirm", code=phone.code())
    assert len(set(got["codes"])) == 5 and all(len(code) == 11 for code in got["codes"])
    assert got["me"]["stage"] == "full" and got["me"]["mfa"] is True
    assert c.ask("mfa.show")["codes_left"] == 5
    assert c.ask("home.get")


def test_setting_up_ends_the_sessions_that_were_opened_without_it(d, admin):
    c, email, _ = person(d, admin, "others")
    other = d.sign_in(email)
    enrol(c, password=PASSWORD)
    assert other.refused("session.me").code == "sign_in"
    assert c.ask("session.me")["me"]["mfa"] is True


def test_signing_in_asks_for_the_code_and_nothing_else_answers_before(d, admin):
    c, email, _ = person(d, admin, "stages")
    phone, _ = enrol(c, password=PASSWORD)
    late = d.sign_in(email)
    assert late.me["stage"] == "code"
    for op in ("home.get", "customer.get", "password.rules"):
        if op == "password.rules":
            assert late.ask(op)["least"] == 10
        else:
            assert late.refused(op).code == "second_factor"
    assert late.refused("password.change", old=PASSWORD, password="lantern gravel").code == "second_factor"
    assert late.ask("session.me")["me"]["stage"] == "code"
    assert late.refused("mfa.verify", code=phone.wrong()).code == "credentials"
    code = phone.code()
    got = late.ask("mfa.verify", code=f" {code[:3]} {code[3:]}")
    assert got["me"]["stage"] == "full" and got["codes_left"] == 5
    assert late.ask("home.get")
    assert d.sign_in(email, code=phone.code()).me["stage"] == "full"


def test_a_code_is_never_good_twice(d, admin):
    c, email, _ = person(d, admin, "twice")
    phone, codes = enrol(c, password=PASSWORD)
    code = phone.code()
    first, second = d.sign_in(email), d.sign_in(email)
    first.ask("mfa.verify", code=code)
    for used in (code, phone.at(phone.step - 1)):
        assert second.refused("mfa.verify", code=used).code == "credentials"
    refusal = d.client().refused("session.sign_in", portal="acme", email=email, password=PASSWORD, code=code)
    assert (refusal.code, refusal.message, refusal.field) == ("credentials", "That did not match.", "")
    assert second.ask("mfa.verify", code=codes[0].lower().replace("-", " "))["codes_left"] == 4
    assert d.sign_in(email).refused("mfa.verify", code=codes[0]).code == "credentials"


def test_of_many_who_send_one_code_at_once_exactly_one_gets_in(d, admin):
    c, email, _ = person(d, admin, "race")
    phone, codes = enrol(c, password=PASSWORD)
    for code in (phone.code(), codes[2]):
        waiting = [d.sign_in(email) for _ in range(4)]

        def show(client, code=code):
            try:
                client.ask("mfa.verify", code=code)
                return "in"
            except Refused as refusal:
                return refusal.code
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            got = list(pool.map(show, waiting))
        assert sorted(got) == ["credentials"] * 3 + ["in"], got


def test_new_backup_codes_end_the_old_ones(d, admin):
    c, email, _ = person(d, admin, "codes")
    phone, old = enrol(c, password=PASSWORD)
    assert c.refused("mfa.codes", code=old[0]).code == "credentials", "a backup code does not make others"
    new = c.ask("mfa.codes", code=phone.code())["codes"]
    assert len(new) == 5 and not set(new) & set(old)
    late = d.sign_in(email)
    assert late.refused("mfa.verify", code=old[1]).code == "credentials"
    assert late.ask("mfa.verify", code=new[1])["codes_left"] == 4


def test_replacing_it_takes_a_code_of_the_present_one(d, admin):
    c, email, _ = person(d, admin, "replace")
    phone, codes = enrol(c, password=PASSWORD)
    assert c.refused("mfa.begin", password=PASSWORD).field == "code"
    other, _ = enrol(c, password=PASSWORD, code=codes[0])
    late = d.sign_in(email)
    assert late.refused("mfa.verify", code=phone.code()).code == "credentials"
    late.ask("mfa.verify", code=other.code())


def test_given_up_by_oneself_only_where_the_business_does_not_ask_for_it(d, admin):
    c, email, _ = person(d, admin, "giveup")
    phone, codes = enrol(c, password=PASSWORD)
    revision = admin.ask("settings.get")["business"]["revision"]
    admin.ask("settings.update", business={"mfa": True, "revision": revision})
    try:
        assert c.refused("mfa.off", password=PASSWORD, code=codes[0]).code == "state"
    finally:
        admin.ask("settings.update", business={"mfa": False, "revision": revision + 1})
    assert c.refused("mfa.off", password="not the password", code=codes[0]).field == "password"
    assert c.refused("mfa.off", password=PASSWORD, code=phone.wrong()).field == "code"
    c.ask("mfa.off", password=PASSWORD, code=codes[0])
    assert d.sign_in(email).me["stage"] == "full"


def test_staff_take_it_away_from_who_lost_the_phone(d, admin):
    c, email, contact = person(d, admin, "lost")
    phone, _ = enrol(c, password=PASSWORD)
    admin.ask("mfa.reset", contact=contact)
    assert c.refused("session.me").code == "sign_in"
    again = d.sign_in(email)
    assert again.me["stage"] == "full" and again.me["mfa"] is False
    assert admin.refused("mfa.reset", contact=contact).code == "state"
    assert admin.refused("mfa.reset").code == "invalid"
    enrol(again, password=PASSWORD)


def test_switched_on_for_the_portal_everybody_enrols_and_switched_off_the_enrolled_still_show_it():
    """C1 and C6, to the letter; with sessions that were open before."""
    with Daemon() as d:
        admin = d.sign_in()
        plain, plain_email, _ = person(d, admin, "plain")
        has, has_email, has_contact = person(d, admin, "has")
        phone, codes = enrol(has, password=PASSWORD)
        assert plain.ask("home.get") and has.ask("home.get")
        admin.ask("settings.update", business={"mfa": True, "revision": 1})
        assert plain.refused("home.get").code == "enrol", "an open session, too"
        assert has.ask("home.get"), "who has shown it goes on"
        assert admin.ask("customer.list")["customers"], "staff are not customers"
        late = d.sign_in(plain_email)
        assert late.me["stage"] == "enrol" and late.me["mfa_required"] is True
        assert late.refused("invoice.list").code == "enrol"
        assert late.ask("mfa.show") == {"enrolled": False, "required": True, "codes_left": 0}
        new_phone, _ = enrol(late)
        assert late.ask("home.get")
        admin.ask("settings.update", business={"mfa": False, "revision": 2})
        third, third_email, _ = person(d, admin, "third")
        assert third.me["stage"] == "full"
        for email, code in ((has_email, phone.code()), (plain_email, new_phone.code())):
            c = d.sign_in(email)
            assert c.me["stage"] == "code"
            assert c.ask("mfa.verify", code=code)["me"]["stage"] == "full"
        admin.ask("mfa.reset", contact=has_contact)
        assert d.sign_in(has_email).me["stage"] == "full"


def test_a_one_time_password_comes_after_the_code_and_before_enrolling():
    with Daemon() as d:
        admin = d.sign_in()
        c, email, contact = person(d, admin, "order")
        phone, _ = enrol(c, password=PASSWORD)
        admin.ask("access.enable", contacts=[contact], password="set by staff once")
        admin.ask("settings.update", business={"mfa": True, "revision": 1})
        late = d.sign_in(email, "set by staff once")
        assert late.me["stage"] == "code"
        assert late.ask("mfa.verify", code=phone.code())["me"]["stage"] == "password"
        late.ask("password.change", old="set by staff once", password="lantern gravel")
        assert late.ask("session.me")["me"]["stage"] == "full"
        _, contact = add_customer(admin, "Fresh Ltd", "fresh@mfa.test")
        admin.ask("access.enable", contacts=[contact], password="set by staff once")
        fresh = d.sign_in("fresh@mfa.test", "set by staff once")
        assert fresh.me["stage"] == "password"
        assert fresh.refused("mfa.begin").code == "password_change"
        fresh.ask("password.change", old="set by staff once", password="gravel lantern")
        assert fresh.ask("session.me")["me"]["stage"] == "enrol"
        enrol(fresh)
        assert fresh.ask("session.me")["me"]["stage"] == "full"


def test_staff_use_it_too_and_an_administrator_can_ask_for_it(d):
    with Daemon() as d:
        admin = d.sign_in()
        admin.ask("staff.create", name="Sam", email="sam@acme.test", role="staff", password=PASSWORD, keep_password=True)
        sam = d.sign_in("sam@acme.test")
        admin.ask("settings.update", business={"staff_mfa": True, "revision": 1})
        assert sam.refused("customer.list").code == "enrol"
        assert admin.refused("customer.list").code == "enrol", "also who switched it on"
        phone, codes = enrol(admin)
        sam_phone, _ = enrol(sam)
        assert sam.refused("mfa.reset", staff=admin.me["person"]).code == "forbidden"
        assert admin.refused("mfa.reset", staff=admin.me["person"]).code == "state"
        assert d.sign_in("sam@acme.test", code=sam_phone.code()).ask("customer.list")["customers"] == []
        admin.ask("mfa.reset", staff=sam.me["person"])
        again = d.sign_in("sam@acme.test")
        assert again.me["stage"] == "enrol"


def test_guesses_at_what_was_begun_are_slowed_too(d, admin):
    c, _, _ = person(d, admin, "begun")
    phone = Phone(c.ask("mfa.begin", password=PASSWORD)["secret"])
    wrong = phone.wrong()
    assert [c.refused("mfa.confirm", code=wrong).code for _ in range(6)] == ["credentials"] * 5 + ["slow_down"]
    assert c.refused("mfa.confirm", code=phone.code()).code == "slow_down", "the right one waits as well"


def test_wrong_codes_are_slowed_and_the_right_password_does_not_forgive_them(d, admin):
    c, email, _ = person(d, admin, "guess")
    phone, _ = enrol(c, password=PASSWORD)
    wrong = phone.wrong()
    guesser = d.sign_in(email)
    got = []
    for _ in range(3):
        got.append(guesser.refused("mfa.verify", code=wrong).code)
    guesser = d.sign_in(email)
    for _ in range(3):
        got.append(guesser.refused("mfa.verify", code=wrong).code)
    assert got == ["credentials"] * 5 + ["slow_down"]
    assert d.client().refused("session.sign_in", portal="acme", email=email, password=PASSWORD, code=wrong).code == "slow_down"


def test_neither_secret_nor_backup_codes_lie_open_in_the_store(d, admin):
    c, email, _ = person(d, admin, "sealed")
    phone, codes = enrol(c, password=PASSWORD)
    raw = base64.b32decode(phone.secret)
    stored = (d.data / "data.mdb").read_bytes()
    assert raw not in stored and phone.secret.encode() not in stored
    for code in codes:
        assert code.encode() not in stored and code.replace("-", "").encode() not in stored
    assert phone.secret not in d.log.read_text()


def test_answers_with_secrets_are_not_kept_for_a_resend(d, admin):
    c, _, _ = person(d, admin, "resend")
    request = c.envelope("mfa.begin", {"password": PASSWORD})
    first, second = c.send(request), c.send(request)
    assert first["secret"] != second["secret"]
    phone = Phone(second["secret"])
    request = c.envelope("mfa.confirm", {"code": phone.code()})
    c.send(request)
    with pytest.raises(Refused) as refusal:
        c.send(request)
    assert refusal.value.code == "state"


def test_codes_of_somebody_else_and_codes_too_late_open_nothing(d, admin):
    mine, email, _ = person(d, admin, "mine")
    theirs, their_email, _ = person(d, admin, "theirs")
    my_phone, my_codes = enrol(mine, password=PASSWORD)
    their_phone, their_codes = enrol(theirs, password=PASSWORD)
    d.client().ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@mfa.test", password=PASSWORD)
    eve = d.sign_in("eve@mfa.test", portal="other")
    eves_phone, eves_codes = enrol(eve, password=PASSWORD)
    tries = {"another person's phone": their_phone.code(), "another person's backup code": their_codes[0], "another business's phone": eves_phone.code(),
             "another business's backup code": eves_codes[0], "minutes ago": my_phone.at(my_phone.now() - 4), "minutes ahead": my_phone.at(my_phone.now() + 4)}
    answers = set()
    for n, (what, code) in enumerate(tries.items()):
        if n == 4:
            d.stop()
            d.start()  # forgives
        late = d.sign_in(email)
        error = late.refused("mfa.verify", code=code).error
        said, counted = error["message"].split(". ", 1)
        assert counted == ["4 more tries before", "3 more tries before", "2 more tries before", "One more try before"][n % 4] + " a pause of 1 minute."
        answers.add((error["code"], said, error["field"]))
    assert len(answers) == 1, answers
    assert d.sign_in(email).ask("mfa.verify", code=my_codes[0])["codes_left"] == 4
    assert d.sign_in(their_email).ask("mfa.verify", code=their_codes[0])["codes_left"] == 4, "and they are still good where they belong"
