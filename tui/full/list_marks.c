/* Marks: which records an act is about, where an act takes several. */
#include "tui/full/list_rows.h"
#include <stdlib.h>
#include <string.h>

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
    return index < l->away.n ? l->away.v[index] : 0;
}

bool list_back(struct list *l, uint64_t id)
{
    for (size_t i = 0; i < l->away.n; i++)
        if (l->away.v[i] == id) {
            memmove(l->away.v + i, l->away.v + i + 1, (--l->away.n - i) * sizeof *l->away.v);
            return true;
        }
    return false;
}

void list_away(struct list *l, uint64_t id)
{
    if (l->away.n == l->away.capacity) {
        size_t more = l->away.capacity ? l->away.capacity * 2 : 16;
        uint64_t *bigger = realloc(l->away.v, more * sizeof *bigger);
        if (!bigger)
            abort();
        l->away.v = bigger;
        l->away.capacity = more;
    }
    l->away.v[l->away.n++] = id;
}

void list_unmark(struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        l->rows[i].marked = false;
    for (size_t i = 0; i < l->new_count; i++)
        l->new_rows[i].marked = false;
    l->away.n = 0;
}
