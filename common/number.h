/* Numbers as people write them: the one reader behind every form, line mode, the command line and the importer. What goes over
 * the wire is not read here: there a number has one spelling (decimal_parse, money_parse in common/money.h).
 *
 * Said of a text, blanks around it aside:
 *   the point is the decimal mark of every screen of ours, so one point is a decimal mark            1.125, 12.5
 *   but not with exactly three digits behind it where there are fewer places than three, as in an amount of most currencies
 *   a comma followed by anything but three digits, or after a leading 0, is a decimal mark           1,5  0,125  1234,50
 *   both: the last one is the decimal mark, the other groups                                         1.234,50  1,234.50
 *   grouping is clean or refused: threes from the right (or 3 then twos, as India writes), one kind of mark: comma, point,
 *   apostrophe, or a blank (also U+00A0, U+2009, U+202F)                                             1,234,567  1'234.50  12,34,567.00
 *   one comma with one to three digits before and exactly three behind it is ambiguous: refused, both readings named; where
 *   `places` is 0 it can only group, and is accepted                                                 1,250
 *   the same of a point where `places` is 1 or 2                                                     1.250 EUR
 *   more places than `places` is refused, never rounded (zeros at the end are no places)             12.3456 EUR
 *   minus: '-' or U+2212, before the number. No exponent, no other character.
 * Grouping that our own money_grouped writes is accepted back, always. */
#ifndef COMMON_NUMBER_H
#define COMMON_NUMBER_H
#include "common/err.h"
#include <stdint.h>

/* text → *value in units of 10^-places (places 0…6; six is a decimal of common/money.h). Leaves *value untouched on failure.
 * ERR_INVALID with a sentence that names what is wrong (for 1,250 both readings: "1250 or 1.25"), ERR_OVERFLOW. The refusal's field is
 * `field`. why may be NULL. */
enum err number_read(const char *text, int places, const char *field, int64_t *value,
                     struct refusal *why) MUST_USE;
/* The code of a currency that stands before or behind an amount, in capitals; false: none of ISO 4217 does. */
bool number_currency(const char *text, char code[4]);
/* An amount in a currency, with or without its code before or behind ("EUR 1,234.50", "1 234,50 EUR", "-EUR 5.00"); another code
 * is ERR_CURRENCY. *amount: minor units, |amount| ≤ MONEY_MAX. */
enum err number_read_money(const char *text, const char *currency, const char *field, int64_t *amount,
                           struct refusal *why) MUST_USE;
/* A percentage, with or without a sign ("19", "19 %", "33,5%"): decimal of six places. */
enum err number_read_percent(const char *text, const char *field, int64_t *value,
                             struct refusal *why) MUST_USE;
#endif
