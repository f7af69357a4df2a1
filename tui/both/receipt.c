#include "tui/both/receipt.h"
#include "tui/full/look.h"
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/full/qr.h"
#include <stdio.h>
#include <string.h>

#define LABEL 2
#define VALUE 16
#define AMOUNT 58 /* where amounts end, where there is room and they are not wider */
#define LEAST_LABEL 14
#define ALL 1000000 /* rows, where there is no end to them */

static void row(const struct canvas *c, int *y, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    canvas_text(c, *y, LABEL, STYLE_DIM, label);
    *y += canvas_wrap(c, *y, VALUE, c->columns - VALUE - 1, 6, STYLE_PLAIN, value);
}

static const char *title(const struct payment *p)
{
    switch (p->state) {
    case PAY_SUCCEEDED: return "RECEIPT";
    case PAY_FAILED: return "PAYMENT FAILED";
    default: return "PAYMENT UNDER WAY";
    }
}

static int draw_outcome(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c,
                        int y)
{
    char text[600], waits[400], ends[200];
    if (p->state == PAY_FAILED) {
        const char *why = p->failure && *p->failure ? p->failure : "The payment did not go through.";
        bool stop = why[strlen(why) - 1] == '.';
        snprintf(text, sizeof text, "%s%s Nothing was taken; the invoices are as they were.", why,
                 stop ? "" : ".");
        return canvas_wrap(c, y, LABEL, c->columns - 4, 4, STYLE_BAD, text) + 1;
    }
    if (p->state != PAY_PENDING)
        return 0;
    const char *how = *show_text(p->url) ? SHOW_AT_PAGE : show_pending(waits, sizeof waits, p);
    show_ending(ends, sizeof ends, p, me->time_zone, today);
    snprintf(text, sizeof text, "%s%s%s", how, *ends ? " " : "", ends);
    return canvas_wrap(c, y, LABEL, c->columns - 4, 5, STYLE_WARN, text) + 1;
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

static void part(const struct canvas *c, int y, int end, unsigned style, const char *label, struct money m)
{
    int left = canvas_money(c, y, end, style, m, false);
    canvas_fit(c, y, VALUE, left - 2 - VALUE, style, label);
}

static void draw_sum(const struct payment *p, const struct canvas *c, int y, int end)
{
    canvas_text(c, y, VALUE, STYLE_BOLD,
                p->state == PAY_FAILED      ? "Not taken"
                : p->state == PAY_SUCCEEDED ? "Paid"
                                            : "Amount");
    canvas_money(c, y, end, STYLE_BOLD, p->amount, true);
}

/* What it paid; of one that failed, what it would have paid, and said so. At most `most` rows. */
static int draw_parts(const struct payment *p, const struct canvas *c, int y, int most)
{
    bool failed = p->state == PAY_FAILED;
    int from = y, end = amounts_end(p, c);
    unsigned style = failed ? STYLE_DIM : STYLE_PLAIN;
    canvas_text(c, y, LABEL, STYLE_DIM, failed ? "Not paid" : "For");
    for (size_t i = 0; i < p->allocations.n; i++) {
        const struct allocation *a = &p->allocations.v[i];
        if (y - from + 1 >= most && i + 1 < p->allocations.n) {
            canvas_print(c, y++, VALUE, STYLE_DIM, "… and %zu more", p->allocations.n - i);
            break;
        }
        part(c, y++, end, style, a->number && *a->number ? a->number : "invoice", a->amount);
    }
    if (p->unused.amount && !failed)
        part(c, y++, end, style, "Kept as credit", p->unused);
    if (y == from)
        canvas_text(c, y++, VALUE, STYLE_PLAIN, "–");
    return y - from;
}

/* brief: only what has to be seen, where the window is too low for all of it. */
static int draw(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c, int y,
                bool brief)
{
    int from = y;
    char text[1600], at[SHOW_TEXT], with[SHOW_WITH], exchange[SHOW_EXCHANGE];
    canvas_print(c, y, 1, STYLE_BOLD, "%s %s", title(p), show_text(p->number));
    canvas_right(c, y, c->columns - 1, look_style(show_pay_state_look(p->status)) | STYLE_BOLD,
                 show_pay_state(p->status));
    y++;
    if (p->note && *p->note)
        y += canvas_wrap(c, y, LABEL, c->columns - 4, 2, STYLE_WARN | STYLE_BOLD, p->note);
    y += !brief;
    y += draw_outcome(p, me, today, c, y) - (brief && p->state != PAY_SUCCEEDED);
    show_party(text, sizeof text, p->payee);
    if (brief)
        row(c, &y, "To", p->payee && p->payee->name && *p->payee->name ? p->payee->name : me->business);
    else
        row(c, &y, "To", *text ? text : me->business);
    if (!brief)
        row(c, &y, "From", p->customer_name);
    if (!brief)
        row(c, &y, "Date", date_short(at, p->date));
    row(c, &y, "Method", show_with(with, p));
    row(c, &y, "Received", show_exchange(exchange, p));
    if (!brief) {
        row(c, &y, "Credit", show_credit_used(with, p));
        row(c, &y, "Reference", p->reference);
        row(c, &y, "Made by", p->by);
        row(c, &y,
            p->state == PAY_PENDING  ? "Started"
            : p->state == PAY_FAILED ? "Failed"
                                     : "Settled",
            show_when(at, p->settled ? p->settled : p->created, me->time_zone, today));
        y++;
    }
    y += draw_parts(p, c, y, brief ? c->rows - y - 1 : ALL);
    if (!brief)
        canvas_rule(c, y++, VALUE, amounts_end(p, c) - VALUE);
    else if (y >= c->rows) { /* the sum is seen whatever else is not */
        y = c->rows - 1;
        canvas_fill(c, y, 0, 1, c->columns, STYLE_PLAIN);
    }
    draw_sum(p, c, y++, amounts_end(p, c));
    return y - from;
}

int receipt_draw_page(const struct payment *p, bool code, const struct canvas *c, int y)
{
    const int from = y;
    struct qr qr;
    if (p->state != PAY_PENDING || !*show_text(p->url))
        return 0;
    struct arena *a = arena_open();
    if (code && qr_make(a, p->url, QR_LOW, &qr) == OK)
        y += qr_draw(c, y, LABEL, &qr, QR_BLOCKS);
    if (y == from)
        canvas_print(c, y++, LABEL, STYLE_DIM,
                     "The page, which one can copy; a larger window has a code for a phone:");
    arena_close(a);
    for (const char *at = p->url; *at; at += strnlen(at, (size_t)(c->columns - LABEL - 1)))
        canvas_print(c, y++, LABEL, STYLE_PLAIN, "%.*s", c->columns - LABEL - 1, at);
    return y - from;
}

int receipt_draw(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c, int y)
{
    const struct canvas nowhere = canvas_part(c, 0, 0, 0, c->columns);
    const bool brief = y + draw(p, me, today, &nowhere, 0, false) > c->rows;
    return draw(p, me, today, c, y, brief);
}
