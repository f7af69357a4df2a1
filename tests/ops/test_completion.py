"""Completion of posternctl, by the shells that read the scripts the program prints. No server is asked."""
import os
import pathlib
import subprocess

import pytest

from pty_talk import Talk

PROGRAM = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/posternctl"
ASK = 'source <("$1" completion bash) && COMP_LINE=$2 COMP_POINT=${#2} && _posternctl "$1" 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"'


def completed(line):
    done = subprocess.run(["/bin/bash", "--norc", "-c", ASK, "bash", PROGRAM, line], capture_output=True, text=True, timeout=60)
    assert "Sanitizer" not in done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("line, all_of_it", [
    ("posternctl invoice.wr", ["invoice.write_off"]),
    ("posternctl log", ["login", "logout"]),
    ("posternctl invoices --unp", ["--unpaid"]),
    ("posternctl invoices --lim", ["--limit"]),
    ("posternctl invoice s", ["send"]),
    ("posternctl invoice wr", ["write-off"]),
    ("posternctl estima", ["estimate", "estimates", "estimate.create", "estimate.update", "estimate.send", "estimate.list", "estimate.get",
                           "estimate.delete", "estimate.duplicate", "estimate.void", "estimate.accept", "estimate.decline", "estimate.convert",
                           "estimate.version"]),
    ("posternctl help val", ["values"]),
    ("posternctl completion ", ["bash", "zsh", "fish"]),
    ("posternctl --profile ", []),
    ("posternctl --url ipc:///x --json tok", ["token", "tokens", "token.create", "token.list", "token.revoke"]),
    ("posternctl invoice.list status=over", ["overdue"]),
    ("posternctl invoice.list overdue=", []),
    ("posternctl invoice.list lim", ["limit="]),
    ("posternctl invoice.list limit=1 lim", []),
    ("posternctl invoice.create send=", ["true", "false"]),
    ("posternctl invoice.create document.lines.0.tax_p", ["document.lines.0.tax_percent="]),
    ("posternctl customer.create customer.bil", ["customer.billing."]),
    ("posternctl customer.create customer.billing.cit", ["customer.billing.city="]),
    ("posternctl token.create role=", ["reader", "staff", "admin"]),
    ("posternctl events --wh", ["--what"]),
    ("posternctl customer.list --wh", []),
    ("posternctl audit ", ["verify", "head", "seal"]),
    ("posternctl help token.c", ["token.create"]),
    ("posternctl import ", ["zoho"]),
    ("posternctl login em", ["email="]),
    ("posternctl events sid", ["side="]),
    ("posternctl --session ", []),
    ("posternctl nonsense ", []),
    ("posternctl invoice.list $(touch /tmp/never) `x` ;", []),
    ("posternctl invoice.create " + "document." * 100, []),
    ("posternctl " + "a " * 5000, []),
    ("posternctl invoice.create document.lines.99999999999999999999.na", ["document.lines.99999999999999999999.name="]),
])
def test_bash_completes_what_the_tables_know(line, all_of_it):
    assert completed(line) == all_of_it


def test_the_first_word_is_any_operation_or_verb():
    words = completed("posternctl ")
    assert {"audit", "events", "completion", "invoice.list", "system.describe"} <= set(words) and "complete" not in words


LINES = [
    ("posternctl invoice.wr", ["invoice.write_off"]),
    ("posternctl log", ["login", "logout"]),
    ("posternctl invoices --unp", ["--unpaid"]),
    ("posternctl invoice.list status=over", ["status=overdue"]),
    ("posternctl customer.create customer.bil", ["customer.billing."]),
    ("posternctl --url ipc:///x audit ", ["verify", "head", "seal"]),
    ("posternctl invoice.list $(touch /tmp/never) `x` ;", []),
]
# What zsh would offer: the words and the place of the cursor are as its completion hands them over.
ZSH = """compdef() { :; }
_files() { :; }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; (( $# )) && print -rl -- "$@"; return 0; }
source <("$1" completion zsh)
words=(${(s: :)2}); [[ $2 == *" " ]] && words+=("")
words[1]=$1 CURRENT=$#words PREFIX=$words[-1]
_posternctl"""


@pytest.mark.parametrize("line, all_of_it", LINES)
def test_zsh_completes_the_same(line, all_of_it):
    done = subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", PROGRAM, line], capture_output=True, text=True, timeout=60)
    assert sorted(done.stdout.split()) == sorted(all_of_it) and not done.stderr, done


def test_zsh_takes_the_script_as_its_own(tmp_path):
    """On a terminal, as somebody types it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/posternctl").symlink_to(PROGRAM.resolve())
    (tmp_path / ".zshrc").write_text("PS1='> '; autoload -U compinit; compinit -u -D; source <(posternctl completion zsh); print ready\n")
    env = {"ZDOTDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    t = Talk(["zsh", "-d", "-i"], env=env, deadline=60)
    try:
        t.hear("ready").hear("> ").say("posternctl invoice.wr\t", end="").hear("ite_off")
    finally:
        t.close()


@pytest.mark.parametrize("line, all_of_it", LINES[:-1])
def test_fish_completes_the_same(tmp_path, line, all_of_it):
    (tmp_path / "posternctl").symlink_to(PROGRAM.resolve())
    env = {**os.environ, "HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}", "LINE": line}
    done = subprocess.run(["fish", "--no-config", "-c", "posternctl completion fish | source; complete -C $LINE"], env=env, capture_output=True, text=True,
                          timeout=60)
    assert sorted(text.split("\t")[0] for text in done.stdout.splitlines()) == sorted(all_of_it), done


def test_other_shells_are_not_known():
    for words in (["completion"], ["completion", "tcsh"], ["complete"]):
        assert subprocess.run([PROGRAM, *words], capture_output=True, timeout=60).returncode == 2
