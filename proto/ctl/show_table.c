#include "common/text.h"
#include "proto/ctl/ctl_show.h"
#include <ctype.h>
#include <string.h>

#define GAP 2
#define NARROWEST 8 /* a text column is not cut below this */
#define ENOUGH 12   /* nor below this as long as others can be left out for it */

struct column {
    const struct field *f;
    bool numeric, kept;
    size_t at;                 /* which of a row's cells */
    size_t width, left, block; /* columns in all; of numbers: before the point, and of the aligned block */
};
struct table {
    struct arena *a;
    struct column columns[64];
    size_t n, rows;
    const struct field *left_out[64];
    size_t n_left_out;
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

bool show_named(const struct shape *shape, const struct field *f, const void *record)
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
    if (show_named(shape, f, record))
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
    struct column c = {.f = f, .numeric = numeric(f), .at = t->n};
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
    size_t head = strlen(show_label(t->a, f));
    c.width = c.block > head ? c.block : head;
    t->columns[t->n++] = c;
}

/* A shape has no room there, and the count of a digest's bytes says nothing. */
static bool in_table(const struct field *f)
{
    return f->type != FIELD_SHAPE && f->type != FIELD_BYTES;
}

/* What a column is worth to people where there is no room for all: the more, the longer it stays. */
enum worth { FOR_PROGRAMS, OF_OTHERS, BESIDES, TIMES, WORDS, DAYS, STANDS, KNOWN_BY, SUMS, NAMES_THE_ROW };

/* Is it the first one of its like? */
static bool first_of(const struct shape *shape, const struct field *f, bool (*like)(const struct field *f))
{
    for (const struct field *before = shape->fields; before < f; before++)
        if (like(before))
            return false;
    return true;
}

static bool text(const struct field *f)
{
    return (f->type == FIELD_TEXT && f->form != FORM_WHOLE) || f->type == FIELD_LINES;
}

/* name, customer_name, … */
static bool a_name(const struct field *f)
{
    size_t n = strlen("name");
    return f->name_size >= n && strcmp(f->name + f->name_size - n, "name") == 0;
}

static bool moment(const struct field *f)
{
    return f->type == FIELD_DATE || f->type == FIELD_INSTANT;
}

/* Where it stands is told as of today: as it is stored says less. */
static bool told_better(const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++)
        if (shape->fields[i].type == FIELD_ENUM && shape->fields[i].flags & FIELD_CALC)
            return true;
    return false;
}

static enum worth worth(const struct shape *shape, const struct field *f)
{
    if (f->form == FORM_WHOLE)
        return FOR_PROGRAMS;
    if (f->flags & FIELD_STAFF)
        return BESIDES;
    if (f == shape->fields || of_event(f) || (text(f) && first_of(shape, f, text)))
        return f->type == FIELD_ENUM ? STANDS : NAMES_THE_ROW;
    switch ((enum field_type)f->type) {
    case FIELD_ID:
    case FIELD_COUNT: return OF_OTHERS;
    case FIELD_ENUM: return told_better(shape) && !(f->flags & FIELD_CALC) ? OF_OTHERS : STANDS;
    case FIELD_INSTANT: return first_of(shape, f, moment) ? STANDS : TIMES;
    case FIELD_TEXT:
    case FIELD_LINES: return a_name(f) ? KNOWN_BY : WORDS;
    case FIELD_DATE: return DAYS;
    case FIELD_DECIMAL:
    case FIELD_MONEY: return SUMS;
    case FIELD_BOOL:
    case FIELD_SECRET:
    case FIELD_BYTES:
    case FIELD_SHAPE:
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return BESIDES;
    }
    return BESIDES;
}

static bool can_be_cut(const struct field *f)
{
    return text(f) || f->type == FIELD_TEXTS || f->type == FIELD_IDS;
}

/* The least that a column is shown with; what says which row it is gives way before it would be left out. */
static size_t least(const struct shape *shape, const struct column *c)
{
    size_t enough = worth(shape, c->f) == NAMES_THE_ROW ? NARROWEST
                    : c->f->name_size > ENOUGH          ? c->f->name_size
                                                        : ENOUGH;
    return can_be_cut(c->f) && c->width > enough ? enough : c->width;
}

/* Keeps the columns that there is room for, the worthiest first; the others stand in t->left_out. */
static void choose(struct table *t, const struct shape *shape, size_t width)
{
    size_t sum = 0, n = 0;
    for (int w = NAMES_THE_ROW; w >= FOR_PROGRAMS; w--) {
        for (size_t i = 0; i < t->n; i++) {
            struct column *c = &t->columns[i];
            if ((int)worth(shape, c->f) != w)
                continue;
            size_t more = least(shape, c) + (sum ? GAP : 0);
            c->kept = !width || w == NAMES_THE_ROW || sum + more <= width;
            sum += c->kept ? more : 0;
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        if (t->columns[i].kept)
            t->columns[n++] = t->columns[i];
        else
            t->left_out[t->n_left_out++] = t->columns[i].f;
    }
    t->n = n;
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
            if (can_be_cut(t->columns[i].f) && t->columns[i].width > NARROWEST &&
                (!widest || t->columns[i].width > widest->width))
                widest = &t->columns[i];
        if (!widest)
            return;
        widest->width--;
        sum--;
    }
}

static const char *heading(struct arena *a, const struct field *f)
{
    const char *label = show_label(a, f);
    char *head = arena_text(a, label, strlen(label));
    for (char *p = head; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return head;
}

/* What there was no room for: nobody is to take it that there is no more. */
static void say_left_out(struct table *t, FILE *to, int indent, size_t width)
{
    size_t at = 0;
    for (size_t i = 0; i < t->n_left_out; i++) {
        const char *word = arena_printf(t->a, "%s%s%s", i ? "" : "Left out for want of room (--wide): ",
                                        heading(t->a, t->left_out[i]), i + 1 < t->n_left_out ? "," : "");
        if (at && at + 1 + strlen(word) > width) {
            fputc('\n', to);
            at = 0;
        }
        fprintf(to, "%*s%s", at ? 1 : indent, "", word);
        at += strlen(word) + 1;
    }
    if (t->n_left_out)
        fputc('\n', to);
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
    width = width > (size_t)indent ? width - (size_t)indent : 0;
    choose(&t, shape, width);
    fit(&t, width);
    fprintf(to, "%*s", indent, "");
    for (size_t i = 0; i < t.n; i++) {
        const struct column *c = &t.columns[i];
        bool last = i + 1 == t.n;
        const char *head = heading(a, c->f);
        int pad = (int)(c->width > strlen(head) ? c->width - strlen(head) : 0);
        fprintf(to, "%*s%.*s%*s", c->numeric ? pad : 0, "", (int)c->width, head,
                last ? 0 : (c->numeric ? 0 : pad) + GAP, "");
    }
    fputc('\n', to);
    for (size_t r = 0; r < list->n; r++) {
        fprintf(to, "%*s", indent, "");
        for (size_t i = 0; i < t.n; i++)
            put_cell(&t, to, &t.columns[i], t.cells[r * shape->n + t.columns[i].at], i + 1 == t.n);
        fputc('\n', to);
    }
    say_left_out(&t, to, indent, width);
}
