"""Line mode: what can not be paid by card is said at the choice; how to pay where no card is taken; a payment by hand beside a pending one."""
import os
import pathlib

import pytest

from daemon import PASSWORD, add_customer, line, money, open_portal, wait_until
from memory_of import counts
from northwind import ANA, MARIA, Northwind
from pty_talk import Talk
from qr_reader import HALVES, read

POSTERN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/postern"
HANGS = {"card_number": "4000000000009235", "card_expiry": "12/39", "card_code": "123"}
NOTE = "sandbox: no money moves"


def signed_in(b, email=MARIA):
    t = Talk([POSTERN, "--url", b.url, "--portal", "northwind"])
    return t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")


def test_what_can_not_be_paid_is_said_at_the_choice_and_that_no_money_moves():
    with Northwind() as b:
        made = b.invoice([line("Bulk", "1", "50")], 9, no_card=True)
        with signed_in(b) as t:
            t.say("home").hear("Home: ")
            assert "Paying by card: " + NOTE in t.last
            t.say("pay").hear("takes it in: ")
            assert NOTE in t.last and "for 3 of 4" in t.last
            row = next(x for x in t.last.splitlines() if made["number"] in x)
            assert row.endswith("not now: can not be paid by card"), row
            t.say(made["number"]).hear(f"{made['number']}: can not be paid by card.").hear("takes it in: ").say("").hear("Card number: ")


def test_without_a_gateway_paying_is_not_offered_and_home_says_how():
    with Northwind(sandbox=False) as b:
        with signed_in(b) as t:
            t.say("help").hear("Main menu: ")
            assert ". payments:" in t.last and ". pay:" not in t.last and "Card" not in t.last
            t.say("home").hear("Home: ")
            assert "Pay by bank transfer: to IE29 AIBK 9311 5212 3456 78, quoting the number of the invoice" in " ".join(t.last.split())


def test_without_a_gateway_and_an_account_home_says_whom_to_ask():
    with Northwind(sandbox=False) as b:
        b.ana.ask("settings.update", business={"revision": b.ana.ask("settings.get")["business"]["revision"], "bank": ""})
        with signed_in(b) as t:
            t.say("home").hear("Home: ")
            assert "How to pay: please ask Northwind Paper Ltd, accounts@northwind.example, +353 91 555 010" in " ".join(t.last.split())


def test_an_invoice_that_can_be_paid_in_no_way_here_says_whom_to_ask():
    with Northwind() as b:  # cards are taken, and there is an account: not for this one
        made = b.ana.ask("invoice.create", customer=b.bodega, send=True,
                         document={"lines": [line("Cash only", "1", "50")], "no_card": True, "no_transfer": True})["invoice"]
        with signed_in(b) as t:
            t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
            assert "How to pay: please ask Northwind Paper Ltd, accounts@northwind.example" in " ".join(t.last.split()), t.last


def test_what_one_payment_can_not_hold_says_so_and_is_left_out():
    with Northwind() as b:
        made = [b.invoice([line("Everything", "9000", "1000000000")], 40 + i)["number"] for i in range(2)]
        with signed_in(b) as t:
            t.say("pay").hear("takes it in: ")
            assert "for 4 of 5" in t.last
            row = " ".join(t.last[t.last.index(made[1]):].split())
            assert "not now: too much for one payment with the others: it takes one by itself" in row, row
            t.say(made[1]).hear(f"{made[1]}: too much for one payment").hear("takes it in: ")
            t.say(made[0]).hear("for 3 of 5").hear("takes it in: ").say(made[1]).hear("for 4 of 5")


def test_a_second_pay_shows_the_first_payment():
    with Northwind() as b:
        card = HANGS | {"card_number": "4000002760003184"}
        parts = [{"invoice": i["id"]} for i in (b.late, b.open, b.large)]
        expect = {"amount": sum(i["balance"]["amount"] for i in (b.late, b.open, b.large)), "currency": "EUR"}
        made = b.maria.ask("payment.pay", parts=parts, expect=expect, **card)["payment"]
        wait_until(lambda: b.maria.ask("payment.get", payment=made["id"])["payment"].get("wants"), what="what it waits for")
        shown, said = "Payment under way " + made["number"], "Still wanted of the one who pays: Code."
        with signed_in(b) as t:
            t.say("pay").hear("All of it is being paid").hear(shown).hear("Payment: ")
            assert said in " ".join(t.last.split())
            t.say("back").hear("Main menu: ").say("home").hear("Home: ")
            assert "INV-000003, EUR 1,200.00, due in 12 days, being paid" in " ".join(t.last.split())
            t.say("pay").hear(shown).hear("Payment: ").say("back").hear("Home: ").say("back").hear("Main menu: ")
            t.say("invoices").hear("Invoices: ")
            assert "being paid" in t.last
            t.say("pay INV-000003").hear("is being paid by this payment").hear(shown).hear("Payment: ").say("back").hear("Invoices: ")
            t.say("INV-000003").hear("Invoice: ").say("payment").hear(shown).hear("Payment: ")


def test_recording_beside_a_pending_payment_asks_once_more():
    with Northwind() as b:
        made = b.invoice([line("Bulk", "1", "50")], 9)
        b.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("50"), **HANGS)
        b.stop()
        b.sandbox = False  # it stays pending
        super(Northwind, b).start()
        ana = b.sign_in()
        with signed_in(b, ANA) as t:
            t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ").say("record").hear(f"1. {made['number']}, EUR 50.00").hear("takes it in: ").say()
            t.hear("Date [").say().hear("How: ").say("cash").hear("Reference: ").say().hear("Amount, EUR [50.00]: ").say().hear("Remarks").say(".")
            t.hear("Record this payment? yes or no: ").say("yes")
            t.hear("EUR 50.00 of").hear("becomes credit.").hear("Record it although one is pending? yes or no: ")
            assert len(ana.ask("payment.list", invoice=made["id"])["payments"]) == 1
            t.say("yes").hear("PAY-000003 is recorded.").hear("EUR 50.00 becomes").hear("credit.")


IBAN = "IE29 AIBK 9311 5212 3456 78"


def set_bank(b):
    row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
    b.ana.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], "bank": {"holder": "Northwind Paper Ltd", "iban": IBAN}})


def fours(text):
    return " ".join(text[i:i + 4] for i in range(0, len(text), 4))


@pytest.mark.parametrize("sandbox", [False, True])
def test_how_to_pay_elsewhere_is_told_for_all_that_is_due(sandbox):
    with Northwind(sandbox=sandbox) as b:
        set_bank(b)
        barred = b.invoice([line("Bulk", "1", "50")], 9, no_transfer=True)
        told = [b.maria.ask("invoice.get", invoice=made["id"], peek=True)["told"][0] for made in (b.late, b.open, b.large)]
        with signed_in(b) as t:
            t.say("home").hear("Home: ")
            assert "How to pay elsewhere: type how\n" in t.last and "Pay by bank transfer: to" not in t.last
            t.say("how").hear("How: ")
            said = " ".join(t.last.split())
            facts = [{f["label"]: f["value"] for f in one["facts"]} for one in told]
            assert f"Bank transfer To: {facts[0]['To']} IBAN: {IBAN} Each invoice by itself:" in said, "what is the same is said once"
            for one, its in zip(told, facts):
                assert f"{one['number']} Amount: {its['Amount']} Reference: {its['Reference']}" in said, said
            assert f"{barred['number']}: can not be paid by bank transfer" in said
            t.say("back").hear("Home: ").say("back").hear("Main menu: ").say("invoices").hear("Invoices: ")
            t.say("inv-" + b.open["number"][4:].lstrip("0")).hear("Invoice " + b.open["number"]).hear("Invoice: ")


def test_an_invoice_tells_it_and_draws_the_code(tmp_path):
    with Northwind() as b:
        set_bank(b)
        [told] = b.maria.ask("invoice.get", invoice=b.open["id"], peek=True)["told"]
        with signed_in(b) as t:
            t.say("invoices").hear("Invoices: ").say(b.open["number"]).hear("Invoice: ")
            said = " ".join(t.last.split())
            assert f"Reference: {fours(told['reference'])}" in said and f"IBAN: {IBAN}" in said and "quoting" not in said
            t.say("qr").hear("Invoice: ")
            rows = [row for row in t.last.splitlines() if row and set(row) <= set(HALVES)]
            assert read([[not HALVES[c][half] for c in row] for row in rows for half in (0, 1)], tmp_path) == told["qr"]


def test_an_invoice_in_francs_draws_the_code_of_swiss_banks(tmp_path):
    with Northwind() as b:
        row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
        b.ana.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"],
                                                           "bank": {"holder": "Papeterie AG", "iban": "CH9300762011623852957"}})
        revision = b.ana.ask("settings.get")["business"]["revision"]
        b.ana.ask("settings.update", business={"revision": revision, "address": {"street": "Gasse 1", "code": "8001", "city": "Zürich", "country": "CH"}})
        customer, contact = add_customer(b.ana, "Bergbahn AG", "heidi@berg.example", currency="CHF")
        heidi = open_portal(b, b.ana, contact, "heidi@berg.example")
        made = b.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="1200")]})["invoice"]
        [told] = heidi.ask("invoice.get", invoice=made["id"], peek=True)["told"]
        with signed_in(b, "heidi@berg.example") as t:
            t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ").say("qr").hear("Invoice: ")
            rows = [row for row in t.last.splitlines() if row and set(row) <= set(HALVES)]
            assert read([[not HALVES[c][half] for c in row] for row in rows for half in (0, 1)], tmp_path) == told["qr"]


def test_where_an_account_is_all_that_is_taken_the_main_menu_and_the_list_pay():
    with Northwind() as b:
        now = b.ana.ask("customer.get", customer=b.bodega)["customer"]
        b.ana.ask("customer.update", id=b.bodega, customer={"revision": now["revision"], "debits": True})
        row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "sandbox")
        b.ana.ask("gateway.set", gateway="sandbox", settings={"revision": row["settings"]["revision"], "methods": ["debit"]})
        assert not b.maria.ask("session.me")["me"].get("card")
        with signed_in(b) as t:
            t.say("help").hear("Main menu: ")
            assert ". pay:" in t.last
            t.say("invoices").hear("Invoices: ").say("pay " + b.open["number"]).hear("takes it in: ").say().hear("Account holder")


def test_a_wrong_number_stands_above_the_prompt_and_the_list_is_not_said_again():
    with Northwind() as b:
        with signed_in(b) as t:
            t.say("pay").hear("takes it in: ").say("17").hear("takes it in: ")
            assert "There is no such one." in t.last and "In all" not in t.last, t.last


def test_why_something_is_not_done_is_said_last():
    """What a menu stands on has moved meanwhile: it is read anew in silence, and the refusal is what is heard right before the prompt."""
    with Northwind() as b:
        with signed_in(b) as t:
            e = next(x for x in b.maria.ask("estimate.list")["estimates"] if x["state"] == "open")
            t.say("estimates").hear("Estimates: ").say(e["number"]).hear("Estimate: ").say("decline").hear("only a full stop.").say("No.")
            b.maria.ask("estimate.decline", estimate=e["id"], revision=e["revision"], reason="Elsewhere")
            t.say(".").hear("Estimate: ")
            rows = t.last.strip().split("\n")
            assert 2 <= len(rows) <= 4 and "declined" in t.last and "State:" not in t.last and "comment:" not in t.last, t.last
            t.say("refresh").hear("State: declined").hear("Estimate: ")


def test_nothing_of_a_card_is_kept_while_the_receipt_is_read():
    with Northwind() as b, signed_in(b, MARIA) as t:
        t.say("pay").hear("takes it in: ").say().hear("Card number: ").say("5555 5555 5555 4444").hear("Expires, MM/YY: ").say("12/39")
        t.hear("Security code: ").wait_echo(False).say("738").hear("Name on card [").say().hear("Postcode").say().hear("Save the card").say("no")
        t.hear("Pay this? yes or no: ").say("yes").hear("Receipt PAY-").hear("Payment: ")
        wanted = (b"5555555555554444", b"5555 5555 5555 4444")
        assert counts(t.pid, *wanted) == dict.fromkeys(wanted, 0)
