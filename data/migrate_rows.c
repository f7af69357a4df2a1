#include "data/migrate_rows.h"
#include "data/engine/kv.h"
#include "data/row.h"
#include "data/store.h"
#include <string.h>

#define BATCH 4000    /* rows of one transaction */
#define ROW_BYTES 220 /* of one in the file, on pages that are split: about */

static const enum index INDEXES[] = {INDEX_DOC_DATE, INDEX_DOC_CUSTOMER, INDEX_DOC_CUSTOMER_DUE};

struct rows {
    struct arena *arena;
    uint32_t business, businesses;
    enum index index;
    const struct shape *view;
    struct key from,
        next; /* the key that a transaction begins behind; where the one after it does: a function may run twice */
    bool done;
    uint64_t entries;
};

static enum err count(struct kv_txn *kv, void *arg)
{
    struct rows *r = arg;
    enum err e = store_businesses(kv, &r->businesses);
    for (uint32_t b = 1; !e && b <= r->businesses; b++) {
        struct total documents;
        struct txn t = {.kv = kv, .arena = r->arena, .business = b};
        e = total_sum(&t, TOTAL_RECORDS, 0, "", KIND_DOCUMENT, KIND_DOCUMENT, &documents);
        r->entries += e ? 0 : (uint64_t)documents.count * (sizeof INDEXES / sizeof *INDEXES);
    }
    return e;
}

/* An entry that has none yet, and its row. */
struct missing {
    struct key key;
    struct buf value;
};

static enum err read_one(struct rows *r, struct txn *t, struct missing *m)
{
    void *row = arena_alloc(r->arena, r->view->size);
    const uint64_t id = key_get_u64(m->key.bytes + m->key.size - 8);
    enum err e = record_needed_view(t, KIND_DOCUMENT, id, r->view, row);
    buf_init(&m->value, KV_VALUE_MAX);
    if (!e)
        row_pack(&m->value, r->view, row);
    return e;
}

/* Collects what has no row yet of the next entries. */
static enum err look(struct rows *r, struct txn *t, struct missing *found, size_t *n)
{
    const struct key k = index_key(t, r->index);
    const struct key *from = r->from.size ? &r->from : &k;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key, value;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, from->bytes, from->size, false);
    r->done = true;
    r->next = *from;
    for (size_t passed = 0; (!e || e == ERR_DAMAGED) && kv_at(cursor, &key, &value); passed++) {
        if (key.size < k.size + 8 || key.size > KEY_MAX || memcmp(key.data, k.bytes, k.size) != 0)
            break;
        r->next.size = 0;
        key_bytes(&r->next, key.data, key.size);
        if (*n == BATCH || passed == BATCH * 50) {
            r->done = false;
            break;
        }
        if (!row_is(r->view, value.data, value.size))
            found[(*n)++].key = r->next;
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    return e == ERR_DAMAGED ? OK : e;
}

static enum err fill_some(struct kv_txn *kv, void *arg)
{
    struct rows *r = arg;
    arena_reset(r->arena);
    struct txn t = {.kv = kv, .arena = r->arena, .business = r->business};
    struct missing *found = arena_alloc(r->arena, BATCH * sizeof *found);
    size_t n = 0, read = 0;
    enum err e = look(r, &t, found, &n);
    for (; read < n && !e; read++)
        e = read_one(r, &t, &found[read]);
    for (size_t i = 0; i < n && !e; i++)
        e = kv_put(kv, found[i].key.bytes, found[i].key.size, found[i].value.data, found[i].value.size);
    for (size_t i = 0; i < read; i++)
        buf_fini(&found[i].value);
    return e;
}

static enum err fill_index(struct kv *kv, struct rows *r)
{
    enum err e;
    r->view = row_view(r->index);
    r->from.size = 0;
    do {
        e = kv_write(kv, fill_some, r);
        r->from = r->next;
    } while (!e && !r->done);
    return e;
}

enum err migrate_rows_room(struct kv *kv, uint64_t *bytes)
{
    struct rows r = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &r);
    arena_close(r.arena);
    *bytes = r.entries * ROW_BYTES;
    return e;
}

enum err migrate_rows(struct kv *kv)
{
    struct rows r = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &r);
    for (r.business = 1; !e && r.business <= r.businesses; r.business++)
        for (size_t i = 0; !e && i < sizeof INDEXES / sizeof *INDEXES; i++) {
            r.index = INDEXES[i];
            e = fill_index(kv, &r);
        }
    arena_close(r.arena);
    return e;
}
