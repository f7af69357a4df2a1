/* The state machine of documents: every transition there is, in one table. What is not in it is refused. */
#include "server/ops/document.h"
#include "server/ops/paper.h"

static const struct rule {
    int kind, from;
    enum document_act act;
    int to;
} rules[] = {
    {DOC_ESTIMATE, DOC_DRAFT, ACT_UPDATE, DOC_DRAFT},
    {DOC_ESTIMATE, DOC_DRAFT, ACT_SEND, DOC_OPEN},
    {DOC_ESTIMATE, DOC_DRAFT, ACT_DELETE, DOC_DRAFT},
    {DOC_ESTIMATE, DOC_OPEN, ACT_UPDATE, DOC_OPEN},
    {DOC_ESTIMATE, DOC_OPEN, ACT_SEND, DOC_OPEN}, /* with a rework only */
    {DOC_ESTIMATE, DOC_OPEN, ACT_ACCEPT, DOC_ACCEPTED},
    {DOC_ESTIMATE, DOC_OPEN, ACT_DECLINE, DOC_DECLINED},
    {DOC_ESTIMATE, DOC_OPEN, ACT_VOID, DOC_VOID},
    {DOC_ESTIMATE, DOC_DECLINED, ACT_UPDATE, DOC_DECLINED},
    {DOC_ESTIMATE, DOC_DECLINED, ACT_SEND, DOC_OPEN},
    {DOC_ESTIMATE, DOC_DECLINED, ACT_VOID, DOC_VOID},
    {DOC_ESTIMATE, DOC_ACCEPTED, ACT_CONVERT, DOC_INVOICED},
    {DOC_ESTIMATE, DOC_ACCEPTED, ACT_VOID, DOC_VOID},
    {DOC_ESTIMATE, DOC_INVOICED, ACT_UNDO_CONVERT, DOC_ACCEPTED},
    {DOC_INVOICE, DOC_DRAFT, ACT_UPDATE, DOC_DRAFT},
    {DOC_INVOICE, DOC_DRAFT, ACT_SEND, DOC_OPEN}, /* or paid, when it comes to nothing */
    {DOC_INVOICE, DOC_DRAFT, ACT_DELETE, DOC_DRAFT},
    {DOC_INVOICE, DOC_OPEN, ACT_PAY_PART, DOC_OPEN},
    {DOC_INVOICE, DOC_OPEN, ACT_PAY_ALL, DOC_PAID},
    {DOC_INVOICE, DOC_OPEN, ACT_VOID, DOC_VOID}, /* with nothing paid only */
    {DOC_INVOICE, DOC_OPEN, ACT_WRITE_OFF, DOC_WRITTEN_OFF},
};

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
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].kind == d->kind && rules[i].from == d->state && rules[i].act == act) {
            if (state)
                *state = rules[i].to;
            return OK;
        }
    const char *kind = enum_name(enum_doc_kind(), d->kind);
    return REFUSE(c, ERR_STATE, kind, "this %s is %s: it %s", kind, enum_name(enum_doc_state(), d->state),
                  words[act]);
}

int document_status(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today)
{
    if (state != DOC_OPEN)
        return state; /* the first eight of both enums are the same */
    if (due < today)
        return kind == DOC_INVOICE ? STATUS_OVERDUE : STATUS_EXPIRED;
    return kind == DOC_INVOICE && balance < total ? STATUS_PARTLY_PAID : STATUS_OPEN;
}
_Static_assert((int)DOC_DRAFT == (int)STATUS_DRAFT && (int)DOC_OPEN == (int)STATUS_OPEN &&
                   (int)DOC_ACCEPTED == (int)STATUS_ACCEPTED && (int)DOC_DECLINED == (int)STATUS_DECLINED &&
                   (int)DOC_INVOICED == (int)STATUS_INVOICED && (int)DOC_PAID == (int)STATUS_PAID &&
                   (int)DOC_VOID == (int)STATUS_VOID && (int)DOC_WRITTEN_OFF == (int)STATUS_WRITTEN_OFF,
               "a state is its own status");

uint64_t document_statuses(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today)
{
    const uint64_t one = 1;
    if (state != DOC_OPEN)
        return one << state;
    if (kind != DOC_INVOICE)
        return one << (due < today ? STATUS_EXPIRED : STATUS_OPEN);
    return one << STATUS_OPEN | one << STATUS_UNPAID | (uint64_t)(due < today) << STATUS_OVERDUE |
           (uint64_t)(balance < total) << STATUS_PARTLY_PAID;
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
    d->also = also(d->status, d->total.amount, d->balance.amount);
    if (d->state == DOC_DRAFT)
        e = paper_fill(c, d);
    return e ? e : document_editions(c, d);
}

void document_row_stand(struct document_row *r, int32_t today)
{
    r->status = document_status(r->kind, r->state, r->due, r->total.amount, r->balance.amount, today);
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
