"""The Swiss QR bill (E7): an invoice in francs tells account, amount and reference, and the code that Swiss banks read; a QR-IBAN has a reference of its own,
which a statement leads back; what is missing is said to staff alone."""
import secrets

import pytest

from daemon import Daemon, add_customer, days, line, open_portal

PLAIN, QR = "CH9300762011623852957", "CH4431999123000889012"
PLACE = {"street": "Bahnhofstrasse 1", "code": "8001", "city": "Zürich", "country": "Schweiz"}


class Swiss:
    def __init__(self, d):
        self.d, self.admin = d, d.sign_in()
        self.customer, contact = add_customer(self.admin, "Bergbahn AG", "heidi@berg.test", currency="CHF")
        self.heidi = open_portal(d, self.admin, contact, "heidi@berg.test")
        self.at(PLACE)
        self.account()

    def account(self, iban=PLAIN, holder="Papeterie Grüße AG"):
        row = next(r for r in self.admin.ask("gateway.list")["gateways"] if r["name"] == "bank")
        self.admin.ask("gateway.set", gateway="bank", settings={"revision": row["settings"]["revision"], "enabled": True,
                                                                "bank": {"holder": holder, "iban": iban}})

    def at(self, place):
        revision = self.admin.ask("settings.get")["business"]["revision"]
        empty = {"street": "", "code": "", "city": "", "country": ""}
        self.admin.ask("settings.update", business={"revision": revision, "address": {**empty, **place}})

    def invoice(self, price="1949.75", customer=None):
        return self.admin.ask("invoice.create", customer=customer or self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14)})["invoice"]

    def told(self, made, client=None):
        [told] = (client or self.heidi).ask("invoice.get", invoice=made["id"], peek=True)["told"]
        return told


@pytest.fixture
def b():
    with Daemon(currency="CHF") as d:
        yield Swiss(d)


def qrr(document):
    carry, digits = 0, f"{document:026d}"
    for d in digits:
        carry = int("0946827135"[(carry + int(d)) % 10])
    return digits + str((10 - carry) % 10)


def rf(document):
    return f"RF{98 - int(f'{document}271500') % 97:02d}{document}"


def test_the_code_is_that_of_the_rules(b):
    made = b.invoice()
    told = b.told(made)
    creditor = ["S", "Papeterie Grüße AG", "Bahnhofstrasse 1", "", "8001", "Zürich", "CH"]
    assert told["qr"].split("\n") == ["SPC", "0200", "1", PLAIN, *creditor, *[""] * 7, "1949.75", "CHF", *[""] * 7, "SCOR", rf(made["id"]), "", "EPD"]
    assert told["reference"] == rf(made["id"])
    assert b.heidi.ask("payment.begin", parts=[{"invoice": made["id"]}], method="bank/transfer",
                       expect={"amount": 194975, "currency": "CHF"})["told"] == [told]


def test_an_account_for_qr_bills_has_a_reference_of_its_own_that_leads_back(b):
    b.account(QR)
    made = b.invoice("10")
    told = b.told(made)
    reference = qrr(made["id"])
    assert told["reference"] == reference and told["qr"].split("\n")[27:29] == ["QRR", reference]
    shown = next(f["value"] for f in told["facts"] if f["label"] == "Reference")
    assert shown.replace(" ", "") == reference and shown.split()[0] == "00" and len(shown.split()) == 6
    lines = [{"date": days(-1), "amount": {"amount": 1000, "currency": "CHF"}, "reference": reference, "bank_reference": secrets.token_hex(4)}]
    out = b.admin.ask("bank.import", lines=lines, statement={"account": PLAIN, "currency": "CHF", "opening": {"amount": 0, "currency": "CHF"},
                                                             "closing": {"amount": 1000, "currency": "CHF"}})
    assert out["booked"] == 1 and b.admin.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"


@pytest.mark.parametrize("place, holder, iban, says", [
    ({}, "Papeterie AG", PLAIN, "postal code in the address of the business is missing"),
    ({**PLACE, "city": ""}, "Papeterie AG", PLAIN, "city in the address of the business is missing"),
    ({**PLACE, "country": "Helvetia"}, "Papeterie AG", PLAIN, "country in the address of the business is missing"),
    ({**PLACE, "city": "東京"}, "Papeterie AG", PLAIN, "a letter that Swiss banks do not take"),
    (PLACE, "Papeterie AG", "DE89370400440532013000", "not in Switzerland or Liechtenstein"),
])
def test_what_is_missing_is_said_to_staff_alone(b, place, holder, iban, says):
    b.at(place)
    b.account(iban, holder)
    made = b.invoice()
    told = b.told(made)
    assert "qr" not in told and "no_qr" not in told
    assert says in b.told(made, b.admin)["no_qr"]


def test_euros_have_the_code_of_their_banks(b):
    customer, contact = add_customer(b.admin, "Euro SA", "eva@euro.test", currency="EUR")
    eva = open_portal(b.d, b.admin, contact, "eva@euro.test")
    made = b.invoice("10", customer)
    assert b.told(made, eva)["qr"].startswith("BCD\n")
    b.account(QR)  # which takes no transfers in euro by its reference
    assert "qr" not in b.told(made, eva)
