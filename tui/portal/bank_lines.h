/* What is said of a line of a bank statement, in the list and at itself. */
#ifndef TUI_PORTAL_BANK_LINES_H
#define TUI_PORTAL_BANK_LINES_H
#include "tui/portal/books.h"

const char *line_state_words(int state); /* enum line_state; static */
enum look line_state_look(int state);
#endif
