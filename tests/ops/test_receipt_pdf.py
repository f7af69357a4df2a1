"""Receipts as PDF: what they say by somebody else's program, the same bytes each time, to whom they are given."""
import re
import subprocess

import pytest

from ctl import PROGRAM, Ctl
from daemon import Daemon, add_customer, days, line, money, open_portal

NAME = "Ελληνική Ζυθοποιία Ærø & Жук"


def read(pdf, *options):
    """What poppler reads in it, in the order of its rows."""
    return subprocess.run(["pdftotext", *(options or ["-layout"]), "-", "-"], input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()


def about(pdf):
    said = subprocess.run(["pdfinfo", "-isodates", "-"], input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()
    return dict((key, value.strip()) for key, _, value in (row.partition(":") for row in said.splitlines()))


class Office:
    def __init__(self, d):
        self.admin = d.sign_in()
        self.customer, contact = add_customer(self.admin, NAME)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")
        other, eve = add_customer(self.admin, "Other Ltd", "eve@other.test")
        self.eve = open_portal(d, self.admin, eve, "eve@other.test")

    def invoices(self, n, price):
        return [self.admin.ask("invoice.create", customer=self.customer, send=True,
                               document={"lines": [line(price=price)], "due": days(14)})["invoice"] for _ in range(n)]

    def paid(self, amount, *made, **more):
        parts = [{"invoice": m["id"], "amount": money(a)} for m, a in made]
        return self.admin.ask("payment.record", customer=self.customer, mode="bank_transfer", amount=money(amount), parts=parts, **more)["payment"]


@pytest.fixture(scope="module")
def office(d):
    return Office(d)


def ends(pdf, *amounts):
    """Where, on the sheet, each of these words ends: in points."""
    return {float(x) for x, word in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', read(pdf, "-bbox")) if word in amounts}


def test_it_says_what_the_receipt_says_and_is_the_same_bytes_for_whoever_may_see_it(office):
    first, second = office.invoices(2, "1200")
    made = office.paid("1250", (first, "1200"), (second, "50"), reference="ΑΘ-7 Ёж")
    out = office.admin.ask("receipt.pdf", payment=made["number"])
    assert out["file"] == f"receipt-{made['number']}.pdf" and out["pdf"].startswith(b"%PDF-")
    said = read(out["pdf"])
    for part in [f"Receipt {made['number']}", NAME, "Acme Ltd", "ΑΘ-7 Ёж", "EUR 1,250.00", f"For {first['number']}", "EUR 50.00",
                 "then still open: EUR 1,150.00", "page 1 of 1"]:
        assert part in said, (part, said)
    at = ends(out["pdf"], "1,250.00", "1,200.00", "50.00")
    assert at and max(at) - min(at) < 0.5, at
    told = about(out["pdf"])
    assert (told["Title"], told["Author"], told["Pages"]) == (f"Receipt {made['number']}", "Acme Ltd", "1")
    assert told["CreationDate"].startswith(made["date"]) and told["ModDate"].startswith(made["date"])
    assert "A4" in told["Page size"]
    office.admin.ask("receipt.pdf", payment=office.paid("7")["id"])  # other letters in between
    assert office.maria.ask("receipt.pdf", payment=made["id"]) == out
    assert office.admin.ask("receipt.pdf", payment=made["id"]) == out


def test_a_long_one_goes_on_on_further_sheets(office):
    many = office.invoices(70, "3")
    out = office.admin.ask("receipt.pdf", payment=office.paid("210", *((m, "3") for m in many))["id"])
    sheets = read(out["pdf"]).split("\f")[:-1]
    assert len(sheets) > 1 and len(out["pdf"]) < 200_000
    for n, sheet in enumerate(sheets, 1):
        assert f"page {n} of {len(sheets)}" in sheet
    assert [m["number"] for m in many if f"For {m['number']}" not in "".join(sheets)] == []


def test_another_customers_is_not_there_and_of_what_is_not_paid_is_none(office):
    made = office.paid("5")
    assert office.eve.refused("receipt.pdf", payment=made["id"]).code == "not_found"
    assert office.eve.refused("receipt.pdf", payment=made["number"]).code == "not_found"
    due = office.invoices(1, "9")[0]
    declined = office.maria.ask("payment.pay", parts=[{"invoice": due["id"]}], expect=money("9"), card_number="4000000000000002",
                                card_expiry="12/39", card_code="123")["payment"]
    if declined["state"] == "pending":
        declined = office.admin.ask("payment.settle", payment=declined["id"])["payment"]
    refusal = office.maria.refused("receipt.pdf", payment=declined["id"])
    assert (refusal.code, refusal.field) == ("state", "payment")


def test_without_any_font_it_is_refused_and_the_daemon_goes_on(tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    with Daemon() as d:
        admin = d.sign_in()
        customer, _ = add_customer(admin)
        made = admin.ask("payment.record", customer=customer, mode="cash", amount=money("5"))["payment"]
        assert admin.refused("receipt.pdf", payment=made["id"]).code == "internal"
        assert admin.ask("payment.get", payment=made["id"])["payment"]["number"] == made["number"]


def test_posternctl_saves_it_in_a_new_file_and_never_over_one(office, d, tmp_path):
    ctl = Ctl(d).login()
    run = lambda *words: subprocess.run([PROGRAM.resolve(), "receipt", "save", *words], capture_output=True, timeout=120, env=ctl.env, cwd=tmp_path)
    made = office.paid("6")
    pdf = office.admin.ask("receipt.pdf", payment=made["id"])["pdf"]
    saved = run(made["number"])
    there = tmp_path / f"receipt-{made['number']}.pdf"
    assert saved.returncode == 0 and there.name.encode() in saved.stdout, saved
    assert there.read_bytes() == pdf and there.stat().st_mode & 0o777 == 0o600
    there.write_bytes(b"mine")
    again = run(made["number"])
    assert again.returncode == 5 and b"is there already" in again.stderr and there.read_bytes() == b"mine"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    through = run(made["number"], "--to", "link")
    assert through.returncode == 5 and not (tmp_path / "elsewhere").exists()
    assert run(made["number"], "--to", "-").stdout == pdf
