/* Days as people write them. */
#include "common/date.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WORD 24

struct words {
    char v[3][WORD]; /* day, month and year, in the order of the text */
    size_t n;
    char mark; /* what stood between the first two: '.', '/', '-' or ' ' */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "22 Nov 2026", "22.11.", "22/11/2026" → their words; false for anything else between or around them. */
static bool take_apart(const char *text, struct words *w)
{
    *w = (struct words){.n = 0};
    while (*text) {
        size_t n = 0;
        bool digits = is_digit(*text);
        while (digits ? is_digit(text[n]) : is_letter(text[n]))
            n++;
        if (!n || n >= WORD || w->n == 3)
            return false;
        memcpy(w->v[w->n++], text, n);
        text += n;
        size_t gap = strspn(text, " ./,");
        if (gap > 2 || (!gap && *text))
            return false;
        if (w->n == 1)
            w->mark = *text;
        text += gap;
    }
    return w->n >= 2;
}

static int number_of(const char *word, size_t most)
{
    int v = 0;
    if (!is_digit(*word) || strlen(word) > most)
        return 0;
    for (; *word; word++)
        v = v * 10 + (*word - '0');
    return v;
}

static int month_of(const char *word)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    size_t n = strlen(word);
    for (int i = 0; n >= 3 && i < 12; i++)
        if (strncasecmp(word, names[i], n) == 0)
            return i + 1;
    return 0;
}

static enum err no_day(const char *field, struct refusal *why)
{
    return refuse(why, ERR_INVALID, field, "Not a date. Examples: 2026-11-22, 22 nov, today, +14.");
}

static int32_t without_year(int month, int day, int32_t today)
{
    int year, m, d;
    date_split(today, &year, &m, &d);
    int32_t at = date_of(year, month, day);
    return at && at < today - DATE_READ_BACK ? date_of(year + 1, month, day) : at;
}

static enum err from_words(const struct words *w, int32_t today, const char *field, int32_t *day,
                           struct refusal *why)
{
    int first = number_of(w->v[0], 2),
        second = is_letter(w->v[1][0]) ? month_of(w->v[1]) : number_of(w->v[1], 2);
    int year = w->n == 3 && strlen(w->v[2]) == 4 ? number_of(w->v[2], 4) : 0;
    if ((w->n == 3 && !year) || (w->mark == ' ' && !is_letter(w->v[1][0])))
        return no_day(field, why);
    int32_t at = year ? date_of(year, second, first) : without_year(second, first, today);
    if (w->mark == '/' && first != second && first <= 12 && second <= 12) {
        char one[DATE_TEXT], other[DATE_TEXT];
        int32_t swapped = year ? date_of(year, first, second) : without_year(first, second, today);
        if (at && swapped)
            return refuse(why, ERR_INVALID, field, "Can be read in two ways: write %s or %s.",
                          date_plain(one, at), date_plain(other, swapped));
    }
    if (!at)
        return no_day(field, why);
    *day = at;
    return OK;
}

/* "+14" and "-3"; false: it is none. */
static bool from_today(const char *text, int32_t today, int32_t *day)
{
    int days = number_of(text + 1, 5);
    if ((*text != '+' && *text != '-') || (!days && strcmp(text + 1, "0") != 0))
        return false;
    *day = today + (*text == '+' ? days : -days);
    return true;
}

enum err date_read(const char *text, int32_t today, const char *field, int32_t *day, struct refusal *why)
{
    static const char *const names[] = {"yesterday", "today", "tomorrow"};
    char typed[64];
    struct words w;
    int32_t at = 0;
    size_t size = text && text_utf8(text, strlen(text)) ? strlen(text) : 0;
    text = text_trimmed(text ? text : "", &size);
    if (!size || size >= sizeof typed)
        return no_day(field, why);
    memcpy(typed, text, size);
    typed[size] = '\0';
    for (int i = 0; i < 3; i++)
        if (strcasecmp(typed, names[i]) == 0)
            at = today + i - 1;
    if (!at && date_parse(typed, &at) != OK && !from_today(typed, today, &at)) {
        enum err e = take_apart(typed, &w) ? from_words(&w, today, field, &at, why) : no_day(field, why);
        if (e)
            return e;
    }
    if (at < DATE_LEAST || at > DATE_MAX)
        return refuse(why, ERR_INVALID, field, "A day between 1900 and 9999.");
    *day = at;
    return OK;
}
