/* Days and instants as people and protocols write them, and zones by name. The first four bytes are today and an instant's beginning. What is
 * read is the same day or instant when our own screens write it. */
#include "common/date.h"
#include "common/zone.h"
#include "tests/fuzz/fuzz.h"

static void check_day(const char *text, int32_t today)
{
    char plain[DATE_TEXT], brief[DATE_TEXT];
    struct refusal why = {0};
    int32_t day = -1, again;
    int year, month, dom;
    enum err e = date_read(text, today, "field", &day, &why);
    if (e) {
        must(e == ERR_INVALID && day == -1 && strcmp(why.field, "field") == 0 && why.detail[0] &&
             is_utf8(why.detail));
        return;
    }
    must(day >= DATE_LEAST && day <= DATE_MAX);
    must(date_parse(date_plain(plain, day), &again) == OK && again == day);
    must(date_read(plain, today, "", &again, NULL) == OK && again == day);
    must(date_read(date_short(brief, day), today, "", &again, NULL) == OK && again == day);
    date_split(day, &year, &month, &dom);
    must(date_of(year, month, dom) == day);
}

static void check_instant(const char *text)
{
    char plain[INSTANT_TEXT];
    int64_t at = 0, again;
    if (instant_parse(text, &at) != OK)
        must(at == 0);
    else
        must(at && instant_parse(instant_plain(plain, at), &again) == OK && again == at);
}

/* Midnights of a zone: the first instant of a day lies in it, and the one before does not. */
static void check_zone(const char *name, int32_t day)
{
    int offset;
    bool known = zone_known(name);
    int64_t midnight = zone_midnight(name, day);
    must(zone_offset(name, midnight, &offset) == known && (known || offset == 0));
    must(offset > -86400 && offset < 86400);
    if (midnight && midnight != 1 && day > DATE_LEAST && day < DATE_MAX) {
        must(zone_day(name, midnight) >= day);
        must(zone_day(name, midnight - 1) < zone_day(name, midnight));
        must(zone_second(name, midnight) >= 0 && zone_second(name, midnight) < 86400);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    uint32_t number = (uint32_t)take_byte(&in) << 16 | (uint32_t)take_byte(&in) << 8;
    number |= take_byte(&in);
    int32_t today = DATE_LEAST + (int32_t)(number % (uint32_t)(DATE_MAX - DATE_LEAST));
    uint8_t what = take_byte(&in);
    const char *text = take_text(a, &in);
    check_day(text, today);
    check_instant(text);
    if (what == 'z' && strlen(text) < 40)
        check_zone(text, today);
    arena_close(a);
    return 0;
}
