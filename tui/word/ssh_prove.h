/* ssh portal-prove@HOST CHALLENGE: who comes in with a key that waits to be proved, and with its challenge, has proved it. */
#ifndef TUI_DOOR_PROVE_H
#define TUI_DOOR_PROVE_H
#include "tui/word/ssh_visit.h"
#include "tui/word/ssh_words.h"

/* Returns the exit code. */
int door_prove(struct arena *a, const struct door *d, const struct visit *v, const struct door_words *words);
#endif
