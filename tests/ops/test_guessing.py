"""Guesses at a password count against the person whose it is, whoever makes them and wherever: another customer of the same address is
another person, and what one has shown for oneself clears nothing there."""
import itertools
import os

import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer, wait_until
from keys import add_key, new_key
from stranger import Stranger
from test_session_origin import VOUCHER

OTHER = "another lantern gravel"
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can ask as another account")
numbers = itertools.count(1)


DAEMON = dict(arguments=["--vouch", str(VOUCHER)])


def customers(admin, email, *passwords):
    made = []
    for password in passwords:
        customer, contact = add_customer(admin, f"Guessed {next(numbers)}", email)
        admin.ask("access.enable", contacts=[contact], password=password, keep_password=True)
        made.append(customer)
    return made


def address():
    return f"zoe{next(numbers)}@guessed.test"


def code_of(c, op, **args):
    try:
        c.ask(op, **args)
    except Refused as refusal:
        return refusal.code
    return "ok"


def at(email, customer, password, **args):
    return {"portal": "acme", "email": email, "password": password, **({"customer": customer} if customer else {}), **args}


def test_ones_own_password_does_not_clear_guesses_at_another_customer_by_switching(d, admin):
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    zoe, codes = d.sign_in(email, customer=here), []
    for turn in range(4):
        codes += [code_of(zoe, "session.switch", customer=there, password=f"wrong {turn} {i}") for i in range(4)]
        assert code_of(zoe, "mfa.begin", password=PASSWORD) == "ok", "guesses there do not hold up what is done here"
    assert codes == ["credentials"] * 5 + ["slow_down"] * 11
    assert code_of(zoe, "session.switch", customer=there, password=OTHER) == "slow_down"
    assert code_of(d.client(), "session.sign_in", **at(email, there, OTHER)) == "slow_down", "nor by another door"
    assert d.sign_in(email, customer=here).ask("home.get"), "and the owner of the other password goes on"


def test_ones_own_password_does_not_clear_guesses_at_another_customer_by_signing_in(d, admin):
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    codes = []
    for turn in range(4):
        codes += [code_of(d.client(), "session.sign_in", **at(email, there, f"wrong {turn} {i}")) for i in range(4)]
        assert code_of(d.client(), "session.sign_in", **at(email, here, PASSWORD)) == "ok"
    assert codes == ["credentials"] * 5 + ["slow_down"] * 11
    zoe = d.sign_in(email, customer=here)
    assert code_of(zoe, "session.switch", customer=there, password=OTHER) == "slow_down"


def test_guesses_that_name_no_customer_count_for_everybody_of_the_address(d, admin):
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    codes = []
    for turn in range(4):
        codes += [code_of(d.client(), "session.sign_in", **at(email, None, f"wrong {turn} {i}")) for i in range(4)]
        assert d.sign_in(email).me["customer"] == here, "the right one clears its own, and is not kept out"
    assert codes[:5] == ["credentials"] * 5
    assert code_of(d.client(), "session.sign_in", **at(email, None, OTHER)) == "slow_down"
    assert code_of(d.client(), "session.sign_in", **at(email, there, OTHER)) == "slow_down"


def test_a_contact_who_shares_the_address_of_a_colleague_does_not_guess_theirs(d, admin):
    email = address()
    (here,) = customers(admin, email, PASSWORD)
    admin.ask("staff.create", name="Rory Lynch", email=email, role="reader", password=OTHER)
    for turn in range(3):
        for i in range(4):
            code_of(d.client(), "session.sign_in", **at(email, None, f"wrong {turn} {i}"))
        assert d.sign_in(email).me["customer"] == here
    assert code_of(d.client(), "session.sign_in", **at(email, None, OTHER)) == "slow_down"


def test_the_own_password_clears_what_was_guessed_at_it(d, admin):
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    for turn in range(4):
        zoe = d.sign_in(email, customer=here)
        assert [code_of(zoe, "session.switch", customer=there, password=f"wrong {turn} {i}") for i in range(4)] == ["credentials"] * 4
        assert code_of(zoe, "session.switch", customer=there, password=OTHER) == "ok"
    for turn in range(4):
        assert [code_of(d.client(), "session.sign_in", **at(email, there, f"wrong {turn} {i}")) for i in range(4)] == ["credentials"] * 4
        assert code_of(d.client(), "session.sign_in", **at(email, there, OTHER)) == "ok"


def test_what_is_left_is_said_of_the_one_that_is_guessed(d, admin):
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    zoe = d.sign_in(email, customer=here)
    for i in range(3):
        code_of(zoe, "session.switch", customer=there, password=f"wrong {i}")
    refused = d.client().refused("session.sign_in", **at(email, there, "wrong once more"))
    assert refused.message == "That did not match. One more try before a pause of 1 minute."
    refused = d.client().refused("session.sign_in", **at(email, there, "wrong for the last time"))
    assert refused.error["retry_ms"] == 60000 and "Now comes" in refused.message
    assert d.client().refused("session.sign_in", **at(email, here, "wrong here")).message.startswith("That did not match. 2 more tries")


def test_guesses_at_the_switch_are_on_record():
    """Of a business of its own: the log takes only so many in a minute."""
    with Daemon() as d:
        admin, email = d.sign_in(), address()
        here, there = customers(admin, email, PASSWORD, OTHER)
        zoe = d.sign_in(email, customer=here)
        assert code_of(zoe, "session.switch", customer=there) == "credentials", "asking where it goes is no try"
        for i in range(3):
            code_of(zoe, "session.switch", customer=there, password=f"wrong {i}")

        def refused():
            events = admin.ask("event.list", limit=100, what="sign_in_refused")["events"]
            return [(e["number"], e["text"]) for e in events]
        wait_until(lambda: refused() == [(email, "password")] * 3, what="three on record")


# --- who came by key -----------------------------------------------------------------------------------------------------------------
def by_key(d, fingerprint, customer, place):
    c = Stranger(d, VOUCHER)
    got = c.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint, customer=customer, **{"from": place})
    c.token = got["token"]
    return c


@only_root
def test_who_came_by_key_has_proven_nothing_for_another_customer(d, admin):
    """Guesses of such sessions from everywhere count together, as those of anybody else."""
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    line, fingerprint = new_key()
    add_key(d.sign_in(email, customer=here), line, password=PASSWORD)
    guesses, first = 0, None
    for network in range(14):
        c = by_key(d, fingerprint, here, f"203.0.{network}.7")
        for i in range(5):
            guesses += code_of(c, "session.switch", customer=there, password=f"wrong {network} {i}") == "credentials"
        if network == 0:
            assert code_of(c, "session.switch", customer=there, password=OTHER) == "slow_down"
        assert code_of(c, "mfa.begin", password=PASSWORD) == "ok"
        c.close()
    assert guesses == 50 + 4, "then each network has but one in a pause"


# --- strangers -----------------------------------------------------------------------------------------------------------------------
@only_root
def test_strangers_do_not_learn_from_pauses_which_customers_an_address_has(d, admin):
    """Somebody who has one of the passwords guesses at the other until it pauses; who comes then is answered the same for a customer that
    is of the address, for one that is not, and for an address that nobody has."""
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    elsewhere, _ = add_customer(admin, f"Guessed {next(numbers)}", "nobody@guessed.test")
    line, fingerprint = new_key()
    add_key(d.sign_in(email, customer=here), line, password=PASSWORD)
    guess_there_from_everywhere(d, fingerprint, here, there, "198.51")

    def answers(source, who, customer):
        c, got = Stranger(d, VOUCHER), []
        for i in range(6):
            refusal = c.refused("session.sign_in", **at(who, customer, f"wrong {i}", **{"from": source}))
            got.append((refusal.code, refusal.message if refusal.code == "credentials" else "", "retry_ms" in refusal.error))
        c.close()
        return got
    seen = answers("192.0.1.7", email, there)
    assert seen == answers("192.0.2.7", email, elsewhere) == answers("192.0.3.7", address(), there) == answers("198.51.1.7", address(), None)
    assert [code for code, *_ in seen] == ["credentials"] * 5 + ["slow_down"]
    c = Stranger(d, VOUCHER)
    got = c.ask("session.sign_in", **at(email, there, OTHER, **{"from": "192.0.5.7"}))
    assert got["me"]["customer"] == there, "the right one has its turn"
    c.close()


def guess_there_from_everywhere(d, fingerprint, here, there, net):
    """Until all sources together pause there."""
    for network in range(12):
        c = by_key(d, fingerprint, here, f"{net}.{network}.7")
        for i in range(5):
            code_of(c, "session.switch", customer=there, password=f"wrong {network} {i}")
        c.close()


@only_root
def test_who_got_in_is_known_there_also_after_a_start(d, admin):
    """A pause that others made holds nobody up where they got in: wrong once, they may try again at once. Elsewhere they wait."""
    email = address()
    here, there = customers(admin, email, PASSWORD, OTHER)
    line, fingerprint = new_key()
    add_key(d.sign_in(email, customer=here), line, password=PASSWORD)
    home = at(email, there, OTHER, **{"from": "192.0.9.7"})
    c = Stranger(d, VOUCHER)
    assert code_of(c, "session.sign_in", **home) == "ok"
    c.close()
    for started_anew in (False, True):
        if started_anew:
            clients = list(d.clients)
            d.stop()
            d.start()
            d.clients += clients
        guess_there_from_everywhere(d, fingerprint, here, there, f"10.{next(numbers)}")
        c = Stranger(d, VOUCHER)
        assert code_of(c, "session.sign_in", **{**home, "password": "wrong"}) == "credentials"
        assert code_of(c, "session.sign_in", **home) == "ok", started_anew
        elsewhere = by_key(d, fingerprint, here, "192.0.8.7")
        assert [code_of(elsewhere, "session.switch", customer=there, password="wrong") for _ in range(2)] == ["credentials", "slow_down"]
        c.close()
        elsewhere.close()
