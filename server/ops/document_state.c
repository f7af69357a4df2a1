/* Where a document stands. Every transition there is stands in common/doc_kind.def. */
#include "server/ops/document.h"
#include "server/ops/frozen.h"

/* What can not be done, in words, and what can be done about it. */
static const char *const words[] = {
    [ACT_UPDATE] = "can not be changed",
    [ACT_SEND] = "can not be sent",
    [ACT_DELETE] = "can not be deleted: only a draft that was never sent can",
    [ACT_VOID] = "can not be withdrawn",
    [ACT_ACCEPT] = "can not be accepted: only an open one can",
    [ACT_DECLINE] = "can not be declined: only an open one can",
    [ACT_CONVERT] = "can not become an invoice: only an accepted one can",
    [ACT_UNDO_CONVERT] = "is not the origin of an invoice",
    [ACT_WRITE_OFF] = "can not be written off: only an open one can",
    [ACT_PAY_PART] = "can not be paid: only an open one can",
    [ACT_PAY_ALL] = "can not be paid: only an open one can",
};

enum err document_may(struct call *c, const struct document *d, enum document_act act, int *state)
{
    if (doc_kind_may(d->kind, d->state, act, state))
        return OK;
    const char *kind = doc_noun(d->kind);
    return REFUSE(c, ERR_STATE, enum_name(enum_doc_kind(), d->kind), "this %s is %s: it %s", kind,
                  enum_name(enum_doc_state(), d->state), words[act]);
}

int document_status(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today)
{
    const struct doc_traits *of = doc_kind(kind);
    if (state == DOC_OPEN && due < today && of->owes > 0)
        return STATUS_OVERDUE;
    if (state == DOC_OPEN && due < today && of->answered)
        return STATUS_EXPIRED;
    if (state == DOC_OPEN && of->owes > 0 && balance < total)
        return STATUS_PARTLY_PAID;
    return doc_status_of(state);
}

int document_used_up(int status, int kind, int64_t total, int64_t left)
{
    const struct doc_traits *of = doc_kind(kind);
    return status == STATUS_OPEN && of->credit && of->owes <= 0 && total > 0 && !left ? STATUS_USED : status;
}

uint64_t document_statuses(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today)
{
    const uint64_t one = 1;
    if (state == DOC_OPEN && doc_kind(kind)->owes > 0)
        return one << STATUS_OPEN | one << STATUS_UNPAID | (uint64_t)(due < today) << STATUS_OVERDUE |
               (uint64_t)(balance < total) << STATUS_PARTLY_PAID;
    return one << document_status(kind, state, due, total, balance, today);
}

/* The second thing to say of it, when there is one. */
static int also(int status, int64_t total, int64_t balance)
{
    return status == STATUS_OVERDUE && balance < total ? STATUS_PARTLY_PAID : 0;
}

enum err document_finish(struct call *c, struct document *d)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    d->status = document_status(d->kind, d->state, d->due, d->total.amount, d->balance.amount, today);
    d->status = document_used_up(d->status, d->kind, d->total.amount, d->left.amount);
    d->also = also(d->status, d->total.amount, d->balance.amount);
    instalments_tell(c, d);
    if (d->state == DOC_DRAFT)
        e = paper_fill(c, d);
    return e ? e : document_editions(c, d);
}

void document_row_stand(struct document_row *r, int32_t today)
{
    r->status = document_status(r->kind, r->state, r->due, r->total.amount, r->balance.amount, today);
    r->status = document_used_up(r->status, r->kind, r->total.amount, r->left.amount);
    r->also = also(r->status, r->total.amount, r->balance.amount);
}

enum err document_row_finish(struct call *c, struct document_row *row)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e)
        document_row_stand(row, today);
    return e;
}
