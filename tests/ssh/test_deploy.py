"""What is installed, and whether the system's own tools accept the shipped files."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from daemon import BUILD
from sshd import DEPLOY, run


def test_installing_puts_the_programs_where_the_files_say(tmp_path):
    run("cmake", "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(tmp_path)})
    there = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert {"usr/bin/postern", "usr/bin/posternctl", "usr/sbin/posternd", "usr/lib/postern/postern-keys",
            "usr/lib/sysusers.d/postern.conf", "usr/lib/tmpfiles.d/postern.conf", "usr/lib/systemd/system/postern.service",
            "usr/share/doc/postern/deploy/README.md", "usr/share/doc/postern/deploy/postern.conf"} <= there
    assert not any(name.startswith("etc/") for name in there)
    named = set()
    for file in DEPLOY.iterdir():
        if file.name != "README.md":
            named |= set(re.findall(r"/usr/(?:s?bin|lib)/[\w./-]*postern[\w-]*", file.read_text()))
    assert {n for n in named if not n.endswith((".d/postern", "system/postern"))} <= {"/" + n for n in there}


def tool(name):
    if not shutil.which(name):
        pytest.skip(f"NOT TESTED: there is no {name} here")
    return name


def test_the_accounts_are_as_sysusers_makes_them(tmp_path):
    (tmp_path / "etc").mkdir()
    run(tool("systemd-sysusers"), f"--root={tmp_path}", DEPLOY / "sysusers.conf")
    rows = {row.split(":")[0]: row.split(":") for row in (tmp_path / "etc/passwd").read_text().splitlines()}
    assert set(rows) == {"postern", "portal", "portal-login", "portal-prove", "portal-keys"}
    assert len({row[3] for row in rows.values()}) == 1, "one group"
    assert {name: row[6] for name, row in rows.items()} == {"postern": "/usr/sbin/nologin", "portal-keys": "/usr/sbin/nologin",
                                                            "portal": "/usr/bin/postern", "portal-login": "/usr/bin/postern",
                                                            "portal-prove": "/usr/bin/postern"}


def test_the_folder_of_the_socket_is_as_tmpfiles_makes_it(tmp_path):
    (tmp_path / "etc").mkdir()
    run(tool("systemd-sysusers"), f"--root={tmp_path}", DEPLOY / "sysusers.conf")
    run(tool("systemd-tmpfiles"), f"--root={tmp_path}", "--create", DEPLOY / "tmpfiles.conf")
    ids = {row.split(":")[0]: row.split(":") for row in (tmp_path / "etc/passwd").read_text().splitlines()}
    made = [p for p in tmp_path.rglob("*") if p.is_dir() and p.stat().st_uid == int(ids["postern"][2])]
    assert made, "a folder of the daemon's own"
    assert all(p.stat().st_gid == int(ids["postern"][3]) and not p.stat().st_mode & 0o007 for p in made), made


def test_systemd_understands_the_unit():
    done = subprocess.run([tool("systemd-analyze"), "verify", str(DEPLOY / "postern.service")], capture_output=True, text=True, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if "postern.service" in line and "is not executable" not in line]
    assert not complaints, complaints


def test_the_page_names_every_file_and_no_other():
    page = (DEPLOY / "README.md").read_text()
    rows = set(re.findall(r"^\| `([\w.]+)` \|", page, re.M))
    assert rows == {p.name for p in pathlib.Path(DEPLOY).iterdir() if p.suffix != ".md"}
