/* An invoice that its source says is paid, when the payments did not come with it: one payment stands in for them, and says so.
 * When they come, they take its place, so that nothing is counted twice. It is known by a mark that no file can give. */
#include "common/text.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/paper.h"
#include "server/ops/payment.h"

#define NUMBERS 9 /* that are tried for it */

static enum err tell(struct call *c, const struct document *invoice, const struct payment *p, enum what what)
{
    struct event event = {.what = (int)what,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p->id,
                          .number = p->number,
                          .customer = p->customer,
                          .customer_name = p->customer_name,
                          .amount = p->amount,
                          .text = invoice->source};
    return call_event(c, &event);
}

static enum err taken(struct call *c, const char *number, bool *is)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_NUMBER);
    uint64_t other;
    enum err e = record_find(&c->txn, key_text(&k, text_fold(c->arena, number)), &other);
    *is = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* "INV-7 (paid)", or "INV-7 (paid 2)" where that is taken: by a payment of a file, or because the numbers of two invoices begin alike
 * and are long. At last one of the series. */
static enum err number_of(struct call *c, const struct document *invoice, const char **number)
{
    int begin = (int)text_cut(invoice->number, 30);
    bool is = true;
    enum err e = OK;
    for (int n = 1; n <= NUMBERS && !e && is; n++) {
        const char *place = n == 1 ? "" : arena_printf(c->arena, " %d", n);
        *number = arena_printf(c->arena, "%.*s (paid%s)", begin, invoice->number, place);
        e = taken(c, *number, &is);
    }
    return e || !is ? e : call_number(c, 3, number);
}

enum err import_settle(struct call *c, const struct import_document *row, struct document *invoice)
{
    struct allocation part = {.invoice = invoice->id, .amount = row->settled, .number = invoice->number};
    struct payment p = {
        .customer = invoice->customer,
        .customer_name = invoice->customer_name,
        .mode = MODE_OTHER,
        .amount = row->settled,
        .unused = money_of(0, invoice->currency),
        .allocations = {1, &part},
        .method = "not known: from the import",
        .notes = "The imported file says that this was settled, and no payment came with it.",
        .created = c->now,
        .settled = c->now,
        .by = c->who.name,
        .stands_in = true,
    };
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    p.date = row->settled_on ? row->settled_on : invoice->date < today ? invoice->date : today;
    e = number_of(c, invoice, &p.number);
    if (!e)
        e = paper_payee(c, &p.payee);
    if (!e)
        e = payment_move(c, &p, PAY_SUCCEEDED);
    if (!e)
        e = document_apply_payment(c, invoice, row->settled);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, &p);
    return e ? e : tell(c, invoice, &p, WHAT_IMPORTED);
}

static bool stands_in(void *context, void *row)
{
    (void)context;
    return ((const struct payment *)row)->stands_in;
}

enum err import_room(struct call *c, uint64_t invoice, int64_t *room)
{
    struct payment *p = NULL;
    enum err e = payment_on(c, invoice, stands_in, &p);
    *room = p ? p->amount.amount : 0;
    return e;
}

enum err import_step_in(struct call *c, const struct document *invoice, int64_t amount)
{
    struct payment *found = NULL, p;
    enum err e = payment_on(c, invoice->id, stands_in, &found);
    if (!e && !found)
        e = ERR_NOT_FOUND;
    if (!e)
        e = record_get(&c->txn, KIND_PAYMENT, found->id, &p);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_INTERNAL : e; /* whoever asks has asked how much there is */
    if (p.amount.amount < amount || p.allocations.n != 1)
        return ERR_INTERNAL;
    p.amount.amount -= amount;
    p.allocations.v[0].amount = p.amount;
    e = p.amount.amount ? record_put(&c->txn, KIND_PAYMENT, &p) : record_del(&c->txn, KIND_PAYMENT, p.id);
    return e ? e : tell(c, invoice, &p, p.amount.amount ? WHAT_CHANGED : WHAT_DELETED);
}
