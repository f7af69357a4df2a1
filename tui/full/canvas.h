/* A grid of character cells in memory. Knows no terminal: term.h shows one, tests read it as text.
 * A `struct canvas` is a view: a rectangle of a grid with its own origin; nothing can be written outside it, so a screen never
 * checks sizes for safety, only for looks. Views are small values, copied freely, valid as long as their grid.
 * Every text goes through text_shown: what came from somebody cannot steer the terminal. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H
#include "common/err.h"
#include "common/money.h"
#include <stdint.h>

/* A style is attribute bits and, from bit 8, a colour. State is always a word as well, so all of it may vanish. */
#define STYLE_PLAIN 0u
#define STYLE_BOLD 0x01u
#define STYLE_DIM 0x02u
#define STYLE_UNDERLINE 0x04u
#define STYLE_REVERSE 0x08u
#define STYLE_PAPER 0x10u /* explicit black on white, for QR codes; ignores the colour */
#define STYLE_COLOUR(n) ((((unsigned)(n)&15u) + 1u) << 8)
#define STYLE_TITLE STYLE_BOLD
#define STYLE_BAD (STYLE_COLOUR(1) | STYLE_BOLD) /* overdue, failed, refused */
#define STYLE_GOOD STYLE_COLOUR(2)               /* paid, accepted */
#define STYLE_WARN STYLE_COLOUR(3)               /* soon due, pending */
#define STYLE_INFO STYLE_COLOUR(6)

#define CELL_BYTES 20
struct cell {
    char text
        [CELL_BYTES]; /* one character with its marks, NUL-padded (cells compare with memcmp); "" right of a wide one */
    uint16_t style;
    uint8_t columns; /* 1, 2, or 0 for the right half of a wide character */
    uint8_t number;  /* 0, or which of the numbers on this grid it belongs to, 1 … 255 and over again */
};
struct grid;
struct canvas {
    struct grid *grid;
    int rows, columns;                           /* what there is to draw on */
    int top, left;                               /* origin in the grid; may be negative (scrolled) */
    int clip_y, clip_x, clip_rows, clip_columns; /* in the grid */
    int *depth, depth_top;                       /* lowest row touched, for scrolling; NULL: not wanted */
    int *place;                                  /* canvas_place, from depth_top; NULL: not wanted */
    bool offline;                                /* nothing comes now: what waits for it says so */
    bool beside; /* a second pane is there, too, and has its part of what there is to say */
};

/* The grid is owned by the caller; sizes are clamped to 1 … 1000. */
struct grid *grid_open(int rows, int columns);
void grid_close(struct grid *g);                         /* accepts NULL */
void grid_resize(struct grid *g, int rows, int columns); /* contents become blank */
void grid_clear(struct grid *g);                         /* blank, cursor away */
int grid_rows(const struct grid *g);
int grid_columns(const struct grid *g);
const struct cell *grid_cell(const struct grid *g, int y, int x); /* inside only */
bool grid_cursor(const struct grid *g, int *y, int *x);           /* false: nowhere */
/* A row as text without trailing blanks, into buffer. Returns buffer. */
char *grid_line(const struct grid *g, int y, char *buffer, size_t size);

struct canvas canvas_of(struct grid *g);
struct canvas canvas_part(const struct canvas *c, int y, int x, int rows, int columns);

/* All of these clip, and take coordinates of the view. Those that write text return the column after it. */
int canvas_text(const struct canvas *c, int y, int x, unsigned style, const char *text);
int canvas_print(const struct canvas *c, int y, int x, unsigned style, const char *format, ...) PRINTF(5, 6);
/* In exactly `width` columns: cut with "…" or filled with blanks. */
int canvas_fit(const struct canvas *c, int y, int x, int width, unsigned style, const char *text);
/* Ends before column `right`; too long is cut on the left edge of the view. Returns the column it began at. Not for amounts. */
int canvas_right(const struct canvas *c, int y, int right, unsigned style, const char *text);
/* A number as a text, whole or not at all: a part of an amount is another amount. Where it does not fit the view there is "###", and
 * text that comes to stand upon a number puts "###" in its place as well; both count as faults of the grid. Layouts measure before
 * they draw, so people never see it; tests look for faults. Otherwise as canvas_right. */
int canvas_number(const struct canvas *c, int y, int right, unsigned style, const char *text);
/* Numbers that were cut or written over since grid_clear. */
unsigned grid_faults(const struct grid *g);
/* Grouped amount ending before `right` ("1,200.00"); with_currency puts "EUR " before it. */
int canvas_money(const struct canvas *c, int y, int right, unsigned style, struct money m,
                 bool with_currency);
int canvas_money_width(struct money m, bool with_currency); /* columns it takes */
/* Wraps at words, keeps newlines; at most max_rows rows (the last ends in "…" when more follows). Returns rows used. */
int canvas_wrap(const struct canvas *c, int y, int x, int width, int max_rows, unsigned style,
                const char *text);
/* The rows that it would use; nothing is drawn. */
int canvas_wrap_rows(const struct canvas *c, int width, int max_rows, const char *text);
/* Where something is still to come from the server. Returns rows used. */
int canvas_loading(const struct canvas *c, int y, int x);
void canvas_rule(const struct canvas *c, int y, int x, int width);    /* ─── */
void canvas_column(const struct canvas *c, int y, int x, int height); /* │ */
void canvas_box(const struct canvas *c, int y, int x, int height,
                int width); /* border; the inside is blanked */
/* A bar of part/whole of width, at least a mark when part > 0 (ageing, progress). Its number belongs beside it. */
void canvas_bar(const struct canvas *c, int y, int x, int width, unsigned style, int64_t part, int64_t whole);
void canvas_fill(const struct canvas *c, int y, int x, int rows, int columns, unsigned style); /* blanks */
void canvas_style(const struct canvas *c, int y, int x, int width,
                  unsigned add); /* adds bits to what stands there */
/* In what is longer than its pane: what somebody may have come for begins at this row (ui_to_place). Of several, the last. */
void canvas_place(const struct canvas *c, int y);
void canvas_cursor(const struct canvas *c, int y, int x); /* the hardware cursor; outside the view: ignored */

/* Bytes of the first row of a shown text wrapped at words, and how many to skip to the row after it. */
size_t text_row(const char *s, size_t width, size_t *skip);
/* Bytes and columns of the first character with its marks of a shown text; 0 at the end. */
size_t cluster_next(const char *text, size_t *columns);
#endif
