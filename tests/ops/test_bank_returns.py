"""What a bank took back, what was booked by mistake, and what banks on the way kept (E15, E7): each once, exact, or refused in words."""
import secrets

import pytest

from ctl import Ctl
from daemon import add_customer, days, line, money
from test_bank_statements import PAYER, Business, candidates, counts, entry


@pytest.fixture(scope="module")
def b(d):
    return Business(d)


def booked(b, price="10", **more):
    """An invoice and the line that paid it."""
    made = b.invoice(price)
    out = b.bring(entry(made["total"]["amount"], reference=b.reference(made), bank_reference="B" + secrets.token_hex(6), **{"iban": PAYER, **more}))
    [found] = b.lines(statement=out["statement"]["id"])
    return made, found


def back(b, made, cents=-1000, **more):
    return entry(cents, "RETURN", reference=b.reference(made), returned=True, bank_reference="R" + secrets.token_hex(6), **{"iban": PAYER, **more})


def payment(b, found):
    return b.admin.ask("payment.get", payment=found["payment"])["payment"]


def adds_up(b):
    assert b.d.client().ask("system.check")["problems"] == []


# --- returns -------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code, words", [("AC01", "account number is wrong"), ("AC04", "closed"), ("AM04", "not enough money"), ("MD01", "no mandate"),
                                         ("MD06", "asked for the money back"), ("MS03", "no reason"), ("XT99", "XT99"), ("", "no reason")])
def test_a_return_with_reference_and_amount_takes_the_payment_back(b, code, words):
    made, paid = booked(b)
    returned = back(b, made, **({"return_reason": code} if code else {}))
    out = b.bring(returned)
    assert (out["took_back"], out["waiting"], out["booked"]) == (1, 0, 0)
    [found] = b.lines(statement=out["statement"]["id"])
    assert (found["state"], found["payment"]) == ("took_back", paid["payment"])
    p = payment(b, found)
    assert p["state"] == "reversed" and words in p["failure"]
    again = b.get(made)
    assert again["state"] == "open" and again["balance"]["amount"] == 1000
    for who in (b.admin, b.maria):  # both are told, with the reason
        event = next(e for e in who.ask("event.list", bell=True)["events"] if e["what"] == "reversed")
        assert event["number"] == p["number"] and words in event["text"]
    assert any(w["job"] == "disputed" and w["id"] == p["id"] for w in b.admin.ask("queue.get", limit=100)["work"])


def test_a_return_comes_once_however_often_its_days_do(b):
    made, _ = booked(b)
    start = b.balance[b_account()]
    returned, other = back(b, made), entry(77, secrets.token_hex(4))
    assert b.bring(returned)["took_back"] == 1
    out = b.bring(returned, other, opening=start)
    assert (out["known"], out["took_back"], out["fresh"]) == (1, 0, 1)
    b.admin.ask("payment.record", customer=b.customer, mode="bank_transfer", parts=[{"invoice": made["id"]}])
    assert counts(b.bring(returned, other, opening=start)) == (0, 2, 0, 0, 0)
    assert b.get(made)["state"] == "paid"
    adds_up(b)


def b_account():
    return "DE89370400440532013000"


def test_paid_and_returned_in_one_statement(b):
    made = b.invoice()
    out = b.bring(entry(1000, reference=b.reference(made), iban=PAYER), back(b, made))
    assert (out["booked"], out["took_back"]) == (1, 1) and b.get(made)["state"] == "open"


def test_what_is_not_exact_waits_and_is_taken_back_by_hand(b):
    made, paid = booked(b)
    out = b.bring(back(b, made, -1300))
    assert (out["took_back"], out["waiting"]) == (0, 1) and b.get(made)["state"] == "paid"
    [found] = b.lines(statement=out["statement"]["id"])
    [candidate] = b.admin.ask("bank.line", line=found["id"])["candidates"]
    assert candidate["payment"] == paid["payment"] and candidate["charges"]["amount"] == 300 and "3.00 beside it" in candidate["text"]
    assert b.admin.refused("bank.match", line=found["id"], customer=b.customer).code == "state"
    both = b.admin.refused("bank.match", line=found["id"], payment=paid["payment"], customer=b.customer)
    assert (both.code, both.field) == ("invalid", "payment")
    out = b.admin.ask("bank.match", line=found["id"], payment=paid["payment"])
    assert out["line"]["state"] == "took_back" and out["payment"]["state"] == "reversed" and b.get(made)["state"] == "open"
    assert "took" in b.admin.refused("bank.match", line=found["id"], payment=paid["payment"]).message
    assert "took" in b.admin.refused("bank.undo", line=found["id"]).message
    adds_up(b)


def test_less_than_was_paid_takes_nothing_back(b):
    made, paid = booked(b)
    out = b.bring(back(b, made, -900))
    [found] = b.lines(statement=out["statement"]["id"])
    assert not b.admin.ask("bank.line", line=found["id"]).get("candidates")
    refusal = b.admin.refused("bank.match", line=found["id"], payment=paid["payment"])
    assert (refusal.code, refusal.field) == ("invalid", "payment") and "10.00" in refusal.message and "9.00" in refusal.message


def test_two_that_it_could_be_wait(b):
    made = b.invoice("20")
    for _ in range(2):
        b.admin.ask("payment.record", customer=b.customer, mode="bank_transfer", parts=[{"invoice": made["id"], "amount": money("10")}])
    out = b.bring(back(b, made))
    [found] = b.lines(statement=out["statement"]["id"])
    assert found["state"] == "waiting" and len(b.admin.ask("bank.line", line=found["id"])["candidates"]) == 2


def test_of_what_went_back_already_nothing_happens_by_itself(b):
    made = b.invoice()
    out = b.bring(entry(1200, reference=b.reference(made)))
    [found] = b.lines(statement=out["statement"]["id"])
    b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": made["id"]}])
    found = b.admin.ask("bank.line", line=found["id"])["line"]
    b.admin.ask("refund.make", payment=found["payment"], amount=money("2"), mode="bank_transfer")
    assert b.bring(back(b, made, -1200))["took_back"] == 0


def test_a_card_is_not_taken_back_by_the_bank(b):
    made = b.invoice()
    paid = b.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), card_number="4242424242424242", card_expiry="12/40",
                       card_code="123")["payment"]
    out = b.bring(back(b, made))
    [found] = b.lines(statement=out["statement"]["id"])
    assert found["state"] == "waiting" and b.admin.refused("bank.match", line=found["id"], payment=paid["id"]).code == "state"


@pytest.mark.parametrize("paid_from, to, doubt", [(PAYER, "", "does not say to which account"), ("", PAYER, "from which account it came is not known"),
                                                  (PAYER, "NL91ABNA0417164300", "not to the account that it came from"), (None, PAYER, "is not known")])
def test_a_return_that_one_side_names_no_account_of_waits_with_its_candidate(b, paid_from, to, doubt):
    if paid_from is None:  # by hand
        made = b.invoice()
        paid = b.admin.ask("payment.record", customer=b.customer, mode="bank_transfer", parts=[{"invoice": made["id"]}])["payment"]["id"]
    else:
        made, found = booked(b, iban=paid_from)
        paid = found["payment"]
    out = b.bring(back(b, made, iban=to))
    assert (out["took_back"], out["waiting"]) == (0, 1) and b.get(made)["state"] == "paid"
    [waits] = b.lines(statement=out["statement"]["id"])
    [candidate] = b.admin.ask("bank.line", line=waits["id"])["candidates"]
    assert (candidate["payment"], candidate["why"]) == (paid, "return") and doubt in candidate["text"]
    [work] = [w for w in b.admin.ask("queue.get", limit=100)["work"] if w["job"] == "bank" and w["id"] == waits["id"]]
    assert work["text"].startswith(candidate["text"][:20])
    assert b.admin.ask("bank.match", line=waits["id"], payment=paid)["payment"]["state"] == "reversed" and b.get(made)["state"] == "open"


# --- what was a mistake --------------------------------------------------------------------------------------------------------------
def test_a_match_is_undone_once_and_the_line_waits_again(b):
    request = secrets.token_bytes(16)
    made = b.invoice()
    other = b.invoice()
    found, _ = candidates(b, 1000, made["number"])
    p = b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": made["id"]}])["payment"]
    out = b.admin.ask("bank.undo", line=found["id"], reason="it was for the other one", request_id=request)
    assert out["line"]["state"] == "waiting" and "payment" not in out["line"]
    assert out["payment"]["state"] == "reversed" and out["payment"]["failure"] == "It was booked by mistake."
    assert b.get(made)["state"] == "open" and b.get(made)["paid"]["amount"] == 0
    assert b.admin.ask("bank.undo", line=found["id"], reason="it was for the other one", request_id=request) == out
    assert b.admin.refused("bank.undo", line=found["id"]).code == "state"
    events = [e["what"] for e in b.admin.ask("event.list", subject="payment", about=p["id"])["events"]]
    assert events.count("match_undone") == 1
    seen = (b.maria.ask("payment.get", payment=p["id"]), b.maria.ask("home.get"), b.maria.ask("event.list", limit=100))
    assert "it was for the other one" not in str(seen), "why is for staff"
    assert "it was for the other one" in str(b.admin.ask("event.list", limit=20))
    again = b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": other["id"]}])
    assert b.get(other)["state"] == "paid" and again["payment"]["bank_line"] == found["id"]
    adds_up(b)


def test_what_booked_by_itself_is_undone_too(b):
    made, found = booked(b)
    b.admin.ask("bank.undo", line=found["id"])
    assert b.get(made)["state"] == "open" and b.admin.ask("bank.line", line=found["id"])["candidates"][0]["why"] == "reference"


def test_it_is_refused_in_words_where_it_can_not_be(b):
    made = b.invoice()
    found, _ = candidates(b, 1200, made["number"])
    p = b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": made["id"]}])["payment"]
    later = b.invoice("2")
    b.admin.ask("credit.apply", payment=p["id"], parts=[{"invoice": later["id"], "amount": money("2")}])
    refusal = b.admin.refused("bank.undo", line=found["id"])
    assert refusal.code == "state" and "EUR 2.00 of the credit" in refusal.message and b.get(made)["state"] == "paid"
    b.admin.ask("credit.unapply", payment=p["id"], invoice=later["id"])
    b.admin.ask("refund.make", payment=p["id"], amount=money("1"), mode="bank_transfer")
    assert "given back" in b.admin.refused("bank.undo", line=found["id"]).message
    _, found = booked(b)
    revision = b.admin.ask("settings.get")["business"]["revision"]
    b.admin.ask("settings.update", business={"closed_until": days(-1), "revision": revision})
    assert "closed" in b.admin.refused("bank.undo", line=found["id"]).message
    b.admin.ask("settings.update", business={"closed_until": days(-2), "revision": revision + 1})
    assert b.admin.ask("bank.undo", line=found["id"])["line"]["state"] == "waiting"


def test_a_retainer_whose_credit_was_used_stays_paid(b):
    retainer = b.admin.ask("retainer.create", customer=b.customer, send=True, document={"lines": [line(price="30")]})["retainer"]
    found, _ = candidates(b, 3000, "advance " + secrets.token_hex(3))
    b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": retainer["id"]}])
    made = b.invoice()
    b.admin.ask("credit.apply", document=retainer["id"], parts=[{"invoice": made["id"], "amount": money("10")}])
    assert "used" in b.admin.refused("bank.undo", line=found["id"]).message
    b.admin.ask("credit.unapply", document=retainer["id"], invoice=made["id"])
    assert b.admin.ask("bank.undo", line=found["id"])["payment"]["state"] == "reversed"
    adds_up(b)


# --- what banks on the way kept -------------------------------------------------------------------------------------------------------
def allow(b, cents):
    revision = b.admin.ask("settings.get")["business"]["revision"]
    b.admin.ask("settings.update", business={"charges_most": {"amount": cents, "currency": "EUR"}, "revision": revision})


def test_charges_are_off_and_then_no_more_than_the_business_says(b, tmp_path):
    made = b.invoice("100")
    out = b.bring(entry(9750, reference=b.reference(made)))
    [found] = b.lines(statement=out["statement"]["id"])
    parts, charges = [{"invoice": made["id"]}], {"amount": 250, "currency": "EUR"}
    assert not b.admin.ask("bank.line", line=found["id"])["candidates"][0].get("charges", {}).get("amount")
    refusal = b.admin.refused("bank.match", line=found["id"], parts=parts, charges=charges)
    assert (refusal.code, refusal.field) == ("invalid", "charges")
    allow(b, 249)
    assert "2.49" in b.admin.refused("bank.match", line=found["id"], parts=parts, charges=charges).message
    allow(b, 250)
    [candidate] = b.admin.ask("bank.line", line=found["id"])["candidates"]
    assert candidate["charges"]["amount"] == 250 and "2.50 is missing" in candidate["text"]
    for wrong in ({"amount": 249, "currency": "EUR"}, {"amount": 251, "currency": "EUR"}, {"amount": -250, "currency": "EUR"}):
        assert b.admin.refused("bank.match", line=found["id"], parts=parts, charges=wrong).field == "charges"
    assert b.admin.refused("bank.match", line=found["id"], parts=parts, charges=money("2.50", "USD")).code == "currency"
    assert b.admin.refused("bank.match", line=found["id"], customer=b.customer, charges=charges).field == "charges"
    p = b.admin.ask("bank.match", line=found["id"], parts=parts, charges=charges)["payment"]
    assert (p["amount"]["amount"], p["charges"]["amount"], p["unused"]["amount"]) == (10000, 250, 0) and b.get(made)["state"] == "paid"
    assert "charges" not in b.maria.ask("payment.get", payment=p["id"])["payment"]
    adds_up(b)
    entries = [e for e in b.admin.ask("journal.list", of="payments", limit=100)["entries"] if e["id"] == p["id"]]
    assert {(x["account"], x["amount"]["amount"]) for x in entries[0]["postings"]} == {("bank", 9750), ("bank_charges", 250), ("receivable", -10000)}
    ctl = Ctl(b.d, session="charges").login(b.d.email)
    assert "Expenses:Bank-charges  EUR 2.50" in ctl.run("export", "hledger").stdout
    undone = b.admin.ask("bank.undo", line=found["id"])["payment"]
    assert undone["state"] == "reversed" and b.get(made)["balance"]["amount"] == 10000
    adds_up(b)


def test_charges_that_the_file_says_need_no_setting_and_never_book_by_themselves(b):
    allow(b, 0)
    made = b.invoice("100")
    out = b.bring(entry(9900, reference=b.reference(made), iban=PAYER, charges={"amount": 100, "currency": "EUR"}))
    assert (out["booked"], out["waiting"]) == (0, 1)
    [found] = b.lines(statement=out["statement"]["id"])
    assert b.admin.ask("bank.line", line=found["id"])["candidates"][0]["charges"]["amount"] == 100
    p = b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": made["id"]}], charges={"amount": 100, "currency": "EUR"})["payment"]
    assert p["charges"]["amount"] == 100 and b.get(made)["state"] == "paid"
    out = b.bring(back(b, made, -9900))  # what arrived is what is taken
    assert out["took_back"] == 1 and b.get(made)["balance"]["amount"] == 10000
    adds_up(b)


def test_what_was_called_back_by_another_account_than_paid_takes_nothing_back(b):
    made, paid = booked(b, iban=PAYER)
    stranger = "NL91ABNA0417164300"
    out = b.bring(entry(1000, "a gift", reference=b.reference(made), iban=stranger))
    assert (out["booked"], out["waiting"]) == (0, 1)
    out = b.bring(back(b, made, iban=stranger))
    assert (out["took_back"], out["waiting"]) == (0, 1) and b.get(made)["state"] == "paid"
    out = b.bring(back(b, made, iban=PAYER))
    assert out["took_back"] == 1 and payment(b, paid)["state"] == "reversed"
