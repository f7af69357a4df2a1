"""kill -9 while statements of a bank come in, again and again: each line is there once, each exact payment was made once, each return took it back once, and what was
broken off goes on by bringing the same file again. POSTERN_KILL_ROUNDS=40 for the long run, POSTERN_SEED=n for another one."""
import os
import random
import signal
import threading

import msgpack

from daemon import Client, Daemon, add_customer, days, line

ROUNDS = int(os.environ.get("POSTERN_KILL_ROUNDS", "6"))
STRETCH, PAID, RETURNED, UNKNOWN = 10, 24, 4, 12
ACCOUNT = "DE89370400440532013000"
PAYER = "FR1420041010050500013M02606"


def reference(document):
    return f"RF{98 - int(f'{document}271500') % 97:02d}{document}"


class Bank:
    """A statement a round: some pay an invoice exactly, some are nobody's, some take a payment of the round before back; and the last lines of the round before once more."""

    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, _ = add_customer(self.admin)
        self.at, self.opened, self.last, self.serial = 0, 0, [], 0
        self.paid, self.returned, self.unknown = [], [], []

    def entry(self, cents, **more):
        self.serial += 1
        return {"date": days(-1), "amount": {"amount": cents, "currency": "EUR"}, "bank_reference": f"B{self.serial}", "name": "Bodega Sur", "iban": PAYER, **more}

    def statement(self):
        ids = [self.admin.ask("invoice.create", customer=self.customer, send=True, document={"lines": [line(price=str(10 + i))]})["invoice"]["id"]
               for i in range(PAID)]
        fresh = [self.entry((10 + i) * 100, reference=reference(id_)) for i, id_ in enumerate(ids)]
        gone = random.sample(self.paid[-PAID:], RETURNED) if self.paid else []
        fresh += [self.entry(-cents, reference=reference(id_), returned=True, return_reason="AM04") for id_, cents in gone]
        unknown = [self.entry(random.randrange(1, 5000), text=f"who knows {self.serial}") for _ in range(UNKNOWN)]
        fresh += unknown
        random.shuffle(fresh)
        lines = self.last + fresh
        closing = self.at + sum(e["amount"]["amount"] for e in fresh)
        opening = closing - sum(e["amount"]["amount"] for e in lines)
        self.paid += [(id_, (10 + i) * 100) for i, id_ in enumerate(ids)]
        self.returned += gone
        self.unknown += unknown
        self.last, self.at = fresh[-7:], closing
        money = lambda cents: {"amount": cents, "currency": "EUR"}  # noqa: E731
        return {"account": ACCOUNT, "currency": "EUR", "until": days(-1), "opening": money(opening), "closing": money(closing)}, lines

    def bring(self, statement, lines, told=lambda n: None):
        """As posternctl does: from the first line, a stretch at a time. told(n) when the n-th was sent."""
        with Client(self.d.socket, 30) as c:
            c.token = self.admin.token
            for n, place in enumerate(range(0, len(lines), STRETCH)):
                body = msgpack.packb(c.envelope("bank.import", {"statement": statement, "lines": lines[place:place + STRETCH], "place": place,
                                                                "more": place + STRETCH < len(lines)}))
                timer = threading.Thread(target=told, args=(n,))
                timer.start()
                answer = msgpack.unpackb(c.raw(body))
                timer.join()
                assert "result" in answer, answer
        return answer["result"]

    def pages(self, op, name, **more):
        rows, after = [], None
        while True:
            page = self.admin.ask(op, limit=100, **more, **({"after": after} if after else {}))
            rows, after = rows + page[name], page.get("next")
            if not after:
                return rows

    def compare(self):
        returned = {id_ for id_, _ in self.returned}
        lines = self.pages("bank.lines", "lines")
        assert len(lines) == self.serial == len({found["bank_reference"] for found in lines})
        states = [found["state"] for found in lines]
        assert (states.count("booked"), states.count("took_back"), states.count("waiting")) == (len(self.paid), len(self.returned), len(self.unknown))
        payments = self.pages("payment.list", "payments")
        assert len(payments) == len(self.paid)
        of = {p["allocations"][0]["invoice"]: p for p in payments if p["allocations"]}
        assert set(of) == {id_ for id_, _ in self.paid} - returned and sum(p["state"] == "reversed" for p in payments) == len(returned)
        for id_, cents in self.paid:
            made = self.admin.ask("invoice.get", invoice=id_)["invoice"]
            assert (made["state"], made["paid"]["amount"]) == (("open", 0) if id_ in returned else ("paid", cents))


def test_a_statement_that_was_broken_off_comes_in_once():
    random.seed(int(os.environ.get("POSTERN_SEED", "11")))
    with Daemon() as d:
        bank, broken = Bank(d), 0
        for round_ in range(ROUNDS):
            statement, lines = bank.statement()
            stretches = -(-len(lines) // STRETCH)
            # every third time in the transaction in which all of it counts
            at = stretches - 1 if round_ % 3 == 2 else random.randrange(stretches)

            def kill(n, at=at):
                if n == at:
                    d.process.send_signal(signal.SIGKILL)
            try:
                bank.bring(statement, lines, kill)
            except (OSError, EOFError):
                broken += 1
            d.process.wait(10)
            bank.admin.close()
            d.start()
            assert d.client().ask("system.check")["problems"] == [], round_
            if round_ % 2:  # not only in itself, also by the program of somebody who does not know
                bank.bring(statement, lines)
            out = bank.bring(statement, lines)
            assert out["known"] == len(lines) or round_ % 2 == 0, out
            bank.compare()
        assert broken >= ROUNDS // 2, broken
        assert d.client().ask("system.check")["problems"] == [] and d.client().ask("audit.verify")["problems"] == []
