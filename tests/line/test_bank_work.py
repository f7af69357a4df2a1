"""Line mode for the office: a line of a bank statement is opened from what waits today, and booked as the customer's payment whose invoice its text names."""
import os
import pathlib

from daemon import PASSWORD, days
from northwind import ANA, Northwind
from pty_talk import Talk
from stripe_portal import HOME, LOCAL, set_stripe

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


def test_without_statements_the_word_is_named_that_tells_how_one_comes_in():
    with Northwind() as b, Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
        t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        t.say("payments").hear("Payments: ").say("bank").hear("No statements yet. import says how they come in.").hear("Statements: ")


def test_charges_are_written_off_and_a_mistake_is_undone():
    with Northwind() as b:
        revision = b.ana.ask("settings.get")["business"]["revision"]
        due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
        cents, currency = due["balance"]["amount"], due["balance"]["currency"]
        b.ana.ask("settings.update", business={"charges_most": {"amount": 300, "currency": currency}, "revision": revision})
        b.ana.ask("bank.import", lines=[{"date": days(-1), "amount": {"amount": cents - 250, "currency": currency}, "text": f"Invoice {due['number']}",
                                         "name": "A payer"}],
                  statement={"account": "DE89370400440532013000", "currency": currency, "opening": {"amount": 0, "currency": currency},
                             "closing": {"amount": cents - 250, "currency": currency}})
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("Statements: ").say("open 1").hear("Lines: ").say("open 1")
            t.hear("bank charges: EUR 2.50").hear("Line: ").say("charges 1").hear("Bank charges").hear("Book it, with bank charges? yes or no: ")
            t.say("yes").hear("is booked.").hear("Bank charges: EUR 2.50")
            assert b.ana.ask("invoice.get", invoice=due["id"])["invoice"]["state"] == "paid"
            t.hear("Payment: ").say("back").hear("Line: ").say("unbook").hear("Reason").say("the wrong one").hear("is due again")
            t.hear("Take it out of the books? yes or no: ").say("yes").hear("It waits again.")
        assert b.ana.ask("invoice.get", invoice=due["id"])["invoice"]["balance"]["amount"] == cents


def test_what_the_bank_took_is_said_and_taken_back():
    with Northwind() as b:
        due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
        cents, currency = due["balance"]["amount"], due["balance"]["currency"]
        b.ana.ask("payment.record", customer=due["customer"], mode="direct_debit", parts=[{"invoice": due["id"]}])
        b.ana.ask("bank.import", lines=[{"date": days(-1), "amount": {"amount": -cents - 300, "currency": currency}, "text": f"Return {due['number']}",
                                         "returned": True, "return_reason": "AM04"}],
                  statement={"account": "DE89370400440532013000", "currency": currency, "opening": {"amount": 0, "currency": currency},
                             "closing": {"amount": -cents - 300, "currency": currency}})
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("Statements: ").say("open 1").hear("Lines: ").say("open 1")
            t.hear("Say which: its invoice is not paid").hear("taken back").hear("Line: ").say("match 1").hear("what it settled is due again")
            t.hear("yes or no: ").say("yes").hear("is taken back.").hear("had not enough money (AM04)")
        assert b.ana.ask("invoice.get", invoice=due["id"])["invoice"]["balance"]["amount"] == cents


def test_books_gateways_and_bank_are_told_side_by_side():
    with Northwind() as b:
        month = b.ana.ask("report.reconcile")
        b.ana.ask("bank.import", lines=[{"date": days(0), "amount": {"amount": 700, "currency": "EUR"}, "text": "?", "name": "A stranger"}],
                  statement={"account": "DE89370400440532013000", "currency": "EUR", "opening": {"amount": 0, "currency": "EUR"},
                             "closing": {"amount": 700, "currency": "EUR"}})
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("Statements: ").say("reconcile").hear("Reconcile: ")
            assert "they differ" in t.last and "line unmatched, A stranger" in " ".join(t.last.split()) and f"Differences: {month['total'] + 1}" in " ".join(t.last.split()), t.last
            row = 1 + [r["kind"] for r in b.ana.ask("report.reconcile")["differences"]].index("waits")
            t.say(f"line {row}").hear("A stranger").hear("Line: ").say("back").hear("Reconcile: ").say("earlier").hear("Reconcile: ")
            assert "A stranger" not in t.last


def bring(b, cents, text):
    amount = {"amount": cents, "currency": "EUR"}
    b.ana.ask("bank.import", lines=[{"date": days(0), "amount": amount, "text": text}],
              statement={"account": "DE89370400440532013000", "currency": "EUR", "opening": {**amount, "amount": 0}, "closing": amount})


def test_a_payout_is_told_with_what_it_is_made_of(stripe_alone):
    s = stripe_alone
    with Northwind(**LOCAL, sandbox=False) as b:
        set_stripe(b.ana, s.secret, success_url=HOME, api=s.url)
        s.pay_out(days(0), ("charge", 10000, 320), ("refund", -2000, 0))
        bring(b, 7600, "STRIPE PAYOUT")
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("Statements: ").say("reconcile").hear("EUR 76.80: EUR 76.00 arrived: they differ")
            t.hear("EUR 100.00 charged − EUR 3.20 fees − EUR 20.00 given back").hear("stripe payouts").hear("payout differs").hear("Reconcile: ")
            t.say("payout 1").hear("Given back: EUR 20.00").hear("Arrived: EUR 76.00").hear("Reconcile: ").say("line 1").hear("STRIPE PAYOUT")


def test_a_line_in_another_currency_is_booked_for_what_staff_say():
    with Northwind() as b:
        due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
        usd = {"amount": 5000, "currency": "USD"}
        b.ana.ask("bank.import", lines=[{"date": days(0), "amount": usd, "text": f"Invoice {due['number']}"}],
                  statement={"account": "DE89370400440532013000", "currency": "USD", "opening": {**usd, "amount": 0}, "closing": usd})
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say("bank").hear("Statements: ").say("open 1").hear("Lines: ").say("open 1").hear(f"settles {due['number']}: EUR")
            t.hear("Line: ").say("match 1").hear("another currency").hear("Line: ").say("exchange 1").hear("Taken for").say("45").hear("ate").say("").hear("Rate of").say("the bank").hear("Book it as this payment? yes or no: ")
            assert "45.00" in t.last
            t.say("yes").hear("is booked.")
        [paid] = [p for p in b.ana.ask("payment.list", limit=5)["payments"] if p["amount"]["amount"] == 4500]
        assert b.ana.ask("payment.get", payment=paid["id"])["payment"]["exchange"] == {"received": usd, "source": "the bank"}


def test_books_and_bank_are_compared_in_any_days_and_each_currency():
    """From the main menu; what came in another currency is named, and compared when one asks for it."""
    with Northwind() as b:
        due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
        usd = {"amount": 11000, "currency": "USD"}
        b.ana.ask("payment.record", customer=due["customer"], mode="bank_transfer", parts=[{"invoice": due["id"], "amount": {**due["balance"], "amount": 100}}],
                  received=usd, amount={"amount": 100, "currency": due["balance"]["currency"]}, date=days(-400))
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("reconcile").hear("Days: ").hear("Reconcile: ").say("days").hear("First day").say(days(-410)).hear("Last day").say("2020-01-01")
            t.hear("Currency").say("").hear("before the first day").hear("Last day").say(days(-390))
            t.hear("in EUR").hear("Also came in: USD: each is compared by itself").hear("Reconcile: ")
            t.say("days").hear("First day").say("").hear("Last day").say("").hear("Currency").say("USD")
            t.hear("in USD").hear("By bank: USD 110.00 in the books, USD 0.00 on statements: they differ").hear("not on statement").hear("Reconcile: ")
            t.say("earlier").hear("in USD").hear("Nothing differs.").hear("Reconcile: ")
            t.say("later").hear("not on statement").hear("Reconcile: ").say("payment 1").hear("Payment: ")
