/* Exact amounts. Money is int64 minor units of an ISO 4217 currency; quantities, prices and rates are decimals with
 * six places in an int64 (1.5 is 1500000). Products go through __int128. One rounding: half up, away from zero.
 * Nothing here uses floating point. Overflow is ERR_OVERFLOW and leaves outputs untouched. */
#ifndef COMMON_MONEY_H
#define COMMON_MONEY_H
#include "common/err.h"
#include <stdint.h>

#define DECIMAL_ONE INT64_C(1000000)
#define DECIMAL_PLACES 6
#define MONEY_MAX INT64_C(1000000000000000) /* 10^15 minor units: sums of 9,000 such amounts still fit */

struct money {
    int64_t amount;   /* minor units */
    char currency[4]; /* ISO 4217 alphabetic code, NUL-terminated; "" for none */
};

/* Number of minor-unit digits of a currency (EUR 2, JPY 0, KWD 3); -1 for a code that is not in ISO 4217's lists. */
int currency_digits(const char *code);
/* Was it withdrawn (HRK, DEM)? Kept and brought in, never chosen for something new. */
bool currency_past(const char *code);
/* The i-th code of the table in alphabetic order, NULL after the last. */
const char *currency_at(size_t i);
struct money money_of(int64_t amount, const char *currency);
enum err money_add(int64_t a, int64_t b, int64_t *sum) MUST_USE; /* refuses |sum| > MONEY_MAX */
/* round(a * b / divisor), half up away from zero; divisor > 0. */
enum err money_mul_div(int64_t a, int64_t b, int64_t divisor, int64_t *result) MUST_USE;
/* round(quantity * price) in minor units of a currency with that many digits; both decimals of six places. */
enum err money_extend(int64_t quantity, int64_t price, int digits, int64_t *amount) MUST_USE;

/* Plain forms, no grouping, '.' as the point: "-1234.50". Buffer of MONEY_TEXT always suffices. Return the buffer. */
#define MONEY_TEXT 40
char *money_plain(char *buffer, int64_t amount, int digits);
char *decimal_plain(char *buffer, int64_t decimal); /* shortest exact: "2.25", "3" */
/* For people: grouped "1,234.50" / "-1,234.50" (UX: aligned on the point by the caller). */
char *money_grouped(char *buffer, int64_t amount, int digits);
/* Parse exactly: optional '-', digits, optional point and at most `digits` (or six) places. No blanks, exponent, grouping. */
enum err money_parse(const char *text, int digits, int64_t *amount) MUST_USE;
enum err decimal_parse(const char *text, int64_t *decimal) MUST_USE;
#endif
