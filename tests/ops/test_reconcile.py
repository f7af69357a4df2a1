"""The books, the gateways and the bank side by side (E15): exact sums, and each seeded difference listed with its record, once."""
import secrets

import pytest

from ctl import Ctl
from daemon import Daemon, days, money, wait_until
from stripe_double import Fault, Stripe
from stripe_portal import HOME, LOCAL, Portal, set_stripe
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
        self.admin.ask("bank.match", line=self.lines(state="waiting", limit=100)[0]["id"], payment=self.gone["id"])

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


# --- what went back ---------------------------------------------------------------------------------------------------------------------
def give_back(admin, payment, cents):
    """Through the gateway that took it, of a payment whose invoice is let go of first."""
    made = admin.ask("refund.make", payment=payment["id"], through=payment["id"], amount={"amount": cents, "currency": "EUR"})["refund"]
    return wait_until(lambda: (r := admin.ask("refund.get", refund=made["id"])["refund"])["state"] == "succeeded" and r, what="the refund")


def credited(admin, payment):
    for part in admin.ask("payment.get", payment=payment["id"])["payment"]["allocations"]:
        admin.ask("credit.unapply", payment=payment["id"], invoice=part["invoice"])


def test_what_the_sandbox_gave_back_is_compared_refund_by_refund(sandbox):
    b = sandbox
    paid = b.maria.ask("payment.pay", parts=[{"invoice": b.invoice("100")["id"]}], expect=money("100"), **GOOD)["payment"]
    wait_until(lambda: b.admin.ask("payment.get", payment=paid["id"])["payment"]["state"] == "succeeded", what="the gateway's word")
    credited(b.admin, paid)
    back = [give_back(b.admin, paid, cents) for cents in (100, 200, 400, 800)]
    report = b.admin.ask("report.reconcile")
    adds_up(report)
    refunds = source(report, "sandbox refunds")
    assert report["differences"] == [] and refunds["here"]["amount"] == refunds["there"]["amount"] == 1500 and refunds["count"] == refunds["there_count"] == 4
    b.d.stop()
    lines = ledger(b.d).read_text().splitlines(keepends=True)
    amounts = {"100": lambda l: "", "200": lambda l: l.replace(" 200 ", " 199 "), "400": lambda l: l.replace("succeeded", "failed")}
    ledger(b.d).write_text("".join(amounts.get(l.split()[4], lambda l: l)(l) if l.startswith("refund") else l for l in lines))
    b.d.start()
    b.admin = b.d.sign_in()
    report = b.admin.ask("report.reconcile")
    adds_up(report)
    found = {r["refund"]: (r["kind"], r["difference"]["amount"]) for r in report["differences"]}
    assert found == {back[0]["id"]: ("not_there", 100), back[1]["id"]: ("amount", 1), back[2]["id"]: ("not_paid_there", 400)}
    assert {r["source"] for r in report["differences"]} == {"sandbox refunds"} and report["differences"][0]["number"] == back[0]["number"]


def test_what_stripe_gave_back_is_compared_with_the_refunds_here():
    with Daemon(**LOCAL, sandbox=False) as d, Stripe(d.temp) as s:
        p = Portal(d, s)
        made = p.pay(p.invoice("100"))
        s.pay(made["gateway_id"])
        credited(p.admin, p.settled(made))
        back = [give_back(p.admin, made, cents) for cents in (100, 200, 400, 800)]
        assert p.admin.ask("report.reconcile")["differences"] == []
        with s.lock:
            refunds = s.state["refunds"]
            refunds[back[0]["gateway_id"]]["amount"] = 99
            refunds[back[1]["gateway_id"]].update(status="failed")
            del refunds[back[2]["gateway_id"]]
            s.new("refunds", "re_", object="refund", status="succeeded", payment_intent="pi_other", amount=77, currency="eur", metadata={})
            s.new("refunds", "re_", object="refund", status="failed", payment_intent="pi_other", amount=78, currency="eur", metadata={})
            s.new("refunds", "re_", object="refund", status="succeeded", payment_intent="pi_other", amount=79, currency="usd", metadata={})
        report = p.admin.ask("report.reconcile")
        adds_up(report)
        found = {r.get("refund"): (r["kind"], r["difference"]["amount"]) for r in report["differences"]}
        assert found == {back[0]["id"]: ("amount", 1), back[1]["id"]: ("not_paid_there", 200), back[2]["id"]: ("not_there", 400), None: ("not_here", -77)}


# --- payouts ----------------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def paid_out():
    with Daemon(**LOCAL, sandbox=False) as d, Stripe(d.temp) as s:
        b = Business(d)
        set_stripe(b.admin, s.secret, success_url=HOME, api=s.url)
        b.s = s
        yield b


def reported(b):
    report = b.admin.ask("report.reconcile", **{"from": days(-10), "until": days(0)})
    adds_up(report)
    return report


def test_a_line_of_the_bank_is_explained_by_what_its_payout_is_made_of(paid_out):
    b = paid_out
    parts = [("charge", 10000, 320), ("payment", 5000, 100), ("refund", -2000, 0), ("stripe_fee", -30, 0), ("adjustment", -500, 1500), ("refund_failure", 50, 0)]
    id_ = b.s.pay_out(days(-3), *parts)
    b.bring(entry(10600, "STRIPE PAYOUT X", name="Stripe Technology Europe"), entry(700, "somebody"))
    report = reported(b)
    [payout] = report["payouts"]
    amounts = {name: payout[name]["amount"] for name in ("amount", "charged", "fees", "back", "other", "rest", "arrived", "difference")}
    assert amounts == {"amount": 10600, "charged": 15000, "fees": 1950, "back": 1950, "other": -500, "rest": 0, "arrived": 10600, "difference": 0}
    assert (payout["id"], payout["gateway"], payout["state"], payout["date"]) == (id_, "stripe", "paid", days(-3))
    assert b.admin.ask("bank.line", line=payout["line"])["line"]["text"] == "STRIPE PAYOUT X"
    payouts = source(report, "stripe payouts")
    assert payouts["here"]["amount"] == payouts["there"]["amount"] == 10600 and payouts["count"] == payouts["there_count"] == 1
    assert [(r["kind"], r["there"]["amount"]) for r in report["differences"]] == [("waits", 700)]  # the payout is no payment that waits for its payer
    b.admin.ask("bank.ignore", line=payout["line"], reason="payout")
    report = reported(b)
    assert report["payouts"][0]["line"] == payout["line"] and "set aside" not in source(report, "bank").get("note", "")


def test_a_payout_and_its_line_that_differ_are_said_with_the_difference(paid_out):
    b = paid_out
    short = b.s.pay_out(days(-5), ("charge", 10000, 300))  # the bank says less
    rest = b.s.pay_out(days(-4), ("charge", 4000, 100), amount=3800)  # it paid out less than its parts
    unseen = b.s.pay_out(days(-3), ("charge", 2000, 60))  # it never arrived
    by_hand = b.s.pay_out(days(-2), amount=1234, automatic=False)  # of what it is made is not told
    b.s.pay_out(days(-2), ("charge", 900, 0), status="failed")
    b.s.pay_out(days(0), ("charge", 800, 0), status="in_transit")
    b.s.pay_out(days(-2), ("charge", 700, 0), currency="usd")
    b.bring(entry(9650, "STRIPE", -5), entry(3800, "STRIPE", -4), entry(1234, "STRIPE", -2), entry(55, "stripe, of nobody knows what", -1),
            entry(61, "Stripes and dots Ltd", -1))
    report = reported(b)
    told = {p["id"]: p for p in report["payouts"]}
    assert (told[short]["difference"]["amount"], told[short]["rest"]["amount"]) == (-50, 0)
    assert (told[rest]["difference"]["amount"], told[rest]["rest"]["amount"]) == (-100, -100)
    assert "line" not in told[unseen] and "charged" not in told[by_hand] and told[by_hand]["difference"]["amount"] == 0
    assert sorted(p["state"] for p in report["payouts"]) == ["failed", "paid", "paid", "paid", "paid", "pending"]
    rows = {(r["kind"], r.get("gateway_id")): r["difference"]["amount"] for r in report["differences"] if r["source"] == "stripe payouts"}
    assert rows == {("amount", short): -50, ("amount", rest): -100, ("no_line", unseen): -1940, ("not_there", None): 55}
    assert [r["there"]["amount"] for r in report["differences"] if r["source"] == "bank"] == [61]


def test_a_payout_of_before_explains_a_line_of_the_first_day_and_many_parts_are_all_read(paid_out):
    b = paid_out
    b.s.pay_out(days(-12), *[("charge", 100, 3)] * 250)
    b.bring(entry(250 * 97, "STRIPE", -9))
    report = reported(b)
    assert report["differences"] == [] and report["payouts"][0]["charged"]["amount"] == 25000 and report["payouts"][0]["fees"]["amount"] == 750
    b.s.faults.append(Fault("GET", "/v1/payouts", 500, times=9))
    report = reported(b)
    assert "could not be asked" in source(report, "stripe")["note"] and [r["kind"] for r in report["differences"]] == ["waits"] and not report.get("payouts")


def test_what_a_gateway_collects_is_a_line_that_went_out(paid_out):
    b = paid_out
    owed = b.s.pay_out(days(-3), ("charge", 1000, 50), ("refund", -5000, 0))
    assert [(r["kind"], r["gateway_id"], r["difference"]["amount"]) for r in reported(b)["differences"]] == [("no_line", owed, 4050)]
    b.bring(entry(-4050, "STRIPE", -3))
    report = reported(b)
    assert report["differences"] == [] and report["payouts"][0]["arrived"]["amount"] == -4050


def test_the_sandbox_pays_each_charge_out_the_day_after_less_its_fee(sandbox):
    """And takes what goes back: with the lines that a statement would show all of it comes out even; a line that is short is a difference."""
    b = sandbox
    paid = [b.maria.ask("payment.pay", parts=[{"invoice": b.invoice(p)["id"]}], expect=money(p), **GOOD)["payment"] for p in ("100", "33.33")]
    for p in paid:
        wait_until(lambda p=p: b.admin.ask("payment.get", payment=p["id"])["payment"]["state"] == "succeeded", what="the gateway's word")
    credited(b.admin, paid[0])
    give_back(b.admin, paid[0], 4000)
    report = b.admin.ask("report.reconcile")
    assert report["differences"] == [] and not report.get("payouts")  # nothing is expected on a statement before the day after
    b.bring(entry(9850, "SANDBOX PAYOUT", 0), entry(-4000, "SANDBOX PAYOUT", 0), entry(3183, "SANDBOX PAYOUT", 0), until=days(0))
    report = b.admin.ask("report.reconcile")
    adds_up(report)
    told = {p["amount"]["amount"]: p for p in report["payouts"]}
    assert set(told) == {9850, 3283, -4000} and all(p["state"] == "pending" and p["date"] == days(1) for p in told.values())
    assert (told[9850]["charged"]["amount"], told[9850]["fees"]["amount"], told[9850]["rest"]["amount"]) == (10000, 150, 0)
    assert (told[3283]["fees"]["amount"], told[-4000]["back"]["amount"]) == (50, 4000)
    assert told[9850]["statement"] == f"SANDBOX PAYOUT {told[9850]['id']}"
    [differs] = report["differences"]
    assert (differs["kind"], differs["source"], differs["difference"]["amount"], differs["says"]) == ("amount", "sandbox payouts", -100, "payout differs")
    late = b.admin.ask("report.reconcile", **{"from": days(1), "until": days(2)})
    adds_up(late)
    assert late["differences"] == []  # the lines are of the day before


@pytest.mark.parametrize("id_", ["po_1&limit=1", "po_1/cancel", "../refunds", "po_" + "x" * 300])
def test_a_payout_or_row_whose_name_is_none_is_not_asked_about(paid_out, id_):
    b = paid_out
    def rename(kind, old):
        with b.s.lock:
            row = b.s.state[kind].pop(old)
            b.s.state[kind][id_] = {**row, "id": id_}
    rename("payouts", b.s.pay_out(days(-3), ("charge", 1000, 50)))
    report = reported(b)
    assert "no name" in source(report, "stripe")["note"] and not report.get("payouts")
    with b.s.lock:
        b.s.state["payouts"].clear()
        rows = [b.s.new("sessions", "cs_test_", object="checkout.session", status="complete", payment_status="paid", mode="payment",
                        client_reference_id=f"o{i}", amount_total=1, currency="eur", payment_intent=None, url=None) for i in range(101)]
    rename("sessions", rows[1]["id"])  # the last of the first page
    assert "no name" in source(reported(b), "stripe")["note"]
    with b.s.lock:
        b.s.state["sessions"].pop(rows[0]["id"])
    report = b.admin.ask("report.reconcile", limit=100)  # the page is the last now: it is told, without a name
    assert source(report, "stripe")["told"] and sum("gateway_id" not in r or not r["gateway_id"] for r in report["differences"]) == 1
    assert all("cancel" not in r["path"] and id_ not in r["query"] for r in b.s.requests)
