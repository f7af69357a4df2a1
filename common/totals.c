#include "common/totals.h"
#include "common/money.h"
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef __int128 wide;

#define HUNDRED (100 * DECIMAL_ONE)

/* One party to the document's discount: a rate, or a line. */
struct share {
    size_t rank; /* its place before sorting */
    int64_t net, amount, fraction;
};
struct row {
    int64_t percent, net, base, tax; /* net: of its lines, before the document's discount */
    bool lines;
};
struct work {
    const struct totals_in *in;
    struct refusal *why;
    int digits;
    struct totals out;
    size_t rows;
    struct row row[TOTALS_RATES];
    struct share *share; /* one for each line */
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

static int64_t tax_of(const struct work *w, int64_t amount, int64_t percent)
{
    if (!w->in->tax_inclusive)
        return part(amount, percent);
    int64_t result = 0;
    enum err e = money_mul_div(amount, percent, HUNDRED + percent, &result);
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

/* The row of a rate, made in its place when there is none; NULL when there are too many. */
static struct row *row_of(struct work *w, int64_t percent)
{
    size_t i = 0;
    while (i < w->rows && w->row[i].percent < percent)
        i++;
    if (i < w->rows && w->row[i].percent == percent)
        return &w->row[i];
    if (w->rows == TOTALS_RATES)
        return NULL;
    for (size_t j = w->rows++; j > i; j--)
        w->row[j] = w->row[j - 1];
    w->row[i] = (struct row){.percent = percent};
    return &w->row[i];
}

static enum err sum_lines(struct work *w)
{
    for (size_t i = 0; i < w->in->n; i++) {
        int64_t net = 0;
        enum err e = line_net(w, i, &net);
        if (e)
            return e;
        w->share[i] = (struct share){.rank = i, .net = net};
        struct row *row = row_of(w, w->in->lines[i].tax_percent);
        if (!row)
            return refuse_line(w, ERR_INVALID, i, "tax_percent", "a document has at most 16 rates");
        row->lines = true;
        if ((e = add(w, &row->net, net, "subtotal")) || (e = add(w, &w->out.subtotal, net, "subtotal")))
            return e;
    }
    return OK;
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

static int by_fraction(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    if (x->fraction != y->fraction)
        return x->fraction > y->fraction ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static int by_rank(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Shares the discount over n parties whose nets add up to the subtotal, which is > 0 when there is a discount. */
static void share_discount(const struct work *w, struct share *share, size_t n)
{
    if (!w->out.discount)
        return;
    int64_t rest = w->out.discount;
    for (size_t i = 0; i < n; i++) {
        wide exact = (wide)w->out.discount * share[i].net;
        wide whole = exact / w->out.subtotal;
        if (exact % w->out.subtotal < 0)
            whole--;
        share[i].amount = (int64_t)whole;
        share[i].fraction = (int64_t)(exact - whole * w->out.subtotal);
        rest -= share[i].amount;
    }
    qsort(share, n, sizeof *share, by_fraction);
    for (size_t i = 0; rest > 0; i++, rest--) /* fewer than there are fractions, which are each below one */
        share[i].amount++;
    qsort(share, n, sizeof *share, by_rank);
}

/* Adds a taxable amount to its row and rounds its tax at once. */
static enum err tax_now(struct work *w, struct row *row, int64_t amount)
{
    int64_t tax = tax_of(w, amount, row->percent);
    enum err e = add(w, &row->base, w->in->tax_inclusive ? amount - tax : amount, "subtotal");
    return e ? e : add(w, &row->tax, tax, "tax");
}

static enum err tax_rates(struct work *w, const struct row *shipping)
{
    struct share share[TOTALS_RATES];
    for (size_t i = 0; i < w->rows; i++)
        share[i] = (struct share){.rank = i, .net = w->row[i].net};
    share_discount(w, share, w->rows);
    for (size_t i = 0; i < w->rows; i++) {
        struct row *row = &w->row[i];
        int64_t amount = share[i].net - share[i].amount;
        enum err e = row == shipping ? add(w, &amount, w->in->shipping, "shipping") : OK;
        if (e || (e = tax_now(w, row, amount)))
            return e;
    }
    return OK;
}

static enum err tax_lines(struct work *w, struct row *shipping)
{
    share_discount(w, w->share, w->in->n);
    for (size_t i = 0; i < w->in->n; i++) {
        struct row *row = row_of(w, w->in->lines[i].tax_percent);
        enum err e = tax_now(w, row, w->share[i].net - w->share[i].amount);
        if (e)
            return e;
    }
    return shipping ? tax_now(w, shipping, w->in->shipping) : OK;
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
    if (in->shipping && !(shipping = row_of(w, in->shipping_tax_percent)))
        return refuse(w->why, ERR_INVALID, "shipping_tax_percent", "a document has at most 16 rates");
    return in->tax_per_line ? tax_lines(w, shipping) : tax_rates(w, shipping);
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
            out->rate[out->rates++] = (struct totals_rate){r->percent, r->base, r->tax};
    }
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

enum err totals_compute(struct totals_in *in, struct totals *out, struct refusal *why)
{
    struct work w = {.in = in, .why = why, .digits = currency_digits(in->currency)};
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
        *out = w.out;
    }
    free(w.share);
    return e;
}
