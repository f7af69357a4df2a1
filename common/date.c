#include "common/date.h"
#include "common/shape.h"
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
/* The first and one past the last millisecond of the years 0001 … 9999. */
#define INSTANT_LEAST ((1 - (int64_t)DATE_UNIX_EPOCH) * DAY_MS)
#define INSTANT_END (((int64_t)DATE_MAX + 1 - DATE_UNIX_EPOCH) * DAY_MS)

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

int32_t date_of(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return 0;
    /* Years counted from March put the leap day last; 306 days lie between 1 March of year 0 and 1 January of year 1. */
    int y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 306;
}

static int32_t months_later(int32_t day, int64_t months, bool last_day)
{
    int y, m, d;
    date_split(day, &y, &m, &d);
    const int64_t all = (int64_t)y * 12 + m - 1 + months;
    if (!y || all < 12 || all >= INT64_C(10000) * 12)
        return 0;
    y = (int)(all / 12);
    m = (int)(all % 12) + 1;
    const int most = month_days(y, m);
    return date_of(y, m, last_day || d > most ? most : d);
}

int32_t date_recur(int32_t anchor, int period, int64_t every, bool last_day, int64_t n)
{
    if (n > DATE_MAX || n < -DATE_MAX || every > DATE_MAX)
        return 0;
    const int64_t steps = n * every;
    if (period == PERIOD_DAY || period == PERIOD_WEEK) {
        const int64_t days = steps * (period == PERIOD_WEEK ? 7 : 1);
        return days > DATE_MAX || days < -DATE_MAX || anchor + days < 1 || anchor + days > DATE_MAX
                   ? 0
                   : anchor + (int32_t)days;
    }
    if (steps > DATE_MAX || steps < -DATE_MAX)
        return 0;
    return months_later(anchor,
                        steps * (period == PERIOD_YEAR      ? 12
                                 : period == PERIOD_QUARTER ? 3
                                                            : 1),
                        last_day);
}

bool date_is_last(int32_t day)
{
    int y, m, d;
    date_split(day, &y, &m, &d);
    return y && d == month_days(y, m);
}

static bool is_day(int32_t day)
{
    return day >= 1 && day <= DATE_MAX;
}

void date_split(int32_t day, int *year, int *month, int *dom)
{
    if (!is_day(day)) {
        *year = *month = *dom = 0;
        return;
    }
    /* Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022): years begin with March. */
    const uint32_t quarters = 4 * (uint32_t)(day + 305) + 3, century = quarters / 146097;
    const uint64_t years = UINT64_C(2939745) * (quarters % 146097 | 3);
    const uint32_t of_year = (uint32_t)years / 2939745 / 4, months = 2141 * of_year + 197913;
    const bool next = of_year >= 306; /* January or February of the next one */
    *year = (int)(100 * century + (uint32_t)(years >> 32) + next);
    *month = (int)(months >> 16) - (next ? 12 : 0);
    *dom = (int)((months & 0xffff) / 2141) + 1;
}

int date_weekday(int32_t day)
{
    return is_day(day) ? (day - 1) % 7 + 1 : 0; /* 0001-01-01 is a Monday */
}

/* Fixed-width decimal of 1 to 4 digits, two at once: nearly every answer tells days. */
static inline char *put(char *to, int value, int width)
{
    static const char two[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    const int high = value / 100, low = value % 100;
    if (width == 4)
        memcpy(to, two + (size_t)high * 2, 2);
    else if (width == 3)
        *to = (char)('0' + high);
    if (width == 1)
        *to = (char)('0' + low);
    else
        memcpy(to + width - 2, two + (size_t)low * 2, 2);
    return to + width;
}

/* Lists tell the same few days again and again: each thread keeps some of them as they are written. */
#define DAYS 64
struct day {
    int32_t day; /* 0: none */
    char text[10];
};

__attribute__((noinline)) static size_t date_keep(struct day *kept, char *to, int32_t day)
{
    int y, m, d;
    date_split(day, &y, &m, &d);
    if (!y)
        return 0;
    put(to, y, 4);
    to[4] = '-';
    put(to + 5, m, 2);
    to[7] = '-';
    put(to + 8, d, 2);
    kept->day = day;
    memcpy(kept->text, to, sizeof kept->text);
    return 10;
}

size_t date_put(char *to, int32_t day)
{
    static _Thread_local struct day days[DAYS];
    struct day *kept = &days[(uint32_t)day % DAYS];
    if (kept->day != day || !day)
        return date_keep(kept, to, day);
    memcpy(to, kept->text, sizeof kept->text);
    return sizeof kept->text;
}

char *date_plain(char *buffer, int32_t day)
{
    buffer[date_put(buffer, day)] = '\0';
    return buffer;
}

char *date_short(char *buffer, int32_t day)
{
    int y, m, d;
    date_split(day, &y, &m, &d);
    char *b = buffer;
    if (y) {
        b = put(b, d, d > 9 ? 2 : 1);
        *b++ = ' ';
        memcpy(b, month_names[m - 1], 3);
        b[3] = ' ';
        b = put(b + 4, y, 4);
    }
    *b = '\0';
    return buffer;
}

/* Exactly `width` digits. */
static bool take(const char **at, int width, int *value)
{
    int v = 0;
    for (int i = 0; i < width; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c - '0');
    }
    *at += width;
    *value = v;
    return true;
}

static bool skip(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

static bool take_day(const char **at, int32_t *day)
{
    int y, m, d;
    if (!take(at, 4, &y) || !skip(at, '-') || !take(at, 2, &m) || !skip(at, '-') || !take(at, 2, &d))
        return false;
    *day = date_of(y, m, d);
    return *day != 0;
}

enum err date_parse(const char *text, int32_t *day)
{
    int32_t found;
    if (!text || !take_day(&text, &found) || *text)
        return ERR_INVALID;
    *day = found;
    return OK;
}

char *instant_plain(char *buffer, int64_t instant)
{
    *buffer = '\0';
    if (!instant || instant < INSTANT_LEAST || instant >= INSTANT_END)
        return buffer;
    int64_t ms = instant - INSTANT_LEAST;
    int rest = (int)(ms % DAY_MS);
    date_plain(buffer, (int32_t)(ms / DAY_MS) + 1);
    char *b = buffer + strlen(buffer);
    *b++ = 'T';
    b = put(b, rest / 3600000, 2);
    *b++ = ':';
    b = put(b, rest / 60000 % 60, 2);
    *b++ = ':';
    b = put(b, rest / 1000 % 60, 2);
    *b++ = '.';
    b = put(b, rest % 1000, 3);
    *b++ = 'Z';
    *b = '\0';
    return buffer;
}

/* "Z" or "+01:00"; stores minutes east of UTC. */
static bool take_offset(const char **at, int *minutes)
{
    *minutes = 0;
    if (skip(at, 'Z') || skip(at, 'z'))
        return true;
    bool west = **at == '-';
    int h, m;
    if (!skip(at, west ? '-' : '+') || !take(at, 2, &h) || !skip(at, ':') || !take(at, 2, &m) || h > 23 ||
        m > 59)
        return false;
    *minutes = (west ? -1 : 1) * (h * 60 + m);
    return true;
}

/* ".5", ".123": one to three places, so that nothing is cut off silently. */
static bool take_fraction(const char **at, int *ms)
{
    *ms = 0;
    if (!skip(at, '.'))
        return true;
    int scale = 100, digit, places = 0;
    for (; places < 3 && take(at, 1, &digit); places++, scale /= 10)
        *ms += digit * scale;
    return places > 0;
}

enum err instant_parse(const char *text, int64_t *instant)
{
    int32_t day;
    int h, m, s, ms, offset;
    if (!text || !take_day(&text, &day) || !(skip(&text, 'T') || skip(&text, 't')))
        return ERR_INVALID;
    if (!take(&text, 2, &h) || !skip(&text, ':') || !take(&text, 2, &m) || !skip(&text, ':') ||
        !take(&text, 2, &s))
        return ERR_INVALID;
    if (h > 23 || m > 59 || s > 59 || !take_fraction(&text, &ms) || !take_offset(&text, &offset) || *text)
        return ERR_INVALID;
    int64_t at =
        (int64_t)(day - DATE_UNIX_EPOCH) * DAY_MS + ((h * 60 + m - offset) * 60 + s) * INT64_C(1000) + ms;
    if (!at || at < INSTANT_LEAST || at >= INSTANT_END)
        return ERR_INVALID;
    *instant = at;
    return OK;
}

int32_t date_of_instant(int64_t instant, int32_t utc_offset_s)
{
    int64_t ms;
    if (!instant || __builtin_add_overflow(instant, (int64_t)utc_offset_s * 1000, &ms) ||
        ms < INSTANT_LEAST || ms >= INSTANT_END)
        return 0;
    return (int32_t)((ms - INSTANT_LEAST) / DAY_MS) + 1;
}
