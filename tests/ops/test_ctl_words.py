"""posternctl for people: words, what was meant by a word that there is not, errors for programs, help that fits a terminal."""
import json
import os
import subprocess

import pytest

from ctl import PROGRAM, Ctl
from daemon import line, money
from northwind import ANA, MARIA, VISA, Northwind
from stranger import NOBODY
from wcwidth import wcswidth

CARD = "\n".join((VISA["card_number"], VISA["card_expiry"], VISA["card_code"])) + "\n"


@pytest.fixture(scope="module")
def business():
    with Northwind() as d:
        yield d


@pytest.fixture(scope="module")
def ana(business):
    return Ctl(business, session="ana").login(ANA)


@pytest.fixture(scope="module")
def maria(business):
    return Ctl(business, session="maria").login(MARIA)


def split(text):
    """Words of which some have a blank in them, written as ~."""
    return [w.replace("~", " ") for w in text.split()]


# --- words -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words, same", [
    ("invoices", "invoice.list"),
    ("invoices --unpaid", "invoice.list status=unpaid"),
    ("invoices --overdue --limit 1", "invoice.list status=overdue limit=1"),
    ("invoices --from 2026-01-01 --sort=due --reverse", "invoice.list from=2026-01-01 sort=due reverse=true"),
    ("invoices unpaid total>1000", "invoice.list filter=unpaid~total>1000"),
    ("invoice.list --status paid", "invoice.list status=paid"),
    ("invoice INV-1 --peek", "invoice.get invoice=INV-1 peek=true"),
    ("estimates --open", "estimate.list status=open"),
    ("payments", "payment.list"),
    ("bell", "event.list bell=true"),
])
def test_both_sides_say_the_words_of_the_door(ana, maria, words, same):
    for who in (ana, maria):
        assert who.json(*words.split()) == who.json(*split(same))


def test_without_cards_pay_tells_how_it_is_paid_elsewhere():
    with Northwind(sandbox=False) as b:
        row = next(r for r in b.ana.ask("gateway.list")["gateways"] if r["name"] == "bank")
        maria = Ctl(b, session="maria").login(MARIA)
        assert "by bank transfer to IE29 AIBK" in maria.refused("pay", b.open["number"], code=None)
        Ctl(b, session="ana").login(ANA).run("gateway.set", "gateway=bank", f"settings.revision={row['settings']['revision']}",
                                             "settings.bank.holder=Northwind Paper Ltd", "settings.bank.iban=IE29 AIBK 9311 5212 3456 78")
        told = [b.maria.ask("invoice.get", invoice=made["id"], peek=True)["told"][0] for made in (b.open, b.large)]
        said = maria.run("pay", b.open["number"], b.large["number"]).stdout
        assert said == "".join(f"Bank transfer for {one['number']}\n" + "".join(f"  {f['label']:<12}{f['value']}\n" for f in one["facts"]) for one in told)
        begun = maria.json("pay", b.open["number"], "--part", "100")
        assert begun["elsewhere"] and begun["told"][0]["reference"] == told[0]["reference"] == begun["reference"]
        assert [f["value"] for f in begun["told"][0]["facts"] if f["label"] == "Amount"] == ["EUR 100.00"] and "EUR100.00" in begun["told"][0]["qr"]
        assert "revision" in maria.run("invoice", b.open["number"]).stdout and told[0]["reference"] in maria.run("invoice", b.open["number"]).stdout
        assert not b.ana.ask("payment.list", invoice=b.open["id"])["payments"]


def test_a_customer_pays_a_part_and_accepts(business, maria):
    one = business.invoice([line("Tape", "1", "120")], 10)
    shown = maria.refused("pay", one["number"], "--part", "50", input=CARD)
    assert "50.00 EUR of it" in shown and "Pay 50.00 EUR" in shown and "Nothing was paid" in shown
    paid = maria.json("pay", one["number"], "--part", "50", "--yes", input=CARD)["payment"]
    assert paid["amount"] == {"amount": 5000, "currency": "EUR"} and paid["state"] == "succeeded"
    assert maria.json("invoice", one["number"])["invoice"]["balance"] == {"amount": 7000, "currency": "EUR"}
    assert "overpaid" in maria.refused("pay", one["number"], "--part", "70.01", "--yes", input=CARD)
    assert "--part" in maria.refused("pay", one["number"], "INV-1", "--part", "1", "--yes", input=CARD)
    e = business.estimate([line("Pallets", "2", "10")])
    assert "--yes" in maria.refused("estimate", "accept", e["number"], "Maria Ruiz")
    assert maria.json("estimate", "accept", e["number"], "Maria Ruiz", "--yes")["estimate"]["state"] == "accepted"


def test_what_accepting_makes_due_is_said_before_and_after(business, maria):
    share = business.estimate([line("Pallets", "2", "100")], deposit_percent="30")
    shown = maria.refused("estimate", "accept", share["number"], "Maria Ruiz")
    assert "Deposit 60.00 EUR: 30 % of the total, due at once when it is accepted" in shown and "Nothing was accepted" in shown
    fixed = business.estimate([line("Pallets", "2", "100")], deposit_amount=money("50"), deposit_terms=True)
    done = maria.run("estimate", "accept", fixed["number"], "Maria Ruiz", "--yes")
    assert "Deposit 50.00 EUR: asked for when it is accepted, on the usual terms" in done.stderr
    deposit = business.maria.ask("estimate.get", estimate=fixed["id"])["estimate"]["deposit_invoice"]
    number = business.maria.ask("invoice.get", invoice=deposit, peek=True)["invoice"]["number"]
    assert f"{fixed['number']} is accepted.\n{number} asks for the deposit of 50.00 EUR.\n" in done.stderr
    again = maria.run("estimate", "accept", share["number"], "Maria Ruiz", "--revision", share["revision"], "--yes")
    assert "asks for the deposit of 60.00 EUR." in again.stderr
    plain = business.estimate([line("Pallets", "2", "10")])
    assert "eposit" not in maria.refused("estimate", "accept", plain["number"], "Maria Ruiz")


def test_the_daily_work_of_staff_has_words(business, ana):
    draft = ana.json("invoice.create", f"customer={business.bodega}", "document.lines.0.name=Tape", "document.lines.0.quantity=1", "document.lines.0.price=80")["invoice"]
    sent = ana.json("invoice", "send", f"id:{draft['id']}")["invoice"]
    assert sent["state"] == "open"
    copy = ana.json("invoice", "duplicate", sent["number"])["invoice"]
    assert ana.json("invoice", "delete", f"id:{copy['id']}") == {}
    paid = ana.json("record", str(business.bodega), "cash", "30.00 EUR", f"parts.0.invoice={sent['number']}", "parts.0.amount=30.00 EUR")["payment"]
    assert paid["amount"] == {"amount": 3000, "currency": "EUR"} and paid["mode"] == "cash"
    assert ana.json("invoice", "write-off", sent["number"], "Gone out of business")["invoice"]["state"] == "written_off"
    for words in (["customers"], ["customer", str(business.bodega)], ["outbox"], ["queue"], ["due"], ["items"], ["taxes"], ["staff"], ["tokens"]):
        ana.json(*words)
    mail = ana.json("outbox")["mails"][0]["id"]
    assert ana.json("mail", str(mail))["mail"]["id"] == mail
    assert ana.json("mail", "withdraw", str(mail))["mail"]["state"] == "withdrawn"
    assert ana.json("contact", "add", str(business.bodega), "Ines Vega", "ines@bodegasur.example")["contact"]["name"] == "Ines Vega"


# --- what was meant ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words, meant", [
    (["invocies"], "invoices"),
    (["custmer.list"], "customer.list"),
    (["invoices", "list"], None),
    (["event", "list"], "event.list"),
    (["logn"], "login"),
    (["help", "valeus"], "values"),
    (["invoices", "--unpayd"], "--unpaid"),
    (["invoices", "--statsu", "paid"], "--status"),
    (["--jsno", "invoices"], "--json"),
    (["invoice.list", "statsu=paid"], "status"),
    (["customer.create", "customer.nmae=x"], "name"),
    (["invoice.list", "status=overdeu"], "overdue"),
    (["xyzzyx"], None),
])
def test_what_was_meant_is_asked(ana, words, meant):
    said = ana.refused(*words) if words != ["invoices", "list"] else ana.run(*words).stderr
    assert ("did you mean " + meant + "?" in said) if meant else "did you mean" not in said, said


# --- errors for programs -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words, code, name, field", [
    (["--json", "invoice", "INV-999"], 3, "not_found", None),
    (["invoice.list", "status=lost", "--json"], 2, "invalid", "status"),
    (["--jsn", "--json", "invoices"], 2, "invalid", ""),
    (["--json", "nonsense"], 2, "unknown_operation", ""),
    (["--url", "ipc:///nowhere/socket", "--json", "system.health"], 6, "offline", ""),
    (["--json", "invoices", "--csv"], 2, "invalid", ""),
])
def test_with_json_an_error_is_one_object(ana, words, code, name, field):
    told = json.loads(ana.refused(*words, code=code))
    assert told["code"] == name and told["exit"] == code and told["message"] and told["retry_ms"] >= 0
    assert field is None or told["field"] == field


def test_with_json_what_nobody_agreed_to_is_told_alone(business, maria):
    one = business.invoice([line("Tape", "1", "12.50")], 10)
    told = json.loads(maria.refused("--json", "pay", one["number"], input=CARD))
    assert told["field"] == "--yes" and "--expect '12.50 EUR' --yes" in told["message"]
    e = business.estimate([line("Pallets", "2", "10")])
    assert "--revision 1 --yes" in json.loads(maria.refused("--json", "estimate", "accept", e["number"], "Maria"))["message"]


def test_an_error_that_was_told_to_wait_says_how_long(business, tmp_path):
    ctl = Ctl(business, session="nobody")
    for _ in range(60):
        told = ctl.run("--json", "session.sign_in", "portal=northwind", "email=slow@down.test", "password=-", input="wrong\n", code=None)
        got = json.loads(told.stderr)
        if got["code"] == "slow_down":
            break
    assert got["code"] == "slow_down" and got["retry_ms"] > 0 and told.returncode == 6


# --- where nobody answers ------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_socket_that_may_not_be_opened_is_said_to_be_there(business):
    os.chmod(business.temp, 0o755)
    shut = business.temp / "shut"
    shut.mkdir()
    path = business.url.removeprefix("ipc://")
    mode = os.stat(path).st_mode & 0o777
    program = business.temp / "posternctl"
    program.write_bytes(PROGRAM.read_bytes())
    program.chmod(0o755)

    def said(url):
        done = subprocess.run([program, "--url", url, "system.health"], user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, text=True,
                              timeout=60, env={"HOME": "/nonexistent", "PATH": os.environ["PATH"]}, cwd="/")
        assert done.returncode == 6, done
        return done.stderr
    os.chmod(path, 0o600)
    try:
        assert f"the socket is there, and you may not open it: {path}" in said(business.url)
    finally:
        os.chmod(path, mode)
    os.chmod(shut, 0o700)
    assert f"you may not look into the folder of the socket: {shut}/socket" in said(f"ipc://{shut}/socket")
    assert f"nothing answers at ipc://{business.temp}/none" in said(f"ipc://{business.temp}/none")


# --- help ----------------------------------------------------------------------------------------------------------------------
TOPICS = ["words", "operations", "options", "values", "profiles", "verbs", "exit"]


def test_help_begins_with_one_screen_and_goes_on_by_topic(ana):
    begin = ana.run("help").stdout
    assert len(begin.splitlines()) <= 24 and begin == ana.run("--help").stdout == ana.run().stdout
    assert all(f"\n  {topic} " in begin for topic in TOPICS)
    names = [o["name"] for o in ana.json("describe", "--local")["operations"]]
    operations = ana.run("help", "operations").stdout
    assert all(f"\n  {name} " in operations for name in names)
    for words in ([], *([t] for t in TOPICS), *([n] for n in names), ["import"], ["pay"], ["estimate", "accept"]):
        text = ana.run("help", *words).stdout.splitlines()
        assert text
        for row in text:  # an example of a command is one line, to be copied
            assert wcswidth(row) <= 80 or row.startswith("  posternctl "), (words, row)
    assert ana.run("help", "estimate", "accept").stdout == ana.run("help", "estimate.accept").stdout == ana.run("estimate", "accept", "--help").stdout


# --- answers for people --------------------------------------------------------------------------------------------------------
def test_answers_for_people_have_labels_and_nothing_of_the_machinery(ana):
    text = ana.run("invoice", "INV-1").stdout
    head = text.partition("lines (")[0]
    for word in ("rework", "frozen", "no_card", "waiting", "shipping_tax_percent", "state ", "customer  ", "_"):
        assert word not in head, (word, head)
    assert "customer name " in head and "status " in head and "balance " in head and "0.00 EUR" in head
    ageing = ana.run("customer.overview", "customer=1").stdout
    assert "1-30 days" in ageing and "days_30" not in ageing


# --- every operation that people do has a word -----------------------------------------------------------------------------------
def test_help_words_is_one_screen_and_topics_tell_literals_from_what_is_given(ana):
    text = ana.run("help", "words").stdout
    assert len(text.splitlines()) <= 24 and max(map(wcswidth, text.splitlines())) <= 80
    topics = [row.split()[0] for row in text.splitlines() if row.startswith("  ")]
    for topic in topics:
        told = ana.run("help", "words", topic).stdout
        assert told and max(map(wcswidth, told.splitlines())) <= 80, topic
    assert "  bank match LINE [INVOICE …] " in ana.run("help", "words", "bank").stdout
    assert "; also: how" in ana.run("help", "words", "payments").stdout
    assert "posternctl schedule pause SCHEDULE\n" in ana.run("help", "schedule", "pause").stdout
    assert "words" in ana.refused("help", "words", "nothing")


def test_words_for_recurring_reminders_refunds_bank_and_the_rest(business, ana, maria):
    bodega = str(business.bodega)
    lines = [f"schedule.document.lines.0.{k}" for k in ("name=Hosting", "quantity=1", "price=10")]
    made = ana.json("schedule", "add", bodega, *lines)["schedule"]["id"]
    assert ana.json("schedule", "pause", made)["schedule"]["state"] == "paused"
    assert ana.json("schedules", "--paused")["schedules"][0]["id"] == made
    assert ana.json("schedule", "edit", made, "schedule.name=Web")["schedule"]["name"] == "Web"  # the revision is read
    assert ana.json("schedule", "resume", made)["schedule"]["state"] == "running"
    assert len(ana.json("schedule", "days", made)["days"]) == 12
    assert ana.json("schedule", "end", made)["schedule"]["state"] == "stopped"
    assert ana.json("reminder", "rules")["rules"] and "reminders" in ana.json("reminders")
    assert ana.json("reminder", "hold", business.open["number"], "paused")["invoice"]["reminding"] == "paused"
    assert ana.json("rule", "add", "Third", "40", "rule.subject=Open", "rule.text=Please")["rule"]["days"] == 40
    paid = ana.json("payment", "record", bodega, "cash", "30.00 EUR")["payment"]["number"]
    assert ana.json("refund", "make", paid, "5.00 EUR", "--mode", "cash")["refund"]["amount"]["amount"] == 500
    assert ana.json("refunds", "--customer", bodega)["refunds"] and ana.json("bank", "lines", "--waiting") == {"lines": []}
    assert ana.json("business", "edit", "business.banner=Hello")["business"]["banner"] == "Hello"
    assert ana.json("customer", "edit", bodega, "customer.phone=+34 1")["customer"]["phone"] == "+34 1"
    assert ana.json("find", "bodega")["hits"]
    for words in (["bank", "statements"], ["bank", "mappings"], ["gateways"], ["codes", business.open["number"]], ["mail", "settings"], ["method", "known", bodega], ["access", "count"], ["health"], ["reminder", "next"]):
        ana.json(*words)
    assert maria.json("contacts") == maria.json("company") and "not_found" in maria.refused("method", "agree", "1", "10 EUR", code=None)
    listed = ana.run("schedules", "--csv").stdout
    assert listed.startswith('"id"') and len(listed.splitlines()) == 2


def test_agreeing_to_automatic_charges_is_shown_first(business, maria):
    saved = maria.json("method", "add", "--card-number", "-", "--card-expiry", "-", "--card-code", "-", input=CARD)["saved"]["id"]
    asked = maria.refused("method", "agree", saved, "10 EUR")
    assert "at most 10 EUR each" in asked and "--yes" in asked
    assert maria.json("method", "agree", saved, "10 EUR", "--yes")["saved"]["automatic"] is True
    assert maria.json("method", "withdraw")["saved"].get("automatic", False) is False
