"""Line mode: a payment that wants one more thing of its payer, and what `pay` says while one is under way."""
import os
import pathlib

from daemon import PASSWORD, line, wait_until
from northwind import MARIA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


def signed_in(b):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"])
    return t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def pay(t, number):
    t.say("pay").hear("takes it in: ").say()
    t.hear("Card number: ").say(number).hear("Expires, MM/YY: ").say("12/39").hear("Security code: ").wait_echo(False).say("123")
    return t.hear("Name on card [").say().hear("Postcode").say().hear("Save the card").say("no").hear("Pay this? yes or no: ").say("yes")


def test_what_the_bank_asks_is_told_and_answered():
    with Northwind() as b:
        made = b.invoice([line("Bulk", "1", "50")], 9)
        with signed_in(b) as t:
            t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
            pay(t, "4000 0027 6000 3184").hear("one more thing is wanted of you", 60).hear("Still wanted of the one who pays: Code").hear("Payment: ")
            t.say("back").hear("Invoice: ").say("pay").hear("Payment under way").hear("Payment: ")
            t.say("answer").hear("the code that the bank sends").hear("Answer: ").wait_echo(False).say("99").hear("2 more tries").hear("Answer: ").wait_echo(False).say("123456")
            t.hear("Thank you. The receipt").hear("State: paid").hear("Payment: ")
        assert b.maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"


def test_who_pays_twice_is_shown_the_payment_that_is_under_way():
    with Northwind() as b:
        made = b.invoice([line("Bulk", "1", "50")], 9)
        p = b.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=made["total"], card_number="4000000000003014", card_expiry="12/39",
                        card_code="123")["payment"]
        wait_until(lambda: b.maria.ask("payment.get", payment=p["id"])["payment"].get("unknown"), what="unknown")
        with signed_in(b) as t:
            t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ").say("pay")
            t.hear(f"Payment under way {p['number']}").hear("not known yet whether there is a charge").hear("Payment: ")
