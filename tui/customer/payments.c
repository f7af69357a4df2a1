/* Payments made (D9), and one of them as a receipt. */
#include "common/date.h"
#include "tui/customer/screens.h"
#include "tui/receipt.h"
#include <stdio.h>
#include <string.h>

/* --- the list */

struct list_state {
    struct list *list;
    struct payment_list_in in;
    const struct payment_list_out *page;
    int pages;
};

static const struct list_column columns[] = {
    {.name = "date", .title = "Date", .width = 11, .sortable = true},
    {.name = "number", .title = "Number", .width = 10},
    {.name = "state", .title = "State", .width = 7},
    {.name = "for", .title = "Paid", .width = 10, .grow = 2},
    {.name = "method", .title = "With", .width = 13, .grow = 1, .drop = 1},
    {.name = "amount", .title = "Amount", .width = 14, .right = true, .sortable = true},
};

static void list_opened(struct ui *ui, void *state, uint64_t subject)
{
    struct list_state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, false, true);
    list_empty_text(s->list, "No payments yet. What you pay appears here, with its receipt.");
}

static void list_load(struct ui *ui, void *state, enum load why)
{
    struct list_state *s = state;
    bool descending;
    const char *column = list_sort(s->list, &descending);
    s->in = (struct payment_list_in){0};
    GIVE(payment_list_in, &s->in, limit, 50);
    if (why == LOAD_MORE)
        GIVE(payment_list_in, &s->in, after, s->page->next);
    if (column) { /* both orders begin with the greatest */
        GIVE(payment_list_in, &s->in, sort, strcmp(column, "amount") == 0 ? PAY_SORT_AMOUNT : PAY_SORT_DATE);
        if (!descending)
            GIVE(payment_list_in, &s->in, reverse, true);
    }
    ui_ask(ui, 0, OPNO_payment_list, &s->in);
}

static void add(struct list_state *s, const struct payment_row *p)
{
    char date[DATE_TEXT], amount[SHOW_TEXT], paid[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < p->allocations.n && n < sizeof paid; i++)
        n += (size_t)snprintf(paid + n, sizeof paid - n, "%s%s", i ? ", " : "",
                              show_text(p->allocations.v[i].number));
    const char *cells[] = {date_short(date, p->date),
                           show_text(p->number),
                           show_pay_state(p->state),
                           p->state == PAY_FAILED && p->failure && *p->failure ? p->failure : paid,
                           p->method && *p->method ? p->method : show_pay_mode(p->mode),
                           show_money(amount, p->amount)};
    unsigned styles[] = {0, 0, show_pay_state_style(p->state), 0, 0, p->state == PAY_FAILED ? STYLE_DIM : 0};
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
    struct list_state *s = state;
    if (ui_top(ui) == &screen_customer_payments && e->subject == SUBJECT_PAYMENT && s->pages <= 1)
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
    ui_push(ui, &screen_customer_payment, list_id(((struct list_state *)state)->list));
}

static const struct key_row list_keys[] = {
    {.key = K_ENTER, .action = "receipt", .help = "Open the receipt", .possible = can_open, .run = run_open},
    {0}};

const struct screen screen_customer_payments = {.name = "customer.payments",
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
    if (tag == GET) {
        s->payment = ((const struct payment_get_out *)r->out)->payment;
        ui_title(ui, "%s", show_text(s->payment->number));
    } else if (tag == BUSINESS) {
        s->business = ((const struct settings_get_out *)r->out)->business;
    } else {
        ui_toast(ui, TONE_INFO, "The gateway is being asked.");
        ui_reload(ui);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    struct state *s = state;
    if (ui_top(ui) == &screen_customer_payment && e->subject == SUBJECT_PAYMENT &&
        (uint64_t)e->about == s->id)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (s->payment)
        receipt_draw(s->payment, s->me, s->business, s->today, c, 0);
    else
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
}

static const char *has_invoice(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return s->payment && s->payment->allocations.n ? NULL : "It settles no invoice.";
}

static void invoice_done(struct ui *ui, void *state, const struct said *said)
{
    struct state *s = state;
    if (s->payment && (size_t)said->choice < s->payment->allocations.n)
        ui_push(ui, &screen_customer_invoice, s->payment->allocations.v[said->choice].invoice);
}

static void run_invoice(struct ui *ui, void *state)
{
    struct state *s = state;
    size_t n = s->payment->allocations.n;
    if (n == 1) {
        ui_push(ui, &screen_customer_invoice, s->payment->allocations.v[0].invoice);
        return;
    }
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = arena_printf(ui_arena(ui), "%s", show_text(s->payment->allocations.v[i].number));
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Which invoice?",
                                   .choices = names,
                                   .yes = "Open",
                                   .done = invoice_done});
}

static const char *is_pending(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return s->payment && s->payment->state == PAY_PENDING ? NULL : "Its outcome is known.";
}

static void run_settle(struct ui *ui, void *state)
{
    struct state *s = state;
    struct payment_settle_in in = {0};
    GIVE(payment_settle_in, &in, payment, s->id);
    ui_ask(ui, SETTLE, OPNO_payment_settle, &in);
}

static void run_copy(struct ui *ui, void *state)
{
    struct state *s = state;
    if (s->payment)
        ui_copy(ui, show_text(s->payment->number));
}

static const struct key_row keys[] = {
    {.key = 'i',
     .action = "invoice",
     .help = "The invoice it paid",
     .possible = has_invoice,
     .run = run_invoice},
    {.key = 'y', .action = "copy number", .help = "Copy its number", .run = run_copy},
    {.key = 'a',
     .action = "ask gateway",
     .help = "Ask the gateway what became of it",
     .possible = is_pending,
     .run = run_settle},
    {0}};

const struct screen screen_customer_payment = {.name = "customer.payment",
                                               .title = "Payment",
                                               .state_size = sizeof(struct state),
                                               .open = open,
                                               .load = load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = draw,
                                               .keys = keys,
                                               .scrolls = true};
