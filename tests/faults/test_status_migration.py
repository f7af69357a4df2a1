"""A store of schema 11 is given its indexes by status and by who did it: lists are what they were, whatever broke the work off."""
import subprocess

import pytest

from daemon import BUILD, Daemon

CUSTOMERS, INVOICES = 100, 12000  # and three or four events each: several transactions
ORDERS = ("date", "due", "total", "number")


@pytest.fixture()
def shop():
    d = Daemon()
    done = subprocess.run([BUILD / "bin/fill", "store", d.data, str(CUSTOMERS), str(INVOICES)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    with d:
        yield d


def said(d):
    """What lists by status, and of events by kind and by who did it, say."""
    staff = d.sign_in()
    pages = [staff.ask("invoice.list", sort=sort, status=status)["invoices"] for sort in ORDERS for status in ("void", "partly_paid", "open")]
    pages += [staff.ask("event.list", limit=100, **of)["events"] for of in ({"what": "viewed"}, {"side": "customer", "actor": 7})]
    assert all(pages)
    return pages


def damage(d, how, *more):
    done = subprocess.run([BUILD / "tests/damage", d.data, how, *map(str, more)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def older(d):
    d.stop()
    damage(d, "schema11")


def problems(d):
    return d.client().ask("system.check")["problems"]


def test_a_store_of_schema_11_is_found_by_status_as_one_of_today(shop):
    before = said(shop)
    older(shop)
    shop.start()
    assert said(shop) == before
    assert problems(shop) == []


def killed(d):
    """Serves, and is killed as it commits for the third time."""
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "inject=fdatasync:signal=KILL:when=3", BUILD / "bin/posternd", "serve", "--data", d.data, "--listen",
                           d.url], capture_output=True, timeout=120)
    assert done.returncode != 0


def test_it_goes_on_where_it_was_killed(shop):
    before = said(shop)
    older(shop)
    for _ in range(2):
        killed(shop)
    assert damage(shop, "schema") == "11"
    shop.start()
    assert said(shop) == before
    assert problems(shop) == []


def test_what_the_program_of_before_wrote_after_a_kill_is_found_too(shop):
    there = shop.sign_in().ask("invoice.list", sort="due", status="partly_paid", limit=100)["invoices"]
    first = min(there, key=lambda row: row["id"])  # it was come to before the kill
    older(shop)
    killed(shop)
    damage(shop, "before12", first["id"])
    assert damage(shop, "schema") == "11"
    shop.start()
    assert problems(shop) == []
    assert shop.sign_in().ask("invoice.get", invoice=first["id"])["invoice"]["due"] != first["due"]
