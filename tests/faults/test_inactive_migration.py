"""A store of schema 12 is given its index of customers that are not active: exactly those, whatever was left by a step that was broken off."""
import subprocess

import pytest

from daemon import BUILD, Daemon, add_customer


def damage(d, how):
    done = subprocess.run([BUILD / "tests/damage", d.data, how], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture()
def shop():
    with Daemon() as d:
        staff = d.sign_in()
        customers = [add_customer(staff, f"Customer {i % 7} {i}", f"c{i}@inactive.test")[0] for i in range(40)]
        for c in customers[3::5]:
            switch(staff, c, False)
        yield d


def switch(staff, customer, active):
    now = staff.ask("customer.get", customer=customer)["customer"]
    staff.ask("customer.update", id=customer, customer={"revision": now["revision"], "active": active})


def names(d, **args):
    staff, found, after = d.sign_in(), [], ""
    while True:
        page = staff.ask("customer.list", limit=3, after=after, **args)
        found += [c["name"] for c in page["customers"]]
        after = page.get("next", "")
        if not after:
            return found


WAYS = ({"active": False}, {"filter": "status:inactive"}, {"filter": "!status:active"}, {"filter": "status:inactive customer"}, {"active": False, "filter": "!name:3"})


def said(d):
    return [names(d, **args) for args in WAYS]


def problems(d):
    return d.client().ask("system.check")["problems"]


def test_who_is_not_active_is_found_in_a_store_of_schema_12_as_in_one_of_today(shop):
    before = said(shop)
    assert before[0] == [name for name in names(shop) if int(name.split()[-1]) % 5 == 3] and len(before[0]) == 8
    shop.stop()
    damage(shop, "schema12")
    assert damage(shop, "schema") == "12"
    shop.start()
    assert problems(shop) == [] and said(shop) == before


def test_it_is_done_again_where_it_was_killed(shop):
    before = said(shop)
    shop.stop()
    damage(shop, "schema12")
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "inject=fdatasync:signal=KILL:when=2", BUILD / "bin/posternd", "serve", "--data", shop.data, "--listen",
                           shop.url], capture_output=True, timeout=120)
    assert done.returncode != 0 and damage(shop, "schema") == "12"
    shop.start()
    assert problems(shop) == [] and said(shop) == before


def test_one_that_is_switched_on_and_renamed_is_where_it_belongs(shop):
    staff = shop.sign_in()
    [one] = [c for c in staff.ask("customer.list", active=False, limit=100)["customers"] if c["name"] == "Customer 3 3"]
    switch(staff, one["id"], True)
    assert "Customer 3 3" not in names(shop, active=False) and "Customer 3 3" in names(shop, active=True)
    switch(staff, one["id"], False)
    now = staff.ask("customer.get", customer=one["id"])["customer"]
    staff.ask("customer.update", id=one["id"], customer={"revision": now["revision"], "name": "Zeta"})
    assert names(shop, active=False)[-1] == "Zeta" and problems(shop) == []
