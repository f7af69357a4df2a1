"""`pay` of posternctl and of the door goes by what each invoice offers, not by whether cards are taken here."""
import pytest

from ctl import Ctl
from daemon import line, money, wait_until
from northwind import ANA, MARIA, VISA, Northwind

CARD = "\n".join((VISA["card_number"], VISA["card_expiry"], VISA["card_code"])) + "\n"
PAYS, SLOW, ACCOUNT = "AT61 1904 3002 3457 3201", "AT321904300235473204", "Maria Ruiz\nAT61 1904 3002 3457 3201\n"


@pytest.fixture(scope="module")
def b():
    with Northwind() as d:
        now = d.ana.ask("customer.get", customer=d.bodega)["customer"]
        d.ana.ask("customer.update", id=d.bodega, customer={"revision": now["revision"], "debits": True})
        row = next(r for r in d.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
        Ctl(d, session="ana").login(ANA).run("gateway.set", "gateway=bank", f"settings.revision={row['settings']['revision']}",
                                             "settings.bank.holder=Northwind Paper Ltd", "settings.bank.iban=IE29 AIBK 9311 5212 3456 78")
        yield d


@pytest.fixture(scope="module")
def maria(b):
    return Ctl(b, session="maria").login(MARIA)


def by(b, *methods, price="12"):
    return b.invoice([line("Tape", "1", price)], 10, methods=list(methods))["number"]


def test_an_invoice_that_offers_an_account_alone_is_paid_with_one_that_is_given_or_saved(b, maria):
    one, two, three = (by(b, "sandbox/debit", price=p) for p in ("12", "13", "14"))
    shown = maria.refused("pay", one)
    assert "Pay 12.00 EUR by direct debit" in shown and "You agree: " in shown and "collect this amount" in shown
    assert "--how debit --expect '12.00 EUR' --yes" in shown and "holder and IBAN as two lines" in shown
    paid = maria.json("pay", one, "--how", "debit", "--expect", "12.00 EUR", "--yes", input=ACCOUNT)["payment"]
    assert (paid["mode"], paid["method"]) == ("direct_debit", "Account ending 3201")
    assert maria.json("pay", two, "--yes", input=ACCOUNT)["payment"]["mode"] == "direct_debit"
    saved = maria.json("method.save", "method=sandbox/debit", "holder=Maria Ruiz", "iban=-", input=PAYS + "\n")["saved"]
    wait_until(lambda: b.maria.ask("method.get", saved=saved["id"])["saved"]["state"] == "good", what="it is saved")
    title = b.maria.ask("method.get", saved=saved["id"])["saved"]["title"]
    shown = maria.refused("pay", three)
    assert f"Pay 14.00 EUR with {title}" in shown and "You agree: " in shown and f"--saved {saved['id']} --expect" in shown
    assert "standard input" not in shown
    assert maria.json("pay", three, "--yes")["payment"]["mode"] == "direct_debit"


def test_what_is_not_offered_says_which_way_is_open(b, maria):
    debit, card, none = by(b, "sandbox/debit"), by(b, "sandbox/card"), by(b, "bank/transfer")
    assert f"{debit} is not paid by card: --how debit" in maria.refused("pay", debit, "--how", "card", code=None)
    assert f"{card} is not paid by direct debit" in maria.refused("pay", card, "--how", "debit", code=None)
    assert "Pay them one after another" in maria.refused("pay", debit, card, code=None)
    assert f"transfer {none}" in maria.refused("pay", none, code=None)
    assert "by card" in maria.refused("pay", card, input=CARD)
    assert maria.json("pay", card, "--yes", input=CARD)["payment"]["state"] == "succeeded"


def test_one_that_is_under_way_is_not_paid_again_whatever_it_offers(b, maria):
    number = by(b, "sandbox/debit", price="11")
    pending = b.maria.ask("payment.pay", parts=[{"invoice": number}], expect=money("11"), how="debit", holder="Maria Ruiz", iban=SLOW)["payment"]
    done = maria.run("pay", number, code=7)
    assert pending["number"] in done.stdout and "pending" in done.stdout, "the first payment is shown"
    assert f"{number} is being paid by {pending['number']} already: do not pay again" in done.stderr
    assert f"calloff {pending['number']}" in done.stderr and f"payment {pending['number']}" in done.stderr


def test_a_second_pay_shows_what_the_first_still_wants(b, maria):
    one, two = (by(b, price=p) for p in ("21", "22"))
    pending = b.maria.ask("payment.pay", parts=[{"invoice": one}], expect=money("21"), **{**VISA, "card_number": "4000002760003184"})["payment"]
    wait_until(lambda: b.maria.ask("payment.get", payment=pending["id"])["payment"].get("wants"), what="its gateway says what it waits for")
    for words in ((two, one), (one,)):
        done = maria.run("pay", *words, code=7)
        assert "Give it: " in done.stderr and f"answer {pending['number']}" in done.stderr and "Code: " in done.stderr
        assert ("the others can be paid without it" in done.stderr) == (len(words) == 2)
    again = maria.run("pay", one, "--expect", "21.00 EUR", "--yes", input=CARD, code=7)
    assert pending["number"] in again.stdout and "Give it: " in again.stderr, "nor does what was agreed to before pay again"
    assert maria.json("pay", one, code=7)["payment"]["number"] == pending["number"]
    assert len(b.maria.ask("payment.list", invoice=one)["payments"]) == 1
    row = next(r for r in maria.json("invoices")["invoices"] if r["number"] == one)
    assert row["paying"] == pending["id"]
