"""No request examines more than it gives, however large the store: entries of indexes that a cursor stood on, and values read by their key,
counted in `counting_posternd`, which the noise of a machine does not reach.

What a page gives is its rows and what it counts (`matched`, with the sums): for each of them a request may examine four entries, and a
hundred besides.

Where no index leads to what passes, work is bounded otherwise (LIST_EXAMINE, LIST_EXAMINE_EMPTY in data/record.h): DEARER names what examines
more today, and how much; it may by MARGIN at most, and one that has become cheap is to be taken out.
"""
import subprocess

import pytest

from counted import Counted
from daemon import BUILD

CUSTOMERS, INVOICES = 900, 24000
ROW, BESIDES = 4, 100
MARGIN = 1.10  # the daemon's own work beside, and the day on which the store is looked at, move a figure a little
# What each examines, on this store. Whoever makes one cheaper writes the new figure here, or takes it out; dearer: with the reason in the commit.
DEARER = {
    # Many of each: what is in both is known only by reading one of them.
    **{f"invoice.list {{'sort': '{sort}', 'filter': 'status:paid amount>5000'}}": 6011 for sort in ("date", "due", "number")},
    # A part of any invoice may have been settled otherwise by an import, whatever state it is in.
    "invoice.list {'filter': 'written_off>0'}": 20005,
    # Words of how each payment was made: entries in every write, for a question that is asked seldom.
    "payment.list {'filter': 'method:cash'}": 40001,
    # The log tells names and texts as they were then: no index of today's has them.
    "event.list {'filter': 'who:ada'}": 20002,
    "event.list {'filter': 'customer:nordwind'}": 347,
    "event.list {'filter': 'text:nothing'}": 20002,
    # What is owed by age: a sum for each day on which something is due, however many invoices.
    "queue.get {}": 1058,
    # Of each customer what is owed, by day, and every person's access.
    "customer.list {}": 206,
    "customer.list {'search': 'nordwind papier'}": 170,
    "customer.list {'filter': 'access:active'}": 4656,
    "customer.list {'filter': 'open>3'}": 5128,
    "customer.list {'filter': 'balance>100000'}": 4916,
}


@pytest.fixture(scope="module")
def shop():
    with Counted(CUSTOMERS, INVOICES) as d:
        yield d, d.sign_in(), d.sign_in("maria7@customer.example")


SORTS = ("date", "due", "total", "number")
STATUSES = ("open", "paid", "void", "partly_paid", "overdue", "unpaid", "draft")


def invoices():
    """Every order, status, filter and search of a list of invoices."""
    for sort in SORTS:
        yield {"sort": sort}
        yield {"sort": sort, "reverse": True}
        yield {"sort": sort, "customer": 7}
        for status in STATUSES:
            yield {"sort": sort, "status": status}
            yield {"sort": sort, "status": status, "reverse": True}
            yield {"sort": sort, "status": status, "customer": 7}
        for status in ("open", "paid", "void"):
            yield {"sort": sort, "filter": f"status:{status} amount>5000"}
            yield {"sort": sort, "filter": f"status:{status} amount<100"}
    for typed in ("amount>12000", "amount<100", "balance>12000", "due:2026-10", "number:5", "PO", "9999", "nordwind papier", "nordwind", "currency:USD", "currency:EUR",
                  "written_off>0", "not status:paid", "customer:bodega", "customer:nordwind customer:papier", "reference:77"):
        yield {"filter": typed}
    for words in ("nordwind papier", "aurora sur", "kestrel cards 17", "bodega office"):
        yield {"search": words}


def payments():
    for sort in ("date", "amount"):
        yield {"sort": sort}
        yield {"sort": sort, "customer": 7}
        for state in ("pending", "succeeded", "failed"):
            yield {"sort": sort, "state": state}
    for typed in ("amount>12000", "nordwind papier", "method:cash", "invoice:17", "number:5", "currency:USD"):
        yield {"filter": typed}


def events():
    yield {}
    yield {"bell": True}
    yield {"customer": 7}
    yield {"subject": "invoice", "about": 17}
    for what in ("sent", "viewed", "paid", "voided", "created", "signed_in", "reminded"):
        yield {"what": what}
        yield {"what": what, "customer": 7}
    for side, actor in (("staff", 1), ("customer", 7), ("machine", 3), ("staff", 9)):
        yield {"side": side, "actor": actor}
        yield {"side": side}
        yield {"side": side, "actor": actor, "what": "sent"}
    for typed in ("who:ada", "what:sent", "what:voided", "side:system", "customer:nordwind", "text:nothing"):
        yield {"filter": typed}


def others():
    yield "home.get", {}, True
    yield "session.me", {}, True
    yield "queue.get", {}, False
    for text in ("nordwind papier", "17", "INV-00017", "maria"):
        yield "portal.find", {"text": text}, False
    for args in ({}, {"search": "nordwind"}, {"search": "nordwind papier"}, {"search": "maria"}, {"filter": "access:active"}, {"filter": "open>3"}, {"filter": "balance>100000"}, {"active": False}):
        yield "customer.list", args, False


def questions():
    for op, all_ in (("invoice.list", invoices), ("payment.list", payments), ("event.list", events)):
        for args in all_():
            yield op, args, False
    for op, args in (("invoice.list", {}), ("invoice.list", {"status": "open"}), ("event.list", {}), ("payment.list", {})):
        yield op, args, True
    yield from others()


def given(answer):
    """Rows of its lists, and what it counted."""
    return sum(len(v) for v in answer.values() if isinstance(v, list)) + answer.get("matched", 0)


def dear(examined, answer):
    return examined > ROW * given(answer) + BESIDES


def test_no_request_examines_much_more_than_it_gives(shop):
    d, staff, person = shop
    found, cheap, asked = {}, {}, set()
    for op, args, own in questions():
        examined, answer = d.of(person if own else staff, op, args)
        name = f"{op} {args}"
        asked.add(name)
        if dear(examined, answer) and examined > DEARER.get(name, 0) * MARGIN:
            found[name] = (examined, given(answer))
        if name in DEARER and (not dear(examined, answer) or examined < DEARER[name] / 2):
            cheap[name] = (examined, given(answer))
    assert found == {}
    assert cheap == {}, "a bound that is twice what a request examines bounds nothing: write the new figure, or take it out"
    assert set(DEARER) - asked == set(), "each that is named is asked"


def test_the_probe_of_the_bench_reads_what_is_stored(shop):
    """The limit of a read in ./dev bench: it knows keys and sequences, and a store whose form it does not know would end the bench."""
    d, _, _ = shop
    done = subprocess.run([BUILD / "bin/store_probe", "get", d.data, "0.05"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and '"ops_per_s"' in done.stdout, done.stderr
