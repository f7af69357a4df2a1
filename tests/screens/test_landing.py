"""The screen that the README shows is what the portal draws. With POSTERN_GOLDEN=write it is written anew, and with it what is made of it:
the picture in docs/ and the text in README.md."""
import os
import pathlib

import golden_svg
from clock import at
from daemon import PASSWORD, Daemon, add_customer, line, money, open_portal
from pty_screen import ENTER, TAB, PtyScreen, golden

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
MARIA = "maria@bodegasur.example"
TODAY = "2026-11-24 09:30:00"


def furnish(d):
    """Northwind Paper Ltd of Galway, and what it sold to Bodega Sur of Cádiz."""
    ana = d.sign_in()
    ana.ask("settings.update", business={
        "revision": ana.ask("settings.get")["business"]["revision"], "tax_id": "IE1234567T", "bank": "IE29 AIBK 9311 5212 3456 78",
        "address": {"street": "12 Quay Street", "city": "Galway", "code": "H91 X2Y3", "country": "Ireland"}})
    bodega, person = add_customer(ana, "Bodega Sur", MARIA)
    customer = ana.ask("customer.get", id=bodega)["customer"]
    ana.ask("customer.update", id=bodega, customer={"revision": customer["revision"], "billing": {
        "street": "Calle Mayor 4", "code": "11001", "city": "Cádiz", "country": "Spain"}})
    maria = open_portal(d, ana, person, MARIA)
    sold = [line("Kraft paper 80 g, pallet", "3", "320", "23", tax_name="VAT"), line("Kraft tape, box", "12", "18.40", "23", tax_name="VAT"),
            line("Delivery to Cádiz", "1", "95", "23", tax_name="VAT")]
    invoice = ana.ask("invoice.create", customer=bodega, send=True, document={
        "date": "2026-11-22", "due": "2026-12-06", "reference": "PO-771", "lines": sold, "terms": "Payment within 14 days."})["invoice"]
    ana.ask("payment.record", customer=bodega, mode="bank_transfer", date="2026-11-23", parts=[{"invoice": invoice["id"], "amount": money("500.00")}])
    maria.close()
    return invoice["number"]


def test_the_screen_of_the_readme_is_real():
    d = Daemon(portal="northwind", name="Northwind Paper Ltd", email="ana@northwind.example", zone="Europe/Dublin", env=at(TODAY))
    with d:
        number = furnish(d)
        with PtyScreen([str(POSTERN.resolve()), "--url", d.url, "--portal", "northwind"], env=at(TODAY)) as t:
            t.wait_for("Sign in").keys(MARIA, TAB, PASSWORD, ENTER).wait_for("Recent")
            t.keys("3").wait_for("› Invoices").wait_for("partly paid").go_to(number)
            t.keys(ENTER).wait_for("› " + number).wait_for("Kraft tape")
            golden(golden_svg.SCREEN, t)
            t.keys("Q")
            assert t.wait_end() == 0
    if os.environ.get("POSTERN_GOLDEN") == "write":
        golden_svg.write()
