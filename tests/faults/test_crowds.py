"""A crowd at the door of a real daemon: connections that only said hello, passwords by the hundred, writes without end. Who is signed in, and
who comes with the right password, is served meanwhile.

tsan: yes
"""
import contextlib
import os
import socket
import threading

import msgpack
import pytest

import sp
from daemon import PASSWORD, Client, Daemon, add_customer, line, wait_until
from network import network_with
from stranger import NOBODY

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can be several accounts")
DESCRIPTORS = 328  # so that there may be 200 connections: 50 of one address
WRONG = "not the password"


class TcpClient(Client):
    """A client over tcp, from an address of its own."""

    def __init__(self, port, source, timeout=60.0):
        super().__init__("", timeout)
        self.port, self.source = port, source

    def raw(self, payload):
        if self.peer is None:
            self.peer = wait_until(self.let_in, what="a place at the door")
        return self.peer.ask(payload)

    def let_in(self):
        """As any client, it comes again where it was turned away: while those who were shown out are still leaving, there is no place."""
        with contextlib.suppress(EOFError, ConnectionResetError):
            return sp.PoliteTcp(self.port, self.source, self.timeout)


@contextlib.contextmanager
def as_account(uid, fn):
    """Runs fn() in a process of that account, until it is told that it is over by the end of its standard input."""
    begun, over = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(over[1])
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            kept = fn()
            os.write(begun[1], b".")
            os.read(over[0], 1)
            code = 0 if kept is not None else 2
        finally:
            os._exit(code)
    os.close(begun[1])
    os.close(over[0])
    try:
        assert os.read(begun[0], 1) == b".", "the crowd did not come"
        yield
    finally:
        os.close(over[1])
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(begun[0])
    assert code == 0, "the crowd failed"


# --- connections -----------------------------------------------------------------------------------------------------------------
def test_connections_that_only_said_hello_shut_out_neither_who_is_there_nor_who_comes():
    port = sp.free_port()
    with Daemon(listen=[f"tcp://127.0.0.1:{port}"], wrap=["prlimit", f"--nofile={DESCRIPTORS}"]) as d:
        admin = d.sign_in()
        there = TcpClient(port, "127.0.0.9")
        there.sign_in(d.portal, d.email, PASSWORD)
        connection, held = there.peer, []
        for n in range(400):
            s = sp.connect_tcp(port, f"127.0.{6 + n % 2}.{1 + n // 4}")
            with contextlib.suppress(OSError):
                s.sendall(sp.HELLO_REQ)
            held.append(s)
        for n in range(10):
            comes = TcpClient(port, f"127.0.0.{20 + n}")
            comes.token = there.token
            assert comes.ask("session.me")["me"]["email"] == d.email
            held.append(comes)
        assert there.ask("session.me") and there.peer is connection
        with d.client() as operator:
            assert operator.ask("system.health")
        assert admin.ask("session.me")
        for s in held:
            s.close()


@only_root
def test_connections_of_one_account_that_only_said_hello_shut_out_no_other():
    with Daemon(wrap=["prlimit", f"--nofile={DESCRIPTORS}"]) as d:
        os.chmod(d.temp, 0o755)

        def crowd():
            held = []
            for _ in range(300):
                s = sp.connect(d.socket)
                with contextlib.suppress(OSError):
                    s.sendall(sp.HELLO_REQ)
                held.append(s)
            return held
        with as_account(NOBODY, crowd):
            admin = d.sign_in()
            assert admin.ask("session.me")
            with as_account(3009, lambda: Client(d.socket).ask("portal.show", portal=d.portal)):
                pass


@only_root
def test_known_connections_of_one_account_shut_out_no_other_also_where_descriptors_are_few():
    with Daemon(wrap=["prlimit", f"--nofile={DESCRIPTORS}"]) as d:
        os.chmod(d.temp, 0o755)
        admin = d.sign_in()
        _, contact = add_customer(admin)
        admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)

        def crowd():
            held = [Client(d.socket), Client(d.socket)]
            held[0].sign_in(d.portal, d.email, PASSWORD)
            held[1].sign_in(d.portal, "maria@bodega.test", PASSWORD)
            for n in range(220):
                held.append(Client(d.socket))
                held[-1].token = held[n % 2].token
                with contextlib.suppress(EOFError, OSError):
                    held[-1].ask("session.me")
            return held
        with as_account(NOBODY, crowd):
            with as_account(3009, lambda: Client(d.socket).ask("portal.show", portal=d.portal)):
                pass
            assert admin.ask("session.me")


# --- passwords --------------------------------------------------------------------------------------------------------------------
def wrong_sign_ins(port, portal, source, count, **more):
    """That many at once, each for another account."""
    peers = [sp.PoliteTcp(port, source(n), 60) for n in range(count)]
    for n, peer in enumerate(peers):
        args = {"portal": portal, "email": f"nobody{n}@crowd.test", "password": WRONG}
        peer.socket.sendall(sp.frame(msgpack.packb({"v": 1, "op": "session.sign_in", "args": args, **more}))[1:])
    return peers


def test_three_hundred_wrong_passwords_at_once_do_not_keep_others_out_of_the_line():
    port = sp.free_port()
    with Daemon(listen=[f"tcp://127.0.0.1:{port}"]) as d:
        with TcpClient(port, "127.0.0.8") as home:
            home.sign_in(d.portal, d.email, PASSWORD)
        crowd = wrong_sign_ins(port, d.portal, lambda n: "127.0.6.66", 300)
        operator = d.client()
        wait_until(lambda: operator.ask("system.stats")["requests"] > 300, what="the crowd's requests")
        codes = []
        for source in ("127.0.0.8", "127.0.0.9"):  # where somebody got in before, and where not
            with TcpClient(port, source) as owner:
                owner.sign_in(d.portal, d.email, PASSWORD)
                codes.append(waiting(crowd))
        assert codes[0] > 30 and codes[1] > 25, f"of the crowd {codes} were still in line"
        for peer in crowd:
            peer.close()


def test_wrong_passwords_of_three_hundred_sources_leave_room_for_where_somebody_got_in_before():
    """With tokens that nobody gave them, too, which make nobody known."""
    port = sp.free_port()
    with Daemon(listen=[f"tcp://127.0.0.1:{port}"]) as d:
        with TcpClient(port, "127.0.0.8") as home:
            home.sign_in(d.portal, d.email, PASSWORD)
        crowd = wrong_sign_ins(port, d.portal, lambda n: f"127.0.{6 + n % 2}.{1 + n // 2}", 300, token="A" * 60)
        operator = d.client()
        wait_until(lambda: operator.ask("system.stats")["requests"] > 300, what="the crowd's requests")
        with TcpClient(port, "127.0.0.8") as owner:
            owner.sign_in(d.portal, d.email, PASSWORD)
        assert waiting(crowd) > 100, "it did not stand behind all of them"
        for peer in crowd:
            peer.close()


def test_wrong_passwords_of_one_48_leave_room_in_the_line_for_strangers_of_other_networks():
    """From each /64 of it. Somebody from elsewhere, where nobody ever got in, finds a place; so does a neighbour who is known."""
    crowd_of = [f"2001:db8:bad:{n:x}::1" for n in range(300)]
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(network_with(["2001:db8:bad:ffff::1", "2001:db8:1::1", *crowd_of]))
        except OSError as why:
            pytest.skip(f"NOT RUN: a network of its own is not allowed here: {why}")
        port = sp.free_port()
        d = stack.enter_context(Daemon(listen=[f"tcp://[::1]:{port}"]))
        with TcpClient(port, "2001:db8:bad:ffff::1") as home:
            home.sign_in(d.portal, d.email, PASSWORD)
        crowd = wrong_sign_ins(port, d.portal, lambda n: crowd_of[n], 300)
        operator = d.client()
        wait_until(lambda: operator.ask("system.stats")["requests"] > 300, what="the crowd's requests")
        for source in ("2001:db8:1::1", "2001:db8:bad:ffff::1"):
            with TcpClient(port, source) as owner:
                owner.sign_in(d.portal, d.email, PASSWORD)
        assert [code_of(peer) for peer in crowd].count("busy") >= 115, "they had more than half of the line"
        for peer in crowd:
            peer.close()


def waiting(peers):
    """How many have no answer yet."""
    count = 0
    for peer in peers:
        peer.socket.setblocking(False)
        try:
            count += not peer.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            count += 1
    return count


# --- writes -----------------------------------------------------------------------------------------------------------------------
def test_writes_of_one_source_leave_room_for_those_of_others():
    """As many as the queue takes, each of 150 lines."""
    port = sp.free_port()
    with Daemon(listen=[f"tcp://127.0.0.1:{port}"]) as d:
        admin = d.sign_in()
        customer, _ = add_customer(admin)
        crowd = [TcpClient(port, "127.0.6.66") for _ in range(80)]
        for client in crowd:
            client.token = None
        crowd[0].sign_in(d.portal, d.email, PASSWORD)
        for client in crowd:
            client.token = crowd[0].token
            client.ask("session.me")
        document = {"lines": [line(f"Kraft paper {i}") for i in range(150)]}

        def flood(client):
            for n in range(16):
                request = client.envelope("invoice.create", {"customer": customer, "document": document})
                client.peer.socket.sendall(sp.frame(msgpack.packb(request), n + 1)[1:])
        threads = [threading.Thread(target=flood, args=(client,), daemon=True) for client in crowd]
        for t in threads:
            t.start()
        operator = d.client()
        wait_until(lambda: operator.ask("system.stats")["queue"] > 150, what="a queue")
        asked = 0
        while operator.ask("system.stats")["queue"] > 50:
            admin.ask("customer.create", customer={"name": "Meanwhile", "currency": "EUR"})
            asked += 1
            assert operator.ask("system.stats")["queue"] <= 256 + 16
        assert asked > 0
        for client in crowd:
            client.close()
        for t in threads:
            t.join(60)


# --- checks of whole stores and logs ----------------------------------------------------------------------------------------------
def grow_log(d, admin, count):
    """So that a check of it takes a while."""
    with sp.Polite(d.socket, 60) as peer:
        bodies = [msgpack.packb(admin.envelope("customer.create", {"customer": {"name": f"Customer {n}", "currency": "EUR"}})) for n in range(count)]
        sender = threading.Thread(target=peer.socket.sendall, args=(b"".join(sp.frame(body, n + 1) for n, body in enumerate(bodies)),), daemon=True)
        sender.start()
        for _ in bodies:
            assert "result" in msgpack.unpackb(sp.read_answer(peer.socket)[1])
        sender.join()


def verifies(port, token, source, count):
    """That many checks of the log at once, each over a connection of its own. A token of nobody's: None."""
    peers = [sp.PoliteTcp(port, source(n), 60) for n in range(count)]
    for peer in peers:
        peer.socket.sendall(sp.frame(msgpack.packb({"v": 1, "op": "audit.verify", "args": {}, **({"token": token(peer)} if token else {})}))[1:])
    return peers


def code_of(peer):
    """Of its one answer; "ok"."""
    peer.socket.settimeout(60)
    answer = msgpack.unpackb(sp.read_exactly(peer.socket, int.from_bytes(sp.read_exactly(peer.socket, 8), "big"))[4:])
    if "error" in answer and answer["error"]["code"] == "busy":
        assert answer["error"]["retry_ms"] > 0
    return answer["error"]["code"] if "error" in answer else "ok"


def test_checks_of_one_person_and_of_one_business_leave_room_for_those_of_others():
    """From as many addresses as there are places, and more: who asks is counted, not from where. Who may not ask takes none."""
    port = sp.free_port()
    with Daemon(listen=[f"tcp://127.0.0.1:{port}"]) as d:
        admin, operator = d.sign_in(), d.client()
        grow_log(d, admin, 2000)
        operator.ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@other.test", password=PASSWORD)
        eve = d.sign_in("eve@other.test", portal="other")
        tokens = [admin.ask("token.create", name=f"auditor {n}", role="admin")["token"] for n in range(5)]
        crowd = verifies(port, lambda peer: tokens[0], lambda n: f"127.0.6.{n + 1}", 40)
        wait_until(lambda: waiting(crowd) <= 5, what="the one at work and a quarter of the line")
        assert admin.ask("audit.verify")["problems"] == []
        assert waiting(crowd) > 0, "she did not stand behind all of them"
        assert [code_of(peer) for peer in crowd].count("busy") >= 30
        whole = verifies(port, lambda peer: tokens[1 + peer.socket.fileno() % 4], lambda n: f"127.0.7.{n + 1}", 80)
        wait_until(lambda: waiting(whole) <= 9, what="the one at work and half of the line")
        strangers = verifies(port, None, lambda n: f"127.0.8.{n + 1}", 20)
        assert [code_of(peer) for peer in strangers] == ["forbidden"] * 20
        assert waiting(whole) > 2, "of the business's"
        assert operator.ask("system.check")["problems"] == []
        assert eve.ask("audit.verify")["problems"] == [], "another business's"
        for peer in [*crowd, *strangers, *whole]:
            peer.close()
