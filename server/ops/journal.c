/* What happened as entries of double-entry books (F12): issued documents, what was written off, payments. As things stand now, not as they
 * came about: what is applied today stands on the day of what settles, so that receivables come to what is owed, and credit to what is held. */
#include "common/zone.h"
#include "server/ops/document.h"
#include "server/ops/payment.h"
#include <string.h>

#define POSTINGS 24 /* of one entry: taxes, and a few more */

static struct journal_entry *begin(struct call *c, struct journal_entry_list *list, int subject,
                                   const char *text)
{
    struct journal_entry *e = &list->v[list->n++];
    *e = (struct journal_entry){.subject = subject, .text = text};
    e->postings.v = arena_alloc(c->arena, POSTINGS * sizeof *e->postings.v);
    return e;
}

static struct posting *post(struct journal_entry *e, enum account account, int64_t amount,
                            const char *currency)
{
    struct posting *p = &e->postings.v[e->postings.n];
    *p = (struct posting){.account = account, .amount = money_of(amount, currency)};
    e->postings.n += amount != 0;
    return p;
}

static bool booked(const struct doc_traits *kind)
{
    return kind->owes > 0 || kind->credit;
}

static void about_document(struct journal_entry *e, const struct document_booked *d)
{
    e->date = d->date;
    e->id = (int64_t)d->id;
    e->number = d->number;
    e->customer = d->customer;
    e->customer_name = d->customer_name;
}

/* sign 1: an invoice; −1: a credit note, which takes sales and tax back. */
static void sold(struct journal_entry *e, const struct document_booked *d, int sign)
{
    int64_t net = d->total.amount;
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *t = &d->taxes.v[i];
        struct posting *p = post(e, ACCOUNT_TAX, -sign * t->tax.amount, d->currency);
        p->part = t->name;
        p->percent = t->percent;
        net -= t->tax.amount;
    }
    post(e, ACCOUNT_REVENUE, -sign * net, d->currency);
}

static enum err day_of(struct call *c, int64_t at, int32_t *day)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (!e)
        *day = zone_day(b->time_zone, at);
    return e;
}

/* The day on which it was given up; of one that an import settled otherwise, its own. */
static enum err given_up_on(struct call *c, const struct document_booked *d, int32_t *day)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_SUBJECT);
    key_u64(key_u8(&k, (uint8_t)doc_kind(d->kind)->subject), d->id);
    struct list_range range = list_range(&k);
    struct record_list l = {
        .kind = KIND_EVENT, .view = shape_event(), .ranges = &range, .n = 1, .backward = true, .limit = 100};
    enum err e = record_list(&c->txn, &l, &c->why);
    *day = d->date;
    const struct event *v = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        if (v[i].what == WHAT_WRITTEN_OFF)
            return day_of(c, v[i].at, day);
    return e;
}

static int64_t sum_of(const struct allocation_list *parts)
{
    int64_t sum = 0;
    for (size_t i = 0; i < parts->n; i++)
        sum += parts->v[i].amount.amount;
    return sum;
}

/* What is sold, and what is given back of it; a retainer sells nothing, what is asked for on it is held for the customer. What its credit settles
 * stands on its own day. */
static void issued(struct journal_entry *e, const struct document_booked *d)
{
    const struct doc_traits *kind = doc_kind(d->kind);
    const int64_t used = sum_of(&d->settles);
    about_document(e, d);
    if (kind->owes > 0)
        e->due = d->due;
    post(e, ACCOUNT_RECEIVABLE, (kind->owes > 0 ? d->total.amount : 0) - used, d->currency);
    if (kind->credit)
        post(e, ACCOUNT_CREDIT, used - d->total.amount, d->currency);
    if (!kind->credit || kind->owes <= 0)
        sold(e, d, kind->credit ? -1 : 1);
}

static enum err put_document(struct call *c, const struct document_booked *d, struct journal_entry_list *list)
{
    const struct doc_traits *kind = doc_kind(d->kind);
    if (d->state == DOC_DRAFT || d->state == DOC_VOID || !booked(kind))
        return OK;
    struct journal_entry *e = begin(c, list, kind->subject, doc_noun(d->kind));
    issued(e, d);
    list->n -= e->postings.n == 0; /* of nothing */
    if (!d->written_off.amount)
        return OK;
    e = begin(c, list, kind->subject, "written off");
    about_document(e, d);
    post(e, kind->credit ? ACCOUNT_CREDIT : ACCOUNT_WRITE_OFF, d->written_off.amount, d->currency);
    post(e, ACCOUNT_RECEIVABLE, -d->written_off.amount, d->currency);
    return given_up_on(c, d, &e->date);
}

/* Where money arrives, or goes from. */
static struct posting *post_money(struct journal_entry *e, const char *gateway, int mode, int64_t amount,
                                  const char *currency)
{
    const bool through = gateway && *gateway, clears = through || mode == MODE_CARD;
    struct posting *p = post(e,
                             clears              ? ACCOUNT_CLEARING
                             : mode == MODE_CASH ? ACCOUNT_CASH
                                                 : ACCOUNT_BANK,
                             amount, currency);
    if (clears)
        p->part = through ? gateway : enum_name(enum_pay_mode(), mode);
    return p;
}

static enum err put_payment(struct call *c, const struct payment *p, struct journal_entry_list *list)
{
    const char *currency = p->amount.currency;
    const int64_t settles = sum_of(&p->allocations);
    const int64_t all = p->state == PAY_REVERSED ? settles + p->refunded.amount : p->amount.amount;
    if (p->state == PAY_PENDING || p->state == PAY_FAILED || !all)
        return OK;
    struct journal_entry *e = begin(c, list, SUBJECT_PAYMENT, "payment");
    e->date = p->date;
    e->id = (int64_t)p->id;
    e->number = p->number;
    e->customer = p->customer;
    e->customer_name = p->customer_name;
    const int64_t charges = p->state == PAY_REVERSED ? 0 : p->charges.amount;
    struct posting *money = post_money(e, p->gateway, p->mode, all - charges, currency);
    if (p->exchange && all == p->amount.amount) /* or else a part of it went back, at nobody's rate */
        money->received = p->exchange->received;
    if (charges)
        post(e, ACCOUNT_BANK_CHARGES, charges, currency);
    post(e, ACCOUNT_RECEIVABLE, -settles, currency);
    post(e, ACCOUNT_CREDIT, settles - all, currency);
    return OK;
}

static void put_refund(struct call *c, const struct refund *r, struct journal_entry_list *list)
{
    if (r->state == REFUND_FAILED)
        return;
    struct journal_entry *e = begin(c, list, SUBJECT_REFUND, "refund");
    e->date = r->date;
    e->id = (int64_t)r->id;
    e->number = r->number;
    e->customer = r->customer;
    e->customer_name = r->customer_name;
    post(e, ACCOUNT_CREDIT, r->amount.amount, r->amount.currency);
    post_money(e, r->gateway, r->mode, -r->amount.amount, r->amount.currency);
}

static enum err documents(struct call *c, struct record_list *l, struct journal_entry_list *out)
{
    size_t kinds;
    const struct doc_traits *kind = doc_kinds(&kinds);
    struct list_range *ranges = arena_alloc(c->arena, kinds * sizeof *ranges);
    for (size_t i = 0; i < kinds; i++) {
        struct key k = index_key(&c->txn, INDEX_DOC_DATE);
        key_u8(&k, (uint8_t)kind[i].kind);
        ranges[l->n] = list_range(&k);
        l->n += booked(&kind[i]);
    }
    l->kind = KIND_DOCUMENT;
    l->view = shape_document_booked();
    l->ranges = ranges;
    enum err e = record_list(&c->txn, l, &c->why);
    const struct document_booked *rows = l->rows;
    for (size_t i = 0; !e && i < l->count; i++)
        e = put_document(c, &rows[i], out);
    return e;
}

static enum err payments(struct call *c, struct record_list *l, struct journal_entry_list *out)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_DATE);
    struct list_range range = list_range(&k);
    l->kind = KIND_PAYMENT;
    l->view = shape_payment();
    l->ranges = &range;
    l->n = 1;
    enum err e = record_list(&c->txn, l, &c->why);
    const struct payment *rows = l->rows;
    for (size_t i = 0; !e && i < l->count; i++)
        e = put_payment(c, &rows[i], out);
    return e;
}

static enum err refunds(struct call *c, struct record_list *l, struct journal_entry_list *out)
{
    struct key k = record_key(&c->txn, KIND_REFUND);
    struct list_range range = list_range(&k);
    l->kind = KIND_REFUND;
    l->view = shape_refund();
    l->ranges = &range;
    l->n = 1;
    enum err e = record_list(&c->txn, l, &c->why);
    const struct refund *rows = l->rows;
    for (size_t i = 0; !e && i < l->count; i++)
        put_refund(c, &rows[i], out);
    return e;
}

enum err op_journal_list(struct call *c, const struct journal_list_in *in, struct journal_list_out *out)
{
    struct record_list l = {.after = in->after, .limit = call_limit(in->limit)};
    out->entries.v = arena_alloc(c->arena, 2 * l.limit * sizeof *out->entries.v);
    enum err e = in->of == JOURNAL_DOCUMENTS ? documents(c, &l, &out->entries)
                 : in->of == JOURNAL_REFUNDS ? refunds(c, &l, &out->entries)
                                             : payments(c, &l, &out->entries);
    out->next = l.next;
    return e;
}
