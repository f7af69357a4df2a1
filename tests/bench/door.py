"""How long signing in takes for who may not come in, in parts of a wrong password's time: near 1 says nothing about who exists.

Each round is a daemon of its own (a restart forgives wrong tries), and each try another address, in turn.
"""
import statistics
import time

import daemon as business

PERSONS, ROUNDS, MANY = 15, 4, 5  # a hundred wrong tries from one source are free in a round
SLOWED = "slowed, known"


def prepare(d, rounds):
    admin = d.sign_in()
    for name in ("in", "wrong", "off", "gone"):
        for n in range(PERSONS):
            customer, contact = business.add_customer(admin, f"{name} {n}", f"{name}{n}@bench.test")
            admin.ask("access.enable", contacts=[contact], password=business.PASSWORD, keep_password=True)
            if name == "off":
                admin.ask("access.disable", contacts=[contact])
            if name == "gone":
                admin.ask("customer.update", id=customer, customer={"revision": 1, "active": False})
            for more in range(MANY - 1 if name == "wrong" else 0):  # the same human being at other customers
                _, contact = business.add_customer(admin, f"many {n} {more}", f"many{n}@bench.test")
                admin.ask("access.enable", contacts=[contact], password=business.PASSWORD, keep_password=True)


def timed(client, **args):
    """Seconds, and the code of the answer."""
    begun = time.perf_counter()
    try:
        client.ask("session.sign_in", portal="acme", **args)
        code = "in"
    except business.Refused as refusal:
        code = refusal.code
    return time.perf_counter() - begun, code


def measure():
    """{case: [seconds]}"""
    right, wrong = business.PASSWORD, "not the password"
    cases = {"signed in": ("in{}@bench.test", right, "in"), "wrong password": ("wrong{}@bench.test", wrong, "credentials"),
             "unknown": ("nobody{}@bench.test", right, "credentials"), "access off": ("off{}@bench.test", right, "credentials"),
             "deactivated": ("gone{}@bench.test", right, "credentials"),
             "of several customers": ("many{}@bench.test", wrong, "credentials")}
    got = {case: [] for case in (*cases, SLOWED, "slowed, unknown")}
    with business.Daemon() as d:
        prepare(d, ROUNDS)
        for _ in range(ROUNDS):
            d.stop()
            d.start()
            client = d.client()
            timed(client, email="warm@bench.test", password=wrong)
            for n in range(PERSONS):
                for case, (email, password, code) in cases.items():
                    seconds, answer = timed(client, email=email.format(n), password=password)
                    assert answer == code, (case, answer)
                    got[case].append(seconds)
            for case, email in ((SLOWED, "wrong0@bench.test"), ("slowed, unknown", "nobody0@bench.test")):
                while timed(client, email=email, password=wrong)[1] != "slow_down":
                    pass
                got[case] += [timed(client, email=email, password=wrong)[0] for _ in range(PERSONS)]
    return {case: {"median_ms": statistics.median(times) * 1000, "n": len(times)} for case, times in got.items()}


def ratios(got):
    """Each case beside what it must not be told from."""
    return {case: row["median_ms"] / got[SLOWED if case.startswith("slowed") else "wrong password"]["median_ms"] for case, row in got.items()}
