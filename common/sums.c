#include "common/sums.h"
#include "common/share.h"
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

/* --- deposits --------------------------------------------------------------------------------------------------------- */
static enum err no_sum(struct refusal *why, const char *field)
{
    return refuse(why, ERR_OVERFLOW, field, "the amount is larger than can be kept exactly");
}

bool sums_same_tax(const struct tax_sum *a, const struct tax_sum *b)
{
    return a->percent == b->percent && a->category == b->category &&
           strcmp(text(a->name), text(b->name)) == 0 && strcmp(text(a->reason), text(b->reason)) == 0;
}

/* Takes the tax of a deposit off the row of its kind; it gets one where the invoice has none of it. */
static bool take_tax(struct tax_sum_list *rows, const struct tax_sum *less)
{
    size_t i = 0;
    while (i < rows->n && !sums_same_tax(&rows->v[i], less))
        i++;
    if (i == TOTALS_RATES)
        return false;
    if (i == rows->n) {
        rows->v[rows->n++] = *less;
        rows->v[i].base.amount = rows->v[i].tax.amount = 0;
    }
    rows->v[i].base.amount -= less->base.amount;
    rows->v[i].tax.amount -= less->tax.amount;
    return true;
}

static enum err deduct(struct arena *a, struct document *d, struct refusal *why)
{
    struct tax_sum_list rows = {d->taxes.n, arena_alloc(a, (TOTALS_RATES + 1) * sizeof *rows.v)};
    int64_t total = d->total.amount, tax = d->tax.amount, all = 0;
    for (size_t i = 0; i < rows.n; i++)
        rows.v[i] = d->taxes.v[i];
    for (size_t i = 0; i < d->deductions.n; i++) {
        const struct deduction *x = &d->deductions.v[i];
        for (size_t k = 0; k < x->taxes.n; k++) {
            if (!take_tax(&rows, &x->taxes.v[k]))
                return refuse(why, ERR_INVALID, "lines", "with the deposit it has more than 16 taxes");
            tax -= x->taxes.v[k].tax.amount;
        }
        if (money_add(all, x->amount.amount, &all))
            return no_sum(why, "total");
    }
    total -= all;
    if (total < 0)
        return refuse(
            why, ERR_INVALID, "total",
            "it comes to less than the deposit that it deducts: credit a part of the deposit first");
    d->taxes.n = 0;
    for (size_t i = 0; i < rows.n;
         i++) /* a row that came to nothing is none, but one of zero per cent says why */
        if (rows.v[i].base.amount || rows.v[i].tax.amount || !rows.v[i].percent)
            rows.v[d->taxes.n++] = rows.v[i];
    d->taxes.v = rows.v;
    d->tax.amount = tax;
    d->total.amount = total;
    d->deducted = money_of(all, d->currency);
    return OK;
}

/* What is asked for when an estimate is accepted. */
static enum err ask_deposit(struct document *d, struct refusal *why)
{
    const bool amount = d->deposit_amount.amount != 0;
    const char *field = amount ? "deposit_amount" : "deposit_percent";
    int64_t asked = d->deposit_amount.amount;
    d->deposit = (struct money){0};
    if (!amount && !d->deposit_percent)
        return OK;
    if (amount && d->deposit_percent)
        return refuse(why, ERR_INVALID, field, "a deposit is a percentage or an amount, not both");
    if (amount && d->deposit_amount.currency[0] && strcmp(d->deposit_amount.currency, text(d->currency)) != 0)
        return refuse(why, ERR_CURRENCY, field, "the document is in %s", d->currency);
    if (!amount && money_mul_div(d->total.amount, d->deposit_percent, 100 * DECIMAL_ONE, &asked))
        return no_sum(why, field);
    if (asked < 0 || asked > d->total.amount)
        return refuse(why, ERR_INVALID, field, "a deposit lies between nothing and the total");
    d->deposit = money_of(asked, d->currency);
    return OK;
}

/* What a group comes to with its taxes, which are taken from the sums of their rates where prices are without: as a weight this is near enough. */
static int64_t weight(const struct totals_group *g, bool inclusive)
{
    int64_t first = 0, second = 0;
    if (inclusive)
        return g->amount;
    if (money_mul_div(g->amount, g->percent, 100 * DECIMAL_ONE, &first) ||
        money_mul_div(g->amount, g->percent2, 100 * DECIMAL_ONE, &second))
        return g->amount;
    return g->amount + first + second;
}

/* So many minor units, exactly, however many: a quantity of as many millionths. */
static struct line deposit_line(const struct totals_group *g, const struct kinds *k, int64_t amount,
                                int digits, const char *name)
{
    const struct kind_of_tax *a = &k->v[g->kind], *b = g->percent2 ? &k->v[g->kind2] : NULL;
    struct line l = {.name = name,
                     .quantity = DECIMAL_ONE,
                     .tax_percent = a->percent,
                     .tax_name = *a->name ? a->name : NULL,
                     .category = a->category,
                     .reason = *a->reason ? a->reason : NULL,
                     .tax2_percent = b ? b->percent : 0,
                     .tax2_name = b && *b->name ? b->name : NULL};
    int64_t unit = DECIMAL_ONE;
    for (int i = 0; i < digits; i++)
        unit /= 10;
    const int64_t most = INT64_C(1000000000) * DECIMAL_ONE / unit; /* what a price goes up to */
    if (amount <= most && -amount <= most) {
        l.price = amount * unit;
    } else {
        l.quantity = amount < 0 ? -amount : amount;
        l.price = (amount < 0 ? -unit : unit) * DECIMAL_ONE;
    }
    return l;
}

static void share_deposit(struct arena *a, const struct document *d, const struct totals *t,
                          const struct kinds *k, const char *name, struct document *deposit)
{
    const int digits = currency_digits(d->currency);
    struct share *share = arena_alloc(a, (t->groups + 1) * sizeof *share);
    int64_t sum = d->adjustment.amount;
    share[t->groups] = (struct share){.rank = t->groups, .net = sum};
    for (size_t i = 0; i < t->groups; i++) {
        share[i] = (struct share){.rank = i, .net = weight(&t->group[i], d->tax_inclusive)};
        sum += share[i].net;
    }
    deposit->lines = (struct line_list){0, arena_alloc(a, (t->groups + 1) * sizeof(struct line))};
    if (sum > 0)
        share_out(d->deposit.amount, sum, share, t->groups + 1);
    for (size_t i = 0; i < t->groups; i++)
        if (share[i].amount || (t->groups == 1 && sum > 0))
            deposit->lines.v[deposit->lines.n++] =
                deposit_line(&t->group[i], k, share[i].amount, digits, name);
    deposit->adjustment = money_of(share[t->groups].amount, d->currency);
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */
static enum err compute(const struct document *d, struct kinds *kinds, struct totals *totals,
                        struct totals_line *lines, struct refusal *why)
{
    for (size_t i = 0; i < d->lines.n; i++) /* those with a name are there before those without */
        take_named(kinds, &d->lines.v[i]);
    for (size_t i = 0; i < d->lines.n; i++)
        take_line(kinds, &d->lines.v[i], &lines[i]);
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
        in.shipping_tax_kind = shipping_kind(kinds, d);
    enum err e = totals_compute(&in, totals, why);
    if (e && why)
        shape_names(why);
    return e;
}

enum err sums_compute(struct arena *a, struct document *d, struct refusal *why)
{
    struct totals_line *lines = arena_alloc(a, (d->lines.n + 1) * sizeof *lines);
    struct kinds kinds = {.n = 0};
    struct totals totals;
    struct document done = *d;
    enum err e = compute(d, &kinds, &totals, lines, why);
    if (e)
        return e;
    done.deducted = (struct money){0};
    give(a, &done, lines, &totals, &kinds);
    if (done.deductions.n)
        e = deduct(a, &done, why);
    if (!e)
        e = ask_deposit(&done, why);
    if (!e)
        *d = done;
    return e;
}

enum err sums_deposit(struct arena *a, const struct document *d, const char *name, struct document *deposit,
                      struct refusal *why)
{
    struct totals_line *lines = arena_alloc(a, (d->lines.n + 1) * sizeof *lines);
    struct kinds kinds = {.n = 0};
    struct totals totals;
    enum err e = compute(d, &kinds, &totals, lines, why);
    if (e)
        return e;
    deposit->tax_inclusive =
        true; /* any amount comes out so; net and tax on it would miss many (EN 16931, 3 × 9.99 at 19 %) */
    deposit->tax_per_line = false;
    deposit->discount_percent = deposit->shipping_tax_percent = 0;
    deposit->discount_amount = deposit->shipping = (struct money){0};
    share_deposit(a, d, &totals, &kinds, name, deposit);
    return sums_compute(a, deposit, why);
}
