/* Civil days and instants. A day is the Rata Die number (1 = 0001-01-01, proleptic Gregorian), 0 = none, up to 9999-12-31.
 * An instant is UTC milliseconds since 1970, 0 = none. */
#ifndef COMMON_DATE_H
#define COMMON_DATE_H
#include "common/err.h"
#include <stdint.h>

#define DATE_MAX INT32_C(3652059)       /* 9999-12-31 */
#define DATE_UNIX_EPOCH INT32_C(719163) /* 1970-01-01 */
#define DATE_LEAST INT32_C(693596)      /* 1900-01-01: no request may give a day before it */
#define DATE_TEXT 16
#define INSTANT_TEXT 32

int32_t date_of(int year, int month, int day); /* 0 when there is no such day */
void date_split(int32_t day, int *year, int *month, int *dom);
int date_weekday(int32_t day);               /* 1 Monday … 7 Sunday */
char *date_plain(char *buffer, int32_t day); /* "2026-11-22"; "" for 0 */
size_t date_put(char *to, int32_t day);      /* the same without a NUL: how many bytes; 10 or 0 */
char *date_short(char *buffer, int32_t day); /* "22 Nov 2026"; "" for 0 */
enum err date_parse(const char *text, int32_t *day) MUST_USE; /* exactly YYYY-MM-DD */
/* A day as people write it, for forms and line mode: "2026-11-22", "22 Nov 2026" (as date_short has it, also "November"),
 * "22.11.2026", "22/11/2026", "today", "tomorrow", "yesterday", "+14" and "-3" (days from today). Without a year ("22 nov", "22.11.")
 * it is the one that lies between DATE_READ_BACK days before today and a year after that. 3/4/2026 could be two days, and is refused
 * with both. ERR_INVALID with a sentence, field `field`, for what is no day or lies outside DATE_LEAST … DATE_MAX; *day untouched.
 * why may be NULL. */
enum err date_read(const char *text, int32_t today, const char *field, int32_t *day,
                   struct refusal *why) MUST_USE;
#define DATE_READ_BACK 180
/* The n-th day, from 0, of what recurs every so many days, weeks, months, quarters or years (enum period) from `anchor` on: counted from that
 * and never from the one before, in a shorter month the last day of it. last_day: always the last of the month (not of days and weeks).
 * 0: past DATE_MAX, or before the first of all days. n may be negative. */
int32_t date_recur(int32_t anchor, int period, int64_t every, bool last_day, int64_t n);
bool date_is_last(int32_t day);                     /* of its month */
char *instant_plain(char *buffer, int64_t instant); /* RFC 3339 "2026-11-22T06:14:00.123Z" */
/* RFC 3339 with Z or an offset, at most three places of a second (more would be cut silently), no leap second;
 * refuses 1970-01-01T00:00:00Z, which is the 0 of "none". */
enum err instant_parse(const char *text, int64_t *instant) MUST_USE;
int32_t date_of_instant(int64_t instant, int32_t utc_offset_s); /* civil day at that offset */
#endif
