"""Three invoices are paid at once over ssh, and the connection is lost: before it is confirmed, as it is sent, while it is being processed, when it is
through; on the full screen and in line mode. Whoever comes back finds exactly one payment, and so does the gateway."""
import contextlib
import os
import signal

import pytest

from daemon import PASSWORD, Daemon, add_customer, days, line, open_portal, wait_until
from pty_screen import ENTER, TAB
from pty_talk import Talk
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

    @property
    def paid(self):
        return "PAYMENT UNDER WAY" if self.double else "RECEIPT PAY-"

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


class FullScreen:
    """The customer's hand, and its eyes."""

    def __init__(self, house):
        self.house = house

    def come_in(self):
        t = self.house.door.screen(rows=40, columns=100)
        t.__enter__()
        return t.wait_for("[ Sign in ]").wait_for("E-mail").keys(MARIA, TAB, PASSWORD, ENTER).wait_for("Recent")

    def to_the_review(self, t, card):
        t.keys("p").wait_for("This payment").wait_for("INV-000003")
        t.keys(*([] if self.house.double else [card, TAB, "12/39", TAB, "123", TAB, TAB, TAB]), ENTER).wait_for("Pay this?").wait_for("149.85")

    def confirm(self, t):
        t.keys(TAB, ENTER)

    def sees_it_through(self, t):
        t.wait_for(self.house.paid, 30)

    def sees_one_payment(self, t, number):
        t.keys("4").wait_for(lambda s: "› Payments" in s.line(0) and number in s.text() and s.text().count("PAY-") == 1)


class Lines:
    """The same in lines, on a terminal that can do nothing."""

    def __init__(self, house):
        self.house = house

    def come_in(self):
        t = Talk(self.house.door.command("line", more=["-tt"]), rows=60, columns=100)
        return t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")

    def to_the_review(self, t, card):
        t.say("pay").hear("takes it in: ").say()
        if not self.house.double:
            t.hear("Card number: ").say(card).hear("Expires, MM/YY: ").say("12/39").hear("Security code: ").wait_echo(False).say("123")
            t.hear("Name on card [").say().hear("Postcode").say().hear("Save the card").say("no")
        t.hear("149.85").hear("Pay this? yes or no: ")

    def confirm(self, t):
        t.say("yes")

    def sees_it_through(self, t):
        t.hear("Payment: ", 30)
        assert self.house.paid.lower() in t.last.lower(), t.last

    def sees_one_payment(self, t, number):
        t.say("payments").hear("Payments: ")
        assert t.last.count("PAY-") == 1 and number in t.last, t.last


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


def before_it_is_confirmed(house, face, t):
    face.to_the_review(t, QUICK)


def as_it_is_sent(house, face, t):
    face.to_the_review(t, QUICK)
    face.confirm(t)


def while_it_is_processed(house, face, t):
    face.to_the_review(t, SLOW)
    face.confirm(t)
    wait_until(house.payments, 30, "a payment")


def when_it_is_through(house, face, t):
    face.to_the_review(t, QUICK)
    face.confirm(t)
    face.sees_it_through(t)


MOMENTS = [before_it_is_confirmed, as_it_is_sent, while_it_is_processed, when_it_is_through]
LOSSES = [lose_the_client, lose_the_session, lose_the_terminal]


WAYS = [(m, LOSSES[i % 3]) for i, m in enumerate(MOMENTS)]


@pytest.mark.parametrize("face, moment, loss", [(face, *way) for face in (FullScreen, Lines) for way in WAYS] +
                         [(FullScreen, while_it_is_processed, lose_the_client), (FullScreen, as_it_is_sent, lose_the_client)], ids=lambda f: f.__name__)
def test_three_invoices_are_paid_once_whenever_the_connection_is_lost(house, face, moment, loss):
    face = face(house)
    t = face.come_in()
    moment(house, face, t)
    loss(house, t)
    t.close()
    wait_until(lambda: not house.door.running(), 20, "the end of the session")
    sent = moment in (while_it_is_processed, when_it_is_through)
    assert len(house.payments()) <= 1 and (house.payments() or not sent)
    if moment is before_it_is_confirmed:
        assert house.payments() == [] and house.charges() == []

    t = face.come_in()  # back: what was begun is there, and nothing can be paid a second time
    if house.payments():
        refusal = house.maria.refused("payment.begin", parts=[{"invoice": part["invoice"]} for part in house.payments()[0]["allocations"]],
                                      method="stripe/checkout" if house.double else "sandbox/card", expect={"amount": 14985, "currency": "EUR"})
        assert refusal.code in ("pending", "state"), refusal.code  # it is under way; or it got through meanwhile
    else:
        face.to_the_review(t, QUICK)
        face.confirm(t)
        face.sees_it_through(t)
    house.settle()
    one, = house.payments()
    assert one["state"] == "succeeded" and one["amount"] == {"amount": 14985, "currency": "EUR"} and len(one["allocations"]) == 3
    assert len(house.charges()) == 1
    t.close()
    t = face.come_in()
    face.sees_one_payment(t, one["number"])
    t.close()
    assert {i["state"] for i in house.admin.ask("invoice.list", customer=house.customer)["invoices"]} == {"paid"}
    assert house.maria.ask("home.get")["due"] == []
    assert house.door.daemon.client().ask("system.check")["problems"] == []
