/* What an invoice of the file comes to by our computation, where the file leaves a choice. */
#include "common/sums.h"
#include "proto/ctl/zoho_invoices.h"
#include <string.h>

/* Its total under one of the two roundings of tax; false when it can not be computed. */
static bool total_of(const struct zoho_invoice *g, bool tax_per_line, int64_t *total)
{
    struct arena *a = arena_open();
    struct document d = g->document;
    d.lines.v = arena_copy(a, d.lines.v, d.lines.n * sizeof *d.lines.v);
    d.tax_per_line = tax_per_line;
    enum err e = sums_compute(a, &d, NULL);
    arena_close(a);
    if (!e)
        *total = d.total.amount;
    return !e;
}

static bool adds_up(const struct zoho_invoice *g)
{
    int64_t total;
    for (int way = 0; way < 2; way++)
        if (total_of(g, way, &total) && total == g->in.total.amount)
            return true;
    return false;
}

/* The smallest amount of the currency less is taken off: half an amount was rounded down by the source. */
static void round_down(struct zoho_invoice *g, int64_t by)
{
    struct document *d = &g->document;
    if (d->discount_amount.amount)
        d->discount_amount.amount += by;
    for (size_t i = 0; i < d->lines.n; i++)
        if (d->lines.v[i].discount.amount)
            d->lines.v[i].discount.amount += by;
    if (g->off_after.amount)
        d->adjustment.amount -= by;
}

/* Our documents have discounts before tax only. What is taken off behind it is an untaxed amount at the end. */
static void take_off_after_tax(struct zoho_invoice *g)
{
    struct document *d = &g->document;
    int64_t off = g->off_after.amount, whole;
    for (size_t i = 0; i < d->lines.n; i++) {
        struct line *l = &d->lines.v[i];
        int64_t gross, part = 0;
        if (!l->discount.amount && !l->discount_percent)
            continue;
        if (money_extend(l->quantity, l->price, currency_digits(d->currency), &gross) == OK &&
            money_mul_div(gross, l->discount_percent, 100 * DECIMAL_ONE, &part) == OK)
            off += part + l->discount.amount;
        l->discount = (struct money){0, ""};
        l->discount_percent = 0;
    }
    if (g->percent_after && total_of(g, false, &whole) &&
        money_mul_div(whole - d->adjustment.amount, g->percent_after, 100 * DECIMAL_ONE, &whole) == OK)
        off += whole;
    if (!off)
        return;
    d->adjustment = money_of(d->adjustment.amount - off, d->currency);
    g->off_after.amount = off;
    import_note(g->first.set, "a discount after tax was taken as an adjustment", d->number);
}

/* Of a percentage and an amount that say different things, the one that gives the total. */
static void percent_or_amount(struct zoho_invoice *g)
{
    struct document *d = &g->document;
    int64_t percent = d->discount_percent;
    if (!percent || !g->off.amount || adds_up(g))
        return;
    d->discount_percent = 0;
    d->discount_amount = g->off;
    if (adds_up(g))
        return;
    d->discount_percent = percent;
    d->discount_amount = (struct money){0, ""};
}

void zoho_total(struct zoho_invoice *g)
{
    struct document *d = &g->document;
    if (g->round_off.amount)
        d->adjustment = money_of(d->adjustment.amount + g->round_off.amount, d->currency);
    if (g->after_tax)
        take_off_after_tax(g);
    percent_or_amount(g);
    if (!g->rough || adds_up(g)) {
        if (g->rough)
            import_note(g->first.set,
                        "a discount with more decimals than the currency was rounded as the total says",
                        d->number);
        return;
    }
    round_down(g, -1);
    if (adds_up(g))
        import_note(g->first.set,
                    "a discount with more decimals than the currency was rounded as the total says",
                    d->number);
    else
        round_down(g, 1);
}
