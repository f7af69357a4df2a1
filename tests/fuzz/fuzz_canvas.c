/* Drawing what came from somebody: commands of four bytes (what, row, column, width), each with a text ended by the byte 0x1e. Nothing is
 * drawn outside of the view, a cell holds one whole character with its marks that steers no terminal, and wide ones are whole.
 * tries: tui/full/canvas.c tui/full/grid.c tui/full/ascii.c */
#include "tui/full/canvas.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS = 9, COLUMNS = 30, TOP = 2, LEFT = 4, HIGH = 5, WIDE = 20 };
#define OUTSIDE (STYLE_COLOUR(5) | STYLE_DIM)

static void draw(const struct canvas *c, uint8_t what, int y, int x, int width, const char *text)
{
    struct canvas inner = canvas_part(c, y, x, 2, width);
    struct money m = {.amount = (int64_t)strlen(text) * 123457, .currency = "EUR"};
    switch (what % 13) {
    case 0: canvas_text(c, y, x, STYLE_BOLD, text); break;
    case 1: canvas_fit(c, y, x, width, STYLE_PLAIN, text); break;
    case 2: canvas_right(c, y, x, STYLE_PLAIN, text); break;
    case 3: canvas_loading(c, y, x); break;
    case 4: canvas_number(c, y, x, STYLE_PLAIN, text); break;
    case 5: canvas_wrap(c, y, x, width, 4, STYLE_PLAIN, text); break;
    case 6: canvas_print(c, y, x, STYLE_PLAIN, "%s|%s", text, text); break;
    case 7: canvas_money(c, y, x, STYLE_PLAIN, m, width & 1); break;
    case 8: canvas_box(c, y, x, 3, width); break;
    case 9: canvas_style(c, y, x, width, STYLE_REVERSE); break;
    case 10: canvas_bar(c, y, x, width, STYLE_GOOD, (int64_t)strlen(text), 40); break;
    case 11: canvas_text(&inner, 0, -1, STYLE_PLAIN, text); break;
    case 12: canvas_cursor(c, y, x); break;
    }
}

static void check_cells(const struct grid *g)
{
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            const struct cell *cell = grid_cell(g, y, x);
            bool inside = y >= TOP && y < TOP + HIGH && x >= LEFT && x < LEFT + WIDE;
            must(memchr(cell->text, 0, sizeof cell->text) && is_clean(cell->text, false));
            if (!inside)
                must(strcmp(cell->text, " ") == 0 && cell->style == (uint16_t)OUTSIDE);
            if (cell->columns == 0)
                must(!cell->text[0] && x > 0 && grid_cell(g, y, x - 1)->columns == 2);
            else
                must(text_columns(cell->text) == cell->columns);
            if (cell->columns == 2)
                must(x + 1 < COLUMNS && grid_cell(g, y, x + 1)->columns == 0);
        }
}

/* Rows of a wrapped text: each fits, and they come to an end. */
static void check_rows(const char *shown, size_t width)
{
    size_t columns, used, skip;
    for (const char *s = shown; *s; s += skip) {
        size_t n = text_row(s, width, &skip);
        must(skip > 0 && n <= strlen(s) && skip <= strlen(s));
        must(text_fit(s, width, &used) >= n || n == cluster_next(s, &columns));
    }
    for (const char *s = shown; *s; s += used) {
        used = cluster_next(s, &columns);
        must(used > 0 && used <= strlen(s) && text_utf8(s, used));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct grid *g;
    struct arena *a = arena_open();
    struct given in = {data, size};
    if (!g)
        g = grid_open(ROWS, COLUMNS);
    grid_clear(g);
    struct canvas all = canvas_of(g), part = canvas_part(&all, TOP, LEFT, HIGH, WIDE);
    canvas_fill(&all, 0, 0, ROWS, COLUMNS, OUTSIDE);
    canvas_fill(&part, 0, 0, HIGH, WIDE, STYLE_PLAIN);
    for (int i = 0; i < 20 && in.left >= 4; i++) {
        uint8_t what = take_byte(&in);
        int y = (int8_t)take_byte(&in), x = (int8_t)take_byte(&in), width = (int8_t)take_byte(&in);
        const char *text = take_text(a, &in);
        draw(&part, what, y, x, width, text);
        check_rows(text_shown(a, text, true), (size_t)(width < 1 ? 1 : width));
    }
    check_cells(g);
    arena_close(a);
    return 0;
}
