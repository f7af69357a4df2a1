"""A store of an older program that has payments of the sandbox: they are counted when it is opened, so that staff are told."""
import subprocess

from daemon import BUILD, Daemon, add_customer, days, line, money, open_portal, wait_until

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}


def test_payments_of_the_sandbox_in_an_older_store_are_counted_when_it_is_opened():
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        maria = open_portal(d, staff, contact, "maria@bodega.test")
        for price, number in (("10", CARD["card_number"]), ("20", CARD["card_number"]), ("30", "4000000000000002")):
            made = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price=price)], "due": days(14)})["invoice"]
            p = maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money(price), **{**CARD, "card_number": number})["payment"]
            wait_until(lambda p=p: maria.ask("payment.get", payment=p["id"])["payment"]["state"] != "pending", what="settled")
        staff.ask("payment.record", customer=customer, mode="card", amount=money("5"))
        assert d.stop() == 0
        for how in ("schema3", "schema1"):
            done = subprocess.run([BUILD / "tests/damage", d.data, how], capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
            d.sandbox = False
            d.start()
            assert d.sign_in().ask("queue.get")["notices"] == ["sandbox: 2 payments stand as paid, though no money moved"], how
            assert d.client().ask("system.check")["problems"] == [], how
            assert d.stop() == 0
