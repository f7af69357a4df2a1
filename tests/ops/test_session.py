"""Signing in and out, sessions, one's own password, the operator's operations."""
import os
import signal
import subprocess

import pytest

from clock import forward
from daemon import BUILD, PASSWORD, Daemon, add_customer, open_portal, wait_until
from phone import enrol
from pty_screen import ENTER, PtyScreen


def test_wrong_password_unknown_address_and_unknown_portal_get_one_answer(d):
    c = d.client()
    answers = set()
    for portal, email, password in [("acme", "ada@acme.test", "not the password"), ("acme", "nobody@acme.test", PASSWORD),
                                    ("nowhere", "ada@acme.test", PASSWORD)]:
        refusal = c.refused("session.sign_in", portal=portal, email=email, password=password)
        answers.add((refusal.code, refusal.message, refusal.field))
    assert answers == {("credentials", "That did not match. 4 more tries before a pause of 1 minute.", "")}


def test_failed_tries_are_slowed_and_counted_down_for_known_and_unknown_alike(d, admin):
    _, contact = add_customer(admin, "Slow Ltd", "slow@acme.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    c = d.client()
    said = {}
    for email in ("slow@acme.test", "slower@acme.test"):
        refusals = [c.refused("session.sign_in", portal="acme", email=email, password="x" * 12) for _ in range(6)]
        assert [r.code for r in refusals] == ["credentials"] * 5 + ["slow_down"]
        assert "retry_ms" not in refusals[3].error and refusals[4].error["retry_ms"] == 60000 and 0 < refusals[5].error["retry_ms"] <= 60000
        said[email] = [r.message for r in refusals[:5]]
    assert said["slow@acme.test"] == said["slower@acme.test"] == [
        f"That did not match. {left} a pause of 1 minute." for left in (
            "4 more tries before", "3 more tries before", "2 more tries before", "One more try before", "Now comes")]


def test_a_refused_sign_in_is_a_line_of_the_log_with_the_place_and_no_address_of_mail():
    with Daemon() as d:
        d.client().refused("session.sign_in", portal="acme", email="ada@acme.test", password="not the password")
        d.client().refused("session.sign_in", portal="acme", email="no.body@acme.test", password="not the password")
        wait_until(lambda: d.log.read_text().count('msg="sign-in refused"') == 2, what="the log saying it")
        lines = [x for x in d.log.read_text().splitlines() if "sign-in refused" in x]
        assert all(f'place="ipc uid {os.getuid()}"' in x and "level=warn" in x for x in lines), lines
        assert "ada@acme.test" not in d.log.read_text() and "no.body" not in d.log.read_text()


def test_with_a_code_nothing_is_counted_aloud(d, admin):
    """The count of the password would tell that it was the code that was wrong."""
    _, contact = add_customer(admin, "Coded Ltd", "coded@acme.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    enrol(d.sign_in("coded@acme.test"), password=PASSWORD)
    said = {d.client().refused("session.sign_in", portal="acme", email="coded@acme.test", password=password, code="000000").message
            for password in (PASSWORD, "not the password")}
    assert said == {"That did not match."}


def test_without_a_session_nothing_but_public_operations_answers(d):
    c = d.client()
    assert c.refused("settings.get").code == "sign_in"
    c.token = "A" * 59
    assert c.refused("settings.get").code == "sign_in"
    assert c.ask("system.health")["ready"] is True
    assert c.ask("portal.show", portal="acme")["name"] == "Acme Ltd"


def test_a_session_ends_with_sign_out(d):
    c = d.sign_in()
    assert c.ask("session.me")["me"]["role"] == "admin"
    c.ask("session.sign_out")
    assert c.refused("session.me").code == "sign_in"


def test_a_password_that_staff_set_has_to_be_changed_first(d, admin):
    _, contact = add_customer(admin, "Once Ltd", "once@once.test")
    admin.ask("access.enable", contacts=[contact], password="first password")
    c = d.sign_in("once@once.test", "first password")
    assert c.me["must_change"] is True
    assert c.refused("home.get").code == "password_change"
    assert c.refused("password.change", old="wrong password", password="second password").field == "old"
    assert c.refused("password.change", old="first password", password="short").field == "password"
    c.ask("password.change", old="first password", password="second password")
    assert c.ask("home.get")["customer"]["name"] == "Once Ltd"
    assert d.client().refused("session.sign_in", portal="acme", email="once@once.test", password="first password").code == "credentials"


def test_a_new_password_ends_the_other_sessions_of_that_person_only(d, admin):
    _, contact = add_customer(admin, "Two Ltd", "two@two.test")
    one = open_portal(d, admin, contact, "two@two.test")
    other = d.sign_in("two@two.test")
    one.ask("password.change", old=PASSWORD, password="another password")
    assert other.refused("session.me").code == "sign_in"
    assert one.ask("session.me")["me"]["name"] == "Maria Ruiz"
    assert admin.ask("session.me")["me"]["role"] == "admin"


def test_a_changed_password_is_answered_the_same_when_the_request_is_sent_again(d, admin):
    _, contact = add_customer(admin, "Twice Ltd", "twice@twice.test")
    c = open_portal(d, admin, contact, "twice@twice.test")
    request = c.envelope("password.change", {"old": PASSWORD, "password": "changed only once"})
    assert c.send(request) == c.send(request) == {}
    assert d.sign_in("twice@twice.test", "changed only once").me["name"] == "Maria Ruiz"


def test_access_switched_off_ends_the_sessions_at_once(d, admin):
    _, contact = add_customer(admin, "Off Ltd", "off@off.test")
    c = open_portal(d, admin, contact, "off@off.test")
    c.ask("home.get")
    admin.ask("access.disable", contacts=[contact])
    assert c.refused("home.get").code == "sign_in"
    refusal = d.client().refused("session.sign_in", portal="acme", email="off@off.test", password=PASSWORD)
    assert (refusal.code, refusal.message) == ("credentials", "That did not match. 4 more tries before a pause of 1 minute.")


def test_one_address_at_several_customers_signs_in_once_and_switches(d, admin):
    first, p1 = add_customer(admin, "First of many", "both@many.test")
    second, p2 = add_customer(admin, "Second of many", "both@many.test")
    admin.ask("access.enable", contacts=[p1, p2], password=PASSWORD, keep_password=True)
    c = d.client()
    got = c.sign_in("acme", "both@many.test", PASSWORD, customer=second)
    assert {x["customer"] for x in got["choices"]} == {first, second}
    assert got["me"]["customer_name"] == "Second of many"
    old = c.token
    got = c.ask("session.switch", customer=first)
    c.token = got["token"]
    assert got["me"]["customer_name"] == "First of many"
    assert c.ask("home.get")["customer"]["id"] == first
    c.token = old
    assert c.refused("home.get").code == "sign_in"


def test_who_finds_a_session_open_sets_up_no_second_factor_for_its_owner():
    """The business asks for one from now on: what was shown a while ago is not enough for that."""
    with Daemon() as d:
        admin = d.sign_in()
        _, contact = add_customer(admin, "Open Ltd", "open@open.test")
        old = open_portal(d, admin, contact, "open@open.test")
        forward(d, minutes=11)
        admin.ask("session.confirm", password=PASSWORD)
        admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "mfa": True})
        assert old.refused("mfa.begin").code == "confirm"
        assert old.refused("mfa.begin", password="not the password").code == "credentials"
        assert d.sign_in("open@open.test").ask("mfa.begin")["secret"], "it was shown a moment ago"
        assert old.ask("mfa.begin", password=PASSWORD)["secret"]


def test_two_businesses_do_not_see_each_other(d, admin):
    op = d.client()
    op.ask("business.create", portal="other", name="Other Ltd", currency="USD", admin_email="ada@acme.test", password="lantern password")
    assert op.refused("business.create", portal="acme", name="Again", currency="USD", admin_email="a@b.test",
                      password=PASSWORD).code == "portal_name_taken"
    other = d.sign_in("ada@acme.test", "lantern password", portal="other")
    customer, _ = add_customer(admin, "Only of Acme", "only@acme.test")
    assert other.refused("customer.get", id=customer + 1000).code == "not_found"
    assert other.ask("customer.list")["customers"] == []
    assert d.client().refused("session.sign_in", portal="other", email="ada@acme.test", password=PASSWORD).code == "credentials"


def test_sessions_are_stored_hashed(d):
    c = d.sign_in()
    token = c.token.encode()
    import base64
    raw = base64.urlsafe_b64decode(token + b"=")
    assert raw[12:] not in (d.data / "data.mdb").read_bytes()


def test_the_operator_checks_and_copies_the_running_store(d, admin):
    op = d.client()
    check = op.ask("system.check")
    assert check["problems"] == [] and check["records"] > 0
    copy = d.temp / "copy"
    assert op.ask("system.backup", path=str(copy))["bytes"] > 0
    assert op.refused("system.backup", path=str(copy)).field == "path"
    assert op.refused("system.backup", path="relative").field == "path"
    assert admin.refused("system.backup", path=str(d.temp / "other")).code == "forbidden"


def serve_for_a_moment(data, socket, *options):
    """Exit code and what it said, of a daemon that is ended as soon as it says that it is ready."""
    with subprocess.Popen([BUILD / "bin/posternd", "serve", "--data", data, "--listen", f"ipc://{socket}", *options], stderr=subprocess.PIPE,
                          text=True) as p:
        said = ""
        for line in p.stderr:
            said += line
            if "msg=ready" in line:
                p.terminate()
    return p.returncode, said


def test_a_restored_store_wants_the_key_it_was_sealed_with(d, tmp_path):
    copy = tmp_path / "copy"
    d.client().ask("system.backup", path=str(copy))
    code, said = serve_for_a_moment(copy, tmp_path / "socket")
    assert code == 1 and "server.key" in said and "--new-key" in said and not (copy / "server.key").exists()
    (copy / "server.key").write_bytes(os.urandom(32))
    code, said = serve_for_a_moment(copy, tmp_path / "socket")
    assert code == 1 and "is not the key of this store" in said
    (copy / "server.key").write_bytes((d.data / "server.key").read_bytes())
    assert serve_for_a_moment(copy, tmp_path / "socket")[0] == 0
    (copy / "server.key").unlink()
    assert serve_for_a_moment(copy, tmp_path / "socket", "--new-key")[0] == 0  # given up: from now on the new one
    assert serve_for_a_moment(copy, tmp_path / "socket")[0] == 0


def test_a_second_daemon_on_the_store_or_the_socket_is_refused_and_harms_nothing(d, admin):
    second = subprocess.run([BUILD / "bin/posternd", "serve", "--data", d.data, "--listen", f"ipc://{d.temp}/second"],
                            capture_output=True, text=True, timeout=60)
    assert second.returncode == 1 and str(d.data) in second.stderr
    with Daemon(portal="elsewhere") as other:
        third = subprocess.run([BUILD / "bin/posternd", "serve", "--data", other.temp / "none", "--listen", d.url],
                               capture_output=True, text=True, timeout=60)
        assert third.returncode == 3
        other.stop()
        fourth = subprocess.run([BUILD / "bin/posternd", "serve", "--data", other.data, "--listen", d.url],
                                capture_output=True, text=True, timeout=60)
        assert fourth.returncode == 1, fourth.stderr
    assert d.client().ask("system.health")["ready"]


def test_a_stale_socket_is_cleaned_up_and_sigterm_ends_in_time():
    with Daemon() as d:
        assert d.sign_in().ask("session.me")
        d.stop(signal.SIGKILL)
        assert os.path.exists(d.socket)
        d.start()
        assert d.sign_in().ask("session.me")
        poll = d.sign_in()
        # a parked poll must not hold up the end
        import threading
        t = threading.Thread(target=lambda: pytest.raises(Exception, poll.ask, "event.wait", since=poll.ask("session.me")["me"]["last_event"], timeout=60000))
        t.start()
        wait_until(lambda: d.client().ask("system.stats")["waits"] == 1)
        assert d.stop(seconds=5) == 0
        t.join(10)


def test_init_refuses_what_is_wrong_and_leaves_nothing(tmp_path):
    def init(**change):
        values = {"data": tmp_path / "x", "portal": "acme", "name": "Acme", "currency": "EUR", "admin": "a@b.test", **change}
        args = [x for k, v in values.items() for x in (f"--{k}", v)]
        return subprocess.run([BUILD / "bin/posternd", "init", *args], input=PASSWORD + "\n", text=True, capture_output=True, timeout=60)
    for change, word in [({"portal": "Not Good"}, "portal"), ({"currency": "XYZ"}, "currency"), ({"admin": "nobody"}, "admin_email"),
                         ({"time-zone": "Mars/Olympus"}, "time_zone")]:
        got = init(**change)
        assert got.returncode == 2 and word in got.stderr
        assert not (tmp_path / "x").exists()
    too_long = subprocess.run([BUILD / "bin/posternd", "init", "--data", tmp_path / "x", "--portal", "acme", "--name", "Acme", "--currency", "EUR",
                               "--admin", "a@b.test"], input="x" * 201 + "\n", text=True, capture_output=True, timeout=60)
    assert too_long.returncode == 2 and "at most 200" in too_long.stderr and not (tmp_path / "x").exists()
    assert init().returncode == 0
    again = init()
    assert again.returncode == 5 and str(tmp_path / "x") in again.stderr


def test_init_asks_twice_on_a_terminal_and_shows_nothing(tmp_path):
    def init(folder, *typed):
        command = [str((BUILD / "bin/posternd").resolve()), "init", "--data", str(tmp_path / folder), "--portal", "acme", "--name", "Acme",
                   "--currency", "EUR", "--admin", "a@b.test"]
        with PtyScreen(command) as t:
            for prompt, text in zip(("Password of the administrator", "Once more"), typed):
                t.wait_for(prompt).keys(text, ENTER)
            code = t.wait_end()
            return code, t.text()
    code, text = init("x", PASSWORD, PASSWORD)
    assert code == 0 and (tmp_path / "x/data.mdb").exists() and PASSWORD not in text, text
    code, text = init("y", PASSWORD, "something different")
    assert code == 2 and "not the same" in text and not (tmp_path / "y").exists(), text
