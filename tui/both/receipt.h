/* A payment drawn as what it is: a receipt, or the account of one that failed or is still under way. Pure drawing, for customers and
 * staff. */
#ifndef TUI_RECEIPT_H
#define TUI_RECEIPT_H
#include "proto/op.h"
#include "tui/full/canvas.h"

/* Returns rows used. Where the view is too low for all, only what has to be seen is drawn; the sum always. */
int receipt_draw(const struct payment *p, const struct me *me, int32_t today, const struct canvas *c, int y);
/* Of one that waits for its payer at a page of the gateway's: a code of the link for a phone, where there is room and `code`, and the link. Returns
 * rows used; 0: it has none. */
int receipt_draw_page(const struct payment *p, bool code, const struct canvas *c, int y);
#endif
