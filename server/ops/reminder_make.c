/* Sending a reminder: late fees, mails, record and events in one transaction; and taking a fee back. */
#include "common/date.h"
#include "server/mail/outbox.h"
#include "server/ops/document.h"
#include "server/ops/frozen.h"
#include "server/ops/payment.h"
#include "server/ops/reminder.h"
#include <string.h>

enum err reminder_event(struct call *c, uint64_t invoice, int what, struct money amount, const char *text)
{
    struct document_row d;
    enum err e = record_needed_view(&c->txn, KIND_DOCUMENT, invoice, shape_document_row(), &d);
    if (e)
        return e;
    struct event event = {.what = what,
                          .subject = doc_kind(d.kind)->subject,
                          .about = (int64_t)d.id,
                          .number = d.number,
                          .customer = d.customer,
                          .customer_name = d.customer_name,
                          .amount = amount,
                          .text = text};
    return call_event(c, &event);
}

/* --- late fees (docs/decisions/late-fee.md) --------------------------------------------------------------------------------- */
static enum err build_fee(struct call *c, const struct reminder_plan *plan, const struct reminded_part *part,
                          struct document *d)
{
    int32_t today;
    enum err e = call_today(c, &today);
    int64_t price = part->fee.amount;
    for (int digits = currency_digits(part->fee.currency); digits < 6; digits++)
        price *= 10;
    struct line *line = arena_alloc(c->arena, sizeof *line);
    struct document *given = arena_alloc(c->arena, sizeof *given);
    const char *name =
        arena_printf(c->arena, "Late fee on %s, %d days late", part->number, today - part->due);
    GIVE(line, line, name, name);
    GIVE(line, line, quantity, DECIMAL_ONE);
    GIVE(line, line, price, price);
    GIVE(line, line, category, TAX_OUTSIDE);
    GIVE(line, line, reason, "Compensation for late payment, not subject to VAT");
    const struct line_list lines = {1, line};
    GIVE(document, given, lines, lines);
    if (!e)
        e = document_build(c, DOC_INVOICE, plan->of.id, given, d);
    if (!e)
        d->fee_of = part->invoice;
    return e;
}

/* An invoice that can not be written, or that the law would not let be sent, is not: the reminder goes without the fee. Asked before a number
 * is drawn for it. */
static enum err may_charge(struct call *c, const struct reminder_plan *plan, const struct reminded_part *part,
                           struct document *built, bool *may)
{
    enum err e = build_fee(c, plan, part, built);
    struct document d = *built;
    if (!e)
        e = paper_fill(c, &d);
    if (!e)
        e = paper_lawful(c, &d);
    *may = e == OK;
    if (e > 0)
        c->why = (struct refusal){0};
    return e > 0 ? OK : e;
}

static enum err charge(struct call *c, struct reminder_plan *plan, struct reminded_part *part)
{
    struct document d = {0};
    bool may = false;
    enum err e = may_charge(c, plan, part, &d, &may);
    if (!e && may)
        e = document_create(c, &d, true);
    if (e)
        return e;
    if (!may) {
        plan->total.amount -= part->fee.amount;
        plan->fees.amount -= part->fee.amount;
        part->fee = (struct money){0};
        return OK;
    }
    part->fee_invoice = d.id;
    part->fee_number = d.number;
    return OK;
}

enum err reminder_take_back(struct call *c, uint64_t fee_invoice, const char *why)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, fee_invoice, &d);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (d.state != DOC_OPEN || d.balance.amount != d.total.amount)
        return OK;
    e = document_void(c, &d, why);
    if (e > 0) /* a payment on it is pending: people decide */
        c->why = (struct refusal){0};
    return e > 0 ? OK : e;
}

/* The value date counts, of every payment of it. */
static bool too_late(void *context, void *row)
{
    const struct payment *p = row;
    return p->state == PAY_SUCCEEDED && p->date > ((const struct document *)context)->due;
}

enum err reminder_paid(struct call *c, const struct document *invoice, int32_t day)
{
    struct key k = index_key(&c->txn, INDEX_REMINDED_INVOICE);
    struct document of = *invoice;
    struct payment *late = NULL;
    struct id_list ids;
    if (invoice->state != DOC_PAID || !day || day > invoice->due)
        return OK;
    enum err e = record_ids(&c->txn, key_u64(&k, invoice->id), REMINDER_PARTS_MOST, &ids);
    if (!e && ids.n)
        e = payment_on(c, invoice->id, too_late, &of, &late);
    if (e || late)
        return e;
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct reminded r;
        e = record_needed(&c->txn, KIND_REMINDED, ids.v[i], &r);
        for (size_t p = 0; !e && p < r.parts.n; p++)
            if (r.parts.v[p].invoice == invoice->id && r.parts.v[p].fee_invoice)
                e = reminder_take_back(c, r.parts.v[p].fee_invoice,
                                       arena_printf(c->arena, "%s was paid in time", invoice->number));
    }
    return e;
}

/* --- sending ------------------------------------------------------------------------------------------------------------------ */
static enum err queue(struct call *c, const struct reminder_plan *plan, const char *subject, const char *text,
                      struct reminded_mail_list *to)
{
    enum err e = OK;
    for (size_t i = 0; i < to->n && !e; i++) {
        const struct mail_new mail = {.template = TEMPLATE_REMINDER,
                                      .to = to->v[i].to,
                                      .to_name = to->v[i].name,
                                      .customer = plan->of.id,
                                      .subject = subject,
                                      .text = text};
        uint64_t id = 0;
        e = mail_queue(c, &mail, &id);
        to->v[i].mail = (int64_t)id;
    }
    return e;
}

static enum err tell(struct call *c, const struct reminded *r)
{
    enum err e = OK;
    for (size_t i = 0; i < r->parts.n && !e; i++) {
        const struct reminded_part *part = &r->parts.v[i];
        const char *how = r->by ? "by hand" : "by the rules";
        const char *text =
            part->step ? arena_printf(c->arena, "step %lld, %s", (long long)part->step, how) : how;
        if (part->rule || r->by)
            e = reminder_event(c, part->invoice, WHAT_REMINDED, part->balance, text);
    }
    return e;
}

enum err reminder_make(struct call *c, struct reminder_plan *plan, const char *by,
                       struct reminded_mail_list *to)
{
    const char *subject, *text;
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e && !to->n)
        e = REFUSE(c, ERR_NO_EMAIL, "customer", "nobody at %s has an e-mail address that mail can be sent to",
                   plan->of.name);
    for (size_t i = 0; i < plan->parts.n && !e; i++)
        if (plan->parts.v[i].fee.amount)
            e = charge(c, plan, &plan->parts.v[i]);
    if (!e)
        e = reminder_write(c, plan, &subject, &text);
    if (!e)
        e = queue(c, plan, subject, text, to);
    if (e)
        return e;
    struct reminded r = {.customer = plan->of.id,
                         .customer_name = plan->of.name,
                         .at = c->now,
                         .day = today,
                         .by = by,
                         .rule = (int64_t)plan->rule->id,
                         .step = plan->rule->step,
                         .name = plan->rule->name,
                         .total = plan->total,
                         .parts = plan->parts,
                         .mails = *to};
    e = record_put(&c->txn, KIND_REMINDED, &r);
    return e ? e : tell(c, &r);
}
