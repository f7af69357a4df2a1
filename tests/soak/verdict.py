"""In the end: what is there is what was acknowledged, to the cent and once; nobody saw what is another's; the store, the log and the
gateway's ledger agree. What does not hold is a finding."""
import collections
import shutil
import subprocess

from daemon import Client, Refused, wait_until
from model import DETAILS, FIRM, KINDS

LESS = {"credit_taken_off", "disputed", "reversed"}  # of what settled it: then that is due again, though the rest was given up


def pages(client, op, rows, **args):
    after = ""
    while True:
        page = client.ask(op, limit=100, after=after, **args)
        yield from page[rows]
        after = page.get("next", "")
        if not after:
            return


def settled(client):
    """Asks until no payment is pending."""
    def none_left():
        left = list(pages(client, "payment.list", "payments", state="pending"))
        asked = [client.ask("payment.settle", payment=row["id"])["payment"] for row in left]
        return not [p for p in asked if p["state"] == "pending" and not p.get("wants")]  # or else whoever it waits for is gone
    wait_until(none_left, 120, "settled payments")


def problems_of(posternd, copy, key):
    """A copy of the store, with the key that is kept apart from it, served and checked."""
    shutil.copy(key, copy)
    socket = f"{copy}.socket"
    served = subprocess.Popen([posternd, "serve", "--data", copy, "--listen", f"ipc://{socket}"], stderr=subprocess.PIPE)

    def asked():
        """Its problems once it answers; it may not listen yet."""
        try:
            with Client(socket, 300) as operator:
                return [operator.ask("system.check")["problems"]]
        except (OSError, EOFError):
            return [["it ended"]] if served.poll() is not None else None
    try:
        return wait_until(asked, 120, "the copy")[0]
    finally:
        served.terminate()
        said = served.communicate(timeout=60)[1].decode(errors="replace")
        if served.returncode:
            print("  a copy ended with", served.returncode, said[-500:])


class Verdict:
    def __init__(self, model, client, there):
        self.model, self.client, self.there, self.maybe = model, client, there, collections.Counter(op for op, _ in model.maybe)

    def wrong(self, kind, text):
        self.model.finding(kind, f"{self.model.name}: {text}")

    def compare(self, what, there, told, ops):
        """Both ways: lost, and there without that anybody was told of it."""
        for n in sorted(told - there):
            self.wrong("lost", f"{what} {n} was acknowledged and is not there")
        extra = sorted(there - told)
        if len(extra) > sum(self.maybe[op] for op in ops):
            self.wrong("unasked", f"{what} {extra[:10]} is there and was acknowledged to nobody")
        return extra

    def documents(self):
        """What settles each is what payments and credit say that they settle."""
        paid, credited = collections.Counter(), collections.Counter()
        for p in self.payments_there.values():
            for part in p["allocations"] if p["state"] in ("succeeded", "disputed", "reversed") else ():
                paid[part["invoice"]] += part["amount"]["amount"]
        for kind in ("retainer", "credit_note"):
            for row in pages(self.client, kind + ".list", kind + "s"):
                for part in self.client.ask(kind + ".get", **{kind: row["id"], "peek": True})[kind].get("settles", ()):
                    credited[part["invoice"]] += part["amount"]["amount"]
        for kind in KINDS:
            there = {row["id"] for row in pages(self.client, kind + ".list", kind + "s")}
            told = {n for n, d in self.model.documents.items() if d["kind"] == kind and self.model.ends.get(n) != "deleted"}
            if kind == "invoice":
                there -= {n for n in there - told if self.made_by_itself(n)}
            creates = [f"{kind}.create", f"{kind}.duplicate", "estimate.convert", "import.invoices"]
            self.compare(kind, there, told, creates)
            for n in sorted(there & told):
                self.document(kind, n, paid, credited)

    def made_by_itself(self, n):
        """By a schedule or as a late fee: each of a schedule once."""
        got = self.client.ask("invoice.get", invoice=n, peek=True)
        is_ = got["invoice"]
        self.comments_there.update({row["id"]: (n, row["text"]) for row in got["comments"]})
        if is_.get("schedule"):
            if (is_["schedule"], is_["nth"]) in self.turns:
                self.wrong("twice", f"schedule {is_['schedule']} made its {is_['nth']} twice")
            self.turns.add((is_["schedule"], is_["nth"]))
        return bool(is_.get("schedule") or is_.get("fee_of"))

    def document(self, kind, n, paid, credited):
        got, said = self.client.ask(kind + ".get", **{kind: n, "peek": True}), self.model.documents[n]
        is_, rows = got[kind], got["comments"]
        if len(rows) == 100:
            rows = pages(self.client, "comment.list", "comments", document=n)
        self.comments_there.update({row["id"]: (n, row["text"]) for row in rows})
        firm = [name for name in FIRM if name != "due" or not is_.get("instalments")]  # the first of them that is not paid
        changed = [name for name in firm if is_.get(name) != said[name]]
        if is_["revision"] < said["revision"] or (changed and not self.maybe[kind + ".update"] + self.maybe["invoice.plan"]):
            self.wrong("lost", f"{kind} {n}: revision {said['revision']} was acknowledged, {is_['revision']} is there, {is_['state']}; "
                       f"acknowledged were {list(self.model.history[n])}; it differs in "
                       + ", ".join(f"{name}: {said[name]} became {is_.get(name)}" for name in changed)[:300])
        end = self.model.ends.get(n)
        if end and is_["state"] != end:
            since = self.happened(n)
            if end != "written_off" or not LESS & set(since[:since.index(end)] if end in since else ()):
                self.wrong("lost", f"{kind} {n} was {end}, and is {is_['state']}: {' ← '.join(since)}")
        answers = [("accepted", a["signed_by"]) if a.get("accepted") else ("declined", a.get("reason")) for a in is_["answers"]]
        for answer in self.model.answers.get(n, ()):
            if answers.count(answer) != 1:
                self.wrong("lost", f"{kind} {n}: the answer {answer} is there {answers.count(answer)} times")
        owed = kind in ("invoice", "retainer")
        if kind == "invoice" and is_.get("credited", {"amount": 0})["amount"] != credited[n]:
            self.wrong("money", f"invoice {n} says that {is_['credited']} was credited; what settles it comes to {credited[n]}")
        if owed and is_["paid"]["amount"] != paid[n]:
            self.wrong("money", f"invoice {n} says that {is_['paid']['amount']} were paid; its payments come to {paid[n]}")
        due = is_["total"]["amount"] - paid[n] - credited[n] - is_.get("written_off", {"amount": 0})["amount"]
        if owed and is_["state"] in ("open", "paid") and is_["balance"]["amount"] != due:
            self.wrong("money", f"invoice {n} says that {is_['balance']['amount']} are due, not {due}")

    def happened(self, n):
        return [e["what"] for e in self.client.ask("event.list", document=n, limit=100)["events"]]

    def comments(self):
        there = self.comments_there
        told = {n for n, c in self.model.comments.items() if self.model.ends.get(c[0]) != "deleted"}
        self.compare("comment", set(there), told, ["comment.add"])
        for n in told & set(there):
            if there[n] != self.model.comments[n]:
                self.wrong("lost", f"comment {n} was {self.model.comments[n]} and is {there[n]}")
        marks = collections.Counter(text.split()[0] for _, text in there.values() if text.startswith("qz"))
        for mark, times in marks.items():
            if times > 1:
                self.wrong("twice", f"the comment {mark} is there {times} times")

    def refunds(self):
        there = {row["id"]: row for row in pages(self.client, "refund.list", "refunds")}
        by_hand = {n for n in set(there) - set(self.model.refunds) if there[n].get("gateway") == "stripe"
                   and self.client.ask("refund.get", refund=n)["refund"].get("gateway_id") in self.there.by_hand}
        self.compare("refund", set(there) - by_hand, set(self.model.refunds), ["refund.make", "import.refunds"])
        for n in sorted(set(there) & set(self.model.refunds)):
            changed = [name for name, told in self.model.refunds[n].items() if there[n].get(name) != told]
            if changed:
                self.wrong("lost", f"refund {n} differs in {changed}")
        self.refunds_there = list(there.values())

    def payments(self):
        of_bank, by_itself = {}, set()
        for n in set(self.payments_there) - set(self.model.payments):
            is_ = self.client.ask("payment.get", payment=n)["payment"]
            line = is_.get("bank_line")
            if is_.get("attempt") or (not line and is_["by"] == "the bank statement"):
                by_itself.add(n)  # as was agreed; or of a line that it was taken off again
            if line and line in of_bank:
                self.wrong("twice", f"payments {of_bank[line]} and {n} are both line {line} of a statement")
            if line:
                of_bank[line] = n
        there = {n: p for n, p in self.payments_there.items() if n not in of_bank.values() and n not in by_itself}
        told = self.model.payments
        for n in self.compare("payment", set(there), set(told), ["payment.pay", "payment.confirm", "payment.record", "import.payments"])[:3]:
            print("   ", {k: v for k, v in self.client.ask("payment.get", payment=n)["payment"].items() if v not in ("", [], None)}, flush=True)
        for n in sorted(set(there) & set(told)):
            changed = [name for name in told[n] if there[n].get(name) != told[n][name]]
            if changed:
                self.wrong("lost", f"payment {n} differs in {changed}")
        marks = collections.Counter(p.get("reference") for p in there.values() if (p.get("reference") or "").startswith("qz"))
        for mark, times in marks.items():
            if times > 1:
                self.wrong("twice", f"the payment {mark} is there {times} times")

    def rest(self):
        there = {row["id"] for row in pages(self.client, "customer.list", "customers")}
        self.compare("customer", there, set(self.model.customers), ["customer.create", "import.customers"])
        for n in there & set(self.model.details):
            is_ = self.client.ask("customer.get", customer=n)["customer"]
            is_ = (is_["revision"], {name: is_.get(name) for name in DETAILS})
            if is_ != self.model.details[n] and not self.maybe["customer.update"] + self.maybe["customer.edit_own"]:
                self.wrong("lost", f"customer {n}: {self.model.details[n]} was acknowledged, {is_} is there")
        there = {row["id"] for row in pages(self.client, "item.list", "items")}
        self.compare("item", there, set(self.model.items), ["item.create"])
        if self.model.banner[0] and not self.maybe["settings.update"]:
            is_ = self.client.ask("settings.get")["business"]
            if (is_["revision"], is_.get("banner")) != self.model.banner:
                self.wrong("lost", f"the settings of revision {self.model.banner} became {is_['revision']}, {is_.get('banner')}")

    def shown(self):
        """Ids that customers were shown: are they theirs?"""
        for customer, seen in self.model.shown.items():
            for kind, n in sorted(seen):
                owner = self.model.owner(kind, n) if kind != "document" else customer
                if owner is None:
                    owner = self.asked_owner(kind, n)
                if owner not in (customer, None):
                    self.wrong("leak", f"customer {customer} was shown {kind} {n} of customer {owner}")

    def asked_owner(self, kind, n):
        if kind == "contact":
            return None  # contacts that were removed since
        try:
            return self.client.ask(kind + ".get", **{kind: n})[kind]["customer"]
        except Refused:
            return None

    def all(self):
        if self.model.name == "acme":
            self.there.over(self.client)
        settled(self.client)
        self.comments_there, self.turns = {}, set()
        self.payments_there = {p["id"]: p for p in pages(self.client, "payment.list", "payments")}
        for look in (self.documents, self.comments, self.payments, self.refunds, self.rest, self.shown):
            look()


def ledger_agrees(text, payments, refunds, finding):
    """Each charge once, and all of them are the payments that went through the gateway: amount, currency, whether it was taken; and so for what went back."""
    keys, charges, backs = collections.Counter(), {}, {}
    for row in text.splitlines():
        word, key, *rest = row.split()
        if word == "charge":
            keys[key] += 1
            charges[key] = rest[:3]
        elif word == "refund":
            keys[key] += 1
            backs[key] = rest[1:4]
        elif word == "asked":
            (charges if key in charges else backs)[key][0] = rest[0]
        elif word == "answered":
            charges[key][0] = rest[0]
    for key, times in keys.items():
        if times > 1:
            finding("ledger", f"{key} was charged, or given back, {times} times")

    def agree(what, booked, mine):
        """One refund that came back may not have been heard of yet: it is asked about once a day."""
        charge = what == "charges"
        told = collections.Counter((charge and c[0] == "failed", c[1], c[2]) for c in booked.values())
        mine = collections.Counter((charge and p["state"] == "failed", str(p["amount"]["amount"]), p["amount"]["currency"]) for p in mine if p.get("gateway") == "sandbox")
        if told != mine:
            finding("ledger", f"{what}: only in the ledger {list((told - mine).items())[:5]}, only here {list((mine - told).items())[:5]}")
    agree("charges", charges, payments)
    agree("refunds", backs, refunds)
    return len(charges)
