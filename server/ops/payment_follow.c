#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include <string.h>

enum err follow_charge_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (p->state != PAY_PENDING)
        return OK;
    if (!g || !p->gateway || strcmp(p->gateway, g->kind->name) != 0)
        return ERR_OFFLINE;
    struct gateway_outcome answer = *out;
    enum err e = gateway_ask(g, p, &answer);
    if (!e && answer.state == GATEWAY_UNKNOWN)
        e = gateway_charge(g, p, &answer);
    if (!e)
        *out = answer;
    return e;
}

enum err follow_charge_settle(struct call *c, uint64_t payment, const struct gateway_outcome *o)
{
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    enum err e = record_get(&c->txn, KIND_PAYMENT, payment, p);
    if (e || p->state != PAY_PENDING)
        return e;
    if (o->state == GATEWAY_SUCCEEDED)
        return payment_succeed(c, p);
    if (o->state != GATEWAY_FAILED)
        return OK;
    e = payment_move(c, p, PAY_FAILED);
    if (e)
        return e;
    char *sentence = arena_text(c->arena, o->sentence, strnlen(o->sentence, sizeof o->sentence));
    err_mend(sentence); /* a long one may end within a character, and what came back has to be written down */
    p->failure = sentence;
    p->settled = c->now;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, WHAT_PAYMENT_FAILED, p->failure);
}
