"""A sent paper is frozen whole: who sends it and to whom, how it is taxed and why not; nothing that changes later touches it."""
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal

HERE = {"street": "12 Quay Street", "code": "H91 X2Y3", "city": "Galway", "country": "Ireland"}
THERE = {"street": "Calle Mayor 4", "code": "11001", "city": "Cádiz", "country": "Spain"}


class Office:
    def __init__(self, daemon):
        self.d, self.admin = daemon, daemon.sign_in()
        self.set(name="Northwind Paper Ltd", address=HERE, tax_id="IE1234567T", registration="CRO 123456", email="accounts@northwind.example",
                 phone="+353 91 555 010", website="https://northwind.example", bank="IE29 AIBK 9311 5212 3456 78")
        self.customer, self.contact = add_customer(self.admin, "Bodega Sur", "maria@bodegasur.example")
        self.change(company="Bodega Sur S.L.", tax_id="ESB12345678", billing=THERE)

    def set(self, **fields):
        revision = self.admin.ask("settings.get")["business"]["revision"]
        return self.admin.ask("settings.update", business={"revision": revision, **fields})["business"]

    def change(self, **fields):
        revision = self.admin.ask("customer.get", id=self.customer)["customer"]["revision"]
        return self.admin.ask("customer.update", id=self.customer, customer={"revision": revision, **fields})

    def invoice(self, *lines, send=True, **more):
        return self.admin.ask("invoice.create", customer=self.customer, send=send, document={"lines": list(lines), **more})["invoice"]

    def refused(self, *lines, **more):
        return self.admin.refused("invoice.create", customer=self.customer, send=True, document={"lines": list(lines), **more})

    def get(self, invoice):
        return self.admin.ask("invoice.get", invoice=invoice["id"])["invoice"]


@pytest.fixture
def o():
    with Daemon() as d:
        yield Office(d)


def frozen(document):
    return {k: document.get(k) for k in ("seller", "customer_name", "customer_company", "customer_tax_id", "billing", "lines", "taxes", "terms",
                                         "statement", "total")}


def rename(o):
    o.set(name="Westwind GmbH", address={"street": "Hauptstraße 1", "city": "Berlin", "country": "Germany"}, tax_id="DE999999999", bank="DE00",
          email="new@westwind.example", phone="1", website="", registration="HRB 1", terms="New terms")
    o.change(name="Bodega Norte", company="Bodega Norte S.A.", tax_id="ESA00000000", billing={"street": "Otra 1", "city": "Sevilla", "country": "Spain"})


def test_renaming_the_business_after_sending_changes_no_paper(o):
    sent = o.invoice(line(tax="23", tax_name="VAT"), terms="Payment within 14 days.")
    estimate = o.admin.ask("estimate.create", customer=o.customer, send=True, document={"lines": [line(tax="23")]})["estimate"]
    paid = o.admin.ask("payment.record", customer=o.customer, mode="cash", parts=[{"invoice": sent["id"]}])["payment"]
    assert sent["seller"]["name"] == "Northwind Paper Ltd" and sent["seller"]["tax_id"] == "IE1234567T"
    assert sent["seller"]["address"]["street"] == "12 Quay Street" and sent["seller"]["registration"] == "CRO 123456"
    assert (sent["customer_tax_id"], sent["customer_company"], sent["billing"]["city"]) == ("ESB12345678", "Bodega Sur S.L.", "Cádiz")
    rename(o)
    now = o.get(sent)
    assert now["state"] == "paid" and frozen(now) == frozen(sent)
    row = o.admin.ask("invoice.list")["invoices"][0]
    assert row["customer_name"] == "Bodega Sur"
    assert frozen(o.admin.ask("estimate.get", estimate=estimate["id"])["estimate"]) == frozen(estimate)
    assert o.admin.ask("payment.get", payment=paid["id"])["payment"]["payee"]["name"] == "Northwind Paper Ltd"
    maria = open_portal(o.d, o.admin, o.contact, "maria@bodegasur.example")
    seen = maria.ask("invoice.get", invoice=sent["id"])["invoice"]
    assert seen["seller"]["tax_id"] == "IE1234567T" and "frozen" not in seen
    o.admin.ask("invoice.duplicate", invoice=sent["id"])
    assert o.d.client().ask("system.check")["problems"] == []


def test_a_draft_shows_what_it_would_freeze(o):
    draft = o.invoice(line(tax="23"), send=False)
    own = o.invoice(line(tax="23"), send=False, billing={"street": "Muelle 2", "city": "Rota"})
    rename(o)
    assert o.get(draft)["seller"]["name"] == "Westwind GmbH" and o.get(draft)["customer_name"] == "Bodega Norte"
    assert o.get(draft)["billing"]["city"] == "Sevilla" and o.get(own)["billing"]["city"] == "Rota"
    sent = o.admin.ask("invoice.send", invoice=draft["id"])["invoice"]
    assert (sent["seller"]["tax_id"], sent["customer_tax_id"], sent["billing"]["city"]) == ("DE999999999", "ESA00000000", "Sevilla")
    assert o.admin.ask("document.preview", customer=o.customer, document={"lines": [line()]})["document"]["seller"]["name"] == "Westwind GmbH"


def test_versions_of_an_estimate_are_frozen_each(o):
    first = o.admin.ask("estimate.create", customer=o.customer, send=True, document={"lines": [line(tax="23")]})["estimate"]
    rename(o)
    rework = o.admin.ask("estimate.update", estimate=first["id"], revision=first["revision"], document={"reference": "again"})["estimate"]
    assert rework["seller"]["name"] == "Westwind GmbH"
    again = o.admin.ask("estimate.send", estimate=first["id"])["estimate"]
    assert again["seller"]["name"] == "Westwind GmbH" and again["billing"]["city"] == "Sevilla"
    was = o.admin.ask("estimate.version", estimate=first["id"], revision=first["revision"])["version"]["was"]
    assert was["seller"]["name"] == "Northwind Paper Ltd" and was["billing"]["city"] == "Cádiz"
    maria = open_portal(o.d, o.admin, o.contact, "maria@bodegasur.example")
    maria.ask("estimate.accept", estimate=again["id"], revision=again["revision"], signed_by="Maria Ruiz")
    o.set(name="Third Ltd")
    made = o.admin.ask("estimate.convert", estimate=again["id"], send=True)
    assert made["invoice"]["seller"]["name"] == "Third Ltd" and made["estimate"]["seller"]["name"] == "Westwind GmbH"


def test_taxes_are_told_apart_by_category_rate_name_and_reason(o):
    tax = {n: o.admin.ask("tax.create", tax=t)["tax"] for n, t in {
        "zero": {"name": "VAT", "percent": "0"}, "exempt": {"name": "VAT", "percent": "0", "category": "exempt", "reason": "Article 132(1)(i)"},
        "reverse": {"name": "VAT", "percent": "0", "category": "reverse_charge"}, "outside": {"name": "VAT", "percent": "0", "category": "outside_scope"},
    }.items()}
    assert tax["zero"]["category"] == "zero_rated" and tax["reverse"]["reason"] == "Reverse charge"
    sent = o.invoice(line(tax="20", tax_name="VAT"), line(tax="20", tax_name="IGST"), line(tax="20", tax_name="VAT"),
                     *[{"name": n, "quantity": "1", "price": "10", "tax": t["id"]} for n, t in tax.items()])
    rows = {(t["percent"], t.get("name"), t["category"], t.get("reason")): (t["base"]["amount"], t["tax"]["amount"]) for t in sent["taxes"]}
    assert rows == {("20", "VAT", "standard", None): (2000, 400), ("20", "IGST", "standard", None): (1000, 200),
                    ("0", "VAT", "zero_rated", None): (1000, 0), ("0", "VAT", "exempt", "Article 132(1)(i)"): (1000, 0),
                    ("0", "VAT", "reverse_charge", "Reverse charge"): (1000, 0),
                    ("0", "VAT", "outside_scope", "Outside the scope of tax"): (1000, 0)}
    assert o.admin.refused("tax.create", tax={"name": "E", "percent": "0", "category": "exempt"}).field == "tax.reason"
    assert o.admin.refused("tax.create", tax={"name": "E", "percent": "5", "category": "exempt", "reason": "x"}).field == "tax.category"
    assert o.admin.refused("tax.create", tax={"name": "E", "percent": "0", "category": "standard"}).field == "tax.category"
    assert o.admin.refused("tax.update", id=tax["zero"]["id"], tax={"category": "export"}).field == "tax.category"
    assert o.refused(line(category="exempt")).field == "document.lines.0.reason"


def test_two_taxes_on_one_line(o):
    gst = o.admin.ask("tax.create", tax={"name": "GST", "percent": "5"})["tax"]["id"]
    qst = o.admin.ask("tax.create", tax={"name": "QST", "percent": "9.975"})["tax"]["id"]
    zero = o.admin.ask("tax.create", tax={"name": "Zero", "percent": "0"})["tax"]["id"]
    both = {"name": "Card stock", "quantity": "1", "price": "100", "tax": gst, "tax2": qst}
    sent = o.invoice(both)
    assert (sent["tax"], sent["total"]) == (money("14.98"), money("114.98"))
    assert [(t["name"], t["base"], t["tax"]) for t in sent["taxes"]] == [("GST", money("100"), money("5")), ("QST", money("100"), money("9.98"))]
    halves = [line(price="118.01", tax="9", tax_name="CGST", tax2_name="SGST", tax2_percent="9")]
    sent = o.invoice(*halves, tax_inclusive=True)
    assert sent["total"] == money("118.01") and [t["tax"] for t in sent["taxes"]] == [money("9"), money("9")]
    assert [t["base"] for t in sent["taxes"]] == [money("100.01")] * 2
    assert o.refused({**both, "tax2": gst}).field == "document.lines.0.tax2"
    assert o.refused({**both, "tax2": zero}).field == "document.lines.0.tax2"
    assert o.refused({**both, "tax2": 99}).field == "document.lines.0.tax2"


def test_what_the_law_asks_for_is_refused_by_field_in_the_eu_only(o):
    ok, field = line(tax="23", tax_name="VAT"), lambda *lines: o.refused(*lines).field
    reverse = line(category="reverse_charge")
    o.change(tax_id="")
    assert field(reverse) == "document.customer_tax_id"
    assert field(line(category="intra_community")) == "document.customer_tax_id"
    assert o.invoice(ok)["state"] == "open"
    o.change(billing={"city": "", "street": "", "code": "", "country": ""})
    assert field(ok) == "document.billing"
    o.change(billing=THERE)
    o.set(tax_id="")
    assert field(ok) == "document.seller.tax_id"
    assert o.invoice(line(category="exempt", reason="Small enterprise"))["state"] == "open"
    o.set(address={"street": "", "city": "", "code": "", "country": "Ireland"})
    assert field(ok) == "document.seller.address"
    draft = o.invoice(ok, send=False)
    refused = o.admin.refused("invoice.send", invoice=draft["id"])
    assert refused.field == "seller.address" and "Settings, Business" in refused.message
    assert o.get(draft)["state"] == "draft" and not o.get(draft).get("number")
    assert o.admin.ask("estimate.create", customer=o.customer, send=True, document={"lines": [ok]})["estimate"]["state"] == "open"
    row = {"source": "h1", "customer_source": "hist", "document": {"number": "H-1", "date": "2020-01-01", "currency": "EUR", "lines": [ok]}}
    o.admin.ask("import.customers", rows=[{"source": "hist", "customer": {"name": "Hist", "currency": "EUR"}}])
    assert o.admin.ask("import.invoices", rows=[row])["problems"] == []
    o.set(country="US")
    assert o.invoice(reverse)["state"] == "open"
    assert o.admin.refused("settings.update", business={"revision": 1, "country": "XQ"}).code in ("invalid", "stale")


def test_days_of_supply_and_statements_are_kept(o):
    o.set(statement="Cash accounting")
    sent = o.invoice(line(tax="23"), supply_date=days(-3), period_from=days(-30), period_until=days(-1))
    assert (sent["supply_date"], sent["period_from"], sent["period_until"]) == (days(-3), days(-30), days(-1))
    assert sent["statement"] == "Cash accounting"
    assert o.invoice(line(tax="23"), statement="Self-billing")["statement"] == "Self-billing"
    assert o.refused(line(tax="23"), period_from=days(1), period_until=days(-1)).field == "document.period_until"
    assert o.refused(line(tax="23"), period_until=days(1)).field == "document.period_from"


def test_an_imported_paper_keeps_what_the_file_says(o):
    o.admin.ask("import.customers", rows=[{"source": "c", "customer": {"name": "Arden Mills", "currency": "EUR", "billing": THERE, "tax_id": "ES1"}}])
    document = {"number": "Z-1", "date": "2020-01-01", "currency": "EUR", "billing": {"street": "Old 1", "city": "Lugo"}, "customer_tax_id": "ES-OLD",
                "customer_name": "Arden & Co", "supply_date": "2019-12-30",
                "lines": [line(price="100", tax="5", tax_name="GST", tax2_name="QST", tax2_percent="9.975")]}
    row = {"source": "z1", "customer_source": "c", "document": document, "total": money("114.98")}
    got = o.admin.ask("import.invoices", rows=[row])
    assert (got["created"], got["known"], got["problems"]) == (1, 0, [])
    got = o.admin.ask("invoice.get", invoice="Z-1")["invoice"]
    assert (got["billing"]["city"], got["customer_tax_id"], got["customer_name"], got["supply_date"]) == ("Lugo", "ES-OLD", "Arden & Co", "2019-12-30")
    assert got["seller"]["name"] == "Northwind Paper Ltd" and got["total"] == money("114.98")
