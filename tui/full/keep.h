/* Keeping what is told only once, or is a file: sent to the terminal's clipboard, or saved in a new file for oneself alone. */
#ifndef TUI_KEEP_H
#define TUI_KEEP_H
#include "tui/full/screen.h"

/* Asks where, with `done` as the dialog's; over ssh, where no disk is theirs, whether to send it (`send`; NULL: it is not asked for there). cancelled: NULL, or when nobody wants it. */
void keep_ask(struct ui *ui, const char *file,
              void (*done)(struct ui *ui, void *state, const struct said *said),
              void (*send)(struct ui *ui, void *state, const struct said *said),
              void (*cancelled)(struct ui *ui, void *state));
/* Writes it, never over what is there and never through a link; and says what became of it. False: it was not written. */
bool keep_save(struct ui *ui, struct bytes what, const char *path);
#endif
