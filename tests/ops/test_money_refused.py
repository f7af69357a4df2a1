"""What can not be, where money is: each is refused by the name of the field with a sentence that says why, and nothing has changed by it."""
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal
from test_bank_statements import IBAN, entry

EUR = "EUR"


class House:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.bill = self.admin.ask("invoice.create", customer=self.customer, send=True, document={"lines": [line(price="100")], "due": days(14)})["invoice"]
        self.paid = self.admin.ask("payment.record", customer=self.customer, mode="cash", amount=money("30"))["payment"]
        self.note = self.admin.ask("credit_note.create", customer=self.customer, send=True, document={"lines": [line(price="20")]})["credit_note"]
        self.asked = self.admin.ask("retainer.create", customer=self.customer, send=True, document={"lines": [line(price="50")]})["retainer"]

    def stands(self):
        """All that money could have moved."""
        lists = [("invoice.list", "invoices"), ("payment.list", "payments"), ("credit_note.list", "credit_notes"), ("retainer.list", "retainers"), ("refund.list", "refunds"),
                 ("schedule.list", "schedules"), ("bank.lines", "lines"), ("credit.list", "credits")]
        return [self.admin.ask(op)[rows] for op, rows in lists], self.admin.ask("event.list", limit=1)["last"]


@pytest.fixture(scope="module")
def house():
    with Daemon(sandbox=True) as d:
        yield House(d)


def statement(closing, **more):
    return {"account": IBAN, "currency": EUR, "until": days(-1), "number": "1", "opening": money("0"), "closing": closing, **more}


def refund(**more):
    return "refund.make", lambda h: {"mode": "cash", **{k: v(h) if callable(v) else v for k, v in more.items()}}


def schedule(**more):
    return "schedule.create", lambda h: {"customer": h.customer, "schedule": {"anchor": days(3), "period": "month", "document": {"lines": [line()]}, **more}}


def payment_of(h):
    return h.paid["id"]


REFUSED = [
    ("a statement whose balance is wrong", "bank.import", lambda h: {"statement": statement(money("10.01")), "lines": [entry(1000)]}, "invalid", "statement.closing", "come to"),
    ("a statement of another currency than its account's line", "bank.import", lambda h: {"statement": statement(money("10")), "lines": [
        {"date": days(-1), "amount": money("10", "USD")}]}, "currency", "lines.0.amount", ""),
    ("a refund above what was paid", *refund(payment=payment_of, amount=money("30.01")), "overpaid", "amount", "30.00"),
    ("a refund above a credit note", *refund(document=lambda h: h.note["id"], amount=money("20.01")), "overpaid", "amount", "20.00"),
    ("a refund of a retainer that was not paid", *refund(document=lambda h: h.asked["id"]), "state", "document", "nothing is left"),
    ("a refund of an invoice", *refund(document=lambda h: h.bill["id"]), "not_found", "document", "no credit note"),
    ("a refund of less than nothing", *refund(payment=payment_of, amount=money("-1")), "invalid", "amount", "more than nothing"),
    ("a refund in another currency", *refund(payment=payment_of, amount=money("1", "USD")), "currency", "amount", "EUR"),
    ("a refund in the future", *refund(payment=payment_of, date=days(2)), "invalid", "date", "future"),
    ("a refund through no gateway", *refund(payment=payment_of, through=payment_of, mode=None), "switched_off", "through", "by hand"),
    ("a 29 February that there is not", *schedule(anchor="2027-02-29"), "invalid", "schedule.anchor", ""),
    ("a last day of the month that is none", *schedule(anchor="2028-02-28", last_day=True), "invalid", "schedule.anchor", ""),
    ("credit on more than is due", "credit.apply", lambda h: {"payment": h.paid["id"], "parts": [{"invoice": h.bill["id"], "amount": money("100.01")}]}, "overpaid",
     "parts.0.amount", "due"),
    ("more credit than there is", "credit.apply", lambda h: {"document": h.note["id"], "parts": [{"invoice": h.bill["id"], "amount": money("20.01")}]}, "overpaid",
     "parts.0.amount", "20.00"),
    ("a payment of more than is due", "payment.record", lambda h: {"customer": h.customer, "mode": "cash", "amount": money("10"), "parts": [
        {"invoice": h.bill["id"], "amount": money("11")}]}, "overpaid", "parts.0.amount", "whole amount"),
    ("a payment in another currency", "payment.record", lambda h: {"customer": h.customer, "mode": "cash", "amount": money("10", "USD")}, "currency", "amount", ""),
    ("a payment of an amount beyond all", "payment.record", lambda h: {"customer": h.customer, "mode": "cash", "amount": {"amount": 2**63 - 1, "currency": EUR}}, None, "amount", ""),
]


@pytest.mark.parametrize("op, args, code, field, says", [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_can_not_be_is_refused_by_its_field_and_nothing_changes(house, op, args, code, field, says):
    before = house.stands()
    given = {name: value for name, value in args(house).items() if value is not None}
    why = house.admin.refused(op, **given)
    assert why.field == field and says in why.message and len(why.message) > 5, (why.code, why.field, why.message)
    assert code is None or why.code == code
    assert house.stands() == before


def test_a_schedule_of_the_29_february_keeps_its_day(house):
    days_of = house.admin.ask("schedule.preview", schedule={"anchor": "2028-02-29", "period": "year"})["days"]
    assert [d["date"] for d in days_of[:5]] == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_an_amount_that_is_not_the_one_that_was_seen_is_refused_and_nothing_is_charged(house):
    before = house.stands()
    for expect, code, field in ((money("99.99"), "stale", "expect"), (money("100", "USD"), "currency", "parts.0.invoice"), (money("0"), "stale", "expect")):
        why = house.maria.refused("payment.begin", parts=[{"invoice": house.bill["id"]}], expect=expect)
        assert (why.code, why.field) == (code, field)
    assert house.stands() == before
    ledger = house.d.data / "sandbox.ledger"
    assert not ledger.exists() or not ledger.read_text()
