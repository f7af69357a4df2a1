#include "tui/full/form.h"
#include "common/date.h"
#include "common/text.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct form {
    struct input *inputs;
    size_t count, at; /* at: has the focus */
    bool focused, changed;
    int32_t today;
    const char *pressed;
    int top; /* first row shown, as last drawn */
    struct pause {
        struct input *in;    /* NULL: nothing has to be waited for */
        int64_t wait, until; /* the latter is 0 until the clock was looked at */
        char shown[sizeof((struct input *)0)->error];
    } pause;
};

static bool stops(const struct input *f)
{
    return f->spec.kind != INPUT_NOTE && !f->locked && !f->gone;
}

struct form *form_open(const struct input_spec *specs, size_t count)
{
    struct form *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->inputs = calloc(count ? count : 1, sizeof *f->inputs);
    if (!f->inputs)
        abort();
    f->count = count;
    for (size_t i = 0; i < count; i++)
        input_init(&f->inputs[i], &specs[i]);
    while (f->at + 1 < count && !stops(&f->inputs[f->at]))
        f->at++;
    f->pressed = "";
    f->today = DATE_UNIX_EPOCH;
    return f;
}

void form_close(struct form *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        input_fini(&f->inputs[i]);
    free(f->inputs);
    free(f);
}

/* --- fields by name */

struct input *form_field(struct form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->inputs[i].spec.name && strcmp(f->inputs[i].spec.name, name) == 0)
            return &f->inputs[i];
    return NULL;
}

static struct input *must(const struct form *f, const char *name)
{
    struct input *found = form_field((struct form *)(uintptr_t)f, name);
    assert(found && "no input of that name");
    return found;
}

size_t form_count(const struct form *f)
{
    return f->count;
}

struct input *form_at(struct form *f, size_t i)
{
    return &f->inputs[i];
}

const char *form_text(const struct form *f, const char *name)
{
    return input_text(must(f, name));
}

int form_choice(const struct form *f, const char *name)
{
    return must(f, name)->choice;
}

int64_t form_amount(const struct form *f, const char *name)
{
    return input_amount(must(f, name));
}

int64_t form_decimal(const struct form *f, const char *name)
{
    return input_decimal(must(f, name));
}

int64_t form_number(const struct form *f, const char *name)
{
    return input_count(must(f, name));
}

int32_t form_date(const struct form *f, const char *name)
{
    return input_date(must(f, name));
}

void form_set(struct form *f, const char *name, const char *text)
{
    input_set(must(f, name), text ? text : "");
}

void form_set_choice(struct form *f, const char *name, int index)
{
    must(f, name)->choice = index;
    must(f, name)->changed = false;
}

void form_set_amount(struct form *f, const char *name, struct money m)
{
    char text[MONEY_TEXT];
    struct input *in = must(f, name);
    int digits = currency_digits(m.currency);
    snprintf(in->currency, sizeof in->currency, "%s", m.currency);
    input_set(in, money_plain(text, m.amount, digits < 0 ? 2 : digits));
}

void form_set_decimal(struct form *f, const char *name, int64_t decimal)
{
    char text[MONEY_TEXT];
    input_set(must(f, name), decimal_plain(text, decimal));
}

void form_set_date(struct form *f, const char *name, int32_t day)
{
    char text[DATE_TEXT];
    input_set(must(f, name), date_plain(text, day));
}

void form_choices(struct form *f, const char *name, const char *const *choices)
{
    must(f, name)->spec.choices = choices;
    must(f, name)->choice = 0;
}

void form_currency(struct form *f, const char *name, const char *currency)
{
    snprintf(must(f, name)->currency, sizeof must(f, name)->currency, "%s", currency);
}

void form_lock(struct form *f, const char *name, bool locked)
{
    must(f, name)->locked = locked;
}

void form_today(struct form *f, int32_t day)
{
    f->today = day;
}

void form_error(struct form *f, const char *name, const char *sentence)
{
    snprintf(must(f, name)->error, sizeof must(f, name)->error, "%s", sentence);
}

void form_focus(struct form *f, const char *name)
{
    f->at = (size_t)(must(f, name) - f->inputs);
}

const char *form_focus_name(const struct form *f)
{
    const char *name = f->at < f->count ? f->inputs[f->at].spec.name : NULL;
    return name ? name : "";
}

/* The input that a dotted path means: by its longest end first, then by single parts. */
static struct input *by_path(struct form *f, const char *path)
{
    for (const char *end = path; end; end = strchr(end, '.') ? strchr(end, '.') + 1 : NULL) {
        struct input *in = form_field(f, end);
        if (in && stops(in))
            return in;
    }
    for (const char *part = path; *part;) {
        char name[96];
        size_t n = strcspn(part, ".[");
        snprintf(name, sizeof name, "%.*s", (int)n, part);
        struct input *in = form_field(f, name);
        if (in && stops(in))
            return in;
        part += n + strspn(part + n, ".[]0123456789");
    }
    return NULL;
}

static void refuse_input(struct form *f, struct input *in, const struct refusal *why)
{
    snprintf(in->error, sizeof in->error, "%s", *why->detail ? why->detail : err_sentence(why->code));
    f->at = (size_t)(in - f->inputs);
    f->pause = (struct pause){.in = why->retry_ms > 0 ? in : NULL, .wait = why->retry_ms};
    memcpy(f->pause.shown, in->error, sizeof in->error);
}

bool form_refuse(struct form *f, const struct refusal *why)
{
    struct input *in = *why->field ? by_path(f, why->field) : NULL;
    if (!in)
        return false;
    refuse_input(f, in, why);
    return true;
}

void form_refuse_at(struct form *f, const char *name, const struct refusal *why)
{
    refuse_input(f, must(f, name), why);
}

/* "Too many failed tries: wait 60 seconds." → "Too many failed tries. Wait 59 seconds." and so on. */
int64_t form_tick(struct form *f, int64_t now, bool *changed)
{
    struct pause *p = &f->pause;
    if (!p->in || strcmp(p->in->error, p->shown) != 0) { /* typed over, or there is something else to say */
        p->in = NULL;
        return -1;
    }
    if (!p->until)
        p->until = now + p->wait;
    int64_t left = (p->until - now + 999) / 1000;
    int lead = (int)strcspn(p->shown, ".:");
    char text[sizeof p->shown];
    if (left > 0)
        snprintf(text, sizeof text, "%.*s. Wait %lld second%s.", lead, p->shown, (long long)left,
                 left == 1 ? "" : "s");
    else
        snprintf(text, sizeof text, "%.*s. Now you can try again.", lead, p->shown);
    *changed = *changed || strcmp(text, p->in->error) != 0;
    memcpy(p->in->error, text, sizeof text);
    memcpy(p->shown, text, sizeof text);
    if (left <= 0)
        p->in = NULL;
    return left > 0 ? p->until - (left - 1) * 1000 : -1;
}

bool form_changed(const struct form *f)
{
    bool changed = f->changed;
    for (size_t i = 0; i < f->count; i++)
        changed = changed || f->inputs[i].changed;
    return changed;
}

void form_kept(struct form *f)
{
    f->changed = false;
    for (size_t i = 0; i < f->count; i++)
        f->inputs[i].changed = false;
}

bool form_check(struct form *f)
{
    size_t first = f->count;
    for (size_t i = f->count; i-- > 0;)
        if (!f->inputs[i].gone && !input_check(&f->inputs[i], f->today))
            first = i;
    if (first < f->count)
        f->at = first;
    return first == f->count;
}

const char *form_button(const struct form *f)
{
    return f->pressed;
}

/* --- keys */

/* The next stop in a direction, or count when there is none. */
static size_t stop(const struct form *f, size_t from, int by)
{
    for (size_t i = from + (size_t)by; i < f->count; i += (size_t)by)
        if (stops(&f->inputs[i]))
            return i;
    return f->count;
}

static enum form_event leave(struct form *f, size_t to)
{
    input_check(&f->inputs[f->at], f->today);
    f->at = to;
    input_select(&f->inputs[to]);
    return FORM_LEFT_FIELD;
}

static enum form_event submit(struct form *f)
{
    return form_check(f) ? FORM_SUBMIT : FORM_USED;
}

static enum form_event press(struct form *f, const struct input *in)
{
    f->pressed = in->spec.name ? in->spec.name : "";
    for (size_t i = 0; i < f->count; i++)
        if (f->inputs[i].spec.kind == INPUT_BUTTON)
            return &f->inputs[i] == in ? submit(f) : FORM_BUTTON;
    return FORM_BUTTON;
}

static bool is_button(const struct form *f, size_t i)
{
    return i < f->count && f->inputs[i].spec.kind == INPUT_BUTTON;
}

static enum form_event enter(struct form *f)
{
    size_t next = stop(f, f->at, 1);
    if (next == f->count || is_button(f, next))
        return submit(f);
    return leave(f, next);
}

enum form_event form_key(struct form *f, const struct key *k)
{
    if (f->count == 0 || !stops(&f->inputs[f->at]))
        return FORM_IGNORED;
    struct input *in = &f->inputs[f->at];
    size_t next = stop(f, f->at, 1), before = stop(f, f->at, -1);
    bool button = in->spec.kind == INPUT_BUTTON;
    if (button && (k->code == K_ENTER || k->code == ' '))
        return press(f, in);
    if (input_key(in, k))
        return FORM_USED;
    switch (k->code) {
    case K_TAB: return next < f->count ? leave(f, next) : FORM_IGNORED;
    case K_BACK_TAB: return before < f->count ? leave(f, before) : FORM_IGNORED;
    case K_RIGHT: return button && is_button(f, next) ? leave(f, next) : FORM_IGNORED;
    case K_LEFT: return button && is_button(f, before) ? leave(f, before) : FORM_IGNORED;
    case K_DOWN: return next < f->count ? leave(f, next) : FORM_USED;
    case K_UP: return before < f->count ? leave(f, before) : FORM_USED;
    case K_ENTER: return enter(f);
    case K_F0 + 2: return submit(f);
    case K_PASTE: return FORM_USED; /* never falls through to hot-keys */
    default: return FORM_IGNORED;
    }
}

void form_set_focused(struct form *f, bool focused)
{
    f->focused = focused;
}

bool form_focused(const struct form *f)
{
    return f->focused;
}

/* --- drawing */

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
    while (first > 0 && is_button(f, first - 1))
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
    return !is_button(f, i + 1) || begins_row(f, i + 1, columns);
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
    int rows = in->error[0] ? canvas_wrap(&c, 1, 0, width > 10 ? width : 10, 3, STYLE_PLAIN, in->error) : 0;
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
    canvas_fit(c, y, 2, left - 4, in->locked ? STYLE_DIM : STYLE_PLAIN, in->spec.label ? in->spec.label : "");
    input_draw(in, c, y, left, width, focused);
    canvas_text(c, y, left + width + 1, STYLE_DIM, unit);
    int rows = input_rows(in);
    if (in->error[0])
        rows += canvas_wrap(c, y + rows, left, c->columns - left - 1 > 10 ? c->columns - left - 1 : 10, 3,
                            STYLE_BAD, in->error);
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
    return i > 0 && ((is_button(f, i) && !is_button(f, i - 1)) || f->inputs[i - 1].spec.kind == INPUT_NOTE ||
                     f->inputs[i].spec.kind == INPUT_NOTE);
}

void form_draw(const struct form *f, const struct canvas *c)
{
    int y = 0, left = label_width(f) + 4, x = left, first = 0, last = 0;
    int room = c->rows - 1;
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
        if (!is_button(f, i) || begins_row(f, i, c->columns))
            x = left;
        y += draw_input(f, i, &part, y, &x, left);
    }
    if (f->focused && f->at < f->count && f->inputs[f->at].spec.hint)
        canvas_fit(c, c->rows - 1, 2, c->columns - 3, STYLE_DIM, f->inputs[f->at].spec.hint);
}

int form_height(const struct form *f, int columns)
{
    int rows = 1;
    for (size_t i = 0; i < f->count; i++)
        rows += gap(f, i) + rows_of(f, i, columns);
    return rows;
}
