"""A daemon at another time (faketime). It is started anew for that; its clients connect again by themselves.

    with Daemon() as d:
        c = d.sign_in()
        forward(d, minutes=31)

Or one whose clock is set while it runs, as an administrator sets it; what only goes on (the monotonic clock) goes on:

    with Daemon(env=clock.settable(folder)) as d:
        clock.set_by(folder, hours=-2)
"""
import contextlib
import datetime
import pathlib

LIBRARY = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@contextlib.contextmanager
def in_the_past(daemon, **by):
    """What is done inside is done that long ago: sign in there, sessions of today have no past."""
    before = daemon.env
    start_at(daemon, -int(datetime.timedelta(**by).total_seconds()))
    yield
    clients = list(daemon.clients)
    daemon.stop()
    daemon.env = before
    daemon.start()
    daemon.clients += clients


def forward(daemon, **by):
    start_at(daemon, int(datetime.timedelta(**by).total_seconds()) + int((daemon.env or {}).get("FAKETIME", "+0")))


def start_at(daemon, seconds):
    clients = list(daemon.clients)
    daemon.stop()
    daemon.env = {**(daemon.env or {}), "LD_PRELOAD": str(LIBRARY), "FAKETIME": f"{seconds:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                  "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"}
    daemon.start()
    daemon.clients += clients


def at(instant):
    """The environment of a program whose clock says that instant when it starts, such as "2026-11-24 09:30:00" (UTC), and then goes on."""
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": "@" + instant, "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"}


def settable(folder):
    """For the environment of a daemon, with a folder of the test's own."""
    set_by(folder)
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(pathlib.Path(folder) / "clock"), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"}


def set_by(folder, **by):
    """How far from the true time the clock is from now on; nothing: not at all."""
    seconds = int(datetime.timedelta(**by).total_seconds())
    new = pathlib.Path(folder) / "clock.new"
    new.write_text(f"{seconds:+d}\n", encoding="ascii")
    new.rename(pathlib.Path(folder) / "clock")
