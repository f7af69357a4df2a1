#!/usr/bin/env python3
"""Writes the seeds that are made by hand into corpus/TARGET/hand-N. What the targets found by themselves lies beside them."""
import base64
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
END = b"\x1e"


def parts(*texts):
    return b"".join(t.encode() + END for t in texts)


def pasted(text):
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def string(value):
    return struct.pack(">I", len(value)) + value


def table(columns, *rows):
    return "\n".join([",".join(columns)] + [",".join(row) for row in rows]) + "\n"


NUMBERS = """1234.50 1,234.50 1.234,50 1'234.50 12,34,567.00 0,125 1,250 -5 -EUR\u00a05.00 EUR\u00a01,234.50 1\u202f234,50\u00a0EUR 19% 33,5\u00a0%
92233720368547758.07 \u22121.5 1.255 .5 5. 1..5 1e5 000.10 1000000000000000""".split()
DATES = ["2026-11-22", "22 Nov 2026", "22 nov", "22.11.2026", "22.11.", "3/4/2026", "22/11/2026", "today", "+14", "-3", "29.2.", "29 feb", "2026-02-30",
         "2026-11-22T06:14:00.123Z", "2026-11-22T06:14:00+01:00", "1900-01-01", "9999-12-31", "yesterday", "1.1.", "31 dec"]
ZONES = ["Europe/Dublin", "America/St_Johns", "Pacific/Apia", "Africa/El_Aaiun", "UTC", "../../../etc/passwd", "Asia/Kathmandu", "America/Sao_Paulo"]
TEXTS = ["Köhler & Söhne", "Bjørn Ærø", "Großmann", "Ångström AB", "漢字 カナ 한국어", "e\u0301\u0302\u0303\u0304\u0305\u0306", "\u202eevil\u202c", "\x1b[31mred", "\u200b\u00ad \u00a0",
         "ΑΣ Σς", "İstanbul ı", "\u3392 \ufb03", "ada@example.org", "Ada@MÜNCHEN.example", "x@xn--mnchen-3ya.example", "ü@example.org", "a.b+c@sub.example.co.uk",
         "\ud7ff\u1112\u1161\u11ab", "👩\u200d👩\u200d👧 🇩🇪", "a\u0345\u0313 \u1fb3", "tab\tline\nline"]
FILTERS = ["overdue", "status:partly", "!status:paid date<30d", "number:30", "=x", "due>2026-11", "amount>=100,50", "amount:<EUR 12.50", '"partly paid" köhler', 'state="open"',
           "customer:mueller !gmbh", "date:nov", "due:tomorrow", "ref:PO-17", 'a"b:c d"', "!!x", "stat", "status:o", "balance>0 cur:usd", "currency=EUR method:card"]
COMMANDS = ["invoices --unpaid", "invoice INV-000017", "accept EST-3 --signed-by 'Ada L.' --yes", "pay INV-1 INV-2 --method card", "estimates --status open --limit 5",
            "invoice.list status=unpaid filter='date<30d'", "customer.update name=\"Acme \\\"Ltd\\\"\" billing.city=Dublin", "comment INV-1 \"it's fine\"", "key.add key=-",
            "events --follow", "invoice.create document.lines.0.name=x document.lines.0.price=12,50 document.lines.0.quantity=2", "payment.pay parts.0.invoice=INV-1 parts.0.amount='12.34 EUR'",
            "help", "search köhler gmbh", "decline EST-3 --reason too\\ dear", "pay --wait -- -x"]
KEYS = [b"abc\r\t\x1b[A\x1b[B\x1b[C\x1b[D", b"\x1bOP\x1b[15~\x1b[24~\x1b[1;5C\x1b[Z", b"\x1b[<0;10;5M\x1b[<64;1;1M\x1b[<0;3;4m", pasted("two\nlines \u00e9"), b"\x1b]52;c;aGk=\x07x",
        b"\x1bP+q\x1b\\y", "äß漢👩\u200d👧".encode(), b"\xff\xc3\x28\xe2\x82", b"\x1b\x1b[A\x1b\x7f\x1bb\x1bf", b"\x1b[[A\x1b[[E\x1b[200~", b"\x1b[999999;1~\x1b[;;;;A", b"\x7f\x08\x04\x15\x17\x1f"]
TYPED = [b"Ada\t\xc3\xa4bc\x1b[D\x7f\t", b"\t\tsecret\t12,5\t14\t1 234,50\t+14\t\x1b[C\t \t\r", pasted("a\r\nb\tc\x1b"), b"\t" + pasted("line one\nline two\nline three") + b"\x1b[A\x1b[A\x1b[D\x15",
         b"abc\x1f\x1f\x17x\x1bOP", b"\t\t\t\x1bOQ7\x1bOP", b"e\xcc\x81\xcc\x82\x7f\x1b[H\x1b[3~", b"\t\t\t\t\t\t22 nov\x1bOP\x1bOR"]
JSON = [(0, b"\x82\xa1a\x01\xa1b\x93\xc3\xc0\xa3\xe2\x80\xae"), (0, b"\x81\x01\xc4\x02\xff\x00"), (0, b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), (0, b"\x91\xa5\x1b[31m"),
        *[(n, b'{"name":"x","amount":"12.34 EUR","date":"22 Nov 2026","limit":5,"status":"open","id":"id:7"}') for n in (1, 20, 40, 60, 80, 100)],
        *[(n, b'{"invoice":"INV-1","parts":[{"invoice":"INV-1","amount":{"amount":5,"currency":"EUR"}}],"lines":[{"name":"x","price":"1,5","tax_percent":"19 %"}]}') for n in (30, 50, 70)]]
CONTACTS = (["Contact ID", "Display Name", "EmailID", "Currency Code", "Status", "Billing Country"],
            ["1", "Köhler GmbH", "ada@example.org", "EUR", "Active", "Germany"], ["2", '"Acme, Ltd"', "", "USD", "", ""])
INVOICES = (["Invoice ID", "Invoice Number", "Invoice Status", "Invoice Date", "Due Date", "Customer ID", "Currency Code", "Total", "Balance", "Item Name", "Quantity", "Item Price", "Item Tax", "Item Tax %"],
            ["7", "INV-1", "Overdue", "2026-01-02", "2026-02-02", "1", "EUR", "119.00", "19.00", "Work", "1", "100.00", "MwSt", "19"],
            ["8", "INV-2", "Draft", "2026-01-03", "", "2", "USD", '"1,250"', "", "Work", "2", "625", "", ""])
PAYMENTS = (["CustomerPayment ID", "Payment Number", "Mode", "CustomerID", "Amount", "Currency Code", "Date", "Amount Applied to Invoice", "Invoice Number"],
            ["9", "1", "Cash", "1", "100.00", "EUR", "2026-02-01", "100.00", "INV-1"])
MAIL = [("Dear {name},\n\nyour code: {code}\n\n{business}", "An invoice of {business}", "Ada", "Köhler & Söhne", "billing@example.org", "ada@example.org", ""),
        ("Hello\n\n{ssh}\n\nBye {name}", "x" * 120, "Ada\r\nBcc: x@example.org", "A", "a@example.org", "b@example.org", "c@example.org"),
        ("漢字 {name}", "Überweisung {name} 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "=?utf-8?q?x?=", '"quoted", name', "a@example.org", "b@xn--mnchen-3ya.example", ""),
        ("a", "b", "{code}", "", "a@example.org", "b@example.org", "a@example.org")]
ED25519 = string(b"ssh-ed25519") + string(bytes(range(32)))
RSA = string(b"ssh-rsa") + string(b"\x01\x00\x01") + string(b"\x00" + b"\xab" * 256)
P256 = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b"\x04" + bytes(64))

BALANCE = '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-27</Dt></Dt></Bal>'
CAMT = ('<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{}"><BkToCstmrStmt><Stmt><Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb>'
        "<FrToDt><FrDtTm>2026-11-27T00:00:00</FrDtTm><ToDtTm>2026-11-27T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        + BALANCE.format("OPBD", "1.00") + BALANCE.format("CLBD", "11.00") + "{}</Stmt></BkToCstmrStmt></Document>")
ENTRY = ('<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{}</Sts><BookgDt><Dt>2026-11-27</Dt></BookgDt><ValDt><DtTm>2026-11-27T01:02:03</DtTm></ValDt>'
         "<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>{}</NtryDtls><AddtlNtryInf>Credit</AddtlNtryInf></Ntry>")
PART = ('<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">5.00</Amt><RltdPties><Dbtr>{}</Dbtr><DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct>'
        "</RltdPties><RmtInf><Ustrd>Rechnung 1 </Ustrd><Ustrd>M&#252;ller</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
        "<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf></TxDtls>")
CAMTS = [CAMT.format("02", ENTRY.format("BOOK", PART.format("<Nm>A</Nm>"))), CAMT.format("08", ENTRY.format("<Cd>BOOK</Cd>", PART.format("<Pty><Nm>A</Nm></Pty>") * 2)),
         CAMT.format("02", ""), '<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><Document>&c;</Document>']
MT940 = ["\r\n".join([":20:START", ":25:37040044/0532013000", ":28C:5/1", ":60F:C261101EUR100,00", ":61:2611271127CR119,50N051NONREF//B123",
                       ":86:166?00GUTSCHRIFT?20EREF+E-77?21SVWZ+Rechnung RF18?22539007547034?31FR1420041010050500013M02606?32Bodega S?33ur", ":62F:C261127EUR219,50", "-", ""]),
         "{1:F01X}{4:\n:20:A\n:25:DE89370400440532013000\n:28C:1\n:60M:D261231JPY5\n:61:2701021231RC5,NTRFX\n:86:/EREF/E/NAME/N/REMI/R\nest/RTRN/MD06\n:62M:D270102JPY10\n-}",
         "{1:F01X}{2:O}{4::20:A\n:25:X\n:60F:C260101EUR0,\n:61:260101C0,5NMSC\n:62F:C260101EUR0,5\n:86:more"]
BANK_CSV = [parts("Day", "Amount", "Text", "Balance") + "Day;Amount;Text;Balance\n27.11.2026;1.000,50 EUR;M\u00fcller;1.100,50\n26.11.26;-50,00;x;100,00\n".encode(),
            b"\x86" + parts("Day", "Amount", "", "") + b"x\nDay;Amount\n\"2026-11-27\";\"1,000.50\"\n20261128;5.-\n"]

SEEDS = {
    "number": [bytes([i % 28]) + n.encode() for i, n in enumerate(NUMBERS)],
    "date": [b"\x02\x30\x00d" + d.encode() for d in DATES] + [b"\x02\x30\x00z" + z.encode() for z in ZONES],
    "text": [bytes([7 * i % 90]) + t.encode("utf-8", "surrogatepass") for i, t in enumerate(TEXTS)],
    "filter": [bytes([i % 3, i]) + parts(f, "Müller 12") for i, f in enumerate(FILTERS)],
    "words": [c.encode() for c in COMMANDS],
    "keys": [bytes([i]) + k for i, k in enumerate(KEYS)],
    "form": [bytes([12, 60]) + t for t in TYPED],
    "json": [bytes([n]) + text for n, text in JSON],
    "csv": [b"\x00" + parts(table(*CONTACTS), table(*INVOICES), table(*PAYMENTS)), b"\x02" + parts(table(*CONTACTS).replace(",", ";")),
            b"\x01" + parts("\ufeff" + table(*CONTACTS)), b"\x04" + parts("", table(*INVOICES).replace("\n", "\r\n")), b"\x00" + parts("", "", "sep=;\n" + table(*PAYMENTS).replace(",", ";"))],
    "mail": [parts(*m) for m in MAIL],
    "camt": [c.encode() for c in CAMTS],
    "mt940": [m.encode() for m in MT940] + [MT940[0].replace("Bodega", "K\u00f6hler").encode("latin-1")],
    "bank_csv": [b"\x00" + BANK_CSV[0], BANK_CSV[1]],
    "ssh_key": [b"\x01" + ED25519, b"\x03" + P256, b"\x07" + RSA, b"\x00ssh-ed25519 " + base64.b64encode(ED25519) + b" ada@example.org", b"\x00-----BEGIN OPENSSH PRIVATE KEY-----"],
    "config": [parts("work", "# mine\n\n[work]\n  url = ipc:///run/x\nportal=acme\ntoken-file = ~/token\n\n[elsewhere]\r\nurl = ipc:///nowhere\n; the end\n"),
               parts("default", "[default]\nurl\n"), parts("default", "[default]\nurl=a\nurl=b\nurll=c"), parts("x", "url=a\n[x\n"),
               parts("a.b_c-D", "[a.b_c-D]\nca = ~/a b.pem \n[a.b_c-D]\n")],
    "canvas": [bytes([i % 13, i % 5, (3 * i) % 20, 4 + i % 15]) + t.encode("utf-8", "surrogatepass") + END + bytes([(i + 4) % 13, 1, 18, 9]) + b"1,234.50" + END for i, t in enumerate(TEXTS)],
    "frame": [b"\x00", b"\x03\x01" + struct.pack(">Q", 9) + b"\x80\x00\x00\x01hello", b"\x02" + struct.pack(">Q", 9) + b"\x80\x00\x00\x01hello"],
}

for target, seeds in SEEDS.items():
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"hand-{number:02}"), "wb") as f:
            f.write(seed)
