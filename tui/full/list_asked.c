/* What others ask of a list: the row under its cursor, how many, what is looked for. */
#include "tui/full/list_rows.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

bool list_sorts(const struct list *l)
{
    for (size_t i = 0; i < l->column_count; i++)
        if (l->columns[i].sortable)
            return true;
    return false;
}

char *list_fields(const struct list *l, char *buffer, size_t size)
{
    return filter_names(buffer, size, l->fields);
}

bool list_loaded(const struct list *l)
{
    return l->loaded;
}

static const struct kept_row *current(const struct list *l)
{
    return l->cursor < l->shown_count ? &l->rows[l->shown[l->cursor]] : NULL;
}

uint64_t list_id(const struct list *l)
{
    const struct kept_row *row = current(l);
    return row ? row->id : 0;
}

int64_t list_user(const struct list *l)
{
    const struct kept_row *row = current(l);
    return row ? row->user : 0;
}

const char *list_cell(const struct list *l, const char *column)
{
    const struct kept_row *row = current(l);
    for (size_t i = 0; row && i < l->column_count; i++)
        if (l->columns[i].name && strcmp(l->columns[i].name, column) == 0)
            return row->cells[i];
    return "";
}

uint64_t list_step(struct list *l, int by)
{
    int64_t to = (int64_t)l->cursor + by;
    if (to < 0 || to >= (int64_t)l->shown_count)
        return 0;
    l->cursor = (size_t)to;
    l->cursor_id = list_id(l);
    return l->cursor_id;
}

void list_select(struct list *l, uint64_t id)
{
    l->wanted_id = id;
    list_arrange(l);
}

size_t list_count(const struct list *l)
{
    return l->count;
}

size_t list_shown(const struct list *l)
{
    return l->shown_count;
}

const char *list_filter_text(const struct list *l)
{
    return edit_text(l->typed);
}

const char *list_query(const struct list *l)
{
    return l->query ? l->query : "";
}

bool list_words(struct list *l, char *words, size_t size)
{
    size_t n = 0;
    *words = '\0';
    for (size_t i = 0; i < l->filter.n && n < size; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        if (t->not ) {
            snprintf(l->why, sizeof l->why, "!%.100s: only words can be looked for here", t->value);
            return false;
        }
        n += (size_t)snprintf(words + n, size - n, "%s%s", n ? " " : "", t->value);
    }
    return true;
}

const char *list_sort(const struct list *l, bool *descending)
{
    *descending = l->descending;
    return l->sort < 0 ? NULL : l->columns[l->sort].name;
}

void list_set_focused(struct list *l, bool focused)
{
    l->focused = focused;
}
