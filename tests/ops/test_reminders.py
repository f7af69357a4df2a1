"""Reminders of what is owed: by rules and by hand, once for each invoice and step, in one mail a customer, and late fees."""
import pytest

import clock
from daemon import Daemon, add_customer, days, line, money, open_portal, today, wait_until
from smtp_sink import configure, text
from test_gateways import HANGS, pay


def switch(admin, on=True, **more):
    revision = admin.ask("settings.get")["business"]["revision"]
    return admin.ask("settings.update", business={"reminders": on, "revision": revision, **more})["business"]


def invoice(staff, customer, price="10", late=0, **more):
    """One that has been due for so many days."""
    return staff.ask("invoice.create", customer=customer, send=True,
                     document={"lines": [line(price=price)], "date": days(-late - 5), "due": days(-late), **more})["invoice"]


def rules(staff):
    return staff.ask("reminder.rules")["rules"]


def sent(staff, **of):
    return staff.ask("reminder.sent", **of)["reminders"]


def named(reminder):
    return [part["number"] for part in reminder["parts"]]


def reminders_to(admin, customer):
    return [m for m in admin.ask("mail.list", customer=customer, limit=100)["mails"] if m["template"] == "reminder"]


def wait_round(admin, customer, n=1):
    return wait_until(lambda: len(sent(admin, customer=customer)) >= n and sent(admin, customer=customer), what="the reminder")


def over(admin):
    """Nobody is left whom the rules remind now: a round is over."""
    return wait_until(lambda: not admin.ask("reminder.next")["customers"], what="the end of the round")


# --- the rules ------------------------------------------------------------------------------------------------------------------------
def test_three_steps_are_there_and_nobody_is_reminded_until_they_are_switched_on(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    got = admin.ask("reminder.rules")
    assert [(r["days"], r["step"], r["active"]) for r in got["rules"]] == [(-3, 1, True), (7, 2, True), (21, 3, True)]
    assert not got.get("on") and not any(r.get("fee") or r["fee_percent"] != "0" for r in got["rules"])
    customer, _ = add_customer(admin)
    made = invoice(admin, customer, late=8)
    row, = admin.ask("reminder.next")["customers"]
    assert (row["customer"], row["step"], row["invoices"], row["total"]) == (customer, 2, 1, money("10"))
    assert sent(admin) == [] and reminders_to(admin, customer) == []
    switch(admin)
    reminder, = wait_round(admin, customer)
    assert named(reminder) == [made["number"]] and (reminder["step"], reminder.get("by")) == (2, None)
    mail = sink.wait("maria@bodega.test")
    assert made["number"] in text(mail) and "8 days" in text(mail) and "10.00" in text(mail) and "Bodega Sur" in text(mail)


def test_a_rule_is_checked_by_field_and_only_administrators_change_one(d, admin):
    first = rules(admin)[0]
    good = {"name": "Last call", "days": 60, "subject": "Last call", "text": "{customer} owes {total}"}
    for field, wrong in [("text", "pay {now}"), ("text", "{total} {total} "), ("subject", "{invoices}"), ("subject", "about {nothing}"), ("name", " "), ("days", 4000)]:
        if (field, wrong) == ("text", "{total} {total} "):
            continue
        refusal = admin.refused("reminder.rule_create", rule={**good, field: wrong})
        assert (refusal.code, refusal.field) == ("invalid", f"rule.{field}"), refusal
    refusal = admin.refused("reminder.rule_update", id=first["id"], rule={"text": "dear {costumer}"})
    assert (refusal.code, refusal.field) == ("invalid", "rule.text") and "{customer}" in refusal.message
    assert admin.refused("reminder.rule_update", id=99, rule={"days": 1}).code == "not_found"
    assert admin.refused("reminder.rule_create", rule={**good, "days": 7}).code == "exists"
    assert [r["id"] for r in rules(admin)] == [1, 2, 3], "a refusal changes nothing"
    made = admin.ask("reminder.rule_create", rule=good)["rule"]
    assert made["active"] and made["step"] == 4
    changed = admin.ask("reminder.rule_update", id=made["id"], rule={"active": False, "fee": money("5")})["rule"]
    assert not changed.get("active") and changed["fee"] == money("5") and changed["text"] == good["text"]
    admin.ask("reminder.rule_delete", id=made["id"])
    assert len(rules(admin)) == 3
    admin.ask("staff.create", name="Sam", email="sam@acme.test", role="staff", password="correct horse battery", keep_password=True)
    sam = d.sign_in("sam@acme.test")
    assert sam.refused("reminder.rule_create", rule=good).code == "forbidden"
    assert len(rules(sam)) == 3


@pytest.mark.parametrize("days_given", ["someday", "13-40", "sat,sun", "2026-12-25"])
def test_quiet_days_are_checked(admin, days_given):
    revision = admin.ask("settings.get")["business"]["revision"]
    refusal = admin.refused("settings.update", business={"reminder_quiet": days_given, "revision": revision})
    assert (refusal.code, refusal.field) == ("invalid", "business.reminder_quiet")


# --- by the rules ----------------------------------------------------------------------------------------------------------------------
def test_one_mail_lists_all_that_is_late_and_each_step_comes_once(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, _ = add_customer(admin)
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    old, new, not_due = (invoice(admin, customer, "10", 25), invoice(admin, customer, "20", 8), invoice(admin, customer, "40", -20))
    just_late = invoice(admin, customer, "80", 2)
    soon = invoice(admin, other, "5", -2)
    switch(admin)
    reminder, = wait_round(admin, customer)
    assert sorted(named(reminder)) == sorted([old["number"], new["number"], just_late["number"]]) and not_due["number"] not in named(reminder)
    assert {p["number"]: p.get("step", 0) for p in reminder["parts"]} == {old["number"]: 3, new["number"]: 2, just_late["number"]: 0}
    assert reminder["total"] == money("110") and reminder["step"] == 3
    assert named(wait_round(admin, other)[0]) == [soon["number"]]
    over(admin)
    for on in (False, True, False, True):  # a round begins anew, and comes to nothing
        switch(admin, on)
    later = invoice(admin, other, "5", 9)
    switch(admin, reminder_cap=50)
    wait_round(admin, other, 2)
    over(admin)
    assert len(sent(admin, customer=customer)) == 1 and len(sink.to("maria@bodega.test")) == 1
    assert named(sent(admin, customer=other)[0]) == [later["number"]]
    history = admin.ask("invoice.get", invoice=old["id"])["events"]
    event, = [e for e in history if e["what"] == "reminded"]
    assert event["side"] == "system" and "step 3" in event["text"]
    assert sent(admin, invoice=soon["id"])[0]["parts"][0]["step"] == 1


def test_steps_that_passed_while_nothing_ran_are_not_made_up_for(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, _ = add_customer(admin)
    made = invoice(admin, customer, late=-10)
    switch(admin)
    over(admin)
    clock.forward(daemon, days=32)  # 22 days late
    admin = daemon.sign_in()
    reminder, = wait_round(admin, customer)
    over(admin)
    assert reminder["step"] == 3 and len(reminders_to(admin, customer)) == 1
    clock.forward(daemon, days=-10)  # set back: step 2 is past, whatever the day
    admin = daemon.sign_in()
    switch(admin, reminder_cap=9)
    over(admin)
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    revision = admin.ask("settings.get")["business"]["revision"]
    admin.ask("invoice.create", customer=other, send=True, document={"lines": [line()], "date": days(0), "due": days(1)})
    admin.ask("settings.update", business={"reminder_cap": 8, "revision": revision})
    wait_round(admin, other)
    over(admin)
    assert len(sent(admin, customer=customer)) == 1, made


def test_a_clock_that_jumps_while_the_daemon_runs_reminds_nobody_that_day(tmp_path, sink):
    with Daemon(env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        configure(admin, sink)
        customer, _ = add_customer(admin)
        invoice(admin, customer, late=-10)
        switch(admin)
        over(admin)
        clock.set_by(tmp_path, days=300)
        wait_until(lambda: any("clock was set" in n for n in d.sign_in().ask("queue.get").get("notices", [])), 40, "the clock that was set to be noticed")
        admin = d.sign_in()
        switch(admin, reminder_cap=7)
        assert admin.ask("reminder.next")["customers"] and sent(admin) == []
        clock.set_by(tmp_path)
        admin = d.sign_in()
        other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
        invoice(admin, other, late=7)
        switch(admin, reminder_cap=6)
        wait_round(admin, other)
        assert [r["customer"] for r in sent(admin)] == [other]


def test_a_rule_that_is_deleted_and_made_again_reminds_of_nothing_twice(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, _ = add_customer(admin)
    invoice(admin, customer, "100", late=8)
    admin.ask("reminder.rule_update", id=2, rule={"fee": money("5")})
    switch(admin)
    wait_round(admin, customer)
    over(admin)
    old = rules(admin)[1]
    admin.ask("reminder.rule_delete", id=2)
    admin.ask("reminder.rule_create", rule={k: old[k] for k in ("name", "days", "subject", "text")} | {"fee": money("5")})
    over(admin)
    assert len(sent(admin, customer=customer)) == 1 and len(admin.ask("invoice.list")["invoices"]) == 2, "its fee, once"


def test_who_has_paid_promised_or_disputes_is_not_reminded(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    made, customers = {}, {}
    for name in ("paid", "pending", "disputed", "paused", "promised", "customer paused", "customer promised", "deactivated", "unreachable", "owes"):
        email = name.replace(" ", "-") + "@bodega.test" if name != "unreachable" else "ä@bodega.test"
        customers[name], contact = add_customer(admin, name.title(), email, person=name)
        made[name] = invoice(admin, customers[name], late=8)
        if name == "pending":
            pay(open_portal(daemon, admin, contact, email), made[name], HANGS)
    admin.ask("payment.record", customer=customers["paid"], mode="cash", parts=[{"invoice": made["paid"]["id"]}])
    hold = lambda name, **more: admin.ask("reminder.hold", invoice=made[name]["id"], **more)["invoice"]
    assert hold("disputed", reminding="disputed")["reminding"] == "disputed"
    hold("paused", reminding="paused")
    assert hold("promised", promised=days(3))["promised"] == days(3)
    def change(name, **more):
        admin.ask("customer.update", id=customers[name], customer={"revision": admin.ask("customer.get", customer=customers[name])["customer"]["revision"], **more})
    change("customer paused", reminders_off=True)
    change("customer promised", promised=days(1))
    change("deactivated", active=False)
    switch(admin)
    wait_round(admin, customers["owes"])
    over(admin)
    assert [r["customer"] for r in sent(admin)] == [customers["owes"]]
    for name, why in [("pending", "settled"), ("disputed", "disputed"), ("paused", "paused"), ("promised", "promised"), ("paid", "")]:
        refusal = admin.refused("reminder.send", invoices=[made[name]["id"]])
        assert refusal.code == "state" and why in refusal.message, (name, refusal)
    for name, code in [("customer paused", "state"), ("customer promised", "state"), ("unreachable", "no_email")]:
        assert admin.refused("reminder.send", customer=customers[name]).code == code, name
    left = admin.ask("reminder.preview", customer=customers["disputed"])["reminder"]["left"]
    assert left[0]["number"] == made["disputed"]["number"] and "disputed" in left[0]["why"]
    hold("disputed", reminding="on")
    hold("promised", promised="")
    for name in ("disputed", "promised"):
        admin.ask("reminder.send", customer=customers[name])
    assert admin.refused("reminder.hold", invoice=made["paid"]["id"], reminding="paused").code == "state"
    texts = [e["text"] for e in admin.ask("invoice.get", invoice=made["promised"]["id"])["events"] if e["what"] == "reminder_held"]
    assert texts[0].startswith("go on") and "promised" in texts[1]


def test_quiet_days_and_the_cap_are_kept(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, _ = add_customer(admin)
    made = invoice(admin, customer, late=8)
    switch(admin, reminder_quiet="mon tue wed thu fri sat sun")
    clock.forward(daemon, days=1)  # a start looks at everything
    admin = daemon.sign_in()
    admin.ask("reminder.next")
    assert sent(admin) == []
    switch(admin, reminder_quiet="", reminder_cap=1)
    wait_round(admin, customer)
    sink.wait("maria@bodega.test")
    clock.forward(daemon, days=20)
    admin = daemon.sign_in()
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    admin.ask("invoice.create", customer=other, send=True, document={"lines": [line()], "date": days(20), "due": days(22)})
    switch(admin, False)
    switch(admin)
    wait_round(admin, other)
    over(admin)
    assert len(sent(admin, customer=customer)) == 1
    left = admin.ask("reminder.preview", customer=customer)["reminder"].get("left", [])
    assert left == [], "by hand it is the staff's decision"
    assert named(admin.ask("reminder.send", customer=customer)["reminder"]) == [made["number"]]


def test_persons_with_access_get_it_or_else_the_customers_address(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, contact = add_customer(admin, email="maria@bodega.test")
    second = admin.ask("contact.create", customer=customer, contact={"name": "Luis", "email": "luis@bodega.test"})["contact"]["id"]
    admin.ask("contact.create", customer=customer, contact={"name": "Nobody", "email": "nobody@bodega.test"})
    admin.ask("access.enable", contacts=[contact, second], password="correct horse battery", keep_password=True)
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    for of in (customer, other):
        invoice(admin, of, late=8)
    assert [m["to"] for m in admin.ask("reminder.preview", customer=customer)["reminder"]["to"]] == ["maria@bodega.test", "luis@bodega.test"]
    switch(admin)
    for to in ("maria@bodega.test", "luis@bodega.test", "otto@other.test"):
        sink.wait(to)
    over(admin)
    assert len(sent(admin)) == 2 and not sink.to("nobody@bodega.test")


# --- when the mail leaves -------------------------------------------------------------------------------------------------------------
def test_what_was_paid_before_the_mail_leaves_is_not_asked_for(daemon, sink):
    admin = daemon.sign_in()
    customer, _ = add_customer(admin)
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    paid, part, whole = invoice(admin, customer, "10", 9), invoice(admin, customer, "20", 9), invoice(admin, other, "5", 9)
    held = admin.ask("reminder.send", customer=customer)["reminder"]
    assert held["held"] and held["total"] == money("30")
    admin.ask("reminder.send", customer=other)
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": paid["id"]}, {"invoice": part["id"], "amount": money("5")}])
    admin.ask("payment.record", customer=other, mode="cash", parts=[{"invoice": whole["id"]}])
    configure(admin, sink)
    mail = sink.wait("maria@bodega.test")
    assert paid["number"] not in text(mail) and part["number"] in text(mail) and "15.00" in text(mail) and "20.00" not in text(mail)
    gone = wait_until(lambda: [m for m in reminders_to(admin, other) if m["state"] == "withdrawn"], what="the mail to be withdrawn")
    assert "owed" in gone[0]["said"] and not sink.to("otto@other.test")
    assert sent(admin, customer=other) == [] and sent(admin, customer=customer)[0]["total"] == money("15")
    assert "reminder_withdrawn" in [e["what"] for e in admin.ask("invoice.get", invoice=whole["id"])["events"]]


# --- by hand ---------------------------------------------------------------------------------------------------------------------------
def test_what_is_sent_by_hand_is_what_the_preview_showed(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, contact = add_customer(admin)
    late, soon = invoice(admin, customer, "10", 9), invoice(admin, customer, "20", -5)
    shown = admin.ask("reminder.preview", customer=customer)["reminder"]
    assert named(shown) == [late["number"]] and shown["step"] == 2 and late["number"] in shown["text"]
    assert admin.refused("reminder.send", customer=customer, expect=money("11")).code == "stale"
    got = admin.ask("reminder.send", customer=customer, expect=shown["total"])["reminder"]
    assert got["text"] == shown["text"]
    assert text(sink.wait("maria@bodega.test")).strip() == shown["text"].strip()
    assert admin.refused("reminder.send", customer=customer).code == "exists"
    reminder, = sent(admin, invoice=late["id"])
    assert reminder["by"] == "Administrator" and reminder["parts"][0]["step"] == 2
    event, = [e for e in admin.ask("invoice.get", invoice=late["id"])["events"] if e["what"] == "reminded"]
    assert event["name"] == "Administrator" and "step 2" in event["text"]
    row, = [w for w in admin.ask("queue.get")["work"] if w["job"] == "overdue"]
    assert row["text"].startswith("reminded ") and row["text"].endswith(", step 2")
    switch(admin)
    over(admin)
    assert len(sent(admin, customer=customer)) == 1, "the rules do not send a step that was sent by hand"
    third = rules(admin)[2]["id"]
    of_one = admin.ask("reminder.preview", invoices=[soon["id"]], rule=third)["reminder"]
    assert named(of_one) == [soon["number"]] and of_one["rule"] == third
    other, _ = add_customer(admin, "Other", "otto@other.test", person="Otto")
    two = [soon["id"], invoice(admin, other)["id"]]
    assert (admin.refused("reminder.preview", invoices=two).code, admin.refused("reminder.preview", invoices=two).field) == ("invalid", "invoices")
    assert admin.refused("reminder.preview").field == "customer"
    assert admin.refused("reminder.send", customer=other, rule=77).code == "not_found"
    assert open_portal(daemon, admin, contact, "maria@bodega.test").refused("reminder.sent").code == "forbidden"


# --- late fees -------------------------------------------------------------------------------------------------------------------------
def fee(admin, which=1, **more):
    return admin.ask("reminder.rule_update", id=rules(admin)[which]["id"], rule=more)["rule"]


def test_a_late_fee_is_shown_first_and_charged_once_on_the_open_principal(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    customer, _ = add_customer(admin)
    late = invoice(admin, customer, "100", 9)
    switch(admin, on=False, no_receipts=True)
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": late["id"], "amount": money("40")}])
    fee(admin, fee=money("5"), fee_percent="10")
    shown = admin.ask("reminder.preview", customer=customer)["reminder"]
    assert shown["parts"][0]["fee"] == money("11") and shown["total"] == money("71") and "11.00" in shown["text"] and "71.00" in shown["text"]
    assert "fee" not in admin.ask("reminder.preview", customer=customer, no_fee=True)["reminder"]["parts"][0]
    assert admin.ask("reminder.next")["customers"][0]["fees"] == money("11")
    assert admin.ask("invoice.list", customer=customer)["total"] == 1, "a preview charges nothing"
    switch(admin)
    part = wait_round(admin, customer)[0]["parts"][0]
    charged = admin.ask("invoice.get", invoice=part["fee_invoice"])["invoice"]
    assert charged["fee_of"] == late["id"] and charged["total"] == money("11") and charged["state"] == "open" and not charged["tax"]["amount"]
    assert late["number"] in charged["lines"][0]["name"] and part["fee_number"] == charged["number"]
    assert charged["number"] in text(sink.wait("maria@bodega.test"))
    over(admin)
    fee(admin, 2, fee=money("7"))
    over(admin)
    clock.forward(daemon, days=60)  # the fee is late itself by then: reminded of, and bears no fee
    admin = daemon.sign_in()
    second = wait_round(admin, customer, 2)[0]
    over(admin)
    fees = {p["number"]: p.get("fee") for p in second["parts"]}
    assert fees == {late["number"]: money("7"), charged["number"]: None}
    assert admin.ask("invoice.list", customer=customer)["total"] == 3
    assert second["total"] == money("78")


def test_a_fee_is_taken_back_when_it_was_paid_in_time_and_recorded_late(daemon, sink):
    admin = daemon.sign_in()
    customer, _ = add_customer(admin)
    in_time, too_late, still_open = (invoice(admin, customer, price, 9) for price in ("100", "50", "30"))
    fee(admin, fee=money("5"))
    parts = {p["invoice"]: p["fee_invoice"] for p in admin.ask("reminder.send", customer=customer)["reminder"]["parts"]}
    for of, date in ((in_time, days(-9)), (too_late, days(-8))):
        admin.ask("payment.record", customer=customer, mode="bank_transfer", date=date, parts=[{"invoice": of["id"]}])
    state = lambda of: admin.ask("invoice.get", invoice=parts[of["id"]])["invoice"]["state"]
    assert (state(in_time), state(too_late)) == ("void", "open")
    configure(admin, sink)
    mail = text(sink.wait("maria@bodega.test"))
    assert "40.00" in mail and mail.count(" 5.00") == 2 and still_open["number"] in mail and too_late["number"] in mail
    assert in_time["number"] not in mail and "50.00" not in mail


def test_nothing_is_charged_in_another_currency_nor_without_a_rule(daemon):
    admin = daemon.sign_in()
    customer, _ = add_customer(admin, currency="USD")
    invoice(admin, customer, "100", 9)
    assert "fee" not in admin.ask("reminder.preview", customer=customer)["reminder"]["parts"][0]
    fee(admin, fee=money("5"))
    assert "fee" not in admin.ask("reminder.preview", customer=customer)["reminder"]["parts"][0]


def test_killed_in_the_middle_nobody_is_reminded_twice(daemon):
    """Held mails are all there are: counted, however often the daemon dies in a round."""
    import signal
    admin = daemon.sign_in()
    with pytest.MonkeyPatch.context():
        admin.ask("mail.settings_set", settings={"host": "127.0.0.1", "port": 9, "security": "none", "from": "portal@acme.test", "revision": 0})
    for n in range(60):
        customer, _ = add_customer(admin, f"C{n}", f"c{n}@bodega.test")
        invoice(admin, customer, late=9)
    fee(admin, fee=money("1"))
    switch(admin)
    for _ in range(4):
        daemon.stop(signal.SIGKILL)
        daemon.start()
        admin = daemon.sign_in()
        switch(admin, reminder_quiet="")
    over(admin)
    found, after = [], None
    while True:
        page = admin.ask("reminder.sent", limit=100, **({"after": after} if after else {}))
        found += page["reminders"]
        after = page.get("next")
        if not after:
            break
    assert len(found) == 60 == len({r["customer"] for r in found})
    assert admin.ask("invoice.list", limit=1)["total"] == 120
    assert today() and len([m for m in admin.ask("mail.list", limit=100)["mails"] if m["template"] == "reminder"]) == 60
