/* QR codes in a terminal. The only file that knows libqrencode is qr.c.
 * What a code says belongs beside it as text: not everybody has a camera at hand. */
#ifndef TUI_QR_H
#define TUI_QR_H
#include "common/arena.h"
#include "tui/full/canvas.h"
#include <stdio.h>

#define QR_TEXT_MAX 512 /* bytes; the code of as many is 81 columns wide, too wide for most terminals */
#define QR_QUIET \
    2 /* modules of paper around the code; readers find it with less than the four of the standard */

/* How much of a code may be unreadable: the least for screens, medium where the contents ask for it (EPC payment codes). */
enum qr_level { QR_LOW, QR_MEDIUM };
/* Blocks: one column and half a row a module, explicit black on white. Letters: two columns and a row a module, # and spaces, for
 * terminals without UTF-8 (ui_ascii) and for paper. */
enum qr_look { QR_BLOCKS, QR_LETTERS };

struct qr {
    int side;            /* modules, without the quiet zone */
    const uint8_t *dark; /* side × side, 0 or 1, by rows */
};
/* Lives in the arena. ERR_TOO_LARGE: more than QR_TEXT_MAX bytes; ERR_INVALID: nothing to encode. */
enum err qr_make(struct arena *a, const char *text, enum qr_level level, struct qr *out) MUST_USE;

/* The cells it takes, with the quiet zone: 21 rows × 41 columns for a link of 100 bytes in blocks. */
int qr_rows(const struct qr *q, enum qr_look look);
int qr_columns(const struct qr *q, enum qr_look look);
/* All of it or, when the view is smaller from (y, x) on, nothing at all: half a code misleads. Returns the rows used. */
int qr_draw(const struct canvas *c, int y, int x, const struct qr *q, enum qr_look look);
/* As lines of text without any control characters. Blocks are drawn for a light ink on a dark ground, which is what a terminal without
 * styles mostly is, so that the paper is what shines; letters are the ink on paper. */
void qr_print(FILE *f, const struct qr *q, enum qr_look look);
#endif
