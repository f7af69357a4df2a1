/* What Stripe says that it did in some days: its checkout sessions of then and its charges without one, each once; what went back; and what it paid out,
 * with what each payout is made of. */
#include "server/pay/stripe_api.h"
#include "common/date.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGES 200 /* of a hundred */
#define DAY_S 86400
#define STATEMENT_MOST 100 /* bytes */

struct listing {
    const struct gateway *gateway;
    struct arena *arena;
    const struct gateway_asking *asking;
    struct gateway_list *out;
    void (*take)(struct listing *l, const json_t *row);
    size_t charges_room, backs_room, payouts_room;
    struct gateway_payout *payout; /* whose parts are read */
    enum err fault;                /* a sum that is too large */
};

/* "": what it gives as its name is none. */
static const char *named(const struct listing *l, const json_t *row)
{
    const char *id = stripe_text(row, "id");
    return arena_printf(l->arena, "%s", stripe_name(id) ? id : "");
}

static void put(struct listing *l, const json_t *row, const char *amount, struct gateway_charge charge,
                struct gateway_charges *to, size_t *room)
{
    if (stripe_amount_read(stripe_number(row, amount), stripe_text(row, "currency"), &charge.amount) != OK ||
        strcmp(charge.amount.currency, l->asking->currency) != 0)
        return;
    charge.at = stripe_number(row, "created") * 1000;
    charge.id = named(l, row);
    charge.key = arena_printf(l->arena, "%s", charge.key);
    if (to->n == *room)
        to->v = arena_grow(l->arena, to->v, room, sizeof *to->v);
    to->v[to->n++] = charge;
}

/* Another program's sessions at the same account bear a reference of its own, or none: ours are told by whoever knows the keys. */
static void add(struct listing *l, const json_t *session)
{
    const struct gateway_charge charge = {.took = strcmp(stripe_text(session, "payment_status"), "paid") == 0,
                                          .key = stripe_text(session, "client_reference_id")};
    if (strcmp(stripe_text(session, "mode"), "payment") == 0)
        put(l, session, "amount_total", charge, &l->out->charges, &l->charges_room);
}

/* A charge of what was saved has an owner and no session; those that have one were added with it, and have no owner. */
static void add_saved(struct listing *l, const json_t *intent)
{
    const struct gateway_charge charge = {.took = strcmp(stripe_text(intent, "status"), "succeeded") == 0,
                                          .key = stripe_text(intent, "metadata.postern")};
    if (*charge.key && *stripe_id(intent, "customer"))
        put(l, intent, "amount", charge, &l->out->charges, &l->charges_room);
}

static void add_back(struct listing *l, const json_t *refund)
{
    const struct gateway_charge charge = {.took = stripe_refund_state(refund) == GATEWAY_SUCCEEDED,
                                          .key = stripe_text(refund, "metadata.postern")};
    put(l, refund, "amount", charge, &l->out->backs, &l->backs_room);
}

/* --- payouts */

static enum gateway_state payout_state(const char *status)
{
    if (strcmp(status, "paid") == 0)
        return GATEWAY_SUCCEEDED;
    return strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0 ? GATEWAY_FAILED
                                                                            : GATEWAY_PENDING;
}

/* What it collects from the bank is below zero; so is the sign of a part that lessens a payout. */
static enum err signed_amount(const struct listing *l, const json_t *row, const char *name, int64_t *out)
{
    struct money amount = {0};
    const int64_t wire = stripe_number(row, name);
    enum err e = stripe_amount_read(wire < 0 ? -wire : wire, stripe_text(row, "currency"), &amount);
    *out = wire < 0 ? -amount.amount : amount.amount;
    return e ? e : strcmp(amount.currency, l->asking->currency) != 0 ? (enum err)ERR_CURRENCY : OK;
}

/* Its day is midnight by the clock of Greenwich, wherever the business is. */
static void add_payout(struct listing *l, const json_t *row)
{
    struct gateway_payout payout = {.state = payout_state(stripe_text(row, "status")),
                                    .parts = json_is_true(json_object_get(row, "automatic")),
                                    .date = DATE_UNIX_EPOCH +
                                            (int32_t)(stripe_number(row, "arrival_date") / DAY_S)};
    int64_t amount;
    if (signed_amount(l, row, "amount", &amount) != OK)
        return;
    payout.amount = money_of(amount, l->asking->currency);
    payout.id = named(l, row);
    const char *says = stripe_text(row, "statement_descriptor");
    payout.statement = arena_text(l->arena, says, text_cut(says, STATEMENT_MOST));
    if (l->out->payouts.n == l->payouts_room)
        l->out->payouts.v =
            arena_grow(l->arena, l->out->payouts.v, &l->payouts_room, sizeof *l->out->payouts.v);
    l->out->payouts.v[l->out->payouts.n++] = payout;
}

static int64_t *part_of(struct gateway_payout *p, const char *type)
{
    static const char *const charged[] = {"charge", "payment"};
    static const char *const back[] = {"refund", "payment_refund", "refund_failure",
                                       "payment_failure_refund"};
    for (size_t i = 0; i < sizeof charged / sizeof *charged; i++)
        if (strcmp(type, charged[i]) == 0)
            return &p->charged;
    for (size_t i = 0; i < sizeof back / sizeof *back; i++)
        if (strcmp(type, back[i]) == 0)
            return &p->back;
    return strcmp(type, "stripe_fee") == 0 ? &p->fees : &p->other;
}

/* The payout itself is among them; disputes and what else there may be are other. */
static void add_part(struct listing *l, const json_t *row)
{
    struct gateway_payout *p = l->payout;
    const char *type = stripe_text(row, "type");
    int64_t amount, fee;
    if (strcmp(type, "payout") == 0 || l->fault)
        return;
    l->fault = signed_amount(l, row, "amount", &amount);
    if (!l->fault)
        l->fault = signed_amount(l, row, "fee", &fee);
    if (l->fault)
        return;
    int64_t *part = part_of(p, type);
    l->fault = money_add(*part, part == &p->fees || part == &p->back ? -amount : amount, part);
    if (!l->fault)
        l->fault = money_add(p->fees, fee, &p->fees);
}

/* --- reading */

static bool take_row(void *context, json_t *row)
{
    struct listing *l = context;
    l->take(l, row);
    return false;
}

static enum err list_all(struct listing *l, const struct stripe_call *list,
                         void (*take)(struct listing *l, const json_t *row), struct refusal *why)
{
    char said[200] = "";
    l->take = take;
    switch (stripe_rows(list, take_row, l, said)) {
    case STRIPE_NONE: return OK; /* all were looked at */
    case STRIPE_LOST: return refuse(why, ERR_TOO_LARGE, "", "%.150s", said);
    default: return refuse(why, ERR_OFFLINE, "", "%.150s", *said ? said : "the gateway gave no answer");
    }
}

static enum err list_between(struct listing *l, const char *of, const char *field, int64_t from,
                             int64_t until, void (*take)(struct listing *l, const json_t *row),
                             struct refusal *why)
{
    char days[200];
    snprintf(days, sizeof days, "?%s[gte]=%" PRId64 "&%s[lte]=%" PRId64, field, from, field, until);
    return list_all(l, &(struct stripe_call){.gateway = l->gateway, .path = of, .rest = days, .pages = PAGES},
                    take, why);
}

static enum err list_parts(struct listing *l, struct refusal *why)
{
    for (size_t i = 0; i < l->out->payouts.n; i++) {
        l->payout = &l->out->payouts.v[i];
        if (!l->payout->parts) /* made by hand: of what it is made is not told */
            continue;
        enum err e = list_all(
            l,
            &(struct stripe_call){
                .gateway = l->gateway, .path = "/v1/balance_transactions?payout=", .id = l->payout->id},
            add_part, why);
        if (e)
            return e;
        if (l->fault)
            return refuse(why, ERR_OFFLINE, "", "a part of %.60s is no amount in %s", l->payout->id,
                          l->asking->currency);
    }
    return OK;
}

enum err stripe_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                     struct gateway_list *out, struct refusal *why)
{
    struct listing l = {.gateway = g, .arena = a, .asking = asking, .out = out};
    const int64_t from = asking->from / 1000, until = asking->until / 1000;
    out->pays_out = true;
    const int64_t first = (int64_t)(asking->first - DATE_UNIX_EPOCH) * DAY_S,
                  last = (int64_t)(asking->last - DATE_UNIX_EPOCH) * DAY_S + DAY_S - 1;
    enum err e = list_between(&l, "/v1/checkout/sessions", "created", from, until, add, why);
    if (!e)
        e = list_between(&l, "/v1/payment_intents", "created", from, until, add_saved, why);
    if (!e)
        e = list_between(&l, "/v1/refunds", "created", from, asking->back_until / 1000, add_back, why);
    if (!e)
        e = list_between(&l, "/v1/payouts", "arrival_date", first, last, add_payout, why);
    return e ? e : list_parts(&l, why);
}
