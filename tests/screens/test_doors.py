"""The staff's screens for getting people in: persons and their access, the outbox, accounts, tokens, second factor, the portal's name.
A real daemon, a real pseudo-terminal. One business for all tests of this file; each makes the persons it needs."""
import re

import pytest

from daemon import PASSWORD, Refused, open_portal, wait_until
from keys import add_key, new_key
from northwind import Northwind
from phone import enrol
from pty_screen import END, ENTER, ESC, F2, HOME, RIGHT, TAB, ctrl
from slow import Held
from smtp_sink import Sink, configure, text
from test_screen_staff import SCREEN, go_to, own_customer, section, terminal


@pytest.fixture(scope="module")
def business():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Lynch", email="rory@northwind.example", role="reader", password=PASSWORD, keep_password=True)
        b.ana.ask("staff.create", name="Ana Kelly", email=SCREEN, role="admin", password=PASSWORD, keep_password=True)
        yield b


@pytest.fixture
def ana(business):
    with terminal(business) as t:
        yield t
        assert t.poll() in (None, 0), t.text()


def crumb(t, name):
    """Until the last crumb is that one; long ones are cut."""
    def there(s):
        last = s.line(0).split("  ")[0].split("›")[-1].strip()
        return last == name or (last.endswith("…") and name.startswith(last[:-1]))
    return t.wait_for(there)


def at_customer(t, name):
    section(t, "2").keys("/", name.lower(), ENTER)
    go_to(t, name).keys(ENTER)
    return crumb(t, name)


def persons_of(t, name):
    return crumb(at_customer(t, name).wait_for("Persons").keys(ENTER), "Persons")


def setting(t, name):
    section(t, "6", "Machine tokens")
    go_to(t, name).keys(ENTER)
    return crumb(t, name)


def shown_code(t):
    """The code that the mail on the screen carries."""
    def row(s):
        found = (re.match(r" *((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})( |$)", r) for r in s.screen())  # whole: rows come in pieces
        return next((f[1] for f in found if f), None)
    return row(t.wait_for(row))


def access(business, customer):
    return {c["name"]: c["access"] for c in business.ana.ask("customer.get", id=customer)["contacts"]}


# --- persons ---------------------------------------------------------------------------------------------------------------------
def test_an_invitation_without_a_mail_server_is_shown_to_be_passed_on(business, ana):
    customer, _, email = own_customer(business, "Invited Oy")
    persons_of(ana, "Invited Oy").wait_for("none").keys("a").wait_for("Invite to the portal?").wait_for(email)
    ana.keys(ENTER).wait_gone("Invite to the portal?")  # it starts on Cancel
    assert access(business, customer) == {"Invited Ruiz": "none"}
    ana.keys("a").wait_for("Invite to the portal?").keys(TAB, ENTER)
    crumb(ana, "Invitation").wait_for("held: no mail server").keys("y").wait_for("Sent to your terminal: the text")
    code = shown_code(ana.keys("c").wait_for("The code for Invited Ruiz"))
    ana.keys("y").wait_for("The whole mail").keys("1", ENTER).wait_for("Sent to your terminal: the code alone")
    ana.keys(ENTER)
    crumb(ana, "Invitation").wait_for("held: no mail server")
    shown = business.client().ask("invitation.show", portal="northwind", code=code)
    assert shown["email"] == email and shown["name"] == "Invited Ruiz"
    ana.keys("q").wait_for("invited, expires")

    # Again: the old code ends. Then the person takes it up, and the screen says so by itself.
    ana.keys("a").wait_for("Invite to the portal?").wait_for("The code that was sent before ends.").keys(TAB, ENTER)
    crumb(ana, "Invitation").keys("c")
    again = shown_code(ana.wait_gone(code))
    ana.keys(ENTER)
    assert business.client().refused("invitation.show", portal="northwind", code=code).code == "code"
    ana.keys("q").wait_for("invited, expires")
    business.client().ask("invitation.accept", portal="northwind", code=again, password="seven green bicycles")
    ana.wait_for("active, last")


def test_several_are_invited_at_once_and_who_has_no_address_is_named(business, ana):
    customer, _, _ = own_customer(business, "Several SA")
    for name, email in (("Second One", "second@several.test"), ("No Address", "")):
        business.ana.ask("contact.create", customer=customer, contact={"name": name, "email": email})
    persons_of(ana, "Several SA").wait_for("no e-mail").keys("a").wait_for("Invite to the portal?").keys(ESC)
    ana.keys("   ").wait_for("3 marked").keys("a").wait_for("One of them has no e-mail address: No Address.")
    go_to(ana, "No Address").keys(" ").wait_for("2 marked").keys("a").wait_for("2 persons each get a mail").keys(TAB, ENTER)
    ana.wait_for("2 invited").wait_for("their mails wait in the outbox")
    assert access(business, customer) == {"Several Ruiz": "invited", "Second One": "invited", "No Address": "none"}


def test_customers_that_are_marked_get_access_for_the_person_to_turn_to(business, ana):
    made = [own_customer(business, name) for name in ("Marked One", "Marked Two")]
    section(ana, "2").keys("/", "marked", ENTER).wait_for("Marked Two").settle(0.2).keys("  ").wait_for("2 marked")
    ana.keys("a").wait_for("Of: Marked One, Marked Two").wait_for("The person to turn to of each").keys(ESC)
    ana.wait_gone("of each").keys("w").wait_for("Switch access on").wait_for("Marked One, Marked Two")
    ana.keys("one time password", TAB, "one time password", F2).wait_for("Access is on")
    for customer, _, email in made:
        assert access(business, customer) == {"Marked Ruiz": "invited"}
        assert business.sign_in(email, "one time password").me["stage"] == "password"


def test_a_person_shows_sessions_and_keys_and_is_signed_out_and_switched_off(business, ana):
    customer, contact, email = own_customer(business, "Person GmbH")
    first, second = open_portal(business, business.ana, contact, email), business.sign_in(email)
    persons_of(ana, "Person GmbH").wait_for("active, last").keys(ENTER)
    crumb(ana, "Person Ruiz").wait_for("Person GmbH, its first person to turn to").wait_for(lambda s: re.search("SSH keys +none", s.text()))
    ana.wait_for(lambda s: sum("this machine" in row for row in s.screen()) == 2).keys("S")
    crumb(ana, "Sessions").wait_for(lambda s: sum("this machine" in row for row in s.screen()) == 2)
    ana.keys("x").wait_for("End this session?").wait_for("Person Ruiz is signed out there").keys(TAB, ENTER)
    ana.wait_for("One session has ended.")
    assert sorted("sign_in" if isinstance(e, Refused) else "fine" for e in map(outcome, (first, second))) == ["fine", "sign_in"]
    ana.keys("X").wait_for("End all sessions?").wait_for("Person Ruiz is signed out everywhere").keys(TAB, ENTER).wait_for("Not signed in anywhere.")
    crumb(ana.keys("q"), "Person Ruiz").wait_for(lambda s: re.search("Signed in +nowhere", s.text()))
    assert all(isinstance(outcome(c), Refused) for c in (first, second))
    ana.keys("x").wait_for("Switch portal access off?").wait_for("Person Ruiz can not sign in").keys(TAB, ENTER).wait_for("switched off")
    assert access(business, customer) == {"Person Ruiz": "disabled"}
    ana.keys("x").wait_for("There is no access to switch off.")


def outcome(client):
    try:
        return client.ask("session.me")
    except Refused as refused:
        return refused


def test_the_second_factor_of_who_lost_the_phone_is_reset(business, ana):
    customer, contact, email = own_customer(business, "Phone Ltd")
    client = open_portal(business, business.ana, contact, email)
    add_key(client, new_key(comment="phone@laptop")[0], password=PASSWORD)
    enrol(client, password=PASSWORD)
    persons_of(ana, "Phone Ltd").wait_for("yes").keys(ENTER)
    crumb(ana, "Phone Ruiz").wait_for(lambda s: re.search("Second factor +set up", s.text()))
    ana.keys("F").wait_for("Reset the second factor?").wait_for("SSH keys stay, and open alone.").keys(TAB, ENTER)
    ana.wait_for("The second factor is reset").wait_for("One SSH key stays").wait_for(lambda s: re.search("Second factor +none", s.text()))
    assert business.sign_in(email).me["stage"] == "full"
    ana.keys("F").wait_for("No second factor is set up.")
    crumb(ana.keys("K"), "SSH keys").wait_for("phone@laptop").keys("x").wait_for("Remove this key of somebody else?").wait_for("A mail tells whose it was")
    ana.keys(TAB, ENTER).wait_for("The key is removed.").wait_for("No SSH keys.")


def test_a_key_of_a_colleague_is_removed(business, ana):
    business.ana.ask("staff.create", name="Key Colleague", email="key@northwind.example", role="staff", password=PASSWORD, keep_password=True)
    colleague = business.sign_in("key@northwind.example")
    add_key(colleague, new_key(comment="colleague@laptop")[0], password=PASSWORD)
    setting(ana, "Staff accounts").wait_for("Key Colleague").keys("/", "key", ENTER).settle(0.2).keys("K")
    crumb(ana, "SSH keys").wait_for("colleague@laptop").keys("x").wait_for("Remove this key of somebody else?").keys(TAB, ENTER).wait_for("No SSH keys.")
    assert colleague.ask("key.list")["keys"] == []


# --- settings --------------------------------------------------------------------------------------------------------------------
def test_the_second_factor_is_asked_of_customers_and_no_more(business, ana):
    customer, contact, email = own_customer(business, "Factor AB")
    open_portal(business, business.ana, contact, email)
    setting(ana, "Second factor").wait_for("Off: whoever has one is still asked")
    ana.keys("c").wait_for("Switch the second factor for customers?").wait_for("every customer has to").keys(TAB, ENTER)
    ana.wait_for("Switched on").wait_for("on: everybody has to set one up")
    client = business.sign_in(email)
    assert client.me["stage"] == "enrol"
    enrol(client)
    ana.keys("c").wait_for("Switch the second factor for customers?").wait_for("still need their code").keys(TAB, ENTER)
    ana.wait_for("Switched off").wait_gone("on: everybody")
    assert business.sign_in(email).me["stage"] == "code"  # C6: still
    ana.keys("t").wait_for("You have none yet").keys(ESC)
    assert not business.ana.ask("settings.get")["business"].get("staff_mfa")


def test_a_mail_server_is_set_tested_and_takes_what_was_held(business, ana):
    _, contact, email = own_customer(business, "Mailed BV")
    business.ana.ask("access.invite", contacts=[contact])
    held = next(m for m in business.ana.ask("mail.list")["mails"] if m["to"] == email)
    assert held["state"] == "held"
    with Sink() as sink:
        setting(ana, "Mail server").wait_for("No mail server is set.").keys("t").wait_for("There is no mail server yet")
        ana.keys("e").wait_for("empty: no mail server").keys(sink.host, TAB).wait_for("With the name").keys(RIGHT, RIGHT, TAB, str(sink.port), TAB, TAB)
        ana.keys("accounts@northwind.example", F2).wait_for("Saved. t sends a test mail").wait_for(lambda s: re.search(rf"Host +{re.escape(sink.host)}\b", s.text()) and re.search(rf"Port +{sink.port}\b", s.text()))
        assert "invites you" in text(sink.wait(to=email))
        ana.keys("t")
        crumb(ana, "Test mail").wait_for("sent ")
        sink.wait(to=SCREEN)

        # A mail that can not be delivered stands on Today, says why, and is tried again.
        sink.refuse_recipient["nobody@refused.test"] = "550 5.1.1 no such user"
        customer, contact = business.ana.ask("customer.create", customer={"name": "Refused KG"}, contact={
            "name": "Nobody Ruiz", "email": "nobody@refused.test"}).values()
        business.ana.ask("access.invite", contacts=[contact["id"]])
        wait_until(lambda: any(m["state"] == "failed" for m in business.ana.ask("mail.list")["mails"]), what="a failed mail")
        section(ana, "1", "Mail not delivered").wait_for("550 5.1.1")
        go_to(ana, "Mail not delivered").keys(ENTER)
        crumb(ana, "Invitation").wait_for("failed: ").wait_for("no such user")
        sink.refuse_recipient.clear()
        ana.keys("t").wait_for(lambda s: re.search(r"State +sent", s.text()))
        assert sink.wait(to="nobody@refused.test")
        setting(ana, "Outbox").wait_for("Nobody Ruiz").keys("f").wait_for("Failed").keys("5", ENTER).wait_gone("Nobody Ruiz").wait_for("There is none of these.").keys("f").wait_for("Failed").keys("4", ENTER).wait_for("Nobody Ruiz")
    setting(ana, "Mail server").wait_for(sink.host).keys("e").wait_for("With the name").wait_for(sink.host).keys(ctrl("U"), F2).wait_for("No mail server is set.")


def test_what_somebody_else_changed_meanwhile_stays_under_what_is_saved_on_top_of_it(business, ana):
    def told():
        return business.ana.ask("mail.settings_get")["settings"]
    business.ana.ask("mail.settings_set", settings={"revision": told().get("revision", 0), "host": "smtp.example.com", "security": "tls", "port": 465, "user": "",
                                                    "from": "accounts@northwind.example"}, password="")
    setting(ana, "Mail server").wait_for("smtp.example.com").keys("e").wait_for("With the name")
    ana.keys(ctrl("U"), "mail.example.com")
    business.ana.ask("mail.settings_set", settings={"revision": told()["revision"], "from_name": "Theirs", "port": 2525})
    ana.keys(F2).wait_for("It was changed meanwhile").keys("2", ENTER).wait_for("Saved. t sends a test mail").wait_for("mail.example.com").wait_for("2525")
    assert (told()["host"], told()["from_name"], told()["port"]) == ("mail.example.com", "Theirs", 2525)
    business.ana.ask("mail.settings_set", settings={"revision": told()["revision"], "host": ""})


def test_what_is_due_says_what_stands_in_the_way_and_is_tried_again(business, ana):
    with Sink() as sink:
        sink.refuse_recipient[SCREEN] = "550 5.1.1 nobody here"
        configure(business.ana, sink, sender="accounts@northwind.example")
        business.sign_in(SCREEN).ask("mail.test")
        [row] = wait_until(lambda: business.ana.ask("due.list", gave_up=True)["due"], what="what was given up")
        section(ana, "1").wait_for("1 was given up")
        go_to(ana, "Work that is due").keys(ENTER).wait_for("sign the log").wait_for("550 5.1.1").keys("q")
        setting(ana, "Work that is due").wait_for("sign the log").wait_for("when needed").wait_for("550 5.1.1")
        go_to(ana, f"mail {row['about']}").wait_for("not by itself").keys(ENTER)
        crumb(ana, "send a mail").wait_for("nobody here").wait_for("Given up").wait_for("It is not tried any more")
        sink.refuse_recipient.clear()
        ana.keys("t").wait_for("It is tried now.")
        assert sink.wait(to=SCREEN)
        wait_until(lambda: "mail" not in {w["work"] for w in business.ana.ask("due.list")["due"]}, what="no mail due")
        ana.keys("q").wait_for("sign the log").keys("r").wait_gone("send a mail")
        configure(business.ana, None)
    with terminal(business, "rory@northwind.example") as t:
        setting(t, "Work that is due").wait_for("sign the log").keys("t").wait_for("may look at everything")


def test_what_is_due_on_the_second_page_is_opened_by_itself_wherever_it_went_meanwhile(business, ana):
    def due(**more):
        first = business.ana.ask("due.list", limit=100, **more)
        return first["due"] + (business.ana.ask("due.list", limit=100, after=first["next"], **more)["due"] if first.get("next") else [])
    with Sink() as sink:
        configure(business.ana, sink, sender="accounts@northwind.example")
        made = []
        for i in range(105):
            email = f"due{i}@many.test"
            sink.refuse_recipient[email] = "550 5.1.1 nobody here"
            _, contact = business.ana.ask("customer.create", customer={"name": f"Due {i}"}, contact={"name": f"Due {i}", "email": email}).values()
            made.append(contact["id"])
        for i in range(0, 105, 35):
            business.ana.ask("access.invite", contacts=made[i:i + 35])
        wait_until(lambda: len(due(gave_up=True)) == 105, 60, what="all given up")
        rows = due(gave_up=True)
        setting(ana, "Work that is due").wait_for(f"mail {rows[0]['about']} ").keys(END).wait_for(lambda s: re.search(r"^ +107 *$", s.text(), re.M)).keys(END).wait_for("sign the log")
        go_to(ana, f"mail {rows[104]['about']} ").keys(ENTER)
        crumb(ana, "send a mail").wait_for(f"mail {rows[104]['about']}").keys("q", HOME).wait_for(f"mail {rows[0]['about']} ")
        go_to(ana, f"mail {rows[0]['about']} ").keys(ENTER)
        crumb(ana, "send a mail").wait_for(f"mail {rows[0]['about']}").wait_for("nobody here")
        for email in [e for e in sink.refuse_recipient if "@many.test" in e]:
            sink.refuse_recipient[email] = "451 4.3.0 come back later"
        ana.keys("t").wait_for("It is tried now.")
        wait_until(lambda: [r for r in due()[100:] if r["about"] == rows[0]["about"] and "come back" in r.get("said", "")], 20, what="it waits, on the second page")
        ana.keys("r").wait_for("come back later")
        business.ana.ask("mail.withdraw", id=rows[0]["about"])
        ana.keys("r").wait_for("It is not there any more.")
        for row in rows[1:]:
            business.ana.ask("mail.withdraw", id=row["about"])
        configure(business.ana, None)


# --- accounts --------------------------------------------------------------------------------------------------------------------
def test_a_colleague_is_invited_changed_reset_and_deactivated(business, ana):
    setting(ana, "Staff accounts").wait_for("(you)").keys("+").wait_for("Cancel")
    ana.keys("Una Daly", TAB, "una@northwind.example", F2)
    crumb(ana, "Staff invitation").wait_for("held: no mail server").wait_for("una@northwind.example").keys("c")
    code = shown_code(ana)
    ana.keys(ENTER).wait_for("held: no mail server")
    una = business.client()
    una.token = una.ask("invitation.accept", portal="northwind", code=code, password="seven green bicycles")["token"]
    assert una.ask("session.me")["me"]["role"] == "staff"
    ana.keys("q").wait_for("Una Daly")
    go_to(ana, "Una Daly").keys(ENTER)
    crumb(ana, "Una Daly").wait_for("the daily work").keys("S").wait_for("invitation  ")
    crumb(ana, "Sessions").keys("q").wait_for("the daily work")
    ana.keys("e").wait_for("Save").keys(TAB, RIGHT, F2).wait_for("Saved.").wait_for("everything: settings and accounts")
    ana.keys("S").wait_for("Not signed in anywhere.").keys("q").wait_for("everything: settings")
    assert isinstance(outcome(una), Refused)  # another role: signs in again
    ana.keys("w").wait_for("Reset the password?").keys(TAB, ENTER)
    ana.wait_for("A new password").keys("c")
    assert shown_code(ana) != code
    ana.keys(ENTER).wait_for("held: no mail server").keys("q").wait_for("everything: settings").keys("x").wait_for("Deactivate this account?").wait_for("Una Daly can not").keys(TAB, ENTER).wait_for("deactivated")
    with pytest.raises(Refused):
        business.sign_in("una@northwind.example", "seven green bicycles")
    ana.keys("x").wait_for("It is deactivated: X opens it again.").keys("X").wait_for("Activate this account?").keys(ESC, "q").wait_for("deactivated")


def test_a_colleague_gets_a_one_time_password_instead(business, ana):
    setting(ana, "Staff accounts").wait_for("(you)").keys("p").wait_for("Password again").wait_for("Rules for passwords")
    ana.keys("Liam Roe", TAB, "liam@northwind.example", TAB, TAB, "too short", TAB, "too shirt", F2).wait_for("The two differ.")
    ana.keys(ctrl("U"), "too short", TAB, ctrl("U"), "too short", F2).wait_for("at least 10 characters").settle(0.3)
    ana.keys(ctrl("U"), "a first password", TAB, ctrl("U"), "a first password", F2).wait_for("The account is there").wait_for("one-time password")
    assert business.sign_in("liam@northwind.example", "a first password").me["stage"] == "password"


def test_a_form_waits_for_all_that_is_told_in_it(business):
    """It was begun as soon as the list was there, and then without the rules that came right after."""
    with Held(business, "password.rules") as held, terminal(business, url=held.url) as t:
        setting(t, "Staff accounts").wait_for("(you)")
        assert held.waits.wait(20)
        t.keys("p")
        with pytest.raises(AssertionError):
            t.wait_for("Password again", 0.5)
        held.let_go.set()
        t.wait_for("Password again").wait_for("Rules for passwords")


def test_the_last_administrator_stays_one(business):
    for account in business.ana.ask("staff.list")["staff"]:
        if account["role"] == "admin" and account["email"] not in (SCREEN, business.email):
            business.ana.ask("staff.update", staff=account["id"], active=False)
    first = next(a["id"] for a in business.ana.ask("staff.list")["staff"] if a["email"] == business.email)
    other = business.sign_in(SCREEN)
    other.ask("staff.update", staff=first, role="staff")
    try:
        with terminal(business) as t:
            setting(t, "Staff accounts").wait_for("(you)")
            go_to(t, "(you)").keys(ENTER)
            crumb(t, "Ana Kelly").wait_for("everything: settings").keys("x").wait_for("this is the last one")
            t.keys("e").wait_for("What this account may can not be changed.").keys(TAB, TAB, ESC).wait_for("everything: settings")
            t.keys("w").wait_for("That is you")
    finally:
        other.ask("staff.update", staff=first, role="admin")
        business.ana.sign_in(business.portal, business.email, PASSWORD)


def test_who_is_no_administrator_sees_accounts_and_mails_but_changes_nothing(business):
    with terminal(business, "rory@northwind.example") as t:
        setting(t, "Staff accounts").wait_for("Ana Kelly").keys("+").wait_for("Only an administrator may do that.")
        go_to(t, "(you)").keys(ENTER).wait_for("Second factor").settle(0.3).keys("S").wait_for("Only an administrator may do that.").keys("x").wait_for("Only an administrator")
        setting(t, "Outbox").wait_for("Invitation").keys(ENTER).wait_for("A mail may hold a code").keys("t").wait_for("may look at everything")
        section(t, "6")
        go_to(t, "Machine tokens").keys(ENTER).wait_for("Only an administrator may do that.")
        setting(t, "Second factor").wait_for("Customers").keys("c").wait_for("Only an administrator may do that.")


# --- tokens ----------------------------------------------------------------------------------------------------------------------
def test_a_token_is_made_shown_once_used_and_taken_back(business, ana):
    setting(ana, "Machine tokens").wait_for("No tokens yet.").keys("+").wait_for("Good for")
    ana.keys("nightly export", TAB, TAB, TAB, RIGHT).wait_for("0 marked").keys(F2).wait_for("Mark at least one below")
    ana.keys(TAB, TAB, TAB, "/", "customer.list", ENTER).wait_for("customer.list").settle(0.2).keys(" ").wait_for("1 marked")
    ana.keys(F2).wait_for("The token for “nightly export”")
    def row(s):
        return next((r.strip() for r in s.screen() if re.fullmatch(r"[\w.-]{40,}", r.strip())), None)
    token = row(ana.wait_for(row).settle())  # a piece of it looks like a token too
    machine = business.client()
    machine.token = token
    assert machine.ask("customer.list")["customers"]
    assert machine.refused("invoice.list").code == "forbidden"
    ana.keys("y").wait_for("Sent to your terminal: the token").keys("q").wait_for("Have you kept it?").keys(ENTER).wait_for(token)
    ana.keys(ENTER).wait_for("The token is good from now on.").wait_gone(token).wait_for("nightly export")
    go_to(ana, "nightly export").keys(ENTER).wait_for("customer.list").keys("q")
    go_to(ana, "nightly export").keys("x").wait_for("Take this token back?").keys(TAB, ENTER).wait_for("taken back")
    assert isinstance(outcome(machine), Refused) and machine.refused("customer.list").code == "sign_in"
    ana.keys("x").wait_for("It was taken back already.")


# --- the portal's name -----------------------------------------------------------------------------------------------------------
def test_a_new_portal_name_says_whom_it_concerns_and_then_tells_them_all():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Ana Kelly", email=SCREEN, role="admin", password=PASSWORD, keep_password=True)
        _, contact, email = own_customer(b, "Renamed NV")
        b.ana.ask("access.invite", contacts=[contact])
        with terminal(b) as t:
            setting(t, "Portal name").wait_for("northwind").keys("e").wait_for("Cancel").keys(ctrl("U"), "North Wind", F2).wait_for("Lower-case letters")
            t.keys(ctrl("U"), "quay-street", F2).wait_for("“northwind” becomes “quay-street”").wait_for("1 person with access")
            t.wait_for("1 open invitation ends").wait_for("1 customer's session ends").keys(ENTER).wait_gone("Type RENAME")
            assert b.ana.ask("settings.get")["business"]["portal"] == "northwind"
            t.keys(F2).wait_for("Type RENAME").keys("RENAME", ENTER).wait_for("nobody knows yet: a writes to everyone.").wait_for("quay-street")
            assert b.ana.ask("settings.get")["business"]["portal"] == "quay-street"
            assert isinstance(outcome(b.maria), Refused)
            t.keys("a").wait_for("Write to everyone?").keys(TAB, ENTER)
            t.wait_for("All of them are written to: O shows").keys("O").wait_for("Renamed Ruiz").wait_for("New portal name")
            b.portal = "quay-street"
            assert b.sign_in("maria@bodegasur.example").me["portal"] == "quay-street"
