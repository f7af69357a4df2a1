"""No toy where money is: cards are taken only where the operator said --sandbox, and everybody is told that no money moves."""
import re
import subprocess

import pytest

from daemon import BUILD, Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}
HANGS = {**CARD, "card_number": "4000000000009235"}
NOTE = "sandbox: no money moves"


def people(d):
    staff = d.sign_in()
    customer, contact = add_customer(staff)
    return staff, customer, open_portal(d, staff, contact, "maria@bodega.test")


def invoice(staff, customer, price="10", **more):
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]


def pay(client, made, card, price):
    return client.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money(price), **card)["payment"]


def paid(client, p):
    wait_until(lambda: client.ask("payment.get", payment=p["id"])["payment"]["state"] == "succeeded", what="payment")


def texts(value):
    """Every text in an answer."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from texts(v)
    elif isinstance(value, list):
        for v in value:
            yield from texts(v)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def plain():
    with Daemon(sandbox=False) as d:
        yield d, *people(d)


def test_without_it_no_card_is_taken(plain):
    d, staff, customer, maria = plain
    made = invoice(staff, customer)
    assert not maria.ask("session.me")["me"].get("card") and not maria.me.get("card")
    refusal = maria.refused("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), **CARD)
    assert refusal.code == "switched_off" and "not offered" in refusal.message
    assert "sandbox" not in refusal.message and "4242" not in refusal.message
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["not_by_card"] == "paying by card is not offered here"
    assert {x["not_by_card"] for x in maria.ask("home.get")["due"]} == {"paying by card is not offered here"}
    assert not (d.data / "sandbox.ledger").exists() and not staff.ask("queue.get").get("notices")


def test_without_it_no_word_of_the_contract_or_of_an_answer_names_a_card_to_pay_with(plain):
    d, staff, customer, maria = plain
    made = invoice(staff, customer)
    said = list(texts(staff.ask("system.describe")))
    assert len(said) > 1000
    for client in (staff, maria):
        for op, args in (("session.me", {}), ("settings.get", {}), ("invoice.get", {"invoice": made["id"]}), ("payment.list", {}),
                         ("home.get", {}), ("queue.get", {}), ("event.list", {"limit": 50})):
            if op not in ({"home.get"} if client is staff else {"queue.get"}):
                said += texts(client.ask(op, **args))
    for number in ("4242 4242 4242 4242", "4111 1111 1111 1111", "4242 4242 4242 4241", "x" * 12):
        said.append(maria.refused("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), **{**CARD, "card_number": number}).message)
    for text in said:
        assert not re.search(r"test card|4242|sandbox", text, re.I), text


def test_with_it_every_answer_says_that_no_money_moves():
    with Daemon() as d:
        staff, customer, maria = people(d)
        made = invoice(staff, customer)
        me = maria.ask("session.me")["me"]
        assert me["card"] is True and me["card_note"] == NOTE
        p = pay(maria, made, CARD, "10")
        assert p["note"] == NOTE
        paid(maria, p)
        for client in (staff, maria):
            assert client.ask("payment.get", payment=p["id"])["payment"]["note"] == NOTE
            rows = client.ask("payment.list")["payments"] + client.ask("invoice.get", invoice=made["id"])["payments"]
            assert [(r["gateway"], r["note"]) for r in rows] == [("sandbox", NOTE)] * 2
        home = maria.ask("home.get")
        assert home["last_payment"]["note"] == NOTE and home["card_note"] == NOTE
        assert staff.ask("customer.overview", id=customer)["last_payment"]["note"] == NOTE
        assert staff.ask("queue.get")["notices"] == [NOTE + " when customers pay by card"]
        by_hand = staff.ask("payment.record", customer=customer, mode="card", amount=money("1"))["payment"]
        assert "note" not in by_hand, "a card that staff took themselves moved money"
        other = invoice(staff, customer)
        taken = maria.refused("payment.pay", parts=[{"invoice": other["id"]}], expect=money("10"), **{**CARD, "card_number": "4111 1111 1111 1111"})
        assert taken.code == "payment_failed" and taken.message.startswith("sandbox: no money moves")


def test_a_store_with_payments_of_the_sandbox_says_so_when_it_is_started_without():
    with Daemon() as d:
        staff, customer, maria = people(d)
        first, second = invoice(staff, customer, "10"), invoice(staff, customer, "25")
        done = pay(maria, first, CARD, "10")
        paid(maria, done)
        hangs = pay(maria, second, HANGS, "25")
        assert d.stop() == 0
        d.sandbox = False
        seen = len(d.log.read_text())
        d.start()
        staff, maria = d.sign_in(), d.sign_in("maria@bodega.test")
        told = [row for row in d.log.read_text()[seen:].splitlines() if "moves no money" in row]
        assert len(told) == 1 and "level=warn" in told[0] and "gateway=sandbox succeeded=1 pending=1" in told[0], told
        assert staff.ask("queue.get")["notices"] == ["sandbox: 1 payment stands as paid, though no money moved",
                                                     "sandbox: 1 payment stays pending until posternd is started with --sandbox again"]
        for client in (staff, maria):
            assert client.ask("payment.get", payment=done["id"])["payment"]["note"] == NOTE
            stays = client.ask("payment.get", payment=hangs["id"])["payment"]
            assert (stays["state"], stays["note"]) == ("pending", NOTE + "; its gateway is gone, so it stays pending")
        refusal = staff.refused("payment.settle", payment=hangs["id"])
        assert refusal.code == "switched_off" and "stays pending" in refusal.message
        assert d.client().ask("system.check")["problems"] == []
        assert d.stop() == 0
        assert "not reached" not in d.log.read_text()[seen:], "nothing is asked again and again"
        d.sandbox = True
        d.start()
        maria = d.sign_in("maria@bodega.test")
        paid(maria, hangs)
        assert maria.ask("invoice.get", invoice=second["id"])["invoice"]["state"] == "paid"


def test_init_never_makes_one_and_the_help_says_what_it_is(plain):
    said = subprocess.run([BUILD / "bin/posternd", "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "no money" in re.sub(r"\s+", " ", said.split("--sandbox", 1)[1])[:200]
    made = subprocess.run([BUILD / "bin/posternd", "init", "--data", plain[0].temp / "other", "--portal", "other", "--name", "Other",
                           "--currency", "EUR", "--admin", "x@other.test"], input="correct horse battery\n", capture_output=True, text=True,
                          timeout=60)
    assert made.returncode == 0 and "sandbox" not in made.stderr


def test_the_cards_billing_address_is_the_one_on_record_or_the_one_that_is_given():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff, billing={"street": "Calle 1", "city": "Vigo", "code": "36201", "country": "somewhere unheard of"})
        maria = open_portal(d, staff, contact, "maria@bodega.test")
        paid(maria, pay(maria, invoice(staff, customer), CARD, "10"))
        paid(maria, pay(maria, invoice(staff, customer), {**CARD, "card_street": "1 Quay", "card_country": "ie"}, "10"))
        made = invoice(staff, customer)
        refusal = maria.refused("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), **CARD, card_country="Atlantis")
        assert (refusal.code, refusal.field) == ("invalid", "card_country")
