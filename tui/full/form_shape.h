/* Inputs made from a shape (an operation's arguments, or a record that is one of them): names, limits, hints and what is needed
 * are said once, in model.def and proto/ops. Nested shapes are reached by dots: "billing.city". */
#ifndef TUI_FORM_SHAPE_H
#define TUI_FORM_SHAPE_H
#include "tui/full/screen.h"

struct shape_row {
    const char *field; /* "name", "billing.city"; "" with a label: a note; NULL ends the table */
    const char *label; /* NULL: the field's name with blanks: "Tax id" */
    const char *unit;
    int width; /* 0: by type and limits */
};
/* Kind, hint, limits and choices of one input, as the field has them. What is there already of its width stays; choices are made in the arena. */
void form_spec(struct arena *a, const struct field *f, struct input_spec *s);
/* A form of these rows with a button, made with ui_form. rows NULL: every field of the shape that one input can hold (not ids,
 * lists, bytes, instants, computed or hidden ones). Field names that the shape has not are a programmer's mistake (assert). */
struct form *form_of_shape(struct ui *ui, const struct shape *shape, const struct shape_row *rows,
                           const char *button);
/* Puts a record into the inputs; that is then how the form began. */
void form_from(struct form *f, const struct shape *shape, const void *from);
/* Puts the inputs into a zeroed or read struct and marks them as given: all of them, or only what the user changed. Texts and nested
 * shapes are made in the arena. Call it after the form was checked (in submit). */
void form_into(const struct form *f, const struct shape *shape, void *to, struct arena *a, bool only_changed);
/* The value of an enum input, 0: none chosen. */
int form_enum(const struct form *f, const struct shape *shape, const char *field);
#endif
