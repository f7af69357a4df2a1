/* Payments that are under way, by the documents they are for: of a page of these at once. While few of the business are, as most days none is, those few are read and each row is looked
 * up among them; or else each row is looked at by itself. */
#include "server/ops/payment.h"
#include <stdlib.h>

#define FEW 32

struct under_way {
    uint64_t invoice, payment;
    const char *number;
};
struct payments_under_way {
    bool all; /* or else there are more than these */
    size_t n;
    struct under_way *v; /* by invoice */
};

static int by_invoice(const void *a, const void *b)
{
    const uint64_t x = ((const struct under_way *)a)->invoice, y = ((const struct under_way *)b)->invoice;
    return (x > y) - (x < y);
}

static enum err few(struct call *c, struct payments_under_way *out)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_STATE);
    struct list_range range = list_range(key_u8(&k, PAY_PENDING));
    struct record_list l = {
        .kind = KIND_PAYMENT, .view = shape_payment_row(), .ranges = &range, .n = 1, .limit = FEW};
    enum err e = record_list(&c->txn, &l, &c->why);
    const struct payment_row *rows = l.rows;
    size_t n = 0;
    for (size_t i = 0; !e && i < l.count; i++)
        n += rows[i].allocations.n;
    *out = (struct payments_under_way){.all = !l.next, .v = arena_alloc(c->arena, (n + 1) * sizeof *out->v)};
    for (size_t i = 0; !e && i < l.count; i++)
        for (size_t k2 = 0; k2 < rows[i].allocations.n; k2++)
            out->v[out->n++] =
                (struct under_way){rows[i].allocations.v[k2].invoice, rows[i].id, rows[i].number};
    qsort(out->v, out->n, sizeof *out->v, by_invoice);
    return e;
}

static enum err find(struct call *c, const struct payments_under_way *among, uint64_t invoice,
                     struct under_way *out)
{
    struct payment *p = NULL;
    const struct under_way wanted = {.invoice = invoice};
    const struct under_way *found =
        among->all ? bsearch(&wanted, among->v, among->n, sizeof wanted, by_invoice) : NULL;
    enum err e = among->all ? OK : payment_pending_on(c, invoice, &p);
    *out = found     ? *found
           : !e && p ? (struct under_way){invoice, p->id, p->number}
                     : (struct under_way){.payment = 0};
    return e;
}

static struct not_payable bars(struct call *c, const struct under_way *u)
{
    if (!u->payment)
        return (struct not_payable){.code = OK};
    return (struct not_payable){
        ERR_PENDING, arena_printf(c->arena, "%s is still being settled: do not pay again", u->number)};
}

enum err payment_under_way_on(struct call *c, uint64_t invoice, uint64_t *payment, struct not_payable *bar)
{
    struct under_way u;
    enum err e = find(c, &(struct payments_under_way){.all = false}, invoice, &u);
    *payment = e ? 0 : u.payment;
    *bar = e ? (struct not_payable){.code = OK} : bars(c, &u);
    return e;
}

enum err payment_under_way_of_due(struct call *c, struct document_due *rows, size_t n,
                                  struct not_payable *bar)
{
    struct payments_under_way among;
    struct under_way u;
    enum err e = few(c, &among);
    for (size_t i = 0; i < n && !e; i++) {
        e = find(c, &among, rows[i].id, &u);
        rows[i].paying = e ? 0 : u.payment;
        bar[i] = e ? (struct not_payable){.code = OK} : bars(c, &u);
    }
    return e;
}

enum err payment_under_way_of_rows(struct call *c, struct document_row *rows, size_t n)
{
    struct payments_under_way among;
    struct under_way u = {.payment = 0};
    enum err e = n ? few(c, &among) : OK;
    for (size_t i = 0; i < n && !e; i++) {
        if (rows[i].state == DOC_OPEN)
            e = find(c, &among, rows[i].id, &u);
        rows[i].paying = rows[i].state == DOC_OPEN && !e ? u.payment : 0;
    }
    return e;
}
