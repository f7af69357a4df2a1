#include "common/number.h"
#include "common/money.h"
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 40 /* more than any value holds; a longer run is too large, whatever it says */
#define MARKS_MAX 16

enum mark { MARK_NONE, MARK_POINT, MARK_COMMA, MARK_APOSTROPHE, MARK_BLANK };

/* A text taken apart: its digits without the marks, and where the marks stood. */
struct scan {
    bool minus;
    char digits[DIGITS_MAX];
    size_t count;
    struct {
        enum mark mark;
        size_t at; /* digits before it */
    } marks[MARKS_MAX];
    size_t mark_count;
};

/* Where the number ends in a text and where its marks are; `whole` digits stand before the decimal mark. */
struct reading {
    const struct scan *scan;
    size_t whole;
    size_t groups; /* marks that group: the first so many */
};

static const struct {
    const char *bytes;
    bool groups; /* may stand between digits; the others only around the number, where copying leaves them */
} blanks[] = {{" ", true},
              {"\xC2\xA0", true} /* no-break space */,
              {"\xE2\x80\x89", true} /* thin space */,
              {"\xE2\x80\xAF", true} /* narrow no-break space */,
              {"\t", false},
              {"\n", false},
              {"\r", false},
              {"\xE2\x80\x87", false} /* figure space */,
              {"\xE2\x80\x8B", false} /* zero width space */,
              {"\xE2\x80\x8E", false} /* left-to-right mark */,
              {"\xE2\x81\xA0", false} /* word joiner */,
              {"\xE3\x80\x80", false} /* ideographic space */,
              {"\xEF\xBB\xBF", false} /* byte order mark */};

/* Bytes of the blank that begins here; 0 for none. */
static size_t blank_at(const char *text, size_t size, bool only_grouping)
{
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t n = strlen(blanks[i].bytes);
        if ((blanks[i].groups || !only_grouping) && n <= size && memcmp(text, blanks[i].bytes, n) == 0)
            return n;
    }
    return 0;
}

/* A part of somebody's text, without blanks around it. */
struct part {
    const char *at;
    size_t size;
};

static struct part trimmed(struct part p)
{
    size_t n;
    while ((n = blank_at(p.at, p.size, false)) > 0) {
        p.at += n;
        p.size -= n;
    }
    for (bool more = true; more;) {
        more = false;
        for (n = 1; n <= 3 && n <= p.size && !more; n++)
            if (blank_at(p.at + p.size - n, n, false) == n) {
                p.size -= n;
                more = true;
            }
    }
    return p;
}

static bool take(struct part *p, const char *prefix)
{
    size_t n = strlen(prefix);
    if (n > p->size || memcmp(p->at, prefix, n) != 0)
        return false;
    p->at += n;
    p->size -= n;
    return true;
}

static bool take_minus(struct part *p)
{
    return take(p, "-") || take(p, "\xE2\x88\x92" /* minus sign */);
}

static enum mark take_mark(struct part *p)
{
    size_t blank = blank_at(p->at, p->size, true);
    p->at += blank;
    p->size -= blank;
    if (blank)
        return MARK_BLANK;
    if (take(p, "."))
        return MARK_POINT;
    if (take(p, ","))
        return MARK_COMMA;
    return take(p, "'") || take(p, "\xE2\x80\x99" /* right quotation mark */) ? MARK_APOSTROPHE : MARK_NONE;
}

static enum err no_number(int places, const char *field, struct refusal *why)
{
    if (!places)
        return refuse(why, ERR_INVALID, field, "Not a whole number. Examples: 1234, 1,234.");
    return refuse(why, ERR_INVALID, field, "Not a number. Examples: 1234.50, 1,234.50, 1.234,50.");
}

static enum err scan_of(struct part p, int places, const char *field, struct scan *s, struct refusal *why)
{
    if (!p.size)
        return refuse(why, ERR_INVALID, field, "A number is needed.");
    s->minus = take_minus(&p);
    bool long_one = false;
    while (p.size) {
        if (*p.at >= '0' && *p.at <= '9') {
            if (s->count < DIGITS_MAX)
                s->digits[s->count++] = *p.at;
            else
                long_one = true;
            p.at++;
            p.size--;
            continue;
        }
        enum mark mark = take_mark(&p);
        if (mark == MARK_NONE || (!long_one && s->mark_count == MARKS_MAX))
            return no_number(places, field, why);
        if (long_one)
            continue;
        s->marks[s->mark_count].mark = mark;
        s->marks[s->mark_count++].at = s->count;
    }
    if (long_one)
        return refuse(why, ERR_OVERFLOW, field, "The number is too large.");
    return s->count ? OK : no_number(places, field, why);
}

static size_t marks_of(const struct scan *s, enum mark mark)
{
    size_t n = 0;
    for (size_t i = 0; i < s->mark_count; i++)
        n += s->marks[i].mark == mark;
    return n;
}

/* One kind of mark, threes from the right; after commas also a three and then twos, as India writes. */
static bool clean_groups(const struct reading *r)
{
    const struct scan *s = r->scan;
    if (!r->groups)
        return true;
    bool threes = s->digits[0] != '0', twos = threes && s->marks[0].mark == MARK_COMMA;
    size_t first = s->marks[0].at;
    for (size_t i = 0; i < r->groups; i++) {
        bool last = i + 1 == r->groups;
        size_t size = (last ? r->whole : s->marks[i + 1].at) - s->marks[i].at;
        threes = threes && size == 3;
        twos = twos && size == (last ? 3U : 2U);
        if (s->marks[i].mark != s->marks[0].mark)
            return false;
    }
    return (threes && first >= 1 && first <= 3) || (twos && first >= 1 && first <= 2);
}

/* "1,250": the mark may group or be the decimal one. A point is the decimal mark of our screens, but none of them shows three
 * places of what has fewer: there it is in doubt, too. Where there are no places, only "1.000" would be taken for 1. */
static bool in_doubt(const struct scan *s, int places)
{
    if (s->mark_count != 1 || s->count - s->marks[0].at != 3 || s->marks[0].at < 1 || s->marks[0].at > 3 ||
        s->digits[0] == '0')
        return false;
    if (s->marks[0].mark == MARK_COMMA)
        return places > 0;
    return s->marks[0].mark == MARK_POINT && places < 3 &&
           (places || memcmp(s->digits + s->marks[0].at, "000", 3) == 0);
}

static enum err say_doubt(const struct scan *s, int places, const char *field, struct refusal *why)
{
    size_t whole = s->marks[0].at, end = s->count;
    const char *minus = s->minus ? "-" : "";
    while (end > whole && s->digits[end - 1] == '0')
        end--;
    if (end == whole && !places) /* no example may seem to end in a point that is the sentence's */
        return refuse(why, ERR_INVALID, field,
                      "Can be read in two ways: write %s%.*s or %s%.*s without a point.", minus,
                      (int)s->count, s->digits, minus, (int)whole, s->digits);
    if (places && end - whole > (size_t)places) /* as it is written it is in doubt again */
        return refuse(
            why, ERR_INVALID, field,
            "Can be read in two ways: write %s%.*s, or %s%.*s.%.*s with at most %d decimal place%s.", minus,
            (int)s->count, s->digits, minus, (int)whole, s->digits, (int)(end - whole), s->digits + whole,
            places, places == 1 ? "" : "s");
    return refuse(why, ERR_INVALID, field, "Can be read in two ways: write %s%.*s or %s%.*s.%.*s%s.", minus,
                  (int)s->count, s->digits, minus, (int)whole, s->digits, (int)(end - whole),
                  s->digits + whole, end == whole ? "00" : "");
}

/* Which of the marks is the decimal one, if any. */
static struct reading reading_of(const struct scan *s, int places)
{
    struct reading r = {.scan = s, .whole = s->count, .groups = s->mark_count};
    if (!s->mark_count)
        return r;
    enum mark last = s->marks[s->mark_count - 1].mark;
    size_t at = s->marks[s->mark_count - 1].at;
    bool decimal = (last == MARK_POINT || last == MARK_COMMA) && marks_of(s, last) == 1;
    if (decimal && last == MARK_COMMA && s->mark_count == 1 && !places)
        decimal = s->count - at != 3 || at < 1 || at > 3 || s->digits[0] == '0';
    if (decimal) {
        r.whole = at;
        r.groups--;
    }
    return r;
}

static enum err value_of(const struct reading *r, int places, const char *field, int64_t *value,
                         struct refusal *why)
{
    const struct scan *s = r->scan;
    size_t end = s->count;
    while (end > r->whole && s->digits[end - 1] == '0')
        end--;
    if (end - r->whole > (size_t)places && !places)
        return refuse(why, ERR_INVALID, field, "A whole number, without decimal places.");
    if (end - r->whole > (size_t)places)
        return refuse(why, ERR_INVALID, field, "At most %d decimal places; this has %zu.", places,
                      end - r->whole);
    int64_t v = 0; /* on the negative side, which reaches one further */
    bool over = false;
    for (size_t i = 0; i < r->whole + (size_t)places; i++) {
        int digit = i < end ? s->digits[i] - '0' : 0;
        over = over || __builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v);
    }
    if (over || (!s->minus && __builtin_sub_overflow(0, v, &v)))
        return refuse(why, ERR_OVERFLOW, field, "The number is too large.");
    *value = v;
    return OK;
}

static enum err read_part(struct part p, int places, const char *field, int64_t *value, struct refusal *why)
{
    struct scan s = {.minus = false};
    if (places < 0 || places > DECIMAL_PLACES)
        return refuse(why, ERR_INTERNAL, field, "no such number of places");
    enum err e = scan_of(trimmed(p), places, field, &s, why);
    if (e)
        return e;
    if (in_doubt(&s, places))
        return say_doubt(&s, places, field, why);
    struct reading r = reading_of(&s, places);
    if (r.whole == 0 || (r.groups < s.mark_count && r.whole == s.count))
        return refuse(why, ERR_INVALID, field, "A digit is missing beside the decimal mark.");
    if (!clean_groups(&r))
        return refuse(why, ERR_INVALID, field,
                      "The grouping is not clean: write 1234567.50, 1,234,567.50 or 1.234.567,50.");
    return value_of(&r, places, field, value, why);
}

static struct part part_of(const char *text)
{
    return (struct part){text ? text : "", text ? strlen(text) : 0};
}

enum err number_read(const char *text, int places, const char *field, int64_t *value, struct refusal *why)
{
    return read_part(part_of(text), places, field, value, why);
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool same_code(const char *bytes, const char *code)
{
    for (int i = 0; i < 3; i++)
        if ((bytes[i] & ~0x20) != code[i])
            return false;
    return true;
}

/* Takes the currency's code off one end. What was taken is *found, NULL for none. */
static struct part without_code(struct part p, const char **found)
{
    size_t n = 0;
    *found = NULL;
    while (n < p.size && is_letter(p.at[n]))
        n++;
    if (n == 3 && n < p.size) {
        *found = p.at;
        return trimmed((struct part){p.at + 3, p.size - 3});
    }
    n = 0;
    while (n < p.size && is_letter(p.at[p.size - 1 - n]))
        n++;
    if (n == 3 && n < p.size) {
        *found = p.at + p.size - 3;
        p.size -= 3;
    }
    return trimmed(p);
}

bool number_currency(const char *text, char code[4])
{
    const char *found;
    struct part p = trimmed(part_of(text));
    take_minus(&p);
    without_code(p, &found);
    for (int i = 0; i < 3 && found; i++)
        code[i] = (char)(found[i] & ~0x20);
    code[3] = '\0';
    return found && currency_digits(code) >= 0;
}

enum err number_read_money(const char *text, const char *currency, const char *field, int64_t *amount,
                           struct refusal *why)
{
    int digits = currency_digits(currency);
    struct part p = trimmed(part_of(text)), unsigned_part = p;
    const char *code;
    int64_t v;
    if (digits < 0)
        return refuse(why, ERR_CURRENCY, field, "The currency is not in ISO 4217's list.");
    bool minus = take_minus(&unsigned_part) && unsigned_part.size && is_letter(*unsigned_part.at);
    p = without_code(minus ? unsigned_part : p, &code);
    if (code && !same_code(code, currency))
        return refuse(why, ERR_CURRENCY, field, "The amount is in %s here, not in %.3s.", currency, code);
    struct part rest = p;
    if (minus && take_minus(&rest))
        return no_number(digits, field, why);
    enum err e = read_part(p, digits, field, &v, why);
    if (e)
        return e;
    if (v > MONEY_MAX || v < -MONEY_MAX)
        return refuse(why, ERR_OVERFLOW, field, "The amount is larger than can be kept exactly.");
    *amount = minus ? -v : v;
    return OK;
}

enum err number_read_percent(const char *text, const char *field, int64_t *value, struct refusal *why)
{
    struct part p = trimmed(part_of(text));
    if (p.size && p.at[p.size - 1] == '%')
        p.size--;
    return read_part(p, DECIMAL_PLACES, field, value, why);
}
