"""Formats of numbers: a year in them, beginning anew each year, never one number twice, and no gap whoever writes at the same time."""
import datetime
import threading

import pytest

from daemon import Daemon, Refused, add_customer, line, money, today

YEAR = today().year
INVOICES, PAYMENTS, CREDIT_NOTES = 2, 3, 5


def set_series(admin, number=INVOICES, **more):
    return admin.ask("series.update", series={"id": number, **more})["series"]


def shown(admin, number=INVOICES):
    return next(s for s in admin.ask("settings.get")["series"] if s["id"] == number)


@pytest.fixture
def o(daemon):
    class Office:
        d, admin = daemon, daemon.sign_in()
        customer, contact = add_customer(admin)

        def number(self, date=None, kind="invoice"):
            document = {"lines": [line()], **({"date": date, "due": date} if date else {})}
            return self.admin.ask(f"{kind}.create", customer=self.customer, send=True, document=document)[kind]["number"]

    return Office()


def test_a_format_has_the_year_of_the_document_and_begins_anew_in_each(o):
    made = set_series(o.admin, format="INV-{year}-{number}", digits=4, restarts=True)
    assert made["example"] == f"INV-{YEAR}-0001"
    assert [o.number(), o.number()] == [f"INV-{YEAR}-0001", f"INV-{YEAR}-0002"]
    assert o.number(f"{YEAR + 1}-01-03") == f"INV-{YEAR + 1}-0001"
    assert o.number(f"{YEAR - 1}-12-31") == f"INV-{YEAR - 1}-0001"
    assert [o.number(), o.number(f"{YEAR + 1}-02-01"), o.number(f"{YEAR - 1}-12-31")] == [
        f"INV-{YEAR}-0003", f"INV-{YEAR + 1}-0002", f"INV-{YEAR - 1}-0002"]
    assert (shown(o.admin)["next"], shown(o.admin)["example"]) == (4, f"INV-{YEAR}-0004")
    found = o.admin.ask("invoice.get", invoice=f"inv-{YEAR}-3")["invoice"]  # as people write it
    assert found["number"] == f"INV-{YEAR}-0003"


def test_without_beginning_anew_it_goes_on_and_a_prefix_works_as_before(o):
    assert o.number() == "INV-000001"
    set_series(o.admin, format="{yy}/{number}/A", digits=1)
    assert o.number() == f"{YEAR % 100:02}/2/A"
    assert o.number(f"{YEAR + 1}-01-03") == f"{(YEAR + 1) % 100:02}/3/A"
    set_series(o.admin, format="")
    assert o.number() == "INV-4"


def test_every_kind_has_a_format_and_payments_too(o):
    for number in (1, 3, 4, 5):
        set_series(o.admin, number, format=f"{'ABCDE'[number - 1]}{{year}}-{{number}}", digits=2, restarts=True)
    assert [o.number(kind=k) for k in ("estimate", "retainer", "credit_note")] == [f"A{YEAR}-01", f"D{YEAR}-01", f"E{YEAR}-01"]
    paid = [o.admin.ask("payment.record", customer=o.customer, mode="cash", amount=money("1"), parts=[], **more)["payment"]["number"]
            for more in ({}, {"date": f"{YEAR - 1}-06-01"}, {})]
    assert paid == [f"C{YEAR}-01", f"C{YEAR - 1}-01", f"C{YEAR}-02"]


@pytest.mark.parametrize("given,field", [
    ({"format": "INV-{year}"}, "format"), ({"format": "{number}-{number}"}, "format"), ({"format": "{year}{yy}-{number}"}, "format"),
    ({"format": "INV-{month}-{number}"}, "format"), ({"format": "INV-{number"}, "format"), ({"format": "INV}-{number}"}, "format"),
    ({"format": "x" * 24 + "{number}"}, "format"), ({"format": "INV-{number}", "restarts": True}, "restarts"), ({"restarts": True}, "restarts"),
    ({"format": "EST-{number}"}, "format"), ({"format": "EST-0{number}"}, "format"), ({"format": "PAY-{year}{number}"}, "format"),
], ids=repr)
def test_what_could_give_one_number_twice_or_none_is_refused(o, given, field):
    before = shown(o.admin)
    refusal = o.admin.refused("series.update", series={"id": INVOICES, **given})
    assert (refusal.code, refusal.field) == ("invalid", f"series.{field}"), refusal
    assert shown(o.admin) == before


@pytest.mark.parametrize("one,other,meet", [
    ("{year}-{number}", "2026-{number}", True), ("{yy}{number}", "{number}", True), ("R{number}A", "R{number}B", False),
    ("R{number}A", "r {number} a", True), ("{number}/{year}", "{number}/{yy}", False), ("{year}/{number}", "{number}/{year}", True),
    ("A-{number}", "A{number}", False), ("{yy}-{number}", "{year}-{number}", False), ("{year}{number}X", "{number}x", True)], ids=repr)
def test_formats_of_two_kinds_do_not_meet(o, one, other, meet):
    set_series(o.admin, 1, format=one)
    if meet:
        refusal = o.admin.refused("series.update", series={"id": INVOICES, "format": other})
        assert refusal.field == "series.format" and "one number" in refusal.message
    else:
        set_series(o.admin, format=other)


def test_a_number_goes_up_only_and_anew_only_where_nothing_stands(o):
    set_series(o.admin, format="F{year}-{number}", digits=1, restarts=True)
    assert o.number() == f"F{YEAR}-1"
    assert o.admin.refused("series.update", series={"id": INVOICES, "next": 1}).field == "series.next"
    set_series(o.admin, next=40)
    assert [o.number(), o.number(f"{YEAR + 1}-01-01")] == [f"F{YEAR}-40", f"F{YEAR + 1}-1"]
    set_series(o.admin, format="G{number}", restarts=False, next=1)
    assert o.number() == "G1"
    set_series(o.admin, format="F{year}-{number}", restarts=True, next=2)
    assert [o.number(), o.number()] == [f"F{YEAR}-2", f"F{YEAR}-3"]
    set_series(o.admin, next=39)
    assert [o.number(), o.number()] == [f"F{YEAR}-39", f"F{YEAR}-41"]  # never what stands already


def test_a_store_keeps_where_each_year_stands(o):
    set_series(o.admin, format="{year}-{number}", digits=3, restarts=True)
    assert [o.number(), o.number(f"{YEAR + 1}-01-01")] == [f"{YEAR}-001", f"{YEAR + 1}-001"]
    o.d.stop()
    o.d.start()
    o.admin = o.d.sign_in()
    assert [o.number(), o.number(f"{YEAR + 1}-01-01")] == [f"{YEAR}-002", f"{YEAR + 1}-002"]


def test_no_gap_among_32_who_issue_at_once_and_fail_in_between(o):
    """Invoices and credit notes of two years; every third try is refused after its number was drawn, or before."""
    for number, prefix in ((INVOICES, "I"), (CREDIT_NOTES, "C")):
        set_series(o.admin, number, format=prefix + "{year}-{number}", digits=1, restarts=True)
    bare = o.admin.ask("customer.create", customer={"name": "Bare Ltd"})["customer"]["id"]
    made, failed, lock = [], [0], threading.Lock()

    def issue(n):
        client = o.d.client()
        client.token = o.admin.token
        for i in range(6):
            kind, year = ("invoice", "credit_note")[(n + i) % 2], YEAR + n % 2
            document = {"lines": [line()], "date": f"{year}-01-01" if n % 2 else today().isoformat()}
            draft = client.ask(f"{kind}.create", customer=bare, document=document)[kind]
            if i % 3 == 2:  # the mail has nobody to go to: the number that was drawn goes back with all the rest
                try:
                    client.ask(f"{kind}.send", **{kind: draft["id"]}, code=True)
                except Refused as refusal:
                    assert refusal.code == "no_email", refusal
                    with lock:
                        failed[0] += 1
                continue
            number = client.ask(f"{kind}.send", **{kind: draft["id"]})[kind]["number"]
            with lock:
                made.append(number)

    threads = [threading.Thread(target=issue, args=(n,)) for n in range(32)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed[0] == 64 and len(made) == 128
    for head in (f"I{YEAR}-", f"I{YEAR + 1}-", f"C{YEAR}-", f"C{YEAR + 1}-"):
        numbers = sorted(int(m.removeprefix(head)) for m in made if m.startswith(head))
        assert numbers == list(range(1, 33)), head
