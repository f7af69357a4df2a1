/* Stored answers, so that a request id is carried out once. The value is digest (32 bytes), then the answer; one that does not
 * fit goes on in further parts. Keys end with the part's number (u8) and start with the day (of the store, server/core/request_days): today's cluster at the end, and
 * those of a past day can be let go in order. */
#include "common/buf.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include <string.h>

#define PART (64 * 1024)
#define DIGEST sizeof(((struct reply *)0)->digest)

static struct key reply_key(const struct txn *t, int32_t day, const uint8_t id[16], size_t part)
{
    struct key k = key_of(t->business, SPACE_REPLY);
    key_u32(&k, (uint32_t)day);
    key_bytes(&k, id, 16);
    key_u8(&k, (uint8_t)part);
    return k;
}

/* All parts of a reply that was found on `day`, joined in the arena. */
static enum err join(struct txn *t, int32_t day, const uint8_t id[16], struct bytes *whole)
{
    struct buf joined;
    buf_init(&joined, 256 * PART);
    enum err e = OK;
    for (size_t part = 0; part < 256; part++) {
        struct key k = reply_key(t, day, id, part);
        struct kv_bytes v;
        e = kv_get(t->kv, k.bytes, k.size, &v);
        if (e)
            break;
        buf_add(&joined, v.data, v.size);
    }
    if (e == ERR_NOT_FOUND && joined.size) {
        struct key k = reply_key(t, day, id, 0);
        e = joined.size < DIGEST ? kv_damaged(k.bytes, k.size) : OK;
    }
    if (!e)
        *whole = (struct bytes){arena_copy(t->arena, joined.data, joined.size), joined.size};
    buf_fini(&joined);
    return e;
}

int32_t reply_day(int64_t now)
{
    return (int32_t)(now / 86400000) + 1;
}

static struct key day_key(void)
{
    struct key k = key_of(0, SPACE_META);
    return *key_u8(&k, 2); /* data/store.c has the other keys of that space */
}

enum err store_request_day(struct kv_txn *kv, struct request_day *day)
{
    const struct key k = day_key();
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e)
        return e;
    if (v.size != 12)
        return kv_damaged(k.bytes, k.size);
    *day =
        (struct request_day){(int32_t)key_get_u32(v.data), (int64_t)key_get_u64((const uint8_t *)v.data + 4)};
    return OK;
}

enum err store_request_day_set(struct kv_txn *kv, const struct request_day *day)
{
    const struct key k = day_key();
    struct key v = {.size = 0};
    key_u64(key_u32(&v, (uint32_t)day->day), (uint64_t)day->began);
    return kv_put(kv, k.bytes, k.size, v.bytes, v.size);
}

enum err reply_get(struct txn *t, const uint8_t id[16], int32_t today, int days, struct reply *reply)
{
    for (int32_t day = today + 1; day > today - days;
         day--) { /* + 1: of a commit that failed after the day had turned */
        struct bytes whole;
        enum err e = join(t, day, id, &whole);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e)
            return e;
        memcpy(reply->digest, whole.data, DIGEST);
        reply->answer = whole.data + DIGEST;
        reply->size = whole.size - DIGEST;
        return OK;
    }
    return ERR_NOT_FOUND;
}

#define GO_AT_ONCE 64
/* Parts of answers of days before that one, `most` of them; how many there were in *gone. */
static enum err let_go(struct txn *t, int32_t before, size_t most, size_t *gone)
{
    struct key space = key_of(t->business, SPACE_REPLY), old[GO_AT_ONCE];
    size_t n = 0;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, space.bytes, space.size, false);
    while (!e && n < most && n < GO_AT_ONCE && kv_at(cursor, &key, NULL) && key.size == space.size + 21 &&
           memcmp(key.data, space.bytes, space.size) == 0 &&
           key_get_u32((const uint8_t *)key.data + space.size) < (uint32_t)before) {
        old[n].size = 0;
        key_bytes(&old[n++], key.data, key.size);
        e = kv_step(cursor, false);
    }
    kv_cursor_close(cursor);
    for (size_t i = 0; i < n && !e; i++)
        e = kv_del(t->kv, old[i].bytes, old[i].size);
    *gone = n;
    return e;
}

enum err reply_sweep(struct txn *t, int32_t today, int days, size_t most, size_t *gone)
{
    return let_go(t, today - days, most, gone);
}

enum err reply_any_old(struct txn *t, int32_t today, int days, bool *any)
{
    const struct key space = key_of(t->business, SPACE_REPLY);
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    *any = false;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, space.bytes, space.size, false);
    if (!e && kv_at(cursor, &key, NULL) && key.size > space.size + 4 &&
        memcmp(key.data, space.bytes, space.size) == 0)
        *any = key_get_u32((const uint8_t *)key.data + space.size) < (uint32_t)(today - days);
    kv_cursor_close(cursor);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err reply_put(struct txn *t, const uint8_t id[16], int32_t today, int days, const struct reply *reply)
{
    size_t size = DIGEST + reply->size;
    uint8_t *v = arena_alloc(t->arena, size);
    memcpy(v, reply->digest, DIGEST);
    if (reply->size)
        memcpy(v + DIGEST, reply->answer, reply->size);
    for (size_t part = 0; part * PART < size; part++) {
        struct key k = reply_key(t, today, id, part);
        size_t left = size - part * PART;
        enum err e = kv_put(t->kv, k.bytes, k.size, v + part * PART, left < PART ? left : PART);
        if (e)
            return e;
    }
    size_t gone;
    return let_go(t, today - days, 2, &gone);
}
