/* Whom and what a reminder is about, from what the store says now. It changes nothing. */
#include "server/ops/reminder.h"
#include "common/date.h"
#include "common/doc_kind.h"
#include "server/ops/payment.h"
#include <string.h>

enum err reminder_debtor(struct call *c, uint64_t *customer)
{
    return total_scope(&c->txn, TOTAL_OUTSTANDING, customer);
}

/* --- what stands in the way ------------------------------------------------------------------------------------------------ */
enum err reminder_promised(struct call *c, int32_t until, const char **why)
{
    int32_t today;
    char day[DATE_TEXT];
    enum err e = until ? call_today(c, &today) : OK;
    if (!e && until && today <= until)
        *why = arena_printf(c->arena, "is promised until %s", date_short(day, until));
    return e;
}

enum err reminder_bar_customer(struct call *c, const struct customer *of, const char **why)
{
    *why = !of->active         ? "is deactivated"
           : of->reminders_off ? "is not reminded: that is paused at the customer"
                               : NULL;
    return *why ? OK : reminder_promised(c, of->promised, why);
}

enum err reminder_bar(struct call *c, const struct document_remind *d, const char **why)
{
    struct payment *pending = NULL;
    *why = d->state != DOC_OPEN || d->balance.amount <= 0 ? "nothing is due on it"
           : d->reminding == REMINDING_PAUSED             ? "its reminders are paused"
           : d->reminding == REMINDING_DISPUTED           ? "it is disputed"
                                                          : NULL;
    if (*why)
        return OK;
    enum err e = reminder_promised(c, d->promised, why);
    if (!e && !*why)
        e = payment_pending_on(c, d->id, &pending);
    if (!e && pending)
        *why = arena_printf(c->arena, "a payment on it is still being settled: %s", pending->number);
    return e;
}

/* --- steps ------------------------------------------------------------------------------------------------------------------ */
/* The furthest whose day has come. One before the due day has passed when that has. */
static const struct reminder_rule *step_of(const struct reminder_rule_list *rules, int32_t late)
{
    const struct reminder_rule *found = NULL;
    for (size_t i = 0; i < rules->n; i++) { /* by days */
        const struct reminder_rule *r = &rules->v[i];
        if (r->active && r->days <= late && (r->days >= 0 || late <= 0))
            found = r;
    }
    return found;
}

static enum err was_made(struct call *c, uint64_t invoice, const struct reminder_rule *r, bool *made)
{
    uint64_t id;
    struct key k = index_key(&c->txn, INDEX_REMINDED_INVOICE);
    enum err e = record_find(&c->txn, key_u64(key_u64(&k, invoice), r->id), &id);
    *made = !e;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* That step, or one behind it: a clock that was set back makes no step new. */
static enum err is_past(struct call *c, const struct reminder_ask *ask, uint64_t invoice,
                        const struct reminder_rule *r, bool *past)
{
    enum err e = OK;
    *past = false;
    for (size_t i = 0; i < ask->rules->n && !e && !*past; i++)
        if (ask->rules->v[i].days >= r->days)
            e = was_made(c, invoice, &ask->rules->v[i], past);
    return e;
}

/* The last day on which a step of it was sent, whatever became of its rule; 0: none was, or by a clock that was ahead. */
static enum err last_step(struct call *c, uint64_t invoice, int32_t today, int32_t *day)
{
    struct key k = index_key(&c->txn, INDEX_REMINDED_INVOICE);
    struct list_range range = list_range(key_u64(&k, invoice));
    struct id_list ids;
    range.first = k;
    key_u64(&range.first, 1);
    enum err e = record_range_ids(&c->txn, &range, REMINDER_PARTS_MOST, &ids);
    *day = 0;
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct reminded r;
        e = record_needed(&c->txn, KIND_REMINDED, ids.v[i], &r);
        if (!e && r.day <= today && r.day > *day)
            *day = r.day;
    }
    return e;
}

/* How often steps of it were sent, counted up to `most`. */
static enum err count_made(struct call *c, uint64_t invoice, size_t most, size_t *n)
{
    struct key k = index_key(&c->txn, INDEX_REMINDED_INVOICE);
    struct list_range range = list_range(key_u64(&k, invoice));
    range.first = k;
    key_u64(&range.first, 1);
    return record_count(&c->txn, &range, most, n);
}

/* The last reminder that names it; one without an id: there is none. */
static enum err last_of(struct call *c, uint64_t invoice, struct reminded *r)
{
    struct key k = index_key(&c->txn, INDEX_REMINDED_INVOICE);
    struct id_list ids;
    enum err e = record_ids(&c->txn, key_u64(&k, invoice), REMINDER_PARTS_MOST, &ids);
    uint64_t last = 0;
    *r = (struct reminded){.id = 0};
    for (size_t i = 0; !e && i < ids.n; i++)
        last = ids.v[i] > last ? ids.v[i] : last;
    return e || !last ? e : record_needed(&c->txn, KIND_REMINDED, last, r);
}

static enum err last_day(struct call *c, uint64_t invoice, int32_t *day)
{
    struct reminded r;
    enum err e = last_of(c, invoice, &r);
    *day = e ? 0 : r.day;
    return e;
}

enum err reminder_said(struct call *c, uint64_t invoice, const char **said)
{
    struct reminded r;
    char day[DATE_TEXT];
    int64_t step = 0;
    enum err e = last_of(c, invoice, &r);
    for (size_t i = 0; !e && i < r.parts.n; i++)
        if (r.parts.v[i].invoice == invoice)
            step = r.parts.v[i].step;
    if (!e && r.id)
        *said =
            step ? arena_printf(c->arena, "reminded %s, step %lld", date_short(day, r.day), (long long)step)
                 : arena_printf(c->arena, "reminded %s", date_short(day, r.day));
    return e;
}

/* --- a late fee -------------------------------------------------------------------------------------------------------------- */
/* On what is open of it, once with its step; none on a late fee. */
static enum err fee_of(const struct document_remind *d, const struct reminder_rule *r, struct money *fee)
{
    int64_t part = 0, flat = 0;
    *fee = money_of(0, d->balance.currency);
    if (d->fee_of)
        return OK;
    if (r->fee.amount && strcmp(r->fee.currency, d->balance.currency) == 0)
        flat = r->fee.amount;
    enum err e = money_mul_div(d->balance.amount, r->fee_percent, 100 * DECIMAL_ONE, &part);
    return e ? e : money_add(flat, part, &fee->amount);
}

/* --- the plan ---------------------------------------------------------------------------------------------------------------- */
struct planning {
    struct call *c;
    const struct reminder_ask *ask;
    const struct business *business;
    struct reminder_plan *plan;
    int32_t today;
    bool due; /* a step's time has come */
    size_t parts_room, left_room;
};

static void leave_out(struct planning *p, uint64_t invoice, const char *number, const char *why)
{
    struct reminder_left_list *to = &p->plan->left;
    if (to->n == REMINDER_PARTS_MOST)
        return;
    if (to->n == p->left_room)
        to->v = arena_grow(p->c->arena, to->v, &p->left_room, sizeof *to->v);
    to->v[to->n++] = (struct reminder_left){.invoice = invoice, .number = number, .why = why};
}

static enum err add(struct planning *p, const struct document_remind *d, const struct reminder_rule *step,
                    bool new)
{
    struct reminder_plan *plan = p->plan;
    struct reminded_part_list *to = &plan->parts;
    struct reminded_part part = {.invoice = d->id, .number = d->number, .due = d->due, .balance = d->balance};
    const int32_t late = p->today - d->due;
    enum err e = OK;
    if (step)
        part.step = step->step;
    if (step && new)
        part.rule = (int64_t)step->id;
    if (step && new &&late > 0 && !p->ask->no_fee)
        e = fee_of(d, step, &part.fee);
    if (!part.fee.amount)
        part.fee = (struct money){0};
    if (!e)
        e = money_add(plan->total.amount, part.balance.amount + part.fee.amount, &plan->total.amount);
    if (!e)
        e = money_add(plan->fees.amount, part.fee.amount, &plan->fees.amount);
    if (e)
        return e;
    memcpy(plan->total.currency, part.balance.currency, sizeof plan->total.currency);
    memcpy(plan->fees.currency, part.balance.currency, sizeof plan->fees.currency);
    if (to->n == p->parts_room)
        to->v = arena_grow(p->c->arena, to->v, &p->parts_room, sizeof *to->v);
    to->v[to->n++] = part;
    plan->oldest = to->n == 1 || late > plan->oldest ? late : plan->oldest;
    p->due |= new;
    const bool counts = new || p->ask->by_hand;
    if (step && counts && (!plan->rule || step->days > plan->rule->days))
        plan->rule = step;
    return OK;
}

static enum err look(struct planning *p, const struct document_remind *d)
{
    const struct reminder_ask *ask = p->ask;
    const int32_t late = p->today - d->due;
    const struct reminder_rule *step = step_of(ask->rules, late);
    const char *why;
    int32_t day = 0;
    size_t made = 0;
    bool past = true;
    enum err e = reminder_bar(p->c, d, &why);
    if (!e && step && !why)
        e = is_past(p->c, ask, d->id, step, &past);
    if (!e && step && !why &&
        !past) { /* a rule that was made anew has no new step on a day that was reminded of */
        int32_t reminded;
        e = last_step(p->c, d->id, p->today, &reminded);
        past = reminded && d->due + step->days <= reminded;
    }
    if (!e && !why && ask->by_hand)
        e = last_day(p->c, d->id, &day);
    if (!e && !why && !ask->by_hand && p->business->reminder_cap)
        e = count_made(p->c, d->id, (size_t)p->business->reminder_cap, &made);
    if (e)
        return e;
    if (day == p->today)
        why = "it was reminded of today";
    p->plan->today |= day == p->today;
    if (p->business->reminder_cap && made >= (size_t)p->business->reminder_cap)
        past = true; /* from here on it is for staff; it is listed while others are */
    if (why)
        leave_out(p, d->id, d->number, why);
    else if (late > 0 || !past || ask->invoices.n)
        return add(p, d, step, !past);
    return OK;
}

static enum err look_at_named(struct planning *p)
{
    enum err e = OK;
    for (size_t i = 0; i < p->ask->invoices.n && !e; i++) {
        struct document_remind d;
        e = record_view(&p->c->txn, KIND_DOCUMENT, p->ask->invoices.v[i], shape_document_remind(), &d);
        if (!e)
            e = look(p, &d);
    }
    return e;
}

/* What is late, and by the rules also what is due soon enough for one. */
static enum err look_at_all(struct planning *p)
{
    size_t n;
    int64_t before = 1;
    const struct doc_traits *kinds = doc_kinds(&n);
    enum err e = OK;
    for (size_t i = 0; !p->ask->by_hand && i < p->ask->rules->n; i++)
        if (p->ask->rules->v[i].active && p->ask->rules->v[i].days < before)
            before = p->ask->rules->v[i].days;
    for (size_t i = 0; i < n && !e; i++) {
        if (kinds[i].owes <= 0)
            continue;
        struct key k = index_key(&p->c->txn, INDEX_DOC_CUSTOMER_DUE);
        key_u8(key_u64(&k, p->ask->customer), (uint8_t)kinds[i].kind);
        struct list_range range = list_range(&k);
        range.last = k;
        key_u32(&range.last, (uint32_t)(p->today - before));
        struct record_list l = {.kind = KIND_DOCUMENT,
                                .view = shape_document_remind(),
                                .ranges = &range,
                                .n = 1,
                                .limit = REMINDER_PARTS_MOST - p->plan->parts.n};
        if (l.limit)
            e = record_list(&p->c->txn, &l, &p->c->why);
        const struct document_remind *d = l.rows;
        for (size_t k2 = 0; !e && k2 < l.count; k2++)
            e = look(p, &d[k2]);
    }
    return e;
}

/* Its text: of the rule that was asked for, or of the furthest step, or by hand of the first there is. */
static enum err choose(struct planning *p)
{
    struct reminder_plan *plan = p->plan;
    const struct reminder_rule_list *rules = p->ask->rules;
    if (p->ask->rule) {
        plan->rule = reminder_rule_of(rules, p->ask->rule);
        if (!plan->rule)
            return REFUSE(p->c, ERR_NOT_FOUND, "rule", "there is no such rule");
    }
    for (size_t i = 0; i < rules->n && p->ask->by_hand && !plan->rule; i++)
        if (rules->v[i].days >= 0 || i + 1 == rules->n || plan->oldest <= 0)
            plan->rule = &rules->v[i];
    if (!plan->parts.n || (!p->ask->by_hand && !p->due))
        plan->rule = NULL;
    return OK;
}

enum err reminder_plan(struct call *c, const struct reminder_ask *ask, struct reminder_plan *plan)
{
    struct planning p = {.c = c, .ask = ask, .plan = plan};
    const char *why;
    *plan = (struct reminder_plan){.rule = NULL};
    enum err e = call_today(c, &p.today);
    if (!e)
        e = call_business(c, &p.business);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, ask->customer, &plan->of);
    if (!e)
        e = reminder_bar_customer(c, &plan->of, &why);
    if (e)
        return e;
    if (why)
        leave_out(&p, 0, plan->of.name, why);
    else
        e = ask->invoices.n ? look_at_named(&p) : look_at_all(&p);
    return e ? e : choose(&p);
}
