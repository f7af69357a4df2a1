"""A session that is bound ends with the connection it was signed in on, and so does whatever it becomes on another one."""
import pytest

from daemon import PASSWORD, Daemon, is_over, wait_until
from test_switching import switch, two


@pytest.fixture()
def d():
    with Daemon() as daemon:
        yield daemon


@pytest.mark.parametrize("through", [0, 1, 2])
def test_a_bound_session_ends_with_the_connection_it_was_signed_in_on_wherever_it_went(d, through):
    """Its token may be used on others; what comes of it there is tied to the first, as it was."""
    _, (one, other) = two(d)
    mine, own = d.client(), d.sign_in("zoe@both.test", customer=one)
    got = mine.sign_in("acme", "zoe@both.test", PASSWORD, customer=one, bound=True)
    elsewhere = d.client()
    elsewhere.token = got["token"]
    for n in range(through):
        switch(elsewhere, [other, one][n % 2])
    assert [s.get("bound", False) for s in own.ask("session.list")["sessions"]].count(True) == 1
    third = d.client()
    third.token = elsewhere.token
    assert third.ask("home.get")
    mine.close()
    wait_until(lambda: is_over(third), what="the end of the session")


def test_nothing_is_kept_of_a_bound_session_that_is_over(d):
    """Signed out, ended from elsewhere, pushed out by others of its person; the connection goes on."""
    admin, operator, mine = d.sign_in(), d.client(), d.client()

    def bound():
        return operator.ask("system.stats")["bound"]
    for _ in range(5):
        mine.sign_in("acme", d.email, PASSWORD, bound=True)
        mine.ask("session.sign_out")
    assert bound() == 0
    mine.sign_in("acme", d.email, PASSWORD, bound=True)
    assert bound() == 1
    admin.ask("session.revoke", others=True)
    assert bound() == 0
    for _ in range(23):
        mine.sign_in("acme", d.email, PASSWORD, bound=True)
    assert bound() == 20
    mine.close()
    wait_until(lambda: bound() == 0, what="the end of all of them")


def test_a_bound_session_that_went_elsewhere_outlives_other_connections(d):
    _, (one, other) = two(d)
    mine = d.client()
    mine.sign_in("acme", "zoe@both.test", PASSWORD, customer=one, bound=True)
    elsewhere, since = d.client(), d.client()
    elsewhere.token = mine.token
    mine.token = elsewhere.ask("session.switch", customer=other)["token"]
    before = since.ask("system.stats")["connections"]
    elsewhere.close()
    wait_until(lambda: since.ask("system.stats")["connections"] < before, what="the end of the other connection")
    assert mine.ask("session.me")["me"]["customer"] == other
