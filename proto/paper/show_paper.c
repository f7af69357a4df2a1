/* How documents and payments stand; what is taxed how. */
#include "common/doc_kind.h"
#include "common/rate.h"
#include "proto/paper/show.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void in_days(char buffer[SHOW_TEXT], const char *before, int32_t days, const char *after)
{
    snprintf(buffer, SHOW_TEXT, "%s %" PRId32 " day%s%s", before, days, days == 1 ? "" : "s", after);
}

char *show_due(char buffer[SHOW_TEXT], int kind, int status, int32_t due, int32_t today)
{
    const bool bill = !doc_kind(kind)->answered; /* it is due; an offer has a last day */
    bool waits = status == STATUS_OPEN || status == STATUS_PARTLY_PAID || status == STATUS_OVERDUE ||
                 status == STATUS_EXPIRED;
    buffer[0] = '\0';
    if (!due || !waits)
        return buffer;
    if (due == today)
        snprintf(buffer, SHOW_TEXT, "%s", bill ? "due today" : "last day today");
    else if (due == today + 1)
        snprintf(buffer, SHOW_TEXT, "%s", bill ? "due tomorrow" : "until tomorrow");
    else if (due > today)
        snprintf(buffer, SHOW_TEXT, bill ? "due in %" PRId32 " days" : "%" PRId32 " more days", due - today);
    else
        in_days(buffer, bill ? "overdue" : "expired", today - due, bill ? "" : " ago");
    return buffer;
}

const char *show_status(int doc_status)
{
    switch (doc_status) {
    case STATUS_PARTLY_PAID: return "partly paid";
    case STATUS_WRITTEN_OFF: return "written off";
    default: return enum_name(enum_doc_status(), doc_status);
    }
}

enum look show_status_look(int doc_status)
{
    switch (doc_status) {
    case STATUS_OVERDUE:
    case STATUS_DECLINED: return LOOK_BAD;
    case STATUS_PAID:
    case STATUS_ACCEPTED:
    case STATUS_INVOICED: return LOOK_GOOD;
    case STATUS_EXPIRED:
    case STATUS_PARTLY_PAID: return LOOK_WARN;
    case STATUS_OPEN: return LOOK_INFO;
    default: return LOOK_DIM;
    }
}

char *show_pending(char *buffer, size_t size, const struct payment *p)
{
    size_t n = 0;
    if (p->unknown)
        snprintf(buffer, size,
                 "The gateway did not answer, so it is not known yet whether there is a charge. It is asked "
                 "until it says so. Do not pay again.");
    else if (!p->wants.n)
        snprintf(buffer, size,
                 "The gateway has not said yet whether the money was taken. Do not pay again: as soon as it "
                 "answers, this changes by itself.");
    else
        n = (size_t)snprintf(buffer, size, "It is not paid yet. Still wanted of the one who pays:");
    for (size_t i = 0; i < p->wants.n && n && n < size; i++)
        n += (size_t)snprintf(buffer + n, size - n, "%s %s", i ? "," : "", show_text(p->wants.v[i].label));
    if (n && n < size)
        snprintf(buffer + n, size - n, ".");
    return buffer;
}

char *show_deposit(char buffer[SHOW_DEPOSIT], const struct document *estimate)
{
    char percent[SHOW_TEXT];
    const bool share = estimate->deposit_percent != 0;
    snprintf(buffer, SHOW_DEPOSIT, "%s%s%s", share ? show_decimal(percent, estimate->deposit_percent, 0) : "",
             share ? " % of the total, " : "",
             estimate->deposit_terms ? "asked for when it is accepted, on the usual terms"
                                     : "due at once when it is accepted");
    return buffer;
}

char *show_ending(char *buffer, size_t size, const struct payment *p, const char *zone, int32_t today)
{
    char when[SHOW_TEXT];
    buffer[0] = '\0';
    if (p->state == PAY_PENDING && p->until)
        snprintf(buffer, size,
                 "Where nothing is done it ends by itself, %s; before that it can be called off.",
                 show_when(when, p->until, zone, today));
    return buffer;
}

const char *show_pay_state(int pay_status)
{
    switch (pay_status) {
    case PAY_STATUS_SUCCEEDED: return "paid";
    case PAY_STATUS_PARTLY_REFUNDED: return "partly refunded";
    default: return enum_name(enum_pay_status(), pay_status);
    }
}

enum look show_pay_state_look(int pay_status)
{
    switch (pay_status) {
    case PAY_STATUS_SUCCEEDED: return LOOK_GOOD;
    case PAY_STATUS_FAILED:
    case PAY_STATUS_DISPUTED:
    case PAY_STATUS_REVERSED: return LOOK_BAD;
    default: return LOOK_WARN;
    }
}

const char *show_pay_mode(int pay_mode)
{
    switch (pay_mode) {
    case MODE_CHECK: return "cheque";
    case MODE_TRANSFER: return "bank transfer";
    case MODE_DEBIT: return "direct debit";
    default: return enum_name(enum_pay_mode(), pay_mode);
    }
}

static char *paid_with(char buffer[SHOW_WITH], const char *method, int mode, const char *note,
                       const char *gateway)
{
    bool marked = note && *note;
    snprintf(buffer, SHOW_WITH, "%s%s%s", marked ? show_text(gateway) : "", marked ? ": " : "",
             method && *method ? method : show_pay_mode(mode));
    return buffer;
}

char *show_with(char buffer[SHOW_WITH], const struct payment *p)
{
    return paid_with(buffer, p->method, p->mode, p->note, p->gateway);
}

char *show_row_with(char buffer[SHOW_WITH], const struct payment_row *p)
{
    return paid_with(buffer, p->method, p->mode, p->note, p->gateway);
}

char *show_credit_used(char buffer[SHOW_WITH], const struct payment *p)
{
    struct money sum = money_of(0, p->credit.n ? p->credit.v[0].amount.currency : "");
    char text[SHOW_TEXT];
    for (size_t i = 0; i < p->credit.n; i++)
        sum.amount += p->credit.v[i].amount.amount;
    size_t n = p->credit.n ? (size_t)snprintf(buffer, SHOW_WITH, "%s first", show_money(text, sum)) : 0;
    const char *before = "";
    buffer[n] = '\0';
    for (size_t i = 0; i < p->credit.n && n < SHOW_WITH; i++) {
        const char *number = show_text(p->credit.v[i].number);
        if (strcmp(number, before) != 0) /* one of several invoices has several rows */
            n += (size_t)snprintf(buffer + n, SHOW_WITH - n, "%s%s", *before ? ", " : ": ", number);
        before = number;
    }
    return buffer;
}

/* --- taxes */

static size_t add_tax(char *buffer, size_t size, const char *name, int64_t percent, const char *sign)
{
    char number[SHOW_TEXT];
    int n = snprintf(buffer, size, "%s%s%s%s", show_text(name), name && *name ? " " : "",
                     show_decimal(number, percent, 0), sign);
    return n > 0 && (size_t)n < size ? (size_t)n : size;
}

char *show_taxes(char *buffer, size_t size, const struct line *l, bool named)
{
    bool first = l->tax_percent || !l->tax2_percent, second = l->tax2_percent;
    size_t n = 0;
    buffer[0] = '\0';
    if (first)
        n = add_tax(buffer, size, named ? l->tax_name : "", l->tax_percent, named || !second ? " %" : "");
    if (first && second && n < size)
        n += (size_t)snprintf(buffer + n, size - n, " + ");
    if (second && n < size)
        add_tax(buffer + n, size - n, named ? l->tax2_name : "", l->tax2_percent, " %");
    return buffer;
}

char *show_exchange(char buffer[SHOW_EXCHANGE], const struct payment *p)
{
    const struct exchange *x = p->exchange;
    char received[SHOW_TEXT], rate[RATE_TEXT];
    bool exact = true;
    buffer[0] = '\0';
    if (!x)
        return buffer;
    const char *at = *show_text(x->rate) ? x->rate : rate_between(rate, x->received, p->amount, &exact);
    snprintf(buffer, SHOW_EXCHANGE, "%s, %s%s %s for one %s%s%s", show_money(received, x->received),
             exact ? "" : "about ", p->amount.currency, at, x->received.currency,
             *show_text(x->source) ? ": " : "", show_text(x->source));
    return buffer;
}

char *show_deduction(char *buffer, size_t size, const struct deduction *x)
{
    snprintf(buffer, size, "Deposit %s", show_text(x->number));
    return buffer;
}

struct money show_deducted(const struct document *d, const struct deduction *x)
{
    struct money off = money_of(-x->amount.amount, x->amount.currency);
    for (size_t i = 0; i < x->taxes.n && !d->tax_inclusive; i++)
        off.amount += x->taxes.v[i].tax.amount;
    return off;
}

bool show_price_without_tax(char buffer[SHOW_TEXT], const struct document *d, const struct line *l)
{
    int64_t both = l->tax_percent + l->tax2_percent, hundred = 100 * DECIMAL_ONE, price;
    int digits = currency_digits(show_text(d->currency));
    if (!d->tax_inclusive || !both || !l->price || money_mul_div(l->price, hundred, hundred + both, &price))
        return false;
    show_decimal(buffer, price, digits < 0 ? 2 : digits);
    return true;
}

static const char *category_words(int category)
{
    switch (category) {
    case TAX_ZERO: return "zero-rated";
    case TAX_EXEMPT: return "exempt";
    case TAX_REVERSE: return "reverse charge";
    case TAX_INTRA: return "intra-Community supply";
    case TAX_EXPORT: return "export";
    case TAX_OUTSIDE: return "outside the scope of tax";
    default: return "";
    }
}

char *show_tax(char *buffer, size_t size, const struct tax_sum *t)
{
    const char *words = category_words(t->category), *name = show_text(t->name);
    if (!*name)
        name = *words ? words : t->percent ? "Tax" : "No tax";
    bool reason = t->reason && *t->reason && strcasecmp(t->reason, name) != 0;
    if (reason)
        snprintf(buffer, size, "%s: %s", name, t->reason);
    else if (*words && name != words && !(t->reason && *t->reason))
        snprintf(buffer, size, "%s (%s)", name, words);
    else
        snprintf(buffer, size, "%s", name);
    if (*buffer >= 'a' && *buffer <= 'z')
        *buffer = (char)(*buffer - 32);
    return buffer;
}
