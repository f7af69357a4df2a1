/* What the handlers of payments share. PAY_STATES in payment.c is the only table of how a payment may go from one state to another. Always, of
 * one that succeeded: sum of the allocations + unused + refunded = amount; and of an invoice, paid = the sum of what payments allocate to it that
 * succeeded, are disputed, or were reversed too late to be taken off. */
#ifndef SERVER_OPS_PAYMENT_H
#define SERVER_OPS_PAYMENT_H
#include "server/core/call.h"

struct gateways;

/* From `from` (0: it is new) to `to`. ERR_STATE. */
enum err payment_move(struct call *c, struct payment *p, enum pay_state to) MUST_USE;

/* One part that somebody wants to pay, checked: the invoice is open, of that customer (else ERR_NOT_FOUND) and currency, and
 * not among the `i` parts before. Fills *invoice. Fields are named parts.<i>.… */
enum err payment_check_part(struct call *c, const struct allocation_list *parts, size_t i, uint64_t customer,
                            const char *currency, struct document *invoice) MUST_USE;

/* Settles the invoices of p->allocations, moves it to succeeded, stores it (a new one gets id and, when it has none, a number) and
 * writes its events. What an invoice can not take becomes p->unused. */
enum err payment_succeed(struct call *c, struct payment *p) MUST_USE;

/* The payer's bank holds it back, or took it back for good (payment_dispute.c): what it settles stays settled, nobody uses what is left of it; or is
 * due again. Why: in the gateway's words. Both store it. */
enum err payment_dispute(struct call *c, struct payment *p, const char *why) MUST_USE;
enum err payment_reverse(struct call *c, struct payment *p, const char *why) MUST_USE;
/* Takes so much off what it settles, the last part first, that `amount` of it is left; at most payment_freeable. The caller stores it. */
enum err payment_free(struct call *c, struct payment *p, int64_t amount) MUST_USE;
/* How much of it could be left: all but what was given back already, of it or of a retainer that it paid. */
enum err payment_freeable(struct call *c, const struct payment *p, int64_t *amount) MUST_USE;
/* The same with one that never was: it was booked by mistake. Why, staff say of the line: the customer reads what is said of a payment. */
enum err payment_undo(struct call *c, struct payment *p) MUST_USE;
/* Of one that failed: what of its credit still settles its invoices is credit again. The caller stores it. */
enum err payment_credit_back(struct call *c, struct payment *p) MUST_USE;
/* A dispute is over, and the money stays. */
enum err payment_dispute_won(struct call *c, struct payment *p) MUST_USE;

/* An event about the payment that the customer sees too, for those that say more of it than payment_event, which tells it. Of a payment by card that is the payer's doing,
 * whoever writes it. */
struct event payment_tells(const struct payment *p, enum what what, const char *text);
enum err payment_event(struct call *c, const struct payment *p, enum what what, const char *text) MUST_USE;

/* Records a payment that arrived (payment.record), however: line is that of a bank statement that it is, NULL: none; charges: so much of in->amount did
 * not come with it, in its minor units. */
enum err payment_recorded(struct call *c, const struct payment_record_in *in,
                          const struct statement_line *line, int64_t charges,
                          struct payment_record_out *out) MUST_USE;

/* What arrived in another currency than the customer's: fills the amount of *in by its rate where only that is given, and sets *exchange (NULL: there
 * was none). By field: ERR_INVALID, ERR_CURRENCY. */
enum err payment_exchange(struct call *c, const char *currency, struct payment_record_in *in,
                          struct exchange **exchange) MUST_USE;
/* What of a payment arrived: in the currency in which it did, without what banks on the way kept. x: NULL, as received in its own. */
struct money payment_arrived(struct money amount, struct money charges, const struct exchange *x);

/* How much of a pending payment by card would find nothing left to settle, when so much of that invoice stays due beside it
 * (payment_record.c); and the sentence that says it. */
int64_t payment_pending_credit(const struct payment *pending, uint64_t invoice, int64_t left);
const char *payment_pending_says(struct call *c, const struct payment *pending, const char *invoice,
                                 int64_t credit);

/* --- what is offered, and what has to be said (payment_offer.c) ----------------------------------------------------------- */
/* Fills what `me` says of paying: by card, with which note, by transfer. */
enum err payment_offer(struct call *c, const struct business *b, struct me *me) MUST_USE;
/* Can cards be paid with here, and what has to be said of it (NULL: nothing)? */
enum err payment_card(struct call *c, bool *offered, const char **note) MUST_USE;
/* Why an invoice that is open can not be paid now; code OK: it can. */
struct not_payable {
    enum err code;
    const char *why; /* "can not be paid by card"; a sentence's end, behind the number */
};
/* Which payment of those documents is under way, if one is: id (0: none), and what bars them until it is over (payment_under_way.c). Of rows of a list: their `paying`, of open ones. */
enum err payment_under_way_on(struct call *c, uint64_t invoice, uint64_t *payment,
                              struct not_payable *bar) MUST_USE;
enum err payment_under_way_of_due(struct call *c, struct document_due *rows, size_t n,
                                  struct not_payable *bar) MUST_USE;
enum err payment_under_way_of_rows(struct call *c, struct document_row *rows, size_t n) MUST_USE;
/* Of a document that is open and owed on: by what it can be paid here, and why not by card. */
enum err payment_offers_of(struct call *c, struct document *d) MUST_USE;
/* The same of many of one customer: for each it is asked whether one of its payments is pending only if any of the business is. */
enum err payment_offers_of_rows(struct call *c, struct document_due *rows, size_t n) MUST_USE;
struct gateway_offer;
enum err payment_not_by(struct call *c, const struct document *invoice, const struct gateway_offer *by,
                        struct not_payable *out) MUST_USE;
/* How an invoice is paid elsewhere, by each method that does it; nothing of one on which nothing is due, or whose payment is pending. */
/* why: NULL, or where to say why none of them is for it; NULL there: one is, or there is none. */
enum err payment_told(struct call *c, const struct document *d, struct pay_told_list *out,
                      const char **why) MUST_USE;
/* The last payment on that invoice of which `which` is true, not to be stored; NULL: there is none. */
enum err payment_on(struct call *c, uint64_t invoice, bool (*which)(void *context, void *payment),
                    void *context, struct payment **found) MUST_USE;
/* The payment by card on that invoice whose outcome is not known; NULL: there is none. */
enum err payment_pending_on(struct call *c, uint64_t invoice, struct payment **pending) MUST_USE;
/* What has to be said with a payment of that gateway in that state; NULL: nothing. */
const char *payment_note(const struct call *c, const char *gateway, int state);
/* After the commit its gateway is asked what became of it. */
enum err payment_ask(struct call *c, const struct payment *p) MUST_USE;
void payment_finish(struct call *c, struct payment *p); /* fills what is computed, for an answer */
void payment_rows_finish(const struct call *c, struct payment_row *rows, size_t n);
/* Payments of a business through a gateway that moves no money and is not there any more. */
struct payment_left {
    const char *gateway; /* NULL: none */
    int64_t pending, succeeded;
};
enum err payment_left_of(struct txn *t, const struct gateways *g, struct payment_left *out) MUST_USE;
enum err payment_notices(struct call *c, struct text_list *out) MUST_USE;
#endif
