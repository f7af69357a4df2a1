/* CSV files of banks, by a mapping that was saved: which column is what. The mapping says nothing of order: where there is a balance after each line, it
 * tells which end is the first. */
#include "proto/bank/bank_file.h"
#include "common/date.h"
#include "common/text.h"
#include <csv.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 100
#define CELL 4096

enum { DATE_AT, AMOUNT_AT, CREDIT_AT, DEBIT_AT, NAME_AT, IBAN_AT, TEXT_AT, REFERENCE_AT, BALANCE_AT, PLACES };

struct balance {
    bool has;
    int64_t amount;
};
struct reading {
    struct arena *a;
    const struct bank_mapping *m;
    struct bank_statement *s;
    struct refusal *why;
    enum err e;
    char currency[4];
    size_t row; /* of the file, from 1 */
    size_t n_cells;
    const char *cells[COLUMNS];
    bool bound;
    size_t at[PLACES]; /* SIZE_MAX: none */
    struct balance *balances;
    size_t room;
};

static const char *text(const char *t)
{
    return t ? t : "";
}

static const char *name_of(const struct bank_mapping *m, int place)
{
    const char *const names[PLACES] = {m->date_column,  m->amount_column,    m->credit_column,
                                       m->debit_column, m->name_column,      m->iban_column,
                                       m->text_column,  m->reference_column, m->balance_column};
    return text(names[place]);
}

static enum err wrong(struct reading *r, int place, const char *what)
{
    return refuse(r->why, ERR_INVALID, name_of(r->m, place), "row %zu: %s", r->row, what);
}

static enum err bind(struct reading *r)
{
    for (int p = 0; p < PLACES; p++) {
        const char *wanted = text_fold(r->a, name_of(r->m, p));
        r->at[p] = SIZE_MAX;
        for (size_t i = 0; i < r->n_cells && *wanted && r->at[p] == SIZE_MAX; i++) {
            const char *cell = bank_clean(r->a, r->cells[i], 200);
            if (cell && strcmp(text_fold(r->a, cell), wanted) == 0)
                r->at[p] = i;
        }
        if (*wanted && r->at[p] == SIZE_MAX)
            return wrong(r, p, "the columns are named here, and none is called so");
    }
    r->bound = true;
    return OK;
}

/* A cell that began with a quotation mark and went on behind its line, or took others of it: then what follows is not read as lines. */
static enum err whole_row(const struct reading *r)
{
    for (size_t i = 0; i < r->n_cells; i++)
        if (strpbrk(r->cells[i], "\r\n"))
            return refuse(
                r->why, ERR_INVALID, "",
                "row %zu: a value goes on in the next line: is there a quotation mark at its begin?", r->row);
    size_t needed = 0;
    for (int p = 0; p < PLACES; p++)
        if (r->at[p] != SIZE_MAX && r->at[p] >= needed)
            needed = r->at[p] + 1;
    if (r->n_cells < needed)
        return refuse(r->why, ERR_INVALID, "",
                      "row %zu: has %zu values, and the columns that are needed are %zu", r->row, r->n_cells,
                      needed);
    return OK;
}

static const char *cell(const struct reading *r, int place)
{
    return r->at[place] < r->n_cells ? r->cells[r->at[place]] : "";
}

/* 22.11.2026, 22/11/26, 2026-11-22, 20261122: three numbers, in the order that the mapping says; four digits are a year. */
static int32_t day(const struct reading *r, const char *written)
{
    const char *order = *text(r->m->date_order) ? r->m->date_order : "dmy";
    int v[3] = {0}, n = 0, year = 0, month = 0, dom = 0;
    size_t sizes[3] = {0};
    for (const char *p = written; *p && n < 3;) {
        size_t size = strspn(p, "0123456789");
        if (size == 8 && n == 0 && sscanf(p, "%4d%2d%2d", &v[0], &v[1], &v[2]) == 3)
            return bank_day(date_of(v[0], v[1], v[2]));
        if (!size || size > 4)
            return 0;
        for (size_t i = 0; i < size; i++)
            v[n] = v[n] * 10 + (p[i] - '0');
        sizes[n++] = size;
        p += size;
        p += n < 3 && *p != '\0';
    }
    if (n < 3)
        return 0;
    if (sizes[0] == 4)
        order = "ymd";
    for (int i = 0; i < 3; i++)
        *(order[i] == 'd' ? &dom : order[i] == 'm' ? &month : &year) = v[i];
    return bank_day(date_of(year < 100 ? year + 2000 : year, month, dom));
}

/* The number of "EUR 5", "5 EUR", "5 S": the currency is the account's, S and H are what German banks call out and in. */
static const char *bare(const struct reading *r, const char *written, bool *minus)
{
    const size_t code = strlen(r->currency);
    const char *from = strncmp(written, r->currency, code) == 0 ? written + code : written;
    size_t n = strlen(from);
    if (n > code && strcmp(from + n - code, r->currency) == 0)
        n -= code;
    while (n && from[n - 1] == ' ')
        n--;
    *minus = n && from[n - 1] == 'S';
    n -= n && (from[n - 1] == 'S' || from[n - 1] == 'H');
    return arena_text(r->a, from, n);
}

/* The sign at one end; *p and *end close in on what is between. false: there are two. */
static bool sign(const char **p, const char **end, bool *minus)
{
    static const char *const signs[] = {"-", "\xE2\x88\x92", "+"};
    int found = 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const size_t n = strlen(signs[i]);
        bool here = strncmp(*p, signs[i], n) == 0;
        if (here)
            *p += n;
        else if ((here = (size_t)(*end - *p) > n && strncmp(*end - n, signs[i], n) == 0))
            *end -= n;
        found += here;
        *minus = *minus || (here && i < 2);
    }
    while (*p < *end && **p == ' ')
        ++*p;
    while (*p < *end && (*end)[-1] == ' ')
        --*end;
    return found < 2;
}

/* "1.234.567": the digits alone, when groups are of three and of one mark. NULL: they are not. */
static const char *grouped(const char *p, const char *end, char decimal, char *to, const char *room)
{
    const char other = decimal == ',' ? '.' : ',';
    char by = '\0';
    size_t n = 0; /* in this group */
    for (; p < end && *p != decimal; p++) {
        if (*p >= '0' && *p <= '9') {
            if (to + 1 >= room || (by && n == 3))
                return NULL;
            *to++ = *p;
            n++;
        } else if ((*p == other || *p == ' ' || *p == '\'') && (!by || by == *p) &&
                   (by ? n == 3 : n && n <= 3)) {
            by = *p;
            n = 0;
        } else {
            return NULL;
        }
    }
    *to = '\0';
    return n && (!by || n == 3) ? p : NULL;
}

/* "-1.234,50 EUR": grouping by the other mark, a sign before or behind. Whatever is not written like that is not read as something else. */
static enum err amount(struct reading *r, int place, int64_t *to)
{
    char plain[40];
    const char mark = r->m->decimal_point ? '.' : ',';
    bool minus = false;
    const char *p = bare(r, text(bank_clean(r->a, cell(r, place), 60)), &minus), *end = p + strlen(p);
    *to = 0;
    if (!*p)
        return OK;
    bool good = sign(&p, &end, &minus);
    const char *rest = good ? grouped(p, end, mark, plain, plain + sizeof plain) : NULL;
    const size_t whole = rest ? strlen(plain) : 0, behind = rest ? (size_t)(end - rest) : 0;
    if (!rest || whole + behind >= sizeof plain)
        return wrong(r, place, "an amount can not be read");
    memcpy(plain + whole, rest, behind);
    plain[whole + behind] = '\0';
    if (bank_amount(plain, r->currency, mark, to) != OK)
        return wrong(r, place, "an amount can not be read");
    if (minus)
        *to = -*to;
    return OK;
}

static enum err money_of_row(struct reading *r, int64_t *value)
{
    int64_t out = 0;
    if (r->at[AMOUNT_AT] != SIZE_MAX)
        return *cell(r, AMOUNT_AT) ? amount(r, AMOUNT_AT, value) : wrong(r, AMOUNT_AT, "has no amount");
    enum err e = amount(r, CREDIT_AT, value);
    if (!e && r->at[DEBIT_AT] != SIZE_MAX)
        e = amount(r, DEBIT_AT, &out);
    *value -= out < 0 ? -out : out;
    return e;
}

static enum err take_row(struct reading *r)
{
    struct statement_line l = {.id = 0};
    int64_t value = 0;
    enum err e = whole_row(r);
    if (e)
        return e;
    struct balance b = {.has = r->at[BALANCE_AT] != SIZE_MAX};
    const int32_t on = day(r, text(bank_clean(r->a, cell(r, DATE_AT), 30)));
    if (!on)
        return wrong(r, DATE_AT, "is no day");
    e = money_of_row(r, &value);
    if (!e && b.has)
        e = amount(r, BALANCE_AT, &b.amount);
    if (e)
        return e;
    GIVE(statement_line, &l, date, on);
    GIVE(statement_line, &l, amount, money_of(value, r->currency));
    GIVE(statement_line, &l, name, bank_clean(r->a, cell(r, NAME_AT), 140));
    GIVE(statement_line, &l, iban, bank_clean(r->a, cell(r, IBAN_AT), 34));
    GIVE(statement_line, &l, text, bank_clean(r->a, cell(r, TEXT_AT), 1000));
    GIVE(statement_line, &l, bank_reference, bank_clean(r->a, cell(r, REFERENCE_AT), 60));
    if (r->s->n == r->room)
        r->balances = arena_grow(r->a, r->balances, &r->room, sizeof *r->balances);
    r->balances[r->s->n] = b;
    return bank_add_line(r->a, r->s, &l, r->why);
}

static bool empty(const struct reading *r)
{
    for (size_t i = 0; i < r->n_cells; i++)
        if (bank_clean(r->a, r->cells[i], 10))
            return false;
    return true;
}

static void on_cell(void *bytes, size_t size, void *context)
{
    struct reading *r = context;
    if (r->e || r->n_cells == COLUMNS)
        return;
    if (size > CELL)
        r->e = refuse(r->why, ERR_TOO_LARGE, "", "row %zu: a value has more than %d bytes", r->row + 1, CELL);
    else
        r->cells[r->n_cells++] = arena_text(r->a, size ? bytes : "", size);
}

static void on_row(int ended_by, void *context)
{
    struct reading *r = context;
    (void)ended_by;
    r->row++;
    if (!r->e && !empty(r))
        r->e = r->bound ? take_row(r) : bind(r);
    r->n_cells = 0;
}

/* --- the balances, and which end is the first */

static bool leads(const struct reading *r, bool backward)
{
    for (size_t i = 1; i < r->s->n; i++) {
        const size_t now = backward ? i - 1 : i, before = backward ? i : i - 1;
        if (r->balances[before].amount + r->s->lines[now].amount.amount != r->balances[now].amount)
            return false;
    }
    return true;
}

static void turn(struct bank_statement *s)
{
    for (size_t i = 0; i < s->n / 2; i++) {
        struct statement_line l = s->lines[i];
        s->lines[i] = s->lines[s->n - 1 - i];
        s->lines[s->n - 1 - i] = l;
    }
}

static enum err balances(struct reading *r)
{
    struct statement *s = &r->s->head;
    const size_t n = r->s->n;
    const bool backward = !leads(r, false);
    if (backward && !leads(r, true))
        return refuse(
            r->why, ERR_INVALID, name_of(r->m, BALANCE_AT),
            "the balances do not follow from the amounts: a line is missing, or is another account's");
    const size_t first = backward ? n - 1 : 0, last = backward ? 0 : n - 1;
    GIVE(statement, s, opening,
         money_of(r->balances[first].amount - r->s->lines[first].amount.amount, r->currency));
    GIVE(statement, s, closing, money_of(r->balances[last].amount, r->currency));
    if (backward)
        turn(r->s);
    return OK;
}

static enum err ended(struct reading *r)
{
    struct statement *s = &r->s->head;
    if (!r->bound)
        return wrong(r, DATE_AT, "there is no row with the names of the columns");
    if (!r->s->n)
        return refuse(r->why, ERR_INVALID, "", "has no line in it");
    int32_t from = r->s->lines[0].date, until = from;
    for (size_t i = 1; i < r->s->n; i++) {
        const int32_t on = r->s->lines[i].date;
        from = on < from ? on : from;
        until = on > until ? on : until;
    }
    GIVE(statement, s, from, from);
    GIVE(statement, s, until, until);
    if (r->at[BALANCE_AT] != SIZE_MAX)
        return balances(r);
    if (r->s->lines[0].date > r->s->lines[r->s->n - 1].date)
        turn(r->s); /* newest first, as many banks have it */
    return OK;
}

enum err bank_csv_read(struct arena *a, const uint8_t *data, size_t size, const struct bank_mapping *m,
                       struct bank_file *out, struct refusal *why)
{
    struct reading *r = arena_alloc(a, sizeof *r);
    struct csv_parser parser;
    *r = (struct reading){.a = a, .m = m, .why = why};
    out->format = "CSV";
    enum err e = bank_add_statement(a, out, &r->s, why);
    if (!e && !*text(m->account))
        e = refuse(why, ERR_INVALID, "account", "the mapping does not say of which account the file is");
    if (!e && (!*text(m->currency) || currency_digits(m->currency) < 0))
        e = refuse(why, ERR_INVALID, "currency", "the mapping does not say in which currency the account is");
    if (e)
        return e;
    snprintf(r->currency, sizeof r->currency, "%s", m->currency);
    GIVE(statement, &r->s->head, account, bank_account_of(a, m->account));
    GIVE(statement, &r->s->head, currency, m->currency);
    const char *utf8 = bank_utf8(a, (const char *)data, size, m->windows_1252), *mark = text(m->delimiter);
    for (r->row = 0; r->row < (size_t)m->skip && *utf8; r->row++)
        utf8 += strcspn(utf8, "\n"), utf8 += *utf8 == '\n';
    if (csv_init(&parser, CSV_APPEND_NULL | CSV_STRICT_FINI) != 0)
        return refuse(why, ERR_NO_MEMORY, "", "%s", err_sentence(ERR_NO_MEMORY));
    csv_set_blk_size(&parser, 64 * 1024); /* a long cell is not copied for every 128 bytes of it */
    csv_set_delim(&parser, (unsigned char)(!*mark ? ';' : *mark == 't' ? '\t' : *mark));
    (void)csv_parse(&parser, utf8, strlen(utf8), on_cell, on_row, r);
    if (csv_fini(&parser, on_cell, on_row, r) != 0 && !r->e)
        r->e = refuse(why, ERR_INVALID, "", "row %zu: a quotation mark at the begin of a value has no end",
                      r->row + 1);
    csv_free(&parser);
    return r->e ? r->e : ended(r);
}
