"""What is due of recurring invoices and instalments is charged by itself, where the customer agreed to it: once for each try, never above what was
agreed, and never while something else can still pay it."""
import pytest

import clock
from daemon import Daemon, add_customer, line, money, open_portal, wait_until

CARD = {"card_number": "4242424242424242", "card_expiry": "11/41", "card_code": "739"}
SCHEDULE = {"document": {"lines": [line("Hosting", "1", "100", "19")]}, "anchor": "2027-01-31", "period": "month", "send": True, "due_days": 1}
# So the first is due on 1 February, a day after all begins here, the second on 1 March.


class Office:
    def __init__(self, d):
        self.d, self.staff = d, d.sign_in()
        self.customer, contact = add_customer(self.staff)
        self.maria = open_portal(d, self.staff, contact, "maria@bodega.test")

    def save(self, **card):
        return self.maria.ask("method.save", method="sandbox/card", given=[{"name": k, "value": v} for k, v in {**CARD, **card}.items()])["saved"]

    def agree(self, m, ceiling="200", currency="EUR"):
        return self.maria.ask("method.agree", saved=m["id"], version=self.maria.ask("method.list")["version"], ceiling=money(ceiling, currency))["saved"]

    def monthly(self, **more):
        """A recurring invoice, once its first one is made."""
        s = self.staff.ask("schedule.create", customer=self.customer, schedule={**SCHEDULE, **more})["schedule"]
        return wait_until(lambda: self.staff.ask("schedule.get", schedule=s["id"])["invoices"], 20, what="the first invoice")[0]

    def due(self):
        """An invoice of which 119 are due today."""
        return self.staff.ask("invoice.create", customer=self.customer, send=True, document={"lines": [line(price="120", tax=None)], "instalments": [
            {"due": "2027-01-31", "amount": money("119")}, {"due": "2027-12-31", "amount": money("1")}]})["invoice"]

    def later(self, day, hour="12:00:00"):
        self.d.stop()
        self.d.env = clock.at(f"{day} {hour}")
        self.d.start()
        self.staff, self.maria = self.d.sign_in(), self.d.sign_in("maria@bodega.test")

    def payments(self, n=None):
        """Oldest first; n: as soon as there are so many, and none is pending."""
        def look():
            got = self.staff.ask("payment.list", customer=self.customer, limit=100)["payments"][::-1]
            return {"got": got} if n is None or (len(got) == n and all(p["state"] != "pending" for p in got)) else None
        return wait_until(look, 20, what=f"{n} payments")["got"]

    def rested(self):
        """What is charged was looked at today: its turn is to come."""
        def look():
            rows = [r for r in self.staff.ask("due.list")["due"] if r["work"] == "charge"]
            return rows and all(r["tries"] == 0 and r["at"] > self.staff.ask("session.me")["me"]["today"] + "T13" for r in rows)
        wait_until(look, 20, what="a look at what is due")

    def held(self):
        return self.staff.ask("method.known", customer=self.customer)["held"]

    def whole(self):
        assert self.d.client().ask("system.check")["problems"] == []
        assert self.staff.ask("audit.verify")["problems"] == []


@pytest.fixture
def office():
    with Daemon(env=clock.at("2027-01-31 12:00:00")) as d:
        yield Office(d)


def test_what_was_agreed_to_is_on_record_and_is_withdrawn_at_once(office):
    m = office.save()
    text = office.maria.ask("method.list")["text"]
    assert "may charge this method of payment without asking" in text
    assert office.maria.refused("method.agree", saved=m["id"], version=0, ceiling=money("10")).code == "stale"
    assert office.maria.refused("method.agree", saved=m["id"], version=1, ceiling=money("0")).field == "ceiling"
    m = office.agree(m)
    (on,) = m["consents"]
    assert m["automatic"] and (on["text"], on["version"], on["ceiling"], on["by"]) == (text, 1, money("200"), "Maria Ruiz")
    assert on["place"] and on["at"].startswith("2027-01-31T12:0") and "ended" not in on
    known = office.staff.ask("method.known", customer=office.customer)
    assert (known["exists"], known["automatic"], known["ceiling"], known["by"]) == (True, True, money("200"), "Maria Ruiz")
    other = office.agree(office.save(card_number="5555555555554444"), "50")
    assert office.maria.ask("method.get", saved=m["id"])["saved"]["automatic"] is False and other["automatic"]
    office.whole()
    gone = office.maria.ask("method.withdraw")["saved"]
    assert gone["automatic"] is False and gone["consents"][-1]["ended_by"] == "Maria Ruiz"
    assert office.staff.ask("method.known", customer=office.customer)["automatic"] is False
    assert office.maria.refused("method.withdraw").code == "state"
    assert [r for r in office.staff.ask("due.list")["due"] if r["work"] == "charge"] == []
    whats = [e["what"] for e in office.staff.ask("event.list", customer=office.customer, limit=100)["events"]]
    assert whats.count("automatic_on") == 2 and whats.count("automatic_off") == 2
    office.whole()


def test_each_is_charged_on_its_day_and_once(office):
    office.agree(office.save())
    office.monthly()
    office.rested()
    assert office.payments() == []
    office.later("2027-02-01")
    (p,) = office.payments(1)
    assert (p["state"], p["amount"], p["method"]) == ("succeeded", money("119"), "Visa ending 4242")
    full = office.staff.ask("payment.get", payment=p["id"])["payment"]
    assert full["attempt"] == 1 and full["by"] == "Maria Ruiz"
    office.later("2027-02-28")
    wait_until(lambda: len(office.staff.ask("invoice.list")["invoices"]) == 2, what="the second invoice")
    office.rested()
    assert len(office.payments()) == 1
    office.later("2027-03-01")
    assert [p["state"] for p in office.payments(2)] == ["succeeded"] * 2
    office.later("2027-03-01", "18:00:00")
    office.rested()
    assert len(office.payments()) == 2
    charges = [row for row in (office.d.data / "sandbox.ledger").read_text().splitlines() if row.startswith("charge ")]
    assert len(charges) == 2
    office.whole()


def test_what_is_due_later_waits_for_its_day(office):
    office.agree(office.save())
    office.monthly(due_days=14)
    office.rested()
    assert office.payments() == []
    office.later("2027-02-14")
    assert [p["state"] for p in office.payments(1)] == ["succeeded"]


def test_nothing_else_is_charged_by_itself(office):
    office.agree(office.save())
    office.staff.ask("invoice.create", customer=office.customer, send=True, document={"lines": [line(price="10")], "due": "2027-01-31"})
    office.rested()
    assert office.payments() == []


def test_instalments_are_charged_each_on_its_day(office):
    office.agree(office.save())
    made = office.staff.ask("invoice.create", customer=office.customer, send=True, document={"lines": [line(price="100", tax=None)], "instalments": [
        {"due": "2027-01-31", "amount": money("40")}, {"due": "2027-02-10", "amount": money("60")}]})["invoice"]
    assert [p["amount"] for p in office.payments(1)] == [money("40")]
    office.later("2027-02-10")
    assert [p["amount"] for p in office.payments(2)] == [money("40"), money("60")]
    assert office.staff.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    office.whole()


@pytest.mark.parametrize("ceiling, says", [(("118.99", "EUR"), "more than the EUR 118.99"), (("500", "USD"), "another currency")])
def test_above_what_was_agreed_nothing_is_charged_and_staff_are_told(office, ceiling, says):
    m = office.save()
    office.agree(m, *ceiling)
    office.due()
    office.rested()
    assert office.payments() == []
    (held,) = office.held()
    assert says in held["why"] and held["amount"] == money("119")
    work = next(w for w in office.staff.ask("queue.get")["work"] if w["job"] == "charge")
    assert (work["subject"], work["number"], work["customer"]) == ("invoice", held["number"], office.customer) and says in work["text"]
    office.agree(m, "119")
    assert [p["state"] for p in office.payments(1)] == ["succeeded"]
    assert office.held() == [] and not [w for w in office.staff.ask("queue.get")["work"] if w["job"] == "charge"]
    office.whole()


def test_credit_that_is_left_is_used_first_by_people(office):
    office.staff.ask("payment.record", customer=office.customer, mode="cash", amount=money("5"))
    office.agree(office.save())
    office.due()
    office.rested()
    assert office.payments(1)[0]["mode"] == "cash" and "credit" in office.held()[0]["why"]


def test_what_is_disputed_is_not_charged(office):
    m = office.save()
    made = office.due()
    office.staff.ask("reminder.hold", invoice=made["id"], reminding="disputed")
    office.agree(m)
    office.rested()
    assert office.payments() == [] and office.held()[0]["why"] == "it is disputed"


def test_what_is_promised_is_not_charged_before(office):
    m = office.save()
    made = office.due()
    office.staff.ask("reminder.hold", invoice=made["id"], promised="2027-02-10")
    office.agree(m)
    office.rested()
    assert office.payments() == [] and office.held()[0]["why"].startswith("is promised until ")


def test_what_its_payer_took_back_is_not_charged_again(office):
    """Nor what else is due, until its holder says so: it is for people to say what is owed."""
    m = office.save(card_number="4000000000000259")
    made = office.due()
    office.agree(m)
    (paid,) = office.payments(1)
    wait_until(lambda: office.staff.ask("payment.settle", payment=paid["id"])["payment"]["state"] == "reversed", 20, "what was taken back")
    assert office.staff.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "open"
    office.later("2027-02-01")
    wait_until(lambda: office.held(), 20, "a look at what is due")
    assert len(office.payments()) == 1 and office.held()[0]["why"] == "what it was charged was taken back"


def test_an_account_is_charged_only_while_staff_allow_it(office):
    def allow(may):
        now = office.staff.ask("customer.get", customer=office.customer)["customer"]
        office.staff.ask("customer.update", id=office.customer, customer={"revision": now["revision"], "debits": may})
    allow(True)
    m = office.maria.ask("method.save", mode="direct_debit", holder="Maria Ruiz", iban="AT61 1904 3002 3457 3201")["saved"]
    office.agree(m)
    allow(False)
    office.due()
    wait_until(office.held, 20, what="what is not charged")
    assert office.payments() == [] and "direct debit is not allowed" in office.held()[0]["why"]
    allow(True)
    office.later("2027-02-01")
    (p,) = office.payments(1)
    assert (p["state"], p["mode"], p["method"]) == ("succeeded", "direct_debit", "Account ending 3201")
    office.whole()


def test_one_that_is_declined_is_tried_three_times_at_most(office):
    office.agree(office.save(card_number="4000000000000341"))
    office.due()
    days = [("2027-01-31", 1, "3 Feb 2027"), ("2027-02-02", 1, None), ("2027-02-03", 2, "7 Feb 2027"), ("2027-02-07", 3, None), ("2027-02-08", 3, None), ("2027-03-31", 3, None)]
    for day, tries, again in days:
        if day != "2027-01-31":
            office.later(day)
        got = office.payments(tries)
        office.rested()
        assert [p["state"] for p in office.payments()] == ["failed"] * tries, day
        assert "declined" in got[-1]["failure"]
        mails = [m for m in office.staff.ask("mail.list", limit=100)["mails"] if m["template"] == "charge"]
        assert len(mails) == tries
        if again:
            text = office.staff.ask("mail.get", mail=mails[0]["id"])["mail"]["text"]
            assert f"tried again on {again}" in text and "The bank declined the card." in text
    last = office.staff.ask("mail.get", mail=mails[0]["id"])["mail"]
    assert "It is not tried again" in last["text"] and last["to"] == "maria@bodega.test"
    assert [office.staff.ask("payment.get", payment=p["id"])["payment"]["attempt"] for p in got] == [1, 2, 3]
    office.agree(office.save(card_number="5555555555554444"))
    assert [p["state"] for p in office.payments(4)] == ["failed"] * 3 + ["succeeded"]
    office.whole()


def test_one_whose_bank_asks_its_owner_waits_for_them_and_tells_them(office):
    office.agree(office.save(card_number="4000002760003184"))
    office.due()
    p = wait_until(lambda: [p for p in office.staff.ask("payment.list")["payments"]])[0]
    wait_until(lambda: office.maria.ask("payment.get", payment=p["id"])["payment"].get("wants"), what="a code that is wanted")
    (mail,) = [m for m in office.staff.ask("mail.list", limit=100)["mails"] if m["template"] == "charge"]
    assert "Your bank wants to know something of you" in office.staff.ask("mail.get", mail=mail["id"])["mail"]["text"]
    office.later("2027-02-02")
    office.maria.ask("payment.answer", payment=p["id"], answer="123456")
    assert [p["state"] for p in office.payments(1)] == ["succeeded"]


def test_one_that_was_set_up_asks_nothing_where_nobody_is(office):
    office.agree(office.save(card_number="4000002500003155"))
    office.due()
    assert [p["state"] for p in office.payments(1)] == ["succeeded"]


def test_one_that_is_removed_is_charged_no_more(office):
    m = office.save()
    office.agree(m)
    office.maria.ask("method.remove", saved=m["id"])
    office.due()
    office.later("2027-02-01")
    assert office.payments() == [] and office.staff.ask("method.known", customer=office.customer)["exists"] is False
    office.whole()


def test_a_payment_that_its_payer_began_comes_first(office):
    m = office.save()
    made = office.monthly()
    hangs = office.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("119"), **{**CARD, "card_number": "4000002760003184"})["payment"]
    office.later("2027-02-01", "12:01:00")
    office.agree(m)
    wait_until(lambda: office.maria.ask("payment.settle", payment=hangs["id"])["payment"]["state"] == "failed", what="its code is too late")
    office.later("2027-02-01", "13:00:00")
    assert sorted(p["state"] for p in office.payments(2)) == ["failed", "succeeded"]
    office.whole()
