"""Stories of what is owed and how it is settled, beside those of stories.py: retainers, credit notes, credit, refunds, recurring invoices, instalments,
reminders, codes, bank statements; what a payment wants of its payer, and calling it off."""
import datetime

from actor_tools import cents, document, own, pick, portal_mark, staff_mark

OTHER_WAYS = ["4000002760003184", "4000008260003178", "4000000000000259", "4000000000002685", "4000000000001976", "4000000000007726", "4000000000005126"]


def write(c, draw, kind, **more):
    customer = pick(draw, c.model.ids("customer"))
    if customer is None:
        return None
    made = {**document(draw, portal_mark(c, customer)), **more}
    got = c.ask(f"{kind}.create", customer=customer, document=made, send=True)
    c.model.total_is(got[kind], made)
    return got[kind]


def retainer(c, draw):
    made = write(c, draw, "retainer")
    if made and made["total"]["amount"] and draw.random() < 0.7:
        c.ask("payment.record", customer=made["customer"], mode="bank_transfer", reference=portal_mark(c, made["customer"]), parts=[{"invoice": made["id"]}])


def credit_note(c, draw):
    write(c, draw, "credit_note")


def some_credit(c, draw):
    """({"payment"|"document": id}, row) of credit that there is, or nothing."""
    row = pick(draw, c.ask("credit.list")["credits"])
    return ({"payment" if row["what"] == "payment" else "document": row["id"]}, row) if row else (None, None)


def use_credit(c, draw):
    if c.part.keys:
        due = [d for d in c.ask("home.get")["due"] if d.get("kind") == "invoice"]
        if due:
            c.ask("credit.apply", parts=[{"invoice": pick(draw, due)["id"]}])
        return
    named, row = some_credit(c, draw)
    open_ = named and c.ask("invoice.list", customer=row["customer"], status="open", limit=25)["invoices"]
    if open_:
        part = {"invoice": pick(draw, open_)["id"]}
        if draw.random() < 0.4:
            part["amount"] = cents(draw.randrange(1, 2 * row["left"]["amount"] + 2))
        c.ask("credit.apply", parts=[part], **(named if draw.random() < 0.7 else {}))


def take_off(c, draw):
    number = pick(draw, c.model.some(draw.choice(["credit_note", "retainer"]))[-60:])
    kind = number and c.model.documents[number]["kind"]
    settles = number and c.ask(f"{kind}.get", **{kind: number})[kind].get("settles")
    if settles:
        c.ask("credit.unapply", document=number, invoice=pick(draw, settles)["invoice"])


def refund(c, draw):
    named, row = some_credit(c, draw)
    if not named:
        return
    left = row["left"]["amount"]
    args = {"amount": cents(draw.randrange(1, left + 2)), "reference": portal_mark(c, row["customer"]), "reason": staff_mark(c)}
    payments = [p for p in c.ask("payment.list", customer=row["customer"], state="succeeded", limit=25)["payments"] if p.get("gateway")]
    if payments and draw.random() < 0.6:
        args["through"] = pick(draw, payments)["id"]
    else:
        args["mode"] = draw.choice(["cash", "bank_transfer"])
    c.ask("refund.make", **named, **args)


def schedule(c, draw):
    there = c.ask("schedule.list", limit=100)["schedules"]
    if len(there) > 30 or (there and draw.random() < 0.6):
        one = pick(draw, there)
        c.ask(draw.choice(["schedule.run", "schedule.pause", "schedule.resume", "schedule.get", "schedule.stop"]), schedule=one["id"])
        return
    customer = pick(draw, c.model.ids("customer"))
    if customer is None:
        return
    today = datetime.date.fromisoformat(c.ask("session.me").get("today", "") or datetime.date.today().isoformat())
    anchor = today + datetime.timedelta(days=draw.randrange(-70, 3))
    c.ask("schedule.create", customer=customer, schedule={"anchor": anchor.isoformat(), "period": draw.choice(["day", "week", "month"]), "send": True,
                                                           "document": document(draw, portal_mark(c, customer))})


def instalments(c, draw):
    with c.model.lock:
        drafts = [n for n, d in c.model.documents.items() if d["kind"] == "invoice" and d["state"] == "draft" and n not in c.model.ends]
    number = pick(draw, drafts[-40:])
    is_ = number and c.ask("invoice.get", invoice=number)["invoice"]
    if is_ and (is_["state"] == "draft" or draw.random() < 0.1):
        got = c.ask("invoice.plan", invoice=number, revision=is_["revision"], parts=draw.randrange(2, 5), period="month")["invoice"]
        if sum(i["amount"]["amount"] for i in got["instalments"]) != got["total"]["amount"]:
            c.finding("total", f"the instalments of invoice {number} come to something else: {got['instalments']}, {got['total']}")


def remind(c, draw):
    customer = pick(draw, c.model.ids("customer"))
    if customer is not None:
        c.ask(draw.choice(["reminder.preview", "reminder.send"]), customer=customer)


def hold(c, draw):
    number = pick(draw, c.model.some("invoice")[-40:])
    if number:
        c.ask("reminder.hold", invoice=number, reminding=draw.choice(["on", "paused", "disputed"]))


def code(c, draw):
    number = pick(draw, c.model.some(draw.choice(["invoice", "estimate"]))[-40:])
    if not number:
        return
    if draw.random() < 0.5:
        c.ask("code.send", document=number)
    else:
        there = c.ask("code.list", document=number)["codes"]
        if there:
            c.ask("code.revoke", code=pick(draw, there)["id"])


def iban(n):
    bban = f"{37040044:08}{n:010}"
    return f"DE{98 - int(bban + '131400') % 97:02}{bban}"


def reference_of(invoice):
    return f"RF{98 - int(str(invoice) + '271500') % 97:02d}{invoice}"


def statement(c, draw):
    """The next of an account of this client's own: a line that names what is due exactly, one that nearly does, one of nobody's. Sometimes the same again."""
    due = c.ask("invoice.list", status="open", limit=25)["invoices"]
    opening = getattr(c, "bank", 0)
    day = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
    lines = []
    for row in draw.sample(due, min(len(due), draw.randrange(0, 3))):
        amount = row["balance"]["amount"] + draw.choice([0, 0, 1, -1])
        if amount > 0:
            lines.append({"date": day, "amount": cents(amount), "text": f"{portal_mark(c, row['customer'])} {reference_of(row['id'])}"})
    lines.append({"date": day, "amount": cents(draw.randrange(-5000, 5000) or 1), "text": f"{staff_mark(c)} rent"})
    closing = opening + sum(l["amount"]["amount"] for l in lines)
    said = {"account": iban(c.number), "currency": "EUR", "from": day, "until": day, "number": str(c.step.number), "opening": cents(opening),
            "closing": cents(closing + (draw.random() < 0.1))}
    got = c.ask("bank.import", statement=said, lines=lines)
    c.bank = closing
    if draw.random() < 0.3:
        again = c.ask("bank.import", statement=said, lines=lines)
        if again.get("fresh") or again.get("booked"):
            c.finding("bank", f"the same statement again: {again}; at first {got}")


def answer_payment(c, draw):
    """What a pending payment wants, or calling it off."""
    for row in c.ask("payment.list", state="pending", limit=5)["payments"]:
        wants = c.ask("payment.get", payment=row["id"])["payment"].get("wants")
        if wants and draw.random() < 0.7:
            c.ask("payment.answer", payment=row["id"], given=[{"name": wants[0]["name"], "value": draw.choice(["123456", "000000", "x"])}])
        elif draw.random() < 0.5:
            c.ask("payment.cancel", payment=row["id"])


def ask_again(c, draw):
    """Staff ask about payments that succeeded, which may be disputed meanwhile, and about refunds."""
    for row in c.ask("payment.list", limit=25)["payments"]:
        if row.get("gateway") and row["state"] in ("succeeded", "disputed") and draw.random() < 0.3:
            c.ask("payment.settle", payment=row["id"])
    for row in c.ask("refund.list", limit=10)["refunds"]:
        if row.get("gateway") and row["state"] != "failed" and draw.random() < 0.3:
            c.ask("refund.settle", refund=row["id"])


def credits(c, draw):
    c.ask("credit.list")
    kind = draw.choice(["retainer", "credit_note"])
    if c.part.keys:
        number = own(c, draw, kind)
        if number:
            c.ask(kind + ".get", **{kind: number})
