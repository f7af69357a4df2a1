/* Rates as they are written, applied and shown, for currencies of no, two, three and four decimals. */
#include "common/rate.h"
#include "tests/unit/test.h"

static void only_a_plain_decimal_above_zero_is_a_rate(void)
{
    struct rate r;
    static const char *const not [] = {
        "", "0", "0.0", "-1", "1,5", "1.", ".5", "1e3", "1.5.5", "0.1234567890123", "1234567890123456", " 1"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        CHECK_INT(rate_parse(not [i], &r), ERR_INVALID);
    CHECK_INT(rate_parse("0.923400", &r), OK);
    CHECK_INT(r.value, 923400);
    CHECK_INT(r.places, 6);
    CHECK_INT(rate_parse("163", &r), OK);
    CHECK_INT(r.places, 0);
}

static int64_t applied(const char *text, int64_t amount, const char *from, const char *to)
{
    struct rate r;
    int64_t out = -1;
    CHECK_INT(rate_parse(text, &r), OK);
    CHECK_INT(rate_apply(&r, money_of(amount, from), to, &out), OK);
    return out;
}

static void it_is_applied_exactly(void)
{
    CHECK_INT(applied("0.9234", 11000, "USD", "EUR"), 10157); /* 101.574 */
    CHECK_INT(applied("0.5", 1, "USD", "EUR"), 1);            /* half a cent, away from zero */
    CHECK_INT(applied("162.35", 10050, "EUR", "JPY"), 16316); /* 16316.175 */
    CHECK_INT(applied("0.006160", 16316, "JPY", "EUR"), 10051);
    CHECK_INT(applied("0.307", 1000, "USD", "KWD"), 3070);
    CHECK_INT(applied("3.257", 3070, "KWD", "USD"), 1000);
    struct rate big = {999999999999999, 0};
    int64_t out;
    CHECK_INT(rate_apply(&big, money_of(MONEY_MAX, "EUR"), "USD", &out), ERR_OVERFLOW);
    CHECK_INT(rate_apply(&big, money_of(1, "EUR"), "ZZZ", &out), ERR_CURRENCY);
}

static void between_two_amounts_it_is_told_to_six_digits(void)
{
    char text[RATE_TEXT];
    bool exact;
    CHECK_TEXT(rate_between(text, money_of(11000, "USD"), money_of(10157, "EUR"), &exact), "0.923364");
    CHECK(!exact);
    CHECK_TEXT(rate_between(text, money_of(10000, "USD"), money_of(9234, "EUR"), &exact), "0.9234");
    CHECK(exact);
    CHECK_TEXT(rate_between(text, money_of(10000, "EUR"), money_of(16235, "JPY"), &exact), "162.35");
    CHECK_TEXT(rate_between(text, money_of(16235, "JPY"), money_of(10000, "EUR"), &exact), "0.00615953");
    CHECK_TEXT(rate_between(text, money_of(100, "EUR"), money_of(500, "USD"), &exact), "5");
    CHECK_TEXT(rate_between(text, money_of(0, "EUR"), money_of(500, "USD"), &exact), "");
}

int main(void)
{
    only_a_plain_decimal_above_zero_is_a_rate();
    it_is_applied_exactly();
    between_two_amounts_it_is_told_to_six_digits();
    return test_end();
}
