/* Products of 128 bits, folded, over 16 bytes at a time, so that a list can afford it (docs/decisions/damage.md has the figures). */
#include "data/engine/kv_sum.h"
#include "data/engine/kv_backend.h"
#include <stdlib.h>
#include <string.h>

#define ODD_1 UINT64_C(0x9e3779b97f4a7c15)
#define ODD_2 UINT64_C(0xd1b54a32d192ed03)

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t word(const unsigned char *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

/* Up to 16 bytes as two numbers; they may overlap, since the size goes in by itself. */
static inline uint64_t last(uint64_t h, const unsigned char *at, size_t size)
{
    uint64_t a = 0, b = 0;
    uint32_t c, d;
    if (size >= 8) {
        a = word(at);
        b = word(at + size - 8);
    } else if (size >= 4) {
        memcpy(&c, at, 4);
        memcpy(&d, at + size - 4, 4);
        a = c;
        b = d;
    } else if (size) {
        a = (uint64_t)at[0] << 16 | (uint64_t)at[size / 2] << 8 | at[size - 1];
    }
    return mix(a ^ ODD_1, b ^ h);
}

static inline uint64_t run(uint64_t h, const unsigned char *at, size_t size)
{
    uint64_t other = h ^ ODD_1;
    h ^= size * ODD_2;
    for (; size > 32; at += 32, size -= 32) {
        h = mix(word(at) ^ ODD_1, word(at + 8) ^ h);
        other = mix(word(at + 16) ^ ODD_2, word(at + 24) ^ other);
    }
    if (size > 16) {
        h = mix(word(at) ^ ODD_1, word(at + 8) ^ h);
        at += 16;
        size -= 16;
    }
    return last(h ^ other, at, size);
}

uint64_t kv_sum(const void *key, size_t key_size, const void *value, size_t size)
{
    return run(run(ODD_2, key, key_size), value, size);
}

bool kv_sum_has(const void *key, size_t key_size, size_t size)
{
    return size && !(key_size == KV_PLAIN_SIZE && memcmp(key, KV_PLAIN, KV_PLAIN_SIZE) == 0);
}

bool kv_sum_fits(const void *key, size_t key_size, const void *value, size_t size)
{
    return size > KV_SUM && size <= KV_VALUE_MAX + KV_SUM &&
           kv_sum(key, key_size, value, size - KV_SUM) == word((const unsigned char *)value + size - KV_SUM);
}

/* ---- sums for a store from before them */

#define SUMS_AT_ONCE 500
struct summing {
    uint8_t from[KV_KEY_MAX + 1], after[KV_KEY_MAX + 1]; /* of the batch; of the next key, at least */
    size_t from_size, after_size;
    bool more;
    uint8_t *value; /* room for one with its sum */
};

static enum err add_one(struct kv_txn *txn, struct summing *s, const struct kv_bytes *value)
{
    if (!kv_sum_has(s->after, s->after_size, value->size) ||
        kv_sum_fits(s->after, s->after_size, value->data, value->size))
        return OK;
    uint64_t number = kv_sum(s->after, s->after_size, value->data, value->size);
    memcpy(s->value, value->data, value->size);
    memcpy(s->value + value->size, &number, KV_SUM);
    return txn->backend->put(txn, s->after, s->after_size, s->value, value->size + KV_SUM);
}

/* Each in a cursor of its own, since a write makes cursors stale: twice the work of once in a store's life. */
static enum err add_some(struct kv_txn *txn, void *arg)
{
    struct summing *s = arg;
    enum err e = OK;
    s->more = true;
    memcpy(s->after, s->from, s->after_size = s->from_size); /* it may run twice */
    for (unsigned i = 0; i < SUMS_AT_ONCE && !e && s->more; i++) {
        struct kv_cursor *cursor = NULL;
        struct kv_bytes key, value;
        e = kv_cursor_open(txn, &cursor);
        if (!e)
            e = kv_seek(cursor, s->after, s->after_size, false);
        if (!e && kv_at(cursor, &key, &value)) {
            memcpy(s->after, key.data, key.size);
            s->after_size = key.size;
            e = value.size > KV_VALUE_MAX + KV_SUM ? kv_damaged(key.data, key.size) : add_one(txn, s, &value);
            s->after[s->after_size++] = 0;
        } else {
            s->more = false;
        }
        kv_cursor_close(cursor);
    }
    return e;
}

void kv_set_plain(struct kv *kv, bool plain)
{
    kv->plain = plain;
}

enum err kv_add_sums(struct kv *kv)
{
    struct summing *s = calloc(1, sizeof *s);
    enum err e = s && (s->value = malloc(KV_VALUE_MAX + 2 * KV_SUM)) ? OK : ERR_NO_MEMORY;
    while (!e) {
        e = kv_write(kv, add_some, s);
        if (e || !s->more)
            break;
        memcpy(s->from, s->after, s->from_size = s->after_size);
    }
    if (s)
        free(s->value);
    free(s);
    return e;
}
