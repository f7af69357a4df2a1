/* How to pay where no card is taken: to which account, how much, and what to quote; or else whom to ask. */
#include "tui/customer/customer_screens.h"
#include <stdio.h>

enum { BUSINESS, DUE, ONE };
#define LABEL 3
#define VALUE 15
#define AMOUNT 48 /* where amounts end */

struct state {
    uint64_t only; /* the invoice; 0: all that is due */
    const struct business *business;
    const struct home_get_out *home;
    const struct document *invoice;
    const struct me *me;
    int32_t today;
};

bool pay_by_card(const struct ui *ui, const void *state)
{
    (void)state;
    return client_me(ui)->card;
}

bool pay_otherwise(const struct ui *ui, const void *state)
{
    return !pay_by_card(ui, state);
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->only = subject;
    s->me = client_me(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct settings_get_in none = {0};
    struct home_get_in all = {0};
    struct document_get_in in = {0};
    (void)why;
    s->today = ui_today(ui);
    ui_ask(ui, BUSINESS, OPNO_settings_get, &none);
    if (!s->only) {
        ui_ask(ui, DUE, OPNO_home_get, &all);
        return;
    }
    GIVE(document_get_in, &in, id, s->only);
    GIVE(document_get_in, &in, peek, true);
    ui_ask(ui, ONE, OPNO_invoice_get, &in);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == BUSINESS)
        s->business = ((const struct settings_get_out *)r->out)->business;
    else if (tag == DUE)
        s->home = r->out;
    else
        s->invoice = ((const struct document_get_out *)r->out)->document;
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_customer_transfer && event_moves_money(e))
        ui_reload(ui);
}

static void row(const struct state *s, const struct canvas *c, int *y, const char *number,
                struct money balance, int status, int32_t day, bool no_transfer)
{
    char due[SHOW_TEXT], amount[SHOW_TEXT];
    canvas_fit(c, *y, VALUE, 16, STYLE_PLAIN, show_text(number));
    canvas_right(c, *y, AMOUNT, STYLE_PLAIN, show_money(amount, balance));
    show_due(due, DOC_INVOICE, status, day, s->today);
    canvas_fit(c, (*y)++, AMOUNT + 3, c->columns - AMOUNT - 4,
               status == STATUS_OVERDUE && !no_transfer ? STYLE_BAD : STYLE_DIM,
               no_transfer ? "not by bank transfer" : due);
}

static void draw_due(const struct state *s, const struct canvas *c, int y, bool account)
{
    canvas_text(c, y, LABEL, STYLE_DIM, account ? "Quote" : "For");
    if (s->invoice) {
        const struct document *d = s->invoice;
        row(s, c, &y, d->number, d->balance, d->status, d->due, false);
        return;
    }
    for (size_t i = 0; i < s->home->due.n; i++) {
        const struct document_due *d = &s->home->due.v[i];
        row(s, c, &y, d->number, d->balance, d->status, d->due, account && d->no_transfer);
    }
    if (!s->home->due.n)
        canvas_text(c, y, VALUE, STYLE_PLAIN, "Nothing is due. Thank you.");
    else if (s->home->ageing->count > (int64_t)s->home->due.n)
        canvas_text(c, y, VALUE, STYLE_DIM, "… and more: see Invoices");
}

/* Can a transfer settle what this is about? */
static bool has_account(const struct state *s)
{
    bool open = !s->invoice || !s->invoice->no_transfer;
    return *show_text(s->business->bank) && open;
}

static int draw_account(const struct state *s, const struct canvas *c)
{
    canvas_text(c, 0, 1, STYLE_BOLD, "By bank transfer");
    canvas_text(c, 2, LABEL, STYLE_DIM, "To");
    int y =
        2 + canvas_wrap(c, 2, VALUE, c->columns - VALUE - 1, 3, STYLE_PLAIN, show_text(s->business->name));
    canvas_text(c, y, LABEL, STYLE_DIM, "Account");
    return y + canvas_wrap(c, y, VALUE, c->columns - VALUE - 1, 3, STYLE_BOLD, show_text(s->business->bank));
}

/* Neither a card nor an account: whom to ask. Returns the row below. */
static int draw_ask(const struct state *s, const struct canvas *c)
{
    const struct business *b = s->business;
    const char *labels[] = {"Ask", "E-mail", "Phone"}, *values[] = {b->name, b->email, b->phone};
    canvas_text(c, 0, 1, STYLE_BOLD, "How to pay");
    int y = 2 + canvas_wrap(c, 2, LABEL, c->columns - LABEL - 1, 3, STYLE_PLAIN,
                            "It can be paid neither by card nor by bank transfer here. Please ask how:");
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (values[i] && *values[i]) {
            canvas_text(c, y, LABEL, STYLE_DIM, labels[i]);
            y += canvas_wrap(c, y, VALUE, c->columns - VALUE - 1, 3, STYLE_BOLD, values[i]);
        }
    return y;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->business || (!s->home && !s->invoice)) {
        canvas_loading(c, 1, 2);
        return;
    }
    bool account = has_account(s);
    int y = account ? draw_account(s, c) : draw_ask(s, c);
    draw_due(s, c, y + 1, account);
}

static bool can_copy(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return s->business && has_account(s);
}

static void run_copy(struct ui *ui, void *state)
{
    const struct state *s = state;
    if (s->business)
        ui_copy(ui, show_text(s->business->bank));
}

static const struct key_row keys[] = {{.key = 'y',
                                       .action = "copy account",
                                       .help = "Copy the bank account",
                                       .run = run_copy,
                                       .offered = can_copy},
                                      {0}};

const struct screen screen_customer_transfer = {.name = "customer.transfer",
                                                .title = "How to pay",
                                                .state_size = sizeof(struct state),
                                                .open = open,
                                                .load = load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = draw,
                                                .keys = keys,
                                                .scrolls = true};
