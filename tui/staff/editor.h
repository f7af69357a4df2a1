/* Writing a document: opens the editor. */
#ifndef TUI_STAFF_EDITOR_H
#define TUI_STAFF_EDITOR_H
#include "tui/full/ui.h"

void editor_new(struct ui *ui, int kind, uint64_t customer); /* kind: enum doc_kind; 0: it is asked for */
void editor_edit(struct ui *ui, const struct document *doc); /* read with everything; copied */
/* A recurring invoice: what each says, and when; schedule 0: a new one of that customer. */
void editor_recur(struct ui *ui, uint64_t schedule, uint64_t customer);
#endif
