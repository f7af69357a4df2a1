"""A few rows among more than one answer reads are found all the same: who asks gets rows, and not an empty page to go on from."""
import os
import pathlib
import subprocess

import pytest

from ctl import Ctl
from daemon import PASSWORD, Daemon, add_customer, line
from pty_talk import Talk

BIN = pathlib.Path(os.environ["POSTERN_BUILD"]) / "bin"
FEW = "written_off>0"  # no index leads there


@pytest.fixture(scope="module")
def d():
    with Daemon() as d:
        d.stop()
        subprocess.run([BIN / "fill", "store", d.data, "50", "21000"], check=True, timeout=300)
        d.start()
        admin = d.sign_in()
        customer, _ = add_customer(admin, "Oldest Ltd", "old@oldest.test")
        made = admin.ask("invoice.create", customer=customer, document={"date": "2001-02-03", "due": "2001-03-03",
                                                     "lines": [line(price="777.77")]})["invoice"]
        sent = admin.ask("invoice.send", invoice=made["id"], revision=made["revision"])["invoice"]
        admin.ask("invoice.write_off", invoice=sent["id"], reason="gone")
        yield d


def test_one_answer_is_bounded_and_says_where_it_goes_on(d):
    page = d.sign_in().ask("invoice.list", filter=FEW)
    assert not page["invoices"] and page["next"] and page["matched"] == 0 and page["matched_more"] and "sums" not in page
    later = d.sign_in().ask("invoice.list", filter=FEW, after=page["next"])
    assert later["invoices"] and not {"matched", "matched_more", "sums"} & set(later)  # counted once: not told as 0


def test_the_command_line_goes_on_by_itself(d):
    ctl = Ctl(d)
    ctl.login()
    said = ctl.run("invoice.list", f"filter={FEW}").stdout
    assert "777.77" in said and "matched" not in said
    [row] = ctl.json("invoice.list", f"filter={FEW}")["invoices"]
    assert row["total"]["amount"] == 77777


def test_line_mode_goes_on_by_itself(d):
    with Talk([BIN / "postern", "--url", d.url, "--portal", d.portal]) as t:
        t.hear("E-mail: ").say(d.email).hear("Password: ").wait_echo(False).say(PASSWORD).hear("Main menu: ")
        t.say("invoices").hear("Invoices: ").say(f"find {FEW}").hear("777.77").hear("Invoices: ")
        assert "type next" not in t.last
        t.say("find balance<0").hear("Invoices: ")  # nothing at all: that is what is said, and not "No more."
        assert "match" in t.last and "No more" not in t.last and "continued" not in t.last, t.last
