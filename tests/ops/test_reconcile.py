"""The books, the gateways and the bank side by side (E15): exact sums, and each seeded difference listed with its record, once."""
import secrets

import pytest

from ctl import Ctl
from daemon import Daemon, days, money, wait_until
from stripe_double import Stripe
from stripe_portal import LOCAL, Portal
from test_bank_statements import Business, entry

GOOD = {"card_number": "4242424242424242", "card_expiry": "12/40", "card_code": "123"}


class Seeded(Business):
    """A business with one of each difference with the bank; and what it should come to."""
    def __init__(self, d):
        super().__init__(d)
        self.exact, self.waits, self.aside = self.invoice("10"), secrets.token_hex(4), secrets.token_hex(4)
        self.bring(entry(1000, reference=self.reference(self.exact)), entry(700, self.waits), entry(33, self.aside), entry(-250, "rent"))
        [line_] = [l for l in self.lines() if l.get("text") == self.aside]
        self.admin.ask("bank.ignore", line=line_["id"], reason="interest")
        self.unseen = self.record("5")
        self.cash = self.record("2", mode="cash")
        self.gone = self.record("9", date=days(-40))  # of other days; its money is taken back in these
        returned = self.gone["allocations"][0]["invoice"]
        self.bring({**entry(-900, "RETURN", reference=self.reference({"id": returned})), "returned": True, "return_reason": "MD06"})

    def record(self, price, mode="bank_transfer", **more):
        made = self.invoice(price)
        return self.admin.ask("payment.record", customer=self.customer, mode=mode, parts=[{"invoice": made["id"]}], **{"date": days(-1), **more})["payment"]

    def report(self, **more):
        return self.admin.ask("report.reconcile", **{"from": days(-3), "until": days(0), **more})


@pytest.fixture(scope="module")
def b(d):
    return Seeded(d)


def source(report, name):
    return next(s for s in report["sources"] if s["source"] == name)


def adds_up(report):
    """What is listed of each source is its difference."""
    for s in report["sources"]:
        if s["told"]:
            rows = [r for r in report["differences"] if r["source"] == s["source"]]
            assert sum(r["difference"]["amount"] for r in rows) == s["difference"]["amount"] == s["here"]["amount"] - s["there"]["amount"]
    assert report["total"] == len(report["differences"])


def test_each_difference_with_the_bank_is_listed_with_its_record(b):
    report = b.report(limit=100)
    adds_up(report)
    bank = source(report, "bank")
    assert (bank["here"]["amount"], bank["there"]["amount"], bank["count"], bank["there_count"]) == (1500, 800, 2, 3)
    assert "EUR 0.33 set aside" in bank["note"]
    found = {r["kind"]: r for r in report["differences"]}
    assert set(found) == {"waits", "no_line", "day"} and report["total"] == 3
    assert found["no_line"]["payment"] == b.unseen["id"] and found["no_line"]["difference"]["amount"] == 500
    assert found["waits"]["there"]["amount"] == 700 and b.admin.ask("bank.line", line=found["waits"]["line"])["line"]["text"] == b.waits
    assert found["day"]["payment"] == b.gone["id"] and found["day"]["there"]["amount"] == -900
    cash = source(report, "cash")
    assert cash["here"]["amount"] == 200 and not cash.get("told")


def test_over_all_its_days_what_was_taken_back_comes_out_even(b):
    kinds = [r["kind"] for r in b.report(**{"from": days(-60)})["differences"]]
    assert sorted(kinds) == ["day", "no_line", "waits"]  # its money never came on a statement, only went
    assert b.report(**{"from": days(-60), "until": days(-30)})["differences"] == []


def test_pages_come_one_after_the_other_and_are_bounded(b):
    all_ = b.report(limit=100)["differences"]
    seen, after = [], ""
    while True:
        page = b.report(limit=1, **({"after": after} if after else {}))
        seen += page["differences"]
        after = page.get("next")
        if not after:
            break
    assert seen == all_
    assert b.admin.refused("report.reconcile", after="x").field == "after"


@pytest.mark.parametrize("args, field", [({"from": days(1), "until": days(0)}, "until"), ({"currency": "EUX"}, "currency"), ({"month": 202613}, "month")])
def test_what_is_asked_wrong_is_named(b, args, field):
    refusal = b.admin.refused("report.reconcile", **args)
    assert (refusal.code, refusal.field) == ("invalid", field)


def test_another_currency_is_apart_and_customers_see_nothing(b):
    usd = b.report(currency="USD")
    assert usd["differences"] == [] and source(usd, "bank")["here"] == {"amount": 0, "currency": "USD"}
    assert b.maria.refused("report.reconcile").code == "forbidden"
    assert b.admin.ask("report.reconcile", month=int(days(0)[:4] + days(0)[5:7]))["until"][:7] == days(0)[:7]


def test_the_program_prints_it(b):
    ctl = Ctl(b.d, session="reconcile").login(b.d.email)
    words = ["--from", days(-3), "--until", days(0)]
    rows = ctl.run("reconcile", *words, "--csv").stdout.strip().splitlines()
    assert len(rows) == 4 and rows[0].startswith('"kind","source","date"')
    assert ctl.json("reconcile", *words)["total"] == 3
    shown = ctl.run("reconcile", *words).stdout
    assert "no_line" in shown and "bank" in shown


# --- gateways ---------------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def sandbox():
    with Daemon(sandbox=True) as d:
        yield Business(d)


def ledger(d):
    return d.data / "sandbox.ledger"


def test_the_sandbox_is_compared_charge_by_charge(sandbox):
    b = sandbox
    paid = [b.maria.ask("payment.pay", parts=[{"invoice": b.invoice(p)["id"]}], expect=money(p), **GOOD)["payment"] for p in ("10", "20", "30", "40")]
    for p in paid:
        wait_until(lambda p=p: b.admin.ask("payment.get", payment=p["id"])["payment"]["state"] == "succeeded", what="the gateway's word")
    report = b.admin.ask("report.reconcile")
    adds_up(report)
    assert report["differences"] == [] and source(report, "sandbox")["there"]["amount"] == source(report, "sandbox")["here"]["amount"] == 10000
    b.d.stop()
    lines = ledger(b.d).read_text().splitlines(keepends=True)
    amounts = {"1000": lambda l: "", "2000": lambda l: l.replace(" 2000 ", " 1999 "), "3000": lambda l: l.replace("succeeded", "failed")}
    ledger(b.d).write_text("".join(amounts.get(l.split()[3], lambda l: l)(l) if l.startswith("charge") else l for l in lines))
    b.d.start()
    b.admin = b.d.sign_in()
    report = b.admin.ask("report.reconcile")
    adds_up(report)
    found = {r["payment"]: (r["kind"], r["difference"]["amount"]) for r in report["differences"]}
    assert found == {paid[0]["id"]: ("not_there", 1000), paid[1]["id"]: ("amount", 1), paid[2]["id"]: ("not_paid_there", 3000)}


def test_stripe_is_asked_for_what_it_took(tmp_path):
    with Daemon(**LOCAL, sandbox=False) as d, Stripe(d.temp) as s:
        p = Portal(d, s)
        made = [p.pay(p.invoice(price)) for price in ("10", "20", "30", "40")]
        for m in made[:3]:
            s.pay(m["gateway_id"])
            p.settled(m)
        report = p.admin.ask("report.reconcile")
        adds_up(report)
        assert report["differences"] == [] and source(report, "stripe")["there"] == {"amount": 6000, "currency": "EUR"}
        with s.lock:
            sessions = s.state["sessions"]
            sessions[made[0]["gateway_id"]]["amount_total"] = 999
            sessions[made[1]["gateway_id"]]["payment_status"] = "unpaid"
            del sessions[made[2]["gateway_id"]]
            sessions[made[3]["gateway_id"]].update(payment_status="paid", status="complete")
            strange = s.new("sessions", "cs_test_", object="checkout.session", status="complete", payment_status="paid", mode="payment",
                            client_reference_id="other", amount_total=77, currency="eur", payment_intent=None, url=None)
            s.new("sessions", "cs_test_", object="checkout.session", status="complete", payment_status="paid", mode="payment",
                  client_reference_id="dollars", amount_total=77, currency="usd", payment_intent=None, url=None)
        report = p.admin.ask("report.reconcile")
        adds_up(report)
        found = {r.get("payment"): (r["kind"], r["difference"]["amount"]) for r in report["differences"]}
        assert found == {made[0]["id"]: ("amount", 1), made[1]["id"]: ("not_paid_there", 2000), made[2]["id"]: ("not_there", 3000),
                         made[3]["id"]: ("not_paid_here", -4000), None: ("not_here", -77)}
        assert next(r for r in report["differences"] if r["kind"] == "not_here")["gateway_id"] == strange["id"]
        s.close()
        report = p.admin.ask("report.reconcile")
        stripe = source(report, "stripe")
        assert not stripe.get("told") and "could not be asked" in stripe["note"] and stripe["here"]["amount"] == 6000
        assert all(r["source"] != "stripe" for r in report["differences"])


def test_many_pages_at_the_gateway_are_all_read():
    with Daemon(**LOCAL, sandbox=False) as d, Stripe(d.temp) as s:
        p = Portal(d, s)
        with s.lock:
            for i in range(250):
                s.new("sessions", "cs_test_", object="checkout.session", status="complete", payment_status="paid", mode="payment",
                      client_reference_id=f"o{i}", amount_total=i + 1, currency="eur", payment_intent=None, url=None)
        report = p.admin.ask("report.reconcile")
        assert report["total"] == 250 and source(report, "stripe")["there"]["amount"] == 250 * 251 // 2
