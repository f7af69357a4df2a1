/* How what is due is paid elsewhere (payment.how): by each way there is, or why by none; and the business itself, for whoever has to ask. */
#include "server/ops/document.h"
#include "server/ops/figures.h"
#include "server/ops/frozen.h"
#include "server/ops/payment.h"

/* Of one document, behind what others told. */
static enum err tell(struct call *c, const struct document *d, struct pay_told_list *out)
{
    struct pay_told_list of;
    const char *why = NULL;
    enum err e = payment_told(c, d, &of, &why);
    if (!e && why)
        of = (struct pay_told_list){
            1, arena_copy(c->arena, &(struct pay_told){.invoice = d->id, .number = d->number, .why = why},
                          sizeof *of.v)};
    struct pay_told *all = arena_alloc(c->arena, (out->n + of.n + 1) * sizeof *all);
    for (size_t i = 0; !e && i < out->n + of.n; i++)
        all[i] = i < out->n ? out->v[i] : of.v[i - out->n];
    *out = (struct pay_told_list){out->n + of.n, all};
    return e;
}

/* That document as a row of what is due; nothing where it is not. */
static enum err one_due(struct call *c, uint64_t id, struct document_due_list *out)
{
    struct document_due *row = arena_alloc(c->arena, sizeof *row);
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e)
        e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_due(), row);
    if (!e)
        row->status =
            document_status(row->kind, row->state, row->due, row->total.amount, row->balance.amount, today);
    *out = (struct document_due_list){!e && row->state == DOC_OPEN && doc_kind(row->kind)->owes > 0, row};
    return e;
}

enum err op_payment_how(struct call *c, const struct payment_how_in *in, struct payment_how_out *out)
{
    const uint64_t one = in->invoice ? in->invoice : c->who.document;
    enum err e = one ? one_due(c, one, &out->due) : home_due(c, &out->due);
    struct document *d = arena_alloc(c->arena, sizeof *d);
    for (size_t i = 0; !e && i < out->due.n; i++) {
        e = record_get(&c->txn, KIND_DOCUMENT, out->due.v[i].id, d);
        if (!e)
            e = tell(c, d, &out->told);
    }
    return e ? e : paper_payee(c, &out->payee);
}
