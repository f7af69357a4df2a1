/* Places (tui/face/place.h) in a conversation: told one after the other with how they stand; the word of each also leads there from the main menu. */
#ifndef TUI_LINE_TALK_PLACES_H
#define TUI_LINE_TALK_PLACES_H
#include "tui/face/place.h"
#include "tui/line/talk.h"

/* The main menu: where the ways lead, and the words of the places behind them; in the arena. */
const struct deed *talk_ways(struct arena *a, const struct way *ways, const struct places *p);
#endif
