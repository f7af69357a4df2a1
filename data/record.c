#include "data/record.h"
#include "common/codec.h"
#include "common/doc_kind.h"
#include "data/booked.h"
#include "data/chain.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include "data/record_list_inside.h"
#include <assert.h>
#include <string.h>

const struct shape *record_shape(enum kind kind)
{
    switch (kind) {
#define RECORD(kind_, s_) \
    case KIND_##kind_:    \
        return shape_##s_();
#define INDEX(symbol, number, help)
#include "data/record.def"
#undef RECORD
#undef INDEX
    default: return kind_document(kind) ? shape_document() : NULL;
    }
}

const char *index_name(enum index index)
{
    switch (index) {
#define RECORD(kind, shape)
#define INDEX(symbol, number, help) \
    case INDEX_##symbol:            \
        return #symbol;
#include "data/record.def"
#undef RECORD
#undef INDEX
    }
    return "";
}

/* Every stored shape begins with its head and an id of 64 bits (common/model.def). */
uint64_t record_id(const void *record)
{
    return ((const struct business *)record)->id;
}

static enum kind stored_as(enum kind kind)
{
    return kind_document(kind) ? KIND_DOCUMENT : kind;
}

struct key index_key(const struct txn *t, enum index index)
{
    return key_of(t->business, (uint8_t)(SPACE_INDEX + index));
}

struct key index_key_all(enum index index)
{
    return key_of(0, (uint8_t)(SPACE_INDEX + index));
}

struct key record_key(const struct txn *t, enum kind kind)
{
    return key_of(t->business, (uint8_t)stored_as(kind));
}

static struct key id_key(const struct txn *t, enum kind kind, uint64_t id)
{
    struct key k = record_key(t, kind);
    key_u64(&k, id);
    return k;
}

/* A record that is not what its shape says is refused with its key. */
static enum err told(const struct key *k, enum err e)
{
    return e == ERR_DAMAGED ? kv_damaged(k->bytes, k->size) : e;
}

enum err record_get(struct txn *t, enum kind kind, uint64_t id, void *to)
{
    const struct shape *shape = record_shape(kind);
    assert(shape);
    struct key k = id_key(t, kind, id);
    struct kv_bytes value;
    enum err e = kv_get(t->kv, k.bytes, k.size, &value);
    if (e)
        return e;
    if (stored_as(kind) == kind)
        return told(&k, codec_load(t->arena, shape, value.data, value.size, to));
    struct document *d = arena_alloc(t->arena, sizeof *d);
    e = told(&k, codec_load(t->arena, shape, value.data, value.size, d));
    if (e)
        return e;
    if (doc_kind(d->kind)->record != kind)
        return ERR_NOT_FOUND;
    memcpy(to, d, sizeof *d);
    return OK;
}

enum err record_view(struct txn *t, enum kind kind, uint64_t id, const struct shape *view, void *to)
{
    struct key k = id_key(t, kind, id);
    struct kv_bytes value;
    enum err e = kv_get(t->kv, k.bytes, k.size, &value);
    return e ? e : record_of_value(t, kind, id, view, value.data, value.size, to);
}

enum err record_of_value(struct txn *t, enum kind kind, uint64_t id, const struct shape *view,
                         const void *value, size_t size, void *to)
{
    struct key k = id_key(t, kind, id);
    return told(&k, codec_view(t->arena, view, value, size, to));
}

enum err record_damaged(const struct txn *t, enum kind kind, uint64_t id)
{
    struct key k = id_key(t, kind, id);
    return kv_damaged(k.bytes, k.size);
}

enum err record_needed(struct txn *t, enum kind kind, uint64_t id, void *to)
{
    enum err e = record_get(t, kind, id, to);
    return e == ERR_NOT_FOUND ? record_damaged(t, kind, id) : e;
}

enum err record_needed_view(struct txn *t, enum kind kind, uint64_t id, const struct shape *view, void *to)
{
    enum err e = record_view(t, kind, id, view, to);
    return e == ERR_NOT_FOUND ? record_damaged(t, kind, id) : e;
}

static enum err sequence(struct txn *t, enum kind kind, uint64_t *id, bool next)
{
    struct key k = key_of(t->business, SPACE_SEQUENCE);
    key_u8(&k, (uint8_t)kind);
    struct kv_bytes value;
    uint64_t last = 0;
    enum err e = kv_get(t->kv, k.bytes, k.size, &value);
    if (e == OK && value.size != 8)
        return kv_damaged(k.bytes, k.size);
    if (e == OK)
        last = key_get_u64(value.data);
    else if (e != ERR_NOT_FOUND)
        return e;
    if (next) {
        struct key v = {.size = 0};
        key_u64(&v, ++last);
        e = kv_put(t->kv, k.bytes, k.size, v.bytes, 8);
        if (e)
            return e;
    }
    *id = last;
    return OK;
}

enum err record_last_id(struct txn *t, enum kind kind, uint64_t *id)
{
    return sequence(t, kind, id, false);
}

static const struct derived_key *among(const struct derived *d, const struct derived_key *k)
{
    for (size_t i = 0; i < d->n_keys; i++)
        if (d->keys[i].size == k->size && memcmp(d->keys[i].bytes, k->bytes, k->size) == 0)
            return &d->keys[i];
    return NULL;
}

/* The value of a total: i64 amount, i64 count, big-endian. A total of nothing has no key. */
enum err total_add(struct txn *t, const struct key *k, int64_t amount, int64_t count)
{
    struct kv_bytes value;
    int64_t old_amount = 0, old_count = 0;
    enum err e = kv_get(t->kv, k->bytes, k->size, &value);
    if (e == OK) {
        if (value.size != 16)
            return kv_damaged(k->bytes, k->size);
        old_amount = (int64_t)key_get_u64(value.data);
        old_count = (int64_t)key_get_u64((const uint8_t *)value.data + 8);
    } else if (e != ERR_NOT_FOUND) {
        return e;
    }
    if (__builtin_add_overflow(old_amount, amount, &amount))
        return ERR_OVERFLOW;
    count += old_count;
    if (amount == 0 && count == 0)
        return kv_del(t->kv, k->bytes, k->size);
    struct key v = {.size = 0};
    key_u64(key_u64(&v, (uint64_t)amount), (uint64_t)count);
    return kv_put(t->kv, k->bytes, k->size, v.bytes, v.size);
}

static struct derived_total *same_total(struct derived *d, const struct key *k)
{
    for (size_t i = 0; i < d->n_totals; i++)
        if (d->totals[i].key.size == k->size && memcmp(d->totals[i].key.bytes, k->bytes, k->size) == 0)
            return &d->totals[i];
    return NULL;
}

/* What both have in common cancels out, so an unchanged total costs nothing. */
static enum err move_totals(struct txn *t, struct derived *was, struct derived *now)
{
    for (size_t i = 0; i < was->n_totals; i++) {
        struct derived_total *w = &was->totals[i], *same = same_total(now, &w->key);
        if (same) {
            same->amount -= w->amount;
            same->count -= w->count;
        } else {
            enum err e = total_add(t, &w->key, -w->amount, -w->count);
            if (e)
                return e;
        }
    }
    for (size_t i = 0; i < now->n_totals; i++) {
        struct derived_total *n = &now->totals[i];
        enum err e = n->amount || n->count ? total_add(t, &n->key, n->amount, n->count) : OK;
        if (e)
            return e;
    }
    return OK;
}

/* What the entries of a record carry. Those that follow each other with the same row have it packed once. */
struct values {
    const struct shape *shape, *view; /* of the record; of `row` */
    const void *record;
    struct buf row, plain;
};

static void values_init(struct values *v, enum kind kind, const void *record)
{
    *v = (struct values){.shape = record_shape(kind), .record = record};
    buf_init(&v->row, KV_VALUE_MAX);
    buf_init(&v->plain, KV_VALUE_MAX);
}

static void values_fini(struct values *v)
{
    buf_fini(&v->row);
    buf_fini(&v->plain);
}

static const struct buf *value_of(struct values *v, const struct derived_key *k)
{
    struct buf *value = k->row ? &v->row : &v->plain;
    if (!k->row || k->row != v->view)
        derived_value(value, k, v->shape, v->record);
    if (k->row)
        v->view = k->row;
    return value;
}

/* Of an entry that was there before: does it carry another row now? */
static bool other_row(const struct derived_key *k, struct values *old, struct values *new)
{
    const struct buf *was = value_of(old, k), *now = value_of(new, k);
    return was->size != now->size || (now->size && memcmp(was->data, now->data, now->size) != 0);
}

static enum err put_entry(struct txn *t, const struct derived_key *k, struct values *new)
{
    const struct buf *value = value_of(new, k);
    return value->full
               ? ERR_TOO_LARGE
               : kv_put(t->kv, k->bytes, k->size, value->size ? (const void *)value->data : "", value->size);
}

/* An entry that rings somebody's bell. */
static void mark_ring(struct txn *t, const struct derived_key *k)
{
    const int index = k->bytes[4] - SPACE_INDEX;
    if (index == INDEX_EVENT_RING || index == INDEX_EVENT_BELL)
        kv_mark(t->kv, record_mark(t, KIND_EVENT, index == INDEX_EVENT_RING ? key_get_u64(k->bytes + 5) : 0));
}

static enum err move(struct txn *t, enum kind kind, const void *old, const void *new)
{
    struct derived was, now;
    struct values before, after;
    derive(t, kind, old, &was);
    derive(t, kind, new, &now);
    values_init(&before, kind, old);
    values_init(&after, kind, new);
    enum err e = OK;
    for (size_t i = 0; i < was.n_keys && !e; i++)
        if (!among(&now, &was.keys[i]))
            e = kv_del(t->kv, was.keys[i].bytes, was.keys[i].size);
    for (size_t i = 0; i < now.n_keys && !e; i++) {
        const struct derived_key *k = &now.keys[i];
        if (kind == KIND_EVENT)
            mark_ring(t, k);
        if (!among(&was, k) || (k->row && other_row(k, &before, &after)))
            e = put_entry(t, k, &after);
    }
    values_fini(&before);
    values_fini(&after);
    return e ? e : move_totals(t, &was, &now);
}

/* Does the very same stand there already? Then nothing is written: who asks again and again for what is so leaves nothing. */
static enum err is_stored(struct txn *t, const struct key *k, const struct buf *packed, bool *same)
{
    struct kv_bytes v;
    enum err e = kv_get(t->kv, k->bytes, k->size, &v);
    *same = !e && v.size == packed->size && memcmp(v.data, packed->data, v.size) == 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

unsigned record_mark(const struct txn *t, enum kind kind, uint64_t id)
{
    if (kind == KIND_BUSINESS || kind == KIND_GATEWAY)
        return 0;
    uint64_t mixed = (id ^ (uint64_t)t->business << 40 ^ (uint64_t)kind << 56) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(1 + (mixed >> 32) % (KV_MARKS - 1));
}

/* Kinds that nearly every request reads and that are seldom written are kept decoded between requests (server/core/kept.h). */
static void mark(struct txn *t, enum kind kind, uint64_t id)
{
    if (kind == KIND_BUSINESS || kind == KIND_GATEWAY || kind == KIND_SESSION || kind == KIND_BELL)
        kv_mark(t->kv, record_mark(t, kind, id));
}

enum err record_put(struct txn *t, enum kind kind, void *record)
{
    const struct shape *shape = record_shape(kind);
    struct business *any = record; /* for its id: see record_id */
    void *old = NULL;
    bool same = false;
    enum err e;
    assert(shape && stored_as(kind) == kind);
    if (kind == KIND_EVENT && any->id) /* the log is only ever added to */
        return ERR_INTERNAL;
    if (any->id == 0) {
        e = sequence(t, kind, &any->id, true);
        if (!e && kind == KIND_EVENT)
            e = chain_add(t, record);
    } else {
        old = arena_alloc(t->arena, shape->size);
        e = record_get(t, kind, any->id, old);
        if (e == ERR_NOT_FOUND) {
            old = NULL;
            e = OK;
        }
    }
    if (!e)
        e = books_follow(t, kind, old, record);
    if (e)
        return e;
    struct buf packed;
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape, record, CODEC_STORE);
    struct key k = id_key(t, kind, any->id);
    if (packed.garbled)
        e = ERR_INTERNAL; /* whoever made it cut a character: the fault is ours, and nobody could read it any more */
    else
        e = packed.full ? ERR_TOO_LARGE : old ? is_stored(t, &k, &packed, &same) : OK;
    if (!e && !same)
        mark(t, kind, any->id);
    if (!e && !same)
        e = kv_put(t->kv, k.bytes, k.size, packed.data, packed.size);
    buf_fini(&packed);
    return e || same ? e : move(t, kind, old, record);
}

enum err record_del(struct txn *t, enum kind kind, uint64_t id)
{
    const struct shape *shape = record_shape(kind);
    void *old = arena_alloc(t->arena, shape->size);
    enum err e = kind == KIND_EVENT ? ERR_INTERNAL : record_get(t, kind, id, old);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    struct key k = id_key(t, kind, id);
    mark(t, kind, id);
    e = kv_del(t->kv, k.bytes, k.size);
    return e ? e : move(t, stored_as(kind), old, NULL);
}
