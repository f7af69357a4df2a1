"""Line mode for staff: the work queue, customers and their access, documents; a reader is offered only what readers may."""
import os
import time
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
        t.say("today").hear("Today: ")
        assert "\nOwed to the business: EUR " in t.last and "\nRow 1: " in t.last
        t.say("open 1").hear("Others: refresh, back, quit, help.").say("back").hear("Today: ").say("back").hear("Main menu: ")


def comment_row(t, number):
    """The place in the list of the comment on that document; "" where there is none."""
    return next((row.split()[1].rstrip(":") for row in t.last.splitlines() if f" {number} comment," in row), "")


def test_a_comment_is_answered_or_done_from_today(office):
    number = office.open["number"]
    office.maria.ask("comment.add", document=number, text="When do they come?")
    with signed_in(office, rows=80) as t:
        t.say("today").hear("Today: ")
        assert ". undo: " not in t.last
        other = next(row.split()[1].rstrip(":") for row in t.last.splitlines() if "EST-000003 declined" in row)
        t.say(f"done {other}").hear("That row is no comment.").hear("Today: ").say("undo").hear("There is nothing to take back.").hear("Today: ")
        t.say("done 99").hear('There is no row "99".').hear("Today: ").say("done").hear("Which row: ").say("back").hear("Today: ")
        t.say(f"done {number}").hear("Done. undo takes it back.").hear("Today: ")
        assert not comment_row(t, number) and "\nundo: " in t.last
        t.say("undo").hear("It waits for an answer again.").hear("Today: ")
        at = comment_row(t, number)
        assert at and "\nundo: " not in t.last
        t.say(f"reply {at}").hear("wrote").hear("When do they come?").hear("Your answer: ").say("On Tuesday.\n.").hear("Display in portal [yes]: ").say("")
        t.hear("Said. The customer sees it.").hear("Today: ")
        assert not comment_row(t, number)
    assert office.maria.ask("comment.list", document=number)["comments"][-1]["text"] == "On Tuesday."


def test_what_was_done_can_be_taken_back_for_as_long_as_on_the_screen(office):
    number = office.open["number"]
    office.maria.ask("comment.add", document=number, text="And the rest?")
    with signed_in(office, rows=80) as t:
        t.say("today").hear("Today: ").say(f"done {number}").hear("Done. undo takes it back.").hear("Today: ")
        end = time.monotonic() + 20
        while "\nundo: " in t.last and time.monotonic() < end:  # 10 seconds
            t.say("help").hear("Today: ")
        t.say("undo").hear("There is nothing to take back.").hear("Today: ")


def test_a_reader_is_not_offered_to_answer(office):
    with signed_in(office, RORY) as t:
        t.say("today").hear("Today: ").say("help").hear("Today: ")
        assert "reply" not in t.last and "done" not in t.last


def test_a_customer_is_found_and_opened_with_its_documents(office):
    with signed_in(office) as t:
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ")
        assert "\nCustomer 1: Bodega Sur, owes EUR " in t.last
        t.say("open 1").hear("Customer: ")
        assert "Persons: Maria Ruiz, access active" in t.text() and "Owes: EUR " in t.text() and "Not due: " in t.text()
        t.say("invoices").hear("Invoices: ").say("show overdue").hear("Invoices: ").say("open 1").hear("Invoice INV-000002")


def test_a_comment_of_staff_says_who_will_see_it(office):
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000002").hear("Invoice: ")
        assert "1. pay" not in t.last
        t.say("comment").hear("Comment: ").say("Call them.\n.").hear("2. yes").hear("Display in portal: ").say("no")
        t.hear("Said. Only staff see it.").hear("for staff only").hear("Invoice: ")


def test_portal_access_is_switched_on_and_off(office):
    b = office
    with signed_in(b, rows=80) as t:
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Persons: ")
        t.say("password").hear("Which persons: ").say("2").hear("For: José Ferrer").hear("Rules for passwords").hear("Password: ").wait_echo(False).say("some horse for once")
        t.hear("Password again: ").say("some horse for nobody").hear("The two differ.").hear("Password: ").say("some horse for once").hear("again: ").say("some horse for once")
        t.hear("They may keep it").say("no").hear("Access is on").hear("Persons: ")
        t.say("off").hear("Which persons: ").say("2").hear("José Ferrer can not sign in").hear("yes or no: ").say("yes").hear("Access is off").hear("Persons: ")
        assert b"horse" not in t.raw
    people = b.ana.ask("customer.get", id=b.bodega)["contacts"]
    assert {p["name"]: p["access"] for p in people}["José Ferrer"] == "disabled"


def test_a_reader_is_offered_only_what_readers_may(office):
    with signed_in(office, RORY) as t:
        t.say("invoices").hear("Invoices: ").say("INV-000002").hear("Invoice: ")
        assert "history" in t.last and "comment: Comment on it" not in t.last
        t.say("comment").hear('There is no "comment" here.').hear("Invoice: ").say("back").hear("Invoices: ").say("back").hear("Main menu: ")
        t.say("customers").hear("Customers: ").say("open 1").hear("Customer: ")
        assert "invite" not in t.text() and "Its invoices" in t.text()


def test_what_is_found_is_counted_and_summed(office):
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say("find amount>0").hear("Invoices: ")
        sums = office.ana.ask("invoice.list", filter="amount>0")["sums"]
        said = " ".join(t.last.split())
        assert sums and said.count("total ") >= len(sums), said
        assert all(f"total {s['total']['currency']} " in said and ", open " in said for s in sums)


def test_a_customer_is_added_changed_and_given_a_person(office):
    b = office
    with signed_in(b, rows=80) as t:
        t.say("customers").hear("Customers: ").say("new").hear("Name: ").say("Lineal SA")
        t.hear("Not needed: Company, E-mail, Phone, Web site, Currency, Terms, Tax id").hear("Fill them in? yes or no: ").say("no")
        t.hear("Contact person: ").hear("Fill them in? yes or no: ").say("yes")
        t.hear("Name of the person").say("Lin Eal").hear("Their e-mail").say("lin@lineal.test").hear("Their phone").say("")
        t.hear("Billing address: Attention").hear("Fill them in? yes or no: ").say("yes").hear("Attention").say("").hear("Street").say("Rua 1").hear("Second line").say("").hear("Postal code").say("").hear("City").say("Porto")
        t.hear("Region").say("").hear("Country").say("Portugal").hear("The customer is there.").hear("Persons: Lin Eal, access none, lin@lineal.test").hear("Customer: ")
        t.say("remarks").hear("Remarks").say("Rings twice.\n.").hear("Saved.").hear("Remarks for staff: Rings twice.").hear("Customer: ")
        t.say("persons").hear("Person 1: Lin Eal, first to turn to, lin@lineal.test, access none").hear("Persons: ")
        t.say("new").hear("Name: ").say("Second One").hear("E-mail").say("").hear("Phone").say("").hear("Position").say("Buyer").hear("First to turn to").say("no")
        t.hear("The person is there. invite invites them").hear("Person 2: Second One, no e-mail, Buyer").hear("Persons: ")
        t.say("invite 1 2").hear("One of them has no e-mail address: Second One.").hear("Persons: ").say("remove 2").hear("Second One is removed").hear("yes or no: ").say("yes")
        t.hear("Removed.").hear("Persons: ").say("open 1").hear("Portal access: none").hear("Person: ").say("change").hear("Another e-mail address ends the access")
        t.hear("Name [Lin Eal]: ").say("").hear("E-mail [lin@lineal.test]").say("").hear("Phone").say("").hear("Position").say("Owner").hear("First to turn to").say("")
        t.hear("Saved.").hear("Position: Owner").hear("Person: ").say("back").hear("Persons: ").say("back").hear("Customer: ")
        t.say("deactivate").hear("yes or no: ").say("yes").hear("Deactivated.").hear("State: deactivated").hear("Customer: ").say("back").hear("Customers: ")
        t.say("show inactive").hear("Customers, only inactive").hear("Customer 1: Lineal SA").hear("Customers: ")
    made, = b.ana.ask("customer.list", search="lineal")["customers"]
    assert not made["active"] and [p["position"] for p in b.ana.ask("customer.get", id=made["id"])["contacts"]] == ["Owner"]


def test_of_several_customers_the_persons_to_turn_to_are_invited(office):
    b = office
    made = [b.ana.ask("customer.create", customer={"name": f"Turned {i}"}, contact={"name": f"Turned {i}", "email": f"turned{i}@example.test"})["customer"]["id"] for i in range(2)]
    with signed_in(b) as t:
        t.say("customers").hear("Customers: ").say("find turned").hear("Customers: ").say("invite 1 2").hear("Of: Turned 0, Turned 1").hear("yes or no: ").say("yes")
        t.hear("2 invited").hear("Customers: ")
    assert all(b.ana.ask("customer.get", id=c)["contacts"][0]["access"] == "invited" for c in made)
