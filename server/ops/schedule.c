/* Recurring invoices, as staff write and steer them. What is made, and when: schedule_make.c. */
#include "server/ops/schedule.h"
#include "common/date.h"
#include "common/party.h"
#include "common/recur.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"

#define DAYS 12
#define MADE 50
#define EVENTS 50

static const char EDITABLE[] =
    "name anchor period every last_day until count send due_days due_by_date service";

/* --- what each says ---------------------------------------------------------------------------------------------------------- */
/* Days of a document that was read and comes back are none of a schedule's. */
static struct document undated(const struct document *given, const struct document *as)
{
    struct document d = *given;
    d.date = as->date;
    d.due = as->due;
    d.supply_date = d.period_from = d.period_until = 0;
    return d;
}

/* *changed: was anything else said than it says? */
static enum err change_document(struct call *c, struct schedule *s, const struct document *given,
                                const char **changed)
{
    struct document *d = document_give(c, s->document);
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    d->date = d->due = today;
    const struct document clean = undated(given, d);
    e = document_blame(c, "schedule", document_change(c, d, &clean, changed));
    if (!e)
        s->document = d;
    return e;
}

static enum err new_document(struct call *c, struct schedule *s, const struct document *given)
{
    static const struct document none;
    struct document *d = arena_alloc(c->arena, sizeof *d);
    const struct document blank = {.date = 0}, clean = undated(given ? given : &none, &blank);
    enum err e = document_build(c, DOC_INVOICE, s->customer, &clean, d);
    s->document = d;
    return document_blame(c, "schedule", e);
}

/* As an invoice that is there says it; what was given besides changes that. */
static enum err from_invoice(struct call *c, struct schedule *s, const struct document *invoice,
                             const struct document *given)
{
    const char *changed;
    struct document *d = arena_alloc(c->arena, sizeof *d);
    s->document = d;
    enum err e = document_like(c, invoice, DOC_INVOICE, false, d);
    if (e)
        return e;
    d->reference = invoice->reference;
    return given ? change_document(c, s, given, &changed) : OK;
}

static enum err complete(struct call *c, struct schedule *s)
{
    struct document *d = s->document;
    if (d->lines.n == 0)
        return REFUSE(c, ERR_INVALID, "schedule.document.lines", "there is nothing on it yet");
    s->customer_name = d->customer_name;
    s->total = d->total;
    if (!s->name || !*s->name)
        s->name = document_excerpt(c, d->lines.v[0].name ? d->lines.v[0].name : "");
    party_strip(d);
    return OK;
}

/* --- days -------------------------------------------------------------------------------------------------------------------- */
static enum err check_days(struct call *c, const struct schedule *s)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    if (!s->anchor)
        return REFUSE(c, ERR_INVALID, "schedule.anchor", "may not be empty");
    if (s->anchor > today + DOCUMENT_DAYS_AHEAD)
        return REFUSE(c, ERR_INVALID, "schedule.anchor", "is more than ten years from today");
    if (s->last_day && (s->period == PERIOD_DAY || s->period == PERIOD_WEEK))
        return REFUSE(c, ERR_INVALID, "schedule.last_day", "is of months, quarters and years");
    if (s->last_day && !date_is_last(s->anchor))
        return REFUSE(c, ERR_INVALID, "schedule.anchor", "is not the last day of its month");
    if (s->until && s->until < s->anchor)
        return REFUSE(c, ERR_INVALID, "schedule.until", "lies before the first day");
    return OK;
}

/* What was given, but for the document. */
static enum err apply(struct call *c, const struct schedule *given, struct schedule *s, const char **changed)
{
    struct schedule rest = *given;
    rest.document = s->document; /* as it is: it is changed by itself */
    enum err e = patch_apply(c, shape_schedule(), "schedule", EDITABLE, &rest, s, changed);
    if (e)
        return e;
    if (!s->period)
        s->period = PERIOD_MONTH;
    if (!s->every)
        s->every = 1;
    return check_days(c, s);
}

static struct schedule *give(struct call *c, const struct schedule *s)
{
    return arena_copy(c->arena, s, sizeof *s);
}

/* Stores it with what happened, and the work follows. */
static enum err keep(struct call *c, struct schedule *s, int what, const char *text, struct schedule **out)
{
    s->revision++;
    enum err e = schedule_put(c, s);
    if (!e)
        e = schedule_event(c, s, what, text);
    if (!e)
        e = schedule_plan(c);
    *out = give(c, s);
    return e;
}

/* --- operations -------------------------------------------------------------------------------------------------------------- */
static enum err begin(struct call *c, const struct schedule_create_in *in, struct schedule *s, int32_t today)
{
    struct document invoice;
    enum err e = in->invoice ? record_get(&c->txn, KIND_INVOICE, in->invoice, &invoice) : OK;
    if (!e && in->invoice && in->customer && in->customer != invoice.customer)
        return REFUSE(c, ERR_INVALID, "invoice", "is another customer's");
    if (!e && !in->invoice && !in->customer)
        return REFUSE(c, ERR_INVALID, "customer", "has to be given");
    if (e)
        return e;
    *s = (struct schedule){.customer = in->invoice ? invoice.customer : in->customer,
                           .state = SCHEDULE_RUNNING,
                           .anchor = in->invoice ? invoice.date : today,
                           .first = 1,
                           .invoice = in->invoice,
                           .created = c->now};
    e = document_for_active(c, s->customer, in->invoice ? "invoice" : "customer");
    if (e)
        return e;
    return in->invoice ? from_invoice(c, s, &invoice, in->schedule->document)
                       : new_document(c, s, in->schedule->document);
}

enum err op_schedule_create(struct call *c, const struct schedule_create_in *in,
                            struct schedule_create_out *out)
{
    struct schedule s;
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e)
        e = begin(c, in, &s, today);
    if (!e)
        e = apply(c, in->schedule, &s, NULL);
    if (!e)
        e = complete(c, &s);
    if (e)
        return e;
    recur_go_on(&s, in->invoice ? 2 : 1, today);
    if (!s.next_date)
        return REFUSE(c, ERR_INVALID, s.until ? "schedule.until" : "schedule.count",
                      "with that end there is none to make any more");
    return keep(c, &s, WHAT_CREATED, NULL, &out->schedule);
}

static enum err says_as(struct call *c, struct schedule *s, uint64_t id, const struct document *given,
                        const char **said)
{
    struct document invoice;
    enum err e = record_get(&c->txn, KIND_INVOICE, id, &invoice);
    if (!e && invoice.customer != s->customer)
        e = REFUSE(c, ERR_INVALID, "invoice", "is another customer's");
    *said =
        invoice.number && *invoice.number ? arena_printf(c->arena, "as %s", invoice.number) : "as a draft";
    return e ? e : from_invoice(c, s, &invoice, given);
}

enum err op_schedule_update(struct call *c, const struct schedule_update_in *in,
                            struct schedule_update_out *out)
{
    struct schedule s;
    int32_t today;
    const char *changed, *said = "";
    enum err e = record_get(&c->txn, KIND_SCHEDULE, in->id, &s);
    if (!e)
        e = patch_revision(c, "schedule.revision", GIVEN(schedule, in->schedule, revision),
                           in->schedule->revision, s.revision);
    if (!e && s.state == SCHEDULE_STOPPED)
        e = REFUSE(c, ERR_STATE, "schedule", "it was stopped: begin another one");
    if (!e)
        e = call_today(c, &today);
    const struct schedule was = s;
    if (!e)
        e = apply(c, in->schedule, &s, &changed);
    if (!e && in->invoice)
        e = says_as(c, &s, in->invoice, in->schedule->document, &said);
    else if (!e && in->schedule->document)
        e = change_document(c, &s, in->schedule->document, &said);
    if (!e && *said)
        e = complete(c, &s);
    if (e || (!*changed && !*said)) {
        out->schedule = give(c, &s);
        return e;
    }
    recur_follow(&was, &s, today);
    return keep(c, &s, WHAT_CHANGED,
                arena_printf(c->arena, "%s%s%s", changed, *changed && *said ? ", " : "", said),
                &out->schedule);
}

enum err op_schedule_list(struct call *c, const struct schedule_list_in *in, struct schedule_list_out *out)
{
    struct key k = index_key(&c->txn, in->customer ? INDEX_SCHEDULE_CUSTOMER : INDEX_SCHEDULE_STATE);
    if (in->customer)
        key_u64(&k, in->customer);
    if (in->state)
        key_u8(&k, (uint8_t)in->state);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_SCHEDULE,
                            .view = shape_schedule_row(),
                            .ranges = &range,
                            .n = 1,
                            .after = in->after,
                            .limit = call_limit(in->limit)};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->schedules = (struct schedule_row_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}

/* --- what is to come ----------------------------------------------------------------------------------------------------------- */
static enum err terms(struct call *c, const struct schedule *s, int32_t *days)
{
    const struct business *b;
    struct customer customer = {.terms_days = 0};
    enum err e = call_business(c, &b);
    if (!e && !s->due_days && s->customer)
        e = record_needed(&c->txn, KIND_CUSTOMER, s->customer, &customer);
    if (!e)
        *days = (int32_t)(s->due_days           ? s->due_days
                          : customer.terms_days ? customer.terms_days
                                                : b->terms_days);
    return e;
}

static enum err next_days(struct call *c, const struct schedule *s, struct schedule_day_list *out)
{
    int32_t due = 0;
    enum err e = terms(c, s, &due);
    *out = (struct schedule_day_list){.v = arena_alloc(c->arena, DAYS * sizeof *out->v)};
    int32_t day = s->state == SCHEDULE_STOPPED ? 0 : s->next_date;
    for (int64_t nth = s->next; !e && out->n < DAYS && day; day = recur_day(s, ++nth))
        out->v[out->n++] = (struct schedule_day){.nth = nth, .date = day, .due = day + due};
    return e;
}

static enum err made_by(struct call *c, uint64_t schedule, struct document_row_list *out)
{
    struct key k = index_key(&c->txn, INDEX_DOC_SCHEDULE);
    struct list_range range = list_range(key_u64(&k, schedule));
    struct record_list l = {.kind = KIND_DOCUMENT,
                            .view = shape_document_row(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = MADE};
    enum err e = record_list(&c->txn, &l, &c->why);
    struct document_row *rows = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        e = document_row_finish(c, &rows[i]);
    if (!e)
        *out = (struct document_row_list){l.count, rows};
    return e;
}

static enum err history(struct call *c, uint64_t schedule, struct event_list *out)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_SUBJECT);
    struct list_range range = list_range(key_u64(key_u8(&k, SUBJECT_SCHEDULE), schedule));
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = EVENTS};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *out = (struct event_list){l.count, l.rows};
    return e;
}

enum err op_schedule_get(struct call *c, const struct schedule_get_in *in, struct schedule_get_out *out)
{
    struct schedule *s = arena_alloc(c->arena, sizeof *s);
    int32_t today;
    enum err e = record_get(&c->txn, KIND_SCHEDULE, in->schedule, s);
    if (!e)
        e = call_today(c, &today);
    if (!e)
        e = schedule_total(c, s, today);
    if (!e)
        e = next_days(c, s, &out->days);
    if (!e)
        e = made_by(c, s->id, &out->invoices);
    if (!e)
        e = history(c, s->id, &out->events);
    out->schedule = s;
    return e;
}

enum err op_schedule_preview(struct call *c, const struct schedule_preview_in *in,
                             struct schedule_preview_out *out)
{
    static const struct schedule none;
    struct schedule s = {.state = SCHEDULE_RUNNING, .first = 1, .next = 1};
    int32_t today;
    enum err e = call_today(c, &today);
    s.anchor = today;
    if (!e && in->id)
        e = record_get(&c->txn, KIND_SCHEDULE, in->id, &s);
    const struct schedule was = s;
    if (!e)
        e = apply(c, in->schedule ? in->schedule : &none, &s, NULL);
    if (e)
        return e;
    if (in->id)
        recur_follow(&was, &s, today);
    else
        recur_go_on(&s, s.next, today);
    return next_days(c, &s, &out->days);
}

/* --- steering ---------------------------------------------------------------------------------------------------------------- */
static enum err standing(struct call *c, uint64_t id, unsigned states, const char *why, struct schedule *s)
{
    enum err e = record_get(&c->txn, KIND_SCHEDULE, id, s);
    return e || (states >> s->state & 1) ? e : REFUSE(c, ERR_STATE, "schedule", "%s", why);
}

enum err op_schedule_pause(struct call *c, const struct schedule_pause_in *in, struct schedule_pause_out *out)
{
    struct schedule s;
    enum err e =
        standing(c, in->schedule, 1u << SCHEDULE_RUNNING | 1u << SCHEDULE_HELD, "it does not run", &s);
    if (e)
        return e;
    s.state = SCHEDULE_PAUSED;
    s.said = NULL;
    return keep(c, &s, WHAT_PAUSED, NULL, &out->schedule);
}

enum err op_schedule_resume(struct call *c, const struct schedule_resume_in *in,
                            struct schedule_resume_out *out)
{
    struct schedule s;
    int32_t today;
    enum err e = standing(c, in->schedule, 1u << SCHEDULE_PAUSED | 1u << SCHEDULE_HELD,
                          "it is not paused, and waits for nobody", &s);
    if (!e)
        e = call_today(c, &today);
    if (e)
        return e;
    const int64_t before = s.next;
    s.state = SCHEDULE_RUNNING;
    s.said = NULL;
    recur_go_on(&s, s.next, today);
    const int64_t left = s.next - before;
    return keep(c, &s, WHAT_RESUMED, left ? arena_printf(c->arena, "%lld left out", (long long)left) : NULL,
                &out->schedule);
}

enum err op_schedule_stop(struct call *c, const struct schedule_stop_in *in, struct schedule_stop_out *out)
{
    struct schedule s;
    enum err e =
        standing(c, in->schedule, 1u << SCHEDULE_PAUSED | 1u << SCHEDULE_HELD | 1u << SCHEDULE_RUNNING,
                 "it is over", &s);
    if (e)
        return e;
    s.state = SCHEDULE_STOPPED;
    s.said = NULL;
    s.next_date = 0;
    return keep(c, &s, WHAT_STOPPED, NULL, &out->schedule);
}

enum err op_schedule_run(struct call *c, const struct schedule_run_in *in, struct schedule_run_out *out)
{
    struct schedule s;
    int32_t today;
    char day[DATE_TEXT];
    enum err e =
        standing(c, in->schedule, 1u << SCHEDULE_HELD | 1u << SCHEDULE_RUNNING, "it does not run", &s);
    if (!e)
        e = call_today(c, &today);
    if (!e && (!s.next_date || s.next_date > today))
        e = REFUSE(c, ERR_STATE, "schedule", "nothing is due: the next one's day is %s",
                   date_short(day, s.next_date));
    if (e)
        return e;
    s.state = SCHEDULE_RUNNING;
    s.said = NULL;
    s.revision++;
    e = schedule_make(c, &s, today, LIMIT_RECUR_CATCH_UP, &out->made);
    const int64_t left = e ? 0 : recur_waiting(&s, today, LIMIT_RECUR_CATCH_UP + 1);
    if (!e && left > LIMIT_RECUR_DUE)
        e = schedule_hold(c, &s, schedule_many(c, &s, left));
    if (!e)
        e = schedule_plan(c);
    out->schedule = give(c, &s);
    return e;
}
