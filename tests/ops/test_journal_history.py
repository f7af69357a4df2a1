"""Books are a dated history that is only added to: what was exported of a month that is over is exported of it for ever, to the byte, whatever becomes
of its documents and payments later (docs/decisions/journals.md)."""
import csv
import datetime
import subprocess

import clock
import pytest
from ctl import Ctl
from daemon import Daemon, add_customer, days, line, open_portal, wait_until
from test_money_adds_up import History, Patient, eur

PROGRAMS = {
    "hledger": ["hledger", "-f", "{}", "check", "--strict", "ordereddates", "recentassertions"],
    "ledger": ["ledger", "-f", "{}", "--strict", "--pedantic", "balance"],
    "beancount": ["bean-check", "{}"],
}
OVER = days(2)  # the last day of what is exported first; all of it happens before


def later(by):
    return (datetime.date.fromisoformat(days(0)) + datetime.timedelta(days=by)).isoformat()


class Books:
    """Exports of a business, each taken by the program that it is for."""

    def __init__(self, daemon, folder):
        self.daemon, self.folder = daemon, folder
        self.ctl = Ctl(daemon, session=f"books-{days(0)}").login(daemon.email)

    def export(self, form, *words):
        path = self.folder / f"journal.{form}"
        path.write_text(self.ctl.run("export", form, *words).stdout)
        done = subprocess.run([w.format(path) for w in PROGRAMS[form] if w != "recentassertions"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return path.read_text()

    def all(self, *words):
        return {form: self.export(form, *words) for form in PROGRAMS}

    def balances(self, *words):
        self.export("hledger", *words)
        done = subprocess.run(["hledger", "-f", self.folder / "journal.hledger", "balance", "--flat", "--no-total", "--output-format=csv"], capture_output=True, text=True, check=True)
        rows = {row["account"]: row["balance"] for row in csv.DictReader(done.stdout.splitlines())}
        rows.pop("Equity:Opening", None)
        return rows


def cents(balances, account):
    return sum(round(float(text.removeprefix("EUR ").replace(",", "")) * 100) for name, text in balances.items() if name.startswith(account))


def lines_of(journal, number, what):
    """Days of the entries of that number and text."""
    return [row.split()[0] for row in journal.splitlines() if f"({number})" in row and f"| {what} " in row]


@pytest.fixture
def business():
    with Daemon(sandbox=True) as d:
        d.admin = d.sign_in()
        d.customer, d.contact = add_customer(d.admin)
        yield d


def invoice(d, cents_, **more):
    return d.admin.ask("invoice.create", customer=d.customer, send=True, document={"lines": [line(price=f"{cents_ / 100:.2f}")], **more})["invoice"]


def turn_the_month(d, by=40):
    clock.forward(d, days=by)
    d.admin = d.sign_in()


def close_books(staff):
    staff.ask("settings.update", business={"closed_until": OVER, "revision": staff.ask("settings.get")["business"]["revision"]})


def test_what_is_taken_back_stands_on_its_own_day_and_the_month_before_stays(business, tmp_path):
    d = business
    gone, lost, paid, used = (invoice(d, n) for n in (1000, 2000, 3000, 4000))
    note = d.admin.ask("credit_note.create", customer=d.customer, send=True, document={"lines": [line(price="15")]})["credit_note"]
    cash = d.admin.ask("payment.record", customer=d.customer, mode="cash", parts=[{"invoice": paid["id"]}])["payment"]
    over = d.admin.ask("payment.record", customer=d.customer, mode="bank_transfer", amount=eur(700))["payment"]
    first = Books(d, tmp_path).all("--until", OVER)
    assert all(first.values())
    turn_the_month(d)
    d.admin.ask("invoice.void", invoice=gone["id"], reason="never")
    d.admin.ask("invoice.write_off", invoice=lost["id"], reason="broke")
    d.admin.ask("credit.unapply", payment=cash["id"], invoice=paid["id"], amount=eur(1200))
    d.admin.ask("credit.apply", document=note["id"], parts=[{"invoice": used["id"], "amount": eur(500)}])
    d.admin.ask("refund.make", payment=over["id"], amount=eur(300), mode="cash")
    books = Books(d, tmp_path)
    assert books.all("--until", OVER) == first
    journal, today = books.export("hledger"), later(40)
    for number, what in [(gone["number"], "withdrawn"), (lost["number"], "written off"), (cash["number"], "taken off"), (note["number"], "credit used")]:
        assert lines_of(journal, number, what) == [today], (what, journal)
    assert lines_of(journal, gone["number"], "invoice") == [days(0)]
    assert books.balances("--from", later(3)) == books.balances()  # opening balances and the rest come to the same
    assert cents(books.balances(), "Assets:Receivable") == 1200 + 3500
    assert d.client().ask("system.check")["problems"] == []


def test_a_payment_that_is_disputed_won_and_one_that_is_taken_back(business, tmp_path):
    d = business
    portal = open_portal(d, d.admin, d.contact, "maria@bodega.test")
    bill = invoice(d, 5000)
    made = portal.ask("payment.pay", parts=[{"invoice": bill["id"], "amount": eur(5000)}], expect=eur(5000), card_number="4000000000000259", card_expiry="11/41", card_code="739")["payment"]
    wait_until(lambda: portal.ask("payment.get", payment=made["id"])["payment"]["state"] == "succeeded", what="the payment")
    books = Books(d, tmp_path)
    assert "Assets:Clearing:Sandbox  EUR 50.00" in books.export("hledger")
    wait_until(lambda: d.admin.ask("payment.settle", payment=made["id"])["payment"]["state"] == "reversed", what="the payment taken back")
    journal = books.export("hledger")
    number = d.admin.ask("payment.get", payment=made["id"])["payment"]["number"]
    assert lines_of(journal, number, "payment") and lines_of(journal, number, "taken back"), journal
    assert cents(books.balances(), "Assets:Receivable") == 5000
    assert cents(books.balances(), "Assets:Clearing") == cents(books.balances(), "Assets:Disputed") == 0


def test_nothing_is_entered_on_a_day_that_is_closed(business, tmp_path):
    """A document, or a payment, that is dated into closed books stands on the day on which it was put on record."""
    d = business
    invoice(d, 1000)
    first = Books(d, tmp_path).all("--until", OVER)
    turn_the_month(d)
    close_books(d.admin)
    late = invoice(d, 2500, date=days(-3), due=days(5))
    came = d.admin.ask("payment.record", customer=d.customer, mode="cash", amount=eur(900), date=days(-1))["payment"]
    books = Books(d, tmp_path)
    assert books.all("--until", OVER) == first
    journal = books.export("hledger")
    assert lines_of(journal, late["number"], "invoice") == lines_of(journal, came["number"], "payment") == [later(40)]


@pytest.mark.parametrize("seed", range(3))
def test_a_month_that_is_closed_stays_through_any_history(tmp_path, seed):
    with Daemon(sandbox=True) as d:
        h = History(d)
        h.r.seed(20261201 + seed)
        steps = [h.write] * 4 + [h.accept] * 2 + [h.final] * 2 + [h.note, h.exchange, h.exchange] + [h.record] * 2 + [h.pay] * 2 + [h.apply] * 3 + [h.unapply] * 2 + [h.refund] * 2 + [h.void, h.write_off, h.dispute]
        for _ in range(45):
            h.r.choice(steps)()
        first = Books(d, tmp_path).all("--until", OVER)
        clock.forward(d, days=40)
        h.staff, h.portal = Patient(d.sign_in()), Patient(d.sign_in("maria@bodega.test"))
        close_books(h.staff)
        for _ in range(45):
            h.r.choice(steps)()
        h.compare_all()
        books = Books(d, tmp_path)
        assert books.all("--until", OVER) == first
        stand = books.balances()
        assert books.balances("--from", later(3)) == stand
        assert cents(stand, "Assets:Receivable") == h.m.owed()
        held = sum(b["balance"] + b["paid"] - h.m.given_back("retainer", b["id"]) for b in h.open_bills(("retainer",)))
        assert -cents(stand, "Liabilities:Credit") == h.m.credit() + held
