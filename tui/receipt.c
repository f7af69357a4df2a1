#include "tui/receipt.h"
#include "common/date.h"
#include "tui/show.h"
#include <stdio.h>
#include <string.h>

#define LABEL 2
#define VALUE 16
#define AMOUNT 58 /* where amounts end, where there is room and they are not wider */
#define LEAST_LABEL 14

static void row(const struct canvas *c, int *y, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    canvas_text(c, *y, LABEL, STYLE_DIM, label);
    canvas_fit(c, (*y)++, VALUE, c->columns - VALUE - 1, STYLE_PLAIN, value);
}

static const char *title(const struct payment *p)
{
    switch (p->state) {
    case PAY_SUCCEEDED: return "RECEIPT";
    case PAY_FAILED: return "PAYMENT FAILED";
    default: return "PAYMENT UNDER WAY";
    }
}

static int draw_outcome(const struct payment *p, const struct canvas *c, int y)
{
    char text[400];
    if (p->state == PAY_FAILED) {
        const char *why = p->failure && *p->failure ? p->failure : "The payment did not go through.";
        bool stop = why[strlen(why) - 1] == '.';
        snprintf(text, sizeof text, "%s%s Nothing was taken; the invoices are as they were.", why,
                 stop ? "" : ".");
        return canvas_wrap(c, y, LABEL, c->columns - 4, 4, STYLE_BAD, text) + 1;
    }
    if (p->state == PAY_PENDING)
        return canvas_wrap(c, y, LABEL, c->columns - 4, 4, STYLE_WARN,
                           "The gateway has not said yet whether the money was taken. Do not pay again: as "
                           "soon as it "
                           "answers, this changes by itself.") +
               1;
    return 0;
}

/* Where the amounts end: far enough right for the widest of them. */
static int amounts_end(const struct payment *p, const struct canvas *c)
{
    int widest = canvas_money_width(p->amount, true), unused = canvas_money_width(p->unused, false);
    widest = unused > widest ? unused : widest;
    for (size_t i = 0; i < p->allocations.n; i++) {
        int width = canvas_money_width(p->allocations.v[i].amount, false);
        widest = width > widest ? width : widest;
    }
    int end = VALUE + LEAST_LABEL + 2 + widest, most = c->columns - 1;
    end = end > AMOUNT ? end : AMOUNT;
    return end < most ? end : most;
}

static void part(const struct canvas *c, int y, int end, const char *label, struct money m)
{
    int left = canvas_money(c, y, end, STYLE_PLAIN, m, false);
    canvas_fit(c, y, VALUE, left - 2 - VALUE, STYLE_PLAIN, label);
}

static int draw_parts(const struct payment *p, const struct canvas *c, int y)
{
    int from = y, end = amounts_end(p, c);
    canvas_text(c, y, LABEL, STYLE_DIM, "For");
    for (size_t i = 0; i < p->allocations.n; i++) {
        const struct allocation *a = &p->allocations.v[i];
        part(c, y++, end, a->number && *a->number ? a->number : "invoice", a->amount);
    }
    if (p->unused.amount)
        part(c, y++, end, "Kept as credit", p->unused);
    if (y == from)
        canvas_text(c, y++, VALUE, STYLE_PLAIN, "–");
    canvas_rule(c, y++, VALUE, end - VALUE);
    canvas_text(c, y, VALUE, STYLE_BOLD, p->state == PAY_SUCCEEDED ? "Paid" : "Amount");
    canvas_money(c, y++, end, STYLE_BOLD, p->amount, true);
    return y - from;
}

int receipt_draw(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c, int y)
{
    int from = y;
    char text[1600], at[SHOW_TEXT], with[SHOW_WITH];
    canvas_print(c, y, 1, STYLE_BOLD, "%s %s", title(p), show_text(p->number));
    canvas_right(c, y, c->columns - 1, show_pay_state_style(p->state) | STYLE_BOLD, show_pay_state(p->state));
    y++;
    if (p->note && *p->note)
        y += canvas_wrap(c, y, LABEL, c->columns - 4, 2, STYLE_WARN | STYLE_BOLD, p->note);
    y++;
    y += draw_outcome(p, c, y);
    show_party(text, sizeof text, p->payee);
    row(c, &y, "To", *text ? text : me->business);
    row(c, &y, "From", p->customer_name);
    row(c, &y, "Date", date_short(at, p->date));
    row(c, &y, "Method", show_with(with, p));
    row(c, &y, "Reference", p->reference);
    row(c, &y, "Made by", p->by);
    row(c, &y, p->state == PAY_PENDING ? "Started" : "Settled",
        show_when(at, p->settled ? p->settled : p->created, me->time_zone, today));
    y++;
    y += draw_parts(p, c, y);
    return y - from;
}
