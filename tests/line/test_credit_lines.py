"""Line mode and credit: what is left is used on an invoice, and then nothing is."""
import os
import pathlib

import pytest

from daemon import PASSWORD, wait_until
from northwind import ANA, MARIA, Northwind
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


def test_credit_goes_first_and_an_account_pays_the_rest(office):
    b = office
    c = b.ana.ask("customer.get", id=b.bodega)["customer"]
    b.ana.ask("customer.update", id=b.bodega, customer={"revision": c["revision"], "debits": True})
    over = b.ana.ask("payment.record", customer=b.bodega, mode="cash", amount={"amount": 5000, "currency": "EUR"})["payment"]
    bill = b.ana.ask("invoice.get", invoice="INV-000003")["invoice"]
    with signed_in(b, MARIA, rows=80) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000003").hear("Invoice: ").say("pay").hear("leaves one out or takes it in: ").say().hear("Credit to use first, EUR [50.00]").say("20")
        t.hear("2. a bank account, by direct debit").hear("Pay with").say("2").hear("Account holder [Bodega Sur]").say().hear("IBAN").say("AT611904300234573202")
        t.hear("look for a mistyped character").hear("IBAN").say("AT61 1904 3002 3457 3201").hear(f"Credit: EUR 20.00 first: {over['number']}").hear("Then you pay: EUR 1,180.00")
        t.hear("With: Account ending 3201").hear("You agree: You allow Northwind Paper Ltd").hear("Pay this? yes or no: ").say("yes").hear("The payment is being made")
        # it says so before it asks: who ends the program here has not paid
        p = wait_until(lambda: next((p for p in b.ana.ask("payment.list", limit=1)["payments"] if p["mode"] == "direct_debit"), None), what="the payment")
    assert (p["mode"], p["amount"]["amount"]) == ("direct_debit", 118000)
    assert b.ana.ask("invoice.get", invoice=bill["id"])["invoice"]["paid"]["amount"] >= 2000
