"""Whatever the terms of a filter, no row is lost and none is added, in any list; the older arguments are terms like others; what a filter may
cost is bounded."""
import random

import pytest

from daemon import Daemon, days
from test_filter import T, TERMS, World, has_words, human, is_number, value
from test_lists import KEYS, pages


@pytest.fixture(scope="module")
def w():
    with Daemon() as d:
        yield World(d)


def allocated(p):
    return [x["number"] for x in p["allocations"]]


def pay_plain(word, w, p):
    return is_number(word, p.get("number")) or w.customer_words(word, p) or has_words(word, p.get("reference")) or any(is_number(word, n) for n in allocated(p))


def pay_state(state):
    return lambda w, p: p["state"] == state


PAYMENTS = {
    "status:pending": pay_state("pending"), "status:failed": pay_state("failed"), "status:succeeded": pay_state("succeeded"), "status=paid": pay_state("succeeded"),
    "failed": lambda w, p: p["state"] == "failed" or pay_plain("failed", w, p),
    "paid": lambda w, p: p["state"] == "succeeded" or pay_plain("paid", w, p),
    "wire": lambda w, p: pay_plain("wire", w, p), "7": lambda w, p: pay_plain("7", w, p), "2024": lambda w, p: pay_plain("2024", w, p),
    "PAY-3/A": lambda w, p: pay_plain("PAY-3/A", w, p), "number:pay-3/a": lambda w, p: is_number("pay-3/a", p.get("number")),
    "number=PAY-3": lambda w, p: human(p["number"]) == human("PAY-3"), "number>PAY-3": lambda w, p: human(p["number"]) > human("PAY-3"),
    "number:2024": lambda w, p: is_number("2024", p["number"]), "INV-3": lambda w, p: pay_plain("INV-3", w, p),
    "customer:soehne": lambda w, p: w.customer_words("soehne", p), "reference:9": lambda w, p: has_words("9", p.get("reference")),
    "reference=R-1": lambda w, p: p.get("reference") == "R-1", "invoice:3": lambda w, p: any(is_number("3", n) for n in allocated(p)),
    "for>INV-3": lambda w, p: any(human(n) > human("INV-3") for n in allocated(p)), "method:cash": lambda w, p: p["mode"] == "cash",
    "date:today": lambda w, p: p["date"] == T.isoformat(), "date<10d": lambda w, p: p["date"] >= days(-10), "date>10d": lambda w, p: p["date"] < days(-10),
    "amount>100": lambda w, p: value(p["amount"]) > 100, "amount<=12EUR": lambda w, p: p["amount"]["currency"] == "EUR" and value(p["amount"]) <= 12,
    "amount=12": lambda w, p: value(p["amount"]) == 12, "currency:usd": lambda w, p: p["amount"]["currency"] == "USD",
}
CUSTOMERS = {
    "mueller": lambda w, c: has_words("mueller", c["name"]) or has_words("mueller", c.get("company")) or has_words("mueller", c.get("email")),
    "name:acme": lambda w, c: has_words("acme", c["name"]), 'name="acme paid media"': lambda w, c: c["name"] == "Acme Paid Media",
    "company:zeta": lambda w, c: has_words("zeta", c.get("company")), "email:c3": lambda w, c: has_words("c3", c.get("email")),
    "status:active": lambda w, c: c["active"], "status:inactive": lambda w, c: not c["active"], "active": lambda w, c: c["active"],
    "access:none": lambda w, c: c["access"] == "none", "access:active": lambda w, c: c["access"] == "active",
    "currency:eur": lambda w, c: c["currency"] == "EUR", "balance>0": lambda w, c: value(c["outstanding"]) > 0,
    "balance=0": lambda w, c: value(c["outstanding"]) == 0, "balance<1000": lambda w, c: value(c["outstanding"]) < 1000,
    "open>2": lambda w, c: c.get("invoices", 0) > 2, "open<=2": lambda w, c: c.get("invoices", 0) <= 2, "invoices=0": lambda w, c: c.get("invoices", 0) == 0,
}


@pytest.mark.parametrize("op, rows, rules, sorts", [
    ("invoice.list", "invoices", TERMS, tuple(KEYS)), ("estimate.list", "estimates", TERMS, tuple(KEYS)),
    ("payment.list", "payments", PAYMENTS, ("date", "amount")), ("customer.list", "customers", CUSTOMERS, ())])
def test_whatever_the_terms_no_row_is_lost_and_none_is_added(w, op, rows, rules, sorts):
    everything = w.all[op.split(".")[0]] if rules is TERMS else pages(w.admin, op, rows, 100)
    filters = [(text,) for text in rules] + [("!" + text.removeprefix("!"),) for text in rules]
    chance = random.Random(op)
    filters += [tuple("!" * chance.choice((0, 0, 1)) + t.removeprefix("!") for t in chance.sample(sorted(rules), chance.choice((2, 3)))) for _ in range(120)]

    def passes(text, row):
        if text in rules:
            return rules[text](w, row)
        return not rules[text.removeprefix("!") if text.startswith("!") else "!" + text](w, row)
    for terms in filters:
        if any(" " in t and '"' not in t for t in terms):  # "!a b" is not the contrary of "a b", nor is it to be quoted
            continue
        args = {"sort": chance.choice(sorts), "reverse": chance.choice((True, False))} if sorts else {}
        found = pages(w.admin, op, rows, chance.choice((3, 25)), filter=" ".join(terms), **args)
        want = [x for x in everything if all(passes(t, x) for t in terms)]
        assert sorted(x["id"] for x in found) == sorted(x["id"] for x in want), (terms, args)
        page = w.admin.ask(op, limit=2, filter=" ".join(terms), **args)
        assert (page["matched"], page["matched_more"]) == (len(want), False), terms


def test_the_older_arguments_are_a_filter_like_any_other(w):
    a = w.admin

    def same(op, rows, args, text):
        one, other = a.ask(op, limit=2, **args), a.ask(op, limit=2, filter=text)
        assert other["matched"] and one["matched"] == other["matched"] and one["matched_more"] == other["matched_more"], (op, args)
        assert one.get("sums") == other.get("sums"), (op, args)
        assert {x["id"] for x in pages(a, op, rows, 3, **args)} == {x["id"] for x in pages(a, op, rows, 3, filter=text)}, (op, args)
    for status in ("open", "overdue", "unpaid", "partly_paid", "paid", "draft", "void"):
        same("invoice.list", "invoices", {"status": status}, f"status:{status}")
    same("estimate.list", "estimates", {"status": "open"}, "status:open")
    same("invoice.list", "invoices", {"search": "mueller"}, "mueller")
    same("invoice.list", "invoices", {"from": days(-30)}, f"date>={days(-30)}")
    same("invoice.list", "invoices", {"from": days(-30), "until": days(-9)}, f"date>={days(-30)} date<={days(-9)}")
    same("invoice.list", "invoices", {"least": {"amount": 700, "currency": "EUR"}}, "amount>=7EUR")
    same("invoice.list", "invoices", {"status": "overdue", "most": {"amount": 99999, "currency": "USD"}}, "status:overdue amount<=999.99USD")
    zeta = w.customers["Zeta"]["id"]
    same("invoice.list", "invoices", {"customer": zeta}, 'customer="zeta"')
    same("invoice.list", "invoices", {"customer": zeta, "status": "open"}, 'customer="zeta" status:open')
    same("payment.list", "payments", {"customer": zeta}, 'customer="zeta"')
    same("payment.list", "payments", {"state": "pending"}, "status:pending")
    same("payment.list", "payments", {"state": "succeeded"}, "status:succeeded")
    same("customer.list", "customers", {"active": True}, "status:active")
    same("customer.list", "customers", {"search": "mueller"}, "mueller")
    [paid, *_] = [p for p in pages(a, "payment.list", "payments", 50) if p["allocations"]]
    on = a.ask("payment.list", invoice=paid["allocations"][0]["number"])
    assert on["matched"] == len(on["payments"]) > 0 and on["sums"][0]["count"] == on["matched"]


def test_the_cost_of_a_filter_is_bounded_and_the_bound_is_said(w):
    letters = "abcdefghijklmnopqrstuvwxyzäöüß"
    fits = " ".join(f"!{x}1-{x}2" for x in letters[:16])  # 32 words
    assert w.admin.ask("invoice.list", filter=fits)["matched"]
    for op in ("invoice.list", "payment.list", "customer.list"):
        refusal = w.admin.refused(op, filter=fits.replace("p1-p2", "p1-p2-p3"))
        assert (refusal.code, refusal.field) == ("invalid", "filter") and refusal.message.startswith("!p1-p2-p3: ") and "32" in refusal.message
        refusal = w.admin.refused(op, filter=" ".join(letters[:17]))
        assert refusal.message.startswith("q: ") and "16 terms" in refusal.message
    assert w.admin.refused("invoice.list", filter='"' + " ".join(letters + "aeiou"[:4]) + '"').message.startswith('"a b c')
    assert w.admin.refused("invoice.list", search=" ".join(letters[:17])).field == "search"
    long = "PO-771 " + " ".join(letters)  # the whole text is one comparison, however many words it has
    assert w.admin.ask("invoice.list", filter=f'reference="{long}"')["invoices"] == []
