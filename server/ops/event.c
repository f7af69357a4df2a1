/* The event log, read: a list backward, a look at what is new (the dispatcher parks the one who waits), the bell. */
#include "server/call.h"
#include <stdlib.h>

#define ROUNDS 10 /* times the examine budget that one look at what is new may cost */

struct filter {
    uint64_t customer; /* 0: any */
    int subject;       /* 0: any */
    int64_t about;
    bool portal, bell;
    int bell_side; /* who it was for the bell to ring */
};
static bool wanted(void *context, void *row)
{
    const struct filter *f = context;
    const struct event *e = row;
    if (f->customer && e->customer != f->customer)
        return false;
    if (f->portal && !e->portal)
        return false;
    if (f->subject && (e->subject != f->subject || e->about != f->about))
        return false;
    return !f->bell || (e->side == f->bell_side && e->subject != SUBJECT_SESSION);
}

/* What the caller may see at all. */
static struct filter visible(const struct call *c)
{
    struct filter f = {.bell_side = SIDE_CUSTOMER};
    if (call_by_customer(c)) {
        f.customer = c->who.customer;
        f.portal = true;
        f.bell_side = SIDE_STAFF;
    }
    return f;
}

static struct key key_of_customer(const struct call *c, uint64_t customer)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_CUSTOMER);
    key_u64(&k, customer);
    return k;
}

static enum err about_document(struct call *c, uint64_t id, struct filter *f)
{
    struct document_row d;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_row(), &d);
    if (e)
        return e;
    f->subject = d.kind == DOC_ESTIMATE ? SUBJECT_ESTIMATE : SUBJECT_INVOICE;
    f->about = (int64_t)id;
    return OK;
}

/* The narrowest stretch that holds all of them. */
static struct key range_key(struct call *c, const struct filter *f)
{
    struct key k;
    if (f->subject) {
        k = index_key(&c->txn, INDEX_EVENT_SUBJECT);
        key_u64(key_u8(&k, (uint8_t)f->subject), (uint64_t)f->about);
        return k;
    }
    if (f->customer && f->bell && f->portal) {
        k = index_key(&c->txn, INDEX_EVENT_RING);
        key_u64(&k, f->customer);
        return k;
    }
    if (f->customer)
        return key_of_customer(c, f->customer);
    return f->bell ? index_key(&c->txn, INDEX_EVENT_BELL) : record_key(&c->txn, KIND_EVENT);
}

enum err op_event_list(struct call *c, const struct event_list_in *in, struct event_list_out *out)
{
    struct filter f = visible(c);
    enum err e = OK;
    if (in->customer)
        f.customer = in->customer; /* a customer can name itself only */
    f.bell = in->bell;
    if (in->document)
        e = about_document(c, in->document, &f);
    if (e)
        return e;
    struct key k = range_key(c, &f);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = wanted,
                            .context = &f};
    e = record_list(&c->txn, &l, &c->why);
    if (!e)
        e = call_unread(c, &out->unread, &out->last);
    if (e)
        return e;
    out->events.n = l.count;
    out->events.v = l.rows;
    out->next = l.next;
    return OK;
}

enum err op_event_wait(struct call *c, const struct event_wait_in *in, struct event_wait_out *out)
{
    struct filter f = visible(c);
    int64_t newest;
    enum err e = call_unread(c, &out->unread, &newest);
    if (!e && in->since > newest) /* the store is another than it was: a restored backup */
        e = REFUSE(c, ERR_INVALID, "since", "is newer than any event: start again from event.list");
    if (e)
        return e;
    struct key k = range_key(c, &f);
    struct list_range range = list_range(&k);
    range.first = k;
    key_u64(&range.first, (uint64_t)in->since + 1);
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .limit = 100,
                            .keep = wanted,
                            .context = &f};
    int round = 0;
    do {
        l.after = l.next;
        e = record_list(&c->txn, &l, &c->why);
    } while (!e && l.count == 0 && l.next && ++round < ROUNDS);
    if (e)
        return e;
    out->events.n = l.count;
    out->events.v = l.rows;
    out->last = l.next ? (int64_t)strtoull(l.next, NULL, 16) : newest; /* a cursor is the last id looked at */
    return OK;
}

enum err op_event_seen(struct call *c, const struct event_seen_in *in, struct event_seen_out *out)
{
    (void)out;
    struct bell bell = {.seen = 0};
    uint64_t newest;
    enum err e = record_last_id(&c->txn, KIND_EVENT, &newest);
    if (!e)
        e = record_get(&c->txn, KIND_BELL, call_bell(c), &bell);
    if (e && e != ERR_NOT_FOUND)
        return e;
    int64_t seen = in->event < (int64_t)newest ? in->event : (int64_t)newest;
    if (seen <= bell.seen)
        return OK;
    bell.id = (int64_t)call_bell(c);
    bell.seen = seen;
    return record_put(&c->txn, KIND_BELL, &bell);
}
