/* A list for programs: CSV, TSV or JSON a row a line, page after page as they come; and with --all one table of all pages. */
#include "common/codec.h"
#include "common/date.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/json.h"
#include <csv.h>
#include <string.h>

#define PAGE 100

/* One list on its way out. */
struct rows {
    struct ctl *c;
    const struct op *op;
    const struct field *list, *next; /* of the answer; next: NULL when it has no pages */
    bool begun;                      /* there was a page */
    bool first;                      /* no row was put into this line yet */
    size_t n;                        /* rows so far */
    char *all;                       /* for a table: the first answer, with the rows of all */
    size_t room;                     /* rows that there is room for in it */
};

bool rows_wanted(const struct ctl *c)
{
    return c->csv || c->tsv || c->all || c->lines;
}

/* --- cells */

static void put(struct rows *r, const char *text)
{
    if (!r->first)
        fputc(r->c->tsv ? '\t' : ',', stdout);
    r->first = false;
    if (!r->c->tsv) {
        csv_fwrite(stdout, text, strlen(text));
        return;
    }
    for (; *text; text++)
        if (*text == '\t' || *text == '\n' || *text == '\\')
            printf("\\%c", *text == '\t' ? 't' : *text == '\n' ? 'n' : '\\');
        else
            fputc(*text, stdout);
}

/* RFC 4180 ends lines so; TSV is for what reads lines. */
static void end_line(struct rows *r)
{
    fputs(r->c->tsv ? "\n" : "\r\n", stdout);
    r->first = true;
}

static const char *money(struct arena *a, const struct money *m, const char *currency)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m->currency);
    if (!m->currency[0] || digits < 0)
        return "";
    money_plain(text, m->amount, digits);
    return strcmp(m->currency, currency) == 0 ? arena_printf(a, "%s", text)
                                              : arena_printf(a, "%s %s", text, m->currency);
}

static const char *hex(struct arena *a, const struct bytes *b)
{
    char *digits = arena_alloc(a, b->size * 2 + 1);
    for (size_t i = 0; i < b->size; i++)
        snprintf(digits + 2 * i, 3, "%02x", b->data[i]);
    return digits;
}

/* As the wire says it; texts made safe for a terminal, and for a spreadsheet that takes what begins like this for a formula
 * (docs/decisions/csv.md). */
static const char *cell(struct arena *a, const struct field *f, const void *at, const char *currency)
{
    char text[INSTANT_TEXT];
    const char *value;
    switch ((enum field_type)f->type) {
    case FIELD_TEXT:
    case FIELD_LINES:
        value = *(const char *const *)at;
        value = value ? text_shown(a, value, true) : "";
        break;
    case FIELD_INSTANT:
        return *(const int64_t *)at ? arena_printf(a, "%s", instant_plain(text, *(const int64_t *)at)) : "";
    case FIELD_MONEY: return money(a, at, currency);
    case FIELD_BYTES: return hex(a, at);
    case FIELD_BOOL:
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_ENUM:
    case FIELD_ID:
    case FIELD_SECRET:
    case FIELD_DATE:
    case FIELD_SHAPE:
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS:
    default: value = show_value(a, f, at);
    }
    if (!value || f->type == FIELD_COUNT || f->type == FIELD_DECIMAL)
        return value ? value : "";
    return *value && strchr("=+-@\t\r", *value) ? arena_printf(a, "'%s", value) : value;
}

/* --- rows: a shape inside becomes columns "billing.city"; a list inside has no place in a row */

static bool has_own_currency(const struct shape *shape)
{
    return shape_field(shape, "currency", 8) != NULL;
}

static void head(struct rows *r, const struct shape *shape, const char *prefix)
{
    bool currency = has_own_currency(shape);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const char *name = arena_printf(r->c->a, "%s%s", prefix, f->name);
        if (f->type == FIELD_LIST || f->flags & FIELD_HIDDEN)
            continue;
        if (f->type == FIELD_SHAPE) {
            head(r, f->shape(), arena_printf(r->c->a, "%s.", name));
            continue;
        }
        put(r, name);
        if (f->type == FIELD_MONEY && !currency)
            put(r, arena_printf(r->c->a, "%scurrency", prefix));
        currency |= f->type == FIELD_MONEY;
    }
}

/* Of the first amount that has one; other amounts that differ say theirs themselves. */
static const char *currency_of(const struct shape *shape, const char *record)
{
    for (size_t i = 0; record && i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const struct money *m = (const void *)(record + f->offset);
        if (f->type == FIELD_MONEY && m->currency[0])
            return m->currency;
    }
    return "";
}

static void row(struct rows *r, struct arena *a, const struct shape *shape, const char *record)
{
    const char *currency = currency_of(shape, record);
    bool said = has_own_currency(shape);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = record ? record + f->offset : NULL;
        if (f->type == FIELD_LIST || f->flags & FIELD_HIDDEN)
            continue;
        if (f->type == FIELD_SHAPE) {
            row(r, a, f->shape(), at ? *(const char *const *)(const void *)at : NULL);
            continue;
        }
        bool given = record && ((const struct shape_head *)(const void *)record)->has >> i & 1;
        put(r, given ? cell(a, f, at, currency) : "");
        if (f->type == FIELD_MONEY && !said)
            put(r, currency);
        said |= f->type == FIELD_MONEY;
    }
}

/* --- pages */

static void lines_of_json(const struct rows *r, const struct bytes *result)
{
    json_t *page = json_of(result->data, result->size), *one;
    size_t i;
    json_array_foreach(json_object_get(page, r->list->name), i, one)
    {
        json_print(one, true);
    }
    json_decref(page);
}

/* Of an answer that lives as long as the run. */
static void gather(struct rows *r, char *out)
{
    const struct any_list *list = (const void *)(out + r->list->offset);
    const size_t size = r->list->shape()->size;
    if (!r->all) {
        r->all = out;
        r->room = list->n;
    }
    struct any_list *whole = (void *)(r->all + r->list->offset);
    if (r->all == out)
        return;
    while (whole->n + list->n > r->room)
        whole->v = arena_grow(r->c->a, whole->v, &r->room, size);
    memcpy((char *)whole->v + whole->n * size, list->v, list->n * size);
    whole->n += list->n;
}

static enum err take_page(struct rows *r, struct arena *a, const struct bytes *result, const char **next)
{
    const struct ctl *c = r->c;
    char *out = arena_alloc(a, r->op->out()->size);
    if (codec_read(a, r->op->out(), result->data, result->size, out) != OK)
        return refuse(&r->c->why, ERR_IO, "", "the answer is not what %s gives", r->op->name);
    const struct any_list *list = (const void *)(out + r->list->offset);
    const struct shape *shape = r->list->shape();
    const char **at = r->next ? (const char **)(void *)(out + r->next->offset) : NULL;
    *next = at && *at && **at ? arena_printf(r->c->a, "%s", *at) : NULL;
    if (at)
        *at = NULL; /* a table of all goes on nowhere */
    r->n += list->n;
    if (!r->begun && (c->csv || c->tsv)) { /* nothing is written where the first page is refused */
        head(r, shape, "");
        end_line(r);
    }
    r->begun = true;
    if (c->json)
        lines_of_json(r, result);
    else if (!c->csv && !c->tsv)
        gather(r, out);
    for (size_t i = 0; (c->csv || c->tsv) && i < list->n; i++) {
        row(r, a, shape, (const char *)list->v + i * shape->size);
        end_line(r);
    }
    return ferror(stdout) ? refuse(&r->c->why, ERR_IO, "", "standard output can not be written") : OK;
}

static enum err ask_page(struct ctl *c, const struct op *op, json_t *args, struct bytes *result)
{
    struct buf packed;
    buf_init(&packed, CALL_REQUEST_MAX);
    enum err e = args_pack(c, op->in(), args, &packed);
    if (!e)
        e = ctl_call_raw(c, op, packed.data, packed.size, result);
    buf_fini(&packed);
    return e;
}

/* All pages; with a limit, and without --all, the first that has a row in it. What a page takes is given back, but for a table. */
static enum err all_pages(struct rows *r, json_t *args)
{
    struct ctl *c = r->c;
    struct arena *a = arena_open();
    const char *next = NULL;
    enum err e = OK;
    bool table = !c->json && !c->csv && !c->tsv, limited = json_object_get(args, "limit") && !c->all;
    if (r->next && !json_object_get(args, "limit"))
        json_object_set_new(args, "limit", json_integer(PAGE));
    do {
        struct bytes result;
        if (next)
            json_object_set_new(args, "after", json_text(next));
        arena_reset(a);
        e = ask_page(c, r->op, args, &result);
        if (!e)
            e = take_page(r, table ? c->a : a, &result, &next);
    } while (!e && next && !(limited && r->n));
    arena_close(a);
    return e;
}

/* A first list that has pages, or that is the only one. */
bool rows_in(const struct op *op)
{
    const struct shape *out = op->out();
    const struct field *next = shape_field(out, "next", 4);
    int lists = 0;
    for (size_t i = 0; i < out->n; i++)
        lists += out->fields[i].type == FIELD_LIST;
    bool pages = next && next->type == FIELD_TEXT && shape_field(op->in(), "after", 5);
    return lists && out->fields[0].type == FIELD_LIST && (pages || lists == 1) && op->mode != OP_WRITE &&
           op->mode != OP_SLOW;
}

int verb_rows(struct ctl *c, const struct op *op)
{
    struct rows r = {.c = c, .op = op, .list = op->out()->fields, .first = true};
    json_t *args = NULL;
    if (shape_field(op->in(), "after", 5))
        r.next = shape_field(op->out(), "next", 4);
    enum err e = args_parse(c, op->in(), c->words + 1, c->n_words - 1, &args);
    if (!e)
        e = all_pages(&r, args);
    json_decref(args);
    if (!e && r.all)
        show_record(c->a, stdout, op->out(), r.all, c->wide ? 0 : show_width(stdout));
    return e ? ctl_fail(c, e) : 0;
}
