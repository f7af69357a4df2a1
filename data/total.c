/* Reading totals. Writing them is record_put's. */
#include "common/text.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include <string.h>

/* Key layout behind business and space: slot u8, scope u64, currency 3, sub u32. */
#define AT_SCOPE (4 + 1 + 1)
#define AT_CURRENCY (AT_SCOPE + 8)
#define AT_SUB (AT_CURRENCY + 3)

uint64_t total_name(const char *name)
{
    uint64_t scope = 0;
    for (size_t i = 0; name && i < 8; i++) {
        scope = scope << 8 | (uint8_t)*name;
        name += *name != '\0';
    }
    return scope;
}

const char *total_named(char name[TOTAL_NAME], uint64_t scope)
{
    size_t n = 0;
    for (; n < 8 && (scope >> 56) != 0; scope <<= 8)
        name[n++] = (char)(scope >> 56);
    name[n] = '\0';
    if (n == 8) /* as long as a scope: there may be more of it */
        memcpy(name + text_cut(name, n), "…", sizeof "…");
    return name;
}

enum err total_scope(struct txn *t, enum total_slot slot, uint64_t *scope)
{
    struct key k = total_key(t, slot, *scope, "", 0);
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, k.bytes, k.size, false);
    if (!e && kv_at(cursor, &key, NULL) && key.size == k.size && memcmp(key.data, k.bytes, AT_SCOPE) == 0)
        *scope = key_get_u64((const uint8_t *)key.data + AT_SCOPE);
    else if (!e)
        e = ERR_NOT_FOUND;
    kv_cursor_close(cursor);
    return e;
}

enum err total_list(struct txn *t, enum total_slot slot, uint64_t scope, const char *currency, uint32_t from,
                    uint32_t until, struct total **totals, size_t *n)
{
    struct key k = total_key(t, slot, scope, currency ? currency : "", currency ? from : 0);
    size_t fixed = currency ? AT_SUB : AT_CURRENCY, capacity = 0, count = 0;
    struct total *found = NULL;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key, value;
    enum err e = kv_cursor_open(t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, k.bytes, k.size, false);
    for (; !e && kv_at(cursor, &key, &value); e = kv_step(cursor, false)) {
        const uint8_t *bytes = key.data;
        if (key.size != k.size || memcmp(bytes, k.bytes, fixed) != 0)
            break;
        uint32_t sub = key_get_u32(bytes + AT_SUB);
        if (value.size != 16) {
            e = kv_damaged(key.data, key.size);
            break;
        }
        if (currency && sub > until)
            break;
        if (sub < from || sub > until)
            continue;
        if (count == capacity)
            found = arena_grow(t->arena, found, &capacity, sizeof *found);
        struct total *one = &found[count++];
        memcpy(one->currency, bytes + AT_CURRENCY, 3);
        one->sub = sub;
        one->amount = (int64_t)key_get_u64(value.data);
        one->count = (int64_t)key_get_u64((const uint8_t *)value.data + 8);
    }
    kv_cursor_close(cursor);
    if (e)
        return e;
    *totals = found;
    *n = count;
    return OK;
}

enum err total_sum(struct txn *t, enum total_slot slot, uint64_t scope, const char *currency, uint32_t from,
                   uint32_t until, struct total *sum)
{
    struct total *all, result = {0};
    size_t n;
    enum err e = total_list(t, slot, scope, currency, from, until, &all, &n);
    if (e)
        return e;
    memcpy(result.currency, currency, strnlen(currency, 3));
    for (size_t i = 0; i < n; i++) {
        if (__builtin_add_overflow(result.amount, all[i].amount, &result.amount))
            return ERR_OVERFLOW;
        result.count += all[i].count;
    }
    *sum = result;
    return OK;
}
