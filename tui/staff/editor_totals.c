/* What is typed in the editor, as a document; and what it adds up to. */
#include "common/sums.h"
#include "tui/staff/editor_inside.h"
#include <string.h>

static const char *kept_text(struct editor *e, const struct input *in)
{
    const char *text = input_text(in);
    return arena_text(e->work, text, strlen(text));
}

/* The names of a chosen tax are the editor's and stay. */
static void build_tax2(struct line *l, const struct editor_tax *tax)
{
    if (!tax->id && !tax->percent)
        return;
    l->tax2_name = tax->name;
    l->tax2_percent = tax->percent;
    if (tax->id) {
        GIVE(line, l, tax2, tax->id);
    } else {
        GIVE(line, l, tax2_name, tax->name);
        GIVE(line, l, tax2_percent, tax->percent);
    }
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
    l->category = tax->category;
    l->reason = tax->reason;
    if (tax->id) {
        GIVE(line, l, tax, tax->id);
    } else {
        GIVE(line, l, tax_name, tax->name);
        GIVE(line, l, tax_percent, tax->percent);
        if (tax->category)
            GIVE(line, l, category, tax->category);
    }
    if (*tax->reason && (tax->own || !tax->id))
        GIVE(line, l, reason, tax->reason);
    build_tax2(l, editor_tax_of(e, &r->cell[CELL_TAX2]));
}

static void build_shipping(struct editor *e, struct document *d)
{
    const struct editor_tax *tax = editor_tax_of(e, &e->foot[FOOT_SHIPPING_TAX]);
    GIVE(document, d, shipping, money_of(input_amount(&e->foot[FOOT_SHIPPING]), e->currency));
    d->shipping_tax_percent = tax->percent;
    d->shipping_tax_name = tax->id ? tax->name : NULL;
    d->shipping_category = tax->id ? tax->category : 0;
    d->shipping_reason = tax->id ? tax->reason : NULL;
    if (tax->id)
        GIVE(document, d, shipping_tax, tax->id);
    else
        GIVE(document, d, shipping_tax_percent, tax->percent);
}

static void build_foot(struct editor *e, struct document *d)
{
    int64_t percent, amount;
    if (!editor_read_discount(input_text(&e->foot[FOOT_DISCOUNT]), e->currency, &percent, &amount, NULL))
        percent = amount = 0;
    GIVE(document, d, discount_percent, percent);
    GIVE(document, d, discount_amount, money_of(amount, e->currency));
    build_shipping(e, d);
    GIVE(document, d, supply_date, input_date(&e->foot[FOOT_SUPPLY]));
    GIVE(document, d, period_from, input_date(&e->foot[FOOT_PERIOD_FROM]));
    GIVE(document, d, period_until, input_date(&e->foot[FOOT_PERIOD_UNTIL]));
    GIVE(document, d, statement, kept_text(e, &e->foot[FOOT_STATEMENT]));
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

void editor_compute(struct editor *e)
{
    arena_reset(e->work);
    build(e, &e->sent);
    build(e, &e->doc);
    e->doc.kind = e->kind;
    e->doc.state = DOC_DRAFT;
    e->doc.currency = e->currency;
    e->doc.tax_per_line = e->tax_per_line;
    memset(&e->wrong, 0, sizeof e->wrong);
    if (sums_compute(e->work, &e->doc, &e->wrong) != OK)
        e->doc.taxes.n = 0;
}
