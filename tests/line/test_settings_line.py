"""Line mode: the settings of the business."""
import os
import pathlib

import pytest

from daemon import PASSWORD
from northwind import ANA, Northwind
from pty_talk import Talk

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"
RORY = "rory@northwind.example"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Byrne", email=RORY, role="reader", password=PASSWORD, keep_password=True)
        yield b


def settings(b, email=ANA):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"], rows=80)
    t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
    return t.say("settings").hear("Settings: ")


def set_now(b):
    return b.ana.ask("settings.get")["business"]


def test_the_second_factor_is_asked_of_customers_and_no_more(office):
    with settings(office) as t:
        t.say("factor").hear("Customers: off").hear("Staff: off").hear("Second factor: ")
        t.say("customers").hear("every customer has to").hear("signed in so far").hear("for customers? yes or no: ").say("no").hear("Second factor: ")
        assert not set_now(office)["mfa"]
        t.say("customers").hear("yes or no: ").say("yes").hear("Switched on").hear("Customers: on").hear("Second factor: ")
        assert set_now(office)["mfa"] and not set_now(office)["staff_mfa"]
        t.say("customers").hear("still need their code").hear("yes or no: ").say("yes").hear("Switched off").hear("Customers: off").hear("Second factor: ")
        t.say("staff").hear("You have none yet").hear("for staff? yes or no: ").say("back").hear("Second factor: ")
    assert not set_now(office)["mfa"] and not set_now(office)["staff_mfa"]


def test_what_was_agreed_to_is_not_turned_round_by_who_was_faster(office):
    with settings(office) as t:
        t.say("factor").hear("Second factor: ").say("customers").hear("It is switched on.").hear("yes or no: ")
        office.ana.ask("settings.update", business={"revision": set_now(office)["revision"], "mfa": True})
        t.say("yes").hear("Second factor: ")
        assert set_now(office)["mfa"]
        office.ana.ask("settings.update", business={"revision": set_now(office)["revision"], "mfa": False})


def test_a_reader_looks_and_changes_nothing(office):
    with settings(office, RORY) as t:
        t.say("factor").hear("Customers: off").hear("Second factor: ")
        assert "customers: " not in t.last
        t.say("customers").hear('There is no "customers" here.')


def test_the_business_is_changed_field_by_field_and_what_is_left_stays(office):
    before = set_now(office)
    with settings(office) as t:
        t.say("business").hear("Name: Northwind Paper Ltd").hear("Base currency: EUR").hear("Business: ")
        t.say("change").hear("Name [Northwind Paper Ltd]: ").say().hear("E-mail").say("nobody").hear("Phone").say("+353 91 555 099").hear("Web site").say()
        t.hear("Tax id").say().hear("Registration").say().hear("Bank account").say().hear("it has no @").hear("E-mail [nobody]").say("office@northwind.example").hear("Saved.").hear("Phone: +353 91 555 099").hear("Business: ")
        t.say("address").hear("Street").say("2 Quay Street").hear("Second line").say().hear("Postal code").say().hear("City").say().hear("Region").say().hear("Country").say().hear("Saved.").hear("2 Quay Street").hear("Business: ")
        t.say("rules").hear("Base currency [EUR]").say().hear("Time zone").say("Europe/Nowhere").hear("Tax rules of").say().hear("End with a line that is only a full stop.").say("Fiscal Agents SA").say("Lisboa").say(".")
        t.hear("is no time zone of the IANA list").hear("Time zone").say("Europe/Dublin").hear("Saved.").hear("> Fiscal Agents SA").hear("Business: ")
    now = set_now(office)
    assert now["address"] == {**before["address"], "street": "2 Quay Street"} and now["time_zone"] == before["time_zone"]
    assert (now["phone"], now["email"], now["bank"], now["representative"]) == ("+353 91 555 099", "office@northwind.example", before["bank"], "Fiscal Agents SA\nLisboa")


def test_what_customers_may_begins_with_what_they_may_now(office):
    office.ana.ask("settings.update", business={"revision": set_now(office)["revision"], "banner": "Closed on Friday.\nOpen on Monday.", "customers_edit": True, "customers_forward": False})
    before = set_now(office)
    with settings(office) as t:
        t.say("portal").hear("May edit details: yes").hear("May forward: no").hear("> Open on Monday.").hear("Portal: ")
        t.say("change").hear("a full stop alone leaves it, - alone empties it").hear("> Closed on Friday.").hear("Banner: ").say(".").hear("May edit details [yes]: ").say().hear("Part payments").say()
        t.hear("May forward [no]: ").say("yes").hear("No codes [no]: ").say().hear("Codes good for, days").say().hear("No receipts [no]: ").say().hear("Mail to us").say().hear("Mail to customers").say().hear("Customers see it at once.").hear("May forward: yes").hear("Portal: ")
        now = set_now(office)
        assert now == {**before, "customers_forward": True, "revision": now["revision"]}
        t.say("change").hear("Banner: ").say("-").say(".")
        for label in ("May edit", "Part pay", "May forward", "No codes", "Codes good", "No receipts", "Mail to us", "Mail to customers"):
            t.hear(label).hear(": ").say()
        t.hear("Customers see it at once.").hear("Portal: ")
    assert not set_now(office).get("banner")


def test_documents_begin_otherwise_from_now_on(office):
    with settings(office) as t:
        t.say("documents").hear("Invoices due in: ").hear("Documents: ").say("change").hear("Invoices due in, days [").say("4000").hear("From 0 to 3650.").hear("days [").say("21").hear("Estimates open").say()
        t.hear("Tax on each line [").say().hear("Statement: ").say("x" * 501).say(".").hear("At most 500 characters.").hear("Statement: ").say("Cash accounting").say(".")
        t.hear("Notes: ").say(".").hear("Terms: ").say("Thank you.").say(".").hear("New documents begin so.").hear("Invoices due in: 21 days").hear("Documents: ")
    now = set_now(office)
    assert (now["terms_days"], now["statement"], now["terms"]) == (21, "Cash accounting", "Thank you.")


def test_a_new_portal_name_says_whom_it_concerns_and_then_tells_them_all():
    with Northwind() as b:
        jose = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"] == "José Ferrer")["id"]
        b.ana.ask("access.invite", contacts=[jose])
        with settings(b) as t:
            t.say("name").hear("Portal name: northwind").hear("Name: ").say("rename").hear("Portal name [northwind]: ").say("North Wind").hear("Lower-case letters, digits and hyphens only.")
            t.hear("Portal name [northwind]: ").say("quay-street").hear("“northwind” becomes “quay-street”").hear("1 person with access").hear("1 open invitation ends").hear("RENAME").say("no").hear("Name: ")
            assert set_now(b)["portal"] == "northwind"
            t.say("rename").hear(": ").say("quay-street").hear("RENAME").say("RENAME").hear("nobody knows yet: write writes to everyone.").hear("Portal name: quay-street").hear("Name: ")
            assert set_now(b)["portal"] == "quay-street"
            t.say("write").hear("Who does not know yet that the portal is “quay-street”").hear("yes or no: ").say("yes").hear("All of them are written to: outbox shows").hear("Name: ")
            t.say("write").hear("yes or no: ").say("yes").hear("Nobody is left to be told.").hear("Name: ").say("outbox").hear("New portal name").hear("Outbox: ")
        kinds = [m["template"] for m in b.ana.ask("mail.list", limit=100)["mails"]]
        assert kinds.count("portal_renamed") == 1 and kinds.count("invitation") == 2


def gateway(b, name):
    return next(g for g in b.ana.ask("gateway.list")["gateways"] if g["name"] == name)


def test_a_gateway_is_told_what_it_needs_and_switched(office):
    with settings(office) as t:
        t.say("gateways").hear("Bank transfer, needs the account to pay to").hear("Stripe, needs its secret key").hear("Gateways: ")
        t.say("change 3").hear("Account holder").say("Northwind Paper Ltd").hear("IBAN").say("DE89370400440532013001").hear("BIC").say()
        t.hear("is no IBAN").hear("IBAN").say("DE89 3704 0044 0532 0130 00").hear("Saved. It can be paid with.").hear("Gateways: ")
        assert gateway(office, "bank")["settings"]["bank"]["iban"] == "DE89370400440532013000"
        t.say("change 4").hear("Account").say().hear("Payers come back to").say("https://northwind.example/paid").hear("Secret key").wait_echo(False).say("sk_test_0123456789abcdefABCDEF")
        t.hear("Secret of events").say().hear("Saved. It can be paid with.").hear("Gateways: ").say("open 4").hear("Secret key: is set, and never shown").hear("Secret of events: none")
        assert "sk_test" not in t.text() and gateway(office, "stripe")["settings"]["stripe"]["has_secret"]
        t.hear("Gateways: ").say("switch 4").hear("It is switched off.").hear("yes or no: ").say("yes").hear("Switched off.").hear("Gateways: ")
        assert not gateway(office, "stripe")["enabled"]
        t.say("which 2").hear("Open, Enter for all of them: ").say("card").hear("Saved.").hear("Gateways: ")
        assert gateway(office, "sandbox")["settings"]["methods"] == ["card"]
    with settings(office, RORY) as t:
        t.say("gateways").hear("Stripe, off").hear("Gateways: ").say("switch 4").hear("There is no \"switch\" here.")
