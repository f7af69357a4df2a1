/* The rules for a new password, with what this business knows about the person. */
#ifndef SERVER_OPS_PASSWORD_H
#define SERVER_OPS_PASSWORD_H
#include "server/core/call.h"

/* ERR_INVALID with the field. name, email, customer (its name): of the person; NULL for what there is not. The business is that
 * of the call. */
enum err password_fits(struct call *c, const char *password, const char *field, const char *name,
                       const char *email, const char *customer) MUST_USE;
/* The same for a contact person, read by the caller. */
enum err password_fits_contact(struct call *c, const char *password, const char *field,
                               const struct contact *person) MUST_USE;
#endif
