/* What a recurring invoice under the hand has of its own: its rhythm, what comes next, and what of that is said to the server. */
#include "common/date.h"
#include "common/recur.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/rhythm.h"
#include "tui/portal/writing_inside.h"
#include <inttypes.h>
#include <string.h>

/* What is written of it; a period and its number are one. */
#define WRITTEN (sizeof written / sizeof *written)
static const char *const written[] = {"period", "every",    "anchor",      "last_day", "until", "count",
                                      "send",   "due_days", "due_by_date", "service",  "name"};

void writing_schedule(struct writing *w, const struct schedule *s)
{
    w->plan_was = fill_copy(shape_schedule(), s, w->arena);
    w->was = w->plan_was->document;
    w->id = s->id;
    w->customer = s->customer;
    w->revision = s->revision;
    w->number = w->plan_was->name;
}

void writing_plan_begin(struct writing *w)
{
    static const struct schedule fresh = {
        .state = SCHEDULE_RUNNING, .period = PERIOD_MONTH, .every = 1, .first = 1, .next = 1};
    w->plan =
        *(const struct schedule *)fill_copy(shape_schedule(), w->plan_was ? w->plan_was : &fresh, w->texts);
    w->plan.document = NULL;
    if (!w->plan.anchor)
        w->plan.anchor = w->today;
}

static int32_t terms(const struct writing *w)
{
    return (int32_t)(w->owner->terms_days ? w->owner->terms_days : w->business->terms_days);
}

void writing_put_next(struct writing *w, struct document *d)
{
    w->next = w->plan;
    if (w->plan_was)
        recur_follow(w->plan_was, &w->next, w->today);
    else
        recur_go_on(&w->next, 1, w->today);
    recur_dates(&w->next, terms(w), w->today, d);
    d->number = w->plan.send ? w->next_number : NULL;
}

void writing_plan_sent(const struct writing *w, struct schedule *s)
{
    static const struct schedule nothing;
    const struct shape *shape = shape_schedule();
    for (size_t i = 0; i < WRITTEN; i++)
        if (!fill_same(shape, &w->plan, w->plan_was ? w->plan_was : &nothing, written[i])) {
            memcpy(fill_place(shape, s, written[i], NULL, true), fill_at(shape, &w->plan, written[i]),
                   field_size(fill_field(shape, written[i])));
        }
}

void writing_plan_newer(struct writing *w, const struct schedule *before)
{
    const struct shape *shape = shape_schedule();
    struct schedule mine = w->plan;
    writing_plan_begin(w);
    for (size_t i = 0; i < WRITTEN; i++)
        if (!fill_same(shape, &mine, before, written[i]))
            memcpy(fill_place(shape, &w->plan, written[i], NULL, false), fill_at(shape, &mine, written[i]),
                   field_size(fill_field(shape, written[i])));
}

#define SOON 3
void writing_plan(struct page *p, struct writing *w)
{
    char often[RHYTHM_TEXT], day[DATE_TEXT], due[DATE_TEXT], total[SHOW_TEXT];
    writing_sum(w);
    struct schedule s = w->next;
    page_fact(p, "How often", "every %s%s", rhythm_typed(often, s.period, s.every),
              s.last_day ? ", on the last day of the month" : "");
    if (!s.next_date) {
        page_note(p, LOOK_BAD, "With that end there is none to make any more.");
        return;
    }
    if (!w->plan_was && s.next > 1)
        page_fact(p, "Left out", "%" PRId64 ", whose days are over", s.next - 1);
    for (int i = 0; i < SOON && s.next_date; i++, recur_go_on(&s, s.next + 1, 0)) {
        struct document d = {.date = 0};
        recur_dates(&s, terms(w), w->today, &d);
        page_list(p, i ? "Then" : "Next",
                  arena_printf(w->sum, "%s, due %s%s%s", date_short(day, d.date), date_short(due, d.due),
                               i || w->wrong.code ? "" : ", ",
                               i || w->wrong.code ? "" : show_money(total, w->sums.total)));
    }
    page_note(p, LOOK_PLAIN,
              w->plan.send ? "Each is sent to the customer on its day."
                           : "Each becomes a draft on its day, which you send.");
}
