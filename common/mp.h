/* Reading msgpack, bounded: nothing is allocated and nothing read past the end, whatever the bytes say. mp_scan goes over a
 * whole message first and finds what msgpack-c would let pass (FACTS: declared sizes, duplicate keys, bad UTF-8, depth).
 * Writing is msgpack-c's packer (common/codec.c). */
#ifndef COMMON_MP_H
#define COMMON_MP_H
#include "common/err.h"
#include <stddef.h>
#include <stdint.h>

#define MP_DEPTH 16
#define MP_KEYS 128 /* of one map */

enum mp_type { MP_NIL, MP_BOOL, MP_INT, MP_UINT, MP_FLOAT, MP_STR, MP_BIN, MP_ARRAY, MP_MAP, MP_EXT };
struct mp_item {
    enum mp_type type;
    union {
        bool boolean;
        int64_t integer;    /* MP_INT: negative */
        uint64_t unsigned_; /* MP_UINT */
        uint32_t count;     /* MP_ARRAY, MP_MAP (pairs) */
    };
    const uint8_t *data; /* MP_STR, MP_BIN: into the message */
    uint32_t size;
};
struct mp {
    const uint8_t *at, *end;
};

/* Well-formed, exactly one item, depth ≤ MP_DEPTH, counts ≤ bytes left, strings UTF-8, map keys strings or non-negative
 * integers without duplicates and ≤ MP_KEYS, no extension types. ERR_MALFORMED with the byte offset in `why`. */
enum err mp_scan(const uint8_t *bytes, size_t size, struct refusal *why) MUST_USE;
bool mp_next_any(struct mp *m, struct mp_item *item) MUST_USE; /* mp_next for what is not short */
bool mp_skip_any(struct mp *m) MUST_USE;                       /* mp_skip for what is not short */

/* The next item's head; containers are entered. false at the end or on bytes that are not msgpack. Most are small numbers and short
 * texts: those are told here. */
static inline bool mp_next(struct mp *m, struct mp_item *item)
{
    const size_t left = (size_t)(m->end - m->at);
    const uint8_t b = left ? *m->at : 0xc1;
    if (b < 0x80) {
        item->type = MP_UINT;
        item->unsigned_ = b;
        m->at++;
        return true;
    }
    if (b >> 5 == 5 && left > (b & 31u)) {
        item->type = MP_STR;
        item->size = b & 31;
        item->data = m->at + 1;
        m->at += 1 + item->size;
        return true;
    }
    return mp_next_any(m, item);
}
/* Skips one whole item (containers with all they hold). */
static inline bool mp_skip(struct mp *m)
{
    const size_t left = (size_t)(m->end - m->at);
    const uint8_t b = left ? *m->at : 0xc1;
    const size_t size = b < 0x80 || b >> 1 == 97 ? 1 /* and booleans */
                        : b >> 5 == 5            ? 1 + (b & 31u)
                        : b >= 0xcc && b <= 0xcf ? 1 + (1u << (b & 3))
                                                 : SIZE_MAX;
    if (size > left)
        return mp_skip_any(m);
    m->at += size;
    return true;
}
/* A signed number of either integer type; false when it does not fit or is none. */
bool mp_int64(const struct mp_item *item, int64_t *out) MUST_USE;
#endif
