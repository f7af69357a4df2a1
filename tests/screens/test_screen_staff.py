"""The staff's side of the portal, as a person sees it: a real daemon, a real pseudo-terminal. One business for all tests of this file:
each makes what it needs."""
import os
import pathlib

import pytest

from daemon import PASSWORD, Refused, add_customer, days, line, money, open_portal
from northwind import Northwind
from pty_screen import BACKSPACE, DELETE, DOWN, END, ENTER, ESC, F2, F4, RIGHT, TAB, PtyScreen, ctrl

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
SCREEN = "ana.screen@northwind.example"  # sessions of a person are limited: not those that ask behind the screen's back
SECTIONS = {"1": "Today", "2": "Customers", "3": "Estimates", "4": "Invoices", "5": "Payments", "6": "Settings"}


@pytest.fixture(scope="module")
def business():
    with Northwind() as b:
        vat = b.ana.ask("tax.create", tax={"name": "VAT", "percent": "23"})["tax"]["id"]
        b.ana.ask("item.create", item={"name": "Kraft paper 90 g, pallet", "description": "brown", "price": "335", "unit": "pallet",
                                       "tax": vat})
        b.ana.ask("item.create", item={"name": "Kraft tape, box", "price": "18.40", "unit": "box", "tax": vat})
        b.ana.ask("staff.create", name="Rory Lynch", email="rory@northwind.example", role="reader", password=PASSWORD, keep_password=True)
        b.ana.ask("staff.create", name="Ana Kelly", email=SCREEN, role="admin", password=PASSWORD, keep_password=True)
        yield b


def terminal(b, email=SCREEN, url=None, **more):
    t = PtyScreen([str(POSTERN.resolve()), "--url", url or b.url, "--portal", "northwind"], **more)
    t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for("Paid this month")
    return t


@pytest.fixture
def ana(business):
    with terminal(business) as t:
        yield t
        assert t.poll() in (None, 0), t.text()


def section(t, number, text=None):
    t.keys(number).wait_for(lambda s: s.line(0).rstrip().split("›")[1].strip().startswith(SECTIONS[number]))
    return t.wait_for(text) if text else t


def crumb(t, text):
    return t.wait_for(lambda s: text in s.line(0))


def go_to(t, text):
    return t.go_to(text)


def filtered(t, number, words, row):
    """The list of that section, showing what the words find; opens the row."""
    section(t, number).keys("/", words, ENTER)
    go_to(t, row).keys(ENTER)
    return t


def own_customer(b, name):
    """(id, contact id, e-mail) of a customer of this test's own."""
    email = name.lower().replace(" ", ".") + "@example.test"
    address = {"street": "Calle Mayor 4", "city": "Cádiz", "country": "Spain"}  # a business in the EU can not send without one
    return *add_customer(b.ana, name, email, person=name.split()[0] + " Ruiz", billing=address), email


def figures(number):
    return f"{number / 100:,.2f}"


# --- Today ---------------------------------------------------------------------------------------------------------------------
def test_today_says_what_is_owed_and_what_waits(ana):
    for text in ("Outstanding", "Overdue", "EUR", "INV-000002 overdue", "3 days", "EST-000003 declined", "“Too many for us",
                 "1 Today 2 Customers 3 Estimates 4 Invoices 5 Payments 6 Settings"):
        ana.wait_for(text)
    go_to(ana, "EST-000003 declined").keys(ENTER)
    crumb(ana, "Today › EST-000003").wait_for("Too many for us this year.").wait_for("DECLINED")
    ana.keys("q")
    crumb(ana, "› Today")


def test_what_customers_do_appears_by_itself(business, ana):
    customer, contact, email = own_customer(business, "Live Lda")
    live = open_portal(business, business.ana, contact, email)
    made = business.ana.ask("estimate.create", customer=customer, send=True, document={"lines": [line("Paper", "2", "50")]})["estimate"]
    live.ask("comment.add", document=made["id"], text="Could it be three?")
    ana.wait_for(f"{made['number']} comment").wait_for("“Could it be thr")
    bell = ana.line(0)
    go_to(ana, f"{made['number']} comment").keys(ENTER).wait_for("Could it be three?").wait_for("Not opened by the customer yet")
    live.ask("estimate.get", estimate=made["id"])
    ana.wait_for("Opened by Live Ruiz")
    live.ask("estimate.accept", estimate=made["id"], revision=made["revision"], signed_by="Live Ruiz")
    ana.keys("g").wait_for("ACCEPTED").wait_for("signed “Live Ruiz”")
    ana.wait_for(lambda s: s.line(0) != bell)  # the bell counts


def asked(b, name, said):
    """A customer of its own that has asked something about an invoice: what was made, and the customer's session."""
    customer, contact, email = own_customer(b, name)
    asks = open_portal(b, b.ana, contact, email)
    made = b.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Paper", "2", "50")] * 12})["invoice"]
    asks.ask("comment.add", document=made["id"], text=said)
    return made, asks


def comments(b, made):
    return [(c["side"], c["text"], c.get("portal", False)) for c in b.ana.ask("comment.list", document=made["id"])["comments"]]


def footer(t):
    return t.line(t.screen_.lines - 1)


def test_a_comment_is_answered_from_today_and_the_customer_sees_it(business, ana):
    made, asks = asked(business, "Reply Lda", "When does it come?")
    go_to(ana, f"{made['number']} comment").wait_for(lambda s: "c reply" in footer(s) and "x done" in footer(s) and "u undo" not in footer(s))
    ana.keys("c").wait_for("When does it come?").wait_for("Display in portal").keys("On Tuesday.", F2).wait_for("Said. The customer sees it.")
    crumb(ana, "› Today").wait_gone(f"{made['number']} comment")
    assert comments(business, made)[-1] == ("staff", "On Tuesday.", True)
    assert [c["text"] for c in asks.ask("comment.list", document=made["id"])["comments"]] == ["When does it come?", "On Tuesday."]


def test_a_comment_that_needs_no_answer_is_done_for_everybody_and_taken_back(business, ana):
    made, asks = asked(business, "Done Lda", "Thank you very much.")
    row = f"{made['number']} comment"
    with terminal(business, "ana@northwind.example") as colleague:
        colleague.wait_for(row)
        go_to(ana, row).keys("x").wait_for("Done. u takes it back").wait_gone(row).wait_for(lambda s: "u undo" in footer(s))
        colleague.wait_gone(row)
        ana.keys("u").wait_for(row).wait_for(lambda s: "u undo" not in footer(s))
        colleague.wait_for(row)
        go_to(ana, row).keys("x").wait_for("Done. u takes it back").wait_gone(row)
        asks.ask("comment.add", document=made["id"], text="But when?")
        ana.wait_for(row)
        colleague.wait_for(row)
        ana.keys("u").wait_for("another comment came since")
        ana.wait_for(row).wait_for(lambda s: "u undo" not in footer(s))


def test_undo_goes_when_its_time_is_over(business, ana):
    made, _ = asked(business, "Late Undo Lda", "Fine.")
    go_to(ana, f"{made['number']} comment").keys("x").wait_for(lambda s: "u undo" in footer(s))
    ana.wait_for(lambda s: "u undo" not in footer(s), 20)


def test_keys_of_a_comment_are_offered_on_its_row_alone_and_to_who_may_write(business, ana):
    made, _ = asked(business, "Only Lda", "Hm.")
    go_to(ana, "EST-000003 declined").wait_for(lambda s: "c reply" not in footer(s) and "x done" not in footer(s))
    go_to(ana, f"{made['number']} comment").wait_for(lambda s: "c reply" in footer(s))
    with terminal(business, "rory@northwind.example") as rory:
        go_to(rory, f"{made['number']} comment").wait_for(lambda s: "Enter open" in footer(s))
        assert "reply" not in footer(rory) and "done" not in footer(rory)


def test_enter_on_a_comment_shows_the_document_from_the_comment_on(business, ana):
    made, _ = asked(business, "Jump Lda", "Which pallets are these?")
    go_to(ana, f"{made['number']} comment").keys(ENTER)
    crumb(ana, f"› {made['number']}").wait_for("Which pallets are these?").wait_for("Conversation")
    assert "From" not in ana.line(2) and "INVOICE" not in ana.line(2)
    ana.keys("g").wait_gone("Which pallets are these?")
    ana.keys("q")
    crumb(ana, "› Today")


# --- lists ---------------------------------------------------------------------------------------------------------------------
def test_lists_filter_sort_and_search_at_the_server(business, ana):
    customer, _, _ = own_customer(business, "Filter Oy")
    business.ana.ask("customer.update", id=customer, customer={"revision": 1, "billing": {"street": "Quay 1", "city": "Turku"}})
    for price in ("10", "700", "90"):
        business.ana.ask("invoice.create", customer=customer, send=price != "90", document={"lines": [line("Paper", "1", price)]})
    section(ana, "4", "INV-000001").keys("/", "filter total>500", ENTER)
    ana.wait_for(lambda s: "EUR 700.00" in s.text() and "EUR 10.00" not in s.text() and "INV-000001" not in s.text())
    ana.keys(ESC).wait_for("INV-000001").keys("f").wait_for("Partly paid").keys("3", ENTER).wait_for("Only overdue")
    ana.wait_for(lambda s: "INV-000002" in s.text() and "Filter Oy" not in s.text())
    ana.keys("f").wait_for("Partly paid").keys("1", ENTER).wait_for("Filter Oy").keys("/", "status:draft", ENTER)
    ana.wait_for(lambda s: "(draft)" in s.text() and "INV-0" not in s.text())
    ana.keys(ESC).wait_for("INV-000001").keys("/", "filter foo:bar").wait_for("foo:bar: there is no field foo here")
    ana.wait_for(lambda s: "Filter Oy" in s.text() and "/filter foo:bar" in s.text())  # the rows stay
    ana.keys(ESC).wait_for("INV-000001").keys("/", "!overdue amount>500 status:open", ENTER).wait_for(lambda s: "EUR 700.00" in s.text() and "INV-000002" not in s.text())
    ana.keys(ESC).wait_for("INV-000001").keys("/", "3", ENTER).wait_for(lambda s: "INV-000003" in s.text() and "INV-000001" not in s.text())
    ana.keys(ESC).wait_for("INV-000001").keys("/", "stat\tover\t", ENTER).wait_for("/status:overdue").wait_for("1 of ")
    ana.keys(ESC, "s").wait_for("↑").wait_for(lambda s: "INV-000001" in s.line(3))


def test_brackets_go_on_to_the_neighbours_in_the_list(ana):
    section(ana, "4").keys("s")
    go_to(ana, "INV-000001").keys(ENTER)
    crumb(ana, "› INV-000001").wait_for("PAID").keys("]")
    crumb(ana, "› INV-000002").wait_for("OVERDUE").keys("[")
    crumb(ana, "› INV-000001").keys("[").wait_for("There is no other in the list.").keys("q")
    crumb(ana, "› Invoices")


# --- the editor ----------------------------------------------------------------------------------------------------------------
def test_an_invoice_is_written_with_live_totals_kept_and_sent(business, ana):
    customer, _, _ = own_customer(business, "Editor SL")
    section(ana, "4").keys("+").wait_for("for whom?").keys("/", "editor", ENTER)
    go_to(ana, "Editor SL").keys(ENTER)
    crumb(ana, "New invoice").wait_for("Discount").keys("Kraft pa").wait_for("335.00 ")
    ana.keys(DOWN, ENTER).wait_for("EUR 412.05")  # taken from the item: price, unit and tax
    ana.keys("2.25").wait_for(lambda s: "EUR" in s.text() and "5,057.86" not in s.text())
    ana.keys(BACKSPACE * 8, "2.25").wait_for("EUR 927.11")  # 753.75 + 23 %
    ana.keys(TAB, TAB, "10", TAB).wait_for("10 %").wait_for("EUR 834.40")  # 678.38 + 156.03: half up
    ana.keys(ENTER, "Delivery", TAB, TAB, "15.61", F2).wait_for("Saved as a draft.")
    drafts = business.ana.ask("invoice.list", customer=customer)["invoices"]
    assert [d["status"] for d in drafts] == ["draft"]
    shown = drafts[0]["total"]["amount"]
    ana.wait_for(f"EUR {figures(shown)}")
    ana.keys(":").wait_for("│ :").keys("send", ENTER).wait_for("Send this invoice?").wait_for(f"EUR {figures(shown)}")
    ana.wait_for("[ Cancel ]")
    ana.keys(TAB, ENTER).wait_for("OPEN").wait_for("Sent. It is in the customer's portal now.")
    sent = business.ana.ask("invoice.get", invoice=drafts[0]["id"])["invoice"]
    assert sent["status"] == "open" and sent["total"]["amount"] == shown and sent["number"] in ana.line(0)
    assert [row["name"] for row in sent["lines"]] == ["Kraft paper 90 g, pallet", "Delivery"]
    assert sent["lines"][0]["discount_percent"] == "10" and sent["lines"][0]["unit"] == "pallet"


@pytest.mark.parametrize("settings", [{}, {"tax_inclusive": True}, {"discount_percent": "12.5"}, {"shipping": money("9.99"),
                         "shipping_tax_percent": "23", "adjustment": money("-0.05")}, {"discount_amount": money("33.33")}])
def test_the_editor_adds_up_as_the_server_does(business, ana, settings):
    customer, _, _ = own_customer(business, f"Sums {len(str(settings))}")
    lines = [line("Awkward", "3.333333", "17.015", "23", tax_name="VAT"), line("More", "7", "0.335", "13.5", discount_percent="3.3"),
             line("Fixed", "1", "99.99", "0", discount=money("9.99")), line("Back", "1", "-5", "23", tax_name="VAT")]
    made = business.ana.ask("estimate.create", customer=customer, document={"lines": lines, **settings})["estimate"]
    filtered(ana, "3", f"sums {len(str(settings))}", "(draft)")
    ana.wait_for("A draft: the customer").keys("e").wait_for("prices with tax").wait_for(f"EUR {figures(made['total']['amount'])}")
    for tax in made["taxes"]:
        ana.wait_for(figures(tax["tax"]["amount"]))
    ana.keys(TAB * 2, ctrl("U"), "18.4", TAB).wait_for(lambda s: f"EUR {figures(made['total']['amount'])}" not in s.text())
    ana.keys(F2).wait_for("Saved as a draft.")
    total = business.ana.ask("estimate.get", estimate=made["id"])["estimate"]["total"]["amount"]
    assert total != made["total"]["amount"]
    ana.wait_for(f"EUR {figures(total)}")


def test_the_editor_asks_before_it_loses_something_and_says_what_is_wrong(business, ana):
    customer, _, _ = own_customer(business, "Careful Ltd")
    section(ana, "3").keys("+").wait_for("for whom?").keys("/", "careful", ENTER)
    go_to(ana, "Careful Ltd").keys(ENTER)
    crumb(ana, "New estimate").wait_for("Discount").keys("Something?: yes", TAB, TAB, "abc", F2).wait_for("Not a number.")
    ana.keys(ESC).wait_for("What you wrote is not saved").keys(ENTER).wait_gone("What you wrote is not saved")
    ana.keys(BACKSPACE * 3, "12", ctrl("N"), "Second").wait_for("2 Second").keys(ctrl("D")).wait_gone("Second")
    ana.keys(ESC).wait_for("Leave without saving").keys("3", ENTER)
    crumb(ana, "› Estimates")
    assert business.ana.ask("estimate.list", customer=customer)["estimates"] == []


def test_two_who_edit_one_draft_are_told(business, ana):
    customer, _, _ = own_customer(business, "Twice GmbH")
    made = business.ana.ask("invoice.create", customer=customer, document={"lines": [line("Paper", "1", "10")]})["invoice"]
    filtered(ana, "4", "twice", "(draft)")
    ana.wait_for("A draft: the customer").keys("e").wait_for("Offer").keys(" mine").wait_for("Paper mine")
    business.ana.ask("invoice.update", invoice=made["id"], revision=made["revision"], document={"reference": "theirs"})
    ana.keys(F2).wait_for("It was changed meanwhile").keys("2", ENTER).wait_for("Saved as a draft.")
    now = business.ana.ask("invoice.get", invoice=made["id"])["invoice"]
    assert now["lines"][0]["name"] == "Paper mine"


# --- documents -----------------------------------------------------------------------------------------------------------------
def test_a_comment_is_for_staff_unless_it_is_displayed_in_the_portal(business, ana):
    customer, contact, email = own_customer(business, "Talk SA")
    talk = open_portal(business, business.ana, contact, email)
    made = business.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Paper", "1", "10")]})["invoice"]
    filtered(ana, "4", made["number"], made["number"])
    ana.wait_for("OPEN").keys("c").wait_for("Display in portal").keys("Between us", F2).wait_for("Only staff see it")
    crumb(ana, made["number"]).keys("G").wait_for("Between us")
    assert talk.ask("invoice.get", invoice=made["id"])["comments"] == []
    ana.keys("c").wait_for("Display in portal").wait_for("Conversation").keys("For you", TAB, " ", F2).wait_for("The customer sees it")
    assert [c["text"] for c in talk.ask("invoice.get", invoice=made["id"])["comments"]] == ["For you"]


def test_drafts_are_duplicated_and_deleted_and_what_was_sent_is_withdrawn(business, ana):
    customer, _, _ = own_customer(business, "Acts BV")
    made = business.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Paper", "1", "10")]})["invoice"]
    filtered(ana, "4", made["number"], made["number"])
    ana.wait_for("OPEN").keys("e").wait_for("What was sent stays as it is")
    ana.keys("D").wait_for("INVOICE (no number yet)").keys(DELETE).wait_for("Delete this draft?").keys(TAB, ENTER)
    crumb(ana, made["number"]).wait_for("The draft is deleted.")
    ana.keys("x").wait_for("Withdraw " + made["number"]).keys("Sent by mistake", F2).wait_for("VOID").wait_for("Withdrawn.")
    now = business.ana.ask("invoice.list", customer=customer)["invoices"]
    assert [(d["number"], d["status"]) for d in now] == [(made["number"], "void")]
    assert business.ana.ask("invoice.get", invoice=made["id"])["invoice"]["reason"] == "Sent by mistake"
    ana.keys("x").wait_for("Only an open invoice can be withdrawn.")


def test_an_accepted_estimate_becomes_an_invoice_that_can_be_written_off(business, ana):
    customer, contact, email = own_customer(business, "Convert AG")
    client = open_portal(business, business.ana, contact, email)
    made = business.ana.ask("estimate.create", customer=customer, send=True, document={"lines": [line("Paper", "3", "11.11")]})["estimate"]
    filtered(ana, "3", made["number"], made["number"])
    ana.wait_for("OPEN").keys("i").wait_for("Only an accepted estimate becomes an invoice.")
    client.ask("estimate.accept", estimate=made["id"], revision=made["revision"], signed_by="C")
    ana.wait_for("ACCEPTED").keys("i").wait_for("Make an invoice of").keys(RIGHT, F2).wait_for("is sent.").wait_for("EUR 33.33")
    ana.keys("w").wait_for("Write off INV-").keys("Bankrupt", F2).wait_for("WRITTEN OFF")
    invoice = client.ask("invoice.list")["invoices"][0]
    assert invoice["status"] == "written_off"


def test_an_estimate_is_reworked_and_its_earlier_version_stays(business, ana):
    customer, contact, email = own_customer(business, "Rework Lda")
    client = open_portal(business, business.ana, contact, email)
    made = business.ana.ask("estimate.create", customer=customer, send=True, document={"lines": [line("Paper", "3", "50")]})["estimate"]
    client.ask("estimate.decline", estimate=made["id"], revision=made["revision"], reason="Too dear")
    filtered(ana, "3", made["number"], made["number"])
    ana.wait_for("DECLINED").keys("e").wait_for("prices with tax").keys(TAB * 2, BACKSPACE * 6, "40", F2).wait_for("Send it so that")
    ana.wait_for("EUR 120.00").keys(ESC).wait_for("Reworked, not sent")
    assert client.ask("estimate.get", estimate=made["id"])["estimate"]["total"] == money("150")
    ana.keys("s").wait_for("Send this estimate?").keys(TAB, ENTER).wait_for("Sent. It is in the customer's portal now.")
    assert client.ask("estimate.get", estimate=made["id"])["estimate"]["total"] == money("120")
    ana.keys("V").wait_for("As it was sent").wait_for("EUR 150.00")


# --- customers -----------------------------------------------------------------------------------------------------------------
def test_a_customer_is_added_given_access_and_loses_it(business, ana):
    section(ana, "2", "Bodega Sur").keys("+").wait_for("Contact person").keys("Nova Ltd")
    ana.keys(TAB * 8, "Nina Nova", TAB, "nina@nova.test", F2)
    crumb(ana, "Nova Ltd").wait_for("The customer is there.").wait_for("nina@nova.test").wait_for("access none").keys(ENTER).wait_for("› Persons").wait_for("none")
    with pytest.raises(Refused):
        business.sign_in("nina@nova.test", "one time password")
    ana.keys("w").wait_for("Switch access on").keys("one time password", TAB, "another one", F2).wait_for("The two differ.")
    ana.keys(BACKSPACE * 11, "one time password", TAB, " ", F2).wait_for("Access is on").wait_for("password set, not used")
    nina = business.sign_in("nina@nova.test", "one time password")
    ana.wait_for("active, last").keys("x").wait_for("Switch portal access off?").wait_for("Nina Nova can not").keys(TAB, ENTER)
    ana.wait_for("switched off")
    assert nina.refused("session.me").code == "sign_in"


def test_several_persons_get_access_at_once(business, ana):
    customer, _, _ = own_customer(business, "Pair SpA")
    business.ana.ask("contact.create", customer=customer, contact={"name": "Second One", "email": "second@pair.test"})
    section(ana, "2").keys("/", "pair", ENTER)
    go_to(ana, "Pair SpA").keys(ENTER).wait_for("Second One").keys(ENTER).wait_for("Pair Ruiz ·1").keys(" ", " ").wait_for("2 marked")
    ana.keys("w").wait_for("Pair Ruiz, Second One").keys("one time password", TAB, "one time password", F2).wait_for("Access is on")
    assert {c["access"] for c in business.ana.ask("customer.get", id=customer)["contacts"]} == {"invited"}


def test_a_customer_shows_what_it_owes_and_its_history(business):
    with terminal(business, rows=60) as ana:
        section(ana, "2").keys("/", "bodega", ENTER)
        go_to(ana, "Bodega Sur").keys(ENTER)
        crumb(ana, "Bodega Sur").wait_for("3 invoices, 1 overdue")
        for text in ("Calle Mayor 4, 11001 Cádiz, Spain", "Not due", "1–30 days", "Maria Ruiz", "active", "José Ferrer", "History", "1 declined"):
            ana.wait_for(text)
        ana.keys("e").wait_for("Web site").keys(TAB * 3, "!").wait_for("020!").keys(F2).wait_for("Saved.").wait_for("changed by Ana Kelly: phone")
        ana.keys("i").wait_for("INV-000003").wait_gone("Filter Oy")


def test_addresses_remarks_and_being_active_are_changed_on_the_customer(business):
    customer, contact, email = own_customer(business, "Moving GmbH")
    client = open_portal(business, business.ana, contact, email)
    with terminal(business, rows=60) as ana:
        section(ana, "2").keys("/", "moving", ENTER)
        go_to(ana, "Moving GmbH").keys(ENTER)
        crumb(ana, "Moving GmbH").wait_for("Calle Mayor 4").keys("a").wait_for("Postal code").keys(TAB, ctrl("U"), "Hafen 1", F2).wait_for("Saved.").wait_for("Hafen 1, Cádiz, Spain")
        ana.keys("A").wait_for("Postal code").keys(TAB, "Lager 2", F2).wait_for("Shipping address").wait_for("Lager 2")
        ana.keys("n").wait_for("Only staff see them").keys("Rings twice.", F2).wait_for("Remarks for staff").wait_for("Rings twice.")
        now = business.ana.ask("customer.get", id=customer)["customer"]
        assert now["billing"]["street"] == "Hafen 1" and now["billing"]["city"] == "Cádiz" and now["shipping"]["street"] == "Lager 2" and now["notes"] == "Rings twice."
        ana.keys("x").wait_for("Deactivate this customer?").wait_for("its persons are signed out").keys(TAB, ENTER).wait_for("deactivated: nothing new")
        assert client.refused("session.me").code == "sign_in"
        ana.keys("x").wait_for("It is deactivated: X brings it back.").keys("X").wait_for("Active again.").wait_gone("deactivated: nothing new")
        assert business.ana.ask("customer.get", id=customer)["customer"]["active"]


def test_customers_are_narrowed_to_active_ones(business, ana):
    customer, _, _ = own_customer(business, "Sleeping AG")
    revision = business.ana.ask("customer.get", id=customer)["customer"]["revision"]
    business.ana.ask("customer.update", id=customer, customer={"revision": revision, "active": False})
    section(ana, "2", "Bodega Sur").keys("f").wait_for("Inactive").keys("3", ENTER).wait_for("Only inactive").wait_for("Sleeping AG").wait_gone("Bodega Sur")
    ana.keys("f").wait_for("Inactive").keys("1", ENTER).wait_for("Bodega Sur")
    section(ana, "4").keys("+").wait_for("Invoice for whom?").wait_for("Bodega Sur").keys("/", "sleeping", ENTER).wait_gone("Sleeping AG")


# --- payments ------------------------------------------------------------------------------------------------------------------
def test_a_payment_is_recorded_over_several_invoices(business, ana):
    customer, _, _ = own_customer(business, "Payer KG")
    first, second = [business.ana.ask("invoice.create", customer=customer, send=True, document={
        "date": days(-n), "due": days(9 - n), "lines": [line("Paper", "1", str(100 * n))]})["invoice"] for n in (2, 1)]
    section(ana, "5").keys("+").wait_for("from whom?").keys("/", "payer", ENTER)
    go_to(ana, "Payer KG").keys(ENTER).wait_for(first["number"]).keys(TAB, TAB, "STMT-7", TAB * 5)
    go_to(ana, first["number"]).keys(" ").wait_for("EUR 200.00")
    go_to(ana, second["number"]).keys(ENTER).wait_for("How much of it?").keys(ctrl("U"), "40.50", ENTER).wait_for("EUR 240.50")
    ana.keys(F2).wait_for("Record this payment?").wait_for("EUR 40.50 (a part)").wait_for("Amount: EUR 240.50").wait_for("[ Record it ]")
    assert business.ana.ask("payment.list", customer=customer)["payments"] == []
    ana.keys(ENTER).wait_gone("Record this payment?")  # it starts on Cancel
    ana.keys(F2).wait_for("Record this payment?").keys(TAB, ENTER, ENTER).wait_for("RECEIPT").wait_for("STMT-7")
    payments = business.ana.ask("payment.list", customer=customer)["payments"]
    assert [(p["amount"], p["reference"], p["mode"]) for p in payments] == [(money("240.50"), "STMT-7", "bank_transfer")]
    assert [d["balance"]["amount"] for d in business.ana.ask("invoice.list", customer=customer, sort="number")["invoices"]] == [0, 5950]


def test_from_an_invoice_its_payment_is_recorded_with_what_is_over_as_credit(business, ana):
    customer, _, _ = own_customer(business, "Direct ApS")
    made = business.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Paper", "1", "80")]})["invoice"]
    filtered(ana, "4", made["number"], made["number"])
    ana.wait_for("OPEN").keys("p").wait_for("This payment").wait_for("EUR 80.00")
    ana.keys(TAB * 3, "70", TAB, F2).wait_for("The invoices are more than the amount.").keys(ctrl("U"), "100", TAB)
    ana.keys(F2).wait_for("Credit: EUR 20.00").keys(TAB, ENTER).wait_for("RECEIPT")
    assert business.ana.ask("invoice.get", invoice=made["id"])["invoice"]["status"] == "paid"


# --- settings ------------------------------------------------------------------------------------------------------------------
def test_settings_are_changed_where_others_changed_something_meanwhile_too(business, ana):
    section(ana, "6", "Number series")
    go_to(ana, "Portal ").keys(ENTER).wait_for("Part payments").keys("e").wait_for("Banner").wait_for("Message at the top").keys(ctrl("U"), "Open again on Monday.")
    b = business.ana.ask("settings.get")["business"]
    business.ana.ask("settings.update", business={"revision": b["revision"], "phone": "+353 91 555 099"})
    ana.keys(F2).wait_for("It was changed meanwhile").keys("2", ENTER).wait_for("Customers see it at once.")
    b = business.ana.ask("settings.get")["business"]
    assert "Open again on Monday." in b["banner"] and b["phone"] == "+353 91 555 099"
    ana.wait_for("Open again on Monday.").keys("q")
    go_to(ana, "Number series").keys(ENTER).wait_for("PAY-0")
    go_to(ana, "payments").keys(ENTER).wait_for("Next number").keys(TAB, TAB, TAB, ctrl("U"), "1", F2).wait_for("can only go up")


def test_items_and_taxes_are_added_and_withdrawn(business, ana):
    section(ana, "6", "Taxes")
    go_to(ana, "Items").keys(ENTER).wait_for("Kraft tape, box").keys("+").wait_for("Price of one")
    ana.keys("Gadget", TAB, TAB, "12,5", TAB, "pcs", F2).wait_for("The item is there.").wait_for("12.50")
    go_to(ana, "Gadget").keys("x").wait_for("withdrawn").keys("q")
    assert [i["active"] for i in business.ana.ask("item.list", search="gadget")["items"]] == [False]
    go_to(ana, "Taxes").keys(ENTER).wait_for("23 %").keys("+").wait_for("Rate").keys("Reduced", TAB, "13.5", F2).wait_for("13.5 %")
    ana.keys("q")


def test_many_items_come_in_pages_and_are_found_by_words(business, ana):
    for i in range(1, 121):
        business.ana.ask("item.create", item={"name": f"Zinc part {i:03}", "price": "2"})
    section(ana, "6", "Items")
    go_to(ana, "Items").keys(ENTER).wait_for("Kraft tape, box")
    ana.keys(END).wait_gone("more").keys(END).wait_for("Zinc part 120").keys(ENTER).wait_for("Price of one")
    ana.keys(TAB, TAB, ctrl("U"), "7,25", F2).wait_for("Saved.")
    assert [i["price"] for i in business.ana.ask("item.list", search="120")["items"]] == ["7.25"]
    ana.keys("/", "119").wait_for("Zinc part 119").wait_gone("Zinc part 001").keys(ENTER, "x").wait_for("Withdrawn: it is offered no more.")
    assert [i["active"] for i in business.ana.ask("item.list", search="119")["items"]] == [False]
    ana.keys("/", ESC).wait_for("Kraft tape, box").keys("q")


# --- who may only look ---------------------------------------------------------------------------------------------------------
def test_a_reader_sees_why_nothing_can_be_changed(business):
    with terminal(business, "rory@northwind.example") as t:
        t.keys("+").wait_for("may look at everything, but not change it")
        filtered(t, "4", "INV-000003", "INV-000003").wait_for("OPEN")
        for key in "ecxpw":
            t.keys(key).wait_for("may look at everything, but not change it").keys(DOWN).wait_gone("may look at everything")
        section(t, "6", "Portal").keys(ENTER).wait_for("Tax id").keys("e").wait_for("Only an administrator may do that.")
        assert t.poll() is None


def test_wide_terminals_preview_what_the_row_is_about(business):
    with terminal(business, rows=40, columns=140) as t:
        section(t, "4")
        go_to(t, "INV-000003").wait_for("Delivery to")
        section(t, "1")
        go_to(t, "EST-000003 declined").wait_for("Recycled pallets")


def test_signing_out_is_in_the_palette(ana):
    ana.keys(":").wait_for("│ :").keys("sign out", ENTER).wait_for("Sign out?")
    ana.keys(TAB, ENTER).wait_for("You are signed out.")
