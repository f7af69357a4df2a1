"""QR codes as a phone reads them: what a terminal showed becomes a picture, zbarimg reads it."""
import os
import subprocess

MODULE = 4  # pixels
HALVES = {" ": (False, False), "█": (True, True), "▀": (True, False), "▄": (False, True)}


def read(pixels, folder):
    """Rows of booleans (True: dark), one a module → the text that zbarimg finds, or None."""
    path = folder / "picture.pgm"
    rows = [b"".join((b"\x00" if dark else b"\xff") * MODULE for dark in row) for row in pixels]
    width = len(rows[0])
    path.write_bytes(b"P5\n%d %d\n255\n" % (width, len(rows) * MODULE) + b"".join(row * MODULE for row in rows))
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", path], capture_output=True, timeout=60,
                          env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "disabled:"})
    return done.stdout.decode() if done.returncode == 0 else None


def dark_of(cell):
    """(top, bottom) of a cell as eyes see it on a dark terminal: its colours count, not its meaning."""
    assert (cell.fg, cell.bg) == ("default", "default") or (cell.fg, cell.bg) == ("black", "white"), cell
    paper = cell.bg == "white"
    if not paper:
        return True, True  # around the code all is dark: letters beside it do not matter
    assert cell.data in HALVES, cell
    return HALVES[cell.data]


def off_screen(t):
    """Every half of every cell of the terminal."""
    out = []
    for y in range(t.screen_.lines):
        cells = [dark_of(t.screen_.buffer[y][x]) for x in range(t.screen_.columns)]
        out += [[top for top, _ in cells], [bottom for _, bottom in cells]]
    return out
