"""The main job from both sides: a business and its customer share estimates and invoices, and both hear of it at once.

The tests of this file are one story and run in their order: each starts where the one before ended.
"""
import pytest

from clock import in_the_past
from daemon import PASSWORD, Daemon, Refused, add_customer, days, line, money, wait_until

VISA, MASTERCARD = "4242 4242 4242 4242", "5555555555554444"
DECLINED, NO_FUNDS, PENDING = "4000000000000002", "4000000000009995", "4000000000009235"
CARD = {"card_expiry": "12/39", "card_code": "123", "card_name": "Maria Ruiz"}


class Side:
    """Somebody signed in, and a second connection of the same session that waits for news."""

    def __init__(self, d, email, **args):
        self.session = d.sign_in(email, **args)
        self.ask, self.refused, self.me = self.session.ask, self.session.refused, self.session.me
        self.ear = d.client()
        self.ear.token = self.session.token
        self.last = self.me["last_event"]

    def hear(self, what, **like):
        """Long polls until an event of that kind arrives, and returns it."""
        def listen():
            got = self.ear.ask("event.wait", since=self.last, timeout=20000)
            self.last = got["last"]
            return [e for e in got["events"] if e["what"] == what and all(e.get(k) == v for k, v in like.items())]
        return wait_until(listen, 30, f"the event {what}")[0]

    def caught_up(self):
        """Forgets what has happened so far."""
        self.last = self.ask("session.me")["me"]["last_event"]


class Story:
    def __init__(self, d):
        self.d = d
        self.admin = d.sign_in()
        self.admin.ask("staff.create", name="Ana Silva", email="ana@acme.test", role="staff", password=PASSWORD, keep_password=True)
        self.ana = Side(d, "ana@acme.test")
        # Whoever signs in under a clock of other days ends what stands days ahead of it: so not Ana.
        self.admin.ask("staff.create", name="Of Old", email="old@acme.test", role="staff", password=PASSWORD, keep_password=True)

    def pay(self, card=VISA, parts=None, expect=None):
        return self.maria.ask("payment.pay", parts=parts or [{"invoice": self.invoice}], expect=expect, card_number=card, **CARD)["payment"]

    def settled(self, payment):
        """The payment once the gateway has answered."""
        def look():
            p = self.maria.ask("payment.get", payment=payment["id"])["payment"]
            return p if p["state"] != "pending" else None
        return wait_until(look, 30, "the outcome of the payment")

    def set(self, **business):
        revision = self.admin.ask("settings.get")["business"]["revision"]
        self.admin.ask("settings.update", business={"revision": revision, **business})

    def queue(self):
        """{(job, number)} of the work queue."""
        return {(w["job"], w["number"]) for w in self.ana.ask("queue.get")["work"]}

    def document(self, who=None):
        return (who or self.ana).ask("invoice.get", invoice=self.invoice, peek=True)["invoice"]


@pytest.fixture(scope="module")
def s():
    with Daemon() as d:
        yield Story(d)


def test_01_a_business_introduces_itself(s):
    s.set(name="Acme Paper Ltd", address={"street": "1 Mill Lane", "city": "Porto", "country": "Portugal"}, email="office@acme.test",
          phone="+351 22 000 000", tax_id="PT500000000", time_zone="Atlantic/Reykjavik", banner="We are closed on the 24th.", terms_days=14,
          estimate_days=20, customers_edit=True, partial_payments=True)
    got = s.admin.ask("settings.get")["business"]
    assert (got["name"], got["address"]["city"], got["time_zone"], got["tax_id"]) == ("Acme Paper Ltd", "Porto", "Atlantic/Reykjavik", "PT500000000")
    assert s.ana.refused("settings.update", business={"revision": got["revision"], "name": "Mine"}).code == "forbidden"
    assert s.admin.refused("settings.update", business={"revision": got["revision"] - 1, "name": "Late"}).code == "stale"


def test_02_a_customer_gets_access_and_signs_in(s):
    s.customer, s.contact = add_customer(s.ana, "Bodega Sur", "maria@bodega.test")
    s.ana.ask("customer.update", id=s.customer, customer={  # an invoice from a country of the EU has to state it
        "revision": 1, "billing": {"street": "Calle Mayor 4", "code": "11001", "city": "Cádiz", "country": "España"}})
    s.tax = s.admin.ask("tax.create", tax={"name": "IVA", "percent": "23"})["tax"]["id"]
    contact = s.ana.ask("access.enable", contacts=[s.contact], password=PASSWORD, keep_password=True)["contacts"][0]
    assert contact["access"] == "invited"
    s.maria = Side(s.d, "maria@bodega.test")
    contact = s.ana.ask("customer.get", id=s.customer)["contacts"][0]
    assert contact["access"] == "active" and contact["last_sign_in"]
    home = s.maria.ask("home.get")
    assert home["banner"] == "We are closed on the 24th." and home["business"]["name"] == "Acme Paper Ltd"
    assert home["ageing"]["total"] == money("0") and home["estimates_open"] == 0 and home["contacts"][0]["name"] == "Maria Ruiz"
    assert "notify_business" not in home["business"]


def test_03_an_estimate_is_sent_and_the_customer_sees_it_live(s):
    s.maria.caught_up()
    draft = s.ana.ask("estimate.create", customer=s.customer, document={
        "lines": [{"name": "Kraft paper", "quantity": "12.5", "price": "3.40", "tax": s.tax}, line("Transport", "1", "30")],
        "reference": "PO 77"})["estimate"]
    assert draft["state"] == "draft" and not draft.get("number") and draft["due"] == days(20)
    assert s.maria.refused("estimate.get", estimate=draft["id"]).code == "not_found"
    assert s.maria.ask("estimate.list")["estimates"] == []
    sent = s.ana.ask("estimate.send", estimate=draft["id"], revision=draft["revision"])["estimate"]
    s.estimate, s.number = sent["id"], sent["number"]
    # 12.5 × 3.40 = 42.50, 23 % of it 9.775 → 9.78
    assert (sent["subtotal"], sent["tax"], sent["total"]) == (money("72.50"), money("9.78"), money("82.28"))
    heard = s.maria.hear("sent", about=s.estimate)
    assert heard["name"] == "Ana Silva" and heard["number"] == s.number and "actor" not in heard
    home = s.maria.ask("home.get")
    assert home["estimates_open"] == 1 and home["estimates"][0]["number"] == s.number
    assert home["unread"] == 1 == s.maria.ask("event.list", bell=True)["unread"]
    assert s.ana.refused("estimate.send", estimate=s.estimate).code == "state"


def test_04_her_first_look_leaves_the_viewed_mark_and_rings_the_bell(s):
    s.ana.caught_up()
    before = s.ana.ask("event.list", bell=True)["unread"]
    s.maria.ask("estimate.get", estimate=s.estimate, peek=True)
    seen = s.maria.ask("estimate.get", estimate=s.number)["estimate"]
    assert seen["status"] == "open" and "viewed" not in seen
    heard = s.ana.hear("viewed", about=s.estimate)
    assert heard["name"] == "Maria Ruiz" and heard["side"] == "customer"
    got = s.ana.ask("estimate.get", estimate=s.estimate)["estimate"]
    assert got["viewed"] and got["viewed_by"] == "Maria Ruiz" and got["revision"] == seen["revision"]
    assert [e["what"] for e in s.ana.ask("event.list", document=s.estimate)["events"]].count("viewed") == 1
    assert s.ana.ask("event.list", bell=True)["unread"] == before + 1
    s.ana.ask("event.seen", event=heard["id"])
    assert s.ana.ask("event.list", bell=True)["unread"] == 0
    s.revision = seen["revision"]


def test_05_she_declines_with_a_reason_and_staff_have_work(s):
    assert s.maria.refused("estimate.decline", estimate=s.estimate, revision=s.revision, reason="").field == "reason"
    got = s.maria.ask("estimate.decline", estimate=s.estimate, revision=s.revision, reason="Transport is too dear.")["estimate"]
    assert got["state"] == "declined" and got["answers"][-1]["reason"] == "Transport is too dear."
    assert s.ana.hear("declined", about=s.estimate)["text"] == "Transport is too dear."
    assert ("declined", s.number) in s.queue()
    assert s.maria.refused("estimate.accept", estimate=s.estimate, revision=got["revision"], signed_by="M. Ruiz").code == "state"
    assert s.maria.ask("home.get")["estimates_open"] == 0


def test_06_staff_rework_it_and_she_sees_it_once_it_is_sent(s):
    now = s.ana.ask("estimate.get", estimate=s.estimate)["estimate"]
    work = s.ana.ask("estimate.update", estimate=s.estimate, revision=now["revision"], document={"lines": now["lines"][:1]})["estimate"]
    hers = s.maria.ask("estimate.get", estimate=s.estimate)["estimate"]
    assert hers["state"] == "declined" and hers["total"] == money("82.28") and "rework" not in hers
    assert s.ana.refused("estimate.update", estimate=s.estimate, revision=now["revision"], document={"notes": "x"}).code == "stale"
    s.maria.caught_up()
    sent = s.ana.ask("estimate.send", estimate=s.estimate, revision=work["revision"])["estimate"]
    assert s.maria.hear("sent", about=s.estimate)["number"] == s.number == sent["number"]
    got = s.maria.ask("estimate.get", estimate=s.estimate)
    assert got["estimate"]["total"] == money("52.28") and got["estimate"]["answers"][-1]["reason"] == "Transport is too dear."
    assert [v["was"]["total"] for v in got["versions"]] == [money("82.28")]
    whole = s.maria.ask("estimate.version", estimate=s.estimate, revision=got["versions"][0]["revision"])["version"]
    assert [x["name"] for x in whole["was"]["lines"]] == ["Kraft paper", "Transport"]
    assert ("declined", s.number) not in s.queue()


def test_07_she_accepts_what_she_read_and_nothing_else(s):
    now = s.maria.ask("estimate.get", estimate=s.estimate)["estimate"]
    stale = s.maria.refused("estimate.accept", estimate=s.estimate, revision=s.revision, signed_by="M. Ruiz")
    assert (stale.code, stale.field) == ("stale", "revision")
    assert s.maria.refused("estimate.accept", estimate=s.estimate, revision=now["revision"]).field == "signed_by"
    assert s.ana.refused("estimate.accept", estimate=s.estimate, revision=now["revision"], signed_by="Ana").code == "forbidden"
    s.ana.caught_up()
    got = s.maria.ask("estimate.accept", estimate=s.estimate, revision=now["revision"], signed_by="M. Ruiz")["estimate"]
    answer = got["answers"][-1]
    assert (got["state"], answer["accepted"], answer["signed_by"], answer["by"]) == ("accepted", True, "M. Ruiz", "Maria Ruiz")
    assert answer["at"] and answer["place"]
    s.ana.hear("accepted", about=s.estimate)
    assert ("accepted", s.number) in s.queue()


def test_08_an_estimate_past_its_last_day_is_not_accepted(s):
    with in_the_past(s.d, days=3):
        old = s.d.sign_in("old@acme.test").ask("estimate.create", customer=s.customer, send=True, document={
            "lines": [line()], "date": days(-30), "due": days(-2)})["estimate"]
    got = s.maria.ask("estimate.get", estimate=old["id"])["estimate"]
    assert got["status"] == "expired" and got["state"] == "open"
    for op, more in [("estimate.accept", {"signed_by": "M. Ruiz"}), ("estimate.decline", {"reason": "late"})]:
        assert s.maria.refused(op, estimate=old["id"], revision=got["revision"], **more).code == "expired"
    assert s.ana.ask("estimate.void", estimate=old["id"], reason="out of time")["estimate"]["state"] == "void"


def test_09_the_estimate_becomes_an_invoice_once(s):
    got = s.ana.ask("estimate.convert", estimate=s.estimate)
    assert got["estimate"]["state"] == "invoiced" and got["estimate"]["invoice"] == got["invoice"]["id"]
    s.invoice = got["invoice"]["id"]
    assert got["invoice"]["estimate"] == s.estimate and got["invoice"]["total"] == money("52.28")
    assert s.ana.refused("estimate.convert", estimate=s.estimate).code == "state"
    assert ("accepted", s.number) not in s.queue()
    assert s.maria.refused("invoice.get", invoice=s.invoice).code == "not_found"
    s.maria.caught_up()
    sent = s.ana.ask("invoice.send", invoice=s.invoice, revision=got["invoice"]["revision"])["invoice"]
    assert sent["balance"] == money("52.28") and sent["due"] == days(14)
    heard = s.maria.hear("sent", about=s.invoice)
    assert heard["subject"] == "invoice" and heard["number"] == sent["number"]
    s.invoice_number = sent["number"]
    home = s.maria.ask("home.get")
    assert home["ageing"]["total"] == money("52.28") and [d["id"] for d in home["due"]] == [s.invoice]
    assert s.ana.refused("invoice.update", invoice=s.invoice, revision=sent["revision"], document={"notes": "x"}).code == "state"


def test_10_they_talk_about_it_and_she_sees_only_what_is_meant_for_her(s):
    s.ana.caught_up()
    s.maria.ask("comment.add", document=s.invoice, text="May we pay half now?")
    assert s.ana.hear("commented", about=s.invoice)["text"] == "May we pay half now?"
    assert ("comment", s.invoice_number) in s.queue()
    s.maria.caught_up()
    s.ana.ask("comment.add", document=s.invoice, text="Always pays late; say yes.")
    s.ana.ask("comment.add", document=s.invoice, text="Of course.", portal=True)
    heard = s.maria.hear("commented", about=s.invoice)
    assert heard["text"] == "Of course." and heard["name"] == "Ana Silva"
    assert ("comment", s.invoice_number) not in s.queue()
    assert [c["text"] for c in s.maria.ask("comment.list", document=s.invoice)["comments"]] == ["May we pay half now?", "Of course."]
    assert len(s.ana.ask("invoice.get", invoice=s.invoice)["comments"]) == 3
    seen = repr(s.maria.ask("invoice.get", invoice=s.invoice)) + repr(s.maria.ask("event.list", limit=100))
    assert "late" not in seen
    s.ana.hear("viewed", about=s.invoice)


def test_11_a_failed_card_changes_nothing_and_says_why(s):
    before = s.document()
    s.ana.caught_up()
    for card, reason in [(DECLINED, "The bank declined the card."), (NO_FUNDS, "There is not enough money on the account of this card.")]:
        failed = s.settled(s.pay(card, expect=money("52.28")))
        assert (failed["state"], failed["failure"]) == ("failed", reason)
        assert s.ana.hear("payment_failed", about=failed["id"])["text"] == reason
    assert s.document() == before
    s.failed = failed["number"]
    assert [n for job, n in s.queue() if job == "payment_failed"] == [s.failed]  # the last try only
    for change, field in [({"card_number": "4242 4242 4242 4241"}, "card_number"), ({"card_expiry": "01/20"}, "card_expiry"),
                          ({"card_code": "12"}, "card_code"), ({"card_number": "4111 1111 1111 1111"}, "card_number")]:
        refusal = s.maria.refused("payment.pay", **{"parts": [{"invoice": s.invoice}], "expect": money("52.28"), "card_number": VISA, **CARD, **change})
        assert refusal.field == field and refusal.code in ("invalid", "payment_failed")
    assert s.document() == before


def test_12_no_card_number_is_anywhere_in_the_store_or_the_log(s):
    digits = [n.replace(" ", "").encode() for n in (VISA, DECLINED, NO_FUNDS)] + [DECLINED[-8:].encode()]
    for file in [s.d.log, *(f for f in s.d.data.rglob("*") if f.is_file())]:
        content = file.read_bytes()
        assert not any(d in content for d in digits), file


def test_13_she_pays_a_part_by_card_and_the_sum_must_be_the_one_she_saw(s):
    part = [{"invoice": s.invoice, "amount": money("20")}]
    assert s.maria.refused("payment.pay", parts=part, expect=money("52.28"), card_number=VISA, **CARD).code == "stale"
    over = [{"invoice": s.invoice, "amount": money("52.29")}]
    assert s.maria.refused("payment.pay", parts=over, expect=money("52.29"), card_number=VISA, **CARD).code == "overpaid"
    s.set(partial_payments=False)
    assert s.maria.refused("payment.pay", parts=part, expect=money("20"), card_number=VISA, **CARD).code == "switched_off"
    s.set(partial_payments=True)
    s.ana.caught_up()
    s.maria.caught_up()
    paid = s.settled(s.pay(VISA, part, money("20")))
    assert (paid["state"], paid["method"], paid["amount"], paid["unused"]) == ("succeeded", "Visa ending 4242", money("20"), money("0"))
    assert s.ana.hear("paid")["amount"] == money("20")
    s.maria.hear("paid")
    now = s.document()
    assert (now["status"], now["paid"], now["balance"]) == ("partly_paid", money("20"), money("32.28"))
    home = s.maria.ask("home.get")
    assert home["last_payment"]["amount"] == money("20") and home["ageing"]["total"] == money("32.28")
    assert s.ana.refused("invoice.void", invoice=s.invoice, reason="mistake").code == "state"


def test_14_a_payment_that_hangs_is_settled_by_asking_the_gateway(s):
    pending = s.pay(PENDING, [{"invoice": s.invoice, "amount": money("2.28")}], money("2.28"))
    assert pending["state"] == "pending" and ("payment_pending", pending["number"]) in s.queue()
    again = s.maria.refused("payment.pay", parts=[{"invoice": s.invoice}], expect=money("32.28"), card_number=VISA, **CARD)
    assert again.code == "pending" and again.field == "parts.0.invoice"
    assert s.document()["balance"] == money("32.28")

    def settle():
        s.ana.ask("payment.settle", payment=pending["id"])
        return s.ana.ask("payment.get", payment=pending["id"])["payment"]["state"] == "succeeded"
    wait_until(settle, 30, "the hanging payment")
    assert s.document()["balance"] == money("30") and ("payment_pending", pending["number"]) not in s.queue()
    with open(s.d.data / "sandbox.ledger", encoding="ascii") as f:
        charges = [x.split() for x in f if x.startswith("charge")]
    assert sorted(int(c[3]) for c in charges) == [228, 2000, 5228, 5228]  # of one key each
    assert len({c[1] for c in charges}) == 4


def test_15_the_rest_comes_by_transfer_and_what_is_over_becomes_credit(s):
    s.maria.caught_up()
    refusal = s.ana.refused("payment.record", customer=s.customer, mode="bank_transfer", date=days(2), amount=money("35"))
    assert refusal.field == "date"
    paid = s.ana.ask("payment.record", customer=s.customer, mode="bank_transfer", date=days(-1), reference="TRF 9", amount=money("35"),
                     parts=[{"invoice": s.invoice}])["payment"]
    assert (paid["state"], paid["allocations"][0]["amount"], paid["unused"]) == ("succeeded", money("30"), money("5"))
    s.maria.hear("paid")
    now = s.document(s.maria)
    assert (now["status"], now["balance"], now["paid"]) == ("paid", money("0"), money("52.28"))
    home = s.maria.ask("home.get")
    assert home["credit"] == money("5") and home["due"] == [] and home["ageing"]["count"] == 0
    assert [n for job, n in s.queue() if n in (s.failed, s.invoice_number, s.number)] == []
    assert s.maria.refused("payment.pay", parts=[{"invoice": s.invoice}], expect=money("0.01"), card_number=VISA, **CARD).code == "state"
    assert {p["state"] for p in s.maria.ask("payment.list", invoice=s.invoice)["payments"]} == {"failed", "succeeded"}


def test_16_several_invoices_are_paid_at_once_or_not_at_all(s):
    made = [s.ana.ask("invoice.create", customer=s.customer, send=True, document={"lines": [line(price=p)], **more})["invoice"]
            for p, more in [("10", {}), ("15.50", {"date": days(-40), "due": days(-10)}), ("7", {"no_card": True})]]
    ids = [x["id"] for x in made]
    assert [x["status"] for x in s.maria.ask("invoice.list", status="unpaid", sort="due")["invoices"]] == ["overdue", "open", "open"]
    assert ("overdue", made[1]["number"]) in s.queue()
    ageing = s.maria.ask("home.get")["ageing"]
    assert (ageing["total"], ageing["overdue"], ageing["count"], ageing["overdue_count"]) == (money("32.50"), money("15.50"), 3, 1)
    refusal = s.maria.refused("payment.pay", parts=[{"invoice": i} for i in ids], expect=money("32.50"), card_number=VISA, **CARD)
    assert (refusal.code, refusal.field) == ("switched_off", "parts.2.invoice")
    refusal = s.maria.refused("payment.pay", parts=[{"invoice": ids[0]}] * 2, expect=money("20"), card_number=VISA, **CARD)
    assert refusal.field.startswith("parts.1")
    paid = s.settled(s.pay(MASTERCARD, [{"invoice": i} for i in ids[:2]], money("25.50")))
    assert paid["state"] == "succeeded" and [a["amount"] for a in paid["allocations"]] == [money("10"), money("15.50")]
    assert [s.ana.ask("invoice.get", invoice=i)["invoice"]["status"] for i in ids] == ["paid", "paid", "open"]
    assert ("overdue", made[1]["number"]) not in s.queue()
    s.no_card = ids[2]


def test_17_an_invoice_is_withdrawn_or_given_up_with_a_reason(s):
    gone = s.ana.ask("invoice.void", invoice=s.no_card, reason="sent twice")["invoice"]
    assert gone["state"] == "void" and gone["reason"] == "sent twice"
    hers = s.maria.ask("invoice.get", invoice=s.no_card)["invoice"]
    assert hers["status"] == "void" and "reason" not in hers
    lost = s.ana.ask("invoice.create", customer=s.customer, send=True, document={"lines": [line(price="99")]})["invoice"]
    s.ana.ask("payment.record", customer=s.customer, mode="cash", parts=[{"invoice": lost["id"], "amount": money("9")}])
    got = s.ana.ask("invoice.write_off", invoice=lost["id"], reason="insolvent")["invoice"]
    assert (got["state"], got["balance"], got["written_off"]) == ("written_off", money("0"), money("90"))
    assert s.ana.refused("invoice.write_off", invoice=lost["id"], reason="again").code == "state"
    home, queue = s.maria.ask("home.get"), s.ana.ask("queue.get")
    assert home["ageing"]["total"] == money("0") and home["ageing"]["count"] == 0
    assert all(a["total"]["amount"] == 0 for a in queue["ageing"])
    states = {(c["kind"], c["state"]): c["count"] for c in queue["counts"] if c["count"]}
    assert states == {("estimate", "invoiced"): 1, ("estimate", "void"): 1, ("invoice", "paid"): 3, ("invoice", "void"): 1,
                      ("invoice", "written_off"): 1}
    assert sum(p["amount"]["amount"] for p in queue["paid_month"]) <= 5728 + 2550 + 900


def test_18_she_keeps_her_own_details_as_far_as_she_may(s):
    mine = s.maria.ask("customer.get")["customer"]
    s.ana.caught_up()
    got = s.maria.ask("customer.edit_own", revision=mine["revision"], phone="+34 956 000", billing={"city": "Cádiz", "country": "España"})
    assert got["customer"]["billing"]["city"] == "Cádiz" and "notes" not in got["customer"]
    assert s.ana.hear("changed", subject="customer")["name"] == "Maria Ruiz"
    assert s.ana.ask("customer.overview", id=s.customer)["customer"]["phone"] == "+34 956 000"
    assert s.maria.refused("customer.edit_own", revision=mine["revision"], phone="1").code == "stale"
    s.set(customers_edit=False)
    assert s.maria.refused("customer.edit_own", revision=got["customer"]["revision"], phone="1").code == "switched_off"
    assert s.maria.ask("account.update", name="María Ruiz")["me"]["name"] == "María Ruiz"


def test_19_what_happened_is_on_record_and_the_books_agree(s):
    events, after = [], ""
    while True:
        page = s.ana.ask("event.list", limit=100, after=after)
        events += page["events"]
        after = page.get("next", "")
        if not after:
            break
    assert [e["id"] for e in events] == list(range(events[0]["id"], 0, -1))
    assert {"created", "sent", "viewed", "declined", "accepted", "converted", "paid", "payment_failed", "voided", "written_off",
            "commented", "signed_in", "access_on"} <= {e["what"] for e in events}
    assert all(e["at"] and e["side"] for e in events)
    overview = s.ana.ask("customer.overview", id=s.customer)
    # 20 and 2.28 by card, 35 by transfer, 25.50 by card, 9 in cash
    assert overview["paid"] == {"amount": money("91.78"), "count": 5}
    assert s.d.client().ask("system.check")["problems"] == []
    with pytest.raises(Refused):
        s.maria.ask("system.check")
    assert s.d.client().ask("system.stats")["faults"] == 0


def test_20_signing_out_ends_it_for_both(s):
    s.maria.ask("session.sign_out")
    assert s.maria.refused("home.get").code == "sign_in"
    s.ana.ask("access.disable", contacts=[s.contact])
    assert s.ana.ask("customer.get", id=s.customer)["contacts"][0]["access"] == "disabled"
    assert s.d.client().refused("session.sign_in", portal="acme", email="maria@bodega.test", password=PASSWORD).code == "credentials"
