/* How an invoice becomes a recurring one, for the acts on invoices. */
#ifndef PORTAL_RECURRING_H
#define PORTAL_RECURRING_H
#include "tui/portal/books.h"

extern const struct give recur_gives[];
uint64_t recur_made(const struct scene *v, const void *out); /* the number of what was made */
extern const struct give plan_gives[];
const char *plan_can(const struct scene *v);
void plan_revision(const struct scene *v, const void *in, void *send);
/* Rows of the acts on an invoice. */
#define PLANS                                                                                         \
    {                                                                                                 \
        .key = 'P', .name = "plan", .help = "Let it be paid in instalments", .op = OPNO_invoice_plan, \
        .possible = plan_can, .gives = plan_gives, .complete = plan_revision, .yes = "Divide it",     \
        .busy = "Saving…", .done = "Saved. It tells its instalments."                                 \
    }
#define RECURS                                                                                      \
    {                                                                                               \
        .key = 'A', .name = "recur", .help = "Bill it again and again", .op = OPNO_schedule_create, \
        .gives = recur_gives, .yes = "Make it recurring", .busy = "Saving…",                        \
        .done = "It recurs from now on.", .goes = &book_schedule, .goes_to = recur_made             \
    }
#endif
