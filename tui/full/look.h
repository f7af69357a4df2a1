/* How the looks of a page (common/page.h) are drawn. */
#ifndef TUI_LOOK_H
#define TUI_LOOK_H
#include "common/page.h"
#include "tui/full/canvas.h"

unsigned look_style(enum look look);
#endif
