"""Receipts of payments: one mail a payment to each of the customer's persons, whoever paid and however, once whatever happens."""
import signal

import pytest

from daemon import Daemon, Refused, add_customer, days, line, money, open_portal, wait_until
from smtp_sink import configure, text
from test_gateways import CARD, pay

MARIA = "maria@bodega.test"


class Office:
    def __init__(self, d, sink):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin)
        self.maria = open_portal(d, self.admin, contact, MARIA)
        configure(self.admin, sink)

    def invoice(self, price="100"):
        return self.admin.ask("invoice.create", customer=self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14)})["invoice"]

    def record(self, amount, *made, **more):
        parts = [{"invoice": m["id"], **({"amount": money(a)} if a else {})} for m, a in made]
        return self.admin.ask("payment.record", customer=self.customer, mode="bank_transfer", parts=parts,
                              **({"amount": money(amount)} if amount else {}), **more)["payment"]

    def receipts(self):
        return [m for m in self.admin.ask("mail.list", customer=self.customer, limit=100)["mails"] if m["template"] == "receipt"]

    def text(self, mail):
        return self.admin.ask("mail.get", mail=mail["id"])["mail"]["text"]

    def set(self, **fields):
        revision = self.admin.ask("settings.get")["business"]["revision"]
        self.admin.ask("settings.update", business={"revision": revision, **fields})


def arrived(sink, to=MARIA):
    """The first receipt to that address."""
    receipts = lambda: [m for m in sink.to(to) if m["subject"].startswith("Receipt")]
    return wait_until(receipts, what="the receipt")[0]


@pytest.fixture
def office(daemon, sink):
    return Office(daemon, sink)


def test_a_receipt_says_what_was_paid_how_for_what_and_what_stays_open(office, sink):
    first, second = office.invoice("1200"), office.invoice("50")
    made = office.record("1000", (first, "900"), (second, "50"), reference="ΑΘ-7 Ελλάδα")
    mail = arrived(sink)
    said = text(mail)
    assert mail["subject"] == f"Receipt {made['number']} from Acme Ltd"
    for part in [made["number"], "EUR 1,000.00", "bank transfer", "ΑΘ-7 Ελλάδα", "Bodega Sur",
                 f"For {first['number']}: EUR 900.00 then still open: EUR 300.00", f"For {second['number']}: EUR 50.00\n",
                 "Kept as credit: EUR 50.00"]:
        assert part in said, (part, said)
    assert all(len(row) <= 72 for row in said.splitlines())
    office.record(None, (first, None))      # what a receipt says stays as it was
    assert office.admin.ask("payment.get", payment=made["id"])["payment"]["open"] == [
        {"invoice": first["id"], "number": first["number"], "amount": money("300")}]


def test_what_a_customer_pays_is_receipted_once_to_all_who_sign_in_there(office, sink):
    ben = office.admin.ask("contact.create", customer=office.customer, contact={"name": "Ben", "email": "ben@bodega.test"})["contact"]
    office.admin.ask("contact.create", customer=office.customer, contact={"name": "Eve", "email": "eve@bodega.test"})
    office.admin.ask("access.enable", contacts=[ben["id"]], password="correct horse battery", keep_password=True)
    paid = pay(office.maria, office.invoice(), CARD, "100")
    said = text(arrived(sink))
    assert "Visa ending 4242" in said and "no money" in said.lower() and "EUR 100.00" in said
    arrived(sink, "ben@bodega.test")
    office.d.stop(signal.SIGKILL)
    office.d.start()
    office.admin = office.d.sign_in()
    assert sorted(m["to"] for m in office.receipts()) == ["ben@bodega.test", MARIA]
    assert [office.admin.ask("mail.get", mail=m["id"])["mail"]["payment"] for m in office.receipts()] == [paid["id"]] * 2
    office.maria = office.d.sign_in(MARIA)
    assert office.maria.refused("receipt.send", payment=paid["id"]).code == "forbidden"


def test_money_that_arrived_in_another_currency_is_told_in_both(office, sink):
    office.record("92.34", (office.invoice("92.34"), None), received=money("100", "USD"))
    said = text(arrived(sink))
    assert "USD 100.00" in said and "EUR 92.34" in said


def test_a_failed_payment_has_no_receipt(office):
    declined = {**CARD, "card_number": "4000000000000002"}
    paid = pay(office.maria, office.invoice(), declined, "100")
    wait_until(lambda: office.admin.ask("payment.get", payment=paid["id"])["payment"]["state"] == "failed", what="the refusal")
    assert office.receipts() == []
    refusal = office.admin.refused("receipt.send", payment=paid["id"])
    assert (refusal.code, refusal.field) == ("state", "payment")


def test_the_business_switches_them_off_and_staff_send_one_all_the_same(office, sink):
    office.set(no_receipts=True)
    made = office.record(None, (office.invoice(), None))
    assert office.receipts() == []
    assert office.admin.ask("receipt.send", payment=made["number"]) == {"to": [MARIA], "held": False}
    assert made["number"] in text(arrived(sink))
    assert len(office.receipts()) == 1
    event = office.admin.ask("event.list", customer=office.customer, limit=1)["events"][0]
    assert (event["what"], event["number"], event["text"]) == ("receipt_sent", made["number"], f"to {MARIA}")
    assert office.admin.refused("receipt.send", payment=made["id"], contact=99).code == "not_found"


def test_nobodys_mailbox_is_filled_with_them(office):
    office.set(no_receipts=True)
    made = [office.record(None, (office.invoice(), None)) for _ in range(2)]
    for i in range(10):
        office.admin.ask("receipt.send", payment=made[i % 2]["id"])
    refusal = office.admin.refused("receipt.send", payment=made[0]["id"])
    assert (refusal.code, refusal.field) == ("slow_down", "payment") and "10 receipts" in refusal.message
    assert len(office.receipts()) == 10
    other, _ = add_customer(office.admin, "Another", "another@bodega.test")
    theirs = office.admin.ask("payment.record", customer=other, mode="cash", amount=money("5"))["payment"]
    office.admin.ask("receipt.send", payment=theirs["id"])


def test_who_mails_them_to_all_in_turn_comes_to_an_end(office):
    """Else what others were mailed would push out of sight what one was."""
    office.set(no_receipts=True)
    sent = 0
    for n in range(31):
        customer, _ = add_customer(office.admin, f"Another {n}", f"another{n}@bodega.test")
        paid = office.admin.ask("payment.record", customer=customer, mode="cash", amount=money("5"))["payment"]
        for _ in range(10):
            try:
                office.admin.ask("receipt.send", payment=paid["id"])
            except Refused as refusal:
                assert (refusal.code, refusal.field, n) == ("slow_down", "payment", 30) and "300 receipts" in refusal.message
                break
            sent += 1
    assert sent == 300


def test_without_a_mail_server_none_is_written_and_one_that_is_asked_for_waits():
    with Daemon() as d:
        admin = d.sign_in()
        customer, _ = add_customer(admin)
        made = admin.ask("payment.record", customer=customer, mode="cash", amount=money("5"))["payment"]
        assert admin.ask("mail.list")["mails"] == []
        assert admin.ask("receipt.send", payment=made["id"]) == {"to": [MARIA], "held": True}
        assert [m["state"] for m in admin.ask("mail.list")["mails"]] == ["held"]


def test_a_receipt_of_a_payment_that_was_taken_back_meanwhile_is_not_sent(office, sink):
    sink.refuse_recipient[MARIA] = "451 later"
    disputed = {**CARD, "card_number": "4000000000000259"}
    paid = pay(office.maria, office.invoice(), disputed, "100")
    wait_until(lambda: office.receipts() and office.receipts()[0]["tries"], what="the first try")
    wait_until(lambda: office.admin.ask("payment.settle", payment=paid["id"])["payment"]["state"] != "succeeded", what="the dispute")
    wait_until(lambda: office.admin.ask("payment.settle", payment=paid["id"])["payment"]["state"] == "reversed", what="its end")
    sink.refuse_recipient.clear()
    office.admin.ask("mail.retry", mail=office.receipts()[0]["id"])
    wait_until(lambda: office.receipts()[0]["state"] == "withdrawn", what="the end of the mail")
    assert "taken back" in office.receipts()[0]["said"] and not [m for m in sink.tried if m["subject"].startswith("Receipt")]


def test_its_pdf_goes_with_the_mail_and_the_mail_without_it_where_no_font_is(office, sink, tmp_path, monkeypatch):
    made = office.record(None, (office.invoice(), None))
    mail = arrived(sink)
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", f"receipt-{made['number']}.pdf")
    assert file.get_content() == office.maria.ask("receipt.pdf", payment=made["id"])["pdf"]
    assert made["number"] in text(mail) and max(map(len, mail.raw.split(b"\r\n"))) <= 998
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    with Daemon() as d:
        bare = Office(d, sink)
        made = bare.record("33", (bare.invoice(), "33"))
        mail = wait_until(lambda: [m for m in sink.to(MARIA) if "EUR 33.00" in text(m)], what="the receipt")[0]
        assert list(mail.iter_attachments()) == [] and made["number"] in text(mail)
