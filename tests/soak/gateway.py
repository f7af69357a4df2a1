"""Stories at a gateway that has a page of its own (the double of Stripe), of saved methods and what is charged by them, of disputes, and of what the books,
the gateways and the bank differ in. Nobody pays at a page that nobody was told of."""
import threading

import verdict
from actor_tools import GOOD_CARDS, card, cents, pick
from daemon import Refused, wait_until


class There:
    """What the gateway's side needs beside the double: which refunds were made in its own pages, and one thing at a time."""

    def __init__(self, double):
        self.double, self.by_hand, self.lock = double, set(), threading.Lock()

    def over(self, client):
        over(client, self)


def told_page(c, payment):
    """The payment once its page is told, or it is over; none in time: nobody goes there."""
    for _ in range(40):
        is_ = c.ask("payment.get", payment=payment)["payment"]
        if is_.get("url") or is_["state"] != "pending":
            return is_
        c.pause(0.1)
    return None


def session_of(c, url):
    return next((s for s in c.there.double.sessions("open") if s["url"] == url), None)


def page(c, draw):
    """At the gateway's page: paid there, left, too late, or called off while it is being made or later."""
    due = [d for d in c.ask("home.get")["due"] if d["balance"]["amount"] >= 50]
    if not due:
        return
    chosen = draw.sample(due, min(len(due), draw.randrange(1, 3)))
    begun = c.ask("payment.begin", parts=[{"invoice": d["id"]} for d in chosen], method="stripe/checkout",
                  expect=cents(sum(d["balance"]["amount"] for d in chosen)))["begun"]
    made = c.ask("payment.confirm", begun=begun)["payment"]
    what = draw.choice(["pay", "pay", "pay", "leave", "expire", "cancel", "cancel at once"])
    if what == "cancel at once":
        c.ask("payment.cancel", payment=made["id"])
        return
    is_ = told_page(c, made["id"])
    with c.there.lock:
        session = is_ and is_.get("url") and session_of(c, is_["url"])
        if session and what == "pay":
            c.there.double.pay(session["id"])
        elif session and what == "expire":
            c.there.double.change("sessions", session["id"], status="expired", url=None)
    if what == "cancel":
        c.ask("payment.cancel", payment=made["id"])
    elif what != "leave":
        c.ask("payment.settle", payment=made["id"])


def at_pages(c, draw):
    """Comes back to what was left: the page is paid, or it is called off."""
    for row in c.ask("payment.list", state="pending", limit=5)["payments"]:
        if row.get("gateway") != "stripe":
            continue
        is_ = c.ask("payment.get", payment=row["id"])["payment"]
        with c.there.lock:
            session = is_.get("url") and session_of(c, is_["url"])
            if session and draw.random() < 0.7:
                c.there.double.pay(session["id"])
        c.ask("payment.settle" if draw.random() < 0.7 else "payment.cancel", payment=row["id"])


def saved(c, draw):
    """Saves a card, pays with one, has another one offered first, gives one up."""
    there = c.ask("method.list")["methods"]
    if not there or (len(there) < 4 and draw.random() < 0.4):
        c.ask("method.save", mode="card", **card(draw.choice(GOOD_CARDS)))
        return
    one = pick(draw, there)["id"]
    what = draw.random()
    if what < 0.2:
        c.ask("method.set_default", saved=one)
    elif what < 0.4:
        c.ask("method.remove", saved=one)
    else:
        due = c.ask("home.get")["due"]
        if due:
            d = pick(draw, due)
            c.ask("payment.pay", parts=[{"invoice": d["id"]}], expect=d["balance"], saved=one)


def agrees(c, draw):
    """That what is due is charged by itself, and takes that back."""
    there = c.ask("method.list")["methods"]
    if not there or draw.random() < 0.3:
        c.ask("method.withdraw")
    else:
        c.ask("method.agree", saved=pick(draw, there)["id"], version=1, ceiling=cents(draw.randrange(1000, 100000)))


def at_the_gateway(c, draw):
    """Banks want money back and decide, somebody gives some back in the gateway's own pages; then staff ask."""
    paid = [p for p in c.ask("payment.list", limit=25)["payments"] if p.get("gateway") == "stripe" and p["state"] in ("succeeded", "disputed")]
    if not paid:
        return
    one = c.ask("payment.get", payment=pick(draw, paid)["id"])["payment"]
    double = c.there.double
    with c.there.lock:
        session = double.state["sessions"].get(one.get("gateway_id"))
        if not session or session["payment_status"] != "paid":
            return
        disputes = [d for d in double.state["disputes"].values() if d["payment_intent"] == session["payment_intent"]]
        back = [r for r in double.refunds() if r["payment_intent"] == session["payment_intent"]]
        if disputes and disputes[0]["status"] == "needs_response":
            double.decide(disputes[0]["id"], draw.choice(["won", "lost"]))
        elif not disputes and not back and draw.random() < 0.5:
            double.dispute(session["id"])
        elif not disputes and not back:
            c.there.by_hand.add(double.refund_by_hand(session["id"], draw.randrange(1, session["amount_total"] + 1)))
    c.ask("payment.settle", payment=one["id"])


def reconcile(c, draw):
    after = ""
    for _ in range(3):
        got = c.ask("report.reconcile", **({"after": after} if after else {}))
        after = got.get("next", "")
        if not after:
            return


# --- in the end ----------------------------------------------------------------------------------------------------------------------
DISPUTED = {"needs_response": "disputed", "lost": "reversed", "won": "succeeded"}


def tried(client, op, row):
    try:
        client.ask(op, payment=row["id"])
    except Refused:
        pass  # it is being made, was paid, or can not be reached: asked about again


def of_stripe(client, state):
    return [row for row in verdict.pages(client, "payment.list", "payments", state=state) if row.get("gateway") == "stripe"]


def over(client, there):
    """Of the business that is paid there: what is still open at the gateway is over: nobody goes to any page any more. And what banks said there is known here."""
    double = there.double
    double.faults.clear()
    for row in of_stripe(client, "pending"):
        tried(client, "payment.cancel", row)

    def heard():
        said = {d["payment_intent"]: DISPUTED[d["status"]] for d in double.state["disputes"].values()}
        late = [row for state in ("succeeded", "disputed") for row in of_stripe(client, state)
                if (session := double.state["sessions"].get(client.ask("payment.get", payment=row["id"])["payment"].get("gateway_id")))
                and said.get(session["payment_intent"], row["state"]) != row["state"]]
        for row in late:
            tried(client, "payment.settle", row)
        return not late
    wait_until(heard, 60, "what banks said of payments")

    def on_record():
        """What was given back there, as far as it can be put on record at all: else an event says so."""
        known = {client.ask("refund.get", refund=row["id"])["refund"].get("gateway_id") for row in verdict.pages(client, "refund.list", "refunds")
                 if row.get("gateway") == "stripe"}
        amiss = [e["text"] for e in verdict.pages(client, "event.list", "events", what="refund_amiss")]
        return all(id_ in known or any(id_ in text for text in amiss) for id_ in there.by_hand)
    wait_until(on_record, 90, "what was given back at the gateway")


def agrees_with(there, client, payments, refunds, finding):
    """Each page of a payment once; paid there is paid here, and the other way round; what was given back from here was given back there, once."""
    double = there.double
    sessions = {s["id"]: s for s in double.sessions() if s["mode"] == "payment"}
    for key in {s["client_reference_id"] for s in sessions.values()}:
        if (n := sum(s["client_reference_id"] == key for s in sessions.values())) > 1:
            finding("gateway", f"one payment has {n} pages there")
    named = {}
    for p in payments:
        if p.get("gateway") != "stripe":
            continue
        id_ = client.ask("payment.get", payment=p["id"])["payment"].get("gateway_id")
        if id_ in named:
            finding("gateway", f"payments {named[id_]['id']} and {p['id']} are one checkout there")
        if id_:
            named[id_] = p
        paid = id_ in sessions and sessions[id_]["payment_status"] == "paid"
        if paid != (p["state"] in ("succeeded", "disputed", "reversed")):
            finding("gateway", f"payment {p['id']} is {p['state']} here, and there {'it was paid' if paid else 'nothing was paid'}")
        if paid and sessions[id_]["amount_total"] != p["amount"]["amount"]:
            finding("gateway", f"payment {p['id']} is {p['amount']}, and there {sessions[id_]['amount_total']}")
    for id_, s in sessions.items():
        if s["payment_status"] == "paid" and id_ not in named:
            finding("gateway", f"checkout {id_} was paid there, and no payment here knows it")
    back = {r["id"]: r for r in double.refunds() if r["id"] not in there.by_hand}
    for r in refunds:
        if r.get("gateway") != "stripe":
            continue
        id_ = client.ask("refund.get", refund=r["id"])["refund"].get("gateway_id")
        mine = back.pop(id_, None)
        if id_ in there.by_hand:
            continue
        if (mine is not None and mine["status"] == "succeeded") != (r["state"] == "succeeded"):
            finding("gateway", f"refund {r['id']} is {r['state']} here, and there {mine and mine['status']}")
        if mine and mine["amount"] != r["amount"]["amount"]:
            finding("gateway", f"refund {r['id']} is {r['amount']}, and there {mine['amount']}")
    for id_ in back:
        finding("gateway", f"{id_} was given back there, and no refund here knows it")
    return sum(s["payment_status"] == "paid" for s in sessions.values())
