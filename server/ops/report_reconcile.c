/* The books, the gateways and the bank side by side (E15). Payments of the days are read, the gateways are asked what they took (no transaction is open
 * then), and all is read once more and set against it: what changed meanwhile is as it is now. */
#include "common/date.h"
#include "common/zone.h"
#include "server/ops/report.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static enum err month_of(struct call *c, int64_t month, int32_t *from, int32_t *until)
{
    const int year = (int)(month / 100), number = (int)(month % 100);
    if (number < 1 || number > 12)
        return REFUSE(c, ERR_INVALID, "month", "is a year and a month, such as 202611");
    *from = date_of(year, number, 1);
    *until = number == 12 ? date_of(year, 12, 31) : date_of(year, number + 1, 1) - 1;
    return OK;
}

static enum err days_of(struct report *r, const struct report_reconcile_in *in)
{
    struct call *c = r->c;
    const struct business *b;
    int32_t today;
    int year, month, day;
    enum err e = call_today(c, &today);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    r->today = today;
    r->currency = in->currency && *in->currency ? in->currency : b->currency;
    if (!r->currency || currency_digits(r->currency) < 0)
        return REFUSE(c, ERR_INVALID, "currency", "is no currency of ISO 4217");
    if (in->month)
        return month_of(c, in->month, &r->from, &r->until);
    r->until = in->until ? in->until : today;
    date_split(r->until, &year, &month, &day);
    r->from = in->from ? in->from : date_of(year, month, 1);
    return r->from > r->until ? REFUSE(c, ERR_INVALID, "until", "is before the first day") : OK;
}

static enum err read_payments(struct report *r)
{
    struct call *c = r->c;
    struct key k = index_key(&c->txn, INDEX_PAYMENT_DATE);
    struct list_range range = list_range(&k);
    struct id_list ids = {0};
    range.first = range.last = k;
    key_u32(&range.first, (uint32_t)(r->from > REPORT_PAYOUT_BEFORE ? r->from - REPORT_PAYOUT_BEFORE : 0));
    key_u64(key_u32(&range.last, (uint32_t)r->until), UINT64_MAX);
    enum err e = record_range_ids(&c->txn, &range, REPORT_MOST + 1, &ids);
    if (!e && ids.n > REPORT_MOST)
        return REFUSE(c, ERR_TOO_LARGE, "from", "more than %d payments came then: ask for fewer days",
                      REPORT_MOST);
    struct payment_came *v = arena_alloc(c->arena, (ids.n + 1) * sizeof *v);
    size_t n = 0;
    for (size_t i = 0; i < ids.n && !e; i++) { /* by day: the earlier ones come first */
        e = record_needed_view(&c->txn, KIND_PAYMENT, ids.v[i], shape_payment_came(), &v[n]);
        if (e || v[n].stands_in)
            continue;
        if (v[n].date < r->from)
            r->n_earlier = n += strcmp(v[n].amount.currency, r->currency) == 0;
        else
            n += report_in(r, report_arrived(&v[n]).currency);
    }
    r->earlier = v;
    r->payments = v + r->n_earlier;
    r->n_payments = n - r->n_earlier;
    return e;
}

/* --- what gateways have to be asked */

static const char *lasting(struct call *c, const char *text)
{
    return arena_text(c->lasting, text ? text : "", text ? strlen(text) : 0);
}

static bool through(const struct gateway_kind *kind, const char *gateway)
{
    return gateway && strcmp(gateway, kind->name) == 0;
}

/* What may have been paid out in these days: what came in them or shortly before, and what went back then. */
static void ask_of_moved(struct report *r, const struct gateway_kind *kind, struct gateway_asking *asking)
{
    struct call *c = r->c;
    const size_t room = r->n_earlier + r->n_payments + r->n_refunds + 1;
    const char **keys = (const char **)arena_alloc(c->lasting, room * sizeof *keys);
    int32_t *days = arena_alloc(c->lasting, room * sizeof *days);
    size_t n = 0;
    for (size_t i = 0; i < r->n_earlier + r->n_payments; i++) {
        const struct payment_came *p = &r->earlier[i];
        if (!through(kind, p->gateway) || !p->key || !*p->key)
            continue;
        days[n] = p->date;
        keys[n++] = lasting(c, p->key);
    }
    for (size_t i = 0; i < r->n_refunds; i++) {
        const struct refund *back = &r->refunds[i];
        if (!through(kind, back->gateway) || !back->key || !*back->key || back->date > r->until ||
            back->date < r->from - REPORT_PAYOUT_BEFORE)
            continue;
        days[n] = back->date;
        keys[n++] = lasting(c, back->key);
    }
    asking->moved = (struct gateway_keys){n, keys};
    asking->moved_on = days;
}

/* Charges may have been begun days before they were paid: back to the first of those that are here. */
static void ask_of(struct report *r, struct report_gateway *g, const char *zone)
{
    struct call *c = r->c;
    struct gateway_asking *asking = &g->asking;
    *asking = (struct gateway_asking){.from = zone_midnight(zone, r->from),
                                      .until = zone_midnight(zone, r->until + 1) - 1,
                                      .first = r->from - REPORT_PAYOUT_BEFORE,
                                      .last = r->until,
                                      .today = r->today,
                                      .currency = lasting(c, r->currency)};
    asking->back_until = asking->until + REPORT_BACK_LATE * DAY_MS;
    asking->keys.v = (const char **)arena_alloc(c->lasting, (r->n_payments + 1) * sizeof *asking->keys.v);
    asking->back_keys.v =
        (const char **)arena_alloc(c->lasting, (r->n_refunds + 1) * sizeof *asking->back_keys.v);
    for (size_t i = 0; i < r->n_payments; i++) {
        const struct payment_came *p = &r->payments[i];
        if (!p->gateway || strcmp(p->gateway, g->gateway.kind->name) != 0)
            continue;
        if (p->created && p->created - DAY_MS < asking->from)
            asking->from = p->created - DAY_MS;
        if (p->key && *p->key)
            asking->keys.v[asking->keys.n++] = lasting(c, p->key);
    }
    for (size_t i = 0; i < r->n_refunds; i++) {
        const struct refund *back = &r->refunds[i];
        if (strcmp(back->gateway, g->gateway.kind->name) != 0 || !report_of(r, back->date))
            continue;
        if (back->created && back->created - DAY_MS < asking->from)
            asking->from = back->created - DAY_MS;
        if (back->key && *back->key)
            asking->back_keys.v[asking->back_keys.n++] = lasting(c, back->key);
    }
    ask_of_moved(r, g->gateway.kind, asking);
}

static bool any_of(const struct report *r, const char *gateway)
{
    for (size_t i = 0; i < r->n_payments; i++)
        if (r->payments[i].gateway && strcmp(r->payments[i].gateway, gateway) == 0)
            return true;
    for (size_t i = 0; i < r->n_refunds; i++)
        if (strcmp(r->refunds[i].gateway, gateway) == 0)
            return true;
    return false;
}

static enum err whom_to_ask(struct report *r, struct report_asked *asked)
{
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    const struct business *b;
    struct call *c = r->c;
    enum err e = call_business(c, &b);
    struct arena *arena = c->txn.arena;
    for (size_t i = 0; i < n && !e && asked->n < REPORT_GATEWAYS; i++) {
        struct report_gateway *g = &asked->v[asked->n];
        if (!kinds[i].doing->list)
            continue;
        c->txn.arena = c->lasting; /* its settings */
        e = gateway_open(&c->txn, c->gateways, kinds[i].name, &g->gateway);
        c->txn.arena = arena;
        if (e == ERR_NOT_FOUND) {
            e = OK;
            continue;
        }
        if (e || (gateway_lacks(&kinds[i], &g->gateway.settings) && !any_of(r, kinds[i].name)))
            continue;
        ask_of(r, g, b->time_zone);
        asked->n++;
    }
    return e;
}

/* One that does not answer is said, and the others are told all the same. */
static enum err ask_them(void *prepared, struct arena *a, struct refusal *why)
{
    struct report_asked *asked = prepared;
    (void)why;
    for (size_t i = 0; i < asked->n; i++) {
        struct report_gateway *g = &asked->v[i];
        g->told = gateway_list(&g->gateway, a, &g->asking, &g->list, &g->why) == OK;
    }
    return OK;
}

/* --- the answer */

static int by_day(const void *a, const void *b)
{
    const struct reconcile_row *x = a, *y = b;
    const int order = strcmp(x->source, y->source);
    return order                      ? order
           : x->date != y->date       ? (x->date < y->date ? -1 : 1)
           : x->refund != y->refund   ? (x->refund < y->refund ? -1 : 1)
           : x->payment != y->payment ? (x->payment < y->payment ? -1 : 1)
           : x->line != y->line
               ? (x->line < y->line ? -1 : 1)
               : strcmp(x->gateway_id ? x->gateway_id : "", y->gateway_id ? y->gateway_id : "");
}

static enum err page(struct report *r, const struct report_reconcile_in *in, struct report_reconcile_out *out)
{
    const size_t limit = call_limit(in->limit);
    char *end = NULL;
    size_t at = 0;
    if (in->after && *in->after) {
        at = strtoul(in->after, &end, 10);
        if (*end || end == in->after)
            return REFUSE(r->c, ERR_INVALID, "after", "is `next` of a page before");
    }
    if (r->rows.n)
        qsort(r->rows.v, r->rows.n, sizeof *r->rows.v, by_day);
    at = at < r->rows.n ? at : r->rows.n;
    out->total = (int64_t)r->rows.n;
    out->differences =
        (struct reconcile_row_list){r->rows.n - at < limit ? r->rows.n - at : limit, r->rows.v + at};
    if (at + limit < r->rows.n)
        out->next = arena_printf(r->c->arena, "%zu", at + limit);
    out->sources = r->sources;
    out->payouts = r->payouts;
    out->currencies = r->currencies;
    out->currency = r->currency;
    out->from = r->from;
    out->until = r->until;
    return OK;
}

enum err op_report_reconcile(struct call *c, const struct report_reconcile_in *in,
                             struct report_reconcile_out *out)
{
    struct report r = {.c = c, .asked = c->prepared};
    enum err e = days_of(&r, in);
    if (!e)
        e = read_payments(&r);
    if (!e)
        e = report_read_refunds(&r);
    if (!e && !c->prepared) {
        struct report_asked *asked = arena_alloc(c->lasting, sizeof *asked);
        e = whom_to_ask(&r, asked);
        c->prepared = asked;
        c->outside = ask_them;
        out->currency = r.currency; /* what is answered now is not sent */
        return e;
    }
    r.sources.v = arena_alloc(c->arena, 40 * sizeof *r.sources.v);
    if (!e)
        e = report_gateways(&r);
    if (!e)
        e = report_refunds(&r);
    if (!e)
        e = report_payouts(&r);
    if (!e)
        e = report_bank(&r);
    if (!e)
        e = report_by_hand(&r);
    return e ? e : page(&r, in, out);
}
