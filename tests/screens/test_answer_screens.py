"""Screens: a payment that wants one more thing of its payer, and what paying shows while one is under way."""
import os
import pathlib

import pytest

from daemon import PASSWORD, line, wait_until
from northwind import MARIA, Northwind
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


@pytest.fixture
def maria(business):
    with PtyScreen([str(POSTERN.resolve()), "--url", business.url, "--portal", "northwind"]) as t:
        t.wait_for("Northwind Paper Ltd").wait_for("Sign in").keys(MARIA, TAB, PASSWORD, ENTER)
        yield t.wait_for("Recent")


def test_what_the_bank_asks_is_told_and_answered(business, maria):
    made = business.invoice([line("Bulk", "1", "50")], 9)
    maria.keys("3").wait_for(made["number"]).keys("/", made["number"], ENTER).wait_gone("INV-000002").keys(ENTER).wait_for("INVOICE " + made["number"])
    maria.keys("p").wait_for("This payment").keys("4000002760003184", TAB, "12/39", TAB, "123", TAB, TAB, TAB, ENTER).wait_for("Pay this?")
    maria.keys(TAB, ENTER).wait_for("PAYMENT UNDER WAY").wait_for("one more thing is wanted of you")
    maria.keys("c").wait_for("the code that the bank sends").keys("99", TAB, ENTER).wait_for("2 more tries")
    maria.keys("123456", TAB, ENTER).wait_for("RECEIPT PAY-")
    assert business.maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"


def test_who_pays_twice_is_shown_the_payment_that_is_under_way(business, maria):
    made = business.invoice([line("Bulk", "1", "50")], 9)
    p = business.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=made["total"], card_number="4000000000003014", card_expiry="12/39",
                           card_code="123")["payment"]
    wait_until(lambda: business.maria.ask("payment.get", payment=p["id"])["payment"].get("unknown"), what="unknown")
    maria.keys("3").wait_for(made["number"]).keys("/", made["number"], ENTER).wait_gone("INV-000002").keys(ENTER).wait_for("INVOICE " + made["number"])
    maria.keys("p").wait_for(f"PAYMENT UNDER WAY {p['number']}").wait_for("not known yet").keys(ESC).wait_for("INVOICE " + made["number"])


def test_a_card_is_told_while_it_is_typed_and_masked_when_it_was_left(business, maria):
    maria.keys("p").wait_for("This payment").keys("42").wait_for("Visa").keys("42 4242 4242 4241").wait_for("4242 4242 4242 4241")
    maria.keys(TAB).wait_for("not a card number").wait_for("•••• •••• •••• 4241")
    assert "4242 42" not in maria.text()
    maria.keys("01/20", TAB).wait_for("The card has expired.").keys("12", TAB).wait_for("digits printed on the card")


def test_the_postcode_that_the_bank_knows_can_be_given_where_it_is_not_the_one_on_record(business, maria):
    maria.keys("p").wait_for("This payment").keys("4000000000000036", TAB, "12/39", TAB, "123", TAB, TAB, TAB, ENTER).wait_for("Pay this?")
    maria.keys(TAB, ENTER).wait_for("not the one that the card's bank knows").keys("12345", F2).wait_for("Pay this?")
    maria.keys(TAB, ENTER).wait_for("RECEIPT PAY-").wait_for("Visa ending 0036")
