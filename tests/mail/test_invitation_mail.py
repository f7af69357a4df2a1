"""Mails that carry a code: from the outbox to the hand that types it, and no further."""
import signal

import pytest

from daemon import Daemon, add_customer, wait_until
from smtp_sink import Sink, code_in, configure, text

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2Utc2l4dHktZm91ci1pcy1ub3QtYS1zZWNyZXQh door"
PASSWORD = "seven quiet lighthouses"


@pytest.fixture
def office(tmp_path):
    """(daemon, administrator, contact person) of a business that says how to get in."""
    key = tmp_path / "host.pub"
    key.write_text(HOST_KEY + "\n")
    with Daemon(arguments=["--ssh-address", "portal-login@portal.acme.test", "--ssh-host-key", str(key)]) as d:
        admin = d.sign_in()
        _, contact = add_customer(admin)
        yield d, admin, contact


def outbox(admin, **filters):
    return admin.ask("mail.list", **filters)["mails"]


def accept(daemon, code):
    return daemon.client().ask("invitation.accept", portal="acme", code=code, password=PASSWORD)


def stored(daemon):
    return b"".join(f.read_bytes() for f in daemon.data.iterdir() if f.is_file() and f.name != "server.key")


def test_an_invitation_is_held_copied_sent_and_taken_up(office, sink):
    daemon, admin, contact = office
    assert admin.ask("access.invite", contacts=[contact])["held"]
    row = outbox(admin, state="held")[0]
    copied = admin.ask("mail.get", id=row["id"], code=True)["mail"]["text"]
    assert "ABCDE" not in copied and "{" not in copied
    configure(admin, sink)
    mail = sink.wait("maria@bodega.test")
    code = code_in(mail)
    assert text(mail) == copied
    lines = [line.strip() for line in text(mail).splitlines()]
    assert "ssh portal-login@portal.acme.test" in lines
    assert any(line.startswith("SHA256:") and len(line) == 50 for line in lines)
    assert str(mail["to"]) == "Maria Ruiz <maria@bodega.test>" and str(mail["subject"]) == "Your invitation to the customer portal of Acme Ltd"
    wait_until(lambda: outbox(admin)[0]["state"] == "sent", what="sent")
    assert code not in admin.ask("mail.get", id=row["id"], code=True)["mail"]["text"]
    assert accept(daemon, code)["me"]["email"] == "maria@bodega.test"
    assert len(sink.tried) == 1 and code.encode() not in stored(daemon) and code not in daemon.log.read_text()


def test_a_code_that_was_copied_and_used_is_not_sent_any_more(office, sink):
    daemon, admin, contact = office
    admin.ask("access.invite", contacts=[contact])
    number = outbox(admin)[0]["id"]
    copied = admin.ask("mail.get", id=number, code=True)["mail"]["text"]
    accept(daemon, code_in_text(copied))
    assert outbox(admin)[0]["state"] == "withdrawn"
    assert admin.refused("mail.retry", id=number).code == "state"
    configure(admin, sink)
    number = admin.ask("mail.test")["mail"]["id"]
    sink.wait("ada@acme.test")
    assert sink.to("maria@bodega.test") == []


def test_inviting_again_ends_the_code_and_the_mail_of_the_one_before(office, sink):
    daemon, admin, contact = office
    admin.ask("access.invite", contacts=[contact])
    old = code_in_text(admin.ask("mail.get", id=outbox(admin)[0]["id"], code=True)["mail"]["text"])
    admin.ask("access.invite", contacts=[contact])
    assert sorted(m["state"] for m in outbox(admin)) == ["held", "withdrawn"]
    configure(admin, sink)
    new = code_in(sink.wait("maria@bodega.test"))
    assert new != old and len(sink.tried) == 1
    with pytest.raises(Exception, match="code"):
        accept(daemon, old)
    accept(daemon, new)


def test_an_invitation_survives_a_kill_before_it_is_delivered(office, sink):
    daemon, admin, contact = office
    with Sink() as gone:
        configure(admin, gone)
    admin.ask("access.invite", contacts=[contact])
    daemon.stop(signal.SIGKILL)
    assert sink.tried == []
    daemon.start()
    admin = daemon.sign_in()
    configure(admin, sink)
    accept(daemon, code_in(sink.wait("maria@bodega.test")))
    assert len(sink.tried) == 1


def test_a_forgotten_password_comes_back_by_mail(office, sink):
    daemon, admin, contact = office
    configure(admin, sink)
    admin.ask("access.invite", contacts=[contact])
    accept(daemon, code_in(sink.wait("maria@bodega.test")))
    daemon.client().ask("password.ask_reset", portal="acme", email="maria@bodega.test")
    daemon.client().ask("password.ask_reset", portal="acme", email="nobody@bodega.test")
    code = code_in(sink.wait("maria@bodega.test", 2))
    daemon.client().ask("password.reset", portal="acme", code=code, password="eight quiet lighthouses")
    daemon.sign_in("maria@bodega.test", "eight quiet lighthouses")
    assert sink.to("nobody@bodega.test") == []


def code_in_text(body):
    import re
    return re.search(r"^\s+((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})$", body, re.MULTILINE).group(1)
