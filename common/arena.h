/* One arena per request, per screen load, per CLI run: what is decoded or read lives there and is freed at once.
 * Running out of memory ends the process (input sizes are bounded before they reach an arena), so nothing here fails.
 * Under AddressSanitizer every object is an allocation of its own, so that an overrun is seen. */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H
#include "common/err.h"
#include <stddef.h>

struct arena;
struct arena *arena_open(void);
void arena_close(struct arena *a); /* accepts NULL */
void arena_reset(struct arena *a); /* frees what was allocated, keeps the first block */
/* Frees what was allocated since the mark and keeps what was before: for what is read to be looked at, row by row. Marks nest. */
struct arena_mark {
    const void *block;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);
/* The most bytes it ever held at once: what a test counts. */
size_t arena_peak(const struct arena *a);
/* It holds secrets: until the next reset ends, what is freed is overwritten first. */
void arena_secret(struct arena *a);

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type; size 0 is fine */
void *arena_copy(struct arena *a, const void *bytes, size_t size); /* uninitialised tail: none */
/* Room for so many bytes at most, of which arena_end then keeps so many; nothing else is taken from it between the two. What is not ended is given up. */
void *arena_begin(struct arena *a, size_t most);
void arena_end(struct arena *a, size_t size);
char *arena_text(struct arena *a, const char *bytes, size_t size); /* copy with a final NUL */
char *arena_printf(struct arena *a, const char *format, ...) PRINTF(2, 3);
/* A larger copy of an array that grows by doubling: *capacity in items; old contents kept. */
void *arena_grow(struct arena *a, void *items, size_t *capacity, size_t item_size);
/* The same with what is new left as it is: for whoever fills each item whole. */
void *arena_room(struct arena *a, void *items, size_t *capacity, size_t item_size);
#endif
