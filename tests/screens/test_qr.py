"""QR codes, read off the screen as a phone reads them: what the terminal showed becomes a picture, zbarimg reads it."""
import os
import subprocess

import pytest

from pty_screen import PtyScreen
from qr_reader import HALVES, off_screen, read

BUILD = os.environ["POSTERN_BUILD"]
DEMO = os.path.join(BUILD, "tests", "qr_demo")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/NorthWnd:maria%40bodegasur.example?secret={SECRET}&issuer=North%20Wind"
assert len(URI) == 109
UTF8 = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
ASCII = {"LC_ALL": "C", "LANG": "C"}


@pytest.mark.parametrize("text", [URI, "x", "grüße, 東京"])
def test_a_phone_reads_the_code_off_the_screen(tmp_path, text):
    with PtyScreen([DEMO, "screen", text], env=UTF8) as t:
        t.wait_for("This is the code.").settle()
        assert read(off_screen(t), tmp_path) == text


def test_a_link_of_a_second_factor_takes_41_by_21_cells(tmp_path):
    with PtyScreen([DEMO, "screen", URI], env=UTF8) as t:
        t.wait_for("This is the code.").settle()
        assert t.find("This is the code.") == (0, 46)
        paper = {x for y in range(21) for x in range(80) if t.screen_.buffer[y][x].bg == "white"}
        assert (min(paper), max(paper)) == (3, 43), sorted(paper)


def test_it_reads_with_no_colour_asked_for(tmp_path):
    with PtyScreen([DEMO, "screen", URI], env={**UTF8, "NO_COLOR": "1"}) as t:
        t.wait_for("This is the code.").settle()
        assert read(off_screen(t), tmp_path) == URI


def test_half_a_code_is_never_shown():
    with PtyScreen([DEMO, "screen", URI + "y" * 150], env=UTF8) as t:
        t.wait_for("No room for the code.")
        assert "▀" not in t.text()


def test_without_utf8_the_code_is_made_of_letters(tmp_path):
    with PtyScreen([DEMO, "screen", URI], rows=48, columns=120, env=ASCII) as t:
        t.wait_for("This is the code.").settle()
        rows = [[t.screen_.buffer[y][x].data == "#" for x in range(3, 3 + 82, 2)] for y in range(41)]
        assert read(rows, tmp_path) == URI


def test_printed_codes_read_in_letters_and_in_blocks(tmp_path):
    for look in ("letters", "blocks"):
        out = subprocess.run([DEMO, look, URI], capture_output=True, timeout=60, check=True, env={**os.environ, **UTF8}).stdout
        lines = out.decode().split("\n")[:-1]
        assert not any(b < 32 and b != 10 for b in out)
        if look == "letters":
            assert {len(line) for line in lines} == {82} and len(lines) == 41
            rows = [[c == "#" for c in line[::2]] for line in lines]
            assert all(line[i] == line[i + 1] for line in lines for i in range(0, 82, 2))
        else:  # light ink on a dark terminal
            assert {len(line) for line in lines} == {41} and len(lines) == 21
            rows = [[not HALVES[c][half] for c in line] for line in lines for half in (0, 1)]
        assert read(rows, tmp_path) == URI, look


@pytest.mark.parametrize("text", ["", "x" * 513])
def test_what_no_code_is_for_is_refused(text):
    assert subprocess.run([DEMO, "letters", text], capture_output=True, timeout=60).returncode == 2
