"""Paying what was chosen: what can not be paid by card says so beforehand, and what a pending payment means for one by hand."""
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}
HANGS = {**CARD, "card_number": "4000000000009235"}


def invoice(staff, customer, price="10", **more):
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]


def settle(client, payment):
    """Asks the gateway until it has said."""
    def look():
        client.ask("payment.settle", payment=payment["id"])
        p = client.ask("payment.get", payment=payment["id"])["payment"]
        return p if p["state"] != "pending" else None
    return wait_until(look, what="settled")


@pytest.fixture()
def w():
    class World:
        pass
    with Daemon() as d:
        w = World()
        w.d, w.staff = d, d.sign_in()
        w.customer, contact = add_customer(w.staff)
        w.maria = open_portal(d, w.staff, contact, "maria@bodega.test")
        yield w


def due(w):
    return {x["id"]: x.get("not_by_card", "") for x in w.maria.ask("home.get")["due"]}


def test_what_can_not_be_paid_by_card_says_why_before_anything_is_chosen(w):
    fine, no_card, pending = invoice(w.staff, w.customer), invoice(w.staff, w.customer, no_card=True), invoice(w.staff, w.customer)
    p = w.maria.ask("payment.pay", parts=[{"invoice": pending["id"]}], expect=money("10"), **HANGS)["payment"]
    reasons = {fine["id"]: "", no_card["id"]: "can not be paid by card", pending["id"]: f"{p['number']} is still being settled: do not pay again"}
    assert due(w) == reasons
    for i, why in reasons.items():
        assert w.maria.ask("invoice.get", invoice=i)["invoice"].get("not_by_card", "") == why
    for wrong, code in ((no_card, "switched_off"), (pending, "pending")):
        refusal = w.maria.refused("payment.pay", parts=[{"invoice": fine["id"]}, {"invoice": wrong["id"]}], expect=money("20"), **CARD)
        assert (refusal.code, refusal.field) == (code, "parts.1.invoice") and refusal.message.startswith(wrong["number"] + ": ")
        assert refusal.message.endswith(reasons[wrong["id"]])
    settle(w.maria, p)
    assert pending["id"] not in due(w) and due(w)[fine["id"]] == ""


@pytest.mark.parametrize("by_hand, part, credit", [("100", None, "100"), ("60", None, "60"), ("100", "30", "30"), ("60", "40", "0"), ("130", None, "100")])
def test_a_payment_by_hand_beside_a_pending_one_is_warned_of_and_the_surplus_becomes_credit(w, by_hand, part, credit):
    made = invoice(w.staff, w.customer, "100")
    first = {"invoice": made["id"], **({"amount": money(part)} if part else {})}
    p = w.maria.ask("payment.pay", parts=[first], expect=money(part or "100"), **HANGS)["payment"]
    args = {"customer": w.customer, "mode": "bank_transfer", "amount": money(by_hand), "parts": [{"invoice": made["id"]}]}
    refusal = w.staff.refused("payment.record", **args)
    words = "nothing of it becomes credit" if credit == "0" else f"EUR {credit}.00 of it becomes credit"
    assert (refusal.code, refusal.field) == ("pending", "parts.0.invoice")
    assert refusal.message == f"{p['number']} by card on {made['number']} is still pending: if it succeeds, {words}"
    assert [x["id"] for x in w.staff.ask("payment.list")["payments"]] == [p["id"]], "nothing was recorded"
    got = w.staff.ask("payment.record", despite_pending=True, **args)
    assert got["payment"]["state"] == "succeeded" and [x["number"] for x in got["pending"]] == [p["number"]] and got["credit"] == money(credit)
    over = max(0, int(by_hand) - 100)
    assert got["payment"]["unused"] == money(str(over))
    done = settle(w.maria, p)
    assert (done["state"], done["unused"]) == ("succeeded", money(credit))
    kept = w.staff.ask("invoice.get", invoice=made["id"])["invoice"]
    assert kept["paid"]["amount"] + kept["balance"]["amount"] == 10000 and kept["balance"]["amount"] >= 0
    assert w.maria.ask("home.get").get("credit", money("0")) == money(str(int(credit) + over))


def test_without_a_pending_payment_nothing_is_asked(w):
    made = invoice(w.staff, w.customer, "100")
    got = w.staff.ask("payment.record", customer=w.customer, mode="cash", parts=[{"invoice": made["id"]}])
    assert not got.get("pending") and "credit" not in got


def test_one_pending_payment_of_two_invoices_is_named_for_each(w):
    a, b = invoice(w.staff, w.customer, "40"), invoice(w.staff, w.customer, "60")
    p = w.maria.ask("payment.pay", parts=[{"invoice": a["id"]}, {"invoice": b["id"]}], expect=money("100"), **HANGS)["payment"]
    args = {"customer": w.customer, "mode": "cash", "parts": [{"invoice": a["id"]}, {"invoice": b["id"]}]}
    assert a["number"] in w.staff.refused("payment.record", **args).message and b["number"] in w.staff.refused("payment.record", **args).message
    got = w.staff.ask("payment.record", despite_pending=True, **args)
    assert len(got["pending"]) == 1 and got["credit"] == money("100")
    assert settle(w.maria, p)["unused"] == money("100")
