#include "common/mp.h"
#include "common/text.h"
#include <string.h>

static uint64_t big(const uint8_t *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

static bool take(struct mp *m, size_t n, const uint8_t **p)
{
    if ((size_t)(m->end - m->at) < n)
        return false;
    *p = m->at;
    m->at += n;
    return true;
}

static bool run(struct mp *m, struct mp_item *item, enum mp_type type, uint64_t size)
{
    item->type = type;
    item->size = (uint32_t)size;
    return take(m, size, &item->data);
}

static bool container(struct mp *m, struct mp_item *item, enum mp_type type, uint64_t count)
{
    item->type = type;
    item->count = (uint32_t)count;
    uint64_t least = type == MP_MAP ? count * 2 : count;
    return least <= (uint64_t)(m->end - m->at);
}

static bool sized(struct mp *m, struct mp_item *item, enum mp_type type, int length_bytes)
{
    const uint8_t *p;
    if (!take(m, (size_t)length_bytes, &p))
        return false;
    uint64_t n = big(p, length_bytes);
    return type == MP_ARRAY || type == MP_MAP ? container(m, item, type, n) : run(m, item, type, n);
}

static bool number(struct mp *m, struct mp_item *item, int bytes, bool is_signed)
{
    const uint8_t *p;
    if (!take(m, (size_t)bytes, &p))
        return false;
    uint64_t v = big(p, bytes);
    if (is_signed && (p[0] & 0x80)) {
        if (bytes < 8)
            v |= UINT64_MAX << (bytes * 8);
        item->type = MP_INT;
        item->integer = (int64_t)v;
    } else {
        item->type = MP_UINT;
        item->unsigned_ = v;
    }
    return true;
}

bool mp_next_any(struct mp *m, struct mp_item *item)
{
    const uint8_t *p;
    if (!take(m, 1, &p))
        return false;
    uint8_t b = *p;
    if (b < 0x80) {
        item->type = MP_UINT;
        item->unsigned_ = b;
        return true;
    }
    if (b >= 0xe0) {
        item->type = MP_INT;
        item->integer = (int8_t)b;
        return true;
    }
    if (b < 0x90)
        return container(m, item, MP_MAP, b & 15);
    if (b < 0xa0)
        return container(m, item, MP_ARRAY, b & 15);
    if (b < 0xc0)
        return run(m, item, MP_STR, b & 31);
    switch (b) {
    case 0xc0: item->type = MP_NIL; return true;
    case 0xc2:
    case 0xc3:
        item->type = MP_BOOL;
        item->boolean = b == 0xc3;
        return true;
    case 0xc4: return sized(m, item, MP_BIN, 1);
    case 0xc5: return sized(m, item, MP_BIN, 2);
    case 0xc6: return sized(m, item, MP_BIN, 4);
    case 0xca: item->type = MP_FLOAT; return take(m, 4, &p);
    case 0xcb: item->type = MP_FLOAT; return take(m, 8, &p);
    case 0xcc: return number(m, item, 1, false);
    case 0xcd: return number(m, item, 2, false);
    case 0xce: return number(m, item, 4, false);
    case 0xcf: return number(m, item, 8, false);
    case 0xd0: return number(m, item, 1, true);
    case 0xd1: return number(m, item, 2, true);
    case 0xd2: return number(m, item, 4, true);
    case 0xd3: return number(m, item, 8, true);
    case 0xd9: return sized(m, item, MP_STR, 1);
    case 0xda: return sized(m, item, MP_STR, 2);
    case 0xdb: return sized(m, item, MP_STR, 4);
    case 0xdc: return sized(m, item, MP_ARRAY, 2);
    case 0xdd: return sized(m, item, MP_ARRAY, 4);
    case 0xde: return sized(m, item, MP_MAP, 2);
    case 0xdf: return sized(m, item, MP_MAP, 4);
    default: item->type = MP_EXT; return false;
    }
}

/* Bytes behind the head of an item of fixed size, and of one that says its length in so many bytes; 0x80 marks the second
 * kind. By first byte from 0xc0 on; containers and what is not msgpack are 0xff. */
static const uint8_t skip_table[32] = {
    0, 0xff, 0, 0, 0x81, 0x82, 0x84, 0xff, 0xff, 0xff, 4,    8,    1,    2,    4,    8,
    1, 2,    4, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x82, 0x84, 0xff, 0xff, 0xff, 0xff,
};

/* The quick way over one item that is no container: lists pass over many fields that they do not show. */
static bool skip_scalar(struct mp *m)
{
    uint8_t b = *m->at;
    size_t left = (size_t)(m->end - m->at - 1), size = 0, rule;
    if (b < 0x80 || b >= 0xe0) {
        m->at++;
        return true;
    }
    if (b < 0xa0)
        return false;
    if (b < 0xc0) {
        size = b & 31;
    } else {
        rule = skip_table[b - 0xc0];
        if (rule == 0xff)
            return false;
        size = rule & 0x7f;
        if (rule & 0x80) {
            if (left < size)
                return false;
            size += (size_t)big(m->at + 1, (int)size);
        }
    }
    if (left < size)
        return false;
    m->at += 1 + size;
    return true;
}

/* Iterative, so that depth costs no stack: `left` items are still to be skipped. */
bool mp_skip_any(struct mp *m)
{
    uint64_t left = 1;
    while (left) {
        struct mp_item item;
        left--;
        if (m->at < m->end && skip_scalar(m))
            continue;
        if (!mp_next(m, &item))
            return false;
        if (item.type == MP_ARRAY)
            left += item.count;
        else if (item.type == MP_MAP)
            left += (uint64_t)item.count * 2;
    }
    return true;
}

bool mp_int64(const struct mp_item *item, int64_t *out)
{
    if (item->type == MP_INT)
        *out = item->integer;
    else if (item->type == MP_UINT && item->unsigned_ <= INT64_MAX)
        *out = (int64_t)item->unsigned_;
    else
        return false;
    return true;
}

static const char *scan(struct mp *m, int depth);

static bool same_key(const struct mp_item *a, const struct mp_item *b)
{
    if (a->type != b->type)
        return false;
    return a->type == MP_UINT ? a->unsigned_ == b->unsigned_
                              : a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

static const char *scan_key(struct mp *m, struct mp_item keys[], uint32_t i)
{
    if (!mp_next(m, &keys[i]))
        return "not msgpack, or shorter than it says";
    if (keys[i].type == MP_STR) {
        if (!text_utf8((const char *)keys[i].data, keys[i].size))
            return "a key is not UTF-8";
    } else if (keys[i].type != MP_UINT) {
        return "a key is neither text nor a number";
    }
    for (uint32_t k = 0; k < i; k++)
        if (same_key(&keys[k], &keys[i]))
            return "a key stands twice";
    return NULL;
}

static const char *scan_map(struct mp *m, uint32_t count, int depth)
{
    struct mp_item keys[MP_KEYS];
    if (count > MP_KEYS)
        return "a map has too many keys";
    for (uint32_t i = 0; i < count; i++) {
        const char *problem = scan_key(m, keys, i);
        if (!problem)
            problem = scan(m, depth + 1);
        if (problem)
            return problem;
    }
    return NULL;
}

static const char *scan(struct mp *m, int depth)
{
    struct mp_item item;
    if (depth > MP_DEPTH)
        return "nested too deep";
    if (!mp_next(m, &item))
        return "not msgpack, or shorter than it says";
    if (item.type == MP_STR && !text_utf8((const char *)item.data, item.size))
        return "a text is not UTF-8";
    if (item.type == MP_MAP)
        return scan_map(m, item.count, depth);
    if (item.type == MP_ARRAY)
        for (uint32_t i = 0; i < item.count; i++) {
            const char *problem = scan(m, depth + 1);
            if (problem)
                return problem;
        }
    return NULL;
}

enum err mp_scan(const uint8_t *bytes, size_t size, struct refusal *why)
{
    struct mp m = {bytes, bytes + size};
    const char *problem = scan(&m, 1);
    if (!problem && m.at != m.end)
        problem = "something follows the message";
    if (problem)
        return refuse(why, ERR_MALFORMED, "", "%s (byte %zu)", problem, (size_t)(m.at - bytes));
    return OK;
}
