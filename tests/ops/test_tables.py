"""Tables of posternctl on a terminal: none is wider than it is, and what was left out for that is said."""
import errno
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from wcwidth import wcswidth

import keys
from ctl import PROGRAM, Ctl
from daemon import PASSWORD, Daemon, add_customer, line, open_portal

LONG = "Kraft paper 80 g on pallets, cut to size and delivered to the door"


@pytest.fixture(scope="module")
def ctl():
    """A business that has a few long values of everything."""
    with Daemon() as d:
        admin = d.sign_in()
        customer, contact = add_customer(admin, name="Bodega y Almacenes del Sur de Andalucía", email="maria.ruiz@bodega-del-sur.example")
        sent = [admin.ask("invoice.create", customer=customer, send=True, document={"reference": LONG, "lines": [line(name=LONG, price=price)]})
                for price in ("5", "12345.5")]
        admin.ask("payment.record", customer=customer, mode="bank_transfer", reference=LONG, parts=[
            {"invoice": got["invoice"]["id"], "amount": {"amount": 100, "currency": "EUR"}} for got in sent])
        admin.ask("item.create", item={"name": LONG, "description": LONG, "price": "320", "unit": "pallet"})
        open_portal(d, admin, contact, "maria.ruiz@bodega-del-sur.example")
        admin.ask("comment.add", document=sent[0]["invoice"]["id"], text=LONG)
        admin.ask("token.create", name=LONG[:60], role="reader", operations=["invoice.list", "invoice.get", "customer.list", "customer.get"])
        for _ in range(2):
            admin.ask("key.add", key=keys.new_key()[0], label=LONG, password=PASSWORD)
        yield Ctl(d).login()


def on_terminal(ctl, *words, columns=80):
    """The lines that it prints on a terminal of so many columns."""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=other, stderr=subprocess.PIPE, env=ctl.env) as p:
        os.close(other)
        out = b""
        try:
            while got := os.read(main, 65536):
                out += got
        except OSError as end:
            assert end.errno == errno.EIO
        os.close(main)
        assert p.wait(60) == 0, p.stderr.read()
    return out.decode().splitlines()


def tables(lines):
    """What is printed as a table: each as its lines, from the heading on."""
    found = []
    for text in lines:
        if re.fullmatch(r" *[A-Z][A-Z0-9 ]*", text):
            found.append([])
        elif not text or re.match(r"\w+ \(\d+\):|\w+: none|[a-z_]+:$", text):
            found.append(None)
        if found and found[-1] is not None:
            found[-1].append(text)
    return [table for table in found if table]


def lists(ctl, role="admin"):
    """Every operation that has a list in its answer and needs nothing to be asked."""
    return [o["name"] for o in ctl.json("describe")["operations"]
            if not o["write"] and any(g["type"] == "list" for g in o["gives"]) and not any(f["must"] for f in o["takes"])
            and role in o["roles"] and o["name"] not in ("event.wait", "customer.get")]  # the latter: staff say which


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_no_table_is_wider_than_the_terminal(ctl, columns):
    names = lists(ctl)
    assert {"key.list", "invoice.list", "payment.list", "event.list", "session.list", "token.list", "customer.list"} <= set(names)
    for words in [[name] for name in names] + [["invoice.get", "invoice=INV-000001"], ["comment.list", "document=INV-000001"]]:
        for table in tables(on_terminal(ctl, *words, columns=columns)):
            assert all(wcswidth(text) <= columns for text in table), (words, table)


def test_what_says_which_row_it_is_stays_and_what_is_left_out_is_said(ctl):
    text = on_terminal(ctl, "key.list")
    head = text[0].split()
    assert head[0] == "ID" and {"LABEL", "CREATED"} < set(head) and not {"SIGN", "VISIT", "CHALLENGE"} & set(head)
    said = " ".join(text[3:])
    assert "CHALLENGE" in said and "SIGN" in said and "--wide" in said
    head = " ".join(on_terminal(ctl, "invoice.list"))
    for word in ("NUMBER", "CUSTOMER", "DATE", "TOTAL", "BALANCE", "STATUS"):
        assert word in head.partition("INV-")[0]
    assert "REVISION" in head.partition("Left out")[2]
    assert all(name in row for name, row in zip(("INV-000002", "INV-000001"), [t for t in on_terminal(ctl, "invoice.list") if "INV-" in t]))


def test_no_line_of_any_list_is_longer_than_the_terminal_on_either_side(ctl):
    maria = Ctl(ctl.daemon, session="maria").login("maria.ruiz@bodega-del-sur.example")
    for who, role in ((ctl, "admin"), (maria, "customer")):
        names = lists(who, role)
        assert {"invoice.list", "payment.list", "credit.list"} <= set(names)
        wide = [(role, name, text) for name in names for text in on_terminal(who, name) if wcswidth(text) > 80]
        assert not wide, wide


@pytest.mark.parametrize("words, columns", [(["--wide"], 80), ([], 4000)])
def test_all_of_it_is_there_where_it_is_asked_for_or_there_is_room(ctl, words, columns):
    text = on_terminal(ctl, "key.list", *words, columns=columns)
    assert {"SIDE", "PERSON", "FINGERPRINT", "CHALLENGE", "SIGN", "VISIT"} & set(text[0].split()) >= {"FINGERPRINT", "CHALLENGE", "SIGN"}
    assert LONG in text[1] and not any("Left out" in t for t in text)


def test_output_that_is_no_terminal_has_all_of_it(ctl):
    text = ctl.run("key.list").stdout.splitlines()
    assert "CHALLENGE" in text[0] and "SIGN" in text[0] and LONG in text[1] and len(text) == 3
