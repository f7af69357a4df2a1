/* What was paid at Stripe and is disputed. An inquiry (warning_…) moves no money: the payment stays what it is. */
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <string.h>

static enum gateway_state state_of(const json_t *dispute)
{
    const char *status = stripe_text(dispute, "status");
    if (strcmp(status, "lost") == 0)
        return GATEWAY_REVERSED;
    return strcmp(status, "needs_response") == 0 || strcmp(status, "under_review") == 0 ? GATEWAY_DISPUTED
                                                                                        : GATEWAY_SUCCEEDED;
}

static bool weighs(const json_t *dispute, const char *intent)
{
    return strcmp(stripe_id(dispute, "payment_intent"), intent) == 0 &&
           state_of(dispute) != GATEWAY_SUCCEEDED;
}

/* "product_not_received" → "The payer's bank disputes it: product not received." */
static void say(const json_t *dispute, struct gateway_outcome *out)
{
    const char *reason = stripe_text(dispute, "reason");
    snprintf(out->sentence, sizeof out->sentence, "%s%s%.100s.",
             out->state == GATEWAY_REVERSED ? "The payer's bank took it back"
                                            : "The payer's bank disputes it",
             *reason ? ": " : "", reason);
    for (char *c = out->sentence; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    err_mend(out->sentence);
}

enum err stripe_disputed(const struct gateway *g, const char *intent, struct gateway_outcome *out)
{
    char said[200];
    json_t *dispute;
    if (!*intent)
        return OK;
    switch (
        stripe_find(&(struct stripe_call){.gateway = g, .path = "/v1/disputes?payment_intent=", .id = intent},
                    weighs, intent, &dispute, said)) {
    case STRIPE_NONE: return OK;
    case STRIPE_DONE: break;
    default: return stripe_in_the_way(out, said);
    }
    out->state = state_of(dispute);
    say(dispute, out);
    json_decref(dispute);
    return OK;
}
