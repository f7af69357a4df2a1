/* "Did you mean": of the names that there are, the one that was most likely meant. */
#ifndef COMMON_NEAREST_H
#define COMMON_NEAREST_H
#include "common/arena.h"
#include "common/shape.h"

struct nearest {
    const char *typed;
    const char *best; /* NULL: none is near */
    unsigned cost;    /* letters that differ */
};
/* Looks at one more name. Near is what differs by a letter, by two from five letters on, by three from nine on. */
void nearest_try(struct nearest *n, const char *name);
/* The names of a shape's fields that can be given. */
void nearest_field(struct nearest *n, const struct shape *shape);
/* ": did you mean NAME?", or `otherwise`. In the arena. */
const char *nearest_words(struct arena *a, const struct nearest *n, const char *otherwise);
#endif
