/* The client without a daemon, for tests of screens: what is asked is looked at, answers are fed in, keys are pressed, the grid is read. With a
 * daemon the same is tested in tests/screens/test_screen_security.py. */
#ifndef TESTS_UNIT_SCREENS_FIXTURE_H
#define TESTS_UNIT_SCREENS_FIXTURE_H
#include "tests/unit/test.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/link/client.h"
#include "tui/full/view.h"
#include <stdlib.h>

#define DUMP getenv("POSTERN_DUMP") /* shows every screen that is looked at */

static int64_t clock_ms = 1000;
static struct loop *loop;
static struct ui *ui;
static struct client *client;

static inline int64_t now(void)
{
    return clock_ms;
}

/* --- what the screens ask for */

struct asked {
    unsigned ticket;
    const struct op *op;
    char said[1000]; /* "portal=northwind email=…": what was given */
};
static struct asked asks[200];
static size_t ask_count;

static inline void describe(struct asked *a, const struct ask *ask)
{
    const struct shape *shape = ask->op->in();
    size_t n = 0;
    for (size_t i = 0; ask->in && i < shape->n && n < sizeof a->said; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = (const char *)ask->in + f->offset;
        if (!(((const struct shape_head *)ask->in)->has >> i & 1))
            continue;
        if (f->type == FIELD_TEXT || f->type == FIELD_SECRET)
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%s|", f->name,
                                  *(const char *const *)at);
        else if (f->type == FIELD_BOOL)
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%d|", f->name, *(const bool *)at);
        else
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%llu|", f->name,
                                  (unsigned long long)*(const uint64_t *)at);
    }
}

static inline bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why)
{
    (void)ctx;
    (void)why;
    if (ask_count == sizeof asks / sizeof *asks)
        abort();
    asks[ask_count] = (struct asked){.ticket = ticket, .op = ask->op};
    describe(&asks[ask_count++], ask);
    return true;
}

static inline void cancel(void *ctx, unsigned ticket)
{
    (void)ctx;
    (void)ticket;
}

/* The newest open ask for an operation; fails the test when there is none. */
static inline struct asked *asked(enum op_number op)
{
    static struct asked none;
    for (size_t i = ask_count; i-- > 0;)
        if (asks[i].op == op_at(op) && asks[i].ticket)
            return &asks[i];
    fprintf(stderr, "nobody asked for %s\n", op_at(op)->name);
    CHECK(!"asked");
    return &none;
}

static inline const char *said(enum op_number op)
{
    return asked(op)->said;
}

static inline void answer(enum op_number op, struct arena *a, const void *out)
{
    struct asked *at = asked(op);
    struct reply r = {.code = OK, .arena = a, .out = arena_copy(a, out, at->op->out()->size)};
    unsigned ticket = at->ticket;
    at->ticket = 0;
    ui_answer(ui, ticket, &r);
    ui_tick(ui, clock_ms);
}

static int64_t retry_ms; /* what a refusal says besides */
static inline void refused(enum op_number op, enum err code, const char *field, const char *detail)
{
    struct asked *at = asked(op);
    struct refusal why = {.code = code, .retry_ms = retry_ms};
    snprintf(why.field, sizeof why.field, "%s", field);
    snprintf(why.detail, sizeof why.detail, "%s", detail);
    struct reply r = {.code = code, .why = &why};
    unsigned ticket = at->ticket;
    at->ticket = 0;
    ui_answer(ui, ticket, &r);
    ui_tick(ui, clock_ms);
}

static inline const char *text(struct arena *a, const char *s)
{
    return arena_text(a, s, strlen(s));
}

/* --- keys and what is seen */

static inline void press(int code)
{
    struct key k = key_of(code);
    ui_tick(ui, clock_ms);
    ui_key(ui, &k);
    ui_tick(ui, clock_ms);
}

static inline void type(const char *s)
{
    for (; *s; s++)
        press(*s);
}

static inline void paste(const char *s)
{
    struct key k = {.code = K_PASTE, .paste = (char *)(uintptr_t)s, .paste_size = strlen(s)};
    ui_tick(ui, clock_ms);
    ui_key(ui, &k);
    ui_tick(ui, clock_ms);
}

static inline bool find(const char *wanted)
{
    char out[1000];
    const struct grid *g = ui_draw(ui);
    for (int y = 0; y < grid_rows(g); y++)
        if (strstr(grid_line(g, y, out, sizeof out), wanted))
            return true;
    return false;
}

static inline void dump(const char *why)
{
    char out[1000];
    const struct grid *g = ui_draw(ui);
    fprintf(stderr, "--- %s\n", why);
    for (int y = 0; y < grid_rows(g); y++)
        fprintf(stderr, "%s\n", grid_line(g, y, out, sizeof out));
}

static inline bool shows(const char *wanted)
{
    bool found = find(wanted);
    if (!found || DUMP)
        dump(wanted);
    return found;
}

/* --- people */

static const struct me maria = {.role = ROLE_CUSTOMER,
                                .person = 7,
                                .name = "Maria Ruiz",
                                .email = "maria@bodegasur.example",
                                .phone = "",
                                .customer = 3,
                                .customer_name = "Bodega Sur",
                                .business = "Northwind Paper Ltd",
                                .portal = "northwind",
                                .today = 739942,
                                .stage = STAGE_FULL};

static inline struct me *me_at(struct arena *a, int stage)
{
    struct me *me = arena_copy(a, &maria, sizeof maria);
    me->stage = stage;
    me->mfa = stage == STAGE_CODE;
    return me;
}

static inline void begin_as(const struct client_options *more, int rows, int columns)
{
    struct client_options o = *more;
    struct refusal why;
    o.url = "ipc:///nonexistent/postern-test";
    ask_count = 0;
    clock_ms = 1000;
    CHECK_INT(loop_open(now, &loop), OK);
    ui = ui_open(rows, columns, clock_ms);
    CHECK_INT(client_open(loop, ui, &o, &client, &why), OK);
    ui_set_backend(ui, &(struct ui_backend){.start = start, .cancel = cancel});
    client_begin(ui);
    ui_tick(ui, clock_ms);
}

static inline void begin(void)
{
    begin_as(&(struct client_options){.portal = "northwind"}, 24, 80);
}

static inline void end(void)
{
    client_close(client);
    ui_close(ui);
    loop_close(loop);
}

static inline void sign_in(int stage)
{
    struct arena *a = arena_open();
    type("maria@bodegasur.example");
    press(K_ENTER);
    type("correct horse battery");
    press(K_ENTER);
    struct session_sign_in_out out = {.token = text(a, "token"), .me = me_at(a, stage)};
    answer(OPNO_session_sign_in, a, &out);
}

static inline void rules(void)
{
    struct arena *a = arena_open();
    struct password_rules_out out = {
        .rules = text(a, "At least 12 characters; a few words that you alone would put together are best.\n"
                         "Not one of the passwords that everybody tries first.\n"
                         "Not your name, your e-mail address or the name of the business."),
        .least = 12,
        .most = 200};
    answer(OPNO_password_rules, a, &out);
}
#endif
