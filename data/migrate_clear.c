#include "data/migrate_clear.h"
#include "data/engine/kv.h"
#include <string.h>

#define BATCH 500 /* entries of one transaction */

struct clearing {
    uint32_t business;
    enum index index;
    bool done;
};

/* Takes out the first entries. */
static enum err clear_some(struct kv_txn *kv, void *arg)
{
    struct clearing *c = arg;
    const struct txn t = {.kv = kv, .business = c->business};
    struct key k = index_key(&t, c->index), found[BATCH];
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    size_t n = 0;
    enum err e = kv_cursor_open(kv, &cursor);
    if (!e)
        e = kv_seek(cursor, k.bytes, k.size, false);
    while (!e && n < BATCH && kv_at(cursor, &key, NULL) && key.size > k.size && key.size <= KEY_MAX &&
           memcmp(key.data, k.bytes, k.size) == 0) {
        found[n].size = 0;
        key_bytes(&found[n++], key.data, key.size);
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    for (size_t i = 0; i < n && !e; i++)
        e = kv_del(kv, found[i].bytes, found[i].size);
    c->done = n < BATCH;
    return e;
}

enum err migrate_clear(struct kv *kv, uint32_t business, enum index index)
{
    struct clearing c = {.business = business, .index = index};
    enum err e;
    do
        e = kv_write(kv, clear_some, &c);
    while (!e && !c.done);
    return e;
}
