"""SSH keys, one's sessions, and tokens for programs (B12, B14, H3)."""
import os

import pytest

from clock import forward
from daemon import PASSWORD, Daemon, Refused, add_customer, open_portal, wait_until
from keys import add_key, new_key
from phone import enrol
from stranger import Stranger

VOUCHER, DOOR, KEYS = 3001, 3002, 3003
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can ask as another account")


DAEMON = dict(arguments=["--vouch", str(VOUCHER), "--door", str(DOOR), "--keys", str(KEYS)])


@pytest.fixture
def make_key():
    """A fresh public key as ssh-keygen writes it: (line, fingerprint)."""
    return lambda *kind: new_key(*kind, comment="ada@laptop")


def person(d, admin, name, email=None):
    email = email or f"{name}@keys.test"
    _, contact = add_customer(admin, f"{name} Ltd", email)
    return open_portal(d, admin, contact, email), email, contact


def by_key(d, fingerprint, uid=VOUCHER, **args):
    c = Stranger(d, uid)
    got = c.ask("session.sign_in_key", portal="acme", fingerprint=fingerprint, **args)
    c.token, c.me = got["token"], got["me"]
    return c


# --- keys ------------------------------------------------------------------------------------------------------------------------------------
def test_keys_of_every_usual_kind_are_taken_with_the_fingerprint_that_ssh_says(d, admin, make_key):
    c, _, _ = person(d, admin, "kinds")
    for kind, more in [("ed25519", ()), ("ecdsa", ("-b", "256")), ("ecdsa", ("-b", "384")), ("ecdsa", ("-b", "521")), ("rsa", ("-b", "2048"))]:
        line, fingerprint = make_key(kind, *more)
        key = add_key(c, line, password=PASSWORD)
        assert (key["fingerprint"], key["type"], key["label"]) == (fingerprint, line.split()[0], "ada@laptop")
    assert len(c.ask("key.list")["keys"]) == 5


@pytest.mark.parametrize("what", ["empty", "options", "private", "dsa", "small rsa", "cut", "other type", "more behind", "not base64", "only type", "newline"])
def test_what_is_no_good_public_key_is_refused(d, admin, make_key, what):
    c, email, _ = d.__dict__.setdefault("bad_keys", None) or person(d, admin, "bad")
    d.bad_keys = (c, email, 0)
    line, _ = make_key()
    kind, blob, comment = line.split()
    bad = {"empty": " " * 30, "options": f'command="sh" {line}', "private": "-----BEGIN OPENSSH PRIVATE KEY-----", "dsa": f"ssh-dss {blob}",
           "small rsa": make_key("rsa", "-b", "1024")[0], "cut": f"{kind} {blob[:-8]} x", "other type": f"ssh-rsa {blob}",
           "more behind": f"{kind} {blob[:-1]}AAAA", "not base64": f"{kind} {blob[:-4]}?!?!", "only type": f"{kind}                     ",
           "newline": line + "\nssh-ed25519 AAAA"}[what]
    refusal = c.refused("key.add", key=bad, password=PASSWORD)
    assert (refusal.code, refusal.field) == ("invalid", "key")


def test_a_key_is_added_only_by_who_shows_the_password_or_a_code_again(d, admin, make_key):
    c, _, _ = person(d, admin, "again")
    line, fingerprint = make_key()
    assert c.refused("key.add", key=line).field == "password"
    assert c.refused("key.add", key=line, password="not the password").code == "credentials"
    phone, codes = enrol(c, password=PASSWORD)
    assert c.refused("key.add", key=line, code=phone.wrong()).field == "code"
    assert add_key(c, line, label="laptop", code=phone.code())["label"] == "laptop"
    assert c.refused("key.add", key=line, password=PASSWORD).code == "exists"


@only_root
def test_a_proved_key_signs_its_owner_in_and_only_the_account_that_vouches_may_say_so(d, admin, make_key):
    c, email, contact = person(d, admin, "keyed")
    line, fingerprint = make_key()
    key = add_key(c, line, password=PASSWORD)["id"]
    keys = Stranger(d, KEYS)
    assert keys.ask("key.known", fingerprint=fingerprint)["known"] is True
    assert keys.ask("key.known", fingerprint="SHA256:" + "A" * 43)["known"] is False
    assert keys.refused("key.portals", fingerprint=fingerprint).code == "forbidden"
    vouching = by_key(d, fingerprint, **{"from": "192.0.2.9"})
    assert (vouching.me["name"], vouching.me["means"], vouching.me["stage"]) == ("Maria Ruiz", "key", "full")
    assert vouching.ask("home.get")
    used = c.ask("key.list")["keys"][0]
    assert used["place"] == "ssh 192.0.2.9" and used["used"]
    for uid in (DOOR, KEYS, 65534):
        liar = Stranger(d, uid)
        assert liar.refused("session.sign_in_key", portal="acme", fingerprint=fingerprint).code == "forbidden", uid
        liar.close()
    assert d.client().refused("session.sign_in_key", portal="acme", fingerprint=fingerprint).code == "forbidden", "nor the operator"
    for portal, other in [("acme", "SHA256:" + "A" * 43), ("nowhere", fingerprint), ("acme", "'; drop"), ("acme", fingerprint.lower())]:
        voucher = Stranger(d, VOUCHER)
        refusal = voucher.refused("session.sign_in_key", portal=portal, fingerprint=other)
        assert (refusal.code, refusal.message) == ("credentials", "That did not match.")
        voucher.close()
    c.ask("key.remove", key=key)
    assert vouching.refused("session.me").code == "sign_in", "a key that is removed ends what it opened"
    assert keys.ask("key.known", fingerprint=fingerprint)["known"] is False
    keys.close()
    vouching.close()


@only_root
def test_with_a_second_factor_the_key_is_only_the_first(d, admin, make_key):
    c, email, _ = person(d, admin, "both")
    line, fingerprint = make_key()
    phone, _ = enrol(c, password=PASSWORD)
    add_key(c, line, password=PASSWORD)
    keyed = by_key(d, fingerprint)
    assert keyed.me["stage"] == "code" and keyed.refused("home.get").code == "second_factor"
    assert keyed.ask("mfa.verify", code=phone.code())["me"]["stage"] == "full"
    keyed.close()


@only_root
def test_a_key_opens_nothing_once_access_is_off_and_says_what_it_opens(d, admin, make_key):
    c, email, contact = person(d, admin, "several")
    line, fingerprint = make_key()
    add_key(c, line, password=PASSWORD)
    second, _, other = person(d, admin, "severaltwo", email)
    second = d.client()
    second.sign_in("acme", email, PASSWORD, customer=admin.ask("customer.list", search="severaltwo")["customers"][0]["id"])
    add_key(second, line, password=PASSWORD)
    voucher = Stranger(d, VOUCHER)
    portals = voucher.ask("key.portals", fingerprint=fingerprint)["portals"]
    assert [(p["portal"], p["customer_name"]) for p in portals] == [("acme", "several Ltd"), ("acme", "severaltwo Ltd")]
    keyed = by_key(d, fingerprint, customer=portals[1]["customer"])
    assert keyed.me["customer_name"] == "severaltwo Ltd"
    keyed.close()
    assert voucher.refused("session.sign_in_key", portal="acme", fingerprint=fingerprint, customer=1).code == "credentials"
    admin.ask("access.disable", contacts=[contact, other])
    assert voucher.ask("key.portals", fingerprint=fingerprint)["portals"] == []
    assert voucher.refused("session.sign_in_key", portal="acme", fingerprint=fingerprint).code == "credentials"
    voucher.close()


@only_root
def test_a_key_of_somebody_who_is_staff_and_customer_opens_the_side_that_was_chosen(d, admin, make_key):
    c, email, _ = person(d, admin, "bothsides")
    line, fingerprint = make_key()
    add_key(c, line, password=PASSWORD)  # the customer's is the older one
    admin.ask("staff.create", name="Both Sides", email=email, role="staff", password="two odd pebbles here")
    colleague = d.sign_in(email, "two odd pebbles here")
    colleague.ask("password.change", old="two odd pebbles here", password="three loud gravels")
    add_key(colleague, line, password="three loud gravels")
    keyed = by_key(d, fingerprint, staff=True)
    assert keyed.me["role"] == "staff"
    keyed.close()
    voucher = Stranger(d, VOUCHER)
    portals = voucher.ask("key.portals", fingerprint=fingerprint)["portals"]
    (customer,) = [p["customer"] for p in portals if p.get("customer")]
    assert len(portals) == 2
    voucher.close()
    keyed = by_key(d, fingerprint, customer=customer)
    assert (keyed.me["role"], keyed.me["customer_name"]) == ("customer", "bothsides Ltd")
    keyed.close()


# --- sessions ---------------------------------------------------------------------------------------------------------------------------------
def test_ones_sessions_are_listed_and_ended_one_by_one_or_all(d, admin):
    c, email, contact = person(d, admin, "sessions")
    others = [d.sign_in(email) for _ in range(3)]
    got = c.ask("session.list")["sessions"]
    assert len(got) == 4 and [s["current"] for s in got] == [False, False, False, True]
    assert all(s["means"] == "password" and s["place"].startswith("ipc uid") and s["expires"] > s["created"] for s in got)
    assert "hash" not in repr(got) and "uid'" not in repr(got)
    assert c.ask("session.revoke", session=got[0]["id"])["ended"] == 1
    assert others[2].refused("session.me").code == "sign_in"
    assert c.ask("session.revoke", others=True)["ended"] == 2
    assert c.ask("session.me") and c.refused("session.revoke").code == "invalid"
    mine = admin.ask("session.list")["sessions"][0]["id"]
    refusal = c.refused("session.revoke", session=mine)
    assert (refusal.code, refusal.field) == ("not_found", "session")
    assert c.refused("session.list", contact=contact).code == "forbidden"
    assert c.refused("session.list", staff=1).code in ("forbidden", "not_found")
    assert admin.ask("session.list", contact=contact)["sessions"][0]["id"] == got[3]["id"]
    assert admin.ask("session.revoke", contact=contact)["ended"] == 1
    assert c.refused("session.me").code == "sign_in"


def test_readers_and_staff_do_not_touch_the_sessions_of_colleagues(d, admin):
    for role in ("reader", "staff"):
        admin.ask("staff.create", name=role, email=f"{role}@keys.test", role=role, password=PASSWORD, keep_password=True)
    _, _, contact = person(d, admin, "watched")
    reader, staff = d.sign_in("reader@keys.test"), d.sign_in("staff@keys.test")
    for c in (reader, staff):
        assert c.refused("session.list", staff=admin.me["person"]).code == "forbidden"
        assert c.refused("session.revoke", staff=admin.me["person"]).code == "forbidden"
    assert reader.refused("session.revoke", contact=contact).code == "forbidden"
    assert staff.ask("session.revoke", contact=contact)["ended"] == 1
    assert admin.ask("session.revoke", staff=reader.me["person"])["ended"] == 1
    assert reader.refused("session.me").code == "sign_in"


# --- tokens for programs ----------------------------------------------------------------------------------------------------------------------
def machine(d, admin, **args):
    got = admin.ask("token.create", **{"name": "nightly", "role": "staff", **args})
    c = d.client()
    c.token = got["token"]
    return c, got["machine_token"]


def test_a_token_does_what_its_role_and_list_say_and_nothing_of_a_person(d, admin):
    c, token = machine(d, admin, operations=["customer.list", "customer.create"])
    assert c.token.startswith("ptm_") and "hash" not in token
    assert c.ask("customer.list")["customers"]
    made = c.ask("customer.create", customer={"name": "By machine"})
    event = admin.ask("event.list", limit=5)["events"][0]
    assert (event["side"], event["name"], event["actor"]) == ("machine", "nightly", token["id"])
    assert c.refused("invoice.list").code == "forbidden", "not on its list"
    everything, _ = machine(d, admin, role="admin")
    contract = d.client().ask("system.describe")["operations"]
    personal = {op["name"] for op in contract if op.get("personal")}
    assert {"session.me", "session.list", "password.change", "mfa.begin", "key.add", "token.create"} <= personal
    assert {"mfa.reset", "access.enable", "staff.create", "staff.invite", "staff.update", "staff.reset"} <= personal, "ways to become somebody"
    for op in personal:
        with pytest.raises(Refused) as refusal:
            everything.send(everything.envelope(op, {}))
        assert refusal.value.code in ("forbidden", "invalid"), op
    assert everything.refused("session.me").code == "forbidden" and everything.refused("mfa.show").code == "forbidden"
    assert everything.ask("settings.get") and everything.ask("customer.get", id=made["customer"]["id"])
    reader, _ = machine(d, admin, role="reader")
    assert reader.refused("customer.create", customer={"name": "No"}).code == "forbidden"
    wait_until(lambda: next(t for t in admin.ask("token.list")["tokens"] if t["id"] == token["id"]).get("used"), what="the last use")


@pytest.mark.parametrize("field, args", [("role", {"role": "customer"}), ("role", {"role": "operator"}), ("operations.0", {"operations": ["no.such"]}),
                                         ("operations.1", {"operations": ["customer.list", "session.me"]}), ("days", {"days": 731}),
                                         ("operations.0", {"role": "reader", "operations": ["invoice.create"]})])
def test_a_token_that_could_do_nothing_is_not_made(d, admin, field, args):
    refusal = admin.refused("token.create", **{"name": "bad", "role": "staff", **args})
    assert (refusal.code, refusal.field) == ("invalid", field)


def test_a_token_is_not_good_when_revoked_late_changed_or_for_another_business(d, admin):
    c, token = machine(d, admin)
    op = d.client()
    op.ask("business.create", portal="elsewhere", name="Elsewhere Ltd", currency="EUR", admin_email="eve@keys.test", password=PASSWORD)
    eve = d.sign_in("eve@keys.test", portal="elsewhere")
    theirs, _ = machine(d, eve)
    assert theirs.ask("customer.list")["customers"] == []
    assert eve.refused("token.revoke", id=token["id"] + 50).code == "not_found"
    whole = c.token
    for changed in (whole[:-1] + ("A" if whole[-1] != "A" else "B"), whole[4:], whole[:4] + theirs.token[4:20] + whole[20:], "ptm_", "ptm_" + "A" * 59, whole + "A"):
        c.token = changed
        assert c.refused("customer.list").code == "sign_in", changed
    c.token = whole
    stored = (d.data / "data.mdb").read_bytes()
    assert whole.encode() not in stored and whole[4:].encode() not in stored
    admin.ask("token.revoke", id=token["id"])
    assert c.refused("customer.list").code == "sign_in"
    assert admin.ask("token.revoke", id=token["id"])["machine_token"]["revoked"], "twice is once"


def test_a_token_ends_at_its_day():
    with Daemon() as d:
        admin = d.sign_in()
        c, _ = machine(d, admin, days=2)
        forward(d, hours=47)
        assert c.ask("customer.list")
        forward(d, hours=2)
        assert c.refused("customer.list").code == "sign_in"


def test_the_store_agrees_with_itself_afterwards(d):
    assert d.client().ask("system.check")["problems"] == []


def test_a_resend_of_another_token_is_not_answered_with_what_is_not_its_own(d, admin):
    one, _ = machine(d, admin)
    two, _ = machine(d, admin)
    request = one.envelope("customer.create", {"customer": {"name": "Once by machine"}})
    assert one.send(request) == one.send(request)
    with pytest.raises(Refused) as refusal:
        two.send({**request, "token": two.token})
    assert refusal.value.code == "id_reused"
