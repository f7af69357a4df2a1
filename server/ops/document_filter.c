#include "server/ops/document_filter.h"
#include "common/text.h"
#include <string.h>

#define BIT(v) (UINT64_C(1) << (v))

/* --- what a row says --------------------------------------------------------------------------------------------------- */
/* What the customer owes of it: nobody owes a draft, whatever it will come to. */
static struct money due(const struct document_row *r)
{
    return r->state == DOC_DRAFT ? money_of(0, r->total.currency) : r->balance;
}

static void ask(void *context, int id, struct filter_value *v)
{
    struct listing *l = context;
    const struct document_row *r = l->row;
    switch ((enum filter_id)id) {
    case FILTER_STATUS:
        v->set = document_statuses(r->kind, r->state, r->due, r->total.amount, r->balance.amount, l->today);
        if (document_used_up(STATUS_OPEN, r->kind, r->total.amount, r->left.amount) == STATUS_USED &&
            r->state == DOC_OPEN)
            v->set = BIT(STATUS_USED);
        break;
    case FILTER_NO: v->text[0] = r->number; break;
    case FILTER_CUSTOMER: listing_customer(l, r->customer, v); break;
    case FILTER_REFERENCE: v->text[0] = r->reference; break;
    case FILTER_DAY: v->number = r->date; break;
    case FILTER_DUE: v->number = r->due; break;
    case FILTER_AMOUNT:
        v->number = r->total.amount;
        v->currency = r->total.currency;
        break;
    case FILTER_BALANCE:
        v->number = due(r).amount;
        v->currency = r->total.currency;
        break;
    case FILTER_WRITTEN_OFF:
        v->number = r->written_off.amount;
        v->currency = r->total.currency;
        break;
    case FILTER_CURRENCY: v->text[0] = r->total.currency; break;
    default: break;
    }
}

static bool within(const struct listing *l, const struct document_row *r)
{
    const struct money *least = &l->least, *most = &l->most, *total = &r->total;
    if (least->currency[0] &&
        (strcmp(least->currency, total->currency) != 0 || total->amount < least->amount))
        return false;
    return !most->currency[0] ||
           (strcmp(most->currency, total->currency) == 0 && total->amount <= most->amount);
}

bool document_filter_keep(void *context, void *row)
{
    struct listing *l = context;
    struct document_row *r = row;
    if ((r->state == DOC_DRAFT && !l->drafts) || r->kind != l->kind || !listing_has(l, r->customer))
        return false;
    document_row_stand(r, l->today);
    l->row = r;
    return within(l, r) && listing_match(l, ask, l);
}

void document_filter_tally(void *context, const void *row)
{
    const struct document_row *r = row;
    const struct money owed = due(r);
    listing_tally(context, &r->total, &owed);
}

void document_filter_order(void *context, const void *row, struct key *key)
{
    const struct listing *l = context;
    derive_document_order(l->c->arena, row, l->sort, key);
}

/* --- which indexes lead to what a term lets pass ------------------------------------------------------------------------ */
struct key document_key(const struct listing *l, enum index all, enum index one, uint64_t customer)
{
    struct key k = index_key(&l->c->txn, customer ? one : all);
    if (customer)
        key_u64(&k, customer);
    key_u8(&k, (uint8_t)l->kind);
    return k;
}

/* Statuses as INDEX_DOC_STATE holds them: each its own, but for those that an open one is or is not by the day. */
static int state_of(int status)
{
    return status == STATUS_OVERDUE || status == STATUS_EXPIRED || status == STATUS_UNPAID ||
                   status == STATUS_USED
               ? DOC_OPEN
               : status;
}

static size_t states_of(uint64_t set, int states[4])
{
    size_t n = 0;
    for (int status = STATUS_DRAFT; status <= STATUS_USED; status++) {
        bool there = !(set & BIT(status));
        for (size_t i = 0; i < n && !there; i++)
            there = states[i] == state_of(status);
        if (there)
            continue;
        if (n == 4)
            return 0;
        states[n++] = state_of(status);
    }
    return n;
}

size_t document_filter_states(const struct listing *l, int states[4])
{
    for (size_t i = 0; i < l->filter.n; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        if (t->field && t->field->type == FILTER_SET && !t->not )
            return states_of(t->set, states);
    }
    return 0;
}

/* Are there more of these than are gathered? The totals know, but for what is partly paid. */
static enum err are_many(struct listing *l, const int *states, size_t n, bool *many)
{
    int64_t all = 0;
    for (size_t i = 0; i < n; i++)
        for (int state = DOC_DRAFT; state <= DOC_WRITTEN_OFF; state++) {
            const uint32_t sub = (uint32_t)l->kind * 256 + (uint32_t)state;
            struct total sum = {.count = 0};
            enum err e = doc_status_of(state) == states[i]
                             ? total_sum(&l->c->txn, TOTAL_STATE, l->customer, "", sub, sub, &sum)
                             : OK;
            if (e)
                return e;
            all += sum.count;
        }
    *many = all > LIST_EXAMINE;
    return OK;
}

static enum err drive_status(struct listing *l, uint64_t set, struct driver *d)
{
    int states[4];
    if (set && !(set & ~(BIT(STATUS_OVERDUE) | BIT(STATUS_EXPIRED)))) {
        struct key k = document_key(l, INDEX_DOC_DUE, INDEX_DOC_CUSTOMER_DUE, l->customer);
        driver_add(l, d, range_of_days(&k, 0, l->today - 1));
        return OK;
    }
    size_t n = states_of(set, states);
    bool many = false;
    enum err e = are_many(l, states, n, &many);
    d->none |= (set && !n) || many;
    for (size_t i = 0; i < n && !d->none; i++) {
        struct key k = document_key(l, INDEX_DOC_STATE, INDEX_DOC_CUSTOMER_STATE, l->customer);
        driver_add(l, d, list_range(key_u8(&k, (uint8_t)states[i])));
    }
    return e;
}

bool document_filter_all(const struct listing *l)
{
    const struct filter_term *t = l->filter.terms;
    if (l->filter.n != 1 || !t->field || t->field->id != FILTER_STATUS || t->not || l->customer ||
        l->least.currency[0] || l->most.currency[0])
        return false;
    const uint64_t set = (uint64_t)t->set;
    const bool owes = doc_kind(l->kind)->owes > 0;
    switch (set) {
    case BIT(STATUS_OPEN):
    case BIT(STATUS_UNPAID):
    case BIT(STATUS_PARTLY_PAID): return owes;
    case BIT(STATUS_OVERDUE): return owes && l->sort == SORT_DUE;
    case BIT(STATUS_PAID): return l->sort != SORT_DUE;
    default: return set && !(set & (set - 1)) && set < BIT(STATUS_PARTLY_PAID);
    }
}

static void add_customer(struct listing *l, struct driver *d, uint64_t customer)
{
    if (l->customer && customer != l->customer)
        return;
    struct key k = document_key(l, INDEX_DOC_DATE, INDEX_DOC_CUSTOMER, customer);
    driver_add(l, d, list_range(&k));
}

static enum err drive_reference(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct key k = index_key(&l->c->txn, INDEX_DOC_WORD);
    key_u8(&k, (uint8_t)l->kind);
    return driver_words(l, t, &k, d);
}

static void drive_due(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct key k = document_key(l, INDEX_DOC_DUE, INDEX_DOC_CUSTOMER_DUE, l->customer);
    driver_add(l, d, range_of_days(&k, t->first, t->last));
    k = document_key(l, INDEX_DOC_CLOSED, INDEX_DOC_CUSTOMER_CLOSED, l->customer);
    driver_add(l, d, range_of_days(&k, t->first, t->last));
}

/* A plain word is a state, a number, of a customer or of a reference: the union. */
static enum err drive_plain(struct listing *l, const struct filter_term *t, struct driver *d)
{
    enum err e = t->words_only ? OK : drive_status(l, t->set, d);
    driver_numbers(l, t, l->kind, d);
    d->customers = t->words > 0;
    return e ? e : drive_reference(l, t, d);
}

/* Amounts among documents of the statuses that are asked for. */
static enum err drive_amount(struct listing *l, const struct filter_term *t, struct driver *d)
{
    int states[4];
    const size_t n = l->customer ? 0 : document_filter_states(l, states);
    struct key k = document_key(l, INDEX_DOC_TOTAL, INDEX_DOC_CUSTOMER_TOTAL, l->customer);
    enum err e = n ? OK : driver_amounts(l, t, &k, d);
    for (size_t i = 0; i < n && !e; i++) {
        k = document_key(l, INDEX_DOC_STATE_TOTAL, 0, 0);
        e = driver_amounts(l, t, key_u8(&k, (uint8_t)states[i]), d);
    }
    return e;
}

/* Nothing is due on what is not open, and never more than all of it. */
static enum err drive_balance(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct key k = document_key(l, INDEX_DOC_STATE_TOTAL, 0, 0);
    struct filter_term least = *t;
    d->none = filter_ordered(t->how, -(t->decimal > 0) + (t->decimal < 0));
    if (l->customer || t->how == FILTER_LESS || t->how == FILTER_MOST)
        return drive_status(l, BIT(STATUS_UNPAID), d);
    least.how = FILTER_LEAST;
    return driver_amounts(l, &least, key_u8(&k, STATUS_OPEN), d);
}

static enum err drive(struct listing *l, const struct filter_term *t, struct driver *d)
{
    if (!t->field)
        return drive_plain(l, t, d);
    bool is = t->how == FILTER_HAS || t->how == FILTER_IS;
    struct key k = document_key(l, INDEX_DOC_TOTAL, INDEX_DOC_CUSTOMER_TOTAL, l->customer);
    switch ((enum filter_id)t->field->id) {
    case FILTER_STATUS: return drive_status(l, t->set, d);
    case FILTER_NO:
        d->none = !is;
        driver_numbers(l, t, l->kind, d);
        return OK;
    case FILTER_CUSTOMER: d->customers = t->words > 0; return OK;
    case FILTER_REFERENCE: return drive_reference(l, t, d);
    case FILTER_DAY: {
        struct key day = document_key(l, INDEX_DOC_DATE, INDEX_DOC_CUSTOMER, l->customer);
        driver_add(l, d, range_of_days(&day, t->first, t->last));
        return OK;
    }
    case FILTER_DUE: drive_due(l, t, d); return OK;
    case FILTER_AMOUNT: return drive_amount(l, t, d);
    case FILTER_BALANCE: return drive_balance(l, t, d);
    case FILTER_CURRENCY: driver_add(l, d, list_range(key_bytes(&k, t->currency, 3))); return OK;
    default: d->none = true; return OK;
    }
}

enum err document_filter_choose(struct listing *l, walks *walk, struct way *way)
{
    struct driver scope = {0};
    add_customer(l, &scope, l->customer);
    return listing_choose(l, drive, add_customer, walk, l->customer ? &scope : NULL, way);
}
