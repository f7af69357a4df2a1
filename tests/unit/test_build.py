"""How it is built: what a plain cmake gives a packager, what developers' presets add, what a stranger has to build, what is installed."""
import json
import os
import pathlib
import re
import stat
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import hardened  # noqa: E402
import lint  # noqa: E402

ROOT = pathlib.Path(lint.ROOT)
BUILD = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")).resolve()
HARDENED = ["-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fstack-clash-protection", "-fPIE"]


def run(*argv, **env):
    ran = subprocess.run([str(a) for a in argv], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **env})
    assert ran.returncode == 0, f"{argv}: {ran.stdout[-2000:]} {ran.stderr[-2000:]}"
    return ran.stdout + ran.stderr


def configured(folder, *more, **env):
    run("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-Wno-dev", *more, **env)
    return folder


def commands(build):
    """source → its compiler's command line, of the programs."""
    listed = json.loads((build / "compile_commands.json").read_text())
    return {os.path.relpath(c["file"], ROOT): c["command"] for c in listed}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """As somebody does it who knows nothing of presets."""
    return configured(tmp_path_factory.mktemp("plain") / "build", CFLAGS="", LDFLAGS="")


def test_a_plain_build_is_optimized_hardened_and_forgives_warnings(plain):
    for source, command in commands(plain).items():
        assert "-Werror" not in command, source
        assert re.search(r" -O2 ", command), source
        assert [flag for flag in HARDENED if flag not in command] == [], source


def test_a_program_of_a_plain_build_is_hardened(plain):
    run("cmake", "--build", plain, "--target", "postern-keys")
    assert hardened.missing(plain / "bin/postern-keys") == []


def test_what_is_not_hardened_is_found(tmp_path):
    source = tmp_path / "x.c"
    source.write_text("#include <stdio.h>\nint main(int n, char **v) { char b[9]; return sprintf(b, \"%s\", v[0]) + n; }\n")
    run("gcc", "-O2", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-no-pie", "-Wl,-z,norelro", "-Wl,-z,execstack", "-Wl,-rpath,/x", "-w",
        "-o", tmp_path / "x", source)
    faults = hardened.missing(tmp_path / "x")
    assert len(faults) == 7 and "no relocations in its code" not in faults
    assert hardened.main([str(tmp_path / "x")]) == 1


def test_a_packagers_own_flags_meet_no_warning(tmp_path):
    flags = "-g -O2 -fstack-protector-strong -Wformat -Werror=format-security -Wdate-time -D_FORTIFY_SOURCE=2"
    build = configured(tmp_path / "b", "-DCMAKE_BUILD_TYPE=None", "-DPOSTERN_TESTS=OFF", CFLAGS=flags, LDFLAGS="-Wl,-z,relro")
    said = run("cmake", "--build", build, "--target", "CMakeFiles/common.dir/common/arena.c.o")
    assert "warning" not in said, said
    assert not any(source.startswith("tests/") for source in commands(build))


def test_warnings_are_errors_for_developers_alone():
    presets = {p["name"]: p for p in json.loads(lint.read("CMakePresets.json"))["configurePresets"]}

    def value(name, key):
        p = presets[name]
        return p.get("cacheVariables", {}).get(key) or (value(p["inherits"], key) if "inherits" in p else None)
    assert {name: value(name, "POSTERN_WERROR") for name in presets if not presets[name].get("hidden")} == {
        "release": None, "strict": "ON", "dev": "ON", "tsan": "ON", "clang": "ON", "fuzz": "ON"}
    built = set(re.findall(r"\bbuild (\w+)", re.search(r"test_all\(\).*?\n}", lint.read("dev"), re.S).group()))
    assert {"strict", "dev", "tsan", "clang", "fuzz"} <= built and "release" not in built


def test_a_preset_with_warnings_as_errors_has_them(tmp_path):
    run("cmake", "--preset", "strict", "-B", tmp_path / "b", "-Wno-dev")
    assert all("-Werror " in command for command in commands(tmp_path / "b").values())


def test_the_programs_alone_are_a_target(plain):
    def sources(target):
        return {os.path.relpath(name, ROOT) for name in run("ninja", "-C", plain, "-t", "inputs", target).splitlines() if name.endswith(".c")}
    assert {"server/posternd.c", "proto/ctl/posternctl.c", "proto/keys/postern_keys.c", "tui/postern.c"} <= sources("programs")
    assert [name for name in sources("programs") if name.startswith("tests/")] == []
    assert [name for name in sources("all") if name.startswith("tests/")] != []


@pytest.mark.parametrize("command", ["build", "demo"])
def test_who_only_looks_builds_the_programs_alone(command, tmp_path):
    """cmake and bash are stood in for: they write down what they were asked for."""
    for name in ("cmake", "bash"):
        stand_in = tmp_path / name
        stand_in.write_text(f'#!/bin/sh\necho {name} "$@" >>"{tmp_path}/asked"\n')
        stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    ran = subprocess.run(["/bin/bash", str(ROOT / "dev"), command], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    asked = (tmp_path / "asked").read_text().splitlines()
    builds = [line for line in asked if line.startswith("cmake --build")]
    assert len(builds) == 1 and "--preset release" in builds[0] and "--target programs" in builds[0]
    assert any("demo.sh" in line for line in asked) == (command == "demo")


@pytest.mark.parametrize("words, code, says", [
    (("soak", "--help"), 0, "MINUTES"), (("soak", "-h"), 0, "MINUTES"), (("soak", "abc"), 2, "abc"), (("soak", "1", "--sed", "x"), 2, "x"),
    (("fuzz", "date", "x"), 2, "SECONDS"), (("fuzz", "date", "-1"), 2, "SECONDS"), (("fuzz", "nothing"), 2, "no such target"), (("fuzz", "5", "6"), 2, "SECONDS"),
    (("fuzz", "--help"), 0, "SECONDS"), (("fuzz", "date", "5", "6"), 2, "SECONDS"),
])
def test_arguments_are_looked_at_before_anything_is_built(words, code, says, tmp_path):
    cmake = tmp_path / "cmake"
    cmake.write_text(f'#!/bin/sh\necho asked >>"{tmp_path}/asked"\n')
    cmake.chmod(cmake.stat().st_mode | stat.S_IXUSR)
    ran = subprocess.run(["/bin/bash", str(ROOT / "dev"), *words], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True)
    assert ran.returncode == code and says in ran.stdout + ran.stderr, (ran.returncode, ran.stdout, ran.stderr)
    assert not (tmp_path / "asked").exists()


def test_fuzzing_ends_with_a_verdict(tmp_path):
    """cmake builds nothing, and the target is one that finds nothing, or something."""
    tree = tmp_path / "tree"
    (tree / "tests/fuzz").mkdir(parents=True)
    (tree / "cmake").mkdir()
    for name in ("dev", "tests/fuzz/run.sh", "cmake/packages.txt"):
        (tree / name).write_bytes((ROOT / name).read_bytes())
        (tree / name).chmod(0o755)
    (tree / "tests/fuzz/fuzz_one.c").write_text("")
    (tmp_path / "cmake").write_text("#!/bin/sh\n")
    target = tree / "build-fuzz/fuzz/fuzz_one"
    target.parent.mkdir(parents=True)
    (tmp_path / "cmake").chmod(0o755)
    for result, says in ((0, "nothing broke"), (1, "broke: one")):
        target.write_text(f"#!/bin/sh\nexit {result}\n")
        target.chmod(0o755)
        ran = subprocess.run(["/bin/bash", str(tree / "dev"), "fuzz", "one", "1"], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
                             capture_output=True, text=True)
        assert ran.returncode == result and says in ran.stdout.splitlines()[-1], (ran.stdout, ran.stderr)


def test_it_is_installed_into_a_folder_of_a_packagers_choice(tmp_path):
    run("cmake", "--install", BUILD, "--prefix", "/usr", DESTDIR=str(tmp_path))
    here = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    wanted = {"usr/bin/postern", "usr/bin/posternctl", "usr/sbin/posternd", "usr/lib/postern/postern-keys", "usr/lib/systemd/system/postern.service",
              "usr/lib/sysusers.d/postern.conf", "usr/lib/tmpfiles.d/postern.conf", "usr/share/man/man1/postern.1", "usr/share/man/man1/posternctl.1",
              "usr/share/man/man8/posternd.8", "usr/share/man/man8/postern-keys.8", "usr/share/man/man5/door.conf.5", "usr/share/man/man5/postern-config.5",
              "usr/share/bash-completion/completions/posternctl", "usr/share/zsh/vendor-completions/_posternctl",
              "usr/share/fish/vendor_completions.d/posternctl.fish", "usr/share/doc/postern/LICENSE",
              "usr/share/doc/postern/CHANGELOG.md", "usr/share/doc/postern/deploy/README.md"}
    assert wanted <= here, wanted - here
    assert all(name in wanted or name.startswith("usr/share/doc/postern/") for name in here), here - wanted
    for page in (tmp_path / "usr/share/doc/postern/deploy").glob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text())
        assert all((page.parent / link).exists() for link in links), (page, links)
    started = re.findall(r"^ExecStart=(\S+)", (tmp_path / "usr/lib/systemd/system/postern.service").read_text(), re.M)
    assert started and all((tmp_path / path.lstrip("/")).is_file() for path in started)
    assert os.access(tmp_path / "usr/bin/posternctl", os.X_OK)
    assert "complete " in (tmp_path / "usr/share/bash-completion/completions/posternctl").read_text()
    assert (tmp_path / "usr/share/zsh/vendor-completions/_posternctl").read_text().startswith("#compdef posternctl\n")
