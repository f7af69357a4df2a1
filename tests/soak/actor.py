"""A client: carries out its steps one after the other, asks again with the same request id what had no answer, and tells the model."""
import secrets
import threading
import traceback

import anybody
import gateway
import owed
import stories
import watch
from made import Maker
from wire import Lost

TRANSIENT = {"busy", "slow_down", "disk_full"}
CERTAIN = {"invalid", "forbidden", "not_found", "unknown_operation", "malformed"}  # whenever it is asked
AGAIN_MS = 150
OWN_PASSWORD = {"key.add": "password"}


def story_of(name):
    return getattr(stories, name, None) or getattr(owed, name, None) or getattr(gateway, name, None) or getattr(anybody, name)


class No(Exception):
    """It was refused."""

    def __init__(self, error):
        super().__init__(f"{error['code']} ({error['field']}): {error['message']}")
        self.error = error
        self.code, self.field, self.message, self.retry_ms = error["code"], error["field"], error["message"], error.get("retry_ms", 1000)


class Over(Exception):
    """The soak is over and there is no answer."""


class Actor(threading.Thread):
    No = No

    def __init__(self, number, part, plan, model, contract, wire, gate=None):
        super().__init__(daemon=True, name=f"{part.role} {number}")
        self.number, self.part, self.plan, self.model, self.contract = number, part, plan, model, contract
        self.wire, self.gate = wire, gate
        self.passwords, self.token, self.me, self.here, self.keys_added = [], None, None, None, []
        self.flipped = 0
        self.over, self.gone, self.step, self.turn, self.steps = threading.Event(), threading.Event(), None, 0, 0
        self.tamper = None  # tests of the model put something between the daemon and it
        self.comes_and_goes, self.their_password, self.room, self.there, self.copies = None, None, None, None, []

    # --- asking ----------------------------------------------------------------------------------------------------------------
    def pause(self, seconds):
        if self.gone.wait(seconds):
            raise Over()

    def ask_once(self, op, args, request_id):
        request = {"v": 1, "op": op, "args": args}
        if request_id:
            request["id"] = request_id
        if self.token:
            request["token"] = self.token
        if self.tamper:
            answer, body = self.tamper(self, request)
        else:
            answer, body = self.wire.ask(request)
        if self.gate and answer.get("error", {}).get("code") == "malformed":
            raise Lost("the request was damaged")
        self.looked_through(op, answer, body)
        if "error" in answer:
            raise No(answer["error"])
        return answer["result"]

    def looked_through(self, op, answer, body):
        """What came is for the eyes of the one who gets it, and its refusal one that the daemon says there is."""
        code = answer.get("error", {}).get("code")
        if code and code not in self.contract.codes or code in ("internal", "malformed", "id_reused"):
            self.finding("fault", f"{op} was answered {answer['error']}")
        wrong = []
        if self.part.keys and "result" in answer:
            key = self.model.key_of(self.me["customer"]) if self.me else "nobody"
            ids, wrong = watch.of_customer(self.contract, op, answer["result"], body, key, self.part.keys)
            if self.me:
                self.model.saw(self.me["customer"], ids)
        elif self.part.role in ("stranger", "other"):
            wrong = [f"shows the mark of {m}" for m in watch.foreign_marks(body, {"eve"} if self.part.role == "other" else ())]
        for text in wrong:
            self.finding("leak", f"{op} of {self.part.email or self.part.role}: {text}")

    def finding(self, kind, text):
        if kind != "harness" and self.part.way == "tcp" and self.gate.flipped != self.flipped:
            return  # a stranger's, and what was read may have been changed on the way
        step = self.step
        self.model.finding(kind, f"{text} (client {self.number}, step {step.number if step else 'of the beginning'})")

    def ask(self, op, /, **args):
        """A result, or No, or Over. A write has one request id, however often it has to be sent."""
        write = self.contract.ops[op]["write"]
        request_id = self.plan.request_id(self.number, self.step.number if self.step else -1, self.turn) if write else None
        self.turn += 1
        open_, doubted, tries, twice = False, False, 0, self.gate.twice if self.gate else 0
        while True:
            tries += 1
            try:
                result = self.ask_once(op, args, request_id)
                break
            except Lost:
                open_ = True
                self.model.count(op, "lost on the way")
                self.wait_for_more(op, args, write)
            except No as no:
                if no.code == "sign_in" and self.passwords and op != "session.sign_in" and tries < 200:
                    self.let_in_again(op, args, open_ and write)
                    continue
                if no.code == "confirm" and self.passwords and tries < 200:
                    self.shown_again(op, args, open_ and write)
                    continue
                if no.code in TRANSIENT and (open_ or self.step is None) and tries < 2000:
                    self.wait_for_more(op, args, write)
                    continue
                if open_ and not doubted and write:  # an older copy may still have been under way
                    doubted = True
                    self.wait_for_more(op, args, write)
                    continue
                if write and self.gate and self.gate.twice != twice and no.code not in CERTAIN:
                    self.model.maybe.append((op, args))  # the other copy of what was said twice may have been carried out
                self.model.count(op, no.code)
                raise
        self.model.count(op, "done")
        if write:
            self.model.acknowledged(op, args, result)
        return result

    def let_in_again(self, op, args, open_):
        self.meanwhile(self.sign_in, op, args, open_)

    def shown_again(self, op, args, open_):
        """What touches credentials wants the password once more."""
        self.meanwhile(lambda: self.ask_once("session.confirm", {"password": self.passwords[-1]}, secrets.token_bytes(16)), op, args, open_)

    def meanwhile(self, do, op, args, open_):
        """Does that before the same request goes out again."""
        try:
            do()
        except Lost:
            self.wait_for_more(op, args, open_)
        except (No, Over):
            if open_:
                self.model.maybe.append((op, args))
            raise

    def wait_for_more(self, op, args, write):
        try:
            self.pause(AGAIN_MS / 1000)
        except Over:
            if write:
                self.model.maybe.append((op, args))
            raise

    def sign_in(self):
        """With the password that there is; after an open change of it, with either."""
        self.token, self.here = None, self.me["customer"] if self.me and self.part.keys else self.here
        for password in self.passwords:
            args = {"portal": self.part.business, "email": self.part.email, "password": password}
            if self.here:
                args["customer"] = self.here  # the same person as before: a request id is theirs
            while True:
                try:
                    got = self.ask_once("session.sign_in", args, None)
                    self.token, self.me = got["token"], got["me"]
                    self.model.count("session.sign_in", "done")
                    return
                except Lost:
                    self.model.count("session.sign_in", "lost on the way")
                    self.pause(AGAIN_MS / 1000)
                except No as no:
                    last = no.error
                    self.model.count("session.sign_in", no.code)
                    if no.code not in ("busy", "disk_full"):
                        break
                    self.pause(AGAIN_MS / 1000)
        self.me = None
        raise No({**last, "code": "sign_in"})

    def own_password(self, op):
        """Where what concerns credentials wants one's own password again."""
        names = {f["name"] for f in self.contract.ops[op]["takes"]}
        name = OWN_PASSWORD.get(op, "own_password")
        return {name: self.passwords[0]} if name in names and self.passwords else {}

    # --- steps -----------------------------------------------------------------------------------------------------------------
    def maker(self, spare=False):
        return Maker(self.contract, self.step.random, self.model.spare if spare else self.model.ids)

    def run(self):
        try:
            while not self.over.is_set():
                self.step, self.turn = self.plan.step(self.number, self.steps), 0
                self.steps += 1
                self.flipped = self.gate.flipped if self.gate else 0
                try:
                    self.one_step()
                except Exception:
                    if self.part.way != "tcp" or self.gate.flipped == self.flipped:
                        raise
                    self.wire.close()  # what was changed on the way was no answer at all
                if self.over.wait(self.step.pause):
                    break
        except Over:
            pass
        except Exception:  # told in the end; a client that breaks is a fault of the soak's
            said = traceback.format_exc().strip().splitlines()
            self.finding("harness", " | ".join([said[-1]] + said[-9:-1])[:1500])
        finally:
            self.wire.close()

    def one_step(self):
        try:
            if self.passwords and not self.token:
                self.sign_in()
            story_of(self.step.story)(self, self.step.random)
        except No as no:
            if self.passwords and not self.token:
                self.over.wait(min(no.retry_ms, 60_000) / 1000)  # shut out: trying on makes the pause longer
