/* The log (H5): who did what, when, about what and from where, newest first; the way to one event and to the check of it all. */
#include "tui/staff/staff_audit.h"
#include "tui/staff/staff_screens.h"
#include "tui/full/look.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 50
#define ROUNDS 40 /* pages that may bring nothing before a person has to ask for more */

struct state {
    struct list *list;
    struct event_list_in in;
    const struct event_list_out *page;
    const struct me *me;
    struct audit_query query;
    int pages, rounds;
    size_t found; /* by the ask under way and those that went on from it */
};

static const struct list_column columns[] = {
    {.name = "when", .title = "When", .width = 12},
    {.name = "who", .title = "Who", .width = 10, .grow = 2},
    {.name = "what", .title = "What happened", .width = 21, .grow = 3},
    {.name = "about", .title = "About", .width = 12, .grow = 2},
    {.name = "where", .title = "From where", .width = 12, .grow = 1, .drop = 1},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, true, false);
    list_language(s->list, audit_fields());
    list_empty_text(s->list, "Nothing in the log is like that.");
}

static void ask(struct ui *ui, struct state *s, bool more)
{
    s->in = (struct event_list_in){0};
    GIVE(event_list_in, &s->in, limit, PAGE);
    char why[AUDIT_WHY];
    bool all = audit_query(&s->query, list_filter(s->list), s->me->time_zone, ui_today(ui), &s->in, why);
    list_filter_why(s->list, why);
    if (!all)
        return;
    if (more)
        GIVE(event_list_in, &s->in, after, s->page->next);
    ui_ask(ui, 0, OPNO_event_list, &s->in);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    s->rounds = 0;
    s->found = 0;
    ask(ui, s, why == LOAD_MORE);
}

static void add(struct ui *ui, struct state *s, const struct event *e)
{
    char when[SHOW_TEXT], what[400], about[300];
    audit_what(what, sizeof what, e);
    snprintf(about, sizeof about, "%s", e->number && *e->number ? e->number : show_subject(e->subject));
    const char *cells[] = {show_when(when, e->at, s->me->time_zone, ui_today(ui)), show_who(e), what, about,
                           show_place(e->place)};
    unsigned styles[] = {STYLE_DIM, 0, look_style(show_event_look(e)), 0, STYLE_DIM};
    if (!audit_has_words(&s->query, e))
        return;
    s->found++;
    list_add(s->list, &(struct list_row){.id = e->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .user = (int64_t)e->side << 48 | (int64_t)e->actor});
}

/* What the server or the words let through may be little: it goes on until there is a screenful. */
static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    s->page = r->out;
    if (!GIVEN(event_list_in, &s->in, after)) {
        list_begin(s->list);
        s->pages = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page->events.n; i++)
        add(ui, s, &s->page->events.v[i]);
    bool more = s->page->next && *s->page->next;
    list_end(s->list, more, -1);
    if (more && s->found < PAGE / 2 && ++s->rounds < ROUNDS)
        ask(ui, s, true);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    (void)e;
    if (ui_top(ui) == &screen_staff_audit && s->pages <= 1 && !ui_waiting(ui, 0))
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

static const char *on_row(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_audit_event, list_id(((struct state *)state)->list));
}

static void set_filter(struct ui *ui, struct state *s, const char *text)
{
    list_set_filter(s->list, text);
    ui_reload(ui);
}

static void run_person(struct ui *ui, void *state)
{
    struct state *s = state;
    char text[80];
    int64_t user = list_user(s->list), actor = user & ((INT64_C(1) << 48) - 1);
    const char *side = enum_name(enum_side(), (int)(user >> 48));
    if (actor)
        snprintf(text, sizeof text, "who:%s/%" PRId64, side, actor);
    else
        snprintf(text, sizeof text, "who:%s", side);
    set_filter(ui, s, text);
}

static const struct {
    const char *label, *filter;
} shows[] = {{"Everything", ""},
             {"Sign-ins", "what:signed_in"},
             {"Refused sign-ins", "what:sign_in_refused"},
             {"Backup codes used", "what:mfa_code_used"},
             {"Second factors taken away", "what:mfa_reset"},
             {"Passwords changed", "what:password_changed"},
             {"SSH keys added", "what:key_added"},
             {"Invitations", "what:invited"},
             {"Access switched off", "what:access_off"},
             {"Machine tokens made", "what:token_created"},
             {"What programs did", "who:machine"},
             {"About colleagues", "about:staff"},
             {"About settings", "about:business"}};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    set_filter(ui, state, shows[said->choice].filter);
}

static void run_show(struct ui *ui, void *state)
{
    static const char *labels[COUNT_OF(shows) + 1];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shows); i++)
        labels[i] = shows[i].label;
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Show", .choices = labels, .yes = "Show", .done = show_done});
}

static void run_copy(struct ui *ui, void *state)
{
    const struct state *s = state;
    char command[500];
    snprintf(command, sizeof command, "posternctl %s --csv > log.csv", s->query.command);
    ui_copy(ui, command);
}

static const char *may_verify(const struct ui *ui, const void *state)
{
    (void)state;
    return ui_who(ui) & BY_ADMIN ? NULL : "Only an administrator verifies the log.";
}

static void run_verify(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_staff_audit_verify, 0);
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "open", .help = "All there is about it", .possible = on_row, .run = run_open},
    {.key = 'f', .action = "show", .help = "Only sign-ins, refused ones, keys …", .run = run_show},
    {.key = 'w',
     .action = "same person",
     .help = "Only what this person did",
     .possible = on_row,
     .run = run_person},
    {.key = 'v',
     .action = "verify the log",
     .help = "Is it whole? Nothing changed, removed or cut off",
     .possible = may_verify,
     .run = run_verify},
    {.key = 'y',
     .action = "copy command",
     .help = "Copy the command that exports this as CSV",
     .run = run_copy,
     .quiet = true},
    {0}};

const struct screen screen_staff_audit = {.name = "staff.audit",
                                          .title = "Audit log",
                                          .state_size = sizeof(struct state),
                                          .open = open,
                                          .load = load,
                                          .reply = reply,
                                          .event = event,
                                          .draw = draw,
                                          .keys = keys};
