/* Paying by card: the card is looked at beforehand, the payment written down as pending, and only then charged (follow.h). */
#include "server/due/due.h"
#include "server/ops/paper.h"
#include "server/ops/payment.h"
#include "server/ops/payment_gateway.h"
#include "server/secret.h"
#include <stdio.h>
#include <string.h>

#define KEY_BYTES 16

/* What the slow half found. */
struct chosen {
    const struct gateway_offer *offer;
    struct gateway_taken taken;
};

/* The request's own copy of what was typed: nothing needs it once there is a token. */
static void wipe(const char *typed)
{
    secret_wipe((char *)(uintptr_t)typed, strlen(typed));
}

enum err prep_payment_pay(struct call *c, const struct payment_pay_in *in)
{
    int32_t today;
    struct chosen *chosen = arena_alloc(c->arena, sizeof *chosen);
    const struct card_details card = {.card_number = in->card_number,
                                      .card_expiry = in->card_expiry,
                                      .card_code = in->card_code,
                                      .card_name = in->card_name};
    const struct gateway_offers *offers;
    enum err e = call_today(c, &today);
    if (!e)
        e = gateway_offers(c, &offers);
    if (!e && !(chosen->offer = gateway_offer_of(offers, MODE_CARD)))
        e = REFUSE(c, ERR_SWITCHED_OFF, "", "paying by card is not offered here");
    if (!e)
        e = gateway_take(chosen->offer->gateway, c->arena, &chosen->offer->method, &card, today,
                         &chosen->taken, &c->why);
    wipe(in->card_number);
    wipe(in->card_expiry);
    wipe(in->card_code);
    if (!e)
        c->prepared = chosen;
    return e;
}

/* Checks one part and writes it down with its amount. */
static enum err take_part(struct call *c, const struct payment_pay_in *in, size_t i, bool partial,
                          struct payment *p)
{
    struct document invoice;
    struct not_by_card bar;
    const char *field = arena_printf(c->arena, "parts.%zu.invoice", i);
    enum err e = payment_check_part(c, &in->parts, i, c->who.customer, p->amount.currency, &invoice);
    if (!e)
        e = payment_not_by_card(c, invoice.id, invoice.no_card, &bar);
    if (!e && bar.code)
        e = REFUSE(c, bar.code, field, "%s: %s", invoice.number, bar.why);
    if (e)
        return e;
    struct money amount = *in->parts.v[i].amount.currency ? in->parts.v[i].amount : invoice.balance;
    if (amount.amount < invoice.balance.amount && !partial)
        return REFUSE(c, ERR_SWITCHED_OFF, arena_printf(c->arena, "parts.%zu.amount", i),
                      "invoices have to be paid in full here");
    if (amount.amount <= 0)
        return REFUSE(c, ERR_STATE, field, "nothing is due on %s", invoice.number);
    struct allocation *part = &p->allocations.v[p->allocations.n++];
    part->invoice = invoice.id;
    part->amount = amount;
    part->number = invoice.number;
    e = money_add(p->amount.amount, amount.amount, &p->amount.amount);
    return e ? REFUSE(c, e, "parts", "the sum is too large") : OK;
}

static enum err gather(struct call *c, const struct payment_pay_in *in, struct payment *p)
{
    const struct business *business;
    struct customer customer;
    enum err e = call_business(c, &business);
    if (!e && in->parts.n == 0)
        e = REFUSE(c, ERR_INVALID, "parts", "say which invoices are paid");
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, c->who.customer, &customer);
    if (e)
        return e;
    p->customer = customer.id;
    p->customer_name = customer.name;
    p->amount = money_of(0, in->expect.currency);
    p->allocations.v = arena_alloc(c->arena, in->parts.n * sizeof *p->allocations.v);
    for (size_t i = 0; i < in->parts.n && !e; i++)
        e = take_part(c, in, i, business->partial_payments, p);
    if (e)
        return e;
    if (p->amount.amount != in->expect.amount)
        return REFUSE(c, ERR_STALE, "expect", "the sum is no longer that: look at the invoices again");
    p->unused = money_of(0, p->amount.currency);
    return OK;
}

static const char *key_text_of(struct call *c)
{
    char *key = arena_alloc(c->arena, KEY_BYTES * 2 + 1);
    for (size_t i = 0; i < KEY_BYTES; i++)
        snprintf(key + i * 2, 3, "%02x", c->random[i]);
    return key;
}

enum err op_payment_pay(struct call *c, const struct payment_pay_in *in, struct payment_pay_out *out)
{
    const struct chosen *chosen = c->prepared;
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    enum err e = gather(c, in, p);
    if (!e)
        e = payment_move(c, p, PAY_PENDING);
    if (!e)
        e = call_today(c, &p->date);
    if (!e)
        e = call_number(c, SERIES_PAYMENTS, &p->number);
    if (!e)
        e = paper_payee(c, &p->payee);
    if (e)
        return e;
    p->mode = chosen->offer->method.mode;
    p->method = chosen->taken.method;
    p->token = chosen->taken.token;
    p->key = key_text_of(c);
    p->gateway = chosen->offer->gateway->kind->name;
    p->created = c->now;
    p->by = c->who.name;
    p->contact = c->who.person;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e)
        e = payment_event(c, p, WHAT_PAYMENT_STARTED, p->method);
    if (e)
        return e;
    e = due_set(c, DUE_PAYMENT, p->id, c->now);
    if (e)
        return e;
    payment_finish(c, p);
    out->payment = p;
    return OK;
}
