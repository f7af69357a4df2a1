/* What is edited, drawn: on one line, or on several. */
#include "tui/full/edit_inside.h"
#include "common/arena.h"
#include "common/text.h"
#include <stdint.h>

/* "•••• •••• •••• 4242", whatever stood between the letters. */
static void draw_tail(const struct edit *e, const struct canvas *part, unsigned style)
{
    size_t letters = 0, n = 0;
    int column = 0;
    for (const char *p = e->text; *p; p++)
        letters += *p != ' ' && *p != '-';
    for (const char *p = e->text; *p; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        if (n && (letters - n) % 4 == 0)
            column++;
        const char letter[] = {*p, 0};
        canvas_text(part, 0, column++, style, letters - n > 4 ? "•" : letter);
        n++;
    }
}

void edit_draw_line(const struct edit *e, const struct canvas *c, int y, int x, int width,
                    enum edit_look look, bool focused)
{
    struct canvas part = canvas_part(c, y, x, 1, width);
    unsigned style = focused ? STYLE_UNDERLINE | STYLE_BOLD : STYLE_UNDERLINE;
    int cursor = 0, column = 0;
    size_t columns;
    for (size_t i = 0; i < e->at; i += cluster_next(e->text + i, &columns)) {
        cluster_next(e->text + i, &columns);
        cursor += look == EDIT_SECRET ? 1 : (int)columns;
    }
    int first = cursor >= width ? cursor - width + 1 : 0; /* columns scrolled off */
    canvas_fill(&part, 0, 0, 1, width, style);
    if (look == EDIT_TAIL) {
        draw_tail(e, &part, style);
    } else if (look == EDIT_SECRET) {
        for (size_t i = 0; e->text[i]; i += cluster_next(e->text + i, &columns))
            canvas_text(&part, 0, column++ - first, style, "•");
    } else {
        canvas_text(&part, 0, -first, focused && e->selected ? style | STYLE_REVERSE : style, e->text);
    }
    if (focused)
        canvas_cursor(&part, 0, cursor - first);
}

void edit_draw_lines(const struct edit *e, const struct canvas *c, bool focused)
{
    unsigned style = focused ? STYLE_UNDERLINE | STYLE_BOLD : STYLE_UNDERLINE;
    int row, column, first = 0;
    size_t from = 0, after;
    ((struct edit *)(uintptr_t)e)->width =
        c->columns > 1 ? c->columns - 1 : 1; /* a column is kept for the cursor */
    edit_place(e, &row, &column);
    if (row >= c->rows)
        first = row - c->rows + 1;
    for (int i = 0; i < first + c->rows; i++) {
        size_t end = edit_row_end(e, from, &after);
        if (i >= first) {
            canvas_fill(c, i - first, 0, 1, c->columns, style);
            arena_reset(e->scratch);
            arena_secret(e->scratch);
            canvas_text(c, i - first, 0, style, arena_text(e->scratch, e->text + from, end - from));
        }
        from = after;
    }
    if (focused)
        canvas_cursor(c, row - first, column);
}
