"""Reminders on the screen: switched on, previewed, sent by hand."""
import os
import pathlib

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_screen import ENTER, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
F2 = "\x1bOQ"


def test_staff_switch_reminders_on_and_remind_by_hand():
    with Northwind() as b, PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], rows=40, columns=100) as t:
        t.wait_for("Sign in").keys(ANA, TAB, PASSWORD, ENTER).wait_for("Paid this month")
        t.keys(":", "inv-000002", ENTER).wait_for("INV-000002").wait_for("Kraft paper").keys("d").wait_for("Reminder to Bodega Sur")
        t.wait_for("1,018.60").keys("s").wait_for("Send this reminder?").keys(TAB, ENTER).wait_for("Sent: the outbox")
        reminder, = b.ana.ask("reminder.sent")["reminders"]
        assert (reminder["by"], reminder["mails"][0]["to"]) == ("Ana Kelly", "maria@bodegasur.example")
        t.keys("q").wait_for("Kraft paper").keys("6").wait_for("Reminders")
        t.go_to("Reminders").keys(ENTER).wait_for("Quiet days").keys("e").wait_for("Most reminders").keys(" ", F2).wait_for("Saved.")
        assert b.ana.ask("settings.get")["business"]["reminders"] is True
        t.keys(ENTER).wait_for("Second reminder").keys("e").wait_for("Days after due")
