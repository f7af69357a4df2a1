"""Word from Stripe that something happened: signed, it has the gateway asked at once; forged, late, twice or out of order it changes nothing."""
import hashlib
import hmac
import json
import re
import socket
import threading
import time

import pytest

from daemon import Daemon, wait_until
from stripe_portal import set_stripe

SECRET = "whsec_postern"
DAEMON = {"arguments": ["--local-gateways", "--webhooks", "http://127.0.0.1:0"]}


@pytest.fixture(scope="module", autouse=True)
def secret(p):
    set_stripe(p.admin, webhook_secret=SECRET)


def door(p):
    return int(re.findall(r"listening for webhooks.*url=http://127.0.0.1:(\d+)", p.d.log.read_text())[-1])


def speak(p, raw, read=True):
    with socket.create_connection(("127.0.0.1", door(p)), timeout=20) as c:
        c.sendall(raw)
        return int(c.makefile("rb").readline().split()[1]) if read else None


def event_of(id_, kind="checkout.session.completed", object_="checkout.session"):
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"id": id_, "object": object_, "payment_status": "paid"}}})


def signed(body, secret=SECRET, at=None):
    at = int(time.time()) if at is None else at
    return f"t={at},v1=" + hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def send(p, body, signature=None, path="/stripe/acme"):
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nStripe-Signature: {signature or signed(body)}\r\n"
    return speak(p, f"{head}content-length: {len(body.encode())}\r\n\r\n{body}".encode())


def asked(s, payment):
    return len([r for r in s.requests if r["method"] == "GET" and r["path"].endswith(payment["gateway_id"])])


def quiet(p, s):
    """A payment that is long asked about seldom: what is asked now is asked because of the word."""
    payment = p.pay(p.invoice())
    with s.lock:
        s.requests.clear()
    return payment


def test_word_that_it_was_paid_has_it_asked_about_and_settled(p, s):
    payment = quiet(p, s)
    body = event_of(payment["gateway_id"])
    before = asked(s, payment)
    assert send(p, body) == 200  # before it was paid: out of order
    wait_until(lambda: asked(s, payment) > before, what="the question")
    assert p.get(payment)["state"] == "pending", "an event is never believed"
    s.pay(payment["gateway_id"])
    assert [send(p, body) for _ in range(3)] == [200] * 3
    done = wait_until(lambda: (got := p.get(payment))["state"] == "succeeded" and got, what="settled")
    events = [e["what"] for e in p.admin.ask("event.list", limit=20)["events"] if e.get("number") == done["number"]]
    assert events.count("paid") == 1
    asked_then = asked(s, payment)
    assert send(p, body) == 200 and asked(s, payment) == asked_then, "of one that is settled nobody is asked"


def events_row(p):
    return next(r for r in p.admin.ask("due.list", limit=100)["due"] if r["work"] == "events")


def test_word_of_a_dispute_has_the_list_read_and_is_not_believed_itself(p, s):
    payment = p.pay(p.invoice())
    s.pay(payment["gateway_id"])
    p.settled(payment)
    wait_until(lambda: events_row(p)["tries"] > 1, 60, "a longer pause")
    intent = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])["payment_intent"]
    forged = {"id": "evt_forged", "object": "event", "type": "charge.dispute.created", "created": int(time.time()),
              "data": {"object": {"id": "du_1", "object": "dispute", "status": "lost", "payment_intent": intent}}}
    before = len([r for r in s.requests if r["path"] == "/v1/events"])
    assert send(p, json.dumps(forged)) == 200
    wait_until(lambda: len([r for r in s.requests if r["path"] == "/v1/events"]) > before, what="that the list is read")
    assert p.get(payment)["state"] == "succeeded"
    dispute = s.dispute(payment["gateway_id"])
    [event] = [e for e in s.state["events"].values() if e["data"]["object"].get("id") == dispute]
    assert send(p, json.dumps(event)) == 200
    wait_until(lambda: p.get(payment)["state"] == "disputed", what="that it is noticed")


def test_word_of_what_was_looked_at_is_of_no_use_to_who_sends_it_again_also_after_a_restart(p, s):
    payment = p.pay(p.invoice())
    s.pay(payment["gateway_id"])
    p.settled(payment)
    [event] = [e for e in s.state["events"].values() if e["data"]["object"].get("id") == payment["gateway_id"]]
    text = json.dumps(event)
    assert send(p, text) == 200
    wait_until(lambda: events_row(p)["tries"] > 1, 60, "that nothing is left to read")
    p.d.stop()
    p.d.start()
    p.again()
    wait_until(lambda: events_row(p)["tries"] > 1, 60, "that nothing is left to read")
    row, before = events_row(p), len(s.requests)
    assert [send(p, text) for _ in range(20)] == [200] * 20
    assert events_row(p)["id"] == row["id"] and len(s.requests) <= before + 1, "at most the plan's own"


def test_what_is_forged_late_or_for_somebody_else_is_refused_and_nobody_is_asked(p, s):
    p.d.client().ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@other.test", password="correct horse battery")
    body = event_of("cs_test_nobody")
    now = int(time.time())
    assert send(p, body) == 200, "a charge that is nobody's"
    for signature in (signed(body, "whsec_other"), signed(body, at=now - 400), signed(body, at=now + 400), signed(body + " "), "t=1,v1=00", "nothing"):
        assert send(p, body, signature) == 400
    assert send(p, body, path="/stripe/other") == send(p, body, path="/stripe/nobody") == send(p, body, path="/stripe/" + "a" * 500) == 400
    assert send(p, body, path="/") == send(p, body, path="/stripe") == send(p, body, path="/other/acme") == 404
    for junk in ("", "[]", "{", '{"data": 3}', '{"data":{"object":{"id":7,"object":"checkout.session"}}}', "\u20ac"):
        assert send(p, junk) in (200, 400)


def test_what_is_forged_or_late_about_a_payment_that_is_under_way_changes_nothing(p, s):
    payment = quiet(p, s)
    s.pay(payment["gateway_id"])  # so that asking would settle it
    body, now = event_of(payment["gateway_id"]), int(time.time())
    for signature in (signed(body, "whsec_other"), signed(body, at=now - 400), signed(body, at=now + 400), signed(body + " "), "nothing"):
        assert send(p, body, signature) == 400
    assert asked(s, payment) == 0 and p.get(payment)["state"] == "pending"
    assert send(p, body) == 200
    wait_until(lambda: p.get(payment)["state"] == "succeeded", what="settled")


def test_other_events_are_taken_and_nothing_is_asked(p, s):
    payment = p.pay(p.invoice())
    s.requests.clear()
    for kind, object_ in (("payment_intent.succeeded", "payment_intent"), ("customer.created", "customer")):
        assert send(p, event_of(payment["gateway_id"], kind, object_)) == 200
    assert p.admin.ask("payment.cancel", payment=payment["id"])["payment"]["state"] == "failed"


def test_what_is_no_request_of_that_kind_is_refused_and_the_door_stays_open(p):
    assert speak(p, b"GET /stripe/acme HTTP/1.1\r\n\r\n") == 405
    assert speak(p, b"POST /stripe/acme HTTP/1.1\r\n\r\n") == 411
    assert speak(p, b"POST /stripe/acme HTTP/1.1\r\nContent-Length: -1\r\n\r\n") == 411
    assert speak(p, b"POST /stripe/acme HTTP/1.1\r\nContent-Length: 999999\r\n\r\n") == 413
    assert speak(p, b"POST /stripe/acme HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 411
    assert speak(p, b"POST /stripe/acme HTTP/1.1\r\n" + b"X: " + b"y" * 20000) == 431
    assert speak(p, b"\r\n\r\n") == 405 and speak(p, b"\x00\xff\r\n\r\n") == 405
    assert send(p, event_of("cs_x")) == 200


HALF = b"POST /stripe/acme HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"


def visit(p, source="127.0.0.1", raw=HALF):
    c = socket.socket()
    c.settimeout(30)
    c.bind((source, 0))
    c.connect(("127.0.0.1", door(p)))
    c.sendall(raw)
    return c


def heard(p, source="127.0.0.1"):
    """One that has something to say, from there: what it is told; None: it was shown out before."""
    body = event_of("cs_x")
    c = visit(p, source, f"POST /stripe/acme HTTP/1.1\r\nStripe-Signature: {signed(body)}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    try:
        words = c.makefile("rb").readline().split()
        return int(words[1]) if words else None
    except ConnectionResetError:
        return None
    finally:
        c.close()


def test_who_is_slow_is_shown_out(p):
    began = time.monotonic()
    c = visit(p)
    assert c.recv(100).startswith(b"HTTP/1.1 408") and 8 < time.monotonic() - began < 15
    c.close()


def test_who_says_it_byte_by_byte_is_heard_and_keeps_nobody_waiting(p):
    body = event_of("cs_x")
    c = visit(p, raw=b"")
    for byte in f"POST /stripe/acme HTTP/1.1\r\nStripe-Signature: {signed(body)}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode():
        c.sendall(bytes([byte]))
        if byte == ord("e"):
            assert heard(p) == 200
    assert c.recv(100).startswith(b"HTTP/1.1 200")
    c.close()


def test_those_that_say_nothing_keep_nobody_waiting_from_one_address_or_many(p):
    slow = [visit(p) for _ in range(16)] + [visit(p, f"127.0.0.{i}") for i in range(2, 40)]
    began = time.monotonic()
    assert [heard(p, source) for source in ("127.0.0.1", "127.0.0.2", "127.0.0.200") * 5] == [200] * 15
    assert time.monotonic() - began < 5, "nobody waited for them to be shown out for being slow"
    for c in slow:
        c.close()


def test_of_one_address_there_are_only_so_many_and_those_of_another_are_not_shown_out_for_it(p):
    first = visit(p, "127.0.0.7")
    many = [visit(p) for _ in range(13)]
    assert many[0].recv(100).startswith(b"HTTP/1.1 503"), "one more than its share: its own oldest goes"
    many += [visit(p) for _ in range(100)]
    assert many[12].recv(100).startswith(b"HTTP/1.1 503")
    first.sendall(b"cde")
    assert first.recv(100).startswith(b"HTTP/1.1 400"), "it was here all the time, and is told that it is not signed"
    for c in [first, *many]:
        c.close()


@pytest.mark.parametrize("sources", [["127.0.0.1"], [f"127.0.1.{i}" for i in range(1, 41)]])
def test_four_thousand_that_come_and_stay_shut_nobody_out(p, sources):
    """From another address each is heard at once; from theirs within a few tries, as who sends word makes them."""
    over, held = threading.Event(), []

    def flood():
        for i in range(4000):
            if over.is_set():
                return
            try:
                held.append(visit(p, sources[i % len(sources)]))
            except OSError:  # shown out while it spoke
                pass
            if len(held) > 400:
                held.pop(0).close()
    thread = threading.Thread(target=flood)
    thread.start()
    try:
        for _ in range(20):
            began = time.monotonic()
            assert heard(p, "127.0.0.99") == 200 and time.monotonic() - began < 5
        wait_until(lambda: heard(p, sources[0]) == 200, what="one of theirs that says something")
        thread.join(120)
        assert not thread.is_alive() and heard(p) == 200
    finally:
        over.set()
        thread.join()
        for c in held:
            c.close()
    assert p.admin.ask("gateway.list")["gateways"], "and the portal answers"


@pytest.mark.parametrize("more, told", [
    ("Transfer-Encoding: chunked\r\n", 411), ("Content-Length: 5\r\n", 411), ("content-length: 5\r\n", 411), ("Stripe-Signature: t=1,v1=00\r\n", 400),
    ("X: " + "y" * 20000 + "\r\n", 431), ("A: b\r\n" * 3000, 431)])
def test_what_could_be_read_in_two_ways_or_has_no_end_is_refused(p, more, told):
    body = event_of("cs_x")
    raw = f"POST /stripe/acme HTTP/1.1\r\nStripe-Signature: {signed(body)}\r\nContent-Length: {len(body)}\r\n{more}\r\n{body}"
    c = visit(p, raw=b"")
    try:
        c.sendall(raw.encode())
        assert int(c.makefile("rb").readline().split()[1]) == told
    except ConnectionResetError:
        assert told == 431, "who goes on talking is hung up on"
    c.close()


@pytest.mark.parametrize("length, told", [(-1, 400), (0, 200), (1, 408)])
def test_a_length_that_is_not_that_of_the_body(p, length, told):
    body = event_of("cs_x")
    c = visit(p, raw=f"POST /stripe/acme HTTP/1.1\r\nStripe-Signature: {signed(body)}\r\nContent-Length: {len(body) + length}\r\n\r\n{body}".encode())
    assert int(c.makefile("rb").readline().split()[1]) == told
    c.close()


def test_of_several_requests_on_one_connection_the_first_is_heard(p, s):
    payment = quiet(p, s)
    body = event_of(payment["gateway_id"])
    one = f"POST /stripe/acme HTTP/1.1\r\nStripe-Signature: {signed(body)}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    c = visit(p, raw=(one * 3).encode())
    answer = c.makefile("rb").read()
    assert answer.count(b"HTTP/1.1") == 1 and answer.startswith(b"HTTP/1.1 200") and b"Connection: close" in answer
    c.close()
    p.maria.ask("payment.cancel", payment=payment["id"])


@pytest.mark.parametrize("url", ["http://0.0.0.0:4242", "https://127.0.0.1:4242", "http://127.0.0.1:", "http://127.0.0.1:70000", "127.0.0.1:1"])
def test_the_door_is_on_this_machine_alone(tmp_path, url):
    d = Daemon(arguments=["--webhooks", url])
    with pytest.raises(AssertionError, match="this machine alone"):
        d.start()
