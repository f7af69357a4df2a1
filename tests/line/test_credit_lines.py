"""Line mode and credit: what is left is listed, used on an invoice, taken off, given back."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        yield b


def signed_in(b, email=ANA, **options):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], **options)
    return t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_credit_is_used_taken_off_and_given_back(office):
    bill = office.ana.ask("invoice.get", invoice="INV-000002")["invoice"]
    over = office.ana.ask("payment.record", customer=bill["customer"], mode="cash", amount={"amount": 4000, "currency": "EUR"})["payment"]
    with signed_in(office, rows=80) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000002").hear("Invoice: ").say("credit").hear("To pay: EUR").hear(f"{over['number']}: EUR 40.00").hear("Use credit on this invoice? yes or no: ")
        t.say("yes").hear("The credit is used.").hear("Invoice: ").say("credit").hear("There is no credit to use.").hear("Invoice: ")
        t.say("back").hear("Invoices: ").say("back").hear("Main menu: ").say("payments").hear("Payments: ").say("credit").hear("There is no credit.")
        office.ana.ask("credit.unapply", payment=over["id"], invoice=bill["id"])
        t.say("back").hear("Payments: ").say("credit").hear(over["number"]).hear("left EUR 40.00").say("refund 1").hear("Amount [40.00]: ").say("15").hear("How: ").say("cash").hear("Date [").say().hear("Reference: ").say().hear("Why").say("They asked").say(".")
        t.hear(f"Out of: {over['number']}").hear("Amount: EUR 15.00").hear("Give this back? yes or no: ").say("yes").hear("REF-000001 is recorded.").hear("Refund REF-000001").hear("Refund: ")
    now = office.ana.ask("payment.get", payment=over["id"])["payment"]
    assert (now["status"], now["refunded"]["amount"], now["unused"]["amount"]) == ("partly_refunded", 1500, 2500)
