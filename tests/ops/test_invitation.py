"""Invitations, portal access and forgotten passwords, through the protocol: the code is read where staff read it, in the outbox.
What depends on time, and all that ends a code, is in unit/test_ticket.c."""
import re
import signal


from daemon import PASSWORD, Daemon, add_customer, open_portal, wait_until
from keys import add_key, new_key
from phone import enrol

CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})\s*$", re.MULTILINE)
CHOSEN = "three harbour lanterns"


def mails(staff, to):
    """What was sent to an address, newest first."""
    rows = staff.ask("mail.list", limit=100)["mails"]
    return [staff.ask("mail.get", id=row["id"], code=True)["mail"] for row in rows if row["to"] == to]


def code_of(staff, to):
    codes = CODE.findall(mails(staff, to)[0]["text"])
    assert len(codes) == 1, mails(staff, to)[0]["text"]
    return codes[0]


def person(staff, customer, contact):
    return next(c for c in staff.ask("customer.get", id=customer)["contacts"] if c["id"] == contact)


def asked(d, email, **more):
    return d.client().ask("password.ask_reset", portal="acme", email=email, **more)


def test_an_invitation_is_read_taken_up_and_leads_in(d, admin):
    customer, contact = add_customer(admin, "Invited Ltd", "maria@invited.test")
    assert person(admin, customer, contact).get("access", "none") == "none"
    got = admin.ask("access.invite", contacts=[contact])
    assert got["held"] is True  # there is no mail server yet
    assert got["contacts"][0]["access"] == "invited"
    mail = mails(admin, "maria@invited.test")[0]
    assert got["mail"] == mail["id"]
    assert mail["template"] == "invitation" and mail["customer"] == customer and "acme" in mail["text"]
    code = code_of(admin, "maria@invited.test")
    c = d.client()
    shown = c.ask("invitation.show", portal="acme", code=code)
    assert (shown["name"], shown["email"], shown["business"], shown["customer_name"]) == (
        "Maria Ruiz", "maria@invited.test", "Acme Ltd", "Invited Ltd")
    assert shown["expires"] == person(admin, customer, contact)["invite_expires"]
    assert c.refused("invitation.accept", portal="acme", code=code, password="short").field == "password"
    assert c.refused("invitation.accept", portal="acme", code=code, password="maria@invited.test").field == "password"
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    got = c.ask("invitation.accept", portal="acme", code=typed, password=CHOSEN)
    assert (got["me"]["means"], got["me"]["customer_name"], got["me"].get("must_change", False)) == ("invitation", "Invited Ltd", False)
    c.token = got["token"]
    assert c.ask("home.get")["customer"]["name"] == "Invited Ltd"
    now = person(admin, customer, contact)
    assert now["access"] == "active" and "invite_expires" not in now and "last_sign_in" in now
    assert d.client().refused("invitation.accept", portal="acme", code=code, password=CHOSEN).code == "code"
    assert d.sign_in("maria@invited.test", CHOSEN).me["means"] == "password"
    whats = [e["what"] for e in admin.ask("event.list", customer=customer)["events"]]
    assert {"invited", "joined", "signed_in"} <= set(whats)


def test_bad_codes_get_one_answer(d, admin):
    _, contact = add_customer(admin, "Codes Ltd", "c@codes.test")
    admin.ask("access.invite", contacts=[contact])
    old = code_of(admin, "c@codes.test")
    admin.ask("access.invite", contacts=[contact])
    new = code_of(admin, "c@codes.test")
    d.client().ask("invitation.show", portal="acme", code=new)  # so that no earlier failure counts
    d.client().ask("business.create", portal="strange", name="Strange", currency="EUR", admin_email="s@strange.test", password=PASSWORD)
    bad = [("acme", old), ("acme", new[:-1] + ("0" if new[-1] != "0" else "1")), ("acme", "?"), ("acme", "x" * 60)]
    other = [("strange", new), ("nowhere", new)]
    answers = set()
    for portal, code in bad + other:
        refusal = d.client().refused("invitation.show", portal=portal, code=code)
        answers.add((refusal.code, refusal.message, refusal.field))
    assert len(answers) == 1 and answers.pop()[0] == "code"
    d.client().ask("invitation.show", portal="acme", code=new)


def test_guessing_codes_is_slowed(admin):
    with Daemon(portal="guessed") as d:
        staff = d.sign_in()
        _, contact = add_customer(staff, "Guessed Ltd", "g@guessed.test")
        staff.ask("access.invite", contacts=[contact])
        codes = [d.client().refused("invitation.show", portal="guessed", code="x").code for _ in range(6)]
        assert codes == ["code"] * 5 + ["slow_down"]
        assert d.client().refused("invitation.accept", portal="guessed", code="x", password=CHOSEN).code == "slow_down"


def test_who_can_be_invited(d, admin):
    customer, contact = add_customer(admin, "Whom Ltd", "one@whom.test")
    bare = admin.ask("contact.create", customer=customer, contact={"name": "No Address"})["contact"]["id"]
    refusal = admin.refused("access.invite", contacts=[contact, bare])
    assert (refusal.code, refusal.field) == ("no_email", "contacts.1")
    assert mails(admin, "one@whom.test") == []
    umlaut = admin.ask("contact.create", customer=customer, contact={"name": "Ümit", "email": "ümit@whom.test"})["contact"]["id"]
    assert admin.refused("access.invite", contacts=[umlaut]).code == "no_email"
    admin.ask("access.enable", contacts=[umlaut], password=CHOSEN)  # needs no mail
    assert admin.refused("access.invite", contacts=[]).field == "contacts"
    admin.ask("access.invite", contacts=[contact, contact])
    assert len(mails(admin, "one@whom.test")) == 1
    c = admin.ask("customer.get", id=customer)["customer"]
    admin.ask("customer.update", id=customer, customer={"revision": c["revision"], "active": False})
    assert admin.refused("access.invite", contacts=[contact]).code == "state"


def test_of_customers_the_person_to_turn_to_is_meant(d, admin):
    made = [add_customer(admin, f"Turn {i} Ltd", f"turn{i}@turn.test") for i in range(3)]
    for customer, _ in made:
        admin.ask("contact.create", customer=customer, contact={"name": "Second", "email": f"second{customer}@turn.test"})
    second = admin.ask("customer.get", id=made[1][0])["contacts"][1]["id"]
    admin.ask("contact.update", id=second, contact={"primary": True})
    nobody = admin.ask("customer.create", customer={"name": "Nobody Ltd"}, contact={"name": "No Address"})["customer"]["id"]
    open_portal(d, admin, made[2][1], "turn2@turn.test")  # has access already
    done = admin.ask("access.invite", customers=[customer for customer, _ in made] + [nobody])["contacts"]
    assert [c["id"] for c in done] == [made[0][1], second] and all(c["access"] == "invited" for c in done)
    refusal = admin.refused("access.invite", customers=[nobody, made[2][0]])
    assert (refusal.code, refusal.field) == ("no_email", "customers")
    assert admin.refused("access.invite", customers=[1000000]).code == "not_found"
    done = admin.ask("access.enable", customers=[made[0][0]], password=CHOSEN)["contacts"]
    assert [c["id"] for c in done] == [made[0][1]]
    assert d.client().ask("session.sign_in", portal="acme", email="turn0@turn.test", password=CHOSEN)["me"]["stage"] == "password"
    one = admin.ask("contact.get", contact=second)
    assert one["contact"]["primary"] and one["customer"]["name"] == "Turn 1 Ltd"
    assert admin.refused("contact.get", contact=1000000).code == "not_found"


def test_a_person_who_signed_in_and_is_invited_keeps_the_password_until_the_code_is_used(d, admin):
    customer, contact = add_customer(admin, "Again Ltd", "a@again.test")
    session = open_portal(d, admin, contact, "a@again.test")
    admin.ask("access.invite", contacts=[contact])
    assert person(admin, customer, contact)["access"] == "active"
    session.ask("home.get")
    code = code_of(admin, "a@again.test")
    c = d.client()
    c.token = c.ask("invitation.accept", portal="acme", code=code, password=CHOSEN)["token"]
    assert session.refused("home.get").code == "sign_in"
    c.ask("home.get")
    assert d.client().refused("session.sign_in", portal="acme", email="a@again.test", password=PASSWORD).code == "credentials"


def test_a_one_time_password_ends_with_an_invitation(d, admin):
    _, contact = add_customer(admin, "Onetime Ltd", "o@onetime.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD)
    told = mails(admin, "o@onetime.test")
    assert [m["template"] for m in told] == ["password_set"] and PASSWORD not in told[0]["text"]
    assert "choose one of your own when you first sign in" in " ".join(told[0]["text"].split())
    admin.ask("access.enable", contacts=[contact], password=CHOSEN, keep_password=True)
    told = mails(admin, "o@onetime.test")[0]
    assert told["template"] == "password_kept" and CHOSEN not in told["text"]
    assert "You can keep it" in told["text"] and "when you first sign in" not in told["text"]
    admin.ask("access.invite", contacts=[contact])
    assert d.client().refused("session.sign_in", portal="acme", email="o@onetime.test", password=PASSWORD).code == "credentials"


def test_forgotten_passwords_are_answered_the_same_whoever_asks(d, admin):
    customer, contact = add_customer(admin, "Forgot Ltd", "f@forgot.test")
    session = open_portal(d, admin, contact, "f@forgot.test")
    _, off = add_customer(admin, "Off Ltd", "off@forgot.test")
    open_portal(d, admin, off, "off@forgot.test")
    admin.ask("access.disable", contacts=[off])
    before = len(mails(admin, "off@forgot.test"))
    assert [asked(d, e) for e in ("f@forgot.test", "nobody@forgot.test", "off@forgot.test")] == [{}, {}, {}]
    wait_until(lambda: mails(admin, "f@forgot.test")[0]["template"] == "reset", what="the mail")
    assert len(mails(admin, "off@forgot.test")) == before and mails(admin, "nobody@forgot.test") == []
    assert d.client().ask("password.ask_reset", portal="nowhere", email="f@forgot.test") == {}
    code = code_of(admin, "f@forgot.test")
    assert d.client().refused("invitation.accept", portal="acme", code=code, password=CHOSEN).code == "code"
    c = d.client()
    got = c.ask("password.reset", portal="acme", code=code, password=CHOSEN)
    c.token = got["token"]
    assert got["me"]["means"] == "reset" and c.ask("home.get")["customer"]["id"] == customer
    assert session.refused("home.get").code == "sign_in"
    assert d.client().refused("password.reset", portal="acme", code=code, password=CHOSEN).code == "code"
    assert d.client().refused("session.sign_in", portal="acme", email="f@forgot.test", password=PASSWORD).code == "credentials"
    assert d.sign_in("f@forgot.test", CHOSEN).me["customer"] == customer
    assert mails(admin, "f@forgot.test")[0]["template"] == "password_changed"
    assert "reset_asked" in [e["what"] for e in admin.ask("event.list", customer=customer)["events"]]


def test_a_new_password_ends_the_codes_and_is_told(d, admin):
    _, contact = add_customer(admin, "Changed Ltd", "c@changed.test")
    c = open_portal(d, admin, contact, "c@changed.test")
    admin.ask("access.invite", contacts=[contact])
    code = code_of(admin, "c@changed.test")
    c.ask("password.change", old=PASSWORD, password=CHOSEN)
    assert d.client().refused("invitation.show", portal="acme", code=code).code == "code"
    told = mails(admin, "c@changed.test")[0]
    assert told["template"] == "password_changed" and CHOSEN not in told["text"] and "UTC" in told["text"]
    wait_until(lambda: ("sign_in_refused", "invitation") in [(e["what"], e.get("text")) for e in admin.ask("event.list", limit=20)["events"]],
               what="the refusal on record")


def test_what_is_done_to_somebodys_access_is_told(d, admin):
    _, contact = add_customer(admin, "Told Ltd", "t@told.test")
    c = open_portal(d, admin, contact, "t@told.test")
    key = add_key(c, new_key(comment="maria@laptop")[0], password=PASSWORD)
    mail = mails(admin, "t@told.test")[0]
    assert mail["template"] == "key_added" and key["fingerprint"] in mail["text"] and "maria@laptop" in mail["text"]
    enrol(c, password=PASSWORD)
    admin.ask("mfa.reset", contact=contact)
    assert mails(admin, "t@told.test")[0]["template"] == "mfa_reset"


def test_a_code_by_mail_does_not_replace_the_second_factor(d, admin):
    _, contact = add_customer(admin, "Factor Ltd", "f@factor.test")
    c = open_portal(d, admin, contact, "f@factor.test")
    phone, _ = enrol(c, password=PASSWORD)
    asked(d, "f@factor.test")
    wait_until(lambda: mails(admin, "f@factor.test")[0]["template"] == "reset", what="the mail")
    admin.ask("access.invite", contacts=[contact])
    invitation = code_of(admin, "f@factor.test")
    reset = CODE.findall(mails(admin, "f@factor.test")[1]["text"])[0]
    for op, code in (("password.reset", reset), ("invitation.accept", invitation)):
        got = d.client().refused(op, portal="acme", code="x", password=CHOSEN)
        assert got.code == "code"
        one = d.client()
        if op == "invitation.accept":  # the other code has ended it
            assert one.refused(op, portal="acme", code=code, password=CHOSEN).code == "code"
            admin.ask("access.invite", contacts=[contact])
            code = code_of(admin, "f@factor.test")
        got = one.ask(op, portal="acme", code=code, password=CHOSEN)
        one.token = got["token"]
        assert got["me"]["stage"] == "code" and one.refused("home.get").code == "second_factor"
    one.ask("mfa.verify", code=phone.code())
    one.ask("home.get")


def test_who_asks_in_somebodys_name_ends_no_code_that_is_being_typed(daemon):
    d, admin = daemon, daemon.sign_in()
    _, contact = add_customer(admin, "Typing Ltd", "t@typing.test")
    open_portal(d, admin, contact, "t@typing.test")
    codes = []
    for n in range(3):
        asked(d, "t@typing.test")
        wait_until(lambda: len([m for m in mails(admin, "t@typing.test") if m["template"] == "reset"]) == n + 1, what="the mail")
        codes.append(code_of(admin, "t@typing.test"))
    assert d.client().ask("password.reset", portal="acme", code=codes[0], password=CHOSEN)["token"]
    for code in codes:  # one that was used ends all
        assert d.client().refused("password.reset", portal="acme", code=code, password=CHOSEN).code == "code"


def test_asking_again_and_again_is_slowed(admin):
    with Daemon(portal="impatient") as d:
        def ask(n):
            return d.client().ask("password.ask_reset", portal="impatient", email=f"nobody{n}@acme.test")
        for n in range(5):
            assert ask(n) == {}
        refusals = {d.client().refused("password.ask_reset", portal="impatient", email=e).code for e in ("ada@acme.test", "nobody@acme.test")}
        assert refusals == {"slow_down"}


def test_another_portal_name_ends_invitations_and_everyone_is_told(admin):
    with Daemon(portal="before") as d:
        staff = d.sign_in()
        _, active = add_customer(staff, "Active Ltd", "active@named.test")
        session = open_portal(d, staff, active, "active@named.test")
        _, invited = add_customer(staff, "Invited Ltd", "invited@named.test")
        staff.ask("access.invite", contacts=[invited])
        old = code_of(staff, "invited@named.test")
        assert staff.ask("access.count") == {"active": 1, "invited": 1, "sessions": 1}
        assert staff.ask("access.invite_all") == {"invited": 0, "left": 0}
        revision = staff.ask("settings.get")["business"]["revision"]
        staff.ask("settings.update", business={"revision": revision, "portal": "after"})
        assert session.refused("home.get").code == "sign_in"
        assert d.client().refused("invitation.show", portal="after", code=old).code == "code"
        assert staff.ask("access.count") == {"active": 1, "invited": 0, "sessions": 0}
        assert staff.ask("access.invite_all") == {"invited": 2, "left": 0}
        told = mails(staff, "active@named.test")[0]
        assert told["template"] == "portal_renamed" and "before" in told["text"] and "after" in told["text"]
        got = d.client().ask("invitation.accept", portal="after", code=code_of(staff, "invited@named.test"), password=CHOSEN)
        assert got["me"]["portal"] == "after"
        assert d.sign_in("active@named.test", portal="after").me["portal"] == "after"
        assert staff.ask("access.invite_all") == {"invited": 0, "left": 0}


def test_what_another_portal_name_ended_is_removed_in_the_background_also_after_a_kill(admin):
    with Daemon(portal="before") as d:
        staff = d.sign_in()
        contacts = [add_customer(staff, f"Customer {n}", f"p{n}@named.test") for n in range(130)]
        session = open_portal(d, staff, contacts[0][1], "p0@named.test")
        for begin in (1, 51, 101):
            staff.ask("access.invite", contacts=[contact for _, contact in contacts[begin:begin + 50]])
        old = code_of(staff, "p129@named.test")
        revision = staff.ask("settings.get")["business"]["revision"]
        staff.ask("settings.update", business={"revision": revision, "portal": "after"})
        d.stop(signal.SIGKILL)
        d.start()
        staff = d.sign_in(portal="after")
        assert d.client().refused("invitation.accept", portal="after", code=old, password=CHOSEN).code == "code"
        assert session.refused("home.get").code == "sign_in"
        assert staff.ask("access.count") == {"active": 1, "invited": 0, "sessions": 0}
        held = wait_until(lambda: not [m for m in staff.ask("mail.list", state="held", limit=100)["mails"] if m["template"] == "invitation"],
                          what="the end of the old mails")
        assert held
        gone = staff.ask("mail.list", state="withdrawn", limit=100)["mails"]
        assert len(gone) == 100 and {m["said"] for m in gone} == {"not sent: its code was used or replaced"}
        assert not person(staff, *contacts[129]).get("invited")
        assert [e for e in staff.ask("event.list", what="mail_failed")["events"]] == []


def test_codes_are_not_in_the_store_as_they_are_typed(d, admin):
    _, contact = add_customer(admin, "Sealed Ltd", "s@sealed.test")
    admin.ask("access.invite", contacts=[contact])
    code = code_of(admin, "s@sealed.test")
    stored = (d.data / "data.mdb").read_bytes()
    assert code.encode() not in stored and code.replace("-", "").encode() not in stored
