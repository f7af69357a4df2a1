"""A business behind a real sshd on 127.0.0.1: the shipped files of docs/deploy, with only names, paths and the port replaced.

    with Door() as door:
        key = door.key()                                   # a fresh pair: path of the private key
        door.ssh("invoices", "--json", key=key)            # as the account for keys
        with door.screen() as t:                           # as the account for signing in, on a pty
            t.wait_for("Sign in")

Needs root: accounts of the system with names of their own are made and removed again, and what sshd runs lies in a folder under
/opt, because sshd wants every folder above its helper to be root's. What a test that was killed left behind, the next one removes.
"""
import contextlib
import fcntl
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest

from daemon import BUILD, Daemon, wait_until
from pty_screen import PtyScreen

SOURCE = pathlib.Path(os.environ.get("POSTERN_SOURCE", pathlib.Path(__file__).parents[2]))
DEPLOY = SOURCE / "docs/deploy"
SSHD = "/usr/sbin/sshd"
PREFIX, HOMES = "pt", pathlib.Path("/opt")
SHELL, HELPER, CONF = "/usr/bin/postern", "/usr/lib/postern/postern-keys", "/etc/postern/door.conf"
DROP_IN, HOST_KEY = "/etc/ssh/sshd_config.d/postern.conf", "/etc/ssh/ssh_host_ed25519_key"
counter = itertools.count()


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout


# --- accounts ----------------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def accounts_locked():
    """One test at a time edits the accounts; the tools of the system wait for each other only shortly."""
    fd = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def processes():
    """(pid, parent, uid) of everything that runs here."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = pathlib.Path("/proc", entry, "status").read_text()
            except OSError:
                continue
            yield (int(entry), int(re.search(r"^PPid:\s*(\d+)", status, re.M)[1]),
                   int(re.search(r"^Uid:\s*(\d+)", status, re.M)[1]))


def end(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def gone(pid):
    """No such process, or one that only waits to be noticed."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def remove_account(name, uid):
    mine = [pid for pid, _, owner in processes() if owner == uid]
    end(mine)
    wait_until(lambda: all(map(gone, mine)), 10, f"the end of {name}'s processes")
    run("userdel", "-f", name)


def known(kind):
    rows = [line.split(":") for line in pathlib.Path("/etc", kind).read_text().splitlines()]
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and re.fullmatch(PREFIX + r"\d+[a-z]+-.*", row[0])}


def remove_leftovers():
    """Of tests whose process is no more."""
    def dead(name):
        pid = int(re.match(PREFIX + r"(\d+)", name)[1])
        return pid != os.getpid() and not os.path.exists(f"/proc/{pid}")
    for name, uid in known("passwd").items():
        if dead(name):
            remove_account(name, uid)
    for name in known("group"):
        if dead(name):
            run("groupdel", name)
    for folder in HOMES.glob(PREFIX + "[0-9]*"):
        if dead(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


class Accounts:
    """The lines of sysusers.conf, under names of this test."""

    def __init__(self, prefix, substitute):
        self.prefix, self.uids, self.group = prefix, {}, f"{prefix}-postern"
        with accounts_locked():
            remove_leftovers()
            run("groupadd", "--system", self.group)
            for kind, name, text, home, shell in re.findall(r'^(u) (\S+) -:postern "([^"]*)" (\S+) (\S+)$',
                                                            (DEPLOY / "sysusers.conf").read_text(), re.M):
                # what README.md has the administrator do by hand: "*" opens by key only, "" opens without a password
                password = "" if name == "portal-login" else "*"
                run("useradd", "--system", "--no-create-home", "--no-log-init", "--gid", self.group, "--home-dir", home, "--shell",
                    substitute(shell), "--comment", text, "--password", password, self.name(name))
                self.uids[name] = known("passwd")[self.name(name)]
        assert set(self.uids) == {"postern", "portal", "portal-login", "portal-prove", "portal-keys"}

    def name(self, shipped):
        return f"{self.prefix}-{shipped}"

    def remove(self):
        with accounts_locked():
            for name, uid in self.uids.items():
                remove_account(self.name(name), uid)
            if self.group in known("group"):
                run("groupdel", self.group)


# --- sshd --------------------------------------------------------------------------------------------------------------------
def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def below(root):
    """The processes that descend from that one, itself last."""
    children = {}
    for pid, parent, _ in processes():
        children.setdefault(parent, []).append(pid)
    found, look = [], [root]
    while look:
        pid = look.pop()
        found.insert(0, pid)
        look += children.get(pid, [])
    return found


class Sshd:
    """One sshd with one configuration text; PORT in it is replaced."""

    def __init__(self, conf_path, text, log):
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # sshd refuses to start without it
        self.log = log
        for _ in range(10):
            self.port = free_port()
            conf_path.write_text(text.replace("@PORT@", str(self.port)))
            run(SSHD, "-t", "-f", conf_path)
            with open(log, "ab") as to:
                self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", conf_path], stderr=to, stdin=subprocess.DEVNULL)
            wait_until(lambda: self.process.poll() is not None or self.listens(), 20, "sshd")
            if self.process.poll() is None:
                return
        raise AssertionError("sshd does not start: " + log.read_text(errors="replace"))

    def listens(self):
        return f"Server listening on 127.0.0.1 port {self.port}." in self.log.read_text(errors="replace")

    def stop(self):
        family = below(self.process.pid)
        end(family)
        self.process.wait(10)
        wait_until(lambda: all(map(gone, family)), 10, "the end of sshd's children")


class Door:
    def __init__(self, change=lambda text: text, kind=Daemon, arguments=(), **daemon):
        """change: what to do to the configuration of sshd (not to the drop-in) besides; kind(…) makes what is behind the door;
        arguments: further ones of the daemon."""
        self.change, self.kind, self.daemon_options, self.undo = change, kind, daemon, contextlib.ExitStack()
        self.arguments = list(arguments)
        self.keys = itertools.count()

    # --- up and down
    def substitute(self, text):
        """Names and paths of the shipped files → those of this test."""
        for path, name in ((SHELL, "postern"), (HELPER, "postern-keys"), (CONF, "door.conf"), (DROP_IN, "postern.conf"),
                           (HOST_KEY, "host_key")):
            text = text.replace(path, str(self.home / name))
        return re.sub(r"(?<![\w/.=-])portal(-login|-prove|-keys)?(?![\w:.-])", lambda m: f"{self.prefix}-{m[0]}", text)

    def __enter__(self):
        if os.geteuid() != 0:
            pytest.skip("NOT TESTED: a real sshd needs root")
        assert os.access(SSHD, os.X_OK), "openssh-server is not installed"
        self.prefix = f"{PREFIX}{os.getpid()}{chr(97 + next(counter) % 26)}"
        self.home = HOMES / self.prefix
        with contextlib.ExitStack() as undo:
            self.home.mkdir(mode=0o755)
            undo.callback(shutil.rmtree, self.home, ignore_errors=True)
            self.home.chmod(0o755)
            for program in ("postern", "postern-keys"):
                shutil.copy(BUILD / "bin" / program, self.home / program)
                (self.home / program).chmod(0o755)
            self.accounts = Accounts(self.prefix, self.substitute)
            undo.callback(self.accounts.remove)
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.home / "host_key")
            name = self.accounts.name
            self.daemon = self.kind(arguments=["--vouch", name("portal"), "--door", name("portal-login"), "--keys", name("portal-keys"), "--prove", name("portal-prove"),
                                               "--ssh-address", f"{name('portal-login')}@127.0.0.1", "--ssh-host-key",
                                               str(self.home / "host_key.pub"), *self.arguments], **self.daemon_options)
            os.chown(self.daemon.temp, 0, known("group")[self.accounts.group])
            self.daemon.temp.chmod(0o750)
            undo.enter_context(self.daemon)
            self.write_files()
            self.known_hosts = self.home / "known_hosts"
            self.sshd_log = self.daemon.temp / "sshd.log"
            text = self.substitute((DEPLOY / "sshd_config").read_text()).replace("Port 22\n", "Port @PORT@\nListenAddress 127.0.0.1\n")
            self.sshd = Sshd(self.home / "sshd_config", self.change(text), self.sshd_log)
            undo.callback(self.sshd.stop)
            kind, key = (self.home / "host_key.pub").read_text().split()[:2]
            self.known_hosts.write_text(f"[127.0.0.1]:{self.sshd.port} {kind} {key}\n")
            self.undo = undo.pop_all()
        return self

    def write_files(self):
        (self.home / "postern.conf").write_text(self.substitute((DEPLOY / "postern.conf").read_text()))
        conf = (DEPLOY / "door.conf").read_text()
        conf = re.sub(r"(?m)^socket = .*$", f"socket = {self.daemon.socket}", conf)
        conf = re.sub(r"(?m)^portal = .*$", f"portal = {self.daemon.portal}", conf)
        conf = re.sub(r"(?m)^((?:key|login|prove)-account = )(\S+)$", lambda m: m[1] + self.accounts.name(m[2]), conf)
        (self.home / "door.conf").write_text(conf)

    def __exit__(self, *what):
        return self.undo.__exit__(*what)

    # --- coming in
    def key(self, kind="ed25519"):
        """A fresh key pair: the path of the private key."""
        path = self.daemon.temp / f"key{next(self.keys)}"
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "of a test", "-f", path)
        return path

    @staticmethod
    def public(key):
        return pathlib.Path(str(key) + ".pub").read_text().strip()

    @staticmethod
    def fingerprint(key):
        return run("ssh-keygen", "-lf", f"{key}.pub").split()[1]

    def options(self, key):
        chosen = ["-i", str(key), "-o", "IdentitiesOnly=yes"] if key else ["-o", "PubkeyAuthentication=no"]
        return ["-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "IdentityAgent=none",
                "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", *chosen]

    def target(self, user):
        return ["-p", str(self.sshd.port), "--", f"{self.accounts.name(user)}@127.0.0.1"]

    def command(self, *words, key=None, user=None, more=()):
        user = user or ("portal" if key else "portal-login")
        return ["ssh", *self.options(key), *more, *self.target(user), *words]

    def start(self, *words, key=None, user=None, more=(), **popen):
        return subprocess.Popen(self.command(*words, key=key, user=user, more=more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **popen)

    def ssh(self, *words, key=None, user=None, more=(), input="", code=0, env=None):
        """A command without a terminal; asserts the exit code (None: any)."""
        done = subprocess.run(self.command(*words, key=key, user=user, more=more), input=input, text=True, capture_output=True,
                              timeout=120, env={**os.environ, **(env or {})})
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        assert code is None or done.returncode == code, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:],
                                                         self.sshd_log.read_text(errors="replace")[-2000:])
        return done

    def screen(self, *words, key=None, user=None, more=(), **screen):
        return PtyScreen(self.command(*words, key=key, user=user, more=["-tt", *more]), **screen)

    def as_account(self, shipped, program, **more):
        """Runs a Python text as one of the accounts, with what tests share on its path; its standard output."""
        done = subprocess.run(["/usr/bin/python3", "-B", "-c", program, self.daemon.socket], user=self.accounts.uids[shipped],
                              group=known("group")[self.accounts.group], extra_groups=[], capture_output=True, text=True, timeout=60, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def running(self):
        """The portal's processes at this door."""
        at_the_door = {self.accounts.uids[name] for name in ("portal", "portal-login", "portal-prove")}
        found = []
        for pid, _, uid in processes():
            with contextlib.suppress(OSError):
                if uid in at_the_door and os.readlink(f"/proc/{pid}/exe") == str(self.home / "postern"):
                    found.append(pid)
        return found
