"""The house itself: its lists agree with each other, and no file knows the machine it was written on."""
import ctypes
import fnmatch
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import golden_svg  # noqa: E402
import hardened  # noqa: E402
import lint  # noqa: E402
import test_layers  # noqa: E402

TEXT = (".c", ".h", ".def", ".py", ".md", ".txt", ".sh", ".cmake", ".json", ".conf", ".service", "dev", "run", ".1", ".5")


def packages():
    rows = [line.split() for line in lint.read("cmake/packages.txt").splitlines() if line and not line.startswith("#")]
    assert all(len(row) == 2 and row[0] in ("build", "test") for row in rows), rows
    return [name for _, names in rows for name in names.split("|")]


def test_every_package_is_explained():
    explained = set(re.findall(r"`([^`\s]+)`", lint.read("docs/dependencies.md")))
    assert len(packages()) == len(set(packages()))
    assert [name for name in packages() if name not in explained] == []


def test_every_folder_with_sources_has_a_map():
    folders = {os.path.dirname(name) for name in lint.files(".c", ".h", ".py") if "/" in name}
    folders -= {"cmake"}
    without = [f for f in sorted(folders) if not os.path.isfile(os.path.join(lint.ROOT, f, "README.md"))
               and not os.path.isfile(os.path.join(lint.ROOT, os.path.dirname(f), "README.md"))]
    assert without == []


def test_links_between_documents_lead_somewhere():
    lost = []
    for name in lint.files(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", lint.read(name)):
            if "://" not in target and not os.path.exists(os.path.join(lint.ROOT, os.path.dirname(name), target)):
                lost.append(f"{name}: {target}")
    assert lost == []


def test_no_file_names_the_machine_it_was_written_on():
    foreign = re.compile(r"(?<![\w.$}~-])/" + r"(?:work|home/\w+|Users/\w+)/")
    found = [f"{name}:{number}: {line.strip()}" for name in lint.files(*TEXT)
             for number, line in enumerate(lint.read(name).splitlines(), 1) if foreign.search(line)]
    assert found == []


def test_a_sleep_is_told_from_a_pause_between_two_looks():
    for name, line in [("tests/x.py", "time.sleep(1)"), ("tests/x.py", "time.sleep(delay)"), ("tests/x.c", "sleep(1);"),
                       ("tests/x.c", "usleep(200000);"), ("tests/x.sh", "sleep 2")]:
        assert len(lint.sleeps_in(name, line)) == 1, line
    for name, line in [("tests/x.py", "time.sleep(0.02)"), ("tests/x.c", "usleep(1000);"), ("tests/x.sh", "sleep 0.05")]:
        assert lint.sleeps_in(name, line) == [], line


def test_the_ci_runs_the_command_of_the_readme():
    command = "./dev test"
    assert command in lint.read("README.md")
    assert lint.read(".ci/run").rstrip().endswith("exec " + command)


# --- what a stranger looks for first -------------------------------------------------------------------------------------------
def test_the_files_that_people_expect_are_there():
    assert lint.read("LICENSE").startswith("MIT License\n") and "The Postern authors" in lint.read("LICENSE")
    log = lint.read("CHANGELOG.md")
    assert "\n## [Unreleased]\n" in log
    assert set(re.findall(r"^### (.+)$", log, re.M)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert re.findall(r"^## (?!\[(?:Unreleased|\d+\.\d+\.\d+)\])", log, re.M) == []
    for heading in ("## Reporting", "## Which versions get fixes", "## What is not promised"):
        assert heading in lint.read("SECURITY.md")
    landing = lint.read("README.md")
    for name in ("LICENSE", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"):
        assert f"({name})" in landing, name


def test_no_page_gives_an_address_of_somebody_real():
    made_up = re.compile(r"@[\w.-]*\.?(?:test|example|invalid|localhost)\b|@(?:example\.(?:org|com|net))\b")
    found = [f"{name}: {hit.group()}" for name in lint.files(".md") for hit in re.finditer(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", lint.read(name))
             if not made_up.search(hit.group())]
    assert found == []


def test_every_command_of_dev_that_a_page_names_is_there():
    known = set(re.findall(r"^\./dev (\w+)", lint.read("dev"), re.M))
    assert {"build", "demo", "test", "bench", "lint"} <= known
    named = {(name, command) for name in lint.files(".md") for command in re.findall(r"`\./dev (\w+)", lint.read(name))}
    assert {n for n in named if n[1] not in known} == set()


# A path in a page: in backquotes, from the root, or below a folder the page speaks of. Words with a slash that are none are left alone.
PATH = re.compile(r"`((?:\.\./)*(?:[\w.-]+/)*[\w.*-]+(?:/|\.(?:c|h|def|py|md|txt|sh|cmake|json|mjs|conf|service|supp|svg|env|1|8)))`")
STANDS_FOR = re.compile(r"(?:^|[/_])(?:NAME|NOUN)\b")  # any name


def pages():
    return [name for name in lint.files(".md") if name != "CHANGELOG.md"]


def lost_paths(page, text):
    """What a page names and is nowhere: from the root, from the page's folder, from a folder of the table's screens and tests, or by name."""
    here = os.path.dirname(page)
    known = lint.files("")
    names = {os.path.basename(n) for n in known}
    lost = []
    for path in PATH.findall(text):
        if path.startswith("build") or STANDS_FOR.search(path):  # what a build makes is not there before
            continue
        spots = [os.path.join(lint.ROOT, start, path) for start in ("", here, "tui", "tests", "docs")]
        if any(glob.glob(spot) for spot in spots) or ("/" not in path and fnmatch.filter(names, path)):
            continue
        lost.append(f"{page}: {path}")
    return lost


def test_every_file_that_a_page_names_is_there():
    assert [lost for page in pages() for lost in lost_paths(page, lint.read(page))] == []


FILES = {"file", "files", "folder", "room"}  # how the first column is headed of a table that says what is where


def lost_names(page, text):
    """What the first column of a page's table of files names and is no file or folder of that name, with or without its ending."""
    here, head, lost = os.path.dirname(page), None, []
    for row in text.splitlines():
        cell = row.strip().strip("|").split("|")[0].strip()
        if not row.startswith("|"):
            head = None
        elif head is None:
            head = cell
        elif head in FILES:
            lost += [f"{page}: {name}" for name in re.findall(r"`([^`\s]+)`", cell)
                     if not any(glob.glob(os.path.join(lint.ROOT, start, name + end)) for start in ("", here) for end in ("", ".*"))]
    return lost


def test_every_file_of_a_readmes_table_is_there():
    assert [lost for page in pages() for lost in lost_names(page, lint.read(page))] == []
    table = "| file | what it is |\n|---|---|\n| `core/password` | gone |\n| `core/password_check`, `zone` | `nothing` |\n"
    assert lost_names("server/README.md", table) == ["server/README.md: core/password", "server/README.md: zone"]


def test_a_folder_is_spoken_of_where_its_map_is():
    """In its own README.md, or by name in that of the folder it is in."""
    folders = {os.path.dirname(name) for name in lint.files(".c", ".h", ".py", ".def") if name.count("/") > 1}
    untold = [f for f in sorted(folders) if not os.path.isfile(os.path.join(lint.ROOT, f, "README.md"))
              and f"{os.path.basename(f)}/" not in lint.read(os.path.join(os.path.dirname(f), "README.md"))]
    assert untold == []


def test_a_file_that_is_not_there_is_found():
    for text in ("in `common/nowhere.c`", "see `server/otp*.d/`", "`nowhere.def` has it", "`tests/unit/test_nothing.py`"):
        assert len(lost_paths("docs/README.md", text)) == 1, text
    for text in ("`common/text.c`", "`common/codec*.c`", "`model.def`", "`decisions/`", "`ops/test_once.py`", "`a/b`"):
        assert lost_paths("docs/README.md", text) == [], text


# --- names ---------------------------------------------------------------------------------------------------------------------
OFTEN = {"README.md", "CMakeLists.txt", "conftest.py", "__init__.py"}  # one a folder, by the programs that look for them


def names_used_twice(known):
    by_name = {}
    for path in known:
        by_name.setdefault(os.path.basename(path), []).append(path)
    return {name: paths for name, paths in by_name.items() if len(paths) > 1 and name not in OFTEN}


def test_a_files_name_is_used_once():
    made = ("tests/fuzz/corpus/", "tests/fuzz/regressions/", "tests/corpora/")
    assert names_used_twice([path for path in lint.files("") if not path.startswith(made)]) == {}
    assert names_used_twice(["server/ops/mail.c", "tui/mail.c", "a/README.md", "b/README.md"]) == {"mail.c": ["server/ops/mail.c", "tui/mail.c"]}


# --- kinds of documents -------------------------------------------------------------------------------------------------------
def test_home_and_the_queue_name_no_kind_of_document():
    """They ask the rows of common/doc_kind.def what is owed on and what is answered."""
    named = re.compile(r"\bDOC_(" + "|".join(re.findall(r"^DOC_KIND\((\w+), \d", lint.read("common/doc_kind.def"), re.M)) + r")\b")
    for path in ("server/ops/home.c", "server/ops/queue.c"):
        assert not named.findall(lint.read(path)), path


# --- libraries -----------------------------------------------------------------------------------------------------------------
LIBRARY = {"nng": "libnng", "msgpack-c": "libmsgpack", "LMDB": "liblmdb", "libsodium": "libsodium", "liboath": "liboath", "ncurses (wide)": "libncurses",
           "libqrencode": "libqrencode", "Jansson": "libjansson", "libcsv": "libcsv", "GLib": "libglib", "libunistring": "libunistring", "libidn2": "libidn2"}
LATE = {"libcurl": "libcurl.so", "GMime": "libgmime-3.0.so", "libxml2": "libxml2.so", "Pango": "libpangocairo-1.0.so", "Cairo": "libpangocairo-1.0.so",
        "OpenSSL": "libssl.so"}  # loaded when they are first used


def linked_rows():
    """(library, who includes it) of the first table of dependencies.md."""
    table = lint.read("docs/dependencies.md").partition("## Linked into a program")[2].partition("\n\n**")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines() if row.startswith("|")][2:]
    return [(row[0], sorted(re.findall(r"`([^`]+)`", row[4]))) for row in rows]


def test_who_includes_a_library_is_said_as_it_is_enforced():
    enforced = sorted(sorted(p.rstrip("*") if p.endswith("/*") else p for p in who) for _, who in test_layers.LIBRARIES)
    assert sorted(who for _, who in linked_rows()) == enforced


def test_every_library_of_the_list_is_linked_and_no_other():
    build = os.environ.get("POSTERN_BUILD", os.path.join(lint.ROOT, "build"))
    needed = {name for program in ("postern", "posternctl", "posternd", "postern-keys") for name in hardened.needed(f"{build}/bin/{program}")}
    assert {library for library, _ in linked_rows()} == set(LIBRARY) | set(LATE)
    assert [library for library, file in LIBRARY.items() if not any(name.startswith(file) for name in needed)] == []
    by_the_way = ("libc.", "libm.", "libtinfo", "libasan", "libubsan", "libtsan", "ld-linux")
    assert [name for name in needed if not name.startswith((*LIBRARY.values(), *by_the_way))] == []


def named(program):
    """The files of shared libraries that stand in a program's data: those it loads itself."""
    with open(program, "rb") as file:
        return {name.decode() for name in re.findall(rb"\0(lib[\w.+-]+\.so\.\d+)\0", file.read())}


def test_a_library_that_is_loaded_late_is_named_by_who_needs_it_and_there():
    build = os.environ.get("POSTERN_BUILD", os.path.join(lint.ROOT, "build"))
    late = {program: named(f"{build}/bin/{program}") for program in ("postern", "posternctl", "posternd", "postern-keys")}
    of = {program: sorted(library for library, file in LATE.items() if any(name.startswith(file) for name in names))
          for program, names in late.items()}
    assert of == {"postern": ["OpenSSL", "libxml2"], "posternctl": ["OpenSSL", "libxml2"], "posternd": ["Cairo", "GMime", "OpenSSL", "Pango", "libcurl"], "postern-keys": ["OpenSSL"]}
    for name in {name for names in late.values() for name in names if name.startswith(tuple(LATE.values()))}:
        ctypes.CDLL(name)


# --- the landing page ----------------------------------------------------------------------------------------------------------
def test_the_picture_and_the_text_of_the_landing_page_are_the_golden_screen():
    golden = open(golden_svg.SCREEN, encoding="utf-8").read()
    assert open(golden_svg.PICTURE, encoding="utf-8").read() == golden_svg.svg(golden), "write it anew: python3 tests/lib/golden_svg.py"
    page = lint.read("README.md")
    assert page.count(golden_svg.BEGIN) == 1 and page == golden_svg.page(page, golden), "write it anew: python3 tests/lib/golden_svg.py"
    assert "(docs/portal.svg)" in page


def test_a_picture_says_its_text_colours_and_columns():
    picture = golden_svg.svg("ab  c<\n 東x\n--- attributes\n1 1-2 bold\n1 5-6 fg:red reverse\n--- cursor 1 1\n")
    assert '<text x="16" y="29" textLength="16.8" fill="#d8d8d8" font-weight="bold">ab</text>' in picture
    assert '<rect x="49.6" y="16" width="16.8" height="18" fill="#f2777a"/>' in picture and 'fill="#1c1c1c">c&lt;</text>' in picture
    assert 'textLength="33.6"' in picture  # a blank, one of two columns, one


def test_the_two_commands_stand_at_the_top_of_the_landing_page():
    lines = lint.read("README.md").splitlines()
    top = "\n".join(lines[:25])
    assert "\n    ./dev demo" in top and "\n    ./dev test" in top
    ran = subprocess.run(["bash", os.path.join(lint.ROOT, "dev"), "help"], capture_output=True, text=True)
    assert ran.returncode == 0 and all(f"./dev {c}" in ran.stdout for c in ("demo", "test"))


def test_what_does_not_work_yet_is_said_on_the_landing_page():
    """By the codes of the list of features, which no page for people shows: all that docs/features.md does not have is one of these."""
    absent = {"A12": "templates", "A16": "languages", "B15": "proof", "D6": "retainer", "D8": "PDF", "D10": "statement", "D11": "project",
              "D12": "timesheet", "D14": "writing to the business", "D15": "review", "D17": "without an account", "D18": "attachment",
              "E5": "bank account", "E6": "saved", "E7": "transfer", "E12": "receipt", "E13": "charged automatically", "E14": "instalment",
              "E15": "bank statement", "E16": "direct debit", "F5": "recurring", "F6": "reminder", "F7": "credit note", "F8": "project",
              "F10": "review", "F11": "report", "F13": "e-invoice", "G3": "mail", "G4": "mail", "H7": "webhook", "H8": "distributed"}
    present = set(re.findall(r"^\| ([A-H]\d+) ", lint.read("docs/features.md"), re.M))
    page = lint.read("README.md").partition("## What works, and what not yet")[2].partition("\n## ")[0].lower()
    missing = page.partition("not yet")[2]
    assert page and [code for code, word in absent.items() if code not in present and word.lower() not in missing] == []
    without_asides = re.sub(r"\([^)]*\)", "", missing)
    assert [code for code, word in absent.items() if code in present and word.lower() in without_asides] == []
