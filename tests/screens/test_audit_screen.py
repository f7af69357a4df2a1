"""The audit log as staff see it: found, filtered, opened, verified; a real daemon, a real pseudo-terminal."""
import os
import pathlib

import pytest

from daemon import PASSWORD, Daemon, add_customer, line, open_portal
from pty_screen import ENTER, ESC, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        admin = d.sign_in()
        customer, contact = add_customer(admin)
        maria = open_portal(d, admin, contact, "maria@bodega.test")
        made = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
        maria.ask("invoice.get", invoice=made["id"])
        maria.ask("comment.add", document=made["id"], text="When does it arrive?")
        admin.ask("staff.create", name="Rory Lynch", email="rory@acme.test", role="reader", password=PASSWORD, keep_password=True)
        for n in range(80):
            admin.ask("customer.create", customer={"name": f"Many {n}", "currency": "EUR"})
        d.admin = admin
        yield d


def terminal(d, email="ada@acme.test", **more):
    t = PtyScreen([str(POSTERN.resolve()), "--url", d.url, "--portal", "acme"], **more)
    return t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for("Paid this month")


@pytest.fixture
def ada(daemon):
    with terminal(daemon) as t:
        t.keys(":", "audit", ENTER).wait_for("What happened")
        yield t
        assert t.poll() in (None, 0), t.text()


def rows(t):
    return [text for text in t.screen()[2:-2] if text.strip()]


def unfiltered(t):
    """The cursor stays on what was found, among what is around it."""
    t.keys(ESC).wait_for(lambda s: "created" in s.text() and not any(text.startswith("/") for text in s.screen())).keys("g").wait_for("Many 79")


def test_the_log_is_reached_from_the_palette_and_from_settings(daemon, ada):
    ada.wait_for("Many 79")
    assert "Administrator" in ada.text() and "created" in ada.text()
    ada.keys("6").wait_for("Audit log").wait_for("is it whole?")


def test_it_is_filtered_by_what_who_about_and_when(daemon, ada):
    for typed, text, gone in (("what:commented", "comment: When", "created"),
                              ("who:customer", "comment: When", "Administrator"),
                              ("who:maria", "signed in", "Administrator"),
                              ("about:invoice", "INV-", "Bodega"),
                              ('what:"access switched on"', "Maria Ruiz", "created"),
                              ("arrive", "comment: When", "created"),
                              ("date:today what:sent", "sent", "created")):
        ada.keys("/", typed, ENTER).wait_for(lambda s, text=text, gone=gone: text in s.text() and not any(gone in r for r in rows(s)))
        unfiltered(ada)
    ada.keys("/", "date<=2001-01-01", ENTER).wait_for("Nothing matches the filter.")
    unfiltered(ada)
    ada.keys("/", "what:nonsense", ENTER).wait_for("what:nonsense: there is no nonsense here").wait_for("/what:nonsense")
    unfiltered(ada)
    ada.keys("f").wait_for("Refused sign-ins").keys("j", ENTER).wait_for("signed in: password").wait_for("Only sign-ins: f shows others")
    ada.keys("/", "maria", ENTER).wait_for(lambda s: "Maria Ruiz" in s.text() and not any("Administr" in r for r in rows(s)))
    ada.keys(ESC).wait_for(lambda s: any("Administr" in r for r in rows(s))).keys("f").wait_for("Refused sign-ins").keys(ENTER).wait_for("created")


def test_the_command_that_exports_what_is_shown_is_copied(daemon, ada):
    ada.keys("/", "who:maria", ENTER).wait_for(lambda s: not any("Administr" in r for r in rows(s))).keys("y").wait_for("Sent to your terminal: posternctl events --filter 'who:maria'")


def test_an_event_is_shown_with_all_there_is_and_its_link(daemon, ada):
    event = daemon.admin.ask("event.list", what="commented")["events"][0]
    ada.keys("/", "what:commented", ENTER).wait_for(lambda s: "comment: When" in s.text() and "Many" not in s.text())
    ada.keys(ENTER).wait_for("Link of the chain")
    text = ada.text()
    for wanted in ("comment", "When does it arrive?", "Maria Ruiz (customer, number", "invoice INV-", "Bodega Sur", event["place"].replace("ipc uid", "this machine, account"), event["at"],
                   event["chain"].hex()[:32], event["chain"].hex()[32:], "Seen by customer"):
        assert wanted in text, (wanted, text)
    ada.keys("o").wait_for(lambda s: "INV-" in s.line(0)).keys(ESC).wait_for("Link of the chain").settle(0.1)
    ada.keys(ESC).wait_for(lambda s: "Event" not in s.line(0) and "comment: When" in s.text())
    ada.keys("w").wait_for(lambda s: "signed in" in s.text() and "comment" in s.text() and "Many" not in s.text())


def test_an_administrator_verifies_and_signs_the_log(daemon, ada):
    ada.keys("V").wait_for("The log is whole.").wait_for("Events read").wait_for("posternctl audit head").keys(ENTER).wait_for("What happened")
    ada.keys("S").wait_for("The log is signed").wait_for("Keep a copy elsewhere").keys(ENTER).wait_for("What happened")
    with terminal(daemon, "rory@acme.test") as rory:
        rory.keys(":", "audit", ENTER).wait_for("What happened").keys("V").wait_for("Only an administrator")


def test_new_events_appear_by_themselves(daemon, ada):
    ada.wait_for("Many 79")
    daemon.admin.ask("customer.create", customer={"name": "Quite fresh", "currency": "EUR"})
    ada.wait_for("Quite fresh")


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_it_fits(daemon, columns):
    with terminal(daemon, columns=columns, rows=24) as t:
        t.keys(":", "audit", ENTER).wait_for("created").wait_for("About")
        t.keys(ENTER).wait_for("Link of the chain").keys(ESC).wait_for(lambda s: "Event" not in s.line(0))
        t.keys("V").wait_for("The log is whole.")
