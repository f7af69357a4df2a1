"""Faults put between the daemon and the model, to prove that the verdict sees them: soak.py --break lost,double,leak,total."""
import threading

import msgpack


class Tampering:
    """Each kind is done a few times, to the first answers that it fits."""

    def __init__(self, kinds, times=2):
        self.left, self.lock = {kind: times for kind in kinds}, threading.Lock()
        self.leaked = None

    def take(self, kind):
        with self.lock:
            if self.left.get(kind, 0) <= 0:
                return False
            self.left[kind] -= 1
            return True

    def waits(self):
        return any(n > 0 for n in self.left.values())

    def __call__(self, actor, request):
        op, args = request["op"], request["args"]
        if op == "comment.add" and actor.part.role in ("staff", "admin") and self.take("lost"):
            comment = {"id": 10**9 + request["id"][0], "document": args["document"], "text": args.get("text", "")}
            return {"v": 1, "result": {"comment": comment}}, b""  # acknowledged, and the daemon never heard of it
        answer, body = actor.wire.ask(request)
        result = answer.get("result", {})
        if op in ("payment.record", "payment.pay") and result and self.left.get("double", 0) > 0:
            again, _ = actor.wire.ask({**request, "id": bytes(x ^ 1 for x in request["id"])})
            if "result" in again:  # where the first one settled all, there is nothing to pay twice
                self.take("double")
        if op.endswith(".create") and result.get("invoice") and self.take("total"):
            result["invoice"]["total"]["amount"] += 1
        if op == "invoice.list" and result.get("invoices") and actor.part.business == "acme":
            self.leak(actor, result["invoices"])
            body = msgpack.packb(answer)
        return answer, body

    def leak(self, actor, rows):
        """A row of one customer's list comes into another's."""
        if not actor.part.keys:
            return
        if self.leaked is None:
            self.leaked = (actor.part.keys, rows[0])
        elif not set(self.leaked[0]) & set(actor.part.keys) and self.take("leak"):
            rows.append(self.leaked[1])
