/* An invoice that is paid in parts, each due on a day of its own (docs/decisions/instalments.md). What was paid settles them in their order. */
#ifndef COMMON_INSTALMENTS_H
#define COMMON_INSTALMENTS_H
#include "common/shape.h"

/* What of the i-th is still to be paid, of an invoice on which so much of the total was settled. Minor units. */
int64_t instalments_open(const struct instalment_list *all, size_t i, int64_t settled);
/* What is to be paid on that day: all that is due, or the next one where nothing is. Minor units; 0: there are none, or nothing is open. */
int64_t instalments_now(const struct instalment_list *all, int64_t settled, int32_t today);
/* When the first that is not paid is due; the last one's day where all are, 0 where there are none. */
int32_t instalments_due(const struct instalment_list *all, int64_t settled);
#endif
