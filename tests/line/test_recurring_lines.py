"""Recurring invoices in line mode: an invoice becomes one, it is read, changed, paused, resumed and stopped."""
import os
import pathlib

import pytest

from daemon import PASSWORD, days, line
from northwind import ANA, MARIA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


@pytest.fixture
def office():
    with Northwind() as b:
        yield b


def signed_in(b):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80)
    return t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_an_invoice_is_made_recurring_and_steered(office):
    ana = office.ana
    customer = ana.ask("customer.list")["customers"][0]
    invoice = ana.ask("invoice.create", customer=customer["id"], send=True, document={"lines": [line("Hosting", "1", "100")]})["invoice"]
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say(invoice["number"]).hear("More follows").say("back").hear("Invoice: ").say("recur")
        t.hear("Counted in [month]: ").say().hear("What and how often: Every, Name, First day, Last of month").hear("yes or no: ").say("yes").hear("Every [1]: ").say("2")
        t.hear("Name, empty for what its first line says: ").say("Web hosting").hear("First day [").say().hear("Last of month").say("no")
        t.hear("Its end: Last day, At most").hear("yes or no: ").say("yes").hear("Last day, empty for no end: ").say("2000-01-01").hear("At most").say("12")
        t.hear("Each of them: ").hear("yes or no: ").say("yes").hear("Sent at once").say("yes").hear("Due in, days, empty for the customer's terms: ").say("14")
        t.hear("Due by date").say("no").hear("Service dates").say("yes").hear("lies before the first day").hear("Last day").say("-").hear("It recurs from now on.")
        t.hear("State: running").hear("How often: every 2 months from").hear("At most: 12, 11 left").hear("Each says: 1 × Hosting, EUR 100.00").hear("Next: ").hear(", EUR 1").hear("Recurring invoice: ")
        [row] = ana.ask("schedule.list")["schedules"]
        assert (row["name"], row["every"], row["next"]) == ("Web hosting", 2, 2)
        t.say("make").hear("None waits to be made.").hear("Recurring invoice: ").say("pause").hear("Paused: what is due meanwhile is left out. resume goes on.")
        t.hear("State: paused").hear("It makes none until it is resumed; those whose day goes by are left out.").hear("Would be made: ").hear("Recurring invoice: ")
        t.say("resume").hear("It goes on: the next is of ").hear("State: running").hear("Recurring invoice: ")
        t.say("change").hear("Change Web hosting for").hear("How often: every 2 months").hear("Next: ").hear("Line 1: Hosting").hear("Total EUR ").hear("Writing: ")
        t.say("more called").hear("Called").say("Hosting for Bodega").hear("Writing: ").say("more every").hear("Every [2 months]: ").say("fortnight").hear("As in month, 3 months")
        t.say("2 quarters").hear("Every: 2 quarters").hear("Next: ").hear("Writing: ").say("change 1 price").hear("Price").say("80").hear("together 80.00").hear("Writing: ")
        t.say("line").hear("Line 2, item or text").say("Backup").hear("Quantity").say("2").hear("Price").say("5").hear("Line 3").say().hear("Writing: ").say("more terms").hear("Terms")
        t.say("Net").say(".").hear("Writing: ").say("tell").hear("Hosting").hear("Backup").hear("Total").hear("Writing: ")
        t.say("save").hear("To: ").hear("How often: every 2 quarters").hear("Next: ").hear(", EUR ").hear("Each is sent to the customer on its day.").hear("Save it, from the next one on?").hear("yes or no: ").say("yes")
        t.hear("Saved: from the next one on. What was made stays as it is.").hear("every 2 quarters").hear("Recurring invoice: ").say("stop").hear("makes no more invoices, for good").hear("yes or no: ").say("yes")
        t.hear("Stopped.").hear("State: stopped").hear("It was stopped, for good.").hear("Recurring invoice: ").say("customer").hear("Customer: ").say("recurring").hear("Hosting for Bodega").hear("stopped").hear("Recurring: ")
    it = ana.ask("schedule.get", schedule=row["id"])["schedule"]
    assert (it["state"], it["name"], it["document"]["terms"]) == ("stopped", "Hosting for Bodega", "Net")
    assert [(at["name"], at["quantity"], at["price"]) for at in it["document"]["lines"]] == [("Hosting", "1", "80"), ("Backup", "2", "5")]


def test_one_is_written_from_nothing(office):
    with signed_in(office) as t:
        t.say("recurring").hear("No recurring invoices yet. new writes one").hear("Recurring: ").say("new").hear("Customer, or part of the name: ").say("bodega")
        t.hear("recurring invoice for Bodega Sur, in EUR").hear("Line 1").say("Hosting").hear("Quantity").say("2").hear("Price").say("40").hear("Line 2").say()
        t.hear("Writing: ").say("more first").hear("First day").say(days(-40)).hear("Writing: ").say("save").hear("Left out: 2, whose days are over").hear("Next: ").hear("Let it recur?").say("yes").hear("It recurs from now on.").hear("Recurring invoice 1: Hosting").hear("Recurring: ")
    [row] = office.ana.ask("schedule.list")["schedules"]
    assert (row["name"], row["next"], row["state"], row["total"]["amount"]) == ("Hosting", 3, "running", 8000)


def test_the_last_but_one_says_that_it_ends_with_the_next(office):
    ana = office.ana
    customer = ana.ask("customer.list")["customers"][0]["id"]
    invoice = ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Hosting", "1", "100")]})["invoice"]
    made = ana.ask("schedule.create", invoice=invoice["id"], schedule={"name": "Ending", "period": "month", "count": 2})["schedule"]
    with signed_in(office) as t:
        t.say("customers").hear("Customers: ").say("open " + made["customer_name"]).hear("Customer: ").say("recurring").hear("Recurring: ")
        t.say("open Ending").hear("It ends with the next one, on ").hear("At most: 2, 1 left").hear("Recurring invoice: ")


def test_a_draft_is_divided_into_instalments_and_one_is_paid(office):
    ana = office.ana
    customer = next(c for c in ana.ask("customer.list")["customers"] if c["name"] == "Bodega Sur")
    draft = ana.ask("invoice.create", customer=customer["id"], document={"lines": [line("Kitchen", "1", "300")]})["invoice"]
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say("find status:draft").hear("EUR 300.00").hear("Invoices: ").say("open").hear("Which invoice: ").say("1").hear("plan: Let it be paid in instalments").hear("Invoice: ")
        t.say("plan").hear("Parts: ").say("3").hear("First, empty for its due date: ").say(days(10)).hear("Period [month]: ").say("week").hear("Saved. It tells its instalments.")
        t.hear("Instalment: ").hear("EUR 100.00").hear("Instalment: ").hear("EUR 100.00").hear("Instalment: ").hear("Invoice: ")
    sent = ana.ask("invoice.send", invoice=draft["id"])["invoice"]
    assert [p["due"] for p in sent["instalments"]] == [days(10), days(17), days(24)] and sent["due"] == days(10)
    with Talk([POSTERN, "--url", office.url, "--portal", "northwind"], rows=80) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        t.say("invoices").hear("Invoices: ").say(sent["number"]).hear("Instalment: ").hear("pay: Pay it").hear("Invoice: ").say("pay").hear("EUR 100.00")
