"""import: one run tells every fault of every row, each once; a draft keeps what its row does not give; what the sums of the summary are of."""
import csv
import itertools
import json

import pytest

from test_import import CONTACTS, PAYMENTS, business, contact, daemon, files, item, nothing_came_in, payment, run, table  # noqa: F401
from test_import_files import MORE, PAID, cents, invoices, one, the


def faults(ctl, *words):
    """[(file, line, column)] of all that is said, in order; nothing came in."""
    said = ctl.refused("import", "zoho", *words)
    assert said.splitlines()[-1].endswith("nothing was brought in")
    nothing_came_in(ctl)
    return [(at.split(", line ")[0].rsplit("/")[-1], int(at.split(", line ")[1].split(",")[0].split(":")[0]), at.split('"')[1] if '"' in at else "")
            for at in said.splitlines()[:-1]]


def columns(ctl, *words):
    """The columns of a file of one row."""
    return sorted(column for _, _, column in faults(ctl, *words))


@pytest.fixture
def admin(business, daemon):
    """The administrator of the business, at the protocol; with a customer."""
    client = daemon.client()
    client.sign_in(json.loads(business.session.read_text())["portal"], "ada@acme.test", "correct horse battery")
    client.ask("import.customers", rows=[{"source": "c", "customer": {"name": "Iris", "currency": "EUR"}}, {"source": "c2", "customer": {"name": "Uwe", "currency": "EUR"}}])
    return client


def euro(amount):
    return {"amount": round(float(amount) * 100), "currency": "EUR"}


def line(**more):
    return {"name": "Paper", "quantity": "1", "price": "100"} | more


def row(source="1", customer="c", total="100", **document):
    made = {"number": f"A-{source}", "date": "2020-01-01", "currency": "EUR", "lines": [line()]} | document
    return {"source": source, "customer_source": customer, "document": {k: v for k, v in made.items() if v is not None}} | ({"total": euro(total)} if total else {})


def problems(client, *rows, **more):
    return sorted((p["row"], p["field"]) for p in client.ask("import.invoices", rows=list(rows), **more)["problems"])


# --- every fault of a row: the reader -------------------------------------------------------------------------------------------
BAD_CELLS = {"Total": "x", "Balance": "x", "Item Price": "x", "Quantity": "x", "Discount": "x", "Discount Amount": "x", "Item Tax %": "x", "Item Tax2 %": "x",
             "Shipping Charge": "x", "Shipping Charge Tax %": "x", "Adjustment": "x", "Round Off": "x", "WriteOff Amount": "x", "Credits Applied": "x",
             "Due Date": "x", "Last Payment Date": "x", "Invoice Status": "x", "Is Inclusive Tax": "x", "Customer ID": "77", "Item Name": "a\x1bb",
             "Usage unit": "u" * 31}


def test_every_cell_of_a_row_that_is_no_good_is_told_and_none_twice(business, files):
    files.write(invoices=invoices(one(**BAD_CELLS)))
    assert columns(business, *files.words("contacts", "invoices")) == sorted(BAD_CELLS)


def test_a_currency_that_is_none_hides_no_amount(business, files):
    files.write(invoices=invoices(one(**BAD_CELLS | {"Currency Code": "EURO"})))
    assert columns(business, *files.words("contacts", "invoices")) == sorted([*BAD_CELLS, "Currency Code"])


@pytest.mark.parametrize("bad", sorted(BAD_CELLS))
def test_one_cell_that_is_no_good_makes_no_other_fault_of_it(business, files, bad):
    files.write(invoices=invoices(one(**{bad: BAD_CELLS[bad]})))
    assert columns(business, *files.words("contacts", "invoices")) == [bad]


AMOUNTS = [column for column, cell in BAD_CELLS.items() if cell == "x" and column not in ("Due Date", "Last Payment Date", "Invoice Status", "Is Inclusive Tax")]


@pytest.mark.parametrize("wrong", ["1.2.3", "1e3", "--5", "9" * 20, "0.1234567", "5 USD"])
def test_whatever_is_wrong_with_an_amount_it_is_told_of_its_cell_alone(business, files, wrong):
    files.write(invoices=invoices(*(one(**{"Invoice ID": str(n), "Invoice Number": f"N-{n}", column: wrong}) for n, column in enumerate(AMOUNTS))))
    assert faults(business, *files.words("contacts", "invoices")) == [("invoices.csv", n + 2, column) for n, column in enumerate(AMOUNTS)]


def test_no_two_faults_of_a_row_hide_each_other(business, files):
    """Each pair of them on an invoice of its own, in one file."""
    pairs = list(itertools.combinations(BAD_CELLS, 2))
    files.write(invoices=invoices(*(one(**{"Invoice ID": str(n), "Invoice Number": f"N-{n}", a: BAD_CELLS[a], b: BAD_CELLS[b]}) for n, (a, b) in enumerate(pairs))))
    said = faults(business, *files.words("contacts", "invoices"))
    assert sorted(said) == sorted(("invoices.csv", n + 2, c) for n, pair in enumerate(pairs) for c in pair)


@pytest.mark.parametrize("empty", ["Total", "Quantity", "Item Price", "Invoice Date", "Invoice Number", "Invoice ID", "Customer ID", "Currency Code"])
def test_an_empty_cell_makes_no_other_fault_of_it_and_hides_none(business, files, empty):
    files.write(invoices=invoices(one(**{empty: ""})))
    assert columns(business, *files.words("contacts", "invoices")) == [empty]
    files.write(invoices=invoices(one(**{empty: "", "Due Date": "soon", "Adjustment": "x"})))
    assert columns(business, *files.words("contacts", "invoices")) == sorted([empty, "Due Date", "Adjustment"])


def test_numbers_that_can_be_read_in_two_ways_are_all_told(business, files):
    both = one("12.5", "12.5", **{"Invoice ID": "2", "Invoice Number": "A-2", "Item Price": "12,5", "Quantity": "1"})
    mixed = one("12,5", "12,5", **{"Invoice ID": "3", "Invoice Number": "A-3", "Item Price": "12.5", "Quantity": "1"})
    files.write(invoices=invoices(one("1.250", "1.250", **{"Item Price": "1.250"}), both, mixed))
    assert faults(business, *files.words("contacts", "invoices")) == [("invoices.csv", 2, c) for c in ("Total", "Balance", "Item Price")]


def test_a_point_that_may_group_is_refused_when_nothing_in_the_file_tells(business, files):
    """1.250 on an invoice of 1250 came in as 1.25."""
    invoice = one("1250", "", **{"Item Price": "1250", "Quantity": "1"})
    silent = payment(invoice="A-1", **{"Amount": "1.250", "Amount Applied to Invoice": "1.250", "Unused Amount": ""})
    files.write(invoices=invoices(invoice), payments=table(PAYMENTS, [silent]))
    said = business.refused("import", "zoho", *files.words())
    for column in ("Amount", "Amount Applied to Invoice"):
        assert f'payments.csv, line 2, column "{column}": "1.250" can be read in two ways' in said and "--decimal comma or --decimal point" in said, said
    nothing_came_in(business)


@pytest.mark.parametrize("decimal, amount", [("comma", 125000), ("point", 125)])
def test_a_point_that_may_group_is_read_as_said(business, files, decimal, amount):
    invoice = one("1250", "", **{"Item Price": "1250", "Quantity": "1"})
    files.write(invoices=invoices(invoice), payments=table(PAYMENTS, [payment(invoice="A-1", **{"Amount": "1.250", "Amount Applied to Invoice": "1.250", "Unused Amount": ""})]))
    run(business, *files.words(), "--decimal", decimal)
    assert [p["amount"]["amount"] for p in business.json("payment.list")["payments"]] == [amount]


# --- and the server, in the same run ------------------------------------------------------------------------------------------------
def test_a_row_with_a_bad_cell_is_looked_at_by_the_server_too(business, files):
    run(business, *files.words("contacts", "invoices"))  # A-1 is taken
    taken = one("99.00", **{"Invoice ID": "2", "Customer ID": "77", "Due Date": "soon"})
    credit = one(**{"Invoice ID": "3", "Invoice Number": "A-3", "Notes": "x" * 4001, "Discount Amount": "200.00", "Balance": ""})
    files.write(invoices=invoices(taken, credit))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    for line_, column, reason in ((2, "Due Date", "no date like"), (2, "Customer ID", "no customer zoho:77"), (2, "Invoice Number", "another invoice has"),
                                  (2, "Total", "add up to 100.00"), (3, "Notes", "at most 4000"), (3, "Discount Amount", "between nothing and the whole line")):
        assert [1 for at in said.splitlines() if f'line {line_}, column "{column}": ' in at and reason in at] == [1], (column, said)
    assert len(said.splitlines()) == 7 and [n["number"] for n in business.json("invoice.list")["invoices"]] == ["A-1"]


def test_a_line_that_can_not_be_read_hides_no_fault_of_another(business, files):
    files.write(invoices=invoices(one("77.00", **{"Item Price": "x"}), one("77.00", **{"Discount Amount": "200.00"}),
                                  one("77.00", **{"Item Tax2": "T", "Item Tax2 %": "19", "Item Tax": "T", "Item Tax %": "19"}), one("77.00", **{"Due Date": "2026-01-24"})))
    assert faults(business, *files.words("contacts", "invoices")) == [("invoices.csv", 2, "Item Price"), ("invoices.csv", 3, "Discount Amount"),
                                                                      ("invoices.csv", 4, "Item Tax2 %")]


def test_a_customer_that_stays_out_hides_no_fault_of_its_invoices(business, files):
    files.write(contacts=table(CONTACTS, [contact(EmailID="nonsense")]), invoices=invoices(one("99.00")),
                payments=table(PAYMENTS, [payment(invoice="A-9", Date="2900-01-01")]))
    assert faults(business, *files.words()) == [("contacts.csv", 2, "EmailID"), ("invoices.csv", 2, "Total"), ("payments.csv", 2, "Date"),
                                                ("payments.csv", 2, "Invoice Number")]


def test_every_fault_of_a_payment_is_told(business, files):
    bad = {"Date": "x", "Amount": "x", "Amount Applied to Invoice": "x", "Unused Amount": "x", "Early Payment Discount": "x", "Withholding Tax Amount": "x",
           "Payment Status": "x", "CustomerID": "77", "Invoice Number": "A-9", "Description": "a\x1bb"}
    for more in ({}, {"Currency Code": "EURO"}):
        files.write(payments=table(PAID, [payment(**bad | more)]))
        assert columns(business, *files.words("contacts", "payments")) == sorted(bad | more)
    for one_bad in bad:
        files.write(invoices=invoices(one("23.80", "0", **{"Item Price": "23.80"})), payments=table(PAID, [payment(**{one_bad: bad[one_bad]})]))
        assert columns(business, *files.words()) == [one_bad], one_bad
    files.write(invoices=invoices(one(), one(**{"Invoice ID": "2", "Invoice Number": "A-2", "Invoice Status": "Draft", "Customer ID": "2"})),
                contacts=table(CONTACTS, [contact(), contact("2", "Other")]),
                payments=table(PAID, [payment(invoice="A-2", amount="5.00", Amount="4.00"), payment(invoice="A-9", amount="7.00", Amount="4.00")]))
    assert sorted(faults(business, *files.words())) == [("payments.csv", 2, "Amount Applied to Invoice"), ("payments.csv", 2, "CustomerID"),
                                                        ("payments.csv", 2, "Invoice Number"), ("payments.csv", 3, "Invoice Number")]


def test_a_contact_that_is_there_twice_is_looked_at_all_the_same(business, files):
    files.write(contacts=table(CONTACTS, [contact(), contact(Notes="x" * 2001, Status="sleeping")]))
    assert sorted(faults(business, *files.words("contacts"))) == [("contacts.csv", 3, c) for c in ("Contact ID", "Notes", "Status")]


def test_more_faults_than_an_answer_holds_are_all_told(business, files):
    rows = [one("1.00", **{"Invoice ID": str(n), "Invoice Number": f"N-{n}", "Discount Amount": "200.00", "Customer ID": "77"}) for n in range(90) for _ in range(7)]
    files.write(invoices=invoices(*rows))
    said = faults(business, *files.words("contacts", "invoices"))
    assert sorted(said) == sorted([("invoices.csv", n + 2, "Discount Amount") for n in range(630)] + [("invoices.csv", 7 * n + 2, "Customer ID") for n in range(90)])


# --- the operation itself ---------------------------------------------------------------------------------------------------------------
def test_the_operation_tells_every_fault_of_a_row(admin):
    bad = row(customer="nobody", total="100", number="", date="2900-01-01", due="2999-01-01", supply_date="2900-01-01", period_until="2900-01-01",
              lines=[line(discount=euro("200")), line(tax_name="T", tax_percent="5", tax2_name="T", tax2_percent="5"), line(price="5")],
              shipping=euro("-1"), adjustment={"amount": 1, "currency": "USD"})
    bad |= {"written_off": euro("200"), "settled_on": "2900-01-01"}
    assert problems(admin, bad) == [(0, f) for f in sorted([
        "customer_source", "document.number", "document.date", "document.due", "document.supply_date", "document.period_from", "document.period_until",
        "document.lines.0.discount", "document.lines.1.tax2_percent", "document.shipping", "document.adjustment", "document.reason", "written_off",
        "settled_on"])]
    assert problems(admin, row(customer="nobody", total="99"), row("2", total="98")) == [(0, "customer_source"), (0, "total"), (1, "total")]
    assert admin.ask("invoice.list")["invoices"] == []


@pytest.mark.parametrize("field, days", [
    ("supply_date", {"supply_date": "2900-01-01"}), ("period_from", {"period_until": "2020-01-01"}), ("period_until", {"period_from": "2020-01-01"}),
    ("period_until", {"period_from": "2020-02-01", "period_until": "2020-01-01"}), ("period_until", {"period_from": "2020-02-01", "period_until": "2900-01-01"}),
    ("due", {"due": "2040-01-01"}), ("date", {"date": "2900-01-01"}), ("date", {"date": None})])
def test_days_are_held_to_what_holds_for_any_invoice(admin, field, days):
    assert problems(admin, row(**days)) == [(0, f"document.{field}")]
    customer = admin.ask("customer.list")["customers"][0]["id"]
    if days != {"date": None}:
        refused = admin.refused("invoice.create", customer=customer, document={"date": "2020-01-01", "lines": [line()]} | days)
        assert (refused.code, refused.field) == ("invalid", f"document.{field}")


def test_history_may_be_old_and_due_before_its_date(admin):
    old = row(date="1990-05-01", due="1990-04-01", supply_date="1985-01-01", period_from="1980-01-01", period_until="1985-01-01")
    assert problems(admin, old) == []
    assert admin.ask("invoice.get", invoice="A-1")["invoice"]["supply_date"] == "1985-01-01"


def test_three_of_one_number_are_told_once_each(admin):
    rows = [row("1", number="N"), row("1", number="N"), row("1", number="N")]
    assert problems(admin, *rows) == sorted([(n, f) for n in (1, 2) for f in ("source", "document.number")])


# --- a draft that is here --------------------------------------------------------------------------------------------------------------
WHOLE = {"state": "draft", "due": "2020-02-01", "reference": "PO 1", "no_card": True, "no_transfer": True, "notes": "Note", "terms": "Terms", "statement": "Self-billing",
         "supply_date": "2019-12-01", "period_from": "2019-11-01", "period_until": "2019-11-30", "billing": {"street": "Old 1", "city": "Lugo", "phone": "1"},
         "lines": [line(description="white", unit="box", category="exempt", reason="Article 135"), line(name="Ink")]}


def draft(admin, number="A-1"):
    """What was written on it."""
    told = ("also", "status", "seller", "revision", "balance", "taxes", "subtotal", "discount", "tax", "paid", "viewed", "created", "sent")
    return {k: v for k, v in admin.ask("invoice.get", invoice=number)["invoice"].items() if k not in told}


def update(admin, *rows):
    got = admin.ask("import.invoices", rows=list(rows), update=True)
    assert got["problems"] == []
    return {d["field"]: (d.get("here", ""), d.get("there", "")) for d in got.get("differs", []) if d["applied"]}


def test_a_draft_keeps_what_its_row_does_not_give(admin):
    assert problems(admin, row(total="200", **WHOLE)) == []
    before = draft(admin)
    assert before["no_card"] and before["no_transfer"]
    assert update(admin, row(total="200", reference="PO 2", state="draft", lines=[line(), line(name="Ink")], billing={"street": "New 2"})) == {
        "document.reference": ("PO 1", "PO 2"), "document.billing.street": ("Old 1", "New 2")}
    after = draft(admin)
    assert after == before | {"reference": "PO 2", "billing": before["billing"] | {"street": "New 2"}}
    assert update(admin, row(total="200", reference="PO 2", state=None, lines=None)) == {}  # nothing is named that differs


def test_a_draft_keeps_what_was_written_on_it_here(admin):
    assert problems(admin, row(state="draft")) == []
    here = admin.ask("invoice.get", invoice="A-1")["invoice"]
    admin.ask("invoice.update", invoice=here["id"], revision=here["revision"], document={"no_card": True, "notes": "Ours"})
    assert update(admin, row(state="draft", terms="Theirs")) == {"document.terms": ("", "Theirs")}
    after = draft(admin)
    assert (after["no_card"], after["notes"], after["terms"]) == (True, "Ours", "Theirs")


CHANGES = [
    ({"supply_date": "2019-12-02"}, {"document.supply_date": ("2019-12-01", "2019-12-02")}),
    ({"period_until": "2019-11-29"}, {"document.period_until": ("2019-11-30", "2019-11-29")}),
    ({"statement": "Margin scheme"}, {"document.statement": ("Self-billing", "Margin scheme")}),
    ({"no_card": False}, {"document.no_card": ("yes", "no")}),
    ({"reason": "Because"}, {"document.reason": ("", "Because")}),
    ({"tax_per_line": True}, {"document.tax_per_line": ("no", "yes")}),
    ({"number": "A-9"}, {"document.number": ("A-1", "A-9")}),
    ({"lines": [line(category="export"), line(name="Ink")]}, {"document.lines.0.category": ("exempt", "export")}),
    ({"lines": [line(reason="Article 136"), line(name="Ink")]}, {"document.lines.0.reason": ("Article 135", "Article 136")}),
]


@pytest.mark.parametrize("change, told", CHANGES, ids=[next(iter(c)) + str(i) for i, (c, _) in enumerate(CHANGES)])
def test_every_field_of_a_draft_that_changes_is_told(admin, change, told):
    assert problems(admin, row(total="200", **WHOLE)) == []
    before = draft(admin)
    assert update(admin, row(total="200", state="draft", **{"lines": [line(), line(name="Ink")]} | change)) == told
    after = draft(admin, change.get("number", "A-1"))
    assert {k for k in before if after.get(k) != before[k]} <= set(change)


def test_figures_of_a_draft_come_as_a_whole_with_the_total_and_are_told(admin, business):
    # 90 less 10 % is 81, with two taxes of 10 % 97.20; shipping 10 with 20 % is 12; 8 behind it all
    full = row(total="117.20", state="draft", discount_percent="10", shipping=euro("10"), shipping_tax_percent="20", shipping_tax_name="VAT", adjustment=euro("8"),
               lines=[line(tax_name="GST", tax_percent="10", tax2_name="QST", tax2_percent="10", price="90")])
    assert problems(admin, full) == []
    seen = admin.ask("import.invoices", rows=[row(state="draft")])["differs"]
    told = update(admin, row(state="draft"))
    assert sorted(told) == sorted(d["field"] for d in seen) and not any(d["applied"] for d in seen)  # without update the same is told
    assert {"document.discount_percent", "document.shipping", "document.shipping_tax_percent", "document.shipping_tax_name", "document.adjustment", "total",
            "document.lines.0.price", "document.lines.0.tax_name", "document.lines.0.tax_percent", "document.lines.0.tax2_name",
            "document.lines.0.tax2_percent", "document.lines.0.category"} == set(told)
    after = draft(admin)
    assert after["total"] == euro("100") and not after["lines"][0].get("tax2_name") and not after["lines"][0].get("tax_name")
    assert business.json("check")["problems"] == []


def test_a_line_that_is_another_is_taken_whole(admin):
    assert problems(admin, row(total="200", **WHOLE)) == []
    told = update(admin, row(total="200", state="draft", lines=[line(name="Ink"), line()]))
    assert told["document.lines.0.category"] == ("exempt", "") and told["document.lines.0.description"] == ("white", "")
    assert draft(admin)["lines"][0].get("description", "") == ""


def test_a_draft_of_another_customer_is_told(admin):
    assert problems(admin, row(state="draft")) == []
    got = admin.ask("import.invoices", rows=[row(state="draft", customer="c2")])
    assert [(d["field"], d["here"], d["there"], d["applied"]) for d in got["differs"]] == [("customer_source", "Iris", "Uwe", False)]
    assert update(admin, row(state="draft", customer="c2")) == {"customer_source": ("Iris", "Uwe")}
    assert draft(admin)["customer_name"] == "Uwe"


def test_what_was_sent_stays_and_every_difference_is_told(admin):
    assert problems(admin, row(**{k: v for k, v in WHOLE.items() if k not in ("state", "lines")})) == []
    before = draft(admin)
    got = admin.ask("import.invoices", rows=[row(supply_date="2019-12-09", statement="x", no_card=False, lines=[line(category="export")])], update=True)
    assert sorted((d["field"], d["applied"]) for d in got["differs"]) == [(f"document.{f}", False) for f in ("lines.0.category", "no_card", "statement", "supply_date")]
    assert draft(admin) == before


# --- what the sums are of ------------------------------------------------------------------------------------------------------------
def sums(said):
    return [at for at in said.splitlines() if at.startswith(("in the files", "of it"))]


def test_the_summary_says_what_its_sums_are_of(business, files):
    second = {"Invoice ID": "2", "Invoice Number": "A-2"}
    words = list(files.words())
    files.write(invoices=invoices(one()), payments=table(PAID, [payment(amount="40.00")]), contacts=table(CONTACTS, [contact()]))
    files.write(invoices=invoices(one(balance="60.00")))
    whole = "invoiced 100.00, paid 40.00, outstanding 60.00"
    assert sums(business.run("import", "zoho", *words, "--dry-run").stdout) == [f"in the files: {whole}", "of it would be new here: invoiced 100.00, paid 40.00"]
    assert sums(business.run("import", "zoho", *words).stdout) == [f"in the files: {whole}", "of it new here: invoiced 100.00, paid 40.00"]
    for more in ([], ["--dry-run"]):
        assert sums(business.run("import", "zoho", *words, *more).stdout) == [
            f"in the files: {whole}", f"of it {'would be ' * bool(more)}new here: invoiced 0.00, paid 0.00"]
    files.write(invoices=invoices(one(balance="60.00"), one("30.00", **second | {"Item Price": "30.00"}),
                                  one("7.00", **{"Invoice ID": "3", "Invoice Number": "A-3", "Item Price": "x"})))
    for more in (["--dry-run"], []):
        done = business.run("import", "zoho", *words, "--skip-bad", *more, code=8)
        assert sums(done.stdout) == ["in the files, without what stayed out: invoiced 130.00, paid 40.00, outstanding 90.00",
                                     f"of it {'would be ' * bool(more)}new here: invoiced 30.00, paid 0.00"]
        assert f"invoices  1 {'would come in' if more else 'brought in'}, 1 here already, 1 stayed out" in done.stdout
    assert sums(business.run("import", "zoho", *files.words("payments")).stdout) == ["in the files: paid 40.00", "of it new here: paid 0.00"]
    assert sums(business.run("import", "zoho", *files.words("contacts")).stdout) == []


def test_what_the_server_refuses_is_not_counted_as_coming_in(business, files):
    files.write(invoices=invoices(one(), one("5.00", **{"Invoice ID": "2", "Invoice Number": "A-2"})))
    got = json.loads(business.run("--json", "import", "zoho", *files.words("contacts", "invoices"), "--skip-bad", "--dry-run", code=8).stdout)
    assert got["new"] == {"contacts": 1, "invoices": 1, "payments": 0}
    assert (got["totals"]["invoiced"], got["new_totals"]["invoiced"], got["new_totals"]["invoices"]) == ("100.00", "100.00", 1)
    nothing_came_in(business)


# --- cells that are no text, and files in pieces -----------------------------------------------------------------------------------------
CELLS = [("a byte 0", b"1\x000", "there is a byte 0"), ("no UTF-8", b"1\xff0", "is not UTF-8"), ("a megabyte", b"1" * 1000000, "larger than 64 KiB"),
         ("an escape sequence", b"\x1b[31m1", "Not a number"), ("a newline", b'"1\n0"', "Not a number")]


@pytest.mark.parametrize("cell, reason", [c[1:] for c in CELLS], ids=[c[0] for c in CELLS])
@pytest.mark.parametrize("column", ["Item Price", "Total", "Balance"])
def test_a_cell_that_is_no_text_is_named_and_hides_nothing(business, files, column, cell, reason):
    bad = invoices(one(**{column: "HERE", "Due Date": "soon", "Quantity": "", "Customer ID": "77"}), one(**{"Invoice ID": "2", "Invoice Number": "A-2", "Quantity": ""}))
    files.write(invoices=bad.encode().replace(b"HERE", cell))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    assert [at for at in said.splitlines() if f'line 2, column "{column}": ' in at and reason in at], said
    second = 3 + cell.count(b"\n")
    assert sorted(at.split('"')[1] for at in said.splitlines() if ", line 2," in at) == sorted([column, "Due Date", "Quantity", "Customer ID"])
    assert [at.split('"')[1] for at in said.splitlines() if f", line {second}," in at] == ["Quantity"] and "\x1b" not in said
    nothing_came_in(business)


def test_a_cell_is_told_once_whatever_its_column_is_called_in_the_file(business, files):
    text = invoices(one(**{"Quantity": "HERE"})).replace("Quantity", "QTY", 1)
    files.write(invoices=text.encode().replace(b"HERE", b"\xff"))
    assert columns(business, *files.words("contacts", "invoices")) == ["QTY"]


def test_the_name_of_a_column_is_shown_without_its_control_characters(business, files):
    files.write(contacts=table(CONTACTS, [contact(Notes="HERE")]).replace("Notes", "No\x1btes").encode().replace(b"HERE", b"\xff"))
    assert "\x1b" not in business.refused("import", "zoho", *files.words("contacts"))
    files.write(contacts=table(CONTACTS, [contact(EmailID="HERE")]).replace("EmailID", "E\x1bmailID").encode().replace(b"HERE", b"\xff"))
    said = business.refused("import", "zoho", *files.words("contacts"))
    assert "is not UTF-8" in said and "\x1b" not in said


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["CRLF", "CR", "LF"])
def test_invoices_of_a_german_spreadsheet(business, files, mark, end):
    row_ = one("1.234,56", **{"Item Price": "1.234,56", "Quantity": "1", "Notes": "erste\nzweite"})
    files.write(invoices=table(MORE, [row_], start="\ufeff", delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL))
    run(business, *files.words("contacts", "invoices"))
    assert cents(the(business)["total"]) == 123456 and the(business)["notes"] == "erste\nzweite"
    files.write(invoices=table(MORE, [row_ | {"Invoice ID": "2", "Invoice Number": "A-2", "Total": "1.23,4.5"}], start="\ufeff", delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL))
    assert 'line 2, column "Total": "1.23,4.5"' in business.refused("import", "zoho", *files.words("contacts", "invoices"))


# --- two taxes of an edition for India -----------------------------------------------------------------------------------------------------
INDIA = MORE + ["CGST Rate %", "SGST Rate %", "IGST Rate %", "CESS Rate %", "CGST(FCY)", "SGST(FCY)"]


@pytest.mark.parametrize("rates, taxes, total", [
    ({"Item Tax": "GST18", "Item Tax %": "18", "CGST Rate %": "9.00", "SGST Rate %": "9.00", "IGST Rate %": "0.00"}, [("CGST", "9"), ("SGST", "9")], "118.00"),
    ({"CGST Rate %": "2.5", "SGST Rate %": "2.5"}, [("CGST", "2.5"), ("SGST", "2.5")], "105.00"),
    ({"Item Tax": "IGST18", "Item Tax %": "18", "IGST Rate %": "18", "CGST Rate %": "0"}, [("IGST18", "18")], "118.00"),
    ({"IGST Rate %": "18"}, [("IGST", "18")], "118.00"),
    ({"Item Tax": "IGST28", "Item Tax %": "28", "IGST Rate %": "28", "CESS Rate %": "12"}, [("IGST28", "28"), ("CESS", "12")], "140.00"),
    ({"Item Tax": "GST0", "Item Tax %": "0", "CGST Rate %": "0", "SGST Rate %": "0", "IGST Rate %": "0"}, [("GST0", "0")], "100.00")])
def test_the_parts_of_a_tax_group_are_two_taxes(business, files, rates, taxes, total):
    files.write(invoices=table(INDIA, [one(total, **{"Item Tax": "", "Item Tax %": ""} | rates)]))
    run(business, *files.words("contacts", "invoices"))
    line_ = the(business)["lines"][0]
    got = [(line_["tax_name"], line_.get("tax_percent", "0")), (line_.get("tax2_name"), line_.get("tax2_percent", "0"))]
    assert [t for t in got if t[0]] == taxes and cents(the(business)["total"]) == round(float(total) * 100)
    assert run(business, *files.words("contacts", "invoices"))["differs"] == []


@pytest.mark.parametrize("rates, column, reason", [
    ({"Item Tax %": "18", "CGST Rate %": "9", "SGST Rate %": "9", "CESS Rate %": "1"}, "CESS Rate %", "a third tax on this line"),
    ({"Item Tax %": "12", "CGST Rate %": "9", "SGST Rate %": "9"}, "Item Tax %", "is not what the rates of its parts come to"),
    ({"Item Tax %": "18", "CGST Rate %": "x", "SGST Rate %": "9"}, "CGST Rate %", "Not a number")])
def test_taxes_that_do_not_go_together_are_refused_in_words(business, files, rates, column, reason):
    files.write(invoices=table(INDIA, [one("118.00", **{"Item Tax": "GST18"} | rates)]))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    assert f'line 2, column "{column}": ' in said and reason in said
    assert "Total" not in said
    nothing_came_in(business)
