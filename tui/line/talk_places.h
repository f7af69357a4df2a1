/* Places (tui/face/place.h) in a conversation: told one after the other with how they stand; the word of each also leads there from the main menu. */
#ifndef TUI_LINE_TALK_PLACES_H
#define TUI_LINE_TALK_PLACES_H
#include "tui/face/place.h"
#include "tui/line/talk.h"

/* Of a deed whose arg are the places. */
enum turn talk_places(struct talk *t, void *ctx);
/* A menu with the words of the places behind its own; in the arena. */
const struct deed *talk_with_places(struct arena *a, const struct deed *deeds, const struct places *p);
#endif
