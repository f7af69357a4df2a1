"""The log says who did what, and nobody can alter it unseen: a real store is damaged by tests/faults/damage.c as somebody could who
may write its file, and audit.verify has to name what was done and where."""
import pathlib
import shutil
import signal
import subprocess
import threading

import pytest

from daemon import BUILD, Client, Daemon, Refused, add_customer, line, open_portal, wait_until

MARKS = 4  # heads that are signed on the way


class Log:
    """A business with some events, its store kept as it was, and a seal of the middle and of the end."""

    def __init__(self):
        self.d = Daemon().start()
        self.admin = self.d.sign_in()
        self.seals = []
        for n in range(MARKS):
            customer, contact = add_customer(self.admin, f"Customer {n}", f"c{n}@bodega.test")
            person = open_portal(self.d, self.admin, contact, f"c{n}@bodega.test")
            for _ in range(3):
                made = self.admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
                person.ask("invoice.get", invoice=made["id"])
            self.seals.append(self.admin.ask("audit.head")["seal"])
        self.token = self.admin.token
        assert self.d.stop() == 0
        self.last, self.heads = map(int, self.damage("count").split())
        self.kept = self.d.temp / "kept"
        shutil.copytree(self.d.data, self.kept)

    def damage(self, *how):
        done = subprocess.run([BUILD / "tests/damage", self.d.data, *map(str, how)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (how, done.stderr)
        return done.stdout

    def again(self):
        """The store as it was."""
        if self.d.process:
            assert self.d.stop() == 0
        shutil.rmtree(self.d.data)
        shutil.copytree(self.kept, self.d.data)

    def verify(self, **args):
        """What is found in the store as it is now."""
        if not self.d.process:
            self.d.start()
        client = self.d.client()
        client.token = self.token
        return client.ask("audit.verify", **args)

    def found(self, *damages, **args):
        """(event, problem) of each problem after these damages."""
        self.again()
        for how in damages:
            self.damage(*how)
        return [(p["event"], p["problem"]) for p in self.verify(**args)["problems"]]

    def quiet(self):
        """The number of an event in the middle that neither it nor its neighbour was signed at."""
        signed = {seal["event"] for seal in self.seals}
        return next(n for n in range(self.seals[1]["event"] + 2, self.last) if not signed & {n - 1, n, n + 1})


@pytest.fixture(scope="module")
def log():
    made = Log()
    yield made
    made.d.__exit__(None)


def test_a_log_that_nobody_touched_has_no_problems(log):
    log.again()
    got = log.verify()
    assert got["problems"] == [] and got["events"] == log.last and got["heads"] >= MARKS
    for seal in log.seals:
        assert log.verify(seal=seal)["problems"] == []
    assert got["seal"]["event"] == log.last  # whatever was not signed is signed when the daemon ends
    listed = log.d.client()
    listed.token = log.token
    assert all(len(e["chain"]) == 32 for e in listed.ask("event.list", limit=100)["events"])


@pytest.mark.parametrize("how", ["change", "bytes", "unlink", "garbage"])
def test_an_event_that_was_changed_is_found_where_it_is(log, how):
    n = log.quiet()
    (found,) = log.found((how, n))
    assert found[0] == n and found[1].startswith("changed:")


def test_a_link_that_was_made_to_fit_breaks_the_next_one(log):
    n = log.quiet()
    (found,) = log.found(("relink", n))
    assert found[0] == n + 1 and found[1].startswith("changed:")


def test_an_event_that_was_removed_is_named(log):
    n = log.quiet()
    (found,) = log.found(("remove", n))
    assert found == (n, "missing: it was removed")


def test_events_that_moved_up_into_a_gap_do_not_fit(log):
    n = log.quiet()
    found = log.found(("shift", n))
    assert found[0][0] == n and found[0][1].startswith("changed:")
    assert any(problem.startswith("cut off:") for _, problem in found)


def test_another_order_is_found(log):
    n = log.quiet()
    found = log.found(("swap", n, n + 3))
    assert [event for event, problem in found if problem.startswith("out of order:")] == [n, n + 3]
    found = log.found(("exchange", n, n + 3))
    assert [event for event, problem in found if problem.startswith("changed:")] == [n, n + 3]


def test_an_end_that_was_cut_off_is_found(log):
    n = log.quiet()
    found = log.found(("cut", n))
    assert all(event == n or "later" in problem for event, problem in found)
    assert found[0][1] == f"cut off: the log ends here, and there was an event {log.last}"
    found = log.found(("cut-well", n))
    assert found[0][0] == n and found[0][1].startswith("cut off: the head signed on")


def test_an_event_that_was_added_is_found(log):
    assert log.found(("add",))[0] == (log.last + 1, "forged: that number was never given to an event")


def test_a_head_that_was_changed_is_found(log):
    (found,) = log.found(("head",))
    assert found[0] == log.last and found[1].startswith("changed:")


def test_a_log_that_was_rewritten_as_a_whole_is_not_what_was_signed(log):
    n = log.quiet()
    after = next(seal["event"] for seal in log.seals if seal["event"] > n)
    found = log.found(("rewrite", n))
    assert found[0][0] == after and found[0][1].startswith("changed: the log up to here is not what the head signed on")
    assert all(problem.startswith("changed:") for _, problem in found)


def test_a_log_that_was_changed_is_not_signed_any_more(log):
    log.found(("rewrite", log.quiet()))
    client = log.d.client()
    client.token = log.token
    refusal = client.refused("audit.head")
    assert refusal.code == "state" and "audit.verify" in refusal.message


def test_signed_heads_can_not_be_forged_changed_or_left_out(log):
    n = log.quiet()
    found = log.found(("rewrite", n), ("forge", n))
    assert found and all("another key" in problem for _, problem in found)
    (found,) = log.found(("unsigned", 1))
    assert found[1].startswith("forged head:") and "does not bear" in found[1]
    (found,) = log.found(("drop", 1))
    assert found[1].startswith("missing: 1 signed head")


def test_a_seal_kept_elsewhere_finds_what_nothing_in_the_store_can_tell(log):
    n, seal = log.quiet(), log.seals[-1]
    found = log.found(("rewrite", n), ("forget", n), seal=seal)
    assert [(e, p.split(" at ")[0]) for e, p in found if "the seal" in p] == [
        (seal["event"], f"changed: the log up to here is not what the seal signed on {seal['at'][:10]}")]
    found = log.found(("cut-well", n), ("forget", n), seal=seal)
    assert any(e == n and p.startswith("cut off: the seal") and str(seal["event"]) in p for e, p in found)


def test_a_seal_that_is_none_is_told(log):
    log.again()
    seal = log.seals[-1]
    for wrong in ({"event": seal["event"] - 1}, {"at": "2026-11-22T00:00:00Z"}, {"business": 7}, {"chain": bytes(32)}, {"signature": bytes(64)}):
        (problem,) = log.verify(seal={**seal, **wrong})["problems"]
        assert problem["problem"].startswith("forged head: the seal"), problem
    client = log.d.client()
    client.token = log.token
    for wrong in ({"chain": b"x"}, {"signature": bytes(65)}, {"key": bytes(33)}):
        assert client.refused("audit.verify", seal={**seal, **wrong}).code == "invalid"
    (problem,) = log.verify(seal={})["problems"]
    assert problem["problem"] == "forged head: the seal without a time does not bear that signature"


def test_problems_are_bounded(log):
    found = log.found(*[("change", n) for n in range(1, log.last - 1)])
    assert [event for event, _ in found] == list(range(1, log.last - 1))[:100]


# --- stores of an older program ----------------------------------------------------------------------------------------------------
def test_a_store_of_schema_1_is_linked_when_it_is_opened(log):
    for how in (("schema1",), ("half", log.quiet())):
        assert log.found(how) == []
        # it is signed as soon as the daemon has begun
        got = wait_until(lambda: (found := log.verify()).get("seal", {}).get("event") == found["events"] and found, 30)
        # what is noted while it is brought up to date: that seller and buyer of what was sent were put on record
        assert got["events"] >= log.last and got["seal"]["event"] == got["events"]
        operator = log.d.client()
        assert operator.ask("system.check")["problems"] == []
        log.d.stop()
        log.d.start()  # and stays so
        assert log.verify()["problems"] == []
        client = log.d.client()
        client.token = log.token
        client.ask("customer.create", customer={"name": "After", "currency": "EUR"})
        assert log.verify()["problems"] == []
        assert log.verify()["events"] == got["events"] + 1


def test_a_migration_that_is_killed_goes_on_where_it_was(log):
    log.again()
    log.damage("schema1")
    for when in range(1, 4):
        done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"inject=fdatasync:signal=KILL:when={when}", BUILD / "bin/posternd", "serve", "--data",
                               log.d.data, "--listen", log.d.url], capture_output=True, timeout=60)
        assert done.returncode != 0
    assert log.verify()["problems"] == []


# --- at work -----------------------------------------------------------------------------------------------------------------------
def writer(d, token, stop, problems, n):
    client = Client(d.socket, 30)
    client.token = token
    try:
        while not stop.is_set():
            made = client.ask("customer.create", customer={"name": f"Made {n}", "currency": "EUR"})["customer"]
            try:  # refused after it may have written: leaves nothing
                client.ask("customer.update", customer={"id": made["id"], "name": "Other", "revision": 99})
            except Refused as refusal:
                assert refusal.code in ("stale", "invalid"), refusal
    except (OSError, EOFError):
        pass
    except Exception as e:
        problems.append(e)
    finally:
        client.close()


def test_many_writers_and_a_kill_leave_one_whole_chain():
    with Daemon() as d:
        admin = d.sign_in()
        for _ in range(5):
            stop, problems = threading.Event(), []
            threads = [threading.Thread(target=writer, args=(d, admin.token, stop, problems, n)) for n in range(8)]
            for t in threads:
                t.start()
            operator = d.client()
            before = operator.ask("audit.verify", portal="acme")
            while operator.ask("audit.verify")["events"] < before["events"] + 60:
                pass
            seal = operator.ask("audit.head")["seal"]
            assert operator.ask("audit.verify", seal=seal)["problems"] == []
            d.stop(signal.SIGKILL)
            stop.set()
            for t in threads:
                t.join(60)
            assert not problems, problems
            d.start()
            again = d.client()
            got = wait_until(lambda: (found := again.ask("audit.verify", seal=seal))["seal"]["event"] == found["events"] and found, 30)
            assert got["problems"] == [] and got["seal"]["event"] == got["events"]


def test_a_log_that_grows_is_signed_every_minute():
    """A real minute, and a second one in which nothing happens: durations are counted by a clock that nobody sets."""
    with Daemon() as d:
        operator = d.client()
        d.sign_in().ask("customer.create", customer={"name": "Bodega Sur", "currency": "EUR"})
        got = wait_until(lambda: (found := operator.ask("audit.verify")).get("seal", {}).get("event") == found["events"] and found, 90)
        assert got["problems"] == [] and got["events"] > 3
        begun = operator.ask("system.stats")
        wait_until(lambda: operator.ask("system.stats")["uptime_ms"] > begun["uptime_ms"] + 65000, 90)
        assert operator.ask("system.stats")["commits"] == begun["commits"], "nothing happened: nothing is signed"


# --- who may -----------------------------------------------------------------------------------------------------------------------
def test_the_operator_names_the_business_and_an_administrator_has_one(log):
    log.again()
    log.d.start()
    operator, admin = log.d.client(), log.d.client()
    admin.token = log.token
    assert operator.ask("audit.verify")["events"] == log.last  # there is only one
    assert operator.ask("audit.verify", portal="acme")["events"] == log.last
    assert operator.refused("audit.verify", portal="nobody").code == "not_found"
    operator.ask("business.create", portal="other", name="Other", currency="EUR", admin_email="o@other.test", password="correct horse battery")
    assert operator.refused("audit.verify").field == "portal"
    other = operator.ask("audit.verify", portal="other")
    assert other["problems"] == [] and other["events"] == 2
    assert admin.ask("audit.verify", portal="acme")["problems"] == []
    assert admin.refused("audit.verify", portal="other").code == "not_found"
    assert operator.ask("audit.head", portal="other")["seal"]["portal"] == "other"
    problems = operator.ask("audit.verify", portal="other", seal=log.seals[0])["problems"]
    assert [p["problem"].split(",")[0].split(" is ")[-1] for p in problems] == ["of another business"]
