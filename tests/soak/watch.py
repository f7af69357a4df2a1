"""What somebody may see: every answer to a customer, a stranger or another business is looked through.

Whatever is written carries the mark of the customer it belongs to, `qzA.…`, or of what only staff may see, `qzstaff.…`. A mark in the bytes of
an answer to somebody else is a leak, in whichever field it is. So are fields that only staff see, drafts, and ids that turn out in the end to
be another customer's.
"""
import re

MARK = re.compile(rb"qz([0-9A-Za-z]+)\.")
CHECKED = ("customer", "contact", "invoice", "estimate", "payment")
OWN_LIST = {"session.me", "session.sign_in", "session.switch", "session.list"}  # these name all customers of a person


def foreign_marks(body, allowed):
    """The mark and what is around it, of each that is not allowed."""
    return {m[1].decode(): body[max(0, m.start() - 60):m.end() + 30] for m in MARK.finditer(body) if m[1].decode() not in allowed}


def look(contract, fields, value, found, path=""):
    """Goes through an answer beside its shape: found.ids gets (kind, id), found.wrong what a customer must not be shown."""
    for f in fields:
        got = value.get(f["name"]) if isinstance(value, dict) else None
        if got is None:
            continue
        where = f"{path}.{f['name']}".strip(".")
        if f["staff"]:
            found.wrong.append(f"{where} is for staff only")
        if f["type"] == "id" and isinstance(got, int) and got:
            kind = f["of"] if f["of"] != "document" else value.get("kind", "document")
            if kind in CHECKED:
                found.ids.add((kind, got))
        elif f["type"] == "shape":
            look(contract, contract.shapes[f["of"]], got, found, where)
        elif f["type"] == "list":
            for row in got:
                look(contract, contract.shapes[f["of"]], row, found, where)
        if f["name"] == "state" and got == "draft":
            found.wrong.append(f"{where}: a draft")


class Found:
    def __init__(self):
        self.ids, self.wrong = set(), []


def of_customer(contract, op, result, body, key, keys):
    """(ids that were shown, what is wrong) of an answer to somebody who is there for the customer of that key."""
    found = Found()
    wrong = foreign_marks(body, keys if op in OWN_LIST else {key})
    found.wrong += [f"shows what carries the mark of {m}: {around}" for m, around in sorted(wrong.items())]
    if op not in OWN_LIST:
        look(contract, contract.ops[op]["gives"], result, found)
    return found.ids, found.wrong
