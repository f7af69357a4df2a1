/* Machine tokens (H3): tokens.c the list, token_new.c making one and showing it this once. */
#ifndef TUI_STAFF_TOKENS_H
#define TUI_STAFF_TOKENS_H
#include "tui/ui.h"

void token_new(struct ui *ui);
#endif
