"""What Stripe's own clients send for the same thing, and which signatures they believe: their requests and ours are told apart by nothing that matters to
who serves them. The client for Python is Debian's; that for JavaScript is compared with where POSTERN_STRIPE_NPM says where it is (docs/decisions/gateways.md)."""
import hashlib
import hmac
import os
import pathlib
import subprocess
import time
import urllib.parse

import pytest
import stripe

from daemon import wait_until
from stripe_double import VERSION, form_of
from stripe_npm import FOLDER, Npm

PROBE = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "tests/stripe_probe"
SECRET = "whsec_postern"
HARD = ["plain", "two words", "a+b", "a&b=c", "[1]", "{X}", "100%", "é ü ß", "日本語", "😀", "a/b?c#d", "'\"<>\\^`|", "~-_.", "tab\tand\nline", ""]


CLIENTS = ["python", *(["npm"] if FOLDER else [])]


@pytest.fixture(params=CLIENTS)
def client(s, request):
    """Their client, led to the double; it sends nothing but what it is asked to."""
    s.strict = False
    if request.param == "npm":
        npm = Npm(s.secret, s.url, VERSION)
        yield npm
        npm.close()
        s.strict = True
        return
    stripe.api_key, stripe.api_base, stripe.api_version = s.secret, s.url, VERSION
    stripe.max_network_retries, stripe.enable_telemetry = 0, False
    yield stripe
    s.strict = True


def probe(*words):
    done = subprocess.run([PROBE, *map(str, words)], text=True, capture_output=True, timeout=60)
    assert done.returncode == 0 and "Sanitizer" not in done.stderr, done.stderr
    return done.stdout.rstrip("\n")


def last(s, method, path, own=False):
    """own: of ours, which say nothing of the program that asks."""
    with s.lock:
        return [r for r in s.requests if r["method"] == method and r["path"] == path and (not own or "User-Agent" not in r["headers"])][-1]


def decoded(text):
    return urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))


def compare(ours, theirs, ordered=True):
    """The same request: path, what it says, and each header that means something there."""
    assert ours["path"] == theirs["path"]
    for part in ("body", "query"):
        a, b = decoded(ours[part]), decoded(theirs[part])
        assert a == b if ordered else sorted(a) == sorted(b)
    assert ours["body"].replace("%7B", "{").replace("%7D", "}") == theirs["body"].replace("+", "%20").replace("%7B", "{").replace("%7D", "}")
    for name in ("Authorization", "Stripe-Version", "Idempotency-Key", "Content-Type"):
        if name in ours["headers"] or name not in ("Idempotency-Key", "Content-Type"):
            assert ours["headers"][name] == theirs["headers"][name], name


def test_a_checkout_is_the_same_request_and_under_one_key_the_same_checkout(p, s, client):
    payment = p.pay(p.invoice("12.34"))
    ours = last(s, "POST", "/v1/checkout/sessions")
    session = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])
    key = session["client_reference_id"]
    made = client.checkout.Session.create(
        mode="payment", client_reference_id=key, success_url="https://acme.test/thanks?session={CHECKOUT_SESSION_ID}",
        line_items=[{"price_data": {"currency": "eur", "unit_amount": 1234, "product_data": {"name": payment["allocations"][0]["number"]}}, "quantity": 1}],
        metadata={"postern": key}, payment_intent_data={"metadata": {"postern": key}}, idempotency_key=f"postern-charge-{key}")
    assert made.id == session["id"], "told apart by nothing: it is the first answer again"
    compare(ours, last(s, "POST", "/v1/checkout/sessions"))
    p.maria.ask("payment.cancel", payment=payment["id"])


def test_calling_off_is_the_same_request(p, s, client):
    payments = [p.pay(p.invoice()) for _ in range(2)]
    p.maria.ask("payment.cancel", payment=payments[0]["id"])
    ours = last(s, "POST", f"/v1/checkout/sessions/{payments[0]['gateway_id']}/expire")
    client.checkout.Session.expire(payments[1]["gateway_id"])
    theirs = last(s, "POST", f"/v1/checkout/sessions/{payments[1]['gateway_id']}/expire")
    compare({**ours, "path": theirs["path"]}, theirs)


def test_a_refund_is_the_same_request_and_under_one_key_the_same_refund(p, s, client):
    payment = p.pay(p.invoice("30"))
    s.pay(payment["gateway_id"])
    p.settled(payment)
    session = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])
    told = probe(s.url, s.secret, "refund", session["id"], session["client_reference_id"], key := f"k-{payment['number']}", 400, "EUR").split(" ")
    ours = last(s, "POST", "/v1/refunds")
    again = client.Refund.create(payment_intent=session["payment_intent"], amount=400, metadata={"postern": key}, idempotency_key=f"postern-refund-{key}")
    assert again.id == told[2] and len([r for r in s.refunds() if r["payment_intent"] == session["payment_intent"]]) == 1
    compare(ours, last(s, "POST", "/v1/refunds"))


def test_questions_are_the_same_requests(p, s, client):
    payment = p.pay(p.invoice())
    p.ask(payment)
    path = f"/v1/checkout/sessions/{payment['gateway_id']}"
    wait_until(lambda: any(r["path"] == path for r in s.requests), what="the question")
    ours = last(s, "GET", path)
    client.checkout.Session.retrieve(payment["gateway_id"])
    compare(ours, last(s, "GET", path))
    probe(s.url, s.secret, "ask", "nobody")
    ours = last(s, "GET", "/v1/refunds")
    client.Refund.list(limit=100)
    compare(ours, last(s, "GET", "/v1/refunds"))
    wait_until(lambda: any(r["path"] == "/v1/events" for r in s.requests), what="that events are read")
    ours = last(s, "GET", "/v1/events", own=True)
    asked = form_of(ours["query"])
    client.Event.list(created={"gte": int(asked["created"]["gte"])}, types=list(asked["types"].values()), limit=100)
    compare(ours, last(s, "GET", "/v1/events"), ordered=False)
    p.maria.ask("payment.cancel", payment=payment["id"])


@pytest.mark.parametrize("value", HARD)
def test_whatever_stands_in_a_value_says_the_same(s, client, value):
    ours = probe("form", "metadata[a]", value, "metadata[b]", "x", "line_items[0][price_data][product_data][name]", value)
    with pytest.raises(client.error.StripeError):  # the double makes no such thing: what is sent is what counts
        client.checkout.Session.create(metadata={"a": value, "b": "x"}, line_items=[{"price_data": {"product_data": {"name": value}}}])
    theirs = last(s, "POST", "/v1/checkout/sessions")["body"]
    assert decoded(ours) == decoded(theirs) and form_of(ours) == form_of(theirs, strict=False)


# --- signatures -------------------------------------------------------------------------------------------------------------------------
BODY = '{"id": "evt_1", "object": "event", "type": "x", "data": {"object": {"name": "é 😀"}}}'


def mac(body=BODY, at=None, secret=SECRET):
    at = int(time.time()) if at is None else at
    return at, hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def headers():
    at, good = mac()
    bad = "0" * 64
    late, early = mac(at=at - 400), mac(at=at - 280)
    return {
        "good": f"t={at},v1={good}", "several": f"t={at},v1={bad},v1={good}", "several, none": f"t={at},v1={bad},v1={bad}",
        "with v0": f"t={at},v0={bad},v1={good}", "v0 alone": f"t={at},v0={good}", "forged": f"t={at},v1={bad}", "late": f"t={late[0]},v1={late[1]}",
        "nearly late": f"t={early[0]},v1={early[1]}", "another secret": f"t={at},v1={mac(secret='whsec_other')[1]}",
        "another instant": f"t={at + 1},v1={good}", "another body": f"t={at},v1={mac(BODY + ' ')[1]}", "no instant": f"v1={good}",
        "no signature": f"t={at}", "empty": "", "a word": "nothing", "cut": f"t={at},v1={good[:-1]}", "longer": f"t={at},v1={good}0",
        "capitals": f"t={at},v1={good.upper()}", "no number": f"t=now,v1={good}", "the other way round": f"v1={good},t={at}"}


def believed(header, client="python"):
    if client == "npm":
        npm = Npm("sk", "http://127.0.0.1:1", VERSION)
        try:
            return bool(npm.ask(["webhooks", "constructEvent"], BODY, header, SECRET))
        except npm.error.StripeError:
            return False
        finally:
            npm.close()
    try:
        return bool(stripe.Webhook.construct_event(BODY, header, SECRET))
    except stripe.error.SignatureVerificationError:
        return False


@pytest.mark.parametrize("client", CLIENTS, ids=str)
@pytest.mark.parametrize("name", headers())
def test_the_same_signatures_are_believed(name, client):
    header = headers()[name]
    ours = probe("signed", header, SECRET, BODY, int(time.time())) == "yes"
    assert ours == believed(header, client) == (name in ("good", "several", "with v0", "nearly late", "the other way round")), header


def test_one_that_comes_from_the_future_is_believed_there_and_not_here():
    at, good = mac(at=int(time.time()) + 400)
    assert believed(f"t={at},v1={good}") and probe("signed", f"t={at},v1={good}", SECRET, BODY, int(time.time())) == "no"
