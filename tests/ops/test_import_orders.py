"""What an import makes of invoices whose payments come in parts, late, or beside what is no money: the same in every order of runs."""
import datetime
import itertools

import pytest

import clock
from daemon import Daemon, days, money, today
from test_import import CONTACTS, INVOICES, PAYMENTS, Files, contact, item, new_business, payment, run, table
from test_import_files import every
from test_import_payments import Books

COLUMNS = INVOICES + ["Balance", "WriteOff Amount"]
PAID = PAYMENTS + ["Payment Status", "Withholding Tax Amount", "Early Payment Discount"]


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        yield d


def one(n, status, balance="0", **more):
    return item(str(n), f"O-{n}", Total="100", Quantity="1", **{"Item Price": "100", "Item Tax": "", "Item Tax %": "", "Invoice Status": status, "Balance": balance} | more)


def pays(n, amount, file=1, date="2026-01-20", **more):
    """A payment of one of the two files; each has a number and a key of its own."""
    pays.count = getattr(pays, "count", 0) + 1
    return file, payment(str(pays.count), f"P{pays.count}", invoice=f"O-{n}", amount=amount, Date=date, **more)


GIVEN_UP = {"WriteOff Amount": "30"}
WITHHELD = {"Withholding Tax Amount": "10"}
KINDS = [  # what, (status, balance, more), payments (of which file), state, paid, written off, balance; of what is paid, what stands in
    ("all paid in the first file", ("Paid",), [("100", 1)], "paid", 100, 0, 0, 0),
    ("all paid in the second file", ("Paid",), [("100", 2)], "paid", 100, 0, 0, 0),
    ("a part in each", ("Closed",), [("70", 1), ("30", 2)], "paid", 100, 0, 0, 0),
    ("pending in the first, arrived in the second", ("Paid",), [("100", 1, {"Payment Status": "Pending"}), ("100", 2)], "paid", 100, 0, 0, 0),
    ("paid, as no file shows", ("Paid",), [], "paid", 100, 0, 0, 100),
    ("paid in part, in both files", ("Partially Paid", "40"), [("40", 1), ("20", 2)], "open", 60, 0, 40, 0),
    ("paid in part, of which one file shows a part", ("Partially Paid", "40"), [("40", 2)], "open", 60, 0, 40, 20),
    ("paid in part today", ("Partially Paid", "40"), [("60", 2, {"Date": str(today())})], "open", 60, 0, 40, 0),
    ("a part of it today, more that no file shows", ("Partially Paid", "40"), [("40", 1, {"Date": str(today())})], "open", 60, 0, 40, 20),
    ("written off as a column says", ("Written Off", "0", GIVEN_UP), [("70", 1)], "paid", 70, 30, 0, 0),
    ("written off as a column says, paid in parts", ("Written Off", "0", GIVEN_UP), [("40", 1), ("30", 2)], "paid", 70, 30, 0, 0),
    ("written off as a column says, its balance too", ("Written Off", "30", GIVEN_UP), [("70", 2)], "paid", 70, 30, 0, 0),
    ("written off, no column says how much", ("Written Off",), [("70", 2)], "paid", 70, 30, 0, 0),
    ("written off, no column says how much, paid in parts", ("Written Off",), [("40", 1), ("35", 2)], "paid", 75, 25, 0, 0),
    ("written off, all of it", ("Written Off",), [], "written_off", 0, 100, 0, 0),
    ("written off, and all of it paid", ("Written Off",), [("100", 2)], "paid", 100, 0, 0, 0),
    ("tax withheld", ("Paid",), [("90", 1, WITHHELD)], "paid", 90, 10, 0, 0),
    ("tax withheld in each file", ("Paid",), [("40", 1, WITHHELD), ("40", 2, WITHHELD)], "paid", 80, 20, 0, 0),
    ("tax withheld, the rest in no file", ("Paid",), [("50", 2, WITHHELD)], "paid", 90, 10, 0, 40),
    ("tax withheld within what was applied", ("Paid",), [("100", 1, WITHHELD)], "paid", 100, 0, 0, 0),
    ("tax withheld within what was applied, paid in part", ("Partially Paid", "5"), [("95", 1, WITHHELD)], "open", 95, 0, 5, 0),
    ("early payment, paid in part", ("Partially Paid", "25"), [("70", 2, {"Early Payment Discount": "5"})], "open", 70, 5, 25, 0),
    ("tax withheld and written off", ("Written Off", "0", GIVEN_UP), [("60", 2, WITHHELD)], "paid", 60, 40, 0, 0),
    ("tax withheld, written off as the status says", ("Written Off",), [("60", 1, WITHHELD)], "paid", 60, 40, 0, 0),
]
STEPS = [("invoices",), ("first",), ("second",), ("invoices", "first"), ("invoices", "second"), ("invoices", "both")]


def written(files):
    """The files of all kinds in one set of books: invoices.csv, and payments in first.csv, second.csv and both.csv."""
    pays.count = 0
    invoices, payments = [], []
    for n, (_, (status, *rest), paid, *_) in enumerate(KINDS):
        invoices.append(one(n, status, rest[0] if rest else "0", **(rest[1] if len(rest) > 1 else {})))
        payments += [pays(n, p[0], p[1], **{k.replace("Date", "date"): v for k, v in (p[2] if len(p) > 2 else {}).items()}) for p in paid]
    files.write(contacts=table(CONTACTS, [contact()]), invoices=table(COLUMNS, invoices), both=table(PAID, [row for _, row in payments]),
                **{name: table(PAID, [row for file, row in payments if file == i]) for i, name in ((1, "first"), (2, "second"))})


def words(files, step):
    for name in ("contacts", *step):
        yield f"--{name if name in ('contacts', 'invoices') else 'payments'}"
        yield str(files.folder / f"{name}.csv")


def ends(ctl):
    """What became of each kind: (state, paid, written off, balance; what stands in), in whole units."""
    stands = {p["allocations"][0]["number"]: p["amount"]["amount"] // 100 for p in every(ctl, "payment.list", "payments") if "(paid" in p["number"]}
    got = {}
    for i in every(ctl, "invoice.list", "invoices"):
        off = i.get("written_off", {"amount": 0})["amount"]
        paid = i["total"]["amount"] - off - i["balance"]["amount"]
        got[KINDS[int(i["number"][2:])][0]] = (i["state"], paid // 100, off // 100, i["balance"]["amount"] // 100, stands.get(i["number"], 0))
    return got


EXPECTED = {what: (state, paid, off, balance, stands) for what, _, _, state, paid, off, balance, stands in KINDS}


@pytest.mark.parametrize("first", STEPS, ids=["+".join(s) for s in STEPS])
def test_every_order_of_runs_ends_alike(daemon, tmp_path, first):
    """A run of payments before their invoices is refused, and that is all it does."""
    files = Files(tmp_path)
    written(files)
    for second in STEPS:
        ctl = new_business(daemon)
        has_invoices = False
        for step in (first, second, ("invoices", "both")):
            has_invoices |= "invoices" in step
            ctl.run("import", "zoho", *words(files, step), "--update", code=0 if has_invoices else 2)
        assert ends(ctl) == EXPECTED, (first, second)
        again = run(ctl, *words(files, ("invoices", "both")), "--update")
        assert again["differs"] == [] and not any(again["new"].values()), (first, second)
        assert ends(ctl) == EXPECTED and ctl.json("check")["problems"] == []


def test_files_in_parts_end_as_together_without_the_last_run_of_all(daemon, tmp_path):
    files = Files(tmp_path)
    written(files)
    for order in (("invoices",), ("first",), ("second",)), (("invoices", "first"), ("second",)), (("invoices", "second"), ("first",)), (("invoices", "both"),):
        ctl = new_business(daemon)
        for step in order:
            run(ctl, *words(files, step))
        assert ends(ctl) == EXPECTED, order


def test_what_is_written_off_beside_a_payment_says_why(daemon, tmp_path):
    files, ctl = Files(tmp_path), new_business(daemon)
    files.write(contacts=table(CONTACTS, [contact()]), invoices=table(COLUMNS, [one(1, "Sent", "100"), one(2, "Paid")]),
                first=table(PAID, [pays(1, "90", **WITHHELD)[1], pays(2, "90", **WITHHELD)[1]]))
    run(ctl, *words(files, ("invoices",)))
    got = run(ctl, *words(files, ("first",)))
    assert got["notes"] == {"withholding tax is written off beside the payment": ["O-1", "O-2"]}
    for number in "O-1", "O-2":
        invoice = ctl.json("invoice.get", f"invoice={number}")["invoice"]
        assert (invoice["state"], invoice["paid"], invoice["written_off"], invoice["balance"]) == ("paid", money("90"), money("10"), money("0"))
        assert invoice["reason"] == "As the imported file says: withholding tax 10.00 EUR"
    rows = ctl.json("payment.list")["payments"]
    assert sorted(p["amount"]["amount"] for p in rows) == [9000, 9000]
    assert ctl.json("check")["problems"] == []


def test_a_rest_that_money_took_the_place_of_says_so(daemon, tmp_path):
    files, ctl = Files(tmp_path), new_business(daemon)
    files.write(contacts=table(CONTACTS, [contact()]), invoices=table(COLUMNS, [one(1, "Written Off")]), first=table(PAID, [pays(1, "70")[1]]),
                second=table(PAID, [pays(1, "30")[1]]))
    run(ctl, *words(files, ("invoices",)))
    run(ctl, *words(files, ("first",)))
    invoice = ctl.json("invoice.get", "invoice=O-1")["invoice"]
    assert invoice["reason"] == "As the imported file says: written off 100.00 EUR, without what payments of a file paid after all: 70.00 EUR"
    run(ctl, *words(files, ("second",)))
    invoice = ctl.json("invoice.get", "invoice=O-1")["invoice"]
    assert "reason" not in invoice and "written_off" not in invoice and invoice["state"] == "paid"


def test_a_payment_dated_after_the_import_lowers_the_balance_first(tmp_path):
    """In every order: what is dated before takes the place of what stood in, what is dated after does not while something is due."""
    with Daemon(env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        orders = list(itertools.permutations([("1", "40", days(1)), ("2", "50", "2026-01-20"), ("3", "5", days(2))]))
        all_books = [Books(admin) for _ in orders]
        for b in all_books:
            b.fine("invoices", b.invoice("A", settled="60", balance=money("40")))
        clock.set_by(tmp_path, days=3)
        admin = d.sign_in()
        for order, b in zip(orders, all_books):
            b.admin = admin
            for name, amount, date in order:
                got = b.fine("payments", b.payment(name, amount, ("A", amount), date=date))
                assert got["remarks"] == []
            assert b.stands("A") == ("paid", 100, 0), order
            assert b.paid() == {"P1": (40, 0), "P2": (50, 0), "P3": (5, 0), "A (paid)": (5, 0)}, order
        assert d.client().ask("system.check")["problems"] == []


def test_a_payment_of_the_very_day_takes_the_place_of_what_stood_in_and_that_is_told(daemon, tmp_path):
    files, ctl = Files(tmp_path), new_business(daemon)
    files.write(contacts=table(CONTACTS, [contact()]), invoices=table(COLUMNS, [one(1, "Partially Paid", "40")]),
                first=table(PAID, [pays(1, "40", date=str(today()))[1]]))
    run(ctl, *words(files, ("invoices",)))
    got = run(ctl, *words(files, ("first",)))
    sentence, = got["notes"]
    assert "took the place of 40.00 EUR of what stood in there (O-1 (paid)); 40.00 EUR stays due" in sentence
    assert run(ctl, *words(files, ("first",)))["notes"] == {}


def test_the_day_of_an_import_is_the_business_s_own(tmp_path):
    """14 hours ahead of UTC it is tomorrow already for most of the day: a payment of that day may be one that stood in."""
    with Daemon(env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        revision = admin.ask("settings.get")["business"]["revision"]
        admin.ask("settings.update", business={"revision": revision, "time_zone": "Pacific/Kiritimati"})
        here = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=14)).date()
        b = Books(admin)
        b.fine("invoices", *(b.invoice(n, settled="60", balance=money("40")) for n in "AB"))
        clock.set_by(tmp_path, days=2)
        b.admin = d.sign_in()
        got = b.fine("payments", b.payment("1", "30", ("A", "30"), date=str(here)), b.payment("2", "30", ("B", "30"), date=str(here + datetime.timedelta(days=1))))
        assert [r["row"] for r in got["remarks"]] == [0]
        assert b.stands("A") == ("open", 60, 40) and b.stands("B") == ("open", 90, 10)


def test_what_no_file_named_gives_way_to_payments_and_what_one_named_does_not(daemon):
    b = Books(daemon.sign_in())
    row = b.invoice("A", written_off=money("70"), guessed=money("60"), balance=money("0"), applied=money("30"))
    row["document"]["reason"] = "As the imported file says: withholding tax 10.00 EUR, written off 60.00 EUR"
    b.fine("invoices", row)
    for name, amount, off in ("1", "30", 70), ("2", "40", 30), ("3", "20", 10):
        b.fine("payments", b.payment(name, amount, ("A", amount)))
        assert b.the("A")["written_off"] == money(str(off))
    assert b.stands("A") == ("paid", 90, 0)
    got = b.bring("payments", b.payment("4", "5", ("A", "5")))  # the tax was named by the file
    assert [(p["row"], p["field"]) for p in got["problems"]] == [(0, "parts.0.number")]


def test_what_is_given_up_adds_to_what_an_import_wrote_off(daemon):
    admin = daemon.sign_in()
    b = Books(admin)
    b.fine("invoices", b.invoice("A", written_off=money("10"), document=b.invoice("A")["document"] | {"reason": "tax withheld"}))
    admin.ask("invoice.write_off", invoice=b.number("A"), reason="bankrupt")
    assert b.the("A")["written_off"] == money("100") and b.stands("A") == ("written_off", 0, 0)


def test_what_was_withheld_beside_a_payment_that_is_here_comes_with_update(daemon):
    """It was left out before: a column was missing, or the import did not know it."""
    b = Books(daemon.sign_in())
    b.fine("invoices", b.invoice("A"), b.invoice("B", settled="100", balance=money("0")))
    rows = [b.payment(n, "90", (n, "90")) for n in "AB"]
    b.fine("payments", *rows)
    for row in rows:
        row["parts"][0] |= {"written_off": money("10"), "reason": "withholding tax"}
    told = b.fine("payments", *rows)
    assert [(x["field"], x["there"], x["applied"]) for x in told["differs"]] == [("parts.0.written_off", "10.00 EUR", False)] * 2 and b.stands("A") == ("open", 90, 10)
    done = b.fine("payments", *rows, update=True)
    assert done["changed"] == 2 and [x["applied"] for x in done["differs"]] == [True, True]
    again = b.fine("payments", *rows, update=True)
    assert again["changed"] == 0 and again["differs"] == []
    assert [b.stands(n) for n in "AB"] == [("paid", 90, 0)] * 2 and b.paid() == {"PA": (90, 0), "PB": (90, 0)}
    assert daemon.client().ask("system.check")["problems"] == []


@pytest.mark.parametrize("off", [money("-1"), money("1", "USD")], ids=["less than nothing", "another currency"])
def test_what_can_not_be_written_off_beside_a_payment_is_a_problem_of_the_row(daemon, off):
    b = Books(daemon.sign_in())
    b.fine("invoices", b.invoice("A"))
    row = b.payment("1", "90", ("A", "90"))
    row["parts"][0]["written_off"] = off
    got = b.bring("payments", row)
    assert [(p["row"], p["field"]) for p in got["problems"]] == [(0, "parts.0.written_off")] and b.stands("A") == ("open", 0, 100)


def test_an_import_that_was_broken_off_before_the_payments_tells_no_difference(daemon):
    b = Books(daemon.sign_in())
    row = b.invoice("A", settled="20", written_off=money("5"), applied=money("45"), balance=money("30"))
    row["document"]["reason"] = "written off"
    b.fine("invoices", row)
    assert b.stands("A") == ("open", 20, 75) and b.fine("invoices", row)["differs"] == []
    beside = b.payment("1", "35", ("A", "35"))
    beside["parts"][0] |= {"written_off": money("10"), "reason": "withholding tax"}
    b.fine("payments", beside)
    assert b.stands("A") == ("open", 55, 30) and b.fine("invoices", row)["differs"] == []
