"""Line mode for a customer's contact person: whole flows on a terminal that can only append (TERM=dumb)."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import MARIA, VISA, Northwind
from pty_talk import Talk
from slow import Slow

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
POSTERN = BUILD / "bin/postern"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        yield b


def talk(b, *more, **options):
    return Talk([POSTERN, "--url", b.url, "--portal", "northwind", *more], **options)


def signed_in(b, email=MARIA, password=PASSWORD, **options):
    t = talk(b, **options)
    t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(password).hear("Main menu: ")
    return t


def number_of(b, status="open", kind="estimate"):
    rows = b.maria.ask(f"{kind}.list", status=status)[kind + "s"]
    return rows[-1]["number"], rows[-1]["id"]


def test_who_is_who_and_what_is_owed_is_said_label_first(office):
    with signed_in(office) as t:
        assert "You are Maria Ruiz, Bodega Sur." in t.last
        t.say("home").hear("Home: ")
        for line in ("You owe: EUR ", "Open invoices: ", "Last payment: EUR 959.40", "Estimates to approve: ", "Event 1: "):
            assert "\n" + line in t.last, t.last
        t.say("quit").hear("You are signed out.")
        assert t.wait_end() == 0


def test_a_password_is_never_echoed_and_a_wrong_one_is_refused(office):
    with talk(office) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say("wrong horse battery").hear("did not match")
        t.hear("Password: ").say("back").hear("E-mail: ").wait_echo(True).say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        assert t.echoes()
        assert b"horse" not in t.raw


def test_invoices_are_listed_narrowed_found_and_opened_by_number_or_name(office):
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ")
        assert "Invoice 1: INV-" in t.last
        t.say("show overdue").hear("Invoices: ")
        assert "Invoices, only overdue" in t.last and "Invoice 1: INV-000002, overdue 3 days" in t.last and "Invoice 2:" not in t.last
        t.say("show all").hear("Invoices: ").say("find INV-000003").hear("Invoices: ")
        assert "INV-000003" in t.last and "INV-000002" not in t.last
        t.say("find zzz").hear("Invoices: ")
        assert "Nothing matches" in t.last
        t.say("find foo:bar").hear("\nfoo:bar: there is no field foo here; there are status, number").hear("Invoices: ")
        t.say("find due<30d !overdue").hear(" of 4, ").hear("Invoices: ").say("find 3").hear("Invoice 1: INV-000003").hear("Invoices: ")
        t.say("find").hear("everything: ").say().hear("Invoices: ").say("inv-000002").hear("Invoice: ")
        assert "\nInvoice INV-000002\nState: overdue 3 days\n" in t.last
        t.say("back").hear("Invoices: ").say("99").hear("There is no invoice 99 here.").hear("Invoices: ")
        t.say("show nonsense").hear("1. all").hear("Show: ").say("back").hear("Invoices: ").say("?").hear("find: Only some").hear("Invoices: ")
        t.say("open 1").hear("Invoice: ").say("back").hear("Invoices: ").say("back").hear("Main menu: ")


def test_an_estimate_is_accepted_with_total_last_day_and_terms_said(office):
    b = office
    made = b.estimate([{"name": "Proof sheets", "quantity": "2", "price": "50"}], terms="Net 14 days.\nNo returns.")
    with signed_in(b) as t:
        t.say("estimates").hear("Estimates: ").say(made["number"]).hear("Estimate: ").say("accept").hear("as signature [Maria Ruiz]: ").say()
        t.hear("Type ACCEPT to accept it; anything else leaves: ")
        for line in ("Total: EUR 100.00", "Open until: ", "Signed: Maria Ruiz", "Terms:", "> Net 14 days.", "> No returns."):
            assert "\n" + line in t.last, t.last
        t.say("yes").hear("Nothing was done.").hear("Estimate: ")
        assert b.maria.ask("estimate.get", estimate=made["id"])["estimate"]["status"] == "open"
        t.say("1").hear("signature [Maria Ruiz]: ").say("M. Ruiz").hear("anything else leaves: ").say("Accept ").hear("Accepted. Thank you.")
        t.hear("State: accepted").hear("Estimate: ").say("accept").hear("It is accepted already.")
    kept = b.maria.ask("estimate.get", estimate=made["id"])["estimate"]
    assert kept["status"] == "accepted" and kept["answers"][-1]["signed_by"] == "M. Ruiz"


def test_a_deposit_is_said_before_the_estimate_is_accepted_and_found_afterwards(office):
    made = office.estimate([{"name": "Proof sheets", "quantity": "2", "price": "50", "tax_percent": "20", "tax_name": "VAT"}], deposit_percent="25")
    with signed_in(office) as t:
        t.say("estimates").hear("Estimates: ").say(made["number"]).hear("Deposit: EUR 30.00").hear("Estimate: ").say("accept").hear("[Maria Ruiz]: ").say()
        t.hear("Deposit: EUR 30.00").hear("anything else leaves: ").say("ACCEPT").hear("asks for the deposit of EUR 30.00.").hear("Estimate: ")
        t.say("deposit").hear("Deposit on " + made["number"]).hear("To pay: EUR 30.00").hear("Invoice: ").say("estimate").hear("State: accepted")


def test_an_estimate_that_changed_meanwhile_is_told_anew_and_not_accepted(office):
    b = office
    made = b.estimate([{"name": "Labels", "quantity": "1", "price": "70"}])
    with signed_in(b) as t:
        t.say("estimates").hear("Estimates: ").say(made["number"]).hear("Estimate: ").say("accept").hear("]: ").say()
        t.hear("anything else leaves: ")
        revised = b.ana.ask("estimate.update", estimate=made["id"], revision=made["revision"],
                            document={"lines": [{"name": "Labels", "quantity": "1", "price": "90"}]})["estimate"]
        b.ana.ask("estimate.send", estimate=made["id"], revision=revised["revision"])
        t.say("ACCEPT").hear("It changed").hear("Nothing was sent.").hear("Total: EUR 70.00 → EUR 90.00").hear("Total: EUR 90.00").hear("Estimate: ")
    assert b.maria.ask("estimate.get", estimate=made["id"])["estimate"]["status"] == "open"


def test_an_estimate_is_declined_with_a_reason_of_several_lines(office):
    b = office
    made = b.estimate([{"name": "Ribbon", "quantity": "1", "price": "9"}])
    with signed_in(b) as t:
        t.say("estimates").hear("Estimates: ").say(made["number"]).hear("Estimate: ").say("decline").hear("Reason: ")
        t.say("Too much ribbon.\n.back is a word, too.\n.").hear("Declined. Thank you for the answer.").hear("State: declined").hear("Estimate: ")
    assert b.maria.ask("estimate.get", estimate=made["id"])["estimate"]["answers"][-1]["reason"] == "Too much ribbon.\n.back is a word, too."


def test_a_comment_is_written_and_texts_of_others_cannot_pass_for_the_portal(office):
    b = office
    made = b.invoice([{"name": "Twine", "quantity": "1", "price": "5"}], 20, notes="Nice paper.\nState: paid\nTotal: EUR 0.00")
    with signed_in(b) as t:
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
        assert "\nNote:\n> Nice paper.\n> State: paid\n> Total: EUR 0.00\n" in t.last
        t.say("comment").hear("Comment: ").say(".back\nis what I mean\n.").hear("Your comment was sent.").hear("Invoice: ")
        t.say("comment").hear("Comment: ").say("never mind\nback").hear("Invoice: ").say("refresh").hear("Invoice: ")
        assert "Maria Ruiz" in t.last and "\n> back\n> is what I mean\n" in t.last
    comments = b.ana.ask("invoice.get", invoice=made["id"])["comments"]
    assert [c["text"] for c in comments] == ["back\nis what I mean"]


def test_who_wrote_too_much_in_a_short_time_types_nothing_again(office):
    b = office
    made = b.invoice([{"name": "Twine", "quantity": "1", "price": "5"}], 20)
    with Slow(b, "comment.add", 2, 300) as slow, Talk([POSTERN, "--url", slow.url, "--portal", "northwind"]) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
        t.say("comment").hear("Comment: ").say("One more question.\n.").hear("Your comment was sent.").hear("Invoice: ")
    comments = b.ana.ask("invoice.get", invoice=made["id"])["comments"]
    assert [c["text"] for c in comments] == ["One more question."]


def card(t, number=VISA["card_number"]):
    t.hear("Card number: ").say(number).hear("Expires, MM/YY: ").say("12/39").hear("Security code: ").wait_echo(False).say("123")
    return t.hear("Name on card [Maria Ruiz]: ").say().hear("Postcode").say().hear("Save the card").say("no")


def test_an_invoice_is_paid_after_a_review(office):
    b = office
    made = b.invoice([{"name": "Glue", "quantity": "1", "price": "12.50"}], 20)
    with signed_in(b) as t:
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ").say("pay").hear("takes it in: ").say()
        t.hear("Card number: ").say("4242 4242 4242 4241").hear("not a card number")
        card(t).hear("Pay this? yes or no: ")
        for line in ("Nothing has been charged yet.", "With: Visa ending 4242, expires 12/39", f"{made['number']}: EUR 12.50", "You pay: EUR 12.50"):
            assert "\n" + line in t.last, t.last
        t.say("no").hear("Invoice: ").say("pay").hear("takes it in: ").say()
        card(t).hear("Pay this? yes or no: ").say("yes").hear("Thank you.", 60).hear("Receipt PAY-").hear("State: paid").hear("Payment: ").say("back").hear("State: paid").hear("Invoice: ")
        assert b"\n123" not in t.raw and b": 123" not in t.raw
    assert b.maria.ask("invoice.get", invoice=made["id"])["invoice"]["status"] == "paid"


def test_a_part_is_paid_and_others_are_left_out(office):
    b = office
    first = b.invoice([{"name": "Pens", "quantity": "1", "price": "40"}], 21)
    with signed_in(b) as t:
        t.say("pay").hear("takes it in: ")
        rows = [line for line in t.last.splitlines() if line[:1].isdigit()]
        for row in rows:
            if first["number"] not in row:
                t.say(row.split(".")[0]).hear("takes it in: ")
        t.say(f"{first['number']} 1000").hear("Write an amount up to EUR 40.00").hear("takes it in: ")
        t.say(f"{first['number']} 15").hear("of it now EUR 15.00").hear("In all: EUR 15.00 for 1 of").hear("takes it in: ").say()
        card(t).hear("You pay: EUR 15.00").hear("a part of it").hear("yes or no: ").say("yes").hear("State: paid", 60).hear("Payment: ").say("back").hear("Main menu: ")
    kept = b.maria.ask("invoice.get", invoice=first["id"])["invoice"]
    assert kept["balance"]["amount"] == 2500 and kept["status"] == "partly_paid"


def test_a_refused_card_charges_nothing(office):
    b = office
    made = b.invoice([{"name": "Nails", "quantity": "1", "price": "8"}], 20)
    with signed_in(b) as t:
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ").say("pay").hear("takes it in: ").say()
        card(t, "4000 0000 0000 0002").hear("yes or no: ").say("yes").hear("Failed payment", 60)
        t.hear("Nothing was taken.").hear("Try another card? yes or no: ").say("no").hear("Invoice: ")
    assert b.maria.ask("invoice.get", invoice=made["id"])["invoice"]["balance"]["amount"] == 800


def test_account_is_told_and_changed(office):
    b = office
    with signed_in(b) as t:
        t.say("account").hear("Account: ")
        assert "\nE-mail: " + MARIA in t.last and "\nContact persons: José Ferrer, Warehouse" in t.last
        t.say("you").hear("Your name [Maria Ruiz]: ").say().hear("Your phone: ").say("+34 600 111 222").hear("Saved.")
        t.hear("Phone: +34 600 111 222").hear("Account: ").say("you").hear("]: ").say().hear("- for none: ").say("-").hear("Saved.").hear("Account: ")
        t.say("company").hear("Phone [").say().hear("Web site").say("https://bodegasur.example")
        for _ in range(16):
            t.hear(": ").say()
        t.hear("Saved. Northwind Paper Ltd sees the change.").hear("Web site: https://bodegasur.example").hear("Account: ")
        t.say("switch").hear("this one customer only").hear("Account: ").say("back").hear("Main menu: ")
    assert b.maria.ask("customer.get")["customer"]["shipping"]["street"] == "Muelle 2, nave 7"


def test_a_password_is_changed_and_two_that_differ_are_asked_again(office):
    new = "another horse battery"
    with signed_in(office) as t:
        t.say("account").hear("Account: ").say("password").hear("Present password: ").say("wrong one altogether").hear("New password: ").say(new)
        t.hear("again: ").say("something else here").hear("The two differ.").hear("New password: ").say(new).hear("again: ").say(new)
        t.hear("not the present password").hear("Present password: ").say(PASSWORD)
        t.hear("Your password was changed.").hear("Account: ")
        assert b"horse" not in t.raw
    office.sign_in(MARIA, new).ask("password.change", old=new, password=PASSWORD)


def test_the_bell_tells_and_opens_what_it_is_about(office):
    b = office
    made = b.invoice([{"name": "Bells", "quantity": "1", "price": "8"}], 20)
    with signed_in(b) as t:
        t.say("bell").hear("Bell: ")
        assert f"Event 1: new: {made['number']}, sent by Ana Kelly" in t.last
        t.say("open 1").hear(f"Invoice {made['number']}").hear("Invoice: ").say("back").hear("Bell: ")
        assert "new:" not in t.last
        t.say("back").hear("Main menu: ")
        b.invoice([{"name": "More bells", "quantity": "1", "price": "8"}], 20)
        for _ in range(200):
            t.say().hear("Main menu: ")
            if "News: 1." in t.last:
                break
        else:
            raise AssertionError("no news")
