/* Saved methods of payment (E6), and being charged by itself (E13; docs/decisions/saved-methods.md). Of a customer one is offered first, at most, and one
 * may be charged without asking, at most: INDEX_METHOD_MARK finds both. Staff are told that there is one, and never more. */
#ifndef SERVER_OPS_METHOD_H
#define SERVER_OPS_METHOD_H
#include "server/core/call.h"

struct gateway_offer;
struct gateway_outcome;
struct gateway_saving;
struct gateway_taken;

#define METHODS_MOST 100 /* of one customer */
#define CONSENT_VERSION 1
/* What one agrees to, in the words of that version. */
enum err method_consent_text(struct call *c, const char **text) MUST_USE;

/* "Visa ending 4242" */
const char *method_title(struct arena *a, const struct saved_method *m);
void method_finish(const struct call *c, struct saved_method *m); /* fills what is computed */
/* That, and for its owner why it is not open to them: an account is debited only where staff allowed that. */
enum err method_finish_own(struct call *c, struct saved_method *m) MUST_USE;
/* The one of a customer that bears that mark; ERR_NOT_FOUND. */
enum err method_marked(struct call *c, uint64_t customer, enum method_mark mark,
                       struct saved_method *out) MUST_USE;
/* One that a payment can be made with, finished. ERR_STATE with field "saved". */
enum err method_usable(struct call *c, uint64_t id, struct saved_method **out) MUST_USE;
/* Stores what a gateway took as saved, or as being saved with a payment. */
enum err method_keep(struct call *c, const struct gateway_offer *by, const struct gateway_taken *taken,
                     const struct address *billing, enum method_state state,
                     struct saved_method **out) MUST_USE;
/* It is saved now: offered first where there is no other; with its event. Stores it. */
enum err method_saved(struct call *c, struct saved_method *m) MUST_USE;
/* What its owner gave at the gateway's page, or did not: SUCCEEDED or FAILED. Stores it. */
enum err method_given(struct call *c, struct saved_method *m, const struct gateway_saving *s) MUST_USE;
/* It is forgotten: token, consent, place. Stores it. why: of one that was not saved, NULL: its customer removed it. */
enum err method_forget(struct call *c, struct saved_method *m, const char *why) MUST_USE;
/* A payment has succeeded, or failed, or waits for its payer: what that is to the method that it was made with, or is saved with; whoever
 * was not there is told by mail. */
enum err method_settled(struct call *c, const struct payment *p, const struct gateway_outcome *o) MUST_USE;
/* One that was made by itself was taken back: nothing more is charged so, until its holder changes the method. Others: nothing. */
enum err method_taken_back(struct call *c, const struct payment *p) MUST_USE;
enum err method_waits(struct call *c, const struct payment *p) MUST_USE;
enum err method_event(struct call *c, const struct saved_method *m, enum what what, struct money amount,
                      const char *text) MUST_USE;

/* "EUR 119.00" */
const char *method_money(struct call *c, struct money amount);

/* --- charging by itself (charge.c) -------------------------------------------------------------------------------------------- */
#define CHARGE_TRIES 3
/* An invoice was sent, or a charge has ended: what is due is looked at again, where the customer agreed to that. */
enum err charge_wake(struct call *c, uint64_t customer) MUST_USE;
/* Of an invoice: is it of those that are charged by themselves? */
bool charge_is_for(const struct document *d);
/* Charges what is due and may be charged; *again: the instant at which to look again. What may not is noted in m->held. Stores m. */
enum err charge_run(struct call *c, struct saved_method *m, int64_t *again) MUST_USE;
/* When the next try of an invoice is after a charge that failed; 0: there is none. */
enum err charge_next(struct call *c, const struct payment *failed, int32_t *day) MUST_USE;
#endif
