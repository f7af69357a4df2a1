"""Whatever goes wrong between the portal and Stripe: a payment is never made twice, never lost, and always settled in the end."""
import os
import pathlib
import random
import signal
import ssl
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
import clock  # noqa: E402
from certificates import Certificates  # noqa: E402
from daemon import Daemon, Refused, wait_until  # noqa: E402
from stripe_double import Fault, Stripe  # noqa: E402
from stripe_portal import LOCAL, Portal, set_stripe  # noqa: E402

SESSIONS = "/v1/checkout/sessions"
ROUNDS = int(os.environ.get("POSTERN_STRIPE_ROUNDS", "6"))


def made_for(s, before):
    return [x for x in s.sessions() if x["id"] not in before]


def page_of(p, payment, seconds=30):
    def look():
        got = p.ask(payment)
        assert got["state"] == "pending", got
        return got.get("url") and got
    return wait_until(look, seconds, "the page")


# --- making the page --------------------------------------------------------------------------------------------------------------------
FAULTS = [(kind, False) for kind in ("drop", 409, 429, 500, 503)] + [(kind, True) for kind in ("drop", "cut", "garbage", "other", 500, 503)]


@pytest.mark.parametrize("kind, after", FAULTS)
def test_a_fault_while_the_page_is_made_leaves_one_page_and_one_payment(p, s, kind, after):
    before = {x["id"] for x in s.sessions()}
    s.faults[:] = [Fault("POST", SESSIONS, kind, after, times=2 if kind in ("drop", 429) else 1)]
    payment = page_of(p, p.start(p.invoice()))
    [session] = made_for(s, before)
    assert session["id"] == payment["gateway_id"] and session["url"] == payment["url"]
    s.pay(session["id"])
    assert p.settled(payment)["state"] == "succeeded"
    assert not any(f.times for f in s.faults)


def test_a_key_that_was_used_for_something_else_leads_to_what_was_made(p, s):
    before = {x["id"] for x in s.sessions()}
    s.faults[:] = [Fault("POST", SESSIONS, "drop", after=True)]
    made = p.start(p.invoice())
    [session] = wait_until(lambda: made_for(s, before), what="the page")
    with s.lock:
        s.state["keys"][f"postern-charge-{session['client_reference_id']}"]["print"] = "another program's"
    assert page_of(p, made)["gateway_id"] == session["id"]
    assert len(made_for(s, before)) == 1
    s.pay(session["id"])
    assert p.settled(made)["state"] == "succeeded"


def test_what_the_gateway_refuses_fails_with_its_words(p, s):
    invoice = p.invoice()
    s.refuses = "Your account cannot currently make live charges."
    done = p.settled(p.start(invoice))
    s.refuses = None
    assert (done["state"], done["failure"]) == ("failed", "Your account cannot currently make live charges.")
    s.pay(p.pay(invoice)["gateway_id"])


def test_a_key_that_is_refused_holds_it_up_until_another_is_set(p, s):
    secret, s.secret = s.secret, "sk_test_rolled"
    made = p.start(p.invoice())
    row = wait_until(lambda: (r := p.due(made)) and r.get("said") and r, what="what is in the way")
    assert "refuses the secret key" in row["said"] and secret not in row["said"]
    set_stripe(p.admin, "sk_test_rolled")
    payment = page_of(p, made)
    s.secret = secret
    set_stripe(p.admin, secret)
    s.pay(payment["gateway_id"])
    assert p.settled(payment)["state"] == "succeeded"


def test_nothing_is_made_with_another_accounts_key(p, s):
    before = len(s.sessions())
    set_stripe(p.admin, account="acct_1Other")
    made = p.start(p.invoice())
    row = wait_until(lambda: (r := p.due(made)) and r.get("said") and r, what="what is in the way")
    assert "another account" in row["said"] and len(s.sessions()) == before
    set_stripe(p.admin, account=s.account)
    s.pay(page_of(p, made)["gateway_id"])
    assert p.settled(made)["state"] == "succeeded"
    set_stripe(p.admin, account="")


def test_a_server_whose_certificate_is_not_to_be_trusted_is_told_nothing(tmp_path):
    with Stripe(tmp_path, context=over_tls(Certificates(tmp_path / "ca").make("stripe"))) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        made = p.start(p.invoice())
        row = wait_until(lambda: (r := p.due(made)) and r.get("said") and r, what="what is in the way")
        assert "certificate" in row["said"] and not s.requests
        assert p.maria.ask("payment.get", payment=made["id"])["payment"]["state"] == "pending"


def over_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def trusting(ca):
    return {"arguments": [*LOCAL["arguments"], "--gateway-ca", str(ca)], "sandbox": False}


def test_a_server_that_is_certified_by_an_authority_of_the_operators_is_spoken_with(tmp_path):
    authority = Certificates(tmp_path / "ca")
    with Stripe(tmp_path, context=over_tls(authority.make("stripe"))) as s, Daemon(**trusting(authority.ca)) as d:
        p = Portal(d, s)
        payment = p.pay(p.invoice())
        s.pay(payment["gateway_id"])
        assert s.url.startswith("https:") and p.settled(payment)["state"] == "succeeded"


@pytest.mark.parametrize("what", ["another authority", "another host", "ended", "not begun", "itself"])
def test_one_that_is_certified_otherwise_is_told_nothing(tmp_path, what):
    authority, other = Certificates(tmp_path / "ca"), Certificates(tmp_path / "other")
    certificate = {
        "another authority": lambda: other.make("stripe"),
        "another host": lambda: authority.make("stripe", names="DNS:api.stripe.com,IP:127.0.0.2"),
        "ended": lambda: authority.make("stripe", days=2, shift=-10),
        "not begun": lambda: authority.make("stripe", shift=5),
        "itself": lambda: authority.by_itself("stripe"),
    }[what]()
    with Stripe(tmp_path, context=over_tls(certificate)) as s, Daemon(**trusting(authority.ca)) as d:
        p = Portal(d, s)
        made = p.start(p.invoice())
        row = wait_until(lambda: (r := p.due(made)) and r.get("said") and r, what="what is in the way")
        assert "certificate" in row["said"] and not s.requests and p.get(made)["state"] == "pending"


def test_authorities_that_can_not_be_read_are_refused_at_the_start_and_junk_trusts_nobody(tmp_path):
    for path in ("ca.pem", tmp_path / "none"):
        with pytest.raises(AssertionError, match="--gateway-ca"):
            Daemon(**trusting(path)).start()
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    authority = Certificates(tmp_path / "ca")
    with Stripe(tmp_path, context=over_tls(authority.make("stripe"))) as s, Daemon(**trusting(junk)) as d:
        p = Portal(d, s)
        made = p.start(p.invoice())
        row = wait_until(lambda: (r := p.due(made)) and r.get("said") and r, what="what is in the way")
        assert "authority" in row["said"] and not s.requests


def test_a_server_that_hangs_does_not_hold_up_the_end_and_the_page_is_found_again(tmp_path):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        s.faults.append(Fault("POST", SESSIONS, "hang", after=True))
        made = p.start(p.invoice())
        [session] = wait_until(s.sessions, what="the page")
        began = time.monotonic()
        assert d.stop() == 0 and time.monotonic() - began < 5
        d.start()
        p.again()
        assert page_of(p, made)["gateway_id"] == session["id"] and len(s.sessions()) == 1


def test_a_server_that_says_nothing_is_given_up_and_asked_again(p, s):
    before = {x["id"] for x in s.sessions()}
    s.faults[:] = [Fault("POST", SESSIONS, "hang", after=True)]
    began = time.monotonic()
    payment = page_of(p, p.start(p.invoice()), 40)
    assert 15 < time.monotonic() - began and [payment["gateway_id"]] == [x["id"] for x in made_for(s, before)]
    s.pay(payment["gateway_id"])
    assert p.settled(payment)["state"] == "succeeded"


# --- asking -----------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["drop", "cut", "garbage", "other", "long", 401, 404, 409, 429, 500])
def test_a_fault_while_it_is_asked_settles_nothing_and_then_all(p, s, kind):
    payment = p.pay(p.invoice())
    s.faults[:] = [Fault("GET", f"{SESSIONS}/{payment['gateway_id']}", kind, after=True, times=3)]
    s.pay(payment["gateway_id"])
    while any(f.times for f in s.faults):  # the server asks by itself, too: the last fault may have been its
        assert p.ask(payment)["state"] == "pending" or not any(f.times for f in s.faults)
    assert p.settled(payment)["state"] == "succeeded"


def test_another_amount_or_currency_than_ours_settles_nothing(p, s):
    payment = p.pay(p.invoice("20"))
    s.change("sessions", payment["gateway_id"], amount_total=100)
    s.pay(payment["gateway_id"])
    row = wait_until(lambda: "amount" in (r := p.due(payment)).get("said", "") and r, what="what is in the way")
    assert "nothing is settled" in row["said"] and p.get(payment)["state"] == "pending"
    s.change("sessions", payment["gateway_id"], amount_total=2000, currency="usd")
    assert p.ask(payment)["state"] == "pending"
    s.change("sessions", payment["gateway_id"], currency="eur")
    assert p.settled(payment)["state"] == "succeeded"


# --- calling off and giving back -----------------------------------------------------------------------------------------------------------
BOTH = [(kind, after) for kind in ("drop", "cut", "garbage", "other", 409, 429, 500) for after in (False, True) if after or kind not in ("cut", "garbage", "other")]


@pytest.mark.parametrize("kind, after", BOTH)
def test_a_fault_while_it_is_called_off_leaves_it_paid_or_not_as_the_gateway_says(p, s, kind, after):
    payment = p.pay(p.invoice())
    s.faults[:] = [Fault("POST", f"{SESSIONS}/{payment['gateway_id']}/expire", kind, after)]
    refusal = p.maria.refused("payment.cancel", payment=payment["id"])
    assert refusal.code in ("offline", "state") and not any(f.times for f in s.faults)
    if p.get(payment)["state"] == "pending":
        try:
            p.maria.ask("payment.cancel", payment=payment["id"])
        except Refused as late:  # it was found closed by itself meanwhile
            assert late.code == "state"
    assert p.settled(payment)["state"] == "failed" and s.state["sessions"][payment["gateway_id"]]["status"] == "expired"


@pytest.mark.parametrize("kind, after", BOTH)
def test_a_fault_while_money_is_given_back_gives_it_back_once(p, s, kind, after):
    payment = p.pay(p.invoice())
    s.pay(payment["gateway_id"])
    paid = p.settled(payment)
    p.admin.ask("credit.unapply", payment=payment["id"], invoice=paid["allocations"][0]["invoice"])
    before = {r["id"] for r in s.refunds()}
    s.faults[:] = [Fault("POST", "/v1/refunds", kind, after)]
    made = p.admin.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"]

    def back():
        p.admin.ask("refund.settle", refund=made["id"])
        got = p.admin.ask("refund.get", refund=made["id"])["refund"]
        return got["state"] != "pending" and got
    done = wait_until(back, 30, "the outcome")
    assert done["state"] == "succeeded" and not any(f.times for f in s.faults)
    assert [r["id"] for r in s.refunds() if r["id"] not in before] == [done["gateway_id"]]


# --- a day later ------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arrived", [True, False])
def test_a_key_that_is_old_is_not_sent_again(tmp_path, arrived):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        s.faults.append(Fault("POST", SESSIONS, "drop", after=arrived, times=1000))
        made = p.start(p.invoice())
        wait_until(lambda: any(r["method"] == "POST" for r in s.requests), what="the request")
        s.ahead = 21 * 3600
        clock.forward(d, hours=21)
        s.faults.clear()
        s.requests.clear()
        p.again()
        if arrived:
            [session] = s.sessions()
            assert page_of(p, made)["gateway_id"] == session["id"]
            s.pay(session["id"])
            assert p.settled(made)["state"] == "succeeded"
        else:
            wait_until(lambda: "call it off" in (p.ask(made) and p.due(made)).get("said", ""), 30, "that staff decide")
            assert p.admin.ask("payment.cancel", payment=made["id"])["payment"]["state"] == "failed"
            assert not s.sessions()
        assert not [r for r in s.requests if r["method"] == "POST"]


# --- calling off ------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind, after", [("drop", False), (500, False), ("drop", True), (500, True), ("cut", True)])
def test_a_fault_while_it_is_called_off_leaves_it_pending_or_over(p, s, kind, after):
    payment = p.pay(p.invoice())
    s.faults[:] = [Fault("POST", f"{SESSIONS}/{payment['gateway_id']}/expire", kind, after)]
    refusal = p.maria.refused("payment.cancel", payment=payment["id"])
    assert refusal.code == "offline" and "stays pending" in refusal.message
    try:
        p.maria.ask("payment.cancel", payment=payment["id"])
    except Refused as again:  # it was found closed meanwhile
        assert again.code == "state"
    done = p.settled(payment)
    assert done["state"] == "failed" and not s.paid_of(next(x for x in s.sessions() if x["id"] == payment["gateway_id"])["client_reference_id"])


@pytest.mark.parametrize("after", [False, True])
def test_one_that_is_called_off_while_its_page_is_being_made_can_not_be_paid(p, s, after):
    before = {x["id"] for x in s.sessions()}
    s.held.clear()
    s.go_on.clear()
    s.faults[:] = [Fault("POST", SESSIONS, "hold", after)]
    made = p.start(p.invoice())
    assert s.held.wait(20)
    try:
        assert p.maria.ask("payment.cancel", payment=made["id"])["payment"]["state"] == "failed"
    finally:
        s.go_on.set()
    again = p.pay(p.invoice())  # what was held has been answered before that
    states = {x["id"]: x["status"] for x in made_for(s, before)}
    assert states.pop(again["gateway_id"]) == "open" and set(states.values()) == {"expired"}
    assert p.get(made)["state"] == "failed" and not p.get(made).get("url")
    p.maria.ask("payment.cancel", payment=again["id"])


# --- killed -----------------------------------------------------------------------------------------------------------------------------
KINDS = ["drop", "drop", 500, 503, 429, 409, "cut"]


class Payer(threading.Thread):
    """Somebody at the pages: pays, goes away, or leaves them open."""

    def __init__(self, s, chance):
        super().__init__(daemon=True)
        self.s, self.chance, self.over = s, chance, threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            for session in self.s.sessions("open"):
                if self.chance.random() < 0.15:
                    self.s.pay(session["id"])
                elif self.chance.random() < 0.03:
                    self.s.change("sessions", session["id"], status="expired", url=None)


def test_killed_again_and_again_nothing_is_paid_twice_and_nothing_is_lost(tmp_path):
    chance = random.Random(20261130)
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        payer = Payer(s, chance)
        payer.start()
        payments = []
        for _ in range(ROUNDS):
            s.faults[:] = [Fault(method, path, chance.choice(KINDS), chance.random() < 0.5, chance.randrange(1, 3))
                           for method, path in (("POST", SESSIONS), ("GET", f"{SESSIONS}/*"), ("POST", SESSIONS), ("GET", SESSIONS))]
            for _ in range(3):
                invoice = p.invoice(f"{chance.randrange(100, 9999) / 100:.2f}")
                begun = p.begin(invoice)["begun"]
                asked = p.maria.envelope("payment.confirm", {"begun": begun})
                payments.append((invoice, asked, p.maria.send(asked)["payment"]))
            called_off = chance.choice(payments)[2]
            if chance.random() < 0.5:
                try:
                    p.maria.ask("payment.cancel", payment=called_off["id"])
                except Refused as refusal:
                    assert refusal.code in ("state", "offline"), refusal
            threading.Event().wait(chance.random() * 0.6)  # somewhere in the middle
            d.process.send_signal(signal.SIGKILL)
            d.process.wait(10)
            d.stop()
            d.start()
            p.again()
        s.faults.clear()
        wait_until(lambda: not [x for x in (p.ask(made) for _, _, made in payments) if x["state"] == "pending"], 120, "all settled")
        payer.over.set()
        payer.join()
        check(p, s, payments)


def check(p, s, payments):
    by_id = {x["id"]: x for x in s.sessions()}
    references = [x["client_reference_id"] for x in by_id.values()]
    assert len(references) == len(set(references)), "one page for each payment"
    paid = {x["id"] for x in by_id.values() if x["payment_status"] == "paid"}
    done = [p.get(made) for _, _, made in payments]
    named = [x["gateway_id"] for x in done if x.get("gateway_id")]
    assert len(named) == len(set(named))
    assert {x["gateway_id"] for x in done if x["state"] == "succeeded"} == paid, "what was paid there is paid here, and nothing else"
    for (invoice, _, _), payment in zip(payments, done):
        state = p.admin.ask("invoice.get", invoice=invoice["id"])["invoice"]["state"]
        assert state == ("paid" if payment["state"] == "succeeded" else "open")
        if payment["state"] == "succeeded":
            assert by_id[payment["gateway_id"]]["amount_total"] == payment["amount"]["amount"] == invoice["total"]["amount"]
    assert any(x["state"] == "succeeded" for x in done)
