#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include <string.h>

/* In a state in which its gateway may have news. */
bool payment_asked(int state)
{
    return state == PAY_PENDING || state == PAY_SUCCEEDED || state == PAY_DISPUTED;
}

enum err follow_charge_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (!payment_asked(p->state))
        return OK;
    if (!g || !p->gateway || strcmp(p->gateway, g->kind->name) != 0)
        return p->state == PAY_PENDING ? ERR_OFFLINE : OK;
    struct gateway_outcome answer = *out;
    enum err e = gateway_ask(g, p, &answer);
    if (!e && answer.state == GATEWAY_UNKNOWN && p->state == PAY_PENDING)
        e = gateway_charge(g, p, &answer);
    if (!e)
        *out = answer;
    return e;
}

/* Does it say what the payment does not know yet, though that goes on? */
static bool is_news(const struct payment *p, const struct gateway_outcome *o)
{
    const char *step = o->step ? o->step : "", *before = p->step ? p->step : "";
    return (o->state == GATEWAY_PENDING && strcmp(step, before) != 0) ||
           p->unknown != (o->state == GATEWAY_UNKNOWN);
}

bool follow_charge_news(const struct payment *p, const struct gateway_outcome *o)
{
    return o->state > GATEWAY_PENDING || is_news(p, o);
}

/* It goes on; but what it waits for is another, or whether it was charged is not known any more, or again. */
static enum err note(struct call *c, struct payment *p, const struct gateway_outcome *o)
{
    if (!is_news(p, o))
        return OK;
    const bool waits = o->state == GATEWAY_PENDING && o->step && *o->step && !(p->step && *p->step);
    const bool unknown = o->state == GATEWAY_UNKNOWN;
    if (!unknown)
        p->step = o->step;
    p->unknown = unknown;
    enum err e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e && (waits || unknown))
        e = payment_event(c, p, waits ? WHAT_PAYMENT_WAITS : WHAT_PAYMENT_UNKNOWN, NULL);
    return e;
}

static enum err fail(struct call *c, struct payment *p, const char *why)
{
    enum err e = payment_move(c, p, PAY_FAILED);
    if (e)
        return e;
    p->failure = why;
    p->settled = c->now;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, WHAT_PAYMENT_FAILED, p->failure);
}

/* One that was taken, and is disputed or gone before anybody asked, was taken all the same: both are on record. */
static enum err settle_pending(struct call *c, struct payment *p, enum gateway_state state, const char *why)
{
    if (state == GATEWAY_FAILED)
        return fail(c, p, why);
    enum err e = payment_succeed(c, p);
    if (!e && state == GATEWAY_DISPUTED)
        e = payment_dispute(c, p, why);
    if (!e && state == GATEWAY_REVERSED)
        e = payment_reverse(c, p, why);
    return e;
}

enum err follow_charge_settle(struct call *c, uint64_t payment, const struct gateway_outcome *o)
{
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    enum err e = record_get(&c->txn, KIND_PAYMENT, payment, p);
    if (e)
        return e;
    char *sentence = arena_text(c->arena, o->sentence, strnlen(o->sentence, sizeof o->sentence));
    err_mend(sentence); /* a long one may end within a character, and what came back has to be written down */
    switch (p->state) {
    case PAY_PENDING:
        if (o->state == GATEWAY_UNKNOWN || o->state == GATEWAY_PENDING)
            return note(c, p, o);
        p->step = NULL;
        p->unknown = false;
        return settle_pending(c, p, o->state, sentence);
    case PAY_SUCCEEDED:
        return o->state == GATEWAY_DISPUTED   ? payment_dispute(c, p, sentence)
               : o->state == GATEWAY_REVERSED ? payment_reverse(c, p, sentence)
                                              : OK;
    case PAY_DISPUTED:
        return o->state == GATEWAY_SUCCEEDED  ? payment_dispute_won(c, p)
               : o->state == GATEWAY_REVERSED ? payment_reverse(c, p, sentence)
                                              : OK;
    default: return OK;
    }
}
