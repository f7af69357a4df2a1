"""Getting in, and one's own sign-in, as a person sees it: a real daemon, a real pseudo-terminal, a real phone's program for codes, and
QR codes read off the screen."""
import os
import pathlib
import re
import subprocess

import pytest

from daemon import PASSWORD, wait_until
from keys import sign
from northwind import ANA, MARIA, Northwind
from phone import Phone, enrol, secret_on
from pty_screen import BACKTAB, ENTER, ESC, TAB, PtyScreen, golden, paste
from qr_reader import off_screen, read

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def terminal(b, **more):
    return PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)


def sign_in(t, email=MARIA, password=PASSWORD):
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in")
    t.keys(email, TAB, password, ENTER)
    return t


def my_sign_in(t):
    """From anywhere: the palette has it for staff, Account for customers."""
    t.keys("5").wait_for("Contact persons").keys("i").wait_for("› My sign-in").wait_for("Sessions")
    return t


def row(t, text):
    return t.go_to(text)


def require(b, on=True):
    """The business asks everybody for a second factor (C1), or no more."""
    b.ana.ask("settings.update", business={"mfa": on, "revision": b.ana.ask("settings.get")["business"]["revision"]})


def keep_codes(t):
    """The codes on the screen, kept: then on."""
    t.wait_for("Your backup codes").wait_for("I have kept it").wait_for(lambda s: len(CODE.findall(s.text())) == 5)
    codes = CODE.findall(t.text())
    t.keys(ENTER).wait_for("Have you kept it?").keys(TAB, ENTER)
    return codes


# --- invitations and forgotten passwords ----------------------------------------------------------------------------------------
MAILED = re.compile(r"^\s*((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})\s*$", re.MULTILINE)
CHOSEN = "three harbour lanterns"
JOSE = "jose@bodegasur.example"


def mailed_code(b, to):
    """The code of the newest mail to that address, where staff read it as long as there is no mail server."""
    def look():
        for row in b.ana.ask("mail.list", limit=100)["mails"]:
            if row["to"] == to:
                return MAILED.search(b.ana.ask("mail.get", id=row["id"], code=True)["mail"].get("text", ""))
    return wait_until(look, what=f"a code for {to}").group(1)


def invite_jose(b):
    jose = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"] == "José Ferrer")
    b.ana.ask("access.invite", contacts=[jose["id"]])
    return mailed_code(b, JOSE)


def to_invitation(t):
    return t.wait_for("Northwind Paper Ltd").wait_for("[ Invitation ]").keys(TAB * 4, ENTER).wait_for("has a code")


@pytest.mark.parametrize("rows,columns", [(24, 80), (30, 120)])
def test_an_invitation_leads_in(business, rows, columns):
    code = invite_jose(business)
    with terminal(business, rows=rows, columns=columns) as t:
        to_invitation(t).keys("abcde-fghjk", ENTER).wait_for("That code is not good")
        t.keys("\x15", code.lower().replace("-", " "), ENTER).wait_for("Welcome, José Ferrer").wait_for("for Bodega")
        t.wait_for(JOSE).wait_for("Choose a password").wait_for("At least 10 characters, of any kind")
        t.keys("bodegasur1", TAB, "bodegasur1", ENTER).wait_for("too easy to guess")
        t.keys(TAB, "\x15", CHOSEN, BACKTAB, "\x15", CHOSEN, ENTER).wait_for("the same").keys(ENTER)
        t.wait_for("Recent").wait_for("José Ferrer · Bodega Sur")
    with terminal(business) as t:
        sign_in(t, JOSE, CHOSEN).wait_for("Recent")
    with terminal(business) as t:
        to_invitation(t).keys(code, ENTER).wait_for("That code is not good: mistyped, used, replaced or too old.")
        t.keys(ESC).wait_for("[ Sign in ]").keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0


def test_an_invitation_that_was_replaced_meanwhile_goes_back_to_its_code(business):
    with terminal(business) as t:
        to_invitation(t).keys(invite_jose(business), ENTER).wait_for("Welcome, José")
        code = invite_jose(business)
        t.keys(CHOSEN, TAB, CHOSEN, ENTER).wait_for("That code is not valid").wait_for("has a code")
        t.keys("\x15", code, ENTER).wait_for("Welcome, José").keys(CHOSEN, TAB, CHOSEN, ENTER).wait_for("Recent")


def test_where_everybody_needs_a_second_factor_an_invitation_leads_to_it(business):
    require(business)
    with terminal(business) as t:
        to_invitation(t).keys(invite_jose(business), ENTER).wait_for("Welcome, José").keys(CHOSEN, TAB, CHOSEN, ENTER)
        t.wait_for("Your second factor")
        phone = Phone(secret_on(t))
        t.keys(phone.code(), ENTER)
        keep_codes(t)
        t.wait_for("Recent")


def test_a_colleague_is_invited_to_the_work(business):
    business.ana.ask("staff.invite", name="Bob", email="bob@northwind.example", role="staff")
    with terminal(business) as t:
        to_invitation(t).keys(mailed_code(business, "bob@northwind.example"), ENTER).wait_for("Welcome, Bob")
        t.wait_for("You are invited to work at Northwind Paper Ltd.").keys(CHOSEN, TAB, CHOSEN, ENTER).wait_for("Bob · staff").wait_for("Today")


def test_a_forgotten_password_is_replaced_by_mail(business):
    with terminal(business) as there, terminal(business) as t:
        sign_in(there).wait_for("Recent")
        t.wait_for("[ Sign in ]").wait_for("Northwind").keys("nobody@nowhere.example", TAB * 3, ENTER).wait_for("Send me a code")
        t.wait_for("nobody@nowhere.example").keys(ENTER).wait_for("If nobody@nowhere.example may sign in here")
        t.keys(ESC).wait_for("Send me a code").keys("\x15", MARIA, ENTER).wait_for(f"If {MARIA} may sign in here")
        code = mailed_code(business, MARIA)
        t.keys(code[:-1] + ("0" if code[-1] != "0" else "1"), TAB, CHOSEN, TAB, CHOSEN, ENTER).wait_for("That code is not good")
        t.keys("\x15", code, TAB, "\x15", "short", TAB).wait_for("At least 10 characters.")
        t.keys(BACKTAB, "\x15", CHOSEN, TAB, "\x15", CHOSEN, ENTER).wait_for("Recent").wait_for("Your new password is set.")
        there.wait_for("Your session has ended.").keys(PASSWORD, ENTER).wait_for("did not match").keys(CHOSEN, ENTER).wait_for("Recent")


def test_who_has_the_code_of_the_mail_already_goes_on_from_there(business):
    business.client().ask("password.ask_reset", portal="northwind", email=MARIA)
    with terminal(business) as t:
        t.wait_for("[ Sign in ]").wait_for("Northwind").keys(TAB * 3, ENTER).wait_for("I have a code").keys(TAB, TAB, ENTER)
        t.wait_for("Code of the mail").keys(mailed_code(business, MARIA), TAB, CHOSEN, TAB, CHOSEN, ENTER).wait_for("Recent")


def test_guessing_codes_is_slowed_and_the_wait_is_said(business):
    with terminal(business) as t:
        to_invitation(t)
        for n in range(8):
            t.keys(f"abcde{n}", ENTER).wait_for(lambda s: "not good" in s.text() or "Wait" in s.text())
            if "Wait" in t.text():
                break
            t.keys("\x15x").wait_gone("not good").keys("\x15")
        t.wait_for("Too many")


def test_wrong_passwords_say_how_many_are_left_and_the_pause_counts_down(business):
    for email in (MARIA, "nobody@nowhere.example"):
        with terminal(business) as t:
            sign_in(t, email, "wrong").wait_for("That did not match. 4 more tries").wait_for("before a pause of 1")
            for more in ("3 more tries", "2 more tries", "One more try"):
                t.keys("wrong", ENTER).wait_for(more)
            t.keys("wrong", ENTER).wait_for(lambda s: re.search(r"did not match. Wait [3-6]\d", s.text()))
            def left(s):
                return int(re.search(r"Wait (\d+)", s.text())[1])
            first = left(t)
            t.wait_for(lambda s: left(s) <= first - 2)  # by itself
            t.keys(PASSWORD, ENTER).wait_for("Too many failed tries. Wait")


# --- the second factor --------------------------------------------------------------------------------------------------------
def test_who_has_to_enrol_scans_the_code_confirms_it_and_keeps_the_backup_codes(business, tmp_path):
    require(business)
    with terminal(business) as t:
        sign_in(t).wait_for("Your second factor").wait_for("asks everybody").wait_for("otpauth://totp").settle()
        assert len(t.screen()) == 24
        uri = read(off_screen(t), tmp_path)
        secret = secret_on(t)
        assert uri.startswith("otpauth://totp/") and f"secret={secret}" in uri, (uri, secret)
        phone = Phone(secret)
        t.keys(phone.wrong(), ENTER).wait_for("That is not the code")
        t.keys(phone.code(), ENTER)
        t.wait_for("Your backup codes")
        t.wait_gone(secret[:4])
        t.keys(ESC).wait_for("Have you kept it?").keys(ESC).wait_gone("Have you kept it?").wait_for("Your backup codes")
        codes = keep_codes(t)
        t.wait_for("Recent").wait_for("Payments")
        assert codes[0] not in t.text()
        assert phone.secret not in t.raw.decode(errors="replace").replace(" ", "").split("Recent")[-1]
    with terminal(business) as t:
        sign_in(t).wait_for("One more step")
        t.keys(phone.at(phone.step), ENTER).wait_for("it was used before")
        t.keys(phone.code(), ENTER).wait_for("Recent")


def test_an_open_session_has_to_enrol_as_soon_as_the_business_asks_for_it(business):
    with terminal(business) as t:
        sign_in(t).wait_for("Recent")
        require(business)
        t.keys("3").wait_for("Your second factor")
        t.keys(ESC).wait_for("Forgotten password")


def test_a_backup_code_signs_in_once_and_the_rest_is_counted(business):
    _, codes = enrol(business.maria, password=PASSWORD)
    with terminal(business) as t:
        sign_in(t).wait_for("One more step").keys("123", ENTER).wait_for("six digits")
        t.keys("\x15", codes[0].lower(), ENTER).wait_for("Recent").wait_for("4 are left")
    with terminal(business) as t:
        sign_in(t).wait_for("One more step").keys(codes[0], ENTER).wait_for("it was used before")
        t.keys(codes[1].replace("-", " "), ENTER).wait_for("3 are left")


def test_backup_codes_are_saved_in_a_new_file_for_oneself_alone(business, tmp_path):
    with terminal(business, cwd=str(tmp_path)) as t:
        my_sign_in(sign_in(t).wait_for("Recent")).wait_for("off: the password").keys("F").wait_for("A code of your")
        t.keys(PASSWORD, ENTER).wait_for("Scan this")
        t.keys(Phone(secret_on(t)).code(), ENTER).wait_for("Your backup codes").wait_for("w save")
        t.keys("w").wait_for("Save it").keys(ENTER).wait_for("Saved in postern-backup-codes.txt")
        saved = tmp_path / "postern-backup-codes.txt"
        assert saved.stat().st_mode & 0o777 == 0o600
        t.keys("w").wait_for("Save it").keys(ENTER).wait_for("is there already. Nothing was written.")
        t.keys("w").wait_for("Save it").keys("\x15", "nowhere/at/all", ENTER).wait_for("No such file or directory")
        assert CODE.findall(t.text()) == saved.read_text().split()
        t.keys(ENTER).wait_for("› My sign-in")  # they are kept: nothing to ask


def test_wrong_codes_are_slowed_and_the_wait_is_said(business):
    phone, _ = enrol(business.maria, password=PASSWORD)
    with terminal(business) as t:
        sign_in(t).wait_for("One more step")
        for _ in range(12):
            t.keys(phone.wrong(), ENTER).wait_for(lambda s: "  " in s.text() and ("not the code" in s.text() or "Too many" in s.text()))
            if "Too many" in t.text():
                break
            t.keys("1").wait_gone("not the code").keys("\x15")
        t.wait_for("Too many").wait_for("Wait")
        t.keys(ESC).wait_for("Forgotten password")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_second_factor_is_set_up_renewed_and_given_up_by_oneself(business, tmp_path, columns):
    with terminal(business, columns=columns) as t:
        my_sign_in(sign_in(t).wait_for("Recent")).wait_for("off: the password alone")
        t.keys("F").wait_for("A code of your phone")
        t.keys("not the password", ENTER).wait_for("not the present password")
        t.keys(PASSWORD, ENTER).wait_for("Scan this").wait_for("otpauth://").settle()
        phone = Phone(secret_on(t))
        assert f"secret={phone.secret}" in read(off_screen(t), tmp_path)
        t.keys(phone.code(), ENTER)
        keep_codes(t)
        t.wait_for("› My sign-in").wait_for("5 are left").wait_for("on since")
        t.keys("C").wait_for("the old ones end at once")
        t.keys(phone.wrong(), ENTER).wait_for("not the code")
        t.keys(phone.code(), ENTER).wait_for("Your backup codes").wait_for(lambda s: len(CODE.findall(s.text())) == 5)
        t.keys(ESC).wait_for("Have you kept it?").keys(ENTER).wait_gone("Have you kept it?")
        keep_codes(t)
        t.wait_for("› My sign-in").wait_gone("Your backup codes")
        t.keys("x").wait_for("your password alone lets you in").keys(PASSWORD, TAB, phone.code(), ENTER)
        t.wait_for("off: the password alone").keys("x").wait_for("There is no second factor.")
    assert business.sign_in(MARIA).me["stage"] == "full"


def test_where_the_business_asks_for_it_it_can_not_be_given_up(business):
    phone, _ = enrol(business.maria, password=PASSWORD)
    require(business)
    with terminal(business) as t:
        sign_in(t).wait_for("One more step").keys(phone.code(), ENTER).wait_for("Recent")
        my_sign_in(t).wait_for("on since").keys("x").wait_for("The business asks everybody")


def test_locked_a_code_of_the_phone_opens_it_where_it_was(business):
    phone, _ = enrol(business.maria, password=PASSWORD)
    with terminal(business) as t:
        sign_in(t).wait_for("One more step").keys(phone.code(), ENTER).wait_for("Recent")
        my_sign_in(t)
        t.keys(":").wait_for("│ :").keys("lock", ENTER).wait_for("Your place and what you were writing are kept.")
        assert "My sign-in" not in t.text()
        t.keys(phone.wrong(), ENTER).wait_for("not the code")
        t.keys(phone.code(), ENTER).wait_for("› My sign-in")


def test_staff_have_the_same_screens(business):
    with terminal(business) as t:
        sign_in(t, ANA).wait_for("Ana Kelly · admin")
        t.keys(":").wait_for("│ :").keys("my sign-in", ENTER).wait_for("› My sign-in").wait_for("off: the password alone")
        t.keys("F").wait_for("A code of your phone").keys(PASSWORD, ENTER).wait_for("Scan this")
        phone = Phone(secret_on(t))
        t.keys(phone.code(), ENTER)
        keep_codes(t)
        t.wait_for("› My sign-in").wait_for("on since")


def test_customers_are_led_to_what_is_their_own_by_its_name(business):
    with terminal(business) as t:
        sign_in(t).wait_for("Recent")
        for name, where in [("ssh keys", "› SSH keys"), ("my sign-in", "› My sign-in"), ("sessions", "› Sessions"), ("you", "› You")]:
            t.keys(":").wait_for("│ :").keys(name, ENTER).wait_for(where)
        t.keys("e").wait_for("Your name").keys(TAB, "+34 600 111 222", ENTER).wait_for("Saved.").wait_for("+34 600 111 222")


# --- keys -------------------------------------------------------------------------------------------------------------------------
def new_key(folder, name="maria@laptop", kind="ed25519"):
    """(the line of the .pub file, its fingerprint as ssh-keygen says it, the private key's text)"""
    path = folder / name.replace("@", "_")
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", path], check=True, timeout=60)
    said = subprocess.run(["ssh-keygen", "-lf", path], check=True, timeout=60, capture_output=True, text=True).stdout
    return path.with_suffix(".pub").read_text(), said.split()[1], path.read_text()


@pytest.mark.parametrize("columns", [80, 140])
def test_keys_are_added_by_pasting_named_and_removed(business, tmp_path, columns):
    line, fingerprint, private = new_key(tmp_path)
    other, print_of_other, _ = new_key(tmp_path, "phone")
    with terminal(business, columns=columns) as t:
        my_sign_in(sign_in(t).wait_for("Recent")).wait_for("none")
        t.keys("K").wait_for("No keys yet.")
        t.keys("+").wait_for("Public key")
        t.keys(paste(private)).wait_for("That is the private key")
        assert "OPENSSH" not in t.text()
        t.keys(paste("hello there")).keys(TAB).wait_for("One line as in a .pub file")
        t.keys(BACKTAB, "\x15", paste(line), TAB, TAB, "not the password", ENTER).wait_for("not the present password")
        t.keys(PASSWORD, ENTER).wait_for("signs nobody in until you show that you hold it").wait_for("printf %s northwind/").wait_for("Fingerprint")
        t.keys("p").wait_for("[ Prove it ]").wait_for("printf %s northwind/").settle()
        t.keys(paste("hello, that is no signature")).wait_for("hello").keys(TAB, ENTER).wait_for("all that ssh-keygen printed")
        t.keys(BACKTAB, "\x15", paste(private)).wait_for("That is the private key")
        other_signature = sign(tmp_path / "maria_laptop", "another challenge")
        t.keys(paste(other_signature[:120]), paste(other_signature), TAB, ENTER).wait_for("that does not prove it").keys(BACKTAB)
        assert "OPENSSH" not in t.text()
        (waiting,) = business.maria.ask("key.list")["keys"]
        t.keys(paste(sign(tmp_path / "maria_laptop", waiting["challenge"])), TAB, ENTER).wait_for("The key is proved").wait_for("Proved  ").wait_for(fingerprint).keys(ESC)
        t.wait_for("› SSH keys").wait_for("maria@laptop").wait_for("Ed25519").wait_for("never")
        t.keys("+").wait_for("Public key").keys(paste(line), TAB, TAB, PASSWORD, ENTER).wait_for("you have that key already")
        t.keys(ESC).wait_for("Leave without").keys(TAB, ENTER).wait_gone("Public key")
        t.keys("+").wait_for("Public key").keys(paste(other), TAB, "The phone", TAB, PASSWORD, ENTER).wait_for("It waits until").wait_for("Run this where the key is").keys(ESC).wait_for("The phone").wait_for("waits to be proved")
        row(t, "maria@laptop").keys("x").wait_for("Remove this key?").wait_for(fingerprint)
        t.keys(ENTER).wait_gone("Remove this key?").wait_for("maria@laptop")
        t.keys("x").wait_for("Remove this key?").keys(TAB, ENTER).wait_for("The key is removed.").wait_gone("maria@laptop")
        t.keys("y").wait_for("Sent to your terminal: " + print_of_other[:20])
        t.keys(ESC).wait_for("The phone").wait_for("My sign-in")
    assert [k["fingerprint"] for k in business.sign_in(MARIA).ask("key.list")["keys"]] == [print_of_other]


def test_with_a_second_factor_a_key_wants_its_code(business, tmp_path):
    phone, _ = enrol(business.maria, password=PASSWORD)
    line, fingerprint, _ = new_key(tmp_path)
    with terminal(business) as t:
        sign_in(t).wait_for("One more step").keys(phone.code(), ENTER).wait_for("Recent")
        my_sign_in(t).keys("K").wait_for("No keys yet.").keys("+").wait_for("Public key")
        t.keys(paste(line), TAB, "laptop", TAB, phone.wrong(), ENTER).wait_for("not the code")
        t.keys(phone.code(), ENTER).wait_for("laptop").wait_for(fingerprint).wait_for("Run this where the key is")


# --- sessions -----------------------------------------------------------------------------------------------------------------
def test_a_session_that_is_ended_is_out_at_once(business):
    with terminal(business) as here, terminal(business) as there:
        sign_in(there).wait_for("Recent")
        there.keys("3").wait_for("INV-000001")
        my_sign_in(sign_in(here).wait_for("Recent")).keys("S").wait_for("this one").wait_for("Opened with")
        here.wait_for(lambda s: sum(" password " in line for line in s.screen()) >= 2)
        row(here, "this one").keys("x").wait_for("This is where you are")
        here.keys("X").wait_for("End all other sessions?").keys(ENTER).wait_gone("End all other")
        here.keys("X").wait_for("End all other sessions?").keys(TAB, ENTER).wait_for("ended")
        there.wait_for("Your session has ended.")
        assert "INV-000001" not in there.text()
        there.keys(PASSWORD, ENTER).wait_for("INV-000001")
        def other_row(s):
            return next((y for y, text in enumerate(s.screen()) if " password " in text and "this one" not in text and y > 2 and "know" not in text), None)
        here.keys("r").settle().wait_for(other_row).wait_for(lambda s: s.cursor_row() is not None)
        other = other_row(here)
        while here.cursor_row() != other:
            at = here.cursor_row()
            here.keys("j" if other > at else "k").wait_for(lambda s: s.cursor_row() not in (None, at))
        here.keys("x").wait_for("End this session?").keys(TAB, ENTER).wait_for("One session has ended.")
        there.wait_for("Your session has ended.")


# --- how it looks ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows,columns", [(24, 80), (30, 120), (16, 60)])
def test_screens_of_signing_in_look_as_agreed(business, rows, columns):
    def look(name):
        golden(os.path.join(os.path.dirname(__file__), "golden", f"{name}_{columns}x{rows}.txt"), t)
    with terminal(business, rows=rows, columns=columns) as t:
        t.wait_for("Northwind Paper Ltd").wait_for("Sign in")
        look("sign_in")
        t.keys(TAB, TAB, TAB, TAB, ENTER).wait_for("has a code")
        look("invitation")
        t.keys(ESC).wait_for("Forgotten password").keys(BACKTAB, ENTER).wait_for("Send me a code")
        look("forgotten")


@pytest.mark.parametrize("rows,columns", [(24, 80), (16, 60)])
def test_a_password_is_checked_while_it_is_typed(business, rows, columns):
    with terminal(business, rows=rows, columns=columns) as t:
        sign_in(t).wait_for("Recent")
        t.keys("5").wait_for("Your company").keys("P").wait_for("At least 10 characters, of any kind").wait_for("Present password")
        t.keys(PASSWORD, TAB, "short", TAB, "shor").wait_for("5 of at least 10").wait_for("not yet the same")
        t.keys("t").wait_for("the same").keys(ENTER).wait_for("At least 10 characters.")
        t.keys(" lamp", TAB, "\x15", "short lamp", ENTER).wait_for("Your password was changed.")
        t.keys("P").wait_for("Present password")
        t.keys("short lamp", TAB, "password1234", TAB, "password1234", ENTER)
        t.wait_for("too easy to guess").keys(ESC).wait_for("Your company")
