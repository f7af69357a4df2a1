#include "server/ops/gateway_watch.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include "server/ops/refund.h"
#include <string.h>

#define FORGET 500 /* in one transaction */
#define LOOK 500   /* payments in one transaction */

/* --- watching ------------------------------------------------------------------------------------------------------------------- */
enum err gateway_watch(struct call *c, const struct gateway_kind *kind)
{
    struct due now;
    if (!gateway_tells(kind))
        return OK;
    enum err e = due_find(&c->txn, DUE_EVENTS, (uint64_t)kind->number, &now);
    const bool is = !e && !now.tries && !now.gave_up;
    return is || (e && e != ERR_NOT_FOUND)
               ? e
               : due_set(c, DUE_EVENTS, (uint64_t)kind->number, c->now + LIMIT_EVENTS_PAUSE_MS);
}

enum err gateway_unwatched(struct txn *t, const struct gateway_kind **out)
{
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    enum err e = OK;
    *out = NULL;
    for (size_t i = 0; i < n && !e && !*out; i++) {
        struct gateway_settings settings;
        struct due now;
        if (!gateway_tells(&kinds[i]))
            continue;
        e = record_get(t, KIND_GATEWAY, (uint64_t)kinds[i].number, &settings);
        if (e == ERR_NOT_FOUND || (!e && gateway_lacks(&kinds[i], &settings))) {
            e = OK;
            continue;
        }
        if (!e)
            e = due_find(t, DUE_EVENTS, (uint64_t)kinds[i].number, &now);
        if (e == ERR_NOT_FOUND) {
            *out = &kinds[i];
            e = OK;
        }
    }
    return e;
}

/* --- what was read -------------------------------------------------------------------------------------------------------------- */
static enum err find(struct txn *t, const char *gateway, const char *event, uint64_t *id)
{
    struct key k = index_key(t, INDEX_GATEWAY_SEEN);
    return record_find(t, key_text(key_text(&k, gateway), event), id);
}

enum err gateway_read_to(struct txn *t, const char *gateway, struct gateway_seen *out)
{
    uint64_t id;
    enum err e = find(t, gateway, "", &id);
    *out = (struct gateway_seen){.gateway = gateway};
    return e == ERR_NOT_FOUND ? OK : e ? e : record_get(t, KIND_GATEWAY_SEEN, id, out);
}

enum err gateway_was_seen(struct txn *t, const char *gateway, const char *event, bool *seen)
{
    uint64_t id;
    enum err e = *event ? find(t, gateway, event, &id) : (enum err)ERR_NOT_FOUND;
    *seen = !e;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err gateway_note_seen(struct call *c, const char *gateway, const struct gateway_news *news)
{
    struct gateway_seen s = {.gateway = gateway, .event = news->event, .at = news->at};
    bool seen;
    enum err e = gateway_was_seen(&c->txn, gateway, news->event, &seen);
    return e || seen ? e : record_put(&c->txn, KIND_GATEWAY_SEEN, &s);
}

enum err gateway_forget_seen(struct call *c, const char *gateway, int64_t before)
{
    struct key k = index_key(&c->txn, INDEX_GATEWAY_SEEN_AT);
    struct list_range range = list_range(key_text(&k, gateway));
    struct id_list ids;
    range.last = *key_i64(&k, before);
    enum err e = record_range_ids(&c->txn, &range, FORGET, &ids);
    for (size_t i = 0; !e && i < ids.n; i++)
        e = record_del(&c->txn, KIND_GATEWAY_SEEN, ids.v[i]);
    return e;
}

/* --- what it names -------------------------------------------------------------------------------------------------------------- */
enum err gateway_payment(struct txn *t, const char *gateway, const char *charge, uint64_t *payment)
{
    struct key k = index_key(t, INDEX_PAYMENT_GATEWAY);
    return charge && *charge ? record_find(t, key_text(key_text(&k, gateway), charge), payment)
                             : (enum err)ERR_NOT_FOUND;
}

/* One that waits anyway keeps the plan by which it is asked about. */
static enum err ask(struct call *c, const struct payment *p)
{
    struct due now;
    enum err e = payment_asked(p->state) ? due_find(&c->txn, DUE_PAYMENT, p->id, &now) : OK;
    if (e == ERR_NOT_FOUND)
        return payment_ask(c, p);
    if (!e && payment_asked(p->state))
        call_follow(c, FOLLOW_ASK, p->id);
    return e;
}

enum err gateway_heard(struct call *c, const struct gateway_kind *kind, const struct gateway_news *news,
                       const struct gateway_found *found, bool *later)
{
    const char *charge = news->about == ABOUT_CHARGE ? news->id : found->charge;
    struct payment p;
    uint64_t id;
    enum err e = gateway_payment(&c->txn, kind->name, charge, &id);
    *later = false;
    if (!e)
        e = record_get(&c->txn, KIND_PAYMENT, id, &p);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e; /* it was not made from here */
    if (news->about != ABOUT_CHARGE && (!p.key || strcmp(found->key, p.key) != 0))
        return OK;
    if (news->about != ABOUT_REFUND)
        return ask(c, &p);
    /* What was not taken yet can not be given back: first it is asked whether it was. */
    *later = p.state == PAY_PENDING;
    return *later ? ask(c, &p) : refund_heard(c, &p, found);
}

enum err gateway_ask_some(struct call *c, const struct gateway_kind *kind, int64_t *from)
{
    struct key k = record_key(&c->txn, KIND_PAYMENT);
    struct list_range range = list_range(&k);
    struct id_list ids;
    int32_t today;
    size_t asked = 0, i = 0;
    range.first = *key_u64(&k, (uint64_t)*from);
    enum err e = record_range_ids(&c->txn, &range, LOOK, &ids);
    if (!e)
        e = call_today(c, &today);
    for (; !e && i < ids.n && asked < LIMIT_EVENTS_ASK; i++) {
        struct payment p;
        e = record_get(&c->txn, KIND_PAYMENT, ids.v[i], &p);
        if (e == ERR_DAMAGED) { /* the check tells of it */
            e = OK;
            continue;
        }
        if (e || !p.gateway || strcmp(p.gateway, kind->name) != 0 || !payment_asked(p.state) ||
            today - p.date > LIMIT_EVENTS_LIVE_DAYS)
            continue;
        const struct due work = {.work = DUE_PAYMENT,
                                 .about = (int64_t)p.id,
                                 .at = c->now + (int64_t)asked++ * LIMIT_EVENTS_ROUND_MS / LIMIT_EVENTS_ASK,
                                 .since = c->now,
                                 .whose = (int64_t)p.customer};
        e = due_put(c, &work);
    }
    *from = i < ids.n ? (int64_t)ids.v[i] : ids.n == LOOK ? (int64_t)ids.v[i - 1] + 1 : 0;
    return e;
}
