"""What line mode does whatever is said: ends, restores the terminal, wraps, stops, hides nothing and obeys nobody's text."""
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading

import msgpack
import pytest

import clock
import sp
from daemon import PASSWORD, wait_until
from northwind import ANA, MARIA, Northwind
from pty_talk import Talk

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
POSTERN = BUILD / "bin/postern"


@pytest.fixture(scope="module")
def office():
    with Northwind() as b:
        yield b


def talk(b, *more, **options):
    return Talk([POSTERN, "--url", b.url, "--portal", "northwind", *more], **options)


def signed_in(b, email=MARIA, **options):
    t = talk(b, **options)
    t.hear("E-mail: ").say(email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
    return t


def script(url, *lines, code=0, portal="northwind", env=None):
    """Line mode between two pipes; what it said."""
    done = subprocess.run([POSTERN, "--url", url, "--portal", portal, "line"], input="\n".join(lines) + "\n", text=True,
                          capture_output=True, timeout=90, env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
    assert done.returncode == code, (done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    assert "\x1b" not in done.stdout and not done.stderr, done.stderr
    return done.stdout


def signed_out(b, before):
    """How many sign-outs the log knows besides those."""
    return sum(e["what"] == "signed_out" for e in b.ana.ask("event.list", limit=100)["events"]) - before


@pytest.mark.parametrize("how", [["line"], ["--line"]])
def test_line_mode_is_chosen_by_word_and_option_on_any_terminal(office, how):
    with talk(office, *how, term="xterm-256color") as t:
        t.hear("E-mail: ").say("quit")
        assert t.wait_end() == 0, t.text()[-3000:]


def test_line_mode_is_chosen_by_accessible(office):
    with talk(office, term="xterm-256color", env={"ACCESSIBLE": "1"}) as t:
        t.hear("E-mail: ")


def test_a_terminal_type_that_cannot_place_the_cursor_gets_line_mode(office):
    with tempfile.TemporaryDirectory(prefix="postern-test-") as folder:
        source = pathlib.Path(folder, "glass.ti")
        source.write_text("glass|a teletype of glass,\n\tam, cols#80, bel=^G, cr=\\r, cud1=\\n, ind=\\n,\n")
        subprocess.run(["tic", "-o", folder, source], check=True, capture_output=True)
        with talk(office, term="glass", env={"TERMINFO": folder}) as t:
            t.hear("E-mail: ")


def test_help_and_back_and_quit_work_at_every_prompt(office):
    with talk(office) as t:
        t.hear("E-mail: ").say("?").hear("The address your invitation was sent to").hear("quit signs out").hear("E-mail: ").say(MARIA)
        t.hear("Password: ").say("help").hear("It is not shown").hear("Password: ").say("back").hear("E-mail: ").say(MARIA)
        t.hear("Password: ").say(PASSWORD).hear("Main menu: ").say("?").hear("1. home").hear("Main menu: ").say("nonsense")
        t.hear('There is no "nonsense" here.').hear("Main menu: ").say("back").hear("Type quit to leave.").hear("Main menu: ").say()
        t.hear("1. home").hear("Main menu: ").say("3").hear("Invoices: ").say("open 1").hear("Invoice: ").say("back").hear("Invoices: ").say("quit")
        assert t.wait_end() == 0, t.text()[-3000:]

@pytest.mark.parametrize("who", [MARIA, ANA])
def test_where_rows_have_numbers_what_there_is_to_do_has_none(office, who):
    ways = re.findall(r"^\d+\. (\w+): ", script(office.url, who, PASSWORD, "quit"), re.M)
    said = script(office.url, who, PASSWORD, *(word for way in ways if way != "write" for word in (way, "back", "back")), "quit")
    places = [p for p in re.split(r"(?m)^[A-Z][\w -]*: $", said) if re.search(r"(?m)^[A-Z][a-z ]* 1: ", p)]
    assert len(places) > 3, said
    for place in places:
        assert not re.search(r"(?m)^1\. ", place) or "Others: " not in place, place
        assert "everything else is a word" in place or "then the number of" in place, place


def test_a_number_alone_is_a_row(office):
    with signed_in(office) as t:
        t.say("invoices").hear("A number alone opens that invoice").hear("Invoices: ").say("1").hear("Invoice INV-").hear("Invoice: ").say("back")
        t.hear("Invoices: ").say("99").hear("There is no invoice 99 here. They are 1 to ").hear("Invoices: ").say("quit")
    with signed_in(office, ANA) as t:
        t.say("write invoice").hear("part of the name: ").say("bod").hear("when that is all: ").say("Advice").hear("Quantity [1]: ").say().hear("EUR: ").say("5").hear("when that is all: ").say()
        t.hear("Type a word, then the number of the line.").hear("Writing: ").say("1").hear("Type what to do with line 1: a word, and 1 behind it.").hear("Writing: ").say("quit")


@pytest.mark.parametrize("number,code", [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGQUIT, -signal.SIGQUIT)])
def test_echo_comes_back_on_every_way_out(office, number, code):
    with talk(office) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").wait_echo(False)
        keep = os.open(os.ttyname(os.open(os.readlink(f"/proc/{t.pid}/fd/0"), os.O_RDWR | os.O_NOCTTY)), os.O_RDWR | os.O_NOCTTY)
        t.signal(number)
        assert t.wait_end(5) in (code, -signal.SIGALRM)  # late on a busy machine, and then at once
        t.wait_echo(True)
        os.close(keep)


def test_the_end_of_input_ends_it_and_signs_out(office):
    before = signed_out(office, 0)
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say("open 1").hear("Invoice: ").say("comment").hear("Comment: ")
        t.say("\x04", end="")
        assert t.wait_end(5) == 0
    wait_until(lambda: signed_out(office, before) == 1, what="signing out")


def test_a_terminal_that_goes_away_ends_it_at_once_and_signs_out(office):
    before = signed_out(office, 0)
    with signed_in(office) as t:
        t.hang_up()
        assert t.wait_end(3) in (129, -signal.SIGALRM)
    wait_until(lambda: signed_out(office, before) == 1, what="signing out")


def test_the_number_of_a_card_at_another_question_is_not_taken(office):
    """Nor said again, sent, or offered later; what stands there by right is meant with a full stop before it."""
    with signed_in(office) as t:
        for word, prompt in (("help", "Main menu: "), ("account", "Account: "), ("you", "]: ")):
            t.say(word).hear(prompt).say("4242 4242 4242 4242", end="\n").hear("and is not taken here.").hear(prompt)
        t.say("back").hear("Account: ").say("back").hear("Main menu: ").say("invoices").hear("Invoices: ").say("open 1").hear("Invoice: ")
        t.say("comment").hear("Comment: ").say("Take it from 4242424242424242 please").hear("and is not taken here.").say("back").hear("Invoice: ").say("quit")
        assert t.wait_end() == 0
        assert "4242" not in t.text().replace("4242 4242 4242 4242", "", 3).replace("Take it from 4242424242424242 please", "", 1), "only the terminal's own echo"


def sockets(pid):
    listed = subprocess.run(["ls", "-l", f"/proc/{pid}/fd"], capture_output=True, text=True, check=False).stdout  # one may close meanwhile
    return set(re.findall(r"socket:\[\d+\]", listed)) & \
        {f"socket:[{row.split()[6]}]" for row in pathlib.Path("/proc/net/unix").read_text(encoding="ascii").splitlines()[1:]}


def kill_daemon(b, t):
    """It is gone, and the program has closed its end, too: what is typed from now on can not get on its way any more."""
    before = sockets(t.pid)
    assert before
    b.process.send_signal(signal.SIGKILL)
    b.process.wait(30)
    wait_until(lambda: not before & sockets(t.pid), 60, "its ends closed")


def test_a_killed_daemon_is_said_and_waited_for():
    with Northwind() as b:
        # nng 1.5.2 may lose the one message that was on its way when the connection broke
        with signed_in(b, env={"ASAN_OPTIONS": "detect_leaks=0"}, deadline=60) as t:
            kill_daemon(b, t)
            t.say("home").hear("The server does not answer. Waiting for it; type back to stop waiting.").say("back").hear("Main menu: ")
            t.say("account").hear("The server does not answer.")
            super(Northwind, b).start()
            t.hear("The server is back.").hear("Account: ").say("you").hear("]: ").say()
            t.hear(": ").say("+34 1").hear("Saved.").hear("Account: ")
            kill_daemon(b, t)
            b.stop()
            t.say("you").hear("]: ").say().hear(": ").say("+34 2").hear("Not connected: nothing was sent.").hear("Account: ").say("quit")
            assert t.wait_end() == 0, t.text()[-3000:]


def test_a_session_that_was_ended_asks_for_the_password_and_goes_on():
    with Northwind() as b:
        new = "a later horse battery"
        with signed_in(b) as t:
            t.say("invoices").hear("Invoices: ")
            b.sign_in(MARIA).ask("password.change", old=PASSWORD, password=new)
            t.hear("Your session has ended.").hear("Password: ").wait_echo(False).say("wrong wrong wrong").hear("did not match")
            t.hear("Password: ").say(new).hear("You are back where you were.").hear("Invoices: ").say("back").hear("Main menu: ").say("home").hear("You owe: ").hear("Home: ")
            assert b"horse" not in t.raw


def test_long_texts_wrap_at_words_and_rows_after_the_first_are_set_in(office):
    text = "All pallets leave together " * 12
    made = office.invoice([{"name": "Wrapping", "quantity": "1", "price": "5"}], 20, notes=text.strip())
    with signed_in(office, columns=50, rows=60) as t:
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("Invoice: ")
        rows = [row for row in t.text().splitlines() if "pallets leave" in row]
        assert rows[0].startswith("Note: All") and all(row.startswith("  ") for row in rows[1:]) and len(rows) > 5
        assert max(len(row) for row in rows) <= 50


def test_more_than_a_screenful_stops_and_asks(office):
    lines = [{"name": f"Item {i}", "quantity": "1", "price": "1"} for i in range(30)]
    made = office.invoice(lines, 20)
    with signed_in(office) as t:
        t.say("invoices").hear("Invoices: ").say(made["number"]).hear("More follows. Enter goes on, back stops: ")
        assert 18 <= len(t.last.splitlines()) <= 24
        t.say().hear("More follows").say("back").hear("Invoice: ")
        assert "Item 29" not in t.text()
        t.say("refresh").hear("More follows").say("quit")
        assert t.wait_end() == 0, t.text()[-3000:]


def test_without_utf8_only_letters_are_said(office):
    with signed_in(office, env={"LANG": "C", "LC_ALL": "C"}) as t:
        t.say("home").hear("Home: ").say("back").hear("Main menu: ").say("account").hear("Account: ")
        assert "24-26 December" in t.text() and "Cadiz" in t.text().replace("cadiz", "Cadiz")
        assert all(byte < 0x80 for byte in t.raw)


def test_keys_that_a_line_cannot_hold_are_refused_as_text(office):
    with signed_in(office) as t:
        t.say("account").hear("Account: ").say("you").hear("]: ").say("\x1b[A\x1b[B").hear("can not be used").hear("]: ")
        t.say("x" * 600).hear("At most 120 characters.").hear("]: ").say("back").hear("Account: ")
        t.raw = t.raw.replace(b"^[[A^[[B", b"")  # the terminal's own echo of it


def test_a_script_drives_it_and_gets_everything_unwrapped(office):
    out = script(office.url, MARIA, PASSWORD, "invoices", "show overdue", "open 1", "back", "back", "quit")
    assert "Invoice 1: INV-000002, overdue 3 days, EUR 1,018.60 due\n" in out and "More follows" not in out
    assert out.rstrip().endswith("You are signed out.")


def test_a_script_that_ends_without_quit_gets_its_answer_and_is_signed_out(office):
    before = signed_out(office, 0)
    assert "You owe: " in script(office.url, MARIA, PASSWORD, "home")
    wait_until(lambda: signed_out(office, before) == 1, what="signing out")


def test_a_script_learns_why_it_failed(office):
    assert "did not match" in script(office.url, MARIA, "wrong horse battery", code=4)
    assert "The server at ipc:///nonexistent/socket does not answer." in script("ipc:///nonexistent/socket", MARIA, PASSWORD, code=6)
    assert "There is no portal named nowhere." in script(office.url, portal="nowhere", code=4)


def test_lines_of_any_length_and_bytes_of_any_kind_do_no_harm(office):
    done = subprocess.run([POSTERN, "--url", office.url, "--portal", "northwind", "line"], timeout=90, capture_output=True,
                          input=b"x" * 200_000 + b"\n" + b"\x00\xff\x1b[2J\n" * 50 + b"\n\n" + MARIA.encode() + b"\n" + PASSWORD.encode() + b"\nquit\n")
    assert b"That line is too long." in done.stdout and b"You are Maria Ruiz" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    assert b"\x1b" not in done.stdout and b"Sanitizer" not in done.stderr


# --- a server that lies
class Liar(threading.Thread):
    """Answers every request with the result that stands for its operation, not at all where that is False, else with a refusal."""

    def __init__(self, path, results):
        super().__init__(daemon=True)
        self.results = results
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(8)
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        try:
            peer.sendall(sp.HELLO_REP)
            sp.read_exactly(peer, 8)
            while True:
                size = struct.unpack(">Q", sp.read_exactly(peer, 9)[1:])[0]
                body = sp.read_exactly(peer, size)
                request = msgpack.unpackb(body[4:])
                answer = self.results.get(request["op"])
                if answer is False:
                    continue
                said = {"v": 1, "result": answer} if answer else {
                    "v": 1, "error": {"code": "credentials", "message": EVIL, "field": "", "request": EVIL}}
                payload = body[:4] + msgpack.packb(said)
                peer.sendall(b"\x01" + struct.pack(">Q", len(payload)) + payload)
        except (EOFError, OSError):
            peer.close()


EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31mred\u202etxt\r\nState: paid\x00"


def test_escape_sequences_of_a_lying_server_reach_no_terminal():
    with tempfile.TemporaryDirectory(prefix="postern-test-") as folder:
        liar = Liar(folder + "/socket", {"portal.show": {"name": "Northwind" + EVIL}})
        with Talk([POSTERN, "--url", f"ipc://{folder}/socket", "--portal", "northwind"]) as t:
            t.hear("owned").hear("E-mail: ").say(MARIA).hear("Password: ").say(PASSWORD).hear("owned").hear("Password: ")
            assert "\x9b" not in t.text() and "\u202e" not in t.text()
            assert "\nState: paid" not in t.text()
        liar.socket.close()


def fast(factor):
    """A clock that runs that many times as fast."""
    return {"LD_PRELOAD": str(clock.LIBRARY), "FAKETIME": f"+0 x{factor}", "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}


def test_long_work_is_said_every_half_minute_and_nothing_else():
    with tempfile.TemporaryDirectory(prefix="postern-test-") as folder:
        liar = Liar(folder + "/socket", {"portal.show": {"name": "Northwind"}, "session.sign_in": False})
        with Talk([POSTERN, "--url", f"ipc://{folder}/socket", "--portal", "northwind"], env=fast(15)) as t:
            t.hear("E-mail: ").say(MARIA).hear("Password: ").say(PASSWORD).hear("\nStill working: 30 seconds.\n").hear("Ask once more? yes or no: ", 60)
            assert t.last.replace("Still working: 60 seconds.\n", "").strip().count("\n") <= 2, t.last
        liar.socket.close()


def test_when_nobody_is_there_it_warns_locks_and_goes_on_with_the_password(office):
    with talk(office, env=fast(60)) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").say(PASSWORD).hear("Main menu: ").say("account").hear("Account: ")
        t.hear("Nobody there? This locks in", 60).hear("Enter keeps it open.").hear("Locked, because nobody was there for ten minutes.", 60)
        assert t.last.count("Nobody") == 0
        t.hear("Password: ").wait_echo(False).say(PASSWORD).hear("You are back where you were.").hear("Account: ").say("back").hear("Main menu: ")


def test_when_nobody_comes_back_it_ends(office):
    with talk(office, env=fast(120)) as t:
        t.hear("E-mail: ").say(MARIA).hear("Password: ").say(PASSWORD).hear("Main menu: ")
        t.hear("You were signed out because nobody was there for half an hour.", 90)
        assert t.wait_end() == 0
