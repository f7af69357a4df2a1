/* Values of a filter's terms: states, dates, amounts. */
#include "common/date.h"
#include "common/filter_inside.h"
#include "common/number.h"
#include "common/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err not_ordered(const struct filter_reading *r, const struct filter_term *t)
{
    if (t->how != FILTER_HAS && t->how != FILTER_IS)
        return filter_refuse(r, "takes : or =, there is no more and less of it");
    return OK;
}

/* --- states ------------------------------------------------------------------------------------------------------------ */
/* "Partly-paid", "partly_paid" and "partly paid" are one. */
static char plain_char(char c)
{
    return c == '_' || c == '-' ? ' ' : c;
}

static bool same(const char *a, size_t size, const char *b)
{
    for (size_t i = 0; i < size; i++)
        if (!b[i] || plain_char(a[i]) != plain_char(b[i]))
            return false;
    return true;
}

static uint64_t bit(const struct enum_table *t, const char *name, size_t size)
{
    const struct enum_value *v = enum_by_name(t, name, size);
    return v ? UINT64_C(1) << v->value : 0;
}

static filter_set other_word(const struct filter_field *f, const char *folded)
{
    for (const char *at = f->other; at && *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, "="), all = strcspn(at, " ");
        if (strlen(folded) == word && same(at, word, folded))
            return bit(f->values(), at + word + 1, all - word - 1);
        at += all;
    }
    return 0;
}

filter_set filter_set_of(struct arena *a, const struct filter_field *field, const char *folded, bool begun)
{
    const struct enum_table *t = field->values();
    size_t size = strlen(folded);
    filter_set found = other_word(field, folded), beginning = 0;
    (void)a;
    for (size_t i = 0; i < t->n && !found && size; i++) {
        const char *name = t->values[i].name;
        size_t first = strcspn(name, "_");
        if (size <= strlen(name) && same(folded, size, name)) {
            if (!name[size] || size == first)
                found = FILTER_VALUE(t->values[i].value);
            else if (begun && size >= 3)
                beginning |= FILTER_VALUE(t->values[i].value);
        }
    }
    return found ? found : beginning;
}

static enum err read_set(const struct filter_reading *r, struct filter_term *t)
{
    char names[200] = "";
    enum err e = not_ordered(r, t);
    if (e)
        return e;
    t->folded = t->search = text_fold(r->a, t->value);
    t->set = filter_set_of(r->a, t->field, t->folded, true);
    const struct enum_table *values = t->field->values();
    for (size_t i = 0, n = 0; i < values->n && !t->set && n < sizeof names; i++) {
        const bool room = n + 30 < sizeof names; /* none is cut in the middle */
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "",
                              room ? values->values[i].name : "…");
        if (!room)
            break;
    }
    return t->set ? OK : filter_refuse(r, "there is no %.40s here; there are %s", t->value, names);
}

/* --- dates ------------------------------------------------------------------------------------------------------------- */
struct days {
    int32_t first, last;
    bool span; /* "30d": so many days from today, not a day */
};

static int32_t bounded(int64_t day)
{
    return day < 1 ? 1 : day > DATE_MAX ? DATE_MAX : (int32_t)day;
}

static void month(int year, int m, struct days *d)
{
    d->first = date_of(year, m, 1);
    d->last = m == 12 ? date_of(year, 12, 31) : date_of(year, m + 1, 1) - 1;
}

/* The latest such month that has begun. */
static bool month_named(const char *folded, int32_t today, struct days *d)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    int year, now, dom;
    size_t size = strlen(folded);
    date_split(today, &year, &now, &dom);
    for (int m = 1; m <= 12; m++)
        if (size >= 3 && strncmp(names[m - 1], folded, size) == 0) {
            month(m > now ? year - 1 : year, m, d);
            return true;
        }
    return false;
}

static bool all_digits(const char *s, size_t n)
{
    return strspn(s, "0123456789") >= n;
}

/* "2026-11-22", "2026-11", "2026". */
static bool calendar(const char *s, struct days *d)
{
    size_t size = strlen(s);
    int32_t day;
    if (size == 10 && date_parse(s, &day) == OK) {
        d->first = d->last = day;
        return true;
    }
    if ((size != 4 && size != 7) || !all_digits(s, 4) ||
        (size == 7 && (s[4] != '-' || !all_digits(s + 5, 2))))
        return false;
    int year = atoi(s), m = size == 7 ? atoi(s + 5) : 1; /* at most four digits */
    if (year < 1 || m < 1 || m > 12)
        return false;
    month(year, m, d);
    if (size == 4)
        d->last = date_of(year, 12, 31);
    return true;
}

/* "30d", "2w": a span; "+30d", "-30d": that day. */
static bool relative(const char *s, int32_t today, bool past, struct days *d)
{
    char sign = *s == '+' || *s == '-' ? *s++ : '\0';
    size_t n = strspn(s, "0123456789");
    if (n == 0 || n > 6 || (s[n] != 'd' && s[n] != 'w') || s[n + 1])
        return false;
    int64_t days = strtol(s, NULL, 10) * (s[n] == 'w' ? 7 : 1);
    bool back = sign ? sign == '-' : past;
    d->span = !sign;
    d->first = d->last = bounded(today + (back ? -days : days));
    return true;
}

static bool named_day(const char *folded, int32_t today, struct days *d)
{
    int away = strcmp(folded, "today") == 0       ? 0
               : strcmp(folded, "yesterday") == 0 ? -1
               : strcmp(folded, "tomorrow") == 0  ? 1
                                                  : 2;
    d->first = d->last = today + away;
    return away < 2;
}

/* "<30d" runs from today, "<2026-11" from the beginning of time. */
static void bound_days(struct filter_term *t, const struct days *d, int32_t today)
{
    bool past = t->field->past;
    bool less = t->how == FILTER_LESS || t->how == FILTER_MOST, equal = t->how == FILTER_LEAST;
    if (t->how == FILTER_HAS || t->how == FILTER_IS) {
        t->first = d->first;
        t->last = d->last;
    } else if (d->span && less) {
        t->first = past ? d->first : today;
        t->last = past ? today : d->last;
    } else if (d->span) { /* further away */
        t->first = past ? 0 : bounded((int64_t)d->last + !equal);
        t->last = past ? bounded((int64_t)d->first - !equal) : 0;
    } else if (less) {
        t->last = t->how == FILTER_MOST ? d->last : bounded((int64_t)d->first - 1);
    } else {
        t->first = equal ? d->first : bounded((int64_t)d->last + 1);
    }
}

static enum err read_date(const struct filter_reading *r, struct filter_term *t)
{
    struct days d = {0};
    const char *folded = text_fold(r->a, t->value);
    if (!named_day(folded, r->today, &d) && !calendar(folded, &d) &&
        !relative(folded, r->today, t->field->past, &d) && !month_named(folded, r->today, &d))
        return filter_refuse(
            r, "%.40s is no day: 2026-11-22, 2026-11, 2026, nov, today, 30d (days from today), -30d",
            t->value);
    bound_days(t, &d, r->today);
    return OK;
}

/* --- numbers ----------------------------------------------------------------------------------------------------------- */
static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
}

/* Takes three letters before or behind the number as a currency; the rest is what is left. */
static bool split_currency(struct arena *a, const char *value, char currency[4], const char **rest)
{
    while (*value == ' ')
        value++;
    size_t size = strlen(value), front = 0, back = 0;
    while (size && value[size - 1] == ' ')
        size--;
    while (front < size && is_letter(value[front]))
        front++;
    while (back < size - front && is_letter(value[size - 1 - back]))
        back++;
    *rest = arena_text(a, value + front, size - front - back);
    if (front + back == 0)
        return true;
    if (front + back != 3 || (front && back))
        return false;
    for (int i = 0; i < 3; i++)
        currency[i] = upper(value[front ? (size_t)i : size - 3 + (size_t)i]);
    currency[3] = '\0';
    return currency_digits(currency) >= 0;
}

static enum err read_number(const struct filter_reading *r, struct filter_term *t)
{
    struct refusal why = {0};
    const char *rest = t->value;
    if (t->field->type == FILTER_MONEY && !split_currency(r->a, t->value, t->currency, &rest))
        return filter_refuse(r, "there is no such currency");
    enum err e = number_read(rest, DECIMAL_PLACES, "filter", &t->decimal, &why);
    if (e < 0)
        return e;
    return e ? filter_refuse(r, "%s", why.detail) : OK;
}

static enum err read_code(const struct filter_reading *r, struct filter_term *t)
{
    enum err e = not_ordered(r, t);
    t->folded = t->search = text_fold(r->a, t->value);
    for (int i = 0; i < 3 && t->folded[i]; i++)
        t->currency[i] = upper(t->folded[i]);
    if (!e && (strlen(t->folded) != 3 || currency_digits(t->currency) < 0))
        e = filter_refuse(r, "there is no currency %.40s; write the three letters of one, such as EUR",
                          t->value);
    return e;
}

static enum err read_words(const struct filter_reading *r, struct filter_term *t)
{
    enum err e = not_ordered(r, t);
    return e ? e : filter_words(r, t);
}

enum err filter_value_read(const struct filter_reading *r, struct filter_term *t)
{
    switch (t->field->type) {
    case FILTER_SET: return read_set(r, t);
    case FILTER_DATE: return read_date(r, t);
    case FILTER_MONEY:
    case FILTER_COUNT:
    case FILTER_DECIMAL: return read_number(r, t);
    case FILTER_CODE: return read_code(r, t);
    case FILTER_WORDS: return read_words(r, t);
    case FILTER_NUMBER:
    case FILTER_RAW: t->folded = t->search = text_fold(r->a, t->value); return OK;
    }
    return OK;
}
