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
