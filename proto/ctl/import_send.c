/* Batches to import.customers, import.invoices and the others, and their answers. */
#include "common/codec.h"
#include "common/text.h"
#include "proto/ctl/ctl_import.h"
#include "proto/ctl/json.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROBLEMS 500 /* that an answer can hold */

/* Asking of bad rows finds what else is wrong with them: nothing else is taken of the answer. */
enum how { ASK_OF_BAD, ASK, SEND };

struct chosen {
    size_t n;
    struct import_row **rows;
};
struct batch_answer {
    struct import_customers_out out; /* the three operations answer alike */
    struct import_taken_list taken;  /* import.payments, too */
};

/* The rows of a file that are bad, as far as they could be packed, or those that are not. Those that bring a number first: what gets one
 * of the series gets none that a later batch brings. */
static struct chosen choose(struct import_set *set, struct import_file *file, bool bad)
{
    struct chosen g = {0, arena_alloc(set->c->a, (file->n + 1) * sizeof *g.rows)};
    for (int named = 1; named >= 0; named--)
        for (size_t i = 0; i < file->n; i++)
            if (file->rows[i].bad == bad && file->rows[i].bytes && (*file->rows[i].name != '\0') == named)
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
static bool comes_with_the_files(struct import_set *set, const struct import_file *file,
                                 const struct import_row *row, const char *field)
{
    const struct import_payment *in = row->in;
    const struct import_credit *credit = row->in; /* a refund begins alike */
    if (strcmp(field, "customer_source") == 0)
        return row->customer != SIZE_MAX;
    if (file->op == OPNO_import_credits && strcmp(field, "invoice") == 0)
        return import_invoice_row(set, credit->invoice) != NULL;
    if (file->op == OPNO_import_credits || file->op == OPNO_import_refunds)
        return import_credit_row(set, credit->of, credit->number) != NULL;
    if (strncmp(field, "parts.", 6) != 0)
        return false;
    char *end;
    size_t place = strtoul(field + 6, &end, 10);
    return strcmp(end, ".number") == 0 && place < row->parts &&
           import_settled_row(set, &in->parts.v[place]) != NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Is it about what was left out, because an amount could not be read? */
static bool left_out(const struct import_row *row, const char *field)
{
    return row->vague &&
           (ends_with(field, ".total") || ends_with(field, ".amount") || strcmp(field, "written_off") == 0);
}

static void take_problems(struct import_set *set, const struct import_file *file, struct import_row **rows,
                          size_t n, bool check, const struct import_problem_list *problems)
{
    for (size_t i = 0; i < problems->n; i++) {
        const struct import_problem *p = &problems->v[i];
        const char *field = p->field ? p->field : "", *reason = p->reason ? p->reason : "";
        if (p->row < 0 || (size_t)p->row >= n)
            import_problem(set, file, 1, field, "%s", reason);
        else if (!left_out(rows[p->row], field) &&
                 !(check && p->absent && comes_with_the_files(set, file, rows[p->row], field)))
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
        const struct import_file *from = rows[d->row]->from ? rows[d->row]->from : file;
        json_object_set_new(one, "file", json_text(from->table.path));
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

/* What the rows take from invoices that are here, with what those before take. */
static void take_taken(struct import_set *set, const struct import_taken_list *taken)
{
    for (size_t i = 0; i < taken->n; i++) {
        const struct import_taken *from = &taken->v[i];
        json_t *one = json_object();
        json_object_set_new(one, "number", json_text(from->number));
        json_object_set_new(one, "currency", json_text(from->amount.currency));
        json_object_set_new(one, "amount", json_integer(from->amount.amount));
        json_object_set_new(one, "stands_in", json_integer(from->stands_in.amount));
        json_object_set_new(one, "guessed", json_integer(from->guessed.amount));
        json_object_set_new(set->taken, text_fold(set->c->a, from->number), one);
    }
}

/* Of what was taken before, the invoices that these rows settle. NULL when there are none. */
static json_t *taken_for(struct import_set *set, struct import_row **rows, size_t n)
{
    json_t *list = NULL;
    struct arena *a = arena_open();
    for (size_t i = 0; i < n; i++) {
        const struct import_part_list *parts = &((const struct import_payment *)rows[i]->in)->parts;
        for (size_t k = 0; k < parts->n; k++) {
            const char *number = text_fold(a, parts->v[k].number);
            json_t *one = json_object_get(set->taken, number);
            if (one && !list)
                list = json_object();
            if (one)
                json_object_set(list, number, one);
        }
    }
    arena_close(a);
    return list;
}

static struct money taken_amount(const json_t *one, const char *key)
{
    return money_of(json_integer_value(json_object_get(one, key)),
                    json_string_value(json_object_get(one, "currency")));
}

static void pack_taken(struct buf *args, const json_t *list)
{
    const char *key;
    json_t *one;
    codec_text(args, "taken");
    codec_array(args, (uint32_t)json_object_size(list));
    json_object_foreach((json_t *)(uintptr_t)list, key, one)
    {
        struct import_taken taken = {.number = json_string_value(json_object_get(one, "number")),
                                     .amount = taken_amount(one, "amount"),
                                     .stands_in = taken_amount(one, "stands_in"),
                                     .guessed = taken_amount(one, "guessed")};
        codec_pack(args, shape_import_taken(), &taken, CODEC_TO_SERVER);
    }
}

static void take_answer(struct import_set *set, struct import_file *file, struct import_row **rows, size_t n,
                        enum how how, const struct batch_answer *answer)
{
    const struct import_customers_out *out = &answer->out;
    take_problems(set, file, rows, n, how != SEND, &out->problems);
    if (how == ASK_OF_BAD || (how == SEND && out->problems.n))
        return; /* refused whole: nothing of it is in */
    if (how == ASK)
        take_taken(set, &answer->taken);
    take_differences(set, file, rows, n, &out->differs);
    for (size_t i = 0; i < out->already.n && how == ASK;
         i++) /* when it is real, a row may be there from a try before */
        if (out->already.v[i].row >= 0 && (size_t)out->already.v[i].row < n)
            rows[out->already.v[i].row]->known = true;
    file->created += out->created;
    file->known += out->known;
    file->changed += out->changed;
    take_remarks(set, rows, n, &out->remarks);
}

static enum err read_answer(struct arena *a, const struct import_file *file, const struct bytes *result,
                            struct batch_answer *answer)
{
    struct import_payments_out more;
    enum err e = codec_read(a, shape_import_customers_out(), result->data, result->size, &answer->out);
    if (!e && file->op == OPNO_import_payments) {
        e = codec_read(a, shape_import_payments_out(), result->data, result->size, &more);
        answer->taken = more.taken;
    }
    return e;
}

static enum err send_batch(struct import_set *set, const struct import_file *file, struct import_row **rows,
                           size_t n, enum how how, struct batch_answer *answer, struct arena *a)
{
    bool check = how != SEND;
    json_t *taken = how == ASK && file->op == OPNO_import_payments ? taken_for(set, rows, n) : NULL;
    const struct op *op = op_at(file->op);
    struct ctl *c = set->c;
    struct buf args;
    struct bytes result;
    buf_init(&args, CALL_REQUEST_MAX);
    codec_map(&args, 2u + c->update + (taken != NULL));
    if (taken)
        pack_taken(&args, taken);
    json_decref(taken);
    codec_text(&args, "check");
    buf_add(&args, check ? "\xC3" : "\xC2", 1);
    if (c->update) { /* asks for more than bringing in does, so it is not mentioned without need */
        codec_text(&args, "update");
        buf_add(&args, "\xC3", 1);
    }
    codec_text(&args, "rows");
    codec_array(&args, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        buf_add(&args, rows[i]->bytes, rows[i]->size);
    enum err e = args.full ? refuse(&c->why, ERR_TOO_LARGE, "", "a row is larger than a request can be")
                           : ctl_call_raw(c, op, args.data, args.size, &result);
    buf_fini(&args);
    if (!e && read_answer(a, file, &result, answer) != OK)
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

/* Those that stay out now last. How many do not. */
static size_t good_first(struct import_row **rows, size_t n)
{
    size_t good = 0;
    for (size_t i = 0; i < n; i++)
        if (!rows[i]->bad) {
            struct import_row *one = rows[i];
            memmove(&rows[good + 1], &rows[good], (i - good) * sizeof *rows);
            rows[good++] = one;
        }
    return good;
}

/* A batch is sent again without what was refused of it: asked, when one row hid what is wrong with the others; for real, when the rest is
 * to come in. */
static bool once_more(const struct import_set *set, enum how how, bool whole, bool refused)
{
    return (how == ASK && whole) || (how == SEND && refused && set->c->skip_bad);
}

/* One batch: asked, and what it answers taken. *n rows at most; of fewer it is asked when there is more wrong than an answer can hold. */
static enum err send_one(struct import_set *set, struct import_file *file, struct import_row **rows,
                         size_t *n, enum how how, struct arena *a)
{
    struct batch_answer answer;
    size_t good = *n;
    for (;;) {
        int before = set->problems;
        arena_reset(a);
        answer = (struct batch_answer){.taken = {0}};
        enum err e = send_batch(set, file, rows, good, how, &answer, a);
        if (!e && how != SEND && answer.out.problems.n >= PROBLEMS && good > 1) {
            good = *n = good / 2;
            continue;
        }
        bool whole = e == ERR_INVALID; /* by one row: of the others nothing was said */
        if (whole)
            e = say_refusal(set, file, rows, good, e);
        take_answer(set, file, rows, good, how, &answer);
        bool refused = set->problems > before;
        if (how == SEND && !e && !refused)
            file->sent += good;
        size_t left = how == ASK_OF_BAD ? 0 : good_first(rows, good);
        if (e || !left || left == good || !once_more(set, how, whole, refused))
            return e;
        good = left;
    }
}

static enum err send_rows(struct import_set *set, struct import_file *file, enum how how)
{
    struct arena *a = arena_open();
    struct chosen chosen = choose(set, file, how == ASK_OF_BAD);
    int before = set->problems;
    enum err e = OK;
    size_t first = 0, n;
    if (how == SEND)
        file->to_send = chosen.n;
    for (; first < chosen.n && !e; first += n) {
        n = batch_size(chosen.rows + first, chosen.n - first);
        e = send_one(set, file, chosen.rows + first, &n, how, a);
        if (how != ASK_OF_BAD)
            progress(file, e ? first : first + n, chosen.n, how == ASK);
        if (set->problems > before && how == SEND && !set->c->skip_bad)
            break; /* refused after all: somebody else changed the store meanwhile */
    }
    arena_close(a);
    return e;
}

enum err import_send(struct import_set *set, struct import_file *file, bool check)
{
    file->created = file->known = file->changed = 0;
    enum err e = check ? send_rows(set, file, ASK_OF_BAD) : OK;
    return e ? e : send_rows(set, file, check ? ASK : SEND);
}
