"""What threads keep decoded between requests is never older than what was answered before: a change that one connection was told of is seen
by the very next request of any other, while all threads are busy with the same business.

tsan: yes
"""
import threading

import pytest

from daemon import PASSWORD, add_customer, is_over, line, open_portal
from phone import enrol

ROUNDS, BUSY = 12, 4
OTHER = "another lantern gravel"


@pytest.fixture(scope="module")
def people(d, admin):
    _, contact = add_customer(admin)
    maria = open_portal(d, admin, contact, "maria@bodega.test")
    return maria, [maria] + [d.sign_in("maria@bodega.test") for _ in range(BUSY - 1)]


@pytest.fixture(scope="module")
def busy(d, people):
    """Connections that ask without end, so that every thread has the business at hand."""
    over, wrong = threading.Event(), []

    def ask(token):
        with d.client() as client:
            client.token = token
            try:
                while not over.is_set():
                    client.ask("session.me")
                    client.ask("home.get")
            except Exception as e:  # told to the test
                wrong.append(e)

    threads = [threading.Thread(target=ask, args=(person.token,), daemon=True) for person in people[1]]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join(60)
    assert not wrong, wrong[0]


def change(admin, **fields):
    revision = admin.ask("settings.get")["business"]["revision"]
    return admin.ask("settings.update", business={"revision": revision, **fields})["business"]


def test_a_second_factor_that_is_asked_for_is_asked_for_at_once(admin, people):
    for n in range(ROUNDS):
        change(admin, mfa=n % 2 == 0)
        for person in people[1]:
            assert person.ask("session.me")["me"]["stage"] == ("full" if n % 2 else "enrol")
        if n % 2 == 0:
            assert people[0].refused("home.get").code == "enrol"


def test_another_name_of_the_portal_ends_the_sessions_of_customers_at_once(d, admin, people):
    for name in ("elsewhere", "acme"):
        before = [d.sign_in("maria@bodega.test", portal="acme" if name == "elsewhere" else "elsewhere") for _ in range(BUSY)]
        for person in before:
            person.ask("session.me")
        change(admin, portal=name)
        assert all(is_over(person) for person in before)
    for person in people[1]:
        person.sign_in("acme", "maria@bodega.test", PASSWORD)


def test_a_change_of_the_business_is_in_the_very_next_answer(admin, people, busy):
    for n in range(ROUNDS):
        change(admin, name=f"Acme {n}", banner=f"open on day {n}")
        for person in people[1]:
            assert person.ask("session.me")["me"]["business"] == f"Acme {n}"
            assert person.ask("home.get")["banner"] == f"open on day {n}"


def test_a_gateway_that_is_closed_is_offered_in_no_answer_after_that(admin, people, busy):
    for n in range(ROUNDS):
        [row] = [row for row in admin.ask("gateway.list")["gateways"] if row["name"] == "sandbox"]
        admin.ask("gateway.set", gateway="sandbox", settings={"revision": row["settings"]["revision"], "enabled": n % 2 == 1})
        for person in people[1]:
            assert person.ask("session.me")["me"]["card"] is (n % 2 == 1)


def test_a_session_that_was_ended_is_over_in_the_very_next_request(d, people, busy):
    for _ in range(ROUNDS):
        thief = d.sign_in("maria@bodega.test")
        thief.ask("session.me")
        newest = people[0].ask("session.list")["sessions"][0]["id"]
        people[0].ask("session.revoke", session=newest)
        assert is_over(thief)


def unread(client):
    return client.ask("session.me")["me"]["unread"]


def test_a_bell_rings_in_the_very_next_answer_and_is_quiet_at_once(d, admin, people, busy):
    customer = people[0].me["customer"]
    for _ in range(ROUNDS):
        before, staff = [unread(person) for person in people[1]], unread(admin)
        invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]["id"]
        assert [unread(person) for person in people[1]] == [n + 1 for n in before]
        assert unread(admin) == staff, "it rings nobody's own"
        people[0].ask("comment.add", document=invoice, text="why?")
        assert unread(admin) == staff + 1
        people[0].ask("event.seen", event=people[0].ask("session.me")["me"]["last_event"])
        admin.ask("event.seen", event=admin.ask("session.me")["me"]["last_event"])
        assert [unread(person) for person in people[1]] == [0] * BUSY and unread(admin) == 0


# --- every way in which access ends, for sessions that each thread has at hand --------------------------------------------------------
def at_hand(sessions):
    for _ in range(4):
        for session in sessions:
            session.ask("session.me")
    return sessions


def signed_in(d, email, **how):
    return at_hand([d.sign_in(email, **how) for _ in range(BUSY)])


def colleague(d, admin, name):
    email = f"{name}@acme.test"
    made = admin.ask("staff.create", name=name, email=email, role="staff", password=PASSWORD, keep_password=True)["staff"]
    return made["id"], signed_in(d, email)


def test_access_that_is_switched_off_is_off_in_the_very_next_request(d, admin, busy):
    for n in range(ROUNDS // 3):
        _, contact = add_customer(admin, f"Off {n}", f"off{n}@off.test")
        admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
        sessions = signed_in(d, f"off{n}@off.test")
        admin.ask("access.disable", contacts=[contact])
        assert all(is_over(session) for session in sessions)


def test_another_role_and_an_account_that_is_closed_end_sessions_at_once(d, admin, busy):
    for n, change_to in enumerate(({"role": "reader"}, {"active": False}) * 2):
        made, sessions = colleague(d, admin, f"dan{n}")
        admin.ask("staff.update", staff=made, **change_to)
        assert all(is_over(session) for session in sessions), change_to


def test_a_new_password_ends_the_others_at_once_and_what_was_shown_counts_at_once(d, admin, busy):
    _, contact = add_customer(admin, "Once Ltd", "once@once.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD)
    sessions = at_hand([d.sign_in("once@once.test") for _ in range(BUSY)])
    assert all(session.refused("home.get").code == "password_change" for session in sessions)
    sessions[0].ask("password.change", old=PASSWORD, password=OTHER)
    assert all(is_over(session) for session in sessions[1:])
    assert sessions[0].ask("home.get")["customer"]["name"] == "Once Ltd", "what it may do now it may at once, too"


def test_signing_out_and_going_to_another_customer_end_a_token_at_once(d, admin, busy):
    made = [add_customer(admin, name, "zoe@both.test") for name in ("One Ltd", "Two Ltd")]
    admin.ask("access.enable", contacts=[contact for _, contact in made], password=PASSWORD, keep_password=True)
    sessions = signed_in(d, "zoe@both.test", customer=made[0][0])
    for session in sessions:
        with d.client() as same:
            same.token = session.token
            same.ask("session.me")
            session.token = session.ask("session.switch", customer=made[1][0])["token"]
            assert is_over(same)
            assert session.ask("home.get")["customer"]["id"] == made[1][0]
            same.token = session.token
            at_hand([same])
            session.ask("session.sign_out")
            assert is_over(same)


def test_a_second_factor_waits_for_its_code_and_no_longer(d, admin, busy):
    _, contact = add_customer(admin, "Code Ltd", "code@code.test")
    phone, _ = enrol(open_portal(d, admin, contact, "code@code.test"), password=PASSWORD)
    sessions = signed_in(d, "code@code.test")
    assert all(session.refused("home.get").code == "second_factor" for session in sessions)
    sessions[0].ask("mfa.verify", code=phone.code())
    assert sessions[0].ask("home.get")["customer"]["name"] == "Code Ltd"
    assert sessions[1].refused("home.get").code == "second_factor", "each shows its own"
