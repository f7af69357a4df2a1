#include "data/chain.h"
#include "common/codec.h"
#include "common/seal.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include <string.h>

static const uint8_t nothing[SEAL_LINK]; /* the link before the first event */

static enum err put_bytes(struct txn *t, enum kind kind, uint64_t id, const struct shape *shape,
                          const void *record)
{
    struct key k = record_key(t, kind);
    struct buf packed;
    key_u64(&k, id);
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape, record, CODEC_STORE);
    enum err e = packed.full ? ERR_TOO_LARGE : kv_put(t->kv, k.bytes, k.size, packed.data, packed.size);
    buf_fini(&packed);
    return e;
}

/* The head, or one before the first event. */
static enum err get_head(struct txn *t, struct audit *head, bool *fresh)
{
    enum err e = record_get(t, KIND_AUDIT, CHAIN_HEAD, head);
    *fresh = e == ERR_NOT_FOUND;
    if (*fresh) {
        *head = (struct audit){.id = CHAIN_HEAD, .chain = {nothing, SEAL_LINK}};
        e = OK;
    }
    return !e && head->chain.size != SEAL_LINK ? record_damaged(t, KIND_AUDIT, CHAIN_HEAD) : e;
}

static void link_event(struct txn *t, const struct audit *head, struct event *e)
{
    uint8_t link[SEAL_LINK];
    seal_link(link, head->chain.data, t->business, e);
    e->chain = (struct bytes){arena_copy(t->arena, link, SEAL_LINK), SEAL_LINK};
}

/* Its totals stand as they were unless it is new, so that the usual case costs one put. */
static enum err put_head(struct txn *t, struct audit *head, bool fresh)
{
    return fresh ? record_put(t, KIND_AUDIT, head)
                 : put_bytes(t, KIND_AUDIT, CHAIN_HEAD, shape_audit(), head);
}

enum err chain_add(struct txn *t, struct event *e)
{
    struct audit head;
    bool fresh;
    enum err err = get_head(t, &head, &fresh);
    if (err)
        return err;
    link_event(t, &head, e);
    head.event = (int64_t)e->id;
    head.chain = e->chain;
    head.at = e->at;
    return put_head(t, &head, fresh);
}

/* --- stores that were made without chain ------------------------------------------------------------------------------- */
static enum err put_derived(struct txn *t, const struct event *e)
{
    struct derived d;
    enum err err = OK;
    derive(t, KIND_EVENT, e, &d);
    for (size_t i = 0; i < d.n_keys && !err; i++)
        err = kv_put(t->kv, d.keys[i].bytes, d.keys[i].size, "", 0); /* no rows of events */
    return err;
}

static enum err catch_up_one(struct txn *t, struct audit *head, uint64_t id)
{
    struct event event;
    enum err e = record_get(t, KIND_EVENT, id, &event);
    if (e == ERR_NOT_FOUND || e == ERR_DAMAGED) /* told by every check from now on; no reason not to start */
        return OK;
    if (e)
        return e;
    link_event(t, head, &event);
    head->chain = event.chain;
    head->at = event.at;
    e = put_bytes(t, KIND_EVENT, id, shape_event(), &event);
    return e ? e : put_derived(t, &event);
}

enum err chain_catch_up(struct txn *t, size_t most, bool *done)
{
    struct audit head;
    bool fresh;
    uint64_t last;
    enum err e = get_head(t, &head, &fresh);
    if (!e)
        e = record_last_id(t, KIND_EVENT, &last);
    for (size_t i = 0; i < most && !e && (uint64_t)head.event < last; i++)
        e = catch_up_one(t, &head, (uint64_t)++head.event);
    if (e)
        return e;
    *done = (uint64_t)head.event >= last;
    return head.event ? put_head(t, &head, fresh) : OK;
}
