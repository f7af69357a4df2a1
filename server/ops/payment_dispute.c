/* What becomes of a payment after it succeeded: its payer's bank holds it back, or takes it back. */
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include "server/ops/payment.h"

enum err payment_dispute(struct call *c, struct payment *p, const char *why)
{
    enum err e = payment_move(c, p, PAY_DISPUTED);
    if (e)
        return e;
    p->failure = why;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, WHAT_DISPUTED, why);
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

/* What is paid on a retainer became credit. That is taken off the invoices it settles; what of it was given back is gone for good: of so
 * much the payment goes on settling the retainer. *amount: what can be taken back of the part. */
static enum err take_back_credit(struct call *c, uint64_t retainer, int64_t *amount)
{
    struct document d;
    int64_t refunded = 0;
    enum err e = record_needed(&c->txn, KIND_DOCUMENT, retainer, &d);
    if (e || !doc_kind(d.kind)->credit)
        return e;
    const struct credit_source s = {.document = &d};
    const bool any = d.settles.n != 0;
    while (!e && d.settles.n)
        e = credit_take_off(c, &s, d.settles.n - 1, d.settles.v[d.settles.n - 1].amount.amount);
    if (!e && any)
        e = credit_put(c, &s);
    if (!e)
        e = credit_refunded(c, &d, &refunded);
    if (*amount > d.paid.amount - refunded)
        *amount = d.paid.amount - refunded;
    return e;
}

/* Takes the part off its invoice. What can not be taken off stays. */
static enum err take_part(struct call *c, const struct credit_source *s, size_t at, bool *gone)
{
    const size_t before = s->payment->allocations.n;
    int64_t amount = s->payment->allocations.v[at].amount.amount;
    enum err e = take_back_credit(c, s->payment->allocations.v[at].invoice, &amount);
    if (!e && amount > 0)
        e = credit_take_off(c, s, at, amount);
    *gone = s->payment->allocations.n < before;
    return e;
}

static enum err reverse(struct call *c, struct payment *p, int what, const char *why)
{
    const struct credit_source s = {.payment = p};
    bool gone;
    enum err e = payment_move(c, p, PAY_REVERSED);
    for (size_t i = 0; !e && i < p->allocations.n; i += !gone)
        e = take_part(c, &s, i, &gone);
    if (e)
        return e;
    p->unused = money_of(0, p->amount.currency);
    p->failure = why;
    p->settled = c->now;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, what, why);
}

enum err payment_reverse(struct call *c, struct payment *p, const char *why)
{
    return reverse(c, p, WHAT_REVERSED, why);
}

enum err payment_undo(struct call *c, struct payment *p, const char *why)
{
    return reverse(c, p, WHAT_MATCH_UNDONE, why);
}
