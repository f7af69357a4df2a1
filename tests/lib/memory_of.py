"""What stands in the memory of a process: all that it could write into a core dump."""
import pathlib

RESERVED = 1 << 30  # a larger range is a sanitizer's table of what is in use, or the store, whose file other tests look at


def memory(pid):
    """Block by block."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for row in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = row.split()
            first, end = (int(x, 16) for x in span.split("-"))
            if rights[0] != "r" or "[v" in row or end - first > RESERVED:
                continue
            step = 1 << 24
            for at in range(first, end, step):
                try:
                    mem.seek(at)
                    yield mem.read(min(step, end - at))
                except (OSError, OverflowError):
                    break  # not there: reserved, and never written


def counts(pid, *wanted):
    found = dict.fromkeys(wanted, 0)
    for block in memory(pid):
        for text in wanted:
            found[text] += block.count(text)
    return found
