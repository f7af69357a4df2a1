"""What a clock on the wall of the business showed then is what is shown: with the rules of that instant, not of today."""
import datetime
import os
import pathlib
import subprocess

import clock
from daemon import PASSWORD, Daemon, add_customer, line
from pty_screen import ENTER, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


def set_to(folder, text):
    away = datetime.datetime.fromisoformat(text) - datetime.datetime.now(datetime.timezone.utc)
    clock.set_by(folder, seconds=round(away.total_seconds()))


def told_in_july(d, folder):
    """An invoice with a comment from a summer's night of Dublin: 23:45 there, 22:45 UTC. And one that was another day there."""
    set_to(folder, "2026-07-15T22:45:05+00:00")
    staff = d.sign_in()
    customer, _ = add_customer(staff)
    made = staff.ask("invoice.create", customer=customer, send=True,
                     document={"date": "2026-07-10", "due": "2026-12-01", "lines": [line()]})["invoice"]
    staff.ask("comment.add", document=made["id"], text="The pallets left tonight.")
    set_to(folder, "2026-07-15T23:10:05+00:00")
    staff.ask("comment.add", document=made["id"], text="And have arrived.")
    set_to(folder, "2026-11-20T12:00:00+00:00")
    return made["number"]


def test_a_night_in_july_is_shown_in_november_as_it_was(tmp_path):
    with Daemon(zone="Europe/Dublin", env=clock.settable(tmp_path)) as d:
        number = told_in_july(d, tmp_path)
        with PtyScreen([str(POSTERN.resolve()), "--url", d.url, "--portal", d.portal], rows=40, columns=100) as t:
            t.wait_for("Sign in").keys(d.email, TAB, PASSWORD, ENTER).wait_for("Paid this month")
            t.keys("4").wait_for(number).keys(ENTER).wait_for("The pallets left tonight.")
            assert "15 Jul 23:45" in t.text() and "16 Jul 00:10" in t.text() and "22:45" not in t.text(), t.text()
            t.keys("q").wait_for(number).keys(":").wait_for("│ :").keys("audit", ENTER).wait_for("Who").settle(0.3)
            assert "15 Jul 23:45" in t.text() and "22:45" not in t.text(), t.text()
        said = subprocess.run([POSTERN, "--url", d.url, "--portal", d.portal, "line"], text=True, capture_output=True, timeout=60,
                              input=f"{d.email}\n{PASSWORD}\ninvoices\n{number}\nback\nback\nquit\n", env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert "15 Jul 23:45" in said.stdout and "22:45" not in said.stdout, said.stdout


def test_a_zone_that_is_not_known_here_is_said_to_be_utc(tmp_path):
    """The terminal's machine has older tables than the server's: none at all, here."""
    with Daemon(zone="Europe/Dublin", env=clock.settable(tmp_path)) as d:
        number = told_in_july(d, tmp_path)
        with PtyScreen([str(POSTERN.resolve()), "--url", d.url, "--portal", d.portal], rows=40, columns=100,
                       env={"TZDIR": str(tmp_path)}) as t:
            t.wait_for("Sign in").keys(d.email, TAB, PASSWORD, ENTER).wait_for("times are UTC")
            t.keys("4").wait_for(number).keys(ENTER).wait_for("The pallets left tonight.")
            assert "15 Jul 22:45" in t.text(), t.text()
