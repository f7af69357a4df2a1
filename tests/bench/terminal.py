"""How soon the portal paints: from its start to the first screen, and from a key to the cells that it changed.

Times are taken when bytes arrive; what they show is looked at afterwards, so that the terminal in memory (pyte) costs nothing.
"""
import os
import select
import statistics
import time

from pty_screen import DOWN, ENTER, UP, PtyScreen

QUIET = 0.012  # nothing for that long: the paint is whole


def arrivals(t, quiet, deadline=10.0):
    """[(time, bytes), …] until nothing comes for `quiet` seconds after something came."""
    got, end = [], time.monotonic() + deadline
    while time.monotonic() < end:
        ready, _, _ = select.select([t.master], [], [], quiet if got else end - time.monotonic())
        if not ready:
            break
        got.append((time.monotonic(), os.read(t.master, 65536)))
    return got


def show(t, got):
    for _, data in got:
        t.bytes += len(data)
        t.raw += data
        t.stream.feed(data)


def key(t, keys, quiet=QUIET):
    """Milliseconds from the key to the last cell of its paint."""
    begun = time.monotonic()
    t.keys(keys)
    got = arrivals(t, quiet)
    show(t, got)
    return (got[-1][0] - begun) * 1000 if got else None


def until(t, keys, done):
    """Milliseconds from the key to the paint after which done(screen) holds."""
    begun = time.monotonic()
    t.keys(keys)
    while not done(t):
        got = arrivals(t, 0)
        if not got:
            raise AssertionError(f"it does not come about after {keys!r}\n{t.text()}")
        show(t, got)
    return (got[-1][0] - begun) * 1000


def first_paint(program, path):
    times = []
    for _ in range(7):
        begun = time.monotonic()
        with PtyScreen([str(program), "--url", f"ipc://{path}", "--portal", "acme"]) as t:
            while "Password" not in t.text():
                got = arrivals(t, 0)
                show(t, got)
            times.append((got[-1][0] - begun) * 1000)
    return statistics.median(times)


def p99(times):
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


def measure(program, path, email, password, keys):
    """Signs a customer in, goes to the invoices, moves down and up, and opens documents."""
    result = {"first_paint_ms": first_paint(program, path)}
    with PtyScreen([str(program), "--url", f"ipc://{path}", "--portal", "acme"]) as t:
        t.wait_for("Password").keys(email, "\t", password, ENTER)
        t.wait_for("Home")
        t.wait_for("Payments").keys("3").wait_for("INV-")
        t.settle()
        moves = [ms for i in range(keys) if (ms := key(t, DOWN if i // 10 % 2 == 0 else UP)) is not None]
        result |= {"key_p50_ms": statistics.median(moves), "key_p99_ms": p99(moves), "keys": len(moves)}
        asks = []
        for _ in range(keys // 5):
            asks.append(until(t, ENTER, lambda s: "From Acme" in s.text()))
            until(t, "q", lambda s: "From Acme" not in s.text())
            t.settle(0.03)
        result |= {"ask_p50_ms": statistics.median(asks), "ask_p99_ms": p99(asks), "asks": len(asks)}
    return result
