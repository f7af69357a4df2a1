"""Messages, read by another implementation; nothing can be injected into them."""
import email
import email.policy
import os
import pathlib
import subprocess

import pytest

PROBE = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "tests/mail_probe"
FIELDS = {"from": "billing@acme.test", "from_name": "Acme Ltd", "to": "maria@bodega.test", "to_name": "Maria Ruiz",
          "reply_to": "ada@acme.test", "subject": "Invoice INV-1", "id": "ab12.cd34@acme.test", "date": "1795331640000",
          "body": "Hello Maria,\n\nthank you.\n"}


def escaped(value):
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0")


def probe(**fields):
    args = [f"{name}={escaped(value)}" for name, value in {**FIELDS, **fields}.items() if value is not None]
    return subprocess.run([PROBE, *args], capture_output=True, timeout=60)


def compose(**fields):
    ran = probe(**fields)
    assert ran.returncode == 0, ran.stdout
    assert b"\n" not in ran.stdout.replace(b"\r\n", b""), "every line ends with CRLF"
    assert ran.stdout.isascii() and max(len(line) for line in ran.stdout.split(b"\r\n")) <= 998
    mail = email.message_from_bytes(ran.stdout, policy=email.policy.default)
    assert mail.defects == []
    assert [(name, value.defects) for name, value in mail.items() if value.defects] == []
    return mail


def text(mail):
    return mail.get_content().replace("\r\n", "\n")


def test_a_message_is_what_was_said():
    mail = compose()
    assert str(mail["from"]) == "Acme Ltd <billing@acme.test>"
    assert str(mail["to"]) == "Maria Ruiz <maria@bodega.test>"
    assert str(mail["reply-to"]) == "ada@acme.test"
    assert mail["subject"] == "Invoice INV-1"
    assert mail["message-id"] == "<ab12.cd34@acme.test>"
    assert mail["date"].datetime.isoformat() == "2026-11-22T07:14:00+00:00"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8"
    assert mail["content-transfer-encoding"] == "quoted-printable"
    assert text(mail) == "Hello Maria,\n\nthank you.\n"
    assert sorted(name.lower() for name in mail.keys()) == sorted(set(name.lower() for name in mail.keys()))


def test_the_same_fields_make_the_same_bytes():
    assert probe().stdout == probe().stdout


@pytest.mark.parametrize("name", ["Köhler & Söhne", 'The "Quoted" Company, Inc.', "日本語の会社", "مكتبة النور", "a" * 60, "Back\\slash",
                                  "=?utf-8?q?looks_encoded?=", "Comma, (comment) <angle@x.test>", "x " * 150, "🦊 Fox",
                                  "an invoice =?utf-8?q?of=0ASomebody?= else"], ids=range(11))
def test_names_and_subjects_come_back_as_they_were(name):
    mail = compose(from_name=name, to_name=name, subject=name)
    shown = " ".join(name.split())
    assert " ".join(mail["from"].addresses[0].display_name.split()) == shown
    assert " ".join(str(mail["subject"]).split()) == shown
    assert len(mail["from"].addresses) == len(mail["to"].addresses) == 1
    assert mail["from"].addresses[0].addr_spec == FIELDS["from"] and mail["to"].addresses[0].addr_spec == FIELDS["to"]


@pytest.mark.parametrize("body", [".\n", "..\n.\n", "From me\n", "trailing \t \nnext\n", "a" * 5000 + "\n", "tab\there\n", "ünï 日本語 🦊\n" * 50,
                                  "equals = 100% =3D\n", "-- \nAcme\n", "\n\n\n"], ids=range(10))
def test_texts_come_back_as_they_were(body):
    assert text(compose(body=body)) == body


def test_the_last_line_is_a_line():
    assert text(compose(body="no newline")) == "no newline\n"


def test_what_is_not_given_is_not_there():
    mail = compose(reply_to=None, from_name=None, to_name=None)
    assert mail["reply-to"] is None and str(mail["to"]) == "maria@bodega.test"


@pytest.mark.parametrize("field", ["from", "from_name", "to", "to_name", "reply_to", "subject", "id"])
@pytest.mark.parametrize("bad", ["x\r\nBcc: all@x.test", "x\nBcc: all@x.test", "x\rBcc: all@x.test", "x\x1b[31m", "x\x7f", "x\x01",
                                 "x\u0085y", "x\u202ey", "a@x.test\r\nBcc: all@x.test", "a@x.test\n"])
def test_nothing_is_injected_and_the_field_is_named(field, bad):
    ran = probe(**{field: bad})
    assert ran.returncode == 2, ran.stdout
    assert ran.stdout.decode().split(" ")[:2] == ["invalid", field]


@pytest.mark.parametrize("field", ["from", "to", "reply_to"])
@pytest.mark.parametrize("bad", ["nobody", "@x.test", "a@", "a b@x.test", "<a@x.test>", "a@x.test,b@x.test", "a@x.test>", 'a"@x.test', "a@x..test",
                                 "a@-x.test", "ä@x.test", "a@" + "x" * 260 + ".test", "A <a@x.test>", "a@x.test b", "a;b@x.test "], ids=range(15))
def test_what_is_no_address_is_refused(field, bad):
    ran = probe(**{field: bad})
    assert ran.returncode == 2 and ran.stdout.decode().split(" ")[:2] == ["invalid", field], ran.stdout


@pytest.mark.parametrize("field, bad", [("subject", ""), ("subject", "x" * 1400), ("body", ""), ("body", "x\x00"), ("body", "a\x08"),
                                        ("body", "x" * 70000), ("id", "none"), ("id", "a@b@c"), ("id", "<a@b>"), ("id", "a b@c"), ("date", "0"),
                                        ("from_name", "x" * 1400)], ids=range(12))
def test_limits_name_the_field(field, bad):
    ran = probe(**{field: bad})
    if bad == "x\x00":      # C ends the text there: what follows is not sent
        assert ran.returncode == 0
    else:
        assert ran.returncode == 2 and ran.stdout.decode().split(" ")[:2] == ["invalid", field], ran.stdout
