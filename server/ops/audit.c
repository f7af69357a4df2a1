/* Signed heads: audit.head, and what the daemon's clock calls. The check is audit_verify.c. */
#include "server/ops/audit.h"
#include "common/seal.h"
#include "data/chain.h"
#include "data/store.h"
#include "server/core/limits.h"
#include "server/ops/audit_inside.h"
#include "server/core/secret.h"
#include <string.h>

#define FIRST (CHAIN_HEAD + 1) /* id of the first head that was signed */

static unsigned zeros(uint64_t n) /* at the end of a number, in binary */
{
    return n ? (unsigned)__builtin_ctzll(n) : 63;
}

bool audit_kept(uint64_t head, uint64_t newest)
{
    unsigned step = zeros(head) < 40 ? zeros(head) : 40;
    return newest - head < (uint64_t)LIMIT_SEALS << step;
}

enum err audit_newest(struct txn *t, struct audit *seal)
{
    struct key k = record_key(t, KIND_AUDIT);
    struct list_range range = list_range(&k);
    struct record_list l = {
        .kind = KIND_AUDIT, .view = shape_audit(), .ranges = &range, .n = 1, .backward = true, .limit = 1};
    enum err e = record_list(t, &l, NULL);
    if (e)
        return e;
    const struct audit *found = l.rows;
    if (l.count == 0 || found->id < FIRST)
        return ERR_NOT_FOUND;
    *seal = *found;
    return OK;
}

enum err audit_grown(struct txn *t, bool *grown)
{
    struct audit newest = {.event = 0};
    uint64_t last;
    enum err e = record_last_id(t, KIND_EVENT, &last);
    if (!e && last)
        e = audit_newest(t, &newest);
    if (e && e != ERR_NOT_FOUND)
        return e;
    *grown = last > (uint64_t)newest.event;
    return OK;
}

/* Does the log still hold what was signed? */
static enum err still_there(struct call *c, const struct audit *seal)
{
    struct event e;
    enum err err = record_get(&c->txn, KIND_EVENT, (uint64_t)seal->event, &e);
    if (err < 0 && err != ERR_DAMAGED)
        return err;
    if (err || e.chain.size != seal->chain.size || memcmp(e.chain.data, seal->chain.data, e.chain.size) != 0)
        return REFUSE(c, ERR_STATE, "",
                      "the log is not what was signed up to event %lld: run audit.verify, and keep the store "
                      "as it is",
                      (long long)seal->event);
    return OK;
}

static void fill_seal(struct audit *seal, const struct call *c, const struct audit *head, const char *portal)
{
    uint8_t bytes[SEAL_BYTES], *key = arena_alloc(c->arena, SEAL_KEY + SEAL_SIGNATURE);
    secret_public(key);
    *seal = (struct audit){.event = head->event,
                           .chain = head->chain,
                           .at = c->now,
                           .key = {key, SEAL_KEY},
                           .signature = {key + SEAL_KEY, SEAL_SIGNATURE},
                           .portal = portal,
                           .business = c->txn.business};
    if (seal_bytes(bytes, seal))
        secret_sign(key + SEAL_KEY, bytes, sizeof bytes);
}

enum err audit_sign(struct call *c, struct audit *seal)
{
    struct audit head, newest = {.id = CHAIN_HEAD};
    const struct business *b;
    enum err e = record_needed(&c->txn, KIND_AUDIT, CHAIN_HEAD, &head);
    if (!e && head.chain.size != SEAL_LINK)
        e = record_damaged(&c->txn, KIND_AUDIT, CHAIN_HEAD);
    if (e)
        return e;
    e = call_business(c, &b);
    if (!e)
        e = still_there(c, &head);
    if (e)
        return e;
    e = audit_newest(&c->txn, &newest);
    if (!e)
        e = still_there(c, &newest);
    if (e && e != ERR_NOT_FOUND)
        return e;
    fill_seal(seal, c, &head, b->portal);
    seal->id = newest.id + 1;
    uint64_t number = seal->id - CHAIN_HEAD, old = (uint64_t)LIMIT_SEALS << zeros(number);
    e = record_put(&c->txn, KIND_AUDIT, seal);
    return e || number <= old ? e : record_del(&c->txn, KIND_AUDIT, number - old + CHAIN_HEAD);
}

enum err audit_enter(struct call *c, const char *portal)
{
    const struct business *b;
    uint32_t businesses;
    enum err e;
    if (c->who.role != ROLE_OPERATOR) {
        e = call_business(c, &b);
        if (!e && portal && strcmp(portal, b->portal) != 0)
            e = REFUSE(c, ERR_NOT_FOUND, "portal", "you are signed in to %s", b->portal);
        return e;
    }
    if (portal) {
        e = call_portal(c, portal);
        return e == ERR_NOT_FOUND ? REFUSE(c, e, "portal", "no business has that portal name") : e;
    }
    e = store_businesses(c->txn.kv, &businesses);
    if (!e && businesses != 1)
        e = REFUSE(c, ERR_INVALID, "portal", "there are %u businesses: say which", businesses);
    if (!e)
        call_enter(c, 1);
    return e;
}

enum err op_audit_head(struct call *c, const struct audit_head_in *in, struct audit_head_out *out)
{
    out->seal = arena_alloc(c->arena, sizeof *out->seal);
    enum err e = audit_enter(c, in->portal);
    return e ? e : audit_sign(c, out->seal);
}
