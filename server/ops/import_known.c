/* Which payment a row is, and whose. */
#include "common/text.h"
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
static enum err same_payment(struct call *c, const struct import_payment *row, const struct payment *other,
                             bool *is)
{
    const struct payment *p = row->payment;
    struct customer customer;
    *is = false;
    if (!other->source || !*other->source || other->date != p->date ||
        other->amount.amount != p->amount.amount || strcmp(other->amount.currency, p->amount.currency) != 0)
        return OK;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, other->customer, &customer);
    if (e || !customer.source)
        return e;
    const char *key = within(other->source, customer.source);
    *is = key && strcmp(key, row->own_key) == 0;
    return OK;
}

enum err import_find_payment(struct call *c, const struct import_payment *row, uint64_t *id)
{
    struct id_list ids;
    const char *number = row->payment->number;
    enum err e = import_find(c, KIND_PAYMENT, INDEX_PAYMENT_SOURCE, row->source, id);
    if (e || *id || !number || !*number || !row->own_key || !*row->own_key)
        return e;
    struct key key = index_key(&c->txn, INDEX_PAYMENT_NUMBER);
    e = record_ids(&c->txn, key_text(&key, text_fold(c->arena, number)), 1000, &ids);
    for (size_t k = 0; k < ids.n && !e && !*id; k++) {
        struct payment other;
        bool is = false;
        e = record_get(&c->txn, KIND_PAYMENT, ids.v[k], &other);
        if (!e)
            e = same_payment(c, row, &other, &is);
        if (is)
            *id = ids.v[k];
    }
    return e;
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
