#include "common/log.h"
#include "server/ops/follow_ops.h"
#include "server/ops/method.h"
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
    *out = answer;
    if (e)
        out->state = GATEWAY_UNKNOWN; /* and the sentence says what is in the way */
    return e;
}

static const char *text_of(const char *text)
{
    return text ? text : "";
}

/* One charge settles one payment: the gateway's own name of it is nobody else's, and does not change. */
static enum err check_name(struct call *c, const struct payment *p, const char *name)
{
    uint64_t other = 0;
    struct key k = index_key(&c->txn, INDEX_PAYMENT_GATEWAY);
    if (p->gateway_id && *p->gateway_id)
        return strcmp(p->gateway_id, name) == 0 ? OK : ERR_STATE;
    enum err e = record_find(&c->txn, key_text(key_text(&k, p->gateway), name), &other);
    return e == ERR_NOT_FOUND ? OK : e ? e : ERR_STATE;
}

/* What the gateway calls it, and where the payer has to go; as long as it is pending. */
static enum err take_name(struct call *c, struct payment *p, const struct gateway_outcome *o)
{
    enum err e = *o->id ? check_name(c, p, o->id) : OK;
    if (e == ERR_STATE)
        log_line(LOG_ERROR, "the gateway names a charge that is another payment's", "payment=%llu",
                 (unsigned long long)p->id);
    if (e)
        return e;
    if (*o->id)
        p->gateway_id = arena_text(c->arena, o->id, strlen(o->id));
    p->url = o->state == GATEWAY_PENDING && *o->url ? arena_text(c->arena, o->url, strlen(o->url)) : NULL;
    return OK;
}

/* Does it say what the payment does not know yet, though that goes on? A gateway that named the charge and does not answer now knows it. */
static bool is_news(const struct payment *p, const struct gateway_outcome *o)
{
    if (o->state == GATEWAY_UNKNOWN)
        return !p->unknown && !*text_of(p->gateway_id);
    return p->unknown || (o->until && o->until != p->until) ||
           strcmp(o->step ? o->step : "", text_of(p->step)) != 0 ||
           strcmp(text_of(p->gateway_id), o->id) != 0 || strcmp(text_of(p->url), o->url) != 0;
}

bool follow_charge_news(const struct payment *p, const struct gateway_outcome *o)
{
    return o->state > GATEWAY_PENDING || is_news(p, o);
}

/* Whoever waits for the page is woken; it rings no bell. */
static enum err tell_page(struct call *c, const struct payment *p)
{
    struct event event = payment_tells(p, WHAT_PAYMENT_PAGE, NULL);
    event.side = SIDE_SYSTEM;
    return call_event(c, &event);
}

/* It goes on; but what it waits for is another, or whether it was charged is not known any more, or again. */
static enum err note(struct call *c, struct payment *p, const struct gateway_outcome *o)
{
    if (!is_news(p, o))
        return OK;
    const bool unknown = o->state == GATEWAY_UNKNOWN;
    const bool page = !unknown && *o->url && strcmp(text_of(p->url), o->url) != 0;
    /* who was not there when it was made is called to its page, too */
    const bool waits = !unknown && ((o->step && *o->step && !*text_of(p->step)) ||
                                    (page && p->attempt && !*text_of(p->url)));
    enum err e = unknown ? OK : take_name(c, p, o);
    if (e)
        return e == ERR_STATE ? OK : e;
    if (!unknown) {
        p->step = o->step;
        p->until = o->until;
    }
    p->unknown = unknown;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e && page)
        e = tell_page(c, p);
    if (!e && (waits || unknown))
        e = payment_event(c, p, waits ? WHAT_PAYMENT_WAITS : WHAT_PAYMENT_UNKNOWN, NULL);
    return e || !waits ? e : method_waits(c, p);
}

static enum err fail(struct call *c, struct payment *p, const char *why)
{
    enum err e = payment_move(c, p, PAY_FAILED);
    if (e)
        return e;
    p->failure = why;
    p->settled = c->now;
    e = payment_credit_back(c, p);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, p);
    return e ? e : payment_event(c, p, WHAT_PAYMENT_FAILED, p->failure);
}

/* One that was taken, and is disputed or gone before anybody asked, was taken all the same: both are on record. */
static enum err settle_pending(struct call *c, struct payment *p, const struct gateway_outcome *o,
                               const char *why)
{
    enum err e = o->state == GATEWAY_FAILED ? fail(c, p, why) : payment_succeed(c, p);
    if (!e && o->state == GATEWAY_DISPUTED)
        e = payment_dispute(c, p, why);
    if (!e && o->state == GATEWAY_REVERSED)
        e = payment_reverse(c, p, why);
    return e ? e : method_settled(c, p, o);
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
        p->until = 0;
        p->unknown = false;
        e = take_name(c, p, o);
        if (e)
            return e == ERR_STATE ? OK : e;
        return settle_pending(c, p, o, sentence);
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
