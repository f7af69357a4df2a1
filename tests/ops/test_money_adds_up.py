"""Random histories of one business, through the protocol: after each step the portal says what a model of a few dicts says, and in the end all money
adds up (system.check). POSTERN_SEED=n for another history, POSTERN_STEPS=n for a longer one."""
import decimal
import os
import random
import secrets

from daemon import Daemon, Refused, add_customer, days, line, open_portal, wait_until

SEED, STEPS = int(os.environ.get("POSTERN_SEED", "20261130")), int(os.environ.get("POSTERN_STEPS", "260"))
CARDS = {"4242424242424242": "succeeded", "4000000000000002": "failed", "4000000000000259": "reversed"}


def eur(cents):
    return {"amount": cents, "currency": "EUR"}


class Model:
    """What is owed and what is held, by the rules of docs/decisions/credit.md. A source is {what, id, left, uses: {invoice: cents}}."""

    def __init__(self):
        self.bills, self.sources, self.dead, self.estimates = {}, {}, set(), []

    def owed(self):
        return sum(b["balance"] for b in self.bills.values() if b["state"] == "open")

    def credit(self):
        return sum(s["left"] for s in self.sources.values() if s["usable"])

    def settle(self, source, bill, cents):
        source["left"] -= cents
        source["uses"][bill["id"]] = source["uses"].get(bill["id"], 0) + cents
        bill["balance"] -= cents
        bill["credited" if source["what"] != "payment" else "paid"] += cents
        if not bill["balance"]:
            bill["state"] = "paid"
            if bill["kind"] == "retainer":
                self.sources["retainer", bill["id"]].update(left=bill["paid"] - self.given_back("retainer", bill["id"]), usable=True)

    def given_back(self, what, id):
        return self.sources[what, id]["refunded"]

    def take_off(self, source, bill, cents):
        source["left"] += cents
        source["uses"][bill["id"]] -= cents
        if not source["uses"][bill["id"]]:
            del source["uses"][bill["id"]]
        bill["balance"] += cents
        bill["credited" if source["what"] != "payment" else "paid"] -= cents
        bill["state"] = "open"
        if bill["kind"] == "retainer":
            self.sources["retainer", bill["id"]].update(left=0, usable=False)

    def add(self, what, id, left, usable=True):
        self.sources[what, id] = {"what": what, "id": id, "left": left, "uses": {}, "usable": usable, "refunded": 0}
        return self.sources[what, id]


class Patient:
    """A client that changes much in a short time waits when it is told to, and says the same again."""

    def __init__(self, client):
        self.client, self.refused = client, client.refused

    def ask(self, op, **args):
        id_ = secrets.token_bytes(16)

        def answered():
            try:
                return self.client.ask(op, request_id=id_, **args) or True
            except Refused as refusal:
                if refusal.code != "slow_down":
                    raise
                return None
        return wait_until(answered, 60, f"room for {op}")


class History:
    def __init__(self, d):
        self.d, self.r, self.m, self.counts = d, random.Random(SEED), Model(), {}
        staff = d.sign_in()
        self.customer, contact = add_customer(staff)
        self.staff, self.portal = Patient(staff), Patient(open_portal(d, staff, contact, "maria@bodega.test"))

    # --- choosing
    def open_bills(self, kinds=("invoice", "retainer")):
        return [b for b in self.m.bills.values() if b["state"] == "open" and b["kind"] in kinds]

    def parts(self, kinds=("invoice", "retainer"), most=3):
        chosen = self.r.sample(self.open_bills(kinds), min(len(self.open_bills(kinds)), self.r.randint(1, most)))
        return [(b, b["balance"] if self.r.random() < .5 else self.r.randint(1, b["balance"])) for b in chosen]

    def usable(self, **only):
        return [s for s in self.m.sources.values() if s["usable"] and s["left"] and all(s[k] == v for k, v in only.items())]

    def named(self, source):
        return {"payment" if source["what"] == "payment" else "document": source["id"]}

    # --- steps
    def write(self):
        kind, cents = self.r.choice(("invoice", "invoice", "invoice", "retainer", "credit_note")), self.r.randint(1, 50000)
        made = self.staff.ask(f"{kind}.create", customer=self.customer, send=True, document={"lines": [line(price=f"{cents / 100:.2f}")], "date": days(-self.r.randint(0, 9))})[kind]
        if kind == "credit_note":
            self.m.add(kind, made["id"], cents)
            return
        self.m.bills[made["id"]] = {"id": made["id"], "kind": kind, "balance": cents, "paid": 0, "credited": 0, "state": "open"}
        if kind == "retainer":
            self.m.add(kind, made["id"], 0, usable=False)

    def bill(self, made, cents, **more):
        assert made["total"]["amount"] == made["balance"]["amount"] == cents, made["number"]
        self.m.bills[made["id"]] = {"id": made["id"], "kind": "invoice", "balance": cents, "paid": 0, "credited": 0, "state": "open", **more}
        return self.m.bills[made["id"]]

    def accept(self):
        """An estimate is accepted, and its deposit is due, where it asks for one."""
        cents = self.r.randint(100, 50000)
        asks = self.r.choice(({}, {"deposit_amount": eur(self.r.randint(1, cents - 1))}, {"deposit_percent": f"{self.r.randint(1, 9999) / 100:.2f}"}))
        made = self.staff.ask("estimate.create", customer=self.customer, send=True, document={"lines": [line(price=f"{cents / 100:.2f}")], **asks})["estimate"]
        done = self.portal.ask("estimate.accept", estimate=made["id"], revision=made["revision"], signed_by="Maria")
        estimate = {"id": made["id"], "total": cents, "deposit": None, "final": None}
        if asks:
            share = decimal.Decimal(cents) * decimal.Decimal(asks.get("deposit_percent", 0)) / 100
            asked = asks["deposit_amount"]["amount"] if "deposit_amount" in asks else int(share.quantize(1, decimal.ROUND_HALF_UP))
            estimate["deposit"] = self.bill(done["deposit"], asked, deposit=estimate, noted=0, asked=asked) if asked else None
        self.m.estimates.append(estimate)

    def note(self):
        """A part of a deposit is credited: so much less is deducted."""
        deposits = [b for b in self.m.bills.values() if "deposit" in b and b["state"] != "void" and not b["deposit"]["final"] and b["noted"] < b["asked"]]
        if not deposits:
            return
        deposit = self.r.choice(deposits)
        cents = self.r.randint(1, deposit["asked"] - deposit["noted"])
        made = self.staff.ask("credit_note.create", customer=self.customer, send=True, document={"lines": [line(price=f"{cents / 100:.2f}")], "about": deposit["id"]})["credit_note"]
        self.m.add("credit_note", made["id"], cents).update(about=deposit, cents=cents)
        deposit["noted"] += cents

    def final(self):
        ready = [e for e in self.m.estimates if not e["final"]]
        if not ready:
            return
        estimate = self.r.choice(ready)
        deposit = estimate["deposit"]
        less = deposit["asked"] - deposit["noted"] if deposit and deposit["state"] != "void" else 0
        made = self.staff.ask("estimate.convert", estimate=estimate["id"], send=True)["invoice"]
        assert made.get("deducted", {"amount": 0})["amount"] == less
        estimate["final"] = self.bill(made, estimate["total"] - less, estimate=estimate)

    def record(self):
        parts, over = self.parts(), self.r.choice((0, 0, 700))
        if parts:
            self.came(parts, amount=eur(sum(c for _, c in parts) + over))

    def came(self, parts, **more):
        got = self.staff.ask("payment.record", customer=self.customer, mode="cash", parts=[{"invoice": b["id"], "amount": eur(c)} for b, c in parts], **more)["payment"]
        source = self.m.add("payment", got["id"], got["amount"]["amount"])
        for bill, cents in parts:
            self.m.settle(source, bill, cents)
        return got

    def exchange(self):
        """Money in another currency comes, taken for an amount that is said, or at a rate."""
        parts = self.parts()
        if not parts:
            return
        total, rate, yen = sum(c for _, c in parts), f"0.00{self.r.randint(1000, 9999)}", self.r.random() < .5
        if self.r.random() < .5:
            got = self.came(parts, received={"amount": self.r.randint(1, 10 ** 7), "currency": self.r.choice(("JPY", "USD", "KWD"))}, amount=eur(total + self.r.choice((0, 55))))
            assert got["exchange"].get("rate") is None
            return
        worth = decimal.Decimal(rate) * (100 if yen else 1)  # cents for a yen, or for a cent
        units = int((total / worth).to_integral_value(decimal.ROUND_CEILING))
        got = self.came(parts, received={"amount": units, "currency": "JPY" if yen else "USD"}, rate=rate)
        assert got["amount"]["amount"] == int((units * worth).quantize(1, decimal.ROUND_HALF_UP)), got["exchange"]

    def pay(self):
        parts, (card, ends) = self.parts(), self.r.choice(list(CARDS.items()))
        if not parts:
            return
        total = sum(c for _, c in parts)
        made = self.portal.ask("payment.pay", parts=[{"invoice": b["id"], "amount": eur(c)} for b, c in parts], expect=eur(total),
                               card_number=card, card_expiry="11/41", card_code="739")["payment"]
        state = wait_until(lambda: self.ended(made["id"]), what=f"{made['number']} ended")
        if state == "failed":
            return
        source = self.m.add("payment", made["id"], total)
        source["card"] = card
        for bill, cents in parts:
            self.m.settle(source, bill, cents)

    def ended(self, payment):
        state = self.portal.ask("payment.get", payment=payment)["payment"]["state"]
        return state if state != "pending" else None

    def apply(self):
        parts = self.parts(("invoice",))
        if not parts or not self.usable():
            return
        one = self.r.choice(self.usable()) if self.r.random() < .5 else None
        room = one["left"] if one else self.m.credit()
        asked = []
        for bill, cents in parts:
            if room:
                asked.append((bill, min(cents, room)))
                room -= asked[-1][1]
        got = self.r.choice((self.staff, self.portal)).ask("credit.apply", parts=[{"invoice": b["id"], "amount": eur(c)} for b, c in asked], **(self.named(one) if one else {}))
        for use in got["uses"]:
            self.m.settle(self.m.sources[use["what"], use["id"]], self.m.bills[use["invoice"]], use["amount"]["amount"])

    def unapply(self):
        held = [(s, b) for s in self.m.sources.values() for b in s["uses"] if s["usable"]]
        if not held:
            return
        source, bill = self.r.choice(held)
        bill = self.m.bills[bill]
        cents = source["uses"][bill["id"]] if self.r.random() < .5 else self.r.randint(1, source["uses"][bill["id"]])
        args = dict(invoice=bill["id"], amount=eur(cents), **self.named(source))
        if bill["kind"] == "retainer" and bill["state"] != "open" and self.m.sources["retainer", bill["id"]]["left"] != bill["paid"]:
            assert self.staff.refused("credit.unapply", **args).code == "state"
            return
        self.staff.ask("credit.unapply", **args)
        self.m.take_off(source, bill, cents)

    def refund(self):
        if not self.usable():
            return
        source = self.r.choice(self.usable())
        cents = self.r.randint(1, source["left"])
        through = {"through": source["id"]} if source.get("card") and self.r.random() < .7 else {"mode": "cash"}
        made = self.staff.ask("refund.make", amount=eur(cents), **self.named(source), **through)["refund"]
        wait_until(lambda: self.staff.ask("refund.get", refund=made["id"])["refund"]["state"] == "succeeded", what="a refund")
        source["left"] -= cents
        source["refunded"] += cents

    def void(self):
        documents = [(b["kind"], b["id"]) for b in self.open_bills()] + [(s["what"], s["id"]) for s in self.usable(what="credit_note")]
        if not documents:
            return
        kind, id = self.r.choice(documents)
        thing = self.m.sources[kind, id] if kind == "credit_note" else self.m.bills[id]
        touched = thing["uses"] or thing["refunded"] if kind == "credit_note" else thing["paid"] or thing["credited"]
        touched = touched or self.deducted(thing)
        args = {kind: id, "reason": "no"}
        if touched:
            assert self.staff.refused(f"{kind}.void", **args).code == "state"
            return
        self.staff.ask(f"{kind}.void", **args)
        if kind == "credit_note":
            thing.update(left=0, usable=False)
            if "about" in thing:
                thing["about"]["noted"] -= thing["cents"]
            return
        thing.update(state="void", balance=0)
        if "estimate" in thing:  # another can be made of it
            thing["estimate"]["final"] = None

    def deducted(self, thing):
        """A deposit, or a credit note about one, that an invoice that counts deducts."""
        deposit = thing.get("about", thing)
        return bool("deposit" in deposit and deposit["deposit"]["final"] and deposit["state"] != "void")

    def write_off(self):
        if not self.open_bills():
            return
        bill = self.r.choice(self.open_bills())
        self.staff.ask(f"{bill['kind']}.write_off", **{bill["kind"]: bill["id"]}, reason="enough")
        bill.update(state="written_off", balance=0)
        if bill["kind"] == "retainer":
            self.m.sources["retainer", bill["id"]].update(left=bill["paid"] - self.m.given_back("retainer", bill["id"]), usable=True)

    def dispute(self):
        """A payment of that card is taken back once somebody asks; what it paid is due again, what a retainer gave is taken off."""
        cards = [s for s in self.m.sources.values() if s.get("card") and CARDS[s["card"]] == "reversed" and s["usable"]]
        if not cards:
            return
        source = self.r.choice(cards)

        def reversed():
            return self.staff.ask("payment.settle", payment=source["id"])["payment"]["state"] == "reversed"
        wait_until(reversed, 30, "a payment taken back")
        for id in list(source["uses"]):
            bill, cents = self.m.bills[id], source["uses"][id]
            if bill["kind"] == "retainer":
                own = self.m.sources["retainer", id]
                for other, used in list(own["uses"].items()):
                    self.m.take_off(own, self.m.bills[other], used)
                cents = min(cents, bill["paid"] - own["refunded"])
            if cents > 0:
                self.m.take_off(source, bill, cents)
        source.update(left=0, usable=False, uses={})

    # --- comparing
    def compare(self, step):
        home = self.portal.ask("home.get")
        assert (home["ageing"]["total"]["amount"], home["credit"]["amount"]) == (self.m.owed(), self.m.credit()), step
        listed = {(c["what"], c["id"]): c["left"]["amount"] for c in self.staff.ask("credit.list", customer=self.customer)["credits"]}
        assert listed == {(s["what"], s["id"]): s["left"] for s in self.usable()}, step

    def compare_all(self):
        for bill in self.m.bills.values():
            got = self.staff.ask(f"{bill['kind']}.get", **{bill["kind"]: bill["id"]})[bill["kind"]]
            assert (got["state"], got["balance"]["amount"], got["paid"]["amount"], got.get("credited", {"amount": 0})["amount"]) == (
                bill["state"], bill["balance"], bill["paid"], bill["credited"]), got["number"]
        assert self.d.client().ask("system.check")["problems"] == []


def test_every_history_adds_up():
    with Daemon() as d:
        h = History(d)
        steps = [h.write] * 4 + [h.accept] * 2 + [h.final] * 2 + [h.note, h.exchange, h.exchange] + [h.record] * 2 + [h.pay] * 2 + [h.apply] * 3 + [h.unapply] * 2 + [h.refund] * 2 + [h.void, h.write_off, h.dispute]
        for i in range(STEPS):
            step = h.r.choice(steps)
            try:
                step()
            except Refused as refusal:
                raise AssertionError(f"step {i}, {step.__name__}: {refusal}") from refusal
            h.counts[step.__name__] = h.counts.get(step.__name__, 0) + 1
            h.compare(f"step {i}, {step.__name__} (seed {SEED})")
            if i % 40 == 39:
                h.compare_all()
        h.compare_all()
        assert len(h.counts) == 13
