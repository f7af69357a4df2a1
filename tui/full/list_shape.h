/* List columns made from a shape: which fields, and everything else by their types. */
#ifndef TUI_LIST_SHAPE_H
#define TUI_LIST_SHAPE_H
#include "tui/full/screen.h"

/* names: fields of the shape, NULL-terminated; names of texts grow, the last but one are dropped first when it is narrow. Headings
 * are the names with blanks; "name=Heading" gives another. Made with ui_list. */
struct list *list_of_shape(struct ui *ui, const struct shape *shape, const char *const *names);
/* Adds a record of that shape; `id` is its field of that name. style: of the row. */
void list_add_shape(struct list *l, const struct shape *shape, const void *record, unsigned style);
/* A field as a person reads it: "EUR 1,200.00", "22 Nov 2026", "partly paid", "yes". Returns buffer; "" for what has no short form. */
char *shape_shown(char *buffer, size_t size, const struct field *f, const void *at);
#endif
