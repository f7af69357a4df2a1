/* What becomes of a payment after it succeeded: its payer's bank holds it back, or takes it back. */
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include "server/ops/method.h"
#include "server/ops/money_mail.h"
#include "server/ops/payment.h"

enum err payment_dispute(struct call *c, struct payment *p, const char *why)
{
    enum err e = payment_move(c, p, PAY_DISPUTED);
    if (e)
        return e;
    p->failure = why;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e)
        e = payment_event(c, p, WHAT_DISPUTED, why);
    return e ? e : money_mail_taken(c, p, "");
}

enum err payment_dispute_won(struct call *c, struct payment *p)
{
    enum err e = payment_move(c, p, PAY_SUCCEEDED);
    if (e)
        return e;
    p->failure = NULL;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, WHAT_CHANGED, "the dispute is over: the money stays");
}

/* Of a part, what can be taken back: what is paid on a retainer became credit, and what of that was given back is gone for good. */
static enum err left_of(struct call *c, const struct document *d, int64_t *amount)
{
    int64_t refunded = 0;
    enum err e = doc_kind(d->kind)->credit ? credit_refunded(c, d, &refunded) : OK;
    if (!e && doc_kind(d->kind)->credit && *amount > d->paid.amount - refunded)
        *amount = d->paid.amount - refunded;
    return e;
}

/* The credit of a retainer is taken off the invoices it settles. *amount: what can be taken back of the part. */
static enum err take_back_credit(struct call *c, uint64_t retainer, int64_t *amount)
{
    struct document d;
    enum err e = record_needed(&c->txn, KIND_DOCUMENT, retainer, &d);
    if (e || !doc_kind(d.kind)->credit)
        return e;
    const struct credit_source s = {.document = &d};
    const bool any = d.settles.n != 0;
    while (!e && d.settles.n)
        e = credit_take_off(c, &s, d.settles.n - 1, d.settles.v[d.settles.n - 1].amount.amount);
    if (!e && any)
        e = credit_put(c, &s);
    return e ? e : left_of(c, &d, amount);
}

/* Takes the part off its invoice, or so much of it. What can not be taken off stays. */
static enum err take_part(struct call *c, const struct credit_source *s, size_t at, int64_t most, bool *gone)
{
    const size_t before = s->payment->allocations.n;
    int64_t amount = s->payment->allocations.v[at].amount.amount;
    enum err e = take_back_credit(c, s->payment->allocations.v[at].invoice, &amount);
    if (amount > most)
        amount = most;
    if (!e && amount > 0)
        e = credit_take_off(c, s, at, amount);
    *gone = s->payment->allocations.n < before;
    return e;
}

enum err payment_free(struct call *c, struct payment *p, int64_t amount)
{
    const struct credit_source s = {.payment = p};
    bool gone;
    enum err e = OK;
    for (size_t i = p->allocations.n; !e && i-- && p->unused.amount < amount;)
        e = take_part(c, &s, i, amount - p->unused.amount, &gone);
    return e;
}

enum err payment_freeable(struct call *c, const struct payment *p, int64_t *amount)
{
    enum err e = OK;
    *amount = p->unused.amount;
    for (size_t i = 0; !e && i < p->allocations.n; i++) {
        int64_t part = p->allocations.v[i].amount.amount;
        struct document d;
        e = record_needed(&c->txn, KIND_DOCUMENT, p->allocations.v[i].invoice, &d);
        if (!e)
            e = left_of(c, &d, &part);
        *amount += part > 0 ? part : 0;
    }
    return e;
}

static enum err reverse(struct call *c, struct payment *p, int what, const char *why, const char *told)
{
    const struct credit_source s = {.payment = p};
    bool gone;
    enum err e = payment_move(c, p, PAY_REVERSED);
    for (size_t i = 0; !e && i < p->allocations.n; i += !gone)
        e = take_part(c, &s, i, INT64_MAX, &gone);
    if (e)
        return e;
    p->unused = money_of(0, p->amount.currency);
    p->failure = why;
    p->settled = c->now;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e)
        e = method_taken_back(c, p);
    return e ? e : payment_event(c, p, what, told);
}

#define DUE_TOLD 10
/* "INV-000001, INV-000002 and 3 more" */
static const char *settled_by(struct call *c, const struct payment *p)
{
    const char *text = "";
    size_t told = 0;
    for (; told < p->allocations.n && told < DUE_TOLD; told++)
        text = arena_printf(c->arena, "%s%s%s", text, told ? ", " : "", p->allocations.v[told].number);
    return told == p->allocations.n
               ? text
               : arena_printf(c->arena, "%s and %zu more", text, p->allocations.n - told);
}

enum err payment_reverse(struct call *c, struct payment *p, const char *why)
{
    const char *due = settled_by(c, p);
    enum err e = reverse(c, p, WHAT_REVERSED, why, why);
    return e ? e : money_mail_taken(c, p, due);
}

enum err payment_undo(struct call *c, struct payment *p)
{
    return reverse(c, p, WHAT_MATCH_UNDONE, "It was booked by mistake.", NULL);
}
