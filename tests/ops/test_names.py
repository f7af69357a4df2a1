"""Names before numbers: an all-digit text is a document's number, an id is only ever an integer; operations name their record alike."""
import json
import os
import pathlib
import re
import subprocess

import pytest

from ctl import Ctl
from daemon import BUILD, PASSWORD, Daemon, add_customer, days, line, money, open_portal

ROOT = pathlib.Path(os.environ.get("POSTERN_SOURCE", "."))


@pytest.fixture(scope="module")
def ctl(d):
    return Ctl(d).login()


@pytest.fixture(scope="module")
def digits(admin):
    """Documents whose numbers are all digits: {number: invoice}; their ids are others. One series at a time has no prefix: two may not."""
    series = {s["id"]: s for s in admin.ask("settings.get")["series"]}
    customer, _ = add_customer(admin, "Digits Ltd", "d@digits.test")
    for number in (1, 2):
        admin.ask("series.update", series={"id": number, "prefix": f"p{number}-", "next": 90})
    admin.ask("series.update", series={"id": 2, "prefix": "", "next": 1, "digits": 1})
    made = {}
    for _ in range(2):
        admin.ask("invoice.create", customer=customer, document={"lines": [line()]})  # takes an id, no number
    for _ in range(4):
        got = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]
        made[got["number"]] = got
    admin.ask("series.update", series={"id": 2, "prefix": "p2-"})
    admin.ask("series.update", series={"id": 1, "prefix": "", "next": 1, "digits": 1})
    made["estimate 3"] = [admin.ask("estimate.create", customer=customer, send=True, document={"lines": [line()]})["estimate"] for _ in range(3)][2]
    admin.ask("series.update", series={"id": 1, "prefix": "p1-"})
    admin.ask("series.update", series={"id": 2, "prefix": ""})
    assert [n for n in made if n.isdigit()] == ["1", "2", "3", "4"] and made["1"]["id"] == 3 and made["estimate 3"]["number"] == "3"
    yield {**made, "customer": customer}
    for number in (1, 2):
        admin.ask("series.update", series={"id": number, "prefix": series[number]["prefix"], "digits": series[number]["digits"], "next": 1000})


def test_a_text_of_digits_is_a_number_and_never_an_id(admin, ctl, digits):
    assert ctl.json("invoice.get", "invoice=3")["invoice"]["number"] == "3"
    assert ctl.json("invoice.get", "invoice=1")["invoice"]["number"] == "1"
    assert ctl.json("invoice.get", "invoice=id:3")["invoice"]["number"] == "1"
    assert ctl.json("invoice.get", "-", input=json.dumps({"invoice": "3"}))["invoice"]["number"] == "3"
    assert ctl.json("invoice.get", "-", input=json.dumps({"invoice": 3}))["invoice"]["number"] == "1"
    assert admin.ask("invoice.get", invoice="3")["invoice"]["number"] == "3" and admin.ask("invoice.get", invoice=3)["invoice"]["number"] == "1"
    assert "not_found" in ctl.refused("invoice.get", "invoice=6", code=3)  # there is an id 6, and no number


def test_text_in_json_is_a_name_wherever_an_id_may_stand(d, admin, ctl, digits):
    """A customer named "1" is that one, and never the one whose id is 1; what a word of the command line means is its own spelling."""
    called = {name: add_customer(admin, name, f"{n}@named.test") for n, name in enumerate(("1", "id:1"))}
    one = called["1"][0]
    assert one != 1

    def payer(*words, **given):
        return ctl.json("payment.record", *words, "-", input=json.dumps({"mode": "cash", "amount": "7 EUR", **given}))["payment"]["customer"]
    assert payer(customer="1") == one and payer(customer=1) == 1
    assert payer(customer="id:1") == called["id:1"][0]
    assert payer("customer=1") == 1 and payer("customer=id:1") == 1 and payer('customer="1"') == one and payer('customer="id:1"') == called["id:1"][0]
    # what is known by its id alone is not named by a text, on its own or in a list
    contact = called["1"][1]
    assert "(field: contact)" in ctl.refused("contact.delete", "-", input=json.dumps({"contact": str(contact)}))
    for text in (str(contact), f"id:{contact}"):
        assert "contacts" in ctl.refused("access.invite", "-", input=json.dumps({"contacts": [text]}))
        assert "contacts" in ctl.refused("access.invite", "contacts=" + json.dumps([text]))
    for words in ((f"contacts={contact}",), (f"contacts=id:{contact}",), (f"contacts.0={contact}",), (f"contacts=[{contact}]",)):
        ctl.run("access.invite", *words)
    # inside of lists, too
    number, paid = "3", digits["3"]["id"]
    assert paid != 3
    for of, words, parts in ((number, (), [{"invoice": number, "amount": "1 EUR"}]), (number, ("parts.0.invoice=3", "parts.0.amount=1 EUR"), None),
                             ("1", (), [{"invoice": 3, "amount": "1 EUR"}]), ("1", ("parts.0.invoice=id:3", "parts.0.amount=1 EUR"), None),
                             (number, ('parts=[{"invoice":"3","amount":"1 EUR"}]',), None)):
        given = {"customer": digits["customer"], "mode": "cash"} | ({"parts": parts} if parts else {})
        got = ctl.json("payment.record", *words, "-", input=json.dumps(given))["payment"]
        assert [p["number"] for p in got["allocations"]] == [of], (words, parts)


def test_a_number_is_read_as_people_count_when_nothing_is_written_so(d, admin, ctl, digits):
    customer, contact = add_customer(admin, "Zeros Ltd", "z@zeros.test")
    admin.ask("import.customers", rows=[{"source": "zeros", "customer": {"name": "Zeros GmbH", "currency": "EUR"}}])

    def brought(*numbers):
        got = admin.ask("import.invoices", rows=[{"source": n, "customer_source": "zeros", "document": {
            "number": n, "currency": "EUR", "state": "open", "date": days(-9), "due": days(9), "lines": [line()]}} for n in numbers])
        assert got["created"] == len(numbers), got
    brought("ZR-000012", "ZR-7", "ZR-007", "Z-2026/0005")
    for typed in ("ZR-12", "zr-0012", "ZR-000012"):
        assert ctl.json("invoice.get", f"invoice={typed}")["invoice"]["number"] == "ZR-000012", typed
        assert admin.ask("invoice.get", invoice=typed)["invoice"]["number"] == "ZR-000012"
    assert admin.ask("comment.add", document="z-2026/5", text="x")["comment"]["document"] == admin.ask("invoice.get", invoice="Z-2026/0005")["invoice"]["id"]
    assert admin.ask("invoice.get", invoice="ZR-7")["invoice"]["number"] == "ZR-7"  # written so
    assert admin.ask("invoice.get", invoice="ZR-007")["invoice"]["number"] == "ZR-007"
    refused = admin.refused("invoice.get", invoice="ZR-0007")
    assert (refused.code, refused.field) == ("invalid", "invoice") and "ZR-7" in refused.message and "ZR-007" in refused.message
    for none in ("ZR-120", "ZR-1", "ZR", "12", "R-12", "ZR-12/0"):  # not its end, not its beginning
        assert admin.refused("invoice.get", invoice=none).code == "not_found", none
    maria = open_portal(d, admin, contact, "z@zeros.test")  # what somebody may not see is not there
    assert maria.refused("invoice.get", invoice="ZR-12").code == "not_found" == maria.refused("invoice.get", invoice="ZR-0007").code
    paid = admin.ask("payment.record", customer=customer, mode="cash", parts=[], amount=money("5"))["payment"]["number"]
    short = re.sub(r"0+(?=\d+$)", "", paid)
    assert short != paid and admin.ask("payment.get", payment=short)["payment"]["number"] == paid
    assert maria.ask("payment.get", payment=short)["payment"]["number"] == paid and admin.refused("payment.get", payment=short + "0").code == "not_found"


def test_what_is_voided_is_what_was_named(admin, ctl, digits):
    ctl.run("invoice.void", "invoice=4", "reason=typed by its number")
    assert admin.ask("invoice.get", invoice=digits["4"]["id"])["invoice"]["state"] == "void"
    assert {admin.ask("invoice.get", invoice=digits[n]["id"])["invoice"]["state"] for n in "123"} == {"open"}


def test_the_same_number_of_two_kinds(admin, ctl, digits):
    assert admin.ask("estimate.get", estimate="3")["estimate"]["id"] == digits["estimate 3"]["id"]
    refused = admin.refused("comment.add", document="3", text="which?")
    assert refused.field == "document" and str(digits["3"]["id"]) in refused.message and str(digits["estimate 3"]["id"]) in refused.message
    ctl.run("comment.add", f"document=id:{digits['3']['id']}", "text=this one")
    assert ctl.json("comment.add", "document=4", "text=there is but one 4")["comment"]["document"] == digits["4"]["id"]


def test_tables_say_numbers_and_not_ids(ctl, digits):
    shown = ctl.run("invoice.list", f"customer={digits['customer']}").stdout
    rows = shown.splitlines()
    assert any("NUMBER" in r for r in rows)
    drafts = [r for r in rows if "draft" in r]
    assert drafts and all("id:" in r for r in drafts)
    assert not any("id:" in r for r in rows if " open " in r)
    one = ctl.run("invoice.get", "invoice=3").stdout
    head = one.split("comments")[0]
    assert "id:%d" % digits["3"]["id"] not in head and "number" in head


def test_lists_on_the_command_line_count_what_they_show_or_say_nothing(ctl, digits):
    for words in (["status=open"], ["filter=status:open"], ["status=draft"], ["search=digits"], ["from=2020-01-01", "limit=2"]):
        shown = ctl.run("invoice.list", f"customer={digits['customer']}", *words).stdout
        got = ctl.json("invoice.list", f"customer={digits['customer']}", *words)
        assert got["matched"] >= len(got["invoices"]) > 0 and got["sums"], words
        assert re.search(rf"^matched +{got['matched']}$", shown, re.M) and "sums (1)" in shown and "none" not in shown, shown
    for words in ([], ["limit=1"]):
        assert not re.search(r"matched|sums", ctl.run("invoice.list", *words).stdout)
    after = ctl.json("invoice.list", "status=open", "limit=1")["next"]
    assert not re.search(r"matched|sums", ctl.run("invoice.list", "status=open", "limit=1", f"after={after}").stdout)
    assert re.search(r"^matched +0$", ctl.run("invoice.list", "filter=status:void amount>99999").stdout, re.M)


def test_tables_of_work_and_of_events_name_things_and_not_their_ids(admin, ctl, digits):
    customer = admin.ask("customer.get", customer=digits["customer"])["customer"]["name"]
    made = admin.ask("invoice.create", customer=digits["customer"], send=True, document={"lines": [line()], "date": days(-40), "due": days(-30)})["invoice"]
    queue = ctl.run("queue.get").stdout
    table = queue[queue.index("work ("):].splitlines()
    head, row = table[1].split("  "), next(r for r in table if made["number"] in r.split())
    assert [h.strip() for h in head if h.strip()][:4] == ["JOB", "SUBJECT", "NUMBER", "CUSTOMER NAME"] and customer in row, table
    assert str(made["id"]) not in row.split()
    events = ctl.run("event.list", f"document=id:{made['id']}").stdout
    heads = next(r for r in events.splitlines() if "WHAT" in r).split()
    assert "NUMBER" in heads and "NAME" in heads and not {"ABOUT", "ACTOR", "CUSTOMER"} & {h for h in re.split(r"  +", " ".join(heads))}
    row = next(r for r in events.splitlines() if made["number"] in r)
    assert heads[-1] == "ID" and customer in row and str(made["id"]) not in row.split()[:-1]


def test_what_was_given_up_is_said_in_lists(admin, ctl, digits):
    made = admin.ask("invoice.create", customer=digits["customer"], send=True, document={"lines": [line(price="31")]})["invoice"]
    admin.ask("invoice.write_off", invoice=made["id"], reason="gone")
    [row] = admin.ask("invoice.list", filter=f"number={made['number']} status:written_off")["invoices"]
    assert row["written_off"] == {"amount": 3100, "currency": "EUR"}
    shown = ctl.run("invoice.list", "filter=written_off>=31").stdout
    assert "WRITTEN OFF" in shown and "31.00 EUR" in shown
    assert all("written_off" not in x for x in admin.ask("invoice.list", filter="!written_off>0", limit=100)["invoices"])


def test_what_a_table_says_can_be_typed_again(ctl, digits):
    row = next(r for r in ctl.run("invoice.list", f"customer={digits['customer']}").stdout.splitlines() if "draft" in r)
    word = next(w for w in row.split() if w.startswith("id:"))
    assert ctl.json("invoice.get", f"invoice={word}")["invoice"]["id"] == int(word[3:])


@pytest.mark.parametrize("op, name", [("customer.get", "customer"), ("customer.overview", "customer")])
def test_operations_name_their_record_alike(admin, ctl, digits, op, name):
    customer = digits["customer"]
    assert admin.ask(op, **{name: customer})["customer"]["id"] == admin.ask(op, id=customer)["customer"]["id"] == customer
    assert admin.ask(op, **{name: "digits ltd"})["customer"]["id"] == customer
    assert ctl.json(op, f"{name}=Digits Ltd")["customer"]["id"] == ctl.json(op, f"id={customer}")["customer"]["id"] == customer
    assert admin.refused(op, **{name: customer, "id": customer}).message.startswith("is given twice")
    assert admin.refused(op, **{name: "Nobody of that name"}).code == "not_found"


def test_a_name_that_several_have_names_none(admin, digits):
    ids = [add_customer(admin, "Twice Ltd", f"t{i}@twice.test")[0] for i in range(2)]
    refused = admin.refused("customer.get", customer="Twice Ltd")
    assert refused.field == "customer" and all(str(i) in refused.message for i in ids)


def test_a_customer_names_only_its_own(d, admin, digits):
    customer, contact = add_customer(admin, "Own Ltd", "o@own.test")
    maria = open_portal(d, admin, contact, "o@own.test")
    assert maria.ask("customer.get", customer="Own Ltd")["customer"]["id"] == customer
    assert maria.refused("customer.get", customer="Digits Ltd").code == "not_found"
    assert maria.refused("invoice.get", invoice="3").code == "not_found"


def test_a_series_restarts_under_another_prefix_and_never_twice(admin, digits):
    customer, _ = add_customer(admin, "Series Ltd", "s@series.test")
    number = lambda: admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]["number"]
    admin.ask("series.update", series={"id": 2, "prefix": "2026/", "next": 5, "digits": 1})
    assert [number(), number()] == ["2026/5", "2026/6"]
    assert admin.refused("series.update", series={"id": 2, "next": 6}).field == "series.next"
    admin.ask("series.update", series={"id": 2, "prefix": "2027/", "next": 1})
    assert number() == "2027/1"
    taken = admin.refused("series.update", series={"id": 2, "prefix": "2026/", "next": 1 + 4})
    assert taken.field == "series.next" and "2026/5" in taken.message
    admin.ask("series.update", series={"id": 2, "prefix": "2026/", "next": 2})
    assert [number(), number(), number(), number()] == ["2026/2", "2026/3", "2026/4", "2026/7"]


def test_examples_write_amounts_with_their_currencys_digits(d, admin):
    customer, _ = add_customer(admin, "Yen Ltd", "y@yen.test", "JPY")
    admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="15750")]})
    for command in (["node", str(ROOT / "docs/examples/invoices.mjs")], ["/usr/bin/python3", str(ROOT / "docs/examples/invoices.py")]):
        said = subprocess.run([*command, d.socket, "acme", d.email], input=PASSWORD, text=True, capture_output=True, timeout=60)
        assert said.returncode == 0 and "15750 JPY" in said.stdout and "157.50" not in said.stdout, said


def test_one_default_socket_everywhere():
    wanted = "/run/postern/postern.sock"
    for page in ("README.md", "docs/deploy/README.md", "docs/deploy/postern.service", "docs/deploy/door.conf", "docs/protocol-intro.md", "docs/examples/README.md"):
        said = (ROOT / page).read_text(encoding="utf-8")
        assert said.count("/run/postern/") == said.count(wanted), page
    for program, *words in (("posternd", "--help"), ("postern", "--help"), ("posternctl", "help", "profiles")):
        assert wanted in subprocess.run([BUILD / "bin" / program, *words], capture_output=True, text=True, timeout=20).stdout, program
    sources = [p for room in ("common", "proto", "server", "tui", "data") for p in (ROOT / room).rglob("*.[ch]")]
    assert [p.name for p in sources if "/run/postern" in p.read_text(encoding="utf-8")] == ["door_conf.h"]


def test_a_declined_card_is_not_exit_code_0():
    with Daemon(arguments=["--sandbox"]) as d:
        admin = d.sign_in()
        customer, contact = add_customer(admin)
        admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
        ctl = Ctl(d).login("maria@bodega.test")

        def pay(card, *more, code):
            number = admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line()]})["invoice"]["number"]
            return ctl.run("payment.pay", f"parts.0.invoice={number}", "expect=10.00 EUR", "card_number=-", "card_expiry=-", "card_code=-", *more, input=f"{card}\n12/39\n123\n", code=code)
        assert "declined" in pay("4000000000000002", "--wait", code=7).stdout.lower()
        assert "succeeded" in pay("4242424242424242", "--wait", code=0).stdout
        pending = pay("4000000000009235", code=0)
        assert "pending" in pending.stdout and "It is pending" in pending.stderr


def test_a_comment_says_the_number_of_its_document(ctl, digits):
    told = ctl.run("comment.add", f"document=id:{digits['4']['id']}", "text=Hello", "portal=true").stdout
    assert re.search(r"number +4\b", told) and "id:" not in told, told
    rows = ctl.run("comment.list", f"document=id:{digits['4']['id']}").stdout
    assert "id:" not in rows and "Hello" in rows
