/* Between filter.c (terms) and filter_value.c (their values). */
#ifndef COMMON_FILTER_INSIDE_H
#define COMMON_FILTER_INSIDE_H
#include "common/filter.h"

/* One reading. */
struct filter_reading {
    struct arena *a;
    const struct filter_fields *fields;
    int32_t today;
    const char *typed; /* the term, for refusals */
    size_t words;      /* that the terms before it look for */
    struct refusal *why;
};
/* Takes t->value apart as its field says. */
enum err filter_value_read(const struct filter_reading *r, struct filter_term *t) MUST_USE;
/* The bits of the values that a word names: whole ("partly paid", "partly_paid"), by the first of two words ("partly"), and, for
 * `begun`, by a beginning of three letters. */
filter_set filter_set_of(struct arena *a, const struct filter_field *field, const char *folded, bool begun);
enum err filter_refuse(const struct filter_reading *r, const char *format, ...) PRINTF(2, 3) MUST_USE;
/* Fills folded, search and word from value. Refuses a word past FILTER_WORDS_MOST, and a value that has none. */
enum err filter_words(const struct filter_reading *r, struct filter_term *t) MUST_USE;
#endif
