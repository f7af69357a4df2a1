#include "data/freeze.h"
#include "common/party.h"
#include "data/engine/kv.h"
#include "data/record.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BATCH 100 /* records of one transaction: a document has up to 100 kB */

struct freezing {
    struct arena *arena;
    uint32_t business;
    enum kind kind;
    char after[400], next[400]; /* cursors of this page and of the next; "" at the beginning and the end */
    int64_t now;
    int64_t documents, versions, payments; /* in all, also by a run before that was broken off */
};

static int64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void name_categories(struct document *d)
{
    for (size_t i = 0; i < d->lines.n; i++)
        if (!d->lines.v[i].category && d->lines.v[i].tax_percent > 0)
            d->lines.v[i].category = TAX_STANDARD;
    for (size_t i = 0; i < d->taxes.n; i++)
        if (!d->taxes.v[i].category && d->taxes.v[i].percent > 0)
            d->taxes.v[i].category = TAX_STANDARD;
}

/* An address that is not the customer's was given by the writer. */
static void free_draft(struct document *d, const struct customer *customer)
{
    d->own_billing = d->billing && !party_same_address(d->billing, customer->billing);
    party_strip(d);
}

/* Name and address were kept since the paper was written; of what was not kept, today's is the best that is known. */
static void freeze(struct freezing *f, struct document *d, const struct business *b,
                   const struct customer *customer)
{
    const char *name = d->customer_name;
    struct address *billing = d->billing;
    d->seller = party_seller(f->arena, b);
    party_buyer(d, customer);
    d->customer_name = name && *name ? name : d->customer_name;
    d->billing = billing ? billing : d->billing;
    d->own_billing = billing && !party_same_address(billing, customer->billing);
    d->frozen = f->now;
}

static enum err treat(struct freezing *f, struct txn *t, struct document *d, bool draft)
{
    struct business b;
    struct customer customer = {.id = 0};
    enum err e = record_get(t, KIND_BUSINESS, t->business, &b);
    if (!e)
        e = record_get(t, KIND_CUSTOMER, d->customer, &customer);
    if (e && e != ERR_NOT_FOUND)
        return e;
    name_categories(d);
    if (draft)
        free_draft(d, &customer);
    else if (!d->frozen)
        freeze(f, d, &b, &customer);
    return OK;
}

static enum err treat_tax(struct txn *t, struct tax *tax)
{
    if (tax->category || tax->percent <= 0)
        return OK;
    tax->category = TAX_STANDARD;
    return record_put(t, KIND_TAX, tax);
}

static enum err treat_payment(struct freezing *f, struct txn *t, struct payment *p)
{
    struct business b;
    f->payments++;
    if (p->payee)
        return OK;
    enum err e = record_needed(t, KIND_BUSINESS, t->business, &b);
    p->payee = e ? NULL : party_seller(f->arena, &b);
    return e ? e : record_put(t, KIND_PAYMENT, p);
}

static enum err treat_document(struct freezing *f, struct txn *t, struct document *d)
{
    bool draft = d->state == DOC_DRAFT;
    enum err e = treat(f, t, d, draft);
    f->documents += !draft;
    return e ? e : record_put(t, KIND_DOCUMENT, d);
}

static enum err treat_version(struct freezing *f, struct txn *t, struct version *v)
{
    if (!v->was)
        return OK;
    enum err e = treat(f, t, v->was, !v->at);
    f->versions += v->at != 0;
    return e ? e : record_put(t, KIND_VERSION, v);
}

static enum err treat_one(struct freezing *f, struct txn *t, void *row)
{
    switch (f->kind) {
    case KIND_TAX: return treat_tax(t, row);
    case KIND_VERSION: return treat_version(f, t, row);
    case KIND_PAYMENT: return treat_payment(f, t, row);
    default: return treat_document(f, t, row);
    }
}

static enum err page(struct kv_txn *kv, void *arg)
{
    struct freezing *f = arg, was = *f;
    struct txn t = {.kv = kv, .arena = f->arena, .business = f->business};
    arena_reset(f->arena);
    const struct shape *shape = record_shape(f->kind);
    struct key k = record_key(&t, f->kind);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = f->kind,
                            .view = shape,
                            .ranges = &range,
                            .n = 1,
                            .after = *f->after ? f->after : NULL,
                            .limit = BATCH};
    struct refusal why;
    enum err e = record_list(&t, &l, &why);
    for (size_t i = 0; i < l.count && !e; i++) {
        void *row = (char *)l.rows + i * shape->size;
        e = record_get(&t, f->kind, record_id(row), row); /* what a list gives can not be stored */
        if (!e)
            e = treat_one(f, &t, row);
    }
    if (e)
        *f = was;
    snprintf(f->next, sizeof f->next, "%s", !e && l.next ? l.next : "");
    return e;
}

static enum err pages(struct kv *kv, struct freezing *f, enum kind kind)
{
    enum err e;
    f->kind = kind;
    f->after[0] = '\0';
    do {
        e = kv_write(kv, page, f);
        memcpy(f->after, f->next, sizeof f->after);
    } while (!e && *f->after);
    return e;
}

/* A run that was broken off just after it has told already. */
static enum err told(struct txn *t, bool *done)
{
    struct event last;
    uint64_t id;
    enum err e = record_last_id(t, KIND_EVENT, &id);
    if (!e && id)
        e = record_get(t, KIND_EVENT, id, &last);
    *done = !e && id && last.what == WHAT_FROZEN;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err tell(struct kv_txn *kv, void *arg)
{
    struct freezing *f = arg;
    struct txn t = {.kv = kv, .arena = f->arena, .business = f->business};
    struct business b;
    bool done;
    arena_reset(f->arena);
    enum err e = told(&t, &done);
    if (e || done)
        return e;
    e = record_needed(&t, KIND_BUSINESS, t.business, &b);
    if (e)
        return e;
    struct event event = {.at = f->now,
                          .what = WHAT_FROZEN,
                          .side = SIDE_SYSTEM,
                          .subject = SUBJECT_BUSINESS,
                          .about = (int64_t)f->business,
                          .number = b.name};
    event.text = arena_printf(
        f->arena, "%lld documents, %lld versions that were sent and %lld payments, as known today",
        (long long)f->documents, (long long)f->versions, (long long)f->payments);
    return record_put(&t, KIND_EVENT, &event);
}

enum err freeze_papers(struct kv *kv, uint32_t businesses)
{
    struct freezing f = {.arena = arena_open(), .now = wall_clock()};
    enum err e = OK;
    for (f.business = 1; !e && f.business <= businesses; f.business++) {
        f.documents = f.versions = f.payments = 0;
        e = pages(kv, &f, KIND_TAX);
        if (!e)
            e = pages(kv, &f, KIND_VERSION);
        if (!e)
            e = pages(kv, &f, KIND_PAYMENT);
        if (!e)
            e = pages(kv, &f, KIND_DOCUMENT);
        if (!e && f.documents + f.payments)
            e = kv_write(kv, tell, &f);
    }
    arena_close(f.arena);
    return e;
}
