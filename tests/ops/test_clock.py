"""The clock is set while the daemon runs: what lasts a time lasts that time, and the log is not called broken for it."""
import datetime
import secrets
import threading
import time

import clock
import pytest
from daemon import PASSWORD, Daemon, Refused, add_customer, is_over, line, money, open_portal, wait_until
from northwind import VISA
from phone import enrol


MARIA = "maria@bodega.test"


@pytest.fixture(name="office")
def an_office(tmp_path):
    with Daemon(env=clock.settable(tmp_path)) as d:
        yield d


def last_stamp(d):
    return datetime.datetime.fromisoformat(d.sign_in().ask("event.list", limit=1)["events"][0]["at"].replace("Z", "+00:00"))


def wrong(d, times):
    for _ in range(times):
        with pytest.raises(Refused) as said:
            d.client().sign_in(d.portal, d.email, "not the password at all")
    return said.value


def pause(said):
    assert said.code == "slow_down", said
    return said.error["retry_ms"]


def test_a_pause_is_no_longer_than_it_was_said_to_be(office, tmp_path):
    assert 0 < pause(wrong(office, 6)) <= 60000
    clock.set_by(tmp_path, hours=-2)
    assert 0 < pause(wrong(office, 1)) <= 60000, "was 7,260 s"
    clock.set_by(tmp_path, hours=11)
    assert 0 < pause(wrong(office, 1)) <= 60000, "nor is it over"


def test_a_long_poll_is_answered_when_its_time_is_over(office, tmp_path):
    c = office.sign_in()
    last = c.me["last_event"]
    took = []

    def poll():
        begun = time.monotonic()
        c.ask("event.wait", since=last, timeout=2500)
        took.append(time.monotonic() - begun)
    waiting = threading.Thread(target=poll)
    waiting.start()
    operator = office.client()
    until = time.monotonic() + 20
    while operator.ask("system.stats")["waits"] == 0 and time.monotonic() < until:
        pass
    clock.set_by(tmp_path, hours=-2)
    waiting.join(15)
    assert took and 2 < took[0] < 12, took


def test_the_log_is_whole_whatever_the_clock_did(office, tmp_path):
    operator, staff = office.client(), office.sign_in()
    staff.ask("customer.create", customer={"name": "Before", "currency": "EUR"})
    clock.set_by(tmp_path, hours=11)
    assert operator.ask("audit.verify")["problems"] == [], "what waits a minute for its signature is not 11 hours old"
    ahead = last_stamp(office) - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(hours=10.9) < ahead < datetime.timedelta(hours=11.1)
    office.sign_in().ask("customer.create", customer={"name": "Ahead", "currency": "EUR"})
    clock.set_by(tmp_path)
    office.sign_in().ask("customer.create", customer={"name": "Corrected", "currency": "EUR"})
    assert operator.ask("audit.verify")["problems"] == []
    events = [e["at"] for e in office.sign_in().ask("event.list", limit=100)["events"]]
    assert events != sorted(events, reverse=True), "the stamps went back, the order is that of the numbers"
    office.stop()
    office.start()
    assert office.client().ask("audit.verify")["problems"] == []


def test_a_session_of_a_clock_that_was_wrong_does_not_last_longer(office, tmp_path):
    clock.set_by(tmp_path, hours=11)
    ahead = office.sign_in()
    clock.set_by(tmp_path)
    assert ahead.refused("session.me").code == "sign_in"
    now = office.sign_in()
    clock.set_by(tmp_path, minutes=-10)
    assert now.ask("session.me")["me"]["email"] == office.email, "a small correction signs nobody out"


def test_a_session_that_is_kept_decoded_ends_when_its_time_is_over(office, tmp_path):
    unused, *used = sessions = [office.sign_in() for _ in range(4)]
    for session in sessions * 4:
        session.ask("session.me")
    begun = max(row["seen"] for row in unused.ask("session.list")["sessions"])
    clock.set_by(tmp_path, minutes=29)
    for session in used * 4:
        session.ask("session.me")
    wait_until(lambda: sum(row["seen"] > begun for row in used[0].ask("session.list")["sessions"]) == len(used), what="their last use")
    clock.set_by(tmp_path, minutes=58)
    assert is_over(unused) and not any(is_over(session) for session in used), "the last use counts"
    clock.set_by(tmp_path, hours=13)
    assert all(is_over(session) for session in sessions)


def test_who_shows_a_code_again_and_again_has_no_more_sessions_than_others(office, tmp_path):
    admin, email = office.sign_in(), "often@mfa.test"
    _, contact = add_customer(admin, "Often Ltd", email)
    c = open_portal(office, admin, contact, email)
    phone, _ = enrol(c, password=PASSWORD)
    for n in range(1, 23):
        clock.set_by(tmp_path, seconds=40 * n)
        late = office.sign_in(email)
        late.ask("mfa.verify", code=phone.at((int(time.time()) + 40 * n) // 30))
    assert len(late.ask("session.list")["sessions"]) == 20
    assert c.refused("session.me").code == "sign_in", "the oldest gave way"


# --- what is done once -----------------------------------------------------------------------------------------------------------
class Once:
    """A payment by card, one that is recorded, an invoice: each with a request id, and asked for again under it."""

    def __init__(self, d):
        self.d, staff = d, d.sign_in()
        customer, contact = add_customer(staff)
        invoice = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="100")]})["invoice"]
        open_portal(d, staff, contact, MARIA)
        pay = {"parts": [{"invoice": invoice["id"], "amount": money("10")}], "expect": money("10"), **VISA}
        self.writes = [(MARIA, "payment.pay", "payment", pay), (d.email, "payment.record", "payment", {"customer": customer, "mode": "cash", "amount": money("3")}),
                       (d.email, "invoice.create", "invoice", {"customer": customer, "document": {"lines": [line(price="7")]}})]
        self.ids = [secrets.token_bytes(16) for _ in self.writes]
        self.first, self.have = self.ask(), self.there_is()

    def ask(self):
        """Which payment, which invoice came of it. By sessions of now: those of before may be over by the clock."""
        who = {email: self.d.sign_in(email) for email in (MARIA, self.d.email)}
        return [who[email].ask(op, request_id=i, **args)[made]["id"] for (email, op, made, args), i in zip(self.writes, self.ids, strict=True)]

    def there_is(self):
        staff = self.d.sign_in()
        return len(staff.ask("payment.list")["payments"]), len(staff.ask("invoice.list")["invoices"])

    def holds(self):
        return self.ask() == self.first and self.there_is() == self.have


@pytest.mark.parametrize("by", [{"days": 4}, {"days": 400}, {"hours": -50}, {"days": -400}], ids=str)
def test_a_clock_that_is_set_forgets_no_request_id(office, tmp_path, by):
    once = Once(office)
    for move in (by, {}):
        clock.set_by(tmp_path, **move)
        assert once.holds(), move


def test_starts_under_a_wrong_clock_forget_no_request_id():
    with Daemon() as d:
        once = Once(d)
        for by in (5, 0, 5, 400, 0):
            clock.start_at(d, by * 86400)
            d.sign_in().ask("item.create", item={"name": secrets.token_hex(8), "price": "1"})  # a write sweeps, too
            assert once.holds(), by
