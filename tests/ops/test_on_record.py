"""Whatever happens at the door is on record: who, what, when, about whom, from where. Each kind is made to happen once."""
import subprocess

import pytest

from ctl import Ctl
from daemon import PASSWORD, add_customer, wait_until
from keys import add_key
from phone import enrol
from test_invitation import CHOSEN, code_of

OTHER = "four quiet lanterns"


@pytest.fixture(scope="module")
def events(d, tmp_path_factory):
    """All events of a day at the door, by what happened; the operator's own verify at its end."""
    admin = d.sign_in()
    customer, contact = add_customer(admin, "Bodega Sur", "maria@bodega.test")
    admin.ask("access.invite", contacts=[contact])
    maria = d.client()
    code_of(admin, "maria@bodega.test")  # read twice by one of the staff: on record once
    got = maria.ask("invitation.accept", code=code_of(admin, "maria@bodega.test"), portal="acme", password=CHOSEN)
    maria.token = got["token"]
    maria.refused("session.sign_in", portal="acme", email="maria@bodega.test", password="not hers at all")
    phone, codes = enrol(maria, password=CHOSEN)
    codes = maria.ask("mfa.codes", code=phone.code())["codes"]
    key = tmp_path_factory.mktemp("key") / "k"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "maria@laptop", "-f", key], check=True, timeout=60)
    added = add_key(maria, key, code=phone.code())
    maria.ask("key.remove", key=added["id"])
    maria.ask("mfa.off", code=codes[0], password=CHOSEN)
    phone, codes = enrol(maria, password=CHOSEN)
    second = d.client()
    second.sign_in("acme", "maria@bodega.test", CHOSEN)
    second.ask("mfa.verify", code=codes[0])
    maria.ask("session.revoke", others=True)
    admin.ask("mfa.reset", contact=contact)
    maria = d.sign_in("maria@bodega.test", CHOSEN)
    maria.ask("password.change", old=CHOSEN, password=OTHER)
    maria.ask("session.sign_out")
    d.client().ask("password.ask_reset", portal="acme", email="maria@bodega.test")
    wait_until(lambda: admin.ask("event.list", what="reset_asked")["events"])
    admin.ask("access.enable", contacts=[contact], password=PASSWORD)
    admin.ask("access.disable", contacts=[contact])
    rory = admin.ask("staff.create", name="Rory Lynch", email="rory@acme.test", role="reader", password=PASSWORD)["staff"]
    admin.ask("staff.update", staff=rory["id"], role="staff")
    made = admin.ask("token.create", name="nightly export", role="staff", days=1)
    program = d.client()
    program.token = made["token"]
    program.ask("customer.update", id=customer, customer={"phone": "+353 91 1", "revision": 1})
    admin.ask("token.revoke", id=made["machine_token"]["id"])
    wait_until(lambda: admin.ask("event.list", what="sign_in_refused")["events"])
    found, after = {}, ""
    while True:
        page = admin.ask("event.list", limit=100, after=after)
        for e in page["events"]:
            found.setdefault(e["what"], []).append(e)
        after = page.get("next", "")
        if not after:
            return found


def test_all_of_it_says_who_what_when_about_whom_and_from_where(events):
    for what, who, about in (
            ("invited", "Administrator", "Maria Ruiz"), ("joined", "Maria Ruiz", "Maria Ruiz"), ("signed_in", "Maria Ruiz", "Maria Ruiz"),
            ("mfa_on", "Maria Ruiz", "Maria Ruiz"), ("mfa_codes", "Maria Ruiz", "Maria Ruiz"), ("mfa_off", "Maria Ruiz", "Maria Ruiz"),
            ("mfa_code_used", "Maria Ruiz", "Maria Ruiz"), ("mfa_reset", "Administrator", "Maria Ruiz"), ("key_added", "Maria Ruiz", "Maria Ruiz"), ("key_proved", "Maria Ruiz", "Maria Ruiz"),
            ("key_removed", "Maria Ruiz", "Maria Ruiz"), ("session_ended", "Maria Ruiz", "Maria Ruiz"), ("password_changed", "Maria Ruiz", "Maria Ruiz"),
            ("signed_out", "Maria Ruiz", "Maria Ruiz"), ("access_off", "Administrator", "Maria Ruiz"), ("token_created", "Administrator", "nightly export"),
            ("token_revoked", "Administrator", "nightly export"), ("password_set", "Administrator", "Maria Ruiz")):
        e = events[what][0]
        assert (e.get("name"), e.get("number")) == (who, about), e
        assert e["place"] and e["at"] and e["subject"] and e["about"] and e["actor"], e
        assert e["side"] == ("customer" if who == "Maria Ruiz" else "staff"), e
        assert len(e["chain"]) == 32
        if about == "Maria Ruiz":
            assert e["customer_name"] == "Bodega Sur", e


def test_refused_sign_ins_say_whom_they_tried_and_from_where(events):
    (e,) = events["sign_in_refused"]
    assert e["number"] == "maria@bodega.test" and e["place"] and e["side"] == "system" and not e["portal"]


def test_a_forgotten_password_is_on_record(events):
    (e,) = events["reset_asked"]
    assert e["number"] == "Maria Ruiz" and e["place"], e


def test_who_of_the_business_read_a_code_is_on_record(events):
    (e,) = events["code_read"]
    assert (e["name"], e["number"], e["subject"], e["customer_name"]) == ("Administrator", "maria@bodega.test", "mail", "Bodega Sur"), e
    assert e["place"] and not e["portal"] and "code" not in e.get("text", "")


def test_a_program_is_named_as_one(events):
    e = next(e for e in events["changed"] if e["side"] == "machine")
    assert (e["name"], e["number"]) == ("nightly export", "Bodega Sur") and e["actor"] and e["place"]


def test_reading_the_code_of_a_mail_is_on_record_once_for_each_reader(d):
    admin = d.sign_in()
    _, contact = add_customer(admin, "Held Mails", "held@held.test")
    admin.ask("access.invite", contacts=[contact])
    mail = next(m for m in admin.ask("mail.list")["mails"] if m["to"] == "held@held.test")["id"]

    def readers():
        return [e["name"] for e in admin.ask("event.list", what="code_read")["events"] if e["about"] == mail]
    assert readers() == [], "the list of mails shows no code"
    code = code_of(admin, "held@held.test")
    wait_until(lambda: readers() == ["Administrator"], what="the event")
    admin.ask("staff.create", name="Cleo Reader", email="cleo@acme.test", role="staff", password=PASSWORD)
    cleo = d.sign_in("cleo@acme.test", PASSWORD)
    cleo.ask("password.change", old=PASSWORD, password=OTHER)
    for reader in (admin, admin, cleo):  # written one after the other: hers shows that those before were not written again
        reader.ask("mail.get", id=mail, code=True)
    wait_until(lambda: readers() == ["Cleo Reader", "Administrator"], what="one event for each")
    e = next(e for e in admin.ask("event.list", what="code_read")["events"] if e["about"] == mail)
    assert (e["subject"], e["number"], e["customer_name"], e["portal"]) == ("mail", "held@held.test", "Held Mails", False)
    assert e["place"] and e["at"] and code not in repr(e)


def test_a_changed_role_says_from_what_to_what(events):
    assert any(e["subject"] == "staff" and "reader" in e.get("text", "") and "staff" in e["text"] for e in events["changed"])


def test_no_secret_is_in_the_log(events):
    text = repr(events)
    for secret in (PASSWORD, CHOSEN, OTHER, "not hers at all"):
        assert secret not in text


def test_customers_see_none_of_it(d, events):
    assert not any(e["portal"] for what in events for e in events[what] if what in (
        "invited", "joined", "signed_in", "mfa_on", "mfa_off", "mfa_reset", "key_added", "sign_in_refused", "session_ended", "password_set", "token_created"))


def test_the_log_is_whole_after_all_that(d, events):
    assert "the log is whole" in Ctl(d, session="none").run("audit", "verify").stdout
