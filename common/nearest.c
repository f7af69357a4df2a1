#include "common/nearest.h"
#include <string.h>

#define LONGEST 48 /* longer words are not compared */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Letters that were left out, added, mistaken or swapped with their neighbour. */
static unsigned differ(const char *a, size_t n, const char *b, size_t m)
{
    unsigned rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    for (unsigned j = 0; j <= m; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        unsigned *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[m];
}

void nearest_try(struct nearest *n, const char *name)
{
    size_t typed = strlen(n->typed), other = strlen(name);
    if (typed < 2 || typed > LONGEST || other > LONGEST)
        return;
    unsigned cost = differ(n->typed, typed, name, other);
    if (cost > (typed < 5 ? 1U : typed < 9 ? 2U : 3U) || (n->best && cost >= n->cost))
        return;
    n->best = name;
    n->cost = cost;
}

void nearest_field(struct nearest *n, const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++)
        if (!(shape->fields[i].flags & (FIELD_CALC | FIELD_HIDDEN)))
            nearest_try(n, shape->fields[i].name);
}

const char *nearest_words(struct arena *a, const struct nearest *n, const char *otherwise)
{
    return n->best ? arena_printf(a, ": did you mean %s?", n->best) : otherwise;
}
