#include "common/rate.h"
#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide;

#define DIGITS 15 /* of a rate, in all */

enum err rate_parse(const char *text, struct rate *rate)
{
    int64_t value = 0;
    int digits = 0, places = -1;
    for (; *text; text++) {
        if (*text == '.' && places < 0 && digits) {
            places = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || ++digits > DIGITS || (places >= 0 && ++places > RATE_PLACES))
            return ERR_INVALID;
        value = value * 10 + (*text - '0');
    }
    if (!value || places == 0)
        return ERR_INVALID;
    *rate = (struct rate){value, places < 0 ? 0 : places};
    return OK;
}

static wide power(int n)
{
    wide result = 1;
    while (n-- > 0)
        result *= 10;
    return result;
}

enum err rate_apply(const struct rate *rate, struct money from, const char *currency, int64_t *amount)
{
    const int of = currency_digits(from.currency), to = currency_digits(currency);
    if (of < 0 || to < 0)
        return ERR_CURRENCY;
    /* 10^15 × 10^15 × 10^4 fits: a currency has at most four places */
    const bool minus = from.amount < 0;
    wide product = (wide)(minus ? -from.amount : from.amount) * rate->value * power(to);
    const wide by = power(rate->places + of);
    wide result = product / by;
    result += (product % by) * 2 >= by;
    if (result > MONEY_MAX)
        return ERR_OVERFLOW;
    *amount = minus ? -(int64_t)result : (int64_t)result;
    return OK;
}

char *rate_between(char buffer[RATE_TEXT], struct money from, struct money to, bool *exact)
{
    const int of = currency_digits(from.currency), into = currency_digits(to.currency);
    buffer[0] = '\0';
    *exact = false;
    if (of < 0 || into < 0 || from.amount <= 0 || to.amount <= 0)
        return buffer;
    wide above = (wide)to.amount * power(of), below = (wide)from.amount * power(into);
    int places = 0;
    while (places < RATE_PLACES && above * power(places) / below < 100000)
        places++;
    wide digits = above * power(places) / below;
    *exact = above * power(places) % below == 0;
    digits += above * power(places) % below * 2 >= below;
    const int64_t whole = (int64_t)(digits / power(places)), rest = (int64_t)(digits % power(places));
    int n = snprintf(buffer, RATE_TEXT, "%lld", (long long)whole);
    if (places)
        n += snprintf(buffer + n, RATE_TEXT - (size_t)n, ".%0*lld", places, (long long)rest);
    while (places && n > 1 && buffer[n - 1] == '0')
        buffer[--n] = '\0';
    if (places && buffer[n - 1] == '.')
        buffer[n - 1] = '\0';
    return buffer;
}
