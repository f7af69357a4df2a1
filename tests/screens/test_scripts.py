"""Books as people see them: keys in, screen out, one text file each in scripts/ (README.md says how they are written), at three sizes and in
line mode. All clocks stand at one instant, so the same is shown every time.

POSTERN_GOLDEN=write pytest screens/test_scripts.py writes what is shown now into the files: look at the difference before it is committed.
"""
import contextlib
import datetime
import difflib
import itertools
import os
import pathlib
import re
import time

import pytest

import clock
import daemon
from daemon import PASSWORD
from northwind import ANA, MARIA, Northwind
from pty_screen import BACKSPACE, DOWN, END, ENTER, ESC, HOME, LEFT, PAGE_DOWN, PAGE_UP, RIGHT, TAB, UP, PtyScreen, ctrl
from pty_talk import MORE, Talk

HERE = pathlib.Path(__file__).parent / "scripts"
POSTERN = (pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern").resolve()
DAY, NOON = datetime.date(2026, 11, 24), "2026-11-24 12:00:00"
STANDING = {**clock.at(NOON), "FAKETIME": NOON}  # without an @ it does not go on
SIZES = ((24, 80), (40, 120), (60, 200))
WHO = {"ana": (ANA, "Paid this month"), "maria": (MARIA, "Recent")}
HASH = re.compile(r"\b[0-9a-f]{14,64}…?(?= |$)|\b[0-9a-f]{14,64}\b", re.M)
KEYS = {"Enter": ENTER, "Esc": ESC, "Tab": TAB, "Up": UP, "Down": DOWN, "Left": LEFT, "Right": RIGHT, "Space": " ", "Back": BACKSPACE, "Home": HOME,
        "End": END, "PgUp": PAGE_UP, "PgDn": PAGE_DOWN, "F1": "\x1bOP", "F2": "\x1bOQ", "F4": "\x1bOS", "^C": ctrl("c")}


class Script:
    """Head: `# what`, `by WHO`, `also BOOKS` that it shows, too, `story`: its name is no book's, `alone` (in a business of its own; `alone methods`: with methods of payment that Maria saved, `alone recurring`: with a recurring invoice, `alone bank`: with a statement of its bank; `alone retainer`: with a retainer invoice to be paid, `alone deposit`: with an estimate that asks for a deposit), `full KEYS`, `line WORDS`. Below, for each size and for line mode, `== 80x24`, and for each step `-- KEYS`."""

    def __init__(self, path):
        self.path = path
        text = path.read_text(encoding="utf-8")
        head, self.body = (text.split("\n== ", 1) + [""])[:2]
        self.head = head.rstrip("\n")
        rows = [row.partition(" ")[::2] for row in self.head.splitlines()]
        self.who, = [rest for word, rest in rows if word == "by"]
        self.full = [rest for word, rest in rows if word == "full"]
        self.lines = [rest for word, rest in rows if word == "line"]
        self.books = {*(() if ("story", "") in rows else (path.stem,)), *(name for word, rest in rows if word == "also" for name in rest.split())}
        self.alone = any(word == "alone" for word, _ in rows)
        self.brings = [BRINGS[rest] for word, rest in rows if word == "alone" and rest]
        assert {word for word, _ in rows} <= {"#", "by", "also", "alone", "story", "full", "line"}, path

    def shown(self):
        """{"80x24": [text after each step]}"""
        out = {}
        for part in ("\n== " + self.body).split("\n== ")[1:]:
            name, _, rest = part.partition("\n")
            steps = [step.partition("\n")[2] for step in ("\n" + rest).split("\n-- ")[1:]]
            out[name] = [step.rstrip("\n") for step in steps]
        return out if self.body else {}

    def write(self, shown):
        out = [self.head]
        for name, texts in shown.items():
            out.append("== " + name)
            for step, text in zip(self.lines if name == "line" else self.full, texts, strict=True):
                out.append(f"-- {step}\n{text}")
        self.path.write_text("\n".join(out) + "\n", encoding="utf-8")


def typed(step):
    return [KEYS.get(word, word.replace("␣", " ")) for word in step.split(" ")]


def picture(t):
    """Rows of which more than three are the same stand there once."""
    out = []
    for row, same in itertools.groupby(t.screen()):
        n = len(list(same))
        out += [row, f"({n - 1} more such rows)"] if n > 3 else [row] * n
    return HASH.sub("(a hash)", "\n".join(out).rstrip("\n"))


def compare(name, step, want, got):
    assert got == want, f"{name}, after {step}\n" + "\n".join(difflib.unified_diff(want.splitlines(), got.splitlines(), "as it was", "as it is", lineterm=""))


@contextlib.contextmanager
def made():
    before, daemon.today = daemon.today, lambda: DAY
    try:
        with Northwind(env=STANDING) as b:
            b.ana.ask("token.create", name="Nightly export", role="reader")
            b.ana.ask("item.create", item={"name": "Kraft paper 80 g, pallet", "price": "320", "unit": "pallet"})
            yield b
    finally:
        daemon.today = before


def bring_statement(b):
    """One that books nothing by itself: a payment with a number in its text, one of nobody, and money that went out; and a mapping."""
    due = b.ana.ask("invoice.list", filter="status:unpaid", limit=1)["invoices"][0]
    rows = [(due["balance"]["amount"], f"Invoice {due['number']}, thank you", due["customer_name"], "FR1420041010050500013M02606"),
            (4250, "Refund", "A supplier", ""), (-99000, "Rent November", "Landlord", "")]
    lines = [{"date": "2026-11-23", "amount": {"amount": amount, "currency": "EUR"}, "text": text, "name": name, "iban": iban} for amount, text, name, iban in rows]
    balances = {"opening": {"amount": 100000, "currency": "EUR"}, "closing": {"amount": 100000 + sum(row[0] for row in rows), "currency": "EUR"}}
    b.ana.ask("bank.import", lines=lines, statement={"account": "DE89370400440532013000", "currency": "EUR", "number": "47", "from": "2026-11-23",
                                                     "until": "2026-11-23", "format": "camt.053", "file": "november.xml", **balances})
    b.ana.ask("bank.mapping_set", mapping={"name": "Sparkasse", "account": "DE89370400440532013000", "currency": "EUR", "date_column": "Buchungstag",
                                           "amount_column": "Betrag", "text_column": "Verwendungszweck", "name_column": "Auftraggeber"})


def bring_retainer(b):
    """One that was sent to Maria's customer."""
    customer = b.ana.ask("customer.list", filter="bodega", limit=1)["customers"][0]
    b.ana.ask("retainer.create", customer=customer["id"], send=True, document={
        "due": "2026-12-08", "lines": [{"name": "In advance of the spring catalogue", "quantity": "1", "price": "500"}]})


def bring_deposit(b):
    """An estimate that asks for one, newest of all of Maria's customer's."""
    customer = b.ana.ask("customer.list", filter="bodega", limit=1)["customers"][0]
    b.ana.ask("estimate.create", customer=customer["id"], send=True, document={
        "due": "2026-12-14", "deposit_percent": "30", "lines": [{"name": "Spring catalogue", "quantity": "1", "price": "2000", "tax_name": "VAT", "tax_percent": "23"}]})


def bring_methods(b):
    """Maria saved two cards, and agreed that one is charged by itself."""
    for number in ("4242424242424242", "5555555555554444"):
        saved = b.maria.ask("method.save", mode="card", card_number=number, card_expiry="11/41", card_code="739")["saved"]
    b.maria.ask("method.agree", saved=saved["id"], version=1, ceiling={"amount": 50000, "currency": "EUR"})


def bring_recurring(b):
    """One that bills Maria's customer each month from the last day of this one on, and has a year to go."""
    b.ana.ask("schedule.create", customer=b.bodega, schedule={
        "name": "Web hosting", "anchor": "2026-11-30", "last_day": True, "count": 12, "send": True, "service": True, "document": {
            "notes": "Thank you.", "lines": [{"name": "Hosting", "quantity": "1", "price": "100", "tax_name": "VAT", "tax_percent": "23"}]}})


BRINGS = {"recurring": bring_recurring, "methods": bring_methods, "bank": bring_statement, "retainer": bring_retainer, "deposit": bring_deposit}


@pytest.fixture(scope="module")
def business():
    with made() as b:
        yield b


def only_this_one(b):
    """Those who signed in for the face before are gone: what is said of sessions is the same each time."""
    for who in (b.ana, b.maria):
        who.ask("session.revoke", others=True)


def on_screen(b, script, size, want):
    """The pictures after each step; want None: whatever they are."""
    email, seen = WHO[script.who]
    only_this_one(b)
    with PtyScreen([str(POSTERN), "--url", b.url, "--portal", "northwind"], rows=size[0], columns=size[1], env=STANDING) as t:
        t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for(seen).settle()
        pictures = []
        for step in script.full:
            *first, last = typed(step)
            for key in first:
                t.keys(key).settle()
            t.keys(last)
            if want:
                wanted = want[len(pictures)]
                try:
                    t.wait_for(lambda s, wanted=wanted: picture(s) == wanted)
                except AssertionError:
                    compare(f"{size[1]}x{size[0]}", step, wanted, picture(t))
            t.settle().wait_for(lambda s: "Loading …" not in s.text() and " working " not in s.text())
            pictures.append(picture(t.settle()))
        return pictures


def computes(pid):
    """Or waits for its turn to."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0] in "RD"


def said(t):
    """All since the line that was typed, up to the next question: the program waits for a line then, and nothing more comes."""
    end = time.monotonic() + t.deadline
    while t.pump(0.2) or computes(t.pid) or t.text().endswith(MORE) or not re.search(r"^[A-Z][^:\n]*: $", t.text()[t.at:].rpartition("\n")[2]):
        assert time.monotonic() < end, t.text()[t.at:]
        if t.text().endswith(MORE) and not t.pump(0.2):
            t.say()
    text, t.at = t.text()[t.at:].replace(MORE + "\n", ""), len(t.text())
    return HASH.sub("(a hash)", "\n".join(row.rstrip() for row in text.splitlines()[1:]).strip("\n"))


def in_lines(b, script):
    only_this_one(b)
    with Talk([str(POSTERN), "--url", b.url, "--portal", "northwind", "line"], env=STANDING) as t:
        t.hear("E-mail: ").say(WHO[script.who][0]).hear("Password: ").say(PASSWORD)
        said(t)
        texts = []
        for step in script.lines:
            t.say(step)
            texts.append(said(t))
        return texts


SCRIPTS = sorted(HERE.glob("*.txt"))
NOT_ALIKE = {"due": "what is due comes and goes by itself", "audit": "a log begins when it was made", "enrol": "it shows a secret, another one each time",
             "how": "it is of a gateway that the business has set up: test_bank_screens.py", "for_whom": "it is of who has several customers: test_switch_screens.py",
             **dict.fromkeys(("use_credit", "refund"), "they are of credit that somebody has: line/test_credit_lines.py"),
             **dict.fromkeys(("remind", "remind_of", "reminded"), "of what was made before: line/test_reminders_line.py, line/test_recurring_lines.py"),
             **dict.fromkeys(("entrance", "key_entrance", "lock", "lock_kept", "password_first", "enrol_first", "code", "invitation_code", "invitation", "document_code", "forgotten", "reset"),
                             "it comes before one is in: test_screen_security.py, test_code_screens.py, and golden/")}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_a_book_is_shown_as_it_was(business, path):
    script = Script(path)
    with made() if script.alone else contextlib.nullcontext(business) as b:
        for bring in script.brings:
            bring(b)
        play(b, script)


def play(business, script):
    assert script.full and script.lines, "both faces"
    writing = os.environ.get("POSTERN_GOLDEN") == "write"
    want, got = ({}, {}) if writing else (script.shown(), {})
    names = {f"{columns}x{rows}": (rows, columns) for rows, columns in SIZES}
    assert writing or list(want) == [*names, "line"], list(want)
    for name, size in names.items():
        got[name] = on_screen(business, script, size, want.get(name))
        for step, before, now in zip(script.full, want.get(name, got[name]), got[name], strict=True):
            compare(name, step, before, now)
    got["line"] = in_lines(business, script)
    for step, before, now in zip(script.lines, want.get("line", got["line"]), got["line"], strict=True):
        compare("line", step, before, now)
    if writing:
        script.write(got)


def test_every_book_has_a_script():
    """A noun that is said once is looked at as a whole: a file named for its book."""
    source = (pathlib.Path(__file__).resolve().parents[2] / "tui/portal/books.h").read_text(encoding="utf-8")
    source = re.sub(r"/\*.*?\*/", "", source.split("/* Not described yet")[0], flags=re.S)
    books = {name.removeprefix("book_") for name in re.findall(r"\bbook_\w+", source)}
    assert books - set(NOT_ALIKE) == set().union(*(Script(path).books for path in SCRIPTS))
