/* Estimates and invoices in the business of call_fixture.h: written, sent, answered, paid and read, each in one call. */
#ifndef TESTS_UNIT_DOCUMENT_FIXTURE_H
#define TESTS_UNIT_DOCUMENT_FIXTURE_H
#include "server/ops/document.h"
#include "tests/unit/call_fixture.h"

static inline struct line line_of(const char *name, int64_t quantity, const char *price, int64_t percent)
{
    struct line l = {.head = {0}};
    int64_t decimal = 0;
    CHECK_INT(decimal_parse(price, &decimal), OK);
    GIVE(line, &l, name, name);
    GIVE(line, &l, quantity, quantity * DECIMAL_ONE);
    GIVE(line, &l, price, decimal);
    GIVE(line, &l, tax_percent, percent * DECIMAL_ONE);
    return l;
}

/* A document to be given, with one line of that price and 20 % tax. */
static inline struct document *given(struct fixture *f, const char *price)
{
    struct document *d = arena_alloc(f->arena, sizeof *d);
    struct line *l = arena_alloc(f->arena, sizeof *l);
    *l = line_of("Work", 1, price, 20);
    GIVE(document, d, lines, ((struct line_list){1, l}));
    return d;
}

static inline struct document *create(struct fixture *f, int kind, uint64_t customer, struct document *d,
                                      bool send)
{
    struct estimate_create_in e = {.customer = customer, .document = d, .send = send};
    struct invoice_create_in i = {.customer = customer, .document = d, .send = send};
    struct estimate_create_out eo;
    struct invoice_create_out io;
    enum err err =
        kind == DOC_ESTIMATE ? CALL(f, estimate_create, &e, &eo) : CALL(f, invoice_create, &i, &io);
    if (err)
        fprintf(stderr, "create: %s: %s\n", f->why.field, f->why.detail);
    CHECK_INT(err, OK);
    return kind == DOC_ESTIMATE ? eo.estimate : io.invoice;
}

static inline struct document *sent_estimate(struct fixture *f, const char *price)
{
    as_staff(f);
    return create(f, DOC_ESTIMATE, ADA, given(f, price), true);
}
static inline struct document *sent_invoice(struct fixture *f, const char *price)
{
    as_staff(f);
    return create(f, DOC_INVOICE, ADA, given(f, price), true);
}

static inline enum err update_estimate(struct fixture *f, uint64_t id, int64_t revision, struct document *d,
                                       struct document **now)
{
    struct estimate_update_in in = {.estimate = id, .revision = revision, .document = d};
    struct estimate_update_out out;
    enum err e = CALL(f, estimate_update, &in, &out);
    *now = out.estimate;
    return e;
}

static inline enum err send_estimate(struct fixture *f, uint64_t id, int64_t revision, struct document **now)
{
    struct estimate_send_in in = {.estimate = id};
    struct estimate_send_out out;
    if (revision)
        GIVE(estimate_send_in, &in, revision, revision);
    enum err e = CALL(f, estimate_send, &in, &out);
    *now = out.estimate;
    return e;
}

static inline enum err accept_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct estimate_accept_in in = {.estimate = id, .revision = revision, .signed_by = "Ada L."};
    struct estimate_accept_out out;
    return CALL(f, estimate_accept, &in, &out);
}

static inline enum err decline_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct estimate_decline_in in = {.estimate = id, .revision = revision, .reason = "Too much"};
    struct estimate_decline_out out;
    return CALL(f, estimate_decline, &in, &out);
}

static inline struct estimate_get_out read_estimate(struct fixture *f, uint64_t id)
{
    struct estimate_get_in in = {.estimate = id};
    struct estimate_get_out out;
    CHECK_INT(CALL(f, estimate_get, &in, &out), OK);
    return out;
}
static inline struct invoice_get_out read_invoice(struct fixture *f, uint64_t id)
{
    struct invoice_get_in in = {.invoice = id};
    struct invoice_get_out out;
    CHECK_INT(CALL(f, invoice_get, &in, &out), OK);
    return out;
}

struct booking {
    uint64_t invoice;
    struct money amount;
};
static inline enum err book(struct call *c, void *argument)
{
    struct booking *b = argument;
    struct document d;
    enum err e = record_get(&c->txn, KIND_INVOICE, b->invoice, &d);
    return e ? e : document_apply_payment(c, &d, b->amount);
}
static inline enum err pay(struct fixture *f, uint64_t invoice, int64_t amount, const char *currency)
{
    struct booking b = {invoice, money_of(amount, currency)};
    return fixture_write(f, book, &b);
}
#endif
