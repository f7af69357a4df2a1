#include "server/ops/figures.h"
#include "common/date.h"
#include "server/ops/payment.h"
#include <string.h>

#define CURRENCIES 50 /* that an answer lists */
#define LOOK 200      /* index entries looked at for what should be among the first */

static enum err add(struct money *to, const struct total *t)
{
    if (__builtin_add_overflow(to->amount, t->amount, &to->amount))
        return ERR_OVERFLOW;
    return OK;
}

/* Adds the open invoices of one due date. */
static enum err add_due(struct ageing *a, const struct total *t, int32_t today)
{
    int32_t late = today - (int32_t)t->sub;
    struct money *age = late <= 0    ? &a->not_due
                        : late <= 30 ? &a->days_30
                        : late <= 60 ? &a->days_60
                        : late <= 90 ? &a->days_90
                                     : &a->older;
    a->count += t->count;
    enum err e = add(age, t);
    if (!e)
        e = add(&a->total, t);
    if (!e && late > 0) {
        a->overdue_count += t->count;
        e = add(&a->overdue, t);
    }
    return e;
}

static struct ageing ageing_of(const char *currency)
{
    struct money none = money_of(0, currency);
    return (struct ageing){.not_due = none,
                           .days_30 = none,
                           .days_60 = none,
                           .days_90 = none,
                           .older = none,
                           .total = none,
                           .overdue = none};
}

enum err figures_ageing(struct call *c, uint64_t customer, const char *currency, struct ageing *out)
{
    struct total *totals;
    size_t n;
    int32_t today;
    struct ageing a = ageing_of(currency);
    enum err e = call_today(c, &today);
    if (!e)
        e = total_list(&c->txn, TOTAL_OUTSTANDING, customer, currency, 0, UINT32_MAX, &totals, &n);
    for (size_t i = 0; !e && i < n; i++)
        e = add_due(&a, &totals[i], today);
    if (!e)
        *out = a;
    return e;
}

enum err figures_ageing_all(struct call *c, struct ageing_list *out)
{
    struct total *totals;
    size_t n, found = 0;
    int32_t today;
    struct ageing *all = arena_alloc(c->arena, CURRENCIES * sizeof *all);
    enum err e = call_today(c, &today);
    if (!e)
        e = total_list(&c->txn, TOTAL_OUTSTANDING, 0, NULL, 0, UINT32_MAX, &totals, &n);
    for (size_t i = 0; !e && i < n; i++) { /* by currency, then due date */
        if (!found || strcmp(all[found - 1].total.currency, totals[i].currency) != 0) {
            if (found == CURRENCIES)
                break;
            all[found++] = ageing_of(totals[i].currency);
        }
        e = add_due(&all[found - 1], &totals[i], today);
    }
    if (!e)
        *out = (struct ageing_list){found, all};
    return e;
}

enum err figures_counts(struct call *c, uint64_t scope, struct state_count_list *out, int64_t *newer)
{
    struct total *totals;
    size_t n;
    enum err e = total_list(&c->txn, TOTAL_STATE, scope, "", 0, UINT32_MAX, &totals, &n);
    if (e)
        return e;
    struct state_count *counts = arena_alloc(c->arena, n * sizeof *counts);
    int64_t others = 0;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        const int kind = (int)(totals[i].sub / 256), state = (int)(totals[i].sub % 256);
        if (doc_kind(kind)->kind)
            counts[known++] = (struct state_count){.kind = kind, .state = state, .count = totals[i].count};
        else
            others += totals[i].count;
    }
    if (newer)
        *newer = others;
    *out = (struct state_count_list){known, counts};
    return OK;
}

enum err figures_paid_month(struct call *c, int32_t day, struct money_count_list *out)
{
    struct total *totals;
    size_t n;
    int year, month, dom;
    date_split(day, &year, &month, &dom);
    uint32_t sub = (uint32_t)(year * 12 + month - 1);
    enum err e = total_list(&c->txn, TOTAL_PAID, 0, NULL, sub, sub, &totals, &n);
    if (e)
        return e;
    n = n < CURRENCIES ? n : CURRENCIES;
    struct money_count *paid = arena_alloc(c->arena, n * sizeof *paid);
    for (size_t i = 0; i < n; i++) {
        paid[i].amount = money_of(totals[i].amount, totals[i].currency);
        paid[i].count = totals[i].count;
    }
    *out = (struct money_count_list){n, paid};
    return OK;
}

static bool succeeded(void *context, void *row)
{
    (void)context;
    return ((struct payment_row *)row)->state == PAY_SUCCEEDED;
}

enum err figures_last_payment(struct call *c, uint64_t customer, struct payment_row **out)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_CUSTOMER);
    struct list_range range = list_range(key_u64(&k, customer));
    struct record_list l = {.kind = KIND_PAYMENT,
                            .view = shape_payment_row(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = 1,
                            .examine = LOOK,
                            .keep = succeeded};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        payment_rows_finish(c, l.rows, l.count);
    if (!e)
        *out = l.count ? l.rows : NULL;
    return e;
}

static bool for_portal(void *context, void *row)
{
    (void)context;
    return ((struct event *)row)->portal;
}

enum err figures_events(struct call *c, uint64_t customer, bool portal, size_t limit, struct event_list *out)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_CUSTOMER);
    struct list_range range = list_range(key_u64(&k, customer));
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = limit,
                            .examine = LOOK,
                            .outside = portal,
                            .keep = portal ? for_portal : NULL};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *out = (struct event_list){l.count, l.rows};
    return e;
}
