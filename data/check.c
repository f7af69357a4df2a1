#include "data/check.h"
#include "common/codec.h"
#include "common/doc_kind.h"
#include "common/hash.h"
#include "data/booked.h"
#include "data/check_money.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include <stdlib.h>
#include <string.h>

/* A sum of totals by key, to be compared with the stored ones: a hash table of its own memory. */
struct sum {
    struct key key;
    int64_t amount, count;
};
struct sums {
    struct sum *slots;
    size_t n, capacity; /* capacity: a power of two */
};
struct run {
    struct check *out;
    struct arena *arena; /* of the answer */
    struct arena *scratch;
    struct kv_txn *kv;
    struct txn txn;
    struct buf packed; /* a record anew */
    struct sums sums;
    struct money_check money;
    int64_t expected;   /* index entries of this business */
    int64_t everywhere; /* of all businesses, in the indexes over all */
};

static void problem(struct run *r, const char *text, const uint8_t *key, size_t size)
{
    char hex[2 * KEY_MAX + 1];
    if (r->out->n_problems == CHECK_PROBLEMS)
        return;
    for (size_t i = 0; i < size && i < 80; i++) {
        static const char digits[] = "0123456789abcdef";
        hex[2 * i] = digits[key[i] >> 4];
        hex[2 * i + 1] = digits[key[i] & 15];
    }
    hex[2 * (size < 80 ? size : 80)] = '\0';
    r->out->problems[r->out->n_problems++] = arena_printf(r->arena, "%s: %s", text, hex);
}

static size_t slot_of(const struct sums *s, const struct key *k)
{
    size_t i = hash_add(HASH_BEGIN, k->bytes, k->size) & (s->capacity - 1);
    while (s->slots[i].key.size &&
           (s->slots[i].key.size != k->size || memcmp(s->slots[i].key.bytes, k->bytes, k->size) != 0))
        i = (i + 1) & (s->capacity - 1);
    return i;
}

static void grow(struct sums *s)
{
    struct sums bigger = {calloc(s->capacity ? s->capacity * 2 : 1024, sizeof *s->slots), s->n,
                          s->capacity ? s->capacity * 2 : 1024};
    if (!bigger.slots)
        abort();
    for (size_t i = 0; i < s->capacity; i++)
        if (s->slots[i].key.size)
            bigger.slots[slot_of(&bigger, &s->slots[i].key)] = s->slots[i];
    free(s->slots);
    *s = bigger;
}

static void add_sum(struct sums *s, const struct derived_total *t)
{
    if (s->n * 2 >= s->capacity)
        grow(s);
    struct sum *slot = &s->slots[slot_of(s, &t->key)];
    if (!slot->key.size) {
        slot->key = t->key;
        s->n++;
    }
    slot->amount += t->amount;
    slot->count += t->count;
}

/* Only a draft and what is open may have something due. */
static bool document_owes(const struct document *d)
{
    return doc_kind(d->kind)->owes > 0 && d->state != DOC_DRAFT && d->state != DOC_OPEN &&
           d->balance.amount != 0;
}

/* Such a text is not stored any more; a record from before may hold one. */
static bool garbled(struct run *r, const struct shape *shape, const void *record)
{
    buf_clear(&r->packed);
    codec_pack(&r->packed, shape, record, CODEC_STORE);
    return r->packed.garbled;
}

/* One of a customer is offered first, one charged by itself, and that one is there; a charge that nobody was there for has all that
 * it was made of on record. */
static enum err check_methods(struct run *r, enum kind kind, const void *record, const char **wrong)
{
    const struct payment *p = record;
    const struct saved_method *m = record;
    struct key k = index_key(&r->txn, INDEX_METHOD_MARK);
    struct saved_method of;
    size_t n = 0;
    enum err e = OK;
    if (kind == KIND_PAYMENT && p->attempt) {
        e = p->saved ? record_get(&r->txn, KIND_SAVED_METHOD, p->saved, &of) : ERR_NOT_FOUND;
        if (e == ERR_NOT_FOUND || (!e && (!of.consents.n || of.customer != p->customer)))
            *wrong = "a charge that nobody agreed to";
        else if (!p->key || !*p->key || !p->gateway || !*p->gateway)
            *wrong = "a charge without what its gateway knows it by";
    }
    if (kind == KIND_SAVED_METHOD && (m->preferred || consent_of(m))) {
        struct key on = *key_u64(&k, m->customer);
        struct list_range first = list_range(key_u8(&k, METHOD_FIRST)),
                          automatic = list_range(key_u8(&on, METHOD_AUTOMATIC));
        size_t others;
        e = record_count(&r->txn, &first, 2, &n);
        if (!e)
            e = record_count(&r->txn, &automatic, 2, &others);
        if (m->state == METHOD_REMOVED || m->state == METHOD_ADDING)
            *wrong = "a method of payment that is not there is offered, or charged by itself";
        else if (!e && (n > 1 || others > 1))
            *wrong = "two methods of payment of a customer are offered first, or charged by themselves";
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err check_record(struct run *r, enum kind kind, const struct kv_bytes *key,
                             const struct kv_bytes *value)
{
    const struct shape *shape = record_shape(kind);
    struct derived d;
    arena_reset(r->scratch);
    void *record = arena_alloc(r->scratch, shape->size);
    r->out->records++;
    if (codec_load(r->scratch, shape, value->data, value->size, record) != OK) {
        problem(r, "a record can not be read", key->data, key->size);
        return OK;
    }
    if (record_id(record) != key_get_u64((const uint8_t *)key->data + 5))
        problem(r, "a record stands under another id", key->data, key->size);
    if (kind == KIND_DOCUMENT && document_owes(record))
        problem(r, "a document that is closed has a balance", key->data, key->size);
    if (garbled(r, shape, record))
        problem(r, "a text is no UTF-8", key->data, key->size);
    if (!books_agree(r->scratch, kind, record))
        problem(r, "the entries of a record in the books do not add up to where it stands", key->data,
                key->size);
    const char *wrong = money_check_add(&r->money, kind, record);
    if (wrong)
        problem(r, wrong, key->data, key->size);
    wrong = NULL;
    enum err e = check_methods(r, kind, record, &wrong);
    if (e)
        return e;
    if (wrong)
        problem(r, wrong, key->data, key->size);
    derive(&r->txn, kind, record, &d);
    for (size_t i = 0; i < d.n_keys; i++) {
        struct kv_bytes found;
        *(key_get_u32(d.keys[i].bytes) ? &r->expected : &r->everywhere) += 1;
        e = kv_get(r->kv, d.keys[i].bytes, d.keys[i].size, &found);
        if (e == ERR_NOT_FOUND)
            problem(r, "an index entry is missing", d.keys[i].bytes, d.keys[i].size);
        else if (e && e != ERR_DAMAGED) /* told by check_values */
            return e;
        derived_value(&r->packed, &d.keys[i], shape, record);
        if (!e && d.keys[i].inside && !found.size)
            continue; /* from before entries said so */
        if (!e && (found.size != r->packed.size ||
                   (found.size && memcmp(found.data, r->packed.data, found.size) != 0)))
            problem(r, "a row in an index differs from its record", d.keys[i].bytes, d.keys[i].size);
    }
    for (size_t i = 0; i < d.n_totals; i++)
        add_sum(&r->sums, &d.totals[i]);
    return OK;
}

/* Calls fn for every entry of a space of the business. */
static enum err each(struct run *r, uint8_t from, uint8_t until,
                     enum err (*fn)(struct run *r, const struct kv_bytes *key, const struct kv_bytes *value))
{
    struct key k = key_of(r->txn.business, from);
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key, value;
    enum err e = kv_cursor_open(r->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, k.bytes, k.size, false);
    while ((!e || e == ERR_DAMAGED) && kv_at(cursor, &key, &value) && key.size >= 5 &&
           memcmp(key.data, k.bytes, 4) == 0 && ((const uint8_t *)key.data)[4] <= until) {
        e = e ? OK : fn(r, &key, &value); /* what is damaged was told by check_values */
        if (!e)
            e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    return e;
}

/* Everything there is: keys in order, values as they were written. */
static enum err check_values(struct run *r)
{
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    enum err e = kv_cursor_open(r->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, "", 0, false);
    while ((!e || e == ERR_DAMAGED) && kv_at(cursor, &key, NULL)) {
        if (e)
            problem(r, "a value is not as it was written", key.data, key.size);
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    return e;
}

static enum err on_record(struct run *r, const struct kv_bytes *key, const struct kv_bytes *value)
{
    enum kind kind = (enum kind)((const uint8_t *)key->data)[4];
    if (key->size != 13 || !record_shape(kind)) {
        problem(r, "an unknown kind of record", key->data, key->size);
        return OK;
    }
    return check_record(r, kind, key, value);
}

static enum err on_entry(struct run *r, const struct kv_bytes *key, const struct kv_bytes *value)
{
    (void)key, (void)value;
    r->out->entries++;
    return OK;
}

static enum err on_total(struct run *r, const struct kv_bytes *key, const struct kv_bytes *value)
{
    struct key k = {.size = 0};
    r->out->totals++;
    if (key->size > KEY_MAX || value->size != 16) {
        problem(r, "a total can not be read", key->data, key->size);
        return OK;
    }
    key_bytes(&k, key->data, key->size);
    struct sum *s = r->sums.capacity ? &r->sums.slots[slot_of(&r->sums, &k)] : NULL;
    int64_t amount = (int64_t)key_get_u64(value->data),
            count = (int64_t)key_get_u64((const uint8_t *)value->data + 8);
    if (!s || !s->key.size)
        problem(r, "a total of nothing", k.bytes, k.size);
    else if (s->amount != amount || s->count != count)
        problem(r, "a total differs from its records", k.bytes, k.size);
    if (s)
        s->amount = s->count = 0;
    return OK;
}

/* Every record's entries were found: more than that are of none. */
static enum err check_entries(struct run *r, int64_t expected)
{
    int64_t before = r->out->entries;
    enum err e = each(r, SPACE_INDEX, SPACE_TOTAL - 1, on_entry);
    if (!e && r->out->entries - before != expected) {
        struct key k = key_of(r->txn.business, SPACE_INDEX);
        problem(r, "there are index entries without a record", k.bytes, k.size);
    }
    return e;
}

static void on_money(void *context, const char *what, enum kind kind, uint64_t id)
{
    struct run *r = context;
    struct key k = record_key(&r->txn, kind);
    key_u64(&k, id);
    problem(r, what, k.bytes, k.size);
}

static enum err check_business(struct run *r)
{
    r->expected = 0;
    enum err e = each(r, 1, SPACE_INDEX - 1, on_record);
    if (!e)
        e = check_entries(r, r->expected);
    if (!e)
        e = each(r, SPACE_TOTAL, SPACE_TOTAL, on_total);
    for (size_t i = 0; !e && i < r->sums.capacity; i++)
        if (r->sums.slots[i].amount || r->sums.slots[i].count)
            problem(r, "a total is missing", r->sums.slots[i].key.bytes, r->sums.slots[i].key.size);
    if (!e)
        money_check_end(&r->money, on_money, r);
    money_check_free(&r->money);
    return e;
}

enum err check_store(struct kv_txn *kv, struct arena *a, struct check *out)
{
    uint32_t businesses;
    struct run r = {.out = out, .arena = a, .scratch = arena_open(), .kv = kv};
    *out = (struct check){0};
    buf_init(&r.packed, KV_VALUE_MAX);
    enum err e = check_values(&r);
    if (!e)
        e = store_businesses(kv, &businesses);
    for (uint32_t b = 1; !e && b <= businesses; b++) {
        r.txn = (struct txn){.kv = kv, .arena = r.scratch, .business = b};
        e = check_business(&r);
        free(r.sums.slots);
        r.sums = (struct sums){0};
    }
    r.txn.business = 0;
    if (!e)
        e = check_entries(&r, r.everywhere);
    buf_fini(&r.packed);
    arena_close(r.scratch);
    return e;
}
