"""Money that arrives in another currency is taken for what staff say, never for what anybody guesses; what arrived, rate and source stay on record."""
import pytest

from daemon import add_customer, days, line, money, open_portal
from ctl import Ctl
from test_journal import PROGRAMS, run

COUNT = iter(range(1000))


@pytest.fixture
def owed(d, admin):
    """A customer who pays in euro, and an invoice of 100.00 EUR."""
    mail = f"rate{next(COUNT)}@rate.test"
    customer, contact = add_customer(admin, "Rate", mail, person="Rita")
    invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="100")]})["invoice"]
    return customer, invoice, open_portal(d, admin, contact, mail)


def whole(d):
    assert d.client().ask("system.check")["problems"] == []


def test_both_amounts_or_the_rate_or_it_is_refused(d, admin, owed):
    customer, invoice, client = owed
    parts = [{"invoice": invoice["id"]}]
    usd = money("110", "USD")
    for given, code, field in [({"amount": usd}, "currency", "amount"), ({"received": usd}, "currency", "amount"),
                               ({"received": money("1"), "amount": money("1")}, "currency", "received"), ({"received": money("0", "USD"), "rate": "1"}, "invalid", "received"),
                               ({"received": usd, "rate": "0,9"}, "invalid", "rate"), ({"received": usd, "rate": "0"}, "invalid", "rate"),
                               ({"amount": money("1"), "rate": "0.9"}, "invalid", "rate"), ({"received": usd, "rate": "0.9", "amount": money("99.01")}, "invalid", "rate")]:
        refused = admin.refused("payment.record", customer=customer, mode="bank_transfer", parts=parts, **given)
        assert (refused.code, refused.field) == (code, field), given
    paid = admin.ask("payment.record", customer=customer, mode="bank_transfer", parts=parts, received=usd, rate="0.9234", rate_source="ECB of 27 November")["payment"]
    assert (paid["amount"], paid["unused"]["amount"]) == (money("101.57"), 157)
    seen = client.ask("payment.get", payment=paid["id"])["payment"]
    assert seen["exchange"] == {"received": usd, "rate": "0.9234", "source": "ECB of 27 November"}
    both = admin.ask("payment.record", customer=customer, mode="cash", received=money("5000", "JPY"), amount=money("30.90"))["payment"]
    assert both["exchange"]["received"] == money("5000", "JPY") and "rate" not in both["exchange"]
    whole(d)


@pytest.mark.parametrize("form", PROGRAMS)
def test_the_journals_have_what_arrived_at_what_it_was_taken_for(d, admin, owed, tmp_path, form):
    customer, invoice, _ = owed
    admin.ask("payment.record", customer=customer, mode="bank_transfer", parts=[{"invoice": invoice["id"]}], received=money("110", "USD"), rate="0.9234")
    path = tmp_path / f"all.{form}"
    path.write_text(Ctl(d, session="rates").login(d.email).run("export", form).stdout)
    assert ("110.00 USD @@ 101.57 EUR" if form == "beancount" else "USD 110.00 @@ EUR 101.57") in path.read_text()
    for command in PROGRAMS[form]:
        done = run(command, path)
        assert done.returncode == 0, done.stderr + path.read_text()
        path.write_text(path.read_text().replace("EUR 101.57", "EUR 101.58").replace("101.57 EUR", "101.58 EUR", 1))
        assert run(command, path).returncode != 0


def test_a_line_of_a_bank_in_another_currency_is_booked_as_staff_say(d, admin, owed):
    customer, invoice, client = owed
    usd = {"amount": 11000, "currency": "USD"}
    admin.ask("bank.import", lines=[{"date": days(-1), "amount": usd, "text": invoice["number"], "name": "Rate"}], statement={
        "account": "DE89370400440532013000", "currency": "USD", "until": days(-1), "number": str(next(COUNT)), "opening": {"amount": 0, "currency": "USD"}, "closing": usd})
    row, = (x for x in admin.ask("bank.lines", state="waiting")["lines"] if x["amount"] == usd)
    given = {"line": row["id"], "customer": customer, "parts": [{"invoice": invoice["id"]}]}
    refused = admin.refused("bank.match", **given)
    assert (refused.code, refused.field) == ("currency", "amount")
    assert admin.refused("bank.match", **given, rate="1.2.3").field == "rate"
    paid = admin.ask("bank.match", **given, amount=money("101"), rate_source="the bank")["payment"]
    assert (paid["amount"], paid["exchange"]) == (money("101"), {"received": usd, "source": "the bank"})
    assert client.ask("invoice.get", invoice=invoice["id"])["invoice"]["status"] == "paid"
    whole(d)


def test_a_line_in_another_currency_waits_with_its_invoice_and_what_is_due_of_it(d, admin, owed):
    customer, invoice, client = owed
    account, payer = "IE29AIBK93115212345678", "FR1420041010050500013M02606"
    bring = dollars(admin, account)
    rf = str(invoice["id"]) + "271500"
    rf = f"RF{98 - int(rf) % 97:02d}{invoice['id']}"
    for why, given in (("number", {"text": f"for {invoice['number']}"}), ("reference", {"reference": rf, "iban": payer})):
        waits = bring(11000, **given)
        [found] = admin.ask("bank.line", line=waits["id"])["candidates"]
        assert (found["why"], found["customer"], found["due"], found["parts"][0]["invoice"]) == (why, customer, money("100"), invoice["id"])
        assert "rest" not in found and "charges" not in found and "EUR 100.00 is due: say what the line is taken for" in found["text"]
        [work] = [w for w in admin.ask("queue.get", limit=100)["work"] if w["job"] == "bank" and w["id"] == waits["id"]]
        assert invoice["number"] in work["text"] and invoice["state"] == "open"
        parts = [{"invoice": p["invoice"]} for p in found["parts"]]
        refused = admin.refused("bank.match", line=waits["id"], parts=parts)
        assert (refused.code, refused.field) == ("currency", "amount")
    paid = admin.ask("bank.match", line=waits["id"], parts=parts, amount=money("60"), rate_source="the bank")["payment"]
    assert paid["exchange"]["received"] == money("110", "USD") and client.ask("invoice.get", invoice=invoice["id"])["invoice"]["balance"] == money("40")
    more = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="7")]})["invoice"]
    waits = bring(900, text="hello", iban=payer)  # who paid from there before
    found = admin.ask("bank.line", line=waits["id"])["candidates"]
    assert {(c["why"], c["parts"][0]["invoice"], c["due"]["amount"]) for c in found} == {("payer", invoice["id"], 4000), ("payer", more["id"], 700)}
    admin.ask("bank.match", line=waits["id"], parts=[{"invoice": more["id"]}], rate="0.9")
    assert client.ask("invoice.get", invoice=more["id"])["invoice"]["status"] == "paid"
    whole(d)


def dollars(admin, account):
    """Brings statements in dollars of one account, a line each; the line."""
    balance = [0]

    def bring(cents, took_back=False, **given):
        usd = {"amount": cents, "currency": "USD"}
        out = admin.ask("bank.import", lines=[{"date": days(-1), "amount": usd, **given}], statement={
            "account": account, "currency": "USD", "until": days(-1), "number": str(next(COUNT)),
            "opening": {**usd, "amount": balance[0]}, "closing": {**usd, "amount": balance[0] + cents}})
        balance[0] += cents
        assert (out["booked"], out["waiting"], out["took_back"]) == (0, not took_back, took_back)
        [row] = admin.ask("bank.lines", statement=out["statement"]["id"])["lines"]
        return row
    return bring


def test_what_is_missing_is_no_charge_of_a_bank_where_the_currencies_differ(d, admin, owed):
    """95 dollars of 100 euro: 5 of what? They were taken for euro, and the books did not add up."""
    customer, invoice, _ = owed
    b = admin.ask("settings.get")["business"]
    admin.ask("settings.update", business={"revision": b["revision"], "charges_most": money("50", "USD")})
    admin.ask("bank.import", lines=[{"date": days(-1), "amount": money("95", "USD"), "text": "charged", "name": "Rate"}],
              statement={"account": "IE64IRCE92050112345678", "currency": "USD", "until": days(-1), "number": str(next(COUNT)),
                         "opening": {"amount": 0, "currency": "USD"}, "closing": money("95", "USD")})
    waits = next(x for x in admin.ask("bank.lines", state="waiting")["lines"] if x["text"] == "charged")
    for taken in ({"amount": money("60")}, {"rate": "0.9"}):
        refused = admin.refused("bank.match", line=waits["id"], parts=[{"invoice": invoice["id"]}], charges=money("5", "USD"), **taken)
        assert (refused.code, refused.field) == ("currency", "charges")
    whole(d)


def account(n):
    bban = f"37040044{n:010d}"
    return f"DE{98 - int(bban + '131400') % 97:02d}{bban}"


def reference_of(invoice):
    text = str(invoice["id"]) + "271500"
    return f"RF{98 - int(text) % 97:02d}{invoice['id']}"


def in_dollars(admin, customer, **more):
    return admin.ask("report.reconcile", **{"from": days(-1), "until": days(-1), "currency": "USD", "limit": 100, **more})


def test_what_arrived_in_another_currency_is_compared_with_the_bank_as_it_arrived(d, admin, owed):
    customer, invoice, _ = owed
    bring = dollars(admin, account(1))
    waits = bring(12300, text="compared", name="Rate")
    euro = in_dollars(admin, customer, currency="EUR")
    assert [r["kind"] for r in in_dollars(admin, customer)["differences"] if r.get("line") == waits["id"]] == ["waits"]
    paid = admin.ask("bank.match", line=waits["id"], parts=[{"invoice": invoice["id"]}], amount=money("100"), rate_source="the bank")["payment"]
    usd = in_dollars(admin, customer)
    assert [r for r in usd["differences"] if r.get("line") == waits["id"] or r.get("payment") == paid["id"]] == []
    assert in_dollars(admin, customer, currency="EUR") == euro  # it is of no matter there
    cash = admin.ask("payment.record", customer=customer, mode="cash", received=money("7", "CAD"), amount=money("5"), date=days(-1))["payment"]
    assert cash["amount"] == money("5")
    sources = {s["source"]: s["here"] for s in in_dollars(admin, customer, currency="CAD")["sources"]}
    assert sources["cash"] == money("7", "CAD")


@pytest.mark.parametrize("taken, by_itself", [(11000, True), (11250, False)])
def test_what_arrived_in_another_currency_is_taken_back_in_that_one(d, admin, owed, taken, by_itself):
    """It had come to 101 euro: the bank takes the dollars, and what they were taken for is due again."""
    customer, invoice, client = owed
    payer = "FR1420041010050500013M02606"
    bring = dollars(admin, account(taken))
    waits = bring(11000, reference=reference_of(invoice), iban=payer)
    paid = admin.ask("bank.match", line=waits["id"], parts=[{"invoice": invoice["id"]}], amount=money("100"))["payment"]
    back = bring(-taken, took_back=by_itself, text="RETURN", reference=reference_of(invoice), returned=True, iban=payer, return_reason="AM04")
    if not by_itself:
        [found] = admin.ask("bank.line", line=back["id"])["candidates"]
        assert (found["payment"], found["charges"]) == (paid["id"], {"amount": 250, "currency": "USD"}) and "USD 2.50 beside it" in found["text"]
        back = admin.ask("bank.match", line=back["id"], payment=paid["id"])["line"]
    assert (back["state"], back["payment"]) == ("took_back", paid["id"])
    assert client.ask("payment.get", payment=paid["id"])["payment"]["state"] == "reversed"
    assert client.ask("invoice.get", invoice=invoice["id"])["invoice"]["balance"] == money("100")
    whole(d)


def test_less_than_arrived_or_another_currency_takes_nothing_back(d, admin, owed):
    customer, invoice, _ = owed
    bring = dollars(admin, account(2))
    waits = bring(11000, text="less")
    paid = admin.ask("bank.match", line=waits["id"], parts=[{"invoice": invoice["id"]}], amount=money("100"))["payment"]
    back = bring(-10999, text=invoice["number"], returned=True)
    assert not admin.ask("bank.line", line=back["id"]).get("candidates")
    refused = admin.refused("bank.match", line=back["id"], payment=paid["id"])
    assert (refused.code, refused.field) == ("invalid", "payment") and "USD 110.00" in refused.message and "USD 109.99" in refused.message
