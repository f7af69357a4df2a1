/* The list of customers (F1), and the same list to choose whom something is for. */
#include "common/filter_table.h"
#include "tui/staff/editor.h"
#include "tui/staff/gather.h"
#include "tui/staff/staff_record.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LIST, GATHER };

struct state {
    struct access_acts acts; /* first: access.h */
    struct gather gather;
    struct list *list;
    struct customer_list_in in;
    const struct customer_list_out *page;
    bool pick;
    int kind; /* picking: enum doc_kind, 0: a payment */
    int pages;
};

static const struct list_column columns[] = {
    {.name = "name", .title = "Name", .width = 20, .grow = 2},
    {.name = "email", .title = "E-mail", .width = 18, .grow = 1, .drop = 2},
    {.name = "access", .title = "Access", .width = 8},
    {.name = "open", .title = "Open", .width = 5, .right = true, .drop = 1},
    {.name = "outstanding", .title = "Outstanding", .width = 16, .right = true},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, true, false);
    list_language(s->list, filter_of_customers());
    if (ui_top(ui) == &screen_staff_customers &&
        !staff_may_write(ui)) /* of those looked for to write to it is one */
        list_take_marks(s->list);
    list_empty_text(s->list, "No customers yet. + adds one.");
}

static void open_pick(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    open(ui, state, 0);
    s->pick = true;
    s->kind = (int)subject;
    ui_title(ui, s->kind == DOC_INVOICE    ? "Invoice for whom?"
                 : s->kind == DOC_ESTIMATE ? "Estimate for whom?"
                                           : "Payment from whom?");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    s->in = (struct customer_list_in){0};
    GIVE(customer_list_in, &s->in, limit, 50);
    if (why == LOAD_MORE)
        GIVE(customer_list_in, &s->in, after, s->page->next);
    if (*list_query(s->list))
        GIVE(customer_list_in, &s->in, filter, list_query(s->list));
    if (s->pick)
        GIVE(customer_list_in, &s->in, active, true);
    ui_ask(ui, LIST, OPNO_customer_list, &s->in);
}

static void add(struct state *s, const struct customer_row *c)
{
    char outstanding[SHOW_TEXT] = "–", count[24] = "";
    if (c->outstanding.amount)
        show_money(outstanding, c->outstanding);
    if (c->invoices)
        snprintf(count, sizeof count, "%" PRId64, c->invoices);
    const char *access = c->active ? show_access(c->access) : "inactive";
    const char *cells[] = {show_text(c->name), show_text(c->email), access, count, outstanding};
    unsigned styles[] = {0, STYLE_DIM, c->access == ACCESS_ACTIVE ? STYLE_GOOD : 0, 0, 0};
    list_add(s->list, &(struct list_row){.id = c->id,
                                         .cells = cells,
                                         .style = c->active ? STYLE_PLAIN : STYLE_DIM,
                                         .styles = styles});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (access_reply(ui, &s->acts, tag, r)) {
        if (r->code == OK)
            list_unmark(s->list);
        return;
    }
    if (tag == GATHER) {
        gather_reply(ui, &s->gather, &s->acts, tag, r);
        return;
    }
    if (ui_refused(ui, r))
        return;
    s->page = r->out;
    if (!GIVEN(customer_list_in, &s->in, after)) {
        list_begin(s->list);
        list_matched(s->list, *list_query(s->list) ? s->page->matched : -1, s->page->matched_more, NULL);
        s->pages = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page->customers.n; i++)
        add(s, &s->page->customers.v[i]);
    list_end(s->list, s->page->next && *s->page->next, s->pick ? -1 : s->page->total);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    bool mine = e->subject == SUBJECT_CUSTOMER || e->subject == SUBJECT_CONTACT || staff_event_moves_money(e);
    bool top = ui_top(ui) == &screen_staff_customers || ui_top(ui) == &screen_staff_pick;
    if (top && mine && s->pages <= 1)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    const struct state *s = state;
    uint64_t id = list_id(s->list);
    if (!s->pick) {
        ui_push(ui, &screen_staff_customer, id);
        return;
    }
    int kind = s->kind;
    ui_pop(ui); /* going back from there leads to where this was asked */
    if (kind)
        editor_new(ui, kind, id);
    else
        record_open(ui, id, 0);
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_new(struct ui *ui, void *state)
{
    (void)state;
    staff_customer_new(ui);
}

static void close_state(void *state)
{
    gather_close(&((struct state *)state)->gather);
}

/* The marked customers, or the one under the cursor. */
static void begin(struct ui *ui, struct state *s, enum gather_for act)
{
    struct gather *g = &s->gather;
    g->n = 0;
    for (uint64_t id; g->n < ACCESS_MOST && (id = list_marked(s->list, g->n));)
        g->customers[g->n++] = id;
    if (list_marked(s->list, g->n))
        ui_toast(ui, TONE_INFO, "The first %d of them: as many as go at once.", ACCESS_MOST);
    if (!g->n)
        g->customers[g->n++] = list_id(s->list);
    gather_begin(ui, g, GATHER, act);
}

static const char *can_give(const struct ui *ui, const void *state)
{
    const char *why = staff_may_write(ui);
    return why ? why : list_id(((const struct state *)state)->list) ? NULL : "There is no customer yet.";
}

static void run_invite(struct ui *ui, void *state)
{
    begin(ui, state, GATHER_INVITE);
}

static void run_set(struct ui *ui, void *state)
{
    begin(ui, state, GATHER_PASSWORD);
}

static const char *const shows[] = {"All", "Active", "Inactive", NULL};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    struct state *s = state;
    list_set_filter(s->list, said->choice == 0   ? ""
                             : said->choice == 1 ? "status:active"
                                                 : "status:inactive");
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Show", .choices = shows, .yes = "Show", .done = show_done});
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Open the customer", .possible = can_open, .run = run_open},
    {.key = '+', .action = "new", .help = "Add a customer", .possible = can_write, .run = run_new},
    {.key = 'a',
     .action = "invite",
     .help = "Invite the first contact of this customer, or of all that are marked",
     .possible = can_give,
     .run = run_invite},
    {.key = 'w',
     .action = "password",
     .help = "One-time password for the first contact of this customer, or of all that are marked",
     .possible = can_give,
     .run = run_set},
    {.key = 'f', .action = "show", .help = "Show only active or inactive ones", .run = run_show},
    {0}};
static const struct key_row pick_keys[] = {
    {.key = K_ENTER, .action = "choose", .help = "This one", .possible = can_open, .run = run_open},
    {.key = '+', .action = "new", .help = "Add a customer", .possible = can_write, .run = run_new},
    {0}};

const struct screen screen_staff_customers = {.name = "staff.customers",
                                              .holds = SUBJECT_CUSTOMER,
                                              .title = "Customers",
                                              .state_size = sizeof(struct state),
                                              .open = open,
                                              .load = load,
                                              .reply = reply,
                                              .event = event,
                                              .draw = draw,
                                              .close = close_state,
                                              .keys = keys};
const struct screen screen_staff_pick = {.name = "staff.pick",
                                         .holds = SUBJECT_CUSTOMER,
                                         .title = "For whom?",
                                         .state_size = sizeof(struct state),
                                         .open = open_pick,
                                         .load = load,
                                         .reply = reply,
                                         .event = event,
                                         .draw = draw,
                                         .keys = pick_keys};
