#include "data/key.h"
#include <assert.h>
#include <string.h>

static struct key *append_big(struct key *k, uint64_t v, int bytes)
{
    assert(k->size + (size_t)bytes <= KEY_MAX);
    for (int i = bytes - 1; i >= 0; i--)
        k->bytes[k->size++] = (uint8_t)(v >> (8 * i));
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

static uint64_t get_big(const uint8_t *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

uint64_t key_get_u64(const uint8_t *bytes)
{
    return get_big(bytes, 8);
}
uint32_t key_get_u32(const uint8_t *bytes)
{
    return (uint32_t)get_big(bytes, 4);
}
