/* Handlers without a daemon: a business in memory, and a call of any operation as anyone, through the owner check and the
 * handler, each write run twice (kv_twice aborts the process when the runs differ). What follows a call (the viewed mark) runs at
 * once, as in the daemon. Not imitated: unpacking from the wire, request ids, the gateway.
 *
 *     struct fixture f;
 *     fixture_open(&f);
 *     as_staff(&f);
 *     struct document_send_in in = {.id = 1};
 *     struct document_send_out out;
 *     CHECK_INT(CALL_DOC(&f, invoice, send, &in, &out), OK);
 *     fixture_close(&f);     also checks every index and total of the store
 *
 * Fields of arguments that a handler asks GIVEN for have to be set with GIVE (common/shape.h). */
#ifndef TESTS_UNIT_CALL_FIXTURE_H
#define TESTS_UNIT_CALL_FIXTURE_H
#include "common/date.h"
#include "data/check.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/core/dispatch_table.h"
#include "server/ops/follow_ops.h"
#include "server/core/owner.h"
#include "tests/unit/test.h"
#include <stdlib.h>

/* What fixture_open puts into business 1 (portal "acme", EUR, UTC, terms 30 days, estimates 14 days). */
enum {
    ADA = 1,     /* customer "Ada Works" in EUR, with contact 1 Ada */
    BOB = 2,     /* customer "Bob & Sons" in USD, terms 10 days, with contact 2 Bob */
    VAT = 1,     /* tax of 20 % */
    REDUCED = 2, /* tax of 5.5 % */
    HOUR = 1,    /* item "Consulting", 80.50 EUR per h, VAT */
};
#define FIXTURE_DAY date_of(2026, 11, 22)

struct fixture {
    struct kv *kv;
    struct arena *arena; /* of all results, until fixture_close */
    int64_t now;
    struct who who;
    struct refusal why; /* of the last call */
    struct call last;   /* for its follows */
};

static inline void fixture_day(struct fixture *f, int32_t day)
{
    f->now = (int64_t)(day - DATE_UNIX_EPOCH) * 86400000 + 12 * 3600000;
}

static inline void as_staff(struct fixture *f)
{
    f->who = (struct who){.role = ROLE_STAFF, .session = 1, .person = 1, .name = "Sam", .place = "here"};
}
static inline void as_reader(struct fixture *f)
{
    as_staff(f);
    f->who.role = ROLE_READER;
}
static inline void as_customer(struct fixture *f, uint64_t customer)
{
    f->who = (struct who){.role = ROLE_CUSTOMER,
                          .session = 2,
                          .person = customer,
                          .customer = customer,
                          .name = customer == ADA ? "Ada" : "Bob",
                          .place = "there"};
}

struct fixture_run {
    struct fixture *f;
    enum op_number op;
    const void *in;
    void *out;
    enum err (*fn)(struct call *c, void *argument);
    enum err result;
};

static inline struct call fixture_call(struct fixture *f, struct kv_txn *kv)
{
    struct call c = {.arena = f->arena,
                     .txn = {.kv = kv, .arena = f->arena, .business = 1},
                     .who = f->who,
                     .now = f->now,
                     .tick = f->now};
    return c;
}

static inline enum err fixture_handle(struct kv_txn *kv, void *arg)
{
    struct fixture_run *r = arg;
    struct call c = fixture_call(r->f, kv);
    c.op = op_at(r->op);
    memset(r->out, 0, c.op->out()->size);
    const struct codec_names names = {.n = 0};
    r->result = owner_check(&c, c.op->in(), r->in, &names);
    if (!r->result)
        r->result = handler_of(c.op)->run(&c, r->in, r->out);
    r->f->why = c.why;
    r->f->last = c;
    return r->result;
}

static inline enum err fixture_do(struct kv_txn *kv, void *arg)
{
    struct fixture_run *r = arg;
    struct call c = fixture_call(r->f, kv);
    return r->fn(&c, (void *)r->in);
}

/* Runs a function inside a write as whoever the fixture is. */
static inline enum err fixture_write(struct fixture *f, enum err (*fn)(struct call *c, void *argument),
                                     void *argument)
{
    struct fixture_run r = {.f = f, .fn = fn, .in = argument};
    return kv_write(f->kv, fixture_do, &r);
}

static inline enum err fixture_follow(struct call *c, void *argument)
{
    return follow_viewed(c, *(uint64_t *)argument);
}

#define CALL(f, symbol, in_, out_) \
    fixture_op((f), OPNO_##symbol, (const struct symbol##_in *){in_}, (struct symbol##_out *){out_})
/* The same for an operation on documents of one kind: CALL_DOC(f, invoice, get, &in, &out). */
#define CALL_DOC(f, kind, verb, in_, out_)                                            \
    fixture_op((f), OPNO_##kind##_##verb, (const struct document_##verb##_in *){in_}, \
               (struct document_##verb##_out *){out_})
static inline enum err fixture_op(struct fixture *f, enum op_number op, const void *in, void *out)
{
    struct fixture_run r = {.f = f, .op = op, .in = in, .out = out};
    if (!(op_at(op)->who & (1u << f->who.role)))
        return ERR_FORBIDDEN;
    enum err e = (op_at(op)->mode == OP_READ ? kv_read : kv_write)(f->kv, fixture_handle, &r);
    for (size_t i = 0; i < f->last.n_follows && !e; i++)
        if (f->last.follows[i].what == FOLLOW_VIEWED)
            e = fixture_write(f, fixture_follow, &f->last.follows[i].id);
    return e;
}

static inline void fixture_put(struct call *c, enum kind kind, void *record)
{
    enum err e = record_put(&c->txn, kind, record);
    if (e) {
        fprintf(stderr, "fixture: %s\n", err_name(e));
        abort();
    }
}

static inline enum err fixture_fill(struct call *c, void *argument)
{
    uint32_t business;
    (void)argument;
    if (store_next_business(c->txn.kv, &business) || business != 1 ||
        store_portal_set(c->txn.kv, NULL, "acme", business))
        return ERR_INTERNAL;
    fixture_put(c, KIND_BUSINESS,
                &(struct business){.id = 1,
                                   .portal = "acme",
                                   .name = "Acme",
                                   .currency = "EUR",
                                   .time_zone = "UTC",
                                   .partial_payments = true,
                                   .terms_days = 30,
                                   .estimate_days = 14,
                                   .notes = "Thank you.",
                                   .revision = 1});
    static const char *const prefixes[] = {"EST-", "INV-", "PAY-"};
    for (size_t i = 0; i < 3; i++)
        fixture_put(c, KIND_SERIES,
                    &(struct series){.id = i + 1, .prefix = prefixes[i], .next = 1, .digits = 4});
    fixture_put(c, KIND_STAFF,
                &(struct staff){.name = "Sam", .email = "sam@acme.test", .role = ROLE_STAFF, .active = true});
    struct address street = {.street = "1 Analytical Way", .city = "London"};
    fixture_put(c, KIND_CUSTOMER,
                &(struct customer){.name = "Ada Works",
                                   .email = "ada@ada.test",
                                   .currency = "EUR",
                                   .billing = &street,
                                   .active = true,
                                   .revision = 1});
    fixture_put(c, KIND_CUSTOMER,
                &(struct customer){.name = "Bob & Sons",
                                   .email = "bob@bob.test",
                                   .currency = "USD",
                                   .terms_days = 10,
                                   .active = true,
                                   .revision = 1});
    fixture_put(c, KIND_CONTACT,
                &(struct contact){.customer = ADA, .name = "Ada", .email = "ada@ada.test", .primary = true});
    fixture_put(c, KIND_CONTACT,
                &(struct contact){.customer = BOB, .name = "Bob", .email = "bob@bob.test", .primary = true});
    fixture_put(c, KIND_TAX, &(struct tax){.name = "VAT", .percent = 20 * DECIMAL_ONE, .active = true});
    fixture_put(c, KIND_TAX,
                &(struct tax){.name = "Reduced", .percent = 11 * DECIMAL_ONE / 2, .active = true});
    fixture_put(c, KIND_ITEM,
                &(struct item){.name = "Consulting",
                               .description = "By the hour",
                               .price = 80500000,
                               .unit = "h",
                               .tax = VAT,
                               .active = true});
    return OK;
}

static inline void fixture_open(struct fixture *f)
{
    *f = (struct fixture){.arena = arena_open()};
    fixture_day(f, FIXTURE_DAY);
    as_staff(f);
    enum err e = kv_open(&kv_twice, "", true, &f->kv, &f->why);
    if (!e)
        e = fixture_write(f, fixture_fill, NULL);
    if (e) {
        fprintf(stderr, "fixture: %s %s\n", err_name(e), f->why.detail);
        abort();
    }
}

static inline enum err fixture_check(struct kv_txn *kv, void *arg)
{
    struct fixture *f = arg;
    struct check *check = arena_alloc(f->arena, sizeof *check);
    enum err e = check_store(kv, f->arena, check);
    for (size_t i = 0; i < check->n_problems; i++)
        fprintf(stderr, "check: %s\n", check->problems[i]);
    CHECK_INT(check->n_problems, 0);
    return e;
}

static inline void fixture_close(struct fixture *f)
{
    CHECK_INT(kv_read(f->kv, fixture_check, f), OK);
    kv_close(f->kv);
    arena_close(f->arena);
}
#endif
