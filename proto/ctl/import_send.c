/* Batches to import.customers, import.invoices, import.payments, and their answers. */
#include "common/codec.h"
#include "proto/ctl/import.h"
#include "proto/ctl/json.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The rows of a file that are not bad. */
struct good {
    size_t n;
    struct import_row **rows;
};

static struct good good_of(struct import_set *set, struct import_file *file)
{
    struct good g = {0, arena_alloc(set->c->a, file->n * sizeof *g.rows)};
    for (size_t i = 0; i < file->n; i++)
        if (!file->rows[i].bad)
            g.rows[g.n++] = &file->rows[i];
    return g;
}

static void progress(const struct import_file *file, size_t done, size_t of, bool check)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s %s: %zu of %zu\033[K%s", check ? "checking" : "bringing in", file->what, done, of,
            done == of ? "\n" : "");
}

/* Before the files are in, the server can not know what comes with them. */
static bool comes_with_the_files(struct import_set *set, const struct import_row *row, const char *field)
{
    const struct import_payment *in = row->in;
    if (strcmp(field, "customer_source") == 0)
        return row->customer != SIZE_MAX;
    if (strncmp(field, "parts.", 6) != 0)
        return false;
    char *end;
    size_t place = strtoul(field + 6, &end, 10);
    return strcmp(end, ".number") == 0 && place < row->parts &&
           import_find_number(set, &set->files[IMPORT_INVOICES], in->parts.v[place].number) != SIZE_MAX;
}

/* Is it a payment on an invoice of the files that the server does not have yet? (An invoice that is there is judged by the server.) */
static void take_problems(struct import_set *set, const struct import_file *file, struct import_row **rows,
                          size_t n, bool check, const struct import_problem_list *problems)
{
    for (size_t i = 0; i < problems->n; i++) {
        const struct import_problem *p = &problems->v[i];
        const char *field = p->field ? p->field : "", *reason = p->reason ? p->reason : "";
        if (p->row < 0 || (size_t)p->row >= n)
            import_problem(set, file, 1, field, "%s", reason);
        else if (!check || !comes_with_the_files(set, rows[p->row], field) ||
                 strncmp(reason, "there is no ", 12) != 0)
            import_refused(set, file, rows[p->row], field, reason);
    }
}

static void take_differences(struct import_set *set, const struct import_file *file, struct import_row **rows,
                             size_t n, const struct import_difference_list *differs)
{
    for (size_t i = 0; i < differs->n; i++) {
        const struct import_difference *d = &differs->v[i];
        if (d->row < 0 || (size_t)d->row >= n)
            continue;
        size_t line;
        const char *column = import_column(set, file, rows[d->row], d->field ? d->field : "", &line);
        json_t *one = json_object();
        json_object_set_new(one, "file", json_text(file->table.path));
        json_object_set_new(one, "line", json_integer((json_int_t)line));
        json_object_set_new(one, "name", json_text(rows[d->row]->name));
        json_object_set_new(one, "column", json_text(column));
        json_object_set_new(one, "here", json_text(d->here ? d->here : ""));
        json_object_set_new(one, "there", json_text(d->there ? d->there : ""));
        json_object_set_new(one, "applied", json_boolean(d->applied));
        json_array_append_new(set->differs, one);
    }
}

static void take_remarks(struct import_set *set, struct import_row **rows, size_t n,
                         const struct import_remark_list *remarks)
{
    for (size_t i = 0; i < remarks->n; i++)
        if (remarks->v[i].row >= 0 && (size_t)remarks->v[i].row < n && remarks->v[i].text)
            import_note(set, remarks->v[i].text, rows[remarks->v[i].row]->name);
}

/* The answers of the three operations are alike. */
static void take_answer(struct import_set *set, struct import_file *file, struct import_row **rows, size_t n,
                        bool check, const struct import_customers_out *out)
{
    take_problems(set, file, rows, n, check, &out->problems);
    take_differences(set, file, rows, n, &out->differs);
    for (size_t i = 0; i < out->already.n && check;
         i++) /* when it is real, a row may be there from a try before */
        if (out->already.v[i].row >= 0 && (size_t)out->already.v[i].row < n)
            rows[out->already.v[i].row]->known = true;
    file->created += out->created;
    file->known += out->known;
    file->changed += out->changed;
    take_remarks(set, rows, n, &out->remarks);
}

static enum err send_batch(struct import_set *set, const struct import_file *file, struct import_row **rows,
                           size_t n, bool check, struct import_customers_out *out, struct arena *a)
{
    const struct op *op = op_at(file->op);
    struct ctl *c = set->c;
    struct buf args;
    struct bytes result;
    buf_init(&args, CALL_REQUEST_MAX);
    codec_map(&args, 3);
    codec_text(&args, "check");
    buf_add(&args, check ? "\xC3" : "\xC2", 1);
    codec_text(&args, "update");
    buf_add(&args, c->update ? "\xC3" : "\xC2", 1);
    codec_text(&args, "rows");
    codec_array(&args, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        buf_add(&args, rows[i]->bytes, rows[i]->size);
    enum err e = args.full ? refuse(&c->why, ERR_TOO_LARGE, "", "a row is larger than a request can be")
                           : ctl_call_raw(c, op, args.data, args.size, &result);
    buf_fini(&args);
    if (!e && codec_read(a, shape_import_customers_out(), result.data, result.size, out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    return e;
}

/* How many rows from the first on fit into a batch: at least one. */
static size_t batch_size(struct import_row **rows, size_t most)
{
    size_t n = 1, bytes = rows[0]->size;
    while (n < most && n < IMPORT_BATCH_ROWS && bytes + rows[n]->size <= IMPORT_BATCH_BYTES)
        bytes += rows[n++]->size;
    return n;
}

/* A refusal of one row as a whole ("rows.3.document.due"): said with its place in the file. */
static enum err say_refusal(struct import_set *set, const struct import_file *file, struct import_row **rows,
                            size_t n, enum err e)
{
    char *end = NULL;
    const char *field = set->c->why.field;
    size_t place = strncmp(field, "rows.", 5) == 0 ? strtoul(field + 5, &end, 10) : n;
    if (place >= n)
        return e;
    import_refused(set, file, rows[place], *end == '.' ? end + 1 : end, set->c->why.detail);
    return OK;
}

enum err import_send(struct import_set *set, struct import_file *file, bool check)
{
    struct arena *a = arena_open();
    struct good good = good_of(set, file);
    int before = set->problems;
    enum err e = OK;
    size_t first = 0, n;
    file->created = file->known = file->changed = 0;
    for (; first < good.n && !e; first += n) {
        struct import_customers_out out = {.created = 0};
        struct import_row **rows = good.rows + first;
        n = batch_size(rows, good.n - first);
        arena_reset(a);
        e = send_batch(set, file, rows, n, check, &out, a);
        if (e == ERR_INVALID)
            e = say_refusal(set, file, rows, n, e);
        take_answer(set, file, rows, n, check, &out);
        progress(file, e ? first : first + n, good.n, check);
        if (set->problems > before && !check)
            break; /* refused after all: somebody else changed the store meanwhile */
    }
    if ((e || set->problems > before) && !check)
        fprintf(stderr, "posternctl: %zu of %zu %s are in; run it again: what is in is left as it is\n",
                first, good.n, file->what);
    arena_close(a);
    return e;
}
