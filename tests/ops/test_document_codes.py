"""A document without an account: a mailed code opens that document and nothing else, until it is over, taken back or switched off."""
import re
import secrets
import threading
import time

import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer, days, is_over, line, money, open_portal, wait_until
from phone import enrol

CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})\s*$", re.MULTILINE)
CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "11/41", "card_code": "739"}


def mails(staff, to):
    """What was sent to an address, newest first."""
    rows = staff.ask("mail.list", limit=100)["mails"]
    return [staff.ask("mail.get", id=row["id"], code=True)["mail"] for row in rows if row["to"] == to]


def code_of(staff, to):
    return CODE.findall(mails(staff, to)[0]["text"])[0]


def set_business(staff, **fields):
    revision = staff.ask("settings.get")["business"]["revision"]
    return staff.ask("settings.update", business={"revision": revision, **fields})["business"]


class Sent:
    """A customer with an invoice and an estimate, and the code of one of them in the hands of somebody."""

    def __init__(self, d, staff, name, which="invoice"):
        self.d, self.staff, self.to = d, staff, f"{name}@holder.test"
        self.customer, self.contact = add_customer(staff, f"{name.title()} Ltd", self.to)
        self.invoice = self.make("invoice")
        self.other = self.make("invoice")
        self.estimate = self.make("estimate")
        self.which, self.id = which, getattr(self, which)["id"]
        self.code = staff.ask("code.send", document=self.id)["code"]
        self.typed = code_of(staff, self.to)

    def make(self, kind, price="10"):
        return self.staff.ask(f"{kind}.create", customer=self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14)})[kind]

    def open(self, **more):
        c = self.d.client()
        got = c.ask("code.open", portal=self.d.portal, code=self.typed, **more)
        c.token, c.me = got["token"], got["me"]
        return c

    def refused(self):
        return self.d.client().refused("code.open", portal=self.d.portal, code=self.typed)

    def get(self, client):
        return client.ask(f"{self.which}.get", **{self.which: self.id})


def test_what_a_payment_still_wants_is_given_by_who_has_the_code(d, admin):
    s, other = Sent(d, admin, "answers"), Sent(d, admin, "answersnot")
    c = s.open()
    p = c.ask("payment.pay", parts=[{"invoice": s.id}], expect=money("10"), **{**CARD, "card_number": "4000002760003184"})["payment"]
    wait_until(lambda: c.ask("payment.get", payment=p["id"])["payment"].get("wants"), what="the question for a code")
    assert other.open().refused("payment.answer", payment=p["id"], answer="123456").code == "not_found"
    assert c.ask("payment.answer", payment=p["id"], answer="123456")["payment"]["state"] == "succeeded"


def test_a_code_opens_its_document_as_often_as_one_likes(d, admin):
    s = Sent(d, admin, "opens")
    mail = mails(admin, s.to)[0]
    assert mail["template"] == "document" and s.invoice["number"] in mail["subject"] and "I have a code" in mail["text"]
    assert (s.code["email"], s.code["contact"], s.code["document"], s.code["good"]) == (s.to, s.contact, s.id, True)
    assert "hash" not in s.code
    for typed in (s.typed, s.typed.lower().replace("-", " ").replace("0", "o").replace("1", "l")):
        c = d.client()
        got = c.ask("code.open", portal="acme", code=typed)
        c.token = got["token"]
        me = got["me"]
        assert (me["document"], me["document_kind"], me["document_number"], me["means"]) == (s.id, "invoice", s.invoice["number"], "document")
        assert (me["role"], me["name"], me["customer_name"]) == ("customer", "Maria Ruiz, by code", "Opens Ltd")
        assert "choices" not in got and c.ask("session.me")["me"]["document"] == s.id
        assert s.get(c)["invoice"]["number"] == s.invoice["number"]
    assert c.ask("invoice.get", invoice=s.invoice["number"])["invoice"]["id"] == s.id  # by number, too
    kept = admin.ask("code.list", document=s.id)["codes"]
    assert [(k["id"], k["opened"], k["good"]) for k in kept] == [(s.code["id"], 2, True)] and kept[0]["last"] and kept[0]["place"]


def test_it_is_on_record_who_sent_opened_and_took_back(d, admin):
    s = Sent(d, admin, "record")
    c = s.open()
    s.get(c)
    wait_until(lambda: s.get(admin)["invoice"].get("viewed"), what="the viewed mark")
    admin.ask("code.revoke", code=s.code["id"])
    events = admin.ask("event.list", document=s.id)["events"]
    told = {e["what"]: e for e in events}
    assert {"code_sent", "code_opened", "code_revoked", "viewed"} <= set(told)
    assert told["code_opened"]["name"] == "Maria Ruiz, by code" and told["code_opened"]["side"] == "customer" and told["code_opened"]["place"]
    assert s.to in told["code_sent"]["text"] and told["viewed"]["name"] == "Maria Ruiz, by code"
    assert told["code_opened"].get("actor", 0) == 0  # nobody signed in
    maria = open_portal(d, admin, s.contact, s.to)
    assert not {"code_sent", "code_opened", "code_revoked"} & {e["what"] for e in s.get(maria)["events"]}


def test_what_is_done_with_it_is_said_to_be_done_with_it(d, admin):
    s = Sent(d, admin, "acts", "estimate")
    c = s.open()
    comment = c.ask("comment.add", document=s.id, text="Is the pallet included?")["comment"]
    assert comment["author"] == "Maria Ruiz, by code"
    assert [x["text"] for x in c.ask("comment.list", document=s.id)["comments"]] == ["Is the pallet included?"]
    assert admin.ask("comment.list", document=s.id)["comments"][0].get("author_id", 0) == 0
    e = s.get(c)["estimate"]
    got = c.ask("estimate.accept", estimate=s.id, revision=e["revision"], signed_by="Maria Ruiz")["estimate"]
    assert got["state"] == "accepted" and got["answers"][0]["by"] == "Maria Ruiz, by code" and "contact" not in got["answers"][0]


def test_it_pays_its_invoice_and_no_other(d, admin):
    s = Sent(d, admin, "pays")
    c = s.open()
    both = c.refused("payment.begin", parts=[{"invoice": s.id}, {"invoice": s.other["id"]}], expect=money("20"))
    assert (both.code, both.field) == ("not_found", "parts.1.invoice")
    for amount in ("1", "5"):  # whether there is credit, and from which document, is nobody's business
        why = c.refused("payment.begin", parts=[{"invoice": s.id}], expect=money("10"), method="sandbox/card", credit=money(amount))
        assert (why.code, why.field) == ("forbidden", "credit")
    begun = c.ask("payment.begin", parts=[{"invoice": s.id}], expect=money("10"), method="sandbox/card")
    given = [{"name": k, "value": v} for k, v in CARD.items()]
    thief = Sent(d, admin, "thief").open()
    assert thief.refused("payment.confirm", begun=begun["begun"], given=given).field == "begun"  # what somebody else began
    p = c.ask("payment.confirm", begun=begun["begun"], given=given)["payment"]
    settled = wait_until(lambda: (lambda x: x if x["state"] != "pending" else None)(c.ask("payment.get", payment=p["id"])["payment"]))
    assert settled["state"] == "succeeded" and settled["by"] == "Maria Ruiz, by code"
    assert s.get(c)["invoice"]["status"] == "paid"
    assert c.ask("event.wait", since=0, timeout=0)["events"]


def test_it_never_shows_more(d, admin):
    s = Sent(d, admin, "more")
    maria = open_portal(d, admin, s.contact, s.to)
    p = maria.ask("payment.pay", parts=[{"invoice": s.id}, {"invoice": s.other["id"]}], expect=money("20"), **CARD)["payment"]
    wait_until(lambda: maria.ask("payment.get", payment=p["id"])["payment"]["state"] == "succeeded")
    over = admin.ask("payment.record", customer=s.customer, mode="cash", amount=money("77"), parts=[])["payment"]
    elsewhere = admin.ask("payment.record", customer=s.customer, mode="cash", parts=[{"invoice": s.make("invoice")["id"]}])["payment"]
    draft = admin.ask("invoice.create", customer=s.customer, document={"lines": [line()]})["invoice"]
    strange = Sent(d, admin, "strange")
    c = s.open()
    told = s.get(c)
    assert c.refused("payment.how", invoice=s.other["id"]).code == "not_found"
    assert [x["id"] for x in c.ask("payment.how")["due"]] in ([s.id], []), "never another"
    assert [(x["amount"]["amount"], [a["invoice"] for a in x["allocations"]]) for x in told["payments"]] == [(1000, [s.id])]
    one = c.ask("payment.get", payment=p["id"])["payment"]
    assert one["amount"] == money("10") and len(one["allocations"]) == 1 and "contact" not in one
    for other in (s.other["id"], s.other["number"], strange.id, strange.invoice["number"], draft["id"], 999_999, "INV-999999"):
        refusal = c.refused("invoice.get", invoice=other)
        assert (refusal.code, refusal.field) == ("not_found", "invoice"), other
    for other in (over["id"], over["number"], elsewhere["id"], elsewhere["number"]):
        assert c.refused("payment.get", payment=other).code == "not_found"
    for other in (s.estimate["id"], s.other["id"], draft["id"]):
        assert c.refused("comment.add", document=other, text="x").code == "not_found"
        assert c.refused("comment.list", document=other).code == "not_found"
    assert c.refused("estimate.accept", estimate=s.estimate["id"], revision=1, signed_by="x").code == "not_found"
    admin.ask("comment.add", document=s.other["id"], text="about the other", portal=True)
    admin.ask("comment.add", document=s.id, text="about this one", portal=True)
    texts = repr(c.ask("event.wait", since=0, timeout=0))
    assert p["number"] in texts and over["number"] not in texts and elsewhere["number"] not in texts and "2000" not in texts
    assert "about this one" in texts and "about the other" not in texts and s.other["number"] not in texts
    assert c.ask("session.me")["me"].get("unread", 0) == 0


def test_everything_else_is_refused(d, admin):
    s = Sent(d, admin, "else")
    c = s.open()
    ops = {op["name"]: op for op in d.client().ask("system.describe")["operations"]}
    with_code = {name for name, op in ops.items() if "holder" in op["roles"]}
    assert with_code == {f"{kind}.get" for kind in ("invoice", "estimate", "retainer", "credit_note")} | {
        "estimate.accept", "estimate.decline", "estimate.version", "comment.add", "comment.list", "payment.begin", "payment.confirm", "payment.how",
        "payment.pay", "payment.answer", "payment.cancel", "payment.get", "payment.settle", "session.me", "session.sign_out", "event.wait"}
    for name, arguments in [("home.get", {}), ("invoice.list", {}), ("estimate.list", {}), ("payment.list", {}), ("customer.get", {}),
                            ("event.list", {}), ("event.seen", {"event": 1}),
                            ("settings.get", {}), ("session.list", {}), ("session.revoke", {"others": True}), ("key.list", {}),
                            ("account.update", {"name": "Eve"}), ("password.change", {"old": "x", "password": "three harbour lanterns"}),
                            ("session.confirm", {"password": PASSWORD}), ("session.switch", {"customer": s.customer}),
                            ("mfa.begin", {}), ("code.list", {"document": s.id}), ("code.send", {"document": s.id}),
                            ("code.revoke", {"code": s.code["id"]}), ("invoice.void", {"invoice": s.id, "reason": "x"})]:
        assert c.refused(name, **arguments).code == "forbidden", name
    assert s.get(c)["invoice"]["id"] == s.id


ENDS = ["revoke", "withdraw", "again", "address", "gone", "off", "deactivated", "factor", "renamed", "switch", "all_factors"]


@pytest.mark.parametrize("what", ENDS)
def test_what_ends_it_ends_what_is_open_at_once(daemon, what):
    d, admin = daemon, daemon.sign_in()

    def revoke(s):
        admin.ask("code.revoke", code=s.code["id"])

    def withdraw(s):
        admin.ask("invoice.void", invoice=s.id, reason="wrong")

    def again(s):
        admin.ask("code.send", document=s.id)

    def address(s):
        admin.ask("contact.update", id=s.contact, contact={"email": f"new-{s.to}"})

    def gone(s):
        admin.ask("contact.delete", id=s.contact)

    def off(s):
        admin.ask("access.enable", contacts=[s.contact], password=PASSWORD)
        admin.ask("access.disable", contacts=[s.contact])

    def deactivated(s):
        revision = admin.ask("customer.get", id=s.customer)["customer"]["revision"]
        admin.ask("customer.update", id=s.customer, customer={"revision": revision, "active": False})

    def factor(s):
        enrol(open_portal(d, admin, s.contact, s.to), password=PASSWORD)

    def renamed(s):
        set_business(admin, portal="renamed")
        d.portal = "renamed"

    def switch(s):
        set_business(admin, no_codes=True)

    def all_factors(s):
        set_business(admin, mfa=True)

    s = Sent(d, admin, what.replace("_", ""))
    c = s.open()
    {"revoke": revoke, "withdraw": withdraw, "again": again, "address": address, "gone": gone, "off": off, "deactivated": deactivated,
     "factor": factor, "renamed": renamed, "switch": switch, "all_factors": all_factors}[what](s)
    assert is_over(c)
    refusal = s.refused()
    assert (refusal.code, refusal.field) == ("code", "")
    mine = [k for k in admin.ask("code.list", document=s.id)["codes"] if k["id"] == s.code["id"]]
    assert not mine[0].get("good") and mine[0]["why_not"]
    if what in ("switch", "all_factors"):
        assert admin.refused("code.send", document=s.id).code == "switched_off"
        set_business(admin, no_codes=False, mfa=False)
        assert not is_over(c)  # nothing was taken back


def test_bad_codes_get_one_answer_and_guessing_is_slowed():
    with Daemon(portal="guessed") as d:
        staff = d.sign_in()
        s, t = Sent(d, staff, "one"), Sent(d, staff, "two")
        staff.ask("code.revoke", code=t.code["id"])
        d.client().ask("business.create", portal="strange", name="Strange", currency="EUR", admin_email="s@strange.test", password=PASSWORD)
        bad = [("guessed", t.typed), ("guessed", "?"), ("strange", s.typed), ("nowhere", s.typed)]
        answers = {(r.code, r.message, r.field) for r in (d.client().refused("code.open", portal=p, code=c) for p, c in bad)}
        assert len(answers) == 1 and answers.pop()[0] == "code"
        d.client().refused("code.open", portal="guessed", code="x")
        d.client().refused("code.open", portal="guessed", code="x")
        s.open()  # forgives nothing: who has one code does not guess at others for ever
        assert d.client().refused("code.open", portal="guessed", code="x").code == "code"
        assert s.refused().code == "slow_down"
        assert d.client().refused("invitation.show", portal="guessed", code="x").code == "slow_down"  # it is one count
        assert any(e["what"] == "sign_in_refused" for e in staff.ask("event.list")["events"])


def test_the_code_of_one_kind_is_none_of_another(d, admin):
    s = Sent(d, admin, "kinds")
    assert d.client().refused("invitation.show", portal="acme", code=s.typed).code == "code"
    assert d.client().refused("password.reset", portal="acme", code=s.typed, password="three harbour lanterns").code == "code"
    s.open()


def test_it_is_not_in_the_store_as_it_is_typed(d, admin):
    s = Sent(d, admin, "stored")
    c = s.open()
    bare = s.typed.replace("-", "")
    stored = b"".join(p.read_bytes() for p in d.data.rglob("*") if p.is_file())
    assert s.typed.encode() not in stored and bare.encode() not in stored and c.token.encode() not in stored
    assert s.typed not in d.log.read_text()


def test_sending_can_mail_the_code_at_once(d, admin):
    customer, contact = add_customer(admin, "Atonce Ltd", "first@atonce.test")
    second = admin.ask("contact.create", customer=customer, contact={"name": "Second", "email": "second@atonce.test"})["contact"]["id"]
    draft = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    assert admin.refused("code.send", document=draft["id"]).code == "state"
    assert admin.refused("invoice.send", invoice=draft["id"], contact=second).field == "contact"
    stranger = add_customer(admin, "Stranger Ltd", "s@stranger.test")[1]
    refusal = admin.refused("invoice.send", invoice=draft["id"], code=True, contact=stranger)
    assert (refusal.code, refusal.field) == ("not_found", "contact")
    assert admin.ask("invoice.get", invoice=draft["id"])["invoice"]["state"] == "draft"  # all of it or nothing
    got = admin.ask("invoice.send", invoice=draft["id"], code=True, contact=second)
    assert got["invoice"]["state"] == "open" and got["code"]["email"] == "second@atonce.test"
    typed = code_of(admin, "second@atonce.test")
    assert d.client().ask("code.open", portal="acme", code=typed)["me"]["document"] == draft["id"]
    assert admin.ask("code.send", document=draft["id"])["code"]["contact"] == contact  # the one to turn to


def test_without_a_contact_person_it_goes_to_the_customer(d, admin):
    bare = admin.ask("customer.create", customer={"name": "Bare Ltd", "email": "office@bare.test"})["customer"]["id"]
    none = admin.ask("customer.create", customer={"name": "Nowhere Ltd"})["customer"]["id"]
    made = [admin.ask("invoice.create", customer=c, send=True, document={"lines": [line()]})["invoice"]["id"] for c in (bare, none)]
    code = admin.ask("code.send", document=made[0])["code"]
    assert code["email"] == "office@bare.test" and "contact" not in code
    c = d.client().ask("code.open", portal="acme", code=code_of(admin, "office@bare.test"))
    assert c["me"]["name"] == "Bare Ltd, by code"
    assert admin.refused("code.send", document=made[1]).code == "no_email"


def test_who_may_send_is_asked_again_and_readers_may_not(d, admin):
    s = Sent(d, admin, "asked")
    admin.ask("staff.create", name="Rita", email="rita@acme.test", role="reader", password=PASSWORD, keep_password=True)
    rita = d.sign_in("rita@acme.test")
    assert rita.refused("code.send", document=s.id).code == rita.refused("code.revoke", code=s.code["id"]).code == "forbidden"
    program = d.client()
    program.token = admin.ask("token.create", name="billing", role="staff")["token"]
    draft = admin.ask("invoice.create", customer=s.customer, document={"lines": [line()]})["invoice"]["id"]
    assert program.refused("code.send", document=s.id).code == "forbidden"
    assert program.refused("invoice.send", invoice=draft, code=True).field == "code"
    program.ask("invoice.send", invoice=draft)


def test_a_resend_of_a_request_is_the_answer_of_its_own_session_only(d, admin):
    s = Sent(d, admin, "resent")
    t = Sent(d, admin, "resent2")
    a, b = s.open(), t.open()
    request = secrets.token_bytes(16)
    first = a.ask("comment.add", request_id=request, document=s.id, text="once")
    assert a.ask("comment.add", request_id=request, document=s.id, text="once") == first
    with pytest.raises(Refused) as refused:
        b.ask("comment.add", request_id=request, document=s.id, text="once")
    assert refused.value.code in ("not_found", "id_reused")
    admin.ask("code.revoke", code=s.code["id"])
    assert a.refused("comment.add", request_id=request, document=s.id, text="once").code == "sign_in"


def test_a_session_of_a_code_is_bound_and_ends_when_it_is_left(d, admin):
    s = Sent(d, admin, "bound")
    c = s.open(bound=True)
    token = c.token
    c.close()
    other = d.client()
    other.token = token
    wait_until(lambda: is_over(other), what="the end of the connection")
    c = s.open()
    c.ask("session.sign_out")
    assert is_over(c)
    for _ in range(25):  # not without end: the oldest gives way
        last = s.open()
    assert s.get(last)["invoice"]["id"] == s.id


def test_how_long_it_is_good_is_the_business_s_to_say():
    with Daemon() as d:
        staff = d.sign_in()
        s = Sent(d, staff, "long")
        assert s.code["expires"][:10] == days(60)
        set_business(staff, code_days=3)
        assert staff.ask("code.send", document=s.id)["code"]["expires"][:10] == days(3)


def test_of_one_document_the_last_fifty_are_kept(d, admin):
    s = Sent(d, admin, "many")
    for _ in range(50):
        admin.ask("code.send", document=s.id)
    kept = admin.ask("code.list", document=s.id)["codes"]
    assert len(kept) == 50 and s.code["id"] not in [k["id"] for k in kept]
    assert [k.get("good", False) for k in kept] == [True] + [False] * 49  # a newer one to the same address ends the one before


def test_the_customers_own_address_gets_past_no_second_factor_of_a_person_there(d, admin):
    """Who reads the mail of somebody with a second factor gets in by no code, whichever record the address stands on."""
    customer, contact = add_customer(admin, "Factor Ltd", "only@factor.test")
    invoice = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]["id"]
    enrol(open_portal(d, admin, contact, "only@factor.test"), password=PASSWORD)
    for more in ({}, {"contact": contact}):
        refusal = admin.refused("code.send", document=invoice, **more)
        assert (refusal.code, refusal.field) == ("state", "contact"), more
    bare = admin.ask("customer.create", customer={"name": "Later Ltd", "email": "office@later.test"})["customer"]["id"]
    invoice = admin.ask("invoice.create", customer=bare, send=True, document={"lines": [line()]})["invoice"]["id"]
    admin.ask("code.send", document=invoice)
    c = d.client()
    c.token = c.ask("code.open", portal="acme", code=code_of(admin, "office@later.test"))["token"]
    later = admin.ask("contact.create", customer=bare, contact={"name": "Later", "email": "Office@later.test"})["contact"]["id"]
    enrol(open_portal(d, admin, later, "Office@later.test"), password=PASSWORD)
    assert is_over(c)


def test_who_waits_for_news_hears_at_once_that_it_is_over(d, admin):
    s = Sent(d, admin, "waits")
    c = s.open()
    since = c.ask("session.me")["me"]["last_event"]
    heard = []

    def wait():
        while True:
            try:
                c.ask("event.wait", since=since, timeout=20000)
            except Refused as refusal:
                heard.append(refusal.code)
                return

    waiting = threading.Thread(target=wait)
    waiting.start()
    began = time.monotonic()
    admin.ask("code.revoke", code=s.code["id"])
    waiting.join(20)
    assert heard == ["sign_in"] and time.monotonic() - began < 10


def test_of_credit_that_a_payment_used_a_code_is_told_its_own_documents(d, admin):
    s = Sent(d, admin, "usedcredit")
    maria = open_portal(d, admin, s.contact, s.to)
    note = admin.ask("credit_note.create", customer=s.customer, send=True, document={"lines": [line(price="15")]})["credit_note"]
    p = maria.ask("payment.pay", parts=[{"invoice": s.other["id"]}, {"invoice": s.id}], expect=money("20"), credit=money("15"), **CARD)["payment"]
    assert [u["invoice_number"] for u in maria.ask("payment.get", payment=p["id"])["payment"]["credit"]] == [s.other["number"], s.invoice["number"]]
    seen = s.open().ask("payment.get", payment=p["id"])["payment"]
    assert seen["amount"] == money("5") and [a["number"] for a in seen["allocations"]] == [s.invoice["number"]]
    told = str(seen)
    assert s.other["number"] not in told and note["number"] not in told
    assert [(u["invoice_number"], u["amount"]) for u in seen["credit"]] == [(s.invoice["number"], money("5"))]
    looked = s.get(s.open())
    assert "credit_applied" in [e["what"] for e in looked["events"]] and note["number"] not in str(looked)


def test_what_a_credit_note_settles_is_not_told_to_who_has_its_code(d, admin):
    s = Sent(d, admin, "settles")
    note = admin.ask("credit_note.create", customer=s.customer, send=True, document={"lines": [line(price="15")]})["credit_note"]
    admin.ask("credit.apply", document=note["id"], parts=[{"invoice": s.other["id"]}, {"invoice": s.id}])
    admin.ask("code.send", document=note["id"])
    s.typed = code_of(admin, s.to)
    got = s.open().ask("credit_note.get", credit_note=note["id"])
    assert s.other["number"] not in str(got) and s.invoice["number"] not in str(got)


def test_a_payment_that_pays_others_too_is_not_answered_or_called_off_with_a_code(d, admin):
    s = Sent(d, admin, "several")
    maria = open_portal(d, admin, s.contact, s.to)
    p = maria.ask("payment.pay", parts=[{"invoice": s.id}, {"invoice": s.other["id"]}], expect=money("20"),
                  **{**CARD, "card_number": "4000002760003184"})["payment"]
    wait_until(lambda: maria.ask("payment.get", payment=p["id"])["payment"].get("wants"), what="the question for a code")
    c = s.open()
    assert c.ask("payment.get", payment=p["id"])["payment"]["state"] == "pending"
    assert c.refused("payment.cancel", payment=p["id"]).code == "not_found"
    assert c.refused("payment.answer", payment=p["id"], answer="000000").code == "not_found"
    assert maria.ask("payment.answer", payment=p["id"], answer="123456")["payment"]["state"] == "succeeded"
