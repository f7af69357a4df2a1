"""Lists under filters that find nothing read a great many rows: who asks for many of them holds up nobody else."""
import secrets
import socket

import msgpack
import sp
from daemon import Daemon, days, line

INVOICES, CONNECTIONS, EACH = 2000, 8, 6
HOSTILE = " ".join(f"!customer:zz{n}" for n in range(15)) + " !customer:long"


def invoices_of(admin, count):
    admin.ask("import.customers", rows=[{"source": "c", "customer": {"name": "Long Reads Ltd", "currency": "EUR"}}])
    for begin in range(0, count, 100):
        rows = [{"source": str(n), "customer_source": "c", "document": {"number": f"L-{n}", "date": days(0), "currency": "EUR", "reference": f"R{n}", "lines": [line()]}}
                for n in range(begin, begin + 100)]
        assert not admin.ask("import.invoices", rows=rows)["problems"]


def answered(peer):
    """Answers that are there, not taken: each has a head."""
    try:
        return peer.socket.recv(1 << 20, socket.MSG_PEEK | socket.MSG_DONTWAIT).count(b"\x01\0\0\0\0")
    except BlockingIOError:
        return 0


def test_filters_that_read_much_hold_up_nobody_elses_request():
    with Daemon() as d:
        admin = d.sign_in()
        invoices_of(admin, INVOICES)
        many = admin.ask("invoice.list", filter=HOSTILE, sort="total")
        assert not many["invoices"]
        other = d.client()
        other.ask("system.health")
        peers = [sp.Polite(d.socket, 120) for _ in range(CONNECTIONS)]
        for peer in peers:  # each is no stranger's, and may have several under way
            peer.ask(msgpack.packb(admin.envelope("session.me", {})))
        for number in range(2, 2 + EACH):
            for peer in peers:
                peer.socket.sendall(sp.frame(msgpack.packb(admin.envelope("invoice.list", {"filter": HOSTILE, "sort": "total"}, secrets.token_bytes(16))), number))
        before = sum(map(answered, peers))
        other.ask("system.health")
        meanwhile = sum(map(answered, peers)) - before
        assert meanwhile <= CONNECTIONS * EACH // 2, f"{meanwhile} of {CONNECTIONS * EACH} were answered first"
        for peer in peers:
            answers = [msgpack.unpackb(sp.read_answer(peer.socket)[1], strict_map_key=False) for _ in range(EACH)]
            assert all("result" in a for a in answers), answers
            peer.close()
