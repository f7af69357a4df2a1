"""The filter language (docs/rules.md): for every term, under every order, a list gives exactly the documents that a plain look at all of
them gives, each once, page by page; what is not understood is refused by term."""
import datetime
import itertools
import re
import unicodedata

import pytest

from daemon import Daemon, Refused, days, line, open_portal, today, wait_until
from test_lists import KEYS, pages

T = today()
PLACES = {"EUR": 2, "USD": 2, "JPY": 0}


# --- the plain look -------------------------------------------------------------------------------------------------------------
def fold(text):
    """As text_search: spellings of one letter alike."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join({"æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe"}.get(c, c) for c in text if not unicodedata.combining(c))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    out, before = [], ""
    for c in text:
        if not (c == "e" and before and before in "aou" or c == "a" and before == "a"):
            out.append(c)
        before = c
    return "".join(out)


def words(text):
    return re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u4e00-\u9fff]+", fold(text or ""))


def begins(word, wanted):
    return word == wanted if re.fullmatch(r"\d{1,2}", wanted) else word.startswith(wanted)


def has_words(wanted, *texts):
    have = [w for text in texts for w in words(text)]
    return all(any(begins(w, x) for w in have) for x in words(wanted))


def human(number):
    return [(1, int(x), "") if x.isdigit() else (2, 0, x) for x in re.findall(r"\d+|\D", (number or "").casefold())]


def is_number(wanted, number):
    number = (number or "").lower()
    if wanted.isdigit():
        tail = re.search(r"\d*$", number).group()
        return bool(tail) and int(tail) == int(wanted) or re.fullmatch(wanted + r"(\D.*)?", number) is not None
    return bool(number) and (human(number) == human(wanted) or number.startswith(wanted.lower()))


def value(money):
    return money["amount"] / 10 ** PLACES[money["currency"]]


def due(d):
    """What is due; an estimate has no balance, and nobody owes a draft: nothing."""
    return value(d["balance"]) if "balance" in d and d["status"] != "draft" else 0


def given_up(d):
    return value(d["written_off"]) if "written_off" in d else 0


def statuses(d):
    found = {d["state"]}
    if d["state"] == "open" and d["kind"] == "invoice":
        found.add("unpaid")
        if d["due"] < T.isoformat():
            found.add("overdue")
        if d["balance"]["amount"] < d["total"]["amount"]:
            found.add("partly_paid")
    elif d["state"] == "open" and d["due"] < T.isoformat():
        found = {"expired"}
    return found


class World:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        a = self.admin
        names = {"Müller Söhne": "EUR", "Mueller KG": "EUR", "Bjørn Åse": "USD", "日本紙業": "JPY", "Acme Paid Media": "USD", "Zeta": "EUR"}
        self.names = names
        rows = [{"source": f"c{i}", "customer": {"name": name, "currency": cur, "company": f"{name} Company", "email": f"c{i}@filter.test"}}
                for i, (name, cur) in enumerate(names.items())]
        a.ask("import.customers", rows=rows)
        self.customers = {c["name"]: c for c in a.ask("customer.list", limit=100)["customers"]}
        numbers = ["INV-9", "INV-10", "A-2", "A-10", "7", "2024/003", "INV-01"]
        imported = a.ask("import.invoices", rows=[
            {"source": f"i{i}", "customer_source": f"c{i % 3}",
             "document": {"number": n, "currency": list(names.values())[i % 3], "state": "void" if n == "A-2" else "open", "date": days(-400 + i), "due": days(-380 + i),
                          "reference": f"PO-{770 + i} paper", "lines": [line(price=str(3 * i + 1))]}} for i, n in enumerate(numbers)])
        assert imported["created"] == len(numbers), imported
        prices = ["0.10", "7", "999.99", "1000", "1000.01", "250000", "33.33"]
        for n, (name, cur) in enumerate(list(names.items()) * 5):
            kind = "estimate" if n % 4 == 3 else "invoice"
            price = prices[n % 7] if cur != "JPY" else str(int(float(prices[n % 7])) + 1)
            made = a.ask(f"{kind}.create", customer=self.customers[name]["id"], send=n % 6 != 5, document={
                "lines": [line(price=price)], "date": days(-3 * n), "due": days(-3 * n + (0, 14, 60, 200)[n % 4]),
                "reference": ("PO-771", "", "Entwurf Söhne 12", "Post\u00ADbox 9")[n % 4]})[kind]
            if kind == "estimate" and made["state"] == "open" and n % 8 == 7:
                a.ask("estimate.void", estimate=made["id"], reason="x")
            if kind == "invoice" and made["state"] == "open":
                self.settle(made, n)
        self.cards()
        d.stop()
        d.sandbox = False  # nothing is asked about the pending card any more: what was read stays so, however long the tests take
        d.start()
        self.all = {kind: [a.ask(f"{kind}.get", **{kind: x["id"]}, peek=True)[kind] for x in
                           pages(a, f"{kind}.list", f"{kind}s", 100)] for kind in ("invoice", "estimate")}

    def cards(self):
        """A payment that failed and one that stays pending; imported ones with numbers of another kind."""
        contact = self.admin.ask("contact.create", customer=self.customers["Zeta"]["id"], contact={"name": "Z", "email": "z@filter.test"})["contact"]
        zoe = open_portal(self.d, self.admin, contact["id"], "z@filter.test")
        for card in ("4000000000000002", "4000000000009235"):
            made = self.admin.ask("invoice.create", customer=self.customers["Zeta"]["id"], send=True, document={"lines": [line(price="12")]})["invoice"]
            zoe.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=made["total"], card_number=card, card_expiry="12/39", card_code="123")
        wait_until(lambda: self.admin.ask("payment.list", state="failed")["payments"], what="the card to be declined")
        got = self.admin.ask("import.payments", rows=[
            {"source": f"p{i}", "customer_source": "c0", "parts": [], "payment": {
                "number": n, "date": days(-i), "amount": {"amount": 100 * i + 100, "currency": "EUR"}, "mode": "cash", "reference": f"R-{i}"}}
            for i, n in enumerate(("PAY-0003/A", "2024/007", "17"))])
        assert got["created"] == 3, got

    def settle(self, made, n):
        total = made["total"]
        part = {"invoice": made["id"], "amount": {**total, "amount": total["amount"] // 2 or 1}}
        if n % 5 in (1, 3):
            self.admin.ask("payment.record", customer=made["customer"], mode="cash", reference=f"wire {n}", date=days(-min(3 * n, 20)),
                           parts=[part] if n % 5 == 1 else [{"invoice": made["id"]}])
        if n % 7 == 2:
            try:
                self.admin.ask("invoice.write_off", invoice=made["id"], reason="gone")
            except Refused as refusal:
                assert refusal.code == "state"  # it was paid

    def customer_of(self, d):
        return next(c for c in self.customers.values() if c["id"] == d["customer"])

    def customer_words(self, wanted, d):
        c = self.customer_of(d)
        return has_words(wanted, c["name"], c["company"], c["email"])

    def plain(self, word, d, state=None):
        return bool(state and state in statuses(d)) or is_number(word, d.get("number")) or self.customer_words(word, d) or \
            has_words(word, d.get("reference"))


@pytest.fixture(scope="module")
def w():
    with Daemon() as d:
        yield World(d)


def month_of(name):
    for back in range(12):
        first = (T.replace(day=1) - datetime.timedelta(days=1)).replace(day=1) if back else T.replace(day=1)
        for _ in range(back - 1):
            first = (first - datetime.timedelta(days=1)).replace(day=1)
        if first.strftime("%B").lower().startswith(name):
            return first.isoformat()[:7]


TERMS = {
    "status:overdue": lambda w, d: "overdue" in statuses(d),
    "state:partly": lambda w, d: "partly_paid" in statuses(d),
    'status:"partly paid"': lambda w, d: "partly_paid" in statuses(d),
    "status=partly-paid": lambda w, d: "partly_paid" in statuses(d),
    "status:over": lambda w, d: "overdue" in statuses(d),
    "!status:overdue": lambda w, d: "overdue" not in statuses(d),
    "!overdue": lambda w, d: not w.plain("overdue", d, "overdue"),
    "open": lambda w, d: w.plain("open", d, "open"),
    "paid": lambda w, d: w.plain("paid", d, "paid"),
    "partly paid": lambda w, d: "partly_paid" in statuses(d),
    "written off": lambda w, d: "written_off" in statuses(d),
    "status:unpaid status:overdue": lambda w, d: {"unpaid", "overdue"} <= statuses(d),
    "overdue partly": lambda w, d: {"overdue", "partly_paid"} <= statuses(d),
    "status:draft": lambda w, d: d["state"] == "draft",
    "status:void": lambda w, d: d["state"] == "void",
    "status:expired": lambda w, d: "expired" in statuses(d),
    "3": lambda w, d: w.plain("3", d),
    "number:3": lambda w, d: is_number("3", d.get("number")),
    "INV-3": lambda w, d: w.plain("INV-3", d),
    "number:inv-1": lambda w, d: is_number("inv-1", d.get("number")),
    "number:INV-00": lambda w, d: is_number("INV-00", d.get("number")),
    "number=INV-9": lambda w, d: bool(d.get("number")) and human(d["number"]) == human("INV-9"),
    "number>INV-9": lambda w, d: bool(d.get("number")) and human(d["number"]) > human("INV-9"),
    "number:2024": lambda w, d: is_number("2024", d.get("number")),
    "customer:mueller": lambda w, d: w.customer_words("mueller", d),
    "customer:Müller": lambda w, d: w.customer_words("mueller", d),
    "soehne": lambda w, d: w.plain("soehne", d),
    "bjoern": lambda w, d: w.plain("bjoern", d),
    "aase": lambda w, d: w.plain("aase", d),
    "紙": lambda w, d: w.plain("紙", d),
    "本紙": lambda w, d: w.plain("本紙", d),
    "!customer:zeta": lambda w, d: not w.customer_words("zeta", d),
    "PO-771": lambda w, d: w.plain("PO-771", d),
    "reference:771": lambda w, d: has_words("771", d.get("reference")),
    "reference=PO-771": lambda w, d: d.get("reference") == "PO-771",
    "postbox": lambda w, d: w.plain("postbox", d),
    "reference:nothing-like-it": lambda w, d: False,
    "date:today": lambda w, d: d["date"] == T.isoformat(),
    f"date:{days(-9)}": lambda w, d: d["date"] == days(-9),
    f"date:{days(-9)[:7]}": lambda w, d: d["date"][:7] == days(-9)[:7],
    f"date:{days(-400)[:4]}": lambda w, d: d["date"][:4] == days(-400)[:4],
    "date:nov": lambda w, d: d["date"][:7] == month_of("nov"),
    "date:july": lambda w, d: d["date"][:7] == month_of("july"),
    "date<30d": lambda w, d: days(-30) <= d["date"] <= T.isoformat(),
    "date>30d": lambda w, d: d["date"] < days(-30),
    "date>=30d": lambda w, d: d["date"] <= days(-30),
    f"date<{days(-30)}": lambda w, d: d["date"] < days(-30),
    f"date<={days(-30)}": lambda w, d: d["date"] <= days(-30),
    f"date>{days(-30)}": lambda w, d: d["date"] > days(-30),
    "due<30d": lambda w, d: T.isoformat() <= d["due"] <= days(30),
    "due>30d": lambda w, d: d["due"] > days(30),
    "due>today": lambda w, d: d["due"] > T.isoformat(),
    "due:>today": lambda w, d: d["due"] > T.isoformat(),
    "due<-30d": lambda w, d: d["due"] < days(-30),
    "amount>1000": lambda w, d: value(d["total"]) > 1000,
    "amount>=1000": lambda w, d: value(d["total"]) >= 1000,
    "amount<7": lambda w, d: value(d["total"]) < 7,
    "total=7": lambda w, d: value(d["total"]) == 7,
    "amount:1000.01": lambda w, d: value(d["total"]) == 1000.01,
    "amount>999.995": lambda w, d: value(d["total"]) > 999.995,
    "amount>1000EUR": lambda w, d: d["total"]["currency"] == "EUR" and value(d["total"]) > 1000,
    '"amount>1000 usd"': lambda w, d: d["total"]["currency"] == "USD" and value(d["total"]) > 1000,
    "amount>1000JPY": lambda w, d: d["total"]["currency"] == "JPY" and value(d["total"]) > 1000,
    "!amount>1000": lambda w, d: not value(d["total"]) > 1000,
    "balance>0": lambda w, d: due(d) > 0,
    "balance<100": lambda w, d: due(d) < 100,
    "balance<=0": lambda w, d: due(d) <= 0,
    "balance=0": lambda w, d: due(d) == 0,
    "balance:0": lambda w, d: due(d) == 0,
    "balance>=0": lambda w, d: due(d) >= 0,
    "balance>-5": lambda w, d: due(d) > -5,
    "balance<0": lambda w, d: due(d) < 0,
    "balance=7": lambda w, d: due(d) == 7,
    "!balance=0": lambda w, d: due(d) != 0,
    "balance<100EUR": lambda w, d: d["total"]["currency"] == "EUR" and due(d) < 100,
    "open<=5": lambda w, d: due(d) <= 5,
    "written_off>0": lambda w, d: given_up(d) > 0,
    "written_off<=500": lambda w, d: given_up(d) <= 500,
    "written_off=0EUR": lambda w, d: d["total"]["currency"] == "EUR" and given_up(d) == 0,
    "number<INV-9": lambda w, d: bool(d.get("number")) and human(d["number"]) < human("INV-9"),
    "number<=INV-9": lambda w, d: bool(d.get("number")) and human(d["number"]) <= human("INV-9"),
    "number>=INV-9": lambda w, d: bool(d.get("number")) and human(d["number"]) >= human("INV-9"),
    "number=7": lambda w, d: bool(d.get("number")) and re.search(r"\d*$", d["number"]).group().lstrip("0") == "7",
    "status:accepted": lambda w, d: d["state"] == "accepted",
    "status:open": lambda w, d: "open" in statuses(d),
    "status:paid": lambda w, d: d["state"] == "paid",
    'customer="zeta"': lambda w, d: w.customer_of(d)["name"] == "Zeta",
    "due=today": lambda w, d: d["due"] == T.isoformat(),
    f"due:{days(0)[:4]}": lambda w, d: d["due"][:4] == days(0)[:4],
    "currency=jpy": lambda w, d: d["total"]["currency"] == "JPY",
    "currency:chf": lambda w, d: d["total"]["currency"] == "CHF",
    "currency:usd": lambda w, d: d["total"]["currency"] == "USD",
    "overdue amount>100 !customer:acme": lambda w, d: w.plain("overdue", d, "overdue") and value(d["total"]) > 100 and
    not w.customer_words("acme", d),
}
DOWN = {"date": True, "due": False, "total": True, "number": False}


@pytest.mark.parametrize("text", TERMS)
def test_a_term_gives_what_a_plain_look_gives_in_every_order(w, text):
    for kind, (sort, reverse) in itertools.product(("invoice", "estimate"), itertools.product(KEYS, (False, True))):
        want = [d for d in w.all[kind] if TERMS[text](w, d)]
        found = pages(w.admin, f"{kind}.list", f"{kind}s", 4, filter=text, sort=sort, reverse=reverse)
        assert sorted(d["id"] for d in found) == sorted(d["id"] for d in want), (kind, sort, reverse)
        keys = [KEYS[sort](d) for d in found]
        assert keys == sorted(keys, reverse=DOWN[sort] != reverse), (kind, sort, reverse)


@pytest.mark.parametrize("text", ["", "overdue", "amount>1000", "customer:mueller", "status:unpaid"])
def test_totals_of_a_filtered_list_are_its_own(w, text):
    page = w.admin.ask("invoice.list", filter=text, limit=2)
    assert page["total"] == len(w.all["invoice"])
    if not text:
        assert not {"matched", "matched_more", "sums"} & set(page)
        return
    rule = {"overdue": TERMS["status:overdue"], "status:unpaid": lambda w, d: "unpaid" in statuses(d)}.get(text) or TERMS[text]
    want = [d for d in w.all["invoice"] if rule(w, d)]
    assert page["matched"] == len(want) and not page["matched_more"]
    for currency in {d["total"]["currency"] for d in want}:
        mine = [d for d in want if d["total"]["currency"] == currency]
        [s] = [s for s in page["sums"] if s["total"]["currency"] == currency]
        assert s["count"] == len(mine) and s["total"]["amount"] == sum(d["total"]["amount"] for d in mine)
        assert s["balance"]["amount"] == sum(d["balance"]["amount"] for d in mine if d["status"] != "draft")  # nobody owes a draft


def test_what_is_overdue_and_partly_paid_says_both(w):
    both = [d for d in w.all["invoice"] if {"overdue", "partly_paid"} <= statuses(d)]
    assert both
    for d in both:
        assert (d["status"], d["also"]) == ("overdue", "partly_paid")
        for status in ("overdue", "partly_paid", "open", "unpaid"):
            assert d["id"] in {x["id"] for x in pages(w.admin, "invoice.list", "invoices", 50, status=status)}


@pytest.mark.parametrize("text, named", [
    ("foo:bar", "foo:bar"), ("status:nonsense", "status:nonsense"), ("due:soon", "due:soon"), ("amount>many", "amount>many"),
    ("amount>1,000", "amount>1,000"), ("amount>5XYZ", "amount>5XYZ"), ("status>open", "status>open"), ("status:", '"status:"'),
    ("currency:zzz", "currency:zzz"), ("currency:us", "currency:us"), ("!currency=eurr", "!currency=eurr"), ("currency>eur", "currency>eur"),
    (">5", ">5"), ("overdue foo:bar", "foo:bar"), ("customer>x", "customer>x"), ("date:2026-13", "date:2026-13"), ("!foo:x", "!foo:x"),
    ("--", "--")])
def test_what_is_not_understood_is_refused_by_term(w, text, named):
    refusal = w.admin.refused("invoice.list", filter=text)
    assert (refusal.code, refusal.field) == ("invalid", "filter")
    assert refusal.message.startswith(named + ": "), refusal.message
    if "currency:" in text:
        assert "no currency" in refusal.message and "EUR" in refusal.message
    if text.startswith(("foo", "!foo")):
        assert "status, number, customer, reference, date, due, amount" in refusal.message


def test_lists_of_payments_and_customers_speak_it_too(w):
    a = w.admin
    everything = pages(a, "payment.list", "payments", 50)
    settled = next(p for p in everything if p["allocations"])["allocations"][0]["number"]
    for text, keep in {
            "paid": lambda p: p["state"] == "succeeded" or "Paid" in p["customer_name"], "status:pending": lambda p: p["state"] == "pending",
            "amount>1000": lambda p: value(p["amount"]) > 1000, "wire": lambda p: "wire" in p.get("reference", ""), "reference:9": lambda p: has_words("9", p.get("reference")),
            "customer:soehne": lambda p: "Söhne" in p["customer_name"], "date<10d": lambda p: p["date"] >= days(-10),
            "method:cash": lambda p: p["mode"] == "cash", "!method:cash": lambda p: p["mode"] != "cash",
            "invoice:" + settled: lambda p: any(is_number(settled, x["number"]) for x in p["allocations"])}.items():
        want = [p for p in everything if keep(p)]
        for sort, reverse in itertools.product(("date", "amount"), (False, True)):
            found = pages(a, "payment.list", "payments", 3, filter=text, sort=sort, reverse=reverse)
            assert sorted(p["id"] for p in found) == sorted(p["id"] for p in want), text
            key = (lambda p: p["date"]) if sort == "date" else (lambda p: (p["amount"]["currency"], p["amount"]["amount"]))
            assert [key(p) for p in found] == sorted(map(key, found), reverse=not reverse)
    assert a.refused("payment.list", filter="due<3d").field == "filter"
    for text, names in {"mueller": {"Müller Söhne", "Mueller KG"}, "currency:jpy": {"日本紙業"}, "status:inactive": set(), "!zeta": set(w.names) - {"Zeta"},
                        "c3@filter.test": {"日本紙業"}, "業": {"日本紙業"}, "name:acme status:active": {"Acme Paid Media"}}.items():
        assert {c["name"] for c in pages(a, "customer.list", "customers", 2, filter=text)} == names, text
    owing = {c["name"] for c in w.customers.values() if a.ask("customer.overview", id=c["id"])["ageing"]["total"]["amount"] > 0}
    assert {c["name"] for c in pages(a, "customer.list", "customers", 2, filter="balance>0")} == owing
    assert a.refused("customer.list", filter="due<3d").field == "filter"


def test_a_customer_filters_only_its_own(w):
    name = "Müller Söhne"
    contact = w.admin.ask("contact.create", customer=w.customers[name]["id"], contact={"name": "M", "email": "m@filter.test"})["contact"]
    mine = open_portal(w.d, w.admin, contact["id"], "m@filter.test")
    own = [d for d in w.all["invoice"] if d["customer"] == w.customers[name]["id"] and d["state"] != "draft"]
    for text in ("amount>0", "!status:void", "mueller", "PO-771", "number:9", "overdue", "status:draft", "customer:zeta"):
        rule = {"amount>0": lambda w, d: True, "!status:void": lambda w, d: d["state"] != "void", "mueller": lambda w, d: True,
                "number:9": lambda w, d: is_number("9", d.get("number")), "overdue": lambda w, d: "overdue" in statuses(d),
                "customer:zeta": lambda w, d: False}.get(text) or TERMS[text]
        for sort in KEYS:
            found = pages(mine, "invoice.list", "invoices", 3, filter=text, sort=sort)
            assert sorted(d["id"] for d in found) == sorted(d["id"] for d in own if rule(w, d)), (text, sort)


def test_a_cursor_belongs_to_its_list_order_and_filter(w):
    a = w.admin
    args = {"sort": "total", "filter": "amount>0", "limit": 3}
    after = a.ask("invoice.list", **args)["next"]
    assert a.ask("invoice.list", **{**args, "limit": 9}, after=after)["invoices"]
    for other in ({"sort": "date"}, {"filter": "amount>1"}, {"filter": ""}, {"reverse": True}, {"status": "open"},
                  {"customer": w.customers["Zeta"]["id"]}):
        refusal = a.refused("invoice.list", **{**args, **other}, after=after)
        assert (refusal.code, refusal.field) == ("invalid", "after"), other
    for op in ("estimate.list", "payment.list", "customer.list", "event.list"):
        assert a.refused(op, after=after).field == "after"


def test_nothing_is_due_on_what_is_void_or_written_off(w):
    closed = [d for d in w.all["invoice"] if d["state"] in ("void", "written_off")]
    assert {d["state"] for d in closed} == {"void", "written_off"}
    for d in closed:
        assert d["balance"]["amount"] == 0
        gone = d["total"]["amount"] - d["paid"]["amount"] if d["state"] == "written_off" else 0
        assert d.get("written_off", {"amount": 0})["amount"] == gone
