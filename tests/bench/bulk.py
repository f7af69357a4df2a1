"""One payment of a hundred invoices (goal: one commit): how many commits, and how long, beside a payment of one. By itself, with POSTERN_BUILD=build."""
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))

from daemon import Daemon, add_customer, days, line, open_portal, wait_until  # noqa: E402

MANY, ROUNDS = 100, int(os.environ.get("ROUNDS", "5"))
CARD = {"card_number": "4242424242424242", "card_expiry": "12/40", "card_code": "123"}


def measure(rounds=ROUNDS):
    """{"by hand" | "by card": {invoices: (commits, seconds)}}, the medians of the rounds."""
    with Daemon() as d:
        admin, operator = d.sign_in(), d.client()
        customer, contact = add_customer(admin)
        maria = open_portal(d, admin, contact, "maria@bodega.test")

        def commits():
            return operator.ask("system.stats")["commits"]

        def invoices(n):
            return [{"invoice": admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="10")], "due": days(14)})["invoice"]["id"]}
                    for _ in range(n)]

        def by_hand(parts):
            return admin.ask("payment.record", customer=customer, mode="bank_transfer", parts=parts)["payment"]

        def by_card(parts):
            return maria.ask("payment.pay", parts=parts, expect={"amount": 1000 * len(parts), "currency": "EUR"}, **CARD)["payment"]

        def quiet():
            """Nothing waits to be written any more."""
            before = commits()
            return operator.ask("system.stats")["queue"] == 0 and commits() == before

        found = {}
        for name, pay in (("by hand", by_hand), ("by card", by_card)):
            found[name] = {}
            for n in (1, MANY):
                some = []
                for _ in range(rounds):
                    parts = invoices(n)
                    wait_until(quiet, 30, "a quiet daemon")
                    before, began = commits(), time.monotonic()
                    number = pay(parts)["id"]
                    payment = wait_until(lambda: (p := admin.ask("payment.get", payment=number)["payment"])["state"] != "pending" and p, 30, "an outcome")
                    took = time.monotonic() - began
                    wait_until(quiet, 30, "a quiet daemon")
                    assert payment["state"] == "succeeded" and len(payment["allocations"]) == n
                    some.append((commits() - before, took))
                found[name][n] = tuple(statistics.median(x) for x in zip(*some))
        assert operator.ask("system.check")["problems"] == []
    return found


if __name__ == "__main__":
    for name, by in measure().items():
        (one, quick), (all_, took) = by[1], by[MANY]
        print(f"{name}: {MANY} invoices in {all_:.0f} commits, one in {one:.0f}; {took * 1000:.1f} ms and {quick * 1000:.1f} ms: {took / quick / MANY:.3f} of as many single ones")
