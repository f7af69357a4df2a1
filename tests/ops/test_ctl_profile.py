"""Where posternctl asks, and as whom: by option, environment, profile, default; a token of its own; a hostile configuration file."""
import json
import os
import pathlib
import subprocess

import pytest

from ctl import PROGRAM, Ctl
from daemon import BUILD, PASSWORD, Daemon
from pty_talk import Talk


@pytest.fixture(scope="module")
def daemon():
    with Daemon() as d:
        d.admin = d.sign_in()
        d.token = d.admin.ask("token.create", name="Reports", role="reader")["token"]
        yield d


class At(Ctl):
    """With a home of its own, and nothing in the environment that says where or who."""

    def __init__(self, daemon, home):
        super().__init__(daemon)
        self.env.pop("POSTERN_URL")
        self.env.pop("POSTERN_SESSION")
        self.env["HOME"] = str(home)
        self.home = home

    def config(self, text, mode=0o600):
        file = pathlib.Path(self.home) / ".config/postern/config"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def file(self, name, text, mode=0o600):
        file = pathlib.Path(self.home) / name
        file.write_text(text)
        file.chmod(mode)
        return file


@pytest.fixture
def ctl(daemon, tmp_path):
    return At(daemon, tmp_path)


def who(ctl, *words, **more):
    """The role of whom a session is of; a token may ask who it is not."""
    done = ctl.run("--json", *words, code=None, **more)
    if done.returncode == 0:
        return json.loads(done.stdout)["me"]["role"]
    assert "not among what this token may ask for" in json.loads(done.stderr)["message"], done.stderr
    return "token"


# --- tokens --------------------------------------------------------------------------------------------------------------------
def test_a_token_is_taken_from_the_environment_or_a_file(ctl, daemon):
    here = ("--url", daemon.url)
    assert who(ctl, *here, "session.me", env={"POSTERN_TOKEN": daemon.token}) == "token"
    for text in (daemon.token, daemon.token + "\n", daemon.token + "\r\n"):
        file = ctl.file("token", text)
        assert who(ctl, *here, "--token-file", file, "session.me") == "token"
        assert ctl.json(*here, "invoices", "--token-file", file, env={"POSTERN_TOKEN": "wrong"})["invoices"] == []
    assert "sign_in" in ctl.refused(*here, "session.me", env={"POSTERN_TOKEN": "wrong"}, code=4)


@pytest.mark.parametrize("text, mode, says", [
    (None, 0o640, "others can read it"),
    (None, 0o604, "others can read it"),
    ("", 0o600, "holds no token"),
    ("two words", 0o600, "holds no token"),
    ("two\nlines", 0o600, "holds no token"),
    ("x" * 5000, 0o600, "is too long"),
], ids=range(6))
def test_a_token_file_that_is_none_is_refused(ctl, daemon, text, mode, says):
    file = ctl.file("token", daemon.token if text is None else text, mode)
    said = ctl.refused("--url", daemon.url, "--token-file", file, "session.me")
    assert says in said and daemon.token not in said and str(file) in said + str(file)


def test_of_two_sources_the_first_counts(ctl, daemon):
    session = ctl.home / "s"
    here = ("--url", daemon.url)
    ctl.run(*here, "--session", session, "login", "portal=acme", f"email={daemon.email}", input=PASSWORD + "\n")
    assert who(ctl, *here, "--session", session, "session.me", env={"POSTERN_TOKEN": daemon.token}) == "admin", "option before environment"
    assert who(ctl, *here, "session.me", env={"POSTERN_TOKEN": daemon.token, "POSTERN_SESSION": str(session)}) == "token"
    assert "choose one" in ctl.refused(*here, "--session", session, "--token-file", ctl.file("t", daemon.token), "session.me")
    assert "there is no file" in ctl.refused(*here, "--token-file", ctl.home / "absent", "session.me")
    ctl.config(f"[default]\nurl = {daemon.url}\ntoken-file = ~/t\n")
    assert who(ctl, "session.me") == "token"
    assert who(ctl, "session.me", env={"POSTERN_SESSION": str(session)}) == "admin", "environment before profile"


# --- profiles ------------------------------------------------------------------------------------------------------------------
def test_a_profile_says_where_and_who(ctl, daemon):
    ctl.file("token", daemon.token)
    ctl.config(f"# mine\n\n[work]\n  url = {daemon.url}\nportal=acme\ntoken-file = ~/token\n\n[elsewhere]\r\nurl = ipc:///nowhere/socket\n; the end\n")
    assert who(ctl, "--profile", "work", "session.me") == "token"
    assert who(ctl, "session.me", "--profile=work", env={"POSTERN_PROFILE": "elsewhere"}) == "token"
    assert "/nowhere/socket" in ctl.refused("session.me", env={"POSTERN_PROFILE": "elsewhere"}, code=6)
    assert "/nowhere/socket" in ctl.refused("session.me", env={"POSTERN_PROFILE": "work", "POSTERN_URL": "ipc:///nowhere/socket"}, code=6)
    assert who(ctl, "--url", daemon.url, "--profile", "work", "session.me") == "token"
    assert "there is no [home] in" in ctl.refused("--profile", "home", "session.me")
    assert "no name of a profile" in ctl.refused("--profile", "../x", "session.me")
    moved = ctl.home / "conf"
    moved.mkdir()
    (ctl.home / ".config/postern").rename(moved / "postern")
    assert who(ctl, "--profile", "work", "session.me", env={"XDG_CONFIG_HOME": str(moved)}) == "token"


def test_the_terminal_takes_the_server_and_the_portal_of_a_profile(ctl, daemon):
    """postern: by option, by environment, else [default]; never the token, and a fault is told before anything is asked."""
    def postern(*words, env=None):
        return subprocess.run([BUILD / "bin/postern", "line", *words], input=f"1\n{daemon.email}\n{PASSWORD}\nquit\n", capture_output=True, text=True, timeout=60,
                              env={"PATH": os.environ["PATH"], "HOME": str(ctl.home), "TERM": "dumb", **(env or {})})
    ctl.config(f"[default]\nurl = ipc:///nowhere/socket\n[work]\nurl = {daemon.url}\nportal = acme\ntoken-file = ~/nothing\n")
    assert "/nowhere/socket" in postern().stdout
    for done in (postern("--profile", "work"), postern(env={"POSTERN_PROFILE": "work"}), postern(env={"POSTERN_URL": daemon.url, "POSTERN_PORTAL": "acme"})):
        assert "Acme Ltd" in done.stdout and "Which portal" not in done.stdout, done.stdout
    assert "/nowhere/socket" in postern("--profile", "work", env={"POSTERN_URL": "ipc:///nowhere/socket"}).stdout
    for words, says in ((("--profile", "home"), "there is no [home] in"), (("--profile", "../x"), "no name of a profile")):
        done = postern(*words)
        assert (done.returncode, done.stdout) == (2, "") and says in done.stderr, done
    ctl.config("[default]\nurl\n")
    assert "line 2: it is neither" in postern().stderr


def test_each_profile_has_a_session_of_its_own(ctl, daemon):
    ctl.config(f"[one]\nurl={daemon.url}\nportal=acme\n[two]\nurl={daemon.url}\nportal=acme\n")
    ctl.run("--profile", "one", "login", f"email={daemon.email}", input=PASSWORD + "\n")
    assert (ctl.home / ".local/state/postern/session.one").stat().st_mode & 0o777 == 0o600
    assert who(ctl, "--profile", "one", "session.me") == "admin"
    assert "sign_in" in ctl.refused("--profile", "two", "session.me", code=4)
    ctl.run("--profile", "two", "logout")
    ctl.run("--profile", "one", "logout")
    assert not (ctl.home / ".local/state/postern/session.one").exists()


def test_the_authority_of_a_server_comes_from_option_environment_or_profile(ctl, daemon):
    ctl.config("[tls]\nurl = tls+tcp://127.0.0.1:1\nca = ~/absent-of-the-profile.pem\n")
    def said(*words, **env):
        return ctl.run("--profile", "tls", *words, "session.me", env=env, code=None).stderr
    assert "absent-of-the-profile.pem" in said()
    assert "of-the-environment.pem" in said(POSTERN_CA="/of-the-environment.pem")
    assert "of-the-option.pem" in said("--ca", "/of-the-option.pem", POSTERN_CA="/of-the-environment.pem")


@pytest.mark.parametrize("text, says", [
    ("url = x\n", "line 1: the name of a profile comes first"),
    ("[a]\nnonsense\n", "line 2: it is neither"),
    ("[a]\n\ntokenfile = x\n", "line 3: there is no setting tokenfile: did you mean token-file?"),
    ("[a]\nurl =\n", "line 2: nothing stands behind"),
    ("[a]\nurl = x\nurl = y\n", "line 3: it is said twice"),
    ("[a]\n[b]\n[a]\n", "line 3: there is a profile of that name"),
    ("[a\n", "line 1: the name of a profile stands between"),
    ("[]\n", "line 1: the name of a profile is made of"),
    ("[../../x]\n", "line 1: the name of a profile is made of"),
    ("[a]\nurl = \x1b[31m\n", "line 2: it has a control character"),
    ("[a]\nurl = " + "x" * 2000 + "\n", "line 2: it is too long"),
    (b"[a]\nurl = \xff\n", "no UTF-8"),
    (b"[a]\nurl = a\0b\n", "no UTF-8"),
    ("#" * 70000, "is too long"),
    ("[\n" * 1000, "line 1: "),
    ("\\", "line 1: "),
], ids=range(16))
def test_a_configuration_that_can_not_be_read_is_told_by_its_line(ctl, text, says):
    file = ctl.config(text)
    said = ctl.refused("session.me")
    assert says in said and str(file) in said and "(field: config)" in said and "\x1b" not in said
    assert ctl.run("help").stdout and ctl.run("describe", "--local").stdout, "what asks nobody needs no configuration"


def test_a_configuration_that_others_may_write_is_refused(ctl):
    ctl.config("[a]\nurl = x\n", mode=0o666)
    assert "others can write it" in ctl.refused("session.me")
    file = ctl.config("", mode=0o600)
    file.unlink()
    os.mkfifo(file)
    assert "no regular file" in ctl.refused("session.me")


# --- signing in ----------------------------------------------------------------------------------------------------------------
def test_login_asks_for_the_portal_the_address_and_the_password(ctl, daemon):
    with Talk([str(PROGRAM), "--url", daemon.url, "login"], env=ctl.env) as t:
        t.hear("portal: ").say("acme").hear("email: ").say(daemon.email).hear("password: ").say(PASSWORD).hear("Signed in")
        assert PASSWORD.encode() not in t.raw
    assert who(ctl, "session.me") == "admin", "where one signed in"


def test_what_login_is_told_it_does_not_ask(ctl, daemon):
    for words in (["acme", daemon.email], ["--portal", "acme", "--email", daemon.email], ["email=" + daemon.email]):
        assert "Signed in" in ctl.run("--url", daemon.url, "login", *words, input=PASSWORD + "\n", env={"POSTERN_PORTAL": "acme"}).stdout
    assert "portal" in ctl.refused("--url", daemon.url, "login", input=PASSWORD + "\n")
