"""Credit: what is left of payments, credit notes and retainers, used on invoices, taken off again and given back."""
import pytest

from daemon import add_customer, days, line, money, open_portal, wait_until

GOOD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}


class House:
    """A customer of its own, with both sides signed in."""

    def __init__(self, d, admin, name):
        self.d, self.staff = d, admin
        self.customer, contact = add_customer(admin, name, f"{name.lower()}@test.test", person=f"{name} Person")
        self.portal = open_portal(d, admin, contact, f"{name.lower()}@test.test")

    def make(self, kind, price, **more):
        document = {"lines": [line(price=price)], **more}
        if kind != "credit_note":
            document.setdefault("due", days(14))
        return self.staff.ask(f"{kind}.create", customer=self.customer, send=True, document=document)[kind]

    def get(self, document):
        kind = document["kind"]
        return self.staff.ask(f"{kind}.get", **{kind: document["id"]})[kind]

    def record(self, amount=None, parts=(), **more):
        more.setdefault("mode", "bank_transfer")
        if amount:
            more["amount"] = money(amount)
        return self.staff.ask("payment.record", customer=self.customer, parts=list(parts), **more)["payment"]

    def credit(self, who=None):
        return [(c["what"], c["number"], c["left"]["amount"]) for c in (who or self.portal).ask(
            "credit.list", **({"customer": self.customer} if who is self.staff else {}))["credits"]]

    def home(self):
        return self.portal.ask("home.get")["credit"]["amount"]

    def apply(self, *parts, who=None, **source):
        return (who or self.portal).ask("credit.apply", parts=list(parts), **source)


@pytest.fixture
def house(d, admin, request):
    return House(d, admin, "".join(c for c in request.node.name.title() if c.isalnum())[:30])


@pytest.fixture(autouse=True)
def all_adds_up(d):
    yield
    assert d.client().ask("system.check")["problems"] == []


def stand(document):
    return document["status"], document["balance"]["amount"], document.get("paid", {}).get("amount", 0), document.get("credited", {}).get("amount", 0)


# --- credit notes -----------------------------------------------------------------------------------------------------------------
def test_a_credit_note_is_credit_as_soon_as_it_is_sent(house):
    bill = house.make("invoice", "100")
    draft = house.staff.ask("credit_note.create", customer=house.customer, document={"lines": [line(price="30")], "about": bill["id"]})["credit_note"]
    assert house.home() == 0 and house.credit() == [] and "left" not in draft
    note = house.staff.ask("credit_note.send", credit_note=draft["id"])["credit_note"]
    assert note["left"] == money("30") and note["about"] == bill["id"]
    assert house.home() == 3000 and house.credit() == house.credit(house.staff) == [("credit_note", note["number"], 3000)]
    got = house.apply({"invoice": bill["number"]}, document=note["id"])
    assert got["left"] == money("0") and [(u["number"], u["invoice_number"], u["amount"]) for u in got["uses"]] == [(note["number"], bill["number"], money("30"))]
    assert stand(house.get(bill)) == ("partly_paid", 7000, 0, 3000)
    used = house.get(note)
    assert used["left"] == money("0") and [(s["number"], s["amount"]) for s in used["settles"]] == [(bill["number"], money("30"))]
    assert house.home() == 0 and house.credit() == []
    house.record(parts=[{"invoice": bill["id"]}])
    assert stand(house.get(bill)) == ("paid", 0, 7000, 3000)


def test_only_a_credit_note_is_about_an_invoice_and_about_one_of_its_customer(d, admin, house):
    other = House(d, admin, "Stranger")
    bill, draft = other.make("invoice", "5"), house.staff.ask("invoice.create", customer=house.customer, document={"lines": [line()]})["invoice"]
    for about in (bill["id"], draft["id"]):
        why = admin.refused("credit_note.create", customer=house.customer, document={"lines": [line()], "about": about})
        assert (why.code, why.field) == ("invalid", "document.about")
    mine = house.make("invoice", "5")
    for kind in "estimate", "invoice", "retainer":
        why = admin.refused(f"{kind}.create", customer=house.customer, document={"lines": [line()], "about": mine["id"]})
        assert (why.code, why.field) == ("invalid", "document.about")


def test_what_was_used_can_not_be_withdrawn(house):
    bill, note, whole = house.make("invoice", "100"), house.make("credit_note", "30"), house.make("credit_note", "8")
    house.apply({"invoice": bill["id"], "amount": money("10")}, document=note["id"])
    for document, word in ((bill, "credit settles"), (note, "was used")):
        why = house.staff.refused(f"{document['kind']}.void", reason="no", **{document["kind"]: document["id"]})
        assert (why.code, why.field) == ("state", document["kind"]) and word in why.message
    gone = house.staff.ask("credit_note.void", credit_note=whole["id"], reason="twice")["credit_note"]
    assert gone["status"] == "void" and gone["left"] == money("0") and house.home() == 2000
    house.staff.ask("credit.unapply", document=note["id"], invoice=bill["id"])
    house.staff.ask("credit_note.void", credit_note=note["id"], reason="all of it")
    assert stand(house.get(bill)) == ("open", 10000, 0, 0) and house.home() == 0
    house.staff.ask("invoice.void", invoice=bill["id"], reason="now it can")


# --- retainers -----------------------------------------------------------------------------------------------------------------------
def test_a_retainer_is_paid_like_an_invoice_and_becomes_credit(house):
    retainer = house.make("retainer", "50")
    assert retainer["balance"] == money("50") and [r["number"] for r in house.portal.ask("home.get")["due"]] == [retainer["number"]]
    house.record("20", parts=[{"invoice": retainer["number"]}])
    assert stand(house.get(retainer)) == ("partly_paid", 3000, 2000, 0) and house.home() == 0
    why = house.staff.refused("retainer.void", retainer=retainer["id"], reason="no")
    assert why.code == "state" and "was paid" in why.message
    paid = house.portal.ask("payment.pay", parts=[{"invoice": retainer["id"]}], expect=money("30"), **GOOD)["payment"]
    wait_until(lambda: house.portal.ask("payment.get", payment=paid["id"])["payment"]["state"] == "succeeded")
    now = house.get(retainer)
    assert stand(now) == ("paid", 0, 5000, 0) and now["left"] == money("50") and house.home() == 5000
    told = house.portal.ask("retainer.get", retainer=retainer["id"])
    assert len(told["payments"]) == 2 and any(e["what"] == "paid" for e in told["events"])
    bill = house.make("invoice", "80")
    house.apply({"invoice": bill["id"]})
    assert stand(house.get(bill)) == ("partly_paid", 3000, 0, 5000) and house.get(retainer)["left"] == money("0")
    payment = house.staff.ask("payment.list", invoice=retainer["id"])["payments"][-1]
    why = house.staff.refused("credit.unapply", payment=payment["id"], invoice=retainer["id"])
    assert (why.code, why.field) == ("state", "invoice") and "was used" in why.message
    house.staff.ask("credit.unapply", document=retainer["id"], invoice=bill["id"])
    house.staff.ask("credit.unapply", payment=payment["id"], invoice=retainer["id"])
    assert stand(house.get(retainer)) == ("partly_paid", 2000, 3000, 0) and house.credit() == [("payment", payment["number"], 2000)]


def test_what_was_paid_on_a_retainer_that_is_given_up_is_credit(house):
    retainer = house.make("retainer", "50")
    house.record("20", parts=[{"invoice": retainer["id"]}])
    now = house.staff.ask("retainer.write_off", retainer=retainer["id"], reason="enough")["retainer"]
    assert now["left"] == money("20") and now["written_off"] == money("30") and house.home() == 2000


def test_credit_is_not_for_retainers_nor_for_estimates(house):
    retainer, note = house.make("retainer", "5"), house.make("credit_note", "5")
    why = house.portal.refused("credit.apply", parts=[{"invoice": retainer["id"]}], document=note["id"])
    assert (why.code, why.field) == ("state", "parts.0.invoice") and "with money" in why.message
    estimate = house.make("estimate", "5")
    for op, more in (("credit.apply", {"document": note["id"]}), ("payment.record", {"customer": house.customer, "mode": "cash"})):
        why = house.staff.refused(op, parts=[{"invoice": estimate["id"]}], **more)
        assert (why.code, why.field) == ("not_found", "parts.0.invoice")


# --- using it --------------------------------------------------------------------------------------------------------------------------
def test_credit_is_used_oldest_first(house):
    note = house.make("credit_note", "10", date=days(-3))
    retainer = house.make("retainer", "10", date=days(-3))
    house.record("10", parts=[{"invoice": retainer["id"]}])
    over, old = house.record("10", date=days(-3)), house.record("5", date=days(-20))
    new = house.make("credit_note", "100")
    order = [("payment", old["number"], 500), ("payment", over["number"], 1000), ("retainer", retainer["number"], 1000),
             ("credit_note", note["number"], 1000), ("credit_note", new["number"], 10000)]
    assert house.credit() == order and house.home() == 13500
    a, b = house.make("invoice", "8"), house.make("invoice", "20")
    got = house.apply({"invoice": a["id"]}, {"invoice": b["id"], "amount": money("19")})
    assert [(u["number"], u["invoice_number"], u["amount"]["amount"]) for u in got["uses"]] == [
        (old["number"], a["number"], 500), (over["number"], a["number"], 300), (over["number"], b["number"], 700),
        (retainer["number"], b["number"], 1000), (note["number"], b["number"], 200)]
    assert got["left"] == money("108")
    assert stand(house.get(a)) == ("paid", 0, 800, 0) and stand(house.get(b)) == ("partly_paid", 100, 700, 1200)
    told = [e for e in house.portal.ask("invoice.get", invoice=b["id"])["events"] if e["what"] == "credit_applied"]
    assert [(e["text"], e["amount"]["amount"]) for e in told] == [(note["number"], 200), (retainer["number"], 1000), (over["number"], 700)]


def test_more_than_there_is_is_refused_and_changes_nothing(house):
    note, a, b = house.make("credit_note", "30"), house.make("invoice", "20"), house.make("invoice", "20")
    for parts, code, field in (
            ([{"invoice": a["id"], "amount": money("21")}], "overpaid", "parts.0.amount"),
            ([{"invoice": a["id"]}, {"invoice": b["id"], "amount": money("11")}], "overpaid", "parts.1.amount"),
            ([{"invoice": a["id"]}, {"invoice": a["id"]}], "invalid", "parts.1.invoice"),
            ([{"invoice": a["id"], "amount": money("0")}], "invalid", "parts.0.amount"),
            ([{"invoice": a["id"], "amount": money("5", "USD")}], "currency", "parts.0.amount")):
        for source in {}, {"document": note["id"]}:
            why = house.portal.refused("credit.apply", parts=parts, **source)
            assert (why.code, why.field) == (code, field), (parts, source)
    assert house.home() == 3000 and stand(house.get(a)) == ("open", 2000, 0, 0)
    house.apply({"invoice": a["id"]}, {"invoice": b["id"]})
    assert house.home() == 0
    c = house.make("invoice", "1")
    why = house.portal.refused("credit.apply", parts=[{"invoice": c["id"]}])
    assert (why.code, why.field) == ("state", "parts.0.invoice")
    why = house.portal.refused("credit.apply", parts=[{"invoice": c["id"]}], document=note["id"])
    assert (why.code, why.field) == ("state", "document") and "nothing is left" in why.message


def test_a_pending_payment_keeps_credit_away(house):
    bill = house.make("invoice", "20")
    house.make("credit_note", "30")
    pending = house.portal.ask("payment.pay", parts=[{"invoice": bill["id"]}], expect=money("20"), **{**GOOD, "card_number": "4000000000009235"})["payment"]
    for who in house.portal, house.staff:
        why = who.refused("credit.apply", parts=[{"invoice": bill["id"]}])
        assert (why.code, why.field) == ("pending", "parts.0.invoice") and pending["number"] in why.message


def test_nobody_uses_somebody_elses(d, admin, house):
    other = House(d, admin, "Neighbour")
    note, bill, theirs = house.make("credit_note", "10"), house.make("invoice", "10"), other.make("invoice", "10")
    over = house.record("3")
    for source in {"document": note["id"]}, {"payment": over["id"]}, {"document": note["number"]}:
        why = other.portal.refused("credit.apply", parts=[{"invoice": theirs["id"]}], **source)
        assert (why.code, why.field) == ("not_found", next(iter(source)))
    why = house.portal.refused("credit.apply", parts=[{"invoice": theirs["id"]}], document=note["id"])
    assert (why.code, why.field) == ("not_found", "parts.0.invoice")
    for parts in ([{"invoice": theirs["id"]}], [{"invoice": bill["id"]}, {"invoice": theirs["id"]}]):
        why = house.staff.refused("credit.apply", parts=parts, **({"document": note["id"]} if len(parts) == 1 else {}))
        assert (why.code, why.field) == ("not_found", f"parts.{len(parts) - 1}.invoice")
    assert house.home() == 1300
    assert other.portal.refused("credit.list", customer=house.customer).code == "not_found"
    for op in "credit.unapply", "refund.make":
        assert house.portal.refused(op, document=note["id"], **({"invoice": bill["id"]} if op == "credit.unapply" else {"mode": "cash"})).code == "forbidden"
    everybodys = house.staff.ask("credit.list")
    assert {"number": over["number"], "customer": house.customer}.items() <= {k: v for c in everybodys["credits"] if c["id"] == over["id"] and c["what"] == "payment" for k, v in c.items()}.items()
    assert "total" not in everybodys and all(c["customer"] == house.customer for c in house.portal.ask("credit.list")["credits"])


def test_the_same_request_again_uses_nothing_twice(house):
    bill, key = house.make("invoice", "100"), bytes(range(16))
    house.make("credit_note", "30")
    args = dict(parts=[{"invoice": bill["id"], "amount": money("10")}])
    first = house.portal.ask("credit.apply", request_id=key, **args)
    assert house.portal.ask("credit.apply", request_id=key, **args) == first
    assert house.home() == 2000 and stand(house.get(bill)) == ("partly_paid", 9000, 0, 1000)


# --- taking off --------------------------------------------------------------------------------------------------------------------------
def test_what_is_taken_off_is_due_and_credit_again(house):
    bill, note = house.make("invoice", "100"), house.make("credit_note", "30")
    payment = house.record(parts=[{"invoice": bill["id"], "amount": money("70")}])
    house.apply({"invoice": bill["id"]}, document=note["id"])
    assert house.get(bill)["status"] == "paid"
    got = house.staff.ask("credit.unapply", payment=payment["id"], invoice=bill["id"], amount=money("25"))
    assert stand(got["invoice"]) == ("partly_paid", 2500, 4500, 3000) and got["left"] == money("25")
    assert [r["number"] for r in house.portal.ask("home.get")["due"]] == [bill["number"]]
    got = house.staff.ask("credit.unapply", document=note["number"], invoice=bill["number"])
    assert stand(got["invoice"]) == ("partly_paid", 5500, 4500, 0) and house.get(note)["settles"] == []
    assert house.home() == 5500
    for source, amount, code, field in (({"document": note["id"]}, None, "state", "invoice"),
                                        ({"payment": payment["id"]}, money("46"), "overpaid", "amount"),
                                        ({"payment": payment["id"]}, money("0"), "invalid", "amount"),
                                        ({"payment": payment["id"]}, money("1", "USD"), "currency", "amount"),
                                        ({}, None, "invalid", "payment"),
                                        ({"payment": payment["id"], "document": note["id"]}, None, "invalid", "payment")):
        why = house.staff.refused("credit.unapply", invoice=bill["id"], **source, **({"amount": amount} if amount else {}))
        assert (why.code, why.field) == (code, field)
    off = [e["text"] for e in house.portal.ask("invoice.get", invoice=bill["id"])["events"] if e["what"] == "credit_taken_off"]
    assert off == [note["number"], payment["number"]]
    house.apply({"invoice": bill["id"]})
    assert house.get(bill)["status"] == "paid" and house.home() == 0


def test_what_was_given_up_stays_so_when_a_payment_is_taken_off(house):
    bill = house.make("invoice", "100")
    payment = house.record("60", parts=[{"invoice": bill["id"]}])
    house.staff.ask("invoice.write_off", invoice=bill["id"], reason="enough")
    now = house.staff.ask("credit.unapply", payment=payment["id"], invoice=bill["id"])["invoice"]
    assert stand(now)[1:] == (6000, 0, 0) and now["written_off"] == money("40") and now["state"] == "open"


# --- refunds by hand -----------------------------------------------------------------------------------------------------------------------
def test_money_is_given_back_by_hand_out_of_what_is_left(house):
    bill = house.make("invoice", "60")
    payment = house.record("100", parts=[{"invoice": bill["id"]}])
    got = house.staff.ask("refund.make", payment=payment["id"], amount=money("15"), mode="bank_transfer", date=days(-1), reference="SEPA 7", reason="They asked")["refund"]
    assert (got["number"], got["state"], got["amount"], got["source_number"], got["date"]) == ("REF-000001", "succeeded", money("15"), payment["number"], days(-1))
    now = house.staff.ask("payment.get", payment=payment["id"])["payment"]
    assert (now["status"], now["refunded"], now["unused"]) == ("partly_refunded", money("15"), money("25")) and house.home() == 2500
    seen = house.portal.ask("refund.get", refund=got["number"])["refund"]
    assert seen["amount"] == money("15") and "reason" not in seen and "by" not in seen
    rest = house.staff.ask("refund.make", payment=payment["id"], mode="cash")["refund"]
    assert rest["amount"] == money("25") and house.home() == 0
    why = house.staff.refused("refund.make", payment=payment["id"], mode="cash")
    assert (why.code, why.field) == ("state", "payment")
    assert [r["number"] for r in house.portal.ask("refund.list")["refunds"]] == [rest["number"], got["number"]]
    told = house.portal.ask("event.list", limit=50)["events"]
    assert [e["number"] for e in told if e["what"] == "refunded"] == [rest["number"], got["number"]]


def test_out_of_credit_notes_and_retainers_too(house):
    note, retainer = house.make("credit_note", "30"), house.make("retainer", "50")
    house.record(parts=[{"invoice": retainer["id"]}])
    for document, amount in ((note, "10"), (retainer, "50")):
        refund = house.staff.ask("refund.make", document=document["number"], amount=money(amount), mode="cash")["refund"]
        assert refund["of"] == document["kind"] and refund["source"] == document["id"]
    assert house.get(note)["left"] == money("20") and house.get(retainer)["left"] == money("0") and house.home() == 2000
    assert [r["source_number"] for r in house.staff.ask("refund.list", document=note["id"])["refunds"]] == [note["number"]]
    assert house.staff.refused("credit_note.void", credit_note=note["id"], reason="no").code == "state"


@pytest.mark.parametrize("args,code,field", [
    ({"amount": money("31")}, "overpaid", "amount"), ({"amount": money("0")}, "invalid", "amount"), ({"amount": money("1", "USD")}, "currency", "amount"),
    ({"mode": None}, "invalid", "mode"), ({"date": days(2)}, "invalid", "date"), ({"document": None}, "invalid", "payment")], ids=str)
def test_a_refund_that_can_not_be_is_refused_by_field(d, admin, args, code, field):
    house = House(d, admin, f"Refused{field}{code}{args.get('date', '')[-2:] if args.get('date') else ''}{'x' if 'document' in args else ''}")
    note = house.make("credit_note", "30")
    given = {"document": note["id"], "mode": "cash", **args}
    why = admin.refused("refund.make", **{k: v for k, v in given.items() if v is not None})
    assert (why.code, why.field) == (code, field) and house.home() == 3000


def test_a_credit_note_of_which_nothing_is_left_is_used_and_open_again_when_that_is_taken_off(house):
    bill, note, other = house.make("invoice", "100"), house.make("credit_note", "30"), house.make("credit_note", "5")

    def listed(status):
        return [c["number"] for c in house.portal.ask("credit_note.list", filter=f"status:{status}")["credit_notes"]]
    house.apply({"invoice": bill["id"], "amount": money("10")}, document=note["id"])
    assert house.get(note)["status"] == "open" and listed("used") == []
    house.apply({"invoice": bill["id"]}, document=note["id"])
    assert house.get(note)["status"] == "used" and house.get(note)["state"] == "open"
    assert listed("used") == [note["number"]] and listed("open") == [other["number"]]
    house.staff.ask("refund.make", document=other["id"], mode="cash")
    assert house.get(other)["status"] == "used" and listed("open") == []
    house.staff.ask("credit.unapply", document=note["id"], invoice=bill["id"], amount=money("1"))
    assert house.get(note)["status"] == "open" and listed("open") == [note["number"]] and listed("used") == [other["number"]]
