/* Giving money back, as each place tells it that does. */
#ifndef PORTAL_REFUNDING_H
#define PORTAL_REFUNDING_H
#include "tui/portal/books.h"

bool refunding_mode(const struct scene *v, const void *in, size_t i, struct option *o);
const char *refunding_today(const struct scene *v, const void *in);
void refunding_review(struct page *p, const struct scene *v, const void *in, struct money left,
                      const char *whose);
const char *refunding_told(const struct scene *v, const void *out);
uint64_t refunding_made(const struct scene *v, const void *out);
/* Of the retainer invoice or credit note that is before one. */
const char *refunding_currency(const struct scene *v);
const char *refunding_all(const struct scene *v, const void *in);
const char *refunding_can(const struct scene *v);
void refunding_of_paper(const struct scene *v, const void *in, void *send);
void refunding_review_paper(struct page *p, const struct scene *v, const void *in);
#define REFUNDING_AMOUNT(currency_, all)                                                              \
    {                                                                                                 \
        .field = "amount", .help = "Empty: all that is left", .currency = (currency_), .usual = (all) \
    }
#define REFUNDING_WHY                                                                       \
    {                                                                                       \
        .field = "reason", .label = "Why", .help = "Only staff see it. Enter: another line" \
    }
/* What is asked of one that is given by hand; wanted_: NULL, always. */
#define REFUNDING_BY_HAND(wanted_)                                                             \
    {.field = "mode",                                                                          \
     .label = "How",                                                                           \
     .help = "← → another way",                                                                \
     .must = true,                                                                             \
     .wanted = (wanted_),                                                                      \
     .choice = refunding_mode},                                                                \
        {.field = "date",                                                                      \
         .help = "When it was given: today, -1, 20 nov, 2026-11-20",                           \
         .wanted = (wanted_),                                                                  \
         .usual = refunding_today},                                                            \
    {                                                                                          \
        .field = "reference", .help = "What stands on the bank statement", .wanted = (wanted_) \
    }
#define REFUNDING_GIVES(currency_, all) \
    REFUNDING_AMOUNT(currency_, all), REFUNDING_BY_HAND(NULL), REFUNDING_WHY
#define REFUNDING                                                                              \
    .agree = AGREE_YES, .question = "Refund this?", .yes = "Refund it", .busy = "Writing it…", \
    .told = refunding_told, .goes = &book_refund, .goes_to = refunding_made
#endif
