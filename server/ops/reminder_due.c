/* The round of a day: every customer that owes is looked at once, so many in a transaction (server/due/works.def). */
#include "common/log.h"
#include "server/due/due.h"
#include "server/mail/outbox.h"
#include "server/ops/customer_mail.h"
#include "server/ops/reminder.h"

#define STEP 100  /* customers in one transaction … */
#define MAILED 50 /* … and of these so many that are reminded */

/* A day that is far from that of the last round, on a clock that was set: it may be a wrong one, and a reminder can not be taken back. Where
 * it goes on like that for a day it is believed. */
static bool doubtful(const struct call *c, const struct business *b, int32_t today)
{
    const int32_t away = today - b->reminded_on;
    return b->reminded_on && (away > 1 || away < -1) && call_clock_set(c) >= 0;
}

static bool is_over(const struct business *b, int32_t today)
{
    return b->reminded_on == today && !b->reminding_from;
}

static enum err load(struct txn *t, struct due_try *w)
{
    struct call c = {.arena = w->arena, .txn = *t, .now = w->now, .daemon = w->daemon};
    const struct business *b;
    int32_t today;
    bool no_server = false;
    enum err e = call_business(&c, &b);
    if (!e)
        e = call_today(&c, &today);
    if (!e)
        e = mail_held(&c, &no_server);
    if (e)
        return e;
    if (!b->reminders)
        w->next = DUE_DONE;
    else if (no_server || is_over(b, today) || reminder_is_quiet(b->reminder_quiet, today) ||
             doubtful(&c, b, today))
        w->next = DUE_REST;
    return OK;
}

/* One customer. What is wrong with it keeps nobody else from being reminded. */
static enum err remind(struct call *c, const struct reminder_rule_list *rules, uint64_t customer, bool *did)
{
    const struct reminder_ask ask = {.customer = customer, .rules = rules};
    struct reminder_plan plan;
    struct reminded_mail_list to = {0};
    *did = false;
    enum err e = reminder_plan(c, &ask, &plan);
    if (!e && plan.rule)
        e = customer_everybody(c, &plan.of, &to);
    if (e > 0 || e == ERR_DAMAGED) { /* also sums that are too large */
        c->why = (struct refusal){0};
        log_line(LOG_ERROR, "a customer can not be reminded", "business=%u customer=%llu code=%s",
                 c->txn.business, (unsigned long long)customer, err_name(e));
        return OK;
    }
    *did = !e && to.n != 0;
    return *did ? reminder_make(c, &plan, NULL, &to) : e;
}

static enum err some(struct call *c, struct business *b)
{
    struct reminder_rule_list rules;
    uint64_t customer = (uint64_t)b->reminding_from;
    size_t mailed = 0;
    enum err e = reminder_rules(c, &rules);
    for (size_t n = 0; n < STEP && mailed < MAILED && !e; n++) {
        bool did;
        e = reminder_debtor(c, &customer);
        if (e)
            break;
        e = remind(c, &rules, customer++, &did);
        mailed += did;
    }
    b->reminding_from = e == ERR_NOT_FOUND ? 0 : (int64_t)customer;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err write(struct call *c, struct due_try *w)
{
    const struct business *stored;
    int32_t today;
    enum err e = call_business(c, &stored);
    if (!e)
        e = call_today(c, &today);
    w->next = DUE_REST;
    if (e || !stored->reminders || is_over(stored, today)) /* somebody was faster */
        return e;
    struct business *b = arena_copy(c->arena, stored, sizeof *b);
    if (b->reminded_on != today) {
        b->reminded_on = today;
        b->reminding_from = 1;
    }
    e = some(c, b);
    if (!e)
        e = record_put(&c->txn, KIND_BUSINESS, b);
    w->next = b->reminding_from ? DUE_MORE : DUE_REST;
    return e;
}

const struct due_doing remind_due = {.load = load, .write = write, .stands = true};
