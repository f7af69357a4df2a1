"""Requests that have arrived together are answered together: few calls for many answers, each as it was, none later than it must be.

tsan: yes
"""
import os
import random
import socket
import struct
import subprocess
import threading

import pytest
from sp import Polite, PoliteTcp, PoliteTls, frame, free_port, read_answer, read_exactly
from test_rude_peers import PATIENCE, Door, is_cut

MANY = 300


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
                   check=True, stderr=subprocess.DEVNULL)
    return {"ECHO_CERT": str(cert), "ECHO_KEY": str(key)}


@pytest.fixture
def echo(tmp_path):
    """The door, which answers what it is asked; its time-outs are its own, so that nothing comes by one of them."""
    d = Door(str(tmp_path), reply=0)
    try:
        yield d
    finally:
        assert d.stop()[0] == 0, "the door's own end was not clean"


def answer_of(s, byte):
    """An answer as ipc (byte: 1) or tcp (0) carries it: (number, payload)."""
    if byte:
        return read_answer(s)
    body = read_exactly(s, struct.unpack(">Q", read_exactly(s, 8))[0])
    return struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF, body[4:]


@pytest.mark.parametrize("way", ["ipc", "tcp", "tls+tcp"])
def test_many_that_arrive_together_are_answered_in_few_calls(tmp_path, certificate, way):
    port = free_port()
    d = Door(str(tmp_path), reply=0, url=None if way == "ipc" else f"{way}://127.0.0.1:{port}", **certificate)
    try:
        peer = Polite(d.path) if way == "ipc" else PoliteTcp(port) if way == "tcp" else PoliteTls(port)
        with peer as polite:
            polite.socket.settimeout(PATIENCE)
            assert polite.ask(b"known by this") == b"known by this"
            before, skip = d.stats(), 0 if way == "ipc" else 1
            polite.socket.sendall(b"".join(frame(b"number %d" % n, n)[skip:] for n in range(1, MANY + 1)))
            got = [answer_of(polite.socket, 1 - skip) for _ in range(MANY)]
            assert got == [(n, b"number %d" % n) for n in range(1, MANY + 1)], "each, in order"
            after = d.stats()
            assert after["answers"] - before["answers"] == MANY
            assert after["sends"] - before["sends"] <= MANY / 10, (before, after)
    finally:
        assert d.stop()[0] == 0


def test_an_answer_waits_for_no_request_that_is_not_whole_or_not_answered(echo):
    with Polite(echo.path) as polite:
        polite.socket.settimeout(PATIENCE)
        polite.ask(b"known by this")
        half = frame(b"cut in the middle", 2)
        polite.socket.sendall(frame(b"whole", 1) + half[:-5])
        assert read_answer(polite.socket) == (1, b"whole")
        polite.socket.sendall(half[-5:] + frame(b"hold", 3) + frame(b"behind", 4) + frame(b"hold", 5))
        assert [read_answer(polite.socket) for _ in range(2)] == [(2, b"cut in the middle"), (4, b"behind")]
        polite.socket.sendall(frame(b"free", 6))
        assert sorted(read_answer(polite.socket)[0] for _ in range(3)) == [3, 5, 6]


def test_what_was_asked_before_garbage_is_answered_before_the_end(echo):
    with Polite(echo.path) as polite:
        polite.ask(b"known by this")
        polite.socket.sendall(b"".join(frame(b"fine", n) for n in range(1, 21)) + b"\x02" * 40)
        assert [read_answer(polite.socket) for _ in range(20)] == [(n, b"fine") for n in range(1, 21)]
        assert is_cut(polite.socket)


def test_a_stranger_is_answered_one_by_one_and_all_the_same(echo):
    for first in (b"stranger", b"known by this"):
        with Polite(echo.path) as polite:
            polite.socket.sendall(b"".join(frame(first if n == 1 else b"more", n) for n in range(1, 41)))
            assert [read_answer(polite.socket)[0] for _ in range(40)] == list(range(1, 41))


@pytest.mark.parametrize("size", [10, 2000, 40000])
def test_answers_that_the_kernel_takes_in_parts_come_whole_and_in_order(echo, size):
    chance = random.Random(size)
    count = min(4000, 6_000_000 // size)
    asked = [chance.randbytes(chance.randint(1, size)) for _ in range(count)]
    with Polite(echo.path) as polite:
        polite.socket.settimeout(PATIENCE)
        polite.ask(b"known by this")
        polite.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sender = threading.Thread(target=polite.socket.sendall, args=(b"".join(frame(a, n + 1) for n, a in enumerate(asked)),))
        sender.start()
        for n, a in enumerate(asked):
            assert read_answer(polite.socket) == (n + 1, a)
        sender.join(PATIENCE)
    assert echo.comes_to(lambda: echo.stats()["open"], 0) == 0


def test_who_leaves_with_answers_held_leaves_nothing(echo):
    files = echo.descriptors()
    for i in range(200):
        with Polite(echo.path) as polite:
            polite.ask(b"known by this")
            polite.socket.sendall(b"".join(frame(b"later" if (i + n) % 3 == 0 else os.urandom(40), n) for n in range(1, 60)))
    assert echo.comes_to(lambda: echo.stats()["open"], 0) == 0
    stats = echo.stats()
    assert stats["requests"] == stats["answers"] and echo.comes_to(echo.descriptors, files) == files
