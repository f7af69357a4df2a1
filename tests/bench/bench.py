"""The bench: `./dev bench [--quick | --full]`. What the product does, each beside a limit measured in the same run. See README.md.

Prints a table and writes build/bench.json. Nothing here passes or fails.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import msgpack  # noqa: E402

import crowd  # noqa: E402
import daemon as business  # noqa: E402
import door  # noqa: E402
import instructions  # noqa: E402
import mixed  # noqa: E402
import statements  # noqa: E402
import terminal  # noqa: E402

BUILD = pathlib.Path(os.environ.get("POSTERN_BUILD", "build")).resolve()
BIN = BUILD / "bin"
CACHE = BUILD / "bench-data"
FILL_VERSION = 5  # of what fill.c makes; with another, or another fill.c, stores are filled anew
SIZES = {"20k": (1000, 20000), "1m": (50000, 1000000)}
CLIENTS = (1, 8, 32)
SESSIONS, USUAL = 600, 200  # those beyond are asked with once, in the mixed load
BENCH_ID = b"postern-bench-id"  # load.c puts another in its place


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- stores -------------------------------------------------------------------------------------------------------------------
def filled(size):
    """The folder of a filled store, made when it is not there yet."""
    customers, invoices = SIZES[size]
    folder = CACHE / f"v{FILL_VERSION}-{customers}-{invoices}"
    if folder.exists():
        return folder
    say(f"filling a store with {customers:,} customers and {invoices:,} invoices, once …")
    CACHE.mkdir(parents=True, exist_ok=True)
    temp = pathlib.Path(tempfile.mkdtemp(prefix="filling-", dir=CACHE))
    subprocess.run([BIN / "posternd", "init", "--data", temp / "data", "--portal", "acme", "--name", "Acme Ltd", "--currency", "EUR",
                    "--admin", "ada@acme.test"], input=business.PASSWORD + "\n", text=True, check=True, stderr=subprocess.DEVNULL)
    begun = time.monotonic()
    subprocess.run([BIN / "fill", "store", temp / "data", str(customers), str(invoices)], check=True)
    say(f"filled in {time.monotonic() - begun:.0f} s")
    (temp / "data").rename(folder)
    temp.rmdir()
    return folder


class Served:
    """A daemon on a copy of a filled store, with sessions and samples."""

    def __init__(self, temp, size, program="posternd"):
        self.size, self.program = size, program
        self.folder = temp / f"{program}-{size}"
        subprocess.run(["cp", "-r", "--sparse=always", "--reflink=auto", filled(size), self.folder], check=True)
        with open(self.folder / "data.mdb", "rb", buffering=0) as data:  # cached, as the product's would be
            while data.read(1 << 24):
                pass
        made = subprocess.run([BIN / "fill", "sessions", self.folder, str(SESSIONS)], check=True, capture_output=True, text=True)
        self.samples = json.loads(made.stdout)
        self.path = temp / f"{program}-{size}.socket"
        self.process = None

    def start(self, **popen):
        """Seconds until it says that it is ready."""
        begun = time.monotonic()
        self.process = subprocess.Popen([BIN / self.program, "serve", "--data", self.folder, "--listen", f"ipc://{self.path}"],
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **popen)
        for line in self.process.stderr:
            if b"msg=ready" in line:
                return time.monotonic() - begun
        raise SystemExit(f"{self.program} did not start")

    def stop(self):
        """What it printed to standard output, if that was asked for."""
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=30)[0]
        assert self.process.returncode == 0, self.process.returncode
        self.process = None
        return said

    def rss_anon(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        return 0

    def stats(self):
        with business.Client(str(self.path)) as operator:
            return operator.ask("system.stats")


# --- requests -----------------------------------------------------------------------------------------------------------------
def envelope(op, token, args, write=False):
    request = {"v": 1, "op": op, "token": token, "args": args}
    if write:
        request["id"] = BENCH_ID
    return msgpack.packb(request)


def line(i):
    return {"name": f"Kraft paper {i}", "description": "as in our catalogue of this year", "quantity": str(i + 2), "unit": "pcs",
            "price": f"{i + 12}.50", "tax": 1}


def requests_of(row, samples):
    staff, customers = samples["staff"], samples["customers"]
    chance = random.Random(3)
    if row == "list":
        return [envelope("invoice.list", token, {"limit": 25}) for token, _, _ in customers[:USUAL]]
    if row == "read":
        return [envelope("invoice.get", staff, {"invoice": i}) for i in samples["invoices"]]
    if row == "home":
        return [envelope("home.get", token, {}) for token, _, _ in customers[:USUAL]]
    if row == "create":
        return [envelope("invoice.create", staff, {"customer": chance.choice(samples["open"])[1], "send": True, "document": {
            "reference": "PO 4711", "lines": [line(1), line(2), line(3)], "notes": "Thank you for your order."}}, True)
            for _ in range(500)]
    return [envelope("payment.record", staff, {"customer": customer, "mode": "bank_transfer", "reference": "RF18 5390",
                                               "parts": [{"invoice": i, "amount": {"amount": 10, "currency": "EUR"}}]}, True)
            for i, customer in samples["open"]]


READS = {"list": "list 25 newest invoices of a customer", "read": "read an invoice of 3 lines", "home": "Home of a customer"}
WRITES = {"create": "create and send an invoice of 3 lines", "pay": "record a payment"}


def load(path, clients, seconds, payloads):
    ran = subprocess.run([BIN / "load", f"ipc://{path}", str(clients), str(seconds), payloads], capture_output=True, text=True,
                         timeout=seconds + 60)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    got = json.loads(ran.stdout)
    if got["failed"]:
        raise SystemExit(f"{got['failed']} of {got['ops']} requests were refused: {ran.stderr}")
    return got


def load_on(server, clients, seconds, payloads):
    """load, and the server's processor time for each operation."""
    before = business.cpu_ns(server.process.pid)
    got = load(server.path, clients, seconds, payloads)
    got["cpu_us"] = (business.cpu_ns(server.process.pid) - before) / 1000 / max(1, got["ops"])
    return got


def probe(*words):
    ran = subprocess.run([BIN / "store_probe", *map(str, words)], capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    return json.loads(ran.stdout)


class Echo:
    """One of the two limits of a read: a server that answers so many bytes and does nothing else."""

    def __init__(self, temp, program, size):
        self.path = temp / f"{program}-{size}.socket"
        self.process = subprocess.Popen([BIN / program, f"ipc://{self.path}", str(size)], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


# --- measuring ----------------------------------------------------------------------------------------------------------------
def in_turn(rounds, things):
    """{name: [result, …]} of functions called in turn, so that the machine's moods meet all alike."""
    got = {name: [] for name in things}
    for _ in range(rounds):
        for name, measure in things.items():
            got[name].append(measure())
    return got


def middle(results, key="ops_per_s"):
    return statistics.median(r[key] for r in results)


def ratio(ours, theirs):
    """Median of the ratios of each round."""
    return statistics.median(a["ops_per_s"] / b["ops_per_s"] for a, b in zip(ours, theirs))


def payload_file(temp, name, payloads):
    path = temp / f"{name}.payloads"
    path.write_bytes(b"".join(struct.pack(">I", len(p)) + p for p in payloads))
    return path


class Bench:
    def __init__(self, temp, full):
        self.temp, self.full = temp, full
        self.rounds, self.read_s, self.write_s = (5, 0.4, 0.4) if full else (3, 0.22, 0.3)
        self.served = {size: Served(temp, size) for size in (["20k", "1m"] if full else ["20k"])}
        self.rows = []

    def files(self, row):
        return {size: payload_file(self.temp, f"{row}-{size}", requests_of(row, s.samples)) for size, s in self.served.items()}

    def reads(self, row):
        say(f"{READS[row]} …")
        files = self.files(row)
        size = 0
        for name, s in self.served.items():  # so that what is measured has been touched
            got = load(s.path, 1, 0.3, files[name])
            size = size or got["reply_bytes"]
        echoes = {"nng": Echo(self.temp, "echo_nng_rep", size), "door": Echo(self.temp, "echo_listener", size)}
        for clients in CLIENTS:
            things = {name: (lambda e=e: load_on(e, clients, self.read_s, files["20k"])) for name, e in echoes.items()}
            for name, s in self.served.items():
                things[name] = lambda s=s, name=name: load_on(s, clients, self.read_s, files[name])
            got = in_turn(self.rounds, things)
            for name in self.served:
                self.rows.append({"kind": "read", "row": row, "size": name, "clients": clients, "reply_bytes": size,
                                  "ops_per_s": middle(got[name]), "p50_us": middle(got[name], "p50_us"),
                                  "p99_us": middle(got[name], "p99_us"), "nng": middle(got["nng"]), "door": middle(got["door"]),
                                  "nng_p50_us": middle(got["nng"], "p50_us"), "nng_p99_us": middle(got["nng"], "p99_us"),
                                  "cpu_us": middle(got[name], "cpu_us"), "nng_cpu_us": middle(got["nng"], "cpu_us"),
                                  "door_cpu_us": middle(got["door"], "cpu_us"),
                                  "of_nng": ratio(got[name], got["nng"]), "of_door": ratio(got[name], got["door"]),
                                  "growth": ratio(got["20k"], got[name])})
        for e in echoes.values():
            e.stop()

    def writes(self, row, keys, value, pages):
        say(f"{WRITES[row]} …")
        files = self.files(row)
        bare = self.temp / "bare"
        for clients in CLIENTS:
            things = {"commit": lambda: probe("commit", bare, self.write_s, 1, 100, 1),
                      "batch": lambda: probe("commit", bare, self.write_s, keys, value, clients)}
            for name, s in self.served.items():
                def ours(s=s, name=name):
                    before = s.stats()
                    result = load_on(s, clients, self.write_s, files[name])
                    after = s.stats()
                    result["group"] = (after["writes"] - before["writes"]) / max(1, after["commits"] - before["commits"])
                    return result
                things[name] = ours
            got = in_turn(self.rounds, things)
            for name in self.served:
                self.rows.append({"kind": "write", "row": row, "size": name, "clients": clients, "keys": keys, "pages": pages,
                                  "ops_per_s": middle(got[name]), "p50_us": middle(got[name], "p50_us"),
                                  "p99_us": middle(got[name], "p99_us"), "group": middle(got[name], "group"),
                                  "cpu_us": middle(got[name], "cpu_us"),
                                  "commit": middle(got["commit"]), "batch": middle(got["batch"]),
                                  "of_commit": ratio(got[name], got["commit"]), "of_batch": ratio(got[name], got["batch"]),
                                  "growth": ratio(got["20k"], got[name])})

    def mixed(self):
        got = mixed.measure(self, CLIENTS, envelope, lambda samples: requests_of("pay", samples), USUAL, load_on, in_turn, payload_file)
        return [{"size": size, "clients": clients, "ops_per_s": middle(both[True]), "p50_us": middle(both[True], "p50_us"), "p99_us": middle(both[True], "p99_us"),
                 "cpu_us": middle(both[True], "cpu_us"), "reads": middle(both[False]), "reads_cpu_us": middle(both[False], "cpu_us"), "of_reads": ratio(both[True], both[False])}
                for size, rows in got.items() for clients, both in rows.items()]

    def keys_written(self, row, n=50, clients=1):
        """What n writes, one after the other, or those of so many clients put, delete and write: counted in a daemon built for that; and how many."""
        s = self.counting
        s.start(stdout=subprocess.PIPE)
        if row and clients > 1:
            n = load(s.path, clients, 1, payload_file(self.temp, f"{row}-counted", requests_of(row, s.samples)))["ops"]
        elif row:
            payloads = requests_of(row, s.samples)
            with business.Client(str(s.path)) as client:
                for i in range(n):
                    answer = client.raw(payloads[i].replace(BENCH_ID, os.urandom(16)))
                    assert answer[4] != 0xa5, answer
        return json.loads(s.stop()) | {"n": n}

    def count_keys(self):
        say("keys of a write …")
        self.counting = Served(self.temp, "20k", "counting_posternd")
        none, counted = self.keys_written(None), {}
        for row in WRITES:
            got = self.keys_written(row)
            keys = (got["puts"] + got["dels"] - none["puts"] - none["dels"]) / 50
            pages = [(got["pages"] - none["pages"]) / got["n"] for got in (got, self.keys_written(row, clients=32))]
            counted[row] = (round(keys), round((got["bytes"] - none["bytes"]) / 50 - keys * 40), pages)
        return counted

    def start_up(self):
        say("starting …")
        result = {}
        for name, s in self.served.items():
            times, memory = [], []
            for _ in range(7):
                times.append(s.start() * 1000)
                memory.append(s.rss_anon())
                s.stop()
            result[name] = {"ready_ms": statistics.median(times), "anon_bytes": statistics.median(memory)}
        return result

    def gets(self):
        got = {name: [] for name in self.served}
        for _ in range(3):
            for name, s in self.served.items():
                got[name].append(probe("get", s.folder, 0.5))
        return {name: middle(results) for name, results in got.items()}

    def run(self):
        keys = self.count_keys()
        result = {"machine": platform.machine(), "cores": os.cpu_count(), "start": self.start_up(), "get": self.gets()}
        for s in self.served.values():
            s.start()
        for row in READS:
            self.reads(row)
        for name, s in self.served.items():
            result["start"][name]["anon_after_reads"] = s.rss_anon()
        for row in WRITES:
            for s in self.served.values():  # who writes so much is slowed one day: a daemon that starts has forgotten what was written
                s.stop()
                s.start()
            self.writes(row, *keys[row])
        say("a mixed load …")
        result["mixed"] = self.mixed()
        for name, s in self.served.items():
            result["start"][name]["anon_after_writes"] = s.rss_anon()
            say(f"the terminal at {name} …")
            result["start"][name]["terminal"] = terminal.measure(BIN / "postern", s.path, s.samples["customers"][0][2],
                                                                 business.PASSWORD, 300 if self.full else 100)
            s.stop()
        result["keys"] = {row: {"keys": k, "pages": pages} for row, (k, _, pages) in keys.items()}
        result["rows"] = self.rows
        say("signing in …")
        result["door"] = door.measure()
        say("crowds at the door …")
        result["crowd"] = crowd.measure()
        say("a bank statement of 50,000 lines …")
        result["statement"] = statements.measure()
        say("counting instructions …")
        result["instructions"] = instructions.measure()
        return result


# --- telling ------------------------------------------------------------------------------------------------------------------
def rate(v):
    return f"{v:,.0f}"


def table(head, rows):
    rows = [head] + rows
    widths = [max(len(r[i]) for r in rows) for i in range(len(head))]
    for r in rows:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths))).rstrip())
    print()


def tell(result):
    reads = [r for r in result["rows"] if r["kind"] == "read"]
    writes = [r for r in result["rows"] if r["kind"] == "write"]
    print("\nReads: answers a second, and the part of what nng's own REP socket and our listener reach when they answer as many bytes")
    table(["operation", "invoices", "clients", "op/s", "p50 us", "p99 us", "cpu us", "bytes", "nng REP", "cpu us", "of it", "listener",
           "of it", "20k ÷ this"],
          [[READS[r["row"]], r["size"], str(r["clients"]), rate(r["ops_per_s"]), rate(r["p50_us"]), rate(r["p99_us"]),
            f"{r['cpu_us']:.1f}", str(r["reply_bytes"]), rate(r["nng"]), f"{r['nng_cpu_us']:.1f}", f"{r['of_nng']:.2f}", rate(r["door"]), f"{r['of_door']:.2f}", f"{r['growth']:.2f}"]
           for r in reads])
    print("Writes, answered after a durable commit: beside LMDB's durable commits of one key, and of as many keys as the operation"
          "\nwrites, as many writes a commit as there are clients")
    table(["operation", "invoices", "clients", "op/s", "p50 us", "p99 us", "cpu us", "group", "1 commit", "× of it", "keys", "pages", "of 32", "batched", "of it",
           "20k ÷ this"],
          [[WRITES[r["row"]], r["size"], str(r["clients"]), rate(r["ops_per_s"]), rate(r["p50_us"]), rate(r["p99_us"]),
            f"{r['cpu_us']:.1f}", f"{r['group']:.1f}", rate(r["commit"]), f"{r['of_commit']:.2f}", str(r["keys"]), *(f"{p:.1f}" for p in r["pages"]), rate(r["batch"]), f"{r['of_batch']:.2f}",
            f"{r['growth']:.2f}"] for r in writes])
    print("A mixed load: nine requests read, one records a payment; customers by Zipf's law, one request in fifty of a new session; and the same without the payments")
    table(["invoices", "clients", "op/s", "p50 us", "p99 us", "cpu us", "reads alone", "cpu us", "of it"],
          [[r["size"], str(r["clients"]), rate(r["ops_per_s"]), rate(r["p50_us"]), rate(r["p99_us"]), f"{r['cpu_us']:.1f}", rate(r["reads"]), f"{r['reads_cpu_us']:.1f}", f"{r['of_reads']:.2f}"]
           for r in result["mixed"]])
    print("The daemon besides the map, and its start; one bare get of LMDB (the store's part of a read); the terminal")
    mega = 1 << 20
    table(["invoices", "ready ms", "MB at start", "after reads", "after writes", "gets/s", "first paint ms", "key p50 ms", "key p99 ms",
           "ask p50 ms", "ask p99 ms"],
          [[name, f"{s['ready_ms']:.1f}", f"{s['anon_bytes'] / mega:.1f}", f"{s['anon_after_reads'] / mega:.1f}",
            f"{s['anon_after_writes'] / mega:.1f}", rate(result["get"][name]),
            *(f"{s['terminal'][k]:.1f}" if s["terminal"].get(k) is not None else "-"
              for k in ("first_paint_ms", "key_p50_ms", "key_p99_ms", "ask_p50_ms", "ask_p99_ms"))]
           for name, s in result["start"].items()])
    print("Signing in, and the part of a wrong password's time (of who is slowed: of a known address that is)")
    parts = door.ratios(result["door"])
    table(["who", "ms", "of it"], [[case, f"{row['median_ms']:.2f}", f"{parts[case]:.2f}"] for case, row in result["door"].items()])
    print("A crowd at the door: p99 of a list of 25 over tcp of who is signed in, and its ratio to the quiet one (goal: 2)")
    table(["crowd", "quiet ms", "crowded ms", "ratio"], [[name, f"{row['quiet_ms']:.2f}", f"{row['crowded_ms']:.2f}", f"{row['ratio']:.2f}"]
                                                         for name, row in result["crowd"].items()])
    s = result["statement"]
    print(f"A bank statement of {s['lines']:,} lines (goal: 10 s): {s['seconds']:.1f} s, of which the one transaction in which it counts {s['transaction_s']:.1f} s; "
          f"{s['booked']:,} booked, {s['waiting']:,} wait; {s['looked']} of those with whose they may be: {s['look_s']:.2f} s\n")
    print("Instructions of the user's side for one request, counted by callgrind: the same on a machine that others use")
    table(["operation", "thousand"], [[name, f"{n / 1000:.1f}"] for name, n in result["instructions"].items()])


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures; see tests/bench/README.md.")
    parser.add_argument("--quick", action="store_true", help="20,000 invoices, short rounds, about a minute (the default)")
    parser.add_argument("--full", action="store_true", help="also 1,000,000 invoices (filled once, minutes), longer rounds")
    args = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    temp = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    bench = None
    begun = time.monotonic()
    try:
        bench = Bench(temp, args.full)
        result = bench.run()
    finally:
        for s in bench.served.values() if bench else ():
            if s.process:
                s.process.kill()
                s.process.wait()
        shutil.rmtree(temp, ignore_errors=True)
    result["seconds"] = round(time.monotonic() - begun, 1)
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    tell(result)
    print(f"{result['cores']} cores, {result['seconds']:.0f} s. The figures are in {BUILD.name}/bench.json; tests/bench/README.md says "
          "how to read them.")


if __name__ == "__main__":
    main()
