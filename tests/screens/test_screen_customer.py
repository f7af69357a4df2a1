"""The customer's side of the portal, as a person sees it: a real daemon, a real pseudo-terminal."""
import os
import pathlib
import signal

import pytest

from daemon import PASSWORD, Refused, add_customer, days, halt, line, money, open_portal, wait_until
from northwind import ANA, MARIA, Northwind
from pty_screen import BACKSPACE, BACKTAB, ENTER, ESC, F2, PAGE_DOWN, TAB, PtyScreen, ctrl
from slow import Slow

POSTERN = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev")) / "bin/postern"


@pytest.fixture
def business():
    with Northwind() as b:
        yield b


def terminal(b, **more):
    return PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)


def sign_in(t, email=MARIA, password=PASSWORD):
    t.wait_for("Northwind Paper Ltd").wait_for("Sign in")
    t.keys(email, TAB, password, ENTER)
    return t


@pytest.fixture
def maria(business):
    """Maria's terminal, on Home."""
    with terminal(business) as t:
        sign_in(t).wait_for("Recent").wait_for("Payments")
        yield t
        assert t.poll() in (None, 0), t.text()


TITLES = {"1": "Home", "2": "Estimates", "3": "Invoices", "4": "Payments", "5": "Account"}


def section(t, number, text):
    t.keys(number).wait_for(lambda s: s.line(0).split("›")[1].strip().startswith(TITLES[number])).wait_for(text)


def open_row(t, text):
    return t.go_to(text).keys(ENTER)


def palette(t, words):
    t.keys(":").wait_for("│ :")
    t.keys(words, ENTER)


# --- signing in ----------------------------------------------------------------------------------------------------------------
def test_a_wrong_password_an_unknown_address_and_a_wrong_portal_look_the_same(business):
    with terminal(business) as t:
        sign_in(t, password="not this one at all").wait_for("That did not match. 4 more tries before a pause of 1")
        first = t.line(t.find("That did not match.")[0])
        t.keys(BACKTAB, BACKSPACE * len(MARIA), "nobody@nowhere.example", TAB, "whatever it is", ENTER)
        t.wait_for(lambda s: "nobody@nowhere.example" in s.text() and "did not match" in s.text())
        assert t.line(t.find("That did not match.")[0]) == first
        t.keys(ESC).wait_for("Leave?").keys(TAB, ENTER)
        assert t.wait_end() == 0
    with PtyScreen([str(POSTERN.resolve()), "--url", business.url, "--portal", "elsewhere"]) as t:
        t.wait_for("Sign in").keys(MARIA, TAB, PASSWORD, ENTER).wait_for("That did not match.")


def test_who_was_given_a_password_chooses_another_before_anything_else(business):
    staff = business.ana
    jose = next(c for c in staff.ask("customer.get", id=business.bodega)["contacts"] if c["name"] == "José Ferrer")
    staff.ask("access.enable", contacts=[jose["id"]], password="one time password")
    with terminal(business) as t:
        sign_in(t, "jose@bodegasur.example", "one time password").wait_for("Choose a password of your own")
        t.keys("one time password", TAB, "short", TAB).wait_for("At least 10 characters.")
        t.keys(BACKTAB, BACKSPACE * 5, "a much longer one", TAB, "another one entirely", ENTER).wait_for("The two differ.")
        t.keys(BACKSPACE * 20, "a much longer one", ENTER).wait_for("Recent")
    with terminal(business) as t:
        sign_in(t, "jose@bodegasur.example", "a much longer one").wait_for("Recent")


def test_who_belongs_to_several_customers_chooses_and_can_switch(business):
    other, contact = add_customer(business.ana, "Hotel Mar", MARIA, person="Maria Ruiz")
    business.ana.ask("access.enable", contacts=[contact], password=PASSWORD, keep_password=True)
    with terminal(business) as t:
        sign_in(t).wait_for("For whom?").wait_for("Hotel Mar").wait_for("Bodega Sur")
        row = [line for line in t.screen() if "Hotel Mar" in line or "Bodega Sur" in line]
        if "Bodega" in row[0]:
            t.keys("j")
        t.keys(ENTER).wait_for("Maria Ruiz · Hotel Mar").wait_for("Nothing is due.")
        section(t, "5", "Contact persons")
        t.keys("S").wait_for("For whom?")
        t.keys("k" if "Bodega" in row[0] else "j", ENTER).wait_for("Maria Ruiz · Bodega Sur").wait_for("3 invoices, 1 overdue")


def test_a_hint_is_shown_and_options_explain_themselves(business, tmp_path):
    hint = tmp_path / "hint"
    hint.write_text("Demo: maria@bodegasur.example\x1b[2J\n")
    with PtyScreen([str(POSTERN.resolve()), "--url", business.url, "--hint-file", str(hint)]) as t:
        t.wait_for("Demo: maria@bodegasur.example").wait_for("Portal")
        t.keys("northwind", TAB, MARIA, TAB, PASSWORD, ENTER).wait_for("Recent")
    with PtyScreen([str(POSTERN.resolve()), "--help"]) as t:
        t.wait_for("Examples:")
        assert t.wait_end() == 0
    with PtyScreen([str(POSTERN.resolve()), "--nonsense"]) as t:
        assert t.wait_end() == 2


# --- home ----------------------------------------------------------------------------------------------------------------------
def test_home_says_what_is_owed_what_waits_and_what_happened(maria):
    for text in ("Office closed 24–26 December", "EUR 4,071.88", "3 invoices, 1 overdue", "p  Pay now", "EUR 959.40", "2 to approve",
                 "EST-000001  EST-000002", "not due", "1–30 days", "12 Quay Street, H91 X2Y3 Galway", "new comment from Ana Kelly"):
        maria.wait_for(text)
    y, _ = maria.find("not due")
    ends = [len(maria.line(y + i)) for i in range(2)]
    assert ends[0] == ends[1], maria.text()


def test_wide_terminals_show_who_is_who_and_a_preview(business):
    with terminal(business, rows=40, columns=160) as t:
        sign_in(t).wait_for("Contact persons").wait_for("Calle Mayor 4").wait_for("José Ferrer")
        section(t, "3", "INVOICE INV-000004")
        t.keys("j").wait_for("INVOICE INV-000003").wait_for("brown, 700")
    seen = business.ana.ask("invoice.get", invoice=business.open["id"])["invoice"]
    assert not seen.get("viewed"), "a preview is not a view"


# --- documents -----------------------------------------------------------------------------------------------------------------
def test_an_invoice_is_shown_as_the_document_it_is_and_leaves_a_mark(business, maria):
    section(maria, "3", "INV-000001")
    open_row(maria, "INV-000003").wait_for("INVOICE INV-000003")
    for text in ("OPEN · due in 12 days", "Your ref PO-771", "12 Quay Street, H91 X2Y3 Galway, Ireland", "IE1234567T", "ESB12345678", "brown, 700 × 1000 mm",
                 "975.61", "224.39", "EUR 1,200.00", "IE29 AIBK"):
        maria.wait_for(text)
    point = {maria.line(maria.find(label)[0]).rindex(".") for label in ("Net  ", "VAT 23 %  ", "Total  ", "Paid  ", "Due  ")}
    assert len(point) == 1, maria.text()
    maria.keys(PAGE_DOWN).wait_for("Conversation (2)").wait_for("Ana Kelly, Northwind").wait_for("History")
    assert "Margin" not in maria.text()
    wait_until(lambda: business.ana.ask("invoice.get", invoice=business.open["id"])["invoice"].get("viewed"))


def test_lists_filter_and_sort_at_the_server(business, maria):
    section(maria, "3", "INV-000001")
    maria.keys("f").wait_for("Overdue").keys("jj", ENTER).wait_gone("INV-000003").wait_for("INV-000002")
    maria.keys("f").wait_for("Written off").keys("1", ENTER).wait_for("INV-000003")
    maria.keys("/", "total>1100", ENTER).wait_gone("INV-000002").wait_for("INV-000004").wait_for("2 of 4")
    maria.keys("/").keys(BACKSPACE * 12, "INV-000001", ENTER).wait_gone("INV-000004").wait_for("959.40")
    maria.keys(ESC).wait_for("INV-000004")
    maria.keys("s").wait_for("Number ↑").wait_for(lambda s: "INV-000001" in s.line(3))


def test_brackets_go_on_to_the_neighbours_and_the_list_follows(maria):
    section(maria, "3", "INV-000003")
    open_row(maria, "INV-000003").wait_for("INVOICE INV-000003")
    maria.keys("]").wait_for("INVOICE INV-000002").keys("[").wait_for("INVOICE INV-000003").keys("[").wait_for("INVOICE INV-000004")
    maria.keys("[").wait_for("There is no other in the list.")
    maria.keys("q").wait_for(lambda s: s.cursor_row() is not None and "INV-000004" in s.line(s.cursor_row()))


def test_accepting_wants_the_word_and_keeps_the_signature(business, maria):
    section(maria, "2", "EST-000001")
    open_row(maria, "EST-000001").wait_for("ESTIMATE EST-000001")
    maria.keys("a").wait_for("as signature").keys(F2).wait_for("Type ACCEPT")
    for text in ("Total: EUR 1,200.00", "9 more days", "Signed: Maria Ruiz", "Prices hold until"):
        maria.wait_for(text)
    maria.keys("ACCEP", ENTER).wait_for("Type ACCEPT, or cancel.")
    maria.keys("T", ENTER).wait_for("ACCEPTED").keys("G").wait_for("signed “Maria Ruiz”")
    answer = business.ana.ask("estimate.get", estimate=business.est["id"])["estimate"]["answers"][0]
    assert answer["accepted"] and answer["signed_by"] == "Maria Ruiz"
    maria.keys("x").wait_for("It is accepted already.")


def test_declining_gives_the_reason(business, maria):
    section(maria, "2", "EST-000002")
    open_row(maria, "EST-000002").wait_for("ESTIMATE EST-000002")
    maria.keys("x").wait_for("reads your reason").keys(F2).wait_for("This is needed.")
    maria.keys("Too much", F2).wait_for("DECLINED").wait_for("Too much")
    assert business.ana.ask("estimate.get", estimate=business.est2["id"])["estimate"]["state"] == "declined"


def test_an_estimate_that_changed_meanwhile_is_not_accepted_but_shown_again(business, maria):
    section(maria, "2", "EST-000001")
    open_row(maria, "EST-000001").wait_for("ESTIMATE EST-000001")
    maria.keys("a").wait_for("as signature").keys(F2).wait_for("Type ACCEPT")
    now = business.ana.ask("estimate.get", estimate=business.est["id"])["estimate"]
    business.ana.ask("estimate.update", estimate=now["id"], revision=now["revision"],
                     document={"lines": [line("Kraft paper 80 g, pallet", "3", "350", "23")]})
    business.ana.ask("estimate.send", estimate=now["id"])
    maria.keys("ACCEPT", ENTER).wait_for("It changed").wait_for("EUR 1,200.00 → EUR 1,291.50").wait_for("2 → 1")
    assert business.ana.ask("estimate.get", estimate=now["id"])["estimate"]["state"] == "open"
    maria.keys(ESC).wait_gone("It changed").wait_for("EUR 1,291.50")
    maria.keys("V").wait_for("As it was sent").wait_for("EUR 1,200.00")


def test_a_comment_of_the_business_appears_by_itself(business, maria):
    section(maria, "3", "INV-000003")
    open_row(maria, "INV-000004").wait_for("INVOICE INV-000004")
    business.ana.ask("comment.add", document=business.large["id"], text="We are on our way.", portal=True)
    maria.keys("G").wait_for("We are on our way.")
    maria.keys("c").wait_for("sees it at once").keys("Good.", F2).wait_for("Conversation (2)")
    assert [c["text"] for c in business.ana.ask("comment.list", document=business.large["id"])["comments"]] == ["We are on our way.", "Good."]


def test_new_documents_wait_in_the_list_and_ring_the_bell(business, maria):
    section(maria, "3", "INV-000004")
    before = maria.line(0)
    business.invoice([line("Late idea", "1", "5")], 9)
    maria.wait_for("1 new: r")
    assert maria.line(0) != before, "the bell counts"
    maria.keys("r").wait_for("INV-000005")
    maria.keys("b").wait_for("What happened").wait_for("INV-000005")
    maria.wait_for(lambda s: s.line(0).endswith("●"))
    open_row(maria, "INV-000005").wait_for("INVOICE INV-000005").wait_for("Late idea")


# --- paying --------------------------------------------------------------------------------------------------------------------
CARD = ("4242424242424242", TAB, "12/39", TAB, "123", TAB, TAB, TAB)


def payments(b):
    return b.ana.ask("payment.list", customer=b.bodega)["payments"]


def to_review(t, *card):
    t.wait_for("This payment").wait_for("INV-00").keys(*(card or CARD), ENTER).wait_for("Pay this?")


def test_paying_several_at_once_makes_one_payment_however_often_enter_is_pressed(business, maria):
    maria.keys("p").wait_for("This payment").wait_for("INV-000002").keys(TAB * 8, " ").wait_for("2 of 3").keys(BACKTAB * 8)
    to_review(maria)
    for text in ("To: Northwind Paper Ltd", "Visa ending 4242, expires 12/39", "INV-000003: EUR", "INV-000004: EUR", "You pay: EUR 3,053.28 today, once"):
        maria.wait_for(text)
    assert "INV-000002: " not in maria.text()
    maria.keys(TAB, ENTER + ENTER + ENTER).wait_for("RECEIPT PAY-").wait_for("EUR 3,053.28")
    made = [p for p in payments(business) if p["mode"] == "card"]
    assert len(made) == 1 and made[0]["amount"] == money("3053.28") and made[0]["state"] == "succeeded"
    section(maria.keys(ESC), "3", "INV-000002")
    maria.wait_for(lambda s: sum(" paid " in l for l in s.screen()) == 3)


def test_the_review_starts_on_cancel(business, maria):
    maria.keys("p")
    to_review(maria)
    maria.keys(ENTER).wait_gone("Pay this?").keys(ESC).wait_for("Nothing was charged.").keys(TAB, ENTER).wait_for("Recent")
    assert len(payments(business)) == 1


def test_a_part_can_be_paid_where_the_business_allows_it(business, maria):
    section(maria, "3", "INV-000002")
    open_row(maria, "INV-000003").wait_for("INVOICE INV-000003")
    maria.keys("p").wait_for("This payment").keys(TAB * 8, ENTER).wait_for("How much of it?")
    maria.keys(ctrl("U"), "5000", ENTER).wait_for("Write an amount up to EUR 1,200.00")
    maria.keys(ctrl("U"), "200.50", ENTER).wait_for("EUR 200.50").keys(BACKTAB * 8)
    to_review(maria)
    maria.wait_for("a part of it").keys(TAB, ENTER).wait_for("RECEIPT PAY-").keys(ESC).wait_for("PARTLY PAID").wait_for("EUR 999.50")


def test_a_declined_card_says_why_and_another_can_be_tried(business, maria):
    maria.keys("p")
    to_review(maria, "4000000000009995", TAB, "12/39", TAB, "123", TAB, TAB, TAB)
    maria.keys(TAB, ENTER).wait_for("PAYMENT FAILED").wait_for("Nothing was taken").wait_for("Try another card")
    maria.keys(ENTER).wait_for("This payment").keys(*CARD, ENTER).wait_for("Pay this?")
    maria.keys(TAB, ENTER).wait_for("RECEIPT PAY-")
    assert sorted(p["state"] for p in payments(business)) == ["failed", "succeeded", "succeeded"]


def test_mistyped_cards_are_told_at_the_field(maria):
    maria.keys("p").wait_for("This payment").keys("4242424242424241", TAB, "13/39", TAB, "12", TAB, TAB, ENTER)
    maria.wait_for("not a card number").wait_for("no such month").wait_for("printed on the card")


def test_a_payment_is_made_once_when_the_daemon_dies_before_it_answers(business, maria):
    maria.keys("p")
    to_review(maria)
    halt(business.process)
    maria.keys(TAB, ENTER).wait_for("Paying EUR")
    maria.keys(ENTER, ESC, "q").settle()
    business.stop(signal.SIGKILL)
    maria.wait_for("Outcome unknown: do not pay again", 30)
    super(Northwind, business).start()
    business.ana = business.sign_in()
    maria.wait_for("RECEIPT PAY-", 40)
    made = [p for p in payments(business) if p["mode"] == "card"]
    assert len(made) == 1 and made[0]["state"] == "succeeded"


def test_a_payment_that_takes_long_may_be_left(business, maria):
    maria.keys("p")
    to_review(maria, "4000000000003006", TAB, "12/39", TAB, "123", TAB, TAB, TAB)
    maria.keys(TAB, ENTER).wait_for("Waiting for its answer")
    halt(business.process)
    try:
        maria.keys(ESC).wait_for("Outcome unknown: do not pay again, we are asking the gateway.", 30)
        maria.keys(ESC).wait_for(lambda s: "Paying EUR" not in s.text())
    finally:
        os.kill(business.process.pid, signal.SIGCONT)
    maria.wait_for("Recent")
    section(maria, "4", "PAY-000002")


# --- account -------------------------------------------------------------------------------------------------------------------
def test_own_name_and_the_companys_details_change_and_staff_see_it(business, maria):
    section(maria, "5", "Shipping address")
    maria.keys("e").wait_for("Save").keys(BACKSPACE * 4, "Ruiz Gómez", TAB, "+34 600 555 030", TAB, ENTER)
    maria.wait_for("Saved.").wait_for("Maria Ruiz Gómez · Bodega Sur")
    maria.keys("E").wait_for("Billing street").wait_for("Calle Mayor 4")
    maria.keys(TAB, TAB, TAB, BACKSPACE, "14", "\x1bOQ").wait_for("sees the change").wait_for("Calle Mayor 14")
    c = business.ana.ask("customer.get", id=business.bodega)
    assert c["customer"]["billing"]["street"] == "Calle Mayor 14" and c["customer"]["shipping"]["street"] == "Muelle 2, nave 7"
    assert any(p["name"] == "Maria Ruiz Gómez" and p["phone"] == "+34 600 555 030" for p in c["contacts"])


def test_what_the_business_does_not_allow_is_dimmed_and_says_why(business):
    b = business.ana.ask("settings.get")["business"]
    business.ana.ask("settings.update", business={"revision": b["revision"], "customers_edit": False, "partial_payments": False})
    with terminal(business) as t:
        sign_in(t).wait_for("Recent")
        section(t, "5", "Contact persons")
        t.keys("E").wait_for("The business changes these details")
        t.keys("1").wait_for("Recent").keys("p").wait_for("This payment").wait_for("INV-000002").keys(TAB * 8, ENTER).wait_for("How much of it?").keys(ctrl("U"), "5", ENTER).wait_for("paid in full here")


def test_leaving_a_changed_form_asks(maria):
    section(maria, "5", "Contact persons")
    maria.keys("e").wait_for("Save").keys("x", ESC).wait_for("Leave without saving?").keys(ESC).wait_for("Maria Ruizx")


# --- the session ---------------------------------------------------------------------------------------------------------------
def test_signing_out_ends_the_session(business, maria):
    maria.keys("q").wait_for("Sign out?").keys(TAB, ENTER).wait_for("You are signed out.").wait_for("E-mail")
    assert "Bodega" not in maria.text()


def test_the_lock_hides_everything_and_keeps_the_place(business, maria):
    section(maria, "3", "INV-000003")
    open_row(maria, "INV-000003").wait_for("INVOICE INV-000003")
    palette(maria, "lock")
    maria.wait_for("Locked").wait_gone("INV-000003")
    maria.keys(ESC, "q", ENTER).wait_for("did not match")
    maria.keys(PASSWORD, ENTER).wait_for("INVOICE INV-000003")


def test_access_switched_off_locks_at_once(business, maria):
    section(maria, "3", "INV-000003")
    business.ana.ask("access.disable", contacts=[business.maria_id])
    maria.wait_for("Your session has ended").wait_gone("INV-000003")
    maria.keys(PASSWORD, ENTER).wait_for("That did not match.")


def test_what_is_being_written_waits_under_the_lock(business, maria):
    section(maria, "3", "INV-000003")
    open_row(maria, "INV-000004").wait_for("INVOICE INV-000004")
    maria.keys("c").wait_for("Comment").keys("Half a sentence").wait_for("Half a sentence")
    business.ana.ask("access.disable", contacts=[business.maria_id])
    maria.wait_for("Your session has ended").wait_gone("Half a sentence").wait_gone("INV-000004")
    business.ana.ask("access.enable", contacts=[business.maria_id], password=PASSWORD, keep_password=True)
    maria.keys(PASSWORD, ENTER).wait_for("Half a sentence").wait_for("On Invoice INV-000004")
    maria.keys(" more", F2).wait_for("of 33 ↓").keys("G").wait_for("Conversation (1)").wait_for("Half a sentence more")


def test_help_lists_each_key_once(business, maria):
    """What a screen makes of a key takes the place of what the portal makes of it everywhere."""
    maria.keys("?").wait_for("Keys: Home")
    said = [maria.line(row)[2:13].split() for row in range(1, 23)]
    keys = [words[0] for words in said if len(words) == 1 and len(words[0]) == 1]
    keys = [key for key in keys if key != ":"]  # that is how what has no key is found
    assert keys.count("q") == 1 and len(keys) == len(set(keys)), keys
    assert "Sign out" in maria.text() and "Back (also Esc)" not in maria.text()


def test_a_server_that_was_never_there_is_called_so(tmp_path):
    with PtyScreen([str(POSTERN.resolve()), "--url", f"ipc://{tmp_path}/nobody", "--portal", "northwind"]) as t:
        t.wait_for("Not connected yet, trying again: ipc://")
        assert " s old" not in t.text()


def test_a_daemon_that_is_gone_leaves_the_screen_and_comes_back(business, maria):
    section(maria, "3", "INV-000003")
    open_row(maria, "INV-000004").wait_for("INVOICE INV-000004")
    maria.keys("c").wait_for("Comment").keys("A draft that must not get lost")
    business.stop(signal.SIGKILL)
    maria.wait_for("offline ○").wait_for("Not connected")
    maria.wait_for("A draft that must not get lost").wait_for("On Invoice INV-000004")
    maria.keys(F2).wait_for("nothing was sent")
    super(Northwind, business).start()
    business.ana = business.sign_in()
    maria.wait_gone("offline ○").keys(F2).wait_for("Your comment was sent.").wait_for("INVOICE INV-000004")
    business.ana.ask("comment.add", document=business.large["id"], text="Back again.", portal=True)
    maria.keys("G").wait_for("Back again.")


def test_a_comment_after_too_many_changes_is_sent_in_its_turn_and_need_not_be_typed_again(business):
    with Slow(business, "comment.add", 2, 300) as slow, PtyScreen([str(POSTERN.resolve()), "--url", slow.url, "--portal", "northwind"]) as t:
        sign_in(t).wait_for("Recent").wait_for("Payments")
        section(t, "3", "INV-000003")
        open_row(t, "INV-000004").wait_for("INVOICE INV-000004")
        t.keys("c").wait_for("Comment").keys("In its turn").wait_for("In its turn").keys("\x1bOQ")
        t.wait_for("Your comment was sent")
    assert [c["text"] for c in business.ana.ask("comment.list", document=business.large["id"])["comments"]][-1] == "In its turn"


def test_idle_it_paints_nothing(maria):
    maria.settle(1.0)
    assert maria.count_bytes(3) == 0


def test_hang_up_and_interrupt_end_it(business):
    with terminal(business) as t:
        sign_in(t).wait_for("Recent")
        t.hang_up()
        t.wait_end(5)
