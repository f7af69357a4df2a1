"""One connection of a client, by any door. Whatever goes wrong on the way is Lost: the outcome of what was asked is not known then."""
import socket
import ssl
import struct

import msgpack

import sp

ANSWER_MOST = 2 << 20


class Lost(Exception):
    pass


def shaped(answer):
    """An answer has a result, or an error with its code, field and message."""
    if not isinstance(answer, dict) or answer.get("v") != 1 or len({"result", "error"} & set(answer)) != 1:
        return False
    error = answer.get("error", {"code": "", "field": "", "message": ""})
    return isinstance(answer.get("result", {}), dict) and isinstance(error, dict) and all(isinstance(error.get(name), str) for name in ("code", "field", "message"))


class Wire:
    def __init__(self, way, address, certificate=None, timeout=15.0):
        self.way, self.address, self.certificate, self.timeout = way, address, certificate, timeout
        self.socket, self.number, self.ended = None, 0, None

    def open(self):
        if self.way == "ipc":
            s = sp.connect(self.address, self.timeout)
        else:
            s = socket.create_connection(("127.0.0.1", self.address), self.timeout)
        self.socket = s
        if self.way == "tls":
            context = ssl.create_default_context(cafile=self.certificate)
            self.socket = context.wrap_socket(s, server_hostname="localhost")
        self.socket.sendall(sp.HELLO_REQ)
        if sp.read_exactly(self.socket, 8) != sp.HELLO_REP:
            raise EOFError("not what a server says")

    def raw(self, payload):
        """The bytes of an answer, or Lost."""
        try:
            if self.socket is None:
                self.open()
            self.number += 1
            whole = sp.frame(payload, self.number)
            self.socket.sendall(whole if self.way == "ipc" else whole[1:])
            head = sp.read_exactly(self.socket, 9 if self.way == "ipc" else 8)
            size = struct.unpack(">Q", head[-8:])[0]
            if not 4 <= size <= ANSWER_MOST:
                raise EOFError("a frame of no size")
            body = sp.read_exactly(self.socket, size)
            if struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF != self.number:
                raise EOFError("the answer to something else")
            return body[4:]
        except (OSError, EOFError) as e:
            self.close()
            raise Lost(str(e)) from e

    def ask(self, request):
        """(answer, its bytes)"""
        body = self.raw(msgpack.packb(request))
        try:
            answer = msgpack.unpackb(body, strict_map_key=False)
            if not shaped(answer):
                raise ValueError("not an answer")
            return answer, body
        except (ValueError, TypeError, msgpack.UnpackException) as e:  # TypeError: a damaged one whose key is a map
            self.close()
            raise Lost("no message") from e

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None
