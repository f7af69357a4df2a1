"""The daemon that counts what it does in the store (counting_posternd.c), on a filled store."""
import struct
import subprocess

from daemon import BUILD, Daemon


class Counted(Daemon):
    def __init__(self, customers, invoices):
        super().__init__(env={}, program="counting_posternd")
        self.counter = self.temp / "examined"
        self.env["POSTERN_EXAMINED"] = str(self.counter)
        done = subprocess.run([BUILD / "bin/fill", "store", self.data, str(customers), str(invoices)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr

    def counts(self):
        """So far: entries examined, keys put and deleted, pages written."""
        return struct.unpack("3Q", self.counter.read_bytes())

    def of(self, client, op, args):
        """What one request examines: the least of several, as the daemon's own work beside is counted, too; and its answer."""
        counts = []
        for _ in range(4):
            before = self.counts()[0]
            answer = client.ask(op, **args)
            counts.append(self.counts()[0] - before)
        return min(counts), answer
