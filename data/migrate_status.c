#include "data/migrate_status.h"
#include "common/codec.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include "data/migrate_clear.h"
#include "data/store.h"
#include <stdlib.h>
#include <string.h>

#define BATCH 8000 /* records of one transaction */
/* What one's entries take in the file, on pages that are split: about. */
#define DOCUMENT_BYTES 180
#define EVENT_BYTES 90
#define NOTE_SIZE_BEFORE 16 /* business, kind and record that come next */
#define NOTE_SIZE 24        /* and the number of events there were */
#define NOTE 4 /* behind the schema's key: how far it came; 2 and 3 are of data/reply.c and data/store.c */

static const enum kind KINDS[] = {KIND_DOCUMENT, KIND_EVENT};
#define KIND_COUNT (sizeof KINDS / sizeof *KINDS)

static const enum index NEW[] = {INDEX_DOC_STATE_NUMBER, INDEX_DOC_STATE_TOTAL, INDEX_DOC_STATE_DUE,
                                 INDEX_EVENT_WHAT,       INDEX_EVENT_ACTOR,     INDEX_EVENT_SIDE};
#define NEW_COUNT (sizeof NEW / sizeof *NEW)

static bool is_new(const struct derived_key *k)
{
    for (size_t i = 0; i < NEW_COUNT; i++)
        if (k->bytes[4] - SPACE_INDEX == (int)NEW[i])
            return true;
    return false;
}

/* Where it stands: the next record of a business, of the at-th kind. */
struct place {
    uint32_t business, at;
    uint64_t id;
};
struct entering {
    struct arena *arena, *keys; /* of one record; of one transaction */
    uint32_t businesses;
    uint64_t bytes, events; /* of the room; of all logs, when it began */
    bool anew;
    struct place from, next; /* of this transaction, and of the one after it: a function may run twice */
    struct derived_key *found;
    size_t n, room;
};

static struct key note_key(void)
{
    struct key k = key_of(0, SPACE_META);
    return *key_u8(&k, NOTE);
}

static enum err count_events(struct kv_txn *kv, struct entering *w)
{
    enum err e = store_businesses(kv, &w->businesses);
    for (uint32_t b = 1; !e && b <= w->businesses; b++) {
        uint64_t last;
        e = record_last_id(&(struct txn){.kv = kv, .arena = w->arena, .business = b}, KIND_EVENT, &last);
        w->events += e ? 0 : last;
    }
    return e;
}

/* It goes on where it was killed, unless something has happened since: then a program of before has written, which leaves of these indexes what
 * it does not know. */
static enum err begin(struct kv_txn *kv, void *arg)
{
    struct entering *w = arg;
    const struct key k = note_key();
    struct kv_bytes v;
    w->events = 0;
    enum err e = count_events(kv, w);
    if (e)
        return e;
    w->from = (struct place){.business = 1, .id = 1};
    e = kv_get(kv, k.bytes, k.size, &v);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (!e && v.size != NOTE_SIZE && v.size != NOTE_SIZE_BEFORE)
        e = kv_damaged(k.bytes, k.size);
    if (e)
        return e;
    const uint8_t *at = v.data;
    w->anew = v.size != NOTE_SIZE || key_get_u64(at + NOTE_SIZE_BEFORE) != w->events;
    if (!w->anew)
        w->from = (struct place){key_get_u32(at), key_get_u32(at + 4), key_get_u64(at + 8)};
    return OK;
}

static enum err note(struct kv_txn *kv, const struct entering *w)
{
    const struct place *at = &w->next;
    const struct key k = note_key();
    struct key v = {.size = 0};
    key_u64(key_u64(key_u32(key_u32(&v, at->business), at->at), at->id), w->events);
    return kv_put(kv, k.bytes, k.size, v.bytes, v.size);
}

/* What a record is found by from now on. One that can not be read is no reason to keep the others from being found: `check` tells it. */
static void derive_one(struct entering *w, const struct txn *t, enum kind kind, const struct kv_bytes *value)
{
    const struct shape *shape = record_shape(kind);
    void *record = arena_alloc(w->arena, shape->size);
    struct derived d;
    if (codec_load(w->arena, shape, value->data, value->size, record) != OK)
        return;
    derive(t, kind, record, &d);
    for (size_t i = 0; i < d.n_keys; i++) {
        if (!is_new(&d.keys[i]))
            continue;
        if (w->n == w->room)
            w->found = arena_grow(w->keys, w->found, &w->room, sizeof *w->found);
        w->found[w->n] = d.keys[i];
        w->found[w->n++].bytes = arena_copy(w->keys, d.keys[i].bytes, d.keys[i].size);
    }
}

static enum err read_some(struct entering *w, struct txn *t)
{
    const enum kind kind = KINDS[w->from.at];
    const struct key k = record_key(t, kind);
    struct key from = k;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key, value;
    size_t read = 0;
    key_u64(&from, w->from.id);
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, from.bytes, from.size, false);
    w->next = w->from;
    for (; (!e || e == ERR_DAMAGED) && read < BATCH && kv_at(cursor, &key, &value); read++) {
        if (key.size != k.size + 8 || memcmp(key.data, k.bytes, k.size) != 0)
            break;
        if (!e)
            derive_one(w, t, kind, &value);
        arena_reset(w->arena);
        w->next.id = key_get_u64((const uint8_t *)key.data + k.size) + 1;
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    if (read < BATCH) /* of this kind and business that was all */
        w->next = (struct place){w->from.business + (w->from.at + 1) / KIND_COUNT,
                                 (w->from.at + 1) % KIND_COUNT, 1};
    return e == ERR_DAMAGED ? OK : e;
}

static int in_order(const void *a, const void *b)
{
    const struct derived_key *x = a, *y = b;
    const int c = memcmp(x->bytes, y->bytes, x->size < y->size ? x->size : y->size);
    return c ? c : (x->size > y->size) - (x->size < y->size);
}

/* Sorted: neighbours go to one page while it is at hand. */
static enum err some(struct kv_txn *kv, void *arg)
{
    struct entering *w = arg;
    struct txn t = {.kv = kv, .arena = w->arena, .business = w->from.business};
    arena_reset(w->keys);
    w->found = NULL;
    w->n = w->room = 0;
    enum err e = read_some(w, &t);
    if (!e && w->n)
        qsort(w->found, w->n, sizeof *w->found, in_order);
    for (size_t i = 0; i < w->n && !e; i++)
        e = kv_put(kv, w->found[i].bytes, w->found[i].size, "", 0);
    return e ? e : note(kv, w);
}

enum err migrate_status_done(struct kv_txn *kv)
{
    const struct key k = note_key();
    return kv_del(kv, k.bytes, k.size);
}

enum err migrate_status(struct kv *kv)
{
    struct entering w = {.arena = arena_open(), .keys = arena_open()};
    enum err e = kv_read(kv, begin, &w);
    for (uint32_t b = 1; !e && w.anew && b <= w.businesses; b++)
        for (size_t i = 0; !e && i < NEW_COUNT; i++)
            e = migrate_clear(kv, b, NEW[i]);
    while (!e && w.from.business <= w.businesses) {
        e = kv_write(kv, some, &w);
        w.from = w.next;
    }
    arena_close(w.keys);
    arena_close(w.arena);
    return e;
}

static enum err count(struct kv_txn *kv, void *arg)
{
    struct entering *w = arg;
    enum err e = store_businesses(kv, &w->businesses);
    for (uint32_t b = 1; !e && b <= w->businesses; b++) {
        struct total documents;
        uint64_t events;
        struct txn t = {.kv = kv, .arena = w->arena, .business = b};
        e = total_sum(&t, TOTAL_RECORDS, 0, "", KIND_DOCUMENT, KIND_DOCUMENT, &documents);
        if (!e)
            e = record_last_id(&t, KIND_EVENT, &events);
        w->bytes += e ? 0 : (uint64_t)documents.count * DOCUMENT_BYTES + events * EVENT_BYTES;
    }
    return e;
}

enum err migrate_status_room(struct kv *kv, uint64_t *bytes)
{
    struct entering w = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &w);
    arena_close(w.arena);
    *bytes = w.bytes;
    return e;
}
