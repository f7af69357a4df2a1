/* Recording a payment by hand (E10): it has succeeded already. */
#include "server/ops/payment.h"
#include <string.h>

static enum err check_amount(struct call *c, const struct payment_record_in *in, const char *currency)
{
    if (!*in->amount.currency)
        return in->parts.n ? OK
                           : REFUSE(c, ERR_INVALID, "amount", "say how much was paid, or for which invoices");
    if (strcmp(in->amount.currency, currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "amount", "this customer pays in %s", currency);
    if (in->amount.amount <= 0)
        return REFUSE(c, ERR_INVALID, "amount", "has to be more than nothing");
    return OK;
}

/* A part without an amount takes all that is due, or what the parts before left of the whole amount. */
static enum err take_part(struct call *c, const struct payment_record_in *in, size_t i, struct payment *p,
                          int64_t *sum)
{
    struct document invoice;
    enum err e = payment_check_part(c, &in->parts, i, in->customer, p->amount.currency, &invoice);
    if (e)
        return e;
    const struct allocation *wanted = &in->parts.v[i];
    bool whole = *in->amount.currency;
    int64_t left = in->amount.amount - *sum;
    int64_t amount = *wanted->amount.currency ? wanted->amount.amount : invoice.balance.amount;
    if (whole && !*wanted->amount.currency && amount > left)
        amount = left;
    if (whole && (amount > left || amount <= 0))
        return REFUSE(c, ERR_OVERPAID, arena_printf(c->arena, "parts.%zu.amount", i),
                      "the parts are more than the whole amount");
    if (amount <= 0)
        return REFUSE(c, ERR_STATE, arena_printf(c->arena, "parts.%zu.invoice", i), "nothing is due on %s",
                      invoice.number);
    struct allocation *part = &p->allocations.v[p->allocations.n++];
    part->invoice = invoice.id;
    part->number = invoice.number;
    part->amount = money_of(amount, p->amount.currency);
    e = money_add(*sum, amount, sum);
    return e ? REFUSE(c, e, "parts", "the sum is too large") : OK;
}

static enum err gather(struct call *c, const struct payment_record_in *in, struct payment *p)
{
    struct customer customer;
    int64_t sum = 0;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->customer, &customer);
    if (!e)
        e = check_amount(c, in, customer.currency);
    if (e)
        return e;
    p->customer = customer.id;
    p->customer_name = customer.name;
    p->amount = money_of(in->amount.amount, customer.currency);
    p->allocations.v = arena_alloc(c->arena, in->parts.n * sizeof *p->allocations.v);
    for (size_t i = 0; i < in->parts.n && !e; i++)
        e = take_part(c, in, i, p, &sum);
    if (!*in->amount.currency)
        p->amount.amount = sum;
    return e;
}

enum err op_payment_record(struct call *c, const struct payment_record_in *in, struct payment_record_out *out)
{
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e && in->date > today)
        e = REFUSE(c, ERR_INVALID, "date", "is in the future");
    if (!e)
        e = gather(c, in, p);
    if (e)
        return e;
    p->date = in->date ? in->date : today;
    p->mode = in->mode;
    p->reference = in->reference;
    p->notes = in->notes;
    p->created = c->now;
    p->by = c->who.name;
    e = payment_succeed(c, p);
    if (!e)
        out->payment = p;
    return e;
}
