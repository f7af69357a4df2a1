#include "server/ops/payment.h"
#include "server/ops/frozen.h"
#include "server/ops/document.h"
#include "server/ops/receipt_mail.h"
#include "server/ops/reminder.h"
#include <string.h>

static const struct {
    int from, to;
} PAY_STATES[] = {
    {0, PAY_PENDING},
    {0, PAY_SUCCEEDED}, /* recorded by hand */
    {PAY_PENDING, PAY_SUCCEEDED},
    {PAY_PENDING, PAY_FAILED},
    {PAY_SUCCEEDED, PAY_DISPUTED},
    {PAY_SUCCEEDED, PAY_REVERSED},
    {PAY_DISPUTED, PAY_SUCCEEDED}, /* the business was right */
    {PAY_DISPUTED, PAY_REVERSED},
};

enum err payment_move(struct call *c, struct payment *p, enum pay_state to)
{
    for (size_t i = 0; i < sizeof PAY_STATES / sizeof *PAY_STATES; i++)
        if (PAY_STATES[i].from == p->state && PAY_STATES[i].to == (int)to) {
            p->state = to;
            return OK;
        }
    return REFUSE(c, ERR_STATE, "payment", "a payment that has %s can not change any more",
                  enum_name(enum_pay_state(), p->state));
}

struct event payment_tells(const struct payment *p, enum what what, const char *text)
{
    return (struct event){.what = what,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p->id,
                          .number = p->number,
                          .customer = p->customer,
                          .customer_name = p->customer_name,
                          .amount = p->amount,
                          .text = text,
                          .portal = true};
}

enum err payment_event(struct call *c, const struct payment *p, enum what what, const char *text)
{
    struct event e = payment_tells(p, what, text);
    if (what == WHAT_REVERSED) { /* unless a gateway says so, a bank did */
        e.side = SIDE_SYSTEM;
        e.name = "the bank";
    }
    if (p->attempt) {
        e.side = SIDE_SYSTEM;
        e.name = p->by;
    } else if (p->gateway && *p->gateway) {
        e.side = SIDE_CUSTOMER;
        e.actor = (int64_t)p->contact;
        e.name = p->by;
    }
    return call_event(c, &e);
}

static const char *part_field(struct call *c, size_t i, const char *field)
{
    return arena_printf(c->arena, "parts.%zu.%s", i, field);
}

enum err payment_check_part(struct call *c, const struct allocation_list *parts, size_t i, uint64_t customer,
                            const char *currency, struct document *invoice)
{
    const struct allocation *part = &parts->v[i];
    const char *field = part_field(c, i, "invoice");
    for (size_t k = 0; k < i; k++)
        if (parts->v[k].invoice == part->invoice)
            return REFUSE(c, ERR_INVALID, field, "is there twice");
    enum err e = record_get(&c->txn, KIND_DOCUMENT, part->invoice, invoice);
    if (e)
        return e;
    if (invoice->customer != customer || doc_kind(invoice->kind)->owes <= 0)
        return REFUSE(c, ERR_NOT_FOUND, field, "this customer has no such invoice");
    if (document_may(c, invoice, ACT_PAY_PART, NULL) != OK)
        return REFUSE(c, ERR_STATE, field, "%s is %s, so nothing can be paid on it",
                      invoice->number && *invoice->number ? invoice->number : "it",
                      enum_name(enum_doc_state(), invoice->state));
    if (strcmp(invoice->currency, currency) != 0)
        return REFUSE(c, ERR_CURRENCY, field, "%s is in %s, not in %s", invoice->number, invoice->currency,
                      currency);
    if (!*part->amount.currency)
        return OK;
    field = part_field(c, i, "amount");
    if (strcmp(part->amount.currency, currency) != 0)
        return REFUSE(c, ERR_CURRENCY, field, "%s is in %s", invoice->number, currency);
    if (part->amount.amount <= 0)
        return REFUSE(c, ERR_INVALID, field, "has to be more than nothing");
    if (part->amount.amount > invoice->balance.amount)
        return REFUSE(c, ERR_OVERPAID, field, "that is more than is due on %s", invoice->number);
    return OK;
}

/* An invoice takes as much of *amount as is due on it; *amount becomes that: 0 when it is no longer open. *open: what is due of it then. */
static enum err pay_invoice(struct call *c, uint64_t id, int32_t day, struct money *amount,
                            struct money *open_then)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, id, &d);
    bool open =
        !e && d.state == DOC_OPEN && doc_kind(d.kind)->owes > 0 && strcmp(d.currency, amount->currency) == 0;
    if (!open || d.balance.amount < amount->amount)
        amount->amount = open ? d.balance.amount : 0;
    if (e == ERR_NOT_FOUND || (!e && amount->amount <= 0))
        return OK;
    if (!e)
        e = document_apply(c, &d, *amount, false);
    *open_then = d.balance;
    return e ? e : reminder_paid(c, &d, day);
}

/* One line in the history of each invoice. It rings no bell: the payment itself does. */
static enum err tell_invoices(struct call *c, const struct payment *p)
{
    enum err e = OK;
    for (size_t i = 0; i < p->allocations.n && !e; i++) {
        const struct allocation *part = &p->allocations.v[i];
        struct document_owner of;
        e = record_needed_view(&c->txn, KIND_DOCUMENT, part->invoice, shape_document_owner(), &of);
        if (e)
            return e;
        struct event event = {.what = WHAT_PAID,
                              .side = SIDE_SYSTEM,
                              .name = p->by,
                              .subject = doc_kind(of.kind)->subject,
                              .about = (int64_t)part->invoice,
                              .number = part->number,
                              .customer = p->customer,
                              .customer_name = p->customer_name,
                              .amount = part->amount,
                              .text = p->number,
                              .portal = true};
        e = call_event(c, &event);
    }
    return e;
}

enum err payment_succeed(struct call *c, struct payment *p)
{
    struct allocation_list taken = {.v = arena_alloc(c->arena, p->allocations.n * sizeof *taken.v)};
    struct allocation_list open = {.v = arena_alloc(c->arena, p->allocations.n * sizeof *open.v)};
    int64_t left = p->amount.amount;
    enum err e = payment_move(c, p, PAY_SUCCEEDED);
    for (size_t i = 0; i < p->allocations.n && !e; i++) {
        struct allocation *part = &taken.v[taken.n];
        struct money stays = {0};
        *part = p->allocations.v[i];
        e = pay_invoice(c, part->invoice, p->date, &part->amount, &stays);
        left -= part->amount.amount;
        taken.n += part->amount.amount > 0;
        if (part->amount.amount > 0 && stays.amount > 0)
            open.v[open.n++] =
                (struct allocation){.invoice = part->invoice, .number = part->number, .amount = stays};
    }
    if (e)
        return e;
    p->allocations = taken;
    p->open = open;
    p->unused = money_of(left, p->amount.currency);
    p->settled = c->now;
    if (!p->id)
        e = call_number(c, SERIES_PAYMENTS, p->date, &p->number);
    if (!e && !p->payee)
        e = paper_payee(c, &p->payee);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e)
        e = payment_event(c, p, WHAT_PAID, p->reference);
    if (!e)
        e = tell_invoices(c, p);
    return e ? e : receipt_mail(c, p);
}
