#include "common/date.h"
#include "tests/unit/test.h"

static void every_day_splits_and_joins_back(void)
{
    int y = 1, m = 1, d = 1;
    int wrong = 0;
    for (int32_t day = 1; day <= DATE_MAX; day++) {
        int gy, gm, gd;
        date_split(day, &gy, &gm, &gd);
        wrong += gy != y || gm != m || gd != d || date_of(y, m, d) != day ||
                 date_weekday(day) != (day - 1) % 7 + 1;
        /* The next day is the next number that date_of accepts. */
        if (date_of(y, m, d + 1))
            d++;
        else if (d = 1, m < 12)
            m++;
        else
            m = 1, y++;
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(y, 10000);
    CHECK_INT(date_of(1970, 1, 1), DATE_UNIX_EPOCH);
    CHECK_INT(date_of(9999, 12, 31), DATE_MAX);
    CHECK_INT(date_of(2000, 2, 29) - date_of(2000, 2, 28), 1);
    CHECK_INT(date_weekday(date_of(2026, 11, 22)), 7); /* a Sunday */
}

static void days_that_are_not_are_zero(void)
{
    static const int none[][3] = {{0, 1, 1},     {10000, 1, 1}, {2026, 0, 1},  {2026, 13, 1}, {2026, 4, 31},
                                  {2026, 2, 29}, {1900, 2, 29}, {2100, 2, 29}, {2026, 1, 0},  {-4, 1, 1}};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_INT(date_of(none[i][0], none[i][1], none[i][2]), 0);
    int y, m, d;
    date_split(DATE_MAX + 1, &y, &m, &d);
    CHECK(y == 0 && m == 0 && d == 0);
    CHECK_INT(date_weekday(0), 0);
    CHECK_INT(date_weekday(INT32_MIN), 0);
}

static void days_are_written_and_read(void)
{
    char b[DATE_TEXT];
    int32_t day = 99;
    CHECK_TEXT(date_plain(b, date_of(2026, 11, 22)), "2026-11-22");
    CHECK_TEXT(date_short(b, date_of(2026, 11, 22)), "22 Nov 2026");
    CHECK_TEXT(date_short(b, date_of(33, 1, 2)), "2 Jan 0033");
    CHECK_TEXT(date_plain(b, 1), "0001-01-01");
    CHECK_TEXT(date_plain(b, 0), "");
    CHECK_TEXT(date_short(b, -5), "");
    CHECK_INT(date_parse("2024-02-29", &day), OK);
    CHECK_INT(day, date_of(2024, 2, 29));
    static const char *const bad[] = {"",           "2026",       "2026-11-2",  "2026-11-22 ", "2026-11-222",
                                      "2026/11/22", "26-11-22",   "2026-13-01", "2025-02-29",  "0000-01-01",
                                      "2026-1a-01", "+026-11-22", "-026-11-22", "20261122",    "2026-11-22T"};
    day = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(date_parse(bad[i], &day), ERR_INVALID);
    CHECK_INT(date_parse(NULL, &day), ERR_INVALID);
    CHECK_INT(day, 99);
}

static void instants_are_written_and_read(void)
{
    static const struct {
        const char *text, *plain;
        int64_t instant;
    } good[] = {
        {"2026-11-22T06:14:00.123Z", "2026-11-22T06:14:00.123Z", INT64_C(1795328040123)},
        {"2026-11-22T06:14:00Z", "2026-11-22T06:14:00.000Z", INT64_C(1795328040000)},
        {"2026-11-22t07:14:00.5+01:00", "2026-11-22T06:14:00.500Z", INT64_C(1795328040500)},
        {"2026-11-21T19:44:00-10:30", "2026-11-22T06:14:00.000Z", INT64_C(1795328040000)},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", -1},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", INT64_C(-62135596800000)},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
    };
    char b[INSTANT_TEXT];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t at = 0;
        CHECK_INT(instant_parse(good[i].text, &at), OK);
        CHECK_INT(at, good[i].instant);
        CHECK_TEXT(instant_plain(b, at), good[i].plain);
    }
    static const char *const bad[] = {"",
                                      "2026-11-22",
                                      "2026-11-22T06:14:00",
                                      "2026-11-22 06:14:00Z",
                                      "2026-11-22T06:14Z",
                                      "2026-11-22T24:00:00Z",
                                      "2026-11-22T06:60:00Z",
                                      "2026-11-22T06:14:60Z",
                                      "2026-11-22T06:14:00.Z",
                                      "2026-11-22T06:14:00.1234Z",
                                      "2026-11-22T06:14:00+1:00",
                                      "2026-11-22T06:14:00+24:00",
                                      "2026-11-22T06:14:00+0100",
                                      "2026-11-22T06:14:00Zx",
                                      "2026-02-30T06:14:00Z",
                                      "0001-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01",
                                      "1970-01-01T00:00:00Z"};
    int64_t at = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(instant_parse(bad[i], &at), ERR_INVALID);
    CHECK_INT(at, 99);
    CHECK_TEXT(instant_plain(b, 0), "");
    CHECK_TEXT(instant_plain(b, INT64_MAX), "");
    CHECK_TEXT(instant_plain(b, INT64_MIN), "");
}

static void the_civil_day_depends_on_the_offset(void)
{
    int64_t at;
    CHECK_INT(instant_parse("2026-11-22T23:30:00Z", &at), OK);
    CHECK_INT(date_of_instant(at, 0), date_of(2026, 11, 22));
    CHECK_INT(date_of_instant(at, 3600), date_of(2026, 11, 23));
    CHECK_INT(date_of_instant(-1, 0), DATE_UNIX_EPOCH - 1);
    CHECK_INT(date_of_instant(-1, 1), DATE_UNIX_EPOCH);
    CHECK_INT(date_of_instant(0, 3600), 0);
    CHECK_INT(date_of_instant(INT64_MAX, 3600), 0);
    CHECK_INT(date_of_instant(INT64_MIN, -3600), 0);
}

int main(void)
{
    every_day_splits_and_joins_back();
    days_that_are_not_are_zero();
    days_are_written_and_read();
    instants_are_written_and_read();
    the_civil_day_depends_on_the_offset();
    return test_end();
}
