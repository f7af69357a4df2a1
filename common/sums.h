/* What a document adds up to, as a document: its taxes told apart by category, rate, name and reason, and common/totals.h applied. One
 * mapping for the server, which stores it, and for the screen that shows live totals. */
#ifndef COMMON_SUMS_H
#define COMMON_SUMS_H
#include "common/arena.h"
#include "common/shape.h"

/* Computes the net of every line, subtotal, discount, taxes, tax and total from lines, discounts, shipping, adjustment and the rounding
 * mode of *d, all in its currency; what is made lies in the arena. A line without category is standard above 0 %; one that does not name its tax has the first of the others' that it fits. Shipping that names
 * neither tax nor category has the first of the lines' taxes of its rate. Refuses as totals_compute does, with a field's path inside the
 * document ("lines.2.quantity"); then *d is untouched but
 * for the nets of its lines. Tax and total are without the deposits that it deducts; the deposit that an estimate asks for is computed, too. */
enum err sums_compute(struct arena *a, struct document *d, struct refusal *why) MUST_USE;

/* Is it the same tax: category, rate, name and reason? */
bool sums_same_tax(const struct tax_sum *a, const struct tax_sum *b);

/* The deposit that *d, which was computed, asks for: fills lines (each named so), adjustment and sums of *deposit, a copy of what it has from its
 * customer, so that its total is d->deposit exactly. That is shared over what has the same tax, or the same two, in proportion to what each
 * comes to with its tax, and the untaxed adjustment; prices contain their tax. */
enum err sums_deposit(struct arena *a, const struct document *d, const char *name, struct document *deposit,
                      struct refusal *why) MUST_USE;
#endif
