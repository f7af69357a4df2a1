/* A payment drawn as what it is: a receipt, or the account of one that failed or is still under way. Pure drawing, for customers and
 * staff. */
#ifndef TUI_RECEIPT_H
#define TUI_RECEIPT_H
#include "proto/op.h"
#include "tui/full/canvas.h"

/* Returns rows used. */
int receipt_draw(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c, int y);
/* In the view and no more: where it is too low for all, only what has to be seen; the sum always. Without the note of the gateway, which
 * stands above. */
int receipt_draw_in(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c);
#endif
