/* Commands at the door: `ssh portal@host invoices --unpaid --json`. The words of proto/ctl and the operations behind them, asked for
 * by the owner of the key that opened; the session lasts for the one command and no longer than its connection. */
#ifndef TUI_DOOR_VERBS_H
#define TUI_DOOR_VERBS_H
#include "tui/word/ssh_visit.h"
#include "tui/word/ssh_words.h"

const char *door_command_option(size_t i); /* of every command, the i-th; NULL behind the last */
const char *door_elsewhere(
    const char *name); /* why a verb or an option of posternctl is not here; NULL: it is, or there is none */
/* Data goes to standard output, everything else to standard error. Returns the exit code, of common/err.def. */
int door_verbs(struct arena *a, const struct door *d, const struct visit *v, const struct door_words *words);
#endif
