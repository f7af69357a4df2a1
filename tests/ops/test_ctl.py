"""posternctl against a daemon of its own: values by type, secrets, sessions, exit codes, retries, safe output."""
import json
import os
import pathlib
import pty
import select
import socket
import stat
import struct
import subprocess
import threading
import time

import msgpack
import pytest

import sp
from ctl import BUILD, PROGRAM, Ctl
from daemon import PASSWORD, Daemon, add_customer, line, open_portal, wait_until
from keys import new_key
from phone import enrol


ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        yield d


@pytest.fixture
def ctl(daemon):
    return Ctl(daemon).login()


def test_values_are_converted_by_the_type_of_their_field(ctl):
    got = ctl.json("customer.create", "customer.name=Köhler & Söhne", "customer.currency=EUR", "customer.terms_days=14",
                   "customer.fields.0.label=Branch", "customer.fields.0.value=North", "customer.active=true",
                   'customer.billing={"city": "Bremen", "code": "28195"}')["customer"]
    assert got["name"] == "Köhler & Söhne" and got["terms_days"] == 14 and got["active"] is True
    assert got["fields"] == [{"label": "Branch", "value": "North"}] and got["billing"]["city"] == "Bremen"
    invoice = ctl.json("invoice.create", f"customer={got['id']}", "send=true", "document.date=2026-01-02", "document.due=2026-02-01",
                       "document.lines.0.name=Paper", "document.lines.0.quantity=2.5", "document.lines.0.price=0.99",
                       "document.lines.0.tax_percent=19", "document.shipping=4.50 EUR")["invoice"]
    assert invoice["lines"][0]["quantity"] == "2.5" and invoice["shipping"] == {"amount": 450, "currency": "EUR"}
    assert invoice["date"] == "2026-01-02"
    # by its number, by its id, and the amount in words
    by_number = ctl.json("invoice.get", f"invoice={invoice['number']}")["invoice"]
    assert by_number == ctl.json("invoice.get", f"invoice=id:{invoice['id']}")["invoice"]
    paid = ctl.json("payment.record", f"customer={got['id']}", "mode=cash", f"parts.0.invoice={invoice['number']}", "parts.0.amount=1.00 EUR")
    assert paid["payment"]["amount"] == {"amount": 100, "currency": "EUR"}
    assert ctl.json("invoice.list", f"customer={got['id']}", 'least={"amount": 1, "currency": "EUR"}')["invoices"]


def test_json_on_standard_input_is_the_whole_request(ctl):
    got = ctl.json("customer.create", "-", input=json.dumps({"customer": {"name": "By JSON", "currency": "EUR", "terms_days": 7}}))
    assert got["customer"]["terms_days"] == 7
    # words come on top of it
    got = ctl.json("customer.update", "-", f"id={got['customer']['id']}", input=json.dumps({"customer": {"revision": 1, "phone": "+49 1"}}))
    assert got["customer"]["phone"] == "+49 1"


@pytest.mark.parametrize("words, json_text, field", [
    (["-"], '{"customer": 1, "id": 1}', "customer"),
    (["id=1", "-"], '{"customer": 1}', "customer"),
    (["customer=1", "-"], '{"customer": 2}', "customer"),
])
def test_what_json_says_a_word_does_not_say_too(ctl, words, json_text, field):
    assert f"is given twice (field: {field})" in ctl.refused("customer.get", *words, input=json_text)


@pytest.mark.parametrize("words, says", [
    (["customer.get", "nonsense=1"], "(field: nonsense)"),
    (["customer.get", "id=1", "id=2"], "given twice"),
    (["customer.get", "customer=1", "id=1"], "is given twice (field: customer)"),
    (["customer.get", "id=1", "customer=1"], "is given twice (field: customer)"),
    (["invoice", "INV-1", "id=INV-2"], "is given twice (field: invoice)"),
    (["customer.get", "id"], "key=value"),
    (["customer.list", "limit=many"], "Not a whole number. Examples: 1234, 1,234. (field: limit)"),
    (["customer.list", "limit=99999999999999999999"], "too large. (field: limit)"),
    (["customer.list", "limit=101"], "(field: limit)"),
    (["customer.list", "active=perhaps"], "true or false (field: active)"),
    (["invoice.list", "status=lost"], "(field: status)"),
    (["invoice.list", "from=3/4/2026"], "(field: from)"),
    (["invoice.list", "least=12.3456 EUR"], "At most 2 decimal places; this has 4. (field: least)"),
    (["invoice.list", "least=12 XXY"], "ISO 4217 code (field: least)"),
    (["invoice.list", "least=12"], "(field: least)"),
    (["customer.create", "customer.billing.planet=Mars"], "(field: customer.billing.planet)"),
    (["customer.create", "customer={"], "no JSON"),
    (["customer.create", "customer=[]"], "must be an object (field: customer)"),
    (["customer.create", "customer.fields.1.label=a"], "in order"),
    (["customer.create", "customer.name=a\x1b[31mb", "customer.currency=EUR"], "(field: customer.name)"),
    (["customer.create", "customer.a.b.c.d.e.f.g.h.i=1"], "(field: customer.a.b"),
    (["invoice.create", "customer=1", 'document={"lines": [{"name": "x", "quantity": 1.5}]}'], "must be text like"),
    (["--frob", "customer.list"], "no option --frob"),
    (["--url"], "takes a value"),
    (["--url", "tls+tcp://portal.example.com", "customer.list"], "the port is missing: tls+tcp://HOST:PORT (field: --url)"),
    (["--url", "tls+tcp://[::1]", "customer.list"], "the port is missing: tls+tcp://HOST:PORT (field: --url)"),
    (["--url", "tcp://:4711", "customer.list"], "the host is missing: tcp://HOST:PORT (field: --url)"),
    (["--url", "tls+tcp://localhost:many", "customer.list"], "the port is no number from 1 to 65535: tls+tcp://HOST:PORT (field: --url)"),
    (["--url", "ipc://", "customer.list"], "the path of the socket is missing: ipc://PATH (field: --url)"),
    (["--url", "portal.example.com:4711", "customer.list"], "must begin with ipc:// or tls+tcp:// (field: --url)"),
    (["retianers"], "there is no command retianers: did you mean retainers? See posternctl help"),
    (["estimate", "accept", "EST-1"], "say your name, as a signature (field: signed_by)"),
    (["help", "retianers"], "did you mean retainers?"),
    (["no", "such"], "there is no command no; see posternctl help"),
    (["customer.list", "--follow"], "there is no option --follow here"),
    (["events", "--follow", "--csv"], "no CSV"),
    (["events", "--follow", "since=-1"], "number of an event"),
    (["logout", "customer.list"], "logout takes nothing"),
    (["check", "customers"], "check takes nothing"),
    (["audit", "verify", "--seal", "/nonexistent"], "/nonexistent: No such file"),
    (["--id", "12", "customer.list"], "32 hexadecimal digits"),
    (["customer.frob"], "unknown_operation"),
    (["import", "elsewhere"], "import takes a source"),
])
def test_a_bad_argument_is_named_and_refused(ctl, words, says):
    text = ctl.refused(*words)
    assert text.startswith("posternctl: ") and says in text, text


def test_bad_json_on_standard_input_says_where(ctl):
    assert "line 2" in ctl.refused("customer.create", "-", input='{"customer":\n nonsense}')
    assert "JSON object" in ctl.refused("customer.create", "-", input="[1]")
    assert "duplicate" in ctl.refused("customer.create", "-", input='{"a": 1, "a": 2}')


def test_a_secret_is_never_taken_from_the_command_line(ctl, daemon):
    text = ctl.refused("session.sign_in", "portal=acme", "email=ada@acme.test", f"password={PASSWORD}")
    assert "password=-" in text and PASSWORD not in text
    file = daemon.temp / "secret"
    file.write_text(PASSWORD + "\n")
    for word, given in ((f"password=@{file}", ""), ("password=-", PASSWORD + "\n"), ("password=-", PASSWORD)):
        got = ctl.json("session.sign_in", "portal=acme", "email=ada@acme.test", word, input=given)
        assert got["me"]["role"] == "admin"
    assert "is empty (field: password)" in ctl.refused("session.sign_in", "portal=acme", "email=a@b.c", "password=-")
    # two of them: a line each
    text = ctl.refused("password.change", "old=-", "password=-", input="wrong old one\nshort\n", code=None)
    assert "posternctl: " in text


def test_exit_codes_follow_the_table(ctl, daemon):
    assert "credentials" in ctl.refused("login", "portal=acme", "email=ada@acme.test", input="wrong\n", code=4)
    assert "not_found" in ctl.refused("customer.get", "id=999999", code=3)
    fresh = Ctl(daemon, session="nobody")
    assert "Sign in with: posternctl login" in fresh.refused("customer.list", code=4)
    nowhere = Ctl(daemon, session="nobody", url=f"ipc://{daemon.temp}/nothing")
    start = time.monotonic()
    assert "offline" in nowhere.refused("system.health", code=6)
    assert time.monotonic() - start < 10
    assert "url" in Ctl(daemon, session="nobody", url="smtp://x").refused("system.health", code=2)


def test_the_session_file_is_ones_own(ctl, daemon):
    mode = os.stat(ctl.session).st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert set(json.loads(ctl.session.read_text())) == {"url", "token", "portal", "email"}
    # without --url the session's own is used
    here = ctl.env.copy()
    del here["POSTERN_URL"]
    done = subprocess.run([PROGRAM, "session.me"], env=here, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "admin" in done.stdout
    # a token goes only to the server that gave it
    elsewhere = Ctl(daemon, url=daemon.url.replace("ipc://", "ipc:///."))
    assert "Sign in with" in elsewhere.refused("session.me", code=4)
    os.chmod(ctl.session, 0o640)
    assert "others can read it" in ctl.refused("session.me")
    os.chmod(ctl.session, 0o600)
    ctl.session.write_text("not a session")
    assert "is no session file" in ctl.refused("session.me")
    ctl.session.unlink()
    ctl.session.mkdir()
    assert "no regular file" in ctl.refused("session.me")
    ctl.session.rmdir()


def test_the_default_session_file_is_in_the_state_folder(ctl, daemon):
    env = ctl.env.copy()
    del env["POSTERN_SESSION"]
    env["XDG_STATE_HOME"] = str(daemon.temp / "state")
    subprocess.run([PROGRAM, "login", "portal=acme", "email=ada@acme.test"], env=env, input=PASSWORD, text=True, check=True,
                   capture_output=True, timeout=60)
    file = daemon.temp / "state/postern/session"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [p.name for p in file.parent.iterdir()] == ["session"]


def test_logout_ends_the_session_and_removes_the_file(ctl, daemon):
    token = json.loads(ctl.session.read_text())["token"]
    assert ctl.run("logout").stdout == "Signed out.\n" and not ctl.session.exists()
    client = daemon.client()
    client.token = token
    assert client.refused("session.me").code == "sign_in"
    assert ctl.run("logout").stdout == "Nobody is signed in.\n"


def test_a_session_that_ended_elsewhere_can_still_be_logged_out(ctl, daemon):
    client = daemon.client()
    client.token = json.loads(ctl.session.read_text())["token"]
    client.ask("session.sign_out")
    assert "Sign in with" in ctl.refused("session.me", code=4)
    ctl.run("logout")
    assert not ctl.session.exists()


def test_the_password_is_asked_without_echo_on_a_terminal(daemon):
    ctl = Ctl(daemon, session="by-terminal")
    main, other = pty.openpty()
    p = subprocess.Popen([PROGRAM, "login", "portal=acme", "email=ada@acme.test"], stdin=other, stdout=other, stderr=other,
                         env=ctl.env, start_new_session=True)
    os.close(other)
    seen = b""

    def until(text):
        nonlocal seen
        end = time.monotonic() + 20
        while text not in seen:
            assert select.select([main], [], [], end - time.monotonic())[0], seen
            seen += os.read(main, 1000)
    until(b"password: ")
    os.write(main, PASSWORD.encode() + b"\n")
    until(b"Signed in")
    assert PASSWORD.encode() not in seen
    assert p.wait(20) == 0
    os.close(main)


def test_an_id_makes_a_write_happen_once(ctl):
    words = ["customer.create", "customer.name=Once", "customer.currency=EUR", "--id", os.urandom(16).hex()]
    first, again = ctl.json(*words), ctl.json(*words)
    assert first == again
    words[1] = "customer.name=Other"
    assert "id_reused" in ctl.refused(*words, code=5)
    assert len(ctl.json("customer.list", "search=Once")["customers"]) == 1


def test_tables_align_amounts_and_hide_escapes(ctl, daemon):
    admin = daemon.sign_in()
    customer, _ = add_customer(admin, name="Aligned", email="al@igned.test")
    for price in ("5", "12345.5"):
        admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price=price)]})
    lines = ctl.run("invoice.list", f"customer={customer}").stdout.splitlines()
    head = next(i for i, text in enumerate(lines) if "NUMBER" in text)
    rows = lines[head + 1:head + 3]
    assert len({row.index(".") for row in rows}) == 1 and any("12,345.50 EUR" in row for row in rows)
    got = ctl.run("customer.get", f"id={customer}").stdout
    assert "contacts (1):" in got and "Maria Ruiz" in got


class Fake:
    """A server that answers a fixed list of bytes, one a request (None: closes the connection), and notes the requests."""

    def __init__(self, folder, *answers):
        self.path, self.answers, self.asked = str(folder / "fake"), list(answers), []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
                sp.read_exactly(peer, 8)
                peer.sendall(sp.HELLO_REP)
                while self.answer(peer):
                    pass
                peer.close()
            except (EOFError, ConnectionError):
                continue
            except OSError:
                return

    def answer(self, peer):
        size = struct.unpack(">Q", sp.read_exactly(peer, 9)[1:])[0]
        body = sp.read_exactly(peer, size)
        self.asked.append(msgpack.unpackb(body[4:]))
        answer = self.answers.pop(0)
        if answer is not None:
            peer.sendall(b"\x01" + struct.pack(">Q", len(answer) + 4) + body[:4] + answer)
        return answer is not None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(20)
        os.unlink(self.path)


def ok(result):
    return msgpack.packb({"v": 1, "result": result})


def test_a_lost_answer_is_asked_for_again_with_the_same_id(daemon, tmp_path):
    busy = msgpack.packb({"v": 1, "error": {"code": "busy", "message": "Too much.", "field": "", "request": "1", "retry_ms": 60}})
    with Fake(tmp_path, None, busy, ok({"customer": {"id": 1, "name": "Late"}})) as server:
        ctl = Ctl(daemon, session="none", url="ipc://" + server.path)
        assert ctl.json("customer.create", "customer.name=Late", "customer.currency=EUR")["customer"]["name"] == "Late"
        assert len(server.asked) == 3 and len({bytes(a["id"]) for a in server.asked}) == 1 and len(server.asked[0]["id"]) == 16


def test_it_stops_trying_after_a_few_times(daemon, tmp_path):
    with Fake(tmp_path, *[None] * 10) as server:
        assert "offline" in Ctl(daemon, session="none", url="ipc://" + server.path).refused("system.health", code=6)
        assert len(server.asked) == 4


@pytest.mark.parametrize("answer", [
    b"", b"\xc1", b"\x80", msgpack.packb([1]), msgpack.packb({"v": 2, "result": {}}), msgpack.packb({"v": 1}),
    msgpack.packb({"v": 1, "result": 5}), msgpack.packb({"v": 1, "error": 5}), msgpack.packb({"v": 1, "error": {}}),
    msgpack.packb({"v": 1, "result": {"customer": "text"}}), ok({"customer": {"id": 1}})[:-1], b"\xdf\xff\xff\xff\xff",
    b"\x91" * 100 + b"\xc0",
])
def test_an_answer_that_is_none_is_refused(daemon, tmp_path, answer):
    with Fake(tmp_path, answer) as server:
        done = Ctl(daemon, session="none", url="ipc://" + server.path).run("customer.get", "id=1", code=None)
    assert done.returncode == 1 and "posternctl: io: the answer is not" in done.stderr, (done, answer)


def test_what_a_server_says_can_not_reach_into_the_terminal(daemon, tmp_path):
    evil = "a\x1b]0;x\x07\x9b31m\u202eb\u009b\u0085"
    error = msgpack.packb({"v": 1, "error": {"code": "invalid", "message": evil, "field": evil, "request": evil}})
    result = ok({"customer": {"id": 1, "name": evil, "notes": evil + "\n" + evil}, "contacts": [{"id": 1, "name": evil}]})
    bad = [chr(c) for c in (*range(9), *range(11, 32), 0x7F, *range(0x80, 0xA0), 0x202E)]
    for answer, json_too in ((error, False), (result, False), (result, True)):
        with Fake(tmp_path, answer) as server:
            done = Ctl(daemon, session="none", url="ipc://" + server.path).run(*["--json"][:json_too], "customer.get", "id=1", code=None)
        text = done.stdout + done.stderr
        assert text and not [c for c in bad if c in text], text
        if json_too:
            assert json.loads(done.stdout)["customer"]["name"] == evil


def test_help_leads_with_examples_and_knows_every_operation(ctl):
    text = ctl.run("help").stdout
    assert text.index("posternctl login") < text.index("Usage:")
    text = ctl.run("help", "operations").stdout
    names = [o["name"] for o in ctl.json("describe")["operations"]]
    assert len(names) > 60 and all(f"  {name} " in text for name in names)
    for name in names:
        one = ctl.run("help", name).stdout
        assert f"\n\n  posternctl {name}" in one and "Who may:" in one
    assert ctl.run("invoice.get", "--help").stdout == ctl.run("help", "invoice.get").stdout
    told = ctl.run("help", "import").stdout
    assert "import zoho" in told and "--skip-bad" in told and "backup" not in told
    ctl.refused("help", "nothing")


def test_the_server_describes_the_contract_that_this_program_knows(ctl):
    assert ctl.json("describe") == ctl.json("describe", "--local")
    assert ctl.json("describe", "invoice.get") == ctl.json("describe", "invoice.get", "--local")
    assert ctl.refused("describe", "nothing", "--local", code=3)


def test_what_is_still_to_be_shown_is_said_when_signing_in(daemon):
    admin = daemon.sign_in()
    admin.ask("staff.create", name="Code Kelly", email="code@acme.test", role="staff", password=PASSWORD, keep_password=True)
    phone, _ = enrol(daemon.sign_in("code@acme.test"), password=PASSWORD)
    one = Ctl(daemon, session="code")
    said = one.run("login", daemon.portal, "code@acme.test", input=PASSWORD + "\n").stdout
    assert "The code of your second factor is still to be given: posternctl mfa.verify code=-" in said, said
    one.refused("invoices", code=4)
    one.run("mfa.verify", "code=-", input=phone.code() + "\n")
    one.run("invoices")
    assert "still" not in Ctl(daemon, session="none").run("login", daemon.portal, daemon.email, input=PASSWORD + "\n").stdout
    assert "mfa.verify" in (ROOT / "docs/man/posternctl.1").read_text().split(".BR login")[1].split(".TP")[0]


def test_help_marks_the_fields_that_touch_credentials(ctl):
    def marked(op):
        return {row.split()[0] for row in ctl.run("help", op).stdout.split("Gives:")[0].splitlines() if " (credentials) " in row}
    told = {f["name"] for o in ctl.json("describe")["shapes"] if o["name"] == "business" for f in o["fields"] if f.get("credentials")}
    assert marked("settings.update") == told and {"portal", "mfa", "staff_mfa"} <= told
    assert "email" in marked("contact.update") and marked("contact.create") == set()
    assert "password or a code once more" in " ".join(ctl.run("help", "settings.update").stdout.split())


def test_a_text_may_stand_in_a_file(ctl, daemon):
    key, note = daemon.temp / "k.pub", daemon.temp / "note"
    line_of, fingerprint = new_key(comment="ada@file")
    key.write_text(line_of + "\n")
    got = ctl.json("key.add", f"key=@{key}", "password=-", input=PASSWORD + "\n")["key"]
    assert got["fingerprint"] == fingerprint
    note.write_text("first\nsecond\n")
    made = ctl.json("customer.create", "customer.name=@@home Ltd", "customer.currency=EUR", f"customer.notes=@{note}")["customer"]
    assert made["name"] == "@home Ltd" and made["notes"] == "first\nsecond"
    assert "@@" in ctl.refused("customer.create", "customer.name=@nowhere", "customer.currency=EUR")
    draft = ctl.json("invoice.create", f"customer={made['id']}", "document.lines.0.name=x", "document.lines.0.quantity=1", "document.lines.0.price=1", "send=true")["invoice"]
    ctl.run("comment", draft["number"], "@ada please")
    ctl.run("comment", draft["number"], "-", input="@ada again")
    assert [c["text"] for c in ctl.json("comment.list", f"document={draft['number']}")["comments"]] == ["@ada please", "@ada again"], "a word that is not key=… is what it says"


def test_backup_and_check_are_for_the_operator(ctl, daemon):
    assert "problems" in ctl.json("check")
    copy = daemon.temp / "copy"
    assert ctl.json("backup", copy)["bytes"] > 0 and list(copy.iterdir())
    ctl.refused("backup")
    ctl.refused("backup", copy, code=None)
    assert "No such file or directory (field: path)" in ctl.refused("backup", daemon.temp / "no/such")
    wrapped = subprocess.run(["sh", "-c", 'mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && exec "$0" backup copy', PROGRAM, daemon.temp],
                             env=ctl.env, capture_output=True, text=True)
    assert wrapped.returncode == 2 and "(field: path)" in wrapped.stderr and "No such file" in wrapped.stderr, wrapped



def test_a_daemon_says_which_folder_its_socket_lacks(tmp_path):
    with_data = Daemon(folder=tmp_path / "data")
    try:
        done = subprocess.run([BUILD / "bin/posternd", "serve", "--data", with_data.data, "--listen", f"ipc://{tmp_path}/absent/socket"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode and f"there is no folder {tmp_path}/absent" in done.stderr and "--listen" in done.stderr, done.stderr
    finally:
        with_data.__exit__(None)


@pytest.mark.parametrize("words", [["customer.list"], ["customer.list", "--json"], ["audit", "head"], ["audit", "verify", "--json"], ["events", "--json"],
                                   ["events", "--csv"], ["events", "--follow", "--json", "since=0"], ["events", "--follow", "since=0"], ["help"], ["completion", "bash"]])
def test_output_that_can_not_be_written_is_a_fault(ctl, words):
    """A full disk: what was not kept is not called fine, and nothing goes on for nobody."""
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, *words], env=ctl.env, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    said = json.loads(done.stderr)["message"] if "--json" in words else done.stderr.removeprefix("posternctl: io: ").rstrip("\n")
    assert done.returncode == 1 and said == "standard output can not be written" and done.stderr.count("\n") == 1


def test_following_ends_with_one_complaint_when_the_session_does(ctl, daemon):
    p = subprocess.Popen([PROGRAM, "events", "--follow"], env=ctl.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        admin = daemon.sign_in()
        wait_until(lambda: ctl.json("system.stats")["waits"] > 0, what="the long poll")
        add_customer(admin, "Seen before it ends", "seen@seen.test")
        assert p.stdout.readline()
        admin.ask("session.revoke", others=True)
        _, said = p.communicate(timeout=60)
    finally:
        p.kill()
    assert p.returncode == 4 and said.count("posternctl: ") == 1, said


def test_followed_events_arrive_by_themselves(ctl, daemon):
    admin = daemon.sign_in()
    p = subprocess.Popen([PROGRAM, "events", "--follow", "--json"], env=ctl.env, stdout=subprocess.PIPE, text=True)
    try:
        ready = wait_until(lambda: ctl.json("system.stats")["waits"] > 0, what="the long poll")
        assert ready
        customer, contact = add_customer(admin, name="Followed", email="fo@llowed.test")
        first = json.loads(p.stdout.readline())
        assert first["what"] == "created" and first["customer"] == customer
        open_portal(daemon, admin, contact, "fo@llowed.test")
        end = time.monotonic() + 20
        while True:
            assert time.monotonic() < end
            if json.loads(p.stdout.readline())["what"] == "signed_in":
                break
    finally:
        p.terminate()
        p.wait(10)


def test_a_customer_uses_it_too(daemon):
    admin = daemon.sign_in()
    customer, contact = add_customer(admin, name="By hand", email="by@hand.test")
    admin.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    admin.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="7")]})
    ctl = Ctl(daemon, session="customer").login("by@hand.test")
    assert "7.00 EUR" in ctl.run("invoice.list").stdout
    assert "forbidden" in ctl.refused("customer.list", code=4)
