/* What settles a document, and what is taken off it again: payments (`paid`), and other credit (`credited`). Always, of one that is owed on:
 * total = paid + credited + written off + balance, unless it was withdrawn. */
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include <string.h>

static const char *named(const struct document *d)
{
    return d->number && *d->number ? d->number : "the invoice";
}

enum err document_credit_begins(struct call *c, struct document *d)
{
    int64_t refunded;
    if (!doc_kind(d->kind)->credit)
        return OK;
    enum err e = credit_refunded(c, d, &refunded);
    if (!e)
        d->left = money_of(doc_kind(d->kind)->owes ? d->paid.amount - refunded : d->total.amount - refunded,
                           d->currency);
    return e;
}

static enum err check_amount(struct call *c, const struct document *d, struct money amount)
{
    char due[MONEY_TEXT];
    if (strcmp(amount.currency, d->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "amount", "the invoice is in %s, the payment in %s", d->currency,
                      amount.currency);
    if (amount.amount <= 0)
        return REFUSE(c, ERR_INVALID, "amount", "must be more than nothing");
    if (amount.amount > d->balance.amount)
        return REFUSE(c, ERR_OVERPAID, "amount", "only %s %s is due on %s",
                      money_plain(due, d->balance.amount, currency_digits(d->currency)), d->currency,
                      named(d));
    return OK;
}

enum err document_apply(struct call *c, struct document *d, struct money amount, bool credit)
{
    bool all = amount.amount == d->balance.amount;
    struct money *by = credit ? &d->credited : &d->paid;
    int state;
    enum err e = document_may(c, d, all ? ACT_PAY_ALL : ACT_PAY_PART, &state);
    if (!e)
        e = check_amount(c, d, amount);
    if (e)
        return e;
    *by = money_of(by->amount + amount.amount, d->currency);
    d->balance = money_of(d->balance.amount - amount.amount, d->currency);
    d->state = state; /* no new revision: what it says is what it said */
    if (all)
        e = document_credit_begins(c, d);
    return e ? e : document_put(c, d);
}

enum err document_take_off(struct call *c, struct document *d, struct money amount, bool credit)
{
    struct money *by = credit ? &d->credited : &d->paid;
    int state;
    enum err e = document_may(c, d, ACT_REOPEN, &state);
    if (e)
        return e;
    if (strcmp(amount.currency, d->currency) != 0 || amount.amount <= 0 || amount.amount > by->amount)
        return REFUSE(c, ERR_INVALID, "amount", "so much does not settle %s", named(d));
    *by = money_of(by->amount - amount.amount, d->currency);
    d->balance = money_of(d->balance.amount + amount.amount, d->currency);
    d->state = state;
    if (doc_kind(d->kind)->credit) /* it is credit again when it is paid again */
        d->left = money_of(0, d->currency);
    return document_put(c, d);
}
