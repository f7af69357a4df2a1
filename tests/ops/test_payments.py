"""Paying through the protocol: by card, by hand, in part, failed, pending, slow, twice. tsan: yes"""
import re
import secrets
import threading
import time

import pytest

from daemon import Daemon, Refused, add_customer, days, line, money, open_portal, wait_until

GOOD, DECLINED, HANGS, SLOW = "4242 4242 4242 4242", "4000000000000002", "4000-0000-0000-9235", "4000000000003006"


def invoice(staff, customer, price, **more):
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]


def card(number=GOOD, expiry="11/41", code="739"):
    return {"card_number": number, "card_expiry": expiry, "card_code": code}


def pay(client, parts, total, number=GOOD, **more):
    return client.ask("payment.pay", parts=parts, expect=money(total), **card(number), **more)["payment"]


def settled(client, payment, seconds=20):
    def look():
        p = client.ask("payment.get", payment=payment["id"])["payment"]
        return p if p["state"] != "pending" else None
    return wait_until(look, seconds, f"{payment['number']} settled")


def charges(d):
    return [row.split() for row in (d.data / "sandbox.ledger").read_text().splitlines() if row.startswith("charge ")]


@pytest.fixture(scope="module")
def staff(d):
    return d.sign_in()


@pytest.fixture(scope="module")
def bodega(d, staff):
    customer, contact = add_customer(staff)
    return customer, open_portal(d, staff, contact, "maria@bodega.test")


@pytest.fixture(scope="module")
def silva(d, staff):
    customer, contact = add_customer(staff, "Silva Lda", "rui@silva.test", person="Rui Silva")
    return customer, open_portal(d, staff, contact, "rui@silva.test")


def test_a_customer_pays_two_invoices_and_both_sides_hear_of_it(staff, bodega, silva):
    customer, maria = bodega
    a, b = invoice(staff, customer, "100"), invoice(staff, customer, "25.50")
    since = staff.ask("event.list", limit=1)["last"]
    p = pay(maria, [{"invoice": a["number"]}, {"invoice": b["id"]}], "125.50")
    assert p["state"] == "pending" and p["method"] == "Visa ending 4242" and "token" not in p and "key" not in p
    done = settled(maria, p)
    assert done["state"] == "succeeded" and done["unused"] == money("0")
    assert [x["number"] for x in done["allocations"]] == [a["number"], b["number"]]
    for client in (staff, maria):
        got = client.ask("invoice.get", invoice=a["id"])
        assert got["invoice"]["state"] == "paid" and got["invoice"]["balance"] == money("0")
        assert [x["number"] for x in got["payments"]] == [p["number"]]
        assert any(e["what"] == "paid" and e["text"] == p["number"] for e in got["events"])
        happened = client.ask("event.wait", since=since, timeout=20000)["events"]
        assert [e["what"] for e in happened if e["subject"] == "payment"] == ["payment_started", "paid"]
    assert silva[1].ask("event.wait", since=since, timeout=0)["events"] == []
    assert silva[1].refused("payment.get", payment=p["id"]).code == "not_found"
    assert silva[1].refused("payment.settle", payment=p["number"]).code == "not_found"
    bell = staff.ask("event.list", bell=True, limit=10)
    assert [e["what"] for e in bell["events"] if e["subject"] == "payment"] == ["paid", "payment_started"] and bell["unread"] >= 2
    staff.ask("event.seen", event=bell["last"])
    assert staff.ask("event.list", limit=1)["unread"] == 0


def test_a_poll_that_waits_is_answered_when_the_money_arrives(staff, bodega, d):
    customer, maria = bodega
    a = invoice(staff, customer, "3")
    since = staff.ask("event.list", limit=1)["last"]
    watcher, heard = d.sign_in(), []

    def watch():
        at = since
        while not any(e["what"] == "paid" for e in heard):
            got = watcher.ask("event.wait", since=at, timeout=20000)
            heard.extend(got["events"])
            at = got["last"]
    thread = threading.Thread(target=watch)
    thread.start()
    pay(maria, [{"invoice": a["id"]}], "3")
    thread.join(20)
    assert not thread.is_alive()
    assert [e["what"] for e in heard if e["subject"] == "payment"] == ["payment_started", "paid"]


def test_a_failed_payment_says_why_and_changes_nothing(staff, bodega):
    customer, maria = bodega
    a = invoice(staff, customer, "40")
    p = settled(maria, pay(maria, [{"invoice": a["id"]}], "40", DECLINED))
    assert p["state"] == "failed" and p["failure"] == "The bank declined the card."
    now = maria.ask("invoice.get", invoice=a["id"])["invoice"]
    assert (now["state"], now["balance"]) == ("open", money("40"))
    assert [x["number"] for x in staff.ask("payment.list", state="failed")["payments"]] == [p["number"]]
    assert settled(maria, pay(maria, [{"invoice": a["id"]}], "40"))["state"] == "succeeded"


def test_a_pending_payment_is_settled_by_asking_and_not_paid_twice(staff, bodega):
    customer, maria = bodega
    a = invoice(staff, customer, "60")
    p = pay(maria, [{"invoice": a["id"]}], "60", HANGS)
    refusal = maria.refused("payment.pay", parts=[{"invoice": a["id"]}], expect=money("60"), **card())
    assert refusal.code == "pending" and p["number"] in refusal.message and refusal.field == "parts.0.invoice"

    def asked():
        return maria.ask("payment.settle", payment=p["id"])["payment"]["state"] == "succeeded"
    wait_until(asked, 20)
    assert maria.ask("invoice.get", invoice=a["id"])["invoice"]["state"] == "paid"


def test_a_slow_gateway_holds_nothing_else_up(staff, bodega):
    customer, maria = bodega
    a, b = invoice(staff, customer, "70"), invoice(staff, customer, "80")
    begin = time.monotonic()
    slow = pay(maria, [{"invoice": a["id"]}], "70", SLOW)
    quick = settled(maria, pay(maria, [{"invoice": b["id"]}], "80"))
    assert quick["state"] == "succeeded" and time.monotonic() - begin < 2.5
    assert maria.ask("payment.get", payment=slow["id"])["payment"]["state"] == "pending"
    assert settled(maria, slow)["state"] == "succeeded"


def test_a_resend_and_a_race_pay_once(d, staff, bodega):
    customer, maria = bodega
    a = invoice(staff, customer, "90")
    before = len(charges(d))
    request = maria.envelope("payment.pay", {"parts": [{"invoice": a["id"]}], "expect": money("90"), **card()},
                             secrets.token_bytes(16))
    answers, refusals = [], []
    own = [d.client() for _ in range(6)]

    def send(client, again):
        client.token = maria.token
        try:
            answers.append(client.send(request if again else {**request, "id": secrets.token_bytes(16)})["payment"]["number"])
        except Refused as refusal:
            refusals.append(refusal.code)
    threads = [threading.Thread(target=send, args=(client, i % 2)) for i, client in enumerate(own)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1 and len(answers) + len(refusals) == 6 and set(refusals) <= {"pending", "state"}
    settled(maria, {"id": answers[0], "number": answers[0]})
    assert len(charges(d)) == before + 1
    other = {**request, "args": {**request["args"], "expect": money("89")}}  # secrets do not count: no digest of them is kept
    with pytest.raises(Refused, match="id_reused|state|stale"):
        maria.send(other)


@pytest.mark.parametrize("change,code,field", [
    ({"card_number": "4242424242424241"}, "invalid", "card_number"),
    ({"card_number": "4000056655665556"}, "payment_failed", "card_number"),
    ({"card_expiry": "12/20"}, "invalid", "card_expiry"),
    ({"card_expiry": "soon"}, "invalid", "card_expiry"),
    ({"card_code": "12"}, "invalid", "card_code"),
    ({"card_code": "1234"}, "invalid", "card_code"),
    ({"expect": money("9.99")}, "stale", "expect"),
    ({"expect": money("10", "USD")}, "currency", "parts.0.invoice"),
    ({"parts": []}, "invalid", "parts"),
    ({"parts": [{"invoice": "INV-999999"}]}, "not_found", "parts.0.invoice"),
])
def test_what_is_wrong_is_named_and_nothing_is_charged(d, staff, bodega, change, code, field):
    customer, maria = bodega
    a = invoice(staff, customer, "10")
    before = len(charges(d)), len(staff.ask("payment.list", limit=100)["payments"])
    refusal = maria.refused("payment.pay", **{"parts": [{"invoice": a["id"]}], "expect": money("10"), **card(), **change})
    assert (refusal.code, refusal.field) == (code, field)
    assert (len(charges(d)), len(staff.ask("payment.list", limit=100)["payments"])) == before


def test_somebody_elses_invoice_can_not_be_paid(staff, bodega, silva):
    a = invoice(staff, bodega[0], "10")
    refusal = silva[1].refused("payment.pay", parts=[{"invoice": a["id"]}], expect=money("10"), **card())
    assert refusal.code == "not_found"


def test_parts_and_cards_only_where_they_are_allowed(staff, bodega):
    customer, maria = bodega
    a, bare = invoice(staff, customer, "50"), invoice(staff, customer, "50", no_card=True)
    revision = staff.ask("settings.get")["business"]["revision"]
    revision = staff.ask("settings.update", business={"partial_payments": False, "revision": revision})["business"]["revision"]
    part = [{"invoice": a["id"], "amount": money("20")}]
    assert maria.refused("payment.pay", parts=part, expect=money("20"), **card()).code == "switched_off"
    staff.ask("settings.update", business={"partial_payments": True, "revision": revision})
    assert settled(maria, pay(maria, part, "20"))["state"] == "succeeded"
    assert maria.ask("invoice.get", invoice=a["id"])["invoice"]["status"] == "partly_paid"
    refusal = maria.refused("payment.pay", parts=[{"invoice": bare["id"]}], expect=money("50"), **card())
    assert (refusal.code, refusal.field) == ("switched_off", "parts.0.invoice")


def test_staff_record_by_hand(staff, silva):
    customer, rui = silva
    a, b = invoice(staff, customer, "100"), invoice(staff, customer, "50")
    since = rui.ask("event.list", limit=1)["last"]
    p = staff.ask("payment.record", customer=customer, mode="bank_transfer", reference="RF18", date=days(-2), notes="only us",
                  parts=[{"invoice": a["id"]}, {"invoice": b["id"]}], amount=money("175"))["payment"]
    assert p["state"] == "succeeded" and p["unused"] == money("25") and p["date"] == days(-2) and p["by"]
    seen = rui.ask("payment.get", payment=p["number"])["payment"]
    assert seen["reference"] == "RF18" and "notes" not in seen
    assert any(e["what"] == "paid" and e["number"] == p["number"] for e in rui.ask("event.list", bell=True)["events"])
    assert rui.ask("event.wait", since=since, timeout=20000)["events"]
    assert [x["number"] for x in rui.ask("payment.list")["payments"]] == [p["number"]]
    refusal = staff.refused("payment.record", customer=customer, mode="cash", date=days(1), amount=money("1"))
    assert (refusal.code, refusal.field) == ("invalid", "date")
    assert rui.refused("payment.record", customer=customer, mode="cash", amount=money("1")).code == "forbidden"
    assert staff.refused("payment.pay", parts=[{"invoice": a["id"]}], expect=money("1"), **card()).code == "forbidden"


def test_the_business_pages_through_its_payments(staff):
    seen, after = [], {}
    while True:
        page = staff.ask("payment.list", limit=3, sort="amount", **after)
        seen += [p["amount"]["amount"] for p in page["payments"]]
        if "next" not in page:
            break
        after = {"after": page["next"]}
    assert len(seen) > 6 and seen == sorted(seen, reverse=True)


def test_nothing_of_a_card_stays_anywhere(d, staff):
    digits = re.compile(rb"4242[ -]?4242[ -]?4242[ -]?4242|4000[ -]?0000[ -]?0000[ -]?0|11/41")
    files = [f for f in d.data.rglob("*") if f.is_file()] + [d.log]
    assert len(files) >= 3
    for f in files:
        assert not digits.search(f.read_bytes()), f


def test_many_slow_payments_of_one_customer_do_not_hold_up_anothers():
    """Each takes the gateway three seconds, and it does two at once."""
    with Daemon() as d:
        staff = d.sign_in()
        people = []
        for n, name in enumerate(("many", "one")):
            customer, contact = add_customer(staff, f"{name} Ltd", f"{name}@turn.test")
            people.append((customer, open_portal(d, staff, contact, f"{name}@turn.test")))
        (crowd, many), (customer, one) = people
        slow = [pay(many, [{"invoice": invoice(staff, crowd, "10")["id"]}], "10", number=SLOW) for _ in range(10)]
        mine = pay(one, [{"invoice": invoice(staff, customer, "20")["id"]}], "20")
        assert settled(one, mine)["state"] == "succeeded"
        waiting = [p for p in slow if many.ask("payment.get", payment=p["id"])["payment"]["state"] == "pending"]
        assert len(waiting) >= 4, "it stood behind all of them"
