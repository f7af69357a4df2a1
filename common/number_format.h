/* How a number is written: text with {number} in it once, and perhaps {year} or {yy}; or a prefix and the number behind it, as a series says. */
#ifndef COMMON_NUMBER_FORMAT_H
#define COMMON_NUMBER_FORMAT_H
#include "common/arena.h"
#include "common/shape.h"

#define NUMBER_MOST 40 /* characters of a number */

/* The n-th of a series in that year; text in the arena. */
const char *number_format(struct arena *a, const struct series *s, int year, int64_t n);
/* The format that a series goes by: its own, or its prefix with {number} behind it. */
const char *number_format_of(struct arena *a, const struct series *s);
/* NULL, or what is wrong with a format, as a sentence. */
const char *number_format_wrong(const char *format);
/* Has it the year in it? */
bool number_format_dated(const char *format);
/* Is there a number that both give, as people compare them: without case, marks and blanks? Whatever number and year there are in them. */
bool number_formats_meet(struct arena *a, const char *x, const char *y);
#endif
