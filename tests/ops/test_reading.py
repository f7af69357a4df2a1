"""What comes in, as people write it: numbers, dates, texts, addresses. Read one way at every face, refused by name, never guessed."""
import datetime

import pytest

from ctl import Ctl
from daemon import PASSWORD, Daemon, add_customer, days, line, money, open_portal

BLANK = ["\u00a0", "\u200b", "\u3000", "\u2060", "\u00ad"]


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        yield d


@pytest.fixture(scope="module")
def staff(daemon):
    return daemon.sign_in()


@pytest.fixture(scope="module")
def customer(staff):
    return add_customer(staff)[0]


# --- numbers of the command line ---------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def ctl(daemon):
    return Ctl(daemon).login()


def created(ctl, customer, *words):
    return ctl.json("invoice.create", f"customer={customer}", "document.lines.0.name=Paper", *words)["invoice"]


def test_the_command_line_reads_numbers_as_people_write_them(ctl, customer):
    got = created(ctl, customer, "document.lines.0.quantity=0,125", "document.lines.0.price=1.234,50", "document.shipping=1 234,50 EUR",
                  "document.discount_percent=12,5 %", "document.date=22 Nov 2026", "document.due=24.12.2026")
    assert got["lines"][0]["quantity"] == "0.125" and got["lines"][0]["price"] == "1234.5"
    assert got["shipping"] == money("1234.50") and got["discount_percent"] == "12.5"
    assert (got["date"], got["due"]) == ("2026-11-22", "2026-12-24")
    got = created(ctl, customer, "document.lines.0.quantity=1,234,567.5", "document.lines.0.price=1'000", "document.adjustment=-EUR 5.00")
    assert got["lines"][0]["quantity"] == "1234567.5" and got["lines"][0]["price"] == "1000" and got["adjustment"] == money("-5.00")


@pytest.mark.parametrize("word, field, says", [
    ("document.lines.0.quantity=1,250", "document.lines.0.quantity", "1250 or 1.25"),
    ("document.lines.0.quantity=1,5,5", "document.lines.0.quantity", "grouping"),
    ("document.lines.0.price=1.5.5", "document.lines.0.price", "grouping"),
    ("document.lines.0.price=1.0000001", "document.lines.0.price", "At most 6"),
    ("document.shipping=1,250 EUR", "document.shipping", "1250 or 1.25"),
    ("document.shipping=1.250 EUR", "document.shipping", "1250 or 1.25"),
    ("document.shipping=1.255 EUR", "document.shipping", "1255, or 1.255 with at most 2"),
    ("document.shipping=1234.555 EUR", "document.shipping", "At most 2"),
    ("document.shipping=5", "document.shipping", "12.34 EUR"),
    ("document.date=3/4/2026", "document.date", "date"),
])
def test_the_command_line_refuses_what_it_would_have_to_guess(ctl, customer, word, field, says):
    words = ["document.lines.0.quantity=1"] if not word.startswith("document.lines.0.quantity") else []
    told = ctl.refused("invoice.create", f"customer={customer}", "document.lines.0.name=Paper", *words, word)
    assert f"(field: {field})" in told and says in told, told


def test_the_wire_keeps_one_spelling(staff, customer):
    for number in ("0,125", "1.234,50", " 1", "1'000", "1,250"):
        assert staff.refused("invoice.create", customer=customer,
                             document={"lines": [line(quantity=number)]}).field == "document.lines.0.quantity"


# --- blank text --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("blank", BLANK)
def test_blank_text_is_nobodys_name_reason_comment_or_signature(daemon, staff, blank):
    text = blank * 3
    customer, contact = add_customer(staff, "Blank", f"blank{ord(blank)}@x.test")
    maria = open_portal(daemon, staff, contact, f"blank{ord(blank)}@x.test")
    estimate = staff.ask("estimate.create", customer=customer, document={"lines": [line()]}, send=True)["estimate"]
    invoice = staff.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True)["invoice"]
    for client, op, field, arguments in (
            (staff, "customer.create", "customer.name", {"customer": {"name": text, "currency": "EUR"}}),
            (staff, "invoice.create", "document.lines.0.name", {"customer": customer, "document": {"lines": [line(name=text)]}}),
            (staff, "invoice.void", "reason", {"invoice": invoice["id"], "reason": text}),
            (staff, "comment.add", "text", {"document": invoice["id"], "text": text}),
            (staff, "account.update", "name", {"name": text}),
            (maria, "estimate.accept", "signed_by", {"estimate": estimate["id"], "revision": estimate["revision"], "signed_by": text}),
            (maria, "estimate.decline", "reason", {"estimate": estimate["id"], "revision": estimate["revision"], "reason": text})):
        refusal = client.refused(op, **arguments)
        assert (refusal.code, refusal.field) == ("invalid", field), (op, refusal.error)
    # where nothing has to stand, it is as if nothing did
    assert staff.ask("customer.update", id=customer, customer={"revision": 1, "phone": text})["customer"].get("phone", "") == ""


# --- addresses and names of portals -------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def zoe(staff):
    _, contact = add_customer(staff, "Zoe Ltd", "zoe@x.example")
    staff.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)


@pytest.mark.parametrize("email", [" zoe@x.example ", "Zoe@X.example", "\u00a0ZOE@x.example\u200b", "zoe@x.example\u3000"])
def test_an_address_pasted_with_blanks_or_capitals_signs_in(daemon, zoe, email):
    assert daemon.sign_in(email).me["email"] == "zoe@x.example"


@pytest.mark.parametrize("portal", [" acme", "ACME", "\u00a0Acme\u200b"])
def test_a_portal_pasted_with_blanks_or_capitals_is_found(daemon, zoe, portal):
    assert daemon.client().ask("portal.show", portal=portal)["name"] == "Acme Ltd"
    assert daemon.sign_in("zoe@x.example", portal=portal).me["portal"] == "acme"


def test_the_command_line_signs_in_with_a_pasted_address(daemon, zoe):
    ctl = Ctl(daemon, session="pasted")
    ctl.run("login", "portal= Acme ", "email= Zoe@X.example ", input=PASSWORD + "\n")
    assert ctl.json("session.me")["me"]["email"] == "zoe@x.example"


def test_spellings_of_an_address_share_their_tries(daemon, staff):
    _, contact = add_customer(staff, "Tries", "tries@x.example")
    staff.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    codes = [daemon.client().refused("session.sign_in", portal=portal, email=email, password="wrong wrong wrong").code
             for portal, email in (("acme", "tries@x.example"), ("ACME", " Tries@X.example"), (" acme", "tries@x.example\u200b")) * 5]
    assert "slow_down" in codes


@pytest.mark.parametrize("entered, other", [("ines@münchen.example", "ines@xn--mnchen-3ya.example"),
                                            ("ole@xn--kbenhavn-54a.example", "ole@københavn.example")])
def test_both_spellings_of_a_domain_are_one_address(daemon, staff, entered, other):
    customer, contact = add_customer(staff, "Both", entered)
    staff.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    for email in (entered, other, other.upper()):
        assert daemon.sign_in(email).me["email"] == entered  # shown as it was entered
    refusal = staff.refused("contact.create", customer=customer, contact={"name": "Again", "email": other})
    assert (refusal.code, refusal.field) == ("exists", "contact.email")
    # a colleague, invited: unique in both spellings, too
    staff.ask("staff.create", name="Colleague", email="staff-" + entered, role="reader", password=PASSWORD, keep_password=True)
    assert staff.refused("staff.invite", name="Again", email=" staff-" + other, role="reader").code == "exists"
    assert daemon.sign_in("staff-" + other).me["role"] == "reader"
    # changing the spelling alone changes nobody's access
    staff.ask("contact.update", id=contact, contact={"email": other})
    assert daemon.sign_in(entered).me["email"] == other


def test_mail_to_such_an_address_is_written_in_the_spelling_of_the_network(daemon, staff):
    _, contact = add_customer(staff, "Mailed", "mail@bücher.example")
    staff.ask("access.invite", contacts=[contact])
    mails = staff.ask("mail.list")["mails"]
    assert any(m["to"] == "mail@bücher.example" for m in mails), mails


@pytest.mark.parametrize("email, says", [
    ("a@" + "x" * 64 + ".example", "63"), ("a@" + "ü" * 64 + ".example", "63"), ("a@xn--zzzzzz.example", "xn--"),
    ("a@\u05d0a.example", "directions"), ("a@b", "one part"), ("a b@x.example", "before the @"), ("x.example", "no @"),
])
def test_what_is_no_address_is_refused_with_the_reason(staff, customer, email, says):
    refusal = staff.refused("contact.create", customer=customer, contact={"name": "Wrong", "email": email})
    assert (refusal.code, refusal.field) == ("invalid", "contact.email") and says in refusal.message, refusal.error


# --- days --------------------------------------------------------------------------------------------------------------------
def test_a_payment_is_of_no_day_in_the_future_and_of_none_before_1900(staff, customer):
    ask = {"customer": customer, "mode": "cash", "amount": money("5")}
    for day, says in (("0001-01-01", "1900"), ("1899-12-31", "1900"), (days(1), "future"), ("9999-12-31", "future")):
        refusal = staff.refused("payment.record", date=day, **ask)
        assert (refusal.code, refusal.field) == ("invalid", "date") and says in refusal.message, (day, refusal.error)
    assert staff.ask("payment.record", date="1990-05-01", **ask)["payment"]["date"] == "1990-05-01"
    assert staff.ask("payment.record", date=days(0), **ask)["payment"]["date"] == days(0)


def test_today_is_the_businesss_own(customer):
    """Tomorrow in UTC is today in the farthest zone, and the other way round."""
    for zone, hours in (("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)):
        with Daemon(zone=zone) as d:
            admin = d.sign_in()
            who = add_customer(admin)[0]
            here = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).date()
            ask = {"customer": who, "mode": "cash", "amount": money("5")}
            assert admin.ask("payment.record", date=here.isoformat(), **ask)
            after = (here + datetime.timedelta(days=2)).isoformat()
            assert admin.refused("payment.record", date=after, **ask).field == "date"


def test_documents_are_dated_within_reason(staff, customer):
    def refused(**document):
        return staff.refused("invoice.create", customer=customer, document={"lines": [line()], **document})
    for field, document in (("date", {"date": "0001-01-01"}), ("date", {"date": "1899-12-31"}), ("date", {"date": days(3660)}),
                            ("due", {"due": "9999-12-31"}), ("due", {"date": days(0), "due": days(-1)})):
        refusal = refused(**document)
        assert (refusal.code, refusal.field) == ("invalid", f"document.{field}"), (document, refusal.error)
    assert staff.ask("invoice.create", customer=customer, document={"lines": [line()], "date": days(3600), "due": days(7200)})


def test_imported_days_have_the_same_bounds(staff):
    staff.ask("import.customers", rows=[{"source": "d1", "customer": {"name": "Dated", "currency": "EUR"}}])

    def problems(op, row):
        return [(p["field"], p["reason"]) for p in staff.ask(op, rows=[row], check=True)["problems"]]
    invoice = {"source": "i1", "customer_source": "d1", "document": {"number": "D-1", "currency": "EUR", "date": "1990-01-10", "lines": [line()]}}
    assert problems("import.invoices", invoice) == []
    invoice["document"] = invoice["document"] | {"date": days(3700)}
    assert problems("import.invoices", invoice)[0][0] == "document.date"
    payment = {"source": "p1", "customer_source": "d1", "payment": {"number": "P-1", "date": days(1), "mode": "cash", "amount": money("5")}}
    assert ("payment.date", "is in the future") in problems("import.payments", payment)
    payment["payment"] = payment["payment"] | {"date": "0001-01-01"}
    assert staff.refused("import.payments", rows=[payment], check=True).field == "rows.0.payment.date"


# --- what is computed --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("field, value", [
    ("discount", money("500")), ("subtotal", money("1")), ("tax", money("1")), ("taxes", []), ("total", money("1")), ("paid", money("1")),
    ("balance", money("1")), ("number", "INV-9"), ("state", "open"), ("status", "paid"), ("customer_name", "Other")])
def test_what_is_computed_is_refused_by_name_and_not_ignored(staff, customer, field, value):
    for op in ("invoice.create", "estimate.create", "document.preview"):
        refusal = staff.refused(op, customer=customer, document={"lines": [line()], field: value})
        assert (refusal.code, refusal.field) == ("invalid", f"document.{field}"), refusal.error


def test_the_net_of_a_line_is_refused_by_name(staff, customer):
    refusal = staff.refused("invoice.create", customer=customer, document={"lines": [line(), line(net=money("99"))]})
    assert (refusal.code, refusal.field) == ("invalid", "document.lines.1.net"), refusal.error


def test_what_was_read_can_be_sent_back_with_a_change_as_it_was(staff, customer):
    made = staff.ask("invoice.create", customer=customer, document={"lines": [line(price="10", tax="20")]})["invoice"]
    read = {k: v for k, v in staff.ask("invoice.get", invoice=made["id"])["invoice"].items() if k not in ("status", "edition", "offers")}
    got = staff.ask("invoice.update", invoice=made["id"], revision=read["revision"], document={**read, "reference": "PO 7"})["invoice"]
    assert got["reference"] == "PO 7" and got["total"] == read["total"]
    for field, value in (("total", money("1")), ("discount", money("500")), ("number", "INV-9")):
        refusal = staff.refused("invoice.update", invoice=made["id"], revision=got["revision"], document={field: value})
        assert (refusal.code, refusal.field) == ("invalid", f"document.{field}"), refusal.error
    refusal = staff.refused("invoice.update", invoice=made["id"], revision=got["revision"],
                            document={"lines": [{**read["lines"][0], "net": money("1")}]})
    assert refusal.field == "document.lines.0.net", refusal.error
