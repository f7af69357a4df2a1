/* Batches to import.customers, import.invoices, import.payments; totals of the files. */
#include "common/codec.h"
#include "proto/ctl/import.h"
#include "proto/ctl/json.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void progress(const struct import_set *set, const struct import_file *file, size_t done, bool check)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s %s: %zu of %zu\033[K", check ? "checking" : "bringing in", file->what, done,
            file->n);
    if (done == file->n || set->problems)
        fputc('\n', stderr);
}

/* Before the files are in, the server can not know what comes with them. */
static bool comes_with_the_files(const struct import_set *set, const struct import_row *row,
                                 const char *field)
{
    if (strcmp(field, "customer_source") == 0)
        return row->customer != SIZE_MAX;
    if (strncmp(field, "parts.", 6) != 0 || !row->part_names)
        return false;
    char *end;
    size_t place = strtoul(field + 6, &end, 10);
    return strcmp(end, ".number") == 0 && place < row->parts &&
           import_find(set->files[IMPORT_INVOICES].by_name, row->part_names[place]) != SIZE_MAX;
}

/* The answers of the three operations are alike. */
static void take_problems(struct import_set *set, const struct import_file *file, size_t first, size_t n,
                          bool check, const struct import_problem_list *problems)
{
    for (size_t i = 0; i < problems->n; i++) {
        const struct import_problem *p = &problems->v[i];
        const char *field = p->field ? p->field : "", *reason = p->reason ? p->reason : "";
        if (p->row < 0 || (size_t)p->row >= n) {
            import_problem(set, file, 1, field, "%s", reason);
            continue;
        }
        const struct import_row *row = &file->rows[first + (size_t)p->row];
        if (!check || !comes_with_the_files(set, row, field))
            import_refused(set, file, row, field, reason);
    }
}

static enum err send_batch(struct import_set *set, const struct import_file *file, size_t first, size_t n,
                           bool check, struct import_customers_out *out, struct arena *a)
{
    const struct op *op = op_at(file->op);
    struct ctl *c = set->c;
    struct buf args;
    struct bytes result;
    buf_init(&args, CALL_REQUEST_MAX);
    codec_map(&args, 2);
    codec_text(&args, "check");
    buf_add(&args, check ? "\xC3" : "\xC2", 1);
    codec_text(&args, "rows");
    codec_array(&args, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        buf_add(&args, file->rows[first + i].bytes, file->rows[first + i].size);
    enum err e = args.full ? refuse(&c->why, ERR_TOO_LARGE, "", "a row is larger than a request can be")
                           : ctl_call_raw(c, op, args.data, args.size, &result);
    buf_fini(&args);
    if (!e && codec_read(a, shape_import_customers_out(), result.data, result.size, out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    return e;
}

/* How many rows from `first` on fit into a batch: at least one. */
static size_t batch_size(const struct import_file *file, size_t first)
{
    size_t n = 1, bytes = file->rows[first].size;
    while (first + n < file->n && n < IMPORT_BATCH_ROWS &&
           bytes + file->rows[first + n].size <= IMPORT_BATCH_BYTES)
        bytes += file->rows[first + n++].size;
    return n;
}

/* A refusal of one row as a whole ("rows.3.document.due"): said with its place in the file. */
static enum err say_refusal(struct import_set *set, const struct import_file *file, size_t first, size_t n,
                            enum err e)
{
    char *end;
    const char *field = set->c->why.field;
    size_t place = strncmp(field, "rows.", 5) == 0 ? strtoul(field + 5, &end, 10) : n;
    if (place >= n)
        return e;
    import_refused(set, file, &file->rows[first + place], *end == '.' ? end + 1 : end, set->c->why.detail);
    return OK;
}

enum err import_send(struct import_set *set, struct import_file *file, bool check, int64_t *created,
                     int64_t *known)
{
    struct arena *a = arena_open();
    enum err e = OK;
    size_t first = 0, n;
    for (; first < file->n && !e; first += n) {
        struct import_customers_out out = {.created = 0};
        n = batch_size(file, first);
        arena_reset(a);
        e = send_batch(set, file, first, n, check, &out, a);
        if (e == ERR_INVALID)
            e = say_refusal(set, file, first, n, e);
        take_problems(set, file, first, n, check, &out.problems);
        *created += out.created;
        *known += out.known;
        progress(set, file, e ? first : first + n, check);
        if (set->problems && !check)
            break; /* refused after all: somebody else changed the store meanwhile */
    }
    if ((e || set->problems) && !check && first)
        fprintf(stderr, "posternctl: %zu of %zu %s are in; run it again: what is in is left as it is\n",
                first, file->n, file->what);
    arena_close(a);
    return e;
}

struct sum {
    char currency[4];
    int64_t invoiced, paid;
};

static struct sum *sum_of(struct sum *sums, size_t *n, const char *currency)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(sums[i].currency, currency) == 0)
            return &sums[i];
    sums[*n] = (struct sum){.invoiced = 0};
    memcpy(sums[*n].currency, currency, sizeof sums[*n].currency);
    return &sums[(*n)++];
}

static json_t *amount_text(int64_t amount, const char *currency)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(currency);
    return json_string(money_plain(text, amount, digits < 0 ? 2 : digits));
}

static void put_sum(json_t *to, const struct sum *s)
{
    json_object_set_new(to, "invoiced", amount_text(s->invoiced, s->currency));
    json_object_set_new(to, "paid", amount_text(s->paid, s->currency));
    json_object_set_new(to, "outstanding", amount_text(s->invoiced - s->paid, s->currency));
}

json_t *import_totals(const struct import_set *set)
{
    struct sum sums[200] = {{.invoiced = 0}}; /* more than there are currencies */
    size_t n = 0;
    int64_t lines = 0;
    json_t *out = json_object();
    for (int i = IMPORT_INVOICES; i <= IMPORT_PAYMENTS; i++)
        for (size_t k = 0; k < set->files[i].n; k++) {
            const struct import_row *row = &set->files[i].rows[k];
            struct sum *s = sum_of(sums, &n, row->currency);
            lines += row->lines;
            if (i == IMPORT_PAYMENTS)
                s->paid += row->applied;
            else if (row->state == DOC_OPEN)
                s->invoiced += row->amount;
        }
    for (int i = 0; i < 3; i++) {
        json_object_set_new(out, set->files[i].what, json_integer((json_int_t)set->files[i].n));
        if (i == IMPORT_INVOICES)
            json_object_set_new(out, "lines", json_integer(lines));
    }
    if (n > 1) { /* amounts of several currencies have no sum */
        json_t *currencies = json_object();
        for (size_t i = 0; i < n; i++) {
            json_t *one = json_object();
            put_sum(one, &sums[i]);
            json_object_set_new(currencies, sums[i].currency, one);
        }
        json_object_set_new(out, "currencies", currencies);
    } else {
        put_sum(out, &sums[0]);
    }
    return out;
}
