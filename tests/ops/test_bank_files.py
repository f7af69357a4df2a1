"""Files of banks by posternctl bank import: camt.053 of both versions, MT940, CSV with a mapping; and files that are wrong or hostile (E15)."""
import pytest

from ctl import Ctl
from daemon import Daemon, add_customer, days, line

IBAN = "DE89370400440532013000"
PAYER = "FR1420041010050500013M02606"


class Bank:
    def __init__(self, d):
        self.d, self.admin, self.ctl = d, d.sign_in(), Ctl(d).login()
        self.customer, _ = add_customer(self.admin)
        self.n = 0

    def file(self, text, encoding="utf-8"):
        self.n += 1
        path = self.d.temp / f"statement{self.n}"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    def bring(self, text, *words, encoding="utf-8"):
        return self.ctl.json("bank", "import", self.file(text, encoding), *words)

    def refused(self, text, *words, code=2):
        before = self.everything()
        said = self.ctl.refused("bank", "import", self.file(text), *words, code=code)
        assert self.everything() == before
        return said

    def everything(self):
        return self.admin.ask("bank.statements", limit=100), self.admin.ask("bank.lines", limit=100)

    def lines(self, **more):
        last = self.admin.ask("bank.statements", limit=1)["statements"][0]
        return self.admin.ask("bank.lines", statement=last["id"], **more)["lines"]

    def invoice(self, price="10"):
        return self.admin.ask("invoice.create", customer=self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14)})["invoice"]


@pytest.fixture
def b():
    with Daemon() as d:
        yield Bank(d)


def reference(made):
    return f"RF{98 - int(str(made['id']) + '271500') % 97:02d}{made['id']}"


def balance(code, amount, sign="CRDT"):
    return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f'<Dt><Dt>{days(-1)}</Dt></Dt></Bal>')


def camt(*entries, opening="0.00", closing="0.00", version="02", iban=IBAN, number="12", more=""):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
            f'<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>'
            f'<FrToDt><FrDtTm>{days(-2)}T00:00:00</FrDtTm><ToDtTm>{days(-1)}T23:59:59</ToDtTm></FrToDt>'
            f'<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance("OPBD", opening)}{balance("CLBD", closing)}{more}'
            f'{"".join(entries)}</Stmt></BkToCstmrStmt></Document>')


def details(ref="", text="", name="", iban="", amount="", e2e="E1", version="02", reason=""):
    party = f"<Nm>{name}</Nm>" if version == "02" else f"<Pty><Nm>{name}</Nm></Pty>"
    return ("<TxDtls><Refs><EndToEndId>" + e2e + "</EndToEndId></Refs>" + (f'<Amt Ccy="EUR">{amount}</Amt>' if amount else "")
            + f"<RltdPties><Dbtr>{party}</Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct><Cdtr><Nm>Us</Nm></Cdtr></RltdPties><RmtInf>"
            + "".join(f"<Ustrd>{t}</Ustrd>" for t in ([text] if isinstance(text, str) else text) if t)
            + (f"<Strd><CdtrRefInf><Ref>{ref}</Ref></CdtrRefInf></Strd>" if ref else "") + "</RmtInf>"
            + (f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else "") + "</TxDtls>")


def entry(amount, *tx, sign="CRDT", status="BOOK", version="02", ref="", reversal=False):
    said = status if version == "02" else f"<Cd>{status}</Cd>"
    return (f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{"<RvslInd>true</RvslInd>" if reversal else ""}<Sts>{said}</Sts>'
            f'<BookgDt><Dt>{days(-1)}</Dt></BookgDt><ValDt><Dt>{days(-1)}</Dt></ValDt>{f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""}'
            + (f"<NtryDtls>{''.join(tx)}</NtryDtls>" if tx else "") + "</Ntry>")


def kept(amount, version="02", whole=False):
    if whole:
        return f'<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">{amount}</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">9.99</Amt></Rcrd></Chrgs>'
    if version == "02":
        return f'<Chrgs><Amt Ccy="EUR">{amount}</Amt></Chrgs>'
    return "<Chrgs>" + "".join(f'<Rcrd><Amt Ccy="EUR">{a}</Amt></Rcrd>' for a in (amount, "0.25")) + "</Chrgs>"


# --- camt.053 ------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("version", ["02", "08"])
def test_camt_books_what_is_exact_and_says_who_paid(b, version):
    made = b.invoice("119")
    text = camt(entry("119.00", details(reference(made), name="Bodega Sur", iban="FR1420041010050500013M02606", version=version),
                      version=version, ref="BANK1"),
                entry("5.50", details(text=["Rest of the ", "deposit"], name="Möller &amp; Co", version=version), version=version),
                entry("20.00", sign="DBIT", version=version), entry("77.00", status="PDNG", version=version),
                opening="100.00", closing="204.50", version=version)
    [out] = b.bring(text)
    assert out == {"account": IBAN, "number": "12", "lines": 3, "fresh": 3, "known": 0, "booked": 1, "took_back": 0, "waiting": 1, "outgoing": 1}
    [one, two, three] = b.lines()
    assert (one["state"], one["name"], one["iban_last"], one["bank_reference"]) == ("booked", "Bodega Sur", "2606", "BANK1")
    assert (two["name"], two["text"]) == ("Möller & Co", "Rest of the deposit") and three["amount"]["amount"] == -2000
    assert b.admin.ask("invoice.get", invoice=made["id"])["invoice"]["state"] == "paid"
    [kept] = b.admin.ask("bank.statements")["statements"]
    assert (kept["opening"]["amount"], kept["closing"]["amount"], kept["format"], kept["from"], kept["until"]) == (
        10000, 20450, "camt.053", days(-2), days(-1))
    [again] = b.bring(text)
    assert (again["fresh"], again["known"]) == (0, 3)


def test_each_part_of_a_batch_is_a_line_where_they_add_up(b):
    one, two = b.invoice("10"), b.invoice("20")
    parts = [details(reference(made), amount=amount, e2e=f"E{amount}") for made, amount in ((one, "10.00"), (two, "20.00"))]
    [out] = b.bring(camt(entry("30.00", *parts, ref="BATCH"), closing="30.00"))
    assert (out["lines"], out["booked"]) == (2, 2) and [l["index"] for l in b.lines()] == [1, 2]
    [out] = b.bring(camt(entry("29.00", *parts, ref="BATCH2"), opening="30.00", closing="59.00", number="13"))
    assert (out["lines"], out["waiting"]) == (1, 1) and b.lines()[0]["amount"]["amount"] == 2900


def test_a_batch_whose_parts_say_no_amounts_has_the_reference_of_none(b):
    one, two = b.invoice("100"), b.invoice("40")
    [out] = b.bring(camt(entry("100.00", details(ref=reference(one)) + details(ref=reference(two))), closing="100.00"))
    assert (out["lines"], out["booked"], out["waiting"]) == (1, 0, 1)


def test_a_returned_debit_waits(b):
    made = b.invoice("10")
    b.bring(camt(entry("10.00", details(reference(made)), ref="A"), closing="10.00"))
    [out] = b.bring(camt(entry("10.00", details(text=f"Return {made['number']}", name="Bodega Sur", reason="MD06"), sign="DBIT", reversal=True, ref="B"),
                         opening="10.00", closing="0.00", number="13"))
    [back] = b.lines()
    assert out["waiting"] == 1 and (back["returned"], back["return_reason"], back["name"]) == (True, "MD06", "Bodega Sur")
    assert b.admin.ask("bank.line", line=back["id"])["candidates"][0]["why"] == "return"


def test_a_return_with_the_reference_reopens_the_invoice(b):
    made = b.invoice("10")
    b.bring(camt(entry("10.00", details(reference(made), iban=PAYER), ref="A"), closing="10.00"))
    [out] = b.bring(camt(entry("10.00", details(reference(made), iban=PAYER, reason="AM04"), sign="DBIT", ref="B"), opening="10.00", number="13"))
    assert (out["took_back"], out["waiting"]) == (1, 0)
    [found] = b.lines()
    assert "had not enough money (AM04)" in b.admin.ask("payment.get", payment=found["payment"])["payment"]["failure"]


@pytest.mark.parametrize("said, cents", [(kept("1.50"), 150), (kept("1.50", "08"), 175), (kept("2.00", whole=True), 200)])
def test_what_banks_kept_is_read(b, said, cents):
    text = entry("10.00", details(text="x").replace("<RmtInf>", said + "<RmtInf>"))
    b.bring(camt(text, closing="10.00"))
    assert b.lines()[0]["charges"] == {"amount": cents, "currency": "EUR"}


def test_only_asking_reads_a_file_of_several_days_as_one(b):
    first = camt(entry("10.00", details(text="a"), ref="A"), closing="10.00")
    second = camt(entry("5.00", details(text="b"), ref="B"), opening="10.00", closing="15.00", number="13")
    both = first.replace("</BkToCstmrStmt></Document>", "") + second[second.index("<Stmt>"):]
    [out] = b.bring(both, "--dry-run")
    assert out["fresh"] == 2 and not b.admin.ask("bank.statements")["statements"]
    assert [o["fresh"] for o in b.bring(both)] == [1, 1]


@pytest.mark.parametrize("change, says", [
    (lambda t: t.replace("10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", "10.01</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>"), "statement.closing"),
    (lambda t: t.replace(IBAN, IBAN[:-1] + "1"), "mistyped"),
    (lambda t: t.replace("OPBD", "XXXX"), "no balance OPBD"),
    (lambda t: t.replace("CLBD", "XXXX"), "no balance CLBD"),
    (lambda t: t.replace("<IBAN>" + IBAN + "</IBAN>", ""), "which account"),
    (lambda t: t.replace('<Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>', '<Amt Ccy="EUR">1O.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>'), "entry 1"),
    (lambda t: t.replace("<BookgDt>", "<X>").replace("</BookgDt>", "</X>"), "BookgDt"),
    (lambda t: t[:-30], "no XML"),
    (lambda t: "", "neither camt.053 nor MT940"),
    (lambda t: "<a/>", "no statement"),
    (lambda t: t.replace("<Document", '<!DOCTYPE d [<!ENTITY a "aaaa">]><Document'), "DOCTYPE"),
    (lambda t: '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "' + "x" * 1000 + '">' +
     "".join(f'<!ENTITY {chr(98 + i)} "{(f"&{chr(97 + i)};") * 10}">' for i in range(12)) + "]><Document>&m;</Document>", "DOCTYPE"),
    (lambda t: '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>', "DOCTYPE"),
    (lambda t: "<a>" * 100 + "</a>" * 100, "deep"),
    (lambda t: t.replace("<Ustrd>pay</Ustrd>", "<Ustrd>" + "x" * 5000 + "</Ustrd>"), "Ustrd"),
])
def test_a_file_that_is_wrong_changes_nothing_and_is_told(b, change, says):
    good = camt(entry("10.00", details(text="pay")), closing="10.00")
    said = b.refused(change(good))
    assert says in said and "\x1b" not in said


def test_a_file_that_is_not_there_is_said(b):
    assert "No such file" in b.ctl.refused("bank", "import", "/nowhere/at/all")
    assert "takes one file" in b.ctl.refused("bank", "import") and "takes one file" in b.ctl.refused("bank", "export", "x")
    assert "belongs to" in b.ctl.refused("check", "--mapping", "x")


# --- MT940 ---------------------------------------------------------------------------------------------------------------------------
def mt940(*fields, opening="C261101EUR100,00", closing="C261127EUR219,50", account="37040044/0532013000"):
    return "\r\n".join([":20:STARTUMS", f":25:{account}", ":28C:5/1", f":60F:{opening}", *fields, f":62F:{closing}", "-", ""])


def test_mt940_of_a_german_bank(b):
    made = b.invoice("119.50")
    ref = reference(made)
    text = mt940(":61:2611271127CR119,50N051NONREF//B123", f":86:166?00GUTSCHRIFT?109251?20EREF+E-77?21SVWZ+Rechnung {ref[:8]}",
                 f"?22{ref[8:]} vielen D?23ank Müller?30COBADEFFXXX?31FR1420041010050500013M02606?32Bodega S?33ur GmbH")
    [out] = b.bring(text, encoding="iso-8859-1")
    assert (out["account"], out["number"], out["booked"]) == (IBAN, "5/1", 1)
    [one] = b.lines()
    assert (one["name"], one["iban_last"], one["end_to_end"], one["bank_reference"]) == ("Bodega Sur GmbH", "2606", "E-77", "B123")
    assert one["text"] == f"Rechnung {ref} vielen Dank Müller" and one["date"] == "2026-11-27"
    [again] = b.bring(text)  # the same in UTF-8
    assert again["known"] == 1


def test_mt940_with_strokes_and_returns_over_the_turn_of_the_year(b):
    text = mt940(":61:2601021231D10,00NTRFNONREF", ":86:/EREF/E9/NAME/Landlord/REMI/Rent Jan", "uary/IBAN/NL91ABNA0417164300",
                 ":61:260102RC20,50NRTI123", ":86:109?20returned?31DE02?32Someone", ":61:260102C0,5NMSC",
                 opening="C251231EUR100,00", closing="C260102EUR70,00", account=IBAN)
    [out] = b.bring(text)
    one, two, three = b.lines()
    assert (one["date"], one["value_date"], one["name"], one["text"]) == ("2025-12-31", "2026-01-02", "Landlord", "Rent January")
    assert (two["amount"]["amount"], two["returned"], two["state"]) == (-2050, True, "waiting") and three["amount"]["amount"] == 50
    assert out["lines"] == 3


def test_mt940_returns_with_the_reference_reopen_the_invoice(b):
    one, two = b.invoice("10"), b.invoice("20")
    text = mt940(":61:2611271127CR10,00N051NONREF//P1", f":86:166?20SVWZ+{reference(one)}?31{PAYER}", ":61:2611271127CR20,00N051NONREF//P2", f":86:/REMI/{reference(two)}/IBAN/{PAYER}",
                 ":61:2611271127D10,00NRTINONREF//R1", f":86:109?20SVWZ+RETURN {reference(one)}?31{PAYER}",
                 ":61:2611271127RC20,00NRTINONREF//R2", f":86:/REMI/{reference(two)}/IBAN/{PAYER}/RTRN/AC04", closing="C261127EUR100,00", account=IBAN)
    [out] = b.bring(text)
    assert (out["booked"], out["took_back"], out["waiting"]) == (2, 2, 0)
    for made, words in ((one, "no reason"), (two, "the account is closed (AC04)")):
        assert b.admin.ask("invoice.get", invoice=made["id"])["invoice"]["balance"] == made["balance"]
        [p] = [x for x in b.admin.ask("payment.list")["payments"] if x["amount"] == made["balance"]]
        assert p["state"] == "reversed" and words in p["failure"]
    assert b.bring(text)[0]["known"] == 4


@pytest.mark.parametrize("change, says", [
    (lambda t: t.replace(":62F:C261127EUR219,50", ":62F:C261127EUR219,51"), "statement.closing"),
    (lambda t: t.replace(":60F:", ":99:"), ":60F:"),
    (lambda t: t.replace(":62F:", ":99:"), ":62F:"),
    (lambda t: t.replace(":25:", ":99:"), ":25:"),
    (lambda t: t.replace("CR119,50", "X119,50"), "line 5"),
    (lambda t: t.replace("CR119,50", "CR119,505"), "line 5"),
    (lambda t: t.replace(":20:", ":21:"), ":20:"),
    (lambda t: t.replace("EUR100,00", "EUQ100,00"), ":60F:"),
])
def test_an_mt940_that_is_wrong_is_told(b, change, says):
    assert says in b.refused(change(mt940(":61:2611271127CR119,50N051NONREF", ":86:thanks")))


# --- CSV -----------------------------------------------------------------------------------------------------------------------------
MAPPING = {"name": "mine", "account": IBAN, "currency": "EUR", "windows_1252": True, "skip": 2, "date_column": "Buchungstag",
           "amount_column": "Betrag", "text_column": "Verwendungszweck", "name_column": "Auftraggeber", "balance_column": "Saldo"}
CSV = ('Konto;x\n\n"Buchungstag";"Auftraggeber";"Verwendungszweck";"Betrag";"Saldo"\n'
       '27.11.2026;"Möller";"€ {ref}";"1.000,50 EUR";"1.100,50"\n26.11.26;Rent;"x;y";-50,00;100,00\n')


def test_a_csv_file_by_its_mapping(b):
    made = b.invoice("1000.50")
    b.admin.ask("bank.mapping_set", mapping=MAPPING)
    text = CSV.replace("{ref}", reference(made))
    [out] = b.bring(text, "--mapping", "Mine", encoding="windows-1252")
    assert (out["lines"], out["booked"], out["outgoing"]) == (2, 1, 1)
    one, two = b.lines()  # in the order of days: the balances say which end is the first
    assert (one["date"], one["amount"]["amount"], one["text"]) == ("2026-11-26", -5000, "x;y") and two["name"] == "Möller"
    [kept] = b.admin.ask("bank.statements")["statements"]
    assert (kept["opening"]["amount"], kept["closing"]["amount"], bool(kept.get("unproved"))) == (15000, 110050, False)
    assert b.bring(text, "--mapping", "mine", encoding="windows-1252")[0]["known"] == 2


@pytest.mark.parametrize("mapping, text, says", [
    ({}, CSV.replace("100,00", "101,00"), "Saldo"),
    ({"text_column": "Zweck"}, CSV, "Zweck"),
    ({}, CSV.replace("27.11.2026", "31.11.2026"), "row 4"),
    ({}, CSV.replace("-50,00", "-5O,0x0"), "Betrag"),
    ({"account": ""}, CSV, "account"),
    ({"currency": ""}, CSV, "currency"),
    ({}, "a;b\n", "Buchungstag"),
    ({"skip": 0}, CSV, "row 1"),
    *(({}, CSV.replace("100,00", written), "Saldo") for written in ("1.50", "5+5", "1-2", "1.1.26", "10.00.000", "1'0", "-5-", "+-5", "-", "5,", "1 00,0", ",5")),
])
def test_a_csv_file_that_is_wrong_is_told(b, mapping, text, says):
    b.admin.ask("bank.mapping_set", mapping={**MAPPING, **mapping})
    assert says in b.refused(text, "--mapping", "mine")


def plain_csv(b, **more):
    b.admin.ask("bank.mapping_set", mapping={"name": "plain", "account": IBAN, "currency": "EUR", "date_column": "Date", "amount_column": "Amount",
                                             "name_column": "Name", "text_column": "Text", **more})


@pytest.mark.parametrize("written, cents", [("1.234,50", 123450), ("1 234,5", 123450), ("1'234.567,00", None), ("-7", -700), ("7-", -700), ("− 7", -700), ("+7,00 EUR", 700),
                                            ("7 S", -700), ("1.000", 100000), ("1234567", 123456700)])
def test_an_amount_is_read_as_it_is_written_or_not_at_all(b, written, cents):
    plain_csv(b)
    text = f"Date;Amount;Name;Text\n{days(-1)};{written};A;x\n"
    if cents is None:
        assert "Amount" in b.refused(text, "--mapping", "plain")
    else:
        b.bring(text, "--mapping", "plain")
        assert [row["amount"]["amount"] for row in b.lines()] == [cents]


@pytest.mark.parametrize("text, says", [('"Hallo\n{day};20,00;Bodega;{ref}\n', "quotation mark"), ('"Hallo\n{day};20,00;Bodega;"{ref}\n', "row 2"), ('x\n{day};5,00;"Bodega;y;"\n', "row 3")])
def test_a_quotation_mark_in_what_a_payer_wrote_takes_no_lines_with_it(b, text, says):
    made = b.invoice("20")
    plain_csv(b)
    whole = f"Date;Amount;Name;Text\n{days(-1)};10,00;Mallory;" + text.format(day=days(-1), ref=reference(made))
    assert says in b.refused(whole, "--mapping", "plain") and b.admin.ask("bank.statements")["statements"] == []


def test_a_csv_file_with_two_columns_and_no_balance(b):
    b.admin.ask("bank.mapping_set", mapping={"name": "two", "account": IBAN, "currency": "EUR", "delimiter": "t", "decimal_point": True,
                                             "date_order": "mdy", "date_column": "Date", "credit_column": "In", "debit_column": "Out"})
    [out] = b.bring("Date\tIn\tOut\n11/27/2026\t1,000.50\t\n11/28/2026\t\t20.00\n", "--mapping", "two")
    assert (out["waiting"], out["outgoing"]) == (1, 1)
    [kept] = b.admin.ask("bank.statements")["statements"]
    assert kept["unproved"] and kept["closing"]["amount"] == 98050
    assert "there is no mapping three" in b.refused("x", "--mapping", "three", code=3)


def test_a_long_statement_comes_in_stretches(b):
    entries = [entry("1.00", details(text=f"payment number {i} " + "x" * 400), ref=f"R{i}") for i in range(1300)]
    [out] = b.bring(camt(*entries, closing="1300.00"))
    assert (out["lines"], out["fresh"], out["waiting"]) == (1300, 1300, 1300)
    [kept] = b.admin.ask("bank.statements")["statements"]
    assert kept["lines"] == 1300
    assert b.ctl.json("check")["problems"] == []


# --- attacks -------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change, says", [
    (lambda t: t.replace(">DBIT<", ">CRDT<"), "statement.closing"),  # a sign that was turned
    (lambda t: t.replace("<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<Sts>"), "entry 2"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', '<Amt Ccy="EUR">-4.00'), "entry 2"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', '<Amt Ccy="USD">4.00'), "lines.1.amount"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', '<Amt Ccy="EURO">4.00'), "entry 2"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', "<Amt>4.00"), "entry 2"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', '<Amt Ccy="EUR">4.001'), "entry 2"),
    (lambda t: t.replace('<Amt Ccy="EUR">4.00', '<Amt Ccy="EUR">99999999999999999999999'), "entry 2"),
    (lambda t: t.replace(days(-1) + "</Dt></BookgDt>", "2027-02-29</Dt></BookgDt>"), "BookgDt"),
    (lambda t: t.replace("UTF-8", "UTF-16"), "no XML"),
    (lambda t: t.replace("UTF-8", "EBCDIC-NO-SUCH"), "no XML"),
    (lambda t: t.encode().replace(b"pay", b"\xff\xfe\xfa"), "no XML"),
    (lambda t: t.replace("pay", "x" * 1_000_000), "Ustrd"),
    (lambda t: t.replace("pay", "&undefined;"), "no XML"),
    (lambda t: t.replace("pay", "\0"), "no XML"),
    (lambda t: t[:len(t) // 2], "no XML"),
    (lambda t: t.replace("</Ntry>", "", 1), "no XML"),
    (lambda t: t.replace("<Bal>", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><Bal>', 1).replace("CLBD", "X"), "CLBD"),
])
def test_a_camt_file_of_an_attacker_changes_nothing(b, change, says):
    good = camt(entry("10.00", details(text="pay")), entry("4.00", sign="DBIT"), closing="6.00")
    assert says in b.refused(change(good))


def test_the_same_lines_twice_in_a_file_are_two_payments_or_do_not_add_up(b):
    one = entry("10.00", details(text="same"))
    assert "statement.closing" in b.refused(camt(one, one, closing="10.00"))
    [out] = b.bring(camt(one, one, closing="20.00"))
    assert out["fresh"] == 2


def test_a_leap_day_is_a_day_where_it_is_one(b):
    [out] = b.bring(camt(entry("10.00", details(text="leap")).replace(days(-1), "2024-02-29"), closing="10.00"))
    assert out["fresh"] == 1 and b.lines()[0]["date"] == "2024-02-29"
    assert "line 5" in b.refused(mt940(":61:2702290229CR1,00NMSCNONREF", closing="C261127EUR101,00", account=IBAN[:-1] + "1"))
    assert "line 5" in b.refused(mt940(":61:2703010229CR1,00NMSCNONREF", closing="C261127EUR101,00"))
    assert "29.02.2027" not in b.refused(CSV.replace("27.11.2026", "29.02.2027"), code=2)


def test_much_of_nothing_takes_no_memory(b):
    """Texts in very many pieces: each is put behind the ones before it, and they are bounded."""
    pieces = details(text="x").replace("<Ustrd>x</Ustrd>", "<Ustrd>" + "y" * 30 + "</Ustrd>" + "<Ustrd>z</Ustrd>" * 300_000)
    [out] = b.bring(camt(entry("10.00", pieces), closing="10.00"))
    assert out["fresh"] == 1 and len(b.lines()[0]["text"]) <= 1000
    assert "line 6: a field has more than" in b.refused(mt940(":61:2611271127CR119,50N051NONREF", ":86:a", *["b"] * 500_000))
    assert "line 6: a field has more than" in b.refused(mt940(":61:2611271127CR119,50N051NONREF", ":86:" + "c" * 1_000_000))
    assert "line 6: a field has more than" in b.refused(mt940(":61:2611271127CR119,50N051NONREF", ":86:166?20" + "?21d" * 250_000))


@pytest.mark.parametrize("text", [
    mt940(":61:2611271127CR119,50N051NONREF", ":86:a") + "\0" + mt940(":61:2611271127CR1,00N051NONREF", opening="C261127EUR219,50", closing="C261127EUR220,50"),
    mt940(":61:2611271127CR119,50N051NONREF", ":86:a").encode("utf-16-le"),
], ids=["between", "utf-16"])
def test_nothing_is_left_out_behind_a_zero(b, text):
    assert "zeros" in b.refused(text) or "neither" in b.refused(text)


@pytest.mark.parametrize("text, says", [
    (CSV.replace("Möller", "M\0ller"), "zeros"),
    (CSV.replace("Möller", "x" * 1_000_000), "row 4"),
    (CSV.replace("Betrag", ";" * 200_000 + "Betrag"), "row 3"),
    (CSV + '27.11.2026;"never closed', "row 6"),
    (CSV.replace("29.11", "29.02").replace("27.11.2026", "29.02.2027"), "row 4"),
    (CSV.replace("1.000,50 EUR", "1.000,50 USD"), "Betrag"),
    (CSV.replace('"1.000,50 EUR"', '"-1.000,50 EUR"'), "Saldo"),
], ids="zero long wide open day currency sign".split())
def test_a_csv_file_of_an_attacker_changes_nothing(b, text, says):
    b.admin.ask("bank.mapping_set", mapping=MAPPING)
    assert says in b.refused(text, "--mapping", "mine")
