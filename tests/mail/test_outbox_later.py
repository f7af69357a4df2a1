"""The outbox on another day. Not with ThreadSanitizer, which does not see the locks that libfaketime takes and gives."""
import datetime

from daemon import wait_until
from smtp_sink import configure
from test_outbox import mail, test_mail, wait_state

test_mail.__test__ = False


def seconds(begin, end):
    read = datetime.datetime.fromisoformat
    return round((read(end) - read(begin)).total_seconds())


def later(offset):
    """An environment in which it is later."""
    return {"LD_PRELOAD": LIBFAKETIME, "FAKETIME": offset, "ASAN_OPTIONS": "verify_asan_link_order=0",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


LIBFAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def test_a_busy_server_is_asked_again_later(daemon, sink):
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.refuse_recipient["ada@acme.test"] = "450 4.2.1 greylisted"
    got = wait_state(admin, test_mail(admin), "waiting")
    assert got["said"] == "450 4.2.1 greylisted"
    assert seconds(got["created"], got["next_try"]) in range(23, 60)
    connections = sink.connections
    daemon.stop()
    sink.refuse_recipient.clear()
    daemon.start()      # the wait goes on after a restart
    admin = daemon.sign_in()
    assert mail(admin, got["id"])["next_try"] == got["next_try"]
    assert sink.connections == connections and sink.tried == []
    daemon.stop()
    daemon.env = later("+1m")
    daemon.start()
    assert sink.wait("ada@acme.test")["message-id"] == f"<{got['message_id']}>"
    assert wait_state(daemon.sign_in(), got["id"], "sent")["tries"] == 2


def test_after_five_days_and_six_tries_it_is_given_up(daemon, sink):
    """The days alone are not enough: a clock that is set forward gives up nothing that was hardly tried."""
    admin = daemon.sign_in()
    configure(admin, sink)
    sink.refuse_recipient["ada@acme.test"] = "451 4.3.0 not now"
    got = wait_state(admin, test_mail(admin), "waiting")
    for tries in range(2, 7):
        daemon.stop()
        daemon.env = later(f"+{6 * 24 + 2 * tries}h")
        daemon.start()
        admin = daemon.sign_in()
        wait_until(lambda: mail(admin, got["id"])["tries"] == tries, 40, "the next try")
        assert mail(admin, got["id"])["state"] == ("waiting" if tries < 6 else "failed")
    assert mail(admin, got["id"])["said"] == "451 4.3.0 not now"
