"""Saved methods of payment: what is kept of one, paying with it, which is offered first; what staff are told."""
import re

import pytest

from daemon import PASSWORD, Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}


@pytest.fixture
def people():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        yield d, staff, customer, open_portal(d, staff, contact, "maria@bodega.test")


def given(**card):
    return [{"name": k, "value": v} for k, v in {**CARD, **card}.items()]


def allow(staff, customer, may):
    now = staff.ask("customer.get", customer=customer)["customer"]
    staff.ask("customer.update", id=customer, customer={"revision": now["revision"], "debits": may})


ACCOUNT = {"holder": "Maria Ruiz", "iban": "AT61 1904 3002 3457 3201"}


def invoice(staff, customer, price="10", **document):
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "due": days(14), **document})["invoice"]


def save(maria, **card):
    return maria.ask("method.save", method="sandbox/card", given=given(**card))["saved"]


def begin(maria, made, price="10", **more):
    return maria.ask("payment.begin", parts=[{"invoice": made["id"]}], expect=money(price), **more)


def outcome(client, p):
    def look():
        now = client.ask("payment.settle", payment=p["id"])["payment"]
        return now if now["state"] != "pending" or now.get("wants") else None
    return wait_until(look, what="the gateway's answer")


def methods(maria):
    return maria.ask("method.list")["methods"]


def whole(d):
    assert d.client().ask("system.check")["problems"] == []


def test_a_card_is_saved_as_what_its_gateway_knows_it_by(people):
    d, staff, customer, maria = people
    told = maria.ask("method.begin", method="sandbox/card")
    assert [f["name"] for f in told["fields"]][:3] == ["card_number", "card_expiry", "card_code"]
    assert told["ways"] == ["sandbox/card"] and told["note"] == "sandbox: no money moves"
    m = save(maria)
    assert (m["title"], m["brand"], m["last4"], m["expires"], m["mode"]) == ("Visa ending 4242", "Visa", "4242", "2041-11-30", "card")
    assert (m["state"], m["preferred"], m["automatic"], m["by"]) == ("good", True, False, "Maria Ruiz")
    assert "token" not in m and methods(maria) == [m]
    assert staff.refused("method.list").code == "forbidden"
    whole(d)


def test_it_pays_with_nothing_asked(people):
    d, staff, customer, maria = people
    m, made = save(maria), invoice(staff, customer)
    begun = begin(maria, made, saved=m["id"])
    assert begun["fields"] == [] and begun["method"] == "sandbox/card"
    p = maria.ask("payment.confirm", begun=begun["begun"])["payment"]
    assert p["method"] == "Visa ending 4242" and "saved" not in p
    assert outcome(maria, p)["state"] == "succeeded"
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    refusal = maria.refused("payment.confirm", begun=begun["begun"])
    assert refusal.code == "state"
    whole(d)


@pytest.mark.parametrize("number, state, says", [
    ("4000000000000341", "failed", "declined"),
    ("4000002760003184", "pending", ""),
    ("4000008260003178", "pending", ""),
])
def test_what_becomes_of_it_is_its_own(people, number, state, says):
    _, staff, customer, maria = people
    made = invoice(staff, customer)
    p = maria.ask("payment.confirm", begun=begin(maria, made, saved=save(maria, card_number=number)["id"])["begun"])["payment"]
    p = outcome(maria, p)
    assert p["state"] == state and says in p.get("failure", "")
    if state == "pending":
        p = maria.ask("payment.answer", payment=p["id"], answer="123456")["payment"]
        assert p["state"] == ("succeeded" if number.endswith("3184") else "failed")


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995", "4100000000000019"])
def test_what_its_bank_declines_is_not_saved(people, number):
    maria = people[3]
    assert maria.refused("method.save", method="sandbox/card", given=given(card_number=number)).code == "payment_failed"
    assert methods(maria) == []


def test_what_is_wrong_with_a_card_is_named(people):
    maria = people[3]
    refusal = maria.refused("method.save", method="sandbox/card", given=given(card_number="4242424242424241"))
    assert (refusal.code, refusal.field) == ("invalid", "card_number")
    assert maria.refused("method.save", method="bank/transfer").code == "switched_off"


@pytest.mark.parametrize("number, saved", [("4242424242424242", True), ("4000000000000002", False), ("4000002760003184", True)])
def test_what_is_paid_with_is_saved_once_it_has_paid(people, number, saved):
    d, staff, customer, maria = people
    begun = begin(maria, invoice(staff, customer), method="sandbox/card")
    assert begun["keeps"] is True
    p = maria.ask("payment.confirm", begun=begun["begun"], given=given(card_number=number), save=True)["payment"]
    p = outcome(maria, p)
    if p.get("wants"):
        assert [m["state"] for m in methods(maria)] == ["adding"]
        maria.ask("payment.answer", payment=p["id"], answer="123456")
    assert [m["state"] for m in methods(maria)] == (["good"] if saved else [])
    whole(d)


def test_an_account_is_saved_too(people):
    d, staff, customer, maria = people
    allow(staff, customer, True)
    m = maria.ask("method.save", method="sandbox/debit", given=[{"name": "holder", "value": "Maria Ruiz"},
                                                               {"name": "iban", "value": "AT61 1904 3002 3457 3201"}])["saved"]
    assert (m["title"], m["mode"], "expires" in m) == ("Account ending 3201", "direct_debit", False)
    p = maria.ask("payment.confirm", begun=begin(maria, invoice(staff, customer), saved=m["id"])["begun"])["payment"]
    assert wait_until(lambda: maria.ask("payment.settle", payment=p["id"])["payment"]["state"] == "succeeded")
    assert maria.refused("method.edit", saved=m["id"], expiry="11/41").field == "expiry"


def pay(maria, made, price="10", **more):
    return maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money(price), **more)["payment"]


def test_one_pays_in_one_step_and_credit_goes_first(people):
    d, staff, customer, maria = people
    m, made = save(maria), invoice(staff, customer)
    note = staff.ask("credit_note.create", customer=customer, send=True, document={"lines": [line(price="4")]})["credit_note"]
    p = outcome(maria, pay(maria, made, saved=m["id"], credit=money("4")))
    assert (p["state"], p["method"], p["amount"]) == ("succeeded", "Visa ending 4242", money("6"))
    assert [u["number"] for u in p["credit"]] == [note["number"]]
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    other = invoice(staff, customer)
    why = maria.refused("payment.pay", parts=[{"invoice": other["id"]}], expect=money("10"), saved=m["id"], save=True)
    assert (why.code, why.field) == ("invalid", "save")
    why = maria.refused("payment.pay", parts=[{"invoice": other["id"]}], expect=money("10"), saved=m["id"] + 999)
    assert (why.code, why.field) == ("not_found", "saved")
    whole(d)


@pytest.mark.parametrize("number, state, kept", [("4242424242424242", "succeeded", 1), ("4000000000000002", "failed", 0)])
def test_a_card_is_saved_with_what_it_pays_in_one_step(people, number, state, kept):
    d, staff, customer, maria = people
    p = outcome(maria, pay(maria, invoice(staff, customer), save=True, **{**CARD, "card_number": number}))
    assert p["state"] == state and [m["state"] for m in methods(maria)] == ["good"] * kept
    whole(d)


def test_an_account_is_saved_and_paid_with_only_where_staff_allow_it(people):
    d, staff, customer, maria = people
    account = [{"name": k, "value": v} for k, v in ACCOUNT.items()]
    assert "account" not in maria.ask("method.list") or not maria.ask("method.list")["account"]
    for field, more in (("method", {"method": "sandbox/debit", "given": account}), ("mode", {"mode": "direct_debit", **ACCOUNT})):
        why = maria.refused("method.save", **more)
        assert (why.code, why.field) == ("switched_off", field) and "not open to you" in why.message
    assert methods(maria) == []
    allow(staff, customer, True)
    assert maria.ask("method.list")["account"] is True
    m, made = maria.ask("method.save", mode="direct_debit", **ACCOUNT)["saved"], invoice(staff, customer)
    assert not m.get("barred")
    begun = begin(maria, made, saved=m["id"])["begun"]
    allow(staff, customer, False)
    assert "not open to you" in methods(maria)[0]["barred"]
    pays = {"parts": [{"invoice": made["id"]}], "expect": money("10")}
    for op, args in (("payment.pay", {**pays, "saved": m["id"]}), ("payment.begin", {**pays, "saved": m["id"]}), ("payment.confirm", {"begun": begun})):
        why = maria.refused(op, **args)
        assert (why.code, why.field) == ("switched_off", "saved") and "not open to you" in why.message, op
    allow(staff, customer, True)
    p = pay(maria, made, saved=m["id"])
    assert (p["mode"], p["method"]) == ("direct_debit", "Account ending 3201")
    whole(d)


def test_one_is_offered_first_and_another_takes_its_place(people):
    d, _, _, maria = people
    a, b, c = save(maria), save(maria, card_number="5555555555554444"), save(maria, card_number="378282246310005", card_code="7391")
    assert [m["id"] for m in methods(maria)] == [a["id"], c["id"], b["id"]]
    assert maria.ask("method.set_default", saved=b["id"])["saved"]["preferred"] is True
    assert [(m["id"], m["preferred"]) for m in methods(maria)] == [(b["id"], True), (c["id"], False), (a["id"], False)]
    whole(d)
    assert maria.ask("method.remove", saved=b["id"])["title"] == "Mastercard ending 4444"
    assert [(m["id"], m["preferred"]) for m in methods(maria)] == [(c["id"], True), (a["id"], False)]
    assert maria.refused("method.get", saved=b["id"]).code == "not_found"
    whole(d)


def test_expiry_and_address_are_changed(people):
    maria = people[3]
    m = save(maria)
    changed = maria.ask("method.edit", saved=m["id"], expiry="02/44", billing={"street": "12 Harbour Road", "city": "Cork"})["saved"]
    assert changed["expires"] == "2044-02-29" and changed["billing"]["city"] == "Cork"
    refusal = maria.refused("method.edit", saved=m["id"], expiry="02/14")
    assert (refusal.code, refusal.field) == ("invalid", "expiry")
    assert maria.refused("method.edit", saved=m["id"], expiry="13/44").field == "expiry"


def test_staff_are_told_that_there_is_one_and_never_more(people):
    d, staff, customer, maria = people
    assert staff.ask("method.known", customer=customer) == {"exists": False, "automatic": False, "held": []}
    m = save(maria)
    assert staff.ask("method.known", customer=customer) == {"exists": True, "automatic": False, "held": []}
    maria.ask("method.remove", saved=m["id"])
    assert staff.ask("method.known", customer=customer)["exists"] is False
    for e in staff.ask("event.list", customer=customer, limit=100)["events"]:
        assert "4242" not in str(e) and "Visa" not in str(e)
    assert maria.refused("method.known", customer=customer).code == "forbidden"


def test_staff_ask_for_one_by_mail(people):
    _, staff, customer, maria = people
    asked = staff.ask("method.ask", customer=customer)
    assert asked["to"] == "maria@bodega.test"
    mail = next(m for m in staff.ask("mail.list")["mails"] if m["template"] == "ask_method")
    assert "asks you to save a card or a bank account" in staff.ask("mail.get", mail=mail["id"])["mail"]["text"]
    nobody, _ = add_customer(staff, "Nobody Ltd", "nobody@x.test")
    assert staff.refused("method.ask", customer=nobody).code == "no_email"
    assert maria.refused("method.ask", customer=customer).code == "forbidden"


def test_nobody_reaches_anothers(people):
    d, staff, _, maria = people
    other, contact = add_customer(staff, "Other Ltd", "olga@other.test")
    staff.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    olga = d.sign_in("olga@other.test")
    m, theirs = save(maria), invoice(staff, other)
    assert methods(olga) == []
    for op, more in (("method.get", {}), ("method.remove", {}), ("method.set_default", {}), ("method.edit", {"expiry": "11/44"})):
        assert olga.refused(op, saved=m["id"], **more).code == "not_found", op
    assert olga.refused("payment.begin", parts=[{"invoice": theirs["id"]}], expect=money("10"), saved=m["id"]).code == "not_found"


def test_no_number_and_no_code_stays_anywhere(people):
    d, staff, customer, maria = people
    allow(staff, customer, True)
    m = save(maria, card_expiry="10/39")
    begun = begin(maria, invoice(staff, customer), method="sandbox/card")
    outcome(maria, maria.ask("payment.confirm", begun=begun["begun"], given=given(card_number="5555 5555 5555 4444"), save=True)["payment"])
    maria.ask("method.save", method="sandbox/debit", given=[{"name": "holder", "value": "Maria Ruiz"}, {"name": "iban", "value": "AT611904300234573201"}])
    maria.ask("method.edit", saved=m["id"], expiry="09/38")
    d.stop()
    digits = re.compile(rb"4242[ -]?4242[ -]?4242|5555[ -]?5555[ -]?5555|300234573201|10/39|09/38|card_code")
    for f in [f for f in d.data.rglob("*") if f.is_file()] + [d.log]:
        assert not digits.search(f.read_bytes()), f
