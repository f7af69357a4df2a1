/* Inside of the settings: settings.c the first page, settings_lists.c the lists, settings_forms.c the forms. */
#ifndef TUI_STAFF_SETTINGS_H
#define TUI_STAFF_SETTINGS_H
#include "tui/full/ui.h"

enum settings_kind { SETTINGS_SERIES, SETTINGS_TAXES, SETTINGS_ITEMS };
void settings_list(struct ui *ui, enum settings_kind kind);
/* Forms of the business: its profile, its portal, how its documents begin. */
void settings_business(struct ui *ui);
void settings_portal(struct ui *ui);
void settings_documents(struct ui *ui);
/* Forms of one row of a list; id 0: a new one. */
void settings_series_edit(struct ui *ui, uint64_t id);
void settings_tax_edit(struct ui *ui, uint64_t id);
void settings_item_edit(struct ui *ui, const struct item *item); /* NULL: a new one; copied */
/* "INV-000042": what the series gives next. buffer of SHOW_TEXT; returns it. */
char *series_number(char *buffer, const struct series *s);
#endif
