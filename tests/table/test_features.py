"""docs/features.md names only what is there: operations of the server, screens, tests."""
import os
import pathlib
import re

import pytest

from daemon import Daemon

ROOT = pathlib.Path(os.environ.get("POSTERN_SOURCE", "."))
ROWS = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in (ROOT / "docs/features.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"\| [A-H]\d", row)]


def named(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def operations():
    with Daemon() as d:
        return {op["name"] for op in d.client().ask("system.describe")["operations"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_what_is_there(row, operations):
    _, _, ops, screens, tests, _ = row
    assert named(ops) and set(named(ops)) <= operations, set(named(ops)) - operations
    for screen in named(screens):
        assert (ROOT / "tui" / screen).is_file() or (ROOT / screen).is_file(), screen
    assert named(tests)
    for test in named(tests):
        file, _, name = test.partition("::")
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^(?:def|static void) {name}\(", text, re.M), test


def test_rows_stand_once_and_in_order():
    codes = [row[0] for row in ROWS]
    assert codes == sorted(set(codes), key=lambda c: (c[0], int(c[1:]))) and len(codes) > 40


def test_every_operation_belongs_to_a_feature(operations):
    """But for those that every program needs before it can do anything, and the two for people at a screen: what waits, and where a number or name leads."""
    carried = {op for row in ROWS for op in named(row[2])}
    assert operations - carried <= {"system.health", "system.stats", "session.me", "portal.show", "queue.get", "portal.find"}, operations - carried
