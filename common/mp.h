/* Reading msgpack, bounded: nothing is allocated and nothing read past the end, whatever the bytes say. mp_scan goes over a
 * whole message first and finds what msgpack-c would let pass (FACTS: declared sizes, duplicate keys, bad UTF-8, depth).
 * Writing is msgpack-c's packer (common/codec.c). */
#ifndef COMMON_MP_H
#define COMMON_MP_H
#include "common/err.h"
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
/* The next item's head; containers are entered. false at the end or on bytes that are not msgpack. */
bool mp_next(struct mp *m, struct mp_item *item) MUST_USE;
/* Skips one whole item (containers with all they hold). */
bool mp_skip(struct mp *m) MUST_USE;
/* A signed number of either integer type; false when it does not fit or is none. */
bool mp_int64(const struct mp_item *item, int64_t *out) MUST_USE;
#endif
