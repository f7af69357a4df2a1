/* Results for people: records as aligned lines, lists as tables, from the shapes. Everything that came from somebody has gone
 * through text_shown. */
#ifndef PROTO_CTL_SHOW_H
#define PROTO_CTL_SHOW_H
#include "common/arena.h"
#include "common/shape.h"
#include <stdio.h>

/* A field's value in words; NULL when there is nothing to say. `at`: the member. In the arena. */
const char *show_value(struct arena *a, const struct field *f, const void *at);
/* A whole record: values, then what is inside it, then its lists. width: of the terminal, which tables and texts of several words keep
 * to; 0: they are as wide as they get. */
void show_record(struct arena *a, FILE *to, const struct shape *shape, const void *record, size_t width);
/* A list as a table: the columns that have anything in them, money and numbers aligned on the point. Where there is no room for all of
 * them, those go first that say least to people: what is for programs, other things' ids, counts (by the types of the fields). */
void show_table(struct arena *a, FILE *to, const struct shape *shape, const struct any_list *list, int indent,
                size_t width);
/* Columns of the terminal on that stream, 0 when it is none. */
size_t show_width(FILE *to);
/* Pads with blanks to `columns`. */
void show_padded(FILE *to, const char *text, size_t columns);
/* Words of a text on lines of at most 80 columns, those below indented. column: where it begins. Returns where it ends. */
size_t show_wrapped(FILE *to, const char *text, size_t indent, size_t column);
/* What a field is called among people. In the arena. */
const char *show_label(struct arena *a, const struct field *f);
/* Does the row say by name or number what this id is? (JSON has both.) */
bool show_named(const struct shape *shape, const struct field *f, const void *record);
/* Is this field the id of what a row is about, which has a printed number beside it? *number: that; NULL: it has none (a draft). */
bool show_by_number(const struct shape *shape, const struct field *f, const void *record,
                    const char **number);
#endif
