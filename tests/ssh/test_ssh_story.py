"""Getting in, the whole way, as people do it: a business, its mail server, somebody who is invited, a phone, a key, a lost phone.
Through a real sshd and a real SMTP server (STARTTLS, AUTH, a certificate that is checked)."""
import json
import re

import pytest

from daemon import PASSWORD, Daemon, add_customer, line, wait_until
from phone import Phone, secret_on
from pty_screen import ENTER, ESC, TAB
from smtp_sink import Authority, Sink, code_in, configure, text
from sshd import Door

CHOSEN = "three harbour lanterns"
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b(?!-)")


@pytest.fixture
def house(tmp_path):
    authority = Authority(tmp_path / "ca")
    with Sink(security="starttls", user="portal", password="of the mail server", authority=authority) as sink, \
            Door(kind=Daemon, arguments=["--mail-ca", authority.ca]) as door:
        yield door, sink


def sign_in(t, email, password):
    return t.wait_for("[ Sign in ]").wait_for("E-mail").keys(email, TAB, password, ENTER)


def paste(words):
    return "\x1b[200~" + words + "\x1b[201~"


def invite(door):
    """The administrator, at the screen, over ssh."""
    with door.screen() as t:
        sign_in(t, "ada@acme.test", PASSWORD).wait_for("Today").keys("2").wait_for("Bodega Sur").keys(ENTER).wait_for("Maria Ruiz").keys(ENTER).wait_for("› Persons").wait_for("maria@bodega.te")
        t.keys("a").wait_for("Invite to the portal?").wait_for("maria@bodega.test").keys(TAB, ENTER).wait_for("invited")
        t.keys("Q")
        t.wait_end()


def accept(door, code):
    """Maria has the mail: the way in that it names, the code, a password, the phone, and a key for the next time."""
    key = door.key()
    with door.screen() as t:
        t.wait_for("[ Invitation ]").keys(TAB * 4, ENTER).wait_for("has a code").keys(code.lower(), ENTER)
        t.wait_for("Welcome, Maria Ruiz").wait_for("Choose a password").keys(CHOSEN, TAB, CHOSEN, ENTER)
        t.wait_for("Maria Ruiz · Bodega Sur").wait_for("Recent")
        t.keys("5").wait_for("Contact persons").keys("i").wait_for("off: the password alone").keys("F")
        t.wait_for("A code of your phone").keys(CHOSEN, ENTER)
        phone = Phone(secret_on(t))
        t.keys(phone.code(), ENTER).wait_for("Your backup codes").wait_for(lambda s: len(CODE.findall(s.text())) == 5)
        codes = CODE.findall(t.text())
        t.keys(ENTER).wait_for("Have you kept it?").keys(TAB, ENTER).wait_for("5 are left").wait_for("SSH keys")
        t.keys("K").wait_for("No keys yet.").keys("+").wait_for("Public key")
        t.keys(paste(door.public(key)), TAB, "laptop", TAB, phone.code(), ENTER).wait_for(door.fingerprint(key)[:40])
        t.wait_for("Or come in by it once:")
        challenge = re.search(r"printf %s (\S+)", t.text())[1]  # as it stands there, with another terminal
        door.ssh(challenge, key=key, user="portal-prove")
        t.wait_for("Proved")
        t.keys(ESC).wait_for("laptop").keys(ESC).wait_for("Second factor").keys(ESC).wait_for("Contact persons").keys("1").wait_for("Recent").keys("q")
        t.wait_for("Sign out").keys(TAB, ENTER)
        t.wait_for("[ Sign in ]").keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        t.wait_end()
    return key, phone, codes


def test_from_the_invitation_to_the_lost_phone(house):
    door, sink = house
    admin = door.daemon.sign_in()
    customer, contact = add_customer(admin)
    admin.ask("invoice.create", customer=customer, document={"lines": [line(price="120")]}, send=True)
    configure(admin, sink)
    invite(door)

    mail = sink.wait("maria@bodega.test")
    words = [row.strip() for row in text(mail).splitlines()]
    assert mail.encrypted and mail.user == "portal"
    assert f"ssh {door.accounts.name('portal-login')}@127.0.0.1" in words and door.fingerprint(door.home / "host_key") in words
    key, phone, codes = accept(door, code_in(mail))

    with door.screen(key=key) as t:  # back with the key: no password, and the phone's code all the same
        t.wait_for("One more step").keys(phone.wrong(), ENTER).wait_for("not the code")
        t.keys("\x15", codes[0], ENTER).wait_for("4 are left").wait_for("Maria Ruiz · Bodega Sur").wait_for("120.00")
        t.keys("Q")
        t.wait_end()
    assert "code" in door.ssh("invoices", "--json", key=key, code=4).stderr
    used = door.ssh("invoices", "--json", "--code", codes[0], key=key, code=4)
    assert used.stdout == ""
    rows = json.loads(door.ssh("invoices", "--unpaid", "--json", "--code", codes[1], key=key).stdout)["invoices"]
    assert [r["total"] for r in rows] == [{"amount": 12000, "currency": "EUR"}]

    with door.screen() as t:  # the phone is lost: staff take the second factor away, and Maria is told
        sign_in(t, "ada@acme.test", PASSWORD).wait_for("Today").keys("2").wait_for("Bodega Sur").keys(ENTER).wait_for("Maria Ruiz")
        t.keys(ENTER).wait_for("› Persons").wait_for("Maria Ruiz ").keys("F").wait_for("Reset the second factor?").keys(TAB, ENTER)
        t.wait_for(lambda s: any("Maria Ruiz" in row and row.endswith(" no") for row in s.screen())).settle()
        t.keys("Q")
        t.wait_end()
    wait_until(lambda: any("second factor" in str(m["subject"]).lower() for m in sink.to("maria@bodega.test")), what="the mail that tells it")
    assert json.loads(door.ssh("account", "--json", key=key).stdout)["me"]["name"] == "Maria Ruiz"
    with door.screen() as t:
        sign_in(t, "maria@bodega.test", CHOSEN).wait_for("Maria Ruiz · Bodega Sur")
        t.keys("Q")
        t.wait_end()

    happened = [e["what"] for e in reversed(admin.ask("event.list", limit=100)["events"])]
    steps = ["invited", "joined", "mfa_on", "key_added", "key_proved", "mfa_code_used", "mfa_reset"]
    assert [w for w in happened if w in steps and w != "mfa_code_used"] == [s for s in steps if s != "mfa_code_used"]
    assert happened.count("mfa_code_used") == 2 and "sign_in_refused" in happened
    assert admin.ask("audit.verify")["problems"] == []
