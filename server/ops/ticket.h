/* Single-use codes that are sent by mail: invitations, and resets of a forgotten password. The one place that makes, finds and
 * ends them. The code stands in the mail alone; the store has its keyed digest. Why it is as it is: docs/decisions/tickets.md. */
#ifndef SERVER_OPS_TICKET_H
#define SERVER_OPS_TICKET_H
#include "server/ops/tries.h"

/* Whom a ticket is for. */
struct holder {
    int side; /* enum side: which of the two below is set */
    struct contact contact;
    struct staff staff;
    const char *customer_name; /* "" for staff */
};
/* Makes a ticket and queues its mail. The earlier one of the same kind and person ends. Until when it is good: ticket->expires.
 * The person's record is the caller's. */
enum err ticket_send(struct call *c, enum ticket_kind kind, const struct holder *to,
                     struct ticket *ticket) MUST_USE;
/* The same for a forgotten password, but that the last LIMIT_RESETS of them are good, each until its time: whoever asks in somebody's name ends
 * no code that they are just typing; *sent false, and nothing done, when there were LIMIT_RESETS of late. known: those are not
 * counted, since it is asked for from where the person got in before. */
enum err ticket_send_reset(struct call *c, const struct holder *to, bool known, bool *sent) MUST_USE;
/* Reads the ticket of a code and the person it is for. ERR_CODE for whatever is wrong: no such code of that kind and business,
 * late, sent under an earlier name of the portal or to what is no longer the person's address, access off, customer deactivated. */
enum err ticket_find(struct call *c, enum ticket_kind kind, const char *code, struct ticket *ticket,
                     struct holder *holder) MUST_USE;
/* Ends all tickets of a person: their mails forget the code. `invited` and `invite_expires` in the person's record are the
 * caller's. */
enum err ticket_end(struct call *c, int side, uint64_t person) MUST_USE;
/* Ends a ticket that is good no more, of an earlier name of the portal; none: OK. Whom it invited is not invited any more. */
enum err ticket_sweep_one(struct call *c, uint64_t id) MUST_USE;
/* What tries are counted against where nobody is named: the place they come from. */
struct tries ticket_tries(struct call *c, const char *portal, const char *what, const char *from);
/* How many invitations of contact persons are open. */
enum err ticket_count_open(struct call *c, int64_t *n) MUST_USE;
#endif
