"""The toolkit on a real pseudo-terminal, with kit_demo: goldens, hostile input, budgets."""
import os
import signal
import time

import pytest
from pty_screen import (BACKTAB, DOWN, END, ENTER, ESC, F2, PAGE_DOWN, TAB, PtyScreen, ctrl, golden, paste)

BUILD = os.environ["POSTERN_BUILD"]
HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(BUILD, "tests", "kit_demo")


def demo(*arguments, **options):
    return PtyScreen([DEMO, *arguments], **options)


def ready(t):
    return t.wait_for("INV-000001").settle()


def picture(t, name):
    golden(os.path.join(HERE, "golden", f"kit_{name}.txt"), t)


@pytest.mark.parametrize("rows,columns", [(24, 80), (60, 200)])
def test_every_kind_of_screen_looks_as_its_golden(rows, columns):
    size = f"{columns}x{rows}"
    with demo(rows=rows, columns=columns) as t:
        ready(t)
        picture(t, f"list_{size}")
        t.keys("?").wait_for("Keys: Invoices")
        picture(t, f"help_{size}")
        t.keys("z").wait_gone("Keys: Invoices")
        t.keys("/", "kohler state:over").wait_for("/kohler state:over")
        picture(t, f"filter_{size}")
        t.keys(ESC).wait_gone("/kohler")
        t.keys(ENTER).wait_for("INVOICE INV-")
        picture(t, f"document_{size}")
        t.keys("p").wait_for("You pay")
        picture(t, f"confirm_{size}")
        t.keys(ESC).wait_gone("You pay")
        t.keys("a").wait_for("Type ACCEPT")
        t.keys("ACC", ENTER).wait_for("or cancel")
        picture(t, f"word_{size}")
        t.keys(ESC).wait_gone("Type ACCEPT")
        t.keys(":", "comm").wait_for("Write a comment")
        picture(t, f"palette_{size}")
        t.keys(ENTER).wait_for("Northwind sees this.")
        t.keys("Hello,", ENTER, "two lines")
        t.wait_for("two lines")
        picture(t, f"comment_{size}")
        t.keys(ESC).wait_for("Esc again")
        t.keys(ESC).wait_gone("Northwind sees this.")
        t.keys(ESC).wait_for("Amount")
        t.keys("+").wait_for("Everything a form can hold.")
        t.keys(TAB).wait_for("This is needed.")
        picture(t, f"form_{size}")


def test_a_resize_storm_ends_on_the_screen_of_a_fresh_start():
    with demo() as fresh, demo() as stormy:
        ready(fresh)
        ready(stormy)
        for rows, columns in [(10, 30), (40, 200), (16, 60), (24, 119), (5, 5), (1, 1), (40, 132), (24, 161), (23, 79)] * 3:
            stormy.resize(rows, columns)
            stormy.pump(0.01)
        stormy.resize(24, 80)
        stormy.wait_for("1 Invoices 2 Form").settle()
        assert stormy.screen() == fresh.screen()
        assert stormy.picture() == fresh.picture()


def test_wide_and_combining_characters_keep_the_columns():
    with demo() as t:
        ready(t)
        japanese, plain, marks = (t.find(text)[0] for text in ("東京紙業株式会社", "Köhler", "SARL"))
        cells = [t.screen_.buffer[y] for y in (japanese, plain, marks)]
        where = {"".join(row[x].data for x in range(40, 54)) for row in cells}
        assert all("Nov 2026" in text for text in where)
        assert t.find("e\u0301te\u0301 SARL") or t.find("été SARL")


def test_escape_sequences_in_data_reach_no_terminal():
    with demo("--hostile") as t:
        ready(t)
        t.keys(PAGE_DOWN, END).settle()
        assert b"\x1b[2J\x1b]0;" not in t.raw and b"owned\x07" not in t.raw
        assert b"\xc2\x9b" not in t.raw and b"\xe2\x80\xae" not in t.raw
        assert t.find("owned") and t.screen_.title == ""


def test_no_colour_leaves_attributes_only():
    with demo(env={"NO_COLOR": "1"}) as t:
        ready(t)
        assert t.find("overdue")
        attributes = {a for y in range(24) for x in range(80) for a in t.attributes(y, x)}
        assert "reverse" in attributes and "bold" in attributes
        assert not any(a.startswith(("fg:", "bg:")) for a in attributes)


def test_without_utf8_it_draws_in_ascii():
    with demo(env={"LC_ALL": "C", "LANG": "C"}) as t:
        ready(t)
        assert t.find("Kohler & Sohn") and t.find("--------")
        assert all(byte < 0x80 for byte in t.raw)


def test_an_unknown_terminal_is_tried_as_xterm():
    with demo(term="no-such-terminal") as t:
        ready(t)
        t.keys("Q")
        assert t.wait_end() == 0


@pytest.mark.parametrize("term,env", [("dumb", {}), ("", {}), ("xterm", {"ACCESSIBLE": "1"})])
def test_without_cursor_addressing_line_mode_is_chosen(term, env):
    with demo(term=term, env=env) as t:
        t.wait_for("line mode")
        assert t.wait_end() == 0 and b"\x1b" not in t.raw


def test_a_terminal_type_without_cursor_addressing_leaves_the_screen_alone():
    with demo(term="unknown") as t:
        t.wait_for(lambda s: "line mode" in s.text() or "INV-000001" in s.text())


def test_a_small_window_says_so_and_quits():
    with demo(rows=10, columns=40) as t:
        t.wait_for("Make it larger")
        t.keys("j", ENTER, "p", ESC)
        t.settle()
        assert t.find("Make it larger")
        t.resize(24, 80).wait_for("INV-000001")
        t.resize(15, 80).wait_for("Make it larger")
        t.keys("Q")
        assert t.wait_end() == 0


def test_a_paste_goes_into_the_field_and_never_submits():
    with demo() as t:
        ready(t)
        t.keys("+").wait_for("Everything a form can hold.")
        t.keys(paste("Ana\nKelly\r\nQqp")).wait_for("Ana Kelly Qqp")
        assert not t.find("Saved") and not t.find("This is needed.")
        t.keys(ESC).wait_for("Leave without saving?")
        t.keys(paste("\r\n\r\n"), paste("Leave")).settle()
        assert t.find("Leave without saving?")
        t.keys(ENTER).wait_gone("Leave without saving?")
        assert t.find("Everything a form can hold.")


def test_pasted_hot_keys_do_nothing():
    with demo() as t:
        ready(t)
        t.keys(ENTER).wait_for("INVOICE INV-000001").settle()
        before = t.picture()
        t.keys(paste("p\r\rQqx"))
        assert t.settle().picture() == before


def test_a_form_is_filled_refused_and_saved():
    with demo() as t:
        ready(t)
        t.keys("+").wait_for("Everything a form can hold.")
        t.keys("Köhler", TAB, "taken@example.test", TAB, "geheim", TAB, "12,5", TAB, "1 234,50", TAB, "4 dec", TAB, "n", TAB)
        t.wait_for("2026-12-04")
        assert t.find("••••••") and not t.find("geheim") and t.find("1234.50") and t.find("12.5")
        assert b"geheim" not in t.raw
        t.keys(" ").wait_for("[x]")
        t.keys(F2).wait_for("That address is taken.")
        y, x = t.find("taken@example.test")
        t.wait_for(lambda s: s.cursor() == (y, x + len("taken@example.test")))
        t.keys(ctrl("U"), "k@example.test", F2).wait_for("Saved Köhler, 1234.50,")
        assert t.find("Net 30")
        t.keys(ESC).wait_for("Amount").wait_gone("Everything")  # kept: no question


def test_a_double_enter_pays_once():
    with demo() as t:
        ready(t)
        t.keys(ENTER).wait_for("INVOICE")
        t.keys("p").wait_for("You pay")
        t.keys(TAB, ENTER, ENTER, ENTER, "p", ESC, "q")
        t.wait_for("Paying…").wait_for("Paid EUR 49,000.00")
        assert t.find("INVOICE") and not t.find("You pay")


def test_the_spinner_shows_only_while_it_is_worked():
    with demo() as t:
        ready(t)
        assert b"working" not in t.raw
        t.keys(ENTER).wait_for("INVOICE")
        t.keys("p").wait_for("You pay")
        t.keys(TAB, ENTER).wait_for("working").wait_for("Paid")
        t.wait_gone("working")


def test_the_copy_goes_to_the_terminal_as_osc_52():
    with demo() as t:
        ready(t)
        t.keys(ENTER).wait_for("INVOICE")
        t.keys("y").wait_for("Sent to your terminal: RF18 5390 0754 7034")
        assert b"\x1b]52;c;UkYxOCA1MzkwIDA3NTQgNzAzNA==\x07" in t.raw


def test_it_leaves_the_terminal_as_it_was():
    with demo() as t:
        ready(t)
        assert b"\x1b[?2004h" in t.raw and b"\x1b[?1000h" not in t.raw
        t.keys("m").wait_for("mouse is on")
        t.keys("\x1b[<65;1;1M").wait_for(lambda s: s.line(6).startswith(">"))
        t.keys("Q")
        assert t.wait_end() == 0
        t.pump(0)
        tail = t.raw[-200:]
        assert b"\x1b[?2004l" in tail and b"\x1b[?1000l" in tail and b"\x1b[?1049l" in tail


def test_flow_control_keys_and_stray_bytes_do_not_freeze_it():
    with demo() as t:
        ready(t)
        t.keys(ctrl("S"), ctrl("Q"), ctrl("Z"), ctrl("C"), b"\xff\xfe\x1b[", b"200", b"\x00", DOWN)
        t.wait_for(lambda s: s.line(4).startswith(">"))


def test_no_terminal_is_ever_asked():
    with demo() as t:
        ready(t)
        for query in (b"\x1b[c", b"\x1b[6n", b"\x1b[5n", b"\x1b[>c", b"\x1bP", b"\x1b]10;?", b"\x1b[?u"):
            assert query not in t.raw


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_signals_end_it_at_once(number):
    with demo() as t:
        ready(t)
        begin = time.monotonic()
        t.signal(number)
        code = t.wait_end(2)
        assert time.monotonic() - begin < 0.1 * slow()
        assert code in (128 + number, -number)  # the latter when leaving took long, and the alarm ended it


def test_a_dead_terminal_ends_it_within_100_ms():
    with demo() as t:
        ready(t)
        begin = time.monotonic()
        t.hang_up()
        t.wait_end(2)
        assert time.monotonic() - begin < 0.1 * slow()


def test_a_signal_ends_it_though_the_terminal_is_stopped():
    with demo(rows=60, columns=200) as t:
        ready(t)
        for _ in range(400):  # nobody reads: the kernel's buffer fills and a write blocks
            try:
                os.set_blocking(t.master, False)
                os.write(t.master, b"\x0c" + b"j")
            except BlockingIOError:
                break
            finally:
                os.set_blocking(t.master, True)
        begin = time.monotonic()
        t.signal(signal.SIGTERM)
        while t.poll() is None:
            assert time.monotonic() - begin < 2
            os.sched_yield()
        assert time.monotonic() - begin < 0.2 * slow()


def test_it_can_be_suspended_and_goes_on():
    with demo() as t:
        ready(t)
        before = t.picture()
        t.signal(signal.SIGTSTP)
        t.wait_for(lambda s: open(f"/proc/{s.pid}/stat").read().rsplit(")", 1)[1].split()[0] == "T")
        t.signal(signal.SIGCONT)
        t.wait_for(lambda s: s.raw.count(b"\x1b[?2004h") == 2).settle()
        assert t.picture() == before
        t.keys(DOWN).wait_for(lambda s: s.line(4).startswith(">"))


def test_budgets():
    for rows, columns, limit in ((24, 80, 4096), (60, 200, 16384)):
        with demo(rows=rows, columns=columns) as t:
            ready(t)
            assert t.bytes <= limit, f"first paint {columns}×{rows}: {t.bytes} bytes"
            if columns > 80:
                continue
            for _ in range(12):
                before = t.bytes
                t.keys("j").wait_for(lambda _: t.bytes > before).settle(0.05)
                assert t.bytes - before <= 256, f"one row: {t.bytes - before} bytes"
            t.wait_gone("nothing")
            assert t.count_bytes(1.0) == 0


def test_escape_is_prompt_and_its_delay_is_honoured():
    with demo(env={"ESCDELAY": "400"}) as t:
        ready(t)
        t.keys(ENTER).wait_for("INVOICE").settle()
        begin = time.monotonic()
        t.keys(ESC).wait_for("Amount").wait_gone("INVOICE INV")
        assert time.monotonic() - begin > 0.3
    with demo() as t:
        ready(t)
        t.keys(ENTER).wait_for("INVOICE").settle()
        begin = time.monotonic()
        t.keys(ESC).wait_gone("INVOICE INV")
        assert time.monotonic() - begin < 0.2 * slow()


def test_split_sequences_are_one_key():
    with demo(env={"ESCDELAY": "5000"}) as t:  # this process may rest between two bytes, however short
        ready(t)
        for byte in b"\x1b[B":
            t.keys(bytes([byte]))
        t.wait_for(lambda s: s.line(4).startswith(">"))
        t.keys(BACKTAB).settle()
        assert t.line(4).startswith(">")


def slow():
    """Sanitizers and a busy machine: a bound in time is a bound on mistakes, not on load."""
    load = max(1.0, os.getloadavg()[0] / os.cpu_count())
    return load * (5 if "dev" in os.path.basename(BUILD) or "tsan" in os.path.basename(BUILD) else 2)
