/* A vertical form: labels, fields, units, an error under its field, hints, buttons. Owned by the screen that made it with
 * ui_form (freed with it). Names address fields; an unknown name is a programmer's mistake (assert). */
#ifndef TUI_FORM_H
#define TUI_FORM_H
#include "tui/full/input.h"

struct form;
struct form *form_open(const struct input_spec *specs, size_t count);
void form_close(struct form *f); /* accepts NULL */

enum form_event {
    FORM_IGNORED,
    FORM_USED,
    FORM_LEFT_FIELD, /* used, and the focus moved: totals may be recomputed */
    FORM_SUBMIT,     /* the first button (or Enter in the last field) and every field is fine */
    FORM_BUTTON      /* another button; form_button says which */
};
enum form_event form_key(struct form *f, const struct key *k);
bool form_check(struct form *f);               /* all fields; focuses the first that is wrong */
const char *form_button(const struct form *f); /* name of the button last pressed */

const char *form_text(const struct form *f, const char *name);
int form_choice(const struct form *f, const char *name); /* index, or 0/1 of a check */
/* Setting counts as how the form began, not as a change by the user. */
void form_set(struct form *f, const char *name, const char *text);
void form_set_choice(struct form *f, const char *name, int index);
void form_today(struct form *f, int32_t day); /* for dates said relatively */
/* Puts a refusal where it belongs: under the field ("customer.billing.city": the input of
 * that name, else "billing.city", else "city" …, else "customer", "billing"). False: none of ours. */
bool form_refuse(struct form *f, const struct refusal *why);
void form_error(struct form *f, const char *name, const char *sentence);
/* … under that one, whatever it is about, and the focus goes there. */
void form_refuse_at(struct form *f, const char *name, const struct refusal *why);
/* By ui: a refusal that says how long to wait counts down under its field. Returns when to be called again, −1: never; changed: it
 * says something else now. */
int64_t form_tick(struct form *f, int64_t now, bool *changed);
bool form_changed(const struct form *f); /* by the user, since it was opened or form_kept */
void form_kept(struct form *f);          /* what is there now is saved */
void form_focus(struct form *f, const char *name);
const char *form_focus_name(const struct form *f);          /* of the input in focus, "" */
struct input *form_field(struct form *f, const char *name); /* NULL when there is none */
struct input *form_at(struct form *f, size_t i);            /* for tests: every input, in order */
/* Draws in the whole view, scrolled so that the focused field and its error show; the last row is the hint's. */
void form_draw(const struct form *f, const struct canvas *c);
void form_set_focused(struct form *f, bool focused); /* by ui: does it hold the cursor? */
bool form_focused(const struct form *f);
int form_height(const struct form *f,
                int columns); /* rows that form_draw could use in a view that wide, with the hint */
#endif
