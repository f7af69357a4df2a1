"""Programs, and sessions that somebody left open, neither make nor redirect credentials (docs/decisions/credentials.md)."""
import json
import os
import re
import time

import pytest

import clock
from contract import Contract
from ctl import Ctl
from daemon import PASSWORD, Daemon, Refused, add_customer, open_portal
from keys import add_key, new_key
from phone import Phone, enrol
from smtp_sink import Sink, code_in, configure
from stranger import Stranger

VOUCHER = 3001  # the account of sshd's whose word is taken for a key; a number is enough
OTHER = "seven quiet lighthouses"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2Utc2l4dHktZm91ci1pcy1ub3QtYS1zZWNyZXQh ada@laptop"
ASKED = {"forbidden", "confirm", "sign_in"}


class Business:
    """One whose clock can be set, with an administrator and what may ask in their place. `later` is eleven minutes on."""

    def __init__(self, d, folder):
        self.d, self.folder = d, folder
        self.admin = d.sign_in()
        self.contract = Contract(d.client())
        self.operator = d.client()

    def program(self, role="admin", **more):
        client = self.d.client()
        client.token = self.admin.ask("token.create", name="program", role=role, **more)["token"]
        return client

    def later(self, minutes=11):
        clock.set_by(self.folder, minutes=minutes)

    def by_key(self, fingerprint, **more):
        client = Stranger(self.d, VOUCHER)
        client.token = client.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint, **more)["token"]
        return client


@pytest.fixture
def b(tmp_path):
    with Daemon(env=clock.settable(tmp_path), arguments=["--vouch", str(VOUCHER)]) as d:
        yield Business(d, tmp_path)


def outcome(client, op, arguments):
    try:
        client.ask(op, **arguments)
        return "ok"
    except Refused as refused:
        return refused.code


# --- the two attacks ---------------------------------------------------------------------------------------------------------------------
def test_a_token_gets_no_session_of_its_administrator_by_a_mail_server_of_its_own(b):
    """mail.settings_set to one's own server, password.ask_reset, and the code arrives there."""
    with Sink() as sink:
        with pytest.raises(Refused) as refused:
            configure(b.program(), sink)
            b.d.client().ask("password.ask_reset", portal="acme", email=b.d.email)
            code = code_in(sink.wait(b.d.email))
            got = b.d.client().ask("password.reset", portal="acme", code=code, password=OTHER)
            pytest.fail(f"the program became {got['me']['name']}, {got['me']['role']}")
        assert refused.value.code == "forbidden" and "mail.settings_set" in refused.value.message


def test_a_staff_token_gets_no_session_of_a_customer_by_inviting_itself(b):
    """A contact person with one's own address, an invitation to it, and its code."""
    with Sink() as sink:
        configure(b.admin, sink)
        customer, _ = add_customer(b.admin, "Victim", "v@victim.test")
        token = b.program("staff")
        mine = token.ask("contact.create", customer=customer, contact={"name": "Mallory", "email": "m@evil.test"})["contact"]["id"]
        with pytest.raises(Refused) as refused:
            token.ask("access.invite", contacts=[mine])
            got = b.d.client().ask("invitation.accept", portal="acme", code=code_in(sink.wait("m@evil.test")), password=OTHER)
            pytest.fail(f"the program became {got['me']['name']} of {got['me']['customer_name']}")
        assert refused.value.code == "forbidden"


def test_an_import_redirects_no_address_for_a_program_nor_for_a_session_that_was_left_open(b):
    """contact.update asks for more before it changes an address; an import with `update` changed it without."""
    def row(source, email, **more):
        return {"rows": [{"source": source, "customer": {"name": source, "currency": "EUR"}, "contact": {"name": "Vi", "email": email}}], **more}

    token, named = b.program(), b.program(operations=["import.customers", "customer.list", "customer.get"])
    assert token.ask("import.customers", **row("one", "v@victim.test"))["created"] == 1, "what is new opens nothing"
    assert token.ask("import.customers", **row("one", "m@evil.test"))["differs"][0]["applied"] is False
    for check in (True, False):
        refused = token.refused("import.customers", **row("one", "m@evil.test", update=True, check=check))
        assert (refused.code, refused.field) == ("forbidden", "update") and "import.customers" in refused.message
    customer = b.admin.ask("customer.list")["customers"][0]["id"]

    def address():
        return b.admin.ask("customer.get", customer=customer)["contacts"][0]["email"]

    assert address() == "v@victim.test"
    assert named.ask("import.customers", **row("one", "n@named.test", update=True))["changed"] == 1
    assert address() == "n@named.test"
    b.later()
    assert b.admin.refused("import.customers", **row("one", "m@evil.test", update=True)).code == "confirm"
    assert b.admin.ask("import.customers", **row("two", "w@new.test"))["created"] == 1
    b.admin.ask("session.confirm", password=PASSWORD)
    assert b.admin.ask("import.customers", **row("one", "o@own.test", update=True))["changed"] == 1


def test_posternctl_brings_in_by_a_program_that_names_nothing(b):
    """It mentions `update` only where that is asked for."""
    ctl, contacts = Ctl(b.d), b.folder / "contacts.csv"
    ctl.session.write_text(json.dumps({"url": b.d.url, "token": b.program().token}))
    ctl.session.chmod(0o600)
    contacts.write_text("Contact ID,Display Name,Currency Code,EmailID,First Name\n7,Seven,EUR,v@victim.test,Vi\n")
    words = ["import", "zoho", "--contacts", contacts]
    assert ctl.json(*words)["new"]["contacts"] == 1
    assert "import.customers" in ctl.refused(*words, "--update", code=None)


# --- every operation and field that is marked × who asks -----------------------------------------------------------------------------------
def counted(path):
    """A field that is marked counts as an argument, and in an argument that changes a record; not where one is made anew."""
    return len(path) == 1 or any(f["kept"] for f in path[:-1])


def marked(contract):
    """(operation, its arguments, does it count), once for each operation that is marked and each field."""
    for name, op in contract.ops.items():
        if op["credentials"]:
            yield name, contract.arguments(op["takes"]), True
            continue
        for path in contract.paths(op["takes"]):
            if path[-1]["credentials"]:
                value = False if path[-1]["type"] == "bool" else contract.value(path[-1])
                yield name, contract.put(name, path, value)[0], counted(path)


@pytest.fixture(scope="module")
def askers(tmp_path_factory):
    """Who asks → a client: everybody an administrator, or a program with all of their role."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can ask as another account")
    folder = tmp_path_factory.mktemp("clock")
    with Daemon(env=clock.settable(folder), arguments=["--vouch", str(VOUCHER)]) as d:
        b = Business(d, folder)
        fingerprint = add_key(b.admin, new_key()[0], password=PASSWORD)["fingerprint"]
        named = sorted({name for name, _, _ in marked(b.contract)
                        if "admin" in b.contract.ops[name]["roles"] and not b.contract.ops[name]["personal"]})
        v = {"token": b.program(), "named": b.program(operations=named), "old": d.sign_in(), "again": d.sign_in()}
        b.later()
        v |= {"fresh": d.sign_in(), "key": b.by_key(fingerprint), "operator": b.operator}
        v["again"].ask("session.confirm", password=PASSWORD)
        yield b.contract, v


def expected(op, who):
    """Is it turned away, and how?"""
    if who == "operator":
        return None if "operator" in op["roles"] else "forbidden"
    if "admin" not in op["roles"]:
        return "forbidden"
    if who in ("token", "named"):
        return "forbidden" if who == "token" or op["personal"] else None
    return "confirm" if who in ("old", "key") and not op["shows"] else None


@pytest.mark.parametrize("who", ["token", "named", "old", "again", "key", "fresh", "operator"])
def test_what_touches_credentials_is_asked_by_whom(askers, who):
    contract, clients = askers
    wrong, tried = [], 0
    for name, arguments, counts in marked(contract):
        op = contract.ops[name]
        want = expected(op, who) if counts else None
        if not counts and who == "operator":
            continue
        got = outcome(clients[who], name, arguments)
        if (got if got in ASKED else None) != (want if who != "operator" or want != "forbidden" else "sign_in"):
            wrong.append((name, arguments, got, want))
        tried += 1
    assert not wrong and tried > 15, wrong


# --- nobody forgets it --------------------------------------------------------------------------------------------------------------------
SUSPECT = re.compile(r"^(.*_)?(email|password|codes?|tokens?|secret|mfa|portal|role|active|fingerprint|key|bank|stripe)$")  # bank: where transfers go
TELLS = re.compile(r"^(.*_)?(password|codes?|token|secret|uri|hash)$")
VERBS = re.compile(r"invite|enable|reset|rescue|accept$|sign_in|switch|backup|restore|import|token|^gateway\.set$|^code\.send$")
LEFT_OUT = {  # operation: (what in its row looks like it, why it needs no mark)
    "session.sign_in": ("name portal email password code token", "takes the proof itself; it is the proof"),
    "key.prove": ("key", "whoever holds what was added with the password shows that; nothing begins here"),
    "key.vouch": ("fingerprint", "asked by sshd's own account, of what its owner began with the password"),
    "session.sign_in_key": ("name portal fingerprint token", "the same: sshd has seen the key"),
    "session.switch": ("name password token", "opens no more than what was shown opens; what was not shown goes not along"),
    "session.confirm": ("password code", "is the proof"),
    "mfa.verify": ("code", "is the proof"),
    "invitation.accept": ("name portal code password token", "takes the proof itself: the code"),
    "password.reset": ("name portal code password token", "takes the proof itself: the code"),
    "password.ask_reset": ("name", "sends a code to the address that is on record, by the mail server that is; both are marked"),
    "estimate.accept": ("name", "a signature under an estimate opens nothing"),
    "contact.create": ("contact.email", "nobody can sign in by a record: what gives access is the invitation, which is marked"),
    "customer.create": ("customer.email customer.active contact.email", "the same"),
    "customer.update": ("customer.email customer.active", "its address signs nobody in; active lets its persons use the passwords they have"),
    "import.customers": ("name rows.customer.email rows.customer.active rows.contact.email",
                         "what is new opens nothing; `update`, which is marked, changes no address of who can sign in or is invited"),
    "import.invoices": ("name", "no persons"), "import.payments": ("name rows.own_key", "no persons"),
    "settings.update": ("business.email business.no_codes", "is shown, and told of news, codes do not go there; a switch of what was sent before"),
    "code.open": ("portal code token", "takes the proof itself: the code"), "code.revoke": ("code", "takes away"),
    "key.remove": ("key", "takes away; the sessions it opened end, and whose it was is told"),
    "token.list": ("name", "tells no token"), "token.revoke": ("name token", "takes away"),
    "payment.pay": ("card_number card_expiry card_code iban", "a card is no credential here, and is kept nowhere"),
    "payment.confirm": ("given.value", "the same"), "payment.answer": ("answer given.value", "the same: a one-time code of the payer's bank"),
    "import.credits": ("name", "no persons"), "import.refunds": ("name", "no persons"),
    "method.save": ("card_number card_expiry card_code iban given.value", "the same; what is kept of it is the gateway's token, which no operation tells"),
    "bank.import": ("name", "lines of a bank statement: no persons"),
    "reminder.rule_create": ("rule.active", "whether a rule reminds"), "reminder.rule_update": ("rule.active", "the same"),
    "comment.add": ("portal", "says whether the customer sees it"), "audit.head": ("portal", "says which business; for the operator"),
    "item.create": ("item.active", "offered for new lines"), "item.update": ("item.active", "the same"),
    "tax.create": ("tax.active", "the same"), "tax.update": ("tax.active", "the same"),
    "mail.get": ("mail.text", "has the code only with the argument that is marked"),
}


def suspects(contract, op):
    """What in an operation's row looks like credentials and is not marked."""
    if VERBS.search(op["name"]):
        yield "name"
    for path in contract.paths(op["takes"]) if op["write"] else []:
        f, postal = path[-1], len(path) > 1 and path[-2]["of"] == "address"
        if (f["type"] == "secret" or SUSPECT.match(f["name"])) and not postal and not (f["credentials"] and counted(path)):
            yield ".".join(p["name"] for p in path)
    yield from told(contract, op["gives"], ())


def told(contract, fields, shapes):
    for f in fields:
        if f["type"] in ("shape", "list") and f["of"] not in shapes:
            yield from told(contract, contract.shapes[f["of"]], shapes + (f["of"],))
        elif f["type"] in ("text", "texts", "lines", "secret") and shapes[-1:] not in [("address",), ("refusal_info",)]:
            if TELLS.match(f["name"]) or (shapes[-1:] == ("mail",) and f["name"] == "text"):
                yield ".".join(shapes + (f["name"],))


def test_what_looks_like_credentials_is_marked_or_left_out_with_a_reason(b):
    found = {name: set(suspects(b.contract, op)) for name, op in b.contract.ops.items() if not op["credentials"]}
    assert {name: fields for name, fields in found.items() if fields} == {name: set(fields.split()) for name, (fields, _) in LEFT_OUT.items()}


def test_a_mark_that_is_taken_away_is_noticed(b):
    """The test before this one would say so of every operation and field that is marked."""
    for name, op in b.contract.ops.items():
        if op["credentials"]:
            assert list(suspects(b.contract, {**op, "credentials": False})), name
        for path in b.contract.paths(op["takes"]):
            f = path[-1]
            if f["credentials"] and counted(path) and f["name"] != "update" and name != "mail.get":  # they say what is done with what looks like it
                assert SUSPECT.match(f["name"]), (name, f["name"])


def test_secrets_are_asked_for_only_by_operations_that_are_marked_or_say_why(b):
    """`shows` is for those that take the password or a code of the one who asks."""
    for name, op in b.contract.ops.items():
        if op["shows"]:
            assert op["personal"] and any(f["type"] == "secret" for f in op["takes"]), name


# --- showing it once more -------------------------------------------------------------------------------------------------------------------
def invite(b):
    if not hasattr(b, "contact"):
        b.contact = add_customer(b.admin)[1]
    return {"contacts": [b.contact]}


def test_a_session_is_good_for_ten_minutes_and_for_ten_more_after_each_showing(b):
    args = invite(b)
    b.later(9)
    b.admin.ask("access.invite", **args)
    b.later(11)
    refused = b.admin.refused("access.invite", **args)
    assert (refused.code, refused.field) == ("confirm", "") and "session.confirm" in refused.message
    assert b.admin.ask("session.confirm", password=PASSWORD)["until"].endswith("Z")
    b.later(20)
    b.admin.ask("access.invite", **args)
    b.later(22)
    assert b.admin.refused("access.invite", **args).code == "confirm"
    b.admin.refused("mfa.begin", password="not the password")
    assert b.admin.refused("access.invite", **args).code == "confirm", "a wrong one shows nothing"
    b.admin.ask("mfa.begin", password=PASSWORD)
    b.admin.ask("access.invite", **args)
    b.later(0)
    assert b.admin.refused("access.invite", **args).code == "confirm", "a stamp that lies ahead is of a clock that was wrong"


def test_a_code_shows_it_too_and_each_is_good_once(b):
    (phone, _), args = enrol(b.admin, password=PASSWORD), invite(b)
    b.later(11)
    assert b.admin.refused("session.confirm", code=phone.wrong()).field == "code"
    assert b.admin.refused("access.invite", **args).code == "confirm"
    code = phone.at(phone.oldest() + 11 * 2 + 1)  # eleven minutes on
    b.admin.ask("session.confirm", code=code)
    b.admin.ask("access.invite", **args)
    assert b.admin.refused("session.confirm", code=code).code == "credentials"


def test_wrong_ones_count_as_wrong_passwords_do(b):
    b.later()
    codes = [b.admin.refused("session.confirm", password=f"wrong number {n}").code for n in range(6)]
    assert codes[:5] == ["credentials"] * 5 and codes[5] == "slow_down"
    assert b.admin.refused("session.confirm", password=PASSWORD).code == "slow_down"
    assert b.admin.refused("key.add", key=KEY, password=PASSWORD).code == "slow_down", "one count for all doors"
    assert b.admin.refused("session.confirm").code in ("credentials", "slow_down")


def test_a_key_shows_nothing_and_the_password_after_it_does(b):
    """Its session has no stamp in the store at all, as those of an earlier version have none."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can ask as another account")
    fingerprint = add_key(b.admin, new_key()[0], password=PASSWORD)["fingerprint"]
    keyed, args = b.by_key(fingerprint), invite(b)
    assert keyed.refused("access.invite", **args).code == "confirm"
    keyed.ask("session.confirm", password=PASSWORD)
    keyed.ask("access.invite", **args)


def shown(session):
    """Whether it is asked to show something before it confirms a second factor that nobody began."""
    code = session.refused("mfa.confirm", code="123456").code
    assert code in ("confirm", "state")
    return code == "state"


def at(b, name, email, password=PASSWORD):
    """A customer's number, and the session of its person."""
    customer, contact = add_customer(b.admin, name, email)
    return customer, contact, open_portal(b.d, b.admin, contact, email, password)


def switched(session, customer, **more):
    session.token = session.ask("session.switch", customer=customer, **more)["token"]
    return session


def test_a_switch_takes_along_what_opens_there_and_no_more(b):
    one, _, first = at(b, "One", "eve@both.test")
    two, _, _ = at(b, "Two", "eve@both.test")
    other, _, _ = at(b, "Other", "eve@both.test", OTHER)
    assert shown(first) and shown(switched(first, two)), "the same password, shown a moment ago"
    b.admin.ask("session.confirm", password=PASSWORD)
    b.later()
    assert not shown(switched(first, one)), "the same password, eleven minutes ago"
    assert shown(switched(first, other, password=OTHER)), "that one was typed"
    b.d.sign_in()
    back = switched(first, one, password=PASSWORD)
    assert shown(back) and shown(switched(back, two))


def test_a_code_of_one_customers_person_shows_nothing_at_another(b):
    one, _, first = at(b, "One", "zoe@both.test")
    two, _, _ = at(b, "Two", "zoe@both.test")
    phone, _ = enrol(first, password=PASSWORD)
    b.later()
    assert not shown_at(first)
    first.ask("session.confirm", code=phone.at(phone.oldest() + 11 * 2 + 1))
    assert shown_at(first)
    assert not shown(switched(first, two))


def shown_at(session):
    """The same where there is a second factor already."""
    return session.refused("mfa.confirm", code="123456").code != "confirm"


# --- codes in mails -------------------------------------------------------------------------------------------------------------------------
def test_the_code_of_a_mail_is_told_only_when_it_is_asked_for(b):
    b.admin.ask("access.invite", **invite(b))
    mail = b.admin.ask("mail.list")["mails"][0]["id"]
    code = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")
    plain = b.admin.ask("mail.get", mail=mail)["mail"]["text"]
    assert "{code}" in plain and not code.search(plain)
    assert code.search(b.admin.ask("mail.get", mail=mail, code=True)["mail"]["text"])
    reader = b.program(operations=["mail.get"])
    assert not code.search(reader.ask("mail.get", mail=mail, code=True)["mail"]["text"]), "not even to a program that names it"
    assert b.program().refused("mail.get", mail=mail, code=True).code == "forbidden"
    assert b.program().ask("mail.get", mail=mail)["mail"]["text"] == plain
    b.later()
    assert b.admin.refused("mail.get", mail=mail, code=True).code == "confirm"
    assert b.admin.ask("mail.get", mail=mail)["mail"]["text"] == plain
    for read in (b.admin.ask("mail.list"), b.admin.ask("event.list", limit=100)):
        assert not code.search(repr(read))


# --- who has to set up a second factor ----------------------------------------------------------------------------------------------------
def wants_factor(b):
    business = b.admin.ask("settings.get")["business"]
    b.admin.ask("settings.update", business={"revision": business["revision"], "staff_mfa": True})


def test_a_key_alone_sets_up_no_second_factor(b):
    """What a second factor was set up with, its codes would have shown: so a stolen key became everything."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can ask as another account")
    fingerprint = add_key(b.admin, new_key()[0], password=PASSWORD)["fingerprint"]
    wants_factor(b)
    thief = b.by_key(fingerprint)
    assert thief.ask("session.me")["me"]["stage"] == "enrol"
    assert thief.refused("mfa.begin").code == "confirm"
    assert thief.refused("mfa.begin", password="not the password").code == "credentials"
    assert thief.refused("session.confirm", code="123456").code == "state", "there is no second factor"
    owner = b.by_key(fingerprint)
    owner.ask("session.confirm", password=PASSWORD)
    enrol(owner)
    assert owner.ask("session.me")["me"]["stage"] == "full"


def test_a_secret_that_was_left_on_the_screen_is_confirmed_by_nobody_who_comes_later(b):
    wants_factor(b)
    left = b.d.sign_in()
    secret = left.ask("mfa.begin")["secret"]
    b.later(25)
    code = Phone(secret).at((int(time.time()) + 25 * 60) // 30)
    assert left.refused("mfa.confirm", code=code).code == "confirm"
    left.ask("session.confirm", password=PASSWORD)
    code = Phone(secret).at((int(time.time()) + 25 * 60) // 30)
    assert len(left.ask("mfa.confirm", code=code)["codes"]) == 5
