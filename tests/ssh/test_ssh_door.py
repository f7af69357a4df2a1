"""Through a real sshd: who gets in, to what, and that nothing else is to be had there."""
import os
import re
import signal
import socket
import subprocess

import pytest

import clock
from daemon import PASSWORD, wait_until
from pty_screen import ENTER, ESC, TAB, PtyScreen
from sshd import DEPLOY, Door, run


@pytest.fixture(scope="module")
def door():
    # as an sshd that also serves files to others
    with Door(change=lambda text: "Subsystem sftp /usr/lib/openssh/sftp-server\n" + text) as d:
        yield d


def test_without_a_key_one_lands_on_the_sign_in_screen(door):
    with door.screen() as t:
        t.wait_for("customer portal").wait_for("Acme Ltd").wait_for("E-mail")
        assert "Portal  " not in t.text()  # door.conf says which
        t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0
    wait_until(lambda: not door.running(), 10, "the end of the portal's process")


def test_the_account_for_keys_opens_to_registered_keys_only(door):
    said = door.ssh("help", key=door.key(), code=255).stderr
    assert "Permission denied (publickey)" in said
    assert "Permission denied (publickey)" in door.ssh("help", user="portal", code=255).stderr


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_the_helper_is_asked_and_has_no_objection_to_any_kind_of_key(door, kind):
    before = len(door.sshd_log.read_text())
    door.ssh("help", key=door.key(kind), code=255)
    log = door.sshd_log.read_text()[before:]
    assert "postern-keys:" not in log and "AuthorizedKeysCommand" not in log or "is not there yet" in log, log


def test_nobody_signs_in_as_the_helper_or_as_root(door):
    key = door.key()
    assert "Permission denied" in door.ssh("help", user="portal-keys", key=key, code=255).stderr
    assert "Permission denied" in door.ssh("help", user="postern", key=key, code=255).stderr
    done = subprocess.run(["ssh", *door.options(key), "-p", str(door.sshd.port), "root@127.0.0.1", "true"], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 255 and "Permission denied" in done.stderr


def test_without_a_terminal_it_is_lines_of_text(door):
    done = door.ssh(input="", code=4)
    assert "E-mail:" in done.stdout and "\x1b" not in done.stdout


# --- nothing else ------------------------------------------------------------------------------------------------------------
OTHERS = ["id", "/bin/sh", "sh -c id", "bash", "invoices;id", "$(id)", "`id`", "-c id", "--help;id", "postern --url ipc:///x", "../../bin/sh",
          "'/bin/sh' -i", "--door /etc/passwd", "rsync --server . .", "git-upload-pack x", "{id,}", "a&&id", "|id", ">/tmp/x", "<(id)", "\\id"]


@pytest.mark.parametrize("words", OTHERS)
def test_no_other_program_runs(door, words):
    done = door.ssh(words, code=None)
    assert done.returncode in (2, 4) and done.stdout == "" and "postern: " in done.stderr, done
    assert "uid=" not in done.stderr


def test_no_files_are_served(door, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("mine")
    at, theirs = door.accounts.name("portal-login") + "@127.0.0.1", "/tmp/postern-theirs"
    for program, words in (("sftp", [at]), ("scp", [mine, f"{at}:{theirs}"]), ("scp", ["-O", mine, f"{at}:{theirs}"])):
        command = [program, *door.options(None), "-P", str(door.sshd.port), *words]
        done = subprocess.run(command, input="ls /\n", capture_output=True, text=True, timeout=60)
        assert done.returncode not in (0, None), (program, done)
        # sshd throws away what a subsystem says on standard error
        assert "no files here" in done.stderr or "-O" not in words, (program, done)
    assert not os.path.exists(theirs)


def test_nothing_is_forwarded(door):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        there = listener.getsockname()[1]
        with door.screen(more=["-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{there}"]) as t:
            assert t.wait_end() == 255
        # a direct channel is refused by sshd when it is asked for
        asked = door.ssh(more=["-W", f"127.0.0.1:{there}"], code=255)
        assert "forwarding failed" in asked.stderr, asked.stderr
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def environ_of(pid):
    with open(f"/proc/{pid}/environ", "rb") as f:
        return dict(v.split(b"=", 1) for v in f.read().split(b"\0") if b"=" in v)


def test_the_agent_and_x11_stay_at_home(door):
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(door.daemon.temp / "agent")], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: (door.daemon.temp / "agent").exists(), 10, "the agent")
        env = {"SSH_AUTH_SOCK": str(door.daemon.temp / "agent"), "DISPLAY": "127.0.0.1:77"}
        with door.screen(more=["-A", "-X", "-o", f"IdentityAgent={door.daemon.temp / 'agent'}"], env=env) as t:
            t.wait_for("E-mail")
            (pid,) = door.running()
            assert not {b"SSH_AUTH_SOCK", b"DISPLAY"} & set(environ_of(pid))
            t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
            t.wait_end()
    finally:
        agent.terminate()
        agent.wait(10)
    wait_until(lambda: not door.running(), 10, "the end of the portal's process")


def test_only_a_few_variables_of_the_client_arrive_and_none_leads_elsewhere(door):
    mine = {"POSTERN_URL": "ipc:///tmp/evil", "POSTERN_PORTAL": "evil", "LD_PRELOAD": "/tmp/evil.so", "SSH_USER_AUTH": "/tmp/evil",
            "TERMINFO": "/tmp", "HOME": "/tmp", "LANG": "de_DE.UTF-8", "LC_POSTERN": "x", "COLORTERM": "truecolor"}
    more = ["-o", "SetEnv=" + " ".join(f"{k}={v}" for k, v in mine.items())]
    with door.screen(more=more) as t:
        t.wait_for("Acme Ltd")
        (pid,) = door.running()
        arrived = environ_of(pid)
        assert arrived[b"LANG"] == b"de_DE.UTF-8" and arrived[b"COLORTERM"] == b"truecolor"
        assert not {b"POSTERN_URL", b"POSTERN_PORTAL", b"LD_PRELOAD", b"TERMINFO"} & set(arrived)
        assert arrived[b"HOME"] == b"/" and arrived.get(b"SSH_USER_AUTH") != b"/tmp/evil"
        t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        t.wait_end()
    wait_until(lambda: not door.running(), 10, "the end of the portal's process")


def su(door, *words, env=None, input=""):
    """As anybody of the machine could call it: without a password."""
    return subprocess.run(["su", "-s", "/bin/sh", "nobody", "-c", " ".join(["su", door.accounts.name("portal-login"), *words])],
                          input=input, capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})})


@pytest.mark.parametrize("words", ["", "-c id", "-c 'postern --url ipc:///tmp/evil'", "-- --url ipc:///tmp/evil", "-- --hint-file /etc/passwd",
                                   "-s /bin/sh", "-s /bin/sh -c id", "-c '/bin/sh'", "-- -c 'postern --door /tmp/evil'", "-- --version",
                                   "-c 'x --door'"])
def test_su_opens_no_shell_and_takes_no_advice(door, words):
    evil = {"POSTERN_URL": "ipc:///tmp/evil", "SSH_ORIGINAL_COMMAND": "help", "SSH_CONNECTION": "192.0.2.66 1 192.0.2.9 22",
            "SSH_USER_AUTH": "/tmp/evil"}
    done = su(door, words, env=evil)
    assert done.returncode != 0, done
    assert "uid=" not in done.stdout and "root:" not in done.stdout and done.stdout == "", done
    assert not re.search("Usage|evil", done.stdout), done


def test_where_somebody_comes_from_is_believed_of_sshd_only(door):
    admin = door.daemon.sign_in()
    lines = f"ada@acme.test\n{PASSWORD}\nquit\n"

    def place_of(sign_in):
        before = admin.ask("event.list", limit=1)["last"]
        sign_in()
        return [e["place"] for e in admin.ask("event.list", limit=10)["events"] if e["id"] > before and e["what"] == "signed_in"]
    (place,) = place_of(lambda: door.ssh("line", user="portal-login", input=lines, code=None))
    assert "127.0.0.1" in place
    lie = {"SSH_CONNECTION": "192.0.2.66 1 192.0.2.9 22"}
    (place,) = place_of(lambda: su(door, f"-- --door {door.home}/door.conf", env=lie, input=lines))
    assert "192.0.2.66" not in place and str(door.accounts.uids["portal-login"]) in place


def test_a_closed_terminal_ends_the_process_at_once(door):
    t = door.screen()
    with t:
        t.wait_for("E-mail")
        (pid,) = door.running()
        t.signal(9)
    wait_until(lambda: pid not in door.running(), 10, "the end of the portal's process")


def test_line_mode_is_one_word_away(door):
    for words, more in ((["line"], {}), ([], {"term": "dumb"}), ([], {"env": {"ACCESSIBLE": "1"}, "more": ["-o", "SendEnv=ACCESSIBLE"]})):
        with door.screen(*words, **more) as t:
            t.wait_for("E-mail:").keys("quit\n")
            assert t.wait_end() == 0
            assert b"\x1b[" not in t.raw, (words, more)
    wait_until(lambda: not door.running(), 10, "the end of the portal's process")


def test_who_does_not_sign_in_leaves_again(door):
    """Three minutes, on a clock that runs twenty times as fast."""
    uid, gid = door.accounts.uids["portal-login"], door.daemon.temp.stat().st_gid
    fast = {"LD_PRELOAD": str(clock.LIBRARY), "FAKETIME": "+0 x20", "ASAN_OPTIONS": "verify_asan_link_order=0"}
    for words in ([], ["line"]):
        env = {**fast, **({"TERM": "dumb"} if words else {})}
        command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "env", *(f"{k}={v}" for k, v in env.items()),
                   str(door.home / "postern"), "--door", str(door.home / "door.conf")]
        with PtyScreen(command) as t:
            t.wait_for("E-mail")
            assert t.wait_end(60) in (129, -signal.SIGALRM), t.text()  # late on a busy machine, and then at once


def test_the_drop_in_works_in_an_sshd_that_uses_pam():
    """As Debian's own does: its configuration, with only the port, the key and the drop-in's place replaced."""
    def stock(text):
        drop_in = re.search(r"^Include .*/postern.conf$", text, re.M)[0]
        place = re.search(r"^Port .*\nListenAddress .*\nHostKey .*$", text, re.M)[0]
        return f"{drop_in}\n{place}\nPidFile none\nUsePAM yes\nKbdInteractiveAuthentication no\nX11Forwarding yes\nPrintMotd no\n" \
               "AcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\n"
    with Door(change=stock) as door:
        with door.screen() as t:
            t.wait_for("customer portal").keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
            assert t.wait_end() == 0
        assert "Permission denied (publickey)" in door.ssh("help", key=door.key(), code=255).stderr
        assert "registered key" in door.ssh("id", code=2).stderr


def test_the_shipped_drop_in_says_nothing_about_other_accounts(door):
    """Beside whatever an sshd is told already: for anybody else its configuration is the same with and without."""
    def effective(text, user):
        path = door.home / "plain_config"
        path.write_text(text)
        return run("/usr/sbin/sshd", "-T", "-f", path, "-C", f"user={user},host=h,addr=192.0.2.1")
    plain = f"Port {door.sshd.port}\nHostKey {door.home / 'host_key'}\nUsePAM yes\nSubsystem sftp internal-sftp\nPermitRootLogin yes\n"
    both = f"Include {door.home / 'postern.conf'}\n" + plain
    for user in ("root", "nobody", door.accounts.name("postern")):
        assert effective(plain, user) == effective(both, user)
    for user, methods in (("portal", "publickey"), ("portal-login", "none")):
        got = effective(both, door.accounts.name(user))
        for line in (f"authenticationmethods {methods}", "disableforwarding yes", "permituserrc no", "exposeauthinfo yes",
                     f"forcecommand {door.home}/postern --door {door.home}/door.conf", "authorizedkeysfile none",
                     "trustedusercakeys none", "permittunnel no", "x11forwarding no", "allowagentforwarding no"):
            assert line in got.splitlines(), (user, line, got)


def test_every_place_that_the_files_name_is_replaced_in_these_tests():
    """Else a test could read the machine's own files."""
    text = "".join((DEPLOY / name).read_text() for name in ("postern.conf", "sshd_config"))
    places = set(re.findall(r"(?<=\s)/[\w./-]+", re.sub(r"(?m)^#.*$", "", text)))
    assert places == {"/usr/bin/postern", "/usr/lib/postern/postern-keys", "/etc/postern/door.conf", "/etc/ssh/sshd_config.d/postern.conf",
                      "/etc/ssh/ssh_host_ed25519_key"}
