"""Line mode: a receipt goes out once more."""
import os
import pathlib

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


def test_staff_mail_a_receipt_once_more():
    with Northwind() as b:
        made = b.ana.ask("payment.list", state="succeeded", limit=1)["payments"][0]
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say(made["number"]).hear(f"Receipt {made['number']}").hear("Payment: ")
            t.say("receipt").hear("all who can sign in").hear("yes or no: ").say("yes").hear("held, since no mail server is set").hear("Payment: ")
        assert [m["template"] for m in b.ana.ask("mail.list", customer=made["customer"])["mails"]][0] == "receipt"
