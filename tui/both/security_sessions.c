/* Where one is signed in (B14): each session with place, time and how it was opened; one or all others ended. */
#include "tui/both/security.h"
#include "proto/paper/show.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LIST, REVOKE };

struct state {
    struct list *list;
    const struct session_list_out *out;
    const struct me *me;
};

static const struct list_column columns[] = {
    {.name = "from", .title = "From", .width = 22, .grow = 1, .sortable = true},
    {.name = "how", .title = "Opened with", .width = 12},
    {.name = "since", .title = "Since", .width = 13},
    {.name = "seen", .title = "Last use", .width = 13},
    {.name = "this", .title = "", .width = 8, .grow = 1},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct session_list_in none = {0};
    (void)state;
    (void)why;
    ui_ask(ui, LIST, OPNO_session_list, &none);
}

static void rows(struct state *s)
{
    list_begin(s->list);
    for (size_t i = 0; i < s->out->sessions.n; i++) {
        const struct session *at = &s->out->sessions.v[i];
        char since[SHOW_TEXT], seen[SHOW_TEXT], where[SHOW_SESSION];
        const char *cells[] = {show_session(where, at), show_means(at->means),
                               show_when(since, at->created, s->me->time_zone, s->me->today),
                               show_when(seen, at->seen, s->me->time_zone, s->me->today),
                               at->current                            ? "this one"
                               : at->stage && at->stage != STAGE_FULL ? "halfway"
                                                                      : ""};
        list_add(s->list, &(struct list_row){.id = at->id,
                                             .cells = cells,
                                             .style = at->current ? STYLE_BOLD : STYLE_PLAIN,
                                             .user = at->current});
    }
    list_end(s->list, false, (int64_t)s->out->sessions.n);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == LIST) {
        s->out = r->out;
        rows(s);
        return;
    }
    const struct session_revoke_out *out = r->out;
    if (out->ended == 1)
        ui_toast(ui, TONE_GOOD, "One session has ended.");
    else
        ui_toast(ui, TONE_GOOD, "%" PRId64 " sessions have ended.", out->ended);
    ui_reload(ui);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_security_sessions && e->subject == SUBJECT_SESSION)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = canvas_part(c, 0, 0, c->rows - 2, c->columns);
    list_draw(s->list, &part);
    canvas_fit(c, c->rows - 1, 2, c->columns - 3, STYLE_DIM,
               "One that you do not know? End it, then change your password.");
}

/* --- ending */

static const struct session *chosen(const struct state *s)
{
    for (size_t i = 0; s->out && i < s->out->sessions.n; i++)
        if (s->out->sessions.v[i].id == list_id(s->list))
            return &s->out->sessions.v[i];
    return NULL;
}

static size_t others(const struct state *s)
{
    size_t n = 0;
    for (size_t i = 0; s->out && i < s->out->sessions.n; i++)
        n += !s->out->sessions.v[i].current;
    return n;
}

static const char *may_end(const struct ui *ui, const void *state)
{
    const struct session *at = chosen(state);
    (void)ui;
    return !at           ? "There is no session here."
           : at->current ? "This is where you are: sign out instead (:sign out)."
                         : NULL;
}

static const char *has_others(const struct ui *ui, const void *state)
{
    (void)ui;
    return others(state) ? NULL : "There are no others.";
}

static void end_done(struct ui *ui, void *state, const struct said *said)
{
    struct session_revoke_in in = {0};
    const struct session *at = chosen(state);
    (void)said;
    if (!at)
        return;
    GIVE(session_revoke_in, &in, session, (int64_t)at->id);
    ui_ask_with(
        ui, &(struct ask){.tag = REVOKE, .op = op_at(OPNO_session_revoke), .in = &in, .busy = "Ending it…"});
}

static void run_end(struct ui *ui, void *state)
{
    const struct session *at = chosen(state);
    const struct state *s = state;
    char text[SHOW_SESSION + 200], since[SHOW_TEXT], where[SHOW_SESSION];
    snprintf(text, sizeof text, "Opened %s with %s: %s. Whoever is there is out at once.",
             show_when(since, at->created, s->me->time_zone, s->me->today), show_means(at->means),
             show_session(where, at));
    ui_confirm(ui, "End this session?", text, "End it", end_done);
}

static void others_done(struct ui *ui, void *state, const struct said *said)
{
    struct session_revoke_in in = {0};
    (void)state;
    (void)said;
    GIVE(session_revoke_in, &in, others, true);
    ui_ask_with(ui, &(struct ask){
                        .tag = REVOKE, .op = op_at(OPNO_session_revoke), .in = &in, .busy = "Ending them…"});
}

static void run_others(struct ui *ui, void *state)
{
    char text[200];
    size_t n = others(state);
    snprintf(text, sizeof text, "%zu other session%s. Whoever is there is out at once; you stay.", n,
             n == 1 ? " ends" : "s end");
    ui_confirm(ui, "End all other sessions?", text, "End them", others_done);
}

static const struct key_row keys[] = {
    {.key = 'x', .action = "end it", .help = "End this session", .possible = may_end, .run = run_end},
    {.key = 'X',
     .action = "end all others",
     .help = "End all sessions but this one",
     .possible = has_others,
     .run = run_others},
    {0}};

const struct screen screen_security_sessions = {.name = "security.sessions",
                                                .title = "Sessions",
                                                .state_size = sizeof(struct state),
                                                .open = open,
                                                .load = load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = draw,
                                                .keys = keys};
