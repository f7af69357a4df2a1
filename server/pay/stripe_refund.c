/* Giving back what was paid at Stripe. A refund bears our key among its data, so one whose answer was never heard is found before another is
 * asked for: that holds for ever, where an idempotency key is good for a day. */
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <string.h>

#define FORM_MOST 2000

static bool bears(const json_t *refund, const char *key)
{
    return strcmp(stripe_text(refund, "metadata.postern"), key) == 0;
}

/* "expired_or_canceled_card" → "The gateway could not give it back: expired or canceled card." */
static void why_failed(const json_t *refund, char sentence[200])
{
    const char *reason = stripe_text(refund, "failure_reason");
    snprintf(sentence, 200, "The gateway could not give it back%s%.100s.", *reason ? ": " : "", reason);
    for (char *c = sentence; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    err_mend(sentence);
}

enum gateway_state stripe_refund_state(const json_t *refund)
{
    const char *status = stripe_text(refund, "status");
    if (strcmp(status, "succeeded") == 0)
        return GATEWAY_SUCCEEDED;
    return strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0 ? GATEWAY_FAILED
                                                                            : GATEWAY_PENDING;
}

/* Of cards and of other means. */
static bool is_refund(const json_t *refund)
{
    const char *id = stripe_text(refund, "id");
    return strcmp(stripe_text(refund, "object"), "refund") == 0 &&
           (strncmp(id, "re_", 3) == 0 || strncmp(id, "pyr_", 4) == 0);
}

static enum err judge(const json_t *refund, const char *key, struct gateway_outcome *out)
{
    if (!is_refund(refund) || !bears(refund, key))
        return stripe_in_the_way(out, "the gateway answers with a refund that is not the one asked for");
    *out = (struct gateway_outcome){.state = stripe_refund_state(refund)};
    snprintf(out->id, sizeof out->id, "%s", stripe_text(refund, "id"));
    if (out->state == GATEWAY_FAILED)
        why_failed(refund, out->sentence);
    return OK;
}

static enum err judge_same(const json_t *refund, const char *key, struct money amount,
                           struct gateway_outcome *out)
{
    return stripe_same(refund, "amount", amount)
               ? judge(refund, key, out)
               : stripe_in_the_way(out, "the gateway says another amount or currency than the refund");
}

static enum err find_intent(const struct gateway *g, const struct payment *p, char intent[200],
                            struct gateway_outcome *out)
{
    char said[200];
    json_t *session;
    if (!p->gateway_id || !*p->gateway_id)
        return stripe_in_the_way(out, "the payment has no name at the gateway");
    if (strncmp(p->gateway_id, "pi_", 3) == 0) {
        snprintf(intent, 200, "%s", p->gateway_id);
        return OK;
    }
    if (stripe_ask(&(struct stripe_call){.gateway = g, .path = "/v1/checkout/sessions/", .id = p->gateway_id},
                   &session, said) != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    const char *id = stripe_id(session, "payment_intent");
    const bool ours = strcmp(stripe_text(session, "client_reference_id"), p->key) == 0 && stripe_name(id);
    snprintf(intent, 200, "%s", ours ? id : "");
    json_decref(session);
    return ours ? OK : stripe_in_the_way(out, "the gateway knows of no payment that could be given back");
}

static enum err make(const struct gateway *g, const char *intent, const char *key, struct money amount,
                     struct gateway_outcome *out)
{
    char own[100], said[200];
    struct buf form;
    json_t *refund = NULL;
    int64_t wire;
    enum err e = stripe_amount(amount, &wire, NULL);
    if (e)
        return e;
    buf_init(&form, FORM_MOST);
    stripe_form(&form, "payment_intent", intent);
    stripe_form_number(&form, "amount", wire);
    stripe_form(&form, "metadata[postern]", key);
    buf_add(&form, "", 1);
    snprintf(own, sizeof own, "postern-refund-%s", key);
    const struct stripe_call call = {
        .gateway = g, .path = "/v1/refunds", .form = (const char *)form.data, .key = own};
    switch (stripe_ask(&call, &refund, said)) {
    case STRIPE_DONE: e = judge_same(refund, key, amount, out); break;
    case STRIPE_REFUSED:
        *out = (struct gateway_outcome){.state = GATEWAY_FAILED};
        snprintf(out->sentence, sizeof out->sentence, "%s", said);
        break;
    default: e = stripe_in_the_way(out, said); break;
    }
    json_decref(refund);
    buf_fini(&form);
    return e;
}

enum err stripe_refund(const struct gateway *g, const struct payment *p, const char *key, struct money amount,
                       struct gateway_outcome *out)
{
    char intent[200], said[200];
    json_t *before;
    enum err e = find_intent(g, p, intent, out);
    if (e)
        return e;
    switch (
        stripe_find(&(struct stripe_call){.gateway = g, .path = "/v1/refunds?payment_intent=", .id = intent},
                    bears, key, &before, said)) {
    case STRIPE_DONE: break;
    case STRIPE_NONE: return make(g, intent, key, amount, out);
    default: return stripe_in_the_way(out, said);
    }
    e = judge_same(before, key, amount, out);
    json_decref(before);
    return e;
}

enum err stripe_refund_ask(const struct gateway *g, const char *key, const char *id,
                           struct gateway_outcome *out)
{
    char said[200];
    json_t *refund;
    enum stripe_says says;
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (id && *id) {
        says =
            stripe_ask(&(struct stripe_call){.gateway = g, .path = "/v1/refunds/", .id = id}, &refund, said);
    } else {
        says = stripe_find(&(struct stripe_call){.gateway = g, .path = "/v1/refunds"}, bears, key, &refund,
                           said);
        if (says == STRIPE_NONE)
            return OK;
    }
    if (says != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    enum err e = !id || !*id || strcmp(stripe_text(refund, "id"), id) == 0
                     ? judge(refund, key, out)
                     : stripe_in_the_way(out, "the gateway answers with another refund than was asked for");
    json_decref(refund);
    return e;
}
