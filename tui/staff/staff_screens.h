/* The screens of staff. */
#ifndef TUI_STAFF_SCREENS_H
#define TUI_STAFF_SCREENS_H
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"
#include "tui/portal/writing.h" /* what sending does, asked before and said after */

extern const struct screen screen_staff_editor,
    screen_staff_schedule; /* pushed by the functions of editor.h */

/* The figures above the work of today (struct painter). */
struct scene;
void today_around(const struct scene *v, struct canvas *c);
/* For key_row.possible of everything that changes something: NULL, or why a reader can not. */
const char *staff_may_write(const struct ui *ui);
/* Rows that any screen may have in its table. */
void staff_run_new(struct ui *ui, void *state); /* asks what to write: invoice, estimate, customer, payment */
/* Asks whom it is for, then writes it. kind: enum doc_kind. */
void staff_pick(struct ui *ui, int kind);
void staff_pick_recurring(struct ui *ui);
#endif
