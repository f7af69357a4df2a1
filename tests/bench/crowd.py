"""What a crowd at the door costs those who are signed in: the p99 of their reads while it is there, in parts of the p99 when it is not.

Crowds: 5,000 connections that said hello; 500 that send a request byte by byte; 64 wrong passwords at once, all the time; 300 sign-ins
with right passwords at once. Each comes in processes of its own, from many addresses of 127.0.0.0/8; quiet and crowded stretches
take turns, and a ratio is the median of the rounds.
"""
import contextlib
import os
import resource
import select
import signal
import statistics
import time

import msgpack

import daemon as business
import sp

ROUNDS, READS, WARM = int(os.environ.get("CROWD_ROUNDS", "5")), 1000, 200
IDLE, LORIS, WRONG, SIGN_INS = 5000, 500, 64, 300


class TcpClient(business.Client):
    def __init__(self, port, source):
        super().__init__("", 60)
        self.port, self.source = port, source

    def raw(self, payload):
        if self.peer is None:
            self.peer = sp.PoliteTcp(self.port, self.source, 60)
        return self.peer.ask(payload)


def source(n):
    return f"127.{1 + n // 60000}.{n // 250 % 240}.{1 + n % 250}"


def sign_in_frame(portal, email, password):
    return sp.frame(msgpack.packb({"v": 1, "op": "session.sign_in", "args": {"portal": portal, "email": email, "password": password}}))[1:]


# --- crowds: each is called in a process of its own, says when it is there, and goes on until it is ended -------------------------
def idle(port, there):
    held = []
    for n in range(IDLE):
        s = sp.connect_tcp(port, source(n), 60)
        with contextlib.suppress(OSError):
            s.sendall(sp.HELLO_REQ)
        held.append(s)
    there()
    signal.pause()


def loris(port, there):
    body = sp.HELLO_REQ + sp.frame(b"w" * 2000)[1:]
    held = [(sp.connect_tcp(port, source(n), 60), [0]) for n in range(LORIS)]
    there()
    while True:
        for n, (s, at) in enumerate(held):
            try:
                s.send(body[at[0]:at[0] + 1])
                at[0] = (at[0] + 1) % len(body)
            except OSError:  # cut: here again
                s.close()
                held[n] = (sp.connect_tcp(port, source(n), 60), [0])
        time.sleep(0.05)


def signing_in(port, there, count, email, password):
    """That many under way at once, again and again."""
    peers = [sp.PoliteTcp(port, source(n), 60) for n in range(count)]
    for n, peer in enumerate(peers):
        peer.socket.sendall(sign_in_frame("acme", email(n), password))
    there()
    waiting, later, nth = {peer.socket for peer in peers}, [], count
    while True:
        now = time.monotonic()
        while later and later[0][0] <= now:
            s = later.pop(0)[1]
            s.sendall(sign_in_frame("acme", email(nth), password))
            waiting.add(s)
        for s in select.select(list(waiting), [], [], 0.05)[0]:
            answer = s.recv(1 << 16)
            if not answer:
                raise SystemExit("cut")
            nth += 1
            if b"busy" in answer:  # as clients do that read what they are told
                waiting.remove(s)
                later.append((time.monotonic() + 0.25, s))
            else:
                s.sendall(sign_in_frame("acme", email(nth), password))


def crowds(people):
    return {"5,000 that only said hello": idle, "500 byte by byte": loris,
            "64 wrong passwords at once": lambda port, there: signing_in(port, there, WRONG, lambda n: f"nobody{n}@bench.test", "not the password"),
            "300 sign-ins at once": lambda port, there: signing_in(port, there, SIGN_INS, lambda n: f"in{n % people}@bench.test", business.PASSWORD)}


@contextlib.contextmanager
def crowd(fn, port):
    begun = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
            os.nice(19)  # its own work is not what is measured
            fn(port, lambda: os.write(begun[1], b"."))
        except BaseException as e:
            print(f"crowd: {type(e).__name__}: {e}", flush=True)
        finally:
            os._exit(1)
    os.close(begun[1])
    try:
        if os.read(begun[0], 1) != b".":
            raise SystemExit("a crowd did not come")
        yield
    finally:
        os.close(begun[0])
        os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code != -signal.SIGKILL:
        raise SystemExit(f"a crowd went before it was over: {code}")


# --- those who are signed in ----------------------------------------------------------------------------------------------------------
def p99(client, reads):
    took = []
    for _ in range(reads):
        begun = time.perf_counter()
        client.ask("invoice.list", limit=25)
        took.append(time.perf_counter() - begun)
    return sorted(took)[int(len(took) * 0.99)]


def measure(people=50):
    """{crowd: {"quiet_ms", "crowded_ms", "ratio"}}"""
    port, got = sp.free_port(), {}
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    with business.Daemon(listen=[f"tcp://127.0.0.1:{port}"]) as d:
        admin = d.sign_in()
        for n in range(people):
            customer, contact = business.add_customer(admin, f"In {n}", f"in{n}@bench.test")
            admin.ask("access.enable", contacts=[contact], password=business.PASSWORD, keep_password=True)
        for _ in range(30):
            admin.ask("invoice.create", customer=customer, document={"lines": [business.line()]}, send=True)
        reader = TcpClient(port, "127.0.0.9")
        reader.sign_in(d.portal, f"in{people - 1}@bench.test", business.PASSWORD)
        p99(reader, WARM)
        for name, fn in crowds(people - 1).items():
            quiet, crowded = [], []
            for _ in range(ROUNDS):
                quiet.append(p99(reader, READS))
                with crowd(fn, port):
                    crowded.append(p99(reader, READS))
                settled(d)
            got[name] = {"quiet_ms": statistics.median(quiet) * 1000, "crowded_ms": statistics.median(crowded) * 1000,
                         "ratio": statistics.median(c / q for c, q in zip(crowded, quiet))}
    return got


def settled(d):
    """Nothing of the crowd is left: neither connections nor passwords in line."""
    with d.client() as operator:
        business.wait_until(lambda: operator.ask("system.stats")["connections"] < 10, 60, "the end of the crowd")
        refusals = [-1]

        def quiet():
            refusals.append(operator.ask("system.stats")["refusals"])
            return refusals[-1] == refusals[-2]

        business.wait_until(quiet, 60, "the last of its refusals")


if __name__ == "__main__":
    for row, figures in measure().items():
        print(f"{row:30} quiet {figures['quiet_ms']:6.2f} ms  crowded {figures['crowded_ms']:6.2f} ms  ratio {figures['ratio']:.2f}")
