"""Line mode for staff: the work queue, customers and their access, documents; a reader is offered only what readers may."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
POSTERN = BUILD / "bin/postern"
RORY = "rory@northwind.example"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Byrne", email=RORY, role="reader", password=PASSWORD, keep_password=True)
        yield b


def signed_in(b, email=ANA, **options):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], **options)
    t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
    return t


def test_today_tells_what_is_owed_and_opens_what_waits(office):
    with signed_in(office) as t:
        assert "You are Ana Kelly, admin." in t.last
        t.say("today").hear("back: ")
        assert "\nOwed to the business: EUR " in t.last and "1. " in t.last
        t.say("1").hear("Others: refresh, back, quit, help.").say("back").hear("back: ").say("back").hear("Main menu: ")


def comment_row(t, number):
    """The place in the list of the comment on that document; "" where there is none."""
    return next((row.split(".")[0] for row in t.last.splitlines() if f" comment {number}," in row), "")


def test_a_comment_is_answered_or_done_from_today(office):
    number = office.open["number"]
    office.maria.ask("comment.add", document=number, text="When do they come?")
    with signed_in(office) as t:
        t.say("today").hear("Number, reply, done, next, back: ")
        other = next(row.split(".")[0] for row in t.last.splitlines() if " declined EST-000003" in row)
        t.say(f"done {other}").hear("That row is no comment.").hear("back: ").say("undo").hear("There is nothing to take back.").hear("back: ")
        t.say("done 99").hear('There is no "99" here.').hear("back: ").say("done").hear("Which one?").hear("back: ")
        t.say("refresh").hear("back: ")
        t.say(f"done {number}").hear("Done. undo takes it back.").hear("back: ")
        assert not comment_row(t, number)
        t.say("undo").hear("It waits for an answer again.").hear("back: ")
        at = comment_row(t, number)
        assert at
        t.say(f"reply {at}").hear("Your answer: ").say("On Tuesday.\n.").hear("Said. The customer sees it.").hear("back: ")
        assert not comment_row(t, number)
    assert office.maria.ask("comment.list", document=number)["comments"][-1]["text"] == "On Tuesday."


def test_a_reader_is_not_offered_to_answer(office):
    with signed_in(office, RORY) as t:
        t.say("today").hear("Number, next, back: ").say("help").hear("back: ")
        assert "reply" not in t.last and "done" not in t.last


def test_a_customer_is_found_and_opened_with_its_documents(office):
    with signed_in(office) as t:
        t.say("customers").hear("back: ").say("find bod").hear("back: ")
        assert "1. Bodega Sur, owes EUR " in t.last
        t.say("1").hear("Customer: ")
        assert "Person 1: Maria Ruiz, maria@bodegasur.example, access active" in t.text()
        t.say("invoices").hear("back: ").say("show overdue").hear("back: ").say("1").hear("Invoice INV-000002")


def test_a_comment_of_staff_says_who_will_see_it(office):
    with signed_in(office) as t:
        t.say("invoices").hear("back: ").say("INV-000002").hear("Invoice: ")
        assert "1. pay" not in t.last
        t.say("comment").hear("Your comment: ").say("Call them.\n.").hear("May the customer see it? yes or no: ").say("no")
        t.hear("Said. Only staff see it.").hear("Invoice: ").say("again").hear("for staff only")


def test_portal_access_is_switched_on_and_off(office):
    b = office
    with signed_in(b, rows=80) as t:
        t.say("customers").hear("back: ").say("find bod").hear("back: ").say("1").hear("Customer: ")
        t.say("password").hear("Which person: ").say("José").hear("One-time password: ").wait_echo(False).say("some horse for once")
        t.hear("again: ").say("some horse for once").hear("Access is switched on.").hear("Customer: ")
        t.say("off").hear("Which person: ").say("2").hear("of José Ferrer off?").hear("yes or no: ").say("yes").hear("Access is switched off.")
        assert b"horse" not in t.raw
    people = b.ana.ask("customer.get", id=b.bodega)["contacts"]
    assert {p["name"]: p["access"] for p in people}["José Ferrer"] == "disabled"


def test_a_reader_is_offered_only_what_readers_may(office):
    with signed_in(office, RORY) as t:
        t.say("invoices").hear("back: ").say("INV-000002").hear("Invoice: ")
        assert "history" in t.last and "comment: Write" not in t.last
        t.say("comment").hear('There is no "comment" here.').hear("Invoice: ").say("back").hear("back: ").say("back").hear("Main menu: ")
        t.say("customers").hear("back: ").say("1").hear("Customer: ")
        assert "invite" not in t.text() and "Its invoices" in t.text()


def test_what_is_found_is_counted_and_summed(office):
    with signed_in(office) as t:
        t.say("invoices").hear("back: ").say("find amount>0").hear("back: ")
        sums = office.ana.ask("invoice.list", filter="amount>0")["sums"]
        assert sums and t.last.count("\nTotal ") == len(sums), t.last
        assert all(f"\nTotal {s['total']['currency']} " in t.last and ", open " in t.last for s in sums)
