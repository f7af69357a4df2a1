"""Nobody can administer a business any more: the operator's way back."""
import pytest

from daemon import PASSWORD


def test_an_account_is_made_administrator_again_with_a_one_time_password(d):
    admin = d.sign_in()
    made = admin.ask("staff.create", name="Ana", email="ana@acme.test", role="reader", password=PASSWORD, keep_password=True)["staff"]
    ana = d.sign_in("ana@acme.test")
    got = d.client().ask("staff.rescue", portal="acme", email="Ana@acme.test", password="three green bottles")["staff"]
    assert (got["id"], got["role"], got["active"], got["must_change"]) == (made["id"], "admin", True, True) and "password" not in got
    assert ana.refused("session.me").code == "sign_in"
    ana = d.client()
    assert ana.refused("session.sign_in", portal="acme", email="ana@acme.test", password=PASSWORD).code == "credentials"
    ana.sign_in("acme", "ana@acme.test", "three green bottles")
    assert ana.me["role"] == "admin" and ana.refused("settings.get").code == "password_change"
    ana.ask("password.change", old="three green bottles", password="four blue kettles")
    event = next(e for e in ana.ask("event.list", limit=20)["events"] if e["what"] == "password_set")
    assert event["side"] == "system" and event["number"] == "Ana" and event["about"] == made["id"]


@pytest.mark.parametrize("change, code, field", [
    ({"portal": "nowhere"}, "not_found", "portal"), ({"email": "nobody@acme.test"}, "not_found", "email"),
    ({"password": "password"}, "invalid", "password"), ({"password": "ada@acme.test"}, "invalid", "password")])
def test_what_does_not_fit_is_refused_and_changes_nothing(d, change, code, field):
    refusal = d.client().refused("staff.rescue", **{"portal": "acme", "email": "ada@acme.test", "password": "three green bottles", **change})
    assert (refusal.code, refusal.field) == (code, field)
    d.sign_in()


def test_it_is_the_operators_alone(d):
    client = d.sign_in()
    assert client.refused("staff.rescue", portal="acme", email="ada@acme.test", password="three green bottles").code == "forbidden"
