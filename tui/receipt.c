#include "tui/receipt.h"
#include "common/date.h"
#include "tui/show.h"
#include <stdio.h>
#include <string.h>

#define LABEL 2
#define VALUE 16
#define AMOUNT 58 /* where amounts end */

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

static int draw_parts(const struct payment *p, const struct canvas *c, int y)
{
    int from = y;
    canvas_text(c, y, LABEL, STYLE_DIM, "For");
    for (size_t i = 0; i < p->allocations.n; i++, y++) {
        const struct allocation *a = &p->allocations.v[i];
        canvas_fit(c, y, VALUE, 24, STYLE_PLAIN, a->number && *a->number ? a->number : "invoice");
        canvas_money(c, y, AMOUNT, STYLE_PLAIN, a->amount, false);
    }
    if (p->unused.amount) {
        canvas_text(c, y, VALUE, STYLE_PLAIN, "Kept as credit");
        canvas_money(c, y++, AMOUNT, STYLE_PLAIN, p->unused, false);
    }
    if (y == from)
        canvas_text(c, y++, VALUE, STYLE_PLAIN, "–");
    canvas_rule(c, y++, VALUE, AMOUNT - VALUE);
    canvas_text(c, y, VALUE, STYLE_BOLD, p->state == PAY_SUCCEEDED ? "Paid" : "Amount");
    canvas_money(c, y++, AMOUNT, STYLE_BOLD, p->amount, true);
    return y - from;
}

int receipt_draw(const struct payment *p, const struct me *me, const struct business *business, int32_t today,
                 const struct canvas *c, int y)
{
    int from = y;
    char text[900], where[600], at[SHOW_TEXT], with[SHOW_WITH];
    canvas_print(c, y, 1, STYLE_BOLD, "%s %s", title(p), show_text(p->number));
    canvas_right(c, y, c->columns - 1, show_pay_state_style(p->state) | STYLE_BOLD, show_pay_state(p->state));
    y++;
    if (p->note && *p->note)
        y += canvas_wrap(c, y, LABEL, c->columns - 4, 2, STYLE_WARN | STYLE_BOLD, p->note);
    y++;
    y += draw_outcome(p, c, y);
    show_address_line(where, sizeof where, business ? business->address : NULL);
    snprintf(text, sizeof text, "%s%s%s", business ? show_text(business->name) : show_text(me->business),
             *where ? ", " : "", where);
    row(c, &y, "To", text);
    row(c, &y, "From", p->customer_name);
    row(c, &y, "Date", date_short(at, p->date));
    row(c, &y, "Method", show_with(with, p));
    row(c, &y, "Reference", p->reference);
    row(c, &y, "Made by", p->by);
    row(c, &y, p->state == PAY_PENDING ? "Started" : "Settled",
        show_when(at, p->settled ? p->settled : p->created, me->utc_offset, today));
    y++;
    y += draw_parts(p, c, y);
    return y - from;
}
