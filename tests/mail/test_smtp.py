"""Sending to a real SMTP server, and to some that are none."""
import os
import shutil
import signal
import socket
import subprocess
import time

import pytest

from daemon import wait_until
from smtp_sink import DROP, HANG, Authority, Scripted, Sink, text
from test_mime import FIELDS, PROBE, escaped


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def send(server, timeout=60, **fields):
    """(result, code, settings, words)"""
    settings = {"host": server.host, "port": str(server.port), "connect_ms": "5000", "reply_ms": "5000", "total_ms": "20000"}
    args = [f"{name}={escaped(value)}" for name, value in {**FIELDS, **settings, **fields}.items() if value is not None]
    ran = subprocess.run([PROBE, *args], capture_output=True, text=True, timeout=timeout)
    assert ran.returncode in (0, 2), (ran.returncode, ran.stderr[-3000:])
    if ran.returncode == 2:
        return ran.stdout.split(" ")[0], ran.stdout.split(" ")[1], None, ran.stdout
    result, code, settings, words = ran.stdout.rstrip("\n").split(" ", 3)
    return result, int(code), settings == "1", words


def test_a_message_arrives_as_it_was_composed():
    body = "Grüße,\n.\n..\nFrom here\n" + "x" * 3000 + "\nend\n"
    with Sink() as sink:
        assert send(sink, body=body)[:3] == ("sent", 250, False)
        mail = sink.wait()
        assert text(mail) == body
        assert (mail.sender, mail.recipients) == (FIELDS["from"], [FIELDS["to"]])
        assert mail["message-id"] == f"<{FIELDS['id']}>"
        assert not mail.encrypted


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("mechanisms", [None, ["PLAIN"], ["LOGIN"]])
def test_tls_with_sign_in(authority, security, mechanisms):
    with Sink(security, "portal", "ein Geheimnis ü", authority, mechanisms=mechanisms) as sink:
        got = send(sink, security=security, ca=sink.ca, user="portal", password="ein Geheimnis ü")
        assert got[0] == "sent", got
        mail = sink.wait()
        assert mail.encrypted and mail.user == "portal"
        assert send(sink, security=security, ca=sink.ca, user="portal", password="ein Geheimnis ü", host="localhost")[0] == "sent"


def test_a_wrong_password_is_about_the_settings(authority):
    with Sink("starttls", "portal", "right", authority) as sink:
        result, code, settings, words = send(sink, security="starttls", ca=sink.ca, user="portal", password="wrong")
        assert (result, code, settings) == ("again", 535, True)
        assert "wrong" not in words and words.startswith("535 ")
        assert sink.tried == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(authority, security):
    with Sink(security, "portal", "secret", authority) as sink:
        result, code, settings, words = send(sink, security=security, user="portal", password="secret")
        assert (result, settings) == ("again", True), words
        assert "certificate" in words
        assert sink.signed_in == [] and sink.tried == []


@pytest.mark.parametrize("names, days", [("DNS:other.test", 2), ("DNS:localhost", 2)])
def test_a_certificate_for_another_name_is_refused(authority, names, days):
    context = authority.context(names=names, days=days)
    with Sink("starttls", "portal", "secret", authority, context=context) as sink:
        result, _, settings, words = send(sink, security="starttls", ca=sink.ca, user="portal", password="secret")
        assert (result, settings) == ("again", True) and "certificate" in words
        assert sink.signed_in == []


def test_an_expired_certificate_is_refused(authority):
    context = authority.context(days=-1)
    with Sink("tls", context=context, authority=authority) as sink:
        result, _, settings, words = send(sink, security="tls", ca=sink.ca)
        assert (result, settings) == ("again", True) and "certificate" in words


def test_starttls_that_is_not_offered_is_not_done_without():
    with Sink() as sink:
        result, _, settings, words = send(sink, security="starttls")
        assert (result, settings) == ("again", True) and "STARTTLS" in words
        assert sink.tried == []


def test_an_authority_that_can_not_be_read(authority):
    with Sink("tls", authority=authority) as sink:
        result, _, settings, words = send(sink, security="tls", ca=str(authority.folder / "absent.pem"))
        assert (result, settings) == ("again", True), words


@pytest.mark.parametrize("reply, want", [("550 5.1.1 no such user", "dead"), ("450 4.2.1 mailbox busy", "again"),
                                         ("452 4.2.2 mailbox full", "again"), ("554 5.7.1 not wanted", "dead")])
def test_a_recipient_refused(reply, want):
    with Sink() as sink:
        sink.refuse_recipient[FIELDS["to"]] = reply
        assert send(sink) == (want, int(reply[:3]), False, reply)
        assert sink.tried == []


@pytest.mark.parametrize("reply, want", [("552 5.3.4 too large", "dead"), ("451 4.3.0 later", "again")])
def test_a_message_refused_after_it_was_sent(reply, want):
    with Sink() as sink:
        sink.answer_data = lambda mail: reply
        assert send(sink) == (want, int(reply[:3]), False, reply)


def test_hanging_up_after_the_message_is_unknown_and_the_same_again():
    with Sink() as sink:
        sink.answer_data = lambda mail: DROP if not sink.tried else None
        assert send(sink)[0] == "unknown"
        assert send(sink)[0] == "sent"
        assert [mail["message-id"] for mail in sink.tried] == [f"<{FIELDS['id']}>"] * 2
        assert sink.tried[0].raw == sink.tried[1].raw


def test_silence_after_the_message_is_unknown():
    with Sink() as sink:
        sink.answer_data = lambda mail: HANG
        result, _, settings, words = send(sink, reply_ms="1000")
        assert (result, settings) == ("unknown", False), words


def test_silence_before_the_message_is_tried_again():
    with Sink() as sink:
        sink.refuse_recipient[FIELDS["to"]] = HANG
        result, _, settings, words = send(sink, reply_ms="1000")
        assert (result, settings) == ("again", False), words


def test_silence_after_quit_holds_nobody_up():
    """The message was taken; that the server then never says goodbye does not matter."""
    lines = (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 go on\r\n")

    def talk(connection):
        heard = connection.makefile("rb")
        connection.sendall(lines[0])
        for line in lines[1:]:
            assert heard.readline()
            connection.sendall(line)
        while heard.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")
        goodbye.append(heard.readline())
        heard.read()
    goodbye = []
    with Scripted(talk) as server:
        begin = time.monotonic()
        assert send(server, reply_ms="20000")[0] == "sent"
        assert time.monotonic() - begin < 10
        wait_until(lambda: goodbye == [b"QUIT\r\n"], what="QUIT")


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = type("Nobody", (), {"host": "127.0.0.1", "port": port})
    result, code, settings, words = send(server)
    assert (result, code, settings) == ("again", 0, True), words


def play(*lines, hold=False):
    """Says lines[0], then one line for every line heard; afterwards hangs up, or holds on."""
    def talk(connection):
        heard = connection.makefile("rb")
        connection.sendall(lines[0])
        for line in lines[1:]:
            if not heard.readline():
                return
            connection.sendall(line)
        if hold:
            heard.read()
    return talk


@pytest.mark.parametrize("lines, want", [
    ((b"554 5.3.2 go away\r\n", b"221 bye\r\n"), ("again", 554, True, "554 5.3.2 go away")),
    ((b"421 4.3.2 too busy\r\n",), ("again", 421, True, "421 4.3.2 too busy")),
    ((b"220 x\r\n", b"250 x\r\n", b"550-5.7.1 you\r\n550 5.7.1 are listed\r\n"), ("dead", 550, False, "550 5.7.1 you 5.7.1 are listed")),
    ((b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"451 4.3.1 no room\r\n"), ("again", 451, False, "451 4.3.1 no room")),
])
def test_refused_at_every_step(lines, want):
    with Scripted(play(*lines)) as server:
        assert send(server) == want


@pytest.mark.parametrize("lines", [(b"",), (b"220 x\r\n",), (b"220 x\r\n", b"250 x\r\n"), (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n"),
                                   (b"HTTP/1.1 400 Bad Request\r\n\r\n",), (b"\x00\xff" * 500 + b"\r\n",), (b"220 " + b"x" * 100000 + b"\r\n",)])
def test_hanging_up_or_nonsense_before_the_message_is_tried_again(lines):
    with Scripted(play(*lines)) as server:
        result, _, _, words = send(server, reply_ms="2000")
        assert result == "again", words


def test_what_the_server_says_reaches_nobody_s_terminal():
    with Scripted(play(b"220 x\r\n", b"250 x\r\n", b"550 \x1b]0;owned\x07\xff\xfe " + b"y" * 5000 + b"\r\n")) as server:
        result, code, _, words = send(server)
        assert (result, code) == ("dead", 550)
        assert words.isprintable() and len(words.encode()) < 256


@pytest.mark.parametrize("field, fields", [
    ("security", {"host": "mail.acme.test"}), ("security", {"host": "192.0.2.1"}), ("security", {"host": "127.example.test"}),
    ("host", {"host": "127.0.0.1/x"}), ("host", {"host": "127.0.0.1 "}), ("host", {"host": "user@127.0.0.1"}), ("host", {"host": "a\nb"}),
    ("host", {"host": ""}), ("host", {"host": "127.0.0.1:25"}), ("host", {"host": "[::1]"}), ("port", {"port": "0"}),
    ("user", {"user": "a\r\nb"}), ("user", {"password": "without a user"}), ("password", {"user": "a", "password": "x\nRSET"}),
    ("ca_file", {"ca": "relative.pem"}),
    ("to", {"to": "a@x.test>\r\nRCPT TO:<b@x.test", "raw": "x\r\n"}), ("from", {"from": "a@x.test> SIZE=1", "raw": "x\r\n"}),
])
def test_settings_and_addresses_are_checked_before_anything_is_sent(field, fields):
    with Sink() as sink:
        assert send(sink, **fields)[:2] == ("invalid", field)
        assert sink.connections == 0


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    for name in ("all_proxy", "ALL_PROXY", "smtp_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Sink() as sink:
        assert send(sink)[0] == "sent"


def test_another_server_smtp_sink_of_postfix():
    """A second implementation, by other people."""
    program = shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert program, "smtp-sink of the package postfix is not installed (cmake/packages.txt)"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "10"], stderr=subprocess.DEVNULL)
    try:
        def listens():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", port)) == 0
        wait_until(listens, what="smtp-sink")
        server = type("Postfix", (), {"host": "127.0.0.1", "port": port})
        assert send(server, body=".\n..\nx\n")[0] == "sent"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
