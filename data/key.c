#include "data/key.h"
#include <assert.h>
#include <string.h>

static inline struct key *append_big(struct key *k, uint64_t v, int bytes)
{
    const uint64_t big = __builtin_bswap64(v << (64 - 8 * bytes)); /* its first bytes are those */
    assert(k->size + (size_t)bytes <= KEY_MAX);
    memcpy(k->bytes + k->size, &big, (size_t)bytes);
    k->size += (size_t)bytes;
    return k;
}

struct key key_of(uint32_t business, uint8_t space)
{
    struct key k;
    k.size = 0;
    append_big(&k, business, 4);
    append_big(&k, space, 1);
    return k;
}

struct key *key_u8(struct key *k, uint8_t v)
{
    return append_big(k, v, 1);
}
struct key *key_u32(struct key *k, uint32_t v)
{
    return append_big(k, v, 4);
}
struct key *key_u64(struct key *k, uint64_t v)
{
    return append_big(k, v, 8);
}
struct key *key_i64(struct key *k, int64_t v)
{
    return append_big(k, (uint64_t)v ^ (UINT64_C(1) << 63), 8);
}

struct key *key_bytes(struct key *k, const void *bytes, size_t size)
{
    assert(k->size + size <= KEY_MAX);
    memcpy(k->bytes + k->size, bytes, size);
    k->size += size;
    return k;
}

struct key *key_text_open(struct key *k, const char *folded)
{
    size_t size = strlen(folded);
    return key_bytes(k, folded, size < KEY_TEXT ? size : KEY_TEXT);
}

struct key *key_text(struct key *k, const char *folded)
{
    return key_u8(key_text_open(k, folded), 0);
}

struct key *key_number_open(struct key *k, const char *folded)
{
    size_t end = k->size + KEY_TEXT;
    while (*folded && k->size < end) {
        if (*folded < '0' || *folded > '9') {
            key_u8(k, (uint8_t)*folded++);
            continue;
        }
        folded += strspn(folded, "0");
        size_t digits = strspn(folded, "0123456789");
        size_t room = end - k->size, taken = digits < room ? digits : room;
        key_u8(key_u8(k, '0'), (uint8_t)(digits < 254 ? digits + 1 : 255)); /* stored ones are far shorter */
        key_bytes(k, folded, taken);
        folded += digits;
    }
    return k;
}

struct key *key_number(struct key *k, const char *folded)
{
    key_u8(key_number_open(k, folded), 0);
    size_t end = k->size + KEY_TEXT / 2;
    while (*folded && k->size < end) {
        folded += strcspn(folded, "0123456789");
        if (!*folded)
            break;
        size_t zeros = strspn(folded, "0");
        key_u8(k, (uint8_t)(zeros < 254 ? zeros + 1 : 255));
        folded += zeros;
        folded += strspn(folded, "0123456789");
    }
    return key_u8(k, 0);
}

static inline uint64_t get_big(const uint8_t *p, int bytes)
{
    uint64_t big = 0;
    memcpy(&big, p, (size_t)bytes);
    return __builtin_bswap64(big) >> (64 - 8 * bytes);
}

uint64_t key_get_u64(const uint8_t *bytes)
{
    return get_big(bytes, 8);
}
uint32_t key_get_u32(const uint8_t *bytes)
{
    return (uint32_t)get_big(bytes, 4);
}

int64_t key_get_i64(const uint8_t *bytes)
{
    return (int64_t)(get_big(bytes, 8) ^ (UINT64_C(1) << 63));
}
