"""The first command of the README: the demo fills its business, says who may come in, and is gone when it is stopped."""
import os
import pathlib
import re
import signal
import subprocess

import pytest

from daemon import BUILD, Client, days, wait_until
from pty_screen import ENTER, TAB, PtyScreen
from pty_talk import Talk

ROOT = pathlib.Path(os.environ.get("POSTERN_SOURCE", "."))
DEMO = ["bash", str(ROOT / "data/seed/demo.sh")]


@pytest.fixture
def place(tmp_path):
    """(environment, folder) of a demo of its own."""
    home = tmp_path / "demo"
    return {**os.environ, "POSTERN_BUILD": str(BUILD.resolve()), "POSTERN_DEMO": str(home)}, home


def test_without_a_terminal_it_fills_waits_and_leaves_nothing(place, tmp_path):
    env, home = place
    with open(tmp_path / "said", "w+", encoding="utf-8") as said:
        demo = subprocess.Popen(DEMO, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        try:
            def text():
                return (tmp_path / "said").read_text(encoding="utf-8")
            wait_until(lambda: "Running until" in text() or demo.poll() is not None, 120, "the demo")
            assert demo.poll() is None, text()
            password = re.search(r"password of all is: (.+)", text()).group(1)
            accounts = re.findall(r"[a-z]+@[a-z]+\.example", text())
            assert len(accounts) == 6
            for email in accounts:
                with Client(str(home / "socket")) as c:
                    c.sign_in("northwind", email, password)
            assert sorted(p.name for p in home.glob("session.*")) == []
            compared_with_the_bank(str(home / "socket"))
        finally:
            demo.send_signal(signal.SIGTERM)
            assert demo.wait(30) == 143
    assert not home.exists()


def compared_with_the_bank(socket):
    """A statement with what was paid exactly, called back, waits; one payout came whole, of the other the bank kept something."""
    with Client(socket) as c:
        c.sign_in("northwind", "ana@northwind.example", "demo password")
        assert sorted(l["state"] for l in c.ask("bank.lines", limit=100)["lines"]) == sorted(["booked", "booked", "took_back", "outgoing"] + 4 * ["waiting"])
        def told():
            return c.ask("report.reconcile", **{"from": days(-7), "until": days(1), "limit": 100})
        wait_until(lambda: len(told().get("payouts", [])) == 2, 20, "both cards to be charged")
        report = told()
        assert sorted(p["difference"]["amount"] for p in report["payouts"]) == [-200, 0]
        rows = {(r["source"], r["kind"], r["difference"]["amount"]) for r in report["differences"]}
        assert rows == {("sandbox payouts", "amount", -200), ("bank", "waits", -100000), ("bank", "waits", -1200)}
        [guess] = [l["guess"] for l in c.ask("bank.lines", state="waiting", limit=100)["lines"] if l["amount"]["amount"] == 100000]
        assert "INV-000003" in guess
        assert not c.ask("report.reconcile", **{"from": days(-50), "until": days(-46)})["differences"]


def test_on_a_terminal_it_opens_the_portal_and_ends_with_it(place):
    env, home = place
    with PtyScreen(DEMO, env=env, deadline=120) as t:
        t.wait_for("Sign in").wait_for("demo password")
        t.keys("maria@bodegasur.example", TAB, "demo password", ENTER).wait_for("Recent")
        t.keys("Q")
        assert t.wait_end() == 0
    assert not home.exists()


def test_in_lines_the_customer_is_told_where_to_transfer(place):
    env, home = place
    with Talk([*DEMO, "--line"], env=env, deadline=120) as t:
        t.hear("E-mail: ").say("maria@bodegasur.example").hear("Password: ").wait_echo(False).say("demo password").hear("Main menu: ")
        t.say("transfer").hear("IE29 AIBK 9311 5212 3456 78").say("quit").hear("signed out")
        assert t.wait_end() == 0
    assert not home.exists()
