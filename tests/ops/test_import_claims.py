"""import: what a row claims is held to what is booked, an answer says only what became of the batch, and earlier batches count as they were."""
import pytest

import clock
from daemon import Daemon, days, money, today
from test_import_payments import Books, problems


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        yield d


@pytest.fixture
def admin(daemon):
    return daemon.sign_in()


@pytest.fixture
def books(daemon, admin):
    yield Books(admin)
    assert daemon.client().ask("system.check")["problems"] == []


# --- a batch that is refused ---------------------------------------------------------------------------------------------------------
def test_of_an_invoice_batch_that_is_refused_nothing_is_told_as_applied(books):
    draft = books.invoice("A", state="draft")
    books.fine("invoices", draft)
    draft["document"]["reference"] = "PO 7"
    got = books.bring("invoices", draft, books.invoice("B", date="2900-01-01"), update=True)
    assert problems(got) == [(1, "document.date")] and (got["created"], got["changed"]) == (0, 0)
    assert [(d["field"], d["applied"]) for d in got["differs"]] == [("document.reference", False)]
    assert "reference" not in books.the("A")


def test_of_a_customer_batch_that_is_refused_nothing_is_told_as_changed(books):
    name = books.admin.ask("customer.get", customer=books.id)["customer"]["name"]
    here = {"source": books.key, "customer": {"name": name, "currency": "EUR", "phone": "+1"}}
    got = books.bring("customers", here, {"source": books.key + "x", "customer": {"name": "No money"}}, update=True)
    assert problems(got) == [(1, "customer.currency")] and (got["created"], got["changed"]) == (0, 0)
    assert [d["applied"] for d in got["differs"]] == [False]
    assert "phone" not in books.admin.ask("customer.get", customer=books.id)["customer"]


def test_a_source_that_many_rows_have_is_told_of_the_second_on_and_once_of_each(books):
    customers = [{"source": books.key + "n", "customer": {"name": f"N{n} {books.key}", "currency": "EUR"}} for n in range(4)]
    assert problems(books.bring("customers", *customers)) == [(n, "source") for n in (1, 2, 3)]
    payments = [books.payment(str(n), "1", source="same") for n in range(4)]
    assert problems(books.bring("payments", *payments)) == [(n, "source") for n in (1, 2, 3)]
    numbered = [books.payment(str(n), "1", number=books.number("N")) for n in range(4)]
    assert problems(books.bring("payments", *numbered)) == [(n, "payment.number") for n in (1, 2, 3)]


def test_two_new_rows_that_are_one_payment_under_two_customers_are_a_problem_of_the_second(admin, books):
    other = Books(admin)
    first = books.payment("1", "50", number="Seven", source=f"{books.key}/k")
    second = first | {"source": f"{other.key}/k", "customer_source": other.key, "own_key": "k"}
    assert problems(books.bring("payments", first, second)) == [(1, "source")]
    books.fine("payments", first)
    assert books.fine("payments", second)["known"] == 1


# --- what a row claims ----------------------------------------------------------------------------------------------------------------
CLAIMS = [
    ("more due than is left", {"settled": "60", "balance": money("41")}, ["balance"]),
    ("less due than is left", {"balance": money("99.99")}, ["balance"]),
    ("less than nothing due", {"applied": money("100"), "settled": "5", "balance": money("-5")}, ["applied", "balance"]),
    ("due in another currency", {"balance": money("100", "USD")}, ["balance"]),
    ("more applied than there is", {"applied": money("100.01")}, ["applied"]),
    ("more applied than is left", {"applied": money("50"), "settled": "60"}, ["applied"]),
    ("less than nothing applied", {"applied": money("-1")}, ["applied"]),
    ("applied in another currency", {"applied": money("100", "USD"), "balance": money("0")}, ["applied"]),
    ("a guess of nothing written off", {"guessed": money("5")}, ["guessed"]),
    ("a guess that is less than nothing", {"guessed": money("-5")}, ["guessed"]),
]


@pytest.mark.parametrize("more, fields", [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
@pytest.mark.parametrize("stated", [False, True], ids=["computed", "stated"])
def test_what_a_row_claims_beside_what_is_booked_is_a_problem_by_name(books, more, fields, stated):
    row = books.invoice("A", **more) | ({"total": money("100")} if stated else {})
    for check in True, False:
        assert sorted(set(f for _, f in problems(books.bring("invoices", row, check=check)))) == fields
    assert books.admin.ask("invoice.list", customer=books.id)["invoices"] == []


def test_nothing_is_applied_to_what_was_not_sent(books):
    for state in "draft", "void":
        assert problems(books.bring("invoices", books.invoice("A", state=state, applied=money("5")))) == [(0, "applied")]


def test_what_a_row_claims_rightly_comes_in(books):
    row = books.invoice("A", settled="20", written_off=money("5"), applied=money("45"), balance=money("30"), guessed=money("5"))
    row["document"]["reason"] = "written off"
    books.fine("invoices", row)
    books.fine("payments", books.payment("1", "45", ("A", "45")))
    assert books.stands("A") == ("open", 65, 30)


def test_an_amount_that_is_the_same_in_another_currency_differs(books):
    row = books.invoice("A", total="100", balance=money("100"))
    books.fine("invoices", row)
    got = books.fine("invoices", row | {"balance": money("100", "USD")})
    assert [(d["field"], d["here"], d["there"]) for d in got["differs"]] == [("balance", "100.00 EUR", "100.00 USD")]


# --- what earlier batches take ----------------------------------------------------------------------------------------------------------
def test_what_earlier_batches_take_is_given_with_check_alone_and_in_the_invoice_s_money(admin, books):
    books.fine("invoices", books.invoice("A"))
    row = books.payment("1", "40", ("A", "40"))
    taken = {"number": books.number("A"), "amount": money("10")}
    refused = admin.refused("import.payments", rows=[row], taken=[taken])
    assert (refused.code, refused.field) == ("invalid", "taken")
    for wrong, field in ((taken | {"amount": money("10", "USD")}, "amount"), (taken | {"stands_in": money("5", "USD")}, "stands_in"),
                         (taken | {"guessed": money("-1")}, "guessed"), (taken | {"stands_in": money("6"), "guessed": money("5")}, "amount")):
        refused = admin.refused("import.payments", rows=[row], check=True, taken=[wrong])
        assert (refused.code, refused.field) == ("invalid", f"taken.0.{field}")
    assert books.payments() == []


def test_what_earlier_batches_take_counts_as_their_days_had_it(tmp_path):
    """A payment dated after the import lowered what was due: one of the day of the import, in the next batch, steps in and leaves nothing due."""
    with Daemon(env=clock.settable(tmp_path)) as d:
        b = Books(d.sign_in())
        b.fine("invoices", b.invoice("A", settled="60", balance=money("40")))
        day = str(today())
        clock.set_by(tmp_path, days=3)
        b.admin = d.sign_in()
        later, same_day = b.payment("1", "40", ("A", "40"), date=days(1)), b.payment("2", "50", ("A", "50"), date=day)
        first = b.fine("payments", later, check=True)
        assert first["taken"] == [{"number": b.number("A"), "amount": money("40")}]
        second = b.fine("payments", same_day, check=True, taken=first["taken"])
        assert second["remarks"] == [] and second["taken"] == [{"number": b.number("A"), "amount": money("90"), "stands_in": money("50")}]
        together = b.fine("payments", later, same_day, check=True)
        assert (together["remarks"], together["taken"]) == (second["remarks"], second["taken"])
        for row in later, same_day:
            assert b.fine("payments", row)["remarks"] == []
        assert b.stands("A") == ("paid", 100, 0) and b.paid() == {"P1": (40, 0), "P2": (50, 0), "A (paid)": (10, 0)}


def test_a_guess_that_earlier_batches_took_is_not_there_any_more(books):
    row = books.invoice("A", written_off=money("60"), guessed=money("60"), balance=money("40"))
    row["document"]["reason"] = "written off"
    books.fine("invoices", row)
    first = books.fine("payments", books.payment("1", "80", ("A", "80")), check=True)
    assert first["taken"] == [{"number": books.number("A"), "amount": money("80"), "guessed": money("40")}]
    second = books.payment("2", "21", ("A", "21"))
    assert problems(books.bring("payments", second, check=True, taken=first["taken"])) == [(0, "parts.0.amount")]
