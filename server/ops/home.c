/* The customer's home in few reads: totals, two stretches of an index, the last payment, the last events. */
#include "server/ops/contact.h"
#include "server/ops/document.h"
#include "server/ops/figures.h"
#include "server/ops/payment.h"

#define PERSONS 20
#define ESTIMATES 5
#define DUE 100
#define RECENT 8

static bool owed(const struct doc_traits *kind)
{
    return kind->owes > 0;
}

static bool answered(const struct doc_traits *kind)
{
    return kind->answered;
}

struct ranges {
    size_t n;
    struct list_range *v;
};

/* Open documents of the caller's customer, of such kinds, that are due on that day or later: read together, soonest first. */
static struct ranges due_from(const struct call *c, bool (*which)(const struct doc_traits *kind), int32_t day)
{
    size_t n;
    const struct doc_traits *kinds = doc_kinds(&n);
    struct ranges ranges = {0};
    size_t some = 0; /* a range is a kilobyte: of those kinds alone */
    for (size_t i = 0; i < n; i++)
        some += which(&kinds[i]);
    ranges.v = arena_alloc(c->arena, some * sizeof *ranges.v);
    for (size_t i = 0; i < n; i++) {
        if (!which(&kinds[i]))
            continue;
        struct key k = index_key(&c->txn, INDEX_DOC_CUSTOMER_DUE);
        key_u8(key_u64(&k, c->who.customer), (uint8_t)kinds[i].kind);
        struct list_range *range = &ranges.v[ranges.n++];
        *range = list_range(&k);
        range->first = k;
        key_u32(&range->first, (uint32_t)day);
    }
    return ranges;
}

/* What is owed on, each with what it can be paid by, and why not by card, if so. */
enum err home_due(struct call *c, struct document_due_list *out)
{
    int32_t today;
    struct ranges due = due_from(c, owed, 0);
    struct record_list l = {.kind = KIND_DOCUMENT,
                            .view = shape_document_due(),
                            .ranges = due.v,
                            .n = due.n,
                            .limit = DUE,
                            .told = true};
    enum err e = call_today(c, &today);
    if (!e)
        e = record_list(&c->txn, &l, &c->why);
    struct document_due *rows = l.rows;
    if (!e)
        e = payment_offers_of_rows(c, rows, l.count);
    for (size_t i = 0; !e && i < l.count; i++) {
        struct document_due *d = &rows[i];
        d->status = document_status(d->kind, d->state, d->due, d->total.amount, d->balance.amount, today);
    }
    if (!e)
        *out = (struct document_due_list){l.count, rows};
    return e;
}

static enum err open_documents(struct call *c, const struct ranges *from, size_t limit,
                               struct document_row_list *out)
{
    struct record_list l = {
        .kind = KIND_DOCUMENT, .view = shape_document_row(), .ranges = from->v, .n = from->n, .limit = limit};
    enum err e = record_list(&c->txn, &l, &c->why);
    struct document_row *rows = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        e = document_row_finish(c, &rows[i]);
    if (!e)
        *out = (struct document_row_list){l.count, rows};
    return e;
}

/* What can still be answered, and how many there are. */
static enum err estimates(struct call *c, struct home_get_out *out)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    struct ranges open = due_from(c, answered, today);
    e = open_documents(c, &open, ESTIMATES, &out->estimates);
    out->estimates_open = (int64_t)out->estimates.n;
    if (e || out->estimates.n < ESTIMATES)
        return e;
    out->estimates_open = 0;
    for (size_t i = 0; !e && i < open.n; i++) {
        size_t n = 0;
        e = record_count(&c->txn, &open.v[i], 1000, &n);
        out->estimates_open += (int64_t)n;
    }
    return e;
}

/* One payment is one row: not each invoice it settles, nor that it was started once it is known how it ended. */
static bool tells_something(const struct event_list *recent, size_t i)
{
    const struct event *e = &recent->v[i];
    if (e->what == WHAT_PAID && e->subject == SUBJECT_INVOICE)
        return false;
    for (size_t j = 0; j < i && e->what == WHAT_PAYMENT_STARTED; j++)
        if (recent->v[j].subject == SUBJECT_PAYMENT && recent->v[j].about == e->about)
            return false;
    return true;
}

static void say_once(struct event_list *recent)
{
    struct event_list all = *recent;
    struct event *rows = recent->v;
    recent->n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (tells_something(&all, i))
            rows[recent->n++] = all.v[i];
}

enum err op_home_get(struct call *c, const struct home_get_in *in, struct home_get_out *out)
{
    (void)in;
    const struct business *business;
    struct total credit;
    int64_t last;
    uint64_t id = c->who.customer;
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    out->ageing = arena_alloc(c->arena, sizeof *out->ageing);
    enum err e = call_business(c, &business);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, id, customer);
    if (!e)
        e = contact_all(c, id, PERSONS, &out->contacts);
    if (!e)
        e = figures_ageing(c, id, customer->currency, out->ageing);
    if (!e)
        e = total_sum(&c->txn, TOTAL_CREDIT, id, customer->currency, 0, 0, &credit);
    if (!e)
        e = figures_last_payment(c, id, &out->last_payment);
    if (!e)
        e = estimates(c, out);
    if (!e)
        e = figures_events(c, id, true, RECENT, &out->recent);
    if (e)
        return e;
    say_once(&out->recent);
    out->business = arena_copy(c->arena, business, sizeof *business);
    out->banner = business->banner;
    out->customer = customer;
    out->credit = money_of(credit.amount, customer->currency);
    bool card;
    e = payment_card(c, &card, &out->card_note);
    if (!e)
        e = home_due(c, &out->due);
    return e ? e : call_unread(c, &out->unread, &last);
}
