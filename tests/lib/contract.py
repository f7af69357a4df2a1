"""The contract as the server tells it (system.describe), and requests made from it: valid ones, and ones wrong in one place."""
import copy

from daemon import money, today

TEXTS = ("text", "lines", "secret")
NAMED = {"portal": "acme", "email": "x@y.test", "admin_email": "x@y.test", "currency": "EUR", "path": "relative", "time_zone": "UTC",
         "operation": "system.health"}


class Contract:
    def __init__(self, client):
        told = client.ask("system.describe")
        self.told = told
        self.ops = {op["name"]: op for op in told["operations"]}
        self.shapes = {shape["name"]: shape["fields"] for shape in told["shapes"]}

    def value(self, field):
        """One that the field's own rules accept."""
        kind, least = field["type"], max(field["min"], 1)
        simple = {"bool": True, "decimal": "1", "money": money("1"), "id": 999_999, "ids": [999_999], "texts": ["x"],
                  "date": today().isoformat(), "instant": "2026-01-01T00:00:00Z", "bytes": b"x" * least,
                  "count": max(field["min"], min(1, field["max"])), "enum": (field["values"] or [None])[0]}
        if kind in simple:
            return simple[kind]
        if kind in TEXTS:
            return NAMED.get(field["name"], "x" * least)
        inner = self.arguments(self.shapes[field["of"]])
        return [inner] if kind == "list" else inner

    def arguments(self, fields):
        return {f["name"]: self.value(f) for f in fields if f["must"]}

    def paths(self, fields, before=()):
        """Every field that can be given, as the chain of fields that leads to it."""
        for f in fields:
            if f["computed"]:
                continue
            yield before + (f,)
            if f["type"] in ("shape", "list"):
                yield from self.paths(self.shapes[f["of"]], before + (f,))

    def put(self, op, path, value):
        """(valid arguments of the operation but for that value at the end of the path, its name as a refusal says it)"""
        arguments = copy.deepcopy(self.arguments(self.ops[op]["takes"]))
        at, name = arguments, []
        for f in path[:-1]:
            at = at.setdefault(f["name"], self.value(f))
            name.append(f["name"])
            if isinstance(at, list):
                at = at[0]
                name.append("0")
        at[path[-1]["name"]] = value
        return arguments, ".".join(name + [path[-1]["name"]])
