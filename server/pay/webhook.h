/* Where gateways send word that something happened, so that it is known before the next time they are asked. A small door of its own, closed
 * unless the operator opens it (posternd serve --webhooks), on this machine only: a web server that the world sees hands requests on.
 *
 * What comes in is a hint and nothing more. It writes nothing and settles nothing: one that is signed has the list of what happened at the gateway
 * read now, and the charge that it names asked about. So one that is late, comes twice or out of order does no harm; of one that was looked at
 * nobody is asked again. */
#ifndef SERVER_PAY_WEBHOOK_H
#define SERVER_PAY_WEBHOOK_H
#include "common/err.h"

struct daemon;
struct webhook;
/* url: "http://127.0.0.1:PORT"; port 0: one that is free, told in the log. POST /stripe/PORTAL. ERR_INVALID, ERR_IO. */
enum err webhook_open(struct daemon *d, const char *url, struct webhook **out, struct refusal *why) MUST_USE;
void webhook_close(struct webhook *w); /* accepts NULL; before the daemon closes */
#endif
