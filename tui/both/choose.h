/* Going on for another customer of the same person, from whichever screen. */
#ifndef TUI_CHOOSE_H
#define TUI_CHOOSE_H
#include "tui/full/screen.h"

/* Asks for it; password NULL: it may be the same one there. The answer comes to the screen's reply under `tag`. */
void choose_switch(struct ui *ui, int tag, uint64_t customer, const char *password);
/* Was it refused because the password there has to be given? Then asks for that, and `said` is told. */
bool choose_wants_password(struct ui *ui, const struct reply *r,
                           void (*said)(struct ui *, void *, const struct said *));
#endif
