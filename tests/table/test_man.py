"""The manual pages: what is derived in them is what the tables say, all options of the programs are in them, and groff finds no fault."""
import json
import os
import pathlib
import re
import subprocess

import pytest

from man_page import HEADING, operations

BUILD = pathlib.Path(os.environ["POSTERN_BUILD"])
MAN = pathlib.Path(os.environ.get("POSTERN_SOURCE", ".")) / "docs/man"


def run(*words):
    return subprocess.run([BUILD / "bin" / words[0], *words[1:]], capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_operations_are_derived():
    file = MAN / "posternctl.1"
    told = json.loads(run("posternctl", "describe", "--local", "--json"))
    derived = file.read_text(encoding="utf-8").partition(HEADING)[0] + HEADING + operations(told)
    if os.environ.get("POSTERN_GOLDEN") == "write":
        file.write_text(derived, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == derived, "docs/man/posternctl.1 is not what the tables say: look, then POSTERN_GOLDEN=write"


def all_help(program):
    """Of posternctl the topics, too, that its first screen names."""
    begin = run(program, "--help")
    topics = re.findall(r"^  ([a-z]+) ", begin.partition("help TOPIC")[2], flags=re.M)
    return begin + "".join(run(program, "help", topic) for topic in topics if topic not in ("words", "operations"))


@pytest.mark.parametrize("program, page", [("posternctl", "posternctl.1"), ("postern", "postern.1"), ("posternd", "posternd.8")])
def test_every_option_is_in_the_page_and_no_other(program, page):
    said = set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", all_help(program))) - {"--status", "--overdue", "--unpaid"}
    written = (MAN / page).read_text(encoding="utf-8").partition(HEADING)[0].replace("\\-", "-")
    assert said == set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", written)) - {"--status", "--overdue", "--unpaid"}, "the latter are arguments"


def rendered(page):
    """As it is read, a paragraph a line; section → its text."""
    done = subprocess.run(["groff", "-man", "-Kutf8", "-Tascii", "-P-cbou", "-rLL=2000n", MAN / page], capture_output=True, text=True, timeout=60, check=True)
    parts = re.split(r"^(\S.*)$", done.stdout, flags=re.M)
    return {parts[i]: re.sub(r"\s+", " ", parts[i + 1]) for i in range(1, len(parts), 2)}


ALL = {"NAME", "DESCRIPTION", "EXIT STATUS", "SIGNALS", "FILES", "EXAMPLES", "SEE ALSO"}
PROGRAMS, FILES = ALL | {"SYNOPSIS"}, ALL | {"SETTINGS"}
PAGES = {"posternctl.1": PROGRAMS | {"OPTIONS", "ENVIRONMENT"}, "postern.1": PROGRAMS | {"OPTIONS", "ENVIRONMENT"},
         "posternd.8": PROGRAMS, "postern-keys.8": PROGRAMS, "door.conf.5": FILES, "postern-config.5": FILES}


def test_every_program_and_file_has_a_page_with_what_people_look_for():
    assert {p.name for p in MAN.iterdir()} == set(PAGES)
    for page, wanted in PAGES.items():
        assert wanted <= set(rendered(page)), page
        for other in re.findall(r"^\.BR ([a-z.\\-]+) \(([158])\)", (MAN / page).read_text(encoding="utf-8").partition(".SH SEE ALSO")[2], flags=re.M):
            assert (name := ".".join(other).replace("\\", "")) in PAGES or name == "sshd_config.5", (page, name)


def test_pages_of_files_name_every_setting():
    for page, source in (("door.conf.5", "proto/door_conf.c"), ("postern-config.5", "proto/config.c")):
        settings = set(re.findall(r'^    \{"([a-z-]+)", offsetof', (MAN.parent.parent / source).read_text(encoding="utf-8"), flags=re.M))
        told = (MAN / page).read_text(encoding="utf-8").partition(".SH SETTINGS")[2].partition("\n.SH ")[0].replace("\\-", "-")
        assert settings and settings == set(re.findall(r"^\.TP\n\.B ([a-z-]+)$", told, flags=re.M)), page


def test_the_pages_say_what_a_full_disk_is_for_people_and_how_it_is_ended():
    """As tests/faults/test_disk.py does it, by the names that programs and logs use."""
    daemon, ctl = (rendered(page)["WHEN THE DISK IS FULL"] for page in ("posternd.8", "posternctl.1"))
    for words in ("disk_full", "can not write", "writing again", "DIR/reserve", "2 MB", "Signing in", "backup", "server.key", "--data", "data.mdb"):
        assert words in daemon, words
    for words in ("disk_full", "exit status 6", "no room to write", "system.health", "backup", "posternd(8)"):
        assert words in ctl, words


@pytest.mark.parametrize("page", sorted(p.name for p in MAN.iterdir()))
def test_groff_formats_it_without_a_complaint(page):
    done = subprocess.run(["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou", MAN / page], capture_output=True, timeout=60, check=True)
    assert not done.stderr, done.stderr.decode()
    assert b"NAME" in done.stdout and len(done.stdout) > 1000
