/* The outbox: mails are records, written in the transaction of what they tell about, and sent afterwards by the sender
 * (server/mail/mail_due.c). Each has one recipient and keeps its Message-ID at every try. */
#ifndef SERVER_MAIL_OUTBOX_H
#define SERVER_MAIL_OUTBOX_H
#include "server/core/call.h"

#define MAIL_CODE_ENDED "not sent: its code was used or replaced"

struct mail_value {
    const char *name, *text; /* {name} in the template */
};
/* All templates know {business}, {portal}, {name} (the recipient's), {ssh} (the command) and {fingerprint} by themselves. */
struct mail_new {
    enum mail_template template;
    const char *to, *to_name;
    uint64_t customer; /* 0: none */
    uint64_t ticket;   /* 0: none; whose code it carries */
    uint64_t doc_code; /* 0: none; the code of a document that it carries */
    uint64_t payment;  /* 0: none; whose receipt it is */
    const char *
        code; /* NULL: none. Sealed in the store until it was delivered or the ticket ended; {code} in the template */
    const struct mail_value *values;
    size_t n;
    const char *subject, *text; /* as they are to be sent; NULL: the template's */
};

/* Writes a mail, which is due at once (server/due). Held when the business has no mail server. ERR_INVALID for an address
 * or a value that no header takes. `id`: of the mail; may be NULL. */
enum err mail_queue(struct call *c, const struct mail_new *mail, uint64_t *id) MUST_USE;
/* Another subject and text for a mail that was not sent yet; where it was tried before it is another message. Any other, or none: OK. */
enum err mail_rewrite(struct call *c, uint64_t id, const char *subject, const char *text) MUST_USE;
/* What to type to get to the portal; "" where there is no such way. */
const char *mail_ssh_command(const struct call *c);
/* Can mail be sent to that address? Not to one with letters other than ASCII. */
bool mail_reaches(const char *address);
/* Has the business no mail server? */
enum err mail_held(struct call *c, bool *held) MUST_USE;
/* The ticket has ended: takes its code out of the mail; one that was not sent yet is withdrawn. 0: OK. */
enum err mail_forget(struct call *c, uint64_t id) MUST_USE;

/* --- for the operations and what is due --------------------------------------------------------------------------------------- */
/* The business's mail server; all empty when none was ever set. */
enum err mail_server(struct txn *t, struct mail_settings *s) MUST_USE;
bool mail_has_server(const struct mail_settings *s);
/* Its password and the code of a mail, opened, in the arena; NULL when there is none. ERR_DAMAGED: sealed by another server.key. */
enum err mail_password(struct txn *t, const struct mail_settings *s, const char **password) MUST_USE;
enum err mail_code(struct txn *t, const struct mail *m, const char **code) MUST_USE;
struct bytes mail_seal_password(struct txn *t, const char *password);
/* Is there a reason to send it? Ended: its code was used or replaced, or ended with an earlier name of the portal, which somebody
 * did and knows. Late: nobody did anything, its time is over. */
enum mail_worth { MAIL_WANTED, MAIL_LATE, MAIL_ENDED };
enum err mail_worth_of(struct txn *t, const struct mail *m, int64_t now, enum mail_worth *worth) MUST_USE;
/* A mail that waits, is held or failed is not sent any more, and forgets its code. What the server said of one that failed is kept. */
enum err mail_withdraw(struct call *c, struct mail *m, const char *why) MUST_USE;
/* A mail that waits, is held or failed is tried at once, before all others, and for as long as a new one. */
enum err mail_again(struct call *c, struct mail *m) MUST_USE;
/* The same where that may be asked for: ERR_STATE for one that was sent or withdrawn, whose code is no longer good, or without a mail server. */
enum err mail_try_again(struct call *c, struct mail *m) MUST_USE;
/* What waits for its next try is tried at once, and what does not fit them is moved: the settings are others now. */
enum err mail_hurry(struct call *c) MUST_USE;

struct mail_outcome {
    int64_t tries, next_try; /* as the mail said when it was read: an outcome is written down once, … */
    int result;              /* … and a mail that is to be tried at once meanwhile, is. enum smtp_result */
    bool ended;              /* nobody wants it any more: withdrawn, which is no failure */
    const char *said;
};
/* Writes down what became of a try: sent, next try, or failed with an event. Anything else happened meanwhile: no change. */
enum err mail_settle(struct call *c, uint64_t id, const struct mail_outcome *o) MUST_USE;
/* Moves up to 100 mails from held to waiting, or back when the business has no mail server any more; *moved: how many. */
enum err mail_shift(struct call *c, size_t *moved) MUST_USE;
#endif
