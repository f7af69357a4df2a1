/* The sum that stands behind every value on disk, over its key and itself: 8 bytes, in the machine's order like all of LMDB's file.
 * Against damage, not against people: it has no key. An empty value (an index entry) has none, and neither has KV_PLAIN. */
#ifndef DATA_KV_SUM_H
#define DATA_KV_SUM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KV_SUM 8

uint64_t kv_sum(const void *key, size_t key_size, const void *value, size_t size);
/* Whether what is stored under a key bears a sum. */
bool kv_sum_has(const void *key, size_t key_size, size_t size);
/* Does the stored value end with its sum? */
bool kv_sum_fits(const void *key, size_t key_size, const void *value, size_t size);
#endif
