/* What went back through gateways, here against there (E15): by the key that it was made with, or by the gateway's own name. */
#include "common/zone.h"
#include "server/ops/report.h"
#include <stdlib.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* Records are in the order in which they were made, so from the newest back to those that no day of these can be of. */
enum err report_read_refunds(struct report *r)
{
    struct call *c = r->c;
    const struct business *b;
    const struct key k = record_key(&c->txn, KIND_REFUND);
    struct id_list ids = {0};
    enum err e = call_business(c, &b);
    if (!e)
        e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    if (e)
        return e;
    const int64_t from = zone_midnight(b->time_zone, r->from) - REPORT_BACK_LATE * DAY_MS;
    struct refund *v = NULL;
    size_t room = 0;
    for (size_t i = ids.n; i-- > 0 && !e;) {
        struct refund back;
        e = record_needed(&c->txn, KIND_REFUND, ids.v[i], &back);
        if (e || (back.created && back.created < from))
            break;
        if (!back.gateway || !*back.gateway || strcmp(back.amount.currency, r->currency) != 0)
            continue;
        if (r->n_refunds == REPORT_MOST)
            return REFUSE(c, ERR_TOO_LARGE, "from",
                          "more than %d refunds were made since: ask for later days", REPORT_MOST);
        if (r->n_refunds == room)
            v = arena_grow(c->arena, v, &room, sizeof *v);
        v[r->n_refunds++] = back;
    }
    r->refunds = v;
    return e;
}

/* --- finding them there */
struct there {
    const char *name;
    struct gateway_charge *charge;
};
struct names {
    struct there *v;
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct there *)a)->name, ((const struct there *)b)->name);
}

static struct names names_of(struct report *r, struct gateway_charges *backs)
{
    struct names names = {arena_alloc(r->c->arena, (2 * backs->n + 1) * sizeof *names.v), 0};
    for (size_t i = 0; i < backs->n; i++) {
        struct gateway_charge *charge = &backs->v[i];
        if (charge->key && *charge->key)
            names.v[names.n++] = (struct there){charge->key, charge};
        if (charge->id && *charge->id)
            names.v[names.n++] = (struct there){charge->id, charge};
    }
    if (names.n)
        qsort(names.v, names.n, sizeof *names.v, by_name);
    return names;
}

static struct gateway_charge *named(const struct names *names, const char *name)
{
    const struct there wanted = {.name = name};
    const struct there *found =
        name && *name && names->n ? bsearch(&wanted, names->v, names->n, sizeof wanted, by_name) : NULL;
    return found ? found->charge : NULL;
}

static int kind_of(const struct report_item *i)
{
    return !i->charge   ? DIFFERS_NOT_THERE
           : !i->refund ? DIFFERS_NOT_HERE
           : !i->there  ? DIFFERS_NOT_PAID_THERE
           : !i->here   ? DIFFERS_NOT_PAID_HERE
                        : DIFFERS_AMOUNT;
}

static struct report_item item_of(const struct refund *back, const struct gateway_charge *charge)
{
    return (struct report_item){.payment = back->through,
                                .refund = back,
                                .charge = charge,
                                .date = back->date,
                                .here = back->state == REFUND_SUCCEEDED ? back->amount.amount : 0,
                                .there = charge && charge->took ? charge->amount.amount : 0};
}

/* What is left there in these days once all that is here, of whatever day, has been found there. */
static enum err strangers(struct report *r, const struct report_gateway *g, const bool *known,
                          struct report_items *items)
{
    const struct business *b;
    enum err e = call_business(r->c, &b);
    for (size_t i = 0; i < g->list.backs.n && !e; i++) {
        const struct gateway_charge *charge = &g->list.backs.v[i];
        const int32_t day = charge->at ? zone_day(b->time_zone, charge->at) : 0;
        if (!known[i] && charge->took && report_of(r, day))
            items->v[items->n++] =
                (struct report_item){.charge = charge, .date = day, .there = charge->amount.amount};
    }
    return e;
}

static enum err one_gateway(struct report *r, struct report_gateway *g)
{
    struct arena *a = r->c->arena;
    struct gateway_charges *backs = &g->list.backs;
    const struct names names = names_of(r, backs);
    struct report_items items = {arena_alloc(a, (r->n_refunds + backs->n + 1) * sizeof *items.v), 0};
    bool *known = arena_alloc(a, (backs->n + 1) * sizeof *known);
    memset(known, 0, (backs->n + 1) * sizeof *known);
    for (size_t i = 0; i < r->n_refunds; i++) {
        const struct refund *back = &r->refunds[i];
        if (strcmp(back->gateway, g->gateway.kind->name) != 0)
            continue;
        const struct gateway_charge *charge = named(&names, back->key);
        charge = charge ? charge : named(&names, back->gateway_id);
        if (charge)
            known[charge - backs->v] = true;
        if (report_of(r, back->date))
            items.v[items.n++] = item_of(back, charge);
    }
    enum err e = g->told ? strangers(r, g, known, &items) : OK;
    if (e || !items.n) /* nothing went back: nothing is said of it */
        return e;
    const char *name = arena_printf(a, "%s refunds", g->gateway.kind->name);
    struct reconcile_source *s = report_source(r, g, name);
    for (size_t i = 0; i < items.n; i++) {
        const struct report_item *item = &items.v[i];
        s->count += item->here != 0;
        s->there_count += item->there != 0;
        if (g->told && item->here != item->there)
            report_row(r, name, kind_of(item), item);
    }
    return report_total(r, &items, s);
}

enum err report_refunds(struct report *r)
{
    enum err e = OK;
    for (size_t i = 0; i < r->asked->n && !e; i++)
        e = one_gateway(r, &r->asked->v[i]);
    return e;
}
