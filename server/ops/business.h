/* Founding a business: by posternd init, and by business.create. */
#ifndef SERVER_OPS_BUSINESS_H
#define SERVER_OPS_BUSINESS_H
#include "server/core/call.h"

struct founding {
    const char *portal, *name, *currency, *time_zone, *admin_name, *admin_email;
    const char *password_hash;
};
/* Refuses values that are not acceptable, with their field's name. */
enum err business_check(const struct founding *f, struct refusal *why) MUST_USE;
/* Makes the business, its settings, number series and first administrator; binds the call to it. */
enum err business_found(struct call *c, const struct founding *f, struct business *made) MUST_USE;
#endif
