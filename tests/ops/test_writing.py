"""What whoever is signed in may write is bounded, told with when to come again, and nothing that was typed is lost by it; what changes
nothing leaves nothing, and stored answers go when their days are over."""

import clock
from ctl import Ctl
from daemon import PASSWORD, Daemon, Refused, add_customer, line, open_portal, wait_until
from slow import Slow
from test_payments import pay

LONG = "Where is my paper? " * 210  # 3,990 characters


def customer(d, admin, name):
    """(client, an invoice of theirs)"""
    email = f"{name}@writing.test"
    who, contact = add_customer(admin, f"{name} Ltd", email)
    document = admin.ask("invoice.create", customer=who, document={"lines": [line()]}, send=True)["invoice"]["id"]
    return open_portal(d, admin, contact, email), document


def stats(d):
    with d.client() as operator:
        return operator.ask("system.stats")


def test_a_thief_who_writes_without_end_does_not_keep_the_owner_from_putting_them_out(d, admin):
    thief, document = customer(d, admin, "robbed")
    owner = d.sign_in("robbed@writing.test")
    for _ in range(1000):
        try:
            thief.ask("comment.add", document=document, text=LONG)
        except Refused as why:
            assert why.code == "slow_down"
            break
    assert owner.refused("comment.add", document=document, text="It was not me.").code == "slow_down"
    owner.ask("session.confirm", password=PASSWORD)
    owner.ask("password.change", old=PASSWORD, password="another lantern gravel")
    owner.ask("session.revoke", others=True)
    assert thief.refused("session.me").code == "sign_in"


def test_a_customer_who_comments_without_end_is_slowed_alone_and_goes_on_when_told(d, admin):
    (c, document), (other, another) = customer(d, admin, "flood"), customer(d, admin, "calm")
    before, written, refusal = stats(d)["store_bytes"], 0, None
    while not refusal and written < 1000:
        try:
            c.ask("comment.add", document=document, text=LONG)
            written += 1
        except Refused as why:
            refusal = why
    assert refusal, "4 MB in one go"
    assert 20 <= written < 100
    assert (refusal.code, refusal.field) == ("slow_down", "")
    assert 0 < refusal.error["retry_ms"] < 30000 and "wait" in refusal.message
    assert stats(d)["store_bytes"] - before < 3 << 20
    elsewhere = d.sign_in("flood@writing.test")
    assert elsewhere.refused("comment.add", document=document, text="by another session").code == "slow_down"
    assert c.ask("invoice.get", invoice=document), "they read on"
    assert other.ask("comment.add", document=another, text="Thank you.")
    assert admin.ask("comment.add", document=document, text="We are on it.", portal=True)

    def goes_on():
        try:
            return c.ask("comment.add", document=document, text="short")
        except Refused as why:
            assert why.code == "slow_down"
    wait_until(goes_on, 30, "a comment in its turn")
    elsewhere.ask("session.sign_out")


def test_who_types_and_pays_as_people_do_is_never_slowed(d, admin):
    email = "busy@writing.test"
    who, contact = add_customer(admin, "Busy Ltd", email)
    invoices = [admin.ask("invoice.create", customer=who, document={"lines": [line(price="1")] * 20}, send=True)["invoice"] for _ in range(50)]
    c = open_portal(d, admin, contact, email)
    for n in range(10):
        c.ask("comment.add", document=invoices[n]["id"], text=LONG)
    paid = pay(c, [{"invoice": i["id"]} for i in invoices], total="1000")
    for n in range(20):
        c.ask("comment.add", document=invoices[n]["id"], text="And this?")
    wait_until(lambda: c.ask("payment.get", payment=paid["id"])["payment"]["state"] == "succeeded", what="the payment")


def test_a_write_that_changes_nothing_or_is_refused_leaves_nothing(d, admin):
    c, document = customer(d, admin, "idle")
    last = c.ask("session.me")["me"]["last_event"]
    c.ask("event.seen", event=last)
    c.ask("event.seen", event=last)
    before = stats(d)["store_entries"]
    for _ in range(50):
        c.ask("event.seen", event=last)
        assert c.refused("comment.add", document=document + 1000000, text="nobody's").code == "not_found"
    assert stats(d)["store_entries"] == before


def test_stored_answers_go_when_their_days_are_over_also_where_nobody_writes():
    with Daemon() as d:
        admin = d.sign_in()
        who, _ = add_customer(admin)
        lines = [line(f"Kraft paper {n} " + "x" * 180) for n in range(400)]
        for _ in range(20):
            admin.ask("invoice.create", customer=who, document={"lines": lines})
        for n in range(100):
            admin.ask("customer.update", id=who, customer={"revision": n + 1, "phone": str(n)})
        before = stats(d)["store_entries"]
        clock.forward(d, days=60)
        assert stats(d)["store_entries"] >= before - 5, "however late it is, a start is one day"
        for _ in range(3):
            clock.forward(d, hours=25)
        wait_until(lambda: stats(d)["store_entries"] < before - 120, what="fewer entries")


# --- posternctl goes on by itself ----------------------------------------------------------------------------------------------------
def test_posternctl_waits_for_its_turn_and_loses_nothing(d, admin):
    with Slow(d, "item.create", 3, 200) as slow:
        ran = Ctl(d, "slow", slow.url).login().run("item.create", "item.name=Patience", "item.price=1.00")
    assert ran.stderr.count("wait 1 second") == 3
    assert len(slow.seen) == 4 and len(set(slow.seen)) == 1, "one request, with one id"
    assert [i["name"] for i in admin.ask("item.list")["items"]].count("Patience") == 1
