"""Bank statements (E15): they add up and go on, or stay out whole; an exact reference books by itself, the rest waits with whose it may be; the same
again, or overlapping days, change nothing."""
import secrets

import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal

IBAN = "DE89370400440532013000"
PAYER = "FR1420041010050500013M02606"


def entry(cents, text="", day=-1, **more):
    return {"date": days(day), "amount": {"amount": cents, "currency": "EUR"}, "text": text, **more}


class Business:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.balance = {}

    def invoice(self, price="10", customer=None, **more):
        return self.admin.ask("invoice.create", customer=customer or self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]

    def reference(self, made):
        text = str(made["id"]) + "271500"
        return f"RF{98 - int(text) % 97:02d}{made['id']}"

    def statement(self, *lines, account=IBAN, opening=None, closing=None, **more):
        opening = self.balance.get(account, 0) if opening is None else opening
        closing = opening + sum(l["amount"]["amount"] for l in lines) if closing is None else closing
        return {"account": account, "currency": "EUR", "until": days(-1), "number": "7",
                "opening": {"amount": opening, "currency": "EUR"}, "closing": {"amount": closing, "currency": "EUR"}, **more}

    def bring(self, *lines, check=False, account=IBAN, **more):
        statement = self.statement(*lines, account=account, **more)
        out = self.admin.ask("bank.import", statement=statement, lines=list(lines), check=check)
        if out.get("statement"):
            self.balance[account] = statement["closing"]["amount"]
        return out

    def refused(self, *lines, **more):
        return self.admin.refused("bank.import", statement=self.statement(*lines, **more), lines=list(lines))

    def lines(self, **more):
        return self.admin.ask("bank.lines", **more)["lines"]

    def waiting(self):
        return self.lines(state="waiting")

    def get(self, made):
        return self.admin.ask("invoice.get", invoice=made["id"])["invoice"]


def counts(out):
    return tuple(out[k] for k in ("fresh", "known", "booked", "waiting", "outgoing"))


@pytest.fixture(scope="module")
def b(d):
    return Business(d)


# --- booking by itself ---------------------------------------------------------------------------------------------------------------
def test_an_exact_reference_and_amount_book_by_themselves(b):
    made = b.invoice("119.50")
    out = b.bring(entry(11950, "thank you", reference=b.reference(made), name="Bodega Sur", iban=PAYER))
    assert counts(out) == (1, 0, 1, 0, 0)
    assert b.get(made)["state"] == "paid"
    [found] = b.lines(statement=out["statement"]["id"])
    assert (found["state"], found["customer"], found["iban_last"]) == ("booked", b.customer, "2606") and "iban" not in found
    payment = b.admin.ask("payment.get", payment=found["payment"])["payment"]
    assert payment["bank_line"] == found["id"] and payment["date"] == days(-1) and payment["mode"] == "bank_transfer"
    assert "bank_line" not in b.maria.ask("payment.get", payment=found["payment"])["payment"]


def test_a_reference_that_a_bank_broke_in_the_text_is_found(b):
    made = b.invoice()
    text = b.reference(made)
    out = b.bring(entry(1000, f"Invoice {text[:6].lower()} {text[6:]} of November"))
    assert counts(out) == (1, 0, 1, 0, 0) and b.get(made)["state"] == "paid"


@pytest.mark.parametrize("cents", [999, 1001])
def test_another_amount_waits_with_the_invoice(b, cents):
    made = b.invoice()
    out = b.bring(entry(cents, reference=b.reference(made)))
    assert counts(out) == (1, 0, 0, 1, 0) and b.get(made)["state"] == "open"
    [found] = b.lines(statement=out["statement"]["id"])
    [candidate] = b.admin.ask("bank.line", line=found["id"])["candidates"]
    assert candidate["why"] == "reference" and candidate["parts"][0]["invoice"] == made["id"]
    assert candidate["parts"][0]["amount"]["amount"] == min(cents, 1000) and candidate["rest"]["amount"] == max(0, cents - 1000)
    assert made["number"] in found["guess"]


def test_two_lines_for_one_invoice_book_one(b):
    made = b.invoice()
    lines = [entry(1000, reference=b.reference(made), bank_reference=f"B{i}-{made['id']}") for i in range(2)]
    assert counts(b.bring(*lines, check=True)) == (2, 0, 1, 1, 0)
    out = b.bring(*lines)
    assert counts(out) == (2, 0, 1, 1, 0)
    waits = next(l for l in b.lines(statement=out["statement"]["id"]) if l["state"] == "waiting")
    [candidate] = b.admin.ask("bank.line", line=waits["id"])["candidates"]
    assert not candidate.get("parts") and candidate["rest"]["amount"] == 1000  # paid twice: it becomes credit
    b.admin.ask("bank.match", line=waits["id"], customer=b.customer)
    assert b.get(made)["paid"]["amount"] == 1000


def test_nothing_books_beside_a_payment_that_is_pending(b):
    made = b.invoice()
    b.maria.ask("payment.pay", parts=[{"invoice": made["id"]}], expect=money("10"), card_number="4000000000009235", card_expiry="12/40",
                card_code="123")
    assert counts(b.bring(entry(1000, reference=b.reference(made)))) == (1, 0, 0, 1, 0)


# --- whole or not at all -------------------------------------------------------------------------------------------------------------
def test_what_does_not_add_up_stays_out_whole(b):
    made = b.invoice()
    refusal = b.refused(entry(1000, reference=b.reference(made)), closing=b.balance.get(IBAN, 0) + 999)
    assert (refusal.code, refusal.field) == ("invalid", "statement.closing") and "come to" in refusal.message
    assert b.get(made)["state"] == "open" and all(l.get("reference") != b.reference(made) for l in b.lines())


def test_it_goes_on_where_the_last_one_ended(b):
    b.bring(entry(500, "coffee " + secrets.token_hex(4)))
    refusal = b.refused(entry(500, "x"), opening=b.balance[IBAN] + 1)
    assert (refusal.code, refusal.field) == ("invalid", "statement.opening")
    assert counts(b.bring(entry(500, "more " + secrets.token_hex(4)))) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("change, code, field", [
    ({"account": "DE89370400440532013001"}, "invalid", "statement.account"),
    ({"account": "--"}, "invalid", "statement.account"),
    ({"currency": "XXQ"}, "invalid", "statement.currency"),
    ({"closing": {"amount": 0, "currency": "USD"}}, "currency", "statement.closing"),
    ({"from": days(-1), "until": days(-2)}, "invalid", "statement.until"),
    ({"lines": 3}, "invalid", "statement.lines"),
])
def test_what_is_wrong_with_a_statement_is_named(b, change, code, field):
    refusal = b.admin.refused("bank.import", statement={**b.statement(entry(1)), **change}, lines=[entry(1)])
    assert (refusal.code, refusal.field) == (code, field)


def test_a_line_in_another_currency_is_named(b):
    lines = [entry(100), {"date": days(-1), "amount": {"amount": 100, "currency": "USD"}}]
    refusal = b.admin.refused("bank.import", statement=b.statement(entry(100)), lines=lines)
    assert (refusal.code, refusal.field) == ("currency", "lines.1.amount")


def test_without_balances_they_are_reckoned_and_said_to_prove_nothing(b):
    account = "NL91ABNA0417164300"
    statement = {k: v for k, v in b.statement(entry(1), account=account).items() if k not in ("opening", "closing")}
    lines = [entry(700, "a" + secrets.token_hex(4)), entry(-200, "fee")]
    out = b.admin.ask("bank.import", statement=statement, lines=lines)
    assert out["statement"]["unproved"] and out["statement"]["closing"]["amount"] == 500 and counts(out) == (2, 0, 0, 1, 1)
    assert counts(b.admin.ask("bank.import", statement=statement, lines=lines)) == (0, 2, 0, 0, 0)
    out = b.admin.ask("bank.import", statement=statement, lines=lines[1:] + [entry(50, "b" + secrets.token_hex(4))])
    assert counts(out) == (1, 1, 0, 1, 0) and out["statement"]["closing"]["amount"] == 550


# --- twice ---------------------------------------------------------------------------------------------------------------------------
def test_the_same_file_twice_changes_nothing(b):
    made = b.invoice()
    lines = [entry(1000, reference=b.reference(made)), entry(250, "same"), entry(250, "same"), entry(-75, "fee")]
    statement = b.statement(*lines)
    assert counts(b.bring(*lines)) == (4, 0, 1, 2, 1)
    before = b.admin.ask("event.list", limit=1)["events"]
    again = b.admin.ask("bank.import", statement=statement, lines=lines)
    assert counts(again) == (0, 4, 0, 0, 0) and "statement" not in again
    assert b.admin.ask("event.list", limit=1)["events"] == before


def test_overlapping_days_bring_only_what_is_new(b):
    tag = secrets.token_hex(4)
    first = [entry(100, tag, day=-5), entry(100, tag, day=-4), entry(100, tag, day=-4)]
    start = b.balance.get(IBAN, 0)
    b.bring(*first)
    second = first[1:] + [entry(100, tag, day=-3), entry(40, tag, day=-3, bank_reference="R1" + tag)]
    out = b.bring(*second, opening=start + 100)
    assert counts(out) == (2, 2, 0, 2, 0)
    assert sorted((l["date"], l["amount"]["amount"]) for l in b.lines(limit=100) if l.get("text") == tag) == sorted(
        [(days(-5), 100), (days(-4), 100), (days(-4), 100), (days(-3), 100), (days(-3), 40)])


def test_one_that_is_missing_between_is_told(b):
    tag = secrets.token_hex(4)
    b.bring(entry(100, tag, day=-5))
    refusal = b.refused(entry(100, tag, day=-5), entry(30, tag), opening=b.balance[IBAN] - 101)
    assert (refusal.code, refusal.field) == ("invalid", "statement.closing") and "lead" in refusal.message


def test_a_statement_comes_in_stretches_and_counts_with_the_last(b):
    made = b.invoice()
    lines = [entry(1000, reference=b.reference(made)), entry(1, "two"), entry(2, secrets.token_hex(4))]
    statement = b.statement(*lines)
    out = b.admin.ask("bank.import", statement=statement, lines=lines[:2], more=True)
    assert counts(out) == (0, 0, 0, 0, 0) and b.get(made)["state"] == "open"
    assert all(s["closing"] != statement["closing"] for s in b.admin.ask("bank.statements")["statements"])
    refusal = b.admin.refused("bank.import", statement=statement, lines=lines[2:], place=1)
    assert (refusal.code, refusal.field) == ("state", "place") and "2" in refusal.message
    out = b.admin.ask("bank.import", statement=statement, lines=lines[2:], place=2)
    b.balance[IBAN] = statement["closing"]["amount"]
    assert counts(out) == (3, 0, 1, 2, 0) and b.get(made)["state"] == "paid"


def test_one_that_was_broken_off_begins_anew(b):
    lines = [entry(5, secrets.token_hex(4)), entry(6, secrets.token_hex(4))]
    b.admin.ask("bank.import", statement=b.statement(*lines), lines=lines[:1], more=True)
    assert counts(b.bring(*lines)) == (2, 0, 0, 2, 0)


def test_only_asking_leaves_nothing(b):
    made = b.invoice()
    lines = [entry(1000, reference=b.reference(made)), entry(5, secrets.token_hex(4))]
    before = b.lines(), b.admin.ask("bank.statements")
    assert counts(b.bring(*lines, check=True)) == (2, 0, 1, 1, 0)
    assert (b.lines(), b.admin.ask("bank.statements")) == before and b.get(made)["state"] == "open"
    assert counts(b.bring(*lines)) == (2, 0, 1, 1, 0)


def test_equal_payments_in_two_statements_of_a_day_are_two(b):
    """The balance tells: what goes on where the last one ended has nothing of it."""
    lines = [entry(99, secrets.token_hex(4))]
    start = b.balance.get(IBAN, 0)
    assert counts(b.bring(*lines)) == counts(b.bring(*lines)) == (1, 0, 0, 1, 0)
    for opening in (start, start + 99):
        assert counts(b.bring(*lines, opening=opening)) == (0, 1, 0, 0, 0)
    assert counts(b.bring(*lines, *lines, opening=start)) == (0, 2, 0, 0, 0)


# --- whose it may be -----------------------------------------------------------------------------------------------------------------
def candidates(b, *args, **more):
    out = b.bring(entry(*args, **more))
    [found] = b.lines(statement=out["statement"]["id"])
    return found, b.admin.ask("bank.line", line=found["id"]).get("candidates", [])


def test_a_number_in_the_text(b):
    made = b.invoice()
    number = made["number"]
    for text in (f"Rechnung {number}", f"Rechnung {number.lower().replace('-', ' ')} v. 3.11.", f"inv {number[:-2]} {number[-2:]}"):
        found, [candidate] = candidates(b, 1000, text)
        assert (candidate["why"], candidate["parts"][0]["invoice"]) == ("number", made["id"])
        b.admin.ask("bank.ignore", line=found["id"])
    _, none = candidates(b, 1000, f"Rechnung {number}9")
    assert not none


def test_several_numbers_of_one_payer_are_one_candidate(b):
    one, two = b.invoice(), b.invoice("5")
    found, [candidate] = candidates(b, 1500, f"{one['number']} + {two['number']}")
    assert {p["invoice"] for p in candidate["parts"]} == {one["id"], two["id"]} and candidate["rest"]["amount"] == 0
    out = b.admin.ask("bank.match", line=found["id"], parts=[{"invoice": p["invoice"], "amount": p["amount"]} for p in candidate["parts"]])
    assert out["line"]["state"] == "booked" and out["line"]["why"] == "number"
    assert b.get(one)["state"] == b.get(two)["state"] == "paid"


def test_what_was_confirmed_teaches_the_account(b):
    iban = "AT61190430023457" + secrets.token_hex(2).upper().replace("A", "1").replace("B", "2")
    customer, _ = add_customer(b.admin, "Taught")
    found, none = candidates(b, 700, "no idea", iban=iban, name="Somebody")
    assert not none
    b.admin.ask("bank.match", line=found["id"], customer=customer)
    made, other = b.invoice("7", customer), b.invoice("3", customer)
    _, [first, second] = candidates(b, 300, "thanks", iban=iban)
    assert first["why"] == second["why"] == "payer" and [p["invoice"] for p in first["parts"]] == [other["id"]]
    assert [p["invoice"] for p in second["parts"]] == [made["id"]]
    _, [both] = candidates(b, 1000, "all", iban=iban)
    assert {p["invoice"] for p in both["parts"]} == {made["id"], other["id"]}
    where = (b.d.data / "data.mdb").read_bytes()
    assert iban.encode() not in where


def test_amount_and_name(b):
    customer, _ = add_customer(b.admin, "Möller Maschinenbau GmbH")
    made = b.invoice("77.77", customer=customer)
    _, [candidate] = candidates(b, 7777, "Abschlag", name="MOELLER MASCHINENBAU")
    assert (candidate["why"], candidate["parts"][0]["invoice"]) == ("name", made["id"])
    assert not candidates(b, 7777, "Abschlag", name="Other Ltd")[1]
    assert not candidates(b, 7778, "Abschlag", name="Möller Maschinenbau")[1]


def test_more_than_is_due_becomes_credit(b):
    made = b.invoice()
    found, [candidate] = candidates(b, 1200, made["number"])
    out = b.admin.ask("bank.match", line=found["id"], parts=candidate["parts"] and [{"invoice": made["id"]}])
    assert out["payment"]["unused"]["amount"] == 200 and b.get(made)["state"] == "paid"
    refusal = b.admin.refused("bank.match", line=found["id"], customer=b.customer)
    assert (refusal.code, refusal.field) == ("state", "line")


def test_a_reference_that_can_be_read_in_two_ways_books_nothing():
    """What stands behind it in the text makes the reference of another invoice of it, with the same check digits: it waits."""
    with Daemon() as d:
        b = Business(d)
        made = {m["id"]: m for m in (b.invoice("10") for _ in range(110))}
        short, long = next((a, c) for a in made for c in made if c != a and str(c).startswith(str(a)) and b.reference(made[a])[:4] == b.reference(made[c])[:4])
        rest = str(long)[len(str(short)):]
        assert counts(b.bring(entry(1000, f"Invoice {b.reference(made[short])} {rest} pallets")))[2] == 0
        assert counts(b.bring(entry(1000, f"Invoice {b.reference(made[long])} for pallets")))[2] == 1
        assert b.get(made[long])["state"] == "paid" and b.get(made[short])["state"] == "open"


def test_a_match_is_refused_as_a_payment_is(b):
    usd, _ = add_customer(b.admin, "Two Inc", currency="USD")
    made = b.invoice()
    found, _ = candidates(b, 700, "x" + secrets.token_hex(3))
    for args, code, field in [({}, "invalid", "customer"), ({"customer": usd}, "currency", "amount"),
                              ({"parts": [{"invoice": made["id"], "amount": money("8")}]}, "overpaid", "parts.0.amount")]:
        refusal = b.admin.refused("bank.match", line=found["id"], **args)
        assert (refusal.code, refusal.field) == (code, field)
    assert b.admin.ask("bank.line", line=found["id"])["line"]["state"] == "waiting"


def test_what_is_nobodys_is_set_aside_and_comes_back(b):
    found, _ = candidates(b, 333, "interest")
    assert b.admin.ask("bank.ignore", line=found["id"], reason="interest")["line"]["state"] == "ignored"
    assert b.admin.refused("bank.match", line=found["id"], customer=b.customer).code == "state"
    assert found["id"] in [l["id"] for l in b.lines(state="ignored")]
    assert b.admin.ask("bank.ignore", line=found["id"], undo=True)["line"]["state"] == "waiting"
    assert b.admin.refused("bank.ignore", line=found["id"], undo=True).code == "state"


def test_money_that_went_out_is_no_work(b):
    out = b.bring(entry(-500, "rent " + secrets.token_hex(3)))
    [found] = b.lines(statement=out["statement"]["id"])
    assert found["state"] == "outgoing" and b.admin.refused("bank.match", line=found["id"], customer=b.customer).code == "state"


def test_a_debit_that_was_returned_waits_with_its_payment(b):
    made = b.invoice()
    out = b.bring(entry(1000, reference=b.reference(made)))
    [paid] = b.lines(statement=out["statement"]["id"])
    found, [candidate] = candidates(b, -1000, f"RETOURE {made['number']}", returned=True, return_reason="MD06")
    assert found["state"] == "waiting" and (candidate["why"], candidate["payment"]) == ("return", paid["payment"])


# --- who may -------------------------------------------------------------------------------------------------------------------------
def test_customers_see_nothing_of_it(b):
    for op, args in [("bank.import", {"statement": b.statement(entry(1)), "lines": [entry(1)]}), ("bank.statements", {}), ("bank.lines", {}),
                     ("bank.mappings", {})]:
        assert b.maria.refused(op, **args).code == "forbidden"


def test_the_work_queue_has_what_waits(b):
    made = b.invoice()
    found, _ = candidates(b, 1000, made["number"])
    rows = [w for w in b.admin.ask("queue.get", limit=100)["work"] if w["job"] == "bank"]
    [row] = [w for w in rows if w["id"] == found["id"]]
    assert row["subject"] == "statement" and row["amount"]["amount"] == 1000 and made["number"] in row["text"]


# --- how a CSV file is read ------------------------------------------------------------------------------------------------------------
def test_mappings_are_kept_by_name(b):
    mapping = {"name": "My bank", "date_column": "Buchungstag", "amount_column": "Betrag", "text_column": "Verwendungszweck"}
    kept = b.admin.ask("bank.mapping_set", mapping=mapping)["mapping"]
    again = b.admin.ask("bank.mapping_set", mapping={**mapping, "name": "my BANK", "skip": 2})["mapping"]
    assert again["id"] == kept["id"]
    assert [(m["name"], m["skip"]) for m in b.admin.ask("bank.mappings")["mappings"]] == [("my BANK", 2)]
    for change, field in [({"date_order": "dym"}, "mapping.date_order"), ({"amount_column": ""}, "mapping.amount_column"),
                          ({"credit_column": "Haben"}, "mapping.amount_column"), ({"currency": "EUX"}, "mapping.currency")]:
        refusal = b.admin.refused("bank.mapping_set", mapping={**mapping, **change})
        assert (refusal.code, refusal.field) == ("invalid", field)
    b.admin.ask("bank.mapping_remove", mapping=kept["id"])
    assert b.admin.ask("bank.mappings")["mappings"] == []
