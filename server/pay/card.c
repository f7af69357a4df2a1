#include "server/pay/card.h"
#include "common/country.h"
#include "common/date.h"
#include "common/pan.h"
#include "server/core/secret.h"
#include <stdlib.h>
#include <string.h>

struct brand {
    const char *name;
    int from, until; /* first four digits */
    size_t least, most, code;
};
/* Issuer ranges as the networks publish them, by the first four digits. */
static const struct brand brands[] = {
    {"Visa", 4000, 4999, 13, 19, 3},
    {"Mastercard", 5100, 5599, 16, 16, 3},
    {"Mastercard", 2221, 2720, 16, 16, 3},
    {"American Express", 3400, 3499, 15, 15, 4},
    {"American Express", 3700, 3799, 15, 15, 4},
    {"Discover", 6011, 6011, 16, 19, 3},
    {"Discover", 6440, 6599, 16, 19, 3},
    {"Diners Club", 3000, 3059, 14, 19, 3},
    {"Diners Club", 3600, 3699, 14, 19, 3},
    {"Diners Club", 3800, 3999, 14, 19, 3},
    {"JCB", 3528, 3589, 16, 19, 3},
    {"UnionPay", 6200, 6299, 16, 19, 3},
};
static const struct brand other_brand = {"Card", 0, 9999, 12, CARD_DIGITS, 3};

/* Copies the digits; false when there is anything but digits, blanks and hyphens, or too many of them. */
static bool digits_of(const char *typed, char *digits, size_t *n)
{
    *n = 0;
    for (const char *p = typed; *p; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        if (*p < '0' || *p > '9' || *n == CARD_DIGITS)
            return false;
        digits[(*n)++] = *p;
    }
    digits[*n] = 0;
    return true;
}

static const struct brand *brand_of(const char *digits)
{
    int first = 0;
    for (size_t i = 0; i < 4; i++)
        first = first * 10 + (digits[i] - '0');
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (first >= brands[i].from && first <= brands[i].until)
            return &brands[i];
    return &other_brand;
}

int32_t card_last_day(const char *typed)
{
    char digits[CARD_DIGITS + 1];
    size_t n = 0;
    for (const char *p = typed; *p; p++) {
        if (*p == '/' && n == 2 && p - typed == 2)
            continue;
        if (*p < '0' || *p > '9' || n == 6)
            return 0;
        digits[n++] = *p;
    }
    if (n != 4 && n != 6)
        return 0;
    int month = (digits[0] - '0') * 10 + (digits[1] - '0'), year = 0;
    for (size_t i = 2; i < n; i++)
        year = year * 10 + (digits[i] - '0');
    secret_wipe(digits, sizeof digits);
    if (n == 4)
        year += 2000;
    if (month < 1 || month > 12 || year < 2000)
        return 0;
    return month == 12 ? date_of(year, 12, 31) : date_of(year, month + 1, 1) - 1;
}

static bool is_country(const char *written)
{
    struct arena *a = arena_open();
    const bool is = country_of(a, written) != NULL;
    arena_close(a);
    return is;
}

static enum err check(const struct card_details *card, int32_t today, struct card_facts *out,
                      struct refusal *why)
{
    size_t n;
    if (!digits_of(card->card_number, out->digits, &n) || n < 12 || !pan_checks(out->digits, n))
        return refuse(why, ERR_INVALID, "card_number", "is not a card number: look for a mistyped digit");
    const struct brand *brand = brand_of(out->digits);
    if (n < brand->least || n > brand->most)
        return refuse(why, ERR_INVALID, "card_number", "has the wrong number of digits for this brand");
    int32_t last = card_last_day(card->card_expiry);
    if (!last)
        return refuse(why, ERR_INVALID, "card_expiry", "write month and year as MM/YY");
    if (last < today)
        return refuse(why, ERR_INVALID, "card_expiry", "the card has expired");
    if (strspn(card->card_code, "0123456789") != strlen(card->card_code) ||
        strlen(card->card_code) != brand->code)
        return refuse(why, ERR_INVALID, "card_code", "has %zu digits on this brand of card", brand->code);
    if (card->card_country && *card->card_country && !is_country(card->card_country))
        return refuse(why, ERR_INVALID, "card_country",
                      "is no country: write its two-letter code, such as IE");
    out->brand = brand->name;
    out->last_day = last;
    memcpy(out->last4, out->digits + n - 4, 5);
    return OK;
}

enum err card_check(const struct card_details *card, int32_t today, struct card_facts *out,
                    struct refusal *why)
{
    struct card_facts facts = {.brand = NULL};
    enum err e = check(card, today, &facts, why);
    if (!e)
        *out = facts;
    secret_wipe(&facts, sizeof facts);
    return e;
}
