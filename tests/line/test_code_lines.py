"""Line mode for whoever has the code of a document, and for staff who mail one."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"
CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        yield b


def talk(b, **options):
    return Talk([POSTERN, "--url", b.url, "--portal", "northwind"], **options)


def mailed(b):
    mail = b.ana.ask("mail.list")["mails"][0]
    return CODE.search(b.ana.ask("mail.get", id=mail["id"], code=True)["mail"]["text"]).group(1)


def test_staff_mail_a_code_and_it_opens_that_document_alone(office):
    number = office.open["number"]
    with talk(office) as t:
        t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ").say("invoices").hear("Invoices: ").say(number)
        t.hear("Invoice: ").say("code").hear("yes or no: ").say("yes").hear("to maria@bodegasur.example").hear("Invoice: ")
        t.say("codes").hear("maria@bodegasur.example").hear("Codes: ").say("quit")
        assert t.wait_end() == 0
    with talk(office) as t:
        t.hear("code: You have a code from a mail about a document.").hear("E-mail: ").say("code")
        t.hear("opens nothing else").hear(": ").say(mailed(office)).hear("You are Maria Ruiz, by code, Bodega Sur.").hear(number)
        t.hear("Invoice: ").say("comment").hear("Comment").say("Is it on its way?").say(".").hear("Your comment was sent.")
        t.hear("Invoice: ").say("back").hear("The code opens this document alone.").hear("Invoice: ")
        t.say("invoices").hear("Invoice: ").say("quit")
        assert t.wait_end() == 0
        assert office.late["number"] not in t.text()
    last = office.ana.ask("comment.list", document=office.open["id"])["comments"][-1]
    assert last["author"] == "Maria Ruiz, by code"
