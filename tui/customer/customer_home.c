/* Home (D1): what is owed, what waits for an answer, what happened last; from 120 columns also who is who. */
#include "common/date.h"
#include "common/zone.h"
#include "tui/both/document_draw.h"
#include "tui/customer/customer_screens.h"
#include "tui/full/look.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AMOUNT 36 /* where the column of figures ends, unless they are wider */
#define LABEL_END 14
#define SIDE 34 /* columns of the panel on the right */
#define BAR 28  /* of ageing; shorter where the amounts need the room, then none */
#define LEAST_BAR 8

struct state {
    struct list *list;
    const struct home_get_out *home;
    const struct me *me;
    int32_t today;
};

static const struct list_column columns[] = {
    {.name = "date", .width = 6},
    {.name = "number", .width = 11},
    {.name = "what", .width = 20, .grow = 1},
    {.name = "amount", .width = 14, .right = true},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "Nothing has happened yet. What is sent to you appears here.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct home_get_in in = {0};
    (void)state;
    (void)why;
    ui_ask(ui, 0, OPNO_home_get, &in);
}

static void add(struct state *s, const struct event *e)
{
    char date[SHOW_TEXT], what[500], amount[SHOW_TEXT];
    int32_t day = zone_day(s->me->time_zone, e->at);
    const char *cells[] = {show_day(date, day, s->today), show_text(e->number),
                           show_event(what, sizeof what, e, true), show_money(amount, e->amount)};
    unsigned styles[] = {STYLE_PLAIN, STYLE_PLAIN, look_style(show_event_look(e)), STYLE_PLAIN};
    list_add(s->list, &(struct list_row){.id = e->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .user = (int64_t)e->subject << 48 | (int64_t)e->about});
}

/* One payment is one row: not each invoice it settles, nor that it was started once it is known how it ended. */
static bool tells_something(const struct event_list *recent, size_t i)
{
    const struct event *e = &recent->v[i];
    if (e->what == WHAT_PAID && e->subject == SUBJECT_INVOICE)
        return false;
    for (size_t j = 0; j < i && e->what == WHAT_PAYMENT_STARTED; j++)
        if (recent->v[j].subject == SUBJECT_PAYMENT && recent->v[j].about == e->about)
            return false;
    return true;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    s->home = r->out;
    s->today = ui_today(ui);
    ui_set_bell(ui, (int)s->home->unread);
    list_begin(s->list);
    for (size_t i = 0; i < s->home->recent.n; i++)
        if (tells_something(&s->home->recent, i))
            add(s, &s->home->recent.v[i]);
    list_end(s->list, false, -1);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    (void)e;
    if (ui_top(ui) == &screen_customer_home)
        ui_reload(ui);
}

/* --- drawing */

static struct money owed_of(const struct state *s)
{
    const struct money *owed = &s->home->ageing->total;
    return owed->currency[0] ? *owed : money_of(0, s->me->currency);
}

/* Where the column of figures ends: the widest of them is whole. */
static int figures_end(const struct state *s)
{
    int widest = canvas_money_width(owed_of(s), true), credit = canvas_money_width(s->home->credit, true);
    int paid = s->home->last_payment ? canvas_money_width(s->home->last_payment->amount, true) : 0;
    widest = credit > widest ? credit : widest;
    widest = paid > widest ? paid : widest;
    return LABEL_END + widest > AMOUNT ? LABEL_END + widest : AMOUNT;
}

static void figure(const struct state *s, const struct canvas *c, int y, const char *label, unsigned style,
                   const char *amount, const char *note, const char *action)
{
    int end = figures_end(s), right = c->columns;
    canvas_text(c, y, 1, STYLE_PLAIN, label);
    canvas_number(c, y, end, style, amount);
    if (*action)
        right = canvas_right(c, y, c->columns - 1, STYLE_BOLD, action);
    canvas_fit(c, y, end + 3, right - end - 4, STYLE_PLAIN, note);
}

static void draw_owed(const struct state *s, const struct canvas *c, int y)
{
    const struct ageing *a = s->home->ageing;
    char amount[SHOW_TEXT], note[120];
    if (!a->count) {
        show_money(amount, owed_of(s));
        figure(s, c, y, "You owe", STYLE_GOOD, amount, "Nothing is due. Thank you.", "");
        return;
    }
    int n = snprintf(note, sizeof note, "%" PRId64 " invoice%s", a->count, a->count == 1 ? "" : "s");
    if (a->overdue_count)
        snprintf(note + n, sizeof note - (size_t)n, ", %" PRId64 " overdue", a->overdue_count);
    figure(s, c, y, "You owe", a->overdue_count ? STYLE_BAD : STYLE_BOLD, show_money(amount, a->total), note,
           s->me->card ? "p  Pay now" : "p  How to pay");
}

static int draw_last_payment(const struct state *s, const struct canvas *c, int y)
{
    const struct payment_row *p = s->home->last_payment;
    char amount[SHOW_TEXT], date[DATE_TEXT], with[SHOW_WITH], note[SHOW_WITH + 40];
    if (!p)
        return 0;
    snprintf(note, sizeof note, "%s, %s", date_short(date, p->date), show_row_with(with, p));
    figure(s, c, y, "Last payment", STYLE_PLAIN, show_money(amount, p->amount), note, "");
    return 1;
}

static void draw_estimates(const struct state *s, const struct canvas *c, int y)
{
    char count[60], numbers[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < s->home->estimates.n && n < sizeof numbers; i++)
        n += (size_t)snprintf(numbers + n, sizeof numbers - n, "%s%s", i ? "  " : "",
                              show_text(s->home->estimates.v[i].number));
    if (!s->home->estimates_open) {
        figure(s, c, y, "Estimates", STYLE_PLAIN, "none to approve", "", "");
        return;
    }
    snprintf(count, sizeof count, "%" PRId64 " to approve", s->home->estimates_open);
    figure(s, c, y, "Estimates", STYLE_BOLD, count, numbers, "2  Open");
}

/* Bars up to the oldest that is not empty; two at least, so that it reads as a scale. */
static int draw_ageing(const struct state *s, const struct canvas *c, int y)
{
    const struct ageing *a = s->home->ageing;
    const struct {
        const char *label;
        struct money owed;
        unsigned style;
    } rows[] = {{"not due", a->not_due, STYLE_GOOD},
                {"1–30 days", a->days_30, STYLE_WARN},
                {"31–60 days", a->days_60, STYLE_WARN},
                {"61–90 days", a->days_90, STYLE_BAD},
                {"older", a->older, STYLE_BAD}};
    int last = 1, width = 0;
    char amount[SHOW_TEXT];
    if (!a->count)
        return 0;
    for (int i = 0; i < (int)COUNT_OF(rows); i++) {
        if (rows[i].owed.amount)
            last = i > last ? i : last;
        int n = (int)strlen(show_amount(amount, rows[i].owed));
        width = n > width ? n : width;
    }
    int most = c->columns - 1 - 22 - 2 - width, bar = most < BAR ? most : BAR;
    int end = 22 + (bar >= LEAST_BAR ? bar + 2 : 0) + width;
    canvas_text(c, y, 1, STYLE_PLAIN, "Ageing");
    for (int i = 0; i <= last; i++) {
        struct money owed = rows[i].owed.currency[0] ? rows[i].owed : money_of(0, s->me->currency);
        canvas_text(c, y + i, 10, STYLE_PLAIN, rows[i].label);
        if (bar >= LEAST_BAR)
            canvas_bar(c, y + i, 22, bar, rows[i].style, owed.amount, a->total.amount);
        canvas_money(c, y + i, end, STYLE_PLAIN, owed, false);
    }
    return last + 1;
}

#define CONTACT_ROWS 4
#define LEAST_RECENT 3 /* rows of what happened that it leaves */

/* Above row `end`, whole; where there are not as many rows from `from` on, how to reach them alone. Returns its rows. */
static int draw_business(const struct state *s, const struct canvas *c, int from, int end)
{
    const struct business *b = s->home->business;
    char where[600], line[900];
    int rows = 0, most = end - from - LEAST_RECENT;
    show_address_line(where, sizeof where, b->address);
    const char *parts[] = {show_text(b->name), where, show_text(b->email), show_text(b->phone)};
    for (size_t first = 0; first <= 2; first += 2) {
        size_t n = 0;
        line[0] = '\0';
        for (size_t i = first; i < COUNT_OF(parts); i++)
            if (*parts[i] && n < sizeof line)
                n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", n ? " · " : "", parts[i]);
        rows = canvas_wrap_rows(c, c->columns - 2, CONTACT_ROWS + 1, line);
        if (rows <= most && rows <= CONTACT_ROWS)
            break;
    }
    canvas_wrap(c, end - rows, 1, c->columns - 2, rows, STYLE_DIM, line);
    return rows;
}

static int draw_side_customer(const struct state *s, const struct canvas *c)
{
    const struct customer *k = s->home->customer;
    int y = 0, x = 2, width = c->columns - 3;
    canvas_text(c, y++, x, STYLE_BOLD, "Your company");
    canvas_fit(c, y++, x, width, STYLE_PLAIN, k->company && *k->company ? k->company : show_text(k->name));
    y += address_draw(c, y, x, width, k->billing);
    if (k->tax_id && *k->tax_id)
        canvas_print(c, y++, x, STYLE_PLAIN, "Tax id %s", k->tax_id);
    return y;
}

/* Account details, contact persons, the business: where there is room for them. */
static void draw_side(const struct state *s, const struct canvas *c)
{
    const struct business *b = s->home->business;
    int x = 2, width = c->columns - 3, y = draw_side_customer(s, c) + 1;
    canvas_text(c, y++, x, STYLE_BOLD, "Contact persons");
    for (size_t i = 0; i < s->home->contacts.n && y < c->rows - 7; i++) {
        const struct contact *p = &s->home->contacts.v[i];
        char line[400];
        snprintf(line, sizeof line, "%s%s%s", show_text(p->name), p->position && *p->position ? ", " : "",
                 show_text(p->position));
        canvas_fit(c, y++, x, width, STYLE_PLAIN, line);
    }
    y++;
    canvas_text(c, y++, x, STYLE_BOLD, show_text(b->name));
    y += address_draw(c, y, x, width, b->address);
    const char *more[] = {b->email, b->phone, b->website};
    for (size_t i = 0; i < COUNT_OF(more); i++)
        if (more[i] && *more[i])
            canvas_fit(c, y++, x, width, STYLE_PLAIN, more[i]);
}

static void draw(const void *state, struct canvas *whole)
{
    const struct state *s = state;
    struct canvas left = *whole;
    const struct canvas *c = &left;
    char amount[SHOW_TEXT];
    int y = 0;
    if (!s->home) {
        canvas_loading(c, 1, 2);
        return;
    }
    bool side = whole->columns >= 118;
    if (side) {
        struct canvas right = canvas_part(whole, 1, whole->columns - SIDE, whole->rows - 1, SIDE);
        left = canvas_part(whole, 0, 0, whole->rows, whole->columns - SIDE - 1);
        canvas_column(whole, 0, whole->columns - SIDE - 1, whole->rows);
        draw_side(s, &right);
    }
    if (s->home->banner && *s->home->banner)
        y += canvas_wrap(c, y, 1, c->columns - 2, 3, STYLE_BOLD, s->home->banner) + 1;
    draw_owed(s, c, y++);
    if (s->home->ageing->count && s->me->card_note && *s->me->card_note)
        canvas_right(c, y++, c->columns - 1, STYLE_WARN, s->me->card_note);
    if (s->home->credit.amount)
        figure(s, c, y++, "Credit", STYLE_PLAIN, show_money(amount, s->home->credit),
               "not set against any invoice", "");
    y += draw_last_payment(s, c, y);
    draw_estimates(s, c, y++);
    int bars = c->rows - y >= 12 ? draw_ageing(s, c, y + 1) : 0; /* what happened matters more */
    y += bars ? bars + 2 : 1;
    canvas_text(c, y++, 1, STYLE_BOLD, "Recent");
    int below = side ? 0 : draw_business(s, c, y, c->rows);
    struct canvas recent = canvas_part(c, y, 1, c->rows - y - below, c->columns - 2);
    list_draw(s->list, &recent);
}

/* --- keys */

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->home)
        return "Not loaded yet.";
    return s->home->due.n ? NULL : "Nothing is due.";
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static void run_pay(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_customer_pay, 0);
}

static void run_transfer(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_customer_transfer, 0);
}

static void run_open(struct ui *ui, void *state)
{
    struct state *s = state;
    int64_t user = list_user(s->list);
    if (!customer_open_subject(ui, (int)(user >> 48), (uint64_t)(user & ((INT64_C(1) << 48) - 1))))
        ui_toast(ui, TONE_INFO, "%s", show_closed((int)(user >> 48)));
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "open",
     .help = "Open what it is about",
     .possible = can_open,
     .run = run_open},
    {.key = 'p',
     .action = "pay",
     .help = "Pay what is due",
     .possible = can_pay,
     .run = run_pay,
     .offered = pay_by_card},
    {.key = 'p',
     .action = "how to pay",
     .help = "The bank account, the amounts, and what to quote",
     .possible = can_pay,
     .run = run_transfer,
     .offered = pay_otherwise},
    {.key = 'q', .action = "sign out", .help = "Sign out", .run = sign_out_run},
    {0}};

const struct screen screen_customer_home = {.name = "customer.home",
                                            .title = "Home",
                                            .state_size = sizeof(struct state),
                                            .open = open,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .keys = keys};
