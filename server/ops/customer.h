/* Customers: shared with whatever else adds them. */
#ifndef SERVER_OPS_CUSTOMER_H
#define SERVER_OPS_CUSTOMER_H
#include "server/core/call.h"

/* Adds a customer from what was given in `from` (refusals name `path`.field): the currency is the base currency, the terms are
 * the business's unless given. source: its key in the system it comes from, or NULL. what: WHAT_CREATED or WHAT_IMPORTED. */
enum err customer_add(struct call *c, const char *path, const struct customer *from, const char *source,
                      int what, struct customer *out) MUST_USE;
/* An event about a customer. */
enum err customer_event(struct call *c, int what, const struct customer *customer, const char *text,
                        bool portal) MUST_USE;
#endif
