"""Line mode for what stands around signing in: second factor, backup codes, one-time passwords, keys, sessions."""
import os
import pathlib
import re
import subprocess

import pytest

import qr_reader
from daemon import PASSWORD, wait_until
from keys import add_key, new_key, paths, prove, sign
from northwind import ANA, MARIA, Northwind
from phone import Phone, enrol
from pty_talk import Talk

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
POSTERN = BUILD / "bin/postern"
SECRET = re.compile(r"^((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})$", re.M)
CODE = re.compile(r"^([0-9A-Z]{5}-[0-9A-Z]{5})$", re.M)
NEW = "another horse altogether"


@pytest.fixture
def office():
    with Northwind() as b:
        yield b


def talk(b, **options):
    return Talk([POSTERN, "--url", b.url, "--portal", "northwind"], **options)


def password(t, email=MARIA, word=PASSWORD):
    return t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(word)


def signed_in(b, email=MARIA, **options):
    t = talk(b, **options)
    password(t, email).hear("Main menu: ")
    return t


def require(b, on=True):
    """The business asks everybody for a second factor (C1), or no more."""
    b.ana.ask("settings.update", business={"mfa": on, "revision": b.ana.ask("settings.get")["business"]["revision"]})


def keep_codes(t):
    t.hear("Have you kept it? yes or no: ")
    codes = CODE.findall(t.last)
    assert len(codes) == 5
    t.say("no").hear("It is not told again.").hear("yes or no: ").say("yes")
    return codes


def test_a_second_factor_is_set_up_when_the_business_asks_for_it(office, tmp_path):
    require(office)
    with talk(office) as t:
        password(t).hear("Code: ")
        assert "asks everybody for a code" in " ".join(t.last.split())
        uri = re.search(r"^otpauth://\S+$", t.last, re.M).group(0)
        phone = Phone(SECRET.search(t.last).group(1))
        assert f"secret={phone.secret}" in uri
        t.say("qr").hear("Code: ")
        halves = {" ": (0, 0), "█": (1, 1), "▀": (1, 0), "▄": (0, 1)}
        art = [line for line in t.last.splitlines() if set(line) <= set(halves) and len(line) > 20]
        rows = [[not halves[c][half] for c in line] for line in art for half in (0, 1)]
        assert qr_reader.read(rows, tmp_path) == uri
        drawn = t.text()[t.text().index(art[0]):]
        assert drawn.startswith("\n".join(art)), "nothing comes between the rows of a code"
        t.say(phone.wrong()).hear("Code: ").say(phone.code())
        codes = keep_codes(t)
        t.hear("Your second factor is set up.")
        t.hear("You are Maria Ruiz, Bodega Sur.").hear("Main menu: ").say("quit")
        assert t.wait_end() == 0
    with talk(office) as t:
        password(t).hear("Code: ").say("12").hear("six digits").hear("Code: ").say(phone.wrong())
        t.hear("Code: ").say(codes[0].lower()).hear("4 are left").hear("Main menu: ")
    with talk(office) as t:
        password(t).hear("Code: ").say(codes[0]).hear("Code: ").say(phone.code()).hear("Main menu: ")


def test_the_second_factor_is_set_up_anew_and_given_up_in_the_account(office):
    with signed_in(office) as t:
        t.say("account").hear("Account: ").say("factor").hear("Second factor: off: the password alone lets you in").hear("Sign-in: ")
        t.say("codes").hear("There is no second factor: factor sets one up.").hear("Sign-in: ").say("factor").hear("Present password: ").say("wrong horse battery")
        t.hear("not the present password").hear("Present password: ").say(PASSWORD).hear("Code: ")
        phone = Phone(SECRET.search(t.last).group(1))
        t.say(phone.code())
        first = keep_codes(t)
        t.hear("is set up.")
        t.hear("Second factor: on since ").hear("Backup codes: 5 are left").hear("Sign-in: ")
        t.say("codes").hear("Code: ").say("12").hear("six digits").hear("Code: ").say(phone.code())
        second = keep_codes(t)
        assert not set(first) & set(second)
        t.hear("Sign-in: ").say("off").hear("Present password: ").say(PASSWORD).hear("Code: ").say(second[0].lower())
        t.hear("The second factor is off.").hear("Second factor: off: the password alone").hear("Sign-in: ")
        t.say("keys").hear("No keys yet.").hear("Keys: ").say("back").hear("Sign-in: ").say("password").hear("Rules for passwords").hear("Present password: ").say("back").hear("Sign-in: ")
        assert b"horse" not in t.raw


def test_staff_reset_the_second_factor_of_somebody_who_lost_the_phone(office):
    enrol(office.maria, password=PASSWORD)
    with signed_in(office, ANA) as t:
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Person 1: Maria Ruiz").hear("second factor")
        t.hear("Persons: ").say("factor").hear("Which person: ").say("1").hear("Maria Ruiz signs in with the password alone").hear("yes or no: ").say("yes")
        t.hear("The second factor is reset")
    with signed_in(office) as t:
        t.say("home").hear("You owe")


def test_a_one_time_password_is_changed_before_anything_else(office):
    office.ana.ask("access.enable", contacts=[office.maria_id], password="once upon a horse")
    with talk(office) as t:
        password(t, word="once upon a horse").hear("Choose a password of your own.").hear("Rules for passwords").hear("Present password: ")
        t.say("once upon a horse").hear("New password: ").say("short").hear("At least 10 characters.")
        t.hear("New password: ").say(NEW).hear("again: ").say(NEW).hear("Your password was changed.").hear("Main menu: ")
        assert b"horse" not in t.raw
    office.sign_in(MARIA, NEW)


def test_keys_are_added_by_their_line_listed_and_removed(office, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "maria@desk", "-f", tmp_path / "key"], check=True)
    line = (tmp_path / "key.pub").read_text().strip()
    paths[line] = tmp_path / "key"
    fingerprint = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True).stdout.split()[1]
    with signed_in(office) as t:
        t.say("account").hear("Account: ").say("keys").hear("No keys yet.").hear("Keys: ").say("remove").hear("There is none.").hear("Keys: ")
        t.say("add").hear("Public key: ").say("-----BEGIN OPENSSH PRIVATE KEY-----").hear("it stays with you").hear("Public key: ")
        t.say("hello there").hear("One line as in a .pub file").hear("Public key: ").say("ssh-ed25519 nonsense").hear("comment: ").say().hear("Present password: ").say(PASSWORD)
        t.hear("Public key").say(line).hear("The key is added: prove takes the proof that it is yours.").hear("Fingerprint: " + fingerprint).hear("printf %s northwind/")
        t.hear("Key 1: maria@desk, Ed25519, ").hear("signs nobody in, waits to be").hear(fingerprint).hear("Keys: ")
        t.say("remove 1").hear("yes or no: ").say("yes").hear("No keys yet.").hear("Keys: ")
        t.say("add").hear("Public key: ").say(line).hear("comment: ").say("my desk").hear("Present password: ").say("wrong horse battery")
        t.hear("not the present password").hear("Present password: ").say(PASSWORD).hear("Key 1: my desk").hear("Keys: ")
        (row,) = office.maria.ask("key.list")["keys"]
        t.say("command 1").hear(row["sign"]).hear("Keys: ").say("fingerprint 1").hear("\n" + fingerprint + "\n").hear("Keys: ")
        t.say("prove 1").hear(row["sign"]).hear("only a full stop").say("nonsense, and some more of it").say(".").hear("from -----BEGIN").hear("only a full stop")
        for part in sign(line, row["challenge"]).strip().split("\n"):
            t.say(part)
        t.say(".").hear("The key is proved: it signs you in from now on.").hear("Keys: ").say("prove").hear("It is proved.").hear("Keys: ")
        assert office.maria.ask("key.list")["keys"][0]["label"] == "my desk"
        t.say("remove").hear("Which key: ").say("1").hear("yes or no: ").say("yes").hear("The key is removed.").hear("No keys yet.").hear("Keys: ")
    assert office.maria.ask("key.list")["keys"] == []


def test_a_key_that_is_proved_elsewhere_is_told_and_keeps_its_number(office):
    """By a visit over ssh, while line mode shows the list."""
    lines = {name: new_key(comment=name)[0] for name in ("desk", "laptop", "phone")}
    add_key(office.maria, lines["desk"], password=PASSWORD)
    rows = {name: office.maria.ask("key.add", key=lines[name], password=PASSWORD)["key"] for name in ("laptop", "phone")}
    with signed_in(office, rows=80) as t:
        t.say("account").hear("Account: ").say("keys").hear("Keys: ")
        listed = {name: number for number, name in re.findall(r"^Key (\d): (\w+)", t.last, re.M)}
        t.say("prove").hear("Which key: ").say(listed["desk"]).hear("It is proved.").hear("Keys: ")
        prove(office.maria, lines["phone"], rows["phone"])
        t.say("refresh").hear("Keys: ")
        assert t.last.count("signs nobody in") == 1
        prove(office.maria, lines["laptop"], rows["laptop"])
        t.say("prove " + listed["laptop"]).hear("only a full stop").say("nonsense, and some more of it").say(".").hear("It waits for no proof.").hear("Keys: ").say("refresh").hear("Key 1:").hear("Keys: ")
        assert "signs nobody in" not in t.last


def test_sessions_are_listed_and_ended(office):
    other = office.sign_in(MARIA)
    with signed_in(office) as t:
        t.say("account").hear("Account: ").say("sessions").hear("Sessions: ")
        assert re.search(r"Session 1: from this machine, with password, since .*, this one", t.last.replace("\n", " "))
        t.say("end 1").hear("This is where you are: sign out instead.").hear("Sessions: ").say("end").hear("Which session: ").say("2")
        t.hear("Whoever is there is out at").hear("End this session? yes or no: ").say("yes").hear("One session has ended.").hear("Sessions: ")
        assert other.refused("session.me").code == "sign_in"
        t.say("others").hear("1 other session ends.").hear("yes or no: ").say("yes").hear("One session has ended.").hear("Sessions: ")
        t.say("others").hear("There are no others.").hear("Sessions: ")
        assert office.maria.refused("session.me").code == "sign_in"


def test_staff_look_at_and_end_the_sessions_of_a_customers_person_and_remove_a_key(office):
    add_key(office.maria, new_key(comment="desk")[0], password=PASSWORD)
    with signed_in(office, ANA) as t:
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Persons: ").say("open 1").hear("Signed in: from").hear("SSH keys: desk").hear("Person: ")
        t.say("sessions").hear("Session 1: ").hear(": ").say("all").hear("Maria Ruiz is signed out everywhere").hear("yes or no: ").say("yes").hear("One session has ended.").hear("Not signed in anywhere.").hear("Sessions of somebody: ").say("back")
        t.hear("Person: ").say("keys").hear("Key 1: desk, Ed25519").hear("Keys of somebody: ")
        t.say("remove 1").hear("desk").hear("A mail tells whose it was.").hear("Remove this key of somebody else?").hear("yes or no: ").say("no").hear("Keys of somebody: ")
        assert len(office.ana.ask("key.list", contact=office.maria_id)["keys"]) == 1
        t.say("remove 1").hear("yes or no: ").say("yes").hear("The key is removed.").hear("No SSH keys.").hear("Keys of somebody: ")
    assert office.ana.ask("key.list", contact=office.maria_id)["keys"] == []
    assert office.maria.refused("session.me").code == "sign_in"


# --- codes that come by mail
MAIL_CODE = re.compile(r"^\s*((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})\s*$", re.M)


def code_for(b, email):
    rows = [row for row in b.ana.ask("mail.list", limit=100)["mails"] if row["to"] == email]
    return MAIL_CODE.search(b.ana.ask("mail.get", id=rows[0]["id"], code=True)["mail"]["text"]).group(1)


def test_a_person_is_invited_reads_the_code_chooses_a_password_and_is_in(office):
    jose = "jose@bodegasur.example"
    with signed_in(office, ANA) as t:
        t.say("customers").hear("Customers: ").say("find bod").hear("Customers: ").say("open 1").hear("Customer: ").say("persons").hear("Persons: ").say("invite").hear("Which persons: ").say("2")
        t.hear("with the way in and a code").hear("yes or no: ").say("yes").hear("this mail waits, to be passed on").hear("Mail: ").say("back").hear("access invited").hear("Persons: ")
        older = code_for(office, jose)
        t.say("invite 2").hear("The code that was sent before ends.").hear("yes or no: ").say("yes").hear("Mail: ").say("back").hear("Persons: ").say("back").hear("Customer: ").say("back").hear("Customers: ").say("back")
        t.hear("Main menu: ").say("outbox").hear("Outbox: ").say("show held").hear("Outbox, only held").hear("Outbox: ").say("open 1").hear("To: José Ferrer <" + jose + ">").hear("Text:").hear("Mail: ")
        assert not re.search(r"(?:[0-9A-Z]{5}-){4}", t.last), "a code is told when it is asked for"
        t.say("code").hear("The code for José Ferrer").hear("Text:").hear("Mail: ")
        code = code_for(office, jose)
        assert code != older and "> " in t.last and code in t.last
    with talk(office) as t:
        t.hear("E-mail: ").say("invitation").hear("Code: ").say(older).hear("That code is not good").hear("Code: ")
        t.say(code.lower()).hear("Welcome, José Ferrer").hear("invited to the portal of Northwind Paper Ltd, for Bodega Sur")
        t.hear("Rules for passwords").hear("Password: ").wait_echo(False).say("short").hear("At least 10 characters")
        t.hear("Password: ").say(NEW).hear("again: ").say(NEW).hear("Welcome.").hear("You are José Ferrer, Bodega Sur.").hear("Main menu: ").say("quit")
        assert t.wait_end() == 0 and b"horse" not in t.raw
    office.sign_in(jose, NEW)


def test_a_forgotten_password_is_replaced_with_the_code_of_the_mail(office):
    with talk(office) as t:
        t.hear("E-mail: ").say("forgotten").hear("Your e-mail: ").say("nobody@bodegasur.example").hear("If nobody@bodegasur.example may sign in").hear("Code of the mail: ")
        t.say("back").hear("E-mail: ").say("forgotten").hear("Your e-mail: ").say(MARIA).hear(f"If {MARIA} may sign in").hear("Code of the mail: ")
        sent = lambda: sum(m["to"] == MARIA and m["template"] == "reset" for m in office.ana.ask("mail.list")["mails"])
        wait_until(lambda: sent() == 1, what="the mail")
        t.say("00000-00000-00000-00000-00000").hear("New password: ").say(NEW).hear("again: ").say(NEW).hear("That code is not good").hear("Code of the mail: ").say("back").hear("E-mail: ")
        t.say("forgotten").hear("Your e-mail: ").say(MARIA).hear("Code of the mail: ")
        wait_until(lambda: sent() == 2, what="the newer mail")
        t.say(code_for(office, MARIA)).hear("New password: ").say(NEW)
        t.hear("again: ").say(NEW).hear("Your new password is set.").hear("Main menu: ")
    office.sign_in(MARIA, NEW)


def test_who_has_the_code_of_the_mail_already_says_so(office):
    office.client().ask("password.ask_reset", portal="northwind", email=MARIA)
    with talk(office) as t:
        t.hear("E-mail: ").say("forgotten").hear("Or type have").hear("Your e-mail: ").say("have").hear("The mail that was sent to you has a code.")
        t.hear("Code of the mail: ").say(code_for(office, MARIA)).hear("New password: ").say(NEW).hear("again: ").say(NEW).hear("Main menu: ")


def test_colleagues_are_invited_changed_reset_and_deactivated_by_administrators_only(office):
    ben = "ben@northwind.example"
    with signed_in(office, ANA) as t:
        t.say("staff").hear("Colleague 1: Ana Kelly (you), ").hear("Staff: ").say("invite").hear("Name: ").say("Ben Walsh").hear("E-mail: ").say(ben).hear("May: ").say("the daily")
        t.hear("this mail waits, to be passed on").hear("held: no mail server").hear("To: Ben Walsh <" + ben + ">").hear("Mail: ").say("code").hear("The code for Ben Walsh").hear("Mail: ")
        code = code_for(office, ben)
        assert code in t.last
        t.say("back").hear("Ben Walsh, " + ben + ", may the daily work").hear("Staff: ")
    with talk(office) as t:
        t.hear("E-mail: ").say("invitation").hear("Code: ").say(code).hear("Password: ").say(NEW).hear("again: ").say(NEW).hear("You are Ben Walsh, staff.")
        t.hear("Main menu: ").say("staff").hear("Colleague 2: Ben Walsh (you)").hear("Staff: ").say("invite").hear('There is no "invite" here.').hear("Staff: ")
        with signed_in(office, ANA) as u:
            u.say("staff").hear("Staff: ").say("sessions Ben").hear("Session 1: ").hear("Sessions of somebody: ").say("back").hear("Staff: ")
            u.say("change Ben").hear("Name [Ben Walsh]: ").say("Ben Welsh").hear("May [the daily work]: ").say("look").hear("Saved.").hear("may look").hear("Staff: ")
            u.say("change Ana").hear("What this account may can not be changed.").hear("Name [Ana Kelly]: ").say("back").hear("Staff: ")
            u.say("reset Ben").hear("The present password of Ben Welsh ends now").hear("yes or no: ").say("yes")
            u.hear("The old password has ended.").hear("A new password").hear("Mail: ").say("back").hear("Staff: ").say("deactivate Ana").hear("this is the last one").hear("Staff: ").say("deactivate Ben").hear("Ben Welsh can not sign in any more").hear("yes or no: ").say("yes")
            u.hear("open sessions have ended").hear("deactivated").hear("Staff: ")
            u.say("activate Ben").hear("yes or no: ").say("yes").hear("Active again.").hear("Staff: ")


def test_a_colleague_is_added_with_a_password_typed_twice(office):
    with signed_in(office, ANA) as t:
        t.say("staff").hear("Staff: ").say("add").hear("Rules for passwords").hear("Name: ").say("Liam Roe").hear("E-mail: ").say("liam@northwind.example").hear("May: ").say("1")
        t.hear("Password: ").wait_echo(False).say("a first password").hear("Password again: ").say("a first passwort").hear("The two differ. Type it again.")
        t.hear("Password: ").say("short").hear("Password again: ").say("short").hear("at least 10 characters").hear("Password: ").say("a first password").hear("Password again: ")
        t.say("a first password").hear("The account is there").hear("Liam Roe").hear("one-time password").hear("Staff: ")
        assert b"first password" not in t.raw
    assert office.sign_in("liam@northwind.example", "a first password").me["stage"] == "password"
