"""A real SMTP server (aiosmtpd) on a port of 127.0.0.1 that the kernel chose, which keeps what it is given and answers as told.

    with Sink() as sink:                                    # in the clear, no AUTH
        …                                                   # sink.host, sink.port
        mail = sink.wait(to="maria@bodega.test")            # the first message to that recipient, as email.message.EmailMessage
        text(mail)                                          # its text
    with Sink(security="starttls", user="u", password="p", authority=Authority(folder)) as sink:
        sink.refuse_recipient["nobody@x.test"] = "550 5.1.1 no such user"
        sink.answer_data = lambda mail: "451 later"         # None: 250; DROP: hangs up without a word; HANG: says nothing more

Every message has .recipient and .sender (the envelope), .user (who signed in) and .encrypted. `sink.close()` then
`Sink(port=sink.port)` is the same server, back again.
"""
import asyncio
import email
import email.policy
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time

from aiosmtpd.smtp import SMTP, AuthResult

DROP, HANG = object(), object()


class Authority:
    """A certificate authority of one's own in `folder`: .ca is its file, .context() a server's side, for localhost and 127.0.0.1."""

    def __init__(self, folder, names="DNS:localhost,IP:127.0.0.1", days=2):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca, self.names, self.days = str(self.folder / "ca.pem"), names, days
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
                     "ca.pem", "-days", "2", "-subj", "/CN=Test Authority", "-addext", "basicConstraints=critical,CA:TRUE",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def openssl(self, *args):
        ran = subprocess.run(["openssl", *args], cwd=self.folder, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr

    def certificate(self, names=None, days=None):
        (self.folder / "names").write_text(f"subjectAltName={names or self.names}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
                     "server.csr", "-subj", "/CN=server")
        self.openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                     "server.pem", "-days", str(self.days if days is None else days), "-extfile", "names")
        return self.folder / "server.pem", self.folder / "server.key"

    def context(self, **args):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(**args))
        return context


class Handler:
    def __init__(self, sink):
        self.sink = sink

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.sink.refuse_recipient.get(address)
        if refusal is HANG:
            await asyncio.Event().wait()
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail.raw, mail.sender, mail.recipient = envelope.content, envelope.mail_from, envelope.rcpt_tos[0]
        mail.recipients, mail.encrypted = list(envelope.rcpt_tos), session.ssl is not None or self.sink.security == "tls"
        mail.user, mail.at = session.auth_data, time.monotonic()
        answer = self.sink.answer_data(mail) if self.sink.answer_data else None
        self.sink.tried.append(mail)
        if answer is HANG:
            await asyncio.Event().wait()
        if answer is DROP:
            server.transport.abort()
            await asyncio.Event().wait()
        if answer:
            return answer
        self.sink.messages.append(mail)
        return "250 2.0.0 taken"


class Sink:
    def __init__(self, security="plain", user=None, password=None, authority=None, context=None, port=0, mechanisms=None):
        self.security, self.user, self.password = security, user, password
        self.host, self.port = "127.0.0.1", port
        self.ca = authority.ca if authority else None
        self.context = context or (authority.context() if authority else None)
        self.messages, self.tried = [], []      # what was taken; every message that was sent whole
        self.signed_in, self.connections = [], 0
        self.refuse_recipient, self.answer_data = {}, None
        self.exclude = [m for m in ("LOGIN", "PLAIN") if mechanisms and m not in mechanisms]
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda *unused: None)   # hanging up in the middle is what tests are about
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.ready = threading.Event()
        self.server = None

    def authenticate(self, server, session, envelope, mechanism, data):
        login = (data.login.decode(), data.password.decode())
        self.signed_in.append(login)
        return AuthResult(success=login == (self.user, self.password), auth_data=login[0], handled=False)

    def protocol(self):
        self.connections += 1
        args = {"hostname": "sink.test", "loop": self.loop, "enable_SMTPUTF8": False, "timeout": 120}
        if self.security == "starttls":
            args.update(tls_context=self.context, require_starttls=True)
        if self.user:
            args.update(authenticator=self.authenticate, auth_required=True, auth_require_tls=self.security == "starttls",
                        auth_exclude_mechanism=self.exclude)
        return SMTP(Handler(self), **args)

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(self.loop.create_server(
            self.protocol, self.host, self.port, ssl=self.context if self.security == "tls" else None))
        self.port = self.server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def start(self):
        self.thread.start()
        assert self.ready.wait(20)
        return self

    def close(self):
        def stop():
            self.server.close()
            self.loop.stop()
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(stop)
            self.thread.join(20)

    def to(self, address):
        return [mail for mail in list(self.messages) if mail.recipient == address]

    def wait(self, to=None, n=1, seconds=30):
        """The n-th message (to that address), once it has come."""
        end = time.monotonic() + seconds
        while True:
            found = self.to(to) if to else list(self.messages)
            if len(found) >= n:
                return found[n - 1]
            assert time.monotonic() < end, f"no mail to {to}: {[(m.recipient, m['subject']) for m in self.messages]}"
            time.sleep(0.01)

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.close()


def text(mail):
    """The text of a message that is sound in every part of it."""
    assert mail.defects == [] and all(not value.defects for value in mail.values()), mail.defects
    assert b"\n" not in mail.raw.replace(b"\r\n", b"") and b"\r" not in mail.raw.replace(b"\r\n", b"")
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def code_in(mail):
    """The code that stands in a line of its own: five groups of five letters and digits."""
    codes = re.findall(r"^\s*((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})\s*$", text(mail), re.MULTILINE)
    assert len(codes) == 1, text(mail)
    return codes[0]


def configure(admin, sink, password=None, sender="portal@acme.test", **settings):
    """Sets this sink as the business's mail server; None: none any more."""
    revision = admin.ask("mail.settings_get")["settings"].get("revision", 0)
    if sink is None:
        return admin.ask("mail.settings_set", settings={"host": "", "revision": revision})
    args = {"password": password if password is not None else sink.password or ""}
    given = {"host": sink.host, "port": sink.port, "security": {"plain": "none"}.get(sink.security, sink.security),
             "user": sink.user or "", "from": sender, "revision": revision, **settings}
    return admin.ask("mail.settings_set", settings=given, **args)


class Scripted:
    """A server that says exactly what `talk(connection)` says, for what no well-behaved one does; one connection after another."""

    def __init__(self, talk):
        self.talk, self.over, self.errors = talk, threading.Event(), []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self.socket.getsockname()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.is_set():
            connection, _ = self.socket.accept()
            with connection:
                if self.over.is_set():
                    return
                try:
                    connection.settimeout(30)
                    self.talk(connection)
                except OSError as e:
                    self.errors.append(e)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.over.set()
        try:
            socket.create_connection((self.host, self.port), 5).close()
        except OSError:
            pass
        self.thread.join(20)
        self.socket.close()
