/* One contact person: their access in words, where they are signed in, their SSH keys, and everything staff do about it
 * (B3–B7, B12, B14, C5). */
#include "tui/staff/staff_access.h"
#include "tui/staff/staff_screens.h"
#include "tui/staff/sessions.h"
#include <stdio.h>
#include <string.h>

enum { GET, KEYS };

struct state {
    struct access_acts acts; /* first: access.h */
    uint64_t customer, id;
    const struct customer_get_out *out;
    const struct contact *person; /* in out; NULL: not there (any more) */
    const struct me *me;
    struct sessions sessions;
    struct list *keys;
    int32_t today;
};

static const struct list_column key_columns[] = {
    {.name = "label", .title = "SSH key", .width = 12, .grow = 1},
    {.name = "fingerprint", .title = "Fingerprint", .width = 50},
    {.name = "used", .title = "Last used", .width = 12},
    {.name = "from", .title = "From", .width = 14, .grow = 1, .drop = 2},
    {.name = "added", .title = "Added", .width = 12, .drop = 1},
};

static void begin(struct ui *ui, struct state *s)
{
    sessions_open(ui, &s->sessions, SIDE_CUSTOMER, s->id);
    s->keys = ui_list(ui, key_columns, COUNT_OF(key_columns));
    list_empty_text(s->keys, "No SSH keys.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct customer_get_in get = {0};
    struct key_list_in keys = {0};
    if (why == LOAD_FIRST)
        begin(ui, s);
    GIVE(customer_get_in, &get, customer, s->customer);
    ui_ask(ui, GET, OPNO_customer_get, &get);
    sessions_ask(ui, &s->sessions);
    GIVE(key_list_in, &keys, contact, s->id);
    ui_ask(ui, KEYS, OPNO_key_list, &keys);
}

static void took_keys(struct ui *ui, const struct state *s, const struct key_list_out *out)
{
    list_begin(s->keys);
    for (size_t i = 0; i < out->keys.n; i++) {
        const struct ssh_key *k = &out->keys.v[i];
        char used[SHOW_TEXT], added[SHOW_TEXT];
        show_when(used, k->used, s->me->time_zone, ui_today(ui));
        const char *cells[] = {show_text(k->label), show_text(k->fingerprint),
                               k->expires ? "waits to be proved"
                               : *used    ? used
                                          : "never",
                               show_place(k->place),
                               show_when(added, k->created, s->me->time_zone, ui_today(ui))};
        unsigned styles[] = {0, 0, k->expires ? STYLE_WARN : *used ? 0 : STYLE_DIM, 0, STYLE_DIM};
        list_add(s->keys, &(struct list_row){.id = (uint64_t)k->id, .cells = cells, .styles = styles});
    }
    list_end(s->keys, false, -1);
}

static void took_person(struct ui *ui, struct state *s, const struct customer_get_out *out)
{
    s->out = out;
    s->person = NULL;
    s->today = ui_today(ui);
    for (size_t i = 0; i < out->contacts.n; i++)
        if (out->contacts.v[i].id == s->id)
            s->person = &out->contacts.v[i];
    if (!s->person) {
        ui_toast(ui, TONE_BAD, "This person is not there any more.");
        ui_pop(ui);
        return;
    }
    ui_title(ui, "%s", show_text(s->person->name));
    snprintf(s->sessions.name, sizeof s->sessions.name, "%s", show_text(s->person->name));
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (access_reply(ui, &s->acts, tag, r) || sessions_reply(ui, &s->sessions, tag, r) || ui_refused(ui, r))
        return;
    if (tag == KEYS)
        took_keys(ui, s, r->out);
    else
        took_person(ui, s, r->out);
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    if (ui_top(ui) == &screen_staff_person && e->customer == s->customer && !staff_event_moves_money(e))
        ui_reload(ui);
}

/* --- drawing */

static int draw_person(const struct state *s, const struct canvas *c)
{
    const struct contact *p = s->person;
    char text[500];
    int y = 0;
    bool mail = p->email && *p->email;
    canvas_text(c, y, 1, STYLE_BOLD, show_text(p->name));
    access_words(text, sizeof text, p, s->me->time_zone, s->today);
    canvas_right(c, y++, c->columns - 1, access_style(p) | STYLE_BOLD,
                 p->access == ACCESS_NONE ? "no access yet" : text);
    snprintf(text, sizeof text, "%s%s%s%s", show_text(p->position), p->position && *p->position ? " · " : "",
             show_text(s->out->customer->name), p->primary ? " · the first to turn to" : "");
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    snprintf(text, sizeof text, "%s%s%s", mail ? p->email : "no e-mail address: e adds one",
             p->phone && *p->phone ? " · " : "", show_text(p->phone));
    canvas_fit(c, y++, 1, c->columns - 2, mail ? STYLE_PLAIN : STYLE_WARN, text);
    snprintf(text, sizeof text, "Second factor: %s%s%s%s", p->mfa ? "set up" : "none",
             p->must_change ? " · has to choose a password" : "",
             *s->sessions.from ? " · Last sign-in from " : "", s->sessions.from);
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    return y + 1;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->person) {
        canvas_loading(c, 1, 2);
        return;
    }
    int y = draw_person(s, c), room = c->rows - y - 1;
    int keys = list_count(s->keys) > 1 ? (int)list_count(s->keys) + 1 : 2;
    if (keys > room / 2)
        keys = room / 2;
    int want = list_count(s->sessions.list) > 1 ? (int)list_count(s->sessions.list) + 1 : 2;
    int rows = want < room - keys ? want : room - keys;
    struct canvas sessions = canvas_part(c, y, 0, rows, c->columns);
    list_draw(s->sessions.list, &sessions);
    struct canvas part = canvas_part(c, y + rows + 1, 0, keys, c->columns);
    list_draw(s->keys, &part);
}

/* --- keys */

static struct access_who who_of(const struct state *s)
{
    struct access_who who = {.n = s->person ? 1 : 0, .v = {s->person}};
    who.deactivated = s->person && !s->out->customer->active;
    return who;
}

static const char *may(const struct ui *ui, const void *state)
{
    const char *why = staff_may_write(ui);
    return why ? why : ((const struct state *)state)->person ? NULL : "Not loaded yet.";
}

static const char *can_invite(const struct ui *ui, const void *state)
{
    struct access_who who = who_of(state);
    return access_can_invite(ui, &who);
}

static const char *can_set(const struct ui *ui, const void *state)
{
    struct access_who who = who_of(state);
    return access_can_set(ui, &who);
}

static const char *can_off(const struct ui *ui, const void *state)
{
    struct access_who who = who_of(state);
    return access_can_end(ui, &who);
}

static const char *can_reset(const struct ui *ui, const void *state)
{
    struct access_who who = who_of(state);
    return access_can_reset(ui, &who);
}

static const char *can_end(const struct ui *ui, const void *state)
{
    return sessions_can_end(ui, &((const struct state *)state)->sessions);
}

static void run_edit(struct ui *ui, void *state)
{
    const struct state *s = state;
    staff_contact_edit(ui, s->customer, s->id);
}

static void run_invite(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = who_of(s);
    access_invite(ui, &s->acts, &who);
}

static void run_set(struct ui *ui, void *state)
{
    struct access_who who = who_of(state);
    access_set_password(ui, &who);
}

static void run_off(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = who_of(s);
    access_off(ui, &s->acts, &who);
}

static void run_reset(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = who_of(s);
    access_reset_mfa(ui, &s->acts, &who);
}

static void end_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    sessions_end(ui, &((const struct state *)state)->sessions, false);
}

static void end_all_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    sessions_end(ui, &((const struct state *)state)->sessions, true);
}

static void run_end(struct ui *ui, void *state)
{
    sessions_confirm(ui, &((const struct state *)state)->sessions, false, end_done);
}

static void run_end_all(struct ui *ui, void *state)
{
    sessions_confirm(ui, &((const struct state *)state)->sessions, true, end_all_done);
}

static const struct key_row keys[] = {{.key = 'e',
                                       .action = "edit",
                                       .help = "Change name, e-mail address, position",
                                       .possible = may,
                                       .run = run_edit},
                                      {.key = 'a',
                                       .action = "invite",
                                       .help = "Invite by mail, or invite again",
                                       .possible = can_invite,
                                       .run = run_invite},
                                      {.key = 'w',
                                       .action = "password",
                                       .help = "Set a one-time password",
                                       .possible = can_set,
                                       .run = run_set},
                                      {.key = 'x',
                                       .action = "off",
                                       .help = "Switch the portal access off",
                                       .possible = can_off,
                                       .run = run_off},
                                      {.key = 'F',
                                       .action = "reset factor",
                                       .help = "Reset the second factor of who lost the phone",
                                       .possible = can_reset,
                                       .run = run_reset},
                                      {.key = K_DELETE,
                                       .action = "end session",
                                       .help = "End the session under the cursor",
                                       .possible = can_end,
                                       .run = run_end,
                                       .quiet = true},
                                      {.key = 'E',
                                       .action = "end all",
                                       .help = "End all sessions of this person",
                                       .possible = can_end,
                                       .run = run_end_all,
                                       .quiet = true},
                                      {0}};

const struct screen screen_staff_person = {.name = "staff.person",
                                           .title = "Person",
                                           .state_size = sizeof(struct state),
                                           .open = open,
                                           .load = load,
                                           .reply = reply,
                                           .event = event,
                                           .draw = draw,
                                           .keys = keys};

void staff_person_open(struct ui *ui, uint64_t customer, uint64_t person)
{
    struct state *s = ui_push(ui, &screen_staff_person, person);
    s->customer = customer;
}
