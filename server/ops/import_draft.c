/* An invoice of the file that is here already: what differs is told, and a draft takes over what the row gives.
 *
 * What is named changes, what is not stays (docs/rules.md). What is counted comes as a whole, though: a row that states the total says by it
 * that there is no more than it gives. So with a total, an amount or a rate that the row leaves out is none; and what belongs to another
 * line or another tax than before goes with it. All of that is told like any other difference. */
#include "server/ops/import.h"
#include "server/ops/patch.h"
#include <string.h>

/* Amounts and rates: given, if only as nothing. */
static void give_figures(const struct shape *shape, struct shape_head *head)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if ((f->type == FIELD_MONEY || f->type == FIELD_DECIMAL) && import_takes(f, NULL))
            head->has |= SHAPE_BIT(i);
    }
}

static void give_all(const struct shape *shape, struct shape_head *head, const char *names)
{
    for (size_t i = 0; i < shape->n; i++)
        if (import_takes(&shape->fields[i], names))
            head->has |= SHAPE_BIT(i);
}

/* The line as the row says it, completed by what can not stay from the one that is here. */
static struct line said_line(const struct line *from, const struct line *here, bool whole)
{
    struct line line = *from;
    if (!line.category && line.tax_percent > 0)
        line.category = TAX_STANDARD; /* as any line is kept */
    if (whole)
        give_figures(shape_line(), &line.head);
    if (line.name && !patch_same_text(line.name, here->name))
        give_all(shape_line(), &line.head, NULL); /* another line */
    if (GIVEN(line, &line, tax_percent) && line.tax_percent != here->tax_percent)
        give_all(shape_line(), &line.head, "tax tax_name category reason");
    if (GIVEN(line, &line, tax2_percent) && line.tax2_percent != here->tax2_percent)
        give_all(shape_line(), &line.head, "tax2 tax2_name");
    return line;
}

static struct document said_document(const struct document *from, const struct document *here, bool whole)
{
    struct document d = *from;
    if (whole)
        give_figures(shape_document(), &d.head);
    if (d.discount_percent && GIVEN(document, &d, discount_percent))
        give_all(shape_document(), &d.head, "discount_amount"); /* one kind takes the place of the other */
    if (d.discount_amount.amount && GIVEN(document, &d, discount_amount))
        give_all(shape_document(), &d.head, "discount_percent");
    if (GIVEN(document, &d, shipping_tax_percent) && d.shipping_tax_percent != here->shipping_tax_percent)
        give_all(shape_document(), &d.head,
                 "shipping_tax shipping_tax_name shipping_category shipping_reason");
    return d;
}

static void compare_lines(struct import *im, const struct import_document *row, const struct document *was,
                          bool may, struct document *now)
{
    const struct line_list *lines = &row->document->lines;
    struct call *c = im->c;
    if (!GIVEN(document, row->document, lines))
        return;
    if (lines->n != was->lines.n)
        import_differs(im, "document.lines", arena_printf(c->arena, "%zu lines", was->lines.n),
                       arena_printf(c->arena, "%zu lines", lines->n), may);
    struct line *merged = arena_alloc(c->arena, (lines->n + 1) * sizeof *merged);
    for (size_t i = 0; i < lines->n; i++) {
        merged[i] = lines->v[i];
        if (i >= was->lines.n)
            continue;
        merged[i] = was->lines.v[i];
        struct line said = was->state == DOC_DRAFT
                               ? said_line(&lines->v[i], &was->lines.v[i], row->total.currency[0])
                               : lines->v[i];
        (void)import_compare(im, shape_line(), arena_printf(c->arena, "document.lines.%zu", i), NULL, &said,
                             &merged[i], may);
    }
    now->lines = (struct line_list){lines->n, merged};
}

static const char *state_name(int state)
{
    return enum_name(enum_doc_state(), state);
}

/* What is due here once the payments that come with the row are in, against what the row says. Of what was paid here so much `stands`
 * in for others. */
static void compare_balance(struct import *im, const struct import_document *row, const struct document *was,
                            int64_t stands)
{
    int64_t beside = was->written_off.amount - row->written_off.amount;
    const bool owes = doc_kind(was->kind)->owes;
    int64_t came = owes ? was->paid.amount - stands + was->credited.amount
                        : was->total.amount - was->left.amount - row->gone.amount;
    int64_t comes = row->applied.amount - came - (beside > 0 ? beside : 0);
    struct money left = money_of(owes ? was->balance.amount : was->left.amount, was->currency);
    if (left.amount > row->balance.amount && comes > 0)
        left.amount = left.amount - comes > row->balance.amount ? left.amount - comes : row->balance.amount;
    if (!import_same_money(&left, &row->balance))
        import_differs_money(im, "balance", &left, &row->balance, false);
}

static void compare_state(struct import *im, const struct import_document *row, const struct document *was,
                          int64_t stands, bool may, struct document *now)
{
    bool here_open = was->state != DOC_DRAFT && was->state != DOC_VOID;
    int state = row->document->state ? row->document->state : here_open ? DOC_OPEN : was->state;
    if (state == DOC_OPEN ? !here_open : state != was->state)
        import_differs(im, "document.state", state_name(was->state), state_name(state), may);
    if (row->balance.currency[0] && here_open && state == DOC_OPEN)
        compare_balance(im, row, was, stands);
    now->state = state;
}

bool import_invoice_again(struct import *im, const struct import_document *row,
                          const struct customer *customer, const struct document *was, int64_t stands,
                          bool may, struct document *now)
{
    const struct document *from = row->document;
    size_t before = im->told;
    *now = *was;
    compare_state(im, row, was, stands, may, now);
    if (customer && customer->id != was->customer) {
        import_differs(im, "customer_source", was->customer_name, customer->name, may);
        now->customer = customer->id;
        now->customer_name = customer->name;
    } else if (!customer) {
        import_differs(im, "customer_source", was->customer_name, row->customer_source, false);
    }
    bool draft =
        was->state == DOC_DRAFT; /* else what was sent is history, and only what is named is compared */
    struct document said = draft ? said_document(from, was, row->total.currency[0]) : *from;
    (void)import_compare(im, shape_document(), "document", NULL, &said, now, may);
    (void)import_compare(im, shape_document(), "document", draft ? IMPORT_DOCUMENT : "number", from, now,
                         may);
    if (GIVEN(document, from, billing))
        now->own_billing = from->billing != NULL;
    if (row->total.currency[0] && !import_same_money(&row->total, &was->total))
        import_differs_money(im, "total", &was->total, &row->total, may);
    compare_lines(im, row, was, may, now);
    return im->told > before;
}
