"""Line mode: a card is saved, agreed to be charged by itself, and paid with; staff ask for one and never see more than that there is one."""
import os
import pathlib

from daemon import PASSWORD, line, money
from northwind import ANA, MARIA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


def signed_in(b, who):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"])
    return t.hear("E-mail: ").say(who).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_a_card_is_saved_agreed_to_and_paid_with():
    with Northwind() as b:
        made = b.invoice([line("Glue", "1", "12.50")], 20)
        with signed_in(b, MARIA) as t:
            t.say("account").hear("Account: ").say("methods").hear("No method of payment is saved. new adds one.").hear("Methods: ").say("new")
            t.hear("Card number: ").say("4242 4242 4242 4242").hear("Expires, MM/YY: ").say("11/41").hear("Security code: ").wait_echo(False).say("123")
            t.hear("Name on card [Maria Ruiz]: ").say().hear("Postcode").say().hear("Visa ending 4242 is saved. Nothing was charged.").hear("Methods: ")
            t.say("charge 1").hear("At most, EUR: ").say("300").hear("Agree to this? yes or no: ")
            said = " ".join(t.text()[t.text().rindex("charge 1"):].split())
            assert said.count("may charge this method of payment") == 1, "once, where one agrees to it"
            t.say("yes")
            t.hear("What is due is charged by itself.").hear("Methods: ")
            t.say("back").hear("Account: ").say("back").hear("Main menu: ").say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
            t.say("pay").hear("takes it in: ").say().hear("1. Visa ending 4242").hear("2. another card").hear("Pay with: ").say("1")
            t.hear("With: Visa ending 4242").hear("Pay this? yes or no: ").say("yes").hear("Thank you. The receipt").hear("Payment: ")
        assert b.maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
        (m,) = b.maria.ask("method.list")["methods"]
        assert m["automatic"] and m["consents"][0]["ceiling"] == money("300")
        with signed_in(b, ANA) as t:
            t.say("customers").hear("Customers: ").say("open bodega sur").hear("Saved method: there is one").hear("Charged by itself: up to EUR 300.00, as Maria Ruiz agreed")
            t.hear("Customer: ").say("askmethod").hear("Send this mail? yes or no: ").say("yes").hear("maria@bodegasur.example").hear("Customer: ")
