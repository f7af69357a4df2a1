#include "proto/ctl/zoho.h"
#include "common/date.h"
#include "common/text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void zoho_wrong(struct zoho_row *z, int column, const char *format, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    import_problem(z->set, z->file, z->row->line, z->columns[column].name, "%s", text);
    z->bad = true;
}

const char *zoho_cell(struct zoho_row *z, int column)
{
    const char *text = table_cell(z->row, &z->places[column]);
    if (text == table_unread) { /* that was said, if by the name that the file has for the column */
        import_said(z->set, z->file, z->row->line, z->columns[column].name);
        z->bad = true;
        z->vague |= z->columns[column].number;
    }
    return text;
}

const char *zoho_lines(struct zoho_row *z, int column)
{
    const char *text = zoho_cell(z, column);
    if (!strchr(text, '\r'))
        return text;
    char *copy = arena_text(z->set->c->a, text, strlen(text)), *to = copy;
    for (const char *p = text; *p; p++)
        if (*p != '\r' || p[1] != '\n')
            *to++ = *p == '\r' ? '\n' : *p;
    *to = '\0';
    return copy;
}

const char *zoho_text(struct zoho_row *z, int column)
{
    const char *text = zoho_cell(z, column);
    if (!strpbrk(text, "\r\n\t\xC2"))
        return text;
    char *copy = arena_text(z->set->c->a, text, strlen(text)), *to = copy;
    for (const char *p = text; *p; p++) {
        bool no_break = strncmp(p, "\xC2\xA0", 2) == 0;
        char ch = no_break || strchr("\r\n\t", *p) ? ' ' : *p;
        p += no_break;
        if (ch != ' ' || (to > copy && to[-1] != ' '))
            *to++ = ch;
    }
    while (to > copy && to[-1] == ' ')
        to--;
    *to = '\0';
    return copy;
}

const char *zoho_word(struct zoho_row *z, int column)
{
    const char *text = zoho_cell(z, column);
    char *copy = arena_text(z->set->c->a, text, strlen(text)), *to = copy;
    for (const char *p = text; *p; p++)
        if (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80)
            *to++ = (char)tolower((unsigned char)*p);
    *to = '\0';
    return copy;
}

void zoho_day(struct zoho_row *z, int column, int32_t *to)
{
    const char *text = zoho_cell(z, column);
    if (*text && date_parse(text, to) != OK)
        zoho_wrong(z, column, "\"%.40s\" is no date like 2026-11-22", text_shown(z->set->c->a, text, false));
}

bool zoho_needs(struct zoho_row *z, int column)
{
    if (*zoho_cell(z, column))
        return true;
    zoho_wrong(z, column, "is empty");
    z->vague |= z->columns[column].number;
    return false;
}

const char *zoho_source(struct zoho_row *z, int column)
{
    return zoho_needs(z, column) ? arena_printf(z->set->c->a, "zoho:%s", zoho_text(z, column)) : "";
}

const char *zoho_source_of(struct zoho_row *z, int customer, int column)
{
    return zoho_needs(z, column)
               ? arena_printf(z->set->c->a, "zoho:%s/%s", zoho_text(z, customer), zoho_text(z, column))
               : "";
}

bool zoho_is(struct zoho_row *z, int column, const char *word)
{
    return strcasecmp(zoho_cell(z, column), word) == 0;
}

bool zoho_yes(struct zoho_row *z, int column)
{
    static const char *const words[] = {"true", "yes", "1", "", "false", "no", "0"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (zoho_is(z, column, words[i]))
            return i < 3;
    zoho_wrong(z, column, "\"%.40s\" is neither true nor false",
               text_shown(z->set->c->a, zoho_cell(z, column), false));
    return false;
}

const char *zoho_currency(struct zoho_row *z, int column)
{
    const char *code = zoho_cell(z, column);
    if (currency_digits(code) >= 0)
        return code;
    if (!*code)
        (void)zoho_needs(z, column);
    else
        zoho_wrong(z, column, "\"%.20s\" is no currency of ISO 4217", text_shown(z->set->c->a, code, false));
    return "";
}

struct address *zoho_address(struct zoho_row *z, int first)
{
    struct address *to = arena_alloc(z->set->c->a, sizeof *to);
    *to = (struct address){
        .attention = zoho_text(z, first),
        .street = zoho_text(z, first + 1),
        .street2 = zoho_text(z, first + 2),
        .city = zoho_text(z, first + 3),
        .state = zoho_text(z, first + 4),
        .country = zoho_text(z, first + 5),
        .code = zoho_text(z, first + 6),
        .phone = zoho_text(z, first + 7),
        .fax = zoho_text(z, first + 8),
    };
    bool any = *to->street || *to->street2 || *to->city || *to->state || *to->country || *to->code ||
               *to->phone || *to->fax || *to->attention;
    return any ? to : NULL;
}

void zoho_agree(struct zoho_row *z, const struct table_row *first, const int *same, size_t n, const char *of)
{
    for (size_t i = 0; i < n; i++) {
        const char *here = zoho_cell(z, same[i]), *there = table_cell(first, &z->places[same[i]]);
        if (here != table_unread && there != table_unread && strcmp(here, there) != 0)
            zoho_wrong(z, same[i], "differs from line %zu of the same %s", first->line, of);
    }
}

static void on_fault(void *context, const struct table *t, size_t line, const char *column, const char *what)
{
    struct zoho_file *from = context;
    (void)t;
    import_problem(from->set, from->file, line, column, "%s", what);
}

enum err zoho_open(struct import_set *set, struct import_file *file, const char *path,
                   const struct table_column *columns, size_t n, struct zoho_file *out)
{
    struct ctl *c = set->c;
    *out = (struct zoho_file){
        .set = set, .file = file, .columns = columns, .places = arena_alloc(c->a, n * sizeof *out->places)};
    struct table_in in = {.path = path,
                          .windows_1252 = c->encoding && strcasecmp(c->encoding, "windows-1252") == 0,
                          .columns = columns,
                          .n = n,
                          .fault = on_fault,
                          .context = out};
    enum err e = table_read(c->a, &in, &file->table, out->places, &c->why);
    if (!e)
        zoho_marks(out, n);
    return e;
}

struct zoho_row zoho_row(const struct zoho_file *from, size_t i)
{
    const struct table_row *row = &from->file->table.rows[i];
    return (struct zoho_row){from->set, from->file, row, from->columns, from->places, from, row->bad, false};
}

enum err zoho_read(struct import_set *set)
{
    const struct ctl *c = set->c;
    enum err e = c->contacts ? zoho_contacts(set) : OK;
    if (!e && c->invoices)
        e = zoho_documents(set, IMPORT_INVOICES, DOC_INVOICE, c->invoices);
    if (!e && c->retainers)
        e = zoho_documents(set, IMPORT_RETAINERS, DOC_RETAINER, c->retainers);
    if (!e && c->payments)
        e = zoho_payments(set);
    if (!e && c->credit_notes)
        e = zoho_documents(set, IMPORT_CREDIT_NOTES, DOC_CREDIT_NOTE, c->credit_notes);
    if (!e && c->credits_applied)
        e = zoho_credits(set);
    if (!e && c->refunds)
        e = zoho_refunds(set);
    if (e)
        return e;
    zoho_credits_implied(set);
    zoho_rest(set);
    return e;
}
