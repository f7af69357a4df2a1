"""Who may include what: the rooms of the house, checked in every #include.

A new source file needs no row. A new library needs a row in LIBRARIES, here, and one in docs/dependencies.md.
"""
import fnmatch
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import lint  # noqa: E402

SERVER = ["common/*", "proto/*", "!proto/ctl/*", "data/*"]
# A face knows no noun of the business: those are in tui/portal, and, until they are described there, in customer, staff and both.
FACE = ["common/*", "proto/*", "!proto/ctl/*", "tui/face/*"]
LINE = FACE + ["tui/line/*", "tui/link/*", "tui/full/ui.h", "tui/full/qr.h", "tui/full/ascii.h"]

# First row whose left side matches the including file decides; the right side is all it may see of this repository.
ROOMS = [
    ("common/*",     ["common/*"]),
    ("proto/ctl/*",  ["common/*", "proto/*"]),
    ("proto/keys/*", ["common/*", "proto/*", "!proto/ctl/*"]),
    ("proto/bank/*",  ["common/*", "proto/op.h", "proto/bank/*"]),
    ("proto/paper/*", ["common/*", "proto/op.h", "proto/paper/*"]),
    ("proto/*",      ["common/*", "proto/*", "!proto/ctl/*", "!proto/paper/*"]),
    ("data/*",       ["common/*", "data/*"]),
    ("server/ops/*", ["common/*", "proto/*", "!proto/ctl/*", "data/*", "!data/engine/*", "server/core/call.h", "server/core/secret.h", "server/door/source.h", "server/core/otp.h", "server/core/sshsig.h", "server/core/password_check.h", "server/core/limits.h", "server/core/kept.h", "server/core/numbered.h", "server/core/owner.h", "server/core/request_days.h", "server/pay/*", "server/due/due.h", "server/mail/outbox.h", "server/mail/template.h", "server/mail/smtp.h", "server/paper/*", "server/ops/*"]),
    # The other rooms of the daemon, each with what it may ask of its neighbours: a longer list is a decision.
    ("server/door/*", SERVER + ["server/core/*", "server/ops/session_open.h", "server/ops/token.h", "server/ops/stage.h", "server/door/*"]),
    ("server/core/*", SERVER + ["server/door/*", "server/ops/tries.h", "server/ops/session_open.h", "server/ops/payment.h", "server/ops/follow_ops.h", "server/due/works.h",
                                "server/due/seal_due.h", "server/pay/gateway.h", "server/core/*"]),
    ("server/due/*",  SERVER + ["server/core/*", "server/ops/audit.h", "server/due/*"]),
    ("server/pay/*",  SERVER + ["server/core/secret.h", "server/core/reach.h", "server/core/daemon.h", "server/core/limits.h", "server/due/due.h", "server/due/works.h", "server/ops/payment_gateway.h", "server/ops/gateway_watch.h", "server/ops/method.h", "server/ops/follow_ops.h", "server/pay/*"]),
    ("server/mail/*", SERVER + ["server/core/limits.h", "server/core/reach.h", "server/core/secret.h", "server/core/daemon.h", "server/core/call.h", "server/due/due.h", "server/ops/reminder_mail.h", "server/ops/receipt_mail.h", "server/ops/receipt_page.h", "server/paper/*", "server/mail/*"]),
    ("server/paper/*", ["common/*", "proto/paper/show.h", "server/paper/*"]),
    ("server/*",      SERVER + ["server/*"]),
    ("tui/face/*",   ["common/*", "proto/op.h", "proto/paper/*", "tui/face/*"]),
    ("tui/portal/*", ["common/*", "proto/op.h", "proto/paper/*", "tui/face/*", "tui/portal/*"]),
    # Conversations that are not described yet say what screens say: until their nouns are files in tui/portal.
    ("tui/line/flow_foreign.c",  LINE + ["tui/portal/papers.h"]),
    ("tui/line/flow_write*",     LINE + ["tui/portal/writing.h"]),
    ("tui/line/flow_enter.c",    LINE + ["tui/portal/books.h"]),
    ("tui/full/*",   FACE + ["tui/full/*", "tui/link/*"]),
    ("tui/line/*",   LINE),
    ("tui/word/ssh_verbs.c", ["common/*", "proto/*", "tui/word/*", "tui/full/qr.h"]),
    ("tui/*",        ["common/*", "proto/*", "!proto/ctl/*", "tui/*"]),
    ("tests/*",      ["*"]),
    ("cmake/*",      []),
    ("docs/*",       []),
]

# A library's headers, and the only files that include them (tests may, to have an oracle or to measure against).
LIBRARIES = [
    ("lmdb.h",               ["data/engine/kv_lmdb.c"]),
    ("ncurses.h curses.h ncursesw/* term.h", ["tui/full/term_curses.c"]),
    ("nng/*",                ["server/door/listener*.c", "proto/link*.c"]),
    ("openssl/*",            ["proto/tls_openssl.h"]),
    ("msgpack.h msgpack/*",  ["common/codec*.c"]),
    ("sodium.h sodium/*",    ["common/ssh_key.c", "common/seal.c", "server/core/secret*.c"]),
    ("idn2.h",               ["common/address.c"]),
    ("liboath/*",            ["server/core/otp.c"]),
    ("qrencode.h",           ["tui/full/qr.c"]),
    ("jansson.h",            ["proto/ctl/*", "server/pay/stripe*"]),
    ("csv.h",                ["proto/ctl/*", "proto/bank/bank_csv.c"]),
    ("libxml/*",             ["proto/bank/camt.c"]),
    ("pango/*",              ["server/paper/page_pdf.c"]),
    ("cairo-pdf.h cairo.h",  ["server/paper/page_pdf.c"]),
    ("glib.h glib/*",        ["common/zone.c"]),
    ("curl/*",               ["server/core/reach.h", "server/core/reach.c", "server/mail/smtp.c", "server/pay/http.c"]),
    ("gmime/*",              ["server/mail/mime.c"]),
    ("unictype.h unigbrk.h unilbrk.h uniname.h uninorm.h unistdio.h unistr.h unitypes.h uniwidth.h unicase.h uniwbrk.h",
                             ["common/text.c"]),
]

# The C library and Linux; whatever is in no table is a library nobody decided on.
SYSTEM = """assert.h ctype.h errno.h iconv.h inttypes.h limits.h locale.h math.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h
stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h time.h threads.h wchar.h wctype.h
dirent.h dlfcn.h endian.h fcntl.h fnmatch.h getopt.h glob.h grp.h iconv.h langinfo.h libgen.h netdb.h poll.h pthread.h pwd.h
sched.h semaphore.h spawn.h sysexits.h syslog.h termios.h unistd.h utime.h pty.h malloc.h execinfo.h byteswap.h
sys/* netinet/* arpa/* linux/*""".split()

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def allowed(seen, included):
    refused = [pattern[1:] for pattern in seen if pattern.startswith("!")]
    return matches(included, seen) and not matches(included, refused)


def resolve(source, included):
    """The repository's name of a quoted include: from the root, or (tests, .def tables) from the file's folder."""
    beside = os.path.normpath(os.path.join(os.path.dirname(source), included))
    if not os.path.exists(os.path.join(lint.ROOT, included)) and os.path.exists(os.path.join(lint.ROOT, beside)):
        return beside
    return included


def faults_in(source, text):
    faults = []
    room = next((seen for pattern, seen in ROOMS if fnmatch.fnmatchcase(source, pattern)), None)
    if room is None:
        return [f"{source}: in no room: add a row to ROOMS"]
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        kind, included = found.groups()
        where = f"{source}:{number}"
        owners = next((who for headers, who in LIBRARIES if matches(included, headers.split())), None)
        if owners is not None:
            if not matches(source, owners) and not source.startswith("tests/"):
                faults.append(f"{where}: <{included}> is only for {' '.join(owners)}")
        elif kind == '"':
            name = resolve(source, included)
            if not allowed(room, name):
                faults.append(f'{where}: may not include "{name}"')
        elif not matches(included, SYSTEM):
            faults.append(f"{where}: <{included}>: a library in no table")
    return faults


def test_every_include_is_allowed():
    faults = [fault for name in lint.files(".c", ".h", ".def") for fault in faults_in(name, lint.read(name))]
    assert not faults, "\n".join(faults)


def test_what_is_forbidden_is_found():
    for source, line in [
        ("common/money.c", '#include "data/engine/kv.h"'),
        ("proto/frame.c", '#include "data/record.h"'),
        ("data/record.c", '#include "proto/op.h"'),
        ("data/record.c", "#include <lmdb.h>"),
        ("server/ops/invoice.c", '#include "data/engine/kv.h"'),
        ("server/ops/invoice.c", '#include "server/door/listener.h"'),
        ("server/ops/invoice.c", "#include <nng/nng.h>"),
        ("tui/postern.c", '#include "server/core/limits.h"'),
        ("tui/full/canvas.c", "#include <ncurses.h>"),
        ("tui/full/canvas.c", '#include "proto/ctl/json.h"'),
        ("tui/face/run.c", '#include "tui/full/screen.h"'),
        ("tui/face/run.c", '#include "tui/link/client.h"'),
        ("tui/portal/tokens.c", '#include "tui/line/talk.h"'),
        ("tui/full/book_screen.c", '#include "tui/portal/books.h"'),
        ("tui/line/talk_book.c", '#include "tui/staff/staff_screens.h"'),
        ("server/posternd.c", "  #  include <curl/curl.h>"),
        ("server/door/listener_tls.c", "#include <openssl/ssl.h>"),
        ("attic/x.c", ""),
    ]:
        assert len(faults_in(source, line)) == 1, (source, line)


def test_what_is_allowed_passes():
    for source, line in [
        ("common/money.c", '#include "common/err.h"\n#include <stdint.h>'),
        ("data/engine/kv_lmdb.c", '#include "data/engine/kv.h"\n#include <lmdb.h>'),
        ("proto/link.c", "#include <nng/protocol/reqrep0/req.h>"),
        ("server/door/listener_tls.c", "#include <nng/nng.h>"),
        ("proto/tls_openssl.h", "#include <openssl/ssl.h>"),
        ("server/ops/invoice.c", '#include "data/record.h"\n#include "server/core/call.h"\n#include "server/ops/document.h"'),
        ("tui/staff/queue.c", '#include "proto/link.h"\n#include "tui/full/list.h"'),
        ("tests/bench/probe.c", '#include <lmdb.h>\n#include "data/engine/kv.h"'),
    ]:
        assert faults_in(source, line) == [], (source, line)
