"""Lists for programs: --csv, --tsv, lines of JSON, and --all; the same rows as page after page, safe in a spreadsheet."""
import csv
import io
import json
import subprocess

import pytest

from ctl import PROGRAM, Ctl
from daemon import Daemon, add_customer, line

MANY = 130  # more than a page can have
EVIL = '=HYPERLINK("http://x")'
ODD = 'Köhler, "Söhne"'


@pytest.fixture(scope="module")
def ctl():
    with Daemon() as d:
        admin = d.sign_in()
        customer, _ = add_customer(admin, name=ODD, email="odd@odd.test")
        for i in range(MANY):
            admin.ask("invoice.create", customer=customer, send=True, document={"reference": EVIL if i == 0 else f"R{i}", "lines": [line(price=str(i + 1))]})
        admin.ask("customer.create", customer={"name": "Tabs", "currency": "USD", "notes": "a\tb\nc\\d"})
        yield Ctl(d).login()


def whole(ctl, *words, rows="invoices"):
    """All pages, asked for one by one."""
    found, after = [], []
    while True:
        page = ctl.json(*words, "limit=40", *after)
        found += page[rows]
        if not page.get("next"):
            return found
        after = [f"after={page['next']}"]


def raw(ctl, *words):
    """With the ends of lines as they are."""
    return subprocess.run([PROGRAM, *words], env=ctl.env, capture_output=True, timeout=120, check=True).stdout.decode()


def as_csv(text):
    assert text.endswith("\r\n") and text.replace("\r\n", "").count("\r") == 0
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("form", ["--csv", "--tsv"])
def test_a_list_that_is_refused_prints_nothing(ctl, form):
    for words in (["invoice.list", "status=lost"], ["invoice.list", "customer=987654"], ["customer.list", "after=nonsense"]):
        assert ctl.refused(form, *words, code=None)
    Ctl(ctl.daemon, session="nobody").refused(form, "invoice.list", code=4)


def test_csv_has_all_rows_of_a_list(ctl):
    everything = whole(ctl, "invoice.list")
    assert len(everything) == MANY
    for words in (["invoice.list", "--csv"], ["invoices", "--csv"], ["invoices", "--csv", "--all", "limit=50"]):
        rows = as_csv(raw(ctl, *words))
        assert [r["number"] for r in rows] == [d["number"] for d in everything], words
    by_number = {r["number"]: r for r in rows}
    for d in everything:
        r = by_number[d["number"]]
        assert r["customer_name"] == ODD and r["status"] == d["status"] and r["date"] == d["date"]
        assert round(float(r["total"]) * 100) == d["total"]["amount"] and r["currency"] == "EUR"
        assert r["reference"] == ("'" + EVIL if d.get("reference") == EVIL else d.get("reference", "")), "a spreadsheet takes it for a formula"
    assert len(as_csv(raw(ctl, "invoices", "--csv", "limit=7"))) == 7
    empty = ctl.run("invoices", "--csv", "--paid").stdout
    assert empty.count("\n") == 1 and "number" in empty


def test_tsv_is_a_row_a_line(ctl):
    lines = raw(ctl, "customers", "--tsv").split("\n")
    assert lines[-1] == "" and "\r" not in "".join(lines)
    head = lines[0].split("\t")
    rows = [dict(zip(head, text.split("\t"), strict=True)) for text in lines[1:-1]]
    assert {r["name"] for r in rows} == {ODD, "Tabs"}
    wanted = {c["name"]: c for c in whole(ctl, "customer.list", rows="customers")}
    assert {r["name"]: r["currency"] for r in rows} == {n: c["currency"] for n, c in wanted.items()}
    assert len(ctl.run("invoices", "--tsv").stdout.splitlines()) == MANY + 1


def test_all_goes_on_over_pages(ctl):
    everything = whole(ctl, "invoice.list")
    for words in (["invoice.list", "--all", "--json"], ["invoices", "--json", "--all", "limit=40"]):
        assert [json.loads(text) for text in ctl.run(*words).stdout.splitlines()] == everything
    text = ctl.run("invoices", "--all").stdout
    assert f"invoices ({MANY}):" in text and "next " not in text and text.count("NUMBER") == 1
    assert all(d["number"] in text for d in everything)
    assert len(ctl.json("invoices")["invoices"]) < MANY, "without it, a page"


def test_every_list_can_be_had_as_rows(ctl):
    """What the contract calls a list: as many rows as JSON has, a line each."""
    for o in ctl.json("describe")["operations"]:
        lists = [f for f in o["gives"] if f["type"] == "list"]
        if o["write"] or any(f["must"] for f in o["takes"]) or "admin" not in o["roles"] or not lists or o["gives"][0]["type"] != "list":
            continue
        pages = any(f["name"] == "after" for f in o["takes"])
        if not pages and len(lists) > 1:
            assert "are for lists" in ctl.refused(o["name"], "--csv")
            continue
        if o["name"] == "event.list":  # asking writes into the log what it must not count
            continue
        rows = [json.loads(text) for text in ctl.run(o["name"], "--all", "--json").stdout.splitlines()]
        assert len(as_csv(raw(ctl, o["name"], "--csv"))) == len(rows), o["name"]
        assert len(ctl.run(o["name"], "--tsv").stdout.splitlines()) == len(rows) + 1, o["name"]


@pytest.mark.parametrize("words, says", [
    (["invoice", "INV-1", "--csv"], "--csv, --tsv and --all are for lists; invoice gives none"),
    (["customer.create", "customer.name=x", "customer.currency=EUR", "--all"], "are for lists"),
    (["describe", "--csv"], "are for lists; describe gives none"),
    (["invoices", "--csv", "--tsv"], "choose one"),
    (["invoices", "--json", "--csv"], "choose one"),
    (["events", "--follow", "--all"], "no CSV"),
])
def test_what_is_no_list_has_no_rows(ctl, words, says):
    said = ctl.refused(*words)
    assert says in (json.loads(said)["message"] if "--json" in words else said)
