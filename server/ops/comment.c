/* Comments on documents (D7). A customer's are seen by all; what staff write reaches the customer only when they say so. */
#include "server/ops/document.h"

enum err comment_last(struct call *c, uint64_t document, const struct comment **last)
{
    struct key k = index_key(&c->txn, INDEX_COMMENT_SHOWN);
    struct list_range range = list_range(key_u64(&k, document));
    struct record_list l = {.kind = KIND_COMMENT,
                            .view = shape_comment(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = 1};
    enum err e = record_list(&c->txn, &l, &c->why);
    *last = !e && l.count ? l.rows : NULL;
    return e;
}

static enum err mark_waiting(struct call *c, struct document *d, bool waiting)
{
    if (d->waiting == waiting)
        return OK;
    d->waiting = waiting; /* no new revision: the document says what it said */
    return document_put(c, d);
}

enum err op_comment_add(struct call *c, const struct comment_add_in *in, struct comment_add_out *out)
{
    struct document d;
    bool customer = call_by_customer(c);
    enum err e = record_get(&c->txn, KIND_DOCUMENT, in->document, &d);
    if (e || (customer && d.state == DOC_DRAFT))
        return e ? e : ERR_NOT_FOUND;
    struct comment *made = arena_alloc(c->arena, sizeof *made);
    *made = (struct comment){.document = d.id,
                             .customer = d.customer,
                             .at = c->now,
                             .side = customer ? SIDE_CUSTOMER : SIDE_STAFF,
                             .author = c->who.name,
                             .author_id = (int64_t)c->who.person,
                             .text = in->text,
                             .portal = customer || in->portal};
    e = record_put(&c->txn, KIND_COMMENT, made);
    if (!e && made->portal) /* a note among staff is no answer */
        e = mark_waiting(c, &d, customer);
    if (e)
        return e;
    struct event event = {.what = WHAT_COMMENTED,
                          .subject = doc_kind(d.kind)->subject,
                          .about = (int64_t)d.id,
                          .number = d.number,
                          .customer = d.customer,
                          .customer_name = d.customer_name,
                          .portal = made->portal && d.state != DOC_DRAFT,
                          .text = document_excerpt(c, in->text)};
    e = call_event(c, &event);
    made->number = d.number;
    if (!e)
        out->comment = made;
    return e;
}

/* That it waits, or does not, is for staff to say as long as the customer had the last word of those that both read. */
static enum err may_be_done(struct call *c, const struct document *d, const struct comment_done_in *in)
{
    const struct comment *last;
    enum err e = comment_last(c, d->id, &last);
    if (e)
        return e;
    if (!last)
        return REFUSE(c, ERR_STATE, "document", "the customer has not commented on it");
    if (in->comment && (uint64_t)in->comment != last->id)
        return REFUSE(c, ERR_STALE, "comment", "another comment came since: read it first");
    if (last->side != SIDE_CUSTOMER)
        return REFUSE(c, ERR_STATE, "document", "the customer's comment was answered: nothing waits");
    return OK;
}

enum err op_comment_done(struct call *c, const struct comment_done_in *in, struct comment_done_out *out)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, in->document, &d);
    if (!e)
        e = may_be_done(c, &d, in);
    if (e)
        return e;
    out->waiting = in->undo;
    if (d.waiting == in->undo)
        return OK;
    e = mark_waiting(c, &d, in->undo);
    return e ? e : document_event(c, &d, in->undo ? WHAT_COMMENT_REOPENED : WHAT_COMMENT_DONE, false, NULL);
}

enum err op_comment_list(struct call *c, const struct comment_list_in *in, struct comment_list_out *out)
{
    struct key k = index_key(&c->txn, call_by_customer(c) ? INDEX_COMMENT_SHOWN : INDEX_COMMENT_DOCUMENT);
    key_u64(&k, in->document);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_COMMENT,
                            .view = shape_comment(),
                            .ranges = &range,
                            .n = 1,
                            .after = in->after,
                            .limit = call_limit(in->limit)};
    struct document_row of;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, in->document, shape_document_row(), &of);
    if (!e)
        e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    for (size_t i = 0; i < l.count; i++)
        ((struct comment *)l.rows)[i].number = of.number;
    out->comments = (struct comment_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}
