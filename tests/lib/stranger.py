"""A connection of another account on the same machine: a child process that has given root away. Only root can."""
import multiprocessing
import os

from daemon import Client

NOBODY = 65534


class Stranger(Client):
    def __init__(self, daemon, uid=NOBODY):
        super().__init__(daemon.socket)
        os.chmod(daemon.temp, 0o755)
        self.uid, self.child = uid, None

    def raw(self, payload):
        if self.child is None:
            self.near, far = multiprocessing.Pipe()
            self.child = multiprocessing.get_context("fork").Process(target=self.run, args=(self.path, self.uid, far), daemon=True)
            self.child.start()
            far.close()
        self.near.send(payload)
        assert self.near.poll(60)
        return self.near.recv()

    @staticmethod
    def run(path, uid, pipe):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        client = Client(path)
        while (payload := pipe.recv()) is not None:
            pipe.send(client.raw(payload))
        client.close()

    def close(self):
        """Its connection ends."""
        if self.child:
            self.near.send(None)
            self.child.join(60)
            self.child = None
