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
