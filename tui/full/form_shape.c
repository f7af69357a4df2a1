#include "tui/full/form_shape.h"
#include "common/date.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_CHOICE "–" /* an enum that need not be given */

char *shape_label(char *buffer, size_t size, const char *name)
{
    const char *last = strrchr(name, '.');
    snprintf(buffer, size, "%s", last ? last + 1 : name);
    for (char *s = buffer; *s; s++)
        if (*s == '_')
            *s = ' ';
    if (*buffer >= 'a' && *buffer <= 'z')
        *buffer = (char)(*buffer - 'a' + 'A');
    return buffer;
}

/* The field at the end of a dotted path, NULL when there is none. */
static const struct field *field_of(const struct shape *shape, const char *path)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(shape, path, n);
    if (!f || !path[n])
        return f;
    return f->type == FIELD_SHAPE ? field_of(f->shape(), path + n + 1) : NULL;
}

/* Where that field stands in a struct. make: nested shapes that are missing are made there and marked as given; else NULL. */
static void *place_of(const struct shape *shape, void *in, const char *path, struct arena *make, bool give)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(shape, path, n);
    char *at = (char *)in + f->offset;
    if (give) {
        struct shape_head *head = in;
        head->has |= UINT64_C(1) << (f - shape->fields);
    }
    if (!path[n])
        return at;
    void **nested = (void **)(void *)at;
    if (!*nested && make)
        *nested = arena_alloc(make, f->shape()->size);
    return *nested ? place_of(f->shape(), *nested, path + n + 1, make, give) : NULL;
}

static bool one_input(const struct field *f)
{
    if (f->flags & (FIELD_HIDDEN | FIELD_CALC))
        return false;
    switch (f->type) {
    case FIELD_BOOL:
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_ENUM:
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET:
    case FIELD_DATE:
    case FIELD_MONEY: return true;
    default: return false;
    }
}

static const char *const *choices_of(struct arena *a, const struct field *f)
{
    const struct enum_table *t = f->values();
    const char **names = arena_alloc(a, (t->n + 2) * sizeof *names);
    size_t n = 0;
    if (!(f->flags & FIELD_MUST))
        names[n++] = NO_CHOICE;
    for (size_t i = 0; i < t->n; i++) {
        char *name = arena_text(a, t->values[i].name, strlen(t->values[i].name));
        for (char *s = name; *s; s++)
            if (*s == '_')
                *s = ' ';
        names[n++] = name;
    }
    return names;
}

static void spec_of(struct arena *a, const struct field *f, struct input_spec *s)
{
    static const enum input_kind kinds[] = {
        [FIELD_BOOL] = INPUT_CHECK,      [FIELD_COUNT] = INPUT_COUNT, [FIELD_DECIMAL] = INPUT_DECIMAL,
        [FIELD_ENUM] = INPUT_CHOICE,     [FIELD_TEXT] = INPUT_TEXT,   [FIELD_LINES] = INPUT_LINES,
        [FIELD_SECRET] = INPUT_PASSWORD, [FIELD_DATE] = INPUT_DATE,   [FIELD_MONEY] = INPUT_MONEY};
    s->kind = kinds[f->type];
    s->hint = f->help;
    s->required = f->flags & FIELD_MUST;
    if (f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_SECRET) {
        s->max = f->max > 0 && f->max < 100000 ? (int)f->max : 0;
        if (f->type != FIELD_LINES && s->max && s->max < 40 && !s->width)
            s->width = s->max + 1;
    } else if (f->type == FIELD_COUNT || f->type == FIELD_DECIMAL) {
        s->least = f->min;
        s->most = f->max;
    } else if (f->type == FIELD_ENUM) {
        s->choices = choices_of(a, f);
    }
}

static size_t all_rows(struct arena *a, const struct shape *shape, const struct shape_row **rows)
{
    struct shape_row *made = arena_alloc(a, (shape->n + 1) * sizeof *made);
    size_t n = 0;
    for (size_t i = 0; i < shape->n; i++)
        if (one_input(&shape->fields[i]))
            made[n++].field = shape->fields[i].name;
    *rows = made;
    return n;
}

struct form *form_of_shape(struct ui *ui, const struct shape *shape, const struct shape_row *rows,
                           const char *button)
{
    struct arena *a = ui_arena(ui);
    size_t n = 0;
    if (!rows)
        n = all_rows(a, shape, &rows);
    else
        while (rows[n].field)
            n++;
    struct input_spec *specs = arena_alloc(a, (n + 1) * sizeof *specs);
    for (size_t i = 0; i < n; i++) {
        char label[64];
        struct input_spec *s = &specs[i];
        s->width = rows[i].width;
        s->unit = rows[i].unit;
        if (!*rows[i].field) {
            *s = (struct input_spec){.kind = INPUT_NOTE, .label = rows[i].label};
            continue;
        }
        const struct field *f = field_of(shape, rows[i].field);
        assert(f && one_input(f) && "no such field, or not one input");
        s->name = rows[i].field;
        s->label = rows[i].label;
        if (!s->label) {
            shape_label(label, sizeof label, rows[i].field);
            s->label = arena_text(a, label, strlen(label));
        }
        spec_of(a, f, s);
    }
    specs[n] = (struct input_spec){.name = "submit", .label = button, .kind = INPUT_BUTTON};
    return ui_form(ui, specs, n + 1);
}

static int index_of(const struct field *f, int value)
{
    const struct enum_table *t = f->values();
    bool optional = !(f->flags & FIELD_MUST);
    for (size_t i = 0; i < t->n; i++)
        if (t->values[i].value == value)
            return (int)i + optional;
    return 0;
}

static int value_of(const struct field *f, int index)
{
    const struct enum_table *t = f->values();
    index -= !(f->flags & FIELD_MUST);
    return index >= 0 && (size_t)index < t->n ? t->values[index].value : 0;
}

int form_enum(const struct form *f, const struct shape *shape, const char *field)
{
    return value_of(field_of(shape, field), form_choice(f, field));
}

void form_from(struct form *form, const struct shape *shape, const void *from)
{
    for (size_t i = 0; i < form_count(form); i++) {
        const struct input *in = form_at(form, i);
        const char *name = in->spec.name;
        const struct field *f = name ? field_of(shape, name) : NULL;
        const void *at = f ? place_of(shape, (void *)(uintptr_t)from, name, NULL, false) : NULL;
        char text[MONEY_TEXT];
        if (!f || f->type == FIELD_SECRET)
            continue;
        switch (at ? f->type : FIELD_TEXT) {
        case FIELD_BOOL: form_set_choice(form, name, *(const bool *)at); break;
        case FIELD_ENUM: form_set_choice(form, name, index_of(f, *(const int *)at)); break;
        case FIELD_COUNT: form_set(form, name, money_plain(text, *(const int64_t *)at, 0)); break;
        case FIELD_DECIMAL: form_set_decimal(form, name, *(const int64_t *)at); break;
        case FIELD_DATE: form_set_date(form, name, *(const int32_t *)at); break;
        case FIELD_MONEY: form_set_amount(form, name, *(const struct money *)at); break;
        default: form_set(form, name, at ? *(const char *const *)at : "");
        }
    }
}

/* What was there and was emptied is sent empty, or as 0, which clears it. An amount and a choice have no such value. */
static bool clears(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_DATE ||
           ((f->type == FIELD_COUNT || f->type == FIELD_DECIMAL) && f->min <= 0);
}

void form_into(const struct form *form, const struct shape *shape, void *to, struct arena *a,
               bool only_changed)
{
    for (size_t i = 0; i < form_count(form); i++) {
        const struct input *in = form_at((struct form *)(uintptr_t)form, i);
        const char *name = in->spec.name, *text = input_text(in);
        const struct field *f = name ? field_of(shape, name) : NULL;
        if (!f || (only_changed && !in->changed))
            continue;
        /* What was left empty and never stood there is not given: the server decides. */
        bool empty = in->edit ? !*text : f->type == FIELD_ENUM && !value_of(f, in->choice);
        if (empty && !in->changed)
            continue;
        bool give = !empty || clears(f);
        void *at = place_of(shape, to, name, a, give);
        switch (f->type) {
        case FIELD_BOOL: *(bool *)at = in->choice != 0; break;
        case FIELD_ENUM: *(int *)at = value_of(f, in->choice); break;
        case FIELD_COUNT: *(int64_t *)at = input_count(in); break;
        case FIELD_DECIMAL: *(int64_t *)at = input_decimal(in); break;
        case FIELD_DATE: *(int32_t *)at = input_date(in); break;
        case FIELD_MONEY:
            *(struct money *)at = money_of(empty ? 0 : input_amount(in), empty ? "" : in->currency);
            break;
        default: *(const char **)at = arena_text(a, text, strlen(text));
        }
    }
}
