#include "common/buf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t limit)
{
    memset(b, 0, sizeof *b);
    b->limit = limit;
}

void buf_fini(struct buf *b)
{
    free(b->data);
    memset(b, 0, sizeof *b);
}

void buf_clear(struct buf *b)
{
    b->size = 0;
    b->full = b->garbled = false;
}

static void grow(struct buf *b, size_t need)
{
    size_t capacity = b->capacity ? b->capacity : 1024;
    while (capacity < need)
        capacity *= 2;
    if (capacity > b->limit)
        capacity = b->limit;
    uint8_t *data = realloc(b->data, capacity);
    if (!data) {
        fputs("level=fatal msg=\"out of memory\"\n", stderr);
        abort();
    }
    b->data = data;
    b->capacity = capacity;
}

void buf_add_more(struct buf *b, const void *bytes, size_t size)
{
    if (b->full || size > b->limit - b->size) {
        b->full = true;
        return;
    }
    if (b->size + size > b->capacity)
        grow(b, b->size + size);
    if (size)
        memcpy(b->data + b->size, bytes, size);
    b->size += size;
}
