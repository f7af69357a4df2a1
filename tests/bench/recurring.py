"""How long a night takes in which ten thousand recurring invoices are due: from the start of the daemon until the last is made, all of them sent.
The goal is 10 s. On a machine that others use, the processor time of the daemon says more than the seconds. By itself, with POSTERN_BUILD=build."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))

import clock
from daemon import Daemon, add_customer, line, wait_until

SCHEDULES, CUSTOMERS, CLIENTS = int(os.environ.get("SCHEDULES", "10000")), 100, 16
WRITTEN, NIGHT = "2027-01-30 12:00:00", "2027-01-31 00:00:01"


def write(d, customers, first, count):
    admin = d.sign_in()
    for n in range(first, first + count):
        admin.ask("schedule.create", customer=customers[n % len(customers)], schedule={
            "anchor": "2027-01-31", "period": "month", "send": True, "document": {"lines": [line(f"Hosting {n}", "1", "100", "19"), line("Support", "2", "40", "19")]}})


def measure():
    with Daemon(env=clock.at(WRITTEN)) as d:
        admin = d.sign_in()
        customers = [add_customer(admin, f"Customer {n}", f"c{n}@acme.test")[0] for n in range(CUSTOMERS)]
        threads = [threading.Thread(target=write, args=(d, customers, i * SCHEDULES // CLIENTS, (i + 1) * SCHEDULES // CLIENTS - i * SCHEDULES // CLIENTS)) for i in range(CLIENTS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        d.stop()
        d.env = clock.at(NIGHT)
        began = time.monotonic()
        d.start()
        admin = d.sign_in()
        slowest = 0.0

        def over():
            nonlocal slowest
            asked = time.monotonic()
            admin.ask("customer.create", customer={"name": f"Meanwhile {asked}", "currency": "EUR"})
            slowest = max(slowest, time.monotonic() - asked)
            return admin.ask("invoice.list", limit=1)["total"] == SCHEDULES
        wait_until(over, 300, "the last of them")
        took, cpu, commits = time.monotonic() - began, d.cpu(), d.client().ask("system.stats")["commits"]
        assert admin.ask("queue.get")["work"] == []
    return took, cpu, commits, slowest


if __name__ == "__main__":
    seconds, processor, groups, longest = measure()
    print(f"{SCHEDULES} recurring invoices in {seconds:.1f} s ({SCHEDULES / seconds:.0f} a second), {processor:.2f} s of processor time, {groups} commits; "
          f"the slowest write of somebody else meanwhile: {longest * 1000:.0f} ms")
