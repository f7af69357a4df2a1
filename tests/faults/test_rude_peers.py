"""No rude peer stops the door, pins it or leaks from it: thousands of each of five kinds, and clients killed in the midst.

While they knock, a polite client is answered all the time; afterwards another is answered at once, and the daemon has as many
descriptors as before. The daemon here is echo_listener: the door with nothing behind it.

tsan: yes
"""
import json
import os
import random
import selectors
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

import pytest
from sp import HELLO_REP, HELLO_REQ, Polite, connect, frame, read_exactly

BIN = os.path.join(os.environ["POSTERN_BUILD"], "bin")
THOUSANDS = 2000     # of each kind
PROCESSES = 4        # that are rude at the same time
PATIENCE = 60.0      # s, for anything on a busy machine
LIMIT_MS = 400       # the door's time-outs in these tests
REPLY = 1024


class Door:
    def __init__(self, folder, *limits, reply=REPLY, url=None, **environment):
        self.path = os.path.join(folder, "door")
        self.url = url or "ipc://" + self.path
        self.process = subprocess.Popen([os.path.join(BIN, "echo_listener"), self.url, str(reply), *limits],
                                        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
        assert self.process.stdout.readline() == "ready\n"
        self.at_first = self.descriptors()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def open_files(self):
        folder = f"/proc/{self.process.pid}/fd"
        return {name: os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)}

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))

    def stats(self):
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def comes_to(self, what, want):
        """Waits until what() is want; its last value."""
        deadline = time.monotonic() + PATIENCE
        while (last := what()) != want and time.monotonic() < deadline:
            time.sleep(0.02)
        return last

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            out, _ = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, out


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="door.") as name:
        yield name


@pytest.fixture
def door(folder):
    d = Door(folder, *(f"{name}={LIMIT_MS}" for name in ("hello_ms", "partial_ms", "send_ms")))
    try:
        yield d
    finally:
        code, _ = d.stop()
        assert code == 0, "the door's own end was not clean"


class Customer(threading.Thread):
    """A polite client that asks all the time; `slowest` in seconds, `trouble` what went wrong."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.asked, self.slowest, self.trouble, self.over = path, 0, 0.0, None, threading.Event()

    def run(self):
        try:
            with Polite(self.path, PATIENCE) as polite:
                while not self.over.wait(0.002):
                    begun = time.monotonic()
                    assert len(polite.ask(b"good day")) == REPLY
                    self.slowest = max(self.slowest, time.monotonic() - begun)
                    self.asked += 1
        except Exception as e:  # told to the test, which fails
            self.trouble = e


def besiege(door, rude, count=THOUSANDS):
    """Runs rude(path, count, seed) in several processes at once, and checks what must hold meanwhile and afterwards."""
    before = door.at_first
    customer = Customer(door.path)
    customer.start()
    children = []
    for i in range(PROCESSES):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                random.seed(i)
                rude(door.path, count // PROCESSES)
                code = 0
            except BaseException as e:  # the parent sees the code, people see the text
                print(f"rude peer {i}: {type(e).__name__}: {e}", flush=True)
            os._exit(code)
        children.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    customer.over.set()
    customer.join(PATIENCE)
    assert not customer.is_alive() and customer.trouble is None, repr(customer.trouble)
    assert customer.asked > 0
    assert codes == [0] * PROCESSES
    begun = time.monotonic()
    with Polite(door.path) as last:
        assert last.ask(b"last") == b"r" * REPLY
    assert time.monotonic() - begun < 2.0
    assert door.comes_to(lambda: door.stats()["open"], 0) == 0
    assert door.comes_to(door.descriptors, before) == before, door.open_files()
    stats = door.stats()
    assert stats["requests"] == stats["answers"]
    assert stats["accepted"] >= count
    print(f"slowest answer meanwhile {customer.slowest * 1000:.1f} ms of {customer.asked}; {stats}")
    return stats


def is_cut(s, seconds=PATIENCE):
    """Whether the door ends this connection, whatever it says before."""
    s.settimeout(seconds)
    try:
        while s.recv(65536):
            pass
    except (ConnectionResetError, BrokenPipeError):
        pass
    return True


# --- connect and close ---

def connect_and_close(path, count):
    for i in range(count):
        s = connect(path, PATIENCE)
        if i % 3 == 1:
            s.send(HELLO_REQ[: i % 9])
        if i % 3 == 2:
            read_exactly(s, 1)
        s.close()


def test_peers_that_connect_and_close_leave_nothing(door):
    besiege(door, connect_and_close, 2 * THOUSANDS)


# --- ask and leave ---

def ask_and_leave(path, count):
    for i in range(count):
        s = connect(path, PATIENCE)
        s.send(HELLO_REQ + b"".join(frame(b"later" if (i + n) % 2 else b"now", n) for n in range(1 + i % 40)))
        if i % 4 == 0:
            read_exactly(s, 8)
        s.close()


def test_peers_that_ask_and_leave_leave_nothing(door):
    stats = besiege(door, ask_and_leave)
    assert stats["requests"] > THOUSANDS


# --- never read ---

def never_read(path, count):
    """Asks until nothing more goes in, reads nothing, and is cut in time."""
    ask = frame(b"x" * 400) * 20
    at_once = 50
    for begun in range(0, count, at_once):
        peers, watch = [], selectors.DefaultSelector()
        for _ in range(min(at_once, count - begun)):
            s = connect(path, PATIENCE)
            s.sendall(HELLO_REQ)
            s.setblocking(False)
            peers.append(s)
            watch.register(s, selectors.EVENT_WRITE)
        deadline = time.monotonic() + PATIENCE
        while watch.get_map():
            assert time.monotonic() < deadline, f"{len(watch.get_map())} who never read are still there"
            for key, _ in watch.select(0.5):
                try:
                    key.fileobj.send(ask)
                except BlockingIOError:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    watch.unregister(key.fileobj)
        for s in peers:
            s.close()


def test_peers_that_never_read_are_cut_and_pin_nothing(door):
    stats = besiege(door, never_read)
    assert stats["timed_out"] >= THOUSANDS


# --- garbage ---

def garbage_of(i):
    kind = i % 6
    if kind == 0:
        return random.randbytes(random.randrange(8, 3000))
    if kind == 1:
        return b"GET / HTTP/1.1\r\nHost: portal\r\n\r\n"
    if kind == 2:
        return HELLO_REP + frame(b"I am a server too")
    if kind == 3:
        return HELLO_REQ + b"\x02" + random.randbytes(100)
    if kind == 4:
        return HELLO_REQ + b"\x01" + struct.pack(">Q", 16) + b"\0" * 16  # hops, but no id
    return HELLO_REQ + frame(b"fine") + random.randbytes(1).replace(b"\x01", b"\x00") + random.randbytes(50)


def talk_garbage(path, count):
    for i in range(count):
        s = connect(path, PATIENCE)
        try:
            s.sendall(garbage_of(i))
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert is_cut(s)
        s.close()


def test_peers_that_talk_garbage_are_cut_at_once(door):
    stats = besiege(door, talk_garbage)
    assert stats["refused_malformed"] >= THOUSANDS


# --- half and huge frames, and silence ---

def half_or_huge(i):
    if i % 5 == 0:
        return HELLO_REQ + b"\x01" + struct.pack(">Q", random.choice([1 << 63, 2**64 - 1, 1 << 40, 1 << 30, 8 << 20]))
    if i % 5 == 1:
        return HELLO_REQ[: random.randrange(8)]
    whole = HELLO_REQ + frame(b"y" * random.choice([0, 1, 900, 5000, 60000]))
    return whole[: random.randrange(9, len(whole))]


def half_and_huge(path, count):
    at_once = 100  # they wait for the time-out together
    for begun in range(0, count, at_once):
        peers = []
        for i in range(begun, min(begun + at_once, count)):
            s = connect(path, PATIENCE)
            try:
                s.sendall(half_or_huge(i))
            except (BrokenPipeError, ConnectionResetError):
                pass
            peers.append(s)
        for s in peers:
            assert is_cut(s)
            s.close()


def test_half_and_huge_frames_are_cut_in_time(door):
    stats = besiege(door, half_and_huge)
    assert stats["refused_malformed"] >= THOUSANDS // 5
    assert stats["timed_out"] >= THOUSANDS // 2


def test_a_frame_byte_by_byte_is_read_or_cut_by_the_time_it_takes_in_all(door):
    with Polite(door.path) as polite:
        for byte in frame(b"a word", 1):
            polite.socket.send(bytes([byte]))
        assert read_exactly(polite.socket, 13 + REPLY)
    with Polite(door.path) as slow:
        begun = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for byte in frame(b"z" * 60000):
                slow.socket.send(bytes([byte]))
                time.sleep(0.02)
        assert time.monotonic() - begun < PATIENCE


# --- killed in the midst ---

def test_clients_killed_in_the_midst_leave_nothing(door, folder):
    """nng's own REQ sockets with many contexts each: what hangs nng's own REP socket."""
    payload = os.path.join(folder, "payload")
    for text in (b"at once", b"later"):
        with open(payload, "wb") as f:
            f.write(text)

        def killed(path, count):
            for _ in range(count):
                client = subprocess.Popen([os.path.join(BIN, "nng_load"), "ipc://" + path, "2", "32", "60", payload],
                                          stdout=subprocess.PIPE)
                assert client.stdout.readline() == b"asking\n"
                client.kill()
                client.wait()
                client.stdout.close()

        besiege(door, killed, 40)


# --- what the door promises to the polite ---

def test_many_requests_of_one_connection_are_all_answered_whatever_their_order(door):
    with Polite(door.path) as polite:
        polite.socket.settimeout(PATIENCE)
        count = 3000
        asked = b"".join(frame(b"later" if n % 3 else b"now", n) for n in range(1, count + 1))
        sender = threading.Thread(target=polite.socket.sendall, args=(asked,))
        sender.start()
        seen = set()
        for _ in range(count):
            head = read_exactly(polite.socket, 9)
            body = read_exactly(polite.socket, struct.unpack(">Q", head[1:])[0])
            seen.add(struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF)
        sender.join()
        assert seen == set(range(1, count + 1))


def slept(pid):
    """How often each of the threads that nng runs callbacks on went to sleep, by its number."""
    times = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as f:
            status = dict(line.split(":", 1) for line in f if ":" in line)
        if status["Name"].strip() == "nng:task":
            times[task] = int(status["voluntary_ctxt_switches"])
    return times


def test_no_more_threads_answer_than_there_are_processors(door):
    processors = max(2, len(os.sched_getaffinity(0)))
    customers = [Customer(door.path) for _ in range(8)]
    for customer in customers:
        customer.start()

    def answering():
        """How many of the threads were woken during some hundred requests."""
        before, asked = slept(door.process.pid), sum(c.asked for c in customers)
        enough = door.comes_to(lambda: sum(c.asked for c in customers) - asked >= 400, True)
        assert enough and [c.trouble for c in customers] == [None] * len(customers)
        after = slept(door.process.pid)
        return sum(after[thread] != before.get(thread) for thread in after) <= processors

    try:
        assert door.comes_to(answering, True)
    finally:
        for customer in customers:
            customer.over.set()
            customer.join(PATIENCE)


def test_hops_before_the_id_come_back_as_they_were(door):
    with Polite(door.path) as polite:
        hops = bytes.fromhex("0000000b7fffffff")
        polite.socket.sendall(frame(b"by way of others", 7, hops))
        head = read_exactly(polite.socket, 9)
        body = read_exactly(polite.socket, struct.unpack(">Q", head[1:])[0])
        assert body == hops + b"\x80\0\0\x07" + b"r" * REPLY


def test_connections_beyond_the_limit_are_closed_and_room_is_made_again(folder):
    d = Door(folder, "connections=20")
    try:
        polite = [Polite(d.path) for _ in range(20)]
        for _ in range(50):
            s = connect(d.path)
            assert is_cut(s)
            s.close()
        assert d.stats()["refused_busy"] == 50
        polite.pop().close()
        d.comes_to(lambda: d.stats()["open"], 19)
        polite.append(Polite(d.path))
        for p in polite:
            assert len(p.ask(b"still there")) == REPLY
            p.close()
    finally:
        d.stop()


def test_large_requests_of_all_peers_together_are_bounded(folder):
    d = Door(folder, "buffered=2000000")
    before = d.resident_kb()
    half = [connect(d.path, PATIENCE) for _ in range(100)]
    try:
        for s in half:
            try:
                s.sendall(HELLO_REQ + frame(b"w" * 100000)[:-1])
            except (BrokenPipeError, ConnectionResetError):
                pass
        # How many are left depends on who grew at the same time; never more than fit.
        assert d.comes_to(lambda: d.stats()["accepted"], 100) == 100
        assert d.comes_to(lambda: d.stats()["open"] <= 20, True)
        print(f"{d.resident_kb() - before} kB more")
        with Polite(d.path) as polite:
            assert len(polite.ask(b"small")) == REPLY
        for s in half:
            s.close()
        assert d.comes_to(lambda: d.stats()["open"], 0) == 0
        with Polite(d.path) as polite:
            for _ in range(50):
                assert len(polite.ask(b"W" * 100000)) == REPLY
    finally:
        for s in half:
            s.close()
        d.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="LOUD: only root can be two users; the limit of one uid was not tried")
def test_one_user_cannot_take_all_connections(folder):
    os.chmod(folder, 0o755)
    d = Door(folder, "connections_per_uid=10")
    try:
        os.chmod(d.path, 0o666)

        def as_other():
            os.setuid(65534)
            polite = [Polite(d.path) for _ in range(10)]
            for n in range(10):  # another connection of theirs displaces only those that have not shown who they are
                polite[n].ask(b"known as %d" % n)
            for _ in range(20):
                s = connect(d.path)
                assert is_cut(s)
                s.close()
            assert len(polite[0].ask(b"one of the ten")) == REPLY
            polite.pop().close()
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                try:
                    polite.append(Polite(d.path))
                    assert len(polite[-1].ask(b"in the place of another")) == REPLY
                    break
                except (EOFError, ConnectionResetError, BrokenPipeError):
                    time.sleep(0.02)
            assert len(polite) == 10

        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                as_other()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        ours = [Polite(d.path) for _ in range(30)]  # root is not counted
        for p in ours:
            assert len(p.ask(b"root")) == REPLY
            p.close()
    finally:
        d.stop()


def test_running_out_of_descriptors_is_survived(folder):
    """The limit on connections is cut to what there is; with other descriptors taken meanwhile, accepting rests and resumes."""
    d = Door(folder, "connections=4096")
    held = []
    try:
        subprocess.run(["prlimit", f"--pid={d.process.pid}", "--nofile=60"], check=True)
        with Polite(d.path) as old:
            for _ in range(100):
                held.append(connect(d.path))
            assert len(old.ask(b"an old friend")) == REPLY
            for s in held:
                s.close()
            held.clear()
            with Polite(d.path, PATIENCE) as new:
                assert len(new.ask(b"a new one")) == REPLY
    finally:
        for s in held:
            s.close()
        d.stop()


def test_an_idle_connection_is_cut_and_one_that_waits_is_not(folder):
    d = Door(folder, f"idle_ms={LIMIT_MS}")
    try:
        with Polite(d.path) as idle:
            assert is_cut(idle.socket)
        assert d.stats()["timed_out"] == 1
    finally:
        d.stop()


def test_a_thousand_idle_connections_cost_little_memory(folder):
    if "-fsanitize" in open(os.path.join(os.environ["POSTERN_BUILD"], "compile_commands.json"), encoding="utf-8").read():
        count, most_kb = 200, None  # a sanitizer's memory says nothing
    else:
        count, most_kb = 1000, 8
    d = Door(folder)
    try:
        with Polite(d.path) as warm:
            warm.ask(b"warm")
        before = d.resident_kb()
        polite = [Polite(d.path) for _ in range(count)]
        for p in polite:
            p.ask(b"x" * 300)
        each = (d.resident_kb() - before) / count
        print(f"{each:.2f} kB for each idle connection")
        assert most_kb is None or each < most_kb
        for p in polite:
            p.close()
    finally:
        d.stop()


def test_nngcat_is_answered_over_ipc_and_tcp_and_tls(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
                   check=True, stderr=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for url, options in ((None, []), (f"tcp://127.0.0.1:{port}", []), (f"tls+tcp://localhost:{port}", ["--cacert", cert])):
        d = Door(folder, reply=16000, url=url, ECHO_CERT=cert, ECHO_KEY=key)
        try:
            for _ in range(3):
                ran = subprocess.run(["nngcat", "--req", "--dial", d.url, "--data", "good day", "--raw", "--recv-timeout", "20", *options],
                                     capture_output=True, timeout=PATIENCE, check=True)
                assert ran.stdout == b"r" * 16000, ran
        finally:
            d.stop()
        assert not os.path.exists(d.path) and not os.path.exists(d.path + ".lock")


def test_a_second_door_is_refused_and_a_stale_socket_is_taken_over(folder):
    first = Door(folder)
    try:
        with Polite(first.path) as polite:
            for _ in range(10):
                ran = subprocess.run([os.path.join(BIN, "echo_listener"), first.url, "10"], capture_output=True, text=True, timeout=PATIENCE)
                assert ran.returncode == 1 and "locked" in ran.stderr, ran
                assert len(polite.ask(b"unharmed")) == REPLY
        first.process.kill()
        first.process.wait()
        assert os.path.exists(first.path)
        second = Door(folder)
        with Polite(second.path) as polite:
            assert len(polite.ask(b"hello again")) == REPLY
        second.stop()
    finally:
        first.stop()
    with open(first.path, "w", encoding="ascii") as f:
        f.write("not a socket")
    ran = subprocess.run([os.path.join(BIN, "echo_listener"), first.url, "10"], capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 5 and "not a socket" in ran.stderr, ran
    assert os.path.exists(first.path)
