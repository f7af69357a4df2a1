#include "tui/portal/pay_means.h"
#include "common/country.h"
#include "common/date.h"
#include "common/iban.h"
#include "common/pan.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

/* --- the card */

static size_t digits_of(const char *text, char digits[24])
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9' && n < 19)
            digits[n++] = *text;
        else if (*text != ' ' && *text != '-')
            return 0;
    }
    digits[n] = '\0';
    return n;
}

static const char *brand_of(const char *digits)
{
    int two = (digits[0] - '0') * 10 + digits[1] - '0';
    if (digits[0] == '4')
        return "Visa";
    if ((two >= 51 && two <= 55) || (two >= 22 && two <= 27))
        return "Mastercard";
    return two == 34 || two == 37 ? "American Express" : "Card";
}

const char *card_never(const char *typed)
{
    return pan_within(typed) ? "That looks like the number of a card, and is not taken here." : NULL;
}

const char *card_beside(const struct scene *v, const char *typed, const char **wrong)
{
    char digits[24];
    size_t n = digits_of(typed, digits);
    (void)v;
    *wrong =
        n >= 12 && pan_checks(digits, n) ? NULL : "That is not a card number: look for a mistyped digit.";
    const char *brand = n < 2 ? "" : brand_of(digits);
    explicit_bzero(digits, sizeof digits);
    return brand;
}

const char *card_expiry_beside(const struct scene *v, const char *typed, const char **wrong)
{
    int month = 0, year = 0, used = 0;
    size_t n = strlen(typed);
    bool plain = strspn(typed, "0123456789") == n && (n == 4 || n == 6);
    if ((!plain && n != 5 && n != 7) ||
        sscanf(typed, plain ? "%2d%4d%n" : "%2d/%4d%n", &month, &year, &used) != 2 || typed[used])
        *wrong = "Write month and year as MM/YY.";
    else if (month < 1 || month > 12)
        *wrong = "There is no such month.";
    else if (date_of(year < 100 ? year + 2000 : year, month, 28) < v->today - 31)
        *wrong = "The card has expired.";
    return "MM/YY";
}

const char *card_code_beside(const struct scene *v, const char *typed, const char **wrong)
{
    size_t n = strspn(typed, "0123456789");
    (void)v;
    *wrong = typed[n] || n < 3 || n > 4 ? "The three or four digits printed on the card." : NULL;
    return "";
}

const char *card_name(const struct scene *v, const char *number, const char *expiry)
{
    char digits[24];
    size_t n = digits_of(number, digits);
    const char *name = n < 12 ? ""
                              : scene_text(v, "%s ending %s, expires %.2s/%s", brand_of(digits),
                                           digits + n - 4, expiry, expiry + (expiry[2] == '/' ? 3 : 2));
    explicit_bzero(digits, sizeof digits);
    return name;
}

/* --- an account, an address */

const char *account_beside(const struct scene *v, const char *typed, const char **wrong)
{
    char iban[IBAN_TEXT];
    const char *what = iban_read(typed, iban);
    *wrong = what ? scene_text(v, "That %s.", what) : NULL;
    explicit_bzero(iban, sizeof iban);
    return what ? "" : "its check digits fit";
}

const char *account_name(const struct scene *v, const char *iban)
{
    char plain[IBAN_TEXT];
    const size_t n = iban_plain(iban, plain, sizeof plain) ? strlen(plain) : 0;
    const char *name = n < 15 ? "" : scene_text(v, "Account ending %s", plain + n - 4);
    explicit_bzero(plain, sizeof plain);
    return name;
}

const char *account_country(const struct scene *v, const char *typed, const char **wrong)
{
    const char *code = country_of(v->arena, typed);
    *wrong = code ? NULL : "Write the code of the country, such as IE, or the name of one of the EU.";
    return code ? code : "";
}

/* --- credit */

const struct credit_list *credit_there(const struct scene *v)
{
    const struct credit_list_out *out = v->also[0];
    return out ? &out->credits : NULL;
}

struct money credit_for(const struct scene *v, struct money sum)
{
    const struct credit_list *there = credit_there(v);
    struct money all = money_of(0, sum.currency);
    for (size_t i = 0; there && i < there->n && all.amount < sum.amount; i++)
        if (strcmp(there->v[i].left.currency, sum.currency) == 0)
            all.amount += there->v[i].left.amount;
    return all.amount < sum.amount ? all : sum;
}

const char *credit_names(const struct scene *v, int64_t amount)
{
    const struct credit_list *there = credit_there(v);
    const char *names = "";
    for (size_t i = 0; there && i < there->n && amount > 0; i++) {
        names = scene_text(v, "%s%s%s", names, *names ? ", " : "", show_text(there->v[i].number));
        amount -= there->v[i].left.amount;
    }
    return names;
}
