/* Screens that stand alone, before anybody is signed in or while all else is hidden: a head of their own, and the rest below it. */
#ifndef TUI_ALONE_H
#define TUI_ALONE_H
#include "tui/full/canvas.h"

/* Draws title, what stands right of it, and a rule. Returns the part below: texts and forms begin at its column 2 and have its
 * columns − 2 for themselves. */
struct canvas alone_head(const struct canvas *c, const char *title, const char *right);
#endif
