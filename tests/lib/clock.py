"""A daemon whose clock a test can move while it runs (libfaketime). Only the time of day moves: time-outs go on as ever.

    clock = Clock()
    with Daemon(env=clock.env) as d:
        clock.forward(minutes=31)
"""
import datetime
import pathlib
import tempfile

LIBRARY = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Clock:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="postern-clock-")
        self.file = pathlib.Path(self.folder.name) / "offset"
        self.seconds = 0
        self.forward()
        self.env = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
                    "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def forward(self, **by):
        self.seconds += int(datetime.timedelta(**by).total_seconds())
        new = self.file.with_suffix(".new")
        new.write_text(f"+{self.seconds}s\n")
        new.rename(self.file)

    def step(self):
        """The step of RFC 6238 that it is there."""
        return int(datetime.datetime.now().timestamp() + self.seconds) // 30
