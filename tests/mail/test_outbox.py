"""The outbox of a running daemon and real SMTP servers: what is queued is sent, once, whatever happens in between.

tsan: yes"""
import signal
import threading

import pytest

from daemon import Daemon, Refused, wait_until
from smtp_sink import DROP, HANG, Authority, Sink, configure, text


def mails(admin, **filters):
    return admin.ask("mail.list", limit=100, **filters)["mails"]


def mail(admin, number):
    return admin.ask("mail.get", id=number, code=True)["mail"]


def test_mail(admin):
    return admin.ask("mail.test")["mail"]["id"]


test_mail.__test__ = False


def wait_state(admin, number, *states):
    """The mail, once it is in one of these states and has been tried."""
    def reached():
        got = mail(admin, number)
        return got if got["state"] in states and got.get("tries") else None
    return wait_until(reached, 40, f"mail {number} {states}")


def test_a_mail_is_sent_and_says_so(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink, from_name="Acme Büro")
    number = test_mail(admin)
    got = sink.wait("ada@acme.test")
    assert "acme" in text(got) and got["subject"] == "Test mail from the portal of Acme Ltd"
    assert str(got["from"]) == "Acme Büro <portal@acme.test>"
    sent = wait_state(admin, number, "sent")
    assert sent["said"].startswith("250 ") and sent["sent"] and sent["tries"] == 1
    assert got["message-id"] == f"<{sent['message_id']}>" and sent["message_id"].endswith("@acme.test")
    assert sent["text"] == text(got)
    assert mails(admin, state="sent")[0]["id"] == number and mails(admin, state="failed") == []
    assert admin.refused("mail.retry", id=number).code == "state"


def libraries(daemon):
    """Of those that only mail and gateways need, which are in the daemon."""
    with open(f"/proc/{daemon.process.pid}/maps", encoding="ascii", errors="replace") as maps:
        files = maps.read()
    return [name for name in ("libcurl", "libgmime", "libldap") if f"/{name}" in files]


def test_the_libraries_of_mail_are_loaded_by_the_first_mail(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    assert libraries(daemon) == []
    test_mail(admin)
    sink.wait("ada@acme.test")
    assert libraries(daemon)[:2] == ["libcurl", "libgmime"]


def test_nothing_is_set_at_first(daemon):
    admin = daemon.sign_in()
    settings = admin.ask("mail.settings_get")["settings"]
    assert (settings["security"], settings["port"], settings.get("has_password", False)) == ("starttls", 587, False)
    assert not settings.get("host")
    assert admin.refused("mail.test").code == "state"
    assert mails(admin) == []


@pytest.mark.parametrize("field, settings", [
    ("settings.revision", {"revision": None}), ("settings.from", {"from": ""}), ("settings.from", {"from": "nobody"}), ("settings.from", {"from": "ä@x.test"}),
    ("settings.host", {"host": "a b"}), ("settings.host", {"host": "x/y"}), ("settings.host", {"host": "x\nQUIT"}), ("settings.host", {"host": "1.2.3.4:25"}),
    ("settings.security", {"host": "mail.acme.test", "security": "none"}), ("settings.security", {"security": "ssl"}),
    ("settings.port", {"port": 0}), ("settings.port", {"port": 65536}), ("settings.user", {"user": "a\r\nb"}),
    ("settings.from_name", {"from_name": "x\r\nBcc: all@x.test"}), ("settings.has_password", {"has_password": True}), ("settings.password", {"password": b"x"}),
], ids=range(16))
def test_settings_are_checked_by_field(shared, field, settings):
    admin = shared
    given = {"host": "127.0.0.1", "port": 25, "security": "none", "from": "portal@acme.test",
             "revision": admin.ask("mail.settings_get")["settings"].get("revision", 0), **settings}
    refusal = admin.refused("mail.settings_set", settings={k: v for k, v in given.items() if v is not None})
    assert (refusal.code, refusal.field) == ("invalid", field), refusal


@pytest.fixture(scope="module")
def shared():
    with Daemon() as d:
        yield d.sign_in()


def test_a_revision_that_passed_is_stale(shared):
    refusal = shared.refused("mail.settings_set", settings={"host": "", "revision": 99})
    assert refusal.code == "stale"


def test_the_port_follows_the_protection(daemon):
    admin = daemon.sign_in()
    got = admin.ask("mail.settings_set", settings={"host": "mail.acme.test", "from": "p@acme.test", "security": "tls", "revision": 0})["settings"]
    assert got["port"] == 465
    got = admin.ask("mail.settings_set", settings={"security": "starttls", "revision": 1})["settings"]
    assert got["port"] == 587
    got = admin.ask("mail.settings_set", settings={"port": 2525, "revision": 2})["settings"]
    got = admin.ask("mail.settings_set", settings={"security": "tls", "revision": 3})["settings"]
    assert (got["port"], got["revision"]) == (2525, 4)


def test_a_password_is_kept_sealed_and_goes_to_its_own_server_only(tmp_path):
    authority = Authority(tmp_path)
    secret = "fifteen green kettles"
    with Daemon(arguments=["--mail-ca", authority.ca]) as d, Sink("starttls", "portal", secret, authority) as sink:
        admin = d.sign_in()
        configure(admin, sink, password=secret)
        settings = admin.ask("mail.settings_get")["settings"]
        assert settings["has_password"] and "password" not in settings
        got = (test_mail(admin), sink.wait("ada@acme.test"))[1]
        assert got.encrypted and got.user == "portal"
        refusal = admin.refused("mail.settings_set", settings={"host": "localhost", "revision": settings["revision"]})
        assert (refusal.code, refusal.field) == ("invalid", "password")
        admin.ask("mail.settings_set", settings={"from_name": "Acme", "revision": settings["revision"]})     # as it was
        test_mail(admin)
        sink.wait("ada@acme.test", 2)
        d.stop()
        for file in d.data.iterdir():
            if file.is_file():
                assert secret.encode() not in file.read_bytes(), file
        assert secret not in d.log.read_text()


def test_the_longest_password_can_be_read_back(daemon):
    """Two hundred letters of four bytes each, and the seal."""
    admin = daemon.sign_in()
    admin.ask("mail.settings_set", settings={"host": "", "revision": 0}, password="\U0001d11e" * 200)
    assert admin.ask("mail.settings_get")["settings"]["has_password"] is True
    assert daemon.client().ask("system.check")["problems"] == []


def test_a_certificate_of_nobody_s_is_told(tmp_path, daemon):
    authority = Authority(tmp_path)
    with Sink("starttls", "portal", "secret", authority) as sink:
        admin = daemon.sign_in()
        configure(admin, sink, password="secret")
        got = wait_state(admin, test_mail(admin), "waiting")
        assert "certificate" in got["said"] and sink.signed_in == []


def test_a_refused_recipient_is_a_dead_letter_that_staff_can_try_again(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.refuse_recipient["ada@acme.test"] = "550 5.1.1 no such user"
    got = wait_state(admin, test_mail(admin), "failed")
    assert got["said"] == "550 5.1.1 no such user" and not got.get("next_try")
    events = [e for e in admin.ask("event.list")["events"] if e["what"] == "mail_failed"]
    assert [(e["subject"], e["about"], e["text"]) for e in events] == [("mail", got["id"], "550 5.1.1 no such user")]
    sink.refuse_recipient.clear()
    assert admin.ask("mail.retry", id=got["id"])["mail"]["state"] == "waiting"
    assert wait_state(admin, got["id"], "sent")["tries"] == 2
    assert len(sink.messages) == 1


def test_a_dead_letter_rings_the_bell_and_stays_until_somebody_withdraws_it(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    admin.ask("event.seen", event=admin.ask("event.list")["last"])
    sink.refuse_recipient["ada@acme.test"] = "550 5.1.1 no such user"
    got = wait_state(admin, test_mail(admin), "failed")
    bell = admin.ask("event.list", bell=True)
    assert bell["unread"] == 1 and [(e["what"], e["about"]) for e in bell["events"]] == [("mail_failed", got["id"])]
    assert admin.ask("mail.withdraw", id=got["id"])["mail"]["state"] == "withdrawn"
    again = mail(admin, got["id"])
    assert again["state"] == "withdrawn" and again["said"] == "550 5.1.1 no such user" and mails(admin, state="failed") == []
    assert admin.refused("mail.withdraw", id=got["id"]).code == "state"
    assert admin.ask("event.list", subject="mail", about=got["id"])["events"][0]["what"] == "changed"
    assert admin.refused("mail.retry", id=got["id"]).code == "state"


def test_a_mail_that_waits_is_not_sent_once_it_is_withdrawn(daemon, sink):
    admin = daemon.sign_in()
    with Sink() as gone:
        configure(admin, gone)
    number = test_mail(admin)
    wait_state(admin, number, "waiting")
    assert admin.ask("mail.withdraw", id=number)["mail"]["said"].startswith("taken out by ")
    configure(admin, sink)
    other = test_mail(admin)
    wait_state(admin, other, "sent")
    assert len(sink.tried) == 1 and mail(admin, number)["state"] == "withdrawn"
    assert admin.refused("mail.withdraw", id=other).code == "state"


def test_mails_are_found_by_words_of_recipient_and_subject(daemon):
    admin = daemon.sign_in()
    people = [("Maria Ruiz", "maria@bodega.test"), ("Jörg Köhler", "jk@koehler.test"), ("Ana Ruiz", "ana@vino.test")]
    for name, address in people:
        got = admin.ask("customer.create", customer={"name": name}, contact={"name": name, "email": address})
        admin.ask("access.invite", contacts=[got["contact"]["id"] if "contact" in got else got["contacts"][0]["id"]])

    def found(search, **more):
        return [m["to"] for m in admin.ask("mail.list", search=search, **more)["mails"]]
    assert found("ruiz") == ["ana@vino.test", "maria@bodega.test"] and found("RUIZ mar") == ["maria@bodega.test"]
    assert found("köh") == ["jk@koehler.test"] and found("vino") == ["ana@vino.test"]
    assert len(found("invitation acme")) == 3 and found("nobody") == [] and len(found("  ")) == 3
    assert found("ruiz", state="sent") == [] and found("ruiz", limit=1) == ["ana@vino.test"]


def test_who_looks_at_one_mail_learns_at_once_how_it_fares_however_many_wait(daemon):
    admin = daemon.sign_in()
    contacts = [admin.ask("customer.create", customer={"name": f"C{n}"}, contact={"name": "P", "email": f"p{n}@x.test"})["contact"]["id"] for n in range(20)]
    with Sink() as gone:
        pass
    admin.ask("access.invite", contacts=contacts)       # held; the first of them finds out that there is no server
    configure(admin, gone)
    wait_until(lambda: [m for m in mails(admin, state="waiting") if m.get("tries")], what="a first try")
    assert "can not be reached" in wait_state(admin, test_mail(admin), "waiting")["said"]
    last = next(m["id"] for m in mails(admin, state="waiting") if not m.get("tries"))
    admin.ask("mail.retry", id=last)
    assert "can not be reached" in wait_state(admin, last, "waiting")["said"]


def test_mails_wait_for_a_server_that_is_down(daemon):
    admin = daemon.sign_in()
    with Sink() as sink:
        configure(admin, sink)
    first = wait_state(admin, test_mail(admin), "waiting")
    assert "can not be reached" in first["said"]
    others = [test_mail(admin) for _ in range(5)]
    with Sink(port=sink.port) as sink:
        for number in others + [first["id"]]:
            if mail(admin, number)["state"] != "sent":      # the first retry takes along what was not tried yet
                try:
                    admin.ask("mail.retry", id=number)
                except Refused as refusal:
                    assert refusal.code == "state"
        for number in others + [first["id"]]:
            wait_state(admin, number, "sent")
        assert len(sink.messages) == 6 == len({m["message-id"] for m in sink.messages})


def test_new_settings_try_at_once_what_waited_for_the_old(daemon, sink):
    admin = daemon.sign_in()
    with Sink() as gone:
        configure(admin, gone)
    numbers = [test_mail(admin) for _ in range(4)]
    wait_state(admin, numbers[0], "waiting")
    configure(admin, sink)
    for number in numbers:
        wait_state(admin, number, "sent")
    assert len(sink.tried) == 4


def test_nothing_is_lost_or_sent_twice_when_the_daemon_is_killed_before_delivery(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.refuse_recipient["ada@acme.test"] = HANG
    numbers = [test_mail(admin) for _ in range(6)]
    wait_until(lambda: sink.connections, what="a first try")
    daemon.stop(signal.SIGKILL)
    sink.refuse_recipient.clear()
    daemon.start()
    admin = daemon.sign_in()
    for number in numbers:
        wait_state(admin, number, "sent")
    assert len(sink.tried) == 6 == len({m["message-id"] for m in sink.tried})


def test_a_mail_that_may_have_arrived_is_sent_again_under_the_same_message_id(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.answer_data = lambda m: HANG
    number = test_mail(admin)
    wait_until(lambda: sink.tried, what="the message")
    daemon.stop(signal.SIGKILL)     # the server has it, and nobody could write that down
    sink.answer_data = None
    daemon.start()
    wait_state(daemon.sign_in(), number, "sent")
    assert len(sink.tried) == 2 and len({m["message-id"] for m in sink.tried}) == 1
    assert sink.tried[0].raw == sink.tried[1].raw


def test_hanging_up_after_the_message_is_said_to_be_unknown(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.answer_data = lambda m: DROP
    got = wait_state(admin, test_mail(admin), "waiting")
    assert "may have arrived" in got["said"]


def test_an_answer_that_is_due_is_waited_for_when_the_daemon_ends(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    arrived, answer = threading.Event(), threading.Event()

    def slowly(message):
        arrived.set()
        answer.wait(10)
    sink.answer_data = slowly
    number = test_mail(admin)
    assert arrived.wait(20)
    daemon.process.send_signal(signal.SIGTERM)
    wait_until(lambda: b"msg=ending" in daemon.log.read_bytes(), what="the end")
    answer.set()
    assert daemon.stop() == 0
    daemon.start()
    assert wait_state(daemon.sign_in(), number, "sent")["tries"] == 1
    assert len(sink.tried) == 1


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_server_that_hangs_does_not_hold_up_the_end(daemon, sink, where):
    admin = daemon.sign_in()
    configure(admin, sink)
    if where == "recipient":
        sink.refuse_recipient["ada@acme.test"] = HANG
    else:
        sink.answer_data = lambda m: HANG
    number = test_mail(admin)
    wait_until(lambda: sink.tried if where == "data" else sink.connections, what="a try")
    assert daemon.stop(seconds=6) == 0
    daemon.start()
    assert mail(daemon.sign_in(), number)["state"] == "waiting"


def test_many_mails_each_arrive_once_and_two_at_a_time(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    numbers = [test_mail(admin) for _ in range(40)]
    for number in numbers:
        wait_state(admin, number, "sent")
    ids = [m["message-id"] for m in sink.tried]
    assert len(ids) == 40 == len(set(ids))
    assert sink.connections == 40


def test_mails_are_held_while_there_is_no_server_and_sent_once_there_is(daemon, sink):
    admin = daemon.sign_in()
    with Sink() as gone:
        configure(admin, gone)
    numbers = [test_mail(admin) for _ in range(3)]
    wait_state(admin, numbers[0], "waiting")
    configure(admin, None)
    wait_until(lambda: [m["state"] for m in mails(admin)] == ["held"] * 3, what="held")
    assert mails(admin, state="waiting") == [] and len(mails(admin, state="held")) == 3
    assert admin.refused("mail.retry", id=numbers[1]).code == "state"
    daemon.stop(signal.SIGKILL)
    daemon.start()
    admin = daemon.sign_in()
    assert [m["state"] for m in mails(admin)] == ["held"] * 3
    configure(admin, sink)
    for number in numbers:
        wait_state(admin, number, "sent")
    assert len(sink.tried) == 3


def test_one_business_s_hanging_server_holds_up_nobody_else(daemon, sink):
    admin = daemon.sign_in()
    daemon.client().ask("business.create", portal="else", name="Else", currency="EUR", admin_email="eve@else.test", password="a long password")
    eve = daemon.sign_in("eve@else.test", "a long password", "else")
    with Sink() as stuck:
        stuck.refuse_recipient["ada@acme.test"] = HANG
        configure(admin, stuck)
        for _ in range(8):
            test_mail(admin)
        wait_until(lambda: stuck.connections == 2, what="two tries")
        configure(eve, sink, sender="portal@else.test")
        wait_state(eve, test_mail(eve), "sent")
        assert sink.wait("eve@else.test").sender == "portal@else.test"
        assert stuck.connections == 2
        assert len(mails(admin)) == 8 and len(mails(eve)) == 1


def test_the_outbox_is_for_staff(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    number = test_mail(admin)
    stranger = daemon.client()
    for op, args in [("mail.list", {}), ("mail.get", {"id": number}), ("mail.retry", {"id": number}), ("mail.settings_get", {})]:
        assert stranger.refused(op, **args).code == "sign_in"
    assert admin.refused("mail.get", id=number + 1).code == "not_found"
