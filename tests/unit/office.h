/* A business in memory, and a way to run operations on it as somebody: handlers alone, without dispatcher or door. Writes run
 * twice (kv_twice), so a handler that is not repeatable is found. */
#ifndef TESTS_UNIT_OFFICE_H
#define TESTS_UNIT_OFFICE_H
#include "common/codec.h"
#include "common/date.h"
#include "data/check.h"
#include "data/engine/kv.h"
#include "proto/op.h"
#include "server/core/dispatch_table.h"
#include "server/core/secret.h"
#include "tests/unit/test.h"

struct office {
    struct kv *kv;
    struct arena *arena;
    uint32_t business;
    struct who who;
    int64_t now;
    struct refusal why; /* of the last run */
    /* of the run under way */
    const struct op *op;
    const void *in;
    void *out, *prepared;
};

static inline struct call office_call(struct office *o, struct kv_txn *kv)
{
    struct call c = {.arena = o->arena,
                     .txn = {.kv = kv, .arena = o->arena, .business = o->business},
                     .op = o->op,
                     .who = o->who,
                     .now = o->now,
                     .prepared = o->prepared};
    memcpy(c.random + 32, &o->now, sizeof o->now); /* others at each request */
    return c;
}

static inline enum err office_prepare(struct kv_txn *kv, void *arg)
{
    struct office *o = arg;
    struct call c = office_call(o, kv);
    enum err e = handler_of(o->op)->prepare(&c, o->in);
    o->prepared = c.prepared;
    if (!e && c.outside)
        e = c.outside(c.prepared, c.arena, &c.why);
    o->why = c.why;
    return e;
}

static inline enum err office_step(struct kv_txn *kv, void *arg)
{
    struct office *o = arg;
    struct call c = office_call(o, kv);
    memset(o->out, 0, o->op->out()->size);
    enum err e = handler_of(o->op)->run(&c, o->in, o->out);
    o->why = c.why;
    if (!e) { /* what it gives can be packed */
        struct buf packed;
        buf_init(&packed, 1 << 20);
        codec_pack(&packed, o->op->out(), o->out, call_by_customer(&c) ? CODEC_TO_CUSTOMER : CODEC_TO_STAFF);
        buf_fini(&packed);
    }
    return e;
}

static inline enum err office_run(struct office *o, enum op_number number, const void *in, void *out)
{
    o->op = op_at(number);
    o->in = in;
    o->out = out;
    o->prepared = NULL;
    o->why = (struct refusal){.code = OK};
    o->now += 1000;
    enum err e = handler_of(o->op)->prepare ? kv_read(o->kv, office_prepare, o) : OK;
    if (e)
        return e;
    return o->op->mode == OP_READ ? kv_read(o->kv, office_step, o) : kv_write(o->kv, office_step, o);
}

/* RUN(&office, customer_get, &out, .id = 1); without arguments .head = {0} */
#define RUN(o, symbol, out, ...) office_run(o, OPNO_##symbol, &(struct symbol##_in){__VA_ARGS__}, out)

/* Something else in a write transaction: fn gets a call. */
struct office_work {
    struct office *office;
    enum err (*fn)(struct call *c, void *arg);
    void *arg;
};
static inline enum err office_work_step(struct kv_txn *kv, void *arg)
{
    struct office_work *w = arg;
    struct call c = office_call(w->office, kv);
    return w->fn(&c, w->arg);
}
static inline enum err office_write(struct office *o, enum err (*fn)(struct call *c, void *arg), void *arg)
{
    struct office_work w = {o, fn, arg};
    return kv_write(o->kv, office_work_step, &w);
}
struct office_record {
    enum kind kind;
    void *record;
    uint64_t id;
};
static inline enum err office_put_step(struct call *c, void *arg)
{
    struct office_record *r = arg;
    ((struct business *)r->record)->id = r->id; /* as it was before the first of two runs */
    return record_put(&c->txn, r->kind, r->record);
}
/* Stores a record as it is: what tests need that no operation gives. Its id is written back. */
static inline enum err office_put(struct office *o, enum kind kind, void *record)
{
    struct office_record r = {kind, record, record_id(record)};
    return office_write(o, office_put_step, &r);
}

static inline void office_as(struct office *o, int role, uint64_t person, uint64_t customer)
{
    o->who = (struct who){.role = role,
                          .person = person,
                          .customer = customer,
                          .name = role == ROLE_CUSTOMER ? "Maria Ruiz" : "Ana Kelly",
                          .email = "someone@office.test",
                          .place = "test"};
}

/* Founds "Northwind Paper" (portal northwind, EUR, Europe/Dublin) on 2026-11-22 and signs its administrator in. */
static inline enum err office_open(struct office *o)
{
    struct business_create_out out;
    memset(o, 0, sizeof *o);
    o->arena = arena_open();
    if (instant_parse("2026-11-22T10:00:00Z", &o->now) != OK)
        return ERR_INTERNAL;
    o->who = (struct who){.role = ROLE_OPERATOR, .name = "operator", .place = "test"};
    enum err e = secret_start();
    if (!e)
        e = kv_open(&kv_twice, "", true, &o->kv, NULL);
    if (!e)
        e = RUN(o, business_create, &out, .portal = "northwind", .name = "Northwind Paper Ltd",
                .currency = "EUR", .time_zone = "Europe/Dublin", .admin_email = "ana@northwind.test",
                .admin_name = "Ana Kelly", .password = "correct horse");
    o->business = 1;
    office_as(o, ROLE_ADMIN, 1, 0);
    return e;
}
static inline enum err office_check(struct kv_txn *kv, void *arg)
{
    struct office *o = arg;
    struct check *check = arena_alloc(o->arena, sizeof *check);
    enum err e = check_store(kv, o->arena, check);
    for (size_t i = 0; i < check->n_problems; i++)
        fprintf(stderr, "check: %s\n", check->problems[i]);
    CHECK_INT(check->n_problems, 0);
    return e;
}
/* Also checks every index and total of the store. */
static inline void office_close(struct office *o)
{
    CHECK_INT(kv_read(o->kv, office_check, o), OK);
    kv_close(o->kv);
    arena_close(o->arena);
}
#endif
