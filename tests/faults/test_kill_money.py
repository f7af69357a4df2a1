"""kill -9 around everything that moves money: payments by card, with a saved one and at Stripe's page, what is charged by itself, refunds through both gateways,
recurring invoices, statements of a bank. What had no answer is sent again with the same request id. In the end there are no two charges, no two refunds, no two
invoices of one turn and no two payments of one line, and none of them is lost.

6 rounds; POSTERN_KILL_ROUNDS=40 is the long run, POSTERN_SEED another one."""
import os
import pathlib
import random
import secrets
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
from daemon import Client, Daemon, Refused, add_customer, days, line, open_portal, wait_until  # noqa: E402
from stripe_double import Stripe  # noqa: E402
from stripe_portal import HOME, LOCAL, set_stripe  # noqa: E402

ROUNDS = int(os.environ.get("POSTERN_KILL_ROUNDS", "6"))
CARDS = ["4242424242424242", "4242424242424242", "4000000000003006", "4000000000009235", "4000000000000002", "4000000000005126"]
CARD = {"card_number": "4242424242424242", "card_expiry": "12/40", "card_code": "123"}
KINDS = ("card", "saved", "page", "refund", "recurring", "by_itself", "bank")
OF_MARIA = ("card", "saved", "page")
PAGE = 100


class Worker(threading.Thread):
    """Does one thing after another until the daemon is gone; what had no answer is sent first in the next round, with the id it had."""

    def __init__(self, house, kind, seed):
        self.house, self.kind, self.chance = house, kind, random.Random(f"{seed}/{kind}")
        self.open, self.answers, self.refused, self.trouble = None, [], 0, None
        self.begin()

    def begin(self):
        super().__init__(daemon=True, name=self.kind)
        return self

    def run(self):
        client = Client(self.house.d.socket, 30)
        try:
            client.token = self.house.tokens["maria" if self.kind in OF_MARIA else "staff"]
            while True:
                self.one(client)
        except (OSError, EOFError):
            pass  # the daemon is gone
        except Exception as e:  # told to the test
            self.trouble = e
        finally:
            client.close()

    def one(self, client):
        if not self.open:
            made = getattr(self.house, self.kind)(client, self.chance)
            if made is None:
                threading.Event().wait(0.02)  # nothing to do yet: others make it
                return
            self.open = (*made, secrets.token_bytes(16))
        op, args, id_ = self.open
        try:
            self.answers.append(client.ask(op, request_id=id_, **args))
        except Refused as refusal:
            if refusal.code in ("busy", "slow_down"):
                threading.Event().wait(0.05)
                return
            assert refusal.code in ("overpaid", "state", "pending", "stale", "not_found"), (op, args, refusal)
            self.refused += 1
        self.open = None


class House:
    """What each kind of worker does next: an operation and its arguments."""

    def __init__(self, d, double):
        self.d, self.double = d, double
        self.admin = d.sign_in()
        set_stripe(self.admin, double.secret, success_url=HOME, api=double.url)
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.tokens = {"staff": self.admin.token, "maria": self.maria.token}
        self.saved_card = self.maria.ask("method.save", mode="card", **CARD)["saved"]["id"]
        self.agreed, contact = add_customer(self.admin, "Agreed", "agreed@bodega.test")
        who = open_portal(d, self.admin, contact, "agreed@bodega.test")
        agreed = who.ask("method.save", mode="card", **CARD)["saved"]["id"]
        who.ask("method.agree", saved=agreed, version=1, ceiling={"amount": 10000, "currency": "EUR"})
        self.today = self.admin.ask("session.me")["me"]["today"]
        self.by_bank, _ = add_customer(self.admin, "By bank", "bank@bodega.test")
        self.balance, self.lines = 0, []

    def bills(self, n, chance, customer=None):
        """n invoices that nobody pays but who asked for them."""
        with Client(self.d.socket, 30) as staff:
            staff.token = self.tokens["staff"]
            return [staff.ask("invoice.create", customer=customer or self.customer, send=True, document={
                "lines": [line(price=f"{chance.randrange(100, 9999) / 100:.2f}")], "due": days(14)})["invoice"] for _ in range(n)]

    def card(self, client, chance):
        due = self.bills(chance.randrange(1, 4), chance)
        return "payment.pay", {"parts": [{"invoice": i["id"]} for i in due], "expect": {"amount": sum(i["total"]["amount"] for i in due), "currency": "EUR"},
                               "card_number": chance.choice(CARDS), "card_expiry": "12/40", "card_code": "123"}

    def saved(self, client, chance):
        due = self.bills(1, chance)
        return "payment.pay", {"parts": [{"invoice": i["id"]} for i in due], "expect": due[0]["total"], "saved": self.saved_card}

    def by_itself(self, client, chance):
        """Its first part is due today, so it is charged as soon as it is looked at."""
        return "invoice.create", {"customer": self.agreed, "send": True, "document": {"lines": [line(price="20")], "instalments": [
            {"due": self.today, "amount": {"amount": 1900, "currency": "EUR"}}, {"due": days(3000), "amount": {"amount": 100, "currency": "EUR"}}]}}

    def bank(self, client, chance):
        """A statement that goes on where the last one ended: some lines pay an invoice exactly, some are nobody's."""
        due = self.bills(chance.randrange(1, 6), chance, self.by_bank)
        serial = len(self.lines)
        lines = [{"date": days(-1), "amount": i["total"], "reference": reference(i["id"]), "bank_reference": f"B{serial + n}"} for n, i in enumerate(due)]
        lines += [{"date": days(-1), "amount": {"amount": chance.randrange(1, 999), "currency": "EUR"}, "text": "who knows", "bank_reference": f"U{serial + n}"}
                  for n in range(chance.randrange(3))]
        opening, self.balance = self.balance, self.balance + sum(l["amount"]["amount"] for l in lines)
        self.lines += lines
        return "bank.import", {"lines": lines, "statement": {
            "account": "DE89370400440532013000", "currency": "EUR", "until": days(-1), "opening": {"amount": opening, "currency": "EUR"},
            "closing": {"amount": self.balance, "currency": "EUR"}}}

    def page(self, client, chance):
        for session in self.double.sessions("open"):
            if chance.random() < 0.7:
                self.double.pay(session["id"])
        due = self.bills(1, chance)
        begun = client.ask("payment.begin", parts=[{"invoice": i["id"]} for i in due], method="stripe/checkout",
                           expect={"amount": sum(i["total"]["amount"] for i in due), "currency": "EUR"})["begun"]
        return "payment.confirm", {"begun": begun}

    def refund(self, client, chance):
        """Out of a payment of which something was taken off, through its gateway."""
        rows = [p for p in client.ask("payment.list", state="succeeded", limit=PAGE)["payments"]
                if p.get("gateway") and p["customer"] == self.customer and (p["allocations"] or p["unused"]["amount"])]
        if not rows:
            return None
        payment = chance.choice(rows)
        if payment["unused"]["amount"] == 0:
            return "credit.unapply", {"payment": payment["id"], "invoice": payment["allocations"][0]["invoice"]}
        part = chance.randrange(1, payment["unused"]["amount"] + 1)
        return "refund.make", {"payment": payment["id"], "through": payment["id"], "amount": {"amount": part, "currency": "EUR"}}

    def recurring(self, client, chance):
        """The first is due at once, and made by itself."""
        return "schedule.create", {"customer": self.customer, "schedule": {"anchor": days(0), "period": "month", "send": True, "document": {"lines": [line(price="3")]}}}

    # --- in the end ------------------------------------------------------------------------------------------------------------------------
    def all(self, op, rows, **args):
        found, after = [], ""
        while True:
            page = self.admin.ask(op, limit=PAGE, **args, **({"after": after} if after else {}))
            found += page[rows]
            after = page.get("next", "")
            if not after:
                return found

    def settle(self):
        def none_left():
            for session in self.double.sessions("open"):
                self.double.pay(session["id"])
            pending = self.all("payment.list", "payments", state="pending")
            for p in pending:
                self.admin.ask("payment.settle", payment=p["id"])
            back = self.all("refund.list", "refunds", state="pending")
            for r in back:
                self.admin.ask("refund.settle", refund=r["id"])
            return not pending and not back
        wait_until(none_left, 120, "an outcome of all")
        wait_until(lambda: all(r["at"] > self.today + "T24" for r in self.all("due.list", "due") if r["work"] == "charge"), 60, "all that is charged by itself")
        wait_until(none_left, 120, "an outcome of all")

        def told():
            """One that came back was perhaps heard of in the moment of a kill: it is asked about again, as it would be the next day."""
            for r in self.all("refund.list", "refunds", state="succeeded"):
                if r.get("gateway") == "sandbox":
                    try:
                        self.admin.ask("refund.settle", refund=r["id"])
                    except Refused as refusal:
                        assert refusal.code == "state", refusal  # it failed meanwhile
            return moved(self.all("refund.list", "refunds"), "sandbox") == sorted((int(b[1]), b[0] != "failed") for b in self.ledger()[1].values())
        wait_until(told, 30, "what the gateway says of refunds")

    def ledger(self):
        keys, charges, backs = [], {}, {}
        for row in (self.d.data / "sandbox.ledger").read_text().splitlines():
            word, key, *rest = row.split()
            if word in ("charge", "refund"):
                keys.append(key)
                (charges if word == "charge" else backs)[key] = rest[:3] if word == "charge" else rest[1:4]
            else:
                (charges if key in charges else backs)[key][0] = rest[0]
        assert len(keys) == len(set(keys)), "a key was charged, or given back, twice"
        return charges, backs

    def made(self):
        """{schedule: the numbers of its turns}, from the invoices."""
        turns = {}
        for row in self.all("invoice.list", "invoices"):
            if row["total"]["amount"] == 300:
                is_ = self.admin.ask("invoice.get", invoice=row["id"])["invoice"]
                if is_.get("schedule"):
                    turns.setdefault(is_["schedule"], []).append(is_["nth"])
        return turns


def moved(rows, gateway):
    """(amount, whether it was taken) of what went through that gateway, sorted."""
    return sorted((r["amount"]["amount"], r["state"] != "failed") for r in rows if r.get("gateway") == gateway)


def reference(document):
    return f"RF{98 - int(f'{document}271500') % 97:02d}{document}"


def check_bank(house, payments):
    """Each line is there once, and each that pays an invoice exactly is the one payment of it."""
    lines = house.all("bank.lines", "lines")
    assert sorted(l["bank_reference"] for l in lines) == sorted(l["bank_reference"] for l in house.lines), "a line twice, or lost"
    exact = [l for l in house.lines if "reference" in l]
    booked = [l for l in lines if l["state"] == "booked"]
    mine = [p for p in payments if p["customer"] == house.by_bank]
    assert len(booked) == len(exact) == len(mine) and {l["payment"] for l in booked} == {p["id"] for p in mine}
    assert sorted((p["allocations"][0]["invoice"], p["amount"]["amount"]) for p in mine) == sorted(
        (l_id, l["amount"]["amount"]) for l in exact for l_id in [int(l["reference"][4:])])
    return len(lines)


def check_by_itself(house, made, payments):
    for invoice in made:
        mine = [p for p in payments if any(a["invoice"] == invoice["id"] for a in p["allocations"])]
        left = house.admin.ask("invoice.get", invoice=invoice["id"])["invoice"]["balance"]["amount"]
        assert ([p["state"] for p in mine], left) == (["succeeded"], 100), (invoice["number"], mine)
    assert len([p for p in payments if p["customer"] == house.agreed]) == len(made)


def check(house, workers):
    payments, refunds = house.all("payment.list", "payments"), house.all("refund.list", "refunds")
    charges, backs = house.ledger()
    assert moved(payments, "sandbox") == sorted((int(c[1]), c[0] != "failed") for c in charges.values()), "charges and payments differ"
    assert moved(refunds, "sandbox") == sorted((int(b[1]), b[0] != "failed") for b in backs.values()), "refunds differ from the gateway's"
    sessions = house.double.sessions()
    asked = [s["client_reference_id"] for s in sessions]
    assert len(asked) == len(set(asked)), "two pages for one payment"
    assert moved(payments, "stripe") == sorted((s["amount_total"], s["payment_status"] == "paid") for s in sessions)
    there = house.double.refunds()
    assert moved(refunds, "stripe") == sorted((r["amount"], r["status"] != "failed") for r in there)
    lines = check_bank(house, payments)
    check_by_itself(house, [a["invoice"] for a in workers["by_itself"].answers], payments)
    for kind, rows in ((kind, payments) for kind in OF_MARIA):
        told = [a["payment"]["id"] for a in workers[kind].answers]
        assert len(told) == len(set(told)) and set(told) <= {p["id"] for p in rows}, kind
    told = [a["refund"]["id"] for a in workers["refund"].answers if "refund" in a]
    assert len(told) == len(set(told)) and set(told) <= {r["id"] for r in refunds}
    schedules = [a["schedule"]["id"] for a in workers["recurring"].answers]
    turns = house.made()
    assert len(schedules) == len(set(schedules)) and turns == {n: [1] for n in schedules}
    assert house.d.client().ask("system.check")["problems"] == []
    assert house.d.client().ask("audit.verify")["problems"] == []
    return {"payments": len(payments), "charges": len(charges), "pages": len(sessions), "refunds": len(refunds), "schedules": len(schedules),
            "invoices made": sum(map(len, turns.values())), "charged by itself": len(workers["by_itself"].answers), "lines": lines}


def test_killed_around_money_nothing_is_charged_given_back_or_made_twice_and_nothing_is_lost(tmp_path):
    chance = random.Random(seed := int(os.environ.get("POSTERN_SEED", "20261130")))
    with Stripe(tmp_path) as double, Daemon(**LOCAL) as d:
        house = House(d, double)
        workers = {kind: Worker(house, kind, seed) for kind in KINDS}
        waited = 0
        for _ in range(ROUNDS):
            had = sum(len(w.answers) for w in workers.values())
            for w in workers.values():
                w.begin().start()
            enough = had + chance.randrange(4, 40)
            wait_until(lambda: sum(len(w.answers) for w in workers.values()) >= enough or not any(w.is_alive() for w in workers.values()), 60, "some answers")
            d.process.send_signal(signal.SIGKILL)
            d.process.wait(10)
            for w in workers.values():
                w.join(60)
                assert not w.is_alive() and w.trouble is None, (w.kind, w.trouble)
                waited += w.open is not None
            d.stop()
            d.start()
            house.admin = d.client()
            house.admin.token = house.tokens["staff"]
        for kind, w in workers.items():  # what is open is asked once more
            client = d.client()
            client.token = house.tokens["maria" if kind in OF_MARIA else "staff"]
            while w.open:
                w.one(client)
        house.settle()
        schedules = {a["schedule"]["id"] for a in workers["recurring"].answers}
        wait_until(lambda: sum(map(len, house.made().values())) >= len(schedules), 60, "what recurs")
        counted = check(house, workers)
        print(f"{ROUNDS} rounds, {waited} requests that were under way:", counted)
        assert waited >= ROUNDS and counted["charges"] and counted["pages"] and counted["refunds"] and counted["schedules"] and counted["charged by itself"] and counted["lines"]
