#include "common/share.h"
#include <stdlib.h>

__extension__ typedef __int128 wide;

static int by_fraction(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    if (x->fraction != y->fraction)
        return x->fraction > y->fraction ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static int by_rank(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

void share_out(int64_t amount, int64_t sum, struct share *share, size_t n)
{
    if (!amount)
        return;
    int64_t rest = amount;
    for (size_t i = 0; i < n; i++) {
        wide exact = (wide)amount * share[i].net;
        wide whole = exact / sum;
        if (exact % sum < 0)
            whole--;
        share[i].amount = (int64_t)whole;
        share[i].fraction = (int64_t)(exact - whole * sum);
        rest -= share[i].amount;
    }
    qsort(share, n, sizeof *share, by_fraction);
    for (size_t i = 0; rest > 0; i++, rest--) /* fewer than there are fractions, which are each below one */
        share[i].amount++;
    qsort(share, n, sizeof *share, by_rank);
}
