"""A payment that wants one more thing of its payer: it says what, the payer gives it, and what comes of it is settled. And one whose gateway does not say
what became of it."""
import datetime

import clock
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_expiry": "11/41", "card_code": "739"}
ASKS, ASKS_THEN_NO_FUNDS, ASKS_THEN_DECLINED, MUTE = "4000002760003184", "4000008260003178", "4000008400001629", "4000000000003014"
CODE = "123456"
HANGS = "4000000000009235"
instant = datetime.datetime.fromisoformat


@pytest.fixture(scope="module")
def people():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        yield d, staff, customer, open_portal(d, staff, contact, "maria@bodega.test")


def invoice(staff, customer, price="10"):
    return staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price=price)], "due": days(14)})["invoice"]


def pay(people, number, price="10"):
    _, staff, customer, maria = people
    made = invoice(staff, customer, price)
    return made, maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money(price), card_number=number, **CARD)["payment"]


def payment(client, p):
    return client.ask("payment.get", payment=p["id"])["payment"]


def waiting(client, p):
    return wait_until(lambda: (x := payment(client, p)).get("wants") and x, what="a question")


def charges(d, state):
    return [x for x in (d.data / "sandbox.ledger").read_text().splitlines() if x.startswith("charge ") and x.split()[2] == state]


def test_it_says_what_it_wants_and_the_answer_settles_it(people):
    d, staff, _, maria = people
    made, p = pay(people, ASKS)
    wants = waiting(maria, p)["wants"]
    assert [(w["name"], w["label"], w["secret"], w["must"]) for w in wants] == [("code", "Code", True, True)]
    assert waiting(staff, p)["wants"] == wants
    assert any(e["what"] == "payment_waits" and e["about"] == p["id"] for e in maria.ask("event.list", limit=20)["events"])
    for args, field in (({}, "code"), ({"given": [{"name": "pin", "value": "1"}]}, "pin"), ({"answer": "1", "given": [{"name": "code", "value": "1"}]}, "answer")):
        refusal = maria.refused("payment.answer", payment=p["id"], **args)
        assert (refusal.code, refusal.field) == ("invalid", field), refusal
    wrong = maria.refused("payment.answer", payment=p["id"], answer="000000")
    assert (wrong.code, wrong.field) == ("invalid", "answer") and "2 more tries" in wrong.message
    assert payment(maria, p)["state"] == "pending"
    done = maria.ask("payment.answer", payment=p["number"], given=[{"name": "code", "value": CODE}])["payment"]
    assert done["state"] == "succeeded" and not done.get("wants")
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    again = maria.refused("payment.answer", payment=p["id"], answer=CODE)
    assert again.code == "state" and "succeeded" in again.message
    assert not [x for x in staff.ask("due.list", limit=100)["due"] if x["work"] == "payment" and x.get("about") == p["id"]]


def test_the_third_wrong_answer_fails_it_and_another_payment_can_be_made(people):
    _, staff, customer, maria = people
    made, p = pay(people, ASKS)
    waiting(maria, p)
    for left in ("2 more tries", "1 more try"):
        assert left in maria.refused("payment.answer", payment=p["id"], answer="1").message
    failed = maria.ask("payment.answer", payment=p["id"], answer="1")["payment"]
    assert (failed["state"], failed["failure"]) == ("failed", "The code was wrong three times.")
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"].get("not_by_card") is None
    other = maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), card_number="4242424242424242", **CARD)["payment"]
    wait_until(lambda: payment(maria, other)["state"] == "succeeded", what="paid")


@pytest.mark.parametrize("number,says", [(ASKS_THEN_NO_FUNDS, "not enough money"), (ASKS_THEN_DECLINED, "declined")])
def test_the_bank_may_say_no_after_the_code(people, number, says):
    maria = people[3]
    _, p = pay(people, number)
    waiting(maria, p)
    failed = maria.ask("payment.answer", payment=p["id"], answer=CODE)["payment"]
    assert failed["state"] == "failed" and says in failed["failure"]


def test_nobody_else_answers_and_nothing_else_is_answered(people):
    d, staff, _, maria = people
    _, p = pay(people, ASKS)
    waiting(maria, p)
    _, contact = add_customer(staff, email="nosy@else.test")
    nosy = open_portal(d, staff, contact, "nosy@else.test")
    assert nosy.refused("payment.answer", payment=p["id"], answer=CODE).code == "not_found"
    assert staff.refused("payment.answer", payment=p["id"], answer=CODE).code == "forbidden"
    assert payment(maria, p)["state"] == "pending"
    _, plain = pay(people, "4000000000009235", "11")
    assert maria.refused("payment.answer", payment=plain["id"], answer=CODE).code == "state"


def test_the_code_is_kept_nowhere(people):
    d, _, _, maria = people
    _, p = pay(people, ASKS)
    waiting(maria, p)
    maria.refused("payment.answer", payment=p["id"], answer="987123987")
    for f in (*d.data.iterdir(), d.log):
        if f.is_file():
            assert b"987123987" not in f.read_bytes(), f


def test_a_code_that_does_not_come_in_time_fails_it():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        maria = open_portal(d, staff, contact, "maria@bodega.test")
        _, p = pay((d, staff, customer, maria), ASKS)
        waiting(maria, p)
        clock.forward(d, minutes=11)
        maria = d.sign_in("maria@bodega.test")
        late = wait_until(lambda: (x := payment(maria, p))["state"] != "pending" and x, 30, what="too late")
        assert (late["state"], late["failure"]) == ("failed", "The code was not given in time.")


@pytest.mark.parametrize("who", ["maria", "staff"])
def test_one_that_waits_says_until_when_and_both_sides_call_it_off(people, who):
    d, staff, customer, maria = people
    made, p = pay(people, ASKS)
    shown = waiting(maria, p)
    assert instant(shown["until"]) - instant(shown["created"]) == datetime.timedelta(minutes=10)
    off = (maria if who == "maria" else staff).ask("payment.cancel", payment=p["id"])["payment"]
    assert (off["state"], off["failure"], off.get("until")) == ("failed", "It was called off before anything was paid.", None)
    assert maria.refused("payment.answer", payment=p["id"], answer=CODE).code == "state"
    assert maria.refused("payment.cancel", payment=p["id"]).code == "state"
    other = maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), card_number="4242424242424242", **CARD)["payment"]
    wait_until(lambda: payment(maria, other)["state"] == "succeeded", what="paid")


def test_one_that_a_bank_is_making_is_not_called_off_and_settles(people):
    _, _, _, maria = people
    _, p = pay(people, HANGS)
    wait_until(lambda: any(HANGS[-4:] in x for x in charges(people[0], "pending")) or payment(maria, p)["state"] != "pending", what="its charge")
    assert "until" not in payment(maria, p)
    refusal = maria.refused("payment.cancel", payment=p["id"])
    assert refusal.code == "state" and ("settles by itself" in refusal.message or "succeeded" in refusal.message), refusal
    wait_until(lambda: payment(maria, p)["state"] == "succeeded", 60, what="paid")


def test_what_waits_for_an_answer_outlives_the_daemon(people):
    d, staff, _, maria = people
    made, p = pay(people, ASKS, "12")
    waiting(maria, p)
    clients = list(d.clients)
    d.stop()
    d.start()
    d.clients += clients
    assert maria.ask("payment.answer", payment=p["id"], answer=CODE)["payment"]["state"] == "succeeded"


def test_a_gateway_that_does_not_answer_leaves_it_unknown_and_never_charges_twice(people):
    d, staff, _, maria = people
    made, p = pay(people, MUTE, "13")
    unknown = wait_until(lambda: (x := payment(maria, p)).get("unknown") and x, what="unknown")
    assert unknown["state"] == "pending"
    assert any(e["what"] == "payment_unknown" and e["about"] == p["id"] for e in maria.ask("event.list", limit=20)["events"])
    second = maria.refused("payment.pay", parts=[{"invoice": made["id"]}], expect=money("13"), card_number="4242424242424242", **CARD)
    assert second.code == "pending" and p["number"] in second.message

    def known():
        maria.ask("payment.settle", payment=p["id"])
        return payment(maria, p)["state"] == "succeeded"
    wait_until(known, 60, what="known")
    assert not payment(maria, p).get("unknown")
    assert len([x for x in charges(d, "succeeded") if " 1300 " in x]) == 1
