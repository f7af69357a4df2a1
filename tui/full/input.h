/* One thing to fill in: its description (constant, said once) and its present state. form.h puts them together. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H
#include "common/money.h"
#include "tui/full/edit.h"

enum input_kind {
    INPUT_TEXT,
    INPUT_LINES,    /* several lines; `rows` of them shown */
    INPUT_PASSWORD, /* bullets; wiped when closed */
    INPUT_DECIMAL,  /* up to six places */
    INPUT_COUNT,    /* a whole number */
    INPUT_MONEY,    /* minor units of the field's currency */
    INPUT_DATE,     /* 2026-11-22, "22 nov", "today", "+14" */
    INPUT_CHOICE,   /* one of `choices`; Left and Right or its first letter */
    INPUT_CHECK,    /* [x] */
    INPUT_NOTE,     /* not to fill in: `label` wrapped over the form's width */
    INPUT_BUTTON    /* consecutive ones share a row; the first button of a form submits it */
};
struct input_spec {
    const char *name; /* as in the operation's input: refusals find their field by it */
    const char *label;
    const char *hint;  /* one line, shown while the field has the focus */
    const char *usual; /* what stands for nothing typed, shown dim; NULL: nothing does */
    const char *unit;  /* after the field: "%", "days" */
    enum input_kind kind;
    bool required;
    bool tail; /* of a secret that is seen while it is typed: once it is left, its last four alone */
    int max;   /* characters, 0: 200 (lines 4000) */
    int width; /* columns shown, 0: by kind */
    int rows;  /* INPUT_LINES, 0: 4 */
    const char *const *choices; /* NULL-terminated labels */
    const char *currency;       /* INPUT_MONEY; input_currency changes it */
    int64_t least, most;        /* INPUT_COUNT, INPUT_DECIMAL (in 1e-6): checked when least < most */
    const char *(*check)(const char *text); /* beyond the kind: NULL or what is wrong, as a sentence */
};
struct input {
    struct input_spec spec; /* a copy; the texts it points to outlive the form */
    struct edit *edit;      /* NULL for choice, check, note, button */
    int choice;             /* index of choices; INPUT_CHECK 0 or 1 */
    bool changed;
    bool gone; /* not there for now: what else was typed leaves no room for it */
    char currency[4];
    char error[256]; /* "" when fine */
};

void input_init(struct input *f, const struct input_spec *spec);
void input_fini(struct input *f);
bool input_key(struct input *f, const struct key *k); /* true: used up */
/* Checks and normalises ("1 234,5" → "1234.5", "+14" → a date, given today's day number). Fills error. */
bool input_check(struct input *f, int32_t today);
const char *input_text(const struct input *f); /* choice: its label; check: "yes" or "no" */
void input_set(struct input *f, const char *text);
int32_t input_date(const struct input *f); /* of a checked field; 0 when empty */
int input_width(const struct input *f);
int input_rows(const struct input *f); /* without the error's row */
void input_draw(const struct input *f, const struct canvas *c, int y, int x, int width, bool focused);
/* A field for a number, an amount or a date that is entered: the first character typed takes the place of all, an arrow keeps it. */
void input_select(struct input *f);
#endif
