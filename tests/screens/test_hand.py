"""What the fingers find: places by number and name, keys that work where they are named, panes of wide windows."""
import os
import pathlib
import signal

import pytest

from daemon import PASSWORD, line
from northwind import Northwind
from pty_screen import ENTER, ESC, PAGE_DOWN, TAB, PtyScreen

BUILD = pathlib.Path(os.environ.get("POSTERN_BUILD", "build-dev"))
POSTERN = BUILD / "bin/postern"
ANA, MARIA = "ana.hand@northwind.example", "maria@bodegasur.example"


@pytest.fixture(scope="module")
def business():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Ana Kelly", email=ANA, role="admin", password=PASSWORD, keep_password=True)
        yield b


def terminal(b, email=ANA, **more):
    t = PtyScreen([str(POSTERN.resolve()), "--url", b.url, "--portal", "northwind"], **more)
    return t.wait_for("Sign in").keys(email, TAB, PASSWORD, ENTER).wait_for("Recent" if email == MARIA else "Paid this month").settle()


def crumb(t, text):
    return t.wait_for(lambda s: text in s.line(0))


def footer(t):
    return t.line(t.screen_.lines - 1)


# --- ":" goes to a number or a name -----------------------------------------------------------------------------------------------
def test_a_name_is_gone_to(business):
    with terminal(business) as t:
        t.keys(":", "bodega").wait_for("customer:")
        t.keys(ENTER)
        crumb(t, "› Bodega Sur")
        t.keys("q")
        crumb(t, "› Today")


def test_enter_need_not_wait_for_what_is_found(business):
    with terminal(business) as t:
        t.keys(":INV-000002", ENTER)
        crumb(t, "› INV-000002")


def test_a_number_that_nothing_has_is_said(business):
    with terminal(business) as t:
        t.keys(":INV-999999").wait_for("Nothing has that name or number.")
        t.keys(ESC).wait_gone("Nothing has that")
        crumb(t, "› Today")


def test_actions_come_before_what_is_found(business):
    with terminal(business) as t:
        t.keys(":", "out").wait_for("Outbox").settle(0.3)
        t.keys(ENTER)
        crumb(t, "› Outbox")


# --- keys that work ---------------------------------------------------------------------------------------------------------------
def test_the_footer_names_find_and_sort_where_they_work(business):
    with terminal(business) as t:
        assert "/ find" in footer(t) and "s sort" not in footer(t)  # Today has an order of its own
        t.keys("4")
        crumb(t, "› Invoices")
        t.wait_for("INV-000002").wait_for(lambda s: "/ find  s sort" in footer(s))
        t.keys("/", "nobody at all").wait_for("Nothing matches").wait_for(lambda s: "Esc show all" in footer(s))
        t.keys(ESC).wait_for("INV-000002")
        t.keys(ENTER).wait_for("Total")
        t.wait_for(lambda s: "find" not in footer(s) and "sort" not in footer(s))


def test_the_first_screen_offers_to_quit_and_not_to_go_back(business):
    with terminal(business) as t:
        assert "Q quit" in footer(t) and "q back" not in footer(t)
        t.keys("q").wait_for("Q leaves the portal")
        t.keys("2")
        crumb(t, "› Customers")
        t.wait_for(lambda s: "q back" in footer(s))


def test_help_begins_with_this_place_and_its_filter(business):
    with terminal(business, rows=50) as t:
        t.keys("4").wait_for("INV-000002")
        t.keys("?").wait_for("Keys: Invoices").settle()
        lines = t.text()
        assert lines.index("Enter") < lines.index("Fields: ") < lines.index("Find an action")
        assert "status" in lines[lines.index("Fields: "):]


# --- panes ------------------------------------------------------------------------------------------------------------------------
def words(t):
    """What stands in the pane, without the header, the status row and the footer."""
    return " ".join(t.screen()[2:-3]).replace("│", " ").replace(",", " ").replace("·", " ").split()


def shortened(t, columns):
    """Words that are cut in the part that a list has to itself."""
    return sum(row[:columns].count("…") for row in t.screen()[2:-3])


@pytest.mark.parametrize("email,section", [(ANA, "1"), (ANA, "4"), (ANA, "3"), (MARIA, "3"), (MARIA, "2"), (MARIA, "1")])
@pytest.mark.parametrize("rows,columns", [(40, 120), (50, 160), (60, 200)])
def test_a_wide_window_shows_no_less_than_80_columns(business, email, section, rows, columns):
    with terminal(business, email) as t:
        t.keys(section).settle(0.3)
        narrow = {w for w in words(t) if "…" not in w and not set(w) & set("─█▁▂▃▄▅▆▇")}
        t.resize(rows, columns).wait_for(lambda s: len(s.line(1)) == columns).settle(0.3)
        missing = narrow - set(words(t))
        assert not missing, f"{missing}\n{t.text()}"
        assert shortened(t, 80 if columns < 160 else 99) <= shortened(t.resize(24, 80).settle(0.3), 80)


def test_tab_goes_into_the_preview_which_scrolls(business):
    with terminal(business, rows=24, columns=120) as t:
        t.keys("4").wait_for("INV-000002").wait_for("INVOICE")
        t.settle(0.3).keys(TAB).wait_for(lambda s: s.cursor()[1] > 80).wait_for("rows 1–")
        before = t.cursor_row(), t.line(t.cursor_row())[:79]
        t.keys(PAGE_DOWN).wait_gone("rows 1–")
        assert (t.cursor_row(), t.line(t.cursor_row())[:79]) == before
        t.keys(TAB).wait_for(lambda s: s.cursor()[1] < 80)
        t.keys("j").wait_for(lambda s: s.cursor_row() != before[0])


def test_the_column_of_sections_says_how_much_waits_and_follows(business):
    with terminal(business, rows=50, columns=200) as t, terminal(business, MARIA, rows=50, columns=200) as maria:
        t.wait_for("1 overdue").wait_for("1 declined").keys("2")
        maria.wait_for("1 overdue").wait_for("2 to approve").keys("4")
        crumb(t, "› Customers")
        made = business.estimate([line("Samples", "1", "10")])
        maria.wait_for("3 to approve")
        business.maria.ask("estimate.decline", estimate=made["id"], revision=made["revision"], reason="No.")
        t.wait_for("2 declined")
        maria.wait_for("2 to approve")


def test_today_previews_the_document_of_the_row(business):
    with terminal(business, rows=40, columns=130) as t:
        t.go_to("EST-000003 declined").wait_for("Recycled pallets").go_to("INV-000002 overdue").wait_for("INVOICE INV-000002").wait_gone("Recycled pallets")


@pytest.mark.parametrize("columns", [120, 130, 150])
def test_a_preview_breaks_no_address_in_its_middle(business, columns):
    with terminal(business, rows=40, columns=columns) as t:
        t.go_to("INV-000002 overdue").wait_for("INVOICE INV-000002")
        for part in ("Northwind Paper Ltd", "12 Quay Street", "H91 X2Y3 Galway", "IE1234567T", "Bodega Sur S.L.", "Calle Mayor 4", "11001 Cádiz"):
            t.wait_for(part)


def test_beside_a_document_stands_what_was_said_and_happened(business):
    with terminal(business, rows=50, columns=160) as t:
        t.keys(":INV-000003", ENTER).wait_for(lambda s: "INV-000003" in s.line(0)).wait_for("Conversation").settle()
        row = next(y for y, text in enumerate(t.screen()) if "INVOICE INV-000003" in text)
        assert "Conversation" in t.line(row) and t.line(row).index("│  Conversation") > 98, t.text()
        assert any("History" in text[98:] for text in t.screen()), t.text()
        t.resize(40, 120).wait_for(lambda s: len(s.line(1)) == 120).settle()
        assert "Conversation" not in t.line(row)  # there is no room: it stands below
        t.resize(50, 160).wait_for(lambda s: "Conversation" in s.line(row))
        t.keys("v").wait_for(lambda s: "Conversation" not in s.line(row))


# --- what a key does not do -------------------------------------------------------------------------------------------------------
F2 = "\x1bOQ"


def test_saving_is_no_answer_to_a_question(business):
    with terminal(business) as t:
        t.keys("2").wait_for("Bodega Sur").keys("+").wait_for("F2 add the customer").keys("Half of a name", ESC).wait_for("Leave without saving?")
        t.keys(F2, TAB).settle()
        t.wait_for("Leave without saving?").keys(ESC).wait_gone("Leave without saving?").wait_for("Half of a name")


def test_keys_of_the_list_below_a_form_are_named_where_they_work(business):
    with terminal(business, MARIA, columns=100) as t:
        t.keys("p").wait_for("Card number").wait_for("This payment").settle()
        assert "in/out" not in footer(t) and "part" not in footer(t), footer(t)
        for _ in range(12):
            if "in/out" in footer(t):
                break
            t.keys(TAB).settle()
        assert "Space in/out" in footer(t) and "Enter part" in footer(t), footer(t)


def test_a_page_cuts_no_sentence(business):
    with terminal(business, MARIA) as t:
        t.keys("5").wait_for("Contact persons").settle()
        assert "…" not in " ".join(t.screen()[2:-3]), t.text()


def test_a_form_keeps_a_measure(business):
    with terminal(business, rows=50, columns=160) as t:
        t.keys("2").wait_for("Bodega Sur")
        t.keys("+").wait_for("[ ").settle()
        assert max(len(row) for row in t.screen()[2:-3]) <= 19 + 100


# --- when nothing comes -----------------------------------------------------------------------------------------------------------
def test_signing_out_asks_wherever_it_is_chosen(business):
    with terminal(business) as t:
        t.keys(":", "sign out").wait_for("Sign out").settle(0.3)
        t.keys(ENTER).wait_for("Sign out?")
        t.keys(ENTER).wait_gone("Sign out?")  # it starts on Cancel
        crumb(t, "› Today")


def test_a_section_that_can_not_be_read_says_so_and_comes_by_itself():
    with Northwind() as own, terminal(own, "ana@northwind.example") as t:
        own.stop(signal.SIGKILL)
        t.wait_for("offline ○")
        for section in "213456":
            t.keys(section).wait_for("Not connected: this is shown as soon as the portal can be reached again.")
            assert "Loading" not in t.text()
        super(Northwind, own).start()
        t.wait_gone("offline ○").keys("2").wait_for("Bodega Sur")


def test_a_wrong_url_is_named(tmp_path):
    url = f"ipc://{tmp_path}/nowhere"
    with PtyScreen([str(POSTERN.resolve()), "--url", url, "--portal", "northwind"], columns=160) as t:
        t.wait_for(f"Not connected yet, trying again: {url}")


def test_a_section_says_that_nothing_comes_while_offline():
    with Northwind() as b, terminal(b, "ana@northwind.example") as t:
        b.stop()
        t.wait_for("Not connected, trying again.")
        t.keys("4").wait_for("shown as soon as the portal can be reached").wait_gone("Loading")


def test_settings_that_do_nothing_are_not_shown(business):
    with terminal(business, rows=50) as t:
        t.keys("6").wait_for("› Settings").go_to("Portal").keys(ENTER).wait_for("Part payments")
        assert not t.find("Reviews") and not t.find("Projects")


# --- long documents ---------------------------------------------------------------------------------------------------------------
def test_a_long_history_is_folded_to_the_newest(business):
    made = business.ana.ask("estimate.create", customer=business.bodega, document={"lines": [line()]}, send=True)["estimate"]
    for n in range(8):
        business.ana.ask("comment.add", document=made["id"], text=f"Note number {n}", portal=True)
    with terminal(business, rows=60) as t:
        t.keys(":" + made["number"], ENTER).wait_for("History (10)").wait_for("and 5 before that: H shows them")
        t.keys("H").wait_gone("before that").wait_for("History (10)")
        t.keys(ESC).wait_for("and 5 before that")


def test_a_narrow_preview_keeps_the_number_and_the_state_whole(business):
    with terminal(business, rows=40, columns=120) as t:
        t.keys("4").wait_for("INVOICE INV-000004").wait_for("OPEN · due in")


def test_today_previews_a_payment_that_failed(business):
    card = {"card_number": "4000 0000 0000 0002", "card_expiry": "12/39", "card_code": "123"}
    failed = business.maria.ask("payment.pay", parts=[{"invoice": business.large["id"]}], expect=business.large["balance"], **card)["payment"]
    with terminal(business, rows=40, columns=130) as t:
        t.wait_for(f"{failed['number']} failed").go_to(f"{failed['number']} failed").wait_for(f"PAYMENT FAILED {failed['number']}").wait_for("Not taken")
