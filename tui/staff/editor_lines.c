/* The inputs of the editor: each shows a field of what is written, and what is typed in it is written at once. */
#include "common/text.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- inputs */

static enum input_kind kind_of(enum written at)
{
    switch (writing_field(at)->as) {
    case WRITE_OFF: return INPUT_TEXT;
    case WRITE_TAXED: return INPUT_CHOICE;
    case WRITE_YES:
    case WRITE_NOT: return INPUT_CHECK;
    default: break;
    }
    switch (writing_shape_field(at)->type) {
    case FIELD_LINES: return INPUT_LINES;
    case FIELD_DECIMAL: return INPUT_DECIMAL;
    case FIELD_MONEY: return INPUT_MONEY;
    case FIELD_DATE: return INPUT_DATE;
    default: return INPUT_TEXT;
    }
}

static void make_input(struct editor *e, struct input *in, enum written at)
{
    enum input_kind kind = kind_of(at);
    bool text = writing_field(at)->as == WRITE_TYPED && (kind == INPUT_TEXT || kind == INPUT_LINES);
    input_init(in, &(struct input_spec){.name = writing_field(at)->name,
                                        .kind = kind,
                                        .max = text ? (int)writing_shape_field(at)->max : 0,
                                        .choices = e->w->tax_labels,
                                        .currency = e->w->currency});
}

struct input *editor_input(struct editor *e, const struct editor_focus *f)
{
    return f->at < WRITE_WHOLE ? &e->whole[f->at]
                               : &e->rows[f->row < e->n ? f->row : e->n - 1]->cell[OF_LINE(f->at)];
}

static bool chosen(const struct input *in)
{
    return in->spec.kind == INPUT_CHOICE || in->spec.kind == INPUT_CHECK;
}

void editor_show(struct editor *e, const struct editor_focus *f)
{
    struct input *in = editor_input(e, f);
    if (chosen(in))
        in->choice = (int)writing_chosen(e->w, f->at, f->row);
    else
        input_set(in, writing_typed(e->w, f->at, f->row));
}

const char *editor_take(struct editor *e, const struct editor_focus *f)
{
    struct input *in = editor_input(e, f);
    if (!chosen(in))
        return writing_read(e->w, f->at, f->row, input_text(in));
    writing_choose(e->w, f->at, f->row, (size_t)in->choice);
    return NULL;
}

bool editor_leave(struct editor *e, const struct editor_focus *f)
{
    struct input *in = editor_input(e, f);
    if (!writing_offered(e->w, f->at))
        return true;
    const char *wrong = editor_take(e, f), *text = input_text(in);
    bool number = in->spec.kind != INPUT_LINES && !chosen(in) && !text_blank(text, strlen(text));
    if (!wrong && number && strcmp(text, writing_typed(e->w, f->at, f->row)) != 0)
        editor_show(e, f);
    snprintf(in->error, sizeof in->error, "%s", wrong ? wrong : "");
    return !wrong;
}

/* --- rows */

static void row_close(struct editor_row *r)
{
    for (size_t i = 0; i < COUNT_OF(r->cell); i++)
        input_fini(&r->cell[i]);
    free(r);
}

void editor_fini(struct editor *e)
{
    for (size_t i = 0; i < COUNT_OF(e->whole); i++)
        input_fini(&e->whole[i]);
    for (size_t i = 0; i < e->n; i++)
        row_close(e->rows[i]);
    free(e->rows);
    writing_close(e->w);
}

static void show_row(struct editor *e, size_t row)
{
    for (enum written at = WRITE_WHOLE; at < WRITES; at++)
        editor_show(e, &(struct editor_focus){at, row});
}

/* The inputs of a line that is written there already. */
static void put_row(struct editor *e, size_t at)
{
    if (e->n == e->capacity) {
        size_t more = e->capacity ? e->capacity * 2 : 8;
        struct editor_row **rows = realloc(e->rows, more * sizeof *rows);
        if (!rows)
            abort();
        e->rows = rows;
        e->capacity = more;
    }
    struct editor_row *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    for (enum written cell = WRITE_WHOLE; cell < WRITES; cell++)
        make_input(e, &r->cell[OF_LINE(cell)], cell);
    memmove(&e->rows[at + 1], &e->rows[at], (e->n - at) * sizeof *e->rows);
    e->rows[at] = r;
    e->n++;
    show_row(e, at);
}

size_t editor_add_row(struct editor *e, size_t at)
{
    if (e->n >= WRITING_LINES)
        return e->n - 1;
    at = writing_add(e->w, at);
    put_row(e, at);
    return at;
}

static void take_row(struct editor *e, size_t at)
{
    row_close(e->rows[at]);
    e->n--;
    memmove(&e->rows[at], &e->rows[at + 1], (e->n - at) * sizeof *e->rows);
}

void editor_drop_row(struct editor *e, size_t at)
{
    writing_drop(e->w, at);
    take_row(e, at);
    if (e->n == 0)
        editor_add_row(e, 0);
}

void editor_move_row(struct editor *e, size_t at, size_t to)
{
    struct editor_row *moved = e->rows[at];
    writing_move(e->w, at, to);
    e->rows[at] = e->rows[to]; /* one place */
    e->rows[to] = moved;
}

bool editor_row_empty(const struct editor_row *r)
{
    return !*input_text(&r->cell[OF_LINE(WRITE_NAME)]) && !*input_text(&r->cell[OF_LINE(WRITE_PRICE)]) &&
           !*input_text(&r->cell[OF_LINE(WRITE_TEXT)]);
}

void editor_fill(struct editor *e)
{
    while (e->n)
        take_row(e, e->n - 1);
    for (enum written at = 0; at < WRITE_WHOLE; at++) {
        input_fini(&e->whole[at]);
        make_input(e, &e->whole[at], at);
        editor_show(e, &(struct editor_focus){at, 0});
    }
    for (size_t i = 0; i < e->w->doc.lines.n; i++)
        put_row(e, i);
    e->focus = (struct editor_focus){WRITE_NAME, 0};
    e->match = -1;
    e->dirty = false;
    writing_sum(e->w);
}

/* --- what is wrong, and where */

/* Its rank where one writes: head, lines, foot. */
static size_t rank(const struct editor_focus *f)
{
    return (size_t)editor_area(f->at) * (WRITING_LINES + 1) * WRITES + f->row * WRITES + (size_t)f->at;
}

static void check(struct editor *e, const struct editor_focus *f, bool *fine, struct editor_focus *first)
{
    if (editor_leave(e, f))
        return;
    if (*fine || rank(f) < rank(first))
        *first = *f;
    *fine = false;
}

bool editor_check(struct editor *e)
{
    struct editor_focus first = e->focus;
    bool fine = true;
    for (enum written at = 0; at < WRITE_WHOLE; at++)
        check(e, &(struct editor_focus){at, 0}, &fine, &first);
    for (size_t row = 0; row < e->n; row++)
        for (enum written at = WRITE_WHOLE; !editor_row_empty(e->rows[row]) && at < WRITES; at++)
            check(e, &(struct editor_focus){at, row}, &fine, &first);
    writing_sum(e->w);
    e->focus = first;
    return fine;
}

bool editor_refuse(struct editor *e, const struct refusal *why)
{
    struct editor_focus f;
    if (!writing_place(e->w, why->field, &f.at, &f.row))
        return false;
    e->focus = f;
    struct input *in = editor_input(e, &f);
    snprintf(in->error, sizeof in->error, "%s", *why->detail ? why->detail : err_sentence(why->code));
    return true;
}

char *editor_row_error(const struct editor *e, size_t i, char *buffer, size_t size)
{
    size_t n = 0;
    *buffer = '\0';
    for (enum written at = WRITE_WHOLE; at < WRITES && n < size; at++) {
        const char *error = e->rows[i]->cell[OF_LINE(at)].error;
        if (*error)
            n += (size_t)snprintf(buffer + n, size - n, "%s%s: %s", n ? " " : "", writing_label(e->w, at),
                                  error);
    }
    return buffer;
}

bool editor_first_wrong(const struct editor *e, char *buffer, size_t size)
{
    for (enum written at = 0; at < WRITE_WHOLE; at++)
        if (e->whole[at].error[0]) {
            snprintf(buffer, size, "%s: %s", writing_label(e->w, at), e->whole[at].error);
            return true;
        }
    return false;
}

static bool is_wrong(const struct editor *e, const struct editor_focus *f)
{
    const struct input *in = editor_input((struct editor *)(uintptr_t)e, f);
    const bool here = e->focus.at == f->at && (f->at < WRITE_WHOLE || e->focus.row == f->row);
    return in->error[0] || (here && e->unread);
}

static enum written row_waits(const struct editor *e, size_t i)
{
    enum written at = WRITE_WHOLE;
    while (at < WRITES && !is_wrong(e, &(struct editor_focus){at, i}))
        at++;
    return at;
}

bool editor_row_waits(const struct editor *e, size_t i)
{
    return row_waits(e, i) < WRITES;
}

bool editor_waits(const struct editor *e, char *buffer, size_t size)
{
    for (enum written at = 0; at < WRITE_WHOLE; at++)
        if (is_wrong(e, &(struct editor_focus){at, 0})) {
            snprintf(buffer, size, "%s", writing_label(e->w, at));
            return true;
        }
    for (size_t i = 0; i < e->n; i++)
        if (editor_row_waits(e, i)) {
            snprintf(buffer, size, "%s of line %zu", writing_label(e->w, row_waits(e, i)), i + 1);
            return true;
        }
    return false;
}
