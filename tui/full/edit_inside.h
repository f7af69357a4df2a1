/* Inside of edit.c and edit_draw.c only. */
#ifndef TUI_EDIT_INSIDE_H
#define TUI_EDIT_INSIDE_H
#include "tui/full/edit.h"

struct edit {
    char *text; /* NUL-terminated, well-formed, printable */
    size_t size, capacity, at, max_length;
    char *before; /* one step of undo: the contents before the last run of edits */
    size_t before_at;
    bool has_before, typing; /* typing: further typed letters belong to the same step */
    size_t locked;           /* bytes of one mapping that holds both texts; 0: they are on the heap */
    bool lines, selected;    /* selected: all of it, until the next key */
    int goal;                /* column that Up and Down aim at, −1: where the cursor is */
    int width;               /* of the last drawing of lines: what Up and Down go by */
    struct arena *scratch;
};
/* Rows of a wrapped text, width columns wide: from `from`, the end of its row and where the next one begins; row and column of the cursor. */
size_t edit_row_end(const struct edit *e, size_t from, size_t *after);
void edit_place(const struct edit *e, int *row, int *column);
#endif
