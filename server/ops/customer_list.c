/* customer.list: by name; a filter or words that leave few are gathered (list_filter.h). */
#include "common/text.h"
#include "server/ops/contact.h"
#include "server/ops/list_filter.h"

struct customers {
    struct listing l;       /* first: the drivers see it */
    struct customer_row *r; /* the row that is looked at, and what is computed of it by now */
    bool owed, access;
    enum err e;
};

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

static enum err read_owed(struct call *c, struct customer_row *row)
{
    struct total owed;
    enum err e = total_sum(&c->txn, TOTAL_OUTSTANDING, row->id, row->currency, 0, UINT32_MAX, &owed);
    if (e)
        return e;
    row->outstanding = money_of(owed.amount, row->currency);
    row->invoices = owed.count;
    return OK;
}

static enum err read_access(struct call *c, struct customer_row *row)
{
    struct contact_list contacts;
    enum err e = contact_all(c, row->id, CONTACTS_MAX, &contacts);
    if (e)
        return e;
    row->access = ACCESS_NONE;
    for (size_t i = 0; i < contacts.n; i++)
        if (rank(contacts.v[i].access) > rank(row->access))
            row->access = contacts.v[i].access;
    return OK;
}

/* --- what a row says --------------------------------------------------------------------------------------------------- */
/* What is computed is read for the terms that ask for it, and for the rows that are shown. */
static const struct customer_row *with_owed(struct customers *all)
{
    if (!all->owed && !all->e)
        all->e = read_owed(all->l.c, all->r);
    all->owed = true;
    return all->r;
}

static const struct customer_row *with_access(struct customers *all)
{
    if (!all->access && !all->e)
        all->e = read_access(all->l.c, all->r);
    all->access = true;
    return all->r;
}

static void ask(void *context, int id, struct filter_value *v)
{
    struct customers *all = context;
    const struct customer_row *r = all->r;
    switch ((enum filter_id)id) {
    case FILTER_CUSTOMER: v->text[0] = r->name; break;
    case FILTER_COMPANY: v->text[0] = r->company; break;
    case FILTER_EMAIL: v->text[0] = r->email; break;
    case FILTER_STATUS: v->set = UINT64_C(1) << (r->active ? CUSTOMER_ACTIVE : CUSTOMER_INACTIVE); break;
    case FILTER_ACCESS: v->set = UINT64_C(1) << with_access(all)->access; break;
    case FILTER_CURRENCY: v->text[0] = r->currency; break;
    case FILTER_BALANCE:
        v->number = with_owed(all)->outstanding.amount;
        v->currency = r->currency;
        break;
    case FILTER_OPEN: v->number = with_owed(all)->invoices; break;
    default: break;
    }
}

static bool keep(void *context, void *row)
{
    struct customers *all = context;
    all->r = row;
    all->owed = all->access = false;
    return listing_match(&all->l, ask, all);
}

static void tally(void *context, const void *row)
{
    (void)row;
    ((struct customers *)context)->l.matched++;
}

static void order(void *context, const void *row, struct key *key)
{
    const struct listing *l = context;
    key_text(key, text_fold(l->c->arena, ((const struct customer_row *)row)->name));
}

/* Those that have the words of all terms, if not too many to know. Few are gathered; of more it is known which to read. */
static enum err found_by_words(struct listing *l, struct id_list *ids, bool *found)
{
    const struct filter_term *terms[FILTER_TERMS + FILTER_ARGUMENTS];
    size_t n = 0;
    bool exact;
    for (size_t i = 0; i < l->filter.n; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        if (!t->not &&(t->field ? t->field->type == FILTER_WORDS && t->field->id != FILTER_CURRENCY
                                : !t->set))
            terms[n++] = t;
    }
    enum err e = n ? words_having(l, terms, n, INDEX_CUSTOMER_WORD, FOUND_MOST, ids, &exact) : OK;
    *found = n && ids->n <= FOUND_MOST;
    return e;
}

/* Is it asked for those alone that are not active? */
static bool only_inactive(const struct listing *l)
{
    for (size_t i = 0; i < l->filter.n; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        const bool active = t->set >> CUSTOMER_ACTIVE & 1;
        if (t->field && t->field->id == FILTER_STATUS && active == t->not )
            return true;
    }
    return false;
}

static enum err read_page(struct customers *all, const struct customer_list_in *in, struct record_list *page)
{
    struct listing *l = &all->l;
    struct key k = index_key(&l->c->txn, only_inactive(l) ? INDEX_CUSTOMER_INACTIVE : INDEX_CUSTOMER_NAME);
    const struct list_range range = list_range(&k);
    struct id_list ids = {0};
    bool found = false;
    enum err e = found_by_words(l, &ids, &found);
    const bool gather = found && ids.n <= LIST_EXAMINE;
    *page = (struct record_list){.kind = KIND_CUSTOMER,
                                 .view = shape_customer_row(),
                                 .ranges = &range,
                                 .n = 1,
                                 .only = found ? &ids : NULL,
                                 .after = in->after,
                                 .limit = call_limit(in->limit),
                                 .keep = keep,
                                 .tally = l->filter.n ? tally : NULL,
                                 .order = order,
                                 .context = all};
    if (!e)
        e = gather ? record_gather(&l->c->txn, page, &ids, &l->c->why)
                   : record_list(&l->c->txn, page, &l->c->why);
    return e ? e : all->e;
}

enum err op_customer_list(struct call *c, const struct customer_list_in *in, struct customer_list_out *out)
{
    struct customers all = {.l = {.c = c}};
    struct record_list page;
    struct total count;
    enum err e = call_today(c, &all.l.today);
    if (!e)
        e = filter_read(c->arena, filter_of_customers(), in->filter, all.l.today, &all.l.filter, &c->why);
    if (!e)
        e = filter_add_search(c->arena, &all.l.filter, in->search, &c->why);
    if (!e && GIVEN(customer_list_in, in, active))
        filter_add(&all.l.filter, FILTER_STATUS)->set = UINT64_C(1)
                                                        << (in->active ? CUSTOMER_ACTIVE : CUSTOMER_INACTIVE);
    if (!e)
        e = read_page(&all, in, &page);
    listing_close(&all.l);
    if (!e)
        e = total_sum(&c->txn, TOTAL_RECORDS, 0, "", KIND_CUSTOMER, KIND_CUSTOMER, &count);
    struct customer_row *rows = e ? NULL : page.rows;
    for (size_t i = 0; !e && i < page.count; i++) {
        e = read_owed(c, &rows[i]);
        if (!e)
            e = read_access(c, &rows[i]);
    }
    if (e)
        return e;
    out->customers = (struct customer_row_list){page.count, rows};
    out->next = page.next;
    out->total = count.count;
    if (all.l.filter.n && !(in->after && *in->after)) {
        GIVE(customer_list_out, out, matched, all.l.matched);
        GIVE(customer_list_out, out, matched_more, !page.tallied);
    }
    return OK;
}
