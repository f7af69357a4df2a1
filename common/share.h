/* An amount that is shared out in proportion, to the last unit. */
#ifndef COMMON_SHARE_H
#define COMMON_SHARE_H
#include <stddef.h>
#include <stdint.h>

/* One party: what has the same taxes, a line, or whatever else there is. */
struct share {
    size_t rank;    /* its place, from 0: between equal fractions the earlier one is rounded up */
    int64_t net;    /* what it weighs, minor units; a negative one takes a negative share */
    int64_t amount; /* out: its share, minor units */
    int64_t fraction;
};

/* Shares an amount ≥ 0 over n parties in the order of their ranks, whose nets add up to sum, which is > 0 when there is an amount. Each share is
 * amount × net / sum rounded down, and what is left goes out one unit each to the largest fractions: the shares add up exactly. */
void share_out(int64_t amount, int64_t sum, struct share *share, size_t n);
#endif
