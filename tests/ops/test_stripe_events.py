"""What happens at Stripe is noticed by itself: its events are read, and what they name is asked about. Nobody asks here (payment.settle), and no word
comes in (webhooks)."""
import datetime
import signal
import time

import pytest

import clock
from daemon import Daemon, wait_until
from stripe_double import Fault, Stripe
from stripe_portal import LOCAL, Portal

EVENTS = "/v1/events"


def watch(p):
    """The row of the work that reads events."""
    return next((r for r in p.admin.ask("due.list", limit=100)["due"] if r["work"] == "events"), None)


def ahead(row):
    """In how many seconds it is done."""
    return datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00")).timestamp() - time.time()


def read_now(p):
    """They are read now, unless they just are."""
    row = watch(p)
    if row and ahead(row) > 0:
        p.admin.ask("due.again", due=row["id"])


def paid(p, price="11.90"):
    """Paid, and settled by itself."""
    invoice = p.invoice(price)
    payment = p.pay(invoice)
    p.s.pay(payment["gateway_id"])
    return invoice, state(p, payment, "succeeded")


def state(p, payment, wanted):
    """Waits until it is that; the events are read at once, nothing is asked about."""
    def look():
        got = p.get(payment)
        if got["state"] != wanted:
            read_now(p)
        return got["state"] == wanted and got
    return wait_until(look, 30, f"that it is {wanted}")


def invoice_of(p, invoice):
    return p.admin.ask("invoice.get", invoice=invoice["id"])["invoice"]


def refunds_of(p, payment):
    return p.admin.ask("refund.list", payment=payment["id"])["refunds"]


def polls(s):
    return [r for r in s.requests if r["path"] == EVENTS]


def settled_polls(p, s):
    """Until one reading that began after now came to its end."""
    for _ in range(2):
        wait_until(lambda: ahead(watch(p)) > 0, what="the end of the one before")
        tries = len(polls(s))
        read_now(p)
        wait_until(lambda: len(polls(s)) > tries, what="a reading")
    wait_until(lambda: ahead(watch(p)) > 0, what="its end")


# --- disputes ---------------------------------------------------------------------------------------------------------------------------
def test_a_dispute_of_what_was_paid_is_noticed_and_reopens_the_invoice_when_it_is_lost(p, s):
    invoice, payment = paid(p)
    dispute = s.dispute(payment["gateway_id"])
    got = state(p, payment, "disputed")
    assert got["failure"] == "The payer's bank disputes it: fraudulent." and invoice_of(p, invoice)["state"] == "paid"
    s.decide(dispute, "lost")
    state(p, payment, "reversed")
    assert invoice_of(p, invoice)["state"] == "open" and invoice_of(p, invoice)["balance"]["amount"] == 1190


def test_one_that_is_won_leaves_it_paid(p, s):
    invoice, payment = paid(p)
    dispute = s.dispute(payment["gateway_id"])
    state(p, payment, "disputed")
    s.decide(dispute, "won")
    state(p, payment, "succeeded")
    assert invoice_of(p, invoice)["state"] == "paid"


def test_one_about_a_part_that_is_lost_takes_back_nothing_by_itself(p, s):
    """What is due again is for people to say: they read how much was taken back."""
    invoice, payment = paid(p)
    dispute = s.dispute(payment["gateway_id"], amount=190)
    state(p, payment, "disputed")
    s.decide(dispute, "lost")

    def told():
        row = p.due(payment) or {}
        if row and ahead(row) > 0:
            p.admin.ask("due.again", due=row["id"])
        return row.get("said", "").startswith("the payer's bank took back EUR 1.90 of EUR 11.90: nothing is changed here")
    wait_until(told, what="that it is told")
    assert p.get(payment)["state"] == "disputed" and invoice_of(p, invoice)["state"] == "paid"


def test_it_is_noticed_without_anybody_doing_anything(tmp_path):
    """Not even that the reading is hurried: by the plan alone."""
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        invoice, payment = p.invoice(), None
        payment = p.pay(invoice)
        s.pay(payment["gateway_id"])
        wait_until(lambda: p.get(payment)["state"] == "succeeded", 30, "paid")
        s.dispute(payment["gateway_id"], status="lost")
        wait_until(lambda: p.get(payment)["state"] == "reversed", 60, "that it was taken back")
        assert invoice_of(p, invoice)["state"] == "open"


# --- refunds ----------------------------------------------------------------------------------------------------------------------------
def test_a_refund_that_fails_later_is_noticed(p, s):
    _, payment = paid(p)
    p.admin.ask("credit.unapply", payment=payment["id"], invoice=payment["allocations"][0]["invoice"])
    made = p.admin.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"]
    wait_until(lambda: refunds_of(p, payment)[0]["state"] == "succeeded", 30, "given back")
    [there] = [r for r in s.refunds() if r["id"] == refunds_of(p, payment)[0]["gateway_id"]]
    s.fail_refund(there["id"])
    read_now(p)
    failed = wait_until(lambda: (r := refunds_of(p, payment)[0])["state"] == "failed" and r, 30, "that it failed")
    assert failed["id"] == made["id"] and "expired or canceled card" in failed["failure"]
    assert p.get(payment)["unused"]["amount"] == 1190


def test_who_asks_about_one_while_its_gateway_answers_is_answered_anew(p, s):
    """What it said before is no answer to that: or else nobody would ask again for a day."""
    _, payment = paid(p)
    p.admin.ask("credit.unapply", payment=payment["id"], invoice=payment["allocations"][0]["invoice"])
    made = p.admin.ask("refund.make", payment=payment["id"], through=payment["id"])["refund"]
    wait_until(lambda: refunds_of(p, payment)[0]["state"] == "succeeded", 30, "given back")
    s.faults += [Fault("GET", EVENTS, 500, times=1000), Fault("GET", "/v1/refunds/*", "hold", after=True)]
    p.admin.ask("refund.settle", refund=made["id"])
    assert s.held.wait(20)
    s.change("refunds", refunds_of(p, payment)[0]["gateway_id"], status="failed", failure_reason="expired_or_canceled_card")
    p.admin.ask("refund.settle", refund=made["id"])
    s.go_on.set()
    wait_until(lambda: refunds_of(p, payment)[0]["state"] == "failed", 20, "that it failed")
    s.faults.clear()  # the double is the other tests', too


def test_one_that_was_made_at_the_gateway_itself_is_put_on_record_and_staff_are_told(p, s):
    invoice, payment = paid(p)
    there = s.refund_by_hand(payment["gateway_id"], 400)
    read_now(p)
    refund = wait_until(lambda: (r := refunds_of(p, payment)) and r[0]["state"] == "succeeded" and r[0], 30, "the refund")
    assert (refund["gateway_id"], refund["amount"]["amount"], refund["through"]) == (there, 400, payment["id"]) and not refund.get("by")
    assert "not from here" in refund["reason"]
    after = p.get(payment)
    assert (after["refunded"]["amount"], after["unused"]["amount"], after["status"]) == (400, 0, "partly_refunded")
    assert invoice_of(p, invoice)["balance"]["amount"] == 400, "what it settled of it is due again"
    bell = [e["what"] for e in p.admin.ask("event.list", bell=True, limit=50)["events"] if e.get("number") == refund["number"]]
    assert bell == ["refunded_there"]
    settled_polls(p, s)
    assert len(refunds_of(p, payment)) == 1
    s.fail_refund(there)
    read_now(p)
    wait_until(lambda: refunds_of(p, payment)[0]["state"] == "failed", 30, "that it failed")
    assert p.get(payment)["unused"]["amount"] == 400


def test_one_of_more_than_is_left_here_is_told_and_not_made_up(p, s):
    invoice, payment = paid(p)
    p.admin.ask("credit.unapply", payment=payment["id"], invoice=invoice["id"])
    p.admin.ask("refund.make", payment=payment["id"], mode="cash")
    s.refund_by_hand(payment["gateway_id"], 1190)
    read_now(p)
    told = wait_until(lambda: [e for e in p.admin.ask("event.list", bell=True, limit=50)["events"] if e["what"] == "refund_amiss"], 30, "the bell")
    assert told[0]["amount"]["amount"] == 1190 and told[0]["number"] == payment["number"] and len(refunds_of(p, payment)) == 1


def test_nothing_is_believed_of_an_event(p, s):
    invoice, payment = paid(p)
    session = next(x for x in s.sessions() if x["id"] == payment["gateway_id"])
    other = p.pay(p.invoice("5"))
    pending = next(x for x in s.sessions() if x["id"] == other["gateway_id"])
    s.happened("checkout.session.completed", {**pending, "status": "complete", "payment_status": "paid"})
    s.happened("charge.dispute.created", {"id": "du_none", "object": "dispute", "status": "lost", "payment_intent": session["payment_intent"]})
    s.happened("refund.created", {"id": "re_none", "object": "refund", "status": "succeeded", "amount": 100, "currency": "eur", "payment_intent": session["payment_intent"]})
    for row in ({"id": "cs_stranger", "object": "checkout.session"}, {"id": "../../v1/account"}, {"id": 7}, {}):
        s.happened("checkout.session.completed", row)
        s.happened("refund.updated", row)
    s.happened("charge.dispute.created", {"id": "du_x", "payment_intent": "pi_stranger"})
    s.happened("made.up.type", session)
    settled_polls(p, s)
    assert p.get(payment)["state"] == "succeeded" and p.get(other)["state"] == "pending" and not refunds_of(p, payment)
    assert not [r for r in s.requests if "account" in r["path"] and ".." in r["path"]]
    assert invoice_of(p, invoice)["state"] == "paid"
    p.maria.ask("payment.cancel", payment=other["id"])


def test_of_an_event_that_was_looked_at_nothing_is_asked_again(p, s):
    _, payment = paid(p)
    s.refund_by_hand(payment["gateway_id"], 100)
    read_now(p)
    wait_until(lambda: refunds_of(p, payment), 30, "the refund")
    settled_polls(p, s)
    with s.lock:
        s.requests.clear()
    for _ in range(3):
        settled_polls(p, s)
    assert {r["path"] for r in s.requests} == {EVENTS}


def test_events_that_come_late_out_of_order_or_twice_are_each_looked_at_once(p, s):
    first, second = paid(p)[1], paid(p)[1]
    settled_polls(p, s)
    s.dispute(second["gateway_id"])
    state(p, second, "disputed")
    with s.lock:  # this one happened before, and is listed after
        intent = next(x for x in s.sessions() if x["id"] == first["gateway_id"])["payment_intent"]
        made = s.new("disputes", "du_", object="dispute", payment_intent=intent, reason="general", status="needs_response", amount=1190, currency="eur")
        s.happened("charge.dispute.created", made, created=s.now() - 300)
        s.happened("charge.dispute.created", made, created=s.now() - 299)
    state(p, first, "disputed")
    disputed = [e for e in p.admin.ask("event.list", limit=100)["events"] if e["what"] == "disputed" and e.get("number") == first["number"]]
    assert len(disputed) == 1


def test_more_than_a_page_is_read(p, s):
    _, payment = paid(p)
    for i in range(130):
        s.happened("checkout.session.expired", {"id": f"cs_nobody{i}", "object": "checkout.session"})
    s.dispute(payment["gateway_id"])
    for i in range(230):
        s.happened("checkout.session.expired", {"id": f"cs_nobody_else{i}", "object": "checkout.session"})
    state(p, payment, "disputed")


def test_more_than_are_looked_at_at_once_are_all_looked_at(p, s):
    _, payment = paid(p)
    for i in range(60):
        s.happened("charge.dispute.created", {"id": f"du_{i}", "object": "dispute", "payment_intent": f"pi_nobody{i}"})
    s.dispute(payment["gateway_id"])
    state(p, payment, "disputed")
    with s.lock:
        s.requests.clear()
    settled_polls(p, s)
    assert not [r for r in s.requests if "payment_intent=pi_nobody" in r["query"]], "each was asked about once"


@pytest.mark.parametrize("kind", ["drop", "cut", "garbage", 401, 429, 500, 503])
def test_a_fault_while_they_are_read_loses_none(p, s, kind):
    _, payment = paid(p)
    s.dispute(payment["gateway_id"])
    s.faults[:] = [Fault("GET", EVENTS, kind, after=True, times=2)]
    while any(f.times for f in s.faults):
        left = sum(f.times for f in s.faults)
        read_now(p)
        wait_until(lambda: sum(f.times for f in s.faults) < left, what="a reading")  # noqa: B023
    state(p, payment, "disputed")


@pytest.mark.parametrize("path", ["/v1/refunds/*", "/v1/checkout/sessions"])
@pytest.mark.parametrize("kind", ["drop", "garbage", 429, 500])
def test_a_fault_while_what_they_name_is_asked_about_loses_none(p, s, path, kind):
    _, payment = paid(p)
    s.faults[:] = [Fault("GET", path, kind, after=True)]
    s.refund_by_hand(payment["gateway_id"], 300)

    def there():
        read_now(p)
        return refunds_of(p, payment)
    wait_until(there, 30, "the refund")
    assert not any(f.times for f in s.faults) and [r["amount"]["amount"] for r in refunds_of(p, payment)] == [300]


# --- when ---------------------------------------------------------------------------------------------------------------------------------
def test_where_nothing_happens_they_are_read_less_and_less(p, s):
    paid(p)
    settled_polls(p, s)
    first = watch(p)
    tries = len(polls(s))
    wait_until(lambda: len(polls(s)) >= tries + 2, 60, "two more")
    row = wait_until(lambda: (r := watch(p)).get("tries", 0) > first.get("tries", 0) and r, what="that they are told apart")
    assert row["said"] == "nothing happened there of late" and ahead(row) > 6


def test_a_refund_of_what_is_not_known_to_be_paid_yet_waits_for_that(tmp_path):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        payment = p.pay(p.invoice())
        s.faults.append(Fault("GET", f"/v1/checkout/sessions/{payment['gateway_id']}", 500, times=1000))
        s.pay(payment["gateway_id"])
        s.refund_by_hand(payment["gateway_id"], 1190)
        settled_polls(p, s)
        assert p.get(payment)["state"] == "pending" and not refunds_of(p, payment)
        s.faults.clear()
        state(p, payment, "succeeded")
        read_now(p)
        wait_until(lambda: refunds_of(p, payment), 30, "the refund")
        assert p.get(payment)["status"] == "refunded"


def test_after_a_time_in_which_none_were_read_each_payment_is_asked_about(tmp_path):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        payments = [paid(p)[1] for _ in range(3)]
        s.dispute(payments[1]["gateway_id"])
        with s.lock:
            s.state["events"].clear()  # as if it was long ago
            s.requests.clear()
        clock.forward(d, days=31)
        s.ahead = 31 * 86400
        p.again()
        wait_until(lambda: p.get(payments[1])["state"] == "disputed", 60, "that it is disputed")
        wait_until(lambda: all(any(r["path"].endswith(x["gateway_id"]) for r in s.requests) for x in payments), 60, "that each was asked about")


def test_a_daemon_that_was_killed_while_it_read_reads_them_again(tmp_path):
    with Stripe(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        payments = [paid(p)[1] for _ in range(4)]
        for payment in payments:
            s.faults[:] = [Fault("GET", "/v1/checkout/sessions", "hang", after=True)]
            s.refund_by_hand(payment["gateway_id"], 500)
            read_now(p)
            wait_until(lambda: not any(f.times for f in s.faults), what="that it hangs")
            d.process.send_signal(signal.SIGKILL)
            d.process.wait(10)
            d.stop()
            s.faults.clear()
            d.start()
            p.again()
            wait_until(lambda: refunds_of(p, payment), 30, "the refund")  # noqa: B023
        assert all([r["amount"]["amount"] for r in refunds_of(p, x)] == [500] for x in payments)
