"""A store of before papers were frozen: what was sent is frozen with what is known when the store is opened, and that is on record."""
import os
import pathlib
import subprocess

from daemon import Daemon, add_customer, line

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
HERE = {"street": "12 Quay Street", "city": "Galway", "country": "Ireland"}
THERE = {"street": "Calle Mayor 4", "city": "Cádiz", "country": "Spain"}


def made(d, admin):
    admin.ask("settings.update", business={"revision": 1, "name": "Northwind Paper Ltd", "address": HERE, "tax_id": "IE1234567T"})
    customer = add_customer(admin)[0]
    admin.ask("customer.update", id=customer, customer={"revision": 1, "company": "Bodega Sur S.L.", "tax_id": "ESB12345678", "billing": THERE})
    create = lambda kind, send=True, **more: admin.ask(f"{kind}.create", customer=customer, send=send,
                                                       document={"lines": [line(tax="23", tax_name="VAT")], **more})[kind]
    sent, paid, draft, own = create("invoice"), create("invoice"), create("invoice", False), create("invoice", False, billing=HERE)
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": paid["id"]}])
    estimate = create("estimate")
    admin.ask("estimate.update", estimate=estimate["id"], revision=1, document={"reference": "again"})
    admin.ask("estimate.send", estimate=estimate["id"])
    return customer, sent, paid, draft, own, estimate


def damage(d, *how):
    done = subprocess.run([BUILD / "tests/damage", d.data, *how], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def whole(d):
    assert d.client().ask("system.check")["problems"] == []
    assert d.client().ask("audit.verify")["problems"] == []


def test_what_was_sent_before_is_frozen_and_noted():
    with Daemon() as d:
        admin = d.sign_in()
        customer, sent, paid, draft, own, estimate = made(d, admin)
        events = admin.ask("event.list", limit=1)["events"][0]["id"]
        d.stop()
        admin.close()
        damage(d, "unfrozen")
        d.start()
        get = lambda document: admin.ask("invoice.get", invoice=document["id"], peek=True)["invoice"]
        noted = admin.ask("event.list", limit=1)["events"][0]
        assert (noted["id"], noted["what"], noted["side"]) == (events + 1, "frozen", "system")
        assert noted["text"] == "3 documents, 2 versions that were sent and 1 payments, as known today"
        whole(d)
        now = get(sent)
        assert now["frozen"] > now["sent"] and now["seller"]["tax_id"] == "IE1234567T" and now["customer_tax_id"] == "ESB12345678"
        computed = ("frozen", "offers")  # by what it can be paid is told where it is read
        assert {k: v for k, v in now.items() if k not in computed} == {k: v for k, v in sent.items() if k not in computed}
        admin.ask("settings.update", business={"revision": 2, "name": "Westwind GmbH", "tax_id": "DE1"})
        admin.ask("customer.update", id=customer, customer={"revision": 2, "tax_id": "ES0", "billing": {**THERE, "city": "Sevilla"}})
        assert get(paid)["state"] == "paid" and get(paid)["seller"]["name"] == "Northwind Paper Ltd" and get(paid)["billing"]["city"] == "Cádiz"
        assert (get(draft)["seller"]["name"], get(draft)["billing"]["city"]) == ("Westwind GmbH", "Sevilla")
        assert get(own)["billing"]["city"] == "Galway"
        was = admin.ask("estimate.version", estimate=estimate["id"], revision=1)["version"]["was"]
        assert was["seller"]["name"] == "Northwind Paper Ltd" and was["taxes"][0]["category"] == "standard"
        assert admin.ask("payment.list")["payments"] and admin.ask("payment.get", payment="PAY-000001")["payment"]["payee"]["tax_id"] == "IE1234567T"
        last = admin.ask("event.list", limit=1)["events"][0]["id"]
        d.stop()
        admin.close()
        d.start()  # and stays so
        assert admin.ask("event.list", limit=1)["events"][0]["id"] == last
        whole(d)
