"""Line mode for the office: a line of a bank statement is opened from what waits today, and booked as the customer's payment whose invoice its text names."""
import os
import pathlib

from daemon import PASSWORD, days
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


def test_a_line_that_waits_is_opened_from_today_and_booked():
    with Northwind() as b:
        due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
        cents = due["balance"]["amount"]
        out = b.ana.ask("bank.import", lines=[{"date": days(-1), "amount": due["balance"], "text": f"Invoice {due['number']}", "name": "A payer"}],
                        statement={"account": "DE89370400440532013000", "currency": due["balance"]["currency"],
                                   "opening": {**due["balance"], "amount": 0}, "closing": {**due["balance"], "amount": cents}})
        assert out["waiting"] == 1
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("DE89370400440532013000").hear("Statements: ").say("open 1").hear("A payer")
            t.hear("Lines: ").say("open 1").hear(f"settles {due['number']}").hear("Line: ")
            t.say("match 1").hear("Book it as this payment? yes or no: ").say("yes").hear("is booked.")
        assert b.ana.ask("invoice.get", invoice=due["id"])["invoice"]["state"] == "paid"
        [line] = b.ana.ask("bank.lines")["lines"]
        assert (line["state"], line["why"]) == ("booked", "number")
