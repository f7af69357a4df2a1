/* Lines completed from items and taxes, and what a document adds up to. */
#include "server/ops/document.h"
#include "common/sums.h"
#include "server/ops/frozen.h"
#include <string.h>

/* "lines.2.tax": made several times for each line, whether or not it is refused, so by hand. */
static const char *line_field(struct call *c, size_t i, const char *name)
{
    char digits[24], *d = digits + sizeof digits;
    const size_t size = strlen(name);
    do
        *--d = (char)('0' + i % 10);
    while (i /= 10);
    const size_t n = (size_t)(digits + sizeof digits - d);
    char *text = arena_alloc(c->arena, sizeof "lines.." + n + size), *at = text + 6;
    memcpy(text, "lines.", 6);
    memcpy(at, d, n);
    at[n] = '.';
    memcpy(at + n + 1, name, size + 1);
    return text;
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

static enum err get_tax(struct call *c, uint64_t id, const char *field, struct tax *tax)
{
    enum err e = record_get(&c->txn, KIND_TAX, id, tax);
    return e == ERR_NOT_FOUND ? REFUSE(c, e, field, "there is no such tax") : e;
}

/* A tax that is named gives name, rate and category; why nothing is charged may be said for the line. */
static enum err fill_tax(struct call *c, size_t i, struct line *l)
{
    struct tax tax;
    enum err e = l->tax ? get_tax(c, l->tax, line_field(c, i, "tax"), &tax) : OK;
    if (e)
        return e;
    if (l->tax) {
        l->tax_name = tax.name;
        l->tax_percent = tax.percent;
        l->category = tax.category ? tax.category : l->category;
        l->reason = l->reason && *l->reason ? l->reason : tax.reason;
    }
    struct paper_tax t = {line_field(c, i, "category"), line_field(c, i, "reason"), l->tax_percent,
                          l->category, l->reason};
    e = paper_tax(c, &t);
    l->category = t.category;
    l->reason = t.reason;
    return e;
}

static enum err fill_tax2(struct call *c, size_t i, struct line *l)
{
    struct tax tax;
    const char *field = line_field(c, i, "tax2");
    enum err e = l->tax2 ? get_tax(c, l->tax2, field, &tax) : OK;
    if (e)
        return e;
    if (l->tax2) {
        l->tax2_name = tax.name;
        l->tax2_percent = tax.percent;
    }
    if (l->tax2_percent)
        return l->tax2 && l->tax2 == l->tax ? REFUSE(c, ERR_INVALID, field, "is the same tax as the first")
                                            : OK;
    if (l->tax2 || (l->tax2_name && *l->tax2_name))
        return REFUSE(c, ERR_INVALID, field, "a second tax has a rate above 0 %%");
    return OK;
}

enum err document_resolve_shipping(struct call *c, struct document *d, const struct document *given)
{
    struct tax tax;
    bool named = GIVEN(document, given, shipping_tax) || GIVEN(document, given, shipping_tax_name) ||
                 GIVEN(document, given, shipping_category) || GIVEN(document, given, shipping_reason);
    if (!named && !GIVEN(document, given, shipping_tax_percent))
        return OK;
    if (!named || !GIVEN(document, given, shipping_tax)) { /* another rate is another tax */
        if (d->shipping_tax) {
            d->shipping_tax = 0;
            if (!GIVEN(document, given, shipping_tax_name))
                d->shipping_tax_name = NULL;
        }
        if (!GIVEN(document, given, shipping_category))
            d->shipping_category = 0;
        if (!GIVEN(document, given, shipping_reason))
            d->shipping_reason = NULL;
    }
    enum err e = d->shipping_tax ? get_tax(c, d->shipping_tax, "shipping_tax", &tax) : OK;
    if (e)
        return e;
    if (d->shipping_tax) {
        d->shipping_tax_name = tax.name;
        d->shipping_tax_percent = tax.percent;
        d->shipping_category = tax.category;
        if (!GIVEN(document, given, shipping_reason))
            d->shipping_reason = tax.reason;
    }
    if (!d->shipping_category)
        return OK;
    struct paper_tax t = {"shipping_category", "shipping_reason", d->shipping_tax_percent,
                          d->shipping_category, d->shipping_reason};
    e = paper_tax(c, &t);
    d->shipping_category = t.category;
    d->shipping_reason = t.reason;
    return e;
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
        if (!e)
            e = fill_tax(c, i, l);
        if (!e)
            e = fill_tax2(c, i, l);
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

enum err document_compute(struct call *c, struct document *d)
{
    enum err e = same_currencies(c, d);
    if (!e && d->estimate && d->state == DOC_DRAFT)
        e = deposit_deduct(c, d);
    if (!e)
        e = sums_compute(c->arena, d, &c->why);
    if (e || !doc_kind(d->kind)->owes) /* nothing is due on an offer */
        return e;
    d->paid = money_of(d->paid.amount, d->currency);
    d->balance = money_of(d->total.amount - d->paid.amount - d->credited.amount, d->currency);
    return OK;
}
