"""SP framing over ipc and tcp for tests: what an nng REQ socket says, byte by byte, so that a test can also say it wrongly."""
import socket
import ssl
import struct

HELLO_REQ = b"\0SP\0\0\x30\0\0"
HELLO_REP = b"\0SP\0\0\x31\0\0"


def frame(payload, number=1, hops=b""):
    """A request as ipc carries it."""
    body = hops + struct.pack(">I", 0x80000000 | number) + payload
    return b"\x01" + struct.pack(">Q", len(body)) + body


def connect(path, timeout=10.0):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Only a blocking connect waits while the backlog is full; this is its time-out.
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(timeout) + 1, 0))
    s.connect(path)
    s.settimeout(timeout)
    return s


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect_tcp(port, source="127.0.0.1", timeout=10.0, receive=None):
    """From any address of 127.0.0.0/8: each is a source of its own; or to ::1 from one of IPv6 (network.py). receive: bytes of the buffer for
    what is not read."""
    v6 = ":" in source
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET)
    if receive:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    s.settimeout(timeout)
    s.bind((source, 0))
    s.connect(("::1" if v6 else "127.0.0.1", port))
    return s


def read_exactly(s, size):
    got = bytearray()
    while len(got) < size:
        more = s.recv(size - len(got))
        if not more:
            raise EOFError(f"{len(got)} of {size} bytes")
        got += more
    return bytes(got)


def read_answer(s):
    """(number, payload)"""
    head = read_exactly(s, 9)
    assert head[0] == 1, head
    body = read_exactly(s, struct.unpack(">Q", head[1:])[0])
    return struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF, body[4:]


class Polite:
    """Says hello, asks, takes the answer."""

    def __init__(self, path, timeout=10.0):
        self.begin(connect(path, timeout))

    def begin(self, s):
        self.socket = s
        self.socket.sendall(HELLO_REQ)
        assert read_exactly(self.socket, 8) == HELLO_REP
        self.number = 0

    def ask(self, payload):
        self.number += 1
        self.socket.sendall(frame(payload, self.number))
        number, answer = read_answer(self.socket)
        assert number == self.number
        return answer

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class PoliteTcp(Polite):
    """The same over tcp, where a frame has no byte before its length."""

    def __init__(self, port, source="127.0.0.1", timeout=10.0):
        self.begin(connect_tcp(port, source, timeout))

    def ask(self, payload):
        self.number += 1
        self.socket.sendall(frame(payload, self.number)[1:])
        body = read_exactly(self.socket, struct.unpack(">Q", read_exactly(self.socket, 8))[0])
        assert struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF == self.number
        return body[4:]


class PoliteTls(PoliteTcp):
    """The same over tls+tcp. authority: the file of whom it trusts; None: it looks at no certificate."""

    def __init__(self, port, authority=None, source="127.0.0.1", timeout=10.0, latest=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = authority is not None
        context.verify_mode = ssl.CERT_REQUIRED if authority else ssl.CERT_NONE
        if authority:
            context.load_verify_locations(authority)
        if latest:
            context.maximum_version = latest
        self.begin(context.wrap_socket(connect_tcp(port, source, timeout), server_hostname="localhost"))
