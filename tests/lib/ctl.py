"""posternctl as a test runs it: its own session file, no environment of the caller's."""
import json
import os
import pathlib
import subprocess

from daemon import PASSWORD

BUILD = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev"))
PROGRAM = BUILD / "bin/posternctl"


class Ctl:
    def __init__(self, daemon, session="session", url=None):
        self.session = daemon.temp / session
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("POSTERN_URL", "POSTERN_SESSION", "XDG_"))}
        self.env |= {"POSTERN_URL": url or daemon.url, "POSTERN_SESSION": str(self.session), "HOME": str(daemon.temp)}
        self.daemon = daemon

    def run(self, *words, input="", code=0, env=None):
        """Runs it; asserts the exit code."""
        done = subprocess.run([PROGRAM, *map(str, words)], input=input, text=True, capture_output=True, timeout=120,
                              env=self.env | (env or {}))
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        assert code is None or done.returncode == code, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done

    def json(self, *words, **more):
        return json.loads(self.run("--json", *words, **more).stdout)

    def refused(self, *words, code=2, **more):
        """Standard error of a run that must fail with that exit code, and print nothing else."""
        done = self.run(*words, code=code, **more)
        assert not done.stdout, done.stdout
        return done.stderr

    def login(self, email=None, password=PASSWORD):
        self.run("login", f"portal={self.daemon.portal}", f"email={email or self.daemon.email}", input=password + "\n")
        return self
