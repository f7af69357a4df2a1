"""Lists: every row exactly once in the right order, whatever is asked for and whatever is added meanwhile; totals that agree."""
import itertools
import random
import re

import pytest

from clock import in_the_past
from daemon import PASSWORD, Daemon, Refused, add_customer, days, line, money, open_portal

NAMES = ["Köhler Druck", "Bjørn & Sønner", "Łódź Papier", "日本紙業", "Bodega Sur", "bodega norte", "Acme", "A", "Zeta", "Émile Zola"]


def pages(client, op, rows, limit, **args):
    """All rows, page by page. A page may be short while there is a next one."""
    found, after, n = [], "", 0
    while True:
        page = client.ask(op, limit=limit, after=after, **args)
        assert len(page[rows]) <= limit
        found += page[rows]
        after = page.get("next", "")
        n += 1
        assert n < 2000
        if not after:
            return found


class World:
    def __init__(self, d):
        self.d = d
        self.invoices, self.estimates, self.payments = [], [], []
        with in_the_past(d, days=61):  # an estimate past its last day can not be sent: those that are were sent while they were not
            self.admin = d.sign_in()
            self.customers = [add_customer(self.admin, name, f"c{i}@list.test", "JPY" if i == 3 else "EUR")[0] for i, name in enumerate(NAMES)]
            self.documents(random.Random(5), "estimate", self.estimates)
        self.admin = d.sign_in()
        self.documents(random.Random(6), "invoice", self.invoices)
        self.invoices = [self.admin.ask("invoice.get", invoice=i, peek=True)["invoice"] for i in self.invoices]
        self.estimates = [self.admin.ask("estimate.get", estimate=i, peek=True)["estimate"] for i in self.estimates]

    def documents(self, r, kind, rows):
        for n in range(130):
            if (n % 3 == 0) != (kind == "estimate"):
                continue
            customer = r.choice(self.customers)
            at = r.randrange(-60, 1)
            price = r.choice(["1", "1", "2.50", "100", "7.77", "1000000"]) if customer != self.customers[3] else str(r.randrange(1, 50))
            made = self.admin.ask(f"{kind}.create", customer=customer, send=r.random() < 0.85, document={
                "lines": [line(price=price)], "date": days(at), "due": days(at + r.choice([0, 14, 40])), "reference": f"PO {n}"})[kind]
            if kind == "invoice" and made["state"] == "open" and r.random() < 0.5:
                self.pay(made, r)
            if kind == "invoice" and made["state"] == "open" and not self.paid(made) and r.random() < 0.2:
                self.admin.ask(r.choice(["invoice.write_off", "invoice.void"]), invoice=made["id"], reason="x")
            rows.append(made["id"])

    def paid(self, invoice):
        return any(p["invoice"] == invoice["id"] for p in self.payments)

    def pay(self, invoice, r):
        part = r.random() < 0.4 and invoice["total"]["amount"] > 1
        amount = {**invoice["total"], "amount": invoice["total"]["amount"] // 2} if part else invoice["total"]
        paid = self.admin.ask("payment.record", customer=invoice["customer"], mode="cash", date=days(-r.randrange(30)),
                              parts=[{"invoice": invoice["id"], "amount": amount}])["payment"]
        self.payments.append({**paid, "invoice": invoice["id"]})


@pytest.fixture(scope="module")
def w():
    with Daemon() as d:
        yield World(d)


def stands(x):
    """All that a document is today: it may be several things at once."""
    found = {x["status"], x.get("also"), x["state"] if x["status"] != "expired" else None}
    if x["kind"] == "invoice" and x["state"] == "open":
        found.add("unpaid")
    return found


def expected(rows, status, customer):
    """What the list has to hold, computed from the documents one by one; no order hides any."""
    return [x for x in rows if (not customer or x["customer"] == customer) and (not status or status in stands(x))]


def human(number):
    """The order in which people count; what has no number yet comes last."""
    return [(9,)] if not number else [(1, int(x), "") if x.isdigit() else (2, 0, x) for x in re.findall(r"\d+|\D", number.casefold())]


KEYS = {"date": lambda x: x["date"], "due": lambda x: x["due"], "total": lambda x: (x["total"]["currency"], x["total"]["amount"]),
        "number": lambda x: human(x.get("number", ""))}
DOWN = {"date": True, "due": False, "total": True, "number": False}


@pytest.mark.parametrize("op", ["invoice", "estimate"])
def test_every_sort_and_filter_gives_each_row_once_in_order(w, op):
    rows = w.invoices if op == "invoice" else w.estimates
    statuses = [None, "draft", "open", "overdue" if op == "invoice" else "expired", "paid", "unpaid", "void", "written_off", "partly_paid", "accepted"]
    for sort, status, reverse, customer in itertools.product(KEYS, statuses, (False, True), (None, w.customers[0], w.customers[3])):
        args = {k: x for k, x in {"sort": sort, "status": status, "reverse": reverse, "customer": customer}.items() if x is not None}
        want = expected(rows, status, customer)
        for limit in (1, 100) if customer else (7,):
            found = pages(w.admin, f"{op}.list", f"{op}s", limit, **args)
            assert len(found) == len({x["id"] for x in found}), args
            assert {x["id"] for x in found} == {x["id"] for x in want}, args
            keys = [KEYS[sort](x) for x in found]
            assert keys == sorted(keys, reverse=DOWN[sort] != reverse), args
            assert all(status is None or status in stands(x) for x in found), args


def test_a_page_is_the_same_whatever_its_size(w):
    for args in ({}, {"sort": "total"}, {"sort": "due", "reverse": True}, {"status": "unpaid", "sort": "due"}, {"search": "bo"}):
        orders = {tuple(x["id"] for x in pages(w.admin, "invoice.list", "invoices", limit, **args)) for limit in (1, 3, 25, 100)}
        assert len(orders) == 1, args


def test_bounds_of_dates_and_amounts(w):
    for sort in KEYS:
        found = pages(w.admin, "invoice.list", "invoices", 9, sort=sort, **{"from": days(-30), "until": days(-10)})
        want = {x["id"] for x in w.invoices if days(-30) <= x["date"] <= days(-10)}
        assert {x["id"] for x in found} == want, sort
        found = pages(w.admin, "invoice.list", "invoices", 9, sort=sort, least=money("2"), most=money("100"))
        want = {x["id"] for x in w.invoices if x["total"]["currency"] == "EUR" and 200 <= x["total"]["amount"] <= 10000}
        assert {x["id"] for x in found} == want, sort
    assert w.admin.refused("invoice.list", least=money("1"), most=money("1", "JPY")).code == "currency"
    assert w.admin.ask("invoice.list", **{"from": days(5), "until": days(-5)})["invoices"] == []


def test_rows_added_meanwhile_are_neither_lost_nor_doubled(w):
    for sort, reverse in itertools.product(("date", "total", "due", "number"), (False, True)):
        before = {x["id"] for x in pages(w.admin, "invoice.list", "invoices", 100, sort=sort)}
        found, after, added = [], "", []
        while True:
            page = w.admin.ask("invoice.list", limit=20, after=after, sort=sort, reverse=reverse)
            found += [x["id"] for x in page["invoices"]]
            after = page.get("next", "")
            if not after:
                break
            for price in ("0.5", "50", "2000000"):
                made = w.admin.ask("invoice.create", customer=w.customers[0], send=True, document={"lines": [line(price=price)]})["invoice"]
                added.append(made["id"])
                w.invoices.append(made)
        assert len(found) == len(set(found)) and before <= set(found) <= before | set(added), (sort, reverse)


def test_a_cursor_that_is_none_or_of_another_list_does_no_harm(w):
    for bad in ("x", "zz", "0", "00" * 7, "AB" * 20, "ab" * 190, "-1", "../..", "ff" * 8 + "g", "%00", "日本"):
        refusal = w.admin.refused("invoice.list", after=bad)
        assert (refusal.code, refusal.field) == ("invalid", "after"), bad
    for op in ("customer.list", "payment.list", "event.list", "item.list", "estimate.list"):
        assert w.admin.refused(op, after="nonsense").field == "after"
    page = w.admin.ask("invoice.list", limit=5)
    for sort in KEYS:  # of another order, though that order be the usual one
        assert w.admin.refused("invoice.list", sort=sort, after=page["next"], limit=50).field == "after"


def test_limits_are_kept(w):
    assert len(w.admin.ask("invoice.list")["invoices"]) == 25
    for bad in (0, -1, 101, 2**40):
        assert w.admin.refused("invoice.list", limit=bad).field == "limit"
    assert len(w.admin.ask("event.list", limit=100)["events"]) == 100


def test_search_finds_words_whatever_their_spelling(w):
    def names(text):
        return {x["name"] for x in pages(w.admin, "customer.list", "customers", 3, search=text)}
    assert names("bodega") == {"Bodega Sur", "bodega norte"}
    assert names("BOD") == {"Bodega Sur", "bodega norte"}
    assert names("sur bodega") == {"Bodega Sur"} and names("bodega zeta") == set()
    assert names("kohler") == names("KÖHLER") == {"Köhler Druck"}
    assert names("sonner") == {"Bjørn & Sønner"} and names("lodz") == {"Łódź Papier"}
    assert names("日本") == {"日本紙業"} and names("emile") == {"Émile Zola"}
    assert names("odega") == set() and names("%") == set() and names("c4@list.test") == {"Bodega Sur"}
    number = next(x["number"] for x in w.invoices if x.get("number"))
    assert [x["number"] for x in w.admin.ask("invoice.list", search=number.lower())["invoices"]][0] == number
    found = {x["customer"] for x in pages(w.admin, "invoice.list", "invoices", 10, search="bodega")}
    assert found and found <= {w.customers[4], w.customers[5]}
    one = next(x for x in w.invoices if x["customer"] == w.customers[0])
    assert one["id"] in [x["id"] for x in w.admin.ask("invoice.list", customer=w.customers[0], search=one["reference"].lower())["invoices"]]


def test_customers_and_payments_are_listed_whole(w):
    rows = pages(w.admin, "customer.list", "customers", 3)
    assert {x["id"] for x in rows} == set(w.customers) and len(rows) == len(NAMES)
    assert w.admin.ask("customer.list")["total"] == len(NAMES)
    w.admin.ask("customer.update", id=w.customers[8], customer={"revision": w.admin.ask("customer.get", id=w.customers[8])["customer"]["revision"], "active": False})
    assert [x["id"] for x in pages(w.admin, "customer.list", "customers", 2, active=False)] == [w.customers[8]]
    assert w.customers[8] not in [x["id"] for x in pages(w.admin, "customer.list", "customers", 2, active=True)]
    for sort, key in (("date", lambda x: x["date"]), ("amount", lambda x: (x["amount"]["currency"], x["amount"]["amount"]))):
        for reverse in (False, True):
            rows = pages(w.admin, "payment.list", "payments", 4, sort=sort, reverse=reverse)
            assert sorted(x["id"] for x in rows) == sorted(p["id"] for p in w.payments)
            assert [key(x) for x in rows] == sorted((key(x) for x in rows), reverse=not reverse)
    paid = w.payments[0]
    assert [x["id"] for x in w.admin.ask("payment.list", invoice=paid["invoice"])["payments"]] == [paid["id"]]
    assert w.admin.ask("payment.list", state="failed")["payments"] == []


def test_totals_equal_the_sums_of_what_they_stand_for(w):
    rows = pages(w.admin, "invoice.list", "invoices", 100)
    assert w.admin.ask("invoice.list")["total"] == len(rows)
    unpaid = [x for x in rows if x["state"] == "open"]
    queue = w.admin.ask("queue.get")
    for ageing in queue["ageing"]:
        mine = [x for x in unpaid if x["balance"]["currency"] == ageing["total"]["currency"]]
        late = [x for x in mine if x["status"] == "overdue"]
        assert ageing["total"]["amount"] == sum(x["balance"]["amount"] for x in mine)
        assert ageing["overdue"]["amount"] == sum(x["balance"]["amount"] for x in late)
        assert (ageing["count"], ageing["overdue_count"]) == (len(mine), len(late))
        assert ageing["total"]["amount"] == sum(ageing[k]["amount"] for k in ("not_due", "days_30", "days_60", "days_90", "older"))
        assert ageing["days_30"]["amount"] == sum(x["balance"]["amount"] for x in late if x["due"] >= days(-30))
    assert {a["total"]["currency"] for a in queue["ageing"]} >= {x["balance"]["currency"] for x in unpaid}
    for count in queue["counts"]:
        op = count["kind"]
        have = pages(w.admin, f"{op}.list", f"{op}s", 100)
        assert count["count"] == sum(x["state"] == count["state"] for x in have), count
    for row in pages(w.admin, "customer.list", "customers", 100):
        mine = [x for x in unpaid if x["customer"] == row["id"]]
        assert row["outstanding"]["amount"] == sum(x["balance"]["amount"] for x in mine)
        assert row.get("invoices", 0) == len(mine)
        overview = w.admin.ask("customer.overview", id=row["id"])
        assert overview["ageing"]["total"] == row["outstanding"]
        paid = [p for p in w.payments if p["customer"] == row["id"]]
        assert overview["paid"]["amount"]["amount"] == sum(p["amount"]["amount"] for p in paid)
    assert w.d.client().ask("system.check")["problems"] == []


def test_a_customer_and_another_business_see_nothing_of_it(w):
    d = w.d
    contact = w.admin.ask("customer.get", id=w.customers[4])["contacts"][0]["id"]
    maria = open_portal(d, w.admin, contact, "c4@list.test")
    mine = [x for x in w.invoices if x["customer"] == w.customers[4] and x["state"] != "draft"]
    assert {x["id"] for x in pages(maria, "invoice.list", "invoices", 3)} == {x["id"] for x in mine}
    assert maria.ask("invoice.list")["total"] == len(mine)
    assert pages(maria, "invoice.list", "invoices", 3, status="draft") == [] == pages(maria, "invoice.list", "invoices", 3, search="zeta")
    assert maria.refused("invoice.list", customer=w.customers[5]).code == "not_found"
    d.client().ask("business.create", portal="else", name="Else", currency="EUR", admin_email="eve@else.test", password=PASSWORD)
    eve = d.sign_in("eve@else.test", portal="else")
    for op, rows in [("invoice.list", "invoices"), ("estimate.list", "estimates"), ("customer.list", "customers"), ("payment.list", "payments")]:
        for args in ({}, {"search": "bo"} if "payment" not in op else {}):
            got = eve.ask(op, **args)
            assert got[rows] == [] and got.get("total", 0) == 0, (op, got)
    cursor = w.admin.ask("invoice.list", limit=3)["next"]
    assert eve.refused("invoice.list", after=cursor).field == "after"
    assert eve.ask("queue.get")["work"] == [] and eve.ask("queue.get")["counts"] == []
    with pytest.raises(Refused):
        eve.ask("invoice.get", invoice=mine[0]["number"])
    assert {e.get("customer_name") for e in eve.ask("event.list", limit=100)["events"]} <= {None, ""}
