/* How to pay where no card is taken: what payment.begin tells of each way to pay elsewhere; or the account that the business has on its papers,
 * how much, and what to quote; or else whom to ask. */
#include "tui/both/told_draw.h"
#include "tui/customer/pay.h"
#include <stdio.h>

enum { BUSINESS, DUE, ONE, BEGUN }; /* BEGUN and on: each way that one can pay elsewhere */
#define WAYS 8                      /* that are told here; no business has as many */
#define LABEL TOLD_LABEL
#define VALUE TOLD_VALUE
#define AMOUNT 48 /* where amounts end */

struct state {
    uint64_t only; /* the invoice; 0: all that is due */
    const struct business *business;
    struct business bare; /* to who came with the code of a document: what all are told */
    const struct home_get_out *home;
    const struct document *invoice;
    const struct me *me;
    int32_t today;
    bool ascii;
    struct pay pay[WAYS]; /* what is asked about; with the reason of what can not be paid that way */
    struct pay_told_list told[WAYS];
    size_t ways, answered;
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
    s->ascii = ui_ascii(ui);
    s->ways = s->me->ways.n < WAYS ? s->me->ways.n : WAYS;
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct settings_get_in none = {0};
    struct home_get_in all = {0};
    struct document_get_in in = {0};
    (void)why;
    s->today = ui_today(ui);
    if (s->me->document) {
        s->bare.name = s->me->business;
        s->business = &s->bare;
    } else {
        ui_ask(ui, BUSINESS, OPNO_settings_get, &none);
    }
    if (!s->only) {
        ui_ask(ui, DUE, OPNO_home_get, &all);
        return;
    }
    GIVE(document_get_in, &in, id, s->only);
    GIVE(document_get_in, &in, peek, true);
    ui_ask(ui, ONE, OPNO_invoice_get, &in);
}

/* How all that is left is paid that way; what is to blame for a refusal is left out, and the rest asked for again. */
static void begin(struct ui *ui, struct state *s, size_t way)
{
    struct payment_begin_in in = {0};
    if (!s->pay[way].count) {
        s->answered++;
        return;
    }
    pay_begin(&s->pay[way], s->me->ways.v[way].method, ui_arena(ui), &in);
    ui_ask(ui, BEGUN + (int)way, OPNO_payment_begin, &in);
}

static void begin_all(struct ui *ui, struct state *s)
{
    s->answered = 0;
    for (size_t i = 0; i < s->ways; i++) {
        s->told[i].n = 0;
        if (s->invoice)
            pay_elsewhere_of(&s->pay[i], ui_arena(ui), s->invoice);
        else
            pay_elsewhere_all(&s->pay[i], ui_arena(ui), s->home);
        begin(ui, s, i);
    }
}

static void begun(struct ui *ui, struct state *s, size_t way, const struct reply *r)
{
    if (r->code != OK && pay_left_out(&s->pay[way], ui_arena(ui), r->why)) {
        begin(ui, s, way);
        return;
    }
    s->answered++;
    if (!ui_refused(ui, r))
        s->told[way] = ((const struct payment_begin_out *)r->out)->told;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag >= BEGUN) {
        begun(ui, s, (size_t)(tag - BEGUN), r);
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == BUSINESS) {
        s->business = ((const struct settings_get_out *)r->out)->business;
        return;
    }
    if (tag == DUE)
        s->home = r->out;
    else
        s->invoice = ((const struct document_get_out *)r->out)->document;
    begin_all(ui, s);
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

/* What they all say once, then of each invoice what is its own. */
static int draw_several(const struct canvas *c, int y, const struct pay_told_list *told)
{
    int from = y;
    const struct pay_told *first = &told->v[0];
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_BOLD, show_text(first->title));
    for (size_t i = 0; i < first->facts.n; i++)
        if (told_by_all(told, &first->facts.v[i]))
            y += told_draw_fact(c, y, c->columns, &first->facts.v[i]);
    canvas_text(c, ++y, LABEL, STYLE_PLAIN, "Each invoice by itself:");
    y++;
    for (size_t i = 0; i < told->n; i++) {
        canvas_fit(c, ++y, LABEL, c->columns - LABEL - 1, STYLE_PLAIN, show_text(told->v[i].number));
        y++;
        for (size_t k = 0; k < told->v[i].facts.n; k++)
            if (!told_by_all(told, &told->v[i].facts.v[k]))
                y += told_draw_fact(c, y, c->columns, &told->v[i].facts.v[k]);
    }
    return y - from;
}

static int draw_way(const struct state *s, const struct canvas *c, int y, size_t way)
{
    const struct pay_told_list *told = &s->told[way];
    if (told->n > 1)
        return draw_several(c, y, told);
    canvas_print(c, y, LABEL, STYLE_DIM, "For");
    canvas_fit(c, y, VALUE, 30, STYLE_PLAIN, show_text(told->v[0].number));
    return 2 + told_draw(c, y + 2, &told->v[0], !s->ascii);
}

/* What can not be paid that way, with the reason. */
static int draw_left_out(const struct state *s, const struct canvas *c, int y, size_t way)
{
    int from = y;
    for (size_t i = 0; i < s->pay[way].n; i++) {
        const struct owed *d = &s->pay[way].due[i];
        if (!d->why)
            continue;
        canvas_fit(c, y, LABEL, VALUE - LABEL - 1, STYLE_PLAIN, d->number);
        y += canvas_wrap(c, y, VALUE, c->columns - VALUE - 1, 3, STYLE_WARN, d->why);
    }
    return y - from;
}

static bool told_any(const struct state *s)
{
    bool any = false;
    for (size_t i = 0; i < s->ways; i++)
        any |= s->told[i].n > 0;
    return any;
}

static void draw_ways(const struct state *s, const struct canvas *c)
{
    int y = 0;
    for (size_t i = 0; i < s->ways; i++) {
        if (s->told[i].n)
            y += draw_way(s, c, y, i) + 1;
        y += draw_left_out(s, c, y, i) + 1;
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->business || (!s->home && !s->invoice) || s->answered < s->ways) {
        canvas_loading(c, 1, 2);
        return;
    }
    if (told_any(s)) {
        draw_ways(s, c);
        return;
    }
    bool account = has_account(s);
    int y = account ? draw_account(s, c) : draw_ask(s, c);
    if (s->ways && !account)
        draw_left_out(s, c, y + 1, 0);
    else
        draw_due(s, c, y + 1, account);
}

/* --- keys */

/* Where one transfer is told. */
static const struct pay_told *only_told(const struct state *s)
{
    const struct pay_told *told = NULL;
    for (size_t i = 0; i < s->ways; i++)
        for (size_t k = 0; k < s->told[i].n; k++) {
            if (told)
                return NULL;
            told = &s->told[i].v[k];
        }
    return told;
}

static bool can_copy_reference(const struct ui *ui, const void *state)
{
    const struct pay_told *told = only_told(state);
    (void)ui;
    return told && *show_text(told->reference);
}

static void run_copy_reference(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(only_told(state)->reference));
}

static bool can_scan(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const struct pay_told *told = only_told(s);
    (void)ui;
    return told && *show_text(told->qr);
}

static void run_scan(struct ui *ui, void *state)
{
    pay_code_open(ui, only_told(state));
}

static bool can_copy(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return s->business && !told_any(s) && has_account(s);
}

static void run_copy(struct ui *ui, void *state)
{
    const struct state *s = state;
    if (s->business)
        ui_copy(ui, show_text(s->business->bank));
}

static const struct key_row keys[] = {{.key = 'c',
                                       .action = "code",
                                       .help = "The QR code alone, for your phone",
                                       .run = run_scan,
                                       .offered = can_scan},
                                      {.key = 'y',
                                       .action = "copy reference",
                                       .help = "Copy what has to be quoted",
                                       .run = run_copy_reference,
                                       .offered = can_copy_reference},
                                      {.key = 'y',
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
