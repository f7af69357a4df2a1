"""The business that the soak begins with: two businesses, five customers, and a client for each part of the cast."""
import os
import pathlib
import subprocess

import clock
import sp
from actor import Actor
from daemon import PASSWORD, Client, Daemon
from faults import Disk, Machine
from gate import Gate
from gateway import There
from made import Contract
from model import Model
from plan import CAST, COMES_AND_GOES
from stripe_double import Stripe
from stripe_portal import HOME, LOCAL, set_stripe
from wire import Wire


class Setup(Client):
    """Asks, and tells the model."""

    model = None

    def ask(self, op, /, **args):
        result = super().ask(op, **args)
        if self.model:
            self.model.acknowledged(op, args, result)
        return result


def make_certificate(folder):
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60)
    return cert, key


class World:
    def __init__(self, plan, room):
        self.plan, self.room, self.gates, self.actors = plan, pathlib.Path(room), [], []
        self.disk = Disk()
        self.models = {"acme": Model("acme"), "other": Model("other")}
        cert, key = make_certificate(self.room)
        self.certificate = cert
        self.ports = {"tcp": sp.free_port(), "tls": sp.free_port()}
        env = clock.settable(self.room)
        env["ASAN_OPTIONS"] = ":".join([os.environ.get("ASAN_OPTIONS", ""), env["ASAN_OPTIONS"], "quarantine_size_mb=8"]).strip(":")
        self.daemon = Daemon(listen=[f"tcp://127.0.0.1:{self.ports['tcp']}", f"tls+tcp://127.0.0.1:{self.ports['tls']}"],
                             arguments=["--cert", str(cert), "--key", str(key), *LOCAL["arguments"]], env=env,
                             folder=None if self.disk.why_not else self.disk.folder / "data")
        self.double = Stripe(self.room).__enter__()
        self.there = There(self.double)
        self.machine = Machine(self.daemon, self.gates, self.disk, self.room, self.double)

    def setup(self, email=None, business="acme"):
        client = Setup(self.daemon.socket)
        self.daemon.clients.append(client)
        if email:
            client.sign_in(business, email, PASSWORD)
        client.model = self.models[business]
        return client

    def fill(self):
        operator = self.setup()
        self.contract = Contract(operator.ask("system.describe"))
        operator.ask("business.create", portal="other", name="Other Ltd", currency="EUR", admin_email="eve@other.test", password=PASSWORD)
        admin, eve = self.setup("ada@acme.test"), self.setup("eve@other.test", "other")
        is_ = admin.ask("settings.get")["business"]
        admin.ask("settings.update", business={"revision": is_["revision"], "partial_payments": True, "customers_edit": True})
        set_stripe(admin, self.double.secret, success_url=HOME, api=self.double.url)
        again = {"own_password": PASSWORD}
        for part in CAST:
            if part.role in ("admin", "staff", "reader") and part.email != "ada@acme.test":
                admin.ask("staff.create", name=part.email.partition("@")[0].title(), email=part.email, role=part.role, password=PASSWORD, keep_password=True,
                          **self.wanted("staff.create", again))
        self.customers = {key: admin.ask("customer.create", customer={"name": f"qz{key}. Customer", "currency": "EUR"})["customer"]["id"] for key in "ABCDE"}
        for part in CAST:
            for key in part.keys:
                contact = admin.ask("contact.create", customer=self.customers[key],
                                    contact={"name": f"Person of {part.email}", "email": part.email})["contact"]["id"]
                admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True, **self.wanted("access.enable", again))
                if part.email == COMES_AND_GOES:
                    self.comes_and_goes = contact
        for n in range(3):
            eve.ask("customer.create", customer={"name": f"qzeve. Customer {n}", "currency": "EUR"})
        self.tokens = [admin.ask("token.create", name=f"Program {n}", role=role, **self.wanted("token.create", again))["token"]
                       for n, role in enumerate(("admin", "staff"))]
        self.daemon.clients.clear()

    def wanted(self, op, args):
        names = {f["name"] for f in self.contract.ops[op]["takes"]}
        return {name: value for name, value in args.items() if name in names}

    def cast(self, tamper=None):
        tokens = iter(self.tokens)
        for number, part in enumerate(CAST):
            gate = None
            if part.way != "ipc":
                gate = Gate(number, part.way, f"127.0.0.{20 + number}", self.ports[part.way], self.plan.seed, part.way == "tls" or part.role == "stranger")
                self.gates.append(gate)
            wire = Wire(part.way, gate.address if gate else self.daemon.socket, self.certificate)
            actor = Actor(number, part, self.plan, self.models[part.business], self.contract, wire, gate)
            actor.tamper, actor.room, actor.there = tamper, self.room, self.there
            actor.comes_and_goes, actor.their_password = self.comes_and_goes, PASSWORD
            if part.email:
                actor.passwords = [PASSWORD]
            if part.role == "machine":
                actor.token = next(tokens)
            if part.role == "operator":
                wire.timeout = 120
            self.actors.append(actor)

    def close(self):
        for gate in self.gates:
            gate.close()
        self.double.close()
        self.disk.close()
