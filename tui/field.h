/* One thing to fill in: its description (constant, said once) and its present state. form.h puts them together. */
#ifndef TUI_FIELD_H
#define TUI_FIELD_H
#include "common/money.h"
#include "tui/edit.h"

enum field_kind {
    FIELD_TEXT,
    FIELD_LINES,    /* several lines; `rows` of them shown */
    FIELD_PASSWORD, /* bullets; wiped when closed */
    FIELD_DECIMAL,  /* up to six places */
    FIELD_MONEY,    /* minor units of the field's currency */
    FIELD_DATE,     /* 2026-11-22, "22 nov", "today", "+14" */
    FIELD_CHOICE,   /* one of `choices`; Left and Right or its first letter */
    FIELD_CHECK,    /* [x] */
    FIELD_NOTE,     /* not to fill in: `label` wrapped over the form's width */
    FIELD_BUTTON    /* consecutive ones share a row; the first button of a form submits it */
};
struct field_spec {
    const char *name; /* as in the operation's input: refusals find their field by it */
    const char *label;
    const char *hint; /* one line, shown while the field has the focus */
    const char *unit; /* after the field: "%", "days" */
    enum field_kind kind;
    bool required;
    int max;                                /* characters, 0: 200 (lines 4000) */
    int width;                              /* columns shown, 0: by kind */
    int rows;                               /* FIELD_LINES, 0: 4 */
    const char *const *choices;             /* NULL-terminated labels */
    const char *currency;                   /* FIELD_MONEY; field_currency changes it */
    const char *(*check)(const char *text); /* beyond the kind: NULL or what is wrong, as a sentence */
};
struct field {
    struct field_spec spec; /* a copy; the texts it points to outlive the form */
    struct edit *edit;      /* NULL for choice, check, note, button */
    int choice;             /* index of choices; FIELD_CHECK 0 or 1 */
    bool changed, locked;   /* locked: shown, skipped by Tab */
    char currency[4];
    char error[160]; /* "" when fine */
};

void field_init(struct field *f, const struct field_spec *spec);
void field_fini(struct field *f);
bool field_key(struct field *f, const struct key *k); /* true: used up */
/* Checks and normalises ("1 234,5" → "1234.5", "+14" → a date, given today's day number). Fills error. */
bool field_check(struct field *f, int32_t today);
const char *field_text(const struct field *f); /* choice: its label; check: "yes" or "no" */
void field_set(struct field *f, const char *text);
/* What a checked field says; 0 when empty. */
int64_t field_amount(const struct field *f);  /* FIELD_MONEY: minor units */
int64_t field_decimal(const struct field *f); /* FIELD_DECIMAL: six places */
int32_t field_date(const struct field *f);
int field_width(const struct field *f);
int field_rows(const struct field *f); /* without the error's row */
void field_draw(const struct field *f, const struct canvas *c, int y, int x, int width, bool focused);
/* The normalisations alone, also for editors of their own kind. Output untouched on failure. */
enum err field_read_number(const char *typed, int places, int64_t *value) MUST_USE;
enum err field_read_date(const char *typed, int32_t today, int32_t *day) MUST_USE;
#endif
