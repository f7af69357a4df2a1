"""Going on for another customer whose password is another one; setting up a second factor with names as long as they come."""
import os
import pathlib

import pytest

from daemon import PASSWORD, add_customer
from northwind import MARIA, Northwind
from pty_screen import ENTER, ESC, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
OTHER = "another lantern gravel"


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def terminal(b, email=MARIA, password=PASSWORD):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"])
    t.wait_for("Northwind").wait_for("Sign in")
    t.keys(email, TAB, password, ENTER)
    return t


def test_the_other_password_is_asked_for_where_it_is_another_one(business):
    b = business
    _, contact = add_customer(b.ana, "Hotel Mar", MARIA)
    b.ana.ask("access.enable", contacts=[contact], password=OTHER, keep_password=True)
    with terminal(b) as t:
        t.wait_for("For whom?").wait_for("Hotel Mar")
        t.go_to("Hotel Mar").keys(ENTER).wait_for("Your password there")
        t.keys("not that one", ENTER).wait_for("not your password there")
        t.keys(OTHER, ENTER).wait_for("Recent").wait_for("Hotel Mar")
        t.keys("5").wait_for("Contact persons").keys("S").wait_for("> Bodega Sur")
        t.keys(ENTER).wait_for("Your password there").keys(ESC).wait_gone("Your password there").wait_for("Hotel Mar")
        t.keys("S").wait_for("> Bodega Sur").keys(ENTER).wait_for("Your password there")
        t.keys(PASSWORD, ENTER).wait_for("You are here for Bodega Sur now")


def test_a_list_of_sessions_says_of_one_that_went_on_where_its_other_end_is(business):
    b = business
    _, contact = add_customer(b.ana, "Hotel Mar", MARIA)
    b.ana.ask("access.enable", contacts=[contact], password=OTHER, keep_password=True)
    with terminal(b) as away, terminal(b) as home:
        away.wait_for("For whom?").go_to("Hotel Mar").keys(ENTER).wait_for("Your password there")
        away.keys(OTHER, ENTER).wait_for("Recent").wait_for("Hotel Mar")
        home.wait_for("For whom?").go_to("Bodega Sur").keys(ENTER).wait_for("Recent")
        for t, other in ((home, "now at Hotel Mar"), (away, "came from Bodega Sur")):
            t.keys("5").wait_for("Contact persons").keys("i").wait_for("› My sign-in").wait_for("Sessions")
            t.keys("S").wait_for("this one").wait_for(other)


def test_whole_account_and_issuer_stand_on_the_screen_of_a_second_factor(business):
    b = business
    name, email = "Gesellschaft für Papierveredelung und Bürobedarf Nordwest mbH", "maria.fernandez-de-la-vega.ruiz@buchhaltung.bodegasur.example"
    now = b.ana.ask("settings.get")["business"]
    b.ana.ask("settings.update", business={"revision": now["revision"], "name": name, "mfa": True})
    made = b.ana.ask("contact.create", customer=b.bodega, contact={"name": "Maria Fernández", "email": email})["contact"]
    b.ana.ask("access.enable", contacts=[made["id"]], password=PASSWORD, keep_password=True)
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"])
    with t:
        t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for("Your second factor").wait_for("Account").settle()
        words = "".join(row[44:].replace(" ", "") for row in t.screen())
        assert email in words and name.replace(" ", "") in words.split("Account", 1)[1], t.text()
