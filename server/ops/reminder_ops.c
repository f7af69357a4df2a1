/* Reminders as staff ask for them: what would be sent, sending by hand, what was sent, holding. */
#include "common/date.h"
#include "server/mail/outbox.h"
#include "server/ops/customer_mail.h"
#include "server/ops/document.h"
#include "server/ops/reminder.h"
#include <stdlib.h>
#include <string.h>

#define LOOKED_AT 2000 /* customers for a page of those that the rules remind next */

/* --- whom the rules remind next ----------------------------------------------------------------------------------------------- */
static enum err cursor(struct call *c, const char *after, uint64_t *from)
{
    char *end = NULL;
    *from = 1;
    if (!after || !*after)
        return OK;
    *from = strtoull(after, &end, 10);
    return *after >= '0' && *after <= '9' && !*end && *from
               ? OK
               : REFUSE(c, ERR_INVALID, "after", "was not given by this list");
}

static void add_row(struct reminder_next_out *out, const struct reminder_plan *plan)
{
    out->customers.v[out->customers.n++] = (struct reminder_row){.customer = plan->of.id,
                                                                 .customer_name = plan->of.name,
                                                                 .step = plan->rule->step,
                                                                 .invoices = (int64_t)plan->parts.n,
                                                                 .total = plan->total,
                                                                 .fees = plan->fees,
                                                                 .oldest = plan->oldest};
}

enum err op_reminder_next(struct call *c, const struct reminder_next_in *in, struct reminder_next_out *out)
{
    struct reminder_rule_list rules;
    const size_t limit = call_limit(in->limit);
    uint64_t customer;
    enum err e = cursor(c, in->after, &customer);
    if (!e)
        e = reminder_rules(c, &rules);
    out->customers.v = arena_alloc(c->arena, limit * sizeof *out->customers.v);
    for (size_t looked = 0; !e; looked++, customer++) {
        e = reminder_debtor(c, &customer);
        if (e == ERR_NOT_FOUND)
            return OK;
        if (!e && (out->customers.n == limit || looked == LOOKED_AT)) {
            out->next = arena_printf(c->arena, "%llu", (unsigned long long)customer);
            return OK;
        }
        struct reminder_plan plan;
        struct reminded_mail_list to = {0};
        const struct reminder_ask ask = {.customer = customer, .rules = &rules};
        if (!e)
            e = reminder_plan(c, &ask, &plan);
        if (!e && plan.rule)
            e = customer_everybody(c, &plan.of, &to);
        if (!e && to.n)
            add_row(out, &plan);
    }
    return e;
}

/* --- by hand ------------------------------------------------------------------------------------------------------------------- */
struct by_hand { /* arguments of preview and of send */
    uint64_t customer, rule;
    struct id_list invoices;
    bool no_fee;
};

static enum err customer_of(struct call *c, const struct by_hand *in, uint64_t *customer)
{
    *customer = in->customer;
    if (!in->customer && !in->invoices.n)
        return REFUSE(c, ERR_INVALID, "customer", "say which customer, or which invoices");
    for (size_t i = 0; i < in->invoices.n; i++) {
        struct document_owner d;
        enum err e = record_view(&c->txn, KIND_DOCUMENT, in->invoices.v[i], shape_document_owner(), &d);
        if (e)
            return e;
        for (size_t k = 0; k < i; k++)
            if (in->invoices.v[k] == in->invoices.v[i])
                return REFUSE(c, ERR_INVALID, "invoices", "one is there twice");
        if (*customer && *customer != d.customer)
            return REFUSE(c, ERR_INVALID, "invoices", "they are not all of one customer");
        *customer = d.customer;
    }
    return OK;
}

static enum err plan_by_hand(struct call *c, const struct by_hand *in, struct reminder_plan *plan,
                             struct reminded_mail_list *to)
{
    struct reminder_rule_list *rules = arena_alloc(c->arena, sizeof *rules);
    struct reminder_ask ask = {
        .invoices = in->invoices, .rules = rules, .rule = in->rule, .by_hand = true, .no_fee = in->no_fee};
    enum err e = customer_of(c, in, &ask.customer);
    if (!e)
        e = reminder_rules(c, rules);
    if (!e)
        e = reminder_plan(c, &ask, plan);
    return e ? e : customer_everybody(c, &plan->of, to);
}

static enum err give(struct call *c, const struct reminder_plan *plan, const struct reminded_mail_list *to,
                     struct reminder **out)
{
    struct reminder *r = arena_alloc(c->arena, sizeof *r);
    *r = (struct reminder){.customer = plan->of.id,
                           .customer_name = plan->of.name,
                           .parts = plan->parts,
                           .left = plan->left,
                           .to = *to,
                           .total = plan->total};
    enum err e = mail_held(c, &r->held);
    if (!e && plan->rule) {
        r->rule = (int64_t)plan->rule->id;
        r->step = plan->rule->step;
        r->name = plan->rule->name;
        e = reminder_write(c, plan, &r->subject, &r->text);
    }
    *out = r;
    return e;
}

enum err op_reminder_preview(struct call *c, const struct reminder_preview_in *in,
                             struct reminder_preview_out *out)
{
    const struct by_hand what = {in->customer, in->rule, in->invoices, in->no_fee};
    struct reminder_plan plan;
    struct reminded_mail_list to;
    enum err e = plan_by_hand(c, &what, &plan, &to);
    return e ? e : give(c, &plan, &to, &out->reminder);
}

static enum err may_send(struct call *c, const struct reminder_send_in *in, const struct reminder_plan *plan)
{
    const struct reminder_left *first = plan->left.n ? plan->left.v : NULL;
    if (!plan->parts.n && plan->today)
        return REFUSE(c, ERR_EXISTS, "customer", "%s was reminded of all of it today", plan->of.name);
    if (!plan->parts.n && first)
        return REFUSE(c, ERR_STATE, first->invoice ? "invoices" : "customer", "%s: %s", first->number,
                      first->why);
    if (!plan->parts.n)
        return REFUSE(c, ERR_STATE, "customer", "nothing of %s is late", plan->of.name);
    if (!plan->rule)
        return REFUSE(c, ERR_STATE, "rule", "there is no reminder rule whose text it could have");
    if (GIVEN(reminder_send_in, in, expect) &&
        (in->expect.amount != plan->total.amount || strcmp(in->expect.currency, plan->total.currency) != 0))
        return REFUSE(c, ERR_STALE, "expect", "what is owed, or the late fee, is another sum now");
    return OK;
}

enum err op_reminder_send(struct call *c, const struct reminder_send_in *in, struct reminder_send_out *out)
{
    const struct by_hand what = {in->customer, in->rule, in->invoices, in->no_fee};
    struct reminder_plan plan;
    struct reminded_mail_list to;
    enum err e = plan_by_hand(c, &what, &plan, &to);
    if (!e)
        e = may_send(c, in, &plan);
    if (!e)
        e = reminder_make(c, &plan, c->who.name, &to);
    return e ? e : give(c, &plan, &to, &out->reminder);
}

/* --- what was sent --------------------------------------------------------------------------------------------------------------- */
struct of {
    uint64_t customer, invoice;
};
static bool is_of(void *context, void *row)
{
    const struct of *of = context;
    const struct reminded *r = row;
    bool named = !of->invoice;
    for (size_t i = 0; i < r->parts.n && !named; i++)
        named = r->parts.v[i].invoice == of->invoice;
    return named && (!of->customer || r->customer == of->customer);
}

enum err op_reminder_sent(struct call *c, const struct reminder_sent_in *in, struct reminder_sent_out *out)
{
    struct of of = {in->customer, in->invoice};
    struct key k = record_key(&c->txn, KIND_REMINDED);
    struct document_owner d = {.customer = in->customer};
    enum err e = OK;
    if (in->invoice) /* in the order in which they were sent: by their customer */
        e = record_view(&c->txn, KIND_DOCUMENT, in->invoice, shape_document_owner(), &d);
    if (d.customer) {
        k = index_key(&c->txn, INDEX_REMINDED_CUSTOMER);
        key_u64(&k, d.customer);
    }
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_REMINDED,
                            .view = shape_reminded(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = is_of,
                            .context = &of};
    if (!e)
        e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->reminders = (struct reminded_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}

/* --- holding ---------------------------------------------------------------------------------------------------------------------- */
static const char *held(struct call *c, const struct document *d)
{
    char day[DATE_TEXT];
    const char *text = d->reminding == REMINDING_PAUSED     ? "paused"
                       : d->reminding == REMINDING_DISPUTED ? "disputed"
                                                            : "";
    if (d->promised)
        text = arena_printf(c->arena, "%s%spromised until %s", text, *text ? ", " : "",
                            date_short(day, d->promised));
    return *text ? text : "go on";
}

enum err op_reminder_hold(struct call *c, const struct reminder_hold_in *in, struct reminder_hold_out *out)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, in->invoice, &d);
    if (!e && d.state != DOC_OPEN)
        e = REFUSE(c, ERR_STATE, "invoice", "nothing is due on it");
    if (e)
        return e;
    const struct document was = d;
    if (in->reminding)
        d.reminding = in->reminding == REMINDING_ON ? 0 : in->reminding;
    if (GIVEN(reminder_hold_in, in, promised))
        d.promised = in->promised;
    if (d.reminding != was.reminding || d.promised != was.promised) {
        e = document_put(c, &d);
        if (!e)
            e = reminder_event(c, d.id, WHAT_REMINDER_HELD, d.balance, held(c, &d));
    }
    if (!e)
        e = document_finish(c, &d);
    if (!e)
        out->invoice = document_give(c, &d);
    return e;
}
