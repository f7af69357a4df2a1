/* Marks: which records an act is about, where an act takes several. */
#include "tui/list_rows.h"

void list_take_marks(struct list *l)
{
    l->takes_marks = true;
}

bool list_takes_marks(const struct list *l)
{
    return l->takes_marks;
}

bool list_mark(struct list *l)
{
    if (!l->takes_marks)
        return false;
    if (l->shown_count) {
        struct kept_row *row = &l->rows[l->shown[l->cursor]];
        row->marked = !row->marked;
    }
    return true;
}

uint64_t list_marked(const struct list *l, size_t index)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].marked && index-- == 0)
            return l->rows[i].id;
    return 0;
}

void list_unmark(struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        l->rows[i].marked = false;
}
