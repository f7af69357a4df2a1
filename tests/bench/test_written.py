"""No write grows dearer unseen: keys that it puts and deletes, and pages that LMDB writes for it, counted in `counting_posternd`, which the
noise of a machine does not reach. Alone, and when 32 have arrived together, which share what lies side by side.
"""
import signal

import msgpack
import pytest
import sp
from counted import Counted
from daemon import halt, line

CUSTOMERS, INVOICES = 900, 24000
TOGETHER = 32
MARGIN = 1.10  # pages split now and then, and the daemon's own work beside is counted, too
# Keys of a write; pages of one alone; pages of each of those that come together. Whoever makes one cheaper writes the new figure here; dearer:
# with the reason in the commit.
FIGURES = {
    "create and send": (37, 60, 12.5),
    "payment": (42, 72, 12.5),
}


class Shop:
    def __init__(self, d):
        self.d, self.staff = d, d.sign_in()
        self.n = 0
        unpaid = self.staff.ask("invoice.list", status="open", limit=100)["invoices"]
        self.open = [(i["id"], i["customer"]) for i in unpaid]
        self.peers = [sp.Polite(d.socket, 120.0) for _ in range(TOGETHER)]

    def request(self, what):
        """Each is of another customer than the one before."""
        self.n += 1
        invoice, customer = self.open[self.n % len(self.open)]
        if what == "payment":
            return "payment.record", {"customer": customer, "mode": "bank_transfer", "reference": "RF18 5390",
                                      "parts": [{"invoice": invoice, "amount": {"amount": 1, "currency": "EUR"}}]}
        return "invoice.create", {"customer": customer, "send": True, "document": {"lines": [line(), line(), line()]}}

    def alone(self, what):
        """(keys, pages) of one."""
        before = self.d.counts()
        op, args = self.request(what)
        self.staff.ask(op, **args)
        after = self.d.counts()
        return after[1] - before[1], after[2] - before[2]

    def together(self, what):
        """Pages of each of many that have all arrived before the first is looked at."""
        before = self.d.counts()
        halt(self.d.process)
        for peer in self.peers:
            op, args = self.request(what)
            peer.number += 1
            peer.socket.sendall(sp.frame(msgpack.packb(self.staff.envelope(op, args)), peer.number))
        self.d.process.send_signal(signal.SIGCONT)
        for peer in self.peers:
            answer = msgpack.unpackb(sp.read_answer(peer.socket)[1], strict_map_key=False)
            assert "result" in answer, answer
        return (self.d.counts()[2] - before[2]) / TOGETHER


@pytest.fixture(scope="module")
def shop():
    with Counted(CUSTOMERS, INVOICES) as d:
        yield Shop(d)


def middle(numbers):
    return sorted(numbers)[len(numbers) // 2]


@pytest.mark.parametrize("what", FIGURES)
def test_no_write_puts_more_keys_and_pages_than_it_did(shop, what):
    for _ in range(3):  # what is made once
        shop.alone(what)
    alone = [shop.alone(what) for _ in range(20)]
    found = (middle([k for k, _ in alone]), middle([p for _, p in alone]), min(shop.together(what) for _ in range(8)))
    print(what, found)
    for of, figure, name in zip(found, FIGURES[what], ("keys", "pages alone", "pages together"), strict=True):
        assert of <= figure * MARGIN, (name, found)
        assert of >= figure / 2, f"{name}: a bound that is twice what a write costs bounds nothing: {found}"
