/* Calling off a payment that is pending. Its gateway is asked first: only what it has closed can not be paid any more. */
#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include "server/ops/payment_gateway.h"

struct calling_off {
    struct payment payment;
    struct gateway gateway;
    struct gateway_outcome outcome;
};

static enum err ask_gateway(void *prepared, struct arena *a, struct refusal *why)
{
    struct calling_off *off = prepared;
    (void)a;
    enum err e = gateway_cancel(&off->gateway, &off->payment, &off->outcome);
    if (e == ERR_SWITCHED_OFF)
        return refuse(why, e, "payment", "payments by %s can not be called off", off->gateway.kind->name);
    if (e == ERR_STATE)
        return refuse(why, e, "payment",
                      "nothing is left to call off: its bank is making it, and it settles by itself");
    return e ? refuse(why, ERR_OFFLINE, "payment", "it stays pending: %s",
                      *off->outcome.sentence ? off->outcome.sentence : err_sentence(e))
             : OK;
}

enum err prep_payment_cancel(struct call *c, const struct payment_cancel_in *in)
{
    struct calling_off *off = arena_alloc(c->arena, sizeof *off);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, &off->payment);
    if (!e && off->payment.state != PAY_PENDING)
        e = REFUSE(c, ERR_STATE, "payment", "it has %s: nothing is left to call off",
                   enum_name(enum_pay_state(), off->payment.state));
    if (e)
        return e;
    e = gateway_open(&c->txn, c->gateways, off->payment.gateway, &off->gateway);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_SWITCHED_OFF, "payment", "its gateway is gone, so it stays pending");
    off->gateway.stop = call_stopping(c);
    c->prepared = off;
    c->outside = ask_gateway;
    return e;
}

enum err op_payment_cancel(struct call *c, const struct payment_cancel_in *in, struct payment_cancel_out *out)
{
    const struct calling_off *off = c->prepared;
    enum err e = follow_charge_settle(c, in->payment, &off->outcome);
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    if (!e)
        e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (!e)
        payment_finish(c, out->payment);
    return e;
}
