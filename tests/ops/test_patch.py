"""One rule for every operation that changes something: what is named changes, what is not stays, at every depth; lists are replaced whole;
an empty text, 0 and an amount of 0 clear. Which operations and fields there are is asked of the server (system.describe)."""
import contextlib
import copy

import pytest

from contract import Contract
from ctl import Ctl
from daemon import Refused, add_customer, days, line, money, open_portal

ADDRESS = ("attention", "street", "street2", "city", "state", "code", "country", "phone", "fax")
# Two values of fields that are more than their type says.
SPECIAL = {
    "currency": ("USD", "EUR"), "time_zone": ("Asia/Tokyo", "UTC"), "portal": ("acme", "acme"), "role": ("reader", "admin"), "security": ("tls", "starttls"),
    "host": ("mail.one.test", "mail.two.test"), "date": (days(1), days(0)), "due": (days(40), days(30)), "mfa": (False, False), "staff_mfa": (False, False),
    "prefix": ("A-", "B-"), "digits": (4, 5), "lines": ([line("one")], [line("two"), line("three")]),
    "fields": ([{"label": "a", "value": "b"}], [{"label": "c", "value": "d"}, {"label": "e"}]), "tax": None, "from": ("a@x.test", "b@x.test"),
    "shipping": None, "port": (2525, 2526),
}
NO_EMPTY = {"name", "portal", "currency", "time_zone", "from", "host"}  # refused when empty, or not only a text
# One takes the other's place; another rate of shipping is another tax.
APART = {"discount_percent", "discount_amount", "shipping_tax_percent", "shipping_tax_name", "shipping_category", "shipping_reason", "deposit_amount"}
NOT_CHANGED = {"revision", "id", "number", "customer", "next"}  # the last only goes up: test_series
COMPUTED = {"subtotal", "discount", "tax", "taxes", "total", "paid", "balance", "written_off"}

KINDS = ("invoice", "estimate", "retainer", "credit_note")


def two_values(f, op):
    name, kind, most = f["name"], f["type"], f["max"]
    if SPECIAL.get(name) and not (name == "role" and op != "staff.update"):
        return SPECIAL[name]
    if "email" in name:
        return "one@x.test", "two@x.test"
    return {"bool": (True, False), "count": (3, 5), "decimal": ("1.5", "2.25"), "money": (money("3"), money("4")), "date": (days(2), days(3)),
            "text": ("first"[:most], "second"[:most]), "lines": ("first\nline", "second\nline")}.get(kind, (None, None))


class Target:
    """An operation of one record: where its fields stand among the arguments, how the record is read and whom one asks as."""

    def __init__(self, client, op, inside, read, revision=None, **fixed):
        self.client, self.op, self.inside, self.read, self.revision, self.fixed = client, op, inside, read, revision, fixed

    def change(self, given):
        args = copy.deepcopy(self.fixed)
        now = self.read()
        if self.revision == "inside":
            given = {**given, "revision": now["revision"]}
        elif self.revision:
            args["revision"] = now["revision"]
        args.update({self.inside: given} if self.inside else given)
        self.client.ask(self.op, **args)
        return self.read()


DAEMON = dict(zone="UTC")


@pytest.fixture(scope="module")
def targets(d):
    admin = d.sign_in()
    b = admin.ask("settings.get")["business"]
    admin.ask("settings.update", business={"revision": b["revision"], "customers_edit": True})
    customer, contact = add_customer(admin)
    maria = open_portal(d, admin, contact, "maria@bodega.test")
    other, person = add_customer(admin, "Other Ltd", "p@other.test")
    paid, _ = add_customer(admin, "Third Ltd", "q@third.test")
    item = admin.ask("item.create", item={"name": "Paper"})["item"]["id"]
    tax = admin.ask("tax.create", tax={"name": "VAT", "percent": "5"})["tax"]["id"]
    staff = admin.ask("staff.create", name="Bo", email="bo@acme.test", role="staff", password="lantern gravel")["staff"]["id"]
    written = {kind: admin.ask(f"{kind}.create", customer=paid, document={"lines": [line()]})[kind]["id"] for kind in KINDS}

    def record(op, key, **args):
        return lambda: admin.ask(op, **args)[key]

    def row(op, key, number):
        return lambda: next(x for x in admin.ask(op)[key] if x["id"] == number)
    all_of_them = [
        Target(admin, "customer.update", "customer", record("customer.get", "customer", id=other), "inside", id=other),
        Target(maria, "customer.edit_own", None, lambda: maria.ask("customer.get")["customer"], "beside"),
        Target(admin, "contact.update", "contact", lambda: admin.ask("customer.get", id=other)["contacts"][0], None, id=person),
        Target(admin, "item.update", "item", row("item.list", "items", item), None, id=item),
        Target(admin, "tax.update", "tax", row("tax.list", "taxes", tax), None, id=tax),
        Target(admin, "staff.update", None, row("staff.list", "staff", staff), None, staff=staff),
        Target(admin, "account.update", None, lambda: admin.ask("session.me")["me"]),
        Target(admin, "series.update", "series", lambda: admin.ask("settings.get")["series"][2], None),
        Target(admin, "mail.settings_set", "settings", record("mail.settings_get", "settings"), "inside"),
        *(Target(admin, f"{kind}.update", "document", record(f"{kind}.get", kind, **{kind: it}), "beside", **{kind: it})
          for kind, it in written.items()),
        Target(admin, "settings.update", "business", record("settings.get", "business"), "inside"),
    ]
    all_of_them[7].change = lambda given, old=all_of_them[7].change: old({**given, "id": 3})
    return {t.op: t for t in all_of_them}


@pytest.fixture(scope="module")
def contract(d):
    return Contract(d.client())


def leaves(contract, fields, before=()):
    """Every field that a request can name on its own."""
    for f in fields:
        if f["computed"] or f["name"] in NOT_CHANGED or (f["name"] in COMPUTED and f["type"] in ("money", "list")):
            continue
        if f["type"] == "shape" and (f["of"] == "address" or before):
            yield from leaves(contract, contract.shapes[f["of"]], before + (f,))
        elif f["type"] != "secret":
            yield before + (f,)


def nested(path, value):
    for f in reversed(path):
        value = {f["name"]: value}
    return value


def merged(into, other):
    for name, value in other.items():
        if isinstance(value, dict) and set(value) <= set(ADDRESS):
            merged(into.setdefault(name, {}), value)
        else:
            into[name] = value
    return into


def value_at(record, path):
    for f in path:
        record = (record or {}).get(f["name"])
    return record


def same(wanted, got):
    """`got` says at least what is wanted."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(same(v, got.get(k)) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(same(w, g) for w, g in zip(wanted, got))
    return wanted == got or (not wanted and not got)


OPS = ["customer.update", "customer.edit_own", "contact.update", "item.update", "tax.update", "staff.update", "account.update", "series.update",
       "mail.settings_set", *(f"{kind}.update" for kind in KINDS), "settings.update"]


def test_every_operation_that_changes_a_record_is_here(contract):
    apart = {"bank.mapping_set", "schedule.update"}  # a mapping is set whole (test_bank_statements.py); what recurs: test_recurring.py
    assert {op for op in contract.ops if op.endswith((".update", ".edit_own", "_set"))} == set(OPS) | apart


@pytest.mark.parametrize("op", OPS)
def test_only_the_field_that_is_named_changes(op, targets, contract):
    t = targets[op]
    takes = contract.ops[op]["takes"]
    if t.inside:
        takes = contract.shapes[next(f for f in takes if f["name"] == t.inside)["of"]]
    paths, first = [], {}
    for path in leaves(contract, takes):
        one, two = two_values(path[-1], op)
        if one is None or path[0]["name"] in t.fixed:
            continue
        refused = None
        try:
            t.change(nested(path, one))
        except Exception as refusal:  # noqa: BLE001 the server says which are not for this
            refused = refusal
        if refused:
            assert refused.field.endswith(path[-1]["name"]) or "." in refused.field, (path, refused)
            continue
        paths.append(path)
        if path[-1]["name"] not in APART:
            merged(first, nested(path, one))
    assert paths
    assert op not in ("customer.update", "settings.update", "customer.edit_own", "invoice.update", "estimate.update") or sum(len(p) > 1 for p in paths) >= 9
    for path in paths:
        if path[-1]["name"] in APART:
            continue
        before = t.change(copy.deepcopy(first))
        assert same(first, before), {k: (v, before.get(k)) for k, v in first.items() if not same(v, before.get(k))}
        one, two = two_values(path[-1], op)
        after = t.change(nested(path, two))
        wanted = merged(copy.deepcopy(first), nested(path, two))
        assert same(wanted, after), (op, [f["name"] for f in path])
        if path[-1]["type"] in ("text", "lines") and path[-1]["name"] not in NO_EMPTY and path[-1]["min"] == 0:
            after = t.change(nested(path, ""))
            assert same(merged(copy.deepcopy(first), nested(path, "")), after), (op, [f["name"] for f in path])
            assert not value_at(after, path)
        if path[-1]["type"] == "list" and path[-1]["name"] != "lines":
            assert not value_at(t.change(nested(path, [])), path)


def test_an_address_by_one_of_its_parts_on_the_command_line(d):
    """What was seen: billing.city=Sevilla wiped street, code and country, and the next invoice froze that."""
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Wiped Ltd", "w@wiped.test")
    whole = {"street": "Calle Mayor 4", "code": "11001", "city": "Cádiz", "country": "Spain"}
    made = admin.ask("customer.get", id=customer)["customer"]
    admin.ask("customer.update", id=customer, customer={"revision": made["revision"], "billing": whole})
    ctl = Ctl(d, session="wiped").login()
    ctl.run("customer.update", f"id={customer}", "customer.revision=2", "customer.billing.city=Sevilla")
    got = admin.ask("customer.get", id=customer)["customer"]
    assert got["billing"] == {**whole, "city": "Sevilla"}
    assert admin.ask("customer.overview", id=customer)["events"][0]["text"] == "billing.city"
    invoice = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    assert invoice["billing"]["street"] == "Calle Mayor 4" and invoice["billing"]["city"] == "Sevilla"


def test_null_says_nothing_and_an_address_that_is_emptied_is_none(d):
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Null Ltd", "n@null.test")
    def change(**fields):
        revision = admin.ask("customer.get", id=customer)["customer"]["revision"]
        return admin.ask("customer.update", id=customer, customer={"revision": revision, **fields})["customer"]
    assert change(phone="1", billing={"city": "Cádiz"}, terms_days=14)["terms_days"] == 14
    got = change(phone=None, billing={"city": None}, terms_days=None)
    assert (got["phone"], got["billing"]["city"], got["terms_days"]) == ("1", "Cádiz", 14)
    assert change(billing=None)["billing"] == {"city": "Cádiz"} and change(billing={})["billing"] == {"city": "Cádiz"}
    got = change(billing={"city": ""}, terms_days=0)
    assert "billing" not in got and got["terms_days"] == 0


def test_a_document_is_not_given_half_of_the_customers_address_and_half_of_another(d):
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Two Sites Ltd", "t@sites.test")
    admin.ask("customer.update", id=customer, customer={"revision": 1, "billing": {"street": "Calle Mayor 4", "city": "Cádiz", "country": "Spain"}})
    made = admin.ask("invoice.create", customer=customer, document={"lines": [line()], "billing": {"street": "1 Quay Street", "city": "Galway"}})["invoice"]
    assert made["billing"] == {"street": "1 Quay Street", "city": "Galway"}
    made = admin.ask("invoice.update", invoice=made["id"], revision=made["revision"], document={"billing": {"code": "H91"}})["invoice"]
    assert made["billing"] == {"street": "1 Quay Street", "city": "Galway", "code": "H91"}


# --- nothing is no change -------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def log(d, targets):
    """The newest event there is: what writes nothing into the log leaves it."""
    watching = d.sign_in()
    return lambda: watching.ask("event.list", limit=1)["events"][0]


def given_again(t, contract, op):
    """Every field that the operation takes, as the record says it; what can be filled in was."""
    takes = contract.ops[op]["takes"]
    if t.inside:
        takes = contract.shapes[next(f for f in takes if f["name"] == t.inside)["of"]]
    paths = [path for path in leaves(contract, takes) if path[0]["name"] not in t.fixed]
    for path in paths:
        value, _ = two_values(path[-1], op)
        if value is not None and path[-1]["name"] not in APART:
            with contextlib.suppress(Refused):
                t.change(nested(path, value))
    now, again = t.read(), {}
    for path in paths:
        value = value_at(now, path)
        if value is not None:
            merged(again, nested(path, value))
    return again


@pytest.mark.parametrize("op", OPS)
def test_the_same_values_again_change_nothing(op, log, targets, contract):
    """No revision, no event: others would find theirs stale for nothing, and the log would tell of changes that were none."""
    t = targets[op]
    again = given_again(t, contract, op)
    before, last = t.read(), log()
    assert again
    assert t.change(copy.deepcopy(again)) == before
    for name, value in again.items():
        assert t.change({name: copy.deepcopy(value)}) == before, name
    assert t.change({}) == before
    assert log() == last


def test_nothing_makes_no_rework_of_an_estimate_that_was_sent(d, log):
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Sent Ltd", "s@sent.test")
    made = admin.ask("estimate.create", customer=customer, send=True, document={"lines": [line("Paper", "2", "3")], "notes": "Hello"})["estimate"]
    last = log()
    as_it_stands = admin.ask("estimate.get", estimate=made["id"])["estimate"]
    for nothing in ({}, {"notes": None}, {"notes": "Hello"}, {"lines": made["lines"]}, {"lines": [line("Paper", "2", "3")]}, {"billing": {}}):
        got = admin.ask("estimate.update", estimate=made["id"], revision=made["revision"], document=nothing)["estimate"]
        assert (got["revision"], got["state"], got["rework"]) == (made["revision"], made["state"], 0), nothing
        assert admin.ask("estimate.get", estimate=made["id"])["estimate"] == as_it_stands, nothing
    assert log() == last
    reworked = admin.ask("estimate.update", estimate=made["id"], revision=made["revision"], document={"notes": "Other"})["estimate"]
    assert reworked["revision"] == made["revision"] + 1
    last = log()
    got = admin.ask("estimate.update", estimate=made["id"], revision=reworked["revision"], document={"notes": "Other"})["estimate"]
    assert got["revision"] == reworked["revision"] and got["notes"] == "Other" and log() == last


def test_a_stale_revision_is_refused_even_if_nothing_would_change(d):
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Stale Ltd", "s@stale.test")
    made = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    assert admin.refused("invoice.update", invoice=made["id"], revision=made["revision"] + 1, document={}).code == "stale"


def test_an_amount_of_nothing_is_none_whatever_it_is_in(d, log):
    """An editor gives every amount of a draft; the log names what changed, and no amount that was nothing and is nothing."""
    admin = d.sign_in()
    customer, _ = add_customer(admin, "Nothing Ltd", "n@nothing.test")
    made = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    none = {name: money("0") for name in ("discount_amount", "shipping", "adjustment")}
    last = log()
    got = admin.ask("invoice.update", invoice=made["id"], revision=made["revision"], document=none)["invoice"]
    assert got["revision"] == made["revision"] and log() == last
    admin.ask("invoice.update", invoice=made["id"], revision=made["revision"], document={**none, "notes": "Hello"})
    assert admin.ask("event.list", limit=1)["events"][0]["text"] == "notes"
