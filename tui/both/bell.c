/* The bell: what the other side did, newest first. Opening it counts as having read it. */
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"
#include "tui/full/look.h"
#include <string.h>

enum { LIST, SEEN };

struct state {
    struct list *list;
    struct event_list_in in;
    const struct event_list_out *page;
    const struct me *me;
    int64_t unread; /* of the newest page: the first so many stand out */
};

static const struct list_column staff_columns[] = {
    {.name = "when", .title = "When", .width = 12},
    {.name = "number", .title = "About", .width = 10},
    {.name = "what", .title = "What happened", .width = 24, .grow = 3},
    {.name = "amount", .title = "Amount", .width = 13, .right = true, .drop = 2},
    {.name = "customer", .title = "Customer", .width = 16, .grow = 1, .drop = 1},
};
#define CUSTOMER_COLUMNS (COUNT_OF(staff_columns) - 1) /* they know who they are */

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list =
        ui_list(ui, staff_columns, s->me->role == ROLE_CUSTOMER ? CUSTOMER_COLUMNS : COUNT_OF(staff_columns));
    list_empty_text(s->list, "Nothing yet. What happens around your documents is told here.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    s->in = (struct event_list_in){0};
    GIVE(event_list_in, &s->in, bell, true);
    GIVE(event_list_in, &s->in, limit, 50);
    if (why == LOAD_MORE)
        GIVE(event_list_in, &s->in, after, s->page->next);
    ui_ask(ui, LIST, OPNO_event_list, &s->in);
}

static void add(struct ui *ui, struct state *s, const struct event *e, bool fresh)
{
    char when[SHOW_TEXT], what[400], amount[SHOW_TEXT];
    const char *cells[] = {show_when(when, e->at, s->me->time_zone, ui_today(ui)), show_text(e->number),
                           show_event(what, sizeof what, e, s->me->role == ROLE_CUSTOMER),
                           show_money(amount, e->amount), show_text(e->customer_name)};
    unsigned styles[] = {STYLE_PLAIN, STYLE_PLAIN, look_style(show_event_look(e)), STYLE_PLAIN, STYLE_PLAIN};
    bool person =
        e->subject == SUBJECT_CONTACT || e->subject == SUBJECT_KEY; /* stands on the customer's screen */
    int subject = person && e->customer ? SUBJECT_CUSTOMER : e->subject;
    int64_t about = person && e->customer ? (int64_t)e->customer : e->about;
    list_add(s->list, &(struct list_row){.id = e->id,
                                         .cells = cells,
                                         .style = fresh ? STYLE_BOLD : STYLE_PLAIN,
                                         .styles = styles,
                                         .user = (int64_t)subject << 48 | about});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == SEEN) {
        if (r->code == OK)
            ui_set_bell(ui, 0);
        return;
    }
    if (ui_refused(ui, r))
        return;
    s->page = r->out;
    bool first = !GIVEN(event_list_in, &s->in, after);
    if (first) {
        list_begin(s->list);
        s->unread = s->page->unread;
    }
    for (size_t i = 0; i < s->page->events.n; i++)
        add(ui, s, &s->page->events.v[i], first && (int64_t)i < s->unread);
    list_end(s->list, s->page->next && *s->page->next, -1);
    if (first && s->page->unread > 0 && s->page->last) {
        struct event_seen_in seen = {0};
        GIVE(event_seen_in, &seen, event, s->page->last);
        ui_ask(ui, SEEN, OPNO_event_seen, &seen);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    (void)e;
    if (ui_top(ui) == &screen_bell)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    list_draw(s->list, c);
}

static void run_open(struct ui *ui, void *state)
{
    struct state *s = state;
    int64_t user = list_user(s->list);
    int subject = (int)(user >> 48);
    uint64_t about = (uint64_t)(user & ((INT64_C(1) << 48) - 1));
    if (!subject_open(ui, subject, about, 0))
        ui_toast(ui, TONE_INFO, "%s", show_closed(subject));
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->page)
        return ui_loading;
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static const struct key_row keys[] = {{.key = K_ENTER,
                                       .action = "open",
                                       .help = "Open what it is about",
                                       .possible = can_open,
                                       .run = run_open},
                                      {0}};

const struct screen screen_bell = {.name = "bell",
                                   .title = "Bell",
                                   .state_size = sizeof(struct state),
                                   .open = open,
                                   .load = load,
                                   .reply = reply,
                                   .event = event,
                                   .draw = draw,
                                   .keys = keys};
