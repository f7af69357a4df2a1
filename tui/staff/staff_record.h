/* Recording a payment that arrived (E10): opens the form. */
#ifndef TUI_STAFF_RECORD_H
#define TUI_STAFF_RECORD_H
#include "tui/full/ui.h"

void record_open(struct ui *ui, uint64_t customer,
                 uint64_t invoice); /* invoice: paid in full at first; 0: none */
#endif
