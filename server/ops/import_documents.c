/* Invoices from a file: their numbers and dates are kept, and what they add up to has to be what the source says. */
#include "common/date.h"
#include "common/text.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/paper.h"
#include <string.h>

/* What the file says; what it leaves out comes from the customer and the settings. */
static enum err take(struct import *im, const struct document *from, const struct customer *customer,
                     struct document *d)
{
    const struct business *b;
    enum err e = call_business(im->c, &b);
    if (e)
        return e;
    int64_t days = customer && customer->terms_days ? customer->terms_days : b->terms_days;
    *d = (struct document){
        .kind = DOC_INVOICE,
        .state = from->state ? from->state : DOC_OPEN,
        .number = from->number,
        .revision = 1,
        .date = from->date,
        .due = from->due                      ? from->due
               : from->date + days < DATE_MAX ? from->date + (int32_t)days
                                              : DATE_MAX,
        .reference = from->reference,
        .currency = from->currency,
        .tax_inclusive = from->tax_inclusive,
        .tax_per_line = GIVEN(document, from, tax_per_line) ? from->tax_per_line : b->tax_per_line,
        .discount_percent = from->discount_percent,
        .discount_amount = from->discount_amount,
        .shipping = from->shipping,
        .shipping_tax_percent = from->shipping_tax_percent,
        .shipping_tax_name = from->shipping_tax_name,
        .shipping_category = from->shipping_category,
        .shipping_reason = from->shipping_reason,
        .adjustment = from->adjustment,
        .reason = from->reason,
        .notes = from->notes,
        .terms = from->terms,
        .statement = from->statement,
        .supply_date = from->supply_date,
        .period_from = from->period_from,
        .period_until = from->period_until,
        .billing = from->billing,
        .own_billing = from->billing != NULL,
        .created = im->c->now,
    };
    d->lines.n = from->lines.n;
    d->lines.v = arena_copy(im->c->arena, from->lines.v, from->lines.n * sizeof *from->lines.v);
    if (customer) {
        d->customer = customer->id;
        d->customer_name = customer->name;
    }
    return OK;
}

static void check_plain(struct import *im, const struct document *d, const struct customer *customer)
{
    if (!d->date)
        import_blame(im, "document.date", "has to be given");
    else if (d->date > im->today + DOCUMENT_DAYS_AHEAD)
        import_blame(im, "document.date", "is more than ten years from today");
    else if (d->due > d->date + DOCUMENT_DAYS_AHEAD)
        import_blame(im, "document.due", "is more than ten years after the invoice's date");
    if (!d->currency || !*d->currency)
        import_blame(im, "document.currency", "has to be given");
    else if (customer && strcmp(customer->currency, d->currency) != 0)
        import_blame(im, "document.currency", "is %s, but this customer's documents are in %s", d->currency,
                     customer->currency);
    if (d->state != DOC_OPEN && d->state != DOC_DRAFT && d->state != DOC_VOID)
        import_blame(im, "document.state", "can be draft, open or void; payments make it paid");
    if (d->state != DOC_DRAFT && (!d->number || !*d->number))
        import_blame(im, "document.number", "has to be given");
    if (d->state != DOC_DRAFT && !d->lines.n)
        import_blame(im, "document.lines", "there is nothing on it");
}

static enum err check_number(struct import *im, const struct import_invoices_in *in, size_t i,
                             const struct document *d)
{
    uint64_t other; /* a draft that is here and changes has its number already */
    if (!d->number || !*d->number)
        return OK;
    const char *folded = text_fold(im->c->arena, d->number);
    for (size_t k = 0; k < i; k++) {
        const char *number = in->rows.v[k].document->number;
        if (number && strcmp(text_fold(im->c->arena, number), folded) == 0)
            import_blame(im, "document.number", "is in the batch twice");
    }
    enum err e = import_invoice(im->c, d->number, &other);
    if (!e && other && other != d->id)
        import_blame(im, "document.number", "another invoice has the number %.40s", d->number);
    return e;
}

/* Rounds tax the way that gives the source's total: as the settings say, or else the other way. */
static enum err add_up(struct import *im, const struct import_document *row, struct document *d)
{
    char stated[MONEY_TEXT], computed[MONEY_TEXT];
    enum err e = document_compute(im->c, d);
    int64_t first = d->total.amount;
    if (!e && row->total.currency[0] && first != row->total.amount) {
        d->tax_per_line = !d->tax_per_line;
        e = document_compute(im->c, d);
    }
    if (e)
        return import_blame_why(im, "document", e);
    int digits = currency_digits(d->currency);
    if (row->total.currency[0] &&
        (d->total.amount != row->total.amount || strcmp(row->total.currency, d->currency) != 0))
        import_blame(im, "total", "is %s %s, but the lines add up to %s %s",
                     money_plain(stated, row->total.amount, digits), row->total.currency,
                     money_plain(computed, first, digits), d->currency);
    return OK;
}

/* What is written off, or was paid by payments that did not come, is a part of the total of an open invoice. */
static void check_rest(struct import *im, const struct import_document *row, struct document *d)
{
    int64_t off = row->written_off.amount, settled = row->settled.amount;
    if (!row->written_off.currency[0] && !row->settled.currency[0])
        return;
    if (d->state != DOC_OPEN)
        import_blame(im, "written_off", "only what was sent can be settled");
    else if ((off && strcmp(row->written_off.currency, d->currency) != 0) ||
             (settled && strcmp(row->settled.currency, d->currency) != 0))
        import_blame(im, "written_off", "is not in %s", d->currency);
    else if (off < 0 || settled < 0 || off > d->total.amount || settled > d->total.amount - off)
        import_blame(im, "written_off", "what is settled lies between nothing and the total");
    else if (off && (!d->reason || !*d->reason))
        import_blame(im, "document.reason", "has to be given: why it was written off");
    else
        d->written_off = money_of(off, d->currency);
    d->balance = money_of(d->total.amount - d->written_off.amount, d->currency);
}

/* Makes a document of the row and checks it; d->id may be that of a draft that it replaces. */
static enum err build(struct import *im, const struct import_invoices_in *in, size_t i, struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    struct customer *customer;
    size_t before = im->problems.n;
    uint64_t id = d->id;
    enum err e = import_customer_of(im, row->customer_source, &customer);
    bool unknown = im->problems.n > before;
    if (!e)
        e = take(im, row->document, customer, d);
    if (e)
        return e;
    d->id = id;
    d->source = row->source;
    check_plain(im, d, customer);
    e = check_number(im, in, i, d);
    if (!e && im->problems.n == before + unknown)
        e = add_up(im, row, d);
    if (!e && im->problems.n == before + unknown)
        check_rest(im, row, d);
    return e;
}

/* What was sent is frozen: with what the file says, or else with what is known today. It is history, so nothing is asked for. */
static enum err freeze(struct call *c, const struct document *from, struct document *d)
{
    const char *name = d->customer_name;
    enum err e = paper_fill(c, d);
    if (e)
        return e;
    if (from->seller)
        d->seller = from->seller;
    d->customer_name = from->customer_name && *from->customer_name ? from->customer_name : name;
    if (GIVEN(document, from, customer_company))
        d->customer_company = from->customer_company;
    if (GIVEN(document, from, customer_tax_id))
        d->customer_tax_id = from->customer_tax_id;
    d->sent = d->frozen = c->now;
    return OK;
}

static const char *state_name(int state)
{
    return enum_name(enum_doc_state(), state);
}

/* What is due here once the payments that come with the row are in, against what the row says. */
static void compare_balance(struct import *im, const struct import_document *row, const struct document *was)
{
    int64_t paid = was->paid.amount > row->applied.amount ? was->paid.amount : row->applied.amount;
    int64_t off = was->state == DOC_WRITTEN_OFF ? was->total.amount - paid : was->written_off.amount;
    struct money left = money_of(was->total.amount - off - paid, was->currency);
    if (left.amount != row->balance.amount)
        import_differs_money(im, "balance", &left, &row->balance, false);
}

/* Tells what the row says differently from the invoice that is here. `may`: it is a draft, so it can be taken over. */
static bool compare(struct import *im, const struct import_document *row, const struct document *was,
                    bool may)
{
    static const char fields[] =
        "number date due reference currency tax_inclusive discount_percent "
        "discount_amount shipping shipping_tax_percent adjustment notes terms billing";
    static const char of_line[] =
        "name description quantity unit price discount_percent discount tax_name tax_percent";
    const struct document *d = row->document;
    struct document copy = *was;
    int state = d->state ? d->state : DOC_OPEN;
    size_t before = im->told, n = d->lines.n < was->lines.n ? d->lines.n : was->lines.n;
    bool here_open = was->state != DOC_DRAFT && was->state != DOC_VOID;
    if (state == DOC_OPEN ? !here_open : state != was->state)
        import_differs(im, "document.state", state_name(was->state), state_name(state), may);
    (void)import_compare(im, shape_document(), "document", fields, d, &copy, may);
    if (row->total.currency[0] && row->total.amount != was->total.amount)
        import_differs_money(im, "total", &was->total, &row->total, may);
    if (d->lines.n != was->lines.n)
        import_differs(im, "document.lines", arena_printf(im->c->arena, "%zu lines", was->lines.n),
                       arena_printf(im->c->arena, "%zu lines", d->lines.n), may);
    for (size_t i = 0; i < n; i++) {
        struct line line = was->lines.v[i];
        const char *path = arena_printf(im->c->arena, "document.lines.%zu", i);
        (void)import_compare(im, shape_line(), path, of_line, &d->lines.v[i], &line, may);
    }
    if (row->balance.currency[0] && here_open && state == DOC_OPEN)
        compare_balance(im, row, was);
    return im->told > before;
}

/* A row whose invoice is here: told what differs; a draft can be replaced (d->kind is set then). */
static enum err again(struct import *im, const struct import_invoices_in *in, size_t i, uint64_t id,
                      struct document *d)
{
    struct document was, now = {.id = id};
    size_t before = im->problems.n;
    enum err e = record_get(&im->c->txn, KIND_INVOICE, id, &was);
    if (e)
        return e;
    bool may = im->update && was.state == DOC_DRAFT;
    if (!compare(im, &in->rows.v[i], &was, may) || !may)
        return OK;
    e = build(im, in, i, &now);
    if (e || im->problems.n > before)
        return e;
    im->changed++;
    *d = now;
    d->revision = was.revision + 1;
    d->created = was.created;
    return OK;
}

/* Fills *d when the row is new, or replaces a draft; d->kind stays 0 when it is left alone. */
static enum err look_at(struct import *im, const struct import_invoices_in *in, size_t i, struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    uint64_t id;
    for (size_t k = 0; k < i; k++)
        if (strcmp(in->rows.v[k].source, row->source) == 0)
            import_blame(im, "source", "is in the batch twice");
    enum err e = import_find(im->c, KIND_DOCUMENT, INDEX_DOC_SOURCE, row->source, &id);
    if (e)
        return e;
    if (id) {
        import_known(im);
        return again(im, in, i, id, d);
    }
    im->created++;
    return build(im, in, i, d);
}

static enum err bring_in(struct call *c, const struct import_document *row, struct document *d)
{
    enum err frozen = d->state == DOC_DRAFT ? OK : freeze(c, row->document, d);
    if (frozen)
        return frozen;
    if (d->state == DOC_OPEN && d->balance.amount == 0) /* of nothing, or nothing is left of it */
        d->state = d->written_off.amount ? DOC_WRITTEN_OFF : DOC_PAID;
    if (d->state == DOC_VOID)
        d->balance = money_of(0, d->currency);
    enum err e = document_blame(c, "document", document_put(c, d));
    if (!e)
        e = document_event(c, d, WHAT_IMPORTED, false, d->source);
    return e || !row->settled.amount ? e : import_settle(c, row, d);
}

enum err op_import_invoices(struct call *c, const struct import_invoices_in *in,
                            struct import_invoices_out *out)
{
    struct import im;
    struct document *all = arena_alloc(c->arena, in->rows.n * sizeof *all);
    enum err e = OK;
    import_begin(&im, c, in->check, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        im.row = (int64_t)i;
        e = look_at(&im, in, i, &all[i]);
    }
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !im.problems.n; i++)
        if (all[i].kind)
            e = import_at_row(c, i, bring_in(c, &in->rows.v[i], &all[i]));
    out->created = im.problems.n && !in->check ? 0 : im.created;
    out->known = im.known;
    out->changed = im.problems.n && !in->check ? 0 : im.changed;
    out->problems = im.problems;
    out->differs = im.differs;
    out->already = im.already;
    return e;
}
