"""How to pay elsewhere, on screens: account, amount, reference, and the code that a phone reads off the terminal."""
import os
import pathlib

import pytest

from daemon import PASSWORD, add_customer, days, line, open_portal
from northwind import ANA, MARIA, Northwind
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen
from qr_reader import HALVES, read

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
IBAN = "IE29AIBK93115212345678"


def set_bank(b, **more):
    row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
    b.ana.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"],
                                                       "bank": {"holder": "Northwind Paper Ltd", "iban": IBAN}, **more})


@pytest.fixture
def plain():
    with Northwind(sandbox=False) as b:
        set_bank(b)
        yield b


@pytest.fixture
def cards():
    with Northwind() as b:
        set_bank(b)
        yield b


def on_home(b, email=MARIA, **size):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **size)
    t.__enter__()
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER)
    return t.wait_for("Recent" if email == MARIA else "Outstanding")


def told(b, made):
    [one] = b.maria.ask("invoice.get", invoice=made["id"], peek=True)["told"]
    return one


def fours(text):
    return " ".join(text[i:i + 4] for i in range(0, len(text), 4))


def code_of(t, tmp_path):
    """What a phone reads: only the paper counts, whatever colours the words around it have."""
    rows = []
    for y in range(t.screen_.lines):
        cells = [t.screen_.buffer[y][x] for x in range(t.screen_.columns)]
        pairs = [HALVES[c.data] if c.bg == "white" and c.data in HALVES else (True, True) for c in cells]
        rows += [[top for top, _ in pairs], [bottom for _, bottom in pairs]]
    return read(rows, tmp_path)


def test_what_is_due_is_told_a_transfer_each(plain):
    t = on_home(plain, rows=40)
    t.wait_for("p  How to pay").keys("p").wait_for("Bank transfer").wait_for(fours(IBAN)).wait_for("Each invoice by itself")
    text = t.text()
    assert text.count(fours(IBAN)) == 1, "what is the same is said once"
    for made in (plain.late, plain.open, plain.large):
        row = t.find(made["number"])[0]
        assert fours(told(plain, made)["reference"]) in t.line(row + 1) + t.line(row + 2), t.text()
    assert "By bank transfer" not in text, "the account of the papers is not said beside it"
    t.close()


def test_an_invoice_is_told_with_a_code_that_a_phone_reads(plain, tmp_path):
    t = on_home(plain, rows=30, columns=100)
    t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys("p").wait_for(fours(IBAN)).wait_for("EUR 1,200.00").settle()
    one = told(plain, plain.open)
    assert fours(one["reference"]) in t.text()
    assert code_of(t, tmp_path) == one["qr"]
    t.keys("y").wait_for("Sent to your terminal: " + one["reference"])
    t.close()


def test_on_a_small_terminal_the_code_has_the_screen_for_itself(plain, tmp_path):
    t = on_home(plain)
    t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys("p").wait_for(fours(IBAN)).keys("c").wait_for("Bank transfer for INV-000003").settle()
    assert code_of(t, tmp_path) == told(plain, plain.open)["qr"]
    t.keys(ESC).wait_for(fours(IBAN))
    t.close()


def test_the_document_shows_it_too_beside_cards(cards, tmp_path):
    t = on_home(cards, rows=60, columns=100)
    t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys(ENTER).wait_for("INVOICE INV-000003").wait_for("Pay by card").wait_for(fours(IBAN)).settle()
    one = told(cards, cards.open)
    assert fours(one["reference"]) in t.text() and "quoting INV" not in t.text()
    assert code_of(t, tmp_path) == one["qr"]
    t.close()
    t = on_home(cards, ANA, rows=60, columns=100)
    t.keys("4").wait_for("INV-000003").go_to("INV-000003").keys(ENTER).wait_for("INVOICE INV-000003").wait_for(fours(one["reference"])).settle()
    assert code_of(t, tmp_path) is None, "staff pay nothing"
    t.close()


def test_while_choosing_what_to_pay_by_card_the_other_way_is_a_key_away(cards):
    t = on_home(cards)
    t.keys("p").wait_for("This payment").wait_for("INV-000003").keys(TAB * 8).go_to("INV-000003").keys("p").wait_for("Bank transfer").wait_for("INV-000003")
    assert fours(told(cards, cards.open)["reference"]) in t.text()
    t.keys(ESC).wait_for("This payment")
    t.close()


def francs(b, **address):
    """Who is billed in francs, and an invoice; the business is in Zürich."""
    row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
    b.ana.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], "bank": {"holder": "Papeterie AG", "iban": "CH9300762011623852957"}})
    revision = b.ana.ask("settings.get")["business"]["revision"]
    b.ana.ask("settings.update", business={"revision": revision, "address": {"street": "Gasse 1", "code": "8001", "city": "Zürich", "country": "CH", **address}})
    customer, contact = add_customer(b.ana, "Bergbahn AG", "heidi@berg.example", currency="CHF")
    heidi = open_portal(b, b.ana, contact, "heidi@berg.example")
    made = b.ana.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="1200")], "due": days(9)})["invoice"]
    return heidi, made


def test_francs_have_the_code_of_swiss_banks(plain, tmp_path):
    heidi, made = francs(plain)
    [one] = heidi.ask("invoice.get", invoice=made["id"], peek=True)["told"]
    assert one["qr"].startswith("SPC\n0200\n1\nCH93")
    t = PtyScreen([str(POSTERN.resolve()), "--url", plain.url, "--portal", "northwind"], rows=60, columns=140)
    with t:
        t.wait_for("Sign in").keys("heidi@berg.example", TAB, PASSWORD, ENTER).wait_for("Recent")
        t.keys("3").wait_for(made["number"]).go_to(made["number"]).keys("p").wait_for("CH93 0076").wait_for("CHF 1,200.00").settle()
        assert code_of(t, tmp_path) == one["qr"]


def test_what_a_swiss_code_lacks_is_said_to_staff(plain):
    _, made = francs(plain, code="")
    t = on_home(plain, ANA, rows=60, columns=100)
    t.keys("4").wait_for(made["number"]).go_to(made["number"]).keys(ENTER).wait_for("INVOICE " + made["number"])
    t.wait_for("There is no Swiss QR code: the postal code")
    t.close()


def test_what_can_not_be_paid_that_way_says_why(plain):
    barred = plain.invoice([line("Bulk", "1", "50")], 9, no_transfer=True)
    t = on_home(plain, rows=40)
    t.keys("p").wait_for("Each invoice by itself").wait_for("can not be paid by bank transfer")
    row = t.line(t.find(barred["number"])[0])
    assert "can not be paid by bank transfer" in row and t.text().count("Amount") == 3
    t.close()


def test_without_utf8_the_facts_are_there_and_no_picture_of_question_marks(plain):
    t = on_home(plain, rows=30, columns=100, env={"LC_ALL": "C", "LANG": "C"})
    t.keys("3").wait_for("INV-000003").go_to("INV-000003").keys("p").wait_for(fours(IBAN)).settle()
    assert "??" not in t.text() and "##" not in t.text()
    t.keys(ESC).wait_for("INV-000002").keys(ENTER).wait_for("INVOICE INV-000003").wait_for(fours(IBAN)).settle()
    assert "??" not in t.text()
    t.close()


def test_without_statements_the_key_is_named_that_tells_how_one_comes_in(plain):
    with on_home(plain, ANA) as t:
        t.keys("5").wait_for("Payments").keys("t").wait_for("No statements yet. i says how they come in.")
        t.keys("c").wait_for("No mappings yet. + adds one.")


def test_a_line_in_another_currency_is_booked_for_what_is_typed(plain):
    due = plain.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
    usd = {"amount": 5000, "currency": "USD"}
    plain.ana.ask("bank.import", lines=[{"date": days(0), "amount": usd, "text": f"Invoice {due['number']}"}],
                  statement={"account": "DE89370400440532013000", "currency": "USD", "opening": {**usd, "amount": 0}, "closing": usd})
    with on_home(plain, ANA) as t:
        t.keys("5").wait_for("Payments").keys("t").wait_for("Bank statements").keys("l").wait_for("Lines of bank").keys(ENTER)
        t.wait_for(f"Of {due['number']} EUR").wait_for("e exchange").keys("e").wait_for("Taken for").keys("45", TAB, TAB, "the bank", F2)
        t.wait_for("Book it as this payment?").wait_for("Taken for: EUR 45.00").keys(TAB, ENTER).wait_for("is booked.")
    [paid] = [p for p in plain.ana.ask("payment.list", limit=5)["payments"] if p["amount"]["amount"] == 4500]
    assert plain.ana.ask("payment.get", payment=paid["id"])["payment"]["exchange"] == {"received": usd, "source": "the bank"}
