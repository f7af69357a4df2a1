/* What is here against what is there, item by item: sums and differences come from the same items, so the differences of a source always come to its
 * difference. */
#include "common/zone.h"
#include "server/ops/bank.h"
#include "server/ops/report.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct money report_money(const struct report *r, int64_t amount)
{
    return money_of(amount, r->currency);
}

struct money report_arrived(const struct payment_came *p)
{
    return payment_arrived(p->amount, p->charges, p->exchange);
}

bool report_in(struct report *r, const char *currency)
{
    struct text_list *others = &r->currencies;
    if (strcmp(currency, r->currency) == 0)
        return true;
    for (size_t i = 0; i < others->n; i++)
        if (strcmp(others->v[i], currency) == 0)
            return false;
    if (!others->v)
        others->v = (const char **)arena_alloc(r->c->arena, REPORT_CURRENCIES * sizeof *others->v);
    if (others->n < REPORT_CURRENCIES)
        others->v[others->n++] = arena_text(r->c->arena, currency, strlen(currency));
    return false;
}

bool report_of(const struct report *r, int32_t day)
{
    return day >= r->from && day <= r->until;
}

void report_row(struct report *r, const char *source, int kind, const struct report_item *i)
{
    if (r->rows.n == r->room)
        r->rows.v = arena_grow(r->c->arena, r->rows.v, &r->room, sizeof *r->rows.v);
    struct reconcile_row *row = &r->rows.v[r->rows.n++];
    *row = (struct reconcile_row){.kind = kind,
                                  .source = source,
                                  .date = i->date,
                                  .payment = i->payment,
                                  .line = i->line,
                                  .here = report_money(r, i->here),
                                  .there = report_money(r, i->there),
                                  .difference = report_money(r, i->here - i->there)};
    if (i->p) {
        row->number = i->p->number;
        row->customer = i->p->customer;
        row->customer_name = i->p->customer_name;
        row->gateway_id = i->p->gateway_id;
    } else if (i->refund) {
        row->refund = i->refund->id;
        row->number = i->refund->number;
        row->customer = i->refund->customer;
        row->customer_name = i->refund->customer_name;
        row->gateway_id = i->refund->gateway_id;
    } else if (i->payout) {
        row->gateway_id = i->payout->id;
    } else if (i->charge) {
        row->gateway_id = i->charge->id;
    } else if (i->l) {
        row->number = i->l->payment_number;
        row->customer = i->l->customer;
        row->customer_name = i->l->customer_name ? i->l->customer_name : i->l->name;
    }
    report_words(r, row);
}

enum err report_total(struct report *r, const struct report_items *items, struct reconcile_source *s)
{
    int64_t here = 0, there = 0;
    enum err e = OK;
    for (size_t i = 0; i < items->n && !e; i++) {
        e = money_add(here, items->v[i].here, &here);
        e = e ? e : money_add(there, items->v[i].there, &there);
    }
    s->here = report_money(r, here);
    s->there = report_money(r, there);
    if (s->told)
        s->difference = report_money(r, here - there);
    return e ? REFUSE(r->c, e, "from", "the sum is too large: ask for fewer days") : OK;
}

struct reconcile_source *report_source(struct report *r, const struct report_gateway *g, const char *name)
{
    struct reconcile_source *s = &r->sources.v[r->sources.n++];
    *s = (struct reconcile_source){.source = name, .told = g->told};
    if (!g->told)
        s->note = arena_printf(r->c->arena, "It could not be asked: %s.", g->why.detail);
    return s;
}

/* --- gateways */

/* What was charged stays charged there, whatever the payer's bank did since. */
static int64_t charged_here(const struct payment_came *p)
{
    return p->state == PAY_SUCCEEDED || p->state == PAY_DISPUTED || p->state == PAY_REVERSED
               ? p->amount.amount
               : 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct gateway_charge *)a)->key ? ((const struct gateway_charge *)a)->key : "",
                  ((const struct gateway_charge *)b)->key ? ((const struct gateway_charge *)b)->key : "");
}

static const struct gateway_charge *charge_of(const struct report_gateway *g, const struct payment_came *p)
{
    const struct gateway_charge wanted = {.key = p->key};
    if (!p->key || !*p->key || !g->list.charges.n)
        return NULL;
    return bsearch(&wanted, g->list.charges.v, g->list.charges.n, sizeof wanted, by_name);
}

/* Is it of a payment here, of whatever days? */
static enum err is_here(struct report *r, const char *gateway, const struct gateway_charge *charge,
                        bool *here)
{
    struct key k = index_key(&r->c->txn, INDEX_PAYMENT_GATEWAY);
    uint64_t id;
    enum err e = charge->id ? record_find(&r->c->txn, key_text(key_text(&k, gateway), charge->id), &id)
                            : ERR_NOT_FOUND;
    *here = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static int kind_of(const struct report_item *i)
{
    return !i->charge    ? DIFFERS_NOT_THERE
           : !i->payment ? DIFFERS_NOT_HERE
           : !i->there   ? DIFFERS_NOT_PAID_THERE
           : !i->here    ? DIFFERS_NOT_PAID_HERE
                         : DIFFERS_AMOUNT;
}

static enum err strangers(struct report *r, const struct report_gateway *g, struct report_items *items)
{
    const struct business *b;
    enum err e = call_business(r->c, &b);
    for (size_t i = 0; i < g->list.charges.n && !e; i++) {
        const struct gateway_charge *charge = &g->list.charges.v[i];
        bool here = true;
        if (!charge->took || charge->at < g->asking.from || !charge->at)
            continue;
        e = is_here(r, g->gateway.kind->name, charge, &here);
        const int32_t day = zone_day(b->time_zone, charge->at);
        if (!e && !here && report_of(r, day))
            items->v[items->n++] =
                (struct report_item){.charge = charge, .date = day, .there = charge->amount.amount};
    }
    return e;
}

static enum err one_gateway(struct report *r, const struct report_gateway *g)
{
    struct report_items items = {
        arena_alloc(r->c->arena, (r->n_payments + g->list.charges.n + 1) * sizeof *items.v), 0};
    const char *name = g->gateway.kind->name;
    struct reconcile_source *s = report_source(r, g, name);
    if (g->list.charges.n)
        qsort(g->list.charges.v, g->list.charges.n, sizeof *g->list.charges.v, by_name);
    for (size_t i = 0; i < r->n_payments; i++) {
        const struct payment_came *p = &r->payments[i];
        if (!p->gateway || strcmp(p->gateway, name) != 0)
            continue;
        const struct gateway_charge *charge = charge_of(g, p);
        items.v[items.n++] =
            (struct report_item){.payment = p->id,
                                 .p = p,
                                 .charge = charge,
                                 .date = p->date,
                                 .here = charged_here(p),
                                 .there = charge && charge->took ? charge->amount.amount : 0};
    }
    enum err e = g->told ? strangers(r, g, &items) : OK;
    for (size_t i = 0; i < items.n && !e; i++) {
        const struct report_item *item = &items.v[i];
        s->count += item->here != 0;
        s->there_count += item->there != 0;
        if (g->told && item->here != item->there)
            report_row(r, name, kind_of(item), item);
    }
    return e ? e : report_total(r, &items, s);
}

enum err report_gateways(struct report *r)
{
    enum err e = OK;
    for (size_t i = 0; i < r->asked->n && !e; i++)
        e = one_gateway(r, &r->asked->v[i]);
    return e;
}

/* --- the bank */

static bool by_bank(const struct payment_came *p)
{
    return !(p->gateway && *p->gateway) && (p->mode == MODE_TRANSFER || p->mode == MODE_DEBIT);
}

static int by_payment(const void *a, const void *b)
{
    const struct report_item *x = a, *y = b;
    return x->payment != y->payment ? (x->payment < y->payment ? -1 : 1)
                                    : (x->line > y->line) - (x->line < y->line);
}

/* Makes one of those that are of one payment: the payment, and the lines of it. */
static void join(struct report_items *items)
{
    size_t n = 0;
    if (items->n)
        qsort(items->v, items->n, sizeof *items->v, by_payment);
    for (size_t i = 0; i < items->n; i++) {
        const struct report_item *item = &items->v[i];
        struct report_item *last = n ? &items->v[n - 1] : NULL;
        if (!last || !item->payment || item->payment != last->payment) {
            items->v[n++] = *item;
            continue;
        }
        last->p = last->p ? last->p : item->p;
        last->l = last->l ? last->l : item->l;
        last->line = last->line ? last->line : item->line;
        last->date = item->p ? item->date : last->date;
        last->here += item->here;
        last->there += item->there;
        last->on_line |= item->on_line;
    }
    items->n = n;
}

enum err report_lines(struct report *r, int state, int32_t from, int32_t until, struct id_list *ids)
{
    struct call *c = r->c;
    struct key k = index_key(&c->txn, INDEX_LINE_STATE);
    struct list_range range = list_range(key_u8(&k, (uint8_t)state));
    range.first = range.last = k;
    key_u32(&range.first, (uint32_t)from);
    key_u64(key_u32(&range.last, (uint32_t)until), UINT64_MAX);
    enum err e = record_range_ids(&c->txn, &range, REPORT_MOST + 1, ids);
    if (!e && ids->n > REPORT_MOST)
        return REFUSE(c, ERR_TOO_LARGE, "from",
                      "more than %d lines of statements are of then: ask for fewer days", REPORT_MOST);
    return e;
}

static int by_id(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool is_payout(const struct report *r, uint64_t line)
{
    return r->explained.n && bsearch(&line, r->explained.v, r->explained.n, sizeof *r->explained.v, by_id);
}

static enum err set_aside(struct report *r, struct reconcile_source *s)
{
    struct id_list ids = {0};
    int64_t sum = 0;
    size_t n = 0;
    enum err e = report_lines(r, LINE_IGNORED, r->from, r->until, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct statement_line l;
        e = record_needed(&r->c->txn, KIND_STATEMENT_LINE, ids.v[i], &l);
        if (e || strcmp(l.amount.currency, r->currency) != 0 || is_payout(r, l.id))
            continue;
        e = money_add(sum, l.amount.amount, &sum);
        n++;
    }
    if (!e && n)
        s->note = arena_printf(r->c->arena, "%zu line%s of %s set aside as nobody's payment.", n,
                               n == 1 ? "" : "s", bank_money(r->c, report_money(r, sum)));
    return e;
}

static int bank_kind(const struct report_item *i)
{
    return i->l && i->l->state == LINE_WAITING ? DIFFERS_WAITS
           : !i->on_line                       ? DIFFERS_NO_LINE
           : i->here && i->there > 0           ? DIFFERS_AMOUNT
                                               : DIFFERS_DAY;
}

enum err report_bank(struct report *r)
{
    static const int states[] = {LINE_WAITING, LINE_BOOKED, LINE_TOOK_BACK};
    enum { STATES = sizeof states / sizeof *states };
    struct call *c = r->c;
    struct id_list ids[STATES] = {{0}};
    size_t n = 0;
    enum err e = OK;
    for (size_t s = 0; s < STATES && !e; s++) {
        e = report_lines(r, states[s], r->from, r->until, &ids[s]);
        n += ids[s].n;
    }
    if (e)
        return e;
    struct report_items items = {arena_alloc(c->arena, (r->n_payments + n + 1) * sizeof *items.v), 0};
    for (size_t i = 0; i < r->n_payments; i++) {
        const struct payment_came *p = &r->payments[i];
        const bool stands = p->state == PAY_SUCCEEDED || p->state == PAY_DISPUTED;
        if (by_bank(p))
            items.v[items.n++] = (struct report_item){
                .payment = p->id, .p = p, .date = p->date, .here = stands ? report_arrived(p).amount : 0};
    }
    struct reconcile_source *source = &r->sources.v[r->sources.n++];
    *source = (struct reconcile_source){.source = "bank", .told = true};
    for (size_t s = 0; s < STATES && !e; s++)
        for (size_t i = 0; i < ids[s].n && !e; i++) {
            struct statement_line *l = arena_alloc(c->arena, sizeof *l);
            e = record_needed(&c->txn, KIND_STATEMENT_LINE, ids[s].v[i], l);
            if (e || !report_in(r, l->amount.currency) || is_payout(r, l->id))
                continue;
            items.v[items.n++] = (struct report_item){.payment = l->payment,
                                                      .line = l->id,
                                                      .l = l,
                                                      .date = l->date,
                                                      .there = l->amount.amount,
                                                      .on_line = true};
            source->there_count++;
        }
    join(&items);
    for (size_t i = 0; i < items.n && !e; i++) {
        source->count += items.v[i].here != 0;
        if (items.v[i].here != items.v[i].there)
            report_row(r, "bank", bank_kind(&items.v[i]), &items.v[i]);
    }
    if (!e)
        e = set_aside(r, source);
    return e ? e : report_total(r, &items, source);
}

/* --- what nobody else knows of */

enum err report_by_hand(struct report *r)
{
    static const int modes[] = {MODE_CASH, MODE_CHECK, MODE_CARD, MODE_OTHER};
    enum err e = OK;
    for (size_t m = 0; m < sizeof modes / sizeof *modes && !e; m++) {
        struct reconcile_source s = {.source = enum_name(enum_pay_mode(), modes[m])};
        int64_t sum = 0;
        for (size_t i = 0; i < r->n_payments && !e; i++) {
            const struct payment_came *p = &r->payments[i];
            const bool stands = p->state == PAY_SUCCEEDED || p->state == PAY_DISPUTED;
            if ((p->gateway && *p->gateway) || p->mode != modes[m] || !stands)
                continue;
            e = money_add(sum, report_arrived(p).amount, &sum);
            s.count++;
        }
        s.here = report_money(r, sum);
        if (s.count)
            r->sources.v[r->sources.n++] = s;
    }
    return e ? REFUSE(r->c, e, "from", "the sum is too large: ask for fewer days") : OK;
}
