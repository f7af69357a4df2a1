#include "data/check_money.h"
#include "common/doc_kind.h"
#include "common/hash.h"
#include "common/rate.h"
#include <stdlib.h>
#include <string.h>

/* Sums that come to nothing when everything is there. */
enum sum {
    SUM_PAID = 1,    /* of a document: paid − what payments allocate to it */
    SUM_CREDITED,    /* of a document: credited − what credit settles of it */
    SUM_DOC_REFUNDS, /* of a document: what is not left and settles nothing − refunds of it */
    SUM_PAY_REFUNDS, /* of a payment: refunded − refunds of it */
    SUM_GIVEN_BACK,  /* of a payment: given_back − refunds through its gateway */
    SUM_LINE, /* of a line of a bank statement that was booked: its amount − that of its payment, without what banks on the way kept */
    SUM_DEPOSIT, /* of a deposit invoice: what its estimate asks for − its total */
    SUM_DEDUCTED, /* of a deposit invoice that is deducted: its total − credit notes about it − what is deducted of it */
    SUM_DEDUCTED_TAX, /* the same of its tax */
    SUM_CUSTOMER, /* of a customer in a currency: invoiced − credited − paid + refunded − written off − outstanding + credit */
};
static const struct {
    enum kind kind;
    const char *what;
} said[] = {
    [SUM_PAID] = {KIND_DOCUMENT, "payments on a document do not add up to what is paid of it"},
    [SUM_CREDITED] = {KIND_DOCUMENT, "credit on a document does not add up to what is credited of it"},
    [SUM_DOC_REFUNDS] = {KIND_DOCUMENT, "what a document gave as credit does not add up"},
    [SUM_PAY_REFUNDS] = {KIND_PAYMENT, "refunds of a payment do not add up to what is refunded of it"},
    [SUM_GIVEN_BACK] = {KIND_PAYMENT, "refunds through a payment do not add up to what went back"},
    [SUM_LINE] = {KIND_STATEMENT_LINE, "a line of a bank statement and its payment do not add up"},
    [SUM_DEPOSIT] = {KIND_DOCUMENT, "a deposit is not what its estimate asks for"},
    [SUM_DEDUCTED] = {KIND_DOCUMENT, "what is deducted of a deposit is not what is left of it"},
    [SUM_DEDUCTED_TAX] = {KIND_DOCUMENT, "the tax that is deducted of a deposit is not what is left of it"},
    [SUM_CUSTOMER] = {KIND_CUSTOMER, "the money of a customer does not add up"},
};

struct flow {
    uint64_t id;   /* of a customer: of one currency, see account() */
    uint16_t sum;  /* enum sum */
    bool set, any; /* whether the slot is taken; it may come to anything */
    bool asked;    /* of what is deducted: something is; or else it may come to anything, too */
    int64_t amount;
};

static size_t slot_of(const struct money_check *m, unsigned sum, uint64_t id)
{
    const uint64_t parts[] = {sum, id};
    size_t i = hash_add(HASH_BEGIN, parts, sizeof parts) & (m->capacity - 1);
    while (m->slots[i].set && (m->slots[i].sum != sum || m->slots[i].id != id))
        i = (i + 1) & (m->capacity - 1);
    return i;
}

static void grow(struct money_check *m)
{
    const size_t capacity = m->capacity ? m->capacity * 2 : 1024;
    struct money_check bigger = {calloc(capacity, sizeof *m->slots), m->n, capacity};
    if (!bigger.slots)
        abort();
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].set)
            bigger.slots[slot_of(&bigger, m->slots[i].sum, m->slots[i].id)] = m->slots[i];
    free(m->slots);
    *m = bigger;
}

static struct flow *flow_of(struct money_check *m, enum sum sum, uint64_t id)
{
    if (m->n * 2 >= m->capacity)
        grow(m);
    struct flow *f = &m->slots[slot_of(m, sum, id)];
    if (!f->set) {
        *f = (struct flow){.id = id, .sum = (uint16_t)sum, .set = true};
        m->n++;
    }
    return f;
}

/* Wraps around where a sum is too large: it comes to nothing all the same when it should. */
static void add(struct money_check *m, enum sum sum, uint64_t id, int64_t amount)
{
    if (!amount)
        return;
    struct flow *f = flow_of(m, sum, id);
    f->amount = (int64_t)((uint64_t)f->amount + (uint64_t)amount);
}

/* A customer has documents of one currency, or of several one after the other. */
static uint64_t account(uint64_t customer, const char *currency)
{
    uint64_t code = 0;
    for (size_t i = 0; i < 3 && currency && currency[i]; i++)
        code = code << 8 | (uint8_t)currency[i];
    return customer << 24 | code;
}

static int64_t sum_of(const struct allocation_list *list)
{
    int64_t sum = 0;
    for (size_t i = 0; i < list->n; i++)
        sum += list->v[i].amount.amount;
    return sum;
}

/* --- deposits ------------------------------------------------------------------------------------------------------------------- */
static int64_t tax_of(const struct tax_sum_list *list)
{
    int64_t sum = 0;
    for (size_t i = 0; i < list->n; i++)
        sum += list->v[i].tax.amount;
    return sum;
}

static void left_of_deposit(struct money_check *m, uint64_t deposit, int64_t amount, int64_t tax)
{
    add(m, SUM_DEDUCTED, deposit, amount);
    add(m, SUM_DEDUCTED_TAX, deposit, tax);
}

static const char *deducts(struct money_check *m, const struct document *d)
{
    int64_t all = 0;
    for (size_t i = 0; i < d->deductions.n; i++) {
        const struct deduction *x = &d->deductions.v[i];
        left_of_deposit(m, x->invoice, -x->amount.amount, -tax_of(&x->taxes));
        flow_of(m, SUM_DEDUCTED, x->invoice)->asked = true;
        flow_of(m, SUM_DEDUCTED_TAX, x->invoice)->asked = true;
        all += x->amount.amount;
    }
    return all != d->deducted.amount ? "the deposits that a document deducts do not add up" : NULL;
}

/* Of documents that are no drafts. */
static const char *deposits(struct money_check *m, const struct document *d)
{
    if (d->deposit_invoice)
        add(m, SUM_DEPOSIT, d->deposit_invoice, d->deposit.amount);
    if (d->deposit_of)
        add(m, SUM_DEPOSIT, d->id, -d->total.amount);
    if (d->state == DOC_VOID)
        return NULL;
    if (d->deposit_of)
        left_of_deposit(m, d->id, d->total.amount, tax_of(&d->taxes));
    if (d->about)
        left_of_deposit(m, d->about, -d->total.amount, -tax_of(&d->taxes));
    return deducts(m, d);
}

/* --- documents ------------------------------------------------------------------------------------------------------------------ */
/* What gives credit when it is sent. */
static const char *note(struct money_check *m, const struct document *d)
{
    const int64_t used = sum_of(&d->settles);
    if (d->state == DOC_VOID)
        return d->left.amount || used ? "a document that was withdrawn gives credit" : NULL;
    add(m, SUM_CUSTOMER, account(d->customer, d->currency), d->left.amount - d->total.amount);
    add(m, SUM_DOC_REFUNDS, d->id, d->total.amount - used - d->left.amount);
    return d->left.amount < 0 ? "less than nothing is left of a document" : NULL;
}

/* What gives credit when it is paid: as long as it is open, what is paid is held, and used by nobody; some of it may have been given back. */
static const char *advance(struct money_check *m, const struct document *d)
{
    const int64_t used = sum_of(&d->settles);
    add(m, SUM_CUSTOMER, account(d->customer, d->currency), d->paid.amount - used);
    if (d->state ==
        DOC_OPEN) /* what of it was given back before it was due again is known by the refunds alone */
        flow_of(m, SUM_DOC_REFUNDS, d->id)->any = true;
    if (d->state == DOC_OPEN || d->state == DOC_VOID)
        return d->left.amount || used ? "a document that is not paid gives credit" : NULL;
    add(m, SUM_DOC_REFUNDS, d->id, d->paid.amount - used - d->left.amount);
    return d->left.amount < 0 ? "less than nothing is left of a document" : NULL;
}

static const char *document(struct money_check *m, const struct document *d)
{
    const struct doc_traits *kind = doc_kind(d->kind);
    if (!kind->kind) { /* a newer program's: what it does with money is not known here */
        for (int sum = SUM_PAID; sum <= SUM_DOC_REFUNDS; sum++)
            flow_of(m, sum, d->id)->any = true;
        flow_of(m, SUM_CUSTOMER, account(d->customer, d->currency))->any = true;
        return NULL;
    }
    if (d->state == DOC_DRAFT)
        return NULL;
    const char *wrong = deposits(m, d);
    if (wrong)
        return wrong;
    for (size_t i = 0; i < d->settles.n; i++)
        add(m, SUM_CREDITED, d->settles.v[i].invoice, -d->settles.v[i].amount.amount);
    if (kind->owes > 0) {
        add(m, SUM_PAID, d->id, d->paid.amount);
        add(m, SUM_CREDITED, d->id, d->credited.amount);
    }
    if (kind->owes > 0 && d->state != DOC_VOID &&
        d->total.amount != d->paid.amount + d->credited.amount + d->written_off.amount + d->balance.amount)
        return "what settles a document and what is due do not add up to its total";
    if (kind->credit)
        return kind->owes > 0 ? advance(m, d) : note(m, d);
    if (kind->owes > 0 && d->state != DOC_VOID)
        add(m, SUM_CUSTOMER, account(d->customer, d->currency),
            d->total.amount - d->written_off.amount - d->balance.amount);
    return NULL;
}

/* --- payments and refunds --------------------------------------------------------------------------------------------------------- */
/* Money that arrived in another currency is what it was taken for, at the rate that was given. */
static bool exchanged(const struct payment *p)
{
    struct rate rate;
    int64_t amount;
    const struct exchange *x = p->exchange;
    if (!x || !x->rate || !*x->rate)
        return !x || (x->received.amount > 0 && strcmp(x->received.currency, p->amount.currency) != 0);
    return rate_parse(x->rate, &rate) == OK &&
           rate_apply(&rate, x->received, p->amount.currency, &amount) == OK && amount == p->amount.amount;
}

static const char *payment(struct money_check *m, const struct payment *p)
{
    const int64_t settles = sum_of(&p->allocations);
    add(m, SUM_PAY_REFUNDS, p->id, p->refunded.amount);
    add(m, SUM_GIVEN_BACK, p->id, p->given_back.amount);
    if (p->state == PAY_PENDING || p->state == PAY_FAILED)
        return NULL;
    for (size_t i = 0; i < p->allocations.n; i++)
        add(m, SUM_PAID, p->allocations.v[i].invoice, -p->allocations.v[i].amount.amount);
    add(m, SUM_CUSTOMER, account(p->customer, p->amount.currency), -settles - p->refunded.amount);
    if (p->bank_line)
        add(m, SUM_LINE, p->bank_line,
            p->charges.amount - (p->exchange ? p->exchange->received.amount : p->amount.amount));
    if (p->charges.amount < 0 || p->charges.amount > p->amount.amount)
        return "bank charges are more than the payment";
    if (!exchanged(p))
        return "what arrived in another currency is not what it was taken for at its rate";
    if (p->unused.amount < 0)
        return "less than nothing is left of a payment";
    return p->state != PAY_REVERSED && settles + p->unused.amount + p->refunded.amount != p->amount.amount
               ? "what a payment settles, what is left and what was given back do not add up to it"
               : NULL;
}

static void refund(struct money_check *m, const struct refund *r)
{
    if (r->state == REFUND_FAILED)
        return;
    if (r->through)
        add(m, SUM_GIVEN_BACK, r->through, -r->amount.amount);
    if (r->of == SUBJECT_PAYMENT)
        add(m, SUM_PAY_REFUNDS, (uint64_t)r->source, -r->amount.amount);
    if (r->of !=
        SUBJECT_RETAINER) /* what goes back of a retainer is no credit, and no money that paid an invoice */
        add(m, SUM_CUSTOMER, account(r->customer, r->amount.currency), r->amount.amount);
    if (r->of != SUBJECT_PAYMENT)
        add(m, SUM_DOC_REFUNDS, (uint64_t)r->source, -r->amount.amount);
}

static void line(struct money_check *m, const struct statement_line *l)
{
    if (l->state == LINE_BOOKED)
        add(m, SUM_LINE, l->id, l->amount.amount);
}

const char *money_check_add(struct money_check *m, enum kind kind, const void *record)
{
    switch (kind) {
    case KIND_DOCUMENT: return document(m, record);
    case KIND_PAYMENT: return payment(m, record);
    case KIND_REFUND: refund(m, record); return NULL;
    case KIND_STATEMENT_LINE: line(m, record); return NULL;
    default: return NULL;
    }
}

void money_check_end(const struct money_check *m,
                     void (*tell)(void *context, const char *what, enum kind kind, uint64_t id),
                     void *context)
{
    for (size_t i = 0; i < m->capacity; i++) {
        const struct flow *f = &m->slots[i];
        const bool counts = f->asked || (f->sum != SUM_DEDUCTED && f->sum != SUM_DEDUCTED_TAX);
        if (f->set && f->amount && !f->any && counts)
            tell(context, said[f->sum].what, said[f->sum].kind, f->sum == SUM_CUSTOMER ? f->id >> 24 : f->id);
    }
}

void money_check_free(struct money_check *m)
{
    free(m->slots);
    *m = (struct money_check){0};
}
