/* Recurring invoices (F5): the list, one of them with the days to come and what it made, and how an invoice becomes one. */
#include "tui/portal/recurring.h"
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/rhythm.h"
#include <inttypes.h>

/* --- in words */

static const char *how_often(const struct scene *v, int period, int64_t every)
{
    char often[RHYTHM_TEXT];
    return scene_text(v, "every %s", rhythm_typed(often, period, every));
}

static const char *day(const struct scene *v, int32_t date)
{
    char text[DATE_TEXT];
    return scene_text(v, "%s", date_short(text, date));
}

static const char *money(const struct scene *v, struct money m)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_money(text, m));
}

static const char *stands(int state)
{
    return state == SCHEDULE_HELD ? "waits for you" : enum_name(enum_schedule_state(), state);
}

static enum look stands_look(int state)
{
    return state == SCHEDULE_HELD      ? LOOK_BAD
           : state == SCHEDULE_RUNNING ? LOOK_GOOD
           : state == SCHEDULE_PAUSED  ? LOOK_WARN
                                       : LOOK_DIM;
}

/* --- the list */

static const struct schedule_row *row(const struct scene *v)
{
    return v->row;
}

static const char *row_often(const struct scene *v)
{
    return how_often(v, row(v)->period, row(v)->every);
}

static const char *row_state(const struct scene *v)
{
    return stands(row(v)->state);
}

static enum look row_look(const struct scene *v)
{
    return stands_look(row(v)->state);
}

static const char *row_total(const struct scene *v)
{
    return money(v, row(v)->total);
}

static bool of_several(const struct scene *v)
{
    return !v->of;
}

static const struct column columns[] = {
    {.field = "name", .title = "What", .width = 14, .grow = 1},
    {.field = "customer_name", .title = "Customer", .width = 12, .grow = 1, .offered = of_several},
    {.field = "period", .title = "How often", .width = 15, .drop = 1, .text = row_often},
    {.field = "next_date", .title = "Next", .says = "next on", .width = 11},
    {.field = "state", .width = 13, .text = row_state, .look = row_look},
    {.field = "total", .says = "each", .width = 13, .drop = 2, .text = row_total},
    {0}};

static const char *row_can_make(const struct scene *v)
{
    return row(v)->state == SCHEDULE_HELD ? NULL : "None of it waits to be made.";
}

static void review_row(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s for %s: %s.", show_text(row(v)->name), show_text(row(v)->customer_name),
              show_text(row(v)->said));
}

static const char *made_told(const struct scene *v, const void *out)
{
    const struct schedule_run_out *o = out;
    return scene_text(v, "%" PRId64 " invoice%s made.%s", o->made, o->made == 1 ? "" : "s",
                      o->schedule->state == SCHEDULE_HELD ? " More wait." : "");
}

#define MAKES(possible_, review_)                                                            \
    {                                                                                        \
        .key = 'k', .name = "make", .help = "Make those that wait", .op = OPNO_schedule_run, \
        .possible = (possible_), .agree = AGREE_YES, .question = "Make those that wait?",    \
        .yes = "Make them", .review = (review_), .busy = "Making them…", .told = made_told   \
    }

static const struct act list_acts[] = {{.key = '+',
                                        .name = "new",
                                        .help = "Write a new one",
                                        .op = OPNO_schedule_create,
                                        .goes = &book_recur_for,
                                        .goes_by = scene_of},
                                       MAKES(row_can_make, review_row),
                                       {0}};

const struct book book_schedules = {
    .name = "recurring",
    .title = "Recurring",
    .noun = "recurring invoice",
    .empty = "No recurring invoices yet. {new} writes one; an invoice can become one, too.",
    .op = OPNO_schedule_list,
    .rows = "schedules",
    .one = "schedule",
    .of = "customer",
    .only = "state",
    .opens = &book_schedule,
    .columns = columns,
    .acts = list_acts,
    .live = SUBJECT_BIT(SUBJECT_SCHEDULE) | SUBJECT_BIT(SUBJECT_INVOICE)};

/* --- one of them */

static const struct schedule_get_out *all(const struct scene *v)
{
    return v->out;
}

static const struct schedule *it(const struct scene *v)
{
    return all(v)->schedule;
}

static bool is_over(const struct schedule *s)
{
    return s->state == SCHEDULE_ENDED || s->state == SCHEDULE_STOPPED;
}

/* ", 9 left": of one that goes on. What a pause left out is counted. */
static const char *left_text(const struct scene *v)
{
    const struct schedule *s = it(v);
    const int64_t left = s->count - (s->next ? s->next - 1 : 0);
    return !is_over(s) && left >= 0 ? scene_text(v, ", %" PRId64 " left", left) : "";
}

static void tell_rule(struct page *p, const struct scene *v)
{
    const struct schedule *s = it(v);
    page_fact(p, "How often", "%s from %s%s", how_often(v, s->period, s->every), day(v, s->anchor),
              s->last_day ? ", on the last day of the month" : "");
    if (s->until)
        page_fact(p, "Last day", "%s", day(v, s->until));
    if (s->count)
        page_fact(p, "At most", "%" PRId64 "%s", s->count, left_text(v));
    page_fact(p, "When made", "%s", s->send ? "sent at once" : "a draft, which you send");
    if (s->due_days)
        page_fact(p, "Due", "%" PRId64 " days from %s", s->due_days,
                  s->due_by_date ? "its date" : "the day it is made");
    else
        page_fact(p, "Due", "as the customer's terms say, from %s",
                  s->due_by_date ? "its date" : "the day it is made");
    if (s->service)
        page_fact(p, "Service dates", "on each");
}

static void tell_lines(struct page *p, const struct scene *v)
{
    const struct document *d = it(v)->document;
    for (size_t i = 0; d && i < d->lines.n; i++) {
        char quantity[SHOW_TEXT];
        page_list(p, "Each says",
                  scene_text(v, "%s × %s, %s", show_decimal(quantity, d->lines.v[i].quantity, 0),
                             show_text(d->lines.v[i].name), money(v, d->lines.v[i].net)));
    }
    page_money(p, "Each", LOOK_STRONG, it(v)->total, NULL);
}

#define SOON 4
static void tell_days(struct page *p, const struct scene *v)
{
    const struct schedule_day_list *next = &all(v)->days;
    const struct document_row_list *made = &all(v)->invoices;
    for (size_t i = 0; i < next->n && i < SOON; i++)
        page_list(p, it(v)->state == SCHEDULE_PAUSED ? "Would be made" : "Next",
                  scene_text(v, "%s, due %s%s%s", day(v, next->v[i].date), day(v, next->v[i].due),
                             i ? "" : ", ", i ? "" : money(v, it(v)->total)));
    for (size_t i = 0; i < made->n; i++) {
        const char *number = show_text(made->v[i].number);
        page_list(p, "Made",
                  scene_text(v, "%s, %s, %s, %s", *number ? number : "(draft)", day(v, made->v[i].date),
                             money(v, made->v[i].total), show_status(made->v[i].status)));
    }
}

/* What its state means for the days to come. */
static void tell_going_on(struct page *p, const struct scene *v)
{
    const struct schedule_day_list *next = &all(v)->days;
    const int state = it(v)->state;
    if (state == SCHEDULE_PAUSED)
        page_note(p, LOOK_WARN, "It makes none until it is resumed; those whose day goes by are left out.");
    else if (state == SCHEDULE_ENDED)
        page_note(p, LOOK_DIM, "It has made its last. A later end makes it go on.");
    else if (state == SCHEDULE_STOPPED)
        page_note(p, LOOK_DIM, "It was stopped, for good.");
    else if (next->n == 1)
        page_note(p, LOOK_WARN, "It ends with the next one, on %s.", day(v, next->v[0].date));
}

static void tell(struct page *p, const struct scene *v)
{
    const struct schedule *s = it(v);
    page_title(p, "%s", show_text(s->name));
    page_fact_as(p, stands_look(s->state), "State", stands(s->state));
    if (s->state == SCHEDULE_HELD)
        page_note(p, LOOK_BAD, "It waits: %s.", show_text(s->said));
    else
        tell_going_on(p, v);
    page_fact(p, "Customer", "%s", show_text(s->customer_name));
    tell_rule(p, v);
    tell_lines(p, v);
    tell_days(p, v);
}

static const char *name_of(const struct scene *v)
{
    return show_text(it(v)->name);
}

/* --- what is done about it */

static const char *can_pause(const struct scene *v)
{
    return it(v)->state == SCHEDULE_RUNNING || it(v)->state == SCHEDULE_HELD ? NULL : "It does not run.";
}

static const char *can_resume(const struct scene *v)
{
    return it(v)->state == SCHEDULE_PAUSED || it(v)->state == SCHEDULE_HELD
               ? NULL
               : "It is not paused, and does not wait.";
}

static const char *can_make(const struct scene *v)
{
    return it(v)->state == SCHEDULE_HELD ? NULL : "None waits to be made.";
}

static const char *can_stop(const struct scene *v)
{
    return is_over(it(v)) ? "It is over." : NULL;
}

static const char *can_change(const struct scene *v)
{
    return it(v)->state == SCHEDULE_STOPPED ? "It was stopped: an invoice of it can become another one."
                                            : NULL;
}

static void review_stop(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s for %s makes no more invoices, for good. What it made stays.", name_of(v),
              show_text(it(v)->customer_name));
}

static void review_make(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s. Each is dated on its own day%s. {resume} goes on without them.",
              show_text(it(v)->said), it(v)->send ? " and sent at once" : "");
}

static bool nth_invoice(const struct scene *v, size_t i, struct option *o)
{
    const struct document_row_list *made = &all(v)->invoices;
    if (i >= made->n)
        return false;
    const char *number = show_text(made->v[i].number);
    *o = (struct option){.value = (int64_t)made->v[i].id,
                         .name =
                             scene_text(v, "%s, %s", *number ? number : "(draft)", day(v, made->v[i].date))};
    return true;
}

static const char *has_made(const struct scene *v)
{
    return all(v)->invoices.n ? NULL : "It has made none yet.";
}

static uint64_t customer(const struct scene *v)
{
    return it(v)->customer;
}

#define RULE(first_day)                                                                          \
    {.field = "schedule.period", .must = true, .first = monthly},                                \
        {.field = "schedule.every", .heading = "What and how often", .usual = once, .width = 6}, \
        {.field = "schedule.name", .empty = "empty for what its first line says", .width = 44},  \
        {.field = "schedule.anchor", .first = (first_day)}, {.field = "schedule.last_day"},      \
        {.field = "schedule.until", .heading = "Its end", .empty = "empty for no end"},          \
        {.field = "schedule.count", .empty = "empty for no end", .width = 8},                    \
        {.field = "schedule.send", .heading = "Each of them"},                                   \
        {.field = "schedule.due_days",                                                           \
         .unit = "days",                                                                         \
         .empty = "empty for the customer's terms",                                              \
         .width = 8},                                                                            \
        {.field = "schedule.due_by_date"}, {.field = "schedule.service"},                        \
    {                                                                                            \
        0                                                                                        \
    }

static const char *monthly(const struct scene *v)
{
    (void)v;
    return "month";
}

static const char *once(const struct scene *v, const void *in)
{
    (void)v, (void)in;
    return "1";
}

/* With which day: what a pause left out is not made up for. */
static const char *goes_on(const struct scene *v, const void *out)
{
    const struct schedule *s = ((const struct schedule_resume_out *)out)->schedule;
    return s->next_date ? scene_text(v, "It goes on: the next is of %s.", day(v, s->next_date))
                        : "It goes on no more: its end has gone by.";
}

static const struct act acts[] = {
    {LEADS_TO('e', "change", "Change what each says, and when: from the next one on", OPNO_schedule_update,
              book_recur),
     .possible = can_change, .goes_by = scene_id},
    MAKES(can_make, review_make),
    {.key = 'p',
     .name = "pause",
     .help = "Make none until it is resumed",
     .op = OPNO_schedule_pause,
     .possible = can_pause,
     .busy = "Pausing…",
     .done = "Paused: what is due meanwhile is left out. {resume} goes on."},
    {.key = 'R',
     .name = "resume",
     .help = "Go on; those whose day is over are left out",
     .op = OPNO_schedule_resume,
     .possible = can_resume,
     .busy = "Resuming…",
     .told = goes_on},
    {.key = 'x',
     .name = "stop",
     .help = "Make no more, for good",
     .op = OPNO_schedule_stop,
     .possible = can_stop,
     .agree = AGREE_YES,
     .question = "Stop it for good?",
     .yes = "Stop it",
     .review = review_stop,
     .busy = "Stopping…",
     .done = "Stopped."},
    {.key = 'i',
     .name = "invoice",
     .help = "An invoice that it made",
     .op = OPNO_invoice_get,
     .possible = has_made,
     .goes = &book_invoice,
     .goes_among = nth_invoice},
    {LEADS_TO('o', "customer", "The customer", OPNO_customer_overview, book_customer), .goes_by = customer},
    {0}};

const struct book book_schedule = {.name = "recurring invoice",
                                   .title = "Recurring invoice",
                                   .op = OPNO_schedule_get,
                                   .one = "schedule",
                                   .tell = tell,
                                   .name_of = name_of,
                                   .acts = acts,
                                   .live = SUBJECT_BIT(SUBJECT_SCHEDULE) | SUBJECT_BIT(SUBJECT_INVOICE)};

/* --- an invoice becomes one */

static const char *its_date(const struct scene *v)
{
    return day(v, ((const struct document_get_out *)v->out)->document->date);
}

const struct give recur_gives[] = {RULE(its_date)};

uint64_t recur_made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct schedule_create_out *)out)->schedule->id;
}
