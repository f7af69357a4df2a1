/* What gateways paid out to the bank (E15): a line that names the gateway is explained by the payout that it is, and that by what it is made of: charged −
 * fees − back + other. The portal's books know payments, not the bank's balance, so such a line is nobody's payment: it waits, or is set aside. */
#include "common/text.h"
#include "server/ops/report.h"
#include <stdlib.h>
#include <string.h>

#define EARLY 1 /* days: a line may be of a day before the one on which it was to arrive, or of later ones */
#define LATE 7
#define OFF_MOST 10 /* a tenth of it */
#define MOST_TOLD 400

struct seen {
    struct statement_line of;
    bool taken;
};
struct seen_list {
    struct seen *v;
    size_t n, room;
};

static bool names(struct call *c, const char *text, const char *gateway)
{
    const char *at = text_fold(c->arena, text ? text : ""), *word;
    for (size_t size; (size = text_word(&at, &word)) > 0;)
        if (size == strlen(gateway) && memcmp(word, gateway, size) == 0)
            return true;
    return false;
}

/* Lines of then that name the gateway and are nobody's payment. */
static enum err read_lines(struct report *r, const char *gateway, struct seen_list *lines)
{
    static const int states[] = {LINE_WAITING, LINE_IGNORED,
                                 LINE_OUTGOING}; /* the last: what it collected that was owed to it */
    struct call *c = r->c;
    enum err e = OK;
    for (size_t s = 0; s < sizeof states / sizeof *states && !e; s++) {
        struct id_list ids = {0};
        e = report_lines(r, states[s], r->from - EARLY, r->until + LATE, &ids);
        for (size_t i = 0; i < ids.n && !e; i++) {
            struct statement_line l;
            e = record_needed(&c->txn, KIND_STATEMENT_LINE, ids.v[i], &l);
            if (e || strcmp(l.amount.currency, r->currency) != 0 || l.returned ||
                !(names(c, l.name, gateway) || names(c, l.text, gateway)))
                continue;
            if (lines->n == lines->room)
                lines->v = arena_grow(c->arena, lines->v, &lines->room, sizeof *lines->v);
            lines->v[lines->n++] = (struct seen){.of = l};
        }
    }
    return e;
}

/* What another amount may be: a bank's charges, or its rate. */
static bool about(int64_t arrived, int64_t paid)
{
    return (arrived < 0) == (paid < 0) && llabs(arrived - paid) <= llabs(paid) / OFF_MOST;
}

/* The nearest line of around that day, of that amount, or of about that amount. */
static struct seen *line_of(const struct seen_list *lines, const struct gateway_payout *p, bool exact)
{
    struct seen *best = NULL;
    for (size_t i = 0; i < lines->n; i++) {
        struct seen *l = &lines->v[i];
        const int32_t late = l->of.date - p->date;
        if (l->taken || late < -EARLY || late > LATE ||
            (exact ? l->of.amount.amount != p->amount.amount : !about(l->of.amount.amount, p->amount.amount)))
            continue;
        if (!best || abs(late) < abs(best->of.date - p->date))
            best = l;
    }
    if (best)
        best->taken = true;
    return best;
}

/* What its parts come to; without them, what the gateway says. */
static enum err worth(struct report *r, const struct gateway_payout *p, int64_t *sum)
{
    *sum = p->amount.amount;
    if (!p->parts)
        return OK;
    enum err e = money_add(p->charged, -p->fees, sum);
    if (!e)
        e = money_add(*sum, -p->back, sum);
    if (!e)
        e = money_add(*sum, p->other, sum);
    return e ? REFUSE(r->c, e, "from", "the sum is too large: ask for fewer days") : OK;
}

static void tell(struct report *r, const char *gateway, const struct gateway_payout *p, int64_t sum,
                 const struct seen *l)
{
    static const int states[] = {[GATEWAY_PENDING] = PAYOUT_PENDING,
                                 [GATEWAY_SUCCEEDED] = PAYOUT_PAID,
                                 [GATEWAY_FAILED] = PAYOUT_FAILED};
    if (r->payouts.n == MOST_TOLD)
        return;
    struct reconcile_payout *told = &r->payouts.v[r->payouts.n++];
    *told = (struct reconcile_payout){.gateway = gateway,
                                      .id = p->id,
                                      .date = p->date,
                                      .state = states[p->state],
                                      .amount = p->amount,
                                      .statement = p->statement};
    if (p->parts) {
        told->charged = report_money(r, p->charged);
        told->fees = report_money(r, p->fees);
        told->back = report_money(r, p->back);
        told->other = report_money(r, p->other);
        told->rest = report_money(r, p->amount.amount - sum);
    }
    if (l) {
        told->line = l->of.id;
        told->arrived = l->of.amount;
        told->difference = report_money(r, l->of.amount.amount - sum);
    }
}

static int by_day(const void *a, const void *b)
{
    const struct gateway_payout *x = a, *y = b;
    return x->date != y->date ? (x->date < y->date ? -1 : 1) : strcmp(x->id, y->id);
}

/* Exact ones first, so that one that differs takes none that is another's. */
static void match(const struct gateway_payouts *payouts, const struct seen_list *lines, struct seen **of)
{
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < payouts->n; i++)
            if (!of[i] && payouts->v[i].state != GATEWAY_FAILED)
                of[i] = line_of(lines, &payouts->v[i], exact);
}

static int kind_of(const struct report_item *i)
{
    return !i->line ? DIFFERS_NO_LINE : !i->payout ? DIFFERS_NOT_THERE : DIFFERS_AMOUNT;
}

/* Of a payout of these days, or a line of these days: what is on its way is not expected on a statement yet. */
static enum err add_payout(struct report *r, const char *gateway, const struct gateway_payout *p,
                           const struct seen *l, struct report_items *items)
{
    int64_t sum;
    const int32_t day = l ? l->of.date : p->date;
    enum err e = worth(r, p, &sum);
    if (e || !report_of(r, day))
        return e;
    tell(r, gateway, p, sum, l);
    if (l || p->state == GATEWAY_SUCCEEDED)
        items->v[items->n++] = (struct report_item){.payout = p,
                                                    .line = l ? l->of.id : 0,
                                                    .date = day,
                                                    .here = l ? l->of.amount.amount : 0,
                                                    .there = sum};
    return OK;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* What is a line of a gateway's, found at a payout or not, is no line that waits for a payer. */
static void explain(struct report *r, const struct seen_list *lines)
{
    uint64_t *v = arena_alloc(r->c->arena, (r->explained.n + lines->n + 1) * sizeof *v);
    size_t n = r->explained.n;
    if (n)
        memcpy(v, r->explained.v, n * sizeof *v);
    for (size_t i = 0; i < lines->n; i++)
        if (lines->v[i].taken)
            v[n++] = lines->v[i].of.id;
    r->explained.v = v;
    r->explained.n = n;
    if (n)
        qsort(v, n, sizeof *v, by_number);
}

static enum err one_gateway(struct report *r, struct report_gateway *g)
{
    const char *gateway = g->gateway.kind->name;
    struct arena *a = r->c->arena;
    struct gateway_payouts *payouts = &g->list.payouts;
    struct seen_list lines = {0};
    const size_t told = r->payouts.n;
    enum err e = read_lines(r, gateway, &lines);
    struct seen **of = (struct seen **)arena_alloc(a, (payouts->n + 1) * sizeof(struct seen *));
    struct report_items items = {arena_alloc(a, (payouts->n + lines.n + 1) * sizeof *items.v), 0};
    memset((void *)of, 0, (payouts->n + 1) * sizeof *of);
    if (e)
        return e;
    if (payouts->n)
        qsort(payouts->v, payouts->n, sizeof *payouts->v, by_day);
    match(payouts, &lines, of);
    for (size_t i = 0; i < payouts->n && !e; i++)
        e = add_payout(r, gateway, &payouts->v[i], of[i], &items);
    for (size_t i = 0; i < lines.n; i++) {
        struct seen *l = &lines.v[i];
        if (l->taken || !report_of(r, l->of.date) || l->of.state != LINE_WAITING)
            continue;
        l->taken = true;
        items.v[items.n++] = (struct report_item){
            .line = l->of.id, .l = &l->of, .date = l->of.date, .here = l->of.amount.amount};
    }
    explain(r, &lines);
    if (e || (!items.n && r->payouts.n == told))
        return e;
    const char *name = arena_printf(a, "%s payouts", gateway);
    struct reconcile_source *s = report_source(r, g, name);
    for (size_t i = 0; i < items.n; i++) {
        const struct report_item *item = &items.v[i];
        s->count += item->line != 0;
        s->there_count += item->payout != NULL;
        if (item->here != item->there)
            report_row(r, name, kind_of(item), item);
    }
    return report_total(r, &items, s);
}

enum err report_payouts(struct report *r)
{
    enum err e = OK;
    r->payouts.v = arena_alloc(r->c->arena, MOST_TOLD * sizeof *r->payouts.v);
    for (size_t i = 0; i < r->asked->n && !e; i++) {
        struct report_gateway *g = &r->asked->v[i];
        if (g->told && g->list.pays_out)
            e = one_gateway(r, g);
    }
    return e;
}
