#include "common/text.h"
#include "proto/ctl/show.h"
#include <ctype.h>
#include <string.h>

#define GAP 2
#define NARROWEST 8 /* a text column is not cut below this */

struct column {
    const struct field *f;
    bool numeric;
    size_t width, left, block; /* columns in all; of numbers: before the point, and of the aligned block */
};
struct table {
    struct arena *a;
    struct column columns[64];
    size_t n, rows;
    const char **cells; /* rows × n */
};

static bool numeric(const struct field *f)
{
    return f->type == FIELD_COUNT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY ||
           f->type == FIELD_ID || f->type == FIELD_LIST;
}

/* Columns before the point: up to '.', or else to the end of the digits (the currency comes after a blank). */
static size_t before_point(const char *text)
{
    return strcspn(text, ". ");
}

/* Ids beside what people call the same thing. */
static const struct {
    const char *id, *name;
} named_by[] = {{"customer", "customer_name"},
                {"about", "number"},
                {"actor", "name"},
                {"author_id", "author"},
                {"id", "number"}};

/* Of the line of the log itself; the number beside it is its subject's. */
static bool of_event(const struct field *f)
{
    return f->type == FIELD_ID && f->kind == KIND_EVENT;
}

/* Does the row say by name or number what this id is? (JSON has both.) */
static bool named(const struct shape *shape, const struct field *f, const void *record)
{
    if ((f->type != FIELD_ID && f->type != FIELD_COUNT) || of_event(f))
        return false;
    for (size_t i = 0; i < sizeof named_by / sizeof *named_by; i++) {
        const char *name = named_by[i].name;
        const struct field *n =
            strcmp(f->name, named_by[i].id) == 0 ? shape_field(shape, name, strlen(name)) : NULL;
        const char *text = n && n->type == FIELD_TEXT
                               ? *(const char *const *)(const void *)((const char *)record + n->offset)
                               : NULL;
        bool nobody = n && f->type == FIELD_COUNT &&
                      !*(const int64_t *)(const void *)((const char *)record + f->offset);
        if (nobody || (text && *text))
            return true;
    }
    return false;
}

/* One line whatever it holds. */
static const char *cell(struct table *t, const struct shape *shape, const struct field *f, const void *record)
{
    if (!(((const struct shape_head *)record)->has >> (f - shape->fields) & 1))
        return NULL;
    const char *number, *text = show_value(t->a, f, (const char *)record + f->offset);
    if (named(shape, f, record))
        return NULL;
    if (strcmp(f->name, "revision") == 0 && shape_field(shape, "edition", 7))
        return NULL; /* for programs: how often it was sent is what people count */
    if (f->type == FIELD_ID && kind_numbered(f->kind) && strcmp(f->name, "id") != 0)
        return NULL; /* of the document that the row belongs to */
    if (show_by_number(shape, f, record, &number) && number)
        return NULL; /* the number says which; a draft has none, so its id stands there */
    return text ? text_shown(t->a, text, false) : NULL;
}

/* Takes a column when any row says something in it; "no" everywhere says nothing, nor does 0 per cent. */
static void take_column(struct table *t, const struct shape *shape, const struct field *f,
                        const struct any_list *list)
{
    struct column c = {.f = f, .numeric = numeric(f)};
    bool wanted = false;
    for (size_t r = 0; r < list->n; r++) {
        const char *text = cell(t, shape, f, (const char *)list->v + r * shape->size);
        t->cells[r * shape->n + t->n] = text;
        wanted |= text && !(f->type == FIELD_BOOL && strcmp(text, "no") == 0) &&
                  !(f->type == FIELD_DECIMAL && strcmp(text, "0") == 0);
        if (text && c.numeric && before_point(text) > c.left)
            c.left = before_point(text);
    }
    if (!wanted)
        return;
    for (size_t r = 0; r < list->n; r++) {
        const char *text = t->cells[r * shape->n + t->n];
        size_t columns = text ? text_columns(text) + (c.numeric ? c.left - before_point(text) : 0) : 0;
        if (columns > c.block)
            c.block = columns;
    }
    c.width = c.block > f->name_size ? c.block : f->name_size;
    t->columns[t->n++] = c;
}

/* A shape has no room there, and the count of a digest's bytes says nothing. */
static bool in_table(const struct field *f)
{
    return f->type != FIELD_SHAPE && f->type != FIELD_BYTES;
}

/* Makes the widest text columns narrower until the row fits, or nothing more can give. */
static void fit(struct table *t, size_t width)
{
    size_t sum = 0;
    for (size_t i = 0; i < t->n; i++)
        sum += t->columns[i].width + (i ? GAP : 0);
    while (width && sum > width) {
        struct column *widest = NULL;
        for (size_t i = 0; i < t->n; i++)
            if (!t->columns[i].numeric && t->columns[i].width > NARROWEST &&
                (!widest || t->columns[i].width > widest->width))
                widest = &t->columns[i];
        if (!widest)
            return;
        widest->width--;
        sum--;
    }
}

static void put_cell(struct table *t, FILE *to, const struct column *c, const char *text, bool last)
{
    size_t used = text ? text_columns(text) : 0, lead = 0;
    if (text && c->numeric)
        lead = c->width - c->block + c->left - before_point(text); /* the block stands at the right */
    if (text && used + lead > c->width) {
        size_t fits;
        size_t bytes = text_fit(text, c->width - 1, &fits);
        text = arena_printf(t->a, "%.*s…", (int)bytes, text);
        used = fits + 1;
    }
    fprintf(to, "%*s%s", (int)lead, "", text ? text : "");
    if (!last)
        fprintf(to, "%*s", (int)(c->width - used - lead + GAP), "");
}

void show_table(struct arena *a, FILE *to, const struct shape *shape, const struct any_list *list, int indent,
                size_t width)
{
    struct table t = {.a = a, .rows = list->n};
    t.cells = arena_alloc(a, list->n * shape->n * sizeof *t.cells);
    for (size_t i = 0; i < shape->n; i++)
        if (in_table(&shape->fields[i]) && !of_event(&shape->fields[i]))
            take_column(&t, shape, &shape->fields[i], list);
    for (size_t i = 0; i < shape->n; i++) /* what names it comes before its place in the log */
        if (of_event(&shape->fields[i]))
            take_column(&t, shape, &shape->fields[i], list);
    fit(&t, width > (size_t)indent ? width - (size_t)indent : 0);
    fprintf(to, "%*s", indent, "");
    for (size_t i = 0; i < t.n; i++) {
        const struct column *c = &t.columns[i];
        char *head = arena_text(a, c->f->name, c->f->name_size);
        for (char *p = head; *p; p++)
            *p = *p == '_' ? ' ' : (char)toupper((unsigned char)*p);
        bool last = i + 1 == t.n;
        int pad = (int)(c->width > c->f->name_size ? c->width - c->f->name_size : 0);
        fprintf(to, "%*s%.*s%*s", c->numeric ? pad : 0, "", (int)c->width, head,
                last ? 0 : (c->numeric ? 0 : pad) + GAP, "");
    }
    fputc('\n', to);
    for (size_t r = 0; r < list->n; r++) {
        fprintf(to, "%*s", indent, "");
        for (size_t i = 0; i < t.n; i++)
            put_cell(&t, to, &t.columns[i], t.cells[r * shape->n + i], i + 1 == t.n);
        fputc('\n', to);
    }
}
