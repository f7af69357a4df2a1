"""Line mode: a receipt goes out once more, and is saved as PDF."""
import os
import pathlib

from daemon import PASSWORD
from northwind import ANA, MARIA, Northwind
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


def test_a_customer_saves_the_pdf_of_a_receipt_and_never_over_a_file(tmp_path):
    with Northwind() as b:
        made = b.maria.ask("payment.list", state="succeeded", limit=1)["payments"][0]
        pdf = b.maria.ask("receipt.pdf", payment=made["id"])["pdf"]
        there = tmp_path / "mine.pdf"
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200) as t:
            t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
            t.say("payments").hear("Payments: ").say(made["number"]).hear(f"Receipt {made['number']}").hear("Payment: ")
            t.say("save").hear(f"File [receipt-{made['number']}.pdf]: ").say(str(there)).hear("readable for you alone.").hear("Payment: ")
            assert there.read_bytes() == pdf and there.stat().st_mode & 0o777 == 0o600
            there.write_bytes(b"mine")
            t.say("save").hear("File [").say(str(there)).hear("already. Nothing was written.").hear("Payment: ")
        assert there.read_bytes() == b"mine"
