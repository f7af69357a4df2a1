/* A growing byte buffer with a limit. Going over the limit sets `full` and drops what follows. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    uint8_t *data;
    size_t size, capacity, limit;
    bool full;
};
void buf_init(struct buf *b, size_t limit); /* limit in bytes */
void buf_fini(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_add(struct buf *b, const void *bytes, size_t size);
#endif
