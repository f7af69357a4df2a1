"""The gateway `stripe`: set per business, a checkout page made for a payment, what becomes of it, giving up, amounts that it does not take."""
import pytest

from ctl import Ctl
from daemon import Daemon, Refused, add_customer, money, open_portal, wait_until
from stripe_double import Stripe
from stripe_portal import HOME, LOCAL, Portal, row_of, set_stripe


# --- settings -------------------------------------------------------------------------------------------------------------------------
def test_nobody_is_offered_it_until_it_has_a_key_and_a_page_to_come_back_to(s):
    with Daemon(**LOCAL, sandbox=False) as d:
        admin = d.sign_in()
        _, contact = add_customer(admin)
        maria = open_portal(d, admin, contact, "maria@bodega.test")
        row = row_of(admin)
        assert (row["methods"], row["enabled"], row["by_staff"]) == (["stripe/checkout"], True, False) and "secret" in row["lacks"]
        row = set_stripe(admin, "sk_test_1")
        assert "success_url" in row["lacks"] and row["settings"]["stripe"] == {"has_secret": True, "has_webhook_secret": False}
        assert not maria.ask("session.me")["me"]["methods"]
        row = set_stripe(admin, success_url="https://acme.test/thanks", account="acct_1")
        assert "lacks" not in row and row["settings"]["stripe"]["account"] == "acct_1"
        me = maria.ask("session.me")["me"]
        assert me["methods"] == ["stripe/checkout"] and me["online"] == [{"method": "stripe/checkout", "title": "Online", "how": "page"}]
        assert me["card"] is True and me["card_here"] is False, "its cards are given to the gateway alone"
        assert "lacks" in set_stripe(admin, "")
        assert not maria.ask("session.me")["me"]["methods"]


@pytest.mark.parametrize("given, field, says", [
    ({"success_url": "http://acme.test/"}, "settings.stripe.success_url", "https"),
    ({"success_url": "https://acme.test/a b"}, "settings.stripe.success_url", "https"),
    ({"account": "acme"}, "settings.stripe.account", "acct_"),
    ({"api": "https://api.stripe.example"}, "settings.stripe.api", "this machine"),
    ({"api": "http://127.0.0.1:80@evil.test"}, "settings.stripe.api", "this machine"),
    ({"api": "http://127.0.0.1.evil.test"}, "settings.stripe.api", "this machine"),
    ({"api": "ftp://127.0.0.1"}, "settings.stripe.api", "this machine"),
    ({"secret": "pk_test_1"}, "secret", "publishable"),
    ({"secret": "sk_test 1"}, "secret", "letters"),
    ({"webhook_secret": "sk_1"}, "webhook_secret", "whsec_"),
])
def test_settings_that_can_not_be_are_refused_by_name(p, given, field, says):
    before = row_of(p.admin)
    with pytest.raises(Refused) as refusal:
        set_stripe(p.admin, **given)
    assert (refusal.value.code, refusal.value.field) == ("invalid", field) and says in refusal.value.message
    assert row_of(p.admin) == before


def test_a_business_sends_the_daemon_to_no_service_on_its_machine_unless_the_operator_says_so(s):
    with Daemon(sandbox=False) as d:
        refusal = d.sign_in().refused("gateway.set", gateway="stripe", settings={"revision": 0, "stripe": {"api": s.url}})
        assert (refusal.code, refusal.field) == ("invalid", "settings.stripe.api") and "--local-gateways" in refusal.message


def test_other_gateways_have_no_secrets(p):
    row = next(r for r in p.admin.ask("gateway.list")["gateways"] if r["name"] == "bank")
    refusal = p.admin.refused("gateway.set", gateway="bank", secret="sk_1", settings={"revision": row["settings"]["revision"]})
    assert (refusal.code, refusal.field) == ("invalid", "secret")


def test_keys_are_told_to_nobody_and_lie_sealed_in_the_store(p, s):
    set_stripe(p.admin, webhook_secret="whsec_notold")
    told = repr(p.admin.ask("gateway.list")) + repr(p.admin.ask("event.list", limit=100))
    kept = b"".join(f.read_bytes() for f in p.d.data.rglob("*") if f.is_file()) + p.d.log.read_bytes()
    for secret in (s.secret, "whsec_notold"):
        assert secret not in told and secret.encode() not in kept
    assert "webhook_secret" in told


# --- a payment ------------------------------------------------------------------------------------------------------------------------
def test_the_payer_is_led_to_a_page_and_it_is_paid_by_itself(p, s):
    first, second = p.invoice("11.90"), p.invoice("5")
    told = p.begin(first, second)
    assert told["fields"] == [] and told["elsewhere"] is False
    made = p.maria.ask("payment.confirm", begun=told["begun"])["payment"]
    assert made["state"] == "pending" and made["method"] == "Online, by Stripe"
    payment = wait_until(lambda: (got := p.get(made)).get("url") and got, what="the page")
    session = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])
    assert payment["url"] == session["url"] == p.get(made, p.maria)["url"] and "gateway_id" not in p.get(made, p.maria)
    assert (session["amount_total"], session["currency"]) == (1690, "eur")
    assert p.maria.refused("payment.begin", parts=[{"invoice": first["id"]}], expect=money("11.90"), method="stripe/checkout").code == "pending"
    s.pay(session["id"])
    done = wait_until(lambda: (got := p.get(made))["state"] == "succeeded" and got, 10, "settled by itself, unasked")
    assert "url" not in done and done["gateway_id"] == session["id"] and done["unused"]["amount"] == 0
    assert p.admin.ask("invoice.get", invoice=first["id"])["invoice"]["state"] == "paid"
    events = [e["what"] for e in p.admin.ask("event.list", limit=20)["events"] if e.get("number") == done["number"]]
    assert events == ["paid", "payment_page", "payment_started"]


def test_what_is_sent_is_what_their_own_client_would_send(p, s):
    begun = len(s.requests)
    invoice = p.invoice("3.50")
    payment = p.pay(invoice)
    [sent] = [r for r in s.requests[begun:] if r["method"] == "POST"]
    session = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])
    key = session["client_reference_id"]
    assert sent["body"] == ("mode=payment&client_reference_id=" + key + "&success_url=https%3A%2F%2Facme.test%2Fthanks%3Fsession%3D%7BCHECKOUT_SESSION_ID%7D"
                            "&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=350"
                            f"&line_items[0][price_data][product_data][name]={invoice['number']}&line_items[0][quantity]=1"
                            f"&metadata[postern]={key}&payment_intent_data[metadata][postern]={key}")
    assert sent["headers"]["Idempotency-Key"] == f"postern-charge-{key}" and sent["headers"]["Stripe-Version"] == "2026-10-28.endive"
    assert HOME.startswith("https://acme.test")
    p.maria.ask("payment.cancel", payment=payment["id"])


def test_one_that_is_not_completed_in_time_fails_and_the_invoice_can_be_paid_again(p, s):
    invoice = p.invoice()
    payment = p.pay(invoice)
    s.change("sessions", payment["gateway_id"], status="expired", url=None)
    done = p.settled(payment)
    assert (done["state"], done["failure"]) == ("failed", "It was not completed in time.") and "url" not in done
    again = p.pay(invoice)
    s.pay(again["gateway_id"])
    assert p.settled(again)["state"] == "succeeded"


def test_a_debit_is_pending_until_the_money_is_there_or_not(p, s):
    arrives, bounces = p.pay(p.invoice()), p.pay(p.invoice())
    intents = [s.debit(x["gateway_id"]) for x in (arrives, bounces)]
    for payment in (arrives, bounces):
        waits = wait_until(lambda: "url" not in (got := p.ask(payment)) and got, what="the page is done with")
        assert waits["state"] == "pending"
    s.settle_debit(intents[0])
    s.settle_debit(intents[1], fails="The customer's bank account could not be debited.")
    assert p.settled(arrives)["state"] == "succeeded"
    done = p.settled(bounces)
    assert (done["state"], done["failure"]) == ("failed", "The customer's bank account could not be debited.")


def test_its_page_is_for_its_customer_and_staff(p):
    payment = p.pay(p.invoice())
    _, contact = add_customer(p.admin, "Other", "o@other.test")
    other = open_portal(p.d, p.admin, contact, "o@other.test")
    assert other.refused("payment.get", payment=payment["id"]).code == "not_found"
    assert other.refused("payment.cancel", payment=payment["id"]).code == "not_found"
    p.maria.ask("payment.cancel", payment=payment["id"])


def test_begun_and_confirmed_in_one(p, s):
    invoice = p.invoice("7")
    parts = {"parts": [{"invoice": invoice["id"]}], "expect": money("7")}
    refusal = p.maria.refused("payment.pay", card_number="4242424242424242", card_expiry="12/40", card_code="123", **parts)
    assert refusal.code == "switched_off" and "online" in refusal.message
    made = p.maria.ask("payment.pay", online=True, **parts)["payment"]
    payment = wait_until(lambda: (got := p.get(made)).get("url") and got, what="the page")
    s.pay(payment["gateway_id"])
    assert p.settled(payment)["state"] == "succeeded"


def test_the_command_line_leads_to_the_page(p, s):
    invoice = p.invoice("8")
    done = Ctl(p.d, "maria").login("maria@bodega.test").run("pay", invoice["number"], "--expect", "EUR 8.00", "--yes")
    session = next(x for x in s.sessions("open") if x["url"] in done.stderr)
    assert session["amount_total"] == 800 and "pending" in done.stdout
    s.pay(session["id"])


def test_a_page_that_is_none_is_shown_to_nobody(p, s):
    payment = p.pay(p.invoice())
    for url in ("javascript:alert(1)", "https://pay.example/\x1b[2J", "http://pay.example/"):
        s.change("sessions", payment["gateway_id"], url=url)
        assert p.ask(payment)["url"] == payment["url"]
    p.maria.ask("payment.cancel", payment=payment["id"])


# --- called off -----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["maria", "admin"])
def test_one_that_is_called_off_can_not_be_paid_any_more(p, s, who):
    invoice = p.invoice()
    payment = p.pay(invoice)
    gone = getattr(p, who).ask("payment.cancel", payment=payment["id"])["payment"]
    assert (gone["state"], gone["failure"]) == ("failed", "It was called off before anything was paid.")
    assert next(x for x in s.sessions() if x["id"] == payment["gateway_id"])["status"] == "expired"
    refusal = p.maria.refused("payment.cancel", payment=payment["id"])
    assert (refusal.code, refusal.field) == ("state", "payment")
    s.pay(p.pay(invoice)["gateway_id"])


def test_calling_off_too_late_finds_it_paid(p, s):
    payment = p.pay(p.invoice())
    s.pay(payment["gateway_id"])
    try:
        got = p.maria.ask("payment.cancel", payment=payment["id"])["payment"]
        assert got["state"] == "succeeded"
    except Refused as refusal:  # it was settled by itself a moment before
        assert refusal.code == "state"
    assert p.settled(payment)["state"] == "succeeded"


# --- amounts --------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("currency, price, wire", [
    ("EUR", "0.50", 50), ("EUR", "999999.99", 99999999), ("JPY", "500", 500), ("ISK", "5", 500), ("UGX", "1200", 120000),
    ("KWD", "5.120", 5120), ("HUF", "10.45", 1045), ("MGA", "5", 5)])
def test_amounts_are_written_as_the_gateway_has_them(tmp_path, currency, price, wire):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False, currency=currency) as d:
        p = Portal(d, s, currency)
        payment = p.pay(p.invoice(price))
        [session] = s.sessions()
        assert (session["amount_total"], session["currency"]) == (wire, currency.lower())
        s.pay(session["id"])
        assert p.settled(payment)["state"] == "succeeded"


@pytest.mark.parametrize("currency, price, code, says", [
    ("EUR", "0.49", "invalid", "no less than EUR 0.50"), ("EUR", "1000000", "invalid", "EUR 999999.99 at most"), ("GBP", "0.29", "invalid", "0.30"),
    ("KWD", "5.124", "invalid", "third"), ("MGA", "5.50", "invalid", "whole MGA"), ("IQD", "5", "currency", "no IQD"), ("JPY", "49", "invalid", "JPY 50")])
def test_amounts_that_it_does_not_take_are_refused_before_anything_is_made(tmp_path, currency, price, code, says):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False, currency=currency) as d:
        p = Portal(d, s, currency)
        with pytest.raises(Refused) as refusal:
            p.begin(p.invoice(price))
        assert (refusal.value.code, refusal.value.field) == (code, "expect") and says in refusal.value.message
        assert not s.requests and not p.admin.ask("payment.list")["payments"]
