"""What a request costs in instructions of the user's side, counted by callgrind, which the noise of a machine does not reach.

    POSTERN_BUILD=build python3 tests/bench/instructions.py [OPERATION...]      the table, as thousands an operation

REQUESTS=40 counts fewer of each; AS_JSON=1 gives whole numbers; KEEP=FOLDER keeps callgrind's files.

One daemon under callgrind is asked each operation n times and then 2n times; what the second stretch costs more than the first, divided
by n, is one request: starting, signing in, and whatever else happens once drop out. Between stretches the daemon writes down its counts:
a call of MARKER's handler does it, which no operation measured here uses. What runs beside (the janitor's looks, commits' fsync) is in it.
"""
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from daemon import Daemon, add_customer, line, open_portal  # noqa: E402

MARKER, MARK = "op_key_list", "key.list"  # both the handler's symbol and its operation
INVOICES = 30
DOCUMENT = {"lines": [line(), line(), line()]}


class Asked:
    """A business with a customer of thirty invoices, an administrator and the customer's person, both signed in."""

    def __init__(self, daemon):
        self.staff = daemon.sign_in()
        self.customer, contact = add_customer(self.staff)
        self.invoices = [self.create() for _ in range(INVOICES)]
        self.person = open_portal(daemon, self.staff, contact, "maria@bodega.test")
        self.n = 0

    def create(self):
        return self.staff.ask("invoice.create", customer=self.customer, send=True, document=DOCUMENT)["invoice"]["id"]

    def get(self):
        self.n += 1
        return self.staff.ask("invoice.get", invoice=self.invoices[self.n % INVOICES])

    def pay(self):
        """A cent of an invoice: the first of each makes it partly paid, and that is warmed up."""
        self.n += 1
        part = {"invoice": self.invoices[self.n % INVOICES], "amount": {"amount": 1, "currency": "EUR"}}
        return self.staff.ask("payment.record", customer=self.customer, mode="bank_transfer", parts=[part])


# The last ones grow the business, so that they come last.
OPERATIONS = {
    "session.me": lambda a: a.person.ask("session.me"),
    "invoice.list": lambda a: a.staff.ask("invoice.list", customer=a.customer, limit=25),
    "invoice.get": Asked.get,
    "home.get": lambda a: a.person.ask("home.get"),
    "queue.get": lambda a: a.staff.ask("queue.get"),
    "payment.record": Asked.pay,
    "invoice.create": Asked.create,
}


def counted(path):
    return int(re.search(r"^(?:totals|summary): (\d+)", path.read_text(), re.M).group(1))


def dumps(folder):
    """The files that were written between marks, in order."""
    return sorted(folder.glob("out.*"), key=lambda path: int(path.name.rpartition(".")[2]))


def measure(names=None, n=100, keep=None):
    """{operation: instructions of one request}; `keep`: a folder for callgrind's files of the longer stretches."""
    names = list(names or OPERATIONS)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-instructions-"))
    wrap = ["valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={folder}/out", f"--dump-before={MARKER}"]
    try:
        with Daemon(wrap=wrap) as daemon:
            asked = Asked(daemon)
            for name in names:
                for times in (n // 4, n, 2 * n):  # the first warms what is kept between requests
                    for _ in range(times):
                        OPERATIONS[name](asked)
                    asked.staff.ask(MARK)
            daemon.stop(seconds=60)
        found = dumps(folder)
        assert len(found) >= 3 * len(names), [path.name for path in folder.iterdir()]
        if keep:
            for i, name in enumerate(names):
                shutil.copy(found[3 * i + 2], pathlib.Path(keep) / name)
        return {name: (counted(found[3 * i + 2]) - counted(found[3 * i + 1])) // n for i, name in enumerate(names)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    counts = measure(sys.argv[1:], n=int(os.environ.get("REQUESTS", "100")), keep=os.environ.get("KEEP"))
    if os.environ.get("AS_JSON"):
        print(json.dumps(counts))
    else:
        for operation, count in counts.items():
            print(f"{operation:16} {count / 1000:8.1f}")
