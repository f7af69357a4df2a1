"""The fuzz targets and what is said of them agree: a row in the table, seeds, and long enough a look for new inputs in every `./dev test`."""
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
PARSERS = {"wire", "record", "frame", "words", "csv", "json", "text", "date", "number", "ssh_key", "mail", "keys", "filter", "form", "config", "camt", "mt940", "bank_csv"}


def targets():
    return {path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.c")}


def test_every_parser_of_outside_bytes_has_a_target():
    assert PARSERS <= targets(), PARSERS - targets()


def test_every_target_is_in_the_table_and_has_seeds():
    told = {name for row in re.findall(r"^\| (`.*?) \|", (HERE / "README.md").read_text(), re.M) for name in re.findall(r"`(\w+)`", row)}
    assert targets() <= told, targets() - told
    assert {t for t in targets() if not any((HERE / "corpus" / t).glob("*"))} == set()


def test_every_regression_belongs_to_a_target_and_is_named_for_what_it_was():
    for folder in (HERE / "regressions").iterdir():
        assert folder.name in targets(), folder
        assert [f.name for f in folder.iterdir() if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", f.name)] == []


def test_each_target_looks_for_new_inputs_for_twenty_seconds():
    assert re.search(r"set\(seconds 20\)", (HERE / "CMakeLists.txt").read_text())
    assert "20 seconds each" in (HERE / "README.md").read_text()
