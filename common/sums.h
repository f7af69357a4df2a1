/* What a document adds up to, as a document: its taxes told apart by category, rate, name and reason, and common/totals.h applied. One
 * mapping for the server, which stores it, and for the screen that shows live totals. */
#ifndef COMMON_SUMS_H
#define COMMON_SUMS_H
#include "common/arena.h"
#include "common/shape.h"

/* Computes the net of every line, subtotal, discount, taxes, tax and total from lines, discounts, shipping, adjustment and the rounding
 * mode of *d, all in its currency; what is made lies in the arena. A line without category is standard above 0 %; one that does not name its tax has the first of the others' that it fits. Shipping that names
 * neither tax nor category has the first of the lines' taxes of its rate. Refuses as totals_compute does, with a field's path inside the
 * document ("lines.2.quantity"); then *d is untouched. */
enum err sums_compute(struct arena *a, struct document *d, struct refusal *why) MUST_USE;
#endif
