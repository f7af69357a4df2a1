/* A page (common/page.h) in cells. */
#ifndef TUI_PAGE_DRAW_H
#define TUI_PAGE_DRAW_H
#include "common/page.h"
#include "tui/full/canvas.h"
#include "tui/full/qr.h"

/* From row y on. What phones read is drawn beside the rest or, where there is no room, below it. Returns how many rows. */
int page_draw(const struct page *p, const struct canvas *c, int y);
/* In so many rows. scan: said where a picture for phones is meant. And how many it needs, with `blank` rows after what stands by itself. */
int page_draw_in(const struct page *p, const struct canvas *c, int y, int rows, const char *scan);
int page_rows(const struct page *p, const struct canvas *c, int blank, const char *scan);
/* A picture for phones and what is said beside it, with a window for themselves. */
void page_draw_scan(const struct page *p, const struct canvas *c, enum qr_look look);
#endif
