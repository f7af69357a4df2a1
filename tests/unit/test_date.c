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

static void days_are_read_as_people_write_them(void)
{
    const int32_t today = date_of(2026, 11, 22);
    static const struct {
        const char *typed;
        int year, month, day;
    } good[] = {{"2026-12-04", 2026, 12, 4},
                {"4 dec", 2026, 12, 4},
                {"4 December", 2026, 12, 4},
                {"today", 2026, 11, 22},
                {"TOMORROW", 2026, 11, 23},
                {"yesterday", 2026, 11, 21},
                {"+14", 2026, 12, 6},
                {"-1", 2026, 11, 21},
                {"+0", 2026, 11, 22},
                {"4.12.", 2026, 12, 4},
                {"4.12.2027", 2027, 12, 4},
                {"14/12/2027", 2027, 12, 14},
                {"2 feb", 2027, 2, 2},
                {"22 oct", 2026, 10, 22},
                {"29 feb 2028", 2028, 2, 29},
                {"22 Nov 2026", 2026, 11, 22},
                {"1 Sept 2025", 2025, 9, 1},
                {"3/3/2026", 2026, 3, 3},
                {"\xC2\xA0"
                 "22 Nov 2026\xE2\x80\x8B",
                 2026, 11, 22}};
    static const char *const bad[] = {"",           "2026-02-30", "31 feb", "tomorrowish", "+",
                                      "+99999999",  "4 dec 20",   "4",      "0000-00-00",  "0001-01-01",
                                      "1899-12-31", "4 decx",     "4 de",   "4 12",        "4 dec 2026 5",
                                      "-50000",     "1.2.3",      "\xFF",   "32/1/2026",   "12/2026"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int32_t d = 0;
        if (date_read(good[i].typed, today, "date", &d, NULL) != OK)
            fprintf(stderr, "not read: \"%s\"\n", good[i].typed);
        CHECK_INT(d, date_of(good[i].year, good[i].month, good[i].day));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t d = 77;
        struct refusal why;
        if (date_read(bad[i], today, "date", &d, &why) == OK)
            fprintf(stderr, "read: \"%s\"\n", bad[i]);
        CHECK_INT(d, 77);
        CHECK_TEXT(why.field, "date");
    }
}

static void a_day_of_two_readings_is_refused_with_both(void)
{
    int32_t d = 77;
    struct refusal why;
    CHECK_INT(date_read("3/4/2026", date_of(2026, 11, 22), "due", &d, &why), ERR_INVALID);
    CHECK(strstr(why.detail, "2026-04-03 or 2026-03-04"));
    CHECK_INT(d, 77);
    CHECK_INT(date_read("3.4.2026", date_of(2026, 11, 22), "due", &d, &why),
              OK); /* points: the day comes first */
    CHECK_INT(d, date_of(2026, 4, 3));
}

static void what_is_written_is_read(void)
{
    const int32_t today = date_of(2026, 11, 22);
    char text[DATE_TEXT];
    for (int32_t day = date_of(1900, 1, 1); day < date_of(2200, 1, 1); day += 17) {
        int32_t plain = 0, brief = 0;
        CHECK(date_read(date_plain(text, day), today, "", &plain, NULL) == OK && plain == day);
        CHECK(date_read(date_short(text, day), today, "", &brief, NULL) == OK && brief == day);
    }
}

int main(void)
{
    days_are_read_as_people_write_them();
    a_day_of_two_readings_is_refused_with_both();
    what_is_written_is_read();
    every_day_splits_and_joins_back();
    days_that_are_not_are_zero();
    days_are_written_and_read();
    instants_are_written_and_read();
    the_civil_day_depends_on_the_offset();
    return test_end();
}
