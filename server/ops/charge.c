/* Charging by itself what is due of recurring invoices and of instalments (E13), as the customer agreed: docs/decisions/saved-methods.md.
 *
 * Nothing is remembered of what was tried but the payments themselves: a charge is made in the transaction that has read the invoice, its
 * payments and the consent, as a payment that is pending and bears its number among the tries. The gateway hears of it after that. */
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/instalments.h"
#include "common/money.h"
#include "common/zone.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/figures.h"
#include "server/ops/method.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include "server/ops/reminder.h"
#include <string.h>

/* Days after the first try of one that failed. */
static const int AFTER[CHARGE_TRIES] = {0, 3, 7};

bool charge_is_for(const struct document *d)
{
    return d->kind == DOC_INVOICE && d->state == DOC_OPEN && (d->schedule || d->instalments.n);
}

enum err charge_wake(struct call *c, uint64_t customer)
{
    struct saved_method m;
    enum err e = method_marked(c, customer, METHOD_AUTOMATIC, &m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    return due_set(c, DUE_CHARGE, m.id, c->now);
}

/* --- what was tried of an invoice --------------------------------------------------------------------------------------------------- */
struct tried {
    const struct saved_method *method;
    int64_t since; /* of the consent */
    int made;      /* tries of all times */
    int failed;    /* since the last that succeeded, by this method under this consent */
    int32_t first; /* day of the first of these */
    bool going;    /* a payment on it is pending, */
    bool disputed; /* or disputed */
};

/* From the last to the first. */
static bool look(void *context, void *row)
{
    struct tried *t = context;
    const struct payment *p = row;
    t->going = t->going || p->state == PAY_PENDING;
    t->disputed = t->disputed || p->state == PAY_DISPUTED;
    if (!p->attempt)
        return false;
    t->made++;
    if (p->state != PAY_FAILED)
        t->method = NULL; /* what was before it is over */
    if (t->method && p->saved == t->method->id && p->created >= t->since) {
        t->failed++;
        t->first = p->date;
    }
    return false;
}

static enum err look_tried(struct call *c, const struct saved_method *m, uint64_t invoice, struct tried *t)
{
    struct payment *none = NULL;
    const struct consent *on = consent_of(m);
    *t = (struct tried){.method = m, .since = on ? on->at : INT64_MAX};
    return payment_on(c, invoice, look, t, &none);
}

/* The day of the next try; 0: there is none. */
static int32_t next_day(const struct tried *t, int32_t today)
{
    return !t->failed ? today : t->failed < CHARGE_TRIES ? t->first + AFTER[t->failed] : 0;
}

enum err charge_next(struct call *c, const struct payment *failed, int32_t *day)
{
    struct saved_method m;
    struct tried t;
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, failed->saved, &m);
    if (!e)
        e = failed->allocations.n ? look_tried(c, &m, failed->allocations.v[0].invoice, &t) : ERR_NOT_FOUND;
    *day = e ? 0 : next_day(&t, failed->date);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- may it be charged ---------------------------------------------------------------------------------------------------------- */
static int64_t amount_now(const struct document *d, int32_t today)
{
    return d->instalments.n ? instalments_now(&d->instalments, d->total.amount - d->balance.amount, today)
                            : d->balance.amount;
}

static enum err credit_left(struct call *c, const struct document *d, bool *any)
{
    struct total *totals;
    size_t n;
    enum err e = total_list(&c->txn, TOTAL_CREDIT, d->customer, d->currency, 0, 0, &totals, &n);
    *any = false;
    for (size_t i = 0; !e && i < n; i++)
        *any = *any || totals[i].amount > 0;
    return e;
}

static const char *above(struct call *c, const struct saved_method *m, struct money amount)
{
    const struct money most = consent_of(m)->ceiling;
    if (strcmp(most.currency, amount.currency) == 0 && amount.amount <= most.amount)
        return NULL;
    return arena_printf(c->arena, "%s is %s the %s that the customer agreed to", method_money(c, amount),
                        strcmp(most.currency, amount.currency) == 0 ? "more than"
                                                                    : "in another currency than",
                        method_money(c, most));
}

/* NULL in *why: nothing is in the way. */
static enum err bar(struct call *c, const struct saved_method *m, const struct document *d,
                    const struct gateway_offer *by, struct money amount, int32_t today, const char **why)
{
    struct customer customer;
    struct not_payable not = {.code = OK};
    bool credit;
    *why = above(c, m, amount);
    enum err e = *why ? OK : reminder_promised(c, d->promised, why);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, d->customer, &customer);
    if (!e && !*why)
        e = reminder_promised(c, customer.promised, why);
    if (!e)
        e = credit_left(c, d, &credit);
    if (!e && by)
        e = payment_not_by(c, d, by, &not );
    if (e || *why)
        return e;
    if (!customer.active)
        *why = "the customer is deactivated";
    else if (d->reminding == REMINDING_DISPUTED)
        *why = "it is disputed";
    else if (credit)
        *why = "credit of the customer is left: use it first";
    else if (m->mode == MODE_DEBIT && !customer.debits)
        *why = "direct debit is not allowed to the customer any more";
    else if (m->state != METHOD_GOOD)
        *why = m->failure && *m->failure ? m->failure : "its bank takes no more charges";
    else if (m->expires && m->expires < today)
        *why = "the card has expired";
    else if (!by)
        *why = "paying by that method is not offered here";
    else if (not .code)
        *why = not .why;
    return OK;
}

/* --- a charge ------------------------------------------------------------------------------------------------------------------------ */
static enum err make(struct call *c, const struct saved_method *m, const struct document *d,
                     const struct gateway_offer *by, struct money amount, int attempt)
{
    const struct consent *on = consent_of(m);
    uint8_t random[PAYMENT_KEY];
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    call_draw(c, random, sizeof random);
    *p = (struct payment){.customer = d->customer,
                          .customer_name = d->customer_name,
                          .amount = amount,
                          .unused = money_of(0, amount.currency),
                          .method = method_title(c->arena, m),
                          .token = gateway_token(by->gateway, c->arena, m->token),
                          .key = payment_key(c, random),
                          .saved = m->id,
                          .attempt = attempt,
                          .by = on->by,
                          .contact = on->contact};
    p->allocations.v = arena_alloc(c->arena, sizeof *p->allocations.v);
    p->allocations.v[p->allocations.n++] =
        (struct allocation){.invoice = d->id, .amount = amount, .number = d->number};
    return payment_pend(c, by, p);
}

struct run {
    struct saved_method *m;
    const struct gateway_offer *by; /* NULL: it is not offered any more */
    int32_t today, next;            /* the day on which to look again; 0: none is known */
    bool soon;                      /* something is on its way that has to end first */
    struct charge_held *held;
    size_t n;
};

static void look_on(struct run *r, int32_t day)
{
    if (day > r->today && (!r->next || day < r->next))
        r->next = day;
}

static enum err take(struct call *c, struct run *r, const struct document *d)
{
    struct tried t;
    const char *why;
    const struct money amount = money_of(amount_now(d, r->today), d->currency);
    enum err e = look_tried(c, r->m, d->id, &t);
    if (e || amount.amount <= 0 || t.disputed)
        return e;
    if (t.going) {
        r->soon = true;
        return OK;
    }
    const int32_t day = next_day(&t, r->today);
    if (day > r->today || !day) {
        look_on(r, day);
        return OK;
    }
    e = bar(c, r->m, d, r->by, amount, r->today, &why);
    if (!e && why && r->n < 50)
        r->held[r->n++] =
            (struct charge_held){.invoice = d->id, .number = d->number, .why = why, .amount = amount};
    if (e || why)
        return e;
    r->soon = true;
    return make(c, r->m, d, r->by, amount, t.made + 1);
}

static enum err offer_of(struct call *c, const char *method, const struct gateway_offer **by)
{
    enum err e = payment_method(c, method, by);
    if (e > 0) {
        c->why = (struct refusal){0};
        *by = NULL;
        e = OK;
    }
    return e;
}

static enum err all_due(struct call *c, struct run *r)
{
    struct key k = index_key(&c->txn, INDEX_DOC_CUSTOMER_DUE);
    struct id_list ids;
    key_u8(key_u64(&k, r->m->customer), DOC_INVOICE);
    enum err e = record_ids(&c->txn, &k, LIMIT_CHARGE, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct document d;
        e = record_needed(&c->txn, KIND_DOCUMENT, ids.v[i], &d);
        if (e || !charge_is_for(&d))
            continue;
        if (d.due <= r->today)
            e = take(c, r, &d);
        else
            look_on(r, d.due);
    }
    return e;
}

enum err charge_run(struct call *c, struct saved_method *m, int64_t *again)
{
    const struct business *b;
    struct run r = {.m = m, .held = arena_alloc(c->arena, 50 * sizeof *r.held)};
    *again = c->now + LIMIT_RECUR_MS;
    enum err e = call_business(c, &b);
    if (!e)
        e = call_today(c, &r.today);
    if (!e)
        e = offer_of(c, m->method, &r.by);
    if (!e)
        e = all_due(c, &r);
    if (e)
        return e;
    const int64_t midnight = r.next ? zone_midnight(b->time_zone, r.next) : *again;
    if (midnight < *again)
        *again = midnight;
    if (r.soon && c->now + LIMIT_CHARGE_MS < *again)
        *again = c->now + LIMIT_CHARGE_MS;
    m->held = (struct charge_held_list){r.n, r.held};
    return record_put(&c->txn, KIND_SAVED_METHOD, m);
}
