/* The outbox: mails are records, written in the transaction of what they tell about, and sent afterwards by the sender
 * (server/mail/sender.h). Each has one recipient and keeps its Message-ID at every try. */
#ifndef SERVER_MAIL_OUTBOX_H
#define SERVER_MAIL_OUTBOX_H
#include "server/call.h"

struct mail_value {
    const char *name, *text; /* {name} in the template */
};
/* All templates know {business}, {portal}, {name} (the recipient's), {ssh} (the command) and {fingerprint} by themselves. */
struct mail_new {
    enum mail_template template;
    const char *to, *to_name;
    uint64_t customer; /* 0: none */
    uint64_t ticket;   /* 0: none; whose code it carries */
    const char *
        code; /* NULL: none. Sealed in the store until it was delivered or the ticket ended; {code} in the template */
    const struct mail_value *values;
    size_t n;
};

/* Writes a mail and wakes the sender after the commit. Held when the business has no mail server. ERR_INVALID for an address
 * or a value that no header takes. `id`: of the mail; may be NULL. */
enum err mail_queue(struct call *c, const struct mail_new *mail, uint64_t *id) MUST_USE;
/* Has the business no mail server? */
enum err mail_held(struct call *c, bool *held) MUST_USE;
/* The ticket has ended: takes its code out of the mail; one that was not sent yet is not sent any more. 0: OK. */
enum err mail_forget(struct call *c, uint64_t id) MUST_USE;
#endif
