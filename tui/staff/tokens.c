/* Machine tokens (H3): which programs may ask, for what, until when, and when they last did. */
#include "tui/staff/tokens.h"
#include "common/date.h"
#include "common/zone.h"
#include "tui/staff/accounts.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

enum { LIST, REVOKE };

struct state {
    struct list *list;
    const struct token_list_out *out;
    const struct me *me;
    int32_t today;
};

static const struct list_column columns[] = {
    {.name = "name", .title = "Token for", .width = 16, .grow = 2, .sortable = true},
    {.name = "role", .title = "May", .width = 14},
    {.name = "operations", .title = "Operations", .width = 10, .grow = 1, .drop = 2},
    {.name = "until", .title = "Until", .width = 22},
    {.name = "used", .title = "Last used", .width = 12},
    {.name = "from", .title = "From", .width = 14, .grow = 1, .drop = 3},
};

bool token_over(const struct machine_token *t)
{
    return t->expires && t->expires <= staff_clock();
}

char *token_until(char *buffer, size_t size, const struct machine_token *t, const char *zone, int32_t today)
{
    char day[SHOW_TEXT];
    if (t->revoked)
        snprintf(buffer, size, "taken back %s", show_day(day, zone_day(zone, t->revoked), today));
    else
        snprintf(buffer, size, "%s%s", token_over(t) ? "expired " : "",
                 show_day(day, zone_day(zone, t->expires), today));
    return buffer;
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list,
                    "No tokens yet. + makes one for a program that works with this business's data.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct token_list_in none = {0};
    (void)state;
    if (why != LOAD_SELECTED)
        ui_ask(ui, LIST, OPNO_token_list, &none);
}

static void add(struct state *s, const struct machine_token *t)
{
    char until[80], used[SHOW_TEXT], count[40] = "all of it";
    bool gone = t->revoked || token_over(t);
    token_until(until, sizeof until, t, s->me->time_zone, s->today);
    if (t->operations.n)
        snprintf(count, sizeof count, "%zu", t->operations.n);
    show_when(used, t->used, s->me->time_zone, s->today);
    const char *cells[] = {show_text(t->name),     account_may(t->role), count, until,
                           *used ? used : "never", show_place(t->place)};
    unsigned styles[] = {0, 0, 0, gone ? STYLE_BAD : 0, *used ? 0 : STYLE_DIM, 0};
    list_add(s->list, &(struct list_row){.id = t->id,
                                         .cells = cells,
                                         .style = gone ? STYLE_DIM : STYLE_PLAIN,
                                         .styles = styles,
                                         .user = t->revoked ? 2 : token_over(t)});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == REVOKE) {
        ui_toast(ui, TONE_GOOD, "Taken back: the next request with it is refused.");
        ui_reload(ui);
        return;
    }
    s->out = r->out;
    s->today = ui_today(ui);
    list_begin(s->list);
    for (size_t i = 0; i < s->out->tokens.n; i++)
        add(s, &s->out->tokens.v[i]);
    list_end(s->list, false, -1);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_tokens && e->subject == SUBJECT_TOKEN)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

static const struct machine_token *chosen(const struct state *s)
{
    for (size_t i = 0; s->out && i < s->out->tokens.n; i++)
        if (s->out->tokens.v[i].id == list_id(s->list))
            return &s->out->tokens.v[i];
    return NULL;
}

/* --- one of them */

static int field(const struct canvas *c, int y, const char *label, const char *value)
{
    canvas_text(c, y, 1, STYLE_DIM, label);
    int rows = canvas_wrap(c, y, 14, c->columns - 15, 3, STYLE_PLAIN, value);
    return rows ? rows : 1;
}

static void draw_token(const struct machine_token *t, const struct me *me, int32_t today,
                       const struct canvas *c)
{
    char text[300], when[SHOW_TEXT];
    int y = 0;
    canvas_text(c, y++, 1, STYLE_BOLD, show_text(t->name));
    y += field(c, y, "May", account_may(t->role));
    token_until(text, sizeof text, t, me->time_zone, today);
    y += field(c, y, "Until", text);
    snprintf(text, sizeof text, "%s by %s", show_when(when, t->created, me->time_zone, today),
             show_text(t->created_by));
    y += field(c, y, "Made", text);
    show_when(when, t->used, me->time_zone, today);
    snprintf(text, sizeof text, "%s%s%s", *when ? when : "never",
             *when && t->place && *t->place ? " from " : "", *when ? show_place(t->place) : "");
    y += field(c, y, "Last used", text);
    canvas_text(c, y, 1, STYLE_DIM, "Operations");
    if (!t->operations.n)
        canvas_wrap(c, y, 14, c->columns - 15, 3, STYLE_PLAIN,
                    "all of its role that concern no person and touch no credentials");
    for (size_t i = 0; i < t->operations.n; i++)
        canvas_fit(c, y++, 14, c->columns - 15, STYLE_PLAIN, t->operations.v[i]);
}

static void preview(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct machine_token *t = chosen(s);
    if (t)
        draw_token(t, s->me, s->today, c);
}

struct one_state {
    uint64_t id;
    const struct machine_token *token;
    const struct me *me;
};

static void one_open(struct ui *ui, void *state, uint64_t subject)
{
    struct one_state *s = state;
    s->id = subject;
    s->me = client_me(ui);
}

static void one_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct one_state *s = state;
    const struct token_list_out *out = r->out;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    s->token = NULL;
    for (size_t i = 0; i < out->tokens.n; i++)
        if (out->tokens.v[i].id == s->id)
            s->token = &out->tokens.v[i];
    if (s->token)
        ui_title(ui, "%s", show_text(s->token->name));
}

static void one_draw(const void *state, struct canvas *c)
{
    const struct one_state *s = state;
    if (s->token)
        draw_token(s->token, s->me, zone_day(s->me->time_zone, staff_clock()), c);
}

static const struct screen screen_staff_token = {.name = "staff.token",
                                                 .title = "Token",
                                                 .state_size = sizeof(struct one_state),
                                                 .open = one_open,
                                                 .load = load,
                                                 .reply = one_reply,
                                                 .draw = one_draw,
                                                 .scrolls = true};

/* --- keys */

static const char *may(const struct ui *ui, const void *state)
{
    (void)state;
    return ui_who(ui) & BY_ADMIN ? NULL : "Only an administrator makes tokens.";
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->list) ? NULL : "There is nothing to open.";
}

static const char *can_revoke(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    if (!list_id(s->list))
        return "There is no token.";
    return list_user(s->list) == 2 ? "It was taken back already." : NULL;
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_token, list_id(((const struct state *)state)->list));
}

static void run_new(struct ui *ui, void *state)
{
    (void)state;
    token_new(ui);
}

static void revoke_done(struct ui *ui, void *state, const struct said *said)
{
    struct token_revoke_in in = {0};
    (void)said;
    GIVE(token_revoke_in, &in, token, list_id(((const struct state *)state)->list));
    ui_ask_with(ui, &(struct ask){
                        .tag = REVOKE, .op = op_at(OPNO_token_revoke), .in = &in, .busy = "Taking it back…"});
}

static void run_revoke(struct ui *ui, void *state)
{
    const struct state *s = state;
    char text[400];
    snprintf(text, sizeof text, "The program that uses “%s” is refused from now on. That can not be undone.",
             list_cell(s->list, "name"));
    ui_confirm(ui, "Take this token back?", text, "Take it back", revoke_done);
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "open",
     .help = "What it may, until when, last use",
     .possible = can_open,
     .run = run_open},
    {.key = '+', .action = "new", .help = "Make a token for a program", .possible = may, .run = run_new},
    {.key = 'x',
     .action = "take back",
     .help = "End this token at once",
     .possible = can_revoke,
     .run = run_revoke},
    {0}};

const struct screen screen_staff_tokens = {.name = "staff.tokens",
                                           .title = "Machine tokens",
                                           .state_size = sizeof(struct state),
                                           .open = open,
                                           .load = load,
                                           .reply = reply,
                                           .event = event,
                                           .draw = draw,
                                           .preview = preview,
                                           .keys = keys};
