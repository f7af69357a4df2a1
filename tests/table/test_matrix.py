"""Operation × role × someone else's record, derived from the server's own description (tsan: yes)."""
import os
import pathlib
import re

import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer, line, money, open_portal, today
from phone import enrol
from stranger import Stranger

CODE = re.compile(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}(?!-)")
GOLDEN = pathlib.Path(__file__).with_name("matrix.txt")
NOBODYS = 999_999
STAGES = ["code", "password", "enrol"]
TURNED_AWAY = {"forbidden", "sign_in", "second_factor", "password_change", "enrol"}


VOUCHER, KEYS, PROVER = 3001, 3003, 3004  # accounts of sshd's: numbers are enough


class World:
    """One business with two customers who have everything, another business, and a session for each role."""

    def __init__(self, d):
        self.d = d
        self.admin = d.sign_in()
        contract = d.client().ask("system.describe")
        self.ops = {op["name"]: op for op in contract["operations"]}
        self.shapes = {shape["name"]: shape for shape in contract["shapes"]}
        self.operator = d.client()
        self.operator.ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@other.test", password=PASSWORD)
        self.eve = d.sign_in("eve@other.test", portal="other")
        for n in range(5):  # so that ids of one business exist in the other, too
            add_customer(self.eve, f"Customer {n}", f"c{n}@other.test")
        for role in ("reader", "staff"):
            self.admin.ask("staff.create", name=role.title(), email=f"{role}@acme.test", role=role, password=PASSWORD, keep_password=True)
        self.tax = self.admin.ask("tax.create", tax={"name": "VAT", "percent": "20"})["tax"]["id"]
        self.item = self.admin.ask("item.create", item={"name": "Paper", "price": "10"})["item"]["id"]
        self.mine, self.theirs = self.customer("mine"), self.customer("theirs")
        self.stranger = Stranger(d)
        self.spare = self.holders(8)
        self.roles = {"nobody": self.stranger, "customer": self.mine["session"], "reader": d.sign_in("reader@acme.test"),
                      "staff": d.sign_in("staff@acme.test"), "admin": self.admin, "operator": self.operator,
                      "voucher": Stranger(d, VOUCHER), "keys": Stranger(d, KEYS), "prover": Stranger(d, PROVER), "machine": self.machine(),
                      "holder": self.spare.pop(), **{stage: self.at_stage(stage) for stage in STAGES}}

    def machine(self):
        client = self.d.client()
        client.token = self.admin.ask("token.create", name="machine", role="admin")["token"]
        return client

    def holders(self, n):
        """Sessions that the code of a document opened: of mine's invoice. All at once, for guesses at codes are slowed."""
        self.admin.ask("code.send", document=self.mine["invoice"])
        mail = self.admin.ask("mail.get", id=self.admin.ask("mail.list")["mails"][0]["id"], code=True)["mail"]
        clients = [self.d.client() for _ in range(n)]
        for client in clients:
            client.token = client.ask("code.open", portal="acme", code=CODE.search(mail["text"])[0])["token"]
        return clients

    def at_stage(self, stage):
        """A session of a customer's person, in the other business, that has still to show something."""
        email = f"{stage}@other.test"
        if not self.eve.ask("customer.list", search=stage)["customers"]:
            _, contact = add_customer(self.eve, stage, email)
            self.eve.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=stage != "password")
            if stage == "code":
                enrol(self.d.sign_in(email, portal="other"), password=PASSWORD)
            if stage == "enrol":
                business = self.eve.ask("settings.get")["business"]
                self.eve.ask("settings.update", business={"mfa": True, "revision": business["revision"]})
        session = self.d.sign_in(email, portal="other")
        assert session.me["stage"] == stage
        return session

    def customer(self, name):
        """Ids of one record of each kind that belongs to a customer, and the session of its person."""
        customer, contact = add_customer(self.admin, name, f"{name}@{name}.test")
        session = open_portal(self.d, self.admin, contact, f"{name}@{name}.test")
        invoice = self.admin.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True)["invoice"]["id"]
        estimate = self.admin.ask("estimate.create", customer=customer, document={"lines": [line()]}, send=True)["estimate"]["id"]
        draft = self.admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]["id"]
        payment = self.admin.ask("payment.record", customer=customer, mode="cash", amount=money("1"), parts=[])["payment"]["id"]
        return {"customer": customer, "contact": contact, "invoice": invoice, "estimate": estimate, "document": invoice,
                "payment": payment, "draft": draft, "session": session}

    # --- arguments that pass validation, made from the description ---------------------------------------------------
    def value(self, field, whose):
        kind, least = field["type"], max(field["min"], 1)
        if kind == "bool":
            return False
        if kind == "count":
            return max(field["min"], min(1, field["max"]))
        if kind == "decimal":
            return "1"
        if kind in ("text", "lines", "secret"):
            return self.text(field, least)
        if kind == "date":
            return today().isoformat()
        if kind == "instant":
            return "2026-01-01T00:00:00Z"
        if kind == "money":
            return money("1")
        if kind == "enum":
            return field["values"][0]
        if kind == "id":
            return self.identity(field, whose)
        if kind == "ids":
            return [self.identity(field, whose)]
        if kind == "texts":
            return ["x"]
        inner = self.arguments(self.shapes[field["of"]]["fields"], whose)
        return [inner] if kind == "list" else inner

    @staticmethod
    def text(field, least):
        by_name = {"portal": "acme", "email": "x@y.test", "admin_email": "x@y.test", "currency": "EUR", "path": "relative",
                   "time_zone": "UTC", "operation": "system.health"}
        return by_name.get(field["name"], "x" * least)

    def identity(self, field, whose):
        if whose is None:
            return NOBODYS
        return {"tax": self.tax, "item": self.item, "staff": 1, "business": 1}.get(field["of"]) or whose.get(field["of"], NOBODYS)

    def arguments(self, fields, whose):
        return {f["name"]: self.value(f, whose) for f in fields if f["must"]}


@pytest.fixture(scope="module")
def world():
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can ask as another account")
    with Daemon(arguments=["--vouch", str(VOUCHER), "--keys", str(KEYS), "--prove", str(PROVER)]) as d:
        yield World(d)


def outcome(client, op, arguments):
    try:
        client.send(client.envelope(op, arguments))
        return "ok", None
    except Refused as refusal:
        return refusal.code, refusal.error


# These end or replace the session that asks; they are tried with sessions of their own.
ENDS_SESSION = {"session.sign_out", "session.switch", "password.change"}


def may(world, name, role):
    """'+' when the role gets as far as the handler, '-' when it is turned away."""
    client = world.roles[role]
    if name in ENDS_SESSION and role == "holder":
        client = world.spare.pop()
    if name in ENDS_SESSION and role in STAGES:
        client = world.at_stage(role)
    elif name in ENDS_SESSION and role in ("customer", "reader", "staff", "admin"):
        emails = {"customer": "mine@mine.test", "reader": "reader@acme.test", "staff": "staff@acme.test", "admin": "ada@acme.test"}
        client = world.d.sign_in(emails[role])
    arguments = world.arguments(world.ops[name]["takes"], None)
    code, _ = outcome(client, name, arguments)
    return "-" if code in TURNED_AWAY else "+"


def id_fields(world, fields, path=()):
    """Paths of all ids in an operation's arguments, through shapes and lists; not of those that only the server says."""
    for f in fields:
        if f["computed"]:
            continue
        if f["type"] in ("id", "ids"):
            yield path + (f,)
        elif f["type"] in ("shape", "list") and len(path) < 2:
            yield from id_fields(world, world.shapes[f["of"]]["fields"], path + (f,))


def put(world, arguments, path, identity):
    """Sets the id at the end of a path, with what it needs around it."""
    at = arguments
    for f in path[:-1]:
        if f["name"] not in at:
            at[f["name"]] = world.value(f, world.mine)
        at = at[f["name"]]
        if isinstance(at, list):
            at = at[0]
    at[path[-1]["name"]] = [identity] if path[-1]["type"] == "ids" else identity


def credentials(world, op):
    """What of it creates, redirects or reveals credentials: all, or fields; '*': the proof is among its arguments."""
    def fields(rows, counts, path=()):
        for f in rows:
            if counts and f["credentials"]:
                yield ".".join(path + (f["name"],))
            elif f["type"] in ("shape", "list") and f["kept"]:
                yield from fields(world.shapes[f["of"]]["fields"], True, path + (f["name"],))
    marks = "all" if op["credentials"] else " ".join(fields(op["takes"], True)) or "-"
    return marks + "*" * op["shows"]


def test_matrix_of_roles_is_the_reviewed_one(world):
    roles = [role for role in world.roles if role != "holder"]
    lines = [f"{'operation':<22} {' '.join(roles)} credentials"]
    for name in sorted(world.ops):
        marks = [may(world, name, role) for role in roles]
        lines.append(f"{name:<22} " + " ".join(m.ljust(len(r)) for m, r in zip(marks, roles)) + " " + credentials(world, world.ops[name]))
    lines += ["", "With the code of a document, besides what is for nobody signed in:"]
    lines += [name for name in sorted(world.ops) if may(world, name, "holder") == "+" and "public" not in world.ops[name]["roles"]]
    text = "\n".join(lines) + "\n"
    if os.environ.get("POSTERN_GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_roles_that_the_tables_name_are_those_that_get_through(world):
    for name, op in world.ops.items():
        for role in world.roles:
            if role == "machine":
                allowed = "admin" in op["roles"] and not op["personal"] and not op["credentials"]
            elif role in STAGES:
                allowed = "customer" in op["roles"] and role in op.get("stages", [])
            else:
                allowed = role in op["roles"]
            assert may(world, name, role) == ("+" if allowed or "public" in op["roles"] else "-"), (name, role)


def test_a_session_that_is_not_full_gets_at_nothing_but_what_brings_it_on(world):
    """The assurance levels, said once more by hand."""
    first = {"session.sign_out", "session.me"}
    may_be_asked = {"code": first | {"mfa.show", "mfa.verify"}, "password": first | {"password.change"},
                    "enrol": first | {"mfa.show", "mfa.begin", "mfa.confirm", "session.confirm"}}
    for stage, names in may_be_asked.items():
        world.roles[stage] = world.at_stage(stage)  # those that wait for a code are few at a time
        assert names == {name for name, op in world.ops.items() if "public" not in op["roles"] and may(world, name, stage) == "+"}, stage


def test_a_customer_gets_not_found_for_every_id_that_is_not_theirs(world):
    """The same answer for somebody else's record, for a draft, and for what does not exist."""
    tried = 0
    for name, op in world.ops.items():
        if "customer" not in op["roles"] or name in ENDS_SESSION:
            continue
        for path in id_fields(world, op["takes"]):
            kind = path[-1]["of"]
            if not kind:
                continue
            answers = []
            for identity in (world.theirs.get(kind), NOBODYS, world.theirs["draft"] if kind in ("invoice", "document") else NOBODYS):
                if identity is None:
                    identity = NOBODYS - 1
                arguments = world.arguments(op["takes"], world.mine)
                put(world, arguments, path, identity)
                code, error = outcome(world.mine["session"], name, arguments)
                assert code == "not_found", (name, [f["name"] for f in path], identity, code, error)
                answers.append((error["message"], error["field"]))
            assert len(set(answers)) == 1, (name, answers)
            tried += 1
    assert tried >= 12


def test_who_has_the_code_of_a_document_gets_not_found_for_every_other_id(world):
    """Of somebody else, of the same customer, a draft, and what does not exist: one answer, of every operation that is for them at all."""
    tried, mine = 0, world.mine
    more = world.admin.ask("invoice.create", customer=mine["customer"], document={"lines": [line()]}, send=True)["invoice"]["id"]
    others = {"invoice": [more], "document": [more, mine["estimate"]], "estimate": [mine["estimate"]], "payment": [mine["payment"]],
              "contact": [mine["contact"]], "customer": [mine["customer"]]}
    for name, op in world.ops.items():
        if "holder" not in op["roles"]:
            continue
        for path in id_fields(world, op["takes"]):
            kind = path[-1]["of"]
            ids = [world.theirs.get(kind, NOBODYS), NOBODYS, mine["draft"], *others.get(kind, [])]
            answers = []
            for identity in ids:
                arguments = world.arguments(op["takes"], mine)
                put(world, arguments, path, identity)
                code, error = outcome(world.roles["holder"], name, arguments)
                assert code == "not_found", (name, [f["name"] for f in path], identity, code, error)
                answers.append((error["message"], error["field"]))
            assert len(set(answers)) == 1, (name, answers)
            tried += 1
    assert tried >= 12


def test_staff_of_another_business_get_not_found_for_every_id(world):
    tried = 0
    for name, op in world.ops.items():
        if "admin" not in op["roles"] or name in ENDS_SESSION:
            continue
        for path in id_fields(world, op["takes"]):
            kind = path[-1]["of"]
            identity = world.theirs.get(kind) if kind in ("invoice", "estimate", "document", "payment") else None
            if identity is None:
                continue
            arguments = world.arguments(op["takes"], None)
            put(world, arguments, path, identity)
            code, error = outcome(world.eve, name, arguments)
            assert code == "not_found", (name, [f["name"] for f in path], code, error)
            tried += 1
    assert tried >= 20


def test_numbers_name_documents_only_of_ones_own(world):
    number = world.admin.ask("invoice.get", invoice=world.theirs["invoice"])["invoice"]["number"]
    own = world.admin.ask("invoice.get", invoice=world.mine["invoice"])["invoice"]["number"]
    me = world.mine["session"]
    assert me.ask("invoice.get", invoice=own)["invoice"]["id"] == world.mine["invoice"]
    other, none = me.refused("invoice.get", invoice=number), me.refused("invoice.get", invoice="INV-999999")
    assert other.code == none.code == "not_found"


def test_lists_of_a_customer_hold_only_their_own(world):
    me = world.mine["session"]
    for op, rows in [("invoice.list", "invoices"), ("estimate.list", "estimates"), ("payment.list", "payments")]:
        got = me.ask(op)[rows]
        assert got and {row["customer"] for row in got} == {world.mine["customer"]}
        assert all(row.get("state") != "draft" for row in got)
    assert {e["customer"] for e in me.ask("event.list", limit=100)["events"]} <= {world.mine["customer"]}


def test_fields_for_staff_only_never_reach_a_customer(world):
    """Every answer to a customer is searched for names that the shapes mark as staff's: found by asking as staff first."""
    me, mine = world.mine["session"], world.mine
    world.admin.ask("customer.update", request_id=None, **{"id": mine["customer"], "customer": {"revision": 1, "notes": "pays late, be firm"}})
    world.admin.ask("comment.add", document=mine["invoice"], text="internal remark", portal=False)
    for op, arguments in [("customer.get", {}), ("home.get", {}), ("invoice.get", {"invoice": mine["invoice"]}),
                          ("comment.list", {"document": mine["invoice"]}), ("event.list", {"limit": 100}), ("settings.get", {}),
                          ("payment.get", {"payment": mine["payment"]})]:
        text = repr(me.send(me.envelope(op, arguments)))
        for secret in ("pays late", "internal remark", "'place'", "notify_business", "author_id", "must_change"):
            assert secret not in text, (op, secret)
