"""Half a minute of the soak with a seed that stays the same; and the verdict of one whose answers were tampered with."""
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def soak(*words, expect):
    ran = subprocess.run([sys.executable, "-B", HERE / "soak.py", *words], capture_output=True, text=True, timeout=600, env={**os.environ})
    assert ran.returncode == expect, ran.stdout[-8000:] + ran.stderr[-4000:]
    return ran.stdout


def test_half_a_minute_of_everything_is_clean():
    said = soak("0.6", "--seed", "2", expect=0)
    assert said.splitlines()[0].startswith("seed 2, ") and said.splitlines()[-1] == "clean"
    for word in ("kill", "stop", "clock", "network", "gateway") + (("full",) if "NOT DONE: full disk" not in said else ()):
        assert re.search(rf"\b{word} [1-9]", said), (word, said)
    steps, operations = re.search(r"(\d+) steps of 16 clients .* answers of (\d+) operations", said).groups()
    assert int(steps) > 100 and int(operations) > 40, said


def test_a_lost_write_a_second_payment_a_leaked_row_and_a_wrong_total_are_each_found():
    said = soak("0.25", "--seed", "3", "--break", "lost,double,leak,total", expect=1)
    for finding in (r"FINDING: lost, .*\n(?:    .*\n)*    .*comment \d{10} was acknowledged and is not there",
                    r"FINDING: unasked, .*\n(?:    .*\n)*    .*payment \[\d+.* is there and was acknowledged to nobody",
                    r"FINDING: leak, .*\n(?:    .*\n)*    .*shows what carries the mark of",
                    r"FINDING: total, .*\n(?:    .*\n)*    .* comes to \d+, not \d+"):
        assert re.search(finding, said), (finding, said[-6000:])
