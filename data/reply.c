/* Stored answers, so that a request id is carried out once. The value is digest (32 bytes), then the answer. Keys start with the
 * day: today's cluster at the end, and those of a past day can be let go in order. */
#include "data/kv.h"
#include "data/store.h"
#include <string.h>

static struct key reply_key(const struct txn *t, int32_t day, const uint8_t id[16])
{
    struct key k = key_of(t->business, SPACE_REPLY);
    key_u32(&k, (uint32_t)day);
    key_bytes(&k, id, 16);
    return k;
}

enum err reply_get(struct txn *t, const uint8_t id[16], int32_t today, int days, struct reply *reply)
{
    for (int32_t day = today + 1; day > today - days; day--) { /* + 1: the clock may have been set back */
        struct key k = reply_key(t, day, id);
        struct kv_bytes v;
        enum err e = kv_get(t->kv, k.bytes, k.size, &v);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e)
            return e;
        if (v.size < sizeof reply->digest)
            return ERR_DAMAGED;
        memcpy(reply->digest, v.data, sizeof reply->digest);
        reply->size = v.size - sizeof reply->digest;
        reply->answer = arena_copy(t->arena, (const uint8_t *)v.data + sizeof reply->digest, reply->size);
        return OK;
    }
    return ERR_NOT_FOUND;
}

static enum err let_go(struct txn *t, int32_t before)
{
    struct key space = key_of(t->business, SPACE_REPLY), old[2];
    size_t n = 0;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, space.bytes, space.size, false);
    while (!e && n < 2 && kv_at(cursor, &key, NULL) && key.size == space.size + 20 &&
           memcmp(key.data, space.bytes, space.size) == 0 &&
           key_get_u32((const uint8_t *)key.data + space.size) < (uint32_t)before) {
        old[n].size = 0;
        key_bytes(&old[n++], key.data, key.size);
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    for (size_t i = 0; i < n && !e; i++)
        e = kv_del(t->kv, old[i].bytes, old[i].size);
    return e;
}

enum err reply_put(struct txn *t, const uint8_t id[16], int32_t today, int days, const struct reply *reply)
{
    struct key k = reply_key(t, today, id);
    size_t size = sizeof reply->digest + reply->size;
    uint8_t *v = arena_alloc(t->arena, size);
    memcpy(v, reply->digest, sizeof reply->digest);
    if (reply->size)
        memcpy(v + sizeof reply->digest, reply->answer, reply->size);
    enum err e = kv_put(t->kv, k.bytes, k.size, v, size);
    return e ? e : let_go(t, today - days);
}
