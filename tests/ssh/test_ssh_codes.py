"""A document with the code of a mail, through a real sshd: the command that the mail has, no key, no account."""
import re

from northwind import Northwind
from pty_screen import ENTER, TAB
from sshd import Door

CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})\s*$", re.MULTILINE)


def test_a_mailed_document_is_opened_by_the_command_and_the_code_of_the_mail():
    with Door(kind=Northwind) as door:
        b = door.daemon
        b.ana.ask("code.send", document=b.open["id"])
        mail = b.ana.ask("mail.get", id=b.ana.ask("mail.list")["mails"][0]["id"], code=True)["mail"]["text"]
        assert re.search(r"^    ssh \S+portal-login@127\.0\.0\.1$", mail, re.M) and "SHA256:" in mail
        with door.screen() as t:
            t.wait_for("[ I have a code ]").keys(TAB * 5, ENTER).wait_for("opens nothing else")
            t.keys(CODE.search(mail).group(1), ENTER).wait_for("Maria Ruiz, by code").wait_for(b.open["number"])
            assert b.late["number"] not in t.text()
            t.keys("q").wait_for("Sign out?").keys(TAB, ENTER).wait_for("[ I have a code ]")
        code = b.ana.ask("code.list", document=b.open["id"])["codes"][0]
        assert (code["opened"], code["place"]) == (1, "ssh 127.0.0.1")
