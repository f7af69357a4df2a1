"""A business of its own for a test: `posternd init` and `serve` in a temporary folder, on an ipc socket there, ended by pid.

    with Daemon() as d:
        admin = d.sign_in()                      # the first administrator
        who = admin.ask("session.me")["me"]
        admin.ask("customer.create", customer={"name": "Bodega Sur"})

`ask` raises Refused (code, field, message) for an error answer. Writes get a request id of their own unless `request_id=` says one.
"""
import datetime
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time

import msgpack

import sp

BUILD = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev"))
PASSWORD = "correct horse battery"


class Refused(Exception):
    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']} ({error['field']})")
        self.error = error
        self.code, self.field, self.message = error["code"], error["field"], error["message"]


def halt(process):
    """SIGSTOP, and until it took: each thread may still be doing something when kill returns."""
    def halted():
        states = [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir()]
        return all(state == "T" for state in states)
    process.send_signal(signal.SIGSTOP)
    wait_until(halted, what="the process to stop")


def wait_until(condition, seconds=20, what="the condition"):
    """Looks again and again, up to a deadline; returns what the condition returned."""
    end = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come about in {seconds} s")
        time.sleep(0.01)


def cpu_ns(pid):
    """What all threads of a process have had of the processors (proc(5), schedstat)."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            pass  # it ended
    return total


class Client:
    """One connection and, after sign_in, one session."""

    def __init__(self, path, timeout=60.0):
        self.path, self.timeout, self.token, self.peer = path, timeout, None, None
        self.me = None

    def raw(self, payload):
        """The bytes of an answer to the bytes of a request."""
        if self.peer is None:
            self.peer = sp.Polite(self.path, self.timeout)
        try:
            return self.peer.ask(payload)
        except Exception:
            self.close()
            raise

    def envelope(self, op, args, request_id=None):
        request = {"v": 1, "op": op, "args": args, "id": secrets.token_bytes(16) if request_id is None else request_id}
        if self.token:
            request["token"] = self.token
        return request

    def ask(self, op, /, request_id=None, **args):
        return self.send(self.envelope(op, args, request_id))

    def send(self, request):
        answer = msgpack.unpackb(self.raw(msgpack.packb(request)), strict_map_key=False)
        assert answer["v"] == 1
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def refused(self, op, /, request_id=None, **args):
        """The error of a request that must be refused."""
        try:
            got = self.ask(op, request_id=request_id, **args)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"{op} was not refused: {got}")

    def sign_in(self, portal, email, password, **args):
        got = self.ask("session.sign_in", portal=portal, email=email, password=password, **args)
        self.token, self.me = got["token"], got["me"]
        return got

    def close(self):
        if self.peer:
            self.peer.close()
            self.peer = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Daemon:
    def __init__(self, portal="acme", name="Acme Ltd", currency="EUR", email="ada@acme.test", zone="UTC", wrap=(), env=None,
                 listen=(), folder=None, arguments=(), sandbox=True, program="posternd"):
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix="postern-test-"))
        self.data = pathlib.Path(folder) if folder else self.temp / "data"
        self.socket = str(self.temp / "socket")
        self.url = f"ipc://{self.socket}"
        self.portal, self.email, self.wrap, self.env = portal, email, list(wrap), env
        self.listen, self.arguments = list(listen), list(arguments)  # the latter: of serve
        self.program = program  # that serves
        self.sandbox = sandbox  # cards are taken, and no money moves
        self.log = self.temp / "log"
        self.process = None
        self.clients = []
        made = subprocess.run([BUILD / "bin/posternd", "init", "--data", self.data, "--portal", portal, "--name", name, "--currency",
                               currency, "--admin", email, "--time-zone", zone], input=PASSWORD + "\n", text=True,
                              capture_output=True, timeout=60)
        assert made.returncode == 0, made.stderr

    def start(self):
        with open(self.log, "ab") as log:
            begin = log.tell()
            command = [*self.wrap, BUILD / "bin" / self.program, "serve", "--data", self.data, "--listen", self.url]
            for url in self.listen:
                command += ["--listen", url]
            command += self.arguments + ["--sandbox"] * self.sandbox
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **(self.env or {})})
        wait_until(lambda: b"msg=ready" in self.log.read_bytes()[begin:] or self.process.poll() is not None, 60, "ready")
        assert self.process.poll() is None, self.log.read_text()
        return self

    def stop(self, sig=signal.SIGTERM, seconds=10):
        """Ends it; the exit code (negative: the signal)."""
        for client in self.clients:
            client.close()
        self.clients.clear()
        if self.process and self.process.poll() is None:
            self.process.send_signal(sig)
        code = self.process.wait(seconds) if self.process else 0
        self.process = None
        return code

    def cpu(self):
        """What its threads have had of the processors so far, seconds."""
        return cpu_ns(self.process.pid) / 1e9

    def client(self):
        client = Client(self.socket)
        self.clients.append(client)
        return client

    def sign_in(self, email=None, password=PASSWORD, portal=None, **args):
        client = self.client()
        client.sign_in(portal or self.portal, email or self.email, password, **args)
        return client

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *unused):
        text = ""
        if self.process:
            code = self.stop()
            text = self.log.read_text(errors="replace")
            if kind is None:
                assert code == 0, (code, text[-4000:])
                assert "Sanitizer" not in text and "runtime error" not in text, text[-8000:]
        shutil.rmtree(self.temp, ignore_errors=True)


def is_over(client):
    """Has the session of a client ended?"""
    try:
        client.ask("session.me")
    except Refused as refusal:
        return refusal.code == "sign_in"
    return False


# --- a business with something in it, said shortly ---------------------------------------------------------------------------
def money(text, currency="EUR"):
    """"12.34" → the wire's form; for currencies of two digits."""
    whole, _, cents = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    return {"amount": sign * (abs(int(whole or 0)) * 100 + int((cents + "00")[:2])), "currency": currency}


def line(name="Kraft paper", quantity="1", price="10", tax="0", **more):
    return {"name": name, "quantity": quantity, "price": price, "tax_percent": tax, **more}


def add_customer(staff, name="Bodega Sur", email="maria@bodega.test", currency="EUR", person="Maria Ruiz", **more):
    """(customer id, contact id)"""
    got = staff.ask("customer.create", customer={"name": name, "currency": currency, "email": email, **more},
                    contact={"name": person, "email": email})
    return got["customer"]["id"], got["contact"]["id"]


def open_portal(daemon, staff, contact, email, password=PASSWORD):
    """Switches access on and signs that person in."""
    staff.ask("access.enable", contacts=[contact], password=password, keep_password=True)
    return daemon.sign_in(email, password)


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def days(n):
    return (today() + datetime.timedelta(days=n)).isoformat()
