#include "common/pan.h"
#include <ctype.h>
#include <string.h>

#define PAN_MOST 19

bool pan_checks(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        if (i % 2)
            d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return sum % 10 == 0;
}

/* Beginning and length: Visa, Mastercard, Discover and UnionPay; American Express; Diners. */
static bool branded(const char *digits, size_t n)
{
    const int two = (digits[0] - '0') * 10 + digits[1] - '0';
    if (n == 16)
        return (two >= 22 && two <= 27) || (two >= 40 && two <= 65);
    return n == 15 ? two == 34 || two == 37 : n == 14 && (two == 30 || two == 36 || two == 38);
}

/* The digits from *p on, what may stand between them left out: how many. *p is behind them then. */
static size_t run_of(const char **p, char digits[PAN_MOST + 1])
{
    size_t n = 0;
    const char *end = *p;
    for (const char *at = *p; isdigit((unsigned char)*at) || *at == ' ' || *at == '-'; at++) {
        if (*at == ' ' || *at == '-')
            continue;
        if (n < PAN_MOST)
            digits[n] = *at;
        n++;
        end = at + 1;
    }
    *p = end;
    return n;
}

bool pan_within(const char *text)
{
    char digits[PAN_MOST + 1];
    bool found = false;
    for (const char *p = text; *p && !found;) {
        if (!isdigit((unsigned char)*p)) {
            p++;
            continue;
        }
        const bool inside = p > text && isalnum((unsigned char)p[-1]);
        const size_t n = run_of(&p, digits);
        found = !inside && !isalpha((unsigned char)*p) && n <= PAN_MOST && n >= 14 && branded(digits, n) &&
                pan_checks(digits, n);
    }
    explicit_bzero(digits, sizeof digits);
    return found;
}
