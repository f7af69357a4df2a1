/* Refunds of which the gateway tells: those that were told to it from here, and those that somebody made at the gateway itself. */
#include "server/due/due.h"
#include "server/ops/credit.h"
#include "server/ops/payment.h"
#include "server/ops/refund.h"
#include "server/pay/gateway.h"
#include <string.h>

static bool same(const char *text, const char *wanted)
{
    return text && *wanted && strcmp(text, wanted) == 0;
}

/* By the key that it was made with, or by the gateway's own name; ERR_NOT_FOUND. It may go out of other credit of the customer's. */
static enum err find(struct call *c, uint64_t customer, const struct gateway_found *found, struct refund *r)
{
    struct key k = index_key(&c->txn, INDEX_REFUND_SOURCE);
    struct id_list ids;
    enum err e = record_ids(&c->txn, key_u64(&k, customer), SIZE_MAX, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        e = record_needed(&c->txn, KIND_REFUND, ids.v[i], r);
        if (!e && (same(r->key, found->refund_key) || same(r->gateway_id, found->refund)))
            return OK;
    }
    return e ? e : (enum err)ERR_NOT_FOUND;
}

static enum err ask(struct call *c, const struct refund *r)
{
    struct due now;
    if (r->state == REFUND_FAILED)
        return OK;
    enum err e = due_find(&c->txn, DUE_REFUND, r->id, &now);
    if (e == ERR_NOT_FOUND)
        e = due_set(c, DUE_REFUND, r->id, c->now);
    if (!e)
        call_follow(c, FOLLOW_ASK_REFUND, r->id);
    return e;
}

/* It can not be taken out of anything that is on record here. */
static enum err amiss(struct call *c, const struct payment *p, const struct gateway_found *found)
{
    struct event event = payment_tells(p, WHAT_REFUND_AMISS, found->refund);
    event.amount = found->amount;
    event.portal = false;
    return call_event(c, &event);
}

static enum err put(struct call *c, struct payment *p, const struct gateway_found *found)
{
    const struct credit_source s = {.payment = p};
    struct refund *r = arena_alloc(c->arena, sizeof *r);
    *r = (struct refund){.of = SUBJECT_PAYMENT,
                         .source = (int64_t)p->id,
                         .source_number = p->number,
                         .customer = p->customer,
                         .customer_name = p->customer_name,
                         .amount = found->amount,
                         .mode = p->mode,
                         .gateway = p->gateway,
                         .gateway_id = found->refund,
                         .through = p->id,
                         .state = REFUND_PENDING,
                         .reason = "Given back at the gateway, not from here.",
                         .created = c->now};
    enum err e = call_today(c, &r->date);
    if (!e)
        e = payment_free(c, p, r->amount.amount);
    if (e)
        return e;
    p->given_back = money_of(p->given_back.amount + r->amount.amount, r->amount.currency);
    return refund_keep(c, &s, r, WHAT_REFUNDED_THERE);
}

enum err refund_heard(struct call *c, struct payment *p, const struct gateway_found *found)
{
    struct refund known;
    int64_t most = 0;
    enum err e = find(c, p->customer, found, &known);
    if (!e)
        return ask(c, &known);
    if (e != ERR_NOT_FOUND)
        return e;
    if (found->state == GATEWAY_FAILED || found->state == GATEWAY_UNKNOWN) /* it took nothing */
        return OK;
    e = p->state == PAY_SUCCEEDED ? payment_freeable(c, p, &most) : OK;
    if (e)
        return e;
    const bool fits = strcmp(found->amount.currency, p->amount.currency) == 0 && found->amount.amount > 0 &&
                      found->amount.amount <= most &&
                      found->amount.amount <= p->amount.amount - p->given_back.amount;
    return fits ? put(c, p, found) : amiss(c, p, found);
}
