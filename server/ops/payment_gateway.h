/* Gateways of payments as one business has them open: what all that asks "which gateway" goes through. */
#ifndef SERVER_OPS_PAYMENT_GATEWAY_H
#define SERVER_OPS_PAYMENT_GATEWAY_H
#include "server/core/call.h"
#include "server/pay/gateway.h"

/* The gateway of that name, as it is set for the business of the transaction, also where that has it closed: what is pending goes on.
 * ERR_NOT_FOUND: it is not here. */
enum err gateway_open(struct txn *t, const struct gateways *gateways, const char *name,
                      struct gateway *out) MUST_USE;
/* Is it here? A payment without a name of one was recorded by hand. */
bool gateway_is_here(const struct gateways *gateways, const char *name);
/* Has the business that method of it open for new payments? */
bool gateway_has_open(const struct gateway *g, const struct gateway_method *method);
/* "sandbox/card" */
const char *gateway_method_text(struct arena *a, const struct gateway_kind *kind,
                                const struct gateway_method *method);

/* What such a payment, as it would be, is told before anything is given: each part with its method. */
struct gateway_offer;
enum err gateway_tell(struct call *c, const struct gateway_offer *by, const struct payment *p,
                      struct gateway_told *out) MUST_USE;

/* Reads that. ERR_NOT_FOUND: no method of a gateway that is here, or that the business has payments of. */
enum err gateway_method_read(struct call *c, const char *text, const struct gateway_kind **kind,
                             struct gateway_method *method) MUST_USE;

/* What customers of the business can begin a payment with now. */
struct gateway_offer {
    const struct gateway *gateway;
    struct gateway_method method;
    const char *name; /* gateway_method_text */
};
struct gateway_offers {
    size_t n;
    const struct gateway_offer *v;
};
/* Read once per call. */
enum err gateway_offers(struct call *c, const struct gateway_offers **out) MUST_USE;
/* The first that is a payment by that mode, of those that `only` names (none, or NULL: all); NULL: there is none. */
const struct gateway_offer *gateway_offer_of(const struct gateway_offers *offers, enum pay_mode mode,
                                             const struct text_list *only);
/* Is it paid at a page of the gateway's, so that nothing is asked for here? And the first by card that is, or is not. */
bool gateway_at_page(const struct gateway_offer *o);
const struct gateway_offer *gateway_card(const struct gateway_offers *offers, bool at_page);
bool gateway_in(const struct text_list *only, const char *name);
/* Sentences for staff, a few at most: which payments are pending through gateways that only a newer program knows. */
enum err gateway_unknown(struct call *c, struct text_list *sentences) MUST_USE;
/* Payments of the business through it that are in one of these states. */
enum err gateway_count(struct txn *t, const char *name, uint32_t from, uint32_t until,
                       int64_t *count) MUST_USE;
#endif
