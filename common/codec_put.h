/* Short values, written where they belong without a call for each piece. There are as many bytes of room as a value takes at most. */
#ifndef COMMON_CODEC_PUT_H
#define COMMON_CODEC_PUT_H
#include <stdint.h>
#include <string.h>

/* What stands before an amount of money, and between it and its currency: a map of two, texts of 6 and 8. */
#define PUT_AMOUNT "\202\246amount"
#define PUT_CURRENCY "\250currency"

/* Fewer than 32 bytes: both halves, which may overlap, are quicker than a call. */
static inline void copy_short(uint8_t *to, const char *from, size_t size)
{
    if (size >= 16) {
        memcpy(to, from, 16);
        memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
        memcpy(to, from, 8);
        memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
        memcpy(to, from, 4);
        memcpy(to + size - 4, from + size - 4, 4);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = (uint8_t)from[i];
    }
}

/* The head of a text of 31 bytes at most that stands behind it already. */
static inline uint8_t *quick_head(uint8_t *at, size_t size)
{
    *at = (uint8_t)(0xa0 | size);
    return at + 1 + size;
}

/* A name of ours: plain letters. */
static inline uint8_t *quick_name(uint8_t *at, const char *name)
{
    const size_t size = strlen(name);
    if (size > 31)
        return NULL;
    copy_short(at + 1, name, size);
    return quick_head(at, size);
}

#endif
