/* Writing documents: new ones, changes, sending. */
#include "server/ops/document.h"
#include "common/date.h"
#include "common/party.h"
#include "server/ops/frozen.h"
#include "server/ops/method.h"
#include "server/ops/patch.h"
#include "server/ops/payment.h"
#include <string.h>

/* What a writer may set. What is computed may come along with a change as it was read, no other way (patch_apply). */
static const char CONTENT[] =
    "date due reference tax_inclusive lines discount_percent discount_amount shipping "
    "shipping_tax_percent shipping_tax shipping_tax_name shipping_category shipping_reason "
    "adjustment notes terms statement billing supply_date period_from period_until methods no_card "
    "no_transfer about instalments deposit_percent deposit_amount deposit_terms";

/* The nets of lines that come along: each was one of the document's. */
static enum err check_nets(struct call *c, const struct document *d, const struct document *given)
{
    for (size_t i = 0; i < given->lines.n; i++) {
        const struct line *l = &given->lines.v[i];
        bool known = !GIVEN(line, l, net);
        for (size_t k = 0; k < d->lines.n && !known; k++)
            known = d->lines.v[k].net.amount == l->net.amount &&
                    strcmp(d->lines.v[k].net.currency, l->net.currency) == 0;
        if (!known)
            return REFUSE(c, ERR_INVALID, arena_printf(c->arena, "document.lines.%zu.net", i),
                          "is computed: it is told, and can not be given");
    }
    return OK;
}

/* An address that is the customer's goes on being the customer's. */
static enum err own_billing(struct call *c, struct document *d, const struct document *given)
{
    struct customer customer;
    if (!GIVEN(document, given, billing))
        return OK;
    enum err e = record_needed(&c->txn, KIND_CUSTOMER, d->customer, &customer);
    if (!e)
        d->own_billing = d->billing && !party_same_address(d->billing, customer.billing);
    return e;
}

/* Where there is nothing to pay and nothing to answer, nothing ends either. */
static enum err check_end(struct call *c, const struct document *d, const struct document *given)
{
    const bool due = given->due && given->due != d->due;
    const bool terms = given->terms && *given->terms && strcmp(given->terms, d->terms ? d->terms : "") != 0;
    if (doc_kind(d->kind)->ends || (!due && !terms))
        return OK;
    return REFUSE(c, ERR_INVALID, due ? "document.due" : "document.terms",
                  "%s has none: nothing is paid or answered on it", doc_kind(d->kind)->one);
}

/* A credit note may say which invoice it is about: one of the same customer. */
static enum err check_about(struct call *c, const struct document *d)
{
    struct document_owner invoice;
    if (!d->about)
        return OK;
    if (!doc_kind(d->kind)->credit || doc_kind(d->kind)->owes)
        return REFUSE(c, ERR_INVALID, "document.about", "only a credit note is about an invoice");
    enum err e = record_view(&c->txn, KIND_DOCUMENT, d->about, shape_document_owner(), &invoice);
    if (!e && (invoice.customer != d->customer || invoice.state == DOC_DRAFT))
        e = REFUSE(c, ERR_INVALID, "document.about", "is no invoice that this customer was sent");
    return e;
}

/* A deposit is asked for when something is accepted. */
static enum err check_deposit(struct call *c, const struct document *d)
{
    const char *field = d->deposit_percent         ? "document.deposit_percent"
                        : d->deposit_amount.amount ? "document.deposit_amount"
                        : d->deposit_terms         ? "document.deposit_terms"
                                                   : NULL;
    if (!field || doc_kind(d->kind)->becomes)
        return OK;
    return REFUSE(c, ERR_INVALID, field, "only an estimate asks for a deposit");
}

static enum err apply(struct call *c, struct document *d, const struct document *given, const char **changed)
{
    if (GIVEN(document, given, currency) && given->currency && strcmp(given->currency, d->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "document.currency", "the customer's documents are in %s",
                      d->currency);
    const struct document was = *d;
    enum err e = check_nets(c, d, given);
    if (!e)
        e = check_end(c, d, given);
    if (!e)
        e = patch_apply(c, shape_document(), "document", CONTENT, given, d, changed);
    if (!e)
        e = check_about(c, d);
    if (!e)
        e = check_deposit(c, d);
    if (!e)
        e = document_methods(c, &was, d);
    if (e)
        return e;
    /* One kind of discount, or of deposit, takes the place of the other. */
    if (given->discount_percent && !given->discount_amount.amount && GIVEN(document, given, discount_percent))
        d->discount_amount = (struct money){0};
    if (given->discount_amount.amount && !given->discount_percent && GIVEN(document, given, discount_amount))
        d->discount_percent = 0;
    if (given->deposit_percent && !given->deposit_amount.amount && GIVEN(document, given, deposit_percent))
        d->deposit_amount = (struct money){0};
    if (given->deposit_amount.amount && !given->deposit_percent && GIVEN(document, given, deposit_amount))
        d->deposit_percent = 0;
    e = own_billing(c, d, given);
    if (!e)
        e = document_blame(c, "document", document_resolve_shipping(c, d, given));
    if (!e && d->lines.n && d->lines.v == given->lines.v)
        e = document_blame(c, "document", document_resolve_lines(c, d));
    return e;
}

static enum err check_days(struct call *c, const struct document *d)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    struct document_fault faults[DOCUMENT_DAY_FAULTS];
    if (document_day_faults(d, today, faults))
        return REFUSE(c, ERR_INVALID, arena_printf(c->arena, "document.%s", faults[0].field), "%s",
                      faults[0].reason);
    return OK;
}

static enum err complete(struct call *c, struct document *d)
{
    enum err e = check_days(c, d);
    if (!e)
        e = document_blame(c, "document", document_compute(c, d));
    if (!e)
        e = document_blame(c, "document", instalments_take(c, d));
    return e ? e : document_finish(c, d);
}

enum err document_for_active(struct call *c, uint64_t customer, const char *field)
{
    struct customer_row of;
    enum err e = record_view(&c->txn, KIND_CUSTOMER, customer, shape_customer_row(), &of);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, field, "there is no such customer");
    if (!e && !of.active)
        e = REFUSE(c, ERR_STATE, field, "%s is deactivated: activate it first",
                   of.name ? of.name : "this customer");
    return e;
}

static int32_t due_day(int kind, int32_t date, const struct customer *customer, const struct business *b)
{
    int64_t days = doc_kind(kind)->answered ? b->estimate_days
                   : customer->terms_days   ? customer->terms_days
                                            : b->terms_days;
    return date + days > DATE_MAX ? DATE_MAX : date + (int32_t)days;
}

/* A draft with what comes from customer and settings. */
static enum err blank(struct call *c, int kind, uint64_t customer, struct document *d, struct customer *owner)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, customer, owner);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, "customer", "there is no such customer");
    if (!e)
        e = document_for_active(c, customer, "customer");
    if (e)
        return e;
    *d = (struct document){.kind = kind,
                           .state = DOC_DRAFT,
                           .revision = 1,
                           .customer = customer,
                           .customer_name = owner->name,
                           .currency = owner->currency && *owner->currency ? owner->currency : b->currency,
                           .tax_per_line = b->tax_per_line,
                           .notes = b->notes,
                           .terms = doc_kind(kind)->ends ? b->terms : NULL,
                           .statement = b->statement,
                           .created = c->now};
    return OK;
}

static enum err default_days(struct call *c, struct document *d, const struct customer *owner)
{
    const struct business *b;
    int32_t today;
    enum err e = call_business(c, &b);
    if (!e)
        e = call_today(c, &today);
    if (e)
        return e;
    if (!d->date)
        d->date = today;
    if (!d->due && doc_kind(d->kind)->ends)
        d->due = due_day(d->kind, d->date, owner, b);
    return OK;
}

enum err document_build(struct call *c, int kind, uint64_t customer, const struct document *given,
                        struct document *d)
{
    struct customer owner;
    enum err e = blank(c, kind, customer, d, &owner);
    if (!e && GIVEN(document, given, billing) && given->billing)
        d->billing = NULL; /* another address, not the customer's with some of its lines exchanged */
    if (!e)
        e = apply(c, d, given, NULL);
    if (!e)
        e = default_days(c, d, &owner);
    return e ? e : complete(c, d);
}

/* What a draft is told with although it is not kept: it may come back as it was told. */
static enum err as_told(struct call *c, struct document *d)
{
    return d->state == DOC_DRAFT ? paper_fill(c, d) : OK;
}

enum err document_change(struct call *c, struct document *d, const struct document *given,
                         const char **changed)
{
    enum err e = as_told(c, d);
    if (e)
        return e;
    struct document was = *d;
    e = apply(c, d, given, changed);
    if (!e && **changed)
        e = complete(c, d);
    if (!e)
        e = document_finish(c, &was);
    /* Lines differ from what they become: by what is computed of them, by a tax that is told in other words. */
    if (!e && (!**changed || patch_same(shape_document(), &was, d))) {
        *d = was;
        *changed = "";
    }
    return e;
}

enum err document_like(struct call *c, const struct document *from, int kind, bool exact, struct document *d)
{
    struct customer owner;
    enum err e = blank(c, kind, from->customer, d, &owner);
    if (e)
        return e;
    if (strcmp(d->currency, from->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "", "the customer's documents are in %s now, this one is in %s",
                      d->currency, from->currency);
    d->tax_inclusive = from->tax_inclusive;
    d->lines.n = from->lines.n;
    d->lines.v = arena_copy(c->arena, from->lines.v, from->lines.n * sizeof *from->lines.v);
    d->discount_percent = from->discount_percent;
    d->discount_amount = from->discount_amount;
    d->shipping = from->shipping;
    d->shipping_tax_percent = from->shipping_tax_percent;
    d->shipping_tax = from->shipping_tax;
    d->shipping_tax_name = from->shipping_tax_name;
    d->shipping_category = from->shipping_category;
    d->shipping_reason = from->shipping_reason;
    d->adjustment = from->adjustment;
    d->notes = from->notes;
    d->terms = doc_kind(kind)->ends ? from->terms : NULL;
    d->statement = from->statement;
    d->methods = from->methods;
    d->no_card = from->no_card;
    d->no_transfer = from->no_transfer;
    if (kind == from->kind) {
        d->deposit_percent = from->deposit_percent;
        d->deposit_amount = from->deposit_amount;
        d->deposit_terms = from->deposit_terms;
    }
    if (exact) {
        d->tax_per_line = from->tax_per_line;
        d->reference = from->reference;
        d->billing = from->billing;
        d->own_billing = from->billing != NULL;
        d->supply_date = from->supply_date;
        d->period_from = from->period_from;
        d->period_until = from->period_until;
    }
    e = default_days(c, d, &owner);
    return e ? e : complete(c, d);
}

/* --- sending -------------------------------------------------------------------------------------------------------- */
static enum err ready_to_send(struct call *c, struct document *d)
{
    int state;
    int32_t today;
    char day[DATE_TEXT];
    enum err e = document_may(c, d, ACT_SEND, &state);
    if (!e)
        e = document_for_active(c, d->customer, "customer");
    if (!e)
        e = call_today(c, &today);
    if (e)
        return e;
    if (doc_kind(d->kind)->answered && d->due < today)
        return REFUSE(c, ERR_EXPIRED, "due", "its last day was %s: give it another one first",
                      date_plain(day, d->due));
    if (d->lines.n == 0)
        return REFUSE(c, ERR_INVALID, "lines", "there is nothing on it yet");
    if (d->estimate && !d->sent) { /* what it deducts may be less since it was written */
        e = document_compute(c, d);
        if (!e)
            e = instalments_take(c, d);
    }
    if (!e)
        e = deposit_may_change(c, d, ACT_SEND);
    if (!e)
        e = paper_fill(c, d);
    if (!e)
        e = paper_lawful(c, d);
    if (e)
        return e;
    d->frozen = c->now;
    if (!d->number || !*d->number)
        e = call_number(c, doc_kind(d->kind)->series, d->date, &d->number);
    if (e)
        return e;
    d->state = doc_kind(d->kind)->owes > 0 && d->balance.amount == 0 ? DOC_PAID : state;
    if (!doc_kind(d->kind)->owes)
        e = document_credit_begins(c, d);
    if (e)
        return e;
    d->sent = c->now;
    d->viewed = 0; /* what is sent again has not been looked at yet; the log knows who saw what */
    d->viewed_by = NULL;
    return OK;
}

static enum err was_sent(struct call *c, struct document *d)
{
    enum err e = doc_kind(d->kind)->versions ? document_keep_version(c, d) : OK;
    if (!e)
        e = document_event(c, d, WHAT_SENT, true, NULL);
    if (!e && charge_is_for(d))
        e = charge_wake(c, d->customer);
    return e ? e : document_finish(c, d);
}

enum err document_send(struct call *c, struct document *d)
{
    enum err e = ready_to_send(c, d);
    if (!e)
        e = document_drop_rework(c, d);
    if (!e)
        e = document_put(c, d);
    if (!e)
        e = deposit_changed(c, d);
    return e ? e : was_sent(c, d);
}

enum err document_issue(struct call *c, struct document *d, int what, const char *text)
{
    enum err e = ready_to_send(c, d);
    if (!e)
        e = document_put(c, d);
    if (!e)
        e = document_event(c, d, what, true, text);
    return e ? e : document_finish(c, d);
}

enum err document_create(struct call *c, struct document *d, bool send)
{
    enum err e = send ? document_blame(c, "document", ready_to_send(c, d)) : OK;
    if (!e)
        e = document_blame(c, "document", document_put(c, d));
    if (!e)
        e = document_event(c, d, WHAT_CREATED, false, NULL);
    if (!e && send)
        e = deposit_changed(c, d);
    return e || !send ? e : was_sent(c, d);
}
