"""Three invoices are paid at once over ssh, and the connection is lost: before it is confirmed, as it is sent, while it is being processed, when it is
through. Whoever comes back finds exactly one payment, and so does the gateway."""
import contextlib
import os
import signal

import pytest

from daemon import PASSWORD, Daemon, add_customer, days, line, open_portal, wait_until
from pty_screen import ENTER, TAB
from sshd import Door
from stripe_double import Stripe
from stripe_portal import HOME, LOCAL, set_stripe

SLOW, QUICK = "4000000000003006", "4242424242424242"
MARIA = "maria@bodega.test"


class House:
    """A business behind sshd, and a customer who owes on three invoices."""

    def __init__(self, door, double=None):
        self.door, self.double = door, double
        self.admin = door.daemon.sign_in()
        if double:
            set_stripe(self.admin, double.secret, success_url=HOME, api=double.url)
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(door.daemon, self.admin, contact, MARIA)
        for price in ("119", "23.80", "7.05"):
            self.admin.ask("invoice.create", customer=self.customer, send=True, document={"lines": [line(price=price)], "due": days(14)})

    def payments(self):
        return self.admin.ask("payment.list", customer=self.customer, limit=100)["payments"]

    def charges(self):
        """What the gateway was asked for: keys of the sandbox's ledger, pages of the double."""
        if self.double:
            return [s["id"] for s in self.double.sessions() if s["status"] != "expired"]
        ledger = self.door.daemon.data / "sandbox.ledger"
        return [row.split()[1] for row in ledger.read_text().splitlines() if row.startswith("charge ")] if ledger.exists() else []

    def come_in(self):
        t = self.door.screen(rows=40, columns=100)
        t.__enter__()
        return t.wait_for("[ Sign in ]").wait_for("E-mail").keys(MARIA, TAB, PASSWORD, ENTER).wait_for("Recent")

    def to_the_review(self, t, card):
        t.keys("p").wait_for("This payment").wait_for("INV-000003")
        t.keys(*([] if self.double else [card, TAB, "12/39", TAB, "123", TAB, TAB, TAB]), ENTER).wait_for("Pay this?").wait_for("149.85")

    def settle(self):
        """Whatever is under way is over in the end: the customer pays at the page, if there is one."""
        def none_pending():
            for p in (p for p in self.payments() if p["state"] == "pending"):
                if self.double:
                    for s in self.double.sessions():
                        if s["status"] == "open":
                            self.double.pay(s["id"])
                self.admin.ask("payment.settle", payment=p["id"])
            return not any(p["state"] == "pending" for p in self.payments())
        wait_until(none_pending, 60, "an outcome")


@pytest.fixture(params=["sandbox", "stripe"])
def house(request, tmp_path):
    with contextlib.ExitStack() as stack:
        double = stack.enter_context(Stripe(tmp_path)) if request.param == "stripe" else None
        options = {**({"sandbox": False} if double else {})}
        arguments = LOCAL["arguments"] if double else []
        door = stack.enter_context(Door(kind=Daemon, arguments=arguments, **options))
        yield House(door, double)


def lose_the_client(house, t):
    t.signal(signal.SIGKILL)
    t.wait_end()


def lose_the_session(house, t):
    """The portal's own process at the door dies; its terminal hears of it."""
    for pid in house.door.running():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    t.wait_end()


def lose_the_terminal(house, t):
    t.hang_up()


def before_it_is_confirmed(house, t):
    house.to_the_review(t, QUICK)


def as_it_is_sent(house, t):
    house.to_the_review(t, QUICK)
    t.keys(TAB, ENTER)


def while_it_is_processed(house, t):
    house.to_the_review(t, SLOW)
    t.keys(TAB, ENTER)
    wait_until(house.payments, 30, "a payment")


def when_it_is_through(house, t):
    house.to_the_review(t, QUICK)
    t.keys(TAB, ENTER).wait_for("PAYMENT UNDER WAY" if house.double else "RECEIPT PAY-", 30)


MOMENTS = [before_it_is_confirmed, as_it_is_sent, while_it_is_processed, when_it_is_through]
LOSSES = [lose_the_client, lose_the_session, lose_the_terminal]


@pytest.mark.parametrize("moment, loss", [(m, LOSSES[i % 3]) for i, m in enumerate(MOMENTS)] + [(while_it_is_processed, lose_the_client), (as_it_is_sent, lose_the_client)],
                         ids=lambda f: f.__name__)
def test_three_invoices_are_paid_once_whenever_the_connection_is_lost(house, moment, loss):
    t = house.come_in()
    moment(house, t)
    loss(house, t)
    t.close()
    wait_until(lambda: not house.door.running(), 20, "the end of the session")
    sent = moment in (while_it_is_processed, when_it_is_through)
    assert len(house.payments()) <= 1 and (house.payments() or not sent)
    if moment is before_it_is_confirmed:
        assert house.payments() == [] and house.charges() == []

    t = house.come_in()  # back: what was begun is there, and nothing can be paid a second time
    if house.payments():
        refusal = house.maria.refused("payment.begin", parts=[{"invoice": part["invoice"]} for part in house.payments()[0]["allocations"]],
                                      method="stripe/checkout" if house.double else "sandbox/card", expect={"amount": 14985, "currency": "EUR"})
        assert refusal.code in ("pending", "state"), refusal.code  # it is under way; or it got through meanwhile
    else:
        house.to_the_review(t, QUICK)
        t.keys(TAB, ENTER).wait_for("PAYMENT UNDER WAY" if house.double else "RECEIPT PAY-", 30)
    house.settle()
    one, = house.payments()
    assert one["state"] == "succeeded" and one["amount"] == {"amount": 14985, "currency": "EUR"} and len(one["allocations"]) == 3
    assert len(house.charges()) == 1
    t.close()
    t = house.come_in()
    t.keys("4").wait_for(lambda s: "› Payments" in s.line(0) and one["number"] in s.text() and s.text().count("PAY-") == 1)
    t.close()
    assert {i["state"] for i in house.admin.ask("invoice.list", customer=house.customer)["invoices"]} == {"paid"}
    assert house.maria.ask("home.get")["due"] == []
    assert house.door.daemon.client().ask("system.check")["problems"] == []
