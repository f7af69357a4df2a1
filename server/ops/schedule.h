/* Recurring invoices: which day each has, and what is made when it has come (docs/decisions/recurring.md).
 * Its days are counted in common/recur.h; each is made once, in the transaction that moves the schedule on. */
#ifndef SERVER_OPS_SCHEDULE_H
#define SERVER_OPS_SCHEDULE_H
#include "server/core/call.h"

/* Stores it; a field that does not fit is refused. */
enum err schedule_put(struct call *c, struct schedule *s) MUST_USE;
enum err schedule_event(struct call *c, const struct schedule *s, int what, const char *text) MUST_USE;
/* total becomes what the next would come to if it were made today; as it was where there is no next, or it can not be made. */
enum err schedule_total(struct call *c, struct schedule *s, int32_t today) MUST_USE;
/* Makes the next invoices, at most so many, as long as their day has come; s is stored. What is refused makes none of it: the caller's
 * transaction is to be undone. made: how many. */
enum err schedule_make(struct call *c, struct schedule *s, int32_t today, int64_t most,
                       int64_t *made) MUST_USE;
/* It waits for staff, who are told why; s is stored. */
enum err schedule_hold(struct call *c, struct schedule *s, const char *said) MUST_USE;
/* What is said of one that has so many due. */
const char *schedule_many(struct call *c, const struct schedule *s, int64_t due);
/* The work is due when the first of all has its day, or a day from now; or not at all. */
enum err schedule_plan(struct call *c) MUST_USE;
#endif
