"""Rows that indexes carry (data/row.h): what lists show without reading a record is what its record says, whatever was done to the store."""
import subprocess

import pytest

from daemon import BUILD, Daemon, add_customer, line

DOCUMENTS = 40
ORDERS = ("date", "due", "total", "number")


@pytest.fixture()
def shop():
    with Daemon() as d:
        admin = d.sign_in()
        customer, _ = add_customer(admin)
        for n in range(DOCUMENTS):
            admin.ask("invoice.create", customer=customer, send=n % 4 != 0, document={"lines": [line(price=str(n + 1))], "reference": f"order {n}"})
        yield d, admin, customer


def damage(d, *how):
    done = subprocess.run([BUILD / "tests/damage", d.data, *map(str, how)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def lists(d, admin, customer):
    """Everything that lists say, of all orders, for staff, and for one customer."""
    with d.client() as client:
        client.token = admin.token
        return [client.ask("invoice.list", limit=100, sort=sort, **of)["invoices"] for sort in ORDERS for of in ({}, {"customer": customer})]


def problems(d):
    return d.client().ask("system.check")["problems"]


def damaged(d, *how):
    d.stop()
    damage(d, *how)
    d.start()


def test_a_store_of_schema_10_is_given_its_rows(shop):
    d, admin, customer = shop
    before = lists(d, admin, customer)
    assert problems(d) == []
    damaged(d, "schema10")
    assert lists(d, admin, customer) == before
    assert problems(d) == []


def test_a_row_of_another_document_is_never_shown_and_check_finds_it(shop):
    d, admin, customer = shop
    before = lists(d, admin, customer)
    damaged(d, "rows", 7, 9)
    assert lists(d, admin, customer) == before
    assert {p.partition(":")[0] for p in problems(d)} == {"a row in an index differs from its record"}


def test_a_row_that_is_behind_its_record_is_found_by_check_and_mended_by_the_next_change(shop):
    d, admin, customer = shop
    damaged(d, "rows", 7, 0)
    assert {p.partition(":")[0] for p in problems(d)} == {"a row in an index differs from its record"}
    with d.client() as client:
        client.token = admin.token
        client.ask("invoice.void", invoice=7, reason="wrong")
    assert problems(d) == []


def test_filling_rows_that_is_killed_goes_on_where_it_was(shop):
    d, admin, customer = shop
    before = lists(d, admin, customer)
    d.stop()
    damage(d, "schema10")
    killed = 0
    for when in (1, 2):
        done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"inject=fdatasync:signal=KILL:when={when}", BUILD / "bin/posternd", "serve", "--data",
                               d.data, "--listen", d.url], capture_output=True, timeout=60)
        killed += done.returncode != 0
    assert killed == 2
    d.start()
    assert lists(d, admin, customer) == before
    assert problems(d) == []
