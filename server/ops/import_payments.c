/* Payments from a file: they arrived; their numbers and dates are kept. */
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/paper.h"
#include "server/ops/payment.h"
#include <stdlib.h>
#include <string.h>

/* What the rows of a batch take from an invoice together. */
struct taken {
    uint64_t invoice;
    int64_t amount;
};
struct batch {
    struct import im;
    const struct import_payments_in *in;
    struct payment *all;
    struct taken *taken;
    size_t n_taken, capacity;
};

static struct taken *taken_of(struct batch *b, uint64_t invoice)
{
    for (size_t i = 0; i < b->n_taken; i++)
        if (b->taken[i].invoice == invoice)
            return &b->taken[i];
    if (b->n_taken == b->capacity)
        b->taken = arena_grow(b->im.c->arena, b->taken, &b->capacity, sizeof *b->taken);
    b->taken[b->n_taken] = (struct taken){invoice, 0};
    return &b->taken[b->n_taken++];
}

static const char *part_field(struct batch *b, size_t part, const char *name)
{
    return arena_printf(b->im.c->arena, "parts.%zu.%s", part, name);
}

static enum err look_at_part(struct batch *b, const struct import_payment *row, size_t k, struct payment *p)
{
    struct call *c = b->im.c;
    const struct import_part *part = &row->parts.v[k];
    struct document invoice;
    uint64_t id;
    enum err e = import_invoice(c, part->number, &id);
    if (!e && !id)
        import_blame(&b->im, part_field(b, k, "number"), "there is no invoice %.40s", part->number);
    if (!e && id)
        e = record_get(&c->txn, KIND_INVOICE, id, &invoice);
    if (e || !id)
        return e;
    struct taken *taken = taken_of(b, id);
    int64_t room; /* of a payment that stands in for these */
    if ((e = import_room(c, &invoice, &room)) != OK)
        return e;
    if (invoice.customer != p->customer)
        import_blame(&b->im, part_field(b, k, "number"), "%.40s is another customer's", part->number);
    else if (invoice.state != DOC_OPEN && !(invoice.state == DOC_PAID && room))
        import_blame(&b->im, part_field(b, k, "number"), "%.40s is %s: nothing can be paid on it",
                     part->number, enum_name(enum_doc_state(), invoice.state));
    else if (strcmp(part->amount.currency, invoice.currency) != 0)
        import_blame(&b->im, part_field(b, k, "amount"), "%.40s is in %s", part->number, invoice.currency);
    else if (part->amount.amount <= 0)
        import_blame(&b->im, part_field(b, k, "amount"), "has to be more than nothing");
    else if (part->amount.amount > invoice.balance.amount + room - taken->amount)
        import_blame(&b->im, part_field(b, k, "amount"), "is more than is due on %.40s", part->number);
    else
        taken->amount += part->amount.amount;
    p->allocations.v[p->allocations.n++] =
        (struct allocation){.invoice = id, .amount = part->amount, .number = invoice.number};
    return OK;
}

static enum err look_at_parts(struct batch *b, const struct import_payment *row, struct payment *p)
{
    int64_t sum = 0;
    enum err e = OK;
    p->allocations.v = arena_alloc(b->im.c->arena, row->parts.n * sizeof *p->allocations.v);
    for (size_t k = 0; k < row->parts.n && !e; k++) {
        if (money_add(sum, row->parts.v[k].amount.amount, &sum) != OK || sum > p->amount.amount) {
            import_blame(&b->im, part_field(b, k, "amount"), "the parts are more than the payment");
            return OK;
        }
        e = look_at_part(b, row, k, p);
    }
    p->unused = money_of(p->amount.amount - sum, p->amount.currency);
    return e;
}

static void check_plain(struct batch *b, const struct payment *p, const struct customer *customer)
{
    if (!p->date)
        import_blame(&b->im, "payment.date", "has to be given");
    else if (p->date > b->im.today)
        import_blame(&b->im, "payment.date", "is in the future");
    if (!p->amount.currency[0] || p->amount.amount <= 0)
        import_blame(&b->im, "payment.amount", "has to be more than nothing");
    else if (customer && strcmp(customer->currency, p->amount.currency) != 0)
        import_blame(&b->im, "payment.amount", "is in %s, but this customer pays in %s", p->amount.currency,
                     customer->currency);
}

static struct allocation *allocation_of(const struct payment *p, const char *number)
{
    for (size_t k = 0; k < p->allocations.n; k++)
        if (p->allocations.v[k].number && strcmp(p->allocations.v[k].number, number) == 0)
            return &p->allocations.v[k];
    return NULL;
}

/* A part that the payment here has not: its invoice stayed out before. The unused rest can settle it now. */
static enum err part_again(struct batch *b, const struct import_payment *row, size_t k, struct payment *p,
                           bool *changed)
{
    struct call *c = b->im.c;
    const struct import_part *part = &row->parts.v[k];
    struct document invoice = {.id = 0};
    uint64_t id;
    enum err e = import_invoice(c, part->number, &id);
    if (!e && id)
        e = record_get(&c->txn, KIND_INVOICE, id, &invoice);
    if (e)
        return e;
    bool apply = b->im.update && id && invoice.state == DOC_OPEN && invoice.customer == p->customer &&
                 strcmp(invoice.currency, part->amount.currency) == 0 && part->amount.amount > 0 &&
                 part->amount.amount <= invoice.balance.amount && part->amount.amount <= p->unused.amount;
    struct money none = money_of(0, part->amount.currency);
    import_differs_money(&b->im, part_field(b, k, "amount"), &none, &part->amount, apply);
    if (!apply)
        return OK;
    struct allocation *all = arena_alloc(c->arena, (p->allocations.n + 1) * sizeof *all);
    memcpy(all, p->allocations.v, p->allocations.n * sizeof *all);
    all[p->allocations.n] =
        (struct allocation){.invoice = id, .amount = part->amount, .number = invoice.number};
    p->allocations = (struct allocation_list){p->allocations.n + 1, all};
    p->unused.amount -= part->amount.amount;
    *changed = true;
    return b->im.check ? OK : document_apply_payment(c, &invoice, part->amount);
}

/* A row whose payment is here: money stays as it is; what differs is told. */
static enum err again(struct batch *b, const struct import_payment *row, uint64_t id)
{
    struct call *c = b->im.c;
    struct payment here;
    bool changed = false;
    enum err e = record_get(&c->txn, KIND_PAYMENT, id, &here);
    if (e)
        return e;
    (void)import_compare(&b->im, shape_payment(), "payment", "number date mode reference amount notes",
                         row->payment, &here, false);
    for (size_t k = 0; k < row->parts.n && !e; k++) {
        struct allocation *part = allocation_of(&here, row->parts.v[k].number);
        if (!part)
            e = part_again(b, row, k, &here, &changed);
        else if (part->amount.amount != row->parts.v[k].amount.amount)
            import_differs_money(&b->im, part_field(b, k, "amount"), &part->amount, &row->parts.v[k].amount,
                                 false);
    }
    b->im.changed += changed;
    return e || !changed || b->im.check ? e : record_put(&c->txn, KIND_PAYMENT, &here);
}

/* Fills *p when the row is new; p->mode stays 0 when it is known. */
static enum err look_at(struct batch *b, size_t i, struct payment *p)
{
    struct call *c = b->im.c;
    const struct import_payment *row = &b->in->rows.v[i];
    const struct payment *from = row->payment;
    struct customer *customer;
    uint64_t id;
    for (size_t k = 0; k < i; k++)
        if (strcmp(b->in->rows.v[k].source, row->source) == 0)
            import_blame(&b->im, "source", "is in the batch twice");
    enum err e = import_find(c, KIND_PAYMENT, INDEX_PAYMENT_SOURCE, row->source, &id);
    if (e)
        return e;
    if (id) {
        import_known(&b->im);
        return again(b, row, id);
    }
    b->im.created++;
    e = import_customer_of(&b->im, row->customer_source, &customer);
    if (e)
        return e;
    *p = (struct payment){
        .number = from->number,
        .customer = customer ? customer->id : 0,
        .customer_name = customer ? customer->name : NULL,
        .date = from->date,
        .mode = from->mode ? from->mode : MODE_OTHER,
        .reference = from->reference,
        .amount = from->amount,
        .method = from->method,
        .notes = from->notes,
        .created = c->now,
        .settled = c->now,
        .by = c->who.name,
        .source = row->source,
    };
    check_plain(b, p, customer);
    return look_at_parts(b, row, p);
}

static enum err bring_in(struct call *c, struct payment *p)
{
    enum err e = payment_move(c, p, PAY_SUCCEEDED);
    for (size_t k = 0; k < p->allocations.n && !e; k++) {
        struct document invoice;
        e = record_get(&c->txn, KIND_INVOICE, p->allocations.v[k].invoice, &invoice);
        if (!e && p->allocations.v[k].amount.amount > invoice.balance.amount)
            e = import_make_room(c, &invoice, p->allocations.v[k].amount.amount - invoice.balance.amount);
        if (!e)
            e = document_apply_payment(c, &invoice, p->allocations.v[k].amount);
    }
    if (!e && (!p->number || !*p->number))
        e = call_number(c, 3, &p->number);
    if (!e)
        e = paper_payee(c, &p->payee);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, p);
    if (e)
        return e;
    struct event event = {.what = WHAT_IMPORTED,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p->id,
                          .number = p->number,
                          .customer = p->customer,
                          .customer_name = p->customer_name,
                          .amount = p->amount,
                          .text = p->source};
    return call_event(c, &event);
}

static enum err look_at_all(struct batch *b, bool check)
{
    enum err e = OK;
    import_begin(&b->im, b->im.c, check, b->in->update);
    b->n_taken = 0;
    for (size_t i = 0; i < b->in->rows.n && !e; i++) {
        b->im.row = (int64_t)i;
        e = look_at(b, i, &b->all[i]);
    }
    return e;
}

enum err op_import_payments(struct call *c, const struct import_payments_in *in,
                            struct import_payments_out *out)
{
    struct batch b = {.im = {.c = c}, .in = in, .all = arena_alloc(c->arena, in->rows.n * sizeof *b.all)};
    enum err e = OK;
    e = look_at_all(&b, true);
    if (!e && !in->check && in->update && b.im.changed && !b.im.problems.n)
        e = look_at_all(&b, false);
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !b.im.problems.n; i++)
        if (b.all[i].mode)
            e = import_at_row(c, i, bring_in(c, &b.all[i]));
    out->created = b.im.problems.n && !in->check ? 0 : b.im.created;
    out->known = b.im.known;
    out->changed = b.im.changed;
    out->problems = b.im.problems;
    out->differs = b.im.differs;
    out->already = b.im.already;
    return e;
}
