"""The protocol's manual is what the server says; its examples run, and do nothing that the manual does not say."""
import os
import pathlib
import re
import shutil
import subprocess

import msgpack
import pytest

from daemon import PASSWORD, Daemon, add_customer, line, money, open_portal
from protocol_page import page
from sp import frame

DOCS = pathlib.Path(os.environ.get("POSTERN_SOURCE", ".")) / "docs"
INTRO = (DOCS / "protocol-intro.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def d():
    with Daemon() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def told(d):
    return d.client().ask("system.describe")


def test_the_manual_is_derived(told):
    derived, file = page(told), DOCS / "protocol.md"
    if os.environ.get("POSTERN_GOLDEN") == "write":
        file.write_text(derived, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == derived, "docs/protocol.md is not what the server says: look, then POSTERN_GOLDEN=write"


def test_every_type_and_envelope_key_is_explained(told):
    types = {f["type"] for o in told["operations"] for f in o["takes"] + o["gives"]} | {f["type"] for s in told["shapes"] for f in s["fields"]}
    named = set(re.findall(r"`([^`\s]+)`", INTRO))
    assert types <= named, types - named
    assert {"v", "op", "token", "id", "args", "result", "error", "code", "message", "field", "request", "retry_ms"} <= named
    codes = {r["code"] for r in told["refusals"]}
    for code in re.findall(r"\| `(\w+)` \| refusal", INTRO):
        assert code in codes


def test_the_bytes_in_the_introduction_are_those_on_the_wire(d):
    shown = [bytes.fromhex(re.sub(r"[^0-9a-f]", "", row)) for row in re.findall(r"^    ((?:[0-9a-f]{2} ?)+)", INTRO, re.M)]
    body = msgpack.packb({"v": 1, "op": "system.health"})
    assert b"".join(shown[2:6]) == frame(body, 1) and shown[0].hex() == "0053500000300000" and shown[1].hex() == "0053500000310000"


@pytest.fixture(scope="module")
def world(d):
    admin = d.sign_in()
    customer, contact = add_customer(admin)
    open_portal(d, admin, contact, "maria@bodega.test")
    numbers = []
    for n in range(60):
        numbers.append(admin.ask("invoice.create", customer=customer, document={"lines": [line(price=f"{n + 1}.05")]}, send=True)["invoice"]["number"])
    admin.ask("payment.record", customer=customer, mode="cash", amount=money("1.05"))
    return numbers


@pytest.mark.parametrize("program, script", [("/usr/bin/python3", "invoices.py"), ("node", "invoices.mjs")])
def test_a_client_made_from_the_manual_alone_lists_the_invoices(d, world, program, script):
    if not shutil.which(program):
        pytest.skip(f"NOT RUN: {program} is not installed")
    path = DOCS / "examples" / script
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80

    def run(*words, password=PASSWORD):
        return subprocess.run([program, path, *words], input=password + "\n", capture_output=True, text=True, timeout=60)
    done = run(d.socket, "acme", "maria@bodega.test")
    assert done.returncode == 0, done.stderr
    rows = [row.split() for row in done.stdout.splitlines()]
    assert [row[0] for row in rows] == list(reversed(world)) and rows[-1][-2:] == ["1.05", "EUR"] and rows[0][-2:] == ["60.05", "EUR"]
    refused = run(d.socket, "acme", "maria@bodega.test", password="not the password")
    assert refused.returncode == 1 and "credentials" in refused.stderr and not refused.stdout
