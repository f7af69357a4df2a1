/* Writing on a grid, through views that clip. */
#include "tui/full/grid_inside.h"
#include "common/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct canvas canvas_of(struct grid *g)
{
    return (struct canvas){
        .grid = g, .rows = g->rows, .columns = g->columns, .clip_rows = g->rows, .clip_columns = g->columns};
}

/* Cuts [*start, *start + *length) to [from, from + limit). */
static void intersect(int *start, int *length, int from, int limit)
{
    int end = *start + *length, far = from + limit;
    *start = *start > from ? *start : from;
    *length = (end < far ? end : far) - *start;
    if (*length < 0)
        *length = 0;
}

struct canvas canvas_part(const struct canvas *c, int y, int x, int rows, int columns)
{
    struct canvas part = *c;
    part.rows = rows > 0 ? rows : 0;
    part.columns = columns > 0 ? columns : 0;
    part.top += y;
    part.left += x;
    part.clip_y = part.top;
    part.clip_x = part.left;
    part.clip_rows = part.rows;
    part.clip_columns = part.columns;
    intersect(&part.clip_y, &part.clip_rows, c->clip_y, c->clip_rows);
    intersect(&part.clip_x, &part.clip_columns, c->clip_x, c->clip_columns);
    return part;
}

/* Blanks what would be left of a wide character when the cell at x is overwritten. */
static void unpair(struct grid *g, int y, int x)
{
    struct cell *c = cell_at(g, y, x);
    struct cell *other = NULL;
    if (c->columns == 0 && x > 0)
        other = c - 1;
    else if (c->columns == 2 && x + 1 < g->columns)
        other = c + 1;
    if (!other)
        return;
    uint16_t style = other->style;
    *other = grid_blank;
    other->style = style;
}

/* A number loses a cell: what would be left of it is another number, so nothing is left. */
static void spoil(struct grid *g, int y, int x)
{
    uint8_t number = cell_at(g, y, x)->number;
    int from = x, to = x;
    while (from > 0 && cell_at(g, y, from - 1)->number == number)
        from--;
    while (to + 1 < g->columns && cell_at(g, y, to + 1)->number == number)
        to++;
    for (; from <= to; from++) {
        struct cell *cell = cell_at(g, y, from);
        uint16_t style = cell->style;
        *cell = grid_blank;
        cell->style = style;
        if (!g->covering)
            cell->text[0] = '#';
    }
    g->faults += !g->covering;
}

void canvas_place(const struct canvas *c, int y)
{
    if (c->place)
        *c->place = c->top + y - c->depth_top;
}

static void put(const struct canvas *c, int y, int x, unsigned style, const char *text, size_t bytes,
                size_t columns)
{
    if (c->depth && y >= 0 && c->top + y - c->depth_top > *c->depth)
        *c->depth = c->top + y - c->depth_top;
    y += c->top;
    x += c->left;
    if (y < c->clip_y || y >= c->clip_y + c->clip_rows)
        return;
    int far = c->clip_x + c->clip_columns;
    for (int i = 0; i < (int)columns; i++) {
        if (x + i < c->clip_x || x + i >= far)
            continue;
        bool whole = x >= c->clip_x && x + (int)columns <= far;
        struct cell *cell = cell_at(c->grid, y, x + i);
        if (cell->number && cell->number != c->grid->number)
            spoil(c->grid, y, x + i);
        unpair(c->grid, y, x + i);
        *cell = grid_blank; /* half of a wide character is a blank */
        cell->style = (uint16_t)style;
        cell->number = c->grid->number;
        if (!whole)
            continue;
        memset(cell->text, 0, sizeof cell->text);
        cell->columns = (uint8_t)(i ? 0 : columns);
        if (i == 0)
            memcpy(cell->text, text, bytes);
    }
}

size_t cluster_next(const char *text, size_t *columns)
{
    size_t used = 0, n = 0;
    *columns = 0;
    if (!*text)
        return 0;
    n = text_fit(text, 1, &used);
    if (n == 0)
        n = text_fit(text, 2, &used);
    if (n == 0) { /* not what text_shown gives; still go on */
        n = 1;
        while (((unsigned char)text[n] & 0xc0) == 0x80)
            n++;
    }
    for (size_t i = 1; i < n; i++) /* a newline in an editor's text is no mark */
        if ((unsigned char)text[i] < 32)
            n = i;
    *columns = used;
    return n;
}

/* Writes already shown text up to column `end` of the view. */
static int put_shown(const struct canvas *c, int y, int x, int end, unsigned style, const char *shown)
{
    while (*shown && x < end) {
        size_t columns, bytes = cluster_next(shown, &columns), kept = bytes;
        while (kept >= CELL_BYTES || (kept < bytes && ((unsigned char)shown[kept] & 0xc0) == 0x80))
            kept--; /* marks beyond what a cell holds are left out, never half of one */
        if (columns && x + (int)columns <= end)
            put(c, y, x, style, shown, kept, columns);
        else if (columns)
            put(c, y, x, style, " ", 1, 1);
        x += (int)columns;
        shown += bytes;
    }
    return x;
}

static const char *shown(const struct canvas *c, const char *text, bool lines)
{
    arena_reset(c->grid->scratch);
    arena_secret(c->grid->scratch); /* it may be what is told once: the next text wipes it */
    return text_shown(c->grid->scratch, text ? text : "", lines);
}

static bool of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ',';
}

/* Bytes of a shown text to keep of those that fit: not a part of a number, which would be another one. What has letters or dashes
 * in it ("INV-000318") is a name and is cut like any word. */
static size_t without_half_number(const char *s, size_t bytes)
{
    size_t from = bytes;
    if (!bytes || !of_number(s[bytes - 1]) || !of_number(s[bytes]))
        return bytes;
    while (from > 0 && of_number(s[from - 1]))
        from--;
    bool name = from > 0 && s[from - 1] != ' ' && s[from - 1] != '(';
    return name ? bytes : from;
}

/* Writes a shown text that is wider than its room: as much as there is room for, and "…". Returns the column after it. */
static int put_cut(const struct canvas *c, int y, int x, int width, unsigned style, const char *s)
{
    char part[1024];
    int last = x + width - 1;
    size_t used, fit = text_fit(s, (size_t)(width - 1), &used);
    fit = fit < sizeof part ? fit : sizeof part - 1;
    size_t kept = without_half_number(s, fit);
    memcpy(part, s, kept);
    part[kept] = '\0';
    x = put_shown(c, y, x, last, style, part);
    for (; kept == fit && x < last; x++) /* half of a wide character */
        put(c, y, x, style, " ", 1, 1);
    put(c, y, x, style, "…", strlen("…"), 1);
    return x + 1;
}

int canvas_text(const struct canvas *c, int y, int x, unsigned style, const char *text)
{
    const char *s = shown(c, text, false);
    int room = c->columns - x;
    size_t used;
    if (x >= 0 && room > 0) {
        size_t fit = text_fit(s, (size_t)room, &used);
        if (s[fit] && without_half_number(s, fit) < fit) {
            put_cut(c, y, x, room, style, s);
            return c->columns;
        }
    }
    return put_shown(c, y, x, c->columns, style, s);
}

int canvas_print(const struct canvas *c, int y, int x, unsigned style, const char *format, ...)
{
    char buffer[1024];
    va_list ap;
    va_start(ap, format);
    vsnprintf(buffer, sizeof buffer, format, ap);
    va_end(ap);
    return canvas_text(c, y, x, style, buffer);
}

int canvas_fit(const struct canvas *c, int y, int x, int width, unsigned style, const char *text)
{
    const char *s = shown(c, text, false);
    int end = x + width;
    if (width <= 0)
        return x;
    x = (int)text_columns(s) > width ? put_cut(c, y, x, width, style, s) : put_shown(c, y, x, end, style, s);
    for (; x < end; x++)
        put(c, y, x, style, " ", 1, 1);
    return end;
}

int canvas_right(const struct canvas *c, int y, int right, unsigned style, const char *text)
{
    const char *s = shown(c, text, false);
    int x = right - (int)text_columns(s);
    put_shown(c, y, x, right, style, s);
    return x;
}

/* Is there something else where the number is to stand, or right before it? */
static bool taken(const struct canvas *c, int y, int x, int right)
{
    int row = c->top + y, from = c->left + x, to = c->left + right;
    if (row < c->clip_y || row >= c->clip_y + c->clip_rows)
        return false;
    for (int i = from > c->clip_x ? from - 1 : from; i < to; i++)
        if (strcmp(cell_at(c->grid, row, i)->text, " ") != 0)
            return true;
    return false;
}

int canvas_number(const struct canvas *c, int y, int right, unsigned style, const char *text)
{
    struct grid *g = c->grid;
    const char *s = shown(c, text, false);
    int x = right - (int)text_columns(s), from = c->left + x, to = c->left + right;
    bool fits = x >= 0 && right <= c->columns && from >= c->clip_x && to <= c->clip_x + c->clip_columns;
    if (fits && taken(c, y, x, right))
        g->faults++;
    g->faults += !fits;
    g->last = g->last == UINT8_MAX ? 1 : (uint8_t)(g->last + 1);
    g->number = g->last;
    put_shown(c, y, fits ? x : right - 3, right, style, fits ? s : "###");
    g->number = 0;
    return fits ? x : right - 3;
}

#define MONEY_SHOWN (MONEY_TEXT + 8)
static const char *money_shown(char buffer[MONEY_SHOWN], struct money m, bool with_currency)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(m.currency);
    money_grouped(amount, m.amount, digits < 0 ? 2 : digits);
    snprintf(buffer, MONEY_SHOWN, "%s%s%s", with_currency ? m.currency : "",
             with_currency && *m.currency ? " " : "", amount);
    return buffer;
}

int canvas_money(const struct canvas *c, int y, int right, unsigned style, struct money m, bool with_currency)
{
    char text[MONEY_SHOWN];
    return canvas_number(c, y, right, style, money_shown(text, m, with_currency));
}

int canvas_money_width(struct money m, bool with_currency)
{
    char text[MONEY_SHOWN];
    return (int)text_columns(money_shown(text, m, with_currency));
}

size_t text_row(const char *s, size_t width, size_t *skip)
{
    size_t used, line = strcspn(s, "\n");
    size_t fit = text_fit(s, width, &used);
    if (fit >= line) {
        *skip = line + (s[line] == '\n');
        return line;
    }
    size_t at = fit;
    if (s[fit] != ' ')
        while (at > 0 && s[at - 1] != ' ')
            at--;
    if (at == 0)
        at = fit ? fit : cluster_next(s, &used);
    *skip = at;
    while (s[*skip] == ' ')
        ++*skip;
    while (at > 0 && s[at - 1] == ' ')
        at--;
    return at;
}

int canvas_wrap(const struct canvas *c, int y, int x, int width, int max_rows, unsigned style,
                const char *text)
{
    char row[1024];
    const char *s = shown(c, text, true);
    int used = 0;
    if (width <= 0)
        return 0;
    while (*s && used < max_rows) {
        size_t skip, n = text_row(s, (size_t)width, &skip);
        snprintf(row, sizeof row, "%.*s", (int)n, s);
        for (char *tab = row; (tab = strchr(tab, '\t'));)
            *tab = ' ';
        s += skip;
        int end = put_shown(c, y + used, x, x + width, style, row);
        if (*s && used == max_rows - 1)
            put(c, y + used, end < x + width ? end : x + width - 1, style, "…", strlen("…"), 1);
        used++;
    }
    return used;
}

int canvas_wrap_rows(const struct canvas *c, int width, int max_rows, const char *text)
{
    const struct canvas nowhere = canvas_part(c, 0, 0, 0, c->columns);
    return canvas_wrap(&nowhere, 0, 0, width, max_rows, STYLE_PLAIN, text);
}

int canvas_loading(const struct canvas *c, int y, int x)
{
    return canvas_wrap(c, y, x, c->columns - x - 1, 3, STYLE_DIM,
                       c->offline ? "Not connected: this is shown as soon as the portal can be reached again."
                                  : "Loading …");
}

static void repeat(const struct canvas *c, int y, int x, int dy, int dx, int n, unsigned style,
                   const char *text)
{
    for (int i = 0; i < n; i++)
        put(c, y + i * dy, x + i * dx, style, text, strlen(text), 1);
}

void canvas_rule(const struct canvas *c, int y, int x, int width)
{
    repeat(c, y, x, 0, 1, width, STYLE_PLAIN, "─");
}

void canvas_column(const struct canvas *c, int y, int x, int height)
{
    repeat(c, y, x, 1, 0, height, STYLE_PLAIN, "│");
}

void canvas_box(const struct canvas *c, int y, int x, int height, int width)
{
    if (height < 2 || width < 2)
        return;
    canvas_fill(c, y, x, height, width, STYLE_PLAIN);
    canvas_rule(c, y, x, width);
    canvas_rule(c, y + height - 1, x, width);
    canvas_column(c, y, x, height);
    canvas_column(c, y, x + width - 1, height);
    repeat(c, y, x, 0, 1, 1, STYLE_PLAIN, "┌");
    repeat(c, y, x + width - 1, 0, 1, 1, STYLE_PLAIN, "┐");
    repeat(c, y + height - 1, x, 0, 1, 1, STYLE_PLAIN, "└");
    repeat(c, y + height - 1, x + width - 1, 0, 1, 1, STYLE_PLAIN, "┘");
}

void canvas_bar(const struct canvas *c, int y, int x, int width, unsigned style, int64_t part, int64_t whole)
{
    if (part <= 0 || whole <= 0 || width <= 0)
        return;
    for (; whole > INT32_MAX; whole /= 2)
        part /= 2;
    int n = part >= whole ? width : (int)((part * width + whole / 2) / whole);
    repeat(c, y, x, 0, 1, n ? n : 1, style, "█");
}

void canvas_fill(const struct canvas *c, int y, int x, int rows, int columns, unsigned style)
{
    c->grid->covering = true;
    for (int i = 0; i < rows; i++)
        repeat(c, y + i, x, 0, 1, columns, style, " ");
    c->grid->covering = false;
}

void canvas_style(const struct canvas *c, int y, int x, int width, unsigned add)
{
    int row = c->top + y, at = c->left + x;
    if (row < c->clip_y || row >= c->clip_y + c->clip_rows)
        return;
    intersect(&at, &width, c->clip_x, c->clip_columns);
    for (int i = 0; i < width; i++) {
        struct cell *cell = cell_at(c->grid, row, at + i);
        unsigned colour = add & 0xff00u ? add & 0xff00u : cell->style & 0xff00u;
        cell->style = (uint16_t)(((cell->style | add) & 0xffu) | colour);
    }
}

void canvas_cursor(const struct canvas *c, int y, int x)
{
    int row = c->top + y, at = c->left + x;
    if (row < c->clip_y || row >= c->clip_y + c->clip_rows || at < c->clip_x ||
        at >= c->clip_x + c->clip_columns)
        return;
    c->grid->cursor_y = row;
    c->grid->cursor_x = at;
}
