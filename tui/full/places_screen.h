/* Places (tui/face/place.h) on the screen: a list that leads to each. The callbacks of a screen, for whoever has the heading. */
#ifndef TUI_PLACES_SCREEN_H
#define TUI_PLACES_SCREEN_H
#include "tui/face/place.h"
#include "tui/full/screen.h"

struct places_state {
    const struct places *places;
    struct list *list;
    struct scene view;
    struct arena *told; /* what is told now */
};
void places_open(struct ui *ui, struct places_state *s, const struct places *places);
void places_load(struct ui *ui, void *state, enum load why);
void places_reply(struct ui *ui, void *state, int tag, const struct reply *r);
void places_event(struct ui *ui, void *state, const struct event *e);
void places_draw(const void *state, struct canvas *c);
void places_close(void *state);
extern const struct key_row places_keys[];
#endif
