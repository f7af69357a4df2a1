/* What happened at Stripe: the list of its events, which looks back thirty days and of which some come late, twice or out of order. Only what they are
 * about is taken from them; what that is now is asked for. */
#include "server/core/daemon.h"
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <string.h>

/* Those that are looked at; they list at most twenty kinds at a time. */
static const struct {
    const char *type;
    enum gateway_about about;
    const char *path; /* of the id in the event */
} kinds[] = {
    {"checkout.session.completed", ABOUT_CHARGE, "data.object.id"},
    {"checkout.session.async_payment_succeeded", ABOUT_CHARGE, "data.object.id"},
    {"checkout.session.async_payment_failed", ABOUT_CHARGE, "data.object.id"},
    {"checkout.session.expired", ABOUT_CHARGE, "data.object.id"},
    {"payment_intent.succeeded", ABOUT_CHARGE, "data.object.id"},
    {"payment_intent.payment_failed", ABOUT_CHARGE, "data.object.id"},
    {"refund.created", ABOUT_REFUND, "data.object.id"},
    {"refund.updated", ABOUT_REFUND, "data.object.id"},
    {"refund.failed", ABOUT_REFUND, "data.object.id"},
    {"charge.dispute.created", ABOUT_OF_CHARGE, "data.object.payment_intent"},
    {"charge.dispute.closed", ABOUT_OF_CHARGE, "data.object.payment_intent"},
};
#define KINDS (sizeof kinds / sizeof *kinds)

bool stripe_event_about(const json_t *event, struct gateway_news *out)
{
    const char *type = stripe_text(event, "type");
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].type, type) != 0)
            continue;
        *out = (struct gateway_news){.event = stripe_text(event, "id"),
                                     .at = stripe_number(event, "created") * 1000,
                                     .about = kinds[i].about,
                                     .id = stripe_id(event, kinds[i].path)};
        return stripe_name(out->event) && stripe_name(out->id) && out->at > 0;
    }
    return false;
}

struct taking_in {
    struct arena *arena;
    struct gateway_news_list *list;
    size_t capacity;
};

static bool take_in(void *context, json_t *row)
{
    struct taking_in *t = context;
    struct gateway_news news;
    if (!stripe_event_about(row, &news))
        return false;
    if (t->list->n == t->capacity)
        t->list->v = arena_grow(t->arena, t->list->v, &t->capacity, sizeof *t->list->v);
    news.event = arena_text(t->arena, news.event, strlen(news.event));
    news.id = arena_text(t->arena, news.id, strlen(news.id));
    t->list->v[t->list->n++] = news;
    return false;
}

enum err stripe_news(const struct gateway *g, struct arena *a, int64_t since, struct gateway_news_list *out,
                     char said[200])
{
    char since_then[1000];
    struct taking_in t = {.arena = a, .list = out};
    size_t n =
        (size_t)snprintf(since_then, sizeof since_then, "?created[gte]=%lld", (long long)(since / 1000));
    for (size_t i = 0; i < KINDS; i++)
        n += (size_t)snprintf(since_then + n, sizeof since_then - n, "&types[%zu]=%s", i, kinds[i].type);
    *out = (struct gateway_news_list){0, NULL};
    switch (stripe_rows(&(struct stripe_call){.gateway = g, .path = "/v1/events", .rest = since_then},
                        take_in, &t, said)) {
    case STRIPE_NONE: break;
    case STRIPE_LOST: return ERR_TOO_LARGE;
    default: return ERR_OFFLINE;
    }
    for (size_t i = 0; i < out->n / 2; i++) {
        const struct gateway_news newer = out->v[i];
        out->v[i] = out->v[out->n - 1 - i];
        out->v[out->n - 1 - i] = newer;
    }
    return OK;
}

/* --- asking about what they name ------------------------------------------------------------------------------------------------- */
/* What they say that it is not known, or not to be had with that key, will not be known the next time either. */
static enum err settle(enum stripe_says says)
{
    return says == STRIPE_DONE || says == STRIPE_NONE || says == STRIPE_REFUSED ? OK : ERR_OFFLINE;
}

static bool any(const json_t *session, const char *unused)
{
    (void)unused;
    return strcmp(stripe_text(session, "object"), "checkout.session") == 0;
}

/* What a session or an intent says of the charge that it is, if it is of that intent: its own name of it, and our key in that field. */
static void take_charge(struct arena *a, const json_t *object, const char *intent_in, const char *intent,
                        const char *key_in, struct gateway_found *out)
{
    if (strcmp(stripe_id(object, intent_in), intent) != 0)
        return;
    out->charge = arena_printf(a, "%s", stripe_text(object, "id"));
    out->key = arena_printf(a, "%s", stripe_text(object, key_in));
}

/* A charge of what was saved has no session: its intent is its name. */
static enum err find_saved(const struct gateway *g, struct arena *a, const char *id,
                           struct gateway_found *out, char said[200])
{
    json_t *intent;
    const enum stripe_says says = stripe_ask(
        &(struct stripe_call){.gateway = g, .path = "/v1/payment_intents/", .id = id}, &intent, said);
    if (says != STRIPE_DONE)
        return settle(says);
    take_charge(a, intent, "id", id, "metadata.postern", out);
    json_decref(intent);
    return OK;
}

/* The charge that an intent is of, by the session that made it. */
static enum err find_charge(const struct gateway *g, struct arena *a, const char *intent,
                            struct gateway_found *out, char said[200])
{
    json_t *session;
    if (!stripe_name(intent))
        return OK;
    const enum stripe_says says = stripe_find(
        &(struct stripe_call){.gateway = g, .path = "/v1/checkout/sessions?payment_intent=", .id = intent},
        any, NULL, &session, said);
    if (says == STRIPE_NONE)
        return find_saved(g, a, intent, out, said);
    if (says != STRIPE_DONE)
        return settle(says);
    take_charge(a, session, "payment_intent", intent, "client_reference_id", out);
    json_decref(session);
    return OK;
}

static enum err look_at_refund(const struct gateway *g, struct arena *a, const char *id,
                               struct gateway_found *out, char said[200])
{
    json_t *refund;
    const enum stripe_says says =
        stripe_ask(&(struct stripe_call){.gateway = g, .path = "/v1/refunds/", .id = id}, &refund, said);
    if (says != STRIPE_DONE)
        return settle(says);
    enum err e = OK;
    if (strcmp(stripe_text(refund, "object"), "refund") == 0 && strcmp(stripe_text(refund, "id"), id) == 0) {
        out->refund = arena_printf(a, "%s", id);
        out->refund_key = arena_printf(a, "%s", stripe_text(refund, "metadata.postern"));
        out->state = stripe_refund_state(refund);
        if (stripe_money(refund, "amount", &out->amount) != OK)
            out->amount = (struct money){0};
        e = find_charge(g, a, stripe_id(refund, "payment_intent"), out, said);
    }
    json_decref(refund);
    return e;
}

enum err stripe_look(const struct gateway *g, struct arena *a, const struct gateway_news *news,
                     struct gateway_found *out, char said[200])
{
    *out = (struct gateway_found){.state = GATEWAY_UNKNOWN};
    return news->about == ABOUT_REFUND ? look_at_refund(g, a, news->id, out, said)
                                       : find_charge(g, a, news->id, out, said);
}
