/* Making a payment with a gateway, in two steps: what it is to be (a `begun`), and what its method asked for (payment_begin.c,
 * payment_pay.c). Whatever begins one goes through here, so that no method has a rule outside its own shape. */
#ifndef SERVER_OPS_PAYMENT_MAKE_H
#define SERVER_OPS_PAYMENT_MAKE_H
#include "server/ops/payment_gateway.h"

/* What the slow half found, for payment_make. */
struct payment_chosen {
    struct begun begun;
    const struct gateway_offer *by;
    void *given; /* a struct of the method's shape; wiped as soon as the gateway has looked at it */
    int32_t today;
    struct gateway_taken taken; /* once that is over */
    const char *key;            /* by which the gateway knows the charge: one key, one payment */
    bool keep;                  /* what was given is saved once the payment has succeeded */
};

/* What is offered under that name; NULL or "": of the only gateway that is offered its first. ERR_SWITCHED_OFF, ERR_INVALID, with field "method". */
enum err payment_method(struct call *c, const char *name, const struct gateway_offer **out) MUST_USE;
struct payment_parts {
    struct allocation_list whole, settled; /* what is to be paid in all, and of it what credit settles */
};
/* Checks what is to be paid, and by which method (NULL: by none, credit settles it); fills who pays, what, and the amount beside the credit. Fields are named parts.<i>.…, expect. */
enum err payment_gather(struct call *c, const struct begun *b, const struct gateway_offer *by,
                        struct payment *p, struct payment_parts *parts) MUST_USE;
/* Takes off the parts what so much credit settles of them, in their order; "" as currency: nothing. Changes nothing that is stored. ERR_STALE: there is no longer so
 * much of it; ERR_OVERPAID. And what was taken off is settled; of one that failed it is credit again. payment_credit.c */
enum err payment_split(struct call *c, struct payment *p, const struct money *credit,
                       struct payment_parts *parts) MUST_USE;
enum err payment_use_credit(struct call *c, struct payment *p,
                            const struct allocation_list *settled) MUST_USE;
/* Whether staff allow a customer (0: nobody) to pay out of an account that is debited, and what is said where they do not. payment_offer.c */
#define PAYMENT_NO_DEBIT "paying by direct debit is not open to you: ask for it"
enum err payment_may_debit(struct call *c, uint64_t customer, bool *may) MUST_USE;
/* The first to be paid with that (enum pay_how) that all of those invoices offer, or if none is, the first there is, which is refused with the invoice that does not;
 * NULL: none is offered here. */
struct gateway_offers;
enum err payment_offer_for(struct call *c, const struct gateway_offers *offers, int how,
                           const struct allocation_list *parts, const struct gateway_offer **out) MUST_USE;
/* What whoever pays by it agrees to, in the arena; NULL: nothing. */
enum err payment_agreed(struct call *c, const struct gateway_offer *by, const char **out) MUST_USE;
/* What a shape asks for, as a form is made of it; NULL: nothing. */
struct pay_field_list payment_fields(struct call *c, const struct shape *wants);
/* Reads what was given by that shape into a struct of it, and wipes what was given. A refusal names the field. payment_wipe: for the struct. */
enum err payment_read(struct call *c, const struct shape *wants, const struct pay_given_list *given,
                      void *to) MUST_USE;
void payment_wipe(const struct shape *wants, void *read);
/* What a pending payment wants from its payer now. */
struct pay_field_list payment_wants(struct call *c, const struct payment *p);
/* For a slow half: reads what was given by the method's shape and wipes it; the gateway looks at it when the transaction is over, for it may
 * have to ask somebody. A refusal names the field. */
enum err payment_take(struct call *c, const struct gateway_offer *by, const struct pay_given_list *given,
                      struct payment_chosen *chosen) MUST_USE;
/* The same of begun.saved: nothing is asked for, its gateway knows it. */
enum err payment_take_saved(struct call *c, const struct gateway_offer *by,
                            struct payment_chosen *chosen) MUST_USE;
/* What is given is to be saved. A refusal is of field "save". */
enum err payment_may_keep(struct call *c, const struct gateway_offer *by,
                          struct payment_chosen *chosen) MUST_USE;
/* As text, for payment_chosen. */
#define PAYMENT_KEY 16
const char *payment_key(struct call *c, const uint8_t random[PAYMENT_KEY]);
/* Stores a payment (customer, parts, amount, method, token, key, by, contact) as pending, with its number, and as due: the gateway is asked after
 * the commit (server/pay/payment_due.c). */
enum err payment_pend(struct call *c, const struct gateway_offer *by, struct payment *p) MUST_USE;
/* That, of what was gathered and chosen. */
enum err payment_make(struct call *c, const struct payment_chosen *chosen, struct payment **out) MUST_USE;
#endif
