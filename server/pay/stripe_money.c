/* Amounts as Stripe writes them. Their table is not ISO 4217: what a currency's decimals are is a property of currency and gateway. */
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <string.h>

/* Written as they are, without decimals. */
static const char whole[][4] = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
                                "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
/* Without decimals in life, and yet written times a hundred. */
static const char hundredfold[][4] = {"ISK", "UGX"};
/* Of three decimals, the last of which has to be 0. */
static const char thousandfold[][4] = {"BHD", "JOD", "KWD", "OMR", "TND"};

/* The least they take, on the wire; others: theirs to say. */
static const struct {
    char currency[4];
    int64_t least;
} least[] = {{"EUR", 50}, {"USD", 50}, {"GBP", 30}, {"JPY", 50}};
#define MOST INT64_C(99999999)

static bool in(const char (*list)[4], size_t n, const char *currency)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], currency) == 0)
            return true;
    return false;
}
#define IN(list, currency) in(list, sizeof(list) / sizeof *(list), currency)

static int digits_there(const char *currency)
{
    return IN(whole, currency) ? 0 : IN(thousandfold, currency) ? 3 : 2;
}

static const char *told(char to[MONEY_TEXT + 8], const char *currency, int64_t wire, int digits)
{
    char plain[MONEY_TEXT];
    snprintf(to, MONEY_TEXT + 8, "%s %s", currency, money_plain(plain, wire, digits));
    return to;
}

static enum err check_range(const char *currency, int64_t wire, int digits, struct refusal *why)
{
    char text[MONEY_TEXT + 8];
    if (wire <= 0)
        return refuse(why, ERR_INVALID, "amount", "has to be more than nothing");
    if (wire > MOST)
        return refuse(why, ERR_INVALID, "amount", "the gateway takes %s at most",
                      told(text, currency, MOST, digits));
    for (size_t i = 0; i < sizeof least / sizeof *least; i++)
        if (strcmp(least[i].currency, currency) == 0 && wire < least[i].least)
            return refuse(why, ERR_INVALID, "amount", "the gateway takes no less than %s",
                          told(text, currency, least[i].least, digits));
    return OK;
}

enum err stripe_amount(struct money amount, int64_t *wire, struct refusal *why)
{
    const int ours = currency_digits(amount.currency), theirs = digits_there(amount.currency);
    int64_t n = amount.amount;
    if (ours < 0 || ours > 3 || (ours == 3 && theirs != 3))
        return refuse(why, ERR_CURRENCY, "amount", "the gateway takes no %s", amount.currency);
    if (n > MONEY_MAX)
        return refuse(why, ERR_INVALID, "amount", "is larger than the gateway takes");
    for (int i = ours; i < theirs; i++)
        n *= 10;
    for (int i = theirs; i < ours; i++) {
        if (n % 10)
            return refuse(why, ERR_INVALID, "amount", "the gateway takes whole %s only", amount.currency);
        n /= 10;
    }
    if (theirs == 3 && n % 10)
        return refuse(why, ERR_INVALID, "amount",
                      "the gateway takes two decimals of %s: the third has to be 0", amount.currency);
    if (IN(hundredfold, amount.currency) && n % 100)
        return refuse(why, ERR_INVALID, "amount", "the gateway takes whole %s only", amount.currency);
    *wire = n;
    return OK;
}

enum err stripe_takes(const struct gateway_settings *settings, struct money amount, struct refusal *why)
{
    int64_t wire;
    (void)settings;
    enum err e = stripe_amount(amount, &wire, why);
    return e ? e : check_range(amount.currency, wire, digits_there(amount.currency), why);
}

const char *stripe_currency(const struct money *amount, char to[4])
{
    for (int i = 0; i < 4; i++)
        to[i] = (char)(amount->currency[i] >= 'A' && amount->currency[i] <= 'Z' ? amount->currency[i] + 32
                                                                                : amount->currency[i]);
    return to;
}

bool stripe_same(const json_t *object, const char *amount_name, struct money amount)
{
    char currency[4];
    int64_t wire;
    return stripe_amount(amount, &wire, NULL) == OK && stripe_number(object, amount_name) == wire &&
           strcmp(stripe_text(object, "currency"), stripe_currency(&amount, currency)) == 0;
}

enum err stripe_amount_read(int64_t wire, const char *currency, struct money *amount)
{
    char code[4] = "";
    for (size_t i = 0; i < 3 && currency[i]; i++)
        code[i] = (char)(currency[i] >= 'a' && currency[i] <= 'z' ? currency[i] - 'a' + 'A' : currency[i]);
    const int ours = currency_digits(code);
    if (strlen(currency) != 3 || ours < 0)
        return ERR_CURRENCY;
    for (int more = digits_there(code) - ours; more > 0; more--, wire /= 10)
        if (wire % 10)
            return ERR_INVALID;
    for (int less = ours - digits_there(code); less > 0; less--)
        if (__builtin_mul_overflow(wire, 10, &wire))
            return ERR_INVALID;
    *amount = money_of(wire, code);
    return OK;
}

enum err stripe_money(const json_t *object, const char *amount_name, struct money *out)
{
    const int64_t n = stripe_number(object, amount_name);
    return n > 0 && n <= MOST ? stripe_amount_read(n, stripe_text(object, "currency"), out)
                              : (enum err)ERR_INVALID;
}
