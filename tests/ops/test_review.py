"""What a hostile reading of the daemon found: each test is one way in, or one way to break something, that is closed.

tsan: no
"""
import threading

import msgpack

from daemon import PASSWORD, Client, add_customer, days, line, money, open_portal


def sent(admin, customer, **more):
    return admin.ask("invoice.create", customer=customer, document={"lines": [line()], **more}, send=True)["invoice"]


def test_somebody_elses_number_is_refused_like_one_that_does_not_exist(d, admin):
    customer, contact = add_customer(admin, "Nosy", "nosy@nosy.test")
    mine, other = sent(admin, customer), sent(admin, add_customer(admin, "Other", "o@other.test")[0])
    nosy = open_portal(d, admin, contact, "nosy@nosy.test")
    paid = admin.ask("payment.record", customer=other["customer"], mode="cash", amount=money("1"))["payment"]
    card = {"expect": money("1"), "card_number": "4242 4242 4242 4242", "card_expiry": "12/39", "card_code": "123"}
    for op, ask in [("invoice.get", lambda n: {"invoice": n}), ("comment.add", lambda n: {"document": n, "text": "x"}),
                    ("payment.list", lambda n: {"invoice": n}),
                    ("payment.pay", lambda n: {"parts": [{"invoice": mine["number"]}, {"invoice": n}], **card})]:
        answers = [nosy.refused(op, **ask(n)) for n in (other["number"], "INV-999999", other["id"], 999999)]
        assert len({(a.code, a.field, a.message) for a in answers}) == 1, [a.error for a in answers]
        assert answers[0].code == "not_found"
    answers = [nosy.refused("payment.get", payment=n) for n in (paid["number"], "PAY-999999", paid["id"], 999999)]
    assert len({(a.code, a.field, a.message) for a in answers}) == 1, [a.error for a in answers]


def test_a_business_is_founded_once(d):
    operator = d.client()
    body = msgpack.packb(operator.envelope("business.create", {
        "portal": "twice", "name": "Twice", "currency": "EUR", "admin_email": "t@twice.test", "password": PASSWORD}))
    first = operator.raw(body)
    assert b"result" in first, first
    assert operator.raw(body) == first
    assert Client(d.socket).raw(body) == first


def test_an_imported_due_day_is_the_usual_one_however_late_the_invoice_is_dated(admin):
    admin.ask("import.customers", rows=[{"source": "late", "customer": {"name": "Late", "currency": "EUR"}}])
    row = {"source": "l1", "customer_source": "late", "document": {"number": "L-1", "currency": "EUR", "lines": [line()]}}

    def refused(**at):
        row["document"] = {**row["document"], **at}
        got = admin.ask("import.invoices", rows=[row])
        return got["created"], [p["field"] for p in got["problems"]]
    assert refused(date="9999-12-30") == (0, ["document.date"])
    assert refused(date="2026-01-30", due="9999-12-31") == (0, ["document.due"])
    row["document"] = {k: v for k, v in row["document"].items() if k != "due"} | {"date": days(3650)}
    assert admin.ask("import.invoices", rows=[row])["created"] == 1
    assert admin.ask("invoice.get", invoice="L-1")["invoice"]["due"] == days(3680)
    assert admin.ask("invoice.list", sort="due")["invoices"]


def test_an_accent_makes_another_mailbox(d, admin):
    plain = add_customer(admin, "Plain", "jose@mail.test")
    accent = add_customer(admin, "Accent", "josé@mail.test")
    admin.ask("access.enable", contacts=[plain[1], accent[1]], password=PASSWORD, keep_password=True)
    got = d.client().sign_in("acme", "JOSE@mail.test", PASSWORD)
    assert got["me"]["customer"] == plain[0] and not got.get("choices")
    one, other = d.sign_in("jose@mail.test"), d.sign_in("josé@mail.test")
    assert other.me["customer"] == accent[0]
    assert not one.ask("session.me").get("choices")
    for client, customer in ((one, accent[0]), (other, plain[0])):
        assert client.refused("session.switch", customer=customer).code == "not_found"


def test_one_address_still_opens_all_its_customers(d, admin):
    people = [add_customer(admin, f"Shared {n}", "both@mail.test") for n in range(2)]
    admin.ask("access.enable", contacts=[p[1] for p in people], password=PASSWORD, keep_password=True)
    both = d.sign_in("Both@mail.test")
    assert {c["customer"] for c in both.ask("session.me")["choices"]} == {p[0] for p in people}
    got = both.ask("session.switch", customer=people[1][0])
    assert got["me"]["customer"] == people[1][0]


def test_the_persons_of_a_deactivated_customer_stay_out(d, admin):
    customer, contact = add_customer(admin, "Closed", "c@closed.test")
    still, at_work = add_customer(admin, "Still open", "c@closed.test")
    admin.ask("access.enable", contacts=[contact, at_work], password=PASSWORD, keep_password=True)
    revision = admin.ask("customer.get", id=customer)["customer"]["revision"]
    revision = admin.ask("customer.update", id=customer, customer={"active": False, "revision": revision})["customer"]["revision"]
    person = d.sign_in("c@closed.test")
    assert person.me["customer"] == still
    assert person.refused("session.switch", customer=customer).code == "not_found"
    admin.ask("access.disable", contacts=[at_work])
    assert d.client().refused("session.sign_in", portal="acme", email="c@closed.test", password=PASSWORD).code == "credentials"
    admin.ask("customer.update", id=customer, customer={"active": True, "revision": revision})
    assert d.sign_in("c@closed.test").me["customer"] == customer


def test_a_parked_poll_goes_on_where_it_looked_last(d, admin):
    customer, contact = add_customer(admin, "Patient", "p@patient.test")
    patient = open_portal(d, admin, contact, "p@patient.test")
    quiet = patient.ask("event.wait", since=0, timeout=0)
    for n in range(3):  # nothing that this customer sees
        admin.ask("item.create", item={"name": f"Thing {n}", "price": "1"})
    waiting = d.sign_in("p@patient.test")
    envelope = waiting.envelope("event.wait", {"since": quiet["last"], "timeout": 60000})
    got = []
    thread = threading.Thread(target=lambda: got.append(waiting.send(envelope)))
    thread.start()
    for n in range(20):
        admin.ask("item.create", item={"name": f"More {n}", "price": "1"})
    sent(admin, customer)
    thread.join(30)
    assert [e["what"] for e in got[0]["events"]] == ["sent"]
    assert got[0]["last"] >= got[0]["events"][-1]["id"]
