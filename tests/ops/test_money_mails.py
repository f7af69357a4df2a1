"""Mails to a customer about money that went the other way: refunds that were made or failed, payments that are disputed or were taken back."""
from daemon import money, wait_until
from test_credit import GOOD
from test_refund import BOUNCES, FRAUD, PAYS, became, ended, freed, house  # noqa: F401 (a fixture)


def mails(house, template):
    rows = [m for m in house.staff.ask("mail.list", limit=100)["mails"] if m["template"] == template]
    texts = [house.staff.ask("mail.get", mail=m["id"])["mail"] for m in rows]
    return [m for m in texts if m["customer"] == house.customer][::-1]


def flat(mail):
    return " ".join(mail["text"].split())


def test_a_refund_is_told_when_it_has_gone_and_once(house):  # noqa: F811
    payment = freed(house, PAYS)
    refund = house.staff.ask("refund.make", payment=payment["id"], amount=money("30"), through=payment["id"])["refund"]
    ended(house, refund, "succeeded")
    house.staff.ask("refund.settle", refund=refund["id"])
    (mail,) = mails(house, "refund")
    assert f"gives EUR 30.00 back to you: the refund {refund['number']}, out of {payment['number']}." in flat(mail) and "It goes back to what you paid with" in flat(mail)
    assert refund["number"] in mail["subject"] and "did not arrive" not in mail["text"] and "given back by" not in mail["text"]
    cash = house.staff.ask("refund.make", payment=payment["id"], amount=money("5"), mode="bank_transfer")["refund"]
    by_hand = mails(house, "refund")[1]
    assert cash["number"] in flat(by_hand) and "It is given back by bank transfer." in flat(by_hand) and "what you paid with" not in by_hand["text"]


def test_a_refund_that_fails_later_is_told_with_its_reason(house):  # noqa: F811
    payment = freed(house, BOUNCES)
    refund = house.staff.ask("refund.make", payment=payment["id"], amount=money("60"), through=payment["id"])["refund"]
    ended(house, refund, "succeeded")
    house.staff.ask("refund.settle", refund=refund["id"])
    ended(house, refund, "failed")
    made, failed = mails(house, "refund")
    assert "gives EUR 60.00 back" in flat(made)
    assert f"The refund {refund['number']} of EUR 60.00 did not arrive: The bank sent it back: the card has expired or was cancelled." in flat(failed)
    assert "back to you" not in failed["text"] and max(map(len, failed["text"].splitlines())) < 100


def test_all_who_sign_in_there_are_told_as_of_what_was_paid(house):  # noqa: F811
    contact = house.staff.ask("contact.create", customer=house.customer, contact={"name": "Books", "email": "books@bodega.test"})["contact"]["id"]
    house.staff.ask("access.enable", contacts=[contact], password="correct horse battery", keep_password=True)
    payment = freed(house, PAYS)
    ended(house, house.staff.ask("refund.make", payment=payment["id"], amount=money("30"), through=payment["id"])["refund"], "succeeded")
    told = mails(house, "refund")
    assert "books@bodega.test" in {m["to"] for m in told} and len(told) == len({m["to"] for m in told}) == 2


def test_a_dispute_and_a_payment_that_is_taken_back_are_told(house):  # noqa: F811
    bill = house.make("invoice", "60")
    made = house.portal.ask("payment.pay", parts=[{"invoice": bill["id"]}], expect=money("60"), **{**GOOD, "card_number": FRAUD})["payment"]
    became(house, made, "succeeded")

    def asked():
        house.staff.ask("payment.settle", payment=made["id"])
        return mails(house, "taken_back")
    (disputed,) = wait_until(asked, what="the dispute's mail")
    assert f"your bank disputes the payment {made['number']} of EUR 60.00" in flat(disputed) and "The holder of the card says" in flat(disputed)
    assert "Due again" not in disputed["text"] and "was taken back" not in disputed["text"]
    became(house, made, "reversed")
    back = mails(house, "taken_back")[1]
    assert f"the payment {made['number']} of EUR 60.00 to" in flat(back) and f"Due again is: {bill['number']}." in flat(back) and "disputes" not in back["text"]
    assert len(mails(house, "taken_back")) == 2
