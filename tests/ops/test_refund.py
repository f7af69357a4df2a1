"""Refunds through a gateway, which may wait, and fail later; and payments that the payer's bank takes back. tsan: yes"""
import pytest

from daemon import Daemon, days, money, wait_until
from test_credit import GOOD, House, all_adds_up, stand  # noqa: F401 (a fixture)

PAYS, LATE, BOUNCES, FRAUD, MISSING = "4242424242424242", "4000000000007726", "4000000000005126", "4000000000000259", "4000000000002685"


@pytest.fixture
def house(d, admin, request):
    return House(d, admin, "".join(c for c in request.node.name.title() if c.isalnum())[:40])


def paid(house, document, number=PAYS, amount=None):
    sum = amount or document["balance"]
    made = house.portal.ask("payment.pay", parts=[{"invoice": document["id"], "amount": sum}], expect=sum, **{**GOOD, "card_number": number})["payment"]
    return became(house, made, "succeeded")


def became(house, payment, state):
    def look():
        now = house.staff.ask("payment.get", payment=payment["id"])["payment"]
        return now if now["state"] == state else None
    return wait_until(look, what=f"{payment['number']} {state}")


def ended(house, refund, *states):
    def look():
        now = house.staff.ask("refund.get", refund=refund["id"])["refund"]
        assert now["state"] != "failed" or "failed" in states, now
        return now if now["state"] in states else None
    return wait_until(look, what=f"{refund['number']} {states}")


def freed(house, number=PAYS, price="100"):
    """A payment by card all of which is credit: what it settled was taken off."""
    bill = house.make("invoice", price)
    payment = paid(house, bill, number)
    house.staff.ask("credit.unapply", payment=payment["id"], invoice=bill["id"])
    return payment


def ledger(d, word):
    return [line.split() for line in (d.data / "sandbox.ledger").read_text().splitlines() if line.startswith(word + " ")]


def jobs(house, job):
    return [w for w in house.staff.ask("queue.get")["work"] if w["job"] == job and w["customer"] == house.customer]


def test_money_goes_back_through_the_gateway_that_took_it_once(d, house):
    payment, before = freed(house), len(ledger(d, "refund"))
    refund = house.staff.ask("refund.make", payment=payment["id"], amount=money("30"), through=payment["id"])["refund"]
    assert (refund["state"], refund["gateway"], refund["mode"]) == ("pending", "sandbox", "card") and "key" not in refund
    assert house.home() == 7000, "what is on its way is nobody's to use"
    assert ended(house, refund, "succeeded", "failed")["state"] == "succeeded"
    for _ in range(3):
        house.staff.ask("refund.settle", refund=refund["id"])
    second = house.staff.ask("refund.make", payment=payment["number"], through=payment["number"])["refund"]
    assert ended(house, second, "succeeded")["amount"] == money("70")
    assert len(ledger(d, "refund")) == before + 2
    now = house.portal.ask("payment.get", payment=payment["id"])["payment"]
    assert (now["status"], now["refunded"], now["unused"]) == ("refunded", money("100"), money("0")) and "given_back" not in now
    told = [(e["what"], e["number"]) for e in house.portal.ask("event.list", limit=50)["events"] if e["subject"] == "refund"]
    assert told[:2] == [("refunded", second["number"]), ("created", second["number"])]


def test_one_that_waits_is_asked_about_until_it_arrives(d, house):
    payment = freed(house, LATE)
    refund = house.staff.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"]
    assert ended(house, refund, "succeeded")["settled"]
    assert house.home() == 0 and jobs(house, "refund_failed") == []


def test_one_that_fails_late_is_credit_again_and_staff_are_told(d, house):
    payment = freed(house, BOUNCES)
    refund = ended(house, house.staff.ask("refund.make", payment=payment["id"], amount=money("60"), through=payment["id"])["refund"], "succeeded")
    assert house.home() == 4000
    house.staff.ask("refund.settle", refund=refund["id"])
    failed = ended(house, refund, "failed")
    assert failed["failure"] == "The bank sent it back: the card has expired or was cancelled."
    assert house.home() == 10000
    now = house.staff.ask("payment.get", payment=payment["id"])["payment"]
    assert (now["status"], now["refunded"], now["unused"]) == ("succeeded", money("0"), money("100"))
    work, = jobs(house, "refund_failed")
    assert (work["subject"], work["number"], work["amount"], work["text"]) == ("refund", refund["number"], money("60"), failed["failure"])
    assert house.staff.refused("refund.settle", refund=refund["id"]).code == "state"
    bell = house.staff.ask("event.list", bell=True, limit=20)["events"]
    assert any(e["what"] == "refund_failed" and e["number"] == refund["number"] for e in bell)
    house.staff.ask("refund.make", payment=payment["id"], mode="bank_transfer")
    assert house.home() == 0


def test_credit_of_a_retainer_goes_back_through_the_card_that_paid_it(d, house):
    retainer = house.make("retainer", "50")
    payment = paid(house, retainer, BOUNCES)
    why = house.staff.refused("refund.make", payment=payment["id"], through=payment["id"])
    assert (why.code, why.field) == ("state", "payment"), "what it paid is a retainer's credit now"
    refund = house.staff.ask("refund.make", document=retainer["id"], amount=money("20"), through=payment["id"])["refund"]
    ended(house, refund, "succeeded")
    assert house.get(retainer)["left"] == money("30")
    house.staff.ask("refund.settle", refund=refund["id"])
    ended(house, refund, "failed")
    assert house.get(retainer)["left"] == money("50") and house.home() == 5000


def test_no_more_goes_back_than_that_payment_was(d, house):
    payment, note = freed(house), house.make("credit_note", "500")
    first = house.staff.ask("refund.make", document=note["id"], amount=money("80"), through=payment["id"])["refund"]
    why = house.staff.refused("refund.make", payment=payment["id"], through=payment["id"])
    assert (why.code, why.field) == ("overpaid", "amount") and "20.00" in why.message
    ended(house, first, "succeeded")
    by_hand, stranger = house.record("5"), House(d, house.staff, "Refundstranger")
    theirs = freed(stranger)
    for through, code in ((by_hand, "switched_off"), (theirs, "invalid")):
        why = house.staff.refused("refund.make", document=note["id"], amount=money("1"), through=through["id"])
        assert (why.code, why.field) == (code, "through")
    why = house.staff.refused("refund.make", document=note["id"], amount=money("1"), through=payment["id"], mode="cash")
    assert (why.code, why.field) == ("invalid", "mode")
    assert stranger.portal.refused("refund.get", refund=first["number"]).code == "not_found"
    assert stranger.portal.ask("refund.list")["refunds"] == []
    assert stranger.portal.refused("refund.list", payment=payment["id"]).code == "not_found"


def test_refunds_are_listed_by_what_they_are_of_and_how_they_stand(house):
    payment, note = freed(house), house.make("credit_note", "5")
    a = house.staff.ask("refund.make", document=note["id"], mode="cash")["refund"]
    b = ended(house, house.staff.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"], "succeeded")
    for args, want in (({}, [b, a]), ({"payment": payment["id"]}, [b]), ({"document": note["id"]}, [a]), ({"state": "failed"}, []), ({"state": "succeeded"}, [b, a])):
        got = house.staff.ask("refund.list", customer=house.customer, **args)["refunds"]
        assert [r["number"] for r in got] == [r["number"] for r in want], args
    first = house.staff.ask("refund.list", customer=house.customer, limit=1)
    assert [r["number"] for r in house.staff.ask("refund.list", customer=house.customer, limit=1, after=first["next"])["refunds"]] == [a["number"]]


# --- disputes --------------------------------------------------------------------------------------------------------------------------------
def asked_until(house, payment, state):
    """A customer, or staff, asks about it: that is when this gateway tells."""
    def look():
        now = house.staff.ask("payment.settle", payment=payment["id"])["payment"]
        return now if now["state"] == state else None
    return wait_until(look, what=f"{payment['number']} {state}")


def test_a_payment_that_is_taken_back_makes_its_invoices_due_again(house):
    a, b = house.make("invoice", "60"), house.make("invoice", "40")
    made = house.portal.ask("payment.pay", parts=[{"invoice": a["id"]}, {"invoice": b["id"]}], expect=money("100"), **{**GOOD, "card_number": FRAUD})["payment"]
    payment = became(house, made, "succeeded")
    house.staff.ask("credit.unapply", payment=payment["id"], invoice=b["id"], amount=money("10"))
    asked_until(house, payment, "disputed")
    assert house.get(a)["status"] == "paid" and house.home() == 0, "what is held back is nobody's to use"
    work, = jobs(house, "disputed")
    assert (work["number"], work["text"]) == (payment["number"], "The holder of the card says that they did not make it.")
    for op, more in (("refund.make", {"mode": "cash"}), ("credit.unapply", {"invoice": a["id"]})):
        assert house.staff.refused(op, payment=payment["id"], **more).code == "state"
    back = became(house, payment, "reversed")
    assert back["allocations"] == [] and back["unused"] == money("0") and back["status"] == "reversed"
    assert stand(house.get(a)) == ("open", 6000, 0, 0) and stand(house.get(b)) == ("open", 4000, 0, 0)
    assert [r["number"] for r in house.portal.ask("home.get")["due"]] == [a["number"], b["number"]]
    told = [e["what"] for e in house.portal.ask("invoice.get", invoice=a["id"])["events"]]
    assert told[0] == "credit_taken_off" and [w["number"] for w in jobs(house, "disputed")] == [payment["number"]]
    assert paid(house, a)["state"] == "succeeded"


def test_a_dispute_that_is_won_changes_nothing_in_the_end(house):
    bill = house.make("invoice", "60")
    payment = paid(house, bill, MISSING)
    asked_until(house, payment, "disputed")
    became(house, payment, "succeeded")
    assert house.get(bill)["status"] == "paid" and jobs(house, "disputed") == []


def test_what_a_retainer_gave_is_taken_off_when_its_payment_is(house):
    retainer, bill = house.make("retainer", "50"), house.make("invoice", "30")
    payment = paid(house, retainer, FRAUD)
    house.apply({"invoice": bill["id"]}, document=retainer["id"])
    house.staff.ask("refund.make", document=retainer["id"], amount=money("5"), mode="cash")
    asked_until(house, payment, "reversed")
    assert stand(house.get(bill)) == ("open", 3000, 0, 0)
    now = house.get(retainer)
    assert stand(now) == ("partly_paid", 4500, 500, 0) and now["left"] == money("0") and house.home() == 0, "five are gone for good"
    house.record(parts=[{"invoice": retainer["id"]}])
    assert house.get(retainer)["left"] == money("45") and house.home() == 4500


def test_two_payments_of_one_invoice_leave_credit_that_both_sides_see(house):
    bill = house.make("invoice", "60")
    made = house.portal.ask("payment.pay", parts=[{"invoice": bill["id"]}], expect=money("60"), **{**GOOD, "card_number": "4000000000009235"})["payment"]
    house.record(parts=[{"invoice": bill["id"]}], despite_pending=True)
    second = asked_until(house, made, "succeeded")
    assert second["unused"] == money("60") and house.get(bill)["status"] == "paid"
    assert house.credit() == house.credit(house.staff) == [("payment", second["number"], 6000)]
    ended(house, house.staff.ask("refund.make", payment=second["id"], through=second["id"])["refund"], "succeeded")
    assert house.home() == 0


def test_a_refund_that_was_written_down_is_made_by_the_next_daemon():
    """The intent is on record before the gateway hears of it: killed between, it is made once."""
    with Daemon() as d:
        house = House(d, d.sign_in(), "Killed")
        payment = freed(house)
        refund = house.staff.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"]
        d.stop(9)
        d.start()
        house.staff = d.sign_in()
        ended(house, refund, "succeeded")
        assert len(ledger(d, "refund")) == 1 and d.client().ask("system.check")["problems"] == []
