"""Direct debits of the sandbox: an account is given instead of a card, and what becomes of it takes its time."""
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal, wait_until

PAYS, REFUSED, NO_MONEY, TOO_MUCH = "AT61 1904 3002 3457 3201", "AT861904300235473202", "AT981904300002222227", "AT981904300000343434"


def allow(staff, customer, may):
    now = staff.ask("customer.get", customer=customer)["customer"]
    staff.ask("customer.update", id=customer, customer={"revision": now["revision"], "debits": may})


@pytest.fixture(scope="module")
def people():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        allow(staff, customer, True)
        yield d, staff, customer, open_portal(d, staff, contact, "maria@bodega.test")


def begin(people, price="10"):
    _, staff, customer, maria = people
    made = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price=price)], "due": days(14)})["invoice"]
    return made, maria.ask("payment.begin", parts=[{"invoice": made["id"]}], expect=money(price), method="sandbox/debit")


def given(iban, holder="Maria Ruiz"):
    return [{"name": "holder", "value": holder}, {"name": "iban", "value": iban}]


def outcome(client, p):
    def look():
        now = client.ask("payment.settle", payment=p["id"])["payment"]
        return now if now["state"] != "pending" else None
    return wait_until(look, what="the bank's answer")


def test_it_asks_for_an_account_and_is_pending_until_the_bank_has_paid(people):
    d, staff, _, maria = people
    made, begun = begin(people)
    assert [(f["name"], f["secret"], f["must"]) for f in begun["fields"]] == [("holder", False, True), ("iban", True, True)]
    p = maria.ask("payment.confirm", begun=begun["begun"], given=given(PAYS))["payment"]
    assert (p["state"], p["mode"], p["method"]) == ("pending", "direct_debit", "Account ending 3201")
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "open"
    assert outcome(maria, p)["state"] == "succeeded"
    assert maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    for f in d.data.iterdir():
        assert not f.is_file() or b"3002345732" not in f.read_bytes(), f


@pytest.mark.parametrize("iban,says", [(REFUSED, "refused the debit"), (NO_MONEY, "not enough money"), (TOO_MUCH, "in a week")])
def test_it_may_fail_and_says_why(people, iban, says):
    maria = people[3]
    _, begun = begin(people, "11")
    p = maria.ask("payment.confirm", begun=begun["begun"], given=given(iban))["payment"]
    failed = outcome(maria, p)
    assert failed["state"] == "failed" and says in failed["failure"]


@pytest.mark.parametrize("fields,code,field,says", [
    (given("AT611904300234573202"), "invalid", "iban", ""),
    (given("DE89370400440532013000"), "payment_failed", "iban", "sandbox: no money moves"),
    (given("AT271904300000055555"), "payment_failed", "iban", "takes no direct debits"),
    (given(PAYS, "M"), "invalid", "holder", ""),
    (given(PAYS)[1:], "invalid", "holder", ""),
])
def test_what_is_wrong_with_an_account_is_named(people, fields, code, field, says):
    maria = people[3]
    _, begun = begin(people, "12")
    refusal = maria.refused("payment.confirm", begun=begun["begun"], given=fields)
    assert (refusal.code, refusal.field) == (code, field) and says in refusal.message
    assert "3201" not in refusal.message.replace("AT61 1904 3002 3457 3201", "")


def test_an_account_is_debited_only_where_staff_allowed_it(people):
    d, staff, customer, maria = people
    made, begun = begin(people, "13")
    assert "Bodega" not in begun["agree"] and "collect this amount from your account once" in begun["agree"]
    assert maria.ask("session.me")["me"]["debit"] == begun["agree"] and "sandbox/debit" in maria.ask("session.me")["me"]["methods"]
    pay = {"parts": [{"invoice": made["id"]}], "expect": money("13"), "how": "debit", "holder": "Maria Ruiz", "iban": PAYS}
    allow(staff, customer, False)
    me = maria.ask("session.me")["me"]
    assert not me.get("debit") and "sandbox/debit" not in me["methods"]
    for op, args in (("payment.pay", pay), ("payment.confirm", {"begun": begun["begun"], "given": given(PAYS)}),
                     ("payment.begin", {"parts": pay["parts"], "expect": pay["expect"], "method": "sandbox/debit"})):
        why = maria.refused(op, **args)
        assert (why.code, why.field) == ("switched_off", "method") and "not open to you" in why.message
    assert "debits" not in maria.ask("customer.get", customer=customer)["customer"]
    allow(staff, customer, True)
    p = maria.ask("payment.pay", **pay)["payment"]
    assert (p["state"], p["mode"], p["method"]) == ("pending", "direct_debit", "Account ending 3201")
    assert outcome(maria, p)["state"] == "succeeded"


@pytest.mark.parametrize("more,field", [({"iban": "AT611904300234573202"}, "iban"), ({"holder": "M"}, "holder"), ({"iban": None}, "iban")])
def test_what_is_wrong_with_an_account_is_named_in_one_step_too(people, more, field):
    _, staff, customer, maria = people
    made = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="14")], "due": days(14)})["invoice"]
    pay = {"how": "debit", "holder": "Maria Ruiz", "iban": PAYS, **more}
    why = maria.refused("payment.pay", parts=[{"invoice": made["id"]}], expect=money("14"), **{k: v for k, v in pay.items() if v})
    assert (why.code, why.field) == ("invalid", field) and "3201" not in why.message.replace("AT61 1904 3002 3457 3201", "")


# --- what each invoice offers, and several at once -------------------------------------------------------------------------------------
def offered(document):
    return [(way["method"], way["how"]) for way in document.get("offers", [])]


def look(maria, made):
    return maria.ask("invoice.get", invoice=made["id"])["invoice"]


def test_an_invoice_says_by_what_it_can_be_paid_here(people):
    _, staff, customer, maria = people
    invoice = lambda **more: staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="15")], "due": days(14), **more})["invoice"]
    both, account, neither = invoice(), invoice(methods=["sandbox/debit"]), invoice(methods=["hand/cash"])
    card, debit = ("sandbox/card", "card"), ("sandbox/debit", "debit")
    assert [offered(look(maria, made)) for made in (both, account, neither)] == [[card, debit], [debit], []]
    assert look(maria, account)["not_by_card"] == "can not be paid by card"
    due = {row["id"]: offered(row) for row in maria.ask("home.get")["due"]}
    assert [due[made["id"]] for made in (both, account, neither)] == [[card, debit], [debit], []]
    allow(staff, customer, False)
    assert [offered(look(maria, made)) for made in (both, account)] == [[card], []]
    assert [offered(look(staff, made)) for made in (both, account)] == [[card], []]
    allow(staff, customer, True)
    pay = {"how": "debit", "holder": "Maria Ruiz", "iban": PAYS}
    why = maria.refused("payment.pay", parts=[{"invoice": both["id"]}, {"invoice": neither["id"]}], expect=money("30"), **pay)
    assert (why.code, why.field) == ("switched_off", "parts.1.invoice") and why.message.endswith("can not be paid by sandbox/debit")
    p = maria.ask("payment.pay", parts=[{"invoice": both["id"]}, {"invoice": account["id"]}], expect=money("30"), **pay)["payment"]
    assert offered(look(maria, both)) == [] and "settled" in look(maria, both)["not_by_card"]
    assert outcome(maria, p)["state"] == "succeeded"
    staff.ask("invoice.void", invoice=neither["id"], reason="A test is over")


def test_what_is_made_of_another_offers_what_that_did(people):
    _, staff, customer, maria = people
    today = maria.ask("session.me")["me"]["today"]
    plan = {"document": {"lines": [line(price="16")], "methods": ["sandbox/debit"]}, "anchor": today, "period": "month", "count": 1, "send": True}
    s = staff.ask("schedule.create", customer=customer, schedule=plan)["schedule"]
    made = wait_until(lambda: staff.ask("schedule.get", schedule=s["id"])["invoices"], what="the recurring invoice")[0]
    assert offered(look(maria, made)) == [("sandbox/debit", "debit")]
    parts = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="20")], "methods": ["sandbox/debit"], "instalments": [
        {"due": today, "amount": money("12")}, {"due": days(30), "amount": money("8")}]})["invoice"]
    refused = maria.refused("payment.pay", parts=[{"invoice": parts["id"], "amount": money("12")}], expect=money("12"),
                            card_number="4242424242424242", card_expiry="11/41", card_code="739")
    assert (refused.code, refused.field) == ("switched_off", "parts.0.invoice")
    p = maria.ask("payment.pay", parts=[{"invoice": parts["id"], "amount": money("12")}], expect=money("12"), how="debit", holder="Maria Ruiz", iban=PAYS)["payment"]
    assert outcome(maria, p)["state"] == "succeeded" and offered(look(maria, parts)) == [("sandbox/debit", "debit")]
