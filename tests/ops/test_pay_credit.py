"""Credit that is used with a payment: first, in its order, and what is left is paid, in one act."""
import pytest

from daemon import line, money, wait_until
from test_credit import GOOD, House, all_adds_up, stand  # noqa: F401  (a fixture)

DECLINED = {**GOOD, "card_number": "4000 0000 0000 0002"}
SLOW = {**GOOD, "card_number": "4000 0000 0000 9235"}


@pytest.fixture
def house(d, admin, request):
    words = "".join(c for c in request.node.name.title() if c.isalnum())
    return House(d, admin, words[:20] + words[-20:])


def settled(house, p):
    def look():
        now = house.portal.ask("payment.settle", payment=p["id"])["payment"]
        return now if now["state"] != "pending" else None
    return wait_until(look, what="its outcome")


def pay(house, *bills, credit, expect, **card):
    return house.portal.ask("payment.pay", parts=[{"invoice": b["id"]} for b in bills], expect=money(expect), credit=money(credit), **(card or GOOD))


def test_credit_goes_first_and_a_card_pays_the_rest(house):
    first, second, note = house.make("invoice", "40"), house.make("invoice", "60"), house.make("credit_note", "50")
    p = settled(house, pay(house, first, second, credit="50", expect="100")["payment"])
    assert (p["state"], p["amount"], [(a["number"], a["amount"]) for a in p["allocations"]]) == ("succeeded", money("50"), [(second["number"], money("50"))])
    assert [(u["number"], u["invoice_number"], u["amount"]) for u in p["credit"]] == [
        (note["number"], first["number"], money("40")), (note["number"], second["number"], money("10"))]
    assert stand(house.get(first)) == ("paid", 0, 0, 4000) and stand(house.get(second)) == ("paid", 0, 5000, 1000)
    assert house.credit() == [] and house.home() == 0


def test_oldest_credit_goes_first_and_no_more_than_was_said(house):
    bill = house.make("invoice", "100")
    old, new = house.record("30", date="2026-01-05")["number"], house.record("30", date="2026-02-05")["number"]
    p = settled(house, pay(house, bill, credit="40", expect="100")["payment"])
    assert [(u["number"], u["amount"]) for u in p["credit"]] == [(old, money("30")), (new, money("10"))] and p["amount"] == money("60")
    assert [(n, left) for _, n, left in house.credit()] == [(new, 2000)]


def test_it_is_nobody_elses_while_that_is_pending_and_credit_again_when_it_fails(house):
    bill, other, note = house.make("invoice", "100"), house.make("invoice", "20"), house.make("credit_note", "30")
    p = pay(house, bill, credit="30", expect="100", **DECLINED)["payment"]
    failed = settled(house, p)
    assert failed["state"] == "failed" and not failed["credit"] and failed["amount"] == money("70")
    assert stand(house.get(bill)) == ("open", 10000, 0, 0) and house.credit() == [("credit_note", note["number"], 3000)]
    p = pay(house, bill, credit="30", expect="100", **SLOW)["payment"]
    assert stand(house.get(bill)) == ("partly_paid", 7000, 0, 3000)
    why = house.portal.refused("payment.pay", parts=[{"invoice": other["id"]}], expect=money("20"), credit=money("20"), **GOOD)
    assert (why.code, why.field) == ("stale", "credit") and "only 0.00 EUR" in why.message
    assert settled(house, p)["state"] == "succeeded" and stand(house.get(bill)) == ("paid", 0, 7000, 3000)


def test_what_staff_took_off_meanwhile_is_not_taken_off_again(house):
    bill, note = house.make("invoice", "100"), house.make("credit_note", "30")
    p = pay(house, bill, credit="30", expect="100", **{**GOOD, "card_number": "4000 0025 0000 3155"})["payment"]
    house.staff.ask("credit.unapply", document=note["id"], invoice=bill["id"], amount=money("20"))
    wait_until(lambda: house.portal.ask("payment.get", payment=p["id"])["payment"]["wants"], what="the bank's question")
    for _ in range(2):
        house.portal.refused("payment.answer", payment=p["id"], answer="999999")
    assert house.portal.ask("payment.answer", payment=p["id"], answer="999999")["payment"]["state"] == "failed"
    assert stand(house.get(bill)) == ("open", 10000, 0, 0) and house.credit() == [("credit_note", note["number"], 3000)]


def test_credit_that_settles_all_asks_for_no_card(house):
    bill, note = house.make("invoice", "40"), house.make("credit_note", "50")
    out = house.portal.ask("payment.pay", parts=[{"invoice": bill["id"]}], expect=money("40"), credit=money("40"))
    assert "payment" not in out and stand(house.get(bill)) == ("paid", 0, 0, 4000)
    assert house.credit() == [("credit_note", note["number"], 1000)] and house.portal.ask("payment.list")["payments"] == []


@pytest.mark.parametrize("credit,expect,code,field", [
    ("31", "100", "stale", "credit"), ("30", "99", "stale", "expect"), ("-1", "100", "invalid", "credit")])
def test_more_than_there_is_is_refused_and_changes_nothing(house, credit, expect, code, field):
    bill, _ = house.make("invoice", "100"), house.make("credit_note", "30")
    why = house.portal.refused("payment.pay", parts=[{"invoice": bill["id"]}], expect=money(expect), credit=money(credit), **GOOD)
    assert (why.code, why.field) == (code, field)
    assert stand(house.get(bill)) == ("open", 10000, 0, 0) and house.home() == 3000


def test_a_retainer_is_not_settled_with_credit(house):
    bill, retainer, _ = house.make("invoice", "10"), house.make("retainer", "20"), house.make("credit_note", "30")
    parts = [{"invoice": bill["id"]}, {"invoice": retainer["id"]}]
    why = house.portal.refused("payment.pay", parts=parts, expect=money("30"), credit=money("11"), **GOOD)
    assert (why.code, why.field) == ("overpaid", "credit")
    p = settled(house, house.portal.ask("payment.pay", parts=parts, expect=money("30"), credit=money("10"), **GOOD)["payment"])
    assert p["amount"] == money("20") and stand(house.get(retainer)) == ("paid", 0, 2000, 0)


def test_begun_with_credit_it_is_confirmed_once(house):
    bill, _ = house.make("invoice", "100"), house.make("credit_note", "30")
    begun = house.portal.ask("payment.begin", parts=[{"invoice": bill["id"]}], expect=money("100"), credit=money("30"), method="sandbox/card")
    assert stand(house.get(bill)) == ("open", 10000, 0, 0)
    given = [{"name": k, "value": v} for k, v in GOOD.items()]
    p = settled(house, house.portal.ask("payment.confirm", begun=begun["begun"], given=given)["payment"])
    assert p["amount"] == money("70") and stand(house.get(bill)) == ("paid", 0, 7000, 3000)
    assert house.portal.refused("payment.confirm", begun=begun["begun"], given=given).code == "state"
    other = house.make("invoice", "5")
    house.make("credit_note", "5")
    assert house.portal.refused("payment.begin", parts=[{"invoice": other["id"]}], expect=money("5"), credit=money("5"), method="sandbox/card").field == "credit"
