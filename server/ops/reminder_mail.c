#include "server/ops/reminder_mail.h"
#include "server/mail/outbox.h"
#include "server/ops/reminder.h"

static enum err find(struct call *c, uint64_t mail, struct reminded *r)
{
    uint64_t id;
    struct key k = index_key(&c->txn, INDEX_REMINDED_MAIL);
    enum err e = record_find(&c->txn, key_u64(&k, mail), &id);
    return e ? e : record_needed(&c->txn, KIND_REMINDED, id, r);
}

/* What is left of a fee; nothing: it was paid, or taken back. */
static enum err fee_left(struct call *c, const struct reminded_part *part, struct money *left)
{
    struct document_remind d;
    *left = (struct money){0};
    if (!part->fee_invoice)
        return OK;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, part->fee_invoice, shape_document_remind(), &d);
    if (!e && d.state == DOC_OPEN)
        *left = d.balance;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The plan as it is now, of what the reminder was about; nothing in it: it is over. *same: as it was said. Of an invoice that was paid too
 * late the fee stays, while others are asked for. */
static enum err plan_now(struct call *c, const struct reminded *r, struct reminder_plan *plan, bool *same)
{
    const char *why = NULL;
    int32_t today;
    *plan = (struct reminder_plan){.rule = NULL};
    enum err e = call_today(c, &today);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, r->customer, &plan->of);
    if (!e)
        e = reminder_bar_customer(c, &plan->of, &why);
    bool any = false;
    *same = true;
    plan->parts.v = arena_alloc(c->arena, r->parts.n * sizeof *plan->parts.v);
    plan->total = money_of(0, r->total.currency);
    for (size_t i = 0; i < r->parts.n && !e && !why; i++) {
        struct reminded_part part = r->parts.v[i];
        struct document_remind d = {0};
        const char *bar = "gone";
        struct money fee;
        e = record_view(&c->txn, KIND_DOCUMENT, part.invoice, shape_document_remind(), &d);
        if (!e)
            e = reminder_bar(c, &d, &bar);
        if (e == ERR_NOT_FOUND)
            e = OK;
        if (!e)
            e = fee_left(c, &part, &fee);
        *same = *same && (bar ? 0 : d.balance.amount) == part.balance.amount && fee.amount == part.fee.amount;
        any |= !e && !bar;
        if (e || (bar && !fee.amount))
            continue;
        part.balance = bar ? money_of(0, r->total.currency) : d.balance;
        part.fee = fee;
        plan->oldest = !plan->parts.n || today - d.due > plan->oldest ? today - d.due : plan->oldest;
        plan->parts.v[plan->parts.n++] = part;
        e = money_add(plan->total.amount, part.balance.amount + fee.amount, &plan->total.amount);
    }
    if (!any)
        plan->parts.n = 0;
    return e;
}

enum err reminder_worth_of(struct call *c, const struct mail *m, enum reminder_worth *worth)
{
    struct reminded r;
    struct reminder_plan plan;
    int32_t today;
    bool same;
    *worth = REMINDER_OVER;
    enum err e = find(c, m->id, &r);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    e = plan_now(c, &r, &plan, &same);
    if (!e)
        e = call_today(c, &today);
    if (e || !plan.parts.n)
        return e == ERR_NOT_FOUND ? OK : e;
    /* One that may have arrived goes out once more as it was while the sums are right. */
    *worth = same && (r.day == today || m->tries) ? REMINDER_AS_IT_IS : REMINDER_OTHERWISE;
    return OK;
}

/* Its text as the rules have it now; of a rule that is gone, that of the one in its place. */
static enum err rule_now(struct call *c, const struct reminded *r, struct reminder_plan *plan)
{
    struct reminder_rule_list rules;
    enum err e = reminder_rules(c, &rules);
    if (e)
        return e;
    plan->rule = reminder_rule_of(&rules, (uint64_t)r->rule);
    for (size_t i = 0; i < rules.n && !plan->rule; i++)
        if (rules.v[i].step >= r->step || i + 1 == rules.n)
            plan->rule = &rules.v[i];
    return OK;
}

enum err reminder_again(struct call *c, uint64_t mail)
{
    struct reminded r;
    struct reminder_plan plan;
    bool same;
    const char *subject, *text;
    enum err e = find(c, mail, &r);
    if (!e)
        e = plan_now(c, &r, &plan, &same);
    if (!e)
        e = rule_now(c, &r, &plan);
    if (!e && plan.rule)
        e = reminder_write(c, &plan, &subject, &text);
    for (size_t i = 0; i < r.mails.n && !e && plan.rule; i++)
        e = mail_rewrite(c, (uint64_t)r.mails.v[i].mail, subject, text);
    if (!e)
        e = call_today(c, &r.day);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    r.parts = plan.parts;
    r.total = plan.total;
    return record_put(&c->txn, KIND_REMINDED, &r);
}

enum err reminder_withdrawn(struct call *c, uint64_t mail)
{
    struct reminded r;
    enum err e = find(c, mail, &r);
    for (size_t i = 0; !e && i < r.mails.n; i++) {
        struct mail_row m;
        e = record_view(&c->txn, KIND_MAIL, (uint64_t)r.mails.v[i].mail, shape_mail_row(), &m);
        if (e == ERR_NOT_FOUND || (!e && m.state != MAIL_WITHDRAWN))
            return OK; /* one left, or may */
    }
    for (size_t i = 0; !e && i < r.parts.n; i++) {
        const struct reminded_part *part = &r.parts.v[i];
        if (part->fee_invoice)
            e = reminder_take_back(c, part->fee_invoice, "the reminder that charged it was not sent");
        if (!e && (part->rule || r.by))
            e = reminder_event(c, part->invoice, WHAT_REMINDER_WITHDRAWN, part->balance, NULL);
    }
    if (!e)
        e = record_del(&c->txn, KIND_REMINDED, r.id);
    return e == ERR_NOT_FOUND ? OK : e;
}
