/* Saved means of payment at Stripe (stripe_saved.c): for stripe.c. */
#ifndef SERVER_PAY_STRIPE_SAVED_H
#define SERVER_PAY_STRIPE_SAVED_H
#include "server/pay/gateway.h"

/* gateway_save, gateway_save_ask */
enum err stripe_save(const struct gateway *g, const char *key, const char *currency,
                     struct gateway_saving *out) MUST_USE;
enum err stripe_save_ask(const struct gateway *g, const char *id, const char *owner,
                         struct gateway_saving *out) MUST_USE;
/* gateway_forget */
enum err stripe_forget(const struct gateway *g, const char *token, char said[200]) MUST_USE;
/* Is that payment one with a saved means? Then charge, ask (of one whose intent is known) and cancel are these. */
bool stripe_is_saved(const struct payment *p);
enum err stripe_saved_charge(const struct gateway *g, const struct payment *p,
                             struct gateway_outcome *out) MUST_USE;
enum err stripe_saved_ask(const struct gateway *g, const struct payment *p,
                          struct gateway_outcome *out) MUST_USE;
enum err stripe_saved_cancel(const struct gateway *g, const struct payment *p,
                             struct gateway_outcome *out) MUST_USE;
#endif
