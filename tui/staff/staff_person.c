/* One contact person: their access in words, and everything staff do about it (B3–B7, C5); the way to their sessions and SSH keys
 * (B12, B14). */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_access.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

enum { GET, KEYS, SESSIONS };

struct state {
    struct access_acts acts; /* first: access.h */
    uint64_t customer, id;
    const struct customer_get_out *out;
    const struct contact *person; /* in out; NULL: not there (any more) */
    const struct me *me;
    const struct session_list_out *sessions; /* NULL: not known yet */
    const struct key_list_out *keys;
    int32_t today;
};

static void load(struct ui *ui, void *state, enum load why)
{
    const struct state *s = state;
    struct customer_get_in get = {0};
    struct session_list_in sessions = {0};
    struct key_list_in keys = {0};
    (void)why;
    GIVE(customer_get_in, &get, customer, s->customer);
    ui_ask(ui, GET, OPNO_customer_get, &get);
    GIVE(session_list_in, &sessions, contact, s->id);
    ui_ask(ui, SESSIONS, OPNO_session_list, &sessions);
    GIVE(key_list_in, &keys, contact, s->id);
    ui_ask(ui, KEYS, OPNO_key_list, &keys);
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
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (access_reply(ui, &s->acts, tag, r) || ui_refused(ui, r))
        return;
    if (tag == KEYS)
        s->keys = r->out;
    else if (tag == SESSIONS)
        s->sessions = r->out;
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
    snprintf(text, sizeof text, "Second factor: %s%s", p->mfa ? "set up" : "none",
             p->must_change ? " · has to choose a password" : "");
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    return y + 1;
}

/* Where the person is signed in: how often, and where it was last seen. */
static void draw_sessions(const struct state *s, const struct canvas *c, int y)
{
    const struct session_list *all = &s->sessions->sessions;
    const struct session *last = NULL;
    char when[SHOW_TEXT];
    for (size_t i = 0; i < all->n; i++)
        if (!last || all->v[i].seen > last->seen)
            last = &all->v[i];
    if (last)
        canvas_print(c, y, 1, STYLE_PLAIN, "Sessions: %zu, last used %s from %s", all->n,
                     show_when(when, last->seen, s->me->time_zone, s->today), show_machine(last->place));
    else
        canvas_text(c, y, 1, STYLE_DIM, "Not signed in anywhere.");
}

static void draw_keys(const struct state *s, const struct canvas *c, int y)
{
    const struct ssh_key_list *all = &s->keys->keys;
    size_t wait = 0;
    for (size_t i = 0; i < all->n; i++)
        wait += all->v[i].expires != 0;
    if (!all->n)
        canvas_text(c, y, 1, STYLE_DIM, "No SSH keys.");
    else if (wait)
        canvas_print(c, y, 1, STYLE_WARN, "SSH keys: %zu, of them %zu not proved yet", all->n, wait);
    else
        canvas_print(c, y, 1, STYLE_PLAIN, "SSH keys: %zu", all->n);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->person) {
        canvas_loading(c, 1, 2);
        return;
    }
    int y = draw_person(s, c);
    if (s->sessions)
        draw_sessions(s, c, y);
    if (s->keys)
        draw_keys(s, c, y + 1);
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

static void run_sessions(struct ui *ui, void *state)
{
    book_open(ui, &book_contact_sessions, ((const struct state *)state)->id);
}

static void run_keys(struct ui *ui, void *state)
{
    book_open(ui, &book_contact_keys, ((const struct state *)state)->id);
}

static const struct key_row keys[] = {
    {.key = 'e',
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
    {.key = 'S',
     .action = "sessions",
     .help = "Where this person is signed in; end one or all",
     .run = run_sessions},
    {.key = 'K', .action = "keys", .help = "The SSH keys of this person", .run = run_keys},
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
