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
    struct document_create_in in = {.customer = customer, .document = d, .send = send};
    struct document_create_out out;
    enum err err = fixture_op(f, op_for(kind, ANY_document_create), &in, &out);
    if (err)
        fprintf(stderr, "create: %s: %s\n", f->why.field, f->why.detail);
    CHECK_INT(err, OK);
    return out.document;
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
    struct document_update_in in = {.id = id, .revision = revision, .document = d};
    struct document_update_out out;
    enum err e = CALL_DOC(f, estimate, update, &in, &out);
    *now = out.document;
    return e;
}

static inline enum err send_estimate(struct fixture *f, uint64_t id, int64_t revision, struct document **now)
{
    struct document_send_in in = {.id = id};
    struct document_send_out out;
    if (revision)
        GIVE(document_send_in, &in, revision, revision);
    enum err e = CALL_DOC(f, estimate, send, &in, &out);
    *now = out.document;
    return e;
}

static inline enum err accept_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct document_accept_in in = {.id = id, .revision = revision, .signed_by = "Ada L."};
    struct document_accept_out out;
    return CALL_DOC(f, estimate, accept, &in, &out);
}

static inline enum err decline_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct document_decline_in in = {.id = id, .revision = revision, .reason = "Too much"};
    struct document_decline_out out;
    return CALL_DOC(f, estimate, decline, &in, &out);
}

static inline struct document_get_out read_estimate(struct fixture *f, uint64_t id)
{
    struct document_get_in in = {.id = id};
    struct document_get_out out;
    CHECK_INT(CALL_DOC(f, estimate, get, &in, &out), OK);
    return out;
}
static inline struct document_get_out read_invoice(struct fixture *f, uint64_t id)
{
    struct document_get_in in = {.id = id};
    struct document_get_out out;
    CHECK_INT(CALL_DOC(f, invoice, get, &in, &out), OK);
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
    if (!e)
        e = document_apply(c, &d, b->amount, false);
    struct allocation part = {.invoice = b->invoice, .amount = b->amount};
    struct payment p = {.state = PAY_SUCCEEDED, /* so that the money adds up */
                        .number = "PAY-1",
                        .customer = d.customer,
                        .amount = b->amount,
                        .unused = money_of(0, b->amount.currency),
                        .allocations = {1, &part}};
    return e ? e : record_put(&c->txn, KIND_PAYMENT, &p);
}
static inline enum err pay(struct fixture *f, uint64_t invoice, int64_t amount, const char *currency)
{
    struct booking b = {invoice, money_of(amount, currency)};
    return fixture_write(f, book, &b);
}
#endif
