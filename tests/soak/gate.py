"""A network between a client and the daemon that can be damaged: it cuts, delays, truncates, flips bits and says things twice.

Bits are flipped where TLS has to notice it, and on the connections of strangers, who may say anything. On plain tcp a flipped bit of somebody
signed in is another request of theirs, which the daemon rightly carries out; nothing could be said of it afterwards.
"""
import contextlib
import random
import socket
import threading


class Gate:
    def __init__(self, name, way, source, port, seed, flips):
        self.name, self.way, self.source, self.port, self.flips = name, way, source, port, flips
        self.seed, self.serial, self.damages, self.done = seed, 0, (), {}
        self.over = threading.Event()
        self.flipped = 0
        self.twice = 0  # how often something was said twice so far: what was asked meanwhile may have been done by the other copy
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()[1]
        self.open = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.serial += 1
            draw = random.Random(f"{self.seed}/gate/{self.name}/{self.serial}")
            try:
                far = socket.socket()
                far.bind((self.source, 0))
                far.settimeout(10)
                far.connect(("127.0.0.1", self.port))
                far.settimeout(None)
            except OSError:
                far.close()
                near.close()
                continue
            self.open |= {near, far}
            for one, other, out in ((near, far, True), (far, near, False)):
                threading.Thread(target=self.pump, args=(one, other, out, random.Random(draw.random())), daemon=True).start()

    def pump(self, one, other, out, draw):
        with contextlib.suppress(OSError):
            while chunk := one.recv(65536):
                for part in self.damaged(chunk, out, draw):
                    if part is None:
                        return self.end(one, other)
                    other.sendall(part)
        return self.end(one, other)

    def damaged(self, chunk, out, draw):
        """What becomes of some bytes; None: the connection ends."""
        if not self.damages or draw.random() < 0.5:
            return [chunk]
        how = draw.choice(self.damages)
        if how == "flip" and not self.flips:
            how = "cut"
        self.done[how] = self.done.get(how, 0) + 1
        if how == "cut":
            return [None] if draw.random() < 0.5 else [chunk, None]
        if how == "truncate":
            return [chunk[:draw.randrange(len(chunk))], None]
        if how == "delay":
            self.over.wait(draw.uniform(0.01, 0.4))
            return [chunk]
        if how == "double":
            self.twice += out
            return [chunk, chunk]
        self.flipped += 1
        at = draw.randrange(len(chunk))
        return [chunk[:at] + bytes([chunk[at] ^ 1 << draw.randrange(8)]) + chunk[at + 1:]]

    def end(self, *sockets):
        for s in sockets:
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()
            self.open.discard(s)

    def close(self):
        self.over.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.end(*list(self.open))
