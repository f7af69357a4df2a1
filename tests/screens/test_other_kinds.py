"""Retainer invoices and credit notes: lists of their own, one of them, and what is done with it, by staff and by their customer."""
import pytest

from daemon import PASSWORD, Daemon, add_customer, line, open_portal
from pty_screen import ENTER, ESC, F2, TAB, PtyScreen
from test_typing import POSTERN

KINDS = (("retainer", "retainers", "Retainer invoices", "RETAINER INVOICE"), ("credit_note", "creditnotes", "Credit notes", "CREDIT NOTE"))


@pytest.fixture(scope="module")
def business():
    with Daemon() as b:
        b.admin = b.sign_in()
        b.customer, b.maria = add_customer(b.admin, "Typed Ltd", "maria@typed.test")
        open_portal(b, b.admin, b.maria, "maria@typed.test")
        yield b


def door(b, email, home):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "acme"])
    return t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for(home)


@pytest.mark.parametrize("kind, word, title, head", KINDS)
def test_one_is_sent_copied_and_withdrawn_where_it_stands(business, kind, word, title, head):
    draft = business.admin.ask(f"{kind}.create", customer=business.customer, document={"lines": [line("Advice", "2", "50")]})[kind]
    with door(business, business.email, "Paid this month") as t:
        t.keys(":").wait_for("│ :").keys(title, ENTER).wait_for(f"› {title}").wait_for("(draft)").keys(ENTER)
        t.wait_for(f"{head} (no number yet)").keys("s").wait_for("Send this " + head.lower() + "?").keys(TAB, ENTER).wait_for("OPEN")
        sent = business.admin.ask(f"{kind}.get", **{kind: draft["id"]})[kind]
        t.wait_for(f"{head} {sent['number']}").keys("D").wait_for("A new draft with the same lines").wait_for("(no number yet)")
        t.keys("\x1b[3~").wait_for("Delete this draft?").keys(TAB, ENTER).wait_for("The draft is deleted.")
        t.wait_for(f"{head} {sent['number']}").wait_for("OPEN").keys("x").wait_for("Withdraw " + sent["number"]).keys("Written twice", F2).wait_for("VOID")
    assert business.admin.ask(f"{kind}.get", **{kind: draft["id"]})[kind]["status"] == "void"
    assert len(business.admin.ask(f"{kind}.list", customer=business.customer)[kind + "s"]) == 1


@pytest.mark.parametrize("kind, word, title, head", KINDS)
def test_they_are_reached_from_their_customer_and_from_the_invoices(business, kind, word, title, head):
    made = business.admin.ask(f"{kind}.create", customer=business.customer, send=True, document={"lines": [line()]})[kind]
    key = {"retainer": "R", "credit_note": "N"}[kind]
    with door(business, business.email, "Paid this month") as t:
        t.keys("2").wait_for("Typed Ltd").go_to("Typed Ltd").keys(ENTER).wait_for("History").wait_for(title).keys(key).wait_for(made["number"])
        t.keys("+").wait_for("New " + head.lower()).keys(ESC).wait_for(made["number"])
        t.keys("4").wait_for("Invoices").keys(key).wait_for(f"› {title}").wait_for(made["number"])
        t.keys("+").wait_for("for whom?").keys(ESC).wait_for(made["number"])


@pytest.mark.parametrize("kind, word, title, head", KINDS)
def test_a_customer_sees_its_own_and_nothing_to_answer(business, kind, word, title, head):
    made = business.admin.ask(f"{kind}.create", customer=business.customer, send=True, document={"lines": [line()]})[kind]
    with door(business, "maria@typed.test", "Recent") as t:
        t.go_to(made["number"]).keys(ENTER).wait_for(f"{head} {made['number']}").wait_for(lambda s: "Accept" not in s.text())
        t.keys("c").wait_for("sees it at once").keys("Thank you", F2).wait_for("Your comment was sent.")
        t.keys("3").wait_for("Invoices").keys({"retainer": "R", "credit_note": "N"}[kind]).wait_for(f"› {title}").go_to(made["number"])
    said = business.admin.ask(f"{kind}.get", **{kind: made["id"]})["comments"]
    assert [c["text"] for c in said] == ["Thank you"]


def test_a_retainer_is_paid_by_its_customer_or_recorded_and_becomes_credit(business):
    def retainer(price):
        return business.admin.ask("retainer.create", customer=business.customer, send=True, document={"lines": [line(price=price)]})["retainer"]

    def credit():
        return business.admin.ask("credit.list", customer=business.customer)["total"]["amount"]
    before, paid, recorded = credit(), retainer("120"), retainer("80")
    with door(business, "maria@typed.test", "Recent") as t:
        t.keys("3").wait_for("Invoices").keys("R").wait_for("› Retainer invoices").go_to(paid["number"]).keys(ENTER).wait_for(f"RETAINER INVOICE {paid['number']}")
        t.keys("p").wait_for("This payment").keys("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB, F2).wait_for("Pay this?").keys(TAB, ENTER).wait_for("RECEIPT")
    assert credit() == before + 12000
    with door(business, business.email, "Paid this month") as t:
        t.keys(":").wait_for("│ :").keys("retainer invoices", ENTER).wait_for("› Retainer invoices").go_to(recorded["number"]).keys(ENTER).wait_for("OPEN")
        t.keys("p").wait_for("How").keys(F2).wait_for("Record this payment?").keys(TAB, ENTER).wait_for("RECEIPT")
    assert credit() == before + 20000


def test_the_credit_of_a_customer_is_counted_by_its_rows_not_by_its_money(business):
    business.admin.ask("payment.record", customer=business.customer, amount={"amount": 8156, "currency": "EUR"}, mode="bank_transfer")
    rows = len(business.admin.ask("credit.list", customer=business.customer)["credits"])
    with door(business, "maria@typed.test", "Recent") as t:
        t.keys("4").wait_for("Payments").keys("k").wait_for("Used from the top: the oldest first.")
        assert t.line(22).split() == [str(rows)]
