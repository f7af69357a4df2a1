/* Messages and records made from their shapes: what no flip of bytes would come upon. */
#ifndef TESTS_MADE_H
#define TESTS_MADE_H
#include "common/buf.h"
#include "common/shape.h"

/* One map of that shape with some of its fields, mostly with values they may have. store: as data/ keeps it, else as it travels. The same
 * seed makes the same. */
void made_shape(struct buf *out, const struct shape *shape, bool store, unsigned seed);
/* Takes another of libFuzzer's own mutations, or (one time in `every`) something that was made. The first `fixed` bytes are not of the
 * message. */
size_t made_mutation(uint8_t *data, size_t size, size_t most, unsigned seed, size_t fixed,
                     const struct shape *(*shape_of)(const uint8_t *data, bool *store));
#endif
