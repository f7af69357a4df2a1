"""A store whose file is damaged, page by page: each answer is what it was, or is refused, or the start, `check` or `audit verify` says
that something is damaged. A daemon that ends over a damaged page says so when it is started again."""
import os
import random
import subprocess
import time

import pytest

from daemon import BUILD, Client, Daemon, Refused, add_customer, line, open_portal, wait_until

PAGE, HEAD, NODE = 4096, 16, 8
BRANCH, LEAF, OVERFLOW = 1, 2, 4
SEED = int(os.environ.get("POSTERN_SEED", random.randrange(1 << 32)))


class File:
    """LMDB's file (data/engine/kv_pages.c says how it is laid out), and where its parts are."""

    def __init__(self, content):
        self.content = content
        self.newest = max((0, 1), key=lambda i: self.number(i * PAGE + 144, 8))
        meta = self.newest * PAGE
        self.pages = {"branch": [], "leaf": [], "overflow": [], "free": []}
        self.walk(self.number(meta + 88 + 40, 8), "leaf")
        self.walk(self.number(meta + 40 + 40, 8), "free")

    def number(self, at, size):
        return int.from_bytes(self.content[at:at + size], "little")

    def nodes(self, page):
        begin = page * PAGE
        for i in range((self.number(begin + 12, 2) - HEAD) // 2):
            yield begin + self.number(begin + HEAD + 2 * i, 2)

    def walk(self, page, kind):
        if page == (1 << 64) - 1:
            return
        begin, flags = page * PAGE, self.number(page * PAGE + 10, 2)
        self.pages["branch" if flags == BRANCH else kind].append(begin)
        for node in self.nodes(page):
            if flags == BRANCH:
                self.walk(self.number(node, 6), kind)
            elif self.number(node + 4, 2) & 1:
                self.pages["overflow"].append(self.number(node + NODE + self.number(node + 6, 2), 8) * PAGE)


def at(place, name, how):
    """One damage: what is aimed at, where, and what becomes of those bytes."""
    return name, place, how


def put(number, size):
    return lambda old: number.to_bytes(size, "little")


def plus(number, size):
    return lambda old: ((int.from_bytes(old[:size], "little") + number) % (1 << 8 * size)).to_bytes(size, "little")


def flip(old):
    return bytes([old[0] ^ 0x04])


def of_metas(f):
    for which, begin in (("newest head", f.newest * PAGE), ("older head", (1 - f.newest) * PAGE)):
        for name, offset, how in [
                ("flags", 10, put(2, 2)), ("magic", 16, flip), ("version", 20, put(2, 4)), ("map size", 32, put(4096, 8)), ("page size", 40, put(8192, 4)),
                ("free root", 80, plus(1, 8)), ("main flags", 92, put(4, 2)), ("main depth", 94, plus(1, 2)), ("main leaves", 104, plus(-1, 8)),
                ("main entries", 120, plus(1, 8)), ("main root", 128, plus(1, 8)), ("last page", 136, put(9, 8)),
                ("transaction back", 144, plus(-2, 8)), ("transaction on", 144, plus(2, 8))]:
            yield at(begin + offset, f"{which}: {name}", how)


def of_nodes(f, kind, begin, name):
    nodes = list(f.nodes(begin // PAGE))
    node = nodes[len(nodes) // 2]
    size = f.number(node + 6, 2)
    yield at(begin, f"{name}: number", plus(1, 8))
    yield at(begin + 10, f"{name}: flags", put(OVERFLOW, 2))
    yield at(begin + 12, f"{name}: fewer nodes", plus(-2, 2))
    yield at(begin + 14, f"{name}: upper", put(9, 2))
    yield at(begin + HEAD, f"{name}: pointer beyond", put(5000, 2))
    yield at(begin + HEAD, f"{name}: pointer to the next node", lambda old: f.content[begin + HEAD + 2:begin + HEAD + 4])
    yield at(node, f"{name}: low", flip)
    yield at(node + 2, f"{name}: high", put(0x4000, 2))
    yield at(node + 4, f"{name}: node flags", plus(1, 2))
    yield at(node + 6, f"{name}: key size", plus(-1, 2))
    yield at(node + NODE, f"{name}: first of key", flip)
    yield at(node + NODE + size - 1, f"{name}: last of key", flip)
    if kind == "leaf" and f.number(node, 2):
        yield at(node + NODE + size, f"{name}: first of value", flip)
        yield at(node + NODE + size + f.number(node, 2) // 2, f"{name}: middle of value", flip)


def of_values(f):
    """The first and the last value of every space (data/key.h): records of each kind, totals, stored answers, sequences, names."""
    spaces = {}
    for begin in f.pages["leaf"]:
        for node in f.nodes(begin // PAGE):
            size, key = f.number(node, 2), node + NODE
            if size and not f.number(node + 4, 2) & 1:
                spaces.setdefault((f.number(key + 3, 1), f.number(key + 4, 1)), []).append(key + f.number(node + 6, 2) + size // 2)
    assert len(spaces) > 12, spaces.keys()
    for (business, space), places in sorted(spaces.items()):
        for place in {places[0], places[-1]}:
            yield at(place, f"business {business}, space {space}", flip)


def aimed(f):
    yield from of_metas(f)
    for kind in ("branch", "leaf"):
        pages = f.pages[kind]
        for i in {0, len(pages) // 3, len(pages) // 2, len(pages) - 1}:
            yield from of_nodes(f, kind, pages[i], f"{kind} {i}")
    for i in {0, len(f.pages["overflow"]) // 2}:
        begin = f.pages["overflow"][i]
        for name, offset, how in [("number", 0, plus(1, 8)), ("flags", 10, put(2, 2)), ("pages", 12, put(0, 4)), ("more pages", 12, plus(3, 4)),
                                  ("begin", HEAD, flip), ("middle", 1000, flip)]:
            yield at(begin + offset, f"overflow {i}: {name}", how)
    begin = f.pages["free"][-1]
    node = list(f.nodes(begin // PAGE))[-1]
    for name, offset, how in [("key", 8, flip), ("count", 16, plus(200, 8)), ("a page in use", 24, put(f.pages["leaf"][0] // PAGE, 8)), ("no page", 24, put(0, 8))]:
        yield at(node + offset, f"free list: {name}", how)
    yield from of_values(f)


def by_chance(f, n):
    chance = random.Random(SEED)
    every = [begin for pages in f.pages.values() for begin in pages]
    for i in range(n):
        begin, size = chance.choice(every), chance.choice((1, 8, 512, PAGE))
        place = begin + (chance.randrange(PAGE - size) if size < PAGE else 0)
        damage = chance.randbytes(size)
        yield at(place, f"{size} bytes by chance at {place} (POSTERN_SEED={SEED})", lambda old, damage=damage: damage)


class Office:
    """A store large enough that its start looks at no more than its head, and what is asked of it."""

    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        self.invoices = [self.admin.ask("invoice.create", customer=self.customer, send=True, document={
            "reference": f"PO-{i}", "lines": [line("Kraft paper", price=f"{i + 1}.50")]})["invoice"]["id"] for i in range(12)]
        for i in range(1800):
            self.admin.ask("comment.add", document=self.invoices[0], text=f"{i}. " + "x" * 3900)
        for i in range(40):
            self.admin.ask("comment.add", document=self.invoices[1], text=f"small note {i}")
            self.admin.ask("customer.create", customer={"name": f"Customer {i}", "currency": "EUR", "notes": "n" * 50 * i})
        self.tokens = self.admin.token, self.maria.token
        self.questions = [(0, op, args) for op, args in (
            [("customer.list", {"limit": 100}), ("customer.get", {"customer": self.customer}), ("invoice.list", {"limit": 100}), ("queue.get", {}),
             ("event.list", {"limit": 100}), ("item.list", {}), ("customer.list", {"filter": "bodega"}), ("session.list", {})]
            + [("invoice.get", {"invoice": i}) for i in self.invoices] + [("comment.list", {"document": self.invoices[1], "limit": 100})])]
        self.questions += [(1, "home.get", {}), (1, "invoice.list", {"limit": 100}), (1, "invoice.get", {"invoice": self.invoices[1]})]

    def answers(self):
        """Question → answer, "refused", or None where the daemon ended."""
        got, clients = {}, []
        for token in self.tokens:
            clients.append(Client(self.d.socket, 30))
            clients[-1].token = token

        def ask(key, who, op, args):
            try:
                got[key] = clients[who].ask(op, **args)
            except Refused as refusal:
                got[key] = f"refused: {refusal.code}"
            return got[key]
        try:
            for n, (who, op, args) in enumerate(self.questions):
                ask((n, op), who, op, args)
            after = ""
            for n in range(30):
                page = ask((n, "all comments"), 0, "comment.list", {"document": self.invoices[0], "limit": 100, "after": after})
                after = page.get("next") if isinstance(page, dict) else None
                if not after:
                    break
        except (OSError, EOFError):
            return None
        finally:
            for client in clients:
                client.close()
        for answer in got.values():
            forget(answer)
        return got

    def said(self):
        """What check and audit verify say."""
        said = []
        with Client(self.d.socket, 60) as operator:
            for op, args in (("system.check", {}), ("audit.verify", {"portal": self.d.portal})):
                try:
                    said += operator.ask(op, **args)["problems"]
                except Refused as refusal:
                    said.append(f"{op}: {refusal.code}")
                except (OSError, EOFError):  # it ended there: what was said before counts
                    break
        return said


def forget(answer):
    """What differs from one look to the next."""
    if isinstance(answer, dict):
        for name in ("used", "last_used", "now", "viewed_at", "seen"):
            answer.pop(name, None)
        for part in answer.values():
            forget(part)
    elif isinstance(answer, list):
        for part in answer:
            forget(part)


def start(d):
    """Refused to start: what it said; else None."""
    for _ in range(2):
        try:
            d.start()
            return None
        except AssertionError:
            code, said = d.process.wait(), d.log.read_text()
            d.process = None
        if code > 0 and "Sanitizer" not in said:
            break
    assert 0 < code < 4 and str(d.data) in said and ("backup" in said or "program" in said), (code, said[-3000:])
    return said


def judge(office, name, whole):
    d = office.d
    d.log.write_text("")
    if start(d):
        return "refused at the start"
    got = office.answers()
    if got is None:
        code = d.process.wait(30)
        d.process = None
        d.log.write_text("")
        said = start(d)
        if not said:
            d.stop()
        assert said, f"{name}: it ended ({code}), and says nothing when it is started again"
        return "ended, and refused when it was started again"
    wrong = [key for key in got if got[key] != whole.get(key) and not str(got[key]).startswith("refused: ")]
    refused = [key for key in got if str(got[key]).startswith("refused: ")]
    said = office.said() if wrong else []
    assert not wrong or said, f"{name}: another answer to {wrong}, and nothing says so"
    return "told by check" if wrong else "refused" if refused else "as before"


@pytest.fixture(scope="module")
def office():
    with Daemon() as d:
        office = Office(d)
        office.admin.close(), office.maria.close()
        wait_until(lambda: office.answers() == office.answers(), what="the marks of what was seen")
        whole = office.answers()
        d.stop()
        d.start()
        assert office.answers() == whole
        assert {key: a for key, a in whole.items() if isinstance(a, str)} == {}
        assert office.said() == []
        d.stop()
        content = (d.data / "data.mdb").read_bytes()
        assert len(content) > 9 << 20
        yield office, whole, content
        (d.data / "data.mdb").write_bytes(content)


def run(office, damages):
    office, whole, content = office
    d, tally = office.d, {}
    file = d.data / "data.mdb"
    for name, place, how in damages:
        damaged = bytearray(content)
        new = how(content[place:place + 8])
        damaged[place:place + len(new)] = new
        file.write_bytes(damaged)
        (d.data / "owner").write_bytes(b"")  # as the last daemon left it
        try:
            begun = time.monotonic()
            outcome = judge(office, name, whole)
            tally.setdefault(outcome, []).append(name)
            if os.environ.get("POSTERN_TELL"):
                print(f"{time.monotonic() - begun:6.2f} s  {outcome}: {name}", flush=True)
        finally:
            if d.process:
                d.process.terminate()
                try:
                    d.process.wait(20)
                except subprocess.TimeoutExpired:
                    d.process.kill()
                    d.process.wait()
                d.process = None
            file.write_bytes(content)
    for outcome, names in tally.items():
        print(f"{len(names):4} {outcome}")
    return {outcome: len(names) for outcome, names in tally.items()}


def test_no_aimed_damage_changes_an_answer_unsaid(office):
    f = File(office[2])
    assert all(f.pages.values()), {kind: len(p) for kind, p in f.pages.items()}
    damages = list(aimed(f))
    assert len(damages) >= 60
    tally = run(office, damages)
    assert len(damages) - tally.get("as before", 0) >= 50, tally


def test_no_damage_by_chance_changes_an_answer_unsaid(office):
    run(office, by_chance(File(office[2]), 30))


def test_values_of_an_older_store_get_their_sums_when_it_is_opened(office):
    office, whole, content = office
    file = office.d.data / "data.mdb"
    for every in (1, 3):
        done = subprocess.run([BUILD / "tests/damage", office.d.data, "unsummed", str(every)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        try:
            assert start(office.d) is None
            assert office.answers() == whole and office.said() == []
        finally:
            office.d.stop()
        file.write_bytes(content)


# --- what is not there, or too short to be what it is ------------------------------------------------------------------------------------
def key(space, *parts, business=1):
    """As data/key.h says: parts are numbers of 8 bytes, or bytes."""
    return business.to_bytes(4, "big") + bytes([space]) + b"".join(p if isinstance(p, bytes) else p.to_bytes(8, "big") for p in parts)


def harm(d, how, *keys):
    for one in keys:
        subprocess.run([BUILD / "tests/damage", d.data, how, one.hex()], check=True, timeout=60)


def keys_in(f, begin):
    """Those in LMDB's file that begin so."""
    found = []
    for page in f.pages["leaf"]:
        for node in f.nodes(page // PAGE):
            at = node + NODE
            name = bytes(f.content[at:at + f.number(node + 6, 2)])
            if name.startswith(begin):
                found.append(name)
    assert found, begin.hex()
    return found


BUSINESS, CUSTOMER, CONTACT, AUDIT, TOTAL, REPLY, SEQUENCE, PORTAL = 1, 3, 4, 21, 200, 201, 202, 204
RESENT = bytes(range(16))


class Small:
    """A store of few records, as it was when the daemon stopped."""

    def __init__(self, d):
        self.d, admin = d, d.sign_in()
        self.customer, self.contact = add_customer(admin)
        self.invoice = admin.ask("invoice.create", customer=self.customer, send=True, document={"lines": [line("Paper")]})["invoice"]["id"]
        admin.ask("customer.create", request_id=RESENT, customer={"name": "Resent", "currency": "EUR"})
        self.token = admin.token
        admin.close()
        d.stop()
        self.content = (d.data / "data.mdb").read_bytes()
        self.file = File(self.content)


@pytest.fixture(scope="module")
def small():
    with Daemon() as d:
        yield Small(d)


new_customer = {"customer": {"name": "New", "currency": "EUR"}}
LOST = {  # what is done to which keys, and what is asked then
    "a record of an index": ("lose", lambda s: [key(CONTACT, s.contact)], "customer.get", lambda s: {"customer": s.customer}),
    "a row of a list": ("lose", lambda s: [key(CUSTOMER, s.customer)], "customer.list", lambda s: {}),
    "a row that is gathered": ("lose", lambda s: [key(CUSTOMER, s.customer)], "customer.list", lambda s: {"filter": "bodega"}),
    "the customer of a document": ("lose", lambda s: [key(CUSTOMER, s.customer)], "invoice.list", lambda s: {"filter": "!customer:nobody"}),
    "the business": ("lose", lambda s: [key(BUSINESS, 1)], "settings.get", lambda s: {}),
    "the head of the log": ("stump", lambda s: [key(AUDIT, 1)], "customer.create", lambda s: new_customer),
    "a sequence": ("stump", lambda s: [key(SEQUENCE, bytes([CUSTOMER]))], "customer.create", lambda s: new_customer),
    "totals, when they are read": ("stump", lambda s: keys_in(s.file, key(TOTAL)), "customer.overview", lambda s: {"customer": s.customer}),
    "totals, when they change": ("stump", lambda s: keys_in(s.file, key(TOTAL)), "invoice.create",
                                 lambda s: {"customer": s.customer, "send": True, "document": {"lines": [line("Paper")]}}),
    "a stored answer": ("stump", lambda s: [k for k in keys_in(s.file, key(REPLY)) if RESENT in k], "customer.create",
                        lambda s: {"request_id": RESENT, "customer": {"name": "Resent", "currency": "EUR"}}),
    "the name of a portal": ("stump", lambda s: [key(PORTAL, b"acme\0", business=0)], "session.sign_in",
                             lambda s: {"portal": "acme", "email": s.d.email, "password": "x"}),
}


@pytest.mark.parametrize("what", LOST)
def test_whatever_is_damaged_is_named_in_the_log(small, what):
    """The key of the record that is gone or cut, not none and not the one of an earlier fault."""
    how, which, op, arguments = LOST[what]
    d, keys = small.d, which(small)
    (d.data / "data.mdb").write_bytes(small.content)
    d.log.write_text("")
    try:
        harm(d, how, *keys)
        d.start()
        with Client(d.socket, 30) as client:
            client.token = small.token
            assert client.refused(op, **arguments(small)).code == "internal"
        wait_until(lambda: "msg=fault" in d.log.read_text(), what="the fault in the log")
        said = [one for one in d.log.read_text().splitlines() if "msg=fault" in one][-1]
        assert "code=damaged" in said and any(f"key {k.hex()}:" in said for k in keys), (said, keys[0].hex())
    finally:
        d.stop()
