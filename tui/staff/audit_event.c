/* One event of the log, with its link in the chain. */
#include "common/date.h"
#include "common/zone.h"
#include "tui/staff/staff_audit.h"
#include "tui/staff/staff_screens.h"
#include "tui/full/look.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL 22 /* columns of the labels */

struct state {
    uint64_t id;
    const struct event *event;
    const struct me *me;
    bool loaded;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
    ui_title(ui, "Event %" PRIu64, subject);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct event_list_in in = {0};
    (void)why;
    GIVE(event_list_in, &in, event, ((struct state *)state)->id);
    ui_ask(ui, 0, OPNO_event_list, &in);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    const struct event_list_out *out = r->out;
    s->event = out->events.n ? &out->events.v[0] : NULL;
    s->loaded = true;
}

static int line(const struct canvas *c, int y, const char *label, unsigned style, const char *text)
{
    if (!text || !*text)
        return y;
    canvas_fit(c, y, 2, LABEL - 1, STYLE_DIM, label);
    int rows = canvas_wrap(c, y, 2 + LABEL, c->columns - LABEL - 4, 12, style, text);
    return y + (rows > 0 ? rows : 1);
}

static int who(const struct state *s, const struct canvas *c, int y)
{
    const struct event *e = s->event;
    char text[300];
    const char *side = enum_name(enum_side(), e->side);
    if (e->actor && e->side != SIDE_SYSTEM)
        snprintf(text, sizeof text, "%s (%s, number %" PRId64 ")", show_who(e), side, e->actor);
    else
        snprintf(text, sizeof text, "%s", show_who(e));
    return line(c, y, "Who", STYLE_PLAIN, text);
}

/* Local time to the second; the exact one, as the chain has it, below. */
static int when(const struct state *s, const struct canvas *c, int y)
{
    char date[DATE_TEXT], text[100], exact[INSTANT_TEXT];
    int second = zone_second(s->me->time_zone, s->event->at);
    date_short(date, zone_day(s->me->time_zone, s->event->at));
    snprintf(text, sizeof text, "%s, %02d:%02d:%02d", date, (int)(second / 3600), (int)(second / 60 % 60),
             (int)(second % 60));
    y = line(c, y, "When", STYLE_PLAIN, text);
    return line(c, y, "", STYLE_DIM, instant_plain(exact, s->event->at));
}

static int chain(const struct event *e, const struct canvas *c, int y)
{
    char text[80];
    size_t n = 0;
    for (size_t i = 0; i < e->chain.size && n + 4 < sizeof text; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%02x", e->chain.data[i]);
        if (i % 16 == 15 || i + 1 == e->chain.size) {
            y = line(c, y, i < 16 ? "Link of the chain" : "", STYLE_PLAIN, text);
            n = 0;
        }
    }
    return y;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct event *e = s->event;
    char text[300], amount[SHOW_TEXT];
    if (!e) {
        s->loaded ? canvas_text(c, 1, 2, STYLE_DIM, "There is no such event.") : canvas_loading(c, 1, 2);
        return;
    }
    int y = line(c, 1, "What happened", look_style(show_event_look(e)) | STYLE_BOLD, show_what(e->what));
    y = when(s, c, line(c, y, "", STYLE_PLAIN, e->text));
    y = who(s, c, y);
    const char *place = show_place(e->place), *account = strrchr(show_text(e->place), ' ');
    bool local = account && strcmp(place, show_text(e->place)) != 0;
    snprintf(text, sizeof text, "%s%s%s", place, local ? ", account" : "", local ? account : "");
    y = line(c, y, "From where", STYLE_PLAIN, text) + 1;
    snprintf(text, sizeof text, "%s%s%s", show_subject(e->subject), e->number && *e->number ? " " : "",
             show_text(e->number));
    y = line(c, y, "About", STYLE_PLAIN, text);
    y = line(c, y, "Customer", STYLE_PLAIN, e->customer_name);
    y = line(c, y, "Amount", STYLE_PLAIN, show_money(amount, e->amount));
    y = line(c, y, "Seen by the customer", STYLE_PLAIN, e->portal ? "yes" : "no") + 1;
    snprintf(text, sizeof text, "%" PRIu64, e->id);
    y = line(c, y, "Number in the log", STYLE_PLAIN, text);
    (void)chain(e, c, y);
}

static const char *can_subject(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->event)
        return "Not loaded yet.";
    switch (s->event->subject) {
    case SUBJECT_ESTIMATE:
    case SUBJECT_INVOICE:
    case SUBJECT_PAYMENT:
    case SUBJECT_CUSTOMER: return NULL;
    default: return s->event->customer ? NULL : show_closed(s->event->subject);
    }
}

static void run_subject(struct ui *ui, void *state)
{
    const struct event *e = ((struct state *)state)->event;
    if (!staff_open_subject(ui, e->subject, (uint64_t)e->about))
        ui_push(ui, &screen_staff_customer, e->customer);
}

static void run_copy(struct ui *ui, void *state)
{
    char command[80];
    snprintf(command, sizeof command, "posternctl events event=%" PRIu64 " --json",
             ((struct state *)state)->id);
    ui_copy(ui, command);
}

static const struct key_row keys[] = {
    {.key = 'o',
     .action = "open",
     .help = "Open what it is about",
     .possible = can_subject,
     .run = run_subject},
    {.key = 'y', .action = "copy command", .help = "Copy the command that prints it", .run = run_copy},
    {0}};

const struct screen screen_staff_audit_event = {.name = "staff.audit_event",
                                                .title = "Event",
                                                .state_size = sizeof(struct state),
                                                .open = open,
                                                .load = load,
                                                .reply = reply,
                                                .draw = draw,
                                                .keys = keys,
                                                .scrolls = true};
