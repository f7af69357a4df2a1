"""import: no silent limit, no amount that is passed over, and what was planned is what is booked."""
import json
import pathlib
import re

import pytest

from daemon import Daemon, days, money, open_portal
from test_import import CONTACTS, SOURCE, business, contact, daemon, files, item, new_business, nothing_came_in, payment, run, table  # noqa: F401
from test_import_files import PAID, cents, every, invoices, one, the
from test_import_payments import Books, problems


@pytest.fixture
def admin(daemon):
    return daemon.sign_in()


@pytest.fixture
def books(daemon, admin):
    yield Books(admin)
    assert daemon.client().ask("system.check")["problems"] == []


# --- how many ------------------------------------------------------------------------------------------------------------------------
def test_a_file_may_have_every_currency_there_is(business, files):
    codes = re.findall(r"CURRENCY(?:_PAST)?\((\w{3}),", (SOURCE / "common/currency.def").read_text())
    assert len(codes) > 200
    files.write(contacts=table(CONTACTS, [contact(str(i), f"C{i}", **{"Currency Code": code}) for i, code in enumerate(codes)]),
                invoices=invoices(*(one("1", **{"Invoice ID": str(i), "Invoice Number": f"N-{i}", "Customer ID": str(i), "Currency Code": code, "Item Price": "1"})
                                    for i, code in enumerate(codes))))
    got = run(business, *files.words("contacts", "invoices"), "--dry-run")
    assert set(got["totals"]["currencies"]) == set(codes) == set(got["new_totals"]["currencies"])


def test_keys_that_begin_alike_are_told_apart_however_many_there_are(books):
    """What is looked up by is cut; a key may have 100 characters."""
    rows = [books.payment(str(n), "1", source="紙" * 80 + str(n)) for n in range(130)]
    for row in rows:
        del row["payment"]["number"]
    for known in 0, 130:
        got = books.fine("payments", *rows)
        assert (got["created"], got["known"]) == (130 - known, known)


MANY = 1100


@pytest.fixture(scope="module")
def crowd():
    """Customers of as many other books, who all have a payment of one number."""
    with Daemon() as d:
        admin = d.sign_in()
        all_books = range(MANY)
        for begin in range(0, MANY, 500):
            some = all_books[begin:begin + 500]
            admin.ask("import.customers", rows=[{"source": f"c{n}", "customer": {"name": f"C{n}", "currency": "EUR"},
                                                 "contact": {"name": "Maria", "email": f"maria{n}@c.test"}} for n in some])
            got = admin.ask("import.payments", rows=[paid_by(n) for n in some])
            assert got["problems"] == [] and got["created"] == len(some)
        yield d, admin


def paid_by(n, key="p", customer=None, **more):
    return {"source": f"c{customer if customer is not None else n}/{key}{n}", "customer_source": f"c{customer if customer is not None else n}",
            "payment": {"number": "Seven-7", "date": "2026-01-20", "mode": "cash", "amount": money(str(n + 1))}, "parts": []} | more


def test_a_number_that_many_have_is_looked_for_among_all_of_them(crowd):
    d, admin = crowd
    last = MANY - 1
    assert problems(admin.ask("import.payments", check=True, rows=[paid_by(last, "again")])) == [(0, "payment.number")]
    moved = paid_by(last, customer=0, own_key=f"p{last}")
    got = admin.ask("import.payments", check=True, rows=[moved])
    assert (got["known"], got["created"], got["problems"]) == (1, 0, [])


def test_somebody_s_own_payment_is_found_by_its_number_whatever_others_have(crowd):
    d, admin = crowd
    contacts = admin.ask("customer.get", customer=f"C{MANY - 1}")["contacts"]
    maria = open_portal(d, admin, contacts[0]["id"], f"maria{MANY - 1}@c.test")
    for number in "seven-7", "Seven-007":
        assert maria.ask("payment.get", payment=number)["payment"]["amount"] == money(str(MANY))


# --- one payment, one row --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("own_first", [False, True])
def test_two_rows_that_are_one_payment_are_a_problem_of_the_second(admin, books, own_first):
    other = Books(admin)
    books.fine("payments", books.payment("1", "100", source=f"{books.key}/k", number=books.number("N")))
    books.fine("invoices", books.invoice("A"), books.invoice("B"))
    here = books.payment("1", "100", ("A", "30"), source=f"{books.key}/k", number=books.number("N"))
    moved = books.payment("1", "100", ("B", "40"), source=f"{other.key}/k", number=books.number("N")) | {"customer_source": other.key, "own_key": "k"}
    rows = [moved, here] if own_first else [here, moved]
    for check in True, False:
        got = books.bring("payments", *rows, update=True, check=check)
        assert problems(got) == [(1, "source")]
    assert books.stands("A") == ("open", 0, 100) and books.paid() == {"N": (100, 100)}


# --- what was planned is booked ----------------------------------------------------------------------------------------------------------
def written_off_beside(admin, books, invoice):
    """By the invoice, and by the payments' parts of it."""
    rows = [admin.ask("payment.get", payment=p["id"])["payment"] for p in books.payments()]
    parts = [a for p in rows for a in p["allocations"] if a["number"] == books.number(invoice)]
    return cents(books.the(invoice).get("written_off")), sum(cents(a.get("written_off")) for a in parts)


def test_what_the_rows_of_a_batch_take_is_booked_as_it_was_planned(admin, books):
    """A row without a number comes before one that has one: its number is given when those of the file are known, its place is its own."""
    books.fine("invoices", books.invoice("A", settled="60", balance=money("40")))
    first = books.payment("1", "50", ("A", "50"))
    del first["payment"]["number"]
    first["parts"][0] |= {"written_off": money("10"), "reason": "withholding tax"}
    rows = first, books.payment("2", "40", ("A", "40"))
    asked = books.fine("payments", *rows, check=True)
    got = books.fine("payments", *rows)
    assert got["remarks"] == asked["remarks"] and asked["taken"] == [{"number": books.number("A"), "amount": money("100"), "stands_in": money("60")}]
    assert books.stands("A") == ("paid", 90, 0) and written_off_beside(admin, books, "A") == (1000, 1000)


# --- what is a guess ----------------------------------------------------------------------------------------------------------------------
OLD = "As the imported file says: credited, or settled without a payment in the files 60.00 EUR"


@pytest.mark.parametrize("by", ["file", "staff"])
def test_no_words_make_a_guess_of_what_was_written_off(admin, books, by):
    row = books.invoice("A", **({"written_off": money("60")} if by == "file" else {}))
    row["document"] |= {"reason": OLD} if by == "file" else {}
    books.fine("invoices", row)
    if by == "staff":
        admin.ask("invoice.write_off", invoice=books.number("A"), reason=OLD)
    else:
        books.fine("payments", books.payment("0", "40", ("A", "40")))
    got = books.bring("payments", books.payment("1", "10", ("A", "10")))
    assert problems(got) == [(0, "parts.0.number")] and books.the("A")["reason"] == OLD


def guessed(books, off, **more):
    row = books.invoice("A", written_off=money(off), guessed=money(off))
    row["document"]["reason"] = "written off"
    return row


def test_what_people_gave_up_stays_given_up_when_money_takes_the_place_of_a_guess(admin, books):
    books.fine("invoices", guessed(books, "30"))
    admin.ask("invoice.write_off", invoice=books.number("A"), reason="bankrupt")
    for name, amount, paid in ("1", "10", 10), ("2", "20", 30):
        books.fine("payments", books.payment(name, amount, ("A", amount)))
        assert books.stands("A") == ("written_off", paid, 0) and books.the("A")["written_off"] == money(str(100 - paid))
    assert problems(books.bring("payments", books.payment("3", "1", ("A", "1")))) == [(0, "parts.0.number")]


def test_what_an_import_alone_wrote_off_is_paid_when_payments_close_it(books):
    books.fine("invoices", guessed(books, "100"))
    assert books.stands("A") == ("written_off", 0, 0)
    books.fine("payments", books.payment("1", "40", ("A", "40")))
    assert books.stands("A") == ("paid", 40, 0) and books.the("A")["written_off"] == money("60")


@pytest.mark.parametrize("was", ["紙" * 400, "x" * 1000, "紙" * 1000], ids=["in bytes", "full", "full of letters"])
def test_what_was_written_off_is_said_however_long_the_reason_is(books, was):
    row = books.invoice("A", written_off=money("5"))
    row["document"]["reason"] = was
    books.fine("invoices", row)
    beside = books.payment("1", "85", ("A", "85"))
    beside["parts"][0] |= {"written_off": money("10"), "reason": "withholding tax"}
    books.fine("payments", beside)
    reason = books.the("A")["reason"]
    said = ", withholding tax 10.00 EUR"
    assert books.the("A")["written_off"] == money("15") and reason.endswith(said)
    before = reason.removesuffix(said)
    assert before == was if len(was) < 900 else len(reason) == 1000 and before == was[:len(before) - 1] + "…"


# --- files --------------------------------------------------------------------------------------------------------------------------------
def skipping(ctl, files, *more):
    return json.loads(ctl.run("--json", "import", "zoho", *files.words(), "--skip-bad", *more, code=8).stdout)


BAD = one(balance="40", **{"Invoice ID": "2", "Invoice Number": "A-2", "Item Price": "x"})


def test_of_a_payment_with_an_unused_rest_all_is_credit_when_its_invoice_stays_out(business, files):
    files.write(invoices=invoices(BAD), payments=table(PAID, [payment(invoice="A-2", amount="60", Amount="100", **{"Unused Amount": "40"})]))
    for more in ["--dry-run"], []:
        got = skipping(business, files, *more)
        assert got["new"] == {"contacts": 1, "invoices": 0, "payments": 1}
        assert [(f["line"], f["column"]) for f in got["stayed_out"]] == [(2, "Item Price"), (2, "Invoice Number")]
        assert got["notes"] == {"a part of a payment is credit, because its invoice stayed out": ["1"]}
    assert cents(business.json("payment.get", 'payment="1"')["payment"]["unused"]) == 10000
    files.write(invoices=invoices(BAD | {"Item Price": "100"}))
    assert run(business, *files.words(), "--update")["changed"] == {"payments": 1}
    assert cents(the(business, "A-2")["balance"]) == 4000 and cents(business.json("payment.get", 'payment="1"')["payment"]["unused"]) == 4000


def test_a_payment_of_nothing_but_invoices_that_stay_out_stays_out_whenever_they_do(business, files):
    """The one has a bad cell; of the other it is only seen later that another payment on it stays out."""
    files.write(invoices=invoices(BAD, one(balance="0", **{"Invoice ID": "3", "Invoice Number": "A-3", "Invoice Status": "Paid"})), payments=table(PAID, [
        payment(invoice="A-2", amount="60", Amount="100"), payment(invoice="A-3", amount="40", Amount="100"),
        payment("7002", "2", invoice="A-3", amount="60", Date="2039-01-01")]))
    for more in ["--dry-run"], []:
        got = skipping(business, files, *more)
        assert got["new"] == {"contacts": 1, "invoices": 0, "payments": 0}
    assert business.json("payment.list")["payments"] == []


@pytest.mark.parametrize("column", ["WriteOff Amount", "Credits Applied"])
def test_less_than_nothing_was_not_written_off(business, files, column):
    files.write(invoices=invoices(one(balance="0", **{"Invoice Status": "Paid", column: "-10"})))
    said = business.refused("import", "zoho", *files.words("contacts", "invoices"))
    assert f'line 2, column "{column}": is less than nothing' in said
    nothing_came_in(business)


MOST = "9999999999999.99"


def test_what_is_too_much_to_be_added_up_is_a_fault_whether_or_not_its_invoice_is_in_the_files(business, files):
    files.write(invoices=invoices(one("100.00")))
    run(business, *files.words("contacts", "invoices"))
    files.write(payments=table(PAID, [payment(amount="50", **{"Withholding Tax Amount": MOST, "Early Payment Discount": MOST})]))
    for names in ["payments"], ["contacts", "invoices", "payments"]:
        said = business.refused("import", "zoho", *files.words(*names))
        assert 'line 2, column "Withholding Tax Amount": the sum is larger than can be kept exactly' in said
    assert business.json("payment.list")["payments"] == []


def test_parts_that_are_too_much_to_be_added_up_are_more_than_their_payment(business, files):
    run(business, *files.words("contacts", "invoices"))
    files.write(payments=table(PAID, [payment(amount=MOST, Amount=MOST, invoice=f"A-{n}") for n in (1, 2)]))
    said = business.refused("import", "zoho", *files.words("payments"))
    assert 'line 3, column "Amount Applied to Invoice": the parts are more than the payment' in said
    assert business.json("payment.list")["payments"] == []
