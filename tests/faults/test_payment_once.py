"""A payment is made once (E8): the daemon is killed in the middle of paying, again and again, and clients send what they did not
get an answer to again, with the same request id. In the end the gateway's ledger and the payments agree to the cent."""
import os
import pathlib
import random
import secrets
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
from daemon import Daemon, Refused, add_customer, days, line, money, open_portal, wait_until  # noqa: E402

ROUNDS, PAYERS = 20, 3
CARDS = ["4242424242424242", "4000000000000002", "4000000000009235", "5555555555554444"] * 5 + ["4000000000003006"]
random.seed(20261122)


def ledger(d):
    """key → (state, amount, currency) and how many charges there were of each key."""
    state, times = {}, {}
    for row in (d.data / "sandbox.ledger").read_text().splitlines():
        word, key, said, *rest = row.split()
        if word == "charge":
            times[key] = times.get(key, 0) + 1
            state[key] = [said, *rest[:2]]
        else:
            state[key][0] = said
    return state, times


class Payer(threading.Thread):
    """Pays one invoice after another until its connection breaks; what had no answer is sent again in the next round."""

    def __init__(self, d, client, work):
        super().__init__()
        self.d, self.client, self.work, self.answers, self.errors = d, client, work, {}, []

    def run(self):
        while self.work:
            request = self.work[0]
            try:
                self.answers[request["id"]] = self.client.send(request)["payment"]["number"]
            except Refused as refusal:
                self.errors.append(refusal)
            except (OSError, EOFError):
                return
            self.work.pop(0)


def all_payments(staff):
    got, after = [], {}
    while True:
        page = staff.ask("payment.list", limit=100, **after)
        got += page["payments"]
        if "next" not in page:
            return got
        after = {"after": page["next"]}


def test_killed_while_paying_every_payment_is_made_once():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        tokens, works, answers = [], [], {}
        tokens = [open_portal(d, staff, contact, "maria@bodega.test").token]
        tokens += [d.sign_in("maria@bodega.test").token for _ in range(PAYERS - 1)]
        staff_token, total = staff.token, 0
        for token in tokens:
            work = []
            for _ in range(ROUNDS * 2):
                cents = random.randrange(100, 99999)
                doc = staff.ask("invoice.create", customer=customer, send=True, document={
                    "lines": [line(price=f"{cents / 100:.2f}")], "due": days(14)})["invoice"]
                work.append({"v": 1, "op": "payment.pay", "token": token, "id": secrets.token_bytes(16), "args": {
                    "parts": [{"invoice": doc["id"]}], "expect": {"amount": cents, "currency": "EUR"},
                    "card_number": random.choice(CARDS), "card_expiry": "12/40", "card_code": "123"}})
                total += 1
            works.append(work)
        for _ in range(ROUNDS):
            payers = [Payer(d, d.client(), work) for work in works]
            for payer in payers:
                payer.start()
            wanted = random.randrange(1, 6)
            wait_until(lambda: sum(len(p.answers) for p in payers) >= wanted or not any(p.is_alive() for p in payers), 30)
            d.process.send_signal(signal.SIGKILL)
            d.process.wait(10)
            for payer in payers:
                payer.join(30)
                assert not payer.is_alive()
                answers.update(payer.answers)
                assert not payer.errors, payer.errors
            d.stop()
            d.start()
        for work in works:  # what is left, and everything that was answered once more
            last = Payer(d, d.client(), work)
            last.run()
            assert not last.errors and not work, last.errors
            answers.update(last.answers)
        staff = d.client()
        staff.token = staff_token

        def none_pending():
            pending = staff.ask("payment.list", state="pending", limit=100)["payments"]
            for p in pending:
                staff.ask("payment.settle", payment=p["id"])
            return not pending
        wait_until(none_pending, 60, "all settled")
        check(d, staff, answers, total)


def check(d, staff, answers, total):
    payments = all_payments(staff)
    state, times = ledger(d)
    assert len(payments) == total == len(answers) == len(set(answers.values())), "one payment for each request"
    assert {p["number"] for p in payments} == set(answers.values())
    assert set(times.values()) == {1}, "no key was charged twice"
    assert len(times) == total

    def of(rows):
        return sorted(rows)
    took = of((amount, currency) for said, amount, currency in state.values() if said == "succeeded")
    assert took == of((str(p["amount"]["amount"]), p["amount"]["currency"]) for p in payments if p["state"] == "succeeded")
    assert {p["state"] for p in payments} == {"succeeded", "failed"}
    assert len([s for s in state.values() if s[0] == "failed"]) == len([p for p in payments if p["state"] == "failed"])
    for p in payments:
        doc = staff.ask("invoice.get", invoice=p["allocations"][0]["invoice"])["invoice"]
        assert doc["state"] == ("paid" if p["state"] == "succeeded" else "open")
        assert doc["paid"] == (p["amount"] if p["state"] == "succeeded" else money("0"))
    operator = d.client()
    found = operator.ask("system.check")
    assert not found.get("problems"), found
    assert os.path.getsize(d.data / "sandbox.ledger") > 0
