/* Credit that is used with a payment: first, in its order, as part of what is begun, and so once; what is left of the invoices is paid. It is
 * used when the payment is written down, so nobody uses it twice, and is credit again when that comes to nothing. */
#include "server/ops/credit.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include <string.h>

static enum err check(struct call *c, const struct payment *p, const struct money *credit)
{
    struct credit_list all;
    bool more;
    int64_t left = 0;
    char text[MONEY_TEXT];
    if (c->session && c->session->code)
        return REFUSE(c, ERR_FORBIDDEN, "credit", "the code of a document opens nothing but that");
    if (strcmp(credit->currency, p->amount.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "credit", "is in another currency than the invoices");
    if (credit->amount < 0)
        return REFUSE(c, ERR_INVALID, "credit", "can not be less than nothing");
    enum err e = credit_all(c, p->customer, p->amount.currency, &all, &more);
    for (size_t i = 0; i < all.n && !e; i++)
        left += all.v[i].left.amount;
    if (!e && credit->amount > left)
        e = REFUSE(c, ERR_STALE, "credit", "only %s %s of credit is left now",
                   money_plain(text, left, currency_digits(p->amount.currency)), p->amount.currency);
    return e;
}

/* Of one part, as much as is left to be used: what stays of it is paid. */
static enum err split_part(struct call *c, struct allocation *part, int64_t *left,
                           struct allocation_list *settled)
{
    struct document_owner of;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, part->invoice, shape_document_owner(), &of);
    const int64_t take = *left < part->amount.amount ? *left : part->amount.amount;
    if (e || of.kind != DOC_INVOICE || !take) /* a retainer becomes credit itself */
        return e;
    struct allocation *by = &settled->v[settled->n++];
    *by = *part;
    by->amount.amount = take;
    part->amount.amount -= take;
    *left -= take;
    return OK;
}

enum err payment_split(struct call *c, struct payment *p, const struct money *credit,
                       struct payment_parts *parts)
{
    const struct allocation_list whole = p->allocations;
    struct allocation_list *paid = &p->allocations;
    *parts = (struct payment_parts){.whole = whole};
    if (!*credit->currency)
        return OK;
    if (c->who.document) /* credit comes from other documents than the one that the code opens */
        return REFUSE(c, ERR_FORBIDDEN, "credit",
                      "is used by who signs in, and not with the code of a document");
    int64_t left = credit->amount;
    enum err e = check(c, p, credit);
    parts->settled.v = arena_alloc(c->arena, whole.n * sizeof *whole.v);
    *paid = (struct allocation_list){0, arena_alloc(c->arena, whole.n * sizeof *whole.v)};
    for (size_t i = 0; i < whole.n && !e; i++) {
        struct allocation part = whole.v[i];
        e = split_part(c, &part, &left, &parts->settled);
        if (part.amount.amount)
            paid->v[paid->n++] = part;
    }
    if (!e && left)
        e = REFUSE(c, ERR_OVERPAID, "credit", "is more than the invoices come to");
    p->amount.amount -= credit->amount;
    return e;
}

enum err payment_use_credit(struct call *c, struct payment *p, const struct allocation_list *settled)
{
    const struct credit_apply_in in = {.parts = *settled};
    struct credit_apply_out out = {.uses = {0, NULL}};
    enum err e = settled->n ? op_credit_apply(c, &in, &out) : OK;
    p->credit = out.uses;
    return e;
}

/* What of one use is there still: staff may have taken it off, its payer's bank taken it back. */
static enum err take_off(struct call *c, const struct credit_use *use)
{
    struct credit_source s;
    size_t at = 0;
    enum err e = credit_source(c, use->what, (uint64_t)use->id, &s);
    if (e || (s.payment && s.payment->state != PAY_SUCCEEDED))
        return e;
    const struct allocation_list *list = credit_settles(&s);
    while (at < list->n && list->v[at].invoice != use->invoice)
        at++;
    if (at == list->n)
        return OK;
    const int64_t there = list->v[at].amount.amount, amount = use->amount.amount;
    e = credit_take_off(c, &s, at, there < amount ? there : amount);
    return e ? e : credit_put(c, &s);
}

enum err payment_credit_back(struct call *c, struct payment *p)
{
    enum err e = OK;
    for (size_t i = 0; i < p->credit.n && !e; i++)
        e = take_off(c, &p->credit.v[i]);
    p->credit = (struct credit_use_list){0, NULL};
    return e;
}
