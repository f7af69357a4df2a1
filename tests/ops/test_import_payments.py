"""import.payments: money once, whatever the order of the files, and what stands in for payments that did not come."""
import itertools

import pytest

from daemon import PASSWORD, days, line, money, open_portal, today
from test_import import CONTACTS, INVOICES, PAYMENTS, Files, contact, item, new_business, payment, run, table

HANGS = "4000-0000-0000-9235"


class Books:
    """A customer of another system, and rows of its invoices and payments. Numbers begin with the books' own letters."""
    count = 0

    def __init__(self, admin, currency="EUR"):
        Books.count += 1
        self.key, self.admin, self.currency, self.email = f"b{Books.count}", admin, currency, f"b{Books.count}@books.test"
        got = self.bring("customers", {"source": self.key, "customer": {"name": f"Books {Books.count}", "currency": currency},
                                       "contact": {"name": "Maria Ruiz", "email": self.email}})
        assert got["created"] == 1, got
        self.id = admin.ask("customer.get", customer=f"Books {Books.count}")["customer"]["id"]

    def number(self, name):
        return f"{self.key}-{name}"

    def bring(self, what, *rows, **more):
        return self.admin.ask(f"import.{what}", rows=list(rows), **more)

    def fine(self, what, *rows, **more):
        got = self.bring(what, *rows, **more)
        assert got["problems"] == [], got
        return got

    def invoice(self, name, total="100", settled=None, date="2026-01-10", state="open", number=None, **more):
        row = {"source": f"{self.key}/{name}", "customer_source": self.key,
               "document": {"number": number or self.number(name), "date": date, "currency": self.currency, "state": state, "lines": [line(price=total)]}}
        return row | ({"settled": money(settled, self.currency)} if settled else {}) | more

    def payment(self, name, amount="100", *parts, number=None, currency=None, source=None, **more):
        currency = currency or self.currency
        return {"source": source or f"{self.key}/p{name}", "customer_source": self.key,
                "payment": {"number": number or self.number(f"P{name}"), "date": "2026-01-20", "mode": "bank_transfer", "amount": money(amount, currency)} | more,
                "parts": [{"number": n if "-" in n else self.number(n), "amount": money(a, currency)} for n, a in parts]}

    def the(self, name):
        return self.admin.ask("invoice.get", invoice=self.number(name))["invoice"]

    def stands(self, name):
        """(state, paid, balance) of an invoice, in whole units."""
        i = self.the(name)
        return i["state"], i["paid"]["amount"] // 100, i["balance"]["amount"] // 100

    def payments(self):
        return self.admin.ask("payment.list", customer=self.id, limit=100)["payments"]

    def paid(self):
        """{number: (amount, unused)} in whole units; a payment that stands in is called by its invoice."""
        got = {}
        for row in self.payments():
            p = self.admin.ask("payment.get", payment=row["id"])["payment"]
            got[p["number"].removeprefix(f"{self.key}-")] = (p["amount"]["amount"] // 100, p["unused"]["amount"] // 100)
        return got


def holds_together(d):
    return d.client().ask("system.check")["problems"] == []


@pytest.fixture
def books(d, admin):
    yield Books(admin)
    assert holds_together(d)


def problems(got):
    return [(p["row"], p["field"]) for p in got["problems"]]


# --- numbers ----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("letters", ["é", "紙", "😀"])
def test_a_number_is_never_cut_within_a_letter(d, admin, books, letters):
    for pad in range(len(letters.encode())):
        number = "x" * pad + letters * (38 - pad)
        books.fine("invoices", books.invoice(f"cut{pad}", settled="100", number=number))
    maria = open_portal(d, admin, admin.ask("customer.get", customer=books.id)["contacts"][0]["id"], books.email)
    for one in (admin, maria):  # each answer can be decoded, by everybody
        rows = one.ask("payment.list", **({"customer": books.id} if one is admin else {}))["payments"]
        assert len(rows) == len(letters.encode()) and all(len(p["number"]) <= 40 and p["number"].endswith(" (paid)") for p in rows)
        assert one.ask("invoice.get", invoice=number)["invoice"]["state"] == "paid"
    assert maria.ask("home.get")["last_payment"]["number"].endswith(" (paid)")
    assert admin.ask("event.list", limit=100)["events"]


def test_payments_that_stand_in_have_numbers_of_their_own(books):
    begin = books.number("INV-of-the-year-2026-in-the-south")[:30]
    books.fine("payments", books.payment("1", "5", number=f"{begin} (PAID)"))
    books.fine("invoices", *(books.invoice(f"like{i}", settled="100", number=f"{begin}-{i}") for i in range(12)))
    numbers = [p["number"] for p in books.payments()]
    assert len({n.lower() for n in numbers}) == 13 and f"{begin} (paid 2)" in numbers
    for n in numbers:
        assert books.admin.ask("payment.get", payment=n)["payment"]["number"] == n


def test_a_number_that_a_customers_payment_has_is_a_problem_of_the_row(admin, books):
    here = admin.ask("payment.record", customer=books.id, amount=money("1"), mode="cash")["payment"]["number"]
    twice = books.bring("payments", books.payment("1", number=books.number("N")), books.payment("2", number=books.number("n")))
    assert problems(twice) == [(1, "payment.number")] and twice["created"] == 0
    books.fine("payments", books.payment("1", number=books.number("N")))
    assert problems(books.bring("payments", books.payment("2", number=books.number("n")))) == [(0, "payment.number")]
    other = Books(admin)
    assert problems(other.bring("payments", other.payment("3", number=here.lower()))) == [(0, "payment.number")]
    assert books.fine("payments", books.payment("1", number=books.number("N")))["known"] == 1
    assert len(books.payments()) == 2


def test_a_number_of_the_series_is_not_given_before_a_later_row_brings_it(admin, books):
    last = admin.ask("payment.record", customer=books.id, amount=money("1"), mode="cash")["payment"]["number"]
    after = last[:-6] + f"{int(last[-6:]) + 1:06}"
    without = books.payment("1")
    del without["payment"]["number"]
    books.fine("payments", without, books.payment("2", number=after))
    assert len({p["number"] for p in books.payments()}) == 3


def test_an_imported_payment_is_found_by_its_number_by_whoever_may_see_it(d, admin, books):
    other = Books(admin)
    for who, name in ((books, "Seven-07"), (other, "Seven-07"), (other, "Only-9")):
        who.fine("payments", who.payment(name, number=name))
    clients = []
    for who in (books, other):
        person = admin.ask("customer.get", customer=who.id)["contacts"][0]["id"]
        clients.append((who, open_portal(d, admin, person, who.email)))
    for who, client in clients:  # each its own, whatever others have
        got = client.ask("payment.get", payment="SEVEN-07")["payment"]
        assert got["customer"] == who.id
        assert [p["id"] for p in client.ask("payment.list", filter="number:seven-7")["payments"]] == [got["id"]]
    assert clients[0][1].refused("payment.get", payment="Only-9").code == "not_found"
    assert admin.ask("payment.get", payment="only-9")["payment"]["customer"] == other.id
    several = admin.refused("payment.get", payment="seven-07")
    assert several.code == "invalid" and several.field == "payment"
    assert all(str(c.ask("payment.get", payment="seven-07")["payment"]["id"]) in several.message for _, c in clients)


# --- what stands in --------------------------------------------------------------------------------------------------------------
def test_real_payments_take_the_place_of_what_stood_in_and_the_balance_stays(books):
    books.fine("invoices", books.invoice("A", settled="75"))
    assert books.stands("A") == ("open", 75, 25)
    books.fine("payments", books.payment("1", "50", ("A", "50")))
    assert books.stands("A") == ("open", 75, 25) and books.paid() == {"A (paid)": (25, 0), "P1": (50, 0)}
    books.fine("payments", books.payment("2", "30", ("A", "30")))  # 25 of it stood in before, 5 are new
    assert books.stands("A") == ("open", 80, 20) and books.paid() == {"P1": (50, 0), "P2": (30, 0)}
    assert problems(books.bring("payments", books.payment("3", "21", ("A", "21")))) == [(0, "parts.0.amount")]


def test_what_stood_in_gives_way_on_an_invoice_whose_rest_was_written_off(admin, books):
    books.fine("invoices", books.invoice("A", settled="75"))
    admin.ask("invoice.write_off", invoice=books.number("A"), reason="never mind")
    before = books.the("A")
    books.fine("payments", books.payment("1", "75", ("A", "75")))
    after = books.the("A")
    assert (after["state"], after["paid"], after["balance"]) == ("written_off", before["paid"], before["balance"])
    assert books.paid() == {"P1": (75, 0)}
    assert problems(books.bring("payments", books.payment("2", "5", ("A", "5")))) == [(0, "parts.0.number")]


def test_nothing_that_a_file_says_makes_a_payment_stand_in_for_others(books):
    books.fine("invoices", books.invoice("A"), books.invoice("B", settled="100"))
    forged = books.payment("1", "100", ("A", "100"), source=f"{books.key}/A#paid")
    books.fine("payments", forged)
    got = books.bring("payments", books.payment("2", "100", ("A", "100")))
    assert problems(got) == [(0, "parts.0.number")] and books.paid()["P1"] == (100, 0)
    # nor does one hide a payment that comes: the file's key is its own
    assert books.fine("payments", books.payment("3", "100", ("B", "100"), source=f"{books.key}/B#paid"))["created"] == 1
    assert books.paid() == {"P1": (100, 0), "P3": (100, 0)}
    refused = books.admin.refused("import.payments", rows=[books.payment("4", "1", stands_in=True)])
    assert refused.code == "invalid" and refused.field.endswith("stands_in")


def test_a_payment_that_waited_takes_the_place_of_what_stands_in(admin, books):
    books.fine("payments", books.payment("1", "120"))
    books.fine("invoices", books.invoice("A", settled="100"))
    row = books.payment("1", "120", ("A", "100"))
    told = books.fine("payments", row)
    assert [x["applied"] for x in told["differs"]] == [False] and books.paid() == {"P1": (120, 120), "A (paid)": (100, 0)}
    got = books.fine("payments", row, update=True)
    assert got["changed"] == 1 and [x["applied"] for x in got["differs"]] == [True]
    assert books.paid() == {"P1": (120, 20)} and books.stands("A") == ("paid", 100, 0)
    assert any(e["what"] == "changed" and e["number"] == books.number("P1") for e in admin.ask("event.list", limit=20)["events"])
    again = books.fine("payments", row, update=True)
    assert again["changed"] == 0 and again["differs"] == []


def test_a_payment_without_parts_takes_its_first_one(d, books):
    books.fine("payments", books.payment("1", "40"))
    books.fine("invoices", books.invoice("A"))
    books.fine("payments", books.payment("1", "40", ("A", "40")), update=True)
    assert books.stands("A") == ("open", 40, 60) and "runtime error" not in d.log.read_text()


# --- a batch ---------------------------------------------------------------------------------------------------------------------
def test_a_batch_with_a_problem_changes_nothing_with_update_neither(books):
    books.fine("invoices", books.invoice("A"), books.invoice("B"))
    books.fine("payments", books.payment("1", "65", ("B", "5")))
    rows = books.payment("1", "65", ("B", "5"), ("A", "60")), books.payment("2", "60", ("A", "60"))
    before = books.admin.ask("event.list", limit=1)["last"]
    got = books.bring("payments", *rows, update=True)
    assert problems(got) == [(1, "parts.0.amount")] and (got["created"], got["known"], got["changed"]) == (0, 1, 0)
    assert [x["applied"] for x in got["differs"]] == [False]
    assert books.stands("A") == ("open", 0, 100) and books.paid() == {"P1": (65, 60)}
    assert books.admin.ask("event.list", limit=1)["last"] == before
    asked = books.bring("payments", *rows, update=True, check=True)
    assert (asked["created"], asked["changed"]) == (1, 1) and problems(asked) == problems(got)
    third = books.fine("payments", rows[0], books.payment("2", "40", ("A", "40")), update=True)
    assert (third["created"], third["changed"]) == (1, 1) and books.stands("A") == ("paid", 100, 0)


def test_a_part_is_the_same_whatever_the_capitals_of_its_number(books):
    books.fine("invoices", books.invoice("inv-a", number=books.number("inv-a")))
    row = books.payment("1", "100", (books.number("INV-A").upper(), "40"))
    books.fine("payments", row)
    got = books.fine("payments", row, update=True)
    assert got["changed"] == 0 and got["differs"] == [] and books.stands("inv-a") == ("open", 40, 60)


def test_two_parts_of_one_invoice_are_one(books):
    books.fine("invoices", books.invoice("inv-a"))
    row = books.payment("1", "100", (books.number("inv-a"), "40"), (books.number("INV-A").upper(), "30"))
    books.fine("payments", row)
    p, = books.payments()
    assert [(a["amount"]["amount"], a["number"]) for a in p["allocations"]] == [(7000, books.number("inv-a"))]
    assert books.fine("payments", row, update=True)["differs"] == [] and books.stands("inv-a") == ("open", 70, 30)


WRONG = [
    ("a draft", lambda b: b.payment("1", "10", ("D", "10")), "parts.0.number"),
    ("another customer's", lambda b: b.payment("1", "10", (b.other.number("A"), "10")), "parts.0.number"),
    ("nothing", lambda b: b.payment("1", "10", ("A", "0")), "parts.0.amount"),
    ("less than nothing", lambda b: b.payment("1", "10", ("A", "10"), ("A", "-5")), "parts.1.amount"),
    ("more than the payment", lambda b: b.payment("1", "10", ("A", "6"), ("A", "6")), "parts.0.amount"),
    ("more than can be added up", lambda b: b.payment("1", "10", *[("A", "9999999999999")] * 3), "parts.0.amount"),
    ("another currency", lambda b: b.payment("1", "10", ("A", "10"), currency="USD"), "payment.amount"),
    ("a currency of the part alone", lambda b: b.payment("1", "10") | {"parts": [{"number": b.number("A"), "amount": money("1", "USD")}]}, "parts.0.amount"),
    ("tomorrow", lambda b: b.payment("1", "10", date=days(1)), "payment.date"),
    ("2035", lambda b: b.payment("1", "10", date="2035-01-01"), "payment.date"),
    ("no day", lambda b: b.payment("1", "10", date=""), "payment.date"),
]


@pytest.mark.parametrize("make, field", [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_can_not_be_is_a_problem_of_the_row(admin, books, make, field):
    books.other = Books(admin)
    books.other.fine("invoices", books.other.invoice("A"))
    books.fine("invoices", books.invoice("A"), books.invoice("D", state="draft"))
    got = books.bring("payments", make(books), books.payment("2", "10", ("A", "10")))
    assert (0, field) in problems(got) and {p["row"] for p in got["problems"]} == {0} and got["created"] == 0
    assert books.payments() == [] and books.stands("A") == ("open", 0, 100)


def test_a_payment_before_1900_is_refused_as_everywhere(books):
    assert "1900" in books.admin.refused("import.payments", rows=[books.payment("1", "10", date="1899-12-31")]).message
    assert "1900" in books.admin.refused("payment.record", customer=books.id, amount=money("1"), mode="cash", date="1899-12-31").message


def test_an_invoice_of_a_day_to_come_may_be_paid_already(d, tmp_path):
    files, ctl = Files(tmp_path), new_business(d)
    row = item(Balance="0.00", **{"Invoice Status": "Closed", "Invoice Date": days(20), "Due Date": days(20)})
    files.write(invoices=table(INVOICES + ["Balance"], [row]))
    run(ctl, *files.words("contacts", "invoices"))
    assert [p["date"] for p in ctl.json("payment.list")["payments"]] == [str(today())]


def test_what_stands_in_is_dated_as_payments_are(books):
    books.fine("invoices", books.invoice("A", settled="100", settled_on=str(today())), books.invoice("B", settled="100"),
               books.invoice("C", settled="100", date=days(30)))  # paid in advance
    assert {p["number"].removeprefix(books.number("")): p["date"] for p in books.payments()} == {
        "A (paid)": str(today()), "B (paid)": "2026-01-10", "C (paid)": str(today())}


# --- beside a card -----------------------------------------------------------------------------------------------------------------
def test_a_card_payment_that_is_pending_on_the_invoice_is_told_and_the_money_is_booked(d, admin, books):
    books.fine("invoices", books.invoice("A"), books.invoice("B"))
    maria = open_portal(d, admin, admin.ask("customer.get", customer=books.id)["contacts"][0]["id"], books.email)
    card = maria.ask("payment.pay", parts=[{"invoice": books.number("A")}], expect=money("100"), card_number=HANGS, card_expiry="11/41",
                     card_code="739")["payment"]["number"]
    row = books.payment("1", "50", ("B", "20"), ("A", "30"))
    for check in (True, False):
        got = books.fine("payments", row, check=check)
        assert got["remarks"] == [{"row": 0, "text": f"{card} by card on {books.number('A')} is still pending: if it succeeds, EUR 30.00 of it becomes credit"}]
    assert books.stands("A") == ("open", 30, 70)
    assert books.fine("payments", row)["remarks"] == []


def test_the_importer_prints_that_a_card_payment_is_pending(d, tmp_path):
    files, ctl = Files(tmp_path), new_business(d)
    files.write(contacts=table(CONTACTS, [contact()]), invoices=table(INVOICES, [item()]), payments=table(PAYMENTS, [payment()]))
    run(ctl, *files.words("contacts", "invoices"))
    ctl.run("access.enable", "-", input='{"contacts": [1], "keep_password": true, "password": "%s"}' % PASSWORD)
    portal = new_business.count
    maria = d.sign_in("maria1@bodega.test", portal=f"b{portal}")
    card = maria.ask("payment.pay", parts=[{"invoice": "A-1"}], expect=money("23.80"), card_number=HANGS, card_expiry="11/41", card_code="739")["payment"]
    said = ctl.run("import", "zoho", *files.words()).stdout
    assert f"{card['number']} by card on A-1 is still pending: if it succeeds, EUR 23.80 of it becomes credit: 1\n" in said


# --- the order of the files ------------------------------------------------------------------------------------------------------------
STEPS = ["invoices", "payments", "all", "payments+", "all+"]  # +: with update


def expected():
    """Four invoices and what the files say is due of each: paid, paid in part, by two payments, open."""
    return {"A": ("paid", 100, 0), "B": ("open", 75, 25), "C": ("paid", 100, 0), "D": ("open", 0, 100)}


def rows_of(b):
    settled = {"A": "100", "B": "75", "C": "100", "D": None}
    alone = [b.invoice(n, settled=s, balance=money(str(expected()[n][2]))) for n, s in settled.items()]
    whole = [b.invoice(n, balance=money(str(expected()[n][2])), **({"applied": money(s)} if s else {})) for n, s in settled.items()]
    payments = [b.payment("1", "180", ("A", "100"), ("B", "75")), b.payment("2", "60", ("c", "60")), b.payment("3", "40", ("C", "40"))]
    return {"invoices": [("invoices", alone)], "payments": [("payments", payments)], "all": [("invoices", whole), ("payments", payments)]}


def test_the_same_files_in_any_order_end_at_the_same_balances(d, admin):
    """Every order of three runs, each with and without update: sums hold after each, and once invoices and payments are in, all is alike."""
    for order in itertools.product(STEPS, repeat=3):
        b = Books(admin)
        rows, has_invoices, has_payments = rows_of(b), False, False
        for step in order:
            update, name = step.endswith("+"), step.rstrip("+")
            for what, some in rows[name]:
                got = b.bring(what, *some, update=update)
                early = what == "payments" and not has_invoices
                assert bool(got["problems"]) == early, (order, got)
                assert got["differs"] == [], (order, got)
                has_invoices |= what == "invoices"
                has_payments |= what == "payments" and not early
            if has_invoices:
                assert {n: b.stands(n) for n in expected()} == expected(), order
        if has_payments:
            assert b.paid() == {"P1": (180, 5), "P2": (60, 0), "P3": (40, 0)}, order
    assert holds_together(d)


def test_payments_that_came_in_as_credit_settle_their_invoices_once_in_any_order(d, admin):
    """The invoices stayed out at first. Whatever follows, the last run with update leaves the same."""
    for order in itertools.product(STEPS, repeat=2):
        b = Books(admin)
        rows = rows_of(b)
        b.fine("payments", *(row | {"parts": []} for row in rows["payments"][0][1]))
        for step in (*order, "invoices", "payments+"):
            for what, some in rows[step.rstrip("+")]:
                b.bring(what, *some, update=step.endswith("+"))
        assert {n: b.stands(n) for n in expected()} == expected(), order
        assert b.paid() == {"P1": (180, 5), "P2": (60, 0), "P3": (40, 0)}, order
    assert holds_together(d)
