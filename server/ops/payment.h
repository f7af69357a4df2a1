/* What the handlers of payments share. A payment is pending, succeeded or failed; PAY_STATES in payment.c is the only table of how it may
 * go from one to another. Always: sum of the allocations + unused = amount; and of an invoice, paid = the sum of what succeeded
 * payments allocate to it. */
#ifndef SERVER_OPS_PAYMENT_H
#define SERVER_OPS_PAYMENT_H
#include "server/call.h"

/* From `from` (0: it is new) to `to`. ERR_STATE. */
enum err payment_move(struct call *c, struct payment *p, enum pay_state to) MUST_USE;

/* One part that somebody wants to pay, checked: the invoice is open, of that customer (else ERR_NOT_FOUND) and currency, and
 * not among the `i` parts before. Fills *invoice. Fields are named parts.<i>.… */
enum err payment_check_part(struct call *c, const struct allocation_list *parts, size_t i, uint64_t customer,
                            const char *currency, struct document *invoice) MUST_USE;

/* Settles the invoices of p->allocations, moves it to succeeded, stores it (a new one gets id and, when it has none, a number) and
 * writes its events. What an invoice can not take becomes p->unused. */
enum err payment_succeed(struct call *c, struct payment *p) MUST_USE;

/* An event about the payment that the customer sees too. Of a payment by card it is the payer's doing, whoever writes it. */
enum err payment_event(struct call *c, const struct payment *p, enum what what, const char *text) MUST_USE;
#endif
