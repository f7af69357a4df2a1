#include "data/store.h"
#include "data/engine/kv.h"
#include "data/migrate.h"
#include "data/migrate_rows.h"
#include "data/migrate_status.h"
#include <string.h>

#define SCHEMA_SUMS 6    /* the first whose values bear sums */
#define SCHEMA_ROWS 10   /* the last whose indexes carry no rows */
#define SCHEMA_STATUS 11 /* the last without documents by status in every order */

static struct key meta_key(void)
{
    return key_of(0, SPACE_META);
}

static enum err put_schema(struct kv_txn *kv, void *arg)
{
    struct key k = meta_key(), v = {.size = 0};
    key_u32(&v, *(const uint32_t *)arg);
    enum err e = kv_put(kv, k.bytes, k.size, v.bytes, v.size);
    return e ? e : migrate_status_done(kv);
}

static enum err get_schema(struct kv_txn *kv, void *arg)
{
    struct key k = meta_key();
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e)
        return e == ERR_NOT_FOUND ? kv_damaged(k.bytes, k.size) : e;
    if (v.size != 4)
        return kv_damaged(k.bytes, k.size);
    *(uint32_t *)arg = key_get_u32(v.data);
    return OK;
}

/* Said before any step is begun. */
static enum err room_for_steps(struct kv *kv, uint32_t schema, const char *folder, struct refusal *why)
{
    uint64_t rows = 0, bytes = 0;
    enum err e = schema <= SCHEMA_STATUS ? migrate_status_room(kv, &bytes) : OK;
    if (!e && schema <= SCHEMA_ROWS)
        e = migrate_rows_room(kv, &rows);
    bytes += rows;
    if (!e && !kv_has_room(kv, bytes))
        return refuse(why, ERR_DISK_FULL, "data",
                      "%s is of an earlier program, and bringing it up to date takes about %llu MB more room "
                      "on its disk: nothing was changed",
                      folder, (unsigned long long)(bytes >> 20) + 1);
    return e;
}

/* Each step is noted by itself: one that is done is not begun again. */
static enum err migrate(struct kv *kv, uint32_t schema, const char *folder, struct refusal *why)
{
    enum err e = OK;
    if (schema < SCHEMA_SUMS) { /* first, so that the steps find every value as this program stores it */
        kv_set_plain(kv, true);
        e = kv_add_sums(kv);
        kv_set_plain(kv, false);
    }
    if (!e)
        e = room_for_steps(kv, schema, folder, why);
    while (schema < STORE_SCHEMA && !e) {
        e = migrate_step(kv, schema++);
        if (!e)
            e = kv_write(kv, put_schema, &schema);
    }
    return e;
}

static enum err adopt(struct kv *kv, const char *folder, bool create, struct refusal *why)
{
    uint32_t schema = STORE_SCHEMA;
    if (create)
        return kv_write(kv, put_schema, &schema);
    enum err e = kv_read(kv, get_schema, &schema);
    if (e == ERR_DAMAGED)
        return refuse(why, e, "data",
                      "%s holds no store of this program: restore a backup, or give another folder", folder);
    if (!e && schema > STORE_SCHEMA)
        return refuse(why, ERR_NEWER, "data",
                      "%s was written by a newer program (schema %u, this one knows %d): use that program",
                      folder, schema, STORE_SCHEMA);
    if (!e && (schema == 0))
        return refuse(why, ERR_DAMAGED, "data", "%s states schema 0: restore a backup", folder);
    return !e && schema < STORE_SCHEMA ? migrate(kv, schema, folder, why) : e;
}

enum err store_explain(struct kv *kv, const char *folder, enum err e, struct refusal *why)
{
    bool maybe = e == ERR_DAMAGED || e == ERR_INTERNAL || e == ERR_NOT_FOUND || e == ERR_INVALID;
    if (!why || !maybe || (why->code == e && why->detail[0]))
        return e;
    if (kv_check(kv, why) == ERR_DAMAGED)
        return ERR_DAMAGED;
    const char *key = kv_damaged_key();
    return refuse(why, e, "data", "%s/data.mdb: %s%s; keep the file and restore a backup", folder,
                  *key ? "damaged: the value of key " : "what has to be there can not be read", key);
}

enum err store_open(const char *folder, bool create, struct kv **out, struct refusal *why)
{
    struct kv *kv;
    enum err e = kv_open(&kv_lmdb, folder, create, &kv, why);
    if (e)
        return e;
    e = adopt(kv, folder, create, why);
    if (e) {
        e = store_explain(kv, folder, e, why);
        kv_close(kv);
    } else {
        *out = kv;
    }
    return e;
}

static struct key mark_key(void)
{
    struct key k = meta_key();
    key_u8(&k, 1);
    return k;
}

enum err store_key(struct kv_txn *kv, uint8_t mark[32])
{
    struct key k = mark_key();
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e)
        return e;
    if (v.size != 32)
        return kv_damaged(k.bytes, k.size);
    memcpy(mark, v.data, 32);
    return OK;
}

enum err store_key_set(struct kv_txn *kv, const uint8_t mark[32])
{
    struct key k = mark_key();
    return kv_put(kv, k.bytes, k.size, mark, 32);
}

static struct key clock_key(void)
{
    struct key k = meta_key();
    return *key_u8(&k, 3); /* 2 is of data/reply.c */
}

enum err store_clock_set(struct kv_txn *kv, int64_t *at)
{
    const struct key k = clock_key();
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e)
        return e;
    if (v.size != 8)
        return kv_damaged(k.bytes, k.size);
    *at = (int64_t)key_get_u64(v.data);
    return OK;
}

enum err store_clock_set_put(struct kv_txn *kv, int64_t at)
{
    const struct key k = clock_key();
    struct key v = {.size = 0};
    key_u64(&v, (uint64_t)at);
    return kv_put(kv, k.bytes, k.size, v.bytes, v.size);
}

bool store_portal_name(const char *name)
{
    size_t n = strlen(name);
    if (n < 2 || n > 40 || name[0] < 'a' || name[0] > 'z' || name[n - 1] == '-')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static struct key portal_key(const char *name)
{
    struct key k = key_of(0, SPACE_PORTAL);
    key_text(&k, name);
    return k;
}

enum err store_portal(struct kv_txn *kv, const char *name, uint32_t *business)
{
    if (!store_portal_name(name))
        return ERR_NOT_FOUND;
    struct key k = portal_key(name);
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e)
        return e;
    if (v.size != 4)
        return kv_damaged(k.bytes, k.size);
    *business = key_get_u32(v.data);
    return OK;
}

enum err store_portal_set(struct kv_txn *kv, const char *old, const char *name, uint32_t business)
{
    uint32_t owner;
    enum err e = store_portal(kv, name, &owner);
    if (e == OK)
        return owner == business ? OK : ERR_PORTAL_NAME_TAKEN;
    if (e != ERR_NOT_FOUND)
        return e;
    struct key k = portal_key(name), v = {.size = 0};
    key_u32(&v, business);
    e = kv_put(kv, k.bytes, k.size, v.bytes, v.size);
    if (!e && old) {
        k = portal_key(old);
        e = kv_del(kv, k.bytes, k.size);
    }
    return e;
}

static struct key business_sequence(void)
{
    struct key k = key_of(0, SPACE_SEQUENCE);
    key_u8(&k, KIND_BUSINESS);
    return k;
}

enum err store_businesses(struct kv_txn *kv, uint32_t *count)
{
    struct key k = business_sequence();
    struct kv_bytes v;
    enum err e = kv_get(kv, k.bytes, k.size, &v);
    if (e == ERR_NOT_FOUND) {
        *count = 0;
        return OK;
    }
    if (e)
        return e;
    if (v.size != 4)
        return kv_damaged(k.bytes, k.size);
    *count = key_get_u32(v.data);
    return OK;
}

enum err store_next_business(struct kv_txn *kv, uint32_t *business)
{
    uint32_t n;
    enum err e = store_businesses(kv, &n);
    if (e)
        return e;
    struct key k = business_sequence(), v = {.size = 0};
    key_u32(&v, ++n);
    e = kv_put(kv, k.bytes, k.size, v.bytes, v.size);
    if (!e)
        *business = n;
    return e;
}
