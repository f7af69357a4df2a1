"""What ./dev lint checks of the text of the sources, apart from the layers: format, syntax, no sleeps in tests.

The report of long files and functions only informs.
"""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE_LINES, FUNCTION_LINES = 400, 50
POLL_SECONDS = 0.05  # a pause up to this, between two looks at a condition, is not a sleep


def files(*endings):
    """The repository's files with these endings, relative to its root: what git knows, or all but the builds."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True) if shutil.which("git") else None
    if listed and listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
    else:
        names = []
        for folder, below, here in os.walk(ROOT):
            below[:] = [b for b in below if not b.startswith((".git", "build", "__pycache__"))]
            names += [os.path.relpath(os.path.join(folder, name), ROOT) for name in here]
    return sorted({n for n in names if n.endswith(endings) and os.path.isfile(os.path.join(ROOT, n))})


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        return f.read()


def format_faults():
    tool = shutil.which("clang-format-14")  # another version lays out differently
    sources = files(".c", ".h")
    if not tool:
        return ["clang-format-14 is not installed: the layout of the sources was not checked (Debian 13 has no package of it)"]
    ran = subprocess.run([tool, "--dry-run", "-Werror", *sources], cwd=ROOT, capture_output=True, text=True)
    if ran.returncode == 0:
        return []
    where = [line for line in ran.stderr.splitlines() if " error: " in line]
    names = sorted({line.split(":")[0] for line in where})
    return where[:20] + ["to repair: clang-format-14 -i " + " ".join(names)]


def syntax_faults():
    faults = []
    for name in files(".py"):
        try:
            compile(read(name), name, "exec")
        except SyntaxError as e:
            faults.append(f"{name}:{e.lineno}: {e.msg}")
    for name in files(".sh") + ["dev", ".ci/run"]:
        ran = subprocess.run(["bash", "-n", name], cwd=ROOT, capture_output=True, text=True)
        if ran.returncode:
            faults.append(ran.stderr.strip())
    return faults


SLEEPS = [  # (endings, call with its argument, seconds of one unit)
    ((".py",), re.compile(r"\b(?:time\.)?sleep\(([^)]*)\)"), 1.0),
    ((".c", ".h"), re.compile(r"\busleep\(([^)]*)\)"), 1e-6),
    ((".c", ".h"), re.compile(r"\bsleep\(([^)]*)\)"), 1.0),
    ((".sh",), re.compile(r"\bsleep +(\S+)"), 1.0),
]


def sleeps_in(name, text):
    """Tests wait for a condition with a deadline. A pause between two looks must be a constant of at most 50 ms."""
    faults = []
    for endings, call, unit in SLEEPS:
        if not name.endswith(endings):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for argument in call.findall(line):
                try:
                    seconds = float(argument.rstrip("uUlL;")) * unit
                except ValueError:
                    seconds = None
                if seconds is None or seconds > POLL_SECONDS:
                    faults.append(f"{name}:{number}: a sleep: wait for a condition instead: {line.strip()}")
    return faults


def sleep_faults():
    mine = ("tests/lint.py", "tests/unit/test_house.py")
    return [fault for name in files(".py", ".c", ".h", ".sh") if name.startswith("tests/") and name not in mine
            for fault in sleeps_in(name, read(name))]


def functions(text):
    """(first line, name, lines) of every function: in this style its braces stand alone in column 0."""
    lines = text.splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            head = " ".join(lines[max(0, start - 4):start - 1])
            named = re.findall(r"(\w+)\(", head)
            yield start, named[0] if named else "?", number - start
            start = None


def lengths():
    report = []
    for name in files(".c", ".h", ".def"):
        text = read(name)
        count = text.count("\n")
        if count > FILE_LINES:
            report.append(f"{name}: {count} lines")
        report += [f"{name}:{line}: {function}() has {long} lines" for line, function, long in functions(text)
                   if long > FUNCTION_LINES]
    return report


def main():
    for line in lengths():
        print("long:", line)
    faults = format_faults() + syntax_faults() + sleep_faults()
    for fault in faults:
        print(fault)
    print("lint:", f"{len(faults)} faults" if faults else "fine")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
