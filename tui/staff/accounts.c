/* The staff accounts: who signs in here, what they may do, how each stands. */
#include "tui/staff/accounts.h"
#include "common/date.h"
#include "common/zone.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

struct state {
    struct list *list;
    const struct me *me;
};

static const struct list_column columns[] = {
    {.name = "name", .title = "Name", .width = 14, .grow = 1, .sortable = true},
    {.name = "email", .title = "E-mail", .width = 26, .grow = 1, .sortable = true, .drop = 2},
    {.name = "role", .title = "May", .width = 14},
    {.name = "state", .title = "State", .width = 24},
    {.name = "seen", .title = "Last sign-in", .width = 12, .drop = 1},
    {.name = "factor", .title = "Code", .width = 4},
};

static bool invited(const struct staff *p)
{
    return p->access == ACCESS_INVITED && p->invite_expires;
}

char *account_words(char *buffer, size_t size, const struct staff *p, const char *zone, int32_t today)
{
    char day[SHOW_TEXT];
    if (!p->active)
        snprintf(buffer, size, "deactivated");
    else if (invited(p) && p->invite_expires <= staff_clock())
        snprintf(buffer, size, "invitation expired");
    else if (invited(p))
        snprintf(buffer, size, "invited, expires %s",
                 show_day(day, zone_day(zone, p->invite_expires), today));
    else if (p->must_change)
        snprintf(buffer, size, "one-time password");
    else
        snprintf(buffer, size, p->last_sign_in ? "active" : "not signed in yet");
    return buffer;
}

unsigned account_style(const struct staff *p)
{
    if (!p->active || (invited(p) && p->invite_expires <= staff_clock()))
        return STYLE_BAD;
    return invited(p) || p->must_change || !p->last_sign_in ? STYLE_WARN : STYLE_GOOD;
}

bool account_is_last_admin(const struct staff_list_out *all, uint64_t staff)
{
    bool is = false;
    for (size_t i = 0; i < all->staff.n; i++) {
        const struct staff *p = &all->staff.v[i];
        if (p->role != ROLE_ADMIN || !p->active || p->access == ACCESS_INVITED)
            continue;
        if (p->id != staff)
            return false;
        is = true;
    }
    return is;
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "There are none.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct staff_list_in none = {0};
    (void)state;
    (void)why;
    ui_ask(ui, 0, OPNO_staff_list, &none);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    const struct staff_list_out *out = r->out;
    list_begin(s->list);
    for (size_t i = 0; i < out->staff.n; i++) {
        const struct staff *p = &out->staff.v[i];
        char words[80], seen[SHOW_TEXT], name[160];
        snprintf(name, sizeof name, "%s%s", show_text(p->name),
                 (uint64_t)s->me->person == p->id ? " (you)" : "");
        const char *cells[] = {name,
                               show_text(p->email),
                               show_may(p->role),
                               account_words(words, sizeof words, p, s->me->time_zone, ui_today(ui)),
                               show_when(seen, p->last_sign_in, s->me->time_zone, ui_today(ui)),
                               p->mfa ? "yes" : "no"};
        unsigned styles[] = {0, 0, 0, account_style(p), 0, p->mfa ? STYLE_GOOD : STYLE_DIM};
        list_add(s->list, &(struct list_row){.id = p->id,
                                             .cells = cells,
                                             .style = p->active ? STYLE_PLAIN : STYLE_DIM,
                                             .styles = styles});
    }
    list_end(s->list, false, -1);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_accounts && (e->subject == SUBJECT_STAFF || e->side == SIDE_STAFF) &&
        !staff_event_moves_money(e))
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

static const char *may(const struct ui *ui, const void *state)
{
    (void)state;
    return ui_who(ui) & BY_ADMIN ? NULL : "Only an administrator changes accounts.";
}

static void run_open(struct ui *ui, void *state)
{
    uint64_t id = list_id(((const struct state *)state)->list);
    if (id)
        ui_push(ui, &screen_staff_account, id);
}

static void run_new(struct ui *ui, void *state)
{
    (void)state;
    account_new(ui);
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "open", .help = "This account: role, state, sessions", .run = run_open},
    {.key = '+', .action = "invite", .help = "Invite a colleague", .possible = may, .run = run_new},
    {0}};

const struct screen screen_staff_accounts = {.name = "staff.accounts",
                                             .holds = SUBJECT_STAFF,
                                             .title = "Staff accounts",
                                             .state_size = sizeof(struct state),
                                             .open = open,
                                             .load = load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = draw,
                                             .keys = keys};
