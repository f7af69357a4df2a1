"""Staff say of a customer's comment that it needs no answer: it leaves the queue for all of them, and comes back when the customer goes on."""
import itertools

import pytest

from daemon import PASSWORD, add_customer, line, open_portal


NUMBER = itertools.count(1)


@pytest.fixture
def asked(d, admin):
    """A sent invoice that Maria has asked something about, Maria, and a colleague who looks at the same queue."""
    n = next(NUMBER)
    customer, contact = add_customer(admin, f"Bodega {n}", f"maria{n}@bodega.test")
    maria = open_portal(d, admin, contact, f"maria{n}@bodega.test")
    invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
    maria.ask("comment.add", document=invoice["id"], text="Thank you.")
    admin.ask("staff.create", name=f"Ana {n}", email=f"ana{n}@acme.test", role="staff", password=PASSWORD, keep_password=True)
    return invoice, maria, d.sign_in(f"ana{n}@acme.test")


def waits(who, invoice):
    """The comment that the queue has of it."""
    return [w for w in who.ask("queue.get", limit=100)["work"] if w["job"] == "comment" and w["number"] == invoice["number"]]


def text(who, invoice):
    return [w["text"] for w in waits(who, invoice)]


def told(who, invoice):
    return [e["what"] for e in who.ask("invoice.get", invoice=invoice["id"], peek=True)["events"] if e["what"].startswith("comment_")]


def test_what_is_done_leaves_the_queue_of_everybody_and_is_in_the_log(admin, asked):
    invoice, maria, ana = asked
    assert text(ana, invoice) == ["Thank you."]
    since = ana.ask("session.me")["me"]["last_event"]
    hers = maria.ask("session.me")["me"]["last_event"]
    assert admin.ask("comment.done", document=invoice["number"]) == {"waiting": False}
    assert waits(ana, invoice) == waits(admin, invoice) == []
    heard = ana.ask("event.wait", since=since, timeout=0)["events"]
    assert [(e["what"], e["about"], e["side"]) for e in heard] == [("comment_done", invoice["id"], "staff")]
    assert admin.ask("invoice.get", invoice=invoice["id"], peek=True)["invoice"]["revision"] == invoice["revision"]
    assert maria.ask("event.wait", since=hers, timeout=0)["events"] == [] and told(maria, invoice) == []
    assert "comment_done" not in {e["what"] for e in maria.ask("event.list", limit=100)["events"]}
    assert admin.ask("comment.done", document=invoice["id"]) == {"waiting": False}  # said twice, told once
    assert told(admin, invoice) == ["comment_done"]


def test_it_comes_back_when_the_customer_goes_on_and_staff_may_still_answer(asked):
    invoice, maria, ana = asked
    ana.ask("comment.done", document=invoice["id"])
    ana.ask("comment.add", document=invoice["id"], text="Leave it.")
    assert waits(ana, invoice) == []
    maria.ask("comment.add", document=invoice["id"], text="And the pallets?")
    assert text(ana, invoice) == ["And the pallets?"]
    ana.ask("comment.done", document=invoice["id"])
    ana.ask("comment.add", document=invoice["id"], text="On Tuesday.", portal=True)
    assert waits(ana, invoice) == []


def test_it_is_taken_back_as_long_as_the_customer_had_the_last_word(asked):
    invoice, _, ana = asked
    ana.ask("comment.done", document=invoice["id"])
    ana.ask("comment.add", document=invoice["id"], text="Is it?")  # among staff: no answer
    for _ in range(2):
        assert ana.ask("comment.done", document=invoice["id"], undo=True) == {"waiting": True}
    assert text(ana, invoice) == ["Thank you."]
    assert told(ana, invoice) == ["comment_reopened", "comment_done"]
    ana.ask("comment.done", document=invoice["id"])
    ana.ask("comment.add", document=invoice["id"], text="You are welcome.", portal=True)
    refused = ana.refused("comment.done", document=invoice["id"], undo=True)
    assert (refused.code, refused.field) == ("state", "document") and "answered" in refused.message
    assert waits(ana, invoice) == []


def test_a_comment_that_nobody_has_read_is_not_done_with(asked):
    invoice, maria, ana = asked
    seen = waits(ana, invoice)[0]["comment"]
    maria.ask("comment.add", document=invoice["id"], text="One more thing!")
    for undo in (False, True):
        refused = ana.refused("comment.done", document=invoice["id"], comment=seen, undo=undo)
        assert (refused.code, refused.field) == ("stale", "comment")
    assert text(ana, invoice) == ["One more thing!"]
    seen = waits(ana, invoice)[0]["comment"]
    assert ana.ask("comment.done", document=invoice["id"], comment=seen) == {"waiting": False}


def test_where_nothing_waits_it_is_refused_and_only_writers_may(d, admin, asked):
    invoice, maria, _ = asked
    silent = admin.ask("invoice.create", customer=invoice["customer"], send=True, document={"lines": [line()]})["invoice"]
    refused = admin.refused("comment.done", document=silent["id"])
    assert (refused.code, refused.field) == ("state", "document") and "has not commented" in refused.message
    admin.ask("comment.add", document=silent["id"], text="Anything else?", portal=True)
    assert admin.refused("comment.done", document=silent["id"]).code == "state"
    assert admin.refused("comment.done", document=silent["id"], undo=True).code == "state"
    assert admin.refused("comment.done", document=999999).code == "not_found"
    admin.ask("staff.create", name="Rory", email="rory@acme.test", role="reader", password=PASSWORD, keep_password=True)
    for who in (maria, d.sign_in("rory@acme.test")):
        assert who.refused("comment.done", document=invoice["id"]).code == "forbidden"
    assert text(admin, invoice) == ["Thank you."]


def test_notes_among_staff_hide_no_comment_however_many(asked):
    """The customer had the last word of those that both read, whatever was written behind it that only staff see."""
    invoice, maria, ana = asked
    for n in range(120):
        ana.ask("comment.add", document=invoice["id"], text=f"Note {n}")
    assert text(ana, invoice) == ["Thank you."]
    assert ana.ask("comment.done", document=invoice["id"], comment=waits(ana, invoice)[0]["comment"]) == {"waiting": False}
    assert ana.ask("comment.done", document=invoice["id"], undo=True) == {"waiting": True}
    [comment] = maria.ask("comment.list", document=invoice["id"], limit=1)["comments"]
    assert comment["text"] == "Thank you." == maria.ask("invoice.get", invoice=invoice["id"])["comments"][0]["text"]
