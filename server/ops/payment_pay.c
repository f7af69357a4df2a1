/* Paying with a gateway: what was given is looked at beforehand, the payment written down as pending, and only then charged (follow.h). */
#include "common/country.h"
#include "common/text.h"
#include "common/instalments.h"
#include "server/due/due.h"
#include "server/ops/frozen.h"
#include "server/ops/gateway_watch.h"
#include "server/ops/method.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include <stdio.h>
#include <string.h>

/* "sandbox/card, …" */
static const char *names_of(struct call *c, const struct gateway_offers *offers)
{
    const char *all = "";
    for (size_t i = 0; i < offers->n; i++)
        all = arena_printf(c->arena, "%s%s%s", all, *all ? ", " : "", offers->v[i].name);
    return all;
}

enum err payment_method(struct call *c, const char *name, const struct gateway_offer **out)
{
    const struct gateway_offers *offers;
    bool any = !name || !*name;
    enum err e = gateway_offers(c, &offers);
    if (e)
        return e;
    if (any && offers->n && offers->v[0].gateway != offers->v[offers->n - 1].gateway)
        return REFUSE(c, ERR_INVALID, "method", "say by which: %s", names_of(c, offers));
    for (size_t i = 0; i < offers->n; i++)
        if (any || strcmp(offers->v[i].name, name) == 0) {
            *out = &offers->v[i];
            return OK;
        }
    return any ? REFUSE(c, ERR_SWITCHED_OFF, "method", "no payment can be begun here")
               : REFUSE(c, ERR_SWITCHED_OFF, "method", "%s is not offered here", name);
}

/* Checks one part and writes it down with its amount. */
static enum err take_part(struct call *c, const struct begun *b, size_t i, const struct gateway_offer *by,
                          bool partial, struct payment *p)
{
    struct document invoice;
    struct not_payable bar;
    int32_t today;
    const char *field = arena_printf(c->arena, "parts.%zu.invoice", i);
    enum err e = payment_check_part(c, &b->parts, i, c->who.customer, p->amount.currency, &invoice);
    bar.code = OK;
    if (!e && by)
        e = payment_not_by(c, &invoice, by, &bar);
    if (!e && bar.code)
        e = REFUSE(c, bar.code, field, "%s: %s", invoice.number, bar.why);
    if (e)
        return e;
    struct money amount = *b->parts.v[i].amount.currency ? b->parts.v[i].amount : invoice.balance;
    e = call_today(c, &today);
    if (e)
        return e;
    const int64_t settled = invoice.total.amount - invoice.balance.amount;
    const bool planned = amount.amount == instalments_now(&invoice.instalments, settled, today);
    if (amount.amount < invoice.balance.amount && !partial && !planned)
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

/* An account is debited only where staff allowed that. */
static enum err check_method(struct call *c, const struct customer *customer, const struct gateway_offer *by)
{
    return !by || by->method.mode != MODE_DEBIT || customer->debits
               ? OK
               : REFUSE(c, ERR_SWITCHED_OFF, "method", PAYMENT_NO_DEBIT);
}

enum err payment_gather(struct call *c, const struct begun *b, const struct gateway_offer *by,
                        struct payment *p, struct payment_parts *parts)
{
    const struct business *business;
    struct customer customer;
    enum err e = call_business(c, &business);
    if (!e && b->parts.n == 0)
        e = REFUSE(c, ERR_INVALID, "parts", "say which invoices are paid");
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, c->who.customer, &customer);
    if (!e)
        e = check_method(c, &customer, by);
    if (e)
        return e;
    p->customer = customer.id;
    p->customer_name = customer.name;
    p->amount = money_of(0, b->expect.currency);
    p->allocations.v = arena_alloc(c->arena, b->parts.n * sizeof *p->allocations.v);
    for (size_t i = 0; i < b->parts.n && !e; i++)
        e = take_part(c, b, i, by, business->partial_payments, p);
    if (e)
        return e;
    if (p->amount.amount != b->expect.amount)
        return REFUSE(c, ERR_STALE, "expect", "the sum is no longer that: look at the invoices again");
    p->unused = money_of(0, p->amount.currency);
    struct refusal why = {.code = OK};
    e = payment_split(c, p, &b->credit, parts);
    if (!e && by && !p->amount.amount)
        return REFUSE(c, ERR_INVALID, "credit", "settles all of it: nothing is left to pay");
    if (!e && by && (e = gateway_takes(by->gateway, p->amount, &why)) != OK)
        e = REFUSE(c, e, "expect", "%s", why.detail);
    return e;
}

const char *payment_key(struct call *c, const uint8_t random[PAYMENT_KEY])
{
    char *key = arena_alloc(c->arena, PAYMENT_KEY * 2 + 1);
    for (size_t i = 0; i < PAYMENT_KEY; i++)
        snprintf(key + i * 2, 3, "%02x", random[i]);
    return key;
}

enum err payment_ask(struct call *c, const struct payment *p)
{
    const struct due work = {.work = DUE_PAYMENT,
                             .about = (int64_t)p->id,
                             .at = c->now,
                             .since = c->now,
                             .whose = (int64_t)p->customer};
    enum err e = due_put(c, &work);
    if (!e)
        call_follow(c, FOLLOW_ASK, p->id); /* before those that wait for a gateway in trouble */
    return e;
}

enum err payment_pend(struct call *c, const struct gateway_offer *by, struct payment *p)
{
    enum err e = payment_move(c, p, PAY_PENDING);
    if (!e)
        e = call_today(c, &p->date);
    if (!e)
        e = call_number(c, SERIES_PAYMENTS, p->date, &p->number);
    if (!e)
        e = paper_payee(c, &p->payee);
    if (e)
        return e;
    p->mode = by->method.mode;
    p->gateway = by->gateway->kind->name;
    p->created = c->now;
    e = record_put(&c->txn, KIND_PAYMENT, p);
    if (!e)
        e = payment_event(c, p, WHAT_PAYMENT_STARTED, p->method);
    if (!e)
        e = gateway_watch(c, by->gateway->kind);
    return e ? e : payment_ask(c, p);
}

/* The saved method that it is paid with, or that is saved with it. */
static enum err take_saved(struct call *c, const struct payment_chosen *chosen,
                           const struct gateway_offer *by, struct payment *p)
{
    struct saved_method *kept = NULL;
    p->saved = chosen->begun.saved;
    if (!chosen->keep || !chosen->taken.kept)
        return OK;
    enum err e = method_keep(c, by, &chosen->taken, NULL, METHOD_ADDING, &kept);
    p->saved = e ? 0 : kept->id;
    return e;
}

enum err payment_make(struct call *c, const struct payment_chosen *chosen, struct payment **out)
{
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    const struct gateway_offer *by;
    struct payment_parts parts;
    enum err e = payment_method(c, chosen->begun.method, &by); /* closed meanwhile? */
    if (!e)
        e = payment_gather(c, &chosen->begun, by, p, &parts);
    if (!e)
        e = payment_use_credit(c, p, &parts.settled);
    if (!e)
        e = take_saved(c, chosen, by, p);
    if (e)
        return e;
    p->method = chosen->taken.method;
    p->token = chosen->taken.token;
    p->key = chosen->key;
    p->by = c->who.name;
    p->contact = c->who.person;
    e = payment_pend(c, by, p);
    if (e)
        return e;
    payment_finish(c, p);
    *out = p;
    return OK;
}

enum err payment_take_saved(struct call *c, const struct gateway_offer *by, struct payment_chosen *chosen)
{
    struct saved_method *saved;
    enum err e = method_usable(c, chosen->begun.saved, &saved);
    if (e)
        return e;
    chosen->by = by;
    chosen->taken.method = saved->title;
    chosen->taken.token = gateway_token(by->gateway, c->arena, saved->token);
    return call_today(c, &chosen->today);
}

enum err payment_may_keep(struct call *c, const struct gateway_offer *by, struct payment_chosen *chosen)
{
    if (c->who.document)
        return REFUSE(c, ERR_FORBIDDEN, "save", "only who is signed in can save a method of payment");
    if (chosen->begun.saved)
        return REFUSE(c, ERR_INVALID, "save", "it is saved");
    if (!by->method.keeps || !by->method.wants)
        return REFUSE(c, ERR_INVALID, "save", "%s can not be saved while paying", by->name);
    chosen->keep = true;
    return OK;
}

/* --- by card, in one ------------------------------------------------------------------------------------------------------------ */
/* Of what the method asks for and has room for. A copy: what was given is wiped. */
static void add_given(struct call *c, const struct shape *wants, const char *name, const char *value,
                      struct pay_given_list *to)
{
    for (size_t i = 0; value && *value && i < wants->n; i++)
        if (strcmp(wants->fields[i].name, name) == 0 &&
            (int64_t)text_length(value, strlen(value)) <= wants->fields[i].max)
            to->v[to->n++] =
                (struct pay_given){.name = name, .value = arena_text(c->arena, value, strlen(value))};
}

#define ADDRESS_FIELDS 4
/* The billing address on record, which the card's bank may compare with its own. */
static enum err add_address(struct call *c, const struct shape *wants, struct pay_given_list *to)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    enum err e = record_get(&c->txn, KIND_CUSTOMER, c->who.customer, customer);
    const struct address *a = customer->billing;
    if (e || !a)
        return e;
    add_given(c, wants, "card_street", a->street, to);
    add_given(c, wants, "card_postcode", a->code, to);
    add_given(c, wants, "card_city", a->city, to);
    add_given(c, wants, "card_country", a->country ? country_of(c->arena, a->country) : NULL, to);
    return OK;
}

static enum err take_card(struct call *c, const struct payment_pay_in *in, const struct gateway_offer *by,
                          struct payment_chosen *chosen)
{
    const struct pay_given typed[] = {{.name = "card_number", .value = in->card_number},
                                      {.name = "card_expiry", .value = in->card_expiry},
                                      {.name = "card_code", .value = in->card_code},
                                      {.name = "card_name", .value = in->card_name},
                                      {.name = "card_street", .value = in->card_street},
                                      {.name = "card_postcode", .value = in->card_postcode},
                                      {.name = "card_city", .value = in->card_city},
                                      {.name = "card_country", .value = in->card_country}};
    const size_t most = sizeof typed / sizeof *typed;
    struct pay_given given[sizeof typed / sizeof *typed + ADDRESS_FIELDS];
    struct pay_given_list list = {0, given};
    bool address = false;
    for (size_t i = 0; i < most; i++)
        if (typed[i].value && *typed[i].value) {
            address = address || i >= most - ADDRESS_FIELDS;
            given[list.n++] = typed[i];
        }
    enum err e = address || !by->method.wants ? OK : add_address(c, by->method.wants(), &list);
    return e ? e : payment_take(c, by, &list, chosen);
}

static enum err take_account(struct call *c, const struct payment_pay_in *in, const struct gateway_offer *by,
                             struct payment_chosen *chosen)
{
    struct pay_given given[] = {{.name = "holder", .value = in->holder}, {.name = "iban", .value = in->iban}};
    struct pay_given_list list = {0, given};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (given[i].value && *given[i].value)
            given[list.n++] = given[i];
    return payment_take(c, by, &list, chosen);
}

static enum err find_offer(struct call *c, int how, const struct allocation_list *parts,
                           const struct gateway_offer **by)
{
    const struct gateway_offers *offers;
    enum err e = gateway_offers(c, &offers);
    if (!e)
        e = payment_offer_for(c, offers, how, parts, by);
    if (e)
        return e;
    return *by ? OK
               : REFUSE(c, ERR_SWITCHED_OFF, "", "%s",
                        how == PAY_HOW_DEBIT  ? "paying by direct debit is not offered here"
                        : how == PAY_HOW_PAGE ? "paying online is not offered here"
                        : gateway_card(offers, true)
                            ? "no card is taken here: pay online, at the gateway's page"
                            : "paying by card is not offered here");
}

/* Nothing is left to pay, and nobody is asked for anything. */
static bool credit_settles_all(const struct payment_pay_in *in)
{
    return *in->credit.currency && in->credit.amount == in->expect.amount;
}

/* By what it is paid, and what is given for that. */
static enum err take_way(struct call *c, const struct payment_pay_in *in, struct payment_chosen *chosen,
                         const struct gateway_offer **by)
{
    struct saved_method *saved = NULL;
    const int how = in->how ? in->how : in->online ? PAY_HOW_PAGE : PAY_HOW_CARD;
    chosen->begun.saved = in->saved;
    enum err e = in->saved ? method_usable(c, in->saved, &saved) : OK;
    if (!e)
        e = saved ? payment_method(c, saved->method, by) : find_offer(c, how, &in->parts, by);
    if (!e)
        e = saved                  ? payment_take_saved(c, *by, chosen)
            : how == PAY_HOW_DEBIT ? take_account(c, in, *by, chosen)
                                   : take_card(c, in, *by, chosen);
    return e || !in->save ? e : payment_may_keep(c, *by, chosen);
}

enum err prep_payment_pay(struct call *c, const struct payment_pay_in *in)
{
    struct payment_chosen *chosen = arena_alloc(c->arena, sizeof *chosen);
    const struct gateway_offer *by = NULL;
    enum err e = credit_settles_all(in) ? OK : take_way(c, in, chosen, &by);
    if (e)
        return e;
    chosen->begun = (struct begun){.parts = in->parts,
                                   .expect = in->expect,
                                   .method = by ? by->name : NULL,
                                   .saved = by ? in->saved : 0,
                                   .credit = in->credit};
    c->prepared = chosen;
    return OK;
}

enum err op_payment_pay(struct call *c, const struct payment_pay_in *in, struct payment_pay_out *out)
{
    struct payment_chosen *chosen = c->prepared;
    if (credit_settles_all(in)) {
        struct payment p = {.id = 0};
        struct payment_parts parts;
        enum err e = payment_gather(c, &chosen->begun, NULL, &p, &parts);
        return e ? e : payment_use_credit(c, &p, &parts.settled);
    }
    chosen->key = payment_key(c, c->random);
    return payment_make(c, chosen, &out->payment);
}
