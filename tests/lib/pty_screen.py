"""A program on a pseudo-terminal of its own, and a terminal in memory (pyte) that shows what it drew.

    with PtyScreen([program, "argument"], rows=24, columns=80) as t:
        t.wait_for("Invoices")
        t.keys("j", ENTER)
        t.wait_for(lambda s: s.cursor()[0] == 5)
        assert t.line(3).startswith(" >")

Nothing sleeps: wait_for reads until the screen says it, or fails with the screen at a deadline. close() ends the program.
"""
import errno
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

import pyte

ENTER, ESC, TAB, BACKTAB, BACKSPACE = "\r", "\x1b", "\t", "\x1b[Z", "\x7f"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, PAGE_UP, PAGE_DOWN, DELETE = "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1b[3~"
F2 = "\x1bOQ"
F4 = "\x1bOS"


def ctrl(letter):
    return chr(ord(letter.upper()) & 31)


def paste(text):
    return "\x1b[200~" + text + "\x1b[201~"


class Screen(pyte.Screen):
    """pyte with what xterm-256color has and pyte lacks: REP (repeat the last character)."""
    last = " "

    def draw(self, data):
        super().draw(data)
        if data:
            self.last = data[-1]

    def repeat(self, count=1, **_):
        super().draw(self.last * (count or 1))

    def scroll_up(self, count=1, **_):
        top, bottom = self.margins or pyte.screens.Margins(0, self.lines - 1)
        at = self.cursor.y
        self.cursor.y = bottom
        for _ in range(count or 1):
            self.index()
        self.cursor.y = at

    def scroll_down(self, count=1, **_):
        top, bottom = self.margins or pyte.screens.Margins(0, self.lines - 1)
        at = self.cursor.y
        self.cursor.y = top
        for _ in range(count or 1):
            self.reverse_index()
        self.cursor.y = at


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, b="repeat", S="scroll_up", T="scroll_down")
    events = frozenset(list(pyte.ByteStream.events) + ["repeat", "scroll_up", "scroll_down"])


class PtyScreen:
    def __init__(self, argv, rows=24, columns=80, env=None, term="xterm-256color", cwd=None, deadline=20):
        self.deadline = deadline
        self.bytes = 0  # received so far
        self.raw = b""  # the same, as it came
        self.over = False  # nobody has the other end of the terminal any more
        self.ended = None  # exit code, or −signal
        self.screen_ = Screen(columns, rows)
        self.stream = Stream(self.screen_)
        whole = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "ACCESSIBLE", "ESCDELAY", "COLUMNS", "LINES")}
        whole.update({"TERM": term, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})
        whole.update(env or {})
        whole = {k: v for k, v in whole.items() if v is not None}
        self.master, slave = pty.openpty()
        self._size(rows, columns)
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for fd in (0, 1, 2):
                    os.dup2(slave, fd)
                os.closerange(3, 256)
                if cwd:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, whole)
            finally:
                os._exit(127)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # --- what goes in
    def keys(self, *keys):
        """Texts as they are typed; see the constants above for keys without a letter."""
        for key in keys:
            data = key if isinstance(key, bytes) else key.encode()
            while data:
                n = os.write(self.master, data)
                data = data[n:]
        return self

    def resize(self, rows, columns):
        """As a window does: the kernel sends SIGWINCH."""
        self.screen_.resize(rows, columns)
        self.screen_.margins = None
        self._size(rows, columns)
        return self

    # --- what comes out
    def pump(self, seconds):
        """Reads what comes within that time; returns the number of bytes. Ends early only when something came."""
        if not select.select([] if self.over else [self.master], [], [], seconds)[0]:
            return 0
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self.over = True
            return 0
        self.bytes += len(data)
        self.raw += data
        self.stream.feed(data)
        return len(data)

    def pump_rest(self):
        """All that a program wrote before it ended. The kernel may hand it over a little after the end: only the end of the terminal
        says that there is no more, or silence where somebody else keeps it open."""
        while not self.over and self.pump(0.5):
            pass

    def wait_for(self, wanted, deadline=None):
        """Until the text stands somewhere on the screen, or the predicate (given this object) is true."""
        end = time.monotonic() + (deadline or self.deadline)
        test = wanted if callable(wanted) else lambda s: wanted in s.text()
        while not test(self):
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not on the screen in time: {wanted!r}\n{self.text()}")
            if self.pump(min(left, 0.02)) == 0 and self.poll() is not None:
                self.pump_rest()
                if not test(self):
                    raise AssertionError(f"ended ({self.ended}) before: {wanted!r}\n{self.text()}")
        return self.whole_frame()

    def whole_frame(self):
        """What was waited for stands there; what is still being painted around it belongs to the same picture, and comes in a read of
        its own on a busy machine. Ends when the program waits for somebody again, or after half a second of one that never does."""
        end = time.monotonic() + 0.5
        while (self.pump(0.001) or self.works()) and time.monotonic() < end and self.poll() is None:
            pass
        return self

    def wait_gone(self, text, deadline=None):
        return self.wait_for(lambda s: text not in s.text(), deadline)

    def cursor_row(self):
        """The row of a list that the cursor is on, or None."""
        return next((y for y, line in enumerate(self.screen()) if line.lstrip().startswith(">")), None)

    def go_to(self, text):
        """Moves a list's cursor to the row with that text. Every step is seen before the next: with one still under way, the Enter
        that follows would open another row."""
        self.wait_for(text).settle(0.1).wait_for(lambda s: s.cursor_row() is not None)
        for _ in range(80):
            at = self.cursor_row()
            here = at is not None and self.line(at)
            if here and text in here:
                return self
            to = next((y for y, line in enumerate(self.screen()) if text in line and y > 1), None)
            if here and to is not None:
                self.keys("j" if to > at else "k")
            self.wait_for(lambda s: s.cursor_row() is not None and s.line(s.cursor_row()) != here)
        raise AssertionError(f"no way to the row with {text!r}\n{self.text()}")

    def choose(self, text):
        """In the choice that one stands in, with Right."""
        while text not in (before := self.line(self.cursor()[0])):
            self.keys("\x1b[C").wait_for(lambda s: s.line(s.cursor()[0]) != before)
        return self

    def settle(self, quiet=0.15, deadline=None):
        """Until nothing has come for that long from a program that waits: for pictures, not for waiting on work."""
        end = time.monotonic() + (deadline or self.deadline)
        while self.pump(quiet) or self.works():
            if time.monotonic() > end:
                raise AssertionError("it never stops painting\n" + self.text())
        return self

    def works(self):
        """Does it compute, or wait for its turn to? A busy machine may leave it without one for longer than any quiet."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as f:
                return f.read().rsplit(")", 1)[1].split()[0] in "RD"
        except OSError:
            return False

    def count_bytes(self, seconds):
        """Bytes that arrive in that time."""
        end, n = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            n += self.pump(left)
        return n

    def screen(self):
        """Rows of text."""
        return [self.line(y) for y in range(self.screen_.lines)]

    def line(self, y):
        row, out, x = self.screen_.buffer[y], "", 0
        while x < self.screen_.columns:
            out += row[x].data
            x += 1
        return out.rstrip()

    def text(self):
        return "\n".join(self.screen())

    def find(self, text):
        """(row, column) of the first place where it stands, or None."""
        for y, line in enumerate(self.screen()):
            if text in line:
                return y, line.index(text)
        return None

    def cursor(self):
        return self.screen_.cursor.y, self.screen_.cursor.x

    def attributes(self, y, x):
        """{"bold", "reverse", "fg:red", …} of a cell."""
        cell = self.screen_.buffer[y][x]
        names = {n for n in ("bold", "reverse", "underscore") if getattr(cell, n)}
        if cell.fg != "default":
            names.add("fg:" + cell.fg)
        if cell.bg != "default":
            names.add("bg:" + cell.bg)
        return names

    def runs(self):
        """Attributes as lines "row first-last what", for goldens."""
        out = []
        for y in range(self.screen_.lines):
            x = 0
            while x < self.screen_.columns:
                have, start = self.attributes(y, x), x
                while x < self.screen_.columns and self.attributes(y, x) == have:
                    x += 1
                if have:
                    out.append(f"{y + 1} {start + 1}-{x} {' '.join(sorted(have))}")
        return out

    def picture(self):
        """Text and attributes and cursor as one text that a golden file holds."""
        y, x = self.cursor()
        return "\n".join(self.screen()) + "\n--- attributes\n" + "\n".join(self.runs()) + f"\n--- cursor {y + 1} {x + 1}\n"

    # --- the process
    def poll(self):
        """Exit code (−signal) when it has ended, else None."""
        if self.ended is None and self.pid:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return self.ended

    def wait_end(self, deadline=None):
        """Reads on until it ends; its exit code."""
        end = time.monotonic() + (deadline or self.deadline)
        while self.poll() is None:
            if time.monotonic() > end:
                raise AssertionError("it did not end\n" + self.text())
            self.pump(0.005)
        self.pump_rest()
        return self.ended

    def hang_up(self):
        """The terminal goes away, as when a connection is lost."""
        os.close(self.master)
        self.master, self.over = None, True

    def signal(self, number):
        os.kill(self.pid, number)
        return self

    def close(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            while self.poll() is None:
                select.select([], [], [], 0.005)
        if self.master is not None:
            os.close(self.master)
            self.master = None


def golden(path, t):
    """Waits until the screen is the picture in a golden file; POSTERN_GOLDEN=write writes what comes to rest there instead."""
    if os.environ.get("POSTERN_GOLDEN") == "write":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(t.settle(0.3).picture())
    with open(path, encoding="utf-8") as f:
        want = f.read()
    try:
        t.wait_for(lambda s: s.picture() == want)
    except AssertionError:
        raise AssertionError(f"differs from {os.path.basename(path)}:\n{t.picture()}") from None
