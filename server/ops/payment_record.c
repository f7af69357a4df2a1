/* Recording a payment by hand (E10): it has succeeded already. */
#include "server/ops/payment_gateway.h"
#include "server/ops/payment.h"
#include <string.h>

static enum err check_amount(struct call *c, const struct payment_record_in *in, const char *currency)
{
    if (!*in->amount.currency)
        return in->parts.n ? OK
                           : REFUSE(c, ERR_INVALID, "amount", "say how much was paid, or for which invoices");
    if (strcmp(in->amount.currency, currency) != 0)
        return REFUSE(
            c, ERR_CURRENCY, "amount",
            "this customer pays in %s: what arrived in %s is said as `received`, beside what it is taken for",
            currency, in->amount.currency);
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

static enum err gather(struct call *c, const struct payment_record_in *given, struct payment *p)
{
    struct payment_record_in own = *given, *in = &own;
    struct customer customer;
    int64_t sum = 0;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->customer, &customer);
    if (!e)
        e = payment_exchange(c, customer.currency, in, &p->exchange);
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

int64_t payment_pending_credit(const struct payment *pending, uint64_t invoice, int64_t left)
{
    int64_t credit = 0;
    for (size_t i = 0; i < pending->allocations.n; i++)
        if (pending->allocations.v[i].invoice == invoice && pending->allocations.v[i].amount.amount > left)
            credit = pending->allocations.v[i].amount.amount - left;
    return credit;
}

/* What a pending payment by card would still bring for an invoice that this one settles too: how much of it would find nothing
 * left to settle. `pending` are those found so far. */
static enum err look_pending(struct call *c, const struct allocation *part, struct payment_row_list *pending,
                             int64_t *credit, const struct payment **found)
{
    struct payment *p;
    struct document invoice;
    *found = NULL;
    *credit = 0;
    enum err e = payment_pending_on(c, part->invoice, &p);
    if (!e && p)
        e = record_get(&c->txn, KIND_DOCUMENT, part->invoice, &invoice);
    if (e || !p)
        return e;
    *credit = payment_pending_credit(p, part->invoice, invoice.balance.amount - part->amount.amount);
    *found = p;
    for (size_t i = 0; i < pending->n; i++)
        if (pending->v[i].id == p->id)
            return OK;
    pending->v[pending->n++] = (struct payment_row){.id = p->id,
                                                    .number = p->number,
                                                    .state = p->state,
                                                    .customer = p->customer,
                                                    .customer_name = p->customer_name,
                                                    .date = p->date,
                                                    .mode = p->mode,
                                                    .amount = p->amount,
                                                    .allocations = p->allocations,
                                                    .method = p->method,
                                                    .gateway = p->gateway};
    return OK;
}

static const char *becomes(struct call *c, int64_t credit, const char *currency)
{
    char text[MONEY_TEXT];
    if (!credit)
        return "nothing of it becomes credit";
    return arena_printf(c->arena, "%s %s of it becomes credit", currency,
                        money_plain(text, credit, currency_digits(currency)));
}

const char *payment_pending_says(struct call *c, const struct payment *pending, const char *invoice,
                                 int64_t credit)
{
    return arena_printf(c->arena, "%s by card on %s is still pending: if it succeeds, %s", pending->number,
                        invoice, becomes(c, credit, pending->amount.currency));
}

/* Before it is recorded: ERR_PENDING, unless that is known; and what it would mean. */
static enum err check_pending(struct call *c, const struct payment_record_in *in, const struct payment *p,
                              struct payment_record_out *out)
{
    struct payment_row_list pending = {0, arena_alloc(c->arena, (p->allocations.n + 1) * sizeof *pending.v)};
    const char *said = "", *field = "";
    const char *currency = p->amount.currency;
    int64_t credit, sum = 0;
    const struct payment *found;
    for (size_t i = 0; i < p->allocations.n; i++) {
        const struct allocation *part = &p->allocations.v[i];
        enum err e = look_pending(c, part, &pending, &credit, &found);
        if (e)
            return e;
        if (!found)
            continue;
        sum += credit; /* each at most the balance of an invoice, and those were added up before */
        if (!*said)
            field = arena_printf(c->arena, "parts.%zu.invoice", i);
        said = arena_printf(c->arena, "%s%s%s", said, *said ? "; " : "",
                            payment_pending_says(c, found, part->number, credit));
    }
    if (*said && !in->despite_pending)
        return REFUSE(c, ERR_PENDING, field, "%s", said);
    payment_rows_finish(c, pending.v, pending.n);
    out->pending = pending;
    if (pending.n)
        out->credit = money_of(sum, currency);
    return OK;
}

/* Staff record with the gateway `hand`, of which a business may have ways closed that it does not take. */
static enum err check_mode(struct call *c, int mode)
{
    struct gateway hand;
    struct gateway_method method;
    const char *name = enum_name(enum_pay_mode(), mode);
    enum err e = gateway_open(&c->txn, c->gateways, "hand", &hand);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e; /* tests of handlers have none */
    if (!gateway_method_named(hand.kind, name, &method) || !gateway_has_open(&hand, &method))
        return REFUSE(c, ERR_SWITCHED_OFF, "mode", "hand/%s is closed here", name);
    return OK;
}

enum err payment_recorded(struct call *c, const struct payment_record_in *in,
                          const struct statement_line *line, int64_t charges, struct payment_record_out *out)
{
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e && in->date > today)
        e = REFUSE(c, ERR_INVALID, "date", "is in the future");
    if (!e)
        e = gather(c, in, p);
    if (!e)
        e = check_pending(c, in, p, out);
    if (e)
        return e;
    p->date = in->date ? in->date : today;
    p->mode = in->mode;
    p->reference = in->reference;
    p->notes = in->notes;
    p->created = c->now;
    p->by = c->who.name;
    p->bank_line = line ? line->id : 0;
    if (charges)
        p->charges = money_of(charges, p->amount.currency);
    e = payment_succeed(c, p);
    payment_finish(c, p);
    out->payment = p;
    return e;
}

enum err op_payment_record(struct call *c, const struct payment_record_in *in, struct payment_record_out *out)
{
    enum err e = check_mode(c, in->mode);
    return e ? e : payment_recorded(c, in, NULL, 0, out);
}
