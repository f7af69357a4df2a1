#include "proto/ctl/table.h"
#include "common/text.h"
#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
    struct arena *a;
    struct table *t;
    struct refusal *why;
    enum err e;
    size_t line, row_line; /* of the byte under way; where the row began */
    bool inside;           /* a row has begun */
    size_t n, room;        /* cells of the row under way */
    char **cells;
    size_t capacity; /* of t->rows */
};

static enum err wrong(struct reading *r, const char *column, const char *what)
{
    if (!r->e)
        r->e = refuse(r->why, ERR_INVALID, column, "%.120s, line %zu%s%.40s%s: %s", r->t->path, r->row_line,
                      *column ? ", column \"" : "", column, *column ? "\"" : "", what);
    return r->e;
}

static const char *column_name(const struct reading *r)
{
    return r->n < r->t->n_columns ? r->t->names[r->n] : "";
}

static void on_cell(void *bytes, size_t size, void *context)
{
    struct reading *r = context;
    const char *text = bytes ? bytes : "";
    if (r->e)
        return;
    if (r->n == TABLE_COLUMNS)
        (void)wrong(r, "", "has more values than any table should");
    else if (size > TABLE_CELL_MAX)
        (void)wrong(r, column_name(r), "the value is larger than 64 KiB");
    else if (memchr(text, '\0', size) || !text_utf8(text, size))
        (void)wrong(r, column_name(r), "is not UTF-8; save the file as CSV in UTF-8");
    else if (r->e == OK)
        r->cells[r->n++] = arena_text(r->a, text, size);
}

static bool blank(const struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (*r->cells[i])
            return false;
    return true;
}

static void take_header(struct reading *r)
{
    r->t->n_columns = r->n;
    r->t->names = arena_copy(r->a, r->cells, r->n * sizeof *r->cells);
    r->t->used = arena_alloc(r->a, r->n * sizeof *r->t->used);
}

static void on_row(int last, void *context)
{
    struct reading *r = context;
    struct table *t = r->t;
    (void)last;
    r->inside = false;
    if (r->e || blank(r)) {
        r->n = 0;
        return;
    }
    if (!t->names) {
        take_header(r);
    } else if (r->n != t->n_columns) {
        char what[96];
        snprintf(what, sizeof what, "has %zu values where there are %zu columns", r->n, t->n_columns);
        (void)wrong(r, "", what);
    } else {
        if (t->n_rows == r->capacity)
            t->rows = arena_grow(r->a, t->rows, &r->capacity, sizeof *t->rows);
        t->rows[t->n_rows++] =
            (struct table_row){r->row_line, arena_copy(r->a, r->cells, r->n * sizeof *r->cells)};
    }
    r->n = 0;
}

/* Line by line, so that the parser's callbacks know where they are. */
static enum err parse(struct reading *r, struct csv_parser *p, const char *bytes, size_t size)
{
    const char *at = bytes, *end = bytes + size;
    while (at < end && !r->e) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t n = newline ? (size_t)(newline - at) + 1 : (size_t)(end - at);
        if (!r->inside)
            r->row_line = r->line;
        r->inside = true;
        if (csv_parse(p, at, n, on_cell, on_row, r) != n)
            return wrong(r, column_name(r), "a quotation mark stands where none can be");
        r->line++;
        at += n;
    }
    if (!r->e && csv_fini(p, on_cell, on_row, r) != 0)
        return wrong(r, column_name(r), "a quotation mark is not closed at the end of the file");
    if (!r->e && !r->t->names)
        return wrong(r, "", "there is no line with the names of columns");
    return r->e;
}

/* Some editions of spreadsheets write semicolons. */
static unsigned char delimiter(const char *bytes, size_t size)
{
    const char *newline = memchr(bytes, '\n', size);
    size_t n = newline ? (size_t)(newline - bytes) : size;
    return !memchr(bytes, ',', n) && memchr(bytes, ';', n) ? ';' : CSV_COMMA;
}

static enum err parse_bytes(struct arena *a, const char *bytes, size_t size, struct table *t,
                            struct refusal *why)
{
    struct csv_parser p;
    struct reading r = {.a = a, .t = t, .why = why, .line = 1, .row_line = 1};
    r.cells = arena_alloc(a, TABLE_COLUMNS * sizeof *r.cells);
    if (size >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return wrong(&r, "", "is UTF-16; save the file as CSV in UTF-8");
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return ERR_NO_MEMORY;
    csv_set_delim(&p, delimiter(bytes, size));
    enum err e = parse(&r, &p, bytes, size);
    csv_free(&p);
    return e;
}

enum err table_read(struct arena *a, const char *path, struct table *t, struct refusal *why)
{
    struct stat st;
    *t = (struct table){.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return refuse(why, ERR_INVALID, "", "%.150s: %s", path, strerror(errno));
    void *bytes = MAP_FAILED;
    enum err e = OK;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        e = refuse(why, ERR_INVALID, "", "%.150s: is no regular file", path);
    else if (st.st_size == 0)
        e = refuse(why, ERR_INVALID, "", "%.150s: is empty", path);
    else if (st.st_size > TABLE_FILE_MAX)
        e = refuse(why, ERR_TOO_LARGE, "", "%.150s: is larger than 1 GiB; split it", path);
    else if ((bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        e = refuse(why, ERR_IO, "", "%.150s: %s", path, strerror(errno));
    if (!e)
        e = parse_bytes(a, bytes, (size_t)st.st_size, t, why);
    if (bytes != MAP_FAILED)
        munmap(bytes, (size_t)st.st_size);
    close(fd);
    return e;
}

/* "Item Tax %" → "itemtax%" */
static void squeeze(const char *name, char *to, size_t room)
{
    size_t n = 0;
    for (; *name && n + 1 < room; name++)
        if (isalnum((unsigned char)*name) || *name == '%')
            to[n++] = (char)tolower((unsigned char)*name);
    to[n] = '\0';
}

static bool is_spelling(const char *spellings, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = spellings; n && *at;) {
        size_t one = strcspn(at, "|");
        if (one == n && memcmp(at, word, n) == 0)
            return true;
        at += one + (at[one] == '|');
    }
    return false;
}

enum err table_bind(struct table *t, const struct table_column *columns, size_t n, struct table_place *places,
                    struct refusal *why)
{
    char word[64];
    memset(places, 0, n * sizeof *places);
    for (size_t c = 0; c < t->n_columns; c++) {
        squeeze(t->names[c], word, sizeof word);
        for (size_t i = 0; i < n; i++)
            if (is_spelling(columns[i].spellings, word) &&
                places[i].n < sizeof places->at / sizeof *places->at) {
                places[i].at[places[i].n++] = c;
                t->used[c] = true;
            }
    }
    for (size_t i = 0; i < n; i++)
        if (columns[i].must && !places[i].n)
            return refuse(why, ERR_INVALID, columns[i].name, "%.150s, line 1: there is no column \"%s\"",
                          t->path, columns[i].name);
    return OK;
}

const char *table_cell(const struct table_row *row, const struct table_place *place)
{
    for (size_t i = 0; i < place->n; i++)
        if (*row->cells[place->at[i]])
            return row->cells[place->at[i]];
    return "";
}
