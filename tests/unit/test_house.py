"""The house itself: its lists agree with each other, and no file knows the machine it was written on."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import lint  # noqa: E402

TEXT = (".c", ".h", ".def", ".py", ".md", ".txt", ".sh", ".cmake", ".json", ".conf", ".service", "dev", "run", ".1", ".5")


def packages():
    rows = [line.split() for line in lint.read("cmake/packages.txt").splitlines() if line and not line.startswith("#")]
    assert all(len(row) == 2 and row[0] in ("build", "test") for row in rows), rows
    return [name for _, name in rows]


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
