"""What a screen offers, says and shows: only what can be done, the reason where something can not, and nothing cut that matters."""
import os
import pathlib
import signal

import pytest

from daemon import PASSWORD, add_customer, halt, line, money, open_portal
from northwind import ANA, MARIA, VISA, Northwind
from phone import secret_on
from pty_screen import BACKSPACE, DOWN, ENTER, ESC, F2, TAB, PtyScreen, ctrl

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
SCREEN = "ana.screen@northwind.example"  # sessions of a person are limited: not those that ask behind the screen's back
F1 = "\x1bOP"
DECLINED = "4000000000000002"
LONG = "The Honourable Society of Northern Paper Makers, Binders and Stationers of the Western Counties Ltd"


@pytest.fixture(scope="module")
def business():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Ana Kelly", email=SCREEN, role="admin", password=PASSWORD, keep_password=True)
        yield b


@pytest.fixture
def own():
    """A business that a test may turn upside down."""
    with Northwind() as b:
        yield b


def terminal(b, email=SCREEN, seen="Paid this month", **more):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)
    t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER)
    return t.wait_for(seen) if seen else t


@pytest.fixture
def ana(business):
    with terminal(business) as t:
        yield t


@pytest.fixture
def maria(business):
    with terminal(business, MARIA, "Recent") as t:
        yield t


def footer(t):
    return t.settle().line(t.screen_.lines - 1)


def flat(t):
    """All that is on the screen, as one line without the breaks between rows."""
    return " ".join(" ".join(t.screen()).split())


def customer_of(b, name, person="Ruiz"):
    """(id, contact id, e-mail) of a customer of this test's own."""
    email = name.lower().replace(" ", ".") + "@example.test"
    address = {"street": "Calle Mayor 4", "city": "Cádiz", "country": "Spain"}
    return *add_customer(b.ana, name, email, person=name.split()[0] + " " + person, billing=address), email


def invoice_of(b, customer, lines, **more):
    return b.ana.ask("invoice.create", customer=customer, send=True, document={"lines": lines, **more})["invoice"]


def open_customer(t, words, name):
    t.keys("2").wait_for(lambda s: "› Customers" in s.line(0)).keys("/", words, ENTER)
    t.go_to(name).keys(ENTER).wait_for(lambda s: name in s.line(0))
    return t


def change_business(b, **fields):
    revision = b.ana.ask("settings.get")["business"]["revision"]
    b.ana.ask("settings.update", business={"revision": revision, **fields})


# --- paying ---------------------------------------------------------------------------------------------------------------------
def test_what_one_payment_can_not_hold_says_so_and_is_not_ticked(business):
    customer, contact, email = customer_of(business, "Vast SA")
    open_portal(business, business.ana, contact, email)
    first, last = (invoice_of(business, customer, [line("Everything", "9000", "1000000000")]) for _ in range(2))
    with terminal(business, email, "Recent") as t:
        t.keys("p").wait_for("This payment").wait_for("1 of 2").keys(TAB * 8)
        ticked = [n for n in (first["number"], last["number"]) if "–" not in t.line(t.find(n)[0])]
        left = next(n for n in (first["number"], last["number"]) if n not in ticked)
        assert len(ticked) == 1
        t.go_to(left).wait_for(f"{left}: too much for one payment").keys(" ").wait_for("1 of 2")
        assert "–" in t.line(t.find(left)[0])
        t.go_to(ticked[0]).keys(" ").wait_for("0 of 2").go_to(left).keys(" ").wait_for("1 of 2")
        t.wait_for(lambda s: "EUR 9,000,000,000,000.00" in s.line(s.find("1 of 2")[0]) and "–" not in s.line(s.find(left)[0]))
        t.go_to(ticked[0]).keys(ENTER).wait_for("How much of it?").keys(ctrl("U"), "5,000,000,000,000.00", ENTER).wait_for("too much for one payment")


def test_what_one_recorded_payment_can_not_hold_is_refused(business, ana):
    customer, _, _ = customer_of(business, "Heavy SA")
    first, last = (invoice_of(business, customer, [line("Everything", "9000", "1000000000")])["number"] for _ in range(2))
    open_customer(ana, "heavy", "Heavy SA").keys("p").wait_for("No payments yet").keys("+").wait_for("This payment")
    ana.wait_for(first).keys(TAB * 7).wait_for(lambda s: s.cursor_row() and s.cursor()[0] == s.cursor_row())
    ana.go_to(first).keys(" ").wait_for(lambda s: "EUR 9,000,000,000,000.00" in s.line(s.find(first)[0]))
    ana.go_to(last).keys(" ").wait_for("too much for one payment")
    assert "–" in ana.line(ana.find(last)[0])


def test_an_invoice_no_card_is_taken_for_is_not_offered_for_one(business, maria):
    blocked = business.invoice([line("Bulk", "1", "50")], 9, no_card=True)
    maria.keys("3").wait_for(blocked["number"]).go_to(blocked["number"]).keys(ENTER).wait_for("INVOICE " + blocked["number"])
    assert "p how" in footer(maria) and "p pay" not in footer(maria)
    maria.keys("p").wait_for("By bank transfer").wait_for("IE29 AIBK 9311 5212 3456 78").wait_for(blocked["number"])
    maria.keys(ESC).wait_for("INVOICE").keys(ESC).wait_for("› Invoices").go_to(blocked["number"]).keys("p").wait_for("This payment")
    maria.wait_for("can not be paid by card").keys(TAB * 8).wait_for("p otherwise").keys("p").wait_for("By bank transfer")


def test_with_neither_card_nor_account_it_is_said_whom_to_ask(business, maria):
    stuck = business.invoice([line("Bulk", "1", "50")], 9, no_card=True, no_transfer=True)
    maria.keys("3").wait_for(stuck["number"]).go_to(stuck["number"]).keys(ENTER).wait_for("INVOICE " + stuck["number"])
    maria.keys("p").wait_for("Please ask how").wait_for("accounts@northwind.example").wait_for("+353 91 555 010").wait_for(stuck["number"])
    assert "IE29" not in maria.text()


def test_a_payment_that_failed_tells_what_it_was_for_and_its_sum_and_the_note_once(own):
    with terminal(own, MARIA, "Recent") as t:
        t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys("p").wait_for("This payment")
        t.keys(DECLINED, TAB, "12/39", TAB, "123", TAB, TAB, TAB, ENTER).wait_for("Pay this?").keys(TAB, ENTER).wait_for("PAYMENT FAILED").settle()
        assert t.text().count("sandbox: no money moves") == 1, t.text()
        for rows, columns in ((24, 80), (16, 60), (24, 80)):
            t.resize(rows, columns).settle()
            for text in ("Not paid", "INV-000003", "Not taken", "EUR 1,200.00", "Try another card"):
                assert text in t.text(), t.text()
        t.keys(ESC).wait_for("› Invoices").keys("4").wait_for("PAY-000002").go_to("PAY-000002")
        row = t.line(t.find("PAY-000002")[0])
        assert "failed" in row and "INV-0" in row, row
        t.keys(ENTER).wait_for("PAYMENT FAILED").wait_for("Not taken")
        assert "ask gateway" not in footer(t)
        assert "Galway" in flat(t) and "IE1234567T" in flat(t) and "…" not in t.text(), "to whom, whole"
    with terminal(own, ANA) as t:
        t.keys("5").wait_for("PAY-000002").go_to("PAY-000002").keys(ENTER).wait_for("PAYMENT FAILED")
        assert "ask" not in footer(t)


# --- lists ----------------------------------------------------------------------------------------------------------------------
def test_marks_exist_only_where_an_act_takes_them(business, ana, maria):
    for key, place in (("4", "› Invoices"), ("5", "› Payments"), ("3", "› Estimates"), ("1", "› Today")):
        ana.keys(key).wait_for(lambda s: place in s.line(0)).settle().keys(" ")
        assert "Space" not in footer(ana) and "marked" not in ana.text(), ana.text()
    ana.keys("2").wait_for("Bodega Sur").wait_for("Space mark").keys(" ").wait_for("1 marked").keys("?").wait_for("Keys:").keys("j" * 9).wait_for("Mark it, or unmark it")
    assert "Space" not in footer(maria) and "marked" not in maria.keys(" ").settle().text()
    maria.keys("2").wait_for("EST-000001").keys(" ")
    assert "Space" not in footer(maria) and "marked" not in maria.text()
    maria.keys("3").wait_for("INV-000003").wait_for("Space mark").keys(" ").wait_for("1 marked")


def test_marking_is_offered_once_there_is_something_to_mark(own):
    """Who pressed Space before the rows were there marked nothing, and had been told that it marks."""
    with terminal(own, ANA) as t:
        halt(own.process)
        try:
            t.keys("2").wait_for(lambda s: "› Customers" in s.line(0)).wait_for("Loading")
            assert "Space" not in footer(t)
        finally:
            os.kill(own.process.pid, signal.SIGCONT)
        t.wait_for("Space mark").keys(" ").wait_for("1 marked").keys("r").settle().wait_for("1 marked")
        marked = t.line(t.find("*")[0])
        add_customer(own.ana, "Aaa First", "first@example.test")
        t.keys("r").wait_for("Aaa First").wait_for("1 marked")
        assert t.line(t.find("*")[0])[1:20] == marked[1:20]


def test_what_was_just_made_is_under_the_cursor(business, ana):
    customer_of(business, "Zebra Lda")
    ana.keys("4").wait_for("INV-000002").go_to("INV-000002").keys("+").wait_for("for whom?").keys("/", "zebra", ENTER)
    ana.go_to("Zebra Lda").keys(ENTER).wait_for("Discount").keys("Paper", TAB, TAB, "10", F2).wait_for("Saved as a draft.")
    ana.keys(ESC).wait_for(lambda s: "› Invoices" in s.line(0)).wait_for(lambda s: s.cursor_row() and "Zebra" in s.line(s.cursor_row()))
    ana.keys("2").wait_for("Bodega Sur").go_to("Bodega Sur").keys("+").wait_for("Contact person").keys("Aardvark SL", F2)
    ana.wait_for(lambda s: "› Aardvark SL" in s.line(0)).keys(ENTER).wait_for("Nobody yet").keys("+").wait_for("New person")
    ana.keys("Ada", TAB, "ada@example.test", F2).wait_for("The person is there").keys("+").wait_for("New person").keys("Zoe", TAB, "zoe@example.test", F2).wait_for(lambda s: s.cursor_row() and "Zoe" in s.line(s.cursor_row()))
    ana.keys(ESC).wait_for(lambda s: "Persons" not in s.line(0)).keys(ESC).wait_for(lambda s: s.line(0).rstrip().split("  ")[0].endswith("› Customers"))
    ana.wait_for(lambda s: s.cursor_row() and "Aardvark SL" in s.line(s.cursor_row()))


def test_a_new_tax_is_under_the_cursor(business, ana):
    for name in ("Alpha", "Beta"):
        business.ana.ask("tax.create", tax={"name": name, "percent": "7"})
    ana.keys("6").wait_for("Taxes").go_to("Taxes").keys(ENTER).wait_for("Alpha").go_to("Alpha").keys("+").wait_for("Add the tax")
    ana.keys("Zeta", TAB, "8", F2).wait_for(lambda s: s.cursor_row() and "Zeta" in s.line(s.cursor_row()))


def test_the_sums_under_a_filter_say_what_they_are_of(business):
    customer, _, _ = customer_of(business, "Sum Oy")
    paid = invoice_of(business, customer, [line("Paper", "1", "100")])
    invoice_of(business, customer, [line("Paper", "1", "30")])
    business.ana.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": paid["id"], "amount": money("60")}])
    with terminal(business) as t:
        t.keys("4").wait_for("INV-000002").keys("/", "sum oy", ENTER).wait_for("total EUR 130.00, open EUR 70.00").settle()
    with terminal(business, rows=16, columns=60) as t:
        t.keys("4").wait_for("› Invoices").keys("/", "sum oy", ENTER).wait_for(lambda s: "total EUR 130.00, open EUR 70.00" in flat(s))
        t.wait_for(paid["number"])
        t.keys(ESC).wait_gone("sum oy").keys("/", "nowhere:else").wait_for("there is no field nowhere here")
        t.wait_for(lambda s: flat(s).count("…") == 0 or "status" in flat(s)).settle()
        assert "currency" in flat(t), "all fields are named\n" + t.text()


def test_nothing_new_is_offered_for_a_deactivated_customer(business, ana):
    customer, _, _ = customer_of(business, "Gone GmbH")
    c = business.ana.ask("customer.get", id=customer)["customer"]
    business.ana.ask("customer.update", id=customer, customer={"revision": c["revision"], "active": False})
    open_customer(ana, "gone", "Gone GmbH").wait_for("deactivated").keys("i")
    ana.wait_for(lambda s: "Invoices" in s.line(0)).keys("+").wait_for("The customer is deactivated.")


# --- documents and the editor ---------------------------------------------------------------------------------------------------
def test_a_line_names_its_taxes_where_there_are_several(business, ana):
    customer, _, _ = customer_of(business, "Many Taxes")
    two = {"tax_name": "CGST", "tax2_name": "SGST", "tax2_percent": "9"}
    lines = [line("One", "1", "10", "20", tax_name="VAT"), line("Two", "1", "10", "20", tax_name="IGST"), line("Three", "1", "10", "9", **two)]
    made = invoice_of(business, customer, lines)
    ana.keys("4").wait_for("INV-000002").keys("/", "many", ENTER).go_to(made["number"]).keys(ENTER).wait_for("INVOICE " + made["number"]).wait_for(" Three ")
    for name, tax in (("One", "VAT 20 %"), ("Two", "IGST 20 %"), ("Three", "CGST 9 % + SGST 9 %")):
        row = next(r for r in ana.screen() if f" {name} " in r)
        assert tax in row, row
    long = [line("One", "1", "10", "20", tax_name="Value added tax, standard rate"), line("Two", "1", "10", "20", tax_name="Value added tax, other rate")]
    made = invoice_of(business, customer, long)
    with terminal(business, rows=16, columns=60) as t:
        t.keys("4").wait_for("› Invoices").keys("/", "many", ENTER).go_to(made["number"]).keys(ENTER).wait_for("INVOICE " + made["number"])
        for name in ("standard rate 20 %", "other rate 20 %"):
            for _ in range(9):
                t.settle()
                if name in flat(t):
                    break
                t.keys("j")
            assert name in flat(t), t.text()
    one = invoice_of(business, customer, [line("One", "1", "10", "20", tax_name="VAT"), line("Two", "1", "10", "10", tax_name="VAT")])
    ana.keys(ESC).wait_for(one["number"]).go_to(one["number"]).keys(ENTER).wait_for("INVOICE " + one["number"]).settle()
    assert "VAT" not in next(r for r in ana.screen() if " One " in r), "one name stands above the column"


def test_what_is_wrong_in_a_cell_is_said_on_leaving_it_and_near_it(business, ana):
    customer_of(business, "Wrong SL")
    ana.keys("4").wait_for("INV-000002").keys("+").wait_for("for whom?").keys("/", "wrong", ENTER).go_to("Wrong SL").keys(ENTER)
    ana.wait_for("Discount").keys("Paper", TAB, "1,250", TAB).wait_for("Quantity: ").wait_for("1250")
    at = next(y for y, row in enumerate(ana.screen()) if " 1 Paper" in row)
    assert "Quantity: " in "".join(ana.screen()[at + 1:at + 4]), ana.text()
    ana.keys("10").wait_for("Quantity: ").keys("\x1b[Z", BACKSPACE * 5, "1250", TAB).wait_gone("Quantity: ")
    ana.keys("\x1b[Z", "\x1b[Z", "\x1b[A").settle().keys(ctrl("U"), "31.2.2026", TAB).wait_for("Issued: ")


# --- the second factor ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Northwind Paper Ltd", LONG])
@pytest.mark.parametrize("rows,columns", [(16, 60), (24, 80)])
def test_the_secret_of_a_second_factor_can_be_typed_at_any_size(own, rows, columns, name):
    change_business(own, mfa=True, name=name)
    with terminal(own, MARIA, "Your second factor", rows=rows, columns=columns) as t:
        assert secret_on(t)
        t.wait_for("Code").wait_for("[ Confirm ]").settle()
        assert "…" not in t.text(), t.text()
        uri = "otpauth://" in t.text()
        assert not uri or "secret=" in "".join(r.strip() for r in t.screen()) and "digits" in "".join(r.strip() for r in t.screen()), t.text()


# --- names, help ----------------------------------------------------------------------------------------------------------------
def test_a_long_name_of_the_business_leaves_the_crumbs_and_is_never_cut_where_it_matters(own):
    with terminal(own, MARIA, "Recent") as t, terminal(own, ANA) as staff:
        change_business(own, name=LONG)
        staff.wait_for(lambda s: "The Honourable" in s.line(0) and "…" in s.line(0) and "› Today" in s.line(0))
        t.keys("r").wait_for(lambda s: "The Honourable" in s.line(0) and "› Home" in s.line(0) and "Maria Ruiz" in s.line(0))
        for part in (LONG, "12 Quay Street", "accounts@northwind.example", "+353 91 555 010"):
            t.wait_for(lambda s: part in flat(s))
        t.resize(16, 60).settle()
        assert "accounts@northwind.example · +353 91 555 010" in flat(t) and t.cursor_row() and "› Home" in t.line(0), t.text()
        t.resize(24, 80).settle()
        t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys(ENTER).wait_for(lambda s: "› INV-000003" in s.line(0))


def test_help_is_never_cut(business, ana):
    open_customer(ana, "bodega", "Bodega Sur").keys(ENTER).wait_for("› Persons").keys("?").wait_for("Keys:").wait_for(lambda s: "to the portal, or invite again" in flat(s).replace("│ ", "").replace(" │", ""))
    with terminal(business, rows=16, columns=60) as t:
        t.keys("2").wait_for("Bodega Sur").keys("?").wait_for(lambda s: "of one customer or of several" in flat(s).replace("│ ", "").replace(" │", ""))


def test_where_letters_are_text_f1_is_help_and_the_footer_says_so(business, ana):
    with PtyScreen([str(POSTERN.resolve()), "--url", business.url, "--portal", "northwind"]) as t:
        t.wait_for("E-mail").wait_for("F1 help")
        t.keys("?").wait_for(lambda s: "?" in s.line(s.find("E-mail")[0])).keys(F1).wait_for("Keys:").keys(ESC).wait_gone("Keys:").wait_for("E-mail")
    customer_of(business, "Helped SL")
    ana.keys("4").wait_for("INV-000002").keys("+").wait_for("for whom?").keys("/", "helped", ENTER).go_to("Helped SL").keys(ENTER)
    ana.wait_for("Discount").wait_for("F1 help").wait_for("F4 send").keys("Paper?").wait_for("Paper?").keys(F1).wait_for("Keys:").wait_for("Delete this line")
    assert "q back" not in footer(ana.keys(ESC).wait_gone("Keys:"))
