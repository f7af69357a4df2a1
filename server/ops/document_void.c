/* Taking documents back: withdrawing what was sent, deleting drafts. */
#include "server/ops/doc_code.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"
#include "server/ops/payment.h"

enum err document_no_pending(struct call *c, const struct document *d)
{
    struct payment *pending;
    enum err e = payment_pending_on(c, d->id, &pending);
    if (!e && pending)
        return REFUSE(c, ERR_PENDING, "invoice", "the gateway has not settled a payment on it yet");
    return e;
}

/* What was paid, credited or used can not be withdrawn with it. */
static enum err check_unused(struct call *c, const struct document *d)
{
    const char *field = enum_name(enum_doc_kind(), d->kind);
    const bool notes = doc_kind(d->kind)->credit && !doc_kind(d->kind)->owes;
    if (d->paid.amount)
        return REFUSE(c, ERR_STATE, field,
                      "something was paid on it: write off what is due, or take the payment off it first");
    if (d->credited.amount)
        return REFUSE(c, ERR_STATE, field, "credit settles a part of it: take that off first");
    if (notes && d->state == DOC_OPEN && d->left.amount != d->total.amount)
        return REFUSE(c, ERR_STATE, field, "a part of it was used or given back: take it off invoices first");
    return OK;
}

enum err document_void(struct call *c, struct document *d, const char *reason)
{
    int state;
    enum err e = document_may(c, d, ACT_VOID, &state);
    if (!e)
        e = check_unused(c, d);
    if (!e && doc_kind(d->kind)->owes)
        e = document_no_pending(c, d);
    if (!e)
        e = deposit_may_change(c, d, ACT_VOID);
    if (!e)
        e = document_moot_rework(c, d, "it was withdrawn");
    if (e)
        return e;
    d->state = state;
    d->reason = reason;
    if (doc_kind(d->kind)->owes)
        d->balance = money_of(0, d->currency);
    if (doc_kind(d->kind)->credit)
        d->left = money_of(0, d->currency);
    d->revision = document_next_revision(d);
    e = document_put(c, d);
    if (!e)
        e = doc_code_end_all(c, d->id);
    if (!e)
        e = deposit_changed(c, d);
    if (!e)
        e = document_event(c, d, WHAT_VOIDED, true, NULL); /* the reason is for staff */
    return e ? e : document_finish(c, d);
}

enum err document_undo_convert(struct call *c, const struct document *invoice)
{
    struct document estimate;
    enum err e = record_get(&c->txn, KIND_ESTIMATE, invoice->estimate, &estimate);
    if (e || estimate.invoice != invoice->id)
        return e == ERR_NOT_FOUND ? OK : e;
    int state;
    e = document_may(c, &estimate, ACT_UNDO_CONVERT, &state);
    if (e)
        return e;
    estimate.state = state;
    estimate.invoice = 0;
    estimate.revision = document_next_revision(&estimate);
    return document_put(c, &estimate);
}

enum err document_delete(struct call *c, struct document *d, int64_t revision)
{
    struct key k = index_key(&c->txn, INDEX_COMMENT_DOCUMENT);
    struct id_list comments;
    enum err e = document_may(c, d, ACT_DELETE, NULL);
    if (!e)
        e = patch_revision(c, "revision", true, revision, d->revision);
    if (!e)
        e = record_ids(&c->txn, key_u64(&k, d->id), SIZE_MAX, &comments);
    if (e)
        return e;
    for (size_t i = 0; i < comments.n && !e; i++)
        e = record_del(&c->txn, KIND_COMMENT, comments.v[i]);
    if (!e && d->estimate)
        e = document_undo_convert(c, d);
    if (!e)
        e = record_del(&c->txn, KIND_DOCUMENT, d->id);
    return e ? e : document_event(c, d, WHAT_DELETED, false, NULL);
}
