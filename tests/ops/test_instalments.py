"""An invoice that is paid in parts: each due on its own day, shown, counted where it is late, and paid part by part."""
import pytest

from daemon import Refused, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242424242424242", "card_expiry": "12/30", "card_code": "123"}


def invoice(admin, customer, *parts, send=True, date=-40):
    return admin.ask("invoice.create", customer=customer, send=send, document={
        "date": days(date), "lines": [line("Kitchen", "1", "100")], "instalments": list(parts)})["invoice"]


def outstanding(admin, customer):
    a = admin.ask("customer.overview", customer=customer)["ageing"]
    return {k: v["amount"] if isinstance(v, dict) else v for k, v in a.items() if v and k != "currency"}


def pay(client, parts, expect):
    number = client.ask("payment.pay", parts=parts, expect=expect, **CARD)["payment"]["id"]
    wait_until(lambda: client.ask("payment.get", payment=number)["payment"]["state"] == "succeeded", 20, "the payment")


def whole(d):
    assert d.client().ask("system.check")["problems"] == []


def test_each_part_is_due_by_itself(d, admin):
    customer, contact = add_customer(admin, "Inge", "inge@inge.test", person="Inge")
    inge = open_portal(d, admin, contact, "inge@inge.test")
    made = invoice(admin, customer, {"due": days(-35), "percent": "33.333333"}, {"due": days(-5), "amount": money("20")}, {"due": days(25)})
    assert [p["amount"]["amount"] for p in made["instalments"]] == [3333, 2000, 4667]
    assert (made["due"], made["status"]) == (days(-35), "overdue")
    late = outstanding(admin, customer)
    assert (late["total"], late["not_due"], late["days_30"], late["days_60"], late["count"], late["overdue_count"]) == (10000, 4667, 2000, 3333, 1, 1)
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": made["id"], "amount": money("40")}])
    now = inge.ask("invoice.get", invoice=made["id"])["invoice"]
    assert [p["open"]["amount"] for p in now["instalments"]] == [0, 1333, 4667] and (now["due"], now["status"]) == (days(-5), "overdue")
    late = outstanding(admin, customer)
    assert (late["total"], late["days_30"], late.get("days_60", 0)) == (6000, 1333, 0)
    admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "partial_payments": False})
    refused = inge.refused("payment.pay", parts=[{"invoice": made["id"], "amount": money("10")}], expect=money("10"), **CARD)
    assert (refused.code, refused.field) == ("switched_off", "parts.0.amount")
    pay(inge, [{"invoice": made["id"], "amount": money("13.33")}], money("13.33"))
    now = inge.ask("invoice.get", invoice=made["id"])["invoice"]
    assert (now["due"], now["status"], now["balance"]["amount"]) == (days(25), "partly_paid", 4667), "what is due is paid"
    pay(inge, [{"invoice": made["id"]}], money("46.67"))
    assert inge.ask("invoice.get", invoice=made["id"])["invoice"]["status"] == "paid"
    admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "partial_payments": True})
    whole(d)


def test_a_draft_is_divided_evenly_and_the_parts_follow_its_lines(d, admin):
    customer, _ = add_customer(admin, "Even", "even@even.test", person="Eve")
    draft = invoice(admin, customer, send=False, date=0)
    got = admin.ask("invoice.plan", invoice=draft["id"], revision=draft["revision"], parts=3, first=days(10), period="week")["invoice"]
    assert [(p["due"], p["amount"]["amount"]) for p in got["instalments"]] == [(days(10), 3333), (days(17), 3333), (days(24), 3334)]
    assert got["due"] == days(10)
    more = admin.ask("invoice.update", invoice=draft["id"], revision=got["revision"], document={"lines": [line("Kitchen", "2", "100")]})["invoice"]
    assert [p["amount"]["amount"] for p in more["instalments"]] == [6667, 6667, 6666]
    none = admin.ask("invoice.plan", invoice=draft["id"], revision=more["revision"], parts=0)["invoice"]
    assert none.get("instalments", []) == []
    sent = admin.ask("invoice.send", invoice=draft["id"])["invoice"]
    assert admin.refused("invoice.plan", invoice=draft["id"], revision=sent["revision"], parts=2).code == "state"
    whole(d)


@pytest.mark.parametrize(("parts", "field"), [
    ([{"due": days(5), "amount": money("50")}, {"due": days(5)}], "document.instalments.1.due"),
    ([{"due": days(-1)}], "document.instalments.0.due"),
    ([{"due": days(9999)}], "document.instalments.0.due"),
    ([{"due": days(5), "amount": money("100")}, {"due": days(6)}], "document.instalments.1.amount"),
    ([{"due": days(5), "amount": money("101")}, {"due": days(6)}], "document.instalments.0.amount"),
    ([{"due": days(5)}, {"due": days(6), "percent": "50"}], "document.instalments.0.amount"),
    ([{"due": days(5), "amount": money("5", "USD")}, {"due": days(6)}], "document.instalments.0.amount"),
])
def test_a_plan_that_can_not_be_is_refused_by_field(admin, parts, field):
    customer, _ = add_customer(admin)
    with pytest.raises(Refused) as refused:
        invoice(admin, customer, *parts, date=0)
    assert refused.value.field == field


def test_an_offer_has_no_instalments(admin):
    customer, _ = add_customer(admin)
    refused = admin.refused("estimate.create", customer=customer, document={"lines": [line()], "instalments": [{"due": days(5)}]})
    assert refused.field == "document.instalments"
