/* How much whoever is signed in may write: a bucket in bytes that reach the store for each person and token, and one over them for all
 * contacts of a business together, and for its staff and programs together; so that a crowd of contacts leaves the staff theirs.
 * In memory, of a fixed size. What changes nothing takes nothing. Sign-ins, which anybody may ask for, are counted apart. */
#ifndef SERVER_ALLOWANCE_H
#define SERVER_ALLOWANCE_H
#include "server/core/call.h"

struct allowance;
enum err allowance_open(struct allowance **out) MUST_USE;
/* ERR_SLOW_DOWN, with when to come again, while one of the two is used up. now: as call.tick. */
enum err allowance_check(struct allowance *a, uint32_t business, const struct who *who, int64_t now,
                         struct refusal *why) MUST_USE;
/* A sign-in of that person, whatever opened it: ERR_SLOW_DOWN, with when to come again, where there were too many, for each is written and
 * stays in the log; else it is counted. side: SIDE_CUSTOMER or SIDE_STAFF. */
enum err allowance_sign_in(struct allowance *a, uint32_t business, int side, uint64_t person, int64_t now,
                           struct refusal *why) MUST_USE;
/* So much was written. */
void allowance_take(struct allowance *a, uint32_t business, const struct who *who, int64_t now,
                    uint64_t bytes);
void allowance_close(struct allowance *a); /* accepts NULL */
#endif
