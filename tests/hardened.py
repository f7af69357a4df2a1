"""What Debian asks of a program, read from the program itself: `python3 hardened.py PROGRAM...` says what is missing, one line each.

PIE, full RELRO, no executable stack, no text relocations, no search path of its own, protected stacks, checked C library calls.
Which level of _FORTIFY_SOURCE it was and what else the compiler was told is not to be seen in a program: tests/unit/test_build.py.
"""
import os
import re
import subprocess
import sys


def readelf(option, program):
    ran = subprocess.run(["readelf", "-W", option, program], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=True)
    return ran.stdout


def missing(program):
    """The names of what this program lacks."""
    head, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    called = set(re.findall(r"UND (\w+)", readelf("--dyn-syms", program)))
    faults = {
        "position-independent": bool(re.search(r"Type:\s+DYN", head)),
        "read-only relocations": "GNU_RELRO" in segments,
        "bound when it starts": bool(re.search(r"\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW", dynamic)),
        "a stack that is no code": bool(re.search(r"GNU_STACK.* RW ", segments)),
        "no relocations in its code": "TEXTREL" not in dynamic,
        "no search path of its own": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
        "protected stacks": "__stack_chk_fail" in called,
        "checked calls of the C library": any(name.endswith("_chk") for name in called),
    }
    return [name for name, holds in faults.items() if not holds]


def needed(program):
    """The shared libraries it is linked to, by the names of their files."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", readelf("-d", program))


def main(programs):
    faults = [f"{program}: {fault} is missing" for program in programs for fault in missing(program)]
    for fault in faults:
        print(fault)
    print("hardening:", f"{len(faults)} faults" if faults else f"fine in {len(programs)} programs")
    return 1 if faults or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
