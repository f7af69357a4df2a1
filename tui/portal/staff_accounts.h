/* One of the accounts of staff, for their list and for what is done about one. */
#ifndef PORTAL_STAFF_ACCOUNTS_H
#define PORTAL_STAFF_ACCOUNTS_H
#include "tui/portal/portal_access.h"

extern const struct act acts_on_staff[];   /* staff_acts.c; ends with {0} */
bool staff_is_last(const struct scene *v); /* the only one who signs in as administrator? */
static inline const struct staff *staff_of(const struct scene *v)
{
    return v->row;
}
static inline bool staff_is_oneself(const struct scene *v)
{
    return (uint64_t)v->me->person == staff_of(v)->id;
}
#endif
