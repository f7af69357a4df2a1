/* Home as a picture: figures with their bars above what happened, the business below it or, from 120 columns, who is who beside it. */
#include "common/date.h"
#include "tui/both/document_draw.h"
#include "tui/customer/customer_screens.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AMOUNT 36 /* where the column of figures ends, unless they are wider */
#define LABEL_END 14
#define SIDE 34 /* columns of the panel on the right */
#define BAR 28  /* of ageing; shorter where the amounts need the room, then none */
#define LEAST_BAR 8

static const struct home_get_out *home(const struct scene *v)
{
    return v->out;
}

static struct money owed_of(const struct scene *v)
{
    const struct money *owed = &home(v)->ageing->total;
    return owed->currency[0] ? *owed : money_of(0, v->me->currency);
}

/* Where the column of figures ends: the widest of them is whole. */
static int figures_end(const struct scene *v)
{
    int widest = canvas_money_width(owed_of(v), true), credit = canvas_money_width(home(v)->credit, true);
    int paid = home(v)->last_payment ? canvas_money_width(home(v)->last_payment->amount, true) : 0;
    widest = credit > widest ? credit : widest;
    widest = paid > widest ? paid : widest;
    return LABEL_END + widest > AMOUNT ? LABEL_END + widest : AMOUNT;
}

static void figure(const struct scene *v, const struct canvas *c, int y, const char *label, unsigned style,
                   const char *amount, const char *note, const char *action)
{
    int end = figures_end(v), right = c->columns;
    canvas_text(c, y, 1, STYLE_PLAIN, label);
    canvas_number(c, y, end, style, amount);
    if (*action)
        right = canvas_right(c, y, c->columns - 1, STYLE_BOLD, action);
    canvas_fit(c, y, end + 3, right - end - 4, STYLE_PLAIN, note);
}

static void draw_owed(const struct scene *v, const struct canvas *c, int y)
{
    const struct ageing *a = home(v)->ageing;
    char amount[SHOW_TEXT], note[120];
    if (!a->count) {
        show_money(amount, owed_of(v));
        figure(v, c, y, "You owe", STYLE_GOOD, amount, "Nothing is due. Thank you.", "");
        return;
    }
    int n = snprintf(note, sizeof note, "%" PRId64 " invoice%s", a->count, a->count == 1 ? "" : "s");
    if (a->overdue_count)
        snprintf(note + n, sizeof note - (size_t)n, ", %" PRId64 " overdue", a->overdue_count);
    figure(v, c, y, "You owe", a->overdue_count ? STYLE_BAD : STYLE_BOLD, show_money(amount, a->total), note,
           home_being_paid(v) == home(v)->due.n ? "p  See payment"
           : home_pays_here(v)                  ? "p  Pay now"
                                                : "p  How to pay");
}

static int draw_being_paid(const struct scene *v, const struct canvas *c, int y)
{
    const struct document_due_list *due = &home(v)->due;
    char count[60], numbers[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < due->n && n < sizeof numbers; i++)
        if (due->v[i].paying)
            n += (size_t)snprintf(numbers + n, sizeof numbers - n, "%s%s", n ? "  " : "",
                                  show_text(due->v[i].number));
    snprintf(count, sizeof count, "%zu of %zu", home_being_paid(v), due->n);
    if (n)
        figure(v, c, y, "Being paid", STYLE_WARN, count, numbers, "");
    return n != 0;
}

static int draw_last_payment(const struct scene *v, const struct canvas *c, int y)
{
    const struct payment_row *p = home(v)->last_payment;
    char amount[SHOW_TEXT], date[DATE_TEXT], with[SHOW_WITH], note[SHOW_WITH + 40];
    if (!p)
        return 0;
    snprintf(note, sizeof note, "%s, %s", date_short(date, p->date), show_row_with(with, p));
    figure(v, c, y, "Last payment", STYLE_PLAIN, show_money(amount, p->amount), note, "");
    return 1;
}

static void draw_estimates(const struct scene *v, const struct canvas *c, int y)
{
    char count[60], numbers[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < home(v)->estimates.n && n < sizeof numbers; i++)
        n += (size_t)snprintf(numbers + n, sizeof numbers - n, "%s%s", i ? "  " : "",
                              show_text(home(v)->estimates.v[i].number));
    if (!home(v)->estimates_open) {
        figure(v, c, y, "Estimates", STYLE_PLAIN, "none to approve", "", "");
        return;
    }
    snprintf(count, sizeof count, "%" PRId64 " to approve", home(v)->estimates_open);
    figure(v, c, y, "Estimates", STYLE_BOLD, count, numbers, "2  Open");
}

/* Bars up to the oldest that is not empty; two at least, so that it reads as a scale. */
static int draw_ageing(const struct scene *v, const struct canvas *c, int y)
{
    const struct ageing *a = home(v)->ageing;
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
        struct money owed = rows[i].owed.currency[0] ? rows[i].owed : money_of(0, v->me->currency);
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
static int draw_business(const struct scene *v, const struct canvas *c, int from, int end)
{
    const struct business *b = home(v)->business;
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

static int draw_side_customer(const struct scene *v, const struct canvas *c)
{
    const struct customer *k = home(v)->customer;
    int y = 0, x = 2, width = c->columns - 3;
    canvas_text(c, y++, x, STYLE_BOLD, "Your company");
    canvas_fit(c, y++, x, width, STYLE_PLAIN, k->company && *k->company ? k->company : show_text(k->name));
    y += address_draw(c, y, x, width, k->billing);
    if (k->tax_id && *k->tax_id)
        canvas_print(c, y++, x, STYLE_PLAIN, "Tax id %s", k->tax_id);
    return y;
}

/* Account details, contact persons, the business: where there is room for them. */
static void draw_side(const struct scene *v, const struct canvas *c)
{
    const struct business *b = home(v)->business;
    int x = 2, width = c->columns - 3, y = draw_side_customer(v, c) + 1;
    canvas_text(c, y++, x, STYLE_BOLD, "Contact persons");
    for (size_t i = 0; i < home(v)->contacts.n && y < c->rows - 7; i++) {
        const struct contact *p = &home(v)->contacts.v[i];
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

/* Account details, contact persons, the business: on the right, where there is room. */
static void draw_beside(const struct scene *v, struct canvas *c)
{
    struct canvas right = canvas_part(c, 1, c->columns - SIDE, c->rows - 1, SIDE);
    canvas_column(c, 0, c->columns - SIDE - 1, c->rows);
    draw_side(v, &right);
    *c = canvas_part(c, 0, 0, c->rows, c->columns - SIDE - 1);
}

void home_around(const struct scene *v, struct canvas *c)
{
    const bool side = c->columns >= 118;
    char amount[SHOW_TEXT];
    int y = 0;
    if (side)
        draw_beside(v, c);
    if (home(v)->banner && *home(v)->banner)
        y += canvas_wrap(c, y, 1, c->columns - 2, 3, STYLE_BOLD, home(v)->banner) + 1;
    draw_owed(v, c, y++);
    if (home(v)->ageing->count && v->me->card_note && *v->me->card_note)
        canvas_right(c, y++, c->columns - 1, STYLE_WARN, v->me->card_note);
    if (home(v)->credit.amount)
        figure(v, c, y++, "Credit", STYLE_PLAIN, show_money(amount, home(v)->credit),
               "not set against any invoice", "");
    y += draw_being_paid(v, c, y);
    y += draw_last_payment(v, c, y);
    draw_estimates(v, c, y++);
    int bars = c->rows - y >= 12 ? draw_ageing(v, c, y + 1) : 0; /* what happened matters more */
    y += bars ? bars + 2 : 1;
    const int below = side ? 0 : draw_business(v, c, y, c->rows);
    *c = canvas_part(c, y, 0, c->rows - y - below, c->columns - side);
}
