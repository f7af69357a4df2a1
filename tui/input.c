#include "tui/input.h"
#include "common/date.h"
#include "common/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool typed(const struct input *f)
{
    return f->spec.kind <= INPUT_DATE;
}

void input_init(struct input *f, const struct input_spec *spec)
{
    static const int usual[] = {
        [INPUT_TEXT] = 200, [INPUT_LINES] = 4000, [INPUT_PASSWORD] = 200, [INPUT_DECIMAL] = 24,
        [INPUT_COUNT] = 20, [INPUT_MONEY] = 24,   [INPUT_DATE] = 20};
    memset(f, 0, sizeof *f);
    f->spec = *spec;
    if (spec->currency)
        snprintf(f->currency, sizeof f->currency, "%s", spec->currency);
    if (typed(f))
        f->edit =
            edit_open((size_t)(spec->max > 0 ? spec->max : usual[spec->kind]), spec->kind == INPUT_LINES);
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

enum err input_read_number(const char *text, int places, int64_t *value)
{
    char plain[64];
    size_t n = 0;
    int commas = 0, points = 0;
    const char *comma = NULL;
    for (const char *s = text; *s; s++) {
        commas += *s == ',';
        points += *s == '.';
        if (*s == ',')
            comma = s;
    }
    /* One comma, no point, and not three digits after it: a decimal comma. Otherwise commas group. */
    bool decimal = commas == 1 && points == 0 && strspn(comma + 1, "0123456789") != 3;
    for (const char *s = text; *s; s++) {
        char c = *s;
        if (c == ' ' || c == '\'' || (c == ',' && !decimal))
            continue;
        if (n + 1 >= sizeof plain)
            return ERR_INVALID;
        plain[n++] = c == ',' ? '.' : c;
    }
    plain[n] = '\0';
    return places == DECIMAL_PLACES ? decimal_parse(plain, value) : money_parse(plain, places, value);
}

static int month_of(const char *name, size_t size)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; size >= 3 && i < 12; i++)
        if (strncasecmp(name, months + (size_t)i * 3, 3) == 0)
            return i + 1;
    return 0;
}

/* "22 nov", "22 nov 2027", "22.11.", "22.11.2027", "22/11": the next such day when the year is left out. */
static int32_t day_first(const char *text, int32_t today)
{
    int day = 0, month = 0, year = 0, used = 0, this_year, m, d;
    char name[16] = "";
    date_split(today, &this_year, &m, &d);
    if (sscanf(text, "%2d %15[A-Za-z]%n", &day, name, &used) >= 2)
        month = month_of(name, strlen(name));
    else if (sscanf(text, "%2d%*1[./]%2d%n", &day, &month, &used) < 2)
        return 0;
    text += used;
    text += strspn(text, " ./");
    if (*text) {
        if (sscanf(text, "%4d%n", &year, &used) != 1 || text[used] || used != 4)
            return 0;
        return date_of(year, month, day);
    }
    int32_t at = date_of(this_year, month, day);
    return at && at < today - 180 ? date_of(this_year + 1, month, day) : at;
}

enum err input_read_date(const char *text, int32_t today, int32_t *day)
{
    int32_t at = 0;
    while (*text == ' ')
        text++;
    if (date_parse(text, &at) == OK) {
        *day = at;
        return OK;
    }
    if (strcasecmp(text, "today") == 0) {
        at = today;
    } else if (strcasecmp(text, "tomorrow") == 0) {
        at = today + 1;
    } else if (*text == '+' || *text == '-') {
        char *end;
        long days = strtol(text + 1, &end, 10);
        if (end == text + 1 || *end || days < 0 || days > 36500)
            return ERR_INVALID;
        at = today + (int32_t)(*text == '+' ? days : -days);
    } else {
        at = day_first(text, today);
    }
    if (at <= 0 || at > DATE_MAX)
        return ERR_INVALID;
    *day = at;
    return OK;
}

static int places(const struct input *f)
{
    if (f->spec.kind == INPUT_DECIMAL)
        return DECIMAL_PLACES;
    int digits = currency_digits(f->currency);
    return digits < 0 ? 2 : digits;
}

static const char *in_range(struct input *f, int64_t value, int64_t unit)
{
    static char wrong[96]; /* copied into f->error at once */
    char least[MONEY_TEXT], most[MONEY_TEXT];
    if (f->spec.least >= f->spec.most || (value >= f->spec.least && value <= f->spec.most))
        return NULL;
    int64_t scale = DECIMAL_ONE / unit;
    if (f->spec.most > INT64_MAX / scale || f->spec.least < INT64_MIN / scale)
        return "Out of range.";
    snprintf(wrong, sizeof wrong, "From %s to %s.", decimal_plain(least, f->spec.least * scale),
             decimal_plain(most, f->spec.most * scale));
    return wrong;
}

static const char *check_kind(struct input *f, const char *text, int32_t today)
{
    char plain[MONEY_TEXT];
    int64_t value;
    int32_t day;
    switch (f->spec.kind) {
    case INPUT_DECIMAL:
        if (input_read_number(text, DECIMAL_PLACES, &value) != OK)
            return "Not a number.";
        edit_set(f->edit, decimal_plain(plain, value));
        return in_range(f, value, DECIMAL_ONE);
    case INPUT_COUNT:
        if (input_read_number(text, 0, &value) != OK)
            return "Not a whole number.";
        edit_set(f->edit, money_plain(plain, value, 0));
        return in_range(f, value, 1);
    case INPUT_MONEY:
        if (input_read_number(text, places(f), &value) != OK)
            return places(f) ? "Not an amount of this currency."
                             : "This currency has no smaller unit: a whole number.";
        edit_set(f->edit, money_plain(plain, value, places(f)));
        return NULL;
    case INPUT_DATE:
        if (input_read_date(text, today, &day) != OK)
            return "Not a date. Examples: 2026-11-22, 22 nov, today, +14.";
        edit_set(f->edit, date_plain(plain, day));
        return NULL;
    default: return NULL;
    }
}

bool input_check(struct input *f, int32_t today)
{
    const char *wrong = NULL, *text = f->edit ? edit_text(f->edit) : "";
    if (f->spec.kind == INPUT_NOTE || f->spec.kind == INPUT_BUTTON)
        return true;
    if (typed(f) && text[strspn(text, " \n\t")] == '\0')
        wrong = f->spec.required ? "This is needed." : NULL;
    else if (typed(f))
        wrong = check_kind(f, text, today);
    if (!wrong && f->spec.check)
        wrong = f->spec.check(input_text(f));
    snprintf(f->error, sizeof f->error, "%s", wrong ? wrong : "");
    return !wrong;
}

int64_t input_amount(const struct input *f)
{
    int64_t value;
    return input_read_number(input_text(f), places(f), &value) == OK ? value : 0;
}

int64_t input_decimal(const struct input *f)
{
    int64_t value;
    return input_read_number(input_text(f), DECIMAL_PLACES, &value) == OK ? value : 0;
}

int64_t input_count(const struct input *f)
{
    int64_t value;
    return input_read_number(input_text(f), 0, &value) == OK ? value : 0;
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
    if (f->spec.kind == INPUT_DECIMAL || f->spec.kind == INPUT_COUNT || f->spec.kind == INPUT_MONEY)
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
        edit_draw_line(f->edit, c, y, x, width, f->spec.kind == INPUT_PASSWORD ? EDIT_SECRET : EDIT_PLAIN,
                       focused);
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
