#include "proto/ctl/table.h"
#include "common/text.h"
#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
    struct arena *a;
    const struct table_in *in;
    struct table *t;
    struct table_place *places;
    struct refusal *why;
    iconv_t from; /* (iconv_t)-1: the file is UTF-8 */
    enum err e;
    size_t line, row_line; /* of the byte under way; where the row began */
    bool inside;           /* a row has begun */
    bool bad;              /* something is wrong with the row under way */
    size_t n;              /* cells of the row under way */
    char **cells;          /* all of them while the header is read, then those that are kept */
    char **header;
    bool repeated; /* so far the row says what the header says */
    bool any;      /* something stands in the row */
    size_t *kept, n_kept;
    size_t capacity; /* of t->rows */
};

/* What ends the reading. */
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

/* What is wrong with one value: told, and the row is no good; in the header it ends the reading. */
static void fault(struct reading *r, const char *what)
{
    r->bad = true;
    if (!r->t->names)
        (void)wrong(r, "", what);
    else
        r->in->fault(r->in->context, r->t, r->row_line, column_name(r), what);
}

/* Without byte order marks, wherever files were put together, and without blanks around it (also U+00A0). */
static char *clean(struct arena *a, const char *text, size_t size)
{
    static char empty[] = "";
    char *to = size ? arena_alloc(a, size + 1) : empty;
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (size - i >= 3 && memcmp(text + i, "\xEF\xBB\xBF", 3) == 0)
            i += 2;
        else
            to[n++] = text[i];
    }
    for (;;) {
        if (n && strchr(" \t\r\n", to[n - 1]))
            n--;
        else if (n >= 2 && memcmp(to + n - 2, "\xC2\xA0", 2) == 0)
            n -= 2;
        else
            break;
    }
    if (size)
        to[n] = '\0';
    for (;;) {
        if (*to && strchr(" \t\r\n", *to))
            to++;
        else if (strncmp(to, "\xC2\xA0", 2) == 0)
            to += 2;
        else
            return to;
    }
}

/* A value's text, or NULL when it is none (that is told). */
static char *text_of(struct reading *r, const char *bytes, size_t size)
{
    if (size > TABLE_CELL_MAX) {
        fault(r, "the value is larger than 64 KiB");
        return NULL;
    }
    if (memchr(bytes, '\0', size)) {
        fault(r, "there is a byte 0 in it: this is no text");
        return NULL;
    }
    if (r->from == (iconv_t)-1) {
        if (text_utf8(bytes, size))
            return clean(r->a, bytes, size);
        fault(r, "is not UTF-8; save the file as CSV in UTF-8, or say --encoding windows-1252 if that is "
                 "what it is");
        return NULL;
    }
    size_t left = size, room = 3 * size + 1;
    char *from = (char *)(uintptr_t)bytes, *to = arena_alloc(r->a, room), *at = to;
    if (iconv(r->from, &from, &left, &at, &room) == (size_t)-1) {
        (void)iconv(r->from, NULL, NULL, NULL, NULL);
        fault(r, "is not Windows-1252");
        return NULL;
    }
    return clean(r->a, to, (size_t)(at - to));
}

static void keep(struct reading *r, char *text)
{
    static char empty[] = "";
    size_t at = r->kept[r->n];
    const struct table *t = r->t;
    if (at == SIZE_MAX)
        return;
    const char *before = t->n_rows ? t->rows[t->n_rows - 1].cells[at] : "";
    /* Rows of one invoice repeat most of it: the text is kept once. */
    r->cells[at] = !*text ? empty : strcmp(text, before) == 0 ? (char *)(uintptr_t)before : text;
}

static void on_cell(void *bytes, size_t size, void *context)
{
    struct reading *r = context;
    if (r->e)
        return;
    if (r->n == TABLE_COLUMNS) {
        (void)wrong(r, "", "has more values than any table should");
        return;
    }
    if (r->t->names && r->n < r->t->n_columns && r->kept[r->n] == SIZE_MAX) {
        r->any = r->any || size;
        r->n++;
        return; /* nobody asks for it */
    }
    char *text = text_of(r, bytes ? bytes : "", size);
    if (text && !r->t->names) {
        r->cells[r->n] = text;
    } else if (text && r->n < r->t->n_columns) {
        r->repeated = r->repeated && strcasecmp(text, r->header[r->n]) == 0;
        keep(r, text);
    } else if (text && *text) {
        char what[96];
        snprintf(what, sizeof what, "value %zu stands beyond the last of the %zu columns", r->n + 1,
                 r->t->n_columns);
        fault(r, what);
    }
    if (!text && r->t->names && r->n < r->t->n_columns)
        r->cells[r->kept[r->n]] = (char *)(uintptr_t)table_unread;
    r->any = r->any || !text || *text;
    r->n++;
}

static void take_header(struct reading *r)
{
    size_t n = r->n;
    while (n && !*r->cells[n - 1])
        n--; /* delimiters at the end name nothing */
    r->t->n_columns = n;
    r->header = arena_copy(r->a, r->cells, n * sizeof *r->cells);
    r->t->names = (const char **)r->header;
    r->t->used = arena_alloc(r->a, n * sizeof *r->t->used);
    r->kept = arena_alloc(r->a, TABLE_COLUMNS * sizeof *r->kept);
    enum err e = table_bind(r->t, r->in, r->places, r->kept, &r->n_kept, r->why);
    if (!r->e)
        r->e = e;
}

static void begin_row(struct reading *r)
{
    static char empty[] = "";
    for (size_t i = 0; i < (r->t->names ? r->n_kept : TABLE_COLUMNS); i++)
        r->cells[i] = empty;
    r->n = 0;
    r->bad = r->any = false;
    r->repeated = true;
}

static void on_row(int last, void *context)
{
    struct reading *r = context;
    struct table *t = r->t;
    (void)last;
    r->inside = false;
    if (!r->e && r->any) {
        if (!t->names) {
            take_header(r);
        } else if (!r->repeated || r->n < t->n_columns) {
            if (t->n_rows == r->capacity)
                t->rows = arena_grow(r->a, t->rows, &r->capacity, sizeof *t->rows);
            t->rows[t->n_rows++] = (struct table_row){
                r->row_line, r->bad, arena_copy(r->a, r->cells, r->n_kept * sizeof *r->cells)};
        }
    }
    begin_row(r);
}

/* Line by line, so that the parser's callbacks know where they are. A line ends with LF, CR LF or CR. */
static enum err parse(struct reading *r, struct csv_parser *p, const char *bytes, size_t size)
{
    const char *at = bytes, *end = bytes + size;
    begin_row(r);
    while (at < end && !r->e) {
        const char *stop = at;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        if (stop < end)
            stop += stop + 1 < end && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1;
        size_t n = (size_t)(stop - at);
        if (!r->inside)
            r->row_line = r->line;
        r->inside = true;
        if (csv_parse(p, at, n, on_cell, on_row, r) != n)
            return wrong(r, column_name(r), "a quotation mark stands where none can be");
        r->line++;
        at = stop;
    }
    if (!r->e && csv_fini(p, on_cell, on_row, r) != 0)
        return wrong(r, column_name(r), "a quotation mark is not closed at the end of the file");
    if (!r->e && !r->t->names)
        return wrong(r, "", "there is no line with the names of columns");
    return r->e;
}

/* The first of the marks that the first line has most often, outside of quotation marks. */
static char delimiter(const char *bytes, size_t size)
{
    static const char marks[] = ",;\t";
    size_t count[3] = {0};
    bool quoted = false;
    for (size_t i = 0; i < size && (quoted || (bytes[i] != '\n' && bytes[i] != '\r')); i++) {
        const char *mark = bytes[i] ? strchr(marks, bytes[i]) : NULL;
        quoted ^= bytes[i] == '"';
        if (mark && !quoted)
            count[mark - marks]++;
    }
    size_t most = count[1] > count[0];
    return marks[count[2] > count[most] ? 2 : most];
}

/* "sep=;" on a line of its own, as spreadsheets write it: how many bytes it takes, 0 for none. */
static size_t named_delimiter(const char *bytes, size_t size, char *mark)
{
    if (size < 6 || strncasecmp(bytes, "sep=", 4) != 0 || !strchr(",;\t|", bytes[4]) ||
        (bytes[5] != '\r' && bytes[5] != '\n'))
        return 0;
    *mark = bytes[4];
    return bytes[5] == '\r' && size > 6 && bytes[6] == '\n' ? 7 : 6;
}

static enum err parse_bytes(struct reading *r, const char *bytes, size_t size)
{
    struct csv_parser p;
    if (size >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return wrong(r, "", "is UTF-16; save the file as CSV in UTF-8");
    while (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    size_t first = named_delimiter(bytes, size, &r->t->delimiter);
    r->line += first != 0;
    bytes += first;
    size -= first;
    if (!first)
        r->t->delimiter = delimiter(bytes, size);
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return ERR_NO_MEMORY;
    csv_set_delim(&p, (unsigned char)r->t->delimiter);
    enum err e = parse(r, &p, bytes, size);
    csv_free(&p);
    return e;
}

static enum err parse_file(struct arena *a, const struct table_in *in, const char *bytes, size_t size,
                           struct table *t, struct table_place *places, struct refusal *why)
{
    struct reading r = {.a = a,
                        .in = in,
                        .t = t,
                        .places = places,
                        .why = why,
                        .line = 1,
                        .row_line = 1,
                        .from = (iconv_t)-1};
    r.cells = arena_alloc(a, TABLE_COLUMNS * sizeof *r.cells);
    if (in->windows_1252 && (r.from = iconv_open("UTF-8", "WINDOWS-1252")) == (iconv_t)-1)
        return refuse(why, ERR_IO, "", "this machine can not read Windows-1252: %s", strerror(errno));
    enum err e = parse_bytes(&r, bytes, size);
    if (r.from != (iconv_t)-1)
        iconv_close(r.from);
    return e;
}

enum err table_read(struct arena *a, const struct table_in *in, struct table *t, struct table_place *places,
                    struct refusal *why)
{
    struct stat st;
    const char *path = in->path;
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
        e = parse_file(a, in, bytes, (size_t)st.st_size, t, places, why);
    if (bytes != MAP_FAILED)
        munmap(bytes, (size_t)st.st_size);
    close(fd);
    return e;
}
