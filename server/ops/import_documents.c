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
    else if (d->due < d->date)
        import_blame(im, "document.due", "lies before the invoice's date");
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
    uint64_t other;
    if (!d->number || !*d->number)
        return OK;
    const char *folded = text_fold(im->c->arena, d->number);
    for (size_t k = 0; k < i; k++) {
        const char *number = in->rows.v[k].document->number;
        if (number && strcmp(text_fold(im->c->arena, number), folded) == 0)
            import_blame(im, "document.number", "is in the batch twice");
    }
    enum err e = import_invoice(im->c, d->number, &other);
    if (!e && other)
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

/* Fills *d when the row is new; d->kind stays 0 when it is known. */
static enum err look_at(struct import *im, const struct import_invoices_in *in, size_t i, struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    struct customer *customer;
    uint64_t id;
    for (size_t k = 0; k < i; k++)
        if (strcmp(in->rows.v[k].source, row->source) == 0)
            import_blame(im, "source", "is in the batch twice");
    enum err e = import_find(im->c, KIND_DOCUMENT, INDEX_DOC_SOURCE, row->source, &id);
    if (e || id) {
        im->known += id != 0;
        return e;
    }
    im->created++;
    size_t before = im->problems.n;
    e = import_customer_of(im, row->customer_source, &customer);
    bool unknown = im->problems.n > before;
    if (!e)
        e = take(im, row->document, customer, d);
    if (e)
        return e;
    check_plain(im, d, customer);
    d->source = row->source;
    e = check_number(im, in, i, d);
    return e || im->problems.n > before + unknown ? e : add_up(im, row, d);
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

static enum err bring_in(struct call *c, const struct document *from, struct document *d)
{
    enum err frozen = d->state == DOC_DRAFT ? OK : freeze(c, from, d);
    if (frozen)
        return frozen;
    if (d->state == DOC_OPEN && d->balance.amount == 0)
        d->state = DOC_PAID; /* an invoice of nothing */
    if (d->state == DOC_VOID)
        d->balance = money_of(0, d->currency);
    enum err e = document_blame(c, "document", document_put(c, d));
    return e ? e : document_event(c, d, WHAT_IMPORTED, false, d->source);
}

enum err op_import_invoices(struct call *c, const struct import_invoices_in *in,
                            struct import_invoices_out *out)
{
    struct import im;
    struct document *all = arena_alloc(c->arena, in->rows.n * sizeof *all);
    enum err e = OK;
    import_begin(&im, c);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        im.row = (int64_t)i;
        e = look_at(&im, in, i, &all[i]);
    }
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !im.problems.n; i++)
        if (all[i].kind)
            e = import_at_row(c, i, bring_in(c, in->rows.v[i].document, &all[i]));
    out->created = im.problems.n && !in->check ? 0 : im.created;
    out->known = im.known;
    out->problems = im.problems;
    return e;
}
