/* customer.list: by name, or by words. */
#include "server/ops/contact.h"
#include "server/ops/search.h"

struct filter {
    const struct search *search; /* NULL: none */
    bool only, active;
};

static bool keep(void *context, void *row)
{
    const struct filter *f = context;
    const struct customer_row *r = row;
    if (f->only && r->active != f->active)
        return false;
    const char *texts[] = {r->name, r->company, r->email};
    return !f->search || search_match(f->search, texts, 3);
}

/* How far portal access goes: signed in before, may sign in, was switched off, never had any. */
static int rank(int access)
{
    switch (access) {
    case ACCESS_ACTIVE: return 3;
    case ACCESS_INVITED: return 2;
    case ACCESS_DISABLED: return 1;
    default: return 0;
    }
}

static enum err complete(struct call *c, struct customer_row *row)
{
    struct total owed;
    struct contact_list contacts;
    enum err e = total_sum(&c->txn, TOTAL_OUTSTANDING, row->id, row->currency, 0, UINT32_MAX, &owed);
    if (!e)
        e = contact_all(c, row->id, CONTACTS_MAX, &contacts);
    if (e)
        return e;
    row->outstanding = money_of(owed.amount, row->currency);
    row->invoices = owed.count;
    row->access = ACCESS_NONE;
    for (size_t i = 0; i < contacts.n; i++)
        if (rank(contacts.v[i].access) > rank(row->access))
            row->access = contacts.v[i].access;
    return OK;
}

enum err op_customer_list(struct call *c, const struct customer_list_in *in, struct customer_list_out *out)
{
    struct search search;
    bool searched = search_read(c, in->search, &search);
    if (!searched && call_folded(c, in->search))
        return OK; /* no letter and no digit: no record has that */
    struct filter filter = {searched ? &search : NULL, GIVEN(customer_list_in, in, active), in->active};
    struct key k = index_key(&c->txn, INDEX_CUSTOMER_NAME);
    enum err e = searched ? search_key(c, INDEX_CUSTOMER_WORD, &search, &k) : OK;
    if (e)
        return e;
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_CUSTOMER,
                            .view = shape_customer_row(),
                            .ranges = &range,
                            .n = 1,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = keep,
                            .context = &filter};
    struct total all;
    e = record_list(&c->txn, &l, &c->why);
    if (!e)
        e = total_sum(&c->txn, TOTAL_RECORDS, 0, "", KIND_CUSTOMER, KIND_CUSTOMER, &all);
    struct customer_row *rows = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        e = complete(c, &rows[i]);
    if (e)
        return e;
    out->customers = (struct customer_row_list){l.count, rows};
    out->next = l.next;
    out->total = all.count;
    return OK;
}
