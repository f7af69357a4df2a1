/* A growing byte buffer with a limit. Going over the limit sets `full` and drops what follows. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    uint8_t *data;
    size_t size, capacity, limit;
    bool full;
    bool garbled; /* a text was packed that is no UTF-8 (codec_pack) */
    struct {
        const void *field, *items; /* the list that codec_pack packed last, and of which field; NULL: none */
        size_t n, at, size;        /* how many; where its bytes are */
    } last;
};
void buf_init(struct buf *b, size_t limit); /* limit in bytes */
void buf_fini(struct buf *b);
void buf_clear(struct buf *b);                                    /* keeps the memory */
void buf_add_more(struct buf *b, const void *bytes, size_t size); /* buf_add when there is no room yet */
static inline void buf_add(struct buf *b, const void *bytes, size_t size)
{
    if (size > b->capacity - b->size || b->full) {
        buf_add_more(b, bytes, size);
    } else if (size) {
        memcpy(b->data + b->size, bytes, size);
        b->size += size;
    }
}
#endif
