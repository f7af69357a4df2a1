/* A grid of cells in memory: what a screen looks like, without a terminal. */
#include "tui/full/grid_inside.h"
#include <stdlib.h>
#include <string.h>

const struct cell grid_blank = {.text = " ", .columns = 1};

static int clamp(int n, int least, int most)
{
    return n < least ? least : n > most ? most : n;
}

struct grid *grid_open(int rows, int columns)
{
    struct grid *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    g->scratch = arena_open();
    grid_resize(g, rows, columns);
    return g;
}

void grid_close(struct grid *g)
{
    if (!g)
        return;
    arena_close(g->scratch);
    free(g->cells);
    free(g);
}

void grid_resize(struct grid *g, int rows, int columns)
{
    g->rows = clamp(rows, 1, 1000);
    g->columns = clamp(columns, 1, 1000);
    free(g->cells);
    g->cells = malloc((size_t)g->rows * (size_t)g->columns * sizeof *g->cells);
    if (!g->cells)
        abort();
    grid_clear(g);
}

void grid_clear(struct grid *g)
{
    for (size_t i = 0; i < (size_t)g->rows * (size_t)g->columns; i++)
        g->cells[i] = grid_blank;
    g->cursor_y = g->cursor_x = -1;
    g->faults = 0;
    g->last = 0;
}

unsigned grid_faults(const struct grid *g)
{
    return g->faults;
}

int grid_rows(const struct grid *g)
{
    return g->rows;
}

int grid_columns(const struct grid *g)
{
    return g->columns;
}

const struct cell *grid_cell(const struct grid *g, int y, int x)
{
    return cell_at(g, y, x);
}

bool grid_cursor(const struct grid *g, int *y, int *x)
{
    *y = g->cursor_y;
    *x = g->cursor_x;
    return g->cursor_y >= 0;
}

char *grid_line(const struct grid *g, int y, char *buffer, size_t size)
{
    size_t n = 0, end = 0;
    for (int x = 0; x < g->columns; x++) {
        const struct cell *c = cell_at(g, y, x);
        size_t bytes = strlen(c->text);
        if (n + bytes + 1 > size)
            break;
        memcpy(buffer + n, c->text, bytes);
        n += bytes;
        if (strcmp(c->text, " ") != 0)
            end = n;
    }
    if (size)
        buffer[end] = '\0';
    return buffer;
}
