/* Backup codes, shown once: nobody goes on before saying that they are kept. */
#ifndef TUI_BACKUP_CODES_H
#define TUI_BACKUP_CODES_H
#include "tui/full/screen.h"

/* Instead of the screen whose callback this is. The codes are copied, and wiped from the answer they came in and when the screen
 * closes. enter: on to the view afterwards, because this was a part of signing in; else back. */
void backup_codes_show(struct ui *ui, const struct text_list *codes, bool enter);
#endif
