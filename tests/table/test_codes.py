"""No text that people can see names a row of our own list of features: "(F1)" says nothing to anybody who has not that list."""
import os
import pathlib
import re
import subprocess

import pytest

from daemon import BUILD, Daemon

ROOT = pathlib.Path(os.environ.get("POSTERN_SOURCE", "."))
CODE = re.compile(r"\([A-H]\)|\([A-H]\d{1,2}\b[^)]*\)|\b[A-EGH]\d{1,2}\b")  # F1 to F12 are keys, but not in brackets
FINE = re.compile(r"\([EG]\)$|\bC1[17]\b|\bA4\b(?= (?:paper|page))|\bE164\b")


def seen(text):
    return CODE.findall(FINE.sub("", text))


@pytest.fixture(scope="module")
def told():
    with Daemon() as d:
        yield d.client().ask("system.describe")


def texts(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def test_the_server_describes_itself_in_words(told):
    assert sum(1 for _ in texts(told)) > 1000
    assert {t: seen(t) for t in texts(told) if seen(t)} == {}


@pytest.mark.parametrize("page", ["docs/protocol.md", "docs/protocol-intro.md", "docs/line-mode.md", "docs/mail.md", "README.md"]
                         + sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs/man").glob("*.[158]")))
def test_pages_are_in_words(page):
    assert seen(re.sub(r"`[^`]*`", "", (ROOT / page).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("folder", ["common", "proto", "server", "tui", "data"])
def test_texts_in_the_sources_are_in_words(folder):
    faults = []
    for path in sorted((ROOT / folder).rglob("*.[cdh]*")):
        if path.suffix not in (".c", ".h", ".def"):
            continue
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
        faults += [f"{path}: {text}" for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code) if " " in text and seen(text)]
    assert faults == []


@pytest.mark.parametrize("words", [["--help"], ["help", "words"], ["help", "options"], ["help", "verbs"], ["help", "profiles"], ["help", "customer.create"], ["help", "session.sign_in"], ["describe"]])
def test_help_is_in_words(words):
    with Daemon() as d:
        ran = subprocess.run([BUILD / "bin/posternctl", *words], capture_output=True, text=True, timeout=60, env={**os.environ, "POSTERN_URL": d.url, "HOME": str(d.temp)})
    assert ran.stdout + ran.stderr and seen(ran.stdout + ran.stderr) == []
