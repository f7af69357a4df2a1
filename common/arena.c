#include "common/arena.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ONE_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_EACH 1
#endif
#endif
#ifndef ONE_EACH
#define ONE_EACH 0
#endif

#define FIRST_BLOCK 4096

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(max_align_t) unsigned char bytes[];
};
struct arena {
    struct block *top;
    size_t held, peak; /* bytes of its blocks: now, and at most since it was opened */
    bool secret;
};

static struct block *block_new(struct arena *a, size_t size, struct block *next)
{
    struct block *b = malloc(sizeof *b + size);
    if (!b) {
        fputs("level=fatal msg=\"out of memory\"\n", stderr);
        abort();
    }
    b->next = next;
    b->used = 0;
    b->size = size;
    a->held += size;
    if (a->held > a->peak)
        a->peak = a->held;
    return b;
}

struct arena *arena_open(void)
{
    struct arena *a = malloc(sizeof *a);
    if (!a)
        abort();
    *a = (struct arena){.secret = false};
    a->top = ONE_EACH ? NULL : block_new(a, FIRST_BLOCK, NULL);
    return a;
}

static void wipe(struct arena *a, struct block *b)
{
    if (a->secret)
        explicit_bzero(b->bytes, b->size);
}

static void free_until(struct arena *a, const struct block *last)
{
    while (a->top && a->top != last) {
        struct block *next = a->top->next;
        wipe(a, a->top);
        a->held -= a->top->size;
        free(a->top);
        a->top = next;
    }
}

void arena_close(struct arena *a)
{
    if (!a)
        return;
    free_until(a, NULL);
    free(a);
}

void arena_reset(struct arena *a)
{
    struct block *first = ONE_EACH ? NULL : a->top;
    while (first && first->next)
        first = first->next;
    free_until(a, first);
    if (first) {
        wipe(a, first);
        first->used = 0;
    }
    a->secret = false;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->top, a->top ? a->top->used : 0};
}

void arena_release(struct arena *a, struct arena_mark mark)
{
    free_until(a, mark.block);
    if (a->secret && a->top)
        explicit_bzero(a->top->bytes + mark.used, a->top->used - mark.used);
    if (a->top)
        a->top->used = mark.used;
}

size_t arena_peak(const struct arena *a)
{
    return a->peak;
}

void arena_secret(struct arena *a)
{
    a->secret = true;
}

static inline size_t aligned(size_t size)
{
    const size_t align = _Alignof(max_align_t);
    return (size + align - 1) / align * align;
}

static inline void *begin(struct arena *a, size_t most)
{
    if (most > SIZE_MAX / 4)
        abort();
    if (ONE_EACH) {
        a->top = block_new(a, most, a->top);
        return a->top->bytes;
    }
    most = aligned(most);
    if (a->top->size - a->top->used < most) {
        size_t want = a->top->size * 2;
        if (want > 1u << 20)
            want = 1u << 20;
        a->top = block_new(a, want > most ? want : most, a->top);
    }
    return a->top->bytes + a->top->used;
}

static inline void end(struct arena *a, size_t size)
{
    a->top->used += ONE_EACH ? 0 : aligned(size);
}

static void *take(struct arena *a, size_t size)
{
    void *p = begin(a, size);
    end(a, size);
    return p;
}

void *arena_begin(struct arena *a, size_t most)
{
    return begin(a, most);
}

void arena_end(struct arena *a, size_t size)
{
    end(a, size);
}

void *arena_alloc(struct arena *a, size_t size)
{
    return memset(take(a, size), 0, size);
}

void *arena_copy(struct arena *a, const void *bytes, size_t size)
{
    void *p = take(a, size);
    if (size)
        memcpy(p, bytes, size);
    return p;
}

char *arena_text(struct arena *a, const char *bytes, size_t size)
{
    char *p = take(a, size + 1);
    if (size)
        memcpy(p, bytes, size);
    p[size] = '\0';
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        abort();
    char *p = take(a, (size_t)n + 1);
    va_start(ap, format);
    vsnprintf(p, (size_t)n + 1, format, ap);
    va_end(ap);
    return p;
}

void *arena_room(struct arena *a, void *items, size_t *capacity, size_t item_size)
{
    size_t more = *capacity ? *capacity * 2 : 8;
    char *bigger = take(a, more * item_size);
    if (*capacity)
        memcpy(bigger, items, *capacity * item_size);
    *capacity = more;
    return bigger;
}

void *arena_grow(struct arena *a, void *items, size_t *capacity, size_t item_size)
{
    const size_t kept = *capacity * item_size;
    char *bigger = arena_room(a, items, capacity, item_size);
    memset(bigger + kept, 0, *capacity * item_size - kept);
    return bigger;
}
