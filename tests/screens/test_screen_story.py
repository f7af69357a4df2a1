"""The main job from both sides at once: staff in one terminal, the customer in another, each seeing what the other does."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, MARIA, Northwind
from pty_screen import ENTER, F2, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def enter(b, email):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"])
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in")
    t.keys(email, TAB, PASSWORD, ENTER)
    return t


def open_row(t, text):
    return t.go_to(text).keys(ENTER)


def test_an_estimate_becomes_a_paid_invoice_with_both_looking_on(business):
    with enter(business, ANA) as ana, enter(business, MARIA) as maria:
        ana.wait_for("Outstanding")
        maria.wait_for("Recent")

        # The customer accepts; it appears in the queue of the staff by itself.
        maria.keys("2").wait_for("EST-000001")
        open_row(maria, "EST-000001").wait_for("ESTIMATE EST-000001")
        maria.keys("a").wait_for("as signature").keys(F2).wait_for("Type ACCEPT").keys("ACCEPT", ENTER).wait_for("ACCEPTED")
        ana.wait_for("EST-000001 accepted")

        # The staff make an invoice of it; the customer's list has it without being asked.
        maria.keys("3").wait_for("INV-000004")
        open_row(ana, "EST-000001 accepted").wait_for("ESTIMATE EST-000001").wait_for("ACCEPTED")
        ana.keys("i").wait_for("Make an invoice of").keys(ENTER).wait_for("INVOICE").wait_for("DRAFT")
        ana.keys("s").wait_for("Send this invoice?").keys(TAB, ENTER).wait_for("OPEN")
        maria.wait_for("1 new: r").keys("r").wait_for("INV-000005")

        # They talk: what is shown in the portal arrives, what is for staff does not.
        open_row(maria, "INV-000005").wait_for("INVOICE INV-000005")
        ana.keys("c").wait_for("Display in portal").keys("Only among us.", TAB, TAB, ENTER).wait_for("Only staff see it")
        ana.keys("c").wait_for("Display in portal").keys("Shipped this morning.", TAB, " ", TAB, ENTER).wait_for("The customer sees it")
        maria.keys("G").wait_for("Shipped this morning.")
        assert "Only among us" not in maria.text()
        maria.keys("c").wait_for("sees it at once").keys("Thank you!", F2).wait_for("Conversation (2)")
        ana.keys("G").wait_for("Thank you!")

        # The customer pays; the staff see it paid.
        maria.keys("p").wait_for("This payment").keys("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB, TAB, ENTER).wait_for("Pay this?")
        maria.keys(TAB, ENTER).wait_for("RECEIPT").wait_for("EUR 1,200.00")
        ana.keys("g").wait_for("PAID")
        assert business.ana.ask("invoice.get", invoice="INV-000005")["invoice"]["state"] == "paid"
        assert business.client().ask("system.check")["problems"] == []
