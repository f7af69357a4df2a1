"""Stripe's client for JavaScript behind the face of the one for Python, as far as the tests use it. It is not in Debian: POSTERN_STRIPE_NPM says in which
folder it was installed."""
import json
import os
import pathlib
import subprocess
import types

FOLDER = os.environ.get("POSTERN_STRIPE_NPM")
SCRIPT = pathlib.Path(__file__).with_suffix(".mjs")


class Npm:
    class error:
        class StripeError(Exception):
            pass

    def __init__(self, secret, url, version):
        self.process = subprocess.Popen(["node", SCRIPT, FOLDER, secret, url, version], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.checkout = types.SimpleNamespace(Session=self.things(["checkout", "sessions"], "create", "expire", "retrieve"))
        self.Refund, self.Event = self.things(["refunds"], "create", "list"), self.things(["events"], "list")

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        self.process.stdout.close()

    def things(self, at, *names):
        """Its functions: with an id, or with what is said and the key."""
        return types.SimpleNamespace(**{name: self.function([*at, name]) for name in names})

    def function(self, at):
        def call(*ids, idempotency_key=None, **said):
            return types.SimpleNamespace(**self.ask(at, *ids, *([said] if said else []), *([{"idempotencyKey": idempotency_key}] if idempotency_key else [])))
        return call

    def ask(self, at, *args):
        self.process.stdin.write(json.dumps({"at": at, "args": args}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Npm.error.StripeError(answer["error"])
        return answer["said"]
