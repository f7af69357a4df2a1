"""The gateway `bank`: customers are told how to pay at their own bank, by document and by payment.begin; nothing is stored, nothing is pending."""
import re
import secrets

import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal

IBAN = "IE29AIBK93115212345678"
ACCOUNT = {"holder": "Acme Ltd", "iban": "ie29 aibk 9311 5212 3456 78"}


def settings(admin, **more):
    row = next(r for r in admin.ask("gateway.list")["gateways"] if r["name"] == "bank")
    return admin.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], **more})["gateway"]


def mod97(text):
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97


class Business:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.dollars, contact = add_customer(self.admin, "Two Inc", "tim@two.test", currency="USD")
        self.tim = open_portal(d, self.admin, contact, "tim@two.test")

    def invoice(self, price="10", customer=None, **more):
        return self.admin.ask("invoice.create", customer=customer or self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]

    def told(self, made, client=None):
        return (client or self.maria).ask("invoice.get", invoice=made["id"]).get("told", [])


@pytest.fixture(scope="module")
def b(d):
    return Business(d)


@pytest.fixture
def bank(b):
    settings(b.admin, bank={**ACCOUNT, "bic": ""}, enabled=True, methods=[])
    return b


def begin(client, *made, price="10", currency="EUR", **more):
    return client.ask("payment.begin", parts=[{"invoice": m["id"]} for m in made], expect=money(price, currency),
                      **{"method": "bank/transfer", **more})


def facts(told):
    return {f["label"]: f["value"] for f in told["facts"]}


# --- set per business ---------------------------------------------------------------------------------------------------------------
def test_until_it_is_told_an_account_nobody_is_offered_it():
    with Daemon() as d:
        b = Business(d)
        [row] = [r for r in b.admin.ask("gateway.list")["gateways"] if r["name"] == "bank"]
        assert (row["enabled"], row["methods"], row["by_staff"]) == (True, ["bank/transfer"], False) and "settings.bank" in row["lacks"]
        made = b.invoice()
        me = b.maria.ask("session.me")["me"]
        assert me["methods"] == ["sandbox/card"] and not me.get("ways") and not b.told(made)
        assert b.maria.refused("payment.begin", parts=[{"invoice": made["id"]}], expect=money("10"), method="bank/transfer").code == "switched_off"
        row = settings(b.admin, bank=ACCOUNT)
        assert "lacks" not in row and row["settings"]["bank"] == {"holder": "Acme Ltd", "iban": IBAN}
        assert b.maria.ask("session.me")["me"]["ways"] == [{"method": "bank/transfer", "title": "Bank transfer"}]
        d.stop()
        d.start()
        again = d.sign_in("maria@bodega.test")
        assert facts(b.told(made, again)[0])["IBAN"] == "IE29 AIBK 9311 5212 3456 78"


@pytest.mark.parametrize("account, field, says", [
    ({"iban": "IE29AIBK93115212345679"}, "settings.bank.iban", "mistyped"),
    ({"iban": "IE29AIBK9311521234567"}, "settings.bank.iban", "wrong number of characters"),
    ({"iban": "12 34"}, "settings.bank.iban", "is no IBAN"),
    ({"iban": ""}, "settings.bank.iban", "has to be given"),
    ({"bic": "AIBKIE2"}, "settings.bank.bic", "is no BIC"),
    ({"holder": " "}, "settings.bank.holder", "has to be given"),
    ({"holder": "x" * 71}, "settings.bank.holder", ""),
    ({"account": "1"}, "settings.bank.account", ""),
])
def test_what_is_wrong_with_an_account_is_named(bank, account, field, says):
    row = next(r for r in bank.admin.ask("gateway.list")["gateways"] if r["name"] == "bank")
    refusal = bank.admin.refused("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], "bank": account})
    assert (refusal.code, refusal.field) == ("invalid", field) and says in refusal.message
    after = next(r for r in bank.admin.ask("gateway.list")["gateways"] if r["name"] == "bank")
    assert after["settings"] == row["settings"]


def test_what_is_of_one_gateway_is_no_setting_of_another(bank):
    row = next(r for r in bank.admin.ask("gateway.list")["gateways"] if r["name"] == "sandbox")
    refusal = bank.admin.refused("gateway.set", gateway="sandbox", settings={"revision": row["settings"]["revision"], "bank": ACCOUNT})
    assert (refusal.code, refusal.field) == ("invalid", "settings.bank")


def test_only_what_is_given_changes_and_an_emptied_account_ends_the_offer(bank):
    row = settings(bank.admin, bank={"bic": "aibk ie2d"})
    assert row["settings"]["bank"] == {"holder": "Acme Ltd", "iban": IBAN, "bic": "AIBKIE2D"}
    last = next(e for e in bank.admin.ask("event.list", limit=100)["events"] if e.get("number") == "gateway bank")
    assert (last["what"], last["text"]) == ("changed", "bank.bic")
    settings(bank.admin, bank={"holder": "", "iban": "", "bic": ""})
    assert not bank.maria.ask("session.me")["me"].get("ways")


def test_changing_the_account_counts_as_a_credential(b):
    """It redirects money."""
    described = b.admin.ask("system.describe")
    [op] = [o for o in described["operations"] if o["name"] == "gateway.set"]
    assert op["credentials"] and op["roles"] == ["admin"]


# --- told ---------------------------------------------------------------------------------------------------------------------------
def test_an_invoice_tells_account_amount_reference_and_code(bank):
    made = bank.invoice("1234.56")
    for client in (bank.maria, bank.admin):
        [told] = bank.told(made, client)
        assert (told["method"], told["title"], told["invoice"], told["number"]) == ("bank/transfer", "Bank transfer", made["id"], made["number"])
        reference = told["reference"]
        assert [(f["label"], f["value"], f.get("plain")) for f in told["facts"]] == [
            ("To", "Acme Ltd", None), ("IBAN", "IE29 AIBK 9311 5212 3456 78", IBAN), ("Amount", "EUR 1,234.56", "1234.56"),
            ("Reference", " ".join(re.findall(".{1,4}", reference)), reference if len(reference) > 4 else None)]
        assert re.fullmatch(r"RF\d\d" + str(made["id"]), reference) and mod97(reference) == 1
        assert told["qr"] == f"BCD\n002\n1\nSCT\n\nAcme Ltd\n{IBAN}\nEUR1234.56\n\n{reference}"
    settings(bank.admin, bank={"bic": "AIBKIE2D"})
    [told] = bank.told(made)
    assert facts(told)["BIC"] == "AIBKIE2D" and told["qr"].split("\n")[4] == "AIBKIE2D" and told["reference"] == reference, "it never changes"


def test_all_that_is_due_is_told_at_once_and_what_no_way_is_for_says_why(bank):
    with Daemon() as d:
        own = Business(d)
        nothing = own.maria.ask("payment.how")
        assert nothing["told"] == [] and nothing["due"] == [] and nothing["payee"]["name"]
        first, barred = own.invoice("5"), own.invoice("7", no_transfer=True)
        assert own.maria.ask("payment.how")["told"] == [], "no way is offered yet"
        settings(own.admin, bank={**ACCOUNT, "bic": ""})
        other = own.invoice("9", customer=own.dollars)
        how = own.maria.ask("payment.how")
        assert how["told"] == own.told(first) + [{"invoice": barred["id"], "number": barred["number"], "facts": [], "why": "can not be paid by bank transfer"}]
        assert [(x["number"], x["balance"]) for x in how["due"]] == [(first["number"], money("5")), (barred["number"], money("7"))]
        assert own.maria.ask("payment.how", invoice=first["id"])["told"] == own.told(first)
        assert own.maria.refused("payment.how", invoice=other["id"]).code == "not_found"
        assert own.admin.refused("payment.how").code == "forbidden"


def test_what_is_left_to_pay_is_what_is_told(bank):
    made = bank.invoice("100")
    bank.admin.ask("payment.record", customer=bank.customer, mode="bank_transfer", parts=[{"invoice": made["id"], "amount": money("30")}])
    [told] = bank.told(made)
    assert facts(told)["Amount"] == "EUR 70.00" and "\nEUR70.00\n" in told["qr"]
    bank.admin.ask("payment.record", customer=bank.customer, mode="bank_transfer", parts=[{"invoice": made["id"]}])
    assert not bank.told(made), "nothing is due"


def test_another_currency_has_no_code(bank):
    made = bank.invoice(customer=bank.dollars)
    [told] = bank.told(made, bank.tim)
    assert facts(told)["Amount"] == "USD 10.00" and "qr" not in told
    assert begin(bank.tim, made, currency="USD")["told"] == [told]


def test_payment_begin_tells_the_same_and_stores_nothing(bank):
    made = bank.invoice()
    before = bank.admin.ask("payment.list", limit=100)["payments"]
    begun = begin(bank.maria, made)
    assert begun["elsewhere"] is True and begun["fields"] == [] and "url" not in begun and "note" not in begun
    assert begun["told"] == bank.told(made) and begun["reference"] == begun["told"][0]["reference"]
    assert bank.admin.ask("payment.list", limit=100)["payments"] == before
    told = bank.maria.ask("invoice.get", invoice=made["id"])["invoice"]
    assert told["state"] == "open" and told["balance"] == money("10") and "not_by_card" not in told, "nobody is held up"


def test_there_is_nothing_to_confirm(bank):
    made = bank.invoice()
    refusal = bank.maria.refused("payment.confirm", begun=begin(bank.maria, made)["begun"])
    assert (refusal.code, refusal.field) == ("state", "begun") and "elsewhere" in refusal.message
    assert not bank.admin.ask("payment.list", invoice=made["id"])["payments"]


def test_several_invoices_are_a_transfer_each(bank):
    made = [bank.invoice(price) for price in ("10", "20.50")]
    begun = begin(bank.maria, *made, price="30.50")
    assert [(t["number"], facts(t)["Amount"]) for t in begun["told"]] == [(made[0]["number"], "EUR 10.00"), (made[1]["number"], "EUR 20.50")]
    assert len({t["reference"] for t in begun["told"]}) == 2 and "reference" not in begun
    assert begun["told"] == [bank.told(m)[0] for m in made]


def test_a_part_is_told_where_parts_are_allowed(bank):
    made = bank.invoice("100")
    parts = [{"invoice": made["id"], "amount": money("30")}]
    for allowed in (False, True):
        now = bank.admin.ask("settings.get")["business"]["revision"]
        bank.admin.ask("settings.update", business={"partial_payments": allowed, "revision": now})
        if not allowed:
            refusal = bank.maria.refused("payment.begin", parts=parts, expect=money("30"), method="bank/transfer")
            assert (refusal.code, refusal.field) == ("switched_off", "parts.0.amount")
    [told] = bank.maria.ask("payment.begin", parts=parts, expect=money("30"), method="bank/transfer")["told"]
    assert facts(told)["Amount"] == "EUR 30.00" and "\nEUR30.00\n" in told["qr"]


def test_with_two_methods_one_has_to_be_named(bank):
    made = bank.invoice()
    refusal = bank.maria.refused("payment.begin", parts=[{"invoice": made["id"]}], expect=money("10"))
    assert (refusal.code, refusal.field) == ("invalid", "method") and "sandbox/card, sandbox/debit, bank/transfer" in refusal.message


# --- where it is not offered --------------------------------------------------------------------------------------------------------
def test_a_document_or_a_business_without_transfers_tells_none(bank):
    for made in (bank.invoice(no_transfer=True), bank.invoice(methods=["sandbox/card"])):
        assert not bank.told(made)
        refusal = bank.maria.refused("payment.begin", parts=[{"invoice": made["id"]}], expect=money("10"), method="bank/transfer")
        assert (refusal.code, refusal.field) == ("switched_off", "parts.0.invoice") and made["number"] in refusal.message
    only = bank.invoice(methods=["bank/transfer"])
    assert bank.told(only) and bank.maria.ask("invoice.get", invoice=only["id"])["invoice"]["no_card"] is True
    settings(bank.admin, enabled=False)
    assert not bank.told(only) and not bank.maria.ask("session.me")["me"].get("ways")


def test_an_invoice_that_is_being_paid_by_card_is_not_to_be_paid_again(bank):
    made = bank.invoice()
    card = {"card_number": "4000000000009235", "card_expiry": "11/41", "card_code": "739"}
    p = bank.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), **card)["payment"]
    state = bank.maria.ask("payment.get", payment=p["id"])["payment"]["state"]
    if state == "pending":
        assert not bank.told(made) and bank.maria.refused("payment.begin", parts=[{"invoice": made["id"]}], expect=money("10"),
                                                          method="bank/transfer").code == "pending"


def test_drafts_estimates_and_what_is_not_owed_tell_none(bank):
    draft = bank.admin.ask("invoice.create", customer=bank.customer, document={"lines": [line()]})["invoice"]
    assert not bank.told(draft, bank.admin)
    estimate = bank.admin.ask("estimate.create", customer=bank.customer, send=True, document={"lines": [line()]})["estimate"]
    assert not bank.maria.ask("estimate.get", estimate=estimate["id"]).get("told")
    retainer = bank.admin.ask("retainer.create", customer=bank.customer, send=True, document={"lines": [line()]})["retainer"]
    assert bank.maria.ask("retainer.get", retainer=retainer["id"]).get("told"), "it is owed on"
    note = bank.admin.ask("credit_note.create", customer=bank.customer, send=True, document={"lines": [line()]})["credit_note"]
    assert not bank.maria.ask("credit_note.get", credit_note=note["id"]).get("told")


def test_a_repeated_begin_is_the_same(bank):
    made = bank.invoice()
    request = bank.maria.envelope("payment.begin", {"parts": [{"invoice": made["id"]}], "expect": money("10"), "method": "bank/transfer"},
                                  secrets.token_bytes(16))
    assert bank.maria.send(request)["told"] == bank.maria.send(request)["told"]
