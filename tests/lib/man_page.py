"""The part of docs/man/posternctl.1 that is made from the tables of operations."""

HEADING = ".SH OPERATIONS\n"


def plain(text):
    """As roff takes it: no text of ours is a command of its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def argument(field):
    style = "B" if field["must"] else "I"
    return f"\\f{style}{plain(field['name'])}\\fR"


def operations(told):
    """Names of what has to be given are bold; what the server computes itself is not taken."""
    parts = ["Names of arguments in bold have to be given.\n"]
    for op in told["operations"]:
        takes = [argument(f) for f in op["takes"] if not f["computed"]]
        parts.append(f".TP\n.B {plain(op['name'])}\n{plain(op['help'])}.\n")
        if takes:
            parts.append("Takes " + ", ".join(takes) + ".\n")
    return "".join(parts)
