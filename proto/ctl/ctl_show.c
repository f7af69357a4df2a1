#include "proto/ctl/ctl_show.h"
#include "common/date.h"
#include "common/text.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_MAX 24

size_t show_width(FILE *to)
{
    struct winsize size;
    const char *said = getenv("COLUMNS");
    long columns = said ? strtol(said, NULL, 10) : 0;
    if (!isatty(fileno(to)))
        return 0;
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return columns >= 20 && columns < 10000 ? (size_t)columns : 80; /* a terminal that does not say */
}

static size_t word_columns(const char *text, size_t n)
{
    char word[256];
    if (n >= sizeof word)
        return n; /* wider than any line anyway */
    snprintf(word, sizeof word, "%.*s", (int)n, text);
    return text_columns(word);
}

/* The words of n bytes on lines of at most `width` columns; one that is longer stays whole. */
static size_t wrap(FILE *to, const char *text, size_t n, size_t indent, size_t column, size_t width)
{
    for (size_t at = 0; at < n;) {
        size_t blanks = 0, size = 0;
        while (at + blanks < n && text[at + blanks] == ' ')
            blanks++;
        while (at + blanks + size < n && text[at + blanks + size] != ' ')
            size++;
        const size_t columns = word_columns(text + at + blanks, size);
        if (column + blanks + columns > width && column > indent) {
            fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
            at += blanks;
            blanks = 0;
        }
        fprintf(to, "%.*s", (int)(blanks + size), text + at);
        column += blanks + columns;
        at += blanks + size;
    }
    return column;
}

size_t show_wrapped(FILE *to, const char *text, size_t indent, size_t column)
{
    return wrap(to, text, strlen(text), indent, column, 80);
}

void show_padded(FILE *to, const char *text, size_t columns)
{
    size_t used = text_columns(text);
    fprintf(to, "%s%*s", text, used < columns ? (int)(columns - used) : 0, "");
}

static const char *money(struct arena *a, const struct money *m)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m->currency);
    if (!m->currency[0])
        return NULL;
    if (digits < 0)
        return arena_printf(a, "%" PRId64 " minor units of %s", m->amount, text_shown(a, m->currency, false));
    return arena_printf(a, "%s %s", money_grouped(text, m->amount, digits), m->currency);
}

static const char *day_or_instant(struct arena *a, const struct field *f, const void *at)
{
    char text[INSTANT_TEXT];
    if (f->type == FIELD_DATE)
        return *(const int32_t *)at ? arena_text(a, text, strlen(date_plain(text, *(const int32_t *)at)))
                                    : NULL;
    if (!*(const int64_t *)at)
        return NULL;
    instant_plain(text, *(const int64_t *)at);
    return arena_printf(a, "%.10s %.8sZ", text, text + 11); /* to the second */
}

static const char *words(struct arena *a, const struct field *f, const struct any_list *list)
{
    const char *text = NULL;
    for (size_t i = 0; i < list->n; i++) {
        const char *one = f->type == FIELD_IDS ? arena_printf(a, "%" PRIu64, ((const uint64_t *)list->v)[i])
                                               : text_shown(a, ((const char *const *)list->v)[i], false);
        text = text ? arena_printf(a, "%s, %s", text, one) : one;
    }
    return text;
}

const char *show_value(struct arena *a, const struct field *f, const void *at)
{
    char text[MONEY_TEXT];
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return *(const bool *)at ? "yes" : "no";
    case FIELD_COUNT: return arena_printf(a, "%" PRId64, *(const int64_t *)at);
    case FIELD_DECIMAL: decimal_plain(text, *(const int64_t *)at); return arena_text(a, text, strlen(text));
    case FIELD_ENUM: {
        const char *name = enum_name(f->values(), *(const int *)at);
        return *name ? name : NULL;
    }
    case FIELD_ID: /* as it can be typed again */
        return *(const uint64_t *)at
                   ? arena_printf(a, "%s%" PRIu64, kind_numbered(f->kind) ? "id:" : "", *(const uint64_t *)at)
                   : NULL;
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: {
        const char *value = *(const char *const *)at;
        return value && *value ? text_shown(a, value, f->type == FIELD_LINES) : NULL;
    }
    case FIELD_BYTES: return arena_printf(a, "%zu bytes", ((const struct bytes *)at)->size);
    case FIELD_DATE:
    case FIELD_INSTANT: return day_or_instant(a, f, at);
    case FIELD_MONEY: return money(a, at);
    case FIELD_SHAPE: return NULL;
    case FIELD_LIST: return arena_printf(a, "%zu", ((const struct any_list *)at)->n);
    case FIELD_IDS:
    case FIELD_TEXTS: return words(a, f, at);
    }
    return NULL;
}

static bool scalar(const struct field *f)
{
    return f->type != FIELD_SHAPE && f->type != FIELD_LIST;
}

static bool given(const struct shape *shape, const struct field *f, const void *record)
{
    return ((const struct shape_head *)record)->has >> (f - shape->fields) & 1;
}

/* Lines of a long value stand under each other; on a terminal of so many columns (0: none) none is longer than that. */
static void show_lines(FILE *to, const char *text, size_t indent, size_t width)
{
    for (;;) {
        size_t n = strcspn(text, "\n");
        (void)wrap(to, text, n, indent, indent, width ? width : SIZE_MAX);
        fputc('\n', to);
        if (!text[n])
            return;
        text += n + 1;
        fprintf(to, "%*s", (int)indent, "");
    }
}

bool show_by_number(const struct shape *shape, const struct field *f, const void *record, const char **number)
{
    const struct field *n = shape_field(shape, "number", 6);
    *number = NULL;
    if (f->type != FIELD_ID || !kind_numbered(f->kind) || !n || n->type != FIELD_TEXT ||
        (strcmp(f->name, "id") != 0 && strcmp(f->name, "invoice") != 0 && strcmp(f->name, "document") != 0))
        return false;
    *number = record ? *(const char *const *)(const void *)((const char *)record + n->offset) : NULL;
    if (*number && !**number)
        *number = NULL;
    /* of an allocation and of a comment: the number is the document's */
    return strcmp(f->name, "id") == 0 || strcmp(f->name, "document") == 0 || shape->n <= 4;
}

/* In the middle of a line: "Tax id" is "tax id" there, and "IBAN" stays. Columns take it in capitals. */
const char *show_label(struct arena *a, const struct field *f)
{
    char label[64];
    field_label(label, sizeof label, f);
    if (label[0] && islower((unsigned char)label[1]))
        label[0] = (char)tolower((unsigned char)label[0]);
    return arena_text(a, label, strlen(label));
}

/* Is its state told as of today? As it is stored says less. */
static bool told_better(const struct shape *shape, const struct field *f)
{
    for (size_t i = 0;
         f->type == FIELD_ENUM && !(f->flags & FIELD_CALC) && strcmp(f->name, "state") == 0 && i < shape->n;
         i++)
        if (shape->fields[i].type == FIELD_ENUM && shape->fields[i].flags & FIELD_CALC)
            return true;
    return false;
}

/* On a paper, what is not so and what is 0 says nothing to people, nor does what the server keeps for itself. An amount is always told. */
static bool says_nothing(const struct shape *shape, const struct field *f, const void *record)
{
    const void *at = (const char *)record + f->offset;
    const struct field *number = shape_field(shape, "number", 6);
    if (show_named(shape, f, record) || told_better(shape, f))
        return true;
    if (!number || number->type != FIELD_TEXT)
        return false;
    return (f->type == FIELD_BOOL && !*(const bool *)at) ||
           (f->type == FIELD_COUNT && !*(const int64_t *)at) ||
           (f->type == FIELD_DECIMAL && !*(const int64_t *)at) || strcmp(f->name, "frozen") == 0;
}

static const char *told(struct arena *a, const struct shape *shape, const struct field *f, const void *record)
{
    const char *number;
    if (!scalar(f) || !given(shape, f, record) || says_nothing(shape, f, record) ||
        (show_by_number(shape, f, record, &number) && number))
        return NULL;
    return show_value(a, f, (const char *)record + f->offset);
}

static void show_scalars(struct arena *a, FILE *to, const struct shape *shape, const void *record, int indent,
                         size_t width)
{
    size_t label = 0;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        size_t n = told(a, shape, f, record) ? strlen(show_label(a, f)) : 0;
        label = n > label ? n : label;
    }
    if (label > LABEL_MAX)
        label = LABEL_MAX;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const char *text = told(a, shape, f, record);
        if (!text)
            continue;
        fprintf(to, "%*s%-*s  ", indent, "", (int)label, show_label(a, f));
        show_lines(to, text, (size_t)indent + label + 2, width);
    }
}

static bool all_in_one(const struct shape *shape)
{
    return shape->n == 1 && !scalar(&shape->fields[0]);
}

static void show_inside(struct arena *a, FILE *to, const struct shape *shape, const void *record, int indent,
                        size_t width)
{
    show_scalars(a, to, shape, record, indent, width);
    bool alone = indent == 0 && all_in_one(shape);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const void *at = (const char *)record + f->offset;
        if (!scalar(f) && f->type == FIELD_SHAPE && *(void *const *)at) {
            if (!alone)
                fprintf(to, "%*s%s:\n", indent, "", show_label(a, f));
            show_inside(a, to, f->shape(), *(void *const *)at, alone ? 0 : indent + 2, width);
        } else if (f->type == FIELD_LIST && ((const struct any_list *)at)->n) {
            const struct any_list *list = at;
            if (!alone)
                fprintf(to, "%*s%s (%zu):\n", indent, "", show_label(a, f), list->n);
            show_table(a, to, f->shape(), list, alone ? 0 : indent + 2, width);
        } else if (f->type == FIELD_LIST && given(shape, f, record) && indent == 0) {
            fprintf(to, "%s: none\n", show_label(a, f));
        }
    }
}

void show_record(struct arena *a, FILE *to, const struct shape *shape, const void *record, size_t width)
{
    show_inside(a, to, shape, record, 0, width);
}
