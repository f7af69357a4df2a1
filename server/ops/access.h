/* Giving a contact person the means to get in. */
#ifndef SERVER_OPS_ACCESS_H
#define SERVER_OPS_ACCESS_H
#include "server/mail/outbox.h"
#include "server/ops/ticket.h"

/* Invites, or invites anew: writes the person, the ticket, its mail and the event. Who has signed in before keeps password and
 * sessions until the code is used; anybody else has but the code. The address is one that mail reaches. *mail: by which it goes. */
enum err access_give_code(struct call *c, struct holder *h, uint64_t *mail) MUST_USE;
/* A mail that says how to get in and with which address, and names no password; none where mail does not reach. */
enum err access_tell(struct call *c, const struct holder *h, enum mail_template template) MUST_USE;
/* The person knows the portal's present name; the record is the caller's to write. */
void access_note_told(struct contact *p, const struct business *b);
#endif
