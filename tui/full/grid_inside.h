/* Inside of grid.c and canvas.c only. */
#ifndef TUI_GRID_INSIDE_H
#define TUI_GRID_INSIDE_H
#include "tui/full/canvas.h"
#include "common/arena.h"

struct grid {
    int rows, columns, cursor_y, cursor_x;
    struct cell *cells;
    struct arena *scratch; /* emptied by every text */
    uint8_t number, last;  /* the number being written, 0: none; the last one given out */
    bool covering;         /* blanks of a box or a fill: what is below goes, and that is meant */
    unsigned faults;
};
extern const struct cell grid_blank;

static inline struct cell *cell_at(const struct grid *g, int y, int x)
{
    return &g->cells[(size_t)y * (size_t)g->columns + (size_t)x];
}

#endif
