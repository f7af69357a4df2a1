"""kill -9 in the midst of writing, again and again: what was acknowledged is there, what was not is there once after a resend.

Writers keep two books: what they sent, and what was answered. Nothing of the daemon is asked about how it keeps its promise.
"""
import os
import random
import secrets
import signal
import threading

import msgpack

from daemon import Client, Daemon, add_customer, line, money, open_portal, wait_until

ROUNDS, WRITERS = 20, 6
CARD = {"card_number": "4242424242424242", "card_expiry": "12/39", "card_code": "123"}


class Writer(threading.Thread):
    """Writes until the daemon is gone. What had no answer is sent again, as the same bytes, in the next round first."""

    def __init__(self, number, books):
        super().__init__(daemon=True)
        self.number, self.books, self.trouble, self.written = number, books, None, 0

    def run(self):
        client = Client(self.books.d.socket, 30)
        try:
            client.token = self.books.token(self.number)
            for body, what in self.books.unanswered(self.number):
                self.send(client, body, what)
            while True:
                op, args, what = self.books.next(self.number)
                body = msgpack.packb(client.envelope(op, args))
                self.books.sent(self.number, body, what)
                self.send(client, body, what)
        except (OSError, EOFError):
            pass  # the daemon is gone
        except Exception as e:  # told to the test, which fails
            self.trouble = e
        finally:
            client.close()

    def send(self, client, body, what):
        answer = msgpack.unpackb(client.raw(body))
        assert "result" in answer, (what, answer)
        self.books.answered(body, what, answer["result"])
        self.written += 1


class Books:
    """One customer per writer. The even writers are staff that write documents, the odd ones customers that pay and comment."""

    def __init__(self, d):
        self.d, self.lock = d, threading.Lock()
        self.admin = d.sign_in()
        self.serial, self.open, self.expected = 0, {}, {}
        self.customers, self.sessions, self.invoice = [], [], []
        for n in range(WRITERS):
            customer, contact = add_customer(self.admin, f"Writer {n}", f"w{n}@writer.test")
            self.customers.append(customer)
            self.sessions.append(open_portal(d, self.admin, contact, f"w{n}@writer.test") if n % 2 else None)
            self.invoice.append(self.admin.ask("invoice.create", customer=customer, send=True,
                                               document={"lines": [line(price="9000000")]})["invoice"]["id"])

    def token(self, number):
        return (self.sessions[number] or self.admin).token

    def unanswered(self, number):
        with self.lock:
            return [(body, what) for body, (n, what) in self.open.items() if n == number]

    def sent(self, number, body, what):
        with self.lock:
            self.open[body] = (number, what)

    def answered(self, body, what, result):
        with self.lock:
            self.open.pop(body, None)
            assert what not in self.expected, "answered twice"
            self.expected[what] = result

    def next(self, number):
        with self.lock:
            self.serial += 1
            mark = f"mark-{self.serial}-{secrets.token_hex(4)}"
        customer, turn = self.customers[number], random.random()
        if number % 2 == 0:
            if turn < 0.6:
                return "invoice.create", {"customer": customer, "document": {"lines": [line(price="1.01")], "reference": mark}, "send": True}, ("invoice", number, mark)
            return "payment.record", {"customer": customer, "mode": "cash", "reference": mark, "amount": money("0.01")}, ("cash", number, mark)
        if turn < 0.7:
            return "comment.add", {"document": self.invoice[number], "text": mark}, ("comment", number, mark)
        # each of an amount of its own, so that the gateway's ledger can be compared with it
        cents = {"amount": self.serial, "currency": "EUR"}
        invoice = self.fresh(number, self.serial)
        return "payment.pay", {"parts": [{"invoice": invoice}], "expect": cents, **CARD}, ("card", number, invoice)

    def fresh(self, number, cents):
        """An invoice of its own to pay."""
        with Client(self.d.socket, 30) as c:
            c.token = self.admin.token
            return c.ask("invoice.create", customer=self.customers[number], send=True,
                         document={"lines": [line(price=f"{cents // 100}.{cents % 100:02}")]})["invoice"]["id"]

    # --- what the daemon says ------------------------------------------------------------------------------------------
    def pages(self, op, rows, **args):
        found, after = [], ""
        with Client(self.d.socket) as c:
            c.token = self.admin.token
            while True:
                page = c.ask(op, limit=100, after=after, **args)
                found += page[rows]
                after = page.get("next", "")
                if not after:
                    return found

    def compare(self):
        """Every answered write is there exactly once; of the unanswered ones each at most once."""
        for number, customer in enumerate(self.customers):
            there = {
                "invoice": [r.get("reference") for r in self.pages("invoice.list", "invoices", customer=customer)],
                "comment": [c["text"] for c in self.pages("comment.list", "comments", document=self.invoice[number])],
                "cash": [p.get("reference") for p in self.pages("payment.list", "payments", customer=customer)],
            }
            for kind, found in there.items():
                marks = [m for m in found if m]
                assert len(marks) == len(set(marks)), (kind, "twice")
                wanted = {w[2] for w in self.expected if w[0] == kind and w[1] == number}
                pending = {w[2] for n, w in self.open.values() if w[0] == kind and n == number}
                assert wanted <= set(marks), (kind, "lost", wanted - set(marks))
                assert set(marks) <= wanted | pending, (kind, "from nowhere")

    def payments(self):
        """The card payments once the gateway has settled them all, and the gateway's own book."""
        def settled():
            rows = [p for p in self.pages("payment.list", "payments") if p["mode"] == "card"]
            return rows if all(p["state"] != "pending" for p in rows) else None
        rows = wait_until(settled, 60, "settled payments")
        with open(self.d.data / "sandbox.ledger", encoding="ascii") as f:
            charges = [x.split() for x in f.read().splitlines() if x.startswith("charge ")]
        return rows, charges


def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_done_twice():
    random.seed(int(os.environ.get("POSTERN_SEED", "7")))
    with Daemon() as d:
        books = Books(d)
        written = answered_late = 0
        for round_ in range(ROUNDS):
            waiting = len(books.open)
            writers = [Writer(n, books) for n in range(WRITERS)]
            for w in writers:
                w.start()
            enough = random.randrange(20, 50)
            wait_until(lambda: sum(w.written for w in writers) >= enough, 60, "some writes")
            d.process.send_signal(signal.SIGKILL)
            d.process.wait(10)
            for w in writers:
                w.join(60)
                assert not w.is_alive() and w.trouble is None, w.trouble
                written += w.written
            answered_late += waiting
            for session in (books.admin, *filter(None, books.sessions)):
                session.close()
            d.start()
            assert d.client().ask("system.check")["problems"] == [], round_
            assert d.client().ask("audit.verify")["problems"] == [], round_
            books.compare()
        assert written > ROUNDS * 20 and answered_late > ROUNDS, (written, answered_late)
        for n in range(WRITERS):  # whoever has no answer yet asks once more
            with Client(d.socket) as c:
                for body, what in books.unanswered(n):
                    books.answered(body, what, msgpack.unpackb(c.raw(body))["result"])
        assert not books.open
        books.compare()
        rows, charges = books.payments()
        assert {p["state"] for p in rows} == {"succeeded"} and len(rows) == sum(1 for w in books.expected if w[0] == "card")
        assert len({c[1] for c in charges}) == len(charges), "charged twice"
        assert sorted((int(c[3]), c[2]) for c in charges) == sorted((p["amount"]["amount"], "succeeded") for p in rows)
        assert d.client().ask("system.check")["problems"] == []
        assert d.client().ask("system.stats")["faults"] == 0
