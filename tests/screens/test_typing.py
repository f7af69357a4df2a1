"""What is typed, and what a slow line makes of it: numbers as people write them, a field that is entered, half an arrow key."""
import os
import pathlib
import signal
import time

import pytest

from daemon import PASSWORD, Daemon, add_customer, halt, line, money
from pty_screen import DOWN, ENTER, ESC, F2, F4, RIGHT, TAB, PtyScreen, ctrl

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture(scope="module")
def business():
    with Daemon() as b:
        b.admin = b.sign_in()
        b.customer, _ = add_customer(b.admin, "Typed Ltd")
        yield b


def door(b, **more):
    return PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "acme"], **more)


@pytest.fixture
def staff(business):
    with door(business) as t:
        t.wait_for("Sign in").keys(business.email, TAB, PASSWORD, ENTER).wait_for("Paid this month")
        yield t
        assert t.poll() in (None, 0), t.text()


def editor(t):
    t.keys("4").wait_for("Invoices").keys("+").wait_for("for whom?")
    return t.go_to("Typed Ltd").keys(ENTER).wait_for("New invoice").wait_for("Discount")


def test_quantity_and_price_are_what_was_meant(business, staff):
    editor(staff).keys("Paper", TAB, "0,125", TAB, "1.234,50", TAB).wait_for("1,234.50").wait_for("154.31")
    staff.keys(F2).wait_for("Saved as a draft.")
    made = business.admin.ask("invoice.list", customer=business.customer)["invoices"][0]
    got = business.admin.ask("invoice.get", invoice=made["id"])["invoice"]["lines"][0]
    assert (got["quantity"], got["price"]) == ("0.125", "1234.5")


@pytest.mark.parametrize("typed, says", [("1,5,0", "The grouping is not clean"), ("1,250", "write 1250 or 1.25")])
def test_what_can_not_be_read_is_asked_about_under_the_field(staff, typed, says):
    editor(staff).keys("Paper", TAB, typed, TAB, "5", F2).wait_for(says)
    staff.wait_for(lambda s: "Saved as a draft." not in s.text())


def test_a_number_that_is_entered_is_replaced_by_typing_and_kept_by_an_arrow(business, staff):
    editor(staff).keys("Kept", TAB, RIGHT, "0", TAB, "3", TAB).wait_for("30.00")  # the 1 that stood there: 10 × 3
    staff.keys("\x1b[Z", "7", TAB).wait_for("70.00")  # back on the price: 7 takes the place of 3


@pytest.mark.parametrize("word, said, key, due", [("retainer", "retainer invoice", "3", True), ("credit_note", "credit note", "4", False)])
def test_documents_of_other_kinds_are_written_from_their_customer(business, staff, word, said, key, due):
    staff.keys("2").wait_for("Typed Ltd").go_to("Typed Ltd").keys(ENTER).wait_for("History").keys("+").wait_for("What to write").keys(ESC).wait_for("History").keys("+").wait_for("What to write").keys(key, ENTER)
    staff.wait_for(f"New {said}").wait_for("Discount")
    assert ("Due " in staff.text()) == due and ("Terms" in staff.text()) == due and ("Offer" in staff.text()) == due
    staff.keys("Paper", TAB, "2", TAB, "50", TAB, "5", TAB).wait_for("95.00").keys("\x1b[Z", "10", TAB).wait_for("90.00")  # 10 takes the place of 5
    staff.keys(F4).wait_for(f"Send this {said}?").keys(TAB, ENTER).wait_for("Sent. It is in the customer's portal now.").wait_for("Typed Ltd")
    made, = business.admin.ask(f"{word}.list", customer=business.customer)[word + "s"]
    assert (made["status"], made["total"]) == ("open", money("90"))


def test_all_kinds_can_be_begun_from_anywhere(staff):
    for key, title in (("1", "Invoice for whom?"), ("3", "Retainer invoice for whom?"), ("4", "Credit note for whom?"), ("6", "Payment from whom?"), ("7", "Recurring invoice for whom?")):
        staff.keys("1").wait_for("Paid this month").keys("+").wait_for("Payment that arrived").keys(key, ENTER).wait_for(title)
    staff.keys("1").wait_for("Paid this month").keys("+").wait_for("Payment that arrived").keys("4", ENTER).wait_for("Credit note for whom?")
    staff.go_to("Typed Ltd").keys(ENTER).wait_for("New credit note").wait_for("Discount")


def test_lines_change_places(business, staff):
    made = business.admin.ask("invoice.create", customer=business.customer, document={"lines": [line("First"), line("Second")], "reference": "MOVES"})["invoice"]
    staff.keys("4").wait_for("Invoices").keys("/", "moves", ENTER).wait_for("1 of ").go_to("(draft)").keys(ENTER).wait_for("A draft: the customer").keys("e").wait_for("Offer")
    staff.keys(DOWN, TAB, ":").wait_for("│ :").keys("line up", ENTER).wait_for("1 Second").keys(F2).wait_for("Saved as a draft.")
    assert [row["name"] for row in business.admin.ask("invoice.get", invoice=made["id"])["invoice"]["lines"]] == ["Second", "First"]


def test_beside_the_editor_stands_the_document_as_it_will_look(business):
    with door(business, rows=40, columns=140) as t:
        t.wait_for("Sign in").keys(business.email, TAB, PASSWORD, ENTER).wait_for("Paid this month")
        editor(t).wait_for("│  INVOICE (no number yet)").keys("Looked at", TAB, "3", TAB, "12,50", TAB)
        t.wait_for(lambda s: any("Looked at" in row.split("│")[-1] for row in s.screen()) and s.text().count("EUR 37.50") == 2)
        t.resize(24, 80).wait_gone("(no number yet)")


def test_an_amount_of_a_payment_is_what_was_meant(business, staff):
    made = business.admin.ask("invoice.create", customer=business.customer, send=True, document={"lines": [line(price="80")]})["invoice"]
    staff.keys("4").wait_for("Invoices").keys("/", made["number"], ENTER)
    staff.go_to(made["number"]).keys(ENTER).wait_for("OPEN").keys("p").wait_for("This payment").wait_for("EUR 80.00")
    staff.keys(TAB * 3, "1,250", TAB).wait_for("1250 or 1.25").keys("\x1b[Z", "0,500", TAB).wait_for("0.50")
    staff.keys(TAB * 3).go_to(made["number"]).keys(ENTER).wait_for("How much of it?").keys("1,250", ENTER)
    staff.wait_for("1250 or 1.25").keys(ctrl("U"), "0,500", ENTER)
    staff.wait_for(lambda s: "more than the amount" not in s.text()).keys(F2).wait_for("Record this payment?").wait_for("EUR 0.50").keys(TAB, ENTER).wait_for("RECEIPT")
    assert business.admin.ask("invoice.get", invoice=made["id"])["invoice"]["paid"] == money("0.50")


def split_arrow(t):
    """Esc, and its "[A" only 25 ms later, as a network delivers it."""
    t.keys(b"\x1b")
    time.sleep(0.025)
    return t.keys(b"\x5b\x41")


@pytest.mark.parametrize("env", [{"SSH_CONNECTION": None, "SSH_TTY": None}, {"SSH_CONNECTION": "192.0.2.1 4242 192.0.2.2 22"}])
def test_half_an_arrow_key_does_not_leave_the_program_nor_type(business, env):
    with door(business, env=env) as t:
        t.wait_for("Sign in").keys("ada")
        for _ in range(4):
            split_arrow(t).settle(0.3)
            assert t.poll() is None, t.text()
            assert "[A" not in t.text()
        t.keys(b"\x1b").wait_for("Leave?") if "Leave?" not in t.text() else t
        t.keys(TAB, ENTER)
        assert t.wait_end() == 0


def test_over_ssh_half_an_arrow_key_is_an_arrow_key(business):
    with door(business, env={"SSH_CONNECTION": "192.0.2.1 4242 192.0.2.2 22", "ESCDELAY": "500"}) as t:
        t.wait_for("Sign in").keys("ada", TAB)
        split_arrow(t).settle(0.3).keys("@x")  # up, into the address
        t.wait_for("ada@x")
        assert "Leave?" not in t.text()


def test_leaving_the_sign_in_screen_is_asked_about(business):
    with door(business) as t:
        t.wait_for("Sign in").keys(ESC).wait_for("Leave?").wait_for("[ Cancel ]").keys(ESC).wait_gone("Leave?")
        assert t.poll() is None
        t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0


@pytest.mark.parametrize("email", [" ada@acme.test ", "Ada@ACME.test"])
def test_an_address_pasted_with_blanks_signs_in(business, email):
    with door(business) as t:
        t.wait_for("Sign in").keys("\x1b[200~" + email + "\x1b[201~", TAB, PASSWORD, ENTER).wait_for("Paid this month")


# --- typed ahead: what is pressed before the answer is there is meant for it ------------------------------------------------------------
@pytest.mark.parametrize("typed, there", [("2\r", "› Typed Ltd"), ("2\r+", "What to write"), ("6\r", "› Settings ›"), ("2+Ahead Ltd", "Ahead Ltd")])
def test_what_is_typed_before_the_answer_is_there_waits_for_it(business, staff, typed, there):
    staff.keys("1").wait_for("Paid this month").settle()
    halt(business.process)
    try:
        staff.keys(typed).settle()
    finally:
        os.kill(business.process.pid, signal.SIGCONT)
    staff.wait_for(there)


def test_an_act_typed_behind_a_filter_is_about_what_passes_it(business, staff):
    """Under the cursor was another one, as long as the filter had no answer."""
    for name in ("Ahead one", "Ahead two"):
        business.admin.ask("item.create", item={"name": name, "price": "2"})
    staff.keys(":", "items").wait_for("item").settle().keys(ENTER).wait_for("Ahead two").settle()
    halt(business.process)
    try:
        staff.keys("/", "two", ENTER, "x").settle()
    finally:
        os.kill(business.process.pid, signal.SIGCONT)
    staff.wait_for("Withdrawn: it is offered no more.")
    assert {i["name"]: i["active"] for i in business.admin.ask("item.list")["items"] if "Ahead" in i["name"]} == {"Ahead one": True, "Ahead two": False}


def test_a_filter_typed_behind_a_filter_is_a_filter(business, staff):
    """Its letters were commands as soon as there were more than sixteen; none of them leaves."""
    staff.keys(":", "items").wait_for("item").settle().keys(ENTER).wait_for("Item").settle()
    staff.keys("/", "q", ENTER).settle()
    halt(business.process)
    try:
        staff.keys(ESC, "/", "name:anything quite Quiet 5 6 7 ", ENTER).settle()
    finally:
        os.kill(business.process.pid, signal.SIGCONT)
    staff.wait_for("/name:anything quite Quiet 5 6 7").keys(ESC)


def test_who_leaves_gives_up_what_was_typed_ahead(business, staff):
    staff.keys("1").wait_for("Paid this month").settle()
    halt(business.process)
    try:
        staff.keys("2", ENTER).wait_for("Still loading.").keys("q").wait_for(lambda s: "› Today" in s.line(0))
    finally:
        os.kill(business.process.pid, signal.SIGCONT)
    staff.keys("2").wait_for("Typed Ltd").settle()
    assert "› Customers" in staff.line(0) and "Typed Ltd" not in staff.line(0)
