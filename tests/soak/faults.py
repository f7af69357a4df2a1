"""What happens to the daemon's machine: killed, stopped, its clock set, its disk full, the network damaged, its gateway of payments in trouble. Each for a while, one at a time."""
import collections
import os
import pathlib
import signal
import subprocess
import tempfile
import threading

import clock
from stripe_double import Fault as Trouble

SIZE_MB = 4096


class Disk:
    """A disk of its own, which is full as soon as it is made no larger than what is on it. Only root can mount one."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-soak-disk-"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=700", "none", self.folder], capture_output=True, text=True)
        self.why_not = mounted.stderr.strip() if mounted.returncode else ""
        if self.why_not:
            self.folder.rmdir()

    def resize(self, size):
        return subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], capture_output=True).returncode == 0

    def fill(self):
        """What grows meanwhile makes it too small to be taken: then once more."""
        for _ in range(50):
            s = os.statvfs(self.folder)
            if self.resize(f"{(s.f_blocks - s.f_bfree) * s.f_frsize // 1024 + 4}k"):
                return
        raise OSError("the disk can not be made full")

    def free(self):
        if not self.resize(f"{SIZE_MB}m"):
            raise OSError("the disk can not be made free again")

    def close(self):
        if not self.why_not:
            subprocess.run(["umount", "-l", self.folder], check=True)
            self.folder.rmdir()


class Machine:
    """The daemon with all that may happen to it; counts what did."""

    def __init__(self, daemon, gates, disk, clock_folder, double):
        self.daemon, self.gates, self.disk, self.clock_folder, self.double = daemon, gates, disk, clock_folder, double
        self.done, self.quiet, self.memory = collections.Counter(), threading.Event(), []

    def anonymous(self):
        """Memory of the daemon that is no file, in MB."""
        with open(f"/proc/{self.daemon.process.pid}/status", encoding="ascii") as f:
            return next(int(x.split()[1]) // 1024 for x in f if x.startswith("RssAnon"))

    def sample(self):
        self.memory.append((self.daemon.process.pid, self.anonymous()))

    def growth(self):
        """(first, last, highest) of the longest life, in MB: the first after some requests."""
        lives = collections.defaultdict(list)
        for pid, size in self.memory:
            lives[pid].append(size)
        longest = max(lives.values(), key=len)
        return longest[min(2, len(longest) - 1)], longest[-1], max(longest)

    def befalls(self, fault):
        if fault.kind == "full" and self.disk.why_not:
            return
        self.done[fault.kind] += 1
        getattr(self, fault.kind)(fault)

    def kill(self, fault):
        self.daemon.process.send_signal(signal.SIGKILL)
        self.daemon.process.wait(30)
        self.daemon.start()

    def stop(self, fault):
        self.daemon.process.send_signal(signal.SIGSTOP)
        self.quiet.wait(fault.lasts)
        self.daemon.process.send_signal(signal.SIGCONT)

    def clock(self, fault):
        clock.set_by(self.clock_folder, hours=fault.how[0])
        self.quiet.wait(fault.lasts)

    def full(self, fault):
        self.disk.fill()
        try:
            self.quiet.wait(fault.lasts)
        finally:
            self.disk.free()

    def gateway(self, fault):
        self.double.faults[:] = [Trouble(method, "/.*", kind, after, times) for method, kind, after, times in fault.how]
        self.quiet.wait(fault.lasts)
        self.double.faults.clear()

    def network(self, fault):
        for gate in self.gates:
            gate.damages = fault.how
        self.quiet.wait(fault.lasts)
        for gate in self.gates:
            gate.damages = ()
