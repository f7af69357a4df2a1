/* What a document screen shows beside the document, and the mark that a customer looked at it. */
#include "server/ops/document.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"

#define COMMENTS 100
#define EVENTS 50
#define PAYMENTS 50

static bool event_for_customer(void *context, void *row)
{
    (void)context;
    return ((const struct event *)row)->portal;
}

/* The newest records under one index prefix. */
static enum err newest(struct call *c, const struct key *prefix, enum kind kind, const struct shape *view,
                       size_t limit, bool (*keep)(void *, void *), struct record_list *l)
{
    struct list_range range = list_range(prefix);
    *l = (struct record_list){.kind = kind,
                              .view = view,
                              .ranges = &range,
                              .n = 1,
                              .backward = true,
                              .limit = limit,
                              .outside = call_by_customer(c),
                              .keep = call_by_customer(c) ? keep : NULL};
    enum err e = record_list(&c->txn, l, &c->why);
    l->ranges = NULL;
    return e;
}

static enum err comments(struct call *c, const struct document *d, struct comment_list *list)
{
    struct key k = index_key(&c->txn, call_by_customer(c) ? INDEX_COMMENT_SHOWN : INDEX_COMMENT_DOCUMENT);
    struct record_list l;
    enum err e = newest(c, key_u64(&k, d->id), KIND_COMMENT, shape_comment(), COMMENTS, NULL, &l);
    if (e)
        return e;
    struct comment *v = l.rows; /* newest first: turn them round */
    for (size_t i = 0; i < l.count / 2; i++) {
        struct comment one = v[i];
        v[i] = v[l.count - 1 - i];
        v[l.count - 1 - i] = one;
    }
    *list = (struct comment_list){l.count, v};
    return OK;
}

static enum err events(struct call *c, const struct document *d, struct event_list *list)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_SUBJECT);
    struct record_list l;
    key_u64(key_u8(&k, (uint8_t)doc_kind(d->kind)->subject), d->id);
    enum err e = newest(c, &k, KIND_EVENT, shape_event(), EVENTS, event_for_customer, &l);
    if (!e)
        *list = (struct event_list){l.count, l.rows};
    return e;
}

static enum err payments(struct call *c, const struct document *d, struct payment_row_list *list)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_INVOICE);
    struct record_list l;
    enum err e = newest(c, key_u64(&k, d->id), KIND_PAYMENT, shape_payment_row(), PAYMENTS, NULL, &l);
    if (!e)
        payment_rows_finish(c, l.rows, l.count);
    if (!e)
        *list = (struct payment_row_list){l.count, l.rows};
    return e;
}

enum err document_about(struct call *c, const struct document *d, struct document_about *about)
{
    *about = (struct document_about){.comments = {0}};
    enum err e = comments(c, d, &about->comments);
    if (!e)
        e = events(c, d, &about->events);
    if (!e && doc_kind(d->kind)->owes)
        e = payments(c, d, &about->payments);
    if (!e && doc_kind(d->kind)->versions)
        e = document_versions(c, d, &about->versions);
    return e;
}

void document_look(struct call *c, const struct document *d, bool peek)
{
    if (call_by_customer(c) && !peek && !d->viewed)
        call_follow(c, FOLLOW_VIEWED, d->id);
}

enum err follow_viewed(struct call *c, uint64_t document)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, document, &d);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (d.viewed || d.state == DOC_DRAFT || !call_by_customer(c) || d.customer != c->who.customer)
        return OK;
    d.viewed = c->now;
    d.viewed_by = c->who.name;
    e = document_put(c, &d); /* no new revision: what was read stays what it is */
    return e ? e : document_event(c, &d, WHAT_VIEWED, true, NULL);
}
