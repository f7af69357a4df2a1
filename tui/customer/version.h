/* An estimate as it was when it was sent before (D4). */
#ifndef TUI_CUSTOMER_VERSION_H
#define TUI_CUSTOMER_VERSION_H
#include "tui/ui.h"
void customer_version_open(struct ui *ui, uint64_t estimate, int64_t revision);
/* Tells what changed between the estimate as it was read and as it is now. */
void customer_difference(struct ui *ui, const struct document *was, const struct document *is);
#endif
