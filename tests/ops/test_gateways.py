"""Gateways of payments: which there are, opened and closed for each business; payments that are begun and confirmed; what is pending with a
gateway that is closed or gone."""
import re
import secrets

import pytest

import clock
from daemon import PASSWORD, Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}
HANGS = {**CARD, "card_number": "4000000000009235"}
BY_HAND = ["hand/cash", "hand/check", "hand/card", "hand/bank_transfer", "hand/direct_debit", "hand/other"]


def invoice(staff, customer, price="10", **more):
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]


def pay(client, made, card=CARD, price="10"):
    return client.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money(price), **card)["payment"]


def gateways(staff):
    return {row["name"]: row for row in staff.ask("gateway.list")["gateways"]}


def set_gateway(admin, name, **settings):
    return admin.ask("gateway.set", gateway=name, settings={**revision(admin, name), **settings})["gateway"]


def revision(admin, name):
    return {"revision": gateways(admin)[name]["settings"]["revision"]}


class Business:
    def __init__(self, d, admin, portal):
        self.admin = admin
        self.customer, contact = add_customer(admin, email=f"maria@{portal}.test")
        if portal == "acme":
            self.maria = open_portal(d, admin, contact, f"maria@{portal}.test")
        else:
            admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
            self.maria = d.sign_in(f"maria@{portal}.test", portal=portal)

    def invoice(self, price="10", **more):
        return invoice(self.admin, self.customer, price, **more)


@pytest.fixture(scope="module")
def acme(d):
    return Business(d, d.sign_in(), "acme")


@pytest.fixture(scope="module")
def other(d):
    d.client().ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@other.test", password=PASSWORD)
    return Business(d, d.sign_in("eve@other.test", portal="other"), "other")


def settled(client, p):
    def look():
        state = client.ask("payment.settle", payment=p["id"])["payment"]["state"]
        return state if state != "pending" else None
    return wait_until(look, what="the gateway's answer")


# --- which there are ----------------------------------------------------------------------------------------------------------------
def test_all_that_are_here_are_listed_with_their_methods(acme):
    rows = gateways(acme.admin)
    assert list(rows) == ["hand", "sandbox", "bank", "stripe"]
    assert rows["hand"]["methods"] == BY_HAND and rows["sandbox"]["methods"] == ["sandbox/card", "sandbox/debit"]
    assert [(r["enabled"], r["here"], r["by_staff"], r["pending"], r.get("note")) for r in rows.values()] == [
        (True, True, True, 0, None), (True, True, False, 0, "sandbox: no money moves"), *[(True, True, False, 0, None)] * 2]
    assert acme.maria.refused("gateway.list").code == "forbidden"


def test_no_toy_is_named_where_the_daemon_has_none():
    with Daemon(sandbox=False) as plain:
        admin = plain.sign_in()
        assert list(gateways(admin)) == ["hand", "bank", "stripe"]
        unknown = admin.refused("gateway.set", gateway="sandbox", settings={"revision": 0, "enabled": True})
        assert (unknown.code, unknown.field) == ("invalid", "gateway") and "sandbox" not in unknown.message


# --- opened and closed per business -------------------------------------------------------------------------------------------------
def test_a_gateway_that_is_closed_begins_nothing_and_another_business_keeps_its_own(acme, other):
    mine, theirs = acme.invoice(), other.invoice()
    row = set_gateway(acme.admin, "sandbox", enabled=False)
    assert (row["enabled"], row["here"], row["settings"]["revision"]) == (False, True, 1)
    assert acme.maria.ask("session.me")["me"].get("card") is False and "card_note" not in acme.maria.ask("session.me")["me"]
    assert acme.maria.ask("invoice.get", invoice=mine["id"])["invoice"]["not_by_card"] == "paying by card is not offered here"
    refusal = acme.maria.refused("payment.pay", parts=[{"invoice": mine["id"]}], expect=money("10"), **CARD)
    assert refusal.code == "switched_off" and "not offered" in refusal.message
    assert not acme.admin.ask("queue.get").get("notices")
    assert gateways(other.admin)["sandbox"]["enabled"] and other.maria.ask("session.me")["me"]["card"] is True
    assert settled(other.maria, pay(other.maria, theirs)) == "succeeded"
    set_gateway(acme.admin, "sandbox", enabled=True)
    assert settled(acme.maria, pay(acme.maria, mine)) == "succeeded"
    last = next(e for e in acme.admin.ask("event.list", limit=100)["events"] if e.get("number") == "gateway sandbox")
    assert (last["what"], last["text"]) == ("changed", "enabled")


def test_what_is_pending_goes_on_when_its_gateway_is_closed(acme):
    made = acme.invoice()
    p = pay(acme.maria, made, HANGS)
    set_gateway(acme.admin, "sandbox", enabled=False)
    assert gateways(acme.admin)["sandbox"]["pending"] == 1
    assert settled(acme.maria, p) == "succeeded"
    assert acme.maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    assert gateways(acme.admin)["sandbox"]["pending"] == 0
    set_gateway(acme.admin, "sandbox", enabled=True)


def test_some_ways_of_paying_are_not_taken_by_hand(acme, other):
    set_gateway(acme.admin, "hand", methods=["cash", "bank_transfer"])
    refusal = acme.admin.refused("payment.record", customer=acme.customer, mode="check", amount=money("1"))
    assert (refusal.code, refusal.field) == ("switched_off", "mode") and "hand/check" in refusal.message
    for business, mode in ((acme, "cash"), (other, "check")):
        p = business.admin.ask("payment.record", customer=business.customer, mode=mode, amount=money("1"))["payment"]
        assert p["state"] == "succeeded" and "gateway" not in p
    set_gateway(acme.admin, "hand", methods=[])
    assert acme.admin.ask("payment.record", customer=acme.customer, mode="check", amount=money("1"))


@pytest.mark.parametrize("name, settings, code, field, says", [
    ("stripes", {"enabled": False}, "invalid", "gateway", "gateway.list"),
    ("sandbox", {"methods": ["card", "iou"]}, "invalid", "settings.methods.1", "which has card"),
    ("sandbox", {"enabled": False, "revision": 777}, "stale", "settings.revision", ""),
    ("sandbox", {"enabled": False, "revision": None}, "invalid", "settings.revision", ""),
    ("sandbox", {"gateway": "hand"}, "invalid", "settings.gateway", ""),
])
def test_what_is_wrong_with_settings_is_named(acme, name, settings, code, field, says):
    given = {k: v for k, v in {**revision(acme.admin, "sandbox"), **settings}.items() if v is not None}
    refusal = acme.admin.refused("gateway.set", gateway=name, settings=given)
    assert (refusal.code, refusal.field) == (code, field) and says in refusal.message
    assert gateways(acme.admin)["sandbox"]["enabled"]


def test_setting_one_is_for_administrators_and_counts_as_a_credential(acme):
    """It says where money goes."""
    [op] = [o for o in acme.admin.ask("system.describe")["operations"] if o["name"] == "gateway.set"]
    assert op["credentials"] and op["roles"] == ["admin"]


# --- begun and confirmed ------------------------------------------------------------------------------------------------------------
GIVEN = [{"name": k, "value": v} for k, v in CARD.items()]


def begin(client, made, price="10", **more):
    return client.ask("payment.begin", parts=[{"invoice": made["id"]}], expect=money(price), **more)


def given(**changes):
    return [{"name": k, "value": v} for k, v in {**CARD, **changes}.items()]


def payments(admin):
    return admin.ask("payment.list", limit=100)["payments"]


def test_begin_says_what_the_method_asks_for_and_confirm_gives_it(acme):
    made = acme.invoice("125.50")
    before = len(payments(acme.admin))
    begun = begin(acme.maria, made, "125.50")
    assert (begun["method"], begun["note"]) == ("sandbox/card", "sandbox: no money moves")
    assert [(f["name"], f["label"], f["secret"], f["must"], f["min"], f["max"]) for f in begun["fields"]] == [
        ("card_number", "Card number", True, True, 12, 23), ("card_expiry", "Card expiry", True, True, 4, 7),
        ("card_code", "Card code", True, True, 3, 4), ("card_name", "Card name", False, False, 0, 100),
        ("card_street", "Card street", False, False, 0, 300), ("card_postcode", "Card postcode", False, False, 0, 20),
        ("card_city", "Card city", False, False, 0, 100), ("card_country", "Card country", False, False, 0, 60)]
    assert all(f["help"] for f in begun["fields"])
    assert len(payments(acme.admin)) == before, "nothing is stored"
    p = acme.maria.ask("payment.confirm", begun=begun["begun"], given=GIVEN)["payment"]
    assert (p["state"], p["method"], p["mode"], p["gateway"]) == ("pending", "Visa ending 4242", "card", "sandbox")
    assert settled(acme.maria, p) == "succeeded"
    assert acme.maria.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"


def test_what_was_begun_holds_nobody_up_and_is_confirmed_once(acme):
    made = acme.invoice()
    first, second = begin(acme.maria, made), begin(acme.maria, made, method="sandbox/card")
    p = acme.maria.ask("payment.confirm", begun=second["begun"], given=GIVEN)["payment"]
    assert settled(acme.maria, p) == "succeeded"
    again = acme.maria.refused("payment.confirm", begun=second["begun"], given=GIVEN)
    assert (again.code, again.field) == ("state", "begun") and p["number"] in again.message
    assert acme.maria.refused("payment.confirm", begun=first["begun"], given=GIVEN).code == "state"


def test_a_part_that_was_confirmed_is_not_paid_again_by_the_same(acme):
    made = acme.invoice("100")
    now = acme.admin.ask("settings.get")["business"]["revision"]
    acme.admin.ask("settings.update", business={"partial_payments": True, "revision": now})
    begun = acme.maria.ask("payment.begin", parts=[{"invoice": made["id"], "amount": money("30")}], expect=money("30"))["begun"]
    p = acme.maria.ask("payment.confirm", begun=begun, given=GIVEN)["payment"]
    assert settled(acme.maria, p) == "succeeded"
    assert acme.maria.refused("payment.confirm", begun=begun, given=GIVEN).code == "state"
    assert acme.maria.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == money("70")


def test_a_resend_of_a_confirmation_is_the_same_payment(acme):
    begun = begin(acme.maria, acme.invoice())["begun"]
    request = acme.maria.envelope("payment.confirm", {"begun": begun, "given": GIVEN}, secrets.token_bytes(16))
    first, again = acme.maria.send(request), acme.maria.send(request)
    assert first["payment"]["number"] == again["payment"]["number"]
    settled(acme.maria, first["payment"])


@pytest.mark.parametrize("fields, code, field", [
    (given(card_number="4242424242424241"), "invalid", "card_number"),
    (given(card_number="4111 1111 1111 1111"), "payment_failed", "card_number"),
    (given(card_number="1"), "invalid", "card_number"),
    (given(card_expiry="12/20"), "invalid", "card_expiry"),
    (given(card_code="12"), "invalid", "card_code"),
    (given(card_name="x" * 101), "invalid", "card_name"),
    (given(card_country="Atlantis"), "invalid", "card_country"),
    (given()[:2], "invalid", "card_code"),
    ([], "invalid", "card_number"),
    (given() + given()[:1], "invalid", "card_number"),
    (given(iban="DE1"), "invalid", "iban"),
    ([{"value": "1"}], "invalid", "given.0.name"),
])
def test_what_is_wrong_with_what_was_given_is_named_and_another_can_be_given(acme, fields, code, field):
    made = acme.invoice()
    before = len(payments(acme.admin))
    begun = begin(acme.maria, made)["begun"]
    refusal = acme.maria.refused("payment.confirm", begun=begun, given=fields)
    assert (refusal.code, refusal.field) == (code, field)
    assert "4242" not in refusal.message.replace("4242 4242 4242 4242", "") and len(payments(acme.admin)) == before
    assert acme.maria.ask("payment.confirm", begun=begun, given=GIVEN)["payment"]["state"] == "pending"


@pytest.mark.parametrize("change, code, field", [
    ({"method": "hand/cash"}, "switched_off", "method"),
    ({"method": "card"}, "switched_off", "method"),
    ({"expect": money("9.99")}, "stale", "expect"),
    ({"expect": money("10", "USD")}, "currency", "parts.0.invoice"),
    ({"parts": []}, "invalid", "parts"),
    ({"parts": [{"invoice": "INV-999999"}]}, "not_found", "parts.0.invoice"),
])
def test_what_can_not_be_begun_says_why(acme, change, code, field):
    made = acme.invoice()
    refusal = acme.maria.refused("payment.begin", **{"parts": [{"invoice": made["id"]}], "expect": money("10"), **change})
    assert (refusal.code, refusal.field) == (code, field)
    assert change.get("method", "") in refusal.message


def test_what_was_begun_is_of_one_person_at_one_business(d, acme, other):
    made = acme.invoice()
    begun = begin(acme.maria, made)["begun"]
    customer, contact = add_customer(acme.admin, "Silva Lda", "rui@silva.test", person="Rui Silva")
    rui = open_portal(d, acme.admin, contact, "rui@silva.test")
    for client, text in ((rui, begun), (other.maria, begun), (acme.maria, begun[:-4] + "AAAA"), (acme.maria, "not sealed!")):
        refusal = client.refused("payment.confirm", begun=text, given=GIVEN)
        assert (refusal.code, refusal.field) == ("invalid", "begun")
    assert acme.maria.ask("payment.confirm", begun=begun, given=GIVEN)["payment"]["state"] == "pending"


def test_what_changed_between_the_two_is_looked_at_again(acme):
    made, closed = acme.invoice(), acme.invoice()
    begun = [begin(acme.maria, x)["begun"] for x in (made, closed)]
    acme.admin.ask("payment.record", customer=acme.customer, mode="cash", parts=[{"invoice": made["id"], "amount": money("4")}])
    assert acme.maria.refused("payment.confirm", begun=begun[0], given=GIVEN).code == "overpaid"
    set_gateway(acme.admin, "sandbox", enabled=False)
    refusal = acme.maria.refused("payment.confirm", begun=begun[1], given=GIVEN)
    assert refusal.code == "switched_off" and "sandbox/card is not offered here" in refusal.message
    set_gateway(acme.admin, "sandbox", enabled=True)


def test_nothing_of_what_was_given_stays_anywhere(d, acme):
    p = acme.maria.ask("payment.confirm", begun=begin(acme.maria, acme.invoice())["begun"], given=given(card_expiry="10/39"))["payment"]
    settled(acme.maria, p)
    for f in [f for f in d.data.rglob("*") if f.is_file()] + [d.log]:
        assert not re.search(rb"4242[ -]?4242[ -]?4242[ -]?4242|10/39", f.read_bytes()), f


def test_what_was_begun_ends_after_half_an_hour(tmp_path):
    with Daemon(env=clock.settable(tmp_path)) as d:
        acme = Business(d, d.sign_in(), "acme")
        begun = begin(acme.maria, acme.invoice())
        clock.set_by(tmp_path, minutes=31)
        refusal = d.sign_in("maria@acme.test").refused("payment.confirm", begun=begun["begun"], given=GIVEN)
        assert (refusal.code, refusal.field) == ("state", "begun") and "begin again" in refusal.message


# --- the methods that a document offers ---------------------------------------------------------------------------------------------
def update(acme, made, **document):
    return acme.admin.ask("invoice.update", invoice=made["id"], revision=made["revision"], document=document)["invoice"]


def draft(acme, **document):
    return acme.admin.ask("invoice.create", customer=acme.customer, document={"lines": [line()], "due": days(14), **document})["invoice"]


def test_a_customer_is_told_what_payments_can_be_begun_with(acme, other):
    assert acme.maria.ask("session.me")["me"]["methods"] == ["sandbox/card"]
    set_gateway(acme.admin, "sandbox", enabled=False)
    assert acme.maria.ask("session.me")["me"]["methods"] == [] and other.maria.ask("session.me")["me"]["methods"] == ["sandbox/card"]
    set_gateway(acme.admin, "sandbox", enabled=True)


def test_what_a_document_does_not_offer_is_refused_by_name(acme):
    cash, card = acme.invoice(methods=["hand/cash", "hand/bank_transfer"]), acme.invoice(methods=["hand/cash", "sandbox/card"])
    assert (cash["no_card"], card["no_card"]) == (True, False)
    for op, more in (("payment.begin", {"method": "sandbox/card"}), ("payment.begin", {}), ("payment.pay", CARD)):
        refusal = acme.maria.refused(op, parts=[{"invoice": card["id"]}, {"invoice": cash["id"]}], expect=money("20"), **more)
        assert (refusal.code, refusal.field) == ("switched_off", "parts.1.invoice")
        assert cash["number"] in refusal.message and refusal.message.endswith("can not be paid by card")
    told = acme.maria.ask("invoice.get", invoice=cash["id"])["invoice"]
    assert told["methods"] == ["hand/cash", "hand/bank_transfer"] and told["not_by_card"] == "can not be paid by card"
    due = {x["id"]: x for x in acme.maria.ask("home.get")["due"]}
    assert due[cash["id"]]["not_by_card"] == "can not be paid by card" and "not_by_card" not in due[card["id"]]
    assert settled(acme.maria, pay(acme.maria, card)) == "succeeded"


def test_no_card_of_an_older_program_and_the_list_keep_in_step(acme):
    made = draft(acme, no_card=True)
    assert (made["no_card"], made["methods"]) == (True, [])
    made = update(acme, made, methods=["hand/cash", "sandbox/card"])
    assert made["no_card"] is False
    made = update(acme, made, no_card=True)
    assert made["methods"] == ["hand/cash"]
    made = update(acme, made, no_card=True, notes="as it was")
    assert made["methods"] == ["hand/cash"]
    made = update(acme, made, no_card=False)
    assert made["methods"] == [] and made["no_card"] is False
    made = update(acme, made, methods=["hand/cash"], no_card=False)
    assert made["no_card"] is True
    copy = acme.admin.ask("invoice.duplicate", invoice=made["id"])["invoice"]
    assert (copy["methods"], copy["no_card"]) == (["hand/cash"], True)


@pytest.mark.parametrize("document, field, says", [
    ({"methods": ["hand/cash", "hand/cash"]}, "document.methods.1", "twice"),
    ({"methods": ["cash"]}, "document.methods.0", "gateway.list"),
    ({"methods": ["hand/cash", "stripe/card"]}, "document.methods.1", "gateway.list"),
    ({"methods": ["hand/"]}, "document.methods.0", "gateway.list"),
    ({"methods": ["sandbox/card"], "no_card": True}, "document.no_card", "methods"),
])
def test_what_is_wrong_with_the_list_is_named(acme, document, field, says):
    refusal = acme.admin.refused("invoice.create", customer=acme.customer, document={"lines": [line()], **document})
    assert (refusal.code, refusal.field) == ("invalid", field) and says in refusal.message


def test_a_file_says_no_card_and_names_no_methods(acme):
    row = {"source": "f1", "customer_source": "c1", "document": {"number": "F-1", "date": days(-3), "currency": "EUR", "state": "draft",
                                                               "lines": [line()], "no_card": True}}
    acme.admin.ask("import.customers", rows=[{"source": "c1", "customer": {"name": "Of a file", "currency": "EUR"}}])
    refused = acme.admin.ask("import.invoices", rows=[{**row, "document": {**row["document"], "methods": ["hand/cash"]}}])
    assert [p["field"] for p in refused["problems"]] == ["document.methods"]
    assert acme.admin.ask("import.invoices", rows=[row])["problems"] == []
    made = acme.admin.ask("invoice.get", invoice="F-1")["invoice"]
    assert made["no_card"] is True
    update(acme, made, methods=["hand/cash", "sandbox/card"])
    acme.admin.ask("import.invoices", rows=[row], update=True)
    assert acme.admin.ask("invoice.get", invoice="F-1")["invoice"]["methods"] == ["hand/cash"]


# --- over a restart, and gone -------------------------------------------------------------------------------------------------------
def test_it_stays_as_it_is_set_and_one_that_is_gone_is_told_with_what_pends():
    with Daemon() as d:
        acme = Business(d, d.sign_in(), "acme")
        p = pay(acme.maria, acme.invoice(), HANGS)
        set_gateway(acme.admin, "sandbox", enabled=False)
        assert d.stop() == 0
        d.sandbox = False
        d.start()
        admin = d.sign_in()
        row = gateways(admin)["sandbox"]
        assert (row["enabled"], row["here"], row["pending"], row["note"]) == (False, False, 1, "sandbox: no money moves")
        wait_until(lambda: [w for w in admin.ask("due.list")["due"] if "sandbox is not there" in w.get("said", "")], what="staff are told")
        assert d.stop() == 0
        d.sandbox = True
        d.start()
        assert settled(d.sign_in("maria@acme.test"), p) == "succeeded"
        assert d.client().ask("system.check")["problems"] == []
