"""Stripe, as far as a portal asks it, on a port of 127.0.0.1: written after its documentation (idempotency, checkout sessions, intents, refunds), with
a memory on disk, so that it may be ended and begun again, and with whatever goes wrong on the way.

    with Stripe(folder) as s:                       # s.url, s.secret, s.account
        …                                           # the portal makes a checkout
        [session] = s.sessions()
        s.pay(session["id"])                        # as the customer would, at the page
        s.faults.append(Fault("POST", "/v1/checkout/sessions", "drop", after=True))   # the next such request: done, and no answer

A fault happens `before` the request is served (the default) or `after`, `times` times, to requests with `body` in theirs. Kinds: a status (429, 500 …), "drop" (hangs up), "hang"
(says nothing until it is closed), "hold" (waits until `go_on` is set, `held`: it is at that; before: and is served then; after: and answers as it was), "cut" (half of the answer), "garbage", "long" (more than anybody reads), "other" (the answer of another account).
"""
import calendar
import copy
import hashlib
import http.server
import json
import pathlib
import re
import secrets
import threading
import time
import urllib.parse

VERSION = "2026-10-28.endive"
KEYS_LAST = 24 * 3600
EVENTS_LAST = 30 * 86400
LEAST = {"eur": 50, "usd": 50, "gbp": 30, "jpy": 50}


class Fault:
    def __init__(self, method, path, kind, after=False, times=1, body=""):
        self.method, self.path, self.kind, self.after, self.times, self.body = method, path, kind, after, times, body

    def fits(self, method, path, body):
        return self.times > 0 and method == self.method and self.body in body and re.fullmatch(self.path.replace("*", "[^/]+"), path)


class Answered(Exception):
    """An answer other than the object that was asked for."""

    def __init__(self, status, type_, message, **more):
        super().__init__(message)
        self.status, self.body = status, {"error": {"type": type_, "message": message, **more}}


def missing(what):
    return Answered(404, "invalid_request_error", f"No such {what}", code="resource_missing")


def form_of(text, strict=True):
    """a[b][0]=c&… → {"a": {"b": {"0": "c"}}}. strict: only as the official client for JavaScript writes it (that for Python writes a blank as + and
    leaves brackets in values)."""
    form = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        value = value if strict else value.replace("+", "%20")
        assert re.fullmatch(r"[a-z_]+(\[[a-z0-9_]+\])*", name), f"a name that the official client does not write: {name}"
        assert not strict or re.fullmatch(r"([A-Za-z0-9._~-]|%[0-9A-F]{2})*", value), f"a value that is not encoded as it has to be: {value}"
        at, *path = re.findall(r"[a-z0-9_]+", name)
        there = form
        for step in path:
            there = there.setdefault(at, {})
            at = step
        there[at] = urllib.parse.unquote(value, errors="strict")
    return form


class Stripe:
    def __init__(self, folder, account="acct_1Postern", secret="sk_test_postern", port=0, context=None):
        self.file = pathlib.Path(folder) / "stripe.json"
        self.account, self.secret, self.port, self.context = account, secret, port, context
        self.faults, self.requests, self.ahead, self.strict = [], [], 0, True
        self.held, self.go_on = threading.Event(), threading.Event()
        self.refuses = None  # the sentence with which it makes no checkouts
        self.lock, self.closing, self.running = threading.RLock(), threading.Event(), set()
        self.state = json.loads(self.file.read_text()) if self.file.exists() else {
            "sessions": {}, "intents": {}, "refunds": {}, "disputes": {}, "keys": {}, "events": {}, "customers": {}, "means": {}, "payouts": {}, "moves": {}}

    # --- the server ---------------------------------------------------------------------------------------------------------------
    def __enter__(self):
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                double.serve(self)

            do_POST = do_GET

            def log_message(self, *unused):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *unused):
                pass
        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        if self.context:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"
        self.closing.clear()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def __exit__(self, *unused):
        self.close()

    def now(self):
        return int(time.time() + self.ahead)

    def save(self):
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(self.state))
        beside.rename(self.file)

    def fault_of(self, method, path, after, body):
        with self.lock:
            for f in self.faults:
                if f.after == after and f.fits(method, path, body):
                    f.times -= 1
                    return f.kind
        return None

    def serve(self, h):
        path, _, query = h.path.partition("?")
        body = h.rfile.read(int(h.headers.get("Content-Length") or 0)).decode()
        with self.lock:
            self.requests.append({"method": h.command, "path": path, "query": query, "body": body, "headers": dict(h.headers)})
        kind = self.fault_of(h.command, path, False, body)
        status, answer, more = (None, None, {})
        if kind == "hold":  # and served then
            self.hold()
            kind = None
        if kind is None:
            status, answer, more = self.answer(h, path, query, body)
            kind = self.fault_of(h.command, path, True, body)
            if isinstance(kind, int):
                self.keep_failure(h, kind)
        if isinstance(kind, int):
            status, answer, more = kind, {"error": {"type": "api_error", "message": f"trouble {kind}"}}, {}
        if kind == "hang":
            self.closing.wait(60)
        if kind == "hold":
            self.hold()
        if kind in ("hang", "drop"):
            h.close_connection = True
            h.connection.close()
            return
        if kind == "other":
            answer = {**answer, "id": "cs_test_stranger", "client_reference_id": "0" * 32}
        if kind == "long":
            answer = {**answer, "more": "x" * (3 << 20)}
        self.write(h, status, answer, more, kind)

    def hold(self):
        self.held.set()
        self.go_on.wait(60)

    @staticmethod
    def write(h, status, answer, more, kind):
        text = b"<html>nothing" if kind == "garbage" else json.dumps(answer).encode()
        h.send_response(status)
        h.send_header("Content-Type", "application/json")
        h.send_header("Content-Length", str(len(text)))
        for name, value in more.items():
            h.send_header(name, value)
        h.end_headers()
        h.wfile.write(text[:len(text) // 2] if kind == "cut" else text)
        if kind == "cut":
            h.close_connection = True

    # --- idempotency ----------------------------------------------------------------------------------------------------------------
    def keep_failure(self, h, status):
        """What was begun and failed is answered alike as long as the key lasts."""
        key = h.headers.get("Idempotency-Key")
        with self.lock:
            if key and key in self.state["keys"] and status >= 500:
                self.state["keys"][key].update(status=status, answer={"error": {"type": "api_error", "message": f"trouble {status}"}})
                self.save()

    def answer(self, h, path, query, body):
        if h.headers.get("Authorization") != f"Bearer {self.secret}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}, {}
        assert h.headers.get("Stripe-Version") == VERSION
        same = json.dumps(form_of(body, self.strict), sort_keys=True)  # what it says, however it is written
        key, print_ = h.headers.get("Idempotency-Key"), hashlib.sha256(f"{path}?{same}".encode()).hexdigest()
        with self.lock:
            if key in self.running:
                return 409, {"error": {"type": "idempotency_error", "message": "Another request with that key is running"}}, {}
            before = self.state["keys"].get(key)
            if before and self.now() - before["at"] < KEYS_LAST:
                if before["print"] != print_:
                    return 400, {"error": {"type": "idempotency_error",
                                           "message": "Keys for idempotent requests can only be used with the same parameters"}}, {}
                return before["status"], before["answer"], {"Idempotent-Replayed": "true"}
            try:
                if h.command == "POST":
                    assert h.headers["Content-Type"] == "application/x-www-form-urlencoded"
                status, answer = 200, copy.deepcopy(self.route(h.command, path, form_of(body, self.strict), urllib.parse.parse_qs(query)))
            except Answered as other:
                if key and getattr(other, "kept", False):  # it began: the key answers alike from now on
                    self.state["keys"][key] = {"print": print_, "status": other.status, "answer": other.body, "at": self.now()}
                self.save()
                return other.status, other.body, {}
            if key:
                self.state["keys"][key] = {"print": print_, "status": status, "answer": answer, "at": self.now()}
            self.save()
            return status, answer, {}

    # --- what there is --------------------------------------------------------------------------------------------------------------
    def route(self, method, path, form, query):
        parts = path.split("/")[2:]
        if (method, parts) == ("GET", ["account"]):
            return {"id": self.account, "object": "account"}
        if parts[:2] == ["checkout", "sessions"]:
            if len(parts) == 2:
                return self.make_session(form) if method == "POST" else self.page("sessions", query)
            session = self.one("sessions", parts[2])
            return self.expanded(session, query) if method == "GET" else self.expire_session(session)
        if (method, parts) == ("GET", ["events"]):
            assert 0 < len([n for n in query if n.startswith("types[")]) <= 20
            return self.page("events", query)
        if (method, parts) == ("POST", ["customers"]):
            return self.new("customers", "cus_", object="customer", metadata=form.get("metadata", {}))
        if (method, parts) == ("GET", ["disputes"]):
            return self.page("disputes", query)
        if (method, parts) == ("GET", ["payouts"]):
            return self.page("payouts", query, bound="arrival_date")
        if (method, parts) == ("GET", ["balance_transactions"]):
            assert self.one("payouts", query["payout"][0])["automatic"], "of others it does not say what they are made of"
            return self.page("moves", query)
        if parts[0] == "payment_intents":
            if len(parts) == 1:
                return self.make_intent(form) if method == "POST" else self.page("intents", query)
            intent = self.one("intents", parts[1])
            return intent if method == "GET" else self.confirm_intent(intent, form) if parts[2:] == ["confirm"] else self.cancel_intent(intent)
        if method == "POST" and parts[0] == "payment_methods" and parts[2:] == ["detach"]:
            return self.detach(self.one("means", parts[1]))
        if parts[0] == "refunds":
            if len(parts) == 2:
                return self.one("refunds", parts[1])
            return self.make_refund(form) if method == "POST" else self.page("refunds", query)
        raise missing(path)

    def one(self, kind, id_):
        if id_ not in self.state[kind]:
            raise missing(f"{kind}: {id_}")
        return self.state[kind][id_]

    def page(self, kind, query, bound="created"):
        rows = sorted(self.state[kind].values(), key=lambda r: r["order"], reverse=True)
        bounds = {name[len(bound) + 1:-1]: int(value[0]) for name, value in query.items() if name.startswith(f"{bound}[")}
        rows = [r for r in rows if bounds.get("gte", 0) <= r[bound] <= bounds.get("lte", 1 << 60)]
        for name in ("payment_intent", "customer", "payout"):
            rows = [r for r in rows if name not in query or r.get(name) == query[name][0]]
        types = {value[0] for name, value in query.items() if re.fullmatch(r"types\[[0-9]+\]", name)}
        rows = [r for r in rows if not types or r["type"] in types or r["type"].startswith("made.up")]
        if kind == "events":  # it looks back so far
            rows = [r for r in rows if self.now() - r["created"] < EVENTS_LAST]
        if "starting_after" in query:
            rows = rows[[r["id"] for r in rows].index(query["starting_after"][0]) + 1:]
        limit = int(query.get("limit", ["10"])[0])
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit}

    def new(self, kind, prefix, **more):
        row = {"id": prefix + secrets.token_hex(24), "created": self.now(), "order": sum(len(v) for v in self.state.values()), "livemode": False, **more}
        self.state[kind][row["id"]] = row
        return row

    def happened(self, type_, row, **more):
        """Something happened: its event, as it lies in the list and is sent as word. more: what is otherwise about it, such as created."""
        with self.lock:
            event = self.new("events", "evt_", object="event", type=type_, data={"object": copy.deepcopy(row)})
            event.update(more)
            self.save()
            return copy.deepcopy(event)

    def make_session(self, form):
        if self.refuses:
            raise Answered(400, "invalid_request_error", self.refuses)
        if form.get("mode") == "setup":
            return self.make_setup(form)
        price = form["line_items"]["0"]["price_data"]
        amount = int(price["unit_amount"]) * int(form["line_items"]["0"]["quantity"])
        if form.get("mode") != "payment" or not form.get("success_url", "").startswith("https://"):
            raise Answered(400, "invalid_request_error", "Not a valid URL", param="success_url")
        if amount < LEAST.get(price["currency"], 1):
            raise Answered(400, "invalid_request_error", "The amount is too small", code="amount_too_small")
        assert price["product_data"]["name"] and len(form.get("client_reference_id", "")) <= 200
        return self.new("sessions", "cs_test_", object="checkout.session", status="open", payment_status="unpaid", mode="payment",
                        client_reference_id=form.get("client_reference_id"), amount_total=amount, currency=price["currency"],
                        payment_intent=None, url=f"https://checkout.stripe.com/c/pay/{secrets.token_hex(150)}",
                        expires_at=self.now() + 24 * 3600, metadata=form.get("metadata", {}),
                        intent_metadata=form.get("payment_intent_data", {}).get("metadata", {}))

    def make_setup(self, form):
        self.one("customers", form["customer"])
        assert re.fullmatch("[a-z]{3}", form["currency"]) and form["success_url"].startswith("https://")
        return self.new("sessions", "cs_test_", object="checkout.session", status="open", payment_status="no_payment_required", mode="setup",
                        client_reference_id=form.get("client_reference_id"), customer=form["customer"], setup_intent=None, payment_intent=None,
                        url=f"https://checkout.stripe.com/c/pay/{secrets.token_hex(150)}")

    def expanded(self, session, query):
        if session.get("setup_intent") and query.get("expand[0]") == ["setup_intent.payment_method"]:
            means = self.state["means"][session["setup_intent"]["payment_method"]]
            return {**session, "setup_intent": {**session["setup_intent"], "payment_method": means}}
        return session

    def make_intent(self, form):
        """Made and confirmed in one, of a means that was saved: what becomes of it is the means' own."""
        if "confirm" not in form:  # it waits for a means of payment, and takes nothing until it is confirmed
            assert "payment_method" not in form
            return self.new("intents", "pi_", object="payment_intent", amount=int(form["amount"]), currency=form["currency"], customer=form["customer"],
                            payment_method=None, status="requires_payment_method", metadata=form.get("metadata", {}), last_payment_error=None)
        means = self.one("means", form["payment_method"])
        off = form.get("off_session") == "true"
        assert means["customer"] == form["customer"] and form["confirm"] == "true" and off != ("return_url" in form)
        intent = self.new("intents", "pi_", object="payment_intent", amount=int(form["amount"]), currency=form["currency"], customer=form["customer"],
                          payment_method=means["id"], status="succeeded", metadata=form.get("metadata", {}), last_payment_error=None, off_session=off)
        course = means["course"]
        if course == "3ds" and not off:
            intent.update(status="requires_action", next_action={"redirect_to_url": {"url": f"https://hooks.stripe.com/3ds/{intent['id']}"}})
        elif course == "processing":
            intent["status"] = "processing"
        elif course:
            error = {"type": "card_error", "message": "Your card was declined.", "code": "card_declined", "decline_code": course} if course != "3ds" else {
                "type": "card_error", "message": "Your card was declined. This transaction requires authentication.", "code": "authentication_required"}
            intent.update(status="requires_payment_method", last_payment_error=error)
            answer = Answered(402, **{"type_": error["type"]}, message=error["message"], payment_intent=copy.deepcopy(intent),
                              **{k: v for k, v in error.items() if k not in ("type", "message")})
            answer.kept = True
            raise answer
        return intent

    @staticmethod
    def detach(means):
        """Nobody's from now on: it is never charged again, by anybody."""
        if not means["customer"]:
            raise Answered(400, "invalid_request_error", "The payment method you provided is not attached to a customer so detachment is impossible.")
        means["customer"] = None
        return means

    def confirm_intent(self, intent, form):
        """Confirmed once more, with its owner there: the same intent, which takes the money once at most."""
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            raise Answered(400, "invalid_request_error", f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}",
                           code="payment_intent_unexpected_state", payment_intent=copy.deepcopy(intent))
        means = self.one("means", form["payment_method"])
        assert means["customer"] == intent["customer"] and form["return_url"].startswith("https://") and "off_session" not in form
        if means["course"] == "3ds":
            asked = intent["asked"] = intent.get("asked", 0) + 1
            intent.update(status="requires_action", last_payment_error=None,
                          next_action={"redirect_to_url": {"url": f"https://hooks.stripe.com/3ds/{intent['id']}" + (f"/{asked}" if asked > 1 else "")}})
        return intent

    def cancel_intent(self, intent):
        if intent["status"] not in ("requires_payment_method", "requires_action", "requires_confirmation"):
            raise Answered(400, "invalid_request_error", f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}")
        intent["status"] = "canceled"
        return intent

    def expire_session(self, session):
        if session["status"] != "open":
            raise Answered(400, "invalid_request_error", "Only Checkout Sessions with a status of open can be expired")
        session.update(status="expired", url=None)
        self.happened("checkout.session.expired", session)
        return session

    def given_back(self, intent):
        return sum(r["amount"] for r in self.state["refunds"].values() if r["payment_intent"] == intent and r["status"] not in ("failed", "canceled"))

    def make_refund(self, form):
        intent, amount = self.one("intents", form["payment_intent"]), int(form["amount"])
        if intent["status"] != "succeeded" or self.given_back(intent["id"]) + amount > intent["amount"]:
            raise Answered(400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge")
        refund = self.new("refunds", "re_", object="refund", status="succeeded", payment_intent=intent["id"], amount=amount,
                          currency=intent["currency"], metadata=form.get("metadata", {}), failure_reason=None)
        self.happened("refund.created", refund)
        return refund

    # --- what customers and banks do ------------------------------------------------------------------------------------------------
    def sessions(self, status=None):
        with self.lock:
            return [copy.deepcopy(s) for s in self.state["sessions"].values() if status in (None, s["status"])]

    def refunds(self):
        with self.lock:
            return [copy.deepcopy(r) for r in self.state["refunds"].values()]

    def complete(self, id_, paid, intent):
        with self.lock:
            s = self.state["sessions"][id_]
            assert s["status"] == "open", s
            made = self.new("intents", "pi_", object="payment_intent", amount=s["amount_total"], currency=s["currency"], status=intent,
                            metadata=s["intent_metadata"], last_payment_error=None)
            s.update(status="complete", url=None, payment_status=paid, payment_intent=made["id"])
            self.happened("checkout.session.completed", s)
            return made["id"]

    def pay(self, id_):
        return self.complete(id_, "paid", "succeeded")

    def set_up(self, id_, course=None, **card):
        """The owner gave a card at the page of a session of mode setup; course: None pays, "3ds" asks its owner, else the code with which its bank declines."""
        with self.lock:
            s = self.state["sessions"][id_]
            assert s["status"] == "open" and s["mode"] == "setup", s
            means = self.new("means", "pm_", object="payment_method", type="card", customer=s["customer"], course=course,
                             card={"brand": "visa", "last4": "4242", "exp_month": 11, "exp_year": 2041, **card})
            s.update(status="complete", url=None, setup_intent={"id": "seti_1", "status": "succeeded", "payment_method": means["id"]})
            self.save()
            return means["id"]

    def authenticate(self, intent, is_owner=True):
        """Its owner answers their bank at the page of an intent, or does not know the answer."""
        with self.lock:
            i = self.state["intents"][intent]
            assert i["status"] == "requires_action", i
            i.update(next_action=None, status="succeeded" if is_owner else "requires_payment_method")
            if not is_owner:
                i["last_payment_error"] = {"type": "card_error", "code": "payment_intent_authentication_failure",
                                           "message": "The provided PaymentMethod has failed authentication."}
            self.happened("payment_intent.succeeded" if is_owner else "payment_intent.payment_failed", i)

    def ask_again(self, intent):
        """Its bank does not take what the owner said, and asks for them once more: that page is of no use any more."""
        with self.lock:
            i = self.state["intents"][intent]
            assert i["status"] == "requires_action", i
            i.update(next_action=None, status="requires_payment_method", last_payment_error={
                "type": "card_error", "message": "Your card was declined. This transaction requires authentication.", "code": "authentication_required"})
            self.happened("payment_intent.payment_failed", i)

    def means(self):
        with self.lock:
            return [copy.deepcopy(m) for m in self.state["means"].values()]

    def intents(self):
        with self.lock:
            return [copy.deepcopy(i) for i in self.state["intents"].values()]

    def debit(self, id_):
        """The page is done with, the money takes days."""
        return self.complete(id_, "unpaid", "processing")

    def settle_debit(self, intent, fails=None):
        with self.lock:
            self.state["intents"][intent].update(
                status="requires_payment_method" if fails else "succeeded", last_payment_error={"message": fails} if fails else None)
            for s in self.state["sessions"].values():
                if s["payment_intent"] == intent:
                    s["payment_status"] = "unpaid" if fails else "paid"
                    self.happened("checkout.session.async_payment_" + ("failed" if fails else "succeeded"), s)

    def dispute(self, session, reason="fraudulent", status="needs_response", amount=None):
        """The payer's bank wants the money of a session, or of a charge without one, back, or so many cents of it; the id of the dispute."""
        with self.lock:
            intent = session if session in self.state["intents"] else self.state["sessions"][session]["payment_intent"]
            made = self.new("disputes", "du_", object="dispute", payment_intent=intent, reason=reason, status=status, currency=self.state["intents"][intent]["currency"],
                            amount=self.state["intents"][intent]["amount"] - self.given_back(intent) if amount is None else amount)
            self.happened("charge.dispute.created", made)
            return made["id"]

    def decide(self, dispute, status):
        """That is over: "won" or "lost"."""
        with self.lock:
            self.state["disputes"][dispute]["status"] = status
            self.happened("charge.dispute.closed", self.state["disputes"][dispute])

    def refund_by_hand(self, session, cents):
        """As somebody does it in the gateway's own pages; the id of the refund."""
        with self.lock:
            intent = session if session in self.state["intents"] else self.state["sessions"][session]["payment_intent"]
            return self.make_refund({"payment_intent": intent, "amount": str(cents)})["id"]

    def fail_refund(self, refund, reason="expired_or_canceled_card"):
        with self.lock:
            self.state["refunds"][refund].update(status="failed", failure_reason=reason)
            self.happened("refund.failed", self.state["refunds"][refund])

    def pay_out(self, day, *parts, amount=None, currency="eur", status="paid", automatic=True):
        """To the bank, on a day (YYYY-MM-DD): parts are (type, amount, fee) of what it is made of; the id of the payout. amount: another one than they come to."""
        with self.lock:
            arrives = calendar.timegm(time.strptime(day, "%Y-%m-%d"))
            amount = sum(a - fee for _, a, fee in parts) if amount is None else amount
            made = self.new("payouts", "po_", object="payout", amount=amount, currency=currency, status=status, automatic=automatic, arrival_date=arrives)
            for type_, gross, fee in (("payout", -amount, 0), *parts):
                self.new("moves", "txn_", object="balance_transaction", type=type_, amount=gross, fee=fee, net=gross - fee, currency=currency, payout=made["id"])
            self.save()
            return made["id"]

    def change(self, kind, id_, **more):
        with self.lock:
            self.state[kind][id_].update(more)
            self.save()

    def paid_of(self, key):
        """The sessions with that reference that money was paid at."""
        return [s for s in self.sessions() if s["client_reference_id"] == key and s["payment_status"] == "paid"]
