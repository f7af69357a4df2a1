"""A deposit on an estimate: asked for before it is accepted, issued with the acceptance, deducted with its tax by the invoice."""
import random
import re

import pytest

from daemon import add_customer, days, line, money, open_portal

DIGITS = {"JPY": 0, "EUR": 2, "KWD": 3}


def estimate(admin, customer, send=True, **more):
    document = {"lines": [line("Kitchen", "1", "1000", "19"), line("Book", "3", "9.99", "7")], **more}
    return admin.ask("estimate.create", customer=customer, send=send, document=document)["estimate"]


def accept(client, e, **more):
    return client.ask("estimate.accept", estimate=e["id"], revision=e["revision"], signed_by="Dora", **more)


def convert(admin, e, send=True):
    return admin.ask("estimate.convert", estimate=e["id"], send=send)["invoice"]


def rows(*documents):
    """Base and tax of each rate, added up; negative documents as (−1, d)."""
    sums = {}
    for sign, d in documents:
        for t in d["taxes"]:
            key = (t.get("percent", "0"), t.get("category"), t.get("name"))
            base, tax = sums.get(key, (0, 0))
            sums[key] = (base + sign * t["base"]["amount"], tax + sign * t["tax"]["amount"])
    return {k: v for k, v in sums.items() if v != (0, 0)}


def whole(d):
    assert d.client().ask("system.check")["problems"] == []


COUNT = iter(range(1000))


@pytest.fixture
def dora(d, admin):
    mail = f"dora{next(COUNT)}@dora.test"
    customer, contact = add_customer(admin, "Dora", mail, person="Dora")
    return customer, open_portal(d, admin, contact, mail)


def test_it_is_told_exactly_and_issued_with_the_acceptance(d, admin, dora):
    customer, client = dora
    e = estimate(admin, customer, deposit_percent="33.333333")
    seen = client.ask("estimate.get", estimate=e["id"])["estimate"]
    assert (seen["total"]["amount"], seen["deposit"]["amount"]) == (122207, 40736)
    done = accept(client, seen)
    deposit = done["deposit"]
    assert (deposit["total"]["amount"], deposit["balance"]["amount"], deposit["status"], deposit["due"]) == (40736, 40736, "open", days(0))
    assert deposit["deposit_of"] == e["id"] and done["estimate"]["deposit_invoice"] == deposit["id"]
    assert rows((1, deposit)) == {("19", "standard", None): (33334, 6333), ("7", "standard", None): (999, 70)}
    refused = client.refused("estimate.accept", estimate=e["id"], revision=done["estimate"]["revision"], signed_by="Dora")
    assert refused.code == "state"
    assert len(client.ask("invoice.list")["invoices"]) == 1, "accepted twice, issued once"
    assert client.ask("invoice.get", invoice=deposit["id"])["events"][-1]["what"] == "deposit"
    whole(d)


def test_the_final_invoice_deducts_it_with_its_tax(d, admin, dora):
    customer, client = dora
    e = estimate(admin, customer, deposit_amount=money("400"), deposit_terms=True)
    deposit = accept(client, e)["deposit"]
    assert deposit["due"] > days(0)
    final = convert(admin, e)
    assert final["deducted"]["amount"] == 40000 and final["total"]["amount"] == 122207 - 40000
    assert [(x["invoice"], x["number"], x["amount"]["amount"]) for x in final["deductions"]] == [(deposit["id"], deposit["number"], 40000)]
    assert rows((1, deposit), (1, final)) == rows((1, e))
    assert final["tax"]["amount"] + deposit["tax"]["amount"] == e["tax"]["amount"]
    refused = admin.refused("invoice.void", invoice=deposit["id"], reason="no")
    assert (refused.code, final["number"] in str(refused)) == ("state", True)
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": deposit["id"]}, {"invoice": final["id"]}])
    assert admin.ask("invoice.get", invoice=final["id"])["invoice"]["status"] == "paid"
    whole(d)


def test_what_became_of_the_deposit_meanwhile(d, admin, dora):
    customer, client = dora
    # part of it paid, the rest never: it stays a bill of its own
    e = estimate(admin, customer, deposit_percent="50")
    deposit = accept(client, e)["deposit"]
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": deposit["id"], "amount": money("100")}])
    assert admin.refused("invoice.void", invoice=deposit["id"], reason="no").code == "state"
    final = convert(admin, e)
    assert final["total"]["amount"] + deposit["total"]["amount"] == e["total"]["amount"]
    # withdrawn while the invoice is a draft: the draft follows
    e = estimate(admin, customer, deposit_percent="50")
    deposit = accept(client, e)["deposit"]
    assert admin.refused("estimate.void", estimate=e["id"], reason="no").code == "state", "its deposit stands"
    draft = convert(admin, e, send=False)
    assert draft["deducted"]["amount"] == deposit["total"]["amount"]
    admin.ask("invoice.void", invoice=deposit["id"], reason="agreed otherwise")
    draft = admin.ask("invoice.get", invoice=draft["id"])["invoice"]
    assert draft.get("deductions", []) == [] and draft["total"]["amount"] == e["total"]["amount"]
    assert rows((1, draft)) == rows((1, e))
    # credited in part: so much less is deducted; more than it is refused, as are other taxes
    e = estimate(admin, customer, deposit_percent="50")
    deposit = accept(client, e)["deposit"]
    draft = convert(admin, e, send=False)

    def note(*lines, send=True):
        return admin.ask("credit_note.create", customer=customer, send=send, document={"about": deposit["id"], "lines": list(lines)})["credit_note"]

    first = note(line("Less", "1", "100", "19"))
    assert admin.refused("credit_note.create", customer=customer, send=True, document={"about": deposit["id"], "lines": [line("Less", "1", "500", "19")]}).code == "state"
    assert admin.refused("credit_note.create", customer=customer, send=True, document={"about": deposit["id"], "lines": [line("Less", "1", "1", "5")]}).code == "state"
    draft = admin.ask("invoice.get", invoice=draft["id"])["invoice"]
    assert draft["deducted"]["amount"] == deposit["total"]["amount"] - first["total"]["amount"]
    final = admin.ask("invoice.send", invoice=draft["id"])["invoice"]
    assert rows((1, final), (1, deposit), (-1, first)) == rows((1, e))
    assert admin.refused("credit_note.void", credit_note=first["id"], reason="no").code == "state"
    assert admin.refused("credit_note.create", customer=customer, send=True, document={"about": deposit["id"], "lines": [line("Less", "1", "1", "19")]}).code == "state"
    whole(d)
    # the invoice is withdrawn: another one can be made of the estimate, and deducts the same
    admin.ask("invoice.void", invoice=final["id"], reason="wrong address")
    again = convert(admin, e)
    assert again["id"] != final["id"] and again["deducted"] == final["deducted"]
    whole(d)


def test_a_smaller_invoice_than_its_deposit_is_refused(d, admin, dora):
    customer, client = dora
    e = estimate(admin, customer, deposit_percent="90")
    accept(client, e)
    draft = convert(admin, e, send=False)
    refused = admin.refused("invoice.update", invoice=draft["id"], revision=draft["revision"], document={"lines": [line("Kitchen", "1", "10", "19")]})
    assert (refused.code, refused.field) == ("invalid", "document.total")
    more = admin.ask("invoice.update", invoice=draft["id"], revision=draft["revision"], document={"lines": [line("Kitchen", "2", "1000", "19")]})["invoice"]
    assert more["total"]["amount"] == 238000 - draft["deducted"]["amount"]
    assert [t["percent"] for t in more["taxes"]] == ["19", "7"], "the tax of what is not delivered goes back"
    assert more["taxes"][1]["tax"]["amount"] < 0
    whole(d)


@pytest.mark.parametrize("field, value", [("deposit_percent", "101"), ("deposit_amount", money("5000")), ("deposit_amount", money("-1")), ("deposit_amount", money("1", "USD"))])
def test_what_is_no_deposit_is_refused_by_field(admin, dora, field, value):
    refused = admin.refused("estimate.create", customer=dora[0], document={"lines": [line()], field: value})
    assert refused.field.startswith("document." + field)


def test_only_an_estimate_asks_for_one(admin, dora):
    assert admin.refused("invoice.create", customer=dora[0], document={"lines": [line()], "deposit_percent": "10"}).field == "document.deposit_percent"


CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})\s*$", re.MULTILINE)


def newest_code(admin, to):
    row = next(r for r in admin.ask("mail.list", limit=100)["mails"] if r["to"] == to)
    return CODE.findall(admin.ask("mail.get", id=row["id"], code=True)["mail"]["text"])[0]


def by_code(d, code):
    client = d.client()
    client.token = client.ask("code.open", portal=d.portal, code=code)["token"]
    return client


def test_who_accepts_by_code_gets_a_code_of_the_deposit(d, admin):
    customer, _ = add_customer(admin, "Coded", "coded@coded.test", person="Cody")
    e = estimate(admin, customer, deposit_percent="25")
    admin.ask("code.send", document=e["id"])
    client = by_code(d, newest_code(admin, "coded@coded.test"))
    deposit = accept(client, e)["deposit"]
    assert "id" not in deposit, "it is told what it comes to, and opens nothing"
    deposit = admin.ask("invoice.list", customer=customer)["invoices"][0]
    assert client.refused("invoice.get", invoice=deposit["id"]).code in ("forbidden", "not_found"), "the estimate alone"
    other = by_code(d, newest_code(admin, "coded@coded.test"))
    assert other.ask("invoice.get", invoice=deposit["id"])["invoice"]["total"] == e["deposit"]
    assert other.refused("estimate.get", estimate=e["id"]).code in ("forbidden", "not_found")
    assert client.refused("estimate.accept", estimate=e["id"], revision=e["revision"], signed_by="Again").code == "state"


def test_a_rework_asks_for_another_one(d, admin, dora):
    customer, client = dora
    e = estimate(admin, customer, deposit_percent="10")
    reworked = admin.ask("estimate.update", estimate=e["id"], revision=e["revision"], document={"deposit_percent": "20"})["estimate"]
    assert client.ask("estimate.get", estimate=e["id"])["estimate"]["deposit"]["amount"] == 12221, "what was sent holds"
    sent = admin.ask("estimate.send", estimate=e["id"], revision=reworked["revision"])["estimate"]
    assert client.refused("estimate.accept", estimate=e["id"], revision=e["revision"], signed_by="Dora").code == "stale"
    assert accept(client, sent)["deposit"]["total"]["amount"] == 24441
    copy = admin.ask("estimate.duplicate", estimate=e["id"])["estimate"]
    assert copy["deposit"]["amount"] == 24441 and not copy.get("deposit_invoice")
    whole(d)


def anything(r, currency):
    digits = DIGITS[currency]
    rates = r.sample(["0", "5", "7", "19", "21.5", "33.333333"], r.randint(1, 3))

    def amount(most):
        return f"{r.randint(0, most * 10 ** digits) / 10 ** digits:.{digits}f}"

    lines = []
    for i in range(r.randint(1, 6)):
        more = {}
        if r.random() < 0.3:
            more["discount_percent"] = str(r.randint(1, 99))
        if r.random() < 0.2:
            more["tax2_percent"], more["tax2_name"] = "9.975", "QST"
        lines.append(line(f"Line {i}", str(r.randint(1, 9)), amount(300), r.choice(rates), **more))
    document = {"lines": lines, "tax_inclusive": r.random() < 0.5, "deposit_percent": str(r.choice([1, 100, r.randint(1, 99), "33.333333"]))}
    if r.random() < 0.5:
        document["discount_percent"] = f"{r.randint(1, 9999) / 100:.2f}"
    if r.random() < 0.3:
        document["shipping"] = money(amount(30), currency)
        document["shipping_tax_percent"] = r.choice(rates)
    if r.random() < 0.3:
        document["adjustment"] = money(amount(2), currency)
    return document


@pytest.mark.parametrize("currency", sorted(DIGITS))
@pytest.mark.parametrize("per_line", [False, True])
def test_deposit_and_final_come_to_the_whole_tax_by_tax(d, admin, currency, per_line):
    mail = f"any{currency}{per_line}@any.test".lower()
    customer, contact = add_customer(admin, f"Any {currency}", mail, currency=currency, person="Any")
    client = open_portal(d, admin, contact, mail)
    admin.ask("settings.update", business={"revision": admin.ask("settings.get")["business"]["revision"], "tax_per_line": per_line})
    r = random.Random(f"{currency} {per_line}")
    done = 0
    for _ in range(40):
        e = estimate(admin, customer, **anything(r, currency))
        accepted = accept(client, e)
        if "deposit" not in accepted:
            assert e.get("deposit", {"amount": 0})["amount"] == 0
            continue
        done += 1
        deposit, final = accepted["deposit"], convert(admin, e)
        assert deposit["total"]["amount"] == e["deposit"]["amount"]
        assert deposit["total"]["amount"] + final["total"]["amount"] == e["total"]["amount"]
        assert deposit["tax"]["amount"] + final["tax"]["amount"] == e["tax"]["amount"]
        assert rows((1, deposit), (1, final)) == rows((1, e)), e
        for t in deposit["taxes"]:  # what the tax of a rate is of the whole, it is of the deposit: a unit and its share apart
            of = [x for x in e["taxes"] if (x.get("percent"), x.get("name")) == (t.get("percent"), t.get("name"))]
            assert len(of) == 1
            share = of[0]["tax"]["amount"] * deposit["total"]["amount"] / e["total"]["amount"]
            assert abs(t["tax"]["amount"] - share) <= 1 + len(e["lines"]), (e, deposit)
    assert done > 25
    whole(d)


def test_what_settles_a_bill_decides_what_can_be_taken_back(d, admin, dora):
    """Paid, paid in part, credited, given up: none is withdrawn; what is due can be given up, and a payment after that is credit."""
    customer, _ = dora

    def invoice(**more):
        return admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="100")], **more})["invoice"]

    def stands(made):
        now = admin.ask("invoice.get", invoice=made["id"])["invoice"]
        return now["status"], now["balance"]["amount"], now.get("written_off", {"amount": 0})["amount"]

    def void(made):
        return admin.refused("invoice.void", invoice=made["id"], reason="no").code

    paid, part, credited, instalments = invoice(), invoice(), invoice(), invoice(instalments=[{"due": days(5), "percent": "50"}, {"due": days(35)}])
    admin.ask("payment.record", customer=customer, mode="cash", parts=[{"invoice": paid["id"]}, {"invoice": part["id"], "amount": money("30")}, {"invoice": instalments["id"], "amount": money("20")}])
    note = admin.ask("credit_note.create", customer=customer, send=True, document={"lines": [line(price="70")], "about": credited["id"]})["credit_note"]
    admin.ask("credit.apply", document=note["id"], parts=[{"invoice": credited["id"], "amount": money("10")}, {"invoice": instalments["id"], "amount": money("40")}])
    assert [void(x) for x in (paid, part, credited, instalments)] == ["state"] * 4
    now = admin.ask("invoice.get", invoice=instalments["id"])["invoice"]
    assert [p["open"]["amount"] for p in now["instalments"]] == [0, 4000] and now["due"] == days(35), "a payment and a credit settle them in their order"
    admin.ask("credit.unapply", document=note["id"], invoice=instalments["id"])
    now = admin.ask("invoice.get", invoice=instalments["id"])["invoice"]
    assert [p["open"]["amount"] for p in now["instalments"]] == [3000, 5000] and now["due"] == days(5)
    admin.ask("invoice.write_off", invoice=part["id"], reason="bankrupt")
    assert stands(part) == ("written_off", 0, 7000) and void(part) == "state"
    assert admin.refused("invoice.write_off", invoice=part["id"], reason="again").code == "state"
    # it arrives all the same
    refused = admin.refused("payment.record", customer=customer, mode="cash", parts=[{"invoice": part["id"], "amount": money("70")}])
    assert (refused.code, refused.field) == ("state", "parts.0.invoice")
    late = admin.ask("payment.record", customer=customer, mode="cash", amount=money("70"))["payment"]
    assert late["unused"]["amount"] == 7000 and stands(part) == ("written_off", 0, 7000)
    whole(d)
