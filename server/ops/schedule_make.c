/* What a recurring invoice makes on its days, and the work that is due for it. */
#include "common/date.h"
#include "common/log.h"
#include "common/recur.h"
#include "common/zone.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/document.h"
#include "server/ops/schedule.h"
#include <inttypes.h>

/* --- records ----------------------------------------------------------------------------------------------------------------- */
enum err schedule_put(struct call *c, struct schedule *s)
{
    enum err e = record_put(&c->txn, KIND_SCHEDULE, s);
    if (e == ERR_TOO_LARGE)
        return REFUSE(c, e, "schedule.document.lines",
                      "that is more text than one document can hold: divide it");
    return e;
}

enum err schedule_event(struct call *c, const struct schedule *s, int what, const char *text)
{
    struct event e = {.what = what,
                      .subject = SUBJECT_SCHEDULE,
                      .about = (int64_t)s->id,
                      .number = s->name,
                      .customer = s->customer,
                      .customer_name = s->customer_name,
                      .amount = s->total,
                      .text = text};
    return call_event(c, &e);
}

/* --- making ------------------------------------------------------------------------------------------------------------------ */
/* As it would be written today, with what the schedule says of reference and address, dated on its own day. */
static enum err build(struct call *c, const struct schedule *s, int32_t today, struct document *d)
{
    const struct document *from = s->document;
    enum err e = document_like(c, from, DOC_INVOICE, false, d);
    if (e)
        return e;
    d->reference = from->reference;
    if (from->own_billing) {
        d->billing = from->billing;
        d->own_billing = true;
    }
    recur_dates(s, d->due - d->date, today, d);
    d->schedule = s->id;
    d->nth = s->next;
    return OK;
}

enum err schedule_total(struct call *c, struct schedule *s, int32_t today)
{
    struct document d;
    enum err e = s->next_date ? build(c, s, today, &d) : OK;
    if (!e && s->next_date)
        s->total = d.total;
    if (e > 0)
        c->why = (struct refusal){0};
    return e > 0 ? OK : e;
}

/* What was made under that number stays the only one, whatever the schedule says. */
static enum err is_made(struct call *c, const struct schedule *s, bool *is)
{
    struct key k = index_key(&c->txn, INDEX_DOC_SCHEDULE);
    uint64_t id;
    enum err e = record_find(&c->txn, key_u32(key_u64(&k, s->id), (uint32_t)s->next), &id);
    *is = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err make_one(struct call *c, struct schedule *s, int32_t today)
{
    struct document d;
    bool is;
    enum err e = is_made(c, s, &is);
    if (e || is)
        return e;
    e = build(c, s, today, &d);
    if (!e)
        e = document_create(c, &d, s->send);
    if (e)
        return e;
    s->made++;
    s->last_date = s->next_date;
    return OK;
}

enum err schedule_make(struct call *c, struct schedule *s, int32_t today, int64_t most, int64_t *made)
{
    enum err e = OK;
    const int64_t before = s->made;
    for (int64_t i = 0; !e && i < most && s->next_date && s->next_date <= today; i++) {
        e = make_one(c, s, today);
        if (!e)
            recur_go_on(s, s->next + 1, 0);
    }
    *made = s->made - before;
    if (!e)
        e = schedule_put(c, s);
    return !e && s->state == SCHEDULE_ENDED ? schedule_event(c, s, WHAT_STOPPED, "it has made its last one")
                                            : e;
}

const char *schedule_many(struct call *c, const struct schedule *s, int64_t due)
{
    char day[DATE_TEXT];
    return arena_printf(
        c->arena, "%s%" PRId64 " are due, the first since %s: make them, or resume without them",
        due > LIMIT_RECUR_CATCH_UP ? "more than " : "",
        due > LIMIT_RECUR_CATCH_UP ? (int64_t)LIMIT_RECUR_CATCH_UP : due, date_short(day, s->next_date));
}

enum err schedule_hold(struct call *c, struct schedule *s, const char *said)
{
    s->state = SCHEDULE_HELD;
    s->said = said;
    enum err e = schedule_put(c, s);
    return e ? e : schedule_event(c, s, WHAT_HELD, said);
}

/* --- the work ---------------------------------------------------------------------------------------------------------------- */
/* One schedule, in a transaction of its own inside that of the batch: what is refused leaves no trace of it. */
struct turn {
    struct call *c;
    uint64_t id;
    int32_t today;
    const char *said; /* NULL: it is its turn; or else why it waits */
};

static enum err take_turn(struct call *c, void *arg)
{
    const struct turn *turn = arg;
    struct schedule s;
    int64_t made;
    enum err e = record_get(&c->txn, KIND_SCHEDULE, turn->id, &s);
    const int64_t due = e ? 0 : recur_waiting(&s, turn->today, LIMIT_RECUR_CATCH_UP + 1);
    if (!e && turn->said)
        e = schedule_hold(c, &s, turn->said);
    else if (!e && due > LIMIT_RECUR_DUE)
        e = schedule_hold(c, &s, schedule_many(c, &s, due));
    else if (!e)
        e = schedule_make(c, &s, turn->today, LIMIT_RECUR_DUE, &made);
    return e;
}

static enum err run_one(struct turn *turn)
{
    struct call *c = turn->c;
    turn->said = NULL;
    enum err e = call_nested(c, take_turn, turn);
    if (e <= 0 || e == ERR_DISK_FULL)
        return e;
    turn->said = arena_printf(c->arena, "could not be made: %s",
                              c->why.code == e && *c->why.detail ? c->why.detail : err_sentence(e));
    c->why = (struct refusal){0};
    return call_nested(c, take_turn, turn);
}

/* A record that can not be read is in nobody's way; it is told by the check, and looked at again the next day. */
static enum err run_batch(struct call *c, int32_t today, size_t *done, bool *more)
{
    struct key k = index_key(&c->txn, INDEX_SCHEDULE_STATE);
    struct list_range range = list_range(key_u8(&k, SCHEDULE_RUNNING));
    struct id_list ids;
    range.last = k;
    key_u32(&range.last, (uint32_t)today);
    *done = 0;
    enum err e = record_range_ids(&c->txn, &range, 10 * (size_t)LIMIT_RECUR, &ids);
    size_t i = 0;
    for (; !e && i < ids.n && *done < LIMIT_RECUR; i++) {
        struct turn turn = {.c = c, .id = ids.v[i], .today = today};
        e = run_one(&turn);
        if (!e)
            ++*done;
        else if (e == ERR_DAMAGED || e == ERR_NOT_FOUND) {
            log_line(LOG_ERROR, "a recurring invoice can not be read", "business=%u schedule=%" PRIu64,
                     c->txn.business, ids.v[i]);
            e = OK;
        }
    }
    *more = *done > 0 && i < ids.n;
    return e;
}

/* Inside: what can not be read would end the transaction around it. */
struct first {
    struct call *c;
    uint64_t id;
    int32_t day;
};

static enum err look_first(struct call *c, void *arg)
{
    struct first *f = arg;
    struct schedule_row row;
    enum err e = record_view(&c->txn, KIND_SCHEDULE, f->id, shape_schedule_row(), &row);
    f->day = e ? 0 : row.next_date;
    return e;
}

enum err schedule_plan(struct call *c)
{
    struct key k = index_key(&c->txn, INDEX_SCHEDULE_STATE);
    struct id_list ids;
    const struct business *b;
    int64_t at = c->now + LIMIT_RECUR_MS;
    enum err e = record_ids(&c->txn, key_u8(&k, SCHEDULE_RUNNING), 1, &ids);
    if (!e && ids.n == 0)
        return due_drop(c, DUE_RECUR, 0);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    struct first first = {.c = c, .id = ids.v[0]};
    e = call_nested(c, look_first, &first);
    if (!e) {
        const int64_t midnight = zone_midnight(b->time_zone, first.day);
        at = midnight < at ? midnight : at;
    }
    return e && e != ERR_DAMAGED ? e : due_set(c, DUE_RECUR, 0, at);
}

static enum err write(struct call *c, struct due_try *w)
{
    int32_t today;
    size_t done;
    bool more;
    enum err e = call_today(c, &today);
    if (!e)
        e = run_batch(c, today, &done, &more);
    if (e)
        return e;
    if (more) {
        w->next = DUE_MORE;
        return OK;
    }
    w->next = DUE_KEPT;
    return schedule_plan(c);
}

const struct due_doing recur_due = {.write = write};
