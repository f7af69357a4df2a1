"""What was acknowledged, beside the daemon: written down from the answers, and compared in the end with what is there.

Every answer of a write is taken as a promise. A document is known by its id and by the answer with the highest revision; a comment, a payment,
a customer, an item and a key by id. Nothing may be there that nobody was told of, but for what has an open outcome (`maybe`).
"""
import collections
import threading

import sums
import watch

DETAILS = ("name", "phone", "website", "billing", "shipping")  # of a customer, as it sees itself
FIRM = ("id", "kind", "number", "customer", "date", "due", "reference", "total", "lines", "taxes", "subtotal")
KINDS = ("invoice", "estimate", "retainer", "credit_note")
SETTLES = {"estimate.accept", "estimate.convert", "estimate.void"}
ENDS = {"invoice.void": "void", "invoice.write_off": "written_off", "estimate.void": "void", "retainer.void": "void", "credit_note.void": "void",
        "retainer.write_off": "written_off"}


class Model:
    def __init__(self, name):
        self.name, self.lock = name, threading.Lock()
        self.customers, self.contacts, self.items, self.keys = {}, {}, {}, {}
        self.details = {}
        self.documents, self.ends, self.answers = {}, {}, collections.defaultdict(list)
        self.history = collections.defaultdict(lambda: collections.deque(maxlen=8))
        self.comments, self.payments, self.refunds, self.banner = {}, {}, {}, (0, None)
        self.maybe, self.findings, self.shown = [], [], collections.defaultdict(set)
        self.outcomes = collections.Counter()

    # --- findings ----------------------------------------------------------------------------------------------------------
    def finding(self, kind, text):
        with self.lock:
            self.findings.append((kind, text))
        print(f"  found: {kind}: {text[:500]}", flush=True)

    def count(self, op, outcome):
        with self.lock:
            self.outcomes[op, outcome] += 1

    # --- what was acknowledged -----------------------------------------------------------------------------------------------
    def acknowledged(self, op, args, result):
        with self.lock:
            noun = op.partition(".")[0]
            learn = getattr(self, "learn_" + op.replace(".", "_"), None)
            if learn:
                learn(args, result)
            for name in KINDS if noun in KINDS else ():
                if isinstance(result.get(name), dict):
                    self.document(op, args, result[name])

    def document(self, op, args, said):
        # A rework that was not sent is gone once what was sent is accepted or withdrawn: then the revision may go back
        before, rank = self.documents.get(said["id"]), (op in SETTLES and said["kind"] == "estimate", said["revision"], bool(said.get("number")))
        self.history[said["id"]].append(f"{op} {said['revision']} {said['state']}")
        declined_before_its_rework = op == "estimate.decline" and before and before["state"] == "draft"  # staff go on with the rework
        if before is None or (before["rank"] <= rank and not declined_before_its_rework):
            self.documents[said["id"]] = {**{name: said.get(name) for name in (*FIRM, "revision", "state")}, "rank": rank}
        if op in ENDS:
            self.ends[said["id"]] = ENDS[op]
        if op == "estimate.accept":
            self.answers[said["id"]].append(("accepted", args["signed_by"]))
        if op == "estimate.decline":
            self.answers[said["id"]].append(("declined", args["reason"]))

    def total_is(self, said, document):
        """The answer to a document whose sum is known."""
        want = sums.total(document)
        if said["total"]["amount"] != want:
            self.finding("total", f"{self.name} {said['kind']} {said['id']} comes to {said['total']['amount']}, not {want}: {document}")

    def learn_invoice_delete(self, args, result):
        self.ends[args["invoice"]] = "deleted"

    def learn_estimate_delete(self, args, result):
        self.ends[args["estimate"]] = "deleted"

    def learn_retainer_delete(self, args, result):
        self.ends[args["retainer"]] = "deleted"

    def learn_credit_note_delete(self, args, result):
        self.ends[args["credit_note"]] = "deleted"

    def learn_refund_make(self, args, result):
        said = result["refund"]
        if said["id"] in self.refunds:
            self.findings.append(("twice", f"{self.name}: two refunds were given the number {said['id']}"))
        self.refunds[said["id"]] = {name: said.get(name) for name in ("number", "customer", "amount", "of", "source", "gateway")}

    def learn_comment_add(self, args, result):
        said = result["comment"]
        if said["id"] in self.comments:
            self.findings.append(("twice", f"{self.name}: two comments were given the number {said['id']}"))
        self.comments[said["id"]] = (said["document"], said["text"])

    def learn_payment_record(self, args, result):
        self.learn_payment_pay(args, result)

    def learn_payment_pay(self, args, result):
        said = result["payment"]
        if said["id"] in self.payments:
            self.findings.append(("twice", f"{self.name}: two payments were given the number {said['id']}"))
        self.payments[said["id"]] = {name: said.get(name) for name in ("number", "customer", "amount", "mode", "reference", "gateway")}

    def learn_payment_confirm(self, args, result):
        self.learn_payment_pay(args, result)

    def learn_customer_create(self, args, result):
        said = result["customer"]
        named = watch.MARK.match(said["name"].encode())
        self.customers[said["id"]] = named[1].decode() if named else "unnamed" if self.name == "acme" else "eve"
        self.learn_customer_update(args, result)
        if "contact" in result:
            self.contacts[result["contact"]["id"]] = said["id"]

    def learn_customer_update(self, args, result):
        said = result["customer"]
        told = (said["revision"], {name: said.get(name) for name in DETAILS})
        self.details[said["id"]] = max(self.details.get(said["id"], (0, {})), told, key=lambda pair: pair[0])

    learn_customer_edit_own = learn_customer_update

    def learn_contact_create(self, args, result):
        self.contacts[result["contact"]["id"]] = args["customer"]

    def learn_item_create(self, args, result):
        self.items[result["item"]["id"]] = result["item"]["name"]

    def learn_settings_update(self, args, result):
        said = result["business"]
        self.banner = max(self.banner, (said["revision"], said.get("banner")), key=lambda pair: pair[0])

    # --- what may be asked about -----------------------------------------------------------------------------------------------
    def key_of(self, customer):
        return self.customers.get(customer, "nobody")

    def some(self, kind, customer=None):
        """Ids of documents of that kind that still are, newest last; of one customer or of all."""
        with self.lock:
            return [n for n, d in self.documents.items() if d["kind"] == kind and n not in self.ends and customer in (None, d["customer"])]

    def accepted(self):
        with self.lock:
            return [n for n, d in self.documents.items() if d["state"] == "accepted"]

    def ids(self, of):
        with self.lock:
            known = {"customer": self.customers, "contact": self.contacts, "item": self.items, "payment": self.payments, "comment": self.comments}
            if of in known:
                return list(known[of])
        return self.some(of) if of in KINDS else self.some("invoice") + self.some("estimate")

    def spare(self, of):
        """Only of customers who nobody signs in for: what ends an access ends none that is used."""
        with self.lock:
            there = [n for n, key in self.customers.items() if key.startswith("s")]
            return there if of == "customer" else [n for n, c in self.contacts.items() if c in there and of == "contact"]

    def was_sent(self, number):
        with self.lock:
            return bool(self.documents[number].get("number"))

    def saw(self, customer, ids):
        with self.lock:
            self.shown[customer] |= ids

    def owner(self, kind, number):
        """Whose it is, when that is known."""
        if kind == "customer":
            return number
        if kind == "contact":
            return self.contacts.get(number)
        if kind == "payment":
            return self.payments.get(number, {}).get("customer")
        return self.documents.get(number, {}).get("customer")
