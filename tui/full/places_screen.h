/* Places (tui/face/place.h) on the screen: a list that leads to each; and where a way leads. */
#ifndef TUI_PLACES_SCREEN_H
#define TUI_PLACES_SCREEN_H
#include "tui/face/place.h"
#include "tui/full/screen.h"

/* Of a section: there instead of everything. */
void way_start(struct ui *ui, const struct way *w);
#endif
