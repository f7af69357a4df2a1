#include "common/totals.h"
#include "common/money.h"
#include "common/share.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HUNDRED (100 * DECIMAL_ONE)

struct row {
    int64_t percent, net, base, tax; /* net: of its lines, before the document's discount */
    int kind;
    bool lines;
};
#define NONE TOTALS_RATES /* no second tax */
/* What has the same tax, or the same two: places of their rows. */
struct group {
    size_t a, b;
    bool there;
    int64_t net;
    int64_t amount; /* less its share of the discount */
};
struct work {
    const struct totals_in *in;
    struct refusal *why;
    int digits;
    struct totals out;
    size_t rows;
    struct row row[TOTALS_RATES];
    struct group group[TOTALS_RATES]
                      [TOTALS_RATES + 1]; /* by a, then none, then b; of the rows there are (no_groups) */
    struct share *share;                  /* one for each line */
};

static enum err refuse_line(struct work *w, enum err code, size_t i, const char *name, const char *detail)
{
    char field[sizeof w->why->field];
    snprintf(field, sizeof field, "lines.%zu.%s", i, name);
    return refuse(w->why, code, field, "%s", detail);
}

static enum err too_large(struct work *w, const char *field)
{
    return refuse(w->why, ERR_OVERFLOW, field, "the amount is larger than can be kept exactly");
}

static bool is_percent(int64_t percent)
{
    return percent >= 0 && percent <= HUNDRED;
}

/* *to += amount; field names the sum. */
static enum err add(struct work *w, int64_t *to, int64_t amount, const char *field)
{
    return money_add(*to, amount, to) ? too_large(w, field) : OK;
}

/* percent of amount; never larger than amount, which is within MONEY_MAX. */
static int64_t part(int64_t amount, int64_t percent)
{
    int64_t result = 0;
    enum err e = money_mul_div(amount, percent, HUNDRED, &result);
    (void)e;
    return result;
}

/* Of prices that contain it: both is the sum of the rates that they contain. */
static int64_t tax_of(const struct work *w, int64_t amount, int64_t percent, int64_t both)
{
    if (!w->in->tax_inclusive)
        return part(amount, percent);
    int64_t result = 0;
    enum err e = money_mul_div(amount, percent, HUNDRED + both, &result);
    (void)e;
    return result;
}

static enum err line_net(struct work *w, size_t i, int64_t *net)
{
    const struct totals_line *l = &w->in->lines[i];
    if (l->quantity < 0)
        return refuse_line(w, ERR_INVALID, i, "quantity",
                           "a quantity is not negative; a deduction has a negative price");
    if (!is_percent(l->discount_percent))
        return refuse_line(w, ERR_INVALID, i, "discount_percent", "a percentage lies between 0 and 100");
    if (!is_percent(l->tax_percent))
        return refuse_line(w, ERR_INVALID, i, "tax_percent", "a percentage lies between 0 and 100");
    if (!is_percent(l->tax2_percent))
        return refuse_line(w, ERR_INVALID, i, "tax2_percent", "a percentage lies between 0 and 100");
    if (l->tax2_percent && l->tax2_percent == l->tax_percent && l->tax2_kind == l->tax_kind)
        return refuse_line(w, ERR_INVALID, i, "tax2_percent", "is the same tax as the first");
    if (l->discount_percent && l->discount_amount)
        return refuse_line(w, ERR_INVALID, i, "discount_amount",
                           "a discount is a percentage or an amount, not both");
    int64_t gross;
    if (money_extend(l->quantity, l->price, w->digits, &gross))
        return refuse_line(w, ERR_OVERFLOW, i, "price",
                           "quantity times price is larger than can be kept exactly");
    if (l->discount_amount < 0 || (l->discount_amount && l->discount_amount > gross))
        return refuse_line(w, ERR_INVALID, i, "discount_amount",
                           "a discount lies between nothing and the whole line");
    *net = gross - part(gross, l->discount_percent) - l->discount_amount;
    return OK;
}

/* The row of a tax, made in its place when there is none; NULL when there are too many. Rows move while others are made. */
static struct row *row_of(struct work *w, int64_t percent, int kind)
{
    size_t i = 0;
    while (i < w->rows &&
           (w->row[i].percent < percent || (w->row[i].percent == percent && w->row[i].kind < kind)))
        i++;
    if (i < w->rows && w->row[i].percent == percent && w->row[i].kind == kind)
        return &w->row[i];
    if (w->rows == TOTALS_RATES)
        return NULL;
    for (size_t j = w->rows++; j > i; j--)
        w->row[j] = w->row[j - 1];
    w->row[i] = (struct row){.percent = percent, .kind = kind};
    return &w->row[i];
}

static enum err sum_lines(struct work *w)
{
    for (size_t i = 0; i < w->in->n; i++) {
        const struct totals_line *l = &w->in->lines[i];
        int64_t net = 0;
        enum err e = line_net(w, i, &net);
        if (e)
            return e;
        w->share[i] = (struct share){.rank = i, .net = net};
        struct row *row = row_of(w, l->tax_percent, l->tax_kind);
        if (!row)
            return refuse_line(w, ERR_INVALID, i, "tax_percent", "a document has at most 16 taxes");
        row->lines = true;
        if ((e = add(w, &row->net, net, "subtotal")) || (e = add(w, &w->out.subtotal, net, "subtotal")))
            return e;
        if (l->tax2_percent && !row_of(w, l->tax2_percent, l->tax2_kind))
            return refuse_line(w, ERR_INVALID, i, "tax2_percent", "a document has at most 16 taxes");
    }
    return OK;
}

/* When all rows are there: mostly one or two, of which this is far less than the whole. */
static void no_groups(struct work *w)
{
    for (size_t i = 0; i < w->rows; i++)
        memset(w->group[i], 0, (w->rows + 1) * sizeof *w->group[i]);
}

/* Which of the two is named first makes no difference. */
static struct group *group_of(struct work *w, const struct row *a, const struct row *b)
{
    if (b && b < a) {
        const struct row *first = b;
        b = a;
        a = first;
    }
    size_t i = (size_t)(a - w->row), j = b ? (size_t)(b - w->row) : NONE;
    struct group *g = &w->group[i][b ? j + 1 : 0];
    *g = (struct group){.a = i, .b = j, .there = true, .net = g->net, .amount = g->amount};
    return g;
}

/* Of a line; all its rows are there. */
static struct group *line_group(struct work *w, size_t i)
{
    const struct totals_line *l = &w->in->lines[i];
    return group_of(w, row_of(w, l->tax_percent, l->tax_kind),
                    l->tax2_percent ? row_of(w, l->tax2_percent, l->tax2_kind) : NULL);
}

static enum err document_discount(struct work *w)
{
    const struct totals_in *in = w->in;
    if (!is_percent(in->discount_percent))
        return refuse(w->why, ERR_INVALID, "discount_percent", "a percentage lies between 0 and 100");
    if (in->discount_percent && in->discount_amount)
        return refuse(w->why, ERR_INVALID, "discount_amount",
                      "a discount is a percentage or an amount, not both");
    if (in->discount_percent && w->out.subtotal < 0)
        return refuse(w->why, ERR_INVALID, "discount_percent", "there is nothing to take a discount from");
    if (in->discount_amount < 0 || (in->discount_amount && in->discount_amount > w->out.subtotal))
        return refuse(w->why, ERR_INVALID, "discount_amount",
                      "a discount lies between nothing and the subtotal");
    w->out.discount = in->discount_amount + part(w->out.subtotal, in->discount_percent);
    return OK;
}

/* Adds a taxable amount to the rows of its taxes, with the tax on it where that is rounded at once: not where it is taken from the
 * sum of prices without tax. */
static enum err take(struct work *w, struct group *g, int64_t amount)
{
    const struct totals_in *in = w->in;
    struct row *a = &w->row[g->a], *b = g->b == NONE ? NULL : &w->row[g->b];
    bool now = in->tax_inclusive || in->tax_per_line;
    int64_t both = a->percent + (b ? b->percent : 0);
    int64_t first = now ? tax_of(w, amount, a->percent, both) : 0;
    int64_t second = now && b ? tax_of(w, amount, b->percent, both) : 0;
    int64_t base = in->tax_inclusive ? amount - first - second : amount;
    enum err e = add(w, &a->base, base, "subtotal");
    if (!e)
        e = add(w, &g->amount, amount, "subtotal");
    if (!e)
        e = add(w, &a->tax, first, "tax");
    if (!e && b)
        e = add(w, &b->base, base, "subtotal");
    if (!e && b)
        e = add(w, &b->tax, second, "tax");
    return e;
}

static enum err group_lines(struct work *w)
{
    enum err e = OK;
    for (size_t i = 0; i < w->in->n && !e; i++)
        e = add(w, &line_group(w, i)->net, w->share[i].net, "subtotal");
    return e;
}

static enum err tax_sums(struct work *w, struct group *shipping)
{
    struct share share[TOTALS_RATES * (TOTALS_RATES + 1)];
    struct group *of[TOTALS_RATES * (TOTALS_RATES + 1)];
    size_t n = 0;
    enum err e = group_lines(w);
    if (e)
        return e;
    for (size_t i = 0; i < w->rows; i++)
        for (size_t j = 0; j <= w->rows; j++)
            if (w->group[i][j].there) {
                of[n] = &w->group[i][j];
                share[n] = (struct share){.rank = n, .net = of[n]->net};
                n++;
            }
    share_out(w->out.discount, w->out.subtotal, share, n);
    for (size_t i = 0; i < n && !e; i++) {
        int64_t amount = share[i].net - share[i].amount;
        e = of[i] == shipping ? add(w, &amount, w->in->shipping, "shipping") : OK;
        if (!e)
            e = take(w, of[i], amount);
    }
    for (size_t i = 0; i < w->rows && !w->in->tax_inclusive; i++)
        w->row[i].tax = part(w->row[i].base, w->row[i].percent);
    return e;
}

static enum err tax_lines(struct work *w, struct group *shipping)
{
    share_out(w->out.discount, w->out.subtotal, w->share, w->in->n);
    for (size_t i = 0; i < w->in->n; i++) {
        enum err e = take(w, line_group(w, i), w->share[i].net - w->share[i].amount);
        if (e)
            return e;
    }
    return shipping ? take(w, shipping, w->in->shipping) : OK;
}

static enum err document_tax(struct work *w)
{
    const struct totals_in *in = w->in;
    if (in->shipping < 0)
        return refuse(w->why, ERR_INVALID, "shipping", "shipping is not negative");
    if (in->shipping > MONEY_MAX)
        return too_large(w, "shipping");
    if (!is_percent(in->shipping_tax_percent))
        return refuse(w->why, ERR_INVALID, "shipping_tax_percent", "a percentage lies between 0 and 100");
    struct row *shipping = NULL;
    if (in->shipping && !(shipping = row_of(w, in->shipping_tax_percent, in->shipping_tax_kind)))
        return refuse(w->why, ERR_INVALID, "shipping_tax_percent", "a document has at most 16 taxes");
    no_groups(w);
    struct group *g = shipping ? group_of(w, shipping, NULL) : NULL;
    return in->tax_per_line ? tax_lines(w, g) : tax_sums(w, g);
}

static void tell_groups(struct work *w)
{
    struct totals *out = &w->out;
    for (size_t i = 0; i < w->rows; i++)
        for (size_t j = 0; j <= w->rows; j++) {
            const struct group *g = &w->group[i][j];
            const struct row *a = &w->row[g->a], *b = g->there && g->b != NONE ? &w->row[g->b] : NULL;
            if (g->there)
                out->group[out->groups++] = (struct totals_group){a->percent, b ? b->percent : 0, a->kind,
                                                                  b ? b->kind : 0, g->amount};
        }
}

static enum err sum_up(struct work *w)
{
    struct totals *out = &w->out;
    enum err e;
    for (size_t i = 0; i < w->rows; i++) {
        const struct row *r = &w->row[i];
        if ((e = add(w, &out->tax, r->tax, "tax")))
            return e;
        if (r->base || r->tax || (r->percent == 0 && r->lines))
            out->rate[out->rates++] = (struct totals_rate){r->percent, r->kind, r->base, r->tax};
    }
    tell_groups(w);
    out->shipping = w->in->shipping;
    out->adjustment = w->in->adjustment;
    if (out->adjustment > MONEY_MAX || out->adjustment < -MONEY_MAX)
        return too_large(w, "adjustment");
    out->total = out->subtotal - out->discount;
    if ((e = add(w, &out->total, out->shipping, "total")) ||
        (e = add(w, &out->total, w->in->tax_inclusive ? 0 : out->tax, "total")) ||
        (e = add(w, &out->total, out->adjustment, "total")))
        return e;
    if (out->total < 0)
        return refuse(w->why, ERR_INVALID, "total", "a document cannot come to less than nothing");
    return OK;
}

/* Not what has no place among its groups and rates. */
static void give(const struct totals *from, struct totals *out)
{
    memcpy(out, from, offsetof(struct totals, group));
    memcpy(out->group, from->group, from->groups * sizeof *from->group);
    out->rates = from->rates;
    memcpy(out->rate, from->rate, from->rates * sizeof *from->rate);
}

enum err totals_compute(struct totals_in *in, struct totals *out, struct refusal *why)
{
    struct work w;
    memset(&w, 0, offsetof(struct work, out));
    memset(&w.out, 0, offsetof(struct totals, group));
    w.in = in;
    w.why = why;
    w.digits = currency_digits(in->currency);
    w.out.rates = w.rows = 0;
    if (w.digits < 0)
        return refuse(why, ERR_CURRENCY, "currency", "that currency is not in the list of ISO 4217");
    w.share = calloc(in->n + 1, sizeof *w.share);
    if (!w.share)
        return refuse(why, ERR_NO_MEMORY, "", "there is not enough memory for the lines");
    enum err e = sum_lines(&w);
    if (!e)
        e = document_discount(&w);
    if (!e)
        e = document_tax(&w);
    if (!e)
        e = sum_up(&w);
    if (!e) {
        for (size_t i = 0; i < in->n; i++)
            in->lines[i].net = w.share[i].net;
        give(&w.out, out);
    }
    free(w.share);
    return e;
}
