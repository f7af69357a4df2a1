"""Line mode and credit: what is left is used on an invoice, and then nothing is."""
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


def test_credit_is_used_on_an_invoice(office):
    bill = office.ana.ask("invoice.get", invoice="INV-000002")["invoice"]
    over = office.ana.ask("payment.record", customer=bill["customer"], mode="cash", amount={"amount": 4000, "currency": "EUR"})["payment"]
    with signed_in(office, rows=80) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000002").hear("Invoice: ").say("credit").hear("To pay: EUR").hear(f"{over['number']}: EUR 40.00").hear("Use credit on this invoice? yes or no: ")
        t.say("yes").hear("The credit is used.").hear("Invoice: ").say("credit").hear("There is no credit to use.").hear("Invoice: ")
        t.say("back").hear("Invoice: ").say("back").hear("Invoices: ").say("back").hear("Main menu: ").say("payments").hear("Payments: ").say("credit").hear("There is no credit.")
    now = office.ana.ask("invoice.get", invoice=bill["id"])["invoice"]
    assert now["paid"]["amount"] == 4000 and now["balance"]["amount"] == bill["balance"]["amount"] - 4000
