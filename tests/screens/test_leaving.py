"""Ctrl-C says how to leave and what would be lost, and leaves when it is pressed again at once. Leaving loses nothing unasked."""
import os

import pytest
from pty_screen import ENTER, ESC, TAB, PtyScreen, ctrl

DEMO = os.path.join(os.environ["POSTERN_BUILD"], "tests", "kit_demo")


def demo(**options):
    t = PtyScreen([DEMO], **options)
    return t.wait_for("INV-000001").settle()


def in_list(t):
    return "Leave: Q"


def in_dialog(t):
    t.keys(ENTER).wait_for("INVOICE")
    t.keys("p").wait_for("You pay")
    return "Leave: Esc, then Q"


def in_typed_dialog(t):
    t.keys(ENTER).wait_for("INVOICE")
    t.keys("c").wait_for("Northwind sees this.")
    t.keys("Hello").wait_for("Hello")
    return "What you typed will be lost"


def in_form(t):
    t.keys("+").wait_for("Everything a form can hold.")
    return "Leave: Esc, then Q"


def in_changed_form(t):
    t.keys("+").wait_for("Everything a form can hold.")
    t.keys("Ana").wait_for("Ana")
    return "What you typed will be lost"


def in_palette(t):
    t.keys(":", "pay").wait_for("pay")
    return "Leave: Esc, then Q"


def in_help(t):
    t.keys("?").wait_for("Keys: Invoices")
    return "Leave: Esc, then Q"


def while_paying(t):
    t.keys(ENTER).wait_for("INVOICE")
    t.keys("p").wait_for("You pay")
    t.keys(TAB, ENTER).wait_for("Paying…")
    return "Paying… is under way"


PLACES = [in_list, in_dialog, in_typed_dialog, in_form, in_changed_form, in_palette, in_help, while_paying]


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c_says_how_to_leave_and_again_leaves(place):
    with demo() as t:
        says = place(t)
        t.keys(ctrl("C")).wait_for(says).wait_for("Ctrl-C again")
        t.keys(ctrl("C"))
        assert t.wait_end() == 0


def test_what_would_not_be_lost_is_not_spoken_of():
    with demo() as t:
        in_form(t)
        t.keys(ctrl("C")).wait_for("Ctrl-C again")
        assert not t.find("lost")


def test_another_key_between_stays():
    with demo() as t:
        t.keys(ctrl("C")).wait_for("Ctrl-C again")
        t.keys("j").wait_gone("Ctrl-C again")
        t.keys(ctrl("C")).wait_for("Ctrl-C again").settle()
        assert t.poll() is None


def test_ctrl_c_works_in_a_window_that_is_too_small():
    with demo() as t:
        t.resize(10, 40).wait_for("Make it larger")
        t.keys(ctrl("C")).wait_for("Ctrl-C again")
        t.keys(ctrl("C"))
        assert t.wait_end() == 0


def test_q_in_a_window_that_is_too_small_asks_for_what_was_typed():
    with demo() as t:
        in_changed_form(t)
        t.resize(10, 40).wait_for("Make it larger")
        t.keys("Q").wait_for("will be lost").settle()
        assert t.poll() is None
        t.resize(24, 80).wait_for("Ana")


def test_one_esc_throws_no_typed_text_away():
    with demo() as t:
        in_typed_dialog(t)
        t.keys(ESC).wait_for("Esc again throws away what you typed.")
        t.keys("!").wait_gone("Esc again").wait_for("Hello!")
        t.keys(ESC).wait_for("Esc again throws away what you typed.")
        t.keys(ESC).wait_gone("Northwind sees this.")
