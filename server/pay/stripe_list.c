/* What Stripe says that it took in some days: its checkout sessions of then and its charges without one, each once. */
#include "server/pay/stripe_api.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGES 200 /* of a hundred */

static void put(struct arena *a, const json_t *row, const char *amount, struct gateway_charge charge,
                const struct gateway_asking *asking, struct gateway_charges *out, size_t *room)
{
    if (stripe_amount_read(stripe_number(row, amount), stripe_text(row, "currency"), &charge.amount) != OK ||
        strcmp(charge.amount.currency, asking->currency) != 0)
        return;
    charge.at = stripe_number(row, "created") * 1000;
    charge.id = arena_printf(a, "%s", stripe_text(row, "id"));
    charge.key = arena_printf(a, "%s", charge.key);
    if (out->n == *room)
        out->v = arena_grow(a, out->v, room, sizeof *out->v);
    out->v[out->n++] = charge;
}

/* Another program's sessions at the same account bear a reference of its own, or none: ours are told by whoever knows the keys. */
static void add(struct arena *a, const json_t *session, const struct gateway_asking *asking,
                struct gateway_charges *out, size_t *room)
{
    const struct gateway_charge charge = {.took = strcmp(stripe_text(session, "payment_status"), "paid") == 0,
                                          .key = stripe_text(session, "client_reference_id")};
    if (strcmp(stripe_text(session, "mode"), "payment") == 0)
        put(a, session, "amount_total", charge, asking, out, room);
}

/* A charge of what was saved has an owner and no session; those that have one were added with it, and have no owner. */
static void add_saved(struct arena *a, const json_t *intent, const struct gateway_asking *asking,
                      struct gateway_charges *out, size_t *room)
{
    const struct gateway_charge charge = {.took = strcmp(stripe_text(intent, "status"), "succeeded") == 0,
                                          .key = stripe_text(intent, "metadata.postern")};
    if (*charge.key && *stripe_id(intent, "customer"))
        put(a, intent, "amount", charge, asking, out, room);
}

struct listing {
    struct arena *arena;
    const struct gateway_asking *asking;
    struct gateway_charges *out;
    size_t room;
};

static enum err list_all(const struct gateway *g, struct listing *l, const char *of,
                         void (*take)(struct arena *a, const json_t *row, const struct gateway_asking *asking,
                                      struct gateway_charges *out, size_t *room),
                         struct refusal *why)
{
    char path[500], after[300] = "", said[200] = "";
    for (int i = 0; i < PAGES; i++) {
        json_t *page, *row;
        size_t n;
        snprintf(path, sizeof path, "%s?created[gte]=%" PRId64 "&created[lte]=%" PRId64 "&limit=100%s%s", of,
                 l->asking->from / 1000, l->asking->until / 1000, *after ? "&starting_after=" : "", after);
        if (stripe_ask(&(struct stripe_call){.gateway = g, .path = path}, &page, said) != STRIPE_DONE)
            return refuse(why, ERR_OFFLINE, "", "%.150s", *said ? said : "the gateway gave no answer");
        const json_t *rows = json_object_get(page, "data");
        const bool list = json_is_array(rows), more = json_is_true(json_object_get(page, "has_more"));
        json_array_foreach(rows, n, row)
        {
            take(l->arena, row, l->asking, l->out, &l->room);
            snprintf(after, sizeof after, "%s", stripe_text(row, "id"));
        }
        json_decref(page);
        if (!list)
            return refuse(why, ERR_OFFLINE, "", "the gateway's answer is no list");
        if (!more || !*after)
            return OK;
    }
    return refuse(why, ERR_TOO_LARGE, "", "there is too much to look through at the gateway");
}

enum err stripe_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                     struct gateway_charges *out, struct refusal *why)
{
    struct listing l = {a, asking, out, 0};
    enum err e = list_all(g, &l, "/v1/checkout/sessions", add, why);
    return e ? e : list_all(g, &l, "/v1/payment_intents", add_saved, why);
}
