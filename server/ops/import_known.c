/* Which payment a row is, and whose. */
#include "common/text.h"
#include "server/core/numbered.h"
#include "server/ops/import.h"
#include <string.h>

/* "9001" of "zoho:17/9001", which counts within the customer "zoho:17"; NULL for a key that counts alone. */
static const char *within(const char *source, const char *customer_source)
{
    size_t n = strlen(customer_source);
    return n && strncmp(source, customer_source, n) == 0 && source[n] == '/' ? source + n + 1 : NULL;
}

/* Is it the payment of the row, under the customer that it had before? Other books may count alike, but then not also pay as much on the
 * same day. */
static bool alike(const struct payment *p, int32_t date, const struct money *amount)
{
    return date == p->date && amount->amount == p->amount.amount &&
           strcmp(amount->currency, p->amount.currency) == 0;
}

struct search {
    struct call *c;
    const struct import_payment *row;
    uint64_t id;
    enum err e;
};

static bool look(void *context, const struct payment_owner *other)
{
    struct search *s = context;
    struct customer customer;
    if (!other->source || !*other->source || !alike(s->row->payment, other->date, &other->amount))
        return true;
    s->e = record_get(&s->c->txn, KIND_CUSTOMER, other->customer, &customer);
    if (s->e)
        return false;
    const char *key = customer.source ? within(other->source, customer.source) : NULL;
    if (key && strcmp(key, s->row->own_key) == 0)
        s->id = other->id;
    return !s->id;
}

/* Can it be known by its own key? */
static bool own(const struct import_payment *row)
{
    const char *number = row->payment->number;
    return number && *number && row->own_key && *row->own_key;
}

enum err import_find_payment(struct call *c, const struct import_payment *row, uint64_t *id)
{
    struct search s = {.c = c, .row = row};
    enum err e = import_find(c, KIND_PAYMENT, INDEX_PAYMENT_SOURCE, row->source, id);
    if (e || *id || !own(row))
        return e;
    e = numbered_payments(c, row->payment->number, false, look, &s);
    *id = s.id;
    return e ? e : s.e;
}

bool import_same_payment(struct call *c, const struct import_payment *row, const struct import_payment *other)
{
    const char *number = other->payment->number, *key = within(other->source, other->customer_source);
    return own(row) && number && key && strcmp(key, row->own_key) == 0 &&
           strcmp(text_fold(c->arena, number), text_fold(c->arena, row->payment->number)) == 0 &&
           alike(row->payment, other->payment->date, &other->payment->amount);
}

enum err import_compare_payer(struct import *im, const struct import_payment *row, const struct payment *p)
{
    struct customer *customer;
    size_t before = im->problems.n;
    enum err e = import_customer_of(im, row->customer_source, &customer);
    im->problems.n = before;
    if (!e && (!customer || customer->id != p->customer))
        import_differs(im, "customer_source", p->customer_name,
                       customer ? customer->name : row->customer_source, false);
    return e;
}
