"""What strangers met who tried the portal: acts that asked nothing, words that promised what was not to be had, things that `:` did not find."""
import pytest

import clock
from daemon import PASSWORD, line, money, wait_until
from northwind import ANA, Northwind
from pty_screen import ENTER, F2, RIGHT, TAB
from test_pay_screens import on_home

ZOE = "zoe@northwind.example"
VISA = {"card_number": "4242424242424242", "card_expiry": "12/39", "card_code": "123"}


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def staff(b):
    return on_home(b, ANA).wait_for("Outstanding")


def gone_to(t, number, shown):
    return t.keys(":").wait_for("│ :").keys(number, ENTER).wait_for(shown)


def test_a_payment_is_not_taken_off_an_invoice_before_it_was_said_what_that_does(business):
    with staff(business) as t:
        gone_to(t, "PAY-000001", "RECEIPT PAY-000001").keys("t").wait_for("959.40").keys(F2)
        t.wait_for("Take this payment off the invoice?").wait_for("Taken off: EUR 959.40").wait_for("INV-000001 is open again, with EUR 959.40 to pay.").keys(ENTER)
        t.wait_gone("Take this payment off the invoice?")
        assert business.ana.ask("invoice.get", invoice=business.paid["id"])["invoice"]["state"] == "paid"
        t.keys(F2).wait_for("Take this payment off the invoice?").keys(TAB, ENTER).wait_for("It is credit now.")
    assert business.ana.ask("invoice.get", invoice=business.paid["id"])["invoice"]["balance"] == money("959.40")


def test_a_part_of_it_is_said_as_that_part(business):
    with staff(business) as t:
        gone_to(t, "PAY-000001", "RECEIPT PAY-000001").keys("t").wait_for("959.40").keys(TAB, "100", F2)
        t.wait_for("Taken off: EUR 100.00").wait_for("with EUR 100.00 to pay")


def test_one_key_refunds_and_asks_which_way(business):
    late = business.late
    paid = business.maria.ask("payment.pay", parts=[{"invoice": late["id"]}], expect=late["balance"], **VISA)["payment"]
    wait_until(lambda: business.ana.ask("payment.get", payment=paid["id"])["payment"]["state"] == "succeeded", what="paid")
    business.ana.ask("credit.unapply", payment=paid["id"], invoice=late["id"])
    with staff(business) as t:
        gone_to(t, paid["number"], "RECEIPT " + paid["number"]).wait_for("g refund")
        assert "giveback" not in t.text()
        t.keys("g").wait_for("through sandbox").wait_for("Amount")
        assert "Reference" not in t.text()
        t.keys(TAB, RIGHT).wait_for("by hand").wait_for("Reference").keys("\x1b[D").wait_for("through sandbox").keys(F2)
        t.wait_for("Refund this?").wait_for("through sandbox, which took it").keys(TAB, ENTER).wait_for("REF-")
    made = business.ana.ask("refund.list")["refunds"][0]
    assert made["amount"] == late["balance"] and made["gateway"] == "sandbox"


def test_a_word_that_is_to_be_typed_may_be_small(business):
    with on_home(business) as t:
        t.wait_for("Recent")
        gone_to(t, business.est["number"], "ESTIMATE").keys("a").wait_for("as signature").keys(F2).wait_for("Type ACCEPT").keys("accept", ENTER).wait_for("ACCEPTED")


def test_home_does_not_say_pay_now_where_nothing_due_can_be_paid_here(business):
    for d in business.late, business.open, business.large:
        business.ana.ask("invoice.void", invoice=d["id"], reason="Ordered twice")
    made = business.invoice([line("Bulk", "1", "50")], 9, no_card=True)
    with on_home(business) as t:
        t.wait_for("Recent").wait_for("p  How to pay")
        assert "Pay now" not in t.text()
        t.keys("p").wait_for("IE29 AIBK 9311 5212 3456 78").wait_for("EUR 50.00").wait_for(made["number"])


@pytest.mark.parametrize("typed", ["transfer", "pay bank", "bank"])
def test_paying_by_transfer_is_found_from_anywhere(business, typed):
    with on_home(business) as t:
        t.wait_for("Recent").keys("5").wait_for("Contact persons").keys(":").wait_for("│ :").keys(typed).wait_for("How to pay").keys(ENTER)
        t.wait_for(lambda s: "› How to pay" in s.line(0)).wait_for("IE29 AIBK 9311 5212 3456 78")


def test_beside_paying_by_card_stands_the_transfer(business):
    with on_home(business) as t:
        t.wait_for("p  Pay now").keys("t").wait_for("IE29 AIBK 9311 5212 3456 78")


def test_amounts_wait_for_a_field_that_can_not_be_read(business):
    with on_home(business, ANA, rows=40, columns=200) as t:
        t.wait_for("Outstanding")
        made = business.ana.ask("invoice.create", customer=business.bodega, document={"lines": [line("Kraft", "3", "100")]})["invoice"]
        t.keys("4").wait_for("> (draft)").keys(ENTER).wait_for("› Draft").wait_for("Kraft").keys("e").wait_for("Qty").wait_for("300.00")
        t.keys(TAB, "3x").wait_for("This waits for Quantity of line 1").wait_for("Total: waits for Quantity of line 1")
        assert "300.00" not in t.text()
        t.keys("\x7f", "\x7f", "4").wait_for("400.00").wait_gone("waits for")
    assert made["total"] == money("300")


def test_what_a_gateway_waits_for_is_said_in_its_own_words_and_nothing_turns_meanwhile(tmp_path):
    with Northwind(env=clock.settable(tmp_path)) as b:
        b.ana.ask("staff.create", name="Zoe Blake", email=ZOE, role="admin", password=PASSWORD, keep_password=True)
        with on_home(b, ZOE) as t:
            t.wait_for("Outstanding")
            clock.set_by(tmp_path, minutes=11)
            t.keys("6").wait_for("Gateways").go_to("Gateways").keys(ENTER).wait_for("Bank transfer").go_to("Bank transfer").keys("o")
            t.wait_for("Switch this gateway?").keys(TAB, ENTER).wait_for("Is it you?").wait_for("decides how customers pay").settle(0.6)
            assert "Saving" not in t.text() and "working" not in t.text() and "lets somebody in" not in t.text()
            t.keys(PASSWORD, ENTER).wait_for("Switched o")


def test_hints_of_an_estimate_are_whole_at_80_columns(business):
    business.ana.ask("estimate.create", customer=business.bodega, document={"lines": [line("Kraft", "3", "100")]})
    with staff(business) as t:
        t.keys("3").wait_for("> (draft)").keys(ENTER).wait_for("› Draft").wait_for("Kraft").keys("e").wait_for("Qty")
        hints = []
        for _ in range(26):
            hints.append(" ".join(t.line(y) for y in (18, 19, 20)))
            t.keys(TAB).settle(0.05)
        assert any("sked for when it is accepted" in x for x in hints), hints
        assert not any("…" in x.replace("Margin scheme …", "") for x in hints), hints
