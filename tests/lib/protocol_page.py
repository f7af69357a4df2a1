"""docs/protocol.md, made from what the server says about itself."""

HEAD = """# The protocol: every operation

Made from `system.describe` by `tests/table/test_protocol.py`, which also compares it: do not edit it, run that test with
`POSTERN_GOLDEN=write`. How requests travel, what types look like and what may go wrong is in
[protocol-intro.md](protocol-intro.md); clients of few lines are in [examples](examples/README.md).

"""


def number(n):
    return str(n) if abs(n) < 10**15 else "2^63 − 1" if n > 0 else "−2^63"


def kind(f):
    """The type in words, with its limits."""
    name, least, most = f["type"], f["min"], f["max"]
    if name in ("text", "lines", "secret"):
        return f"{name} {least}–{most}" if most else name
    if name == "count":
        return f"count {number(least)}–{number(most)}"
    if name == "decimal":
        return f"decimal {least // 10**6}–{most // 10**6}"
    if name == "enum":
        return " \\| ".join(f"`{v}`" for v in f["values"])
    if name in ("shape", "list"):
        link = f"[{f['of']}](#{f['of']})"
        return link if name == "shape" else f"list of {link}" + (f", at most {most}" if most else "")
    if name in ("id", "ids"):
        return f"{name} of {f.get('of') or 'anything'}" + (f", at most {most}" if name == "ids" and most else "")
    if name == "texts":
        return f"list of text, at most {most}"
    return name


def table(fields, marks):
    lines = ["| field | type | needed | |", "|---|---|---|---|"] if marks else ["| field | type | |", "|---|---|---|"]
    for f in fields:
        note = f["help"] + (" *(computed)*" if f["computed"] else "") + (" *(staff only)*" if f["staff"] else "") + (" *(credentials)*" if f["credentials"] else "")
        lines.append(f"| `{f['name']}` | {kind(f)} | " + (("yes" if f["must"] else "") + " | " if marks else "") + note.replace("|", "\\|") + " |")
    return "\n".join(lines) + "\n"


def operation(op):
    who = ", ".join(op["roles"])
    asks = " Asks for the password or a code itself." if op["shows"] else ""
    mark = " Credentials." if op["credentials"] else ""
    parts = [f"### {op['name']}\n\n{op['help']}.\n\n{'Write' if op['write'] else 'Read'}; for: {who}.{mark}{asks}\n"]
    if op["takes"]:
        parts.append("Takes\n\n" + table(op["takes"], True))
    if op["gives"]:
        parts.append("Gives\n\n" + table(op["gives"], False))
    if op["refuses"]:
        parts.append("Refuses with " + "; ".join(f"`{r['code']}`: {r['help']}" for r in op["refuses"]) + ".\n")
    return "\n".join(parts)


def page(told):
    ops = {}
    for op in told["operations"]:
        ops.setdefault(op["name"].split(".")[0], []).append(op)
    parts = [HEAD + " · ".join(f"[{noun}](#{noun}-operations)" for noun in ops) + " · [shapes](#shapes) · [refusals](#refusals)\n"]
    for noun, group in ops.items():
        parts.append(f"## {noun} operations\n")
        parts += [operation(op) for op in group]
    parts.append("## Shapes\n")
    for shape in sorted(told["shapes"], key=lambda s: s["name"]):
        parts.append(f"### {shape['name']}\n\n{shape['help'][0].upper() + shape['help'][1:]}.\n\n{table(shape['fields'], True)}")
    rows = [f"| `{r['code']}` | {r['exit']} | {r['help']} |" for r in told["refusals"]]
    parts.append("## Refusals\n\nAny operation may refuse with these; `exit` is the exit code of `posternctl`.\n\n| code | exit | |\n|---|---|---|\n"
                 + "\n".join(rows) + "\n")
    return "\n".join(parts)
