"""TLS for people: what is wrong is said at both ends in words, certificates change without anybody noticing, and the page works.

tsan: yes
"""
import contextlib
import datetime
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading

import msgpack
import pytest

import sp
from certificates import EC, Certificates, openssl
from daemon import BUILD, PASSWORD, Client, Daemon, wait_until
from pty_screen import PtyScreen

SOURCE = pathlib.Path(os.environ["POSTERN_SOURCE"])
OFFLINE = 6


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Certificates of all sorts, and two authorities: ours and another."""
    class Made:
        ours = Certificates(tmp_path_factory.mktemp("ours"), "Our Authority")
        other = Certificates(tmp_path_factory.mktemp("other"), "Other Authority")
        good = ours.make("good")
    return Made


class Door(Daemon):
    """A daemon that also listens on tls+tcp (or on tcp), with that certificate and key, copied to files of its own."""

    def __init__(self, pair, listen="tls+tcp", **more):
        self.port = sp.free_port()
        super().__init__(listen=[f"{listen}://127.0.0.1:{self.port}"], **more)
        self.cert, self.key = self.temp / "cert.pem", self.temp / "key.pem"
        self.put(pair)
        self.arguments = ["--cert", str(self.cert), "--key", str(self.key)]

    def put(self, pair):
        for source, to in zip(pair, (self.cert, self.key)):
            shutil.copy(source, to)
        os.chmod(self.key, 0o600)

    def said(self, words, begin=0):
        """Waits until the log says so; the line."""
        def line():
            return next((x for x in self.log.read_text(errors="replace")[begin:].splitlines() if words in x), None)
        return wait_until(line, 20, f"the log saying {words!r}")

    def hup(self):
        begin = self.log.stat().st_size
        self.process.send_signal(signal.SIGHUP)
        line = self.said("read again", begin)
        return line

    def log_is_attended(self):
        """Another signal was answered: whatever follows the answer to one has been said."""
        return self.hup() and True

    def reaches(self, ca, host="localhost", scheme="tls+tcp", code=0):
        """What posternctl says."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("POSTERN_")}
        env |= {"HOME": str(self.temp), "POSTERN_URL": f"{scheme}://{host}:{self.port}"} | ({"POSTERN_CA": str(ca)} if ca else {})
        ran = subprocess.run([BUILD / "bin/posternctl", "system.health"], capture_output=True, text=True, timeout=60, env=env)
        assert "Sanitizer" not in ran.stderr and ran.returncode == code, (ran.returncode, ran.stdout, ran.stderr)
        assert (code == 0) == bool(ran.stdout) and ran.stderr.count("\n") <= 1, ran
        return ran.stdout or ran.stderr


def asks(peer, op, token=None, **args):
    request = {"v": 1, "op": op, "args": args} | ({"token": token} if token else {})
    return msgpack.unpackb(peer.ask(msgpack.packb(request)), strict_map_key=False)


# --- what the client says, and what the server's log says ----------------------------------------------------------------------------
def faults():
    """name: (certificate and key of `made`, what the client trusts, host, what the client says, what the log says)"""
    return {
        "an authority that is not known": (lambda m: m.good, lambda m: m.other.ca, "localhost",
                                           ("localhost", "Our Authority", "POSTERN_CA", "ca.pem"), "does not know the authority"),
        "an authority that the machine does not know": (lambda m: m.good, lambda m: None, "localhost",
                                                        ("Our Authority", "this machine", "POSTERN_CA"), "does not know the authority"),
        "vouched for by itself": (lambda m: m.ours.by_itself("self"), lambda m: m.ours.ca, "localhost",
                                  ("by itself", "POSTERN_CA"), "does not know the authority"),
        "another name": (lambda m: m.ours.make("names", names="DNS:portal.acme.test,DNS:*.acme.test"), lambda m: m.ours.ca, "localhost",
                         ("portal.acme.test, *.acme.test", "not for localhost", "--url"), "another name"),
        "a name where an address is used": (lambda m: m.ours.make("name", names="DNS:localhost"), lambda m: m.ours.ca, "127.0.0.1",
                                            ("is for localhost", "not for 127.0.0.1", "--url"), "another name"),
        "another address": (lambda m: m.ours.make("address", names="IP:192.0.2.7"), lambda m: m.ours.ca, "127.0.0.1",
                            ("192.0.2.7", "not for 127.0.0.1"), "another name"),
        "ended": (lambda m: m.ours.make("ended", days=2, shift=-10), lambda m: m.ours.ca, "localhost",
                  ("has ended, on 20", "renew", "--cert"), "for expired"),
        "not begun": (lambda m: m.ours.make("begins", days=2, shift=10), lambda m: m.ours.ca, "localhost",
                      ("begins only on 20", "clock"), "not valid yet"),
    }


@pytest.mark.parametrize("name", faults())
def test_a_certificate_that_does_not_hold_is_said_at_both_ends(made, name):
    pair, ca, host, client_says, log_says = faults()[name]
    with Door(pair(made)) as d:
        said = d.reaches(ca(made), host, code=OFFLINE)
        assert all(words in said for words in client_says), said
        line = d.said("a client did not get in")
        assert log_says in line and "peer=127.0.0.1:" in line, line


@pytest.mark.parametrize("names, says", [("", "names no host (subjectAltName)"), ("IP:192.0.2.7", "is for 192.0.2.7, not for localhost")])
def test_a_common_name_is_no_name(made, names, says):
    """Of a server that is none of ours: posternd serves no such certificate."""
    cert, key = made.ours.make("localhost", names=names)
    side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    side.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as listens:
        def serve():
            with listens.accept()[0] as s, contextlib.suppress(OSError):
                side.wrap_socket(s, server_side=True).close()
        server = threading.Thread(target=serve)
        server.start()
        env = {k: v for k, v in os.environ.items() if not k.startswith("POSTERN_")} | {"POSTERN_CA": str(made.ours.ca)}
        ran = subprocess.run([BUILD / "bin/posternctl", "--url", f"tls+tcp://localhost:{listens.getsockname()[1]}", "system.health"],
                             capture_output=True, text=True, timeout=60, env=env)
        server.join(60)
    assert ran.returncode == OFFLINE and says in ran.stderr, ran


def test_who_is_known_gets_in_by_name_and_by_address_with_tls_1_3_and_1_2(made):
    with Door(made.good) as d:
        assert "ready" in d.reaches(made.ours.ca) and "ready" in d.reaches(made.ours.ca, "127.0.0.1")
        for latest, version in ((None, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")):
            with sp.PoliteTls(d.port, made.ours.ca, latest=latest) as peer:
                assert peer.socket.version() == version
                assert asks(peer, "system.health")["result"]["ready"]
                big = asks(peer, "no.such", text="x" * 200_000)     # arrives in many pieces
                assert big["error"]["code"] == "unknown_operation"
                assert len(asks(peer, "system.describe")["result"]["operations"]) > 100
        cat = subprocess.run(["nngcat", "--req", "--dial", f"tls+tcp://localhost:{d.port}", "--cacert", made.ours.ca, "--raw", "--data",
                              "x", "--recv-timeout", "20"], capture_output=True, timeout=60)
        assert cat.returncode == 0 and b"malformed" in cat.stdout, cat
        assert "did not get in" not in d.log.read_text()


def loads_openssl(pid):
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps:
        return "/libssl.so" in maps.read()


def test_openssl_is_loaded_by_a_door_with_tls_and_by_no_other(made):
    with Door(made.good) as with_tls, Door(made.good, listen="tcp") as without:
        assert [loads_openssl(d.process.pid) for d in (with_tls, without)] == [True, False]


def test_a_client_where_openssl_can_not_be_loaded_says_so_and_the_local_socket_needs_none(made, tmp_path):
    (tmp_path / "libssl.so.3").write_bytes(b"none")
    env = {k: v for k, v in os.environ.items() if not k.startswith("POSTERN_")} | {"HOME": str(tmp_path), "LD_LIBRARY_PATH": str(tmp_path)}
    with Door(made.good) as d:
        def health(url):
            return subprocess.run([BUILD / "bin/posternctl", "system.health"], capture_output=True, text=True, timeout=60, env=env | {"POSTERN_URL": url})
        assert health(d.url).returncode == 0
        ran = health(f"tls+tcp://localhost:{d.port}")
        assert ran.returncode != 0 and "needs OpenSSL (libssl.so.3)" in ran.stderr and "Sanitizer" not in ran.stderr, ran


def test_older_versions_and_other_talk_are_told(made):
    with Door(made.good) as d:
        subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{d.port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert "older than 1.2" in d.said("did not get in")
    with Door(made.good) as d:
        with sp.connect_tcp(d.port) as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert s.recv(7)[:2] == b"\x15\x03" and s.recv(1) == b""
        assert "does not speak TLS" in d.said("did not get in")


def test_a_port_without_tls_is_told_and_one_with(made):
    with Door(made.good, listen="tcp") as d:
        said = d.reaches(made.ours.ca, code=OFFLINE)
        assert "localhost speaks without TLS" in said and "tcp:// in --url" in said, said
        assert "speaks TLS where we do not" in d.said("did not get in")
    with Door(made.good) as d:
        said = d.reaches(None, "127.0.0.1", "tcp", code=OFFLINE)
        assert f"127.0.0.1:{d.port} speaks only TLS" in said and "tls+tcp:// in --url" in said, said
        assert "speaks without TLS" in d.said("did not get in")


def test_a_file_of_authorities_that_can_not_be_used_is_named(made, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    with Door(made.good) as d:
        for path, words in ((empty, "no certificate"), (tmp_path / "absent.pem", "No such file")):
            said = d.reaches(path, code=2)
            assert "POSTERN_CA" in said and str(path) in said and words in said, said


def test_screen_and_line_mode_say_it_too(made):
    with Door(made.good) as d:
        env = {"POSTERN_CA": str(made.other.ca), "HOME": str(d.temp)}
        command = [str(BUILD / "bin/postern"), "--url", f"tls+tcp://localhost:{d.port}", "--portal", "acme"]
        with PtyScreen(command, env=env) as t:
            t.wait_for("POSTERN_CA")
            text = " ".join(t.text().split())
            assert 'The certificate of localhost is by "Our Authority"' in text, text
        ran = subprocess.run([*command, "line"], input="maria@bodega.test\nsecret\n", capture_output=True, text=True, timeout=60,
                             env=os.environ | env)
        assert ran.returncode == OFFLINE and '"Our Authority"' in ran.stdout + ran.stderr, ran


# --- files at the start ----------------------------------------------------------------------------------------------------------------
def bad_files():
    """name: (changes d.cert and d.key, what is said)"""
    def copied(d, pair):
        d.put(pair)

    def locked(m, d):
        openssl(d.temp, "pkey", "-in", m.good[1], "-aes256", "-passout", "pass:secret", "-out", d.key)

    def linked(m, d):
        (d.temp / "live.pem").write_bytes(d.key.read_bytes())
        (d.temp / "live.pem").chmod(0o644)
        d.key.unlink()
        d.key.symlink_to("live.pem")

    def damaged(m, d):
        lines = d.cert.read_text().splitlines()
        d.cert.write_text("\n".join(lines[:3] + lines[5:]) + "\n")
    return {
        "another key": (lambda m, d: shutil.copyfile(m.ours.make("another")[1], d.key), ("--key", "key.pem is not the key of", "cert.pem")),
        "no certificate": (lambda m, d: d.cert.unlink(), ("--cert", "cert.pem can not be read", "No such file")),
        "no key": (lambda m, d: d.key.unlink(), ("--key", "key.pem can not be read", "No such file")),
        "a key others can read": (lambda m, d: d.key.chmod(0o640), ("--key", "key.pem can be read by others", "chmod 0600")),
        "a key everybody can read": (lambda m, d: d.key.chmod(0o644), ("--key", "key.pem can be read by others", "0644")),
        "a link to a key everybody can read": (linked, ("--key", "key.pem can be read by others", "0644")),
        "a key others can write": (lambda m, d: d.key.chmod(0o622), ("--key", "key.pem can be written by others", "0622")),
        "the files changed about": (lambda m, d: copied(d, (m.good[1], m.good[0])), ("--cert", "cert.pem holds no certificate")),
        "a certificate as key": (lambda m, d: shutil.copyfile(m.good[0], d.key), ("--key", "key.pem holds no private key")),
        "no PEM": (lambda m, d: d.cert.write_bytes(b"\x30\x82\x01\x00"), ("--cert", "holds nothing in PEM")),
        "damaged": (damaged, ("--cert", "is damaged")),
        "a pass phrase": (locked, ("--key", "pass phrase", "openssl pkey")),
        "a key too short": (lambda m, d: copied(d, m.ours.make("short", kind=("-newkey", "rsa:1024"))), ("--cert", "RSA", "1024 bits", "2048")),
        "a curve nobody has": (lambda m, d: copied(d, m.ours.make("koblitz", kind=(*EC[:3], "ec_paramgen_curve:secp256k1"))),
                               ("--cert", "secp256k1", "P-256")),
        "a certificate of a client": (lambda m, d: copied(d, m.ours.make("client", extra="extendedKeyUsage=clientAuth\n")),
                                      ("--cert", "not one for servers", "serverAuth")),
        "a common name only": (lambda m, d: copied(d, m.ours.make("localhost", names="")), ("--cert", "cert.pem names no host", "subjectAltName")),
        "an e-mail address only": (lambda m, d: copied(d, m.ours.make("mail", names="email:ada@acme.test")), ("--cert", "names no host")),
    }


@pytest.mark.parametrize("name", bad_files())
def test_files_that_can_not_be_used_are_named_at_the_start_and_on_sighup(made, name):
    spoil, says = bad_files()[name]
    d = Door(made.good)
    with d:
        spoil(made, d)
        line = d.hup()
        assert "level=error" in line and "the one before stays" in line and all(words in line for words in says), line
        assert d.log_is_attended() and "has to be renewed" not in d.log.read_text(), "nothing is wrong with the one that stays"
        assert "not read again" in d.reaches(made.ours.ca)      # who reloads sees no log: system.health says it till it is mended
        assert says[1] in d.client().ask("system.health")["certificate_fault"]
        d.key.unlink(missing_ok=True)
        d.put(made.good)
        assert "level=info" in d.hup() and "certificate_fault" not in d.client().ask("system.health")
    d = Door(made.good)
    try:
        spoil(made, d)
        ran = subprocess.run([BUILD / "bin/posternd", "serve", "--data", d.data, "--listen", d.listen[0], *d.arguments],
                             capture_output=True, text=True, timeout=60)
        last = ran.stderr.splitlines()[-1]
        assert ran.returncode == 2 and last.startswith("posternd: ") and all(words in last for words in says), ran.stderr
    finally:
        shutil.rmtree(d.temp)


def test_a_key_of_root_may_be_readable_for_the_group_of_the_daemon(made):
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can give files away")
    nobody = 65534
    d = Door(made.good)
    try:
        subprocess.run(["chown", "-R", f"{nobody}:{nobody}", d.temp], check=True)
        os.chown(d.key, 0, nobody)
        os.chmod(d.key, 0o640)
        d.wrap = ["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"]
        with d:
            assert "ready" in d.reaches(made.ours.ca)
            os.chown(d.key, 12345, nobody)
            assert "belongs to another account" in d.hup()
    finally:
        shutil.rmtree(d.temp, ignore_errors=True)


# --- another certificate while people work ----------------------------------------------------------------------------------------------
def names_of(port, authority):
    with sp.PoliteTls(port, authority) as peer:
        return peer.socket.getpeercert()["subject"][0][0][1]


def test_sighup_takes_a_new_certificate_and_drops_nobody(made):
    with Door(made.good) as d:
        admin = d.sign_in()
        with sp.PoliteTls(d.port, made.ours.ca, timeout=60) as waiting:
            token = asks(waiting, "session.sign_in", portal=d.portal, email=d.email, password=PASSWORD)["result"]["token"]
            last = asks(waiting, "event.list", token, limit=1)["result"]["events"]
            answer = []
            poll = threading.Thread(target=lambda: answer.append(
                asks(waiting, "event.wait", token, since=last[0]["id"] if last else 0, timeout=50000)))
            poll.start()
            wait_until(lambda: admin_stats(d)["waits"] == 1, what="the long poll being parked")
            d.put(made.ours.make("renewed"))
            line = d.hup()
            assert "level=info" in line and 'msg="certificate read again"' in line, line
            assert names_of(d.port, made.ours.ca) == "renewed"
            admin.ask("customer.create", customer={"name": "Bodega Sur", "currency": "EUR"})
            poll.join(60)
            assert answer and answer[0]["result"]["events"], answer
            assert asks(waiting, "session.me", token)["result"]["me"]
        d.put(made.ours.make("gone", days=2, shift=-10))
        line = d.hup()
        assert "level=error" in line and "has ended, on 20" in line and names_of(d.port, made.ours.ca) == "renewed", line
        d.put(made.ours.make("comes", days=2, shift=10))
        assert "begins only on 20" in d.hup() and names_of(d.port, made.ours.ca) == "renewed"


def admin_stats(d):
    with Client(d.socket) as operator:
        return operator.ask("system.stats")


def test_sighup_without_tls_ends_nothing():
    with Daemon() as d:
        d.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "nothing to read again" in d.log.read_text(), what="the log saying it")
        assert d.client().ask("system.health")["ready"]


def test_a_certificate_that_ends_soon_is_told_by_the_log_and_by_health(made):
    with Door(made.good) as d:
        got = d.client().ask("system.health")
        ends, now = (datetime.datetime.fromisoformat(got[x].replace("Z", "+00:00")) for x in ("certificate_ends", "now"))
        assert 89 <= (ends - now).days <= 90 and "certificate_fault" not in got
        assert "has to be renewed" not in d.log.read_text()
        d.put(made.ours.make("soon", days=9))
        d.hup()
        line = d.said("has to be renewed")
        assert "level=warn" in line and "ends in 9 days" in line and "cert.pem" in line, line
        assert "ends in 9 days: renew it" in d.client().ask("system.health")["certificate_fault"]
        assert "ends in 9 days" in d.reaches(made.ours.ca)
    with Door(made.ours.make("over", days=2, shift=-10)) as d:      # it starts: people behind ssh need no certificate
        assert "has ended, on 20" in d.said("has to be renewed")
        assert "has ended" in d.client().ask("system.health")["certificate_fault"]
    with Daemon() as d:
        assert "certificate_ends" not in d.client().ask("system.health")


# --- strangers ---------------------------------------------------------------------------------------------------------------------------
def test_strangers_do_not_fill_the_log(made):
    with Door(made.good) as d:
        for i in range(150):
            with sp.connect_tcp(d.port, f"127.0.0.{2 + i % 3}") as s:
                s.sendall(b"nonsense" * 4)
                assert s.recv(7)
        lines = [x for x in d.log.read_text().splitlines() if "did not get in" in x]
        assert len(lines) == 3, lines
    with Door(made.good) as d:
        for i in range(120):
            with sp.connect_tcp(d.port, f"127.0.1.{1 + i}") as s:
                s.sendall(b"nonsense" * 4)
                assert s.recv(7)
        lines = [x for x in d.log.read_text().splitlines() if "did not get in" in x]
        assert 3 <= len(lines) <= 30, lines


def test_half_greetings_keep_nobody_out(made):
    """A ClientHello each, and nothing more: from one address, far more than wait at once."""
    hello = hello_of_a_client()
    with Door(made.good) as d:
        crowd = [sp.connect_tcp(d.port, "127.0.0.9") for _ in range(400)]
        try:
            for s in crowd:
                s.sendall(hello)
            for _ in range(5):
                with sp.PoliteTls(d.port, made.ours.ca, timeout=30) as peer:
                    assert asks(peer, "system.health")["result"]["ready"]
        finally:
            for s in crowd:
                s.close()
        wait_until(lambda: admin_stats(d)["connections"] <= 2, what="the crowd being gone")


def hello_of_a_client():
    sent = ssl.MemoryBIO()
    half = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        half.do_handshake()
    return sent.read()


def rude_kinds(port, hello):
    """Each is one rude connection; `reset` ends it with a RST."""
    def plain(*pieces, reset=False):
        with sp.connect_tcp(port) as s:
            for piece in pieces:
                s.sendall(piece)
            if reset:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def secured(then):
        peer = sp.PoliteTls(port)
        then(peer.socket)
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    request = msgpack.packb({"v": 1, "op": "system.describe", "args": {}})
    frames = b"".join(sp.frame(request, i)[1:] for i in range(1, 9))
    return [
        plain, lambda: plain(reset=True),
        lambda: plain(hello[:7]), lambda: plain(hello[:100], reset=True),
        lambda: plain(hello), lambda: plain(hello, reset=True),
        lambda: plain(hello, b"\x17\x03\x03\x40\x00" + b"x" * 2000),
        lambda: plain(hello + hello), lambda: plain(b"\x16\x03\x01\x40\x00" + b"\x01\x00\x3f\xfc" + b"y" * 18000),
        lambda: plain(b"\x15\x03\x01\x00\x02\x02\x30"),
        lambda: secured(lambda s: None),
        lambda: secured(lambda s: s.sendall(frames)),                  # and never reads the answers
        lambda: secured(lambda s: s.sendall(frames[:-3])),
        lambda: secured(lambda s: os.write(s.fileno(), b"\x17\x03\x03\x00\x20" + b"z" * 32)),     # a record that nobody enciphered
    ]


def test_rude_peers_leave_nothing_behind(made):
    with Door(made.good) as d:
        kinds, errors = rude_kinds(d.port, hello_of_a_client()), []

        def descriptors():
            return len(os.listdir(f"/proc/{d.process.pid}/fd"))

        def besiege(seed):
            for i in range(140):
                try:
                    kinds[(seed + i) % len(kinds)]()
                except (OSError, EOFError, AssertionError) as e:  # it may be shown the door at any moment
                    errors.append(e)
        assert asks(sp.PoliteTls(d.port, made.ours.ca), "system.health")["result"]["ready"]
        wait_until(lambda: admin_stats(d)["connections"] <= 1, what="quiet")
        before = descriptors()
        crowd = [threading.Thread(target=besiege, args=(3 * i,)) for i in range(4)]
        for t in crowd:
            t.start()
        while any(t.is_alive() for t in crowd):
            with sp.PoliteTls(d.port, made.ours.ca, timeout=30) as peer:
                assert asks(peer, "system.health")["result"]["ready"]
        for t in crowd:
            t.join()
        wait_until(lambda: descriptors() <= before, what="all descriptors being back")
        assert len(errors) < 300, errors[:5]


# --- the page, and what is installed ---------------------------------------------------------------------------------------------------------
def commands(section):
    text = (SOURCE / "docs/deploy/tls-setup.md").read_text()
    part = text.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"((?:^    [^\n]*\n|^\n(?=    ))+)", part, re.M)
    return "\n".join(re.sub("^    ", "", block, flags=re.M) for block in found)


def run_page(script, folder):
    ran = subprocess.run(["bash", "-eu", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, (script, ran.stdout, ran.stderr)
    return ran.stdout


def test_the_page_makes_an_authority_whose_certificates_work(tmp_path):
    script = commands("An authority of one's own").replace("portal.example.com", "localhost").replace("192.0.2.10", "127.0.0.1")
    assert "openssl" in script
    run_page(script, tmp_path)
    with Door((tmp_path / "portal.pem", tmp_path / "portal.key")) as d:
        assert "ready" in d.reaches(tmp_path / "ca.pem") and "ready" in d.reaches(tmp_path / "ca.pem", "127.0.0.1")
        run_page(commands("Renewing it").replace("portal.example.com", "localhost").replace("192.0.2.10", "127.0.0.1"), tmp_path)
        d.put((tmp_path / "portal.pem", tmp_path / "portal.key"))
        assert "certificate read again" in d.hup() and "ready" in d.reaches(tmp_path / "ca.pem")


def test_the_hook_for_acme_puts_the_files_where_the_daemon_reads_them(made, tmp_path):
    hook = commands("ACME").split("#!/bin/sh", 1)[1].split("\nEOF", 1)[0]
    live = tmp_path / "live"
    live.mkdir()
    with Door(made.good) as d:
        new = made.ours.make("acme")
        shutil.copy(new[0], live / "fullchain.pem")
        shutil.copy(new[1], live / "privkey.pem")
        hook = hook.replace("/etc/postern/tls", str(d.temp)).replace("-o postern -g postern", "")
        hook = hook.replace("systemctl reload postern", f"kill -HUP {d.process.pid}")
        begin = d.log.stat().st_size
        run_page(f"export RENEWED_LINEAGE={live}\n" + hook, tmp_path)
        d.said("certificate read again", begin)
        assert names_of(d.port, made.ours.ca) == "acme"
        assert (d.key.stat().st_mode & 0o777, d.cert.stat().st_mode & 0o777) == (0o600, 0o644)


def test_the_unit_reloads_by_sighup():
    assert re.search(r"^ExecReload=\S*kill -HUP \$MAINPID$", (SOURCE / "docs/deploy/postern.service").read_text(), re.M)
