/* Reading payments. */
#include "server/ops/payment.h"

enum err op_payment_get(struct call *c, const struct payment_get_in *in, struct payment_get_out *out)
{
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (!e)
        payment_finish(c, out->payment);
    return e;
}

struct filter {
    uint64_t customer, invoice;
    int state;
};
static bool wanted(void *context, void *row)
{
    const struct filter *f = context;
    const struct payment_row *p = row;
    if ((f->customer && p->customer != f->customer) || (f->state && p->state != f->state))
        return false;
    bool found = !f->invoice;
    for (size_t i = 0; i < p->allocations.n && !found; i++)
        found = p->allocations.v[i].invoice == f->invoice;
    return found;
}

/* The narrowest index that has the order. Payments on one invoice, in no particular order, come newest first; in a particular
 * one they are picked from those of the invoice's customer. */
static enum err range_of(struct call *c, const struct payment_list_in *in, struct filter *f, struct key *k)
{
    if (in->invoice && !in->sort) {
        *k = index_key(&c->txn, INDEX_PAYMENT_INVOICE);
        key_u64(k, in->invoice);
        return OK;
    }
    if (in->invoice && !f->customer) {
        struct document_row d;
        enum err e = record_view(&c->txn, KIND_INVOICE, in->invoice, shape_document_row(), &d);
        if (e)
            return e;
        f->customer = d.customer;
    }
    bool by_amount = in->sort == PAY_SORT_AMOUNT;
    if (f->customer) {
        *k = index_key(&c->txn, by_amount ? INDEX_PAYMENT_CUSTOMER_AMOUNT : INDEX_PAYMENT_CUSTOMER);
        key_u64(k, f->customer);
    } else if (f->state && f->state != PAY_SUCCEEDED && !by_amount) {
        *k = index_key(&c->txn, INDEX_PAYMENT_STATE);
        key_u8(k, (uint8_t)f->state);
    } else {
        *k = index_key(&c->txn, by_amount ? INDEX_PAYMENT_AMOUNT : INDEX_PAYMENT_DATE);
    }
    return OK;
}

enum err op_payment_list(struct call *c, const struct payment_list_in *in, struct payment_list_out *out)
{
    struct filter f = {in->customer, in->invoice, in->state};
    struct key k;
    if (call_by_customer(c))
        f.customer = c->who.customer;
    enum err e = range_of(c, in, &f, &k);
    if (e)
        return e;
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_PAYMENT,
                            .view = shape_payment_row(),
                            .ranges = &range,
                            .n = 1,
                            .backward = !in->reverse,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = wanted,
                            .context = &f};
    e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    payment_rows_finish(c, l.rows, l.count);
    out->payments.n = l.count;
    out->payments.v = l.rows;
    out->next = l.next;
    return OK;
}

enum err op_payment_settle(struct call *c, const struct payment_settle_in *in, struct payment_settle_out *out)
{
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (e)
        return e;
    payment_finish(c, out->payment);
    bool pending = out->payment->state == PAY_PENDING;
    if (pending && !payment_gateway_here(c->gateway, out->payment->gateway))
        return REFUSE(c, ERR_SWITCHED_OFF, "payment", "its gateway is gone, so it stays pending");
    if (pending)
        call_follow(c, FOLLOW_ASK, out->payment->id);
    return OK;
}
