/* A small business in a store that runs every write twice, for tests of the handlers of payments and events: customers with open
 * invoices, a sandbox gateway, and what always has to be true of the money. */
#ifndef TESTS_UNIT_MONEY_FIXTURE_H
#define TESTS_UNIT_MONEY_FIXTURE_H
#include "common/date.h"
#include "data/check.h"
#include "data/engine/kv.h"
#include "server/ops/business.h"
#include "server/ops/follow_ops.h"
#include "server/core/secret.h"
#include "tests/unit/test.h"
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1795341600000) /* 2026-11-22T09:20:00Z, a Sunday */
#define TODAY date_of(2026, 11, 22)

static struct kv *store;
static struct arena *keep; /* of the whole test: records that were read, results */
static struct gateways *gateways;
static char folder[64];
static struct who who;         /* who the next call is from */
static struct refusal refused; /* what the last call said */
static struct call last;       /* the last call, after its run */
static void *prepared;
static uint64_t calls; /* makes the random bytes of a call */

static inline void by_customer(uint64_t customer)
{
    who = (struct who){
        .role = ROLE_CUSTOMER, .person = customer + 100, .customer = customer, .name = "Bea Buyer"};
}
static inline void by_staff(void)
{
    who = (struct who){.role = ROLE_STAFF, .person = 1, .name = "Ana Kelly"};
}
static inline void by_daemon(void)
{
    who = (struct who){.role = 0};
}

typedef enum err call_fn(struct call *c, void *arg);
struct running {
    call_fn *fn;
    void *arg;
    uint64_t seed;
};
static inline enum err run_in_txn(struct kv_txn *kv, void *arg)
{
    struct running *r = arg;
    struct call c = {.arena = keep,
                     .txn = {.kv = kv, .arena = keep, .business = 1},
                     .who = who,
                     .now = NOW,
                     .prepared = prepared,
                     .gateways = gateways};
    memcpy(c.random, &r->seed, sizeof r->seed);
    enum err e = r->fn(&c, r->arg);
    refused = c.why;
    last = c;
    return e;
}
static inline enum err as_write(call_fn *fn, void *arg)
{
    struct running r = {fn, arg, ++calls};
    return kv_write(store, run_in_txn, &r);
}
static inline enum err as_read(call_fn *fn, void *arg)
{
    struct running r = {fn, arg, ++calls};
    return kv_read(store, run_in_txn, &r);
}

/* WRITE(payment_record, &in, &out): the handler in a transaction of its own. */
#define HANDLER(symbol)                                             \
    static inline enum err call_##symbol(struct call *c, void *arg) \
    {                                                               \
        void **in_out = arg;                                        \
        memset(in_out[1], 0, sizeof(struct symbol##_out));          \
        return op_##symbol(c, in_out[0], in_out[1]);                \
    }
#define WRITE(symbol, in, out) as_write(call_##symbol, (void *[]){(in), (out)})
#define READ(symbol, in, out) as_read(call_##symbol, (void *[]){(in), (out)})

/* --- what is in the store ------------------------------------------------------------------------------------------------ */
struct fetch {
    enum kind kind;
    uint64_t id;
    void *record;
};
static inline enum err fetch_in(struct call *c, void *arg)
{
    struct fetch *f = arg;
    return record_get(&c->txn, f->kind, f->id, f->record);
}
static inline struct document *invoice(uint64_t id)
{
    struct document *d = arena_alloc(keep, sizeof *d);
    CHECK_INT(as_read(fetch_in, &(struct fetch){KIND_INVOICE, id, d}), OK);
    return d;
}
static inline struct payment *payment(uint64_t id)
{
    struct payment *p = arena_alloc(keep, sizeof *p);
    CHECK_INT(as_read(fetch_in, &(struct fetch){KIND_PAYMENT, id, p}), OK);
    return p;
}
static inline enum err put_in(struct call *c, void *arg)
{
    struct fetch *f = arg;
    void *copy = arena_copy(c->arena, f->record,
                            record_shape(f->kind)->size); /* a run must not find the id of the other */
    enum err e = record_put(&c->txn, f->kind, copy);
    f->id = record_id(copy);
    return e;
}
static inline uint64_t put(enum kind kind, void *record)
{
    struct fetch f = {kind, 0, record};
    CHECK_INT(as_write(put_in, &f), OK);
    return f.id;
}

static inline uint64_t customer_new(const char *name, const char *currency)
{
    struct customer c = {.name = name, .currency = currency, .active = true};
    return put(KIND_CUSTOMER, &c);
}
static inline uint64_t invoice_new(uint64_t customer, const char *currency, int64_t total, int state)
{
    static int n;
    struct document d = {.kind = DOC_INVOICE,
                         .state = state,
                         .number = state == DOC_DRAFT ? NULL : arena_printf(keep, "INV-%d", ++n),
                         .customer = customer,
                         .customer_name = "Bodega Sur",
                         .currency = currency,
                         .date = TODAY - 10,
                         .due = TODAY + 20,
                         .revision = 1,
                         .total = money_of(total, currency),
                         .paid = money_of(0, currency),
                         .balance = money_of(total, currency)};
    return put(KIND_DOCUMENT, &d);
}

static inline enum err found_in(struct call *c, void *arg)
{
    struct business b;
    (void)arg;
    struct founding f = {.portal = "north",
                         .name = "Northwind",
                         .currency = "EUR",
                         .time_zone = "Europe/Dublin",
                         .admin_name = "Ana Kelly",
                         .admin_email = "ana@north.test",
                         .password_hash = "none"};
    c->txn.business = 0;
    return business_found(c, &f, &b);
}

static inline void world_open(void)
{
    struct refusal why;
    keep = arena_open();
    snprintf(folder, sizeof folder, "/tmp/postern-money-XXXXXX");
    if (!mkdtemp(folder) || secret_start() != OK || kv_open(&kv_twice, NULL, true, &store, &why) != OK ||
        gateways_open(folder, true, &gateways) != OK)
        abort();
    by_daemon();
    CHECK_INT(as_write(found_in, NULL), OK);
}

static inline void world_close(void)
{
    char path[96];
    snprintf(path, sizeof path, "%s/sandbox.ledger", folder);
    gateways_close(gateways);
    kv_close(store);
    unlink(path);
    rmdir(folder);
    arena_close(keep);
}

/* --- what always has to be true ------------------------------------------------------------------------------------------ */
struct sums {
    char currency[4];
    int64_t unused, received, due;
};
static inline struct sums *sums_of(struct sums sums[4], const char *currency)
{
    size_t i = 0;
    while (*sums[i].currency && strcmp(sums[i].currency, currency) != 0)
        i++;
    memcpy(sums[i].currency, currency, strlen(currency) + 1);
    return &sums[i];
}

/* What succeeded payments allocate to each invoice, by its id. */
static int64_t allocated[4096];

static inline int wrong_payment(const struct payment *p, struct sums sums[4])
{
    int64_t parts = 0;
    for (size_t i = 0; i < p->allocations.n; i++) {
        const struct allocation *part = &p->allocations.v[i];
        parts += part->amount.amount;
        if (p->state == PAY_SUCCEEDED)
            allocated[part->invoice] += part->amount.amount;
        if (part->amount.amount <= 0 || strcmp(part->amount.currency, p->amount.currency) != 0)
            return 1;
    }
    if (p->state == PAY_SUCCEEDED) {
        sums_of(sums, p->amount.currency)->unused += p->unused.amount;
        sums_of(sums, p->amount.currency)->received += p->amount.amount;
    }
    return parts + p->unused.amount != p->amount.amount || p->unused.amount < 0 ||
           (p->state == PAY_PENDING) != (p->settled == 0);
}

static inline int wrong_invoice(const struct document *d, struct sums sums[4])
{
    if (d->state == DOC_OPEN)
        sums_of(sums, d->currency)->due += d->balance.amount;
    return d->paid.amount != allocated[d->id] ||
           d->paid.amount + d->balance.amount + d->written_off.amount !=
               (d->state == DOC_VOID ? 0 : d->total.amount) ||
           d->balance.amount < 0 ||
           (d->state == DOC_OPEN || d->state == DOC_DRAFT) != (d->balance.amount != 0);
}

static inline enum err look_at_all(struct call *c, void *arg)
{
    struct sums sums[4] = {{.currency = ""}};
    struct id_list ids;
    struct total total;
    struct check *check = arena_alloc(c->arena, sizeof *check);
    int *wrong = arg;
    struct key k = index_key(&c->txn, INDEX_PAYMENT_DATE);
    memset(allocated, 0, sizeof allocated);
    enum err e = record_ids(&c->txn, &k, 100000, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct payment p;
        e = record_get(&c->txn, KIND_PAYMENT, ids.v[i], &p);
        *wrong += !e && wrong_payment(&p, sums);
    }
    k = index_key(&c->txn, INDEX_DOC_DATE);
    if (!e)
        e = record_ids(&c->txn, &k, 100000, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct document d;
        e = record_get(&c->txn, KIND_INVOICE, ids.v[i], &d);
        *wrong += !e && wrong_invoice(&d, sums);
    }
    for (size_t i = 0; i < 4 && *sums[i].currency && !e; i++) {
        const int64_t want[] = {sums[i].due, sums[i].received, sums[i].unused};
        const enum total_slot slots[] = {TOTAL_OUTSTANDING, TOTAL_PAID, TOTAL_CREDIT};
        for (size_t s = 0; s < 3 && !e; s++) {
            e = total_sum(&c->txn, slots[s], 0, sums[i].currency, 0, UINT32_MAX, &total);
            *wrong += !e && total.amount != want[s];
        }
    }
    if (!e)
        e = check_store(c->txn.kv, c->arena, check);
    *wrong += !e && check->n_problems != 0;
    return e;
}

/* Of every payment: parts + unused = amount. Of every invoice: paid = what succeeded payments allocate to it, and paid +
 * balance + what was written off = total (of what is void: nothing). The totals that are kept are the sums of these. */
static inline void money_adds_up(void)
{
    int wrong = 0;
    struct who was = who;
    by_daemon();
    CHECK_INT(as_read(look_at_all, &wrong), OK);
    CHECK_INT(wrong, 0);
    who = was;
}

/* --- paying ---------------------------------------------------------------------------------------------------------------- */
HANDLER(payment_pay)
HANDLER(payment_record)

static inline enum err prepare_in(struct call *c, void *arg)
{
    enum err e = prep_payment_pay(c, arg);
    prepared = c->prepared;
    if (!e && c->outside)
        e = c->outside(prepared, c->arena, &c->why);
    return e;
}
static inline const char *typed(const char *text)
{
    return arena_text(keep, text, strlen(text)); /* it is wiped */
}

static inline enum err pay(struct allocation *parts, size_t n, const char *card, struct money expect,
                           struct payment **out)
{
    struct payment_pay_out result;
    struct payment_pay_in in = {.parts = {n, parts},
                                .expect = expect,
                                .card_number = typed(card),
                                .card_expiry = typed("12/30"),
                                .card_code = typed("123")};
    prepared = NULL;
    enum err e = as_read(prepare_in, &in);
    if (!e)
        e = WRITE(payment_pay, &in, &result);
    prepared = NULL;
    if (!e && out)
        *out = result.payment;
    return e;
}

struct settling {
    uint64_t payment;
    struct gateway_outcome outcome;
};
static inline enum err settle_in(struct call *c, void *arg)
{
    struct settling *s = arg;
    return follow_charge_settle(c, s->payment, &s->outcome);
}
static inline enum err charge_ask(const struct payment *p, struct gateway_outcome *out)
{
    struct gateway sandbox;
    CHECK_INT(gateways_find(gateways, gateway_kind("sandbox"), &sandbox), OK);
    return follow_charge_ask(&sandbox, p, out);
}
/* What the dispatcher does after the commit of a payment. */
static inline int charge_and_settle(uint64_t id)
{
    struct settling s = {.payment = id};
    struct who was = who;
    by_daemon();
    CHECK_INT(charge_ask(payment(id), &s.outcome), OK);
    CHECK_INT(as_write(settle_in, &s), OK);
    who = was;
    return payment(id)->state;
}
#endif
