/* Lists of documents. Every list is a merge of index ranges whose order is the list's:
 *
 *   what is asked for        range                                       what the rows are still checked for
 *   order by date            DOC_DATE, with a status DOC_STATE           late or partly paid
 *   by due                   DOC_DUE (open ones), up to yesterday        dates, partly paid
 *                            for late ones, from today for others
 *   by total                 DOC_TOTAL, from least to most               status, dates, currency
 *   by number                DOC_NUMBER                                  status, dates, amounts
 *   beginning of a number    the same from that beginning                the same
 *   word of a customer       the range of the order for each of          as for the order
 *                            up to 256 customers
 *
 * For one customer the DOC_CUSTOMER_… of the same kind. */
#include "server/ops/document.h"
#include "common/text.h"
#include "server/ops/search.h"
#include <stdlib.h>
#include <string.h>

#define CUSTOMERS 256 /* that a search by name merges */

struct listing {
    struct call *c;
    const struct document_query *q;
    int sort, state; /* state 0: any */
    bool backward, drafts;
    int32_t today;
    const char *reference; /* folded: what the customer's reference has to begin with */
    struct list_range *ranges;
    size_t n;
};

static bool starts_with(struct call *c, const char *text, const char *folded)
{
    return text && strncmp(text_fold(c->arena, text), folded, strlen(folded)) == 0;
}

static bool keep_row(void *context, void *row)
{
    const struct listing *l = context;
    const struct document_query *q = l->q;
    struct document_row *r = row;
    r->status = document_status(r->kind, r->state, r->due, r->total.amount, r->balance.amount, l->today);
    if (r->state == DOC_DRAFT && !l->drafts)
        return false;
    if (q->status == STATUS_UNPAID ? r->state != DOC_OPEN : q->status && r->status != q->status)
        return false;
    if ((q->from && r->date < q->from) || (q->until && r->date > q->until))
        return false;
    if (q->least.currency[0] &&
        (strcmp(q->least.currency, r->total.currency) != 0 || r->total.amount < q->least.amount))
        return false;
    if (q->most.currency[0] &&
        (strcmp(q->most.currency, r->total.currency) != 0 || r->total.amount > q->most.amount))
        return false;
    return !l->reference || starts_with(l->c, r->reference, l->reference);
}

/* --- ranges ---------------------------------------------------------------------------------------------------------- */
static struct key start(const struct listing *l, enum index all, enum index one, uint64_t customer)
{
    struct key k = index_key(&l->c->txn, customer ? one : all);
    if (customer)
        key_u64(&k, customer);
    key_u8(&k, (uint8_t)l->q->kind);
    return k;
}

static void bound_days(struct list_range *r, int32_t first, int32_t last)
{
    if (first) {
        r->first = r->prefix;
        key_u32(&r->first, (uint32_t)first);
    }
    if (last) {
        r->last = r->prefix;
        key_u32(&r->last, (uint32_t)last);
    }
}

static struct list_range by_date(const struct listing *l, uint64_t customer)
{
    struct key k = l->state ? start(l, INDEX_DOC_STATE, INDEX_DOC_CUSTOMER_STATE, customer)
                            : start(l, INDEX_DOC_DATE, INDEX_DOC_CUSTOMER, customer);
    if (l->state)
        key_u8(&k, (uint8_t)l->state);
    struct list_range r = list_range(&k);
    bound_days(&r, l->q->from, l->q->until);
    return r;
}

static struct list_range by_due(const struct listing *l, uint64_t customer)
{
    struct key k = start(l, INDEX_DOC_DUE, INDEX_DOC_CUSTOMER_DUE, customer);
    struct list_range r = list_range(&k);
    int status = l->q->status;
    if (status == STATUS_OVERDUE || status == STATUS_EXPIRED)
        bound_days(&r, 0, l->today - 1);
    else if (status == STATUS_OPEN || status == STATUS_PARTLY_PAID)
        bound_days(&r, l->today, 0);
    return r;
}

static struct list_range by_total(const struct listing *l, uint64_t customer)
{
    struct key k = start(l, INDEX_DOC_TOTAL, INDEX_DOC_CUSTOMER_TOTAL, customer);
    struct list_range r = list_range(&k);
    if (l->q->least.currency[0]) {
        r.first = k;
        key_i64(&r.first, l->q->least.amount);
    }
    if (l->q->most.currency[0]) {
        r.last = k;
        key_i64(&r.last, l->q->most.amount);
    }
    return r;
}

static struct list_range by_number(const struct listing *l, uint64_t customer, const char *beginning)
{
    struct key k = start(l, INDEX_DOC_NUMBER, INDEX_DOC_CUSTOMER_NUMBER, customer);
    if (beginning)
        key_text_open(&k, beginning);
    return list_range(&k);
}

static struct list_range by_sort(const struct listing *l, uint64_t customer)
{
    switch (l->sort) {
    case SORT_DUE: return by_due(l, customer);
    case SORT_TOTAL: return by_total(l, customer);
    case SORT_NUMBER: return by_number(l, customer, NULL);
    default: return by_date(l, customer);
    }
}

static void add_range(struct listing *l, struct list_range range)
{
    l->ranges[l->n++] = range;
}

/* --- searching ------------------------------------------------------------------------------------------------------- */
static int by_id(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* For several words: does the customer have them all? */
static enum err has_words(struct call *c, const struct search *search, uint64_t id, bool *has)
{
    struct customer customer;
    *has = true;
    if (search->n < 2)
        return OK;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, id, &customer);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_DAMAGED : e;
    const char *texts[] = {customer.name, customer.company, customer.email};
    *has = search_match(search, texts, sizeof texts / sizeof *texts);
    return OK;
}

static enum err search_customers(struct listing *l)
{
    struct search search;
    struct id_list ids;
    if (!search_read(l->c, l->q->search, &search))
        return OK;
    struct key k;
    enum err e = search_key(l->c, INDEX_CUSTOMER_WORD, &search, &k);
    if (!e)
        e = record_ids(&l->c->txn, &k, (size_t)CUSTOMERS * 4, &ids);
    if (e || ids.n == 0)
        return e;
    qsort(ids.v, ids.n, sizeof *ids.v, by_id); /* one customer may have several such words */
    l->ranges = arena_alloc(l->c->arena, CUSTOMERS * sizeof *l->ranges);
    for (size_t i = 0; i < ids.n && l->n < CUSTOMERS && !e; i++) {
        bool has;
        if (i && ids.v[i] == ids.v[i - 1])
            continue;
        e = has_words(l->c, &search, ids.v[i], &has);
        if (!e && has)
            add_range(l, by_sort(l, ids.v[i]));
    }
    return e;
}

static enum err search_ranges(struct listing *l, uint64_t customer, const char *folded)
{
    struct list_range numbers = by_number(l, customer, folded);
    uint64_t id;
    enum err e = record_find(&l->c->txn, &numbers.prefix, &id);
    if (e == OK) {
        l->backward = l->sort == SORT_NUMBER ? l->q->reverse : !l->q->reverse;
        add_range(l, numbers);
        return OK;
    }
    if (e != ERR_NOT_FOUND)
        return e;
    if (!customer)
        return search_customers(l);
    l->reference = folded;
    add_range(l, by_sort(l, customer));
    return OK;
}

/* --- the list -------------------------------------------------------------------------------------------------------- */
static int state_of(int status)
{
    switch (status) {
    case STATUS_PARTLY_PAID:
    case STATUS_OVERDUE:
    case STATUS_EXPIRED:
    case STATUS_UNPAID: return DOC_OPEN;
    default: return status;
    }
}

/* Can a document of the kind stand there at all, for the one who asks, in that order? */
static bool possible(const struct listing *l)
{
    int kind = l->q->kind;
    if (l->sort == SORT_DUE && l->state && l->state != DOC_OPEN)
        return false;
    switch (l->q->status) {
    case STATUS_DRAFT: return l->drafts;
    case STATUS_ACCEPTED:
    case STATUS_DECLINED:
    case STATUS_INVOICED:
    case STATUS_EXPIRED: return kind == DOC_ESTIMATE;
    case STATUS_PAID:
    case STATUS_WRITTEN_OFF:
    case STATUS_PARTLY_PAID:
    case STATUS_OVERDUE:
    case STATUS_UNPAID: return kind == DOC_INVOICE;
    default: return true;
    }
}

static enum err begin(struct call *c, const struct document_query *q, struct listing *l)
{
    bool late = q->status == STATUS_OVERDUE || q->status == STATUS_EXPIRED;
    *l = (struct listing){.c = c, .q = q, .drafts = !call_by_customer(c), .state = state_of(q->status)};
    l->sort = q->sort ? q->sort : late ? SORT_DUE : SORT_DATE;
    l->backward = (l->sort == SORT_DATE || l->sort == SORT_TOTAL) != q->reverse;
    if (q->least.currency[0] && q->most.currency[0] && strcmp(q->least.currency, q->most.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "most", "has to be in the currency of least");
    return call_today(c, &l->today);
}

/* How many there are in all, from the totals by state; nothing is walked. */
static enum err count_all(const struct listing *l, uint64_t customer, int64_t *count)
{
    uint32_t base = (uint32_t)l->q->kind * 256;
    struct total sum;
    enum err e = total_sum(&l->c->txn, TOTAL_STATE, customer, "", base + (l->drafts ? 0 : DOC_DRAFT + 1),
                           base + 255, &sum);
    if (!e)
        *count = sum.count;
    return e;
}

enum err document_list(struct call *c, const struct document_query *q, struct document_page *page)
{
    struct listing l;
    struct list_range one;
    uint64_t customer = call_by_customer(c) ? c->who.customer : q->customer;
    const char *folded = call_folded(c, q->search);
    *page = (struct document_page){.rows = {0}};
    enum err e = begin(c, q, &l);
    if (!e)
        e = count_all(&l, customer, &page->total);
    if (e || !possible(&l))
        return e;
    l.ranges = &one;
    if (folded)
        e = search_ranges(&l, customer, folded);
    else
        add_range(&l, by_sort(&l, customer));
    struct record_list list = {.kind = KIND_DOCUMENT,
                               .view = shape_document_row(),
                               .ranges = l.ranges,
                               .n = l.n,
                               .backward = l.backward,
                               .after = q->after,
                               .limit = call_limit(q->limit),
                               .keep = keep_row,
                               .context = &l};
    if (!e && l.n)
        e = record_list(&c->txn, &list, &c->why);
    if (!e && l.n) {
        page->rows = (struct document_row_list){list.count, list.rows};
        page->next = list.next;
    }
    return e;
}
