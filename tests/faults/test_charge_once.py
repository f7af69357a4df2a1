"""What is charged by itself is charged once (E13): the daemon is killed while it charges, again and again. In the end there is one charge at the gateway for
each payment on record, one that succeeded for each invoice, and nothing that is due was left out."""
import os
import pathlib
import random
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
from daemon import Daemon, add_customer, line, money, open_portal, wait_until  # noqa: E402
from stripe_double import Fault, Stripe  # noqa: E402
from stripe_portal import LOCAL, Portal  # noqa: E402
from test_payment_once import all_payments, ledger  # noqa: E402

ROUNDS, EACH = int(os.environ.get("POSTERN_KILL_ROUNDS", "6")), 4
CARDS = ["4242424242424242", "4000000000009235", "4000000000000341", "4000000000003014"]
random.seed(20270131)


def owed(staff, customer):
    today = staff.ask("session.me")["me"]["today"]
    return staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="20")], "instalments": [
        {"due": today, "amount": money("19")}, {"due": "2030-12-31", "amount": money("1")}]})["invoice"]


def charged(d):
    return (d.data / "sandbox.ledger").read_text().count("charge ")


def kill(d, charges, before):
    """As soon as so many more were heard of at the gateway: none of them, some, all."""
    wanted = before + random.randrange(EACH + 1)
    wait_until(lambda: charges() >= wanted, 30, what="charges at the gateway")
    d.process.send_signal(signal.SIGKILL)
    d.process.wait(10)
    d.stop()
    d.start()


def settled(staff):
    """Nothing is pending, and what is charged has nothing left to look at today."""
    def over():
        pending = staff.ask("payment.list", state="pending", limit=100)["payments"]
        for p in pending:
            staff.ask("payment.settle", payment=p["id"])
        charges = [r for r in staff.ask("due.list")["due"] if r["work"] == "charge"]
        return not pending and all(r["at"] > staff.ask("session.me")["me"]["today"] + "T24" for r in charges)
    wait_until(over, 60, "all settled")


def check(d, staff, made):
    payments = all_payments(staff)
    assert len({p["allocations"][0]["invoice"] if p["allocations"] else p["id"] for p in payments}) == len(payments), "one try of each today"
    for invoice in made:
        left = staff.ask("invoice.get", invoice=invoice["id"])["invoice"]["balance"]
        mine = [p for p in payments if any(a["invoice"] == invoice["id"] for a in p.get("allocations", []))]
        assert len(mine) == 1, (invoice["number"], mine)
        assert left == (money("1") if mine[0]["state"] == "succeeded" else money("20"))
    found = d.client().ask("system.check")
    assert not found.get("problems"), found
    return payments


def test_killed_while_charging_each_is_charged_once():
    with Daemon() as d:
        staff = d.sign_in()
        people = []
        for i, number in enumerate(CARDS):
            customer, contact = add_customer(staff, f"Customer {i}", f"p{i}@charge.test")
            one = open_portal(d, staff, contact, f"p{i}@charge.test")
            m = one.ask("method.save", mode="card", card_number=number, card_expiry="11/41", card_code="123")["saved"]
            one.ask("method.agree", saved=m["id"], version=1, ceiling=money("100"))
            people.append(customer)
        made = []
        for _ in range(ROUNDS):
            before = charged(d)
            made += [owed(staff, random.choice(people)) for _ in range(EACH)]
            token = staff.token
            kill(d, lambda: charged(d), before)
            staff = d.client()
            staff.token = token
        settled(staff)
        payments = check(d, staff, made)
        state, times = ledger(d)
        assert set(times.values()) == {1} and len(times) == len(payments) == ROUNDS * EACH
        assert {p["state"] for p in payments} == {"succeeded", "failed"}
        taken = sorted(int(amount) for said, amount, _ in state.values() if said == "succeeded")
        assert taken == sorted(p["amount"]["amount"] for p in payments if p["state"] == "succeeded")


def test_killed_while_charging_at_stripe_each_is_charged_once():
    with tempfile.TemporaryDirectory() as folder, Stripe(folder) as s, Daemon(**LOCAL, sandbox=False) as d:
        p = Portal(d, s)
        m = p.maria.ask("method.save", online=True)["saved"]
        s.set_up(s.sessions("open")[0]["id"])
        wait_until(lambda: p.maria.ask("method.get", saved=m["id"])["saved"]["state"] == "good", what="a card that is saved")
        p.maria.ask("method.agree", saved=m["id"], version=1, ceiling=money("100"))
        made = []
        for _ in range(ROUNDS):
            s.faults.append(Fault("POST", "/v1/payment_intents", random.choice(["drop", "cut", 500, 429]), after=random.random() < 0.5))
            before = len(s.intents())
            made += [owed(p.admin, p.customer) for _ in range(EACH)]
            kill(d, lambda: len(s.intents()), before)
            p.again()
        settled(p.admin)
        payments = check(d, p.admin, made)
        keys = [i["metadata"]["postern"] for i in s.intents()]
        assert len(keys) == len(set(keys)) == len(payments) == ROUNDS * EACH, "one charge for each"
        assert {i["id"] for i in s.intents()} == {p.get(x)["gateway_id"] for x in payments}
