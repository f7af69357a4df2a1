"""Paying at a page of the gateway's, on screens: the link and the code that a phone reads, and that it turns to paid by itself."""
import base64
import os
import pathlib

import pytest

from daemon import PASSWORD, days, wait_until
from northwind import ANA, MARIA, Northwind
from pty_screen import ENTER, F2, TAB, PtyScreen
from qr_reader import HALVES, read
from slow import Held
from stripe_portal import HOME, LOCAL, set_stripe

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture
def s(stripe_alone):
    return stripe_alone


def set_up(b, s):
    set_stripe(b.ana, s.secret, success_url=HOME, api=s.url)
    return b


@pytest.fixture
def plain(s):
    with Northwind(**LOCAL, sandbox=False) as b:
        yield set_up(b, s)


@pytest.fixture
def cards(s):
    with Northwind(**LOCAL) as b:
        yield set_up(b, s)


def on_home(b, email=MARIA, url=None, **size):
    t = PtyScreen([str(POSTERN.resolve()), "--url", url or b.url, "--portal", "northwind"], **size)
    t.__enter__()
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER)
    return t.wait_for("Recent" if email == MARIA else "Outstanding")


def pending(b):
    due = b.ana.ask("invoice.list", customer=b.bodega, filter="status:open")["invoices"][0]
    made = b.maria.ask("payment.pay", online=True, parts=[{"invoice": due["id"]}], expect=due["balance"])["payment"]
    wait_until(lambda: b.ana.ask("payment.get", payment=made["id"])["payment"].get("url"), what="the page")
    return made


def code_of(t, tmp_path):
    rows = []
    for y in range(t.screen_.lines):
        cells = [t.screen_.buffer[y][x] for x in range(t.screen_.columns)]
        pairs = [HALVES[c.data] if c.bg == "white" and c.data in HALVES else (True, True) for c in cells]
        rows += [[top for top, _ in pairs], [bottom for _, bottom in pairs]]
    return read(rows, tmp_path)


def test_a_phone_reads_the_page_off_the_screen_and_it_turns_to_paid_by_itself(plain, s, tmp_path):
    t = on_home(plain, columns=100, rows=70)
    assert "Pay now" in t.text()
    t.keys("p").wait_for("This payment")
    assert "Card number" not in t.text() and "Pay with" not in t.text()
    t.keys(ENTER).wait_for("Pay this?").wait_for("at a page of the gateway").keys(TAB, ENTER)
    t.wait_for("It is not paid yet").wait_for("PAYMENT UNDER WAY")
    [session] = s.sessions()
    wait_until(lambda: code_of(t, tmp_path) == session["url"], what="a code that says the page")
    assert session["url"] in "".join(line.strip() for line in t.text().splitlines())
    s.pay(session["id"])
    t.wait_for("RECEIPT PAY-", 20)
    assert session["url"][:40] not in t.text()
    t.close()


def test_on_a_small_terminal_the_link_is_copied(plain, s):
    t = on_home(plain)
    t.keys("p").wait_for("This payment").keys(ENTER).wait_for("Pay this?").keys(TAB, ENTER).wait_for("It is not paid yet")
    [session] = s.sessions()
    t.keys("l").wait_for("Sent to your terminal: https://checkout")
    assert b"\x1b]52;c;" + base64.b64encode(session["url"].encode()) + b"\x07" in t.raw
    t.close()


def test_what_only_some_payments_offer_is_waited_for_too(plain, s):
    """`l` was no key as long as nobody knew whether there is a page, and was let go."""
    pending(plain)
    with Held(plain, "payment.get") as held:
        t = on_home(plain, url=held.url)
        t.keys("4").wait_for("Online, by Str").keys(ENTER)
        assert held.waits.wait(20)
        t.keys("l").wait_for("Still loading.")
        held.let_go.set()
        t.wait_for("Sent to your terminal: https://checkout")
        t.close()


def test_where_cards_are_taken_here_too_one_chooses(cards, s):
    t = on_home(cards, rows=40)
    t.keys("p").wait_for("This payment").wait_for("Pay with").wait_for("Card number")
    t.keys("\x1b[C").wait_for("online, at the gateway's page").keys(F2).wait_for("Pay this?").keys(TAB, ENTER).wait_for("It is not paid yet")
    assert len(s.sessions()) == 1
    t.close()


@pytest.mark.parametrize("email", [MARIA, ANA])
def test_it_is_called_off_after_a_question(plain, s, email):
    made = pending(plain)
    t = on_home(plain, email)
    t.keys(":").settle().keys(made["number"], ENTER).wait_for("PAYMENT UNDER WAY")
    t.keys("x").wait_for("Call this payment off?").keys(TAB, ENTER).wait_for("PAYMENT FAILED").wait_for("called off")
    assert s.sessions()[0]["status"] == "expired"
    t.close()


def test_a_payout_stands_above_what_differs_with_what_it_is_made_of(plain, s):
    s.pay_out(days(0), ("charge", 10000, 320), ("refund", -2000, 0), ("stripe_fee", -30, 0))
    amount = {"amount": 7600, "currency": "EUR"}
    plain.ana.ask("bank.import", lines=[{"date": days(0), "amount": amount, "text": "STRIPE PAYOUT"}],
                  statement={"account": "DE89370400440532013000", "currency": "EUR", "opening": {**amount, "amount": 0}, "closing": amount})
    with on_home(plain, ANA) as t:
        t.keys("5").wait_for("Payments").keys("t").wait_for("Bank statements").keys("w").wait_for("EUR 76.50: EUR 76.00 arrived: they differ")
        t.wait_for("EUR 100.00 charged − EUR 3.50 fees − EUR 20.00 given back").wait_for("stripe payouts").wait_for("payout differs")
        t.keys("l").wait_for("STRIPE PAYOUT")
