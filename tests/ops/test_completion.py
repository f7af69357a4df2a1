"""Completion of posternctl, by a bash that reads the script the program prints. No server is asked."""
import os
import pathlib
import subprocess

import pytest

PROGRAM = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin/posternctl"
ASK = 'source <("$1" completion bash) && COMP_LINE=$2 COMP_POINT=${#2} && _posternctl "$1" 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"'


def completed(line):
    done = subprocess.run(["/bin/bash", "--norc", "-c", ASK, "bash", PROGRAM, line], capture_output=True, text=True, timeout=60)
    assert "Sanitizer" not in done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("line, all_of_it", [
    ("posternctl invoice.wr", ["invoice.write_off"]),
    ("posternctl log", ["login", "logout"]),
    ("posternctl --url ipc:///x --json tok", ["token.create", "token.list", "token.revoke"]),
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


def test_only_bash_is_known():
    for words in (["completion"], ["completion", "tcsh"], ["complete"]):
        assert subprocess.run([PROGRAM, *words], capture_output=True, timeout=60).returncode == 2
