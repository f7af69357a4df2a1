"""What can be done with a document, for every kind there is: which kinds those are is what the server says of itself."""
import subprocess

import pytest

from daemon import BUILD, Daemon, Refused, add_customer, days, line, open_portal


@pytest.fixture(scope="module")
def maria(d, admin):
    customer, contact = add_customer(admin, "Blue Door Ltd", "maria@blue.test")
    return customer, open_portal(d, admin, contact, "maria@blue.test")


def kinds(d):
    ops = d.client().ask("system.describe")["operations"]
    return {op["name"].split(".")[0]: op for op in ops if op["name"].endswith(".duplicate")}


def rows_of(op):
    """Where a list of that kind has its rows: the one list in its answer that is of documents."""
    return next(f["name"] for f in op["gives"] if "document_row" in (f.get("of"), f.get("type")))


def ops_named(d):
    return {op["name"]: op for op in d.client().ask("system.describe")["operations"]}


def test_a_document_of_every_kind_is_written_sent_read_and_withdrawn(d, admin, maria):
    customer, portal = maria
    ops = ops_named(d)
    numbers = {s["prefix"] for s in admin.ask("settings.get")["series"]}
    for kind in kinds(d):
        draft = admin.ask(f"{kind}.create", customer=customer, document={"lines": [line("Work", "2", "50")]})[kind]
        assert (draft["kind"], draft["status"], draft.get("number")) == (kind, "draft", None)
        assert portal.refused(f"{kind}.get", **{kind: draft["id"]}).code == "not_found"
        changed = admin.ask(f"{kind}.update", revision=draft["revision"], document={"reference": "PO 7"}, **{kind: draft["id"]})[kind]
        sent = admin.ask(f"{kind}.send", revision=changed["revision"], **{kind: draft["id"]})[kind]
        assert sent["status"] == "open" and any(sent["number"].startswith(p) for p in numbers)
        again = admin.refused(f"{kind}.send", revision=sent["revision"], **{kind: sent["id"]})
        assert (again.code, again.field) == ("state", kind), "the field is the argument's name"
        seen = portal.ask(f"{kind}.get", **{kind: sent["number"]})
        assert seen[kind]["total"] == draft["total"] and seen[kind]["reference"] == "PO 7"
        assert [e["what"] for e in seen["events"]][-1] == "sent" and seen["events"][-1]["subject"] == kind
        rows = rows_of(ops[f"{kind}.list"])
        for who in admin, portal:
            assert [r["number"] for r in who.ask(f"{kind}.list", filter="PO status:open")[rows]] == [sent["number"]]
        for other in kinds(d):
            if other != kind:
                assert admin.refused(f"{other}.get", **{other: sent["id"]}).code == "not_found"
                assert admin.refused(f"{other}.get", **{other: sent["number"]}).code == "not_found"
        copy = admin.ask(f"{kind}.duplicate", **{kind: sent["id"]})[kind]
        admin.ask(f"{kind}.delete", revision=copy["revision"], **{kind: copy["id"]})
        gone = admin.ask(f"{kind}.void", reason="Written twice", **{kind: sent["id"]})[kind]
        assert gone["status"] == "void" and portal.ask(f"{kind}.get", **{kind: sent["id"]})[kind]["number"] == sent["number"]
    assert admin.ask("customer.get", customer=customer)["customer"].get("outstanding", {}).get("amount", 0) == 0
    assert d.client().ask("system.check")["problems"] == []


def test_what_a_kind_is_not_for_is_no_operation_of_it(d, maria):
    ops = ops_named(d)
    answered = {k for k in kinds(d) if f"{k}.accept" in ops}
    owed = {k for k in kinds(d) if f"{k}.write_off" in ops}
    assert answered == {"estimate"} and owed == {"invoice", "retainer"}


def test_each_kind_has_a_series_of_its_own(d, admin):
    before = {s["id"]: s for s in admin.ask("settings.get")["series"]}
    assert len({s["prefix"] for s in before.values()}) == len(kinds(d)) + 2  # and of payments, and of refunds
    last = max(before)
    admin.ask("series.update", series={"id": last, "prefix": "X-", "next": 40, "digits": 3})
    after = {s["id"]: s for s in admin.ask("settings.get")["series"]}
    assert after[last]["prefix"] == "X-" and {k: v for k, v in after.items() if k != last} == {k: v for k, v in before.items() if k != last}
    why = admin.refused("series.update", series={"id": 99, "prefix": "Q-"})
    assert why.code == "invalid" and why.field == "series.id" and "payments" in str(why)


def test_what_nobody_pays_nor_answers_has_no_last_day_and_no_terms(d, admin, maria):
    """A credit note gives something back: there is nothing to be late with, whatever the settings say of new documents."""
    customer, _ = maria
    settings = admin.ask("settings.get")["business"]
    admin.ask("settings.update", business={"terms": "Payable within 30 days.", "revision": settings["revision"]})
    for kind in kinds(d):
        draft = admin.ask(f"{kind}.create", customer=customer, document={"lines": [line()]})[kind]
        assert (bool(draft.get("due")), bool(draft.get("terms"))) == ((False, False) if kind == "credit_note" else (True, True)), kind
        copy = admin.ask(f"{kind}.duplicate", **{kind: draft["id"]})[kind]
        assert bool(copy.get("due")) == bool(draft.get("due"))
    for field, value in (("due", days(9)), ("terms", "Payable at once.")):
        refusal = admin.refused("credit_note.create", customer=customer, document={"lines": [line()], field: value})
        assert (refusal.code, refusal.field) == ("invalid", f"document.{field}")
        note = admin.ask("credit_note.create", customer=customer, document={"lines": [line()]})["credit_note"]
        refusal = admin.refused("credit_note.update", credit_note=note["id"], revision=note["revision"], document={field: value})
        assert (refusal.code, refusal.field) == ("invalid", f"document.{field}")
        assert admin.ask("credit_note.update", credit_note=note["id"], revision=note["revision"], document={"reference": "PO 9"})


def test_home_and_the_queue_ask_by_what_a_kind_is_for(d, admin):
    """What is owed on is due at home and overdue in the queue, what is answered waits at home: no other kind does, late as it may be."""
    ops = ops_named(d)
    customer, contact = add_customer(admin, "Red Door Ltd", "rob@red.test", person="Rob Red")
    portal = open_portal(d, admin, contact, "rob@red.test")
    made = {}

    def create(kind, **dates):
        try:
            return admin.ask(f"{kind}.create", customer=customer, send=True, document={"lines": [line("Work", "2", "50")], **dates})[kind]["number"]
        except Refused as refusal:
            assert refusal.field == "document.due" and "has none" in refusal.message
            return create(kind, date=dates["date"])
    for kind in kinds(d):
        made[kind] = create(kind) if f"{kind}.accept" in ops else create(kind, date=days(-20), due=days(-3))
    owed, answered = ([made[k] for k in made if f"{k}.{act}" in ops] for act in ("write_off", "accept"))
    home = portal.ask("home.get")
    assert [r["number"] for r in home["due"]] == owed
    assert [r["number"] for r in home["estimates"]] == answered and home["estimates_open"] == len(answered)
    work = [w for w in admin.ask("queue.get")["work"] if w["customer"] == customer]
    assert [(w["job"], w["number"]) for w in work] == [("overdue", n) for n in owed]
    for kind in kinds(d):
        if f"{kind}.decline" in ops:
            read = portal.ask(f"{kind}.get", **{kind: made[kind]})[kind]
            portal.ask(f"{kind}.decline", revision=read["revision"], reason="Not now", **{kind: made[kind]})
    assert not portal.ask("home.get").get("estimates_open")
    work = [w for w in admin.ask("queue.get")["work"] if w["customer"] == customer]
    assert sorted(w["number"] for w in work if w["job"] == "declined") == sorted(answered)


# --- numbers that could be those of two documents ----------------------------------------------------------------------------------
def prefix(admin, number):
    return next(s.get("prefix", "") for s in admin.ask("settings.get")["series"] if s["id"] == number)


@pytest.mark.parametrize("other,takes", [("", False), ("INV-", False), ("inv-", False), (" I N V-", False), ("ÍNV-", False), ("INV-0", False), ("INV-2026", False), ("7", True),
                                         ("INV-2026-", True), ("INV", True), ("INV-x", True), ("RET-", False), ("PAY-00", False)], ids=repr)
def test_no_two_series_may_give_one_number(d, admin, other, takes):
    """Whatever digits follow: INV-0 and INV- both come to INV-000012. 1 is of estimates, 2 of invoices."""
    estimates = prefix(admin, 1)
    if other == "":  # meets only what is nothing but digits
        admin.ask("series.update", series={"id": 2, "prefix": "2026"})
    if takes:
        assert admin.ask("series.update", series={"id": 1, "prefix": other})["series"]["prefix"] == other
    else:
        refusal = admin.refused("series.update", series={"id": 1, "prefix": other})
        assert (refusal.code, refusal.field) == ("invalid", "series.prefix") and "one number" in refusal.message
        assert prefix(admin, 1) == estimates
    assert not any(s.get("shares") for s in admin.ask("settings.get")["series"])
    admin.ask("series.update", series={"id": 1, "prefix": "EST-"})
    admin.ask("series.update", series={"id": 2, "prefix": "INV-"})


def test_a_store_that_has_two_such_series_is_told_and_goes_on():
    with Daemon() as d:
        d.stop()
        subprocess.run([BUILD / "tests/damage", d.data, "prefix", "1"], check=True, timeout=60)
        d.start()
        admin = d.sign_in()
        said = {s["id"]: s.get("shares") for s in admin.ask("settings.get")["series"]}
        assert {k: v for k, v in said.items() if v} == {1: "invoices", 2: "estimates"}
        customer, _ = add_customer(admin)
        for kind in ("estimate", "invoice"):
            assert admin.ask(f"{kind}.create", customer=customer, send=True, document={"lines": [line()]})[kind]["number"].lower() == "inv-000001"
        assert admin.ask("series.update", series={"id": 1, "next": 40, "prefix": "inv-"})["series"]["shares"] == "invoices", "what stands so may go on"
        assert admin.refused("series.update", series={"id": 1, "prefix": "INV-0"}).field == "series.prefix"
        assert not admin.ask("series.update", series={"id": 1, "prefix": "OFFER-"})["series"].get("shares")
