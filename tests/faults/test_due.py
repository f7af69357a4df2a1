"""Work that is due: on record, done when its time has come, however the daemon ended and whatever was done to the clock."""
import contextlib
import itertools
import random
import signal
import subprocess
import time

import pytest

import clock
from daemon import BUILD, Daemon, Refused, add_customer, line, open_portal, wait_until
from smtp_sink import HANG, configure

PENDS, GOOD = "4000000000009235", "4242424242424242"
STANDING = {"sweep", "seal"}


def due(admin, **filters):
    return admin.ask("due.list", limit=100, **filters)["due"]


def works(admin):
    return [row for row in due(admin) if row["work"] not in STANDING]


def in_queue(admin):
    """What the work queue says of it: one row at most, that leads to due.list."""
    rows = [w for w in admin.ask("queue.get")["work"] if w["job"] == "due"]
    assert len(rows) < 2
    return rows[0]["text"] if rows else None


def damage(d, *how):
    done = subprocess.run([BUILD / "tests/damage", d.data, *map(str, how)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def problems(d):
    return d.client().ask("system.check")["problems"]


def is_whole(d, admin):
    return problems(d) == [] and admin.ask("audit.verify")["problems"] == []


def pay(client, invoice, number):
    return client.ask("payment.pay", parts=[{"invoice": invoice["id"]}], expect=invoice["total"], card_number=number, card_expiry="12/30", card_code="123")["payment"]["id"]


def put_off(admin, sink):
    """A mail whose server wants it later: (its number, what is due after the first try)."""
    sink.refuse_recipient["ada@acme.test"] = "451 4.3.0 come back later"
    configure(admin, sink)
    number = admin.ask("mail.test")["mail"]["id"]
    return number, wait_until(lambda: next((r for r in works(admin) if r.get("tries")), None), 20, "a try")


def test_what_stands_of_itself_is_there_from_the_beginning(daemon):
    admin = daemon.sign_in()
    assert {row["work"] for row in due(admin)} == STANDING
    assert not any("at" in row for row in due(admin)), "they are not late: they rest until there is something"
    assert is_whole(daemon, admin)


def test_a_mail_is_due_until_it_is_sent_and_says_what_stands_in_the_way(daemon, sink):
    admin = daemon.sign_in()
    number, row = put_off(admin, sink)
    assert (row["work"], row["about"], row["tries"]) == ("mail", number, 1) and "come back later" in row["said"]
    assert row["at"] == admin.ask("mail.get", id=number)["mail"]["next_try"]
    del sink.refuse_recipient["ada@acme.test"]
    assert admin.ask("due.again", id=row["id"])["due"]["id"] == row["id"]
    assert sink.wait("ada@acme.test")
    wait_until(lambda: works(admin) == [], 20, "nothing due")


def test_what_was_given_up_is_told_first_and_can_be_tried_again(daemon, sink):
    admin = daemon.sign_in()
    sink.refuse_recipient["ada@acme.test"] = "550 5.1.1 nobody here"
    configure(admin, sink)
    admin.ask("mail.test")
    [row] = wait_until(lambda: due(admin, gave_up=True), 20, "given up")
    assert row == due(admin)[0] and row["work"] == "mail" and row["gave_up"] and "nobody here" in row["said"]
    daemon.stop()
    daemon.start()
    admin = daemon.sign_in()
    assert due(admin, gave_up=True) == [row] and in_queue(admin) == "1 was given up"
    del sink.refuse_recipient["ada@acme.test"]
    assert not admin.ask("due.again", id=row["id"])["due"].get("gave_up")
    assert sink.wait("ada@acme.test")
    wait_until(lambda: works(admin) == [], 20, "nothing due")
    assert in_queue(admin) is None


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_pause_outlives_the_daemon(daemon, sink, end):
    admin = daemon.sign_in()
    number, _ = put_off(admin, sink)
    wait_until(lambda: not [r for r in works(admin) if r["work"] == "outbox"], 20, "the outbox is as the settings say")
    [row] = works(admin)
    admin.ask("due.again", id=row["id"])
    wait_until(lambda: [r for r in works(admin) if r.get("tries") == 2], 20, "another")
    [row] = works(admin)
    del sink.refuse_recipient["ada@acme.test"]
    daemon.stop(end)
    daemon.start()
    admin = daemon.sign_in()
    assert works(admin) == [row] and sink.messages == []
    admin.ask("mail.retry", id=number)
    assert sink.wait("ada@acme.test")


def test_work_of_a_newer_program_is_kept_and_told(daemon):
    admin = daemon.sign_in()
    assert in_queue(admin) is None
    daemon.stop()
    damage(daemon, "due", 77)
    damage(daemon, "due", 255)
    daemon.start()
    admin = daemon.sign_in()
    row, other = works(admin)
    assert in_queue(admin) == "2 only a newer program knows"
    assert row["work"] == "unknown" and "newer program" in row["said"] and row["about"] == 1
    assert admin.refused("due.again", id=row["id"]).code == "state"
    assert works(admin) == [row, other] and is_whole(daemon, admin)


def test_work_that_stands_goes_on_without_its_record(daemon):
    """It says nothing that is needed. The log is signed at a start, as ever; what the check says is the damage."""
    admin = daemon.sign_in()
    standing = {row["work"]: row["id"] for row in due(admin)}
    for n in range(20):
        admin.ask("item.create", item={"name": f"Item {n}", "price": "1"})
    written = admin.ask("audit.verify")["events"]
    daemon.stop(signal.SIGKILL)
    for work in STANDING:
        damage(daemon, "garbled-due", standing[work])
    daemon.start()
    admin = daemon.sign_in()
    assert [row["work"] for row in due(admin)] == ["damaged"] * len(STANDING)
    wait_until(lambda: admin.ask("audit.verify").get("seal", {}).get("event", 0) >= written, 30, "the log to be signed")
    wait_until(lambda: in_queue(admin) == "2 can not be read", 20, "told")
    assert problems(daemon)


def test_a_record_that_can_not_be_read_is_in_nobodys_way(daemon, sink):
    admin = daemon.sign_in()
    _, row = put_off(admin, sink)
    admin.ask("due.again", id=row["id"])
    daemon.stop(signal.SIGKILL)
    damage(daemon, "garbled-due", row["id"])
    del sink.refuse_recipient["ada@acme.test"]
    daemon.start()
    admin = daemon.sign_in()
    admin.ask("mail.test")
    assert sink.wait("ada@acme.test")
    assert any("can not be read" in problem for problem in problems(daemon))


def test_a_list_goes_on_past_a_record_that_can_not_be_read_and_says_so(daemon, sink):
    admin = daemon.sign_in()
    number, row = put_off(admin, sink)
    second = admin.ask("mail.test")["mail"]["id"]
    wait_until(lambda: len([r for r in works(admin) if r.get("tries")]) == 2, 20, "two that wait")
    daemon.stop(signal.SIGKILL)
    damage(daemon, "garbled-due", row["id"])
    damage(daemon, "garbled-mail", number)
    daemon.start()
    admin = daemon.sign_in()
    rows = {r["id"]: r for r in due(admin)}
    assert (rows[row["id"]]["work"], rows[row["id"]]["said"]) == ("damaged", "its record is damaged: see posternctl check")
    assert {r["work"] for r in rows.values()} == {"damaged", "mail", *STANDING} and len(rows) == 4
    assert [r["id"] for page in range(4) for r in due_page(admin, page)] == [r["id"] for r in due(admin)], "page by page as well"
    assert admin.refused("due.again", id=row["id"]).code == "internal"
    mails = {m["id"]: m for m in admin.ask("mail.list")["mails"]}
    assert set(mails) == {number, second} and mails[number]["subject"] == "its record is damaged: see posternctl check"
    assert admin.refused("mail.get", mail=number).code == "internal"


def due_page(admin, n):
    after = ""
    for _ in range(n + 1):
        page = admin.ask("due.list", limit=1, after=after)
        after = page.get("next", "")
    return page["due"]


def test_many_that_can_not_be_read_are_in_nobodys_way_and_are_tried_once(daemon, sink):
    admin = daemon.sign_in()
    put_off(admin, sink)
    for _ in range(7):
        admin.ask("mail.test")
    spoilt = wait_until(lambda: (lambda rows: rows if len(rows) == 8 and all(r.get("said") for r in rows) else None)(works(admin)), 60, "eight that wait")
    sink.refuse_recipient["ada@acme.test"] = HANG  # what is tried meanwhile is not put off once more: all are due at the next start
    for row in spoilt:
        admin.ask("due.again", id=row["id"])
    daemon.stop(signal.SIGKILL)
    for row in spoilt:
        damage(daemon, "garbled-due", row["id"])
    del sink.refuse_recipient["ada@acme.test"]
    seen = daemon.log.read_text().count("is lost")
    daemon.start()
    admin = daemon.sign_in()
    for n in range(4):
        admin.ask("mail.test")
    assert sink.wait("ada@acme.test", n=4), "what stands behind them goes on"
    assert wait_until(lambda: daemon.log.read_text().count("is lost") - seen, 20, "what can not be read") <= len(spoilt), "each is tried once until the next start"
    wait_until(lambda: in_queue(admin) == "8 can not be read", 20, "told")


def test_a_gateway_that_is_gone_is_told_and_its_payments_wait_for_it(daemon):
    admin = daemon.sign_in()
    customer, contact = add_customer(admin)
    maria = open_portal(daemon, admin, contact, "maria@bodega.test")
    invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
    payment = pay(maria, invoice, PENDS)
    row = next(r for r in works(admin) if r["work"] == "payment")
    assert row["about"] == payment
    daemon.stop(signal.SIGKILL)
    daemon.sandbox = False
    daemon.start()
    admin = daemon.sign_in()
    row = wait_until(lambda: next((r for r in works(admin) if "is not there" in r.get("said", "")), None), 30, "told")
    assert row["about"] == payment and "sandbox" in row["said"]
    daemon.stop()
    daemon.sandbox = True
    daemon.start()
    admin = daemon.sign_in()
    admin.ask("due.again", id=row["id"])
    wait_until(lambda: admin.ask("payment.get", payment=payment)["payment"]["state"] == "succeeded", 30, "settled")
    wait_until(lambda: works(admin) == [], 20, "nothing due")
    assert is_whole(daemon, admin)


def test_a_store_from_before_goes_on_with_what_waited(daemon, sink):
    admin = daemon.sign_in()
    number, row = put_off(admin, sink)
    daemon.stop()
    damage(daemon, "schema6")
    daemon.start()
    admin = daemon.sign_in()
    wait_until(lambda: len(works(admin)) == 1, 20, "the outbox is as the settings say")
    [now] = works(admin)
    assert {k: now[k] for k in ("work", "about", "at", "tries", "said")} == {k: row[k] for k in ("work", "about", "at", "tries", "said")}
    assert {r["work"] for r in due(admin)} == STANDING | {"mail"} and is_whole(daemon, admin)
    del sink.refuse_recipient["ada@acme.test"]
    admin.ask("mail.retry", id=number)
    assert sink.wait("ada@acme.test")


def test_a_clock_that_is_set_forward_or_back_delays_nothing(tmp_path, sink):
    with Daemon(env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        put_off(admin, sink)
        clock.set_by(tmp_path, minutes=2)
        wait_until(lambda: [r for r in works(d.sign_in()) if r.get("tries") == 2], 40, "its time has come")
        del sink.refuse_recipient["ada@acme.test"]
        clock.set_by(tmp_path, hours=-20)
        assert sink.wait("ada@acme.test", seconds=40)


def says_clock(d):
    return any("clock was set" in text for text in d.sign_in().ask("queue.get").get("notices", []))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_clock_that_was_set_is_said_for_a_day_whatever_starts_anew(tmp_path, end):
    with Daemon(env=clock.settable(tmp_path)) as d:
        assert not says_clock(d)
        clock.set_by(tmp_path, hours=2)
        assert says_clock(d)
        if end == signal.SIGKILL:  # what is in the log is on its way to the store, and comes before a later write
            wait_until(lambda: "the clock was set" in d.log.read_text(), 30, "in the log")
            d.sign_in().ask("item.create", item={"name": "Paper", "price": "1"})
        for later, said in (({"hours": 2}, True), ({"hours": 24}, True), ({"hours": 27}, False), ({"hours": -3}, True), ({"hours": 24}, False)):
            d.stop(end)
            clock.set_by(tmp_path, **later)
            d.start()
            assert says_clock(d) == said, later
        assert problems(d) == []


def test_what_a_newer_program_left_is_kept_told_and_shown_to_nobody(daemon):
    admin = daemon.sign_in()
    customer, contact = add_customer(admin)
    maria = open_portal(daemon, admin, contact, "maria@bodega.test")
    made = [admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"] for _ in range(2)]
    maria.ask("comment.add", document=made[0]["id"], text="When?")
    payment = pay(maria, made[1], PENDS)
    daemon.stop()
    damage(daemon, "newer", made[0]["id"], payment)
    daemon.start()
    admin, maria = daemon.sign_in(), daemon.sign_in("maria@bodega.test")
    q = admin.ask("queue.get")
    told = " / ".join(q["notices"])
    assert "1 document is of a kind that only a newer program knows" in told and "ideal: 1 payment stays pending" in told
    assert all(row["kind"] for row in q["counts"]) and all(w["subject"] for w in q["work"])
    [row] = [g for g in admin.ask("gateway.list")["gateways"] if g["name"] == "ideal"]
    assert row["pending"] == 1 and not row.get("here") and "newer program" in row["note"]
    assert "newpayme…: 300 payments stay pending" in told, "by what its totals know of its name"
    for who in (admin, maria):
        assert who.refused("invoice.get", invoice=made[0]["id"]).code == "not_found"
        assert who.refused("comment.add", document=made[0]["id"], text="x").code == "not_found"
        assert who.refused("event.list", document=made[0]["id"]).code == "not_found"
        assert all(r["id"] != made[0]["id"] for r in who.ask("invoice.list")["invoices"])
    assert problems(daemon) == []


def test_killed_at_any_step_all_is_done_and_nothing_twice(daemon, sink):
    """Mails may arrive twice under one Message-ID; payments are made once."""
    luck = random.Random(19)
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, contact = add_customer(admin)
    maria = open_portal(daemon, admin, contact, "maria@bodega.test")
    payments, mails = [], []
    for _ in range(12):
        invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
        payments.append(pay(maria, invoice, luck.choice([GOOD, PENDS])))
        mails.append(admin.ask("mail.test")["mail"]["id"])
        begin = time.monotonic()
        while time.monotonic() - begin < luck.random() * 0.15:
            admin.ask("system.health")
        daemon.stop(signal.SIGKILL)
        daemon.start()
        admin, maria = daemon.sign_in(), daemon.sign_in("maria@bodega.test")

    def settled():
        for row in works(admin):
            if row["work"] == "payment":
                with contextlib.suppress(Refused):  # done meanwhile
                    admin.ask("due.again", id=row["id"])
        return works(admin) == []
    wait_until(settled, 60, "all is done")
    assert {admin.ask("payment.get", payment=p)["payment"]["state"] for p in payments} == {"succeeded"}
    sent = [admin.ask("mail.get", id=m)["mail"] for m in mails]
    assert {m["state"] for m in sent} == {"sent"}
    assert {m["message-id"] for m in sink.messages} >= {f"<{m['message_id']}>" for m in sent}
    assert is_whole(daemon, admin)
