"""Line mode: the settings of the business."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"
RORY = "rory@northwind.example"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Byrne", email=RORY, role="reader", password=PASSWORD, keep_password=True)
        yield b


def settings(b, email=ANA):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80)
    t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
    return t.say("settings").hear("Settings: ")


def set_now(b):
    return b.ana.ask("settings.get")["business"]


def test_the_second_factor_is_asked_of_customers_and_no_more(office):
    with settings(office) as t:
        t.say("factor").hear("Customers: off").hear("Staff: off").hear("Second factor: ")
        t.say("customers").hear("every customer has to").hear("signed in so far").hear("for customers? yes or no: ").say("no").hear("Second factor: ")
        assert not set_now(office)["mfa"]
        t.say("customers").hear("yes or no: ").say("yes").hear("Switched on").hear("Customers: on").hear("Second factor: ")
        assert set_now(office)["mfa"] and not set_now(office)["staff_mfa"]
        t.say("customers").hear("still need their code").hear("yes or no: ").say("yes").hear("Switched off").hear("Customers: off").hear("Second factor: ")
        t.say("staff").hear("You have none yet").hear("for staff? yes or no: ").say("back").hear("Second factor: ")
    assert not set_now(office)["mfa"] and not set_now(office)["staff_mfa"]


def test_what_was_agreed_to_is_not_turned_round_by_who_was_faster(office):
    with settings(office) as t:
        t.say("factor").hear("Second factor: ").say("customers").hear("It is switched on.").hear("yes or no: ")
        office.ana.ask("settings.update", business={"revision": set_now(office)["revision"], "mfa": True})
        t.say("yes").hear("Second factor: ")
        assert set_now(office)["mfa"]
        office.ana.ask("settings.update", business={"revision": set_now(office)["revision"], "mfa": False})


def test_a_reader_looks_and_changes_nothing(office):
    with settings(office, RORY) as t:
        t.say("factor").hear("Customers: off").hear("Second factor: ")
        assert "customers: " not in t.last
        t.say("customers").hear('There is no "customers" here.')
