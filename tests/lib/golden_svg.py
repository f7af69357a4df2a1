"""The screen that README.md shows, as a picture: docs/portal.svg, made of a golden screen. `python3 tests/lib/golden_svg.py` writes the
picture and the text in the README anew from that golden; tests compare both.

A golden has the rows of text, then the attributes of runs of cells (see pty_screen.py): "row first-last what".
"""
import html
import pathlib
import re
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCREEN = str(ROOT / "tests/screens/golden/landing_80x24.txt")
PICTURE = ROOT / "docs/portal.svg"
PAGE = ROOT / "README.md"
BEGIN, END = "<!-- screen -->\n```text\n", "```\n<!-- /screen -->\n"

WIDTH, HEIGHT, MARGIN = 8.4, 18, 16  # of a cell and around all, in pixels; 14 px letters of most monospaced faces are 8.4 wide
PAPER, INK = "#1c1c1c", "#d8d8d8"
COLOURS = {"red": "#f2777a", "green": "#99cc99", "brown": "#ffcc66", "blue": "#6699cc", "magenta": "#cc99cc", "cyan": "#66cccc",
           "black": "#1c1c1c", "white": "#d8d8d8"}


def width(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def read(golden):
    """(rows, {(row, column): attributes}) of a golden's text; both count from 0."""
    text, _, rest = golden.partition("--- attributes\n")
    rows, cells = text.split("\n")[:-1], {}
    for row, first, last, what in re.findall(r"^(\d+) (\d+)-(\d+) (.+)$", rest.partition("--- cursor")[0], re.M):
        for column in range(int(first) - 1, int(last)):
            cells[int(row) - 1, column] = frozenset(what.split())
    return rows, cells


def runs(row, y, cells):
    """(column, text, attributes) of what stands together and looks alike. A run is broken at two blanks: columns then stay columns
    whatever face is there."""
    column, out = 0, []
    for character in row:
        look = cells.get((y, column), frozenset())
        if out and out[-1][2] == look and not (character != " " and out[-1][1].endswith("  ")):
            out[-1][1] += character
        else:
            out.append([column, character, look])
        column += width(character)
    return out


def colours(look):
    named = {kind: COLOURS[name] for kind, _, name in (a.partition(":") for a in look) if name}
    ink, paper = named.get("fg", INK), named.get("bg")
    return (paper or PAPER, ink) if "reverse" in look else (ink, paper)


def svg(golden):
    rows, cells = read(golden)
    columns = max([80] + [sum(map(width, row)) for row in rows])
    wide, high = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" role="img"',
           '     font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">',
           "<title>An invoice as the customer sees it, in a terminal of 80 by 24</title>",
           f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>']
    for y, row in enumerate(rows):
        for column, text, look in runs(row, y, cells):
            ink, paper = colours(look)
            x, cell = MARGIN + column * WIDTH, sum(map(width, text)) * WIDTH
            if paper:
                out.append(f'<rect x="{x:g}" y="{MARGIN + y * HEIGHT:g}" width="{cell:g}" height="{HEIGHT}" fill="{paper}"/>')
            if text.strip():
                shown = text.rstrip()
                more = ' font-weight="bold"' * ("bold" in look) + ' text-decoration="underline"' * ("underscore" in look)
                out.append(f'<text x="{x:g}" y="{MARGIN + y * HEIGHT + 13:g}" textLength="{sum(map(width, shown)) * WIDTH:g}" '
                           f'fill="{ink}"{more}>{html.escape(shown, quote=False)}</text>')
    return "\n".join(out + ["</svg>", ""])


def page(text, golden):
    """The README with that screen in it."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + BEGIN + "\n".join(row.rstrip() for row in read(golden)[0]) + "\n" + END + tail


def write():
    golden = pathlib.Path(SCREEN).read_text(encoding="utf-8")
    PICTURE.write_text(svg(golden), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    if BEGIN in text:
        PAGE.write_text(page(text, golden), encoding="utf-8")


if __name__ == "__main__":
    write()
