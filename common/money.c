#include "common/money.h"
#include <string.h>

__extension__ typedef __int128 wide;

static const struct {
    char code[4];
    signed char digits;
    bool past;
} currencies[] = {
#define CURRENCY(code, digits) {#code, digits, false},
#define CURRENCY_PAST(code, digits) {#code, digits, true},
#include "common/currency.def"
#undef CURRENCY
#undef CURRENCY_PAST
};
#define CURRENCIES (sizeof currencies / sizeof *currencies)

static const int64_t power_of_ten[DECIMAL_PLACES + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* Its place, CURRENCIES for none. */
static size_t find(const char *code)
{
    size_t low = 0, high = CURRENCIES;
    while (code && low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(code, currencies[middle].code);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return CURRENCIES;
}

int currency_digits(const char *code)
{
    size_t at = find(code);
    return at < CURRENCIES ? currencies[at].digits : -1;
}

bool currency_past(const char *code)
{
    size_t at = find(code);
    return at < CURRENCIES && currencies[at].past;
}

const char *currency_at(size_t i)
{
    return i < CURRENCIES ? currencies[i].code : NULL;
}

struct money money_of(int64_t amount, const char *currency)
{
    struct money m = {.amount = amount};
    for (size_t i = 0; currency && i + 1 < sizeof m.currency && currency[i];
         i++) /* in every row of a list: no printf */
        m.currency[i] = currency[i];
    return m;
}

enum err money_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t s;
    if (__builtin_add_overflow(a, b, &s) || s > MONEY_MAX || s < -MONEY_MAX)
        return ERR_OVERFLOW;
    *sum = s;
    return OK;
}

/* The one rounding: half away from zero. divisor > 0; |n| + divisor must fit, as it does for a product of two int64. */
static wide round_div(wide n, wide divisor)
{
    wide whole = n / divisor, rest = n % divisor;
    if (rest < 0)
        rest = -rest;
    if (rest >= divisor - rest)
        whole += n < 0 ? -1 : 1;
    return whole;
}

enum err money_mul_div(int64_t a, int64_t b, int64_t divisor, int64_t *result)
{
    if (divisor <= 0)
        return ERR_INVALID;
    wide r = round_div((wide)a * b, divisor);
    if (r > INT64_MAX || r < INT64_MIN)
        return ERR_OVERFLOW;
    *result = (int64_t)r;
    return OK;
}

enum err money_extend(int64_t quantity, int64_t price, int digits, int64_t *amount)
{
    if (digits < 0 || digits > DECIMAL_PLACES)
        return ERR_CURRENCY;
    wide divisor = (wide)DECIMAL_ONE * power_of_ten[DECIMAL_PLACES - digits];
    wide r = round_div((wide)quantity * price, divisor);
    if (r > MONEY_MAX || r < -MONEY_MAX)
        return ERR_OVERFLOW;
    *amount = (int64_t)r;
    return OK;
}

/* Writes from the end, so that no power of ten and no negation of INT64_MIN is needed. */
static char *format(char *buffer, int64_t value, int digits, bool grouped)
{
    char reversed[MONEY_TEXT], *r = reversed;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (int i = 0; i < digits; i++, rest /= 10)
        *r++ = (char)('0' + rest % 10);
    if (digits > 0)
        *r++ = '.';
    int written = 0;
    do {
        if (grouped && written && written % 3 == 0)
            *r++ = ',';
        *r++ = (char)('0' + rest % 10);
        rest /= 10;
        written++;
    } while (rest);
    if (value < 0)
        *r++ = '-';
    char *b = buffer;
    while (r > reversed)
        *b++ = *--r;
    *b = '\0';
    return buffer;
}

static int digits_within(int digits)
{
    return digits < 0 ? 0 : digits > DECIMAL_PLACES ? DECIMAL_PLACES : digits;
}

char *money_plain(char *buffer, int64_t amount, int digits)
{
    return format(buffer, amount, digits_within(digits), false);
}

char *money_grouped(char *buffer, int64_t amount, int digits)
{
    return format(buffer, amount, digits_within(digits), true);
}

char *decimal_plain(char *buffer, int64_t decimal)
{
    if (decimal % DECIMAL_ONE == 0) /* most are whole: without six zeros that are taken off again */
        return format(buffer, decimal / DECIMAL_ONE, 0, false);
    format(buffer, decimal, DECIMAL_PLACES, false);
    char *end = buffer + strlen(buffer);
    while (end[-1] == '0')
        end--;
    *end = '\0';
    return buffer;
}

/* Collects the digits on the negative side, which reaches one further. */
static enum err parse(const char *text, int digits, int64_t *value)
{
    if (!text || digits < 0 || digits > DECIMAL_PLACES)
        return ERR_INVALID;
    bool minus = *text == '-', point = false, overflow = false;
    int before = 0, after = 0;
    int64_t v = 0;
    for (const char *t = text + minus; *t; t++) {
        if (*t == '.' && !point && before) {
            point = true;
            continue;
        }
        if (*t < '0' || *t > '9' || (point && after == digits))
            return ERR_INVALID;
        overflow |= __builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, *t - '0', &v);
        before = 1;
        after += point;
    }
    if (!before || (point && !after))
        return ERR_INVALID;
    overflow |= __builtin_mul_overflow(v, power_of_ten[digits - after], &v);
    if (!minus)
        overflow |= __builtin_sub_overflow(0, v, &v);
    if (overflow)
        return ERR_OVERFLOW;
    *value = v;
    return OK;
}

enum err money_parse(const char *text, int digits, int64_t *amount)
{
    int64_t v;
    enum err e = parse(text, digits, &v);
    if (e)
        return e;
    if (v > MONEY_MAX || v < -MONEY_MAX)
        return ERR_OVERFLOW;
    *amount = v;
    return OK;
}

enum err decimal_parse(const char *text, int64_t *decimal)
{
    return parse(text, DECIMAL_PLACES, decimal);
}
