#include "common/text.h"
#include "tui/list_rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *list_status(const struct list *l, char *buffer, size_t size)
{
    size_t marked = 0, n = 0;
    char count[64];
    while (list_marked(l, marked))
        marked++;
    int64_t all = l->total >= 0 ? l->total : (int64_t)l->count;
    if (!l->loaded)
        snprintf(count, sizeof count, "loading");
    else if (l->matched >= 0 && l->filter.n && l->total >= 0)
        snprintf(count, sizeof count, "%s%" PRId64 " of %" PRId64, l->matched_more ? "more than " : "",
                 l->matched, l->total);
    else if (l->matched >= 0 && l->filter.n)
        snprintf(count, sizeof count, "%s%" PRId64 " found", l->matched_more ? "more than " : "", l->matched);
    else if (l->more && l->total < 0)
        snprintf(count, sizeof count, "%zu shown, more", l->shown_count);
    else if ((int64_t)l->shown_count < all)
        snprintf(count, sizeof count, "%zu of %" PRId64, l->shown_count, all);
    else
        snprintf(count, sizeof count, "%" PRId64, all);
    n = (size_t)snprintf(buffer, size, "%s", count);
    if (marked && n < size)
        n += (size_t)snprintf(buffer + n, size - n, " · %zu marked", marked);
    if (l->fresh > 0 && n < size)
        n += (size_t)snprintf(buffer + n, size - n, " · %d new: r", l->fresh);
    return buffer;
}

/* Widths for a view: every column its least, the dispensable ones dropped until they fit, the rest shared out. −1: dropped. */
static void widths(const struct list *l, int columns, int *width)
{
    int sum, grow, n = (int)l->column_count;
    for (int i = 0; i < n; i++)
        width[i] = l->columns[i].width;
    for (;;) {
        int drop = -1;
        sum = -2; /* no gap after the last */
        grow = 0;
        for (int i = 0; i < n; i++) {
            if (width[i] < 0)
                continue;
            sum += width[i] + 2;
            grow += l->columns[i].grow;
            if (l->columns[i].drop && (drop < 0 || l->columns[i].drop > l->columns[drop].drop))
                drop = i;
        }
        if (sum <= columns || drop < 0)
            break;
        width[drop] = -1;
    }
    int left = columns - sum;
    for (int i = 0; i < n && left > 0 && grow > 0; i++)
        if (width[i] >= 0 && l->columns[i].grow) {
            int share = left * l->columns[i].grow / grow;
            width[i] += share;
            left -= share;
            grow -= l->columns[i].grow;
        }
}

static void draw_cell(const struct canvas *c, int y, int x, int width, bool right, unsigned style,
                      const char *text)
{
    if (right && (int)text_columns(text) <= width)
        canvas_right(c, y, x + width, style, text);
    else
        canvas_fit(c, y, x, width, style, text);
}

static void draw_row(const struct list *l, const struct canvas *c, int y, const int *width,
                     const struct kept_row *row, bool current)
{
    int x = 2, bar = 0;
    canvas_text(c, y, 0, row->style, current ? ">" : " ");
    canvas_text(c, y, 1, row->style, row->marked ? "*" : " ");
    for (size_t i = 0; i < l->column_count; i++) {
        if (width[i] < 0)
            continue;
        draw_cell(c, y, x, width[i], l->columns[i].right, row->style | row->styles[i], row->cells[i]);
        x += width[i] + 2;
        bar = bar ? bar : x - 1;
    }
    if (current && l->focused && !l->filter_open) {
        /* Marker and first column only: a bar over the whole row is repainted twice for every step (UX: 256 bytes). */
        canvas_style(c, y, 0, bar, STYLE_REVERSE);
        canvas_cursor(c, y, 0);
    }
}

static int draw_heading(const struct list *l, const struct canvas *c, const int *width)
{
    bool any = false;
    int x = 2;
    for (size_t i = 0; i < l->column_count; i++)
        any = any || l->columns[i].title;
    for (size_t i = 0; any && i < l->column_count; i++) {
        char title[80];
        if (width[i] < 0)
            continue;
        bool sorted = l->sort == (int)i;
        snprintf(title, sizeof title, "%s%s", l->columns[i].title ? l->columns[i].title : "",
                 !sorted         ? ""
                 : l->descending ? " ↓"
                                 : " ↑");
        draw_cell(c, 0, x, width[i], l->columns[i].right, STYLE_DIM, title);
        x += width[i] + 2;
    }
    return any;
}

static void draw_filter(const struct list *l, const struct canvas *c, int y)
{
    char status[400];
    list_status(l, status, sizeof status);
    size_t n = strlen(status);
    if (*l->sums && l->filter.n && (int)(n + 3 + text_columns(l->sums)) < c->columns * 2 / 3)
        snprintf(status + n, sizeof status - n, " · %s", l->sums);
    if (*l->why)
        snprintf(status, sizeof status, "%s", l->why);
    int typed = (int)text_columns(edit_text(l->typed)) + 3, room = c->columns - typed;
    int x = canvas_text(c, y, 0, STYLE_BOLD, "/");
    int end = c->columns;
    if (*l->why) { /* where it was typed; above it when the line is too short for both */
        room = room < (int)text_columns(status) && y > 0 ? c->columns : room;
        int line = room == c->columns ? y - 1 : y;
        size_t used;
        text_fit(status, (size_t)(room > 0 ? room : 0), &used);
        canvas_fit(c, line, c->columns - (int)used, (int)used, STYLE_BAD, status);
        end = line == y ? c->columns - (int)used : end;
    } else {
        end = canvas_right(c, y, c->columns, STYLE_DIM, status);
    }
    edit_draw_line(l->typed, c, y, x, end - x - 1, EDIT_PLAIN, l->focused && l->filter_open);
}

static void draw_nothing(const struct list *l, const struct canvas *c, int y)
{
    bool hidden = l->filter.n > 0;
    const char *text = !l->loaded ? "Loading …"
                       : !hidden  ? l->empty_text
                                  : "Nothing matches the filter. Esc clears it.";
    canvas_wrap(c, y, 2, c->columns - 2, 4, STYLE_DIM, text);
    if (l->focused && !l->filter_open)
        canvas_cursor(c, y, 0);
}

void list_draw(const struct list *l, const struct canvas *c)
{
    int width[LIST_COLUMNS];
    struct list *view = (struct list *)(uintptr_t)l; /* top and page only: what the last drawing showed */
    widths(l, c->columns - 2, width);
    int y = draw_heading(l, c, width);
    bool filter = l->filter_open || l->filter.n || *edit_text(l->typed);
    int rows = c->rows - y - filter;
    rows = rows > 0 ? rows : 1;
    view->page = rows > 1 ? rows - 1 : 1;
    if ((int)l->cursor < l->top)
        view->top = (int)l->cursor;
    if ((int)l->cursor >= l->top + rows)
        view->top = (int)l->cursor - rows + 1;
    if (l->top > 0 && l->top + rows > (int)l->shown_count)
        view->top = (int)l->shown_count > rows ? (int)l->shown_count - rows : 0;
    if (l->shown_count == 0)
        draw_nothing(l, c, y);
    for (int i = 0; i < rows && l->top + i < (int)l->shown_count; i++) {
        size_t at = (size_t)(l->top + i);
        draw_row(l, c, y + i, width, &l->rows[l->shown[at]], at == l->cursor);
    }
    if (filter)
        draw_filter(l, c, c->rows - 1);
}
