#include "common/sums.h"
#include "common/totals.h"
#include <string.h>

#define KINDS 64 /* more than a document may have: the rest is refused there */

/* What tells a tax from others. */
struct kind_of_tax {
    int64_t percent;
    int category;
    const char *name, *reason; /* never NULL */
};
struct kinds {
    size_t n;
    struct kind_of_tax v[KINDS];
};

static const char *text(const char *s)
{
    return s ? s : "";
}

static struct kind_of_tax of(int64_t percent, int category, const char *name, const char *reason)
{
    return (struct kind_of_tax){percent,
                                category      ? category
                                : percent > 0 ? TAX_STANDARD
                                              : 0,
                                text(name), text(reason)};
}

/* Its place, added when it is new. One without a name is the first that it fits. */
static int kind(struct kinds *k, struct kind_of_tax t)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->v[i].percent == t.percent && k->v[i].category == t.category &&
            (!*t.name || strcmp(k->v[i].name, t.name) == 0) && strcmp(k->v[i].reason, t.reason) == 0)
            return (int)i;
    if (k->n == KINDS)
        return KINDS;
    k->v[k->n] = t;
    return (int)k->n++;
}

static void take_named(struct kinds *k, const struct line *l)
{
    if (*text(l->tax_name))
        kind(k, of(l->tax_percent, l->category, l->tax_name, l->reason));
    if (l->tax2_percent && *text(l->tax2_name))
        kind(k, of(l->tax2_percent, TAX_STANDARD, l->tax2_name, NULL));
}

static void take_line(struct kinds *k, const struct line *l, struct totals_line *t)
{
    *t = (struct totals_line){.quantity = l->quantity,
                              .price = l->price,
                              .discount_percent = l->discount_percent,
                              .discount_amount = l->discount.amount,
                              .tax_percent = l->tax_percent,
                              .tax2_percent = l->tax2_percent};
    t->tax_kind = kind(k, of(l->tax_percent, l->category, l->tax_name, l->reason));
    if (l->tax2_percent)
        t->tax2_kind = kind(k, of(l->tax2_percent, TAX_STANDARD, l->tax2_name, NULL));
}

static int shipping_kind(struct kinds *k, const struct document *d)
{
    bool named = d->shipping_category || *text(d->shipping_tax_name) || *text(d->shipping_reason);
    for (size_t i = 0; i < k->n && !named; i++)
        if (k->v[i].percent == d->shipping_tax_percent)
            return (int)i;
    return kind(k,
                of(d->shipping_tax_percent, d->shipping_category, d->shipping_tax_name, d->shipping_reason));
}

static void give(struct arena *a, struct document *d, const struct totals_line *lines, const struct totals *t,
                 const struct kinds *k)
{
    for (size_t i = 0; i < d->lines.n; i++) {
        struct line *l = &d->lines.v[i];
        l->net = money_of(lines[i].net, d->currency);
        if (!l->category && l->tax_percent > 0)
            l->category = TAX_STANDARD;
    }
    d->taxes = (struct tax_sum_list){t->rates, arena_alloc(a, (t->rates + 1) * sizeof(struct tax_sum))};
    for (size_t i = 0; i < t->rates; i++) {
        const struct totals_rate *r = &t->rate[i];
        const struct kind_of_tax *of = &k->v[r->kind];
        d->taxes.v[i] = (struct tax_sum){.percent = r->percent,
                                         .base = money_of(r->base, d->currency),
                                         .tax = money_of(r->tax, d->currency),
                                         .name = *of->name ? of->name : NULL,
                                         .category = of->category,
                                         .reason = *of->reason ? of->reason : NULL};
    }
    d->subtotal = money_of(t->subtotal, d->currency);
    d->discount = money_of(t->discount, d->currency);
    d->tax = money_of(t->tax, d->currency);
    d->total = money_of(t->total, d->currency);
}

/* A line's discount has a shorter name in the shape than in the computation. */
static void shape_names(struct refusal *why)
{
    static const char tail[] = ".discount_amount";
    size_t size = strlen(why->field);
    if (size >= sizeof tail && strcmp(why->field + size - (sizeof tail - 1), tail) == 0)
        why->field[size - strlen("_amount")] = '\0';
}

enum err sums_compute(struct arena *a, struct document *d, struct refusal *why)
{
    struct totals_line *lines = arena_alloc(a, (d->lines.n + 1) * sizeof *lines);
    struct kinds kinds = {.n = 0};
    struct totals totals;
    for (size_t i = 0; i < d->lines.n; i++) /* those with a name are there before those without */
        take_named(&kinds, &d->lines.v[i]);
    for (size_t i = 0; i < d->lines.n; i++)
        take_line(&kinds, &d->lines.v[i], &lines[i]);
    struct totals_in in = {.currency = d->currency,
                           .tax_inclusive = d->tax_inclusive,
                           .tax_per_line = d->tax_per_line,
                           .discount_percent = d->discount_percent,
                           .discount_amount = d->discount_amount.amount,
                           .shipping = d->shipping.amount,
                           .shipping_tax_percent = d->shipping_tax_percent,
                           .adjustment = d->adjustment.amount,
                           .lines = lines,
                           .n = d->lines.n};
    if (in.shipping)
        in.shipping_tax_kind = shipping_kind(&kinds, d);
    enum err e = totals_compute(&in, &totals, why);
    if (!e)
        give(a, d, lines, &totals, &kinds);
    else if (why)
        shape_names(why);
    return e;
}
