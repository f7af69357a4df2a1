"""Giving back through Stripe: once per key, however the answer was lost; never more than was paid; also one that fails later. And what the payer's
bank takes back."""
import os
import pathlib
import secrets
import subprocess

import pytest

from stripe_double import Fault

PROBE = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "tests/stripe_probe"
REFUNDS = "/v1/refunds"


@pytest.fixture
def s(stripe_alone):
    return stripe_alone


class Paid:
    """A session that somebody paid, as a payment of the portal has it."""

    def __init__(self, s, cents=1190, currency="eur"):
        self.s, self.reference, self.key, self.currency = s, secrets.token_hex(16), secrets.token_hex(16), currency
        with s.lock:
            self.session = s.make_session({
                "mode": "payment", "success_url": "https://acme.test/", "client_reference_id": self.reference, "line_items": {"0": {
                    "quantity": "1", "price_data": {"currency": currency, "unit_amount": str(cents), "product_data": {"name": "x"}}}}})["id"]
        s.pay(self.session)

    def refund(self, cents, key=None, reference=None):
        return probe(self.s, "refund", self.session, reference or self.reference, key or self.key, cents, self.currency.upper())


def probe(s, *words):
    done = subprocess.run([PROBE, s.url, s.secret, *map(str, words)], text=True, capture_output=True, timeout=60)
    assert done.returncode == 0 and "Sanitizer" not in done.stderr, done.stderr
    error, state, id_, sentence = done.stdout.rstrip("\n").split(" ", 3)
    return {"error": error, "state": state, "id": id_, "sentence": sentence}


def test_a_part_is_given_back_and_then_no_more_than_is_left(s):
    paid = Paid(s)
    first = paid.refund(1000)
    assert first == {"error": "ok", "state": "succeeded", "id": s.refunds()[0]["id"], "sentence": ""}
    assert paid.refund(1000) == first and len(s.refunds()) == 1, "the same key, the same refund"
    more = paid.refund(500, key="another")
    assert (more["error"], more["state"]) == ("ok", "failed") and "greater than" in more["sentence"]
    assert paid.refund(10, key="third")["state"] == "succeeded", "less than can be charged can be given back"
    assert sum(r["amount"] for r in s.refunds()) == 1010


@pytest.mark.parametrize("kind", ["drop", "cut", "garbage", 500, 409, 429])
@pytest.mark.parametrize("hours", [0, 25])
def test_one_whose_answer_was_lost_is_not_made_again_also_when_its_key_is_forgotten_there(s, kind, hours):
    paid = Paid(s)
    s.faults.append(Fault("POST", REFUNDS, kind, after=True))
    lost = paid.refund(400)
    assert (lost["error"], lost["state"]) == ("offline", "unknown") and lost["sentence"]
    s.ahead = hours * 3600
    assert probe(s, "ask", paid.key)["state"] == "succeeded"
    assert paid.refund(400)["state"] == "succeeded"
    assert [r["amount"] for r in s.refunds()] == [400]


def test_one_that_never_arrived_is_made_then(s):
    paid = Paid(s)
    s.faults.append(Fault("POST", REFUNDS, "drop"))
    assert paid.refund(400)["error"] == "offline"
    assert probe(s, "ask", paid.key) == {"error": "ok", "state": "unknown", "id": "-", "sentence": ""}
    assert paid.refund(400)["state"] == "succeeded" and len(s.refunds()) == 1


def test_what_becomes_of_one_is_told_also_when_it_fails_later(s):
    paid = Paid(s)
    id_ = paid.refund(400)["id"]
    for status, state in (("pending", "pending"), ("requires_action", "pending"), ("succeeded", "succeeded"), ("canceled", "failed")):
        s.change("refunds", id_, status=status)
        assert probe(s, "ask", paid.key, id_)["state"] == state
    s.change("refunds", id_, status="failed", failure_reason="expired_or_canceled_card")
    told = probe(s, "ask", paid.key)
    assert (told["state"], told["sentence"]) == ("failed", "The gateway could not give it back: expired or canceled card.")


def test_nothing_is_believed_of_another_payments_session_or_refund(s):
    paid, other = Paid(s), Paid(s)
    assert paid.refund(400, reference=other.reference)["error"] == "offline"
    id_ = other.refund(400)["id"]
    assert probe(s, "ask", paid.key, id_)["error"] == "offline"
    s.change("refunds", id_, amount=1)
    assert other.refund(400)["error"] == "offline"
    assert len(s.refunds()) == 1


@pytest.mark.parametrize("status, state, sentence", [
    ("needs_response", "disputed", "The payer's bank disputes it: product not received."), ("under_review", "disputed", "The payer's bank disputes it: product not received."),
    ("lost", "reversed", "The payer's bank took it back: product not received."), ("won", "succeeded", ""), ("prevented", "succeeded", ""),
    ("warning_needs_response", "succeeded", ""), ("warning_closed", "succeeded", "")])
def test_one_that_is_disputed_says_so_and_an_inquiry_is_none(s, status, state, sentence):
    paid, other = Paid(s), Paid(s)
    s.dispute(other.session)
    about = ("about", paid.session, paid.reference, 1190, "EUR")
    assert probe(s, *about)["state"] == "succeeded"
    s.dispute(paid.session, "product_not_received", status)
    told = probe(s, *about)
    assert (told["error"], told["state"], told["sentence"]) == ("ok", state, sentence)
    s.faults.append(Fault("GET", "/v1/disputes", 500))
    assert (told := probe(s, *about))["error"] == "offline" and told["state"] == "unknown"


HOSTILE = ["../payouts", "re_1?expand[0]=charge", "re_1/cancel", "re_1&limit=0", "re_1#", "re 1", "re_%2e%2e", "re_\r\nX: y", ".", "re_" + "a" * 198, "re_é"]


@pytest.mark.parametrize("id_", HOSTILE)
def test_what_is_no_name_is_never_put_into_an_address(s, id_):
    """An account that was taken over, or somebody between, could make us say other things to the gateway than we meant."""
    paid = Paid(s)
    before = len(s.requests)
    told = probe(s, "ask", paid.key, id_)
    assert (told["error"], told["state"]) == ("offline", "unknown") and "no name" in told["sentence"] and len(s.requests) == before
    told = probe(s, "about", id_, paid.reference, 1190, "EUR")
    assert told["error"] == "offline" and len(s.requests) == before
    s.change("sessions", paid.session, payment_intent=id_)
    assert probe(s, "about", paid.session, paid.reference, 1190, "EUR")["state"] in ("unknown", "succeeded")
    assert paid.refund(400)["error"] == "offline"
    assert s.refunds() == [] and all(len(r["path"].split("/")) <= 5 and "re_" not in r["path"] + r["query"] for r in s.requests[before:])
