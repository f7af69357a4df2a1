"""What anybody may be up to in one step, strangers and the operator too: lists, requests that are generated, what is forbidden, and the door."""
import shutil

import watch
from wire import Lost

# Of generated requests, NEVER would end the access of clients, connect or write where it is told, or make many records (imports have tests of
# their own); CAREFUL is for customers only who nobody signs in for.
CAREFUL = {"customer.update", "contact.update", "contact.delete", "contact.create", "access.disable", "access.enable", "access.invite", "session.revoke"}
NEVER = {"settings.update", "series.update", "staff.update", "staff.reset", "staff.rescue", "staff.create", "staff.invite", "password.change", "token.revoke",
         "session.sign_out", "session.switch", "session.sign_in", "password.reset", "password.ask_reset", "invitation.accept", "mfa.begin", "mfa.off",
         "mfa.reset", "access.invite_all", "mail.settings_set", "mail.test", "system.backup", "system.check", "audit.verify", "business.create",
         "event.wait", "token.create", "tax.create", "tax.update", "import.customers", "import.invoices", "import.payments"}
ROLE = {"switcher": "customer", "other": "admin", "machine": "admin", "stranger": "nobody"}


def list_of(c, draw):
    return draw.choice([op for op in ("invoice.list", "estimate.list", "payment.list", "event.list", "customer.list", "item.list", "queue.get", "mail.list")
                        if ROLE.get(c.part.role, c.part.role) in c.contract.ops[op]["roles"]])


def lists(c, draw):
    c.ask(list_of(c, draw), limit=draw.choice([1, 7, 25, 100]))


def filter(c, draw):
    op = draw.choice(["invoice.list", "estimate.list", "payment.list"])
    word = draw.choice(["overdue", "!paid", "amount>100", "date<30d", "qzA", "status:open", "partly", "INV-12", "due<7d amount<5000", "=x", "foo:bar", "a:b:c", '"'])
    c.ask(op, filter=word, limit=25)


def walk(c, draw):
    """All pages of a list: no row twice, and none missing that was there before and stays."""
    if not c.part.keys:
        return
    before = set(c.model.some("invoice", c.me["customer"]))
    mine, seen, after = c.me["customer"], [], ""
    while True:
        page = c.ask("invoice.list", limit=20, after=after)
        seen += [row["id"] for row in page["invoices"]]
        after = page.get("next", "")
        if not after:
            break
    if not c.me or c.me["customer"] != mine:
        return  # signed in anew on the way, for the other
    if len(seen) != len(set(seen)):
        c.finding("list", "a row came twice on the pages of one list")
    gone = {n for n in before - set(seen) if c.model.was_sent(n)}
    if gone:
        c.finding("list", f"{sorted(gone)[:5]} are missing on the pages of one list")


def poll(c, draw):
    since = c.ask("session.me")["me"]["last_event"] if not c.part.role == "machine" else 0
    c.ask("event.wait", since=since, timeout=draw.choice([0, 500, 2000]))


def again(c, draw):
    c.ask("session.sign_out")
    c.token = None


def generated(c, draw, hostile):
    role = ROLE.get(c.part.role, c.part.role)
    names = [n for n, op in sorted(c.contract.ops.items()) if n not in NEVER and (role in op["roles"] or "public" in op["roles"] or draw.random() < 0.1)]
    name = draw.choice(names)
    maker = c.maker(spare=name in CAREFUL)
    takes = c.contract.ops[name]["takes"]
    c.ask(name, **(maker.hostile(takes) if hostile else maker.arguments(takes)))


def hostile(c, draw):
    generated(c, draw, True)


def any(c, draw):
    generated(c, draw, False)


def forbidden(c, draw):
    """What is not for this role, with arguments that fit; nothing of it may be done."""
    role = ROLE.get(c.part.role, c.part.role)
    name = draw.choice([n for n, op in sorted(c.contract.ops.items()) if not {role, "public"} & {*op["roles"]} and n not in NEVER])
    try:
        c.ask(name, **c.maker().arguments(c.contract.ops[name]["takes"]))
    except c.No as no:
        if no.code not in ("forbidden", "sign_in", "busy", "slow_down"):
            c.finding("role", f"{name} of {c.part.role} says {no}")
        return
    c.finding("role", f"{name} was carried out for {c.part.role}")


# --- strangers and the operator ------------------------------------------------------------------------------------------------------
def bytes(c, draw):
    body = bytearray(b"\x83\xa1v\x01\xa2op\xabportal.show\xa4args\x81\xa6portal\xa4acme")
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(body))
        body[at:at + draw.randrange(3)] = draw.randbytes(draw.randrange(3))
    try:
        if watch.foreign_marks(c.wire.raw(body if draw.random() < 0.9 else draw.randbytes(draw.randrange(1, 300))), ()):
            c.finding("leak", "a mark in the answer to nonsense")
    except Lost:
        pass


def attempt(c, op, **args):
    """Nothing that a stranger tries may lead in."""
    try:
        c.ask_once(op, args, None)
    except Lost:
        return
    except c.No as no:
        c.model.count(op, no.code)
        return
    c.finding("door", f"{op} was done for a stranger")


def wrong_password(c, draw):
    attempt(c, "session.sign_in", portal="acme", email="maria@a.test", password=f"wrong {draw.randrange(10**9)} password")


def unknown(c, draw):
    attempt(c, "session.sign_in", portal="acme", email=f"n{draw.randrange(10**6)}@nowhere.test", password="wrong horse battery")


def code(c, draw):
    attempt(c, "invitation.accept", portal="acme", code="AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", password="a long password of mine")


def token_guess(c, draw):
    c.token = draw.choice(["A" * 59, "ptm_" + "A" * 50, "", "\u00e9" * 20])
    try:
        attempt(c, "session.me")
    finally:
        c.token = None


def public(c, draw):
    op = draw.choice(["portal.show", "system.health", "password.rules", "system.describe"])
    c.ask(op, **({"portal": "acme"} if op == "portal.show" else {}))


def stats(c, draw):
    if c.ask("system.stats")["faults"]:
        c.finding("fault", "the daemon counts faults: " + str(c.ask("system.stats")["faults"]))


def check(c, draw):
    for problem in c.ask("system.check")["problems"]:
        c.finding("check", str(problem))


def backup(c, draw):
    """A copy of the store while it is written to is whole: posternd itself says so in the end."""
    path = c.room / f"copy-{c.step.number}"
    for old in c.copies[:-1]:
        shutil.rmtree(old)
        c.copies.remove(old)
    try:
        c.ask("system.backup", path=str(path))
        c.copies.append(path)
    except c.No as no:
        if no.code == "exists":  # asked for again, after a daemon that was killed over it
            shutil.rmtree(path)
        elif no.code not in ("disk_full", "busy"):
            c.finding("backup", str(no))


