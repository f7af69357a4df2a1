/* Using credit, and taking it off again. */
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include "server/ops/payment.h"
#include <string.h>

enum err op_credit_list(struct call *c, const struct credit_list_in *in, struct credit_list_out *out)
{
    struct customer customer;
    struct total total;
    const uint64_t whose = call_by_customer(c) ? c->who.customer : in->customer;
    enum err e = credit_all(c, whose, NULL, &out->credits, &out->more);
    if (e || !whose)
        return e;
    e = record_get(&c->txn, KIND_CUSTOMER, whose, &customer);
    if (!e)
        e = total_sum(&c->txn, TOTAL_CREDIT, whose, customer.currency, 0, 0, &total);
    if (!e)
        out->total = money_of(total.amount, customer.currency);
    return e;
}

/* --- using ---------------------------------------------------------------------------------------------------------------------- */
/* Sources in the order in which they are used; each is read when its turn comes, and stored when it is over. */
struct using
{
    struct call *c;
    struct credit_source at;
    bool open; /* `at` is read, and not stored yet */
    bool one;  /* it was named */
    struct credit_list all;
    size_t next;
    int64_t left; /* of all of them */
};

static enum err close_source(struct using *u)
{
    enum err e = u->open ? credit_put(u->c, &u->at) : OK;
    u->open = false;
    return e;
}

/* The source that something is left of. There is one: `left` was asked before. */
static enum err open_source(struct using *u)
{
    enum err e = OK;
    while (!e && !(u->open && credit_left(&u->at)->amount > 0)) {
        e = close_source(u);
        if (e)
            return e;
        const struct credit *row = &u->all.v[u->next++];
        e = credit_source(u->c, row->what, (uint64_t)row->id, &u->at);
        u->open = !e;
    }
    return e;
}

static enum err begin(struct using *u, uint64_t customer, const char *currency)
{
    bool more;
    if (u->one) {
        u->left = credit_left(&u->at)->amount;
        return OK;
    }
    enum err e = credit_all(u->c, customer, currency, &u->all, &more);
    for (size_t i = 0; i < u->all.n && !e; i++)
        u->left +=
            u->all.v[i].left.amount; /* at most what was paid and credited, which was added up before */
    return e;
}

/* An invoice that may be settled with credit: open, and no payment on it is on its way. */
static enum err check_part(struct call *c, const struct allocation_list *parts, size_t i, uint64_t customer,
                           const char *currency, struct document *invoice)
{
    struct payment *pending = NULL;
    const char *field = arena_printf(c->arena, "parts.%zu.invoice", i);
    enum err e = payment_check_part(c, parts, i, customer, currency, invoice);
    if (!e && invoice->kind != DOC_INVOICE)
        e = REFUSE(c, ERR_STATE, field, "%s becomes credit itself: it is paid with money", invoice->number);
    if (!e)
        e = payment_pending_on(c, invoice->id, &pending);
    if (!e && pending)
        e = REFUSE(c, ERR_PENDING, field, "%s is still being settled: do not pay again", pending->number);
    return e;
}

static void note_use(struct credit_use_list *to, const struct credit_source *s,
                     const struct document *invoice, int64_t amount)
{
    to->v[to->n++] = (struct credit_use){.what = credit_what(s),
                                         .id = (int64_t)credit_id(s),
                                         .number = credit_number(s),
                                         .invoice = invoice->id,
                                         .invoice_number = invoice->number,
                                         .amount = money_of(amount, invoice->currency)};
}

static enum err settle(struct using *u, struct document *invoice, int64_t amount,
                       struct credit_use_list *uses)
{
    enum err e = OK;
    while (amount && !e) {
        e = open_source(u);
        if (e)
            return e;
        const int64_t left = credit_left(&u->at)->amount, take = left < amount ? left : amount;
        e = credit_use(u->c, &u->at, invoice, take);
        if (!e)
            e = credit_tell(u->c, &u->at, invoice, WHAT_CREDIT_APPLIED, take);
        if (!e)
            note_use(uses, &u->at, invoice, take);
        amount -= take;
        u->left -= take;
    }
    return e;
}

/* All that is due, or as much as there is credit, where no amount is said. */
static enum err apply_part(struct using *u, const struct credit_apply_in *in, size_t i,
                           struct document *invoice, struct credit_use_list *uses)
{
    const struct money *wanted = &in->parts.v[i].amount;
    char text[MONEY_TEXT];
    const bool said = *wanted->currency;
    int64_t amount = said ? wanted->amount : invoice->balance.amount;
    if (said && amount > u->left)
        return REFUSE(u->c, ERR_OVERPAID, arena_printf(u->c->arena, "parts.%zu.amount", i),
                      "only %s %s of credit is left",
                      money_plain(text, u->left, currency_digits(invoice->currency)), invoice->currency);
    if (amount > u->left)
        amount = u->left;
    if (!amount)
        return REFUSE(u->c, ERR_STATE, arena_printf(u->c->arena, "parts.%zu.invoice", i),
                      "no credit is left for %s", invoice->number);
    return settle(u, invoice, amount, uses);
}

/* Whose credit, in which currency: of the source that was named, or else of the first invoice. */
static enum err find_owner(struct using *u, const struct credit_apply_in *in, uint64_t *customer,
                           const char **currency)
{
    struct document first;
    enum err e;
    if (u->one) {
        e = credit_named(u->c, in->payment, in->document, &u->at);
        if (!e)
            e = credit_usable(u->c, &u->at);
        if (e)
            return e;
        u->open = true;
        *customer = credit_customer(&u->at);
        *currency = credit_left(&u->at)->currency;
        return OK;
    }
    e = record_get(&u->c->txn, KIND_DOCUMENT, in->parts.v[0].invoice, &first);
    *customer = first.customer;
    *currency = first.currency;
    return e;
}

enum err op_credit_apply(struct call *c, const struct credit_apply_in *in, struct credit_apply_out *out)
{
    struct using u = {.c = c, .one = in->payment || in->document};
    uint64_t customer = 0;
    const char *currency = NULL;
    struct total total;
    if (!in->parts.n)
        return REFUSE(c, ERR_INVALID, "parts", "say which invoices are settled");
    enum err e = find_owner(&u, in, &customer, &currency);
    if (!e)
        e = begin(&u, customer, currency);
    out->uses.v = arena_alloc(c->arena, (in->parts.n + u.all.n) * sizeof *out->uses.v);
    for (size_t i = 0; i < in->parts.n && !e; i++) {
        struct document invoice;
        e = check_part(c, &in->parts, i, customer, currency, &invoice);
        if (!e)
            e = apply_part(&u, in, i, &invoice, &out->uses);
    }
    if (!e)
        e = close_source(&u);
    if (!e)
        e = total_sum(&c->txn, TOTAL_CREDIT, customer, currency, 0, 0, &total);
    if (!e)
        out->left = money_of(total.amount, currency);
    return e;
}

/* --- taking off ------------------------------------------------------------------------------------------------------------------ */
/* What is paid on a retainer is credit: it can be taken off as long as nobody used that. */
static enum err check_unused(struct call *c, uint64_t invoice)
{
    struct document d;
    enum err e = record_needed(&c->txn, KIND_DOCUMENT, invoice, &d);
    if (e || !doc_kind(d.kind)->credit || d.state == DOC_OPEN || d.left.amount == d.paid.amount)
        return e;
    return REFUSE(c, ERR_STATE, "invoice", "credit of %s was used: take that off, or leave it", d.number);
}

static enum err check_off(struct call *c, const struct credit_source *s)
{
    const struct payment *p = s->payment;
    if (p && p->state != PAY_SUCCEEDED)
        return REFUSE(c, ERR_STATE, "payment", "%s is %s", p->number, enum_name(enum_pay_state(), p->state));
    if (p && p->stands_in)
        return REFUSE(c, ERR_STATE, "payment", "%s stands in for payments that an import did not bring",
                      p->number);
    return OK;
}

static enum err amount_off(struct call *c, const struct allocation *part, const struct money *wanted,
                           int64_t *amount)
{
    char text[MONEY_TEXT];
    *amount = *wanted->currency ? wanted->amount : part->amount.amount;
    if (part->written_off.amount)
        return REFUSE(c, ERR_STATE, "invoice", "a file said what was written off beside it: it stays");
    if (*wanted->currency && strcmp(wanted->currency, part->amount.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "amount", "it is in %s", part->amount.currency);
    if (*amount <= 0)
        return REFUSE(c, ERR_INVALID, "amount", "has to be more than nothing");
    if (*amount > part->amount.amount)
        return REFUSE(c, ERR_OVERPAID, "amount", "only %s %s of it settles %s",
                      money_plain(text, part->amount.amount, currency_digits(part->amount.currency)),
                      part->amount.currency, part->number);
    return OK;
}

enum err op_credit_unapply(struct call *c, const struct credit_unapply_in *in, struct credit_unapply_out *out)
{
    struct credit_source s;
    size_t at = 0;
    int64_t amount = 0;
    enum err e = credit_named(c, in->payment, in->document, &s);
    if (!e)
        e = check_off(c, &s);
    if (e)
        return e;
    const struct allocation_list *list = credit_settles(&s);
    while (at < list->n && list->v[at].invoice != in->invoice)
        at++;
    if (at == list->n)
        return REFUSE(c, ERR_STATE, "invoice", "%s does not settle it", credit_number(&s));
    e = amount_off(c, &list->v[at], &in->amount, &amount);
    if (!e)
        e = check_unused(c, in->invoice);
    if (!e)
        e = credit_take_off(c, &s, at, amount);
    if (!e)
        e = credit_put(c, &s);
    out->invoice = arena_alloc(c->arena, sizeof *out->invoice);
    if (!e)
        e = record_get(&c->txn, KIND_DOCUMENT, in->invoice, out->invoice);
    if (!e)
        e = document_finish(c, out->invoice);
    if (!e)
        out->left = *credit_left(&s);
    return e;
}
