#include "tui/face/typed.h"
#include "common/date.h"
#include "common/number.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct typed typed_of(const struct field *f, const char *currency, int32_t today)
{
    return (struct typed){.type = (enum field_type)f->type,
                          .currency = currency,
                          .least = f->min,
                          .most = f->max,
                          .today = today};
}

static int digits_of(const struct typed *as)
{
    return as->currency ? currency_digits(as->currency) : -1;
}

static int places(const struct typed *as)
{
    int digits = digits_of(as);
    return as->type == FIELD_DECIMAL ? DECIMAL_PLACES : as->type == FIELD_COUNT ? 0 : digits < 0 ? 2 : digits;
}

static const char *in_range(const struct typed *as, int64_t value, struct refusal *why)
{
    char least[MONEY_TEXT], most[MONEY_TEXT];
    int64_t scale = as->type == FIELD_DECIMAL ? 1 : DECIMAL_ONE;
    if (as->least >= as->most || (value >= as->least && value <= as->most))
        return NULL;
    if (as->most > INT64_MAX / scale || as->least < INT64_MIN / scale)
        return "Out of range.";
    snprintf(why->detail, sizeof why->detail, "From %s to %s.", decimal_plain(least, as->least * scale),
             decimal_plain(most, as->most * scale));
    return why->detail;
}

static const char *number(const struct typed *as, const char *text, int64_t *value, struct refusal *why)
{
    char code[4]; /* where it is not known which currency, it is typed with the amount */
    const bool money = as->type == FIELD_MONEY;
    const bool said = money && digits_of(as) < 0 && number_currency(text, code);
    enum err e = money && (said || digits_of(as) >= 0)
                     ? number_read_money(text, said ? code : as->currency, "", value, why)
                     : number_read(text, places(as), "", value, why);
    return e != OK ? why->detail : as->type == FIELD_MONEY ? NULL : in_range(as, *value, why);
}

static const char *day(const struct typed *as, const char *text, int64_t *value, struct refusal *why)
{
    int32_t read;
    if (date_read(text, as->today, "", &read, why) != OK)
        return why->detail;
    *value = read;
    return NULL;
}

static const char *length(const struct typed *as, const char *text, struct refusal *why)
{
    int64_t n = (int64_t)text_length(text, strlen(text));
    if (as->least >= as->most || (n <= as->most && n >= as->least))
        return NULL;
    snprintf(why->detail, sizeof why->detail, "At %s %" PRId64 " characters.",
             n > as->most ? "most" : "least", n > as->most ? as->most : as->least);
    return why->detail;
}

const char *typed_read(const struct typed *as, const char *text, int64_t *value, struct refusal *why)
{
    switch (as->type) {
    case FIELD_DECIMAL:
    case FIELD_COUNT:
    case FIELD_MONEY: return number(as, text, value, why);
    case FIELD_DATE: return day(as, text, value, why);
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: return length(as, text, why);
    default: return NULL;
    }
}

char *typed_plain(char buffer[MONEY_TEXT], const struct typed *as, int64_t value)
{
    switch (as->type) {
    case FIELD_DECIMAL: return decimal_plain(buffer, value);
    case FIELD_DATE: return date_plain(buffer, (int32_t)value);
    default: return money_plain(buffer, value, places(as));
    }
}

char *typed_sentence(char *buffer, size_t size, const char *text)
{
    const size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    const size_t mark = word + strspn(text + word, ",;:");
    const bool plain = word && (!text[mark] || text[mark] == ' ' || strcmp(text + mark, ".") == 0);
    snprintf(buffer, size, "%.*s", (int)text_cut(text, size - 1), text);
    if (plain)
        *buffer = (char)(*buffer - 'a' + 'A');
    return buffer;
}

bool typed_is(const char *text, const char *word)
{
    struct arena *a = arena_open();
    size_t n = strlen(text);
    while (n && (unsigned char)text[n - 1] <= ' ')
        n--;
    while (n && (unsigned char)*text <= ' ')
        text++, n--;
    const char *typed = arena_text(a, text, n);
    const bool same = strcmp(text_lower(a, typed), text_lower(a, word)) == 0;
    arena_close(a);
    return same;
}
