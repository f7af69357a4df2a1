/* What was paid at Stripe and is disputed. An inquiry (warning_…) moves no money: the payment stays what it is. */
#include "common/money.h"
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

/* Of all that is left of the payment. One about a part has taken that part, and nothing is made of it here: people say what is due. */
static bool is_whole(const json_t *dispute, const struct payment *p)
{
    struct money lost;
    return stripe_money(dispute, "amount", &lost) == OK && strcmp(lost.currency, p->amount.currency) == 0 &&
           lost.amount >= p->amount.amount - p->given_back.amount;
}

static const char *told(struct money m, char text[MONEY_TEXT + 4])
{
    const int n = snprintf(text, MONEY_TEXT + 4, "%.3s ", m.currency);
    money_grouped(text + n, m.amount, currency_digits(m.currency));
    return text;
}

static enum err of_part(const json_t *dispute, const struct payment *p, struct gateway_outcome *out)
{
    char said[200], part[MONEY_TEXT + 4], whole[MONEY_TEXT + 4];
    struct money lost;
    const bool known = stripe_money(dispute, "amount", &lost) == OK;
    snprintf(said, sizeof said,
             "the payer's bank took back %s of %s: nothing is changed here, say by hand what is due again",
             known ? told(lost, part) : "a part", told(p->amount, whole));
    return stripe_in_the_way(out, said);
}

enum err stripe_disputed(const struct gateway *g, const struct payment *p, const char *intent,
                         struct gateway_outcome *out)
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
    enum err e = OK;
    out->state = state_of(dispute);
    if (out->state == GATEWAY_REVERSED && !is_whole(dispute, p))
        e = of_part(dispute, p, out);
    else
        say(dispute, out);
    json_decref(dispute);
    return e;
}
