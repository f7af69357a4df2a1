"""What threads keep decoded between requests is never older than what was answered before: a change that one connection was told of is seen
by the very next request of any other, while all threads are busy with the same business.

tsan: yes
"""
import threading

import pytest

from daemon import PASSWORD, add_customer, is_over, open_portal

ROUNDS, BUSY = 12, 4


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
