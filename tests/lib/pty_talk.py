"""Line mode on a terminal that only appends: what was said so far is one text, read on from where the last wait ended.

    with Talk([program, "line"]) as t:
        t.hear("E-mail: ").say("maria@bodegasur.example")
        assert "Password" in t.hear("Password: ")

hear(text) waits for it and goes on behind it. close() checks that no control character ever reached the terminal.
"""
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

MORE = "More follows. Enter goes on, back stops: "
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]")


class Talk:
    def __init__(self, argv, columns=80, rows=24, env=None, term="dumb", deadline=15):
        self.deadline, self.raw, self.at, self.ended, self.pid, self.over = deadline, b"", 0, None, None, False
        self.more_at, self.last = -1, ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                full = {k: v for k, v in os.environ.items() if not k.startswith(("POSTERN_URL", "POSTERN_PORTAL", "LC_", "ACCESSIBLE"))}
                full |= {"TERM": term, "LANG": "C.UTF-8", **(env or {})}
                os.execvpe(str(argv[0]), [str(a) for a in argv], full)
            finally:
                os._exit(127)

    # --- both ways
    def say(self, text="", end="\n"):
        os.write(self.master, (text + end).encode() if isinstance(text, str) else text + end.encode())
        return self

    def pump(self, seconds):
        if not select.select([] if self.over else [self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b""
        self.raw += data
        self.over = not data
        return bool(data)

    def pump_rest(self):
        """All that a program wrote before it ended. The kernel may hand it over a little after the end: only the end of the terminal
        says that there is no more, or silence where somebody else keeps it open."""
        while not self.over and self.pump(0.5):
            pass

    def text(self):
        return self.raw.decode(errors="replace").replace("\r\n", "\n")

    def hear(self, wanted, deadline=None):
        """Waits until it is said and goes on reading behind it; `last` is all that was said since the last hear. Goes on by itself
        where more follows."""
        end = time.monotonic() + (deadline or self.deadline)
        while wanted not in self.text()[self.at:]:
            if self.text().endswith(MORE) and self.more_at != len(self.raw):
                self.more_at = len(self.raw)
                self.say()
            if self.poll() is not None:
                self.pump_rest()
                if wanted in self.text()[self.at:]:
                    break
            if time.monotonic() > end or self.over:
                raise AssertionError(f"not said ({self.ended}): {wanted!r}\n…{self.text()[max(0, self.at - 500):]}")
            self.pump(0.02)
        said = self.text()[self.at:]
        upto = said.index(wanted) + len(wanted)
        self.at += upto
        self.last = said[:upto].replace(MORE + "\n", "")
        return self

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def wait_echo(self, on):
        end = time.monotonic() + self.deadline
        while self.echoes() != on:
            assert time.monotonic() < end, "echo"
            self.pump(0.01)
        return self

    # --- the process
    def poll(self):
        if self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return self.ended

    def wait_end(self, deadline=None):
        end = time.monotonic() + (deadline or self.deadline)
        while self.poll() is None:
            assert time.monotonic() < end, "it did not end\n" + self.text()[-1000:]
            self.pump(0.01)
        self.pump_rest()
        return self.ended

    def hang_up(self):
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

    def __enter__(self):
        return self

    def __exit__(self, kind, *unused):
        self.close()
        if kind is None:
            found = CONTROL.search(self.raw)
            assert not found, self.raw[max(0, found.start() - 60):found.end() + 60]
            assert b"Sanitizer" not in self.raw and b"runtime error" not in self.raw, self.text()[-6000:]
