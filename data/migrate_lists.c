#include "data/migrate_lists.h"
#include "common/buf.h"
#include "common/codec.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include "data/migrate_clear.h"
#include "data/store.h"
#include <stdio.h>
#include <string.h>

#define BATCH 500 /* records of one transaction */

static const enum kind KINDS[] = {KIND_CUSTOMER, KIND_ITEM, KIND_DOCUMENT, KIND_PAYMENT};
/* Those whose entries are others now, or new. */
static const enum index INDEXES[] = {
    INDEX_CUSTOMER_WORD, INDEX_ITEM_WORD,          INDEX_DOC_NUMBER,     INDEX_DOC_CUSTOMER_NUMBER,
    INDEX_DOC_TOTAL,     INDEX_DOC_CUSTOMER_TOTAL, INDEX_PAYMENT_AMOUNT, INDEX_PAYMENT_CUSTOMER_AMOUNT};

struct rebuild {
    struct arena *arena;
    uint32_t business, businesses;
    enum kind kind;
    uint64_t id, next; /* where this transaction begins, and the one after it: a function may run twice */
    bool done;
};

static enum err count(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, &((struct rebuild *)arg)->businesses);
}

/* What was due on a document when it was given up is no balance. */
static enum err settle(struct kv_txn *kv, const struct key *k, struct document *d)
{
    struct buf packed;
    if (d->kind != DOC_INVOICE || !d->balance.amount || (d->state != DOC_VOID && d->state != DOC_WRITTEN_OFF))
        return OK;
    if (d->state == DOC_WRITTEN_OFF)
        d->written_off = d->balance;
    d->balance = money_of(0, d->currency);
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape_document(), d, CODEC_STORE);
    enum err e = packed.full ? ERR_TOO_LARGE : kv_put(kv, k->bytes, k->size, packed.data, packed.size);
    buf_fini(&packed);
    return e;
}

static enum err enter_one(struct rebuild *r, struct txn *t, uint64_t id)
{
    struct key k = record_key(t, r->kind);
    struct derived d;
    void *record = arena_alloc(r->arena, record_shape(r->kind)->size);
    key_u64(&k, id);
    enum err e = record_get(t, r->kind, id, record);
    if (!e && r->kind == KIND_DOCUMENT)
        e = settle(t->kv, &k, record);
    if (e)
        return e;
    derive(t, r->kind, record, &d);
    for (size_t i = 0; i < d.n_keys && !e; i++)
        e = derived_put(t, &d.keys[i], r->kind, record);
    return e;
}

/* Writing an entry that is there changes nothing. */
static enum err enter_some(struct kv_txn *kv, void *arg)
{
    struct rebuild *r = arg;
    struct txn t = {.kv = kv, .arena = r->arena, .business = r->business};
    arena_reset(r->arena);
    struct key k = record_key(&t, r->kind);
    struct list_range range = list_range(&k);
    struct id_list ids;
    range.first = k;
    key_u64(&range.first, r->id);
    enum err e = record_range_ids(&t, &range, BATCH, &ids);
    for (size_t i = 0; i < ids.n && !e; i++)
        e = enter_one(r, &t, ids.v[i]);
    if (e)
        return e;
    r->done = ids.n < BATCH;
    r->next = ids.n ? ids.v[ids.n - 1] + 1 : r->id;
    return OK;
}

static enum err until_done(struct kv *kv, struct rebuild *r, enum err (*step)(struct kv_txn *, void *))
{
    enum err e;
    do {
        e = kv_write(kv, step, r);
        r->id = r->next;
    } while (!e && !r->done);
    return e;
}

static enum err rebuild_business(struct kv *kv, struct rebuild *r)
{
    enum err e = OK;
    for (size_t i = 0; i < sizeof INDEXES / sizeof *INDEXES && !e; i++)
        e = migrate_clear(kv, r->business, INDEXES[i]);
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS && !e; i++) {
        r->kind = KINDS[i];
        r->id = r->next = 0;
        e = until_done(kv, r, enter_some);
    }
    return e;
}

enum err migrate_lists(struct kv *kv)
{
    struct rebuild r = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &r);
    for (r.business = 1; !e && r.business <= r.businesses; r.business++)
        e = rebuild_business(kv, &r);
    arena_close(r.arena);
    return e;
}
