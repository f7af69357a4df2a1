/* Settings → Second factor: whether customers (A11, C1, C6) and staff (C7) have to have one. Each switch says what it means first. */
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GET, COUNT, SET };
enum { ROW_CUSTOMERS = 1, ROW_STAFF };

struct state {
    struct list *list;
    const struct business *b;
    const struct access_count_out *count; /* NULL: not known (not an administrator) */
    const struct me *me;
    int chosen; /* the row that is being switched */
};

static const struct list_column columns[] = {
    {.name = "who", .title = "Second factor", .width = 16},
    {.name = "now", .title = "As it is", .width = 40, .grow = 1},
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
    struct settings_get_in settings = {0};
    struct access_count_in count = {0};
    (void)state;
    (void)why;
    ui_ask(ui, GET, OPNO_settings_get, &settings);
    if (ui_who(ui) & BY_ADMIN)
        ui_ask(ui, COUNT, OPNO_access_count, &count);
}

static void add(struct state *s, uint64_t id, const char *who, bool on)
{
    const char *cells[] = {who, on ? "on: everybody has to set one up" : "off: everybody may, nobody has to"};
    unsigned styles[] = {0, on ? STYLE_GOOD : STYLE_DIM};
    list_add(s->list, &(struct list_row){.id = id, .cells = cells, .styles = styles, .user = on});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == COUNT && r->code != OK)
        return;
    if (ui_refused(ui, r))
        return;
    if (tag == COUNT) {
        s->count = r->out;
        return;
    }
    if (tag == SET) {
        ui_toast(ui, TONE_GOOD,
                 list_user(s->list) ? "Switched off: who has a second factor keeps it."
                                    : "Switched on: it is asked for from the next sign-in on.");
        ui_reload(ui);
        return;
    }
    s->b = ((const struct settings_get_out *)r->out)->business;
    list_begin(s->list);
    add(s, ROW_CUSTOMERS, "Customers", s->b->mfa);
    add(s, ROW_STAFF, "Staff", s->b->staff_mfa);
    list_end(s->list, false, -1);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_second_factor && e->subject == SUBJECT_BUSINESS)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int width = c->columns > 92 ? 90 : c->columns - 2;
    struct canvas top = canvas_part(c, 0, 0, 4, c->columns);
    list_draw(s->list, &top);
    int y =
        5 + canvas_wrap(
                c, 4, 1, width, 5, STYLE_PLAIN,
                "A second factor is a code from the person's phone (TOTP), asked for after the password or "
                "the SSH key. Five backup codes, each good once, stand in for a phone that is not at hand.");
    y += canvas_wrap(
             c, y, 1, width, 5, STYLE_PLAIN,
             "On: whoever has none sets one up at the next sign-in, before anything else.\n"
             "Off: whoever has one is still asked for it, until staff reset it; nobody else is asked.") +
         1;
    canvas_wrap(c, y, 1, width, 4, STYLE_DIM,
                "Who lost the phone is helped by a reset: F on the person's screen, or on that of the staff "
                "account.");
}

static const char *may(const struct ui *ui, const void *state)
{
    const char *why = staff_may_set(ui);
    return why ? why : ((const struct state *)state)->b ? NULL : "Not loaded yet.";
}

static void set_done(struct ui *ui, void *state, const struct said *said)
{
    const struct state *s = state;
    struct settings_update_in in = {0};
    struct business b = {0};
    (void)said;
    GIVE(business, &b, revision, s->b->revision);
    if (s->chosen == ROW_STAFF)
        GIVE(business, &b, staff_mfa, !s->b->staff_mfa);
    else
        GIVE(business, &b, mfa, !s->b->mfa);
    GIVE(settings_update_in, &in, business, &b);
    ui_ask_with(ui,
                &(struct ask){.tag = SET, .op = op_at(OPNO_settings_update), .in = &in, .busy = "Saving…"});
}

static void concerned(char *text, size_t size, const struct access_count_out *count)
{
    *text = '\0';
    if (count)
        snprintf(text, size, " %" PRId64 " %s signed in so far, %" PRId64 " %s invited.", count->active,
                 count->active == 1 ? "person has" : "persons have", count->invited,
                 count->invited == 1 ? "is" : "are");
}

static void run_switch(struct ui *ui, void *state)
{
    struct state *s = state;
    char text[900], people[160];
    s->chosen = (int)list_id(s->list);
    bool on = list_user(s->list) != 0, staff = s->chosen == ROW_STAFF;
    concerned(people, sizeof people, staff ? NULL : s->count);
    if (on)
        snprintf(text, sizeof text,
                 "%s who have set one up still need their code at every sign-in, until it is reset for them "
                 "one by one. "
                 "Nobody has to set one up any more.",
                 staff ? "Colleagues" : "Customers");
    else if (staff)
        snprintf(text, sizeof text,
                 "From now on every colleague has to set up a second factor at the next sign-in and show its "
                 "code at each "
                 "one after that. That goes for you, too: %s",
                 s->me->mfa ? "you have one." : "you have none yet, have your phone ready.");
    else
        snprintf(text, sizeof text,
                 "From now on every customer has to set up a second factor at the next sign-in and show its "
                 "code at each one "
                 "after that. Nobody can leave it out.%s",
                 people);
    ui_confirm(ui,
               on      ? staff ? "Second factor for staff: off?" : "Second factor for customers: off?"
               : staff ? "Second factor for staff: on?"
                       : "Second factor for customers: on?",
               text, on ? "Switch off" : "Switch on", set_done);
}

static const struct key_row keys[] = {{.key = K_ENTER,
                                       .action = "switch",
                                       .help = "On or off; says what it means first",
                                       .possible = may,
                                       .run = run_switch},
                                      {0}};

const struct screen screen_staff_second_factor = {.name = "staff.second_factor",
                                                  .title = "Second factor",
                                                  .state_size = sizeof(struct state),
                                                  .open = open,
                                                  .load = load,
                                                  .reply = reply,
                                                  .event = event,
                                                  .draw = draw,
                                                  .keys = keys};
