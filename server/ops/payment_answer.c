/* What a pending payment still wants from its payer, such as a code that the bank sent: told with the payment, given with payment.answer. The
 * gateway hears it before anything is written; what it says is settled as if it had been asked. */
#include "server/due/due.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include <stdio.h>

struct said {
    struct payment payment;
    struct gateway gateway;
    const struct shape *wants;
    void *given; /* a struct of that; wiped as soon as the gateway has heard it */
    bool alone;  /* it was given as `answer` */
    struct gateway_outcome outcome;
};

struct pay_field_list payment_wants(struct call *c, const struct payment *p)
{
    const struct shape *wants = NULL;
    if (p->state == PAY_PENDING)
        wants = gateway_step(gateway_kind(p->gateway), p->step);
    return payment_fields(c, wants);
}

static enum err tell_gateway(void *prepared, struct arena *a, struct refusal *why)
{
    struct said *said = prepared;
    (void)a;
    enum err e = gateway_answer(&said->gateway, &said->payment, said->given, &said->outcome, why);
    payment_wipe(said->wants, said->given);
    if (e == ERR_STATE)
        return refuse(why, e, "payment", "wants nothing of you any more");
    if (e == ERR_INVALID && said->alone)
        snprintf(why->field, sizeof why->field, "answer");
    return e;
}

/* Fills what the payment wants, and by whom. */
static enum err find(struct call *c, uint64_t payment, struct said *said)
{
    struct payment *p = &said->payment;
    enum err e = record_get(&c->txn, KIND_PAYMENT, payment, p);
    if (e)
        return e;
    if (p->state == PAY_PENDING && !gateway_is_here(c->gateways, p->gateway))
        return REFUSE(c, ERR_SWITCHED_OFF, "payment", "its gateway is gone, so it stays pending");
    said->wants = p->state == PAY_PENDING ? gateway_step(gateway_kind(p->gateway), p->step) : NULL;
    if (!said->wants)
        return REFUSE(c, ERR_STATE, "payment", "%s wants nothing of you: it is %s", p->number,
                      enum_name(enum_pay_state(), p->state));
    return gateway_open(&c->txn, c->gateways, p->gateway, &said->gateway);
}

enum err prep_payment_answer(struct call *c, const struct payment_answer_in *in)
{
    struct said *said = arena_alloc(c->arena, sizeof *said);
    struct pay_given one = {.value = in->answer};
    struct pay_given_list given = in->given;
    enum err e = find(c, in->payment, said);
    if (!e && in->answer && *in->answer) {
        said->alone = true;
        one.name = said->wants->fields[0].name;
        given = (struct pay_given_list){1, &one};
        if (said->wants->n != 1 || in->given.n)
            e = REFUSE(c, ERR_INVALID, "answer", "more is wanted than one thing: give each by its name");
    }
    if (!e) {
        said->given = arena_alloc(c->arena, said->wants->size);
        e = payment_read(c, said->wants, &given, said->given);
    }
    if (e)
        return e;
    c->prepared = said;
    c->outside = tell_gateway;
    return OK;
}

enum err op_payment_answer(struct call *c, const struct payment_answer_in *in, struct payment_answer_out *out)
{
    struct said *said = c->prepared;
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = follow_charge_settle(c, in->payment, &said->outcome);
    if (!e)
        e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (!e && out->payment->state != PAY_PENDING)
        e = due_drop(c, DUE_PAYMENT, in->payment);
    if (!e)
        payment_finish(c, out->payment);
    return e;
}
