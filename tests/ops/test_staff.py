"""Staff accounts: invited, changed, deactivated, reset by an administrator; somebody always stays who can do it (F9)."""

from daemon import PASSWORD, Daemon, wait_until
from test_invitation import CHOSEN, code_of, mails


def invite(admin, name, role="staff"):
    return admin.ask("staff.invite", name=name, email=f"{name.lower()}@acme.test", role=role)["staff"]


def join(d, admin, name, role="staff", portal="acme"):
    """(account, its session)"""
    account = invite(admin, name, role)
    c = d.client()
    got = c.ask("invitation.accept", portal=portal, code=code_of(admin, account["email"]), password=CHOSEN)
    c.token, c.me = got["token"], got["me"]
    return account, c


def account(admin, who):
    return next(s for s in admin.ask("staff.list")["staff"] if s["id"] == who["id"])


def test_a_colleague_is_invited_and_joins(d, admin):
    made = admin.ask("staff.invite", name="Bea", email="bea@acme.test", role="reader")
    assert admin.ask("mail.get", mail=made["mail"])["mail"]["to"] == "bea@acme.test"
    assert made["held"] is True and made["staff"]["access"] == "invited"
    mail = mails(admin, "bea@acme.test")[0]
    assert mail["template"] == "staff_invitation" and "customer" not in mail
    old = code_of(admin, "bea@acme.test")
    assert admin.ask("staff.invite", staff=made["staff"]["id"])["staff"]["id"] == made["staff"]["id"]
    code = code_of(admin, "bea@acme.test")
    c = d.client()
    assert c.refused("invitation.show", portal="acme", code=old).code == "code"
    shown = c.ask("invitation.show", portal="acme", code=code)
    assert shown["name"] == "Bea" and "customer_name" not in shown
    got = c.ask("invitation.accept", portal="acme", code=code, password=CHOSEN)
    c.token = got["token"]
    assert (got["me"]["role"], got["me"]["means"]) == ("reader", "invitation") and got.get("choices", []) == []
    c.ask("customer.list")
    now = account(admin, made["staff"])
    assert now["access"] == "active" and "invite_expires" not in now
    assert d.sign_in("bea@acme.test", CHOSEN).me["role"] == "reader"
    whats = [(e["what"], e["number"]) for e in admin.ask("event.list", limit=20)["events"]]
    assert ("invited", "Bea") in whats and ("joined", "Bea") in whats


def test_who_can_not_be_invited(d, admin):
    made, _ = join(d, admin, "Cid")
    assert admin.refused("staff.invite", name="Cid", email="CID@acme.test", role="staff").code == "exists"
    assert admin.refused("staff.invite", staff=made["id"]).code == "state"  # has a password
    assert admin.refused("staff.invite", name="Cid").field == "email"
    assert admin.refused("staff.invite", email="x@acme.test", role="staff").field == "name"
    assert admin.refused("staff.invite", name="x", email="x@acme.test").field == "role"
    assert admin.refused("staff.invite", name="x", email="x@acme.test", role="customer").field == "role"
    assert admin.refused("staff.invite", name="x", email="no address", role="staff").field == "email"
    assert admin.refused("staff.invite", staff=made["id"], role="admin").field == "role"
    assert admin.refused("staff.invite", staff=9999).code == "not_found"
    never = invite(admin, "Never")
    admin.ask("staff.update", staff=never["id"], active=False)
    assert admin.refused("staff.invite", staff=never["id"]).code == "state"
    reader = d.sign_in("cid@acme.test", CHOSEN)
    assert reader.refused("staff.invite", name="x", email="x@acme.test", role="staff").code == "forbidden"


def test_a_changed_role_or_a_deactivation_ends_the_sessions(d, admin):
    made, session = join(d, admin, "Dan")
    admin.ask("staff.update", staff=made["id"], name="Daniel")
    session.ask("customer.list")
    admin.ask("staff.update", staff=made["id"], role="reader")
    assert session.refused("customer.list").code == "sign_in"
    again = d.sign_in("dan@acme.test", CHOSEN)
    assert again.me["role"] == "reader" and again.me["name"] == "Daniel"
    now = admin.ask("staff.update", staff=made["id"], active=False)["staff"]
    assert now.get("active", False) is False and now["access"] == "disabled"
    assert again.refused("customer.list").code == "sign_in"
    refusal = d.client().refused("session.sign_in", portal="acme", email="dan@acme.test", password=CHOSEN)
    assert (refusal.code, refusal.message) == ("credentials", "That did not match. 4 more tries before a pause of 1 minute.")
    admin.ask("staff.update", staff=made["id"], active=True)
    assert d.sign_in("dan@acme.test", CHOSEN).me["role"] == "reader"
    texts = [e.get("text") for e in admin.ask("event.list", limit=30)["events"] if e["number"] in ("Dan", "Daniel")]
    assert "role: staff → reader" in texts and "name" in texts


def test_an_invitation_ends_with_the_account(d, admin):
    made = invite(admin, "Eve")
    code = code_of(admin, "eve@acme.test")
    admin.ask("staff.update", staff=made["id"], active=False)
    assert d.client().refused("invitation.accept", portal="acme", code=code, password=CHOSEN).code == "code"
    admin.ask("staff.update", staff=made["id"], active=True)
    assert d.client().refused("invitation.accept", portal="acme", code=code, password=CHOSEN).code == "code"
    assert account(admin, made).get("access", "none") == "none"
    admin.ask("staff.invite", staff=made["id"])
    d.client().ask("invitation.accept", portal="acme", code=code_of(admin, "eve@acme.test"), password=CHOSEN)


def test_the_last_administrator_stays(d):
    with Daemon(portal="last") as own:
        ada = own.sign_in()
        me = ada.me["person"]
        for change in ({"role": "staff"}, {"active": False}):
            assert ada.refused("staff.update", staff=me, **change).code == "state"
        assert ada.refused("staff.reset", staff=me).code == "state"
        other = invite(ada, "Bob", "admin")  # has not joined: can not sign in
        assert ada.refused("staff.update", staff=me, role="reader").code == "state"
        c = own.client()
        c.token = c.ask("invitation.accept", portal="last", code=code_of(ada, "bob@acme.test"), password=CHOSEN)["token"]
        c.ask("staff.update", staff=me, role="staff")
        assert ada.refused("customer.list").code == "sign_in"
        assert c.refused("staff.update", staff=other["id"], active=False).code == "state"
        assert own.sign_in().me["role"] == "staff"


def test_a_colleague_who_lost_the_password_gets_a_code(d, admin):
    made, session = join(d, admin, "Fay")
    assert admin.ask("staff.reset", staff=made["id"])["held"] is True
    assert session.refused("customer.list").code == "sign_in"
    assert d.client().refused("session.sign_in", portal="acme", email="fay@acme.test", password=CHOSEN).code == "credentials"
    code = code_of(admin, "fay@acme.test")
    assert mails(admin, "fay@acme.test")[0]["template"] == "reset"
    c = d.client()
    c.token = c.ask("password.reset", portal="acme", code=code, password="another lantern at noon")["token"]
    c.ask("customer.list")
    assert d.client().refused("password.reset", portal="acme", code=code, password=PASSWORD).code == "code"
    never = invite(admin, "Gil")
    assert admin.refused("staff.reset", staff=never["id"]).code == "state"
    admin.ask("staff.update", staff=never["id"], active=False)
    assert admin.refused("staff.reset", staff=never["id"]).code == "state"
    assert c.refused("staff.reset", staff=made["id"]).code == "forbidden"


def test_a_colleague_asks_for_a_new_password(d, admin):
    join(d, admin, "Hal")
    assert d.client().ask("password.ask_reset", portal="acme", email="hal@acme.test") == {}
    wait_until(lambda: mails(admin, "hal@acme.test")[0]["template"] == "reset", what="the mail")
    got = d.client().ask("password.reset", portal="acme", code=code_of(admin, "hal@acme.test"), password="another lantern at noon")
    assert (got["me"]["role"], got["me"]["means"]) == ("staff", "reset")


def test_a_second_factor_can_be_asked_of_staff():
    with Daemon(portal="strict") as own:
        ada = own.sign_in()
        revision = ada.ask("settings.get")["business"]["revision"]
        assert ada.ask("settings.update", business={"revision": revision, "staff_mfa": True})["business"]["staff_mfa"] is True
        assert ada.refused("customer.list").code == "enrol"  # at once, also of who asked for it
        assert own.sign_in().me["stage"] == "enrol"
