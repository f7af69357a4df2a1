"""A bank statement of 50,000 lines taken in and matched (goal: 10 s): how long all of it takes, the one transaction in which it counts, and 500 lines with
whose they may be. By itself: POSTERN_BUILD=build /usr/bin/python3 tests/bench/statements.py [LINES]"""
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import daemon as business  # noqa: E402

ACCOUNT = "DE89370400440532013000"
STRETCH = 500
INVOICES = 5000


def reference(invoice):
    return f"RF{98 - int(str(invoice) + '271500') % 97:02d}{invoice}"


def open_invoices(d, n, threads=16):
    """n open invoices of 100 customers: [(id, number)]."""
    staff, made = d.sign_in(), []
    customers = [business.add_customer(staff, f"Customer {i} Ltd", f"c{i}@bench.test")[0] for i in range(100)]

    def work(k):
        client = d.client()
        client.token = staff.token
        for i in range(k, n, threads):
            got = client.ask("invoice.create", customer=customers[i % 100], send=True,
                             document={"lines": [business.line(price=str(10 + i % 90))], "due": business.days(14)})["invoice"]
            made.append((got["id"], got["number"], 1000 + i % 90 * 100))
    running = [threading.Thread(target=work, args=(k,)) for k in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return staff, made


def statement_of(made, n):
    """A tenth book by themselves, a tenth bear a number, a fifth go out, the rest says nothing that is known."""
    lines = []
    for i in range(n):
        invoice, number, cents = made[i % len(made)]
        line = {"date": business.days(-1), "amount": {"amount": cents, "currency": "EUR"}, "name": f"Payer {i} GmbH", "iban": f"DE{i:020d}",
                "bank_reference": f"B{i}", "end_to_end": f"E{i}", "text": f"Rechnung Nr. K-{i} vom 12.11.2026, Kundennummer {i * 7}"}
        if i % 10 == 0 and i // 10 < len(made):
            invoice, number, cents = made[i // 10]
            line |= {"reference": reference(invoice), "amount": {"amount": cents, "currency": "EUR"}}
        elif i % 10 == 1:
            line["text"] = f"Rechnung {number}"
        elif i % 10 in (2, 3):
            line["amount"]["amount"] *= -1
        lines.append(line)
    return lines


def measure(n=50000):
    with business.Daemon() as d:
        staff, made = open_invoices(d, min(INVOICES, n // 10))
        lines = statement_of(made, n)
        total = sum(line["amount"]["amount"] for line in lines)
        statement = {"account": ACCOUNT, "currency": "EUR", "opening": {"amount": 0, "currency": "EUR"}, "closing": {"amount": total, "currency": "EUR"}}
        begun = time.monotonic()
        for at in range(0, n, STRETCH):
            last = time.monotonic()
            out = staff.ask("bank.import", statement=statement, lines=lines[at:at + STRETCH], place=at, more=at + STRETCH < n)
        ended = time.monotonic()
        page, looked = None, 0
        for _ in range(5):
            page = staff.ask("bank.lines", state="waiting", limit=100, **({"after": page["next"]} if page else {}))
            looked += len(page["lines"])
        return {"lines": n, "seconds": ended - begun, "transaction_s": ended - last, "booked": out["booked"], "waiting": out["waiting"],
                "outgoing": out["outgoing"], "looked": looked, "look_s": time.monotonic() - ended}


if __name__ == "__main__":
    got = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 50000)
    print(", ".join(f"{k} {v:.2f}" if isinstance(v, float) else f"{k} {v}" for k, v in got.items()))
