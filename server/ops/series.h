/* Number series as people see them. */
#ifndef SERVER_OPS_SERIES_H
#define SERVER_OPS_SERIES_H
#include "server/core/call.h"

/* All there are, each as it stands today, with what it would give next and what else could give the same. */
enum err series_all(struct call *c, struct series_list *out) MUST_USE;
#endif
