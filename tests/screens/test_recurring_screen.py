"""A recurring invoice that is written from nothing: from the list of them, and from "new" on Today, for a customer who is chosen."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.mark.parametrize("way", ((":recurring", ENTER, "+"), ("+", "7", ENTER)), ids=("list", "today"))
def test_one_is_written_from_nothing(way):
    with Northwind() as b, PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"]) as t:
        t.wait_for("Sign in").keys(ANA, TAB, PASSWORD, ENTER).wait_for("Outstanding").keys(*way).wait_for("Recurring invoice for whom?").wait_for("Bodega Sur")
        t.keys(ENTER).wait_for("New recurring invoice").wait_for("Every     month").keys("Hosting", TAB, "2", TAB, "40", F2)
        t.wait_for("Let it recur?").wait_for("Each becomes a draft on its day").wait_for("EUR 80.00").keys(TAB, ENTER).wait_for("Hosting").wait_for("running")
        [row] = b.ana.ask("schedule.list")["schedules"]
        assert (row["name"], row["every"], row["state"], row["total"]["amount"]) == ("Hosting", 1, "running", 8000)
        assert b.ana.ask("schedule.get", schedule=row["id"])["schedule"]["customer"] == b.bodega
        t.keys(ESC)
