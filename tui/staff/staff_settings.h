/* Inside of the settings: staff_settings.c the first page, settings_lists.c the items, settings_forms.c the form of one. */
#ifndef TUI_STAFF_SETTINGS_H
#define TUI_STAFF_SETTINGS_H
#include "tui/full/ui.h"

void settings_items(struct ui *ui);
/* The form of one item. */
void settings_item_edit(struct ui *ui, const struct item *item); /* NULL: a new one; copied */
#endif
