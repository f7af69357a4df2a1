/* The deposit on an estimate: an invoice of its own, issued when the estimate is accepted, and deducted with its tax by the invoice that the
 * estimate becomes. Estimate, deposit and invoice know of each other by estimate.deposit_invoice, deposit.deposit_of, estimate.invoice and
 * invoice.estimate; nothing else is kept of it. */
#include "common/date.h"
#include "common/sums.h"
#include "server/ops/document.h"

/* --- issuing ------------------------------------------------------------------------------------------------------------- */
enum err deposit_issue(struct call *c, struct document *estimate, struct document *invoice)
{
    enum err e = document_like(c, estimate, doc_kind(estimate->kind)->becomes, true, invoice);
    if (e)
        return e;
    if (!estimate->deposit_terms)
        invoice->due = invoice->date;
    invoice->deposit_of = estimate->id;
    const char *name = arena_printf(c->arena, "Deposit on %s", estimate->number);
    e = sums_deposit(c->arena, estimate, name, invoice, &c->why);
    if (!e)
        e = document_compute(c, invoice);
    if (!e)
        e = document_issue(c, invoice, WHAT_DEPOSIT, estimate->number);
    if (!e)
        estimate->deposit_invoice = invoice->id;
    return e;
}

/* --- deducting ----------------------------------------------------------------------------------------------------------- */
/* A credit note about the deposit: so much less is deducted, tax by tax. */
static enum err take_note(struct call *c, const struct document_note *note, struct deduction *x)
{
    x->amount.amount -= note->total.amount;
    for (size_t i = 0; i < note->taxes.n; i++) {
        const struct tax_sum *less = &note->taxes.v[i];
        size_t k = 0;
        while (k < x->taxes.n && !sums_same_tax(&x->taxes.v[k], less))
            k++;
        if (k == x->taxes.n)
            return REFUSE(c, ERR_STATE, "lines",
                          "a credit note about the deposit %s has the taxes of that one", x->number);
        x->taxes.v[k].base.amount -= less->base.amount;
        x->taxes.v[k].tax.amount -= less->tax.amount;
    }
    if (x->amount.amount < 0)
        return REFUSE(c, ERR_STATE, "lines", "that is more than was left of the deposit %s", x->number);
    return OK;
}

/* All that were sent: a customer has few. */
static enum err take_notes(struct call *c, const struct document *deposit, struct deduction *x)
{
    struct key k = index_key(&c->txn, INDEX_DOC_CUSTOMER_STATE);
    struct id_list ids;
    key_u8(key_u8(key_u64(&k, deposit->customer), DOC_CREDIT_NOTE), (uint8_t)doc_status_of(DOC_OPEN));
    enum err e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct document_note note;
        e = record_view(&c->txn, KIND_DOCUMENT, ids.v[i], shape_document_note(), &note);
        if (!e && note.about == deposit->id && note.state == DOC_OPEN)
            e = take_note(c, &note, x);
    }
    return e;
}

/* What is left of a deposit to be deducted; *x without an invoice: nothing ever was. */
static enum err left_of(struct call *c, const struct document *deposit, struct deduction *x)
{
    *x = (struct deduction){.number = deposit->number, .date = deposit->date};
    if (deposit->state == DOC_VOID)
        return OK;
    x->invoice = deposit->id;
    x->amount = deposit->total;
    x->taxes =
        (struct tax_sum_list){deposit->taxes.n, arena_copy(c->arena, deposit->taxes.v,
                                                           deposit->taxes.n * sizeof *deposit->taxes.v)};
    return take_notes(c, deposit, x);
}

static enum err deposit_of_estimate(struct call *c, uint64_t estimate, struct document *of,
                                    struct document *deposit)
{
    enum err e = record_get(&c->txn, KIND_DOCUMENT, estimate, of);
    *deposit = (struct document){.state = DOC_VOID};
    if (!e && of->deposit_invoice)
        e = record_get(&c->txn, KIND_DOCUMENT, of->deposit_invoice, deposit);
    return e;
}

enum err deposit_deduct(struct call *c, struct document *invoice)
{
    struct document estimate, deposit;
    struct deduction *x = arena_alloc(c->arena, sizeof *x);
    invoice->deductions = (struct deduction_list){0, x};
    if (!invoice->estimate)
        return OK;
    enum err e = deposit_of_estimate(c, invoice->estimate, &estimate, &deposit);
    if (!e)
        e = left_of(c, &deposit, x);
    if (!e)
        invoice->deductions.n = x->amount.amount != 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- what it allows afterwards ------------------------------------------------------------------------------------------- */
/* The invoice of its estimate, or no id. */
static enum err final_of(struct call *c, const struct document *deposit, struct document *final)
{
    struct document estimate;
    *final = (struct document){.id = 0};
    enum err e = record_get(&c->txn, KIND_DOCUMENT, deposit->deposit_of, &estimate);
    if (!e && estimate.invoice)
        e = record_get(&c->txn, KIND_DOCUMENT, estimate.invoice, final);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The deposit that a change of d is about: itself, or what a credit note credits. No id: it is about none. */
static enum err deposit_behind(struct call *c, const struct document *d, struct document *deposit)
{
    *deposit = *d;
    const uint64_t about = d->kind == DOC_CREDIT_NOTE ? d->about : d->id;
    enum err e = about != d->id && about ? record_get(&c->txn, KIND_DOCUMENT, about, deposit) : OK;
    if (e == ERR_NOT_FOUND || !deposit->deposit_of)
        deposit->id = 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err still_there(struct call *c, const struct document *estimate)
{
    struct document of, deposit;
    struct deduction x;
    enum err e = deposit_of_estimate(c, estimate->id, &of, &deposit);
    if (!e)
        e = left_of(c, &deposit, &x);
    if (!e && x.amount.amount)
        e = REFUSE(c, ERR_STATE, "estimate", "the deposit %s on it stands: withdraw or credit that first",
                   x.number);
    return e;
}

/* A credit note that is about to be sent. */
static enum err fits(struct call *c, const struct document *note, const struct document *deposit)
{
    struct deduction x;
    const struct document_note more = {.total = note->total, .taxes = note->taxes};
    enum err e = left_of(c, deposit, &x);
    return e || !x.invoice ? e : take_note(c, &more, &x);
}

enum err deposit_may_change(struct call *c, const struct document *d, enum document_act act)
{
    struct document deposit, final;
    if (act == ACT_VOID && d->deposit_invoice)
        return still_there(c, d);
    enum err e = deposit_behind(c, d, &deposit);
    if (e || !deposit.id)
        return e;
    e = final_of(c, &deposit, &final);
    if (!e && final.deductions.n && final.state != DOC_DRAFT && final.state != DOC_VOID)
        return REFUSE(c, ERR_STATE, enum_name(enum_doc_kind(), d->kind),
                      "%s deducts the deposit %s: that one is withdrawn or credited instead", final.number,
                      deposit.number);
    return !e && act == ACT_SEND && d->kind == DOC_CREDIT_NOTE ? fits(c, d, &deposit) : e;
}

static enum err follow(struct call *c, const struct document *deposit)
{
    struct document final;
    enum err e = final_of(c, deposit, &final);
    if (e || !final.id || final.state != DOC_DRAFT)
        return e;
    e = document_compute(c, &final);
    if (!e)
        e = instalments_take(c, &final);
    final.revision++;
    return e ? e : document_put(c, &final);
}

enum err deposit_changed(struct call *c, const struct document *d)
{
    struct document deposit;
    if (d->state == DOC_VOID && d->estimate && d->deductions.n)
        return document_undo_convert(c, d);
    enum err e = deposit_behind(c, d, &deposit);
    return e || !deposit.id ? e : follow(c, &deposit);
}
