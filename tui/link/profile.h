/* What this terminal and person want, read once from the environment. */
#ifndef TUI_PROFILE_H
#define TUI_PROFILE_H
#include "common/err.h"

struct profile {
    bool line_mode; /* no cursor addressing: TERM=dumb or unset, ACCESSIBLE=1, or not a terminal */
    bool no_colour; /* NO_COLOR non-empty */
    bool ascii;     /* locale is not UTF-8, or POSTERN_ASCII=1: +-| and letters without marks */
    int escape_ms;  /* ESCDELAY, 1 … 2000; by default 25, over SSH 50: a network may split an arrow key */
};
/* Calls setlocale(LC_CTYPE, ""). getenv-like lookup is passed for tests; NULL: the environment. */
struct profile profile_read(int in, int out, const char *(*lookup)(const char *name));
#endif
