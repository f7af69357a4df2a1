/* What is of no use any more and stays in the store until it is removed, a step at a time (server/due/works.def): codes and sessions of
 * customers from before the portal had its present name, sessions past their end, SSH keys that nobody has proved in time, mails that were sent or withdrawn
 * and kept for long enough. None of it opens anything or is shown as good meanwhile. */
#ifndef SERVER_OPS_LEFTOVER_H
#define SERVER_OPS_LEFTOVER_H
#include "server/core/call.h"

/* Is there any? */
enum err leftover_any(struct txn *t, int64_t now, bool *any) MUST_USE;
/* Removes up to LIMIT_SWEEP of each kind; *more: there may be more. Asked again after a crash, it goes on. */
enum err leftover_step(struct call *c, bool *more) MUST_USE;
#endif
