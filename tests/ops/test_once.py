"""A write happens once: its request id brings the stored answer back, whoever lost it on the way.

tsan: yes
"""
import secrets
import signal
import threading

import msgpack
import pytest

from daemon import Client, Daemon, Refused, add_customer, line, money, open_portal, wait_until


@pytest.fixture(scope="module")
def customer(admin):
    return add_customer(admin)[0]


def state(d):
    """What every write changes: the number of keys in the store (its stored answer is one)."""
    return d.client().ask("system.stats")["store_entries"]


def request(client, op, /, **args):
    """A write as bytes, to be sent again as they are."""
    return msgpack.packb(client.envelope(op, args))


def test_a_resend_gets_the_same_bytes_and_changes_nothing(d, admin, customer):
    invoice = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    writes = [
        request(admin, "customer.create", customer={"name": "Once", "currency": "EUR"}),
        request(admin, "invoice.create", customer=customer, document={"lines": [line(price="12.34")]}, send=True),
        request(admin, "invoice.send", invoice=invoice["id"], revision=invoice["revision"]),
        request(admin, "comment.add", document=invoice["id"], text="Once.", portal=True),
        request(admin, "payment.record", customer=customer, mode="cash", amount=money("3")),
        request(admin, "staff.create", name="Una", email="una@acme.test", role="reader", password="a long password"),
    ]
    for body in writes:
        first = admin.raw(body)
        assert b"result" in first, first
        before = state(d)
        for client in (admin, Client(d.socket)):  # over the same connection and over another one
            assert client.raw(body) == first
        assert state(d) == before
    # what happened in between does not show in the old answer
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": invoice["id"]}])
    assert msgpack.unpackb(admin.raw(writes[2]))["result"]["invoice"]["state"] == "open"
    assert admin.ask("invoice.get", invoice=invoice["id"])["invoice"]["state"] == "paid"


def test_an_id_with_other_arguments_or_another_operation_is_refused(d, admin, customer):
    used = secrets.token_bytes(16)
    admin.ask("payment.record", customer=customer, mode="cash", amount=money("1"), request_id=used)
    before = state(d)
    for op, args in [("payment.record", {"customer": customer, "mode": "cash", "amount": money("2")}),
                     ("payment.record", {"customer": customer, "mode": "check", "amount": money("1")}),
                     ("customer.create", {"customer": {"name": "Other", "currency": "EUR"}})]:
        refusal = admin.refused(op, request_id=used, **args)
        assert (refusal.code, refusal.field) == ("id_reused", "id")
    assert state(d) == before


def test_a_refused_write_does_not_use_its_id_up(admin, customer):
    one = secrets.token_bytes(16)
    assert admin.refused("payment.record", customer=customer, mode="cash", amount=money("-1"), request_id=one).field == "amount"
    assert admin.ask("payment.record", customer=customer, mode="cash", amount=money("1"), request_id=one)["payment"]["number"]


def test_nobody_gets_the_answer_of_somebody_else(d, admin):
    people = []
    for n in range(2):
        email = f"p{n}@person.test"
        customer, contact = add_customer(admin, f"Person {n}", email)
        invoice = admin.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True)["invoice"]["id"]
        people.append((open_portal(d, admin, contact, email), invoice))
    (one, invoice), (other, _) = people
    used = secrets.token_bytes(16)
    one.ask("account.update", name="Renamed", request_id=used)
    refusal = other.refused("account.update", name="Renamed", request_id=used)
    assert refusal.code == "id_reused" and "p0@person.test" not in repr(refusal.error)
    one.ask("comment.add", document=invoice, text="mine", request_id=(second := secrets.token_bytes(16)))
    assert other.refused("comment.add", document=invoice, text="mine", request_id=second).code in ("id_reused", "not_found")
    assert admin.refused("comment.add", document=invoice, text="mine", request_id=second).code == "id_reused"
    # an id is a business's own: the same one elsewhere is another one
    d.client().ask("business.create", portal="else", name="Else", currency="EUR", admin_email="eve@else.test", password="a long password")
    eve = d.sign_in("eve@else.test", "a long password", portal="else")
    assert eve.ask("account.update", name="Renamed", request_id=used)["me"]["email"] == "eve@else.test"
    one.ask("session.sign_out")
    stranger = d.client()
    assert stranger.refused("account.update", name="Renamed", request_id=used).code == "sign_in"


def test_signed_out_the_stored_answer_is_out_of_reach(d, admin):
    customer, contact = add_customer(admin, "Gone Ltd", "gone@gone.test")
    gone = open_portal(d, admin, contact, "gone@gone.test")
    body = request(gone, "account.update", name="Gone")
    gone.raw(body)
    admin.ask("access.disable", contacts=[contact])
    assert msgpack.unpackb(gone.raw(body))["error"]["code"] == "sign_in"


def test_a_write_without_an_id_is_refused_by_that_name(d, admin):
    writes = [op for op in d.client().ask("system.describe")["operations"] if op["write"] and "public" not in op["roles"]]
    assert len(writes) > 30
    for op in writes:
        client = d.client() if op["roles"] == ["operator"] else admin
        envelope = client.envelope(op["name"], {})
        del envelope["id"]
        with pytest.raises(Refused) as refusal:
            client.send(envelope)
        assert (refusal.value.code, refusal.value.field) == ("invalid", "id"), op["name"]
        for bad in (b"", b"x" * 15, b"x" * 17, "x" * 16, 7):
            with pytest.raises(Refused) as refusal:
                client.send({**envelope, "id": bad})
            assert refusal.value.field == "id", (op["name"], bad)


def test_a_read_takes_no_id_and_is_never_stale(admin, customer):
    same = secrets.token_bytes(16)
    before = admin.ask("customer.get", id=customer, request_id=same)["customer"]
    admin.ask("customer.update", id=customer, customer={"revision": before["revision"], "phone": "1"})
    assert admin.ask("customer.get", id=customer, request_id=same)["customer"]["phone"] == "1"


def test_the_answer_is_there_after_an_end_and_after_a_kill():
    with Daemon() as d:
        admin = d.sign_in()
        token, (customer, _) = admin.token, add_customer(admin)
        body = request(admin, "invoice.create", customer=customer, document={"lines": [line()]}, send=True)
        first = admin.raw(body)
        for end in (signal.SIGTERM, signal.SIGKILL):
            d.stop(end)
            d.start()
            again = d.client()
            again.token = token
            assert again.raw(body) == first
            assert again.ask("invoice.list")["total"] == 1
        # the same person signed in anew is the same person
        anew = d.sign_in()
        envelope = msgpack.unpackb(body)
        assert msgpack.packb(anew.send({**envelope, "token": anew.token})) == msgpack.packb(msgpack.unpackb(first)["result"])


def test_what_would_be_refused_the_second_time_is_not_done_a_second_time(d, admin):
    """After the first the old password no longer matches, and that address has an account."""
    admin.ask("staff.create", name="Pia", email="pia@acme.test", role="staff", password="the first password", keep_password=True)
    pia = d.sign_in("pia@acme.test", "the first password")
    body = request(pia, "password.change", old="the first password", password="the second password")
    first = pia.raw(body)
    assert b"result" in first and [pia.raw(body) for _ in range(3)] == [first] * 3
    body = request(admin, "staff.create", name="Leo", email="leo@acme.test", role="staff", password="the first password")
    first = admin.raw(body)
    assert b"result" in first and admin.raw(body) == first
    assert admin.refused("staff.create", name="Leo", email="leo@acme.test", role="staff", password="the first password").code == "exists"


def test_a_new_token_is_not_kept_in_the_store(d, admin):
    (first, p1), (second, p2) = (add_customer(admin, f"Twin {n}", "twin@twin.test") for n in range(2))
    admin.ask("access.enable", contacts=[p1, p2], password="a long password", keep_password=True)
    twin = d.sign_in("twin@twin.test", "a long password", customer=first)
    body = request(twin, "session.switch", customer=second)
    token = msgpack.unpackb(twin.raw(body))["result"]["token"]
    assert msgpack.unpackb(twin.raw(body))["error"]["code"] == "sign_in"  # that session has ended
    for file in (f for f in [d.log, *d.data.rglob("*")] if f.is_file()):
        content = file.read_bytes()
        assert token.encode() not in content and twin.token.encode() not in content, file


CLIENTS, EACH = 32, 6


def test_many_clients_that_all_send_twice_leave_one_of_each(d, admin):
    customer = add_customer(admin, "Crowd Ltd", "crowd@crowd.test")[0]
    before = admin.ask("invoice.list", customer=customer).get("total", 0)
    bodies = [[request(admin, "invoice.create", customer=customer, document={"lines": [line(price=str(c))], "reference": f"c{c}.{n}"}, send=True)
               for n in range(EACH)] for c in range(CLIENTS)]
    answers, trouble = {}, []

    def client(number):
        """Sends its own and its neighbour's, so that two connections race with one id."""
        try:
            with Client(d.socket) as c:
                for own, other in zip(bodies[number], bodies[(number + 1) % CLIENTS]):
                    for body in (own, other, own):
                        answers.setdefault(body, set()).add(c.raw(body))
        except Exception as e:  # told below
            trouble.append(e)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    assert not trouble and len(answers) == CLIENTS * EACH
    assert {len(a) for a in answers.values()} == {1}
    numbers = [msgpack.unpackb(next(iter(a)))["result"]["invoice"]["number"] for a in answers.values()]
    assert len(set(numbers)) == CLIENTS * EACH
    assert admin.ask("invoice.list", customer=customer)["total"] == before + CLIENTS * EACH
    serial = sorted(int(n.rsplit("-", 1)[-1]) for n in numbers)
    assert serial == list(range(serial[0], serial[0] + CLIENTS * EACH))  # without gaps
    assert d.client().ask("system.check")["problems"] == []


def test_paying_twice_with_one_id_charges_once(d, admin):
    customer, contact = add_customer(admin, "Card Ltd", "card@card.test")
    payer = open_portal(d, admin, contact, "card@card.test")
    invoice = admin.ask("invoice.create", customer=customer, document={"lines": [line(price="41.07")]}, send=True)["invoice"]["id"]
    body = request(payer, "payment.pay", parts=[{"invoice": invoice}], expect=money("41.07"), card_number="4242424242424242",
                   card_expiry="12/39", card_code="123")
    answers = {payer.raw(body) for _ in range(5)}
    assert len(answers) == 1
    wait_until(lambda: payer.ask("invoice.get", invoice=invoice)["invoice"]["status"] == "paid", 30, "the payment")
    assert {payer.raw(body)} == answers
    assert len(payer.ask("payment.list")["payments"]) == 1
    charges = [x for x in (d.data / "sandbox.ledger").read_text().splitlines() if x.startswith("charge") and " 4107 " in x]
    assert len(charges) == 1
