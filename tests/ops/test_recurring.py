"""Recurring invoices: each on its own day, once, whatever the clock and the daemon did in between."""
import datetime
import signal

import pytest

import clock
from daemon import Daemon, Refused, add_customer, days, line, money, open_portal, wait_until

MONTHLY = {"document": {"lines": [line("Hosting", "1", "100", "19")]}, "period": "month", "send": True, "due_days": 14}

# What a first day gives, as the facts have it: the anchor, how often, then the days after the first.
TABLE = [
    ("2027-01-31", {"period": "month"}, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
    ("2027-01-30", {"period": "month"}, ["2027-02-28", "2027-03-30", "2027-04-30"]),
    ("2028-01-31", {"period": "month"}, ["2028-02-29", "2028-03-31"]),
    ("2028-02-29", {"period": "month"}, ["2028-03-29", "2028-04-29"]),
    ("2028-02-29", {"period": "month", "last_day": True}, ["2028-03-31", "2028-04-30"]),
    ("2028-02-29", {"period": "year"}, ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
    ("2026-11-30", {"period": "quarter"}, ["2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"]),
    ("2027-09-02", {"period": "month"}, ["2027-10-02", "2027-11-02", "2027-12-02"]),
    ("2027-01-31", {"period": "day", "every": 10}, ["2027-02-10", "2027-02-20", "2027-03-02"]),
    ("2027-01-31", {"period": "week", "every": 2}, ["2027-02-14", "2027-02-28"]),
    ("2027-01-31", {"period": "month", "every": 2}, ["2027-03-31", "2027-05-31"]),
]


@pytest.fixture
def at_noon():
    """A daemon whose clock says 31 Jan 2027, 12:00; (daemon, administrator, customer)."""
    with Daemon(env=clock.at("2027-01-31 12:00:00")) as d:
        admin = d.sign_in()
        yield d, admin, add_customer(admin)[0]


def later(d, day, hour="00:05:00"):
    """The daemon is down until that day; the administrator, signed in anew."""
    d.stop()
    d.env = clock.at(f"{day} {hour}")
    d.start()
    return d.sign_in()


def create(admin, customer, **more):
    return admin.ask("schedule.create", customer=customer, schedule={**MONTHLY, **more})["schedule"]


def made(admin, schedule):
    """Its invoices, oldest first, when nothing is due any more."""
    def settled():
        got = admin.ask("schedule.get", schedule=schedule)
        there = admin.ask("schedule.preview", schedule={"period": "day"})["days"][0]["date"]
        return got if got["schedule"]["state"] != "running" or got["schedule"]["next_date"] > there else None
    got = wait_until(settled, 20, "all that are due")
    return got["invoices"][::-1], got["schedule"]


def switch(admin, customer, on):
    revision = admin.ask("customer.get", customer=customer)["customer"]["revision"]
    admin.ask("customer.update", id=customer, customer={"revision": revision, "active": on})


def whole(d, admin):
    assert d.client().ask("system.check")["problems"] == []
    assert admin.ask("audit.verify")["problems"] == []


@pytest.fixture(scope="module")
def before_them():
    """A daemon to whom none of the days of the table is over: those begin nothing any more."""
    with Daemon(env=clock.at("2026-11-24 12:00:00")) as d:
        yield d.sign_in()


@pytest.mark.parametrize(("anchor", "how", "then"), TABLE)
def test_each_has_its_day_counted_from_the_first(before_them, anchor, how, then):
    got = before_them.ask("schedule.preview", schedule={"anchor": anchor, **how})["days"]
    assert [d["date"] for d in got[:len(then) + 1]] == [anchor, *then] and [d["nth"] for d in got[:3]] == [1, 2, 3]


def test_each_is_made_on_its_day_dated_and_numbered(at_noon):
    d, admin, customer = at_noon
    maria = open_portal(d, admin, admin.ask("customer.get", customer=customer)["contacts"][0]["id"], "maria@bodega.test")
    schedule = create(admin, customer)
    assert (schedule["state"], schedule["name"], schedule["total"]["amount"]) == ("running", "Hosting", 11900)
    invoices, now = made(admin, schedule["id"])
    assert [(i["date"], i["due"], i["status"], i["total"]["amount"]) for i in invoices] == [("2027-01-31", "2027-02-14", "open", 11900)]
    assert (now["made"], now["next"], now["next_date"], now["last_date"]) == (1, 2, "2027-02-28", "2027-01-31")
    assert [i["number"] for i in maria.ask("invoice.list")["invoices"]] == [invoices[0]["number"]]
    seen = maria.ask("invoice.get", invoice=invoices[0]["id"])["invoice"]
    assert "schedule" not in seen and "nth" not in seen
    assert maria.ask("home.get")["unread"] == 1, "what was sent rings, whoever sent it"
    told = admin.ask("invoice.get", invoice=invoices[0]["id"])
    assert (told["invoice"]["schedule"], told["invoice"]["nth"]) == (schedule["id"], 1)
    assert {(e["what"], e["side"]) for e in told["events"]} >= {("created", "system"), ("sent", "system")}
    admin = later(d, "2027-02-28", "00:00:30")
    invoices, now = made(admin, schedule["id"])
    assert [i["date"] for i in invoices] == ["2027-01-31", "2027-02-28"] and now["next_date"] == "2027-03-31"
    whole(d, admin)


def test_it_is_made_at_midnight_of_the_business_while_the_daemon_runs(tmp_path):
    with Daemon(zone="Pacific/Auckland", env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        customer = add_customer(admin)[0]
        here = datetime.date.fromisoformat(admin.ask("schedule.preview", schedule={"period": "day"})["days"][0]["date"])
        schedule = create(admin, customer, anchor=(here + datetime.timedelta(days=1)).isoformat())
        assert made(admin, schedule["id"])[0] == []
        clock.set_by(tmp_path, hours=24)
        admin = d.sign_in()
        wait_until(lambda: admin.ask("schedule.get", schedule=schedule["id"])["schedule"].get("made") == 1, 30, "the invoice of tomorrow")
        clock.set_by(tmp_path, hours=-48)
        admin = d.sign_in()
        assert admin.ask("schedule.get", schedule=schedule["id"])["schedule"]["made"] == 1
        whole(d, admin)


def test_a_clock_that_jumps_makes_none_twice_and_never_many_at_once(tmp_path):
    """While it runs: three days on, back, on again, then years."""
    with Daemon(env=clock.settable(tmp_path)) as d:
        admin = d.sign_in()
        customer = add_customer(admin)[0]
        first = datetime.date.fromisoformat(admin.ask("schedule.preview", schedule={"period": "day"})["days"][0]["date"])
        schedule = create(admin, customer, period="day", anchor=first.isoformat())["id"]

        def count(days, state="running"):
            clock.set_by(tmp_path, hours=24 * days)
            admin = d.sign_in()
            wait_until(lambda: admin.ask("schedule.get", schedule=schedule)["schedule"]["state"] == state, 30, state)
            return made(admin, schedule)

        for days, there in ((0, 1), (3, 4), (0, 4), (-30, 4), (3, 4)):
            invoices, now = count(days)
            assert [i["date"] for i in invoices] == [(first + datetime.timedelta(days=n)).isoformat() for n in range(there)], days
        invoices, now = count(5 * 365, "held")
        assert len(invoices) == 4 and now["said"].startswith("more than ")
        admin = d.sign_in()
        admin.ask("schedule.resume", schedule=schedule)
        invoices, now = made(admin, schedule)
        assert len(invoices) == 5 and invoices[-1]["date"] == (first + datetime.timedelta(days=5 * 365)).isoformat()
        invoices, now = count(0)
        assert len(invoices) == 5 and now["next_date"] == (first + datetime.timedelta(days=5 * 365 + 1)).isoformat()
        whole(d, d.sign_in())


def test_after_three_months_down_all_three_are_there_each_of_its_own_day(at_noon):
    d, admin, customer = at_noon
    schedule = create(admin, customer, service=True)
    by_date = create(admin, customer, due_by_date=True)
    made(admin, schedule["id"])
    made(admin, by_date["id"])
    admin = later(d, "2027-04-30")
    invoices, now = made(admin, schedule["id"])
    assert [i["date"] for i in invoices] == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert [i["due"] for i in invoices[1:]] == ["2027-05-14"] * 3, "they are sent today: nobody could pay before"
    assert [i["due"] for i in made(admin, by_date["id"])[0]] == ["2027-02-14", "2027-03-14", "2027-04-14", "2027-05-14"]
    read = admin.ask("invoice.get", invoice=invoices[1]["id"])["invoice"]
    assert (read["period_from"], read["period_until"]) == ("2027-02-28", "2027-03-30")
    assert now["state"] == "running" and now["next_date"] == "2027-05-31"
    whole(d, admin)


def test_more_than_three_at_once_wait_for_staff(at_noon):
    d, admin, customer = at_noon
    held, left = create(admin, customer), create(admin, customer, name="Backup")
    made(admin, held["id"])
    made(admin, left["id"])
    admin = later(d, "2027-06-30")
    invoices, now = made(admin, held["id"])
    assert (len(invoices), now["state"]) == (1, "held") and "5 are due, the first since 28 Feb 2027" in now["said"]
    made(admin, left["id"])
    waiting = {w["id"]: w["text"] for w in admin.ask("queue.get")["work"] if w["job"] == "schedule"}
    assert set(waiting) == {held["id"], left["id"]} and waiting[left["id"]].startswith("Backup: 5 are due")
    assert admin.ask("schedule.run", schedule=held["id"])["made"] == 5
    invoices, now = made(admin, held["id"])
    assert [i["date"] for i in invoices][-2:] == ["2027-05-31", "2027-06-30"] and now["next_date"] == "2027-07-31"
    assert admin.refused("schedule.run", schedule=held["id"]).code == "state"
    resumed = admin.ask("schedule.resume", schedule=left["id"])["schedule"]
    assert (resumed["state"], resumed["next"], resumed["next_date"]) == ("running", 6, "2027-06-30"), "today's can still be made"
    assert [(i["date"]) for i in made(admin, left["id"])[0]] == ["2027-01-31", "2027-06-30"]
    assert not [w for w in admin.ask("queue.get")["work"] if w["job"] == "schedule"]
    whole(d, admin)


def test_very_many_are_made_in_parts(at_noon):
    d, admin, customer = at_noon
    schedule = create(admin, customer, period="day", count=102)
    made(admin, schedule["id"])
    admin = later(d, "2027-12-31")
    assert "more than 60 are due" in made(admin, schedule["id"])[1]["said"]
    assert admin.ask("schedule.run", schedule=schedule["id"])["made"] == 60
    now = made(admin, schedule["id"])[1]
    assert now["state"] == "held" and now["said"].startswith("41 are due, the first since 2 Apr 2027")
    assert admin.ask("schedule.run", schedule=schedule["id"])["made"] == 41
    assert (made(admin, schedule["id"])[1]["state"], len(rows(admin))) == ("ended", 102)
    whole(d, admin)


def test_a_pause_leaves_out_and_shifts_nothing(at_noon):
    d, admin, customer = at_noon
    schedule = create(admin, customer, count=5)
    made(admin, schedule["id"])
    paused = admin.ask("schedule.pause", schedule=schedule["id"])["schedule"]
    assert paused["state"] == "paused" and admin.refused("schedule.pause", schedule=schedule["id"]).code == "state"
    admin = later(d, "2027-04-15")
    assert len(made(admin, schedule["id"])[0]) == 1
    admin.ask("schedule.resume", schedule=schedule["id"])
    admin = later(d, "2027-05-31")
    invoices, now = made(admin, schedule["id"])
    assert [i["date"] for i in invoices] == ["2027-01-31", "2027-04-30", "2027-05-31"] and now["state"] == "ended"
    assert [admin.ask("invoice.get", invoice=i["id"])["invoice"]["nth"] for i in invoices] == [1, 4, 5]
    again = admin.ask("schedule.update", id=schedule["id"], schedule={"revision": now["revision"], "count": 6})["schedule"]
    assert (again["state"], again["next_date"]) == ("running", "2027-06-30"), "with a later end it goes on"
    stopped = admin.ask("schedule.stop", schedule=schedule["id"])["schedule"]
    assert stopped["state"] == "stopped" and not stopped.get("next_date")
    assert admin.refused("schedule.update", id=schedule["id"], schedule={"revision": stopped["revision"], "count": 9}).code == "state"
    assert [e["what"] for e in admin.ask("schedule.get", schedule=schedule["id"])["events"]] == ["stopped", "changed", "stopped", "resumed", "paused", "created"]
    whole(d, admin)


def test_what_changes_changes_from_the_next_one_on(at_noon):
    d, admin, customer = at_noon
    schedule = create(admin, customer)
    _, now = made(admin, schedule["id"])
    lines = [line("Hosting", "1", "120", "20")]
    changed = admin.ask("schedule.update", id=schedule["id"], schedule={"revision": now["revision"], "document": {"lines": lines}})["schedule"]
    assert changed["total"]["amount"] == 14400
    assert admin.refused("schedule.update", id=schedule["id"], schedule={"revision": now["revision"], "name": "x"}).code == "stale"
    admin = later(d, "2027-02-28")
    assert [i["total"]["amount"] for i in made(admin, schedule["id"])[0]] == [11900, 14400]
    draft = admin.ask("invoice.create", customer=customer, document={"lines": [line("Hosting, large", "1", "200")]})["invoice"]
    changed = admin.ask("schedule.update", id=schedule["id"], schedule={"revision": changed["revision"]}, invoice=draft["id"])["schedule"]
    assert (changed["total"]["amount"], changed["document"]["lines"][0]["name"], changed["name"]) == (20000, "Hosting, large", "Hosting")
    # Other days: counted from the new first day, and the numbers go on.
    moved = admin.ask("schedule.update", id=schedule["id"], schedule={"revision": changed["revision"], "anchor": "2027-01-15", "period": "quarter"})["schedule"]
    assert (moved["next"], moved["next_date"]) == (3, "2027-04-15")
    admin = later(d, "2027-04-15")
    assert [i["date"] for i in made(admin, schedule["id"])[0]] == ["2027-01-31", "2027-02-28", "2027-04-15"]
    whole(d, admin)


def test_what_can_not_be_made_waits_with_its_reason_and_hinders_no_other(at_noon):
    d, admin, customer = at_noon
    other = add_customer(admin, "Blue Door", "blue@door.test", person="Ben")[0]
    bad, good = create(admin, customer, anchor="2027-02-10"), create(admin, other, anchor="2027-02-10")
    switch(admin, customer, False)
    admin = later(d, "2027-02-10")
    assert len(made(admin, good["id"])[0]) == 1
    invoices, now = made(admin, bad["id"])
    assert (invoices, now["state"]) == ([], "held") and "Bodega Sur is deactivated" in now["said"]
    assert admin.refused("schedule.run", schedule=bad["id"]).code == "state"
    switch(admin, customer, True)
    assert admin.ask("schedule.run", schedule=bad["id"])["made"] == 1
    assert [i["date"] for i in made(admin, bad["id"])[0]] == ["2027-02-10"]
    numbers = sorted(i["number"] for i in admin.ask("invoice.list")["invoices"])
    assert numbers == ["INV-000001", "INV-000002"], "no number was drawn in vain"
    whole(d, admin)


def test_it_goes_on_from_an_invoice_that_is_there(at_noon):
    d, admin, customer = at_noon
    invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line("Rent", "1", "900")], "reference": "PO 9", "date": "2026-12-31"})["invoice"]
    s = admin.ask("schedule.create", invoice=invoice["id"], schedule={"period": "month", "every": 1})["schedule"]
    assert (s["customer"], s["anchor"], s["next"], s["next_date"], s["name"]) == (customer, "2026-12-31", 2, "2027-01-31", "Rent")
    invoices, now = made(admin, s["id"])
    read = admin.ask("invoice.get", invoice=invoices[0]["id"])["invoice"]
    assert (read["status"], read["reference"], read["total"]["amount"], read["nth"]) == ("draft", "PO 9", 90000, 2)
    listed = admin.ask("schedule.list", customer=customer)["schedules"]
    assert [(r["id"], r["state"], r["next_date"]) for r in listed] == [(s["id"], "running", "2027-02-28")]
    other = add_customer(admin, "Blue Door", "blue@door.test", person="Ben")[0]
    assert admin.ask("schedule.list", customer=other)["schedules"] == []
    wrong = admin.refused("schedule.create", customer=other, invoice=invoice["id"], schedule={})
    assert (wrong.code, wrong.field) == ("invalid", "invoice")


@pytest.mark.parametrize(("given", "field"), [
    ({"anchor": "2027-01-30", "last_day": True}, "schedule.anchor"),
    ({"period": "week", "last_day": True}, "schedule.last_day"),
    ({"anchor": "2027-01-31", "until": "2027-01-30"}, "schedule.until"),
    ({"anchor": "2020-01-01", "count": 3}, "schedule.count"),
    ({"anchor": "2099-01-01"}, "schedule.anchor"),
    ({"document": {"lines": []}}, "schedule.document.lines"),
    ({"document": {"lines": [line("x", "-1", "1")]}}, "schedule.document.lines.0.quantity"),
    ({"state": "ended"}, "schedule.state"),
    ({"document": {"lines": [line()], "currency": "USD"}}, "schedule.document.currency"),
])
def test_a_schedule_that_can_not_be_is_refused_by_field(admin, given, field):
    customer = add_customer(admin)[0]
    refused = admin.refused("schedule.create", customer=customer, schedule={**MONTHLY, **given})
    assert refused.field == field, refused
    assert admin.ask("schedule.list", customer=customer)["schedules"] == []


def test_customers_and_readers(d, admin):
    customer, contact = add_customer(admin, "Carl", "carl@carl.test", person="Carl")
    carl = open_portal(d, admin, contact, "carl@carl.test")
    s = create(admin, customer, anchor=days(5))
    for op, args in (("schedule.list", {}), ("schedule.get", {"schedule": s["id"]}), ("schedule.stop", {"schedule": s["id"]})):
        with pytest.raises(Refused) as refused:
            carl.ask(op, **args)
        assert refused.value.code == "forbidden"


def test_a_kill_at_any_moment_makes_none_twice_and_loses_none(at_noon):
    d, admin, customer = at_noon
    ids = [create(admin, customer, period="day", name=f"S{i}")["id"] for i in range(12)]
    for i in ids:
        made(admin, i)
    for day in range(1, 5):
        for _ in range(3):
            d.stop(signal.SIGKILL)
            d.env = clock.at((datetime.datetime(2027, 1, 31, 0, 5) + datetime.timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S"))
            d.start()
        admin = d.sign_in()
        for i in ids:
            invoices, now = made(admin, i)
            assert [x["date"] for x in invoices] == [(datetime.date(2027, 1, 31) + datetime.timedelta(days=n)).isoformat() for n in range(day + 1)]
    numbers = sorted(int(r["number"][4:]) for r in rows(admin))
    assert numbers == list(range(1, 12 * 5 + 1)), "each number once, none left out"
    whole(d, admin)


def rows(admin):
    got, after = [], None
    while True:
        page = admin.ask("invoice.list", limit=100, **({"after": after} if after else {}))
        got += page["invoices"]
        after = page.get("next")
        if not after:
            return got


def test_the_total_that_is_told_is_that_of_the_next_invoice_as_it_will_be_made(at_noon):
    d, admin, customer = at_noon
    s = create(admin, customer, anchor="2027-02-10", document={"lines": [line(name, "1", "0.13", "19") for name in ("One", "Two", "Three")]})
    assert s["total"] == money("0.46")
    revision = admin.ask("settings.get")["business"]["revision"]
    admin.ask("settings.update", business={"revision": revision, "tax_per_line": True})
    told = admin.ask("schedule.get", schedule=s["id"])
    assert (told["schedule"]["total"], told["days"][0]["date"], told["days"][0]["due"]) == (money("0.45"), "2027-02-10", "2027-02-24")
    (invoice,), _ = made(later(d, "2027-02-10"), s["id"])
    assert (invoice["total"], invoice["date"], invoice["due"]) == (money("0.45"), "2027-02-10", "2027-02-24")
