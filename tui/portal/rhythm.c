#include "tui/portal/rhythm.h"
#include "common/shape.h"
#include "common/text.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST 1000
static const struct {
    const char *one, *adverb;
} words[] = {[PERIOD_DAY] = {"day", "daily"},
             [PERIOD_WEEK] = {"week", "weekly"},
             [PERIOD_MONTH] = {"month", "monthly"},
             [PERIOD_QUARTER] = {"quarter", "quarterly"},
             [PERIOD_YEAR] = {"year", "yearly"}};

char *rhythm_typed(char *buffer, int period, int64_t every)
{
    const char *word = words[period >= PERIOD_DAY && period <= PERIOD_YEAR ? period : PERIOD_MONTH].one;
    if (every > 1)
        snprintf(buffer, RHYTHM_TEXT, "%" PRId64 " %ss", every, word);
    else
        snprintf(buffer, RHYTHM_TEXT, "%s", word);
    return buffer;
}

static bool is_word(const char *text, size_t n, int period)
{
    const char *one = words[period].one, *adverb = words[period].adverb;
    const size_t with_s = strlen(one);
    return (n == with_s && strncasecmp(text, one, n) == 0) ||
           (n == with_s + 1 && strncasecmp(text, one, with_s) == 0 &&
            tolower((unsigned char)text[n - 1]) == 's') ||
           (n == strlen(adverb) && strncasecmp(text, adverb, n) == 0);
}

const char *rhythm_read(const char *typed, int *period, int64_t *every)
{
    static const char wrong[] = "As in month, 3 months, 2 weeks, quarter, year: at most 1000 of them.";
    char *end;
    const char *text = typed + strspn(typed, " ");
    if (strncasecmp(text, "every ", 6) == 0)
        text += 6 + strspn(text + 6, " ");
    const bool counted = isdigit((unsigned char)*text);
    const long count = counted ? strtol(text, &end, 10) : 1;
    if (counted)
        text = end + strspn(end, " ");
    size_t n = strlen(text);
    while (n && text[n - 1] == ' ')
        n--;
    if (count < 1 || count > MOST)
        return wrong;
    for (int i = PERIOD_DAY; i <= PERIOD_YEAR; i++)
        if (is_word(text, n, i)) {
            *period = i;
            *every = count;
            return NULL;
        }
    return wrong;
}
