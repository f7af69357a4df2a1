"""SSH keys of somebody else: one is removed by staff who may act on that person; what a second factor leaves when it is taken away."""
import pytest

from ctl import Ctl
from daemon import PASSWORD, add_customer, open_portal
from keys import add_key, new_key
from phone import enrol


@pytest.fixture
def person(d, admin):
    """A customer's person with a key: (client, contact, key)."""
    made = []

    def make(name):
        email = f"{name}@others.test"
        _, contact = add_customer(admin, f"{name} Ltd", email)
        c = open_portal(d, admin, contact, email)
        made.append(c)
        return c, contact, add_key(c, new_key(comment=f"{name}@laptop")[0], password=PASSWORD)
    return make


@pytest.fixture(scope="module")
def colleagues(d, admin):
    """One of each role: role → client."""
    out = {}
    for role in ("reader", "staff", "admin"):
        email = f"{role}.keys@acme.test"
        admin.ask("staff.create", name=f"Key {role}", email=email, role=role, password=PASSWORD, keep_password=True)
        out[role] = d.sign_in(email, PASSWORD)
    return out


def last_mail(admin, to):
    row = next(m for m in admin.ask("mail.list", limit=20)["mails"] if m["to"] == to)
    return admin.ask("mail.get", mail=row["id"])["mail"]


def test_staff_remove_one_key_of_a_person_who_is_told(admin, person, colleagues):
    c, contact, key = person("lost")
    other = add_key(c, new_key(comment="kept@desk")[0], password=PASSWORD)
    assert colleagues["reader"].refused("key.remove", key=key["id"]).code == "forbidden"
    colleagues["staff"].ask("key.remove", key=key["id"])
    assert [k["id"] for k in c.ask("key.list")["keys"]] == [other["id"]]
    e = admin.ask("event.list", limit=1, what="key_removed")["events"][0]
    assert (e["name"], e["number"], e["about"]) == ("Key staff", "Maria Ruiz", key["id"])
    mail = last_mail(admin, c.me["email"])
    assert mail["template"] == "key_removed" and key["fingerprint"] in mail["text"] and "lost@laptop" in mail["text"]
    c.ask("key.remove", key=other["id"])
    assert last_mail(admin, c.me["email"])["id"] == mail["id"], "of what one removed oneself no mail tells"


def test_a_customer_removes_no_key_but_ones_own(admin, person):
    a, _, _ = person("mine")
    _, _, theirs = person("theirs")
    assert a.refused("key.remove", key=theirs["id"]).code == "not_found"


def test_keys_of_colleagues_are_for_administrators(admin, colleagues):
    ids = {s["email"]: s["id"] for s in admin.ask("staff.list")["staff"]}
    reader = ids["reader.keys@acme.test"]
    key = add_key(colleagues["reader"], new_key(comment="reader@laptop")[0], password=PASSWORD)
    assert colleagues["staff"].refused("key.list", staff=reader).code == "forbidden"
    assert colleagues["staff"].refused("key.remove", key=key["id"]).code == "not_found"
    assert [k["fingerprint"] for k in colleagues["admin"].ask("key.list", staff=reader)["keys"]] == [key["fingerprint"]]
    colleagues["admin"].ask("key.remove", key=key["id"])
    assert colleagues["reader"].ask("key.list")["keys"] == []
    assert last_mail(admin, "reader.keys@acme.test")["template"] == "key_removed"


def test_who_takes_a_second_factor_away_is_told_of_the_keys_that_open_alone_now(d, admin, person):
    c, contact, _ = person("phone")
    assert admin.ask("key.list", contact=contact)["keys"]
    enrol(c, password=PASSWORD)
    assert admin.ask("mfa.reset", contact=contact)["keys"] == 1
    none = open_portal(d, admin, add_customer(admin, "Bare Ltd", "bare@others.test")[1], "bare@others.test")
    enrol(none, password=PASSWORD)
    assert admin.ask("mfa.reset", contact=none.me["person"])["keys"] == 0
    staff = admin.ask("staff.create", name="Key both", email="both.keys@acme.test", role="staff", password=PASSWORD, keep_password=True)["staff"]
    both = d.sign_in("both.keys@acme.test", PASSWORD)
    add_key(both, new_key(comment="both@laptop")[0], password=PASSWORD)
    enrol(both, password=PASSWORD)
    assert admin.ask("staff.reset", staff=staff["id"], mfa=True)["keys"] == 1


def test_the_help_of_taking_it_away_says_that_keys_stay(d):
    said = Ctl(d).run("help", "mfa.reset").stdout
    assert "SSH keys stay" in " ".join(said.split())
