/* A form drawn: labels in a column, buttons in a row, errors below their field. */
#include "tui/full/form_inside.h"
#include "common/text.h"
#include "tui/face/typed.h"
#include <string.h>

#define ERROR_ROWS 8 /* the longest refusal beside the longest label, at 80 columns */

static int label_width(const struct form *f)
{
    int width = 0;
    for (size_t i = 0; i < f->count; i++) {
        enum input_kind kind = f->inputs[i].spec.kind;
        if (kind == INPUT_NOTE || kind == INPUT_BUTTON || !f->inputs[i].spec.label)
            continue;
        int n = (int)text_columns(f->inputs[i].spec.label);
        width = n > width ? n : width;
    }
    return width > 28 ? 28 : width;
}

static int button_width(const struct form *f, size_t i)
{
    return (int)text_columns(f->inputs[i].spec.label) + 4;
}

/* Consecutive buttons share a row for as long as they fit. */
static bool begins_row(const struct form *f, size_t i, int columns)
{
    size_t first = i;
    while (first > 0 && form_is_button(f, first - 1))
        first--;
    int left = label_width(f) + 4, x = left;
    bool begins = true;
    for (size_t at = first; at <= i; at++) {
        begins = at == first || x + button_width(f, at) > columns;
        x = (begins ? left : x) + button_width(f, at) + 3;
    }
    return begins;
}

/* Does the row end with this button? */
static bool ends_row(const struct form *f, size_t i, int columns)
{
    return !form_is_button(f, i + 1) || begins_row(f, i + 1, columns);
}

static int note_rows(const struct input *in, int width)
{
    struct grid *g = grid_open(1, 1);
    struct canvas c = canvas_of(g);
    int rows = canvas_wrap(&c, 1, 0, width, 10, STYLE_PLAIN, in->spec.label);
    grid_close(g);
    return rows;
}

/* Rows of the sentence under an input, from column `left` on. */
static int error_rows(const struct input *in, int left, int columns)
{
    struct grid *g = grid_open(1, 1);
    struct canvas c = canvas_of(g);
    int width = columns - left - 1;
    int rows =
        in->error[0] ? canvas_wrap(&c, 1, 0, width > 10 ? width : 10, ERROR_ROWS, STYLE_PLAIN, in->error) : 0;
    grid_close(g);
    return rows;
}

/* Draws one input at row y; returns rows used. Buttons are placed by the caller's x. */
static int draw_input(const struct form *f, size_t i, const struct canvas *c, int y, int *x, int left)
{
    const struct input *in = &f->inputs[i];
    bool focused = f->focused && f->at == i;
    if (in->gone)
        return 0;
    if (in->spec.kind == INPUT_NOTE) {
        input_draw(in, c, y, 2, c->columns - 3, false);
        return note_rows(in, c->columns - 3);
    }
    if (in->spec.kind == INPUT_BUTTON) {
        input_draw(in, c, y, *x, c->columns, focused);
        *x += button_width(f, i) + 3;
        return ends_row(f, i, c->columns);
    }
    int width = input_width(in), room = c->columns - left - 2;
    const char *unit = in->spec.unit ? in->spec.unit : in->spec.kind == INPUT_MONEY ? in->currency : "";
    if (*unit)
        room -= (int)text_columns(unit) + 1;
    width = width < room ? width : room;
    canvas_fit(c, y, 2, left - 4, STYLE_PLAIN, in->spec.label ? in->spec.label : "");
    input_draw(in, c, y, left, width, focused);
    canvas_text(c, y, left + width + 1, STYLE_DIM, unit);
    int rows = input_rows(in);
    if (in->error[0])
        rows += canvas_wrap(c, y + rows, left, c->columns - left - 1 > 10 ? c->columns - left - 1 : 10,
                            ERROR_ROWS, STYLE_BAD, in->error);
    return rows;
}

static int rows_of(const struct form *f, size_t i, int width)
{
    const struct input *in = &f->inputs[i];
    if (in->gone)
        return 0;
    if (in->spec.kind == INPUT_NOTE)
        return note_rows(in, width - 3);
    if (in->spec.kind == INPUT_BUTTON)
        return ends_row(f, i, width);
    return input_rows(in) + error_rows(in, label_width(f) + 4, width);
}

/* A blank row before the first button, and before and after a note. */
static bool gap(const struct form *f, size_t i)
{
    return i > 0 && ((form_is_button(f, i) && !form_is_button(f, i - 1)) ||
                     f->inputs[i - 1].spec.kind == INPUT_NOTE || f->inputs[i].spec.kind == INPUT_NOTE);
}

#define HINT 600
#define HINT_ROWS 4

static int rows_of_hint(const struct input *in, int columns)
{
    struct grid *g = grid_open(1, 1);
    const struct canvas c = canvas_of(g);
    const int rows = in->spec.hint ? canvas_wrap_rows(&c, columns - 3, HINT_ROWS, in->spec.hint) : 1;
    grid_close(g);
    return rows > 1 ? rows : 1;
}

/* What the longest needs: nothing moves while one goes from field to field. */
static int hint_rows(const struct form *f, int columns)
{
    int most = 1;
    for (size_t i = 0; i < f->count; i++)
        if (!f->inputs[i].gone && rows_of_hint(&f->inputs[i], columns) > most)
            most = rows_of_hint(&f->inputs[i], columns);
    return most;
}

/* Where not all of the form fits, the one in focus gets what it needs, and the fields the rest. */
static int hint_room(const struct form *f, const struct canvas *c)
{
    return form_height(f, c->columns) <= c->rows || f->at >= f->count
               ? hint_rows(f, c->columns)
               : rows_of_hint(&f->inputs[f->at], c->columns);
}

void form_draw(const struct form *f, const struct canvas *c)
{
    int y = 0, left = label_width(f) + 4, x = left, first = 0, last = 0;
    int room = c->rows - hint_room(f, c);
    for (size_t i = 0; i <= f->at && i < f->count; i++) {
        y += gap(f, i);
        first = y;
        y += rows_of(f, i, c->columns);
        last = y > first ? y : first + 1;
    }
    int *top = &((struct form *)(uintptr_t)f)->top;
    if (last > *top + room)
        *top = last - room;
    if (first < *top)
        *top = first;
    struct canvas part = canvas_part(c, 0, 0, room, c->columns);
    y = -*top;
    for (size_t i = 0; i < f->count; i++) {
        y += gap(f, i);
        if (!form_is_button(f, i) || begins_row(f, i, c->columns))
            x = left;
        y += draw_input(f, i, &part, y, &x, left);
    }
    if (f->focused && f->at < f->count && f->inputs[f->at].spec.hint) {
        char text[HINT];
        canvas_wrap(c, room, 2, c->columns - 3, HINT_ROWS, STYLE_DIM,
                    typed_sentence(text, sizeof text, f->inputs[f->at].spec.hint));
    }
}

int form_height(const struct form *f, int columns)
{
    int rows = hint_rows(f, columns);
    for (size_t i = 0; i < f->count; i++)
        rows += gap(f, i) + rows_of(f, i, columns);
    return rows;
}
