#!/usr/bin/python3
"""Signs in to a portal and lists its invoices: invoices.py SOCKET PORTAL EMAIL, the password on standard input."""
import os
import socket
import struct
import sys

import msgpack


class Postern:
    """One connection; one question at a time."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.sendall(b"\0SP\0\0\x30\0\0")  # REQ
        assert self.read(8) == b"\0SP\0\0\x31\0\0", "not a server of this protocol"  # REP
        self.number, self.token = 0, None

    def read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError("the server ended the connection")
            data += more
        return data

    def ask(self, op, **args):
        self.number = self.number % 0x7FFFFFFF + 1
        request = {"v": 1, "op": op, "id": os.urandom(16), "args": args}
        if self.token:
            request["token"] = self.token
        body = struct.pack(">I", 0x80000000 | self.number) + msgpack.packb(request)
        self.socket.sendall(b"\1" + struct.pack(">Q", len(body)) + body)
        kind, size = struct.unpack(">BQ", self.read(9))
        answer = self.read(size)
        assert kind == 1 and struct.unpack(">I", answer[:4])[0] == 0x80000000 | self.number
        answer = msgpack.unpackb(answer[4:])
        if "error" in answer:
            sys.exit(f"{answer['error']['code']}: {answer['error']['message']}")
        return answer["result"]


# Digits after the point of ISO 4217, where they are not two.
DIGITS = {**dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
          **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
          **dict.fromkeys("CLF UYW".split(), 4)}


def money(value):
    """Minor units as people write them."""
    digits = DIGITS.get(value["currency"], 2)
    sign, amount = "-" if value["amount"] < 0 else "", abs(value["amount"])
    whole, rest = divmod(amount, 10**digits)
    return f"{sign}{whole}" + (f".{rest:0{digits}}" if digits else "") + " " + value["currency"]


def main():
    path, portal, email = sys.argv[1:]
    server = Postern(path)
    server.token = server.ask("session.sign_in", portal=portal, email=email, password=sys.stdin.readline().rstrip("\n"))["token"]
    after = ""
    while True:
        page = server.ask("invoice.list", sort="date", limit=25, after=after)
        for invoice in page["invoices"]:
            print(invoice.get("number") or "(draft)", invoice["date"], invoice["status"], money(invoice["total"]))
        after = page.get("next")
        if not after:
            break
    server.ask("session.sign_out")


main()
