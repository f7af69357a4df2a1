#include "common/doc_kind.h"
#include "data/booked_inside.h"
#include <string.h>

static struct posting *post(struct posting_list *l, enum account account, int64_t amount,
                            const char *currency)
{
    struct posting *p = &l->v[l->n];
    *p = (struct posting){.account = account, .amount = money_of(amount, currency)};
    l->n += amount != 0;
    return p;
}

static int64_t sum_of(const struct allocation_list *parts)
{
    int64_t sum = 0;
    for (size_t i = 0; i < parts->n; i++)
        sum += parts->v[i].amount.amount;
    return sum;
}

/* --- documents ------------------------------------------------------------------------------------------------------------------ */
/* sign 1: an invoice; −1: a credit note, which takes sales and tax back. */
static void sold(struct posting_list *l, const struct document *d, int sign)
{
    int64_t net = d->total.amount;
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *t = &d->taxes.v[i];
        struct posting *p = post(l, ACCOUNT_TAX, -sign * t->tax.amount, d->currency);
        p->part = t->name;
        p->percent = t->percent;
        net -= t->tax.amount;
    }
    post(l, ACCOUNT_REVENUE, -sign * net, d->currency);
}

/* What is sold, and what is given back of it; a retainer sells nothing, what is asked for on it is held for the customer. */
static void document(struct books_stand *s, const struct document *d)
{
    const struct doc_traits *kind = doc_kind(d->kind);
    struct posting_list *l = &s->side[BOOKS_ALL_ELSE], *up = &s->side[BOOKS_GIVEN_UP];
    const int64_t used = sum_of(&d->settles);
    if (d->state == DOC_DRAFT || d->state == DOC_VOID || (kind->owes <= 0 && !kind->credit))
        return;
    post(l, ACCOUNT_RECEIVABLE, (kind->owes > 0 ? d->total.amount : 0) - used, d->currency);
    if (kind->credit)
        post(l, ACCOUNT_CREDIT, used - d->total.amount, d->currency);
    if (!kind->credit || kind->owes <= 0)
        sold(l, d, kind->credit ? -1 : 1);
    post(up, kind->credit ? ACCOUNT_CREDIT : ACCOUNT_WRITE_OFF, d->written_off.amount, d->currency);
    post(up, ACCOUNT_RECEIVABLE, -d->written_off.amount, d->currency);
}

/* --- payments and refunds ------------------------------------------------------------------------------------------------------- */
/* Where money arrives, or goes from. */
static struct posting *money(struct posting_list *l, const char *gateway, int mode, int64_t amount,
                             const char *currency)
{
    const bool through = gateway && *gateway, clears = through || mode == MODE_CARD;
    struct posting *p = post(l,
                             clears              ? ACCOUNT_CLEARING
                             : mode == MODE_CASH ? ACCOUNT_CASH
                                                 : ACCOUNT_BANK,
                             amount, currency);
    if (clears)
        p->part = through ? gateway : enum_name(enum_pay_mode(), mode);
    return p;
}

/* Of one that was taken back there is still what it goes on settling, and what was given back of it. */
static void payment(struct posting_list *l, const struct payment *p)
{
    const char *currency = p->amount.currency;
    const int64_t settles = sum_of(&p->allocations);
    const int64_t all = p->state == PAY_REVERSED ? settles + p->refunded.amount : p->amount.amount;
    if (p->state == PAY_PENDING || p->state == PAY_FAILED)
        return;
    const int64_t charges = p->state == PAY_REVERSED ? 0 : p->charges.amount;
    struct posting *arrived = money(l, p->gateway, p->mode, all - charges, currency);
    if (p->exchange && all == p->amount.amount) /* or else a part of it went back, at nobody's rate */
        arrived->received = p->exchange->received;
    if (p->state == PAY_DISPUTED)
        arrived->account = ACCOUNT_DISPUTED;
    post(l, ACCOUNT_BANK_CHARGES, charges, currency);
    post(l, ACCOUNT_RECEIVABLE, -settles, currency);
    post(l, ACCOUNT_CREDIT, settles - all, currency);
}

static void refund(struct posting_list *l, const struct refund *r)
{
    if (r->state == REFUND_FAILED)
        return;
    post(l, ACCOUNT_CREDIT, r->amount.amount, r->amount.currency);
    money(l, r->gateway, r->mode, -r->amount.amount, r->amount.currency);
}

bool books_kind(enum kind kind)
{
    return kind == KIND_DOCUMENT || kind == KIND_PAYMENT || kind == KIND_REFUND;
}

struct books_stand books_stand(struct arena *a, enum kind kind, const void *record)
{
    struct books_stand s;
    for (int i = 0; i < 2; i++)
        s.side[i] = (struct posting_list){.v = arena_alloc(a, BOOKS_POSTINGS * sizeof(struct posting))};
    switch (kind) {
    case KIND_DOCUMENT: document(&s, record); break;
    case KIND_PAYMENT: payment(&s.side[BOOKS_ALL_ELSE], record); break;
    case KIND_REFUND: refund(&s.side[BOOKS_ALL_ELSE], record); break;
    default: break;
    }
    return s;
}

static enum booked payment_ended(int state)
{
    return state == PAY_REVERSED   ? BOOKED_REVERSED
           : state == PAY_DISPUTED ? BOOKED_DISPUTED
           : state == PAY_FAILED   ? BOOKED_FAILED
                                   : BOOKED_CHANGED;
}

struct books_head books_head(enum kind kind, const void *record)
{
    struct document *d = (void *)(uintptr_t)record;
    struct payment *p = (void *)(uintptr_t)record;
    struct refund *r = (void *)(uintptr_t)record;
    if (kind == KIND_DOCUMENT)
        return (struct books_head){d->date, doc_kind(d->kind)->owes > 0 ? d->due : 0, d->customer_name,
                                   &d->booked, d->state == DOC_VOID ? BOOKED_VOIDED : BOOKED_CHANGED};
    if (kind == KIND_PAYMENT)
        return (struct books_head){p->date, 0, p->customer_name, &p->booked, payment_ended(p->state)};
    return (struct books_head){r->date, 0, r->customer_name, &r->booked,
                               r->state == REFUND_FAILED ? BOOKED_FAILED : BOOKED_CHANGED};
}
