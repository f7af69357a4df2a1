#include "common/number.h"
#include "common/money.h"
#include "tests/unit/test.h"
#include <stdint.h>

static void check_reads(const char *text, int places, const char *plain)
{
    char got[MONEY_TEXT];
    int64_t v = 99;
    struct refusal why = {.detail = ""};
    enum err e = number_read(text, places, "quantity", &v, &why);
    if (e)
        fprintf(stderr, "\"%s\" with %d places: %s\n", text, places, why.detail);
    CHECK_INT(e, OK);
    CHECK_TEXT(money_plain(got, v, places), plain);
}

static void check_refused(const char *text, int places, enum err code, const char *says)
{
    int64_t v = 99;
    struct refusal why = {.detail = ""};
    enum err e = number_read(text, places, "lines.0.quantity", &v, &why);
    if (e != code || !strstr(why.detail, says))
        fprintf(stderr, "\"%s\" with %d places: %d, %s\n", text, places, e, why.detail);
    CHECK_INT(e, code);
    CHECK_INT(v, 99);
    CHECK_TEXT(why.field, "lines.0.quantity");
    CHECK(strstr(why.detail, says));
    CHECK_INT(number_read(text, places, "x", &v, NULL), code);
}

static void the_currency_stands_at_either_end(void)
{
    char code[4];
    CHECK(number_currency("110 usd", code));
    CHECK_TEXT(code, "USD");
    CHECK(number_currency("-JPY500", code));
    CHECK_TEXT(code, "JPY");
    CHECK(!number_currency("110", code));
    CHECK(!number_currency("110 ABC", code));
    CHECK(!number_currency("", code));
}

static void a_point_is_the_decimal_mark(void)
{
    check_reads("12.5", 6, "12.500000");
    check_reads("1.125", 6, "1.125000");
    check_reads("1.250", 3, "1.250"); /* as many as it has */
    check_reads("0.125", 3, "0.125");
    check_reads("0.500", 2, "0.50");
    check_reads("1234.500", 2, "1234.50"); /* four digits before it: no group */
    check_reads("1234.50", 2, "1234.50");
    check_reads("1234567.891", 3, "1234567.891");
    check_reads("1.2500000000", 2, "1.25"); /* zeros at the end are no places */
    check_reads("1.00", 0, "1");
    check_reads("007", 0, "7");
}

static void a_comma_is_one_too_where_it_can_not_group(void)
{
    check_reads("0,125", 6, "0.125000");
    check_reads("0,500", 2, "0.50");
    check_reads("00,500", 2, "0.50");
    check_reads("1,5", 2, "1.50");
    check_reads("1,50", 2, "1.50");
    check_reads("1,2500", 2, "1.25");
    check_reads("1234,50", 2, "1234.50");
    check_reads("1234,500", 2, "1234.50"); /* four digits before it: no group */
    check_reads("12,0", 0, "12");
}

static void with_both_the_last_is_the_decimal_mark(void)
{
    check_reads("1.234,50", 6, "1234.500000");
    check_reads("1,234.50", 2, "1234.50");
    check_reads("1.234.567,8", 2, "1234567.80");
    check_reads("1,234.567", 3, "1234.567");
    check_reads("1.234,567", 3, "1234.567");
    check_reads("12,34,567.00", 2, "1234567.00");
}

static void clean_groups_are_read(void)
{
    check_reads("1,234,567", 2, "1234567.00");
    check_reads("1.234.567", 2, "1234567.00");
    check_reads("12,34,567", 2, "1234567.00");
    check_reads("1,23,456", 0, "123456");
    check_reads("1'234.50", 2, "1234.50");
    check_reads("1\xE2\x80\x99"
                "234\xE2\x80\x99"
                "567.5",
                2, "1234567.50");
    check_reads("1'234", 2, "1234.00"); /* an apostrophe only groups */
    check_reads("1 234,50", 2, "1234.50");
    check_reads("1\xC2\xA0"
                "234\xE2\x80\xAF"
                "567,5",
                2, "1234567.50");
    check_reads("1\xE2\x80\x89"
                "234",
                2, "1234.00");
    check_reads("1,250", 0, "1250"); /* no places: it can only group */
    check_reads("999,999", 0, "999999");
}

static void blanks_around_and_a_minus_before_are_fine(void)
{
    check_reads("  12.5 ", 2, "12.50");
    check_reads("\xC2\xA0"
                "12.5\xE2\x80\x8B\xEF\xBB\xBF",
                2, "12.50");
    check_reads("\xE2\x80\x8E"
                "12\t\r\n",
                0, "12");
    check_reads("-12.5", 2, "-12.50");
    check_reads("\xE2\x88\x92"
                "1,234.50",
                2, "-1234.50");
    check_reads("-0", 2, "0.00");
}

static void what_can_be_read_in_two_ways_is_refused_with_both(void)
{
    check_refused("1,250", 6, ERR_INVALID, "1250 or 1.25.");
    check_refused("1,250", 2, ERR_INVALID, "1250 or 1.25.");
    check_refused("1.250", 2, ERR_INVALID, "write 1250 or 1.25.");
    check_refused("12.500", 1, ERR_INVALID, "write 12500 or 12.5.");
    check_refused("-1.000", 2, ERR_INVALID, "write -1000 or -1.00.");
    check_refused("1.255", 2, ERR_INVALID, "write 1255, or 1.255 with at most 2 decimal places.");
    check_refused("1,255", 2, ERR_INVALID, "write 1255, or 1.255 with at most 2 decimal places.");
    check_refused("-12,000", 2, ERR_INVALID, "-12000 or -12.00.");
    check_refused(" 999,001 ", 6, ERR_INVALID, "999001 or 999.001.");
    check_refused("1.000", 0, ERR_INVALID, "write 1000 or 1 without a point.");
    check_refused("1,000", 2, ERR_INVALID, "write 1000 or 1.00.");
}

static void unclean_grouping_is_refused(void)
{
    static const char *const bad[] = {
        "1,5,5",       "1,5,0",         "1.5.5",       "1,23,45", "1.23.456",    "1,2345.50",
        "1234,567.50", "1,234,56.78",   "1 23",        "1  234",  "1,,234.5",    "0,123,456",
        "1,234 567",   "1'234,567'890", "1,234'567.8", "0 125",   "123,45,678.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t v = 99;
        CHECK_INT(number_read(bad[i], 6, "", &v, NULL), ERR_INVALID);
        CHECK_INT(v, 99);
    }
    check_refused("1,5,5", 6, ERR_INVALID, "grouping is not clean");
}

static void what_is_no_number_is_refused(void)
{
    static const char *const bad[] = {"-",
                                      ".",
                                      ".5",
                                      "5.",
                                      ",5",
                                      "5,",
                                      "+1",
                                      "--1",
                                      "1e3",
                                      "0x1",
                                      "1.-2",
                                      "inf",
                                      "nan",
                                      "1-",
                                      "\xD9\xA3",
                                      "1;5",
                                      "1\n2",
                                      "1_000",
                                      "1%",
                                      "5 EUR",
                                      "\xFF",
                                      "1\xC2",
                                      "1,.5",
                                      "- 5",
                                      "1,234.567,89",
                                      ("1\xE2\x80\x8B"
                                       "2"),
                                      "a"};
    int64_t v = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (number_read(bad[i], 6, "", &v, NULL) != ERR_INVALID)
            fprintf(stderr, "read: \"%s\"\n", bad[i]);
        CHECK_INT(number_read(bad[i], 6, "", &v, NULL), ERR_INVALID);
    }
    CHECK_INT(v, 99);
    check_refused("", 2, ERR_INVALID, "needed");
    check_refused(" \xC2\xA0 ", 2, ERR_INVALID, "needed");
    CHECK_INT(number_read(NULL, 2, "", &v, NULL), ERR_INVALID);
}

static void nothing_is_rounded_and_nothing_overflows(void)
{
    check_refused("1.2555", 2, ERR_INVALID, "At most 2 decimal places; this has 4.");
    check_refused("1234.555", 2, ERR_INVALID, "At most 2 decimal places; this has 3.");
    check_refused("1.0000001", 6, ERR_INVALID, "At most 6");
    check_refused("1.5", 0, ERR_INVALID, "whole number");
    check_refused("0,125", 0, ERR_INVALID, "whole number");
    check_refused("1.250", 0, ERR_INVALID, "whole number");
    check_refused("9223372036854.775808", 6, ERR_OVERFLOW, "too large");
    check_refused("99999999999999999999999999999999999999999999999999", 0, ERR_OVERFLOW, "too large");
    check_refused("99999999999999999999999999999999999999999999999999x", 0, ERR_INVALID,
                  "Not a whole number");
    check_reads("9223372036854.775807", 6, "9223372036854.775807");
    check_reads("-9223372036854.775808", 6, "-9223372036854.775808");
}

static void money_may_have_its_currency(void)
{
    static const struct {
        const char *text, *currency;
        int64_t amount;
    } good[] = {{"EUR 1,234.50", "EUR", 123450},
                {"1 234,50 EUR", "EUR", 123450},
                {"1234.5", "EUR", 123450},
                {"-EUR 5.00", "EUR", -500},
                {"\xE2\x88\x92"
                 "EUR 5.00",
                 "EUR", -500},
                {"EUR -5.00", "EUR", -500},
                {"-5.00 EUR", "EUR", -500},
                {"eur5", "EUR", 500},
                {"0,500", "EUR", 50},
                {"JPY 1,250", "JPY", 1250},
                {"KWD 1.250", "KWD", 1250},
                {"10,000,000,000,000.00", "EUR", MONEY_MAX}};
    static const struct {
        const char *text, *currency;
        enum err code;
    } bad[] = {{"USD 5", "EUR", ERR_CURRENCY},    {"5 USD", "EUR", ERR_CURRENCY},
               {"5", "XXX", ERR_CURRENCY},        {"5", NULL, ERR_CURRENCY},
               {"EUR 5 EUR", "EUR", ERR_INVALID}, {"-EUR -5", "EUR", ERR_INVALID},
               {"EUR", "EUR", ERR_INVALID},       {"EURO 5", "EUR", ERR_INVALID},
               {"1.255 EUR", "EUR", ERR_INVALID}, {"EUR 1,250", "EUR", ERR_INVALID},
               {"1.250 EUR", "EUR", ERR_INVALID}, {"-EUR 1.250", "EUR", ERR_INVALID},
               {"1.5", "JPY", ERR_INVALID},       {"10000000000000.01", "EUR", ERR_OVERFLOW},
               {"", "EUR", ERR_INVALID}};
    int64_t v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_INT(number_read_money(good[i].text, good[i].currency, "amount", &v, NULL), OK);
        CHECK_INT(v, good[i].amount);
    }
    v = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct refusal why;
        CHECK_INT(number_read_money(bad[i].text, bad[i].currency, "amount", &v, &why), bad[i].code);
        CHECK_TEXT(why.field, "amount");
    }
    CHECK_INT(v, 99);
}

static void percentages_may_have_their_sign(void)
{
    static const char *const good[] = {"33.5", "33,5%", "33.5 %", " 33.50\xC2\xA0% "};
    int64_t v = 99;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        v = 99;
        CHECK_INT(number_read_percent(good[i], "percent", &v, NULL), OK);
        CHECK_INT(v, 33500000);
    }
    CHECK_INT(number_read_percent("%", "percent", &v, NULL), ERR_INVALID);
    CHECK_INT(number_read_percent("5 %%", "percent", &v, NULL), ERR_INVALID);
}

/* Whatever money.h writes is read back as it was, at every number of places. */
static void what_is_written_is_read(void)
{
    uint64_t random = 88172645463325252U;
    for (int i = 0; i < 20000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int64_t amount = (int64_t)(random >> (1 + random % 61)), got;
        int places = i % (DECIMAL_PLACES + 1);
        char text[MONEY_TEXT];
        if (i % 3 == 0)
            amount = -amount;
        bool read =
            number_read(money_plain(text, amount, places), places, "", &got, NULL) == OK && got == amount;
        read = read && number_read(money_grouped(text, amount, places), places, "", &got, NULL) == OK &&
               got == amount;
        read = read && number_read(decimal_plain(text, amount), DECIMAL_PLACES, "", &got, NULL) == OK &&
               got == amount;
        if (!read)
            fprintf(stderr, "not read back: %s\n", text);
        CHECK(read);
    }
}

int main(void)
{
    the_currency_stands_at_either_end();
    a_point_is_the_decimal_mark();
    a_comma_is_one_too_where_it_can_not_group();
    with_both_the_last_is_the_decimal_mark();
    clean_groups_are_read();
    blanks_around_and_a_minus_before_are_fine();
    what_can_be_read_in_two_ways_is_refused_with_both();
    unclean_grouping_is_refused();
    what_is_no_number_is_refused();
    nothing_is_rounded_and_nothing_overflows();
    money_may_have_its_currency();
    percentages_may_have_their_sign();
    what_is_written_is_read();
    return test_end();
}
