"""What a document says of itself is so: who can be written one, until when it can be sent, which revision it is, what became of a rework."""
import pytest

from daemon import add_customer, days, line, money, open_portal


def shut(admin, customer, active=False):
    revision = admin.ask("customer.get", id=customer)["customer"]["revision"]
    admin.ask("customer.update", id=customer, customer={"revision": revision, "active": active})


def test_nothing_new_is_written_for_a_deactivated_customer(d, admin):
    customer, contact = add_customer(admin, "Gone Ltd", "g@gone.test")
    maria = open_portal(d, admin, contact, "g@gone.test")
    draft = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    sent = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
    estimate = admin.ask("estimate.create", customer=customer, send=True, document={"lines": [line()]})["estimate"]
    maria.ask("estimate.accept", estimate=estimate["id"], revision=estimate["revision"], signed_by="Maria")
    later = admin.ask("estimate.create", customer=customer, document={"lines": [line()]})["estimate"]
    shut(admin, customer)
    tries = [("invoice.create", dict(customer=customer, document={"lines": [line()]})), ("estimate.create", dict(customer=customer, document={"lines": [line()]})),
             ("invoice.create", dict(customer=customer, send=True, document={"lines": [line()]})), ("invoice.send", dict(invoice=draft["id"])),
             ("estimate.send", dict(estimate=later["id"])), ("invoice.duplicate", dict(invoice=sent["id"])), ("estimate.duplicate", dict(estimate=estimate["id"])),
             ("estimate.convert", dict(estimate=estimate["id"])), ("estimate.convert", dict(estimate=estimate["id"], send=True))]
    for op, args in tries:
        refused = admin.refused(op, **args)
        assert (refused.code, "deactivated" in refused.message) == ("state", True), (op, refused)
    admin.ask("invoice.update", invoice=draft["id"], revision=draft["revision"], document={"notes": "x"})
    got = admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": sent["id"]}])["payment"]
    assert got["allocations"][0]["number"] == sent["number"]
    shut(admin, customer, True)
    assert admin.ask("invoice.send", invoice=draft["id"])["invoice"]["number"]


def test_an_estimate_past_its_last_day_is_not_sent(admin):
    customer, _ = add_customer(admin, "Late Ltd", "l@late.test")
    document = {"date": days(-10), "due": days(-1), "lines": [line()]}
    assert admin.refused("estimate.create", customer=customer, send=True, document=document).code == "expired"
    draft = admin.ask("estimate.create", customer=customer, document=document)["estimate"]
    refused = admin.refused("estimate.send", estimate=draft["id"])
    assert (refused.code, refused.field) == ("expired", "due") and days(-1) in refused.message
    draft = admin.ask("estimate.update", estimate=draft["id"], revision=draft["revision"], document={"due": days(0)})["estimate"]
    assert admin.ask("estimate.send", estimate=draft["id"])["estimate"]["status"] == "open"


def test_what_is_sent_first_is_revision_one_and_payments_make_none(admin):
    customer, _ = add_customer(admin, "First Ltd", "f@first.test")
    draft = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    assert (draft["revision"], draft["edition"]) == (1, 0)
    sent = admin.ask("invoice.send", invoice=draft["id"], revision=1)["invoice"]
    assert (sent["revision"], sent["edition"]) == (1, 1)
    for amount in ("4", "6"):
        admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": sent["id"], "amount": money(amount)}])
        now = admin.ask("invoice.get", invoice=sent["id"])["invoice"]
        assert (now["revision"], now["edition"]) == (1, 1)
    assert now["status"] == "paid"
    at_once = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
    assert (at_once["revision"], at_once["edition"]) == (1, 1)


def test_a_draft_that_was_changed_is_sent_first_as_one_all_the_same(admin):
    customer, _ = add_customer(admin, "Drafts Ltd", "d@drafts.test")
    draft = admin.ask("estimate.create", customer=customer, document={"lines": [line()]})["estimate"]
    for n in (1, 2):
        draft = admin.ask("estimate.update", estimate=draft["id"], revision=n, document={"notes": f"{n}"})["estimate"]
    assert admin.refused("estimate.update", estimate=draft["id"], revision=2, document={"notes": "old"}).code == "stale"
    assert admin.refused("estimate.send", estimate=draft["id"], revision=2).code == "stale"
    sent = admin.ask("estimate.send", estimate=draft["id"], revision=3)["estimate"]
    assert (sent["revision"], sent["edition"]) == (3, 1)


def test_editions_of_an_estimate_as_people_count_them(d, admin):
    customer, contact = add_customer(admin, "Counted Ltd", "c@counted.test")
    maria = open_portal(d, admin, contact, "c@counted.test")
    one = admin.ask("estimate.create", customer=customer, send=True, document={"lines": [line()]})["estimate"]
    rework = admin.ask("estimate.update", estimate=one["id"], revision=1, document={"lines": [line("two")]})["estimate"]
    assert (rework["revision"], rework["edition"]) == (2, 1)
    assert maria.ask("estimate.get", estimate=one["id"])["estimate"]["edition"] == 1
    two = admin.ask("estimate.send", estimate=one["id"], revision=2)["estimate"]
    assert (two["revision"], two["edition"]) == (2, 2)
    assert maria.refused("estimate.accept", estimate=one["id"], revision=1, signed_by="M").code == "stale"
    maria.ask("estimate.decline", estimate=one["id"], revision=2, reason="too much")
    admin.ask("estimate.update", estimate=one["id"], revision=3, document={"lines": [line("three")]})
    three = admin.ask("estimate.send", estimate=one["id"])["estimate"]
    assert three["edition"] == 3 and three["revision"] > 3
    got = maria.ask("estimate.accept", estimate=one["id"], revision=three["revision"], signed_by="M")["estimate"]
    assert got["edition"] == 3 and [a["edition"] for a in got["answers"]] == [2, 3]
    shown = maria.ask("estimate.get", estimate=one["id"])
    assert [v["edition"] for v in shown["versions"]] == [2, 1]
    for edition, name in ((1, "Kraft paper"), (2, "two"), (3, "three")):
        version = maria.ask("estimate.version", estimate=one["id"], edition=edition)["version"]
        assert (version["edition"], version["was"]["lines"][0]["name"]) == (edition, name)
    assert maria.refused("estimate.version", estimate=one["id"], edition=4).code == "not_found"
    assert maria.refused("estimate.version", estimate=one["id"]).field == "edition"


@pytest.mark.parametrize("how", ["accepted", "withdrawn"])
def test_staff_are_told_of_a_rework_that_became_moot(d, admin, how):
    customer, contact = add_customer(admin, f"Moot {how}", f"{how}@moot.test")
    maria = open_portal(d, admin, contact, f"{how}@moot.test")
    one = admin.ask("estimate.create", customer=customer, send=True, document={"lines": [line()]})["estimate"]
    admin.ask("estimate.update", estimate=one["id"], revision=1, document={"lines": [line("two")]})
    if how == "accepted":
        maria.ask("estimate.accept", estimate=one["id"], revision=1, signed_by="M")
    else:
        admin.ask("estimate.void", estimate=one["id"], reason="not ours")
    told = [e for e in admin.ask("estimate.get", estimate=one["id"])["events"] if e["what"] == "rework_dropped"]
    assert len(told) == 1 and how in told[0]["text"]
    assert "rework_dropped" not in {e["what"] for e in maria.ask("estimate.get", estimate=one["id"])["events"]}
    assert "rework_dropped" not in {e["what"] for e in maria.ask("event.list", limit=100)["events"]}
    if how == "accepted":
        assert "rework_dropped" in {e["what"] for e in admin.ask("event.list", bell=True, limit=100)["events"]}
