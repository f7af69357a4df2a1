/* Payments (F5): the list, of everybody or of one customer, and one of them as a receipt. */
#include "common/date.h"
#include "tui/receipt.h"
#include "tui/staff/query.h"
#include "tui/staff/record.h"
#include "tui/staff/screens.h"
#include <stdio.h>
#include <string.h>

/* --- the list */

struct list_state {
    uint64_t customer; /* 0: of everybody */
    struct list *list;
    struct payment_list_in in;
    const struct payment_list_out *page;
    int pages;
};

static const struct list_column columns[] = {
    {.name = "date", .title = "Date", .width = 11, .sortable = true},
    {.name = "number", .title = "Number", .width = 10},
    {.name = "state", .title = "State", .width = 7},
    {.name = "customer", .title = "Customer", .width = 14, .grow = 2},
    {.name = "for", .title = "For", .width = 10, .grow = 2},
    {.name = "method", .title = "With", .width = 14, .grow = 1, .drop = 1},
    {.name = "amount", .title = "Amount", .width = 14, .right = true, .sortable = true},
};

static void list_opened(struct ui *ui, void *state, uint64_t subject)
{
    struct list_state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, true, true);
    list_empty_text(
        s->list, "No payments yet. What customers pay appears here; + records one that arrived otherwise.");
}

void staff_payments_of(struct ui *ui, uint64_t customer)
{
    struct list_state *s = ui_push(ui, &screen_staff_payments, 0);
    s->customer = customer;
    list_empty_text(s->list, "No payments of this customer.");
}

static void list_load(struct ui *ui, void *state, enum load why)
{
    struct list_state *s = state;
    s->in = (struct payment_list_in){0};
    GIVE(payment_list_in, &s->in, limit, 50);
    if (s->customer)
        GIVE(payment_list_in, &s->in, customer, s->customer);
    if (why == LOAD_MORE)
        GIVE(payment_list_in, &s->in, after, s->page->next);
    if (!query_payments(s->list, &s->in) && !list_typing(s->list))
        ui_toast(ui, TONE_BAD, "paid, pending and failed work here; the rest is ignored.");
    ui_ask(ui, 0, OPNO_payment_list, &s->in);
}

static void add(struct list_state *s, const struct payment_row *p)
{
    char date[DATE_TEXT], amount[SHOW_TEXT], paid[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < p->allocations.n && n < sizeof paid; i++)
        n += (size_t)snprintf(paid + n, sizeof paid - n, "%s%s", i ? ", " : "",
                              show_text(p->allocations.v[i].number));
    bool failed = p->state == PAY_FAILED && p->failure && *p->failure;
    const char *cells[] = {date_short(date, p->date),
                           show_text(p->number),
                           show_pay_state(p->state),
                           show_text(p->customer_name),
                           failed  ? p->failure
                           : *paid ? paid
                                   : "credit",
                           p->method && *p->method ? p->method : show_pay_mode(p->mode),
                           show_money(amount, p->amount)};
    unsigned styles[] = {0, 0, show_pay_state_style(p->state),        0,
                         0, 0, p->state == PAY_FAILED ? STYLE_DIM : 0};
    list_add(s->list, &(struct list_row){.id = p->id, .cells = cells, .styles = styles});
}

static void list_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct list_state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    s->page = r->out;
    if (!GIVEN(payment_list_in, &s->in, after)) {
        list_begin(s->list);
        s->pages = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page->payments.n; i++)
        add(s, &s->page->payments.v[i]);
    list_end(s->list, s->page->next && *s->page->next, -1);
}

static void list_event(struct ui *ui, void *state, const struct event *e)
{
    const struct list_state *s = state;
    if (ui_top(ui) == &screen_staff_payments && e->subject == SUBJECT_PAYMENT && s->pages <= 1)
        ui_reload(ui);
}

static void list_drawn(const void *state, struct canvas *c)
{
    list_draw(((const struct list_state *)state)->list, c);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct list_state *)state)->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_payment, list_id(((struct list_state *)state)->list));
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_new(struct ui *ui, void *state)
{
    const struct list_state *s = state;
    if (s->customer)
        record_open(ui, s->customer, 0);
    else
        ui_push(ui, &screen_staff_pick, 0);
}

static const char *const shows[] = {"All", "Paid", "Pending", "Failed", NULL};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    static const char *const filters[] = {"", "state:paid", "state:pending", "state:failed"};
    list_set_filter(((struct list_state *)state)->list, filters[said->choice]);
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Show", .choices = shows, .yes = "Show", .done = show_done});
}

static const struct key_row list_keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Open the payment", .possible = can_open, .run = run_open},
    {.key = '+',
     .action = "record",
     .help = "Record a payment that arrived",
     .possible = can_write,
     .run = run_new},
    {.key = 'f', .action = "show", .help = "Show only paid, pending or failed ones", .run = run_show},
    {0}};

const struct screen screen_staff_payments = {.name = "staff.payments",
                                             .title = "Payments",
                                             .state_size = sizeof(struct list_state),
                                             .open = list_opened,
                                             .load = list_load,
                                             .reply = list_reply,
                                             .event = list_event,
                                             .draw = list_drawn,
                                             .keys = list_keys};

/* --- one of them */

enum { GET, BUSINESS, SETTLE };

struct state {
    uint64_t id;
    const struct payment *payment;
    const struct business *business;
    const struct me *me;
    int32_t today;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct payment_get_in in = {0};
    struct settings_get_in none = {0};
    (void)why;
    s->today = ui_today(ui);
    GIVE(payment_get_in, &in, payment, s->id);
    ui_ask(ui, GET, OPNO_payment_get, &in);
    if (!s->business)
        ui_ask(ui, BUSINESS, OPNO_settings_get, &none);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == BUSINESS) {
        s->business = ((const struct settings_get_out *)r->out)->business;
    } else if (tag == SETTLE) {
        ui_toast(ui, TONE_INFO, "The gateway is asked; its answer appears here.");
        ui_reload(ui);
    } else {
        s->payment = ((const struct payment_get_out *)r->out)->payment;
        ui_title(ui, "%s", show_text(s->payment->number));
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    if (ui_top(ui) == &screen_staff_payment && e->subject == SUBJECT_PAYMENT && (uint64_t)e->about == s->id)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->payment) {
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
        return;
    }
    int y = receipt_draw(s->payment, s->me, s->business, s->today, c, 0) + 1;
    if (s->payment->notes && *s->payment->notes) {
        canvas_text(c, y + 1, 2, STYLE_BOLD, "Remarks (staff only)");
        canvas_wrap(c, y + 2, 2, c->columns - 4, 20, STYLE_PLAIN, s->payment->notes);
    }
}

static const char *can_settle(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    return s->payment && s->payment->state == PAY_PENDING ? NULL : "The outcome is known.";
}

static void run_settle(struct ui *ui, void *state)
{
    struct payment_settle_in in = {0};
    GIVE(payment_settle_in, &in, payment, ((struct state *)state)->id);
    ui_ask(ui, SETTLE, OPNO_payment_settle, &in);
}

static const char *loaded(const struct ui *ui, const void *state)
{
    (void)ui;
    return ((const struct state *)state)->payment ? NULL : "Not loaded yet.";
}

static void run_customer(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_customer, ((struct state *)state)->payment->customer);
}

static const char *has_invoice(const struct ui *ui, const void *state)
{
    const char *why = loaded(ui, state);
    return why                                                     ? why
           : ((const struct state *)state)->payment->allocations.n ? NULL
                                                                   : "It settles no invoice.";
}

static void invoice_done(struct ui *ui, void *state, const struct said *said)
{
    const struct payment *p = ((struct state *)state)->payment;
    if ((size_t)said->choice < p->allocations.n)
        ui_push(ui, &screen_staff_invoice, p->allocations.v[said->choice].invoice);
}

static void run_invoice(struct ui *ui, void *state)
{
    const struct payment *p = ((struct state *)state)->payment;
    size_t n = p->allocations.n;
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    if (n == 1) {
        ui_push(ui, &screen_staff_invoice, p->allocations.v[0].invoice);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char amount[SHOW_TEXT];
        names[i] = arena_printf(ui_arena(ui), "%s  %s", show_text(p->allocations.v[i].number),
                                show_money(amount, p->allocations.v[i].amount));
    }
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Open an invoice",
                                   .choices = names,
                                   .yes = "Open",
                                   .done = invoice_done});
}

static void run_copy(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(((struct state *)state)->payment->number));
}

static const struct key_row keys[] = {
    {.key = 'i',
     .action = "invoice",
     .help = "Open an invoice it settles",
     .possible = has_invoice,
     .run = run_invoice},
    {.key = 'o', .action = "customer", .help = "Open the customer", .possible = loaded, .run = run_customer},
    {.key = 'g',
     .action = "ask again",
     .help = "Ask the gateway about it again",
     .possible = can_settle,
     .run = run_settle},
    {.key = 'y',
     .action = "copy number",
     .help = "Copy its number",
     .possible = loaded,
     .run = run_copy,
     .quiet = true},
    {0}};

const struct screen screen_staff_payment = {.name = "staff.payment",
                                            .title = "Payment",
                                            .state_size = sizeof(struct state),
                                            .open = open,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .keys = keys,
                                            .scrolls = true};
