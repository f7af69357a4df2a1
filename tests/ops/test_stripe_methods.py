"""What is saved at Stripe, and charged there: once under one key, with its owner and without; what its bank says; what answers that were lost leave."""
import datetime
import json
import urllib.error
import urllib.request

import pytest

import clock
from daemon import Daemon, Refused, days, line, money, wait_until
from stripe_double import Answered, Fault, Stripe
from stripe_portal import LOCAL, Portal, set_stripe
from test_stripe_events import read_now, state

instant = datetime.datetime.fromisoformat


@pytest.fixture
def s(tmp_path):
    with Stripe(tmp_path) as double:
        yield double


@pytest.fixture
def p(s):
    with Daemon(**LOCAL, sandbox=False) as d:
        yield Portal(d, s)


def save(p, s, course=None, **card):
    m = p.maria.ask("method.save", method="stripe/checkout")["saved"]
    assert m["state"] == "adding" and m["url"].startswith("https://checkout.stripe.com/")
    s.set_up(next(x["id"] for x in s.sessions("open") if x["mode"] == "setup"), course, **card)
    return wait_until(lambda: (now := p.maria.ask("method.get", saved=m["id"])["saved"])["state"] == "good" and now, what="a card that is saved")


def agree(p, m):
    p.maria.ask("method.agree", saved=m["id"], version=1, ceiling=money("500"))


def due(p):
    today = p.admin.ask("session.me")["me"]["today"]
    return p.admin.ask("invoice.create", customer=p.customer, send=True, document={"lines": [line(price="120")], "instalments": [
        {"due": today, "amount": money("119")}, {"due": "2030-12-31", "amount": money("1")}]})["invoice"]


def one(p, states=("succeeded", "failed")):
    return wait_until(lambda: [x for x in p.admin.ask("payment.list")["payments"] if x["state"] in states], what=f"a payment that has {states}")[0]


def posts(s):
    return [r for r in s.requests if (r["method"], r["path"]) == ("POST", "/v1/payment_intents")]


def whole(p):
    assert p.d.client().ask("system.check")["problems"] == []


def test_a_card_is_given_at_the_gateways_page_and_kept_as_its_name_there(p, s):
    told = p.maria.ask("method.begin", method="stripe/checkout")
    assert told["fields"] == [] and told["ways"] == ["stripe/checkout"]
    m = save(p, s)
    assert (m["title"], m["expires"], m["preferred"], "url" in m) == ("Visa ending 4242", "2041-11-30", True, False)
    begun = p.maria.ask("payment.begin", parts=[{"invoice": (made := p.invoice())["id"]}], expect=made["balance"], saved=m["id"])
    assert begun["fields"] == []
    p.maria.ask("payment.confirm", begun=begun["begun"])
    done = one(p)
    assert (done["state"], done["method"]) == ("succeeded", "Visa ending 4242")
    (post,) = posts(s)
    assert "return_url=https%3A%2F%2Facme.test" in post["body"] and "off_session" not in post["body"]
    whole(p)


def test_one_that_nobody_gave_is_not_saved(p, s):
    m = p.maria.ask("method.save", method="stripe/checkout")["saved"]
    s.change("sessions", s.sessions()[0]["id"], status="expired", url=None)
    wait_until(lambda: p.maria.ask("method.list")["methods"] == [], what="it is gone")
    assert p.maria.refused("method.get", saved=m["id"]).code == "not_found"
    whole(p)


def test_what_is_due_is_charged_without_its_owner(p, s):
    agree(p, save(p, s))
    due(p)
    done = one(p)
    (intent,) = s.intents()
    assert done["state"] == "succeeded" and intent["off_session"] and intent["amount"] == 11900
    assert p.get(done)["gateway_id"] == intent["id"]
    whole(p)


@pytest.mark.parametrize("course, refused", [("insufficient_funds", False), ("lost_card", True)])
def test_what_its_bank_says_is_told_and_what_it_says_for_good_is_not_tried_again(p, s, course, refused):
    m = save(p, s, course)
    agree(p, m)
    due(p)
    done = one(p)
    assert done["state"] == "failed" and done["failure"].startswith("Your card was declined.")
    assert p.maria.ask("method.get", saved=m["id"])["saved"]["state"] == ("refused" if refused else "good")
    mail = next(x for x in p.admin.ask("mail.list", limit=100)["mails"] if x["template"] == "charge")
    assert ("It is not tried again" in p.admin.ask("mail.get", mail=mail["id"])["mail"]["text"]) is refused
    assert len(posts(s)) == 1
    whole(p)


# --- a bank that wants its owner, who is not there ------------------------------------------------------------------------------------
def waiting(p, s):
    """A charge without its owner, whose bank asks for them: the payment, once it has their page."""
    agree(p, save(p, s, "3ds"))
    made = due(p)

    def look():
        rows = p.admin.ask("payment.list")["payments"]
        return rows and (now := p.get(rows[0], p.maria)).get("url") and now
    return made, wait_until(look, what="the page of their bank")


def mails(p):
    return [p.admin.ask("mail.get", mail=x["id"])["mail"]["text"] for x in p.admin.ask("mail.list", limit=100)["mails"] if x["template"] == "charge"]


def test_a_bank_that_wants_its_owner_has_the_payment_wait_for_them(p, s):
    made, pending = waiting(p, s)
    (intent,) = s.intents()
    assert pending["state"] == "pending" and pending["url"] == intent["next_action"]["redirect_to_url"]["url"] and p.get(pending)["gateway_id"] == intent["id"]
    (mail,) = mails(p)
    assert "Your bank wants to know something of you first" in mail and "failed" not in mail
    assert p.maria.refused("payment.begin", parts=[{"invoice": made["id"], "amount": money("119")}], expect=money("119"), method="stripe/checkout").code == "pending"
    s.authenticate(intent["id"])
    assert p.settled(pending)["state"] == "succeeded"
    assert len(s.intents()) == 1 and len(posts(s)) == 1 and p.admin.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == money("1")
    assert p.maria.ask("method.list")["methods"][0]["state"] == "good" and len(mails(p)) == 1
    whole(p)


def test_an_owner_whom_their_bank_does_not_know_has_paid_nothing(p, s):
    made, pending = waiting(p, s)
    s.authenticate(s.intents()[0]["id"], is_owner=False)
    done = p.settled(pending)
    assert done["state"] == "failed" and "failed authentication" in done["failure"]
    assert any("It failed, and nothing was taken" in x for x in mails(p)) and len(s.intents()) == 1
    assert p.admin.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == money("120")
    whole(p)


@pytest.mark.parametrize("path, kind, after", [("confirm", "drop", True), ("confirm", "drop", False), ("confirm", 500, False), ("confirm", 409, False), ("confirm", "cut", True), ("", "drop", True)])
def test_an_answer_that_was_lost_on_the_way_to_their_page_makes_no_second_charge(p, s, path, kind, after):
    s.faults.append(Fault("POST", "/v1/payment_intents/*/confirm" if path else "/v1/payment_intents", kind, after=after))
    _, pending = waiting(p, s)
    s.authenticate(s.intents()[0]["id"])
    assert p.settled(pending)["state"] == "succeeded" and len(s.intents()) == 1
    whole(p)


def test_who_agreed_and_withdraws_while_it_waits_is_not_charged(p, s):
    _, pending = waiting(p, s)
    p.maria.ask("method.withdraw")
    assert p.settled(pending)["state"] == "failed" and [x["status"] for x in s.intents()] == ["canceled"]
    whole(p)


def test_a_bank_that_asks_once_more_has_a_page_of_its_own_for_it(p, s):
    _, pending = waiting(p, s)
    (intent,) = s.intents()
    first = p.maria.ask("payment.get", payment=pending["id"])["payment"]
    for n in (2, 3):
        s.ask_again(intent["id"])
        again = wait_until(lambda: (x := p.maria.ask("payment.get", payment=pending["id"])["payment"]).get("url") == f"{first['url']}/{n}" and x, 40, what="the new page")
        assert again["state"] == "pending" and again["until"] == first["until"]
    s.authenticate(intent["id"])
    assert p.settled(pending)["state"] == "succeeded" and len(s.intents()) == 1
    whole(p)


def test_an_owner_who_was_there_and_left_is_waited_for_a_day(p, s):
    saved = save(p, s, "3ds")
    made = p.invoice()
    pending = p.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=made["balance"], saved=saved["id"])["payment"]
    shown = wait_until(lambda: (x := p.maria.ask("payment.get", payment=pending["id"])["payment"]).get("url") and x, 40, what="its page")
    assert instant(shown["until"]) - instant(shown["created"]) == datetime.timedelta(days=1)
    p.d.stop()
    p.d.env = {**(p.d.env or {}), **clock.at(days(2) + " 12:00:00")}
    p.d.start()
    p.admin = p.d.sign_in()
    done = one(p)
    assert done["state"] == "failed" and "nobody answered in a day" in done["failure"] and [x["status"] for x in s.intents()] == ["canceled"]
    whole(p)


def test_one_that_nobody_answers_is_closed_after_three_days(p, s):
    _, pending = waiting(p, s)
    p.d.stop()
    p.d.env = {**(p.d.env or {}), **clock.at(days(4) + " 12:00:00")}
    p.d.start()
    p.admin = p.d.sign_in()
    done = one(p)
    assert done["state"] == "failed" and "nobody answered in three days" in done["failure"] and [x["status"] for x in s.intents()] == ["canceled"]
    assert len(posts(s)) == 1
    whole(p)


def test_its_owner_is_led_to_the_bank_and_the_payment_settles_when_they_were_there(p, s):
    m, made = save(p, s, "3ds"), p.invoice()
    begun = p.maria.ask("payment.begin", parts=[{"invoice": made["id"]}], expect=made["balance"], saved=m["id"])
    pending = p.maria.ask("payment.confirm", begun=begun["begun"])["payment"]
    page = wait_until(lambda: (x := p.get(pending, p.maria)).get("url") and x, what="the bank's page")
    assert page["url"].startswith("https://hooks.stripe.com/3ds/")
    s.change("intents", page["gateway_id"] if "gateway_id" in page else p.get(pending)["gateway_id"], status="succeeded")
    assert p.settled(pending)["state"] == "succeeded"


@pytest.mark.parametrize("kind, after", [("drop", False), ("drop", True), (500, False), (409, False), (429, False), ("cut", True), ("garbage", True)])
def test_an_answer_that_was_lost_makes_no_second_charge(p, s, kind, after):
    agree(p, save(p, s))
    s.faults.append(Fault("POST", "/v1/payment_intents", kind, after=after))
    due(p)
    assert one(p)["state"] == "succeeded"
    assert len(s.intents()) == 1 and len({r["headers"]["Idempotency-Key"] for r in posts(s)}) == 1 and len({r["body"] for r in posts(s)}) == 1
    whole(p)


class Away(Stripe):
    """It makes the first charge, and its answers are lost and in trouble from then on, until it is `well`."""
    well = False

    def fault_of(self, method, path, after, body):
        if method == "POST" and path == "/v1/payment_intents" and not self.well:
            if not after:
                return 503 if self.state["intents"] else None
            return "drop"
        return super().fault_of(method, path, after, body)


class Another(Stripe):
    """Another account's: what a request names, and is not there, is a request that is refused."""

    def one(self, kind, id_):
        if id_ not in self.state[kind] and kind in ("means", "customers"):
            raise Answered(400, "invalid_request_error", f"No such {kind}: '{id_}'", code="resource_missing", param=kind)
        return super().one(kind, id_)


@pytest.fixture
def away(tmp_path):
    """A saved card was charged there, and nobody here knows: (portal, double, invoice, payment)."""
    with Away(tmp_path) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        m = save(p, s)
        made = p.invoice()
        begun = p.maria.ask("payment.begin", parts=[{"invoice": made["id"]}], expect=made["balance"], saved=m["id"])
        payment = p.maria.ask("payment.confirm", begun=begun["begun"])["payment"]
        wait_until(lambda: p.get(payment).get("unknown") and s.intents(), what="a charge of which nobody knows")
        yield p, s, made, payment
        whole(p)


def test_a_charge_whose_answer_was_lost_is_not_failed_by_another_accounts_refusal(away, tmp_path):
    p, s, made, payment = away
    (tmp_path / "other").mkdir()
    with Another(tmp_path / "other", account="acct_2", secret="sk_test_other") as other:
        set_stripe(p.admin, other.secret, api=other.url)
        wait_until(lambda: p.admin.ask("payment.settle", payment=payment["id"]) and other.requests, what="a question to the other account")
        p.admin.ask("payment.settle", payment=payment["id"])
        now = p.get(payment)
        assert (now["state"], now["unknown"]) == ("pending", True) and p.admin.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "open"
        set_stripe(p.admin, s.secret, api=s.url)
        s.well = True
        assert p.settled(payment)["state"] == "succeeded" and len(s.intents()) == 1


def test_a_charge_whose_answer_was_lost_is_found_and_not_made_anew_when_its_key_is_forgotten_there(away):
    """Their clock is a day ahead: ours was set back."""
    p, s, _, payment = away
    s.ahead, s.well = 25 * 3600, True
    assert p.settled(payment)["state"] == "succeeded" and len(s.intents()) == 1


def test_the_page_that_its_payer_has_open_is_closed_before_anything_is_charged(p, s):
    made = due(p)
    opened = p.maria.ask("payment.begin", parts=[{"invoice": made["id"], "amount": money("119")}], expect=money("119"), method="stripe/checkout")
    pending = p.maria.ask("payment.confirm", begun=opened["begun"])["payment"]
    wait_until(lambda: p.get(pending).get("url"), what="the page")
    agree(p, save(p, s))
    wait_until(lambda: p.admin.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == money("1"), what="what is due is paid")
    assert [x["status"] for x in s.sessions() if x["mode"] == "payment"] == ["expired"] and len(s.intents()) == 1
    assert p.get(pending)["state"] == "failed"
    whole(p)


def test_a_page_that_was_paid_meanwhile_is_what_paid_it(p, s):
    made = due(p)
    opened = p.maria.ask("payment.begin", parts=[{"invoice": made["id"], "amount": money("119")}], expect=money("119"), method="stripe/checkout")
    pending = p.maria.ask("payment.confirm", begun=opened["begun"])["payment"]
    page = wait_until(lambda: (x := p.get(pending)).get("url") and x, what="the page")
    m = save(p, s)
    s.pay(page["gateway_id"])
    agree(p, m)
    assert p.settled(pending)["state"] == "succeeded"
    wait_until(lambda: [r for r in p.admin.ask("due.list")["due"] if r["work"] == "charge" and r["tries"] == 0], what="a look at what is due")
    assert p.admin.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == money("1")
    assert len(s.intents()) == 1, "the one of the page"
    whole(p)


def test_it_is_given_back_through_the_gateway(p, s):
    agree(p, save(p, s))
    due(p)
    done = one(p)
    staff = p.admin
    made = p.get(done)["allocations"][0]["invoice"]
    staff.ask("credit.unapply", payment=done["id"], invoice=made)
    back = staff.ask("refund.make", payment=done["id"], through=done["id"], amount=money("20"))["refund"]
    wait_until(lambda: staff.ask("refund.get", refund=back["id"])["refund"]["state"] == "succeeded", what="the refund")
    assert s.refunds()[0]["payment_intent"] == s.intents()[0]["id"]


def unheard(p, s):
    """A charge that the gateway never heard of, and nobody knows that: the payment."""
    m = save(p, s)
    agree(p, m)
    s.faults.append(Fault("POST", "/v1/payment_intents", "drop", times=1000, body="confirm=true"))
    due(p)
    wait_until(lambda: posts(s), what="the first try")
    (pending,) = p.admin.ask("payment.list")["payments"]
    return m, pending


def never_charged(s):
    assert all(x["status"] == "canceled" for x in s.intents()), s.intents()


@pytest.mark.parametrize("end", ["withdraw", "remove"])
def test_what_did_not_reach_the_gateway_is_not_charged_after_consent_has_ended(p, s, end):
    m, pending = unheard(p, s)
    p.maria.ask("method.withdraw") if end == "withdraw" else p.maria.ask("method.remove", saved=m["id"])
    failed = p.settled(pending)
    assert failed["state"] == "failed" and failed["failure"] in ("The payment was called off.", "It was withdrawn before it was charged.")
    assert len(s.intents()) == 1 and never_charged(s) is None
    whole(p)


@pytest.mark.parametrize("who", ["maria", "admin"])
def test_what_never_reached_the_gateway_is_called_off_at_once_and_what_arrives_later_takes_nothing(p, s, who):
    _, pending = unheard(p, s)
    late = posts(s)[0]
    waits = p.maria.ask("payment.get", payment=pending["id"])["payment"]
    assert wait_until(lambda: p.get(pending, p.maria).get("unknown"), what="it is said that nobody knows") and waits["state"] == "pending"
    s.faults.append(Fault("POST", "/v1/payment_intents", "drop", after=True))  # of what calls it off: the answer to that is lost
    called = wait_until(lambda: try_cancel(getattr(p, who), pending), 40, what="it is called off")
    assert called["state"] == "failed"
    s.faults.clear()
    status, answer = again(s, late)  # the request that was on its way all the time
    assert (status, answer["error"]["type"]) == (400, "idempotency_error") and len(s.intents()) == 1 and never_charged(s) is None
    whole(p)


def try_cancel(client, pending):
    try:
        return client.ask("payment.cancel", payment=pending["id"])["payment"]
    except Refused as why:
        if why.code == "offline":
            return None
        return client.ask("payment.get", payment=pending["id"])["payment"]


def again(s, request):
    headers = {k: v for k, v in request["headers"].items() if k.lower() not in ("host", "content-length")}
    asked = urllib.request.Request(s.url + request["path"], request["body"].encode(), headers, method=request["method"])
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_what_arrived_after_all_is_found_when_it_is_called_off(p, s):
    _, pending = unheard(p, s)
    faults, s.faults = s.faults, []
    assert again(s, posts(s)[0])[0] == 200
    s.faults = faults
    assert wait_until(lambda: try_cancel(p.maria, pending), 40, what="it is looked for")["state"] == "succeeded"
    assert [x["status"] for x in s.intents()] == ["succeeded"]
    whole(p)


def test_what_reached_the_gateway_before_consent_ended_is_on_record(p, s):
    m = save(p, s)
    agree(p, m)
    s.faults.append(Fault("POST", "/v1/payment_intents", "drop", after=True))
    due(p)
    wait_until(lambda: len(posts(s)) == 1, what="the first try")
    p.maria.ask("method.withdraw")
    assert one(p)["state"] == "succeeded" and len(posts(s)) == 1 and len(s.intents()) == 1
    whole(p)


def test_a_dispute_of_what_was_charged_is_noticed_by_itself(p, s):
    agree(p, save(p, s))
    due(p)
    done = one(p)
    s.dispute(p.get(done)["gateway_id"])
    state(p, done, "disputed")
    whole(p)


def test_what_somebody_gave_back_there_of_a_charge_is_noticed_by_itself(p, s):
    agree(p, save(p, s))
    due(p)
    done = one(p)
    s.refund_by_hand(p.get(done)["gateway_id"], 1900)

    def look():
        read_now(p)
        return p.admin.ask("refund.list", payment=done["id"])["refunds"]
    (back,) = wait_until(look, what="the refund that somebody made there")
    assert back["amount"] == money("19")
    whole(p)


def test_what_was_charged_is_among_what_the_gateway_says_it_took(p, s):
    agree(p, save(p, s))
    due(p)
    assert one(p)["state"] == "succeeded"
    paid = p.pay(p.invoice())
    s.pay(paid["gateway_id"])
    p.settled(paid)
    told = p.admin.ask("report.reconcile")
    (stripe,) = [x for x in told["sources"] if x["source"] == "stripe"]
    assert told["differences"] == [] and stripe["count"] == 2 and stripe["here"] == stripe["there"]


# --- one that is removed ----------------------------------------------------------------------------------------------------------------
def detaches(s):
    return [r["path"] for r in s.requests if r["path"].endswith("/detach")]


def quiet(p):
    """Nothing of saved methods is due."""
    return not [r for r in p.admin.ask("due.list")["due"] if r["work"] == "charge"]


def test_what_is_removed_is_taken_off_its_owner_there(p, s):
    agree(p, m := save(p, s))
    assert s.means()[0]["customer"].startswith("cus_")
    p.maria.ask("method.remove", saved=m["id"])
    wait_until(lambda: s.means()[0]["customer"] is None, what="it is nobody's")
    wait_until(lambda: quiet(p), what="nothing is due of it")
    assert detaches(s) == [f"/v1/payment_methods/{s.means()[0]['id']}/detach"] and p.maria.ask("method.list")["methods"] == []
    whole(p)


@pytest.mark.parametrize("kind, after", [("drop", False), ("drop", True), (500, False), (429, False), ("garbage", True)])
def test_a_failure_on_the_way_is_tried_again_and_gone_there_already_is_fine(p, s, kind, after):
    m = save(p, s)
    s.faults.append(Fault("POST", "/v1/payment_methods/*/detach", kind, after=after))
    p.maria.ask("method.remove", saved=m["id"])
    wait_until(lambda: s.means()[0]["customer"] is None and quiet(p), 30, what="it is nobody's, and nothing is due of it")
    assert len(detaches(s)) == 2 and p.maria.ask("method.list")["methods"] == []
    whole(p)


def test_what_was_removed_while_the_gateway_was_away_is_taken_off_when_it_is_back(p, s):
    m = save(p, s)
    s.faults.append(Fault("POST", "/v1/payment_methods/*/detach", "drop", times=1000))
    p.maria.ask("method.remove", saved=m["id"])
    wait_until(lambda: detaches(s), what="a try")
    p.d.stop()
    s.faults.clear()
    p.d.start()
    p.admin = p.d.sign_in()
    wait_until(lambda: s.means()[0]["customer"] is None and quiet(p), 30, what="it is nobody's")
    whole(p)


@pytest.mark.parametrize("words", ["bad\x1b[31m", "a\nb", "a\u202eb"])
def test_words_of_a_gateway_are_made_fit_to_be_shown_and_stop_nothing(p, s, words):
    """They went into a mail that refused them, in the transaction of the settlement: the payment never ended."""
    make = s.make_intent

    def declined(form):
        if "confirm" not in form:
            return make(form)
        return s.new("intents", "pi_", object="payment_intent", amount=int(form["amount"]), currency=form["currency"], customer=form["customer"],
                     payment_method=form["payment_method"], status="requires_payment_method", metadata=form["metadata"],
                     last_payment_error={"message": words, "code": "card_declined"})
    s.make_intent = declined
    agree(p, save(p, s))
    due(p)
    failed = one(p, ("failed",))
    assert failed["failure"] and not set(failed["failure"]) & set("\x1b\n\u202e")


@pytest.mark.parametrize("status, becomes", [("succeeded", "succeeded"), ("requires_action", "failed")])
def test_a_confirmation_that_is_refused_is_no_end_of_the_intent(p, s, status, becomes):
    """It failed here while it could be paid there, or was."""
    def confirm(intent, form):
        intent.update(status=status, last_payment_error=None)
        s.save()
        raise Answered(400, "invalid_request_error", "unexpected state", code="payment_intent_unexpected_state")
    s.confirm_intent = confirm
    agree(p, save(p, s, "3ds"))
    due(p)
    made = one(p, (becomes,))
    (intent,) = s.intents()
    assert intent["status"] == {"succeeded": "succeeded", "failed": "canceled"}[made["state"]]
    whole(p)
