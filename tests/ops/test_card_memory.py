"""Nothing of a card is left in the daemon's memory once it is answered: what a core dump would hold is read page by page."""
import pytest

from daemon import Daemon, add_customer, days, line, money, open_portal, wait_until
from memory_of import counts

TYPED = {"card_number": "4242-4242 42-42 4242", "card_expiry": "07/2063", "card_code": "739"}
DIGITS = b"4242424242424242"  # the sandbox has this number in its table: it is counted


@pytest.mark.parametrize("wrong", [None, "card_expiry", "card_code"])
def test_nothing_of_a_card_is_left_in_the_memory_of_the_daemon(wrong):
    with Daemon() as d:
        staff = d.sign_in()
        customer, contact = add_customer(staff)
        maria = open_portal(d, staff, contact, "maria@bodega.test")
        made = staff.ask("invoice.create", customer=customer, send=True, document={"lines": [line(price="10")], "due": days(14)})["invoice"]
        wanted = (TYPED["card_number"].encode(), TYPED["card_expiry"].encode(), DIGITS)
        before = counts(d.process.pid, *wanted)
        assert before[DIGITS] > 0 and sum(before.values()) == before[DIGITS], "the memory was read"
        args = {"parts": [{"invoice": made["id"]}], "expect": money("10"), **TYPED}
        if wrong:
            assert maria.refused("payment.pay", **{**args, wrong: "0"}).field == wrong
        else:
            p = maria.ask("payment.pay", **args)["payment"]
            wait_until(lambda: maria.ask("payment.get", payment=p["id"])["payment"]["state"] == "succeeded", what="paid")
        assert counts(d.process.pid, *wanted) == before


@pytest.mark.parametrize("wrong", [None, "card_code"])
def test_nothing_of_a_card_that_is_saved_is_left_either(wrong):
    with Daemon() as d:
        staff = d.sign_in()
        maria = open_portal(d, staff, add_customer(staff)[1], "maria@bodega.test")
        wanted = (TYPED["card_number"].encode(), TYPED["card_expiry"].encode(), DIGITS)
        before = counts(d.process.pid, *wanted)
        assert before[DIGITS] > 0 and sum(before.values()) == before[DIGITS], "the memory was read"
        typed = {**TYPED, **({wrong: "0000"} if wrong else {})}
        args = {"method": "sandbox/card", "given": [{"name": k, "value": v} for k, v in typed.items()]}
        if wrong:
            assert maria.refused("method.save", **args).field == wrong
        else:
            assert maria.ask("method.save", **args)["saved"]["title"] == "Visa ending 4242"
        assert counts(d.process.pid, *wanted) == before
