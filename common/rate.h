/* Exchange rates as somebody said them: exact decimals, never computed with floating point, never guessed. */
#ifndef COMMON_RATE_H
#define COMMON_RATE_H
#include "common/money.h"

#define RATE_PLACES 12 /* decimals */
struct rate {
    int64_t value; /* > 0, < 10^15 */
    int places;    /* of them decimals, 0 … RATE_PLACES */
};
/* "0.923456": digits, optional point and at most RATE_PLACES places; above zero, at most 15 digits in all. ERR_INVALID. */
enum err rate_parse(const char *text, struct rate *rate) MUST_USE;
/* What `from` comes to at so much of `currency` for one of its own, rounded half away from zero, in minor units. ERR_CURRENCY, ERR_OVERFLOW. */
enum err rate_apply(const struct rate *rate, struct money from, const char *currency,
                    int64_t *amount) MUST_USE;
/* So much of to's currency for one of from's, with six digits that count, "0.923457". Both above zero, of known currencies; or else "". Returns the
 * buffer; *exact: it is no more and no less. */
#define RATE_TEXT 48
char *rate_between(char buffer[RATE_TEXT], struct money from, struct money to, bool *exact);
#endif
