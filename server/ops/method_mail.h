/* Mails about saved methods of payment: asking for one, and what became of a charge that nobody was there for. */
#ifndef SERVER_OPS_METHOD_MAIL_H
#define SERVER_OPS_METHOD_MAIL_H
#include "server/core/call.h"

/* A charge failed; a charge waits for its payer. To the one who agreed to it; nobody where mail does not reach. */
enum err method_mail_failed(struct call *c, const struct saved_method *m, const struct payment *p) MUST_USE;
enum err method_mail_waits(struct call *c, const struct saved_method *m, const struct payment *p) MUST_USE;
/* The consent ends now, by the one who asks. The caller stores m. */
enum err method_end_consent(struct call *c, struct saved_method *m) MUST_USE;
#endif
