"""A document with the code of a mail, and no account: what is seen, what is done with it, and that there is nothing around it."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_screen import ENTER, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})\s*$", re.MULTILINE)


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def terminal(b, **more):
    return PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)


def mailed(b):
    mail = b.ana.ask("mail.list")["mails"][0]
    return CODE.search(b.ana.ask("mail.get", id=mail["id"], code=True)["mail"]["text"]).group(1)


def with_code(b, t, document):
    b.ana.ask("code.send", document=document["id"])
    t.wait_for("[ I have a code ]").keys(TAB * 5, ENTER).wait_for("opens nothing else")
    t.keys(mailed(b).lower().replace("-", " "), ENTER)
    return t.wait_for("Maria Ruiz, by code").wait_for(document["number"])


@pytest.mark.parametrize("rows,columns", [(24, 80), (30, 120)])
def test_a_code_opens_the_document_and_there_is_nothing_around_it(business, rows, columns):
    with terminal(business, rows=rows, columns=columns) as t:
        with_code(business, t, business.open).wait_for("1,200.00")
        for around in ("Home", "Payments", business.late["number"], "Bodega Sur ›"):
            assert around not in t.text().replace("Payment within", ""), around
        t.keys("12345").wait_for(business.open["number"])
        t.keys("c").wait_for("On Invoice").keys("Is it on its way?", TAB, ENTER).wait_for("Your comment was sent.")
        t.keys("q").wait_for("Sign out?").keys(TAB, ENTER).wait_for("[ I have a code ]")
    last = business.ana.ask("comment.list", document=business.open["id"])["comments"][-1]
    assert (last["text"], last["author"]) == ("Is it on its way?", "Maria Ruiz, by code")


def test_it_is_paid(business):
    with terminal(business) as t:
        with_code(business, t, business.open)
        t.keys("p").wait_for("Card number").keys("4242 4242 4242 4242", TAB, "12/39", TAB, "123", TAB, TAB, ENTER)
        t.wait_for("You pay").keys(TAB, ENTER).wait_for("RECEIPT").keys("q").wait_for("PAID")
    assert business.ana.ask("invoice.get", invoice=business.open["id"])["invoice"]["status"] == "paid"


def test_an_estimate_is_accepted(business):
    with terminal(business) as t:
        with_code(business, t, business.est)
        t.keys("a").wait_for("Your name, as signature").keys("\x15Maria Ruiz", ENTER).wait_for("Accept this estimate?")
        t.keys("ACCEPT", ENTER).wait_for("Accepted. Thank you.")
    assert business.ana.ask("estimate.get", estimate=business.est["id"])["estimate"]["state"] == "accepted"


def test_a_code_that_is_taken_back_closes_what_is_open(business):
    with terminal(business) as t:
        with_code(business, t, business.open)
        code = business.ana.ask("code.list", document=business.open["id"])["codes"][0]
        business.ana.ask("code.revoke", code=code["id"])
        t.wait_for("[ I have a code ]")
        assert business.open["number"] not in t.text()


def test_the_code_tells_what_it_is(business):
    business.ana.ask("code.send", document=business.open["id"])
    with terminal(business) as t:
        t.wait_for("[ Invitation ]").keys(TAB * 4, ENTER).wait_for("has a code")
        t.keys(mailed(business), ENTER).wait_for("That is the code of a document")


def test_staff_mail_a_code_see_when_it_was_used_and_take_it_back(business):
    with terminal(business) as t:
        t.wait_for("Sign in").keys(ANA, TAB, PASSWORD, ENTER).wait_for("Today")
        t.keys(":", business.open["number"], ENTER).wait_for("PO-771")
        t.keys("M").wait_for("Mail a code?").wait_for("sees nothing else").keys(TAB, ENTER).wait_for("to maria@bodegasur.example")
        typed = mailed(business)
        business.client().ask("code.open", portal="northwind", code=typed)
        t.keys("K").wait_for("Mailed to").wait_for("maria@bodegasur").keys("x").wait_for("Take this code back?").keys(TAB, ENTER)
        t.wait_for("Taken back")
    assert business.client().refused("code.open", portal="northwind", code=typed).code == "code"
