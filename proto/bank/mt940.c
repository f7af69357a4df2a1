/* MT940, as SWIFT has it, with the subfields that German banks put into :86: (?20, SVWZ+) and the words between strokes of Dutch ones (/REMI/). */
#include "proto/bank/bank_file.h"
#include "common/date.h"
#include "common/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define FIELD_MAX 4000 /* bytes of one field: 6 lines of 65 characters, and what banks make of that */

struct mt940 {
    struct arena *a;
    struct bank_file *out;
    struct refusal *why;
    struct bank_statement *s;
    size_t line;               /* of the file, where the field begins */
    bool open;                 /* a line waits for its :86: */
    char field[FIELD_MAX + 1]; /* that is read, whose lines are put one behind the other */
    size_t size;
    struct statement_line last;
};

static enum err wrong(struct mt940 *m, const char *tag, const char *what)
{
    return refuse(m->why, ERR_INVALID, tag, "line %zu: %s", m->line, what);
}

static bool digits(const char *text, size_t n)
{
    return strspn(text, "0123456789") >= n;
}

static int two(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}

/* YYMMDD; 80 and later are of the last century. */
static int32_t day_of(const char *text)
{
    if (!digits(text, 6))
        return 0;
    int year = two(text);
    return date_of(year + (year < 80 ? 2000 : 1900), two(text + 2), two(text + 4));
}

static enum err flush(struct mt940 *m)
{
    if (!m->open)
        return OK;
    m->open = false;
    return bank_add_line(m->a, m->s, &m->last, m->why);
}

/* --- balances: C or D, YYMMDD, currency, amount */

static enum err balance(struct mt940 *m, const char *tag, const char *text, bool opens)
{
    struct statement *s = &m->s->head;
    char currency[4] = "", number[40] = "";
    int64_t amount;
    size_t n = strlen(text);
    if (n < 11 || (text[0] != 'C' && text[0] != 'D') || !day_of(text + 1) || n - 10 >= sizeof number)
        return wrong(m, tag, "is no balance");
    memcpy(currency, text + 7, 3);
    for (size_t i = 0; text[10 + i] && !isspace((unsigned char)text[10 + i]); i++)
        number[i] = text[10 + i];
    if (bank_amount(number, currency, ',', &amount) != OK || amount < 0)
        return wrong(m, tag, "has an amount or a currency that can not be read");
    const struct money money = money_of(text[0] == 'D' ? -amount : amount, currency);
    if (opens) {
        GIVE(statement, s, opening, money);
        GIVE(statement, s, currency, arena_text(m->a, currency, 3));
        GIVE(statement, s, from, day_of(text + 1));
    } else {
        GIVE(statement, s, closing, money);
        GIVE(statement, s, until, day_of(text + 1));
    }
    return OK;
}

/* --- :61: */

/* The day it was booked has no year: it is the one nearest to the value date. */
static int32_t booked_on(const char *month_day, int32_t value)
{
    int year, month, dom;
    int32_t best = 0;
    date_split(value, &year, &month, &dom);
    for (int y = year - 1; y <= year + 1; y++) {
        int32_t day = date_of(y, two(month_day), two(month_day + 2));
        int32_t off = day > value ? day - value : value - day;
        int32_t best_off = best > value ? best - value : value - best;
        if (day && (!best || off < best_off))
            best = day;
    }
    const int32_t apart = best > value ? best - value : value - best;
    return apart <= 183 ? best : 0; /* 29 February of a year that has none is no day */
}

static enum err read_references(struct mt940 *m, const char *text)
{
    struct statement_line *l = &m->last;
    size_t line = strcspn(text, "\n");
    const char *bank = strstr(text, "//");
    if (bank && bank < text + line)
        GIVE(statement_line, l, bank_reference,
             bank_clean(m->a, arena_text(m->a, bank + 2, (size_t)(text + line - bank - 2)), 60));
    return OK;
}

static enum err transaction(struct mt940 *m, const char *text)
{
    struct statement_line *l = &m->last;
    char number[40] = "";
    int64_t amount;
    size_t n = 0;
    const char *at = text + 6;
    *l = (struct statement_line){.id = 0};
    const int32_t value = strlen(text) >= 6 ? day_of(text) : 0;
    if (!m->s->head.currency)
        return wrong(m, ":60F:", "has to come before the lines");
    if (!value)
        return wrong(m, ":61:", "does not begin with a day");
    GIVE(statement_line, l, value_date, value);
    GIVE(statement_line, l, date, value);
    if (digits(at, 4)) {
        GIVE(statement_line, l, date, booked_on(at, value));
        at += 4;
    }
    const bool taken_back = *at == 'R';
    at += *at == 'R' || *at == 'E';
    if (!l->date || (*at != 'C' && *at != 'D'))
        return wrong(m, ":61:", "does not say C or D, or has a day that is none");
    const bool out = (*at++ == 'D') != taken_back; /* RC takes a credit back: money goes out */
    at += isalpha((unsigned char)*at) != 0;
    while (digits(at, 1) || *at == ',')
        if (n + 1 < sizeof number)
            number[n++] = *at++;
        else
            break;
    if (!n || bank_amount(number, m->s->head.currency, ',', &amount) != OK)
        return wrong(m, ":61:", "has an amount that can not be read");
    GIVE(statement_line, l, amount, money_of(out ? -amount : amount, m->s->head.currency));
    if (taken_back)
        GIVE(statement_line, l, returned, true);
    m->open = true;
    return read_references(m, at);
}

/* --- :86: */

static const char *without_breaks(struct mt940 *m, const char *text, const char *between)
{
    char *joined = arena_alloc(m->a, strlen(text) * (1 + strlen(between)) + 1), *to = joined;
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, "\n");
        if (to > joined)
            to = stpcpy(to, between);
        memcpy(to, at, n);
        to += n;
        at += n + (at[n] == '\n');
    }
    return joined;
}

/* The text up to the next of the names that stand before values. */
static const char *value_of(struct mt940 *m, const char *text, const char *name, const char *const *names)
{
    const char *from = strstr(text, name), *end = NULL;
    if (!from)
        return NULL;
    from += strlen(name);
    for (size_t i = 0; names[i]; i++) {
        const char *next = strstr(from, names[i]);
        if (next && (!end || next < end))
            end = next;
    }
    return arena_text(m->a, from, end ? (size_t)(end - from) : strlen(from));
}

static void give_text(struct mt940 *m, const char *text, const char *const names[], const char *end_to_end,
                      const char *remittance)
{
    struct statement_line *l = &m->last;
    const char *own = value_of(m, text, end_to_end, names), *said = value_of(m, text, remittance, names);
    own = own ? bank_clean(m->a, own, 40) : NULL;
    if (own && strcmp(own, "NOTPROVIDED") != 0)
        GIVE(statement_line, l, end_to_end, own);
    GIVE(statement_line, l, text, bank_clean(m->a, said ? said : text, 1000));
}

static bool german(const char *text)
{
    return digits(text, 3) && text[3] && !isalnum((unsigned char)text[3]) && text[3] != ' ' &&
           digits(text + 4, 2);
}

static void read_german(struct mt940 *m, const char *text)
{
    static const char *const tags[] = {"EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+",
                                       "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+",  NULL};
    enum { REMITTANCE, NAME, IBAN, PARTS };
    char *parts[PARTS], *ends[PARTS];
    const char mark = text[3];
    for (size_t i = 0; i < PARTS; i++)
        ends[i] = parts[i] = arena_alloc(m->a, strlen(text) + 1);
    struct statement_line *l = &m->last;
    for (const char *at = text + 3; *at;) {
        const char *next = strchr(at + 1, mark);
        while (next && !digits(next + 1, 2))
            next = strchr(next + 1, mark);
        size_t n = next ? (size_t)(next - at) : strlen(at);
        if (n >= 3 && digits(at + 1, 2)) {
            int code = two(at + 1);
            const int to = (code >= 20 && code <= 29) || (code >= 60 && code <= 63) ? REMITTANCE
                           : code == 31                                             ? IBAN
                           : code == 32 || code == 33                               ? NAME
                                                                                    : PARTS;
            if (to != PARTS) {
                memcpy(ends[to], at + 3, n - 3);
                ends[to] += n - 3;
            }
        }
        at += n;
    }
    give_text(m, parts[REMITTANCE], tags, "EREF+", "SVWZ+");
    GIVE(statement_line, l, name, bank_clean(m->a, parts[NAME], 140));
    GIVE(statement_line, l, iban, bank_clean(m->a, parts[IBAN], 34));
    if (strncmp(text, "108", 3) == 0 || strncmp(text, "109", 3) == 0) /* a debit that was returned */
        GIVE(statement_line, l, returned, true);
}

static void read_strokes(struct mt940 *m, const char *text)
{
    static const char *const tags[] = {"/EREF/", "/REMI/", "/NAME/", "/IBAN/", "/BIC/",
                                       "/MARF/", "/CSID/", "/TRTP/", "/ISDT/", "/ORDP/",
                                       "/BENM/", "/ADDR/", "/PREF/", "/RTRN/", NULL};
    struct statement_line *l = &m->last;
    const char *name = value_of(m, text, "/NAME/", tags), *iban = value_of(m, text, "/IBAN/", tags);
    const char *reason = value_of(m, text, "/RTRN/", tags);
    give_text(m, text, tags, "/EREF/", "/REMI/");
    GIVE(statement_line, l, name, bank_clean(m->a, name, 140));
    GIVE(statement_line, l, iban, bank_clean(m->a, iban, 34));
    if (reason) {
        GIVE(statement_line, l, returned, true);
        GIVE(statement_line, l, return_reason, bank_clean(m->a, reason, 40));
    }
}

static enum err information(struct mt940 *m, const char *text)
{
    if (!m->open)
        return OK; /* one behind the closing balance is about the statement */
    if (german(text))
        read_german(m, without_breaks(m, text, ""));
    else if (strstr(text, "/REMI/") || strstr(text, "/EREF/") || strstr(text, "/NAME/"))
        read_strokes(m, without_breaks(m, text, ""));
    else
        GIVE(statement_line, &m->last, text, bank_clean(m->a, without_breaks(m, text, " "), 1000));
    return flush(m);
}

/* --- fields */

static enum err ended(struct mt940 *m)
{
    const struct statement *s = &m->s->head;
    if (!s->account)
        return wrong(m, ":25:", "the statement before it does not say of which account it is");
    if (!*s->opening.currency || !*s->closing.currency)
        return wrong(m,
                     *s->opening.currency ? ":62F:" : ":60F:", "the statement before it has no such balance");
    return OK;
}

static enum err begin(struct mt940 *m)
{
    enum err e = m->s ? flush(m) : OK;
    if (!e && m->s)
        e = ended(m);
    return e ? e : bank_add_statement(m->a, m->out, &m->s, m->why);
}

static enum err field(struct mt940 *m, const char *tag, const char *text)
{
    enum err e = OK;
    if (strcmp(tag, "20") == 0)
        return begin(m);
    if (!m->s)
        return wrong(m, ":20:", "has to come first");
    if (strcmp(tag, "86") == 0)
        return information(m, text);
    e = flush(m);
    if (e)
        return e;
    if (strcmp(tag, "25") == 0 || strcmp(tag, "25P") == 0)
        GIVE(statement, &m->s->head, account, bank_account_of(m->a, without_breaks(m, text, " ")));
    else if (strcmp(tag, "28C") == 0 || strcmp(tag, "28") == 0)
        GIVE(statement, &m->s->head, number, bank_clean(m->a, text, 40));
    else if (strcmp(tag, "60F") == 0 || strcmp(tag, "60M") == 0)
        e = balance(m, ":60F:", text, true);
    else if (strcmp(tag, "62F") == 0 || strcmp(tag, "62M") == 0)
        e = balance(m, ":62F:", text, false);
    else if (strcmp(tag, "61") == 0)
        e = transaction(m, text);
    return e;
}

/* ":61:" at the beginning of a line: the tag's size, or 0. */
static size_t tag_at(const char *line)
{
    size_t n = *line == ':' ? strcspn(line + 1, ":\n") : 0;
    return n >= 2 && n <= 3 && line[1 + n] == ':' && digits(line + 1, 2) ? n : 0;
}

/* Blocks around the text, "{1:…}{4:" and "-}", and lines that say nothing. */
static bool is_frame(const char *line, size_t n)
{
    return n == 0 || *line == '{' || (*line == '-' && n <= 2) || (n == 1 && *line == '}');
}

static char *unix_lines(struct arena *a, const char *text)
{
    char *to = arena_alloc(a, strlen(text) + 2), *at = to;
    for (; *text; text++)
        if (*text != '\r')
            *at++ = *text;
        else if (text[1] != '\n')
            *at++ = '\n';
    return to;
}

/* Puts a line of the file behind what the field has so far. */
static enum err more_of_field(struct mt940 *m, const char *line, size_t n, bool first)
{
    if (first)
        m->size = 0;
    if (m->size + n + 1 > FIELD_MAX)
        return refuse(m->why, ERR_TOO_LARGE, "", "line %zu: a field has more than %d bytes", m->line,
                      FIELD_MAX);
    if (!first)
        m->field[m->size++] = '\n';
    memcpy(m->field + m->size, line, n);
    m->size += n;
    m->field[m->size] = '\0';
    return OK;
}

enum err mt940_read(struct arena *a, const char *text, struct bank_file *out, struct refusal *why)
{
    struct mt940 m = {.a = a, .out = out, .why = why};
    const char *at = unix_lines(a, text);
    bool value = false; /* a field is open */
    char tag[4] = "";
    size_t line = 0;
    enum err e = OK;
    out->format = "MT940";
    for (; !e; at++) {
        size_t n = strcspn(at, "\n"), size = tag_at(at);
        const char *brace = *at == '{' ? strstr(at, "{4:") : NULL;
        line++;
        if (brace && brace < at + n && brace[3] == ':') { /* all in one line */
            at = brace + 2;
            line--;
            continue;
        }
        if (value && (size || !at[n] || (n && is_frame(at, n)))) {
            if (!size && !is_frame(at, n))
                e = more_of_field(&m, at, n, false);
            e = e ? e : field(&m, tag, m.field);
            value = false;
        } else if (value) {
            e = more_of_field(&m, at, n, false);
        } else if (!size && !is_frame(at, n)) {
            m.line = line;
            e = wrong(&m, "", "begins with no tag");
        }
        if (size && !e) {
            m.line = line;
            snprintf(tag, sizeof tag, "%.*s", (int)size, at + 1);
            e = more_of_field(&m, at + size + 2, n - size - 2, true);
            value = true;
        }
        at += n;
        if (!*at)
            break;
    }
    if (!e && value)
        e = field(&m, tag, m.field);
    if (!e && m.s)
        e = flush(&m);
    return e || !m.s ? e : ended(&m);
}
