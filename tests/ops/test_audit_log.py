"""The log for the ones who look after the door: filters, everything as JSON lines and CSV, and posternctl audit. What damage is found
is tests/faults/test_audit.py's."""
import csv
import datetime
import io
import json
import secrets

import pytest

from ctl import Ctl
from daemon import PASSWORD, Daemon, add_customer, line, open_portal


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        yield d


@pytest.fixture(scope="module")
def admin(daemon):
    admin = daemon.sign_in()
    for n in range(3):
        customer, contact = add_customer(admin, f"Customer {n}", f"c{n}@bodega.test")
        person = open_portal(daemon, admin, contact, f"c{n}@bodega.test")
        made = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
        person.ask("comment.add", document=made["id"], text='=HYPERLINK("http://evil.test")\nsecond "line", and more')
        person.ask("session.sign_out")
    for _ in range(120):
        admin.ask("customer.create", customer={"name": "Many " + secrets.token_hex(3), "currency": "EUR"})
    return admin


@pytest.fixture(scope="module")
def ctl(daemon, admin):
    return Ctl(daemon).login()


def whole(client, **args):
    """Every event that a filter gives, through all pages."""
    found, after = [], ""
    while True:
        page = client.ask("event.list", limit=100, after=after, **args)
        found += page["events"]
        after = page.get("next", "")
        if not after:
            return found


def test_staff_filter_in_the_one_language_of_all_lists(daemon, admin):
    everything = whole(admin)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for filter, keep in (
            ("what:signed_in", lambda e: e["what"] == "signed_in"),
            ('what:"access switched on"', lambda e: e["what"] == "access_on"),
            ("!what:created", lambda e: e["what"] != "created"),
            ("side:customer", lambda e: e["side"] == "customer"),
            ("who:administrator what:access", lambda e: e["what"] in ("access_on", "access_off") and e["side"] == "staff"),
            ("who=customer/2", lambda e: e["side"] == "customer" and e["actor"] == 2),
            ("about:invoice", lambda e: e["subject"] == "invoice"),
            ("about:INV-000002", lambda e: e.get("number") == "INV-000002"),
            ("hyperlink", lambda e: "HYPERLINK" in e.get("text", "")),
            ("event<=7", lambda e: e["id"] <= 7),
            ("date<2d", lambda e: True),
            (f"date<{today - datetime.timedelta(days=2)}", lambda e: False)):
        assert whole(admin, filter=filter) == [e for e in everything if keep(e)], filter
    assert admin.refused("event.list", filter="what:nonsense").field == "filter"
    person = daemon.sign_in("c0@bodega.test")
    assert person.refused("event.list", filter="sent").field == "filter"


def test_staff_filter_by_what_who_when_and_about(admin):
    everything = whole(admin)
    numbers = [e["id"] for e in everything]
    assert numbers == list(range(len(numbers), 0, -1))
    for args, keep in (
            ({"what": "signed_in"}, lambda e: e["what"] == "signed_in"),
            ({"what": "created"}, lambda e: e["what"] == "created"),
            ({"side": "customer"}, lambda e: e["side"] == "customer"),
            ({"side": "customer", "actor": 2}, lambda e: e["side"] == "customer" and e["actor"] == 2),
            ({"side": "staff", "actor": 1, "what": "access_on"}, lambda e: e["side"] == "staff" and e["what"] == "access_on"),
            ({"subject": "invoice"}, lambda e: e.get("subject") == "invoice"),
            ({"subject": "invoice", "about": 2}, lambda e: e.get("subject") == "invoice" and e["about"] == 2),
            ({"customer": 2, "what": "commented"}, lambda e: e.get("customer") == 2 and e["what"] == "commented"),
            ({"from": everything[50]["at"], "until": everything[20]["at"]}, lambda e: everything[50]["at"] <= e["at"] <= everything[20]["at"]),
            ({"until": "2001-01-01T00:00:00Z"}, lambda e: False)):
        want = [e["id"] for e in everything if keep(e)]
        assert [e["id"] for e in whole(admin, **args)] == want, args
        assert want or "until" in args


def test_customers_are_refused_these_by_name_and_see_what_they_saw(daemon, admin):
    person = daemon.sign_in("c1@bodega.test")
    for args in ({"what": "sent"}, {"side": "staff"}, {"side": "staff", "actor": 1}, {"from": "2026-01-01T00:00:00Z"}, {"until": "2026-01-01T00:00:00Z"},
                 {"subject": "invoice", "about": 1}):
        refusal = person.refused("event.list", **args)
        assert refusal.code == "forbidden" and refusal.field in args, (args, refusal)
    seen = whole(person)
    assert {e["what"] for e in seen} >= {"sent", "commented"}
    assert not any({"chain", "place", "actor", "portal"} & set(e) for e in seen)


def test_odd_questions_are_refused(admin):
    assert admin.refused("event.list", actor=1).field == "actor"
    assert admin.refused("event.list", about=1).field == "about"
    assert admin.refused("event.list", document=1, subject="invoice").field == "subject"
    assert admin.refused("event.list", what="nothing").field == "what"
    assert admin.refused("event.list", **{"from": "yesterday"}).field == "from"


def test_everything_goes_out_as_lines_of_json_and_as_csv(ctl, admin):
    everything = whole(admin)
    lines = [json.loads(text) for text in ctl.run("events", "--json").stdout.splitlines()]
    assert [e["id"] for e in lines] == [e["id"] for e in everything]
    assert [e["chain"] for e in lines] == [e["chain"].hex() for e in everything]
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    rows = list(csv.DictReader(io.StringIO(ctl.run("events", "--what", "commented", f"--from={today}", "--until", today, "--csv").stdout)))
    assert [r["what"] for r in rows] == ["commented"] * 3
    for row in rows:
        assert row["text"].startswith("'=HYPERLINK") and row["text"].count("\n") == 1, "a spreadsheet takes it for a formula"
        assert len(row["chain"]) == 64 and row["at"].endswith("Z") and row["side"] == "customer" and row["place"]
    sent = list(csv.DictReader(io.StringIO(ctl.run("events", "what=sent", "--csv").stdout)))
    assert [(r["amount"], r["currency"]) for r in sent] == [("10.00", "EUR")] * 3
    assert len(ctl.run("events", "--json", "limit=7").stdout.splitlines()) == 7
    assert ctl.run("events", "--json", "--what", "voided").stdout == ""
    assert ctl.run("events", "--csv", "--what", "voided").stdout.count("\n") == 1
    assert "what" in ctl.refused("events", "--json", "--what", "nonsense")


def test_the_log_is_verified_and_sealed_from_the_command_line(ctl, daemon, tmp_path):
    said = ctl.run("audit", "verify").stdout
    assert "the log is whole" in said
    seal = tmp_path / "seal.json"
    seal.write_text(ctl.run("audit", "head").stdout)
    stated = json.loads(seal.read_text())
    assert set(stated) >= {"event", "chain", "at", "signature", "key", "portal", "business"}
    assert "the log is whole" in ctl.run("audit", "verify", "--seal", seal, "--portal", "acme").stdout
    assert ctl.json("audit", "verify", f"--seal={seal}")["problems"] == []
    assert "The signature fits" in ctl.run("audit", "seal", seal).stdout
    assert "key is the one given" in ctl.run("audit", "seal", seal, "--key", stated["key"]).stdout
    assert "ANOTHER KEY" in ctl.run("audit", "seal", seal, "--key", "00" * 32, code=1).stdout
    forged = tmp_path / "forged.json"
    for change in ({"event": stated["event"] - 1}, {"chain": "00" * 32}, {"signature": "00" * 64}, {"business": 2}):
        forged.write_text(json.dumps(stated | change))
        assert "DOES NOT FIT" in ctl.run("audit", "seal", forged, code=1).stdout
        assert "forged head" in ctl.run("audit", "verify", "--seal", forged, code=1).stdout
    for text in ("", "[]", "{", '{"chain": 5}', '{"nothing": 1}', '{"chain": "0"}'):
        forged.write_text(text)
        ctl.refused("audit", "verify", "--seal", forged)
    ctl.refused("audit", "verify", "--seal", tmp_path / "absent")
    ctl.refused("audit", "verify", "nonsense")
    ctl.refused("audit")


def test_the_operator_needs_no_session_and_an_ended_one_is_not_in_the_way(daemon, admin):
    bare = Ctl(daemon, session="none")
    assert "the log is whole" in bare.run("audit", "verify").stdout
    assert json.loads(bare.run("audit", "head", "--portal", "acme").stdout)["portal"] == "acme"
    assert "no business" in bare.refused("audit", "verify", "--portal", "nobody", code=3)
    ended = Ctl(daemon, session="ended").login()
    text = ended.session.read_text()
    ended.run("logout")
    ended.session.write_text(text)
    ended.session.chmod(0o600)
    assert "the log is whole" in ended.run("audit", "verify").stdout
    ended.run("events", code=4)  # what staff see takes a session all the same


def test_a_reader_reads_the_log_and_an_administrator_seals_it(daemon, admin):
    admin.ask("staff.create", name="Rita", email="rita@acme.test", role="reader", password="reading is all I do")
    rita = daemon.sign_in("rita@acme.test", "reading is all I do")
    if rita.me["must_change"]:
        rita.ask("password.change", old="reading is all I do", password="reading is what I do")
        rita = daemon.sign_in("rita@acme.test", "reading is what I do")
    assert whole(rita, what="created", side="staff")
    assert rita.refused("audit.verify").code == rita.refused("audit.head").code == "forbidden"
