/* The three kinds of credit as one: where it is, what is left of it, what it settles. */
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include <string.h>

#define PARTS 200 /* invoices that one source settles, as the shapes say */

enum err credit_source(struct call *c, int what, uint64_t id, struct credit_source *out)
{
    *out = (struct credit_source){NULL, NULL};
    if (what == SUBJECT_PAYMENT) {
        out->payment = arena_alloc(c->arena, sizeof *out->payment);
        return record_get(&c->txn, KIND_PAYMENT, id, out->payment);
    }
    const struct doc_traits *of = doc_kind_of_subject(what);
    if (!of || !of->credit)
        return ERR_NOT_FOUND;
    out->document = arena_alloc(c->arena, sizeof *out->document);
    return record_get(&c->txn, of->record, id, out->document);
}

enum err credit_named(struct call *c, uint64_t payment, uint64_t document, struct credit_source *out)
{
    struct document_owner owner;
    if (!payment == !document)
        return REFUSE(c, ERR_INVALID, "payment", "name a payment, or a credit note or retainer invoice");
    if (payment)
        return credit_source(c, SUBJECT_PAYMENT, payment, out);
    enum err e = record_view(&c->txn, KIND_DOCUMENT, document, shape_document_owner(), &owner);
    if (!e)
        e = credit_source(c, doc_kind(owner.kind)->subject, document, out);
    return e == ERR_NOT_FOUND ? REFUSE(c, e, "document", "is no credit note and no retainer invoice") : e;
}

int credit_what(const struct credit_source *s)
{
    return s->payment ? SUBJECT_PAYMENT : doc_kind(s->document->kind)->subject;
}

uint64_t credit_id(const struct credit_source *s)
{
    return s->payment ? s->payment->id : s->document->id;
}

uint64_t credit_customer(const struct credit_source *s)
{
    return s->payment ? s->payment->customer : s->document->customer;
}

const char *credit_number(const struct credit_source *s)
{
    return s->payment ? s->payment->number : s->document->number;
}

const char *credit_customer_name(const struct credit_source *s)
{
    return s->payment ? s->payment->customer_name : s->document->customer_name;
}

struct money *credit_left(const struct credit_source *s)
{
    return s->payment ? &s->payment->unused : &s->document->left;
}

struct allocation_list *credit_settles(const struct credit_source *s)
{
    return s->payment ? &s->payment->allocations : &s->document->settles;
}

const char *credit_field(const struct credit_source *s)
{
    return s->payment ? "payment" : "document";
}

enum err credit_usable(struct call *c, const struct credit_source *s)
{
    const struct payment *p = s->payment;
    if (p && p->state != PAY_SUCCEEDED)
        return REFUSE(c, ERR_STATE, "payment", "%s is %s: nothing of it is credit", p->number,
                      enum_name(enum_pay_state(), p->state));
    if (p && p->stands_in)
        return REFUSE(c, ERR_STATE, "payment", "%s stands in for payments that an import did not bring",
                      p->number);
    if (credit_left(s)->amount > 0)
        return OK;
    return REFUSE(c, ERR_STATE, credit_field(s), "nothing is left of %s",
                  credit_number(s) && *credit_number(s) ? credit_number(s) : "it");
}

/* The part of an invoice in a list that may become longer; NULL: there is no room for another one. */
static struct allocation *part_of(struct call *c, struct allocation_list *list,
                                  const struct document *invoice)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].invoice == invoice->id)
            return &list->v[i];
    if (list->n == PARTS)
        return NULL;
    struct allocation *longer = arena_alloc(c->arena, (list->n + 1) * sizeof *longer);
    if (list->n)
        memcpy(longer, list->v, list->n * sizeof *longer);
    longer[list->n] = (struct allocation){
        .invoice = invoice->id, .number = invoice->number, .amount = money_of(0, invoice->currency)};
    list->v = longer;
    return &list->v[list->n++];
}

enum err credit_spend(struct call *c, const struct credit_source *s, const struct document *invoice,
                      int64_t amount)
{
    struct money *left = credit_left(s);
    char text[MONEY_TEXT];
    if (strcmp(left->currency, invoice->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, credit_field(s), "%s is in %s, the invoice in %s", credit_number(s),
                      left->currency, invoice->currency);
    if (amount > left->amount)
        return REFUSE(c, ERR_OVERPAID, credit_field(s), "only %s %s is left of %s",
                      money_plain(text, left->amount, currency_digits(left->currency)), left->currency,
                      credit_number(s));
    struct allocation *part = part_of(c, credit_settles(s), invoice);
    if (!part)
        return REFUSE(c, ERR_STATE, credit_field(s), "%s settles %d invoices already", credit_number(s),
                      PARTS);
    part->amount.amount += amount;
    left->amount -= amount;
    return OK;
}

enum err credit_use(struct call *c, const struct credit_source *s, struct document *invoice, int64_t amount)
{
    enum err e = credit_spend(c, s, invoice, amount);
    return e ? e : document_apply(c, invoice, money_of(amount, invoice->currency), !s->payment);
}

static void drop(struct allocation_list *list, size_t at)
{
    memmove(&list->v[at], &list->v[at + 1], (list->n - at - 1) * sizeof *list->v);
    list->n--;
}

enum err credit_take_off(struct call *c, const struct credit_source *s, size_t at, int64_t amount)
{
    struct allocation_list *list = credit_settles(s);
    struct allocation *part = &list->v[at];
    struct document invoice;
    enum err e = record_needed(&c->txn, KIND_DOCUMENT, part->invoice, &invoice);
    if (!e)
        e = document_take_off(c, &invoice, money_of(amount, part->amount.currency), !s->payment);
    if (e)
        return e;
    *credit_left(s) = money_of(credit_left(s)->amount + amount, part->amount.currency);
    part->amount.amount -= amount;
    if (!part->amount.amount && !part->written_off.amount)
        drop(list, at);
    return credit_tell(c, s, &invoice, WHAT_CREDIT_TAKEN_OFF, amount);
}

enum err credit_put(struct call *c, const struct credit_source *s)
{
    return s->payment ? record_put(&c->txn, KIND_PAYMENT, s->payment) : document_put(c, s->document);
}

enum err credit_tell(struct call *c, const struct credit_source *s, const struct document *invoice, int what,
                     int64_t amount)
{
    struct event e = {.what = what,
                      .subject = doc_kind(invoice->kind)->subject,
                      .about = (int64_t)invoice->id,
                      .number = invoice->number,
                      .customer = invoice->customer,
                      .customer_name = invoice->customer_name,
                      .amount = money_of(amount, invoice->currency),
                      .text = credit_number(s),
                      .portal = true};
    enum err result = call_event(c, &e);
    if (result)
        return result;
    e.subject = credit_what(s);
    e.about = (int64_t)credit_id(s);
    e.number = credit_number(s);
    e.text = invoice->number;
    e.portal = false; /* it rings once */
    return call_event(c, &e);
}

/* --- all of a customer -------------------------------------------------------------------------------------------------------- */
static enum err row_of(struct call *c, int what, uint64_t id, struct credit *row)
{
    struct credit_source s;
    enum err e = credit_source(c, what, id, &s);
    if (e)
        return e == ERR_NOT_FOUND ? record_damaged(&c->txn, KIND_DOCUMENT, id) : e;
    *row = (struct credit){.what = what,
                           .id = (int64_t)id,
                           .number = credit_number(&s),
                           .date = s.payment ? s.payment->date : s.document->date,
                           .amount = s.payment ? s.payment->amount : s.document->total,
                           .left = *credit_left(&s),
                           .about = s.document ? s.document->about : 0,
                           .customer = credit_customer(&s),
                           .customer_name = credit_customer_name(&s)};
    return OK;
}

/* Those of one kind stand in their order; they go in among the others. */
static void insert(struct credit_list *list, const struct credit *row)
{
    size_t at = list->n++;
    for (; at && list->v[at - 1].date > row->date; at--)
        list->v[at] = list->v[at - 1];
    list->v[at] = *row;
}

enum err credit_all(struct call *c, uint64_t customer, const char *currency, struct credit_list *out,
                    bool *more)
{
    static const int kinds[] = {SUBJECT_PAYMENT, SUBJECT_RETAINER, SUBJECT_CREDIT_NOTE};
    const size_t most = (CREDIT_SOURCES + 1) * sizeof kinds / sizeof *kinds;
    enum err e = OK;
    *out = (struct credit_list){0, arena_alloc(c->arena, most * sizeof *out->v)};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !e; i++) {
        struct key k = index_key(&c->txn, INDEX_CREDIT);
        struct id_list ids;
        key_u8(&k, (uint8_t)kinds[i]);
        e = record_ids(&c->txn, customer ? key_u64(&k, customer) : &k, CREDIT_SOURCES + 1, &ids);
        for (size_t n = 0; !e && n < ids.n; n++) {
            struct credit row;
            e = row_of(c, kinds[i], ids.v[n], &row);
            if (!e && (!currency || strcmp(row.left.currency, currency) == 0))
                insert(out, &row);
        }
    }
    *more = out->n > CREDIT_SOURCES;
    if (*more)
        out->n = CREDIT_SOURCES;
    return e;
}
