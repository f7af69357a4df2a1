"""import: what the dry run says is what happens. What stays out takes along what depends on it, what clashes across batches is found before anything
is written, nothing is counted twice under another customer or another spelling of its key, and what is computed is refused by name."""
import json
import signal
import subprocess
import time

import pytest

from ctl import PROGRAM
from daemon import Daemon, line, money
from test_import import CONTACTS, business, contact, daemon, files, item, new_business, payment, run, table  # noqa: F401
from test_import_files import PAID, cents, every, invoices, one, the
from test_import_payments import Books

MANY = 130  # more than a batch


def paid(number, name, **more):
    return one(balance="0", **{"Invoice ID": number, "Invoice Number": name, "Invoice Status": "Paid"} | more)


def plain(n, customer="1"):
    """A payment that settles nothing."""
    return payment(f"p{n}", f"N{n}", customer, "", "1.00", **{"Amount Applied to Invoice": ""})


def everything(ctl):
    return [sorted(map(json.dumps, every(ctl, op, rows))) for op, rows in (("customer.list", "customers"), ("invoice.list", "invoices"), ("payment.list", "payments"))]


@pytest.fixture
def admin(business, daemon):
    client = daemon.client()
    client.sign_in(json.loads(business.session.read_text())["portal"], "ada@acme.test", "correct horse battery")
    return client


# --- a payment that stays out keeps out what it settles -----------------------------------------------------------------------------------
STAYS_OUT = [
    ("a future date", {"Date": "2039-03-03"}),
    ("no date", {"Date": "2026-13-03"}),
    ("an amount that can not be read", {"Amount": "x"}),
    ("a status that is not known", {"Payment Status": "Sleeping"}),
    ("another customer", {"CustomerID": "2"}),
    ("too long a reference", {"Reference Number": "r" * 101}),
    ("a number that is taken", {"Payment Number": "taken"}),
    ("more than it is", {"Amount Applied to Invoice": "100.00", "Amount": "99.00"}),
]


@pytest.mark.parametrize("cell", [s[1] for s in STAYS_OUT], ids=[s[0] for s in STAYS_OUT])
def test_an_invoice_stays_out_with_the_payment_that_settles_it_whatever_is_wrong_with_that(business, files, cell):
    files.write(contacts=table(CONTACTS, [contact(), contact("2", "Other")]), invoices=invoices(one(balance="100")),
                payments=table(PAID, [payment("p0", "taken", invoice="", amount="1", **{"Amount Applied to Invoice": ""})]))
    run(business, *files.words("contacts", "payments"))
    rows = [paid("1", "S-1", total="101.00", **{"Item Price": "101"}), paid("2", "S-2"), paid("3", "S-3")]
    files.write(invoices=invoices(*rows), payments=table(PAID, [
        payment("p1", "901", invoice="S-1", amount="100") | cell, payment("p2", "902", invoice="S-2", amount="100"),
        payment("p3", "903", invoice="S-1", amount="1", Amount="101"), payment("p3", "903", invoice="S-3", amount="100", Amount="101")]))
    for more in (["--dry-run"], []):
        said = business.run("--json", "import", "zoho", *files.words(), "--skip-bad", *more, code=8)
        got = json.loads(said.stdout)
        assert got["new"] == {"contacts": 0, "invoices": 2, "payments": 2}, said.stderr
        out, = [f for f in got["stayed_out"] if f["file"].endswith("invoices.csv")]
        assert (out["line"], out["column"]) == (2, "Invoice Number") and out["reason"].startswith("stays out: ") and "payment" in out["reason"]
    assert {d["number"]: d["state"] for d in every(business, "invoice.list", "invoices")} == {"S-2": "paid", "S-3": "paid"}
    assert business.json("check")["problems"] == []


def test_an_invoice_that_is_here_is_left_as_it_is_when_a_payment_on_it_stays_out(business, files):
    files.write(invoices=invoices(one(balance="100")), payments=table(PAID, []))
    run(business, *files.words())
    files.write(payments=table(PAID, [payment("p1", "1", amount="40", Date="2039-01-01"), payment("p2", "2", amount="60")]))
    files.write(invoices=invoices(one(balance="0", **{"Invoice Status": "Paid"})))
    got = json.loads(business.run("--json", "import", "zoho", *files.words(), "--skip-bad", code=8).stdout)
    assert got["new"] == {"contacts": 0, "invoices": 0, "payments": 1} and [f["column"] for f in got["stayed_out"]] == ["Date"]
    assert cents(the(business)["balance"]) == 4000


# --- clashes across batches -----------------------------------------------------------------------------------------------------------------
def first_and_last(make):
    return [make(0), *(plain(i) for i in range(1, MANY)), make(MANY)]


CLASHES = {
    "an invoice that is here is paid twice": (lambda i: payment(f"p{i}", f"N{i}", invoice="A-1", amount="100.00"), "Amount Applied to Invoice"),
    "one number twice": (lambda i: payment(f"p{i}", "n-TWICE" if i else "N-twice", invoice="", amount="1", **{"Amount Applied to Invoice": ""}), "Payment Number"),
    "one key twice": (lambda i: payment("p q" if i else "p\xa0q", f"N{i}", invoice="", amount="1", **{"Amount Applied to Invoice": ""}), "CustomerPayment ID"),
    "a currency that is not the customer's": (lambda i: payment(f"p{i}", f"N{i}", "3" if i else "1", "", "1", **{"Currency Code": "USD" if i else "EUR", "Amount Applied to Invoice": ""}),
                                               "Currency Code"),
}


@pytest.mark.parametrize("make, column", CLASHES.values(), ids=CLASHES)
def test_what_clashes_across_batches_is_found_before_anything_is_written(business, files, make, column):
    files.write(invoices=invoices(one(balance="100")), payments=table(PAID, []))
    run(business, *files.words("contacts", "invoices"))
    files.write(contacts=table(CONTACTS, [contact(), contact("3", "New")]), payments=table(PAID, first_and_last(make)))
    before, words = everything(business), files.words("contacts", "payments")
    words = list(words)
    for more in (["--dry-run"], []):
        said = business.refused("import", "zoho", *words, *more).splitlines()
        assert f'line {MANY + 2}, column "{column}": ' in said[0] and said[1:] == ["posternctl: 1 fault; nothing was brought in"]
        assert everything(business) == before
    dry = json.loads(business.run("--json", "import", "zoho", *words, "--skip-bad", "--dry-run", code=8).stdout)
    got = json.loads(business.run("--json", "import", "zoho", *words, "--skip-bad", code=8).stdout)
    assert got["new"] == dry["new"] == {"contacts": 1, "invoices": 0, "payments": MANY} and got["stayed_out"] == dry["stayed_out"]
    assert business.json("check")["problems"] == []


def test_parts_that_wait_count_across_batches_with_update(business, files):
    """Two payments that came in as credit, in two batches: the invoice takes the one, and the other is told."""
    make = [payment(f"p{i}", f"N{i}", invoice="", amount="100", **{"Amount Applied to Invoice": ""}) for i in (0, MANY)]
    rest = [plain(i) for i in range(1, MANY)]
    files.write(invoices=invoices(one(balance="100")), payments=table(PAID, [make[0], *rest, make[1]]))
    run(business, *files.words())
    files.write(payments=table(PAID, [payment("p0", "N0", amount="100"), *rest, payment(f"p{MANY}", f"N{MANY}", amount="100")]))
    for more in (["--dry-run"], []):
        got = run(business, *files.words("payments"), "--update", *more)
        assert got["changed"] == {"payments": 1}
    assert the(business)["state"] == "paid" and business.json("check")["problems"] == []


def test_a_payment_without_a_number_takes_none_that_a_later_batch_brings(business, files):
    files.write(payments=table(PAID, [payment("p0", "", invoice="", amount="1", **{"Amount Applied to Invoice": ""})]))
    run(business, *files.words("contacts", "payments"))
    last, = every(business, "payment.list", "payments")
    number = last["number"][:-6] + f"{int(last['number'][-6:]) + 1:06}"
    rows = first_and_last(lambda i: payment(f"q{i}", number if i else "", invoice="", amount="1", **{"Amount Applied to Invoice": ""}))
    files.write(payments=table(PAID, rows))
    for more in (["--dry-run"], []):
        assert run(business, *files.words("payments"), *more)["new"]["payments"] == MANY + 1


def test_the_operation_takes_into_account_what_earlier_batches_take(admin):
    books = Books(admin)
    books.fine("invoices", books.invoice("A"))
    first, second = books.payment("1", "60", ("A", "60")), books.payment("2", "60", ("A", "60"))
    taken = books.fine("payments", first, check=True)["taken"]
    assert taken == [{"number": books.number("A"), "amount": money("60")}]
    assert books.fine("payments", second, check=True)["taken"] == taken
    got = books.bring("payments", second, check=True, taken=taken)
    assert [(p["row"], p["field"]) for p in got["problems"]] == [(0, "parts.0.amount")]
    assert books.fine("payments", books.payment("2", "40", ("A", "40")), check=True, taken=taken)["taken"] == [{"number": books.number("A"), "amount": money("100")}]


# --- what is said at the end is true -----------------------------------------------------------------------------------------------------------
def begun(ctl, words):
    """An import whose first payments are in, and the process."""
    p = subprocess.Popen([PROGRAM, "import", "zoho", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ctl.env)
    deadline = time.monotonic() + 60
    while p.poll() is None and not ctl.json("payment.list", "limit=1")["payments"]:
        assert time.monotonic() < deadline
    return p


def test_a_server_that_dies_half_way_is_said_as_it_is(tmp_path, files):
    with Daemon() as d:
        ctl = new_business(d)
        files.write(payments=table(PAID, [plain(i) for i in range(5000)]))
        p = begun(ctl, files.words("contacts", "payments"))
        d.stop(signal.SIGKILL)
        out, said = p.communicate(timeout=120)
        assert p.returncode not in (0, 2, 8) and not out
        assert "nothing was brought in" not in said and "of 5000 payments are in for certain" in said and "run it again" in said, said


@pytest.mark.parametrize("skip", [False, True])
def test_what_is_refused_after_all_is_said_as_it_is(business, admin, files, skip):
    """Somebody else takes a number between the look and the writing: the payments that come last."""
    files.write(payments=table(PAID, [plain(i) for i in range(3000)]))
    p = begun(business, [*files.words("contacts", "payments"), *(["--skip-bad"] if skip else [])])
    row = {"source": "other", "customer_source": "zoho:1", "payment": {"number": "n2999", "date": "2026-01-20", "amount": money("1")}}
    assert admin.ask("import.payments", rows=[row])["created"] == 1
    out, said = p.communicate(timeout=120)
    there = len(every(business, "payment.list", "payments")) - 1
    assert 'column "Payment Number": another payment has the number n2999' in said and "nothing was brought in" not in said
    if skip:
        assert p.returncode == 8 and "payments  2999 brought in, 0 here already, 1 stayed out" in out and there == 2999
    else:
        assert p.returncode == 2 and not out and f"posternctl: 1 fault; before it {there} of 3000 payments came in" in said, said
        assert there < 3000


# --- counted once ---------------------------------------------------------------------------------------------------------------------------------
def test_a_payment_that_is_here_under_another_customer_is_told_and_not_booked_again(business, files):
    files.write(contacts=table(CONTACTS, [contact(), contact("2", "Other")]), payments=table(PAID, [payment("Y1", "701", invoice="", amount="70", **{"Amount Applied to Invoice": ""})]))
    run(business, *files.words("contacts", "payments"))
    files.write(payments=table(PAID, [payment("Y1", "701", "2", invoice="", amount="70", **{"Amount Applied to Invoice": ""})]))
    for more in (["--dry-run"], [], ["--update"]):
        got = run(business, *files.words("contacts", "payments"), *more)
        assert (got["new"]["payments"], got["known"]["payments"]) == (0, 1)
        assert [(d["column"], d["here"], d["there"], d["applied"]) for d in got["differs"]] == [("CustomerID", "Bodega Sur", "Other", False)]
    assert len(every(business, "payment.list", "payments")) == 1
    # other books that count alike: the same key and number, but another day or amount
    for key, changed in (("8", {"Date": "2026-01-21"}), ("9", {"Amount": "71"})):
        files.write(contacts=table(CONTACTS, [contact(key, f"Books {key}")]),
                    payments=table(PAID, [payment("Y1", "701", key, invoice="", amount="70", **{"Amount Applied to Invoice": ""}) | changed]))
        assert run(business, *files.words("contacts", "payments"))["new"]["payments"] == 1


@pytest.mark.parametrize("what", ["payments", "invoices"])
def test_a_known_source_with_another_or_an_unknown_customer_is_told(admin, what):
    books, other = Books(admin), Books(admin)
    row = books.payment("1", "10") if what == "payments" else books.invoice("A")
    books.fine(what, row)
    for source, there in ((other.key, f"Books {other.key[1:]}"), ("nobody", "nobody")):
        for update in (False, True):
            got = books.fine(what, row | {"customer_source": source}, update=update)
            assert (got["created"], got["known"], got["changed"]) == (0, 1, 0)
            assert [(d["field"], d["here"], d["there"], d["applied"]) for d in got["differs"]] == [("customer_source", f"Books {books.key[1:]}", there, False)]
    assert books.fine(what, row)["differs"] == []


HIDDEN = {"zero width": "p1\u200b", "soft hyphen": "p\u00ad1", "blanks": " p1 ", "no-break": "p1\u00a0", "joiner": "\u2060p1"}


@pytest.mark.parametrize("what", ["customers", "payments", "invoices"])
@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_a_source_has_one_spelling(admin, what, source):
    books = Books(admin)
    make = {"payments": lambda: books.payment("1", "10"), "invoices": lambda: books.invoice("A"),
            "customers": lambda: {"source": "", "customer": {"name": "Twin", "currency": "EUR"}}}[what]
    books.fine(what, make() | {"source": "p1"})
    for check in (True, False):
        got = books.bring(what, make() | {"source": source}, check=check)
        assert "source" in [p["field"] for p in got["problems"]] and (check or got["created"] == 0)
    assert books.fine(what, make() | {"source": "p1"})["known"] == 1


# --- what is computed -------------------------------------------------------------------------------------------------------------------------------
GIVES = {"document": "kind number state reason tax_per_line customer_name customer_company customer_tax_id".split(), "payment": ["number"]}
VALUES = {"bool": True, "count": 1, "decimal": "1", "text": "x", "lines": "x", "date": "2026-01-01", "instant": "2026-01-01T00:00:00Z", "money": money("1"), "id": 1}


def value_of(shapes, field, deep=0):
    """Something that is good for the field; None where there is nothing to say."""
    if field.get("values"):
        return field["values"][0]
    if field["type"] in ("shape", "list"):
        inner = {f["name"]: value_of(shapes, f, deep + 1) for f in shapes[field["of"]] if f.get("must") or f["name"] in ("name", "street", "base")}
        return inner if field["type"] == "shape" else [inner]
    kind = field["type"]
    return "x" * max(1, field.get("min", 0)) if kind in ("text", "lines", "email") else VALUES.get(kind, 1)


def test_everything_computed_is_refused_by_name_at_every_depth(admin):
    described = admin.ask("system.describe")
    shapes = {s["name"]: s["fields"] for s in described["shapes"]}
    books = Books(admin)  # the first of each kind: so an id of 1 names something
    books.fine("invoices", books.invoice("A"))
    books.fine("payments", books.payment("1"))
    admin.ask("import.customers", rows=[{"source": "c", "customer": {"name": "Iris", "currency": "EUR"}}])
    invoice = {"number": "A-1", "date": "2020-01-01", "currency": "EUR", "lines": [line(price="1")]}
    pays = {"number": "1", "date": "2020-01-01", "amount": money("1")}
    tried = 0

    def look(op, row, at, shape, path):
        """Every field of the shape that `at`, inside the row, is of; then those of the shapes inside."""
        nonlocal tried
        for f in shapes[shape]:
            had = dict(at)
            at[f["name"]] = value = value_of(shapes, f)
            computed = f.get("computed") and f["name"] not in GIVES.get(shape, [])
            if computed:
                why = admin.refused(f"import.{op}", rows=[row], check=True)
                assert why.field == f"rows.0.{path}.{f['name']}" and (why.code == "invalid" or f.get("of") in ("estimate", "schedule", "statement_line")), (f, why.code, why.field)
                tried += 1
            elif f["name"] in GIVES.get(shape, []):
                admin.ask(f"import.{op}", rows=[row], check=True)
            at.clear()
            at.update(had)
            if not computed and f["type"] in ("shape", "list"):
                inner = had.get(f["name"]) or value
                at[f["name"]] = inner
                look(op, row, inner if f["type"] == "shape" else inner[0], f["of"], f"{path}.{f['name']}" + ("" if f["type"] == "shape" else ".0"))
                at.clear()
                at.update(had)

    customer, person = {"name": "Uwe", "currency": "EUR"}, {"name": "Uwe"}
    whole = {"source": "n", "customer": customer, "contact": person}
    look("customers", whole, customer, "customer", "customer")
    look("customers", whole, person, "contact", "contact")
    look("invoices", {"source": "n", "customer_source": "c", "document": invoice}, invoice, "document", "document")
    look("payments", {"source": "n", "customer_source": "c", "payment": pays}, pays, "payment", "payment")
    assert tried > 50


def test_a_customer_comes_without_a_revision_of_what_is_here(admin):
    row = {"source": "c", "customer": {"name": "Iris", "currency": "EUR", "revision": 1}}
    for check in (True, False):
        assert admin.refused("import.customers", rows=[row], check=check).field == "rows.0.customer.revision"


def test_a_payment_that_did_not_arrive_can_not_be_brought_in(admin):
    books = Books(admin)
    for state in ("failed", "pending", "succeeded"):
        assert admin.refused("import.payments", rows=[books.payment("0"), books.payment("1", state=state)]).field == "rows.1.payment.state"
    row = books.invoice("A")
    row["document"]["seller"] = {"name": "Evil"}
    assert admin.refused("import.invoices", rows=[row]).field == "rows.0.document.seller"
    assert books.payments() == []
