"""Paying with credit first, with an account that is debited, and with a card of another address: what is asked for, what the review says, what was sent."""
import pytest

from daemon import line, money, wait_until
from northwind import ANA, Northwind
from pty_screen import ENTER, ESC, F2, LEFT, RIGHT, TAB
from test_pay_screens import on_home

CARD = ("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB)  # and on its postcode


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def allow_debits(b):
    c = b.ana.ask("customer.get", id=b.bodega)["customer"]
    b.ana.ask("customer.update", id=b.bodega, customer={"revision": c["revision"], "debits": True})


def give_credit(b, price):
    return b.ana.ask("credit_note.create", customer=b.bodega, send=True, document={"lines": [line("Returned", price=price)]})["credit_note"]


def newest(b):
    return wait_until(lambda: next(iter(b.ana.ask("payment.list", limit=1)["payments"]), None), what="a payment")


def test_credit_goes_first_and_the_review_says_what_is_left(business):
    note, late = give_credit(business, "250"), business.late
    with on_home(business) as t:
        t.wait_for("Recent").keys("3").wait_for(late["number"]).go_to(late["number"]).keys("p").wait_for("Credit to use first").wait_for("250.00")
        t.keys("0", TAB, *CARD, TAB, ENTER).wait_for("Pay this?").wait_for("You pay: EUR 1,018.60").keys(ESC)
        t.wait_for(lambda s: "Pay this?" not in s.text()).keys("\x1b[Z" * 6).settle().keys("\x7f", "100").keys(F2).wait_for("Credit: EUR 100.00 first: " + note["number"]).wait_for("Then you pay: EUR 918.60").keys(TAB, ENTER)
        t.wait_for("RECEIPT PAY-").wait_for("EUR 918.60").wait_for("EUR 100.00 first: " + note["number"])
    now = business.ana.ask("invoice.get", invoice=late["id"])["invoice"]
    assert (now["state"], now["credited"], now["paid"]) == ("paid", money("100"), money("918.60"))


def test_where_credit_settles_all_no_card_is_asked_for(business):
    note = give_credit(business, "2000")
    with on_home(business) as t:
        t.wait_for("Recent").keys("3").wait_for("INV-000002").go_to("INV-000002").keys("p").wait_for("Credit to use first").wait_for("1,018.60         EUR")
        assert "Card number" not in t.text()
        t.keys(F2).wait_for("Credit: EUR 1,018.60 first: " + note["number"]).wait_for("Then you pay: nothing").keys(TAB, ENTER).wait_for("Settled with credit.")
    assert business.ana.ask("invoice.get", invoice=business.late["id"])["invoice"]["state"] == "paid"


def test_an_account_is_debited_where_staff_allowed_it(business):
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Card number")
        assert "Pay with" not in t.text()
    allow_debits(business)
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Pay with").keys(RIGHT).wait_for("IBAN")
        assert "Card number" not in t.text()
        t.keys(TAB, TAB, "AT61 1904 3002 3457 3202", TAB).wait_for("look for a mistyped character").keys("\x1b[Z", "\x7f", "1")
        t.wait_for("its check digits fit").keys(TAB).wait_for("3201")
        assert "1904" not in t.text()
        t.keys(F2).wait_for("With: Account ending 3201").wait_for("collect this amount").wait_for("within eight weeks").keys(TAB, ENTER)
        t.wait_for("The payment is being made")
    p = newest(business)
    assert p["mode"] == "direct_debit" and p["method"] == "Account ending 3201"


def test_a_saved_one_is_offered_first_and_another_is_a_key_away(business):
    card = {"mode": "card", "card_number": "5555555555554444", "card_expiry": "11/41", "card_code": "739"}
    saved, note = business.maria.ask("method.save", **card)["saved"], give_credit(business, "250")
    with on_home(business) as t:
        t.wait_for("Recent").keys("3").wait_for("INV-000002").go_to("INV-000002").keys("p").wait_for("Pay with").wait_for("Mastercard ending 4444").wait_for("Credit to use first")
        assert "Card number" not in t.text()
        t.keys(TAB, RIGHT).wait_for("another card").wait_for("Card number").wait_for("Save the card").keys(LEFT).wait_for("Mastercard ending 4444").keys(F2)
        t.wait_for("Credit: EUR 250.00 first: " + note["number"]).wait_for("Then you pay: EUR 768.60").wait_for("With: Mastercard ending 4444").keys(TAB, ENTER)
        t.wait_for("RECEIPT PAY-").wait_for("EUR 768.60")
    assert newest(business)["method"] == saved["title"]


def test_a_card_is_saved_while_it_pays(business):
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Save the card").keys(*CARD, TAB, " ", F2).wait_for("Pay this?").keys(TAB, ENTER).wait_for("RECEIPT PAY-")
    assert [m["title"] for m in business.maria.ask("method.list")["methods"]] == ["Visa ending 4242"]


def test_a_saved_account_is_offered_only_where_staff_allow_it(business):
    allow_debits(business)
    business.maria.ask("method.save", mode="direct_debit", holder="Maria Ruiz", iban="AT611904300234573201")
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Account ending 3201").keys(F2).wait_for("With: Account ending 3201").wait_for("collect this amount")
    c = business.ana.ask("customer.get", id=business.bodega)["customer"]
    business.ana.ask("customer.update", id=business.bodega, customer={"revision": c["revision"], "debits": False})
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Card number")
        assert "Account ending" not in t.text()


def test_the_address_of_a_card_is_asked_for_where_it_is_another(business):
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("Postcode")
        assert "Town" not in t.text()
        t.keys(*CARD, "12345", TAB).wait_for("Town").keys("12 Quay Street", TAB, "Galway", TAB, "Nowhere", TAB).wait_for("Write the code of the country")
        t.keys("\x1b[Z", "\x7f" * 7, "ireland").wait_for("IE").keys(F2).wait_for("Pay this?").keys(TAB, ENTER).wait_for("RECEIPT PAY-")


def test_what_is_left_of_a_credit_note_is_given_back_from_its_page(business):
    note = give_credit(business, "80")
    with on_home(business, ANA) as t:
        t.wait_for("Outstanding").keys(":").settle().keys(note["number"], ENTER).wait_for("CREDIT NOTE").keys("g").wait_for("80.00").keys(F2)
        t.wait_for("Refund this?").wait_for("Out of: " + note["number"]).wait_for("EUR 80.00").keys(TAB, ENTER).wait_for("Refund REF-")
        t.keys(ESC).wait_for("CREDIT NOTE").keys("g").wait_for("Nothing is left of it to refund.")
    assert business.ana.ask("credit_note.get", credit_note=note["id"])["credit_note"]["status"] == "used"


def test_who_saved_no_method_is_told_so_and_how_one_is_saved(business):
    with on_home(business) as t:
        t.wait_for("Recent").keys("5").wait_for("Maria Ruiz").keys("M").wait_for("No method of payment is saved. + adds one.").keys("+").wait_for("Save a card")


def test_several_are_paid_by_what_all_of_them_offer(business):
    allow_debits(business)
    account = business.invoice([line("By account", "1", "50")], 9, methods=["sandbox/debit"])
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("4 of 4").wait_for("a bank account, by direct debit").wait_for("IBAN")
        assert "Card number" not in t.text() and "a card, given here" not in t.text()
        t.keys(TAB, TAB, "AT61 1904 3002 3457 3201").wait_for("its check digits fit").keys(F2).wait_for("Pay this?")
        t.wait_for(f"{account['number']} is not offered to be paid by card.").keys(TAB, ENTER).wait_for("The payment is being made")
    assert newest(business)["mode"] == "direct_debit"


def test_what_nothing_pays_together_is_said_and_not_sent(business):
    allow_debits(business)
    account, card = (business.invoice([line(name, "1", "50")], 9, methods=[by]) for name, by in (("By account", "sandbox/debit"), ("By card", "sandbox/card")))
    with on_home(business) as t:
        t.wait_for("Recent").keys("p").wait_for("5 of 5").keys(F2).wait_for("Nothing pays all of them").wait_for(f"{account['number']} not by card, {card['number']}").wait_for("not by direct debit")
        assert "Pay this?" not in t.text()


def test_staff_choose_by_what_an_invoice_can_be_paid(business):
    made = business.ana.ask("invoice.create", customer=business.bodega, document={"lines": [line("Bulk", "1", "50")], "due": "2030-12-31"})["invoice"]
    offered = lambda: business.ana.ask("invoice.get", invoice=made["id"])["invoice"]["methods"]
    with on_home(business, ANA) as t:
        t.wait_for("Outstanding").keys("4").wait_for("Bodega Sur").keys("g").settle().keys(ENTER).wait_for("DRAFT")
        t.keys("O").wait_for("all that there are").keys(RIGHT).wait_for("only those marked").keys(TAB, TAB, TAB).go_to("sandbox/debit").keys(" ").wait_for("1 marked").keys(F2).wait_for("Saved.")
        assert wait_until(offered, what="the choice") == ["sandbox/debit"]
        t.keys("O").wait_for("Offered").wait_for("all that there are").keys(F2).wait_for("Saved.")
    assert offered() == []
