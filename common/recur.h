/* The days of a recurring invoice, the same for the daemon that makes them and the faces that say what will be made: the n-th, from 1, has
 * one day, counted from the first day and never from the one before (date_recur). One that is left out keeps its number. */
#ifndef COMMON_RECUR_H
#define COMMON_RECUR_H
#include "common/shape.h"

/* The day of the n-th; 0: there is none, by its last day, its count or the end of all days. */
int32_t recur_day(const struct schedule *s, int64_t nth);
/* Goes on with the n-th, or the first after it that is on `from` or later; has ended where there is none. */
void recur_go_on(struct schedule *s, int64_t nth, int32_t from);
/* How many are due on that day: from the next one on, counted up to `most`. */
int64_t recur_waiting(const struct schedule *s, int32_t today, int64_t most);
/* It said `was` before it was changed: what is next follows. Where the days are others, they are counted from the new first day on, and the
 * numbers go on: no two have one. Those before today have had their day then. */
void recur_follow(const struct schedule *was, struct schedule *s, int32_t today);
/* The dates of the next one, made on that day: its own, when it is due by so many days of terms, and the service. */
void recur_dates(const struct schedule *s, int32_t terms, int32_t today, struct document *d);
#endif
