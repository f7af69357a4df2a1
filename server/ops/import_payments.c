/* Payments from a file: they arrived; their numbers and dates are kept. First all rows are planned, each beside what those before
 * take from the same invoices; only when none has a problem are the plans carried out. */
#include "common/text.h"
#include "server/core/numbered.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/frozen.h"
#include "server/ops/payment.h"
#include <stdio.h>
#include <string.h>

#define PARTS 200   /* of a payment */
#define REMARKS 500 /* of an answer */

/* What becomes of a row: a new payment, or one that is here with more parts. */
struct plan {
    struct payment p;
    size_t had;                  /* allocations that it had before */
    struct import_booking *book; /* what is booked of each now */
    bool write;
};
struct batch {
    struct import im;
    const struct import_payments_in *in;
    struct plan *plans;
    struct import_share_list shares;
    struct import_remark_list remarks;
};

static const char *part_field(struct batch *b, size_t part, const char *name)
{
    return arena_printf(b->im.c->arena, "parts.%zu.%s", part, name);
}

/* Why the payment can not settle so much of the invoice, and which member of the part is to blame; NULL when it can. */
static const char *why_not(struct batch *b, const struct payment *p, const struct import_want *w,
                           const struct document *invoice, const struct import_share *share,
                           const char **member)
{
    struct arena *a = b->im.c->arena;
    *member = "number";
    if (p->customer && invoice->customer != p->customer)
        return arena_printf(a, "%s is another customer's", invoice->number);
    if (invoice->state != DOC_OPEN && !share->room)
        return arena_printf(a, "%s is %s: nothing can be paid on it", invoice->number,
                            enum_name(enum_doc_state(), invoice->state));
    *member = "amount";
    if (strcmp(w->amount.currency, invoice->currency) != 0)
        return arena_printf(a, "%s is in %s", invoice->number, invoice->currency);
    if (strcmp(w->amount.currency, p->amount.currency) != 0)
        return arena_printf(a, "the payment is in %s", p->amount.currency);
    if (w->amount.amount <= 0)
        return "has to be more than nothing";
    if (!import_fine_beside(&w->off, &w->amount)) {
        *member = "written_off";
        return "is not more than nothing in the payment's currency";
    }
    if (w->amount.amount > p->unused.amount)
        return "the parts are more than the payment";
    if (w->amount.amount > share->rest.due + share->rest.stands + share->rest.guess)
        return arena_printf(a, "is more than is due on %s", invoice->number);
    return p->allocations.n >= PARTS ? "a payment has at most 200 parts" : NULL;
}

static void remark(struct batch *b, const char *text)
{
    if (b->remarks.n == REMARKS)
        return;
    if (!b->remarks.v)
        b->remarks.v = arena_alloc(b->im.c->arena, REMARKS * sizeof *b->remarks.v);
    b->remarks.v[b->remarks.n++] = (struct import_remark){.row = b->im.row, .text = text};
}

/* What is written off beside a part: no more than is left. */
static struct money plan_off(struct batch *b, int32_t day, const struct import_want *w,
                             const struct document *invoice, struct import_share *share,
                             struct import_booking *book)
{
    book->off = import_share_take(share, w->off.amount, day, false);
    book->why = w->why;
    if (book->off.sum < w->off.amount)
        remark(b, import_says_short(b->im.c, invoice, &w->off, book->off.sum));
    return w->off.currency[0] ? money_of(book->off.sum, invoice->currency)
                              : w->off; /* nothing: it was looked at */
}

/* Money that arrived is booked whatever is under way beside it; but it is told. */
static enum err remark_pending(struct batch *b, const struct document *invoice,
                               const struct import_share *share)
{
    struct call *c = b->im.c;
    struct payment *pending = NULL;
    enum err e = payment_pending_on(c, invoice->id, &pending);
    if (e || !pending)
        return e;
    int64_t credit = payment_pending_credit(pending, invoice->id, share->rest.due);
    remark(b, payment_pending_says(c, pending, invoice->number, credit));
    return OK;
}

static enum err plan_part(struct batch *b, struct plan *r, const struct import_want *w,
                          const struct document *invoice, struct import_share *share)
{
    struct payment *p = &r->p;
    struct import_booking *book = &r->book[p->allocations.n];
    book->money = import_share_take(share, w->amount.amount, p->date, true);
    struct money off = plan_off(b, p->date, w, invoice, share, book);
    p->allocations.v[p->allocations.n++] = (struct allocation){
        .invoice = invoice->id, .amount = w->amount, .number = invoice->number, .written_off = off};
    p->unused.amount -= w->amount.amount;
    r->write = true;
    if (book->money.stands && p->date == share->rest.day && share->rest.due)
        remark(b, import_says_place(b->im.c, invoice, &share->rest, book->money.stands));
    return remark_pending(b, invoice, share);
}

/* A part that the payment has not. One that is here takes it with `update`: its invoice stayed out before, and the unused rest can
 * settle it now. */
static enum err look_at_part(struct batch *b, struct plan *r, const struct import_want *w)
{
    struct call *c = b->im.c;
    struct document invoice;
    struct import_share *share = NULL;
    const char *member = "number", *why = NULL;
    bool known = r->p.id != 0;
    enum err e = w->invoice ? record_get(&c->txn, KIND_DOCUMENT, w->invoice, &invoice) : OK;
    if (!e && w->invoice)
        e = import_share_of(c, &b->shares, &invoice, &share);
    if (e)
        return e;
    const char *field = part_field(b, w->part, "amount");
    struct money none = money_of(0, w->amount.currency);
    if (w->invoice)
        why = why_not(b, &r->p, w, &invoice, share, &member);
    bool apply = w->invoice && !why && (!known || b->im.update);
    if (known && !(w->or_credit && !w->invoice))
        import_differs_money(&b->im, field, &none, &w->amount, apply);
    else if (!w->invoice && w->or_credit && known)
        return OK;
    else if (!w->invoice && w->or_credit)
        remark(b, "a retainer payment came in as credit");
    else if (!w->invoice)
        import_blame_absent(&b->im, part_field(b, w->part, member),
                            w->retainer ? "retainer invoice" : "invoice", w->number);
    else if (why)
        import_blame(&b->im, part_field(b, w->part, member), "%s", why);
    return apply ? plan_part(b, r, w, &invoice, share) : OK;
}

/* A part that is here, without what the row says was written off beside it: that is booked with `update`, unless the invoice tells as
 * much by itself. */
static enum err look_at_beside(struct batch *b, struct plan *r, const struct import_want *w)
{
    struct call *c = b->im.c;
    struct allocation *part = r->p.allocations.v;
    struct document invoice;
    struct import_share *share;
    while (part->invoice != w->invoice)
        part++;
    if (!w->off.amount || part->written_off.currency[0] || !import_fine_beside(&w->off, &w->amount))
        return OK;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, w->invoice, &invoice);
    if (!e)
        e = import_share_of(c, &b->shares, &invoice, &share);
    if (e || invoice.written_off.amount >= w->off.amount)
        return e;
    struct import_rest rest = share->rest;
    struct import_split most = import_split(&rest, w->off.amount, r->p.date, false);
    if (!most.sum)
        return OK;
    import_differs_money(&b->im, part_field(b, w->part, "written_off"), &part->written_off, &w->off,
                         b->im.update);
    if (!b->im.update)
        return OK;
    part->written_off = plan_off(b, r->p.date, w, &invoice, share, &r->book[part - r->p.allocations.v]);
    r->write = true;
    return OK;
}

/* How much of the invoice it settled before. */
static struct money had(const struct plan *r, const struct import_want *w)
{
    struct money sum = money_of(0, w->amount.currency);
    for (size_t k = 0; k < r->had && w->invoice; k++)
        if (r->p.allocations.v[k].invoice == w->invoice)
            sum = money_of(sum.amount + r->p.allocations.v[k].amount.amount,
                           r->p.allocations.v[k].amount.currency);
    return sum;
}

static enum err look_at_parts(struct batch *b, const struct import_payment *row, struct plan *r)
{
    struct arena *a = b->im.c->arena;
    struct import_want *all = arena_alloc(a, row->parts.n * sizeof *all);
    struct allocation_list *list = &r->p.allocations;
    struct allocation *v = arena_alloc(a, (list->n + row->parts.n) * sizeof *v);
    size_t n;
    if (list->n)
        memcpy(v, list->v, list->n * sizeof *v);
    list->v = v;
    r->had = list->n;
    r->book = arena_alloc(a, (list->n + row->parts.n) * sizeof *r->book);
    enum err e = import_gather(b->im.c, row, all, &n);
    for (size_t k = 0; k < n && !e; k++) {
        const struct import_want *w = &all[k];
        struct money before = had(r, w);
        if (!before.amount)
            e = look_at_part(b, r, w);
        else if (before.amount != w->amount.amount || strcmp(before.currency, w->amount.currency) != 0)
            import_differs_money(&b->im, part_field(b, w->part, "amount"), &before, &w->amount, false);
        else
            e = look_at_beside(b, r, w);
    }
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

/* A customer has no two payments of one number, and what was numbered here is nobody else's. Two sets of books that come in may both
 * begin at 1 with other customers. */
struct clash {
    uint64_t customer;
    bool found;
    char number[164]; /* as it is spelled there */
};

static bool clashes(void *context, const struct payment_owner *other)
{
    struct clash *clash = context;
    clash->found = !other->source || !*other->source || other->customer == clash->customer;
    if (clash->found)
        snprintf(clash->number, sizeof clash->number, "%s", other->number);
    return !clash->found;
}

static enum err check_number(struct batch *b, size_t i, const struct payment *p)
{
    struct call *c = b->im.c;
    struct clash clash = {.customer = p->customer};
    bool twice = false;
    if (!p->number || !*p->number)
        return OK;
    const char *folded = text_fold(c->arena, p->number);
    for (size_t k = 0; k < i && !twice; k++) {
        const struct import_payment *other = &b->in->rows.v[k];
        twice = strcmp(other->customer_source, b->in->rows.v[i].customer_source) == 0 &&
                other->payment->number && strcmp(text_fold(c->arena, other->payment->number), folded) == 0;
    }
    if (twice)
        import_blame(&b->im, "payment.number", "is in the batch twice");
    enum err e = numbered_payments(c, p->number, false, clashes, &clash);
    if (!e && clash.found)
        import_blame(&b->im, "payment.number", "another payment has the number %s", clash.number);
    return e;
}

/* A row whose payment is here: money stays as it is; what differs is told. */
static enum err look_at_known(struct batch *b, const struct import_payment *row, uint64_t id, struct plan *r)
{
    enum err e = record_get(&b->im.c->txn, KIND_PAYMENT, id, &r->p);
    if (!e)
        e = import_compare_payer(&b->im, row, &r->p);
    if (e)
        return e;
    (void)import_compare(&b->im, shape_payment(), "payment", "number date mode reference amount notes",
                         row->payment, &r->p, false);
    e = look_at_parts(b, row, r);
    b->im.changed += r->write;
    return e;
}

static enum err look_at_new(struct batch *b, size_t i, struct plan *r)
{
    struct call *c = b->im.c;
    const struct import_payment *row = &b->in->rows.v[i];
    const struct payment *from = row->payment;
    struct customer *customer;
    import_check_source(&b->im, row->source);
    enum err e = import_customer_of(&b->im, row->customer_source, &customer);
    if (e)
        return e;
    r->write = true;
    r->p = (struct payment){
        .number = from->number,
        .customer = customer ? customer->id : 0,
        .customer_name = customer ? customer->name : NULL,
        .date = from->date,
        .mode = from->mode ? from->mode : MODE_OTHER,
        .reference = from->reference,
        .amount = from->amount,
        .unused = from->amount,
        .method = from->method,
        .notes = from->notes,
        .created = c->now,
        .settled = c->now,
        .by = c->who.name,
        .source = row->source,
    };
    check_plain(b, &r->p, customer);
    e = check_number(b, i, &r->p);
    return e ? e : look_at_parts(b, row, r);
}

/* One payment comes in one row: of two that are the same, under whatever keys, the second would undo the first. */
static bool another_row(struct batch *b, size_t i, uint64_t id)
{
    const struct import_payment *rows = b->in->rows.v;
    for (size_t k = 0; k < i; k++)
        if (id ? b->plans[k].p.id == id
               : !b->plans[k].p.id && import_same_payment(b->im.c, &rows[i], &rows[k])) {
            import_blame(&b->im, "source", "is the payment of another row, %.80s", rows[k].source);
            return true;
        }
    return false;
}

static enum err look_at(struct batch *b, size_t i)
{
    uint64_t id;
    if (IMPORT_TWICE(&b->im, b->in, import_payment))
        return OK;
    enum err e = import_find_payment(b->im.c, &b->in->rows.v[i], &id);
    if (e || another_row(b, i, id))
        return e;
    if (id) {
        import_known(&b->im);
        return look_at_known(b, &b->in->rows.v[i], id, &b->plans[i]);
    }
    b->im.created++;
    return look_at_new(b, i, &b->plans[i]);
}

static enum err carry_out(struct call *c, struct plan *r)
{
    struct payment *p = &r->p;
    bool known = p->id != 0;
    enum err e = known ? OK : payment_move(c, p, PAY_SUCCEEDED);
    for (size_t k = 0; k < p->allocations.n && !e; k++)
        e = import_book(c, p->allocations.v[k].invoice, &r->book[k]);
    if (!e && !known && (!p->number || !*p->number))
        e = call_number(c, SERIES_PAYMENTS, p->date, &p->number);
    if (!e && !known)
        e = paper_payee(c, &p->payee);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, p);
    if (e)
        return e;
    struct event event =
        payment_tells(p, known ? WHAT_CHANGED : WHAT_IMPORTED, known ? "allocations" : p->source);
    event.portal = false;
    return call_event(c, &event);
}

/* Those that bring a number first: none of the series is given that a later row has. What each takes was planned in the order of the rows. */
static enum err carry_out_all(struct batch *b)
{
    enum err e = OK;
    for (int numbered = 1; numbered >= 0; numbered--)
        for (size_t i = 0; i < b->in->rows.n && !e; i++) {
            struct plan *r = &b->plans[i];
            bool has = r->p.number && *r->p.number;
            if (r->write && has == (numbered == 1))
                e = import_at_row(b->im.c, i, carry_out(b->im.c, r));
        }
    return e;
}

enum err op_import_payments(struct call *c, const struct import_payments_in *in,
                            struct import_payments_out *out)
{
    struct batch b = {.in = in, .plans = arena_alloc(c->arena, in->rows.n * sizeof *b.plans)};
    enum err e = OK;
    import_begin(&b.im, c, in->check, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++)
        e = import_refuse_told(c, i, "payment", shape_payment(), "number", in->rows.v[i].payment);
    if (!e)
        e = import_shares_before(c, &b.shares, in);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        b.im.row = (int64_t)i;
        e = look_at(&b, i);
    }
    if (!e && !in->check && !b.im.problems.n)
        e = carry_out_all(&b);
    IMPORT_END(&b.im, in, out);
    out->remarks = b.remarks;
    import_shares_tell(c, &b.shares, &out->taken);
    return e;
}
