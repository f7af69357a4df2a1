/* My sign-in: what lets one in, at a glance; Enter changes it. */
#include "tui/both/security.h"
#include "tui/both/enrol.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MFA, KEYS, SESSIONS };
enum { ROW_PASSWORD = 1, ROW_FACTOR, ROW_CODES, ROW_KEYS, ROW_SESSIONS, ROWS };

struct state {
    struct list *list;
    const struct mfa_show_out *mfa;
    const struct key_list_out *keys;
    const struct session_list_out *sessions;
    const struct me *me;
};

static const struct list_column columns[] = {{.name = "what", .width = 16},
                                             {.name = "state", .width = 40, .grow = 1}};

char *security_when(char buffer[SECURITY_TEXT], const struct me *me, int64_t instant, const char *place)
{
    char when[SHOW_TEXT];
    if (!instant)
        snprintf(buffer, SECURITY_TEXT, "never");
    else
        snprintf(buffer, SECURITY_TEXT, "%s from %s", show_when(when, instant, me->time_zone, me->today),
                 show_machine(place));
    return buffer;
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct mfa_show_in mfa = {0};
    struct key_list_in keys = {0};
    struct session_list_in sessions = {0};
    (void)state;
    (void)why;
    ui_ask(ui, MFA, OPNO_mfa_show, &mfa);
    ui_ask(ui, KEYS, OPNO_key_list, &keys);
    ui_ask(ui, SESSIONS, OPNO_session_list, &sessions);
}

/* --- the rows */

static void add(struct list *l, uint64_t id, const char *what, const char *is, unsigned style)
{
    const char *cells[] = {what, is};
    const unsigned styles[] = {STYLE_PLAIN, style};
    list_add(l, &(struct list_row){.id = id, .cells = cells, .styles = styles});
}

static void add_factor(struct state *s)
{
    const struct mfa_show_out *m = s->mfa;
    char text[SECURITY_TEXT], when[SHOW_TEXT];
    if (!m) {
        add(s->list, ROW_FACTOR, "Second factor", "…", STYLE_DIM);
        return;
    }
    if (!m->enrolled) {
        add(s->list, ROW_FACTOR, "Second factor", "off: the password alone lets you in", STYLE_WARN);
        return;
    }
    snprintf(text, sizeof text, "on%s%s", m->since ? " since " : "",
             show_when(when, m->since, s->me->time_zone, s->me->today));
    add(s->list, ROW_FACTOR, "Second factor", text, STYLE_GOOD);
    snprintf(text, sizeof text, m->codes_left == 1 ? "%" PRId64 " is left" : "%" PRId64 " are left",
             m->codes_left);
    add(s->list, ROW_CODES, "Backup codes", text, m->codes_left < 2 ? STYLE_BAD : STYLE_PLAIN);
}

static void add_keys(struct state *s)
{
    char text[SECURITY_TEXT] = "none";
    size_t n = s->keys ? s->keys->keys.n : 0, at = 0;
    for (size_t i = 0; i < n && at < sizeof text; i++) /* the beginning of the list will do */
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i ? ", " : "",
                               show_text(s->keys->keys.v[i].label));
    add(s->list, ROW_KEYS, "SSH keys", s->keys ? text : "…", n ? STYLE_PLAIN : STYLE_DIM);
}

static void add_sessions(struct state *s)
{
    char text[SECURITY_TEXT] = "…", when[SECURITY_TEXT];
    const struct session *last = NULL;
    size_t n = s->sessions ? s->sessions->sessions.n : 0;
    for (size_t i = 0; i < n; i++) {
        const struct session *at = &s->sessions->sessions.v[i];
        if (!at->current && (!last || at->seen > last->seen))
            last = at;
    }
    if (last)
        snprintf(text, sizeof text, "%zu; one besides this: %s", n,
                 security_when(when, s->me, last->seen, last->place));
    else if (s->sessions)
        snprintf(text, sizeof text, "only this one");
    add(s->list, ROW_SESSIONS, "Sessions", text, STYLE_PLAIN);
}

static void rows(struct state *s)
{
    list_begin(s->list);
    add(s->list, ROW_PASSWORD, "Password", "change it", STYLE_DIM);
    add_factor(s);
    add_keys(s);
    add_sessions(s);
    list_end(s->list, false, -1);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == MFA)
        s->mfa = r->out;
    else if (tag == KEYS)
        s->keys = r->out;
    else
        s->sessions = r->out;
    rows(s);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_security && (e->subject == SUBJECT_SESSION || e->subject == SUBJECT_KEY))
        ui_reload(ui);
}

/* --- drawing */

static const char *about(const struct state *s, uint64_t row)
{
    switch (row) {
    case ROW_PASSWORD:
        return "Enter asks for the present password and another one. Your other sessions end then.";
    case ROW_FACTOR:
        return !s->mfa || !s->mfa->enrolled
                   ? "Enter sets it up: who has learnt your password can not sign in with it alone."
                   : "Enter puts another phone in the place of the present one; x gives it up.";
    case ROW_CODES:
        return "For the day the phone is lost: each signs you in once. Enter makes new ones, and the old "
               "ones end.";
    case ROW_KEYS:
        return "A key signs you in over ssh without the password; the second factor is still asked for. "
               "Enter shows "
               "them, adds and removes.";
    case ROW_SESSIONS: return "Where you are signed in. Enter shows them, and ends those that should not be.";
    default: return "";
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int height = ROWS + 1 < c->rows ? ROWS + 1 : c->rows;
    struct canvas part = canvas_part(c, 1, 0, height, c->columns);
    list_draw(s->list, &part);
    int width = c->columns - 4 < 76 ? c->columns - 4 : 76;
    canvas_wrap(c, height + 1, 2, width, 3, STYLE_DIM, about(s, list_id(s->list)));
}

/* --- keys */

static void run_open(struct ui *ui, void *state)
{
    const struct state *s = state;
    switch (list_id(s->list)) {
    case ROW_PASSWORD: ui_push(ui, &screen_password, 0); break;
    case ROW_FACTOR: ui_push(ui, &screen_enrol_ask, 0); break;
    case ROW_CODES: ui_push(ui, &screen_security_codes, 0); break;
    case ROW_KEYS: book_open(ui, &book_keys, 0); break;
    case ROW_SESSIONS: book_open(ui, &book_sessions, 0); break;
    default: break;
    }
}

static const char *may_give_up(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->mfa || !s->mfa->enrolled)
        return "There is no second factor.";
    return s->mfa->required ? "The business asks everybody for a second factor." : NULL;
}

static void run_give_up(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_security_off, 0);
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "change", .help = "Change what the cursor is on", .run = run_open},
    {.key = 'x',
     .action = "give up 2nd factor",
     .help = "Give the second factor up",
     .possible = may_give_up,
     .run = run_give_up},
    {0}};

const struct screen screen_security = {.name = "security",
                                       .title = "My sign-in",
                                       .state_size = sizeof(struct state),
                                       .open = open,
                                       .load = load,
                                       .reply = reply,
                                       .event = event,
                                       .draw = draw,
                                       .keys = keys};
