#include "common/money.h"
#include "tests/unit/test.h"

static void currencies_have_the_digits_of_iso_4217_and_are_in_order(void)
{
    CHECK_INT(currency_digits("EUR"), 2);
    CHECK_INT(currency_digits("JPY"), 0);
    CHECK_INT(currency_digits("KWD"), 3);
    CHECK_INT(currency_digits("CLF"), 4);
    CHECK_INT(currency_digits("AED"), 2);
    CHECK_INT(currency_digits("ZWG"), 2);
    CHECK_INT(currency_digits("ISK"), 0);
    static const char *const none[] = {"", "EU", "eur", "EURO", "XAU", "XXX", "DEK", "ZZZ", "AAA", "HRD"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_INT(currency_digits(none[i]), -1);
    CHECK_INT(currency_digits(NULL), -1);
    size_t n = 0;
    for (const char *last = "", *code; (code = currency_at(n)); last = code, n++) {
        CHECK(strcmp(last, code) < 0);
        CHECK(strlen(code) == 3 && currency_digits(code) >= 0);
    }
    CHECK_INT(n, 165 + 52);
    static const char *const past[] = {"HRK", "BGN", "DEM", "ITL"};
    for (size_t i = 0; i < sizeof past / sizeof *past; i++)
        CHECK(currency_past(past[i]) && currency_digits(past[i]) >= 0);
    CHECK(!currency_past("EUR") && !currency_past("XXX") && !currency_past(NULL));
    CHECK(!currency_at(SIZE_MAX));
    CHECK_TEXT(money_of(5, "EUR").currency, "EUR");
    CHECK_TEXT(money_of(5, NULL).currency, "");
}

static void sums_stay_within_the_largest_amount(void)
{
    int64_t v = 7;
    CHECK_INT(money_add(MONEY_MAX - 1, 1, &v), OK);
    CHECK_INT(v, MONEY_MAX);
    CHECK_INT(money_add(MONEY_MAX, 1, &v), ERR_OVERFLOW);
    CHECK_INT(money_add(-MONEY_MAX, -1, &v), ERR_OVERFLOW);
    CHECK_INT(money_add(INT64_MAX, INT64_MAX, &v), ERR_OVERFLOW);
    CHECK_INT(v, MONEY_MAX);
}

static void halves_go_away_from_zero(void)
{
    static const struct {
        int64_t a, b, divisor, want;
    } cases[] = {
        {5, 1, 10, 1},
        {4, 1, 10, 0},
        {-5, 1, 10, -1},
        {-4, 1, 10, 0},
        {15, 1, 10, 2},
        {25, 1, 10, 3},
        {-25, 1, 10, -3},
        {7, 1, 3, 2},
        {8, 1, 3, 3},
        {1, 1, 1, 1},
        {INT64_MAX, 1, 1, INT64_MAX},
        {INT64_MIN, 1, 1, INT64_MIN},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MAX, 1, INT64_MAX, 1},
        {INT64_MAX / 2, 1, INT64_MAX, 0},
        {INT64_MAX / 2 + 1, 1, INT64_MAX, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 99;
        CHECK_INT(money_mul_div(cases[i].a, cases[i].b, cases[i].divisor, &v), OK);
        CHECK_INT(v, cases[i].want);
    }
    int64_t v = 99;
    CHECK_INT(money_mul_div(INT64_MIN, INT64_MIN, 1, &v), ERR_OVERFLOW);
    CHECK_INT(money_mul_div(INT64_MIN, -1, 1, &v), ERR_OVERFLOW);
    CHECK_INT(money_mul_div(1, 1, 0, &v), ERR_INVALID);
    CHECK_INT(v, 99);
}

static void quantity_times_price_is_rounded_once(void)
{
    int64_t v = 99;
    CHECK_INT(money_extend(1500000, 10010000, 2, &v), OK); /* 1.5 × 10.01 */
    CHECK_INT(v, 1502);
    CHECK_INT(money_extend(1500000, -10010000, 2, &v), OK);
    CHECK_INT(v, -1502);
    CHECK_INT(money_extend(1, 1, 2, &v), OK);
    CHECK_INT(v, 0);
    CHECK_INT(money_extend(3000000, 500000, 0, &v), OK); /* 1.5 yen */
    CHECK_INT(v, 2);
    CHECK_INT(money_extend(1000000, 1234567, 3, &v), OK);
    CHECK_INT(v, 1235);
    CHECK_INT(money_extend(DECIMAL_ONE, INT64_C(10000000000) * DECIMAL_ONE, 4, &v), OK);
    CHECK_INT(v, INT64_C(100000000000000));
    v = 99;
    CHECK_INT(money_extend(INT64_MAX, INT64_MAX, 2, &v), ERR_OVERFLOW);
    CHECK_INT(money_extend(INT64_MIN, INT64_MIN, 0, &v), ERR_OVERFLOW);
    CHECK_INT(money_extend(1, 1, -1, &v), ERR_CURRENCY);
    CHECK_INT(money_extend(1, 1, 7, &v), ERR_CURRENCY);
    CHECK_INT(v, 99);
}

static void amounts_are_written_and_read_back(void)
{
    static const struct {
        int64_t amount;
        int digits;
        const char *plain, *grouped;
    } cases[] = {
        {0, 2, "0.00", "0.00"},
        {-5, 2, "-0.05", "-0.05"},
        {123450, 2, "1234.50", "1,234.50"},
        {-123450, 2, "-1234.50", "-1,234.50"},
        {999, 0, "999", "999"},
        {1000, 0, "1000", "1,000"},
        {-1234567, 3, "-1234.567", "-1,234.567"},
        {MONEY_MAX, 2, "10000000000000.00", "10,000,000,000,000.00"},
        {-MONEY_MAX, 4, "-100000000000.0000", "-100,000,000,000.0000"},
    };
    char b[MONEY_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_TEXT(money_plain(b, cases[i].amount, cases[i].digits), cases[i].plain);
        CHECK_TEXT(money_grouped(b, cases[i].amount, cases[i].digits), cases[i].grouped);
        int64_t v;
        CHECK_INT(money_parse(cases[i].plain, cases[i].digits, &v), OK);
        CHECK_INT(v, cases[i].amount);
    }
    CHECK_TEXT(money_grouped(b, INT64_MIN, 0), "-9,223,372,036,854,775,808");
    CHECK_TEXT(money_grouped(b, INT64_MIN, 6), "-9,223,372,036,854.775808");
    CHECK_TEXT(decimal_plain(b, 2250000), "2.25");
    CHECK_TEXT(decimal_plain(b, 3000000), "3");
    CHECK_TEXT(decimal_plain(b, 0), "0");
    CHECK_TEXT(decimal_plain(b, -1), "-0.000001");
    CHECK_TEXT(decimal_plain(b, INT64_C(100000000)), "100");
    CHECK_TEXT(decimal_plain(b, INT64_MIN), "-9223372036854.775808");
    int64_t v;
    CHECK_INT(decimal_parse(b, &v), OK);
    CHECK(v == INT64_MIN);
}

static void only_exact_numbers_are_read(void)
{
    static const char *const bad[] = {"",      "-",   ".",   ".5",  "5.",  "1,000", " 1",
                                      "1 ",    "+1",  "--1", "1e3", "0x1", "1.2.3", "1.-2",
                                      "1.234", "inf", "nan", "1\n", "٣",   "1-"};
    int64_t v = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(money_parse(bad[i], 2, &v), ERR_INVALID);
    CHECK_INT(money_parse("1.0", 0, &v), ERR_INVALID);
    CHECK_INT(decimal_parse("1.0000001", &v), ERR_INVALID);
    CHECK_INT(money_parse("10000000000000.01", 2, &v), ERR_OVERFLOW);
    CHECK_INT(money_parse("-10000000000000.01", 2, &v), ERR_OVERFLOW);
    CHECK_INT(money_parse("99999999999999999999999999", 2, &v), ERR_OVERFLOW);
    CHECK_INT(decimal_parse("9223372036854.775808", &v), ERR_OVERFLOW);
    CHECK_INT(decimal_parse("99999999999999999999999999x", &v), ERR_INVALID);
    CHECK_INT(money_parse(NULL, 2, &v), ERR_INVALID);
    CHECK_INT(v, 99);
    CHECK_INT(money_parse("-0", 2, &v), OK);
    CHECK_INT(v, 0);
    CHECK_INT(money_parse("007.5", 2, &v), OK);
    CHECK_INT(v, 750);
    CHECK_INT(decimal_parse("9223372036854.775807", &v), OK);
    CHECK(v == INT64_MAX);
}

int main(void)
{
    currencies_have_the_digits_of_iso_4217_and_are_in_order();
    sums_stay_within_the_largest_amount();
    halves_go_away_from_zero();
    quantity_times_price_is_rounded_once();
    amounts_are_written_and_read_back();
    only_exact_numbers_are_read();
    return test_end();
}
