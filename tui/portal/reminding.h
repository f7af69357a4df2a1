/* What is done about reminders of a customer and of an invoice (reminding.c), as acts of their books. */
#ifndef PORTAL_REMINDING_H
#define PORTAL_REMINDING_H
#include "tui/portal/papers.h"

extern const struct give remind_gives[], remind_customer_gives[];
bool remind_is_held(const struct scene *v);
const char *remind_held(const struct scene *v); /* a sentence beside an invoice; NULL: they are not */
void remind_tell(struct page *p, const struct scene *v, const struct customer *c); /* that it gets none */
const char *remind_can(const struct scene *v);
const char *remind_can_go_on(const struct scene *v);
void remind_goes_on(const struct scene *v, const void *in, void *send);

#define REMINDS(this_one_)                                                                         \
    {.key = 'd',                                                                                   \
     .name = "remind",                                                                             \
     .help = "Remind the customer of it",                                                          \
     .op = OPNO_reminder_preview,                                                                  \
     .possible = remind_can,                                                                       \
     .goes = &book_remind_of,                                                                      \
     .goes_by = (this_one_)},                                                                      \
        {.key = 'h',                                                                               \
         .name = "hold",                                                                           \
         .help = "Hold its reminders: paused, disputed, promised",                                 \
         .op = OPNO_reminder_hold,                                                                 \
         .possible = remind_can,                                                                   \
         .gives = remind_gives,                                                                    \
         .yes = "Hold them",                                                                       \
         .busy = "Saving…",                                                                        \
         .done = "Held: {resume} lets them go on."},                                               \
    {                                                                                              \
        .key = 'g', .name = "resume", .help = "Let its reminders go on", .op = OPNO_reminder_hold, \
        .offered = remind_is_held, .possible = remind_can_go_on, .complete = remind_goes_on,       \
        .busy = "Saving…", .done = "They go on."                                                   \
    }
#define REMINDS_CUSTOMER(this_one_)                                                                      \
    {.key = 'd',                                                                                         \
     .name = "remind",                                                                                   \
     .help = "Remind it of what is late",                                                                \
     .op = OPNO_reminder_preview,                                                                        \
     .goes = &book_remind,                                                                               \
     .goes_by = (this_one_)},                                                                            \
        {.key = 'h',                                                                                     \
         .name = "hold",                                                                                 \
         .help = "Send it no reminders, or not before a day",                                            \
         .op = OPNO_customer_update,                                                                     \
         .gives = remind_customer_gives,                                                                 \
         .begins = "customer",                                                                           \
         .busy = "Saving…",                                                                              \
         .done = "Saved."},                                                                              \
    {                                                                                                    \
        .key = 'l', .name = "reminders", .help = "Reminders that it was sent", .op = OPNO_reminder_sent, \
        .goes = &book_reminded, .goes_by = (this_one_)                                                   \
    }
#endif
