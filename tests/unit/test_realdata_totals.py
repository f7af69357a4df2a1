"""Real invoices, computed apart: subtotal and tax of every one, rounded per rate and per line.

The data lies beside the source tree, not in it; without it this test is skipped and says so."""
import csv
import json
import os
import subprocess
import warnings
from decimal import Decimal

import pytest

PROBE = os.path.join(os.environ["POSTERN_BUILD"], "tests", "totals_probe")
DATA = os.path.join(os.environ["POSTERN_SOURCE"], "..", "shared", "realdata")
if not os.path.isdir(DATA):  # a worktree lies one deeper
    DATA = os.path.join(os.environ["POSTERN_SOURCE"], "..", "..", "shared", "realdata")


def scaled(text, places):
    value = Decimal(text or "0").scaleb(places)
    assert value == int(value), text
    return str(int(value))


def invoices(name):
    """number → (currency, inclusive, shipping, adjustment, lines), from the export's columns."""
    found = {}
    with open(os.path.join(DATA, name + "-Invoice.csv"), encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            assert not Decimal(row.get("Entity Discount Percent") or 0)
            inv = found.setdefault(row["Invoice Number"], {
                "head": row["Currency Code"], "inclusive": "1" if row["Is Inclusive Tax"] == "true" else "0",
                "shipping": scaled(row["Shipping Charge"], 2), "adjustment": scaled(row["Adjustment"], 2), "lines": []})
            inv["lines"].append(" ".join([scaled(row["Quantity"], 6), scaled(row["Item Price"], 6), "0",
                                          scaled(row["Discount Amount"], 2), scaled(row["Item Tax %"], 6)]))
    return found


def computed(found, per_line):
    lines = [" ".join([i["head"], i["inclusive"], per_line, "0 0", i["shipping"], "0", i["adjustment"], str(len(i["lines"]))]
                      + i["lines"]) for i in found.values()]
    run = subprocess.run([PROBE], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60, check=True)
    return dict(zip(found, (answer.split() for answer in run.stdout.splitlines())))


@pytest.mark.parametrize("name", ["chinook", "retail"])
def test_every_real_invoice_comes_out_to_the_cent(name, capsys):
    if not os.path.isfile(os.path.join(DATA, name + "-expected.json")):
        with capsys.disabled():
            print(f"\nWARNING: {name}: NOT TESTED: the real invoices are not there (looked for ../shared/realdata)")
        warnings.warn("the real invoices are not there")
        pytest.skip("the real invoices are not there")
    with open(os.path.join(DATA, name + "-expected.json"), encoding="utf-8") as file:
        expected = json.load(file)["invoices"]
    found = invoices(name)
    assert set(found) == set(expected)
    wrong = []
    for per_line, key in (("0", "tax_per_rate"), ("1", "tax_per_line")):
        for number, got in computed(found, per_line).items():
            want = expected[number]
            figures = ["ok", scaled(want["subtotal"], 2), scaled(want[key], 2)]
            if got[:2] + got[5:6] != figures or (per_line == "0" and got[6] != scaled(want["total"], 2)):
                wrong.append((number, key, got[:7], want))
    assert wrong == []
