"""docs/security.md promises nothing that no test holds: every promise names tests, and every test that it names is there."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.(?:py|c))`(?:: ((?:`test_\w+`(?:, )?)+))?")


def named(text):
    """(file, test) of all that a text names; the test is empty where a whole file is meant."""
    return [(file, test) for file, tests in NAMED.findall(text) for test in (re.findall(r"`(test_\w+)`", tests) or [""])]


def missing(text):
    return [(file, test) for file, test in named(text)
            if not (ROOT / file).is_file() or (test and not re.search(rf"\b{test}\(", (ROOT / file).read_text()))]


def promises():
    part = PAGE.partition("\n## What is promised\n")[2].partition("\n## ")[0]
    return [row for row in part.splitlines() if row.startswith("| ") and not row.startswith("| promise |")]


def test_every_promise_names_a_test_that_is_there():
    assert len(promises()) > 40
    assert [row for row in promises() if not named(row)] == []
    assert missing(PAGE) == []
    assert set(re.findall(r"`(test_\w+)`", PAGE)) == {test for _, test in named(PAGE) if test}, "a test without its file"


def test_a_test_that_is_not_there_is_found():
    for text in ("`tests/ops/test_door.py`: `test_nothing_of_the_kind`", "`tests/ops/test_nowhere.py`", "`tests/fuzz/fuzz_nothing.c`",
                 "`tests/ops/test_door.py`: `test_a_stranger_can_not_keep_the_owner_out`, `test_gone`"):
        assert len(missing(text)) == 1, text


def test_the_page_is_where_people_look():
    assert "(docs/security.md)" in (ROOT / "SECURITY.md").read_text()
    assert "(security.md)" in (ROOT / "docs/README.md").read_text()
