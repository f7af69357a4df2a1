"""Line mode: the mail server is told, changed and taken away."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD, wait_until
from northwind import ANA, Northwind
from pty_talk import Talk
from smtp_sink import Sink, configure

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        yield b


def signed_in(b):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80)
    t.hear("E-mail: ").say(ANA).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
    return t


def test_the_mail_server_is_set_changed_field_by_field_and_taken_away(office):
    def told():
        return b.ana.ask("mail.settings_get")["settings"]
    b = office
    with signed_in(b) as t:
        t.say("server").hear("No mail server is set.").hear("2. test: not now. There is no mail server yet: change sets one.").hear("Mail server: ").say("change").hear("Host, empty for none: ").say("back").hear("Mail server: ")
        t.say("change").hear("Host, empty for none: ").say("smtp.example.com").hear("Protection [STARTTLS, which the server must offer]: ").say("2").hear("Port [465]: ").say("70000")
        t.hear("From 1 to 65535.").hear("[465]: ").say().hear("signing in: ").say("postern").hear("as it was: ").wait_echo(False).say("hush now")
        t.hear("come from: ").say("accounts@northwind.example").hear("business: ").say().hear("Saved.").hear("Host: smtp.example.com\nPort: 465\n")
        t.hear("Password: is set").hear("Mail server: ")
        assert "hush" not in t.text() and told()["has_password"] and told()["security"] == "tls"
        t.say("change").hear("Host, empty for none [smtp.example.com], - for none: ").say().hear("Protection [TLS from the beginning]: ").say("starttls").hear("Port [587]: ").say().hear("[postern], - for none: ").say()
        t.hear("as it was: ").wait_echo(False).say().hear("come from [accounts@northwind.example]: ").say().hear("business: ").say("Accounts").hear("With the name: Accounts")
        t.hear("Mail server: ")
        assert told()["has_password"] and told()["port"] == 587
        t.say("change").hear("- for none: ").say("-").hear("Mails are held").hear("No mail server is set.").hear("Mail server: ")
    assert not told().get("host")


def test_what_somebody_else_changed_meanwhile_stays_under_what_is_saved_on_top_of_it(office):
    def told():
        return office.ana.ask("mail.settings_get")["settings"]
    with signed_in(office) as t:
        office.ana.ask("mail.settings_set", settings={"revision": told().get("revision", 0), "host": "smtp.example.com", "security": "tls", "port": 465, "user": "", "from_name": "",
                                                      "from": "accounts@northwind.example"}, password="")
        t.say("server").hear("Host: smtp.example.com").hear("Mail server: ").say("change").hear("- for none: ")
        office.ana.ask("mail.settings_set", settings={"revision": told()["revision"], "from_name": "Theirs"})
        t.say("mail.example.com").hear("Protection [TLS from the beginning]: ").say().hear("Port [465]: ").say().hear("signing in: ").say().hear("accounts@northwind.example]: ").say()
        t.hear("business: ").say().hear("Somebody changed it meanwhile. Save your changes on top of it? yes or no: ").say("yes").hear("Saved. test sends a test mail to you")
        t.hear("Host: mail.example.com").hear("With the name: Theirs").hear("3. outbox: All mails").hear("Mail server: ")
        t.say("outbox").hear("Mail 1: ").hear("Outbox: ").say("back").hear("Mail server: ").say("back").hear("Main menu: ")
        office.ana.ask("mail.settings_set", settings={"revision": told()["revision"], "host": ""})


def test_what_was_given_up_is_told_and_tried_again(office):
    with Sink() as sink, signed_in(office) as t:
        sink.refuse_recipient[ANA] = "550 5.1.1 nobody here"
        configure(office.ana, sink, sender="accounts@northwind.example")
        office.ana.ask("mail.test")
        [row] = wait_until(lambda: office.ana.ask("due.list", gave_up=True)["due"], what="what was given up")
        t.say("today").hear("Today: ")
        number = re.search(r"^Row (\d+): Work that is due, 1 was given up", t.last, re.M).group(1)
        t.say(f"open {number}").hear("send a mail").hear("Due: ").say("back").hear("Today: ").say("back").hear("Main menu: ")
        t.say("due").hear(f"Work 1: send a mail, about mail {row['about']}, tried next: not by itself").hear("nobody here").hear("given up ").hear("sign the log").hear("Due: ")
        t.say("open 1").hear("Due since: ").hear("It is not tried any more").hear("Due: ")
        sink.refuse_recipient.clear()
        t.say("again 1").hear("It is tried now.").hear("Due: ")
        assert sink.wait(to=ANA)
        wait_until(lambda: "mail" not in {w["work"] for w in office.ana.ask("due.list")["due"]}, what="no mail due")
        configure(office.ana, None)
        t.say("refresh").hear("sign the log").hear("Due: ")
        assert "send a mail" not in t.last


def test_a_mail_that_was_not_delivered_is_opened_from_today(office):
    """What the screen opens from there, line mode opens too: said once for both (tui/portal/books.c)."""
    lost = "lost@bodegasur.example"
    with Sink() as sink, signed_in(office) as t:
        sink.refuse_recipient[lost] = "550 5.1.1 nobody here"
        configure(office.ana, sink, sender="accounts@northwind.example")
        made = office.ana.ask("contact.create", customer=office.ana.ask("customer.list", search="bodega")["customers"][0]["id"], contact={"name": "Lost", "email": lost})["contact"]
        office.ana.ask("access.invite", contacts=[made["id"]])
        wait_until(lambda: "mail" in {w["job"] for w in office.ana.ask("queue.get")["work"]}, what="the mail as work")
        t.say("today").hear("Today: ")
        number = re.search(r"^Row (\d+): Mail not delivered", t.last, re.M).group(1)
        t.say(f"open {number}").hear("nobody here").hear("Mail: ").say("back").hear("Today: ")
        office.ana.ask("contact.delete", contact=made["id"])
        configure(office.ana, None)
