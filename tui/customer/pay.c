/* Step 1: which invoices, and (where part payments are allowed) how much of each. */
#include "tui/customer/pay.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DUE, ONE };

struct state {
    struct pay pay;
    struct list *list;
    bool loaded, cut; /* cut: more is due than fits one payment */
    struct owed *got; /* of the invoices that were chosen, read one after the other */
    size_t n_got;
};

static const struct list_column columns[] = {
    {.name = "in", .title = "Pay", .width = 3},
    {.name = "number", .title = "Invoice", .width = 14, .grow = 1},
    {.name = "due", .title = "Due", .width = 18, .grow = 1},
    {.name = "balance", .title = "To pay", .width = 15, .right = true},
    {.name = "amount", .title = "Now", .width = 15, .right = true},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->pay.only = subject;
    s->pay.me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "Nothing is due. Thank you.");
}

static size_t chosen(const struct state *s)
{
    return s->pay.only ? 1 : s->pay.n_chosen;
}

static void ask_next(struct ui *ui, struct state *s)
{
    struct document_get_in in = {0};
    GIVE(document_get_in, &in, id, s->pay.only ? s->pay.only : s->pay.chosen[s->n_got]);
    GIVE(document_get_in, &in, peek, true);
    ui_ask(ui, ONE, OPNO_invoice_get, &in);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct home_get_in none = {0};
    (void)why;
    if (!chosen(s)) {
        ui_ask(ui, DUE, OPNO_home_get, &none);
        return;
    }
    s->got = arena_alloc(ui_arena(ui), chosen(s) * sizeof *s->got);
    s->n_got = 0;
    ask_next(ui, s);
}

void pay_chosen(struct ui *ui, const uint64_t *ids, size_t n)
{
    struct state *s = ui_push(ui, &screen_customer_pay, 0);
    s->pay.chosen = ids;
    s->pay.n_chosen = n;
}

/* --- the rows */

static void show(struct state *s, bool again)
{
    if (!again)
        list_begin(s->list);
    for (size_t i = 0; i < s->pay.n; i++) {
        const struct owed *d = &s->pay.due[i];
        char due[SHOW_TEXT], balance[SHOW_TEXT], amount[SHOW_TEXT];
        show_due(due, DOC_INVOICE, d->status, d->day, s->pay.today);
        const char *cells[] = {d->why  ? "–"
                               : d->in ? "[x]"
                                       : "[ ]",
                               d->number, pay_why_not(d) ? pay_why_not(d) : due, show_money(balance, d->due),
                               d->in ? show_amount(amount, d->amount) : "–"};
        unsigned styles[] = {0, 0, d->status == STATUS_OVERDUE && !d->why ? STYLE_BAD : 0, 0, 0};
        struct list_row row = {.id = d->invoice,
                               .cells = cells,
                               .style = d->why ? STYLE_DIM : STYLE_PLAIN,
                               .styles = styles,
                               .user = (int64_t)i};
        if (again)
            list_update(s->list, &row);
        else
            list_add(s->list, &row);
    }
    if (!again)
        list_end(s->list, false, -1);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == DUE) {
        const struct home_get_out *out = r->out;
        pay_due_all(&s->pay, ui_arena(ui), out);
        s->cut = out->ageing->count > (int64_t)s->pay.n;
    } else {
        if (s->n_got == chosen(s)) /* an answer to an older reload */
            return;
        s->got[s->n_got++] = pay_due_of(ui_arena(ui), ((const struct document_get_out *)r->out)->document);
        if (s->n_got < chosen(s)) {
            ask_next(ui, s);
            return;
        }
        pay_take(&s->pay, ui_arena(ui), s->got, s->n_got);
    }
    s->pay.today = ui_today(ui);
    s->loaded = true;
    show(s, false);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_customer_pay && event_moves_money(e))
        ui_reload(ui);
}

/* --- drawing */

static struct owed *current(const struct state *s)
{
    return list_id(s->list) ? &s->pay.due[list_user(s->list)] : NULL;
}

/* Whose reason is told below: that of the one under the cursor, else of one that does not fit with the others. */
static const struct owed *told(const struct state *s)
{
    const struct owed *d = current(s);
    if (d && pay_why_not(d))
        return d;
    for (size_t i = 0; i < s->pay.n; i++)
        if (s->pay.due[i].apart)
            return &s->pay.due[i];
    return NULL;
}

void pay_steps(const struct pay *p, const struct canvas *c, enum pay_step here)
{
    static const char *const names[] = {"Select", "Method", "Review", "Processing", "Receipt"};
    static const char *const here_names[] = {"SELECT", "METHOD", "REVIEW", "PROCESSING", "RECEIPT"};
    int x = 1;
    for (int i = 0; i < (int)COUNT_OF(names); i++) {
        if (i)
            x = canvas_text(c, 0, x, STYLE_DIM, " › ");
        x = canvas_text(c, 0, x,
                        i == (int)here  ? STYLE_BOLD
                        : i < (int)here ? STYLE_PLAIN
                                        : STYLE_DIM,
                        i == (int)here ? here_names[i] : names[i]);
    }
    canvas_fit(c, 1, 1, c->columns - 2, STYLE_WARN | STYLE_BOLD, show_text(p->me->card_note));
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    char total[SHOW_TEXT], count[80], why[600];
    pay_steps(&s->pay, c, PAY_SELECT);
    struct canvas rows = canvas_part(c, 2, 1, c->rows - 6, c->columns - 2);
    list_draw(s->list, &rows);
    if (!s->loaded || !s->pay.n)
        return;
    canvas_rule(c, c->rows - 3, 1, c->columns - 2);
    canvas_text(c, c->rows - 2, 3, STYLE_BOLD, "You pay");
    snprintf(count, sizeof count, "%zu of %zu invoice%s%s", s->pay.count, s->pay.n, s->pay.n == 1 ? "" : "s",
             s->cut ? "; the others in a second payment" : "");
    int left = canvas_number(c, c->rows - 2, c->columns - 1, STYLE_BOLD, show_money(total, s->pay.total));
    canvas_fit(c, c->rows - 2, 12, left - 13, STYLE_PLAIN, count);
    const struct owed *d = told(s);
    if (d) {
        snprintf(why, sizeof why, "%s: %s", d->number, pay_why_not(d));
        canvas_fit(c, c->rows - 1, 3, c->columns - 4, d->apart ? STYLE_BAD : STYLE_PLAIN, why);
    }
}

/* --- keys */

static void toggle(struct ui *ui, struct state *s)
{
    struct owed *d = current(s);
    if (d && d->why)
        ui_toast(ui, TONE_BAD, "%s: %s.", d->number, d->why);
    if (!d || d->why)
        return;
    struct refusal why;
    if (!pay_toggle(&s->pay, d, &why))
        ui_toast(ui, TONE_BAD, "%s", why.detail);
    show(s, true);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    if (k->code != ' ')
        return false;
    toggle(ui, state);
    return true;
}

static const char *can_go(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->loaded)
        return "Not loaded yet.";
    if (!s->pay.n)
        return "Nothing is due.";
    if (s->pay.count)
        return NULL;
    for (size_t i = 0; i < s->pay.n; i++)
        if (!s->pay.due[i].why)
            return "Mark at least one invoice with Space.";
    return "None of these can be paid by card now.";
}

static void run_go(struct ui *ui, void *state)
{
    pay_push(ui, &screen_pay_method, &((struct state *)state)->pay);
}

static const char *can_part(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->pay.me->partial_payments)
        return "Invoices have to be paid in full here.";
    const struct owed *d = current(s);
    if (!d)
        return "There is no invoice.";
    return d->why;
}

static bool part_fits(void *state, const char *text, struct refusal *why)
{
    const struct state *s = state;
    const struct owed *d = current(s);
    struct owed tried = d ? *d : (struct owed){0};
    return !d || pay_part(&s->pay, &tried, text, why);
}

static void part_done(struct ui *ui, void *state, const struct said *said)
{
    struct state *s = state;
    struct owed *d = current(s);
    (void)ui;
    if (!d || !pay_part(&s->pay, d, said->text, NULL))
        return;
    pay_sum(&s->pay);
    show(s, true);
}

static void run_part(struct ui *ui, void *state)
{
    const struct owed *d = current(state);
    char initial[MONEY_TEXT], text[200], due[SHOW_TEXT];
    int digits = currency_digits(d->due.currency);
    snprintf(text, sizeof text, "%s is due on %s.", show_money(due, d->due), d->number);
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINE,
                                   .title = "How much of it now?",
                                   .text = text,
                                   .label = d->due.currency,
                                   .initial = money_plain(initial, d->amount.amount, digits < 0 ? 2 : digits),
                                   .replaces = true,
                                   .max = 40,
                                   .yes = "Take that",
                                   .check = part_fits,
                                   .done = part_done});
}

/* What no card is taken for is paid in another way, and that is told; where there are ways besides cards, of any. */
static bool has_other(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const struct owed *d = current(s);
    (void)ui;
    return d && (d->no_card || (s->pay.me->ways.n && !d->why)); /* not of one whose payment is under way */
}

static void run_other(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_transfer, list_id(((struct state *)state)->list));
}

static void run_toggle(struct ui *ui, void *state)
{
    toggle(ui, state);
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "go on", .help = "On to the method", .possible = can_go, .run = run_go},
    {.key = ' ', .action = "in or out", .help = "Pay this one, or leave it out", .run = run_toggle},
    {.key = 'e',
     .action = "part of it",
     .help = "Pay a part of this one",
     .possible = can_part,
     .run = run_part},
    {.key = 'p',
     .action = "how to pay",
     .help = "How this one is paid without a card",
     .run = run_other,
     .offered = has_other},
    {0}};

const struct screen screen_customer_pay = {.name = "customer.pay",
                                           .title = "Pay",
                                           .state_size = sizeof(struct state),
                                           .open = open,
                                           .load = load,
                                           .reply = reply,
                                           .event = event,
                                           .draw = draw,
                                           .key = key,
                                           .keys = keys};
