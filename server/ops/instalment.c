/* Payment plans: an invoice that is due in parts. How the parts are settled is common/instalments.h. */
#include "common/date.h"
#include "common/instalments.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"
#include <string.h>

static const char *field(struct call *c, size_t i, const char *name)
{
    return arena_printf(c->arena, "instalments.%zu.%s", i, name);
}

/* The amount of one: all but the last say it themselves. */
static enum err take_amount(struct call *c, const struct document *d, struct instalment *part, size_t i,
                            int64_t left)
{
    const bool last = i + 1 == d->instalments.n;
    if (part->amount.currency[0] && strcmp(part->amount.currency, d->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, field(c, i, "amount"), "the document is in %s", d->currency);
    if (last) {
        part->amount = money_of(left, d->currency);
    } else if (part->percent) {
        int64_t amount;
        enum err e = money_mul_div(d->total.amount, part->percent, INT64_C(100000000), &amount);
        if (e)
            return REFUSE(c, e, field(c, i, "percent"), "the amount is too large");
        part->amount = money_of(amount, d->currency);
    }
    if (part->amount.amount <= 0 || part->amount.amount > left)
        return REFUSE(c, ERR_INVALID,
                      field(c, i,
                            last            ? "amount"
                            : part->percent ? "percent"
                                            : "amount"),
                      last ? "nothing is left for the last one" : "is more than is left, or nothing");
    return OK;
}

enum err instalments_take(struct call *c, struct document *d)
{
    const size_t n = d->instalments.n;
    if (!n)
        return OK;
    if (doc_kind(d->kind)->owes <= 0)
        return REFUSE(c, ERR_INVALID, "instalments", "%s has none", doc_kind(d->kind)->one);
    struct instalment *parts = arena_copy(c->arena, d->instalments.v, n * sizeof *parts);
    d->instalments.v = parts;
    int64_t left = d->total.amount;
    int32_t before = d->date - 1;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].due <= before)
            return REFUSE(c, ERR_INVALID, field(c, i, "due"),
                          i ? "does not come after the one before" : "lies before the document's date");
        if (parts[i].due > d->date + DOCUMENT_DAYS_AHEAD)
            return REFUSE(c, ERR_INVALID, field(c, i, "due"),
                          "is more than ten years after the document's date");
        before = parts[i].due;
        enum err e = take_amount(c, d, &parts[i], i, left);
        if (e)
            return e;
        left -= parts[i].amount.amount;
    }
    d->due = parts[0].due;
    return OK;
}

void instalments_follow(struct document *d)
{
    if (d->instalments.n && d->state == DOC_OPEN)
        d->due = instalments_due(&d->instalments, d->total.amount - d->balance.amount);
}

void instalments_tell(struct call *c, struct document *d)
{
    const bool owed = d->state == DOC_OPEN || d->state == DOC_DRAFT;
    struct instalment *parts = arena_copy(c->arena, d->instalments.v, d->instalments.n * sizeof *parts);
    for (size_t i = 0; i < d->instalments.n; i++)
        parts[i].open =
            money_of(owed ? instalments_open(&d->instalments, i, d->total.amount - d->balance.amount) : 0,
                     d->currency);
    d->instalments.v = parts;
}

/* --- an even plan -------------------------------------------------------------------------------------------------------------- */
static enum err even(struct call *c, const struct invoice_plan_in *in, const struct document *d,
                     struct document *given)
{
    struct instalment_list parts = {.n = (size_t)in->parts,
                                    .v = arena_alloc(c->arena, (size_t)in->parts * sizeof *parts.v)};
    const int32_t first = in->first ? in->first : d->due;
    for (size_t i = 0; i < parts.n; i++) {
        const int32_t due = date_recur(first, in->period ? in->period : PERIOD_MONTH, 1, false, (int64_t)i);
        if (!due)
            return REFUSE(c, ERR_INVALID, "first", "with that many parts the last one has no day");
        parts.v[i] =
            (struct instalment){.due = due, .percent = i + 1 < parts.n ? INT64_C(100000000) / in->parts : 0};
    }
    GIVE(document, given, instalments, parts);
    return OK;
}

enum err op_invoice_plan(struct call *c, const struct invoice_plan_in *in, struct invoice_plan_out *out)
{
    struct document d;
    struct document *given = arena_alloc(c->arena, sizeof *given);
    const char *changed;
    enum err e = record_get(&c->txn, KIND_INVOICE, in->invoice, &d);
    if (!e)
        e = document_may(c, &d, ACT_UPDATE, NULL);
    if (!e)
        e = patch_revision(c, "revision", true, in->revision, d.revision);
    if (!e)
        e = even(c, in, &d, given);
    if (!e)
        e = document_change(c, &d, given, &changed);
    if (!e && *changed) {
        d.revision++;
        e = document_put(c, &d);
        if (!e)
            e = document_event(c, &d, WHAT_CHANGED, false, changed);
    }
    if (!e)
        e = document_finish(c, &d);
    out->invoice = document_give(c, &d);
    return e;
}
