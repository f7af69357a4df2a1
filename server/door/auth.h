/* Who asks: from the token, or from the peer's uid. */
#ifndef SERVER_AUTH_H
#define SERVER_AUTH_H
#include "server/core/job.h"

/* Sets c->who and the business; checks that the role may ask this operation. ERR_SIGN_IN, ERR_FORBIDDEN, ERR_PASSWORD_CHANGE. */
enum err auth_check(struct call *c, const struct job *j) MUST_USE;
#endif
