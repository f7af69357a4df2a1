"""Arguments made from what the daemon says of itself: fitting ones with ids that there are, and values from the edges of what is allowed."""
from daemon import money

TEXTS = ("text", "lines", "secret")
EDGES = {"decimal": ["0", "0.000001", "1000000000", "-1000000000", "999999999.999999", "100", "-0.01", 3, "1e5", "1,5", True, 1.5],
         "bool": [True, False, 1, "true"], "date": ["0001-01-01", "1970-01-01", "2026-11-22", "9999-12-31", "", "2026-02-30", 7],
         "instant": ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-11-22T10:00:00+23:59", "yesterday"],
         "money": [money("0"), money("-1"), {"amount": 10**15, "currency": "EUR"}, {"amount": 2**63 - 1, "currency": "EUR"}, money("1", "JPY"), 5, {}],
         "bytes": [b"", b"x" * 100, 1]}
DIRTY = ["\x1b[2J", "\u202eevil", "x\x00y", "\ufffe", " \u200b ", "ﷺ" * 40, "日本" * 40, "'; drop", "INV-000001", "a" * 5000, "", 7, None, []]


class Contract:
    def __init__(self, told):
        self.ops = {op["name"]: op for op in told["operations"]}
        self.shapes = {shape["name"]: shape["fields"] for shape in told["shapes"]}
        self.codes = {row["code"] for row in told["refusals"]}


class Maker:
    """ids(kind): such ids as there are, for the one who asks."""

    def __init__(self, contract, draw, ids):
        self.contract, self.draw, self.ids = contract, draw, ids

    def fitting(self, f):
        kind, least = f["type"], max(f["min"], 1)
        if kind in TEXTS:
            named = {"currency": "EUR", "time_zone": "UTC", "email": "x@y.test", "admin_email": "x@y.test", "portal": "acme", "operation": "system.health"}
            return named.get(f["name"], "x" * least)
        if kind in ("id", "ids"):
            one = self.draw.choice(list(self.ids(f.get("of", ""))) or [999_999])
            return one if kind == "id" else [one]
        simple = {"bool": self.draw.random() < 0.5, "decimal": self.draw.choice(["1", "2.5", "10"]), "money": money("1"), "texts": ["x"],
                  "date": "2026-11-30", "instant": "2026-01-01T00:00:00Z", "bytes": b"x" * least}
        if kind in simple:
            return simple[kind]
        if kind == "count":
            return max(f["min"], min(self.draw.choice([1, 2, 25]), f["max"]))
        if kind == "enum":
            return self.draw.choice(f["values"])
        inner = self.arguments(self.contract.shapes[f["of"]], 0.2)
        return [inner] if kind == "list" else inner

    def arguments(self, fields, often=0.4):
        return {f["name"]: self.fitting(f) for f in fields if f["must"] or (not f["computed"] and self.draw.random() < often)}

    def edge(self, f):
        kind, pick = f["type"], self.draw.choice
        if kind in TEXTS:
            return pick(DIRTY + ["x" * (f["max"] + 1)])
        if kind in EDGES:
            return pick(EDGES[kind])
        if kind == "enum":
            return pick(["nonsense", 1, *f["values"]])
        if kind == "count":
            return pick([f["min"], f["max"], f["min"] - 1, f["max"] + 1, "1", -2**63])
        if kind == "id":
            return pick([0, -1, 2**63 - 1, "INV-000001", "id:1", 1.0, *list(self.ids(f.get("of", "")))[:3]])
        return pick([[], {}, 1, "x", [[]], [{}] * 3, {"nonsense": 1}])

    def hostile(self, fields):
        """Fitting arguments, but for one to three of them."""
        made = self.arguments(fields)
        for f in self.draw.sample(fields, min(len(fields), self.draw.randrange(1, 4))):
            made[f["name"]] = self.edge(f)
        if self.draw.random() < 0.1:
            made["nonsense"] = 1
        return made
