/* Lists of documents. Every order is an index that holds all of them; what is asked for bounds it where the index can:
 *
 *   order by date      DOC_DATE; with one status of which there is an index, DOC_STATE       what is said of the date
 *   by due             DOC_DUE (open ones) and DOC_CLOSED (the others), DOC_STATE_DUE        of the due date
 *   by total           DOC_TOTAL, DOC_STATE_TOTAL: currencies one after the other            least and most of one currency
 *   by number          DOC_NUMBER, DOC_STATE_NUMBER: as people count; what has no number comes last
 *
 * For one customer the DOC_CUSTOMER_… of the same kind. A filter that leaves few rows is gathered instead: list_filter.h. */
#include "server/ops/document_filter.h"
#include "server/ops/payment.h"
#include <string.h>

/* Is it asked for late ones alone? Plain: a word that may mean that, or something else. */
static bool late(const struct listing *l, bool plain)
{
    const uint64_t set = UINT64_C(1) << STATUS_OVERDUE | UINT64_C(1) << STATUS_EXPIRED;
    for (size_t i = 0; i < l->filter.n; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        if (t->set && !t->not &&(t->field || plain) && !t->words_only && !(t->set & ~set))
            return true;
    }
    return false;
}

/* --- ranges of a walk -------------------------------------------------------------------------------------------------- */
static void walk_date(struct listing *l, struct driver *d)
{
    int states[4];
    size_t n = document_filter_states(l, states);
    int32_t first = 0, last = 0;
    listing_days(l, FILTER_DAY, &first, &last);
    struct key k = document_key(l, INDEX_DOC_DATE, INDEX_DOC_CUSTOMER, l->customer);
    if (!n)
        driver_add(l, d, range_of_days(&k, first, last));
    for (size_t i = 0; i < n; i++) {
        k = document_key(l, INDEX_DOC_STATE, INDEX_DOC_CUSTOMER_STATE, l->customer);
        key_u8(&k, (uint8_t)states[i]);
        driver_add(l, d, range_of_days(&k, first, last));
    }
}

static void walk_due(struct listing *l, struct driver *d)
{
    int states[4];
    size_t n = document_filter_states(l, states), open = 0, closed = 0;
    int32_t first = 0, last = 0;
    listing_days(l, FILTER_DUE, &first, &last);
    if (late(l, false) && (!last || last >= l->today))
        last = l->today - 1;
    for (size_t i = 0; i < n; i++) {
        struct key k = document_key(l, INDEX_DOC_STATE_DUE, 0, 0);
        if (!l->customer && derive_state_due(states[i])) {
            driver_add(l, d, range_of_days(key_u8(&k, (uint8_t)states[i]), first, last));
            continue;
        }
        const bool owed = states[i] == DOC_OPEN || states[i] == STATUS_PARTLY_PAID;
        open += owed;
        closed += !owed;
    }
    struct key k = document_key(l, INDEX_DOC_DUE, INDEX_DOC_CUSTOMER_DUE, l->customer);
    if (!n || open)
        driver_add(l, d, range_of_days(&k, first, last));
    k = document_key(l, INDEX_DOC_CLOSED, INDEX_DOC_CUSTOMER_CLOSED, l->customer);
    if (!n || closed)
        driver_add(l, d, range_of_days(&k, first, last));
}

/* The begins of what a walk by total or number reads: of each status that is asked for, where there is an index of it. */
static size_t walk_begins(const struct listing *l, enum index all, enum index one, enum index status,
                          struct key begins[4])
{
    int states[4];
    const size_t n = l->customer ? 0 : document_filter_states(l, states);
    begins[0] = document_key(l, all, one, l->customer);
    for (size_t i = 0; i < n; i++) {
        begins[i] = document_key(l, status, 0, 0);
        key_u8(&begins[i], (uint8_t)states[i]);
    }
    return n ? n : 1;
}

static void walk_total(struct listing *l, struct driver *d)
{
    struct key begins[4];
    const size_t n = walk_begins(l, INDEX_DOC_TOTAL, INDEX_DOC_CUSTOMER_TOTAL, INDEX_DOC_STATE_TOTAL, begins);
    for (size_t i = 0; i < n; i++) {
        struct list_range r = list_range(&begins[i]);
        if (l->least.currency[0]) {
            r.first = begins[i];
            key_i64(key_bytes(&r.first, l->least.currency, 3), l->least.amount);
        }
        if (l->most.currency[0]) {
            r.last = begins[i];
            key_i64(key_bytes(&r.last, l->most.currency, 3), l->most.amount);
        }
        driver_add(l, d, r);
    }
}

static void walk_number(struct listing *l, struct driver *d)
{
    struct key begins[4];
    const size_t n =
        walk_begins(l, INDEX_DOC_NUMBER, INDEX_DOC_CUSTOMER_NUMBER, INDEX_DOC_STATE_NUMBER, begins);
    for (size_t i = 0; i < n; i++)
        driver_add(l, d, list_range(&begins[i]));
}

static void walk(struct listing *l, struct driver *d)
{
    switch (l->sort) {
    case SORT_DUE: walk_due(l, d); break;
    case SORT_TOTAL: walk_total(l, d); break;
    case SORT_NUMBER: walk_number(l, d); break;
    default: walk_date(l, d); break;
    }
}

/* --- the arguments ----------------------------------------------------------------------------------------------------- */
/* A filter like any other, whichever argument says it. */
static void add_arguments(struct listing *l, const struct document_query *q)
{
    if (q->status)
        filter_add(&l->filter, FILTER_STATUS)->set = UINT64_C(1) << q->status;
    if (q->from || q->until) {
        struct filter_term *t = filter_add(&l->filter, FILTER_DAY);
        t->first = q->from;
        t->last = q->until;
    }
}

static enum err begin(struct call *c, const struct document_query *q, struct listing *l)
{
    *l = (struct listing){.c = c,
                          .kind = q->kind,
                          .customer = call_by_customer(c) ? c->who.customer : q->customer,
                          .least = q->least,
                          .most = q->most,
                          .drafts = !call_by_customer(c)};
    enum err e = call_today(c, &l->today);
    if (!e)
        e = filter_read(c->arena, filter_of_documents(), q->filter, l->today, &l->filter, &c->why);
    if (!e)
        e = filter_add_search(c->arena, &l->filter, q->search, &c->why);
    if (!e)
        add_arguments(l, q);
    l->sort = q->sort ? q->sort : late(l, true) ? SORT_DUE : SORT_DATE; /* by the day they were due */
    if (!e && q->least.currency[0] && q->most.currency[0] && strcmp(q->least.currency, q->most.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "most", "has to be in the currency of least");
    return e;
}

/* How many there are in all, from the totals by state; nothing is walked. */
static enum err count_all(const struct listing *l, int64_t *count)
{
    uint32_t base = (uint32_t)l->kind * 256;
    struct total sum;
    enum err e = total_sum(&l->c->txn, TOTAL_STATE, l->customer, "", base + (l->drafts ? 0 : DOC_DRAFT + 1),
                           base + 255, &sum);
    if (!e)
        *count = sum.count;
    return e;
}

static enum err read_page(struct listing *l, const struct document_query *q, struct document_page *page)
{
    struct way way = {0};
    bool first = !q->after || !*q->after, /* nothing is counted again on later pages */
        counted = first && (l->filter.n || l->least.currency[0] || l->most.currency[0] || q->customer);
    const bool all = counted && document_filter_all(l);
    enum err e = OK;
    if (l->filter.n)
        e = document_filter_choose(l, walk, &way);
    else
        walk(l, &way.ranges);
    /* All pass, and as they are not gathered they are more than are counted: that needs no reading. */
    const bool many = (all && !way.gather) || (way.all && !l->least.currency[0] && !l->most.currency[0]);
    struct record_list list = {.kind = KIND_DOCUMENT,
                               .view = shape_document_row(),
                               .ranges = way.ranges.v,
                               .n = way.ranges.n,
                               .backward = (l->sort == SORT_DATE || l->sort == SORT_TOTAL) != q->reverse,
                               .told = !l->filter.n,
                               .after = q->after,
                               .limit = call_limit(q->limit),
                               .keep = document_filter_keep,
                               .tally = counted && !many ? document_filter_tally : NULL,
                               .order = document_filter_order,
                               .context = l};
    if (!e)
        e = way.gather ? record_gather(&l->c->txn, &list, &way.ids, &l->c->why)
                       : record_list(&l->c->txn, &list, &l->c->why);
    if (e || l->failed)
        return e ? e : ERR_DAMAGED;
    page->rows = (struct document_row_list){list.count, list.rows};
    page->next = list.next;
    page->counted = counted;
    page->matched = many ? LIST_EXAMINE : l->matched;
    page->matched_more = !list.tallied;
    page->sums = l->sums;
    return OK;
}

enum err document_list(struct call *c, const struct document_query *q, struct document_page *page)
{
    struct listing l;
    *page = (struct document_page){.rows = {0}};
    enum err e = begin(c, q, &l);
    if (!e)
        e = count_all(&l, &page->total);
    if (!e)
        e = read_page(&l, q, page);
    if (!e && doc_kind(l.kind)->owes > 0)
        e = payment_under_way_of_rows(c, page->rows.v, page->rows.n);
    listing_close(&l);
    return e;
}
