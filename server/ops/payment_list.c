/* Reading payments. Lists: in the order of an index, or gathered when the filter leaves few (list_filter.h). */
#include "common/text.h"
#include "server/ops/follow_ops.h"
#include "server/ops/list_filter.h"
#include "server/ops/payment.h"
#include "server/ops/payment_gateway.h"
#include <string.h>

enum err op_payment_get(struct call *c, const struct payment_get_in *in, struct payment_get_out *out)
{
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (!e)
        payment_finish(c, out->payment);
    return e;
}

struct payments {
    struct listing l; /* first: the drivers see it */
    uint64_t invoice;
};

/* --- what a row says --------------------------------------------------------------------------------------------------- */
static void ask_amount(const struct payment_row *p, struct filter_value *v)
{
    v->number = p->amount.amount;
    v->currency = p->amount.currency;
}

/* A payment has any number of invoices. */
static void ask_invoices(struct arena *a, const struct payment_row *p, struct filter_value *v)
{
    const char **numbers = arena_alloc(a, p->allocations.n * sizeof *numbers);
    for (size_t i = 0; i < p->allocations.n; i++)
        numbers[i] = p->allocations.v[i].number;
    v->more = numbers;
    v->n_more = p->allocations.n;
}

static void ask(void *context, int id, struct filter_value *v)
{
    struct listing *l = context;
    const struct payment_row *p = l->row;
    switch ((enum filter_id)id) {
    case FILTER_STATUS: v->set = UINT64_C(1) << p->state; break;
    case FILTER_NO: v->text[0] = p->number; break;
    case FILTER_CUSTOMER: listing_customer(l, p->customer, v); break;
    case FILTER_REFERENCE: v->text[0] = p->reference; break;
    case FILTER_DAY: v->number = p->date; break;
    case FILTER_INVOICE: ask_invoices(l->c->arena, p, v); break;
    case FILTER_AMOUNT: ask_amount(p, v); break;
    case FILTER_CURRENCY: v->text[0] = p->amount.currency; break;
    case FILTER_MODE:
        v->text[0] = p->method;
        v->text[1] = enum_name(enum_pay_mode(), p->mode);
        break;
    default: break;
    }
}

static bool settles(const struct payment_row *p, uint64_t invoice)
{
    for (size_t i = 0; i < p->allocations.n; i++)
        if (p->allocations.v[i].invoice == invoice)
            return true;
    return false;
}

static bool wanted(void *context, void *row)
{
    struct payments *all = context;
    const struct payment_row *p = row;
    all->l.row = p;
    return listing_has(&all->l, p->customer) && (!all->invoice || settles(p, all->invoice)) &&
           listing_match(&all->l, ask, &all->l);
}

static void tally(void *context, const void *row)
{
    const struct payment_row *p = row;
    listing_tally(context, &p->amount, &(struct money){0});
}

static void order(void *context, const void *row, struct key *key)
{
    derive_payment_order(row, ((const struct listing *)context)->sort, key);
}

/* --- which indexes lead there ------------------------------------------------------------------------------------------ */
static struct key payment_key(const struct listing *l, bool by_amount, uint64_t customer)
{
    if (!customer)
        return index_key(&l->c->txn, by_amount ? INDEX_PAYMENT_AMOUNT : INDEX_PAYMENT_DATE);
    struct key k = index_key(&l->c->txn, by_amount ? INDEX_PAYMENT_CUSTOMER_AMOUNT : INDEX_PAYMENT_CUSTOMER);
    return *key_u64(&k, customer);
}

static void add_customer(struct listing *l, struct driver *d, uint64_t customer)
{
    struct key k = payment_key(l, false, customer);
    if (!l->customer || customer == l->customer)
        driver_add(l, d, list_range(&k));
}

static void add_invoice(struct listing *l, struct driver *d, uint64_t invoice)
{
    struct key k = index_key(&l->c->txn, INDEX_PAYMENT_INVOICE);
    driver_add(l, d, list_range(key_u64(&k, invoice)));
}

/* There is an index of those that did not succeed. */
static void drive_state(struct listing *l, uint64_t set, struct driver *d)
{
    d->none |= set >> PAY_SUCCEEDED & 1;
    for (int state = PAY_PENDING; state <= PAY_REVERSED; state++) {
        struct key k = index_key(&l->c->txn, INDEX_PAYMENT_STATE);
        if (state != PAY_SUCCEEDED && set >> state & 1)
            driver_add(l, d, list_range(key_u8(&k, (uint8_t)state)));
    }
}

static enum err drive_invoices(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct driver numbers = {0};
    size_t n = 0;
    driver_numbers(l, t, DOC_INVOICE, &numbers);
    for (size_t i = 0; i < numbers.n; i++) {
        struct id_list ids;
        enum err e = record_range_ids(&l->c->txn, &numbers.v[i], LIST_EXAMINE, &ids);
        if (e)
            return e;
        n += ids.n;
        d->none |= n >= LIST_EXAMINE;
        for (size_t k = 0; k < ids.n && !d->none; k++)
            add_invoice(l, d, ids.v[k]);
    }
    return OK;
}

static void drive_numbers(struct listing *l, const struct filter_term *t, struct driver *d)
{
    char tail[FILTER_TAIL];
    const char *begin = t->folded;
    struct key words = index_key(&l->c->txn, INDEX_PAYMENT_WORD),
               k = index_key(&l->c->txn, INDEX_PAYMENT_NUMBER);
    if (*filter_tail(tail, t->folded)) { /* the same number with other zeros */
        key_text(key_u8(&words, '#'), tail);
        driver_add(l, d, list_range(&words));
    } else { /* zeros may stand further on, too: what it begins with before its first digit */
        begin = arena_text(l->c->arena, begin, strcspn(begin, "0123456789"));
    }
    driver_add(l, d, list_range(key_text_open(&k, begin)));
}

static enum err drive_reference(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct key k = index_key(&l->c->txn, INDEX_PAYMENT_WORD);
    return driver_words(l, t, &k, d);
}

static enum err drive_plain(struct listing *l, const struct filter_term *t, struct driver *d)
{
    drive_state(l, t->set, d);
    drive_numbers(l, t, d);
    enum err e = drive_reference(l, t, d);
    if (!e)
        e = drive_invoices(l, t, d);
    d->customers = t->words > 0;
    return e;
}

static enum err drive(struct listing *l, const struct filter_term *t, struct driver *d)
{
    struct key k = payment_key(l, true, l->customer), day = payment_key(l, false, l->customer);
    if (!t->field)
        return drive_plain(l, t, d);
    d->none = t->field->type == FILTER_NUMBER && t->how != FILTER_HAS && t->how != FILTER_IS;
    switch ((enum filter_id)t->field->id) {
    case FILTER_STATUS: drive_state(l, t->set, d); return OK;
    case FILTER_NO: drive_numbers(l, t, d); return OK;
    case FILTER_CUSTOMER: d->customers = t->words > 0; return OK;
    case FILTER_REFERENCE: return drive_reference(l, t, d);
    case FILTER_INVOICE: return drive_invoices(l, t, d);
    case FILTER_DAY: driver_add(l, d, range_of_days(&day, t->first, t->last)); return OK;
    case FILTER_AMOUNT: return driver_amounts(l, t, &k, d);
    case FILTER_CURRENCY: driver_add(l, d, list_range(key_bytes(&k, t->currency, 3))); return OK;
    default: d->none = true; return OK;
    }
}

/* The one state outside of which nothing passes; 0: there is none. */
static int only_state(const struct listing *l)
{
    for (size_t i = 0; i < l->filter.n; i++)
        for (int state = PAY_PENDING; state <= PAY_REVERSED; state++) {
            const struct filter_term *t = &l->filter.terms[i];
            if (t->field && t->field->id == FILTER_STATUS && !t->not &&t->set == UINT64_C(1) << state)
                return state;
        }
    return 0;
}

/* --- the list ---------------------------------------------------------------------------------------------------------- */
/* The narrowest index that has the order. */
static void walk(struct listing *l, struct driver *d)
{
    struct key k = payment_key(l, l->sort == PAY_SORT_AMOUNT, l->customer);
    int32_t first = 0, last = 0;
    int state = only_state(l);
    listing_days(l, FILTER_DAY, &first, &last);
    if (l->sort == PAY_SORT_AMOUNT) {
        driver_add(l, d, list_range(&k));
    } else if (!l->customer && state && state != PAY_SUCCEEDED) {
        k = index_key(&l->c->txn, INDEX_PAYMENT_STATE);
        driver_add(l, d, range_of_days(key_u8(&k, (uint8_t)state), first, last));
    } else {
        driver_add(l, d, range_of_days(&k, first, last));
    }
}

/* Those on one invoice are few: they are gathered. */
static enum err choose(struct payments *all, struct way *way)
{
    struct listing *l = &all->l;
    struct driver scope = {0};
    *way = (struct way){.gather = all->invoice != 0};
    if (all->invoice) {
        struct key k = index_key(&l->c->txn, INDEX_PAYMENT_INVOICE);
        return record_ids(&l->c->txn, key_u64(&k, all->invoice), LIST_EXAMINE_EMPTY, &way->ids);
    }
    if (l->customer)
        add_customer(l, &scope, l->customer);
    if (l->filter.n)
        return listing_choose(l, drive, add_customer, walk, l->customer ? &scope : NULL, way);
    walk(l, &way->ranges);
    return OK;
}

static enum err read_page(struct payments *all, const struct payment_list_in *in,
                          struct payment_list_out *out)
{
    struct listing *l = &all->l;
    struct way way;
    bool first = !in->after || !*in->after, counted = first && (l->filter.n || in->invoice || in->customer);
    enum err e = choose(all, &way);
    struct record_list page = {.kind = KIND_PAYMENT,
                               .view = shape_payment_row(),
                               .ranges = way.ranges.v,
                               .n = way.ranges.n,
                               .backward = !in->reverse,
                               .after = in->after,
                               .limit = call_limit(in->limit),
                               .keep = wanted,
                               .tally = counted && !way.all ? tally : NULL,
                               .order = order,
                               .context = all};
    if (!e)
        e = way.gather ? record_gather(&l->c->txn, &page, &way.ids, &l->c->why)
                       : record_list(&l->c->txn, &page, &l->c->why);
    if (e || l->failed)
        return e ? e : ERR_DAMAGED;
    payment_rows_finish(l->c, page.rows, page.count);
    out->payments = (struct payment_row_list){page.count, page.rows};
    out->next = page.next;
    if (counted) {
        GIVE(payment_list_out, out, matched, way.all ? LIST_EXAMINE : l->matched);
        GIVE(payment_list_out, out, matched_more, !page.tallied);
    }
    if (counted && page.tallied)
        GIVE(payment_list_out, out, sums, l->sums);
    return OK;
}

enum err op_payment_list(struct call *c, const struct payment_list_in *in, struct payment_list_out *out)
{
    struct payments all = {.l = {.c = c,
                                 .customer = call_by_customer(c) ? c->who.customer : in->customer,
                                 .sort = in->sort ? in->sort : PAY_SORT_DATE},
                           .invoice = in->invoice};
    enum err e = call_today(c, &all.l.today);
    if (!e)
        e = filter_read(c->arena, filter_of_payments(), in->filter, all.l.today, &all.l.filter, &c->why);
    if (!e && in->state)
        filter_add(&all.l.filter, FILTER_STATUS)->set = UINT64_C(1) << in->state;
    if (!e)
        e = read_page(&all, in, out);
    listing_close(&all.l);
    return e;
}

enum err op_payment_settle(struct call *c, const struct payment_settle_in *in, struct payment_settle_out *out)
{
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    if (e)
        return e;
    payment_finish(c, out->payment);
    const struct payment *p = out->payment;
    if (!payment_asked(p->state) || !p->gateway || !*p->gateway)
        return OK;
    const bool pending = p->state == PAY_PENDING, here = gateway_is_here(c->gateways, p->gateway);
    if (pending && !here)
        return REFUSE(c, ERR_SWITCHED_OFF, "payment", "its gateway is gone, so it stays pending");
    if (pending) /* that it is due is on record */
        call_follow(c, FOLLOW_ASK, p->id);
    return pending || !here ? OK : payment_ask(c, p);
}
