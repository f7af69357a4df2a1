/* An invoice that its source says is paid, when the payments did not come with it: one payment stands in for them, and says so.
 * When they come, they take its place, so that nothing is counted twice. */
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/payment.h"

static const char *source_of(struct call *c, const struct document *invoice)
{
    return arena_printf(c->arena, "%s#paid", invoice->source);
}

static enum err tell(struct call *c, const struct payment *p, enum what what)
{
    struct event event = {.what = (int)what,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p->id,
                          .number = p->number,
                          .customer = p->customer,
                          .customer_name = p->customer_name,
                          .amount = p->amount,
                          .text = p->source};
    return call_event(c, &event);
}

enum err import_settle(struct call *c, const struct import_document *row, struct document *invoice)
{
    struct allocation part = {.invoice = invoice->id, .amount = row->settled, .number = invoice->number};
    struct payment p = {
        .number = arena_printf(c->arena, "%.30s (paid)", invoice->number),
        .customer = invoice->customer,
        .customer_name = invoice->customer_name,
        .date = row->settled_on ? row->settled_on : invoice->date,
        .mode = MODE_OTHER,
        .amount = row->settled,
        .unused = money_of(0, invoice->currency),
        .allocations = {1, &part},
        .method = "not known: from the import",
        .notes = "The imported file says that this was settled, and no payment came with it.",
        .created = c->now,
        .settled = c->now,
        .by = c->who.name,
        .source = source_of(c, invoice),
    };
    enum err e = payment_move(c, &p, PAY_SUCCEEDED);
    if (!e)
        e = document_apply_payment(c, invoice, row->settled);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, &p);
    return e ? e : tell(c, &p, WHAT_IMPORTED);
}

static enum err stand_in(struct call *c, const struct document *invoice, struct payment *p)
{
    uint64_t id = 0;
    *p = (struct payment){.id = 0};
    if (!invoice->source || !*invoice->source)
        return OK;
    enum err e = import_find(c, KIND_PAYMENT, INDEX_PAYMENT_SOURCE, source_of(c, invoice), &id);
    return e || !id ? e : record_get(&c->txn, KIND_PAYMENT, id, p);
}

enum err import_room(struct call *c, const struct document *invoice, int64_t *room)
{
    struct payment p;
    enum err e = stand_in(c, invoice, &p);
    *room = e ? 0 : p.amount.amount;
    return e;
}

enum err import_make_room(struct call *c, struct document *invoice, int64_t amount)
{
    struct payment p;
    enum err e = stand_in(c, invoice, &p);
    if (e)
        return e;
    if (!p.id || p.amount.amount < amount || p.allocations.n != 1)
        return REFUSE(c, ERR_OVERPAID, "amount", "more than is due on %s", invoice->number);
    p.amount.amount -= amount;
    p.allocations.v[0].amount = p.amount;
    e = p.amount.amount ? record_put(&c->txn, KIND_PAYMENT, &p) : record_del(&c->txn, KIND_PAYMENT, p.id);
    if (!e)
        e = tell(c, &p, p.amount.amount ? WHAT_CHANGED : WHAT_DELETED);
    if (e)
        return e;
    invoice->paid.amount -= amount;
    invoice->balance.amount += amount;
    invoice->state = DOC_OPEN;
    return document_put(c, invoice);
}
