"""Words of customers with many documents: whatever the words, beside whatever else, in every order and from page to page, a list gives exactly the
rows that a plain look at all of them gives; and its count says no more than that."""
import os
import pathlib
import random
import subprocess

import pytest

from daemon import Daemon
from test_filter import has_words, is_number, statuses, value
from test_lists import pages

BIN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin"
# More of all than are gathered; of one or two words, few or many. Of some words more customers than are read by themselves.
SIZES = ((40, 5200), (600, 2400))
# Words of a few, of half, and of all customers; words that begin like very many; of nobody; of references and numbers.
WORDS = ("nordwind", "bodega", "aurora", "kestrel", "lumen", "papier", "sur", "print", "cards", "bindery", "customer", "example", "office", "o", "p", "b", "na",
         "office7", "9", "12", "7", "nobody", "zoë", "soehne", "söhne", "po", "PO 7", "17", "INV-0012")
FIELDS = ("status:open", "status:paid", "status:void", "!status:paid", "amount>5000", "amount<300", "customer:o", "customer=\"Zoë Söhne\"", "!customer:b")
SORTS = {"invoice": ("date", "due", "total", "number"), "payment": ("date", "amount")}


class World:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        for c, name, company in ((7, "Zoë Söhne", "Papier & Papierwaren"), (19, "Nordwind Nordwind", ""), (23, "Papierhaus Nord", "Nordwindpapier Papierhof")):
            was = self.admin.ask("customer.get", customer=c)["customer"]
            self.admin.ask("customer.update", id=c, customer={"revision": was["revision"], "name": name, "company": company})
        self.customers = {c["id"]: c for c in pages(self.admin, "customer.list", "customers", 100)}
        self.rows = {(kind, sort): pages(self.admin, f"{kind}.list", f"{kind}s", 100, sort=sort) for kind in SORTS for sort in SORTS[kind]}

    def named(self, word, row):
        c = self.customers[row["customer"]]
        return has_words(word, c["name"], c.get("company"), c.get("email"))

    def holds(self, kind, term, row):
        if term.startswith("!"):
            return not self.holds(kind, term[1:], row)
        field, _, rest = term.partition(":")
        if field == "customer":
            return self.named(rest, row)
        if term.startswith("customer="):
            c = self.customers[row["customer"]]
            return rest_of(term) in (c["name"], c.get("company"), c.get("email"))
        if term.startswith("amount"):
            amount, bound = value(row["total" if kind == "invoice" else "amount"]), int(term[7:])
            return amount > bound if term[6] == ">" else amount < bound
        if field == "status":
            return rest in statuses({**row, "kind": kind}) if kind == "invoice" else {"paid": "succeeded"}.get(rest, rest) == row["state"]
        others = [n["number"] for n in row.get("allocations", ())]
        return any(is_number(term, n) for n in [row.get("number"), *others]) or has_words(term, row.get("reference")) or self.named(term, row)


def rest_of(term):
    return term.partition("=")[2].strip('"')


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]} customers")
def w(request):
    with Daemon() as d:
        d.stop()
        subprocess.run([BIN / "fill", "store", d.data, *map(str, request.param)], check=True, timeout=300)
        d.start()
        yield World(d)


def question(r, customers):
    """Terms, and the arguments that say them: as a search, as a filter, or a part in each."""
    kind = r.choice(("invoice", "invoice", "payment"))
    plain = [r.choice(WORDS) for _ in range(r.choice((1, 2, 2, 2, 3)))]
    typed = [f"customer:{x}" if r.random() < 0.3 and " " not in x else x for x in plain]
    terms = typed + r.sample([f for f in FIELDS if kind == "invoice" or f not in ("status:open", "status:void")], r.choice((0, 0, 0, 1, 2)))
    args = {"filter": " ".join(f'"{t}"' if " " in t and '"' not in t else t for t in terms)}
    if kind == "invoice" and r.random() < 0.4 and not any(" " in x for x in plain):
        terms, args = plain + terms[len(plain):], {"search": " ".join(plain), "filter": " ".join(terms[len(plain):])}
    args |= {"sort": r.choice(SORTS[kind]), "reverse": r.random() < 0.3}
    if r.random() < 0.15:
        args["customer"] = r.choice(customers)
    return kind, terms, args


@pytest.mark.parametrize("seed", range(4))
def test_words_give_what_a_plain_look_gives(w, seed):
    r = random.Random(seed)
    for _ in range(16):
        kind, terms, args = question(r, list(w.customers))
        right = [row["id"] for row in w.rows[kind, args["sort"]] if row["customer"] == args.get("customer", row["customer"]) and all(w.holds(kind, t, row) for t in terms)]
        if args["reverse"]:
            right.reverse()
        limit = r.choice((7, 25, 100)) if len(right) < 300 else 100
        found = pages(w.admin, f"{kind}.list", f"{kind}s", limit, **args)
        assert [row["id"] for row in found] == right, (kind, terms, args)
        first = w.admin.ask(f"{kind}.list", limit=limit, **args)
        assert not first["matched_more"] or first["matched"] > 0 or not first[f"{kind}s"], (kind, terms, args)
        assert first["matched"] <= len(right) if first["matched_more"] else first["matched"] == len(right), (kind, terms, args)
        whole = {row["id"]: row for row in w.rows[kind, args["sort"]]}
        assert all(row == whole[row["id"]] for row in found), (kind, terms, args)  # told from an index or read: the same row


@pytest.mark.parametrize("seed", range(2))
def test_customers_are_found_by_words_as_by_a_plain_look(w, seed):
    r = random.Random(seed)
    for _ in range(25):
        words = [r.choice(WORDS[:-4]) for _ in range(r.choice((1, 2, 3)))]
        right = {i for i, c in w.customers.items() if all(has_words(x, c["name"], c.get("company"), c.get("email")) for x in words)}
        found = pages(w.admin, "customer.list", "customers", r.choice((3, 25)), search=" ".join(words))
        assert {c["id"] for c in found} == right and len(found) == len(right), words
        assert [c["id"] for c in found] == [c["id"] for c in w.customers.values() if c["id"] in right], words


@pytest.mark.parametrize("sort", SORTS["invoice"])
def test_a_status_of_more_than_are_counted_says_so(w, sort):
    for status in ("paid", "open", "unpaid", "overdue", "void", "draft"):
        right = [row for row in w.rows["invoice", sort] if status in statuses({**row, "kind": "invoice"})]
        for args in ({"status": status}, {"filter": f"status:{status}"}):
            page = w.admin.ask("invoice.list", sort=sort, limit=25, **args)
            assert [row["id"] for row in page["invoices"]] == [row["id"] for row in right[:25]], (sort, status)
            if len(right) <= 2000:
                assert (page["matched"], page["matched_more"]) == (len(right), False)
                assert not right or page["sums"][0]["total"]["amount"] == sum(row["total"]["amount"] for row in right)
            else:  # of what is due on some day the paid are not apart: what is looked at is no more than 2000 of them
                assert page["matched_more"] and "sums" not in page and (page["matched"] == 2000 or sort == "due" and 1900 < page["matched"] < 2000)
