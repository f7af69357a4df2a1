/* What is typed in the editor, as a document; and what it adds up to. */
#include "common/totals.h"
#include "tui/staff/editor_inside.h"
#include <string.h>

static const char *kept_text(struct editor *e, const struct input *in)
{
    const char *text = input_text(in);
    return arena_text(e->work, text, strlen(text));
}

static void build_line(struct editor *e, const struct editor_row *r, struct line *l)
{
    const struct editor_tax *tax = editor_tax_of(e, &r->cell[CELL_TAX]);
    int64_t percent, amount;
    if (!editor_read_discount(input_text(&r->cell[CELL_DISCOUNT]), e->currency, &percent, &amount, NULL))
        percent = amount = 0;
    GIVE(line, l, name, kept_text(e, &r->cell[CELL_NAME]));
    GIVE(line, l, quantity, input_decimal(&r->cell[CELL_QUANTITY]));
    GIVE(line, l, price, input_decimal(&r->cell[CELL_PRICE]));
    GIVE(line, l, description, kept_text(e, &r->cell[CELL_TEXT]));
    GIVE(line, l, unit, kept_text(e, &r->cell[CELL_UNIT]));
    if (r->item)
        GIVE(line, l, item, r->item);
    if (percent)
        GIVE(line, l, discount_percent, percent);
    if (amount)
        GIVE(line, l, discount, money_of(amount, e->currency));
    l->tax_percent = tax->percent;
    l->tax_name = tax->name;
    if (tax->id) {
        GIVE(line, l, tax, tax->id);
    } else {
        GIVE(line, l, tax_name, tax->name);
        GIVE(line, l, tax_percent, tax->percent);
    }
}

static void build_foot(struct editor *e, struct document *d)
{
    int64_t percent, amount;
    if (!editor_read_discount(input_text(&e->foot[FOOT_DISCOUNT]), e->currency, &percent, &amount, NULL))
        percent = amount = 0;
    GIVE(document, d, discount_percent, percent);
    GIVE(document, d, discount_amount, money_of(amount, e->currency));
    GIVE(document, d, shipping, money_of(input_amount(&e->foot[FOOT_SHIPPING]), e->currency));
    GIVE(document, d, shipping_tax_percent, editor_tax_of(e, &e->foot[FOOT_SHIPPING_TAX])->percent);
    GIVE(document, d, adjustment, money_of(input_amount(&e->foot[FOOT_ADJUSTMENT]), e->currency));
    GIVE(document, d, tax_inclusive, e->foot[FOOT_INCLUSIVE].choice != 0);
    GIVE(document, d, notes, kept_text(e, &e->foot[FOOT_NOTES]));
    GIVE(document, d, terms, kept_text(e, &e->foot[FOOT_TERMS]));
    if (e->kind != DOC_INVOICE)
        return;
    GIVE(document, d, no_card, e->foot[FOOT_CARD].choice == 0);
    GIVE(document, d, no_transfer, e->foot[FOOT_TRANSFER].choice == 0);
}

/* Only what a writer may set, all of it given. */
static void build(struct editor *e, struct document *d)
{
    memset(d, 0, sizeof *d);
    GIVE(document, d, date, input_date(&e->head[HEAD_DATE]));
    GIVE(document, d, due, input_date(&e->head[HEAD_DUE]));
    GIVE(document, d, reference, kept_text(e, &e->head[HEAD_REFERENCE]));
    struct line_list lines = {0, arena_alloc(e->work, (e->n + 1) * sizeof(struct line))};
    for (size_t i = 0; i < e->n; i++)
        if (!editor_row_empty(e->rows[i]))
            build_line(e, e->rows[i], &lines.v[lines.n++]);
    GIVE(document, d, lines, lines);
    build_foot(e, d);
}

static const char *rate_name(const struct document *d, int64_t percent)
{
    for (size_t i = 0; i < d->lines.n; i++)
        if (d->lines.v[i].tax_percent == percent && d->lines.v[i].tax_name)
            return d->lines.v[i].tax_name;
    return NULL;
}

static void set_amounts(struct editor *e, const struct totals_line *lines, const struct totals *t)
{
    struct document *d = &e->doc;
    for (size_t i = 0; i < d->lines.n; i++)
        d->lines.v[i].net = money_of(lines[i].net, e->currency);
    d->taxes = (struct tax_sum_list){t->rates, arena_alloc(e->work, t->rates * sizeof(struct tax_sum))};
    for (size_t i = 0; i < t->rates; i++)
        d->taxes.v[i] = (struct tax_sum){.percent = t->rate[i].percent,
                                         .base = money_of(t->rate[i].base, e->currency),
                                         .tax = money_of(t->rate[i].tax, e->currency),
                                         .name = rate_name(d, t->rate[i].percent)};
    d->subtotal = money_of(t->subtotal, e->currency);
    d->discount = money_of(t->discount, e->currency);
    d->tax = money_of(t->tax, e->currency);
    d->total = money_of(t->total, e->currency);
}

void editor_compute(struct editor *e)
{
    struct totals totals;
    arena_reset(e->work);
    build(e, &e->sent);
    build(e, &e->doc);
    e->doc.kind = e->kind;
    e->doc.state = DOC_DRAFT;
    e->doc.currency = e->currency;
    e->doc.tax_per_line = e->tax_per_line;
    const struct document *d = &e->doc;
    struct totals_line *lines = arena_alloc(e->work, (d->lines.n + 1) * sizeof *lines);
    for (size_t i = 0; i < d->lines.n; i++)
        lines[i] = (struct totals_line){.quantity = d->lines.v[i].quantity,
                                        .price = d->lines.v[i].price,
                                        .discount_percent = d->lines.v[i].discount_percent,
                                        .discount_amount = d->lines.v[i].discount.amount,
                                        .tax_percent = d->lines.v[i].tax_percent};
    struct totals_in in = {.currency = e->currency,
                           .tax_inclusive = d->tax_inclusive,
                           .tax_per_line = d->tax_per_line,
                           .discount_percent = d->discount_percent,
                           .discount_amount = d->discount_amount.amount,
                           .shipping = d->shipping.amount,
                           .shipping_tax_percent = d->shipping_tax_percent,
                           .adjustment = d->adjustment.amount,
                           .lines = lines,
                           .n = d->lines.n};
    memset(&e->wrong, 0, sizeof e->wrong);
    if (totals_compute(&in, &totals, &e->wrong) == OK)
        set_amounts(e, lines, &totals);
}
