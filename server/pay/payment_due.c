/* What is done while a payment is pending (server/due/works.def): its gateway is asked, and what it says is settled. */
#include "common/log.h"
#include "server/core/daemon.h"
#include "server/due/due.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment_gateway.h"

#define WAITS "the gateway has not settled it yet"

struct charge {
    struct payment payment;
    struct gateway gateway; /* as it was open when it was read; also where the business has it closed now */
    struct gateway_outcome outcome;
    bool over; /* it was made by itself, and what the customer agreed to has ended since */
};

/* Of one that was made by itself: does its customer still agree? Who agreed anew did not agree to this one. */
static enum err look_consent(struct txn *t, struct charge *charge)
{
    const struct payment *p = &charge->payment;
    struct saved_method m;
    if (p->state != PAY_PENDING || !p->attempt)
        return OK;
    enum err e = record_get(t, KIND_SAVED_METHOD, p->saved, &m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    charge->over = !consent_of(&m);
    for (size_t i = 0; i < m.consents.n; i++) {
        const struct consent *on = &m.consents.v[i];
        charge->over = charge->over || (on->ended && on->at <= p->created && on->ended >= p->created);
    }
    return OK;
}

static enum err load(struct txn *t, struct due_try *w)
{
    struct charge *charge = arena_alloc(w->arena, sizeof *charge);
    w->own = charge;
    enum err e = record_get(t, KIND_PAYMENT, (uint64_t)w->due.about, &charge->payment);
    if (e)
        return e;
    if (!payment_asked(charge->payment.state) || !charge->payment.gateway || !*charge->payment.gateway) {
        w->next = DUE_DONE;
        return OK;
    }
    e = look_consent(t, charge);
    if (e)
        return e;
    e = gateway_open(t, w->daemon->gateways, charge->payment.gateway, &charge->gateway);
    charge->gateway.stop = &w->daemon->stopping;
    if (e != ERR_NOT_FOUND)
        return e;
    w->next = DUE_AGAIN; /* it may come back: the daemon is started with it, or is a newer one */
    w->said = arena_printf(w->arena, "the gateway %s is not there", charge->payment.gateway);
    return OK;
}

/* What its gateway has is closed, or as it says; what it has not is never made. */
static enum err ask_over(struct charge *charge)
{
    struct gateway_outcome *out = &charge->outcome;
    enum err e = gateway_cancel(&charge->gateway, &charge->payment, out);
    if (e == ERR_SWITCHED_OFF || e == ERR_STATE)
        e = gateway_ask(&charge->gateway, &charge->payment, out);
    if (e)
        out->state = GATEWAY_UNKNOWN;
    else if (out->state == GATEWAY_UNKNOWN)
        *out = (struct gateway_outcome){.state = GATEWAY_FAILED,
                                        .sentence = "It was withdrawn before it was charged."};
    return e;
}

static void work(struct due_try *w)
{
    struct charge *charge = w->own;
    if (atomic_load(&w->daemon->stopping)) {
        w->next = DUE_LEFT;
        return;
    }
    enum err e = charge->over ? ask_over(charge)
                              : follow_charge_ask(&charge->gateway, &charge->payment, &charge->outcome);
    if (e && atomic_load(&w->daemon->stopping)) {
        w->next = DUE_LEFT;
        return;
    }
    if (e)
        log_line(LOG_WARN, "gateway not reached", "payment=%llu code=%s",
                 (unsigned long long)charge->payment.id, err_name(e));
    w->pause = gateway_pause(&charge->gateway, w->due.tries + 1);
    if (charge->outcome.state <= GATEWAY_PENDING)
        w->said = e ? (*charge->outcome.sentence ? charge->outcome.sentence : err_sentence(e))
                  : charge->outcome.step ? "the gateway waits for the payer"
                                         : WAITS;
    if (!follow_charge_news(&charge->payment, &charge->outcome))
        w->next = DUE_AGAIN; /* or else that is written first */
}

static enum err write(struct call *c, struct due_try *w)
{
    const struct charge *charge = w->own;
    w->next = charge->outcome.state > GATEWAY_PENDING ? DUE_DONE : DUE_AGAIN;
    if (charge->outcome.state == GATEWAY_DISPUTED) { /* until that is decided */
        w->next = DUE_AGAIN;
        w->said = "it is disputed: the payer's bank has not decided yet";
    }
    return follow_charge_settle(c, charge->payment.id, &charge->outcome);
}

const struct due_doing payment_due = {.load = load, .work = work, .write = write};
