/* The days that request ids are kept by. Once an id is forgotten the same request is carried out again, so these days are the store's own and not
 * the clock's: one is over when the daemon has run for 24 hours, or at a start that is 24 hours after the last one began; by one each time.
 * A clock that is wrong, set or set back forgets nothing. */
#ifndef SERVER_REQUEST_DAYS_H
#define SERVER_REQUEST_DAYS_H
#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

struct kv;
struct kv_txn;
enum err request_days_begin(struct kv *kv) MUST_USE; /* at the start, before anything is asked */
/* Today. `now` counts where no daemon runs: in tests of handlers. Any thread. */
int32_t request_day(int64_t now);
bool request_day_over(void);
/* Inside a write: tomorrow, if today is over. */
enum err request_day_turn(struct kv_txn *kv) MUST_USE;
#endif
