"""Line mode: reminders by rule and by hand."""
import os
import pathlib

from daemon import PASSWORD, days
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


def talk(b):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=200)
    return t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_reminders_in_lines():
    with Northwind() as b, talk(b) as t:
        t.say("settings").hear("Settings: ").say("reminders").hear("Reminders: off").hear("Mail server: none").hear("Reminders: ")
        t.say("whom").hear("Nobody: no step's time has come").hear(": ").say("back").hear("Reminders: ")
        t.say("rules").hear("First reminder, 7 days after").hear("Reminder rules: ")
        t.say("open 2").hear("Late fee: none").hear("> {invoices}").hear("Reminder rules: ").say("back").hear("Reminders: ")
        t.say("sent").hear("None was sent.").hear(": ").say("back").hear("Reminders: ").say("back").hear("Settings: ").say("back").hear("Main menu: ")
        t.say("invoices").hear("Invoices: ").say("inv-000002").hear("Invoice: ").say("hold").hear("paused").hear("Why: ").say("promised").hear("Promised until").say(days(3))
        t.hear("Held").hear("Invoice: ")
        assert b.ana.ask("invoice.get", invoice=b.late["id"])["invoice"]["promised"] == days(3)
        t.say("remind").hear("Left out: INV-000002: is promised until").hear("There is nothing to remind of.").hear("Remind of: ").say("back").hear("Invoice: ")
        t.say("resume").hear("They go on.").hear("Invoice: ")
        t.say("remind").hear("INV-000002: EUR 1,018.60").hear("Subject: Reminder of Northwind Paper Ltd").hear("Remind of: ")
        t.say("send").hear("It is sent as it stands here").hear("yes or no: ").say("yes").hear("Sent").hear("reminded of today").hear("Remind of: ")
        assert [m["to"] for m in b.ana.ask("mail.list")["mails"] if m["template"] == "reminder"] == ["maria@bodegasur.example"]
