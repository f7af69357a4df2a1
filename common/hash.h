/* Where something stands in a table of ours (FNV-1a). Anybody can find two things that collide: what strangers name is digested with a
 * key instead (server/core/secret.h). */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H
#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(14695981039346656037)
static inline uint64_t hash_add(uint64_t h, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < size; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}
#endif
