"""Line mode for the office: payments that arrived by hand, tokens for programs, the log and whether it is whole; lists in another order."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
POSTERN = BUILD / "bin/postern"
RORY = "rory@northwind.example"
TOKEN = re.compile(r"It is told only now\.\n(\S{30,})\n")


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Byrne", email=RORY, role="reader", password=PASSWORD, keep_password=True)
        yield b


def signed_in(b, email=ANA, **options):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], **options)
    return t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_a_token_is_made_for_some_operations_told_once_and_taken_back(office):
    with signed_in(office) as t:
        t.say("tokens").hear("No tokens yet.").hear("Tokens: ").say("revoke").hear("There is none.").hear("Tokens: ")
        t.say("new").hear("Token for: ").say("nightly export").hear("What it may: ").say("look").hear("days [90]: ").say("0").hear("From 1 to 730.")
        t.hear("days [90]: ").say("7").hear("for all of it: ").say("invoice.list invoice.void").hear('"invoice.void" is nothing that a token of this role may.')
        t.hear("for all of it: ").say("list").hear("for all of it: ")
        assert "\ninvoice.list: " in t.last and "token.create" not in t.last
        t.say("invoice.list, customer.list").hear("Have you kept it? yes or no: ")
        token = TOKEN.search(t.last).group(1)
        t.say("no").hear("not told again").hear("yes or no: ").say("yes").hear("Token 1: nightly export, may look, 2 operations of it, until")
        t.hear("Tokens: ")
        asked = office.client()
        asked.token = token
        assert asked.ask("invoice.list") and asked.refused("estimate.list").code == "forbidden"
        t.say("new").hear("Token for: ").say("back").hear("Tokens: ")
        t.say("revoke").hear("Which token: ").say("2").hear('There is no token "2".').hear("Tokens: ").say("revoke").hear("Which token: ").say("1")
        t.hear("nightly export").hear("Take this token back? yes or no: ").say("yes").hear("Taken back: the next request with it is refused.").hear("Token 1: nightly export").hear("taken back").hear("Tokens: ")
        assert asked.refused("invoice.list").code == "sign_in"
        t.say("revoke").hear("It was taken back already.").hear("Tokens: ")


def test_a_tax_is_added_changed_and_withdrawn(office):
    def told(name):
        return next(t for t in office.ana.ask("tax.list")["taxes"] if t["name"] == name)
    with signed_in(office, rows=80) as t:
        t.say("taxes").hear("No taxes yet.").hear("Taxes: ").say("new").hear("Name: ").say("Reduced").hear("Rate, %: ").say("1350").hear("From 0 to 100.")
        t.hear("Rate, %: ").say("13,5").hear("1. as the rate says").hear("Category: ").say("1").hear("Reason: ").say().hear("The tax is there.").hear("Reduced, 13.5 %")
        t.hear("Taxes: ").say("withdraw reduced").hear("Withdrawn: it is offered no more.").hear("Reduced, 13.5 %, withdrawn").hear("Taxes: ")
        assert not told("Reduced")["active"] and told("Reduced")["category"] == "standard"
        t.say("change").hear("Which tax: ").say("reduced").hear("A rate stays as it is").hear("Name [Reduced]: ").say("Lower").hear("Category [standard]: ").say()
        t.hear("Reason: ").say().hear("1. no").hear("2. yes").hear("Offered [no]: ").say("yes").hear("Saved.").hear("Lower, 13.5 %\n").hear("Taxes: ")
        assert told("Lower")["active"] and told("Lower")["percent"] == "13.5"


def test_items_are_told_in_pages_found_added_and_changed(office):
    def told(name):
        return office.ana.ask("item.list", search=name)["items"][0]
    tax = office.ana.ask("tax.create", tax={"name": "Books", "percent": "9"})["tax"]["id"]
    with signed_in(office, rows=80) as t:
        t.say("items").hear("No items yet").hear("Items: ").say("next").hear("There are no more.").hear("Items: ").say("new").hear("Name: ").say("Atlas").hear("Description:").say("Of the coast").say(".")
        t.hear("Price of one: ").say("12,5").hear("Unit: ").say("pcs").hear("1. no tax").hear("Books 9 %").hear("Tax: ").say("Books").hear("The item is there.")
        t.hear("Item 1: Atlas, Of the coast, unit pcs, price 12.50, tax Books 9 %\n").hear("Items: ")
        assert told("atlas")["tax"] == tax
        for i in range(1, 41):
            office.ana.ask("item.create", item={"name": f"Brush {i:02}", "price": "2"})
        t.say("refresh").hear("Item 15: Brush 14").hear("There are more: type next.").hear("Items: ").say("next").hear("Items, continued").hear("Item 1: Brush 15").hear("Items: ")
        t.say("withdraw 2").hear("Withdrawn: it is offered no more.").hear("Item 2: Brush 16, price 2.00, withdrawn").hear("Items: ").say("next").hear("Item 11: Brush 40").hear("first: From the beginning").hear("Items: ")
        t.say("find atl").hear('Items, with "atl"').hear("Item 1: Atlas").hear("Items: ")
        t.say("change 1").hear("Name [Atlas]: ").say().hear("Description").say(".").hear("Price of one [12.5]: ").say("13").hear("Unit [pcs]").say().hear("Tax [").say("1").hear("Saved.").hear("price 13.00\n").hear("Items: ")
        assert told("atlas")["price"] == "13" and not told("atlas").get("tax")
        t.say("find nothing such").hear("Nothing matches.").hear("Items: ").say("find").hear("empty for everything: ").say().hear("Item 1: Atlas").hear("Items: ")


def test_a_number_series_begins_anew_under_another_prefix(office):
    with signed_in(office, rows=80) as t:
        t.say("series").hear("payments, the next one is PAY-").hear("Series: ").say("change payments").hear("Prefix [PAY-]").say()
        t.hear("Format, empty for the prefix and the number").say().hear("Anew each year [no]").say().hear("Next number [")
        t.say("1").hear("Least digits [6]: ").say().hear("can only go up").hear("Next number [").say("back").hear("Series: ")
        t.say("change payments").hear("Prefix [PAY-]").say("P26-").hear("Format").say().hear("Anew each year").say().hear("Next number [").say("1")
        t.hear("Least digits [6]: ").say().hear("Saved.")
        t.hear("payments, the next one is P26-000001").hear("Series: ")


def test_the_log_is_read_narrowed_opened_and_verified(office):
    with signed_in(office) as t:
        t.say("audit").hear("Audit log: ")
        assert "signed in" in t.last
        t.say("find what:invited").hear("Audit log: ").say("find what:signed_in who:ana date<7d").hear("Audit log: ")
        rows = [line for line in t.last.splitlines() if re.match(r"Event \d+: ", line)]
        assert rows and all("Ana Kelly" in row and "signed in" in row for row in rows)
        t.say("find what:nonsense").hear("what:nonsense: there is no nonsense here; there are created").hear("Audit log: ").say("find zzzzzz").hear("Nothing matches.").hear("Audit log: ")
        t.say("find what:signed_in").hear("Audit log: ").say("open 1").hear("What happened: signed in").hear("Who: ").hear("From where: ").hear("Link of the chain:").hear("Audit log: ")
        t.say("person 1").hear('with "who=staff/').hear("Audit log: ").say("show sign-ins").hear("only sign-ins").hear("Audit log: ")
        t.say("copy").hear("posternctl events --filter 'what:signed_in who=staff/").hear("Audit log: ")
        t.say("show all").hear("Audit log: ").say("find about:inv-000002").hear("Audit log: ").say("about 1").hear("Invoice INV-000002").hear("Invoice: ").say("back").hear("Audit log: ")
        t.say("verify").hear("The log is whole.").hear("Events read: ").hear("Audit log: ").say("sign").hear("Signed last: up to event").hear("Audit log: ")


def test_a_reader_reads_the_log_and_sees_no_tokens(office):
    with signed_in(office, RORY) as t:
        assert "tokens: " not in t.last
        t.say("audit").hear("Audit log: ")
        assert "open: " in t.last and "verify" not in t.last


def test_lists_come_in_another_order(office):
    with signed_in(office, rows=80) as t:
        for word, says, field in (("sort total", "by total", "total"), ("sort num", "by number", "number")):
            t.say("invoices").hear("Invoices: ").say(word).hear("Invoices, " + says).hear("Invoices: ")
            wanted = [row["number"] for row in office.ana.ask("invoice.list", limit=15, sort=field)["invoices"]]
            assert re.findall(r"^Invoice \d+: (\S+),", t.last, re.M) == [number or "draft" for number in wanted]
            t.say("sort").hear("3. due").hear("Sort by: ").say("back").hear("Invoices: ").say("back").hear("Main menu: ")
        t.say("payments").hear("Payments: ").say("sort amount").hear("Payments: ")


def test_a_payment_that_arrived_is_recorded_after_a_review(office):
    due = office.ana.ask("invoice.get", invoice="INV-000002")["invoice"]["balance"]["amount"]
    with signed_in(office, rows=80) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000002").hear("Invoice: ").say("record").hear("1. INV-000002, EUR 1,018.60, overdue").hear("not now").hear("takes it in: ")
        t.say("7").hear("There is no such one").hear("takes it in: ").say("1 2000").hear("up to EUR 1,018.60").hear("takes it in: ").say("1 10").hear("of it now EUR 10.00").hear("takes it in: ").say()
        t.hear("Date [").say("soon").hear("Not a date").hear("Date [").say().hear("How: ").say("bank").hear("Reference: ").say("RF 12")
        t.hear("Amount, EUR [10.00]: ").say("ten").hear("Not a number").hear("Amount, EUR [").say("1.0051").hear("At most 2 decimal places").hear("Amount, EUR [").say("9").hear("Remarks").say(".")
        t.hear("The invoices are more than the amount.").hear("Amount, EUR [9").say("10.50").hear("Amount: EUR 10.50").hear("INV-000002: EUR 10.00 (a part)").hear("Credit: EUR 0.50").hear("Record this payment? yes or no: ")
        t.say("no").hear("Invoice: ")
        assert office.ana.ask("invoice.get", invoice="INV-000002")["invoice"]["balance"]["amount"] == due
        t.say("record").hear("takes it in: ").say().hear("Date [").say().hear("How: ").say("cash").hear("Reference: ").say().hear("Amount, EUR [").say(f"{due // 100 + 5}.{due % 100:02}").hear("Remarks").say("Thanks").say(".")
        t.hear("Credit: EUR 5.00").hear("yes or no: ").say("yes").hear("is recorded.").hear("Receipt P").hear("Thanks").hear("Payment: ").say("back").hear("Invoice: ")
        t.say("record").hear("Nothing is due on it.").hear("Invoice: ")
    assert office.ana.ask("invoice.get", invoice="INV-000002")["invoice"]["status"] == "paid"


def test_a_payment_is_recorded_of_a_customer_who_is_chosen(office):
    with signed_in(office, rows=80) as t:
        t.say("payments").hear("Payments: ").say("record").hear("Bodega Sur").hear("Payment from whom?: ").say("nobody such").hear("Nothing matches.").hear("whom?: ")
        t.say("bod").hear("Bodega Sur").hear("whom?: ").say("1").hear("takes it in: ").say("INV-000003").hear("EUR 1,200.00 for 1 of").hear("takes it in: ").say()
        t.hear("Date [").say().hear("How: ").say("cheque").hear("Reference: ").say().hear("Amount, EUR [1,200.00]: ").say().hear("Remarks").say(".")
        t.hear("From: Bodega Sur").hear("yes or no: ").say("yes").hear("is recorded.").hear("Receipt P").hear("Payment: ").say("back").hear("Payments: ")
    assert office.ana.ask("invoice.get", invoice="INV-000003")["invoice"]["status"] == "paid"


def test_a_reader_records_no_payment(office):
    with signed_in(office, RORY) as t:
        t.say("invoices").hear("Invoices: ").say("open 1").hear("Invoice: ")
        assert "record: " not in t.last
        t.say("record").hear('There is no "record" here.')
