"""A night of reminders: so many customers, each with two invoices that are late, from the switch to the last mail that is queued.

    POSTERN_BUILD=build python3 tests/bench/reminders.py [customers]      (10,000: at most 60 s)
"""
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from daemon import Daemon, days, line, wait_until  # noqa: E402


def fill(d, numbers):
    admin = d.sign_in()
    for n in numbers:
        customer = admin.ask("customer.create", customer={"name": f"Customer {n}", "currency": "EUR", "email": f"c{n}@bench.test"})["customer"]["id"]
        for late in (8, 30):
            admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()], "date": days(-late - 5), "due": days(-late)})


def main(customers=10000):
    with Daemon() as d:
        hands = [threading.Thread(target=fill, args=(d, range(i, customers, 8))) for i in range(8)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        admin = d.sign_in()
        admin.ask("mail.settings_set", settings={"host": "127.0.0.1", "port": 9, "security": "none", "from": "portal@acme.test", "revision": 0})
        revision = admin.ask("settings.get")["business"]["revision"]
        begin = time.monotonic()
        admin.ask("settings.update", business={"reminders": True, "revision": revision})
        wait_until(lambda: [r["id"] for r in admin.ask("reminder.sent", limit=1)["reminders"]] == [customers], 600, "the last reminder")
        took = time.monotonic() - begin
        print(f"{customers} customers, {2 * customers} invoices: {took:.1f} s, {customers / took:.0f} reminders a second")


if __name__ == "__main__":
    main(*[int(n) for n in sys.argv[1:]])
