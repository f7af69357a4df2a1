/* Statements of a bank from a file (E15): read here, whole, and sent in stretches; the daemon opens no file. */
#include "common/codec.h"
#include "common/text.h"
#include "proto/bank/bank_file.h"
#include "proto/ctl/json.h"
#include "proto/ctl/options.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MOST 500 /* of a request */
#define BYTES_MOST \
    (CALL_REQUEST_MAX - 16 * 1024) /* of its lines: the statement and the envelope have to fit, too */

struct bringing {
    struct ctl *c;
    const char *path;
    struct bank_file file;
    json_t *results;
};

/* The whole file, in the arena. */
static enum err read_whole(struct ctl *c, const char *path, uint8_t **data, size_t *size)
{
    FILE *f = fopen(path, "rb");
    struct buf b;
    char piece[65536];
    if (!f)
        return refuse(&c->why, ERR_INVALID, "", "%.200s: %s", path, strerror(errno));
    buf_init(&b, BANK_FILE_MAX + 1);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0 && !b.full;)
        buf_add(&b, piece, n);
    const int why = ferror(f) ? errno : 0;
    fclose(f);
    *data = arena_copy(c->a, b.size ? (const void *)b.data : "", b.size);
    *size = b.size;
    const bool full = b.full;
    buf_fini(&b);
    if (why)
        return refuse(&c->why, ERR_INVALID, "", "%.200s: %s", path, strerror(why));
    return full ? refuse(&c->why, ERR_TOO_LARGE, "", "%.200s is larger than a file of a bank can be", path)
                : OK;
}

static enum err find_mapping(struct ctl *c, const struct bank_mapping **mapping)
{
    struct bank_mappings_out out;
    enum err e = c->mapping ? ctl_call(c, c->a, OPNO_bank_mappings, NULL, &out) : OK;
    *mapping = NULL;
    if (e || !c->mapping)
        return e;
    for (size_t i = 0; i < out.mappings.n; i++)
        if (strcmp(text_fold(c->a, out.mappings.v[i].name), text_fold(c->a, c->mapping)) == 0)
            *mapping = &out.mappings.v[i];
    return *mapping ? OK
                    : refuse(&c->why, ERR_NOT_FOUND, "--mapping",
                             "there is no mapping %.60s: posternctl bank.mappings lists them", c->mapping);
}

/* --- sending */

static size_t size_of(const struct statement_line *l)
{
    struct buf b;
    buf_init(&b, CALL_REQUEST_MAX);
    codec_pack(&b, shape_statement_line(), l, CODEC_TO_SERVER);
    const size_t size = b.size;
    buf_fini(&b);
    return size;
}

/* How many of the lines from `at` on go into a request. */
static size_t stretch(const struct bank_statement *s, size_t at)
{
    size_t n = 0, bytes = 0;
    while (at + n < s->n && n < LINES_MOST) {
        bytes += size_of(&s->lines[at + n]);
        if (n && bytes > BYTES_MOST)
            break;
        n++;
    }
    return n;
}

/* Fields of a refusal speak of the lines of a request: here of those of the file. */
static void place_refusal(struct refusal *why, size_t at)
{
    char *end;
    if (strncmp(why->field, "lines.", 6) != 0)
        return;
    const unsigned long i = strtoul(why->field + 6, &end, 10);
    char rest[sizeof why->field];
    snprintf(rest, sizeof rest, "%s", end);
    snprintf(why->field, sizeof why->field, "lines.%zu%.60s", at + (size_t)i, rest);
}

static enum err send_statement(struct bringing *b, const struct bank_statement *s,
                               struct bank_import_out *out)
{
    struct ctl *c = b->c;
    size_t at = 0;
    enum err e = OK;
    do {
        struct bank_import_in in = {.statement = (struct statement *)(uintptr_t)&s->head};
        const size_t n = stretch(s, at);
        GIVE(bank_import_in, &in, statement, in.statement);
        GIVE(bank_import_in, &in, lines, ((struct statement_line_list){n, s->lines + at}));
        GIVE(bank_import_in, &in, place, (int64_t)at);
        GIVE(bank_import_in, &in, more, at + n < s->n);
        GIVE(bank_import_in, &in, check, c->dry_run);
        e = ctl_call(c, c->a, OPNO_bank_import, &in, out);
        if (e)
            place_refusal(&c->why, at);
        at += n;
    } while (!e && at < s->n);
    return e;
}

/* --- what became of it */

static void tell(struct bringing *b, const struct bank_statement *s, const struct bank_import_out *out)
{
    const struct statement *h = &s->head;
    if (b->c->json) {
        json_t *one = json_object();
        json_object_set_new(one, "account", json_text(h->account));
        json_object_set_new(one, "number", json_text(h->number ? h->number : ""));
        json_object_set_new(one, "lines", json_integer((json_int_t)s->n));
        json_object_set_new(one, "fresh", json_integer(out->fresh));
        json_object_set_new(one, "known", json_integer(out->known));
        json_object_set_new(one, "booked", json_integer(out->booked));
        json_object_set_new(one, "waiting", json_integer(out->waiting));
        json_object_set_new(one, "took_back", json_integer(out->took_back));
        json_object_set_new(one, "outgoing", json_integer(out->outgoing));
        json_array_append_new(b->results, one);
        return;
    }
    printf("%s %s: %lld new line%s, %lld %s, %lld took a payment back, %lld wait%s, %lld went out; %lld were "
           "here already\n",
           text_shown(b->c->a, h->account, false),
           h->number && *h->number ? text_shown(b->c->a, h->number, false) : "-", (long long)out->fresh,
           out->fresh == 1 ? "" : "s", (long long)out->booked, b->c->dry_run ? "would book" : "booked",
           (long long)out->took_back, (long long)out->waiting, out->waiting == 1 ? "s" : "",
           (long long)out->outgoing, (long long)out->known);
}

/* Where nothing is written, a statement can not go on where the one before it ended: they are asked about as one. */
static enum err join(struct bringing *b)
{
    struct bank_file *f = &b->file;
    size_t n = 0;
    enum err e = OK;
    for (size_t i = 1; i < f->n && !e; i++) {
        struct bank_statement *last = &f->v[n], *s = &f->v[i];
        if (strcmp(last->head.account, s->head.account) != 0 || !*s->head.opening.currency ||
            last->head.closing.amount != s->head.opening.amount) {
            f->v[++n] = *s;
            continue;
        }
        for (size_t k = 0; k < s->n && !e; k++)
            e = bank_add_line(b->c->a, last, &s->lines[k], &b->c->why);
        last->head.closing = s->head.closing;
        last->head.until = s->head.until;
    }
    f->n = f->n ? n + 1 : 0;
    return e;
}

static enum err bring(struct bringing *b)
{
    const struct bank_mapping *mapping;
    uint8_t *data;
    size_t size;
    struct bank_import_out out;
    const char *name = strrchr(b->path, '/');
    enum err e = find_mapping(b->c, &mapping);
    if (!e)
        e = read_whole(b->c, b->path, &data, &size);
    if (!e)
        e = bank_file_read(b->c->a, data, size, mapping, &b->file, &b->c->why);
    if (!e && b->c->dry_run)
        e = join(b);
    for (size_t i = 0; i < b->file.n && !e; i++) {
        struct bank_statement *s = &b->file.v[i];
        GIVE(statement, &s->head, file, bank_clean(b->c->a, name ? name + 1 : b->path, 100));
        e = send_statement(b, s, &out);
        if (!e)
            tell(b, s, &out);
        else if (i)
            fprintf(stderr, "posternctl: %zu of %zu statements came in before the one that is refused\n", i,
                    b->file.n);
    }
    return e;
}

int verb_bank(struct ctl *c)
{
    if (c->n_words != 3 || strcmp(c->words[1], "import") != 0)
        return ctl_usage(c, "bank import takes one file: bank import FILE [--dry-run] [--mapping NAME]");
    struct bringing b = {.c = c, .path = c->words[2], .results = json_array()};
    enum err e = bring(&b);
    if (!e && c->json)
        json_print(b.results, false);
    json_decref(b.results);
    return e ? ctl_fail(c, e) : 0;
}
