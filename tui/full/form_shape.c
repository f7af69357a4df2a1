#include "tui/full/form_shape.h"
#include "tui/face/fill_in.h"
#include <assert.h>
#include <string.h>

#define NO_CHOICE "–" /* an enum that need not be given */

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

void form_spec(struct arena *a, const struct field *f, struct input_spec *s)
{
    static const enum input_kind kinds[] = {
        [FIELD_BOOL] = INPUT_CHECK,  [FIELD_COUNT] = INPUT_COUNT,     [FIELD_DECIMAL] = INPUT_DECIMAL,
        [FIELD_ENUM] = INPUT_CHOICE, [FIELD_ID] = INPUT_CHOICE,       [FIELD_TEXT] = INPUT_TEXT,
        [FIELD_LINES] = INPUT_LINES, [FIELD_SECRET] = INPUT_PASSWORD, [FIELD_DATE] = INPUT_DATE,
        [FIELD_MONEY] = INPUT_MONEY};
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
        const struct field *f = fill_field(shape, rows[i].field);
        assert(f && one_input(f) && "no such field, or not one input");
        s->name = rows[i].field;
        s->label = rows[i].label;
        if (!s->label) {
            field_label(label, sizeof label, f);
            s->label = arena_text(a, label, strlen(label));
        }
        form_spec(a, f, s);
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
    return value_of(fill_field(shape, field), form_choice(f, field));
}

void form_from(struct form *form, const struct shape *shape, const void *from)
{
    struct arena *a = arena_open();
    for (size_t i = 0; i < form_count(form); i++) {
        const struct input *in = form_at(form, i);
        const char *name = in->spec.name;
        const struct field *f = name ? fill_field(shape, name) : NULL;
        const void *at = f ? fill_at(shape, from, name) : NULL;
        if (f && f->type == FIELD_BOOL)
            form_set_choice(form, name, at && *(const bool *)at);
        else if (f && f->type == FIELD_ENUM)
            form_set_choice(form, name, at ? index_of(f, *(const int *)at) : 0);
        else if (f && f->type == FIELD_MONEY && at)
            form_set_amount(form, name, *(const struct money *)at);
        else if (f && f->type != FIELD_SECRET)
            form_set(form, name, fill_plain(shape, from, name, a));
    }
    arena_close(a);
}

void form_into(const struct form *form, const struct shape *shape, void *to, struct arena *a,
               bool only_changed)
{
    for (size_t i = 0; i < form_count(form); i++) {
        const struct input *in = form_at((struct form *)(uintptr_t)form, i);
        const char *name = in->spec.name, *text = input_text(in);
        const struct field *f = name ? fill_field(shape, name) : NULL;
        if (!f || (only_changed && !in->changed))
            continue;
        /* What was left empty and never stood there is not given: the server decides. */
        bool empty = in->edit ? !*text : f->type == FIELD_ENUM && !value_of(f, in->choice);
        if (empty && !in->changed)
            continue;
        if (f->type == FIELD_BOOL)
            *(bool *)fill_place(shape, to, name, a, true) = in->choice != 0;
        else if (f->type == FIELD_ENUM)
            *(int *)fill_place(shape, to, name, a, !empty) = value_of(f, in->choice);
        else /* it was checked and written plainly: nothing is relative to a day any more */
            (void)fill_read(shape, to, name, text, &(struct fill_by){.arena = a, .currency = in->currency});
    }
}
