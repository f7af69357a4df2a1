/* Work that follows a request once its transaction has committed: what call_follow(c, FOLLOW_…, id) asks the dispatcher to run.
 * Each `follow_*` with a struct call runs as a write of the daemon's own (c->who of the one whose request it was, or role 0)
 * and may be run more than once without harm. */
#ifndef SERVER_OPS_FOLLOW_H
#define SERVER_OPS_FOLLOW_H
#include "server/core/call.h"
#include "server/pay/gateway.h"

/* Leaves the viewed mark of a customer's person on a document, once, with its event. Nothing when it has the mark, or is gone
 * or no longer visible to that customer. */
enum err follow_viewed(struct call *c, uint64_t document) MUST_USE;

/* Asks the gateway what became of the payment's charge; when it knows of none, and it is pending, charges with the payment's own key. May block
 * for seconds. *out is always set: GATEWAY_UNKNOWN or GATEWAY_PENDING when there is no outcome yet. The error is for the log;
 * with one the sentence may say what is in the way.
 * `p` and its texts have to live until it returns. */
enum err follow_charge_ask(const struct gateway *g, const struct payment *p,
                           struct gateway_outcome *out) MUST_USE;

/* May its gateway have news of a payment in that state? One that succeeded may be disputed, or taken back. */
bool payment_asked(int state);

/* Writes an outcome down: pending → succeeded with the invoices settled, or → failed with the reason; succeeded → disputed → succeeded again, or
 * → reversed. What an invoice can not take any more (it was paid otherwise, or withdrawn, meanwhile) becomes unused credit. No outcome yet: what it waits
 * for, and that it is not known whether it was charged (GATEWAY_UNKNOWN), with an event. No news: no change.
 * ERR_NOT_FOUND: there is no such payment. */
enum err follow_charge_settle(struct call *c, uint64_t payment, const struct gateway_outcome *o) MUST_USE;

/* Writes down what the gateway says of a refund: pending → succeeded; pending or succeeded → failed, with the credit put back. No news: no
 * change. *state: enum refund_state after it. ERR_NOT_FOUND. */
enum err follow_refund_settle(struct call *c, uint64_t refund, const struct gateway_outcome *o,
                              int *state) MUST_USE;

/* Would that write anything down? */
bool follow_charge_news(const struct payment *p, const struct gateway_outcome *o);

/* FOLLOW_CODE: somebody of the business has read the code in a mail, whoever it is for; once in a row for one reader. */
enum err follow_code_read(struct call *c, uint64_t mail) MUST_USE;

/* FOLLOW_RESET: a forgotten password. Writes the mails with the codes, if `email` is somebody's who may have them and who was not
 * sent too many of late; else does nothing. Nobody is told which. known: asked for from where they got in before, so what
 * strangers asked for is not counted. */
enum err follow_reset(struct call *c, const char *email, bool known) MUST_USE;
#endif
