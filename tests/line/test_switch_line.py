"""Line mode: going on for another customer whose password is another one."""
import os
import pathlib

from daemon import PASSWORD, add_customer
from northwind import MARIA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"
OTHER = "another lantern gravel"


def test_the_other_password_is_asked_for_where_it_is_another_one():
    with Northwind() as b:
        _, contact = add_customer(b.ana, "Hotel Mar", MARIA)
        b.ana.ask("access.enable", contacts=[contact], password=OTHER, keep_password=True)
        with Talk([POSTERN, "--url", b.url, "--portal", "northwind"]) as t:
            t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False).say(PASSWORD)
            said = t.hear("For whom: ").last
            number = next(row.split()[1].rstrip(":") for row in said.splitlines() if "Hotel Mar" in row)
            t.say(f"go {number}").hear("another one").hear("Password there: ").wait_echo(False).say("not that one")
            t.hear("not your password there").hear("Password there: ").wait_echo(False).say(OTHER)
            t.hear("You are here for Hotel Mar now").hear("Main menu: ").say("quit")
