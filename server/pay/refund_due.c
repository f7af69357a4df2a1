/* What is done while a refund is on its way (server/due/works.def), and for a while after it arrived, since it may still come back: its gateway is
 * asked, and told of it once, under its key. */
#include "common/log.h"
#include "server/core/daemon.h"
#include "server/due/due.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment_gateway.h"

#define DAY_MS INT64_C(86400000)
#define WATCH_MS \
    (30 * DAY_MS) /* one that succeeded may fail yet: it is asked about once a day, for so long */

struct giving {
    struct refund refund;
    struct payment payment;
    struct gateway gateway;
    struct gateway_outcome outcome;
};

static enum err load(struct txn *t, struct due_try *w)
{
    struct giving *g = arena_alloc(w->arena, sizeof *g);
    w->own = g;
    enum err e = record_get(t, KIND_REFUND, (uint64_t)w->due.about, &g->refund);
    if (!e && (g->refund.state == REFUND_FAILED || !g->refund.through)) {
        w->next = DUE_DONE;
        return OK;
    }
    if (!e)
        e = record_get(t, KIND_PAYMENT, g->refund.through, &g->payment);
    if (e)
        return e;
    e = gateway_open(t, w->daemon->gateways, g->refund.gateway, &g->gateway);
    if (e != ERR_NOT_FOUND)
        return e;
    w->next = DUE_AGAIN;
    w->said = arena_printf(w->arena, "the gateway %s is not there", g->refund.gateway);
    return OK;
}

/* Asked first: what it was told before is not told again. */
static enum err ask(struct giving *g)
{
    const struct refund *r = &g->refund;
    g->outcome = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    enum err e = gateway_refund_ask(&g->gateway, r->key ? r->key : "", r->gateway_id, &g->outcome);
    const bool from_here = r->key && *r->key;
    if (!e && g->outcome.state == GATEWAY_UNKNOWN && r->state == REFUND_PENDING && from_here)
        e = gateway_refund(&g->gateway, &g->payment, r->key, r->amount, &g->outcome);
    return e;
}

static void work(struct due_try *w)
{
    struct giving *g = w->own;
    if (atomic_load(&w->daemon->stopping)) {
        w->next = DUE_LEFT;
        return;
    }
    enum err e = ask(g);
    if (!e)
        return;
    log_line(LOG_WARN, "gateway not reached", "refund=%llu code=%s", (unsigned long long)g->refund.id,
             err_name(e));
    w->next = DUE_AGAIN;
    w->said = err_sentence(e);
}

/* Unless somebody asked to look at it meanwhile: what its gateway said before that is no answer to it. */
static enum err look_tomorrow(struct call *c, const struct due_try *w)
{
    struct due now;
    enum err e = due_find(&c->txn, DUE_REFUND, (uint64_t)w->due.about, &now);
    if (e || now.at != w->due.at)
        return e == ERR_NOT_FOUND ? OK : e;
    return due_set(c, DUE_REFUND, (uint64_t)w->due.about, c->now + DAY_MS);
}

static enum err write(struct call *c, struct due_try *w)
{
    const struct giving *g = w->own;
    int state;
    enum err e = follow_refund_settle(c, g->refund.id, &g->outcome, &state);
    if (e)
        return e;
    w->next = DUE_DONE;
    if (state == REFUND_PENDING) {
        w->next = DUE_AGAIN;
        w->said = "the gateway has not settled it yet";
    } else if (state == REFUND_SUCCEEDED && c->now - g->refund.created < WATCH_MS) {
        w->next = DUE_KEPT;
        e = look_tomorrow(c, w);
    }
    return e;
}

const struct due_doing refund_due = {.load = load, .work = work, .write = write};
