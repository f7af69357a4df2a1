#include "common/instalments.h"

int64_t instalments_open(const struct instalment_list *all, size_t i, int64_t settled)
{
    for (size_t k = 0; k < i; k++)
        settled -= all->v[k].amount.amount;
    const int64_t amount = all->v[i].amount.amount;
    return settled <= 0 ? amount : settled >= amount ? 0 : amount - settled;
}

int64_t instalments_now(const struct instalment_list *all, int64_t settled, int32_t today)
{
    int64_t now = 0;
    for (size_t i = 0; i < all->n && (!now || all->v[i].due <= today); i++)
        now += instalments_open(all, i, settled);
    return now;
}

int32_t instalments_due(const struct instalment_list *all, int64_t settled)
{
    for (size_t i = 0; i < all->n; i++)
        if (instalments_open(all, i, settled))
            return all->v[i].due;
    return all->n ? all->v[all->n - 1].due : 0;
}
