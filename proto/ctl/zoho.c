#include "proto/ctl/zoho.h"
#include "common/date.h"
#include "common/text.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void zoho_wrong(struct zoho_row *z, int column, const char *format, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    import_problem(z->set, z->file, z->row->line, z->columns[column].name, "%s", text);
    z->bad = true;
}

const char *zoho_lines(struct zoho_row *z, int column)
{
    const char *text = table_cell(z->row, &z->places[column]);
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
    const char *text = table_cell(z->row, &z->places[column]);
    if (!strpbrk(text, "\r\n\t"))
        return text;
    char *copy = arena_text(z->set->c->a, text, strlen(text)), *to = copy;
    for (const char *p = text; *p; p++) {
        char ch = strchr("\r\n\t", *p) ? ' ' : *p;
        if (ch != ' ' || (to > copy && to[-1] != ' '))
            *to++ = ch;
    }
    while (to > copy && to[-1] == ' ')
        to--;
    *to = '\0';
    return copy;
}

void zoho_day(struct zoho_row *z, int column, int32_t *to)
{
    const char *text = table_cell(z->row, &z->places[column]);
    if (*text && date_parse(text, to) != OK)
        zoho_wrong(z, column, "\"%.40s\" is no date like 2026-11-22", text_shown(z->set->c->a, text, false));
}

/* Zeros that say nothing at the end of a fraction beyond `digits` places: "1.980" of a currency with two. */
static bool trimmed(const char *text, int digits, char *to, size_t room)
{
    size_t n = strlen(text);
    const char *point = strchr(text, '.');
    if (n >= room)
        return false;
    while (point && n > (size_t)(point - text) + 1 + (size_t)digits && text[n - 1] == '0')
        n--;
    if (point && n == (size_t)(point - text) + 1)
        n--;
    memcpy(to, text, n);
    to[n] = '\0';
    return true;
}

void zoho_amount(struct zoho_row *z, int column, const char *currency, struct money *to)
{
    const char *text = table_cell(z->row, &z->places[column]);
    char number[MONEY_TEXT];
    int64_t amount;
    if (!*text || !*currency)
        return;
    int digits = currency_digits(currency);
    enum err e =
        trimmed(text, digits, number, sizeof number) ? money_parse(number, digits, &amount) : ERR_INVALID;
    if (e == ERR_OVERFLOW)
        zoho_wrong(z, column, "\"%.40s\" is larger than can be kept exactly", text);
    else if (e)
        zoho_wrong(z, column, "\"%.40s\" is no amount of %s like %s", text_shown(z->set->c->a, text, false),
                   currency,
                   digits == 0   ? "1234"
                   : digits == 3 ? "1234.500"
                                 : "1234.50");
    else
        *to = money_of(amount, currency);
}

void zoho_decimal(struct zoho_row *z, int column, int64_t *to)
{
    const char *text = table_cell(z->row, &z->places[column]);
    char number[MONEY_TEXT];
    if (*text && (!trimmed(text, DECIMAL_PLACES, number, sizeof number) || decimal_parse(number, to) != OK))
        zoho_wrong(z, column, "\"%.40s\" is no number with at most six decimals",
                   text_shown(z->set->c->a, text, false));
}

const char *zoho_source(struct zoho_row *z, int column)
{
    const char *key = zoho_text(z, column);
    if (!*key)
        zoho_wrong(z, column, "is empty");
    return arena_printf(z->set->c->a, "zoho:%s", key);
}

const char *zoho_source_of(struct zoho_row *z, int customer, int column)
{
    const char *key = zoho_text(z, column);
    if (!*key)
        zoho_wrong(z, column, "is empty");
    return arena_printf(z->set->c->a, "zoho:%s/%s", zoho_text(z, customer), key);
}

bool zoho_is(struct zoho_row *z, int column, const char *word)
{
    return strcasecmp(table_cell(z->row, &z->places[column]), word) == 0;
}

const char *zoho_currency(struct zoho_row *z, int column)
{
    const char *code = table_cell(z->row, &z->places[column]);
    if (currency_digits(code) >= 0)
        return code;
    zoho_wrong(z, column, "\"%.20s\" is no currency of ISO 4217", text_shown(z->set->c->a, code, false));
    return "";
}

enum err zoho_read(struct import_set *set)
{
    enum err e = OK;
    const char *paths[] = {set->c->contacts, set->c->invoices, set->c->payments};
    enum err (*const read[])(struct import_set *) = {zoho_contacts, zoho_invoices, zoho_payments};
    for (int i = 0; i < 3 && !e; i++) {
        struct import_file *file = &set->files[i];
        if (!paths[i])
            continue;
        e = table_read(set->c->a, paths[i], &file->table, &set->c->why);
        if (!e) {
            file->rows = arena_alloc(set->c->a, file->table.n_rows * sizeof *file->rows);
            e = read[i](set);
        }
    }
    return e;
}
