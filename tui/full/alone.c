#include "tui/full/alone.h"

#define ALONE_WIDTH 64

struct canvas alone_head(const struct canvas *c, const char *title, const char *right)
{
    int left = c->columns > ALONE_WIDTH + 8 ? (c->columns - ALONE_WIDTH) / 2 : 4,
        top = c->rows > 22 ? 2 : c->rows > 18;
    int width = c->columns - 2 * left;
    int from = canvas_right(c, top, left + width, STYLE_PLAIN, right);
    canvas_fit(c, top, left, from - left - 2, STYLE_BOLD, title);
    canvas_rule(c, top + 1, left, width);
    return canvas_part(c, top + 3, left - 2, c->rows - top - 3, width + 4);
}

int alone_text(const struct canvas *part, int y, unsigned style, const char *text)
{
    return canvas_wrap(part, y, 2, part->columns - 4, part->rows - y, style, text);
}

int alone_form(const struct canvas *part, int y, const struct form *f)
{
    int rows = form_height(f, part->columns);
    rows = rows < part->rows - y ? rows : part->rows - y;
    struct canvas c = canvas_part(part, y, 0, rows, part->columns);
    form_draw(f, &c);
    return y + rows;
}
