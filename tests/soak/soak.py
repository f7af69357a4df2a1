#!/usr/bin/env python3
"""soak.py [MINUTES] [--seed N]: sixteen clients, one daemon, everything that may happen to it, and in the end a verdict. README.md tells the rest."""
import argparse
import collections
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import clock  # noqa: E402
import gateway  # noqa: E402
import verdict  # noqa: E402
from daemon import BUILD, Client  # noqa: E402
from plan import CAST, Plan  # noqa: E402
from tampering import Tampering  # noqa: E402
from world import World  # noqa: E402

DRAIN = 90  # seconds that clients have for an answer after the last fault
PATIENCE = 240  # seconds


def options(argv):
    parser = argparse.ArgumentParser(prog="./dev soak")
    parser.add_argument("minutes", nargs="?", type=float, default=5, metavar="MINUTES")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--break", dest="broken", default="", help=argparse.SUPPRESS)
    parser.add_argument("--look", action="store_true", help=argparse.SUPPRESS)  # only at the arguments
    return parser.parse_args(argv)


def live(world, seconds, tamper=None):
    """The plan of the faults beside the clock of this run. What is to be tampered with is waited for: a slow machine comes to it later."""
    begun, planned, sampled, told = time.monotonic(), world.plan.faults(), 0.0, 0
    for actor in world.actors:
        actor.start()
    while (now := time.monotonic() - begun) < seconds or (tamper and tamper.waits() and now < seconds + PATIENCE):
        if planned and planned[0].at <= now:
            world.machine.befalls(planned.pop(0))
        world.machine.quiet.wait(0.2 if not planned else min(0.2, max(0.01, planned[0].at - now)))
        if now - sampled > 5:
            sampled = now
            world.machine.sample()
            if now // 60 > told:
                told = now // 60
                steps = sum(a.steps for a in world.actors)
                print(f"  {int(now)} s: {steps} steps, {sum(world.machine.done.values())} faults, {findings_of(world)} findings", flush=True)
    for actor in world.actors:
        actor.over.set()
    end = time.monotonic() + DRAIN
    for actor in world.actors:
        actor.join(max(0.1, end - time.monotonic()))
    for actor in world.actors:
        actor.gone.set()
        actor.join(20)
        if actor.is_alive():
            actor.finding("harness", f"client {actor.number} does not end")
    clock.set_by(world.room)


def findings_of(world):
    return sum(len(m.findings) for m in world.models.values())


def judge(world):
    """The world as it is now, with everything back in order."""
    acme = world.models["acme"]
    for business, email in (("acme", "ada@acme.test"), ("other", "eve@other.test")):
        client = Client(world.daemon.socket, 300)
        world.daemon.clients.append(client)
        actor = next(a for a in world.actors if a.part.email == email)
        client.sign_in(business, email, actor.passwords[0])
        judged = verdict.Verdict(world.models[business], client, world.there)
        judged.all()
        if business == "acme":
            of_acme, payments, refunds = client, list(judged.payments_there.values()), judged.refunds_there
    operator = Client(world.daemon.socket, 600)
    world.daemon.clients.append(operator)
    for op, args in (("system.check", {}), ("audit.verify", {"portal": "acme"}), ("audit.verify", {"portal": "other"})):
        for problem in operator.ask(op, **args)["problems"]:
            acme.finding(op, str(problem))
    charges = verdict.ledger_agrees((world.daemon.data / "sandbox.ledger").read_text(), payments, refunds, acme.finding)
    charges += gateway.agrees_with(world.there, of_acme, payments, refunds, acme.finding)
    return charges, len(payments), operator.ask("system.stats")


def ended(world):
    """The daemon goes in peace, says nothing of a sanitizer, leaves no process."""
    acme = world.models["acme"]
    code = world.daemon.stop(seconds=60)
    text = world.daemon.log.read_text(errors="replace")
    if code != 0:
        acme.finding("exit", f"the daemon ended with {code}: {text[-1500:]}")
    for word in ("Sanitizer", "runtime error"):
        at = text.find(word)
        if at >= 0:
            acme.finding("sanitizer", text[max(0, at - 300):at + 4000])
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                words = pathlib.Path("/proc", name, "cmdline").read_bytes()
            except OSError:
                continue
            if str(world.daemon.temp).encode() in words:
                acme.finding("process", f"process {name} is left: {words[:300]}")
    for copy in (path for a in world.actors for path in a.copies):
        for problem in verdict.problems_of(BUILD / "bin/posternd", copy, world.daemon.data / "server.key"):
            acme.finding("backup", f"{copy.name}: {problem}")


def report(world, charges, payments, stats, seconds):
    outcomes = sum((m.outcomes for m in world.models.values()), collections.Counter())
    by, of = collections.Counter(), collections.defaultdict(collections.Counter)
    for (op, outcome), n in outcomes.items():
        by[outcome] += n
        of[op][outcome] += n
    for op in sorted(of):
        print(f"  {op:20}" + ", ".join(f"{outcome} {n}" for outcome, n in of[op].most_common()))
    print(f"{sum(a.steps for a in world.actors)} steps of {len(CAST)} clients in {seconds:.0f} s, {sum(by.values())} answers of {len(of)} operations:")
    print("  " + ", ".join(f"{outcome} {n}" for outcome, n in by.most_common()))
    damages = collections.Counter()
    for gate in world.gates:
        damages.update(gate.done)
    print("faults: " + ", ".join(f"{kind} {n}" for kind, n in sorted(world.machine.done.items())) + "; of the network: "
          + ", ".join(f"{kind} {n}" for kind, n in sorted(damages.items())))
    if world.disk.why_not:
        print("NOT DONE: full disk: a small disk can not be mounted here: " + world.disk.why_not)
    acme = world.models["acme"]
    print(f"there: {len(acme.documents)} documents, {len(acme.comments)} comments, {payments} payments, {charges} charges in the ledger; "
          f"{sum(len(m.maybe) for m in world.models.values())} outcomes open; store {stats['store_bytes'] >> 20} MB, {stats['store_entries']} entries")
    first, last, most = world.machine.growth()
    print(f"memory of the daemon in its longest life: {first} MB after some requests, {last} MB at the end of it, {most} MB at most")


def main(argv):
    said = options(argv)
    if said.look:
        return 0
    seconds = said.minutes * 60
    print(f"seed {said.seed}, {said.minutes:g} minutes; again: ./dev soak {said.minutes:g} --seed {said.seed}", flush=True)
    room = tempfile.mkdtemp(prefix="postern-soak-")
    world = None
    try:
        world = World(Plan(said.seed, seconds), room)
        if said.broken:
            world.plan.faults = lambda: []
        with world.daemon:
            world.fill()
            tamper = Tampering(said.broken.split(",")) if said.broken else None
            world.cast(tamper)
            begun = time.monotonic()
            live(world, seconds, tamper)
            figures = judge(world)
            ended(world)
        report(world, *figures, time.monotonic() - begun)
        found = [f for m in world.models.values() for f in m.findings]
        for kind, times in collections.Counter(kind for kind, _ in found).items():
            print(f"FINDING: {kind}, {times} times")
            for text in [t for k, t in found if k == kind][:5]:
                print("    " + text.replace("\n", "\n    "))
        print("clean" if not found else f"{len(found)} findings")
        return 1 if found else 0
    finally:
        if world:
            world.close()
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    for end in (signal.SIGTERM, signal.SIGINT):  # the daemon, its disk and its folders go with us
        signal.signal(end, signal.default_int_handler)
    threading.stack_size(512 * 1024)
    sys.exit(main(sys.argv[1:]))
