/* Failed sign-ins are slowed per account: after LIMIT_TRIES_FREE a pause, then a longer one, never for good. Kept in memory
 * (bounded): a restart forgives. */
#ifndef SERVER_OPS_TRIES_H
#define SERVER_OPS_TRIES_H
#include "server/call.h"

/* ERR_SLOW_DOWN while a pause lasts. The same whether or not the account exists. */
enum err tries_check(const char *portal, const char *account, int64_t now, struct refusal *why) MUST_USE;
void tries_failed(const char *portal, const char *account, int64_t now);
void tries_fine(const char *portal, const char *account);
#endif
