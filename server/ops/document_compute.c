/* Lines completed from items and taxes, and what a document adds up to. */
#include "server/ops/document.h"
#include "common/totals.h"
#include <stdio.h>
#include <string.h>

static const char *line_field(struct call *c, size_t i, const char *name)
{
    return arena_printf(c->arena, "lines.%zu.%s", i, name);
}

/* --- completing ----------------------------------------------------------------------------------------------------- */
static enum err fill_from_item(struct call *c, const struct document *d, size_t i, struct line *l)
{
    struct item item;
    const struct business *b;
    enum err e = call_business(c, &b);
    if (!e)
        e = record_get(&c->txn, KIND_ITEM, l->item, &item);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, line_field(c, i, "item"), "there is no such item");
    if (e)
        return e;
    if (!GIVEN(line, l, name))
        l->name = item.name;
    if (!GIVEN(line, l, description))
        l->description = item.description;
    if (!GIVEN(line, l, unit))
        l->unit = item.unit;
    if (!GIVEN(line, l, tax) && !GIVEN(line, l, tax_name) && !GIVEN(line, l, tax_percent))
        l->tax = item.tax;
    if (GIVEN(line, l, price))
        return OK;
    if (!b->currency || strcmp(b->currency, d->currency) != 0)
        return REFUSE(c, ERR_INVALID, line_field(c, i, "price"),
                      "has to be given in %s: the item's price is in %s", d->currency,
                      b->currency ? b->currency : "no currency");
    l->price = item.price;
    return OK;
}

static enum err fill_from_tax(struct call *c, size_t i, struct line *l)
{
    struct tax tax;
    enum err e = record_get(&c->txn, KIND_TAX, l->tax, &tax);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, line_field(c, i, "tax"), "there is no such tax");
    if (e)
        return e;
    l->tax_name = tax.name;
    l->tax_percent = tax.percent;
    return OK;
}

/* The given lines belong to the request, which may be run again: a copy is completed. */
enum err document_resolve_lines(struct call *c, struct document *d)
{
    struct line *lines = arena_copy(c->arena, d->lines.v, d->lines.n * sizeof *lines);
    enum err e = OK;
    for (size_t i = 0; i < d->lines.n && !e; i++) {
        struct line *l = &lines[i];
        if (l->item)
            e = fill_from_item(c, d, i, l);
        if (!e && l->tax)
            e = fill_from_tax(c, i, l);
        if (!e && (!l->name || !*l->name))
            e = REFUSE(c, ERR_INVALID, line_field(c, i, "name"),
                       "has to be given where there is no item to take it from");
    }
    d->lines.v = lines;
    return e;
}

/* --- adding up ------------------------------------------------------------------------------------------------------ */
static enum err same_currency(struct call *c, const struct document *d, const struct money *m,
                              const char *field)
{
    if (!m->currency[0] || strcmp(m->currency, d->currency) == 0)
        return OK;
    return REFUSE(c, ERR_CURRENCY, field, "the document is in %s, not in %s", d->currency, m->currency);
}

static enum err same_currencies(struct call *c, const struct document *d)
{
    enum err e = same_currency(c, d, &d->discount_amount, "discount_amount");
    if (!e)
        e = same_currency(c, d, &d->shipping, "shipping");
    if (!e)
        e = same_currency(c, d, &d->adjustment, "adjustment");
    for (size_t i = 0; i < d->lines.n && !e; i++)
        if (d->lines.v[i].discount.currency[0])
            e = same_currency(c, d, &d->lines.v[i].discount, line_field(c, i, "discount"));
    return e;
}

/* A line's discount has a shorter name in the shape than in the computation. */
static void shape_names(struct refusal *why)
{
    size_t size = strlen(why->field);
    const char *tail = ".discount_amount";
    if (size > strlen(tail) && strcmp(why->field + size - strlen(tail), tail) == 0)
        why->field[size - strlen("_amount")] = '\0';
}

static const char *tax_name(const struct document *d, int64_t percent)
{
    for (size_t i = 0; i < d->lines.n; i++)
        if (d->lines.v[i].tax_percent == percent && d->lines.v[i].tax_name)
            return d->lines.v[i].tax_name;
    return NULL;
}

static void set_amounts(struct call *c, struct document *d, const struct totals_line *lines,
                        const struct totals *t)
{
    for (size_t i = 0; i < d->lines.n; i++)
        d->lines.v[i].net = money_of(lines[i].net, d->currency);
    d->taxes.n = t->rates;
    d->taxes.v = arena_alloc(c->arena, t->rates * sizeof *d->taxes.v);
    for (size_t i = 0; i < t->rates; i++)
        d->taxes.v[i] = (struct tax_sum){.percent = t->rate[i].percent,
                                         .base = money_of(t->rate[i].base, d->currency),
                                         .tax = money_of(t->rate[i].tax, d->currency),
                                         .name = tax_name(d, t->rate[i].percent)};
    d->subtotal = money_of(t->subtotal, d->currency);
    d->discount = money_of(t->discount, d->currency);
    d->tax = money_of(t->tax, d->currency);
    d->total = money_of(t->total, d->currency);
    if (d->kind != DOC_INVOICE)
        return; /* nothing is due on an offer */
    d->paid = money_of(d->paid.amount, d->currency);
    d->balance = money_of(t->total - d->paid.amount, d->currency);
}

enum err document_compute(struct call *c, struct document *d)
{
    struct totals_line *lines = arena_alloc(c->arena, d->lines.n * sizeof *lines);
    struct totals totals;
    enum err e = same_currencies(c, d);
    if (e)
        return e;
    for (size_t i = 0; i < d->lines.n; i++) {
        const struct line *l = &d->lines.v[i];
        lines[i] = (struct totals_line){.quantity = l->quantity,
                                        .price = l->price,
                                        .discount_percent = l->discount_percent,
                                        .discount_amount = l->discount.amount,
                                        .tax_percent = l->tax_percent};
    }
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
    e = totals_compute(&in, &totals, &c->why);
    if (e)
        shape_names(&c->why);
    else
        set_amounts(c, d, lines, &totals);
    return e;
}
