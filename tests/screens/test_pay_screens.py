"""Paying on screens: what was chosen and no more, what can not be paid together, what the sandbox says, and how to pay where no card is taken."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD, line, money, wait_until
from memory_of import counts
from northwind import ANA, MARIA, Northwind
from pty_screen import BACKTAB, ENTER, ESC, F2, TAB, PtyScreen

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
CARD = ("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB, TAB)
HANGS = {"card_number": "4000000000009235", "card_expiry": "12/39", "card_code": "123"}
NOTE = "sandbox: no money moves"


def on_home(b, email=MARIA, **more):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)
    t.__enter__()
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER)
    return t


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


@pytest.fixture
def plain():
    with Northwind(sandbox=False) as b:
        yield b


@pytest.fixture
def maria(business):
    t = on_home(business)
    yield t.wait_for("Recent")
    t.close()


def invoices(t):
    return t.keys("3").wait_for("INV-000002")


def test_every_step_says_that_no_money_moves(business, maria):
    assert NOTE in maria.text()
    maria.keys("p").wait_for("This payment").wait_for(NOTE)
    maria.keys(*CARD, ENTER).wait_for("Pay this?").wait_for("Note: " + NOTE)
    maria.keys(TAB, ENTER).wait_for("RECEIPT PAY-").wait_for(NOTE).keys(ESC).wait_for("Recent").wait_for("sandbox: Visa")
    maria.keys("4").wait_for("PAY-000001").wait_for("sandbox: Visa").keys(ENTER).wait_for("RECEIPT PAY-").wait_for(NOTE)
    t = on_home(business, ANA)
    t.wait_for("Outstanding").wait_for(NOTE + " when customers pay by card")
    t.close()


def test_a_cards_number_does_not_stay_in_another_field(business, maria):
    maria.keys("p").wait_for("This payment").keys("4242424242424242", TAB, "12/39", TAB, "123", TAB, "5555555555554444").wait_for("not taken here")
    assert "55555555" not in maria.text()


def test_what_can_not_be_paid_together_is_seen_at_select(business, maria):
    blocked = business.invoice([line("Bulk", "1", "50")], 9, no_card=True)
    maria.keys("p").wait_for("This payment").wait_for("3 of 4").keys(TAB * 8)
    maria.go_to(blocked["number"]).wait_for(f"{blocked['number']}: can not be paid by card")
    row = maria.line(maria.find(blocked["number"])[0])
    assert "–" in row and "can not be" in row, row
    maria.keys(" ").settle().go_to("INV-000002").wait_for("3 of 4").keys(BACKTAB * 8, *CARD, ENTER).wait_for("Pay this?").wait_for("You pay: ")
    total = re.search(r"You pay: (EUR [\d,.]+)", maria.text()).group(1)
    assert blocked["number"] + ": " not in maria.text()
    maria.keys(TAB, ENTER).wait_for("RECEIPT PAY-").wait_for(total)
    assert business.ana.ask("invoice.get", invoice=blocked["id"])["invoice"]["state"] == "open"
    made = business.ana.ask("payment.list", limit=1)["payments"][0]
    assert f"EUR {made['amount']['amount'] / 100:,.2f}" == total, "review, request and receipt agree"


def test_no_request_with_a_card_is_left_in_the_memory_of_the_screen(maria):
    maria.keys("p").wait_for("This payment").keys("5555555555554444", TAB, "12/39", TAB, "738", TAB, TAB, TAB, ENTER).wait_for("Pay this?")
    wanted = (b"card_number\xb05555555555554444", b"card_code\xa3738")  # as it is sent
    assert counts(maria.pid, b"5555555555554444")[b"5555555555554444"], "as long as it may be sent it is there"
    maria.keys(TAB, ENTER).wait_for("RECEIPT PAY-").settle()
    assert counts(maria.pid, *wanted) == dict.fromkeys(wanted, 0)


def test_marked_invoices_are_what_p_pays(business, maria):
    invoices(maria).go_to("INV-000002").keys(" ").go_to("INV-000004").keys(" ").keys("p").wait_for("This payment").wait_for("2 of 2")
    assert "INV-000003" not in maria.text()
    maria.keys(*CARD, ENTER).wait_for("Pay this?").keys(TAB, ENTER).wait_for("RECEIPT PAY-")
    states = {i["number"]: i["state"] for i in business.ana.ask("invoice.list", customer=business.bodega)["invoices"]}
    assert (states["INV-000002"], states["INV-000003"], states["INV-000004"]) == ("paid", "open", "paid")


WAITS = {"card_number": "4000002760003184", "card_expiry": "12/39", "card_code": "123"}  # for a code, until it is called off


def begin(b, *invoices):
    """A payment of them that waits for its payer."""
    total = sum(i["balance"]["amount"] for i in invoices)
    made = b.maria.ask("payment.pay", parts=[{"invoice": i["id"]} for i in invoices], expect={"amount": total, "currency": "EUR"}, **WAITS)["payment"]
    wait_until(lambda: b.maria.ask("payment.get", payment=made["id"])["payment"].get("wants"), what="what it waits for")
    return made["number"]


def test_a_second_pay_shows_the_first_payment_from_wherever_it_is_pressed(business, maria):
    first = begin(business, business.open)
    home = maria.keys("r").wait_for("Being paid").wait_for("1 of 3")
    assert "p  Pay now" in home.text()
    home.keys("p").wait_for("This payment").wait_for("2 of 3").keys(TAB * 8).go_to("INV-000003").wait_for(f"{first} is still being settled").keys(ESC).wait_for("Recent")
    row = invoices(maria).wait_for("being paid").go_to("INV-000003")
    assert "being paid" in row.line(row.find("INV-000003")[0])
    row.keys("p").wait_for("PAYMENT UNDER WAY " + first).wait_for("do not pay it again").wait_for("Code").wait_for("ends by itself").keys(ESC)
    row.wait_for("INV-000004")
    row.go_to("INV-000003").keys(" ").go_to("INV-000004").keys(" ").keys("p").wait_for("This payment").wait_for("1 of 2").keys(ESC).wait_for("INV-000004")
    maria.keys(ESC).settle()
    second = begin(business, business.late, business.large)
    maria.keys("1").wait_for("3 of 3").wait_for("p  See payment").keys("p").wait_for("All of it is being paid").wait_for("PAYMENT UNDER WAY " + second).keys(ESC)
    maria.wait_for("Recent").keys("3").wait_for("INV-000004").go_to("INV-000003").keys(ENTER).wait_for("INVOICE INV-000003").wait_for("payment").keys("p")
    maria.wait_for("PAYMENT UNDER WAY " + first)
    assert len(business.ana.ask("payment.list", filter="status:pending")["payments"]) == 2
    maria.keys("x").wait_for("Call this payment off?").wait_for("nothing can be paid").keys(TAB, ENTER).wait_for("It is called off.").wait_for("PAYMENT FAILED")


def test_the_receipt_is_saved_as_pdf_in_a_file_of_ones_own(business, tmp_path):
    made = business.maria.ask("payment.list", state="succeeded", limit=1)["payments"][0]
    pdf = business.maria.ask("receipt.pdf", payment=made["id"])["pdf"]
    t = on_home(business, cwd=tmp_path)
    t.wait_for("Recent").keys("4").wait_for(made["number"]).keys(ENTER).wait_for("RECEIPT " + made["number"])
    t.keys("d").wait_for("A new file on this machine").wait_for(f"receipt-{made['number']}.pdf").keys(ENTER).wait_for("readable for you alone")
    there = tmp_path / f"receipt-{made['number']}.pdf"
    assert there.read_bytes() == pdf and there.stat().st_mode & 0o777 == 0o600
    there.write_bytes(b"mine")
    t.keys("d").wait_for("A new file on this machine").keys(ENTER).wait_for("is there already. Nothing was written")
    assert there.read_bytes() == b"mine"
    t.keys("d").wait_for("A new file on this machine").keys(ESC).wait_gone("A new file").wait_for("RECEIPT").keys("y").settle()
    t.close()


def test_credit_is_not_said_to_be_usable(business, maria):
    business.ana.ask("payment.record", customer=business.bodega, mode="cash", amount=money("12"))
    maria.keys("r").wait_for("Credit").wait_for("not set against any invoice")
    assert "usable" not in maria.text()


def test_recording_by_hand_beside_a_pending_payment_asks_first(business):
    made = business.invoice([line("Bulk", "1", "50")], 9)
    p = business.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("50"), **HANGS)["payment"]
    business.stop()
    business.sandbox = False  # it stays pending for as long as the test takes
    super(Northwind, business).start()
    ana = business.sign_in()
    t = on_home(business, ANA)
    t.wait_for("Outstanding").wait_for("stays pending").keys("4").wait_for(made["number"]).go_to(made["number"]).keys(ENTER)
    t.wait_for("OPEN").keys("p").wait_for("This payment").wait_for("EUR 50.00").keys(F2).wait_for("Record this payment?").keys(TAB, ENTER)
    t.wait_for("Record it although one is pending?").wait_for(p["number"]).wait_for("EUR 50.00 of it becomes")
    assert len(ana.ask("payment.list", invoice=made["id"])["payments"]) == 1
    t.keys(TAB, ENTER).wait_for("RECEIPT")
    assert [x["state"] for x in ana.ask("payment.list", invoice=made["id"])["payments"]] == ["succeeded", "pending"]
    t.close()


def test_without_a_gateway_the_bank_account_the_amounts_and_what_to_quote_are_shown(plain):
    t = on_home(plain)
    t.wait_for("Recent").wait_for("p  How to pay")
    assert "Pay now" not in t.text()
    t.keys("p").wait_for("By bank transfer").wait_for("IE29 AIBK 9311 5212 3456 78")
    for text in ("Northwind Paper Ltd", "INV-000002", "EUR 1,018.60", "INV-000003", "EUR 1,200.00"):
        t.wait_for(text)
    t.keys(ESC).wait_for("Recent").keys("3").wait_for("INV-000003").go_to("INV-000003").keys("p").wait_for("By bank transfer")
    assert "INV-000002" not in t.text()
    t.keys(ESC).wait_for("INV-000002").keys(ENTER).wait_for("INVOICE INV-000003").wait_for("Pay by bank transfer to IE29").keys("p").wait_for("By bank transfer")
    t.close()


def test_without_a_gateway_no_screen_key_or_help_offers_a_card(plain):
    seen = []
    for email, sections in ((MARIA, "12345"), (ANA, "123456789")):
        t = on_home(plain, email)
        t.wait_for(lambda s: "Recent" in s.text() or "Outstanding" in s.text())
        for n in sections:
            t.keys(n).settle()
            seen.append(t.text())
            t.keys("?").settle()
            seen.append(t.text())
            t.keys(ESC).keys(":").wait_for("│ :").keys("pay").settle()
            seen.append(t.text())
            t.keys(ESC).settle()
            t.keys(ENTER).settle()
            seen.append(t.text())
            t.keys(ESC).settle()
        t.close()
    for text in seen:
        assert not re.search(r"test card|4242|sandbox|by card|Pay now|card number", text, re.I), text


def test_without_a_bank_account_either_it_is_told_whom_to_ask(plain):
    b = plain.ana.ask("settings.get")["business"]
    plain.ana.ask("settings.update", business={"revision": b["revision"], "bank": ""})
    t = on_home(plain)
    t.wait_for("Recent")
    assert "Pay now" not in t.text() and not re.search(r"\bp pay\b", t.text())
    t.keys("p").wait_for("Please ask how").wait_for("accounts@northwind.example").wait_for("+353 91 555 010").wait_for("INV-000002")
    assert "bank transfer here" in t.text() and "By bank transfer" not in t.text()
    t.close()
