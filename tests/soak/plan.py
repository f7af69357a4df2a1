"""Who does what, and what happens to the machine: a pure function of the seed.

Step n of a client is its own random generator and what it was drawn for; so the n-th step of a client is the same in every run of a seed,
however many steps the others have done by then. What a step meets (which ids there are, whose write came first) is not planned.
"""
import dataclasses
import hashlib
import random

STAFF = {"invoice": 10, "draft": 4, "send": 5, "estimate": 7, "change": 4, "void": 2, "write_off": 1, "delete": 1, "duplicate": 1, "convert": 4,
         "comment": 6, "cash": 8, "lists": 5, "filter": 4, "walk": 1, "look": 4, "preview": 2, "customer": 1, "item": 1, "poll": 1,
         "invite": 1, "hostile": 8, "any": 6, "retainer": 3, "credit_note": 3, "use_credit": 6, "take_off": 2, "refund": 4, "schedule": 2, "instalments": 1,
         "remind": 2, "hold": 1, "code": 1, "statement": 4, "ask_again": 3, "at_the_gateway": 4, "reconcile": 1}
ADMIN = {**STAFF, "settings": 3, "token": 1, "access": 2, "verify": 0.2, "again": 1}
CUSTOMER = {"home": 4, "lists": 5, "filter": 4, "walk": 1, "look": 8, "accept": 7, "decline": 3, "comment": 8, "pay": 10, "pay_many": 3, "settle": 2,
            "answer_payment": 4, "page": 6, "at_pages": 4, "saved": 4, "agrees": 1, "use_credit": 3, "credits": 2, "poll": 2, "edit_own": 3, "keys": 2, "foreign": 6, "again": 1, "password": 0.3, "hostile": 8, "any": 5}
WEIGHTS = {"operator": {"stats": 8, "public": 4, "check": 0.2, "verify": 0.2, "forbidden": 6, "hostile": 6, "backup": 0.1},
           "admin": ADMIN, "staff": {**STAFF, "again": 1},
           "reader": {"lists": 6, "filter": 5, "walk": 1, "look": 6, "poll": 2, "forbidden": 6, "hostile": 8, "any": 6, "again": 1},
           "machine": STAFF, "customer": CUSTOMER, "switcher": {**CUSTOMER, "switch": 8},
           "stranger": {"bytes": 5, "wrong_password": 1, "unknown": 1, "public": 6, "token_guess": 4, "forbidden": 8, "code": 1, "hostile": 8},
           "other": STAFF}


@dataclasses.dataclass(frozen=True)
class Part:
    """One client. way: ipc, tcp or tls; business: whose; keys: the customers it is a person of."""
    role: str
    way: str
    email: str = ""
    business: str = "acme"
    keys: tuple = ()


CAST = (Part("operator", "ipc"), Part("admin", "ipc", "ada@acme.test"), Part("admin", "tls", "bob@acme.test"), Part("staff", "tcp", "cat@acme.test"),
        Part("staff", "ipc", "dan@acme.test"), Part("reader", "tcp", "eli@acme.test"), Part("machine", "ipc"), Part("machine", "tcp"),
        Part("customer", "tls", "maria@a.test", keys=("A",)), Part("customer", "tcp", "marco@a.test", keys=("A",)),
        Part("customer", "tls", "jose@b.test", keys=("B",)), Part("switcher", "tcp", "kim@cd.test", keys=("C", "D")),
        Part("customer", "ipc", "lee@d.test", keys=("D",)), Part("customer", "tcp", "noor@e.test", keys=("E",)),
        Part("stranger", "tcp"), Part("other", "ipc", "eve@other.test", business="other"))
COMES_AND_GOES = "noor@e.test"  # whose access is switched off and on again

FAULTS = ("kill", "stop", "clock", "full", "network", "gateway")
SHORTEST, LONGEST = 1.0, 4.0  # seconds that a fault lasts
LONG = 300
TROUBLE = ("drop", 409, 429, 500, 503, "cut", "garbage")  # at the gateway
DAMAGES = ("cut", "delay", "truncate", "flip", "double")


@dataclasses.dataclass(frozen=True)
class Fault:
    at: float
    kind: str
    lasts: float
    how: tuple = ()


@dataclasses.dataclass
class Step:
    client: int
    number: int
    story: str
    random: random.Random
    pause: float


class Plan:
    def __init__(self, seed, seconds):
        self.seed, self.seconds = seed, seconds

    def step(self, client, number):
        draw = random.Random(f"{self.seed}/{client}/{number}")
        weights = WEIGHTS[CAST[client].role]
        story = draw.choices(list(weights), list(weights.values()))[0]
        return Step(client, number, story, draw, draw.uniform(0, 0.08))

    def request_id(self, client, number, turn):
        return hashlib.sha256(f"{self.seed}/{client}/{number}/{turn}".encode()).digest()[:16]

    def faults(self):
        """In turn, each time in another order, with quiet between them; none in the last seconds. In the middle third of a long run nothing is
        killed: what a daemon that goes on needs of memory shows there."""
        draw = random.Random(f"{self.seed}/faults")
        at, planned, hours = 2.0, [], 0.0
        while True:
            for kind in draw.sample(FAULTS, len(FAULTS)):
                if kind == "kill" and self.seconds >= LONG and self.seconds / 3 < at < self.seconds * 2 / 3:
                    continue
                lasts = draw.uniform(SHORTEST, LONGEST)
                how = ()
                if kind == "clock":
                    # back and forth within two days: what is remembered for three is remembered all the time
                    hours = draw.choice([h for h in (-23, -2, 0, 0.6, 13, 24) if h != hours])
                    how = (hours,)
                elif kind == "gateway":
                    how = tuple((method, what, draw.random() < 0.5 or what in ("cut", "garbage"), draw.randrange(1, 6))
                                for method, what in ((m, draw.choice(TROUBLE)) for m in ("POST", "GET", "POST")))
                elif kind == "network":
                    how = tuple(draw.sample(DAMAGES, 3))
                planned.append(Fault(at, kind, lasts, how))
                at += lasts + draw.uniform(1.0, 3.0)
                if at + LONGEST > self.seconds - 2:
                    return planned
