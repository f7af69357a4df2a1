"""What is typed, and what a slow line makes of it: numbers as people write them, a field that is entered, half an arrow key."""
import os
import pathlib
import time

import pytest

from daemon import PASSWORD, Daemon, add_customer, line, money
from pty_screen import ENTER, ESC, F2, RIGHT, TAB, PtyScreen, ctrl

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture(scope="module")
def business():
    with Daemon() as b:
        b.admin = b.sign_in()
        b.customer, _ = add_customer(b.admin, "Typed Ltd")
        yield b


def door(b, **more):
    return PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "acme"], **more)


@pytest.fixture
def staff(business):
    with door(business) as t:
        t.wait_for("Sign in").keys(business.email, TAB, PASSWORD, ENTER).wait_for("Paid this month")
        yield t
        assert t.poll() in (None, 0), t.text()


def editor(t):
    t.keys("4").wait_for("Invoices").keys("+").wait_for("for whom?")
    return t.go_to("Typed Ltd").keys(ENTER).wait_for("New invoice").wait_for("Discount")


def test_quantity_and_price_are_what_was_meant(business, staff):
    editor(staff).keys("Paper", TAB, "0,125", TAB, "1.234,50", TAB).wait_for("1,234.50").wait_for("154.31")
    staff.keys(F2).wait_for("Saved as a draft.")
    made = business.admin.ask("invoice.list", customer=business.customer)["invoices"][0]
    got = business.admin.ask("invoice.get", invoice=made["id"])["invoice"]["lines"][0]
    assert (got["quantity"], got["price"]) == ("0.125", "1234.5")


@pytest.mark.parametrize("typed, says", [("1,5,0", "The grouping is not clean"), ("1,250", "write 1250 or 1.25")])
def test_what_can_not_be_read_is_asked_about_under_the_field(staff, typed, says):
    editor(staff).keys("Paper", TAB, typed, TAB, "5", F2).wait_for(says)
    staff.wait_for(lambda s: "Saved as a draft." not in s.text())


def test_a_number_that_is_entered_is_replaced_by_typing_and_kept_by_an_arrow(business, staff):
    editor(staff).keys("Kept", TAB, RIGHT, "0", TAB, "3", TAB).wait_for("30.00")  # the 1 that stood there: 10 × 3
    staff.keys("\x1b[Z", "7", TAB).wait_for("70.00")  # back on the price: 7 takes the place of 3


def test_an_amount_of_a_payment_is_what_was_meant(business, staff):
    made = business.admin.ask("invoice.create", customer=business.customer, send=True, document={"lines": [line(price="80")]})["invoice"]
    staff.keys("4").wait_for("Invoices").keys("/", made["number"], ENTER)
    staff.go_to(made["number"]).keys(ENTER).wait_for("OPEN").keys("p").wait_for("This payment").wait_for("EUR 80.00")
    staff.keys(TAB * 3, "1,250", TAB).wait_for("1250 or 1.25").keys("\x1b[Z", "0,500", TAB).wait_for("0.50")
    staff.keys(TAB * 3).go_to(made["number"]).keys(ENTER).wait_for("How much of it?").keys("1,250", ENTER)
    staff.wait_for("1250 or 1.25").keys(ctrl("U"), "0,500", ENTER)
    staff.wait_for(lambda s: "more than the amount" not in s.text()).keys(F2).wait_for("Record this payment?").wait_for("EUR 0.50").keys(TAB, ENTER).wait_for("RECEIPT")
    assert business.admin.ask("invoice.get", invoice=made["id"])["invoice"]["paid"] == money("0.50")


def split_arrow(t):
    """Esc, and its "[A" only 25 ms later, as a network delivers it."""
    t.keys(b"\x1b")
    time.sleep(0.025)
    return t.keys(b"\x5b\x41")


@pytest.mark.parametrize("env", [{"SSH_CONNECTION": None, "SSH_TTY": None}, {"SSH_CONNECTION": "192.0.2.1 4242 192.0.2.2 22"}])
def test_half_an_arrow_key_does_not_leave_the_program_nor_type(business, env):
    with door(business, env=env) as t:
        t.wait_for("Sign in").keys("ada")
        for _ in range(4):
            split_arrow(t).settle(0.3)
            assert t.poll() is None, t.text()
            assert "[A" not in t.text()
        t.keys(b"\x1b").wait_for("Leave?") if "Leave?" not in t.text() else t
        t.keys(TAB, ENTER)
        assert t.wait_end() == 0


def test_over_ssh_half_an_arrow_key_is_an_arrow_key(business):
    with door(business, env={"SSH_CONNECTION": "192.0.2.1 4242 192.0.2.2 22", "ESCDELAY": "500"}) as t:
        t.wait_for("Sign in").keys("ada", TAB)
        split_arrow(t).settle(0.3).keys("@x")  # up, into the address
        t.wait_for("ada@x")
        assert "Leave?" not in t.text()


def test_leaving_the_sign_in_screen_is_asked_about(business):
    with door(business) as t:
        t.wait_for("Sign in").keys(ESC).wait_for("Leave?").wait_for("[ Cancel ]").keys(ESC).wait_gone("Leave?")
        assert t.poll() is None
        t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0


@pytest.mark.parametrize("email", [" ada@acme.test ", "Ada@ACME.test"])
def test_an_address_pasted_with_blanks_signs_in(business, email):
    with door(business) as t:
        t.wait_for("Sign in").keys("\x1b[200~" + email + "\x1b[201~", TAB, PASSWORD, ENTER).wait_for("Paid this month")
