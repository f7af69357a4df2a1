"""An amount is never cut and never stands in another, on no screen of any size.

Two terminals, one of staff and one of a customer with large debts, walk through their screens; on each the window takes every size of a
table, and everything on it that looks like an amount has to be one that the server knows: half of one is none. What a screen is about has to
be there, whole, at every size. New screens: add a row to the walk.
"""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer, days, line, open_portal
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
SIZES = [(16, 60), (18, 64), (24, 80), (30, 100), (24, 119), (40, 120), (50, 160), (60, 200), (100, 300)]
LONG = "Perusahaan Perdagangan Umum Kertas dan Kemasan Nusantara Tbk"  # 60 characters
DIGITS = {"VND": 0, "IDR": 2, "EUR": 2}
# What looks like an amount: digits in groups, or with a point. Not within a word, a date, an address, a version.
AMOUNT = re.compile(r"(?<![\w.,:/@-])(?:\d{1,3}(?:,\d{1,3})+(?:\.\d*)?|\d+\.\d*|\d+,\d*)(?![\w:/@])")


def shown(amount, currency):
    digits = DIGITS[currency]
    whole, rest = divmod(abs(amount), 10 ** digits)
    return f"{whole:,}" + (f".{rest:0{digits}}" if digits else "")


def decimal(text, least=0):
    """As a screen writes a price, a quantity, a percentage."""
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


class Known:
    """Every number that the server has told; the screens may show these and no others."""

    def __init__(self):
        self.all = {"25.00"}  # the editor's own example of a discount

    def take(self, thing):
        if isinstance(thing, dict) and set(thing) == {"amount", "currency"}:
            self.all.add(shown(thing["amount"], thing["currency"]))
        elif isinstance(thing, dict):
            for value in thing.values():
                self.take(value)
        elif isinstance(thing, list):
            for value in thing:
                self.take(value)
        elif isinstance(thing, str) and re.fullmatch(r"\d+(\.\d+)?", thing):
            self.all |= {decimal(thing), decimal(thing, 2), thing}
        return thing

    def strangers(self, t):
        found = set()
        for row in t.screen():
            found |= {m.group().rstrip(".,") for m in AMOUNT.finditer(row)}
        return {f for f in found if re.search(r"[.,]", f) and f not in self.all}


@pytest.fixture(scope="module")
def business():
    with Daemon(zone="Europe/Dublin", name="Northwind Paper Ltd") as b:
        b.known = Known()
        b.staff = b.sign_in()
        settings = b.staff.ask("settings.get")["business"]
        b.staff.ask("settings.update", business={"revision": settings["revision"], "partial_payments": True,
                                                 "bank": "IE29 AIBK 9311 5212 3456 78"})
        b.staff.ask("item.create", item={"name": "Kraft paper 90 g, pallet", "price": "987499998.123456", "unit": "pallet"})
        b.customers = {}
        for currency, name, email in (("VND", LONG, "vnd@big.example"), ("IDR", "Kertas " + LONG[:53], "idr@big.example"),
                                      ("EUR", "Bodega " + LONG[:53], "eur@big.example")):
            b.customers[currency] = add_customer(b.staff, name, email, currency)
        b.invoices = {}
        big = {"VND": [("2", "693749999")], "IDR": [("3", "555000000"), ("1", "1099.99")], "EUR": [("10000", "999999999.999999")]}
        for currency, parts in big.items():
            lines = [line(f"Kraft paper {i}", *part, "0", unit="pallet") for i, part in enumerate(parts)]
            b.invoices[currency] = create(b, currency, lines, -9)
        b.exact = create(b, "IDR", [line("Kraft paper", "3", "555000000", "0")], -8)
        assert b.invoices["VND"]["total"]["amount"] == 1387499998 and b.exact["total"]["amount"] == 166500000000
        assert b.invoices["EUR"]["total"]["amount"] == 999999999999999
        odd = [line("Discounted", "3", "1099.99", "19", discount_percent="33.333333", tax_name="VAT"),
               line("Half a cent", "1", "10.005", "33.333333", tax_name="Other tax"),
               line("Exact", "0.000001", "1387499.123456", "0", unit="kg")]
        b.odd = create(b, "EUR", odd, 12)
        b.estimate = create(b, "VND", [line("Kraft paper", "2", "693749999", "10", tax_name="VAT")], 20, "estimate")
        for currency in ("VND", "IDR", "EUR"):
            paid = create(b, currency, [line("Delivery", *big[currency][0], "0")], -2)
            b.staff.ask("payment.record", customer=b.customers[currency][0], mode="bank_transfer", date=days(-1),
                        parts=[{"invoice": paid["id"], "amount": {"amount": paid["total"]["amount"] - 7, "currency": currency}}])
        b.draft = create(b, "EUR", odd + [line("Big", "1000", "987499998.123456", "19", tax_name="VAT")], 12, send=False)
        b.screens = {}
        learn(b, b.staff)
        yield b


def create(b, currency, lines, due, kind="invoice", send=True):
    dates = {"date": days(-40)} if due < 0 else {}
    return b.known.take(b.staff.ask(f"{kind}.create", customer=b.customers[currency][0], send=send,
                                    document={"due": days(due), "lines": lines, **dates})[kind])


def learn(b, who):
    """All that the screens may show of what there is."""
    for op, args in (("queue.get", {}), ("home.get", {}), ("invoice.list", {}), ("estimate.list", {}), ("payment.list", {}),
                     ("customer.list", {}), ("item.list", {}), ("event.list", {"limit": 100}),
                     *(("customer.overview", {"customer": c}) for c, _ in b.customers.values())):
        try:
            got = b.known.take(who.ask(op, **args))
        except Refused as refused:
            assert refused.code in ("forbidden", "not_found", "invalid"), (op, refused)
            continue
        for kind in ("invoice", "estimate", "payment"):
            for row in got.get(kind + "s", []) if op == kind + ".list" else []:
                b.known.take(who.ask(f"{kind}.get", **{kind: row["id"]}))


def terminal(b, email, first):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", b.portal], rows=60, columns=110, deadline=8)
    t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for(first)
    return t


def look(b, t, name, *wanted, beside=None):
    """At every size: nothing that is no known amount, and what is wanted, whole. beside: the preview that has to be there where there is room."""
    for rows, columns in SIZES:
        t.resize(rows, columns)
        t.wait_for(lambda s: s.line(rows - 3).startswith("─" * columns)).settle(0.04)
        if beside and columns >= 120:
            t.wait_for(beside).settle(0.04)
        where = f"{name} at {columns}×{rows}"
        assert "###" not in t.text(), f"{where}: cut\n{t.text()}"
        assert not b.known.strangers(t), f"{where}: no amounts: {b.known.strangers(t)}\n{t.text()}"
        for text in wanted:
            assert re.search(r"(?<![\d.,])" + re.escape(text) + r"(?![\d,]|\.\d)", t.text()), f"{where}: {text} is not there\n{t.text()}"
    t.resize(60, 110).wait_for(lambda s: s.line(57).startswith("─" * 110)).settle(0.04)


def crumb(t, text):
    return t.wait_for(lambda s: text[:4] in s.line(0))  # long names leave little room for it


def totals(*documents, of="balance"):
    return [shown(d[of]["amount"], d[of]["currency"]) for d in documents]


def test_staff_see_every_amount_whole(business):
    b, everything = business, business.invoices
    with terminal(b, b.email, "Paid this month") as t:
        t.settle(0.2)
        look(b, t, "today", *totals(everything["VND"])[:0])
        crumb(t.keys("2"), "Customers").settle(0.2)
        look(b, t, "customers")
        t.go_to(LONG[:20]).keys(ENTER).wait_for("Owes").settle(0.2)
        look(b, t, "customer")
        crumb(t.keys("3"), "Estimates").settle(0.2)
        look(b, t, "estimates", *totals(b.estimate, of="total"), beside="ESTIMATE")
        t.keys(ENTER).wait_for("ESTIMATE").settle(0.2)
        look(b, t, "estimate")
        crumb(t.keys("4"), "Invoices").settle(0.2)
        look(b, t, "invoices", beside="INVOICE (no number yet)")
        for document in (*everything.values(), b.exact, b.odd):
            t.go_to(document["number"]).keys(ENTER).wait_for("INVOICE " + document["number"]).settle(0.2)
            look(b, t, document["number"])
            t.keys("q")
            crumb(t, "Invoices").settle(0.1)
        t.go_to(everything["EUR"]["number"]).keys(ENTER).wait_for("INVOICE " + everything["EUR"]["number"])
        t.keys("p").wait_for("This payment").settle(0.2)
        look(b, t, "record a payment", *totals(everything["EUR"]))
        t.keys(F2).wait_for("Record this payment?").settle(0.1)
        look(b, t, "record a payment: asked", *totals(everything["EUR"]))
        t.keys(ESC, ESC)
        crumb(t.keys("5"), "Payments").settle(0.2)
        look(b, t, "payments")
        t.keys(ENTER).wait_for("RECEIPT").settle(0.2)
        look(b, t, "receipt")
        t.keys("b").settle(0.2)
        look(b, t, "bell")


def test_the_editor_shows_every_amount_whole(business):
    b = business
    with terminal(b, b.email, "Paid this month") as t:
        crumb(t.keys("4"), "Invoices").settle(0.2)
        t.keys("/", "status:draft", ENTER).wait_for("draft").settle(0.2)
        t.keys(ENTER).wait_for("INVOICE (no number yet)").keys("e").wait_for("prices with tax").settle(0.2)
        look(b, t, "editor", *totals(b.draft, of="total"))
        for field in ("quantity", "price", "discount", "tax"):
            t.keys(TAB).settle(0.1)
            look(b, t, "editor, " + field, *totals(b.draft, of="total"))


@pytest.mark.parametrize("currency", ["VND", "IDR", "EUR"])
def test_a_customer_sees_every_amount_whole(business, currency):
    b = business
    email = currency.lower() + "@big.example"
    who = open_portal(b, b.staff, b.customers[currency][1], email)
    learn(b, who)
    owed = b.known.take(who.ask("home.get"))["ageing"]["total"]
    invoice = b.invoices[currency]
    with terminal(b, email, "You owe") as t:
        t.settle(0.2)
        look(b, t, "home", shown(owed["amount"], currency))
        crumb(t.keys("3"), "Invoices").settle(0.2)
        look(b, t, "invoices", *totals(invoice))
        t.go_to(invoice["number"]).keys(ENTER).wait_for("INVOICE " + invoice["number"]).settle(0.2)
        look(b, t, "invoice")
        crumb(t.keys("4"), "Payments").settle(0.2)
        look(b, t, "payments")
        t.keys(ENTER).wait_for("RECEIPT").settle(0.2)
        look(b, t, "receipt")
        if currency == "EUR":
            return
        t.keys("1").wait_for("You owe").keys("p").wait_for("This payment").settle(0.2)
        look(b, t, "pay: select", *totals(invoice))
        t.keys("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB, TAB, ENTER).wait_for("Pay this?").settle(0.1)
        look(b, t, "pay: review", shown(owed["amount"], currency))
        t.keys(ESC, ESC).wait_for("Nothing was charged.").keys(TAB, ENTER)
