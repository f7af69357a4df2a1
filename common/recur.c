#include "common/recur.h"
#include "common/date.h"

int32_t recur_day(const struct schedule *s, int64_t nth)
{
    if (nth < 1 || (s->count && nth > s->count))
        return 0;
    const int32_t day = date_recur(s->anchor, s->period, s->every, s->last_day, nth - s->first);
    return s->until && day > s->until ? 0 : day;
}

void recur_go_on(struct schedule *s, int64_t nth, int32_t from)
{
    int32_t day = recur_day(s, nth);
    while (day && day < from)
        day = recur_day(s, ++nth);
    s->next = nth;
    s->next_date = day;
    if (!day && s->state != SCHEDULE_STOPPED)
        s->state = SCHEDULE_ENDED;
}

int64_t recur_waiting(const struct schedule *s, int32_t today, int64_t most)
{
    int64_t n = 0;
    for (int32_t day; n < most && (day = recur_day(s, s->next + n)) != 0 && day <= today;)
        n++;
    return n;
}

static bool days_differ(const struct schedule *a, const struct schedule *b)
{
    return a->anchor != b->anchor || a->period != b->period || a->every != b->every ||
           a->last_day != b->last_day;
}

static void count_anew(struct schedule *s, int32_t today)
{
    const int32_t from = s->last_date >= today ? s->last_date + 1 : today;
    int64_t place = 0;
    for (int32_t day = s->anchor; day && day < from;)
        day = date_recur(s->anchor, s->period, s->every, s->last_day, ++place);
    s->first = s->next - place;
    recur_go_on(s, s->next, 0);
}

void recur_follow(const struct schedule *was, struct schedule *s, int32_t today)
{
    if (days_differ(was, s))
        count_anew(s, today);
    else /* one that was over may have another end now */
        recur_go_on(s, s->next, s->state == SCHEDULE_ENDED ? today : 0);
    if (was->state == SCHEDULE_ENDED && s->next_date)
        s->state = SCHEDULE_RUNNING;
}

void recur_dates(const struct schedule *s, int32_t terms, int32_t today, struct document *d)
{
    const int32_t day = s->next_date, next = recur_day(s, s->next + 1);
    d->date = day;
    d->due = (s->due_by_date || day > today ? day : today) + (s->due_days ? (int32_t)s->due_days : terms);
    if (!s->service)
        return;
    d->period_from = day;
    d->period_until =
        (next ? next : date_recur(s->anchor, s->period, s->every, s->last_day, s->next + 1 - s->first)) - 1;
}
