"""Between a program and a daemon: the first few requests of one operation are answered with `slow_down`, as to somebody who wrote too much
(Slow); or those of one wait until the test lets them go on (Held)."""
import contextlib
import socket
import threading

import msgpack

import sp


class Slow:
    def __init__(self, d, op, times, retry_ms):
        self.d, self.op, self.left, self.retry_ms, self.seen = d, op.encode(), times, retry_ms, []
        self.path = str(d.temp / f"slow-{op}")
        self.url = f"ipc://{self.path}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.d.socket)
            threading.Thread(target=self.back, args=(far, near), daemon=True).start()
            threading.Thread(target=self.forth, args=(near, far), daemon=True).start()

    @staticmethod
    def back(far, near):
        with contextlib.suppress(OSError):
            while got := far.recv(1 << 16):
                near.sendall(got)
        near.close()

    def forth(self, near, far):
        try:
            far.sendall(sp.read_exactly(near, 8))
            while True:
                head = sp.read_exactly(near, 9)
                body = sp.read_exactly(near, int.from_bytes(head[1:], "big"))
                request = msgpack.unpackb(body[4:], strict_map_key=False)
                if request["op"].encode() == self.op:
                    self.wait()
                if self.left and request["op"].encode() == self.op:
                    self.left -= 1
                    self.seen.append(request.get("id"))
                    error = {"code": "slow_down", "message": "Too many changes in a short time: wait 1 second.", "field": "", "request": "r",
                             "retry_ms": self.retry_ms}
                    answer = body[:4] + msgpack.packb({"v": 1, "error": error})
                    near.sendall(head[:1] + len(answer).to_bytes(8, "big") + answer)
                else:
                    if request["op"].encode() == self.op:
                        self.seen.append(request.get("id"))
                    far.sendall(head + body)
        except (EOFError, OSError):
            far.close()

    def wait(self):
        """Before a request of the operation goes on."""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.listener.close()


class Held(Slow):
    """let_go: an event of threading."""

    def __init__(self, d, op):
        self.waits, self.let_go = threading.Event(), threading.Event()
        super().__init__(d, op, 0, 0)

    def wait(self):
        self.waits.set()
        self.let_go.wait()

    def __exit__(self, *unused):
        self.let_go.set()
        super().__exit__()
