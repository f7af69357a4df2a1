"""What happened as journals of double-entry books (F12, N9), read by the programs that they are for: they refuse what does not add up."""
import csv
import subprocess

import pytest

from ctl import Ctl
from daemon import Daemon, add_customer, line

PROGRAMS = {
    "hledger": [["hledger", "-f", "{}", "check", "--strict", "ordereddates"]],
    "ledger": [["ledger", "-f", "{}", "--strict", "--pedantic", "balance"]],
    "beancount": [["bean-check", "{}"]],
}


@pytest.fixture(scope="module")
def business():
    with Daemon(sandbox=True) as b:
        b.admin = b.sign_in()
        b.ctl = Ctl(b, session="journal").login(b.email)
        vat = b.admin.ask("tax.create", tax={"name": "VAT; standard | rate", "percent": "19"})["tax"]["id"]
        half = b.admin.ask("tax.create", tax={"name": "Städtische Abgabe", "percent": "2.5"})["tax"]["id"]
        b.admin.ask("series.update", series={"id": 3, "prefix": "P)AY; |-"})
        b.one, _ = add_customer(b.admin, 'Quote "Ltd"; a | b  c \\ d')
        b.yen, _ = add_customer(b.admin, "Yen KK", currency="JPY")
        b.kwd, _ = add_customer(b.admin, "Dinar", currency="KWD")
        b.made = []
        for customer, lines in [
            (b.one, [dict(line("Paper", "3", "33.33"), tax=vat, tax2=half)]),
            (b.one, [dict(line("Ink", "1", "10"), tax=vat), line("Free", "1", "5")]),
            (b.one, [line("Lost", "1", "7.77")]),
            (b.yen, [line("Tea", "3", "333")]),
            (b.kwd, [line("Oil", "1", "1.255")]),
            (b.one, [line("Gone", "1", "1")]),
        ]:
            b.made.append(b.admin.ask("invoice.create", customer=customer, document={"lines": lines}, send=True)["invoice"])
        b.admin.ask("payment.record", customer=b.one, mode="cash", amount={"amount": 20000, "currency": "EUR"}, parts=[{"invoice": b.made[0]["id"]}])
        b.admin.ask("payment.record", customer=b.yen, mode="bank_transfer", parts=[{"invoice": b.made[3]["id"], "amount": {"amount": 500, "currency": "JPY"}}])
        b.admin.ask("invoice.write_off", invoice=b.made[2]["id"], reason="gone")
        note = b.admin.ask("credit_note.create", customer=b.one, send=True, document={"lines": [dict(line("Back", "1", "8"), tax=vat)]})["credit_note"]
        b.admin.ask("credit.apply", document=note["id"], parts=[{"invoice": b.made[1]["id"], "amount": {"amount": 300, "currency": "EUR"}}])
        retainer = b.admin.ask("retainer.create", customer=b.one, send=True, document={"lines": [line("Ahead", "1", "60")]})["retainer"]
        b.admin.ask("payment.record", customer=b.one, mode="bank_transfer", parts=[{"invoice": retainer["id"]}])
        b.admin.ask("retainer.create", customer=b.one, send=True, document={"lines": [line("Asked", "1", "4")]})
        b.admin.ask("refund.make", document=retainer["id"], amount={"amount": 1000, "currency": "EUR"}, mode="cash")
        b.admin.ask("invoice.void", invoice=b.made[5]["id"], reason="never")
        b.admin.ask("invoice.create", customer=b.one, document={"lines": [line("Draft", "1", "99")]})
        yield b


def export(b, tmp_path, form):
    done = b.ctl.run("export", form)
    path = tmp_path / f"all.{form}"
    path.write_text(done.stdout)
    return path


def run(command, path):
    return subprocess.run([word.format(path) for word in command], capture_output=True, text=True)


@pytest.mark.parametrize("form", PROGRAMS)
def test_the_program_that_it_is_for_takes_it_and_refuses_one_cent_more(business, tmp_path, form):
    path = export(business, tmp_path, form)
    assert ("(P_AY_ _-000001)" if form != "beancount" else "P)AY_ _-000001") in path.read_text()
    for command in PROGRAMS[form]:
        done = run(command, path)
        assert done.returncode == 0, done.stderr + path.read_text()
        wrong = tmp_path / "wrong"
        text = path.read_text()
        assert "500" in text
        wrong.write_text(text.replace(" 500", " 501").replace("-500", "-501"))
        assert run(command, wrong).returncode != 0


def test_the_accounts_come_to_what_the_portal_says(business, tmp_path):
    path = export(business, tmp_path, "hledger")
    done = run(["hledger", "-f", "{}", "balance", "--flat", "--no-total", "--output-format=csv", "Assets:Receivable"], path)
    stands = {row["account"]: row["balance"] for row in csv.DictReader(done.stdout.splitlines())}
    owed = {}
    for row in business.admin.ask("customer.list", limit=100)["customers"]:
        digits = {"EUR": 2, "JPY": 0, "KWD": 3}[row["currency"]]
        if row["outstanding"]["amount"]:
            owed[f"Assets:Receivable:C-{row['id']}"] = f"{row['currency']} {row['outstanding']['amount'] / 10**digits:,.{digits}f}"
    assert len(owed) == 3 and stands == owed  # the cash of 200 left credit; it is not owed


def test_what_is_held_comes_to_the_credit_there_is(business, tmp_path):
    path = export(business, tmp_path, "hledger")
    done = run(["hledger", "-f", "{}", "balance", "--flat", "--no-total", "--output-format=csv", "Credit"], path)
    held = {row["account"].rpartition(":")[2]: row["balance"] for row in csv.DictReader(done.stdout.splitlines())}
    credit = business.admin.ask("credit.list", customer=business.one)["total"]["amount"]
    assert held == {f"C-{business.one}": f"EUR -{(credit + 400) / 100:.2f}"}  # with what is asked for ahead


def test_what_is_no_form_is_said(business):
    assert "export hledger" in business.ctl.refused("export", "excel")
