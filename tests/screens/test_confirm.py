"""Before something touches credentials every face asks for the password or a code once more, in one step: what was asked for waits, and goes
on. On a real daemon whose clock can be set, on a real pseudo-terminal."""
import os
import pathlib
import re

import pytest

import clock
from contract import Contract
from ctl import PROGRAM, Ctl
from daemon import PASSWORD, add_customer
from keys import new_key
from northwind import Northwind
from phone import enrol
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]).resolve() / "bin/postern"
CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")
ZOE = "zoe@northwind.example"
WRONG = "a wrong one of that length"


@pytest.fixture
def b(tmp_path):
    with Northwind(env=clock.settable(tmp_path)) as b:
        b.folder = tmp_path
        b.ana.ask("staff.create", name="Zoe Blake", email=ZOE, role="admin", password=PASSWORD, keep_password=True)
        yield b


def later(b, minutes=11):
    clock.set_by(b.folder, minutes=minutes)


def terminal(b):
    t = PtyScreen([str(POSTERN), "--url", b.url, "--portal", "northwind"])
    t.wait_for("Sign in").keys(ZOE, TAB, PASSWORD, ENTER).wait_for("Paid this month")
    return t


def access(b, contact):
    return next(c["access"] for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["id"] == contact)


def to_new_colleague(t):
    t.keys("6").wait_for("Machine tokens")
    t.go_to("Staff accounts").keys(ENTER).wait_for("(you)").keys("+").wait_for("Cancel")
    return t.keys("Una Daly", TAB, "una@northwind.example")


def colleagues(b):
    return {s["name"] for s in b.ana.ask("staff.list")["staff"]}


def test_a_form_waits_for_the_password_and_is_sent_once(b):
    with terminal(b) as t:
        later(b)
        to_new_colleague(t).keys(F2).wait_for("Is it you?")
        assert "Una Daly" not in colleagues(b)
        t.keys(WRONG, ENTER).wait_for("That is not the present password.").wait_for("Is it you?")
        assert WRONG not in t.text()
        t.keys(PASSWORD, ENTER).wait_for("Staff invitation").wait_for("una@northwind.example").keys("c").wait_for(lambda s: CODE.search(s.text()))
        assert "Una Daly" in colleagues(b)
        t.keys(ENTER).wait_for("held: no mail server").keys("q").wait_for("(you)").keys("+").wait_for("Cancel")  # for ten minutes nothing more is asked
        t.keys("Liam Roe", TAB, "liam@northwind.example", F2).wait_for("liam@northwind.example").wait_for("held: no mail server")
        assert "Liam Roe" in colleagues(b)


def test_esc_goes_back_to_the_form_with_all_that_was_typed(b):
    with terminal(b) as t:
        later(b)
        to_new_colleague(t).keys(F2).wait_for("Is it you?").keys(ESC).wait_gone("Is it you?")
        t.wait_for("Cancel").wait_for("Una Daly").wait_for("una@northwind.example")
        assert "Una Daly" not in colleagues(b)
        t.keys(F2).wait_for("Is it you?").keys(PASSWORD, ENTER).wait_for("Staff invitation")
        assert "Una Daly" in colleagues(b)


def test_a_code_of_the_phone_does_as_well(b):
    zoe = b.sign_in(ZOE)
    phone, _ = enrol(zoe, password=PASSWORD)
    t = PtyScreen([str(POSTERN), "--url", b.url, "--portal", "northwind"])
    with t:
        t.wait_for("Sign in").keys(ZOE, TAB, PASSWORD, ENTER).wait_for("One more step").keys(phone.code(), ENTER).wait_for("Paid this month")
        later(b)
        to_new_colleague(t).keys(F2).wait_for("Password or code").keys(phone.at(phone.oldest() + 11 * 2 + 1), ENTER).wait_for("Staff invitation")


def test_a_mail_shows_its_code_when_it_is_asked_for(b):
    _, contact = add_customer(b.ana, "Held Oy", "held@held.test")
    b.ana.ask("access.invite", contacts=[contact])
    with terminal(b) as t:
        later(b)
        t.keys("6").wait_for("Machine tokens")
        t.go_to("Outbox").keys(ENTER).wait_for("Invitation").keys(ENTER).wait_for("is told when it is asked for")
        assert not CODE.search(t.text())
        t.keys("c").wait_for("Is it you?").keys(ESC).wait_gone("Is it you?").wait_for("is told when it is asked for")
        t.keys("c").wait_for("Is it you?").keys(PASSWORD, ENTER).wait_for(lambda s: CODE.search(s.text()))


# --- line mode -----------------------------------------------------------------------------------------------------------------------------
def test_line_mode_asks_and_goes_on(b):
    with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80) as t:
        t.hear("E-mail: ").say(ZOE).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        later(b)
        for _ in range(2):
            t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Persons: ").say("invite 2")
            t.hear("yes or no: ").say("yes").hear("Is it you?").hear("Password: ").wait_echo(False).say("back").hear("Nothing was done.")
            said = t.hear("Persons: ").last
            assert "session.confirm" not in said and "ancelled" not in said, "what became of it is said once"
            t.say("back").hear("Customer: ").say("back").hear("Customers: ").say("back").hear("Main menu: ")
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Persons: ").say("invite 2")
        t.hear("yes or no: ").say("yes").hear("Is it you?").hear("Confirm with your password.").hear("Password: ").wait_echo(False).say(WRONG)
        t.hear("That is not the present password.").hear("Password: ").wait_echo(False).say(PASSWORD).hear("this mail waits, to be passed on").hear("Mail: ")
        assert WRONG not in t.text() and PASSWORD not in t.text()


def test_line_mode_keeps_what_was_typed_for_who_goes_back_from_the_question(b):
    with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80) as t:
        t.hear("E-mail: ").say(ZOE).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        later(b)
        t.say("staff").hear("Staff: ").say("invite").hear("Name: ").say("Una Daly").hear("E-mail: ").say("una@northwind.example")
        t.hear("May: ").say("1").hear("Is it you?").hear("Password: ").wait_echo(False).say("back").hear("What you typed is kept").hear("Staff: ")
        assert "Una Daly" not in colleagues(b)
        t.say("invite").hear("Name [Una Daly]: ").say().hear("E-mail [una@northwind.example]: ").say("una.daly@northwind.example").hear("May [1]: ").say()
        t.hear("Is it you?").hear("Password: ").wait_echo(False).say(PASSWORD).hear("Mail: ").say("back").hear("Staff: ")
        assert "Una Daly" in colleagues(b) and {s["email"] for s in b.ana.ask("staff.list")["staff"]} >= {"una.daly@northwind.example"}
        t.say("invite").hear("Name: ").say("back")


def test_line_mode_tells_a_code_after_the_password(b):
    jose = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"] == "José Ferrer")["id"]
    b.ana.ask("access.invite", contacts=[jose])
    with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80) as t:
        t.hear("E-mail: ").say(ZOE).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        later(b)
        t.say("outbox").hear("Outbox: ").say("open 1").hear("Mail: ")
        assert not CODE.search(t.text())
        t.say("code").hear("Confirm with your password.").hear("Password: ").wait_echo(False).say(PASSWORD).hear("Mail: ")
        assert CODE.search(t.last)


# --- posternctl ----------------------------------------------------------------------------------------------------------------------------
def test_posternctl_asks_on_a_terminal_and_says_how_without_one(b):
    jose = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"] == "José Ferrer")["id"]
    ctl = Ctl(b).login(ZOE)
    later(b)
    words = ["access.invite", f"contacts={jose}"]
    said = ctl.refused(*words, code=4)
    assert "confirm: " in said and "session.confirm password=-" in said
    assert access(b, jose) == "none"
    with Talk([PROGRAM, *words], env=ctl.env) as t:
        t.hear("Your password, or a code of your phone: ").wait_echo(False).say(WRONG).hear("That is not the present password.")
        t.hear("of your phone: ").wait_echo(False).say(PASSWORD)
        assert t.wait_end() == 0 and "invited" in t.text() and PASSWORD not in t.text()
    assert access(b, jose) == "invited"
    later(b, 22)
    ctl.refused(*words, code=4)
    assert ctl.json("session.confirm", "password=-", input=PASSWORD + "\n")["until"]
    ctl.run(*words)


def test_posternctl_asks_for_what_an_operation_takes_as_proof(b):
    """Those whose row says that they take the password or a code themselves: none of them is refused without a word on how to give it."""
    ctl = Ctl(b).login(ZOE)
    later(b)
    words = ["key.add", f"key={new_key()[0]}"]
    said = ctl.refused(*words, code=4)
    assert "Give the present password." in said and "password=- reads it from standard input" in said
    with Talk([PROGRAM, *words], env=ctl.env) as t:
        t.hear("Give the present password.").hear("password: ").wait_echo(False).say(WRONG).hear("That is not the present password.")
        assert t.wait_end() == 4 and WRONG not in t.text()
    with Talk([PROGRAM, *words], env=ctl.env) as t:
        t.hear("password: ").wait_echo(False).say(PASSWORD)
        assert t.wait_end() == 0 and "SHA256:" in t.text() and PASSWORD not in t.text()
    assert "old=- reads it from standard input" in ctl.refused("password.change")
    assert "old=-" not in ctl.refused("password.change", "old=-", input=PASSWORD + "\n"), "only the one that is missing"
    other = "seven quiet lighthouses"
    with Talk([PROGRAM, "password.change"], env=ctl.env) as t:
        t.hear("old: ").wait_echo(False).say(PASSWORD).hear("password: ").wait_echo(False).say(other)
        assert t.wait_end() == 0 and other not in t.text()
    ctl.login(ZOE, other)
    with Talk([PROGRAM, "mfa.confirm"], env=ctl.env) as t:  # a secret that is no proof of who asks is not asked for
        assert t.wait_end() == 2 and "(field: code)" in t.text()


def test_what_a_row_says_is_asked_for_whatever_the_operation(b):
    """One by one, from the contract: without a terminal each says how its proof is given."""
    ctl = Ctl(b).login(ZOE)
    contract = Contract(b.ana)
    tried = 0
    for name, op in contract.ops.items():
        if not op["shows"] or name == "mfa.verify":  # of that one the session is asked first: it waits for no code
            continue
        words = [f"{f['name']}={new_key()[0] if f['name'] == 'key' else 'x'}" for f in op["takes"] if f["must"] and f["type"] != "secret"]
        said = ctl.refused(name, *words, code=None)
        assert "=- reads it from standard input" in said, (name, said)
        tried += 1
    assert tried >= 5
