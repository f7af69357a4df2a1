/* Setting up a second factor (C2): the code for the phone on the screen, one code back to confirm it. */
#ifndef TUI_ENROL_H
#define TUI_ENROL_H
#include "tui/full/screen.h"

/* Asks for the password first, and for a code when there is a second factor that shall be replaced. */
extern const struct screen screen_enrol_ask;
#endif
