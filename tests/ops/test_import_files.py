"""posternctl import zoho, files as people have them: how a cell is read, what is booked how, what a second run tells, what stays out."""
import json
import os
import signal
import subprocess
import time

import pytest

from ctl import PROGRAM
from test_import import (CONTACTS, INVOICES, PAYMENTS, Files, business, contact, daemon, files, item, new_business, nothing_came_in, payment, run,  # noqa: F401
                         table)

MORE = INVOICES + ["Balance", "Discount Type", "Is Discount Before Tax", "Entity Discount Percent", "Entity Discount Amount", "Item Total", "Round Off",
                   "Shipping Charge Tax %", "Shipping Charge Tax Name", "Item Tax1", "Item Tax1 %", "Item Tax2", "Item Tax2 %", "WriteOff Amount",
                   "Credits Applied", "Last Payment Date", "Billing Address", "Billing City", "Billing Country"]
PAID = PAYMENTS + ["Early Payment Discount", "Withholding Tax Amount", "Payment Status"]


def one(total="100.00", balance=None, **more):
    """An invoice of 1 × 100.00 without tax."""
    return item(**{"Quantity": "1.00", "Item Price": "100.00", "Item Tax": "", "Item Tax %": "0", "Total": total,
                   "Balance": total if balance is None else balance, "Invoice Status": "Overdue"} | more)


def invoices(*rows, **dialect):
    return table(MORE, rows, **dialect)


def the(ctl, number="A-1"):
    return ctl.json("invoice.get", f'invoice="{number}"')["invoice"]


def cents(money):
    return money["amount"] if money else 0


# --- how a row is read ----------------------------------------------------------------------------------------------------------
READ = [
    ("thousands marks", one("1,234.00", **{"Item Price": "1,234.00"}), {"total": 123400}),
    ("India's grouping", one("1,23,456.00", **{"Item Price": "1,23,456.00"}), {"total": 12345600}),
    ("apostrophes", one("1'234.50", **{"Item Price": "1’234.50"}), {"total": 123450}),
    ("no-break spaces between thousands", one("1\u00a0234,50", **{"Item Price": "1\u202f234,50"}), {"total": 123450}),
    ("zeros beyond the currency's places", one("100.000", **{"Item Price": "100.000000"}), {"total": 10000}),
    ("a currency's code in the cell", one("EUR 100.00", "100.00 EUR"), {"total": 10000}),
    ("a percent sign", one("119.00", **{"Item Tax": "VAT", "Item Tax %": "19%"}), {"total": 11900, "tax": 1900}),
    ("a percent sign with a comma", one("119.50", **{"Item Tax": "VAT", "Item Tax %": "19,5 %"}), {"total": 11950, "tax": 1950}),
    ("a line's discount as a percentage", one("90.00", **{"Discount": "10.00%"}), {"total": 9000, "subtotal": 9000}),
    ("a discount that the line's total shows as an amount", one("95.00", **{"Discount": "5.00", "Item Price": "100.00", "Quantity": "1", "Item Total": "95.00"}),
     {"total": 9500}),
    ("a discount that is an amount by the line's total", one("195.00", **{"Discount": "5.00", "Quantity": "2", "Item Total": "195.00"}), {"total": 19500}),
    ("a line's discount in amount and per cent", one("90.00", **{"Discount": "10.00%", "Discount Amount": "10.000"}), {"total": 9000}),
    ("a discount of the whole", one("90.00", **{"Discount Type": "entity_level", "Is Discount Before Tax": "true", "Entity Discount Percent": "10"}),
     {"total": 9000, "discount": 1000}),
    ("a discount after tax", one("107.10", **{"Discount Type": "entity_level", "Is Discount Before Tax": "false", "Entity Discount Percent": "10.00",
                                              "Entity Discount Amount": "11.90", "Item Tax": "VAT", "Item Tax %": "19"}),
     {"total": 10710, "tax": 1900, "adjustment": -1190}),
    ("a discount after tax in per cent only", one("107.10", **{"Discount Type": "entity_level", "Is Discount Before Tax": "FALSE",
                                                               "Entity Discount Percent": "10.00", "Item Tax": "VAT", "Item Tax %": "19"}),
     {"total": 10710, "tax": 1900, "adjustment": -1190}),
    ("half a cent of discount, rounded down by the source", one("87.66", **{"Discount Type": "entity_level", "Entity Discount Amount": "12.345"}),
     {"total": 8766, "discount": 1234}),
    ("half a cent of discount, rounded up", one("87.65", **{"Discount Type": "entity_level", "Entity Discount Amount": "12.345"}),
     {"total": 8765, "discount": 1235}),
    ("tax on shipping", one("130.90", **{"Item Tax": "VAT", "Item Tax %": "19", "Shipping Charge": "10.00", "Shipping Charge Tax Name": "VAT",
                                         "Shipping Charge Tax %": "19"}), {"total": 13090, "tax": 2090, "shipping": 1000}),
    ("a second tax", one("114.98", **{"Item Tax": "", "Item Tax %": "", "Item Tax1": "GST", "Item Tax1 %": "5", "Item Tax2": "QST", "Item Tax2 %": "9.975"}),
     {"total": 11498, "tax": 1498}),
    ("round-off", one("100.00", **{"Item Price": "99.60", "Round Off": "0.40"}), {"total": 10000, "adjustment": 40}),
    ("round-off and adjustment", one("98.00", **{"Item Price": "99.60", "Round Off": "0.40", "Adjustment": "-2.00"}), {"total": 9800, "adjustment": -160}),
    ("prices of six decimals", one("0.12", **{"Item Price": "0.123456"}), {"total": 12}),
    ("due before its date", one(**{"Due Date": "2026-01-09"}), {"total": 10000}),
]


@pytest.mark.parametrize("row, holds", [r[1:] for r in READ], ids=[r[0] for r in READ])
def test_an_invoice_is_read_as_it_stands_there(business, files, row, holds):
    files.write(invoices=invoices(row))
    got = run(business, *files.words("contacts", "invoices"))
    assert got["new"] == {"contacts": 1, "invoices": 1, "payments": 0} and got["stayed_out"] == []
    invoice = the(business)
    assert {k: cents(invoice[k]) for k in holds} == holds
    assert invoice["due"] == row["Due Date"] and invoice["state"] == "open"
    assert business.json("check")["problems"] == []


def test_what_came_back_is_a_negative_price(business, files):
    files.write(invoices=invoices(one("80.00"), one("80.00", **{"Item Name": "Return", "Quantity": "-1.00", "Item Price": "20.00"})))
    got = run(business, *files.words("contacts", "invoices"))
    back = the(business)["lines"][1]
    assert (back["quantity"], back["price"], cents(the(business)["total"])) == ("1", "-20", 8000)
    assert got["notes"] == {"a negative quantity was taken as a negative price": ["A-1"]}


def test_what_is_taken_otherwise_is_said(business, files):
    files.write(invoices=invoices(one(**{"Due Date": "2026-01-09"}),
                                  one("107.10", **{"Invoice ID": "2", "Invoice Number": "A-2", "Discount Type": "entity_level", "Is Discount Before Tax": "false",
                                                   "Entity Discount Amount": "11.90", "Item Tax %": "19"})))
    assert run(business, *files.words("contacts", "invoices"))["notes"] == {
        "due before its date, kept as the file says": ["A-1"], "a discount after tax was taken as an adjustment": ["A-2"]}


def test_an_invoice_keeps_the_address_of_its_row(business, files):
    files.write(contacts=table(CONTACTS, [contact(**{"Billing Address": "New Road 1", "Billing City": "Bath"})]),
                invoices=invoices(one(**{"Billing Address": "Old Lane 2", "Billing City": "York", "Billing Country": "UK"})))
    run(business, *files.words("contacts", "invoices"))
    assert {k: the(business)["billing"].get(k) for k in ("street", "city", "country")} == {"street": "Old Lane 2", "city": "York", "country": "UK"}


def test_a_number_of_digits_alone_stays_the_invoices_number(business, files):
    files.write(invoices=invoices(*(one(f"{n}00.00", **{"Invoice ID": str(70 + n), "Invoice Number": str(n), "Item Price": f"{n}00"}) for n in (3, 1, 2))))
    run(business, *files.words("contacts", "invoices"))
    assert {n: cents(the(business, str(n))["total"]) for n in (1, 2, 3)} == {1: 10000, 2: 20000, 3: 30000}


# --- which mark is the decimal one --------------------------------------------------------------------------------------------------
def test_a_comma_before_three_digits_is_read_as_the_file_does_or_refused(business, files):
    doubtful = one("1,250", **{"Item Price": "1,250", "Quantity": "1"})
    files.write(invoices=invoices(doubtful | {"Balance": ""}))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    assert 'column "Total": "1,250": Can be read in two ways: write 1250 or 1.25. Or say --decimal comma or --decimal point.' in said
    assert 'column "Item Price": "1,250": Can be read in two ways' in said
    nothing_came_in(business)
    other = one("12.50", **{"Invoice ID": "2", "Invoice Number": "A-2", "Item Price": "12.50", "Quantity": "1"})
    files.write(invoices=invoices(doubtful | {"Balance": ""}, other))  # another row has a point before its decimals
    run(business, *files.words("contacts", "invoices"))
    assert (cents(the(business)["total"]), cents(the(business, "A-2")["total"])) == (125000, 1250)


@pytest.mark.parametrize("said, total", [("comma", 125), ("point", 125000)])
def test_the_decimal_mark_can_be_said(business, files, said, total):
    files.write(invoices=invoices(one("1,250", **{"Item Price": "1,250", "Quantity": "1"})))
    run(business, *files.words("contacts", "invoices"), "--decimal", said)
    assert cents(the(business)["total"]) == total
    assert "--decimal is comma or point" in business.refused("import", "zoho", *files.words(), "--decimal", "dot")


def test_semicolons_between_values_and_commas_before_decimals(business, files):
    row = one("1234,50", **{"Item Price": "1234,50", "Quantity": "1"})
    more = one("3.250,00", **{"Invoice ID": "2", "Invoice Number": "A-2", "Item Price": "3.250", "Quantity": "1"})
    files.write(contacts=table(CONTACTS, [contact()], delimiter=";"), invoices=invoices(row, more, delimiter=";"))
    run(business, *files.words("contacts", "invoices"))
    assert (cents(the(business)["total"]), cents(the(business, "A-2")["total"])) == (123450, 325000)


# --- what files look like -------------------------------------------------------------------------------------------------------
HEAD = "Display Name,Customer ID,Currency Code,Notes\n"
LOOKS = [
    ("tabs", (HEAD + "Iris,1,EUR,\n").replace(",", "\t").encode()),
    ("semicolons", (HEAD + "Iris,1,EUR,\n").replace(",", ";").encode()),
    ("sep= line", ("sep=;\n" + (HEAD + "Iris,1,EUR,x\n").replace(",", ";")).encode()),
    ("sep= line behind a BOM", b"\xef\xbb\xbfsep=|\r\n" + (HEAD + "Iris,1,EUR,x\n").replace(",", "|").encode()),
    ("a short row", (HEAD + "Iris,1,EUR\n").encode()),
    ("a long row of empty values", (HEAD + "Iris,1,EUR,,,\n").encode()),
    ("delimiters behind the header", (HEAD.replace("\n", ",,\n") + "Iris,1,EUR,\n").encode()),
    ("a BOM in a value", (HEAD + "\ufeffIris,1,EUR,\n").encode()),
    ("two BOMs", b"\xef\xbb\xbf\xef\xbb\xbf" + (HEAD + "Iris,1,EUR,\n").encode()),
    ("no-break spaces around", (HEAD + "\u00a0Iris\u00a0 ,\u00a01,EUR\u00a0,\n").encode()),
    ("CR alone", (HEAD + "Iris,1,EUR,\n").replace("\n", "\r").encode()),
    ("CR LF and empty lines", ("\n\n" + HEAD + "\n\nIris,1,EUR,\n").replace("\n", "\r\n").encode()),
    ("a file behind a file", (HEAD + "Iris,1,EUR,\n").encode() + ("\ufeff" + HEAD).encode()),
]


@pytest.mark.parametrize("text", [t for _, t in LOOKS], ids=[n for n, _ in LOOKS])
def test_a_file_is_read_whatever_it_looks_like(business, files, text):
    files.write(contacts=text)
    run(business, *files.words("contacts"))
    assert [(c["name"], c["currency"]) for c in business.json("customer.list")["customers"]] == [("Iris", "EUR")]


def test_lines_are_counted_with_every_end_of_line(business, files):
    files.write(contacts=('Display Name,Customer ID,Currency Code,Notes\rA,1,EUR,"two\rlines"\rB,2,nothing,\r').encode())
    assert 'line 4, column "Currency Code": "nothing"' in business.refused("import", "zoho", *files.words("contacts"))


def test_windows_1252_is_said_or_refused_by_line(business, files):
    files.write(contacts=(HEAD + "Fine,1,EUR,\nKöhler – €,2,EUR,\n").encode("windows-1252"))
    said = business.refused("import", "zoho", *files.words("contacts"))
    assert 'line 3, column "Display Name": is not UTF-8' in said and "--encoding windows-1252" in said
    nothing_came_in(business)
    run(business, *files.words("contacts"), "--encoding", "windows-1252")
    assert "Köhler – €" in [c["name"] for c in business.json("customer.list")["customers"]]


def test_a_currency_that_was_can_come_in_and_not_be_chosen(business, files):
    files.write(contacts=table(CONTACTS, [contact(**{"Currency Code": "HRK"}), contact("2", "Sofia", **{"Currency Code": "BGN"})]))
    run(business, *files.words("contacts"))
    assert sorted(c["currency"] for c in business.json("customer.list")["customers"]) == ["BGN", "HRK"]
    assert "HRK was withdrawn" in business.refused("customer.create", "customer.name=New", "customer.currency=HRK")
    old = business.json("customer.list")["customers"][0]["id"]
    business.json("customer.update", f"id={old}", "customer.revision=1", "customer.phone=1")


def test_an_address_with_an_international_domain_is_one_in_both_spellings(business, files):
    files.write(contacts=table(CONTACTS, [contact(EmailID="iris@bücher.example")]))
    run(business, *files.words("contacts"))
    assert business.json("customer.list")["customers"][0]["email"] == "iris@bücher.example"
    files.write(contacts=table(CONTACTS, [contact(EmailID="iris@xn--bcher-kva.example")]))
    assert run(business, *files.words("contacts"))["differs"] == []


# --- where an invoice stands ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("word, state", [
    ("Draft", "draft"), ("PendingApproval", "draft"), ("Pending Approval", "draft"), ("Approved", "draft"), ("Void", "void"), ("Voided", "void"),
    ("Cancelled", "void"), ("canceled", "void"), ("Sent", "open"), ("Viewed", "open"), ("OVERDUE", "open"), ("Unpaid", "open"), ("Closed", "paid"),
    ("Paid", "paid"), ("WrittenOff", "written_off"), ("Write Off", "written_off")])
def test_known_statuses_are_mapped(business, files, word, state):
    due = "0.00" if state in ("paid", "written_off") else "100.00"
    files.write(invoices=invoices(one(balance=due, **{"Invoice Status": word})))
    run(business, *files.words("contacts", "invoices"))
    assert the(business)["state"] == state
    home = business.json("customer.overview", f"id={the(business)['customer']}")
    assert cents(home["ageing"]["total"]) == (10000 if state == "open" else 0)


@pytest.mark.parametrize("word, reason", [("Sleeping", "no status that is known"), ("", "is empty, and nothing else says")])
def test_unknown_statuses_are_refused(business, files, word, reason):
    files.write(invoices=invoices(one(**{"Invoice Status": word})))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    assert 'line 2, column "Invoice Status": ' in said and reason in said
    nothing_came_in(business)


# --- what is left between the balance and the payments -------------------------------------------------------------------------------
def paid(amount, **more):
    return payment(amount=amount, **{"Date": "2026-01-20"} | more)


REST = [  # invoice, payments (None: no file), state, paid, written off, booked as
    ("closed, by a payment of another file or a credit note", one(balance="0.00", **{"Invoice Status": "Closed"}), [], "paid", 10000, 0, ["paid, in no file"]),
    ("closed by a credit note that a column says", one(balance="0.00", **{"Invoice Status": "Closed", "Credits Applied": "100"}), [], "written_off", 0, 10000, ["credited"]),
    ("credits that a column says", one(balance="0", **{"Invoice Status": "Closed", "Credits Applied": "30"}), [paid("70")], "paid", 7000, 3000, ["credited"]),
    ("written off", one(balance="0.00", **{"Invoice Status": "WrittenOff", "WriteOff Amount": "100.00"}), [], "written_off", 0, 10000, ["written off"]),
    ("the rest written off", one(balance="0", **{"Invoice Status": "WriteOff", "WriteOff Amount": "60"}), [paid("40")], "paid", 4000, 6000, ["written off"]),
    ("tax withheld", one(balance="0", **{"Invoice Status": "Closed"}), [paid("90", **{"Withholding Tax Amount": "10.00"})], "paid", 9000, 1000, ["withholding tax"]),
    ("early payment", one(balance="0", **{"Invoice Status": "Closed"}), [paid("98", **{"Early Payment Discount": "2"})], "paid", 9800, 200, ["early payment discount"]),
    ("all of them", one(balance="5", **{"WriteOff Amount": "20", "Credits Applied": "15"}),
     [paid("40", **{"Withholding Tax Amount": "10", "Early Payment Discount": "10"})], "open", 4000, 5500,
     ["withholding tax", "early payment discount", "credited", "written off"]),
    ("paid, and no payments file", one(balance="0", **{"Invoice Status": "Closed"}), None, "paid", 10000, 0, ["paid, in no file"]),
    ("paid in part, and no payments file", one(balance="25", **{"Invoice Status": "PartiallyPaid"}), None, "open", 7500, 0, ["paid, in no file"]),
    ("paid by the file", one(balance="0", **{"Invoice Status": "Closed"}), [paid("100")], "paid", 10000, 0, []),
]


@pytest.mark.parametrize("row, payments, state, got_paid, off, as_what", [r[1:] for r in REST], ids=[r[0] for r in REST])
def test_nothing_stays_open_that_the_file_calls_settled(business, files, row, payments, state, got_paid, off, as_what):
    names = ["contacts", "invoices"] + (["payments"] if payments is not None else [])
    files.write(invoices=invoices(row), payments=table(PAID, payments or []))
    got = run(business, *files.words(*names))
    invoice = the(business)
    assert (invoice["state"], cents(invoice["paid"]), cents(invoice.get("written_off"))) == (state, got_paid, off)
    assert cents(invoice["balance"]) == 10000 - got_paid - off == round(float(row["Balance"]) * 100)
    assert [b["as"] for b in got["booked"]] == as_what
    assert all(word in invoice["reason"] for word in as_what) if off else "reason" not in invoice
    assert got["totals"]["outstanding"] == f"{float(row['Balance']):.2f}"
    assert cents(business.json("customer.overview", f"id={invoice['customer']}")["ageing"]["total"]) == cents(invoice["balance"])
    again = run(business, *files.words(*names))
    assert again["booked"] == [] and again["differs"] == [] and not any(again["new"].values())
    assert business.json("check")["problems"] == []


@pytest.mark.parametrize("row, payments, column, reason", [
    (one(balance="100.00", **{"Invoice Status": "Closed"}), [], "Balance", "the status is"),
    (one(balance="80.00"), [paid("50")], "Balance", "says that 80.00 EUR is due, but of the total the payments leave 50.00 EUR"),
    (one(balance="-1.00"), [], "Balance", "less than nothing"),
], ids=["status", "payments", "negative"])
def test_a_balance_that_can_not_be_is_refused(business, files, row, payments, column, reason):
    files.write(invoices=invoices(row), payments=table(PAID, payments))
    said = business.refused("import", "zoho", *files.words())
    assert f'line 2, column "{column}": ' in said and reason in said
    nothing_came_in(business)


def test_the_real_payments_take_the_place_of_the_one_that_stood_in(business, files):
    files.write(invoices=invoices(one(balance="0", **{"Invoice Status": "Closed", "Last Payment Date": "2026-02-01"})),
                payments=table(PAID, [payment("8", "11", amount="60.00", Date="2026-01-20"), payment("9", "12", amount="40.00", Date="2026-02-01")]))
    run(business, *files.words("contacts", "invoices"))
    stand_in, = business.json("payment.list")["payments"]
    assert stand_in["date"] == "2026-02-01" and cents(stand_in["amount"]) == 10000 and the(business)["state"] == "paid"
    run(business, *files.words())
    assert sorted((p["number"], cents(p["amount"])) for p in business.json("payment.list")["payments"]) == [("11", 6000), ("12", 4000)]
    assert (the(business)["state"], cents(the(business)["paid"])) == ("paid", 10000)
    assert business.json("check")["problems"] == []


def test_a_retainer_is_credit(business, files):
    files.write(invoices=invoices(one()), payments=table([c if c != "Payment Type" else "Kind" for c in PAID] + ["Payment Type"], [
        payment(invoice="RET-00001", amount="50.00", **{"Payment Type": "Retainer Payment", "Unused Amount": "0.00"})]))
    got = run(business, *files.words())
    assert got["notes"] == {"a retainer payment came in as credit": ["1"]}
    assert cents(business.json("payment.get", 'payment="1"')["payment"]["unused"]) == 5000 and the(business)["state"] == "open"


# --- the second run ---------------------------------------------------------------------------------------------------------------
def differences(got):
    return sorted((d["name"], d["column"], d["here"], d["there"], d["applied"]) for d in got["differs"])


def test_a_second_run_tells_what_differs_and_changes_nothing(business, files):
    def state(word, n, **more):
        return one(**{"Invoice ID": str(n), "Invoice Number": f"Z-{n}", "Invoice Status": word} | more)

    files.write(invoices=invoices(state("PendingApproval", 1), state("Closed", 2, Balance="0.00"), state("Draft", 3), state("Sent", 4)))
    run(business, *files.words("contacts", "invoices"))
    files.write(contacts=table(CONTACTS, [contact(name="Bodega Norte", EmailID="new@bodega.test", Phone="+34 1")]),
                invoices=invoices(state("Void", 1), state("Sent", 3), state("Sent", 4, Total="120.00", Balance="120.00", **{"Item Price": "120.00"})))
    before = business.json("event.list", "limit=1")["last"]
    got = run(business, *files.words("contacts", "invoices"))
    expected = [("Bodega Norte", "Company Name", "Bodega Sur", "Bodega Norte"), ("Bodega Norte", "Display Name", "Bodega Sur", "Bodega Norte"),
                ("Bodega Norte", "EmailID", "maria1@bodega.test", "new@bodega.test"), ("Bodega Norte", "EmailID", "maria1@bodega.test", "new@bodega.test"),
                ("Bodega Norte", "MobilePhone", "", "+34 1"), ("Bodega Norte", "Phone", "", "+34 1"),
                ("Z-1", "Invoice Status", "draft", "void"), ("Z-3", "Invoice Status", "draft", "open"),
                ("Z-4", "Balance", "100.00 EUR", "120.00 EUR"), ("Z-4", "Item Price", "100", "120"), ("Z-4", "Total", "100.00 EUR", "120.00 EUR")]
    assert differences(got) == [(*e, False) for e in expected] and got["changed"] == {}
    assert business.json("event.list", "limit=1")["last"] == before
    got = run(business, *files.words("contacts", "invoices"), "--update")
    assert differences(got) == [(*e, e[0] != "Z-4") for e in expected] and got["changed"] == {"contacts": 1, "invoices": 2}
    assert [the(business, f"Z-{n}")["state"] for n in (1, 2, 3, 4)] == ["void", "paid", "open", "open"]
    assert cents(the(business, "Z-4")["total"]) == 10000
    customer = business.json("customer.get", f"id={the(business, 'Z-3')['customer']}")
    assert customer["customer"]["name"] == "Bodega Norte" and customer["contacts"][0]["email"] == "new@bodega.test"
    last = differences(run(business, *files.words("contacts", "invoices"), "--update"))
    assert last == [(*e, False) for e in expected if e[0] == "Z-4"]
    assert business.json("check")["problems"] == []


def test_differing_payments_are_told_and_stay(business, files):
    run(business, *files.words())
    files.write(payments=table(PAYMENTS, [payment(amount="23.00", Date="2026-01-21")]))
    got = run(business, *files.words("payments"), "--update")
    assert differences(got) == [("1", "Amount", "23.80 EUR", "23.00 EUR", False), ("1", "Amount Applied to Invoice", "23.80 EUR", "23.00 EUR", False),
                                ("1", "Date", "2026-01-20", "2026-01-21", False)]
    assert cents(business.json("payment.get", 'payment="1"')["payment"]["amount"]) == 2380


# --- what stays out -----------------------------------------------------------------------------------------------------------------
def test_skip_bad_brings_in_the_rest_and_says_what_stayed_out(business, files):
    files.write(contacts=table(CONTACTS, [contact(), contact("2", "Bad", EmailID="nonsense")]),
                invoices=table(INVOICES, [item(), item("2", "A-2", **{"Item Price": "x"}), item("2", "A-2"), item("3", "B-1", "2")]),
                payments=table(PAYMENTS, [payment(amount="23.80", Amount="47.60"), payment(invoice="A-2", amount="23.80", Amount="47.60"),
                                          payment("7002", "2", invoice="A-2", amount="1.00")]))
    words = files.words()
    assert "nothing was brought in" in business.refused("import", "zoho", *files.words())
    nothing_came_in(business)
    got = json.loads(business.run("--json", "import", "zoho", *words, "--skip-bad", code=8).stdout)
    assert got["new"] == {"contacts": 1, "invoices": 1, "payments": 1}
    assert [(f["file"].rsplit("/")[-1], f["line"], f["column"]) for f in got["stayed_out"]] == [
        ("contacts.csv", 3, "EmailID"), ("invoices.csv", 3, "Item Price"), ("invoices.csv", 5, "Customer ID"), ("payments.csv", 3, "Invoice Number"),
        ("payments.csv", 4, "Invoice Number")]
    assert the(business)["state"] == "paid" and cents(business.json("payment.get", 'payment="1"')["payment"]["unused"]) == 2380
    # mended: the rest comes in, and with --update the payment's part that waited
    files.write(contacts=table(CONTACTS, [contact(), contact("2", "Bad")]),
                invoices=table(INVOICES, [item(), item("2", "A-2", Total="47.60"), item("2", "A-2", Total="47.60"), item("3", "B-1", "2")]))
    got = run(business, *files.words(), "--update")
    assert got["new"] == {"contacts": 1, "invoices": 2, "payments": 1} and got["changed"] == {"payments": 1}
    assert cents(the(business, "A-2")["balance"]) == 4760 - 2380 - 100
    assert business.json("check")["problems"] == []


def test_people_get_a_summary(business, files):
    files.write(invoices=invoices(one(balance="0", **{"Invoice Status": "Closed", "Due Date": "2026-01-09"})), payments=table(PAID, []))
    said = business.run("import", "zoho", *files.words()).stdout
    assert "contacts  1 brought in, 0 here already" in said and "invoiced 100.00, paid 0.00, settled otherwise 100.00, outstanding 0.00" in said
    assert "invoice A-1: paid, in no file 100.00 EUR" in said and "due before its date, kept as the file says: A-1" in said


# --- killed ---------------------------------------------------------------------------------------------------------------------------
def held(ctl):
    documents = {d["number"]: (d["state"], cents(d["total"]), cents(d["balance"])) for d in every(ctl, "invoice.list", "invoices")}
    payments = {p["number"]: (cents(p["amount"]), len(p["allocations"])) for p in every(ctl, "payment.list", "payments")}
    return sorted(c["name"] for c in every(ctl, "customer.list", "customers")), documents, payments


def every(ctl, op, name):
    rows, after = [], ""
    while True:
        page = ctl.json(op, "limit=100", *([f"after={after}"] if after else []))
        rows += page[name]
        after = page.get("next")
        if not after:
            return rows


def test_killed_half_way_and_run_again_ends_where_an_uninterrupted_one_does(daemon, tmp_path):
    n = 400
    files = Files(tmp_path)
    files.write(contacts=table(CONTACTS, [contact(str(i), f"Customer {i}") for i in range(n)]),
                invoices=invoices(*(one(balance="0", **{"Invoice ID": str(i), "Invoice Number": f"N-{i}", "Customer ID": str(i), "Invoice Status": "Closed"})
                                    for i in range(n))),
                payments=table(PAID, [payment(str(i), f"P-{i}", str(i), f"N-{i}", "60.00") for i in range(n)]))
    whole, killed = new_business(daemon), new_business(daemon)
    run(whole, *files.words())
    kills = 0
    for rows in (("customer.list", "customers"), ("invoice.list", "invoices"), ("payment.list", "payments")):
        p = subprocess.Popen([PROGRAM, "import", "zoho", *files.words()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=killed.env)
        deadline = time.monotonic() + 60
        while p.poll() is None and not killed.json(rows[0], "limit=1")[rows[1]]:
            assert time.monotonic() < deadline
        if p.poll() is None:
            os.kill(p.pid, signal.SIGKILL)
            kills += 1
        p.wait()
    assert kills  # at least once there was something to interrupt
    run(killed, *files.words())
    assert held(killed) == held(whole)
    assert killed.json("check")["problems"] == []
