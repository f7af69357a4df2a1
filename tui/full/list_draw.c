#include "common/text.h"
#include "tui/full/list_rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *list_status(const struct list *l, char *buffer, size_t size)
{
    size_t marked = 0, n = 0;
    char count[64];
    while (list_marked(l, marked))
        marked++;
    int64_t all = l->total >= 0 ? l->total : (int64_t)l->count, shown = (int64_t)l->shown_count;
    /* The first page does not know how many pass where there is much to look at; the rows that came since know more. */
    bool more = l->matched_more && l->more;
    int64_t matched = l->matched_more && (shown > l->matched || !l->more) ? shown : l->matched;
    if (!l->loaded)
        snprintf(count, sizeof count, "loading");
    else if (l->matched >= 0 && l->filter.n && l->total >= 0)
        snprintf(count, sizeof count, "%s%" PRId64 " of %" PRId64, more ? "at least " : "", matched,
                 l->total);
    else if (l->matched >= 0 && l->filter.n)
        snprintf(count, sizeof count, "%s%" PRId64 " found", more ? "at least " : "", matched);
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

#define LEAST_TEXT 8 /* what is left of a shortened text */
#define MEASURE 98   /* columns of a row whose texts need no more */

/* Where the columns of a view stand. width −1: dropped. line: of the row, from 0; tall: lines of every row. */
struct layout {
    int width[LIST_COLUMNS], line[LIST_COLUMNS], tall;
};

/* Columns needed by those of a line, with two between them. */
static int needed(const struct list *l, const struct layout *at, int line)
{
    int sum = -2;
    for (size_t i = 0; i < l->column_count; i++)
        if (at->width[i] >= 0 && at->line[i] == line)
            sum += at->width[i] + 2;
    return sum;
}

static void drop_some(const struct list *l, struct layout *at, int line, int columns)
{
    while (needed(l, at, line) > columns) {
        int drop = -1, n = (int)l->column_count;
        for (int i = 0; i < n; i++)
            if (at->width[i] >= 0 && at->line[i] == line && l->columns[i].drop &&
                (drop < 0 || l->columns[i].drop > l->columns[drop].drop))
                drop = i;
        if (drop < 0)
            return;
        at->width[drop] = -1;
    }
}

/* From the widest of those that may grow, one column at a time; any_text: of every text. */
static void shorten(const struct list *l, struct layout *at, int line, int columns, bool any_text)
{
    for (int over = needed(l, at, line) - columns; over > 0; over--) {
        int from = -1, n = (int)l->column_count;
        for (int i = 0; i < n; i++)
            if (at->line[i] == line && !l->columns[i].right && (any_text || l->columns[i].grow) &&
                at->width[i] > LEAST_TEXT && (from < 0 || at->width[i] > at->width[from]))
                from = i;
        if (from < 0)
            return;
        at->width[from]--;
    }
}

static bool grows(const struct list *l, const struct layout *at, size_t i, bool need)
{
    return at->width[i] >= 0 && at->line[i] == 0 && l->columns[i].grow &&
           (!need || at->width[i] < l->widest[i]);
}

/* By their shares, in turns: who has what it needs leaves the rest to the others. need: no more than that. Returns what is left. */
static int share(const struct list *l, struct layout *at, int left, bool need)
{
    int grow = 0, before = left;
    for (size_t i = 0; i < l->column_count; i++)
        grow += grows(l, at, i, need) ? l->columns[i].grow : 0;
    for (size_t i = 0; i < l->column_count && left > 0 && grow > 0; i++)
        if (grows(l, at, i, need)) {
            const int most = need ? l->widest[i] - at->width[i] : left;
            int part = left * l->columns[i].grow / grow;
            grow -= l->columns[i].grow;
            part = part > most ? most : part;
            at->width[i] += part;
            left -= part;
        }
    return left > 0 && left < before && need ? share(l, at, left, need) : left;
}

/* Columns that have more than they need give to those whose texts are cut. */
static void even_out(const struct list *l, struct layout *at, int columns)
{
    int lack = needed(l, at, 0) - columns;
    for (size_t i = 0; i < l->column_count; i++)
        lack += grows(l, at, i, true) ? l->widest[i] - at->width[i] : 0;
    for (size_t i = 0; i < l->column_count && lack > 0; i++) {
        const int title = l->columns[i].title ? (int)text_columns(l->columns[i].title) + 2 : 0;
        const int needs = title > l->widest[i] ? title : l->widest[i], spare = at->width[i] - needs;
        if (spare > 0 && grows(l, at, i, false)) {
            at->width[i] -= spare < lack ? spare : lack;
            lack -= spare;
        }
    }
}

/* First what texts need to be whole; beyond that a row keeps a measure, so that the eye finds from its name to its number. */
static void share_out(const struct list *l, struct layout *at, int columns)
{
    even_out(l, at, columns);
    share(l, at, columns - needed(l, at, 0), true);
    const int measure = columns < MEASURE ? columns : MEASURE;
    share(l, at, measure - needed(l, at, 0), false);
}

static void natural(const struct list *l, struct layout *at)
{
    for (size_t i = 0; i < l->column_count; i++) {
        at->line[i] = 0;
        const int widest = l->columns[i].right ? l->widest[i] : 0; /* a text may be shortened */
        at->width[i] = l->columns[i].sparse && !l->widest[i] ? -1
                       : l->columns[i].width > widest        ? l->columns[i].width
                                                             : widest;
    }
}

/* The numbers go below the texts, as many on a line as there is room for. */
static void stack(const struct list *l, struct layout *at, int columns)
{
    int line = 1, used = 0;
    natural(l, at);
    for (size_t i = 0; i < l->column_count; i++) {
        if (!l->columns[i].right)
            continue;
        at->width[i] = l->widest[i]; /* what was only for looks goes */
        int title = l->columns[i].title ? (int)text_columns(l->columns[i].title) : 0;
        at->width[i] = title > at->width[i] ? title : at->width[i];
        if (used && used + 2 + at->width[i] > columns) {
            line++;
            used = 0;
        }
        used += (used ? 2 : 0) + at->width[i];
        at->line[i] = line;
    }
    at->tall = line + 1;
    drop_some(l, at, 0, columns);
    shorten(l, at, 0, columns, true);
}

static struct layout layout_of(const struct list *l, int columns)
{
    struct layout at = {.tall = 1};
    natural(l, &at);
    drop_some(l, &at, 0, columns);
    shorten(l, &at, 0, columns, false);
    bool numbers = false;
    for (size_t i = 0; i < l->column_count; i++)
        numbers = numbers || l->columns[i].right;
    if (needed(l, &at, 0) > columns && numbers)
        stack(l, &at, columns);
    share_out(l, &at, columns);
    return at;
}

/* Where a column begins: texts from the left; lines of numbers alone end at the right edge. */
static int begin_of(const struct list *l, const struct layout *at, size_t column, int columns)
{
    int x = at->line[column] ? columns - needed(l, at, at->line[column]) : 2;
    for (size_t i = 0; i < column; i++)
        if (at->width[i] >= 0 && at->line[i] == at->line[column])
            x += at->width[i] + 2;
    return x;
}

static void draw_cell(const struct canvas *c, int y, int x, int width, bool right, unsigned style,
                      const char *text)
{
    if (right && *text)
        canvas_number(c, y, x + width, style, text);
    else
        canvas_fit(c, y, x, width, style, text);
}

static void draw_title(const struct canvas *c, int y, int x, int width, bool right, const char *text)
{
    if (right && (int)text_columns(text) <= width)
        canvas_right(c, y, x + width, STYLE_DIM, text);
    else
        canvas_fit(c, y, x, width, STYLE_DIM, text);
}

static void draw_row(const struct list *l, const struct canvas *c, int y, const struct layout *at,
                     const struct kept_row *row, bool current)
{
    int bar = 0;
    canvas_text(c, y, 0, row->style, current ? ">" : " ");
    canvas_text(c, y, 1, row->style, row->marked ? "*" : " ");
    for (size_t i = 0; i < l->column_count; i++) {
        if (at->width[i] < 0)
            continue;
        int x = begin_of(l, at, i, c->columns);
        draw_cell(c, y + at->line[i], x, at->width[i], l->columns[i].right, row->style | row->styles[i],
                  row->cells[i]);
        bar = bar ? bar : x + at->width[i] + 1;
    }
    if (current && l->focused && !l->filter_open) {
        /* Marker and first column only: a bar over the whole row is repainted twice for every step (UX: 256 bytes). */
        canvas_style(c, y, 0, bar, STYLE_REVERSE);
        canvas_cursor(c, y, 0);
    }
}

/* Returns the rows used: as many as a record has, or none. */
static int draw_heading(const struct list *l, const struct canvas *c, const struct layout *at)
{
    bool any = false;
    for (size_t i = 0; i < l->column_count; i++)
        any = any || l->columns[i].title;
    for (size_t i = 0; any && i < l->column_count; i++) {
        char title[80];
        if (at->width[i] < 0)
            continue;
        bool sorted = l->sort == (int)i;
        snprintf(title, sizeof title, "%s%s", l->columns[i].title ? l->columns[i].title : "",
                 !sorted         ? ""
                 : l->descending ? " ↓"
                                 : " ↑");
        draw_title(c, at->line[i], begin_of(l, at, i, c->columns), at->width[i], l->columns[i].right, title);
    }
    return any ? at->tall : 0;
}

#define FILTER_TEXT 600

/* What stands beside what is typed: what Tab could go on with, why it is not understood, else how many pass and what they come to. */
static void filter_words(const struct list *l, char text[FILTER_TEXT])
{
    if (*l->choices || *l->why) {
        snprintf(text, FILTER_TEXT, "%s", *l->choices ? l->choices : l->why);
        return;
    }
    list_status(l, text, FILTER_TEXT);
    size_t n = strlen(text);
    if (*l->sums && l->filter.n)
        snprintf(text + n, FILTER_TEXT - n, " · %s", l->sums);
}

/* Rows that it needs above what is typed, where one row is too short for both. */
static int filter_above(const struct list *l, const struct canvas *c, int most)
{
    char text[FILTER_TEXT];
    filter_words(l, text);
    if ((int)(text_columns(edit_text(l->typed)) + text_columns(text)) + 3 <= c->columns)
        return 0;
    return canvas_wrap_rows(c, c->columns - 2, most < 4 ? most : 4, text);
}

static void draw_filter(const struct list *l, const struct canvas *c, int y, int above)
{
    char text[FILTER_TEXT];
    int x = canvas_text(c, y, 0, STYLE_BOLD, "/"), end = c->columns;
    unsigned style = *l->why && !*l->choices ? STYLE_BAD : STYLE_DIM;
    filter_words(l, text);
    if (above)
        canvas_wrap(c, y - above, 1, c->columns - 2, above, style, text);
    else
        end = canvas_right(c, y, c->columns, style, text);
    edit_draw_line(l->typed, c, y, x, end - x - 1, EDIT_PLAIN, l->focused && l->filter_open);
}

static void draw_nothing(const struct list *l, const struct canvas *c, int y)
{
    bool hidden = l->filter.n > 0;
    const char *text = hidden ? "Nothing matches the filter. Esc clears it." : l->empty_text;
    if (l->loaded)
        canvas_wrap(c, y, 2, c->columns - 2, 4, STYLE_DIM, text);
    else
        canvas_loading(c, y, 2);
    if (l->focused && !l->filter_open)
        canvas_cursor(c, y, 0);
}

void list_draw(const struct list *l, const struct canvas *c)
{
    struct list *view = (struct list *)(uintptr_t)l; /* top and page only: what the last drawing showed */
    const struct layout at = layout_of(l, c->columns - 2);
    int y = draw_heading(l, c, &at);
    bool filter = l->filter_open || l->filter.n || *edit_text(l->typed);
    int above = filter ? filter_above(l, c, c->rows - y - 2) : 0;
    int rows = (c->rows - y - filter - above) / at.tall;
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
        size_t row = (size_t)(l->top + i);
        draw_row(l, c, y + i * at.tall, &at, &l->rows[l->shown[row]], row == l->cursor);
    }
    if (filter)
        draw_filter(l, c, c->rows - 1, above);
}
