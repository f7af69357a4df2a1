"""A night of reminders: so many customers, each with two invoices that are late, from the switch until the last mail is in the outbox.
Nothing is there before the switch, and afterwards each customer has one mail: otherwise no time is told.

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


def pages(staff, op, what):
    got = staff.ask(op, limit=100)
    yield from got[what]
    while got.get("next"):
        got = staff.ask(op, limit=100, after=got["next"])
        yield from got[what]


def switch_on(d, admin, customers):
    """Seconds, processor time, commits."""
    revision = admin.ask("settings.get")["business"]["revision"]
    operator = d.client()

    def count():
        return operator.ask("system.stats")["commits"]

    def there():
        mails = admin.ask("mail.list", limit=1)["mails"]
        return mails and mails[0]["id"] >= customers
    commits, cpu, begin = count(), d.cpu(), time.monotonic()
    admin.ask("settings.update", business={"reminders": True, "revision": revision})
    wait_until(there, 600, "the last mail")
    return time.monotonic() - begin, d.cpu() - cpu, count() - commits


def main(customers=10000):
    with Daemon() as d:
        hands = [threading.Thread(target=fill, args=(d, range(i, customers, 8))) for i in range(8)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        admin = d.sign_in()
        admin.ask("mail.settings_set", settings={"host": "127.0.0.1", "port": 9, "security": "none", "from": "portal@acme.test", "revision": 0})
        assert admin.ask("mail.list")["mails"] == [] and admin.ask("reminder.sent")["reminders"] == []
        took, cpu, commits = switch_on(d, admin, customers)
        assert sorted(m["to"] for m in pages(admin, "mail.list", "mails")) == sorted(f"c{n}@bench.test" for n in range(customers))
        assert sorted(len(r["parts"]) for r in pages(admin, "reminder.sent", "reminders")) == [2] * customers
        print(f"{customers} customers, {2 * customers} invoices: {took:.2f} s, {customers / took:.0f} reminders a second, "
              f"{cpu:.2f} s of processor time, {commits} commits")


if __name__ == "__main__":
    main(*[int(n) for n in sys.argv[1:]])
