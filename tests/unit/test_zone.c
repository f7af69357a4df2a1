/* What the clock on the wall of a zone said, at any instant. */
#include "common/date.h"
#include "common/zone.h"
#include "tests/unit/test.h"

static int64_t at(const char *text)
{
    int64_t instant = 0;
    CHECK_INT(instant_parse(text, &instant), OK);
    return instant;
}

static void the_rules_are_those_of_the_instant(void)
{
    int offset;
    CHECK(zone_offset("Europe/Dublin", at("2026-07-15T22:45:00Z"), &offset));
    CHECK_INT(offset, 3600);
    CHECK(zone_offset("Europe/Dublin", at("2026-11-20T22:45:00Z"), &offset));
    CHECK_INT(offset, 0);
    CHECK_INT(zone_second("Europe/Dublin", at("2026-07-15T22:45:00Z")), (23 * 60 + 45) * 60);
    CHECK_INT(zone_day("Europe/Dublin", at("2026-07-15T22:45:00Z")), date_of(2026, 7, 15));
    CHECK_INT(zone_day("Europe/Dublin", at("2026-07-15T23:45:00Z")),
              date_of(2026, 7, 16)); /* in winter still the 15th */
    CHECK_INT(zone_day("Europe/Dublin", at("2026-11-15T23:45:00Z")), date_of(2026, 11, 15));
    CHECK_INT(zone_second("Asia/Kathmandu", at("2026-01-01T00:00:00Z")), (5 * 60 + 45) * 60);
    CHECK_INT(zone_second("America/New_York", at("2026-01-01T00:00:00.001Z")), 19 * 3600);
    CHECK_INT(zone_day("America/New_York", at("2026-01-01T00:00:00Z")), date_of(2025, 12, 31));
    CHECK_INT(zone_day("Europe/Dublin", 0), 0);
}

static void a_day_begins_at_its_midnight(void)
{
    CHECK_INT(zone_midnight("UTC", date_of(2026, 7, 15)), at("2026-07-15T00:00:00Z"));
    CHECK_INT(zone_midnight("Europe/Dublin", date_of(2026, 7, 15)), at("2026-07-14T23:00:00Z"));
    CHECK_INT(zone_midnight("Europe/Dublin", date_of(2026, 11, 15)), at("2026-11-15T00:00:00Z"));
    CHECK_INT(zone_midnight("Pacific/Kiritimati", date_of(2026, 7, 15)), at("2026-07-14T10:00:00Z"));
    /* clocks went from 23:59:59 to 01:00:00 there */
    CHECK_INT(zone_midnight("America/Santiago", date_of(2026, 9, 6)), at("2026-09-06T04:00:00Z"));
    CHECK_INT(zone_midnight("UTC", 0), 0);
}

static void a_name_that_is_no_zone_counts_as_utc(void)
{
    static const char *const none[] = {
        "Mars/Olympus",        "",   "/etc/localtime", "../zoneinfo/UTC", "zone.tab", "tzdata.zi",
        "right/Europe/Berlin", "24", "+05:30",         "AAA-3",           NULL};
    for (int i = 0; i < 8; i++) {
        int offset = 7;
        CHECK(!zone_known(none[i]));
        CHECK(!zone_offset(none[i], at("2026-07-15T22:45:00Z"), &offset));
        CHECK_INT(offset, 0);
        CHECK_INT(zone_second(none[i], at("2026-07-15T22:45:00Z")), (22 * 60 + 45) * 60);
    }
    CHECK(zone_known("Europe/Dublin"));
}

int main(void)
{
    the_rules_are_those_of_the_instant();
    a_day_begins_at_its_midnight();
    a_name_that_is_no_zone_counts_as_utc();
    return test_end();
}
