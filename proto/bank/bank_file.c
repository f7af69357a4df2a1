/* What all formats share: which one it is, texts, amounts, and the lists that they fill. */
#include "proto/bank/bank_file.h"
#include "common/date.h"
#include "common/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum err bank_add_statement(struct arena *a, struct bank_file *f, struct bank_statement **s,
                            struct refusal *why)
{
    if (f->n == BANK_STATEMENTS_MAX)
        return refuse(why, ERR_TOO_LARGE, "", "a file has at most %d statements", BANK_STATEMENTS_MAX);
    if (f->n == f->room)
        f->v = arena_grow(a, f->v, &f->room, sizeof *f->v);
    f->v[f->n] = (struct bank_statement){.n = 0};
    GIVE(statement, &f->v[f->n].head, format, f->format);
    *s = &f->v[f->n++];
    return OK;
}

enum err bank_add_line(struct arena *a, struct bank_statement *s, const struct statement_line *line,
                       struct refusal *why)
{
    if (s->n == BANK_LINES_MAX)
        return refuse(why, ERR_TOO_LARGE, "", "a statement has at most %d lines", BANK_LINES_MAX);
    if (s->n == s->room)
        s->lines = arena_grow(a, s->lines, &s->room, sizeof *s->lines);
    s->lines[s->n++] = *line;
    return OK;
}

/* How many bytes the first so many characters have. */
static size_t characters_of(const char *text, size_t most)
{
    size_t i = 0;
    for (size_t n = 0; text[i]; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80 && n++ == most)
            break;
    return i;
}

const char *bank_clean(struct arena *a, const char *text, size_t characters)
{
    const char *shown = text_shown(a, text ? text : "", false);
    size_t n = 0;
    char *to = arena_alloc(a, strlen(shown) + 1);
    for (const char *p = shown; *p; p++)
        if (*p != ' ' || (n && to[n - 1] != ' '))
            to[n++] = *p;
    to[n] = '\0';
    n = characters_of(to, characters);
    while (n && to[n - 1] == ' ')
        n--;
    to[n] = '\0';
    return n && !text_blank(to, n) ? to : NULL;
}

char *bank_utf8(struct arena *a, const char *bytes, size_t size, bool always)
{
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        bytes += 3, size -= 3;
    if (!always && text_utf8(bytes, size))
        return arena_text(a, bytes, size);
    static const uint16_t windows[32] = {0x20AC, 0,      0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                         0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17D,  0,
                                         0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0,      0x17E,  0x178};
    char *to = arena_alloc(a, size * 3 + 1), *at = to;
    for (size_t i = 0; i < size; i++) {
        unsigned ch = (unsigned char)bytes[i];
        if (ch >= 0x80 && ch < 0xA0)
            ch = windows[ch - 0x80] ? windows[ch - 0x80] : '?';
        if (ch < 0x80) {
            *at++ = (char)ch;
        } else if (ch < 0x800) {
            *at++ = (char)(0xC0 | ch >> 6);
            *at++ = (char)(0x80 | (ch & 0x3F));
        } else {
            *at++ = (char)(0xE0 | ch >> 12);
            *at++ = (char)(0x80 | (ch >> 6 & 0x3F));
            *at++ = (char)(0x80 | (ch & 0x3F));
        }
    }
    *at = '\0';
    return to;
}

enum err bank_amount(const char *text, const char *currency, char mark, int64_t *amount)
{
    char plain[40];
    size_t n = 0, places = 0, most = (size_t)currency_digits(currency);
    bool behind = false;
    if (currency_digits(currency) < 0)
        return ERR_CURRENCY;
    for (const char *p = text; *p; p++) {
        if (*p == mark && !behind) {
            behind = true;
            continue;
        }
        if ((*p < '0' || *p > '9') && !(p == text && *p == '-'))
            return ERR_INVALID;
        if (behind && places++ >= most) {
            if (*p != '0')
                return ERR_INVALID;
            continue;
        }
        if (behind && places == 1)
            plain[n++] = '.';
        if (n + 2 >= sizeof plain)
            return ERR_INVALID;
        plain[n++] = *p;
    }
    plain[n] = '\0';
    return money_parse(plain, (int)most, amount);
}

int32_t bank_day(int32_t day)
{
    return day < DATE_LEAST || day > DATE_MAX ? 0 : day;
}

static unsigned mod97(const char *digits)
{
    unsigned r = 0;
    for (; *digits; digits++)
        r = (r * 10 + (unsigned)(*digits - '0')) % 97;
    return r;
}

const char *bank_account_of(struct arena *a, const char *written)
{
    const char *clean = bank_clean(a, written, 60);
    char plain[64], bban[19], whole[32];
    size_t n = 0, slash = 0;
    for (const char *p = clean ? clean : ""; *p && n < sizeof plain - 1; p++) {
        if (*p == '/' && !slash)
            slash = n;
        else if (isalnum((unsigned char)*p))
            plain[n++] = (char)toupper((unsigned char)*p);
    }
    plain[n] = '\0';
    if (slash == 8 && n > 8 && n <= 18 && strspn(plain, "0123456789") == n) {
        snprintf(bban, sizeof bban, "%.8s%0*d", plain, (int)(18 - n), 0);
        size_t at = 8 + (18 - n);
        memcpy(bban + at, plain + 8, n - 8);
        bban[18] = '\0';
        snprintf(whole, sizeof whole, "%s131400", bban); /* DE00 */
        return arena_printf(a, "DE%02u%s", 98 - mod97(whole), bban);
    }
    return n && n <= 34 ? arena_text(a, plain, n) : NULL;
}

static bool begins(const uint8_t *data, size_t size, const char *with)
{
    return size >= strlen(with) && memcmp(data, with, strlen(with)) == 0;
}

enum err bank_file_read(struct arena *a, const uint8_t *data, size_t size, const struct bank_mapping *mapping,
                        struct bank_file *out, struct refusal *why)
{
    size_t at = 0;
    *out = (struct bank_file){.format = ""};
    if (size > BANK_FILE_MAX)
        return refuse(why, ERR_TOO_LARGE, "", "is larger than %zu MB", BANK_FILE_MAX / 1024 / 1024);
    if (begins(data, size, "\xEF\xBB\xBF"))
        at = 3;
    while (at < size && isspace(data[at]))
        at++;
    const bool utf16 = begins(data, size, "\xFF\xFE") || begins(data, size, "\xFE\xFF");
    enum err e;
    if ((mapping || !(utf16 || (at < size && data[at] == '<'))) && size && memchr(data, 0, size))
        return refuse(why, ERR_INVALID, "", "has a byte of zeros in it: is it UTF-16, or damaged?");
    if (mapping)
        e = bank_csv_read(a, data, size, mapping, out, why);
    else if (utf16 || (at < size && data[at] == '<'))
        e = camt_read(a, data, size, out, why);
    else if (at < size && (data[at] == ':' || data[at] == '{'))
        e = mt940_read(a, bank_utf8(a, (const char *)data + at, size - at, false), out, why);
    else
        return refuse(why, ERR_INVALID, "", "is neither camt.053 nor MT940; a CSV file needs a mapping");
    return e || out->n ? e : refuse(why, ERR_INVALID, "", "has no statement in it");
}
