"""Paying at a page of the gateway's, in line mode: the link stands in a row of its own, and what became of it is told."""
import os
import pathlib

import pytest

from daemon import PASSWORD, wait_until
from northwind import MARIA, Northwind
from pty_talk import Talk
from stripe_portal import HOME, LOCAL, set_stripe

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


@pytest.fixture
def s(stripe_alone):
    return stripe_alone


def signed_in(b):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"])
    return t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_the_link_is_told_and_paying_there_is_heard_here(s):
    with Northwind(**LOCAL, sandbox=False) as b:
        set_stripe(b.ana, s.secret, success_url=HOME, api=s.url)
        with signed_in(b) as t:
            t.say("pay").hear("takes it in: ").say("").hear("Pay this?")
            assert "at a page of the gateway" in t.last and "Card number" not in t.last
            t.say("yes").hear("Payment: ")
            session = wait_until(s.sessions, what="the page")[0]
            assert session["url"] in t.last.splitlines(), t.last
            s.pay(session["id"])
            payment = wait_until(lambda: (p := b.ana.ask("payment.list", limit=1)["payments"][0])["state"] == "succeeded" and p, 20, "paid")
            t.say("refresh").hear("Payment: ")
            assert f"Receipt {payment['number']}" in t.last, t.last
