"""The disk is full: writes are refused and say so, reads go on, nothing is lost, and writing resumes by itself. And stores that are
damaged or from another time: refused with their path and what to do."""
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

import msgpack
import pytest

from daemon import BUILD, PASSWORD, Client, Daemon, Refused, add_customer, line, money, open_portal, wait_until

SIZE = "14m"
CARD = {"card_number": "4242424242424242", "card_expiry": "12/39", "card_code": "123"}


@pytest.fixture
def disk():
    """A small disk of its own."""
    folder = tempfile.mkdtemp(prefix="postern-disk-")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "none", folder], capture_output=True, text=True)
    if mounted.returncode:
        os.rmdir(folder)
        pytest.skip("NOT RUN: a small disk can not be mounted here: " + mounted.stderr.strip())
    try:
        yield pathlib.Path(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        os.rmdir(folder)


def fill(disk, leave=0):
    """Takes all room but so many bytes."""
    with open(disk / "filler", "ab", buffering=0) as f:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        os.posix_fallocate(f.fileno(), 0, f.tell() + free - leave)


def free(disk):
    os.unlink(disk / "filler")


def patient(fn):
    """What it gives once the disk lets it."""
    for _ in range(20):
        try:
            return fn()
        except Refused as refusal:
            assert refusal.code == "internal", refusal
    raise AssertionError("the disk never worked")


class Shop:
    """Writes notes on one invoice and remembers which were acknowledged."""

    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.invoice = self.admin.ask("invoice.create", customer=self.customer, document={"lines": [line(price="50")]}, send=True)["invoice"]["id"]
        self.maria.ask("invoice.get", invoice=self.invoice)
        wait_until(lambda: self.admin.ask("invoice.get", invoice=self.invoice)["invoice"].get("viewed"), what="the viewed mark")
        self.kept = []

    def note(self, size=4000):
        text = f"{len(self.kept)}." + "x" * size
        self.admin.ask("comment.add", document=self.invoice, text=text[:4000])
        self.kept.append(text[:4000])

    def until_full(self):
        """Writes until even a small write is refused; that refusal."""
        refusal = None
        for size in (4000, 10):
            refusal = None
            for _ in range(5000):
                try:
                    self.note(size)
                except Refused as told:
                    refusal = told
                    break
            assert refusal, "the disk never was full"
        return refusal

    def notes(self):
        found, after = [], ""
        while True:
            page = self.admin.ask("comment.list", document=self.invoice, limit=100, after=after)
            found += [c["text"] for c in page["comments"]]
            after = page.get("next", "")
            if not after:
                return found

    def reading_goes_on(self):
        assert self.notes() == self.kept
        assert self.maria.ask("home.get")["ageing"]["total"] == money("50")
        assert self.admin.ask("invoice.list")["total"] == 1
        assert self.maria.ask("invoice.get", invoice=self.invoice)["invoice"]["state"] == "open"
        assert self.admin.ask("event.list", limit=5)["events"]
        operator = self.d.client()
        assert operator.ask("system.check")["problems"] == []
        return operator.ask("system.health")


def test_a_full_disk_refuses_writes_only_and_for_no_longer_than_it_is_full(disk):
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        for round_ in range(3):
            fill(disk)
            refusal = shop.until_full()
            assert (refusal.code, refusal.message) == ("disk_full", "There is no room to write; reading goes on.")
            entries = d.client().ask("system.stats")["store_entries"]
            for op, args in [("customer.create", {"customer": {"name": "x" * 200, "currency": "EUR", "notes": "n" * 2000}}),
                             ("invoice.create", {"customer": shop.customer, "send": True, "document": {"lines": [line("y" * 200, description="d" * 2000)] * 20}})]:
                assert shop.admin.refused(op, **args).code == "disk_full"
            health = shop.reading_goes_on()
            assert health["ready"] and not health["writable"]
            assert d.client().ask("system.stats")["store_entries"] == entries
            free(disk)
            shop.note()
            assert shop.reading_goes_on()["writable"]
        assert "can not write" in d.log.read_text() and "writing again" in d.log.read_text()


def signed_in(admin):
    """How many sign-ins the log tells of."""
    return sum(1 for _ in events(admin, "signed_in"))


def events(admin, what):
    after = ""
    while True:
        page = admin.ask("event.list", limit=100, after=after)
        yield from (e for e in page["events"] if e["what"] == what)
        after = page.get("next", "")
        if not after:
            return


def test_people_sign_in_and_out_on_a_full_disk_and_the_log_tells_of_it(disk):
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        fill(disk)
        assert shop.until_full().code == "disk_full"
        before, reserve = signed_in(shop.admin), (d.data / "reserve").stat().st_size
        for n in range(60):
            who = d.sign_in() if n % 2 else Client(d.socket)
            if not n % 2:
                who.sign_in(d.portal, "maria@bodega.test", PASSWORD)
                assert who.ask("invoice.get", invoice=shop.invoice)["invoice"]["state"] == "open"
            if n % 3:
                who.ask("session.sign_out")
                assert who.refused("session.me").code == "sign_in"
            who.close()
            if n % 10 == 0:  # large writes have no share of the reserve
                assert shop.admin.refused("comment.add", document=shop.invoice, text="x" * 4000).code == "disk_full"
        assert signed_in(shop.admin) == before + 60
        taken = reserve - (d.data / "reserve").stat().st_size
        assert 0 < taken < reserve / 4, (reserve, taken)  # so that hundreds of sign-ins fit
        d.stop(signal.SIGKILL)
        d.start()
        admin = d.sign_in()
        assert signed_in(admin) == before + 61
        assert d.client().ask("system.check")["problems"] == [] and d.client().ask("audit.verify", portal=d.portal)["problems"] == []
        free(disk)
        admin.ask("comment.add", document=shop.invoice, text="x" * 4000)
        assert (d.data / "reserve").stat().st_size == reserve


def test_whether_there_is_room_is_said_when_asked_and_once_in_the_log(disk):
    """What is written out of the reserve is no writing again; a start on a full disk tells of it; room that was made is seen before a write."""
    def told(since=0):
        lines = d.log.read_text()[since:].splitlines()
        return [w for text in lines for w in ("can not write", "writing again") if f'"{w}"' in text or f"msg={w}" in text]

    def writable():
        return d.client().ask("system.health")["writable"]

    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        assert writable() and told() == []
        fill(disk)
        assert shop.until_full().code == "disk_full" and not writable()
        for _ in range(30):
            with d.sign_in() as who:
                who.ask("session.sign_out")
            assert not writable()
        assert told() == ["can not write"]
        shop.admin.close(), shop.maria.close()
        d.stop()
        since = d.log.stat().st_size
        d.start()
        assert told(since) == ["can not write"] and not writable()
        free(disk)
        assert writable() and told(since) == ["can not write", "writing again"]
        shop.note()
        assert writable() and told(since) == ["can not write", "writing again"]
        fill(disk)
        assert not writable() and told(since) == ["can not write", "writing again", "can not write"]


def test_people_are_put_out_on_a_full_disk(disk):
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        _, contact = add_customer(shop.admin, "Second Ltd", "zoe@second.test")
        zoe = open_portal(d, shop.admin, contact, "zoe@second.test")
        maria = shop.admin.ask("customer.get", customer=shop.customer)["contacts"][0]["id"]
        token = shop.admin.ask("token.create", name="nightly", role="reader")["machine_token"]["id"]
        fill(disk)
        assert shop.until_full().code == "disk_full"
        zoe.ask("session.revoke", others=True)
        zoe.ask("password.change", old=PASSWORD, password="another lantern gravel")
        shop.admin.ask("session.confirm", password=PASSWORD)
        shop.admin.ask("token.revoke", id=token)
        shop.admin.ask("access.disable", contacts=[maria])
        assert shop.maria.refused("session.me").code == "sign_in"
        shop.admin.ask("contact.delete", contact=contact)
        assert zoe.refused("session.me").code == "sign_in"
        assert shop.admin.refused("comment.add", document=shop.invoice, text="x" * 4000).code == "disk_full"
        free(disk)


@pytest.mark.parametrize("what", ["fifo", "folder", "link", "socket"])
def test_a_reserve_that_is_no_file_holds_nobody_up(what, tmp_path):
    """The daemon starts, serves, looks after its store and ends, and leaves what it finds there alone."""
    with Daemon() as d:
        d.stop()
        reserve = d.data / "reserve"
        reserve.unlink(missing_ok=True)
        if what == "fifo":
            os.mkfifo(reserve)
        elif what == "folder":
            reserve.mkdir()
        elif what == "link":
            (tmp_path / "elsewhere").write_bytes(b"")
            reserve.symlink_to(tmp_path / "elsewhere")
        else:
            with socket.socket(socket.AF_UNIX) as s:
                s.bind(str(reserve))
        before = os.lstat(reserve)
        d.start()
        admin = d.sign_in()
        add_customer(admin)
        assert d.client().ask("system.check")["problems"] == []
        admin.close()
        d.stop()
        after = os.lstat(reserve)
        assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
        assert what != "link" or (tmp_path / "elsewhere").stat().st_size == 0


def test_the_operators_way_out_of_a_full_disk_is_that_of_the_manual(disk, tmp_path):
    """Copy the running store to another disk, stop, start there: nothing is lost, and writing goes on."""
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        fill(disk)
        assert shop.until_full().code == "disk_full"
        late = Client(d.socket)
        late.sign_in(d.portal, "maria@bodega.test", PASSWORD)
        moved = tmp_path / "data"
        assert d.client().ask("system.backup", path=str(moved))["bytes"] > 0
        late.close()
        d.stop()
        for name in ("server.key", "sandbox.ledger"):
            if (d.data / name).exists():
                shutil.copy2(d.data / name, moved / name)
        d.data = moved
        d.start()
        assert late.ask("invoice.get", invoice=shop.invoice)["invoice"]["state"] == "open"  # signed in still
        late.close()
        shop.admin.close(), shop.maria.close()
        shop.note()
        assert shop.reading_goes_on()["writable"]


def test_a_payment_on_a_full_disk_is_refused_or_settled_once_there_is_room(disk):
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        fill(disk)
        shop.until_full()
        body = msgpack.packb(shop.maria.envelope("payment.pay", {"parts": [{"invoice": shop.invoice}], "expect": money("50"), **CARD}))
        answer = msgpack.unpackb(shop.maria.raw(body))
        assert "result" in answer or answer["error"]["code"] == "disk_full"  # there may be room for one as small as that
        free(disk)
        paid = msgpack.unpackb(shop.maria.raw(body))["result"]["payment"]["id"]

        def settled():
            shop.maria.ask("payment.settle", payment=paid)
            return shop.maria.ask("payment.get", payment=paid)["payment"]["state"] == "succeeded"
        wait_until(settled, 40, "the payment")
        assert len(shop.admin.ask("payment.list")["payments"]) == 1
        assert len([x for x in (d.data / "sandbox.ledger").read_text().splitlines() if x.startswith("charge")]) == 1
        assert shop.admin.ask("invoice.get", invoice=shop.invoice)["invoice"]["state"] == "paid"


def test_killed_and_started_on_a_full_disk_it_reads_and_nothing_is_lost(disk):
    with Daemon(folder=disk / "data") as d:
        shop = Shop(d)
        fill(disk, 200_000)
        assert shop.until_full().code == "disk_full"
        for end in (signal.SIGKILL, signal.SIGTERM):
            for client in (shop.admin, shop.maria):
                client.close()
            d.stop(end)
            d.start()
            shop.reading_goes_on()
        fill(disk)
        assert shop.until_full().code == "disk_full"
        shop.reading_goes_on()
        free(disk)
        shop.note()
        assert shop.reading_goes_on()["writable"]


def test_a_backup_that_has_no_room_is_refused_and_leaves_nothing(disk):
    with Daemon() as d:
        Shop(d)
        fill(disk, 40_000)
        refusal = d.client().refused("system.backup", path=str(disk / "copy"))
        assert refusal.code == "disk_full", refusal
        assert not (disk / "copy").exists() or not list((disk / "copy").iterdir())
        free(disk)
        assert d.client().ask("system.backup", path=str(disk / "copy"))["bytes"] > 0


def test_a_disk_that_fails_for_a_moment_loses_nothing():
    """The kernel says EIO to some of the syncs, with one writer and with several in a group: told as a fault, and once when sent again."""
    if not shutil.which("strace"):
        pytest.skip("NOT RUN: strace is not installed")
    wrap = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync,msync", "-e", "inject=fdatasync:error=EIO:when=5+3"]
    with Daemon(wrap=wrap, env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}) as d:
        with Client(d.socket) as operator:
            admin = patient(lambda: d.sign_in())
            customer = patient(lambda: add_customer(admin))[0]
            invoice = patient(lambda: admin.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True))["invoice"]["id"]
            faults = []

            def write(n):
                with Client(d.socket) as c:
                    c.token = admin.token
                    for i in range(8):
                        body = msgpack.packb(c.envelope("comment.add", {"document": invoice, "text": f"{n}.{i}"}))
                        for _ in range(50):
                            answer = msgpack.unpackb(c.raw(body))
                            if "result" in answer:
                                break
                            faults.append(answer["error"])
            write(0)
            threads = [threading.Thread(target=write, args=(n,)) for n in range(1, 8)]
            for t in threads:
                t.start()
            for t in threads:
                t.join(60)
            texts = [c["text"] for c in admin.ask("comment.list", document=invoice, limit=100)["comments"]]
            assert sorted(texts) == sorted(f"{n}.{i}" for n in range(8) for i in range(8))
            assert faults and {f["code"] for f in faults} == {"internal"} and all(f["request"] in d.log.read_text() for f in faults)
            assert operator.ask("system.check")["problems"] == []


# --- stores that can not be used -------------------------------------------------------------------------------------------------
def damage(folder, how):
    file = folder / "data.mdb"
    content = bytearray(file.read_bytes())
    if how == "head":
        content[:8192] = os.urandom(8192)
    elif how == "cut":
        content = content[:len(content) // 2 & ~4095]
    elif how == "empty":
        content = b""
    elif how == "other":
        content = b"a letter, not a store\n" * 1000
    elif how == "newer":
        # an LMDB node: size of value, flags, size of key; the key of the schema; its value
        record = re.compile(rb"\x04\0\0\0\0\0\x05\0(\0\0\0\0.)\0\0\0[\x01-\x20]", re.S)
        content, changed = record.subn(lambda m: m[0][:-1] + b"\x63", bytes(content))
        assert changed
    file.write_bytes(content)


def digest(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir() if f.name in ("data.mdb", "sandbox.ledger", "server.key")}


@pytest.mark.parametrize("how, advice", [("head", "restore a backup"), ("cut", "restore a backup"), ("empty", "restore a backup"),
                                         ("other", "restore a backup"), ("newer", "newer program")])
def test_a_damaged_or_newer_store_is_refused_with_its_path_and_left_alone(how, advice):
    with Daemon() as d:
        shop = Shop(d)
        for _ in range(30):
            shop.note()
        d.stop()
        damage(d.data, how)
        before = digest(d.data)
        ran = subprocess.run([BUILD / "bin/posternd", "serve", "--data", d.data, "--listen", d.url], capture_output=True, text=True, timeout=60)
        assert ran.returncode == 1 and str(d.data) in ran.stderr and advice in ran.stderr, ran.stderr
        assert digest(d.data) == before and not os.path.exists(d.socket)


def test_a_folder_that_is_no_store_is_refused_with_its_path(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one").write_text("Dear Ana")
    (tmp_path / "file").write_text("x")
    for name in ("absent", "letters", "file"):
        ran = subprocess.run([BUILD / "bin/posternd", "serve", "--data", tmp_path / name, "--listen", f"ipc://{tmp_path}/socket"],
                             capture_output=True, text=True, timeout=60)
        assert ran.returncode in (1, 2, 3) and str(tmp_path / name) in ran.stderr, (name, ran.returncode, ran.stderr)
    assert [f.name for f in (tmp_path / "letters").iterdir()] == ["one"] and not (tmp_path / "absent").exists()
