/* Invoices, retainer invoices and credit notes from a file: their numbers and dates are kept, and what they add up to has to be what the source says. */
#include "common/date.h"
#include "common/text.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/core/numbered.h"
#include "server/ops/credit.h"
#include "server/ops/frozen.h"
#include "server/ops/refund.h"
#include <stdlib.h>
#include <string.h>

/* A new invoice; what the file leaves out comes from the customer and the settings. */
static enum err begin(struct import *im, const struct import_document *row, const struct customer *customer,
                      struct document *d)
{
    const struct document *from = row->document;
    const struct business *b;
    enum err e = call_business(im->c, &b);
    if (e)
        return e;
    *d = (struct document){.kind = from->kind ? from->kind : DOC_INVOICE,
                           .state = from->state ? from->state : DOC_OPEN,
                           .revision = 1,
                           .tax_per_line = b->tax_per_line,
                           .source = row->source,
                           .created = im->c->now};
    import_take(shape_document(), NULL, from, d);
    import_take(shape_document(), IMPORT_DOCUMENT, from, d);
    d->lines.v = arena_copy(im->c->arena, from->lines.v, from->lines.n * sizeof *from->lines.v);
    d->own_billing = d->billing != NULL;
    int64_t days = customer && customer->terms_days ? customer->terms_days : b->terms_days;
    if (!d->due && doc_kind(d->kind)->ends)
        d->due = d->date + days < DATE_MAX ? d->date + (int32_t)days : DATE_MAX;
    if (customer) {
        d->customer = customer->id;
        d->customer_name = customer->name;
    }
    return OK;
}

/* --- what is wrong with it: each check for itself, so that one run tells all of it ------------------------------------- */
/* As for any invoice, except that history may be due before its date. */
static void check_days(struct import *im, const struct import_document *row, const struct document *d)
{
    struct document_fault faults[DOCUMENT_DAY_FAULTS];
    size_t n = document_day_faults(d, im->today, faults);
    for (size_t i = 0; i < n; i++)
        if (strcmp(faults[i].field, "due") != 0 || d->due >= d->date)
            import_blame(im, arena_printf(im->c->arena, "document.%s", faults[i].field), "%s",
                         faults[i].reason);
    if (row->settled_on > im->today)
        import_blame(im, "settled_on", "is in the future");
    if (row->document->methods.n)
        import_blame(im, "document.methods", "is not taken from a file: no_card is");
}

static void check_plain(struct import *im, const struct document *d, const struct customer *customer)
{
    if (!d->currency || !*d->currency)
        import_blame(im, "document.currency", "has to be given");
    else if (currency_digits(d->currency) < 0)
        import_blame(im, "document.currency", "is no currency code of ISO 4217, such as EUR");
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

static int kind_of(const struct document *from)
{
    return from->kind ? from->kind : DOC_INVOICE;
}

/* What was used of a credit note is said by those rows; of an invoice by its own. */
static void check_kind(struct import *im, const struct import_document *row, const struct document *d)
{
    const struct doc_traits *kind = doc_kind(d->kind);
    if (!kind->credit && !kind->owes)
        import_blame(im, "document.kind", "can be invoice, retainer or credit_note");
    if (kind->credit && row->written_off.amount)
        import_blame(im, "written_off", "is of an invoice");
    if (!kind->owes && row->settled.amount)
        import_blame(im, "settled", "is of what is owed on");
    if (kind->owes && row->gone.amount)
        import_blame(im, "gone", "is of a credit note");
    else if (row->gone.amount && (row->gone.amount < 0 || row->gone.amount > row->total.amount ||
                                  strcmp(row->gone.currency, d->currency) != 0))
        import_blame(im, "gone", "lies between nothing and the total");
    if (row->gone.amount && d->state != DOC_OPEN)
        import_blame(im, "gone", "only of what was sent anything can be used");
}

static enum err check_number(struct import *im, const struct import_invoices_in *in, size_t i,
                             const struct document *d)
{
    uint64_t other; /* a draft that is here and changes has its number already */
    if (!d->number || !*d->number)
        return OK;
    const char *folded = text_fold(im->c->arena, d->number);
    bool twice = false;
    for (size_t k = 0; k < i && !twice; k++) {
        const char *number = in->rows.v[k].document->number;
        twice = number && kind_of(in->rows.v[k].document) == d->kind &&
                strcmp(text_fold(im->c->arena, number), folded) == 0;
    }
    if (twice)
        import_blame(im, "document.number", "is in the batch twice");
    enum err e = numbered_document(im->c, d->kind, d->number, &other);
    if (!e && other && other != d->id)
        import_blame(im, "document.number", "another %s has the number %.40s", doc_noun(d->kind), d->number);
    return e;
}

/* Takes out what is refused at that path. *partly: what is left is not all that is on it. false: it can not be taken out. */
static bool take_out(struct document *d, const char *path, bool *partly)
{
    struct money none = {0, ""};
    char *end;
    if (strncmp(path, "lines.", 6) == 0) {
        size_t i = strtoul(path + 6, &end, 10);
        if (i >= d->lines.n)
            return false;
        struct line *l = &d->lines.v[i];
        if (strcmp(end, ".tax2_percent") == 0) {
            l->tax2_percent = 0;
        } else if (strcmp(end, ".tax_percent") == 0) {
            l->tax_percent = 0;
        } else {
            if (strncmp(end, ".discount", 9) != 0)
                l->quantity = l->price = 0;
            l->discount_percent = 0;
            l->discount = none;
        }
        d->discount_percent = 0; /* can not be judged without the line */
        d->discount_amount = none;
    } else if (strncmp(path, "discount_", 9) == 0) {
        d->discount_percent = 0;
        d->discount_amount = none;
    } else if (strcmp(path, "shipping") == 0) {
        d->shipping = none;
    } else if (strcmp(path, "shipping_tax_percent") == 0) {
        d->shipping_tax_percent = 0;
    } else if (strcmp(path, "adjustment") == 0) {
        d->adjustment = none;
    } else {
        return false;
    }
    *partly = true;
    return true;
}

/* Tells all that keeps it from adding up: what was refused is taken out of a copy, and that is looked at again. */
static enum err tell_sums(struct import *im, const struct document *d)
{
    struct document copy = *d;
    struct call *c = im->c;
    char path[sizeof c->why.field];
    bool partly = false, more = true;
    copy.lines.v = arena_copy(c->arena, d->lines.v, d->lines.n * sizeof *d->lines.v);
    for (size_t left = 4 * d->lines.n + 8; left && more; left--) {
        c->why = (struct refusal){0};
        enum err e = document_compute(c, &copy);
        if (e <= 0)
            return e;
        memcpy(path, c->why.field, sizeof path);
        bool before = partly;
        more = take_out(&copy, path, &partly);
        if (more || !before) /* what the rest comes to says nothing */
            e = import_blame_why(im, "document", e);
        if (e < 0)
            return e;
    }
    c->why = (struct refusal){0};
    return OK;
}

/* Rounds tax the way that gives the source's total: as the settings say, or else the other way. *sums: it was told what it comes to. */
static enum err add_up(struct import *im, const struct import_document *row, struct document *d, bool *sums)
{
    char stated[MONEY_TEXT], computed[MONEY_TEXT];
    *sums = false;
    if (!d->currency || currency_digits(d->currency) < 0)
        return OK; /* that was told */
    enum err e = document_compute(im->c, d);
    int64_t first = d->total.amount;
    if (!e && row->total.currency[0] && first != row->total.amount) {
        d->tax_per_line = !d->tax_per_line;
        e = document_compute(im->c, d);
    }
    if (e)
        return e < 0 ? e : tell_sums(im, d);
    *sums = true;
    int digits = currency_digits(d->currency), other = currency_digits(row->total.currency);
    if (row->total.currency[0] &&
        (d->total.amount != row->total.amount || strcmp(row->total.currency, d->currency) != 0))
        import_blame(im, "total", "is %s %s, but the lines add up to %s %s",
                     money_plain(stated, row->total.amount, other < 0 ? digits : other), row->total.currency,
                     money_plain(computed, first, digits), d->currency);
    return OK;
}

/* What is written off, or was paid by payments that did not come, is a part of the total of an open invoice: of what the file states,
 * else of what the lines come to (`sums`). */
static void check_rest(struct import *im, const struct import_document *row, struct document *d, bool sums)
{
    int64_t off = row->written_off.amount, settled = row->settled.amount;
    bool stated = row->total.currency[0];
    int64_t total = stated ? row->total.amount : d->total.amount;
    const char *currency = d->currency ? d->currency : "";
    if (!row->written_off.currency[0] && !row->settled.currency[0] && !row->guessed.currency[0])
        return;
    if (d->state != DOC_OPEN)
        import_blame(im, "written_off", "only what was sent can be settled");
    if (off && currency_digits(currency) >= 0 && strcmp(row->written_off.currency, currency) != 0)
        import_blame(im, "written_off", "is not in %s", currency);
    else if (settled && currency_digits(currency) >= 0 && strcmp(row->settled.currency, currency) != 0)
        import_blame(im, "settled", "is not in %s", currency);
    else if (off < 0 || settled < 0 || ((stated || sums) && (off > total || settled > total - off)))
        import_blame(im, "written_off", "what is settled lies between nothing and the total");
    if (off && (!d->reason || !*d->reason))
        import_blame(im, "document.reason", "has to be given: why it was written off");
    if (row->guessed.amount < 0 || row->guessed.amount > off ||
        (row->guessed.amount && strcmp(row->guessed.currency, currency) != 0))
        import_blame(im, "guessed", "is a part of what was written off");
    d->written_off = money_of(off, currency);
    if (row->credited.amount < 0 ||
        (row->credited.amount && row->credited.amount > off - row->guessed.amount) ||
        (row->credited.amount && strcmp(row->credited.currency, currency) != 0))
        import_blame(im, "credited", "is a part of what was written off");
    d->guessed = row->guessed;
    d->credit_named = row->credited;
    d->balance = money_of(d->total.amount - off, currency);
}

/* What the source says is due, and is settled by payments that come with it, is what will be booked: else one of them is not so. */
static void check_claims(struct import *im, const struct import_document *row, const struct document *d,
                         bool sums)
{
    const struct money *claims[] = {&row->balance, &row->applied};
    static const char *const names[] = {"balance", "applied"};
    bool stated = row->total.currency[0];
    if (!d->currency || currency_digits(d->currency) < 0)
        return; /* that was told */
    for (int i = 0; i < 2; i++)
        if (claims[i]->amount < 0)
            import_blame(im, names[i], "is less than nothing");
        else if (claims[i]->currency[0] && strcmp(claims[i]->currency, d->currency) != 0)
            import_blame(im, names[i], "is not in %s", d->currency);
    if (row->applied.amount && d->state != DOC_OPEN)
        import_blame(im, "applied", "only what was sent can be settled");
    int64_t due = (stated ? row->total.amount : d->total.amount) - row->written_off.amount -
                  row->settled.amount - row->applied.amount;
    struct money left = money_of(due, d->currency), over = money_of(-due, d->currency);
    if (d->state != DOC_OPEN || !(stated || sums))
        return;
    due -= row->gone.amount;
    if (row->balance.currency[0] && row->balance.amount != due)
        import_blame(im, "balance", "is %s, but what settles it leaves %s",
                     import_money_text(im->c, &row->balance), import_money_text(im->c, &left));
    else if (row->applied.amount > 0 && due < 0)
        import_blame(im, "applied", "is %s more than is left of the total", import_money_text(im->c, &over));
}

/* All that is wrong with it; d->id may be that of a draft that it replaces. */
static enum err judge(struct import *im, const struct import_invoices_in *in, size_t i,
                      const struct customer *customer, struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    bool sums;
    check_days(im, row, d);
    check_plain(im, d, customer);
    check_kind(im, row, d);
    enum err e = check_number(im, in, i, d);
    if (!e)
        e = add_up(im, row, d, &sums);
    if (!e)
        check_rest(im, row, d, sums);
    if (!e)
        check_claims(im, row, d, sums);
    return e;
}

/* What was sent is frozen: with what the file says, or else with what is known today. It is history, so nothing is asked for. */
static enum err freeze(struct call *c, const struct document *from, struct document *d)
{
    const char *name = d->customer_name;
    enum err e = paper_fill(c, d);
    if (e)
        return e;
    d->customer_name = from->customer_name && *from->customer_name ? from->customer_name : name;
    if (GIVEN(document, from, customer_company))
        d->customer_company = from->customer_company;
    if (GIVEN(document, from, customer_tax_id))
        d->customer_tax_id = from->customer_tax_id;
    d->sent = d->frozen = c->now;
    return OK;
}

/* A row whose invoice is here: told what differs; a draft takes it over (d->kind is set then). */
static enum err again(struct import *im, const struct import_invoices_in *in, size_t i, uint64_t id,
                      struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    struct document was, now;
    struct customer *customer;
    size_t before = im->problems.n;
    struct import_rest rest;
    enum err e = record_get(&im->c->txn, KIND_DOCUMENT, id, &was);
    bool may = !e && im->update && was.state == DOC_DRAFT;
    if (!e && was.kind != kind_of(row->document)) {
        import_blame(im, "source", "is %s here", doc_kind(was.kind)->one);
        return OK;
    }
    if (!e)
        e = import_rest(im->c, &was, &rest);
    if (!e)
        e = import_customer_of(im, row->customer_source, &customer);
    if (e)
        return e;
    if (!may)
        im->problems.n = before; /* it is left as it is, whatever its customer is called there */
    if (!import_invoice_again(im, row, customer, &was, rest.stands, may, &now) || !may)
        return OK;
    if (!row->document->methods.n)
        e = document_methods(im->c, &was, &now);
    if (e)
        return e;
    e = judge(im, in, i, customer, &now);
    if (e || im->problems.n > before)
        return e;
    im->changed++;
    *d = now;
    d->revision = was.revision + 1;
    return OK;
}

/* Fills *d when the row is new, or changes a draft; d->kind stays 0 when it is left alone. */
static enum err look_at(struct import *im, const struct import_invoices_in *in, size_t i, struct document *d)
{
    const struct import_document *row = &in->rows.v[i];
    struct customer *customer;
    uint64_t id;
    (void)IMPORT_TWICE(im, in, import_document);
    enum err e = import_find(im->c, KIND_DOCUMENT, INDEX_DOC_SOURCE, row->source, &id);
    if (e)
        return e;
    if (id) {
        import_known(im);
        return again(im, in, i, id, d);
    }
    im->created++;
    import_check_source(im, row->source);
    e = import_customer_of(im, row->customer_source, &customer);
    if (!e)
        e = begin(im, row, customer, d);
    return e ? e : judge(im, in, i, customer, d);
}

/* The file says that so much of it is not left, and not where it went. */
static enum err give_back(struct call *c, const struct import_document *row, struct document *d)
{
    struct credit_source s = {.document = d};
    struct refund r = {
        .amount = row->gone,
        .date = d->date,
        .mode = MODE_OTHER,
        .reason = "The imported file says that this was used, and nothing that came with it says for what.",
        .imported = row->source};
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e && r.date > today)
        r.date = today;
    return e ? e : refund_bring(c, &s, &r);
}

/* It is about that invoice, if that is here and its customer's. */
static enum err about(struct call *c, const struct import_document *row, struct document *d)
{
    struct document_owner owner;
    uint64_t id = 0;
    enum err e = row->about && *row->about ? import_invoice(c, row->about, &id) : OK;
    if (e || !id || doc_kind(d->kind)->owes)
        return e;
    e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_owner(), &owner);
    if (!e && owner.customer == d->customer)
        d->about = id;
    return e;
}

static enum err bring_in(struct call *c, const struct import_document *row, struct document *d)
{
    const bool owes = doc_kind(d->kind)->owes;
    enum err frozen = d->state == DOC_DRAFT ? OK : freeze(c, row->document, d);
    if (frozen)
        return frozen;
    if (d->state == DOC_OPEN && !owes)
        frozen = document_credit_begins(c, d);
    if (!frozen)
        frozen = about(c, row, d);
    if (frozen)
        return frozen;
    if (d->state == DOC_OPEN && owes && d->balance.amount == 0) /* of nothing, or nothing is left of it */
        d->state = d->written_off.amount ? DOC_WRITTEN_OFF : DOC_PAID;
    if (d->state == DOC_VOID)
        d->balance = money_of(0, d->currency);
    enum err e = document_blame(c, "document", document_put(c, d));
    if (!e)
        e = document_event(c, d, WHAT_IMPORTED, false, d->source);
    if (!e && row->gone.amount)
        e = give_back(c, row, d);
    return e || !row->settled.amount ? e : import_settle(c, row, d);
}

enum err op_import_invoices(struct call *c, const struct import_invoices_in *in,
                            struct import_invoices_out *out)
{
    struct import im;
    struct document *all = arena_alloc(c->arena, in->rows.n * sizeof *all);
    enum err e = OK;
    import_begin(&im, c, in->check, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++)
        e = import_refuse_told(c, i, "document", shape_document(), IMPORT_DOCUMENT_TOLD,
                               in->rows.v[i].document);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        im.row = (int64_t)i;
        e = look_at(&im, in, i, &all[i]);
    }
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !im.problems.n; i++)
        if (all[i].kind)
            e = import_at_row(c, i, bring_in(c, &in->rows.v[i], &all[i]));
    IMPORT_END(&im, in, out);
    return e;
}
