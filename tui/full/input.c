#include "tui/full/input.h"
#include "common/number.h"
#include "common/date.h"
#include "common/text.h"
#include "tui/face/typed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool typed(const struct input *f)
{
    return f->spec.kind <= INPUT_DATE;
}

void input_init(struct input *f, const struct input_spec *spec)
{
    /* What is cut to fit would be another number: there is room for any, with its currency and grouping. */
    static const int usual[] = {
        [INPUT_TEXT] = 200, [INPUT_LINES] = 4000, [INPUT_PASSWORD] = 200, [INPUT_DECIMAL] = 64,
        [INPUT_COUNT] = 64, [INPUT_MONEY] = 64,   [INPUT_DATE] = 40};
    memset(f, 0, sizeof *f);
    f->spec = *spec;
    if (spec->currency)
        snprintf(f->currency, sizeof f->currency, "%s", spec->currency);
    if (typed(f))
        f->edit =
            edit_open((size_t)(spec->max > 0 ? spec->max : usual[spec->kind]), spec->kind == INPUT_LINES);
    if (f->edit && (spec->kind == INPUT_PASSWORD || spec->tail))
        edit_lock(f->edit);
}

void input_fini(struct input *f)
{
    edit_close(f->edit);
    f->edit = NULL;
}

static int choice_count(const struct input *f)
{
    int n = 0;
    while (f->spec.choices && f->spec.choices[n])
        n++;
    return n;
}

/* The next choice that begins with the letter, after the present one. */
static bool choose_letter(struct input *f, const char *letter)
{
    int n = choice_count(f);
    struct arena *a = arena_open();
    const char *want = text_fold(a, letter);
    bool found = false;
    for (int i = 1; !found && *want && i <= n; i++) {
        int at = (f->choice + i) % n;
        if (strncmp(text_fold(a, f->spec.choices[at]), want, strlen(want)) == 0) {
            f->choice = at;
            found = true;
        }
    }
    arena_close(a);
    return found;
}

static bool choice_key(struct input *f, const struct key *k)
{
    int n = choice_count(f), before = f->choice;
    bool check = f->spec.kind == INPUT_CHECK;
    if (check && k->code == ' ')
        f->choice = !f->choice;
    else if (check || n == 0)
        return false;
    else if (k->code == K_RIGHT || k->code == ' ')
        f->choice = (f->choice + 1) % n;
    else if (k->code == K_LEFT)
        f->choice = (f->choice + n - 1) % n;
    else if (!k->text[0] || !choose_letter(f, k->text))
        return false;
    f->changed = f->changed || f->choice != before;
    return true;
}

bool input_key(struct input *f, const struct key *k)
{
    if (f->spec.kind == INPUT_CHOICE || f->spec.kind == INPUT_CHECK)
        return choice_key(f, k);
    if (!typed(f))
        return false;
    struct arena *a = arena_open();
    const char *before = arena_text(a, edit_text(f->edit), strlen(edit_text(f->edit)));
    bool used = edit_key(f->edit, k);
    if (used && strcmp(before, edit_text(f->edit)) != 0) {
        f->changed = true;
        f->error[0] = '\0';
    }
    explicit_bzero((char *)(uintptr_t)before, strlen(before));
    arena_close(a);
    return used;
}

void input_select(struct input *f)
{
    if (f->spec.kind >= INPUT_DECIMAL && f->spec.kind <= INPUT_DATE && f->edit)
        edit_select(f->edit);
}

const char *input_text(const struct input *f)
{
    if (typed(f))
        return edit_text(f->edit);
    if (f->spec.kind == INPUT_CHOICE)
        return f->choice < choice_count(f) ? f->spec.choices[f->choice] : "";
    return f->choice ? "yes" : "no";
}

void input_set(struct input *f, const char *text)
{
    if (typed(f))
        edit_set(f->edit, text);
    else if (f->spec.kind == INPUT_CHECK)
        f->choice = strcmp(text, "yes") == 0;
    for (int i = 0; f->spec.kind == INPUT_CHOICE && i < choice_count(f); i++)
        if (strcmp(f->spec.choices[i], text) == 0)
            f->choice = i;
    f->changed = false;
    f->error[0] = '\0';
}

/* The type of what is typed here; a bare text has none that could be wrong. */
static struct typed typed_as(const struct input *f, int32_t today)
{
    static const enum field_type types[] = {
        [INPUT_TEXT] = FIELD_TEXT,       [INPUT_LINES] = FIELD_LINES, [INPUT_PASSWORD] = FIELD_SECRET,
        [INPUT_DECIMAL] = FIELD_DECIMAL, [INPUT_COUNT] = FIELD_COUNT, [INPUT_MONEY] = FIELD_MONEY,
        [INPUT_DATE] = FIELD_DATE,       [INPUT_BUTTON] = FIELD_BOOL};
    return (struct typed){.type = types[f->spec.kind],
                          .currency = f->currency,
                          .least = f->spec.least,
                          .most = f->spec.most,
                          .today = today};
}

static bool is_number(const struct input *f)
{
    return f->spec.kind >= INPUT_DECIMAL && f->spec.kind <= INPUT_MONEY;
}

/* Checks what was typed and writes it as our screens do. `why` holds what is returned. */
static const char *check_typed(struct input *f, const char *text, int32_t today, struct refusal *why)
{
    char plain[MONEY_TEXT], code[4];
    struct typed as = typed_as(f, today);
    int64_t value = 0;
    const bool any = f->spec.kind == INPUT_MONEY && as.currency && !*as.currency;
    const char *wrong = typed_read(&as, text, &value, why);
    if (any && number_currency(text, code)) /* it would be lost */
        return wrong;
    if (!wrong && (is_number(f) || f->spec.kind == INPUT_DATE))
        edit_set(f->edit, typed_plain(plain, &as, value));
    return wrong;
}

bool input_check(struct input *f, int32_t today)
{
    struct refusal why = {0};
    const char *wrong = NULL, *text = f->edit ? edit_text(f->edit) : "";
    if (f->spec.kind == INPUT_NOTE || f->spec.kind == INPUT_BUTTON)
        return true;
    if (typed(f) && f->spec.kind != INPUT_PASSWORD && text_blank(text, strlen(text)))
        wrong = f->spec.required ? "This is needed." : NULL;
    else if (typed(f) && !*text)
        wrong = f->spec.required ? "This is needed." : NULL;
    else if (typed(f))
        wrong = check_typed(f, text, today, &why);
    if (!wrong && f->spec.check)
        wrong = f->spec.check(input_text(f));
    snprintf(f->error, sizeof f->error, "%s", wrong ? wrong : "");
    return !wrong;
}

int32_t input_date(const struct input *f)
{
    int32_t day;
    return date_parse(input_text(f), &day) == OK ? day : 0;
}

static int usual_width(const struct input *f)
{
    if (f->spec.width > 0)
        return f->spec.width;
    switch (f->spec.kind) {
    case INPUT_DECIMAL:
    case INPUT_COUNT: return 12;
    case INPUT_MONEY: return 16;
    case INPUT_DATE: return 14;
    case INPUT_LINES: return 60;
    default: return 40;
    }
}

/* A number is never half in sight: its field grows with it. */
int input_width(const struct input *f)
{
    int width = usual_width(f), typed_width = 0;
    if (is_number(f))
        typed_width = (int)text_columns(input_text(f)) + 1;
    return typed_width > width ? typed_width : width;
}

int input_rows(const struct input *f)
{
    return f->spec.kind != INPUT_LINES ? 1 : f->spec.rows > 0 ? f->spec.rows : 4;
}

void input_draw(const struct input *f, const struct canvas *c, int y, int x, int width, bool focused)
{
    unsigned style = focused ? STYLE_REVERSE : STYLE_PLAIN;
    if (f->spec.kind == INPUT_LINES) {
        struct canvas part = canvas_part(c, y, x, input_rows(f), width);
        edit_draw_lines(f->edit, &part, focused);
    } else if (typed(f)) {
        edit_draw_line(f->edit, c, y, x, width,
                       f->spec.kind == INPUT_PASSWORD ? EDIT_SECRET
                       : f->spec.tail && !focused     ? EDIT_TAIL
                                                      : EDIT_PLAIN,
                       focused);
        if (f->spec.usual && !*input_text(f))
            canvas_fit(c, y, x, width, STYLE_DIM, f->spec.usual);
    } else if (f->spec.kind == INPUT_CHECK) {
        canvas_text(c, y, x, style, f->choice ? "[x]" : "[ ]");
        if (focused)
            canvas_cursor(c, y, x + 1);
    } else if (f->spec.kind == INPUT_CHOICE) {
        struct canvas part = canvas_part(c, y, x, 1, width);
        canvas_print(&part, 0, 0, style, focused ? "‹ %s ›" : "%s", input_text(f));
        if (focused)
            canvas_cursor(&part, 0, 0);
    } else if (f->spec.kind == INPUT_BUTTON) {
        canvas_print(c, y, x, style, "[ %s ]", f->spec.label);
        if (focused)
            canvas_cursor(c, y, x + 2);
    } else {
        canvas_wrap(c, y, x, width, 10, STYLE_PLAIN, f->spec.label);
    }
}
