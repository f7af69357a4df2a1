"""What staff and customers may be up to in one step. Each story takes the client and the step's own random numbers, and ends with a refusal or not."""
import base64

import owed
from actor_tools import GOOD_CARDS, OTHER_CARDS, card, cents, document, own, pick, plain, portal_mark, someones, staff_mark
from wire import Lost

# --- staff -----------------------------------------------------------------------------------------------------------------------
def write_document(c, draw, kind, send):
    customer = pick(draw, c.model.ids("customer"))
    if customer is None:
        return
    made = document(draw, portal_mark(c, customer))
    got = c.ask(f"{kind}.create", customer=customer, document=made, send=send)
    c.model.total_is(got[kind], made)


def invoice(c, draw):
    write_document(c, draw, "invoice", True)


def draft(c, draw):
    write_document(c, draw, draw.choice(["invoice", "estimate"]), False)


def estimate(c, draw):
    write_document(c, draw, "estimate", True)


def some_document(c, draw, kind=None):
    kind = kind or draw.choice(["invoice", "estimate"])
    number = pick(draw, c.model.some(kind)[-60:])
    return kind, number, number and c.ask(kind + ".get", **{kind: number})[kind]


def send(c, draw):
    kind, number, is_ = some_document(c, draw)
    if number and (is_["state"] == "draft" or draw.random() < 0.2):
        c.ask(kind + ".send", **{kind: number}, revision=is_["revision"])


def change(c, draw):
    kind, number, is_ = some_document(c, draw)
    if number and (is_["state"] == "draft" or kind == "estimate"):
        made = document(draw, portal_mark(c, is_["customer"]))
        got = c.ask(kind + ".update", **{kind: number}, revision=is_["revision"] + (draw.random() < 0.05), document=made)
        if plain(is_):  # what is not named stays: a discount, say
            c.model.total_is(got[kind], made)


def void(c, draw):
    kind, number, _ = some_document(c, draw)
    if number:
        c.ask(kind + ".void", **{kind: number}, reason=staff_mark(c))


def write_off(c, draw):
    kind, number, _ = some_document(c, draw, "invoice")
    if number:
        c.ask("invoice.write_off", invoice=number, reason=staff_mark(c))


def delete(c, draw):
    kind, number, is_ = some_document(c, draw)
    if number:
        c.ask(kind + ".delete", **{kind: number}, revision=is_["revision"])


def duplicate(c, draw):
    kind, number, is_ = some_document(c, draw)
    if number:
        made = c.ask(kind + ".duplicate", **{kind: number})[kind]
        if made["total"] != is_["total"] and is_["state"] != "draft" and not is_.get("rework"):
            c.finding("total", f"the copy of {kind} {number} comes to {made['total']}, not {is_['total']}")


def convert(c, draw):
    number = pick(draw, (c.model.accepted() if draw.random() < 0.8 else c.model.some("estimate"))[-60:])
    if number:
        c.ask("estimate.convert", estimate=number, send=draw.random() < 0.7)


def comment(c, draw):
    if c.part.keys:
        kind = draw.choice(["invoice", "estimate"])
        number = own(c, draw, kind)
        if number:
            c.ask("comment.add", document=number, text=portal_mark(c, c.me["customer"]) + " thank you")
        return
    kind, number, is_ = some_document(c, draw)
    if number:
        portal = draw.random() < 0.6
        c.ask("comment.add", document=number, text=(portal_mark(c, is_["customer"]) if portal else staff_mark(c)) + " noted", portal=portal)


def cash(c, draw):
    kind, number, is_ = some_document(c, draw, "invoice")
    if not number:
        return
    due = is_["balance"]["amount"]
    if due > 0 and draw.random() < 0.8:
        amount = due if draw.random() < 0.5 else draw.randrange(1, due + 1)
        c.ask("payment.record", customer=is_["customer"], mode=draw.choice(["cash", "bank_transfer", "check"]), reference=portal_mark(c, is_["customer"]),
              notes=staff_mark(c), parts=[{"invoice": number, "amount": cents(amount)}])
    else:
        c.ask("payment.record", customer=is_["customer"], mode="cash", reference=portal_mark(c, is_["customer"]), amount=cents(draw.choice([-5, 0, 1, 250, 10**6])))


def preview(c, draw):
    customer = pick(draw, c.model.ids("customer"))
    if customer:
        made = document(draw, staff_mark(c))
        c.model.total_is(c.ask("document.preview", customer=customer, document=made)["document"], made)


def customer(c, draw):
    key = f"s{c.number}x{c.step.number}" if c.part.business == "acme" else "eve"
    c.ask("customer.create", customer={"name": f"qz{key}. Sons", "currency": "EUR", "notes": staff_mark(c)},
          contact={"name": f"qz{key}. Person", "email": f"p{c.number}.{c.step.number}@spare.test"})


def item(c, draw):
    c.ask("item.create", item={"name": staff_mark(c), "price": draw.choice(["1", "12.5", "0.005"])})


def invite(c, draw):
    contact = pick(draw, c.model.spare("contact"))
    if contact:
        c.ask("access.invite", contacts=[contact])


def settings(c, draw):
    is_ = c.ask("settings.get")["business"]
    c.ask("settings.update", business={"revision": is_["revision"], "banner": f"Notice {c.number}.{c.step.number}"})


def token(c, draw):
    made = c.ask("token.create", name=staff_mark(c), role="reader", **c.own_password("token.create"))["token"]
    if not made.startswith("ptm_"):
        c.finding("token", "a token of a program does not begin as one")


def access(c, draw):
    """Somebody's access goes, and comes again."""
    contact = c.comes_and_goes
    if draw.random() < 0.5:
        c.ask("access.disable", contacts=[contact])
        c.over.wait(draw.uniform(0, 1))
    c.ask("access.enable", contacts=[contact], password=c.their_password, keep_password=True, **c.own_password("access.enable"))


def verify(c, draw):
    for problem in c.ask("audit.verify")["problems"]:
        c.finding("audit", str(problem))


# --- customers -------------------------------------------------------------------------------------------------------------------
def home(c, draw):
    c.ask("home.get")


def look(c, draw):
    if not c.part.keys:
        some_document(c, draw)
        return
    kind = draw.choice(["invoice", "estimate", "payment"])
    number = own(c, draw, kind)
    if number:
        c.ask(kind + ".get", **{kind: number})


def answer(c, draw, op, **more):
    number = own(c, draw, "estimate")
    if number:
        is_ = c.ask("estimate.get", estimate=number)["estimate"]
        if is_["state"] == "open" or draw.random() < 0.1:
            c.ask(op, estimate=number, revision=is_["revision"], **more)


def accept(c, draw):
    answer(c, draw, "estimate.accept", signed_by=f"{c.number}.{c.step.number} signs")


def decline(c, draw):
    answer(c, draw, "estimate.decline", reason=f"{c.number}.{c.step.number} is too dear")


def pay(c, draw, most=1):
    due = [d for d in c.ask("home.get")["due"] if not d.get("not_by_card")]
    if not due:
        return
    chosen = draw.sample(due, min(len(due), draw.randrange(1, most + 1)))
    parts, total = [], 0
    for d in chosen:
        amount = d["balance"]["amount"]
        part = {"invoice": d["id"]}
        if draw.random() < 0.3 and amount > 1:
            amount = draw.randrange(1, amount)
            part["amount"] = cents(amount)
        parts.append(part)
        total += amount
    c.ask("payment.pay", parts=parts, expect=cents(total + (draw.random() < 0.05)), **card(draw.choice(GOOD_CARDS if draw.random() < 0.6 else OTHER_CARDS + owed.OTHER_WAYS)))


def pay_many(c, draw):
    pay(c, draw, 4)


def settle(c, draw):
    for row in c.ask("payment.list", state="pending", limit=5)["payments"]:
        c.ask("payment.settle", payment=row["id"])


def edit_own(c, draw):
    c.ask("account.update", phone=f"+353 {draw.randrange(10**6)}")
    is_ = c.ask("home.get")["customer"]
    c.ask("customer.edit_own", revision=is_["revision"], phone=f"+353 {draw.randrange(10**6)}", shipping={"city": draw.choice(["Cádiz", "Galway", "日本"])})


def keys(c, draw):
    if c.keys_added and draw.random() < 0.6:
        c.ask("key.remove", **{next(f["name"] for f in c.contract.ops["key.remove"]["takes"] if f["type"] in ("id", "count")): c.keys_added.pop()})
        return
    blob = b"".join(len(x).to_bytes(4, "big") + x for x in (b"ssh-ed25519", draw.randbytes(32)))
    got = c.ask("key.add", key="ssh-ed25519 " + base64.b64encode(blob).decode(), **c.own_password("key.add"))
    c.keys_added.append(got["key"]["id"])


def switch(c, draw):
    """To the other customer of the same person. It is not remembered: when the answer is lost, one signs in again."""
    other = [row for row in c.ask("session.me").get("choices", ()) if row["customer"] != c.me["customer"]]
    if not other:
        return
    args = {"customer": other[0]["customer"]}
    if other[0].get("password"):
        args["password"] = c.passwords[0]
    me, c.me = c.me, {**c.me, "customer": other[0]["customer"]}  # the answer is for there
    try:
        got = c.ask_once("session.switch", args, c.plan.request_id(c.number, c.step.number, 99))
        c.token, c.me = got["token"], got["me"]
        c.model.count("session.switch", "done")
    except Lost:
        c.model.count("session.switch", "lost on the way")
        c.token, c.me = None, None
    except Exception:
        c.me = me
        raise


def password(c, draw):
    new = f"soaked {draw.randrange(10**9)} lantern gravel"
    old = c.passwords[0]
    c.passwords.append(new)
    try:
        c.ask("password.change", old=old, password=new)
        c.passwords.remove(old)
    except Exception as no:
        if getattr(no, "code", None):
            c.passwords.remove(new)
        raise


def foreign(c, draw):
    """What is another's does not exist, to read and to change."""
    kind, number, whose = someones(c, draw)
    if not number:
        return
    tries = {"invoice": [("invoice.get", {}), ("comment.list", {}), ("comment.add", {"text": "qzfoe. was here"}), ("payment.pay", {})],
             "estimate": [("estimate.get", {}), ("estimate.accept", {"revision": 1, "signed_by": "foe"}), ("estimate.decline", {"revision": 1, "reason": "foe"})],
             "payment": [("payment.get", {}), ("payment.settle", {})]}[kind]
    op, more = draw.choice(tries)
    if op == "payment.pay":
        args = {"parts": [{"invoice": number}], "expect": cents(100), **card(GOOD_CARDS[0])}
    else:
        args = {"document" if op.startswith("comment") else kind: number, **more}
    me = c.me
    try:
        c.ask(op, **args)
    except c.No as no:
        if no.code not in ("not_found", "sign_in", "busy", "slow_down", "disk_full"):
            c.finding("leak", f"{op} of {kind} {number}, which is customer {whose}'s, says {no}")
        return
    if c.me and c.me["customer"] == me["customer"]:
        c.finding("leak", f"{op} of {kind} {number}, which is customer {whose}'s, was carried out")
