"""Nobody can have all of what there is for everybody: connections, memory, the kernel's buffers. Each test takes as much as one (or
many) can get, and somebody else is served meanwhile.

The daemon is echo_listener, the door with nothing behind it, over tcp: every address of 127.0.0.0/8 is a source of its own.

tsan: yes
"""
import contextlib
import os
import tempfile
import time

import pytest
from network import network_with
from sp import HELLO_REQ, Polite, PoliteTcp, connect_tcp, frame, free_port, read_exactly
from test_rude_peers import PATIENCE, REPLY, Door

ATTACKER = "127.0.6.66"
MOST = 40  # connections in these tests


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="door.") as name:
        yield name


class Tcp(Door):
    def __init__(self, folder, *words, host="127.0.0.1", **more):
        self.port = free_port()
        super().__init__(folder, *words, url=f"tcp://{host}:{self.port}", **more)

    def polite(self, source="127.0.0.1"):
        return PoliteTcp(self.port, source, PATIENCE)

    def only_said_hello(self, count, source):
        """Connections that were not all let in, or did not all stay."""
        held = []
        for n in range(count):
            s = connect_tcp(self.port, source(n), PATIENCE)
            try:
                s.sendall(HELLO_REQ)
            except (BrokenPipeError, ConnectionResetError):
                pass
            held.append(s)
        self.comes_to(lambda: self.stats()["accepted"] >= count, True)
        return held

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        assert self.stop()[0] == 0


def close_all(held):
    for s in held:
        s.close()


# --- connections -------------------------------------------------------------------------------------------------------------
def test_one_source_that_only_says_hello_shuts_out_nobody(folder):
    with Tcp(folder, f"connections={MOST}") as door:
        held = door.only_said_hello(5 * MOST, lambda n: ATTACKER)
        for n in range(20):
            with door.polite(f"127.0.0.{n + 2}") as other:
                assert len(other.ask(b"good day")) == REPLY
        with door.polite(ATTACKER) as neighbour:  # not even behind the same address
            assert len(neighbour.ask(b"good day")) == REPLY
        assert door.comes_to(lambda: door.stats()["open"] <= MOST // 4, True)
        close_all(held)


def test_a_thousand_sources_that_only_say_hello_shut_out_nobody(folder):
    with Tcp(folder, f"connections={MOST}") as door:
        old = door.polite("127.0.0.9")
        old.ask(b"known as old")
        held = door.only_said_hello(1000, lambda n: f"127.0.{7 + n // 250}.{1 + n % 250}")
        for n in range(20):
            with door.polite(f"127.0.0.{n + 10}") as other:
                assert len(other.ask(b"good day")) == REPLY
        assert len(old.ask(b"who is known stays")) == REPLY
        old.close()
        close_all(held)


@contextlib.contextmanager
def tcp6(folder, addresses, *words):
    """A door that is come to from these addresses of IPv6, which this machine has for as long as that."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(network_with(addresses))
        except OSError as why:
            pytest.skip(f"NOT RUN: a network of its own is not allowed here: {why}")
        yield stack.enter_context(Tcp(folder, *words, host="[::1]"))


def test_all_addresses_of_one_64_are_one_source(folder):
    """Though each of its connections is of somebody who is known, and stays: in all a quarter, as of one address."""
    crowd = [f"2001:db8:bad:1:{n:x}::1" for n in range(MOST)]
    with tcp6(folder, ["2001:db8:bad:2::1", *crowd], f"connections={MOST}") as door:
        held, got = [], 0
        for n, address in enumerate(crowd):
            try:
                held.append(door.polite(address))
                held[-1].ask(b"known as %d" % n)
                got += 1
            except (EOFError, OSError):
                pass
        assert got == MOST // 4 == door.stats()["open"]
        with door.polite("2001:db8:bad:2::1") as other:
            assert len(other.ask(b"good day")) == REPLY
        close_all(held)


def test_known_ones_of_one_48_leave_room_for_others_and_have_what_nobody_else_needs(folder):
    """Each from a /64 of its own."""
    crowd = [f"2001:db8:bad:{n:x}::1" for n in range(MOST)]
    others = [f"2001:db8:{n + 1:x}::1" for n in range(MOST // 4)]
    with tcp6(folder, crowd + others, f"connections={MOST}") as door:
        held, there = [], []
        for n, address in enumerate(crowd[:MOST - MOST // 16]):  # what is not kept for who is local
            held.append(door.polite(address))
            held[-1].ask(b"known as %d" % n)
        assert door.stats()["open"] == len(held), "nobody else needs it"
        for n, address in enumerate(others):
            there.append(door.polite(address))
            there[-1].ask(b"known as other %d" % n)
        with door.polite(crowd[-1]) as neighbour:  # not even a neighbour is kept out
            assert len(neighbour.ask(b"good day")) == REPLY
        for peer in [*there, *held[:MOST // 2]]:
            assert len(peer.ask(b"still there")) == REPLY
        close_all([*held, *there])


def test_a_stranger_is_not_displaced_by_those_of_a_network_that_has_more(folder):
    """Though it is the oldest, and each of them comes from a /64 of its own."""
    crowd = [f"2001:db8:bad:{n:x}::1" for n in range(5 * MOST)]
    with tcp6(folder, ["2001:db8:1::1", *crowd], f"connections={MOST}") as door:
        stranger = door.polite("2001:db8:1::1")
        held = door.only_said_hello(len(crowd), lambda n: crowd[n])
        assert door.stats()["open"] >= MOST // 2
        assert len(stranger.ask(b"still there")) == REPLY
        close_all([stranger, *held])


def test_who_is_being_answered_is_not_displaced(folder):
    """Whoever comes takes the place of one that only said hello, though that came later; and where all are being answered, of nobody."""
    with Tcp(folder, f"connections={MOST}") as door:
        asked, other = [], door.polite("127.0.0.2")
        other.ask(b"known as other")
        for n in range(MOST // 2):
            asked.append(door.polite(f"127.0.8.{n + 1}"))
            asked[-1].socket.sendall(frame(b"hold", 1)[1:])
        assert door.comes_to(lambda: door.stats()["requests"], MOST // 2 + 1) == MOST // 2 + 1
        held = door.only_said_hello(3 * MOST, lambda n: f"127.0.7.{1 + n}")
        for n in range(MOST):
            more = connect_tcp(door.port, f"127.0.9.{n + 1}", PATIENCE)
            try:
                more.sendall(HELLO_REQ + frame(b"hold", 1)[1:])
            except (BrokenPipeError, ConnectionResetError):
                pass
            held.append(more)
        door.comes_to(lambda: door.stats()["accepted"], MOST // 2 + 1 + len(held))
        for _ in range(20):
            other.ask(b"good day")
        other.ask(b"free")
        for peer in asked:
            assert len(read_exactly(peer.socket, 8 + 4 + REPLY)) == 8 + 4 + REPLY, "it was answered"
        close_all([*asked, *held, other])


def test_who_is_local_and_trusted_always_gets_in(folder):
    """Everything that is not kept for them is in the hands of others who are known, and stay."""
    local = os.path.join(folder, "local")
    with Tcp(folder, f"ipc://{local}", f"connections={MOST}") as door:
        held = []
        for n in range(4 * MOST):
            try:
                other = door.polite(f"127.0.0.{1 + n % 100}")
                held.append(other)
                other.ask(b"known as %d" % (n % 100))
            except (EOFError, OSError):
                pass
        assert door.stats()["open"] >= MOST // 2
        with Polite(local) as ours:
            assert len(ours.ask(b"our own account")) == REPLY
        close_all(held)


def test_of_one_person_only_so_many_connections_are_more_than_a_strangers(folder):
    with Tcp(folder, "person_connections=5", "stranger_ms=300") as door:
        held = []
        for n in range(12):
            held.append(door.polite(f"127.0.0.{n + 1}"))
            held[-1].ask(b"known as maria")
        assert door.comes_to(lambda: door.stats()["open"], 5) == 5
        for first in held[:5]:
            assert len(first.ask(b"still there")) == REPLY
        close_all(held)


def test_a_stranger_who_is_idle_is_cut_soon_and_who_is_known_is_not(folder):
    with Tcp(folder, "stranger_ms=300") as door:
        known, stranger = door.polite(), door.polite()
        known.ask(b"known as maria")
        stranger.ask(b"good day")
        with pytest.raises(EOFError):
            read_exactly(stranger.socket, 1)
        assert len(known.ask(b"still there")) == REPLY
        close_all([known, stranger])


# --- requests ------------------------------------------------------------------------------------------------------------------
def holding(door, peer, count):
    """How many of `count` requests sent at once were taken, while none is answered."""
    before = door.stats()["requests"]
    peer.socket.sendall(b"".join(frame(b"hold", n + 1)[1:] for n in range(count)))
    door.comes_to(lambda: door.stats()["requests"] > before, True)
    with door.polite() as other:
        for _ in range(50):
            other.ask(b"good day")
    return door.stats()["requests"] - before - 50


def test_a_stranger_has_one_request_in_flight_and_who_is_known_has_sixteen(folder):
    with Tcp(folder) as door:
        stranger, known = door.polite(), door.polite()
        known.ask(b"known as maria")
        assert holding(door, stranger, 20) == 1
        assert holding(door, known, 20) == 16
        answered = 0
        with door.polite() as other:  # none of them is lost
            for peer in (stranger, known):
                peer.socket.settimeout(0.05)
            deadline = time.monotonic() + PATIENCE
            while answered < 40 * (8 + 4 + REPLY) and time.monotonic() < deadline:
                other.ask(b"free")
                answered += sum(taken(peer.socket) for peer in (stranger, known))
        assert answered == 40 * (8 + 4 + REPLY)
        close_all([stranger, known])


def taken(s):
    try:
        return len(s.recv(1 << 16))
    except TimeoutError:
        return 0


# --- memory ----------------------------------------------------------------------------------------------------------------------
def half_requests(door, source, count, size):
    held = []
    for n in range(count):
        s = connect_tcp(door.port, source(n), PATIENCE)
        try:
            s.sendall(HELLO_REQ + frame(b"w" * size)[1:-1])
        except (BrokenPipeError, ConnectionResetError):
            pass
        held.append(s)
    door.comes_to(lambda: door.stats()["accepted"] >= count, True)
    return held


def test_half_requests_of_one_source_leave_room_for_those_of_others(folder):
    with Tcp(folder, "buffered=2000000", "partial_ms=60000") as door:
        held = half_requests(door, lambda n: ATTACKER, 60, 100_000)
        for n in range(20):
            before = door.descriptors()
            with door.polite("127.0.0.2") as other:
                assert len(other.ask(b"W" * 200_000)) == REPLY
            assert door.comes_to(lambda: door.descriptors() <= before, True)  # and what it held is given back
        close_all(held)


def test_half_requests_of_many_strangers_leave_room_for_who_is_known(folder):
    with Tcp(folder, "buffered=2000000", "partial_ms=60000") as door:
        known = door.polite("127.0.0.2")
        known.ask(b"known as maria")
        held = half_requests(door, lambda n: f"127.0.7.{n + 1}", 60, 100_000)
        for n in range(20):
            assert len(known.ask(b"W" * 200_000)) == REPLY
        known.close()
        close_all(held)


def kernel_keeps(port):
    """Bytes in the kernel that the door has sent and nobody has taken."""
    with open("/proc/net/tcp", encoding="ascii") as rows:
        cells = [row.split() for row in rows]
    return sum(int(c[4].split(":")[0], 16) for c in cells[1:] if int(c[1].split(":")[1], 16) == port)


def test_who_never_reads_holds_little_of_the_kernels_memory(folder):
    peers, reply = 50, 200_000
    with Tcp(folder, "send_ms=60000", reply=reply) as door:
        held = []
        for n in range(peers):
            s = connect_tcp(door.port, f"127.0.7.{n + 1}", PATIENCE, receive=4096)
            s.sendall(HELLO_REQ + frame(b"known as %d" % n)[1:] + frame(b"x")[1:] * 40)
            held.append(s)
        door.comes_to(lambda: door.stats()["requests"] >= 2 * peers, True)
        last, now = -1, kernel_keeps(door.port)
        while now > last:
            with door.polite() as other:
                assert len(other.ask(b"good day")) == reply
            last, now = now, kernel_keeps(door.port)
        print(f"{now // peers} bytes a connection")
        assert now < peers * 160_000, now // peers
        close_all(held)
